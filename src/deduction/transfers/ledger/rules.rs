//! What a row of the table wants of the ledger. Pure.

use std::borrow::Cow;

use super::{COLUMNS, Member, Stored, Terms};
use crate::base::date::month_ja;
use crate::base::encoding::Encoding;
use crate::deduction::transfers::table::{month, same_number, same_text, yen};

/// The longest 備考, in characters.
const LONGEST_NOTE: usize = 200;

/// A row as it was typed: the cells of [`COLUMNS`].
pub type Cells<'a> = [Cow<'a, str>];

/// What is wrong: the column's name, and the sentence.
pub type Wrong = (&'static str, String);

/// A type that a new item may be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Type {
    /// 種目コード.
    pub code: String,
    /// 種目名.
    pub name: String,
    /// The first month, `YYYY-MM`.
    pub used_from: String,
    /// Whether it is in use.
    pub active: bool,
}

/// What a row does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Nothing: it is as it was.
    Same,
    /// The item gets these terms.
    Change(Terms),
}

/// What a row wants of the item that its 明細番号 names; `open`: the 控除年月 that is entered
/// for; `encoding`: of the file, which decides what it can hold of a 備考.
///
/// # Errors
/// The first column that cannot be taken.
pub fn of_item(
    cells: &Cells<'_>,
    stored: &Stored,
    open: &str,
    encoding: Encoding,
) -> Result<Wish, Wrong> {
    let member = &stored.member;
    let as_stored = "ファイルを取り出したときから変えないでください。";
    let is = |at: usize, same: bool, there: &str| {
        let reason = || format!("登録されている「{there}」と違います。{as_stored}");
        if same { Ok(()) } else { Err((COLUMNS[at], reason())) }
    };
    is(1, same_number(&member.employee_no, &cells[1]), &member.employee_no)?;
    is(2, same_text(&member.kana, &cells[2]), &member.kana)?;
    is(3, same_text(&member.kanji, &cells[3]), &member.kanji)?;
    is(4, same_number(&stored.type_code, &cells[4]), &stored.type_code)?;
    is(5, same_text(&stored.type_name, &cells[5]), &stored.type_name)?;
    if stored.cancelled {
        let reason =
            "この明細は解除されています。この行を削除するか、画面で解除を取り消してください。";
        return Err((COLUMNS[0], reason.to_owned()));
    }
    let terms = terms(cells, Some((&stored.terms, encoding)), (open, open))?;
    Ok(if terms == stored.terms { Wish::Same } else { Wish::Change(terms) })
}

/// The type that a cell names: exactly, or the only one that a spreadsheet may have saved so.
///
/// # Errors
/// Several that it may be.
pub fn type_of<'t>(types: &'t [Type], cell: &str) -> Result<Option<&'t Type>, Wrong> {
    if let Some(exact) = types.iter().find(|one| one.code == cell) {
        return Ok(Some(exact));
    }
    let mut alike = types.iter().filter(|one| same_number(&one.code, cell));
    match (alike.next(), alike.next()) {
        (Some(one), Some(other)) => {
            let reason = format!(
                "種目コード「{cell}」にあてはまる種目が2つ以上あります（{}、{}）。先頭の0が消えていないか確かめて、登録されているとおりに入力してください。",
                one.code, other.code
            );
            Err((COLUMNS[4], reason))
        }
        (found, _) => Ok(found),
    }
}

/// The terms of a new item (without 明細番号) of `member` and `of_type`.
///
/// # Errors
/// As [`of_item`]. Names may be left out; what stands there must be right.
pub fn of_new(
    cells: &Cells<'_>,
    (member, of_type): (Option<&Member>, Option<&Type>),
    taken: bool,
    open: &str,
) -> Result<Terms, Wrong> {
    let Some(member) = member else {
        let reason = format!(
            "職員番号「{}」の控除対象者は登録されていません。先頭の0が消えていないか確かめてください。",
            cells[1]
        );
        return Err((COLUMNS[1], reason));
    };
    for (at, there) in [(2, &member.kana), (3, &member.kanji)] {
        if !cells[at].is_empty() && !same_text(there, &cells[at]) {
            return Err((COLUMNS[at], format!("この職員番号の方は「{there}」です。")));
        }
    }
    let Some(of_type) = of_type else {
        return Err((COLUMNS[4], format!("種目コード「{}」は登録されていません。", cells[4])));
    };
    if !of_type.active {
        let reason = format!("種目「{}」は、いま使われていません。", of_type.name);
        return Err((COLUMNS[4], reason));
    }
    if !cells[5].is_empty() && !same_text(&of_type.name, &cells[5]) {
        let reason = format!("種目コード「{}」の種目名は「{}」です。", of_type.code, of_type.name);
        return Err((COLUMNS[5], reason));
    }
    if taken {
        let reason = format!(
            "この方には種目「{}」の明細がもうあります。変更するときは、エクスポートしたファイルの明細番号の行を使ってください。",
            of_type.name
        );
        return Err((COLUMNS[4], reason));
    }
    terms(cells, None, (open, open.max(&of_type.used_from)))
}

