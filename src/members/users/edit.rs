//! `/members/users/{login_id}`: DM492101, one person of the contract.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::add::no_password;
use super::chosen::Chosen;
use super::rules::{Asks, EditForm, Gives, Open, Password};
use super::{LIST, MENU, below, path_of, store, words};
use crate::app::App;
use crate::app::people::{self, By};
use crate::db::Conn;
use crate::identity::changes::{Applied, Change, Done, Standing};
use crate::identity::invitations;
use crate::identity::policy::{self, Policy};
use crate::identity::rights::{self, Function, Part, may_change};
use crate::identity::terms;
use crate::identity::users::User;
use crate::web::{self, Error, Field, Form, Mistakes, Shell, SignedIn};

const SCREEN: &str = "DM492101";

#[derive(Template)]
#[template(path = "members/users/pages/edit.html")]
struct EditPage {
    shell: Shell,
    mistakes: Mistakes,
    user: User,
    right: String,
    state_now: &'static str,
    stopped_at: String,
    open: Open,
    /// Whether the address is the user ID, and stays.
    address_is_id: bool,
    /// Whether it is the master's own row.
    own: bool,
    policy: Policy,
    brief: String,
    name_rule: &'static str,
    state_shown: &'static str,
    user_name: Field,
    password: Field,
    password_confirm: Field,
    email: Field,
    email_confirm: Field,
    state: Field,
    states: [(&'static str, &'static str); 3],
    choices: Vec<Choice>,
    csrf: String,
}

/// A function's row of ユーザー別機能制限.
pub(super) struct Choice {
    pub(super) label: &'static str,
    pub(super) field: Field,
    pub(super) options: Vec<(&'static str, &'static str)>,
}

/// The rows for `functions`; `shown`: the word of the mode that is marked.
pub(super) fn choices(
    functions: &[Function],
    mistakes: &Mistakes,
    shown: impl Fn(Function) -> String,
) -> Vec<Choice> {
    let options = |function: Function| {
        function.modes().iter().map(|mode| (mode.word(), words::mode(*mode))).collect()
    };
    let choice = |function: &Function| Choice {
        label: words::function(*function),
        field: mistakes.field(function.word(), shown(*function)),
        options: options(*function),
    };
    functions.iter().map(choice).collect()
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Before {
    done: String,
}

/// The person, and what may be changed about them.
struct Subject {
    user: User,
    open: Open,
    own: bool,
    right: String,
    policy: Policy,
    login: terms::LoginKind,
    functions: Vec<Function>,
    chosen: Chosen,
    standing: Standing,
    lock_minutes: i64,
}

impl Subject {
    async fn load(
        app: &App,
        conn: &mut Conn,
        person: &SignedIn,
        login_id: &str,
    ) -> Result<Self, Error> {
        let user = store::find(conn, person.contract_no(), login_id).await?;
        let user = user.ok_or_else(|| Error::stale(words::TO_LIST, LIST))?;
        let actor = &person.0.actor;
        let may = |part| may_change(actor, part, &user).is_ok();
        if !may(Part::Details) {
            return Err(Error::Forbidden);
        }
        let login = terms::of(conn, &user.contract_no).await?.login;
        let waits = invitations::is_to_be_invited(conn, &user).await?;
        let open = Open {
            gives: match may(Part::Password) {
                false => Gives::Nothing,
                true if waits => Gives::Mailed,
                true => Gives::Typed,
            },
            state: may(Part::State),
            functions: may(Part::Functions),
        };
        let included = |function: &Function| actor.services.contains(&function.service());
        let functions = Function::ALL.into_iter().filter(included).filter(|_| open.functions);
        Ok(Self {
            open,
            own: user.id == actor.user_id,
            right: words::right(user.kind, &person.0.contract.kind),
            policy: policy::of(conn, &user.contract_no).await?,
            login,
            functions: functions.collect(),
            chosen: Chosen::from(&rights::functions(conn, &user.id).await?),
            standing: Standing::of(&user.attempts, app.clock.now()),
            lock_minutes: app.config.lockout.lock_minutes,
            user,
        })
    }

    fn asks(&self) -> Asks<'_> {
        Asks { login: self.login, policy: &self.policy, functions: &self.functions }
    }
}

