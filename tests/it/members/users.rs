//! DM493101, DM492101 and 契約ユーザー情報登録.

use sekisho::identity::contracts::Service;
use sekisho::identity::lockout::Attempts;
use sekisho::identity::rights::{self, Function, Mode};
use sekisho::identity::terms::{self, Preset, Stored};
use sekisho::identity::users::{self, Kind};

use super::{PASSWORD, TEMPORARY, general, master, own_password, signed_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, World, moment};

/// The id of the row that the form makes.
const KEY: &str = "01950000-0000-7000-8000-000000000001";

const NEW: [(&str, &str); 7] = [
    ("key", KEY),
    ("user_id", "Hanako12"),
    ("user_name", "労金　花子"),
    ("password", TEMPORARY),
    ("password_confirm", TEMPORARY),
    ("email", "hanako@union.example.jp"),
    ("email_confirm", "hanako@union.example.jp"),
];

/// `NEW` with some fields in place of others.
fn but<'a>(fields: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut all: Vec<(&str, &str)> = NEW.to_vec();
    for (name, value) in fields {
        all.retain(|(other, _)| other != name);
        all.push((*name, *value));
    }
    all
}

/// What the page of a person carries along.
async fn version(world: &World, login_id: &str) -> String {
    world.find(login_id).await.expect("there").version.to_string()
}

async fn mode(world: &World, login_id: &str, function: Function) -> Mode {
    let user = world.find(login_id).await.expect("there");
    let mut conn = world.app.db.conn().await.expect("a connection");
    let modes = rights::functions(&mut conn, &user.id).await.expect("asked");
    modes.get(&function).copied().unwrap_or(Mode::Show)
}

