//! 国民の祝日 and the days off that follow from them, by the rule of the law of 1948 as it
//! stood in each year, 1980 to 2099.
//!
//! The equinoxes are computed; the government announces them a year ahead (官報, 1 February),
//! so what lies beyond the next year is what will most likely be announced.

use super::date::{Day, Weekday};

/// The years that the rules are known for.
pub const YEARS: std::ops::RangeInclusive<i32> = 1980..=2099;

/// 振替休日: the day after a holiday on a Sunday.
pub const SUBSTITUTE: &str = "振替休日";
/// 国民の休日: the day between two holidays.
pub const BETWEEN: &str = "国民の休日";

/// The name of the holiday on `day`; `None` on other days and outside `YEARS`.
#[must_use]
pub fn name(day: Day) -> Option<&'static str> {
    if !YEARS.contains(&day.parts().0) {
        return None;
    }
    named(day).or_else(|| follows(day))
}

/// The holidays of a year, in order.
#[must_use]
pub fn of_year(year: i32) -> Vec<(Day, &'static str)> {
    let Some(first) = Day::new(year, 1, 1) else { return Vec::new() };
    let days = (0..366).map(|n| first.plus_days(n)).take_while(|day| day.parts().0 == year);
    days.filter_map(|day| Some((day, name(day)?))).collect()
}

/// A holiday that has a name of its own.
fn named(day: Day) -> Option<&'static str> {
    let (year, month, date) = day.parts();
    once(year, month, date).or_else(|| match month {
        1..=4 => spring(day),
        5..=9 => summer(day),
        _ => autumn(day),
    })
}

/// What a law made of one day in one year.
fn once(year: i32, month: u8, date: u8) -> Option<&'static str> {
    match (year, month, date) {
        (1989, 2, 24) => Some("大喪の礼"),
        (1990, 11, 12) => Some("即位礼正殿の儀"),
        (1993, 6, 9) => Some("結婚の儀"),
        (2019, 5, 1) => Some("天皇の即位の日"),
        (2019, 10, 22) => Some("即位礼正殿の儀の行われる日"),
        _ => None,
    }
}

fn spring(day: Day) -> Option<&'static str> {
    let (year, month, date) = day.parts();
    match (month, date) {
        (1, 1) => Some("元日"),
        (1, 15) if year < 2000 => Some("成人の日"),
        (1, _) if year >= 2000 && is_monday(day, 2) => Some("成人の日"),
        (2, 11) => Some("建国記念の日"),
        (2, 23) if year >= 2020 => Some("天皇誕生日"),
        (3, _) if date == equinox(year, 20.8431) => Some("春分の日"),
        (4, 29) => Some(match year {
            ..1989 => "天皇誕生日",
            1989..2007 => "みどりの日",
            _ => "昭和の日",
        }),
        _ => None,
    }
}

fn summer(day: Day) -> Option<&'static str> {
    let (year, month, date) = day.parts();
    match (month, date) {
        (5, 3) => Some("憲法記念日"),
        (5, 4) if year >= 2007 => Some("みどりの日"),
        (5, 5) => Some("こどもの日"),
        (7, _) => july(day),
        (8, _) if date == mountain(year) => Some("山の日"),
        (9, 15) if year < 2003 => Some("敬老の日"),
        (9, _) if year >= 2003 && is_monday(day, 3) => Some("敬老の日"),
        (9, _) if date == equinox(year, 23.2488) => Some("秋分の日"),
        _ => None,
    }
}

/// 海の日, and スポーツの日 in the years of the Olympic Games.
fn july(day: Day) -> Option<&'static str> {
    let (year, _, date) = day.parts();
    let is_marine = match year {
        2020 => date == 23,
        2021 => date == 22,
        1996..2003 => date == 20,
        2003.. => is_monday(day, 3),
        _ => false,
    };
    let is_sports = matches!((year, date), (2020, 24) | (2021, 23));
    if is_marine { Some("海の日") } else { is_sports.then_some("スポーツの日") }
}

/// The date of 山の日 in August; 0 before there was one.
const fn mountain(year: i32) -> u8 {
    match year {
        ..2016 => 0,
        2020 => 10,
        2021 => 8,
        _ => 11,
    }
}

