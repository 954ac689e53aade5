//! The file of 一斉積立: read, compared with the one before, taken whole (R004-115, R004-142).

use super::{Timing, lists, store};
use crate::base::text::name_key;
use crate::base::{Day, Moment, id};
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::received::taking::{self, ACCOUNT_NO, Common, Lines};
use crate::deduction::received::{
    Cells, Failure, Received, Refusal, Refusals, Table, older_than, row,
};
use crate::deduction::scope::Key;

const NO: &str = "積立番号";
const NAME: &str = "積立名";
const MADE_ON: &str = "作成年月日";
const TIMING: &str = "作成区分";
const EMPLOYEE_NO: &str = "職員番号";
const KANA_NAME: &str = "カナ氏名";
const KANJI_NAME: &str = "漢字氏名";
const AMOUNT: &str = "積立額";

/// The first row of a file.
pub const HEADS: &[&str] =
    &[NO, NAME, MADE_ON, TIMING, EMPLOYEE_NO, KANA_NAME, KANJI_NAME, ACCOUNT_NO, AMOUNT];

/// What every row of a file says alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// 積立番号.
    pub no: String,
    /// 積立名.
    pub name: String,
    /// 作成年月日.
    pub made_on: Day,
    /// 作成区分.
    pub timing: Timing,
}

/// A row of a file: what each saves.
pub type Entry = taking::Entry<Head>;

/// The rows of `text`, one after the other.
///
/// # Errors
/// The first row is not [`HEADS`].
pub fn parse(
    text: &str,
) -> Result<impl Iterator<Item = Result<Entry, Refusal>> + Send + '_, Refusal> {
    let (_, table) = Table::open(text, &[HEADS])?;
    Ok(table.map(|row| entry(&row?)))
}

fn entry(row: &Cells<'_>) -> Result<Entry, Refusal> {
    let no = row.number(NO, 3)?;
    if no.len() != 3 || !no.bytes().all(|b| b.is_ascii_digit()) {
        return Err(row.refuse(NO, "半角数字3桁にしてください。"));
    }
    let head = Head {
        no: no.to_owned(),
        name: row.text(NAME, 40)?.to_owned(),
        made_on: row.day(MADE_ON)?,
        timing: row.one_of(TIMING, &Timing::WORDS)?,
    };
    Ok(Entry {
        line: row.line,
        head,
        employee_no: row.number(EMPLOYEE_NO, 20)?.to_owned(),
        kana_name: row.text(KANA_NAME, 60)?.to_owned(),
        kanji_name: row.text(KANJI_NAME, 60)?.to_owned(),
        account_no: row.number(ACCOUNT_NO, 20)?.to_owned(),
        amount: row.yen(AMOUNT)?,
        more: (),
    })
}

/// Reads the whole file: what it is of, how many lines it has, and their sum.
///
/// # Errors
/// All that is wrong with it, by row and column.
pub fn check(text: &str) -> Result<(Head, i64, i64), Refusals> {
    taking::check(parse(text)?)
}

impl Common for Head {
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let same = [
            (NO, self.no == other.no),
            (NAME, self.name == other.name),
            (MADE_ON, self.made_on == other.made_on),
            (TIMING, self.timing == other.timing),
        ];
        same.into_iter().find(|(_, same)| !same).map(|(column, _)| column)
    }
}

const LINES: Lines<Head> = Lines {
    into: "bulk_saving_lines (contract_no, saving_id, line_no, employee_no, kana_name, \
           kana_key, kanji_name, account_no, amount, amount_before, movement)",
    values: |(contract_no, id, line_no), entry, (movement, before)| {
        row![
            contract_no,
            id,
            line_no,
            &entry.employee_no,
            &entry.kana_name,
            name_key(&entry.kana_name),
            &entry.kanji_name,
            &entry.account_no,
            entry.amount,
            before,
            movement.word(),
        ]
    },
    copied: "employee_no, kana_name, kana_key, kanji_name, account_no",
};

/// Why a file is not to be taken after all: a newer one of the same 積立番号 is there, and what
/// moved would be told against that.
///
/// # Errors
/// The database's.
pub async fn late(conn: &mut Conn, key: Key<'_>, head: &Head) -> Result<Option<Refusal>, Error> {
    let newest = store::latest_made_on(conn, key, &head.no).await?;
    let newer = newest.filter(|made_on| head.made_on < *made_on);
    Ok(newer.map(|made_on| Refusal {
        line: 2,
        column: MADE_ON.to_owned(),
        reason: older_than(made_on),
    }))
}

/// Takes the file for the group: all of it, in `tx`. What moved is told against the newest
/// reception of the same 積立番号. Whoever only wants to know gives `tx` up.
///
/// # Errors
/// All that is wrong with the file; the database's.
pub async fn insert(
    tx: &mut Tx,
    key: Key<'_>,
    text: &str,
    now: Moment,
) -> Result<Received, Failure> {
    let (head, count, amount) = check(text)?;
    if let Some(refusal) = late(tx, key, &head).await? {
        return Err(refusal.into());
    }
    let earlier = match store::newest_of(tx, key, &head.no).await? {
        None => None,
        Some(saving) => Some((lists::source(key.contract_no, &saving.id), saving.line_count)),
    };
    let mut received = Received { id: id::new_id(now), count, amount, ..Received::default() };
    put(tx, key, (&head, &received), now).await?;
    let told = (&mut received, earlier);
    let moved = taking::write(tx, key.contract_no, parse(text)?, told, &LINES).await?;
    let sql = "UPDATE bulk_savings SET changed_count = $3, changed_amount = $4 \
               WHERE contract_no = $1 AND id = $2";
    tx.execute(sql, params![key.contract_no, &received.id, received.moved(), moved]).await?;
    Ok(received)
}

async fn put(
    tx: &mut Tx,
    key: Key<'_>,
    (head, received): (&Head, &Received),
    now: Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO bulk_savings (contract_no, id, group_no, no, name, made_on, timing, \
               line_count, amount, changed_count, changed_amount, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0, $10)";
    let values = params![
        key.contract_no,
        &received.id,
        key.group_no,
        &head.no,
        &head.name,
        head.made_on,
        head.timing.word(),
        received.count,
        received.amount,
        now
    ];
    tx.execute(sql, values).await.map(drop)
}
