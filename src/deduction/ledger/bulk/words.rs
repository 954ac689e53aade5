//! Labels and sentences of 一括更新.

use super::rules::Rule;

pub const TITLE: &str = "賃控元帳明細一括更新";
pub const CHECK: &str = "一括更新の内容の確認";
pub const TYPE: &str = "種目";
pub const KIND: &str = "更新する控除金額";
pub const RULE: &str = "更新の方法";
pub const VALUE: &str = "金額";
pub const ONLY: &str = "いまの控除金額";
pub const WORKPLACE: &str = "職場";

/// Which amount.
pub const KINDS: [(&str, &str); 3] =
    [("monthly", "月例"), ("summer", "夏季一時金"), ("winter", "年末一時金")];
/// What becomes of it.
pub const RULES: [(&str, &str); 3] =
    [("set", "新しい金額にする"), ("raise", "増やす"), ("lower", "減らす")];

pub const CHOOSE: &str = "選んでください。";
pub const NO_VALUE: &str = "0～9,999,999の数字で入力してください。";
pub const NO_STEP: &str = "1～9,999,999の数字で入力してください。";
pub const LONG_WORKPLACE: &str = "40文字以内で入力してください。";
pub const CHANGED_MEANWHILE: &str = "確認のあとに明細が変更されたため、まだ更新していません。新しい内容を確かめて、もう一度確定してください。";
pub const NOTHING: &str = "変更する明細がありません。条件を変えて、もう一度確認してください。";

/// 「3,500円にする」, 「300円増やす」.
pub fn rule(rule: Rule, yen: &str) -> String {
    match rule {
        Rule::Set => format!("{yen}にする"),
        Rule::Raise => format!("{yen}増やす"),
        Rule::Lower => format!("{yen}減らす"),
    }
}
