//! Lists defined once: page, CSV and PDF of the same list say the same.

mod forms;
mod paper;

use std::process::Command;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;
use sekisho::app::App;
use sekisho::db::{Conn, Error, FromRow, Row, params};
use sekisho::web::sheet::{
    self, At, Cell, Column, Encoding, Head, Heading, Line, Reading, Sheet, Totals, View, Wish,
};
use sekisho::web::{self, Place, Shell, Visit};
use serde::Deserialize;
use serde_json::Value;

use crate::support::db::Fresh;
use crate::support::site::World;
use crate::support::tool::Folder;
use crate::support::tools::{repository, run};

/// A list of deductions.
struct Deductions {
    /// Only those of at least so much.
    least: i64,
}

struct Deduction {
    no: i64,
    name: String,
    kana: String,
    yen: i64,
}

impl FromRow for Deduction {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            no: row.get("no")?,
            name: row.get("name")?,
            kana: row.get("kana")?,
            yen: row.get("yen")?,
        })
    }
}

const COLUMNS: [Column<Deduction>; 5] = [
    Column { head: "No", width: 7, cell: |row| Cell::Count(row.no), summed: false },
    Column { head: "氏名", width: 20, cell: |row| Cell::text(&row.name), summed: false },
    Column { head: "カナ氏名", width: 24, cell: |row| Cell::text(&row.kana), summed: false },
    Column {
        head: "控除年月", width: 12, cell: |_| Cell::Month("2026-11".into()), summed: false
    },
    Column { head: "控除額", width: 14, cell: |row| Cell::Yen(row.yen), summed: true },
];

impl Sheet for Deductions {
    fn title(&self) -> &'static str {
        "控除依頼リスト"
    }

    fn heads(&self) -> Vec<Head> {
        sheet::heads_of(&COLUMNS)
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            let sql = "SELECT COUNT(*), CAST(COALESCE(SUM(yen), 0) AS BIGINT) FROM deductions WHERE yen >= $1";
            let found: Option<(i64, i64)> = conn.one(sql, params![self.least]).await?;
            let (count, sum) = found.unwrap_or_default();
            Ok(Totals { count, sums: vec![sum] })
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let (key, compared, order) = match at {
                At::First => ("0", ">", ""),
                At::After(key) => (key.as_str(), ">", ""),
                At::Before(key) => (key.as_str(), "<", " DESC"),
            };
            let sql = format!(
                "SELECT no, name, kana, yen FROM deductions WHERE no {compared} $1 AND yen >= $2 \
                 ORDER BY no{order} LIMIT $3"
            );
            let key: i64 = key.parse().unwrap_or(0);
            let mut rows: Vec<Deduction> = conn.query(&sql, params![key, self.least, most]).await?;
            if matches!(at, At::Before(_)) {
                rows.reverse();
            }
            let line = |row: &Deduction| Line {
                key: row.no.to_string(),
                cells: sheet::cells_of(&COLUMNS, row),
            };
            Ok(rows.iter().map(line).collect())
        })
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    least: String,
    after: String,
    before: String,
    encoding: String,
}

impl Asked {
    fn sheet(&self) -> Arc<Deductions> {
        Arc::new(Deductions { least: self.least.parse().unwrap_or(0) })
    }

    fn place(&self) -> Place {
        let query = [("least", &*self.least), ("after", &*self.after), ("before", &*self.before)];
        Place::new("/list", &query)
    }

    fn wish(&self, visit: &Visit) -> Wish {
        let shell = Shell::new(&visit.frame, "控除依頼リスト");
        Wish { shell, place: self.place(), name: "控除依頼リスト20261121".into() }
    }
}

#[derive(askama::Template)]
#[template(ext = "html", source = "{% import \"web/pages/sheet.html\" as s %}{{ s::sheet(view) }}")]
struct Page {
    view: View,
}

async fn show_list(
    State(app): State<App>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Result<Response, web::Error> {
    let (sheet, place) = (asked.sheet(), asked.place());
    let at = At::of(&asked.after, &asked.before);
    let mut conn = app.db.conn().await?;
    let encoding = sheet::remembered(&headers);
    let view = View::read(&*sheet, &mut conn, (&place, &at), encoding).await?;
    web::page(&Page { view })
}

async fn download_csv(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, web::Error> {
    let encoding = Encoding::parse(&asked.encoding).unwrap_or(Encoding::Utf8);
    sheet::csv_response(&app, asked.sheet(), asked.wish(&visit), encoding).await
}

async fn download_pdf(
    State(app): State<App>,
    visit: Visit,
    Query(asked): Query<Asked>,
) -> Result<Response, web::Error> {
    sheet::pdf_response(&app, asked.sheet(), asked.wish(&visit), heading(&app)).await
}

fn heading(app: &App) -> Heading {
    Heading {
        group: Some(("16000004".into(), "サンプル労働組合".into())),
        facts: vec![("控除年月".into(), "2026年11月".into())],
        made_at: app.clock.now(),
    }
}

fn router() -> Router<App> {
    Router::new()
        .route("/list", get(show_list))
        .route("/list.csv", get(download_csv))
        .route("/list.pdf", get(download_pdf))
}

const NAMES: [(&str, &str); 4] = [
    ("髙橋　健", "ﾀｶﾊｼ ｹﾝ"),
    ("山﨑　恵,\"仮\"", "ﾔﾏｻﾞｷ ﾒｸﾞﾐ"),
    ("=労金　太郎", "ﾛｳｷﾝ ﾀﾛｳ"),
    ("小笠原\n龍之介", "ｵｶﾞｻﾜﾗ ﾘｭｳﾉｽｹ"),
];

/// A world with the list, of so many lines; each of `others` has a name of its own.
async fn world(fresh: &Fresh, count: i64, others: &[(i64, &str)]) -> World {
    let world = World::new(fresh, router()).await;
    let mut tx = world.app.db.begin().await.unwrap();
    let table = "CREATE TABLE deductions (no BIGINT PRIMARY KEY, name TEXT NOT NULL, \
                 kana TEXT NOT NULL, yen BIGINT NOT NULL)";
    tx.execute(table, params![]).await.unwrap();
    for no in 1..=count {
        let (name, kana) = NAMES[usize::try_from(no % 4).unwrap()];
        let name = others.iter().find(|(other, _)| *other == no).map_or(name, |(_, name)| name);
        let sql = "INSERT INTO deductions (no, name, kana, yen) VALUES ($1, $2, $3, $4)";
        tx.execute(sql, params![no, name, kana, yen(no)]).await.unwrap();
    }
    tx.commit().await.unwrap();
    world
}

fn yen(no: i64) -> i64 {
    no * 1_237 % 60_000
}

/// What an independent reader finds in a PDF.
pub fn read_pdf(bytes: &[u8]) -> Value {
    let folder = Folder::new();
    let file = folder.path().join("list.pdf");
    std::fs::write(&file, bytes).unwrap();
    let python = repository().join("tests/.venv/bin/python");
    assert!(python.is_file(), "{} is missing: run `scripts/test --prepare`", python.display());
    let script = repository().join("tests/it/support/read_pdf.py");
    serde_json::from_str(&run(Command::new(python).arg(script).arg(file))).expect("JSON")
}
