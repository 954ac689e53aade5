//! 賃控元帳明細データエクスポート and インポート (R004-138, R004-139): the ledger of a group as a
//! table that comes back as it went.
//!
//! `export`: the table, to the byte (no formula guard: it must round-trip). `rules`: what a
//! row of it wants of the ledger. `read`: the rows, staged. `apply`: all of them, in one
//! transaction. `preview`: what was staged, to look at.

pub(super) mod apply;
mod export;
mod import;
pub(super) mod preview;
pub(super) mod read;
pub mod rules;

pub use import::taken;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::web::menu::Entry;
use crate::web::menu::deduction::LEDGER;

/// The columns of the table, in this order.
pub const COLUMNS: [&str; 12] = [
    "明細番号",
    "職員番号",
    "カナ氏名",
    "氏名",
    "種目コード",
    "種目名",
    "月例",
    "夏季一時金",
    "年末一時金",
    "開始年月",
    "終了年月",
    "備考",
];

/// Where the table is asked for.
pub const EXPORT: &str = "/deduction/ledger/export";
/// Where it comes back.
pub const IMPORT: &str = "/deduction/ledger/import";

/// The pages.
pub fn router() -> Router<App> {
    Router::new()
        .route(EXPORT, get(export::show_export))
        .route("/deduction/ledger/export/file", get(export::download_table))
        .route(IMPORT, get(import::show_import).post(import::submit_import))
}

const MENU: &Entry = &LEDGER;

/// An item as it stands in the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stored {
    /// 明細番号.
    pub id: String,
    /// Counts its changes.
    pub version: i64,
    /// 解除.
    pub cancelled: bool,
    /// Whose it is.
    pub member: Member,
    /// 種目コード.
    pub type_code: String,
    /// 種目名.
    pub type_name: String,
    /// What is deducted when, and until when.
    pub terms: Terms,
}

/// 控除対象者.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Member {
    /// Our id.
    pub id: String,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名.
    pub kana: String,
    /// 氏名.
    pub kanji: String,
}

/// What may be changed of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// 月例, 夏季一時金, 年末一時金, in yen.
    pub amounts: [i64; 3],
    /// The first month, `YYYY-MM`.
    pub start_ym: String,
    /// The last month.
    pub end_ym: Option<String>,
    /// 備考, to the byte.
    pub note: String,
}

impl Stored {
    /// The row of the table.
    #[must_use]
    pub fn cells(&self) -> [String; 12] {
        let plain = |month: &str| month.replace('-', "");
        let [monthly, summer, winter] = self.terms.amounts.map(|yen| yen.to_string());
        [
            self.id.clone(),
            self.member.employee_no.clone(),
            self.member.kana.clone(),
            self.member.kanji.clone(),
            self.type_code.clone(),
            self.type_name.clone(),
            monthly,
            summer,
            winter,
            plain(&self.terms.start_ym),
            self.terms.end_ym.as_deref().map(plain).unwrap_or_default(),
            self.terms.note.clone(),
        ]
    }
}

impl crate::db::FromRow for Stored {
    fn from_row(row: &crate::db::Row) -> Result<Self, crate::db::Error> {
        Ok(Self {
            id: row.get("id")?,
            version: row.get("version")?,
            cancelled: row.get::<String>("state")? == "cancelled",
            member: Member {
                id: row.get("member_id")?,
                employee_no: row.get("employee_no")?,
                kana: row.get("kana_name")?,
                kanji: row.get("kanji_name")?,
            },
            type_code: row.get("type_code")?,
            type_name: row.get("type_name")?,
            terms: Terms {
                amounts: [
                    row.get("amount_monthly")?,
                    row.get("amount_summer")?,
                    row.get("amount_winter")?,
                ],
                start_ym: row.get("start_ym")?,
                end_ym: row.get("end_ym")?,
                note: row.get("note")?,
            },
        })
    }
}

/// Items with their members and types; `$1` contract, `$2` group. Ended ones are gone.
const STORED: &str = "SELECT i.id, i.version, i.state, i.member_id, i.employee_no, m.kana_name, \
     m.kanji_name, i.type_code, t.name AS type_name, i.amount_monthly, i.amount_summer, \
     i.amount_winter, i.start_ym, i.end_ym, i.note FROM ledger_items i \
     JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id \
     JOIN ledger_types t ON t.contract_no = i.contract_no AND t.code = i.type_code \
     WHERE i.contract_no = $1 AND i.group_no = $2 AND i.state <> 'ended'";
