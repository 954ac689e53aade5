//! The way to a certificate: DC586101, the mailed code, 「発行」, the file.

use std::time::Duration;

use sekisho::base::Secret;
use sekisho::base::clock::{MINUTE_MS, SECOND_MS};
use sekisho::db::params;
use sekisho::identity::users::Kind;
use sekisho::pki::bundle::{self, Contents};
use tokio::time::{Instant, sleep};

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};

pub(crate) const AUTH: &str = "/certificate";
pub(crate) const CODE: &str = "/certificate/code";
const AGAIN: &str = "/certificate/code/again";
pub(crate) const ISSUE: &str = "/certificate/issue";
pub(crate) const ISSUING: &str = "/certificate/issuing";
pub(crate) const RESULT: &str = "/certificate/result";
pub(crate) const FILE: &str = "/certificate/file";
const CLOSE: &str = "/certificate/close";
const CLOSED: &str = "/certificate/closed";

pub(crate) const ID: &str = "Taro6789";
pub(crate) const PASSWORD: &str = "Abcde1#x";
const WRONG_PAIR: &str = "ユーザーIDまたはパスワードが違います。";
const CODE_OVER: &str = "この認証コードはもう使えません。";
pub(crate) const STALE: &str = "この画面からは続けられません";

pub(crate) async fn world_with_master(fresh: &Fresh) -> World {
    let world = World::whole(fresh).await;
    world.user(ID, Kind::Master, PASSWORD).await;
    world
}

pub(crate) async fn prove(window: &Window<'_>, id: &str, password: &str) -> Page {
    window.get(AUTH).await.says(200, &["DC586101"]);
    window.post(AUTH, &[("user_id", id), ("password", password)]).await
}

/// The code in the mail that was sent last.
pub(crate) async fn mailed_code(world: &World) -> String {
    world.work().await;
    let (_, mail) = world.mail.sent().pop().expect("a mail");
    let code = mail.body.split_once("認証コード: ").expect("a code").1;
    code.lines().next().expect("a line").to_owned()
}

/// Goes up to 「発行」.
pub(crate) async fn to_issue(world: &World, window: &Window<'_>) {
    prove(window, ID, PASSWORD).await.leads_to(CODE);
    let code = mailed_code(world).await;
    window.get(CODE).await.says(200, &["認証コードを入力してください。"]);
    window.post(CODE, &[("code", &code)]).await.leads_to(ISSUE);
}

/// Presses 「発行」 and waits for the result as the page does by itself.
pub(crate) async fn issue(window: &Window<'_>) {
    window.get(ISSUE).await.says(200, &["発行"]);
    window.post(ISSUE, &[("format", "modern")]).await.leads_to(ISSUING);
    wait(window).await;
}

pub(crate) async fn wait(window: &Window<'_>) {
    let deadline = Instant::now() + Duration::from_mins(1);
    loop {
        let page = window.get(ISSUING).await;
        if page.status == 303 {
            page.leads_to(RESULT);
            return;
        }
        let moves_on = "http-equiv=\"refresh\" content=\"1; url=/certificate/issuing\"";
        page.says(200, &["電子証明書発行中", "数十秒かかる場合があります。", moves_on]);
        assert!(Instant::now() < deadline, "no certificate is made");
        sleep(Duration::from_millis(10)).await;
    }
}

pub(crate) fn open(file: &Page, password: &str) -> Contents {
    file.says(200, &[]);
    bundle::read(&file.bytes, &Secret::from(password)).expect("the file opens")
}

/// Serial, status and reason of every certificate, oldest first.
pub(crate) async fn certificates(world: &World) -> Vec<(String, String, Option<String>)> {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "SELECT serial, status, reason FROM certificates ORDER BY issued_at, status DESC";
    conn.query(sql, params![]).await.expect("asked")
}

async fn sealed(world: &World) -> i64 {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "SELECT COUNT(*) FROM flows WHERE sealed IS NOT NULL";
    conn.one(sql, params![]).await.expect("asked").expect("a row")
}

