//! Sample receptions of 一斉積立: made as files, and taken as those are.

use super::receive;
use crate::base::clock::DAY_MS;
use crate::base::{Day, Moment};
use crate::db::{Error, Tx};
use crate::deduction::names::sample_name;
use crate::deduction::received::Failure;
use crate::deduction::scope::Key;
use crate::identity::contracts::Service;
use crate::identity::groups;

/// People who save.
const PEOPLE: usize = 600;
/// 積立番号, 積立名, 作成区分, yen, and how many days ago it came.
const RECEPTIONS: [(&str, &str, &str, i64, i64); 4] = [
    ("014", "組合一斉積立（月例）", "定例作成", 3_000, 66),
    ("021", "夏季一斉積立", "定例作成", 20_000, 40),
    ("014", "組合一斉積立（月例）", "定例作成", 3_000, 35),
    ("014", "組合一斉積立（月例）", "臨時作成", 3_000, 5),
];

/// Fills each group of the contract that does 一斉積立. Only once a contract.
///
/// # Errors
/// The database's.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    for group in groups::of_contract(tx, contract_no).await? {
        if !group.services.contains(&Service::BulkSaving) {
            continue;
        }
        let key = Key { contract_no, group_no: &group.group_no };
        for (at, (.., days_ago)) in RECEPTIONS.iter().enumerate() {
            let received_at = now.plus_ms(-days_ago * DAY_MS);
            let text = file(at, received_at);
            receive::insert(tx, key, &text, received_at).await.map_err(taken)?;
        }
    }
    Ok(())
}

/// The samples are good files.
fn taken(failure: Failure) -> Error {
    match failure {
        Failure::Db(error) => error,
        Failure::Refused(refusals) => Error::Answer(format!("{refusals:?}")),
    }
}

/// The `at`th reception, made two days before it came. From one to the next some join, some
/// leave, and some save another amount.
fn file(at: usize, received_at: Moment) -> String {
    let (no, name, timing, yen, _) = RECEPTIONS[at];
    let made_on = Day::of(received_at).plus_days(-2);
    let mut text = receive::HEADS.join(",");
    text.push_str("\r\n");
    for n in 0..PEOPLE {
        let (joins, leaves) = (n % 97 == 5, n % 89 == 7);
        if joins && at < 2 || leaves && at > 2 {
            continue;
        }
        let raised = n % 53 == 11 && at > 1 || n % 61 == 3 && at > 2;
        let amount = if raised { yen + 2_000 } else { yen };
        let (kanji, kana) = sample_name(n);
        let (number, account) = (10_000_000 + n * 37, 2_000_000 + n * 613);
        text.extend([format!(
            "{no},{name},{made_on},{timing},{number:08},{kana},{kanji},{account:07},{amount}\r\n"
        )]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_samples_are_good_files() {
        for (at, reception) in RECEPTIONS.iter().enumerate() {
            let text = file(at, Moment::parse("2026-11-21T10:00:00+09:00").expect("a moment"));
            let (head, count, amount) = receive::check(&text).expect("good");
            assert_eq!(head.no, reception.0);
            assert!(count > 580 && amount > 580 * reception.3, "{count} {amount}");
        }
    }
}
