//! Finding items: pages, counts and sums that take as long in a group of 300,000 items as
//! in one of 3,000.
//!
//! Each order of the list has an index for itself, one with the state and one with 種目 and
//! state before it (0007); of a 種目 alone each state is asked for, and what comes is merged.
//! So a page is a range of an index, and only the beginning of a number or a name by which
//! the list is not sorted is left: see [`Plan`]. The database has no way to know which of
//! two indexes ends sooner; so the one that must not be used is hidden from it
//! (`i.kana_key || ''`).

use super::prefix::after_all_with;
use super::search::{Column, Search, Sorting};
use super::state::SHOWN;
use crate::base::money::group;
use crate::db::{Conn, Error, FromRow, ToValue, Value, Values, params};
use crate::deduction::scope::Key;
use crate::web::sheet::{At, Totals};

pub use crate::web::sheet::MOST_COUNTED;

/// Where the items of a book lie.
#[derive(Clone, Copy, Debug)]
pub struct Table {
    /// `rokin_items`.
    pub name: &'static str,
    /// The column of its 種目.
    pub product: &'static str,
    /// `SELECT … FROM rokin_items i JOIN members m …`, up to its conditions.
    pub select: &'static str,
}

/// What is listed, and in which order.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// The conditions.
    pub search: Search,
    /// The order.
    pub sorting: Sorting,
}

/// How many rows `search` finds, counted up to [`MOST_COUNTED`] and one.
pub async fn count(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    search: &Search,
) -> Result<i64, Error> {
    let plan = Plan::Found(narrow(conn, table, key, search).await?);
    count_by(conn, (table, plan), key, search).await
}

async fn count_by(
    conn: &mut Conn,
    (table, plan): (&Table, Plan),
    key: Key<'_>,
    search: &Search,
) -> Result<i64, Error> {
    let mut sql = Sql::of(key);
    let found = sql.found(table, search, (plan, None));
    let most = sql.bind(MOST_COUNTED + 1);
    let name = table.name;
    let some = |found: &String| format!("SELECT 1 AS one FROM {name} i WHERE {found} LIMIT {most}");
    let some = merged(found.iter().map(some));
    let text = format!("SELECT COUNT(*) FROM (SELECT * FROM ({some}) x LIMIT {most}) found");
    Ok(conn.one(&text, sql.values()).await?.unwrap_or(0))
}

/// 「234件」, 「1,000件以上」.
#[must_use]
pub fn count_ja(count: i64) -> String {
    if count > MOST_COUNTED {
        format!("{}件以上", group(MOST_COUNTED))
    } else {
        format!("{}件", group(count))
    }
}

/// The exact number of rows that `search` finds, and the sums of their three amounts: for
/// paper, where one waits for the whole list anyway.
pub async fn totals(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    search: &Search,
) -> Result<Totals, Error> {
    let plan = Plan::Found(narrow(conn, table, key, search).await?);
    let mut sql = Sql::of(key);
    let found = sql.conditions(table, search, (plan, None));
    let name = table.name;
    let text = format!(
        "SELECT COUNT(*), CAST(COALESCE(SUM(i.amount_monthly), 0) AS BIGINT), \
         CAST(COALESCE(SUM(i.amount_summer), 0) AS BIGINT), \
         CAST(COALESCE(SUM(i.amount_winter), 0) AS BIGINT) FROM {name} i WHERE {found} AND i.state <> 'ended'"
    );
    let row: Option<(i64, i64, i64, i64)> = conn.one(&text, sql.values()).await?;
    let (count, monthly, summer, winter) = row.unwrap_or_default();
    Ok(Totals { count, sums: vec![monthly, summer, winter] })
}

