//! What is hidden from a person is hidden in the history, too.

use super::results::{desk, file, received, requested};
use super::{HISTORY, ledger, send, work};
use crate::deduction::union::{KEY, Union};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Window};
use sekisho::identity::rights::{Function, Mode, set_function};

/// Somebody from whom this function is hidden.
async fn without<'u>(union: &'u Union, login_id: &str, function: Function) -> Window<'u> {
    let window = union.clerk(CONTRACT.0, login_id, None).await;
    let user = union.world.find(login_id).await.expect("there");
    let mut tx = union.world.app.db.begin().await.expect("begun");
    set_function(&mut tx, &user.id, function, Mode::Hide).await.expect("set");
    tx.commit().await.expect("committed");
    window
}

const BALANCES: &str = "作成基準日,職員番号,カナ氏名,漢字氏名,生年月日,財形種類,口座番号,契約日,非課税申告額,残高\r\n\
    2026/9/30,000101,ヤマダ　タロウ,山田　太郎,1980/4/2,一般,3000001,2005/4/1,,1250000\r\n";
const DEPOSITS: &str = "区分,作成基準日,職員番号,カナ氏名,漢字氏名,生年月日,財形種類,口座番号,契約日,非課税申告額,積立額,残高\r\n\
    月例,2026/10/20,000101,ヤマダ　タロウ,山田　太郎,1980/4/2,一般,3000001,2005/4/1,,10000,1250000\r\n";

/// `count` printed lists, every third of 労金控除, the others of 賃控元帳.
async fn printed(union: &Union, count: i64) {
    let sql = "INSERT INTO transfers (id, contract_no, group_no, kind, file_name, options, state, \
               done_rows, total_rows, added, changed, removed, unchanged, refused, findings, \
               digest, actor, action, created_at) \
               WITH RECURSIVE n (i) AS (SELECT CAST(0 AS BIGINT) UNION ALL \
               SELECT i + 1 FROM n WHERE i + 1 < $3) \
               SELECT 'p' || CAST(1000 + i AS TEXT), $1, $2, 'print', \
               'list' || CAST(1000 + i AS TEXT) || '.pdf', '{}', 'failed', 0, 0, 0, 0, 0, 0, 0, \
               '{}', '', 'x', CASE i % 3 WHEN 0 THEN 'rokin.view' ELSE 'ledger.view' END, \
               i / 2 FROM n";
    union.run(KEY, sql, &[&count]).await;
}

/// The files of a page of the history, and where 前へ and 次へ lead.
async fn shown(window: &Window<'_>, path: &str) -> (Vec<String>, String, String) {
    let page = window.get(path).await;
    page.says(200, &[]);
    let names = page.html.split(">list").skip(1);
    let names = names.filter_map(|rest| rest.split(".pdf").next()).map(str::to_owned).collect();
    let link = |rel: &str| {
        let before = page.html.split(&format!("\" rel=\"{rel}\"")).next().unwrap_or_default();
        let found = before.len() < page.html.len();
        let href = before.rsplit("href=\"").next().unwrap_or_default();
        if found { href.to_owned() } else { String::new() }
    };
    (names, link("prev"), link("next"))
}

both_engines! {
    async fn who_may_not_see_a_book_sees_of_its_results_how_they_went(fresh: &Fresh) {
        // R004-23, R004-161
        let (union, period) = requested(fresh, 6).await;
        let desk = desk(&union).await;
        let wrong = file(&union, &period, &[(1, "1", "", "")]).await;
        let good = file(&union, &period, &[(1, "0", "休職", "ﾍﾞﾂｼﾞﾝ")]).await;
        let refused = received(&union, &desk, &period, &wrong).await;
        let ready = received(&union, &desk, &period, &good).await;
        let ours = |at: &str| at.replace("/operator/", "/");
        let ours = |at: &str| ours(at).replace("/deduction/transfers", HISTORY);
        let whole = union.clerk(CONTRACT.0, "hanako02", None).await;
        whole.get(&ours(&ready)).await.says(200, &["ﾍﾞﾂｼﾞﾝ", "休職", "円"]);
        whole.get(&format!("{}/file", ours(&refused))).await.says(200, &["控除額"]);
        for (login_id, function) in
            [("rokin-nashi", Function::Rokin), ("motocho-nashi", Function::Ledger)]
        {
            let partly = without(&union, login_id, function).await;
            partly.get(HISTORY).await.says(200, &["控除結果"]);
            let page = partly.get(&ours(&ready)).await;
            page.says(200, &["確認待ち", "状況と件数だけ"]);
            page.hides("ﾍﾞﾂｼﾞﾝ").hides("休職").hides("円").hides("10000000");
            let page = partly.get(&ours(&refused)).await;
            page.says(200, &["取り込めません"]).hides("依頼額").hides("10000000");
            assert_eq!(partly.get(&format!("{}/file", ours(&refused))).await.status, 403);
        }
    }

    async fn a_document_of_zaikei_that_is_not_contracted_is_not_in_the_history(fresh: &Fresh) {
        // R004-108, R004-161
        let union = ledger(fresh, 3).await;
        let desk = desk(&union).await;
        let sql = "DELETE FROM contract_services WHERE contract_no = $1 \
                   AND service IN ('zaikei_balance', 'zaikei_incentive') AND $2 <> ''";
        union.run(KEY, sql, &[]).await;
        let path = format!("/operator/deduction/{}/receive", CONTRACT.0);
        let clerk = union.clerk(CONTRACT.0, "hanako02", None).await;
        for (file, seen) in [
            (BALANCES.to_owned(), false),
            (BALANCES.replace(",1250000", ",百万"), false),
            (DEPOSITS.to_owned(), true),
        ] {
            let at = send(&desk, &path, &[("what", "zaikei")], file.as_bytes()).await.location;
            work(&union).await;
            let id = at.rsplit('/').next().expect("an id");
            let list = clerk.get(HISTORY).await;
            assert_eq!(list.html.contains(id), seen, "{file}");
            let page = clerk.get(&format!("{HISTORY}/{id}")).await;
            assert_eq!(page.status, if seen { 200 } else { 403 }, "{file}");
        }
    }

    async fn pages_are_full_and_lead_both_ways(fresh: &Fresh) {
        let union = ledger(fresh, 1).await;
        printed(&union, 180).await;
        let clerk = without(&union, "rokin-nashi", Function::Rokin).await;
        let (first, previous, next) = shown(&clerk, HISTORY).await;
        assert_eq!((first.len(), previous.as_str()), (50, ""), "{first:?}");
        let (second, previous, next) = shown(&clerk, &next).await;
        assert_eq!(second.len(), 50);
        assert_eq!(shown(&clerk, &previous).await.0, first);
        let (third, previous, end) = shown(&clerk, &next).await;
        assert_eq!((third.len(), end.as_str()), (20, ""));
        let (again, to_first, _) = shown(&clerk, &previous).await;
        assert_eq!(again, second, "the page before, not the first one");
        assert!(!to_first.is_empty());
        let all: Vec<_> = [first, second, third].concat();
        let mut sorted = all.clone();
        sorted.sort_by(|one, other| other.cmp(one));
        sorted.dedup();
        assert_eq!(all, sorted, "newest first, each once");
    }
}
