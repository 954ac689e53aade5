//! What a group and a period may be. Pure.

use crate::base::Day;
use crate::deduction::period::next::{self, Rule};
use crate::identity::contracts::Service;
use crate::identity::groups::Group;

/// What is wrong with a group, in the order of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongGroup {
    /// The number is not eight digits.
    Number,
    /// No name, or one of more than 40 characters.
    Name,
    /// No kana name, or not in katakana, or of more than 40 characters.
    Kana,
    /// A branch of more than 40 characters.
    Branch,
    /// Not 1 to 20 digits.
    Digits,
    /// Not 1 to 50 characters.
    KanaLimit,
    /// A service that the contract does not include, or none.
    Services,
    /// 明細更新 without 労金控除.
    UpdateAlone,
}

/// Everything that is wrong with `group`, when its contract includes `offered`.
#[must_use]
pub fn wrongs(group: &Group, offered: &[Service]) -> Vec<WrongGroup> {
    let line = |text: &str, least: usize| {
        let length = text.chars().count();
        (least..=40).contains(&length) && !text.contains(char::is_control)
    };
    let katakana = |c: char| {
        matches!(c, 'ァ'..='ヶ' | 'ー' | '・' | ' ' | '　' | '（' | '）') || c.is_ascii_digit()
    };
    let services = &group.services;
    let number = group.group_no.len() == 8 && group.group_no.bytes().all(|b| b.is_ascii_digit());
    let has = |service| services.contains(&service);
    let checks = [
        (number, WrongGroup::Number),
        (line(&group.name, 1), WrongGroup::Name),
        (line(&group.kana, 1) && group.kana.chars().all(katakana), WrongGroup::Kana),
        (line(&group.branch, 0), WrongGroup::Branch),
        ((1..=20).contains(&group.number_digits), WrongGroup::Digits),
        ((1..=50).contains(&group.kana_limit), WrongGroup::KanaLimit),
        (
            !services.is_empty() && services.iter().all(|one| offered.contains(one)),
            WrongGroup::Services,
        ),
        (has(Service::Rokin) || !has(Service::RokinUpdate), WrongGroup::UpdateAlone),
    ];
    checks.into_iter().filter(|(good, _)| !good).map(|(_, wrong)| wrong).collect()
}

/// What is wrong with the dates of a period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongDates {
    /// 控除年月 is none.
    Month,
    /// 締切日 is over.
    ClosePast,
    /// 支給日 comes before 締切日.
    PayFirst,
    /// The pay comes in another month.
    OtherMonth,
    /// 控除年月 lies more than [`FURTHEST_MONTHS`] ahead.
    TooFar,
}

/// A period of a later month is a slip: it would keep the months before it from being opened.
pub const FURTHEST_MONTHS: i32 = 13;

/// Everything that is wrong with these dates on `today`.
#[must_use]
pub fn wrong_dates(deduct_ym: &str, (close_on, pay_on): (Day, Day), today: Day) -> Vec<WrongDates> {
    let month = next::parts(deduct_ym);
    let (year, of, _) = pay_on.parts();
    let months = |(year, month): (i32, u8)| year * 12 + i32::from(month);
    let (this_year, this_month, _) = today.parts();
    let furthest = months((this_year, this_month)) + FURTHEST_MONTHS;
    let checks = [
        (month.is_some(), WrongDates::Month),
        (close_on >= today, WrongDates::ClosePast),
        (pay_on >= close_on, WrongDates::PayFirst),
        (month.is_none_or(|month| month == (year, of)), WrongDates::OtherMonth),
        (month.is_none_or(|month| months(month) <= furthest), WrongDates::TooFar),
    ];
    checks.into_iter().filter(|(good, _)| !good).map(|(_, wrong)| wrong).collect()
}

/// Whether a rule can be followed: days of a month, a month for bonuses only, and the pay
/// not before the closing.
#[must_use]
pub fn rule_holds(rule: &Rule) -> bool {
    let day = |day: i64| (1..=31).contains(&day);
    let month = match rule.kind {
        crate::deduction::period::Kind::Monthly => rule.month.is_none(),
        _ => rule.month.is_some_and(|month| (1..=12).contains(&month)),
    };
    let before = (0..=2).contains(&rule.close_months_before);
    let in_order = rule.close_months_before > 0 || rule.close_day <= rule.pay_day;
    day(rule.close_day) && day(rule.pay_day) && month && before && in_order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deduction::period::Kind;

    fn group() -> Group {
        Group {
            group_no: "16000004".into(),
            name: "サンプル労働組合".into(),
            kana: "サンプルロウドウクミアイ".into(),
            branch: String::new(),
            number_digits: 8,
            kana_limit: 20,
            services: vec![Service::Rokin, Service::Ledger],
        }
    }

    #[test]
    fn everything_wrong_with_a_group_is_told_at_once() {
        // R004-58
        let offered = [Service::Rokin, Service::Ledger];
        assert_eq!(wrongs(&group(), &offered), []);
        let wrong = Group {
            group_no: "1600000".into(),
            name: String::new(),
            kana: "さんぷる".into(),
            number_digits: 0,
            kana_limit: 51,
            services: vec![Service::RokinUpdate],
            ..group()
        };
        let all = [
            WrongGroup::Number,
            WrongGroup::Name,
            WrongGroup::Kana,
            WrongGroup::Digits,
            WrongGroup::KanaLimit,
            WrongGroup::Services,
            WrongGroup::UpdateAlone,
        ];
        assert_eq!(wrongs(&wrong, &offered), all);
    }

    #[test]
    fn dates_are_ahead_and_in_order() {
        let day = |text| Day::parse(text).expect("a day");
        let today = day("2026-11-21");
        let check = |ym, close, pay| wrong_dates(ym, (day(close), day(pay)), today);
        assert_eq!(check("2026-12", "2026-12-10", "2026-12-25"), []);
        assert_eq!(check("2026-13", "2026-12-10", "2026-12-25"), [WrongDates::Month]);
        assert_eq!(check("2026-12", "2026-11-20", "2026-12-25"), [WrongDates::ClosePast]);
        assert_eq!(check("2026-12", "2026-12-26", "2026-12-25"), [WrongDates::PayFirst]);
        assert_eq!(check("2026-11", "2026-12-10", "2026-12-25"), [WrongDates::OtherMonth]);
    }

    #[test]
    fn the_usual_rules_hold() {
        assert!(Kind::ALL.map(Rule::usual).iter().all(rule_holds));
        let late = Rule { close_day: 26, ..Rule::usual(Kind::Monthly) };
        assert!(!rule_holds(&late));
    }
}
