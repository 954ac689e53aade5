//! The pages as people see them: rendered with made-up invoices, held to what they
//! promise, and laid under `target/samples/contract/` to be opened in a browser.

use std::fs;
use std::path::Path;

use askama::Template;

use super::pages::{detail_page, list_page};
use super::{Amounts, FileEntry, Invoice, Page, Status, words};
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
            user_name: "請求担当".into(),
            header_id: "seikyu1_30000001_0a1b2c3d".into(),
            ..Visitor::default()
        })
        .menu_item("トップページ", "/home", false)
        .menu_item(words::LIST, "/contract/invoices", true)
        .crumb("トップページ", "/home")
}

fn invoice(n: u8) -> Invoice {
    let day = |day| Day::new(2026, 12 - n / 2, day).expect("valid");
    Invoice {
        id: format!("2026-{n:02}-sample"),
        billing_id: format!("30000001{:02}", n % 2 + 1),
        billing_name: "本部　経理課".into(),
        year_month: format!("2026-{:02}", 11 - n / 2),
        invoice_no: format!("2026{:02}-0001{:02}", 11 - n / 2, n % 2 + 1),
        issued_on: day(1),
        due_on: day(28),
        amounts: Amounts::of(1_128_000 + i64::from(n) * 3_475, 4_320, 1_500),
        registration_no: "T1234567890123".into(),
        status: [Status::Billed, Status::Paid, Status::Withdrawn][usize::from(n % 3)],
        uploaded_at: day(1).starts_at(),
    }
}

fn file(is_invoice: bool, file_name: &str) -> FileEntry {
    FileEntry {
        id: format!("file-{}", file_name.len()),
        is_invoice,
        file_name: file_name.to_owned(),
        media_type: "application/pdf".into(),
        size_bytes: 123_456,
        sha256: "0".repeat(64),
        first_downloaded_at: is_invoice.then(|| Moment::from_unix(1_795_000_000)),
    }
}

fn list(rows: u8) -> String {
    let older = Some("2025-11".to_owned());
    let page = Page { rows: (0..rows).map(invoice).collect(), newer: None, older };
    list_page(shell(words::LIST).crumb_here(), page, true).render().expect("renders")
}

fn detail() -> String {
    let shell = shell(words::DETAIL).crumb(words::LIST, "/contract/invoices").crumb_here().narrow();
    let files = vec![
        file(true, "請求書_2026年11月_3000000101.pdf"),
        file(false, "請求明細_2026年11月.csv"),
        file(false, "お支払いのご案内<b>.pdf"),
    ];
    detail_page(shell, invoice(0), files).render().expect("renders")
}

#[test]
fn every_row_of_the_list_has_a_button_to_its_detail() {
    // R000-36
    let html = list(20);
    assert_eq!(html.matches(">詳細</a>").count(), 20);
    assert!(html.contains("href=\"/contract/invoices/2026-00-sample\""));
    assert!(html.contains("2026年11月"));
    assert!(html.contains("1,246,965円"), "the total with tax");
    assert!(html.contains("href=\"/contract/invoices?until=2025-11\""));
}

#[test]
fn an_empty_list_says_so() {
    let html = list(0);
    assert!(html.contains("請求書はまだありません。"));
    assert!(!html.contains("<table"));
}

#[test]
fn the_detail_offers_the_invoice_and_each_other_file() {
    // R000-37
    let html = detail();
    assert_eq!(html.matches("ダウンロード</a>").count(), 3);
    assert!(html.contains(">その他のファイル</h2>"));
    for amount in ["1,128,000円", "112,800円", "4,320円", "345円", "1,500円", "1,246,965円"] {
        assert!(html.contains(amount), "{amount}");
    }
    assert!(html.contains("T1234567890123"));
    assert!(!html.contains("<b>"));
}

#[test]
fn the_pages_can_be_opened_in_a_browser() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples/contract");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    for (name, page) in [("list", list(20)), ("none", list(0)), ("detail", detail())] {
        let file = dir.join(name).with_extension("html");
        fs::write(&file, page.replace(&asset(""), "")).expect("written");
        let laid = fs::read_to_string(&file).expect("read");
        assert!(laid.contains("href=\"sekisho.css\""), "{name} finds its style sheet");
    }
}
