//! ご契約番号, ユーザID, パスワード with the company's certificate.

use sekisho::base::clock::MINUTE_MS;
use sekisho::certificates::revoke;
use sekisho::certificates::roster::Roster;
use sekisho::db::params;
use sekisho::identity::Bearer;
use sekisho::identity::roster::{Lookup as _, Status};
use sekisho::identity::users::Kind;
use sekisho::pki::crl::Reason;

use super::{COMPANY, PASSWORD, USER, add_company, issue, sign_in, stored, summary, works};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World};

const WRONG: &str = "ご契約番号、ユーザID、パスワードのいずれかが違います。";

/// How a session that was begun with it is answered.
const OTHER: &str = "Betsu001";

async fn failures(world: &World, login_id: &str) -> i64 {
    world.find(login_id).await.expect("there").attempts.failures
}

both_engines! {
    async fn number_id_and_password_open_with_the_companys_certificate(fresh: &Fresh) {
        // R003-34, R003-36
        let (world, user) = works(fresh).await;
        let holder = issue(&world, COMPANY).await;
        let window = world.window(&holder);
        window.get("/").await.leads_to("/login");
        window.get("/home").await.leads_to("/login");
        window.get("/login").await.says(200, &[
            "MNS_123456", "ご契約番号", "ユーザID", "パスワード", ">ログイン</button>",
            "name=\"contract_no\"", "name=\"user_id\"", "name=\"password\"", "アクセス情報シート",
            "[×]ですべて閉じて", "「MNS」で始まる",
        ]);
        window.post("/login", &[]).await.says(422, &[
            "ご契約番号を入力してください。", "ユーザIDを入力してください。",
            "パスワードを入力してください。",
        ]);
        assert_eq!(failures(&world, USER).await, 0, "an empty form is no try");
        sign_in(&window, COMPANY, USER, PASSWORD).await.leads_to("/home");
        window.get("/home").await
            .says(200, &["サンプル会員 / 労金　太郎", "従業員一覧", "MNS_123456", "Seizo001_15000004_"])
            .hides("電子証明書発行");
        window.get("/").await.leads_to("/home");
        let rows = world.audit().await;
        let row = rows.iter().rfind(|row| row.action == "login").expect("audited");
        assert_eq!(row.user_id.as_deref(), Some(user.id.as_str()));
        assert_eq!(row.serial.as_deref(), Some(holder.serial.as_str()));
        // Two people with the same certificate are two people.
        world.user_of(COMPANY, OTHER, Kind::Employee, PASSWORD).await;
        let beside = world.window(&holder);
        sign_in(&beside, COMPANY, OTHER, PASSWORD).await.leads_to("/home");
        beside.get("/home").await.says(200, &["Betsu001_"]).hides("従業員一覧");
        window.get("/home").await.says(200, &["Seizo001_"]);
    }

    async fn a_number_that_is_not_the_certificates_counts_like_a_wrong_password(fresh: &Fresh) {
        // R003-42
        let (world, _) = works(fresh).await;
        let window = world.window(&issue(&world, COMPANY).await);
        // The right ID and the right password; the number is one that exists.
        let number = sign_in(&window, CONTRACT.0, USER, PASSWORD).await;
        number.says(422, &[WRONG]);
        assert_eq!(failures(&world, USER).await, 1);
        let password = sign_in(&window, COMPANY, USER, "Chigau1#").await;
        let person = sign_in(&window, COMPANY, "Inai0001", PASSWORD).await;
        // Which of the three it was cannot be seen.
        for other in [&password, &person] {
            assert_eq!(summary(other.says(422, &[])), summary(&number));
            assert_eq!(other.mistake_at("password"), None);
        }
        // R004-11
        for _ in 0..3 {
            sign_in(&window, CONTRACT.0, USER, PASSWORD).await.says(422, &[WRONG]);
        }
        sign_in(&window, CONTRACT.0, USER, PASSWORD).await.says(403, &["11:00まで", "ロック"]);
        sign_in(&window, COMPANY, USER, PASSWORD).await.says(403, &["11:00まで"]);
        world.clock.advance_ms(60 * MINUTE_MS);
        sign_in(&window, COMPANY, USER, PASSWORD).await.leads_to("/home");
        assert_eq!(world.audited("login", "refused").await, 6);
    }

    async fn nobody_of_another_contract_comes_in(fresh: &Fresh) {
        // R003-34, R003-35, R003-44
        let (world, _) = works(fresh).await;
        world.user("Taro6789", Kind::Master, PASSWORD).await;
        let ours = world.window(&issue(&world, COMPANY).await);
        for number in [COMPANY, CONTRACT.0] {
            sign_in(&ours, number, "Taro6789", PASSWORD).await.says(422, &[WRONG]);
        }
        assert_eq!(failures(&world, "Taro6789").await, 0, "others cannot be locked from here");
        // Another company's certificate is of no use for ours, whatever is typed.
        add_company(&world, "15000005", "654321").await;
        let theirs = world.window(&issue(&world, "15000005").await);
        for number in [COMPANY, "15000005"] {
            sign_in(&theirs, number, USER, PASSWORD).await.says(422, &[WRONG]);
        }
        assert_eq!(failures(&world, USER).await, 0);
        // Nor is a person's own certificate: it asks for that person's password.
        let taro = world.find("Taro6789").await.expect("there");
        let own = world.window(&world.certificate(&taro, "active").await);
        own.get("/login").await.says(200, &["Taro6789"]).hides("name=\"contract_no\"");
        let fields = [("contract_no", COMPANY), ("user_id", USER), ("password", "Chigau1#")];
        own.post("/login", &fields).await.says(422, &["パスワードが違います"]);
        assert_eq!((failures(&world, USER).await, failures(&world, "Taro6789").await), (0, 1));
    }

    async fn a_session_is_worth_nothing_with_another_certificate(fresh: &Fresh) {
        // R003-34
        let (world, user) = works(fresh).await;
        add_company(&world, "15000005", "654321").await;
        let window = world.window(&issue(&world, COMPANY).await);
        sign_in(&window, COMPANY, USER, PASSWORD).await.leads_to("/home");
        let theirs = issue(&world, "15000005").await;
        let own = world.certificate(&user, "active").await;
        for other in [theirs, own] {
            window.beside(Some(&other)).get("/home").await.leads_to("/login");
        }
        window.get("/home").await.says(200, &[]);
    }

    async fn what_ends_the_certificate_or_the_person_ends_the_session(fresh: &Fresh) {
        // R003-35, R004-12, R004-13
        let (world, user) = works(fresh).await;
        let roster = Roster::load(&world.app).await.expect("a roster");
        let holder = issue(&world, COMPANY).await;
        let window = world.window(&holder);
        let set = async |sql: &str| {
            let mut conn = world.app.db.conn().await.expect("a connection");
            conn.execute(sql, params![&user.id]).await.expect("changed");
        };
        for (taken, given) in [
            ("locked_until = 9000000000000", "locked_until = NULL"),
            ("closed_at = 1", "closed_at = NULL"),
            ("deleted_at = 1", "deleted_at = NULL"),
        ] {
            sign_in(&window, COMPANY, USER, PASSWORD).await.leads_to("/home");
            set(&format!("UPDATE users SET {taken} WHERE id = $1")).await;
            window.get("/home").await.leads_to("/login");
            set(&format!("UPDATE users SET {given} WHERE id = $1")).await;
        }
        sign_in(&window, COMPANY, USER, PASSWORD).await.leads_to("/home");
        window.get("/home").await.says(200, &[]);
        roster.catch_up().await.expect("read");
        let known = roster.find(&holder.fingerprint).expect("ours");
        assert_eq!(known.holder.bearer, Bearer::Company { name: "MNS_123456".into() });
        assert!(known.status == Status::Active && !known.closed && !known.user_locked);
        let one = stored(&world, &holder).await;
        let now = world.clock.now();
        assert!(revoke::revoke(&world.app.db, &one, Reason::KeyCompromise, now, "op").await.unwrap());
        roster.catch_up().await.expect("read");
        assert_eq!(roster.find(&holder.fingerprint).expect("ours").status, Status::Revoked);
        // Were the gate to let it through, there would be no session behind it.
        window.get("/home").await.leads_to("/login");
    }

    async fn a_closed_contract_closes_its_certificate(fresh: &Fresh) {
        // R003-34
        let (world, _) = works(fresh).await;
        let holder = issue(&world, COMPANY).await;
        let window = world.window(&holder);
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contracts SET closed_at = 1 WHERE contract_no = $1";
        conn.execute(sql, params![COMPANY]).await.expect("changed");
        drop(conn);
        let roster = Roster::load(&world.app).await.expect("a roster");
        assert!(roster.find(&holder.fingerprint).expect("ours").closed);
        sign_in(&window, COMPANY, USER, PASSWORD).await.says(403, &["閉塞"]);
    }

    async fn thirty_wrong_logins_make_the_certificate_wait(fresh: &Fresh) {
        // R003-42
        let (world, _) = works(fresh).await;
        add_company(&world, "15000005", "654321").await;
        world.user_of("15000005", OTHER, Kind::Master, PASSWORD).await;
        let window = world.window(&issue(&world, COMPANY).await);
        for guess in 0..30 {
            let person = format!("Guess{guess:03}");
            sign_in(&window, COMPANY, &person, PASSWORD).await.says(422, &[WRONG]);
        }
        sign_in(&window, COMPANY, USER, PASSWORD).await.says(429, &["10:10まで受け付けられません"]);
        let theirs = world.window(&issue(&world, "15000005").await);
        sign_in(&theirs, "15000005", OTHER, PASSWORD).await.leads_to("/home");
        // One row tells the operator of all of them.
        let rows = world.audit().await;
        let told = rows.iter().filter(|row| row.action == "login" && row.result == "refused");
        assert_eq!(told.map(|row| row.actor.as_str()).collect::<Vec<_>>(), ["MNS_123456"]);
        world.clock.advance_ms(10 * MINUTE_MS);
        sign_in(&window, COMPANY, USER, PASSWORD).await.leads_to("/home");
    }
}
