//! A file to values.

use super::layout::{END, ENTRY, Field, HEADER, TRAILER, take, to_char};
use super::{Account, AccountKind, Entry, File, Flaw, Header, Kind, NewCode, Outcome, Why};
use super::{RECORD_BYTES, Trailer};
use crate::base::Day;

/// The byte that ends files of old systems.
const END_OF_FILE: u8 = 0x1A;
/// 「1」 in EBCDIC, with which a header would begin.
const EBCDIC_ONE: u8 = 0xF1;

/// Reads a file whose records stand one behind the other or each on its line (CR LF, LF, CR).
///
/// # Errors
/// What is wrong with the records' lengths and order, alone; else the first flaw of each
/// record; else the trailer's figures that are not those of the entries. Never empty.
pub fn parse(bytes: &[u8], kind: Kind) -> Result<File, Vec<Flaw>> {
    let records = split(bytes);
    in_order(&records).map_err(|flaw| vec![flaw])?;
    let mut flaws = Vec::new();
    let mut keep = |flaw| flaws.push(flaw);
    let header = header(records[0]).map_err(&mut keep).ok();
    let (entries, tail) = records[1..].split_at(records.len() - 3);
    let entry = |(at, bytes): (usize, &&[u8])| entry(at + 2, bytes, kind);
    let entries: Vec<Entry> =
        entries.iter().enumerate().filter_map(|one| entry(one).map_err(&mut keep).ok()).collect();
    let at = records.len() - 1;
    let trailer = trailer(at, tail[0]).map_err(&mut keep).ok();
    take(at + 1, &END, tail[1]).map_err(&mut keep).ok();
    match (header, trailer) {
        (Some(header), Some(trailer)) if flaws.is_empty() => {
            let wrong = wrong_totals(at, &trailer, &Trailer::of(&entries));
            if wrong.is_empty() { Ok(File { header, entries, trailer }) } else { Err(wrong) }
        }
        _ => Err(flaws),
    }
}

/// The records, however they are parted.
fn split(bytes: &[u8]) -> Vec<&[u8]> {
    let bytes = bytes.strip_suffix(&[END_OF_FILE]).unwrap_or(bytes);
    if !bytes.iter().any(|b| matches!(b, b'\r' | b'\n')) {
        return bytes.chunks(RECORD_BYTES).collect();
    }
    let mut records = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let end = rest.iter().position(|b| matches!(b, b'\r' | b'\n')).unwrap_or(rest.len());
        let (record, after) = rest.split_at(end);
        records.push(record);
        let ended = after.strip_prefix(b"\r\n");
        rest = ended.unwrap_or_else(|| after.get(1..).unwrap_or_default());
    }
    records
}

/// Whether the records are a header, entries, a trailer and an end, each of 120 bytes.
fn in_order(records: &[&[u8]]) -> Result<(), Flaw> {
    let Some(first) = records.first() else { return Err(Flaw::of_record(1, Why::Empty)) };
    if first.first() == Some(&EBCDIC_ONE) {
        return Err(Flaw::of_record(1, Why::Ebcdic));
    }
    let mut wanted = "1";
    for (at, record) in records.iter().enumerate() {
        if record.len() != RECORD_BYTES {
            return Err(Flaw::of_record(at + 1, Why::Length { found: record.len() }));
        }
        let found = record.first().copied();
        wanted = match (wanted, found) {
            ("1", Some(b'1')) | ("2 or 8", Some(b'2')) => "2 or 8",
            ("2 or 8", Some(b'8')) => "9",
            ("9", Some(b'9')) => "nothing",
            _ => {
                let found = found.map(|byte| to_char(byte).unwrap_or('\u{FFFD}'));
                return Err(Flaw::of_record(at + 1, Why::Order { found, wanted }));
            }
        };
        if at == 0 && record[3] == b'1' {
            return Err(HEADER[2].flaw(1, Why::Ebcdic));
        }
    }
    match wanted {
        "nothing" => Ok(()),
        _ => Err(Flaw::of_record(records.len() + 1, Why::Order { found: None, wanted })),
    }
}

