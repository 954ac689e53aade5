//! The sentences and labels of the pages of 労金控除明細.

use super::State;

/// The list's title.
pub const TITLE: &str = "労金控除明細照会";
/// The field and column of the number.
pub const EMPLOYEE_NO: &str = "職員番号";
/// The field and column of the kana name.
pub const KANA: &str = "カナ氏名";
/// The field and column of the product.
pub const PRODUCT: &str = "種目";
/// The field and column of the state.
pub const STATE: &str = "状態";
/// The column of the monthly amount.
pub const MONTHLY: &str = "控除金額（月例）";
/// The choice that filters nothing out.
pub const ALL: &str = "すべて";

/// No item at all.
pub const NONE: &str = "控除明細はまだありません。";
/// None that fits.
pub const NONE_FOUND: &str =
    "条件に合う控除明細はありません。条件を変えて、もう一度検索してください。";
/// The way out of it.
pub const CLEAR: &str = "条件をすべて外す";
/// The way on when a page is not there any more.
pub const TO_FIRST: &str = "一覧の先頭へ";

/// Signs that no number has.
pub const EMPLOYEE_NO_SIGNS: &str = "英字・数字・ハイフンで入力してください。";
/// Signs that no name has.
pub const KANA_SIGNS: &str = "使えない文字が含まれています。";
/// More than is searched for.
pub const TOO_LONG: &str = "40文字以内で入力してください。";

/// 「新規」.
pub fn state(state: State) -> &'static str {
    match state {
        State::Active => "継続",
        State::New => "新規",
        State::Changed => "変更",
        State::Cancelled => "解除",
        State::Ended => "終了",
    }
}
