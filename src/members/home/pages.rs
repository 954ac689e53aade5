//! `/home`.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::rules::{Left, left};
use super::words;
use crate::app::App;
use crate::base::{Day, Moment};
use crate::identity::rights::Actor;
use crate::members::messages::{self, Message};
use crate::web::menu::{self, Entry};
use crate::web::{self, Blocks, Shell, SignedIn};

/// `/home`.
pub fn router(blocks: Blocks) -> Router<App> {
    let show = move |app, person, before| show_home(app, person, before, blocks);
    Router::new().route("/home", get(show))
}

#[derive(Template)]
#[template(path = "members/home/pages/home.html")]
struct HomePage {
    shell: Shell,
    last_login: String,
    messages: Vec<Message>,
    /// What the modules show.
    blocks: Vec<String>,
    cards: Vec<&'static Entry>,
    login_id: String,
    /// Name of the company's certificate, where that is what the person came with.
    company: Option<String>,
    left: Left,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    changed: String,
}

async fn show_home(
    State(app): State<App>,
    person: SignedIn,
    Query(before): Query<Before>,
    blocks: Blocks,
) -> Result<Response, web::Error> {
    let (now, renewal_days) = (app.clock.now(), app.config.certificate.renewal_days);
    let holder = &person.0.holder;
    let mut left = left(holder.not_after, now, renewal_days);
    // Whoever has renewed only has to import it; a company's is the operator's to renew.
    left.renewable &= !holder.retiring && !holder.is_company();
    let title = words::title(&person.0.actor.services);
    let shell = person.shell(title, "DC671101", "/home");
    let contract = &person.0.contract;
    let whose = (contract.contract_no.as_str(), contract.kind.as_str());
    let told = messages::shown(&mut app.db.conn().await?, whose, Day::of(now)).await?;
    let previous = person.0.user.previous_login_at;
    let mut page = home_page(shell, previous, &person.0.actor, left);
    page.messages = told;
    page.blocks = blocks(app.clone(), person.0.clone()).await?;
    page.login_id.clone_from(&person.0.user.login_id);
    page.company = holder.is_company().then(|| holder.name().to_owned());
    if before.changed == "1" {
        page.shell = page.shell.success(words::CHANGED);
    }
    web::page(&page)
}

fn home_page(shell: Shell, previous: Option<Moment>, actor: &Actor, left: Left) -> HomePage {
    HomePage {
        shell,
        last_login: words::last_login(previous),
        messages: Vec::new(),
        blocks: Vec::new(),
        cards: menu::cards(actor),
        login_id: String::new(),
        company: None,
        left,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::contracts::Service;
    use crate::identity::users::Kind;
    use crate::members::samples::signed_in;
    use crate::web::Frame;
    use crate::web::ending::{Presented, ending};
    use crate::web::samples::actor;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let last = Day::new(2027, 11, 21).expect("a day").ends_at();
        let at = |day: i64| Day::of(last).plus_days(-day).starts_at();
        let page = |name, previous, services: &[Service], days| {
            let presented = Presented { not_after: last, retiring: days == 5, company: false };
            let shell = signed_in(frame, words::TITLE, "/home").screen("DC671101");
            let shell = shell.ending(ending(presented, at(days), 30, &frame.enroll_url));
            let mut page = home_page(
                shell,
                previous,
                &actor(Kind::Master, services),
                left(last, at(days), 30),
            );
            page.left.renewable &= !presented.retiring;
            page.login_id = "rokin12".into();
            (name, page)
        };
        let seen = Moment::parse("2026-11-20T14:57:00+09:00");
        let (name, mut all) = page("members-home", seen, &Service::ALL, 365);
        all.shell = all.shell.success(words::CHANGED);
        let rest = [
            page("members-home-first", None, &[Service::Rokin], 12),
            page("members-home-none", seen, &[], 0),
            page("members-home-renewed", seen, &[Service::Rokin], 5),
        ];
        let mut done = vec![(name, all.render().expect("renders"))];
        done.extend(rest.map(|(name, page)| (name, page.render().expect("renders"))));
        done
    }
}
