//! `user set|unlock|reset`: what the operator changes about a person at the machine.

use serde_json::json;

use super::args::{UserReset, UserSet, UserState};
use super::open::{Open, actor};
use super::user::{broken, hashed, load, object, refused};
use super::{Failure, output, password};
use crate::app::people::{self, By};
use crate::audit::{self, Event};
use crate::base::Secret;
use crate::certificates::leaving::{self, Leave};
use crate::certificates::roster;
use crate::config::Config;
use crate::db::Db;
use crate::identity::changes::{Applied, Change, Done, Standing, Temporary};
use crate::identity::policy::{self, Policy};
use crate::identity::rights::{Actor, Function, Mode, Part, may_change};
use crate::identity::rules;
use crate::identity::terms::{self, LoginKind};
use crate::identity::users::{self, Kind, User};

/// `user set`.
pub(super) async fn set(open: &Open, set: UserSet) -> Result<(), Failure> {
    let functions: Result<Vec<_>, _> = set.functions.iter().map(|text| function(text)).collect();
    let functions = functions?;
    let config = open.config()?;
    let db = open.db(&config).await?;
    let mut conn = db.conn().await?;
    let user = load(&mut conn, &set.user).await?;
    let login = terms::of(&mut conn, &user.contract_no).await?.login;
    drop(conn);
    let change = Change {
        name: name(login, set.name.as_deref())?,
        email: email(login, set.email.as_deref(), &user)?,
        standing: set.state.map(standing),
        functions,
        ..Change::default()
    };
    let parts = [
        (Part::Details, change.name.is_some() || change.email.is_some()),
        (Part::State, change.standing.is_some()),
        (Part::Functions, !change.functions.is_empty()),
    ];
    for (part, _) in parts.into_iter().filter(|(_, asked)| *asked) {
        allowed(part, &user)?;
    }
    let told = apply(open, (&config, &db), &user, &change, "user-update").await?;
    say(open, &db, &user, &told, None).await
}

fn name(login: LoginKind, typed: Option<&str>) -> Result<Option<String>, Failure> {
    let rule = match login {
        LoginKind::UserId => rules::user_name,
        LoginKind::Email => rules::display_name,
    };
    typed.map(rule).transpose().map_err(|mistake| refused("name", mistake))
}

/// R002-45: an address that is the user ID stays.
fn email(login: LoginKind, typed: Option<&str>, user: &User) -> Result<Option<String>, Failure> {
    let Some(typed) = typed else { return Ok(None) };
    if login == LoginKind::Email {
        let id = &user.login_id;
        return Err(Failure::new(format!("the mail address of {id} is the user ID and stays"))
            .hint("delete the user and add the person anew with the other address"));
    }
    rules::email(typed).map(Some).map_err(|mistake| refused("mail address", mistake))
}

/// `user unlock`.
pub(super) async fn unlock(open: &Open, login_id: &str) -> Result<(), Failure> {
    let config = open.config()?;
    let db = open.db(&config).await?;
    let user = load(&mut db.conn().await?, login_id).await?;
    allowed(Part::State, &user)?;
    let change = Change { standing: Some(Standing::Active), ..Change::default() };
    let told = apply(open, (&config, &db), &user, &change, "user-unlock").await?;
    say(open, &db, &user, &told, None).await
}

/// `user reset`.
pub(super) async fn reset(open: &Open, reset: UserReset) -> Result<(), Failure> {
    let config = open.config()?;
    let db = open.db(&config).await?;
    let user = load(&mut db.conn().await?, &reset.user).await?;
    if reset.initialise {
        return initialise(open, &db, &user).await;
    }
    allowed(Part::Password, &user)?;
    let policy = policy::of(&mut db.conn().await?, &user.contract_no).await?;
    let temporary = if reset.generate {
        made(&policy, &user.login_id)?
    } else {
        password::read("temporary password", reset.password_file.as_deref())?
    };
    broken(&policy, &temporary, &user.login_id)?;
    let given = Temporary { hash: hashed(&temporary)?, password: temporary };
    // Whoever is helped this way is also let in again.
    let shown = reset.generate.then(|| given.password.clone());
    let change =
        Change { temporary: Some(given), standing: Some(Standing::Active), ..Change::default() };
    let told = apply(open, (&config, &db), &user, &change, "user-reset").await?;
    say(open, &db, &user, &told, shown.as_ref()).await
}

