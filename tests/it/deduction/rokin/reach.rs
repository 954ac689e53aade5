//! Who reaches which item, by URL too (R004-145, R004-146, RX-06, RX-07).

use sekisho::deduction::rokin::store;
use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::Mode;

use super::changes::{LIST, hidden, new_item, stored};
use crate::deduction::union::{KEY, OTHER_GROUP, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};

const ONE: &str = "10000000";

async fn with_items(fresh: &Fresh) -> Union {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, 5).await;
    union.rokin_items(KEY, 2).await;
    union
}

/// Tries every way to change the item, with a form that would be good.
async fn tries(union: &Union, window: &Window<'_>, id: &str) -> Vec<u16> {
    let token = union.token(KEY).await;
    let fields = [("version", "1"), ("periods", &*token), ("amount_monthly", "1")];
    let mut statuses = Vec::new();
    for way in ["", "/cancel", "/restore"] {
        let sent = window.post(&format!("{LIST}/{id}{way}"), &fields).await;
        statuses.push(sent.status.as_u16());
    }
    let key = sekisho::base::id::new_id(union.world.clock.now());
    let sent = window.post(&format!("{LIST}/new"), &new_item(&key, &token)).await;
    statuses.push(sent.status.as_u16());
    statuses.push(window.get(&format!("{LIST}/new")).await.status.as_u16());
    statuses.push(window.get(&format!("{LIST}/{id}/cancel")).await.status.as_u16());
    statuses
}

both_engines! {
    // R004-146
    async fn who_may_only_look_sees_no_form_and_changes_nothing(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.limited("miru0005", Mode::View).await;
        let id = item(KEY.group_no, ONE, 0);
        clerk.get(LIST).await.says(200, &[">詳細<", "CSV", "印刷"]).hides("新規登録").hides("詳細・変更");
        clerk.get(&format!("{LIST}/{id}")).await
            .says(200, &["いまの登録内容", "更新履歴"]).hides("変更(F8)").hides("/cancel").hides("追加登録");
        clerk.get("/deduction/rokin/history").await.says(200, &[]);
        clerk.get("/deduction/rokin").await.says(200, &["労金控除明細照会"]).hides("労金控除明細新規登録");
        assert_eq!(tries(&union, &clerk, &id).await, [403; 6]);
        assert_eq!(stored(&union, &id).await.version, 1);
    }

    // RX-07
    async fn who_has_it_hidden_sees_nothing(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.limited("kakure06", Mode::Hide).await;
        let id = item(KEY.group_no, ONE, 0);
        let one = format!("{LIST}/{id}");
        for path in [LIST, &one, "/deduction/rokin/history", "/deduction/rokin/items.csv",
            "/deduction/rokin/items.pdf", "/deduction/rokin/history.csv",
            "/deduction/rokin/history.pdf", "/deduction/rokin"] {
            clerk.get(path).await.says(403, &[]);
        }
        assert_eq!(tries(&union, &clerk, &id).await, [403; 6]);
    }

    // R004-145
    async fn a_group_without_更新_shows_its_items_and_changes_none(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let update = "DELETE FROM deposit_group_services \
                      WHERE contract_no = $1 AND group_no = $2 AND service = 'rokin_update'";
        assert_eq!(union.run(KEY, update, &[]).await, 1);
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = item(KEY.group_no, ONE, 0);
        clerk.get(LIST).await.says(200, &[">詳細<"]).hides("新規登録");
        clerk.get(&format!("{LIST}/{id}")).await.says(200, &["いまの登録内容"]).hides("変更(F8)");
        assert_eq!(tries(&union, &clerk, &id).await, [403; 6]);
    }

    // RX-06
    async fn another_group_or_contract_is_not_reached_by_url(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let beside = Key { contract_no: CONTRACT.0, group_no: OTHER_GROUP };
        union.group(beside, &Service::OF_GROUPS).await;
        union.members(beside, 100, 105).await;
        union.rokin_items(beside, 1).await;
        let theirs = union.other_contract().await;
        union.members(theirs, 200, 205).await;
        union.rokin_items(theirs, 1).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", Some(KEY.group_no)).await;
        for (key, id) in [
            (beside, item(OTHER_GROUP, "10000100", 0)),
            (theirs, item(theirs.group_no, "10000200", 0)),
        ] {
            let page = clerk.get(&format!("{LIST}/{id}")).await;
            page.says(404, &["ページが見つかりません"]);
            let nobodys = clerk.get(&format!("{LIST}/{}", "0".repeat(id.len()))).await;
            assert_eq!(page.html, nobodys.html, "told from an id that nobody has");
            let token = union.token(KEY).await;
            let fields = [("version", "1"), ("periods", &*token), ("amount_monthly", "1")];
            for way in ["", "/cancel", "/restore"] {
                clerk.post(&format!("{LIST}/{id}{way}"), &fields).await.says(409, &[]);
            }
            let untouched = store::find(&mut union.conn().await, key, &id).await.unwrap().unwrap();
            assert_eq!(untouched.version, 1);
            clerk.get(&format!("{LIST}?after={id}")).await.says(409, &[]);
        }
        // Neither list nor file nor chooser knows their members.
        for path in [LIST, "/deduction/rokin/items.csv", "/deduction/rokin/history"] {
            clerk.get(path).await.says(200, &[]).hides("10000100").hides("10000200");
        }
        clerk.get(&format!("{LIST}/new?employee_no=10000100")).await
            .says(200, &[]).hides("10000100").hides("山田　100");
        // In the other group the same person works as well: chosen there.
        let over = union.clerk(CONTRACT.0, "hanako02", Some(OTHER_GROUP)).await;
        over.get(LIST).await.says(200, &["10000100"]).hides(ONE);
        // A form of the first group is worth nothing in the second.
        let page = clerk.get(&format!("{LIST}/new")).await;
        let periods = hidden(&page, "periods");
        let key = hidden(&page, "key");
        over.post(&format!("{LIST}/new"), &new_item(&key, &periods)).await.says(409, &["変更できません"]);
    }

    async fn the_list_is_the_same_on_screen_and_as_csv(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&format!("{LIST}?product=saving")).await;
        let rows = page.html.matches("<th scope=\"row\">").count();
        let file = clerk.get("/deduction/rokin/items.csv?product=saving&encoding=utf8").await;
        file.says(200, &["職員番号,カナ氏名,漢字氏名,種目,口座番号"]);
        assert_eq!(file.html.trim_end().lines().count(), rows + 1);
        let none = clerk.get("/deduction/rokin/items.csv?product=gold").await;
        assert_eq!(none.status.as_u16(), 400);
        let pdf = clerk.get("/deduction/rokin/items.pdf?product=saving").await;
        assert_eq!(pdf.status.as_u16(), 200);
        assert!(pdf.bytes.starts_with(b"%PDF-"));
    }
}
