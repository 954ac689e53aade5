//! Labels and sentences of まとめ入金.

use std::borrow::Borrow;

use super::acts::Why;
use crate::base::money::{Yen, group};
use crate::deduction::rules::{Refusal, Stage};
use crate::deduction::sums::Sum;

/// R004-124.
pub const STOPS: &str = "まとめ入金依頼入金中止設定";
/// R004-125.
pub const DEPOSIT: &str = "まとめ入金確定";
/// The page that asks before it is confirmed.
pub const CONFIRM: &str = "まとめ入金確定の確認";
/// R004-125.
pub const UNDO: &str = "まとめ入金確定の解除";
/// R004-125.
pub const REQUEST: &str = "まとめ入金依頼書";
/// R004-125.
pub const PAID_LINES: &str = "まとめ入金明細";
/// R004-125.
pub const LEFT_OUT: &str = "まとめ入金更新明細書（Web依頼済）";
/// R004-126.
pub const WEB_UPDATES: &str = "まとめ入金WEB更新依頼明細書";

pub const STOP: &str = "入金中止の設定";
pub const GO_ON: &str = "入金中止の解除";
pub const RESULT: &str = "控除結果";
pub const PAYMENT: &str = "入金";
pub const UNANSWERED: &str = "結果待ち";
pub const DEDUCTED: &str = "控除済";
pub const UNABLE: &str = "控除不能";
pub const PAID: &str = "入金する";
pub const STOPPED: &str = "入金中止";
pub const DO_STOP: &str = "入金中止にする";
pub const DO_GO_ON: &str = "中止を解除する";

pub const EMPLOYEE_NO: &str = "職員番号";
pub const EMPLOYEE_NO_SIGNS: &str = "英字・数字・ハイフンで、40文字以内で入力してください。";
/// The states that lines are filtered by.
pub const STATES: [(&str, &str); 3] = [("", "すべて"), ("unable", UNABLE), ("stopped", STOPPED)];

pub const UNABLE_IS_NOT_PAID: &str =
    "控除不能の明細は、入金されません。入金中止の設定は必要ありません。";
pub const NO_PERIOD: &str =
    "控除依頼をした控除年月は、まだありません。締切日を過ぎると、ここに表示されます。";
pub const NONE_FOUND: &str = "条件に合う明細はありません。条件を変えて、もう一度検索してください。";
pub const NONE_PAID: &str =
    "まとめ入金される明細はありません。控除不能または入金中止になっています。";
pub const NONE_LEFT_OUT: &str =
    "控除不能と入金中止の明細はありません。控除依頼をした全員分が、まとめ入金されます。";
pub const NONE_STOPPED: &str = "まとめ入金依頼入金中止設定で入金を中止した明細はありません。";
pub const CLEAR: &str = "条件をすべて外す";
pub const TO_STOPS: &str = "入金中止設定へ";
pub const TO_DEPOSIT: &str = "まとめ入金確定へ";
pub const TO_NEWEST: &str = "最新の内容を確かめる";

/// The stations of a period.
pub const STATIONS: [&str; 4] = ["控除依頼", "控除結果", "確定", "送信"];

/// How many of them are behind a period.
pub const fn reached(stage: Stage) -> usize {
    match stage {
        Stage::Entering => 0,
        Stage::Closed => 1,
        Stage::Received => 2,
        Stage::Confirmed => 3,
        Stage::Sent => 4,
    }
}

/// Where a period stands, and what comes next.
pub const fn standing(stage: Stage) -> &'static str {
    match stage {
        Stage::Entering => "控除明細の入力中です。締切日を過ぎると、控除依頼が作られます。",
        Stage::Closed => "お勤め先の企業からの控除結果を待っています。結果が届くと、確定できます。",
        Stage::Received => {
            "控除結果が届きました。入金を中止する明細があれば設定して、内容を確かめてから確定してください。"
        }
        Stage::Confirmed => {
            "確定しました。送信されるまでは、確定を解除して、入金中止の設定をやり直せます。"
        }
        Stage::Sent => "送信しました。確定の解除と入金中止の変更はできません。",
    }
}

