//! 控除対象者 of a group. Every query names contract and group (RX-06).

use super::Person;
use crate::base::id::new_id;
use crate::base::text::name_key;
use crate::base::{Day, Moment};
use crate::db::{Conn, Error, FromRow, Row, Tx, params};
use crate::deduction::scope::Key;

/// A 控除対象者.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Our id.
    pub id: String,
    /// 職員番号.
    pub employee_no: String,
    /// カナ氏名, full width.
    pub kana_name: String,
    /// What it is searched and sorted by.
    pub kana_key: String,
    /// 漢字氏名.
    pub kanji_name: String,
    /// 職場.
    pub workplace: String,
    /// 退職日.
    pub left_on: Option<Day>,
    /// Counts changes.
    pub version: i64,
}

impl FromRow for Member {
    fn from_row(row: &Row) -> Result<Self, Error> {
        Ok(Self {
            id: row.get("member_id")?,
            employee_no: row.get("employee_no")?,
            kana_name: row.get("kana_name")?,
            kana_key: row.get("kana_key")?,
            kanji_name: row.get("kanji_name")?,
            workplace: row.get("workplace")?,
            left_on: row.get("left_on")?,
            version: row.get("version")?,
        })
    }
}

const COLUMNS: &str = "member_id, employee_no, kana_name, kana_key, kanji_name, workplace, \
                       left_on, version";

/// The member of the group who has this 職員番号.
pub async fn find(
    conn: &mut Conn,
    key: Key<'_>,
    employee_no: &str,
) -> Result<Option<Member>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM members \
         WHERE contract_no = $1 AND group_no = $2 AND employee_no = $3"
    );
    conn.one(&sql, params![key.contract_no, key.group_no, employee_no]).await
}

/// The member of the group with our id.
pub async fn find_by_id(conn: &mut Conn, key: Key<'_>, id: &str) -> Result<Option<Member>, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM members WHERE contract_no = $1 AND group_no = $2 AND member_id = $3"
    );
    conn.one(&sql, params![key.contract_no, key.group_no, id]).await
}

/// Adds a member to the group, which the caller holds (`period::entry::hold`): so nobody
/// else adds the same number meanwhile.
pub async fn register(
    tx: &mut Tx,
    key: Key<'_>,
    person: &Person,
    now: Moment,
) -> Result<Member, Error> {
    let member = Member {
        id: new_id(now),
        employee_no: person.employee_no.clone(),
        kana_name: person.kana_name.clone(),
        kana_key: name_key(&person.kana_name),
        kanji_name: person.kanji_name.clone(),
        workplace: person.workplace.clone(),
        left_on: None,
        version: 1,
    };
    let sql = "INSERT INTO members (contract_no, member_id, group_no, employee_no, kana_name, \
               kana_key, kana_half, kanji_name, workplace, version) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1)";
    let values = params![
        key.contract_no,
        &member.id,
        key.group_no,
        &member.employee_no,
        &member.kana_name,
        &member.kana_key,
        &person.kana_half,
        &member.kanji_name,
        &member.workplace
    ];
    tx.execute(sql, values).await?;
    Ok(member)
}

/// Gives a member another number, other names, 職場 and 退職日. The items repeat number and
/// search key: the database follows there (`ON UPDATE CASCADE`), in every item of both books.
/// The caller holds the group, so nobody else takes the number meanwhile.
pub async fn correct(
    tx: &mut Tx,
    key: Key<'_>,
    id: &str,
    (person, left_on): (&Person, Option<Day>),
) -> Result<bool, Error> {
    let sql = "UPDATE members SET employee_no = $4, kana_name = $5, kana_key = $6, \
               kana_half = $7, kanji_name = $8, workplace = $9, left_on = $10, \
               version = version + 1 \
               WHERE contract_no = $1 AND group_no = $2 AND member_id = $3";
    let values = params![
        key.contract_no,
        key.group_no,
        id,
        &person.employee_no,
        &person.kana_name,
        name_key(&person.kana_name),
        &person.kana_half,
        &person.kanji_name,
        &person.workplace,
        left_on
    ];
    Ok(tx.execute(sql, values).await? > 0)
}
