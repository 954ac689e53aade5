//! What goes into a statement: typed values, typed also when they are NULL.

use std::fmt;

use crate::base::money::Yen;
use crate::base::{Day, Moment};

/// The values of `$1`, `$2`, … in this order.
///
/// Takes `String`, `&str`, `i64`, `bool`, bytes (`Vec<u8>`, `&[u8]`, `[u8; N]`), `Moment`
/// (Unix milliseconds), `Day` (`YYYY-MM-DD`), `Yen`, references to these and `Option`s.
/// Nothing is moved.
#[macro_export]
macro_rules! params {
    ($($value:expr),* $(,)?) => {
        $crate::db::Values::from(vec![$($crate::db::ToValue::to_value(&$value)),*])
    };
}

/// What a value is in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `TEXT`
    Text,
    /// `BIGINT`
    Int,
    /// `BOOLEAN`
    Bool,
    /// `BYTEA`
    Bytes,
}

/// One value; `None` is NULL of that type. Its `Debug` shows the type only.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// `TEXT`
    Text(Option<String>),
    /// `BIGINT`
    Int(Option<i64>),
    /// `BOOLEAN`
    Bool(Option<bool>),
    /// `BYTEA`
    Bytes(Option<Vec<u8>>),
}

impl Value {
    /// What it is, also when it is NULL.
    #[must_use]
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Text(_) => Kind::Text,
            Self::Int(_) => Kind::Int,
            Self::Bool(_) => Kind::Bool,
            Self::Bytes(_) => Kind::Bytes,
        }
    }

    /// NULL of this kind.
    #[must_use]
    pub const fn null(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(None),
            Kind::Int => Self::Int(None),
            Kind::Bool => Self::Bool(None),
            Kind::Bytes => Self::Bytes(None),
        }
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.kind())
    }
}

/// The values of one statement; made by [`params!`](crate::params).
#[derive(Clone, Debug, Default)]
pub struct Values(Vec<Value>);

impl From<Vec<Value>> for Values {
    fn from(values: Vec<Value>) -> Self {
        Self(values)
    }
}

impl Values {
    pub(super) fn all(&self) -> &[Value] {
        &self.0
    }
}

/// A type that can be bound.
pub trait ToValue {
    /// What it is in the database, also as NULL.
    const KIND: Kind;

    /// This value.
    fn to_value(&self) -> Value;
}

impl<T: ToValue + ?Sized> ToValue for &T {
    const KIND: Kind = T::KIND;

    fn to_value(&self) -> Value {
        T::to_value(self)
    }
}

impl<T: ToValue> ToValue for Option<T> {
    const KIND: Kind = T::KIND;

    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::null(T::KIND), T::to_value)
    }
}

macro_rules! bound_as {
    ($($type:ty => $kind:ident, $value:ident => $made:expr;)*) => {$(
        impl ToValue for $type {
            const KIND: Kind = Kind::$kind;

            fn to_value(&self) -> Value {
                let $value = self;
                Value::$kind(Some($made))
            }
        }
    )*};
}

bound_as! {
    str => Text, text => text.to_owned();
    String => Text, text => text.clone();
    i64 => Int, number => *number;
    bool => Bool, truth => *truth;
    [u8] => Bytes, bytes => bytes.to_vec();
    Vec<u8> => Bytes, bytes => bytes.clone();
    Moment => Int, at => at.ms();
    Day => Text, day => day.to_string();
    Yen => Int, amount => amount.0;
}

impl<const N: usize> ToValue for [u8; N] {
    const KIND: Kind = Kind::Bytes;

    fn to_value(&self) -> Value {
        self.as_slice().to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_their_type_when_they_are_null() {
        let (name, none) = (String::from("a"), None::<&Day>);
        let values = params![&name, name, "b", none, Some(true), None::<Vec<u8>>, [1_u8; 2], 7];
        let kinds: Vec<Kind> = values.all().iter().map(Value::kind).collect();
        let (text, bytes) = (Kind::Text, Kind::Bytes);
        assert_eq!(kinds, [text, text, text, text, Kind::Bool, bytes, bytes, Kind::Int]);
        assert_eq!(values.all()[3], Value::Text(None));
        assert_eq!(values.all()[6], Value::Bytes(Some(vec![1, 1])));
    }

    #[test]
    fn values_do_not_print_themselves() {
        assert_eq!(format!("{:?}", params!["hunter2", 7]), "Values([Text, Int])");
    }
}
