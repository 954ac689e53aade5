//! The operator's pages: 「発行する」, the file, アクセス情報シート.

use std::sync::Arc;

use sekisho::base::clock::{DAY_MS, MINUTE_MS};
use sekisho::certificates::revoke;
use sekisho::identity::Holder;
use sekisho::identity::users::Kind;
use sekisho::pki::crl::Reason;

use super::{COMPANY, PASSWORD, USER, holder, issue, sign_in, works};
use crate::pages::secrets::{hex, stored as everything_in};
use crate::support::db::{Fresh, both_engines};
use crate::support::site::{CONTRACT, Page, Window, World};
use crate::support::tool::{Folder, openssl};

const LIST: &str = "/operator/company";
const HERE: &str = "/operator/company/15000004";
const RESULT: &str = "/operator/company/15000004/result";
const FILE: &str = "/operator/company/15000004/file";
const SHEET: &str = "/operator/company/15000004/sheet";

async fn operator(world: &World, login_id: &str) -> Arc<Holder> {
    let user = world.user(login_id, Kind::Operator, PASSWORD).await;
    world.certificate(&user, "active").await
}

/// A window in which the operator has signed in.
async fn desk<'w>(world: &'w World, holder: &Arc<Holder>) -> Window<'w> {
    let window = world.window(holder);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window
}

/// What a company has issued, from the page that asks to the result.
async fn issues(window: &Window<'_>) {
    window.get(HERE).await.says(200, &["発行する", "MNS_123456"]);
    window.post(HERE, &[("format", "modern")]).await.leads_to(RESULT);
}

fn password_on(sheet: &Page) -> String {
    let (_, rest) = sheet.html.split_once("access-password\">").expect("a password");
    rest.split('<').next().expect("text").to_owned()
}

/// The form of a request to revoke, naming `user`.
fn request<'a>(key: &'a str, user: &'a str) -> [(&'a str, &'a str); 7] {
    [
        ("key", key),
        ("kind", "cert_revoke"),
        ("contract_no", COMPANY),
        ("user_id", user),
        ("received_on", "2026-11-20"),
        ("requested_by", "総務部　山田　花子"),
        ("reason", "PCの紛失"),
    ]
}

