//! Labels and sentences of 賃控元帳明細.

use crate::deduction::items::Op;
pub use crate::deduction::items::form::{
    AMOUNT_RULE, EMPLOYEE_NO, KANA, KANJI, MONTHLY, SUMMER, WINTER, WORKPLACE,
};
pub use crate::deduction::items::search::STATE;

/// The list.
pub const TITLE: &str = "賃控元帳明細照会";
/// A new one.
pub const NEW: &str = "賃控元帳明細新規登録";
/// One that exists.
pub const ONE: &str = "賃控元帳明細の詳細";
/// The page that asks before it cancels.
pub const CANCEL: &str = "賃控元帳明細の解除";

pub const TYPE: &str = "種目";
pub const START: &str = "開始年月";
pub const END: &str = "終了年月";
pub const NOTE: &str = "備考";

pub const NONE: &str = "賃控元帳の明細はまだありません。『新規登録』から追加できます。";
pub const NONE_TO_SEE: &str = "賃控元帳の明細はまだありません。";
pub const NONE_FOUND: &str = "条件に合う明細はありません。条件を変えて、もう一度検索してください。";
pub const TO_LIST: &str = "明細の一覧へ";
pub const NO_TYPES: &str =
    "登録に使える種目がありません。先に、賃控元帳種目情報照会で種目を登録してください。";
pub const CHOOSE_TYPE: &str = "種目を選んでください。";
pub const STOPPED: &str =
    "この種目は停止しているため、登録できません。ほかの種目を選んでください。";
pub const LEFT: &str = "この職員番号の方は退職しています。";
pub const THERE: &str =
    "この方には、同じ種目の明細がすでに登録されています。登録済みの明細を変更してください。";
pub const LIST_PAPER: &str = "賃控元帳明細一覧";
pub const ENDS_FIRST: &str = "終了年月は、開始年月と同じか、あとの年月にしてください。";
pub const LONG_NOTE: &str = "200文字以内で入力してください。";
pub const ODD_NOTE: &str = "使えない文字が含まれています。";

/// A month that lies before what is still open.
pub fn too_early(month_ja: &str) -> String {
    format!("{month_ja}か、それよりあとの年月にしてください。")
}

/// What an audit row calls a change.
#[must_use]
pub const fn audited(op: Op) -> (&'static str, &'static str) {
    match op {
        Op::Add => ("ledger-add", NEW),
        Op::Change => ("ledger-change", ONE),
        Op::Cancel => ("ledger-cancel", CANCEL),
        Op::Restore => ("ledger-restore", ONE),
    }
}
