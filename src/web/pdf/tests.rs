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

fn printed(list: &List, lines: Vec<Line>) -> Result<Vec<u8>, Failure> {
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
        ("list.pdf", list("控除依頼リスト", heads()), (1..=90).map(line).collect()),
        ("list-wide.pdf", wide, wide_lines),
        ("list-empty.pdf", list("控除不能リスト", heads()), Vec::new()),
    ] {
        let bytes = printed(&list, lines).expect("printed");
        assert!(bytes.starts_with(b"%PDF-"), "{name}");
        fs::write(dir.join(name), bytes).expect("written");
    }
}

#[test]
fn measure() {
    for n in [100, 1_000, 10_000] {
        let status = || {
            let text = fs::read_to_string("/proc/self/status").unwrap();
            text.lines()
                .filter(|l| l.starts_with("VmHWM") || l.starts_with("VmRSS"))
                .map(str::to_owned)
                .collect::<Vec<_>>()
                .join(" ")
        };
        let before = status();
        let start = std::time::Instant::now();
        let fonts = fonts();
        let found = start.elapsed();
        let list = list("控除依頼リスト", heads());
        let mut at = 0;
        let mut pull = || {
            if at >= n {
                return None;
            }
            let some = (at + 1..=(at + 1000).min(n)).map(line).collect();
            at += 1000;
            Some(Ok(some))
        };
        let start = std::time::Instant::now();
        let bytes = print(&fonts, &list, &mut pull, &mut |_| ()).unwrap();
        eprintln!(
            "{n}: font {found:?} print {:?} {} bytes; before {before} after {}",
            start.elapsed(),
            bytes.len(),
            status()
        );
    }
}
