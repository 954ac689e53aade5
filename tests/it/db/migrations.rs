//! The schema's steps: once, in order, never changed, never half.

use sekisho::db::{Conn, Db, Error, Migration, Migrations, params};

use super::{count, run};
use crate::support::db::{Fresh, both_engines, now};

const FIRST: Migration = Migration {
    name: "0001_first",
    sql: "-- the first; with a comment\nCREATE TABLE a (n BIGINT NOT NULL);\n\
          INSERT INTO a (n) VALUES (1);\n",
};
const SECOND: Migration =
    Migration { name: "0002_second", sql: "CREATE TABLE b (t TEXT NOT NULL DEFAULT 'a;b');\n" };
const CHANGED: Migration = Migration { name: "0001_first", sql: "CREATE TABLE a (n BIGINT);\n" };
const BROKEN: Migration = Migration {
    name: "0002_broken",
    sql: "CREATE TABLE b (t TEXT NOT NULL);\nINSERT INTO b (t) VALUES ('x');\nCREATE TABLE a (n TEXT);\n",
};

const ONE: Migrations<'static> = Migrations::of(&[FIRST]);
const TWO: Migrations<'static> = Migrations::of(&[FIRST, SECOND]);

async fn steps(conn: &mut Conn) -> Vec<(i64, String, i64)> {
    let sql = "SELECT number, name, applied_at FROM schema_migrations ORDER BY number";
    conn.query(sql, params![]).await.unwrap()
}

both_engines! {
    async fn each_step_is_applied_once(db: Db) {
        assert_eq!(ONE.apply(&db, now()).await.unwrap(), ["0001_first"]);
        assert_eq!(TWO.apply(&db, now()).await.unwrap(), ["0002_second"]);
        assert!(TWO.apply(&db, now()).await.unwrap().is_empty());
        TWO.check(&db).await.unwrap();
        let mut conn = db.conn().await.unwrap();
        assert_eq!(count(&mut conn, "a").await, 1);
        let at = now().ms();
        assert_eq!(steps(&mut conn).await, [(1, "0001_first".into(), at), (2, "0002_second".into(), at)]);
    }

    async fn a_missing_step_is_told_before_it_is_missed(db: Db) {
        Migrations::of(&[]).check(&db).await.unwrap();
        let none = ONE.check(&db).await;
        assert!(matches!(none, Err(Error::SchemaOlder { found: 0, known: 1 })), "{none:?}");
        ONE.apply(&db, now()).await.unwrap();
        let one = TWO.check(&db).await;
        assert!(matches!(one, Err(Error::SchemaOlder { found: 1, known: 2 })), "{one:?}");
    }

    async fn a_newer_schema_is_left_alone(db: Db) {
        TWO.apply(&db, now()).await.unwrap();
        for result in [ONE.check(&db).await, ONE.apply(&db, now()).await.map(drop)] {
            let newer = matches!(result, Err(Error::SchemaNewer { found: 2, known: 1 }));
            assert!(newer, "{result:?}");
        }
    }

    async fn a_changed_step_is_refused(db: Db) {
        ONE.apply(&db, now()).await.unwrap();
        let changed = Migrations::of(&[CHANGED, SECOND]);
        for result in [changed.check(&db).await, changed.apply(&db, now()).await.map(drop)] {
            let told = matches!(&result, Err(Error::SchemaChanged { name }) if name == "0001_first");
            assert!(told, "{result:?}");
        }
        assert_eq!(steps(&mut db.conn().await.unwrap()).await.len(), 1);
    }

    async fn a_step_that_fails_leaves_nothing(db: Db) {
        let error = Migrations::of(&[FIRST, BROKEN]).apply(&db, now()).await.unwrap_err();
        let Error::Migration { name, statement, .. } = error else { panic!("{error:?}") };
        assert_eq!((name.as_str(), statement), ("0002_broken", 3));
        assert_eq!(steps(&mut db.conn().await.unwrap()).await.len(), 1);
        assert_eq!(TWO.apply(&db, now()).await.unwrap(), ["0002_second"]);
        assert_eq!(count(&mut db.conn().await.unwrap(), "b").await, 0);
    }

    async fn two_programs_that_migrate_at_once_take_turns(fresh: &Fresh) {
        let other = fresh.again().await;
        let (a, b) = tokio::join!(TWO.apply(&fresh.db, now()), TWO.apply(&other, now()));
        let mut applied = [a.unwrap(), b.unwrap()].concat();
        applied.sort();
        assert_eq!(applied, ["0001_first", "0002_second"]);
        TWO.check(&other).await.unwrap();
    }

    async fn the_embedded_steps_apply(db: Db) {
        assert!(db.check_schema().await.is_err());
        let applied = db.migrate(now()).await.unwrap();
        assert_eq!(applied[0], "0001_core");
        db.check_schema().await.unwrap();
        assert!(db.migrate(now()).await.unwrap().is_empty());
        run(&db, &["UPDATE audit_head SET seq = seq + 1"]).await;
    }
}
