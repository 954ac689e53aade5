//! The form of a new contract, and of the terms of one that exists.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::changes::{self, Content, Refused};
use super::rules::ContractForm;
use super::{LIST, pages, words};
use crate::app::App;
use crate::base::id::random_digits;
use crate::db::Conn;
use crate::identity::contracts::{self, CertificateMode, Contract, Service};
use crate::identity::initial_password::{self, what};
use crate::identity::lockout::Attempts;
use crate::identity::terms::Preset;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell, told};

/// The preset of a new contract, as the address names it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    preset: String,
}

#[derive(Template)]
#[template(path = "members/contracts/pages/choose.html")]
struct ChoosePage {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "members/contracts/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    /// Of a contract that exists.
    number: Option<String>,
    here: String,
    back: String,
    contract_no: Field,
    kind: Field,
    certificate_mode: Field,
    display_name: Field,
    preset: Field,
    presets: Vec<(&'static str, &'static str)>,
    services: Vec<(&'static str, &'static str, bool)>,
    customer_no: Field,
    tel: Field,
    terms: TermFields,
    seen: String,
    csrf: String,
}

/// The fields of terms, and what the preset says of each.
struct TermFields {
    login: (Field, String),
    licences: (Field, String),
    hours: (Field, String),
    factor: (Field, String),
    digits: (Field, String),
    minutes: (Field, String),
    available: (Field, String),
}

pub(super) async fn edit_new(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let shell = operator.shell(words::NEW, LIST).crumb(words::CONTRACTS, LIST).crumb_here();
    let Some(preset) = Preset::parse(&asked.preset) else {
        return web::page(&ChoosePage { shell });
    };
    web::page(&form_page(&app, &operator, None, (&ContractForm::new(preset), Mistakes::default())))
}

pub(super) async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Form(form): Form<ContractForm>,
) -> Result<Response, Error> {
    let mut mistakes = Mistakes::default();
    let (number, kind, is_company) = form.opening(&mut mistakes);
    let content = form.content(&mut mistakes);
    if !mistakes.is_empty() {
        return wrong(&app, &operator, None, (&form, mistakes));
    }
    let initial = initial_password::make();
    let hash = app.hash_password(&initial).await?;
    let mode = mode(&mut app.db.conn().await?, is_company).await?;
    let now = app.clock.now();
    let contract = Contract {
        contract_no: number.clone(),
        kind,
        name: content.name.clone(),
        initial_password_hash: Some(hash),
        attempts: Attempts::default(),
        closed_at: None,
        created_at: now,
        mode,
    };
    let mut tx = app.db.begin().await?;
    let event = operator.event("contract-add", words::NEW);
    if let Err(refused) = changes::open(&mut tx, &contract, &content, &event).await? {
        tx.rollback().await?;
        return wrong(&app, &operator, None, (&form, refusal(refused)));
    }
    told::leave_and_commit(&app, operator.person(), (&what(&number), &initial), tx).await?;
    Ok(Redirect::to(&format!("{LIST}/{number}/notice?done=opened")).into_response())
}

async fn mode(conn: &mut Conn, is_company: bool) -> Result<CertificateMode, Error> {
    if !is_company {
        return Ok(CertificateMode::User);
    }
    for _ in 0..100 {
        let code = random_digits(6);
        if !contracts::has_code(conn, &code).await? {
            return Ok(CertificateMode::Company { code });
        }
    }
    Err(Error::busy(std::io::Error::other("no free company code was found")))
}

pub(super) async fn edit_terms(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = open(&mut conn, &number).await?;
    let form = ContractForm::of(&Content::of(&mut conn, &contract).await?);
    web::page(&form_page(&app, &operator, Some(&number), (&form, Mistakes::default())))
}

