//! Employees: search by day and name, orders, pages, and whose they are.

use std::collections::HashSet;

use sekisho::base::text::name_key;
use sekisho::base::{Day, Moment};
use sekisho::db::{Conn, Db};
use sekisho::hr::employees::{
    self, Column, Contact, Cursor, EMPLOYEES_A_PAGE, Employee, Search, Sex, Sorting, Work,
};
use sekisho::hr::{demo, has_demo};

use super::{OURS, THEIRS, prepare};
use crate::support::db::{both_engines, now};

async fn with_samples(db: &Db) -> Conn {
    prepare(db).await;
    let mut tx = db.begin().await.unwrap();
    for contract_no in [OURS, THEIRS] {
        assert!(!has_demo(&mut tx, contract_no).await.unwrap());
        demo(&mut tx, contract_no, now()).await.unwrap();
        assert!(has_demo(&mut tx, contract_no).await.unwrap());
    }
    tx.commit().await.unwrap();
    db.conn().await.unwrap()
}

fn person(id: &str, created_at: &str, ms: i64) -> Employee {
    let day = Day::new(2026, 4, 1).unwrap();
    Employee {
        id: id.into(),
        employee_no: format!("N-{id}"),
        family_name: "𠮷田".into(),
        given_name: "さくら".into(),
        family_kana: "ヨシダ".into(),
        given_kana: "サクラ".into(),
        birth_on: day,
        sex: Sex::Female,
        joined_on: day,
        left_on: None,
        contact: Contact {
            email: "a@example.jp".into(),
            tel: "090-0000-0000".into(),
            postal_code: "100-0001".into(),
            address: "東京都".into(),
        },
        work: Work {
            department: "総務部".into(),
            post: String::new(),
            site: "本社".into(),
            contract_type: "正社員".into(),
            work_type: "固定時間制".into(),
        },
        created_at: Moment::parse(created_at).unwrap().plus_ms(ms),
    }
}

async fn pages(conn: &mut Conn, search: &Search, sorting: Sorting) -> Vec<Vec<Employee>> {
    let mut pages: Vec<Vec<Employee>> = Vec::new();
    loop {
        let last = pages.last().and_then(|rows| rows.last());
        let cursor = last.map(|row| Cursor::After(row.id.clone()));
        let page = employees::page(conn, OURS, search, sorting, cursor.as_ref()).await.unwrap();
        assert_eq!(page.earlier, !pages.is_empty());
        pages.push(page.rows);
        if !page.later {
            return pages;
        }
    }
}

async fn found(conn: &mut Conn, search: &Search) -> Vec<String> {
    let rows = pages(conn, search, Sorting::default()).await.concat();
    let count = employees::count(conn, OURS, search).await.unwrap();
    assert_eq!(count, i64::try_from(rows.len()).unwrap(), "the count is what is listed");
    rows.into_iter().map(|row| row.id).collect()
}

fn between(from: &str, to: &str) -> Search {
    Search { created_from: Day::parse(from), created_to: Day::parse(to), ..Search::default() }
}

fn named(name: &str) -> Search {
    Search { name: name_key(name), ..Search::default() }
}

