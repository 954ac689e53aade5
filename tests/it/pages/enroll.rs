//! The master's first registration: DC583101, DC584101, the result.

use sekisho::base::Secret;
use sekisho::base::clock::MINUTE_MS;
use sekisho::db::params;
use sekisho::identity::users::Kind;
use sekisho::identity::{initial_password, password};

use super::world;
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

const PROOF: &str = "/enroll/master";
const FORM: &str = "/enroll/master/form";
const RESULT: &str = "/enroll/master/result";

const GOOD: [(&str, &str); 6] = [
    ("user_id", "Taro6789"),
    ("password", "Abcde1#x"),
    ("password_confirm", "Abcde1#x"),
    ("user_name", "労金　太郎"),
    ("email", "taro@union.example.jp"),
    ("email_confirm", "taro@union.example.jp"),
];

async fn prove(window: &Window<'_>, number: &str, password: &str) -> Page {
    window.get(PROOF).await.says(200, &["DC583101"]);
    window.post(PROOF, &[("contract_no", number), ("initial_password", password)]).await
}

/// A window at DC584101.
async fn at_form(world: &World) -> Window<'_> {
    let window = world.visitor();
    prove(&window, CONTRACT.0, CONTRACT.1).await.leads_to(FORM);
    window.get(FORM).await.says(200, &["DC584101"]);
    window
}

/// The good form with other values in it.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let other = |name| changes.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    GOOD.iter().map(|&(name, value)| (name, other(name).unwrap_or(value))).collect()
}

