//! What the items of the two books differ in. Everything else of their pages and changes
//! stands once, in `changes` and `pages`.

use std::future::Future;

use serde::de::DeserializeOwned;

use super::changes::Work;
use super::list::Table;
use super::listed::Listing;
use super::search::Column;
use super::{Amounts, Book, Member, Op, State};
use crate::base::Moment;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::deduction::scope::Key;
use crate::identity::rights::Action;
use crate::web::Mistakes;
use crate::web::menu::Entry;

/// Value and label of each 種目 that can be chosen.
pub type Choices = Vec<(String, String)>;

type Result<T> = std::result::Result<T, Error>;

/// An item of one of the books.
pub trait BookItem: FromRow + Send + Sync + 'static {
    /// What can be changed of it.
    type Terms: Clone + PartialEq + Send + Sync;
    /// The terms as they are typed.
    type TypedTerms: From<Self::Terms> + DeserializeOwned + Default + Send + Sync;
    /// 種目 and terms of a new one, as they are typed.
    type TypedNew: DeserializeOwned + Default + Send + Sync;

    /// Where its pages are, and what they say.
    const PAGES: &'static BookPages;
    /// The list of items like it.
    const LISTING: &'static Listing<Self>;

    /// What it has as every item has it.
    fn core(&self) -> Core;
    /// What can be changed of it.
    fn terms(&self) -> Self::Terms;
    /// From which 控除年月 it holds, where `open` is the one that is entered for.
    fn holds_from(&self, open: &str) -> String;
    /// What it is called before 「を解除します」.
    fn named(&self) -> String;
    /// All about it but its amounts, as HTML.
    fn facts(&self) -> askama::Result<String>;

    /// The amounts of `terms`.
    fn amounts(terms: &Self::Terms) -> Amounts;
    /// What the audit row says of a change.
    fn compared(old: &Self::Terms, new: &Self::Terms) -> String;
    /// The terms that were typed while `open` is entered for, for an item that had others;
    /// what is wrong goes to `found`.
    fn check(
        typed: &Self::TypedTerms,
        open: &str,
        before: &Self::Terms,
        found: &mut Mistakes,
    ) -> Self::Terms;
    /// The fields of the terms, as HTML.
    fn fields(typed: &Self::TypedTerms, mistakes: &Mistakes) -> askama::Result<String>;

    /// A new item's form before anything is typed, for the 種目 that was asked for.
    fn blank(product: String, open: &str) -> Self::TypedNew;
    /// The fields of a new item, as HTML.
    fn new_fields(
        typed: &Self::TypedNew,
        choices: Choices,
        mistakes: &Mistakes,
    ) -> askama::Result<String>;
    /// What whoever typed this is told when the member has such an item already.
    fn there(typed: &Self::TypedNew) -> Mistakes;

    /// The 種目 that a new item can be of.
    fn offered(conn: &mut Conn, contract_no: &str) -> impl Future<Output = Result<Choices>> + Send;
    /// The 種目 that items are searched by.
    fn searched(conn: &mut Conn, contract_no: &str)
    -> impl Future<Output = Result<Choices>> + Send;
    /// What was typed of a new item; `None` where it is wrong, which goes to `found`.
    fn check_new(
        typed: &Self::TypedNew,
        work: &mut Work<'_>,
        found: &mut Mistakes,
    ) -> impl Future<Output = Result<Option<(What, Self::Terms)>>> + Send;
    /// The id of another item than `but` that the member has for the same.
    fn same(
        conn: &mut Conn,
        key: Key<'_>,
        member_id: &str,
        of: (&What, &str),
    ) -> impl Future<Output = Result<Option<String>>> + Send;
    /// Adds an item that was never requested.
    fn insert(
        tx: &mut Tx,
        key: Key<'_>,
        item: &NewItem<'_, Self::Terms>,
        now: Moment,
    ) -> impl Future<Output = Result<()>> + Send;
    /// Gives the item `id` other terms and a state from a 控除年月 on, if it still has the
    /// version; whether it was so.
    fn set(
        tx: &mut Tx,
        key: Key<'_>,
        of: (&str, i64),
        to: (&Self::Terms, State),
        from: (&str, Moment),
    ) -> impl Future<Output = Result<bool>> + Send;
}

