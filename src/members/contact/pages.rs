//! `/help/contact`, for anybody.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::rules::{ContactForm, Entry};
use super::{DESK, THANKS, store, words};
use crate::app::{App, Source};
use crate::base::id::{made_at, new_id};
use crate::jobs;
use crate::web::{self, Error, Field, Form, Frame, Mistakes, Shell, Visit, csrf_of};

/// The job that sends mail.
const MAIL: &str = "mail";

#[derive(Template)]
#[template(path = "members/contact/pages/form.html")]
pub(super) struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    company: Field,
    name: Field,
    email: Field,
    tel: Field,
    body: Field,
    key: String,
    pub csrf: String,
}

#[derive(Template)]
#[template(path = "members/contact/pages/thanks.html")]
pub(super) struct ThanksPage {
    pub shell: Shell,
}

pub(super) async fn show_form(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    let (token, cookie) = visit.flow_or_new();
    let form = ContactForm { key: new_id(app.clock.now()), ..ContactForm::default() };
    let mut page = form_page(&visit.frame, &form, Mistakes::default());
    page.csrf = csrf_of(&token);
    Ok((cookie, web::page(&page)?).into_response())
}

pub(super) async fn submit_form(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<ContactForm>,
) -> Result<Response, Error> {
    if made_at(&form.key).is_none() {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let now = app.clock.now();
    let (status, mistakes) = match form.check() {
        Err(mistakes) => (StatusCode::UNPROCESSABLE_ENTITY, mistakes),
        Ok(entry) => match app.guesses.take(&[Source::Contact(visit.caller.ip)], now).await {
            Err(until) => {
                let mut mistakes = Mistakes::default();
                mistakes.add_general(words::waits(until, now));
                (StatusCode::TOO_MANY_REQUESTS, mistakes)
            }
            // Counted, however it ends.
            Ok(_counted) => {
                keep(&app, &form.key, &entry).await?;
                return Ok(Redirect::to(THANKS).into_response());
            }
        },
    };
    let mut page = form_page(&visit.frame, &form, mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    web::page_with(status, &page)
}

/// The inquiry and the mail about it, once however often the form is sent.
async fn keep(app: &App, key: &str, entry: &Entry) -> Result<(), Error> {
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    if !store::insert(&mut tx, key, entry, now).await? {
        return Ok(());
    }
    if let Some(to) = &app.config.notice.operator_email {
        let desk = format!("{}{DESK}/{key}", app.config.portal_url());
        let mail = words::mail(&app.config.service.name, to, entry, &desk);
        let payload = serde_json::to_string(&mail).map_err(Error::internal)?;
        jobs::enqueue(&mut tx, MAIL, &payload, now).await?;
    }
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(())
}

pub(super) async fn show_thanks(visit: Visit) -> Result<Response, Error> {
    web::page(&thanks_page(&visit.frame))
}

pub(super) fn form_page(frame: &Frame, form: &ContactForm, mistakes: Mistakes) -> FormPage {
    FormPage {
        shell: Shell::new(frame, words::TITLE)
            .crumb("トップページ", "/")
            .crumb("ヘルプ", "/help")
            .crumb_here()
            .narrow(),
        company: mistakes.field("company", form.company.trim()),
        name: mistakes.field("name", form.name.trim()),
        email: mistakes.field("email", form.email.trim()),
        tel: mistakes.field("tel", form.tel.trim()),
        body: mistakes.field("body", &form.body),
        key: form.key.clone(),
        mistakes,
        csrf: String::new(),
    }
}

pub(super) fn thanks_page(frame: &Frame) -> ThanksPage {
    let shell = Shell::new(frame, words::THANKS_TITLE);
    ThanksPage { shell: shell.success("お問い合わせを受け付けました。").narrow() }
}
