//! Claims: one worker at a time, and a dead one's job comes back.

use sekisho::base::Moment;
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::base::id::new_id;
use sekisho::db::Db;
use sekisho::jobs::{self, Job, Outcome};
use tokio::task::JoinSet;

use crate::support::db::{both_engines, now};

async fn queue(db: &Db, kind: &str) -> String {
    let mut tx = db.begin().await.expect("begun");
    let id = jobs::enqueue(&mut tx, kind, "{}", now()).await.expect("queued");
    tx.commit().await.expect("committed");
    id
}

/// Claims one job.
async fn claim(db: &Db, at: Moment) -> Option<Job> {
    let mut claimed = jobs::claim(db, 1, at).await.expect("asked");
    assert!(claimed.len() <= 1);
    claimed.pop()
}

both_engines! {
    async fn a_job_is_there_only_if_its_change_is(db: Db) {
        db.migrate(now()).await.expect("a schema");
        let mut tx = db.begin().await.expect("begun");
        jobs::enqueue(&mut tx, "mail", "{}", now()).await.expect("queued");
        tx.rollback().await.expect("undone");
        assert!(claim(&db, now()).await.is_none());
    }

    async fn a_claim_holds_fifteen_seconds_and_then_the_job_comes_back(db: Db) {
        db.migrate(now()).await.expect("a schema");
        let id = queue(&db, "mail").await;
        let first = claim(&db, now()).await.expect("a job");
        assert_eq!((first.id.as_str(), first.tries), (id.as_str(), 0));
        let almost = now().plus_ms(15 * SECOND_MS - 1);
        assert!(claim(&db, almost).await.is_none());
        let then = now().plus_ms(15 * SECOND_MS);
        let again = claim(&db, then).await.expect("a job");
        assert_eq!((again.id.as_str(), again.tries), (id.as_str(), 1));
        let mut conn = db.conn().await.expect("a connection");
        // The first, which took so long, has no say any more.
        jobs::renew(&mut conn, std::slice::from_ref(&first), then).await.expect("asked");
        jobs::settle(&mut conn, &[(first, Outcome::Done)], then).await.expect("asked");
        assert_eq!(jobs::counts(&mut conn).await.expect("counted"), (1, 0));
        jobs::settle(&mut conn, &[(again, Outcome::Done)], then).await.expect("settled");
        assert_eq!(jobs::counts(&mut conn).await.expect("counted"), (0, 0));
    }

    async fn after_sixty_tries_a_job_is_given_up_and_kept(db: Db) {
        db.migrate(now()).await.expect("a schema");
        queue(&db, "mail").await;
        let mut conn = db.conn().await.expect("a connection");
        let mut at = now();
        for round in 1..=60 {
            let job = claim(&db, at).await.expect("a job");
            let why = Outcome::Retry(format!("round {round}"));
            jobs::settle(&mut conn, &[(job, why)], at).await.expect("settled");
            at = at.plus_ms(180 * MINUTE_MS);
        }
        assert!(claim(&db, at).await.is_none());
        assert_eq!(jobs::counts(&mut conn).await.expect("counted"), (0, 1));
    }

    async fn workers_at_the_same_moment_never_get_the_same_job(db: Db) {
        db.migrate(now()).await.expect("a schema");
        for _ in 0..10 {
            queue(&db, "mail").await;
        }
        let mut workers = JoinSet::new();
        for _ in 0..8 {
            let db = db.clone();
            workers.spawn(async move {
                let mut mine = Vec::new();
                for _ in 0..10 {
                    let claimed = jobs::claim(&db, 3, now()).await.expect("asked");
                    mine.extend(claimed.into_iter().map(|job| job.id));
                }
                mine
            });
        }
        let mut all: Vec<_> = workers.join_all().await.concat();
        assert_eq!(all.len(), 10);
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 10);
    }

    async fn the_newest_does_not_wait_behind_a_thousand_older_ones(db: Db) {
        db.migrate(now()).await.expect("a schema");
        let many: Vec<_> = (0..1_000).map(|_| (new_id(now()), "{}".to_owned())).collect();
        let mut tx = db.begin().await.expect("begun");
        jobs::enqueue_all(&mut tx, "mail", &many, now()).await.expect("queued");
        tx.commit().await.expect("committed");
        let mut tx = db.begin().await.expect("begun");
        let later = now().plus_ms(SECOND_MS);
        let id = jobs::enqueue(&mut tx, "mail", "{}", later).await.expect("queued");
        tx.commit().await.expect("committed");
        let claimed = jobs::claim(&db, 48, later).await.expect("asked");
        assert_eq!(claimed.len(), 48);
        assert!(claimed.iter().any(|job| job.id == id), "it is among the first");
        assert!(claimed.iter().any(|job| job.id == many.iter().map(|m| &m.0).min().unwrap().as_str()));
    }
}
