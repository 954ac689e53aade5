//! Items of 労金控除: search, orders, pages, and whose they are.

use std::collections::HashSet;

use sekisho::base::text::name_key;
use sekisho::db::{Conn, Db, params};
use sekisho::deduction::rokin::{
    self, Column, Cursor, ITEMS_A_PAGE, Item, Product, Search, Sorting, State,
};
use sekisho::deduction::{demo, has_demo};

use super::{OURS, THEIRS, prepare};
use crate::support::db::{both_engines, now};

async fn with_samples(db: &Db, items: usize) -> Conn {
    prepare(db).await;
    let mut tx = db.begin().await.unwrap();
    for contract_no in [OURS, THEIRS] {
        assert!(!has_demo(&mut tx, contract_no).await.unwrap());
        demo(&mut tx, contract_no, now(), items).await.unwrap();
        assert!(has_demo(&mut tx, contract_no).await.unwrap());
    }
    tx.commit().await.unwrap();
    db.conn().await.unwrap()
}

fn orders() -> impl Iterator<Item = Sorting> {
    let both = |column| [false, true].map(|descending| Sorting { column, descending });
    Column::ALL.into_iter().flat_map(both)
}

/// Every page from the first to the last.
async fn forwards(conn: &mut Conn, search: &Search, sorting: Sorting) -> Vec<Vec<Item>> {
    let mut pages: Vec<Vec<Item>> = Vec::new();
    loop {
        let last = pages.last().and_then(|rows| rows.last());
        let cursor = last.map(|row| Cursor::After(row.id.clone()));
        let page = rokin::page(conn, OURS, search, sorting, cursor.as_ref()).await.unwrap();
        assert_eq!(page.earlier, !pages.is_empty());
        assert!(!page.rows.is_empty() || pages.is_empty(), "a page that was promised is empty");
        pages.push(page.rows);
        if !page.later {
            return pages;
        }
    }
}

/// From the last of `pages` back to the first: each of them again.
async fn backwards(conn: &mut Conn, search: &Search, sorting: Sorting, pages: &[Vec<Item>]) {
    for at in (1..pages.len()).rev() {
        let cursor = Cursor::Before(pages[at][0].id.clone());
        let page = rokin::page(conn, OURS, search, sorting, Some(&cursor)).await.unwrap();
        assert_eq!(page.rows, pages[at - 1], "page {at} of {sorting:?}");
        assert_eq!((page.earlier, page.later), (at > 1, true));
    }
}

fn in_order(sorting: Sorting, rows: &[&Item]) -> bool {
    let key = |row: &Item| match sorting.column {
        Column::EmployeeNo => (row.employee_no.clone(), 0),
        Column::Kana => (name_key(&row.kana_name), 0),
        Column::Monthly => (String::new(), row.amount_monthly),
    };
    let keys = rows.iter().map(|row| (key(row), row.id.clone()));
    if sorting.descending { keys.rev().is_sorted() } else { keys.is_sorted() }
}

async fn found(conn: &mut Conn, search: &Search) -> Vec<Item> {
    let rows = forwards(conn, search, Sorting::default()).await.concat();
    let count = rokin::count(conn, OURS, search).await.unwrap();
    assert_eq!(count, i64::try_from(rows.len()).unwrap(), "the count is what is listed");
    rows
}

