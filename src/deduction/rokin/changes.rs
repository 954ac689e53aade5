//! What is done to an item, each in one transaction: the group is held, so that changes and
//! the closing take turns; then what is open is asked, the item is read and written, with
//! its history and audit rows.

use super::store::{self, NewItem};
use super::{Item, Product, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::{Day, Moment};
use crate::db::Tx;
use crate::deduction::items::history::{self, Change, Op, Way};
use crate::deduction::items::members::{self, Member};
use crate::deduction::items::{Amounts, Book, Person, State, TypedPerson, state_of};
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
    /// The member has this already: the other item's id.
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
    /// The form's key.
    pub id: &'a str,
    /// The periods that were open when the form was shown.
    pub token: &'a str,
    /// The member.
    pub person: &'a TypedPerson,
    /// 種目, 口座番号 and amounts; `None` where they are wrong.
    pub about: Option<(Product, String, Amounts)>,
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

impl<'a> Work<'a> {
    async fn begin(
        app: &App,
        scope: &'a Scope,
        token: &str,
    ) -> Result<std::result::Result<Self, Closed>> {
        let mut tx = app.db.begin().await?;
        let mut now = app.clock.now();
        let asked = || {
            now = app.clock.now();
            now
        };
        let open = entry::hold_for(&mut tx, scope.key(), token, asked).await?;
        Ok(open.map(|open| Self { tx, scope, open, now }))
    }

    /// The item as it is, if it may be changed here.
    async fn item(&mut self, id: &str) -> Result<std::result::Result<Item, Refused>> {
        let item = store::find(&mut self.tx, self.scope.key(), id).await?;
        Ok(match item {
            None => Err(Refused::Gone),
            Some(item) if item.at_counter => Err(Refused::AtCounter),
            Some(item) => Ok(item),
        })
    }

    /// Whom `typed` names; `None` where something is wrong.
    async fn member(&mut self, typed: &TypedPerson, found: &mut Mistakes) -> Result<Option<Whose>> {
        let known = members::find(&mut self.tx, self.scope.key(), &typed.number()).await?;
        let Some(member) = known else {
            return Ok(typed.check_new(&self.scope.group, found).map(Whose::New));
        };
        typed.check_known(&member, found);
        if member.left_on.is_some_and(|day| day < Day::of(self.now)) {
            found.add("employee_no", words::EMPLOYEE_NO, words::LEFT);
        }
        Ok(Some(Whose::Known(member)))
    }

    /// Gives `item` these amounts and writes down that `op` was done.
    async fn set(mut self, item: &Item, op: Op, amounts: Amounts) -> Result<Answer> {
        let key = self.scope.key();
        let state = state_of(item.base, amounts, op == Op::Cancel);
        let (to, from) = ((amounts, state), (self.open.month().to_owned(), self.now));
        let of = (item.id.as_str(), item.version);
        if !store::set(&mut self.tx, key, of, to, (&from.0, from.1)).await? {
            return Ok(Err(Refused::Stale));
        }
        let (old, new) = match op {
            Op::Cancel => (Some(item.amounts), None),
            Op::Add | Op::Restore => (None, Some(amounts)),
            Op::Change => (Some(item.amounts), Some(amounts)),
        };
        let member = Member {
            id: item.member_id.clone(),
            employee_no: item.employee_no.clone(),
            kana_name: item.kana_name.clone(),
            kana_key: String::new(),
            kanji_name: item.kanji_name.clone(),
            workplace: item.workplace.clone(),
            left_on: None,
            version: 0,
        };
        self.done(&item.id, (item.product, &item.account_no), &member, (op, old, new)).await
    }

    /// Writes history and audit rows, and commits.
    async fn done(
        mut self,
        item_id: &str,
        (product, account_no): (Product, &str),
        member: &Member,
        (op, old, new): (Op, Option<Amounts>, Option<Amounts>),
    ) -> Result<Answer> {
        let change = Change {
            book: Book::Rokin,
            item_id,
            op,
            way: Way::Page,
            member,
            label: product.ja(),
            account_no,
            old,
            new,
        };
        let who = self.scope.who();
        history::write(&mut self.tx, self.scope.key(), &change, (&who, self.now)).await?;
        let (action, screen) = words::audited(op);
        let target = format!("{} {} {account_no}", member.employee_no, product.ja());
        let detail = match (old, new) {
            (Some(old), Some(new)) => format!("{} → {}", old.ja(), new.ja()),
            (Some(only), None) | (None, Some(only)) => only.ja(),
            (None, None) => String::new(),
        };
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

/// Changes the amounts of an item. The same change once more (a second click) is done
/// already.
pub async fn change(
    app: &App,
    scope: &Scope,
    shown: &Shown<'_>,
    amounts: Amounts,
) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, shown.token).await? {
        Ok(work) => work,
        Err(closed) => return Ok(Err(Refused::Closed(closed))),
    };
    let item = match work.item(shown.id).await? {
        Ok(item) => item,
        Err(refused) => return Ok(Err(refused)),
    };
    let stands = item.state != State::Cancelled;
    if stands && item.amounts == amounts {
        return Ok(Ok(()));
    }
    if !stands || item.version != shown.version {
        return Ok(Err(Refused::Stale));
    }
    work.set(&item, Op::Change, amounts).await
}

/// Cancels an item: it stays in the lists as 解除 until its period closes. One that is
/// cancelled already stays so.
pub async fn cancel(app: &App, scope: &Scope, shown: &Shown<'_>) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, shown.token).await? {
        Ok(work) => work,
        Err(closed) => return Ok(Err(Refused::Closed(closed))),
    };
    let item = match work.item(shown.id).await? {
        Ok(item) => item,
        Err(refused) => return Ok(Err(refused)),
    };
    if item.state == State::Cancelled {
        return Ok(Ok(()));
    }
    if item.version != shown.version {
        return Ok(Err(Refused::Stale));
    }
    let amounts = item.amounts;
    work.set(&item, Op::Cancel, amounts).await
}

