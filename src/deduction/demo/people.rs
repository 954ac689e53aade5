//! Members, their items of 労金控除, and their lines in the union's own ledger.

use std::ops::Range;

use super::rows::Rows;
use crate::base::date::Day;
use crate::base::secret::sha256_hex;
use crate::base::text::name_key;
use crate::base::{Moment, clock, kana};
use crate::db::{Error, Tx, params};
use crate::deduction::items::State;
use crate::deduction::names::sample_name;
use crate::deduction::rokin::Product;
use crate::deduction::scope::Key;
use crate::identity::contracts::Service;

const WORKPLACES: [&str; 6] =
    ["本社総務部", "本社経理部", "第一工場", "第二工場", "中央営業所", "配送センター"];
/// How many items of 労金控除 the members have, in turn.
const ITEMS_EACH: [usize; 5] = [2, 1, 3, 2, 2];
/// 種目コード, 種目名, カナ, 標準の控除金額.
const TYPES: [(&str, &str, &str, i64); 4] = [
    ("100", "組合費", "クミアイヒ", 2_800),
    ("200", "組合共済", "クミアイキヨウサイ", 1_200),
    ("300", "旅行積立", "リヨコウツミタテ", 3_000),
    ("900", "慶弔会費", "ケイチヨウカイヒ", 300),
];

/// A made-up member.
struct Person {
    n: usize,
    id: String,
    employee_no: String,
    kana_key: String,
}

/// The tables that are filled together.
struct Tables {
    members: Rows,
    items: Rows,
    ledger: Rows,
}

/// Adds the members of a group, with what its services ask for.
pub async fn fill(
    tx: &mut Tx,
    key: Key<'_>,
    services: &[Service],
    (people, now): (Range<usize>, Moment),
) -> Result<(), Error> {
    let mut tables = Tables {
        members: Rows::of(
            "members (contract_no, member_id, group_no, employee_no, kana_name, kana_key, \
             kana_half, kanji_name, workplace, left_on, version)",
        ),
        items: Rows::of(
            "rokin_items (contract_no, id, group_no, member_id, employee_no, kana_key, product, \
             account_no, amount_monthly, amount_summer, amount_winter, base_monthly, base_summer, \
             base_winter, state, effective_ym, source, version, updated_at)",
        ),
        ledger: Rows::of(
            "ledger_items (contract_no, id, group_no, member_id, employee_no, kana_key, \
             type_code, amount_monthly, amount_summer, amount_winter, base_monthly, base_summer, \
             base_winter, start_ym, note, state, version, updated_at)",
        ),
    };
    for n in people {
        let person = add_person(&mut tables.members, key, n, now);
        if services.contains(&Service::Rokin) {
            for at in 0..ITEMS_EACH[n % ITEMS_EACH.len()] {
                add_item(&mut tables.items, key, &person, at, now);
            }
        }
        if services.contains(&Service::Ledger) {
            add_ledger(&mut tables.ledger, key, &person, now);
        }
    }
    if services.contains(&Service::Ledger) {
        add_types(tx, key.contract_no).await?;
    }
    tables.members.insert(tx).await?;
    tables.items.insert(tx).await?;
    tables.ledger.insert(tx).await
}

fn add_person(rows: &mut Rows, key: Key<'_>, n: usize, now: Moment) -> Person {
    let (kanji_name, kana_name) = sample_name(n);
    let person = Person {
        n,
        id: id(key, "member", n),
        employee_no: format!("{:08}", 10_000_000 + n * 37 % 90_000_000),
        kana_key: name_key(&kana_name),
    };
    // A few have left: their lines are erroneous at the next closing.
    let left_on = (n % 700 == 13).then(|| Day::of(now).plus_days(-20));
    rows.add(&[
        &key.contract_no,
        &person.id,
        &key.group_no,
        &person.employee_no,
        &kana_name,
        &person.kana_key,
        &kana::half_width(&kana_name).unwrap_or_default(),
        &kanji_name,
        &WORKPLACES[n % WORKPLACES.len()],
        &left_on,
        &1_i64,
    ]);
    person
}

