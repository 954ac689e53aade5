//! The sentences and labels of the pages of 労金控除明細.

use crate::deduction::items::Op;
pub use crate::deduction::items::form::{
    AMOUNT_RULE, EMPLOYEE_NO, KANA, KANJI, MONTHLY, SUMMER, WINTER, WORKPLACE,
};
pub use crate::deduction::items::search::{PRODUCT, STATE};

/// The titles of the pages.
pub const TITLE: &str = "労金控除明細照会";
pub const ITEM_TITLE: &str = "労金控除明細の詳細";
pub const NEW_TITLE: &str = "労金控除明細新規登録";
pub const CANCEL_TITLE: &str = "労金控除明細の解除";
pub const HISTORY_TITLE: &str = "労金控除明細更新履歴照会";
/// The titles on paper.
pub const LIST_PAPER: &str = "労金控除明細一覧";
pub const HISTORY_PAPER: &str = "労金控除明細更新履歴";

/// The field and column of the account.
pub const ACCOUNT_NO: &str = "口座番号";

/// No item at all.
pub const NONE: &str = "控除明細はまだありません。";
/// None that fits.
pub const NONE_FOUND: &str =
    "条件に合う控除明細はありません。条件を変えて、もう一度検索してください。";
/// The way on when an item is not there any more.
pub const TO_LIST: &str = "労金控除明細照会へ";

/// A member who has left.
pub const LEFT: &str = "退職した方です。登録できません。";
/// The rule of an account number.
pub const ACCOUNT_RULE: &str = "数字7桁";
/// What is wrong with another.
pub const ACCOUNT_WRONG: &str = "数字7桁で入力してください。";
/// A product that was not chosen.
pub const CHOOSE: &str = "選んでください。";

/// The member has another item of the kind.
pub const THERE: &str =
    "同じ種目・口座番号の明細が、ほかに登録されています。解除を取り消すことはできません。";
/// The member has it already.
#[must_use]
pub fn there(product: &str, account_no: &str) -> String {
    format!("この方の{product}（口座番号 {account_no}）は、すでに登録されています。")
}

/// The action in the audit chain, and the page that it was done on.
#[must_use]
pub const fn audited(op: Op) -> (&'static str, &'static str) {
    match op {
        Op::Add => ("rokin-add", NEW_TITLE),
        Op::Change => ("rokin-change", ITEM_TITLE),
        Op::Cancel => ("rokin-cancel", CANCEL_TITLE),
        Op::Restore => ("rokin-restore", ITEM_TITLE),
    }
}