both_engines! {
    async fn from_id_and_password_to_the_imported_file(fresh: &Fresh) {
        // R004-36, R004-66..71, R004-74, R004-77
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        window.get(AUTH).await.says(200, &[
            "電子証明書発行に必要なユーザー認証を行います。", "以下を入力してください。",
            "ユーザーID", "パスワード", "ソフトウェアキーボード", ">認証</button>", "キャンセル",
        ]);
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        window.get(CODE).await.says(200, &[
            "登録されているメールアドレスに認証コードを送信しました。",
            "認証コードを入力してください。", "t*****@union.example.jp", "メールが届かないとき",
            ">認証</button>",
        ]).hides("taro@union.example.jp");
        let code = mailed_code(&world).await;
        let (_, mail) = world.mail.sent().pop().expect("a mail");
        assert_eq!(mail.to, "taro@union.example.jp");
        let service = &world.app.config.service.name;
        assert_eq!(mail.subject, format!("認証コードのお知らせ-{service}"));
        // As a Japanese keyboard types it, with a blank pasted along.
        let wide: String = code.chars()
            .map(|c| char::from_u32(u32::from(c) + 0xFEE0).expect("a wide digit")).collect();
        window.post(CODE, &[("code", &format!("　{wide} "))]).await.leads_to(ISSUE);
        window.get(ISSUE).await.says(200, &[">発行</button>", ID, "2027年11月21日まで"]);
        issue(&window).await;
        let name = format!("{ID}20261121100000.p12");
        window.get(RESULT).await.says(200, &[
            "ファイルのダウンロードが自動で始まります。", "content=\"1; url=/certificate/file\"",
            &name, "取り込みが終わるまで、この画面は閉じないでください。", ">閉じる</button>",
            "ログインパスワード",
        ]);
        let file = window.get(FILE).await;
        assert_eq!(file.headers["content-type"], "application/x-pkcs12");
        assert_eq!(file.headers["cache-control"], "no-store");
        let disposition = file.headers["content-disposition"].to_str().expect("ASCII");
        assert!(disposition.starts_with(&format!("attachment; filename=\"{name}\"")), "{disposition}");
        let held = open(&file, PASSWORD);
        assert_eq!(held.friendly_name, ID);
        assert_eq!(held.chain.len(), 2, "issuing and root CA");
        assert!(bundle::read(&file.bytes, &Secret::from("Abcde1#X")).is_err());
        let all = certificates(&world).await;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].1, "active");
        for (action, times) in
            [("certificate-auth", 1), ("certificate-issue", 1), ("certificate-fetch", 1)]
        {
            assert_eq!(world.audited(action, "done").await, times, "{action}");
        }
        // The file is gone; the page has a way on.
        window.get(FILE).await.says(409, &[STALE, "発行結果を見る", RESULT]);
        window.get(RESULT).await.says(200, &["もう一度発行する"]).hides("http-equiv=\"refresh\"");
        assert_eq!(sealed(&world).await, 1);
        window.post(CLOSE, &[]).await.leads_to(CLOSED);
        window.get(CLOSED).await.says(200, &["開いているブラウザの画面をすべて閉じてください。"]);
        assert_eq!(sealed(&world).await, 0, "what was typed is forgotten");
        window.get(RESULT).await.says(409, &[STALE, "href=\"/certificate\""]);
    }

    async fn a_general_user_comes_with_the_temporary_password(fresh: &Fresh) {
        // R004-36, R004-75, R004-94, R004-96
        let world = World::whole(fresh).await;
        world.user("Hanako12", Kind::General, "Kari#123a").await;
        let window = world.visitor();
        window.get("/certificate?first=general").await.says(200, &["仮のパスワード"]);
        window.post(AUTH, &[("user_id", "Hanako12"), ("password", "Kari#123a")]).await
            .leads_to(CODE);
        let code = mailed_code(&world).await;
        window.get(CODE).await.says(200, &[]);
        window.post(CODE, &[("code", &code)]).await.leads_to(ISSUE);
        issue(&window).await;
        window.get(RESULT).await.says(200, &["仮のログインパスワード"]);
        assert_eq!(open(&window.get(FILE).await, "Kari#123a").friendly_name, "Hanako12");
        // The temporary password is not used up by this, and opens nothing but the change.
        let user = world.find("Hanako12").await.expect("there");
        assert!(user.password_temporary);
    }

    async fn who_does_not_know_the_pair_learns_nothing(fresh: &Fresh) {
        // R004-66
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        let page = prove(&window, "", "").await;
        page.says(422, &[]);
        let said = page.mistake_at("user_id");
        assert_eq!(said.as_deref(), Some("ユーザーIDを入力してください。"));
        let said = page.mistake_at("password");
        assert_eq!(said.as_deref(), Some("パスワードを入力してください。"));
        let unknown = prove(&window, "Nobody12", PASSWORD).await;
        let wrong = prove(&window, ID, "Chigau1#").await;
        let case = prove(&window, "taro6789", PASSWORD).await;
        for page in [&unknown, &wrong, &case] {
            page.says(422, &[WRONG_PAIR]).hides(PASSWORD).hides("Chigau1#");
        }
        assert_eq!(unknown.html.replace("Nobody12", ID), same_token(&wrong.html, &unknown.html));
        assert!(world.mail.sent().is_empty());
        // One wrong so far; the lock comes with the sixth.
        for _ in 0..4 {
            prove(&window, ID, "Chigau1#").await.says(422, &[WRONG_PAIR]);
        }
        let locked = "このユーザーIDはロックされています。2026年11月21日11時00分";
        prove(&window, ID, "Chigau1#").await.says(422, &[locked]);
        prove(&window, ID, PASSWORD).await.says(422, &[locked]);
        world.clock.advance_ms(60 * MINUTE_MS);
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        // Who knows the password hears of the contract; of a closed ID nobody does, or it
        // would be known to exist.
        let closed = ["閉塞されています。", "失効等依頼書"].as_slice();
        for (table, said) in [("contracts", closed), ("users", &[WRONG_PAIR, "閉塞されているときは"])] {
            let mut conn = world.app.db.conn().await.expect("a connection");
            let sql = format!("UPDATE {table} SET closed_at = $1");
            conn.execute(&sql, params![world.clock.now()]).await.expect("closed");
            drop(conn);
            prove(&window, ID, PASSWORD).await.says(422, said);
        }
    }

    async fn with_a_valid_certificate_the_day_of_renewal_is_told(fresh: &Fresh) {
        // R004-37, RX-04
        let world = world_with_master(fresh).await;
        let user = world.find(ID).await.expect("there");
        world.certificate(&user, "active").await;
        let window = world.visitor();
        let said = "有効な電子証明書がすでに発行されています。更新は2027年10月22日からできます。";
        prove(&window, ID, PASSWORD).await.says(422, &[said]);
        assert!(world.mail.sent().is_empty());
        world.clock.set(crate::support::site::moment("2027-10-21T23:59:59+09:00"));
        prove(&window, ID, PASSWORD).await.says(422, &[said]);
        world.clock.advance_ms(SECOND_MS);
        to_issue(&world, &window).await;
        issue(&window).await;
        let all = certificates(&world).await;
        assert_eq!(all.iter().map(|one| one.1.as_str()).collect::<Vec<_>>(), ["retiring", "active"]);
    }

    async fn a_code_has_five_tries_thirty_minutes_and_four_successors(fresh: &Fresh) {
        // R004-67, R004-68
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        let first = mailed_code(&world).await;
        let wrong = if first == "000000" { "000001" } else { "000000" };
        window.get(CODE).await.says(200, &[]);
        for left in (1..5).rev() {
            let page = window.post(CODE, &[("code", wrong)]).await;
            let said = page.says(422, &[]).mistake_at("code").unwrap_or_default();
            assert!(said.contains(&format!("あと{left}回入力できます")), "{said}");
        }
        window.post(CODE, &[("code", wrong)]).await.says(422, &[CODE_OVER]);
        window.post(CODE, &[("code", &first)]).await.says(422, &[CODE_OVER]);
        assert_eq!(world.audited("certificate-code", "refused").await, 5);
        // What is no code does not count.
        window.post(AGAIN, &[]).await.leads_to(CODE);
        let second = mailed_code(&world).await;
        for typed in ["", "12a456", "認証"] {
            let page = window.post(CODE, &[("code", typed)]).await;
            assert!(page.says(422, &[]).mistake_at("code").is_some(), "{typed}");
        }
        assert_eq!(world.audited("certificate-code", "refused").await, 5);
        // A new one makes the old one useless.
        window.post(AGAIN, &[]).await.leads_to(CODE);
        let third = mailed_code(&world).await;
        if second != third {
            window.post(CODE, &[("code", &second)]).await.says(422, &["認証コードが違います。"]);
        }
        world.clock.advance_ms(30 * MINUTE_MS);
        window.post(CODE, &[("code", &third)]).await.says(422, &[CODE_OVER]);
        window.post(AGAIN, &[]).await.leads_to(CODE);
        mailed_code(&world).await;
        window.post(AGAIN, &[]).await.leads_to(CODE);
        let fifth = mailed_code(&world).await;
        assert_eq!(world.mail.sent().len(), 5);
        window.get(CODE).await.says(200, &[]).hides("認証コードを再送する</button>");
        window.post(AGAIN, &[]).await.says(422, &["認証コードの再送は5回までです。"]);
        world.work().await;
        assert_eq!(world.mail.sent().len(), 5);
        // Whatever was sent when: the way itself ends after an hour.
        world.clock.advance_ms(30 * MINUTE_MS);
        window.post(CODE, &[("code", &fifth)]).await.says(409, &[STALE]);
    }

    async fn a_code_is_good_until_the_last_millisecond(fresh: &Fresh) {
        // R004-67
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        let code = mailed_code(&world).await;
        window.get(CODE).await.says(200, &["30分間有効"]);
        world.clock.advance_ms(30 * MINUTE_MS - 1);
        window.post(CODE, &[("code", &code)]).await.leads_to(ISSUE);
        // Used once; the page behind leads on.
        window.post(CODE, &[("code", &code)]).await.says(409, &[STALE, ISSUE]);
    }

    async fn who_knows_the_password_cannot_go_on_guessing_codes(fresh: &Fresh) {
        // R004-67: ten ways an hour, each with its few tries
        let world = world_with_master(fresh).await;
        world.user("Hanako12", Kind::General, PASSWORD).await;
        for _ in 0..10 {
            prove(&world.visitor(), ID, PASSWORD).await.leads_to(CODE);
            world.clock.advance_ms(SECOND_MS);
        }
        let said = "認証コードの送信が続いたため";
        prove(&world.visitor(), ID, PASSWORD).await.says(422, &[said]);
        world.work().await;
        assert_eq!(world.mail.sent().len(), 10);
        prove(&world.visitor(), "Hanako12", PASSWORD).await.leads_to(CODE);
        // The first of them is over.
        world.clock.advance_ms(60 * MINUTE_MS - 10 * SECOND_MS);
        prove(&world.visitor(), ID, PASSWORD).await.leads_to(CODE);
        prove(&world.visitor(), ID, PASSWORD).await.says(422, &[said]);
    }

    async fn a_double_click_makes_one_certificate(fresh: &Fresh) {
        // R004-37, R004-69
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        to_issue(&world, &window).await;
        window.get(ISSUE).await.says(200, &[]);
        let form = [("format", "modern")];
        let clicks = tokio::join!(
            window.post(ISSUE, &form), window.post(ISSUE, &form), window.post(ISSUE, &form)
        );
        for page in [&clicks.0, &clicks.1, &clicks.2] {
            page.leads_to(ISSUING);
        }
        wait(&window).await;
        // One more that comes late, when the file waits already.
        window.post(ISSUE, &form).await.leads_to(ISSUING);
        wait(&window).await;
        assert_eq!(certificates(&world).await.len(), 1);
        assert_eq!(world.audited("certificate-issue", "done").await, 1);
        open(&window.get(FILE).await, PASSWORD);
    }

    async fn a_lost_file_is_made_again_and_the_one_before_is_revoked(fresh: &Fresh) {
        // R004-37, R004-70
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        to_issue(&world, &window).await;
        issue(&window).await;
        let first = open(&window.get(FILE).await, PASSWORD);
        world.clock.advance_ms(SECOND_MS);
        window.get(RESULT).await.says(200, &["もう一度発行する"]);
        window.post(ISSUE, &[("format", "compat")]).await.leads_to(ISSUING);
        wait(&window).await;
        let second = open(&window.get(FILE).await, PASSWORD);
        assert!(first.leaf != second.leaf && first.key != second.key);
        let all = certificates(&world).await;
        assert_eq!(all.len(), 2);
        assert_eq!((all[0].1.as_str(), all[0].2.as_deref()), ("revoked", Some("superseded")));
        assert_eq!(all[1].1, "active");
        // From the beginning on the same way too, as long as nobody came in with it.
        world.clock.advance_ms(SECOND_MS);
        to_issue(&world, &window).await;
        issue(&window).await;
        assert_eq!(certificates(&world).await.len(), 3);
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE certificates SET first_used_at = $1 WHERE status = 'active'";
        conn.execute(sql, params![world.clock.now()]).await.expect("used");
        drop(conn);
        prove(&window, ID, PASSWORD).await.says(422, &["すでに発行されています。"]);
        // Another browser never may.
        let other = world.visitor();
        prove(&other, ID, PASSWORD).await.says(422, &["すでに発行されています。"]);
    }

    async fn going_back_leads_on(fresh: &Fresh) {
        // R004-21
        let world = world_with_master(fresh).await;
        let window = world.visitor();
        for path in [CODE, ISSUE, ISSUING, RESULT, FILE] {
            window.get(path).await.says(409, &[STALE, "href=\"/certificate\""]);
        }
        prove(&window, ID, PASSWORD).await.leads_to(CODE);
        for path in [ISSUE, ISSUING, RESULT, FILE] {
            window.get(path).await.says(409, &[STALE, &format!("href=\"{CODE}\"")]);
        }
        let code = mailed_code(&world).await;
        window.get(CODE).await.says(200, &[]);
        window.post(CODE, &[("code", &code)]).await.leads_to(ISSUE);
        for path in [CODE, ISSUING, RESULT, FILE] {
            window.get(path).await.says(409, &[STALE, &format!("href=\"{ISSUE}\"")]);
        }
        issue(&window).await;
        for path in [CODE, ISSUE] {
            window.get(path).await.says(409, &[STALE, &format!("href=\"{RESULT}\"")]);
        }
        window.get(ISSUING).await.leads_to(RESULT);
        window.get(RESULT).await.says(200, &[]);
        window.post(AGAIN, &[]).await.says(409, &[STALE, &format!("href=\"{RESULT}\"")]);
        // A way lives an hour.
        world.clock.advance_ms(60 * MINUTE_MS);
        window.get(RESULT).await.says(409, &[STALE, "href=\"/certificate\""]);
    }
}

/// `html` with the form's token of `other`, so that pages can be compared.
fn same_token(html: &str, other: &str) -> String {
    let token = |html: &str| {
        let rest = html.split_once("name=\"csrf\" value=\"").expect("a form").1;
        rest.split('"').next().expect("a token").to_owned()
    };
    html.replace(&token(html), &token(other))
}
