//! The code after a right password (R002-48): mailed, or an app's. A wrong one counts
//! like a wrong password; the session begins with the right one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::enter::{Entered, Opened, admit, event_of, open};
use super::pages::{holder, refused, welcome};
use super::rules::Refusal;
use super::words;
use crate::app::App;
use crate::audit::{self, Event, Outcome};
use crate::base::id::random_digits;
use crate::base::secret::{equal, new_token};
use crate::base::{Moment, Secret};
use crate::db::{self, Tx};
use crate::identity::flows::{self, Flow, Kind, MOST_CODES, MOST_CODES_OF_PERSON, Step};
use crate::identity::lockout::Gate;
use crate::identity::second_factor::{self, Judged};
use crate::identity::terms::{self, Terms};
use crate::identity::users::{self, SecondFactor, User};
use crate::identity::{Holder, rules, seal};
use crate::web::{self, Field, Form, Frame, Mistakes, Shell, Visit};

/// Where the code is typed.
pub const PATH: &str = "/login/code";

#[derive(Template)]
#[template(path = "members/login/pages/code.html")]
struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    code: Field,
    csrf: String,
    rule: String,
    of_app: bool,
    can_resend: bool,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct CodeForm {
    code: String,
}

#[derive(Debug, Deserialize)]
pub(super) struct Nothing {}

/// Begins the way of a person whose row is held to their second factor. Where the
/// contract asks for one and there is none, it is a mailed code from now on.
pub(super) async fn ask(
    app: &App,
    visit: &Visit,
    mut tx: Tx,
    holder: &Holder,
    (user, factor): (User, SecondFactor),
) -> Result<Entered, db::Error> {
    let (now, token) = (app.clock.now(), new_token());
    if user.second_factor.is_none() {
        second_factor::set_mail(&mut tx, &user.id).await?;
        let event = Event {
            detail: "mail, as the contract asks",
            ..event_of(visit, &user, "second-factor")
        };
        audit::record(&mut tx, now, &event).await?;
    }
    let flow = Flow {
        contract_no: Some(user.contract_no.clone()),
        user_id: Some(user.id.clone()),
        typed: Some(holder.fingerprint_hex()),
        ..Flow::new(&token, Step::Code, now)
    };
    let sent = flows::codes_sent_to(&mut tx, &user.id, now).await?;
    if factor == SecondFactor::Mail && sent >= MOST_CODES_OF_PERSON {
        return Ok(Err(Refusal::CodesExhausted));
    }
    flows::insert(&mut tx, Kind::SecondFactor, &flow, now).await?;
    if factor == SecondFactor::Mail {
        send(app, &mut tx, (&token, &flow), &user).await?;
    }
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Ok(Opened::Code(token)))
}

/// Puts a new code in force on the way and queues its mail, in `tx`.
async fn send(
    app: &App,
    tx: &mut Tx,
    (token, flow): (&Secret, &Flow),
    user: &User,
) -> Result<(), db::Error> {
    let now = app.clock.now();
    let (digits, minutes) = lengths(app, &terms::of(tx, &user.contract_no).await?);
    let code = random_digits(digits);
    let mac = seal::mac(token, "code", &code);
    flows::set_code(tx, flow, &mac, app.config.code.tries, now.plus_minutes(minutes)).await?;
    let mail = words::code_mail(&app.config.service.name, user, &code, minutes);
    app.post.queue(tx, "mail", &mail, now).await
}

/// Digits and minutes of a code.
fn lengths(app: &App, terms: &Terms) -> (usize, i64) {
    let set = app.config.code;
    (terms.code_digits.unwrap_or(set.digits), terms.code_minutes.unwrap_or(set.minutes))
}

