//! Accounts (アカウント, R002-07): places to work in that a contract has, each tied to
//! one person at a time (紐づけ, R002-08).
//!
//! A contract without any asks nobody for one. Whose person is deleted is free again,
//! whoever deleted them.

use crate::base::Moment;
use crate::base::id::random_letters;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// Most accounts of one contract: two digits (R002-07).
pub const MOST: i64 = 99;

/// How a person stands to the accounts of their contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tie {
    /// The contract has none.
    NotAsked,
    /// It has, and none of them is the person's.
    Missing,
    /// One of them is.
    Tied,
}

/// An account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// アカウントID: `abcd8-01`.
    pub account_id: String,
    /// Whose it is (our id), and since when; `None`: free.
    pub tied: Option<(String, Moment)>,
    /// Whether it is the tie of the first 管理者, which cannot be undone (R002-09).
    pub is_first: bool,
}

impl FromRow for Account {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let user_id: Option<String> = row.get("user_id")?;
        let bound_at: Option<Moment> = row.get("bound_at")?;
        let tied = user_id.zip(bound_at);
        let is_first: bool = row.get("is_first")?;
        Ok(Self { account_id: row.get("account_id")?, is_first: is_first && tied.is_some(), tied })
    }
}

const SELECT: &str = "SELECT a.account_id, u.id AS user_id, a.bound_at, a.is_first \
                      FROM accounts a \
                      LEFT JOIN users u ON u.id = a.user_id AND u.deleted_at IS NULL";

/// All accounts of the contract, by their ids.
pub async fn list(conn: &mut Conn, contract_no: &str) -> Result<Vec<Account>, Error> {
    let sql = format!("{SELECT} WHERE a.contract_no = $1 ORDER BY a.account_id");
    conn.query(&sql, params![contract_no]).await
}

/// The person's account.
pub async fn of_user(conn: &mut Conn, user_id: &str) -> Result<Option<Account>, Error> {
    let sql = format!("{SELECT} WHERE a.user_id = $1");
    conn.one(&sql, params![user_id]).await
}

/// How the person stands to the accounts of their contract.
pub async fn tie_of(conn: &mut Conn, contract_no: &str, user_id: &str) -> Result<Tie, Error> {
    let sql = "SELECT COUNT(*), COUNT(CASE WHEN user_id = $2 THEN 1 END) FROM accounts \
               WHERE contract_no = $1";
    let counts: Option<(i64, i64)> = conn.one(sql, params![contract_no, user_id]).await?;
    Ok(match counts.unwrap_or_default() {
        (0, _) => Tie::NotAsked,
        (_, 0) => Tie::Missing,
        _ => Tie::Tied,
    })
}

/// The free account that the next person is offered: the lowest.
pub async fn offered(conn: &mut Conn, contract_no: &str) -> Result<Option<String>, Error> {
    let all = list(conn, contract_no).await?;
    Ok(all.into_iter().find(|one| one.tied.is_none()).map(|one| one.account_id))
}

/// Ties a person without one, whose row is held, to an account of their contract;
/// `false` when it is not free. The 管理者's tie is the first unless there was one.
pub async fn tie(
    tx: &mut Tx,
    (contract_no, account_id): (&str, &str),
    user_id: &str,
    is_manager: bool,
    at: Moment,
) -> Result<bool, Error> {
    let first = list(tx, contract_no).await?.iter().any(|one| one.is_first);
    let sql = "UPDATE accounts SET user_id = $3, bound_at = $4, is_first = $5 \
               WHERE contract_no = $1 AND account_id = $2 AND (user_id IS NULL \
               OR user_id IN (SELECT id FROM users WHERE deleted_at IS NOT NULL))";
    let values = params![contract_no, account_id, user_id, at, is_manager && !first];
    Ok(tx.execute(sql, values).await? > 0)
}

/// Undoes the tie of `user_id`; `false` when it is another's by now, or the first
/// 管理者's (R002-09).
pub async fn untie(
    tx: &mut Tx,
    (contract_no, account_id): (&str, &str),
    user_id: &str,
) -> Result<bool, Error> {
    let sql = "UPDATE accounts SET user_id = NULL, bound_at = NULL WHERE contract_no = $1 \
               AND account_id = $2 AND user_id = $3 AND is_first = FALSE";
    Ok(tx.execute(sql, params![contract_no, account_id, user_id]).await? > 0)
}

/// Adds accounts until the contract, whose row is held, has `wanted` (at most `MOST`);
/// the ids of the new ones. All of a contract begin alike.
pub async fn fill(
    tx: &mut Tx,
    contract_no: &str,
    wanted: i64,
    at: Moment,
) -> Result<Vec<String>, Error> {
    let there = list(tx, contract_no).await?;
    let (begins, last) = match there.last().and_then(|one| one.account_id.split_once('-')) {
        Some((begins, number)) => (begins.to_owned(), number.parse().unwrap_or(MOST)),
        None => (free_beginning(tx).await?, 0_i64),
    };
    let missing = wanted - i64::try_from(there.len()).unwrap_or(MOST);
    let mut added = Vec::new();
    for number in (last + 1..=MOST).take(usize::try_from(missing).unwrap_or(0)) {
        let account_id = format!("{begins}-{number:02}");
        let sql = "INSERT INTO accounts (contract_no, account_id, is_first, created_at) \
                   VALUES ($1, $2, FALSE, $3)";
        tx.execute(sql, params![contract_no, &account_id, at]).await?;
        added.push(account_id);
    }
    Ok(added)
}

/// Four letters and a digit that no contract's accounts begin with.
async fn free_beginning(conn: &mut Conn) -> Result<String, Error> {
    loop {
        let begins = format!("{}{}", random_letters(4), crate::base::id::random_digits(1));
        let sql = "SELECT COUNT(*) FROM accounts WHERE substr(account_id, 1, 5) = $1";
        if conn.one::<i64>(sql, params![&begins]).await?.unwrap_or(0) == 0 {
            return Ok(begins);
        }
    }
}
