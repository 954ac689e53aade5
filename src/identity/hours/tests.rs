//! The hours at their exact edges.

use super::*;
use crate::base::calendar::ClosedDates;
use crate::base::holidays;

fn plan() -> Plan {
    let closed = ClosedDates::parse(include_str!("../../../config/closed-dates.txt"));
    Plan {
        service_keeps_business_hours: true,
        open: 8 * 60,
        close: 20 * 60,
        calendar: Calendar::new(closed.expect("good lines")),
    }
}

fn at(text: &str) -> Moment {
    Moment::parse(&format!("{text}+09:00")).expect("an instant")
}

fn is_open(text: &str) -> bool {
    plan().is_open(Hours::Business, at(text))
}

fn window(from: &str, to: &str) -> Window {
    Window {
        id: from.to_owned(),
        from: at(from),
        to: at(to),
        message: "機器の入れ替えのため休止します。".to_owned(),
        announced: at("2026-11-19T09:00:00"),
        created_by: "cli:test".to_owned(),
        created_at: at("2026-11-19T09:00:00"),
        withdrawn_at: None,
    }
}

#[test]
fn the_doors_open_at_eight_and_close_at_eight() {
    // RX-03, R004-01
    let friday = Day::new(2026, 11, 20).expect("a day");
    let (open, close) = (friday.at_minute(8 * 60), friday.at_minute(20 * 60));
    for (instant, expected) in
        [(open.plus_ms(-1), false), (open, true), (close.plus_ms(-1), true), (close, false)]
    {
        assert_eq!(plan().is_open(Hours::Business, instant), expected, "{}", instant.ms());
    }
    for (text, expected) in [
        ("2026-11-20T07:59:59", false),
        ("2026-11-20T08:00:00", true),
        ("2026-11-20T19:59:59", true),
        ("2026-11-20T20:00:00", false),
        ("2026-11-20T00:00:00", false),
        ("2026-11-20T23:59:59", false),
    ] {
        assert_eq!(is_open(text), expected, "{text}");
    }
}

#[test]
fn weekends_holidays_and_closed_dates_stay_closed_all_day() {
    // RX-03: Saturday, Sunday, 振替休日, 国民の休日; R004-01
    for day in [
        "2026-11-21",
        "2026-11-22",
        "2026-11-23",
        "2026-05-06",
        "2026-09-22",
        "2026-12-31",
        "2027-01-01",
        "2027-01-02",
        "2027-01-03",
    ] {
        for time in ["00:00:00", "08:00:00", "12:00:00", "19:59:59", "23:59:59"] {
            assert!(!is_open(&format!("{day}T{time}")), "{day} {time}");
        }
    }
    for day in ["2026-11-24", "2026-05-07", "2026-09-24", "2026-12-30", "2027-01-04"] {
        assert!(is_open(&format!("{day}T08:00:00")), "{day}");
    }
}

#[test]
fn every_holiday_of_every_year_is_closed_and_every_other_weekday_open() {
    // RX-03: each day of the holiday list
    let plan = plan();
    for year in holidays::YEARS {
        for (day, name) in holidays::of_year(year) {
            for minute in [8 * 60, 12 * 60, 20 * 60 - 1] {
                assert!(!plan.is_open(Hours::Business, day.at_minute(minute)), "{day} {name}");
            }
        }
    }
    let ordinary = Day::new(2026, 6, 1).expect("a day");
    for n in (0..30).filter(|n| n % 7 < 5) {
        let day = ordinary.plus_days(n);
        assert!(plan.is_open(Hours::Business, day.at_minute(12 * 60)), "{day}");
    }
}

#[test]
fn the_terms_of_a_contract_choose_its_hours() {
    let night = at("2026-11-20T22:00:00");
    let strict = plan();
    assert!(!strict.is_open(Hours::Service, night) && !strict.is_open(Hours::Business, night));
    assert!(strict.is_open(Hours::Always, night));
    let lax = Plan { service_keeps_business_hours: false, ..plan() };
    assert!(lax.is_open(Hours::Service, night) && !lax.is_open(Hours::Business, night));
}

#[test]
fn the_next_opening_is_on_the_next_business_day() {
    let opens = |text: &str| plan().next_opening(at(text)).expect("within a year");
    for (now, next) in [
        ("2026-11-20T07:59:59", "2026-11-20T08:00:00"),
        ("2026-11-20T20:00:00", "2026-11-24T08:00:00"),
        ("2026-11-23T12:00:00", "2026-11-24T08:00:00"),
        ("2026-05-01T21:00:00", "2026-05-07T08:00:00"),
        ("2026-12-30T20:00:00", "2027-01-04T08:00:00"),
    ] {
        assert_eq!(opens(now), at(next), "{now}");
        assert!(plan().is_open(Hours::Business, opens(now)), "{now}");
    }
    let closed = |text: &str| plan().last_closing(at(text)).expect("within a year");
    assert_eq!(closed("2026-11-24T07:59:59"), at("2026-11-20T20:00:00"));
    assert_eq!(closed("2026-11-20T20:00:00"), at("2026-11-20T20:00:00"));
}

