//! まとめ入金依頼入金中止設定 (R004-124).

use sekisho::base::money::Yen;
use sekisho::deduction::scope::Key;

use super::super::union::OTHER_GROUP;
use super::{Answered, DEPOSIT, GROUP, KEY, STOPS, hidden};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};

async fn act(clerk: &Window<'_>, path: &str, act: &str) -> crate::support::site::Page {
    let version = hidden(&clerk.get(path).await, "version");
    clerk.post(path, &[("version", &version), ("act", act)]).await
}

both_engines! {
    async fn a_deducted_line_is_stopped_and_goes_on_again(fresh: &Fresh) {
        // R004-124
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        let before = answered.sums().await;
        let line = answered.lines("ok").await[0];
        clerk.get(STOPS).await.says(200, &["入金中止にする", "控除不能", "2026年12月 月例", "控除済"]);
        let path = answered.stop(line);
        clerk.get(&path).await.says(200, &["入金を中止します", "入金中止にする", "10000001"]);
        assert!(act(&clerk, &path, "stop").await.location.ends_with("done=stopped"));
        let stopped = answered.sums().await;
        assert_eq!((stopped.stopped.count, stopped.ok), (1, before.ok));
        assert_eq!(stopped.paid().amount, before.paid().amount - stopped.stopped.amount);
        answered.check_sums().await;
        let paid = Yen(stopped.paid().amount).ja();
        clerk.get(&answered.at(DEPOSIT)).await.says(200, &[&paid]);
        clerk.get(&format!("{}&state=stopped", answered.at(STOPS))).await
            .says(200, &["10000001", "中止を解除する"]).hides("10000002");
        // The browser's second click: nothing is doubled.
        let again = clerk.post(&path, &[("version", "1"), ("act", "stop")]).await;
        assert!(again.location.ends_with("done=already"), "{}", again.location);
        assert_eq!(answered.sums().await, stopped);
        assert!(act(&clerk, &path, "resume").await.location.ends_with("done=resumed"));
        assert_eq!(answered.sums().await, before);
        answered.check_sums().await;
        let world = &answered.union.world;
        assert_eq!(world.audited("deposit-stop", "done").await, 1);
        assert_eq!(world.audited("deposit-resume", "done").await, 1);
    }

    async fn whoever_stops_a_line_comes_back_to_the_same_place_of_the_list(fresh: &Fresh) {
        // R004-124
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        let list = clerk.get(&format!("{}&state=&employee_no=1000", answered.at(STOPS))).await;
        let path = answered.stop(answered.lines("ok").await[0]);
        let href = format!("{path}?employee_no=1000");
        list.says(200, &[&href]);
        let page = clerk.get(&href).await;
        let fields = ["version", "employee_no", "state"].map(|name| hidden(&page, name));
        let form = [("version", &*fields[0]), ("employee_no", &fields[1]), ("state", &fields[2]), ("act", "stop")];
        clerk.post(&path, &form).await.leads_to(&format!("{}&employee_no=1000&done=stopped", answered.at(STOPS)));
    }

    async fn what_was_not_deducted_is_not_paid_in_any_case(fresh: &Fresh) {
        // R004-124
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        let path = answered.stop(answered.lines("unable").await[0]);
        clerk.get(&path).await.says(200, &["控除不能の明細は、入金されません。", "欠勤のため"]);
        clerk.post(&path, &[("version", "1"), ("act", "stop")]).await.says(409, &[]);
        assert_eq!(answered.sums().await.stopped.count, 0);
    }

    async fn nothing_is_stopped_before_the_results_and_after_the_confirmation(fresh: &Fresh) {
        // R004-124, R004-125
        let answered = Answered::closed(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        clerk.get(STOPS).await.says(200, &["控除結果が届いていません"]).hides("入金中止にする");
        let path = answered.stop(1);
        clerk.get(&path).await.says(200, &["控除結果が届いていません"]);
        clerk.post(&path, &[("version", "1"), ("act", "stop")]).await.says(409, &[]);
        answered.answer(KEY, &answered.period).await;
        let path = answered.stop(answered.lines("ok").await[0]);
        let version = hidden(&clerk.get(&path).await, "version");
        answered.confirm(&clerk).await;
        clerk.post(&path, &[("version", &version), ("act", "stop")]).await.says(409, &[]);
        clerk.get(&path).await.says(200, &["先に「まとめ入金確定」の画面で確定を解除してください。"]);
        assert_eq!(answered.sums().await.stopped.count, 0);
        assert_eq!(answered.union.world.audited("deposit-stop", "done").await, 0);
    }

    async fn lines_are_found_by_number_and_state(fresh: &Fresh) {
        // R004-124
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        let all = answered.at(STOPS);
        clerk.get(&format!("{all}&employee_no=1000000")).await
            .says(200, &["10000001", "職員番号：1000000"]).hides("10000010");
        clerk.get(&format!("{all}&employee_no=9")).await.says(200, &[]);
        clerk.get(&format!("{all}&employee_no=%25")).await.says(422, &["英字・数字・ハイフンで"]);
        clerk.get(&format!("{all}&state=unable")).await.says(200, &["控除不能"]).hides("入金中止にする");
        let first = clerk.get(&all).await;
        let (_, next) = first.html.split_once("after=").expect("a next page");
        let next = next.split(['"', '&']).next().expect("a key");
        let second = clerk.get(&format!("{all}&after={next}")).await;
        second.says(200, &["10000040"]).hides("10000001<");
    }

    async fn whoever_only_looks_changes_nothing(fresh: &Fresh) {
        // R004-146, RX-07
        let answered = Answered::new(fresh).await;
        let viewer = answered.viewer("miru0001").await;
        viewer.get(STOPS).await.says(200, &["控除済"]).hides("入金中止にする");
        let path = answered.stop(answered.lines("ok").await[0]);
        viewer.get(&path).await.says(403, &[]);
        viewer.post(&path, &[("version", "1"), ("act", "stop")]).await.says(403, &[]);
        viewer.get(&answered.at(&format!("{DEPOSIT}/confirm"))).await.says(403, &[]);
        viewer.post(&format!("{DEPOSIT}/confirm"), &[("period", &answered.period)]).await.says(403, &[]);
        viewer.get(&answered.at(DEPOSIT)).await.says(200, &["まとめ入金"]).hides("確定する");
        assert_eq!((answered.deposits().await, answered.sums().await.stopped.count), (0, 0));
    }

    async fn another_group_s_lines_are_not_there(fresh: &Fresh) {
        // RX-06
        let answered = Answered::new(fresh).await;
        let line = answered.stop(answered.lines("ok").await[0]);
        let beside = answered.union.clerk(CONTRACT.0, "tonari01", Some(OTHER_GROUP)).await;
        let other: Key<'_> = answered.union.other_contract().await;
        let stranger = answered.union.clerk(other.contract_no, "yosonohito", Some(GROUP)).await;
        for window in [&beside, &stranger] {
            window.get(&answered.at(STOPS)).await.says(404, &[]);
            window.get(&answered.at(DEPOSIT)).await.says(404, &[]);
            window.get(&answered.at(&format!("{DEPOSIT}/confirm"))).await.says(404, &[]);
            window.get(&answered.at("/deduction/rokin/stops.csv")).await.says(404, &[]);
            window.get(&line).await.says(404, &[]);
            window.post(&line, &[("version", "1"), ("act", "stop")]).await.says(404, &[]);
            window.get(STOPS).await.says(200, &[]).hides("10000001");
        }
        assert_eq!(answered.sums().await.stopped.count, 0);
    }
}
