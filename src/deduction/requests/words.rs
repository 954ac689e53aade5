//! What the lists of requests and their pages say.

use crate::base::date::month_ja;
use crate::deduction::period::Period;
use crate::deduction::rules::Movement;
use crate::deduction::zengin::{Flaw, Why};

pub(super) const NO_RESULTS: &str = "結果データはまだ届いていません。";
pub(super) const EMPTY: &str = "該当する明細はありません。";
pub(super) const ALL_LINES: &str = "すべての明細を表示する";
pub(super) const ENCODING: &str = "文字コード";
/// Whose request it is.
pub(super) const SENDER: &str = "依頼元";
/// Before the employer's name, which the employer knows.
pub(super) const ADDRESS: (&str, &str) = ("宛先", "給与控除ご担当者 様");

/// 「新規」.
pub(super) const fn movement(movement: Movement) -> &'static str {
    match movement {
        Movement::None => "",
        Movement::New => "新規",
        Movement::Changed => "変更",
        Movement::Cancelled => "解除",
    }
}

/// What is wrong with a line that is not requested.
pub(super) fn error(code: &str) -> &str {
    match code {
        "number" => "職員番号の桁数超過",
        "kana" => "カナ氏名の文字数超過",
        "account" => "口座番号の桁数相違",
        "left" => "退職済み",
        other => other,
    }
}

/// 「控除済」.
pub(super) const fn result(deducted: Option<bool>) -> &'static str {
    match deducted {
        None => "",
        Some(true) => super::employer::DONE,
        Some(false) => super::employer::UNABLE,
    }
}

/// The sentences of a chooser while nothing is fixed.
pub(super) fn none_fixed(open: Option<&Period>) -> Vec<String> {
    let none = "締め切った控除年月が、まだありません。".to_owned();
    let Some(open) = open else {
        return vec![
            none,
            "控除のスケジュールについては、お取扱店へお問い合わせください。".to_owned(),
        ];
    };
    let next = format!(
        "{} {}分の締切日は{}です。締切日の翌日から、このリストを出力できます。",
        month_ja(&open.deduct_ym),
        open.kind.ja(),
        open.close_on.ja()
    );
    vec![none, next]
}

/// Of the one who is searched for.
pub(super) fn not_found(number: &str) -> String {
    format!("職員番号「{number}」の明細は、このリストにはありません。")
}

/// Why the file in 全銀 form was not made; `line`: which, and whose.
pub(super) fn unwritten(flaw: &Flaw, line: Option<(i64, &str)>) -> String {
    let whose = line.map_or_else(
        || "ファイルの見出し".to_owned(),
        |(line_no, number)| format!("明細番号{line_no}（職員番号{number}）"),
    );
    let why = match flaw.why {
        Why::TooLong => "が長すぎます",
        Why::Character { .. } => "に、全銀形式では書けない文字があります",
        _ => "の値を、全銀形式では書けません",
    };
    format!(
        "全銀形式のファイルを作成しませんでした。{whose}の「{}」{why}。内容を確かめるか、CSVでダウンロードしてください。",
        flaw.field
    )
}