/// What every item has, whichever its book.
#[derive(Clone, Debug)]
pub struct Core {
    /// Our id.
    pub id: String,
    /// Whose.
    pub member: Member,
    /// What it is deducted for.
    pub what: What,
    /// What is deducted.
    pub amounts: Amounts,
    /// What was last requested; `None`: never.
    pub base: Option<Amounts>,
    /// How it stands.
    pub state: State,
    /// Whether it is changed only at the counter (窓口扱い).
    pub at_counter: bool,
    /// Counts changes.
    pub version: i64,
}

/// What an item is deducted for.
#[derive(Clone, Debug)]
pub struct What {
    /// The word for its 種目 in the database.
    pub word: String,
    /// What people call it.
    pub label: String,
    /// 口座番号; empty for 賃控元帳.
    pub account_no: String,
}

/// What is to be registered.
pub struct NewItem<'a, T> {
    /// The form's key, which becomes our id.
    pub id: &'a str,
    /// Whose.
    pub member: &'a Member,
    /// What it is deducted for.
    pub what: &'a What,
    /// What is deducted.
    pub terms: &'a T,
    /// From which 控除年月.
    pub month: &'a str,
}

/// Where a book's pages are, and what they say in words of their own.
#[derive(Debug)]
pub struct BookPages {
    /// Which book's.
    pub book: Book,
    /// The menu's group that they are in.
    pub menu: &'static Entry,
    /// Where the list is; each item lies below.
    pub list: &'static str,
    /// Where one registers.
    pub new: &'static str,
    /// Where members are; each lies below.
    pub members: &'static str,
    /// What one must be allowed to for looking.
    pub view: Action,
    /// What one must be allowed to for changing.
    pub change: Action,
    /// The orders that its indexes serve.
    pub orders: &'static [Column],
    /// What an audit row calls a change, and the page that it was done on.
    pub audited: fn(Op) -> (&'static str, &'static str),
    /// The title of the list, …
    pub title: &'static str,
    /// … of the form of a new item, …
    pub new_title: &'static str,
    /// … of an item, …
    pub one_title: &'static str,
    /// … and of the page that asks before it cancels.
    pub cancel_title: &'static str,
    /// No item at all, for whoever can register one.
    pub none: &'static str,
    /// No item at all, for whoever can only look.
    pub none_to_see: &'static str,
    /// The way on when an item is not there any more.
    pub to_list: &'static str,
    /// The way on when an item cannot be cancelled.
    pub to_latest: &'static str,
    /// The way to the item that a member has already.
    pub to_there: &'static str,
    /// A cancelled item that cannot come back beside another.
    pub there: &'static str,
    /// A member who has left.
    pub left: &'static str,
    /// Above the form that changes an item.
    pub changing: &'static str,
    /// What that form cannot change.
    pub fixed: &'static str,
    /// The way to one more item of the member.
    pub more: &'static str,
    /// Where there is no 種目 to choose: why, and label and path of the way on.
    pub unoffered: Option<[&'static str; 3]>,
}

impl BookPages {
    /// Where an item is.
    #[must_use]
    pub fn path_of(&self, id: &str) -> String {
        format!("{}/{id}", self.list)
    }
}

/// The item `id` of the group, unless it has ended: what is another group's is as absent as
/// what never was (RX-06).
pub async fn find<I: FromRow>(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    id: &str,
) -> Result<Option<I>> {
    let sql = format!(
        "{} WHERE i.contract_no = $1 AND i.id = $3 AND i.group_no = $2 AND i.state <> 'ended'",
        table.select
    );
    conn.one(&sql, params![key.contract_no, key.group_no, id]).await
}

/// The amounts of an item's row, and what was last requested of it.
pub fn amounts_of(row: &Row) -> Result<(Amounts, Option<Amounts>)> {
    let now = Amounts {
        monthly: row.get("amount_monthly")?,
        summer: row.get("amount_summer")?,
        winter: row.get("amount_winter")?,
    };
    let Some(monthly) = row.get("base_monthly")? else { return Ok((now, None)) };
    let base = |column| Ok(row.get::<Option<i64>>(column)?.unwrap_or(0));
    let (summer, winter) = (base("base_summer")?, base("base_winter")?);
    Ok((now, Some(Amounts { monthly, summer, winter })))
}
