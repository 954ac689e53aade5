//! `/help/import` and `/help/root`.

use askama::Template;
use aws_lc_rs::digest;
use axum::Router;
use axum::extract::State;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::web::{self, Frame, Shell, Visit};

/// `/help/import` and `/help/root`.
pub fn router() -> Router<App> {
    Router::new().route("/help/import", get(show_import)).route("/help/root", get(show_root))
}

#[derive(Template)]
#[template(path = "members/help/pages/import.html")]
struct ImportPage {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "members/help/pages/root.html")]
struct RootPage {
    shell: Shell,
    sha1: String,
    sha256: String,
}

async fn show_import(visit: Visit) -> Result<Response, web::Error> {
    web::page(&import_page(&visit.frame))
}

async fn show_root(State(app): State<App>, visit: Visit) -> Result<Response, web::Error> {
    web::page(&root_page(&visit.frame, app.ca.get().root_der()))
}

fn import_page(frame: &Frame) -> ImportPage {
    let shell = Shell::new(frame, "電子証明書の取り込み方");
    ImportPage { shell: shell.crumb("トップページ", "/").crumb_here() }
}

/// Windows shows the SHA-1 of a certificate before it trusts it; browsers show SHA-256.
fn root_page(frame: &Frame, der: &[u8]) -> RootPage {
    let shell = Shell::new(frame, "ルート証明書の取り込み方");
    RootPage {
        shell: shell.crumb("トップページ", "/").crumb_here().narrow(),
        sha1: spaced(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, der).as_ref(), 4),
        sha256: spaced(digest::digest(&digest::SHA256, der).as_ref(), 2),
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

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        vec![
            ("members-import", import_page(frame).render().expect("renders")),
            ("members-root", root_page(frame, b"root").render().expect("renders")),
        ]
    }

    #[test]
    fn a_digest_is_shown_in_groups() {
        assert_eq!(spaced(&[0, 1, 0xAB, 0xCD, 0xEF], 4), "0001ABCD EF");
    }
}
