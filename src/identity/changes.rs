//! Changes to a person that somebody else makes: the master, or the operator.
//!
//! One transaction holds the change, the end of what it takes away (ways, sessions, and
//! with a password the second factor), and what follows from it, which is the caller's:
//! audit rows, and the mail to whoever waits for their 本登録 (`app::people`).

use super::flows;
use super::lockout::{Attempts, Gate, Limits};
use super::rights::{self, Function, Mode};
use super::sessions::Sessions;
use super::users::{self, User};
use super::{invitations, second_factor};
use crate::base::{Moment, Secret};
use crate::db::{Error, Tx, params};

/// ユーザー状態 (R004-42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// 正常.
    Active,
    /// ロック中: as after too many wrong passwords.
    Locked,
    /// 閉塞.
    Closed,
}

impl Standing {
    /// All there are, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Active, Self::Locked, Self::Closed];

    /// The word for it in forms and on the command line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Locked => "locked",
            Self::Closed => "closed",
        }
    }

    /// The state that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }

    /// How the person stands at `now`.
    #[must_use]
    pub fn of(attempts: &Attempts, now: Moment) -> Self {
        match attempts.gate(now) {
            Gate::Open => Self::Active,
            Gate::Locked(_) => Self::Locked,
            Gate::Closed => Self::Closed,
        }
    }

    /// What is noted of tries from now on; 正常 forgets all of them.
    const fn attempts(self, limits: Limits, now: Moment) -> Attempts {
        let none = Attempts { failures: 0, locks: 0, locked_until: None, closed_at: None };
        match self {
            Self::Active => none,
            Self::Locked => {
                Attempts { locked_until: Some(now.plus_minutes(limits.lock_minutes)), ..none }
            }
            Self::Closed => Attempts { closed_at: Some(now), ..none },
        }
    }
}

/// A password that is given to somebody: in clear for whoever tells it, and hashed.
#[derive(Clone, Debug)]
pub struct Temporary {
    /// The password.
    pub password: Secret,
    /// argon2id of it.
    pub hash: String,
}

/// What shall be different; `None` and empty: as it is.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// ユーザー名.
    pub name: Option<String>,
    /// メールアドレス.
    pub email: Option<String>,
    /// 仮のパスワード: to be changed at the next login (R004-100).
    pub temporary: Option<Temporary>,
    /// ユーザー状態.
    pub standing: Option<Standing>,
    /// ユーザー別機能制限.
    pub functions: Vec<(Function, Mode)>,
    /// The version that the change was made on; another one by now is `Applied::Stale`.
    pub version: Option<i64>,
}

/// What became of a change.
#[derive(Debug)]
pub enum Applied {
    /// In force, or so already.
    Done(Done),
    /// Somebody else changed the person meanwhile; how they are now. Nothing was written.
    Stale(Box<User>),
    /// The person was deleted meanwhile.
    Gone,
}

/// A change that is in force.
#[derive(Debug)]
pub struct Done {
    /// How the person is now.
    pub user: Box<User>,
    /// What was changed, as the audit row tells it, without any value of the person's;
    /// empty: everything was so already, and nothing was written.
    pub told: String,
    /// Whether a second factor went with the password: who lost the one has often lost
    /// the other.
    pub factor_off: bool,
    /// Whether the person waits for their 本登録 and cannot come in with the new password
    /// alone (R000-16): they are to be invited with it.
    pub waits: bool,
}

/// Applies `change` to the person with our id at `now`.
pub async fn apply(
    tx: &mut Tx,
    user_id: &str,
    change: &Change,
    limits: Limits,
    now: Moment,
) -> Result<Applied, Error> {
    // A way that was begun with what is changed leads nowhere any more; it is locked
    // before the person.
    let ends_ways = change.email.is_some() || change.cuts_off();
    if ends_ways {
        flows::end_all(tx, user_id).await?;
    }
    let Some(user) = users::hold(tx, user_id).await? else { return Ok(Applied::Gone) };
    if change.version.is_some_and(|version| version != user.version) {
        return Ok(Applied::Stale(Box::new(user)));
    }
    let mut told = Vec::new();
    details(tx, &user, change, &mut told).await?;
    let factor_off = change.temporary.is_some() && user.second_factor.is_some();
    if let Some(temporary) = &change.temporary {
        users::replace_password(tx, &user.id, (&temporary.hash, true), now).await?;
        told.push("temporary password".to_owned());
    }
    if factor_off {
        second_factor::clear(tx, &user.id).await?;
    }
    standing(tx, &user, change, (limits, now), &mut told).await?;
    functions(tx, &user, change, &mut told).await?;
    let told = told.join(", ");
    if told.is_empty() {
        let (user, waits) = (Box::new(user), false);
        return Ok(Applied::Done(Done { user, told, factor_off, waits }));
    }
    if ends_ways {
        // Once more: one may have been begun while this waited for its turn.
        flows::end_all(tx, &user.id).await?;
    }
    if change.cuts_off() {
        Sessions::end_all(tx, &user.id, None, now).await?;
    }
    tx.execute("UPDATE users SET version = version + 1 WHERE id = $1", params![&user.id]).await?;
    let Some(user) = users::find(tx, &user.id).await? else { return Ok(Applied::Gone) };
    let waits = change.temporary.is_some() && invitations::is_waited_for(tx, &user).await?;
    Ok(Applied::Done(Done { user: Box::new(user), told, factor_off, waits }))
}

impl Change {
    /// Whether the person has to come in anew, or may not come in at all.
    fn cuts_off(&self) -> bool {
        let shut = matches!(self.standing, Some(Standing::Locked | Standing::Closed));
        self.temporary.is_some() || shut
    }
}

async fn details(
    tx: &mut Tx,
    user: &User,
    change: &Change,
    told: &mut Vec<String>,
) -> Result<(), Error> {
    let name = change.name.as_ref().filter(|name| **name != user.name);
    let email = change.email.as_ref().filter(|email| **email != user.email);
    if name.is_none() && email.is_none() {
        return Ok(());
    }
    let sql = "UPDATE users SET name = $2, email = $3 WHERE id = $1";
    let (new_name, new_email) = (name.unwrap_or(&user.name), email.unwrap_or(&user.email));
    tx.execute(sql, params![&user.id, new_name, new_email]).await?;
    told.extend(name.map(|_| "name".to_owned()));
    told.extend(email.map(|_| "mail address".to_owned()));
    Ok(())
}

async fn standing(
    tx: &mut Tx,
    user: &User,
    change: &Change,
    (limits, now): (Limits, Moment),
    told: &mut Vec<String>,
) -> Result<(), Error> {
    let Some(standing) = change.standing else { return Ok(()) };
    let same = standing == Standing::of(&user.attempts, now);
    // 正常 also forgets tries that have not yet led to a lock.
    if same && (standing != Standing::Active || user.attempts == Attempts::default()) {
        return Ok(());
    }
    users::set_attempts(tx, &user.id, &standing.attempts(limits, now)).await?;
    told.push(standing.word().to_owned());
    Ok(())
}

async fn functions(
    tx: &mut Tx,
    user: &User,
    change: &Change,
    told: &mut Vec<String>,
) -> Result<(), Error> {
    if change.functions.is_empty() {
        return Ok(());
    }
    let now = rights::functions(tx, &user.id).await?;
    for (function, mode) in &change.functions {
        if now.get(function).copied().unwrap_or(Mode::Show) != *mode {
            rights::set_function(tx, &user.id, *function, *mode).await?;
            told.push(format!("{}={}", function.word(), mode.word()));
        }
    }
    Ok(())
}