both_engines! {
    async fn another_initial_password_ends_what_was_begun_with_the_old_one(fresh: &Fresh) {
        // R004-103
        let world = world(fresh).await;
        let window = at_form(&world).await;
        let done = world.visitor();
        let hash = password::hash(&Secret::from("Atara12#")).expect("hashed");
        let mut tx = world.app.db.begin().await.expect("begun");
        let set = initial_password::set(&mut tx, CONTRACT.0, &hash).await.expect("asked");
        assert_eq!(set, Ok(()));
        tx.commit().await.expect("committed");
        let page = window.post(FORM, &GOOD).await;
        page.says(409, &["href=\"/enroll/master\""]);
        window.get(FORM).await.says(409, &["href=\"/enroll/master\""]);
        window.get(RESULT).await.says(409, &["href=\"/enroll/master\""]);
        assert!(world.find("Taro6789").await.is_none());
        // Who registers with the new one keeps the result, whatever comes after.
        prove(&done, CONTRACT.0, "Atara12#").await.leads_to(FORM);
        done.get(FORM).await.says(200, &[]);
        done.post(FORM, &GOOD).await.leads_to(RESULT);
        let mut tx = world.app.db.begin().await.expect("begun");
        let set = initial_password::set(&mut tx, CONTRACT.0, &hash).await.expect("asked");
        assert_eq!(set, Ok(()));
        tx.commit().await.expect("committed");
        done.get(RESULT).await.says(200, &["Taro6789"]);
    }

    async fn a_master_registers_and_sees_the_result(fresh: &Fresh) {
        // R004-26, R004-36, R004-47, R004-54, R004-60, R004-62..65
        let world = world(fresh).await;
        let window = world.visitor();
        window.get(PROOF).await.says(200, &[
            "マスターユーザー初期登録ログイン", "契約番号と初期パスワードを入力してください。",
            "契約番号", "初期パスワード", "ソフトウェアキーボード", "次へ", "キャンセル", "1 / 3",
        ]);
        let fields = [("contract_no", CONTRACT.0), ("initial_password", CONTRACT.1)];
        let begun = window.post(PROOF, &fields).await;
        begun.leads_to(FORM);
        assert!(begun.set_cookies[0].contains("Max-Age=3600"), "{:?}", begun.set_cookies);
        window.get(FORM).await.says(200, &[
            "マスターユーザー初期登録", "以下を入力してください。", "半角英数混在6~12桁",
            "半角英大文字、英小文字、数字、記号混在8~12桁", "・最小文字数：8文字以上", "パスワード再入力", "全角20文字以内",
            "半角英数50桁以内", "メールアドレス再入力", ">登録</button>", "キャンセル",
            "●一度登録したユーザーIDは、画面上では変更できません。",
            "●入力いただいたユーザーIDが既に存在している場合は登録できませんので、\
             別のIDを登録してください。",
        ]);
        window.post(FORM, &GOOD).await.leads_to(RESULT);
        window.get(RESULT).await.says(200, &[
            "マスターユーザーの登録を完了しました。", "登録結果", "Taro6789", "*****", "労金　太郎",
            "taro@union.example.jp", "電子証明書の更新・発行", "href=\"/certificate\"",
            "引き続き電子証明書発行を行います。「電子証明書発行」ボタンを押してください。",
        ]).hides("Abcde1#x");
        // R004-25: the only person is the master
        let user = world.find("Taro6789").await.expect("registered");
        assert_eq!((user.kind, user.password_temporary), (Kind::Master, false));
        assert_eq!(world.audited("master-register", "done").await, 1);
        assert!(world.find("taro6789").await.is_none(), "the case is kept");
    }

    async fn who_knows_no_initial_password_learns_nothing(fresh: &Fresh) {
        // R004-60
        let world = world(fresh).await;
        world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let window = world.visitor();
        let said = "契約番号または初期パスワードが違います。";
        let unknown = prove(&window, "99999999", CONTRACT.1).await;
        unknown.says(422, &[said]).hides("登録済");
        prove(&window, CONTRACT.0, "Chigau1#").await.says(422, &[said]).hides("登録済");
        prove(&window, CONTRACT.0, CONTRACT.1).await.says(409, &["マスターユーザーは登録済です。"]);
        assert_eq!(world.audited("master-authenticate", "refused").await, 1);
    }

    async fn the_sixth_wrong_initial_password_locks_and_the_third_lock_closes(fresh: &Fresh) {
        // R004-61, RX-02
        let world = world(fresh).await;
        let window = world.visitor();
        for lock in 1..=3 {
            for _ in 0..5 {
                let said = "契約番号または初期パスワードが違います。";
                prove(&window, CONTRACT.0, "Chigau1#").await.says(422, &[said]);
            }
            let sixth = prove(&window, CONTRACT.0, "Chigau1#").await;
            if lock < 3 {
                let until = if lock == 1 { "11:00まで" } else { "12:00まで" };
                sixth.says(403, &[until, "ロック"]);
                // The right one too, and with the same words.
                prove(&window, CONTRACT.0, CONTRACT.1).await.says(403, &[until]);
                world.clock.advance_ms(60 * MINUTE_MS);
            } else {
                sixth.says(403, &["閉塞", "初期パスワード届出書"]);
            }
        }
        world.clock.advance_ms(24 * 60 * MINUTE_MS);
        prove(&window, CONTRACT.0, CONTRACT.1).await.says(403, &["閉塞"]);
    }

    async fn an_id_that_somebody_has_is_refused_at_its_field(fresh: &Fresh) {
        // R004-35: in any contract, and the case tells IDs apart
        let world = world(fresh).await;
        world.contract("15000001", "Hajime2#", &[]).await;
        world.user_of("15000001", "Taro6789", Kind::General, "Kari#123a").await;
        let window = at_form(&world).await;
        let page = window.post(FORM, &GOOD).await;
        page.says(422, &["労金　太郎"]).hides("Abcde1#x");
        let said = "入力されたユーザーIDはすでに登録済です。別のIDを入力してください。";
        assert_eq!(page.mistake_at("user_id").as_deref(), Some(said));
        window.post(FORM, &with(&[("user_id", "taro6789")])).await.leads_to(RESULT);
    }

    async fn two_clicks_register_once_and_both_see_the_result(fresh: &Fresh) {
        // R004-21
        let world = world(fresh).await;
        let window = at_form(&world).await;
        let twin = window.beside(None);
        let (first, second) = tokio::join!(window.post(FORM, &GOOD), twin.post(FORM, &GOOD));
        first.leads_to(RESULT);
        second.leads_to(RESULT);
        assert_eq!(world.audited("master-register", "done").await, 1);
        window.post(FORM, &with(&[("user_id", "")])).await.leads_to(RESULT);
    }

    async fn two_people_cannot_both_become_master(fresh: &Fresh) {
        // R004-23
        let world = world(fresh).await;
        let (first, second) = (at_form(&world).await, at_form(&world).await);
        first.post(FORM, &GOOD).await.leads_to(RESULT);
        let late = second.post(FORM, &with(&[("user_id", "Jiro6789")])).await;
        late.says(409, &["マスターユーザーは登録済です。"]);
        assert!(world.find("Jiro6789").await.is_none());
    }

    async fn a_contract_that_ended_gets_no_master(fresh: &Fresh) {
        let world = world(fresh).await;
        let window = at_form(&world).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contracts SET closed_at = $1 WHERE contract_no = $2";
        conn.execute(sql, params![world.clock.now(), CONTRACT.0]).await.expect("closed");
        drop(conn);
        window.post(FORM, &GOOD).await.says(403, &["このご契約は終了しているため"]);
        let other = prove(&world.visitor(), CONTRACT.0, CONTRACT.1).await;
        other.says(403, &["このご契約は終了しているため"]);
    }

    async fn each_field_speaks_at_its_edges(fresh: &Fresh) {
        // R004-26, R004-27, R004-31, R004-32, R004-33, RX-01
        let world = world(fresh).await;
        let window = at_form(&world).await;
        let (long_name, long_mail) = ("あ".repeat(21), format!("{}@example.jp", "a".repeat(40)));
        let wrong: [(&str, &str, &str); 14] = [
            ("user_id", "abc12", "6～12桁"),
            ("user_id", "abcdefghijkl1", "6～12桁"),
            ("user_id", "abcdef", "6～12桁"),
            ("user_id", "123456", "6～12桁"),
            ("password", "Abcde1#", "8～12桁"),
            ("password", "Abcdefgh12#xy", "8～12桁"),
            ("password", "Abcdefg1", "半角記号を1文字以上"),
            ("password", "ABCDEF1#", "英小文字"),
            ("password_confirm", "abcde1#x", "一致しません"),
            ("user_name", &long_name, "全角20文字以内"),
            ("user_name", "Taro", "全角20文字以内"),
            ("email", &long_mail, "半角50桁以内"),
            ("email", "taro@docomo.ne.jp", "携帯電話のメールアドレスは使えません"),
            ("email_confirm", "Taro@union.example.jp", "一致しません"),
        ];
        for (name, value, message) in wrong {
            let page = window.post(FORM, &with(&[(name, value)])).await;
            let said = page.says(422, &[]).mistake_at(name).unwrap_or_default();
            assert!(said.contains(message), "{name}={value}: {said:?}");
        }
        let name = "あ".repeat(20);
        let mail = format!("{}@example.jp", "a".repeat(39));
        let edges = with(&[
            ("user_id", "abcdefghijk1"), ("password", "Abcdefgh12#x"),
            ("password_confirm", "Abcdefgh12#x"), ("user_name", &name), ("email", &mail),
            ("email_confirm", &mail),
        ]);
        window.post(FORM, &edges).await.leads_to(RESULT);
    }

    async fn contract_number_and_initial_password_speak_at_their_edges(fresh: &Fresh) {
        // R004-28, R004-30; none of these counts as a try
        let world = world(fresh).await;
        let window = world.visitor();
        for number in ["1500000", "150000000", "1500000a"] {
            let page = prove(&window, number, CONTRACT.1).await;
            let said = page.says(422, &[number]).mistake_at("contract_no");
            assert_eq!(said.as_deref(), Some("契約番号は半角数字8桁で入力してください。"));
        }
        for _ in 0..4 {
            for password in ["Hajim1#", "Hajime12#", "Hajime12"] {
                let page = prove(&window, CONTRACT.0, password).await;
                assert!(page.says(422, &[]).mistake_at("initial_password").is_some(), "{password}");
            }
        }
        prove(&window, CONTRACT.0, CONTRACT.1).await.leads_to(FORM);
    }

    async fn a_page_of_another_step_shows_the_way_on(fresh: &Fresh) {
        // R004-21
        let world = world(fresh).await;
        let to = |path: &str| format!("href=\"{path}\"");
        let window = world.visitor();
        for path in [FORM, RESULT] {
            window.get(path).await.says(409, &[&to(PROOF)]);
        }
        let window = at_form(&world).await;
        window.get(RESULT).await.says(409, &[&to(FORM)]);
        window.post(FORM, &GOOD).await.leads_to(RESULT);
        window.get(FORM).await.says(409, &[&to(RESULT), "登録結果を表示する"]);
        window.get(RESULT).await.says(200, &["登録結果"]);
    }

    async fn a_closed_browser_goes_on_within_the_hour(fresh: &Fresh) {
        let world = world(fresh).await;
        let window = at_form(&world).await;
        window.reopen(&["__Host-sekisho-flow"]);
        world.clock.advance_ms(60 * MINUTE_MS - 1);
        window.get(PROOF).await.says(200, &["途中の登録があります", "href=\"/enroll/master/form\""]);
        window.get(FORM).await.says(200, &["DC584101"]);
        world.clock.advance_ms(1);
        window.post(FORM, &GOOD).await.says(409, &["href=\"/enroll/master\""]);
        assert!(world.find("Taro6789").await.is_none());
    }

    async fn a_form_from_elsewhere_is_refused(fresh: &Fresh) {
        let world = world(fresh).await;
        let window = at_form(&world).await;
        window.post_foreign(FORM, &GOOD).await.says(403, &["画面の有効期限が切れました"]);
        let doubled = with(&[]).into_iter().chain([("user_id", "x")]).collect::<Vec<_>>();
        window.get(FORM).await.says(200, &[]);
        window.post(FORM, &doubled).await.says(400, &[]);
        assert!(world.find("Taro6789").await.is_none());
    }
}
