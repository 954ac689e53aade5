use std::fs;
use std::path::Path;

use super::*;
use crate::base::{Day, Moment};
use crate::web::sheet::Cell;

const PEOPLE: [(&str, &str); 6] = [
    ("労金　太郎", "ﾛｳｷﾝ ﾀﾛｳ"),
    ("佐々木　由美子", "ｻｻｷ ﾕﾐｺ"),
    ("髙橋　健", "ﾀｶﾊｼ ｹﾝ"),
    ("𠮷田　さくら", "ﾖｼﾀﾞ ｻｸﾗ"),
    ("小笠原　龍之介", "ｵｶﾞｻﾜﾗ ﾘｭｳﾉｽｹ"),
    ("山﨑　絵里子", "ﾔﾏｻﾞｷ ｴﾘｺ"),
];

fn head(label: &'static str, width: u16, summed: bool) -> Head {
    Head { label, width, number: summed, summed }
}

fn heads() -> Vec<Head> {
    vec![
        head("No", 5, false),
        head("職員番号", 10, false),
        head("氏名", 16, false),
        head("カナ氏名", 18, false),
        head("種目", 12, false),
        head("控除年月", 11, false),
        head("控除額", 11, true),
        head("備考", 16, false),
    ]
}

fn list(title: &str, heads: Vec<Head>) -> List {
    let fact = |name: &str, fact: &str| (name.to_owned(), fact.to_owned());
    List {
        title: title.to_owned(),
        heads,
        heading: Heading {
            group: Some(("16000004".into(), "サンプル労働組合　中央支部".into())),
            facts: vec![
                fact("控除年月", "2026年11月"),
                fact("区分", "月例"),
                fact("種目", "すべて"),
            ],
            made_at: Moment::parse("2026-11-22T05:05:00Z").expect("an instant"),
        },
        empty: "該当する明細はありません。".to_owned(),
    }
}

fn line(n: i64) -> Line {
    let (name, kana) = PEOPLE[usize::try_from(n).expect("small") % PEOPLE.len()];
    let note = if n % 9 == 0 { "金額変更の申し出あり（11月分から）" } else { "" };
    Line {
        key: format!("{n:06}"),
        cells: vec![
            Cell::Count(n),
            Cell::text(format!("{:07}", 1_000_000 + n * 7)),
            Cell::text(name),
            Cell::text(kana),
            Cell::text(
                ["エース預金", "証書貸付", "財形貯蓄"][usize::try_from(n % 3).expect("small")],
            ),
            Cell::Month("2026-11".into()),
            Cell::Yen(n * 1_234 % 60_000),
            Cell::text(note),
        ],
    }
}

fn wide() -> (List, Vec<Line>) {
    let mut heads = heads();
    heads.extend([head("申込日", 11, false), head("残高", 14, true), head("住所", 34, false)]);
    let day = Day::parse("2026-11-02").expect("a day");
    let address =
        "東京都千代田区神田駿河台二丁目5番15号　サンプルビルディング「中央」3階（総務部）";
    let lines = (1..=60).map(|n| {
        let mut line = line(n);
        let more = [Cell::Day(day), Cell::Yen(n * 98_765), Cell::text(address)];
        line.cells.extend(more);
        line
    });
    let lines = lines.collect();
    (list("労金控除賃控元帳依頼リスト", heads), lines)
}

fn fonts() -> Fonts {
    Fonts::find(None, 0).expect("a Japanese font (fonts-noto-cjk)")
}

fn printed(list: &List, lines: &[Line]) -> Result<Vec<u8>, Failure> {
    let mut pieces =
        lines.chunks(1_000).map(|some| Ok(some.to_vec())).collect::<Vec<_>>().into_iter();
    print(&fonts(), list, &mut || pieces.next(), &mut |_| ())
}

#[test]
fn lists_are_laid_down_for_people_to_look_at() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/samples");
    fs::create_dir_all(&dir).expect("created");
    let (wide, wide_lines) = wide();
    for (name, list, lines) in [
        ("list.pdf", list("控除依頼リスト", heads()), (1..=90).map(line).collect::<Vec<_>>()),
        ("list-wide.pdf", wide, wide_lines),
        ("list-empty.pdf", list("控除不能リスト", heads()), Vec::new()),
    ] {
        let bytes = printed(&list, &lines).expect("printed");
        assert!(bytes.starts_with(b"%PDF-"), "{name}");
        fs::write(dir.join(name), bytes).expect("written");
    }
}

