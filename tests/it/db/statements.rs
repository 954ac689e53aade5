//! Values in, rows out.

use sekisho::base::money::Yen;
use sekisho::base::{Day, Moment};
use sekisho::db::{Conn, Db, Error, FromRow, Row, params};

use super::{count, run};
use crate::support::db::both_engines;

const ALL: &str = "CREATE TABLE t (id BIGINT NOT NULL PRIMARY KEY, a TEXT, b BIGINT, c BOOLEAN, \
                   d BYTEA, e BIGINT, f TEXT, g BIGINT)";
const PAIRS: &str = "CREATE TABLE p (k TEXT NOT NULL PRIMARY KEY, v BIGINT NOT NULL UNIQUE \
                     CHECK (v < 100), q TEXT REFERENCES p (k))";

#[derive(Debug, PartialEq, Clone)]
struct All {
    text: Option<String>,
    number: Option<i64>,
    truth: Option<bool>,
    bytes: Option<Vec<u8>>,
    at: Option<Moment>,
    day: Option<Day>,
    yen: Option<Yen>,
}

impl FromRow for All {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            text: row.get("a")?,
            number: row.get("b")?,
            truth: row.get("c")?,
            bytes: row.get("d")?,
            at: row.get("e")?,
            day: row.get("f")?,
            yen: row.get("g")?,
        })
    }
}

async fn there_and_back(conn: &mut Conn, id: i64, all: &All) -> All {
    let insert = "INSERT INTO t (id, a, b, c, d, e, f, g) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let All { text, number, truth, bytes, at, day, yen } = all;
    let values = params![id, text, number, truth, bytes, at, day, yen];
    assert_eq!(conn.execute(insert, values).await.unwrap(), 1);
    conn.one("SELECT * FROM t WHERE id = $1", params![id]).await.unwrap().unwrap()
}

