//! Every list, defined once; each has its own address, by which jobs open it too.

use std::sync::Arc;

use super::columns;
use super::line::Requested;
use super::sheet::Opened;
use super::{employer, words};
use crate::db::Conn;
use crate::deduction::period::Period;
use crate::deduction::scope::Key;
use crate::deduction::sums::{Book, Sum, Sums};
use crate::identity::contracts;
use crate::identity::rights::Action;
use crate::web::sheet::{Column, Reading, Sheet, Totals};

/// Where the lists of 労金控除 are.
pub const ROKIN: &str = "/deduction/rokin/lists";
/// Where those of 賃控元帳 are.
pub const LEDGER: &str = "/deduction/ledger/lists";
/// Where those of both together are.
pub const COMBINED: &str = "/deduction/ledger/combined/lists";

/// A list's name in its folder to the list.
pub type Find = fn(&str) -> Option<&'static dyn Listed>;

/// What a list is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// What is there at the moment.
    Present,
    /// A period whose request is fixed.
    Request,
    /// A period whose results came.
    Results,
}

/// A list that the pages of lists show.
pub trait Listed: Send + Sync {
    /// Its address.
    fn path(&self) -> &'static str;

    /// The manual's title.
    fn title(&self) -> &'static str;

    /// What one must be allowed to.
    fn action(&self) -> Action;

    /// The address of the page from which it is chosen: one of the menu's.
    fn chooser(&self) -> &'static str;

    /// What it is of.
    fn of(&self) -> Of;

    /// The list of a group, of a period where it is of one, with the lines of one 職員番号
    /// where `number` is one.
    fn sheet(&self, key: Key<'_>, period: Option<&Arc<Period>>, number: &str) -> Arc<dyn Sheet>;

    /// What stands above it on paper besides group and period.
    fn facts<'a>(
        &'a self,
        _conn: &'a mut Conn,
        _key: Key<'a>,
        _period: Option<&'a Period>,
    ) -> Reading<'a, Vec<(String, String)>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// A list over the lines of a request.
pub struct List {
    pub(super) path: &'static str,
    pub(super) title: &'static str,
    /// On its card.
    pub(super) text: &'static str,
    /// `None`: both.
    pub(super) book: Option<Book>,
    pub(super) part: Part,
    pub(super) columns: &'static [Column<Requested>],
    pub(super) action: Action,
    chooser: &'static str,
    sums: fn(&Sums) -> Totals,
}

/// Which lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    Requested,
    Moved,
    Counter,
    Error,
    Answered,
    Unable,
    Differs,
}

impl Part {
    /// The condition, as the partial indexes of migration 0007 have it word for word.
    pub(super) const fn condition(self) -> &'static str {
        match self {
            Self::Requested => "amount > 0 AND error_code IS NULL",
            Self::Moved => "movement <> 'none'",
            Self::Counter => "at_counter AND movement <> 'none'",
            Self::Error => "error_code IS NOT NULL",
            Self::Answered => "result IS NOT NULL",
            Self::Unable => "result = 'unable'",
            Self::Differs => "kana_differs",
        }
    }
}

impl List {
    /// Number and sums of its lines, of what their books come to.
    pub(super) fn totals(&self, sums: &Sums) -> Totals {
        (self.sums)(sums)
    }

    /// Its books.
    pub(super) fn books(&self) -> &[Book] {
        match &self.book {
            Some(book) => std::slice::from_ref(book),
            None => &Book::ALL,
        }
    }

    /// Whether it is handed to the employer.
    fn is_document(&self) -> bool {
        self.path.starts_with(employer::PATH)
    }
}

impl Listed for List {
    fn path(&self) -> &'static str {
        self.path
    }

    fn title(&self) -> &'static str {
        self.title
    }

    fn action(&self) -> Action {
        self.action
    }

    fn chooser(&self) -> &'static str {
        self.chooser
    }

    fn of(&self) -> Of {
        match self.part {
            Part::Answered | Part::Unable | Part::Differs => Of::Results,
            _ => Of::Request,
        }
    }

    fn sheet(&self, key: Key<'_>, period: Option<&Arc<Period>>, number: &str) -> Arc<dyn Sheet> {
        match at(self.path).zip(period) {
            Some((list, period)) => Arc::new(Opened::new(list, key, period, number)),
            None => Arc::new(super::sheet::Nothing(self.title)),
        }
    }

    fn facts<'a>(
        &'a self,
        conn: &'a mut Conn,
        key: Key<'a>,
        period: Option<&'a Period>,
    ) -> Reading<'a, Vec<(String, String)>> {
        Box::pin(async move {
            let Some(period) = period.filter(|_| self.is_document()) else {
                return Ok(Vec::new());
            };
            let (name, value) = words::ADDRESS;
            let sender = contracts::find(conn, key.contract_no).await?;
            let sender = sender.map(|contract| contract.name).unwrap_or_default();
            let mut facts =
                vec![(name.to_owned(), value.to_owned()), (words::SENDER.to_owned(), sender)];
            facts.extend(employer::by_label(conn, key, &period.id, self).await?);
            Ok(facts)
        })
    }
}

