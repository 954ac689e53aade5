//! パスワードポリシー設定, and what it makes of passwords that grow old or come back.

use argon2::password_hash::PasswordHasher as _;
use argon2::{Algorithm, Argon2, Params, Version};
use sekisho::base::clock::{DAY_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::contracts::Service;
use sekisho::identity::policy::{self, Policy};
use sekisho::identity::terms::Preset;
use sekisho::identity::users::{self, Kind};

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};

const PASSWORD: &str = "Abcde1#x";
const POLICY: &str = "/settings/policy";
const EDIT: &str = "/settings/policy/edit";
const CHANGE: &str = "/settings/password";

async fn sign_in(window: &Window<'_>, password: &str) {
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", password)]).await.leads_to("/home");
}

/// A master of `CONTRACT`, signed in.
async fn master(world: &World) -> Window<'_> {
    let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let window = world.window(&world.certificate(&user, "active").await);
    sign_in(&window, PASSWORD).await;
    window
}

/// The value of the hidden field `version` on a page.
fn version(page: &Page) -> String {
    let (_, rest) = page.html.split_once("name=\"version\" value=\"").expect("a version");
    rest.split('"').next().expect("its value").to_owned()
}

/// Sends the form with what is asked for at least, and `changes` to it.
async fn update(window: &Window<'_>, version: &str, changes: &[(&str, &str)]) -> Page {
    let least = [
        ("min_length", "8"),
        ("min_upper", "1"),
        ("min_lower", "1"),
        ("min_digit", "1"),
        ("min_symbol", "1"),
        ("rotate", "no"),
        ("rotate_days", ""),
        ("reuse", "allow"),
        ("reuse_count", ""),
        ("version", version),
    ];
    let replaced = |name| changes.iter().find(|(other, _)| *other == name).map(|(_, value)| *value);
    let fields: Vec<_> =
        least.iter().map(|&(name, value)| (name, replaced(name).unwrap_or(value))).collect();
    window.post(EDIT, &fields).await
}

async fn put(world: &World, own: Policy) {
    let mut tx = world.app.db.begin().await.expect("begun");
    policy::put(&mut tx, CONTRACT.0, &own, world.clock.now()).await.expect("put");
    tx.commit().await.expect("committed");
}

async fn change(window: &Window<'_>, current: &str, new: &str) -> Page {
    window.get(CHANGE).await.says(200, &["パスワードポリシー"]);
    let fields = [("password", current), ("new_password", new), ("new_password_confirm", new)];
    window.post(CHANGE, &fields).await
}

async fn kept(world: &World, user_id: &str) -> i64 {
    let sql = "SELECT COUNT(*) FROM password_history WHERE user_id = $1";
    let mut conn = world.app.db.conn().await.expect("a connection");
    conn.one(sql, params![user_id]).await.expect("asked").expect("a number")
}

