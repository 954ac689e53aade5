//! Carrying out what a request on paper asks for, but for revoking: a page that names
//! whom it concerns and what happens, then one transaction with `done_at`.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::requests;
use super::{REQUESTS, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::{Moment, Secret};
use crate::certificates::leaving::{Leave, delete_person};
use crate::certificates::people::changes::{self, what};
use crate::certificates::roster;
use crate::db::{Conn, Tx};
use crate::identity::changes::{Done, Temporary};
use crate::identity::contracts::{self, Contract};
use crate::identity::initial_password;
use crate::identity::invitations::is_to_be_invited;
use crate::identity::paper::{self, Kind, Listed};
use crate::identity::users::{self, User};
use crate::web::{self, Error, Field, Form, Mistakes, Operator, told};

/// What a request asks for, as it can be done.
pub(super) enum Deed {
    /// 初期化 of the master: deleted, to register again (R004-101).
    Delete(User),
    /// 初期化 of anybody else: a new 仮のパスワード (R004-100).
    Temporary(User),
    /// 閉塞の解除 of a person.
    UnlockPerson(User),
    /// 閉塞の解除 of the contract's initial registration (R004-104).
    UnlockContract,
    /// A new 初期パスワード (R004-103).
    InitialPassword,
    /// 『ご利用開始のお知らせ』 once more (R004-102).
    Reissue,
}

impl Deed {
    /// The button on the request's page.
    pub(super) const fn label(&self) -> &'static str {
        match self {
            Self::Delete(_) => "初期化する（利用者の削除）へ進む",
            Self::Temporary(_) => "初期化する（仮のパスワードの発行）へ進む",
            Self::UnlockPerson(_) | Self::UnlockContract => "閉塞の解除へ進む",
            Self::InitialPassword => "初期パスワードの変更へ進む",
            Self::Reissue => "契約番号の再通知へ進む",
        }
    }

    /// The button that does it.
    const fn button(&self) -> &'static str {
        match self {
            Self::Delete(_) => "削除して初期化する",
            Self::Temporary(_) => "仮のパスワードを発行する",
            Self::UnlockPerson(_) | Self::UnlockContract => "解除する",
            Self::InitialPassword => "初期パスワードを変更する",
            Self::Reissue => "お知らせを印刷する",
        }
    }

    /// What the page names, for the form to say again.
    const fn word(&self) -> &'static str {
        match self {
            Self::Delete(_) => "delete",
            Self::Temporary(_) => "temporary-password",
            Self::UnlockPerson(_) => "unlock",
            Self::UnlockContract => "unblock",
            Self::InitialPassword => "initial-password",
            Self::Reissue => "reissue",
        }
    }

    /// Whom it concerns.
    const fn user(&self) -> Option<&User> {
        match self {
            Self::Delete(user) | Self::Temporary(user) | Self::UnlockPerson(user) => Some(user),
            Self::UnlockContract | Self::InitialPassword | Self::Reissue => None,
        }
    }

    /// Our id of that person, empty for none.
    fn user_id(&self) -> &str {
        self.user().map_or("", |user| &user.id)
    }

    const fn deletes(&self) -> bool {
        matches!(self, Self::Delete(_))
    }

    const fn asks_password(&self) -> bool {
        matches!(self, Self::InitialPassword)
    }
}

/// What the request asks for; `None` when it is done, revokes, or concerns nobody who
/// is there.
pub(super) async fn deed(conn: &mut Conn, listed: &Listed) -> Result<Option<Deed>, Error> {
    let request = &listed.request;
    if request.done_at.is_some() {
        return Ok(None);
    }
    let named = request.user_id.is_some();
    let user = match (&request.user_id, request.kind) {
        (Some(id), _) => users::find(conn, id).await?,
        // Whoever forgot the ID cannot write it: the master is meant.
        (None, Kind::InitReset) => users::master_of(conn, &request.contract_no).await?,
        (None, _) => None,
    };
    Ok(match (request.kind, user) {
        (Kind::InitReset, Some(user)) if user.kind == users::Kind::Master => {
            Some(Deed::Delete(user))
        }
        (Kind::InitReset, Some(user)) => Some(Deed::Temporary(user)),
        (Kind::Unblock, Some(user)) => Some(Deed::UnlockPerson(user)),
        (Kind::Unblock, None) if !named => Some(Deed::UnlockContract),
        (Kind::InitialPassword, _) => Some(Deed::InitialPassword),
        (Kind::ContractNoReissue, _) => Some(Deed::Reissue),
        _ => None,
    })
}

