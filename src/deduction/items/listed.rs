//! A book's items as a list: on screen counted up to a bound and not summed, as a file to
//! its end.

use serde::Deserialize;

use super::list::{self, Table, Wanted};
use super::search::{Asked, Foreign};
use crate::db::{Conn, FromRow};
use crate::deduction::scope::Key;
use crate::web::sheet::{
    At, Cell, Column, Encoding, Head, Line, Reading, Sheet, Totals, cells_of, heads_of,
};

/// What a list of items is like, whichever of them it lists.
#[derive(Debug)]
pub struct Listing<R: 'static> {
    /// Its title on paper.
    pub title: &'static str,
    /// Where the items lie.
    pub table: &'static Table,
    /// The columns, of which the three amounts are summed and no other.
    pub columns: &'static [Column<R>],
    /// The item's id.
    pub id: fn(&R) -> &str,
    /// In place of an empty list.
    pub empty: &'static str,
}

/// The items of a group that are asked for.
pub struct Items<R: 'static> {
    listing: &'static Listing<R>,
    contract_no: String,
    group_no: String,
    /// What is asked for.
    pub wanted: Wanted,
    /// Whether rows are counted to their end and amounts summed, as paper needs.
    exact: bool,
}

/// The address's query of a list's file: that of the list, and the encoding.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AskedFile {
    /// The list.
    #[serde(flatten)]
    pub asked: Asked,
    encoding: String,
}

impl AskedFile {
    /// The encoding that is asked for, else the one that the browser took `last`.
    ///
    /// # Errors
    /// One that is none of ours.
    pub fn encoding(&self, last: Encoding) -> Result<Encoding, Foreign> {
        match self.encoding.as_str() {
            "" => Ok(last),
            word => Encoding::parse(word).ok_or(Foreign("encoding")),
        }
    }
}

impl<R> Items<R> {
    /// The list of `wanted` of a group.
    #[must_use]
    pub fn of(listing: &'static Listing<R>, key: Key<'_>, wanted: Wanted, exact: bool) -> Self {
        Self {
            listing,
            contract_no: key.contract_no.to_owned(),
            group_no: key.group_no.to_owned(),
            wanted,
            exact,
        }
    }

    fn key(&self) -> Key<'_> {
        Key { contract_no: &self.contract_no, group_no: &self.group_no }
    }
}

impl<R: FromRow + Send> Sheet for Items<R> {
    fn title(&self) -> &str {
        self.listing.title
    }

    fn heads(&self) -> Vec<Head> {
        let mut heads = heads_of(self.listing.columns);
        for head in &mut heads {
            head.summed &= self.exact;
        }
        heads
    }

    fn empty(&self) -> &str {
        self.listing.empty
    }

    fn totals<'a>(&'a self, conn: &'a mut Conn) -> Reading<'a, Totals> {
        Box::pin(async move {
            let (table, key, search) = (self.listing.table, self.key(), &self.wanted.search);
            if self.exact {
                return list::totals(conn, table, key, search).await;
            }
            let count = list::count(conn, table, key, search).await?;
            Ok(Totals { count, sums: Vec::new() })
        })
    }

    fn lines<'a>(&'a self, conn: &'a mut Conn, at: &'a At, most: i64) -> Reading<'a, Vec<Line>> {
        Box::pin(async move {
            let (table, wanted) = (self.listing.table, &self.wanted);
            let found: Vec<R> = list::rows(conn, table, self.key(), wanted, (at, most)).await?;
            Ok(found.iter().map(|row| self.listing.line(row)).collect())
        })
    }
}

impl<R> Listing<R> {
    /// The line of an item.
    #[must_use]
    pub fn line(&self, row: &R) -> Line {
        Line { key: (self.id)(row).to_owned(), cells: cells_of(self.columns, row) }
    }
}

/// A column of words, months, …
#[must_use]
pub const fn column<R>(head: &'static str, width: u16, cell: fn(&R) -> Cell) -> Column<R> {
    Column { head, width, cell, summed: false }
}

/// A column of one of the three amounts.
#[must_use]
pub const fn amount<R>(head: &'static str, cell: fn(&R) -> Cell) -> Column<R> {
    Column { head, width: 14, cell, summed: true }
}
