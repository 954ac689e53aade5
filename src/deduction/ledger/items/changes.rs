//! What is done to an item, each in one transaction: the group is held, so that changes and
//! the closing take turns; then what is open is asked, the item is read and written, with
//! its history and audit rows.

use super::rules::{Bounds, TypedTerms};
use super::store::{self, Item, Terms};
use super::words;
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::{Day, Moment};
use crate::db::Tx;
use crate::deduction::items::history::{self, Change, Op, Way};
use crate::deduction::items::members::{self, Member};
use crate::deduction::items::{Book, State, TypedPerson, state_of};
use crate::deduction::ledger::types::{self, LedgerType};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::{Error, Mistakes};

/// Why nothing was changed.
pub enum Refused {
    /// Nothing can be entered for what the form was shown for.
    Closed(Closed),
    /// The item is not there (any more).
    Gone,
    /// Somebody else changed it meanwhile.
    Stale,
    /// Something typed is wrong.
    Wrong(Mistakes),
    /// The member has one of this type already: its id.
    There(String),
}

/// Which item, as the form showed it.
pub struct Shown<'a> {
    /// Our id.
    pub id: &'a str,
    /// Its version.
    pub version: i64,
    /// The periods that were open.
    pub token: &'a str,
}

/// What a clerk wants to register.
pub struct Wish<'a> {
    /// The form's key, which becomes our id.
    pub id: &'a str,
    /// The periods that were open when the form was shown.
    pub token: &'a str,
    /// The member.
    pub person: &'a TypedPerson,
    /// 種目コード.
    pub type_code: &'a str,
    /// The terms.
    pub terms: &'a TypedTerms,
}

type Result<T> = std::result::Result<T, Error>;
type Answer = std::result::Result<(), Refused>;

/// A transaction that holds the group.
struct Work<'a> {
    tx: Tx,
    scope: &'a Scope,
    open: Open,
    now: Moment,
}

/// What is written down of a change.
struct Done<'a> {
    id: &'a str,
    label: String,
    member: &'a Member,
    op: Op,
    old: Option<&'a Terms>,
    new: Option<&'a Terms>,
}

impl<'a> Work<'a> {
    async fn begin(
        app: &App,
        scope: &'a Scope,
        token: &str,
    ) -> Result<std::result::Result<Self, Refused>> {
        let mut tx = app.db.begin().await?;
        let mut now = app.clock.now();
        let asked = || {
            now = app.clock.now();
            now
        };
        let open = entry::hold_for(&mut tx, scope.key(), token, asked).await?;
        Ok(open.map(|open| Self { tx, scope, open, now }).map_err(Refused::Closed))
    }

    async fn item(&mut self, id: &str) -> Result<std::result::Result<Item, Refused>> {
        let item = store::find(&mut self.tx, self.scope.key(), id).await?;
        Ok(item.ok_or(Refused::Gone))
    }

    /// Gives `item` these terms and writes down that `op` was done.
    async fn set(mut self, item: &Item, op: Op, terms: &Terms) -> Result<Answer> {
        let state = state_of(item.base, terms.amounts, op == Op::Cancel);
        let of = (item.id.as_str(), item.version);
        if !store::set(&mut self.tx, self.scope.key(), of, (terms, state), self.now).await? {
            return Ok(Err(Refused::Stale));
        }
        let (old, new) = match op {
            Op::Cancel => (Some(&item.terms), None),
            Op::Add | Op::Restore => (None, Some(terms)),
            Op::Change => (Some(&item.terms), Some(terms)),
        };
        let (id, label) = (item.id.as_str(), item.type_ja());
        self.done(Done { id, label, member: &item.member, op, old, new }).await
    }

    /// Writes history and audit rows, and commits.
    async fn done(mut self, done: Done<'_>) -> Result<Answer> {
        let amounts = |terms: Option<&Terms>| terms.map(|terms| terms.amounts);
        let change = Change {
            book: Book::Ledger,
            item_id: done.id,
            op: done.op,
            way: Way::Page,
            member: done.member,
            label: &done.label,
            account_no: "",
            old: amounts(done.old),
            new: amounts(done.new),
        };
        let who = self.scope.who();
        history::write(&mut self.tx, self.scope.key(), &change, (&who, self.now)).await?;
        let (action, screen) = words::audited(done.op);
        let target = format!("{} {}", done.member.employee_no, done.label);
        let detail = told(done.old, done.new);
        let event = Event {
            target: Some(&target),
            detail: &detail,
            ..self.scope.person.0.event(action, screen)
        };
        audit::record(&mut self.tx, self.now, &event).await?;
        self.tx.commit().await?;
        Ok(Ok(()))
    }
}

/// 「月例 3,500円／… → 月例 4,000円／…、終了年月 なし → 2027-03」.
fn told(old: Option<&Terms>, new: Option<&Terms>) -> String {
    let (Some(old), Some(new)) = (old, new) else {
        return old.or(new).map(|terms| terms.amounts.ja()).unwrap_or_default();
    };
    let end = |terms: &Terms| terms.end_ym.clone().unwrap_or_else(|| "なし".to_owned());
    let mut parts = Vec::new();
    if old.amounts != new.amounts {
        parts.push(format!("{} → {}", old.amounts.ja(), new.amounts.ja()));
    }
    if old.start_ym != new.start_ym {
        parts.push(format!("{} {} → {}", words::START, old.start_ym, new.start_ym));
    }
    if old.end_ym != new.end_ym {
        parts.push(format!("{} {} → {}", words::END, end(old), end(new)));
    }
    if old.note != new.note {
        parts.push(format!("{}の変更", words::NOTE));
    }
    parts.join("、")
}

