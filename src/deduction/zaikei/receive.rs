//! The files of 財形貯蓄: read, compared with the one before, held to the law, taken whole.
//! Which document a file is, its first row says.

use super::{Document, Timing, alarms, lists, store, words};
use crate::base::text::name_key;
use crate::base::{Day, Moment, id};
use crate::db::{Conn, Error, Tx, params};
use crate::deduction::received::taking::{self, ACCOUNT_NO, Common, Lines};
use crate::deduction::received::{
    Cells, Failure, Received, Refusal, Refusals, Table, older_than, row,
};
use crate::deduction::rules::PlanKind;

const TIMING: &str = "区分";
const BASE_ON: &str = "作成基準日";
const EMPLOYEE_NO: &str = "職員番号";
const KANA_NAME: &str = "カナ氏名";
const KANJI_NAME: &str = "漢字氏名";
const BIRTH_ON: &str = "生年月日";
const KIND: &str = "財形種類";
const OPENED_ON: &str = "契約日";
const LIMIT: &str = "非課税申告額";
const AMOUNT: &str = "積立額";
const BALANCE: &str = "残高";
const INCENTIVE: &str = "奨励金";

/// The first row of a 預入依頼書.
pub const DEPOSIT: &[&str] = &[
    TIMING,
    BASE_ON,
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    BIRTH_ON,
    KIND,
    ACCOUNT_NO,
    OPENED_ON,
    LIMIT,
    AMOUNT,
    BALANCE,
];
/// The first row of a 加入者残高一覧表.
pub const BALANCES: &[&str] = &[
    BASE_ON,
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    BIRTH_ON,
    KIND,
    ACCOUNT_NO,
    OPENED_ON,
    LIMIT,
    BALANCE,
];
/// The first row of 奨励金.
pub const INCENTIVES: &[&str] = &[
    TIMING,
    BASE_ON,
    EMPLOYEE_NO,
    KANA_NAME,
    KANJI_NAME,
    BIRTH_ON,
    KIND,
    ACCOUNT_NO,
    OPENED_ON,
    INCENTIVE,
];
const FORMS: [&[&str]; 3] = [DEPOSIT, BALANCES, INCENTIVES];

/// What every row of a file says alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// 帳票.
    pub document: Document,
    /// 区分.
    pub timing: Timing,
    /// 作成基準日.
    pub base_on: Day,
}

/// A row of a file: somebody's plan, with 積立額, 残高 or 奨励金.
pub type Entry = taking::Entry<Head, More>;

/// What it says besides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct More {
    /// 生年月日.
    pub birth_on: Day,
    /// 財形種類.
    pub kind: PlanKind,
    /// 契約日.
    pub opened_on: Day,
    /// 非課税申告額, yen.
    pub limit_amount: Option<i64>,
    /// 残高 of a 預入依頼書, yen.
    pub balance: Option<i64>,
}

/// The rows of `text`, one after the other.
///
/// # Errors
/// The first row is that of no document.
pub fn parse(
    text: &str,
) -> Result<impl Iterator<Item = Result<Entry, Refusal>> + Send + '_, Refusal> {
    let (form, table) = Table::open(text, &FORMS)?;
    let document = Document::ALL[form.min(Document::ALL.len() - 1)];
    Ok(table.map(move |row| entry(document, &row?)))
}

/// Which document `text` is, by its first row.
#[must_use]
pub fn document(text: &str) -> Option<Document> {
    let (form, _) = Table::open(text, &FORMS).ok()?;
    Document::ALL.get(form).copied()
}

fn entry(document: Document, row: &Cells<'_>) -> Result<Entry, Refusal> {
    let timing = match document {
        Document::Balance => Timing::None,
        with => row.one_of(TIMING, with.timings())?,
    };
    let head = Head { document, timing, base_on: row.day(BASE_ON)? };
    let kind = row.one_of(KIND, &words::KINDS)?;
    let limit_amount = row.maybe_yen(LIMIT)?;
    if kind == PlanKind::General && limit_amount.is_some_and(|limit| limit > 0) {
        return Err(
            row.refuse(LIMIT, "一般の財形には非課税申告額がありません。空欄にしてください。")
        );
    }
    let (amount, balance) = match document {
        Document::Deposit => (row.yen(AMOUNT)?, row.maybe_yen(BALANCE)?),
        Document::Balance => (row.yen(BALANCE)?, None),
        Document::Incentive => (row.yen(INCENTIVE)?, None),
    };
    let employee_no = row.number(EMPLOYEE_NO, 20)?.to_owned();
    let kana_name = row.text(KANA_NAME, 60)?.to_owned();
    let kanji_name = row.text(KANJI_NAME, 60)?.to_owned();
    let birth_on = row.day(BIRTH_ON)?;
    let account_no = row.number(ACCOUNT_NO, 20)?.to_owned();
    let opened_on = row.day(OPENED_ON)?;
    let limit_amount = limit_amount.filter(|limit| *limit > 0);
    let more = More { birth_on, kind, opened_on, limit_amount, balance };
    let line = row.line;
    Ok(Entry { line, head, employee_no, kana_name, kanji_name, account_no, amount, more })
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
        let same =
            [(TIMING, self.timing == other.timing), (BASE_ON, self.base_on == other.base_on)];
        same.into_iter().find(|(_, same)| !same).map(|(column, _)| column)
    }
}

