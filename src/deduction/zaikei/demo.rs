//! Sample receptions of 財形貯蓄: made as files, and taken as those are.

use super::receive;
use crate::base::clock::DAY_MS;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx};
use crate::deduction::names::sample_name;
use crate::deduction::received::Failure;
use crate::identity::contracts::Service;

/// 加入者.
const PEOPLE: usize = 600;
/// Of the 預入依頼書: 区分, and how many days ago it came.
const DEPOSITS: [(&str, i64); 6] = [
    ("年末一時金", 345),
    ("夏季一時金", 160),
    ("月例", 64),
    ("月例", 33),
    ("年末一時金", 12),
    ("月例", 3),
];
const INCENTIVES: [(&str, i64); 2] = [("一時金", 150), ("月例", 30)];
const BALANCES: [i64; 2] = [95, 4];
const DAYS_A_YEAR: i64 = 365;

/// Fills the contract with what the service shows. Only once a contract and service.
///
/// # Errors
/// The database's.
pub async fn demo(
    tx: &mut Tx,
    (contract_no, service): (&str, Service),
    now: Moment,
) -> Result<(), Error> {
    let at = |days_ago: i64| now.plus_ms(-days_ago * DAY_MS);
    let files: Vec<(Moment, String)> = match service {
        Service::Zaikei => {
            let all = DEPOSITS.iter().enumerate();
            all.map(|(n, (timing, ago))| (at(*ago), deposit(n, timing, at(*ago)))).collect()
        }
        Service::ZaikeiBalance => {
            BALANCES.iter().map(|ago| (at(*ago), balances(at(*ago)))).collect()
        }
        Service::ZaikeiIncentive => {
            let all = INCENTIVES.iter();
            all.map(|(timing, ago)| (at(*ago), incentives(timing, at(*ago)))).collect()
        }
        _ => Vec::new(),
    };
    for (received_at, text) in files {
        match receive::insert(tx, contract_no, &text, received_at).await {
            Ok(_) => {}
            Err(Failure::Db(error)) => return Err(error),
            // The samples are good files.
            Err(Failure::Refused(refusals)) => return Err(Error::Answer(format!("{refusals:?}"))),
        }
    }
    Ok(())
}

/// Somebody's plan.
struct Sample {
    /// Number, names, birth, kind, account, day of the contract.
    cells: String,
    n: usize,
    kind: &'static str,
    /// Yen a month.
    monthly: i64,
}

/// The plans of all people: one, two or three each. A few break the law.
fn plans() -> Vec<Sample> {
    let mut plans = Vec::new();
    for n in 0..PEOPLE {
        let kinds: &[&'static str] = match n % 7 {
            0 => &["一般", "年金"],
            1 | 5 => &["住宅"],
            2 => &["年金"],
            3 => &["一般"],
            4 => &["住宅", "年金"],
            _ => &["一般", "住宅", "年金"],
        };
        plans.extend(kinds.iter().enumerate().map(|(at, kind)| plan(n, at, kind)));
        if n % 150 == 81 {
            // A second one of a kind of which there may be one.
            plans.push(plan(n, 3, kinds[kinds.len() - 1]));
        }
    }
    plans
}

fn plan(n: usize, at: usize, kind: &'static str) -> Sample {
    let days = |n: usize| i64::try_from(n).unwrap_or(0);
    let first = Day::new(1966, 4, 2).map(|day| day.plus_days(days(n * 22)));
    let birth_on = first.unwrap_or(Day::of(Moment::from_ms(0)));
    // At 22 and later; of a few, too late.
    let age = if n % 120 == 44 && n < 300 { 56 } else { 22 + days(n % 9) };
    let opened_on = birth_on.plus_days(age * DAYS_A_YEAR + days(at * 400 + 60));
    let limit = match kind {
        "一般" => String::new(),
        _ if n % 100 == 27 => "4000000".to_owned(),
        _ => "2500000".to_owned(),
    };
    let (kanji, kana) = sample_name(n + 1);
    let (number, account) = (40_000 + n * 7, 3_000_000 + n * 613 + at * 97);
    let of = format!("{number:06},{kana},{kanji},{birth_on},{kind},{account:07},{opened_on}");
    Sample { cells: format!("{of},{limit}"), n, kind, monthly: 5_000 + days(n % 6 + at) * 5_000 }
}

fn table(heads: &[&str], rows: impl Iterator<Item = String>) -> String {
    let mut text = heads.join(",");
    for row in rows {
        text.push_str("\r\n");
        text.push_str(&row);
    }
    text
}

/// The 20th before it came, as such files are made.
fn base_on(received_at: Moment) -> Day {
    Day::of(received_at).plus_days(-2)
}

/// The `at`th 預入依頼書. From one to the next some join, stop or save another amount.
fn deposit(at: usize, timing: &str, received_at: Moment) -> String {
    let base_on = base_on(received_at);
    let bonus = timing != "月例";
    let row = |plan: Sample| {
        let Sample { n, kind, monthly, cells } = plan;
        let joins = n % 83 == 9 && at < 3;
        if joins || bonus && (n % 3 == 0 || kind == "一般") {
            return None;
        }
        let changed = n % 47 == 13 && at > 2 || n % 59 == 4 && at > 4;
        let amount = match (bonus, n % 71 == 6 && at > 2) {
            (_, true) => 0,
            (true, _) => monthly * 4,
            (false, _) if changed => monthly + 5_000,
            (false, _) => monthly,
        };
        let balance = monthly * i64::try_from(30 + n % 90 + at).unwrap_or(0);
        Some(format!("{timing},{base_on},{cells},{amount},{balance}"))
    };
    table(receive::DEPOSIT, plans().into_iter().filter_map(row))
}

fn balances(received_at: Moment) -> String {
    let base_on = base_on(received_at);
    let row = |plan: Sample| {
        let months = i64::try_from(33 + plan.n % 90).unwrap_or(0);
        format!("{base_on},{},{}", plan.cells, plan.monthly * months)
    };
    table(receive::BALANCES, plans().into_iter().map(row))
}

/// 奨励金 are three in a hundred of what was saved.
fn incentives(timing: &str, received_at: Moment) -> String {
    let base_on = base_on(received_at);
    let months = if timing == "月例" { 1 } else { 4 };
    let row = |plan: Sample| {
        let cells = plan.cells.rsplit_once(',').map_or("", |(cells, _limit)| cells);
        format!("{timing},{base_on},{cells},{}", plan.monthly * months * 3 / 100)
    };
    table(receive::INCENTIVES, plans().into_iter().map(row))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deduction::zaikei::Document;

    #[test]
    fn the_samples_are_good_files() {
        let now = Moment::parse("2026-11-21T10:00:00+09:00").expect("a moment");
        let monthly = receive::check(&deposit(5, "月例", now)).expect("good");
        assert!(monthly.0.document == Document::Deposit && monthly.1 > 900, "{monthly:?}");
        let bonus = receive::check(&deposit(4, "年末一時金", now)).expect("good");
        assert!(bonus.1 > 300, "{bonus:?}");
        for text in [balances(now), incentives("月例", now)] {
            let (_, count, amount) = receive::check(&text).expect("good");
            assert!(count > 900 && amount > 0);
        }
    }
}