fn autumn(day: Day) -> Option<&'static str> {
    let (year, month, date) = day.parts();
    match (month, date) {
        (10, 10) if year < 2000 => Some("体育の日"),
        (10, _) if (2000..2020).contains(&year) && is_monday(day, 2) => Some("体育の日"),
        (10, _) if year >= 2022 && is_monday(day, 2) => Some("スポーツの日"),
        (11, 3) => Some("文化の日"),
        (11, 23) => Some("勤労感謝の日"),
        (12, 23) if (1989..2019).contains(&year) => Some("天皇誕生日"),
        _ => None,
    }
}

/// A day off because of the holidays around it.
fn follows(day: Day) -> Option<&'static str> {
    let year = day.parts().0;
    let (before, after) = (day.plus_days(-1), day.plus_days(1));
    if is_substitute(day) {
        return Some(SUBSTITUTE);
    }
    // Since 1985-12-27; until 2006 not on a Sunday.
    let between = named(before).is_some() && named(after).is_some();
    let counts = year >= 1986 && (year >= 2007 || day.weekday() != Weekday::Sunday);
    (between && counts).then_some(BETWEEN)
}

/// Since 1973 the Monday after a holiday on a Sunday; since 2007 the first day after it that
/// is no holiday itself.
fn is_substitute(day: Day) -> bool {
    let furthest = if day.parts().0 >= 2007 { 6 } else { 1 };
    (1..=furthest)
        .map(|back| day.plus_days(-back))
        .take_while(|before| named(*before).is_some())
        .any(|before| before.weekday() == Weekday::Sunday)
}

/// The date of an equinox in its month; right for 1980 to 2099.
fn equinox(year: i32, base: f64) -> u8 {
    let since = f64::from(year - 1980);
    let date = (base + 0.242_194 * since).floor() - (since / 4.0).floor();
    // Between 19 and 24: nothing is lost.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let date = date as u8;
    date
}

/// Whether `day` is the `nth` Monday of its month.
fn is_monday(day: Day, nth: u8) -> bool {
    day.weekday() == Weekday::Monday && day.parts().2.div_ceil(7) == nth
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> Option<&'static str> {
        name(Day::parse(text).expect("a day"))
    }

    #[test]
    fn the_days_that_follow_from_others_are_found() {
        // RX-03
        assert_eq!(on("2026-05-06"), Some(SUBSTITUTE), "after a Sunday and two more holidays");
        assert_eq!(on("2026-09-22"), Some(BETWEEN), "between 敬老の日 and 秋分の日");
        assert_eq!(on("2019-04-30"), Some(BETWEEN));
        assert_eq!(on("2019-05-02"), Some(BETWEEN));
        assert_eq!(on("1986-05-04"), None, "a Sunday");
        assert_eq!(on("1988-05-04"), Some(BETWEEN));
        assert_eq!(on("1985-05-04"), None, "before the law of December 1985");
        assert_eq!(on("2006-05-04"), Some(BETWEEN));
        assert_eq!(on("1998-05-04"), Some(SUBSTITUTE));
    }

    #[test]
    fn the_years_of_the_games_and_of_the_accession_are_as_they_were() {
        let of = |year| -> Vec<String> {
            of_year(year).into_iter().map(|(day, _)| day.to_string()[5..].to_owned()).collect()
        };
        let all = "01-01 01-13 02-11 02-23 02-24 03-20 04-29 05-03 05-04 05-05 05-06 07-23 07-24 \
                   08-10 09-21 09-22 11-03 11-23";
        assert_eq!(of(2020).join(" "), all);
        let all = "01-01 01-11 02-11 02-23 03-20 04-29 05-03 05-04 05-05 07-22 07-23 08-08 08-09 \
                   09-20 09-23 11-03 11-23";
        assert_eq!(of(2021).join(" "), all);
        assert_eq!(on("2019-05-01"), Some("天皇の即位の日"));
        assert_eq!(on("2019-12-23"), None);
    }

    #[test]
    fn other_years_have_no_rule() {
        assert!(of_year(1979).is_empty() && of_year(2100).is_empty());
        assert_eq!(of_year(2099).first().map(|(_, name)| *name), Some("元日"));
    }
}
