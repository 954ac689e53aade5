//! 一括更新: shown first, done as it was shown, once.

use tokio::time::Instant;

use sekisho::deduction::items::{State, history};

use super::{BULK, LIST, ONE, change, id_of, stored, sums_agree, with_items};
use crate::deduction::rokin::changes::hidden;
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window};
use crate::support::tools::whole;

const FIELDS: [&str; 9] =
    ["type_code", "kind", "rule", "value", "only", "workplace", "periods", "key", "digest"];

/// What would change by these fields.
async fn check(window: &Window<'_>, query: &str) -> Page {
    window.get(&format!("{BULK}?way=check&{query}")).await
}

/// 確定 of what `page` shows.
async fn confirm(window: &Window<'_>, page: &Page) -> Page {
    let values = FIELDS.map(|name| hidden(page, name));
    let fields: Vec<_> = FIELDS.into_iter().zip(values.iter().map(String::as_str)).collect();
    window.post(BULK, &fields).await
}

async fn monthly(union: &Union, employee_no: &str) -> i64 {
    stored(union, &id_of(KEY, "101", employee_no)).await.terms.amounts.monthly
}

const SET: &str = "type_code=101&kind=monthly&rule=set&value=3,800";

both_engines! {
    // R004-136
    async fn what_is_shown_is_done_once_however_often_it_is_clicked(fresh: &Fresh) {
        let union = with_items(fresh, 60).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get(BULK).await.says(200, &["賃控元帳明細一括更新", "101 組合費", "確認(F8)"]);
        // One has the amount already, one is cancelled.
        let path = format!("{LIST}/{}", id_of(KEY, "101", ONE));
        let page = clerk.get(&path).await;
        change(&clerk, &page, &id_of(KEY, "101", ONE), &[("amount_monthly", "3,800")]).await;
        let gone = "UPDATE ledger_items SET state = 'cancelled', version = 2 \
                    WHERE contract_no = $1 AND group_no = $2 AND id = $3";
        union.run(KEY, gone, &[&id_of(KEY, "101", "10000001")]).await;

        let page = check(&clerk, SET).await;
        page.says(200, &["月例を3,800円にする", "58件", "203,000円", "220,400円", "10000002",
            "はじめの50件", "うち解除した明細"]).hides("10000055");
        assert_eq!(monthly(&union, "10000002").await, 3_500, "not by looking");
        for _ in 0..2 {
            let sent = confirm(&clerk, &page).await;
            assert!(sent.location.starts_with(&format!("{BULK}?done=")), "{}", sent.location);
            clerk.get(&sent.location).await.says(200, &["58件の明細を更新しました", "組合費"]);
        }
        let item = stored(&union, &id_of(KEY, "101", "10000002")).await;
        assert_eq!((item.terms.amounts.monthly, item.state, item.version), (3_800, State::Changed, 2));
        assert_eq!(monthly(&union, "10000001").await, 3_500, "a cancelled one stays");
        let other = stored(&union, &id_of(KEY, "102", "10000002")).await;
        assert_eq!((other.terms.amounts.monthly, other.version), (1_002, 1), "another type stays");
        let rows = history::of_item(&mut union.conn().await, KEY, &item.id, 9).await.unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].op_ja(), "変更（一括更新）");
        assert_eq!((rows[0].old[0], rows[0].new[0]), (Some(3_500), Some(3_800)));
        let audit = union.world.audit().await;
        let told: Vec<_> = audit.iter().filter(|row| row.action == "ledger-bulk").collect();
        assert_eq!(told.len(), 1);
        assert!(told[0].detail.contains("変更 58件　203,000円 → 220,400円"), "{}", told[0].detail);
        clerk.get("/deduction/ledger/history").await
            .says(200, &["変更（一括更新）", "59件", "10000002"]);
        sums_agree(&union).await;
        // Back again: 継続, as last requested.
        let back = check(&clerk, "type_code=101&kind=monthly&rule=lower&value=300&only=3800").await;
        back.says(200, &["59件"]);
        confirm(&clerk, &back).await;
        assert_eq!(stored(&union, &item.id).await.state, State::Active);
    }

    // R004-136
    async fn a_change_between_check_and_確定_is_told_and_shown_anew(fresh: &Fresh) {
        let union = with_items(fresh, 5).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = check(&clerk, SET).await;
        page.says(200, &["5件"]);
        let other = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let id = id_of(KEY, "101", "10000003");
        let item = other.get(&format!("{LIST}/{id}")).await;
        change(&other, &item, &id, &[("amount_monthly", "9,999")]).await;
        let told = confirm(&clerk, &page).await;
        told.says(409, &["確認のあとに明細が変更されたため", "9,999円", "確定(F8)"]);
        assert_eq!(monthly(&union, ONE).await, 3_500);
        confirm(&clerk, &told).await;
        assert_eq!(monthly(&union, "10000003").await, 3_800);
        // What was checked for one order is no order for another.
        let other = "type_code=101&kind=monthly&rule=set&value=3,900";
        let page = check(&clerk, other).await;
        let mut values = FIELDS.map(|name| hidden(&page, name));
        "1".clone_into(&mut values[3]);
        let fields: Vec<_> = FIELDS.into_iter().zip(values.iter().map(String::as_str)).collect();
        clerk.post(BULK, &fields).await.says(409, &["確認のあとに"]);
        assert_eq!(monthly(&union, ONE).await, 3_800);
    }

    // R004-136
    async fn an_order_takes_only_what_it_can(fresh: &Fresh) {
        let union = with_items(fresh, 6).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let factory = "UPDATE members SET workplace = '第一工場' \
                       WHERE contract_no = $1 AND group_no = $2 AND employee_no = '10000002'";
        union.run(KEY, factory, &[]).await;
        for (query, said) in [
            ("type_code=101&kind=monthly&rule=set&value=1&workplace=第一工場", "1件"),
            ("type_code=102&kind=monthly&rule=raise&value=5&only=1003", "1,008円"),
            ("type_code=101&kind=monthly&rule=lower&value=4000", "変更する明細がありません"),
            ("type_code=101&kind=summer&rule=raise&value=100", "変更する明細がありません"),
            ("type_code=102&kind=monthly&rule=set&value=0", "変更する明細がありません"),
            ("type_code=101&kind=monthly&rule=set&value=3500", "変更する明細がありません"),
        ] {
            check(&clerk, query).await.says(200, &[said]);
        }
        let wrong = check(&clerk, "type_code=nix&kind=monthly&rule=raise&value=0").await;
        wrong.says(422, &[]);
        assert!(wrong.mistake_at("type_code").is_some() && wrong.mistake_at("value").is_some());
    }

    // R004-147
    async fn nothing_is_updated_after_the_closing_day(fresh: &Fresh) {
        let union = with_items(fresh, 3).await;
        union.at("2026-12-10T23:59:59");
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = check(&clerk, SET).await;
        union.at("2026-12-11T00:00:00");
        confirm(&clerk, &page).await.says(409, &["2026年12月 月例分は締め切りました。"]);
        clerk.get(BULK).await.says(200, &["締め切りました"]).hides("確認(F8)");
        assert_eq!(union.close_due().await, 1);
        confirm(&clerk, &page).await.says(409, &["締切日を過ぎたため"]);
        assert_eq!(monthly(&union, ONE).await, 3_500);
    }

    // R004-136
    async fn many_items_are_updated_in_a_few_seconds(fresh: &Fresh) {
        let many = if whole() { 100_000 } else { 3_000 };
        let union = with_items(fresh, many).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = check(&clerk, SET).await;
        let began = Instant::now();
        let sent = confirm(&clerk, &page).await;
        let took = began.elapsed();
        eprintln!("一括更新 of {many} items: {took:?}");
        assert!(sent.location.starts_with(&format!("{BULK}?done=")), "{}", sent.status);
        assert!(took.as_secs() < 60, "{took:?}");
        let sql = "SELECT COUNT(*) FROM item_history WHERE contract_no = $1";
        let rows: Option<i64> =
            union.conn().await.one(sql, sekisho::db::params![CONTRACT.0]).await.unwrap();
        assert_eq!(rows, Some(many));
    }
}
