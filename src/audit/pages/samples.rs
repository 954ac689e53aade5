//! The pages of this folder with sample values.

use askama::Template as _;

use super::check::{Known, check_page};
use super::log::{list, log_page};
use super::rules::Asked;
use super::store::Page;
use super::{ALL, OWN, words};
use crate::app::{Check, Ended};
use crate::audit::{Record, Verdict};
use crate::base::Moment;
use crate::identity::users::Kind;
use crate::web::samples::{actor, laid_down};
use crate::web::{Frame, Mistakes, Shell, Visitor, menu};

fn signed_in(title: &str, path: &str) -> Shell {
    let visitor = Visitor {
        contract_name: "サンプル会員".into(),
        user_name: "労金　太郎".into(),
        header_id: "rokin12_15000000_4f1b2c3d".into(),
        csrf: "token".into(),
        ..Visitor::default()
    };
    let frame = Frame { service_name: "サンプル".into(), ..Frame::default() };
    Shell::new(&frame, title).visitor(visitor).menu(menu::items(&actor(Kind::Master, &[]), path))
}

fn row(seq: i64, action: &str, result: &str, detail: &str) -> Record {
    let at = Moment::parse("2026-11-21T10:00:00+09:00").expect("an instant");
    Record {
        seq,
        at: at.plus_ms(seq * 61_000),
        actor: "kumiai01".into(),
        contract_no: Some("15000000".into()),
        user_id: None,
        serial: None,
        ip: Some("192.0.2.17".into()),
        screen: Some("DM492101".into()),
        action: action.into(),
        target: Some("kumiai02".into()),
        result: result.into(),
        detail: detail.into(),
        prev_hash: String::new(),
        hash: String::new(),
    }
}

#[test]
fn the_pages_of_the_log_can_be_opened_in_a_browser() {
    let rows = vec![
        row(12_345, "user-update", "done", "name, temporary password, rokin=view"),
        row(12_344, "login", "refused", "wrong password; locked now"),
        row(12_343, "certificate-issue", "done", "not after 2027-11-21T14:59:59Z"),
        row(12_342, "invoice-download", "done", "請求書.pdf"),
    ];
    let page = Page { rows, has_newer: false, has_older: true };
    let asked = Asked { user_id: "kumiai02".into(), ..Asked::default() };
    let log = |asked: &Asked, path: &'static str, page: &Page| {
        let shell = signed_in(words::TITLE, "/members").crumb_here();
        let found = (Mistakes::default(), Some(list(asked, path, page, 12_001)));
        log_page(shell, ("/members/log/check", path), asked, found).render().expect("renders")
    };
    let now = Moment::from_unix(1_795_000_000);
    let check = |checked, ended: Option<Ended>, own: Option<i64>| {
        let shell = signed_in(words::CHECK_TITLE, "/members").crumb_here();
        let ended = ended.map(|ended| (now, ended));
        let again = ended.as_ref().map(|_| now.plus_minutes(5));
        let check = Some(Check { begun_at: now, checked, total: 100_000, ended });
        let known = Known { check, own, again };
        check_page(shell, "/members/log/check".into(), OWN, known).render().expect("renders")
    };
    let broken = Verdict::Broken { seq: 4_711, why: "" };
    let pages = [
        ("audit-log", log(&asked, OWN, &page)),
        ("audit-log-operator", log(&Asked::default(), ALL, &page)),
        ("audit-log-none", log(&asked, OWN, &Page::default())),
        ("audit-check", check(42_000, None, None)),
        ("audit-check-own", check(42_000, None, Some(12))),
        ("audit-check-whole", check(0, Some(Ended::Found(Verdict::Whole(100_000))), Some(12))),
        ("audit-check-broken", check(0, Some(Ended::Found(broken)), None)),
    ];
    for (name, html) in pages {
        assert!(html.matches("<h1").count() == 1 && !html.contains(" style="), "{name}");
        laid_down(name, &html);
    }
}
