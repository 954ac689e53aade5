//! `/deduction/rokin`: the list of items (労金控除明細照会).

use askama::Template;
use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;

use super::rules::{Asked, Column, Foreign, Search, Sorting};
use super::{Item, Page, Product, State, store, words};
use crate::app::App;
use crate::base::date;
use crate::base::money::{self, Yen};
use crate::identity::rights::Action;
use crate::web::{self, Chip, Error, Field, Mistakes, Order, Pager, Place, Shell, SignedIn, Sort};

const LIST: &str = "/deduction/rokin/items";

/// The pages of 労金控除明細.
pub fn router() -> Router<App> {
    Router::new().route(LIST, get(show_items))
}

#[derive(Template)]
#[template(path = "deduction/rokin/pages/list.html")]
pub(super) struct ListPage {
    shell: Shell,
    mistakes: Mistakes,
    fields: Fields,
    sort: String,
    /// Absent while something is wrong with what was typed.
    list: Option<List>,
}

impl ListPage {
    /// Whether a condition is set, be it one that cannot be read.
    fn is_filtered(&self) -> bool {
        self.list.as_ref().is_none_or(|list| list.filtered)
    }
}

pub(super) struct Fields {
    employee_no: Field,
    kana: Field,
    product: Field,
    products: Vec<(&'static str, &'static str)>,
    state: Field,
    states: Vec<(&'static str, &'static str)>,
}

pub(super) struct List {
    count: i64,
    rows: Vec<Item>,
    filtered: bool,
    chips: Vec<Chip>,
    by_employee_no: Sort,
    by_kana: Sort,
    by_monthly: Sort,
    pager: Pager,
}

