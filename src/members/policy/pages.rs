//! `/settings/policy` and `/settings/policy/edit`.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::rules::{Limits, PolicyForm, difference};
use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::identity::contracts;
use crate::identity::policy::{self, InForce, Policy};
use crate::web::{self, Field, Form, Mistakes, Shell, SignedIn};

/// The name of the page in the audit; the manuals give it no number.
const SCREEN: &str = "パスワードポリシー設定";
const PATH: &str = "/settings/policy";
const EDIT: &str = "/settings/policy/edit";

/// `/settings/policy` and its form.
pub fn router() -> Router<App> {
    Router::new().route(PATH, get(show_policy)).route(EDIT, get(edit_policy).post(submit_policy))
}

#[derive(Template)]
#[template(path = "members/policy/pages/show.html")]
struct ShowPage {
    shell: Shell,
    policy: Policy,
    /// Whether the contract set its own.
    own: bool,
    rotation: String,
    reuse: String,
}

#[derive(Template)]
#[template(path = "members/policy/pages/edit.html")]
struct EditPage {
    shell: Shell,
    mistakes: Mistakes,
    limits: Limits,
    max_length: i64,
    min_length: Field,
    min_upper: Field,
    min_lower: Field,
    min_digit: Field,
    min_symbol: Field,
    rotate: Field,
    rotate_days: Field,
    reuse: Field,
    reuse_count: Field,
    version: String,
    csrf: String,
}

/// Why one is led here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Reason {
    updated: String,
}

/// How 【更新】 ended.
enum Updated {
    Done,
    /// Somebody else was faster; what is in force now.
    Overtaken(InForce),
}

async fn show_policy(
    person: SignedIn,
    Query(reason): Query<Reason>,
) -> Result<Response, web::Error> {
    let shell = shell(&person);
    let shell = if reason.updated.is_empty() { shell } else { shell.success(words::UPDATED) };
    web::page(&show_page(shell, &person.0.in_force))
}

async fn edit_policy(person: SignedIn) -> Result<Response, web::Error> {
    let InForce { policy, floor, version, .. } = person.0.in_force;
    let form = PolicyForm::of(&policy, version);
    web::page(&edit_page(&person, &form, &floor, Mistakes::default()))
}

async fn submit_policy(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<PolicyForm>,
) -> Result<Response, web::Error> {
    let floor = person.0.in_force.floor;
    let wanted = match form.check(&floor) {
        Ok(wanted) => wanted,
        Err(mistakes) => {
            let page = edit_page(&person, &form, &floor, mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    match update(&app, &person, &wanted, form.version.parse().ok()).await? {
        Updated::Done => Ok(Redirect::to("/settings/policy?updated=1").into_response()),
        Updated::Overtaken(now) => {
            let mut mistakes = Mistakes::default();
            mistakes.add_general(words::OVERTAKEN);
            let form = PolicyForm::of(&now.policy, now.version);
            let page = edit_page(&person, &form, &floor, mistakes);
            web::page_with(StatusCode::CONFLICT, &page)
        }
    }
}

/// Puts `wanted` in force, unless it is, or somebody changed what `seen` was.
async fn update(
    app: &App,
    person: &SignedIn,
    wanted: &Policy,
    seen: Option<i64>,
) -> Result<Updated, web::Error> {
    let (now, contract_no) = (app.clock.now(), person.contract_no());
    let mut tx = app.db.begin().await?;
    contracts::hold(&mut tx, contract_no).await?.ok_or(web::Error::Forbidden)?;
    let found = policy::in_force(&mut tx, contract_no).await?;
    let changed = difference(&found.policy, wanted);
    if changed.is_empty() {
        // Nothing to change, or the second click of the same form.
        return Ok(Updated::Done);
    }
    if seen != Some(found.version) {
        return Ok(Updated::Overtaken(found));
    }
    policy::put(&mut tx, contract_no, wanted, now).await?;
    let event = Event {
        target: Some(contract_no),
        detail: &changed,
        ..person.0.event("policy-change", SCREEN)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    Ok(Updated::Done)
}

fn shell(person: &SignedIn) -> Shell {
    dressed(person.shell(words::TITLE, "", "/settings")).crumb_here()
}

/// The manuals give these pages no number.
fn dressed(shell: Shell) -> Shell {
    let shell = shell.narrow();
    shell.crumb("トップページ", "/home").crumb(words::SETTINGS_TITLE, "/settings")
}

fn show_page(shell: Shell, found: &InForce) -> ShowPage {
    let policy = found.policy.spelled_out();
    ShowPage {
        shell,
        own: found.version > 0,
        rotation: words::rotation(&policy),
        reuse: words::reuse(&policy),
        policy,
    }
}

fn edit_page(person: &SignedIn, form: &PolicyForm, floor: &Policy, mistakes: Mistakes) -> EditPage {
    EditPage { csrf: person.0.csrf(), ..blank(shell(person), form, floor, mistakes) }
}

fn blank(shell: Shell, form: &PolicyForm, floor: &Policy, mistakes: Mistakes) -> EditPage {
    let field = |name, typed: &str| mistakes.field(name, typed.trim());
    EditPage {
        shell,
        limits: Limits::above(floor),
        max_length: floor.max_length,
        min_length: field("min_length", &form.min_length),
        min_upper: field("min_upper", &form.min_upper),
        min_lower: field("min_lower", &form.min_lower),
        min_digit: field("min_digit", &form.min_digit),
        min_symbol: field("min_symbol", &form.min_symbol),
        rotate: field("rotate", &form.rotate),
        rotate_days: field("rotate_days", &form.rotate_days),
        reuse: field("reuse", &form.reuse),
        reuse_count: field("reuse_count", &form.reuse_count),
        version: form.version.clone(),
        mistakes,
        csrf: String::new(),
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::terms::Preset;
    use crate::members::samples::signed_in;
    use crate::web::Frame;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let shell = || dressed(signed_in(frame, words::TITLE, "/settings")).crumb_here();
        let floor = Preset::Hr.policy();
        let policy = Policy { min_length: 10, rotate_days: Some(90), reuse_block: 3, ..floor };
        let least = InForce::least(Preset::Hr);
        let own = InForce { policy, version: 2, ..least };
        let form = PolicyForm::of(&policy, 2);
        let wrong = PolicyForm {
            min_length: "4".into(),
            min_digit: "１".into(),
            rotate_days: "400".into(),
            ..form.clone()
        };
        let mistakes = wrong.check(&floor).err().unwrap_or_default();
        let edit = |form: &PolicyForm, mistakes| {
            blank(shell(), form, &floor, mistakes).render().expect("renders")
        };
        let show = |shell, found: &InForce| show_page(shell, found).render().expect("renders");
        vec![
            ("members-policy", show(shell().success(words::UPDATED), &own)),
            ("members-policy-least", show(shell(), &least)),
            ("members-policy-edit", edit(&form, Mistakes::default())),
            ("members-policy-wrong", edit(&wrong, mistakes)),
        ]
    }
}