#[test]
fn a_line_neither_begins_nor_ends_with_what_may_not() {
    let fonts = fonts();
    let setting = Setting::new(&fonts).expect("set");
    let text = "サンプル「中央」、（総務部）。キャッシュ・カード、ABC-1234をご用意ください。";
    for ems in 4_u8..24 {
        let lines = setting.wrap(text, 10.0, f32::from(ems) * 10.0);
        assert_eq!(lines.concat(), text, "nothing is lost");
        for line in &lines {
            assert!(setting.width(line, 10.0) <= f32::from(ems) * 10.0 + 0.1, "{line}");
            assert!(
                !line.starts_with(['、', '。', '」', '）', 'ャ', 'ッ', 'ュ', 'ー', '・']),
                "{lines:?}"
            );
            assert!(!line.ends_with(['「', '（']), "{lines:?}");
        }
        let whole = ems < 5 || lines.iter().any(|line| line.contains("ABC-1234"));
        assert!(whole, "a word stays whole: {lines:?}");
    }
    assert_eq!(setting.wrap("一\n\n二 三", 10.0, 100.0), ["一", "", "二 三"]);
    assert_eq!(setting.wrap("", 10.0, 100.0), [""]);
    assert_eq!(setting.wrap("1234567890", 10.0, 30.0).concat(), "1234567890", "wider than a line");
}

#[test]
fn what_the_font_lacks_is_known_before_anything_is_drawn() {
    let fonts = fonts();
    let setting = Setting::new(&fonts).expect("set");
    assert!(setting.lacking("髙﨑𠮷彅德濵槗ｶﾞ①㈱～－―∥￥¥\n").is_empty());
    assert_eq!(setting.lacking("山\u{e000}田\u{1f600}"), ['\u{e000}', '\u{1f600}']);
    assert!(setting.lacking("葛\u{e0100}").is_empty(), "a form that the font has");
    assert_eq!(setting.lacking("あ\u{e0100}"), ['\u{e0100}'], "one that it has not");
    let mut heads = heads();
    heads[1].label = "職員\u{e001}番号";
    let mut lines: Vec<_> = (1..=30).map(line).collect();
    lines[29].cells[2] = Cell::text("\u{e000}".repeat(25));
    let why = printed(&list("一覧", heads), &lines).expect_err("not printed");
    let Failure::Lacking(listed, count) = why else { panic!("{why}") };
    assert_eq!((listed.len(), count), (20, 26), "the first twenty, and how many");
    assert_eq!((listed[0].row, listed[0].c), (0, '\u{e001}'));
    assert_eq!((listed[1].row, &*listed[1].column), (30, "氏名"));
}

#[test]
fn a_row_is_split_only_when_it_is_taller_than_a_page() {
    let fonts = fonts();
    let setting = Setting::new(&fonts).expect("set");
    let list = list("一覧", heads());
    let layout = layout::Layout::of(&setting, &list);
    let mut lines: Vec<_> = (1..=60).map(line).collect();
    lines[40].cells[7] = Cell::text("長い備考。".repeat(400));
    let mut rows = rows::Rows::new(&setting, &list, &layout);
    rows.add(&lines);
    let rows = rows.checked().expect("all there");
    let pages = list::paged(&layout, &rows);
    let (top, bottom) = layout.body();
    let mut seen = vec![0; 60];
    for page in &pages {
        let mut height = 0.0;
        for piece in page {
            let list::Piece::Row { row, from, lines } = *piece else { continue };
            assert_eq!(seen[row], from, "each line of words once and in order");
            seen[row] += lines;
            assert!(row == 40 || lines == rows.tall(row), "row {row} is whole");
            height += layout.height(lines);
        }
        assert!(height <= bottom - top + 0.1, "no page is too full");
    }
    assert!((0..60).all(|row| seen[row] == rows.tall(row)));
    assert!(pages.len() > 4 && pages.iter().all(|page| !page.is_empty()));
}

#[test]
fn the_sheet_is_turned_and_letters_shrink_where_columns_are_many() {
    let fonts = fonts();
    let setting = Setting::new(&fonts).expect("set");
    let of = |widths: &[u16]| {
        let heads = widths.iter().map(|width| head("列", *width, false)).collect();
        let layout = layout::Layout::of(&setting, &list("一覧", heads));
        let last = layout.edges.last().copied().unwrap_or_default();
        assert!((last - (layout.page.0 - layout.margin)).abs() < 0.1, "the grid fills the width");
        (layout.page.0 > layout.page.1, layout.size)
    };
    assert_eq!(of(&[50, 50]), (false, 9.0));
    assert_eq!(of(&[50, 51]), (true, 9.0));
    let (turned, size) = of(&[20; 11]);
    assert!(turned && size < 9.0 && size > 5.5, "{size}");
}
