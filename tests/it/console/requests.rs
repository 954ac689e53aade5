//! All five kinds of request on paper are carried out from the request's page.

use sekisho::base::Secret;
use sekisho::db::params;
use sekisho::identity::users::{self, Kind};
use sekisho::identity::{contracts, password};

use super::{Centre, PASSWORD, between, centre, told};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window};

const REQUESTS: &str = "/operator/requests";

/// Records a request; its page.
async fn recorded(desk: &Window<'_>, kind: &str, user_id: &str) -> String {
    let blank = desk.get(&format!("{REQUESTS}/new")).await;
    let key = between(&blank, "name=\"key\" value=\"", "\"").to_owned();
    let form = [
        ("key", key.as_str()),
        ("kind", kind),
        ("contract_no", "15000000"),
        ("user_id", user_id),
        ("received_on", "2026-11-20"),
        ("requested_by", "総務部　山田　花子"),
        ("reason", "担当者の交代"),
    ];
    let here = format!("{REQUESTS}/{key}");
    desk.post(&format!("{REQUESTS}/new"), &form).await.leads_to(&format!("{here}?done=recorded"));
    here
}

/// Orders what the page of the request names.
async fn carry(desk: &Window<'_>, here: &str, more: &[(&str, &str)]) -> Page {
    let path = format!("{here}/carry-out");
    let page = desk.get(&path).await;
    let named = |name| between(&page, &format!("name=\"{name}\" value=\""), "\"").to_owned();
    let (deed, user) = (named("deed"), named("user"));
    let form: Vec<_> =
        [("deed", deed.as_str()), ("user", user.as_str())].iter().chain(more).copied().collect();
    desk.post(&path, &form).await
}

async fn is_done(centre: &Centre, here: &str) -> bool {
    let id = here.rsplit('/').next().unwrap_or_default();
    let sql = "SELECT COUNT(*) FROM paper_requests WHERE id = $1 AND done_at IS NOT NULL";
    let mut conn = centre.world.app.db.conn().await.expect("a connection");
    conn.one::<i64>(sql, params![id]).await.expect("asked") == Some(1)
}

