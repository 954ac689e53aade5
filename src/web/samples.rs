//! Sample pages: the shell, forms, lists and drawings as people see them.
//!
//! The test renders them and holds what every page promises. With
//! `cargo test --lib web::samples` they also lie under `target/samples/` with the
//! assets beside them, to be opened in a browser.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use askama::Template;

use super::*;
use crate::base::money::Yen;
use crate::identity::accounts::Tie;
use crate::identity::contracts::Service;
use crate::identity::rights::{Actor, Role};
use crate::identity::users::Kind;

#[derive(Template)]
#[template(path = "web/pages/samples/top.html")]
struct Top {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "web/pages/samples/form.html")]
struct Form {
    shell: Shell,
    mistakes: Mistakes,
    user_id: Field,
    password: Field,
    user_name: Field,
    email: Field,
    code: Field,
    day: Field,
    state: Field,
    format: Field,
    states: &'static [(&'static str, &'static str)],
    csrf: String,
}

struct Row {
    no: usize,
    customer_no: String,
    name: &'static str,
    kana: &'static str,
    kind: &'static str,
    amount: String,
    balance: String,
    state: &'static str,
}

#[derive(Template)]
#[template(path = "web/pages/samples/list.html")]
struct List {
    shell: Shell,
    name: Field,
    month: Field,
    kind: Field,
    kinds: Vec<(String, String)>,
    chips: Vec<Chip>,
    by_no: Sort,
    by_amount: Sort,
    rows: Vec<Row>,
    pager: Pager,
}

#[derive(Template)]
#[template(path = "web/pages/samples/import.html")]
struct Import {
    shell: Shell,
}

/// A person of a contract that includes `services`, with what comes with the kind.
pub(crate) fn actor(kind: Kind, services: &[Service]) -> Actor {
    Actor {
        contract_no: "15000000".into(),
        user_id: "0".into(),
        kind,
        services: services.to_vec(),
        functions: BTreeMap::new(),
        roles: Role::of_kind(kind).iter().copied().collect(),
        own_certificate: true,
        tie: Tie::NotAsked,
        place: crate::identity::groups::Place::Anywhere,
    }
}

fn frame() -> Frame {
    Frame {
        service_name: "ろうきん 賃金控除事務支援システム".into(),
        institution: "サンプル労働金庫".into(),
        contact: Contact {
            name: "賃金控除事務 サポートデスク".into(),
            tel: "0120-000-000".into(),
            hours: "月～金曜日 8:00～20:00（土・日・祝休日を除く）".into(),
            closed: "12/31～1/3".into(),
            email: "support@example.jp".into(),
            branch: String::new(),
        },
        customer_site: None,
        copyright: "© 2026 サンプル労働金庫".into(),
        outages: Vec::new(),
        portal_url: "https://localhost:8443".into(),
        enroll_url: "https://enroll.localhost:8443".into(),
        request_no: "8F3K-20261121-0042".into(),
    }
}

pub(crate) fn signed_in(title: &str) -> Shell {
    Shell::new(&frame(), title)
        .visitor(Visitor {
            contract_name: "サンプル会員".into(),
            user_name: "組合担当".into(),
            header_id: "15000000002m_15_1500002_75_2".into(),
            group_no: Some("16000004".into()),
            csrf: "token".into(),
            asks_logout: false,
        })
        .menu_item("トップページ", "/home", false)
        .menu_item("労金控除事務", "/deduction/rokin", true)
        .menu_item("賃控元帳事務", "/deduction/ledger", false)
        .menu_item("一斉積立事務", "/deduction/saving", false)
        .menu_item("共通機能", "/settings", false)
        .menu_item("システム管理機能", "/members", false)
        .session(3_600, "/session")
}

fn top() -> String {
    Top { shell: Shell::new(&frame(), "ログイン画面").screen("DC581101") }
        .render()
        .expect("renders")
}

