//! The page of a group of the menu: a card for each of its places (R004-156).

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::web::menu::{self, Entry, OPERATING, SYSTEM};
use crate::web::{self, Error, Shell, SignedIn};

/// `/members` and `/operator/more`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/members", get(async |person| show(&SYSTEM, &person)))
        .route("/operator/more", get(async |person| show(&OPERATING, &person)))
}

#[derive(Template)]
#[template(path = "members/home/pages/group.html")]
struct GroupPage {
    shell: Shell,
    cards: Vec<&'static Entry>,
}

fn show(group: &'static Entry, person: &SignedIn) -> Result<Response, Error> {
    let shell = person.shell(group.label, "", group.href);
    let shell = shell.crumb("トップページ", "/home").crumb_here();
    web::page(&GroupPage { shell, cards: menu::cards_of(group, &person.0.actor) })
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::users::Kind;
    use crate::members::samples::signed_in;
    use crate::web::Frame;
    use crate::web::samples::actor;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let page = |group: &'static Entry, kind| {
            let actor = actor(kind, &[]);
            let shell =
                signed_in(frame, group.label, group.href).menu(menu::items(&actor, group.href));
            let page =
                GroupPage { shell: shell.crumb_here(), cards: menu::cards_of(group, &actor) };
            page.render().expect("renders")
        };
        vec![
            ("members-system", page(&SYSTEM, Kind::Master)),
            ("operator-more", page(&OPERATING, Kind::Operator)),
        ]
    }
}
