//! `/deduction/groups`.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use crate::app::App;
use crate::audit::{self, Event};
use crate::identity::contracts::Service;
use crate::identity::groups::{self, Group, Place};
use crate::web::menu::{self, deduction};
use crate::web::{self, Arrived, Error, Form, Shell};

/// `/deduction/groups`.
pub fn router() -> Router<App> {
    Router::new().route("/deduction/groups", get(show_groups).post(submit_group))
}

#[derive(Template)]
#[template(path = "deduction/groups/pages/groups.html")]
struct GroupsPage {
    shell: Shell,
    csrf: String,
    groups: Vec<Group>,
    current: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Choice {
    group_no: String,
}

async fn show_groups(State(app): State<App>, person: Arrived) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let groups = groups::of_user(&mut conn, &person.user.contract_no, &person.user.id).await?;
    web::page(&groups_page(&person, groups))
}

fn groups_page(person: &Arrived, groups: Vec<Group>) -> GroupsPage {
    let mut shell = person.bare_shell("入金グループ選択", "DC590101");
    // Before the first choice there is nowhere else to go.
    if !matches!(person.actor.place, Place::Choosing { .. }) {
        shell = shell.menu(menu::items(&person.actor, deduction::GROUPS.href));
        shell = shell.crumb("トップページ", "/home").crumb_here();
    }
    GroupsPage {
        shell,
        csrf: person.csrf(),
        groups,
        current: person.actor.place.group().map(|group| group.group_no.clone()),
    }
}

async fn submit_group(
    State(app): State<App>,
    person: Arrived,
    Form(choice): Form<Choice>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let groups = groups::of_user(&mut tx, &person.user.contract_no, &person.user.id).await?;
    // Another contract's is as absent as what never was (RX-06).
    let group = groups.iter().find(|group| group.group_no == choice.group_no);
    let group = group.ok_or(Error::NotFound)?;
    groups::choose(&mut tx, &person.session.token_hash, &group.group_no).await?;
    let event = Event { target: Some(&group.group_no), ..person.event("group-choose", "DC590101") };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(Redirect::to("/home").into_response())
}

/// 「労金控除(明細更新)・賃金控除元帳・一斉積立」 (R004-59).
fn remarks(services: &[Service]) -> String {
    let updates = services.contains(&Service::RokinUpdate);
    let word = |service: &Service| match service {
        Service::Rokin if updates => Some("労金控除(明細更新)"),
        Service::Rokin => Some("労金控除"),
        Service::Ledger => Some("賃金控除元帳"),
        Service::BulkSaving => Some("一斉積立"),
        _ => None,
    };
    services.iter().filter_map(word).collect::<Vec<_>>().join("・")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_remarks_name_what_is_done_in_a_group() {
        // R004-59
        assert_eq!(remarks(&Service::OF_GROUPS), "労金控除(明細更新)・賃金控除元帳・一斉積立");
        assert_eq!(remarks(&[Service::Ledger, Service::BulkSaving]), "賃金控除元帳・一斉積立");
        assert_eq!(remarks(&[Service::Rokin]), "労金控除");
    }
}