/// Up to `most` rows from `at` on, in the list's order; of `Before` the nearest. None when
/// the row that `at` names is not there (any more), or is another group's.
pub async fn rows<T: FromRow>(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    wanted: &Wanted,
    (at, most): (&At, i64),
) -> Result<Vec<T>, Error> {
    let from = match at {
        At::First => None,
        At::After(id) | At::Before(id) => match edge(conn, table, key, wanted, id).await? {
            None => return Ok(Vec::new()),
            Some(value) => Some((value, id)),
        },
    };
    let plan = plan(conn, table, key, wanted).await?;
    let backwards = matches!(at, At::Before(_));
    let mut sql = Sql::of(key);
    let ascending = wanted.sorting.descending == backwards;
    let passed = from.as_ref().and_then(|(edge, _)| wanted.passed(edge, ascending));
    let found = sql.found(table, &wanted.search, (plan, passed));
    let (column, order) = (name_of(wanted.sorting.column), order_key(wanted.sorting.column, plan));
    let (sign, way) = if ascending { (">", "") } else { ("<", " DESC") };
    let from = from.map_or(String::new(), |(value, id)| {
        let (value, id) = (sql.push(value), sql.bind(id));
        format!("AND ({order}, i.id) {sign} ({value}, {id}) ")
    });
    let most = sql.bind(most);
    let select = table.select;
    let page = format!("{from}ORDER BY {order}{way}, i.id{way} LIMIT {most}");
    let text = match (plan, found.as_slice()) {
        (Plan::Order(_), [found]) => format!("{select} WHERE {found} {page}"),
        (Plan::Order(_), found) => {
            let some = merged(found.iter().map(|found| format!("{select} WHERE {found} {page}")));
            format!("SELECT * FROM ({some}) x ORDER BY {column}{way}, id{way} LIMIT {most}")
        }
        (Plan::Found(_), found) => {
            // The page is found before its members are looked up.
            let some = |found: &String| {
                format!("SELECT i.id, i.{column} FROM {} i WHERE {found} {page}", table.name)
            };
            let some = merged(found.iter().map(some));
            format!(
                "{select} WHERE i.contract_no = $1 AND i.id IN (SELECT id FROM ({some}) x \
                 ORDER BY {column}{way}, id{way} LIMIT {most}) \
                 ORDER BY i.{column}{way}, i.id{way}"
            )
        }
    };
    let mut rows = conn.query(&text, sql.values()).await?;
    if backwards {
        rows.reverse();
    }
    Ok(rows)
}

/// Queries of their own, put together.
fn merged(parts: impl Iterator<Item = String>) -> String {
    let one = |(at, part): (usize, String)| format!("SELECT * FROM ({part}) part_{at}");
    parts.enumerate().map(one).collect::<Vec<_>>().join(" UNION ALL ")
}

/// An end of a prefix's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bound {
    column: &'static str,
    is_lower: bool,
}

impl Wanted {
    /// The end of the prefix that a page's edge has passed: SQLite would begin there instead
    /// of at the edge.
    fn passed(&self, edge: &Value, is_lower: bool) -> Option<Bound> {
        let (column, prefix) = match self.sorting.column {
            Column::EmployeeNo => ("employee_no", &self.search.employee_no),
            Column::Kana => ("kana_key", &self.search.kana),
            Column::Monthly => return None,
        };
        let Value::Text(Some(edge)) = edge else { return None };
        let inside = !prefix.is_empty() && edge.starts_with(prefix.as_str());
        inside.then_some(Bound { column, is_lower })
    }
}

/// Which index finds the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    /// That of a column whose beginning is searched for, where few rows (1,000 at most)
    /// begin so; they are sorted.
    Found(Column),
    /// That of the order, read until a page is full: most rows that it passes fit.
    Order(Column),
}

impl Plan {
    /// Whether a condition on `column` helps this plan's index.
    fn takes(self, column: &str) -> bool {
        let (Self::Found(index) | Self::Order(index)) = self;
        name_of(index) == column
    }
}

/// The column by whose beginning what is searched for is found soonest.
async fn narrow(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    search: &Search,
) -> Result<Column, Error> {
    if search.kana.is_empty() {
        return Ok(Column::EmployeeNo);
    }
    let is_number = !search.employee_no.is_empty()
        && is_few(conn, table, key, (search, Column::EmployeeNo)).await?;
    Ok(if is_number { Column::EmployeeNo } else { Column::Kana })
}