/// R004-101: a master who has forgotten everything registers again.
async fn initialise(open: &Open, db: &Db, user: &User) -> Result<(), Failure> {
    allowed(Part::Leaving, user)?;
    if user.kind != Kind::Master {
        return Err(Failure::new(format!("{} is not a master user", user.login_id))
            .hint("leave out --initialise to give a new temporary password"));
    }
    let (who, now) = (actor(&open.environment), open.clock.now());
    let mut tx = db.begin().await?;
    let leave = Leave { actor: &who, now, ip: None, screen: None };
    let gone = leaving::delete_person(&mut tx, user, &leave).await?.is_none();
    if gone {
        return Err(deleted(&user.login_id));
    }
    let event = Event {
        actor: &who,
        action: "user-reset",
        contract_no: Some(&user.contract_no),
        user_id: Some(&user.id),
        target: Some(&user.login_id),
        detail: "initialised",
        ..Event::default()
    };
    audit::record(&mut tx, now, &event).await?;
    tx.commit().await?;
    roster::settled().await;
    if open.json {
        return output::json(&json!({ "user": user.login_id, "initialised": true }));
    }
    let no = &user.contract_no;
    output::say(format!("deleted {} of contract {no}", user.login_id));
    output::say(format!("the master registers again with {no} and the initial password"));
    Ok(())
}

/// The operator at the machine decides by the same rules as the pages.
fn allowed(part: Part, user: &User) -> Result<(), Failure> {
    may_change(&Actor::at_the_machine(), part, user).map_err(|denial| {
        let failure = Failure::new(format!("{} cannot be changed so: {denial}", user.login_id));
        match part {
            Part::Functions => failure.hint("functions are restricted for general users alone"),
            _ => failure,
        }
    })
}

/// Carries the change out with its audit row; what was changed, in words.
async fn apply(
    open: &Open,
    (config, db): (&Config, &Db),
    user: &User,
    change: &Change,
    action: &str,
) -> Result<String, Failure> {
    let (who, now) = (actor(&open.environment), open.clock.now());
    let event = Event { actor: &who, action, ..Event::default() };
    let by = By { config, event: &event, now };
    let mut tx = db.begin().await?;
    match people::change(&mut tx, &user.id, change, &by).await? {
        Applied::Done(Done { told, .. }) => {
            tx.commit().await?;
            roster::settled().await;
            Ok(told)
        }
        Applied::Gone => Err(deleted(&user.login_id)),
        Applied::Stale(_) => Err(Failure::new(format!("{} was changed meanwhile", user.login_id))
            .hint("run the command again")),
    }
}

/// The user as they are now, and the password that was made.
async fn say(
    open: &Open,
    db: &Db,
    user: &User,
    told: &str,
    made: Option<&Secret>,
) -> Result<(), Failure> {
    let user = users::find(&mut db.conn().await?, &user.id).await?;
    let Some(user) = user else { return Err(Failure::new("the user was deleted meanwhile")) };
    if open.json {
        let mut shown = object(&user, open.clock.now());
        shown["changed"] =
            json!(told.split(", ").filter(|one| !one.is_empty()).collect::<Vec<_>>());
        if let Some(made) = made {
            shown["password"] = json!(made.expose());
        }
        return output::json(&shown);
    }
    if told.is_empty() {
        output::say(format!("{} was so already; nothing was changed", user.login_id));
    } else {
        output::say(format!("changed {}: {told}", user.login_id));
    }
    if let Some(made) = made {
        output::say(format!("temporary password: {}", made.expose()));
    }
    Ok(())
}

/// A password by chance.
pub(super) fn made(policy: &Policy, login_id: &str) -> Result<Secret, Failure> {
    policy.make(login_id).ok_or_else(|| {
        Failure::new("no password could be made that the policy takes")
            .hint("give one with --password-file")
    })
}

fn function(text: &str) -> Result<(Function, Mode), Failure> {
    let found = text
        .split_once('=')
        .and_then(|(function, mode)| Some((Function::parse(function)?, Mode::parse(mode)?)));
    found.filter(|(function, mode)| function.modes().contains(mode)).ok_or_else(|| {
        let words = |one: Function| {
            let modes: Vec<_> = one.modes().iter().map(|mode| mode.word()).collect();
            format!("{}={}", one.word(), modes.join("|"))
        };
        let all: Vec<_> = Function::ALL.into_iter().map(words).collect();
        Failure::new(format!("{text} is no function with a mode"))
            .hint(format!("one of {}", all.join(", ")))
    })
}

fn standing(state: UserState) -> Standing {
    match state {
        UserState::Active => Standing::Active,
        UserState::Locked => Standing::Locked,
        UserState::Closed => Standing::Closed,
    }
}

fn deleted(login_id: &str) -> Failure {
    Failure::new(format!("the user {login_id} was deleted meanwhile"))
        .hint("`sekisho user list` lists who is left")
}
