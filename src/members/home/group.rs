//! The page of a group of the menu: a card for each of its places (R004-156).

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::web::SignedIn;
use crate::web::menu::{OPERATING, SYSTEM, group_page};

/// `/members` and `/operator/more`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/members", get(async |person: SignedIn| group_page(&SYSTEM, &person)))
        .route("/operator/more", get(async |person: SignedIn| group_page(&OPERATING, &person)))
}

#[cfg(test)]
pub mod samples {
    use askama::Template as _;

    use super::*;
    use crate::identity::users::Kind;
    use crate::members::samples::signed_in;
    use crate::web::Frame;
    use crate::web::menu::{self, Entry, GroupPage};
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
