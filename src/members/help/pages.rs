//! `/help` and what lies below it for people; `admin` has its own.

use askama::Template;
use aws_lc_rs::digest;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::response::Response;
use axum::routing::get;
use serde::Deserialize;

use super::admin;
use super::rules::{Holding, System};
use crate::app::App;
use crate::config;
use crate::web::{self, Error, Frame, Shell, Visit};

/// `/help/…`.
pub fn router() -> Router<App> {
    Router::new()
        .route("/help", get(show_index))
        .route("/help/import", get(show_import))
        .route("/help/import/{system}", get(show_guide))
        .route("/help/root", get(show_root))
        .route("/help/root/{system}", get(show_root_guide))
        .route("/help/renewal", get(show_renewal))
        .route("/help/new-window", get(show_new_window))
        .merge(admin::pages::router())
}

#[derive(Template)]
#[template(path = "members/help/pages/index.html")]
struct IndexPage {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "members/help/pages/import.html")]
struct ImportPage {
    shell: Shell,
    systems: Vec<Choice>,
    by_self: bool,
}

/// A system to choose; `likely` if the caller seems to use it.
struct Choice {
    system: System,
    likely: bool,
}

#[derive(Template)]
#[template(path = "members/help/pages/guide.html")]
struct GuidePage {
    shell: Shell,
    system: System,
    holding: Holding,
    /// Whether a file that is lost before its first use can be replaced without paper.
    by_self: bool,
}

#[derive(Template)]
#[template(path = "members/help/pages/root.html")]
struct RootPage {
    shell: Shell,
    systems: Vec<Choice>,
    prints: Prints,
}

#[derive(Template)]
#[template(path = "members/help/pages/root-guide.html")]
struct RootGuidePage {
    shell: Shell,
    system: System,
    prints: Prints,
}

#[derive(Template)]
#[template(path = "members/help/pages/renewal.html")]
struct RenewalPage {
    shell: Shell,
    validity_days: i64,
    renewal_days: i64,
    by_self: bool,
}

#[derive(Template)]
#[template(path = "members/help/pages/new-window.html")]
struct NewWindowPage {
    shell: Shell,
    /// What browsers call this site.
    site: String,
}

/// The digests that people compare before they trust the root certificate.
pub(super) struct Prints {
    /// Windows shows this one.
    pub sha1: String,
    /// Browsers, macOS and iOS show this one.
    pub sha256: String,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    file: String,
}

async fn show_index(visit: Visit) -> Result<Response, Error> {
    web::page(&index_page(&visit.frame))
}

async fn show_import(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let by_self = app.config.certificate.reissue_unused;
    web::page(&import_page(&visit.frame, system_of(&headers), by_self))
}

async fn show_guide(
    State(app): State<App>,
    Path(system): Path<String>,
    Query(asked): Query<Asked>,
    visit: Visit,
) -> Result<Response, Error> {
    let system = System::parse(&system).ok_or(Error::NotFound)?;
    let by_self = app.config.certificate.reissue_unused;
    web::page(&guide_page(&visit.frame, system, Holding::parse(&asked.file), by_self))
}

async fn show_root(
    State(app): State<App>,
    visit: Visit,
    headers: HeaderMap,
) -> Result<Response, Error> {
    web::page(&root_page(&visit.frame, system_of(&headers), app.ca.get().root_der()))
}

async fn show_root_guide(
    State(app): State<App>,
    Path(system): Path<String>,
    visit: Visit,
) -> Result<Response, Error> {
    let system = System::parse(&system).ok_or(Error::NotFound)?;
    web::page(&root_guide_page(&visit.frame, system, app.ca.get().root_der()))
}

async fn show_renewal(State(app): State<App>, visit: Visit) -> Result<Response, Error> {
    web::page(&renewal_page(&visit.frame, &app.config.certificate))
}

/// R004-22: a browser that stops new windows.
async fn show_new_window(visit: Visit) -> Result<Response, Error> {
    web::page(&new_window_page(&visit.frame))
}

fn system_of(headers: &HeaderMap) -> Option<System> {
    System::of(headers.get(USER_AGENT).and_then(|value| value.to_str().ok())?)
}

fn choices(likely: Option<System>) -> Vec<Choice> {
    let mut all = System::ALL.map(|system| Choice { system, likely: likely == Some(system) });
    all.sort_by_key(|choice| !choice.likely);
    all.into()
}

fn index_page(frame: &Frame) -> IndexPage {
    let shell = Shell::new(frame, "ヘルプ").crumb("トップページ", "/").crumb_here();
    IndexPage { shell: shell.narrow() }
}

fn import_page(frame: &Frame, likely: Option<System>, by_self: bool) -> ImportPage {
    let shell = Shell::new(frame, IMPORT).crumb("トップページ", "/").crumb_here();
    ImportPage { shell, systems: choices(likely), by_self }
}

