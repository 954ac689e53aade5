//! Files that cannot be taken: each names the row and the column, and nothing changes.

use super::{IMPORT, exported, found, id, imported, ledger, picture, send, text};
use crate::deduction::union::KEY;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use sekisho::deduction::transfers::State;

both_engines! {
    async fn each_kind_of_wrong_row_is_named_and_nothing_changes(fresh: &Fresh) {
        // R004-139, RX-07
        let union = ledger(fresh, 12).await;
        union.members(KEY, 12, 13).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let (before, good) = (picture(&union).await, text(&exported(&clerk, "utf8").await));
        let row0 = good.split_inclusive("\r\n").nth(1).expect("a row").to_owned();
        let edit = |at: usize, cell: &str| {
            let mut cells: Vec<_> = row0.trim_end().split(',').collect();
            cells[at] = cell;
            good.replacen(&row0, &format!("{}\r\n", cells.join(",")), 1)
        };
        let more = |row: &str| format!("{good}{row}\r\n");
        let cases = [
            (edit(0, "nothing-of-ours"), "2", "明細番号"),
            (edit(1, "10000001"), "2", "職員番号"),
            (edit(2, "ベツジン"), "2", "カナ氏名"),
            (edit(3, "別人"), "2", "氏名"),
            (edit(4, "002"), "2", "種目コード"),
            (edit(5, "会費"), "2", "種目名"),
            (edit(6, "-1"), "2", "月例"),
            (edit(7, "10000000"), "2", "夏季一時金"),
            (edit(8, "千円"), "2", "年末一時金"),
            (edit(9, "202413"), "2", "開始年月"),
            (edit(10, "202401"), "2", "終了年月"),
            (edit(11, &"備".repeat(201)), "2", "備考"),
            (more(row0.trim_end()), "14", "明細番号"),
            (more(",19999999,,,001,,1,0,0,,,"), "14", "職員番号"),
            (more(",10000012,,,777,,1,0,0,,,"), "14", "種目コード"),
            (more(",10000012,,,009,,1,0,0,,,"), "14", "種目コード"),
            (more(",10000000,,,001,,1,0,0,,,"), "14", "種目コード"),
            (more(",10000012,,,001,,1,0,0,,,\r\n,10000012,,,001,,2,0,0,,,"), "15", "種目コード"),
            (more("too,few"), "14", "－"),
            (more("a,\"b"), "14", "－"),
            (good.replacen("月例", "毎月", 1), "1", "月例"),
            (String::from("\u{feff}"), "1", "－"),
        ];
        for (file, row, column) in &cases {
            let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
            let now = found(&union, &at).await;
            assert_eq!(now.state, State::Refused, "{column}: {:?}", now.counts);
            let cells = format!("class=\"number\">{row}</th><td>{column}</td>");
            let page = clerk.get(&at).await;
            page.says(200, &[&cells, "取り込めません"]).hides("取込を確定する");
            let table = clerk.get(&format!("{at}/file")).await;
            table.says(200, &["行,列,理由"]);
            assert!(table.html.contains(&format!("\r\n{row},")), "{}", table.html);
        }
        // Neither by hand.
        let at = imported(&union, &clerk, "keep", cases[0].0.as_bytes()).await;
        clerk.post(&format!("{at}/apply"), &[("digest", "")]).await.says(409, &[]);
        assert_eq!(picture(&union).await, before);
    }

    async fn a_file_that_is_no_text_is_told(fresh: &Fresh) {
        let union = ledger(fresh, 3).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let at = imported(&union, &clerk, "keep", b"PK\x03\x04\xff\xfe\x81").await;
        assert_eq!(found(&union, &at).await.state, State::Refused);
        clerk.get(&at).await.says(200, &["取り込めません"]);
        let page = send(&clerk, IMPORT, &[("missing", "keep")], b"").await;
        page.says(422, &["ファイルには何も入っていません"]);
    }

    async fn zeros_that_a_spreadsheet_took_away_are_no_other_person(fresh: &Fresh) {
        let union = ledger(fresh, 3).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",001,", ",1,");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        assert_eq!(found(&union, &at).await.counts.unchanged, 3);
        assert!(picture(&union).await.iter().any(|row| row.starts_with(&id(0))));
        clerk.get(&at).await.hides("取込を確定する");
    }
}
