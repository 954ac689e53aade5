//! `user add|list|show|delete`; `person` and `rights` have the other verbs.

use serde_json::{Value, json};

use super::args::{UserAdd, UserKind, UserVerb};
use super::invited::{self, Invited};
use super::open::{Open, actor};
use super::{Failure, output, password, person, rights};
use crate::app::people;
use crate::audit::{self, Event};
use crate::base::{Moment, Secret};
use crate::certificates::leaving::{self, Leave};
use crate::certificates::roster;
use crate::db::{Conn, Db, Tx};
use crate::identity::contracts::NAME_BEGINS;
use crate::identity::licences;
use crate::identity::policy::{self, Measure, Policy};
use crate::identity::rules::{self, Mistake};
use crate::identity::terms::{self, LoginKind};
use crate::identity::users::{self, Kind, User};
use crate::identity::{contracts, password as hashing};

pub(super) async fn run(open: &Open, verb: UserVerb) -> Result<(), Failure> {
    Open::allowed(crate::identity::rights::Action::OperatorUsers)?;
    match verb {
        UserVerb::Add(add) => insert(open, add).await,
        UserVerb::List { contract } => list(open, contract.as_deref()).await,
        UserVerb::Show { user } => show(open, &user).await,
        UserVerb::Explain { user, action, contract } => {
            rights::explain(open, &user, action.as_deref(), contract.as_deref()).await
        }
        UserVerb::Grant { user, role } => rights::grant(open, &user, &role).await,
        UserVerb::Withdraw { user, role } => rights::withdraw(open, &user, &role).await,
        UserVerb::Set(set) => person::set(open, set).await,
        UserVerb::Unlock { user } => person::unlock(open, &user).await,
        UserVerb::Reset(reset) => person::reset(open, reset).await,
        UserVerb::Delete { user } => delete(open, &user).await,
    }
}

/// The user called `login_id`, or the failure that says there is none.
pub(super) async fn load(conn: &mut Conn, login_id: &str) -> Result<User, Failure> {
    users::find_by_login_id(conn, login_id).await?.ok_or_else(|| {
        let none = Failure::new(format!("there is no user {login_id}"));
        if login_id.starts_with(NAME_BEGINS) {
            return none
                .hint("it is the name of a company's certificate, which is of no one user")
                .hint("`sekisho cert list --contract NUMBER` shows its serial number");
        }
        none.hint("user IDs are case-sensitive; `sekisho user list` lists them")
    })
}

async fn insert(open: &Open, add: UserAdd) -> Result<(), Failure> {
    let config = open.config()?;
    let db = open.db(&config).await?;
    let mut conn = db.conn().await?;
    let policy = policy::of(&mut conn, &add.contract).await?;
    let terms = terms::of(&mut conn, &add.contract).await?;
    drop(conn);
    let (user, invited) = match terms.login {
        LoginKind::Email => invited::checked(&add, &policy, config, open.clock.now())?,
        LoginKind::UserId => (checked(open, &add, &policy)?, None),
    };
    store(open, &db, &user, invited.as_ref()).await?;
    if open.json {
        return output::json(&object(&user, open.clock.now()));
    }
    output::say(format!("added {} to contract {}", user.login_id, user.contract_no));
    if invited.is_some() {
        output::say(format!("user ID, first password and code go to {} by mail", user.email));
    }
    Ok(())
}

fn checked(open: &Open, add: &UserAdd, policy: &Policy) -> Result<User, Failure> {
    let login_id = rules::login_id(&add.user).map_err(|m| refused("user ID", m))?;
    let name = rules::user_name(&add.name).map_err(|m| refused("name", m))?;
    let email = rules::email(add.email.as_deref().unwrap_or_default())
        .map_err(|m| refused("mail address", m))?;
    let typed = password::read("temporary password", add.password_file.as_deref())?;
    broken(policy, &typed, &login_id)?;
    let now = open.clock.now();
    Ok(User {
        name,
        email,
        password_hash: hashed(&typed)?,
        password_temporary: !add.keep_password,
        ..User::new(&add.contract, &login_id, kind(add.kind), now)
    })
}

pub(super) fn refused(what: &str, mistake: Mistake) -> Failure {
    Failure::new(format!("the {what} cannot be taken")).hint(rule(mistake))
}

/// The hash of a password.
pub(super) fn hashed(password: &Secret) -> Result<String, Failure> {
    hashing::hash(password).ok_or_else(|| Failure::new("there is no memory to hash the password"))
}

/// Fails with every rule of `policy` that the password breaks.
pub(super) fn broken(policy: &Policy, typed: &Secret, login_id: &str) -> Result<(), Failure> {
    let broken = policy.mistakes(typed, Some(login_id));
    if broken.is_empty() {
        return Ok(());
    }
    let failure = Failure::new("the password cannot be taken");
    Err(broken.into_iter().fold(failure, |failure, one| failure.hint(rule(one))))
}

