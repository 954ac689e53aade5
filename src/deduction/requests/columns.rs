//! The columns of each list.

use super::line::Requested;
use super::{employer, words};
use crate::web::sheet::{Cell, Column};

type Of = Column<Requested>;

const fn column(head: &'static str, width: u16, cell: fn(&Requested) -> Cell) -> Of {
    Column { head, width, cell, summed: false }
}

/// A column of yen that is summed.
const fn yen(head: &'static str, cell: fn(&Requested) -> Cell) -> Of {
    Column { head, width: 11, cell, summed: true }
}

const NO: Of = column("No", 6, |of| Cell::Count(of.line.line_no));
const NUMBER: Of = column("職員番号", 10, |of| Cell::text(&*of.line.employee_no));
const KANA: Of = column("カナ氏名", 18, |of| Cell::text(&*of.line.kana_name));
const KANJI: Of = column("氏名", 12, |of| Cell::text(&*of.line.kanji_name));
const WORKPLACE: Of = column("職場", 14, |of| Cell::text(&*of.line.workplace));
const BOOK: Of = column("種別", 10, |of| Cell::text(of.line.book.ja()));
const LABEL: Of = column("種目", 12, |of| Cell::text(&*of.line.label));
const ACCOUNT_NO: Of = column("口座番号", 9, |of| Cell::text(&*of.line.account_no));
const AMOUNT: Of = yen("依頼額", |of| Cell::Yen(of.line.requested()));
const ITEM_AMOUNT: Of = yen("控除金額", |of| Cell::Yen(of.line.amount));
const MOVEMENT: Of = column("異動", 6, |of| Cell::text(words::movement(of.line.movement)));
const BEFORE: Of =
    column("前回依頼額", 11, |of| of.line.amount_before.map_or(Cell::Blank, Cell::Yen));
const ERROR: Of = column("エラー内容", 20, |of| {
    of.line.error_code.as_deref().map_or(Cell::Blank, |code| Cell::text(words::error(code)))
});
const DEDUCTED: Of = yen("控除額", |of| match of.line.deducted {
    Some(true) => Cell::Yen(of.line.amount),
    _ => Cell::Yen(0),
});
const RESULT: Of = column("結果", 9, |of| Cell::text(words::result(of.line.deducted)));
const REASON: Of = column("控除不能の理由", 18, |of| Cell::text(&*of.line.reason));
const STOPPED: Of =
    column("入金中止", 9, |of| if of.line.stopped { Cell::text("中止") } else { Cell::Blank });
const REPORTED: Of =
    column("カナ氏名（企業の結果）", 20, |of| Cell::text(&*of.line.kana_reported));
const OURS: Of = column("カナ氏名（登録）", 20, |of| Cell::text(&*of.line.kana_name));

/// 控除依頼リスト.
pub(super) const REQUESTS: &[Of] = &[NO, NUMBER, KANA, KANJI, WORKPLACE, LABEL, ACCOUNT_NO, AMOUNT];
/// 異動分リスト and 窓口扱い.
pub(super) const MOVED: &[Of] =
    &[NO, NUMBER, KANA, KANJI, LABEL, ACCOUNT_NO, MOVEMENT, BEFORE, AMOUNT];
/// 控除依頼明細エラーリスト.
pub(super) const ERRORS: &[Of] = &[NO, NUMBER, KANA, KANJI, LABEL, ACCOUNT_NO, ITEM_AMOUNT, ERROR];
/// 控除結果リスト.
pub(super) const RESULTS: &[Of] =
    &[NO, NUMBER, KANA, KANJI, LABEL, ACCOUNT_NO, AMOUNT, DEDUCTED, RESULT, REASON, STOPPED];
/// 控除不能リスト.
pub(super) const UNABLE: &[Of] = &[NO, NUMBER, KANA, KANJI, LABEL, ACCOUNT_NO, AMOUNT, REASON];
/// カナ氏名不一致リスト: both names side by side.
pub(super) const DIFFERS: &[Of] = &[NO, NUMBER, KANJI, OURS, REPORTED, LABEL, AMOUNT, RESULT];

/// The same of 賃控元帳, whose items have no account.
pub(super) const LEDGER_REQUESTS: &[Of] = &[NO, NUMBER, KANA, KANJI, WORKPLACE, LABEL, AMOUNT];
pub(super) const LEDGER_ERRORS: &[Of] = &[NO, NUMBER, KANA, KANJI, LABEL, ITEM_AMOUNT, ERROR];
pub(super) const LEDGER_RESULTS: &[Of] =
    &[NO, NUMBER, KANA, KANJI, LABEL, AMOUNT, DEDUCTED, RESULT, REASON];
pub(super) const LEDGER_UNABLE: &[Of] = &[NO, NUMBER, KANA, KANJI, LABEL, AMOUNT, REASON];
/// 労金控除賃控元帳依頼リスト.
pub(super) const COMBINED: &[Of] =
    &[NO, NUMBER, KANA, KANJI, WORKPLACE, BOOK, LABEL, ACCOUNT_NO, AMOUNT];

const MONTH: Of = column(employer::MONTH, 11, |of| Cell::Month(of.period.deduct_ym.clone()));
const KIND: Of = column(employer::KIND, 11, |of| Cell::text(of.period.kind.ja()));
const LINE_NO: Of = column(employer::LINE_NO, 9, |of| Cell::Count(of.line.line_no));
const EMPLOYER_NUMBER: Of = Column { head: employer::NUMBER, ..NUMBER };
const EMPLOYER_KANA: Of = Column { head: employer::KANA, ..KANA };
const EMPLOYER_KANJI: Of = Column { head: employer::KANJI, ..KANJI };
const EMPLOYER_BOOK: Of = Column { head: employer::BOOK, ..BOOK };
const EMPLOYER_LABEL: Of = Column { head: employer::LABEL, ..LABEL };
const EMPLOYER_AMOUNT: Of = Column { head: employer::AMOUNT, ..AMOUNT };

/// 企業宛控除依頼書（全件）: the last two are for the employer to fill in.
pub(super) const EMPLOYER: &[Of] = &[
    MONTH,
    KIND,
    LINE_NO,
    EMPLOYER_NUMBER,
    EMPLOYER_KANA,
    EMPLOYER_KANJI,
    EMPLOYER_BOOK,
    EMPLOYER_LABEL,
    EMPLOYER_AMOUNT,
    column(employer::DEDUCTED, 11, |_| Cell::Blank),
    column(employer::RESULT, 10, |_| Cell::Blank),
];
/// 企業宛控除依頼書（異動分）.
pub(super) const EMPLOYER_MOVED: &[Of] = &[
    MONTH,
    KIND,
    LINE_NO,
    EMPLOYER_NUMBER,
    EMPLOYER_KANA,
    EMPLOYER_KANJI,
    EMPLOYER_BOOK,
    EMPLOYER_LABEL,
    MOVEMENT,
    BEFORE,
    EMPLOYER_AMOUNT,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_employer_s_file_has_the_columns_that_the_import_reads() {
        // R004-122, R004-123
        let heads: Vec<_> = EMPLOYER.iter().map(|column| column.head).collect();
        assert_eq!(heads, employer::COLUMNS);
    }

    #[test]
    fn lists_of_one_book_fit_on_an_upright_page() {
        for columns in [REQUESTS, MOVED, ERRORS, UNABLE, DIFFERS, LEDGER_REQUESTS, LEDGER_UNABLE] {
            let width: u16 = columns.iter().map(|column| column.width).sum();
            assert!(width <= 100, "{width}");
        }
    }
}
