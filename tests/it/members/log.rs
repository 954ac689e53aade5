//! 操作ログ照会: who reads what, pages, the file, the verification.

use std::time::Duration;

use sekisho::audit::{self, Event, Outcome};
use sekisho::base::clock::MINUTE_MS;
use sekisho::db::params;
use sekisho::identity::users::Kind;
use tokio::time::Instant;

use super::{PASSWORD, general, master, signed_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

/// Adds `count` rows of `contract_no`, one a second; every hundredth was refused.
async fn fill(world: &World, contract_no: &str, count: usize) {
    let now = world.clock.now();
    let mut tx = world.app.db.begin().await.expect("begun");
    for start in (0..count).step_by(1_000) {
        let event = |number: usize| Event {
            actor: "Hanako12",
            action: "invoice-download",
            contract_no: Some(contract_no),
            target: Some("15000000"),
            outcome: if number.is_multiple_of(100) { Outcome::Refused } else { Outcome::Done },
            detail: "請求書.pdf",
            ..Event::default()
        };
        let events: Vec<_> = (start..count.min(start + 1_000)).map(event).collect();
        let at = now.plus_ms(i64::try_from(start).expect("small"));
        audit::record_all(&mut tx, at, &events).await.expect("recorded");
    }
    tx.commit().await.expect("committed");
}

/// The operator, signed in.
async fn operator(world: &World) -> Window<'_> {
    world.contract("90000000", "Hajime1#", &[]).await;
    let user = world.user_of("90000000", "Unei1234", Kind::Operator, PASSWORD).await;
    let holder = world.certificate(&user, "active").await;
    signed_in(world, &holder, PASSWORD).await
}

fn older(page: &Page) -> Option<String> {
    let (before, _) = page.html.split_once("\" rel=\"next\"")?;
    before.rsplit_once("href=\"").map(|(_, href)| href.replace("&#38;", "&").replace("&amp;", "&"))
}

