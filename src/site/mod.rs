//! Every URL on one screen, what each asks for, and what stands around them.

mod gates;

use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, MatchedPath, Path, Request, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use crate::app::App;
use crate::certificates::{apply, company, crl, desk, leaving, ocsp, people, refused};
use crate::gateway::{Access, Fault, Refused, Site};
use crate::identity::Caller;
use crate::pki::authority::certificate_pem;
use crate::web::gate;
use crate::web::{self, Contact, Error, Face, Frame, Jar};
use crate::{audit, contract, deduction, hr, members};

pub use gates::GATES;

/// What a path asks for; whatever is not named asks for a good certificate.
#[must_use]
pub fn access(_: &Method, path: &str) -> Access {
    const PUBLIC: &[&str] = &[
        "/enroll",
        "/activate",
        "/password",
        "/signup",
        "/certificate",
        "/help",
        "/assets",
        "/ca",
        "/ocsp",
        "/logged-out",
        "/robots.txt",
    ];
    let under = |prefix: &&str| {
        path.strip_prefix(*prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match path {
        "/" => Access::Front,
        _ if PUBLIC.iter().any(under) => Access::Public,
        _ => Access::Certificate,
    }
}

/// Pages to which files are sent; they take as much as `limits.upload_bytes` says.
fn takes_files(path: &str) -> bool {
    path.starts_with("/operator/manuals/")
        || path == "/deduction/ledger/import"
        || (path.starts_with("/operator/deduction/") && path.ends_with("/receive"))
}

/// Pages that open with a certificate alone: the way in, and the way out.
pub const DOORS: &[&str] =
    &["/login", "/login/code", "/login/code/again", "/logout", "/logged-out", "/session"];

/// The site behind the gateway.
#[must_use]
pub fn site(app: &App) -> Site {
    let (of_refusal, of_fault) = (app.clone(), app.clone());
    Site {
        router: router(app),
        access,
        takes_files,
        retry: refused::RETRY,
        refuse: Arc::new(move |refused| refuse(&of_refusal, refused)),
        fault: Arc::new(move |fault| answer_fault(&of_fault, fault)),
    }
}

fn router(app: &App) -> Router {
    Router::new()
        .merge(members::router(deduction::information::blocks)) // / /enroll/… /signup/… /login /logout /home /settings/… /members/… /help/…
        .merge(apply::router()) // /certificate/…
        .merge(desk::router(app)) // /operator/… /help/request-form
        .merge(people::router()) // /operator/users/…
        .merge(company::router()) // /operator/company/…
        .merge(leaving::router()) // /members/users/…/delete
        .merge(audit::pages::router()) // /members/log… /operator/log…
        .merge(contract::router()) // /contract/…
        .merge(deduction::router()) // /deduction/…
        .merge(hr::router()) // /hr/…
        .merge(files(app)) // /ca/root.crt /ca/issuing/… /ca/crl/… /ocsp
        .merge(web::assets::router()) // /assets/…
        .route("/robots.txt", get(async || "User-agent: *\nDisallow: /\n"))
        .fallback(async || Error::NotFound)
        .method_not_allowed_fallback(async || Error::MethodNotAllowed)
        .route_layer(from_fn_with_state(app.clone(), guard))
        .layer(DefaultBodyLimit::max(app.config.limits.body_bytes))
        .layer(from_fn(web::dress_errors))
        .layer(from_fn(web::headers::protect))
        .layer(from_fn_with_state(app.clone(), surround))
        .with_state(app.clone())
}

/// Asks the table of gates, for every page that is not open to anybody.
async fn guard(State(app): State<App>, request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>();
    let is_door = matched.is_some_and(|path| DOORS.contains(&path.as_str()));
    if is_door || access(request.method(), request.uri().path()) != Access::Certificate {
        return next.run(request).await;
    }
    gate::decide(&app, GATES, request, next).await
}

/// Puts what stands around every page into the request.
async fn surround(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let request_no = request.extensions().get::<Caller>().map(|caller| caller.request_no.clone());
    request.extensions_mut().insert(frame(&app, request_no.unwrap_or_default()));
    next.run(request).await
}

fn frame(app: &App, request_no: String) -> Frame {
    let service = &app.config.service;
    Frame {
        service_name: service.name.clone(),
        institution: service.institution.clone(),
        contact: Contact {
            name: service.contact_name.clone(),
            tel: service.contact_tel.clone(),
            hours: service.contact_hours.clone(),
            closed: service.contact_closed.clone(),
            email: service.contact_email.clone(),
            branch: service.contact_branch.clone(),
        },
        customer_site: service.customer_site.clone(),
        copyright: service.copyright.clone(),
        outages: announced(app),
        portal_url: app.config.portal_url(),
        enroll_url: app.config.enroll_url(),
        request_no,
    }
}

/// What people are told beforehand of times out of service (R004-02).
fn announced(app: &App) -> Vec<String> {
    let told = app.opening.announced(app.clock.now());
    told.into_iter().map(|window| web::closed::announcement(&window)).collect()
}

fn refuse(app: &App, refused: &Refused) -> Response {
    let frame = frame(app, refused.caller.request_no.clone());
    let Some(closed) = &refused.closed else {
        let face = refused::face(refused.refusal, refused.bearer.as_ref(), &frame);
        return protected(face.answer(&frame, false));
    };
    // The session is ended where the refusal is written down (`work`).
    let signed_in = Jar::Session.read(&refused.headers).is_some();
    let mut response = web::closed::face(closed, signed_in).answer(&frame, false);
    if signed_in {
        response.headers_mut().insert(SET_COOKIE, Jar::Session.clear());
    }
    protected(response)
}

/// A request that cannot be served whoever sends it.
fn answer_fault(app: &App, fault: &Fault) -> Response {
    let frame = frame(app, fault.caller.request_no.clone());
    let (title, happened, steps): (_, _, &[&str]) = match fault.status {
        StatusCode::SERVICE_UNAVAILABLE => (
            "ただいま混み合っています",
            "一時的に利用できない状態です。入力した内容は送られていません。",
            &["少し待ってから、もう一度開いてください。"],
        ),
        StatusCode::INTERNAL_SERVER_ERROR => (
            "問題が起きました",
            "サーバーの側で問題が起きました。",
            &[
                "少し待ってから、もう一度お試しください。",
                "続くときは、下のお問い合わせ先へお知らせください。",
            ],
        ),
        _ => (
            "この要求は受け付けられません",
            "アドレスまたは送られた内容を読み取れませんでした。",
            &["アドレス欄のURLを確かめて、トップページから開き直してください。"],
        ),
    };
    let face = Face::new(fault.status, title, happened).steps(steps).picture("lost.svg");
    protected(face.answer(&frame, false))
}

fn protected(mut response: Response) -> Response {
    web::headers::secure(response.headers_mut(), false);
    response
}

/// What anybody may have: CA certificates, CRLs, OCSP answers.
fn files(app: &App) -> Router<App> {
    let root = certificate_pem(app.ca.get().root_der());
    Router::new()
        .route("/ca/root.crt", get(async move || file("application/x-x509-ca-cert", root.clone())))
        .route("/ca/issuing.crt", get(async |State(app)| issuer(&app, None)))
        .route("/ca/issuing/{file}", get(async |State(app), Path(name)| issuer(&app, Some(name))))
        .merge(crl::router()) // /ca/crl /ca/crl/N
        .merge(ocsp::router()) // /ocsp /ocsp/REQUEST
}

/// The certificate of the issuing CA that `N.crt` names; the current one's when `None`.
fn issuer(app: &App, name: Option<String>) -> Result<Response, Error> {
    let ca = app.ca.get();
    let number = |name: String| name.strip_suffix(".crt").and_then(|number| number.parse().ok());
    let found = match name {
        None => Some(ca.current()),
        Some(name) => number(name).and_then(|number| ca.generation(number)),
    };
    let der = found.ok_or(Error::NotFound)?.authority.certificate_der().to_vec();
    Ok(file("application/pkix-cert", der))
}

fn file(kind: &'static str, body: impl IntoResponse) -> Response {
    ([(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, max-age=600")], body).into_response()
}

/// Without TLS: the same files, and a redirect to the portal.
pub fn plain(app: &App) -> Router {
    let portal = format!("{}/", app.config.portal_url());
    let to_portal = move || async move { (StatusCode::FOUND, [(LOCATION, portal)]) };
    files(app).fallback(get(to_portal)).layer(from_fn(web::tell_errors)).with_state(app.clone())
}

/// Health, for the machines that watch this one.
pub fn admin(app: &App) -> Router {
    Router::new()
        .route("/healthz", get(async || Json(serde_json::json!({ "status": "alive" }))))
        .route("/readyz", get(ready))
        .with_state(app.clone())
}

/// Ready means that the database answers.
async fn ready(State(app): State<App>) -> Response {
    let asked = async { app.db.conn().await?.one::<i64>("SELECT 1", crate::db::params![]).await };
    match asked.await {
        Ok(_) => Json(serde_json::json!({ "status": "ready" })).into_response(),
        Err(error) => {
            tracing::error!(%error, "not ready");
            let said = Json(serde_json::json!({ "status": "database unavailable" }));
            (StatusCode::SERVICE_UNAVAILABLE, said).into_response()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_named_asks_for_a_certificate() {
        // R004-04, R004-93
        let asks = |path: &str| access(&Method::GET, path);
        for open in ["/enroll/master", "/certificate", "/certificate/file", "/help/import"] {
            assert_eq!(asks(open), Access::Public, "{open}");
        }
        assert_eq!(asks("/"), Access::Front);
        for shut in [
            "/home",
            "/login",
            "/certificates",
            "/enrollx",
            "/contract/invoices",
            "/operator/requests",
            "/x",
        ] {
            assert_eq!(asks(shut), Access::Certificate, "{shut}");
        }
    }
}
