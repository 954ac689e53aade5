//! `/members/users/new`: 契約ユーザー情報登録, and 登録完了 (R004-90).

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::edit::{Choice, choices};
use super::rules::{Asks, Entry, NewForm};
use super::{LIST, MENU, NEW, below, path_of, store, words};
use crate::app::{App, people};
use crate::audit::{self, Event};
use crate::base::Moment;
use crate::base::id::{made_at, new_id};
use crate::db::Conn;
use crate::identity::contracts;
use crate::identity::licences::{self, Room};
use crate::identity::policy::{self, Policy};
use crate::identity::rights::{self, Function, Mode};
use crate::identity::terms::{self, LoginKind};
use crate::identity::users::{self, Kind, User};
use crate::web::{self, Error, Field, Form, Mistakes, Shell, SignedIn};

/// The name of the page in the audit; the manuals give it no number.
const SCREEN: &str = words::ADD_TITLE;

#[derive(Template)]
#[template(path = "members/users/pages/add.html")]
struct AddPage {
    shell: Shell,
    mistakes: Mistakes,
    /// Why nobody can be added; then there is no form.
    full: Option<String>,
    /// Whether people have a ユーザーID; else their address is it, and the first password
    /// goes there by mail.
    by_login_id: bool,
    name_rule: &'static str,
    email_rule: &'static str,
    key: String,
    policy: Policy,
    brief: String,
    user_id: Field,
    user_name: Field,
    password: Field,
    password_confirm: Field,
    email: Field,
    email_confirm: Field,
    choices: Vec<Choice>,
    csrf: String,
}

#[derive(Template)]
#[template(path = "members/users/pages/added.html")]
struct AddedPage {
    shell: Shell,
    user: User,
    right: String,
    /// Whether people come with the company's certificate, not one of their own.
    of_company: bool,
    /// Whether the person was mailed everything.
    invited: bool,
    edit: String,
    contract_no: String,
}

/// What the contract asks for, as it is now.
struct Rules {
    login: LoginKind,
    policy: Policy,
    functions: Vec<Function>,
    room: Room,
}

impl Rules {
    async fn load(conn: &mut Conn, person: &SignedIn) -> Result<Self, Error> {
        let contract_no = person.contract_no();
        let services = &person.0.actor.services;
        let included = |function: &Function| services.contains(&function.service());
        Ok(Self {
            login: terms::of(conn, contract_no).await?.login,
            policy: policy::of(conn, contract_no).await?,
            functions: Function::ALL.into_iter().filter(included).collect(),
            room: licences::room(conn, contract_no).await?,
        })
    }

    fn asks(&self) -> Asks<'_> {
        Asks { login: self.login, policy: &self.policy, functions: &self.functions }
    }
}

pub(super) async fn edit_new(State(app): State<App>, person: SignedIn) -> Result<Response, Error> {
    let rules = Rules::load(&mut app.db.conn().await?, &person).await?;
    let shell = person.shell(words::ADD_TITLE, "", MENU);
    let form = NewForm { key: new_id(app.clock.now()), ..NewForm::default() };
    web::page(&add_page(shell, &rules, &form, Mistakes::default()))
}

pub(super) async fn submit_new(
    State(app): State<App>,
    person: SignedIn,
    Form(form): Form<NewForm>,
) -> Result<Response, Error> {
    if made_at(&form.key).is_none() {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let rules = Rules::load(&mut app.db.conn().await?, &person).await?;
    let mistakes = match form.check(&rules.asks()) {
        Err(mistakes) => mistakes,
        Ok(entry) => match add(&app, &person, (&form.key, &entry), &rules.policy).await? {
            Added::Done => {
                let path = format!("{}/added", path_of(&entry.login_id));
                return Ok(Redirect::to(&path).into_response());
            }
            Added::Full(most) => {
                let mut mistakes = Mistakes::default();
                mistakes.add_general(words::full(most));
                mistakes
            }
            Added::IdTaken => id_taken(rules.login),
        },
    };
    let shell = person.shell(words::ADD_TITLE, "", MENU);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &add_page(shell, &rules, &form, mistakes))
}

