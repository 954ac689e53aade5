//! 紐づけ at the first login, and アカウント管理.

use sekisho::base::clock::MINUTE_MS;
use sekisho::db::params;
use sekisho::identity::accounts;
use sekisho::identity::users::{Kind, User};

use super::{
    OFFICE, PASSWORD, add_office, at_details, inside, offered, office, registered, tied, with,
};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, World};

const LIST: &str = "/members/accounts";
const HANDOVER: &str = "/members/accounts/handover";
const HANDED: &str = "/members/accounts/handed";

/// An office with a 管理者 and another, who can log in.
async fn two(fresh: &Fresh) -> (World, User, User) {
    let world = office(fresh, 3).await;
    let first = registered(&world, "a@office.example.jp").await;
    let second = registered(&world, "b@office.example.jp").await;
    world.clock.advance_ms(10 * MINUTE_MS);
    (world, first, second)
}

/// アカウントID and whose it is, of all accounts.
async fn ties(world: &World) -> Vec<(String, Option<String>)> {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let all = accounts::list(&mut conn, OFFICE).await.expect("asked");
    all.into_iter().map(|one| (one.account_id, one.tied.map(|(user, _)| user))).collect()
}

fn untie(account: &str) -> String {
    format!("{LIST}/{account}/untie")
}

fn delete(user: &User) -> String {
    format!("{LIST}/people/{}/delete", user.id)
}

