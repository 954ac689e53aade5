//! What is done to an item of either book, each in one transaction: the group is held, so
//! that changes and the closing take turns; then what is open is asked, the item is read
//! and written, with its history and audit rows.

use super::book::{self, BookItem, NewItem, What};
use super::history::{self, Change, Op, Way};
use super::members::{self, Member};
use super::{Person, State, TypedPerson, form, state_of};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::{Day, Moment};
use crate::db::{Error as DbError, Tx};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::{Error, Mistakes};

/// Why nothing was changed.
pub enum Refused {
    /// Nothing can be entered for what the form was shown for.
    Closed(Closed),
    /// The item is not there (any more).
    Gone,
    /// It is 窓口扱い.
    AtCounter,
    /// Somebody else changed it meanwhile.
    Stale,
    /// Something typed is wrong.
    Wrong(Mistakes),
    /// The member has one for the same already: its id.
    There(String),
    /// The database could not.
    Failed(Error),
}

impl From<Closed> for Refused {
    fn from(closed: Closed) -> Self {
        Self::Closed(closed)
    }
}

impl From<DbError> for Refused {
    fn from(error: DbError) -> Self {
        Self::Failed(error.into())
    }
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
pub struct Wish<'a, T> {
    /// The form's key, which becomes our id.
    pub id: &'a str,
    /// The periods that were open when the form was shown.
    pub token: &'a str,
    /// The member.
    pub person: &'a TypedPerson,
    /// 種目 and terms.
    pub item: &'a T,
}

type Result<T> = std::result::Result<T, Refused>;

/// Changes the terms of an item. The same change once more (a second click) is done
/// already.
pub async fn change<I: BookItem>(
    app: &App,
    scope: &Scope,
    shown: &Shown<'_>,
    typed: &I::TypedTerms,
) -> Result<()> {
    let mut work = Work::begin(app, scope, shown.token).await?;
    let item: I = work.item(shown.id).await?;
    let mut mistakes = Mistakes::default();
    let before = item.terms();
    let terms = I::check(typed, work.open.earliest(), &before, &mut mistakes);
    if !mistakes.is_empty() {
        return Err(Refused::Wrong(mistakes));
    }
    let core = item.core();
    let stands = core.state != State::Cancelled;
    if stands && before == terms {
        return Ok(());
    }
    if !stands || core.version != shown.version {
        return Err(Refused::Stale);
    }
    work.set(&item, Op::Change, &terms).await
}

/// Cancels an item, or takes that back while its period is open: until then it stays in the
/// lists as 解除. One that stands as `op` (one of these two) leaves it stays as it is.
pub async fn turn<I: BookItem>(app: &App, scope: &Scope, shown: &Shown<'_>, op: Op) -> Result<()> {
    let mut work = Work::begin(app, scope, shown.token).await?;
    let item: I = work.item(shown.id).await?;
    let core = item.core();
    if (core.state == State::Cancelled) == (op == Op::Cancel) {
        return Ok(());
    }
    if core.version != shown.version {
        return Err(Refused::Stale);
    }
    if op == Op::Restore {
        let of = (&core.what, core.id.as_str());
        if let Some(id) = I::same(&mut work.tx, scope.key(), &core.member.id, of).await? {
            return Err(Refused::There(id));
        }
    }
    work.set(&item, op, &item.terms()).await
}

/// Registers an item, and its member where the number is new. With a key that was used
/// already (a second click) it is done already.
pub async fn add<I: BookItem>(
    app: &App,
    scope: &Scope,
    wish: &Wish<'_, I::TypedNew>,
) -> Result<()> {
    let mut work = Work::begin(app, scope, wish.token).await?;
    let key = scope.key();
    if book::find::<I>(&mut work.tx, I::LISTING.table, key, wish.id).await?.is_some() {
        return Ok(());
    }
    let mut mistakes = Mistakes::default();
    // What is wrong with the person is told first, as it stands first.
    let whose = work.whose(wish.person, I::PAGES.left, &mut mistakes).await?;
    let of = I::check_new(wish.item, &mut work, &mut mistakes).await?;
    let (Some(whose), Some((what, terms)), true) = (whose, of, mistakes.is_empty()) else {
        return Err(Refused::Wrong(mistakes));
    };
    let member = match whose {
        Whose::Known(member) => member,
        Whose::New(person) => members::register(&mut work.tx, key, &person, work.now).await?,
    };
    if let Some(id) = I::same(&mut work.tx, key, &member.id, (&what, wish.id)).await? {
        return Err(Refused::There(id));
    }
    let month = work.open.month();
    let item = NewItem { id: wish.id, member: &member, what: &what, terms: &terms, month };
    I::insert(&mut work.tx, key, &item, work.now).await?;
    work.done::<I>((wish.id, &member, &what), Op::Add, (None, Some(&terms))).await
}