#[test]
fn whoever_is_shut_out_hears_since_when_until_when_and_why() {
    // R004-01
    let opening = Opening::new(plan());
    assert_eq!(opening.closed(Hours::Business, at("2026-11-20T12:00:00")), None);
    let closed = opening.closed(Hours::Service, at("2026-11-23T12:00:00")).expect("a holiday");
    let today = Some("勤労感謝の日".to_owned());
    assert_eq!(closed.why, Why::Hours { open: 480, close: 1_200, today });
    assert_eq!(closed.since, Some(at("2026-11-20T20:00:00")));
    assert_eq!(closed.until, Some(at("2026-11-24T08:00:00")));
    assert_eq!(closed.retry_seconds, 20 * 3_600);
    let last = opening.closed(Hours::Service, at("2026-11-24T08:00:00").plus_ms(-1));
    assert_eq!(last.expect("closed").retry_seconds, 1);
}

#[test]
fn a_time_out_of_service_closes_for_everybody_and_ends_when_it_says() {
    // R004-02
    let opening = Opening::new(plan());
    opening.take_in(vec![window("2026-11-20T12:00:00", "2026-11-20T13:00:00")]);
    for hours in [Hours::Service, Hours::Always, Hours::Business] {
        assert!(opening.is_open(hours, at("2026-11-20T11:59:59")));
        let closed = opening.closed(hours, at("2026-11-20T12:00:00")).expect("closed");
        assert!(matches!(closed.why, Why::Maintenance { .. }), "{closed:?}");
        assert_eq!(closed.until, Some(at("2026-11-20T13:00:00")));
        assert!(!opening.is_open(hours, at("2026-11-20T12:59:59")));
        assert!(opening.is_open(hours, at("2026-11-20T13:00:00")));
    }
}

#[test]
fn what_ends_after_closing_time_opens_in_the_morning() {
    // R004-02
    let opening = Opening::new(plan());
    opening.take_in(vec![
        window("2026-11-20T19:00:00", "2026-11-20T22:00:00"),
        window("2026-11-24T07:00:00", "2026-11-24T09:30:00"),
    ]);
    let now = at("2026-11-20T19:30:00");
    let until = |hours| opening.closed(hours, now).and_then(|closed| closed.until);
    assert_eq!(until(Hours::Always), Some(at("2026-11-20T22:00:00")));
    assert_eq!(until(Hours::Business), Some(at("2026-11-24T09:30:00")));
}

#[test]
fn it_is_told_from_its_announcement_to_its_end() {
    // R004-02
    let opening = Opening::new(plan());
    opening.take_in(vec![window("2026-11-20T12:00:00", "2026-11-20T13:00:00")]);
    let told = |text: &str| opening.announced(at(text)).len();
    assert_eq!(told("2026-11-19T08:59:59"), 0);
    assert_eq!(told("2026-11-19T09:00:00"), 1);
    assert_eq!(told("2026-11-20T12:59:59"), 1);
    assert_eq!(told("2026-11-20T13:00:00"), 0);
}

#[test]
fn a_quarter_of_an_hour_before_closing_time_it_is_said() {
    let soon = |text: &str| plan().closes_soon(Hours::Business, at(text));
    assert_eq!(soon("2026-11-20T19:44:59"), None);
    assert_eq!(soon("2026-11-20T19:45:00"), Some(at("2026-11-20T20:00:00")));
    assert_eq!(soon("2026-11-20T20:00:00"), None);
    assert_eq!(plan().closes_soon(Hours::Always, at("2026-11-20T19:50:00")), None);
}

#[test]
fn a_service_that_never_opens_says_so_without_an_end() {
    let all: String = (0..366)
        .map(|n| {
            Day::new(2000, 1, 1).expect("a day").plus_days(n).to_string()[5..].to_owned() + "\n"
        })
        .collect();
    let calendar = Calendar::new(ClosedDates::parse(&all).expect("every day"));
    let opening = Opening::new(Plan { calendar, ..plan() });
    let closed = opening.closed(Hours::Business, at("2026-11-20T12:00:00")).expect("closed");
    assert_eq!((closed.since, closed.until, closed.retry_seconds), (None, None, 1));
}
