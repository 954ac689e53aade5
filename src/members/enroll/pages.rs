//! DC583101, DC584101 and the result.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;

use super::register::{self, FORM, Outcome, PROOF};
use super::rules::{MasterForm, ProofForm, Refusal};
use super::words;
use crate::app::App;
use crate::base::{Moment, Secret};
use crate::identity::contracts;
use crate::identity::flows::{self, Flow, Kind, LIFE_MINUTES, Step};
use crate::identity::policy::{self, Policy};
use crate::identity::rules::Mistake;
use crate::identity::users::{self, User};
use crate::web::{self, Field, Form, Frame, Jar, Mistakes, Shell, Visit, csrf_of};

const PROOF_PATH: &str = "/enroll/master";
const FORM_PATH: &str = "/enroll/master/form";
const RESULT_PATH: &str = "/enroll/master/result";

/// `/enroll/master` and what follows it.
pub fn router() -> Router<App> {
    Router::new()
        .route(PROOF_PATH, get(show_proof).post(submit_proof))
        .route(FORM_PATH, get(show_form).post(submit_form))
        .route(RESULT_PATH, get(show_result))
}

#[derive(Template)]
#[template(path = "members/enroll/pages/proof.html")]
struct ProofPage {
    shell: Shell,
    mistakes: Mistakes,
    contract_no: Field,
    initial_password: Field,
    csrf: String,
    /// Where and how to go on with a way that was left: label and link.
    resume: Option<(&'static str, &'static str)>,
}

#[derive(Template)]
#[template(path = "members/enroll/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    user_id: Field,
    password: Field,
    password_confirm: Field,
    user_name: Field,
    email: Field,
    email_confirm: Field,
    policy: Policy,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/enroll/pages/result.html")]
struct ResultPage {
    shell: Shell,
    login_id: String,
    name: String,
    email: String,
    contract_no: String,
    /// Whether people come with the company's certificate, not one of their own.
    of_company: bool,
}

async fn show_proof(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    let (token, cookie) = visit.flow_or_new();
    let mut page = proof_page(&visit.frame, &ProofForm::default(), Mistakes::default());
    page.csrf = csrf_of(&token);
    page.resume = match find(&app, &visit).await?.map(|flow| flow.step) {
        Some(Step::Authenticated) => Some((words::TO_FORM, FORM_PATH)),
        Some(Step::Registered) => Some((words::TO_RESULT, RESULT_PATH)),
        _ => None,
    };
    Ok((cookie, web::page(&page)?).into_response())
}

async fn submit_proof(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<ProofForm>,
) -> Result<Response, web::Error> {
    let (status, mistakes) = match form.check() {
        Err(mistakes) => (StatusCode::UNPROCESSABLE_ENTITY, mistakes),
        Ok(number) => match register::prove(&app, &visit, &number, &form.initial_password).await? {
            Ok(token) => return Ok(begin(&token)),
            Err(refusal) => refused(refusal, app.clock.now()),
        },
    };
    let mut page = proof_page(&visit.frame, &form, mistakes);
    page.csrf = visit.csrf().unwrap_or_default();
    web::page_with(status, &page)
}

/// Leads to the form; the cookie outlives the browser as long as the way does.
fn begin(token: &Secret) -> Response {
    let cookie = Jar::Flow.set(token, Some(LIFE_MINUTES * 60));
    ([(SET_COOKIE, cookie)], Redirect::to(FORM_PATH)).into_response()
}

async fn show_form(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    match find(&app, &visit).await? {
        Some(flow) if flow.step == Step::Authenticated => {
            let (form, policy) = (MasterForm::default(), policy_of(&app, &flow).await?);
            web::page(&form_page(&visit, &form, policy, Mistakes::default()))
        }
        Some(flow) if flow.step == Step::Registered => {
            Err(web::Error::stale(words::TO_RESULT, RESULT_PATH))
        }
        _ => Err(web::Error::stale(words::TO_PROOF, PROOF_PATH)),
    }
}

