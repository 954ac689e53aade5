//! The SQL that this program may write gives the same on both engines.

use sekisho::db::{Db, Error, FromRow, Row, Values, params};

use crate::support::db::both_engines;

/// Every field of a row as text, whatever its type.
struct Shown(String);

impl FromRow for Shown {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let mut fields: Vec<String> = Vec::new();
        for at in 0.. {
            match field(row, at) {
                Some(text) => fields.push(text),
                None => break,
            }
        }
        Ok(Self(fields.join(" ")))
    }
}

/// SQLite gives a truth as 0 or 1, so this does for both.
fn field(row: &Row, at: usize) -> Option<String> {
    let number = row.at::<Option<i64>>(at).ok();
    let number = number.or_else(|| row.at::<Option<bool>>(at).ok().map(|t| t.map(i64::from)));
    let text = number.map(|number| number.map(|number| number.to_string()));
    let text = text.or_else(|| row.at::<Option<String>>(at).ok());
    text.map(|text| text.unwrap_or_else(|| "NULL".to_owned()))
}

/// A statement, its values, the rows that it gives: fields by blanks, rows by `/`.
type Step = (&'static str, Values, &'static str);

fn changes() -> Vec<Step> {
    vec![
        (
            "CREATE TABLE p (id TEXT NOT NULL PRIMARY KEY, team TEXT, pay BIGINT NOT NULL \
             CHECK (pay >= 0), on_duty BOOLEAN NOT NULL, photo BYTEA, boss TEXT REFERENCES p (id))",
            params![],
            "",
        ),
        ("CREATE UNIQUE INDEX p_duty ON p (team) WHERE on_duty", params![], ""),
        (
            "INSERT INTO p (id, team, pay, on_duty, photo) VALUES ($4, $3, $2, $1, $5) RETURNING id, pay",
            params![true, 100, "a", "p1", vec![1_u8]],
            "p1 100",
        ),
        (
            "INSERT INTO p (id, team, pay, on_duty, boss) VALUES ('p2', 'a', 200, FALSE, 'p1'), \
             ('p3', 'b', 300, TRUE, 'p1'), ('p4', NULL, 300, FALSE, NULL)",
            params![],
            "",
        ),
        (
            "INSERT INTO p (id, team, pay, on_duty) VALUES ($1, 'a', 9, TRUE) \
             ON CONFLICT (team) WHERE on_duty DO NOTHING RETURNING id",
            params!["p5"],
            "",
        ),
        (
            "INSERT INTO p (id, pay, on_duty) VALUES ($1, $2, FALSE) ON CONFLICT (id) \
             DO UPDATE SET pay = p.pay + excluded.pay WHERE p.pay < $3 RETURNING pay",
            params!["p1", 5, 1000],
            "105",
        ),
        (
            "WITH rise (id, more) AS (SELECT id, $1 FROM p WHERE boss = 'p1') \
             UPDATE p SET pay = p.pay + rise.more FROM rise WHERE p.id = rise.id \
             AND p.id = 'p2' RETURNING p.id, p.pay",
            params![1],
            "p2 201",
        ),
        (
            "CREATE TABLE j (id BIGINT NOT NULL PRIMARY KEY, claimed_until BIGINT NOT NULL)",
            params![],
            "",
        ),
        ("INSERT INTO j (id, claimed_until) VALUES (1, 0), (2, 0)", params![], ""),
        (
            "UPDATE j SET claimed_until = $2 WHERE id = (SELECT id FROM j WHERE claimed_until < $1 \
             ORDER BY id LIMIT 1) AND claimed_until < $1 RETURNING id",
            params![10, 20],
            "1",
        ),
        ("DELETE FROM j WHERE claimed_until < $1 RETURNING id", params![10], "2"),
        ("INSERT INTO j (id, claimed_until) SELECT id + 1, 5 FROM j RETURNING id", params![], "2"),
    ]
}

