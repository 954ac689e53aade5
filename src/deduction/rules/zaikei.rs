//! What the law sets for 財形 (勤労者財産形成促進法; 租税特別措置法): one plan a person of the
//! tax-free kinds, opened before 55, 5,500,000 yen between them.

use crate::base::Day;

/// Up to which 元利合計 年金 and 住宅 together are tax-free, in yen.
pub const TAX_FREE_LIMIT: i64 = 5_500_000;
/// Up to which 払込額 a 年金 of the insurance kind is tax-free, inside the other limit, in
/// yen. Noted only: lists do not tell which plan is insurance.
pub const INSURANCE_LIMIT: i64 = 3_850_000;
/// From this age on no plan of the tax-free kinds is opened.
const TOO_OLD: i32 = 55;

/// 財形の種類.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PlanKind {
    /// 一般: taxed, any number, any age.
    General,
    /// 住宅.
    Housing,
    /// 年金.
    Pension,
}

/// A person's plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Which kind.
    pub kind: PlanKind,
    /// 生年月日 of the person.
    pub birth_on: Day,
    /// 契約日.
    pub opened_on: Day,
    /// 非課税申告額, yen; `None` where there is none.
    pub limit: Option<i64>,
}

/// What is wrong with a plan (財形アラーム明細).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Opened at 55 or later.
    TooOld {
        /// How old, in years.
        age: i32,
    },
    /// Opened before the person was born: one of the dates is wrong.
    BeforeBirth,
    /// The person has one of this kind already, opened earlier.
    Second,
    /// With this plan the 非課税申告額 of 年金 and 住宅 pass 5,500,000 yen.
    OverLimit {
        /// What they come to, in yen.
        declared: i64,
    },
}

impl PlanKind {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::General, Self::Housing, Self::Pension];

    /// The word for it in the database and in files.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::General => "general",
            Self::Housing => "housing",
            Self::Pension => "pension",
        }
    }

    /// The kind that `word` names.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

impl Alarm {
    /// The word for it in the database.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooOld { .. } => "too_old",
            Self::BeforeBirth => "before_birth",
            Self::Second => "second",
            Self::OverLimit { .. } => "over_limit",
        }
    }
}

/// What is wrong with the plans of one person: each alarm with the plan's place in `plans`,
/// in their order. 一般 has no limits but the order of its dates.
#[must_use]
pub fn alarms(plans: &[Plan]) -> Vec<(usize, Alarm)> {
    let mut found = Vec::new();
    let mut in_time: Vec<usize> = (0..plans.len()).collect();
    in_time.sort_by_key(|at| plans[*at].opened_on);
    let (mut declared, mut earlier) = (0_i64, Vec::new());
    for at in in_time {
        let plan = &plans[at];
        let mut alarm = |alarm| found.push((at, alarm));
        if plan.opened_on < plan.birth_on {
            alarm(Alarm::BeforeBirth);
        }
        if plan.kind == PlanKind::General {
            continue;
        }
        let age = age_on(plan.birth_on, plan.opened_on);
        if age >= TOO_OLD {
            alarm(Alarm::TooOld { age });
        }
        if earlier.contains(&plan.kind) {
            alarm(Alarm::Second);
        }
        earlier.push(plan.kind);
        let limit = plan.limit.unwrap_or(0);
        declared = declared.saturating_add(limit);
        if limit > 0 && declared > TAX_FREE_LIMIT {
            alarm(Alarm::OverLimit { declared });
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found
}

/// Full years on `day`, one more from each birthday on. Who was born on 29 February is a year
/// older on 1 March where there is none.
#[must_use]
pub fn age_on(birth_on: Day, day: Day) -> i32 {
    let ((year, month, date), (birth_year, birth_month, birth_date)) =
        (day.parts(), birth_on.parts());
    year - birth_year - i32::from((month, date) < (birth_month, birth_date))
}

#[cfg(test)]
mod tests {
    use super::*;
    use PlanKind::{General, Housing, Pension};

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    fn plan(kind: PlanKind, opened_on: &str, limit: i64) -> Plan {
        let limit = (limit > 0).then_some(limit);
        Plan { kind, birth_on: day("1971-11-22"), opened_on: day(opened_on), limit }
    }

    #[test]
    fn a_person_is_a_year_older_on_the_birthday() {
        for (birth_on, on, age) in [
            ("1971-11-22", "2026-11-21", 54),
            ("1971-11-22", "2026-11-22", 55),
            ("1972-02-29", "2027-02-28", 54),
            ("1972-02-29", "2027-03-01", 55),
            ("2000-01-01", "1999-12-31", -1),
        ] {
            assert_eq!(age_on(day(birth_on), day(on)), age, "{birth_on} {on}");
        }
    }

    #[test]
    fn plans_within_the_law_raise_no_alarm() {
        let good: [&[Plan]; 4] = [
            &[],
            &[plan(Housing, "2026-11-21", 3_000_000), plan(Pension, "2001-04-01", 2_500_000)],
            &[plan(General, "2026-11-22", 0), plan(General, "2030-01-01", 9_000_000)],
            &[plan(Pension, "2010-04-01", 0), plan(Housing, "2010-04-01", 5_500_000)],
        ];
        for plans in good {
            assert_eq!(alarms(plans), [], "{plans:?}");
        }
    }

    #[test]
    fn each_breach_is_told_with_its_plan() {
        type Case<'a> = (&'a [Plan], &'a [(usize, Alarm)]);
        let wrong: [Case; 7] = [
            (&[plan(Housing, "2026-11-22", 1)], &[(0, Alarm::TooOld { age: 55 })]),
            (&[plan(Pension, "2031-11-22", 1)], &[(0, Alarm::TooOld { age: 60 })]),
            (&[plan(General, "1971-11-21", 0)], &[(0, Alarm::BeforeBirth)]),
            // The later one is the second, wherever it stands.
            (
                &[plan(Pension, "2010-04-01", 0), plan(Pension, "2005-04-01", 0)],
                &[(0, Alarm::Second)],
            ),
            (
                &[plan(Housing, "2005-04-01", 0), plan(Housing, "2005-04-01", 0)],
                &[(1, Alarm::Second)],
            ),
            (
                &[plan(Pension, "2010-04-01", 2_500_001), plan(Housing, "2005-04-01", 3_000_000)],
                &[(0, Alarm::OverLimit { declared: 5_500_001 })],
            ),
            (
                &[plan(Housing, "2026-12-01", 5_000_000), plan(Housing, "2005-04-01", 1_000_000)],
                &[
                    (0, Alarm::TooOld { age: 55 }),
                    (0, Alarm::Second),
                    (0, Alarm::OverLimit { declared: 6_000_000 }),
                ],
            ),
        ];
        for (plans, told) in wrong {
            assert_eq!(alarms(plans), told, "{plans:?}");
        }
    }

    #[test]
    fn words_name_their_kind() {
        assert!(PlanKind::ALL.into_iter().all(|kind| PlanKind::parse(kind.word()) == Some(kind)));
    }
}
