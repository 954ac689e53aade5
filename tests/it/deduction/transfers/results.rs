//! The employer's results.

use super::{confirm, digest, found, ledger, send, work};
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};
use sekisho::db::params;
use sekisho::deduction::sums::{self, Book, Sum, Sums};
use sekisho::deduction::transfers::State;
use sekisho::deduction::transfers::result::COLUMNS;
use sekisho::deduction::zengin::{self, Entry, Header, LineEnd, Outcome};
use sekisho::identity::users::Kind;
use std::fmt::Write as _;

const PASSWORD: &str = "Abcde1#x";

/// A union whose request for December 2026 is fixed, and the id of that period.
pub async fn requested(fresh: &Fresh, members: i64) -> (Union, String) {
    let union = ledger(fresh, members).await;
    union.rokin_items(KEY, 1).await;
    union.at("2026-12-12T00:00:01");
    assert!(union.close_due().await > 0);
    let sql = "SELECT id FROM periods WHERE contract_no = $1 AND group_no = $2 \
               AND requested_at IS NOT NULL AND kind = 'monthly'";
    let values = params![KEY.contract_no, KEY.group_no];
    let id = union.conn().await.one(sql, values).await.expect("asked").expect("a period");
    (union, id)
}

pub async fn desk(union: &Union) -> Window<'_> {
    let world = &union.world;
    let user = world.user_of(CONTRACT.0, "operator9", Kind::Operator, PASSWORD).await;
    let holder = world.certificate(&user, "active").await;
    let token = world.session(&user, &holder).await;
    world.window(&holder).with_session(&token)
}

/// The employer's file: every requested line, deducted in full but for those in `edits`
/// (line, 控除額, 結果, カナ氏名).
pub async fn file(union: &Union, period: &str, edits: &[(i64, &str, &str, &str)]) -> String {
    let sql = "SELECT line_no, employee_no, kana_name, amount FROM request_lines \
               WHERE contract_no = $1 AND period_id = $2 AND amount > 0 AND error_code IS NULL \
               ORDER BY line_no";
    let values = params![KEY.contract_no, period];
    let lines: Vec<(i64, String, String, i64)> =
        union.conn().await.query(sql, values).await.expect("asked");
    let mut text = format!("{}\r\n", COLUMNS.join(","));
    for (no, number, kana, amount) in &lines {
        let edit = edits.iter().find(|edit| edit.0 == *no);
        let (yen, said, kana) = edit.map_or_else(
            || (amount.to_string(), "", kana.as_str()),
            |(_, yen, said, theirs)| ((*yen).to_owned(), *said, *theirs),
        );
        let row = format!("2026/12,月例,{no},{number},{kana},氏名,種別,種目,{amount},{yen},{said}");
        write!(text, "{row}\r\n").expect("a line");
    }
    text
}

/// The employer's file with one row for each member, deducted in full.
async fn whole_members(union: &Union, period: &str) -> String {
    let sql = "SELECT employee_no, CAST(SUM(amount) AS BIGINT) FROM request_lines \
               WHERE contract_no = $1 AND period_id = $2 AND amount > 0 AND error_code IS NULL \
               GROUP BY employee_no";
    let values = params![KEY.contract_no, period];
    let members: Vec<(String, i64)> = union.conn().await.query(sql, values).await.expect("asked");
    let mut text = format!("{}\r\n", COLUMNS.join(","));
    for (number, yen) in members {
        write!(text, "2026/12,月例,,{number},,氏名,種別,種目,,{yen},\r\n").expect("a line");
    }
    text
}

pub async fn received(union: &Union, desk: &Window<'_>, period: &str, file: &str) -> String {
    let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
    let what = format!("result.{period}");
    let page = send(desk, &path, &[("what", &what)], file.as_bytes()).await;
    assert_eq!(page.status, 303, "{}", page.html);
    work(union).await;
    page.location
}

pub async fn both_sums(union: &Union, period: &str) -> Sums {
    let mut conn = union.conn().await;
    let rokin = sums::of(&mut conn, KEY.contract_no, period, Book::Rokin).await.expect("asked");
    rokin + sums::of(&mut conn, KEY.contract_no, period, Book::Ledger).await.expect("asked")
}

