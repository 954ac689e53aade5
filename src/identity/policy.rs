//! パスワードポリシー: what a contract's passwords must be like (R001-04..16).
//!
//! The preset's policy is the least; a contract may ask for more, never for less. What
//! is not set is the least (R001-05).

use super::rules::Mistake;
use super::terms;
use crate::base::{Moment, Secret};
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// What a password must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// 最小文字数.
    pub min_length: i64,
    /// Most characters.
    pub max_length: i64,
    /// 大文字の最小使用数.
    pub min_upper: i64,
    /// 小文字の最小使用数.
    pub min_lower: i64,
    /// 数値の最小使用数.
    pub min_digit: i64,
    /// 記号の最小使用数.
    pub min_symbol: i64,
    /// How many of the four kinds must be in it.
    pub min_classes: i64,
    /// Days after which it must be changed; `None`: never.
    pub rotate_days: Option<i64>,
    /// How many passwords before the present one may not come back; 0: any may.
    pub reuse_block: i64,
}

impl Policy {
    /// The least of all presets.
    pub const LEAST: Self = Self {
        min_length: 8,
        max_length: 64,
        min_upper: 0,
        min_lower: 0,
        min_digit: 0,
        min_symbol: 0,
        min_classes: 0,
        rotate_days: None,
        reuse_block: 0,
    };

    /// Whether `password` obeys; `login_id` must not stand in it (R001-11, R001-16).
    pub fn check(&self, password: &Secret, login_id: Option<&str>) -> Result<(), Mistake> {
        let typed = password.expose();
        if typed.is_empty() {
            return Err(Mistake::Missing);
        }
        if !typed.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Mistake::PasswordCharacters);
        }
        let length = count(typed.len());
        if length < self.min_length || length > self.max_length {
            let bound = |bound: i64| usize::try_from(bound).unwrap_or(usize::MAX);
            return Err(Mistake::PasswordLength(bound(self.min_length), bound(self.max_length)));
        }
        let classes: [(fn(&u8) -> bool, i64); 4] = [
            (u8::is_ascii_uppercase, self.min_upper),
            (u8::is_ascii_lowercase, self.min_lower),
            (u8::is_ascii_digit, self.min_digit),
            (u8::is_ascii_punctuation, self.min_symbol),
        ];
        let uses =
            classes.map(|(class, least)| (count(typed.bytes().filter(class).count()), least));
        let used = count(uses.iter().filter(|(times, _)| *times > 0).count());
        if used < self.min_classes || uses.iter().any(|(times, least)| times < least) {
            return Err(Mistake::PasswordClasses);
        }
        match login_id {
            Some(id) if !id.is_empty() && typed.contains(id) => Err(Mistake::PasswordHoldsLoginId),
            _ => Ok(()),
        }
    }
}

fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl FromRow for Policy {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            min_length: row.get("min_length")?,
            max_length: row.get("max_length")?,
            min_upper: row.get("min_upper")?,
            min_lower: row.get("min_lower")?,
            min_digit: row.get("min_digit")?,
            min_symbol: row.get("min_symbol")?,
            min_classes: row.get("min_classes")?,
            rotate_days: row.get("rotate_days")?,
            reuse_block: row.get("reuse_block")?,
        })
    }
}

/// The policy in force for the contract.
pub async fn of(conn: &mut Conn, contract_no: &str) -> Result<Policy, Error> {
    let sql = "SELECT min_length, max_length, min_upper, min_lower, min_digit, min_symbol, \
               min_classes, rotate_days, reuse_block FROM password_policies \
               WHERE contract_no = $1";
    match conn.one(sql, params![contract_no]).await? {
        Some(own) => Ok(own),
        None => Ok(terms::of(conn, contract_no).await?.preset.policy()),
    }
}

/// Puts a policy in force for the contract from `at` on.
pub async fn put(tx: &mut Tx, contract_no: &str, own: &Policy, at: Moment) -> Result<(), Error> {
    tx.execute(
        "INSERT INTO password_policies (contract_no, min_length, max_length, min_upper, \
         min_lower, min_digit, min_symbol, min_classes, rotate_days, reuse_block, version, \
         updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, $11) \
         ON CONFLICT (contract_no) DO UPDATE SET min_length = excluded.min_length, \
         max_length = excluded.max_length, min_upper = excluded.min_upper, \
         min_lower = excluded.min_lower, min_digit = excluded.min_digit, \
         min_symbol = excluded.min_symbol, min_classes = excluded.min_classes, \
         rotate_days = excluded.rotate_days, reuse_block = excluded.reuse_block, \
         version = password_policies.version + 1, updated_at = excluded.updated_at",
        params![
            contract_no,
            own.min_length,
            own.max_length,
            own.min_upper,
            own.min_lower,
            own.min_digit,
            own.min_symbol,
            own.min_classes,
            own.rotate_days,
            own.reuse_block,
            at
        ],
    )
    .await
    .map(drop)
}
