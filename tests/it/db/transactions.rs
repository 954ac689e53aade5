//! All or nothing, also when somebody stops waiting or somebody else dies.

use std::thread;

use sekisho::base::Secret;
use sekisho::db::{Db, Engine, Error, Target, params};
use tokio::runtime::Builder;

use super::{SLOW, count, run, start_and_drop};
use crate::support::db::{Fresh, both_engines, fresh};

const TABLE: &str = "CREATE TABLE t (n BIGINT NOT NULL PRIMARY KEY)";
const INSERT: &str = "INSERT INTO t (n) VALUES ($1)";
/// More than any pool holds.
const MANY: i64 = 25;

both_engines! {
    async fn what_is_committed_stays_and_what_is_dropped_was_never_there(db: Db) {
        run(&db, &[TABLE]).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(INSERT, params![1]).await.unwrap();
        assert_eq!(count(&mut tx, "t").await, 1);
        assert_eq!(count(&mut db.conn().await.unwrap(), "t").await, 0, "not yet for others");
        tx.commit().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        tx.execute(INSERT, params![2]).await.unwrap();
        drop(tx);
        let mut tx = db.begin().await.unwrap();
        tx.execute(INSERT, params![3]).await.unwrap();
        tx.rollback().await.unwrap();
        let mut tx = db.begin().await.unwrap();
        let kept: Vec<i64> = tx.query("SELECT n FROM t", params![]).await.unwrap();
        assert_eq!(kept, [1]);
    }

    async fn a_failed_statement_leaves_only_giving_up(db: Db) {
        run(&db, &[TABLE]).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(INSERT, params![1]).await.unwrap();
        assert!(tx.execute(INSERT, params![1]).await.unwrap_err().is_unique_violation());
        assert!(matches!(tx.execute(INSERT, params![2]).await, Err(Error::Aborted)));
        assert!(matches!(tx.commit().await, Err(Error::Aborted)));
        assert_eq!(count(&mut db.begin().await.unwrap(), "t").await, 0);
    }

    async fn a_dropped_query_leaves_no_half_transaction(db: Db) {
        run(&db, &[TABLE]).await;
        for _ in 0..3 {
            let mut tx = db.begin().await.unwrap();
            tx.execute(INSERT, params![1]).await.unwrap();
            start_and_drop(tx.query::<i64>(SLOW, params![])).await;
            assert!(matches!(tx.execute(INSERT, params![2]).await, Err(Error::Aborted)));
            assert!(matches!(tx.commit().await, Err(Error::Aborted)));
        }
        let mut tx = db.begin().await.unwrap();
        assert_eq!(count(&mut tx, "t").await, 0);
        tx.execute(INSERT, params![1]).await.unwrap();
        tx.commit().await.unwrap();
    }

    async fn a_dropped_write_outside_a_transaction_harms_nobody_after_it(db: Db) {
        run(&db, &[TABLE]).await;
        for n in 0..MANY {
            let mut conn = db.conn().await.unwrap();
            start_and_drop(conn.execute(INSERT, params![n])).await;
            start_and_drop(conn.query::<i64>(SLOW, params![])).await;
        }
        let mut conn = db.conn().await.unwrap();
        conn.execute(INSERT, params![MANY]).await.unwrap();
        let last = conn.one::<i64>("SELECT MAX(n) FROM t", params![]).await.unwrap();
        assert_eq!(last, Some(MANY));
    }

    async fn neither_dropped_transactions_nor_dropped_beginnings_use_up_connections(db: Db) {
        run(&db, &[TABLE]).await;
        for n in 0..MANY {
            start_and_drop(db.begin()).await;
            let mut tx = db.begin().await.unwrap();
            tx.execute(INSERT, params![n]).await.unwrap();
            drop(tx);
            start_and_drop(async { db.conn().await?.one::<i64>("SELECT 1", params![]).await }).await;
        }
        assert_eq!(count(&mut db.conn().await.unwrap(), "t").await, 0);
    }

    async fn a_reader_does_not_wait_for_a_writer(db: Db) {
        run(&db, &[TABLE]).await;
        let mut tx = db.begin().await.unwrap();
        tx.execute(INSERT, params![1]).await.unwrap();
        let mut conn = db.conn().await.unwrap();
        assert_eq!(count(&mut conn, "t").await, 0);
        tx.commit().await.unwrap();
        assert_eq!(count(&mut conn, "t").await, 1);
    }

    async fn writers_take_turns_and_lose_nothing(fresh: &Fresh) {
        let db = fresh.db.clone();
        run(&db, &[
            "CREATE TABLE c (id BIGINT NOT NULL PRIMARY KEY, n BIGINT NOT NULL)",
            "INSERT INTO c (id, n) VALUES (1, 0)",
            TABLE,
        ]).await;
        // Two in this process and one that opened the database for itself, each on a
        // runtime of its own.
        let writers = [db.clone(), db.clone(), fresh.again().await];
        tokio::task::spawn_blocking(|| {
            let threads = writers.map(|db| thread::spawn(move || {
                let runtime = Builder::new_current_thread().enable_all().build().unwrap();
                runtime.block_on(count_up(&db));
            }));
            for thread in threads {
                thread.join().unwrap();
            }
        }).await.unwrap();
        let mut conn = db.conn().await.unwrap();
        let n = conn.one::<i64>("SELECT n FROM c", params![]).await.unwrap();
        assert_eq!(n, Some(3 * MANY));
        assert_eq!(count(&mut conn, "t").await, 3 * MANY);
    }
}

