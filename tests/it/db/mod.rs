//! The database layer on both engines.

mod dialect;
mod filled;
mod forbidden;
mod migrations;
mod opening;
mod statements;
mod transactions;

use std::future::Future;

use sekisho::db::{Conn, Db, Error, params};

/// Seven million steps: still running when it is looked at again.
const SLOW: &str = "WITH RECURSIVE n (x) AS (SELECT CAST(1 AS BIGINT) UNION ALL \
                    SELECT x + 1 FROM n WHERE x < 700000) SELECT COUNT(*) FROM n";

/// Runs statements without values, each its own transaction.
async fn run(db: &Db, statements: &[&str]) {
    let mut conn = db.conn().await.unwrap();
    for sql in statements {
        conn.execute(sql, params![]).await.unwrap();
    }
}

async fn count(conn: &mut Conn, table: &str) -> i64 {
    let sql = format!("SELECT COUNT(*) FROM {table}");
    conn.one(&sql, params![]).await.unwrap().unwrap()
}

/// Starts `future` and drops it before its end.
async fn start_and_drop<T>(future: impl Future<Output = Result<T, Error>>) {
    tokio::select! {
        biased;
        _ = future => {}
        () = std::future::ready(()) => {}
    }
}
