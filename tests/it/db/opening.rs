//! What stands in the way of opening, and what a full or foreign file gives.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use sekisho::base::Secret;
use sekisho::db::{Db, Engine, Error, Target, params};

use super::run;
use crate::support::db::fresh;
use crate::support::tool::Folder;

async fn refused(target: &Target) -> String {
    match Db::open(target).await {
        Err(Error::Unavailable(reason)) => reason,
        other => panic!("opened, or refused otherwise: {other:?}"),
    }
}

#[tokio::test]
async fn the_file_and_its_logs_are_for_their_owner_only() {
    let fresh = fresh(Engine::Sqlite).await;
    run(&fresh.db, &["CREATE TABLE t (n BIGINT)"]).await;
    let file = fresh.file();
    for ending in ["", "-wal", "-shm"] {
        let path = format!("{}{ending}", file.display());
        let mode = fs::metadata(&path).expect(&path).permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{path}");
    }
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = Folder::new();
    let missing = folder.path().join("nowhere");
    let reason = refused(&Target::Sqlite(missing.join("sekisho.db"))).await;
    assert!(reason.contains(missing.to_str().unwrap()) && reason.contains("does not exist"));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_left_alone() {
    let folder = Folder::new();
    let text = "not a database, but somebody's letters ".repeat(100);
    let path = folder.file("letters", &text);
    let reason = refused(&Target::Sqlite(path.clone().into())).await;
    assert!(reason.contains(&path) && reason.contains("not a database"), "{reason}");
    assert_eq!(fs::read_to_string(path).unwrap(), text);
}

#[tokio::test]
async fn a_server_that_is_not_there_or_has_no_such_database_is_told() {
    let absent = Target::Postgres(Secret::from("postgres://app@127.0.0.1:1/x"));
    assert!(refused(&absent).await.contains("refused"));
    let fresh = fresh(Engine::Postgres).await;
    let Target::Postgres(url) = &fresh.target else { panic!("PostgreSQL") };
    let other = url.expose().replace("postgres:///", "postgres:///no_");
    assert!(refused(&Target::Postgres(Secret::new(other))).await.contains("does not exist"));
}

#[tokio::test]
async fn a_full_file_is_told_from_a_wrong_statement() {
    let fresh = fresh(Engine::Sqlite).await;
    run(&fresh.db, &["CREATE TABLE t (d BYTEA)", "PRAGMA max_page_count = 10"]).await;
    let mut tx = fresh.db.begin().await.unwrap();
    let full = tx.execute("INSERT INTO t (d) VALUES ($1)", params![vec![7_u8; 100_000]]).await;
    assert!(matches!(full, Err(Error::Full(_))), "{full:?}");
    drop(tx);
    run(&fresh.db, &["INSERT INTO t (d) VALUES (NULL)"]).await;
}

#[tokio::test]
async fn what_the_server_says_is_sorted_by_whose_fault_it_is() {
    let fresh = fresh(Engine::Postgres).await;
    let mut conn = fresh.db.conn().await.unwrap();
    let cases = [
        ("53100", "full"),
        ("53300", "unavailable"),
        ("40P01", "unavailable"),
        ("57014", "unavailable"),
        ("23505", "unique"),
        ("23514", "query"),
        ("22012", "query"),
    ];
    for (state, wanted) in cases {
        let sql = format!("DO 'BEGIN RAISE EXCEPTION USING ERRCODE = ''{state}''; END'");
        let error = conn.execute(&sql, params![]).await.unwrap_err();
        assert_eq!(error.will_pass(), matches!(wanted, "full" | "unavailable"), "{state}");
        let sorted = match error {
            Error::Full(_) => "full",
            Error::Unavailable(_) => "unavailable",
            Error::Unique(_) => "unique",
            Error::Query { .. } => "query",
            other => panic!("{other:?}"),
        };
        assert_eq!(sorted, wanted, "{state}");
    }
}
