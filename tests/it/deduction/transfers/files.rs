//! Files that are only looked at, and long lists that are made as files.

use tokio::time::{Duration, Instant};

use super::{HISTORY, confirm, found, ledger, results, send, work};
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};
use sekisho::db::params;
use sekisho::deduction::transfers::State;
use sekisho::identity::rights::Mode;

const SAVINGS: &str = "積立番号,積立名,作成年月日,作成区分,職員番号,カナ氏名,漢字氏名,口座番号,積立額\r\n\
    014,組合一斉積立,2026/10/14,臨時作成,10000001,ヤマダ　タロウ,山田　太郎,2000001,3000\r\n\
    014,組合一斉積立,2026/10/14,臨時作成,10000002,サトウ　ハナコ,佐藤　花子,2000002,4000\r\n";

async fn lines(union: &Union) -> i64 {
    let sql = "SELECT COUNT(*) FROM bulk_saving_lines";
    union.conn().await.one(sql, params![]).await.expect("asked").expect("a count")
}

async fn received(union: &Union, desk: &Window<'_>, what: &str, file: &str) -> String {
    let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
    let page = send(desk, &path, &[("what", what)], file.as_bytes()).await;
    assert_eq!(page.status, 303, "{}", page.html);
    work(union).await;
    page.location
}

