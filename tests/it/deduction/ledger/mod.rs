//! 賃控元帳: 種目, 明細, 一括更新 and 確認リスト.

mod bulk;
mod checks;
mod items;
mod reach;
mod types;

use sekisho::deduction::ledger::items::{Item, store};
use sekisho::deduction::ledger::sums;
use sekisho::deduction::ledger::types::{self as kinds, LedgerType};
use sekisho::deduction::scope::Key;

use crate::deduction::rokin::changes::{but, hidden};
use crate::deduction::union::{KEY, Union};
use crate::support::db::Fresh;
use crate::support::site::{Page, Window};

pub const TYPES: &str = "/deduction/ledger/types";
pub const LIST: &str = "/deduction/ledger/items";
pub const BULK: &str = "/deduction/ledger/bulk";
/// The member that the tests are about.
pub const ONE: &str = "10000000";

/// A world whose group has `members` members with an item of each of two types:
/// 101 組合費 (3,500円 a month, 7,000円 in winter) and 102 積立 (1,000円 to 1,009円 a month).
pub async fn with_items(fresh: &Fresh, members: i64) -> Union {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, members).await;
    add_types(&union, KEY.contract_no).await;
    add_items(&union, KEY).await;
    union
}

pub async fn add_types(union: &Union, contract_no: &str) {
    for (code, name, kana, amount, position, active) in [
        ("101", "組合費", "クミアイヒ", 3_500, 10, true),
        ("102", "積立", "ツミタテ", 1_000, 20, true),
        ("103", "慶弔費", "ケイチョウヒ", 500, 30, true),
        ("900", "旧会費", "キュウカイヒ", 500, 90, false),
    ] {
        let new = LedgerType {
            code: code.into(),
            name: name.into(),
            kana: kana.into(),
            default_amount: amount,
            position,
            used_from: "2020-04".into(),
            active,
            version: 1,
        };
        let mut tx = union.world.app.db.begin().await.unwrap();
        assert!(kinds::insert(&mut tx, contract_no, &new).await.unwrap());
        tx.commit().await.unwrap();
    }
}

/// One item of 101 and of 102 for every member of the group; their ids are those of
/// [`id_of`].
pub async fn add_items(union: &Union, key: Key<'_>) {
    for (code, monthly, winter) in
        [("101", "CAST(3500 AS BIGINT)", "7000"), ("102", "1000 + x.n % 10", "0")]
    {
        let sql = format!(
            "INSERT INTO ledger_items (contract_no, id, group_no, member_id, employee_no, \
             kana_key, type_code, amount_monthly, amount_summer, amount_winter, base_monthly, \
             base_summer, base_winter, start_ym, note, state, version, updated_at) \
             SELECT $1, 'l' || $2 || '-{code}-' || x.employee_no, $2, x.member_id, \
             x.employee_no, x.kana_key, '{code}', {monthly}, 0, {winter}, {monthly}, 0, \
             {winter}, '2024-04', '', 'active', 1, $3 FROM (SELECT member_id, employee_no, \
             kana_key, CAST(employee_no AS BIGINT) AS n FROM members \
             WHERE contract_no = $1 AND group_no = $2) x"
        );
        union.run(key, &sql, &[&union.world.clock.now()]).await;
    }
}

/// The id of the item that `add_items` made.
pub fn id_of(key: Key<'_>, code: &str, employee_no: &str) -> String {
    format!("l{}-{code}-{employee_no}", key.group_no)
}

/// Fails unless what is kept by 種目 is what the items come to.
pub async fn sums_agree(union: &Union) {
    let mut tx = union.world.app.db.begin().await.unwrap();
    let kept = sums::by_type(&mut tx, KEY).await.unwrap();
    sums::count(&mut tx, KEY).await.unwrap();
    let counted = sums::by_type(&mut tx, KEY).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(!kept.is_empty());
    assert_eq!(kept, counted);
}

pub async fn stored(union: &Union, id: &str) -> Item {
    store::find(&mut union.conn().await, KEY, id).await.unwrap().expect("an item")
}

/// Sends the form of the item's page with these fields changed.
pub async fn change(
    window: &Window<'_>,
    page: &Page,
    id: &str,
    other: &[(&'static str, &str)],
) -> Page {
    let (version, periods) = (hidden(page, "version"), hidden(page, "periods"));
    let mut fields: Vec<(&'static str, &str)> = vec![
        ("version", version.as_str()),
        ("periods", &periods),
        ("amount_monthly", "3,500"),
        ("amount_summer", "0"),
        ("amount_winter", "7,000"),
        ("start_ym", "2024-04"),
        ("end_ym", ""),
        ("note", ""),
    ];
    for (name, value) in other {
        fields = but(&fields, name, value);
    }
    window.post(&format!("{LIST}/{id}"), &fields).await
}