#[derive(Template)]
#[template(path = "certificates/desk/pages/carry.html")]
struct CarryPage {
    shell: web::Shell,
    mistakes: Mistakes,
    listed: Listed,
    contract: Contract,
    deed: Deed,
    /// Whether the password goes out by mail, with the code of 本登録.
    waits: bool,
    how: Field,
    initial_password: Field,
    csrf: String,
}

/// What the page named, and a new 初期パスワード as it was ordered: nothing for the other
/// kinds.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct CarryForm {
    deed: String,
    user: String,
    /// `make` or `paper`.
    how: String,
    initial_password: Secret,
}

impl CarryForm {
    fn password(&self) -> Result<Secret, Mistakes> {
        initial_password::ordered(&self.how, &self.initial_password).map_err(|wrong| {
            let (name, label, text) = wrong.ja();
            Mistakes::one(name, label, text)
        })
    }

    /// Whether the page named this: another may be master by now.
    fn means(&self, deed: &Deed) -> bool {
        self.deed == deed.word() && self.user == deed.user_id()
    }
}

pub(super) async fn edit_carry(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
) -> Result<Response, Error> {
    let (listed, contract, deed) = open(&mut app.db.conn().await?, &operator, &id).await?;
    let form = CarryForm { how: "make".to_owned(), ..CarryForm::default() };
    let mut page = page(&operator, (listed, contract, deed), &form, Mistakes::default());
    if let Deed::Temporary(user) = &page.deed {
        page.waits = is_to_be_invited(&mut app.db.conn().await?, user).await?;
    }
    web::page(&page)
}

pub(super) async fn submit_carry(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(form): Form<CarryForm>,
) -> Result<Response, Error> {
    let (listed, contract, deed) = open(&mut app.db.conn().await?, &operator, &id).await?;
    if !form.means(&deed) {
        return Err(stale(&id));
    }
    let password = match &deed {
        Deed::InitialPassword => match form.password() {
            Ok(password) => Some(password),
            Err(mistakes) => {
                let page = page(&operator, (listed, contract, deed), &form, mistakes);
                return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
            }
        },
        _ => None,
    };
    let made = match (&deed, password) {
        (Deed::Temporary(user), _) => Some(changes::make_password(&app, user).await?),
        (_, Some(password)) => Some(app.temporary(password).await?),
        (_, None) => None,
    };
    let order = Order {
        app: &app,
        operator: &operator,
        listed: &listed,
        deed: &deed,
        now: app.clock.now(),
    };
    let mut tx = app.db.begin().await?;
    let carried = order.carry_out(&mut tx, made.as_ref()).await?;
    let shown = match &carried {
        Carried::Not => return Err(stale(&id)),
        Carried::Given(done) if done.waits => None,
        Carried::Given(_) | Carried::Done => made.as_ref(),
    };
    match shown {
        None => tx.commit().await?,
        Some(made) => {
            let told = (told_as(&deed, &contract), &made.password);
            told::leave_and_commit(&app, operator.person(), (&told.0, told.1), tx).await?;
        }
    }
    app.jobs_waiting.notify_one();
    if let Deed::Delete(user) | Deed::Temporary(user) = &deed {
        app.sessions.recheck_user(&user.id).await?;
        roster::settled().await;
    }
    let seen = match &carried {
        Carried::Given(done) => changes::seen(done),
        Carried::Not | Carried::Done => result(&deed, &listed),
    };
    Ok(Redirect::to(&seen).into_response())
}

/// The name under which a new password waits for its page.
fn told_as(deed: &Deed, contract: &Contract) -> String {
    match deed {
        Deed::Temporary(user) => what(&user.id),
        _ => initial_password::what(&contract.contract_no),
    }
}

/// Where one sees what was done.
fn result(deed: &Deed, listed: &Listed) -> String {
    let number = &listed.request.contract_no;
    match deed {
        Deed::InitialPassword => format!("/operator/contracts/{number}/notice?done=password"),
        Deed::Reissue => format!("/operator/contracts/{number}/notice"),
        Deed::Delete(_) | Deed::Temporary(_) => {
            format!("{REQUESTS}/{}?done=reset", listed.request.id)
        }
        Deed::UnlockPerson(_) | Deed::UnlockContract => {
            format!("{REQUESTS}/{}?done=unblocked", listed.request.id)
        }
    }
}

/// What came of carrying it out.
enum Carried {
    /// Nothing, and there is nothing to commit: it was done before, or its person is gone.
    Not,
    /// The person has another password.
    Given(Done),
    /// Anything else.
    Done,
}

