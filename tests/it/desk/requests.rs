//! Requests on paper: recorded once, done once, carried out by revoking.

use super::{CERTIFICATES, REQUESTS, office};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::Page;

/// What stands between `from` and the next quote.
fn value(page: &Page, from: &str) -> String {
    let (_, rest) = page.html.split_once(from).expect(from);
    rest.split('"').next().unwrap_or_default().to_owned()
}

const FIELDS: [(&str, &str); 6] = [
    ("contract_no", "15000000"),
    ("user_id", "Taro6789"),
    ("received_on", "2026-11-20"),
    ("requested_by", "総務部　山田　花子"),
    ("reason", "PCの入れ替え"),
    ("note", ""),
];

fn form<'a>(key: &'a str, kind: &'a str) -> Vec<(&'a str, &'a str)> {
    [("key", key), ("kind", kind)].into_iter().chain(FIELDS).collect()
}

both_engines! {
    async fn a_recorded_request_is_carried_out_by_revoking(fresh: &Fresh) {
        // R004-10, R004-161
        let office = office(fresh).await;
        let desk = office.desk().await;
        desk.get(REQUESTS).await.says(200, &["依頼書はまだ記録されていません。"]);
        let blank = desk.get(&format!("{REQUESTS}/new")).await;
        let key = value(&blank, "name=\"key\" value=\"");
        let new = format!("{REQUESTS}/new");
        let recorded = format!("{REQUESTS}/{key}?done=recorded");
        desk.post(&new, &form(&key, "cert_revoke")).await.leads_to(&recorded);
        // The same form once more is the same request.
        desk.post(&new, &form(&key, "cert_revoke")).await.leads_to(&recorded);
        assert_eq!(office.world.audited("request-record", "done").await, 1);
        let list = desk.get(REQUESTS).await;
        list.says(200, &["1件", "2026年11月20日", "電子証明書の失効", "未処理", "operator01"]);
        let page = desk.get(&recorded).await;
        page.says(200, &["依頼書を記録しました。", "PCの入れ替え", "この依頼書で失効する"]);
        let revoke = format!("/operator/users/{}/revoke", office.master.id);
        let way = format!("{revoke}?request={key}");
        assert!(page.html.contains(&way.replace('&', "&amp;")), "{}", page.html);
        desk.get(&way).await.says(200, &["2026年11月20日", "総務部　山田　花子"]).hides("依頼書なし");
        let order = [("reason", "superseded"), ("request", key.as_str())];
        desk.post(&revoke, &order).await
            .leads_to(&format!("{CERTIFICATES}?user_id=Taro6789&done=revoked"));
        assert_eq!(office.world.status(&office.holder).await, "revoked");
        desk.get(&format!("{REQUESTS}/{key}")).await
            .says(200, &["処理済み", "この依頼書で失効した電子証明書"]).hides("処理済みにする");
        // It is done: it asks for nothing more.
        desk.get(&way).await.leads_to(&format!("{CERTIFICATES}?done=none"));
        assert_eq!(office.world.audited("request-done", "done").await, 1);
    }

    async fn a_request_revokes_nobody_else(fresh: &Fresh) {
        // R004-10
        let office = office(fresh).await;
        let desk = office.desk().await;
        let key = value(&desk.get(&format!("{REQUESTS}/new")).await, "name=\"key\" value=\"");
        desk.post(&format!("{REQUESTS}/new"), &form(&key, "cert_revoke")).await;
        let other = office.world.find("operator01").await.expect("there").id;
        let other = format!("/operator/users/{other}/revoke");
        desk.get(&format!("{other}?request={key}")).await.says(404, &[]);
        desk.get(&format!("{}/revoke", office.page())).await.says(200, &[]);
        let order = [("reason", "superseded"), ("request", key.as_str())];
        desk.post(&other, &order).await.says(404, &[]);
        desk.post(&format!("{REQUESTS}/{key}/done"), &[]).await
            .leads_to(&format!("{REQUESTS}/{key}?done=done"));
        // One that is done carries nothing out.
        desk.post(&format!("{}/revoke", office.page()), &order).await
            .says(409, &["この画面からは続けられません"]);
        assert_eq!(office.world.status(&office.holder).await, "active");
        assert_eq!(office.world.status(&office.operator).await, "active");
    }

    async fn other_requests_are_recorded_and_marked_done_once(fresh: &Fresh) {
        // R004-101, R004-102, R004-104, R004-161
        let office = office(fresh).await;
        let desk = office.desk().await;
        for kind in ["init_reset", "unblock", "initial_password", "contract_no_reissue"] {
            let blank = desk.get(&format!("{REQUESTS}/new")).await;
            let key = value(&blank, "name=\"key\" value=\"");
            let here = format!("{REQUESTS}/{key}");
            desk.post(&format!("{REQUESTS}/new"), &form(&key, kind)).await
                .leads_to(&format!("{here}?done=recorded"));
            desk.get(&here).await.says(200, &["未処理"]).hides("この依頼書で失効する");
            desk.post(&format!("{here}/done"), &[]).await.leads_to(&format!("{here}?done=done"));
            desk.post(&format!("{here}/done"), &[]).await
                .leads_to(&format!("{here}?done=done-before"));
        }
        assert_eq!(office.world.audited("request-done", "done").await, 4);
        desk.get(&format!("{REQUESTS}?state=no")).await
            .says(200, &["条件に合う依頼書はありません。", "状態：未処理"]);
        desk.get(&format!("{REQUESTS}?user_id=Taro&contract_no=1500")).await.says(200, &["4件"]);
        desk.get(&format!("{REQUESTS}?user_id=aro")).await.says(200, &["条件に合う依頼書はありません。"]);
        assert_eq!(office.world.status(&office.holder).await, "active");
    }

    async fn what_cannot_be_recorded_is_told_all_at_once(fresh: &Fresh) {
        // R004-161
        let office = office(fresh).await;
        let desk = office.desk().await;
        let new = format!("{REQUESTS}/new");
        let key = value(&desk.get(&new).await, "name=\"key\" value=\"");
        desk.post(&new, &[("key", &key)]).await.says(422, &[
            "依頼の種類を選んでください。", "契約番号を入力してください。",
            "受付日を入力してください。", "依頼者名を入力してください。",
            "依頼書に書かれた理由を入力してください。",
        ]);
        let page = desk.post(&new, &[("key", &key), ("kind", "cert_revoke")]).await;
        // The summary goes down the form.
        let fields = ["contract_no", "user_id", "received_on", "requested_by", "reason"];
        let places = fields.map(|name| page.html.find(&format!("<a href=\"#{name}\">")));
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}");
        let mut unknown = form(&key, "cert_revoke");
        unknown[2].1 = "15009999";
        desk.post(&new, &unknown).await.says(422, &["この契約番号の契約はありません。"]);
        office.world.contract("15000007", "Hajime2#", &[]).await;
        let mut foreign = form(&key, "cert_revoke");
        foreign[2].1 = "15000007";
        desk.post(&new, &foreign).await.says(422, &["この契約に、このユーザーIDの利用者はいません。"]);
        let mut nobody = form(&key, "cert_revoke");
        nobody[3].1 = "";
        desk.post(&new, &nobody).await.says(422, &["対象のユーザーIDを入力してください。"]);
        desk.post(&new, &form("x", "cert_revoke")).await.says(400, &[]);
        assert_eq!(office.world.audited("request-record", "done").await, 0);
    }

    async fn anybody_can_print_the_empty_form(fresh: &Fresh) {
        // R004-161
        let office = office(fresh).await;
        let page = office.world.visitor().get("/help/request-form").await;
        page.says(200, &[
            "ログインID/パスワード初期化・電子証明書失効等依頼書", "契約番号", "対象のユーザーID",
            "電子証明書の失効", "届出印", "印刷する", "受付欄",
        ]);
    }
}
