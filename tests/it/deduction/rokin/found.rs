//! Items are found: by every condition, in every order, page by page, and nobody else's.

use std::collections::HashSet;

use sekisho::base::text::name_key;
use sekisho::db::{Conn, params};
use sekisho::deduction::items::list::{self, Wanted};
use sekisho::deduction::items::search::{Column, Search, Sorting};
use sekisho::deduction::items::state::SHOWN;
use sekisho::deduction::items::{Person, members};
use sekisho::deduction::rokin::{Item, Product, TABLE, store};
use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;
use sekisho::web::sheet::{At, PAGE};

use crate::deduction::union::{KEY, OTHER_GROUP, Union, item};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

const BESIDE: Key<'static> = Key { contract_no: CONTRACT.0, group_no: OTHER_GROUP };

async fn with_items(fresh: &Fresh, members: i64) -> (Union, Conn) {
    let union = Union::new(fresh).await;
    union.members(KEY, 0, members).await;
    union.rokin_items(KEY, 2).await;
    let conn = union.conn().await;
    (union, conn)
}

fn orders() -> impl Iterator<Item = Sorting> {
    let both = |column| [false, true].map(|descending| Sorting { column, descending });
    Column::ALL.into_iter().flat_map(both)
}

/// Every page from the first to the last; then each again from the last back.
async fn pages(conn: &mut Conn, wanted: &Wanted) -> Vec<Vec<Item>> {
    let mut pages: Vec<Vec<Item>> = Vec::new();
    let mut at = At::First;
    loop {
        let rows: Vec<Item> = list::rows(conn, &TABLE, KEY, wanted, (&at, PAGE)).await.unwrap();
        let Some(last) = rows.last() else { break };
        at = At::After(last.id.clone());
        pages.push(rows);
    }
    for next in (1..pages.len()).rev() {
        let at = At::Before(pages[next][0].id.clone());
        let rows: Vec<Item> = list::rows(conn, &TABLE, KEY, wanted, (&at, PAGE)).await.unwrap();
        assert_eq!(rows, pages[next - 1], "back to page {next} of {wanted:?}");
    }
    pages
}

async fn found(conn: &mut Conn, search: &Search) -> Vec<Item> {
    let wanted = Wanted { search: search.clone(), sorting: Sorting::usual(search) };
    let rows = pages(conn, &wanted).await.concat();
    let count = list::count(conn, &TABLE, KEY, search).await.unwrap();
    let told = i64::try_from(rows.len()).unwrap().min(list::MOST_COUNTED + 1);
    assert_eq!(count, told, "the count is what is listed: {search:?}");
    let totals = list::totals(conn, &TABLE, KEY, search).await.unwrap();
    assert_eq!(totals.count, i64::try_from(rows.len()).unwrap());
    assert_eq!(totals.sums[0], rows.iter().map(|row| row.amounts.monthly).sum::<i64>());
    rows
}

fn in_order(sorting: Sorting, rows: &[Item]) -> bool {
    let key = |row: &Item| match sorting.column {
        Column::EmployeeNo => (row.employee_no.clone(), 0),
        Column::Kana => (name_key(&row.kana_name), 0),
        Column::Monthly => (String::new(), row.amounts.monthly),
    };
    let keys = rows.iter().map(|row| (key(row), row.id.clone()));
    if sorting.descending { keys.rev().is_sorted() } else { keys.is_sorted() }
}

fn by_kana(kana: &str) -> Search {
    Search { kana: name_key(kana), ..Search::default() }
}