/// Who carries out what, and when.
struct Order<'a> {
    app: &'a App,
    operator: &'a Operator,
    listed: &'a Listed,
    deed: &'a Deed,
    now: Moment,
}

impl Order<'_> {
    /// Does it with the password that was made, and notes that it is done.
    async fn carry_out(&self, tx: &mut Tx, made: Option<&Temporary>) -> Result<Carried, Error> {
        let carried = match (self.deed, made) {
            (Deed::Delete(user), _) => {
                let person = self.operator.person();
                let leave = Leave {
                    actor: &person.user.login_id,
                    now: self.now,
                    ip: Some(&person.visit.ip),
                    screen: Some(words::REQUESTS),
                };
                delete_person(tx, user, &leave).await?.map_or(Carried::Not, |_| Carried::Done)
            }
            (Deed::Temporary(user), Some(made)) => {
                let event = self.event("user-temporary-password");
                let person = (user.id.as_str(), made);
                let done = changes::set_temporary_password(tx, self.app, person, &event).await?;
                done.map_or(Carried::Not, Carried::Given)
            }
            (Deed::UnlockPerson(user), _) => {
                // Nothing to lift is done, too: the lock may have been lifted before.
                changes::unlock(tx, self.app, &user.id, &self.event("user-unlock")).await?;
                Carried::Done
            }
            (Deed::UnlockContract, _) => self.unblock(tx).await?,
            (Deed::InitialPassword, Some(made)) => self.initial_password(tx, &made.hash).await?,
            (Deed::Temporary(_) | Deed::InitialPassword, None) => Carried::Not,
            (Deed::Reissue, _) => Carried::Done,
        };
        let id = &self.listed.request.id;
        if matches!(carried, Carried::Not) || !paper::set_done(tx, id, self.now).await? {
            return Ok(Carried::Not);
        }
        audit::record(tx, self.now, &self.event("request-done")).await?;
        Ok(carried)
    }

    async fn unblock(&self, tx: &mut Tx) -> Result<Carried, Error> {
        let lifted = initial_password::unblock(tx, &self.listed.request.contract_no).await?;
        if lifted == Ok(true) {
            audit::record(tx, self.now, &self.event("contract-unblock")).await?;
        }
        Ok(lifted.map_or(Carried::Not, |_| Carried::Done))
    }

    async fn initial_password(&self, tx: &mut Tx, hash: &str) -> Result<Carried, Error> {
        let set = initial_password::set(tx, &self.listed.request.contract_no, hash).await?;
        if set.is_ok() {
            audit::record(tx, self.now, &self.event("initial-password-change")).await?;
        }
        Ok(set.map_or(Carried::Not, |()| Carried::Done))
    }

    fn event<'a>(&'a self, action: &'a str) -> Event<'a> {
        let request = &self.listed.request;
        Event {
            contract_no: Some(&request.contract_no),
            user_id: self.deed.user().map(|user| user.id.as_str()),
            target: Some(&request.id),
            detail: request.kind.word(),
            ..self.operator.event(action, words::REQUESTS)
        }
    }
}

/// The request with what it asks for; stale when there is nothing to be done.
async fn open(
    conn: &mut Conn,
    operator: &Operator,
    id: &str,
) -> Result<(Listed, Contract, Deed), Error> {
    let listed = requests::load(conn, id).await?;
    let deed = deed(conn, &listed).await?.ok_or_else(|| stale(id))?;
    let own = &operator.person().user.id;
    if matches!(&deed, Deed::Delete(user) | Deed::Temporary(user) if user.id == *own) {
        return Err(stale(id));
    }
    let contract = contracts::find(conn, &listed.request.contract_no).await?;
    Ok((listed, contract.ok_or(Error::NotFound)?, deed))
}

fn stale(id: &str) -> Error {
    Error::stale("依頼書の詳細へ", format!("{REQUESTS}/{id}"))
}

fn page(
    operator: &Operator,
    (listed, contract, deed): (Listed, Contract, Deed),
    form: &CarryForm,
    mistakes: Mistakes,
) -> CarryPage {
    let shell = operator.shell(words::kind(listed.request.kind), REQUESTS);
    let own = format!("{REQUESTS}/{}", listed.request.id);
    let shell = shell.crumb(words::REQUESTS, REQUESTS).crumb(words::REQUEST, &own);
    CarryPage {
        shell: shell.crumb_here().narrow(),
        how: mistakes.field("how", &form.how),
        initial_password: mistakes.secret("initial_password"),
        csrf: operator.person().csrf(),
        mistakes,
        listed,
        contract,
        deed,
        waits: false,
    }
}
