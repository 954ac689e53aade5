//! The login of those who come with their company's certificate: the certificate says
//! which company it is, ご契約番号, ユーザID and パスワード say who (R003-36).

use askama::Template;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::enter::{Typed, enter_company};
use super::pages::{resets_by_mail, to_activation, welcome};
use super::rules::Refusal;
use super::words;
use crate::app::App;
use crate::base::{Moment, Secret};
use crate::identity::Holder;
use crate::identity::rules::{self, Mistake};
use crate::members::fields::{need, take};
use crate::web::{self, Field, Frame, Mistakes, Shell, Visit, csrf_of};

#[derive(Template)]
#[template(path = "members/login/pages/company.html")]
struct CompanyPage {
    shell: Shell,
    mistakes: Mistakes,
    certificate: String,
    contract_no: Field,
    user_id: Field,
    password: Field,
    csrf: String,
    resets_by_mail: bool,
}

/// What was typed; of a person's own certificate, the password alone.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct LoginForm {
    contract_no: String,
    user_id: String,
    pub password: Secret,
}

pub(super) fn show(
    visit: &Visit,
    holder: &Holder,
    resets: bool,
    info: Option<String>,
) -> Result<Response, web::Error> {
    let (token, cookie) = visit.flow_or_new();
    let mut page = company_page(&visit.frame, holder, &LoginForm::default(), Mistakes::default());
    page.csrf = csrf_of(&token);
    page.resets_by_mail = resets;
    if let Some(info) = info {
        page.shell = page.shell.info(info);
    }
    Ok((cookie, web::page(&page)?).into_response())
}

pub(super) async fn submit(
    app: &App,
    visit: &Visit,
    holder: &Holder,
    form: &LoginForm,
) -> Result<Response, web::Error> {
    let (status, mistakes) = match check(form) {
        Err(mistakes) => (StatusCode::UNPROCESSABLE_ENTITY, mistakes),
        Ok(typed) => match enter_company(app, visit, holder, &typed).await? {
            Ok(opened) => return Ok(welcome(&opened)),
            Err(Refusal::NotActivated) => return Ok(to_activation(&visit.frame)),
            Err(refusal) => refused(refusal, app.clock.now()),
        },
    };
    let mut page = company_page(&visit.frame, holder, form, mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    page.resets_by_mail = resets_by_mail(app, holder).await?;
    web::page_with(status, &page)
}

/// Only what nobody's number or ID can be is told apart; the rest is right or wrong as a
/// whole.
fn check(form: &LoginForm) -> Result<Typed<'_>, Mistakes> {
    let mut found = Mistakes::default();
    let number = rules::contract_no(&form.contract_no);
    let contract_no = take(&mut found, "contract_no", words::CONTRACT_NO, number);
    if form.user_id.trim().is_empty() {
        found.add("user_id", words::USER_ID, Mistake::Missing.ja(words::USER_ID));
    }
    need(&mut found, "password", words::PASSWORD, &form.password);
    let (user_id, password) = (rules::login_key(&form.user_id), &form.password);
    let typed = contract_no.map(|contract_no| Typed { contract_no, user_id, password });
    typed.filter(|_| found.is_empty()).ok_or(found)
}

fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    let (status, said) = match refusal {
        Refusal::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, words::WRONG_OF_THREE.to_owned()),
        Refusal::Waits(_) | Refusal::CodesExhausted => {
            (StatusCode::TOO_MANY_REQUESTS, refusal.ja(now))
        }
        _ => (StatusCode::FORBIDDEN, refusal.ja(now)),
    };
    mistakes.add_general(said);
    (status, mistakes)
}

fn company_page(
    frame: &Frame,
    holder: &Holder,
    form: &LoginForm,
    mistakes: Mistakes,
) -> CompanyPage {
    CompanyPage {
        shell: Shell::new(frame, words::TITLE).narrow(),
        certificate: holder.name().to_owned(),
        contract_no: mistakes.field("contract_no", form.contract_no.trim()),
        user_id: mistakes.field("user_id", form.user_id.trim()),
        password: mistakes.secret("password"),
        mistakes,
        csrf: String::new(),
        resets_by_mail: false,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::Bearer;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let now = Moment::from_unix(1_795_000_000);
        let holder = Holder {
            bearer: Bearer::Company { name: "MNS_123456".into() },
            contract_no: "15000004".into(),
            serial: "01".into(),
            fingerprint: [0; 32],
            not_after: now,
            retiring: false,
        };
        let form = LoginForm {
            contract_no: "15000004".into(),
            user_id: "seizo001".into(),
            ..LoginForm::default()
        };
        let page = |form: &LoginForm, mistakes| {
            company_page(frame, &holder, form, mistakes).render().expect("renders")
        };
        let empty = LoginForm::default();
        let missing = check(&empty).err().unwrap_or_default();
        let waits = Refusal::Waits(now.plus_minutes(9));
        vec![
            ("members-login-company", page(&empty, Mistakes::default())),
            ("members-login-company-missing", page(&empty, missing)),
            ("members-login-company-wrong", page(&form, refused(Refusal::Wrong, now).1)),
            ("members-login-company-waits", page(&form, refused(waits, now).1)),
        ]
    }
}
