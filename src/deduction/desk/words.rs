//! Labels and sentences of the operator's side of 賃金控除.

use super::acts::Wrong;
use super::rules::{WrongDates, WrongGroup};
use crate::base::Day;
use crate::deduction::period::next::Rule;
use crate::deduction::period::{Kind, Period};
use crate::identity::contracts::Service;

pub const HOME: &str = "賃金控除の管理";
pub const NEW_GROUP: &str = "入金グループの追加";
pub const TERMS: &str = "入金グループの内容の変更";
pub const PEOPLE: &str = "利用者の入金グループ";
pub const NEW_PERIOD: &str = "控除年月の追加";
pub const PERIOD: &str = "控除年月の日程";
pub const RULE: &str = "日程のきまり";
pub const SEND: &str = "まとめ入金の送信";
/// Ways on from a page that is not so any more.
pub const TO_SEND: &str = "いまのまとめ入金へ";
pub const TO_PERIOD: &str = "控除年月の日程へ";

pub const GROUP_NO: &str = "入金グループ番号";
pub const NAME: &str = "漢字名";
pub const KANA: &str = "カナ名";
pub const BRANCH: &str = "取扱店";
pub const DIGITS: &str = "職員番号の桁数";
pub const KANA_LIMIT: &str = "カナ氏名の文字数";
pub const SERVICES: &str = "利用するサービス";
pub const KIND: &str = "区分";
pub const MONTH: &str = "控除年月";
pub const CLOSE_ON: &str = "締切日";
pub const PAY_ON: &str = "支給日(入金予定日)";

/// The services of groups, as the operator chooses them.
pub const fn service(service: Service) -> &'static str {
    match service {
        Service::Rokin => "労金控除",
        Service::RokinUpdate => "労金控除の明細更新",
        Service::Ledger => "賃控元帳",
        Service::BulkSaving => "一斉積立",
        _ => "",
    }
}

/// Field, label and sentence.
pub const fn wrong_group(wrong: WrongGroup) -> (&'static str, &'static str, &'static str) {
    match wrong {
        WrongGroup::Number => ("group_no", GROUP_NO, "半角数字8桁で入力してください。"),
        WrongGroup::Name => ("name", NAME, "1文字以上40文字以内で入力してください。"),
        WrongGroup::Kana => ("kana", KANA, "全角カタカナで、40文字以内で入力してください。"),
        WrongGroup::Branch => ("branch", BRANCH, "40文字以内で入力してください。"),
        WrongGroup::Digits => ("number_digits", DIGITS, "1～20の数字で入力してください。"),
        WrongGroup::KanaLimit => ("kana_limit", KANA_LIMIT, "1～50の数字で入力してください。"),
        WrongGroup::Services => {
            ("services", SERVICES, "契約に含まれるサービスから、1つ以上選んでください。")
        }
        WrongGroup::UpdateAlone => {
            ("services", SERVICES, "労金控除の明細更新は、労金控除と合わせて選んでください。")
        }
    }
}

/// The number is taken.
pub const TAKEN: &str = "入力された入金グループ番号はすでに登録済です。";

/// Field, label and sentence.
pub const fn wrong_dates(wrong: WrongDates) -> (&'static str, &'static str, &'static str) {
    match wrong {
        WrongDates::Month => ("deduct_ym", MONTH, "「2026-12」の形で入力してください。"),
        WrongDates::ClosePast => {
            ("close_on", CLOSE_ON, "今日か、今日よりあとの日付にしてください。")
        }
        WrongDates::PayFirst => {
            ("pay_on", PAY_ON, "締切日と同じか、締切日よりあとの日付にしてください。")
        }
        WrongDates::TooFar => {
            ("deduct_ym", MONTH, "13か月先までの年月にしてください。年の入力をお確かめください。")
        }
        WrongDates::OtherMonth => ("pay_on", PAY_ON, "控除年月と同じ月の日付にしてください。"),
    }
}

/// Field, label and sentence of everything but dates.
pub fn wrong(wrong: &Wrong) -> (&'static str, &'static str, String) {
    match wrong {
        Wrong::OpenAlready(open) => (
            "kind",
            KIND,
            format!(
                "{}の入力期間が終わっていません。終わると、次の控除年月を追加できます。",
                open.ja()
            ),
        ),
        Wrong::SameMonth => ("deduct_ym", MONTH, "この控除年月は登録済です。".to_owned()),
        Wrong::Dates(_) | Wrong::Closed | Wrong::Changed | Wrong::NoPeriod => {
            ("", "", "締切日を過ぎたか、内容が変わりました。".to_owned())
        }
    }
}

/// 「締切日 2026年12月10日、支給日 2026年12月25日」.
pub fn dates((close_on, pay_on): (Day, Day)) -> String {
    format!("締切日 {}、支給日 {}", close_on.ja(), pay_on.ja())
}

/// The subject of the message about moved dates.
pub fn moved_subject(period: &Period) -> String {
    format!("{}の締切日・支給日の変更", period.ja())
}

/// What the people of the group are told about moved dates.
pub fn moved(period: &Period, (number, name): (&str, &str), before: (Day, Day)) -> String {
    let line = |label: &str, old: Day, new: Day| {
        if old == new {
            format!("{label}：{}（変更なし）", new.ja())
        } else {
            format!("{label}：{}（変更前 {}）", new.ja(), old.ja())
        }
    };
    format!(
        "入金グループ {number} {name}の、{}の日程を変更しました。\n{}\n{}\n控除明細は、締切日までに入力してください。",
        period.ja(),
        line(CLOSE_ON, before.0, period.close_on),
        line(PAY_ON, before.1, period.pay_on)
    )
}

/// 「毎月10日に締め切り、25日に支給」.
pub fn rule(rule: &Rule) -> String {
    let before = match rule.close_months_before {
        0 => "控除年月の",
        1 => "前月の",
        _ => "前々月の",
    };
    let month = match rule.month {
        Some(month) => format!("毎年{month}月分は、"),
        None => "毎月、".to_owned(),
    };
    format!("{month}{before}{}日に締め切り、{}日に支給", rule.close_day, rule.pay_day)
}

/// The choices of a kind.
pub fn kinds() -> Vec<(&'static str, &'static str)> {
    Kind::ALL.map(|kind| (kind.word(), kind.ja())).to_vec()
}

/// What has just been done, as the address names it.
pub fn done(word: &str) -> Option<&'static str> {
    match word {
        "group" => Some("入金グループを追加しました。日程は、いつものきまりで用意しました。"),
        "terms" => Some("入金グループの内容を変更しました。"),
        "people" => Some("利用者の入金グループを変更しました。"),
        "period" => Some("控除年月を追加しました。"),
        "moved" => Some("日程を変更しました。利用者の方のトップページに、お知らせを掲載しました。"),
        "rule" => Some("日程のきまりを変更しました。次の控除年月から使われます。"),
        "sent" => Some("送信済にしました。"),
        _ => None,
    }
}