fn id_taken(login: LoginKind) -> Mistakes {
    let mut mistakes = Mistakes::default();
    match login {
        LoginKind::UserId => mistakes.add("user_id", words::LOGIN_ID, words::ID_TAKEN),
        LoginKind::Email => mistakes.add("email", words::EMAIL, words::EMAIL_TAKEN),
    }
    mistakes
}

/// How adding somebody ended.
enum Added {
    /// The person is there, now or by the same form before.
    Done,
    /// The contract has as many as it may have.
    Full(i64),
    /// The ユーザーID is somebody's already (R004-35).
    IdTaken,
}

async fn add(
    app: &App,
    person: &SignedIn,
    (key, entry): (&str, &Entry),
    policy: &Policy,
) -> Result<Added, Error> {
    if let Some(there) = users::find(&mut app.db.conn().await?, key).await? {
        return sent_again(app, person, &there, entry).await;
    }
    let password = match &entry.password {
        Some(typed) => typed.clone(),
        None => policy.make(&entry.login_id).ok_or_else(no_password)?,
    };
    let hash = app.hash_password(&password).await?;
    let now = app.clock.now();
    let user = new_user(person.contract_no(), (key, entry), hash, now);
    let mut tx = app.db.begin().await?;
    // Held, so that two at once are counted one after the other.
    let contract = contracts::hold(&mut tx, &user.contract_no).await?;
    if contract.is_none_or(|contract| contract.closed_at.is_some()) {
        return Err(Error::Forbidden);
    }
    if let Some(there) = users::find(&mut tx, key).await? {
        tx.rollback().await?;
        return sent_again(app, person, &there, entry).await;
    }
    let room = licences::room(&mut tx, &user.contract_no).await?;
    if let Err(most) = room.admit(user.kind) {
        return Ok(Added::Full(most));
    }
    match users::insert(&mut tx, &user).await {
        Ok(()) => {}
        Err(error) if error.is_unique_violation() => return Ok(Added::IdTaken),
        Err(error) => return Err(error.into()),
    }
    for (function, mode) in &entry.functions {
        rights::set_function(&mut tx, &user.id, *function, *mode).await?;
    }
    if entry.password.is_none() {
        people::invite(&mut tx, &app.config, &user, &password, now).await?;
    }
    let event = Event {
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        ..person.0.event("user-add", SCREEN)
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    app.jobs_waiting.notify_one();
    Ok(Added::Done)
}

pub(super) fn no_password() -> Error {
    Error::internal(std::io::Error::other("no password could be made that the policy takes"))
}

/// The form that added `there` came once more: done, if it is the same; what was corrected
/// in it since is not in force, and is not said to be.
async fn sent_again(
    app: &App,
    person: &SignedIn,
    there: &User,
    entry: &Entry,
) -> Result<Added, Error> {
    if there.contract_no != person.contract_no() {
        return Ok(Added::IdTaken);
    }
    let modes = rights::functions(&mut app.db.conn().await?, &there.id).await?;
    let same = (&there.login_id, &there.name, &there.email)
        == (&entry.login_id, &entry.name, &entry.email)
        && entry
            .functions
            .iter()
            .all(|(function, mode)| modes.get(function).copied().unwrap_or(Mode::Show) == *mode)
        && match &entry.password {
            Some(typed) => app.verify_password(typed, Some(&there.password_hash)).await?,
            None => true,
        };
    if same {
        return Ok(Added::Done);
    }
    Err(Error::stale(words::TO_ADDED, path_of(&there.login_id)))
}

fn new_user(contract_no: &str, (key, entry): (&str, &Entry), hash: String, now: Moment) -> User {
    User {
        id: key.to_owned(),
        name: entry.name.clone(),
        email: entry.email.clone(),
        password_hash: hash,
        ..User::new(contract_no, &entry.login_id, Kind::General, now)
    }
}

pub(super) async fn show_added(
    State(app): State<App>,
    person: SignedIn,
    Path(login_id): Path<String>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let user = store::find(&mut conn, person.contract_no(), &login_id).await?;
    let user = user.ok_or_else(|| Error::stale(words::TO_LIST, LIST))?;
    let invited = terms::of(&mut conn, &user.contract_no).await?.login == LoginKind::Email;
    let said = if invited { words::ADDED_INVITED } else { words::ADDED };
    let shell = person.shell(words::ADDED_TITLE, "", MENU).success(said);
    let contract = &person.0.contract;
    let kinds = (contract.kind.as_str(), contract.mode.is_company());
    web::page(&added_page(shell, user, kinds, invited))
}

fn added_page(
    shell: Shell,
    user: User,
    (contract_kind, of_company): (&str, bool),
    invited: bool,
) -> AddedPage {
    AddedPage {
        shell: below(shell).narrow(),
        invited,
        edit: path_of(&user.login_id),
        right: words::right(user.kind, contract_kind),
        contract_no: user.contract_no.clone(),
        user,
        of_company,
    }
}

fn add_page(shell: Shell, rules: &Rules, form: &NewForm, mistakes: Mistakes) -> AddPage {
    let csrf = shell.csrf().to_owned();
    // 表示 until something else is chosen.
    let shown = |function: Function| match form.chosen.of(function) {
        "" => Mode::Show.word().to_owned(),
        word => word.to_owned(),
    };
    AddPage {
        shell: below(shell).narrow(),
        full: rules.room.most.filter(|_| rules.room.is_full()).map(words::full),
        by_login_id: rules.login == LoginKind::UserId,
        name_rule: words::name_rule(rules.login),
        email_rule: words::email_rule(rules.login),
        key: form.key.clone(),
        brief: rules.policy.brief(),
        policy: rules.policy,
        user_id: mistakes.field("user_id", form.user_id.trim()),
        user_name: mistakes.field("user_name", form.user_name.trim()),
        password: mistakes.secret("password"),
        password_confirm: mistakes.secret("password_confirm"),
        email: mistakes.field("email", form.email.trim()),
        email_confirm: mistakes.field("email_confirm", form.email_confirm.trim()),
        choices: choices(&rules.functions, &mistakes, shown),
        mistakes,
        csrf,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::identity::terms::Preset;
    use crate::members::samples::{signed_in, user};
    use crate::web::Frame;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let rules = |taken| Rules {
            login: LoginKind::UserId,
            policy: Preset::Rokin.policy(),
            functions: vec![Function::Rokin, Function::Ledger, Function::BulkSaving],
            room: Room { most: Some(11), taken },
        };
        let page = |rules: &Rules, form: &NewForm| {
            let mistakes = form.check(&rules.asks()).err().unwrap_or_default();
            let shell = signed_in(frame, words::ADD_TITLE, MENU);
            add_page(shell, rules, form, mistakes)
        };
        let shell = signed_in(frame, words::ADD_TITLE, MENU);
        let empty = add_page(shell, &rules(4), &NewForm::default(), Mistakes::default());
        let wrong = NewForm {
            user_id: "kumiai".into(),
            user_name: "Hanako".into(),
            email: "hanako@docomo.ne.jp".into(),
            ..NewForm::default()
        };
        let added = User { login_id: "kumiai02".into(), kind: Kind::General, ..user() };
        let shell = signed_in(frame, words::ADDED_TITLE, MENU).success(words::ADDED);
        let added = added_page(shell, added, ("member", false), false);
        let by_mail = Rules { login: LoginKind::Email, functions: vec![], ..rules(4) };
        let shell = signed_in(frame, words::ADD_TITLE, MENU);
        let mailing = add_page(shell, &by_mail, &NewForm::default(), Mistakes::default());
        let address = "hanako@human.example.jp";
        let mailed = User { login_id: address.into(), email: address.into(), ..user() };
        let mailed = User { kind: Kind::General, ..mailed };
        let shell = signed_in(frame, words::ADDED_TITLE, MENU).success(words::ADDED_INVITED);
        let mailed = added_page(shell, mailed, ("client", false), true);
        vec![
            ("members-users-new-mail", mailing.render().expect("renders")),
            ("members-users-added-mail", mailed.render().expect("renders")),
            ("members-users-new", empty.render().expect("renders")),
            ("members-users-new-wrong", page(&rules(4), &wrong).render().expect("renders")),
            ("members-users-full", page(&rules(11), &wrong).render().expect("renders")),
            ("members-users-added", added.render().expect("renders")),
        ]
    }
}