both_engines! {
    async fn a_file_of_savings_is_received_whole_or_not_at_all(fresh: &Fresh) {
        // R004-115, R004-142
        let union = ledger(fresh, 3).await;
        let desk = results::desk(&union).await;
        let what = format!("savings.{}", KEY.group_no);
        let wrong = SAVINGS.replace(",4000", ",四千");
        let at = received(&union, &desk, &what, &wrong).await;
        assert_eq!(found(&union, &at).await.state, State::Refused);
        desk.get(&at).await.says(200, &["積立額"]).hides("取込を確定する");
        let at = received(&union, &desk, &what, SAVINGS).await;
        desk.get(&at).await.says(200, &["組合一斉積立", "7,000円", "2件"]);
        assert_eq!(lines(&union).await, 0);
        confirm(&union, &desk, &at).await.leads_to(&at);
        assert_eq!((found(&union, &at).await.state, lines(&union).await), (State::Done, 2));
        assert_eq!(union.world.audited("file-receive", "done").await, 1);
    }

    async fn a_file_that_came_before_leaves_what_moved_as_it_is(fresh: &Fresh) {
        // R004-115, R004-142, RX-07
        let union = ledger(fresh, 3).await;
        let desk = results::desk(&union).await;
        let what = format!("savings.{}", KEY.group_no);
        let at = received(&union, &desk, &what, SAVINGS).await;
        confirm(&union, &desk, &at).await;
        let newer = SAVINGS.replace("2026/10/14", "2026/11/14").replace(",4000", ",4500");
        // Two previews of one file, as when two people send it.
        let [at, twin] = [
            received(&union, &desk, &what, &newer).await,
            received(&union, &desk, &what, &newer).await,
        ];
        for at in [&at, &twin] {
            confirm(&union, &desk, at).await.leads_to(at);
        }
        assert_eq!(found(&union, &at).await.state, State::Done);
        assert_eq!((found(&union, &twin).await.state, lines(&union).await), (State::Dropped, 4));
        desk.get(&twin).await.says(200, &["同じファイルを2026/", "何も取り込んでいません"]);
        let sql = "SELECT COUNT(*) FROM bulk_saving_lines WHERE movement = 'changed'";
        let moved: Option<i64> = union.conn().await.one(sql, params![]).await.expect("asked");
        assert_eq!(moved, Some(1), "変更明細表 is as it was");
        // Once it is taken, the preview says so at once; and an older one comes too late.
        let older = SAVINGS.replace("2026/10/14", "2026/11/13");
        for (file, reason) in [(&newer, "同じファイルを"), (&older, "より新しいファイル")] {
            let at = received(&union, &desk, &what, file).await;
            assert_eq!(found(&union, &at).await.state, State::Refused, "{reason}");
            desk.get(&at).await.says(200, &[reason]).hides("取込を確定する");
        }
        let late = received(&union, &desk, &what, &newer.replace("11/14", "11/15")).await;
        let latest = received(&union, &desk, &what, &newer.replace("11/14", "11/16")).await;
        for at in [&latest, &late] {
            confirm(&union, &desk, at).await.leads_to(at);
        }
        assert_eq!(found(&union, &late).await.state, State::Ready);
        desk.get(&late).await.says(200, &["より新しいファイル"]);
    }

    async fn a_document_of_zaikei_that_came_before_is_not_taken_again(fresh: &Fresh) {
        // R004-111, RX-07
        let union = ledger(fresh, 1).await;
        let desk = results::desk(&union).await;
        let file = "区分,作成基準日,職員番号,カナ氏名,漢字氏名,生年月日,財形種類,口座番号,契約日,非課税申告額,積立額,残高\r\n\
            月例,2026/10/20,000101,ヤマダ　タロウ,山田　太郎,1980/4/2,一般,3000001,2005/4/1,,10000,1\r\n";
        let at = received(&union, &desk, "zaikei", file).await;
        confirm(&union, &desk, &at).await;
        assert_eq!(found(&union, &at).await.state, State::Done);
        let older = file.replace("2026/10/20", "2026/10/19");
        for (file, reason) in [(file, "同じファイルを"), (&older, "より新しいファイル")] {
            let at = received(&union, &desk, "zaikei", file).await;
            assert_eq!(found(&union, &at).await.state, State::Refused, "{reason}");
            desk.get(&at).await.says(200, &[reason]);
        }
        let other = older.replace("月例", "夏季一時金");
        let at = received(&union, &desk, "zaikei", &other).await;
        assert_eq!(found(&union, &at).await.state, State::Ready, "another 区分 is another series");
    }

    async fn all_that_is_wrong_is_in_the_file_of_it(fresh: &Fresh) {
        // R004-142: refusals of one row at the border of what is read at once
        let union = ledger(fresh, 1).await;
        let desk = results::desk(&union).await;
        let what = format!("savings.{}", KEY.group_no);
        let at = received(&union, &desk, &what, &SAVINGS.replace(",4000", ",四千")).await;
        let id = found(&union, &at).await.id;
        let sql = "INSERT INTO result_staging (transfer_id, row_no, line_no, op, kana_differs, \
                   place, reason) WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL \
                   SELECT i + 1 FROM n WHERE i + 1 < 1500) SELECT $3, 10 + i / 7, i, 'refuse', \
                   FALSE, '', 'wrong-' || CAST(i AS TEXT) || '-' FROM n \
                   WHERE $1 <> '' AND $2 <> ''";
        union.run(KEY, sql, &[&id]).await;
        let file = desk.get(&format!("{at}/file")).await;
        file.says(200, &[]);
        assert_eq!(file.html.matches("wrong-").count(), 1_500);
        for i in 0..1_500 {
            assert!(file.html.contains(&format!("wrong-{i}-")), "{i}");
        }
    }

    async fn a_long_list_is_made_beside_and_found_in_the_history(fresh: &Fresh) {
        // RX-09
        let union = ledger(fresh, 2_050).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let first = clerk.get("/deduction/ledger/items.pdf").await;
        assert_eq!(first.status, 303, "{}", first.html);
        let again = clerk.get("/deduction/ledger/items.pdf").await;
        let begun = Instant::now();
        while found(&union, &first.location).await.state == State::Making {
            // It may be made by the time one looks.
            clerk.get(&first.location).await.says(200, &["作成"]);
            assert!(begun.elapsed() < Duration::from_mins(2), "it is not made");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        // The second click found it being made, unless it was made by then.
        assert_eq!(again.status, 303);
        let page = clerk.get(&first.location).await;
        page.says(200, &["作成済", "ダウンロード"]);
        let file = clerk.get(&format!("{}/file", first.location)).await;
        assert!(file.status == 200 && file.bytes.starts_with(b"%PDF-"), "{}", file.html);
        assert_eq!(union.world.audited("list-download", "done").await, 1);
        clerk.get(&first.location).await.says(200, &["作成した日時"]).hides("取り込んだ日時");
        // The operator's page tells of files that came, not of what people print.
        let desk = results::desk(&union).await;
        let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
        desk.get(&path).await.says(200, &[]).hides("印刷用ファイル");
        clerk.get(HISTORY).await.says(200, &["印刷用ファイル", "作成済"]);
        let nobody = union.limited("nasi0006", Mode::Hide).await;
        for path in [first.location.clone(), format!("{}/file", first.location)] {
            assert_eq!(nobody.get(&path).await.status, 403, "{path}");
        }
    }
}
