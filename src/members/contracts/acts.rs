//! What is done to a contract besides its terms: 初期パスワード, 閉塞, the end.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::rules::PasswordForm;
use super::{LIST, changes, edit, words};
use crate::app::App;
use crate::identity::contracts::Contract;
use crate::identity::initial_password::{self, what};
use crate::identity::users;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell, told};

#[derive(Template)]
#[template(path = "members/contracts/pages/password.html")]
struct PasswordPage {
    shell: Shell,
    mistakes: Mistakes,
    contract: Contract,
    how: Field,
    initial_password: Field,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/contracts/pages/close.html")]
struct ClosePage {
    shell: Shell,
    contract: Contract,
    people: i64,
    csrf: String,
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

pub(super) async fn edit_password(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let contract = edit::open(&mut app.db.conn().await?, &number).await?;
    let form = PasswordForm { how: "make".to_owned(), ..PasswordForm::default() };
    web::page(&password_page(&operator, contract, &form, Mistakes::default()))
}

pub(super) async fn submit_password(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    let contract = edit::open(&mut app.db.conn().await?, &number).await?;
    let password = match form.read() {
        Ok(password) => password,
        Err(mistakes) => {
            let page = password_page(&operator, contract, &form, mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let hash = app.hash_password(&password).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let event = operator.event("initial-password-change", words::PASSWORD);
    let done = changes::set_initial_password(&mut tx, &number, &hash, now, &event).await?;
    if done.is_err() {
        return Err(gone(&number));
    }
    told::leave_and_commit(&app, operator.person(), (&what(&number), &password), tx).await?;
    Ok(Redirect::to(&format!("{LIST}/{number}/notice?done=password")).into_response())
}

pub(super) async fn submit_unblock(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    edit::open(&mut app.db.conn().await?, &number).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let event = operator.event("contract-unblock", words::CONTRACTS);
    let word = match changes::unblock(&mut tx, &number, now, &event).await? {
        Ok(true) => "unblocked",
        Ok(false) => "open",
        Err(_) => return Err(gone(&number)),
    };
    tx.commit().await?;
    Ok(to(&number, word))
}

pub(super) async fn edit_close(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = edit::open(&mut conn, &number).await?;
    must_be_anothers(&operator, &number)?;
    let own = format!("{LIST}/{number}");
    let shell = operator.shell(words::CLOSE, LIST).crumb(words::CONTRACTS, LIST);
    web::page(&ClosePage {
        shell: shell.crumb(&contract.name, &own).crumb_here().narrow(),
        people: users::count(&mut conn, &number).await?,
        contract,
        csrf: operator.person().csrf(),
    })
}

pub(super) async fn submit_close(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    must_be_anothers(&operator, &number)?;
    edit::open(&mut app.db.conn().await?, &number).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let event = operator.event("contract-close", words::CLOSE);
    if changes::close(&mut tx, &number, now, &event).await?.is_err() {
        return Err(gone(&number));
    }
    tx.commit().await?;
    Ok(to(&number, "closed"))
}

/// Whoever closed their own contract could not even undo what they did.
fn must_be_anothers(operator: &Operator, number: &str) -> Result<(), Error> {
    if operator.person().contract.contract_no == number {
        return Err(gone(number));
    }
    Ok(())
}

fn gone(number: &str) -> Error {
    Error::stale(words::TO_CONTRACT, format!("{LIST}/{number}"))
}

fn to(number: &str, word: &str) -> Response {
    Redirect::to(&format!("{LIST}/{number}?done={word}")).into_response()
}

fn password_page(
    operator: &Operator,
    contract: Contract,
    form: &PasswordForm,
    mistakes: Mistakes,
) -> PasswordPage {
    let own = format!("{LIST}/{}", contract.contract_no);
    let shell = operator.shell(words::PASSWORD, LIST).crumb(words::CONTRACTS, LIST);
    PasswordPage {
        shell: shell.crumb(&contract.name, &own).crumb_here().narrow(),
        contract,
        how: mistakes.field("how", &form.how),
        initial_password: mistakes.secret("initial_password"),
        csrf: operator.person().csrf(),
        mistakes,
    }
}