pub(super) async fn submit_terms(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Form(form): Form<ContractForm>,
) -> Result<Response, Error> {
    open(&mut app.db.conn().await?, &number).await?;
    let mut mistakes = Mistakes::default();
    let content = form.content(&mut mistakes);
    if !mistakes.is_empty() {
        return wrong(&app, &operator, Some(&number), (&form, mistakes));
    }
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let event = operator.event("contract-change", words::TERMS);
    let order = (form.seen.as_str(), &content);
    let here = format!("{LIST}/{number}");
    let word = match changes::change(&mut tx, &number, order, now, &event).await? {
        Ok(true) => "changed",
        Ok(false) => "same",
        Err(Refused::Outdated | Refused::Closed | Refused::Unknown) => {
            return Err(Error::stale(words::TO_CONTRACT, here));
        }
        Err(refused) => {
            tx.rollback().await?;
            return wrong(&app, &operator, Some(&number), (&form, refusal(refused)));
        }
    };
    tx.commit().await?;
    Ok(Redirect::to(&format!("{here}?done={word}")).into_response())
}

/// The contract, unless it is closed.
pub(super) async fn open(conn: &mut Conn, number: &str) -> Result<Contract, Error> {
    let contract = pages::load(conn, number).await?;
    if contract.closed_at.is_some() {
        return Err(Error::stale(words::TO_CONTRACT, format!("{LIST}/{number}")));
    }
    Ok(contract)
}

fn refusal(refused: Refused) -> Mistakes {
    let (name, label, text) = words::refused(refused);
    Mistakes::one(name, label, text)
}

fn wrong(
    app: &App,
    operator: &Operator,
    number: Option<&str>,
    typed: (&ContractForm, Mistakes),
) -> Result<Response, Error> {
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &form_page(app, operator, number, typed))
}

fn form_page(
    app: &App,
    operator: &Operator,
    number: Option<&str>,
    (form, mistakes): (&ContractForm, Mistakes),
) -> FormPage {
    let title = if number.is_some() { words::TERMS } else { words::NEW };
    let own = number.map(|number| format!("{LIST}/{number}"));
    let shell = operator.shell(title, LIST).crumb(words::CONTRACTS, LIST);
    let shell = match (&own, number) {
        (Some(own), Some(number)) => shell.crumb(number, own),
        _ => shell,
    };
    let ticked = form.services();
    let one =
        |service: Service| (service.word(), words::service(service), ticked.contains(&service));
    FormPage {
        shell: shell.crumb_here().narrow(),
        number: number.map(str::to_owned),
        here: own.as_ref().map_or(format!("{LIST}/new"), |own| format!("{own}/terms")),
        back: own.unwrap_or_else(|| LIST.to_owned()),
        contract_no: mistakes.field("contract_no", &form.contract_no),
        kind: mistakes.field("kind", &form.kind),
        certificate_mode: mistakes.field("certificate_mode", &form.certificate_mode),
        display_name: mistakes.field("display_name", &form.display_name),
        preset: mistakes.field("preset", &form.preset),
        presets: words::presets(),
        services: Service::ALL.map(one).to_vec(),
        customer_no: mistakes.field("customer_no", &form.customer_no),
        tel: mistakes.field("tel", &form.tel),
        terms: term_fields(app, form, &mistakes),
        seen: form.seen.clone(),
        csrf: operator.person().csrf(),
        mistakes,
    }
}

fn term_fields(app: &App, form: &ContractForm, mistakes: &Mistakes) -> TermFields {
    let preset = Preset::parse(&form.preset).unwrap_or(Preset::Rokin);
    let mut said = words::as_preset(preset, &app.config.code).into_iter();
    // In the order of `words::lines`.
    let mut next = || said.next().unwrap_or_default();
    TermFields {
        login: (mistakes.field("login_kind", &form.login_kind), next()),
        licences: (mistakes.field("licences", &form.licences), next()),
        hours: (mistakes.field("hours", &form.hours), next()),
        factor: (mistakes.field("second_factor", &form.second_factor), next()),
        digits: (mistakes.field("code_digits", &form.code_digits), next()),
        minutes: (mistakes.field("code_minutes", &form.code_minutes), next()),
        available: (mistakes.field("available_minutes", &form.available_minutes), next()),
    }
}