pub(super) async fn show_code(
    State(app): State<App>,
    visit: Visit,
) -> Result<Response, web::Error> {
    let holder = holder(&visit)?;
    let mut conn = app.db.conn().await?;
    let token = visit.flow.clone().ok_or_else(to_login)?;
    let flow = flows::find(&mut conn, &token, Kind::SecondFactor, app.clock.now()).await?;
    let flow = flow.filter(|flow| is_open(flow, &holder)).ok_or_else(to_login)?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::find(&mut conn, id).await?.ok_or_else(to_login)?;
    let (digits, minutes) = lengths(&app, &terms::of(&mut conn, &user.contract_no).await?);
    let page = code_page(&visit.frame, &user, &flow, (digits, minutes));
    web::page(&CodePage { csrf: visit.csrf().unwrap_or_default(), ..page })
}

/// A code is good only with the certificate that the password was typed with.
fn is_open(flow: &Flow, holder: &Holder) -> bool {
    flow.step == Step::Code && flow.typed.as_deref() == Some(&holder.fingerprint_hex())
}

pub(super) async fn submit_code(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<CodeForm>,
) -> Result<Response, web::Error> {
    let holder = holder(&visit)?;
    let token = visit.flow.clone().ok_or_else(to_login)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let flow = flows::hold(&mut tx, &token, Kind::SecondFactor, now).await?;
    let flow = flow.filter(|flow| is_open(flow, &holder)).ok_or_else(to_login)?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::hold(&mut tx, id).await?.ok_or_else(to_login)?;
    let lengths = lengths(&app, &terms::of(&mut tx, &user.contract_no).await?);
    let page = code_page(&visit.frame, &user, &flow, lengths);
    let (status, mistakes) = match admit(&mut tx, &holder, &user, now).await? {
        Err(refusal) => refused(refusal, now),
        Ok(()) => match judge(&app, &mut tx, (&token, &flow), &user, &form.code).await? {
            Entry::Right => {
                flows::finish(&mut tx, &flow).await?;
                return Ok(welcome(&open(&app, &visit, tx, &holder, user).await?));
            }
            Entry::Unread(sentence) => said(sentence),
            Entry::Wrong => {
                let after = wrong(&app, &visit, &mut tx, &flow, &user).await?;
                tx.commit().await?;
                after.unwrap_or_else(|| said(wrong_of(&user).to_owned()))
            }
        },
    };
    let page = CodePage {
        code: mistakes.field("code", form.code.trim()),
        mistakes,
        csrf: visit.csrf().unwrap_or_default(),
        ..page
    };
    web::page_with(status, &page)
}

/// How an entry was taken.
enum Entry {
    Right,
    /// It was not compared: what is said.
    Unread(String),
    Wrong,
}

async fn judge(
    app: &App,
    tx: &mut Tx,
    (token, flow): (&Secret, &Flow),
    user: &User,
    typed: &str,
) -> Result<Entry, web::Error> {
    let now = app.clock.now();
    let code = match rules::code(typed) {
        Ok(code) => code,
        Err(mistake) => return Ok(Entry::Unread(mistake.ja(words::CODE))),
    };
    match user.second_factor {
        None => Err(to_login()),
        Some(SecondFactor::Mail) => Ok(mailed(token, flow, &code, now)),
        Some(SecondFactor::Totp) => {
            let key = app.factor_key();
            match second_factor::judge(tx, &user.id, (key, &code), now).await? {
                Judged::Right => Ok(Entry::Right),
                Judged::Wrong => Ok(Entry::Wrong),
                Judged::Sealed => Err(web::Error::internal(std::io::Error::other(
                    "the secret of a person's app does not open: is second-factor.key another one?",
                ))),
            }
        }
    }
}

fn mailed(token: &Secret, flow: &Flow, code: &str, now: Moment) -> Entry {
    let over = || Entry::Unread(words::CODE_OVER.to_owned());
    let (Some(mac), Some(until)) = (&flow.code_mac, flow.code_expires_at) else { return over() };
    if now >= until || flow.code_tries <= 0 {
        return over();
    }
    let right = equal(seal::mac(token, "code", code).as_bytes(), mac.as_bytes());
    if right { Entry::Right } else { Entry::Wrong }
}

