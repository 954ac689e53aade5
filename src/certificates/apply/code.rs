//! The code that is mailed (R004-67, R004-68).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{STEPS, current, from_the_start, way_on, words};
use crate::app::App;
use crate::audit::{self, Outcome};
use crate::base::Secret;
use crate::base::id::random_digits;
use crate::base::secret::equal;
use crate::db::Tx;
use crate::identity::flows::{self, Flow, Kind, Step};
use crate::identity::users::{self, User};
use crate::identity::{rules, seal};
use crate::web::{self, Error, Field, Form, Mistakes, Shell, Visit, csrf_of};

/// The job that sends mail.
const MAIL: &str = "mail";

#[derive(Template)]
#[template(path = "certificates/apply/pages/code.html")]
struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    code: Field,
    csrf: String,
    email: String,
    rule: String,
    can_resend: bool,
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    #[serde(default)]
    code: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// Puts a new code in force on the way and queues its mail, in `tx`.
pub(super) async fn send(
    app: &App,
    tx: &mut Tx,
    token: &Secret,
    flow: &Flow,
    user: &User,
) -> Result<(), Error> {
    let now = app.clock.now();
    let set = app.config.code;
    let code = random_digits(set.digits);
    let until = now.plus_minutes(set.minutes);
    flows::set_code(tx, flow, &seal::mac(token, "code", &code), set.tries, until).await?;
    let service = &app.config.service.name;
    let mail = words::code_mail(service, &user.email, &user.name, &code, set.minutes);
    Ok(app.post.queue(tx, MAIL, &mail, now).await?)
}

pub(super) async fn show_code(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (token, flow) = current(&app, &visit, &mut conn).await?;
    if flow.step != Step::Code {
        return Err(way_on(flow.step));
    }
    let user = person(&mut conn, &flow).await?;
    web::page(&page(&app, &visit, &token, &flow, &user))
}

fn page(app: &App, visit: &Visit, token: &Secret, flow: &Flow, user: &User) -> CodePage {
    CodePage {
        shell: Shell::new(&visit.frame, "認証コードの入力").steps(2, STEPS).narrow(),
        mistakes: Mistakes::default(),
        code: Field::new("code"),
        csrf: csrf_of(token),
        email: masked(&user.email),
        rule: words::code_rule(app.config.code.digits, app.config.code.minutes),
        can_resend: flow.codes_sent < flows::MOST_CODES,
    }
}

/// `h*****@example.jp`: enough to see which mailbox it is.
fn masked(email: &str) -> String {
    match email.split_once('@') {
        Some((name, domain)) => {
            let first: String = name.chars().take(1).collect();
            format!("{first}*****@{domain}")
        }
        None => "*****".to_owned(),
    }
}

async fn person(conn: &mut crate::db::Conn, flow: &Flow) -> Result<User, Error> {
    let id = flow.user_id.as_deref().unwrap_or_default();
    users::find(conn, id).await?.ok_or_else(from_the_start)
}

pub(super) async fn submit_code(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<CodeForm>,
) -> Result<Response, Error> {
    let Some(token) = visit.flow.clone() else { return Err(from_the_start()) };
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, &token, Kind::Certificate, now).await?;
    let flow = held.ok_or_else(from_the_start)?;
    if flow.step != Step::Code {
        return Err(way_on(flow.step));
    }
    let user = person(&mut tx, &flow).await?;
    let sentence = match judge(&flow, &token, &form.code, now) {
        Judged::Right => {
            flows::set_step(&mut tx, &flow, Step::Verified).await?;
            tx.commit().await?;
            return Ok(Redirect::to("/certificate/issue").into_response());
        }
        Judged::Unreadable(mistake) => mistake.ja("認証コード"),
        Judged::Over => words::CODE_OVER.to_owned(),
        Judged::Wrong => {
            flows::note_wrong_code(&mut tx, &flow).await?;
            let event = audit::Event {
                contract_no: Some(&user.contract_no),
                user_id: Some(&user.id),
                outcome: Outcome::Refused,
                detail: "wrong code",
                ..visit.event(&user.login_id, "certificate-code", "")
            };
            audit::record(&mut tx, now, &event).await?;
            match flow.code_tries - 1 {
                0 => words::CODE_OVER.to_owned(),
                left => words::wrong_code(left),
            }
        }
    };
    tx.commit().await?;
    let mut mistakes = Mistakes::default();
    mistakes.add("code", "認証コード", sentence);
    let page = CodePage {
        code: mistakes.field("code", form.code.trim()),
        mistakes,
        ..page(&app, &visit, &token, &flow, &user)
    };
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

enum Judged {
    Right,
    Wrong,
    Over,
    Unreadable(rules::Mistake),
}

fn judge(flow: &Flow, token: &Secret, typed: &str, now: crate::base::Moment) -> Judged {
    let code = match rules::code(typed) {
        Ok(code) => code,
        Err(mistake) => return Judged::Unreadable(mistake),
    };
    let (Some(mac), Some(until)) = (&flow.code_mac, flow.code_expires_at) else {
        return Judged::Over;
    };
    if now >= until || flow.code_tries <= 0 {
        return Judged::Over;
    }
    let right = equal(seal::mac(token, "code", &code).as_bytes(), mac.as_bytes());
    if right { Judged::Right } else { Judged::Wrong }
}

pub(super) async fn submit_again(
    State(app): State<App>,
    visit: Visit,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let Some(token) = visit.flow.clone() else { return Err(from_the_start()) };
    let mut tx = app.db.begin().await?;
    let held = flows::hold(&mut tx, &token, Kind::Certificate, app.clock.now()).await?;
    let flow = held.ok_or_else(from_the_start)?;
    if flow.step != Step::Code {
        return Err(way_on(flow.step));
    }
    let user = person(&mut tx, &flow).await?;
    let sent = flows::codes_sent_to(&mut tx, &user.id, app.clock.now()).await?;
    let refused = if flow.codes_sent >= flows::MOST_CODES {
        Some(words::NO_MORE_CODES)
    } else {
        (sent >= flows::MOST_CODES_OF_PERSON).then_some(words::CODES_EXHAUSTED)
    };
    if let Some(sentence) = refused {
        let mut mistakes = Mistakes::default();
        mistakes.add_general(sentence);
        let page = CodePage { mistakes, ..page(&app, &visit, &token, &flow, &user) };
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    send(&app, &mut tx, &token, &flow, &user).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Redirect::to("/certificate/code").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_only_as_far_as_its_owner_needs() {
        assert_eq!(masked("hanako@example.jp"), "h*****@example.jp");
    }
}