pub(super) async fn edit_user(
    State(app): State<App>,
    person: SignedIn,
    Path(login_id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(&app, &mut conn, &person, &login_id).await?;
    let shell = person.shell(words::EDIT_TITLE, SCREEN, MENU);
    let shell = match before.done.as_str() {
        "updated" => shell.success(words::UPDATED),
        "password" => shell.success(words::UPDATED_PASSWORD),
        "invited" => shell.success(words::UPDATED_INVITED),
        "unchanged" => shell.info(words::UNCHANGED),
        _ => shell,
    };
    web::page(&edit_page(shell, subject, None, Mistakes::default()))
}

pub(super) async fn submit_user(
    State(app): State<App>,
    person: SignedIn,
    Path(login_id): Path<String>,
    Form(form): Form<EditForm>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let subject = Subject::load(&app, &mut conn, &person, &login_id).await?;
    drop(conn);
    let shell = person.shell(words::EDIT_TITLE, SCREEN, MENU);
    let (change, password) = match form.check(&subject.user.login_id, &subject.asks(), subject.open)
    {
        Ok(checked) => checked,
        Err(mistakes) => {
            let page = edit_page(shell, subject, Some(&form), mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let temporary = match password {
        Password::Same => None,
        Password::Typed(typed) => Some(typed),
        Password::ByChance => Some(subject.policy.make(&login_id).ok_or_else(no_password)?),
    };
    let temporary = match temporary {
        Some(password) => Some(app.temporary(password).await?),
        None => None,
    };
    let gives = temporary.is_some();
    match update(&app, &person, &subject.user, &Change { temporary, ..change }).await? {
        Applied::Done(Done { told, .. }) if told.is_empty() => Ok(back(&login_id, "unchanged")),
        Applied::Done(Done { waits: true, .. }) => Ok(back(&login_id, "invited")),
        Applied::Done(_) => Ok(back(&login_id, if gives { "password" } else { "updated" })),
        Applied::Gone => Err(Error::stale(words::TO_LIST, LIST)),
        Applied::Stale(_) => {
            let mut conn = app.db.conn().await?;
            let subject = Subject::load(&app, &mut conn, &person, &login_id).await?;
            let mut mistakes = Mistakes::default();
            mistakes.add_general(words::STALE);
            let page = edit_page(shell, subject, Some(&form), mistakes);
            web::page_with(StatusCode::CONFLICT, &page)
        }
    }
}

async fn update(
    app: &App,
    person: &SignedIn,
    user: &User,
    change: &Change,
) -> Result<Applied, Error> {
    let event = person.0.event("user-update", SCREEN);
    let by = By { config: &app.config, event: &event, now: app.clock.now() };
    let mut tx = app.db.begin().await?;
    let applied = people::change(&mut tx, &user.id, change, &by).await?;
    if matches!(&applied, Applied::Done(done) if !done.told.is_empty()) {
        tx.commit().await?;
        app.jobs_waiting.notify_one();
        app.sessions.recheck_user(&user.id).await?;
    } else {
        tx.rollback().await?;
    }
    Ok(applied)
}

fn back(login_id: &str, done: &str) -> Response {
    Redirect::to(&format!("{}?done={done}", path_of(login_id))).into_response()
}

fn edit_page(
    shell: Shell,
    subject: Subject,
    form: Option<&EditForm>,
    mistakes: Mistakes,
) -> EditPage {
    let csrf = shell.csrf().to_owned();
    let now = subject.standing;
    let attempts = &subject.user.attempts;
    let stopped_at = match now {
        Standing::Active => None,
        Standing::Closed => attempts.closed_at,
        Standing::Locked => {
            attempts.locked_until.map(|until| until.plus_minutes(-subject.lock_minutes))
        }
    };
    let typed = |of: fn(&EditForm) -> &str| form.map(of).unwrap_or_default().trim().to_owned();
    let state = match typed(|form| &form.state) {
        typed if typed.is_empty() => now.word().to_owned(),
        typed => typed,
    };
    let shown = |function| match form.map_or("", |form| form.chosen.of(function)) {
        "" => subject.chosen.of(function).to_owned(),
        word => word.to_owned(),
    };
    EditPage {
        shell: below(shell).narrow(),
        right: subject.right,
        state_now: words::standing(now),
        stopped_at: words::when(stopped_at),
        open: subject.open,
        own: subject.own,
        brief: subject.policy.brief(),
        name_rule: words::name_rule(subject.login),
        address_is_id: subject.login == terms::LoginKind::Email,
        policy: subject.policy,
        state_shown: now.word(),
        user_name: mistakes.field("user_name", typed(|form| &form.user_name)),
        password: mistakes.secret("password"),
        password_confirm: mistakes.secret("password_confirm"),
        email: mistakes.field("email", typed(|form| &form.email)),
        email_confirm: mistakes.field("email_confirm", typed(|form| &form.email_confirm)),
        state: mistakes.field("state", state),
        states: Standing::ALL.map(|one| (one.word(), words::standing(one))),
        choices: choices(&subject.functions, &mistakes, shown),
        user: subject.user,
        mistakes,
        csrf,
    }
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::base::Moment;
    use crate::identity::lockout::Attempts;
    use crate::identity::terms::{LoginKind, Preset};
    use crate::identity::users::Kind;
    use crate::members::samples::{signed_in, user};
    use crate::web::Frame;

    fn subject(own: bool) -> Subject {
        let until = Moment::parse("2026-11-21T15:05:00+09:00");
        let attempts = Attempts { locked_until: until, locks: 1, ..Attempts::default() };
        let general = User {
            login_id: "kumiai02".into(),
            name: "控除　花子".into(),
            kind: Kind::General,
            attempts,
            ..user()
        };
        let gives = if own { Gives::Nothing } else { Gives::Typed };
        let open = Open { gives, state: !own, functions: !own };
        Subject {
            user: if own { user() } else { general },
            open,
            own,
            right: words::right(if own { Kind::Master } else { Kind::General }, "member"),
            policy: Preset::Rokin.policy(),
            login: LoginKind::UserId,
            functions: vec![Function::Rokin, Function::Ledger, Function::BulkSaving],
            chosen: Chosen {
                rokin: "view".into(),
                ..Chosen::from(&std::collections::BTreeMap::new())
            },
            standing: if own { Standing::Active } else { Standing::Locked },
            lock_minutes: 60,
        }
    }

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let page = |own, form: Option<&EditForm>, mistakes, notice: &str| {
            let shell = signed_in(frame, words::EDIT_TITLE, MENU).screen(SCREEN);
            let shell = if notice.is_empty() { shell } else { shell.success(notice) };
            let mut subject = subject(own);
            if own {
                subject.functions.clear();
            }
            edit_page(shell, subject, form, mistakes).render().expect("renders")
        };
        let wrong = EditForm {
            user_name: "Hanako".into(),
            password: "abc".into(),
            email: "hanako@example.co.jp".into(),
            ..EditForm::default()
        };
        let mut waiting = subject(false);
        waiting.login = LoginKind::Email;
        waiting.open = Open { gives: Gives::Mailed, state: true, ..Open::default() };
        waiting.functions.clear();
        waiting.user.email = "hanako@human.example.jp".into();
        waiting.user.login_id = waiting.user.email.clone();
        let subject = subject(false);
        let mistakes = wrong.check("kumiai02", &subject.asks(), subject.open).err();
        let mut stale = Mistakes::default();
        stale.add_general(words::STALE);
        let shell = signed_in(frame, words::EDIT_TITLE, MENU).screen(SCREEN);
        let waiting = edit_page(shell, waiting, None, Mistakes::default());
        vec![
            ("members-user-waiting", waiting.render().expect("renders")),
            ("members-user", page(false, None, Mistakes::default(), "")),
            ("members-user-own", page(true, None, Mistakes::default(), "")),
            ("members-user-done", page(false, None, Mistakes::default(), words::UPDATED_PASSWORD)),
            ("members-user-wrong", page(false, Some(&wrong), mistakes.unwrap_or_default(), "")),
            ("members-user-stale", page(false, Some(&wrong), stale, "")),
        ]
    }
}
