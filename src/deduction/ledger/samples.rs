//! The pages as people see them: rendered with made-up rows, held to what every page
//! promises, and laid under `target/samples/ledger/` to be opened in a browser.

use std::fs;
use std::path::Path;

use super::{bulk, checks, items, types};
use crate::web::menu::deduction::LEDGER;
use crate::web::{Frame, Shell, Visitor, asset, assets};

fn shell(title: &str) -> Shell {
    let frame = Frame {
        service_name: "ろうきん 賃金控除事務支援システム".into(),
        institution: "サンプル労働金庫".into(),
        ..Frame::default()
    };
    Shell::new(&frame, title)
        .visitor(Visitor {
            contract_name: "サンプル会員".into(),
            user_name: "組合担当".into(),
            header_id: "rokin12_30000001_0a1b2c3d".into(),
            group_no: Some("16000004".into()),
            ..Visitor::default()
        })
        .menu_item("トップページ", "/home", false)
        .menu_item("労金控除事務", "/deduction/rokin", false)
        .menu_item(LEDGER.label, LEDGER.href, true)
        .crumb("トップページ", "/home")
        .crumb(LEDGER.label, LEDGER.href)
        .crumb_here()
}

fn pages() -> Vec<(&'static str, String)> {
    [
        types::samples::pages(&shell),
        bulk::samples::pages(&shell),
        checks::samples::pages(&shell),
        items::samples::pages(&shell),
    ]
    .concat()
}

#[test]
fn the_pages_keep_what_all_pages_promise() {
    for (name, html) in pages() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(!html.contains("style=") && !html.contains("onclick"), "{name}");
        let forms = html.matches("method=\"post\"").count();
        assert!(html.matches("name=\"csrf\"").count() >= forms, "{name}: a form without token");
    }
}

#[test]
fn the_pages_can_be_opened_in_a_browser() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples/ledger");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    for (name, page) in pages() {
        let file = dir.join(name).with_extension("html");
        fs::write(&file, page.replace(&asset(""), "")).expect("written");
        let laid = fs::read_to_string(&file).expect("read");
        assert!(laid.contains("href=\"sekisho.css\""), "{name} finds its style sheet");
    }
}