both_engines! {
    async fn results_are_received_and_a_corrected_file_replaces_them(fresh: &Fresh) {
        // R004-124, R004-127
        let (union, period) = requested(fresh, 40).await;
        let desk = desk(&union).await;
        let text = file(&union, &period, &[(1, "0", "休職", "ﾍﾞﾂｼﾞﾝ"), (2, "0", "", "")]).await;
        let at = received(&union, &desk, &period, &text).await;
        let now = found(&union, &at).await;
        assert_eq!(now.state, State::Ready, "{:?}", now.counts);
        desk.get(&at).await.says(200, &["控除不能（休職）", "ﾍﾞﾂｼﾞﾝ", "カナ氏名不一致"]);
        let all = desk.get(&format!("{at}/changes")).await;
        all.says(200, &["区分,行,職員番号", "控除不能,", "カナ氏名不一致,", "ﾍﾞﾂｼﾞﾝ"]);
        assert!(!both_sums(&union, &period).await.is_answered(), "nothing before it is confirmed");
        confirm(&union, &desk, &at).await.leads_to(&at);
        let sums = both_sums(&union, &period).await;
        assert!(sums.is_answered() && sums.requested.count == sums.ok.count + 2, "{sums:?}");
        assert_eq!((sums.unable.count, sums.differs.count), (2, 1));
        assert_eq!(sums.requested.amount, sums.ok.amount + sums.unable.amount);
        // Stopped, then it turns out that it was not deducted: the stop goes.
        let stop = "UPDATE request_lines SET stopped = TRUE, stopped_by = 'x', stopped_at = 1 \
                    WHERE contract_no = $1 AND line_no = 3 AND $2 <> ''";
        union.run(KEY, stop, &[]).await;
        let text = file(&union, &period, &[(3, "0", "控除不能", "")]).await;
        let again = received(&union, &desk, &period, &text).await;
        confirm(&union, &desk, &again).await;
        let sums = both_sums(&union, &period).await;
        assert_eq!((sums.unable.count, sums.differs, sums.stopped), (1, Sum::default(), Sum::default()));
        assert_eq!(union.world.audited("result-receive", "done").await, 2);
    }

    async fn every_requested_line_is_answered_exactly_once(fresh: &Fresh) {
        // R004-124
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let good = file(&union, &period, &[]).await;
        let rows: Vec<_> = good.split_inclusive("\r\n").collect();
        let cases = [
            (good.replacen(rows[3], "", 1), "－", "明細番号"),
            (format!("{good}{}", rows[1]), "2", "明細番号"),
            (good.replacen("2026/12", "2026/11", 1), "2", "控除年月"),
            (good.replacen("月例", "夏季一時金", 1), "2", "区分"),
            (file(&union, &period, &[(1, "1", "", "")]).await, "2", "控除額"),
            (file(&union, &period, &[(1, "", "", "")]).await, "2", "控除額"),
            (file(&union, &period, &[(1, "0", "控除済", "")]).await, "2", "結果"),
            (good.replacen(",10000000,", ",10000001,", 1), "2", "職員番号"),
        ];
        for (text, row, column) in cases {
            let at = received(&union, &desk, &period, &text).await;
            assert_eq!(found(&union, &at).await.state, State::Refused, "{column}");
            let cells = format!("class=\"number\">{row}</th><td>{column}</td>");
            desk.get(&at).await.says(200, &[&cells]).hides("取込を確定する");
        }
        assert!(!both_sums(&union, &period).await.is_answered());
    }

    async fn a_result_in_zengin_form_is_of_this_group_and_this_request(fresh: &Fresh) {
        // R004-123, R004-124
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let path = format!("/deduction/rokin/lists/employer/zengin?period={period}");
        let page = clerk.get(&path).await;
        let sent = zengin::parse(&page.says(200, &[]).bytes, zengin::Kind::Request).expect("全銀");
        let done = |mut entry: Entry| {
            entry.result = Some(Outcome::Done);
            entry
        };
        let entries: Vec<_> = sent.entries.iter().cloned().map(done).collect();
        let first = |edit: &dyn Fn(&mut Entry)| {
            let mut entries = entries.clone();
            edit(&mut entries[0]);
            (sent.header.clone(), entries)
        };
        let header = Header { consignor_code: "0016000012".into(), ..sent.header.clone() };
        let year = |one: &mut Entry| one.customer_no = one.customer_no.replacen("2026", "2025", 1);
        let kind = |one: &mut Entry| one.customer_no.replace_range(6..7, "2");
        let cases = [
            (Some("委託者コード"), (header, entries.clone())),
            (Some("顧客番号"), first(&year)),
            (Some("顧客番号"), first(&kind)),
            (Some("口座番号"), first(&|one| one.account.number = "7654321".into())),
            (None, first(&|_| ())),
        ];
        let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
        let what = format!("result.{period}");
        for (field, (header, entries)) in cases {
            let file = zengin::write(zengin::Kind::Result, &header, &entries, LineEnd::CrLf);
            let at = send(&desk, &path, &[("what", &what)], &file.expect("written")).await.location;
            work(&union).await;
            let page = desk.get(&at).await;
            match field {
                Some(field) => page.says(200, &["取り込めません", &format!("<td>{field}</td>")]),
                None => page.says(200, &["確認待ち", "取込を確定する"]),
            };
        }
    }

    async fn a_row_of_a_member_finds_whose_number_a_spreadsheet_changed(fresh: &Fresh) {
        // R004-124
        let (union, period) = requested(fresh, 4).await;
        let desk = desk(&union).await;
        let rename = "UPDATE request_lines SET employee_no = $4 WHERE contract_no = $1 \
                      AND employee_no = $3 AND $2 <> ''";
        for (from, to) in [("10000000", "0012"), ("10000001", "-13")] {
            union.run(KEY, rename, &[&from, &to]).await;
        }
        let text = whole_members(&union, &period).await;
        let text = text.replace(",0012,", ",12,").replace(",-13,", ",'-13,");
        let at = received(&union, &desk, &period, &text).await;
        let now = found(&union, &at).await;
        assert_eq!(now.state, State::Ready, "{now:?}");
        confirm(&union, &desk, &at).await;
        assert!(both_sums(&union, &period).await.is_answered());
        union.run(KEY, rename, &[&"10000002", &"00012"]).await;
        let at = received(&union, &desk, &period, &text).await;
        assert_eq!(found(&union, &at).await.state, State::Refused);
        desk.get(&at).await.says(200, &["2人以上います（00012、0012）", "直してください"]);
    }

    async fn results_and_confirmation_of_the_deposit_exclude_each_other(fresh: &Fresh) {
        // R004-125, RX-07
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let text = file(&union, &period, &[]).await;
        let at = received(&union, &desk, &period, &text).await;
        let shown = digest(&desk.get(&at).await);
        desk.post(&format!("{at}/apply"), &[("digest", &shown)]).await.leads_to(&at);
        // まとめ入金 is confirmed before the job comes to it.
        let sql = "INSERT INTO deposits (contract_no, id, period_id, document_no, count, amount, \
                   stopped_count, stopped_amount, confirmed_at, confirmed_by) \
                   SELECT $1, 'd1', id, '1', 0, 0, 0, 0, 5, 'x' FROM periods \
                   WHERE contract_no = $1 AND group_no = $2 AND id = $3";
        union.run(KEY, sql, &[&period]).await;
        let sql = "UPDATE periods SET results_at = 4 WHERE contract_no = $1 AND group_no = $2 \
                   AND id = $3";
        union.run(KEY, sql, &[&period]).await;
        work(&union).await;
        desk.get(&at).await.says(200, &["まとめ入金を確定したため"]);
        assert!(!both_sums(&union, &period).await.is_answered(), "nothing was written");
        let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
        let what = format!("result.{period}");
        let page = send(&desk, &path, &[("what", &what)], text.as_bytes()).await;
        page.says(422, &["確定を解除してから"]);
    }

    async fn an_older_preview_does_not_take_the_place_of_newer_results(fresh: &Fresh) {
        // R004-124, RX-07
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let older = file(&union, &period, &[(1, "0", "", ""), (2, "0", "", "")]).await;
        let older = received(&union, &desk, &period, &older).await;
        let newer = file(&union, &period, &[(1, "0", "", "")]).await;
        let newer = received(&union, &desk, &period, &newer).await;
        confirm(&union, &desk, &newer).await;
        let sums = both_sums(&union, &period).await;
        assert_eq!(sums.unable.count, 1);
        confirm(&union, &desk, &older).await;
        assert_eq!(found(&union, &older).await.state, State::Ready);
        assert_eq!(both_sums(&union, &period).await, sums, "nothing was written");
        desk.get(&older).await.says(200, &["ほかの控除結果の取込", "取込を確定する"]);
        // Looked at again, it may be what was meant.
        confirm(&union, &desk, &older).await;
        assert_eq!(found(&union, &older).await.state, State::Done);
        assert_eq!(both_sums(&union, &period).await.unable.count, 2);
    }

    async fn a_stop_set_after_the_preview_is_not_cleared_unseen(fresh: &Fresh) {
        // R004-125, RX-07
        let (union, period) = requested(fresh, 12).await;
        let desk = desk(&union).await;
        let first = file(&union, &period, &[]).await;
        let at = received(&union, &desk, &period, &first).await;
        confirm(&union, &desk, &at).await;
        let text = file(&union, &period, &[(7, "0", "", "")]).await;
        let at = received(&union, &desk, &period, &text).await;
        desk.get(&at).await.says(200, &["入金中止の取り消し（控除不能になるため）</dt><dd>0件"]);
        let stop = "UPDATE request_lines SET stopped = TRUE, stopped_by = 'x', stopped_at = 1, \
                    version = version + 1 WHERE contract_no = $1 AND line_no = 7 AND $2 <> ''";
        union.run(KEY, stop, &[]).await;
        confirm(&union, &desk, &at).await;
        assert_eq!(found(&union, &at).await.state, State::Ready);
        desk.get(&at).await.says(200, &["入金中止の設定", "になるため）</dt><dd>1件"]);
        let sql = "SELECT COUNT(*) FROM request_lines WHERE stopped";
        let stopped: Option<i64> = union.conn().await.one(sql, params![]).await.expect("asked");
        assert_eq!(stopped, Some(1));
    }

    async fn the_people_of_the_contract_see_them_and_apply_nothing(fresh: &Fresh) {
        // R004-161, RX-06
        let (union, period) = requested(fresh, 3).await;
        let desk = desk(&union).await;
        let text = file(&union, &period, &[]).await;
        let at = received(&union, &desk, &period, &text).await;
        let id = at.rsplit('/').next().expect("an id");
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        let ours = format!("/deduction/transfers/{id}");
        clerk.get(&ours).await.says(200, &["控除結果"]).hides("取込を確定する");
        assert_eq!(clerk.post(&format!("{ours}/apply"), &[("digest", "")]).await.status, 403);
        assert_eq!(clerk.get(&at).await.status, 403);
    }
}
