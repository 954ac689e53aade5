//! Values to a file.

use super::layout::{END, ENTRY, HEADER, TRAILER, put};
use super::{Account, AccountKind, Entry, Flaw, Header, Kind, LineEnd, Outcome, Trailer, Why};

/// The file: header, entries, the trailer with their sums, end.
///
/// # Errors
/// The first value that its field cannot hold: names must be half-width already
/// (`base::kana::half_width`), figures complete. A request's entries have no result, a
/// result's all have one.
pub fn write(
    kind: Kind,
    header: &Header,
    entries: &[Entry],
    line_end: LineEnd,
) -> Result<Vec<u8>, Flaw> {
    let end: &[u8] = match line_end {
        LineEnd::None => b"",
        LineEnd::CrLf => b"\r\n",
        LineEnd::Lf => b"\n",
        LineEnd::Cr => b"\r",
    };
    let mut file = Vec::new();
    let mut add = |record: Vec<u8>| {
        file.extend(record);
        file.extend(end);
    };
    add(of_header(header)?);
    for (at, entry) in entries.iter().enumerate() {
        add(of_entry(at + 2, kind, entry)?);
    }
    add(of_trailer(entries.len() + 2, &Trailer::of(entries))?);
    add(put(entries.len() + 3, &END, &["9", ""])?);
    Ok(file)
}

fn of_header(header: &Header) -> Result<Vec<u8>, Flaw> {
    if header.account.kind == AccountKind::Tax {
        return Err(HEADER[10].flaw(1, Why::Value));
    }
    if !super::read::is_mmdd(&header.deduct_mmdd) {
        return Err(HEADER[5].flaw(1, Why::Value));
    }
    let Account { bank_code, bank_kana, branch_code, branch_kana, kind, number } = &header.account;
    let kind = kind.code().to_string();
    let values = [
        "1",
        "91",
        "0",
        &header.consignor_code,
        &header.consignor_kana,
        &header.deduct_mmdd,
        bank_code,
        bank_kana,
        branch_code,
        branch_kana,
        &kind,
        number,
        "",
    ];
    put(1, &HEADER, &values)
}

fn of_entry(record: usize, kind: Kind, entry: &Entry) -> Result<Vec<u8>, Flaw> {
    if entry.holder_kana.trim().is_empty() {
        return Err(ENTRY[8].flaw(record, Why::Value));
    }
    if (kind == Kind::Request) != entry.result.is_none() {
        return Err(ENTRY[12].flaw(record, Why::Value));
    }
    let Account { bank_code, bank_kana, branch_code, branch_kana, kind, number } = &entry.account;
    let kind = kind.code().to_string();
    let amount = format!("{:010}", entry.amount);
    let new_code = entry.new_code.code().to_string();
    let result = entry.result.unwrap_or(Outcome::Done).code().to_string();
    let values = [
        "2",
        bank_code,
        bank_kana,
        branch_code,
        branch_kana,
        "",
        &kind,
        number,
        &entry.holder_kana,
        &amount,
        &new_code,
        &entry.customer_no,
        &result,
        "",
    ];
    put(record, &ENTRY, &values)
}

fn of_trailer(record: usize, trailer: &Trailer) -> Result<Vec<u8>, Flaw> {
    let figures = trailer.values();
    // Counts and amounts in turn.
    let write = |(at, figure): (usize, &i64)| {
        let width = if at % 2 == 0 { 6 } else { 12 };
        format!("{figure:0width$}")
    };
    let figures: Vec<String> = figures.iter().enumerate().map(write).collect();
    let mut values = vec!["8"];
    values.extend(figures.iter().map(String::as_str));
    values.push("");
    put(record, &TRAILER, &values)
}
