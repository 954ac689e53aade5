//! Items in the database. Every query names the contract: what is another's is as
//! absent as what never was (RX-06).

use super::rules::{Column, Cursor, Search, Sorting};
use super::{Item, Product, State};
use crate::base::text::like_anywhere;
use crate::db::{Conn, Error, params};

/// Rows on one page of the list.
pub const ITEMS_A_PAGE: usize = 50;

/// One page of the list.
#[derive(Clone, Debug, Default)]
pub struct Page {
    /// In the order asked for.
    pub rows: Vec<Item>,
    /// Whether there are rows before them.
    pub earlier: bool,
    /// Whether there are rows after them.
    pub later: bool,
}

/// What `Search` means, for `patterns`: `$1` to `$5`.
const FOUND: &str = "i.contract_no = $1 AND i.state <> 'ended' AND i.employee_no LIKE $2 ESCAPE '\\' \
    AND i.kana_key LIKE $3 ESCAPE '\\' AND i.product LIKE $4 AND i.state LIKE $5";

/// The patterns of number, name, product and state; `%` where all are meant.
fn patterns(search: &Search) -> [String; 4] {
    let any = || "%".to_owned();
    // The number is searched from its beginning, so the first `%` goes.
    let number = like_anywhere(&search.employee_no)[1..].to_owned();
    let kana = if search.kana.is_empty() { any() } else { like_anywhere(&search.kana) };
    let product = search.product.map_or_else(any, |product| Product::word(product).to_owned());
    let state = search.state.map_or_else(any, |state| State::word(state).to_owned());
    [number, kana, product, state]
}

/// How many items `search` finds.
pub async fn count(conn: &mut Conn, contract_no: &str, search: &Search) -> Result<i64, Error> {
    let [number, kana, product, state] = patterns(search);
    let sql = format!("SELECT COUNT(*) FROM rokin_items i WHERE {FOUND}");
    let values = params![contract_no, number, kana, product, state];
    Ok(conn.one(&sql, values).await?.unwrap_or(0))
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
    let [number, kana, product, state] = patterns(search);
    let limit = i64::try_from(ITEMS_A_PAGE + 1).unwrap_or(i64::MAX);
    let sql = page_sql(sorting, cursor);
    let values = match cursor {
        None => params![contract_no, number, kana, product, state, limit],
        Some(Cursor::After(id) | Cursor::Before(id)) => {
            params![contract_no, number, kana, product, state, limit, id]
        }
    };
    let mut rows: Vec<Item> = conn.query(&sql, values).await?;
    let more = rows.len() > ITEMS_A_PAGE;
    rows.truncate(ITEMS_A_PAGE);
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
        Column::Kana => "kana_key",
        Column::Monthly => "amount_monthly",
    };
    let backwards = matches!(cursor, Some(Cursor::Before(_)));
    let (sign, way) = if sorting.descending == backwards { (">", "") } else { ("<", " DESC") };
    let from = if cursor.is_none() {
        String::new()
    } else {
        format!(
            "AND (i.{key}, i.id) {sign} \
             (SELECT c.{key}, c.id FROM rokin_items c WHERE c.contract_no = $1 AND c.id = $7)"
        )
    };
    format!(
        "SELECT i.id, i.employee_no, m.kana_name, m.kanji_name, m.workplace, m.group_no, \
         i.product, i.account_no, i.amount_monthly, i.amount_summer, i.amount_winter, i.state, \
         i.source, i.effective_ym FROM rokin_items i \
         JOIN members m ON m.contract_no = i.contract_no AND m.member_id = i.member_id \
         WHERE {FOUND} {from} ORDER BY i.{key}{way}, i.id{way} LIMIT $6"
    )
}

/// Whether the contract has a deposit group.
pub async fn any(conn: &mut Conn, contract_no: &str) -> Result<bool, Error> {
    let sql = "SELECT COUNT(*) FROM deposit_groups WHERE contract_no = $1";
    Ok(conn.one::<i64>(sql, params![contract_no]).await?.unwrap_or(0) > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_are_searched_for_as_they_are() {
        let search = Search { employee_no: "10".into(), kana: "ヤ%".into(), ..Search::default() };
        assert_eq!(patterns(&search), ["10%", "%ヤ\\%%", "%", "%"]);
        assert_eq!(patterns(&Search::default()), ["%", "%", "%", "%"]);
    }
}
