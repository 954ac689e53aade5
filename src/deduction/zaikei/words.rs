//! What the pages of 財形貯蓄 say.

use super::Line;
use crate::deduction::rules::{PlanKind, age_on};

/// 財形積立明細照会.
pub const LINES: &str = "財形積立明細照会";
/// 財形積立明細書出力.
pub const STATEMENTS: &str = "財形積立明細書出力";
/// 財形積立明細データエクスポート.
pub const EXPORT: &str = "財形積立明細データエクスポート";

/// The list of all lines.
pub const DETAILS: &str = "財形積立明細書";
pub const DETAILS_TEXT: &str = "受信した預入依頼書の明細の全件です。";
pub const DETAILS_EMPTY: &str = "受信したデータに明細はありません。";
/// The list of what changed.
pub const CHANGES: &str = "財形積立変更明細書";
pub const CHANGES_TEXT: &str =
    "前回の受信から、新規・変更・中止になった明細です（預入依頼書のみ）。";
pub const CHANGES_EMPTY: &str = "前回の受信から変わった明細はありません。";
/// The list of alarms.
pub const ALARMS: &str = "財形アラーム明細一覧表";
pub const ALARMS_TEXT: &str =
    "契約時の年齢・契約の数・非課税申告額を確かめていただきたい明細です。";
pub const ALARMS_EMPTY: &str = "確かめていただきたい明細はありません。";
pub const BALANCES: &str = "加入者残高一覧表";
pub const INCENTIVES: &str = "奨励金";

pub const CHOOSE: &str = "受信データ";
pub const STATEMENTS_LEAD: &str = "預入依頼書の受信データを選んで、積立明細書・変更明細書・アラーム明細を表示・印刷できます。直近3回分まで選べます。";
pub const EXPORT_LEAD: &str = "預入依頼書の受信データを選んで、積立明細書と変更明細書をCSVファイルでダウンロードできます。直近3回分まで選べます。";
pub const NONE: &str =
    "財形貯蓄の預入依頼書のデータは、まだ受信していません。受信すると、ここで確かめられます。";
pub const NO_BALANCES: &str =
    "加入者残高一覧表のデータは、まだ受信していません。受信すると、ここで確かめられます。";
pub const NO_INCENTIVES: &str =
    "奨励金のデータは、まだ受信していません。受信すると、ここで確かめられます。";
pub const BACK: &str = "財形積立明細書出力へ戻る";

/// What files and pages call the kinds.
pub const KINDS: [(&str, PlanKind); 3] =
    [("一般", PlanKind::General), ("住宅", PlanKind::Housing), ("年金", PlanKind::Pension)];

/// 「住宅」.
#[must_use]
pub fn kind(kind: PlanKind) -> &'static str {
    KINDS.into_iter().find(|(_, one)| *one == kind).map_or("", |(word, _)| word)
}

/// What is to be looked at, of the line's alarm `code`.
#[must_use]
pub fn alarm(code: &str, line: &Line) -> String {
    let kind = kind(line.kind);
    match code {
        "too_old" => {
            let age = age_on(line.birth_on, line.opened_on);
            format!("契約日の時点で{age}歳です（{kind}は55歳未満で契約）")
        }
        "before_birth" => "契約日が生年月日より前です".to_owned(),
        "second" => format!("{kind}の契約がほかにもあります（1人1契約）"),
        "over_limit" => "住宅と年金の非課税申告額の合計が5,500,000円を超えています".to_owned(),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Day;
    use crate::deduction::rules::{Alarm, Movement};

    #[test]
    fn every_alarm_has_its_sentence() {
        let day = |text| Day::parse(text).expect("a day");
        let line = Line {
            line_no: 1,
            employee_no: String::new(),
            kana_name: String::new(),
            kanji_name: String::new(),
            birth_on: day("1965-04-01"),
            kind: PlanKind::Housing,
            account_no: String::new(),
            opened_on: day("2021-04-01"),
            limit_amount: None,
            amount: 0,
            amount_before: None,
            movement: Movement::None,
            balance: None,
        };
        assert_eq!(alarm("too_old", &line), "契約日の時点で56歳です（住宅は55歳未満で契約）");
        let alarms = [
            Alarm::TooOld { age: 55 },
            Alarm::BeforeBirth,
            Alarm::Second,
            Alarm::OverLimit { declared: 0 },
        ];
        for one in alarms {
            assert_ne!(alarm(one.code(), &line), one.code(), "{one:?}");
        }
    }
}