fn guide_page(frame: &Frame, system: System, holding: Holding, by_self: bool) -> GuidePage {
    let shell = Shell::new(frame, format!("{}への取り込み", system.name()));
    let shell = shell.crumb("トップページ", "/").crumb(IMPORT, "/help/import").crumb_here();
    GuidePage { shell, system, holding, by_self }
}

fn root_page(frame: &Frame, likely: Option<System>, root: &[u8]) -> RootPage {
    let shell = Shell::new(frame, ROOT).crumb("トップページ", "/").crumb_here();
    RootPage { shell, systems: choices(likely), prints: Prints::of(root) }
}

fn root_guide_page(frame: &Frame, system: System, root: &[u8]) -> RootGuidePage {
    let shell = Shell::new(frame, format!("{}へのルート証明書の取り込み", system.name()));
    let shell = shell.crumb("トップページ", "/").crumb(ROOT, "/help/root").crumb_here();
    RootGuidePage { shell, system, prints: Prints::of(root) }
}

fn renewal_page(frame: &Frame, set: &config::Certificate) -> RenewalPage {
    let shell = Shell::new(frame, "電子証明書の更新と再発行").crumb("トップページ", "/");
    RenewalPage {
        shell: shell.crumb_here().narrow(),
        validity_days: set.validity_days,
        renewal_days: set.renewal_days,
        by_self: set.reissue_unused,
    }
}

fn new_window_page(frame: &Frame) -> NewWindowPage {
    let shell = Shell::new(frame, "新しい画面が開かないとき");
    let shell = shell.crumb("トップページ", "/").crumb("ヘルプ", "/help").crumb_here();
    NewWindowPage { shell: shell.narrow(), site: frame.portal_url.clone() }
}

const IMPORT: &str = "電子証明書の取り込み方";
const ROOT: &str = "ルート証明書の取り込み方";

impl Prints {
    /// Those of a certificate in DER.
    pub fn of(der: &[u8]) -> Self {
        let sha1 = digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der);
        let sha256 = digest::digest(&digest::SHA256, der);
        Self { sha1: spaced(sha1.as_ref(), 4), sha256: spaced(sha256.as_ref(), 2) }
    }
}

/// Upper-case hex in groups of `bytes` bytes, for people to compare.
fn spaced(digest: &[u8], bytes: usize) -> String {
    let groups = digest.chunks(bytes).map(|group| data_encoding::HEXUPPER.encode(group));
    groups.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
pub mod samples {
    use super::*;

    fn terms(reissue_unused: bool) -> config::Certificate {
        config::Certificate { validity_days: 366, renewal_days: 30, reissue_unused }
    }

    #[test]
    fn paper_for_a_lost_file_is_asked_for_only_where_it_is_needed() {
        // R004-72
        let frame = Frame::default();
        for by_self in [false, true] {
            let renewal = renewal_page(&frame, &terms(by_self)).render().expect("renders");
            let guide = guide_page(&frame, System::Windows, Holding::Own, by_self);
            let guide = guide.render().expect("renders");
            for page in [renewal, guide] {
                assert_eq!(page.contains("まだ使っていない電子証明書"), by_self, "{page}");
            }
        }
    }

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let page =
            |name, page: &dyn askama::DynTemplate| (name, page.dyn_render().expect("renders"));
        let guide = |system, holding| guide_page(frame, system, holding, false);
        let root = |system| root_guide_page(frame, system, b"root");
        let mut all = vec![
            page("members-help", &index_page(frame)),
            page("members-import", &import_page(frame, Some(System::Windows), true)),
            page("members-import-windows", &guide(System::Windows, Holding::Own)),
            page("members-import-windows-company", &guide(System::Windows, Holding::Company)),
            page("members-import-firefox", &guide(System::Firefox, Holding::Own)),
            page("members-import-macos", &guide(System::MacOs, Holding::Company)),
            page("members-import-ios", &guide(System::Ios, Holding::Own)),
            page("members-root", &root_page(frame, None, b"root")),
            page("members-root-windows", &root(System::Windows)),
            page("members-root-firefox", &root(System::Firefox)),
            page("members-root-macos", &root(System::MacOs)),
            page("members-root-ios", &root(System::Ios)),
            page("members-new-window", &new_window_page(frame)),
            page("members-renewal", &renewal_page(frame, &terms(false))),
            page("members-renewal-self", &renewal_page(frame, &terms(true))),
        ];
        all.extend(admin::pages::samples::pages(frame));
        all
    }

    #[test]
    fn a_digest_is_shown_in_groups() {
        assert_eq!(spaced(&[0, 1, 0xAB, 0xCD, 0xEF], 4), "0001ABCD EF");
    }

    #[test]
    fn the_likely_system_stands_first_and_none_is_missing() {
        let order = |likely| choices(likely).iter().map(|c| c.system).collect::<Vec<_>>();
        assert_eq!(order(None), System::ALL);
        assert_eq!(order(Some(System::Ios))[0], System::Ios);
        assert_eq!(order(Some(System::Ios)).len(), 4);
    }
}
