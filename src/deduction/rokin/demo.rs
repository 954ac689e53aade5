//! Sample members and items, made from an index: the same each time. The people are
//! made up, by joining family and given names.

use crate::base::calendar::{Calendar, ClosedDates};
use crate::base::date::Day;
use crate::base::secret::sha256_hex;
use crate::base::text::name_key;
use crate::base::{Moment, clock};
use crate::db::{Error, ToValue, Tx, Value, Values};
use crate::deduction::names::sample_name;
use crate::deduction::period::{self, Kind};
use crate::deduction::scope::Key;
use crate::identity::contracts::{self, Service};
use crate::identity::groups::{self, Group};

use super::{Product, State};

const WORKPLACES: [&str; 6] =
    ["本社総務部", "本社経理部", "第一工場", "第二工場", "中央営業所", "配送センター"];
const GROUP: (&str, &str, &str) =
    ("16000004", "サンプル労働組合　本部", "サンプルロウドウクミアイ　ホンブ");
/// How many items the members have, in turn.
const ITEMS_EACH: [usize; 5] = [2, 1, 3, 2, 2];
/// Rows of one statement.
const ROWS: usize = 200;

/// A made-up member.
struct Person {
    n: usize,
    id: String,
    employee_no: String,
    kana_key: String,
}

/// Adds sample members with at least `items` items between them. Only once a contract.
pub async fn demo(tx: &mut Tx, contract_no: &str, now: Moment, items: usize) -> Result<(), Error> {
    open_group(tx, contract_no, now).await?;
    let mut members = Rows::of(
        "members (contract_no, member_id, group_no, employee_no, kana_name, kana_key, \
         kanji_name, workplace)",
    );
    let mut lines = Rows::of(
        "rokin_items (contract_no, id, group_no, member_id, employee_no, kana_key, product, account_no, \
         amount_monthly, amount_summer, amount_winter, state, effective_ym, source, version, \
         updated_at)",
    );
    let mut made = 0;
    for n in 0.. {
        if made >= items {
            break;
        }
        let person = add_person(&mut members, contract_no, n);
        for at in 0..ITEMS_EACH[n % ITEMS_EACH.len()] {
            add_item(&mut lines, contract_no, &person, at, now);
            made += 1;
        }
    }
    members.insert(tx).await?;
    lines.insert(tx).await
}

/// The group with everything in it that the contract includes, and the periods that are
/// entered for now.
async fn open_group(tx: &mut Tx, contract_no: &str, now: Moment) -> Result<(), Error> {
    let included = contracts::services(tx, contract_no).await?;
    let group = Group {
        group_no: GROUP.0.to_owned(),
        name: GROUP.1.to_owned(),
        kana: GROUP.2.to_owned(),
        branch: "本店営業部".to_owned(),
        number_digits: 8,
        kana_limit: 20,
        services: Service::OF_GROUPS.into_iter().filter(|one| included.contains(one)).collect(),
    };
    groups::insert(tx, contract_no, &group).await?;
    let key = Key { contract_no, group_no: GROUP.0 };
    let calendar = Calendar::new(ClosedDates::default());
    for kind in Kind::ALL {
        period::open_first(tx, key, &calendar, (kind, now)).await?;
    }
    Ok(())
}

fn add_person(rows: &mut Rows, contract_no: &str, n: usize) -> Person {
    // Steps that share no divisor with the lists' lengths, so that names are mixed.
    let (kanji_name, kana_name) = sample_name(n);
    let person = Person {
        n,
        id: id(contract_no, "member", n),
        employee_no: format!("{:08}", 10_000_000 + n * 37 % 90_000_000),
        kana_key: name_key(&kana_name),
    };
    rows.add(&[
        &contract_no,
        &person.id,
        &GROUP.0,
        &person.employee_no,
        &kana_name,
        &person.kana_key,
        &kanji_name,
        &WORKPLACES[n % WORKPLACES.len()],
    ]);
    person
}

fn add_item(rows: &mut Rows, contract_no: &str, person: &Person, at: usize, now: Moment) {
    let n = person.n * 3 + at;
    let product = Product::ALL[(person.n + at) % Product::ALL.len()];
    let state = match n % 20 {
        3 => State::New,
        9 => State::Changed,
        14 => State::Cancelled,
        _ => State::Active,
    };
    let (monthly, bonus) = amounts(product, n);
    let days_ago = i64::try_from(n % 300).unwrap_or(0);
    let updated_at = now.plus_ms(-days_ago * clock::DAY_MS);
    rows.add(&[
        &contract_no,
        &id(contract_no, "item", n),
        &GROUP.0,
        &person.id,
        &person.employee_no,
        &person.kana_key,
        &product.word(),
        &format!("{:07}", 1_000_000 + n * 613 % 9_000_000),
        &monthly,
        &bonus,
        &bonus,
        &state.word(),
        &&Day::of(updated_at).to_string()[..7],
        &if n % 13 == 5 { "counter" } else { "web" },
        &1_i64,
        &updated_at,
    ]);
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
fn id(contract_no: &str, what: &str, n: usize) -> String {
    let hash = sha256_hex(format!("{what} {contract_no} {n}").as_bytes());
    format!("{n:06}-{}", &hash[..20])
}

/// Rows for one table, inserted many at a time.
struct Rows {
    into: &'static str,
    rows: Vec<Vec<Value>>,
}

impl Rows {
    /// None yet; `into` is the table and its columns.
    fn of(into: &'static str) -> Self {
        Self { into, rows: Vec::new() }
    }

    fn add(&mut self, row: &[&dyn AnyValue]) {
        self.rows.push(row.iter().map(|value| value.value()).collect());
    }

    async fn insert(self, tx: &mut Tx) -> Result<(), Error> {
        let mut rows = self.rows.into_iter().peekable();
        while rows.peek().is_some() {
            let some: Vec<_> = rows.by_ref().take(ROWS).collect();
            let sql = format!("INSERT INTO {} VALUES {}", self.into, places(&some));
            let values: Vec<Value> = some.into_iter().flatten().collect();
            tx.execute(&sql, Values::from(values)).await?;
        }
        Ok(())
    }
}

/// `($1, $2), ($3, $4)` for two rows of two values.
fn places(rows: &[Vec<Value>]) -> String {
    let mut next = 1..;
    let row = |row: &Vec<Value>| {
        let places: Vec<_> = next.by_ref().take(row.len()).map(|n| format!("${n}")).collect();
        format!("({})", places.join(", "))
    };
    rows.iter().map(row).collect::<Vec<_>>().join(", ")
}

/// What can stand in a row, whatever its type.
trait AnyValue {
    fn value(&self) -> Value;
}

impl<T: ToValue> AnyValue for T {
    fn value(&self) -> Value {
        self.to_value()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_numbered_through_all_rows() {
        let rows = vec![vec![1_i64.to_value(), 2_i64.to_value()], vec![3_i64.to_value()]];
        assert_eq!(places(&rows), "($1, $2), ($3)");
    }
}