async fn store(
    open: &Open,
    db: &Db,
    user: &User,
    invited: Option<&Invited>,
) -> Result<(), Failure> {
    let no = &user.contract_no;
    let mut tx = db.begin().await?;
    match contracts::hold(&mut tx, no).await? {
        None => {
            return Err(Failure::new(format!("there is no contract {no}"))
                .hint("`sekisho contract list` lists them"));
        }
        Some(contract) if contract.closed_at.is_some() => {
            return Err(Failure::new(format!("contract {no} is closed"))
                .hint(format!("`sekisho contract show {no}` shows it")));
        }
        Some(_) => {}
    }
    if user.kind == Kind::Master && users::master_of(&mut tx, no).await?.is_some() {
        return Err(Failure::new(format!("contract {no} has a master user already"))
            .hint(format!("`sekisho user list --contract {no}` lists its users")));
    }
    has_room(&mut tx, user).await?;
    users::insert(&mut tx, user).await.map_err(|error| {
        if error.is_unique_violation() {
            Failure::new(format!("the user ID {} exists already", user.login_id))
                .hint("choose another; IDs are unique in the whole system")
        } else {
            error.into()
        }
    })?;
    if let Some(Invited { config, password }) = invited {
        people::invite(&mut tx, config, user, password, user.created_at).await?;
    }
    let actor = actor(&open.environment);
    let event = Event {
        actor: &actor,
        action: "user-add",
        contract_no: Some(no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        ..Event::default()
    };
    audit::record(&mut tx, user.created_at, &event).await?;
    Ok(tx.commit().await?)
}

/// R004-24, R002-06: as many as the contract's terms say.
async fn has_room(tx: &mut Tx, user: &User) -> Result<(), Failure> {
    let no = &user.contract_no;
    let room = licences::room(tx, no).await?;
    room.admit(user.kind).map_err(|_| {
        let others = room.taken - 1;
        Failure::new(format!("contract {no} has {others} general users already"))
            .hint("delete one who is not needed any more")
    })
}

async fn list(open: &Open, contract: Option<&str>) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let now = open.clock.now();
    let found = users::list(&mut db.conn().await?, contract).await?;
    let objects = found.iter().map(|user| object(user, now)).collect();
    let columns = ["user", "contract", "kind", "name", "email", "state", "last_login_at"];
    output::list(open.json, objects, &columns, "no users yet; `sekisho user add` adds one")
}

async fn show(open: &Open, login_id: &str) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let user = load(&mut db.conn().await?, login_id).await?;
    let mut shown = object(&user, open.clock.now());
    shown["password_temporary"] = json!(user.password_temporary);
    shown["created_at"] = json!(user.created_at.rfc3339());
    output::show(open.json, &shown)
}

async fn delete(open: &Open, login_id: &str) -> Result<(), Failure> {
    let db = open.db(&open.config()?).await?;
    let user = load(&mut db.conn().await?, login_id).await?;
    let (actor, now) = (actor(&open.environment), open.clock.now());
    let mut tx = db.begin().await?;
    let leave = Leave { actor: &actor, now, ip: None, screen: None };
    let Some(revoked) = leaving::delete_person(&mut tx, &user, &leave).await? else {
        return Err(Failure::new(format!("the user {login_id} was deleted meanwhile"))
            .hint("`sekisho user list` lists who is left"));
    };
    tx.commit().await?;
    roster::settled().await;
    let serials: Vec<_> = revoked.into_iter().map(|one| one.serial).collect();
    if open.json {
        return output::json(&json!({ "user": user.login_id, "revoked": serials }));
    }
    output::say(format!("deleted {} of contract {}", user.login_id, user.contract_no));
    for serial in serials {
        output::say(format!("revoked {serial} (cessationOfOperation)"));
    }
    Ok(())
}

/// A user as the command line shows it.
pub(super) fn object(user: &User, now: Moment) -> Value {
    json!({
        "user": user.login_id,
        "contract": user.contract_no,
        "kind": user.kind.word(),
        "name": user.name,
        "email": user.email,
        "state": user.state(now),
        "last_login_at": user.last_login_at.map(Moment::rfc3339),
    })
}

pub(super) fn kind(kind: UserKind) -> Kind {
    match kind {
        UserKind::Master => Kind::Master,
        UserKind::General => Kind::General,
        UserKind::Employee => Kind::Employee,
        UserKind::Operator => Kind::Operator,
    }
}

/// What the field may hold, in English.
fn rule(mistake: Mistake) -> String {
    let fixed = match mistake {
        Mistake::LoginId => "6 to 12 half-width letters and digits, both present",
        Mistake::UserName => "up to 20 full-width characters, as in 労金　太郎",
        Mistake::Address => "up to 64 half-width characters, as in hanako@example.jp",
        Mistake::DisplayName => "up to 256 characters on one line",
        Mistake::Email => "up to 50 half-width characters, as in hanako@example.jp",
        Mistake::EmailCarrier => {
            "a mobile carrier's address is refused; use one that a PC receives"
        }
        Mistake::PasswordLength(min, max) => return format!("{min} to {max} characters"),
        Mistake::PasswordFew(kind, least) => {
            return format!("half-width {}: at least {least}", english(kind));
        }
        Mistake::PasswordClasses(kinds) => {
            return format!(
                "{kinds} of these kinds at least: upper case, lower case, digits, symbols"
            );
        }
        Mistake::PasswordCharacters => "half-width letters, digits and symbols only",
        Mistake::PasswordHoldsLoginId => "it must not contain the user ID",
        _ => "it must not be empty",
    };
    fixed.to_owned()
}

fn english(kind: Measure) -> &'static str {
    match kind {
        Measure::Upper => "upper case letters",
        Measure::Lower => "lower case letters",
        Measure::Digit => "digits",
        _ => "symbols",
    }
}
