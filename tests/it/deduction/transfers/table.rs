//! The table goes out and comes back.

use super::{HISTORY, KEY, confirm, exported, found, id, imported, ledger, picture, text, work};
use crate::deduction::ledger::sums_agree;
use crate::deduction::union::Union;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::CONTRACT;
use crate::support::window::Window;
use sekisho::deduction::transfers::{Counts, State};

/// Fails unless the table comes back with no row changed; where its preview is.
async fn comes_back(union: &Union, clerk: &Window<'_>, (encoding, rows): (&str, i64)) -> String {
    let file = exported(clerk, encoding).await;
    let at = imported(union, clerk, "cancel", &file).await;
    let now = found(union, &at).await;
    let same = Counts { unchanged: rows, ..Counts::default() };
    assert_eq!((now.state, now.counts), (State::Ready, same), "{encoding}");
    at
}

both_engines! {
    async fn what_was_not_edited_comes_back_as_no_change(fresh: &Fresh) {
        // R004-138, R004-139
        let union = ledger(fresh, 2_345).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let before = picture(&union).await;
        for encoding in ["utf8", "cp932"] {
            let at = comes_back(&union, &clerk, (encoding, 2_345)).await;
            let page = clerk.get(&at).await;
            page.says(200, &["2,345件", "取り込むものはありません"]).hides("取込を確定する");
        }
        assert_eq!(picture(&union).await, before);
    }

    async fn one_edited_row_changes_exactly_that(fresh: &Fresh) {
        // R004-139, RX-07
        let union = ledger(fresh, 1_234).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let before = picture(&union).await;
        let file = text(&exported(&clerk, "utf8").await);
        let row = |amount: &str| format!("{},10000777,", id(777)) + &file_tail(&file, amount);
        let file = file.replacen(&row("1500"), &row("1600"), 1);
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        clerk.get(&at).await.says(200, &["1,500円 → 1,600円", "10000777", "+100円", "1,233件"]);
        assert_eq!(picture(&union).await, before, "nothing before it is confirmed");
        confirm(&union, &clerk, &at).await.leads_to(&at);
        clerk.get(&at).await.says(200, &["取り込みました", "取込済"]);
        let after = picture(&union).await;
        let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
        assert_eq!(new.len(), 2, "{new:?}");
        assert!(new[0].starts_with(&format!("{}|changed|1600|0|2|", id(777))), "{new:?}");
        assert_eq!(*new[1], format!("change|file|{}", id(777)));
        assert_eq!(union.world.audited("ledger-import", "done").await, 1);
        clerk.get(HISTORY).await.says(200, &["元帳.csv", "取込済", "変更 1件"]);
    }

    async fn rows_are_added_and_missing_ones_cancelled_when_wished(fresh: &Fresh) {
        // R004-139
        let union = ledger(fresh, 30).await;
        union.members(KEY, 30, 32).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await);
        let lines: Vec<_> = file.split_inclusive("3000,202404,,\r\n").collect();
        let without = file.replacen(lines[1], "", 1);
        let more = ",10000030,,,002,,700,0,0,,,\"新しい\r\n\"\"人\"\"\"\r\n";
        let file = format!("{without}{more}");
        let kept = imported(&union, &clerk, "keep", file.as_bytes()).await;
        let now = found(&union, &kept).await;
        assert_eq!((now.counts.added, now.counts.removed, now.findings.absent), (1, 0, 1));
        clerk.get(&kept).await.says(200, &["ファイルにない明細（そのまま）"]);
        clerk.post(&format!("{kept}/drop"), &[]).await.leads_to(&kept);
        let at = imported(&union, &clerk, "cancel", file.as_bytes()).await;
        clerk.get(&at).await.says(200, &["1件を解除します。", "button-danger"]);
        let now = found(&union, &at).await;
        let counts = Counts { added: 1, removed: 1, unchanged: 29, ..Counts::default() };
        assert_eq!((now.state, now.counts), (State::Ready, counts), "{:?}", now.findings);
        confirm(&union, &clerk, &at).await;
        assert_eq!(found(&union, &at).await.state, State::Done);
        sums_agree(&union).await;
        let all = picture(&union).await;
        assert_eq!(all.iter().filter(|row| row.contains("|cancelled|")).count(), 1);
        assert!(all.iter().any(|row| row.ends_with("|new|700|0|1|新しい\r\n\"人\"")), "{all:?}");
        assert_eq!(all.iter().filter(|row| row.contains("|file|")).count(), 2);
        // What was cancelled is not in the table any more, and the rest comes back.
        let again = exported(&clerk, "utf8").await;
        let at = imported(&union, &clerk, "cancel", &again).await;
        assert_eq!(found(&union, &at).await.counts, Counts { unchanged: 30, ..Counts::default() });
        work(&union).await;
    }

    async fn all_that_will_change_can_be_read_before(fresh: &Fresh) {
        // R004-139
        let union = ledger(fresh, 1_205).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let file = text(&exported(&clerk, "utf8").await).replace(",1500,", ",1700,");
        let gone = file.split_inclusive("\r\n").nth(2).expect("a row").to_owned();
        let file = file.replacen(&gone, "", 1);
        let at = imported(&union, &clerk, "cancel", file.as_bytes()).await;
        let page = clerk.get(&at).await;
        page.says(200, &["はじめの50件", &format!("{at}/changes"), "/deduction/transfers\">"]);
        let all = clerk.get(&format!("{at}/changes")).await;
        all.says(200, &["区分,行,職員番号"]);
        assert_eq!(all.html.matches("変更,").count(), 1_204);
        assert_eq!(all.html.matches("解除,").count(), 1);
        for n in 0..1_205 {
            assert!(all.html.contains(&format!(",{},", 10_000_000 + n)), "{n}");
        }
        confirm(&union, &clerk, &at).await;
        assert_eq!(clerk.get(&format!("{at}/changes")).await.status, 409);
    }

    async fn characters_of_the_same_look_come_back_as_they_are_stored(fresh: &Fresh) {
        // R004-138, RX-10
        let union = ledger(fresh, 301).await;
        let sql = "UPDATE members SET kanji_name = $3 || kanji_name WHERE contract_no = $1 \
                   AND group_no = $2";
        union.run(KEY, sql, &[&"波〜—‖−¥"]).await;
        let sql = "UPDATE ledger_types SET name = $3 WHERE contract_no = $1 AND code = '001' \
                   AND $2 <> ''";
        union.run(KEY, sql, &[&"会費〜3月—"]).await;
        let sql = "UPDATE ledger_items SET note = $3 || employee_no WHERE contract_no = $1 \
                   AND group_no = $2";
        union.run(KEY, sql, &[&"4月〜3月 —‖−¥,"]).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let before = picture(&union).await;
        for encoding in ["utf8", "cp932"] {
            comes_back(&union, &clerk, (encoding, 301)).await;
        }
        // An amount is edited: the note stays as it is.
        let file = exported(&clerk, "cp932").await;
        let at = file.windows(6).position(|bytes| bytes == b",1500,").expect("an amount");
        let file = [&file[..at], b",1600,", &file[at + 6..]].concat();
        let at = imported(&union, &clerk, "cancel", &file).await;
        let counts = Counts { changed: 1, unchanged: 300, ..Counts::default() };
        assert_eq!(found(&union, &at).await.counts, counts);
        confirm(&union, &clerk, &at).await;
        let after = picture(&union).await;
        let new: Vec<_> = after.iter().filter(|row| !before.contains(row)).collect();
        assert!(new[0].contains("|1600|") && new[0].contains("4月〜3月 —‖−¥,"), "{new:?}");
    }

    async fn a_new_row_is_of_the_type_that_it_names(fresh: &Fresh) {
        // R004-139
        let union = ledger(fresh, 2).await;
        let sql = "INSERT INTO ledger_types (contract_no, code, name, kana, default_amount, \
                   position, used_from, active, version) SELECT $1, '01', '別の会費', 'ベツ', 0, 3, \
                   '2020-04', TRUE, 1 WHERE $2 <> ''";
        union.run(KEY, sql, &[]).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let good = text(&exported(&clerk, "utf8").await);
        let file = format!("{good},10000000,,,01,,700,0,0,,,\r\n");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        clerk.get(&at).await.says(200, &["別の会費"]);
        let file = format!("{good},10000000,,,1,,700,0,0,,,\r\n");
        let at = imported(&union, &clerk, "keep", file.as_bytes()).await;
        assert_eq!(found(&union, &at).await.state, State::Refused);
        clerk.get(&at).await.says(200, &["<td>種目コード</td>", "2つ以上あります"]);
    }

    async fn what_an_encoding_lacks_is_told_by_row_and_column(fresh: &Fresh) {
        // RX-10
        let union = ledger(fresh, 5).await;
        let sql = "UPDATE ledger_items SET note = $3 WHERE contract_no = $1 AND group_no = $2 \
                   AND employee_no = '10000003'";
        union.run(KEY, sql, &[&"𠮷田"]).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let page = clerk.get("/deduction/ledger/export/file?encoding=cp932").await;
        page.says(422, &["備考", "𠮷", "U+20BB7", "UTF-8"]);
        let file = exported(&clerk, "utf8").await;
        assert!(text(&file).contains("𠮷田"));
        let at = imported(&union, &clerk, "cancel", &file).await;
        assert_eq!(found(&union, &at).await.counts.unchanged, 5);
    }
}

/// What stands between number and amount of the member 777, and the amount.
fn file_tail(file: &str, amount: &str) -> String {
    let row = file.split(&format!("{},10000777,", id(777))).nth(1).expect("a row");
    let names: Vec<_> = row.splitn(5, ',').take(4).collect();
    format!("{},{amount},", names.join(","))
}