/// Takes a cancellation back while its period is open. One that is not cancelled (any more)
/// stays as it is.
pub async fn restore(app: &App, scope: &Scope, shown: &Shown<'_>) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, shown.token).await? {
        Ok(work) => work,
        Err(closed) => return Ok(Err(Refused::Closed(closed))),
    };
    let item = match work.item(shown.id).await? {
        Ok(item) => item,
        Err(refused) => return Ok(Err(refused)),
    };
    if item.state != State::Cancelled {
        return Ok(Ok(()));
    }
    let about = (item.product, &*item.account_no, &*item.id);
    if let Some(id) = store::same(&mut work.tx, scope.key(), &item.member_id, about).await? {
        return Ok(Err(Refused::There(id)));
    }
    let amounts = item.amounts;
    work.set(&item, Op::Restore, amounts).await
}

/// Registers an item, and its member where the number is new. With a key that was used
/// already (a second click) it is done already. `wrong`: what is wrong with `wish.about`.
pub async fn add(app: &App, scope: &Scope, wish: Wish<'_>, wrong: Mistakes) -> Result<Answer> {
    let mut work = match Work::begin(app, scope, wish.token).await? {
        Ok(work) => work,
        Err(closed) => return Ok(Err(Refused::Closed(closed))),
    };
    let key = scope.key();
    if store::find(&mut work.tx, key, wish.id).await?.is_some() {
        return Ok(Ok(()));
    }
    let mut mistakes = Mistakes::default();
    let member = work.member(wish.person, &mut mistakes).await?;
    mistakes.append(wrong);
    let (Some(member), Some((product, account_no, amounts)), true) =
        (member, wish.about, mistakes.is_empty())
    else {
        return Ok(Err(Refused::Wrong(mistakes)));
    };
    let member = match member {
        Whose::Known(member) => member,
        Whose::New(person) => members::register(&mut work.tx, key, &person, work.now).await?,
    };
    let about = (product, &*account_no, wish.id);
    if let Some(id) = store::same(&mut work.tx, key, &member.id, about).await? {
        return Ok(Err(Refused::There(id)));
    }
    let month = work.open.month().to_owned();
    let item = NewItem {
        id: wish.id,
        member: &member,
        product,
        account_no: &account_no,
        amounts,
        effective_ym: &month,
    };
    store::insert(&mut work.tx, key, &item, work.now).await?;
    work.done(wish.id, (product, &account_no), &member, (Op::Add, None, Some(amounts))).await
}

/// Whose item is registered.
enum Whose {
    Known(Member),
    New(Person),
}
