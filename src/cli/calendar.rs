//! `calendar`.

use serde_json::{Value, json};

use super::args::CalendarOf;
use super::open::Open;
use super::{Failure, output};
use crate::base::date::weekday_ja;
use crate::base::{Calendar, Day, Moment};
use crate::config::Hours;
use crate::identity::hours::Plan;
use crate::identity::terms;

pub(super) fn run(open: &Open, asked: &CalendarOf) -> Result<(), Failure> {
    let hours = open.config()?.hours;
    if let Some(at) = asked.at {
        return show_at(open, hours, at);
    }
    let this_year = Day::of(open.clock.now()).parts().0;
    show_year(open, &hours.calendar, asked.year.unwrap_or(this_year))
}

/// The holidays and closed dates of a year, and how many business days each month has.
fn show_year(open: &Open, calendar: &Calendar, year: i32) -> Result<(), Failure> {
    let days = calendar.of_year(year);
    if open.json {
        let row = |off: &crate::base::calendar::DayOff| json!({ "date": off.day.to_string(), "name": off.name });
        return output::json(&days.iter().map(row).collect());
    }
    let row = |off: &crate::base::calendar::DayOff| {
        json!({
            "date": off.day.to_string(),
            "day": weekday_ja(off.day.weekday()),
            "name": off.name,
        })
    };
    let empty = "no holidays and no closed dates";
    output::list(false, days.iter().map(row).collect(), &["date", "day", "name"], empty)?;
    output::say("");
    let months = calendar.business_days(year);
    let month = |(at, days): (usize, &u32)| json!({ "month": format!("{year}-{:02}", at + 1), "business_days": days });
    let rows: Vec<Value> = months.iter().enumerate().map(month).collect();
    output::list(false, rows, &["month", "business_days"], "")?;
    output::say(format!("{year}     {}", months.iter().sum::<u32>()));
    Ok(())
}

/// Whether business hours are open at `at`, and when they change.
fn show_at(open: &Open, set: Hours, at: Moment) -> Result<(), Failure> {
    let plan = Plan {
        service_keeps_business_hours: set.business,
        open: set.open,
        close: set.close,
        calendar: set.calendar,
    };
    let is_open = plan.is_open(terms::Hours::Business, at);
    let next = plan.next_opening(at).filter(|_| !is_open);
    let closes = is_open.then(|| Day::of(at).at_minute(plan.close));
    let shown = json!({
        "at": at.rfc3339(),
        "open": is_open,
        "closes_at": closes.map(Moment::rfc3339),
        "next_opening": next.map(Moment::rfc3339),
        "mode": if plan.service_keeps_business_hours { "business" } else { "always" },
    });
    output::show(open.json, &shown)
}
