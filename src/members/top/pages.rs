//! The top page and the general user's first page.

use askama::Template;
use axum::Router;
use axum::response::Response;
use axum::routing::get;

use crate::app::App;
use crate::web::{self, Shell, Visit};

/// `/` and `/enroll/general`.
pub fn router() -> Router<App> {
    Router::new().route("/", get(show_top)).route("/enroll/general", get(show_general))
}

#[derive(Template)]
#[template(path = "members/top/pages/top.html")]
struct TopPage {
    shell: Shell,
}

#[derive(Template)]
#[template(path = "members/top/pages/general.html")]
struct GeneralPage {
    shell: Shell,
}

async fn show_top(visit: Visit) -> Result<Response, web::Error> {
    let shell = Shell::new(&visit.frame, "ログイン画面").screen("DC581101");
    web::page(&TopPage { shell })
}

async fn show_general(visit: Visit) -> Result<Response, web::Error> {
    let shell = Shell::new(&visit.frame, "一般ユーザーの初期登録")
        .crumb("トップページ", "/")
        .crumb_here();
    web::page(&GeneralPage { shell })
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::web::Frame;

    pub fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
        let top = TopPage { shell: Shell::new(frame, "ログイン画面").screen("DC581101") };
        let general = GeneralPage {
            shell: Shell::new(frame, "一般ユーザーの初期登録")
                .crumb("トップページ", "/")
                .crumb_here(),
        };
        vec![
            ("members-top", top.render().expect("renders")),
            ("members-general", general.render().expect("renders")),
        ]
    }
}
