//! `/help/admin` and its files.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use super::super::pages::Prints;
use super::{Facts, apple, policy, powershell};
use crate::app::App;
use crate::web::{self, Error, Frame, Shell, Visit, download};

/// `/help/admin/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/help/admin", get(show_admin))
        .route("/help/admin/browsers.reg", get(send_registry))
        .route("/help/admin/browsers.json", get(send_json))
        .route("/help/admin/import.ps1", get(send_script))
        .route("/help/admin/certificates.mobileconfig", get(send_profile))
}

#[derive(Template)]
#[template(path = "members/help/pages/admin.html")]
struct AdminPage {
    shell: Shell,
    facts: Facts,
    prints: Prints,
    registry: String,
    json: String,
}

async fn show_admin(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    web::page(&admin_page(&visit.frame, facts(&app)?))
}

async fn send_registry(State(app): State<App>) -> Result<Response, Error> {
    let file = policy::registry_file(&facts(&app)?);
    Ok(download("sekisho-browsers.reg", "text/x-ms-regedit; charset=utf-16", file))
}

async fn send_json(State(app): State<App>) -> Result<Response, Error> {
    let file = policy::json_file(&facts(&app)?);
    Ok(download("sekisho-browsers.json", "application/json", file))
}

async fn send_script(State(app): State<App>) -> Result<Response, Error> {
    let file = powershell::script(&facts(&app)?);
    Ok(download("sekisho-import.ps1", "text/plain; charset=utf-8", file))
}

async fn send_profile(State(app): State<App>) -> Result<Response, Error> {
    let file = apple::profile(&facts(&app)?);
    Ok(download("sekisho-certificates.mobileconfig", "application/x-apple-aspen-config", file))
}

fn facts(app: &App) -> Result<Facts, Error> {
    Facts::of(app).map_err(Error::internal)
}

fn admin_page(frame: &Frame, facts: Facts) -> AdminPage {
    let shell = Shell::new(frame, "PCを管理する方へ").crumb("トップページ", "/");
    AdminPage {
        shell: shell.crumb_here(),
        prints: Prints::of(&facts.root.der),
        registry: policy::registry_text(&facts),
        json: policy::json_file(&facts),
        facts,
    }
}

#[cfg(test)]
pub mod samples {
    use super::super::Signer;
    use super::*;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let signer = |common_name: &str| Signer {
            common_name: common_name.to_owned(),
            organisation: Some("サンプル労働金庫".to_owned()),
            subject: Vec::new(),
            der: common_name.as_bytes().to_vec(),
        };
        let facts = Facts {
            service: frame.service_name.clone(),
            portal_url: frame.portal_url.clone(),
            root: signer("Sekisho Root CA 2026"),
            issuers: vec![signer("Sekisho Issuing CA 2027"), signer("Sekisho Issuing CA 2026")],
        };
        vec![("members-admin", admin_page(frame, facts).render().expect("renders"))]
    }

    #[test]
    fn names_stay_text_on_the_page() {
        let page = admin_page(&Frame::default(), super::super::samples::wicked());
        let html = page.render().expect("renders");
        assert!(!html.contains("<CA>") && !html.contains("<株>"));
        assert!(html.contains("&#60;CA&#62;"));
    }
}
