//! Every file of the manual, under its row: it is offered on its page, comes under its title,
//! and holds what the page lists.

use sekisho::deduction::period::Kind;

use super::super::deposit::{confirmation, hidden, send};
use super::super::forms;
use super::super::lists::{entered, period, read_pdf, results};
use super::clerk;
use super::entry::Entry;
use crate::support::db::{Fresh, both_engines};
use crate::support::window::Window;

/// Row, the list, what stands before `csv` and `pdf`, title.
type File = (&'static str, &'static str, char, &'static str);

/// Of what stands in the books.
const OF_BOOKS: [File; 7] = [
    ("R004-117", "/deduction/rokin/items", '.', "労金控除明細一覧"),
    ("R004-119", "/deduction/rokin/history", '.', "労金控除明細更新履歴"),
    ("R004-129", "/deduction/ledger/items", '.', "賃控元帳明細一覧"),
    ("R004-131", "/deduction/ledger/checks/breakdown", '.', "賃控元帳内訳リスト"),
    ("R004-131", "/deduction/ledger/checks/types", '.', "賃控元帳種目合計リスト"),
    ("R004-131", "/deduction/ledger/checks/moved", '.', "賃控元帳異動分リスト"),
    ("R004-132", "/deduction/ledger/history", '.', "賃控元帳明細更新履歴"),
];
/// Of a period.
const OF_PERIODS: [File; 18] = [
    ("R004-120", "/deduction/rokin/lists/requests", '/', "控除依頼リスト"),
    ("R004-120", "/deduction/rokin/lists/counter", '/', "窓口扱い控除依頼内容変更リスト"),
    ("R004-120", "/deduction/rokin/lists/errors", '/', "控除依頼明細エラーリスト"),
    ("R004-120", "/deduction/rokin/lists/moved", '/', "控除依頼異動分リスト"),
    ("R004-122", "/deduction/rokin/lists/employer", '/', "企業宛控除依頼書（全件）"),
    ("R004-123", "/deduction/rokin/lists/employer-moved", '/', "企業宛控除依頼書（異動分）"),
    ("R004-124", "/deduction/rokin/stops", '.', "まとめ入金依頼入金中止設定"),
    ("R004-125", "/deduction/rokin/deposit/paid", '.', "まとめ入金明細"),
    ("R004-125", "/deduction/rokin/deposit/updates", '.', "まとめ入金更新明細書（Web依頼済）"),
    ("R004-126", "/deduction/rokin/updates", '.', "まとめ入金WEB更新依頼明細書"),
    ("R004-127", "/deduction/rokin/lists/results", '/', "控除結果リスト"),
    ("R004-127", "/deduction/rokin/lists/unable", '/', "控除不能リスト"),
    ("R004-127", "/deduction/rokin/lists/differs", '/', "カナ氏名不一致リスト"),
    ("R004-133", "/deduction/ledger/lists/requests", '/', "賃控元帳控除依頼リスト"),
    (
        "R004-133",
        "/deduction/ledger/lists/request-errors",
        '/',
        "賃控元帳控除依頼カナ氏名・職員番号桁数相違リスト",
    ),
    ("R004-135", "/deduction/ledger/lists/results", '/', "賃控元帳控除結果リスト"),
    ("R004-135", "/deduction/ledger/lists/unable", '/', "賃控元帳控除不能リスト"),
    ("R004-140", "/deduction/ledger/combined/lists/requests", '/', "労金控除賃控元帳依頼リスト"),
];
/// Pages of the menu that export a list as CSV.
const EXPORTS: [(&str, &str, &str); 4] = [
    ("R004-121", "/deduction/rokin/requests/export", "/deduction/rokin/lists/requests/csv"),
    ("R004-123", "/deduction/rokin/employer/export", "/deduction/rokin/lists/employer-moved/csv"),
    ("R004-134", "/deduction/ledger/requests/export", "/deduction/ledger/lists/requests/csv"),
    (
        "R004-141",
        "/deduction/ledger/combined/export",
        "/deduction/ledger/combined/lists/requests/csv",
    ),
];

/// As a browser reads the name under which a file is to be kept.
fn named(page: &crate::support::window::Page) -> String {
    let said = page.headers["content-disposition"].to_str().expect("ASCII");
    let (_, encoded) = said.split_once("filename*=UTF-8''").expect("a name");
    percent_encoding::percent_decode_str(encoded).decode_utf8().expect("UTF-8").into_owned()
}

async fn is_true(window: &Window<'_>, (row, path, sign, title): File, query: &str) {
    let page = window.get(&format!("{path}?{query}")).await;
    page.says(200, &[&format!("{path}{sign}csv"), &format!("{path}{sign}pdf"), "件数: "]);
    let address = format!("{path}{sign}csv?{query}&encoding=utf8");
    let rows = forms::rows(window, &address).await;
    assert!(rows.len() > 1, "{row} {title} is empty");
    let name = title.trim_end_matches("（Web依頼済）");
    let csv = named(&window.get(&address).await);
    assert_eq!(csv.split_once(name).map(|(before, _)| before), Some(""), "{row} {csv}");
    assert_eq!(csv.rsplit('.').next(), Some("csv"), "{row} {csv}");
    let paper = window.get(&format!("{path}{sign}pdf?{query}")).await;
    assert_eq!(paper.status, 200, "{row} {path}: {}", paper.html);
    assert_eq!(named(&paper).rsplit('.').next(), Some("pdf"), "{row}");
    let pages = read_pdf(&paper.bytes);
    assert!(pages[0].starts_with(title), "{row}: {}", pages[0]);
    let count =
        format!("{}件", sekisho::base::money::group(i64::try_from(rows.len() - 1).expect("few")));
    assert!(pages.last().expect("a page").contains(&count), "{row} {title}: {count}");
    page.says(200, &[&count]);
}

both_engines! {
    // R004-117, R004-119 to R004-127, R004-129, R004-131 to R004-135, R004-137, R004-140, R004-141
    async fn every_file_of_the_manual_is_offered_and_true(fresh: &Fresh) {
        let union = entered(fresh, 20).await;
        Entry::of(&union).await.by_page().await;
        let window = clerk(&union).await;
        for file in OF_BOOKS {
            is_true(&window, file, "").await;
        }
        let table = forms::rows(&window, "/deduction/ledger/export/file?encoding=cp932").await;
        assert_eq!((table[0].len(), table[0][0].as_str()), (12, "明細番号"), "R004-137");
        let standing = forms::rows(&window, "/deduction/ledger/items.csv?encoding=utf8").await;
        assert_eq!(table.len(), standing.len() - 1, "R004-137: all but the one that is cancelled");

        union.at("2026-12-11T00:00:00");
        assert_eq!(union.close_due().await, 1);
        results::come(&union).await;
        let window = clerk(&union).await;
        let id = period(&union, true).await;
        let stop = format!("/deduction/rokin/stops/{id}-1");
        let version = hidden(&window.get(&stop).await, "version");
        window.post(&stop, &[("version", &version), ("act", "stop")]).await;
        let path = "/deduction/rokin/deposit/confirm";
        let form = confirmation(&window.get(&format!("{path}?period={id}")).await);
        assert!(send(&window, path, &form).await.location.ends_with("done=confirmed"));
        let query = format!("period={id}");
        for file in OF_PERIODS {
            is_true(&window, file, &query).await;
        }
        for (row, page, file) in EXPORTS {
            window.get(page).await.says(200, &[Kind::Monthly.ja(), &format!("action=\"{file}\"")]);
            let rows = forms::rows(&window, &format!("{file}?{query}&encoding=cp932")).await;
            assert!(rows.len() > 1, "{row}");
        }
        let letter = window.get(&format!("/deduction/rokin/deposit/request.pdf?{query}")).await;
        assert!(named(&letter).starts_with("まとめ入金依頼書_16000004-202612-101"), "R004-125");
        assert!(read_pdf(&letter.bytes)[0].contains("まとめ入金依頼書"), "R004-125");
    }
}