/// Why something was not done, and what to do.
pub fn why(why: Why) -> String {
    match why {
        Why::Stage(refusal) => self::refusal(refusal).to_owned(),
        Why::Unanswered(lines) => format!(
            "控除結果が届いていない明細が{}件あるため、確定できません。すべての結果が届くまでお待ちください。",
            group(lines)
        ),
        Why::Changed | Why::NoPeriod | Why::NoKey => {
            "画面を開いたあとに内容が変わりました。最新の内容を確かめてください。".to_owned()
        }
    }
}

const fn refusal(refusal: Refusal) -> &'static str {
    match refusal {
        Refusal::NoRequest => "控除依頼がまだ作られていません。締切日を過ぎるまでお待ちください。",
        Refusal::NoResult => {
            "お勤め先の企業からの控除結果が届いていません。結果が届いてからお試しください。"
        }
        Refusal::AlreadyConfirmed => {
            "まとめ入金は確定しています。変更するときは、先に「まとめ入金確定」の画面で確定を解除してください。"
        }
        Refusal::NotConfirmed => "まとめ入金は確定していません。",
        Refusal::AlreadySent => {
            "まとめ入金は送信しました。確定の解除と変更はできません。お取扱店へお問い合わせください。"
        }
    }
}

/// What has just been done, as the address names it: good news, or to be known.
pub fn done(word: &str) -> Option<Result<&'static str, &'static str>> {
    match word {
        "confirmed" => Some(Ok("まとめ入金を確定しました。まとめ入金依頼書を出力できます。")),
        "undone" => Some(Ok("確定を解除しました。入金中止の設定を変えて、もう一度確定できます。")),
        "other" => Some(Err(
            "ほかの方が先に確定しました。二重には確定していません。次の内容で確定しています。",
        )),
        "stopped" => Some(Ok("入金中止にしました。")),
        "resumed" => Some(Ok("入金中止を解除しました。")),
        "already" => Some(Err("この明細は、すでにそのように設定されています。")),
        _ => None,
    }
}

/// 「3件　12,000円」.
pub fn sum(sum: impl Borrow<Sum>) -> String {
    format!("{}　{}", count(sum.borrow()), yen(sum.borrow()))
}

/// 「3件」.
pub fn count(sum: impl Borrow<Sum>) -> String {
    format!("{}件", group(sum.borrow().count))
}

/// 「12,000円」.
pub fn yen(sum: impl Borrow<Sum>) -> String {
    Yen(sum.borrow().amount).ja()
}

/// An amount as 証書 write it: 「金壱百弐拾参万四千円」.
pub fn in_full(yen: i64) -> String {
    const DIGITS: [&str; 10] = ["", "壱", "弐", "参", "四", "五", "六", "七", "八", "九"];
    const PLACES: [&str; 4] = ["", "拾", "百", "千"];
    const GROUPS: [&str; 5] = ["", "万", "億", "兆", "京"];
    if yen <= 0 {
        return "金零円".to_owned();
    }
    let digits: Vec<usize> = yen.to_string().bytes().map(|byte| usize::from(byte - b'0')).collect();
    let mut out = String::from("金");
    let mut any = false;
    for (at, digit) in digits.iter().enumerate() {
        let place = digits.len() - 1 - at;
        if *digit > 0 {
            out.push_str(DIGITS[*digit]);
            out.push_str(PLACES[place % 4]);
            any = true;
        }
        if place.is_multiple_of(4) && any {
            out.push_str(GROUPS.get(place / 4).copied().unwrap_or_default());
            any = false;
        }
    }
    out.push('円');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_written_in_full() {
        for (yen, words) in [
            (0, "金零円"),
            (7, "金七円"),
            (1_234_000, "金壱百弐拾参万四千円"),
            (10_000, "金壱万円"),
            (100_000_001, "金壱億壱円"),
            (20_305_060, "金弐千参拾万五千六拾円"),
        ] {
            assert_eq!(in_full(yen), words, "{yen}");
        }
    }

    #[test]
    fn every_stage_says_what_comes_next() {
        for stage in Stage::ALL {
            assert!(standing(stage).ends_with('。'));
            assert!(reached(stage) <= STATIONS.len());
        }
    }
}
