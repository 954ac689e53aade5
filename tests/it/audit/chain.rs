//! Appending from many places, and what a walk along the chain finds.

use sekisho::audit::{self, Event, Verdict, record, verify};
use sekisho::db::{Db, params};
use tokio::task::JoinSet;

use crate::support::db::{Fresh, both_engines, now};

async fn append(db: &Db, rows: i64) {
    for number in 0..rows {
        let detail = format!("row {number}");
        let mut tx = db.begin().await.expect("begun");
        let event =
            Event { actor: "cli:test", action: "probe", detail: &detail, ..Event::default() };
        record(&mut tx, now(), &event).await.expect("recorded");
        tx.commit().await.expect("committed");
    }
}

async fn walk(db: &Db) -> Verdict {
    verify(&mut db.conn().await.expect("a connection")).await.expect("walked")
}

/// Bends the chain with `sql`, says what the walk found, and undoes it.
async fn bent(db: &Db, sql: &[&str]) -> (i64, &'static str) {
    let mut tx = db.begin().await.expect("begun");
    for one in sql {
        tx.execute(one, params![]).await.expect("bent");
    }
    let found = verify(&mut tx).await.expect("walked");
    tx.rollback().await.expect("undone");
    match found {
        Verdict::Broken { seq, why } => (seq, why),
        Verdict::Whole(rows) => panic!("{sql:?} goes unseen: {rows} rows"),
    }
}

/// A row like the second, at another place.
fn copy(seq: &str) -> String {
    format!(
        "INSERT INTO audit (seq, at, actor, action, result, detail, prev_hash, hash) \
         SELECT {seq}, at, actor, action, result, detail, prev_hash, hash FROM audit WHERE seq = 2"
    )
}

both_engines! {
    async fn writers_from_everywhere_leave_one_whole_chain(fresh: &Fresh) {
        fresh.db.migrate(now()).await.expect("a schema");
        let mut writers = JoinSet::new();
        for _ in 0..6 {
            let db = fresh.again().await;
            writers.spawn(async move { append(&db, 25).await });
        }
        // Walks in between see a whole chain too.
        while !writers.is_empty() {
            let Verdict::Whole(_) = walk(&fresh.db).await else { panic!("broken in between") };
            writers.join_next().await.expect("one ends").expect("without a panic");
        }
        assert_eq!(walk(&fresh.db).await, Verdict::Whole(150));
        let mut conn = fresh.db.conn().await.expect("a connection");
        let rows = audit::since(&mut conn, 0, 1_000).await.expect("read");
        assert!((1..).zip(&rows).all(|(seq, row)| row.seq == seq), "no gaps");
    }

    async fn what_is_undone_leaves_no_row_and_no_gap(db: Db) {
        db.migrate(now()).await.expect("a schema");
        append(&db, 1).await;
        let mut tx = db.begin().await.expect("begun");
        let event = Event { actor: "cli:test", action: "probe", ..Event::default() };
        assert_eq!(record(&mut tx, now(), &event).await.expect("recorded"), 2);
        tx.rollback().await.expect("undone");
        append(&db, 1).await;
        assert_eq!(walk(&db).await, Verdict::Whole(2));
    }

    async fn the_first_bent_row_is_named(db: Db) {
        db.migrate(now()).await.expect("a schema");
        assert_eq!(walk(&db).await, Verdict::Whole(0));
        append(&db, 9).await;
        assert_eq!(walk(&db).await, Verdict::Whole(9));
        let changed = "the row was changed";
        for column in ["actor", "action", "detail", "result"] {
            let sql = format!("UPDATE audit SET {column} = 'x' WHERE seq IN (4, 7)");
            assert_eq!(bent(&db, &[&sql]).await, (4, changed), "{column}");
        }
        for column in ["contract_no", "user_id", "serial", "ip", "screen", "target"] {
            // An empty text in place of nothing is a change as well.
            let sql = format!("UPDATE audit SET {column} = '' WHERE seq = 4");
            assert_eq!(bent(&db, &[&sql]).await, (4, changed), "{column}");
        }
        assert_eq!(bent(&db, &["UPDATE audit SET at = at + 1 WHERE seq = 1"]).await, (1, changed));
        let missing = "the row is missing";
        assert_eq!(bent(&db, &["DELETE FROM audit WHERE seq = 5"]).await, (5, missing));
        assert_eq!(bent(&db, &["DELETE FROM audit WHERE seq = 1"]).await, (1, missing));
        assert_eq!(bent(&db, &["DELETE FROM audit WHERE seq > 6"]).await, (7, missing));
        assert_eq!(bent(&db, &["DELETE FROM audit"]).await, (1, missing));
        // A hole closed by moving the rest up, and two rows that changed places.
        let follows = "the row does not follow the one before it";
        let closed = ["DELETE FROM audit WHERE seq = 5",
            "UPDATE audit SET seq = -seq WHERE seq > 5", "UPDATE audit SET seq = -seq - 1 WHERE seq < 0",
            "UPDATE audit_head SET seq = 8"];
        assert_eq!(bent(&db, &closed).await, (5, follows));
        let swapped = ["UPDATE audit SET seq = 99 WHERE seq = 4",
            "UPDATE audit SET seq = 4 WHERE seq = 5", "UPDATE audit SET seq = 5 WHERE seq = 99"];
        assert_eq!(bent(&db, &swapped).await, (4, follows));
    }

    async fn a_row_put_in_or_a_tail_cut_off_is_found(db: Db) {
        db.migrate(now()).await.expect("a schema");
        append(&db, 5).await;
        let beyond = "the row stands after the noted end of the chain";
        assert_eq!(bent(&db, &[&copy("6")]).await, (6, beyond));
        assert_eq!(bent(&db, &[&copy("0")]).await.0, 0);
        assert_eq!(bent(&db, &[&copy("-3")]).await.0, -3);
        let pushed = ["UPDATE audit SET seq = -seq WHERE seq > 2",
            "UPDATE audit SET seq = 1 - seq WHERE seq < 0", &copy("3"),
            "UPDATE audit_head SET seq = 6"];
        assert_eq!(bent(&db, &pushed).await.0, 3);
        // The tail is cut and the end put back: its hash gives it away.
        let cut = ["DELETE FROM audit WHERE seq > 3", "UPDATE audit_head SET seq = 3"];
        assert_eq!(bent(&db, &cut).await, (3, "the end of the chain is noted otherwise"));
        assert_eq!(bent(&db, &["DELETE FROM audit_head"]).await.0, 1);
        assert_eq!(walk(&db).await, Verdict::Whole(5));
    }
}