/// `stored`: of an item that is there, with the file's encoding; `first`: the earliest month in
/// which a new item may begin.
fn terms(
    cells: &Cells<'_>,
    stored: Option<(&Terms, Encoding)>,
    (open, first): (&str, &str),
) -> Result<Terms, Wrong> {
    let before = stored.map(|(terms, _)| terms);
    let amount = |at: usize| yen(&cells[at]).map_err(|reason| (COLUMNS[at], reason));
    let amounts = [amount(6)?, amount(7)?, amount(8)?];
    let start_ym = match cells[9].trim() {
        "" if before.is_none() => first.to_owned(),
        cell => month(cell).map_err(|reason| (COLUMNS[9], reason))?,
    };
    let stays = before.is_some_and(|terms| terms.start_ym == start_ym);
    if !stays && start_ym.as_str() < first {
        return Err((COLUMNS[9], format!("{}以降の年月にしてください。", month_ja(first))));
    }
    let end_ym = match cells[10].trim() {
        "" => None,
        cell => Some(month(cell).map_err(|reason| (COLUMNS[10], reason))?),
    };
    if let Some(end) = &end_ym {
        let stays = before.is_some_and(|terms| terms.end_ym.as_ref() == Some(end));
        if *end < start_ym {
            return Err((COLUMNS[10], "開始年月より前の年月にはできません。".to_owned()));
        }
        if !stays && end.as_str() < open {
            return Err((COLUMNS[10], format!("{}以降の年月にしてください。", month_ja(open))));
        }
    }
    Ok(Terms { amounts, start_ym, end_ym, note: note(&cells[11], stored)? })
}

