//! Revoking by page: named before, done at once, noted with its request, done once.

use sekisho::db::params;

use super::{CERTIFICATES, Office, REQUESTS, office, signed_in};
use crate::front::gate::{Gate, PASSWORD};
use crate::support::db::{Fresh, both_engines};
use crate::support::dial::Http;

const ON_PAPER: [(&str, &str); 6] = [
    ("reason", "superseded"),
    ("paper", "yes"),
    ("received_on", "2026-11-20"),
    ("requested_by", "総務部　山田　花子"),
    ("request_reason", "PCの入れ替えのため"),
    ("note", "新しいPCは22日に届く"),
];

const URGENT: [(&str, &str); 3] =
    [("reason", "keyCompromise"), ("paper", "no"), ("note", "本人から電話。電車に置き忘れた")];

/// How many rows of `table` there are.
async fn rows(office: &Office, table: &str) -> i64 {
    let mut conn = office.world.app.db.conn().await.expect("a connection");
    let sql = format!("SELECT COUNT(*) FROM {table}");
    conn.one(&sql, params![]).await.expect("asked").expect("a row")
}

both_engines! {
    async fn a_revocation_is_recorded_with_the_request_that_asked_for_it(fresh: &Fresh) {
        // R004-10, R004-72, R004-161
        let office = office(fresh).await;
        let person = signed_in(&office.world, &office.holder).await;
        let desk = office.desk().await;
        let page = office.page();
        desk.get(&page).await.says(200, &["有効", "労金　太郎", &office.holder.serial, "失効する"]);
        desk.get(&format!("{page}/revoke")).await.says(200, &[
            "Taro6789", "労金　太郎", "15000000", "サンプル会員", &office.holder.serial,
            "1秒以内に切れます", "新しい電子証明書を発行するまで", "依頼書なし（緊急）",
        ]);
        desk.post(&format!("{page}/revoke"), &ON_PAPER).await
            .leads_to(&format!("{page}?done=revoked"));
        assert_eq!(office.world.status(&office.holder).await, "revoked");
        let shown = desk.get(&format!("{page}?done=revoked")).await;
        shown.says(200, &[
            "失効しました", "PCの交換・入れ替え", "新しいPCは22日に届く", "2026年11月20日受付",
            "総務部　山田　花子", "operator01",
        ]);
        shown.hides(&format!("{page}/revoke"));
        // What was begun with it has ended too.
        person.get("/home").await.leads_to("/login");
        let chain = office.world.audit().await;
        let row = chain.iter().find(|row| row.action == "certificate-revoke").expect("audited");
        assert_eq!(row.actor, "operator01");
        assert_eq!(row.serial.as_deref(), Some(office.holder.serial.as_str()));
        assert_eq!(row.ip.as_deref(), Some("127.0.0.1"));
        let id = row.detail.strip_prefix("superseded (request ").and_then(|r| r.strip_suffix(')'));
        let id = id.expect("the request is named");
        desk.get(&format!("{REQUESTS}/{id}")).await.says(200, &[
            "処理済み", "PCの入れ替えのため", "Taro6789", "この依頼書で失効した電子証明書",
        ]);
        // Free text stays where it can be mended.
        for row in &chain {
            for text in [&row.detail, row.target.as_ref().unwrap_or(&row.detail)] {
                assert!(!text.contains("山田") && !text.contains("22日"), "{text}");
            }
        }
    }

    async fn a_second_click_and_a_stale_page_change_nothing(fresh: &Fresh) {
        // R004-21
        let office = office(fresh).await;
        let desk = office.desk().await;
        let page = office.page();
        let (revoke, ended) = (format!("{page}/revoke"), format!("{page}?done=ended"));
        desk.get(&revoke).await.says(200, &[]);
        let (first, second) = tokio::join!(desk.post(&revoke, &ON_PAPER), desk.post(&revoke, &URGENT));
        let mut ways = [first.location, second.location];
        ways.sort();
        assert_eq!(ways, [ended.clone(), format!("{page}?done=revoked")]);
        let before = (office.world.audit().await, rows(&office, "paper_requests").await);
        desk.post(&revoke, &ON_PAPER).await.leads_to(&ended);
        desk.get(&revoke).await.leads_to(&ended);
        desk.get(&ended).await.says(200, &["すでに使えない状態のため、何も変えていません"]);
        assert_eq!((office.world.audit().await, rows(&office, "paper_requests").await), before);
    }

    async fn what_is_missing_is_told_at_its_field_and_nothing_is_revoked(fresh: &Fresh) {
        // R004-10
        let office = office(fresh).await;
        let desk = office.desk().await;
        let revoke = format!("{}/revoke", office.page());
        desk.get(&revoke).await.says(200, &[]);
        let nothing = desk.post(&revoke, &[]).await;
        nothing.says(422, &["失効の理由を選んでください。", "依頼書があるかどうかを選んでください。"]);
        let no_note = desk.post(&revoke, &URGENT[..2]).await;
        no_note.says(422, &["急ぐ理由と、誰からどのように連絡を受けたか"]);
        let tomorrow: Vec<_> = ON_PAPER
            .into_iter()
            .map(|(name, value)| (name, if name == "received_on" { "2026-11-22" } else { value }))
            .collect();
        let page = desk.post(&revoke, &tomorrow).await;
        page.says(422, &["総務部　山田　花子", "新しいPCは22日に届く"]);
        let said = page.mistake_at("received_on").expect("told");
        assert_eq!(said, "受付日は、今日までの日付を入力してください。");
        assert_eq!(office.world.status(&office.holder).await, "active");
        assert_eq!(rows(&office, "paper_requests").await, 0);
        desk.get(&format!("{CERTIFICATES}/zz/revoke")).await.says(404, &[]);
        desk.get(&format!("{CERTIFICATES}/00ff/revoke")).await.says(404, &[]);
        desk.get("/operator/users/Nobody12/revoke").await.says(404, &[]);
    }

    async fn all_certificates_of_a_person_end_together(fresh: &Fresh) {
        // R004-10
        let office = office(fresh).await;
        let old = office.world.certificate(&office.master, "retiring").await;
        let ended = office.world.certificate(&office.master, "superseded").await;
        let desk = office.desk().await;
        let found = desk.get(&format!("{CERTIFICATES}?user_id=Taro6789")).await;
        let revoke = format!("/operator/users/{}/revoke", office.master.id);
        found.says(200, &["使える電子証明書が2枚あります。", &revoke]);
        desk.get(&revoke).await.says(200, &[&old.serial, &office.holder.serial, "すべて失効"])
            .hides(&ended.serial);
        desk.post(&revoke, &URGENT).await
            .leads_to(&format!("{CERTIFICATES}?user_id=Taro6789&done=revoked"));
        for (holder, state) in [(&old, "revoked"), (&office.holder, "revoked"), (&ended, "superseded")] {
            assert_eq!(office.world.status(holder).await, state);
        }
        desk.post(&revoke, &URGENT).await.leads_to(&format!("{CERTIFICATES}?done=none"));
        assert_eq!(office.world.status(&office.operator).await, "active");
    }

    async fn one_that_has_ended_by_itself_is_not_revoked(fresh: &Fresh) {
        let office = office(fresh).await;
        let sql = "UPDATE certificates SET not_after = $1 WHERE serial = $2";
        let over = office.world.clock.now().plus_minutes(-1);
        let mut conn = office.world.app.db.conn().await.expect("a connection");
        conn.execute(sql, params![over, &office.holder.serial]).await.expect("ended");
        drop(conn);
        let desk = office.desk().await;
        desk.get(&office.page()).await.says(200, &["期限切れ"]).hides("button-danger");
        desk.get(&format!("{}/revoke", office.page())).await
            .leads_to(&format!("{}?done=ended", office.page()));
    }

    async fn the_operator_is_warned_before_he_shuts_himself_out(fresh: &Fresh) {
        let office = office(fresh).await;
        let desk = office.desk().await;
        let own = format!("{CERTIFICATES}/{}/revoke", office.operator.serial);
        desk.get(&own).await.says(200, &["あなた自身の電子証明書です"]);
        desk.get(&format!("{}/revoke", office.page())).await.hides("あなた自身");
    }

    async fn the_next_request_after_the_operators_click_is_refused(fresh: &Fresh) {
        // R004-10, R004-72
        use sekisho::identity::users::Kind;
        let gate = Gate::open(fresh).await;
        let user = gate.world.user("Taro6789", Kind::Master, PASSWORD).await;
        let paper = gate.issue(&user).await;
        let operator = gate.world.user("operator01", Kind::Operator, PASSWORD).await;
        let operator = gate.world.certificate(&operator, "active").await;
        let mut line = gate.line(&paper, Http::Two).await;
        assert_eq!(line.get("/login").await.status, 200);
        let desk = signed_in(&gate.world, &operator).await;
        let serial = crate::front::gate::row(&gate.world.app, &paper).await.serial;
        let revoke = format!("{CERTIFICATES}/{serial}/revoke");
        desk.get(&revoke).await.says(200, &[]);
        desk.post(&revoke, &URGENT).await.leads_to(&format!("{CERTIFICATES}/{serial}?done=revoked"));
        let mut fresh_line = gate.line(&paper, Http::One).await;
        let answer = fresh_line.get("/login").await;
        assert_eq!((answer.status, answer.refusal.as_deref()), (403, Some("certificate-revoked")));
    }
}