fn header(bytes: &[u8]) -> Result<Header, Flaw> {
    let values = Values { record: 1, layout: &HEADER, texts: take(1, &HEADER, bytes)? };
    if values.text(1) != "91" {
        return Err(values.wrong(1));
    }
    if values.text(2) != "0" {
        return Err(values.wrong(2));
    }
    if !is_mmdd(values.text(5)) {
        return Err(values.wrong(5));
    }
    let account = values.account([6, 7, 8, 9, 10, 11])?;
    if account.kind == AccountKind::Tax {
        return Err(values.wrong(10));
    }
    Ok(Header {
        consignor_code: values.text(3).to_owned(),
        consignor_kana: values.text(4).to_owned(),
        deduct_mmdd: values.text(5).to_owned(),
        account,
    })
}

fn entry(record: usize, bytes: &[u8], kind: Kind) -> Result<Entry, Flaw> {
    let values = Values { record, layout: &ENTRY, texts: take(record, &ENTRY, bytes)? };
    if values.text(8).trim().is_empty() {
        return Err(values.wrong(8));
    }
    let outcome = values.code(12, Outcome::parse)?;
    let result = match kind {
        Kind::Result => Some(outcome),
        Kind::Request if outcome == Outcome::Done => None,
        Kind::Request => return Err(values.wrong(12)),
    };
    Ok(Entry {
        account: values.account([1, 2, 3, 4, 6, 7])?,
        holder_kana: values.text(8).to_owned(),
        amount: values.number(9)?,
        new_code: values.code(10, NewCode::parse)?,
        customer_no: values.text(11).to_owned(),
        result,
    })
}

fn trailer(record: usize, bytes: &[u8]) -> Result<Trailer, Flaw> {
    let values = Values { record, layout: &TRAILER, texts: take(record, &TRAILER, bytes)? };
    Ok(Trailer {
        count: values.number(1)?,
        amount: values.number(2)?,
        done_count: values.number(3)?,
        done_amount: values.number(4)?,
        unable_count: values.number(5)?,
        unable_amount: values.number(6)?,
    })
}

fn wrong_totals(record: usize, says: &Trailer, counted: &Trailer) -> Vec<Flaw> {
    let pairs = says.values().into_iter().zip(counted.values());
    let pairs = TRAILER[1..].iter().zip(pairs).filter(|(_, (says, counted))| says != counted);
    pairs.map(|(field, (says, counted))| field.flaw(record, Why::Total { says, counted })).collect()
}

/// Whether `text` is a month and a day that some year has.
pub(super) fn is_mmdd(text: &str) -> bool {
    let part = |from: usize| text.get(from..from + 2).and_then(|part| part.parse().ok());
    // A leap year, so that 29 February is a day.
    let day = part(0).zip(part(2)).and_then(|(month, day)| Day::new(2000, month, day));
    text.len() == 4 && day.is_some()
}

/// The values of one record.
struct Values<'a> {
    record: usize,
    layout: &'a [Field],
    texts: Vec<String>,
}

impl Values<'_> {
    fn text(&self, at: usize) -> &str {
        self.texts.get(at).map_or("", String::as_str)
    }

    fn wrong(&self, at: usize) -> Flaw {
        self.layout[at].flaw(self.record, Why::Value)
    }

    fn number(&self, at: usize) -> Result<i64, Flaw> {
        self.text(at).parse().map_err(|_| self.wrong(at))
    }

    fn code<T>(&self, at: usize, parse: impl Fn(char) -> Option<T>) -> Result<T, Flaw> {
        self.text(at).chars().next().and_then(parse).ok_or_else(|| self.wrong(at))
    }

    /// The account whose fields stand at these places.
    fn account(&self, at: [usize; 6]) -> Result<Account, Flaw> {
        let text = |at: usize| self.text(at).to_owned();
        Ok(Account {
            bank_code: text(at[0]),
            bank_kana: text(at[1]),
            branch_code: text(at[2]),
            branch_kana: text(at[3]),
            kind: self.code(at[4], AccountKind::parse)?,
            number: text(at[5]),
        })
    }
}
