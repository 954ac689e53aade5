//! The closing day: what is entered a second before it ends counts, a second later it does
//! not (R004-147).

use sekisho::deduction::items::State;

use super::changes::{LIST, change, confirm, hidden, new_item, stored};
use crate::deduction::union::{KEY, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

const ONE: &str = "10000000";

async fn with_items(fresh: &Fresh) -> Union {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, 5).await;
    union.rokin_items(KEY, 2).await;
    union
}

both_engines! {
    // R004-112, R004-147
    async fn a_change_a_second_before_the_end_counts_and_a_second_later_is_refused(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let id = item(KEY.group_no, ONE, 0);
        let path = format!("{LIST}/{id}");
        union.at("2026-12-10T23:59:59");
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&path).await;
        let new = clerk.get(&format!("{LIST}/new")).await;
        change(&clerk, &page, &id, ["8,000", "0", "0"]).await
            .leads_to(&format!("{path}?done=changed"));
        let page = clerk.get(&path).await;
        let cancel = clerk.get(&format!("{path}/cancel")).await;

        union.at("2026-12-11T00:00:00");
        let closing = "2026年12月 月例分は締め切りました。";
        change(&clerk, &page, &id, ["9,000", "0", "0"]).await
            .says(409, &[closing, "8,000円"]).hides("変更(F8)");
        confirm(&clerk, &cancel, &format!("{path}/cancel")).await.says(409, &[closing]);
        let (key, periods) = (hidden(&new, "key"), hidden(&new, "periods"));
        let refused = clerk.post(&format!("{LIST}/new"), &new_item(&key, &periods)).await;
        refused.says(409, &[closing, "value=\"7654321\"", "value=\"山田　花子\""]);
        clerk.get(&path).await.says(200, &[closing]).hides("変更(F8)");
        clerk.get(&format!("{LIST}/new")).await.says(200, &[closing]).hides("登録(F8)");
        assert_eq!(stored(&union, &id).await.amounts.monthly, 8_000);

        assert_eq!(union.close_due().await, 1);
        let over = "2026年12月 月例分は締切日を過ぎたため、変更できません。";
        change(&clerk, &page, &id, ["9,000", "0", "0"]).await
            .says(409, &[over, "value=\"9,000\"", "最新の画面を開く"]);
        let refused = clerk.post(&format!("{LIST}/new"), &new_item(&key, &periods)).await;
        refused.says(409, &[over, "value=\"7654321\""]);
        confirm(&clerk, &cancel, &format!("{path}/cancel")).await.says(409, &[over]);
        let item = stored(&union, &id).await;
        assert_eq!((item.amounts.monthly, item.state), (8_000, State::Active));
        assert_eq!(item.base, Some(item.amounts), "what was requested");

        // Opened again, the same form is for the next period.
        let page = clerk.get(&path).await;
        page.says(200, &["2027年1月分の控除から反映されます。"]);
        change(&clerk, &page, &id, ["9,000", "0", "0"]).await
            .leads_to(&format!("{path}?done=changed"));
        let item = stored(&union, &id).await;
        assert_eq!((item.state, &*item.effective_ym), (State::Changed, "2027-01"));
        clerk.get(&format!("{path}?done=changed")).await.says(200, &["2027年1月分の控除から"]);
    }

    async fn what_was_cancelled_is_over_when_its_period_closes(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let id = item(KEY.group_no, ONE, 0);
        let path = format!("{LIST}/{id}");
        union.at("2026-12-10T12:00:00");
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get(&format!("{path}/cancel")).await;
        confirm(&clerk, &page, &format!("{path}/cancel")).await
            .leads_to(&format!("{path}?done=cancelled"));
        let told = clerk.get(&path).await;
        told.says(200, &["解除を取り消す"]);
        union.at("2026-12-11T00:00:00");
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get(LIST).await.says(200, &["解除"]);
        assert_eq!(union.close_due().await, 1);
        // The form's token comes first: the period is over.
        confirm(&clerk, &told, &format!("{path}/restore")).await
            .says(409, &["労金控除明細照会へ"]);
        clerk.get(&path).await.says(404, &["ページが見つかりません"]);
        clerk.get(&format!("{LIST}?state=cancelled")).await.hides(&id);
    }

    async fn a_group_without_a_period_says_so(fresh: &Fresh) {
        let union = with_items(fresh).await;
        let gone = "DELETE FROM periods WHERE contract_no = $1 AND group_no = $2";
        union.run(KEY, gone, &[]).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let id = item(KEY.group_no, ONE, 0);
        clerk.get(&format!("{LIST}/{id}")).await
            .says(200, &["入力できる控除年月がありません。"]).hides("変更(F8)");
        clerk.get(&format!("{LIST}/new")).await.says(200, &["入力できる控除年月がありません。"]);
        clerk.get(LIST).await.says(200, &["該当件数"]);
    }
}