/// Whether few rows begin in `column` as is searched for.
async fn is_few(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    (search, column): (&Search, Column),
) -> Result<bool, Error> {
    let mut search = search.clone();
    match column {
        Column::EmployeeNo => search.kana.clear(),
        _ => search.employee_no.clear(),
    }
    let count = count_by(conn, (table, Plan::Found(column)), key, &search).await?;
    Ok(count <= MOST_COUNTED)
}

async fn plan(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    wanted: &Wanted,
) -> Result<Plan, Error> {
    let Wanted { search, sorting } = wanted;
    let searched = [(Column::EmployeeNo, &search.employee_no), (Column::Kana, &search.kana)];
    for (column, prefix) in searched {
        let other = column != sorting.column && !prefix.is_empty();
        if other && is_few(conn, table, key, (search, column)).await? {
            return Ok(Plan::Found(column));
        }
    }
    Ok(Plan::Order(sorting.column))
}

const fn name_of(column: Column) -> &'static str {
    match column {
        Column::EmployeeNo => "employee_no",
        Column::Kana => "kana_key",
        Column::Monthly => "amount_monthly",
    }
}

fn order_key(column: Column, plan: Plan) -> &'static str {
    match (column, plan) {
        (Column::EmployeeNo, Plan::Order(_)) => "i.employee_no",
        (Column::EmployeeNo, Plan::Found(_)) => "(i.employee_no || '')",
        (Column::Kana, Plan::Order(_)) => "i.kana_key",
        (Column::Kana, Plan::Found(_)) => "(i.kana_key || '')",
        (Column::Monthly, Plan::Order(_)) => "i.amount_monthly",
        (Column::Monthly, Plan::Found(_)) => "(i.amount_monthly + 0)",
    }
}

/// What the row `id` is sorted by, if it is in the group's lists.
async fn edge(
    conn: &mut Conn,
    table: &Table,
    key: Key<'_>,
    wanted: &Wanted,
    id: &str,
) -> Result<Option<Value>, Error> {
    let text = format!(
        "SELECT employee_no, kana_key, amount_monthly FROM {} \
         WHERE contract_no = $1 AND id = $3 AND group_no = $2 AND state <> 'ended'",
        table.name
    );
    let row: Option<(String, String, i64)> =
        conn.one(&text, params![key.contract_no, key.group_no, id]).await?;
    Ok(row.map(|(employee_no, kana, monthly)| match wanted.sorting.column {
        Column::EmployeeNo => employee_no.to_value(),
        Column::Kana => kana.to_value(),
        Column::Monthly => monthly.to_value(),
    }))
}

/// A statement's values, numbered as they are bound.
struct Sql(Vec<Value>);

impl Sql {
    /// `$1` is the contract, `$2` the group.
    fn of(key: Key<'_>) -> Self {
        Self(vec![key.contract_no.to_value(), key.group_no.to_value()])
    }

    fn bind(&mut self, value: impl ToValue) -> String {
        self.push(value.to_value())
    }

    fn push(&mut self, value: Value) -> String {
        self.0.push(value);
        format!("${}", self.0.len())
    }

    fn values(self) -> Values {
        Values::from(self.0)
    }

    /// The conditions of `search`, once for each range of the plan's index.
    fn found(&mut self, table: &Table, search: &Search, of: (Plan, Option<Bound>)) -> Vec<String> {
        let text = self.conditions(table, search, of);
        // SQLite would take the index of all, which knows no ended ones, for that of a state.
        let of_state = search.product.is_some() || search.state.is_some();
        let text = if of_state { text } else { format!("{text} AND i.state <> 'ended'") };
        if search.product.is_none() || search.state.is_some() {
            return vec![text];
        }
        SHOWN.map(|state| format!("{text} AND i.state = '{}'", state.word())).to_vec()
    }

