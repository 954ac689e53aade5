//! Items in the database. Every query names contract and group: what is another's is as
//! absent as what never was (RX-06).

use super::Item;
use crate::base::Moment;
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::items::book::{self, NewItem, What};
use crate::deduction::items::list::Table;
use crate::deduction::items::{Amounts, State};
use crate::deduction::scope::Key;

/// Where they lie.
pub const TABLE: Table = Table {
    name: "rokin_items",
    product: "product",
    select: "SELECT i.id, i.member_id, i.employee_no, i.kana_key, m.kana_name, \
             m.kanji_name, m.workplace, i.product, i.account_no, i.amount_monthly, \
             i.amount_summer, i.amount_winter, i.base_monthly, i.base_summer, i.base_winter, \
             i.state, i.source, i.effective_ym, i.version FROM rokin_items i \
             JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id",
};

/// The item `id` of the group, unless it has ended.
pub async fn find(conn: &mut Conn, key: Key<'_>, id: &str) -> Result<Option<Item>, Error> {
    book::find(conn, &TABLE, key, id).await
}

/// The id of another item of the member for the same product and account.
pub async fn same(
    conn: &mut Conn,
    key: Key<'_>,
    member_id: &str,
    (what, but): (&What, &str),
) -> Result<Option<String>, Error> {
    let sql = "SELECT id FROM rokin_items WHERE contract_no = $1 AND group_no = $2 \
               AND member_id = $3 AND product = $4 AND account_no = $5 AND id <> $6 \
               AND state <> 'ended' ORDER BY id LIMIT 1";
    let of = (&what.word, &what.account_no);
    conn.one(sql, params![key.contract_no, key.group_no, member_id, of.0, of.1, but]).await
}

/// Adds an item that was never requested.
pub async fn insert(
    tx: &mut Tx,
    key: Key<'_>,
    item: &NewItem<'_, Amounts>,
    now: Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO rokin_items (contract_no, id, group_no, member_id, employee_no, \
               kana_key, product, account_no, amount_monthly, amount_summer, amount_winter, \
               state, effective_ym, source, version, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'new', $12, 'web', 1, $13)";
    let values = params![
        key.contract_no,
        item.id,
        key.group_no,
        &item.member.id,
        &item.member.employee_no,
        &item.member.kana_key,
        &item.what.word,
        &item.what.account_no,
        item.terms.monthly,
        item.terms.summer,
        item.terms.winter,
        item.month,
        now
    ];
    tx.execute(sql, values).await.map(drop)
}

/// Gives an item amounts and a state from a 控除年月 on, if it still has `version`; whether
/// it was so.
pub async fn set(
    tx: &mut Tx,
    key: Key<'_>,
    (id, version): (&str, i64),
    (amounts, state): (Amounts, State),
    (effective_ym, now): (&str, Moment),
) -> Result<bool, Error> {
    let sql = "UPDATE rokin_items SET amount_monthly = $5, amount_summer = $6, \
               amount_winter = $7, state = $8, effective_ym = $9, updated_at = $10, \
               version = version + 1 \
               WHERE contract_no = $1 AND id = $3 AND group_no = $2 AND version = $4";
    let values = params![
        key.contract_no,
        key.group_no,
        id,
        version,
        amounts.monthly,
        amounts.summer,
        amounts.winter,
        state.word(),
        effective_ym,
        now
    ];
    Ok(tx.execute(sql, values).await? > 0)
}

/// Whether the contract has a deposit group.
pub async fn any(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM deposit_groups WHERE contract_no = $1";
    Ok(conn.one::<i64>(sql, params![contract_no]).await?.unwrap_or(0) > 0)
}
