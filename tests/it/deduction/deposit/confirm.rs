//! まとめ入金確定 and its undoing (R004-125).

use sekisho::base::money::Yen;
use sekisho::deduction::deposit::{acts, store};

use super::{Answered, DEPOSIT, KEY, confirmation, hidden, send};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

both_engines! {
    async fn what_is_confirmed_is_what_the_page_showed(fresh: &Fresh) {
        // R004-125
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        clerk.get(DEPOSIT).await.says(200, &["控除結果が届きました", "確定する"]).hides("確定を解除する");
        let sums = answered.sums().await;
        let page = clerk.get(&answered.at(&format!("{DEPOSIT}/confirm"))).await;
        let paid = Yen(sums.paid().amount).ja();
        page.says(200, &[&paid, &Yen(sums.requested.amount).ja(), &Yen(sums.unable.amount).ja()]);
        let form = confirmation(&page);
        // Meanwhile a colleague stops a line: the amount is not the one that was seen.
        let colleague = answered.clerk("kumiai002").await;
        let stop = answered.stop(answered.lines("ok").await[2]);
        let version = hidden(&colleague.get(&stop).await, "version");
        colleague.post(&stop, &[("version", &version), ("act", "stop")]).await;
        send(&clerk, &format!("{DEPOSIT}/confirm"), &form).await.says(409, &["最新の内容を確かめる"]);
        assert_eq!(answered.deposits().await, 0);
        assert!(answered.confirm(&clerk).await.location.ends_with("done=confirmed"));
        let now = answered.sums().await;
        assert_eq!(now.paid().count, sums.paid().count - 1);
        clerk.get(&format!("{}&done=confirmed", answered.at(DEPOSIT))).await.says(
            200,
            &["まとめ入金を確定しました。", "16000004-202612-101", &Yen(now.paid().amount).ja(), "確定を解除する"],
        );
        let mut conn = answered.union.conn().await;
        let deposit = store::standing(&mut conn, CONTRACT.0, &answered.period).await.expect("asked").expect("one");
        let parts = store::parts(&mut conn, CONTRACT.0, &deposit.id).await.expect("asked");
        assert_eq!(parts.iter().map(|part| part.sum.amount).sum::<i64>(), deposit.paid.amount);
        assert_eq!(parts.iter().map(|part| part.sum.count).sum::<i64>(), deposit.paid.count);
        assert_eq!((deposit.paid, deposit.stopped), (now.paid(), now.stopped));
    }

    async fn of_two_clerks_one_confirms_and_the_other_is_told(fresh: &Fresh) {
        // R004-125
        let answered = Answered::new(fresh).await;
        let (one, two) = (answered.clerk("kumiai001").await, answered.clerk("kumiai002").await);
        let path = answered.at(&format!("{DEPOSIT}/confirm"));
        let (a, b) = (confirmation(&one.get(&path).await), confirmation(&two.get(&path).await));
        let to = format!("{DEPOSIT}/confirm");
        // A double click, and a colleague at the same moment.
        let (first, second, third) = tokio::join!(send(&one, &to, &a), send(&one, &to, &a), send(&two, &to, &b));
        let ended = |page: &crate::support::site::Page| {
            page.location.rsplit_once("done=").expect("told").1.to_owned()
        };
        assert_eq!(ended(&first), ended(&second));
        let mut all = [ended(&first), ended(&third)];
        all.sort();
        assert_eq!(all, ["confirmed", "other"]);
        two.get(&format!("{}&done=other", answered.at(DEPOSIT))).await
            .says(200, &["ほかの方が先に確定しました。二重には確定していません。"]);
        assert_eq!(answered.deposits().await, 1);
        assert_eq!(answered.union.world.audited("deposit-confirm", "done").await, 1);
    }

    async fn what_was_undone_is_confirmed_anew_under_another_number(fresh: &Fresh) {
        // R004-125
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        let form = confirmation(&clerk.get(&answered.at(&format!("{DEPOSIT}/confirm"))).await);
        let to = format!("{DEPOSIT}/confirm");
        send(&clerk, &to, &form).await.leads_to(&format!("{}&done=confirmed", answered.at(DEPOSIT)));
        let undo = clerk.get(&answered.at(&format!("{DEPOSIT}/undo"))).await;
        undo.says(200, &["16000004-202612-101", "確定を解除する", "kumiai001"]);
        let (period, key) = (hidden(&undo, "period"), hidden(&undo, "key"));
        for _ in 0..2 {
            let done = clerk.post(&format!("{DEPOSIT}/undo"), &[("period", &period), ("key", &key)]).await;
            done.leads_to(&format!("{}&done=undone", answered.at(DEPOSIT)));
        }
        assert_eq!(answered.union.world.audited("deposit-undo", "done").await, 1);
        // The form of the first confirmation is used up.
        send(&clerk, &to, &form).await.says(409, &[]);
        assert!(answered.confirm(&clerk).await.location.ends_with("done=confirmed"));
        clerk.get(DEPOSIT).await.says(200, &["16000004-202612-102", "16000004-202612-101", "解除"]);
        assert_eq!(answered.deposits().await, 2);
        // The undoing of the first takes nothing from the second.
        clerk.post(&format!("{DEPOSIT}/undo"), &[("period", &period), ("key", &key)]).await;
        clerk.get(DEPOSIT).await.says(200, &["確定を解除する"]);
    }

    async fn what_was_sent_is_not_undone(fresh: &Fresh) {
        // R004-125
        let answered = Answered::new(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        answered.confirm(&clerk).await;
        let undo = clerk.get(&answered.at(&format!("{DEPOSIT}/undo"))).await;
        let key = hidden(&undo, "key");
        let now = answered.union.world.clock.now();
        let mut tx = answered.union.world.app.db.begin().await.expect("begun");
        let sent = acts::send(&mut tx, KEY, (&answered.period, &key), ("operator01", now)).await;
        assert!(sent.expect("asked").expect("sent").1);
        tx.commit().await.expect("committed");
        let refused = clerk.post(&format!("{DEPOSIT}/undo"), &[("period", &answered.period), ("key", &key)]).await;
        refused.leads_to(&answered.at(&format!("{DEPOSIT}/undo")));
        clerk.get(&refused.location).await.says(200, &["送信しました。確定の解除と変更はできません。"]);
        clerk.get(DEPOSIT).await.says(200, &["送信済"]).hides("確定を解除する");
        assert_eq!(answered.union.world.audited("deposit-undo", "done").await, 0);
    }

    async fn nothing_is_confirmed_before_all_results_are_there(fresh: &Fresh) {
        // R004-125
        let answered = Answered::closed(fresh).await;
        let clerk = answered.clerk("kumiai001").await;
        clerk.get(DEPOSIT).await.says(200, &["控除結果を待っています"]).hides(">確定する<");
        clerk.get(&answered.at(&format!("{DEPOSIT}/confirm"))).await.says(200, &["控除結果が届いていません"]);
        answered.answer(KEY, &answered.period).await;
        let form = confirmation(&clerk.get(&answered.at(&format!("{DEPOSIT}/confirm"))).await);
        // One result is missing after all.
        let sql = "UPDATE period_sums SET ok_count = ok_count - 1 WHERE contract_no = $1 AND book <> $2";
        answered.union.run(KEY, sql, &[]).await;
        clerk.get(DEPOSIT).await.says(200, &["控除結果が届いていない明細が1件"]).hides(">確定する<");
        send(&clerk, &format!("{DEPOSIT}/confirm"), &form).await.says(409, &[]);
        assert_eq!(answered.deposits().await, 0);
    }
}
