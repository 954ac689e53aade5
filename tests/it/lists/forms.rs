//! The page and the files of a list.

use sekisho::base::csv;
use sekisho::base::encoding::{Encoding, decode};
use sekisho::base::money::group;

use super::{NAMES, read_pdf, world, yen};
use crate::support::db::{Fresh, both_engines};

/// The sum of the list's first lines, as the page and the paper write it.
fn sum(count: i64) -> String {
    group((1..=count).map(yen).sum())
}

both_engines! {
    /// RX-10, R004-121
    async fn the_sums_of_page_csv_and_pdf_are_the_same(fresh: &Fresh) {
        let world = world(fresh, 1_100, &[]).await;
        let window = world.visitor();
        let page = window.get("/list").await;
        page.says(200, &["1,100件", &format!("{}円", sum(1_100))]);

        let file = window.get("/list.csv").await;
        let (text, encoding) = decode(&file.bytes).unwrap();
        assert_eq!(encoding, Encoding::Utf8);
        assert!(file.bytes.starts_with(b"\xef\xbb\xbf"), "a mark for Excel");
        let mut rows = csv::records(&text).map(|row| row.unwrap().cells);
        assert_eq!(rows.next().unwrap(), ["No", "氏名", "カナ氏名", "控除年月", "控除額"]);
        let rows: Vec<_> = rows.collect();
        assert_eq!(rows.len(), 1_100, "more than one piece");
        let in_csv: i64 = rows.iter().map(|row| row[4].parse::<i64>().unwrap()).sum();
        assert_eq!(group(in_csv), sum(1_100));
        assert_eq!(rows[0], ["1", NAMES[1].0, NAMES[1].1, "2026/11", "1237"]);
        assert_eq!(rows[1][1], "'=労金　太郎", "no cell is a formula");
        assert_eq!(rows[2][1], NAMES[3].0);

        let file = window.get("/list.pdf").await;
        assert_eq!(file.headers["content-type"], "application/pdf");
        let read = read_pdf(&file.bytes);
        let pages = read["pages"].as_array().unwrap();
        let last = pages.last().unwrap().as_str().unwrap();
        assert!(last.contains(&format!("合計　1,100件 {}", sum(1_100))), "{last}");
        for (nth, page) in pages.iter().enumerate() {
            let page = page.as_str().unwrap();
            let number = format!("{}/{}ページ", nth + 1, pages.len());
            for part in ["控除依頼リスト", "16000004　サンプル労働組合", "2026年11月21日 10:00", "カナ氏名", &number] {
                assert!(page.contains(part), "{part} on each page: {page}");
            }
        }
    }

    async fn every_line_is_on_one_page_in_either_direction(fresh: &Fresh) {
        let world = world(fresh, 120, &[]).await;
        let window = world.visitor();
        let link = |html: &str, rel: &str| {
            let before = html.split(&format!("\" rel=\"{rel}\"")).next().unwrap();
            let found = html.contains(&format!("rel=\"{rel}\""));
            found.then(|| before.rsplit("href=\"").next().unwrap().replace("&#38;", "&"))
        };
        let mut path = "/list?least=0".to_owned();
        let mut forth = Vec::new();
        loop {
            let page = window.get(&path).await;
            forth.push((path, page.html.matches("<th scope=\"row\" class=\"number\">").count()));
            match link(&page.html, "next") {
                Some(next) => path = next,
                None => break,
            }
        }
        assert_eq!(forth.iter().map(|(_, lines)| *lines).collect::<Vec<_>>(), [50, 50, 20]);
        let last = window.get(&forth[2].0).await;
        let back = window.get(&link(&last.html, "prev").unwrap()).await;
        let first = window.get(&link(&back.html, "prev").unwrap()).await;
        assert!(first.html.contains("number\">1</th>") && link(&first.html, "prev").is_none());
        window.get("/list?after=900").await.says(409, &["最初のページへ"]);
    }

    /// RX-10
    async fn what_cp932_lacks_is_told_with_row_and_column_and_never_replaced(fresh: &Fresh) {
        let world = world(fresh, 1_010, &[(7, "𠮷田　さくら"), (1_005, "한")]).await;
        let window = world.visitor();
        let told = window.get("/list.csv?least=0&encoding=cp932").await;
        told.says(422, &["7行目", "氏名", "𠮷（U+20BB7）", "1005行目", "한（U+D55C）"]);
        assert!(told.set_cookies.is_empty(), "nothing was taken");
        assert!(told.html.contains("/list.csv?least=0&#38;encoding=utf8"), "{}", told.html);

        // Without those lines it is a file, which knows 髙 and 﨑.
        let file = window.get("/list.csv?least=44000&encoding=cp932").await;
        assert_eq!(file.status, 200, "{}", file.html);
        let (text, encoding) = decode(&file.bytes).unwrap();
        assert_eq!(encoding, Encoding::Cp932);
        assert!(text.contains("髙橋") && text.contains("山﨑"), "{text}");
        assert!(!text.contains('?'));
    }

    async fn the_encoding_taken_last_is_offered_first(fresh: &Fresh) {
        let world = world(fresh, 3, &[]).await;
        let window = world.visitor();
        window.get("/list").await.says(200, &["<option value=\"utf8\" selected>"]);
        let file = window.get("/list.csv?encoding=cp932").await;
        let kept = &file.set_cookies[0];
        for part in ["__Host-sekisho-encoding=cp932;", "Secure", "HttpOnly", "Max-Age=31536000"] {
            assert!(kept.contains(part), "{kept}");
        }
        window.get("/list").await.says(200, &["<option value=\"cp932\" selected>"]);
    }
}