/// Counts a wrong code like a wrong password; what is said when that locks.
async fn wrong(
    app: &App,
    visit: &Visit,
    tx: &mut Tx,
    flow: &Flow,
    user: &User,
) -> Result<Option<(StatusCode, Mistakes)>, db::Error> {
    let now = app.clock.now();
    let after = user.attempts.after_wrong(app.lockout(), now);
    users::set_attempts(tx, &user.id, &after).await?;
    flows::note_wrong_code(tx, flow).await?;
    let (detail, refusal) = match after.gate(now) {
        Gate::Open => ("wrong code", None),
        Gate::Locked(until) => ("wrong code; locked now", Some(Refusal::Locked(until))),
        Gate::Closed => ("wrong code; closed now", Some(Refusal::Closed)),
    };
    if refusal.is_some() {
        flows::finish(tx, flow).await?;
    }
    let event = Event { outcome: Outcome::Refused, detail, ..event_of(visit, user, "login") };
    audit::record(tx, now, &event).await?;
    Ok(refusal.map(|refusal| refused(refusal, now)))
}

pub(super) async fn submit_again(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, web::Error> {
    let holder = holder(&visit)?;
    let token = visit.flow.clone().ok_or_else(to_login)?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let flow = flows::hold(&mut tx, &token, Kind::SecondFactor, now).await?;
    let flow = flow.filter(|flow| is_open(flow, &holder)).ok_or_else(to_login)?;
    let id = flow.user_id.as_deref().unwrap_or_default();
    let user = users::hold(&mut tx, id).await?.ok_or_else(to_login)?;
    if user.second_factor != Some(SecondFactor::Mail) {
        return Err(to_login());
    }
    let sent = flows::codes_sent_to(&mut tx, id, now).await?;
    if flow.codes_sent >= MOST_CODES || sent >= MOST_CODES_OF_PERSON {
        let lengths = lengths(&app, &terms::of(&mut tx, &user.contract_no).await?);
        let mut page = code_page(&visit.frame, &user, &flow, lengths);
        page.mistakes.add_general(words::NO_MORE_CODES);
        page.csrf = visit.csrf().unwrap_or_default();
        return web::page_with(StatusCode::TOO_MANY_REQUESTS, &page);
    }
    send(&app, &mut tx, (&token, &flow), &user).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Redirect::to(PATH).into_response())
}

fn wrong_of(user: &User) -> &'static str {
    match user.second_factor {
        Some(SecondFactor::Totp) => words::WRONG_OF_APP,
        _ => words::WRONG_CODE,
    }
}

fn said(sentence: String) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    mistakes.add("code", words::CODE, sentence);
    (StatusCode::UNPROCESSABLE_ENTITY, mistakes)
}

fn to_login() -> web::Error {
    web::Error::stale(words::TO_LOGIN, "/login")
}

fn code_page(frame: &Frame, user: &User, flow: &Flow, lengths: (usize, i64)) -> CodePage {
    let of_app = user.second_factor == Some(SecondFactor::Totp);
    CodePage {
        shell: Shell::new(frame, words::CODE_TITLE).narrow(),
        mistakes: Mistakes::default(),
        code: Field::new("code"),
        csrf: String::new(),
        rule: if of_app {
            "認証アプリにいま表示されている半角数字6桁".to_owned()
        } else {
            words::code_rule(lengths.0, lengths.1)
        },
        of_app,
        can_resend: !of_app && flow.codes_sent < MOST_CODES,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::members::samples::user;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let now = Moment::from_unix(1_795_000_000);
        let flow = Flow::new(&"t".into(), Step::Code, now);
        let page = |factor, mistakes: Mistakes| {
            let user = User { second_factor: Some(factor), ..user() };
            let page = code_page(frame, &user, &flow, (8, 30));
            let page = CodePage { code: mistakes.field("code", ""), mistakes, ..page };
            page.render().expect("renders")
        };
        let wrong = said(words::WRONG_OF_APP.to_owned()).1;
        vec![
            ("members-second-mail", page(SecondFactor::Mail, Mistakes::default())),
            ("members-second-app", page(SecondFactor::Totp, Mistakes::default())),
            ("members-second-wrong", page(SecondFactor::Totp, wrong)),
        ]
    }
}
