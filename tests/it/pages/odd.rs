//! Odd input: forged, foreign, too large, malformed. Each has its page, and nothing
//! is ever answered with a 5xx.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, ORIGIN};
use axum::http::{Method, Request};
use sekisho::identity::users::Kind;

use crate::support::db::{Fresh, both_engines};
use crate::support::site::{Page, Window, World};

const FORM: &str = "application/x-www-form-urlencoded";
const PASSWORD: &str = "Abcde1#x";

/// Everything that takes a form.
const FORMS: [&str; 10] = [
    "/enroll/master",
    "/enroll/master/form",
    "/certificate",
    "/certificate/code",
    "/certificate/code/again",
    "/certificate/issue",
    "/certificate/close",
    "/login",
    "/logout",
    "/settings/password",
];

/// Everything else, and what is not there.
const PAGES: [&str; 26] = [
    "/",
    "/enroll/general",
    "/enroll/master/result",
    "/certificate/issuing",
    "/certificate/result",
    "/certificate/file",
    "/certificate/closed",
    "/home",
    "/session",
    "/settings",
    "/logged-out",
    "/help/import",
    "/help/root",
    "/contract/invoices",
    "/contract/invoices/0",
    "/contract/invoices/0/files/0",
    "/deduction/rokin",
    "/deduction/rokin/items",
    "/deduction/rokin/items/new",
    "/deduction/rokin/items/0",
    "/deduction/rokin/items/0/cancel",
    "/hr/employees",
    "/hr/employees/0",
    "/ca/root.crt",
    "/assets/0/sekisho.css",
    "/no/such/page",
];

async fn send(window: &Window<'_>, path: &str, kind: &str, origin: &str, body: Vec<u8>) -> Page {
    let request = Request::builder().method(Method::POST).uri(path).header(CONTENT_TYPE, kind);
    let request = if origin.is_empty() { request } else { request.header(ORIGIN, origin) };
    window.send(request.body(Body::from(body)).expect("a request")).await
}

/// A window that is signed in and has a form's token.
async fn signed_in(world: &World) -> Window<'_> {
    let user = world.user("Taro6789", Kind::Master, PASSWORD).await;
    let window = world.window(&world.certificate(&user, "active").await);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window.get("/settings/password").await.says(200, &[]);
    window
}

