//! What 操作ログ照会 says.

use crate::app::{Check, Ended};
use crate::audit::Verdict;
use crate::base::Moment;
use crate::base::date::jst_seconds;
use crate::base::money;

pub const SYSTEM_TITLE: &str = "システム管理機能";
pub const TITLE: &str = "操作ログ照会";
pub const CHECK_TITLE: &str = "操作ログの検証";

pub const FROM: &str = "期間（から）";
pub const TO: &str = "期間（まで）";
pub const USER_ID: &str = "ユーザーID";
pub const CONTRACT_NO: &str = "契約番号";
pub const ACTION: &str = "操作";
pub const RESULT: &str = "結果";

pub const NO_DAY: &str = "「2026-11-21」のような正しい日付で入力してください。";
pub const NO_ORDER: &str = "「から」より後の日付を入力してください。";
pub const NO_TEXT: &str = "60文字以内で、改行などを含めずに入力してください。";
/// The way on when a page is not there any more.
pub const TO_FIRST: &str = "操作ログの先頭へ";

pub const NONE: &str = "操作の記録はまだありません。";
pub const NONE_FOUND: &str = "条件に合う記録はありません。条件を変えて、もう一度検索してください。";
pub const CLEAR: &str = "条件をすべて外す";

/// Results to choose from.
pub const RESULTS: &[(&str, &str)] = &[("", "すべて"), ("done", "完了"), ("refused", "拒否")];

/// Headings of the file.
pub const HEAD: [&str; 11] = [
    "番号",
    "日時",
    "契約番号",
    "操作した人",
    "操作",
    "対象",
    "結果",
    "詳細",
    "画面",
    "接続元",
    "電子証明書",
];

/// How many fit; more than `most` are not counted.
pub fn found(count: i64, most: i64) -> String {
    if count > most {
        format!("{}件以上", money::group(most))
    } else {
        format!("{}件", money::group(count))
    }
}

/// To the second, in Japan.
pub fn when(at: Moment) -> String {
    jst_seconds(at)
}

/// 「42,000 / 100,000件」.
pub fn far(checked: i64, total: i64) -> String {
    format!("{} / {}件", money::group(checked), money::group(total))
}

/// From when the chain can be verified again.
pub fn again(from: Moment) -> String {
    format!("次の検証は、{}から行えます。", jst_seconds(from))
}

/// What a verification found: whether it is good, and the sentence. `own`: the rows of the
/// reader's contract, who learns nothing of the others'.
pub fn told(check: &Check, own: Option<i64>) -> Option<(Tone, String)> {
    let (at, ended) = check.ended.as_ref()?;
    let at = jst_seconds(*at);
    let rows = |rows: i64| money::group(rows);
    let tone = match ended {
        Ended::Found(Verdict::Whole(_)) => Tone::Good,
        _ => Tone::Bad,
    };
    let said = match (ended, own) {
        (Ended::Found(Verdict::Whole(last)), None) => format!(
            "操作ログは正常です。1件目から{}件目まで、書き換えや欠けはありません（{at}）。",
            rows(*last)
        ),
        (Ended::Found(Verdict::Whole(_)), Some(own)) => format!(
            "操作ログは正常です。ご契約の{}件の記録に、書き換えや欠けはありません（{at}）。",
            rows(own)
        ),
        (Ended::Found(Verdict::Broken { seq, .. }), None) => format!(
            "操作ログの{}件目に、書き換えまたは欠けがあります（{at}）。\
             このページの下にあるお問い合わせ先へご連絡ください。",
            rows(*seq)
        ),
        (Ended::Found(Verdict::Broken { .. }), Some(_)) => format!(
            "操作ログに、書き換えまたは欠けがあります（{at}）。\
             このページの下にあるお問い合わせ先へご連絡ください。"
        ),
        (Ended::TooLong, None) => format!(
            "件数が多く、時間内に終わりませんでした（{at}）。{}件目までは正常です。",
            rows(check.checked)
        ),
        (Ended::TooLong, Some(_)) => format!("件数が多く、時間内に終わりませんでした（{at}）。"),
        (Ended::Failed, _) => format!("操作ログを読み取れませんでした（{at}）。"),
    };
    Some((tone, said))
}

/// Whether a sentence is good news.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// It is.
    Good,
    /// It is not.
    Bad,
}