fn note(cell: &str, stored: Option<(&Terms, Encoding)>) -> Result<String, Wrong> {
    // What the file's encoding made of it is not what somebody wrote.
    let kept = stored.filter(|(terms, encoding)| encoding.kept(&terms.note) == cell);
    if let Some((terms, _)) = kept {
        return Ok(terms.note.clone());
    }
    let length = cell.chars().count();
    if length > LONGEST_NOTE {
        let reason = format!("{LONGEST_NOTE}文字以内で入力してください（{length}文字あります）。");
        return Err((COLUMNS[11], reason));
    }
    if cell.chars().any(|c| c.is_control() && !matches!(c, '\r' | '\n' | '\t')) {
        return Err((COLUMNS[11], "使えない文字（制御文字）があります。".to_owned()));
    }
    Ok(cell.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored() -> Stored {
        Stored {
            id: "i1".into(),
            version: 3,
            cancelled: false,
            member: Member {
                id: "m1".into(),
                employee_no: "00012".into(),
                kana: "ﾀｶｻｷ ﾊﾅｺ".into(),
                kanji: "髙﨑　花子".into(),
            },
            type_code: "001".into(),
            type_name: "組合費".into(),
            terms: Terms {
                amounts: [1_500, 0, 3_000],
                start_ym: "2024-04".into(),
                end_ym: None,
                note: "\"a\",\r\nb".into(),
            },
        }
    }

    fn edited(stored: &Stored, edits: &[(usize, &str)]) -> Vec<Cow<'static, str>> {
        let mut cells = stored.cells().map(Cow::Owned).to_vec();
        for (at, cell) in edits {
            cells[*at] = Cow::Owned((*cell).to_owned());
        }
        cells
    }

    // R004-139
    #[test]
    fn what_was_not_edited_changes_nothing() {
        let item = stored();
        assert_eq!(of_item(&edited(&item, &[]), &item, "2026-12", Encoding::Utf8), Ok(Wish::Same));
        // As a spreadsheet saves it.
        let saved = [(1, "12"), (4, "1"), (6, "1,500"), (9, "2024/04")];
        assert_eq!(
            of_item(&edited(&item, &saved), &item, "2026-12", Encoding::Utf8),
            Ok(Wish::Same)
        );
    }

    // R004-138, RX-10
    #[test]
    fn what_cp932_has_in_another_s_place_stays_as_it_is_stored() {
        let mut item = stored();
        item.member.kanji = "山—田".into();
        item.terms.note = "4月〜3月 −1 ¥5 ‖".into();
        let kept = |encoding: Encoding| {
            let cells = item.cells().map(|cell| Cow::Owned(encoding.kept(&cell).into_owned()));
            cells.to_vec()
        };
        for encoding in Encoding::ALL {
            let read = of_item(&kept(encoding), &item, "2026-12", encoding);
            assert_eq!(read, Ok(Wish::Same), "{encoding:?}");
        }
        // In UTF-8 somebody wrote the other character.
        let read = of_item(&kept(Encoding::Cp932), &item, "2026-12", Encoding::Utf8);
        assert!(matches!(read, Ok(Wish::Change(_))), "{read:?}");
    }

    // R004-139
    #[test]
    fn a_type_is_the_one_that_is_named() {
        let of = |code: &str| Type {
            code: code.into(),
            name: format!("種目{code}"),
            used_from: "2020-04".into(),
            active: true,
        };
        let all = [of("01"), of("1"), of("002"), of("0007"), of("07")];
        let named = |cell: &str| {
            type_of(&all, cell).map(|one| one.map(|one| one.code.clone())).map_err(|wrong| wrong.0)
        };
        for (cell, code) in [("1", Some("1")), ("01", Some("01")), ("2", Some("002")), ("3", None)]
        {
            assert_eq!(named(cell), Ok(code.map(str::to_owned)), "{cell}");
        }
        assert_eq!(named("7"), Err("種目コード"));
        assert_eq!(named("001"), Err("種目コード"));
    }

    #[test]
    fn what_was_edited_is_all_that_changes() {
        let item = stored();
        let cells = edited(&item, &[(6, "1600"), (10, "202703"), (11, " x ")]);
        let terms = Terms {
            amounts: [1_600, 0, 3_000],
            end_ym: Some("2027-03".into()),
            note: " x ".into(),
            ..item.terms.clone()
        };
        assert_eq!(of_item(&cells, &item, "2026-12", Encoding::Utf8), Ok(Wish::Change(terms)));
    }

    #[test]
    fn a_wrong_person_never_gets_the_amount() {
        let item = stored();
        for (at, cell) in [
            (1, "00013"),
            (2, "ﾀｶｻｷ"),
            (3, "高崎　花子"),
            (4, "002"),
            (5, "会費"),
            (6, "-1"),
            (7, "10000000"),
            (8, ""),
            (9, ""),
            (9, "202403"),
            (10, "202403"),
            (10, "202611"),
            (11, "a\u{0}"),
        ] {
            let wrong = of_item(&edited(&item, &[(at, cell)]), &item, "2026-12", Encoding::Utf8);
            assert_eq!(wrong.map_err(|(column, _)| column), Err(COLUMNS[at]), "{cell}");
        }
        let gone = Stored { cancelled: true, ..item };
        assert!(of_item(&edited(&gone, &[]), &gone, "2026-12", Encoding::Utf8).is_err());
    }

    #[test]
    fn a_new_row_needs_a_member_a_type_and_room() {
        let item = stored();
        let of_type = Type {
            code: "001".into(),
            name: "組合費".into(),
            used_from: "2027-01".into(),
            active: true,
        };
        let cells = edited(&item, &[(0, ""), (2, ""), (5, ""), (9, "")]);
        let made = of_new(&cells, (Some(&item.member), Some(&of_type)), false, "2026-12");
        assert_eq!(made.map(|terms| terms.start_ym), Ok("2027-01".to_owned()));
        let idle = Type { active: false, ..of_type.clone() };
        for (who, what, taken, column) in [
            (None, Some(&of_type), false, 1),
            (Some(&item.member), None, false, 4),
            (Some(&item.member), Some(&idle), false, 4),
            (Some(&item.member), Some(&of_type), true, 4),
        ] {
            let wrong = of_new(&cells, (who, what), taken, "2026-12");
            assert_eq!(wrong.map_err(|(column, _)| column), Err(COLUMNS[column]));
        }
    }
}