both_engines! {
    async fn a_form_of_somebody_else_is_not_taken(fresh: &Fresh) {
        // R004-21
        let world = World::whole(fresh).await;
        let window = signed_in(&world).await;
        let stranger = world.visitor();
        stranger.get("/certificate").await.says(200, &[]);
        let (own, other) = (window.csrf(), stranger.csrf());
        assert!(own.len() == 64 && other.len() == 64 && own != other);
        let before = world.audit().await.len();
        let said = ["画面の有効期限が切れました", "トップページへ"];
        for path in FORMS {
            for body in [String::new(), "csrf=".to_owned(), format!("csrf={other}"),
                format!("csrf={}", own.to_uppercase())]
            {
                send(&window, path, FORM, "", body.into_bytes()).await.says(403, &said);
            }
            let good = format!("csrf={own}");
            for origin in ["https://evil.example", "null", "http://localhost:8443",
                "https://localhost:8443.evil.example"]
            {
                let page = send(&window, path, FORM, origin, good.clone().into_bytes()).await;
                page.says(403, &said);
            }
        }
        assert_eq!(world.audit().await.len(), before, "nothing was done");
        window.get("/home").await.says(200, &[]);
        let ours = world.app.config.portal_url();
        let taken = send(&window, "/logout", FORM, &ours, format!("csrf={own}").into_bytes()).await;
        taken.leads_to("/logged-out");
    }

    async fn what_cannot_be_a_form_has_its_page(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let window = signed_in(&world).await;
        let own = window.csrf();
        let too_large = vec![b'a'; world.app.config.limits.body_bytes + 1];
        for path in FORMS {
            let good = format!("csrf={own}").into_bytes();
            for kind in ["text/plain", "application/json", "multipart/form-data; boundary=x", "x"] {
                send(&window, path, kind, "", good.clone()).await
                    .says(400, &["送信された内容を読み取れませんでした"]);
            }
            let doubled = format!("csrf={own}&csrf={own}").into_bytes();
            send(&window, path, FORM, "", doubled).await.says(400, &["読み取れませんでした"]);
            send(&window, path, FORM, "", too_large.clone()).await
                .says(413, &["送信された内容が大きすぎます"]);
            for garbage in [&b"\xff\xfe&=%"[..], b"csrf=%ff%fe", b"&&&===", b"csrf"] {
                send(&window, path, FORM, "", garbage.to_vec()).await.says(403, &["有効期限"]);
            }
        }
        let nul = format!("csrf={own}&user_id=a%00b").into_bytes();
        send(&window, "/certificate", FORM, "", nul).await.says(400, &["読み取れませんでした"]);
        for (path, field) in [("/login", "password"), ("/certificate", "user_id")] {
            let doubled = format!("csrf={own}&{field}=a&{field}=b").into_bytes();
            send(&window, path, FORM, "", doubled).await.says(400, &["読み取れませんでした"]);
        }
    }

    async fn a_page_opened_the_wrong_way_says_so(fresh: &Fresh) {
        let world = World::whole(fresh).await;
        let window = signed_in(&world).await;
        for path in ["/certificate/code/again", "/certificate/close"] {
            window.get(path).await.says(405, &["このページは直接開けません"]);
        }
        for path in FORMS.into_iter().chain(PAGES).filter(|path| *path != "/no/such/page") {
            for method in [Method::PUT, Method::DELETE, Method::PATCH] {
                let request = Request::builder().method(method.clone()).uri(path);
                let page = window.send(request.body(Body::empty()).expect("a request")).await;
                assert_eq!(page.status.as_u16(), 405, "{method} {path}");
            }
        }
        window.get("/no/such/page").await.says(404, &["ページが見つかりません"]);
    }

    async fn nothing_strange_is_answered_with_a_fault_of_ours(fresh: &Fresh) {
        // R004-20
        let world = World::whole(fresh).await;
        let inside = signed_in(&world).await;
        let outside = world.visitor();
        let long = "a".repeat(3_000);
        let queries = ["", "?", "?a", "?%ff=%00", "?x=%F0%9F%92%A9", "?sort=&page=-1&until=0000-99",
            "?page=99999999999999999999", "?first=general&first=general",
            "?kana=%00&employee_no=%00&name=%00&until=%00&sort=%00&after=%00&ended=%00"];
        for path in FORMS.into_iter().chain(PAGES) {
            for query in queries {
                for window in [&inside, &outside] {
                    let page = window.get(&format!("{path}{query}")).await;
                    let status = page.status.as_u16();
                    assert!(status < 500, "GET {path}{query}: {status}");
                    if page.headers.get("content-type").is_some_and(|kind| {
                        kind.to_str().unwrap_or_default().starts_with("text/html")
                    }) {
                        let policy = page.headers["content-security-policy"].to_str();
                        assert!(policy.unwrap_or_default().starts_with("default-src 'none'"));
                        assert_eq!(page.headers["x-robots-tag"], "noindex, nofollow");
                        assert!(page.html.contains("lang=\"ja\""), "{path}{query}");
                    }
                }
            }
        }
        for path in FORMS {
            inside.get("/settings/password").await;
            let own = inside.csrf();
            for value in ["", "\u{0}", "💩", "'\"<script>", "\u{202e}", "%", long.as_str()] {
                let fields = ["user_id", "password", "code", "contract_no", "initial_password",
                    "new_password", "new_password_confirm", "user_name", "email", "format"];
                let mut all: Vec<_> = fields.iter().map(|name| (*name, value)).collect();
                all.push(("csrf", own.as_str()));
                let body = serde_urlencoded::to_string(all).expect("encoded");
                let page = send(&inside, path, FORM, "", body.into_bytes()).await;
                let status = page.status.as_u16();
                assert!(status < 500, "POST {path} {value:?}: {status}");
                page.hides("'\"<script>");
            }
            // Signing out is one of them.
            if path == "/logout" {
                inside.get("/login").await;
                inside.post("/login", &[("password", PASSWORD)]).await;
            }
        }
    }
}