both_engines! {
    async fn the_first_login_ties_the_person_to_the_lowest_free_account(fresh: &Fresh) {
        // R002-07, R002-08, R002-37, R002-44
        let (world, first, second) = two(fresh).await;
        let window = inside(&world, &first).await;
        // Nothing else is open.
        for path in ["/home", "/settings", LIST, "/hr/employees", "/settings/password"] {
            window.get(path).await.leads_to("/account");
        }
        let page = window.get("/account").await;
        page.says(200, &[
            "アカウントとASPユーザーの紐づけが必要です。このアカウントを現在使用しているASPユーザーと紐づけますか？",
            ">OK</button>", ">キャンセル</button>", "a@office.example.jp",
        ]);
        let account = offered(&page);
        let (begins, number) = account.split_once('-').expect("a number");
        assert_eq!(number, "01");
        let (letters, digit) = begins.split_at(4);
        assert!(letters.bytes().all(|b| b.is_ascii_lowercase()), "{account}");
        assert!(digit.len() == 1 && digit.bytes().all(|b| b.is_ascii_digit()), "{account}");
        // A double click, and a second window.
        let (twin, form) = (window.beside(None), [("account_id", account.as_str())]);
        let clicks = tokio::join!(window.post("/account", &form), twin.post("/account", &form));
        clicks.0.leads_to("/home");
        clicks.1.leads_to("/home");
        assert_eq!(world.audited("account-tie", "done").await, 1);
        window.get("/home").await.says(200, &["インフォメーション", "アカウント管理"]);
        window.get("/account").await.leads_to("/home");
        let other = offered(&inside(&world, &second).await.get("/account").await);
        assert!(other.ends_with("-02"), "{other}");
    }

    async fn cancelling_ties_nobody_and_logs_out(fresh: &Fresh) {
        // R002-37
        let (world, first, _) = two(fresh).await;
        let window = inside(&world, &first).await;
        window.get("/account").await.says(200, &[]);
        window.post("/logout", &[]).await.leads_to("/logged-out");
        window.get("/home").await.leads_to("/login");
        assert!(ties(&world).await.iter().all(|(_, user)| user.is_none()));
        assert_eq!(world.audited("account-tie", "done").await, 0);
    }

    async fn two_who_are_offered_the_same_account_get_one_each(fresh: &Fresh) {
        // R002-08
        let (world, first, second) = two(fresh).await;
        let (one, other) = (inside(&world, &first).await, inside(&world, &second).await);
        let account = offered(&one.get("/account").await);
        assert_eq!(offered(&other.get("/account").await), account);
        let form = [("account_id", account.as_str())];
        let (a, b) = tokio::join!(one.post("/account", &form), other.post("/account", &form));
        let mut ends = [a.location, b.location];
        ends.sort();
        assert_eq!(ends, ["/account?taken=1", "/home"]);
        let late = if ties(&world).await[0].1.as_ref() == Some(&first.id) { &other } else { &one };
        let again = late.get("/account?taken=1").await;
        again.says(200, &["ほかの方が使い始めました"]);
        late.post("/account", &[("account_id", &offered(&again))]).await.leads_to("/home");
        // Another contract's account, or none at all, is nobody's.
        assert_eq!(ties(&world).await.iter().filter(|(_, user)| user.is_some()).count(), 2);
    }

    async fn a_contract_without_accounts_asks_nobody(fresh: &Fresh) {
        // R002-08
        let world = World::whole(fresh).await;
        let master = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = inside(&world, &master).await;
        window.get("/home").await.says(200, &[]).hides("アカウント管理");
        for path in ["/account", LIST, HANDOVER, HANDED] {
            window.get(path).await.says(403, &[]);
        }
    }

    async fn where_all_accounts_are_taken_the_page_says_whom_to_ask(fresh: &Fresh) {
        // R002-37
        let (world, first, second) = two(fresh).await;
        tied(&world, &first).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "DELETE FROM accounts WHERE contract_no = $1 AND user_id IS NULL";
        conn.execute(sql, params![OFFICE]).await.expect("gone");
        drop(conn);
        let window = inside(&world, &second).await;
        window.get("/account").await.says(200, &["紐づけられるASPユーザーがありません。", "管理者の方へ"])
            .hides(">OK</button>");
        window.post("/account", &[("account_id", "")]).await.leads_to("/account?taken=1");
    }

    async fn the_manager_sees_everybody_and_undoes_a_tie(fresh: &Fresh) {
        // R002-09, R002-11, R002-15, R002-16, R002-31
        let (world, first, second) = two(fresh).await;
        let (manager, other) = (tied(&world, &first).await, tied(&world, &second).await);
        let third = registered(&world, "c@office.example.jp").await;
        let page = manager.get(LIST).await;
        page.says(200, &[
            "アカウント一覧", "表示名", "a@office.example.jp", "b@office.example.jp", "最初の管理者",
            "まだ紐づけていません", "c@office.example.jp", "空き", "2026年11月21日 10:10",
            "管理者用操作マニュアルは、まだ用意されていません。",
        ]);
        other.get(LIST).await.says(403, &[]);
        let all = ties(&world).await;
        let (own, theirs) = (&all[0].0, &all[1].0);
        assert!(page.html.contains(&untie(theirs)) && !page.html.contains(&untie(own)));
        manager.get(&untie(own)).await.says(403, &[]);
        let form = [("user", first.id.as_str())];
        manager.get(LIST).await.says(200, &[]);
        manager.post(&untie(own), &form).await.says(403, &[]);
        manager.get(&untie(theirs)).await.says(200, &["紐づけの解除", theirs, "b@office.example.jp"]);
        let form = [("user", second.id.as_str())];
        other.post(&untie(theirs), &form).await.says(403, &[]);
        manager.post(&untie(theirs), &form).await.leads_to("/members/accounts?done=untied");
        // The second click changes nothing.
        manager.post(&untie(theirs), &form).await.leads_to("/members/accounts?done=untied-before");
        assert_eq!(world.audited("account-untie", "done").await, 1);
        // The person is asked anew at the next page.
        other.get("/home").await.leads_to("/account");
        manager.get(&untie(theirs)).await.says(409, &["href=\"/members/accounts\""]);
        assert!(world.find(&third.login_id).await.is_some());
    }

    async fn the_manager_deletes_login_information_of_others(fresh: &Fresh) {
        // R002-09, R002-15, R002-45
        let (world, first, second) = two(fresh).await;
        let manager = tied(&world, &first).await;
        let holder = world.certificate(&second, "active").await;
        let other = world.window(&holder);
        other.get("/login").await.says(200, &[]);
        other.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
        let account = offered(&other.get("/account").await);
        other.post("/account", &[("account_id", &account)]).await.leads_to("/home");
        manager.get(&delete(&first)).await.says(403, &[]);
        other.get(&delete(&first)).await.says(403, &[]);
        manager.get(&delete(&second)).await.says(200, &[
            "ログイン情報の削除", "b@office.example.jp", &account, "電子証明書は失効します",
            "新しいメールアドレスで登録し直してください",
        ]);
        let done = manager.post(&delete(&second), &[]).await;
        done.leads_to("/members/accounts?done=deleted");
        manager.post(&delete(&second), &[]).await.leads_to("/members/accounts?done=deleted");
        manager.get(&done.location).await.says(200, &["ログイン情報を削除しました。"])
            .hides("b@office.example.jp");
        assert!(world.find(&second.login_id).await.is_none());
        assert_eq!(world.status(&holder).await, "revoked");
        other.get("/home").await.leads_to("/login");
        assert!(ties(&world).await.iter().any(|(id, user)| *id == account && user.is_none()));
        // The same address registers anew, and the account is offered again.
        let window = at_details(&world, &second.login_id).await;
        window.post("/signup/details", &with(&[])).await.leads_to("/signup/done");
        world.clock.advance_ms(10 * MINUTE_MS);
        let back = world.find(&second.login_id).await.expect("registered");
        assert_eq!(offered(&inside(&world, &back).await.get("/account").await), account);
    }

    async fn the_manager_hands_over_from_their_own_account(fresh: &Fresh) {
        // R002-09, R002-12, R002-14
        let (world, first, second) = two(fresh).await;
        let (manager, other) = (tied(&world, &first).await, tied(&world, &second).await);
        other.get(HANDOVER).await.says(403, &[]);
        other.get("/home").await.says(200, &[]);
        let to = |id: &str, password: &str| {
            [("to", id.to_owned()), ("password", password.to_owned())]
        };
        let send = async |form: [(&str, String); 2]| -> Page {
            let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
            manager.post(HANDOVER, &form).await
        };
        let takes = [("to", second.id.as_str()), ("password", PASSWORD)];
        other.post(HANDOVER, &takes).await.says(403, &[]);
        manager.get(HANDOVER).await.says(200, &["新しい管理者", "b@office.example.jp", "パスワード"])
            .hides("a@office.example.jp　");
        send(to("", PASSWORD)).await.says(422, &["新しい管理者を選んでください。"]);
        send(to(&second.id, "")).await.says(422, &["パスワードを入力してください。"]);
        send(to(&second.id, "Chigau12")).await.says(422, &["パスワードが違います。"]);
        send(to(&first.id, PASSWORD)).await.says(422, &["新しい管理者を選んでください。"]);
        let twin = manager.beside(None);
        let (a, b) = tokio::join!(send(to(&second.id, PASSWORD)), twin.post(HANDOVER, &takes));
        a.leads_to(HANDED);
        b.leads_to(HANDED);
        manager.get(HANDED).await.says(200, &["いまの管理者は、次の方です。", "b@office.example.jp"]);
        let kinds = [world.find(&first.login_id).await, world.find(&second.login_id).await];
        assert_eq!(kinds.map(|user| user.expect("there").kind), [Kind::General, Kind::Master]);
        assert_eq!(world.audited("master-hand-over", "done").await, 2);
        manager.get(LIST).await.says(403, &[]);
        // The first one's tie stays, and they cannot be deleted.
        let own = &ties(&world).await[0].0;
        let page = other.get(LIST).await;
        page.says(200, &["最初の管理者"]);
        assert!(!page.html.contains(&untie(own)));
        other.get(&untie(own)).await.says(403, &[]);
        other.get(&delete(&first)).await.says(403, &[]);
        let users = format!("/members/users/{}/delete", first.login_id.replace('@', "%40"));
        other.get(&users).await.says(403, &[]);
    }

    async fn the_newest_manual_is_handed_out(fresh: &Fresh) {
        // R002-16
        let (world, first, second) = two(fresh).await;
        let (manager, other) = (tied(&world, &first).await, tied(&world, &second).await);
        manager.get("/members/accounts/manual").await.says(404, &[]);
        let mut conn = world.app.db.conn().await.expect("a connection");
        // The newest is for others.
        for (id, at, bytes, role) in [
            ("1", 1_i64, "old", None), ("2", 2, "new", None), ("3", 3, "not", Some("hr-all")),
        ] {
            let sql = "INSERT INTO documents (id, role, audience, position, name, comment, file_name, \
                       media_type, size_bytes, sha256, bytes, created_by, updated_at, version) \
                       VALUES ($1, $5, 'all', 1, '管理者用操作マニュアル', '', 'manual.pdf', \
                       'application/pdf', 3, $2, $3, 'x', $4, 1)";
            let values = params![id, "0".repeat(64), bytes.as_bytes(), at, role];
            conn.execute(sql, values).await.expect("a manual");
        }
        drop(conn);
        manager.get(LIST).await.says(200, &["管理者用操作マニュアルをダウンロード"]);
        let file = manager.get("/members/accounts/manual").await;
        assert_eq!(file.says(200, &[]).bytes, b"new");
        other.get("/members/accounts/manual").await.says(403, &[]);
    }

    async fn another_contracts_accounts_and_people_are_out_of_reach(fresh: &Fresh) {
        // RX-06
        let (world, first, _) = two(fresh).await;
        add_office(&world, "15000007", "287777", 3).await;
        let window = at_details(&world, "z@office.example.jp").await;
        window.post("/signup/details", &with(&[("customer_no", "287777")])).await.leads_to("/signup/done");
        let stranger = world.find("z@office.example.jp").await.expect("registered");
        let manager = tied(&world, &first).await;
        manager.get(&delete(&stranger)).await.says(409, &["アカウント一覧へ"]);
        let mut conn = world.app.db.conn().await.expect("a connection");
        let theirs = accounts::list(&mut conn, "15000007").await.expect("asked")[0].account_id.clone();
        drop(conn);
        manager.get(&untie(&theirs)).await.says(404, &[]);
        let form = [("to", stranger.id.as_str()), ("password", PASSWORD)];
        manager.get(LIST).await.says(200, &[]).hides("z@office.example.jp");
        manager.post(HANDOVER, &form).await.says(422, &["新しい管理者を選んでください。"]);
    }
}