    /// The conditions of `search` on the rows `i` of `table`, the ended ones among them.
    fn conditions(
        &mut self,
        table: &Table,
        search: &Search,
        (plan, passed): (Plan, Option<Bound>),
    ) -> String {
        let mut text = "i.contract_no = $1 AND i.group_no = $2".to_owned();
        let column = |name: &str| {
            if plan.takes(name) { format!("i.{name}") } else { format!("(i.{name} || '')") }
        };
        for (name, prefix) in [("employee_no", &search.employee_no), ("kana_key", &search.kana)] {
            if prefix.is_empty() {
                continue;
            }
            if passed != Some(Bound { column: name, is_lower: true }) {
                let from = self.bind(prefix);
                text.extend([format!(" AND {} >= {from}", column(name))]);
            }
            let end = after_all_with(prefix);
            if let Some(end) =
                end.filter(|_| passed != Some(Bound { column: name, is_lower: false }))
            {
                let end = self.bind(end);
                text.extend([format!(" AND {} < {end}", column(name))]);
            }
        }
        if let Some(product) = &search.product {
            let product = self.bind(product);
            text.extend([format!(" AND i.{} = {product}", table.product)]);
        }
        if let Some(state) = search.state {
            let state = self.bind(state.word());
            text.extend([format!(" AND i.state = {state}")]);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deduction::items::State;

    const TABLE: Table = Table { name: "rokin_items", product: "product", select: "" };
    const KEY: Key<'_> = Key { contract_no: "15000000", group_no: "16000004" };

    #[test]
    fn only_what_is_asked_for_is_a_condition() {
        let found = |search: &Search, plan| {
            let mut sql = Sql::of(KEY);
            (sql.conditions(&TABLE, search, (plan, None)), sql.0.len())
        };
        let (all, values) = found(&Search::default(), Plan::Found(Column::EmployeeNo));
        assert!(all.ends_with("AND i.group_no = $2"), "{all}");
        assert_eq!(values, 2);
        let search = Search {
            employee_no: "1".into(),
            kana: "ヤマ".into(),
            state: Some(State::New),
            ..Search::default()
        };
        let (some, _) = found(&search, Plan::Order(Column::Kana));
        assert!(
            some.ends_with(
                "AND (i.employee_no || '') >= $3 AND (i.employee_no || '') < $4 \
                 AND i.kana_key >= $5 AND i.kana_key < $6 AND i.state = $7"
            ),
            "{some}"
        );
    }

    #[test]
    fn of_a_product_each_state_is_a_range_of_its_own() {
        let product = Some("loan".to_owned());
        let ranges = |state| {
            let search = Search { product: product.clone(), state, ..Search::default() };
            Sql::of(KEY).found(&TABLE, &search, (Plan::Order(Column::Kana), None))
        };
        let all = ranges(None);
        assert_eq!(all.len(), SHOWN.len());
        assert!(all[1].ends_with("AND i.product = $3 AND i.state = 'new'"), "{}", all[1]);
        let one = ranges(Some(State::New));
        assert!(one.len() == 1 && !one[0].contains("ended"), "{one:?}");
    }

    #[test]
    fn a_page_s_edge_stands_for_the_end_of_the_prefix_that_it_has_passed() {
        let search = Search { kana: "ヤマ".into(), ..Search::default() };
        let sorting = Sorting { column: Column::Kana, descending: false };
        let wanted = Wanted { search, sorting };
        let passed = wanted.passed(&"ヤマダ".to_value(), true).expect("inside");
        let mut sql = Sql::of(KEY);
        let found =
            sql.conditions(&TABLE, &wanted.search, (Plan::Order(Column::Kana), Some(passed)));
        assert!(found.ends_with("AND i.group_no = $2 AND i.kana_key < $3"), "{found}");
        // A row that the search does not find bounds nothing.
        assert_eq!(wanted.passed(&"アオキ".to_value(), true), None);
    }

    #[test]
    fn a_long_list_is_not_counted_to_its_end() {
        assert_eq!(count_ja(0), "0件");
        assert_eq!(count_ja(1_000), "1,000件");
        assert_eq!(count_ja(1_001), "1,000件以上");
    }
}
