//! The pages of 一斉積立事務.

use sekisho::deduction::scope::Key;
use sekisho::identity::contracts::Service;
use sekisho::identity::rights::{Function, Mode, set_function};

use super::{file, receive, received};
use crate::deduction::forms::{rows, same};
use crate::deduction::union::{GROUP, KEY, OTHER, OTHER_GROUP, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;

const PAGES: [&str; 9] = [
    "/deduction/savings/lines",
    "/deduction/savings/tables",
    "/deduction/savings/export",
    "/deduction/savings/lists/details",
    "/deduction/savings/lists/details/csv",
    "/deduction/savings/lists/details/pdf",
    "/deduction/savings/lists/changes",
    "/deduction/savings/lists/changes/csv",
    "/deduction/savings/lists/changes/pdf",
];

both_engines! {
    // R004-115, R004-142
    async fn the_newest_reception_is_told_and_its_lines_are_found(fresh: &Fresh) {
        let (union, [first, second]) = received(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let label = "014 サンプル1 2026年11月04日 臨時作成";
        clerk.get("/home").await.says(200, &["【一斉積立】", "最新受信情報", label]);

        let page = clerk.get("/deduction/savings/lines").await;
        page.says(200, &["一斉積立内訳明細照会", label, "2026年10月14日", "5件", "14,000円"]);
        assert!(!page.html.contains(">4,000円<"), "the line of the reception before");
        let found = |query: &str| format!("/deduction/savings/lines?saving={second}&{query}");
        let page = clerk.get(&found("employee_no=1000000")).await;
        page.says(200, &["4件", "11,000円"]).hides("10000105");
        let page = clerk.get(&found("kana=%EF%BE%94%EF%BE%8F")).await; // ﾔﾏ
        page.says(200, &["2件", "ヤマダ", "ヤマモト", "6,000円"]).hides("サトウ");
        let page = clerk.get(&found("kana=%E3%83%A4%E3%83%9E&employee_no=100001")).await;
        page.says(200, &["1件", "ヤマモト"]);
        let page = clerk.get(&found("employee_no=9")).await;
        page.says(200, &["条件に合う明細はありません。", "条件をすべて外す"]);
        let page = clerk.get(&found("employee_no=%25")).await;
        assert!(page.says(422, &[]).mistake_at("employee_no").is_some());

        let page = clerk.get(&format!("/deduction/savings/lines?saving={first}")).await;
        page.says(200, &["13,000円", "2026年10月14日（臨時作成）"]);
        clerk.get(&found("after=999")).await.says(409, &["最初のページへ"]);
        clerk.get("/deduction/savings/lines?saving=none").await.says(404, &[]);
    }

    // R004-143, R004-144
    async fn screen_csv_and_pdf_have_the_same_rows_and_sums(fresh: &Fresh) {
        let (union, [first, second]) = received(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get("/deduction/savings/tables").await;
        page.says(200, &["一斉積立内訳明細表", "5件", "14,000円", "一斉積立変更明細表", "4件", "8,000円"]);
        let page = clerk.get("/deduction/savings/export").await;
        page.says(200, &["CSVでダウンロード", "シフトJIS", "一斉積立変更明細表"]).hides(">表示<");
        let [details, changes] =
            ["/deduction/savings/lists/details", "/deduction/savings/lists/changes"];
        for (saving, path, count, sum) in [
            (&first, details, 5, ("積立額", 13_000)),
            (&first, changes, 0, ("", 0)),
            (&second, details, 5, ("積立額", 14_000)),
            (&second, changes, 4, ("変更後積立額", 8_000)),
        ] {
            if count > 0 {
                same(&clerk, (path, &format!("saving={saving}")), count, sum).await;
            } else {
                let page = clerk.get(&format!("{path}?saving={saving}")).await;
                page.says(200, &["前回の受信から変わった明細はありません。"]);
            }
        }
        let found = format!("saving={second}&kana=%E3%83%A4%E3%83%9E");
        same(&clerk, (details, &found), 2, ("積立額", 6_000)).await;

        let told = rows(&clerk, &format!("{changes}/csv?saving={second}&encoding=cp932")).await;
        let told: Vec<_> =
            told[1..].iter().map(|row| [&*row[0], &*row[3], &*row[4], &*row[5], &*row[6]]).collect();
        assert_eq!(told, [
            ["10000002", "2000002", "変更", "3000", "5000"],
            ["10000003", "2000003", "中止", "3000", "0"],
            ["10000105", "2000005", "新規", "", "3000"],
            ["10000004", "2000014", "中止", "1000", "0"],
        ]);
    }

    async fn a_union_that_received_nothing_is_told_so(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get("/home").await.says(200, &["最新受信情報", "まだ受信していません。"]);
        for path in &PAGES[..3] {
            clerk.get(path).await.says(200, &["まだ受信していません。"]);
        }
        for path in &PAGES[3..] {
            clerk.get(path).await.says(404, &[]);
        }
        clerk.get("/deduction/savings/lists/none").await.says(404, &[]);
    }

    // RX-06
    async fn what_others_received_is_as_absent_as_what_never_was(fresh: &Fresh) {
        let (union, [_, second]) = received(fresh).await;
        union.group(Key { group_no: OTHER_GROUP, ..KEY }, &Service::OF_GROUPS).await;
        union.other_contract().await;
        let stranger = union.clerk(OTHER, "stranger", None).await;
        let colleague = union.clerk(CONTRACT.0, "jiro0003", Some(OTHER_GROUP)).await;
        let ours = union.clerk(CONTRACT.0, "hanako02", Some(GROUP)).await;
        for path in PAGES {
            let path = format!("{path}?saving={second}");
            for window in [&stranger, &colleague] {
                window.get(&path).await.says(404, &[]).hides("ヤマダ");
            }
            assert_eq!(ours.get(&path).await.status, 200, "{path}");
        }
        stranger.get("/home").await.hides("サンプル1");
    }

    // RX-07, R004-145
    async fn a_hidden_function_is_refused_by_address_too(fresh: &Fresh) {
        let (union, _) = received(fresh).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        clerk.get("/home").await.says(200, &["一斉積立事務"]);
        let user = union.world.find("hanako02").await.unwrap();
        for (mode, status) in [(Mode::View, 200), (Mode::Hide, 403)] {
            let mut tx = union.world.app.db.begin().await.unwrap();
            set_function(&mut tx, &user.id, Function::BulkSaving, mode).await.unwrap();
            tx.commit().await.unwrap();
            for path in PAGES {
                assert_eq!(clerk.get(path).await.status.as_u16(), status, "{path}");
            }
        }
        clerk.get("/home").await.says(200, &[]).hides("一斉積立");
    }

    async fn a_group_without_the_service_has_none_of_it(fresh: &Fresh) {
        let (union, _) = received(fresh).await;
        let key = Key { group_no: OTHER_GROUP, ..KEY };
        union.group(key, &[Service::Rokin]).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", Some(OTHER_GROUP)).await;
        clerk.get("/home").await.says(200, &[]).hides("一斉積立");
        for path in PAGES {
            clerk.get(path).await.says(403, &[]);
        }
    }

    async fn pages_of_lines_go_on_and_back_in_each_order(fresh: &Fresh) {
        let union = Union::new(fresh).await;
        let people: Vec<_> = (0..130).map(|n| (format!("{}", 10_000_000 + n * 7 % 130), format!("カナ{:03}", n * 11 % 130))).collect();
        let lines: Vec<_> = people.iter().map(|(number, kana)| (&**number, &**kana, "1", 100)).collect();
        receive(&union, KEY, &file("015", "2026-11-04", &lines)).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        for query in ["", "employee_no=1", "kana=%E3%82%AB"] {
            let mut path = format!("/deduction/savings/lines?{query}");
            let mut seen: Vec<Vec<String>> = Vec::new();
            let mut way = "next";
            let mut back = 0;
            loop {
                let page = clerk.get(&path).await;
                page.says(200, &["130件"]);
                let body = page.html.split("<tbody>").nth(1).unwrap();
                let body = body.split("</tbody>").next().unwrap();
                let numbers = body.split("<th scope=\"row\">").skip(1);
                let numbers: Vec<_> = numbers.map(|one| one[..8].to_owned()).take(50).collect();
                if way == "next" {
                    seen.push(numbers);
                } else {
                    back += 1;
                    assert_eq!(numbers, seen[seen.len() - 1 - back], "{path}");
                }
                let to = |rel: &str| {
                    let (before, _) = page.html.split_once(&format!("\" rel=\"{rel}\""))?;
                    Some(before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"))
                };
                if way == "next" && to("next").is_none() {
                    way = "prev";
                }
                match to(way) {
                    Some(next) => path = next,
                    None => break,
                }
            }
            let mut all = seen.concat();
            assert_eq!((seen.len(), all.len(), back), (3, 130, 2), "{query}");
            all.sort();
            all.dedup();
            assert_eq!(all.len(), 130, "{query}");
        }
    }
}