both_engines! {
    async fn a_request_on_paper_revokes_a_companys_certificate(fresh: &Fresh) {
        // R003-34, R004-10, R004-161
        let (world, _) = works(fresh).await;
        let window = desk(&world, &operator(&world, "Unei0001").await).await;
        let held = issue(&world, COMPANY).await;
        let new = "/operator/requests/new";
        let mut recorded = Vec::new();
        for user in ["", "MNS_123456"] {
            let blank = window.get(new).await;
            let (_, rest) = blank.html.split_once("name=\"key\" value=\"").expect("a key");
            let key = rest.split('"').next().expect("text").to_owned();
            window.post(new, &request(&key, user)).await
                .leads_to(&format!("/operator/requests/{key}?done=recorded"));
            recorded.push(key);
        }
        let blank = recorded[0].replace(|c| c != '-', "0");
        window.post(new, &request(&blank, "MNS_654321")).await.says(422, &["利用者はいません"]);
        let page = window.get(&format!("/operator/requests/{}", recorded[0])).await;
        let way = format!("/operator/certificates/{}/revoke?request={}", held.serial, recorded[0]);
        page.says(200, &["会社用の電子証明書", "この依頼書で失効する", &way]);
        window.get(&way).await
            .says(200, &["電子証明書の名前", "MNS_123456", "この契約の方はどなたもログインできなくなります"])
            .hides("この方は");
        let here = format!("/operator/certificates/{}", held.serial);
        let order = [("reason", "keyCompromise"), ("request", recorded[0].as_str())];
        let on_hold = [("reason", "certificateHold"), ("request", recorded[0].as_str())];
        window.post(&format!("{here}/revoke"), &on_hold).await.says(422, &["失効の理由を選んでください"]);
        window.post(&format!("{here}/revoke"), &order).await.leads_to(&format!("{here}?done=revoked"));
        window.get(&format!("/operator/requests/{}", recorded[0])).await.says(200, &["処理済み", "MNS_123456"]);
        // Nothing is left to revoke: the other request can only be marked done.
        window.get(&format!("/operator/requests/{}", recorded[1])).await
            .says(200, &["処理済みにする"]).hides("この依頼書で失効する");
    }

    async fn the_operator_issues_and_hands_over_file_and_sheet(fresh: &Fresh) {
        // R003-25, R003-27, R003-32, R003-33, R003-37
        let (world, _) = works(fresh).await;
        let window = desk(&world, &operator(&world, "Unei0001").await).await;
        window.get(LIST).await.says(200, &[COMPANY, "MNS_123456", "未発行"]).hides("/operator/company/15000000");
        window.get(RESULT).await.says(409, &[HERE]);
        issues(&window).await;
        window.get(RESULT).await.says(200, &[
            "MNS_123456cert.p12", "2027年11月21日まで", "表示できるのは今だけです", "別の便", "失効",
            "10:30",
        ]);
        let file = window.get(FILE).await;
        let named = file.headers["content-disposition"].to_str().expect("ASCII");
        assert!(named.contains("filename=\"MNS_123456cert.p12\""), "{named}");
        let sheet = window.get(SHEET).await;
        sheet.says(200, &[
            "アクセス情報シート", &format!("{}/", world.app.config.portal_url()), "ご契約番号",
            COMPANY, "MNS_123456cert.p12", "インポートパスワード", "2026年11月21日 ～ 2027年11月21日",
            "ダブルクリック", "「すべての拡張プロパティを含める」", "「MNS」で始まる証明書",
            "<strong>別々に</strong>", "管理をされる方が最初に",
        ]);
        for page in [&file, &sheet] {
            assert_eq!(page.headers["cache-control"], "no-store");
        }
        let password = password_on(&sheet);
        let folder = Folder::new();
        let path = folder.file("m.p12", &file.bytes);
        let open = |password: &str| {
            openssl(&["pkcs12", "-in", &path, "-passin", &format!("pass:{password}"), "-nodes"])
        };
        open(&password).says("CN = MNS_123456");
        open("ACDE-ACDE-ACDE-ACDE-ACDE").refuses("invalid password");
        let all = everything_in(fresh).await;
        assert!(!all.contains(&hex(password.as_bytes())));
        for action in ["certificate-issue", "certificate-fetch", "certificate-sheet"] {
            assert_eq!(world.audited(action, "done").await, 1, "{action}");
        }
        assert!(world.audit().await.iter().all(|row| !format!("{row:?}").contains(&password)));
        window.get(LIST).await.says(200, &["有効", "2027年11月21日"]);
        // What was handed out lets the company's people in.
        let mut conn = world.app.db.conn().await.expect("a connection");
        let one = sekisho::certificates::store::active_of_company(&mut conn, COMPANY).await;
        drop(conn);
        let holder = Arc::new(holder(&one.expect("asked").expect("there")));
        sign_in(&world.window(&holder), COMPANY, USER, PASSWORD).await.leads_to("/home");
    }

    async fn password_and_file_wait_for_this_session_alone_and_half_an_hour(fresh: &Fresh) {
        // R003-27
        let (world, _) = works(fresh).await;
        let holder = operator(&world, "Unei0001").await;
        let window = desk(&world, &holder).await;
        issues(&window).await;
        let second = desk(&world, &operator(&world, "Unei0002").await).await;
        let again = desk(&world, &holder).await;
        for other in [&second, &again] {
            for path in [RESULT, FILE, SHEET] {
                other.get(path).await.says(409, &[HERE]);
            }
        }
        // The second click of the same button leads to the same result.
        window.get(RESULT).await.says(200, &[]);
        window.post(HERE, &[]).await.leads_to(RESULT);
        let first = password_on(&window.get(SHEET).await);
        assert_eq!(password_on(&window.get(SHEET).await), first);
        world.clock.advance_ms(30 * MINUTE_MS);
        for path in [RESULT, FILE, SHEET] {
            window.get(path).await.says(409, &[HERE]);
        }
        window.get(HERE).await.says(200, &["まだ発行できません", "2027年10月22日からできます"]);
    }

    async fn what_was_handed_over_is_wiped_and_lost_ones_are_issued_anew(fresh: &Fresh) {
        // R003-27
        let (world, _) = works(fresh).await;
        let window = desk(&world, &operator(&world, "Unei0001").await).await;
        issues(&window).await;
        let first = password_on(&window.get(SHEET).await);
        window.get(RESULT).await.says(200, &["受け渡しを終わる"]);
        let done = format!("{HERE}/done");
        window.post(&done, &[]).await.leads_to("/operator/company?done=1");
        window.get("/operator/company?done=1").await.says(200, &["受け渡しを終わりました"]);
        window.get(SHEET).await.says(409, &[]);
        window.get(HERE).await.says(200, &["まだ発行できません"]);
        window.post(HERE, &[]).await.says(409, &["状態を確かめてください"]);
        let mut conn = world.app.db.conn().await.expect("a connection");
        let one = sekisho::certificates::store::active_of_company(&mut conn, COMPANY).await;
        drop(conn);
        let (one, now) = (one.expect("asked").expect("there"), world.clock.now());
        revoke::revoke(&world.app.db, &one, Reason::Superseded, now, "op").await.expect("revoked");
        issues(&window).await;
        assert_ne!(password_on(&window.get(SHEET).await), first);
    }

    async fn a_revoked_certificate_is_not_handed_out(fresh: &Fresh) {
        // R003-27
        let (world, _) = works(fresh).await;
        let window = desk(&world, &operator(&world, "Unei0001").await).await;
        issues(&window).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let one = sekisho::certificates::store::active_of_company(&mut conn, COMPANY).await;
        drop(conn);
        let (one, now) = (one.expect("asked").expect("there"), world.clock.now());
        revoke::revoke(&world.app.db, &one, Reason::Superseded, now, "op").await.expect("revoked");
        for path in [RESULT, FILE, SHEET] {
            window.get(path).await.says(409, &[HERE]);
        }
    }

    async fn the_pages_are_the_operators_alone(fresh: &Fresh) {
        // R003-34
        let (world, _) = works(fresh).await;
        let company = world.window(&issue(&world, COMPANY).await);
        for path in [LIST, HERE, RESULT, FILE, SHEET] {
            company.get(path).await.leads_to("/login");
        }
        sign_in(&company, COMPANY, USER, PASSWORD).await.leads_to("/home");
        for path in [LIST, HERE, RESULT, FILE, SHEET] {
            company.get(path).await.says(403, &[]);
        }
        company.get("/home").await.says(200, &[]);
        company.post(HERE, &[]).await.says(403, &[]);
        let window = desk(&world, &operator(&world, "Unei0001").await).await;
        // A contract whose people have certificates of their own has no such page.
        window.get(&format!("{LIST}/{}", CONTRACT.0)).await.says(404, &[]);
        window.get(HERE).await.says(200, &["まだ発行できません"]);
        window.post_foreign(HERE, &[]).await.says(403, &[]);
        // R004-81: in the last 30 days there is a next one, beside the old.
        world.clock.advance_ms(335 * DAY_MS);
        let window = desk(&world, &operator(&world, "Unei0002").await).await;
        issues(&window).await;
        window.get(LIST).await.says(200, &["2027年11月21日まで有効", "2028年10月21日"]);
    }
}