fn questions() -> Vec<Step> {
    vec![
        (
            "SELECT id FROM p WHERE (pay, id) > ($1, $2) ORDER BY pay, id LIMIT $3",
            params![105, "p1", 2],
            "p2/p3",
        ),
        (
            "SELECT CAST(SUM(pay) AS BIGINT), COUNT(*), COUNT(team), MAX(pay) FROM p",
            params![],
            "906 4 3 300",
        ),
        ("SELECT CAST(COALESCE(SUM(pay), 0) AS BIGINT) FROM p WHERE id = $1", params![""], "0"),
        (
            "SELECT id, ROW_NUMBER() OVER (PARTITION BY on_duty ORDER BY pay DESC, id) FROM p ORDER BY id",
            params![],
            "p1 2/p2 2/p3 1/p4 1",
        ),
        (
            "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 4) \
             SELECT x FROM n ORDER BY x",
            params![],
            "1/2/3/4",
        ),
        ("SELECT team FROM p ORDER BY team NULLS LAST, id", params![], "a/a/b/NULL"),
        ("SELECT id FROM p WHERE team IS DISTINCT FROM $1 ORDER BY id", params!["a"], "p3/p4"),
        ("SELECT id FROM p WHERE team IS NOT DISTINCT FROM $1", params![None::<&str>], "p4"),
        (
            "SELECT CASE WHEN on_duty THEN 'yes' ELSE 'no' END FROM p WHERE id = 'p1'",
            params![],
            "yes",
        ),
        ("SELECT id FROM p WHERE on_duty = $1 AND NOT (pay > $2)", params![true, 200], "p1"),
        (
            "SELECT (boss IS NULL), on_duty FROM p WHERE id IN ($1, $2) ORDER BY id",
            params!["p2", "p3"],
            "0 0/0 1",
        ),
        (
            "SELECT p.id, b.id FROM p LEFT JOIN p b ON b.id = p.boss WHERE p.pay = 300 ORDER BY p.id",
            params![],
            "p3 p1/p4 NULL",
        ),
        (
            "SELECT COUNT(*) FROM p WHERE EXISTS (SELECT 1 FROM p q WHERE q.boss = p.id)",
            params![],
            "1",
        ),
        (
            "SELECT boss, COUNT(*) FROM p WHERE boss IS NOT NULL GROUP BY boss HAVING COUNT(*) > 1",
            params![],
            "p1 2",
        ),
        ("SELECT 1 WHERE $1 LIKE $2 ESCAPE '\\'", params!["a%b", "%\\%%"], "1"),
        ("SELECT length($1), $1 || $2, SUBSTR($1, 2, 1)", params!["労金庫", "x"], "3 労金庫x 金"),
        ("SELECT 7 / 2, 7 % 2, -7 / 2, ABS($1)", params![-5], "3 1 -3 5"),
        ("SELECT id FROM p WHERE photo = $1", params![vec![1_u8]], "p1"),
        ("SELECT CAST($1 AS BIGINT) IS NULL, COALESCE($1, $2)", params![None::<i64>, 4], "1 4"),
        (
            "SELECT id FROM p UNION SELECT 'p9' EXCEPT SELECT 'p1' ORDER BY id",
            params![],
            "p2/p3/p4/p9",
        ),
        ("SELECT id FROM p WHERE id BETWEEN 'p2' AND 'p3' ORDER BY id DESC", params![], "p3/p2"),
        (
            "SELECT s FROM (SELECT 'あ' AS s UNION ALL SELECT 'a' UNION ALL SELECT 'B') x ORDER BY s",
            params![],
            "B/a/あ",
        ),
    ]
}

both_engines! {
    async fn statements_of_the_common_language_give_the_same(db: Db) {
        let mut tx = db.begin().await.unwrap();
        for (sql, values, wanted) in changes() {
            let rows: Vec<Shown> = tx.query(sql, values).await.unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(shown(&rows), wanted, "{sql}");
        }
        tx.commit().await.unwrap();
        let mut conn = db.conn().await.unwrap();
        for (sql, values, wanted) in questions() {
            let rows: Vec<Shown> = conn.query(sql, values).await.unwrap_or_else(|e| panic!("{e}"));
            assert_eq!(shown(&rows), wanted, "{sql}");
        }
    }

    async fn answers_that_the_engines_type_differently_are_refused(db: Db) {
        let mut conn = db.conn().await.unwrap();
        for sql in ["SELECT AVG(x) FROM (SELECT 1 AS x UNION ALL SELECT 2) y", "SELECT 1.5"] {
            let result = conn.one::<i64>(sql, params![]).await;
            assert!(matches!(result, Err(Error::Answer(_))), "{sql}: {result:?}");
        }
    }
}

fn shown(rows: &[Shown]) -> String {
    rows.iter().map(|row| row.0.as_str()).collect::<Vec<_>>().join("/")
}