fn form(wrong: bool) -> String {
    let mut mistakes = Mistakes::default();
    let mut typed = ("", "", "");
    if wrong {
        mistakes.add(
            "user_id",
            "ユーザーID",
            "半角の英字と数字を組み合わせて、6～12文字で入力してください。",
        );
        mistakes.add("password", "パスワード", "パスワードを入力してください。");
        mistakes.add(
            "email",
            "メールアドレス",
            "携帯電話のメールアドレスは登録できません。PCのメールアドレスを入力してください。",
        );
        typed = ("rokin\"<b>", "労金　太郎", "taro@docomo.example");
    }
    let page = Form {
        shell: Shell::new(&frame(), "マスターユーザー初期登録")
            .screen("DC584101")
            .steps(2, &["契約番号の入力", "ユーザーの登録", "電子証明書の発行", "取り込み"])
            .narrow(),
        user_id: mistakes.field("user_id", typed.0),
        password: mistakes.secret("password"),
        user_name: mistakes.field("user_name", typed.1),
        email: mistakes.field("email", typed.2),
        code: mistakes.field("code", ""),
        day: mistakes.field("day", ""),
        state: mistakes.field("state", "locked"),
        format: mistakes.field("format", "active"),
        states: &[("active", "正常"), ("locked", "ロック中"), ("closed", "閉塞")],
        mistakes,
        csrf: "token".into(),
    };
    page.render().expect("renders")
}

fn list() -> String {
    const PEOPLE: [(&str, &str); 5] = [
        ("労金　太郎", "ロウキン　タロウ"),
        ("佐々木　由美子", "ササキ　ユミコ"),
        ("髙橋　健", "タカハシ　ケン"),
        ("𠮷田　さくら", "ヨシダ　サクラ"),
        ("小笠原　龍之介", "オガサワラ　リュウノスケ"),
    ];
    let rows = (1..=30_usize).map(|no| {
        let (name, kana) = PEOPLE[no % PEOPLE.len()];
        let n = i64::try_from(no).unwrap_or(0);
        Row {
            no,
            customer_no: format!("{:010}", 1_600_004_000 + n),
            name,
            kana,
            kind: ["エース預金", "証書貸付", "財形貯蓄"][no % 3],
            amount: Yen(n * 1_234 % 60_000).ja(),
            balance: Yen(n * 98_765).ja(),
            state: ["正常", "確認中", "停止"][usize::from(no % 7 == 0) + usize::from(no % 14 == 0)],
        }
    });
    let page = List {
        shell: signed_in("労金控除明細照会")
            .screen("DK101101")
            .crumb("トップページ", "/home")
            .crumb("労金控除事務", "/deduction/rokin")
            .crumb_here()
            .warning("電子証明書の有効期限まであと12日です。"),
        name: Field::with("name", "労金"),
        month: Field::with("month", "2026-11-01"),
        kind: Field::new("kind"),
        kinds: vec![(String::new(), "すべて".into()), ("ace".into(), "エース預金".into())],
        chips: vec![
            Chip::new("対象月：2026年11月", "?name=x"),
            Chip::new("氏名：労金", "?month=x"),
        ],
        by_no: Sort::new("No", "?sort=-no", Some(Order::Ascending)),
        by_amount: Sort::new("控除額", "?sort=amount", None),
        rows: rows.collect(),
        pager: Pager { previous: None, next: Some("?after=30".into()) },
    };
    page.render().expect("renders")
}

fn import() -> String {
    let shell = Shell::new(&frame(), "電子証明書の取り込み")
        .steps(4, &["ユーザー認証", "認証コードの入力", "発行", "取り込み"])
        .success("電子証明書を発行しました。");
    Import { shell }.render().expect("renders")
}

fn refusal() -> String {
    let face = Face::new(
        axum::http::StatusCode::FORBIDDEN,
        "電子証明書を確認できませんでした",
        "このPCから、有効な電子証明書が届きませんでした。\
         期限が切れているか、取り込みがまだか、登録したPCと別のPCをお使いの場合があります。",
    )
    .steps(&[
        "はじめてご利用になる方と、有効期限が切れた方は、「電子証明書を発行する」ボタンへお進みください。",
        "ファイルをダウンロードしただけで取り込みがまだの方は、「取り込みの手順」をご覧ください。",
        "証明書の選択画面で「キャンセル」を押された方は、ブラウザの画面をすべて閉じて、もう一度開いてください。",
    ])
    .way("電子証明書を発行する", "/certificate")
    .way("取り込みの手順", "/help/import")
    .picture("refused-absent.svg");
    face.html(&frame())
}