both_engines! {
    async fn the_master_sees_the_people_of_the_contract(fresh: &Fresh) {
        // R004-41, R004-83, R004-84, R004-85, R004-99, R004-155
        let world = World::whole(fresh).await;
        world.contract("15000001", "Hajime1#", &Service::ALL).await;
        world.user_of("15000001", "Yoso1234", Kind::General, TEMPORARY).await;
        let (_, window) = master(&world).await;
        window.get("/members").await.says(200, &["システム管理機能", "契約ユーザー情報照会"]);
        window.get("/settings").await.says(200, &["共通機能", "パスワード変更"]);
        let alone = window.get("/members/users").await;
        alone.says(200, &["DM493101", "抽出件数: ", "1件", "一般ユーザーは、まだ登録されていません。"]);
        let hanako = general(&world, "Hanako12").await;
        general(&world, "Jiro5678").await;
        let mut tx = world.app.db.begin().await.expect("begun");
        let seen = moment("2012-10-25T13:23:30+09:00");
        users::note_login(&mut tx, &hanako.id, seen).await.expect("noted");
        let shut = Attempts { closed_at: Some(seen), ..Attempts::default() };
        users::set_attempts(&mut tx, &hanako.id, &shut).await.expect("closed");
        tx.commit().await.expect("committed");
        let page = window.get("/members/users").await;
        page.says(200, &[
            "登録へ(F7)", "data-key=\"F7\"", "3件", "更新", "削除", "No", "ユーザーID", "ユーザー名",
            "権限", "状態", "ロック/閉塞日時", "最終ログイン日時", "会員(マスター)", "会員(一般)",
            "閉塞", "2012/10/25 13:23:30", "/members/users/Hanako12", "/members/users/Hanako12/delete",
            "更新へ", "あと8人",
        ]).hides("Yoso1234").hides("正常").hides("/members/users/Taro6789/delete");
        let places = ["Hanako12", "Jiro5678", "Taro6789"]
            .map(|id| page.html.find(&format!("<th scope=\"row\">{id}</th>")));
        assert!(places.is_sorted() && places[0].is_some(), "{places:?}");
        let rows: Vec<_> = page.html.split("<tr>").skip(2).collect();
        assert!(rows[0].contains("<td class=\"number\">1</td>"), "{}", rows[0]);
        assert!(rows[2].contains("<td class=\"number\">3</td>"), "{}", rows[2]);
    }

    async fn employers_people_are_called_so(fresh: &Fresh) {
        // R004-41
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE contracts SET kind = 'employer'";
        conn.execute(sql, sekisho::db::params![]).await.expect("changed");
        window.get("/members/users").await.says(200, &["事業主(マスター)"]);
    }

    async fn a_long_list_comes_in_pages_and_goes_on_counting(fresh: &Fresh) {
        // R004-85
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let like = general(&world, "Aaaa1000").await;
        let mut tx = world.app.db.begin().await.expect("begun");
        for number in 1001..1102 {
            let id = format!("like-{number}");
            let one = users::User { id, login_id: format!("Aaaa{number}"), ..like.clone() };
            users::insert(&mut tx, &one).await.expect("a person");
        }
        tx.commit().await.expect("committed");
        window.get("/members/users").await
            .says(200, &["103件", "Aaaa1099", "/members/users?after=Aaaa1099"])
            .hides("Aaaa1100").hides("前へ</a>");
        let next = window.get("/members/users?after=Aaaa1099").await;
        next.says(200, &["103件", "Aaaa1100", "Taro6789", "<td class=\"number\">101</td>"]);
        window.get("/members/users?after=zzzz").await.says(409, &["契約ユーザー情報照会へ"]);
    }

    async fn a_colleague_is_added_and_told_what_to_do(fresh: &Fresh) {
        // R004-29, R004-36, R004-90, R004-92
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        window.get("/members/users/new").await.says(200, &[
            "契約ユーザー情報登録", "パスワード（仮）", "半角英大文字、英小文字、数字、記号混在8~12桁",
            "半角英数混在6~12桁", "全角20文字以内", "ユーザー別機能制限", "労金控除", "賃控元帳",
            "一斉積立", "閲覧のみ",
        ]);
        let typed = but(&[("rokin", "view"), ("ledger", "hide"), ("bulk_saving", "show")]);
        let added = window.post("/members/users/new", &typed).await;
        added.leads_to("/members/users/Hanako12/added");
        window.get(&added.location).await
            .says(200, &["登録完了", "Hanako12", "会員(一般)", "*****", "/enroll/general"])
            .hides(TEMPORARY);
        let user = world.find("Hanako12").await.expect("there");
        assert!(user.password_temporary && user.kind == Kind::General);
        assert_eq!(mode(&world, "Hanako12", Function::Rokin).await, Mode::View);
        assert_eq!(mode(&world, "Hanako12", Function::Ledger).await, Mode::Hide);
        // The button pressed twice adds one person, and both ends see it done.
        window.post("/members/users/new", &typed).await.leads_to(&added.location);
        assert_eq!(world.audited("user-add", "done").await, 1);
        assert!(world.mail.sent().is_empty(), "the master tells the password");
    }

    async fn what_was_corrected_in_a_form_that_was_sent_is_not_said_to_be_done(fresh: &Fresh) {
        // R004-90: back in the browser, and sent once more
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let blank = window.get("/members/users/new").await;
        let (_, key) = blank.html.split_once("name=\"key\" value=\"").expect("a key");
        let key = key.split('"').next().expect("its value");
        let first = but(&[("key", key), ("rokin", "hide")]);
        let done = "/members/users/Hanako12/added";
        window.post("/members/users/new", &first).await.leads_to(done);
        for (field, value) in [
            ("user_id", "Hanako13"), ("user_name", "労金　花代"), ("rokin", "show"),
            ("password", "Kari#123b"), ("email", "other@union.example.jp"),
        ] {
            let mut corrected = but(&[("key", key), ("rokin", "hide"), (field, value)]);
            if let ("password" | "email", again) = (field, format!("{field}_confirm")) {
                corrected.retain(|(name, _)| *name != again);
                let again = if field == "email" { "email_confirm" } else { "password_confirm" };
                corrected.push((again, value));
            }
            window.post("/members/users/new", &corrected).await
                .says(409, &["登録した方の画面へ", "/members/users/Hanako12"]);
        }
        window.post("/members/users/new", &first).await.leads_to(done);
        // Another form with the same ID is no second click.
        let other = but(&[("rokin", "hide")]);
        let said = window.post("/members/users/new", &other).await.says(422, &[]).mistake_at("user_id");
        assert!(said.is_some_and(|said| said.contains("すでに登録済")));
        assert_eq!(world.audited("user-add", "done").await, 1);
        let odd = but(&[("key", "1")]);
        window.post("/members/users/new", &odd).await.says(400, &[]);
    }

    async fn what_cannot_be_taken_is_told_at_its_field(fresh: &Fresh) {
        // R004-26, R004-29, R004-31, R004-32, R004-33, R004-35
        let world = World::whole(fresh).await;
        world.contract("15000001", "Hajime1#", &[]).await;
        world.user_of("15000001", "Yoso1234", Kind::General, TEMPORARY).await;
        let (_, window) = master(&world).await;
        window.get("/members/users/new").await.says(200, &[]);
        for (field, value) in [
            ("user_id", "Yoso1234"), ("user_id", "hanako"), ("user_name", "Hanako"),
            ("password", "Kari#12"), ("password_confirm", "Kari#123b"),
            ("email", "hanako@docomo.ne.jp"), ("email_confirm", "other@union.example.jp"),
            ("bulk_saving", "view"),
        ] {
            let page = window.post("/members/users/new", &but(&[(field, value)])).await;
            assert!(page.says(422, &[]).mistake_at(field).is_some(), "{field}: {value}");
        }
        let taken = window.post("/members/users/new", &but(&[("user_id", "Yoso1234")])).await;
        let said = taken.mistake_at("user_id").unwrap_or_default();
        assert_eq!(said, "入力されたユーザーIDはすでに登録済です。別のIDを入力してください。");
        taken.says(422, &["value=\"労金　花子\""]).hides(TEMPORARY);
        assert!(world.find("Hanako12").await.is_none());
    }

    async fn the_eleventh_colleague_is_refused_with_the_number(fresh: &Fresh) {
        // R004-24, RX-08: a master and ten others
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        window.get("/members/users/new").await.says(200, &[]);
        for number in 10..20 {
            let id = format!("Dare10{number}");
            let key = KEY.replace("0001", &format!("00{number}"));
            let fields = but(&[("key", &key), ("user_id", &id)]);
            let added = window.post("/members/users/new", &fields).await;
            added.leads_to(&format!("/members/users/{id}/added"));
        }
        let page = window.post("/members/users/new", &NEW).await;
        page.says(422, &["マスターユーザーを含めて11人まで"]);
        window.get("/members/users/new").await.says(200, &["11人まで", "これ以上登録できません"])
            .hides("<form method=\"post\" action=\"/members/users/new\"");
        let mut tx = world.app.db.begin().await.expect("begun");
        let own = Stored { licences: Some(12), ..Stored::of(Preset::Rokin) };
        terms::put(&mut tx, CONTRACT.0, &own).await.expect("put");
        tx.commit().await.expect("committed");
        window.get("/members/users/new").await.says(200, &[]);
        window.post("/members/users/new", &NEW).await.leads_to("/members/users/Hanako12/added");
    }

    async fn only_what_is_typed_is_changed(fresh: &Fresh) {
        // R004-34, R004-86, R004-87, R004-88
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let before = general(&world, "Hanako12").await;
        let page = window.get("/members/users/Hanako12").await;
        page.says(200, &[
            "DM492101", "一覧へ(F4)", "data-key=\"F4\"", "更新(F8)", "data-key=\"F8\"",
            "変更する項目のみ入力", "ユーザー状態", "ユーザー別機能制限", "ソフトウェアキーボード",
        ]).hides("name=\"user_id\"");
        let (path, at) = ("/members/users/Hanako12", version(&world, "Hanako12").await);
        let none = [("version", at.as_str()), ("state", "active"), ("state_shown", "active")];
        window.post(path, &none).await.leads_to("/members/users/Hanako12?done=unchanged");
        assert_eq!(world.audited("user-update", "done").await, 0, "nothing was changed");
        let name = [("version", at.as_str()), ("user_name", "労金　花代")];
        let done = window.post(path, &name).await;
        done.leads_to("/members/users/Hanako12?done=updated");
        window.get(&done.location).await.says(200, &["契約ユーザー情報を更新しました。", "労金　花代"]);
        let after = world.find("Hanako12").await.expect("there");
        assert_eq!((after.email, after.password_hash), (before.email, before.password_hash));
        assert!(!after.password_temporary);
        assert_eq!(world.audited("user-update", "done").await, 1);
    }

    async fn a_new_temporary_password_ends_what_was_begun_and_must_be_changed(fresh: &Fresh) {
        // R004-95, R004-96, R004-100
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let hanako = general(&world, "Hanako12").await;
        let holder = world.certificate(&hanako, "active").await;
        let hers = signed_in(&world, &holder, PASSWORD).await;
        let at = version(&world, "Hanako12").await;
        let typed = [("version", at.as_str()), ("password", TEMPORARY), ("password_confirm", TEMPORARY)];
        window.get("/members/users/Hanako12").await.says(200, &[]);
        let done = window.post("/members/users/Hanako12", &typed).await;
        done.leads_to("/members/users/Hanako12?done=password");
        window.get(&done.location).await.says(200, &["仮のパスワードを、ご本人に"]).hides(TEMPORARY);
        hers.get("/home").await.leads_to("/login");
        hers.get("/login").await.says(200, &[]);
        hers.post("/login", &[("password", PASSWORD)]).await.says(422, &[]);
        hers.post("/login", &[("password", TEMPORARY)]).await.leads_to("/settings/password");
        hers.get("/home").await.leads_to("/settings/password");
        let detail = world.audit().await.into_iter().rev().find(|row| row.action == "user-update");
        assert_eq!(detail.map(|row| row.detail).as_deref(), Some("temporary password"));
    }

    async fn two_who_change_the_same_person_notice(fresh: &Fresh) {
        // R004-87: nothing that was typed is lost
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        general(&world, "Hanako12").await;
        let (path, at) = ("/members/users/Hanako12", version(&world, "Hanako12").await);
        window.get(path).await.says(200, &[]);
        let first = [("version", at.as_str()), ("user_name", "労金　一子")];
        window.post(path, &first).await.leads_to("/members/users/Hanako12?done=updated");
        let second = [
            ("version", at.as_str()), ("email", "new@union.example.jp"),
            ("email_confirm", "new@union.example.jp"),
        ];
        let told = window.post(path, &second).await;
        told.says(409, &["ほかの画面で", "労金　一子", "value=\"new@union.example.jp\""]);
        let user = world.find("Hanako12").await.expect("there");
        assert_eq!(user.email, "taro@union.example.jp", "not changed behind the other's back");
        let at = version(&world, "Hanako12").await;
        told.says(409, &[&format!("name=\"version\" value=\"{at}\"")]);
        let again = [("version", at.as_str()), second[1], second[2]];
        window.post(path, &again).await.leads_to("/members/users/Hanako12?done=updated");
    }

    async fn a_restricted_colleague_finds_the_function_neither_in_the_menu_nor_by_url(fresh: &Fresh) {
        // R004-39, R004-40, R004-88, RX-07
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let hanako = general(&world, "Hanako12").await;
        let holder = world.certificate(&hanako, "active").await;
        let hers = signed_in(&world, &holder, PASSWORD).await;
        hers.get("/deduction/rokin").await.says(200, &[]);
        let at = version(&world, "Hanako12").await;
        window.get("/members/users/Hanako12").await.says(200, &[]);
        let typed = [("version", at.as_str()), ("rokin", "hide"), ("invoice", "show")];
        window.post("/members/users/Hanako12", &typed).await
            .leads_to("/members/users/Hanako12?done=updated");
        hers.get("/home").await.says(200, &[]).hides("労金控除事務");
        hers.get("/deduction/rokin").await.says(403, &[]);
        let page = window.get("/members/users/Hanako12").await;
        page.says(200, &["value=\"hide\" checked"]);
        for other in ["/members", "/members/users", "/members/users/new", "/members/users/Hanako12"] {
            let answer = hers.get(other).await;
            let nothing = answer.html.contains("ご利用いただける機能はありません");
            assert!(answer.status == 403 || nothing, "{other}: {}", answer.status);
        }
    }

    async fn the_masters_own_row_changes_name_and_address_alone(fresh: &Fresh) {
        // R004-89
        let world = World::whole(fresh).await;
        let (before, window) = master(&world).await;
        window.get("/members/users/Taro6789").await
            .says(200, &["会員(マスター)", "メールアドレス再入力", "/settings/password"])
            .hides("type=\"password\"").hides("ユーザー状態").hides("ユーザー別機能制限");
        let at = version(&world, "Taro6789").await;
        let typed = [
            ("version", at.as_str()), ("user_name", "労金　太一"), ("password", TEMPORARY),
            ("password_confirm", TEMPORARY), ("state", "closed"), ("rokin", "hide"),
        ];
        window.post("/members/users/Taro6789", &typed).await
            .leads_to("/members/users/Taro6789?done=updated");
        let after = world.find("Taro6789").await.expect("there");
        assert_eq!(after.name, "労金　太一");
        assert_eq!((after.password_hash, after.attempts.closed_at), (before.password_hash, None));
        assert_eq!(mode(&world, "Taro6789", Function::Rokin).await, Mode::Show);
    }

    async fn another_contracts_people_are_nobody_here(fresh: &Fresh) {
        // RX-06
        let world = World::whole(fresh).await;
        world.contract("15000001", "Hajime1#", &Service::ALL).await;
        world.user_of("15000001", "Yoso1234", Kind::General, TEMPORARY).await;
        let (_, window) = master(&world).await;
        window.get("/members/users/new").await.says(200, &[]);
        for path in [
            "/members/users/Yoso1234", "/members/users/Yoso1234/added",
            "/members/users/Yoso1234/delete", "/members/users/Yoso1234/deleted",
        ] {
            let nobody = path.replace("Yoso1234", "Daremo99");
            let (theirs, nobodys) = (window.get(path).await, window.get(&nobody).await);
            theirs.says(409, &["契約ユーザー情報照会へ"]);
            assert_eq!(theirs.html.replace("Yoso1234", ""), nobodys.html.replace("Daremo99", ""));
        }
        let typed = [("version", "1"), ("user_name", "乗っ取り"), ("state", "closed")];
        window.post("/members/users/Yoso1234", &typed).await.says(409, &[]);
        let user = world.find("Yoso1234").await.expect("there");
        assert_eq!((user.name.as_str(), user.attempts.closed_at), ("労金　太郎", None));
    }

    async fn who_is_locked_by_the_master_is_out_at_once(fresh: &Fresh) {
        // R004-42
        let world = World::whole(fresh).await;
        let (_, window) = master(&world).await;
        let hanako = general(&world, "Hanako12").await;
        let holder = world.certificate(&hanako, "active").await;
        for (state, said) in [("locked", "ロック"), ("closed", "閉塞")] {
            let hers = signed_in(&world, &holder, PASSWORD).await;
            let at = version(&world, "Hanako12").await;
            window.get("/members/users/Hanako12").await.says(200, &[]);
            let typed = [("version", at.as_str()), ("state", state), ("state_shown", "active")];
            window.post("/members/users/Hanako12", &typed).await
                .leads_to("/members/users/Hanako12?done=updated");
            window.get("/members/users").await.says(200, &[said, "2026/11/21 10:00:00"]);
            hers.get("/home").await.leads_to("/login");
            hers.post("/login", &[("password", PASSWORD)]).await.says(403, &[said]);
            let at = version(&world, "Hanako12").await;
            let typed = [("version", at.as_str()), ("state", "active"), ("state_shown", state)];
            window.post("/members/users/Hanako12", &typed).await
                .leads_to("/members/users/Hanako12?done=updated");
            own_password(&world, "Hanako12").await;
        }
        signed_in(&world, &holder, PASSWORD).await;
    }
}
