//! The page as people see it: rendered with made-up items, held to what it promises,
//! and laid under `target/samples/deduction/` to be opened in a browser.

use std::fs;
use std::path::Path;

use askama::Template;

use super::pages::{list, list_page};
use super::rules::Asked;
use super::{Item, Page, Product, State};
use crate::web::{Frame, Shell, Visitor, asset, assets};

fn shell() -> Shell {
    let frame = Frame {
        service_name: "ろうきん 賃金控除事務支援システム".into(),
        institution: "サンプル労働金庫".into(),
        ..Frame::default()
    };
    Shell::new(&frame, super::words::TITLE)
        .visitor(Visitor {
            contract_name: "サンプル会員".into(),
            user_name: "組合担当".into(),
            header_id: "rokin12_30000001_0a1b2c3d".into(),
            ..Visitor::default()
        })
        .menu_item("トップページ", "/home", false)
        .menu_item("労金控除事務", "/deduction/rokin/items", true)
        .crumb("トップページ", "/home")
        .crumb_here()
}

fn item(n: usize) -> Item {
    let amount = 3_000 + i64::try_from(n).unwrap_or(0) * 1_234;
    Item {
        id: format!("{n:06}-sample"),
        employee_no: format!("1000{n:04}"),
        kana_name: ["ヤマダ　タロウ", "オガサワラ　リュウノスケ"][n % 2].into(),
        kanji_name: ["山田　太郎", "小笠原　龍之介"][n % 2].into(),
        workplace: "本社総務部".into(),
        group_no: "16000004".into(),
        product: Product::ALL[n % 4],
        account_no: format!("{:07}", 1_000_000 + n),
        amount_monthly: amount,
        amount_summer: amount * 10,
        amount_winter: 0,
        state: State::ALL[n / 3 % 4],
        at_counter: n % 7 == 3,
        effective_ym: "2026-11".into(),
    }
}

fn html(asked: &Asked, rows: usize) -> String {
    let (search, mistakes) = asked.search().expect("ours");
    let page = Page { rows: (0..rows).map(item).collect(), earlier: true, later: rows > 0 };
    let list = mistakes
        .is_empty()
        .then(|| list(asked, &search, asked.sorting().expect("ours"), page, 5_000));
    list_page(shell(), asked, mistakes, list).render().expect("renders")
}

fn filtered() -> Asked {
    Asked {
        kana: "ﾔﾏﾀﾞ".into(), state: "new".into(), sort: "-monthly".into(), ..Asked::default()
    }
}

#[test]
fn the_list_shows_its_count_its_filters_and_its_order() {
    // R004-43
    let html = html(&filtered(), 50);
    assert!(html.contains("該当件数: <strong class=\"number\">5,000件</strong>"));
    assert!(html.contains("カナ氏名：ヤマダ<"));
    assert!(html.contains("状態：新規<"));
    assert_eq!(html.matches("aria-sort=\"descending\"").count(), 1);
    assert!(html.contains("<option value=\"new\" selected>新規"));
    assert!(html.contains("name=\"sort\" value=\"-monthly\""));
    assert!(html.contains("<td class=\"number\">4,234円</td>"));
    assert!(html.contains("rel=\"prev\"") && html.contains("rel=\"next\""));
    assert!(!html.contains("screen-id"));
}

#[test]
fn an_empty_list_says_so_and_leads_out_of_its_filters() {
    let found = html(&filtered(), 0);
    assert!(found.contains(super::words::NONE_FOUND));
    assert!(found.contains("<a href=\"/deduction/rokin\">条件をすべて外す</a>"));
    let all = html(&Asked::default(), 0);
    assert!(all.contains("控除明細はまだありません。"));
    assert!(!all.contains("<table"));
}

#[test]
fn a_wrong_number_is_told_above_the_form_and_at_its_field() {
    let asked = Asked { employee_no: "<b>%".into(), ..Asked::default() };
    let html = html(&asked, 1);
    assert_eq!(html.matches(super::words::EMPLOYEE_NO_SIGNS).count(), 2);
    assert!(html.contains("<title>入力エラー：労金控除明細照会"));
    assert!(!html.contains("<b>") && !html.contains("<table"));
}

#[test]
fn the_page_can_be_opened_in_a_browser() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples/deduction");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    let wrong = Asked { employee_no: "10%".into(), ..Asked::default() };
    for (name, page) in [
        ("list", html(&Asked::default(), 50)),
        ("filtered", html(&filtered(), 50)),
        ("none-found", html(&filtered(), 0)),
        ("none", html(&Asked::default(), 0)),
        ("wrong", html(&wrong, 1)),
    ] {
        let file = dir.join(name).with_extension("html");
        fs::write(&file, page.replace(&asset(""), "")).expect("written");
        let laid = fs::read_to_string(&file).expect("read");
        assert!(laid.contains("href=\"sekisho.css\""), "{name} finds its style sheet");
    }
}