fn pages() -> Vec<(&'static str, String)> {
    vec![
        ("top", top()),
        ("form", form(false)),
        ("form-wrong", form(true)),
        ("list", list()),
        ("import", import()),
        ("refusal", refusal()),
        ("error", Error::Internal(std::sync::Arc::new(std::fmt::Error)).face().html(&frame())),
    ]
}

#[test]
fn every_page_is_whole_without_script_and_carries_nothing_inline() {
    for (name, html) in pages() {
        assert!(html.starts_with("<!DOCTYPE html>"), "{name}: {}", &html[..80]);
        assert!(html.contains("<html lang=\"ja\">"), "{name}");
        assert!(html.contains("noindex"), "{name}"); // R004-20
        assert!(html.contains("class=\"skip\""), "{name}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        for wrong in [" style=", "<style", " onclick", "javascript:", "<script>"] {
            assert!(!html.contains(wrong), "{wrong} in {name}");
        }
        assert!(html.contains("ろうきん 賃金控除事務支援システム"), "{name}"); // R004-43
    }
}

#[test]
fn the_screen_is_named_beside_its_title() {
    // R004-43, R004-44
    assert!(top().contains("DC581101</p>"));
}

#[test]
fn the_header_names_contract_user_and_group() {
    // R004-106
    let html = list();
    for part in ["サンプル会員 / 組合担当", "15000000002m_15_1500002_75_2", "16000004"] {
        assert!(html.contains(part), "{part}");
    }
    assert!(!top().contains("/logout"));
}

#[test]
fn a_mistake_is_told_above_the_form_and_at_its_field() {
    let html = form(true);
    assert!(html.contains("<a href=\"#user_id\">ユーザーID</a>"));
    assert!(html.contains("id=\"user_id-mistake\""));
    assert!(html.contains("aria-describedby=\"user_id-rule user_id-example user_id-mistake\""));
    assert!(html.contains("autofocus"));
    assert!(html.contains("<title>入力エラー：マスターユーザー初期登録"));
    assert!(!form(false).contains("入力エラー"));
    assert!(html.contains("<option value=\"locked\" selected>ロック中"));
}

#[test]
fn what_was_typed_is_escaped_and_a_password_is_not_kept() {
    let html = form(true);
    assert!(!html.contains("<b>"));
    assert!(html.contains("rokin&#34;&#60;b&#62;"));
    let at = html.find("type=\"password\"").expect("a password field");
    let input = &html[at..at + html[at..].find('>').expect("closed")];
    assert!(!input.contains("value="), "{input}");
}

#[test]
fn every_password_field_offers_the_software_keyboard() {
    // R004-54
    let html = form(false);
    assert_eq!(html.matches("type=\"password\"").count(), html.matches("data-keyboard=").count());
}

/// Lays the pages down for people to look at; what is on them is tested above.
/// Lays a page down under `target/samples/` for people to look at.
pub(crate) fn laid_down(name: &str, html: &str) {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples");
    fs::create_dir_all(&dir).expect("created");
    let html = html.replace(&asset(""), "");
    assert!(html.contains("href=\"sekisho.css\""), "{name} finds its style sheet");
    fs::write(dir.join(name).with_extension("html"), html).expect("written");
}

#[test]
fn the_pages_can_be_opened_in_a_browser() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    let version = asset("");
    for (name, html) in pages() {
        let file = dir.join(name).with_extension("html");
        fs::write(&file, html.replace(&version, "")).expect("written");
        let laid = fs::read_to_string(&file).expect("read");
        assert!(laid.contains("href=\"sekisho.css\""), "{name} finds its style sheet");
    }
}