async fn submit_form(
    State(app): State<App>,
    visit: Visit,
    Form(form): Form<MasterForm>,
) -> Result<Response, web::Error> {
    let over = || web::Error::stale(words::TO_PROOF, PROOF_PATH);
    let flow = find(&app, &visit).await?.ok_or_else(over)?;
    match flow.step {
        Step::Authenticated => {}
        // The second click of a form that was taken already.
        Step::Registered => return Ok(Redirect::to(RESULT_PATH).into_response()),
        _ => return Err(over()),
    }
    let policy = policy_of(&app, &flow).await?;
    let entry = match form.check(&policy) {
        Ok(entry) => entry,
        Err(mistakes) => {
            let page = form_page(&visit, &form, policy, mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let token = visit.flow.as_ref().ok_or_else(over)?;
    let (status, mistakes) = match register::register(&app, &visit, token, &entry).await? {
        Outcome::Done => return Ok(Redirect::to(RESULT_PATH).into_response()),
        Outcome::Over => return Err(over()),
        Outcome::IdTaken => (StatusCode::UNPROCESSABLE_ENTITY, id_taken()),
        Outcome::Refused(refusal) => refused(refusal, app.clock.now()),
    };
    web::page_with(status, &form_page(&visit, &form, policy, mistakes))
}

async fn show_result(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    let Some(flow) = find(&app, &visit).await? else {
        return Err(web::Error::stale(words::TO_PROOF, PROOF_PATH));
    };
    let Some(user_id) = &flow.user_id else {
        return Err(match flow.step {
            Step::Authenticated => web::Error::stale(words::TO_FORM, FORM_PATH),
            _ => web::Error::stale(words::TO_PROOF, PROOF_PATH),
        });
    };
    let mut conn = app.db.conn().await?;
    let user = users::find(&mut conn, user_id).await?.ok_or(web::Error::NotFound)?;
    let contract = contracts::find(&mut conn, &user.contract_no).await?;
    let mut page = result_page(&visit.frame, &user);
    page.of_company = contract.is_some_and(|contract| contract.mode.is_company());
    web::page(&page)
}

/// The way that this browser's cookie opens.
async fn find(app: &App, visit: &Visit) -> Result<Option<Flow>, web::Error> {
    let Some(token) = &visit.flow else { return Ok(None) };
    let mut conn = app.db.conn().await?;
    Ok(flows::find(&mut conn, token, Kind::Master, app.clock.now()).await?)
}

/// What the way's contract asks of passwords.
async fn policy_of(app: &App, flow: &Flow) -> Result<Policy, web::Error> {
    let contract_no = flow.contract_no.as_deref().unwrap_or_default();
    Ok(policy::of(&mut app.db.conn().await?, contract_no).await?)
}

fn refused(refusal: Refusal, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    mistakes.add_general(refusal.ja(now));
    let status = match refusal {
        Refusal::Wrong => StatusCode::UNPROCESSABLE_ENTITY,
        Refusal::Registered => StatusCode::CONFLICT,
        Refusal::Waits(_) => StatusCode::TOO_MANY_REQUESTS,
        Refusal::Locked(_) | Refusal::Closed | Refusal::Ended => StatusCode::FORBIDDEN,
    };
    (status, mistakes)
}

fn id_taken() -> Mistakes {
    let mut mistakes = Mistakes::default();
    mistakes.add("user_id", words::LOGIN_ID, Mistake::LoginIdTaken.ja(words::LOGIN_ID));
    mistakes
}

fn proof_page(frame: &Frame, form: &ProofForm, mistakes: Mistakes) -> ProofPage {
    ProofPage {
        shell: Shell::new(frame, words::PROOF_TITLE).screen(PROOF).steps(1, &words::STEPS).narrow(),
        contract_no: mistakes.field("contract_no", form.contract_no.trim()),
        initial_password: mistakes.secret("initial_password"),
        mistakes,
        csrf: String::new(),
        resume: None,
    }
}

fn form_page(visit: &Visit, form: &MasterForm, policy: Policy, mistakes: Mistakes) -> FormPage {
    let shell = Shell::new(&visit.frame, words::FORM_TITLE);
    FormPage {
        shell: shell.screen(FORM).steps(2, &words::STEPS).narrow(),
        user_id: mistakes.field("user_id", form.user_id.trim()),
        password: mistakes.secret("password"),
        password_confirm: mistakes.secret("password_confirm"),
        user_name: mistakes.field("user_name", form.user_name.trim()),
        email: mistakes.field("email", form.email.trim()),
        email_confirm: mistakes.field("email_confirm", form.email_confirm.trim()),
        mistakes,
        policy,
        csrf: visit.csrf().unwrap_or_default(),
    }
}

fn result_page(frame: &Frame, user: &User) -> ResultPage {
    let shell = Shell::new(frame, words::RESULT_TITLE).steps(3, &words::STEPS);
    ResultPage {
        shell: shell.success(words::DONE).narrow(),
        login_id: user.login_id.clone(),
        name: user.name.clone(),
        email: user.email.clone(),
        contract_no: user.contract_no.clone(),
        of_company: false,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::terms::Preset;
    use crate::members::samples::{user, visit};

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let visit = visit(frame);
        let proof = proof_page(frame, &ProofForm::default(), Mistakes::default());
        let mut resumed = proof_page(frame, &ProofForm::default(), Mistakes::default());
        resumed.resume = Some((words::TO_FORM, FORM_PATH));
        let typed = ProofForm { contract_no: "15000000".into(), ..ProofForm::default() };
        let now = Moment::from_unix(1_795_000_000);
        let closed = refused(Refusal::Closed, now).1;
        let short = ProofForm { contract_no: "1500000".into(), ..ProofForm::default() };
        let mistakes = short.check().err().unwrap_or_default();
        let form = MasterForm::default();
        let wrong = MasterForm {
            user_id: "rokin".into(),
            user_name: "ろうきん taro".into(),
            email: "taro@docomo.ne.jp".into(),
            email_confirm: "taro@docomo.ne".into(),
            ..MasterForm::default()
        };
        let policy = Preset::Rokin.policy();
        let wrongs = wrong.check(&policy).err().unwrap_or_default();
        let of_company = ResultPage { of_company: true, ..result_page(frame, &user()) };
        let render =
            |name, page: &dyn askama::DynTemplate| (name, page.dyn_render().expect("renders"));
        vec![
            render("members-proof", &proof),
            render("members-proof-resume", &resumed),
            render("members-proof-wrong", &proof_page(frame, &short, mistakes)),
            render("members-proof-closed", &proof_page(frame, &typed, closed)),
            render("members-form", &form_page(&visit, &form, policy, Mistakes::default())),
            render("members-form-wrong", &form_page(&visit, &wrong, policy, wrongs)),
            render("members-result", &result_page(frame, &user())),
            render("members-result-company", &of_company),
        ]
    }
}
