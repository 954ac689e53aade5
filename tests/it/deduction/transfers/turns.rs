//! Leaving and coming back, twice at once, changed meanwhile, given up, closed meanwhile.

use super::{
    HISTORY, IMPORT, KEY, confirm, digest, exported, found, id, imported, ledger, picture, send,
    send_with, text, work,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use sekisho::deduction::transfers::State;
use sekisho::deduction::transfers::store::{self, READ};
use sekisho::jobs;

both_engines! {
    async fn one_leaves_and_comes_back(fresh: &Fresh) {
        // RX-07
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get(HISTORY).await.says(200, &["まだありません"]);
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1700,");
        clerk.get(IMPORT).await;
        let key = sekisho::base::id::new_id(union.world.clock.now());
        let fields = [("missing", "keep"), ("key", key.as_str())];
        let first = send_with(&clerk, IMPORT, &fields, file.as_bytes()).await;
        let second = send_with(&clerk, IMPORT, &fields, file.as_bytes()).await;
        assert_eq!((first.status.as_u16(), &first.location), (303, &second.location));
        let waiting = clerk.get(&first.location).await;
        waiting.says(200, &["読み込み中", "順番を待っています", "http-equiv=\"refresh\""]);
        let list = clerk.get(HISTORY).await;
        list.says(200, &["読み込み中", &first.location]);
        assert_eq!(list.html.matches("元帳.csv").count(), 1, "two clicks are one file");
        work(&union).await;
        clerk.get(&first.location).await.says(200, &["確認待ち", "1,500円 → 1,700円"]);
        confirm(&union, &clerk, &first.location).await;
        assert_eq!(found(&union, &first.location).await.state, State::Done);
    }

    async fn a_second_click_and_a_second_job_do_nothing_twice(fresh: &Fresh) {
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1700,");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let shown = digest(&clerk.get(&at).await);
        let apply = format!("{at}/apply");
        for _ in 0..2 {
            clerk.post(&apply, &[("digest", &shown)]).await.leads_to(&at);
        }
        clerk.get(&at).await.says(200, &["取込中"]);
        let mut tx = union.world.app.db.begin().await.expect("begun");
        let (id, now) = (found(&union, &at).await.id, union.world.clock.now());
        for kind in [READ, store::APPLY] {
            jobs::enqueue(&mut tx, kind, &id, now).await.expect("queued");
        }
        tx.commit().await.expect("committed");
        work(&union).await;
        assert_eq!(found(&union, &at).await.state, State::Done);
        assert_eq!(union.world.audited("ledger-import", "done").await, 1);
        let history = picture(&union).await;
        assert_eq!(history.iter().filter(|row| row.contains("|file|")).count(), 9);
        clerk.post(&apply, &[("digest", &shown)]).await.leads_to(&at);
    }

    async fn what_changed_meanwhile_is_read_anew_and_told(fresh: &Fresh) {
        // RX-07
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replacen(",1500,", ",1700,", 1);
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let other = text(&exported(&clerk, "utf8").await).replacen(",1500,", ",1900,", 2);
        let rival = imported(&union, &clerk, "keep", other.as_bytes()).await;
        confirm(&union, &clerk, &rival).await;
        assert_eq!(found(&union, &rival).await.state, State::Done);
        let before = picture(&union).await;
        let old = digest(&clerk.get(&at).await);
        confirm(&union, &clerk, &at).await;
        assert_eq!(picture(&union).await, before, "nothing was written");
        clerk.get(&at).await.says(200, &["ほかの方が明細を変更しました", "1,900円 → 1,700円"]);
        // The confirmation of what was shown before is no confirmation of this.
        clerk.post(&format!("{at}/apply"), &[("digest", &old)]).await.says(409, &["最新の画面へ"]);
        confirm(&union, &clerk, &at).await;
        assert_eq!(found(&union, &at).await.state, State::Done);
        let after = picture(&union).await;
        assert!(after.iter().any(|row| row.starts_with(&format!("{}|changed|1700", id(0)))));
    }

    async fn what_is_given_up_changes_nothing_and_leaves_nothing(fresh: &Fresh) {
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let (before, file) = (picture(&union).await, exported(&clerk, "utf8").await);
        let file = text(&file).replace(",1500,", ",1700,");
        let unread = send(&clerk, IMPORT, &[("missing", "keep")], file.as_bytes()).await.location;
        let read = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let unread_too = send(&clerk, IMPORT, &[("missing", "keep")], file.as_bytes()).await;
        for at in [&unread, &read, &unread_too.location] {
            clerk.get(at).await;
            clerk.post(&format!("{at}/drop"), &[]).await.leads_to(at);
            clerk.post(&format!("{at}/drop"), &[]).await.leads_to(at);
            clerk.get(at).await.says(200, &["取りやめました"]).hides("取込を確定する");
        }
        work(&union).await;
        let left: Option<i64> = union
            .conn()
            .await
            .one("SELECT COUNT(*) FROM ledger_staging", sekisho::db::params![])
            .await
            .expect("asked");
        assert_eq!((left, picture(&union).await), (Some(0), before));
    }

    async fn after_the_closing_day_a_preview_is_read_for_the_next_month(fresh: &Fresh) {
        // R004-147
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replacen(",1500,", ",1700,", 1);
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let shown = digest(&clerk.get(&at).await);
        let apply = format!("{at}/apply");
        clerk.post(&apply, &[("digest", &shown)]).await.leads_to(&at);
        union.at("2026-12-12T00:00:01");
        assert!(union.close_due().await > 0);
        let before = picture(&union).await;
        work(&union).await;
        assert_eq!(picture(&union).await, before);
        let now = found(&union, &at).await;
        assert_eq!(now.state, State::Ready);
        assert!(now.findings.told.contains("締切日を過ぎた"), "{:?}", now.findings);
        assert_eq!(now.options.token, union.token(KEY).await);
    }
}
