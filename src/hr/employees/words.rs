//! The sentences and labels of the employees' pages.

use super::Sex;
use crate::base::Day;

/// The list's title, and its name in the way to the pages below it.
pub const LIST: &str = "従業員一覧";
/// The title of one employee.
pub const DETAIL: &str = "従業員情報（詳細）";
/// The column of the number.
pub const EMPLOYEE_NO: &str = "社員番号";
/// The field and column of the name.
pub const NAME: &str = "氏名";
/// The column of the day of creation.
pub const CREATED: &str = "従業員データ作成日";
/// The field of its first day.
pub const CREATED_FROM: &str = "従業員データ作成日（から）";
/// The field of its last day.
pub const CREATED_TO: &str = "従業員データ作成日（まで）";

/// Nobody at all.
pub const NONE: &str = "従業員はまだ登録されていません。";
/// Nobody who fits.
pub const NONE_FOUND: &str = "条件に合う従業員はいません。条件を変えて、もう一度検索してください。";
/// The way out of it.
pub const CLEAR: &str = "条件をすべて外す";
/// The way on when a page is not there any more.
pub const TO_FIRST: &str = "一覧の先頭へ";

/// What the calendar does not have.
pub const NO_DAY: &str = "カレンダーにある日付を入力してください（例：2026-11-21）。";
/// From after to.
pub const ENDS_BEFORE_IT_BEGINS: &str =
    "「から」の日付と同じ日か、それより後の日付を入力してください。";
/// Signs that no name has.
pub const NAME_SIGNS: &str = "使えない文字が含まれています。";
/// More than is searched for.
pub const TOO_LONG: &str = "40文字以内で入力してください。";

/// What stands for nothing.
const NOTHING: &str = "－";

/// 「男」.
pub fn sex(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "男",
        Sex::Female => "女",
        Sex::Unanswered => "回答しない",
    }
}

/// The text, or a dash for none.
pub fn or_nothing(text: &str) -> &str {
    if text.is_empty() { NOTHING } else { text }
}

/// 「2026年11月21日」, or a dash.
pub fn day_or_nothing(day: Option<Day>) -> String {
    day.map_or_else(|| NOTHING.to_owned(), Day::ja)
}