async fn show_items(
    Extract(app): Extract<App>,
    signed_in: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    signed_in.needs(Action::RokinView)?;
    let (search, mistakes) = asked.search()?;
    let (sorting, cursor) = (asked.sorting()?, asked.cursor()?);
    let shell = shell(&signed_in);
    if !mistakes.is_empty() {
        let page = list_page(shell, &asked, mistakes, None);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let mut conn = app.db.conn().await?;
    let contract_no = signed_in.contract_no();
    let count = store::count(&mut conn, contract_no, &search).await?;
    let page = store::page(&mut conn, contract_no, &search, sorting, cursor.as_ref()).await?;
    if page.rows.is_empty() && cursor.is_some() {
        // The row that the address names is gone, or is none of this contract's.
        let first = place(&asked).with(&[("after", ""), ("before", "")]);
        return Err(Error::stale(words::TO_FIRST, first));
    }
    let list = list(&asked, &search, sorting, page, count);
    web::page(&list_page(shell, &asked, mistakes, Some(list)))
}

/// The page of somebody signed in; the manual gives this screen no number.
fn shell(signed_in: &SignedIn) -> Shell {
    let shell = signed_in.shell(words::TITLE, "", LIST);
    shell.crumb("トップページ", "/home").crumb_here()
}

pub(super) fn list_page(
    shell: Shell,
    asked: &Asked,
    mistakes: Mistakes,
    list: Option<List>,
) -> ListPage {
    let products = Product::ALL.map(|product| (product.word(), product.ja()));
    let states = State::ALL.map(|state| (state.word(), words::state(state)));
    let with_all =
        |choices: &[(&'static str, &'static str)]| [&[("", words::ALL)], choices].concat();
    let fields = Fields {
        employee_no: mistakes.field("employee_no", &asked.employee_no),
        kana: mistakes.field("kana", &asked.kana),
        product: Field::with("product", &asked.product),
        products: with_all(&products),
        state: Field::with("state", &asked.state),
        states: with_all(&states),
    };
    ListPage { shell, mistakes, fields, sort: asked.sort.clone(), list }
}

pub(super) fn list(
    asked: &Asked,
    search: &Search,
    sorting: Sorting,
    page: Page,
    count: i64,
) -> List {
    let heading = |label, column| heading(asked, sorting, label, column);
    List {
        count,
        filtered: !search.is_all(),
        chips: chips(asked, search),
        by_employee_no: heading(words::EMPLOYEE_NO, Column::EmployeeNo),
        by_kana: heading(words::KANA, Column::Kana),
        by_monthly: heading(words::MONTHLY, Column::Monthly),
        pager: pager(asked, &page),
        rows: page.rows,
    }
}

/// A heading that sorts by `column`; the other way if the list already is.
fn heading(asked: &Asked, sorting: Sorting, label: &str, column: Column) -> Sort {
    let current = sorting.column == column;
    let next = Sorting { column, descending: current && !sorting.descending };
    let order = if sorting.descending { Order::Descending } else { Order::Ascending };
    place(asked).heading(label, &next.word(), current.then_some(order))
}

/// The filters in use, each with the way to the list without it.
fn chips(asked: &Asked, search: &Search) -> Vec<Chip> {
    let place = place(asked);
    let chip = |name, label: &str, value: &str| {
        Chip::new(format!("{label}：{value}"), place.without(name))
    };
    let mut chips = Vec::new();
    if !search.employee_no.is_empty() {
        chips.push(chip("employee_no", words::EMPLOYEE_NO, &search.employee_no));
    }
    if !search.kana.is_empty() {
        chips.push(chip("kana", words::KANA, &search.kana));
    }
    if let Some(product) = search.product {
        chips.push(chip("product", words::PRODUCT, product.ja()));
    }
    if let Some(state) = search.state {
        chips.push(chip("state", words::STATE, words::state(state)));
    }
    chips
}

fn pager(asked: &Asked, page: &Page) -> Pager {
    let first = page.rows.first().filter(|_| page.earlier).map(|item| item.id.as_str());
    let last = page.rows.last().filter(|_| page.later).map(|item| item.id.as_str());
    place(asked).pager(first, last)
}

fn place(asked: &Asked) -> Place {
    let query = [
        ("employee_no", asked.employee_no.as_str()),
        ("kana", &asked.kana),
        ("product", &asked.product),
        ("state", &asked.state),
        ("sort", &asked.sort),
        ("after", &asked.after),
        ("before", &asked.before),
    ];
    Place::new(LIST, &query)
}

impl From<Foreign> for Error {
    fn from(foreign: Foreign) -> Self {
        Self::Malformed(foreign.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked() -> Asked {
        Asked {
            employee_no: "10".into(),
            kana: "ﾔﾏ".into(),
            state: "new".into(),
            sort: "-kana".into(),
            after: "0001".into(),
            ..Asked::default()
        }
    }

    #[test]
    fn a_chip_lifts_its_own_filter_and_begins_at_the_first_page() {
        let asked = asked();
        let (search, _) = asked.search().expect("ours");
        let chips = chips(&asked, &search);
        let labels: Vec<_> = chips.iter().map(|chip| chip.label.as_str()).collect();
        assert_eq!(labels, ["職員番号：10", "カナ氏名：ヤマ", "状態：新規"]);
        assert_eq!(chips[0].href, "/deduction/rokin?kana=%EF%BE%94%EF%BE%8F&state=new&sort=-kana");
    }

    #[test]
    fn a_heading_turns_its_own_order_round() {
        let asked = asked();
        let sorting = asked.sorting().expect("ours");
        let kana = heading(&asked, sorting, "カナ氏名", Column::Kana);
        assert_eq!(kana.order, Some(Order::Descending));
        assert!(kana.href.ends_with("&sort=kana"), "{}", kana.href);
        let monthly = heading(&asked, sorting, "月例", Column::Monthly);
        assert_eq!(monthly.order, None);
        assert!(monthly.href.ends_with("&sort=monthly"), "{}", monthly.href);
    }

    #[test]
    fn without_filters_the_address_is_the_list_s_own() {
        assert_eq!(place(&Asked::default()).with(&[]), LIST);
    }
}