both_engines! {
    async fn a_master_who_forgot_everything_can_register_again(fresh: &Fresh) {
        // R004-101
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        // Whoever forgot the ID cannot write it.
        let here = recorded(&desk, "init_reset", "").await;
        desk.get(&here).await.says(200, &["初期化する（利用者の削除）へ進む"]);
        let path = format!("{here}/carry-out");
        desk.get(&path).await.says(200, &["Taro6789", "もう一度初期登録ができます"]);
        carry(&desk, &here, &[]).await.leads_to(&format!("{here}?done=reset"));
        assert!(centre.world.find("Taro6789").await.is_none());
        assert_eq!(centre.world.status(&centre.holder).await, "revoked");
        assert!(is_done(&centre, &here).await);
        desk.get(&here).await.says(200, &["処理済み"]);
        desk.post(&path, &[]).await.says(409, &["依頼書の詳細へ"]);
        for row in centre.world.audit().await {
            if row.action.starts_with("request-") {
                // Not the operator's own: it is the customer's log.
                assert_eq!(row.serial, None, "{row:?}");
                let whom = (row.action == "request-done").then(|| centre.master.id.clone());
                assert_eq!(row.user_id, whom, "{row:?}");
            }
        }
        let visitor = centre.world.visitor();
        visitor.get("/enroll/master").await;
        let proof = [("contract_no", "15000000"), ("initial_password", "Hajime1#")];
        let proved = visitor.post("/enroll/master", &proof).await;
        assert_eq!(proved.status.as_u16(), 303, "{}", proved.html);
    }

    async fn whoever_is_master_meanwhile_is_not_deleted_for_another(fresh: &Fresh) {
        // R004-101
        let centre = centre(fresh).await;
        let next = centre.world.user("Jiro6789", Kind::General, PASSWORD).await;
        let desk = centre.desk().await;
        let here = recorded(&desk, "init_reset", "").await;
        let path = format!("{here}/carry-out");
        desk.get(&path).await.says(200, &["Taro6789"]);
        let mut tx = centre.world.app.db.begin().await.expect("begun");
        let both = (centre.master.id.as_str(), next.id.as_str());
        assert!(users::hand_over_master(&mut tx, "15000000", both).await.expect("handed over"));
        tx.commit().await.expect("committed");
        let seen = [("deed", "delete"), ("user", centre.master.id.as_str())];
        desk.post(&path, &seen).await.says(409, &["依頼書の詳細へ"]);
        for there in ["Taro6789", "Jiro6789"] {
            assert!(centre.world.find(there).await.is_some(), "{there}");
        }
        assert!(!is_done(&centre, &here).await);
        carry(&desk, &here, &[]).await.leads_to(&format!("{here}?done=reset"));
        assert!(centre.world.find("Jiro6789").await.is_none());
    }

    async fn a_general_user_gets_a_temporary_password(fresh: &Fresh) {
        // R004-100, R004-101
        let centre = centre(fresh).await;
        let user = centre.world.user("Jiro6789", Kind::General, PASSWORD).await;
        let desk = centre.desk().await;
        let here = recorded(&desk, "init_reset", "Jiro6789").await;
        let sheet = format!("/operator/users/{}/sheet?done=temporary", user.id);
        desk.get(&format!("{here}/carry-out")).await.says(200, &["仮のパスワードを発行する"]);
        carry(&desk, &here, &[]).await.leads_to(&sheet);
        let typed = told(&desk.get(&sheet).await);
        let found = centre.world.find("Jiro6789").await.expect("there");
        assert!(password::verify(&Secret::from(typed.as_str()), Some(&found.password_hash)));
        assert!(found.password_temporary && is_done(&centre, &here).await);
    }

    async fn blocks_of_people_and_contracts_are_lifted(fresh: &Fresh) {
        // R004-104
        let centre = centre(fresh).await;
        let sql = "UPDATE users SET closed_at = $1 WHERE login_id = 'Taro6789'";
        let mut conn = centre.world.app.db.conn().await.expect("a connection");
        conn.execute(sql, params![centre.world.clock.now()]).await.expect("closed");
        let sql = "UPDATE contracts SET initial_closed_at = $1 WHERE contract_no = '15000000'";
        conn.execute(sql, params![centre.world.clock.now()]).await.expect("closed");
        drop(conn);
        let desk = centre.desk().await;
        for (user, action) in [("Taro6789", "user-unlock"), ("", "contract-unblock")] {
            let here = recorded(&desk, "unblock", user).await;
            desk.get(&format!("{here}/carry-out")).await.says(200, &["解除する"]);
            carry(&desk, &here, &[]).await
                .leads_to(&format!("{here}?done=unblocked"));
            assert_eq!(centre.world.audited(action, "done").await, 1, "{action}");
            assert!(is_done(&centre, &here).await);
        }
        let found = centre.world.find("Taro6789").await.expect("there");
        assert!(found.attempts.closed_at.is_none());
        let mut conn = centre.world.app.db.conn().await.expect("a connection");
        let contract = contracts::find(&mut conn, "15000000").await.expect("asked").expect("there");
        assert!(contract.attempts.closed_at.is_none());
    }

    async fn a_forgotten_initial_password_is_replaced_and_a_number_told_again(fresh: &Fresh) {
        // R004-102, R004-103, R004-161
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        let here = recorded(&desk, "initial_password", "").await;
        desk.get(&format!("{here}/carry-out")).await.says(200, &["初期パスワード届出書に書かれたもの"]);
        carry(&desk, &here, &[("how", "paper")]).await.says(422, &["初期パスワードを入力してください。"]);
        assert!(!is_done(&centre, &here).await);
        let notice = "/operator/contracts/15000000/notice";
        carry(&desk, &here, &[("how", "make")]).await.leads_to(&format!("{notice}?done=password"));
        let page = desk.get(&format!("{notice}?done=password")).await;
        page.says(200, &["ご利用開始（変更）のお知らせ"]);
        assert_eq!(told(&page).len(), 8);
        assert!(is_done(&centre, &here).await);
        let here = recorded(&desk, "contract_no_reissue", "").await;
        carry(&desk, &here, &[]).await.leads_to(notice);
        assert!(is_done(&centre, &here).await);
        assert_eq!(centre.world.audited("request-done", "done").await, 2);
    }

    async fn anybody_can_print_the_empty_papers(fresh: &Fresh) {
        // R004-103, R004-159, R004-161
        let centre = centre(fresh).await;
        let visitor = centre.world.visitor();
        for (audience, words) in [("member", "会員向け"), ("employer", "事業主向け")] {
            let page = visitor.get(&format!("/help/initial-password-form/{audience}")).await;
            page.says(200, &["初期パスワード届出書", words, "届出印", "受付欄"]);
            // R004-162, R004-163
            page.says(200, &["9:00～18:00（休日を除く月～金）、12/31～1/3を除く", "お取引店へお尋ねください"]);
        }
        visitor.get("/help/initial-password-form/other").await.says(404, &[]);
    }
}
