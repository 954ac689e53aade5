//! What nobody finishes, and what a process that is gone left behind.

use tokio::time::{Duration, Instant};

use super::{exported, found, imported, ledger, text, work};
use crate::deduction::union::{KEY, OTHER_GROUP, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use sekisho::db::params;
use sekisho::deduction::transfers::store::APPLY;
use sekisho::deduction::transfers::{State, print, work as jobs_of_files};
use sekisho::jobs::{Job, Outcome};

async fn staged(union: &Union) -> i64 {
    let sql = "SELECT (SELECT COUNT(*) FROM ledger_staging) \
               + (SELECT COUNT(*) FROM result_staging)";
    union.conn().await.one(sql, params![]).await.expect("asked").expect("a count")
}

async fn tidied(union: &Union) {
    jobs_of_files::tidy(&union.world.app).await.expect("tidied");
}

/// Waits until nothing is printed any more.
async fn printed(union: &Union) {
    let begun = Instant::now();
    let sql = "SELECT COUNT(*) FROM transfers WHERE state = 'making'";
    while union.conn().await.one::<i64>(sql, params![]).await.expect("asked") != Some(0) {
        assert!(begun.elapsed() < Duration::from_mins(2), "it is not made");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

both_engines! {
    async fn what_nobody_confirms_in_a_week_is_dropped_and_leaves_nothing(fresh: &Fresh) {
        // R004-139
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1700,");
        let ready = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let wrong = file.replace(",1700,", ",千円,");
        let refused = imported(&union, &clerk, "keep", wrong.as_bytes()).await;
        tidied(&union).await;
        assert_eq!(found(&union, &ready).await.state, State::Ready);
        assert_eq!(found(&union, &refused).await.state, State::Refused);
        assert!(staged(&union).await > 0);
        union.at("2026-11-29T12:00:00");
        tidied(&union).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        for at in [&ready, &refused] {
            assert_eq!(found(&union, at).await.state, State::Dropped);
            clerk.get(at).await.says(200, &["7日のあいだ", "もう一度選んでください"]);
        }
        assert_eq!(staged(&union).await, 0);
        let sql = "SELECT COUNT(*) FROM transfers WHERE content IS NOT NULL";
        let kept: Option<i64> = union.conn().await.one(sql, params![]).await.expect("asked");
        assert_eq!(kept, Some(0));
        assert_eq!(union.world.audited("transfer-drop", "done").await, 2);
    }

    async fn what_failed_for_good_says_so(fresh: &Fresh) {
        // RX-07
        let union = ledger(fresh, 9).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1700,");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let lost = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let id = found(&union, &at).await.id;
        // The period of these results is not there: each try fails.
        let sql = "UPDATE transfers SET state = 'applying', kind = 'result', period_id = 'none' \
                   WHERE contract_no = $1 AND group_no = $2 AND id = $3";
        union.run(KEY, sql, &[&id]).await;
        for (tries, state) in [(0, State::Applying), (58, State::Applying), (59, State::Failed)] {
            let job = Job { id: "j".into(), kind: APPLY.into(), payload: id.clone(), tries };
            let outcome = jobs_of_files::run(&union.world.app, &job).await;
            assert!(matches!(outcome, Outcome::Retry(_)), "{outcome:?}");
            assert_eq!(found(&union, &at).await.state, state, "{tries}");
        }
        let sql = "UPDATE transfers SET kind = 'ledger' WHERE contract_no = $1 \
                   AND group_no = $2 AND id = $3";
        union.run(KEY, sql, &[&id]).await;
        // Nor does one wait for ever whose job is gone.
        let sql = "UPDATE transfers SET state = 'applying' WHERE contract_no = $1 \
                   AND group_no = $2 AND id = $3";
        union.run(KEY, sql, &[&found(&union, &lost).await.id]).await;
        tidied(&union).await;
        assert_eq!((found(&union, &lost).await.state, staged(&union).await), (State::Failed, 0));
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get(&lost).await.says(200, &["失敗しました", "もう一度選んでください"]);
        work(&union).await;
    }

    async fn a_list_whose_making_was_cut_off_is_made_again_after_a_minute(fresh: &Fresh) {
        // RX-09
        let union = ledger(fresh, 2_050).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let ask = async || {
            let page = clerk.get("/deduction/ledger/items.pdf").await;
            assert_eq!(page.status, 303, "{}", page.html);
            page.location.rsplit('/').next().expect("an id").to_owned()
        };
        let first = ask().await;
        printed(&union).await;
        let now = union.world.clock.now();
        let making = "UPDATE transfers SET state = 'making', started_at = $4, group_no = $5 \
                      WHERE contract_no = $1 AND $2 <> '' AND id = $3";
        // Of another group: another list.
        union.run(KEY, making, &[&first, &now, &OTHER_GROUP]).await;
        let second = ask().await;
        assert_ne!(second, first);
        union.run(KEY, "UPDATE transfers SET state = 'done' WHERE id = $3 AND $1 <> $2", &[&first])
            .await;
        printed(&union).await;
        // It gave a sign half a minute ago; then none for more than one.
        let group = KEY.group_no.to_owned();
        union.run(KEY, making, &[&first, &now.plus_ms(-30_000), &group]).await;
        assert_eq!(ask().await, first);
        union.run(KEY, making, &[&first, &now.plus_ms(-61_000), &group]).await;
        assert_ne!(ask().await, first);
        print::tidy(&union.world.app).await.expect("tidied");
        assert_eq!(found(&union, &first).await.state, State::Failed);
        printed(&union).await;
    }
}