/// The list at an address.
#[must_use]
pub fn at(path: &str) -> Option<&'static List> {
    LISTS.iter().find(|list| list.path == path)
}

/// The list called `name` in a folder: for [`lists`](super::lists).
#[must_use]
pub fn find(folder: &str, name: &str) -> Option<&'static dyn Listed> {
    let list = at(&format!("{folder}/{name}"))?;
    Some(list)
}

/// The list at `path` of a group's period, for whoever prints it beside the requests; `None`
/// where there is no such list.
#[must_use]
pub fn open(path: &str, key: Key<'_>, period: &Arc<Period>) -> Option<Arc<dyn Sheet>> {
    Some(at(path)?.sheet(key, Some(period), ""))
}

fn one(sum: Sum) -> Totals {
    Totals { count: sum.count, sums: vec![sum.amount] }
}

/// All that were answered; their amounts and what was deducted of them.
fn answered(sums: &Sums) -> Totals {
    let all = sums.ok + sums.unable;
    Totals { count: all.count, sums: vec![all.amount, sums.ok.amount] }
}

/// A list of 労金控除, without its card.
const fn list(
    (path, title): (&'static str, &'static str),
    (book, part): (Option<Book>, Part),
    columns: &'static [Column<Requested>],
    sums: fn(&Sums) -> Totals,
) -> List {
    List {
        path,
        title,
        text: "",
        book,
        part,
        columns,
        action: Action::RokinView,
        chooser: "",
        sums,
    }
}

const R: Option<Book> = Some(Book::Rokin);
const L: Option<Book> = Some(Book::Ledger);

