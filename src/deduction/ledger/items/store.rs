//! Items in the database. Every query names contract and group: what is another's is as
//! absent as what never was (RX-06).

use super::words;
use crate::base::Moment;
use crate::base::date::month_ja;
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::deduction::items::book::{self, NewItem, What};
use crate::deduction::items::list::Table;
use crate::deduction::items::{Amounts, Member, State};
use crate::deduction::ledger::sums;
use crate::deduction::scope::Key;

/// An item with what is shown of its member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Our id.
    pub id: String,
    /// Whose.
    pub member: Member,
    /// 種目コード.
    pub type_code: String,
    /// 種目名.
    pub type_name: String,
    /// What is deducted, and when.
    pub terms: Terms,
    /// The amounts at the last monthly close; `None`: it was not there.
    pub base: Option<Amounts>,
    /// How it stands.
    pub state: State,
    /// Counts changes.
    pub version: i64,
}

/// What can be changed of an item.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// 控除金額.
    pub amounts: Amounts,
    /// 開始年月, `YYYY-MM`.
    pub start_ym: String,
    /// 終了年月: the last month; `None`: until it is cancelled.
    pub end_ym: Option<String>,
    /// 備考.
    pub note: String,
}

/// Where they lie.
pub const TABLE: Table = Table {
    name: "ledger_items",
    product: "type_code",
    // LEFT: the items lead, whatever the database thinks of the members.
    select: "SELECT i.id, i.member_id, i.employee_no, i.kana_key, m.kana_name, m.kanji_name, \
             m.workplace, m.left_on, m.version AS member_version, i.type_code, \
             (SELECT t.name FROM ledger_types t WHERE t.contract_no = i.contract_no \
             AND t.code = i.type_code) AS type_name, i.amount_monthly, i.amount_summer, \
             i.amount_winter, i.base_monthly, i.base_summer, i.base_winter, i.start_ym, \
             i.end_ym, i.note, i.state, i.version FROM ledger_items i \
             LEFT JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id",
};

impl Item {
    /// 「101 組合費」.
    #[must_use]
    pub fn type_ja(&self) -> String {
        format!("{} {}", self.type_code, self.type_name)
    }

    /// What is deducted of it: nothing of a cancelled one.
    #[must_use]
    pub fn deducted(&self) -> Amounts {
        if self.state == State::Cancelled { Amounts::default() } else { self.terms.amounts }
    }
}

impl Terms {
    /// 「2024年4月から2027年3月まで」.
    #[must_use]
    pub fn period_ja(&self) -> String {
        let until = self.end_ym.as_deref().map(|end| format!("{}まで", month_ja(end)));
        format!("{}から{}", month_ja(&self.start_ym), until.unwrap_or_default())
    }

    /// 「月例 3,500円／… → 月例 4,000円／…、終了年月 なし → 2027-03」: what `new` changes.
    #[must_use]
    pub fn compared(&self, new: &Self) -> String {
        let end = |terms: &Self| terms.end_ym.clone().unwrap_or_else(|| "なし".to_owned());
        let mut parts = Vec::new();
        if self.amounts != new.amounts {
            parts.push(format!("{} → {}", self.amounts.ja(), new.amounts.ja()));
        }
        if self.start_ym != new.start_ym {
            parts.push(format!("{} {} → {}", words::START, self.start_ym, new.start_ym));
        }
        if self.end_ym != new.end_ym {
            parts.push(format!("{} {} → {}", words::END, end(self), end(new)));
        }
        if self.note != new.note {
            parts.push(format!("{}の変更", words::NOTE));
        }
        parts.join("、")
    }
}

impl FromRow for Item {
    fn from_row(row: &Row) -> Result<Self, Error> {
        let (amounts, base) = book::amounts_of(row)?;
        let state: String = row.get("state")?;
        Ok(Self {
            id: row.get("id")?,
            member: Member {
                id: row.get("member_id")?,
                employee_no: row.get("employee_no")?,
                kana_name: row.get("kana_name")?,
                kana_key: row.get("kana_key")?,
                kanji_name: row.get("kanji_name")?,
                workplace: row.get("workplace")?,
                left_on: row.get("left_on")?,
                version: row.get("member_version")?,
            },
            type_code: row.get("type_code")?,
            type_name: row.get("type_name")?,
            terms: Terms {
                amounts,
                start_ym: row.get("start_ym")?,
                end_ym: row.get("end_ym")?,
                note: row.get("note")?,
            },
            base,
            state: State::parse(&state).ok_or_else(|| Error::missing("ledger_items.state"))?,
            version: row.get("version")?,
        })
    }
}

/// The item `id` of the group, unless it has ended.
pub async fn find(conn: &mut Conn, key: Key<'_>, id: &str) -> Result<Option<Item>, Error> {
    book::find(conn, &TABLE, key, id).await
}

/// The id of another item of the member of the same type, unless it has ended.
pub async fn same(
    conn: &mut Conn,
    key: Key<'_>,
    member_id: &str,
    (what, but): (&What, &str),
) -> Result<Option<String>, Error> {
    let sql = "SELECT id FROM ledger_items WHERE contract_no = $1 AND group_no = $2 \
               AND member_id = $3 AND type_code = $4 AND id <> $5 AND state <> 'ended'";
    conn.one(sql, params![key.contract_no, key.group_no, member_id, &what.word, but]).await
}

/// Adds an item that was never requested.
pub async fn insert(
    tx: &mut Tx,
    key: Key<'_>,
    &NewItem { id, member, what, terms, .. }: &NewItem<'_, Terms>,
    now: Moment,
) -> Result<(), Error> {
    let sql = "INSERT INTO ledger_items (contract_no, id, group_no, member_id, employee_no, \
               kana_key, type_code, amount_monthly, amount_summer, amount_winter, start_ym, \
               end_ym, note, state, version, updated_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 'new', 1, $14)";
    let values = params![
        key.contract_no,
        id,
        key.group_no,
        &member.id,
        &member.employee_no,
        &member.kana_key,
        &what.word,
        terms.amounts.monthly,
        terms.amounts.summer,
        terms.amounts.winter,
        &terms.start_ym,
        terms.end_ym.as_deref(),
        &terms.note,
        now
    ];
    tx.execute(sql, values).await?;
    sums::add(tx, key, id, 1).await
}

/// Gives an item other terms and a state, if it still has `version`; whether it was so.
pub async fn set(
    tx: &mut Tx,
    key: Key<'_>,
    (id, version): (&str, i64),
    (terms, state): (&Terms, State),
    now: Moment,
) -> Result<bool, Error> {
    let sql = "UPDATE ledger_items SET amount_monthly = $5, amount_summer = $6, \
               amount_winter = $7, start_ym = $8, end_ym = $9, note = $10, state = $11, \
               updated_at = $12, version = version + 1 \
               WHERE contract_no = $1 AND id = $3 AND group_no = $2 AND version = $4";
    let values = params![
        key.contract_no,
        key.group_no,
        id,
        version,
        terms.amounts.monthly,
        terms.amounts.summer,
        terms.amounts.winter,
        &terms.start_ym,
        terms.end_ym.as_deref(),
        &terms.note,
        state.word(),
        now
    ];
    sums::add(tx, key, id, -1).await?;
    let done = tx.execute(sql, values).await? > 0;
    sums::add(tx, key, id, 1).await?;
    Ok(done)
}
