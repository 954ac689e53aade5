//! A table that came as a file: its text, its head, and what cannot be read of it.

use crate::app::App;
use crate::base::csv::{Flaw, Records, Unreadable, records};
use crate::base::encoding::{self, Encoding, Undecodable};
use crate::base::money::group;

/// A row that cannot be taken. The head is row 1; `column` is empty for the row as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The row of the table.
    pub row: i64,
    /// The column's name.
    pub column: String,
    /// What is wrong, and what to do.
    pub reason: String,
}

impl Refused {
    /// The cell of `row` under `column`.
    pub fn at(row: i64, column: &str, reason: impl Into<String>) -> Self {
        Self { row, column: column.to_owned(), reason: reason.into() }
    }
}

/// The text of a file, and the encoding that it came in.
pub async fn text(app: &App, bytes: Vec<u8>) -> Result<(String, Encoding), Refused> {
    let decode =
        move || encoding::decode(&bytes).map(|(text, encoding)| (text.into_owned(), encoding));
    match app.tasks.blocking(decode).await {
        Some(Ok(read)) => Ok(read),
        Some(Err(Undecodable { line, .. })) => Err(Refused::at(
            i64::try_from(line).unwrap_or(i64::MAX),
            "",
            format!(
                "ファイルの{line}行目に、読み取れない文字があります。UTF-8かシフトJISのCSV形式で保存し直してください。"
            ),
        )),
        None => {
            Err(Refused::at(1, "", "ファイルを読み取れません。CSV形式で保存し直してください。"))
        }
    }
}

/// How many rows `text` has, its head included.
pub fn count(text: &str) -> i64 {
    i64::try_from(records(text).count()).unwrap_or(i64::MAX)
}

/// The rows below the head, which must be `heads`.
pub fn below<'t>(text: &'t str, heads: &[&str]) -> Result<Records<'t>, Refused> {
    let mut rows = records(text);
    let found = match rows.next() {
        None => return Err(Refused::at(1, "", "ファイルに何も書かれていません。")),
        Some(Err(unreadable)) => return Err(unreadable_at(1, unreadable)),
        Some(Ok(found)) => found.cells,
    };
    for (at, head) in heads.iter().enumerate() {
        let cell = found.get(at).map_or("", |cell| cell.trim());
        if cell != *head {
            let there = if cell.is_empty() {
                "ありません".to_owned()
            } else {
                format!("「{cell}」です")
            };
            return Err(Refused::at(
                1,
                head,
                format!(
                    "1行目の{}列目の見出しは「{head}」でなければなりませんが、{there}。見出しと列の順番は変えないでください。",
                    at + 1
                ),
            ));
        }
    }
    if found.len() > heads.len() {
        let reason = format!("列が{}あります。{}列にしてください。", found.len(), heads.len());
        return Err(Refused::at(1, "", reason));
    }
    Ok(rows)
}

/// The refusal of a row that is no row.
pub fn unreadable_at(row: i64, Unreadable { line, flaw }: Unreadable) -> Refused {
    let reason = match flaw {
        Flaw::Unclosed { column } => format!(
            "ファイルの{line}行目の{column}列目で始まる引用符「\"」が閉じられていません。ここから後は読み取れません。"
        ),
        Flaw::StrayQuote { column } => format!(
            "ファイルの{line}行目の{column}列目に、置けない場所の引用符「\"」があります。ここから後は読み取れません。"
        ),
        Flaw::Cells { found, wanted } => format!("列の数が{found}です。{wanted}列にしてください。"),
    };
    Refused { row, column: String::new(), reason }
}

/// The largest amount, in yen.
pub const MOST_YEN: i64 = 9_999_999;

/// An amount: plain digits, or with the commas that spreadsheets put.
pub fn yen(cell: &str) -> Result<i64, String> {
    let wrong = || "0～9,999,999の半角の数字で入力してください。".to_owned();
    let cell = cell.trim();
    let digits = cell.replace(',', "");
    if digits.is_empty() || digits.len() > 12 || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    let amount: i64 = digits.parse().map_err(|_| wrong())?;
    if amount > MOST_YEN || cell.contains(',') && cell != group(amount) {
        return Err(wrong());
    }
    Ok(amount)
}

/// A month as `YYYY-MM`: from `202611`, `2026-11`, `2026/11`, `2026/11/1` or `2026年11月`.
pub fn month(cell: &str) -> Result<String, String> {
    let wrong = || "年月は202611のように、西暦と月の6桁の数字で入力してください。".to_owned();
    let cell = cell.trim().trim_end_matches('月');
    let parts: Vec<&str> = cell.split(['-', '/', '年']).collect();
    let (year, month) = match parts[..] {
        [whole] if whole.len() == 6 && whole.is_ascii() => whole.split_at(4),
        [year, month] | [year, month, "1" | "01"] => (year, month),
        _ => return Err(wrong()),
    };
    let number = |digits: &str| {
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse::<u32>().ok()).flatten()
    };
    match (number(year), number(month)) {
        (Some(year @ 1900..=2999), Some(month @ 1..=12)) => Ok(format!("{year:04}-{month:02}")),
        _ => Err(wrong()),
    }
}

/// Whether a spreadsheet that opened `stored` may have saved it as `cell`: the same but for
/// zeros at the beginning of a number.
pub fn same_number(stored: &str, cell: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    stored == cell
        || is_number(stored)
            && is_number(cell)
            && stored.trim_start_matches('0') == cell.trim_start_matches('0')
}

/// Whether a file may have brought `stored` as `cell`: the same but for characters in whose
/// place Windows has others of the same look (〜 and ～), whoever wrote the file.
pub fn same_text(stored: &str, cell: &str) -> bool {
    let kept = |text| Encoding::Cp932.kept(text);
    stored == cell || kept(stored) == kept(cell)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_as_people_and_spreadsheets_write_them() {
        for (cell, read) in
            [("0", 0), ("5000", 5_000), ("5,000", 5_000), (" 12 ", 12), ("9999999", MOST_YEN)]
        {
            assert_eq!(yen(cell), Ok(read), "{cell}");
        }
        for cell in ["", "-1", "5,00", "1.5", "１２", "10000000", "5000円", "1e3", "99999999999999"]
        {
            assert!(yen(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn months_are_read_as_people_and_spreadsheets_write_them() {
        for cell in ["202611", "2026-11", "2026/11", "2026/11/1", "2026年11月"] {
            assert_eq!(month(cell).as_deref(), Ok("2026-11"), "{cell}");
        }
        for cell in ["", "202613", "202600", "26-11", "Nov-26", "2026/11/2", "20261", "＋"] {
            assert!(month(cell).is_err(), "{cell}");
        }
    }

    #[test]
    fn a_number_without_its_zeros_is_the_same() {
        assert!(same_number("00012", "12") && same_number("12", "12") && same_number("A1", "A1"));
        assert!(!same_number("00012", "120") && !same_number("A01", "A1"));
        assert!(!same_number("12", ""));
    }

    // RX-10
    #[test]
    fn a_name_with_characters_of_the_same_look_is_the_same() {
        assert!(same_text("会費〜3月", "会費～3月") && same_text("a—b", "a―b"));
        assert!(!same_text("会費〜3月", "会費-3月"));
    }

    #[test]
    fn the_head_must_be_ours() {
        assert!(below("a,b\r\n1,2\r\n", &["a", "b"]).is_ok());
        for text in ["", "b,a\r\n", "a\r\n", "a,b,c\r\n", "a,\"b"] {
            assert_eq!(below(text, &["a", "b"]).map(drop).map_err(|wrong| wrong.row), Err(1));
        }
    }
}