const LINES: Lines<Head, More> = Lines {
    into: "zaikei_lines (contract_no, batch_id, line_no, employee_no, kana_name, kana_key, \
           kanji_name, birth_on, kind, account_no, opened_on, limit_amount, amount, \
           amount_before, movement, balance)",
    values: |(contract_no, id, line_no), entry, (movement, before)| {
        row![
            contract_no,
            id,
            line_no,
            &entry.employee_no,
            &entry.kana_name,
            name_key(&entry.kana_name),
            &entry.kanji_name,
            entry.more.birth_on,
            entry.more.kind.word(),
            &entry.account_no,
            entry.more.opened_on,
            entry.more.limit_amount,
            entry.amount,
            before,
            movement.word(),
            entry.more.balance,
        ]
    },
    copied: "employee_no, kana_name, kana_key, kanji_name, birth_on, kind, account_no, \
             opened_on, limit_amount",
};

/// Why a file is not to be taken after all: a newer one of the same 帳票 and 区分 is there, and
/// what moved would be told against that.
///
/// # Errors
/// The database's.
pub async fn late(
    conn: &mut Conn,
    contract_no: &str,
    head: &Head,
) -> Result<Option<Refusal>, Error> {
    let newest = store::of(conn, contract_no, (head.document, head.timing)).await?;
    let newest = newest.into_iter().map(|batch| batch.base_on).max();
    let newer = newest.filter(|base_on| head.base_on < *base_on);
    Ok(newer.map(|base_on| Refusal {
        line: 2,
        column: BASE_ON.to_owned(),
        reason: older_than(base_on),
    }))
}

/// Takes the file for the contract: all of it, in `tx`. A 預入依頼書 is compared with the
/// newest one of the same 区分, and its alarms are written. Receptions older than the newest
/// three go. Whoever only wants to know gives `tx` up.
///
/// # Errors
/// All that is wrong with the file; the database's.
pub async fn insert(
    tx: &mut Tx,
    contract_no: &str,
    text: &str,
    now: Moment,
) -> Result<Received, Failure> {
    let (head, count, amount) = check(text)?;
    if let Some(refusal) = late(tx, contract_no, &head).await? {
        return Err(refusal.into());
    }
    let of = (head.document, head.timing);
    let newest = store::of(tx, contract_no, of).await?.into_iter().next();
    let newest = newest.filter(|_| head.document == Document::Deposit);
    let earlier = newest.map(|batch| (lists::source(contract_no, &batch.id), batch.line_count));
    let mut received = Received { id: id::new_id(now), count, amount, ..Received::default() };
    put(tx, contract_no, (head, &received), now).await?;
    let told = (&mut received, earlier);
    let moved = taking::write(tx, contract_no, parse(text)?, told, &LINES).await?;
    if head.document == Document::Deposit {
        received.alarms = alarms::write(tx, contract_no, (&received.id, count)).await?;
    }
    sum_up(tx, contract_no, &received, moved).await?;
    store::tidy(tx, contract_no, of).await?;
    Ok(received)
}

async fn put(
    tx: &mut Tx,
    contract_no: &str,
    (head, received): (Head, &Received),
    now: Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO zaikei_batches (contract_no, id, document, timing, base_on, \
               line_count, amount, changed_count, changed_amount, alarm_count, received_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 0, $8)";
    let values = params![
        contract_no,
        &received.id,
        head.document.word(),
        head.timing.word(),
        head.base_on,
        received.count,
        received.amount,
        now
    ];
    tx.execute(sql, values).await.map(drop)
}

async fn sum_up(
    tx: &mut Tx,
    contract_no: &str,
    received: &Received,
    moved: i64,
) -> Result<(), Error> {
    let sql = "UPDATE zaikei_batches SET changed_count = $3, changed_amount = $4, \
               alarm_count = $5 WHERE contract_no = $1 AND id = $2";
    let values = params![contract_no, &received.id, received.moved(), moved, received.alarms];
    tx.execute(sql, values).await.map(drop)
}
