//! `/settings/profile` and the code of a new address.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::change::{self, Changed, Judged, lengths};
use super::rules::ProfileForm;
use super::words;
use crate::app::App;
use crate::base::Moment;
use crate::identity::flows::LIFE_MINUTES;
use crate::identity::rules;
use crate::identity::terms::{self, LoginKind, Preset, Terms};
use crate::identity::users::User;
use crate::web::{self, Field, Form, Jar, Mistakes, Shell, SignedIn};

const FORM: &str = "/settings/profile";
const CODE: &str = "/settings/profile/code";

/// `/settings/profile` and `/settings/profile/code`.
pub fn router() -> Router<App> {
    Router::new()
        .route(FORM, get(show_form).post(submit_form))
        .route(CODE, get(show_code).post(submit_code))
}

#[derive(Template)]
#[template(path = "members/profile/pages/form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    login_id: String,
    /// Whether the address is the user ID, and stays.
    address_is_id: bool,
    name_rule: &'static str,
    email_rule: &'static str,
    user_name: Field,
    email: Field,
    email_confirm: Field,
    tel: Field,
    password: Field,
    version: i64,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/profile/pages/code.html")]
struct CodePage {
    shell: Shell,
    mistakes: Mistakes,
    code: Field,
    email: String,
    rule: String,
    csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Before {
    saved: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct CodeForm {
    code: String,
}

async fn show_form(
    State(app): State<App>,
    person: SignedIn,
    Query(before): Query<Before>,
) -> Result<Response, web::Error> {
    let terms = terms_of(&app, &person).await?;
    let form = ProfileForm::of(&person.0.user);
    let mut page = form_page(shell(&person, words::TITLE), &person.0.user, &terms, &form);
    page.csrf = person.0.csrf();
    if before.saved == "1" {
        page.shell = page.shell.success(words::SAVED);
    }
    web::page(&page)
}

async fn submit_form(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<ProfileForm>,
) -> Result<Response, web::Error> {
    let terms = terms_of(&app, &person).await?;
    let (user, shell) = (&person.0.user, shell(&person, words::TITLE));
    let (status, mut page) = match form.check(user, &terms) {
        Err(mistakes) => {
            let page = form_page(shell, user, &terms, &form).with(mistakes, &form);
            (StatusCode::UNPROCESSABLE_ENTITY, page)
        }
        Ok(to) => match change::change(&app, &person.0, (form.version, &to), &form.password).await?
        {
            Changed::Done => {
                return Ok(Redirect::to("/settings/profile?saved=1").into_response());
            }
            Changed::Waits(token) => {
                let cookie = Jar::Flow.set(&token, Some(LIFE_MINUTES * 60));
                return Ok(([(SET_COOKIE, cookie)], Redirect::to(CODE)).into_response());
            }
            Changed::Stale(now) => {
                let fresh = ProfileForm::of(&now);
                let page =
                    form_page(shell, &now, &terms, &fresh).with(general(words::STALE), &fresh);
                (StatusCode::CONFLICT, page)
            }
            no => {
                let (status, mistakes) = refused(&no, app.clock.now());
                (status, form_page(shell, user, &terms, &form).with(mistakes, &form))
            }
        },
    };
    page.csrf = person.0.csrf();
    web::page_with(status, &page)
}

async fn show_code(State(app): State<App>, person: SignedIn) -> Result<Response, web::Error> {
    let page = code_page(&app, &person, "", Mistakes::default()).await?;
    web::page(&page)
}

async fn submit_code(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<CodeForm>,
) -> Result<Response, web::Error> {
    let sentence = match rules::code(&form.code) {
        Err(mistake) => mistake.ja(words::CODE),
        Ok(code) => match change::judge(&app, &person.0, &code).await? {
            Some(Judged::Done) => {
                return Ok(Redirect::to("/settings/profile?saved=1").into_response());
            }
            Some(Judged::Wrong(left)) => words::wrong_code(left),
            Some(Judged::Over) => words::CODE_OVER.to_owned(),
            Some(Judged::Stale) | None => return Err(from_the_start()),
        },
    };
    let mut mistakes = Mistakes::default();
    mistakes.add("code", words::CODE, sentence);
    let page = code_page(&app, &person, form.code.trim(), mistakes).await?;
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn terms_of(app: &App, person: &SignedIn) -> Result<Terms, web::Error> {
    Ok(terms::of(&mut app.db.conn().await?, person.contract_no()).await?)
}

fn from_the_start() -> web::Error {
    web::Error::stale(words::TO_FORM, FORM)
}

fn general(sentence: &str) -> Mistakes {
    let mut mistakes = Mistakes::default();
    mistakes.add_general(sentence);
    mistakes
}

/// Why a new address is not taken up.
fn refused(no: &Changed, now: Moment) -> (StatusCode, Mistakes) {
    let mut mistakes = Mistakes::default();
    let status = match no {
        Changed::Shut(refusal) => {
            mistakes.add_general(refusal.ja(now));
            StatusCode::FORBIDDEN
        }
        Changed::CodesExhausted => {
            mistakes.add_general(words::CODES_EXHAUSTED);
            StatusCode::TOO_MANY_REQUESTS
        }
        _ => {
            mistakes.add("password", words::PASSWORD, words::WRONG_PASSWORD);
            StatusCode::UNPROCESSABLE_ENTITY
        }
    };
    (status, mistakes)
}

/// The manual gives these pages no number.
fn shell(person: &SignedIn, title: &str) -> Shell {
    let shell = person.shell(title, "", "/settings");
    shell
        .crumb("トップページ", "/home")
        .crumb(words::SETTINGS_TITLE, "/settings")
        .crumb_here()
        .narrow()
}

fn form_page(shell: Shell, user: &User, terms: &Terms, form: &ProfileForm) -> FormPage {
    let rokin = terms.preset == Preset::Rokin;
    let page = FormPage {
        shell,
        mistakes: Mistakes::default(),
        login_id: user.login_id.clone(),
        address_is_id: terms.login == LoginKind::Email,
        name_rule: if rokin { "全角20文字以内" } else { "256文字以内" },
        email_rule: if terms.preset.takes_carrier_mail() {
            "半角64文字以内"
        } else {
            "半角英数50桁以内。携帯電話のメールアドレスは使えません。"
        },
        user_name: Field::new("user_name"),
        email: Field::new("email"),
        email_confirm: Field::new("email_confirm"),
        tel: Field::new("tel"),
        password: Field::new("password"),
        version: form.version,
        csrf: String::new(),
    };
    page.with(Mistakes::default(), form)
}

impl FormPage {
    fn with(self, mistakes: Mistakes, form: &ProfileForm) -> Self {
        Self {
            user_name: mistakes.field("user_name", form.user_name.trim()),
            email: mistakes.field("email", form.email.trim()),
            email_confirm: mistakes.field("email_confirm", form.email_confirm.trim()),
            tel: mistakes.field("tel", form.tel.trim()),
            password: mistakes.secret("password"),
            mistakes,
            ..self
        }
    }
}

async fn code_page(
    app: &App,
    person: &SignedIn,
    typed: &str,
    mistakes: Mistakes,
) -> Result<CodePage, web::Error> {
    let email = change::waiting(app, &person.0).await?.ok_or_else(from_the_start)?;
    let (digits, minutes) = lengths(app, &terms_of(app, person).await?);
    Ok(CodePage {
        shell: shell(person, words::CODE_TITLE),
        code: mistakes.field("code", typed),
        mistakes,
        email,
        rule: words::code_rule(digits, minutes),
        csrf: person.0.csrf(),
    })
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::members::samples::{signed_in, user};
    use crate::web::Frame;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let shell = |title| {
            signed_in(frame, title, "/settings")
                .crumb("トップページ", "/home")
                .crumb_here()
                .narrow()
        };
        let form = ProfileForm::of(&user());
        let page = |preset: Preset| form_page(shell(words::TITLE), &user(), &preset.terms(), &form);
        let mut saved = page(Preset::Rokin);
        saved.shell = saved.shell.success(words::SAVED);
        let bad = ProfileForm { user_name: "Taro".into(), tel: "12".into(), ..form_of() };
        let mistakes = bad.check(&user(), &Preset::Rokin.terms()).err().unwrap_or_default();
        let wrong = page(Preset::Rokin).with(mistakes, &bad);
        let code = CodePage {
            shell: shell(words::CODE_TITLE),
            mistakes: Mistakes::default(),
            code: Field::new("code"),
            email: "jiro@union.example.jp".into(),
            rule: words::code_rule(6, 30),
            csrf: "token".into(),
        };
        let render =
            |name, page: &dyn askama::DynTemplate| (name, page.dyn_render().expect("renders"));
        vec![
            render("members-profile", &page(Preset::Rokin)),
            render("members-profile-portal", &page(Preset::Portal)),
            render("members-profile-saved", &saved),
            render("members-profile-wrong", &wrong),
            render("members-profile-code", &code),
        ]
    }

    fn form_of() -> ProfileForm {
        ProfileForm::of(&user())
    }
}