both_engines! {
    async fn every_order_shows_every_row_once_forwards_and_back(db: Db) {
        let mut conn = with_samples(&db, 4 * ITEMS_A_PAGE).await;
        let all = Search::default();
        let count = rokin::count(&mut conn, OURS, &all).await.unwrap();
        assert!(count >= 200, "{count}");
        for sorting in orders() {
            let pages = forwards(&mut conn, &all, sorting).await;
            assert!(pages.len() >= 4 && pages[0].len() == ITEMS_A_PAGE);
            let rows: Vec<&Item> = pages.iter().flatten().collect();
            let ids: HashSet<_> = rows.iter().map(|row| &row.id).collect();
            assert_eq!(i64::try_from(ids.len()).unwrap(), count, "{sorting:?}");
            assert_eq!(rows.len(), ids.len(), "{sorting:?}");
            assert!(in_order(sorting, &rows), "{sorting:?}");
            backwards(&mut conn, &all, sorting, &pages).await;
        }
    }

    async fn a_last_page_that_is_exactly_full_promises_no_other(db: Db) {
        let mut conn = with_samples(&db, 2 * ITEMS_A_PAGE).await;
        let all = Search::default();
        assert_eq!(rokin::count(&mut conn, OURS, &all).await.unwrap(), 100);
        let pages = forwards(&mut conn, &all, Sorting::default()).await;
        assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50]);
    }

    async fn five_thousand_items_are_searched_in_every_order(db: Db) {
        let mut conn = with_samples(&db, 5_000).await;
        let search = Search { kana: name_key("たろう"), ..Search::default() };
        assert!(rokin::count(&mut conn, OURS, &Search::default()).await.unwrap() >= 5_000);
        let wanted = rokin::count(&mut conn, OURS, &search).await.unwrap();
        assert!(wanted > 100, "{wanted}");
        for sorting in orders() {
            let pages = forwards(&mut conn, &search, sorting).await;
            assert_eq!(i64::try_from(pages.concat().len()).unwrap(), wanted, "{sorting:?}");
        }
    }

    async fn a_name_is_found_in_whatever_width_it_is_typed(db: Db) {
        let mut conn = with_samples(&db, 300).await;
        let typed = ["ﾔﾏﾀﾞ", "ヤマダ", "やまだ", "ﾔﾏﾀﾞ　", " ヤ マ ダ"];
        let mut counts = HashSet::new();
        for kana in typed {
            let search = Search { kana: name_key(kana), ..Search::default() };
            let rows = found(&mut conn, &search).await;
            assert!(rows.iter().all(|row| row.kana_name.contains("ヤマダ")), "{kana}");
            counts.insert(rows.len());
        }
        assert!(counts.len() == 1 && !counts.contains(&0), "{counts:?}");
        let whole = Search { kana: name_key("ﾔﾏﾀﾞ ﾀﾛｳ"), ..Search::default() };
        for row in found(&mut conn, &whole).await {
            assert_eq!(row.kana_name, "ヤマダ　タロウ");
        }
        for kana in ["%", "_", "\\", "ヤ%ダ"] {
            let search = Search { kana: kana.into(), ..Search::default() };
            assert!(found(&mut conn, &search).await.is_empty(), "{kana}");
        }
    }

    async fn filters_part_the_list_and_can_be_joined(db: Db) {
        let mut conn = with_samples(&db, 300).await;
        let all = found(&mut conn, &Search::default()).await;
        let (mut by_product, mut by_state) = (0, 0);
        for product in Product::ALL {
            let search = Search { product: Some(product), ..Search::default() };
            let rows = found(&mut conn, &search).await;
            assert!(rows.iter().all(|row| row.product == product) && !rows.is_empty());
            by_product += rows.len();
        }
        for state in State::ALL {
            let search = Search { state: Some(state), ..Search::default() };
            let rows = found(&mut conn, &search).await;
            assert!(rows.iter().all(|row| row.state == state) && !rows.is_empty());
            by_state += rows.len();
        }
        assert_eq!((by_product, by_state), (all.len(), all.len()));

        let one = all.last().unwrap();
        let search = Search {
            employee_no: one.employee_no.clone(),
            kana: name_key(&one.kana_name),
            product: Some(one.product),
            state: Some(one.state),
        };
        assert!(found(&mut conn, &search).await.contains(one));
        let start = Search { employee_no: one.employee_no[..5].into(), ..Search::default() };
        let rows = found(&mut conn, &start).await;
        assert!(rows.contains(one) && rows.iter().all(|row| row.employee_no.starts_with(&start.employee_no)));
        let end = Search { employee_no: one.employee_no[4..].into(), ..Search::default() };
        assert!(!found(&mut conn, &end).await.contains(one), "found by its beginning only");
    }

    async fn an_item_follows_its_member_s_new_number_and_name(db: Db) {
        let mut conn = with_samples(&db, 60).await;
        let one = found(&mut conn, &Search::default()).await.remove(0);
        let sql = "UPDATE members SET employee_no = 'X-1', kana_name = $3, kana_key = $4 \
                   WHERE contract_no = $1 AND employee_no = $2";
        let name = "ゼンダ　イチ";
        let values = params![OURS, one.employee_no, name, name_key(name)];
        assert_eq!(conn.execute(sql, values).await.unwrap(), 1);
        let search = Search { employee_no: "X-1".into(), kana: name_key("ぜんだ"), ..Search::default() };
        let rows = found(&mut conn, &search).await;
        assert!(rows.iter().any(|row| row.id == one.id) && rows[0].kana_name == name);
    }

    // RX-06
    async fn what_is_another_contract_s_is_as_absent_as_what_never_was(db: Db) {
        let mut conn = with_samples(&db, 200).await;
        let ours = found(&mut conn, &Search::default()).await;
        let (all, order) = (Search::default(), Sorting::default());
        let theirs = rokin::page(&mut conn, THEIRS, &all, order, None).await.unwrap().rows;
        let ids: HashSet<_> = ours.iter().map(|row| &row.id).collect();
        assert!(theirs.iter().all(|row| !ids.contains(&row.id)));
        let after = |id: &str| Cursor::After(id.into());
        let before = |id: &str| Cursor::Before(id.into());
        for id in [theirs[3].id.as_str(), "made-up"] {
            for cursor in [after(id), before(id)] {
                for sorting in orders() {
                    let page = rokin::page(&mut conn, OURS, &all, sorting, Some(&cursor));
                    assert!(page.await.unwrap().rows.is_empty(), "{cursor:?}");
                }
            }
        }
    }
}
