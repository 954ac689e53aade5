//! What comes out of a statement: rows, read by column name or position.

use std::fmt;
use std::sync::Arc;

use super::error::Error;
use super::value::Kind;
use crate::base::money::Yen;
use crate::base::{Day, Moment};

/// One field of a row.
#[derive(Clone, PartialEq, Eq)]
pub enum Cell {
    /// NULL
    Null,
    /// `TEXT`
    Text(String),
    /// `BIGINT`; a `BOOLEAN` of SQLite, too
    Int(i64),
    /// `BOOLEAN`
    Bool(bool),
    /// `BYTEA`
    Bytes(Vec<u8>),
}

/// One row. Its `Debug` shows the names of the columns only.
pub struct Row {
    columns: Arc<[String]>,
    cells: Vec<Cell>,
}

impl Row {
    pub(super) fn new(columns: Arc<[String]>, cells: Vec<Cell>) -> Self {
        Self { columns, cells }
    }

    /// The field of this column.
    pub fn get<T: FromValue>(&self, column: &str) -> Result<T, Error> {
        let at = self.columns.iter().position(|name| name == column);
        at.map_or_else(|| Err(Error::missing(column)), |at| self.at(at))
    }

    /// The field at this position, from 0.
    pub fn at<T: FromValue>(&self, position: usize) -> Result<T, Error> {
        let Some(cell) = self.cells.get(position) else {
            return Err(Error::Answer(format!("there is no column {}", position + 1)));
        };
        T::from_cell(cell).ok_or_else(|| {
            let name = self.columns.get(position).map_or("?", String::as_str);
            let found = if *cell == Cell::Null { "NULL" } else { "of another type" };
            Error::Answer(format!("column {name} should be {:?}, and is {found}", T::KIND))
        })
    }
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({:?})", self.columns)
    }
}

/// A type that a field can be read as.
pub trait FromValue: Sized {
    /// What the field must be.
    const KIND: Kind;

    /// Reads it; `None` when it is something else.
    fn from_cell(cell: &Cell) -> Option<Self>;
}

impl<T: FromValue> FromValue for Option<T> {
    const KIND: Kind = T::KIND;

    fn from_cell(cell: &Cell) -> Option<Self> {
        if *cell == Cell::Null { Some(None) } else { T::from_cell(cell).map(Some) }
    }
}

macro_rules! read_from {
    ($($type:ty: $kind:ident { $($cell:pat => $made:expr),* })*) => {$(
        impl FromValue for $type {
            const KIND: Kind = Kind::$kind;

            fn from_cell(cell: &Cell) -> Option<Self> {
                match cell {
                    $($cell => $made,)*
                    _ => None,
                }
            }
        }
    )*};
}

read_from! {
    String: Text { Cell::Text(text) => Some(text.clone()) }
    i64: Int { Cell::Int(number) => Some(*number) }
    bool: Bool { Cell::Bool(truth) => Some(*truth), Cell::Int(0) => Some(false), Cell::Int(1) => Some(true) }
    Vec<u8>: Bytes { Cell::Bytes(bytes) => Some(bytes.clone()) }
    Moment: Int { Cell::Int(ms) => Some(Self::from_ms(*ms)) }
    Day: Text { Cell::Text(text) => Self::parse(text) }
    Yen: Int { Cell::Int(amount) => Some(Self(*amount)) }
}

impl<const N: usize> FromValue for [u8; N] {
    const KIND: Kind = Kind::Bytes;

    fn from_cell(cell: &Cell) -> Option<Self> {
        if let Cell::Bytes(bytes) = cell { bytes.as_slice().try_into().ok() } else { None }
    }
}

/// A type that a row can be read as: one field, a tuple of up to six by position, or
/// whatever implements it.
pub trait FromRow: Sized {
    /// Reads the row.
    fn from_row(row: &Row) -> Result<Self, Error>;
}

impl<T: FromValue> FromRow for T {
    fn from_row(row: &Row) -> Result<Self, Error> {
        row.at(0)
    }
}

macro_rules! tuples_from_rows {
    ($(($($field:ident $at:literal),*))*) => {$(
        impl<$($field: FromValue),*> FromRow for ($($field,)*) {
            fn from_row(row: &Row) -> Result<Self, Error> {
                Ok(($(row.at::<$field>($at)?,)*))
            }
        }
    )*};
}

tuples_from_rows! {
    (A 0)
    (A 0, B 1)
    (A 0, B 1, C 2)
    (A 0, B 1, C 2, D 3)
    (A 0, B 1, C 2, D 3, E 4)
    (A 0, B 1, C 2, D 3, E 4, F 5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(cells: Vec<Cell>) -> Row {
        Row::new(["a".to_owned(), "b".to_owned()].into(), cells)
    }

    #[test]
    fn fields_are_read_by_name_and_position() {
        let row = row(vec![Cell::Int(1), Cell::Null]);
        assert_eq!(row.get::<i64>("a").expect("there"), 1);
        assert!(row.get::<bool>("a").expect("one is true"));
        assert_eq!(row.get::<Option<Day>>("b").expect("there"), None);
        let pair: (i64, Option<String>) = FromRow::from_row(&row).expect("fits");
        assert_eq!(pair, (1, None));
    }

    #[test]
    fn a_field_that_does_not_fit_is_named_and_not_shown() {
        let row = row(vec![Cell::Text("hunter2".into()), Cell::Null]);
        let told = |error: Error| error.to_string();
        assert!(
            told(row.get::<i64>("a").expect_err("text"))
                .ends_with("column a should be Int, and is of another type")
        );
        assert!(told(row.get::<i64>("b").expect_err("NULL")).ends_with("and is NULL"));
        assert!(told(row.get::<i64>("c").expect_err("absent")).ends_with("c is missing"));
        assert!(row.get::<Day>("a").is_err());
        assert!(row.at::<i64>(2).is_err());
        assert!(!format!("{row:?}").contains("hunter2"));
    }
}
