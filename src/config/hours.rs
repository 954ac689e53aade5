//! `[hours]`: when the service is open.

use super::values::{Problem, Values};
use crate::base::Calendar;
use crate::base::calendar::ClosedDates;

/// When the service is open (R004-01).
#[derive(Clone, Debug)]
pub struct Hours {
    /// Whether contracts without hours of their own keep business hours.
    pub business: bool,
    /// Opening time, in minutes after midnight in Japan.
    pub open: i64,
    /// Closing time, in minutes after midnight in Japan.
    pub close: i64,
    /// Which days are business days.
    pub calendar: Calendar,
}

/// What may be written for a time of day.
pub(super) const HINT: &str = "write a time of the day such as \"08:00\", at most \"24:00\"";
/// The list that is in force unless the operator names another.
const USUAL: &str = include_str!("../../config/closed-dates.txt");

/// Reads `HH:MM`, `00:00` to `24:00`, as minutes after midnight.
pub(super) fn minutes(text: &str) -> Option<i64> {
    let (hours, minutes) = text.split_once(':')?;
    let two = |digits: &str| digits.len() == 2 && digits.bytes().all(|b| b.is_ascii_digit());
    if !two(hours) || !two(minutes) {
        return None;
    }
    let (hours, minutes): (i64, i64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 24 * 60).then_some(total)
}

impl Values {
    /// The hours, or everything that is wrong with them.
    pub(super) fn hours(&self) -> Result<Hours, Vec<Problem>> {
        let time = |key: &str| minutes(&self.text(key)).unwrap_or_default();
        let (open, close) = (time("hours.open"), time("hours.close"));
        let mut problems = Vec::new();
        if open >= close {
            let hint = "both are times of the same day, as in 08:00 and 20:00";
            problems.push(Problem::new("hours.close", "is not later than hours.open", hint));
        }
        match self.closed_dates() {
            Ok(closed) if problems.is_empty() => Ok(Hours {
                business: self.text("hours.mode") == "business",
                open,
                close,
                calendar: Calendar::new(closed),
            }),
            Ok(_) => Err(problems),
            Err(found) => Err([problems, found].concat()),
        }
    }

    fn closed_dates(&self) -> Result<ClosedDates, Vec<Problem>> {
        const KEY: &str = "hours.closed_dates";
        let text = match self.path(KEY) {
            None => USUAL.to_owned(),
            Some(path) => std::fs::read_to_string(&path).map_err(|error| {
                let text = format!("{} cannot be read: {error}", path.display());
                vec![Problem::new(KEY, text, "check the path and who may read it")]
            })?,
        };
        ClosedDates::parse(&text).map_err(|bad| {
            let hint = "write MM-DD or YYYY-MM-DD, a blank and the name; a # begins a comment";
            let problem = |line: &crate::base::calendar::BadLine| {
                Problem::new(
                    KEY,
                    format!("line {}: `{}` names no day", line.number, line.text),
                    hint,
                )
            };
            bad.iter().map(problem).collect()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Day;

    #[test]
    fn a_time_of_the_day_has_two_digits_on_each_side() {
        assert_eq!(minutes("08:00"), Some(480));
        assert_eq!(minutes("24:00"), Some(1_440));
        for wrong in ["8:00", "08:60", "24:01", "0800", "08:0", "+8:00", "08:00:00", ""] {
            assert_eq!(minutes(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_built_in_list_closes_the_turn_of_the_year() {
        // R004-01
        let calendar = Calendar::new(ClosedDates::parse(USUAL).expect("good lines"));
        let day = |month, date| Day::new(2028, month, date).expect("a day");
        for (month, date) in [(12, 31), (1, 1), (1, 2), (1, 3)] {
            assert!(!calendar.is_business_day(day(month, date)), "{month}-{date}");
        }
        assert!(calendar.is_business_day(day(1, 4)));
    }
}
