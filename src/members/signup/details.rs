//! 詳細の追加 and what it leads to: the password of an address that is registered, the
//! end of the licences, the end.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::pages::{DETAILS, DONE, elsewhere, refused, start_page};
use super::register::{self, Outcome, SCREEN};
use super::rules::{DetailsForm, Refusal};
use super::{way, words};
use crate::app::{App, Try};
use crate::base::Secret;
use crate::base::clock::MINUTE_MS;
use crate::db::Conn;
use crate::identity::flows::{Flow, Step};
use crate::identity::policy::Policy;
use crate::identity::terms::Preset;
use crate::identity::{contracts, users};
use crate::members::fields::need;
use crate::members::words::from_when;
use crate::web::{self, Error, Field, Form, Frame, Mistakes, Shell, Visit, csrf_of};

#[derive(Template)]
#[template(path = "members/signup/pages/known.html")]
pub(super) struct KnownPage {
    shell: Shell,
    mistakes: Mistakes,
    email: String,
    password: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/signup/pages/details.html")]
pub(super) struct DetailsPage {
    shell: Shell,
    mistakes: Mistakes,
    email: String,
    password: Field,
    password_confirm: Field,
    customer_no: Field,
    display_name: Field,
    tel: Field,
    policy: Policy,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/signup/pages/full.html")]
pub(super) struct FullPage {
    shell: Shell,
    said: String,
}

#[derive(Template)]
#[template(path = "members/signup/pages/done.html")]
pub(super) struct DonePage {
    shell: Shell,
    said: String,
    pub(super) email: String,
    pub(super) name: String,
    /// From when one can log in: 「14:05」.
    pub(super) from: Option<String>,
    /// Whether people come with the company's certificate, not one of their own.
    pub(super) of_company: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct PasswordForm {
    password: Secret,
}

/// The way behind the right code, or the error that leads to where it is.
async fn verified(app: &App, visit: &Visit) -> Result<(Secret, Flow), Error> {
    match way::find(app, visit).await? {
        Some((token, flow)) if flow.step == Step::Verified => Ok((token, flow)),
        other => Err(elsewhere(other.map(|(_, flow)| flow.step))),
    }
}

/// Only here it shows whether the address is registered: who reads its mail may know.
pub(super) async fn show_details(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let (_, flow) = verified(&app, &visit).await?;
    if is_known(&mut app.db.conn().await?, &flow).await? {
        return web::page(&known_page(&visit, &flow, Mistakes::default()));
    }
    let page = details_page(&visit, &flow, &DetailsForm::default(), Mistakes::default());
    web::page(&page)
}

async fn is_known(conn: &mut Conn, flow: &Flow) -> Result<bool, Error> {
    Ok(users::find_by_login_id(conn, way::address(flow)).await?.is_some())
}

pub(super) async fn submit_details(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<DetailsForm>,
) -> Result<Response, Error> {
    let found = way::find(&app, &visit).await?;
    if found.as_ref().is_some_and(|(_, flow)| flow.step == Step::Registered) {
        // The second click of a form that was taken already (R002-46).
        return Ok(Redirect::to(DONE).into_response());
    }
    let (token, flow) = verified(&app, &visit).await?;
    let entry = match form.check(&least(), way::address(&flow)) {
        Ok(entry) => entry,
        Err(mistakes) => {
            let page = details_page(&visit, &flow, &form, mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let mut mistakes = Mistakes::default();
    let status = match register::register(&app, &visit, (&token, &flow), &entry).await? {
        Outcome::Done => return Ok(Redirect::to(DONE).into_response()),
        Outcome::Known => return Ok(Redirect::to(DETAILS).into_response()),
        Outcome::Over => return Err(elsewhere(None)),
        Outcome::Full(licences) => {
            return web::page_with(StatusCode::CONFLICT, &full_page(&visit.frame, licences));
        }
        Outcome::Password(mistake) => {
            mistakes.add("password", words::PASSWORD, mistake.ja(words::PASSWORD));
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Outcome::Refused(Refusal::NoMoreTries) => {
            let (status, mistakes) = refused(Refusal::NoMoreTries, app.clock.now());
            let mut page = start_page(&visit.frame, way::address(&flow), mistakes);
            page.csrf = csrf_of(&token);
            return web::page_with(status, &page);
        }
        Outcome::Refused(refusal) => {
            let status;
            (status, mistakes) = refused(refusal, app.clock.now());
            status
        }
    };
    web::page_with(status, &details_page(&visit, &flow, &form, mistakes))
}

/// What passwords are asked for at least, before the contract is known.
fn least() -> Policy {
    Preset::Office.policy()
}

/// 「サインイン」 of somebody who has an account: to the login, which asks for the
/// certificate too.
pub(super) async fn submit_password(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    let (_, flow) = verified(&app, &visit).await?;
    let mut mistakes = Mistakes::default();
    need(&mut mistakes, "password", words::PASSWORD, &form.password);
    if mistakes.is_empty() {
        let user = users::find_by_login_id(&mut app.db.conn().await?, way::address(&flow)).await?;
        let event = visit.event(way::address(&flow), "login", SCREEN);
        match app.try_user(user, &form.password, &event).await? {
            Try::Right(_) => {
                let to = format!("{}/login", visit.frame.portal_url);
                return Ok(Redirect::to(&to).into_response());
            }
            Try::Wrong => mistakes.add("password", words::PASSWORD, words::WRONG_PASSWORD),
            Try::Locked(until) => mistakes.add_general(words::locked(until, app.clock.now())),
            Try::Closed => mistakes.add_general(words::CLOSED),
        }
    }
    let page = known_page(&visit, &flow, mistakes);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) async fn show_done(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let found = way::find(&app, &visit).await?;
    let step = found.as_ref().map(|(_, flow)| flow.step);
    let Some(user_id) = found.and_then(|(_, flow)| flow.user_id) else {
        return Err(elsewhere(step));
    };
    let mut conn = app.db.conn().await?;
    let user = users::find(&mut conn, &user_id).await?.ok_or_else(|| elsewhere(None))?;
    let contract = contracts::find(&mut conn, &user.contract_no).await?;
    let minutes = user.available_from.map_or(0, |from| from.since_ms(user.created_at) / MINUTE_MS);
    let mut page = done_page(&visit.frame, minutes);
    page.email.clone_from(&user.login_id);
    page.name.clone_from(&user.name);
    let now = app.clock.now();
    let from = user.available_from.filter(|from| now < *from);
    page.from = from.map(|from| from_when(from, now));
    page.of_company = contract.is_some_and(|contract| contract.mode.is_company());
    web::page(&page)
}

pub(super) fn known_page(visit: &Visit, flow: &Flow, mistakes: Mistakes) -> KnownPage {
    KnownPage {
        shell: Shell::new(&visit.frame, words::KNOWN_TITLE).narrow(),
        email: way::address(flow).to_owned(),
        password: mistakes.secret("password"),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
    }
}

pub(super) fn details_page(
    visit: &Visit,
    flow: &Flow,
    form: &DetailsForm,
    mistakes: Mistakes,
) -> DetailsPage {
    DetailsPage {
        shell: Shell::new(&visit.frame, words::DETAILS_TITLE).steps(3, &words::STEPS).narrow(),
        email: way::address(flow).to_owned(),
        password: mistakes.secret("password"),
        password_confirm: mistakes.secret("password_confirm"),
        customer_no: mistakes.field("customer_no", form.customer_no.trim()),
        display_name: mistakes.field("display_name", form.display_name.trim()),
        tel: mistakes.field("tel", form.tel.trim()),
        policy: least(),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
    }
}

pub(super) fn full_page(frame: &Frame, licences: i64) -> FullPage {
    FullPage {
        shell: Shell::new(frame, words::FULL_TITLE).steps(3, &words::STEPS).narrow(),
        said: words::full(licences),
    }
}

pub(super) fn done_page(frame: &Frame, minutes: i64) -> DonePage {
    DonePage {
        shell: Shell::new(frame, words::DONE_TITLE).steps(4, &words::STEPS).narrow(),
        said: words::done(minutes),
        email: String::new(),
        name: String::new(),
        from: None,
        of_company: false,
    }
}
