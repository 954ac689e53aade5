//! Style sheet, script and drawings, inside the binary.
//!
//! All lie under one version, the digest of them together, so that a style sheet
//! may name a drawing beside it and browsers keep both for good.

use std::sync::OnceLock;

use axum::Router;
use axum::body::Body;
use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::base::secret::sha256_hex;

/// `GET /assets/{version}/{name}`, for any state.
pub fn router<S: Clone + Send + Sync + 'static>() -> Router<S> {
    Router::new().route("/assets/{version}/{name}", get(serve))
}

/// The path of the asset `name`: `/assets/0a1b2c3d4e5f/sekisho.css`.
#[must_use]
pub fn asset(name: &str) -> String {
    format!("/assets/{}/{name}", version())
}

/// An embedded file.
pub struct Asset {
    /// Its file name.
    pub name: &'static str,
    /// What it holds.
    pub bytes: &'static [u8],
}

macro_rules! embed {
    ($($name:literal),* $(,)?) => {
        &[$(Asset { name: $name, bytes: include_bytes!(concat!("assets/", $name)) }),*]
    };
}

/// Every asset.
pub const ASSETS: &[Asset] = embed![
    "sekisho.css",
    "sekisho.js",
    "password.js",
    "mark.svg",
    "lost.svg",
    "refused-absent.svg",
    "refused-closed.svg",
    "refused-expired.svg",
    "refused-other-pc.svg",
    "import-1-open.svg",
    "import-2-place.svg",
    "import-3-file.svg",
    "import-4-password.svg",
    "import-5-store.svg",
    "import-6-finish.svg",
    "import-7-done.svg",
    "import-8-choose.svg",
    "firefox-1-menu.svg",
    "firefox-2-view.svg",
    "firefox-3-import.svg",
    "firefox-4-company.svg",
    "firefox-4-file.svg",
    "firefox-5-password.svg",
    "firefox-6-company.svg",
    "firefox-6-done.svg",
    "firefox-7-choose.svg",
    "firefox-7-company.svg",
    "firefox-root.svg",
    "firefox-trust.svg",
    "import-1-medium.svg",
    "import-8-company.svg",
    "ios-1-company.svg",
    "ios-1-file.svg",
    "ios-2-downloaded.svg",
    "ios-3-settings.svg",
    "ios-4-install.svg",
    "ios-5-warning.svg",
    "ios-6-password.svg",
    "ios-7-company.svg",
    "ios-7-done.svg",
    "ios-8-trust.svg",
    "ios-9-choose.svg",
    "ios-9-company.svg",
    "ios-root.svg",
    "macos-1-spotlight.svg",
    "macos-2-login.svg",
    "macos-3-import.svg",
    "macos-4-company.svg",
    "macos-4-file.svg",
    "macos-5-password.svg",
    "macos-6-company.svg",
    "macos-6-done.svg",
    "macos-7-choose.svg",
    "macos-7-company.svg",
    "macos-8-allow.svg",
    "macos-root.svg",
    "root-1-install.svg",
    "root-3-store.svg",
    "root-4-finish.svg",
    "root-5-warning.svg",
    "system-firefox.svg",
    "system-ios.svg",
    "system-macos.svg",
    "system-windows.svg",
];

async fn serve(Path((asked, name)): Path<(String, String)>) -> Response {
    let Some(found) = ASSETS.iter().find(|asset| asset.name == name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let current = asked == version();
    let mut response = Response::new(Body::from(found.bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind(found.name)));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static(if current { KEEP } else { ASK }));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// For a year, without asking again.
const KEEP: &str = "public, max-age=31536000, immutable";
/// A page from before an update asks under the old version: it gets today's file once.
const ASK: &str = "no-cache";

fn kind(name: &str) -> &'static str {
    match name.rsplit_once('.') {
        Some((_, "css")) => "text/css; charset=utf-8",
        Some((_, "js")) => "text/javascript; charset=utf-8",
        Some((_, "svg")) => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

fn version() -> &'static str {
    static VERSION: OnceLock<String> = OnceLock::new();
    VERSION.get_or_init(|| {
        let all: Vec<u8> = ASSETS.iter().flat_map(|asset| asset.bytes).copied().collect();
        sha256_hex(&all).chars().take(12).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Request;
    use tower::ServiceExt as _;

    async fn fetch(path: &str) -> Response {
        let request = Request::get(path).body(Body::empty()).expect("valid");
        router::<()>().oneshot(request).await.expect("infallible")
    }

    #[tokio::test]
    async fn the_present_version_is_kept_for_good() {
        let answer = fetch(&asset("sekisho.css")).await;
        assert_eq!(answer.headers()[CONTENT_TYPE], "text/css; charset=utf-8");
        assert_eq!(answer.headers()[CACHE_CONTROL], KEEP);
        let old = fetch("/assets/000000000000/mark.svg").await;
        assert_eq!(old.headers()[CACHE_CONTROL], ASK);
        assert_eq!(old.headers()[CONTENT_TYPE], "image/svg+xml");
    }

    #[tokio::test]
    async fn nothing_else_is_served() {
        for path in ["/assets/x/..%2Fmod.rs", "/assets/x/absent.svg", "/assets/sekisho.css"] {
            assert_eq!(fetch(path).await.status(), StatusCode::NOT_FOUND, "{path}");
        }
    }

    #[test]
    fn drawings_carry_nothing_that_acts_and_nothing_from_elsewhere() {
        let drawings = ASSETS.iter().filter(|asset| kind(asset.name) == "image/svg+xml");
        for drawing in drawings {
            let text = std::str::from_utf8(drawing.bytes).expect("UTF-8");
            for wrong in ["<script", "<style", "style=", "href", "onload", "data:", "foreignObject"]
            {
                assert!(!text.contains(wrong), "{} in {}", wrong, drawing.name);
            }
        }
    }

    #[test]
    fn the_script_and_the_style_sheet_name_no_other_host() {
        for asset in ASSETS.iter().filter(|asset| kind(asset.name) != "image/svg+xml") {
            let text = std::str::from_utf8(asset.bytes).expect("UTF-8");
            for wrong in ["http:", "https:", "@import", "eval(", "innerHTML"] {
                assert!(!text.contains(wrong), "{} in {}", wrong, asset.name);
            }
        }
    }
}