/// Every count is noted under a key that may be there once.
async fn count_up(db: &Db) {
    for _ in 0..MANY {
        let mut tx = db.begin().await.unwrap();
        let up = "UPDATE c SET n = n + 1 WHERE id = 1 RETURNING n";
        let n: i64 = tx.one(up, params![]).await.unwrap().unwrap();
        tx.execute(INSERT, params![n]).await.unwrap();
        tx.commit().await.unwrap();
    }
}

#[tokio::test]
async fn connections_that_the_server_ended_are_replaced() {
    let fresh = fresh(Engine::Postgres).await;
    run(&fresh.db, &[TABLE]).await;
    for n in 0..MANY {
        let mut tx = fresh.db.begin().await.unwrap();
        tx.execute(INSERT, params![n]).await.unwrap();
        tx.commit().await.unwrap();
        // Nothing runs here meanwhile: the pool cannot know that its connections ended.
        end_others_at_once(&fresh.target);
        assert_eq!(count(&mut fresh.db.conn().await.unwrap(), "t").await, n + 1);
        end_others_at_once(&fresh.target);
    }
}

#[tokio::test]
async fn a_transaction_whose_connection_ended_can_only_be_given_up() {
    let fresh = fresh(Engine::Postgres).await;
    run(&fresh.db, &[TABLE]).await;
    let mut tx = fresh.db.begin().await.unwrap();
    tx.execute(INSERT, params![1]).await.unwrap();
    end_others(&fresh.again().await).await;
    let lost = tx.execute(INSERT, params![2]).await;
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
    assert!(matches!(tx.commit().await, Err(Error::Aborted)));
    assert_eq!(count(&mut fresh.db.begin().await.unwrap(), "t").await, 0);
}

/// Does it without letting anything else run on this thread.
fn end_others_at_once(target: &Target) {
    thread::scope(|scope| {
        scope.spawn(|| {
            let runtime = Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async { end_others(&Db::open(target).await.unwrap()).await });
        });
    });
}

/// Ends every other connection to this database and waits until the server has done it.
async fn end_others(db: &Db) {
    let others = "FROM pg_stat_activity WHERE datname = current_database() \
                  AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
    let mut conn = db.conn().await.unwrap();
    conn.execute(&format!("SELECT pg_terminate_backend(pid) {others}"), params![]).await.unwrap();
    for _ in 0..100_000 {
        let left: Option<i64> =
            conn.one(&format!("SELECT COUNT(*) {others}"), params![]).await.unwrap();
        if left == Some(0) {
            return;
        }
    }
    panic!("the server does not end its connections");
}

#[tokio::test]
async fn a_lost_connection_at_commit_is_an_error() {
    let fresh = fresh(Engine::Postgres).await;
    let other = fresh.again().await;
    run(&fresh.db, &[TABLE]).await;
    let mut tx = fresh.db.begin().await.unwrap();
    tx.execute(INSERT, params![1]).await.unwrap();
    end_others(&other).await;
    let lost = tx.commit().await;
    assert!(matches!(lost, Err(Error::Unavailable(_))), "{lost:?}");
}

#[tokio::test]
async fn a_connection_outlives_the_runtime_it_was_first_used_on() {
    let fresh = fresh(Engine::Postgres).await;
    let db = fresh.db.clone();
    let elsewhere = tokio::task::spawn_blocking(move || {
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(five_connections(&db))
    });
    let elsewhere = elsewhere.await.unwrap();
    assert_eq!(elsewhere, five_connections(&fresh.db).await, "not the same ones");
}

/// The server's numbers for five connections held at once, more than were opened before.
async fn five_connections(db: &Db) -> Vec<i64> {
    let (mut numbers, mut held) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let mut conn = db.conn().await.unwrap();
        let number = "SELECT CAST(pg_backend_pid() AS BIGINT)";
        numbers.push(conn.one(number, params![]).await.unwrap().unwrap());
        held.push(conn);
    }
    numbers.sort_unstable();
    numbers
}

#[tokio::test]
async fn nobody_gets_a_connection_that_still_works_for_somebody_who_left() {
    let fresh = fresh(Engine::Postgres).await;
    let mut conn = fresh.db.conn().await.unwrap();
    let minute = "SELECT CAST(pg_sleep(60) AS TEXT)";
    start_and_drop(conn.query::<String>(minute, params![])).await;
    drop(conn);
    let mut conn = fresh.db.conn().await.unwrap();
    assert_eq!(conn.one("SELECT 1", params![]).await.unwrap(), Some(1_i64));
}

#[tokio::test]
async fn an_open_turn_of_another_process_is_waited_for_and_then_told() {
    let fresh = fresh(Engine::Sqlite).await;
    run(&fresh.db, &[TABLE]).await;
    let other = fresh.again().await;
    let mut tx = other.begin().await.unwrap();
    tx.execute(INSERT, params![1]).await.unwrap();
    let ((), second) = tokio::join!(async { tx.commit().await.unwrap() }, fresh.db.begin());
    assert_eq!(count(&mut second.unwrap(), "t").await, 1);
}

#[tokio::test]
async fn a_password_in_the_url_is_never_shown() {
    let urls = [
        "postgres://app:hunter2@127.0.0.1:1/x",
        "postgres://app:hunter2@localhost:hunter2/x",
        "postgres://app:a?hunter2=b@127.0.0.1:1/x",
        "postgres://app:hunter2@/x?host=/nonexistent&sslmode=require",
    ];
    for url in urls {
        let target = Target::Postgres(Secret::from(url));
        let error = Db::open(&target).await.unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
        assert!(!format!("{error} {error:?} {target:?}").contains("hunter2"), "{error}");
    }
}
