//! The list on paper.

use std::sync::{Arc, Mutex};

use sekisho::db::Engine;
use sekisho::web::pdf::{Failure, Progress};
use sekisho::web::sheet::{self, Unprinted};

use super::{Deductions, NAMES, heading, read_pdf, router, world};
use crate::support::db::fresh;
use crate::support::site::World;
use crate::support::tools::repository;

/// A4 in points.
const SHORT: f64 = 595.28;

async fn sqlite(count: i64, others: &[(i64, &str)]) -> World {
    world(&fresh(Engine::Sqlite).await, count, others).await
}

#[tokio::test]
async fn a_printed_list_is_read_as_it_was_written() {
    let names = [(1, "𠮷田　さくら"), (2, "彅﨑德濵槗"), (3, "A-1 ﾎﾟﾝﾄﾞ 1,234 @x")];
    let world = sqlite(3, &names).await;
    let file = world.visitor().get("/list.pdf").await;
    let name = file.headers["content-disposition"].to_str().unwrap();
    assert!(name.ends_with("20261121.pdf"), "{name}");
    let read = read_pdf(&file.bytes);
    assert_eq!(read["title"], "控除依頼リスト");
    assert_eq!(read["language"], "ja");
    assert_eq!(read["tagged"], true);
    let size = read["sizes"][0][0].as_f64().unwrap();
    assert!((size - SHORT).abs() < 0.1, "A4, upright: {size}");
    let text = read["pages"][0].as_str().unwrap();
    for (_, name) in names {
        assert!(text.contains(name), "{name} in {text}");
    }
    for (_, kana) in &NAMES[1..] {
        assert!(text.contains(kana), "{kana} in {text}");
    }
    let fonts = read["fonts"].as_object().unwrap();
    assert!(!fonts.is_empty());
    for (name, files) in fonts {
        let tag = name.trim_start_matches('/').find('+');
        assert!(tag == Some(6) && files == 1, "a subset in the file: {name}");
    }
    assert!(file.bytes.len() < 100_000, "only its own letters: {}", file.bytes.len());
}

#[tokio::test]
async fn an_empty_list_is_a_page_that_says_so() {
    let world = sqlite(3, &[]).await;
    let file = world.visitor().get("/list.pdf?least=900000").await;
    let read = read_pdf(&file.bytes);
    assert_eq!(read["pages"].as_array().unwrap().len(), 1);
    let text = read["pages"][0].as_str().unwrap();
    assert!(text.contains("該当する明細はありません。") && text.contains("カナ氏名"), "{text}");
}

#[tokio::test]
async fn a_character_that_the_font_lacks_is_told_before_anything_is_printed() {
    let world = sqlite(2_000, &[(3, "山田\u{e000}"), (1_999, "\u{1f600}")]).await;
    let told = world.visitor().get("/list.pdf").await;
    told.says(422, &["3行目", "氏名", "U+E000", "1999行目", "U+1F600", "/list.csv?encoding=utf8"]);
    assert_ne!(told.headers["content-type"], "application/pdf");
}

#[tokio::test]
async fn without_a_japanese_font_the_page_says_what_to_install() {
    let fresh = fresh(Engine::Sqlite).await;
    let mut world = world(&fresh, 3, &[]).await;
    let mut config = world.app.config.clone();
    config.pdf.font = Some(repository().join("Cargo.toml"));
    let mailer = sekisho::mail::Mailer::to_memory(world.mail.clone()).unwrap();
    let app = sekisho::app::App::with(config, world.clock.clone(), fresh.db.clone(), mailer);
    world.serve(app.unwrap(), |app| router().with_state(app.clone()));
    let told = world.visitor().get("/list.pdf").await;
    told.says(503, &["fonts-noto-cjk", "[pdf] font"]);
}

#[tokio::test]
async fn a_long_list_is_no_page_but_is_printed_with_progress() {
    let world = sqlite(2_001, &[]).await;
    world.visitor().get("/list.pdf").await.says(422, &["2,001件", "2,000件"]);
    let told = Arc::new(Mutex::new(Vec::new()));
    let telling = told.clone();
    let note = move |progress| telling.lock().unwrap().push(progress);
    let list = Arc::new(Deductions { least: 0 });
    let bytes = sheet::printed(&world.app, list, heading(&world.app), note).await.unwrap();
    let pages = read_pdf(&bytes)["pages"].as_array().unwrap().len() as u64;
    let told = told.lock().unwrap();
    assert_eq!(told[..3], [1_000, 2_000, 2_001].map(Progress::Read));
    assert_eq!(told[3..], (1..=pages).map(|n| Progress::Drawn(n, pages)).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_list_that_cannot_be_read_to_its_end_is_not_printed() {
    let world = sqlite(3, &[]).await;
    world.app.tasks.stop();
    let list = Arc::new(Deductions { least: 0 });
    let printed = sheet::printed(&world.app, list, heading(&world.app), |_| ()).await;
    assert!(matches!(printed, Err(Unprinted::Pdf(Failure::Db(_)))), "{:?}", printed.err());
}
