use askama::Template;

use super::telling::Missing;
use super::*;
use crate::web::samples::{laid_down, signed_in};
use crate::web::{Order, Sort};

struct Deduction {
    no: i64,
    name: &'static str,
    month: &'static str,
    yen: i64,
}

const COLUMNS: [Column<Deduction>; 4] = [
    Column { head: "No", width: 5, cell: |row| Cell::Count(row.no), summed: false },
    Column { head: "氏名", width: 16, cell: |row| Cell::text(row.name), summed: false },
    Column {
        head: "控除年月",
        width: 11,
        cell: |row| Cell::Month(row.month.into()),
        summed: false,
    },
    Column { head: "控除額", width: 12, cell: |row| Cell::Yen(row.yen), summed: true },
];

fn lines(numbers: impl Iterator<Item = i64>) -> Vec<Line> {
    let line = |no| {
        let name = ["髙橋　健", "𠮷田　さくら", "=労金　太郎"][usize::try_from(no % 3).unwrap()];
        let row = Deduction { no, name, month: "2026-11", yen: no * 1_000 };
        Line { key: format!("{no:06}"), cells: cells_of(&COLUMNS, &row) }
    };
    numbers.map(line).collect()
}

struct Numbers;

impl Sheet for Numbers {
    fn title(&self) -> &'static str {
        "控除依頼リスト"
    }

    fn heads(&self) -> Vec<Head> {
        heads_of(&COLUMNS)
    }

    fn totals<'a>(&'a self, _: &'a mut Conn) -> Reading<'a, Totals> {
        unreachable!("no database here")
    }

    fn lines<'a>(&'a self, _: &'a mut Conn, _: &'a At, _: i64) -> Reading<'a, Vec<Line>> {
        unreachable!("no database here")
    }
}

fn place() -> Place {
    let query = [("name", "労金"), ("sort", ""), ("after", "000050"), ("before", "")];
    Place::new("/deduction/rokin/requests", &query)
}

fn view(of: i64, at: &At) -> View {
    let begin = if let At::After(key) = at { key.parse::<i64>().unwrap() + 1 } else { 1 };
    let some = lines(begin..=of.min(begin + PAGE));
    let totals = Totals { count: of, sums: vec![(1..=of).sum::<i64>() * 1_000] };
    View::of(&Numbers, &totals, (&place(), at), (some, Encoding::Cp932))
}

#[derive(Template)]
#[template(path = "web/pages/samples/sheet.html")]
struct Page {
    shell: Shell,
    view: View,
}

fn html(view: View) -> String {
    Page { shell: signed_in("控除依頼リスト").crumb_here(), view }.render().expect("renders")
}

#[test]
fn the_page_shows_count_lines_sums_files_and_neighbours() {
    let view = view(1_234, &At::After("000050".into()));
    let pager = view.pager.clone();
    assert!(
        pager.previous.is_some_and(|href| href.ends_with("name=%E5%8A%B4%E9%87%91&before=000051"))
    );
    assert!(pager.next.is_some_and(|href| href.ends_with("&after=000100")));
    let view = view
        .sorted(Sort::new("控除額", "?sort=yen", Some(Order::Ascending)))
        .way("変更", |key| (key != "000051").then(|| format!("/change/{key}")));
    let html = html(view);
    laid_down("sheet", &html);
    for part in [
        "<strong class=\"number\">1,234件</strong>",
        "<th scope=\"row\" class=\"number\">51</th><td>髙橋　健</td><td>2026年11月</td>\
         <td class=\"number\">51,000円</td><td></td>",
        "<td class=\"number\">761,995,000円</td>",
        "<option value=\"cp932\" selected>",
        "action=\"/deduction/rokin/requests.csv\"",
        "<input type=\"hidden\" name=\"name\" value=\"労金\">",
        "href=\"/deduction/rokin/requests.pdf?name=%E5%8A%B4%E9%87%91\"",
        "href=\"/change/000052\">変更",
        "aria-sort=\"ascending\"",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    assert_eq!(html.matches("<tr>").count(), 52, "heads, 50 lines, sums");
    assert!(!html.contains("name=\"after\""), "files are of the whole list");
}

#[test]
fn an_empty_list_says_so_and_offers_no_files() {
    let place = place();
    let totals = Totals { count: 0, sums: vec![0] };
    let view = View::of(&Numbers, &totals, (&place, &At::First), (Vec::new(), Encoding::Utf8));
    let view = view.empty("控除明細はまだありません。", "/deduction/rokin/new", "新規登録");
    let html = html(view);
    laid_down("sheet-empty", &html);
    assert!(html.contains("控除明細はまだありません。") && html.contains("新規登録"));
    assert!(!html.contains("/csv") && !html.contains("<table"));
}

#[test]
fn a_page_knows_whether_it_has_neighbours() {
    let ends = |of, at: &At| {
        let pager = view(of, at).pager;
        (pager.previous.is_some(), pager.next.is_some())
    };
    assert_eq!(ends(50, &At::First), (false, false));
    assert_eq!(ends(51, &At::First), (false, true));
    assert_eq!(ends(60, &At::After("000050".into())), (true, false));
    let (heads, totals) = (Numbers, Totals { count: 60, sums: vec![0] });
    let before = |some| {
        let at = At::Before("000055".into());
        View::of(&heads, &totals, (&place(), &at), (lines(some), Encoding::Utf8))
    };
    let full = before(4..=54);
    assert_eq!((full.rows.len(), &*full.rows[0].key), (50, "000005"), "the ones nearest to it");
    assert!(full.pager.previous.is_some() && full.pager.next.is_some());
    let first = before(1..=54 - 10);
    assert!(first.pager.previous.is_none() && first.pager.next.is_some());
}

#[tokio::test]
async fn what_a_file_cannot_hold_is_told_on_a_page_with_the_way_on() {
    let wish = || Wish {
        shell: signed_in("控除依頼リスト").crumb_here(),
        place: place(),
        name: "控除依頼リスト".into(),
    };
    let mut missing = Missing::default();
    (1..=23).for_each(|n| missing.add((n * 3, "氏名", "𠮷田　さくら"), '𠮷'));
    let answer = telling::unwritable(wish(), Encoding::Cp932, &missing).expect("a page");
    let page = text(answer, 422).await;
    laid_down("sheet-unwritable", &page);
    for part in [
        "60行目",
        "𠮷（U+20BB7）",
        "ほかに3文字",
        "requests.csv?name=%E5%8A%B4%E9%87%91&#38;encoding=utf8",
    ] {
        assert!(page.contains(part), "{part} in {page}");
    }
    let absent = crate::web::pdf::NoFont::Absent;
    let page = text(telling::no_font(wish(), &absent).expect("a page"), 503).await;
    laid_down("sheet-no-font", &page);
    assert!(page.contains("fonts-noto-cjk") && page.contains("[pdf] font"));
    let page = text(telling::long(wish(), 10_000).expect("a page"), 422).await;
    assert!(page.contains("10,000件") && page.contains("2,000件"));
}

async fn text(answer: axum::response::Response, status: u16) -> String {
    assert_eq!(answer.status(), status);
    let body = axum::body::to_bytes(answer.into_body(), 1 << 20).await.expect("read");
    String::from_utf8(body.to_vec()).expect("UTF-8")
}
