//! The pages of accounts with sample values.

use askama::DynTemplate;

use super::handover::{HandedPage, HandoverPage};
use super::manage::{ListPage, Person, Row, UntiePage};
use super::tie::TiePage;
use super::{LIST, words};
use crate::base::Moment;
use crate::members::samples::signed_in;
use crate::web::{Frame, Mistakes, Shell};

const EMAIL: &str = "ryoko@office.example.jp";

fn row(account_id: Option<&str>, name: &str, is_manager: bool) -> Row {
    let at = Moment::parse("2026-11-21T14:05:00+09:00");
    let person = Person {
        id: "01".into(),
        name: name.into(),
        email: EMAIL.into(),
        tied_at: at.filter(|_| account_id.is_some()),
        last_login_at: at.filter(|_| account_id.is_some()),
        is_manager,
        is_first: is_manager,
    };
    Row { account_id: account_id.map(str::to_owned), person: Some(person) }
}

/// Each with the name of its file.
pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    let bare = || {
        let shell = signed_in(frame, words::TIE_TITLE, "").narrow();
        Shell { menu: Vec::new(), ..shell }
    };
    let tie = |account_id: Option<&str>, shell| TiePage {
        shell,
        account_id: account_id.map(str::to_owned),
        name: "事務　良子".into(),
        email: EMAIL.into(),
        csrf: "token".into(),
    };
    let shell = |title| signed_in(frame, title, LIST).crumb("トップページ", "/home");
    let rows = vec![
        row(Some("abcd8-01"), "事務　良子", true),
        row(Some("abcd8-02"), &"長い名前".repeat(64), false),
        Row { account_id: Some("abcd8-03".into()), person: None },
        row(None, "山田", false),
    ];
    let list =
        ListPage { shell: shell(words::LIST_TITLE).crumb_here(), rows, free: 1, has_manual: true };
    let mut mistakes = Mistakes::default();
    mistakes.add("to", words::TO, words::CHOOSE);
    let handover = HandoverPage {
        shell: shell(words::HANDOVER_TITLE).crumb(words::LIST_TITLE, LIST).crumb_here().narrow(),
        to: mistakes.field("to", ""),
        people: vec![("02".into(), format!("山田　{EMAIL}"))],
        password: mistakes.secret("password"),
        mistakes,
        csrf: "token".into(),
    };
    let untie = UntiePage {
        shell: shell(words::UNTIE_TITLE).crumb(words::LIST_TITLE, LIST).crumb_here().narrow(),
        account_id: "abcd8-02".into(),
        user_id: "02".into(),
        name: "山田".into(),
        email: EMAIL.into(),
        csrf: "token".into(),
    };
    let handed = HandedPage {
        shell: shell(words::HANDED_TITLE).crumb_here().narrow(),
        name: "山田".into(),
        email: EMAIL.into(),
    };
    let render = |name, page: &dyn DynTemplate| (name, page.dyn_render().expect("renders"));
    vec![
        render("accounts-tie", &tie(Some("abcd8-02"), bare())),
        render("accounts-tie-taken", &tie(Some("abcd8-03"), bare().info(words::TAKEN))),
        render("accounts-tie-none", &tie(None, bare())),
        render("accounts-list", &list),
        render("accounts-untie", &untie),
        render("accounts-handover", &handover),
        render("accounts-handed", &handed),
    ]
}