both_engines! {
    async fn every_order_shows_everybody_once_forwards_and_back(db: Db) {
        let mut conn = with_samples(&db).await;
        let all = Search::default();
        for column in Column::ALL {
            for descending in [false, true] {
                let sorting = Sorting { column, descending };
                let pages = pages(&mut conn, &all, sorting).await;
                let sizes: Vec<_> = pages.iter().map(Vec::len).collect();
                assert_eq!(sizes, [EMPLOYEES_A_PAGE, EMPLOYEES_A_PAGE, 20], "{sorting:?}");
                let rows: Vec<&Employee> = pages.iter().flatten().collect();
                let ids: HashSet<_> = rows.iter().map(|row| &row.id).collect();
                assert_eq!(ids.len(), 120, "{sorting:?}");
                let keys = rows.iter().map(|row| match column {
                    Column::EmployeeNo => row.employee_no.clone(),
                    Column::Name => name_key(&row.kana()),
                    Column::Created => row.created_at.rfc3339(),
                });
                let sorted = if descending { keys.rev().is_sorted() } else { keys.is_sorted() };
                assert!(sorted, "{sorting:?}");
                for at in (1..pages.len()).rev() {
                    let cursor = Cursor::Before(pages[at][0].id.clone());
                    let page = employees::page(&mut conn, OURS, &all, sorting, Some(&cursor));
                    let page = page.await.unwrap();
                    assert_eq!((page.rows, page.earlier), (pages[at - 1].clone(), at > 1));
                }
            }
        }
    }

    // R001-42
    async fn a_search_by_day_takes_whole_days_of_japan(db: Db) {
        prepare(&db).await;
        let mut tx = db.begin().await.unwrap();
        for (id, at, ms) in [
            ("a", "2026-11-20T23:59:59+09:00", 999),
            ("b", "2026-11-21T00:00:00+09:00", 0),
            ("c", "2026-11-21T23:59:59+09:00", 999),
            ("d", "2026-11-22T00:00:00+09:00", 0),
        ] {
            employees::insert(&mut tx, OURS, &person(id, at, ms)).await.unwrap();
        }
        tx.commit().await.unwrap();
        let mut conn = db.conn().await.unwrap();
        for (from, to, wanted) in [
            ("2026-11-21", "2026-11-21", "b c"),
            ("2026-11-21", "", "b c d"),
            ("", "2026-11-21", "a b c"),
            ("2026-11-20", "2026-11-22", "a b c d"),
            ("2026-11-23", "", ""),
            ("", "2026-11-19", ""),
            ("1970-01-01", "9999-12-31", "a b c d"),
            ("", "", "a b c d"),
        ] {
            let ids = found(&mut conn, &between(from, to)).await;
            assert_eq!(ids.join(" "), wanted, "{from} to {to}");
        }
    }

    // R001-42
    async fn a_name_is_found_by_its_characters_or_its_kana_in_any_width(db: Db) {
        let mut conn = with_samples(&db).await;
        drop(conn);
        let mut tx = db.begin().await.unwrap();
        let person = person("sakura", "2026-11-21T00:00:00Z", 0);
        employees::insert(&mut tx, OURS, &person).await.unwrap();
        tx.commit().await.unwrap();
        conn = db.conn().await.unwrap();
        for typed in ["𠮷田", "さくら", "ﾖｼﾀﾞ", "よしだ さくら", "ヨシダ　サクラ", "𠮷田さくら"] {
            assert_eq!(found(&mut conn, &named(typed)).await, ["sakura"], "{typed}");
        }
        for typed in ["%", "_", "吉田桜"] {
            assert!(found(&mut conn, &named(typed)).await.is_empty(), "{typed}");
        }
        let both = Search { name: name_key("ヨシダ"), ..between("2026-11-22", "") };
        assert!(found(&mut conn, &both).await.is_empty());
    }

    // R001-43
    async fn everything_that_was_put_in_is_in_the_detail(db: Db) {
        prepare(&db).await;
        let mut tx = db.begin().await.unwrap();
        let mut person = person("one", "2026-11-21T00:00:00Z", 0);
        person.left_on = Day::parse("2026-11-30");
        employees::insert(&mut tx, OURS, &person).await.unwrap();
        assert_eq!(employees::find(&mut tx, OURS, "one").await.unwrap(), Some(person));
        tx.commit().await.unwrap();
    }

    async fn a_number_belongs_to_one_employee_of_a_contract(db: Db) {
        prepare(&db).await;
        let one = person("one", "2026-11-21T00:00:00Z", 0);
        let same = Employee { id: "two".into(), ..one.clone() };
        let mut tx = db.begin().await.unwrap();
        employees::insert(&mut tx, OURS, &one).await.unwrap();
        employees::insert(&mut tx, THEIRS, &same).await.unwrap();
        let error = employees::insert(&mut tx, OURS, &same).await.unwrap_err();
        assert!(error.is_unique_violation(), "{error}");
    }

    // RX-06
    async fn what_is_another_contract_s_is_as_absent_as_what_never_was(db: Db) {
        let mut conn = with_samples(&db).await;
        let (all, order) = (Search::default(), Sorting::default());
        let theirs = employees::page(&mut conn, THEIRS, &all, order, None).await.unwrap().rows;
        let ours: HashSet<_> = found(&mut conn, &all).await.into_iter().collect();
        assert_eq!(ours.len(), 120);
        assert!(theirs.iter().all(|row| !ours.contains(&row.id)));
        for id in [theirs[3].id.as_str(), "made-up"] {
            assert_eq!(employees::find(&mut conn, OURS, id).await.unwrap(), None);
            for cursor in [Cursor::After(id.into()), Cursor::Before(id.into())] {
                let page = employees::page(&mut conn, OURS, &all, order, Some(&cursor));
                assert!(page.await.unwrap().rows.is_empty(), "{cursor:?}");
            }
        }
    }
}
