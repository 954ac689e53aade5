//! The same list on screen, as CSV and as PDF; counted once more by Python.

use std::fs;

use sekisho::base::money::group;
use sekisho::db::Engine;
use sekisho::deduction::zengin::{Kind, parse};
use sekisho::web::{asset, assets};

use super::{
    CHOOSERS, OF_REQUESTS, OF_RESULTS, clerk, entered, read_csv, read_pdf, requested, results, rows,
};
use crate::support::db::{Fresh, both_engines, fresh};
use crate::support::site::{Page, Window};
use crate::support::tools::repository;

/// Looks at the three forms of a list: what each says of lines and sums is the same.
async fn same_in_all_forms(window: &Window<'_>, path: &str) -> usize {
    let file = window.get(&format!("{path}/csv?encoding=utf8")).await;
    let read = read_csv("utf-8-sig", &file.says(200, &[]).bytes);
    let rows = read["rows"].as_array().expect("rows");
    let count = i64::try_from(rows.len()).expect("few");
    let page = window.get(path).await;
    let paper = window.get(&format!("{path}/pdf")).await;
    let pages = read_pdf(&paper.says(200, &[]).bytes);
    let last = pages.last().expect("a page").clone();
    if rows.is_empty() {
        page.says(200, &["該当する明細はありません。"]);
        assert!(last.contains("該当する明細はありません。"), "{path}: {last}");
        return 0;
    }
    page.says(200, &[&format!("{}件", group(count))]);
    assert!(last.contains(&format!("合計　{}件", group(count))), "{path}: {last}");
    for name in ["依頼額", "控除金額", "控除額"] {
        // What the employer fills in is empty, and summed by nobody.
        let Some(sum) = read["sums"][name].as_i64() else { continue };
        page.says(200, &[&format!("{}円", group(sum))]);
        assert!(last.contains(&group(sum)), "{path}: {name} {sum} in {last}");
    }
    // Every line is printed, in the same order, with its number.
    let printed: String = pages.join("\n");
    let at = read["heads"].as_array().expect("heads").iter().position(|head| head == "職員番号");
    let at = at.expect("職員番号");
    let mut rest = printed.as_str();
    for row in rows {
        let number = row[at].as_str().expect("a number");
        let found = rest.find(number).unwrap_or_else(|| panic!("{path}: {number} is not printed"));
        rest = &rest[found + number.len()..];
    }
    rows.len()
}

/// What a chooser says of a list.
async fn chosen(window: &Window<'_>, path: &str) {
    let sums = window.get(path).await;
    for chooser in CHOOSERS {
        let page = window.get(chooser).await;
        page.says(200, &["控除年月", "2026年12月 月例"]);
        if page.html.contains(&format!("{path}?period=")) {
            let count = sums.html.split("件数: <strong class=\"number\">").nth(1);
            let count = count.and_then(|rest| rest.split('<').next()).unwrap_or("0件");
            page.says(200, &[count]);
        }
    }
}