/// All of them.
pub static LISTS: &[List] = &[
    // R004-120
    List {
        text: "依頼した控除明細の一覧です。",
        chooser: "/deduction/rokin/requests",
        ..list(
            ("/deduction/rokin/lists/requests", "控除依頼リスト"),
            (R, Part::Requested),
            columns::REQUESTS,
            |sums| one(sums.requested),
        )
    },
    List {
        text: "窓口で受け付けた、控除依頼の内容の変更です。",
        chooser: "/deduction/rokin/requests",
        ..list(
            ("/deduction/rokin/lists/counter", "窓口扱い控除依頼内容変更リスト"),
            (R, Part::Counter),
            columns::MOVED,
            |sums| one(sums.counter),
        )
    },
    List {
        text: "桁数の相違などのため、依頼できなかった控除明細です。明細の画面の「この方の職員番号・氏名・職場を直す」から直すと、次回から依頼されます。",
        chooser: "/deduction/rokin/requests",
        ..list(
            ("/deduction/rokin/lists/errors", "控除依頼明細エラーリスト"),
            (R, Part::Error),
            columns::ERRORS,
            |sums| one(sums.error),
        )
    },
    List {
        text: "前回の控除依頼から、新規・変更・解除のあった控除明細です。",
        chooser: "/deduction/rokin/requests",
        ..list(
            ("/deduction/rokin/lists/moved", "控除依頼異動分リスト"),
            (R, Part::Moved),
            columns::MOVED,
            |sums| one(sums.moved),
        )
    },
    // R004-122, R004-123; for those who may see 賃控元帳 too, and for the others.
    List {
        text: "お勤め先の企業に渡す、すべての控除依頼です。",
        chooser: "/deduction/rokin/employer",
        action: Action::RokinLedgerView,
        ..list(
            ("/deduction/rokin/lists/employer", "企業宛控除依頼書（全件）"),
            (None, Part::Requested),
            columns::EMPLOYER,
            |sums| one(sums.requested),
        )
    },
    List {
        text: "お勤め先の企業に渡す、労金控除の控除依頼です。",
        chooser: "/deduction/rokin/employer",
        ..list(
            ("/deduction/rokin/lists/employer-rokin", "企業宛控除依頼書（全件）"),
            (R, Part::Requested),
            columns::EMPLOYER,
            |sums| one(sums.requested),
        )
    },
    List {
        text: "前回から、新規・変更・解除のあった控除依頼だけです。",
        chooser: "/deduction/rokin/employer",
        action: Action::RokinLedgerView,
        ..list(
            ("/deduction/rokin/lists/employer-moved", "企業宛控除依頼書（異動分）"),
            (None, Part::Moved),
            columns::EMPLOYER_MOVED,
            |sums| one(sums.moved),
        )
    },
    List {
        text: "前回から、新規・変更・解除のあった労金控除の控除依頼だけです。",
        chooser: "/deduction/rokin/employer",
        ..list(
            ("/deduction/rokin/lists/employer-moved-rokin", "企業宛控除依頼書（異動分）"),
            (R, Part::Moved),
            columns::EMPLOYER_MOVED,
            |sums| one(sums.moved),
        )
    },
    // R004-127
    List {
        text: "企業から届いた、すべての控除の結果です。",
        chooser: "/deduction/rokin/results",
        ..list(
            ("/deduction/rokin/lists/results", "控除結果リスト"),
            (R, Part::Answered),
            columns::RESULTS,
            answered,
        )
    },
    List {
        text: "給与から控除できなかった明細です。",
        chooser: "/deduction/rokin/results",
        ..list(
            ("/deduction/rokin/lists/unable", "控除不能リスト"),
            (R, Part::Unable),
            columns::UNABLE,
            |sums| one(sums.unable),
        )
    },
    List {
        text: "登録されているカナ氏名と、企業の結果のカナ氏名が異なる明細です。登録が誤っているときは、明細の画面から直せます。",
        chooser: "/deduction/rokin/results",
        ..list(
            ("/deduction/rokin/lists/differs", "カナ氏名不一致リスト"),
            (R, Part::Differs),
            columns::DIFFERS,
            |sums| one(sums.differs),
        )
    },
    // R004-133
    List {
        text: "依頼した賃控元帳の明細の一覧です。",
        chooser: "/deduction/ledger/requests",
        action: Action::LedgerView,
        ..list(
            ("/deduction/ledger/lists/requests", "賃控元帳控除依頼リスト"),
            (L, Part::Requested),
            columns::LEDGER_REQUESTS,
            |sums| one(sums.requested),
        )
    },
    List {
        text: "カナ氏名や職員番号の桁数が企業との取り決めを超えるなどのため、依頼できなかった明細です。",
        chooser: "/deduction/ledger/requests",
        action: Action::LedgerView,
        ..list(
            (
                "/deduction/ledger/lists/request-errors",
                "賃控元帳控除依頼カナ氏名・職員番号桁数相違リスト",
            ),
            (L, Part::Error),
            columns::LEDGER_ERRORS,
            |sums| one(sums.error),
        )
    },
    // R004-135
    List {
        text: "企業から届いた、賃控元帳のすべての控除の結果です。",
        chooser: "/deduction/ledger/results",
        action: Action::LedgerView,
        ..list(
            ("/deduction/ledger/lists/results", "賃控元帳控除結果リスト"),
            (L, Part::Answered),
            columns::LEDGER_RESULTS,
            answered,
        )
    },
    List {
        text: "給与から控除できなかった賃控元帳の明細です。",
        chooser: "/deduction/ledger/results",
        action: Action::LedgerView,
        ..list(
            ("/deduction/ledger/lists/unable", "賃控元帳控除不能リスト"),
            (L, Part::Unable),
            columns::LEDGER_UNABLE,
            |sums| one(sums.unable),
        )
    },
    // R004-140
    List {
        text: "労金控除と賃控元帳を合わせた、すべての控除依頼です。",
        chooser: "/deduction/ledger/combined",
        action: Action::RokinLedgerView,
        ..list(
            ("/deduction/ledger/combined/lists/requests", "労金控除賃控元帳依頼リスト"),
            (None, Part::Requested),
            columns::COMBINED,
            |sums| one(sums.requested),
        )
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::menu::deduction;

    #[test]
    fn every_list_lies_in_a_folder_and_is_chosen_from_the_menu() {
        let entries = || deduction::ROKIN.under.iter().chain(deduction::LEDGER.under);
        for list in LISTS {
            assert!([ROKIN, LEDGER, COMBINED].iter().any(|folder| {
                list.path.strip_prefix(folder).is_some_and(|name| name.starts_with('/'))
            }));
            assert!(entries().any(|entry| entry.href == list.chooser), "{}", list.path);
            assert_eq!(LISTS.iter().filter(|other| other.path == list.path).count(), 1);
            let summed = list.columns.iter().filter(|column| column.summed).count();
            assert_eq!(list.totals(&Sums::default()).sums.len(), summed, "{}", list.title);
        }
    }
}
