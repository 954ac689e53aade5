//! A forgotten password, and what nobody learns by asking.

use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::lockout::Attempts;
use sekisho::identity::terms::{Preset, Stored};
use sekisho::identity::users::{self, Kind};

use super::{HANAKO, PASSWORD, PORTAL, add, last_mail, other, person, sign_in, told, works};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};
use crate::support::tools::at_once;

const NEW: &str = "nihonbashi7";

async fn ask(window: &Window<'_>, user_id: &str) -> Page {
    window.get("/password/forgot").await.says(200, &["ユーザーID", ">送信</button>"]);
    window.post("/password/forgot", &[("user_id", user_id)]).await
}

async fn reset(window: &Window<'_>, code: &str, password: &str) -> Page {
    // The form of the way that the browser is on now.
    window.get("/password/forgot/reset").await;
    window.post("/password/forgot/reset", &[("code", code), ("password", password)]).await
}

/// The code that was made for the ID, whoever it is: no page and no mail tells it.
async fn code_of(world: &World, typed: &str) -> String {
    let sql =
        "SELECT payload FROM jobs WHERE kind = 'password-forgot' ORDER BY created_at DESC, id DESC";
    let mut conn = world.app.db.conn().await.expect("a connection");
    let jobs: Vec<String> = conn.query(sql, params![]).await.expect("asked");
    let read = |job: &String| world.app.post.read::<serde_json::Value>(job);
    let jobs = jobs.iter().map(|job| read(job).expect("sealed under our key"));
    let job = jobs.into_iter().find(|job| job["typed"] == typed).expect("a job");
    job["code"].as_str().expect("a code").to_owned()
}

/// Without what is this browser's alone.
fn plain(page: &Page) -> String {
    let mut parts = page.html.split("name=\"csrf\" value=\"");
    let mut text = parts.next().unwrap_or_default().to_owned();
    text.extend(parts.map(|part| part.split_once('"').map_or(part, |(_, rest)| rest)));
    text
}