both_engines! {
    // R004-120, R004-121, R004-122, R004-123, R004-133, R004-134, R004-140, R004-141, RX-10
    async fn what_screen_csv_and_pdf_say_is_the_same(fresh: &Fresh) {
        let union = requested(fresh, 120).await;
        let window = clerk(&union).await;
        let mut lines = Vec::new();
        for path in OF_REQUESTS {
            lines.push(same_in_all_forms(&window, path).await);
            chosen(&window, path).await;
        }
        let [requests, counter, errors, moved, employer, employer_moved, rokin, rokin_moved, ledger, ledger_errors, combined] =
            lines[..] else { panic!("{lines:?}") };
        // Two of 120 members each are broken by name, number, account and end.
        assert_eq!((ledger, ledger_errors), (114, 6), "the account is none of 賃控元帳's");
        assert!(errors >= 12 && counter > 0 && counter < moved, "{lines:?}");
        assert_eq!(requests, moved, "everything is new");
        assert_eq!((rokin, rokin_moved), (requests, moved));
        assert_eq!((employer, combined), (requests + ledger, requests + ledger));
        assert_eq!(employer_moved, employer);
        assert_eq!(union.world.audited("list-download", "done").await, 22);
    }

    // R004-127, R004-135
    async fn results_are_the_same_in_all_forms(fresh: &Fresh) {
        let union = requested(fresh, 60).await;
        results::come(&union).await;
        let window = clerk(&union).await;
        let mut lines = Vec::new();
        for path in OF_RESULTS {
            lines.push(same_in_all_forms(&window, path).await);
        }
        assert!(lines.iter().all(|lines| *lines > 0), "{lines:?}");
        let page = window.get("/deduction/rokin/results").await;
        page.says(200, &["控除結果リスト", "控除不能リスト", "カナ氏名不一致リスト"]);
        page.says(200, &["依頼額の合計", "控除額の合計"]);
    }

    // R004-120 to R004-141
    async fn before_the_first_closing_the_page_says_when_it_will_be(fresh: &Fresh) {
        let union = entered(fresh, 3).await;
        let window = clerk(&union).await;
        for chooser in CHOOSERS {
            let page = window.get(chooser).await;
            page.says(200, &["締め切った控除年月が、まだありません。", "締切日は2026年12月10日です。"]);
            page.hides("印刷").hides("CSV");
        }
        window.get(OF_REQUESTS[0]).await.says(404, &[]);
    }

    async fn results_that_did_not_come_are_said_to_be_awaited(fresh: &Fresh) {
        let union = requested(fresh, 3).await;
        let window = clerk(&union).await;
        for chooser in ["/deduction/rokin/results", "/deduction/ledger/results"] {
            let page = window.get(chooser).await;
            page.says(200, &["2026年12月 月例", "結果データはまだ届いていません。"]).hides("CSV");
        }
        for path in OF_RESULTS {
            window.get(path).await.says(200, &["結果データはまだ届いていません。"]);
        }
    }

    // R004-121
    async fn a_file_is_had_in_cp932_and_what_it_cannot_hold_is_told(fresh: &Fresh) {
        let union = requested(fresh, 5).await;
        let window = clerk(&union).await;
        let path = "/deduction/rokin/lists/requests";
        let file = window.get(&format!("{path}/csv?encoding=cp932")).await;
        let utf8 = window.get(&format!("{path}/csv?encoding=utf8")).await;
        let read = |encoding, page: &Page| read_csv(encoding, &page.bytes);
        assert_eq!(read("cp932", file.says(200, &[])), read("utf-8-sig", &utf8));
        let file = window.get(&format!("{path}/csv?encoding=cp932")).await;
        assert_eq!(read("cp932", &file), read("utf-8-sig", &utf8), "remembered");
        let name = "UPDATE request_lines SET kanji_name = '𠮷田' WHERE contract_no = $1 \
                    AND line_no = 1 AND $2 = $2";
        union.run(crate::deduction::union::KEY, name, &[]).await;
        let told = window.get(&format!("{path}/csv?encoding=cp932")).await;
        told.says(422, &["U+20BB7", "encoding=utf8"]);
        window.get(&format!("{path}/csv?encoding=ebcdic")).await.says(400, &[]);
    }

    // R004-122
    async fn the_employer_s_letter_sums_by_種目_and_says_whom_it_is_for(fresh: &Fresh) {
        let union = requested(fresh, 40).await;
        let window = clerk(&union).await;
        let path = "/deduction/rokin/lists/employer";
        let paper = window.get(&format!("{path}/pdf")).await;
        let first = read_pdf(&paper.bytes)[0].clone();
        let file = window.get(&format!("{path}/csv?encoding=utf8")).await;
        let read = read_csv("utf-8-sig", &file.bytes);
        for part in ["企業宛控除依頼書（全件）", "宛先：給与控除ご担当者 様", "入金グループ：16000004", "控除年月：2026年12月", "支給日(入金予定日)：2026年12月25日", "依頼元：サンプル"] {
            assert!(first.contains(part), "{part}: {first}");
        }
        for label in ["積立預金", "ローン返済", "出資金", "共済掛金", "組合費"] {
            let rows = read["rows"].as_array().expect("rows").iter();
            let of: Vec<i64> = rows.filter(|row| row[7] == label)
                .map(|row| row[8].as_str().expect("yen").parse().expect("a number")).collect();
            let fact = format!("{label}：{}件 {}円", of.len(), group(of.iter().sum()));
            assert!(first.contains(&fact), "{fact}: {first}");
        }
    }

    // R004-123
    async fn the_employer_s_file_is_had_in_全銀_form_too(fresh: &Fresh) {
        let union = requested(fresh, 30).await;
        let window = clerk(&union).await;
        let file = window.get("/deduction/rokin/lists/employer/zengin").await;
        let read = parse(&file.says(200, &[]).bytes, Kind::Request).expect("全銀");
        let rows = rows(&window, "/deduction/rokin/lists/employer").await;
        assert_eq!(read.entries.len(), rows.len());
        for (entry, row) in read.entries.iter().zip(&rows) {
            let line_no = entry.customer_no.strip_prefix("2026121").expect("month and kind");
            let line_no: i64 = line_no.parse().expect("a number");
            assert_eq!((line_no.to_string(), entry.amount.to_string()), (row[2].clone(), row[8].clone()));
        }
        assert_eq!(read.header.deduct_mmdd, "1225");
        window.get("/deduction/rokin/lists/employer-moved/zengin").await.says(404, &[]);
        window.get("/deduction/rokin/lists/moved/zengin").await.says(404, &[]);
        let name = "UPDATE request_lines SET kana_name = '漢字' WHERE contract_no = $1 \
                    AND line_no = 2 AND $2 = $2";
        union.run(crate::deduction::union::KEY, name, &[]).await;
        let told = window.get("/deduction/rokin/lists/employer/zengin").await;
        told.says(422, &["明細番号2", "預金者名", "CSV"]);
    }
}

/// The pages and the papers as people see them, to be opened under `target/samples/`.
#[tokio::test]
async fn they_are_laid_down_for_people_to_look_at() {
    let fresh = fresh(Engine::Sqlite).await;
    let union = requested(&fresh, 60).await;
    results::come(&union).await;
    let window = clerk(&union).await;
    let dir = repository().join("target/samples/requests");
    fs::create_dir_all(&dir).expect("created");
    for asset in assets::ASSETS {
        fs::write(dir.join(asset.name), asset.bytes).expect("written");
    }
    for path in CHOOSERS.iter().chain(&OF_REQUESTS).chain(&OF_RESULTS) {
        let name = path.trim_start_matches("/deduction/").replace('/', "-");
        let page = window.get(path).await;
        let html = page.says(200, &[]).html.replace(&asset(""), "");
        assert!(html.contains("href=\"sekisho.css\""), "{path} finds its style sheet");
        fs::write(dir.join(format!("{name}.html")), html).expect("written");
        if path.contains("/lists/") {
            let paper = window.get(&format!("{path}/pdf")).await;
            assert!(paper.says(200, &[]).bytes.starts_with(b"%PDF-"), "{path}");
            fs::write(dir.join(format!("{name}.pdf")), &paper.bytes).expect("written");
        }
    }
}