both_engines! {
    async fn the_policy_is_shown_edited_updated_and_in_force_at_once(fresh: &Fresh) {
        // R001-04..14, R001-15, R001-16
        let world = World::whole(fresh).await;
        let window = master(&world).await;
        window.get("/settings").await.says(200, &["システム管理", "パスワードポリシー設定"]);
        window.get(POLICY).await.says(200, &[
            "既定値（各項目の最小値）が適用されています。", "<dt>最小文字数</dt><dd>8文字以上</dd>",
            "<dt>記号の最小使用数</dt><dd>1文字以上</dd>",
            "<dt>パスワードにログイン名を含める</dt><dd>禁止</dd>",
            "<dt>パスワードの定期的な更新・頻度</dt><dd>しない</dd>",
            "<dt>古いパスワードの再利用</dt><dd>許可する</dd>", ">編集</a>",
        ]);
        let form = window.get(EDIT).await;
        form.says(200, &[
            "※印は必須項目です", "※最小文字数", "※大文字の最小使用数", "※小文字の最小使用数",
            "※数値の最小使用数", "※記号の最小使用数", "禁止（変更できません）",
            "※パスワードの定期的な更新", "※古いパスワードの再利用", ">更新</button>", "キャンセル",
            "半角数字、8～12", "半角数字、1～365", "半角数字、1～24",
        ]);
        let wanted = [
            ("min_length", "10"), ("min_digit", "2"), ("rotate", "yes"), ("rotate_days", "90"),
            ("reuse", "block"), ("reuse_count", "3"),
        ];
        update(&window, &version(&form), &wanted).await.leads_to("/settings/policy?updated=1");
        window.get("/settings/policy?updated=1").await.says(200, &[
            "パスワードポリシーを更新しました。", "<dd>10文字以上</dd>", "<dd>2文字以上</dd>",
            "<dd>する（90日ごと）</dd>", "<dd>禁止する（過去3回まで）</dd>",
        ]).hides("既定値");
        let rows = world.audit().await;
        let row = rows.iter().find(|row| row.action == "policy-change").expect("audited");
        assert_eq!(
            row.detail,
            "min_length 8 -> 10, min_digit 1 -> 2, rotate_days never -> 90, reuse_block 0 -> 3"
        );
        // The second click of the same form does no harm and writes nothing.
        update(&window, &version(&form), &wanted).await.leads_to("/settings/policy?updated=1");
        assert_eq!(world.audited("policy-change", "done").await, 1);
        window.get(CHANGE).await.says(200, &[
            "パスワードポリシー", "・最小文字数：10文字以上", "・大文字：1文字以上", "・小文字：1文字以上",
            "・数値：2文字以上", "・記号：1文字以上", "※使用不可な文字（全角文字、全角半角スペース）",
            "※ログインIDを含むことはできません", "90日ごと", "過去3回まで",
        ]);
        let page = change(&window, PASSWORD, "Abcdef1#x").await;
        let said = page.says(422, &[]).mistake_at("new_password").expect("a mistake");
        assert!(said.contains("10～12桁") && said.contains("半角数字を2文字以上"), "{said}");
    }

    async fn less_than_the_presets_policy_is_refused_at_its_field(fresh: &Fresh) {
        // R001-05..10
        let world = World::whole(fresh).await;
        let window = master(&world).await;
        window.get(EDIT).await.says(200, &[]);
        for (name, typed) in [
            ("min_length", "7"), ("min_length", "13"), ("min_length", "１０"), ("min_length", ""),
            ("min_upper", "0"), ("min_lower", "-1"), ("min_digit", "x"), ("min_symbol", "0"),
            ("rotate", ""), ("reuse", "x"),
        ] {
            let page = update(&window, "0", &[(name, typed)]).await;
            let said = page.says(422, &["入力エラー"]).mistake_at(name);
            assert!(said.is_some(), "{name} {typed}");
        }
        let days = update(&window, "0", &[("rotate", "yes"), ("rotate_days", "366")]).await;
        assert!(days.says(422, &["366"]).mistake_at("rotate_days").is_some());
        let room = update(&window, "0", &[("min_upper", "10")]).await;
        assert!(room.says(422, &[]).mistake_at("min_upper").is_some());
        assert_eq!(world.audited("policy-change", "done").await, 0);
        // A row that asks for less, however it came there, changes nothing.
        put(&world, Policy { min_length: 1, max_length: 999, ..Policy::LEAST }).await;
        let found = policy::of(&mut world.app.db.conn().await.expect("one"), CONTRACT.0).await;
        assert_eq!(found.expect("asked"), Preset::Rokin.policy());
    }

    async fn of_two_who_edit_at_a_time_the_second_is_told(fresh: &Fresh) {
        // R001-04
        let world = World::whole(fresh).await;
        let first = master(&world).await;
        let second = first.beside(None);
        let (one, two) = (first.get(EDIT).await, second.get(EDIT).await);
        update(&first, &version(&one), &[("min_length", "10")]).await
            .leads_to("/settings/policy?updated=1");
        let late = update(&second, &version(&two), &[("min_length", "9")]).await;
        late.says(409, &["ほかの方がパスワードポリシーを更新しました", "value=\"10\""]);
        // Knowing it, they may.
        update(&second, &version(&late), &[("min_length", "9")]).await
            .leads_to("/settings/policy?updated=1");
        second.get(POLICY).await.says(200, &["<dd>9文字以上</dd>"]);
        assert_eq!(world.audited("policy-change", "done").await, 2);
    }

    async fn only_the_system_administrator_of_an_hr_contract_sets_it(fresh: &Fresh) {
        // R001-04
        let world = World::whole(fresh).await;
        let staff = world.user("Jiro6789", Kind::Employee, PASSWORD).await;
        world.contract("15000001", "Hajime2#", &[Service::Rokin]).await;
        let other = world.user_of("15000001", "Hana6789", Kind::Master, PASSWORD).await;
        for user in [staff, other] {
            let window = world.window(&world.certificate(&user, "active").await);
            sign_in(&window, PASSWORD).await;
            window.get("/settings").await.says(200, &[]).hides("パスワードポリシー設定");
            for path in [POLICY, EDIT] {
                window.get(path).await.says(403, &[]);
            }
            window.get(CHANGE).await.says(200, &[]);
            update(&window, "0", &[("min_length", "10")]).await.says(403, &[]);
        }
        assert_eq!(world.audited("policy-change", "done").await, 0);
    }

    async fn a_password_too_old_leads_to_its_change_and_nothing_else_opens(fresh: &Fresh) {
        // R001-12
        let world = World::whole(fresh).await;
        put(&world, Policy { rotate_days: Some(90), ..Preset::Rokin.policy() }).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        world.clock.advance_ms(90 * DAY_MS - SECOND_MS);
        sign_in(&window, PASSWORD).await;
        window.get("/home").await.says(200, &[]);
        // It was in time at the login: work goes on.
        world.clock.advance_ms(SECOND_MS);
        window.get("/home").await.says(200, &[]);
        let window = window.beside(None);
        sign_in(&window, PASSWORD).await;
        for path in ["/home", "/settings", "/contract/invoices", POLICY, EDIT] {
            window.get(path).await.leads_to(CHANGE);
        }
        window.get(CHANGE).await.says(200, &[
            "前回の変更から90日が過ぎたため、パスワードの更新が必要です。", ">変更</button>",
        ]).hides("仮のパスワード").hides("メインメニュー");
        change(&window, PASSWORD, "Atara#45i").await.leads_to("/home?changed=1");
        window.get("/home").await.says(200, &[]);
        world.clock.advance_ms(89 * DAY_MS);
        sign_in(&window, "Atara#45i").await;
        window.get("/home").await.says(200, &[]);
    }

    async fn a_new_rotation_stops_nobody_before_the_next_login(fresh: &Fresh) {
        // R001-12
        let world = World::whole(fresh).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let window = world.window(&world.certificate(&user, "active").await);
        world.clock.advance_ms(100 * DAY_MS);
        sign_in(&window, PASSWORD).await;
        let form = window.get(EDIT).await;
        let monthly = [("rotate", "yes"), ("rotate_days", "30")];
        update(&window, &version(&form), &monthly).await.leads_to("/settings/policy?updated=1");
        window.get(POLICY).await.says(200, &["する（30日ごと）"]);
        world.clock.advance_ms(SECOND_MS);
        sign_in(&window, PASSWORD).await;
        window.get("/home").await.leads_to(CHANGE);
    }

    async fn the_last_passwords_do_not_come_back(fresh: &Fresh) {
        // R001-13
        let world = World::whole(fresh).await;
        put(&world, Policy { reuse_block: 2, ..Preset::Rokin.policy() }).await;
        let window = master(&world).await;
        let user = world.find("Taro6789").await.expect("there");
        let (second, third, fourth) = ("Futatsu2#", "Mittsu33#", "Yottsu44#");
        // The clock stands still: two that came into force at one instant are kept both.
        change(&window, PASSWORD, second).await.leads_to("/home?changed=1");
        change(&window, second, third).await.leads_to("/home?changed=1");
        for old in [PASSWORD, second] {
            let page = change(&window, third, old).await;
            let said = page.says(422, &[]).mistake_at("new_password").expect("a mistake");
            assert!(said.contains("過去2回までに使ったものと同じです"), "{said}");
        }
        change(&window, third, third).await.says(422, &["今と同じパスワードは使えません。"]);
        assert_eq!(kept(&world, &user.id).await, 2);
        change(&window, third, fourth).await.leads_to("/home?changed=1");
        // No more is kept than is asked for, and the oldest may come again.
        assert_eq!(kept(&world, &user.id).await, 2);
        change(&window, fourth, PASSWORD).await.leads_to("/home?changed=1");
        assert_eq!(world.audited("password-change", "done").await, 4);
    }

    async fn a_temporary_password_counts_among_the_last_ones(fresh: &Fresh) {
        // R001-13, R004-29, R004-96
        let world = World::whole(fresh).await;
        put(&world, Policy { reuse_block: 1, ..Preset::Rokin.policy() }).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let reset = "Kari#123a";
        world.give(&user, reset).await;
        let window = world.window(&world.certificate(&user, "active").await);
        window.get("/login").await.says(200, &[]);
        window.post("/login", &[("password", reset)]).await.leads_to(CHANGE);
        change(&window, reset, PASSWORD).await.says(422, &["過去1回まで"]);
        change(&window, reset, "Atara#45i").await.leads_to("/home?changed=1");
        change(&window, "Atara#45i", reset).await.says(422, &["過去1回まで"]);
    }

    async fn nothing_is_kept_where_nothing_is_asked_for(fresh: &Fresh) {
        // R001-13
        let world = World::whole(fresh).await;
        let window = master(&world).await;
        let user = world.find("Taro6789").await.expect("there");
        change(&window, PASSWORD, "Futatsu2#").await.leads_to("/home?changed=1");
        assert_eq!(kept(&world, &user.id).await, 0);
        change(&window, "Futatsu2#", PASSWORD).await.leads_to("/home?changed=1");
    }

    async fn a_login_strengthens_an_old_hash_and_nothing_else(fresh: &Fresh) {
        // R004-27
        let world = World::whole(fresh).await;
        put(&world, Policy { reuse_block: 3, ..Preset::Rokin.policy() }).await;
        let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
        let weak = Params::new(8_192, 1, 1, None).expect("valid");
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, weak);
        let salt = [7; 16];
        let weak = weak.hash_password_with_salt(PASSWORD.as_bytes(), &salt).expect("hashed");
        let mut tx = world.app.db.begin().await.expect("begun");
        users::rehash(&mut tx, &user.id, &weak.to_string()).await.expect("set");
        tx.commit().await.expect("committed");
        world.clock.advance_ms(DAY_MS);
        let window = world.window(&world.certificate(&user, "active").await);
        window.get("/login").await.says(200, &[]);
        window.post("/login", &[("password", "Chigau1#")]).await.says(422, &[]);
        assert_eq!(world.find("Taro6789").await.expect("there").password_hash, weak.to_string());
        sign_in(&window, PASSWORD).await;
        let after = world.find("Taro6789").await.expect("there");
        assert!(after.password_hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert_eq!(after.password_set_at, user.password_set_at);
        assert_eq!(kept(&world, &user.id).await, 0);
        let window = window.beside(None);
        sign_in(&window, PASSWORD).await;
    }
}