both_engines! {
    async fn values_are_bound_by_their_number(db: Db) {
        let mut conn = db.conn().await.unwrap();
        let sql = "SELECT $3, $1, '$2', $2, $1 -- $9";
        let values = params!["one", 2, true];
        let row: (bool, String, String, i64, String) = conn.one(sql, values).await.unwrap().unwrap();
        assert_eq!(row, (true, "one".into(), "$2".into(), 2, "one".into()));
    }

    async fn every_type_comes_back_as_it_went(db: Db) {
        run(&db, &[ALL]).await;
        let mut conn = db.conn().await.unwrap();
        let full = All {
            text: Some("𠮷野家 'q' \"d\" $1 ; --".into()),
            number: Some(i64::MIN),
            truth: Some(false),
            bytes: Some(vec![0, 255, 39]),
            at: Moment::parse("9999-12-31T23:59:59Z"),
            day: Day::parse("2028-02-29"),
            yen: Some(Yen(-1)),
        };
        assert_eq!(there_and_back(&mut conn, 1, &full).await, full);
        let empty = All { text: Some(String::new()), bytes: Some(Vec::new()), ..full };
        assert_eq!(there_and_back(&mut conn, 2, &empty).await, empty);
        let null = All {
            text: None, number: None, truth: None, bytes: None, at: None, day: None, yen: None,
        };
        assert_eq!(there_and_back(&mut conn, 3, &null).await, null);
        let sql = "SELECT d FROM t WHERE id = 1";
        assert_eq!(conn.one::<[u8; 3]>(sql, params![]).await.unwrap(), Some([0, 255, 39]));
        assert!(conn.one::<[u8; 4]>(sql, params![]).await.is_err());
    }

    async fn a_typed_null_needs_no_cast(db: Db) {
        let mut conn = db.conn().await.unwrap();
        for values in [params![None::<i64>], params![None::<String>], params![None::<bool>]] {
            let found: Option<i64> =
                conn.one("SELECT 7 WHERE $1 IS NULL", values).await.unwrap();
            assert_eq!(found, Some(7));
        }
    }

    async fn counts_are_of_rows_written(db: Db) {
        run(&db, &[PAIRS]).await;
        let mut conn = db.conn().await.unwrap();
        let two = "INSERT INTO p (k, v) VALUES ('a', 1), ('b', 2)";
        assert_eq!(conn.execute(two, params![]).await.unwrap(), 2);
        assert_eq!(conn.execute("CREATE INDEX p_q ON p (q)", params![]).await.unwrap(), 0);
        let again = "INSERT INTO p (k, v) VALUES ('a', 9) ON CONFLICT (k) DO NOTHING";
        assert_eq!(conn.execute(again, params![]).await.unwrap(), 0);
        let back = "UPDATE p SET v = v + 10 RETURNING k";
        assert_eq!(conn.execute(back, params![]).await.unwrap(), 2);
        let kept: Vec<String> = conn.query(back, params![]).await.unwrap();
        assert_eq!(kept.len(), 2);
        assert_eq!(conn.execute("DELETE FROM p", params![]).await.unwrap(), 2);
        assert_eq!(conn.execute("SELECT k FROM p", params![]).await.unwrap(), 0);
        let none: Vec<i64> = conn.query("DELETE FROM p", params![]).await.unwrap();
        assert!(none.is_empty());
    }

    async fn a_single_write_that_returns_rows_is_kept(db: Db) {
        run(&db, &[PAIRS]).await;
        let sql = "INSERT INTO p (k, v) VALUES ($2, $1) RETURNING v, k";
        let row: Option<(i64, String)> =
            db.conn().await.unwrap().one(sql, params![5, "five"]).await.unwrap();
        assert_eq!(row, Some((5, "five".into())));
        assert_eq!(count(&mut db.conn().await.unwrap(), "p").await, 1);
    }

    async fn a_unique_violation_is_told_from_other_refusals(db: Db) {
        run(&db, &[PAIRS, "INSERT INTO p (k, v) VALUES ('a', 1)"]).await;
        let mut conn = db.conn().await.unwrap();
        let cases = [
            ("INSERT INTO p (k, v) VALUES ('a', 2)", true),
            ("INSERT INTO p (k, v) VALUES ('b', 1)", true),
            ("INSERT INTO p (k, v) VALUES ('b', 100)", false),
            ("INSERT INTO p (k, v) VALUES ('b', NULL)", false),
            ("INSERT INTO p (k, v, q) VALUES ('b', 2, 'nobody')", false),
        ];
        for (sql, unique) in cases {
            let error = conn.execute(sql, params![]).await.unwrap_err();
            assert_eq!(error.is_unique_violation(), unique, "{sql}: {error}");
            assert!(unique || matches!(error, Error::Query { .. }), "{sql}: {error:?}");
        }
        assert_eq!(count(&mut conn, "p").await, 1);
    }

    async fn errors_hold_no_values(db: Db) {
        run(&db, &[
            "CREATE TABLE s (w TEXT NOT NULL UNIQUE CHECK (length(w) < 10), n BIGINT CHECK (n > 0))",
            "INSERT INTO s (w) VALUES ('hunter2')",
        ]).await;
        let mut conn = db.conn().await.unwrap();
        let insert = "INSERT INTO s (w, n) VALUES ($1, $2)";
        let refused = [
            conn.execute(insert, params!["hunter2", 1]).await,
            conn.execute(insert, params!["hunter2-hunter2", 1]).await,
            conn.execute(insert, params!["hunter2", -1]).await,
            conn.execute(insert, params!["hunter2\0", 1]).await,
            conn.execute(insert, params!["hunter2"]).await,
            conn.execute("INSERT INTO s (nothing) VALUES ($1)", params!["hunter2"]).await,
            conn.one::<i64>("SELECT w FROM s", params![]).await.map(|_| 0),
        ];
        for result in refused {
            let error = result.unwrap_err();
            assert!(!format!("{error} {error:?}").contains("hunter2"), "{error:?}");
        }
    }

    async fn transactions_are_not_begun_by_hand(db: Db) {
        let mut conn = db.conn().await.unwrap();
        for sql in ["BEGIN", "commit", "SAVEPOINT a"] {
            assert!(matches!(conn.execute(sql, params![]).await, Err(Error::Query { .. })), "{sql}");
        }
        let two = conn.execute("SELECT 1; SELECT 2", params![]).await;
        assert!(matches!(two, Err(Error::Query { .. })));
    }

    async fn a_failed_statement_leaves_the_connection_usable(db: Db) {
        let mut conn = db.conn().await.unwrap();
        assert!(conn.query::<i64>("SELECT nothing FROM nowhere", params![]).await.is_err());
        assert_eq!(conn.one::<i64>("SELECT 1", params![]).await.unwrap(), Some(1));
    }
}