/// A transaction that holds the group.
pub struct Work<'a> {
    /// The transaction.
    pub tx: Tx,
    /// Who works, and in which group.
    pub scope: &'a Scope,
    /// What is open.
    pub open: Open,
    now: Moment,
}

/// Whose item is registered.
enum Whose {
    Known(Member),
    New(Person),
}

impl<'a> Work<'a> {
    async fn begin(app: &App, scope: &'a Scope, token: &str) -> Result<Self> {
        let mut tx = app.db.begin().await?;
        let mut now = app.clock.now();
        let asked = || {
            now = app.clock.now();
            now
        };
        let open = entry::hold_for(&mut tx, scope.key(), token, asked).await??;
        Ok(Self { tx, scope, open, now })
    }

    /// The item as it is, if it may be changed here.
    async fn item<I: BookItem>(&mut self, id: &str) -> Result<I> {
        let found = book::find(&mut self.tx, I::LISTING.table, self.scope.key(), id).await?;
        let item: I = found.ok_or(Refused::Gone)?;
        if item.core().at_counter { Err(Refused::AtCounter) } else { Ok(item) }
    }

    /// Whom `typed` names; `None` where something is wrong.
    async fn whose(
        &mut self,
        typed: &TypedPerson,
        left: &str,
        found: &mut Mistakes,
    ) -> Result<Option<Whose>> {
        let known = members::find(&mut self.tx, self.scope.key(), &typed.number()).await?;
        let Some(member) = known else {
            return Ok(typed.check_new(&self.scope.group, found).map(Whose::New));
        };
        typed.check_known(&member, found);
        if member.left_on.is_some_and(|day| day < Day::of(self.now)) {
            found.add("employee_no", form::EMPLOYEE_NO, left);
        }
        Ok(Some(Whose::Known(member)))
    }

    /// Gives `item` these terms and writes down that `op` was done.
    async fn set<I: BookItem>(mut self, item: &I, op: Op, terms: &I::Terms) -> Result<()> {
        let (core, before) = (item.core(), item.terms());
        let to = (terms, state_of(core.base, I::amounts(terms), op == Op::Cancel));
        let (of, from) = ((core.id.as_str(), core.version), (self.open.month(), self.now));
        if !I::set(&mut self.tx, self.scope.key(), of, to, from).await? {
            return Err(Refused::Stale);
        }
        let terms = match op {
            Op::Cancel => (Some(&before), None),
            Op::Add | Op::Restore => (None, Some(terms)),
            Op::Change => (Some(&before), Some(terms)),
        };
        self.done::<I>((&core.id, &core.member, &core.what), op, terms).await
    }

    /// Writes history and audit rows, and commits.
    async fn done<I: BookItem>(
        mut self,
        (item_id, member, what): (&str, &Member, &What),
        op: Op,
        (old, new): (Option<&I::Terms>, Option<&I::Terms>),
    ) -> Result<()> {
        let change = Change {
            book: I::PAGES.book,
            item_id,
            op,
            way: Way::Page,
            member,
            label: &what.label,
            account_no: &what.account_no,
            old: old.map(I::amounts),
            new: new.map(I::amounts),
        };
        let who = self.scope.who();
        history::write(&mut self.tx, self.scope.key(), &change, (&who, self.now)).await?;
        let (action, screen) = (I::PAGES.audited)(op);
        let target = format!("{} {} {}", member.employee_no, what.label, what.account_no);
        let detail = match (old, new) {
            (Some(old), Some(new)) => I::compared(old, new),
            _ => old.or(new).map(|terms| I::amounts(terms).ja()).unwrap_or_default(),
        };
        let event = Event {
            target: Some(target.trim_end()),
            detail: &detail,
            ..self.scope.person.0.event(action, screen)
        };
        audit::record(&mut self.tx, self.now, &event).await?;
        self.tx.commit().await?;
        Ok(())
    }
}
