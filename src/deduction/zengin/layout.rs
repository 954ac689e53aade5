//! Where which field stands in a record: values to bytes and back.

use super::{Flaw, RECORD_BYTES, Why};
use crate::base::kana;

/// A field: 項目名, bytes, what it holds.
pub(super) struct Field(&'static str, usize, Holds);

#[derive(Clone, Copy)]
enum Holds {
    /// N: figures, as many as the field is wide.
    Figures,
    /// C: a bank's or branch's name; its only sign is `-`.
    Branch,
    /// C: a party's name.
    Name,
    /// Any characters of one byte.
    Any,
    /// Nothing of ours: written as spaces, not looked at when read.
    Filler,
}
use Holds::{Any, Branch, Figures, Filler, Name};

pub(super) const HEADER: [Field; 13] = [
    Field("データ区分", 1, Figures),
    Field("種別コード", 2, Figures),
    Field("コード区分", 1, Figures),
    Field("委託者コード", 10, Figures),
    Field("委託者名", 40, Name),
    Field("引落日", 4, Figures),
    Field("取引銀行番号", 4, Figures),
    Field("取引銀行名", 15, Branch),
    Field("取引支店番号", 3, Figures),
    Field("取引支店名", 15, Branch),
    Field("預金種目", 1, Figures),
    Field("口座番号", 7, Figures),
    Field("ダミー", 17, Filler),
];

pub(super) const ENTRY: [Field; 14] = [
    Field("データ区分", 1, Figures),
    Field("引落銀行番号", 4, Figures),
    Field("引落銀行名", 15, Branch),
    Field("引落支店番号", 3, Figures),
    Field("引落支店名", 15, Branch),
    Field("ダミー", 4, Filler),
    Field("預金種目", 1, Figures),
    Field("口座番号", 7, Figures),
    Field("預金者名", 30, Name),
    Field("引落金額", 10, Figures),
    Field("新規コード", 1, Figures),
    Field("顧客番号", 20, Any),
    Field("振替結果コード", 1, Figures),
    Field("ダミー", 8, Filler),
];

pub(super) const TRAILER: [Field; 8] = [
    Field("データ区分", 1, Figures),
    Field("合計件数", 6, Figures),
    Field("合計金額", 12, Figures),
    Field("振替済件数", 6, Figures),
    Field("振替済金額", 12, Figures),
    Field("振替不能件数", 6, Figures),
    Field("振替不能金額", 12, Figures),
    Field("ダミー", 65, Filler),
];

pub(super) const END: [Field; 2] = [Field("データ区分", 1, Figures), Field("ダミー", 119, Filler)];

impl Field {
    /// A flaw of this field.
    pub(super) const fn flaw(&self, record: usize, why: Why) -> Flaw {
        Flaw { record, field: self.0, why }
    }

    fn allows(&self, c: char) -> bool {
        match self.2 {
            Figures => c.is_ascii_digit(),
            Branch => kana::is_permitted(c) && !matches!(c, '(' | ')' | '.'),
            Name => kana::is_permitted(c),
            Any => to_byte(c).is_some(),
            Filler => true,
        }
    }
}

/// The record of these values; fillers have the value "". Texts stand at the left, spaces
/// behind them; figures must be as many as the field is wide.
pub(super) fn put(record: usize, layout: &[Field], values: &[&str]) -> Result<Vec<u8>, Flaw> {
    let mut bytes = Vec::with_capacity(RECORD_BYTES);
    for (field, value) in layout.iter().zip(values) {
        let start = bytes.len();
        for (at, c) in value.chars().enumerate() {
            let byte = to_byte(c).filter(|_| field.allows(c));
            bytes.push(byte.ok_or(field.flaw(record, Why::Character { at: at + 1 }))?);
        }
        let length = bytes.len() - start;
        if length > field.1 {
            return Err(field.flaw(record, Why::TooLong));
        }
        if matches!(field.2, Figures) && length < field.1 {
            return Err(field.flaw(record, Why::Value));
        }
        bytes.resize(start + field.1, b' ');
    }
    Ok(bytes)
}

/// The values of a record of 120 bytes, texts without the spaces behind them.
pub(super) fn take(record: usize, layout: &[Field], bytes: &[u8]) -> Result<Vec<String>, Flaw> {
    let mut rest = bytes;
    let mut values = Vec::with_capacity(layout.len());
    for field in layout {
        let (here, after) = rest.split_at(field.1.min(rest.len()));
        rest = after;
        if matches!(field.2, Filler) {
            values.push(String::new());
            continue;
        }
        let mut value = String::with_capacity(here.len());
        for (at, byte) in here.iter().enumerate() {
            let c = to_char(*byte).filter(|c| field.allows(*c));
            value.push(c.ok_or(field.flaw(record, Why::Character { at: at + 1 }))?);
        }
        value.truncate(value.trim_end_matches(' ').len());
        values.push(value);
    }
    Ok(values)
}

/// The byte of JIS X 0201 for a character.
fn to_byte(c: char) -> Option<u8> {
    match c {
        ' '..='~' => u8::try_from(c).ok(),
        '｡'..='ﾟ' => u8::try_from(u32::from(c) - u32::from('｡') + 0xA1).ok(),
        _ => None,
    }
}

/// The character for a byte of JIS X 0201.
pub(super) fn to_char(byte: u8) -> Option<char> {
    match byte {
        b' '..=b'~' => Some(char::from(byte)),
        0xA1..=0xDF => char::from_u32(u32::from(byte) - 0xA1 + u32::from('｡')),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_record_has_120_bytes() {
        for layout in [&HEADER[..], &ENTRY, &TRAILER, &END] {
            assert_eq!(layout.iter().map(|field| field.1).sum::<usize>(), RECORD_BYTES);
        }
    }
}
