//! 種目: listed, registered, changed, stopped, deleted.

use sekisho::deduction::ledger::types::{self, LedgerType};

use super::{TYPES, with_items};
use crate::deduction::rokin::changes::hidden;
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

fn new_type<'a>(code: &'a str, name: &'a str) -> Vec<(&'static str, &'a str)> {
    vec![
        ("version", "0"),
        ("code", code),
        ("name", name),
        ("kana", "ｸﾐｱｲﾋ"),
        ("default_amount", "３，５００円"),
        ("position", "10"),
        ("used_from", "2026年4月"),
        ("active", "yes"),
    ]
}

async fn stored(union: &Union, code: &str) -> Option<LedgerType> {
    types::find(&mut union.conn().await, CONTRACT.0, code).await.unwrap()
}

both_engines! {
    // R004-139
    async fn a_type_is_registered_once_however_often_it_is_clicked(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get(TYPES).await.says(200, &["種目はまだありません", "新規登録"]);
        clerk.get(&format!("{TYPES}/new")).await.says(200, &["賃控元帳種目の登録", "value=\"2026-11\""]);
        let new = format!("{TYPES}/new");
        for _ in 0..2 {
            clerk.post(&new, &new_type("ａ01", "組合費")).await
                .leads_to(&format!("{TYPES}?done=added"));
        }
        let one = stored(&union, "A01").await.expect("registered");
        assert_eq!((&*one.kana, one.default_amount, &*one.used_from), ("クミアイヒ", 3_500, "2026-04"));
        assert_eq!(union.world.audited("ledger-type-add", "done").await, 1);
        clerk.get(&format!("{TYPES}?done=added")).await
            .says(200, &["賃控元帳種目を登録しました。", "A01", "3,500円", "使用中", "2026年4月"]);
        // The same code for something else is taken.
        let taken = clerk.post(&new, &new_type("a01", "別の種目")).await;
        taken.says(422, &["すでに登録済です", "value=\"別の種目\""]);
        let wrong = clerk.post(&new, &[("version", "0"), ("code", "12345")]).await;
        wrong.says(422, &[]);
        for name in ["code", "name", "kana", "default_amount", "position", "used_from", "active"] {
            assert!(wrong.mistake_at(name).is_some(), "{name}");
        }
    }

    // R004-139
    async fn the_second_of_two_clerks_is_told_that_a_type_changed(fresh: &Fresh) {
        let union = with_items(fresh, 2).await;
        let one = union.clerk(CONTRACT.0, "hanako02", None).await;
        let path = format!("{TYPES}/101");
        let page = one.get(&path).await;
        page.says(200, &["賃控元帳種目の変更", "101", "value=\"3500\""]);
        let version = hidden(&page, "version");
        let mut fields = new_type("101", "組合費（改）");
        fields[0].1 = &version;
        one.post(&path, &fields).await.leads_to(&format!("{TYPES}?done=changed"));
        assert_eq!(stored(&union, "101").await.unwrap().name, "組合費（改）");
        let two = union.clerk(CONTRACT.0, "jiro0003", None).await;
        fields[2].1 = "組合費（別）";
        two.post(&path, &fields).await.says(409, &["種目の最新の内容へ"]);
        assert_eq!(stored(&union, "101").await.unwrap().name, "組合費（改）");
        assert_eq!(union.world.audited("ledger-type-change", "done").await, 1);
    }

    // R004-139
    async fn a_type_that_items_use_is_stopped_and_not_deleted(fresh: &Fresh) {
        let union = with_items(fresh, 3).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let path = format!("{TYPES}/101/delete");
        let page = clerk.get(&path).await;
        page.says(200, &["削除できません", "3件", "停止する"]).hides("value=\"delete\"");
        let wanted = |way, version| [("way", way), ("version", version)];
        clerk.post(&path, &wanted("delete", "1")).await.says(409, &["3件", "停止する"]);
        assert!(stored(&union, "101").await.is_some());
        clerk.post(&path, &wanted("stop", "1")).await.leads_to(&format!("{TYPES}?done=stopped"));
        assert!(!stored(&union, "101").await.unwrap().active);
        clerk.get(&path).await.says(200, &["すでに停止しています"]);
        clerk.get("/deduction/ledger/items/new").await.says(200, &["102 積立"]).hides("101 組合費");
        // What has ended is no use any more: its history stays.
        let ended = "UPDATE ledger_items SET state = 'ended' \
                     WHERE contract_no = $1 AND group_no = $2 AND type_code = '101'";
        assert_eq!(union.run(KEY, ended, &[]).await, 3);
        let page = clerk.get(&path).await;
        page.says(200, &["次の種目を削除します", "組合費", "3,500円"]);
        clerk.post(&path, &wanted("delete", "1")).await.says(409, &["種目の最新の内容へ"]);
        clerk.post(&path, &wanted("delete", &hidden(&page, "version"))).await
            .leads_to(&format!("{TYPES}?done=deleted"));
        assert_eq!(stored(&union, "101").await, None);
        assert_eq!(union.world.audited("ledger-type-delete", "done").await, 1);
        clerk.get(&format!("{TYPES}/101")).await.says(409, &["種目の一覧へ"]);
    }
}