/// Looks at the verification until it has ended.
async fn verified(window: &Window<'_>, list: &str) -> Page {
    window.get(list).await.says(200, &["検証する"]);
    let check = format!("{list}/check");
    window.post(&check, &[]).await.leads_to(&check);
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let page = window.get(&check).await;
        if !page.html.contains("検証しています") {
            return page;
        }
        assert!(Instant::now() < deadline, "the verification does not end");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

both_engines! {
    async fn the_master_reads_the_own_contracts_log_and_nobody_elses(fresh: &Fresh) {
        // R004-23, R004-156, R004-164, RX-06
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let hanako = general(&world, "Hanako12").await;
        world.contract("15000001", "Hajime1#", &[]).await;
        let theirs = world.user_of("15000001", "Yoso1234", Kind::Master, PASSWORD).await;
        signed_in(&world, &world.certificate(&theirs, "active").await, PASSWORD).await;
        let holder = world.certificate(&hanako, "active").await;
        let hers = world.window(&holder);
        hers.get("/login").await.says(200, &[]);
        hers.post("/login", &[("password", "Chigau1#")]).await.says(422, &[]);
        hers.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
        let page = window.get("/members/log").await;
        page.says(200, &[
            "操作ログ照会", "ログイン", "Hanako12", "パスワードの誤り", "拒否", "2026/11/21 10:00:00",
            "127.0.0.1", "DC582101",
        ]).hides("Yoso1234").hides("wrong password").hides("15000001");
        window.get("/members/log?contract_no=15000001&user_id=Yoso1234").await
            .says(200, &["条件に合う記録はありません"]);
        let refused = window.get("/members/log?result=refused&user_id=Hanako12").await;
        refused.says(200, &["1件", "パスワードの誤り"]).hides("最初のログイン");
        let none = window.get("/members/log?to=2026-11-20").await;
        none.says(200, &["条件に合う記録はありません"]);
        window.get("/members/log?from=2026-11-21&to=2026-11-21").await.says(200, &["Hanako12"]);
        window.get("/members/log?from=2026-11-22&to=2026-11-21").await.says(422, &["後の日付"]);
        hers.get("/members/log").await.says(403, &[]);
        hers.get("/members/log.csv").await.says(403, &[]);
        for path in ["/operator/log", "/operator/log.csv", "/operator/log/check"] {
            window.get(path).await.says(403, &[]);
        }
        let all = operator(&world).await;
        all.get("/operator/log").await.says(200, &["Yoso1234", "Hanako12", "15000001"]);
        all.get("/operator/log?contract_no=15000001").await
            .says(200, &["Yoso1234"]).hides("Hanako12");
    }

    async fn the_providers_people_have_no_name_in_a_contracts_log(fresh: &Fresh) {
        // R004-164, RX-06
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let all = operator(&world).await;
        let mut tx = world.app.db.begin().await.expect("begun");
        let event = Event {
            actor: "Unei1234",
            action: "file-receive",
            contract_no: Some(CONTRACT.0),
            ip: Some("192.0.2.77"),
            ..Event::default()
        };
        audit::record(&mut tx, world.clock.now(), &event).await.expect("recorded");
        tx.commit().await.expect("committed");
        for path in ["/members/log", "/members/log.csv"] {
            window.get(&format!("{path}?action=file-receive")).await
                .says(200, &["運営者"]).hides("Unei1234").hides("192.0.2.77");
        }
        window.get("/members/log?user_id=Unei1234").await
            .says(200, &["条件に合う記録はありません"]);
        let path = format!("/operator/log?contract_no={}&user_id=Unei1234", CONTRACT.0);
        all.get(&path).await.says(200, &["Unei1234", "192.0.2.77"]);
    }

    async fn what_the_master_does_stands_in_the_log(fresh: &Fresh) {
        // R004-164
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        general(&world, "Hanako12").await;
        window.get("/members/users/Hanako12").await.says(200, &[]);
        let typed = [("version", "1"), ("rokin", "view"), ("user_name", "労金　花代")];
        window.post("/members/users/Hanako12", &typed).await
            .leads_to("/members/users/Hanako12?done=updated");
        let said = "ユーザー名、労金控除を「閲覧のみ」に";
        for user in ["Taro6789", "Hanako12"] {
            let page = window.get(&format!("/members/log?action=user-update&user_id={user}")).await;
            page.says(200, &[said, "利用者の変更", "DM492101", "1件"]).hides("労金　花代");
        }
    }

    async fn the_file_holds_what_was_found(fresh: &Fresh) {
        // R004-164
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        fill(&world, CONTRACT.0, 2_500).await;
        fill(&world, "15000001", 3).await;
        let file = window.get("/members/log.csv?action=invoice-download").await;
        assert_eq!(file.bytes[..3], [0xef, 0xbb, 0xbf]);
        assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
        let lines: Vec<_> = file.html.lines().collect();
        assert_eq!(lines.len(), 2_501);
        assert!(lines[0].contains("番号,日時,契約番号,操作した人"), "{}", lines[0]);
        assert!(lines[1].contains(",請求書のダウンロード,15000000,"), "{}", lines[1]);
        assert!(!file.html.contains("15000001"));
        window.get("/members/log?action=log-download").await.says(200, &["1件", "2500件"]);
    }

    async fn a_hundred_thousand_rows_are_read_page_by_page(fresh: &Fresh) {
        // R004-164
        let world = World::whole(fresh).await;
        fill(&world, CONTRACT.0, 50_000).await;
        fill(&world, "15000001", 49_000).await;
        world.clock.advance_ms(24 * 60 * MINUTE_MS);
        let (_, window) = master(&world).await;
        fill(&world, CONTRACT.0, 1_000).await;
        let ask = async |path: &str| {
            let begun = Instant::now();
            let page = window.get(path).await;
            page.says(200, &[]);
            (page, begun.elapsed())
        };
        let (first, took_first) = ask("/members/log").await;
        first.says(200, &["10,000件以上"]);
        let (next, took_next) = ask(&older(&first).expect("more")).await;
        let (back, _) = ask(&older(&next).expect("more")).await;
        assert!(back.html.contains("rel=\"prev\""));
        let (day, took_day) = ask("/members/log?from=2026-11-22").await;
        day.says(200, &["件"]);
        let (rare, took_rare) = ask("/members/log?action=login").await;
        rare.says(200, &["1件"]);
        let (_, took_user) = ask("/members/log?user_id=Taro6789").await;
        for (what, took) in [
            ("first", took_first), ("next", took_next), ("day", took_day), ("action", took_rare),
            ("user", took_user),
        ] {
            assert!(took < Duration::from_secs(3), "{what} took {took:?}");
        }
    }

    async fn the_button_verifies_the_chain_and_names_the_first_broken_row(fresh: &Fresh) {
        // R004-164
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        fill(&world, CONTRACT.0, 2_500).await;
        let good = verified(&window, "/members/log").await;
        // Of the others' rows a master learns nothing.
        good.says(200, &["操作ログは正常です", "ご契約の2,50"]).hides("件目");
        // The next has to wait, for everybody.
        good.says(200, &["次の検証は、2026/11/21 10:05:00から行えます。"]).hides(">検証する</button>");
        window.post("/members/log/check", &[]).await.leads_to("/members/log/check");
        window.get("/members/log?action=log-verify").await.says(200, &["1件"]);
        world.clock.advance_ms(5 * MINUTE_MS);
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE audit SET detail = 'nothing' WHERE seq = $1";
        conn.execute(sql, params![1_234_i64]).await.expect("forged");
        let all = operator(&world).await;
        let bad = verified(&all, "/operator/log").await;
        bad.says(200, &["1,234件目に、書き換えまたは欠けがあります", "お問い合わせ先"]);
        all.get("/operator/log?action=log-verify").await.says(200, &["異常があります", "正常"]);
    }
}
