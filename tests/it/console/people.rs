//! People by page: found, unlocked, given a temporary password, deleted.

use sekisho::base::Secret;
use sekisho::db::params;
use sekisho::identity::password;
use sekisho::identity::users::Kind;

use super::{PASSWORD, centre, in_query, signed_in, told};
use crate::support::db::{Fresh, both_engines};

const USERS: &str = "/operator/users";

both_engines! {
    async fn people_are_found_over_all_contracts(fresh: &Fresh) {
        // R004-99
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        let operator = centre.world.find("operator01").await.expect("there").id;
        desk.get(USERS).await.says(200, &["2件", "Taro6789", "operator01", "最終ログイン日時"]);
        desk.get(&format!("{USERS}?user_id=Taro")).await.says(200, &["1件"]).hides(&operator);
        desk.get(&format!("{USERS}?contract_no=15000009")).await.says(200, &["1件"]).hides(&centre.master.id);
        desk.get(&format!("{USERS}?state=closed")).await.says(200, &["条件に合う利用者はいません。"]);
        desk.get(&format!("{USERS}?name=%E5%A4%AA%E9%83%8E&sort=-login")).await.says(200, &["2件"]);
        for (login_id, name) in [("Wide1234", "山田　Ｊｉｍ"), ("Half1234", "Jim Beam")] {
            centre.world.user(login_id, Kind::Employee, PASSWORD).await;
            let mut conn = centre.world.app.db.conn().await.expect("a connection");
            let sql = "UPDATE users SET name = $2 WHERE login_id = $1";
            conn.execute(sql, params![login_id, name]).await.expect("named");
        }
        for (typed, found) in [
            ("山田 Jim", "Wide1234"), ("山田Ｊｉｍ", "Wide1234"), ("jim　beam", "Half1234"),
            ("Ｊｉｍ　Ｂｅａｍ", "Half1234"),
        ] {
            let name = in_query(typed);
            desk.get(&format!("{USERS}?name={name}")).await.says(200, &["1件", found]);
        }
        for number in 0..53 {
            centre.world.user(&format!("Many{number:04}"), Kind::Employee, PASSWORD).await;
        }
        let first = desk.get(&format!("{USERS}?sort=user")).await;
        first.says(200, &["57件", "次へ"]);
        let next = first.html.split("rel=\"next\"").next().and_then(|html| html.rsplit("href=\"").next());
        let next = next.and_then(|rest| rest.split('"').next()).expect("a link").replace("&amp;", "&").replace("&#38;", "&");
        desk.get(&next).await.says(200, &[&operator, "前へ"]).hides("Many0000");
    }

    async fn a_locked_person_is_unlocked_and_a_forgotten_password_replaced(fresh: &Fresh) {
        // R004-100
        let centre = centre(fresh).await;
        let world = &centre.world;
        let window = world.window(&centre.holder);
        window.get("/login").await;
        for _ in 0..6 {
            window.post("/login", &[("password", "Chigau1#")]).await;
        }
        let desk = centre.desk().await;
        let here = format!("{USERS}/{}", centre.master.id);
        desk.get(&here).await.says(200, &["ロック中", "Taro6789", "使えるもの 1枚"]);
        desk.post(&format!("{here}/unlock"), &[]).await.leads_to(&format!("{here}?done=unlocked"));
        desk.post(&format!("{here}/unlock"), &[]).await.leads_to(&format!("{here}?done=open"));
        let master = signed_in(world, &centre.holder).await;
        desk.get(&format!("{here}/password")).await.says(200, &["今のパスワードは、すぐに使えなくなります"]);
        desk.post(&format!("{here}/password"), &[]).await
            .leads_to(&format!("{here}/sheet?done=temporary"));
        let sheet = desk.get(&format!("{here}/sheet?done=temporary")).await;
        sheet.says(200, &["仮のパスワードのお知らせ", "Taro6789"]);
        let temporary = told(&sheet);
        let found = world.find("Taro6789").await.expect("there");
        assert!(found.password_temporary);
        assert!(password::verify(&Secret::from(temporary.as_str()), Some(&found.password_hash)));
        master.get("/home").await.leads_to("/login");
        desk.post(&format!("{here}/sheet/done"), &[]).await.leads_to(&format!("{here}?done=handed"));
        desk.get(&format!("{here}/sheet")).await.says(409, &[]);
        for row in world.audit().await {
            assert!(!row.detail.contains(&temporary), "{row:?}");
        }
    }

    async fn a_deleted_person_is_gone_with_the_certificate(fresh: &Fresh) {
        // R004-98
        let centre = centre(fresh).await;
        let desk = centre.desk().await;
        let here = format!("{USERS}/{}", centre.master.id);
        desk.get(&format!("{here}/delete")).await.says(200, &["Taro6789", "元に戻せません"]);
        desk.post(&format!("{here}/delete"), &[]).await.leads_to(&format!("{USERS}?done=deleted"));
        desk.post(&format!("{here}/delete"), &[]).await.leads_to(&format!("{USERS}?done=deleted"));
        assert!(centre.world.find("Taro6789").await.is_none());
        assert_eq!(centre.world.status(&centre.holder).await, "revoked");
        assert_eq!(centre.world.audited("user-delete", "done").await, 1);
        let own = centre.world.find("operator01").await.expect("there");
        desk.post(&format!("{USERS}/{}/delete", own.id), &[]).await.says(409, &[]);
        desk.get(&format!("{USERS}/{}", centre.master.id)).await.says(404, &[]);
    }
}
