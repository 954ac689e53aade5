//! `/settings` and `/settings/password`.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::rules::PasswordForm;
use super::words::{self, Labels};
use crate::app::{App, Try};
use crate::audit;
use crate::base::{Moment, Secret};
use crate::identity::flows;
use crate::identity::policy::Policy;
use crate::identity::rules::Mistake;
use crate::identity::sessions::Sessions;
use crate::identity::users::{self, User};
use crate::members::login::rules::Refusal;
use crate::web::menu::{self, Entry};
use crate::web::visit::{CHANGE_PASSWORD, Forced};
use crate::web::{self, Arrived, Field, Form, Mistakes, Shell, SignedIn};

/// The name of the page in the audit; the manuals give it no number.
const SCREEN: &str = "パスワード変更";

/// `/settings` and `/settings/password`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/settings", get(show_settings))
        .route(CHANGE_PASSWORD, get(show_form).post(submit_form))
}

#[derive(Template)]
#[template(path = "members/password/pages/settings.html")]
struct SettingsPage {
    shell: Shell,
    /// システム管理: what this person may set for all of the contract.
    cards: Vec<&'static Entry>,
}

#[derive(Template)]
#[template(path = "members/password/pages/password.html")]
struct PasswordPage {
    shell: Shell,
    mistakes: Mistakes,
    /// Why one cannot do anything else.
    forced: Option<Forced>,
    labels: Labels,
    password: Field,
    new_password: Field,
    new_password_confirm: Field,
    policy: Policy,
    login_id: String,
    csrf: String,
}

async fn show_settings(person: SignedIn) -> Result<Response, web::Error> {
    let shell = person.shell(words::SETTINGS_TITLE, "", "/settings");
    web::page(&settings_page(shell, menu::settings(&person.0.actor)))
}

async fn show_form(person: Arrived) -> Result<Response, web::Error> {
    web::page(&password_page(&person, Mistakes::default()))
}

async fn submit_form(
    State(app): State<App>,
    person: Arrived,
    Form(form): Form<PasswordForm>,
) -> Result<Response, web::Error> {
    if let Err(mistakes) = form.check(&person.in_force, &person.user.login_id) {
        let page = password_page(&person, mistakes);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let event = person.event("password-change", SCREEN);
    let tried = app.try_user(Some(person.user.clone()), &form.password, &event).await?;
    let (status, mistakes) = match tried {
        Try::Right(tried) => {
            let policy = &person.in_force.policy;
            if !app.was_used(&tried, policy, &form.new_password).await? {
                return change(&app, &person, &tried, &form.new_password).await;
            }
            used_before(policy)
        }
        Try::Wrong => wrong(labels(&person)),
        Try::Locked(until) => refused(Refusal::Locked(until), app.clock.now()),
        Try::Closed => refused(Refusal::Closed, app.clock.now()),
    };
    web::page_with(status, &password_page(&person, mistakes))
}

/// Puts `new` in force; every other session of the person ends.
async fn change(
    app: &App,
    person: &Arrived,
    tried: &User,
    new: &Secret,
) -> Result<Response, web::Error> {
    let hash = app.hash_password(new).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let id = person.user.id.as_str();
    flows::end_all(&mut tx, id).await?;
    let held = users::hold(&mut tx, id).await?.ok_or(web::Error::Forbidden)?;
    if held.password_hash != tried.password_hash {
        // Another window changed it while this one was compared.
        let (status, mistakes) = wrong(labels(person));
        return web::page_with(status, &password_page(person, mistakes));
    }
    // Once more: one may have been begun while this waited for its turn.
    flows::end_all(&mut tx, id).await?;
    users::set_password(&mut tx, id, &hash, now).await?;
    Sessions::end_all(&mut tx, id, Some(&person.session.token_hash), now).await?;
    audit::record(&mut tx, now, &person.event("password-change", SCREEN)).await?;
    tx.commit().await?;
    app.sessions.recheck_user(id).await?;
    Ok(Redirect::to("/home?changed=1").into_response())
}

fn labels(person: &Arrived) -> Labels {
    Labels::of(person.in_force.preset)
}

fn wrong(labels: Labels) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    mistakes.add("password", labels.current, words::wrong(labels.current));
    (StatusCode::UNPROCESSABLE_ENTITY, mistakes)
}

fn used_before(policy: &Policy) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    let reused = Mistake::PasswordReused(policy.reuse_block);
    mistakes.add("new_password", words::NEW, reused.ja(words::NEW));
    (StatusCode::UNPROCESSABLE_ENTITY, mistakes)
}

fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    mistakes.add_general(refusal.ja(now));
    (StatusCode::FORBIDDEN, mistakes)
}

fn settings_page(shell: Shell, cards: Vec<&'static Entry>) -> SettingsPage {
    let shell = shell.crumb("トップページ", "/home").crumb_here();
    SettingsPage { shell, cards }
}

fn password_page(person: &Arrived, mistakes: Mistakes) -> PasswordPage {
    let forced = person.forced();
    let shell = if let Some(why) = forced {
        person.bare_shell(words::TITLE, "").info(words::forced(why))
    } else {
        SignedIn(person.clone())
            .shell(words::TITLE, "", "/settings")
            .crumb("トップページ", "/home")
            .crumb(words::SETTINGS_TITLE, "/settings")
            .crumb_here()
    };
    PasswordPage {
        shell: shell.narrow(),
        forced,
        labels: labels(person),
        password: mistakes.secret("password"),
        new_password: mistakes.secret("new_password"),
        new_password_confirm: mistakes.secret("new_password_confirm"),
        mistakes,
        policy: person.in_force.policy,
        login_id: person.user.login_id.clone(),
        csrf: person.csrf(),
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::contracts::Service;
    use crate::identity::terms::Preset;
    use crate::identity::users::Kind;
    use crate::members::samples::signed_in;
    use crate::web::Frame;
    use crate::web::samples::actor;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let master = actor(Kind::Master, &Service::ALL);
        let shell = signed_in(frame, words::SETTINGS_TITLE, "/settings");
        let settings = settings_page(shell, menu::settings(&master));
        let page = |shell: Shell, forced, mistakes: Mistakes| {
            let page = PasswordPage {
                shell: shell.narrow(),
                forced,
                labels: Labels::of(Preset::Rokin),
                password: mistakes.secret("password"),
                new_password: mistakes.secret("new_password"),
                new_password_confirm: mistakes.secret("new_password_confirm"),
                mistakes,
                policy: Preset::Rokin.policy(),
                login_id: "rokin12".into(),
                csrf: "token".into(),
            };
            page.render().expect("renders")
        };
        let forced = |why| {
            let bare = Shell { menu: Vec::new(), ..signed_in(frame, words::TITLE, "") };
            page(bare.info(words::forced(why)), Some(why), Mistakes::default())
        };
        let full = signed_in(frame, words::TITLE, "/settings").crumb("トップページ", "/home");
        vec![
            ("members-settings", settings.render().expect("renders")),
            ("members-forced", forced(Forced::Temporary)),
            ("members-expired", forced(Forced::Expired(90))),
            ("members-password", page(full.crumb_here(), None, wrong(Labels::of(Preset::Rokin)).1)),
        ]
    }
}
