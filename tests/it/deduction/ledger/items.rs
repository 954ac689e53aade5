//! 明細: searched, registered, changed, cancelled; two clerks, double clicks, the closing.

use sekisho::base::id::new_id;
use sekisho::db::params;
use sekisho::deduction::items::{Amounts, State};

use super::{LIST, ONE, change, id_of, stored, sums_agree, with_items};
use crate::deduction::rokin::changes::{but, confirm, hidden};
use crate::deduction::union::KEY;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

/// The fields of 新規登録 for somebody new.
fn new_item<'a>(key: &'a str, periods: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("key", key),
        ("periods", periods),
        ("employee_no", "２０００１"),
        ("kana_name", "ﾔﾏﾀﾞ ﾊﾅｺ"),
        ("kanji_name", "山田　花子"),
        ("workplace", "本社総務部"),
        ("type_code", "101"),
        ("amount_monthly", ""),
        ("amount_summer", ""),
        ("amount_winter", ""),
        ("start_ym", "2026-12"),
        ("end_ym", "2027年3月"),
        ("note", "「髙﨑」, \"本社\"\r\n二行目"),
    ]
}

both_engines! {
    // R004-130
    async fn somebody_new_is_registered_with_the_type_s_usual_amount_once(fresh: &Fresh) {
        let union = with_items(fresh, 3).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&format!("{LIST}/new")).await;
        page.says(200, &["賃控元帳明細新規登録", "2026年12月分", "101 組合費（標準 3,500円）"])
            .hides("旧会費");
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let fields = new_item(&key, &periods);
        for _ in 0..2 {
            clerk.post(&format!("{LIST}/new"), &fields).await
                .leads_to(&format!("{LIST}/{key}?done=added"));
        }
        let item = stored(&union, &key).await;
        assert_eq!(item.terms.amounts, Amounts { monthly: 3_500, summer: 0, winter: 0 });
        assert_eq!((item.base, item.state), (None, State::New));
        assert_eq!(item.terms.note, "「髙﨑」, \"本社\"\n二行目");
        assert_eq!(item.terms.end_ym.as_deref(), Some("2027-03"));
        assert_eq!(union.world.audited("ledger-add", "done").await, 1);
        clerk.get(&format!("{LIST}/{key}?done=added")).await
            .says(200, &["登録しました。2026年12月分", "山田　花子", "2026年12月から2027年3月まで"]);
        // A second of the same type leads to the first.
        let other = new_id(union.world.clock.now());
        clerk.post(&format!("{LIST}/new"), &but(&fields, "key", &other)).await
            .says(409, &["すでに登録されています", &format!("href=\"{LIST}/{key}\"")]);
        clerk.get(&format!("{LIST}?product=101")).await.says(200, &["4件", "20001"]);
        clerk.get(&format!("{LIST}?employee_no=2000&state=new")).await.says(200, &["1件"]);
        clerk.get("/deduction/ledger/history").await.says(200, &["登録", "101 組合費", "1件"]);
        sums_agree(&union).await;
    }

    // R004-110, R004-130
    async fn an_item_is_entered_for_a_bonus_that_closes_after_its_month(fresh: &Fresh) {
        let union = with_items(fresh, 1).await;
        let winter = "UPDATE periods SET deduct_ym = '2026-12', close_on = '2026-12-18', \
                      pay_on = '2026-12-25' WHERE contract_no = $1 AND group_no = $2 AND kind = 'winter'";
        assert_eq!(union.run(KEY, winter, &[]).await, 1);
        union.at("2026-12-11T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&format!("{LIST}/new")).await;
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let fields = but(&new_item(&key, &periods), "amount_winter", "30000");
        clerk.post(&format!("{LIST}/new"), &fields).await.leads_to(&format!("{LIST}/{key}?done=added"));
        union.at("2026-12-19T00:00:00");
        assert_eq!(union.close_due().await, 1);
        let sql = "SELECT COUNT(*) FROM request_lines WHERE item_id = $1 AND amount = 30000";
        let lines: Option<i64> = union.conn().await.one(sql, params![&key]).await.unwrap();
        assert_eq!(lines, Some(1));
    }

    // R004-130
    async fn what_is_typed_wrong_is_told_at_its_field_and_kept(fresh: &Fresh) {
        let union = with_items(fresh, 2).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&format!("{LIST}/new")).await;
        let (key, periods) = (hidden(&page, "key"), hidden(&page, "periods"));
        let good = new_item(&key, &periods);
        let long = "備".repeat(201);
        for (name, value) in [
            ("employee_no", "20%01"),
            ("kanji_name", ""),
            ("type_code", ""),
            ("type_code", "900"),
            ("amount_monthly", "10,000,000"),
            ("start_ym", "2026-11"),
            ("end_ym", "2026-11"),
            ("note", long.as_str()),
        ] {
            let wrong = clerk.post(&format!("{LIST}/new"), &but(&good, name, value)).await;
            wrong.says(422, &["ﾔﾏﾀﾞ ﾊﾅｺ"]);
            assert!(wrong.mistake_at(name).is_some(), "{name} {value}");
        }
        clerk.get(&format!("{LIST}?employee_no=20001")).await.says(200, &["条件に合う明細はありません"]);
    }

    // R004-129, R004-132
    async fn terms_are_changed_cancelled_and_taken_back(fresh: &Fresh) {
        let union = with_items(fresh, 3).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = id_of(KEY, "101", ONE);
        let path = format!("{LIST}/{id}");
        let page = clerk.get(&path).await;
        page.says(200, &["組合費", "前回の依頼", "変更(F8)", "2024年4月から"]);
        let more = [("amount_monthly", "4,000"), ("note", "昇給")];
        for _ in 0..2 {
            change(&clerk, &page, &id, &more).await.leads_to(&format!("{path}?done=changed"));
        }
        let item = stored(&union, &id).await;
        assert_eq!((item.terms.amounts.monthly, item.state, item.version), (4_000, State::Changed, 2));
        let told = clerk.get(&path).await;
        told.says(200, &["3,500円 → 4,000円", "昇給"]);
        // Back to what was last requested: 継続 again.
        change(&clerk, &told, &id, &[]).await.leads_to(&format!("{path}?done=changed"));
        assert_eq!(stored(&union, &id).await.state, State::Active);
        let cancel = format!("{path}/cancel");
        let page = clerk.get(&cancel).await;
        page.says(200, &["組合費", ONE, "2026年12月分から控除しなくなります"]);
        for _ in 0..2 {
            confirm(&clerk, &page, &cancel).await.leads_to(&format!("{path}?done=cancelled"));
        }
        assert_eq!(stored(&union, &id).await.state, State::Cancelled);
        sums_agree(&union).await;
        let told = clerk.get(&path).await;
        told.says(200, &["解除を取り消す"]).hides("変更(F8)");
        for _ in 0..2 {
            confirm(&clerk, &told, &format!("{path}/restore")).await
                .leads_to(&format!("{path}?done=restored"));
        }
        assert_eq!(stored(&union, &id).await.state, State::Active);
        clerk.get("/deduction/ledger/history").await.says(200, &["解除の取消", "4件"]);
        sums_agree(&union).await;
        for action in ["ledger-cancel", "ledger-restore"] {
            assert_eq!(union.world.audited(action, "done").await, 1);
        }
    }

    async fn the_second_of_two_clerks_is_told_and_loses_nothing(fresh: &Fresh) {
        let union = with_items(fresh, 2).await;
        let one = union.clerk(CONTRACT.0, "hanako02", None).await;
        let two = union.clerk(CONTRACT.0, "jiro0003", None).await;
        let id = id_of(KEY, "101", ONE);
        let path = format!("{LIST}/{id}");
        let (first, second) = (one.get(&path).await, two.get(&path).await);
        change(&one, &first, &id, &[("amount_monthly", "4,000")]).await
            .leads_to(&format!("{path}?done=changed"));
        let told = change(&two, &second, &id, &[("amount_monthly", "5,000")]).await;
        told.says(409, &["ほかの担当者がこの明細を更新したため", "hanako02", "value=\"5,000\""]);
        assert_eq!(stored(&union, &id).await.terms.amounts.monthly, 4_000);
        change(&two, &told, &id, &[("amount_monthly", "5,000")]).await
            .leads_to(&format!("{path}?done=changed"));
        assert_eq!(stored(&union, &id).await.terms.amounts.monthly, 5_000);
    }

    // R004-147
    async fn a_second_after_the_closing_day_nothing_is_taken(fresh: &Fresh) {
        let union = with_items(fresh, 2).await;
        let id = id_of(KEY, "101", ONE);
        let path = format!("{LIST}/{id}");
        union.at("2026-12-10T23:59:59");
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&path).await;
        let new = clerk.get(&format!("{LIST}/new")).await;
        let (key, periods) = (hidden(&new, "key"), hidden(&new, "periods"));
        change(&clerk, &page, &id, &[("amount_monthly", "4,000")]).await
            .leads_to(&format!("{path}?done=changed"));
        let page = clerk.get(&path).await;
        union.at("2026-12-11T00:00:00");
        let closing = "2026年12月 月例分は締め切りました。";
        change(&clerk, &page, &id, &[("amount_monthly", "5,000")]).await.says(409, &[closing]);
        clerk.post(&format!("{LIST}/new"), &new_item(&key, &periods)).await.says(409, &[closing]);
        clerk.get(&path).await.says(200, &[closing]).hides("変更(F8)");
        assert_eq!(union.close_due().await, 1);
        let over = "2026年12月 月例分は締切日を過ぎたため、変更できません。";
        change(&clerk, &page, &id, &[("amount_monthly", "5,000")]).await.says(409, &[over]);
        clerk.post(&format!("{LIST}/new"), &new_item(&key, &periods)).await.says(409, &[over]);
        let item = stored(&union, &id).await;
        assert_eq!((item.terms.amounts.monthly, item.state), (4_000, State::Active));
        assert_eq!(item.base, Some(item.terms.amounts), "what was requested");
        let page = clerk.get(&path).await;
        change(&clerk, &page, &id, &[("amount_monthly", "5,000")]).await
            .leads_to(&format!("{path}?done=changed"));
    }
}
