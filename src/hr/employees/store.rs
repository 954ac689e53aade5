//! Employees in the database. Every query names the contract: what is another's is as
//! absent as what never was (RX-06).

use super::Employee;
use super::rules::{Column, Cursor, Search, Sorting};
use crate::base::clock::DAY_MS;
use crate::base::text::like_anywhere;
use crate::base::{Day, Moment};
use crate::db::{Conn, Error, Tx, params};

/// Rows on one page of the list.
pub const EMPLOYEES_A_PAGE: usize = 50;

/// One page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In the order asked for.
    pub rows: Vec<Employee>,
    /// Whether there are rows before them.
    pub earlier: bool,
    /// Whether there are rows after them.
    pub later: bool,
}

const COLUMNS: &str = "id, employee_no, family_name, given_name, family_kana, given_kana, \
    birth_on, sex, joined_on, left_on, email, tel, postal_code, address, department, post, \
    site, contract_type, work_type, created_at";

/// What `Search` means: `$1` to `$4`.
const FOUND: &str = "e.contract_no = $1 AND e.created_at >= $2 AND e.created_at <= $3 \
    AND (e.name_key LIKE $4 ESCAPE '\\' OR e.kana_key LIKE $4 ESCAPE '\\')";

/// The first and the last instant that `search` means, and the pattern of the name.
fn bounds(search: &Search) -> (Moment, Moment, String) {
    let from = search.created_from.map_or(Moment::from_ms(0), Day::starts_at);
    let to = search
        .created_to
        .map_or(Moment::from_ms(i64::MAX), |day| day.starts_at().plus_ms(DAY_MS - 1));
    (from, to, like_anywhere(&search.name))
}

/// How many employees `search` finds.
pub async fn count(conn: &mut Conn, contract_no: &str, search: &Search) -> Result<i64, Error> {
    let (from, to, name) = bounds(search);
    let sql = format!("SELECT COUNT(*) FROM employees e WHERE {FOUND}");
    Ok(conn.one(&sql, params![contract_no, from, to, name]).await?.unwrap_or(0))
}

/// The page of what `search` finds that lies at `cursor`. Empty when the cursor's
/// row is not there (any more).
pub async fn page(
    conn: &mut Conn,
    contract_no: &str,
    search: &Search,
    sorting: Sorting,
    cursor: Option<&Cursor>,
) -> Result<Page, Error> {
    let (from, to, name) = bounds(search);
    let limit = i64::try_from(EMPLOYEES_A_PAGE + 1).unwrap_or(i64::MAX);
    let sql = page_sql(sorting, cursor);
    let values = match cursor {
        None => params![contract_no, from, to, name, limit],
        Some(Cursor::After(id) | Cursor::Before(id)) => {
            params![contract_no, from, to, name, limit, id]
        }
    };
    let mut rows: Vec<Employee> = conn.query(&sql, values).await?;
    let more = rows.len() > EMPLOYEES_A_PAGE;
    rows.truncate(EMPLOYEES_A_PAGE);
    let backwards = matches!(cursor, Some(Cursor::Before(_)));
    if backwards {
        rows.reverse();
    }
    // Beyond the row that the cursor names there is at least that row.
    let (earlier, later) = if backwards { (more, true) } else { (cursor.is_some(), more) };
    Ok(Page { rows, earlier, later })
}

/// Rows of one page and one more, from the cursor on, nearest first.
fn page_sql(sorting: Sorting, cursor: Option<&Cursor>) -> String {
    let key = match sorting.column {
        Column::EmployeeNo => "employee_no",
        Column::Name => "kana_key",
        Column::Created => "created_at",
    };
    let backwards = matches!(cursor, Some(Cursor::Before(_)));
    let (sign, way) = if sorting.descending == backwards { (">", "") } else { ("<", " DESC") };
    let from = if cursor.is_none() {
        String::new()
    } else {
        format!(
            "AND (e.{key}, e.id) {sign} \
             (SELECT c.{key}, c.id FROM employees c WHERE c.contract_no = $1 AND c.id = $6)"
        )
    };
    format!(
        "SELECT {COLUMNS} FROM employees e WHERE {FOUND} {from} \
         ORDER BY e.{key}{way}, e.id{way} LIMIT $5"
    )
}

/// The employee `id` of the contract.
pub async fn find(conn: &mut Conn, contract_no: &str, id: &str) -> Result<Option<Employee>, Error> {
    let sql = format!("SELECT {COLUMNS} FROM employees WHERE contract_no = $1 AND id = $2");
    conn.one(&sql, params![contract_no, id]).await
}

/// Adds an employee; a 社員番号 that the contract has already is a unique violation.
pub async fn insert(tx: &mut Tx, contract_no: &str, employee: &Employee) -> Result<(), Error> {
    let (name_key, kana_key) = employee.keys();
    let (contact, work) = (&employee.contact, &employee.work);
    let sql = format!(
        "INSERT INTO employees (contract_no, name_key, kana_key, {COLUMNS}) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
         $18, $19, $20, $21, $22, $23)"
    );
    let values = params![
        contract_no,
        name_key,
        kana_key,
        employee.id,
        employee.employee_no,
        employee.family_name,
        employee.given_name,
        employee.family_kana,
        employee.given_kana,
        employee.birth_on,
        employee.sex.word(),
        employee.joined_on,
        employee.left_on,
        contact.email,
        contact.tel,
        contact.postal_code,
        contact.address,
        work.department,
        work.post,
        work.site,
        work.contract_type,
        work.work_type,
        employee.created_at
    ];
    tx.execute(&sql, values).await.map(drop)
}

/// Whether the contract has an employee.
pub async fn any(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM employees WHERE contract_no = $1";
    Ok(conn.one::<i64>(sql, params![contract_no]).await?.unwrap_or(0) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_search_reaches_from_midnight_to_midnight_in_japan() {
        // R001-42
        let day = Day::parse("2026-11-21");
        let search = Search { created_from: day, created_to: day, ..Search::default() };
        let (from, to, _) = bounds(&search);
        assert_eq!(from.rfc3339(), "2026-11-20T15:00:00Z");
        assert_eq!(to.ms() - from.ms(), DAY_MS - 1);
    }
}
