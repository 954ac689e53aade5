//! Contracts by page: opened, changed, blocked and unblocked, closed.

use sekisho::base::Secret;
use sekisho::db::params;
use sekisho::identity::terms::{self, Hours, Preset};
use sekisho::identity::users::Kind;
use sekisho::identity::{contracts, password};

use super::{CONTRACTS, PASSWORD, between, centre, in_query, signed_in, told};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World};

/// Whether `typed` is the contract's initial password.
async fn is_initial(world: &World, number: &str, typed: &str) -> bool {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let found = contracts::find(&mut conn, number).await.expect("asked").expect("there");
    password::verify(&Secret::from(typed), found.initial_password_hash.as_deref())
}

async fn stored(world: &World, number: &str) -> terms::Stored {
    let mut conn = world.app.db.conn().await.expect("a connection");
    terms::stored(&mut conn, number).await.expect("asked")
}

both_engines! {
    async fn a_contract_is_opened_by_page_and_its_password_told_once(fresh: &Fresh) {
        // R003-37, R004-161
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        desk.get(CONTRACTS).await.says(200, &["該当件数", "15000000", "新規登録"]);
        desk.get(&format!("{CONTRACTS}/new")).await.says(200, &["社労士事務所で始める"]);
        let new = format!("{CONTRACTS}/new");
        desk.get(&format!("{new}?preset=office")).await
            .says(200, &["プリセットの値：3名まで", "プリセットの値：8桁", "プリセットの値：メールアドレスでログイン"]);
        desk.post(&new, &[("preset", "office"), ("licences", "0"), ("customer_no", "12")]).await
            .says(422, &["契約番号を入力してください。", "契約者名を入力してください。",
                "お客様番号は28で始まる", "ライセンス数は1～100000"]);
        let form = [
            ("contract_no", "15000020"), ("kind", "office"), ("certificate_mode", "user"),
            ("display_name", "サンプル事務所"), ("preset", "office"), ("service_hr", "on"),
            ("customer_no", "281234"), ("tel", "03-5563-7662"), ("licences", "5"),
        ];
        desk.post(&new, &form).await
            .leads_to(&format!("{CONTRACTS}/15000020/notice?done=opened"));
        let notice = desk.get(&format!("{CONTRACTS}/15000020/notice?done=opened")).await;
        notice.says(200, &["ご利用開始のお知らせ", "15000020", "サンプル事務所　御中"]);
        let initial = told(&notice);
        assert!(is_initial(&centre.world, "15000020", &initial).await, "{initial}");
        desk.get(&format!("{CONTRACTS}/15000020")).await.says(200, &[
            "5名まで", "（この契約だけの値）", "8桁", "（プリセットの値）", "281234", "社労士事務所",
        ]).hides(&initial);
        let terms = stored(&centre.world, "15000020").await;
        assert_eq!((terms.preset, terms.licences), (Preset::Office, Some(5)));
        desk.post(&new, &form).await.says(422, &["この契約番号はすでに使われています。"]);
        let other = form.map(|(name, value)| (name, if name == "contract_no" { "15000021" } else { value }));
        desk.post(&new, &other).await.says(422, &["このお客様番号はほかの契約で使われています。"]);
        desk.post(&format!("{CONTRACTS}/15000020/notice/done"), &[]).await
            .leads_to(&format!("{CONTRACTS}/15000020?done=handed"));
        desk.get(&format!("{CONTRACTS}/15000020/notice")).await
            .says(200, &["以前にお届けしたもの"]).hides(&initial);
        assert_eq!(centre.world.audited("contract-add", "done").await, 1);
    }

    async fn terms_are_changed_and_an_outdated_page_changes_nothing(fresh: &Fresh) {
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        let here = format!("{CONTRACTS}/15000000/terms");
        let page = desk.get(&here).await;
        page.says(200, &["契約内容の変更", "プリセットの値：11名まで"]);
        let seen = between(&page, "name=\"seen\" value=\"", "\"").to_owned();
        let form = |licences: &'static str| vec![
            ("display_name", "新しい名前"), ("preset", "rokin"), ("hours", "always"),
            ("service_rokin", "on"), ("licences", licences), ("seen", seen.as_str()),
        ];
        // R004-24: who takes a licence is counted, and 従業員 take none.
        for number in 0..5 {
            centre.world.user(&format!("Emp{number:05}"), Kind::Employee, PASSWORD).await;
        }
        centre.world.user("Hana6789", Kind::General, PASSWORD).await;
        desk.post(&here, &form("1")).await.says(422, &["2名分のライセンスを使っています"]);
        desk.post(&here, &form("4")).await.leads_to(&format!("{CONTRACTS}/15000000?done=changed"));
        let terms = stored(&centre.world, CONTRACT.0).await;
        assert_eq!((terms.licences, terms.hours), (Some(4), Some(Hours::Always)));
        desk.post(&here, &form("5")).await.says(409, &["契約の最新の内容へ"]);
        let row = centre.world.audit().await;
        let row = row.iter().find(|row| row.action == "contract-change").expect("audited");
        assert_eq!(row.contract_no.as_deref(), Some(CONTRACT.0));
        assert!(row.detail.contains("licences") && row.detail.contains("-hr"), "{}", row.detail);
        assert!(row.user_id.is_none(), "it is about the contract");
    }

    async fn a_contract_is_found_however_its_name_is_written(fresh: &Fresh) {
        let centre = centre(fresh).await;
        let mut conn = centre.world.app.db.conn().await.expect("a connection");
        for (number, name) in [
            ("15000031", "㈱山田"), ("15000032", "ＡＢＣ商事"), ("15000033", "関東労組　本部"),
            ("15000034", "NPO法人　みどり"),
        ] {
            centre.world.contract(number, "Hajime1#", &[]).await;
            let sql = "UPDATE contracts SET name = $2 WHERE contract_no = $1";
            conn.execute(sql, params![number, name]).await.expect("named");
        }
        drop(conn);
        let desk = centre.desk().await;
        for (typed, number) in [
            ("㈱山田", "15000031"), ("(株)山田", "15000031"), ("ＡＢＣ商事", "15000032"),
            ("abc", "15000032"), ("関東労組　本部", "15000033"), ("関東労組 本部", "15000033"),
            ("関東労組本部", "15000033"), ("npo法人 みどり", "15000034"),
        ] {
            let name = in_query(typed);
            let page = desk.get(&format!("{CONTRACTS}?name={name}")).await;
            page.says(200, &[number, ">1件"]);
        }
        desk.get(&format!("{CONTRACTS}?name=%25")).await.says(200, &["条件に合う契約はありません。"]);
        desk.get("/operator/company/%00").await.says(400, &[]);
        desk.get(&format!("{CONTRACTS}/%00")).await.says(400, &[]);
    }

    async fn a_new_initial_password_replaces_the_old_and_lifts_the_block(fresh: &Fresh) {
        // R004-103, R004-104
        let centre = centre(fresh).await;
        let world = &centre.world;
        let visitor = world.visitor();
        visitor.get("/enroll/master").await;
        for _ in 0..3 {
            for _ in 0..6 {
                visitor.post("/enroll/master", &[("contract_no", "15000000"), ("initial_password", "Chigau1#")]).await;
            }
            world.clock.advance_ms(3_600_000);
        }
        let desk = centre.desk().await;
        let here = format!("{CONTRACTS}/15000000");
        desk.get(&here).await.says(200, &["閉塞（解除が必要です）", "初期登録のロック・閉塞を解除する"]);
        desk.get(&format!("{CONTRACTS}?state=blocked")).await.says(200, &["該当件数", "15000000"]);
        desk.post(&format!("{here}/unblock"), &[]).await.leads_to(&format!("{here}?done=unblocked"));
        desk.post(&format!("{here}/unblock"), &[]).await.leads_to(&format!("{here}?done=open"));
        desk.get(&format!("{here}/password")).await.says(200, &["届出書に書かれたもの"]);
        desk.post(&format!("{here}/password"), &[("how", "paper"), ("initial_password", "Abcd-12")]).await
            .says(422, &["初期パスワードは8桁で入力してください。"]);
        desk.post(&format!("{here}/password"), &[("how", "paper"), ("initial_password", "Abcd-123")]).await
            .leads_to(&format!("{here}/notice?done=password"));
        let notice = desk.get(&format!("{here}/notice?done=password")).await;
        notice.says(200, &["ご利用開始（変更）のお知らせ"]);
        assert_eq!(told(&notice), "Abcd-123");
        assert!(is_initial(world, CONTRACT.0, "Abcd-123").await);
        assert!(!is_initial(world, CONTRACT.0, CONTRACT.1).await);
        // Another session does not see it.
        world.clock.advance_ms(1);
        centre.desk().await.get(&format!("{here}/notice")).await.says(200, &[]).hides("Abcd-123");
    }

    async fn nobody_of_a_closed_contract_enters_any_more(fresh: &Fresh) {
        let centre = centre(fresh).await;
        let master = signed_in(&centre.world, &centre.holder).await;
        let desk = centre.desk().await;
        let here = format!("{CONTRACTS}/15000000");
        desk.get(&format!("{here}/close")).await.says(200, &["元に戻せません", "サンプル会員", "1名"]);
        desk.post(&format!("{here}/close"), &[]).await.leads_to(&format!("{here}?done=closed"));
        master.get("/home").await.leads_to("/login");
        desk.get(&here).await.says(200, &["終了"]).hides("内容を変更する");
        desk.post(&format!("{here}/close"), &[]).await.says(409, &["契約の最新の内容へ"]);
        desk.get(&format!("{here}/terms")).await.says(409, &[]);
        // Their own the operators do not close.
        desk.post(&format!("{CONTRACTS}/15000009/close"), &[]).await.says(409, &[]);
        let rows = centre.world.audit().await;
        let row = rows.iter().find(|row| row.action == "contract-close").expect("audited");
        assert_eq!((row.contract_no.as_deref(), row.user_id.as_deref()), (Some("15000000"), None));
    }
}
