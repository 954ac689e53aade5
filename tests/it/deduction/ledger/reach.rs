//! Who reaches what of the ledger, by URL too (R004-146, RX-06, RX-07).

use sekisho::base::id::new_id;
use sekisho::deduction::ledger::items::store;
use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::Mode;

use super::{BULK, LIST, ONE, TYPES, add_items, add_types, id_of, stored, with_items};
use crate::deduction::union::{KEY, OTHER_GROUP, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};

/// Tries every way to change something, with forms that would be good.
async fn tries(union: &Union, window: &Window<'_>, id: &str) -> Vec<u16> {
    let token = union.token(KEY).await;
    let key = new_id(union.world.clock.now());
    let fields = [
        ("version", "1"),
        ("periods", &*token),
        ("amount_monthly", "1"),
        ("start_ym", "2024-04"),
        ("key", &*key),
        ("way", "stop"),
    ];
    let mut statuses = Vec::new();
    for path in [
        format!("{LIST}/{id}"),
        format!("{LIST}/{id}/cancel"),
        format!("{LIST}/{id}/restore"),
        format!("{LIST}/new"),
        BULK.to_owned(),
        format!("{TYPES}/new"),
        format!("{TYPES}/101"),
        format!("{TYPES}/101/delete"),
    ] {
        statuses.push(window.post(&path, &fields).await.status.as_u16());
    }
    for path in [
        format!("{LIST}/{id}/cancel"),
        format!("{LIST}/new"),
        BULK.to_owned(),
        format!("{TYPES}/new"),
        format!("{TYPES}/101/delete"),
    ] {
        statuses.push(window.get(&path).await.status.as_u16());
    }
    statuses
}

const PAGES: [&str; 10] = [
    LIST,
    "/deduction/ledger/items.csv",
    "/deduction/ledger/items.pdf",
    "/deduction/ledger/history",
    "/deduction/ledger/history.csv",
    TYPES,
    "/deduction/ledger/types/101",
    "/deduction/ledger/checks",
    "/deduction/ledger/checks/breakdown",
    "/deduction/ledger/checks/types.csv",
];

both_engines! {
    // R004-146
    async fn who_may_only_look_sees_no_form_and_changes_nothing(fresh: &Fresh) {
        let union = with_items(fresh, 3).await;
        let clerk = union.limited("miru0005", Mode::View).await;
        let id = id_of(KEY, "101", ONE);
        clerk.get(LIST).await.says(200, &[">詳細<", "CSV", "印刷"]).hides("新規登録");
        clerk.get(&format!("{LIST}/{id}")).await
            .says(200, &["いまの登録内容"]).hides("変更(F8)").hides("/cancel");
        clerk.get(TYPES).await.says(200, &["組合費"]).hides("新規登録").hides("/delete");
        clerk.get(&format!("{TYPES}/101")).await.says(200, &["組合費"]).hides("変更する");
        clerk.get("/deduction/ledger").await.says(200, &["賃控元帳明細照会"]).hides("一括更新");
        assert_eq!(tries(&union, &clerk, &id).await, [403; 13]);
        assert_eq!(stored(&union, &id).await.version, 1);
    }

    // RX-07
    async fn who_has_it_hidden_sees_nothing(fresh: &Fresh) {
        let union = with_items(fresh, 2).await;
        let clerk = union.limited("kakure06", Mode::Hide).await;
        let id = id_of(KEY, "101", ONE);
        for path in PAGES {
            clerk.get(path).await.says(403, &[]);
        }
        clerk.get(&format!("{LIST}/{id}")).await.says(403, &[]);
        assert_eq!(tries(&union, &clerk, &id).await, [403; 13]);
    }

    // RX-06
    async fn another_group_or_contract_is_not_reached_by_url(fresh: &Fresh) {
        let union = with_items(fresh, 3).await;
        let beside = Key { contract_no: CONTRACT.0, group_no: OTHER_GROUP };
        union.group(beside, &Service::OF_GROUPS).await;
        union.members(beside, 100, 103).await;
        add_items(&union, beside).await;
        let theirs = union.other_contract().await;
        union.members(theirs, 200, 203).await;
        add_types(&union, theirs.contract_no).await;
        add_items(&union, theirs).await;
        let mine = "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, \
                    position, used_from, active, version) \
                    SELECT contract_no, '777', '秘密の種目', 'ヒミツ', 1, 1, '2020-04', active, 1 \
                    FROM ledger_types WHERE contract_no = $1 AND code = '101' AND $2 = $2";
        union.run(theirs, mine, &[]).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", Some(KEY.group_no)).await;
        for (key, number) in [(beside, "10000100"), (theirs, "10000200")] {
            let id = id_of(key, "101", number);
            let page = clerk.get(&format!("{LIST}/{id}")).await;
            page.says(404, &["ページが見つかりません"]);
            let nobodys = clerk.get(&format!("{LIST}/{}", "0".repeat(id.len()))).await;
            assert_eq!(page.html, nobodys.html, "told from an id that nobody has");
            let token = union.token(KEY).await;
            let fields = [("version", "1"), ("periods", &*token), ("amount_monthly", "1"),
                ("start_ym", "2024-04")];
            for way in ["", "/cancel", "/restore"] {
                clerk.post(&format!("{LIST}/{id}{way}"), &fields).await.says(409, &[]);
            }
            let untouched = store::find(&mut union.conn().await, key, &id).await.unwrap().unwrap();
            assert_eq!(untouched.version, 1);
            for list in [LIST, "/deduction/ledger/checks/breakdown"] {
                clerk.get(&format!("{list}?after={id}")).await.says(409, &[]);
            }
        }
        for path in PAGES.into_iter().filter(|path| !path.ends_with("pdf")) {
            clerk.get(path).await.says(200, &[])
                .hides("10000100").hides("10000200").hides("秘密の種目");
        }
        clerk.get(&format!("{TYPES}/777")).await.says(409, &["種目の一覧へ"]);
        clerk.get(&format!("{LIST}?product=777")).await.says(400, &[]);
        // 一括更新 reaches the chosen group only.
        let page = clerk.get(&format!("{BULK}?way=check&type_code=101&kind=monthly&rule=set&value=1")).await;
        page.says(200, &["3件"]).hides("10000100");
    }
}