both_engines! {
    async fn codes_asked_for_at_once_are_five(fresh: &Fresh) {
        // R000-26
        let world = works(fresh).await;
        person(&world, PORTAL, HANAKO).await;
        let window = world.visitor();
        window.get("/password/forgot").await.says(200, &[]);
        let ask = async |_| {
            window.beside(None).post("/password/forgot", &[("user_id", HANAKO)]).await
        };
        let pages = at_once((0..20).map(ask)).await;
        let sent = pages.iter().filter(|page| page.location == "/password/forgot/reset").count();
        let refused = pages.iter().filter(|page| page.status == 429).count();
        assert_eq!((sent, refused), (5, 15));
        world.work().await;
        assert_eq!(world.mail.sent().len(), 5);
    }

    async fn a_mailed_code_sets_the_password_anew(fresh: &Fresh) {
        // R000-25..34, R002-49
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let portal = world.window(&world.certificate(&user, "active").await);
        let link = "?パスワードをお忘れの方はこちら";
        portal.get("/login").await.says(200, &[link]);
        sign_in(&portal, PASSWORD).await.leads_to("/home");
        let window = world.visitor();
        window.get("/certificate").await.says(200, &[link]);
        ask(&window, "HANAKO@human.example.jp").await.leads_to("/password/forgot/reset");
        let mail = last_mail(&world).await;
        assert_eq!(mail.subject, "パスワードリセット用認証番号のお知らせ-ヒューマンリソシア マイページ");
        assert_eq!(mail.to, HANAKO);
        let code = told(&mail, "認証番号: ");
        window.get("/password/forgot/reset").await.says(200, &[
            "<h1>パスワード変更</h1>",
            "メールで通知された認証番号 (6桁) と新しいパスワードを入力してください。パスワードは、8文字以上 (英小文字1文字以上、数字1文字以上を含む) です。",
            "承認番号", "ログインパスワード", ">送信</button>", "? ログイン画面へ戻るはこちら",
        ]);
        // Five and seven digits and other characters are no entries of a code.
        for odd in ["12345", "1234567", "12345a", ""] {
            assert!(reset(&window, odd, NEW).await.says(422, &[]).mistake_at("code").is_some(), "{odd}");
        }
        let said = reset(&window, &other(&code), NEW).await.mistake_at("code").unwrap_or_default();
        assert!(said.contains("あと4回"), "{said}");
        for weak in ["Short1a", "ABCDEFG1", "abcdefgh"] {
            let page = reset(&window, &code, weak).await;
            assert!(page.says(422, &[]).mistake_at("password").is_some(), "{weak}");
        }
        // The code was taken with a password that was not good enough: it is not asked for again.
        window.get("/password/forgot/reset").await.says(200, &["承認番号を確かめました"]);
        reset(&window, "", NEW).await.leads_to("/password/forgot/done");
        reset(&window, &code, "another8x").await.leads_to("/password/forgot/done");
        let done = ["パスワードを変更しました。", ">ログイン</a>", "発行したときのもののままです"];
        window.get("/password/forgot/done").await.says(200, &done);
        portal.get("/home").await.leads_to("/login");
        sign_in(&portal, PASSWORD).await.says(422, &[]);
        sign_in(&portal, NEW).await.leads_to("/home");
        assert_eq!(world.audited("password-forgot", "done").await, 1);
        // R002-06: nothing else is mailed.
        world.work().await;
        assert_eq!(world.mail.sent().len(), 1);
    }

    async fn nobody_learns_who_is_known(fresh: &Fresh) {
        // R000-26, RX-08
        let world = works(fresh).await;
        person(&world, PORTAL, HANAKO).await;
        let closed = person(&world, PORTAL, "closed@human.example.jp").await;
        let shut = Attempts { closed_at: Some(world.clock.now()), ..Attempts::default() };
        let mut tx = world.app.db.begin().await.expect("begun");
        users::set_attempts(&mut tx, &closed.id, &shut).await.expect("closed");
        tx.commit().await.expect("committed");
        world.user("Taro6789", Kind::Master, "Abcde1#x").await;
        let mut pages = Vec::new();
        for user_id in [HANAKO, "closed@human.example.jp", "nobody@human.example.jp", "Taro6789"] {
            let window = world.visitor();
            let asked = ask(&window, user_id).await;
            asked.leads_to("/password/forgot/reset");
            let form = window.get("/password/forgot/reset").await;
            let code = code_of(&world, user_id).await;
            let wrong = reset(&window, &other(&code), NEW).await;
            if user_id != HANAKO {
                // Not even the code that was made, and sent to nobody, opens anything.
                let right = reset(&window, &code, NEW).await;
                assert!(right.says(422, &[]).mistake_at("code").is_some_and(|said| said.contains("あと3回")));
            }
            let said = plain(&wrong).replace(&other(&code), "");
            pages.push((asked.html, plain(&form), wrong.status, said));
        }
        assert!(pages.windows(2).all(|two| two[0] == two[1]), "all IDs look the same");
        world.work().await;
        let to: Vec<String> = world.mail.sent().into_iter().map(|(_, mail)| mail.to).collect();
        assert_eq!(to, [HANAKO]);
        assert!(!world.find("Taro6789").await.expect("there").password_temporary);
    }

    async fn a_lock_ends_with_it_and_a_closed_one_does_not(fresh: &Fresh) {
        // R004-12, R004-13, R004-14
        let world = works(fresh).await;
        let user = person(&world, PORTAL, HANAKO).await;
        let portal = world.window(&world.certificate(&user, "active").await);
        for _ in 0..6 {
            sign_in(&portal, "Chigau1#").await;
        }
        sign_in(&portal, PASSWORD).await.says(403, &["ロック"]);
        let window = world.visitor();
        ask(&window, HANAKO).await.leads_to("/password/forgot/reset");
        let code = told(&last_mail(&world).await, "認証番号: ");
        // Closed after the code was mailed: it opens nothing.
        let shut = Attempts { closed_at: Some(world.clock.now()), ..Attempts::default() };
        for (attempts, status) in [(shut, 422), (Attempts::default(), 303)] {
            let mut tx = world.app.db.begin().await.expect("begun");
            users::set_attempts(&mut tx, &user.id, &attempts).await.expect("set");
            tx.commit().await.expect("committed");
            assert_eq!(reset(&window, &code, NEW).await.status.as_u16(), status);
        }
        sign_in(&portal, NEW).await.leads_to("/home");
    }

    async fn a_code_is_good_for_thirty_minutes_and_only_the_last_one(fresh: &Fresh) {
        // R000-26, R000-30, RX-03
        let world = works(fresh).await;
        person(&world, PORTAL, HANAKO).await;
        let (early, late) = (world.visitor(), world.visitor());
        ask(&early, HANAKO).await;
        let first = told(&last_mail(&world).await, "認証番号: ");
        world.clock.advance_ms(SECOND_MS);
        ask(&late, HANAKO).await;
        let second = told(&last_mail(&world).await, "認証番号: ");
        let said = reset(&early, &first, NEW).await.mistake_at("code").unwrap_or_default();
        assert!(said.contains("もう使えません"), "{said}");
        early.get("/password/forgot/done").await.says(409, &[]);
        world.clock.advance_ms(30 * MINUTE_MS);
        let said = reset(&late, &second, NEW).await.mistake_at("code").unwrap_or_default();
        assert!(said.contains("もう使えません"), "{said}");
        ask(&late, HANAKO).await;
        let third = told(&last_mail(&world).await, "認証番号: ");
        world.clock.advance_ms(30 * MINUTE_MS - SECOND_MS);
        reset(&late, &third, NEW).await.leads_to("/password/forgot/done");
    }

    async fn entries_and_codes_are_limited(fresh: &Fresh) {
        // R000-26, RX-03
        let world = works(fresh).await;
        person(&world, PORTAL, HANAKO).await;
        let window = world.visitor();
        ask(&window, HANAKO).await;
        let code = told(&last_mail(&world).await, "認証番号: ");
        for _ in 0..5 {
            reset(&window, &other(&code), NEW).await.says(422, &[]);
        }
        let said = reset(&window, &code, NEW).await.mistake_at("code").unwrap_or_default();
        assert!(said.contains("もう使えません"), "{said}");
        for _ in 0..4 {
            ask(&window, HANAKO).await.leads_to("/password/forgot/reset");
        }
        ask(&window, HANAKO).await.says(429, &["1時間ほど待ってから"]);
        world.work().await;
        assert_eq!(world.mail.sent().len(), 5);
        // The same of an ID that nobody has.
        for _ in 0..5 {
            ask(&window, "nobody@human.example.jp").await.leads_to("/password/forgot/reset");
        }
        ask(&window, "nobody@human.example.jp").await.says(429, &["1時間ほど待ってから"]);
        world.clock.advance_ms(60 * MINUTE_MS);
        ask(&window, HANAKO).await.leads_to("/password/forgot/reset");
    }

    async fn each_contract_says_its_own_rule_once_the_code_was_right(fresh: &Fresh) {
        // R000-28, R002-26
        let world = works(fresh).await;
        add(&world, "15000012", Stored::of(Preset::Office)).await;
        person(&world, "15000012", "shiro@office.example.jp").await;
        let window = world.visitor();
        ask(&window, "shiro@office.example.jp").await;
        let mail = last_mail(&world).await;
        assert!(mail.body.contains("のうち3種類以上を含む"), "{}", mail.body);
        let code = told(&mail, "認証番号: ");
        let page = reset(&window, &code, "abcdefg1").await;
        page.says(422, &["のうち3種類以上を含む"]);
        reset(&window, "", "Abcdefg1").await.leads_to("/password/forgot/done");
        window.get("/password/forgot").await;
        window.post("/password/forgot", &[]).await.says(422, &["ユーザーIDを入力"]);
    }
}
