//! The pages as people see them: rendered with made-up employees, held to what they
//! promise, and laid under `target/samples/hr/` to be opened in a browser.

use std::fs;
use std::path::Path;

use askama::Template;

use super::pages::{detail_page, list as fill, list_page};
use super::rules::Asked;
use super::{Contact, Employee, Page, Sex, Work, words};
use crate::base::{Day, Moment};
use crate::web::{Frame, Shell, Visitor, asset, assets};

fn shell(title: &str) -> Shell {
    let frame = Frame {
        service_name: "ろうきん 賃金控除事務支援システム".into(),
        institution: "サンプル労働金庫".into(),
        ..Frame::default()
    };
    Shell::new(&frame, title)
        .visitor(Visitor {
            contract_name: "サンプル商事".into(),
            user_name: "人事担当".into(),
            header_id: "jinji01_30000001_0a1b2c3d".into(),
            ..Visitor::default()
        })
        .menu_item("トップページ", "/home", false)
        .menu_item(words::LIST, "/hr/employees", true)
        .crumb("トップページ", "/home")
}

fn employee(n: usize) -> Employee {
    Employee {
        id: format!("{n:04}-sample"),
        employee_no: format!("E{:05}", 10_000 + n),
        family_name: ["青木", "長谷川"][n % 2].into(),
        given_name: ["明", "俊介"][n % 2].into(),
        family_kana: ["アオキ", "ハセガワ"][n % 2].into(),
        given_kana: ["アキラ", "シュンスケ"][n % 2].into(),
        birth_on: Day::new(1990, 4, 1).expect("valid"),
        sex: Sex::Unanswered,
        joined_on: Day::new(2026, 4, 1).expect("valid"),
        left_on: (n % 9 == 4).then(|| Day::new(2026, 9, 30).expect("valid")),
        contact: Contact {
            email: "aoki000@example.jp".into(),
            tel: "090-0000-1000".into(),
            postal_code: "100-0001".into(),
            address: "東京都千代田区千代田1丁目1-1".into(),
        },
        work: Work {
            department: "総務部　人事課".into(),
            post: ["", "課長"][n % 2].into(),
            site: "本社".into(),
            contract_type: "正社員".into(),
            work_type: "フレックスタイム制".into(),
        },
        created_at: Moment::parse("2026-03-31T23:59:59+09:00").expect("valid"),
    }
}

fn list(asked: &Asked, rows: usize) -> String {
    let (search, mistakes) = asked.search();
    let page = Page { rows: (0..rows).map(employee).collect(), earlier: false, later: rows > 0 };
    let filled = mistakes
        .is_empty()
        .then(|| fill(asked, &search, asked.sorting().expect("ours"), page, 120));
    let shell = shell(words::LIST).crumb_here();
    list_page(shell, asked, mistakes, filled).render().expect("renders")
}

fn detail() -> String {
    let shell = shell(words::DETAIL).crumb(words::LIST, "/hr/employees").crumb_here().narrow();
    detail_page(shell, employee(1)).render().expect("renders")
}

fn asked(from: &str, to: &str) -> Asked {
    Asked { created_from: from.into(), created_to: to.into(), ..Asked::default() }
}

#[test]
fn the_list_is_searched_by_the_day_the_data_were_made() {
    // R001-42
    let html = list(&asked("2026-03-01", "2026-03-31"), 3);
    assert!(html.contains("type=\"date\" id=\"created_from\" name=\"created_from\""));
    assert!(html.contains("従業員データ作成日：2026年3月31日まで"));
    assert!(html.contains("<td>2026年3月31日</td>"), "the day in Japan");
    assert!(html.contains("120件"));
}

#[test]
fn a_range_the_wrong_way_round_is_told_above_the_form_and_at_its_field() {
    // R001-42
    let html = list(&asked("2026-03-31", "2026-03-01"), 3);
    assert_eq!(html.matches(words::ENDS_BEFORE_IT_BEGINS).count(), 2);
    assert!(html.contains("<a href=\"#created_to\">"));
    assert!(!html.contains("<table"));
}

#[test]
fn the_name_leads_to_the_detail_and_its_blocks() {
    // R001-43
    let html = list(&Asked::default(), 3);
    assert!(html.contains("<a href=\"/hr/employees/0001-sample\">長谷川　俊介</a>"));
    let html = detail();
    for block in ["基本情報", "連絡先", "所属", "契約情報"] {
        assert!(html.contains(&format!(">{block}</h2>")), "{block}");
    }
    assert!(html.contains("ハセガワ　シュンスケ"));
}

#[test]
fn an_empty_list_says_so_and_leads_out_of_its_filters() {
    assert!(list(&Asked::default(), 0).contains(words::NONE));
    let html = list(&asked("", "2020-01-01"), 0);
    assert!(html.contains(words::NONE_FOUND));
    assert!(html.contains("<a href=\"/hr/employees\">条件をすべて外す</a>"));
}

#[test]
fn the_pages_can_be_opened_in_a_browser() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples/hr");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    for (name, page) in [
        ("list", list(&Asked::default(), 50)),
        ("wrong", list(&asked("2026-03-31", "2026-03-01"), 3)),
        ("none-found", list(&asked("", "2020-01-01"), 0)),
        ("detail", detail()),
    ] {
        let file = dir.join(name).with_extension("html");
        fs::write(&file, page.replace(&asset(""), "")).expect("written");
        let laid = fs::read_to_string(&file).expect("read");
        assert!(laid.contains("href=\"sekisho.css\""), "{name} finds its style sheet");
    }
}
