//! By which rule the next period opens.

use super::Kind;
use crate::base::Day;
use crate::base::calendar::Calendar;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::deduction::scope::Key;

/// The rule of a group for one kind of period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Of which kind.
    pub kind: Kind,
    /// In which month of the year a bonus is paid; not for 月例.
    pub month: Option<i64>,
    /// On which day of the month entry closes, 1 to 31.
    pub close_day: i64,
    /// How many months before the 控除年月, 0 to 2.
    pub close_months_before: i64,
    /// On which day of the 控除年月 the pay comes, 1 to 31.
    pub pay_day: i64,
}

/// The dates of a period that is to open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dates {
    /// 控除年月, `YYYY-MM`.
    pub deduct_ym: String,
    /// 締切日.
    pub close_on: Day,
    /// 支給日(入金予定日).
    pub pay_on: Day,
}

impl Rule {
    /// What a group begins with: entry closes on the 10th, the pay comes on the 25th; bonuses
    /// in June and December, closing on the 20th of the month before and paid on the 10th.
    #[must_use]
    pub const fn usual(kind: Kind) -> Self {
        let month = match kind {
            Kind::Monthly => {
                return Self {
                    kind,
                    month: None,
                    close_day: 10,
                    close_months_before: 0,
                    pay_day: 25,
                };
            }
            Kind::Summer => 6,
            Kind::Winter => 12,
        };
        Self { kind, month: Some(month), close_day: 20, close_months_before: 1, pay_day: 10 }
    }
}

/// The dates of the period after the one of `deduct_ym`; `None` beyond the calendar.
#[must_use]
pub fn after(deduct_ym: &str, rule: &Rule, calendar: &Calendar) -> Option<Dates> {
    let (year, month) = parts(deduct_ym)?;
    let next = match rule.month {
        None => add_months(year, month, 1),
        Some(own) => (year + 1, u8::try_from(own).ok()?),
    };
    dates(next, rule, calendar)
}

/// The dates of the period of the month `(year, month)`.
#[must_use]
pub fn dates((year, month): (i32, u8), rule: &Rule, calendar: &Calendar) -> Option<Dates> {
    let closing = add_months(year, month, -i32::try_from(rule.close_months_before).ok()?);
    Some(Dates {
        deduct_ym: format!("{year:04}-{month:02}"),
        close_on: working_day(closing, rule.close_day, calendar)?,
        pay_on: working_day((year, month), rule.pay_day, calendar)?,
    })
}

/// Year and month of `YYYY-MM`.
#[must_use]
pub fn parts(ym: &str) -> Option<(i32, u8)> {
    let (year, month, _) = Day::parse(&format!("{ym}-01"))?.parts();
    Some((year, month))
}

fn add_months(year: i32, month: u8, more: i32) -> (i32, u8) {
    let months = year * 12 + i32::from(month) - 1 + more;
    let month = u8::try_from(months.rem_euclid(12) + 1).unwrap_or(1);
    (months.div_euclid(12), month)
}

/// The day of the month, its last day when it is shorter; the business day before when it
/// is a day off.
fn working_day((year, month): (i32, u8), day: i64, calendar: &Calendar) -> Option<Day> {
    let day = u8::try_from(day).ok()?;
    let nominal = (1..=day).rev().find_map(|day| Day::new(year, month, day))?;
    if calendar.is_business_day(nominal) {
        return Some(nominal);
    }
    calendar.business_day_before(nominal)
}

impl FromRow for Rule {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let kind: String = row.get("kind")?;
        Ok(Self {
            kind: Kind::parse(&kind).ok_or_else(|| Error::missing("period_rules.kind"))?,
            month: row.get("month")?,
            close_day: row.get("close_day")?,
            close_months_before: row.get("close_months_before")?,
            pay_day: row.get("pay_day")?,
        })
    }
}

/// The rule of the group for `kind`; without one the operator opens each period.
pub async fn rule(conn: &mut Conn, key: Key<'_>, kind: Kind) -> Result<Option<Rule>, Error> {
    let sql = "SELECT * FROM period_rules WHERE contract_no = $1 AND group_no = $2 AND kind = $3";
    conn.one(sql, params![key.contract_no, key.group_no, kind.word()]).await
}

/// Sets the rule of the group.
pub async fn set_rule(tx: &mut Tx, key: Key<'_>, rule: &Rule) -> Result<(), Error> {
    let sql = "INSERT INTO period_rules (contract_no, group_no, kind, month, close_day, \
               close_months_before, pay_day) VALUES ($1, $2, $3, $4, $5, $6, $7) \
               ON CONFLICT (contract_no, group_no, kind) DO UPDATE SET month = excluded.month, \
               close_day = excluded.close_day, \
               close_months_before = excluded.close_months_before, pay_day = excluded.pay_day";
    let Rule { kind, month, close_day, close_months_before, pay_day } = *rule;
    let values = params![
        key.contract_no,
        key.group_no,
        kind.word(),
        month,
        close_day,
        close_months_before,
        pay_day
    ];
    tx.execute(sql, values).await.map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::calendar::ClosedDates;

    fn calendar() -> Calendar {
        Calendar::new(ClosedDates::parse("").expect("none"))
    }

    fn day(text: &str) -> Day {
        Day::parse(text).expect("a day")
    }

    #[test]
    fn the_next_month_closes_and_pays_on_business_days() {
        let rule = Rule::usual(Kind::Monthly);
        let cases = [
            // 10 January 2027 is a Sunday, the 11th a holiday; the 25th is a Monday.
            ("2026-12", "2027-01", "2027-01-08", "2027-01-25"),
            ("2026-10", "2026-11", "2026-11-10", "2026-11-25"),
        ];
        for (before, ym, close_on, pay_on) in cases {
            let next = after(before, &rule, &calendar()).expect("dates");
            assert_eq!(next.deduct_ym, ym);
            assert_eq!((next.close_on, next.pay_on), (day(close_on), day(pay_on)), "{ym}");
        }
    }

    #[test]
    fn a_day_that_a_month_lacks_is_its_last() {
        let rule = Rule { close_day: 31, pay_day: 31, ..Rule::usual(Kind::Monthly) };
        // 28 February 2027 is a Sunday.
        let next = after("2027-01", &rule, &calendar()).expect("dates");
        assert_eq!((next.close_on, next.pay_on), (day("2027-02-26"), day("2027-02-26")));
    }

    #[test]
    fn a_bonus_comes_in_its_month_of_the_next_year() {
        let next = after("2026-06", &Rule::usual(Kind::Summer), &calendar()).expect("dates");
        assert_eq!(next.deduct_ym, "2027-06");
        assert_eq!((next.close_on, next.pay_on), (day("2027-05-20"), day("2027-06-10")));
        let next = after("2026-12", &Rule::usual(Kind::Winter), &calendar()).expect("dates");
        assert_eq!((next.deduct_ym.as_str(), next.close_on), ("2027-12", day("2027-11-19")));
    }
}
