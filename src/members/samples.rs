//! The pages of this folder with sample values: what all of them promise, and files
//! under `target/samples/` to be opened in a browser.

use std::fs;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use super::{
    accounts, activate, contact, enroll, factor, forgot, help, home, login, password, policy,
    profile, roles, signup, top, users,
};
use crate::base::Moment;
use crate::identity::contracts::Service;
use crate::identity::users::{Kind, User};
use crate::identity::{Caller, Host};
use crate::web::samples::actor;
use crate::web::{Contact, Frame, Shell, Visit, Visitor, asset, assets, menu};

pub fn frame() -> Frame {
    Frame {
        service_name: "ろうきん 賃金控除事務支援システム".into(),
        institution: "サンプル労働金庫".into(),
        contact: Contact {
            name: "賃金控除事務 サポートデスク".into(),
            tel: "0120-000-000".into(),
            hours: "月～金曜日 8:00～20:00（土・日・祝休日を除く）".into(),
            closed: "12/31～1/3".into(),
            email: "desk@example.jp".into(),
            branch: "明細の内容やご契約の変更については、お取引店へお尋ねください。".into(),
        },
        customer_site: Some(("お客様サイト".into(), "https://www.example.jp/".into())),
        copyright: "© 2026 サンプル労働金庫".into(),
        outages: Vec::new(),
        portal_url: "https://localhost:8443".into(),
        enroll_url: "https://enroll.localhost:8443".into(),
        request_no: "8F3K-20261121-0042".into(),
    }
}

pub fn visit(frame: &Frame) -> Visit {
    let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let request_no = frame.request_no.clone();
    Visit {
        caller: Caller { ip, host: Host::Enroll, request_no, holder: None },
        frame: frame.clone(),
        flow: None,
        session: None,
        ip: ip.to_string(),
    }
}

pub fn user() -> User {
    User {
        id: "0".into(),
        name: "労金　太郎".into(),
        email: "taro@union.example.jp".into(),
        password_temporary: false,
        ..User::new("15000000", "rokin12", Kind::Master, Moment::from_unix(0))
    }
}

pub fn signed_in(frame: &Frame, title: &str, path: &str) -> Shell {
    let visitor = Visitor {
        contract_name: "サンプル会員".into(),
        user_name: "労金　太郎".into(),
        header_id: "rokin12_15000000_4f1b2c3d".into(),
        group_no: None,
        csrf: "token".into(),
        asks_logout: false,
    };
    Shell::new(frame, title)
        .visitor(visitor)
        .menu(menu::items(&actor(Kind::Master, &Service::ALL), path))
}

fn pages() -> Vec<(&'static str, String)> {
    let frame = frame();
    [
        top::pages::samples::pages(&frame),
        enroll::pages::samples::pages(&frame),
        login::pages::samples::pages(&frame),
        password::pages::samples::pages(&frame),
        policy::pages::samples::pages(&frame),
        home::pages::samples::pages(&frame),
        home::group::samples::pages(&frame),
        roles::samples::pages(&frame),
        help::pages::samples::pages(&frame),
        super::maintenance::samples::pages(&frame),
        activate::pages::samples::pages(&frame),
        forgot::pages::samples::pages(&frame),
        profile::pages::samples::pages(&frame),
        factor::pages::samples::pages(&frame),
        users::list::samples::pages(&frame),
        users::edit::samples::pages(&frame),
        users::add::samples::pages(&frame),
        signup::samples::pages(&frame),
        accounts::samples::pages(&frame),
        contact::samples::pages(&frame),
    ]
    .concat()
}

#[test]
fn every_page_is_whole_and_carries_nothing_inline() {
    for (name, html) in pages() {
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
        assert!(html.contains("noindex"), "{name}"); // R004-20
        for wrong in [" style=", "<style", " onclick", "javascript:", "<script>"] {
            assert!(!html.contains(wrong), "{wrong} in {name}");
        }
        let ids = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next());
        let mut ids: Vec<&str> = ids.collect();
        let all = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all, "an id stands twice in {name}");
    }
}

#[test]
fn every_page_ends_with_who_helps_and_who_does_not() {
    // R003-39, R004-162, R004-163
    for (name, html) in pages() {
        let (_, foot) = html.split_once("<footer").unwrap_or_default();
        for words in ["0120-000-000", "12/31～1/3を除く", "お取引店へお尋ねください"]
        {
            assert!(foot.contains(words), "{words} is missing in {name}");
        }
        assert!(foot.contains("href=\"https://www.example.jp/\""), "{name}");
    }
}

#[test]
fn every_password_field_offers_the_software_keyboard_and_holds_nothing() {
    // R004-54
    for (name, html) in pages() {
        let fields = html.matches("type=\"password\"").count();
        assert_eq!(fields, html.matches("data-keyboard=").count(), "{name}");
        for input in html.split("<input").skip(1).filter_map(|rest| rest.split('>').next()) {
            let secret = input.contains("type=\"password\"");
            assert!(!secret || !input.contains(" value="), "{name}: {input}");
        }
    }
}

/// Lays the pages down for people to look at; what is on them is tested above.
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
