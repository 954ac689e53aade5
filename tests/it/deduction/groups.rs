//! 入金グループ選択: chosen after the login, switched later.

use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;

use super::union::{GROUP, OTHER_GROUP, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

const GROUPS: &str = "/deduction/groups";

both_engines! {
    // R004-56, R004-58, R004-59, R004-106, R004-128
    async fn of_several_groups_one_is_chosen_and_switched_later(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let beside = Key { contract_no: CONTRACT.0, group_no: OTHER_GROUP };
        union.group(beside, &[Service::Ledger, Service::BulkSaving]).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        clerk.get("/home").await.leads_to(GROUPS);
        clerk.get("/deduction/rokin/items").await.leads_to(GROUPS);
        let page = clerk.get(GROUPS).await;
        page.says(200, &["DC590101", "登録件数", "2件", "入金グループ漢字名", "入金グループカナ名", "備考"]);
        page.says(200, &["労金控除(明細更新)・賃金控除元帳・一斉積立", ">賃金控除元帳・一斉積立<"]);
        clerk.post(GROUPS, &[("group_no", "16000099")]).await.says(404, &[]);
        for group in [GROUP, OTHER_GROUP, GROUP] {
            clerk.get(GROUPS).await;
            clerk.post(GROUPS, &[("group_no", group)]).await.leads_to("/home");
            let upper_right = format!("入金グループ <span class=\"number\">{group}</span>");
            clerk.get("/home").await.says(200, &[&upper_right, "入金グループ選択", GROUPS]);
        }
        assert_eq!(union.world.audited("group-choose", "done").await, 3);
    }

    // R004-57
    async fn whoever_has_one_group_is_not_asked(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "kumiai001", None).await;
        clerk.get("/home").await.says(200, &[GROUP]).hides("入金グループ選択");
    }
}
