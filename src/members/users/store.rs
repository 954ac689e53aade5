//! What the list shows.

use crate::db::{Conn, Error, params};
use crate::identity::users::{self, User};

/// Rows on a page.
pub const PAGE: usize = 100;

/// A page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In the order of ユーザーID.
    pub rows: Vec<User>,
    /// How many people stand before the first row.
    pub skipped: i64,
    /// How many people the contract has.
    pub count: i64,
    /// Whether there are more after the last row.
    pub has_more: bool,
}

/// The people of a contract after the ユーザーID `after` (empty: from the first).
pub async fn page(conn: &mut Conn, contract_no: &str, after: &str) -> Result<Page, Error> {
    let most = i64::try_from(PAGE).unwrap_or(i64::MAX) + 1;
    let mut rows = users::page(conn, contract_no, after, most).await?;
    let has_more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(CASE WHEN login_id <= $2 THEN 1 ELSE 0 END), 0) \
               AS BIGINT) FROM users WHERE contract_no = $1 AND deleted_at IS NULL";
    let counted = conn.one(sql, params![contract_no, after]).await?;
    let (count, skipped) = counted.unwrap_or((0, 0));
    Ok(Page { rows, skipped, count, has_more })
}

/// The person of this contract; somebody else's is nobody here.
pub async fn find(
    conn: &mut Conn,
    contract_no: &str,
    login_id: &str,
) -> Result<Option<User>, Error> {
    let found = users::find_by_login_id(conn, login_id).await?;
    Ok(found.filter(|user| user.contract_no == contract_no))
}
