//! The pages with sample values.

use askama::Template as _;

use super::pages::{LIST, Line, ListPage, WithdrawPage, new_form};
use super::rules::WindowForm;
use super::words;
use crate::base::Moment;
use crate::identity::contracts::Service;
use crate::identity::hours::{Closed, Why};
use crate::identity::maintenance::Window;
use crate::identity::users::Kind;
use crate::members::samples::signed_in;
use crate::web::closed::{announcement, face};
use crate::web::samples::actor;
use crate::web::{Face, Frame, Mistakes, Shell, menu};

fn at(text: &str) -> Moment {
    Moment::parse(&format!("{text}+09:00")).expect("an instant")
}

fn window(from: &str, to: &str, message: &str) -> Window {
    Window {
        id: "0193".into(),
        from: at(from),
        to: at(to),
        message: message.into(),
        announced: at("2026-11-21T09:00:00"),
        created_by: "operator01".into(),
        created_at: at("2026-11-20T09:00:00"),
        withdrawn_at: None,
    }
}

fn hours() -> Why {
    Why::Hours { open: 480, close: 1_200, today: Some("勤労感謝の日".into()) }
}

fn now_out(window: &Window) -> Why {
    Why::Maintenance { message: window.message.clone(), ends_at: window.to }
}

/// What somebody reads who was signed in.
fn closed(why: Why) -> Face {
    let (since, until) = (at("2026-11-20T20:00:00"), at("2026-11-24T08:00:00"));
    face(&Closed { why, since: Some(since), until: Some(until), retry_seconds: 1 }, true)
}

pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    let now = at("2026-11-21T12:00:00");
    let one = window(
        "2026-11-28T08:00:00",
        "2026-11-28T12:00:00",
        "機器の入れ替えのため、サービスを休止します。",
    );
    let before = window(
        "2026-10-10T08:00:00",
        "2026-10-10T18:00:00",
        "ネットワークの点検のため、休止します。",
    );
    let shell = |title: &str| -> Shell {
        let shell = signed_in(frame, title, LIST).crumb("トップページ", "/home");
        let menu = menu::items(&actor(Kind::Operator, &Service::ALL), LIST);
        shell.menu(menu).bulletin(vec![announcement(&one)])
    };
    let below = |title| shell(title).crumb(words::TITLE, LIST).crumb_here().narrow();
    let line = || Line::of(&one, now);
    let list = |coming, past| ListPage { shell: shell(words::TITLE).crumb_here(), coming, past };
    let wrong = WindowForm { from: "2026-11-28T08:00".into(), ..WindowForm::default() };
    let mistakes = wrong.read(now).expect_err("not whole");
    let empty =
        new_form(below(words::NEW), &WindowForm::default(), Mistakes::default(), "t".into());
    let full = list(vec![line()], vec![Line::of(&before, now)]);
    let withdraw = WithdrawPage {
        shell: below(words::WITHDRAW),
        line: line(),
        is_now: false,
        csrf: "token".into(),
    };
    let again = new_form(below(words::NEW), &wrong, mistakes, "t".into());
    vec![
        ("maintenance-list", full.render().expect("renders")),
        ("maintenance-none", list(vec![], vec![]).render().expect("renders")),
        ("maintenance-new", empty.render().expect("renders")),
        ("maintenance-wrong", again.render().expect("renders")),
        ("maintenance-withdraw", withdraw.render().expect("renders")),
        ("closed-hours", closed(hours()).html(frame)),
        ("closed-maintenance", closed(now_out(&one)).html(frame)),
    ]
}
