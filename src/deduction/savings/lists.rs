//! 一斉積立内訳明細表 and 一斉積立変更明細表: what stands in them (R004-142 to R004-144).

use super::{Line, Saving, words};
use crate::deduction::received::{Filter, Listing, Part, Source, movement_ja};
use crate::deduction::rules::Movement;
use crate::web::sheet::{Cell, Column};

/// A list of a reception.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum List {
    /// 一斉積立内訳明細表.
    Details,
    /// 一斉積立変更明細表.
    Changes,
}

impl List {
    /// Both, in the order of the page.
    pub const ALL: [Self; 2] = [Self::Details, Self::Changes];

    /// The list that `word` of an address names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.path().ends_with(&format!("/{word}")))
    }

    /// Where it is shown.
    #[must_use]
    pub const fn path(self) -> &'static str {
        match self {
            Self::Details => "/deduction/savings/lists/details",
            Self::Changes => "/deduction/savings/lists/changes",
        }
    }

    /// Its title, and what it is.
    #[must_use]
    pub const fn title(self) -> (&'static str, &'static str) {
        match self {
            Self::Details => (words::DETAILS, words::DETAILS_TEXT),
            Self::Changes => (words::CHANGES, words::CHANGES_TEXT),
        }
    }

    /// Its lines and their sum, of a reception.
    #[must_use]
    pub const fn kept(self, saving: &Saving) -> (i64, i64) {
        match self {
            Self::Details => (saving.line_count, saving.amount),
            Self::Changes => (saving.changed_count, saving.changed_amount),
        }
    }

    /// The list of `saving`, of those lines that the filter finds.
    #[must_use]
    pub fn of(self, contract_no: &str, saving: &Saving, filter: Filter) -> Listing<Line> {
        let (columns, part, empty) = match self {
            Self::Details => (DETAILS, Part::Whole(saving.line_count), words::DETAILS_EMPTY),
            Self::Changes => (CHANGES, Part::Moved, words::CHANGES_EMPTY),
        };
        let source = source(contract_no, &saving.id);
        let (title, kept) = (self.title().0, self.kept(saving));
        Listing { title, empty, columns, source, part, filter, kept }
    }
}

/// Where the lines of a reception are.
pub(super) fn source(contract_no: &str, id: &str) -> Source {
    let (contract_no, id) = (contract_no.to_owned(), id.to_owned());
    Source { table: "bulk_saving_lines", owner: "saving_id", contract_no, id }
}

const DETAILS: &[Column<Line>] = &[
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    ACCOUNT_NO,
    AMOUNT,
    Column {
        head: "異動",
        width: 8,
        cell: |line| Cell::text(movement_ja(line.movement)),
        summed: false,
    },
];

const CHANGES: &[Column<Line>] = &[
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    ACCOUNT_NO,
    Column {
        head: "異動",
        width: 8,
        cell: |line| Cell::text(movement_ja(line.movement)),
        summed: false,
    },
    Column { head: "変更前積立額", width: 14, cell: before, summed: false },
    Column {
        head: "変更後積立額", width: 14, cell: |line| Cell::Yen(line.amount), summed: true
    },
];

const EMPLOYEE_NO: Column<Line> = Column {
    head: "職員番号",
    width: 12,
    cell: |line| Cell::text(&*line.employee_no),
    summed: false,
};
const KANA_NAME: Column<Line> = Column {
    head: "カナ氏名",
    width: 26,
    cell: |line| Cell::text(&*line.kana_name),
    summed: false,
};
const KANJI_NAME: Column<Line> =
    Column { head: "氏名", width: 20, cell: |line| Cell::text(&*line.kanji_name), summed: false };
const ACCOUNT_NO: Column<Line> = Column {
    head: "口座番号",
    width: 12,
    cell: |line| Cell::text(&*line.account_no),
    summed: false,
};
const AMOUNT: Column<Line> =
    Column { head: "積立額", width: 14, cell: |line| Cell::Yen(line.amount), summed: true };

/// A new line had nothing before.
fn before(line: &Line) -> Cell {
    match line.movement {
        Movement::New => Cell::Blank,
        _ => line.amount_before.map_or(Cell::Blank, Cell::Yen),
    }
}