fn add_item(rows: &mut Rows, key: Key<'_>, person: &Person, at: usize, now: Moment) {
    let n = person.n * 3 + at;
    let product = Product::ALL[(person.n + at) % Product::ALL.len()];
    let state = match n % 60 {
        3 => State::New,
        29 => State::Changed,
        44 => State::Cancelled,
        _ => State::Active,
    };
    let (monthly, bonus) = amounts(product, n);
    let base = match state {
        State::New => None,
        State::Changed => Some((monthly + 1_000, bonus)),
        _ => Some((monthly, bonus)),
    };
    let updated_at = days_ago(now, n);
    rows.add(&[
        &key.contract_no,
        &id(key, "item", n),
        &key.group_no,
        &person.id,
        &person.employee_no,
        &person.kana_key,
        &product.word(),
        &format!("{:07}", 1_000_000 + n * 613 % 9_000_000),
        &monthly,
        &bonus,
        &bonus,
        &base.map(|base| base.0),
        &base.map(|base| base.1),
        &base.map(|base| base.1),
        &state.word(),
        &&Day::of(updated_at).to_string()[..7],
        &if n % 13 == 5 { "counter" } else { "web" },
        &1_i64,
        &updated_at,
    ]);
}

/// Everybody pays 組合費, some for the rest.
fn add_ledger(rows: &mut Rows, key: Key<'_>, person: &Person, now: Moment) {
    for (at, (code, _, _, amount)) in TYPES.iter().enumerate() {
        let n = person.n;
        if at > 0 && !(n + at * 3).is_multiple_of(at * 2 + 1) {
            continue;
        }
        let step = i64::try_from(n % 8).unwrap_or(0) * 100;
        let monthly = amount + if at == 0 { step } else { 0 };
        let bonus = if *code == "300" { 10_000 } else { 0 };
        rows.add(&[
            &key.contract_no,
            &id(key, "ledger", n * TYPES.len() + at),
            &key.group_no,
            &person.id,
            &person.employee_no,
            &person.kana_key,
            code,
            &monthly,
            &bonus,
            &bonus,
            &Some(monthly),
            &Some(bonus),
            &Some(bonus),
            &"2024-04",
            &if n % 211 == 8 {
                "休職中は、本人から直接受け取ります。"
            } else {
                ""
            },
            &State::Active.word(),
            &1_i64,
            &days_ago(now, n),
        ]);
    }
}

async fn add_types(tx: &mut Tx, contract_no: &str) -> Result<(), Error> {
    for (position, (code, name, kana, amount)) in (1_i64..).zip(TYPES) {
        // A second group of the contract finds them there.
        let sql = "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, \
                   position, used_from, active, version) \
                   VALUES ($1, $2, $3, $4, $5, $6, '2024-04', TRUE, 1) \
                   ON CONFLICT (contract_no, code) DO NOTHING";
        tx.execute(sql, params![contract_no, code, name, kana, amount, position]).await?;
    }
    Ok(())
}

fn days_ago(now: Moment, n: usize) -> Moment {
    now.plus_ms(-i64::try_from(n % 300).unwrap_or(0) * clock::DAY_MS)
}

/// Yen a month and at each bonus.
fn amounts(product: Product, n: usize) -> (i64, i64) {
    let step = i64::try_from(n % 23).unwrap_or(0);
    match product {
        Product::Saving => {
            (3_000 + step * 1_000, if n.is_multiple_of(2) { 20_000 + step * 5_000 } else { 0 })
        }
        Product::Loan => (12_400 + step * 1_870, if n.is_multiple_of(3) { 60_000 } else { 0 }),
        Product::Share => (1_000, 0),
        Product::Mutual => (850 + step * 150, 0),
    }
}

/// An id that sorts by `n` and cannot be guessed from another.
fn id(key: Key<'_>, what: &str, n: usize) -> String {
    let hash = sha256_hex(format!("{what} {} {} {n}", key.contract_no, key.group_no).as_bytes());
    format!("{n:06}-{}", &hash[..20])
}