both_engines! {
    // R004-117
    async fn every_order_shows_every_row_once_forwards_and_back(fresh: &Fresh) {
        let (_union, mut conn) = with_items(fresh, 120).await;
        for search in [Search::default(), by_kana("ア"), Search {
            product: Some("loan".into()), ..Search::default()
        }] {
            let all = found(&mut conn, &search).await;
            let ids: HashSet<_> = all.iter().map(|row| &row.id).collect();
            assert!(ids.len() == all.len() && !all.is_empty());
            for sorting in orders() {
                let wanted = Wanted { search: search.clone(), sorting };
                let rows = pages(&mut conn, &wanted).await.concat();
                assert!(in_order(sorting, &rows), "{wanted:?}");
                assert_eq!(rows.iter().map(|row| &row.id).collect::<HashSet<_>>(), ids);
            }
        }
        assert_eq!(found(&mut conn, &Search::default()).await.len(), 240);
    }

    async fn many_finds_are_listed_by_the_order_and_few_by_the_condition(fresh: &Fresh) {
        // Beyond 1,000 finds another index is taken: what is found must be the same.
        let (_union, mut conn) = with_items(fresh, 2_400).await;
        let search = Search { product: Some("share".into()), ..Search::default() };
        let few = Search { employee_no: "100001".into(), ..search.clone() };
        for search in [search, few] {
            let all = found(&mut conn, &search).await;
            for sorting in orders() {
                let wanted = Wanted { search: search.clone(), sorting };
                let rows = pages(&mut conn, &wanted).await.concat();
                assert!(in_order(sorting, &rows) && rows.len() == all.len(), "{wanted:?}");
            }
        }
    }

    async fn a_name_is_found_by_its_beginning_in_whatever_width_it_is_typed(fresh: &Fresh) {
        let (union, mut conn) = with_items(fresh, 50).await;
        let person = Person {
            employee_no: "X-1".into(),
            kana_name: "ヤマダ　タロウ".into(),
            kana_half: "ﾔﾏﾀﾞ ﾀﾛｳ".into(),
            kanji_name: "山田　太郎".into(),
            workplace: String::new(),
        };
        let mut tx = union.world.app.db.begin().await.unwrap();
        let one = members::find(&mut tx, KEY, "10000007").await.unwrap().unwrap();
        assert!(members::correct(&mut tx, KEY, &one.id, (&person, None)).await.unwrap());
        tx.commit().await.unwrap();
        let typed = ["ﾔﾏﾀﾞ", "ヤマダ", "やまだ", "ﾔﾏﾀﾞ　", " ヤ マ ダ", "ﾔﾏﾀﾞ ﾀﾛｳ"];
        for kana in typed {
            // The items follow the member's new name.
            let rows = found(&mut conn, &by_kana(kana)).await;
            assert_eq!(rows.len(), 2, "{kana}");
            assert!(rows.iter().all(|row| row.kana_name == person.kana_name));
        }
        for kana in ["%", "_", "\\", "ヤ%ダ", "マダ"] {
            let search = Search { kana: kana.into(), ..Search::default() };
            assert!(found(&mut conn, &search).await.is_empty(), "{kana}");
        }
    }

    async fn filters_part_the_list_and_can_be_joined(fresh: &Fresh) {
        let (_union, mut conn) = with_items(fresh, 150).await;
        let all = found(&mut conn, &Search::default()).await;
        let (mut by_product, mut by_state) = (0, 0);
        for product in Product::ALL {
            let search = Search { product: Some(product.word().into()), ..Search::default() };
            let rows = found(&mut conn, &search).await;
            assert!(rows.iter().all(|row| row.product == product) && !rows.is_empty());
            by_product += rows.len();
        }
        for state in SHOWN {
            let search = Search { state: Some(state), ..Search::default() };
            let rows = found(&mut conn, &search).await;
            assert!(rows.iter().all(|row| row.state == state) && !rows.is_empty());
            by_state += rows.len();
        }
        assert_eq!((by_product, by_state), (all.len(), all.len()));
        let one = &all[77];
        let search = Search {
            employee_no: one.employee_no.clone(),
            kana: name_key(&one.kana_name),
            product: Some(one.product.word().into()),
            state: Some(one.state),
        };
        assert!(found(&mut conn, &search).await.contains(one));
        let start = Search { employee_no: one.employee_no[..7].into(), ..Search::default() };
        let rows = found(&mut conn, &start).await;
        assert!(rows.len() == 20 && rows.contains(one));
        let end = Search { employee_no: one.employee_no[4..].into(), ..Search::default() };
        assert!(!found(&mut conn, &end).await.contains(one), "found by its beginning only");
    }

    // RX-06
    async fn what_is_another_group_s_or_contract_s_is_as_absent_as_what_never_was(fresh: &Fresh) {
        let (union, mut conn) = with_items(fresh, 20).await;
        union.group(BESIDE, &Service::OF_GROUPS).await;
        let theirs = union.other_contract().await;
        for key in [BESIDE, theirs] {
            union.members(key, 0, 20).await;
            union.rokin_items(key, 2).await;
        }
        let ours = found(&mut conn, &Search::default()).await;
        assert_eq!(ours.len(), 40);
        let beside = item(OTHER_GROUP, "10000003", 0);
        let is_there = store::find(&mut conn, BESIDE, &beside).await.unwrap();
        assert!(is_there.is_some() && store::find(&mut conn, KEY, &beside).await.unwrap().is_none());
        let wanted = Wanted { search: Search::default(), sorting: Sorting::usual(&Search::default()) };
        for id in [beside.as_str(), "made-up"] {
            for at in [At::After(id.into()), At::Before(id.into())] {
                let rows: Vec<Item> =
                    list::rows(&mut conn, &TABLE, KEY, &wanted, (&at, PAGE)).await.unwrap();
                assert!(rows.is_empty(), "{at:?}");
            }
        }
        // Theirs bear the same ids: one's own is found.
        let sql = "UPDATE members SET kanji_name = 'よその者' WHERE contract_no = $1";
        conn.execute(sql, params![theirs.contract_no]).await.unwrap();
        let all = found(&mut conn, &Search::default()).await;
        assert!(all.iter().all(|row| row.kanji_name != "よその者"));
    }

    async fn an_ended_item_is_in_no_list(fresh: &Fresh) {
        let (union, mut conn) = with_items(fresh, 3).await;
        let sql = "UPDATE rokin_items SET state = 'ended' \
                   WHERE contract_no = $1 AND group_no = $2 AND id = $3";
        let ended = item(KEY.group_no, "10000001", 1);
        assert_eq!(union.run(KEY, sql, &[&ended]).await, 1);
        let rows = found(&mut conn, &Search::default()).await;
        assert!(rows.len() == 5 && rows.iter().all(|row| row.id != ended));
        assert!(store::find(&mut conn, KEY, &ended).await.unwrap().is_none());
    }
}