/// Changes the terms of an item. The same change once more (a second click) is done
/// already.
pub async fn change(
    app: &App,
    scope: &Scope,
    shown: &Shown<'_>,
    typed: &TypedTerms,
) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, shown.token).await? {
        Ok(work) => work,
        Err(refused) => return Ok(Err(refused)),
    };
    let item = match work.item(shown.id).await? {
        Ok(item) => item,
        Err(refused) => return Ok(Err(refused)),
    };
    let mut mistakes = Mistakes::default();
    let bounds = Bounds { open: work.open.month(), used_from: "", before: Some(&item.terms) };
    let terms = typed.check(bounds, &mut mistakes);
    if !mistakes.is_empty() {
        return Ok(Err(Refused::Wrong(mistakes)));
    }
    let stands = item.state != State::Cancelled;
    if stands && item.terms == terms {
        return Ok(Ok(()));
    }
    if !stands || item.version != shown.version {
        return Ok(Err(Refused::Stale));
    }
    work.set(&item, Op::Change, &terms).await
}

/// Cancels an item: it stays in the lists as 解除 until its period closes. One that is
/// cancelled already stays so.
pub async fn cancel(app: &App, scope: &Scope, shown: &Shown<'_>) -> Result<Answer> {
    turn(app, scope, shown, Op::Cancel).await
}

/// Takes a cancellation back while its period is open. One that is not cancelled (any more)
/// stays as it is.
pub async fn restore(app: &App, scope: &Scope, shown: &Shown<'_>) -> Result<Answer> {
    turn(app, scope, shown, Op::Restore).await
}

async fn turn(app: &App, scope: &Scope, shown: &Shown<'_>, op: Op) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, shown.token).await? {
        Ok(work) => work,
        Err(refused) => return Ok(Err(refused)),
    };
    let item = match work.item(shown.id).await? {
        Ok(item) => item,
        Err(refused) => return Ok(Err(refused)),
    };
    if (item.state == State::Cancelled) == (op == Op::Cancel) {
        return Ok(Ok(()));
    }
    if item.version != shown.version {
        return Ok(Err(Refused::Stale));
    }
    let terms = item.terms.clone();
    work.set(&item, op, &terms).await
}

/// Registers an item, and its member where the number is new. With a key that was used
/// already (a second click) it is done already.
pub async fn add(app: &App, scope: &Scope, wish: &Wish<'_>) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, wish.token).await? {
        Ok(work) => work,
        Err(refused) => return Ok(Err(refused)),
    };
    let key = scope.key();
    if store::find(&mut work.tx, key, wish.id).await?.is_some() {
        return Ok(Ok(()));
    }
    let mut mistakes = Mistakes::default();
    let known = members::find(&mut work.tx, key, &wish.person.number()).await?;
    let person = match &known {
        Some(member) => {
            wish.person.check_known(member, &mut mistakes);
            if member.left_on.is_some_and(|day| day < Day::of(work.now)) {
                mistakes.add("employee_no", words::EMPLOYEE_NO, words::LEFT);
            }
            None
        }
        None => wish.person.check_new(&scope.group, &mut mistakes),
    };
    let of_type = work.type_for(wish.type_code, &mut mistakes).await?;
    let used_from = of_type.as_ref().map_or("", |one| &one.used_from);
    let typed = of_type.as_ref().map_or_else(|| wish.terms.clone(), |one| wish.terms.or_usual(one));
    let bounds = Bounds { open: work.open.month(), used_from, before: None };
    let terms = typed.check(bounds, &mut mistakes);
    let Some(of_type) = of_type.filter(|_| mistakes.is_empty()) else {
        return Ok(Err(Refused::Wrong(mistakes)));
    };
    let member = match (known, person) {
        (Some(member), _) => member,
        (None, Some(person)) => members::register(&mut work.tx, key, &person, work.now).await?,
        (None, None) => return Ok(Err(Refused::Wrong(mistakes))),
    };
    if let Some(id) = store::of_type(&mut work.tx, key, &member.id, &of_type.code).await? {
        return Ok(Err(Refused::There(id)));
    }
    let about = (wish.id, &member, of_type.code.as_str());
    store::insert(&mut work.tx, key, about, &terms, work.now).await?;
    let label = types::labelled(&of_type);
    let new = Some(&terms);
    work.done(Done { id: wish.id, label, member: &member, op: Op::Add, old: None, new }).await
}

impl Work<'_> {
    /// The type that is to be used, held so that nobody deletes it meanwhile.
    async fn type_for(
        &mut self,
        code: &str,
        mistakes: &mut Mistakes,
    ) -> Result<Option<LedgerType>> {
        let found = types::hold(&mut self.tx, self.scope.contract_no(), code).await?;
        if found.is_none() {
            mistakes.add("type_code", words::TYPE, words::CHOOSE_TYPE);
        } else if found.as_ref().is_some_and(|one| !one.active) {
            mistakes.add("type_code", words::TYPE, words::STOPPED);
        }
        Ok(found.filter(|one| one.active))
    }
}
