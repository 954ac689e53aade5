//! What the setting of the policy says.

use super::rules::Bounds;
use crate::identity::policy::Policy;

pub const TITLE: &str = "パスワードポリシー設定";
pub const SETTINGS_TITLE: &str = "共通機能";
pub const MIN_LENGTH: &str = "最小文字数";
pub const MIN_UPPER: &str = "大文字の最小使用数";
pub const MIN_LOWER: &str = "小文字の最小使用数";
pub const MIN_DIGIT: &str = "数値の最小使用数";
pub const MIN_SYMBOL: &str = "記号の最小使用数";
pub const ROTATE: &str = "パスワードの定期的な更新";
pub const ROTATE_DAYS: &str = "更新の頻度（日数）";
pub const REUSE: &str = "古いパスワードの再利用";
pub const REUSE_COUNT: &str = "再利用を禁止する回数";
pub const UPDATED: &str = "パスワードポリシーを更新しました。次にパスワードを設定するときから\
                           適用されます。";
/// R001-05
pub const LEAST: &str = "まだ設定されていないため、既定値（各項目の最小値）が適用されています。";
pub const OVERTAKEN: &str = "編集中に、ほかの方がパスワードポリシーを更新しました。下に現在の\
                             値を表示しています。お確かめのうえ、必要な項目をもう一度入力して\
                             ください。";

/// What may be chosen for `ROTATE`.
pub const ROTATE_CHOICES: [(&str, &str); 2] = [("no", "しない"), ("yes", "する")];
/// What may be chosen for `REUSE`.
pub const REUSE_CHOICES: [(&str, &str); 2] = [("allow", "許可する"), ("block", "禁止する")];

/// What a number may be, beside its field, with what else is to be known.
pub fn bounds(bounds: &Bounds, more: &str) -> String {
    format!("半角数字、{}～{}。{more}", bounds.from, bounds.to)
}

pub fn not_within(label: &str, from: i64, to: i64) -> String {
    format!("{label}は、{from}～{to}の半角数字で入力してください。")
}

pub fn not_chosen(label: &str) -> String {
    format!("{label}を選んでください。")
}

/// More characters are asked for than there is room for.
pub fn too_many(max: i64) -> String {
    format!(
        "大文字、小文字、数値、記号の最小使用数の合計が{max}を超えています。合計が{max}以下に\
         なるように入力してください。"
    )
}

pub fn rotation(policy: &Policy) -> String {
    policy.rotate_days.map_or_else(|| "しない".to_owned(), |days| format!("する（{days}日ごと）"))
}

pub fn reuse(policy: &Policy) -> String {
    match policy.reuse_block {
        0 => "許可する".to_owned(),
        most => format!("禁止する（過去{most}回まで）"),
    }
}
