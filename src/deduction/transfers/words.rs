//! The sentences and labels of 取込・出力履歴 and of what is imported.

use super::{Counts, Kind, State};
use crate::base::Moment;
use crate::base::date::jst_minutes;
use crate::base::encoding::Encoding;
use crate::base::money::{Yen, group};
use crate::deduction::period::Closed;

/// The history's title.
pub const HISTORY: &str = "取込・出力履歴";
/// The export's.
pub const EXPORT: &str = "賃控元帳明細データエクスポート";
/// The import's.
pub const IMPORT: &str = "賃控元帳明細データインポート";
/// The operator's page on which files are taken in.
pub const RECEIVE: &str = "ファイルの受信";
/// The steps of an import.
pub const STEPS: [&str; 3] = ["ファイルの選択", "内容の確認", "取込"];
/// The field of the file.
pub const FILE: &str = "取り込むファイル";
/// The field about items that the file lacks.
pub const MISSING: &str = "ファイルにない明細";
/// Its choices.
pub const MISSING_CHOICES: [(&str, &str); 2] = [("keep", "そのままにする"), ("cancel", "解除する")];
/// The field of the group.
pub const GROUP: &str = "入金グループ";
/// The field that says what a file is of.
pub const WHAT: &str = "ファイルの種類";

/// No file was chosen.
pub const NO_FILE: &str = "ファイルを選んでください。";
/// Nothing in it.
pub const EMPTY_FILE: &str = "選んだファイルには何も入っていません。";
/// The history is empty.
pub const NONE: &str = "取り込んだファイルや作成したファイルは、まだありません。";
/// The way on from a page that is not there any more.
pub const TO_ONE: &str = "最新の画面へ";

/// Somebody else changed the ledger between preview and confirmation.
pub const CHANGED_MEANWHILE: &str = "確認の画面を開いたあとに、ほかの方が明細を変更しました。まだ何も取り込んでいません。ファイルを読み直しましたので、内容をもう一度確かめてください。";
/// Other results came, or an 入金中止, between preview and confirmation.
pub const RESULTS_CHANGED: &str = "確認の画面を開いたあとに、ほかの控除結果の取込か、入金中止の設定・解除がありました。まだ何も取り込んでいません。ファイルを読み直しましたので、内容をもう一度確かめてください。";
/// What was good a moment ago is not any more.
pub const NOT_NOW: &str =
    "いまは取り込めませんでした。もう一度確定するか、ファイルを選び直してください。";
/// Nobody finished it while it was kept.
pub const UNFINISHED: &str = "7日のあいだ確定されなかったため、取りやめました。取り込むときは、ファイルをもう一度選んでください。";
/// It failed again and again for a reason of ours.
pub const FAILED: &str =
    "サーバーの問題で、終わりまで進めませんでした。ファイルをもう一度選んでください。";
/// The making was cut off, or failed for a reason of ours.
pub const NOT_MADE: &str =
    "ファイルの作成が途中で終わりました。もう一度、一覧から作成してください。";
/// There is nothing to print with.
pub const NO_FONT: &str =
    "印刷用の文字がサーバーに用意されていません。CSVファイルをご利用ください。";
/// What is in a file is not for this person.
pub const PARTLY: &str =
    "内容に、表示する権限のないものが含まれるため、状況と件数だけを表示しています。";
/// Nothing to do.
pub const NOTHING: &str =
    "ファイルの内容は登録されている内容と同じです。取り込むものはありません。";

/// The period closed between preview and confirmation.
#[must_use]
pub fn closed_meanwhile(closed: &Closed) -> String {
    format!(
        "{}まだ何も取り込んでいません。次の控除年月分として読み直しましたので、内容をもう一度確かめてください。",
        closed.ja()
    )
}

/// What a file is.
#[must_use]
pub const fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Ledger => "賃控元帳明細",
        Kind::Result => "控除結果",
        Kind::Savings => "一斉積立",
        Kind::Zaikei => "財形貯蓄",
        Kind::Print => "印刷用ファイル",
    }
}

/// The same file came before.
#[must_use]
pub fn taken_before(at: Moment) -> String {
    format!(
        "同じファイルを{}に取り込んでいます。もう一度取り込むことはできません。正しいファイルを選び直してください。",
        jst_minutes(at)
    )
}

/// How far it is.
#[must_use]
pub const fn state(kind: Kind, state: State) -> &'static str {
    match state {
        State::Making => "作成中",
        State::Done if matches!(kind, Kind::Print) => "作成済",
        State::Reading => "読み込み中",
        State::Ready => "確認待ち",
        State::Refused => "取り込めません",
        State::Applying => "取込中",
        State::Done => "取込済",
        State::Dropped => "取りやめ",
        State::Failed => "失敗",
    }
}

/// What its mark looks like.
#[must_use]
pub const fn mark(state: State) -> &'static str {
    match state {
        State::Done => " state-good",
        State::Ready | State::Refused | State::Failed => " state-warn",
        _ => "",
    }
}

/// The counts of a preview, with their names.
#[must_use]
pub fn counts(kind: Kind, counts: &Counts) -> Vec<(&'static str, i64)> {
    let Counts { added, changed, removed, unchanged, refused } = *counts;
    match kind {
        Kind::Ledger => vec![
            ("追加", added),
            ("変更", changed),
            ("解除", removed),
            ("変更なし", unchanged),
            ("取り込めない行", refused),
        ],
        Kind::Result => vec![
            ("結果のある明細", changed),
            ("依頼のない行", unchanged),
            ("取り込めない行", refused),
        ],
        Kind::Savings | Kind::Zaikei => vec![("明細", added), ("取り込めない行", refused)],
        Kind::Print => vec![("明細", added)],
    }
}

/// 「追加 1件、変更 2件」 of a list's row.
#[must_use]
pub fn summary(kind: Kind, all: &Counts) -> String {
    let parts = counts(kind, all).into_iter().filter(|(_, count)| *count > 0);
    let parts: Vec<_> = parts.map(|(name, count)| format!("{name} {}件", group(count))).collect();
    if parts.is_empty() { "－".to_owned() } else { parts.join("、") }
}

/// What an import did, for 操作ログ.
#[must_use]
pub fn audited(
    (added, changed, removed): (i64, i64, i64),
    (before, after): (&[i64; 3], &[i64; 3]),
) -> String {
    let mut text = format!("追加{added}件 変更{changed}件 解除{removed}件");
    for ((name, before), after) in KINDS.iter().zip(before).zip(after) {
        if before != after {
            text.extend([format!(" {name}{}→{}", Yen(*before).ja(), Yen(*after).ja())]);
        }
    }
    text
}

/// The three amounts of an item.
pub const KINDS: [&str; 3] = ["月例", "夏季一時金", "年末一時金"];

/// What to do about refused rows.
#[must_use]
pub fn mend(refused: i64) -> String {
    format!(
        "取り込めない行が{}件あるため、このファイルは取り込めません。下の行を直して、ファイルをもう一度選んでください。まだ何も取り込んでいません。",
        group(refused)
    )
}

/// As `mend`, for who cannot do anything about it.
#[must_use]
pub fn refused(refused: i64) -> String {
    format!("取り込めない行が{}件あるため、このファイルは取り込まれていません。", group(refused))
}

/// Characters that the table holds and the encoding lacks.
#[must_use]
pub fn unwritable(encoding: Encoding) -> String {
    format!(
        "{}では書けない文字があるため、ファイルを作成していません。UTF-8を選ぶと、すべての文字をそのままダウンロードできます。",
        encoding.label()
    )
}
