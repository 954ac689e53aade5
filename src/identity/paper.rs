//! Requests on paper (依頼書): who asked for what, when, why, and who did it (R004-161).
//!
//! A request is recorded once and done once; nothing of it is changed afterwards.

use crate::base::{Day, Moment};
use crate::db::{Conn, Error, FromRow, Row, Tx, params};

/// Requests on one page of the list.
pub const REQUESTS_A_PAGE: usize = 50;

/// A request as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Our id.
    pub id: String,
    /// What is asked for.
    pub kind: Kind,
    /// The contract it concerns.
    pub contract_no: String,
    /// The person it concerns (our id), where there is one.
    pub user_id: Option<String>,
    /// 受付日.
    pub received_on: Day,
    /// 依頼者: who signed it.
    pub requested_by: String,
    /// 依頼の理由.
    pub reason: String,
    /// What the operator adds; may be empty.
    pub note: String,
    /// Who recorded it: a login ID or `cli:USER`.
    pub recorded_by: String,
    /// When.
    pub recorded_at: Moment,
    /// When it was done.
    pub done_at: Option<Moment>,
}

/// What a request asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// ログインID/パスワードの初期化 (R004-101).
    InitReset,
    /// 電子証明書の失効 (R004-10, R004-72).
    CertRevoke,
    /// 閉塞の解除 (R004-104).
    Unblock,
    /// 初期パスワードの届出 (R004-161).
    InitialPassword,
    /// 契約番号の再通知 (R004-102).
    ContractNoReissue,
}

impl Kind {
    /// All there are, the most frequent first.
    pub const ALL: [Self; 5] = [
        Self::CertRevoke,
        Self::InitReset,
        Self::Unblock,
        Self::InitialPassword,
        Self::ContractNoReissue,
    ];

    /// The word for it in the database and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::InitReset => "init_reset",
            Self::CertRevoke => "cert_revoke",
            Self::Unblock => "unblock",
            Self::InitialPassword => "initial_password",
            Self::ContractNoReissue => "contract_no_reissue",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl FromRow for Request {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            id: row.get("id")?,
            kind: Kind::parse(&kind).ok_or_else(|| Error::missing("paper_requests.kind"))?,
            contract_no: row.get("contract_no")?,
            user_id: row.get("user_id")?,
            received_on: row.get("received_on")?,
            requested_by: row.get("requested_by")?,
            reason: row.get("reason")?,
            note: row.get("note")?,
            recorded_by: row.get("recorded_by")?,
            recorded_at: row.get("recorded_at")?,
            done_at: row.get("done_at")?,
        })
    }
}

/// A request with the names of what it concerns.
#[derive(Clone, Debug)]
pub struct Listed {
    /// The request.
    pub request: Request,
    /// Name of the contracting party.
    pub contract_name: String,
    /// ユーザーID of the person, where there is one.
    pub login_id: Option<String>,
}

impl FromRow for Listed {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            request: Request::from_row(row)?,
            contract_name: row.get("contract_name")?,
            login_id: row.get("login_id")?,
        })
    }
}

const LISTED: &str = "SELECT p.*, k.name AS contract_name, u.login_id AS login_id \
    FROM paper_requests p JOIN contracts k ON k.contract_no = p.contract_no \
    LEFT JOIN users u ON u.id = p.user_id";

/// Which requests a list wants; empty parts want all.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// Beginning of the 契約番号.
    pub contract_no: String,
    /// Beginning of the ユーザーID.
    pub login_id: String,
    /// Only those done, or only those not done.
    pub done: Option<bool>,
}

impl Wanted {
    const fn done_word(&self) -> &'static str {
        match self.done {
            None => "all",
            Some(true) => "done",
            Some(false) => "open",
        }
    }
}

const FOUND: &str = "substr(p.contract_no, 1, length($1)) = $1 \
    AND substr(COALESCE(u.login_id, ''), 1, length($2)) = $2 \
    AND ($3 = 'all' OR ($3 = 'done') = (p.done_at IS NOT NULL))";

/// A page of the list, the last received first.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// Up to `REQUESTS_A_PAGE`.
    pub rows: Vec<Listed>,
    /// Whether there are older ones.
    pub later: bool,
}

/// How many requests `wanted` finds.
pub async fn count(conn: &mut Conn, wanted: &Wanted) -> Result<i64, Error> {
    let sql = format!(
        "SELECT COUNT(*) FROM paper_requests p LEFT JOIN users u ON u.id = p.user_id \
         WHERE {FOUND}"
    );
    let values = params![&wanted.contract_no, &wanted.login_id, wanted.done_word()];
    Ok(conn.one(&sql, values).await?.unwrap_or(0))
}

/// What `wanted` finds, the last received first; those after the request `after`
/// when given.
pub async fn page(conn: &mut Conn, wanted: &Wanted, after: Option<&str>) -> Result<Page, Error> {
    let from = "(p.received_on, p.id) < \
                (SELECT c.received_on, c.id FROM paper_requests c WHERE c.id = $4)";
    let sql = format!(
        "{LISTED} WHERE {FOUND} AND (CAST($4 AS TEXT) IS NULL OR {from}) \
         ORDER BY p.received_on DESC, p.id DESC LIMIT $5"
    );
    let limit = i64::try_from(REQUESTS_A_PAGE + 1).unwrap_or(i64::MAX);
    let values = params![&wanted.contract_no, &wanted.login_id, wanted.done_word(), after, limit];
    let mut rows: Vec<Listed> = conn.query(&sql, values).await?;
    let later = rows.len() > REQUESTS_A_PAGE;
    rows.truncate(REQUESTS_A_PAGE);
    Ok(Page { rows, later })
}

/// The request `id`.
pub async fn find(conn: &mut Conn, id: &str) -> Result<Option<Listed>, Error> {
    conn.one(&format!("{LISTED} WHERE p.id = $1"), params![id]).await
}

/// As `find`, alone, and holds the row until `tx` ends, so that two changes take turns.
pub async fn hold(tx: &mut Tx, id: &str) -> Result<Option<Request>, Error> {
    tx.one("UPDATE paper_requests SET id = id WHERE id = $1 RETURNING *", params![id]).await
}

/// Adds a request; `false` when its id is there already: the same form sent twice.
pub async fn insert(tx: &mut Tx, one: &Request) -> Result<bool, Error> {
    let added = tx
        .execute(
            "INSERT INTO paper_requests (id, kind, contract_no, user_id, received_on, \
             requested_by, reason, note, recorded_by, recorded_at, done_at) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
             ON CONFLICT (id) DO NOTHING",
            params![
                &one.id,
                one.kind.word(),
                &one.contract_no,
                one.user_id.as_deref(),
                one.received_on,
                &one.requested_by,
                &one.reason,
                &one.note,
                &one.recorded_by,
                one.recorded_at,
                one.done_at
            ],
        )
        .await?;
    Ok(added > 0)
}

/// Notes that the request was done at `at`; `false` when it was before.
pub async fn set_done(tx: &mut Tx, id: &str, at: Moment) -> Result<bool, Error> {
    let sql = "UPDATE paper_requests SET done_at = $2 WHERE id = $1 AND done_at IS NULL";
    Ok(tx.execute(sql, params![id, at]).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_reads_back_as_it_is_written() {
        for kind in Kind::ALL {
            assert_eq!(Kind::parse(kind.word()), Some(kind));
        }
        assert_eq!(Kind::parse("CertRevoke"), None);
    }
}
