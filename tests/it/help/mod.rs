//! The help: what it says, that its pictures and links are there, and that the files
//! it makes for administrators are read by those for whom they are made.

mod admin;
mod browser;
mod guides;

use axum::body::Body;
use axum::http::Request;
use axum::http::header::USER_AGENT;
use sekisho::db::Engine;

use crate::support::db::{Fresh, fresh};
use crate::support::site::{Page, World};

/// Every page of the help.
const PAGES: &[&str] = &[
    "/help",
    "/help/import",
    "/help/new-window",
    "/help/import/windows",
    "/help/import/windows?file=company",
    "/help/import/firefox",
    "/help/import/firefox?file=company",
    "/help/import/macos",
    "/help/import/macos?file=company",
    "/help/import/ios",
    "/help/import/ios?file=company",
    "/help/root",
    "/help/root/windows",
    "/help/root/firefox",
    "/help/root/macos",
    "/help/root/ios",
    "/help/renewal",
    "/help/admin",
];

const WINDOWS: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                       Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0";
const IPHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 \
                      (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1";

async fn database() -> Fresh {
    fresh(Engine::Sqlite).await
}

/// Asks as a browser that calls itself `agent`.
async fn get_as(world: &World, path: &str, agent: &str) -> Page {
    let request = Request::get(path).header(USER_AGENT, agent);
    world.visitor().send(request.body(Body::empty()).expect("a request")).await
}

/// The values of `name="…"` in `html`, as a browser reads them.
fn values<'a>(html: &'a str, name: &str) -> Vec<&'a str> {
    let start = format!(" {name}=\"");
    html.split(&*start).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}
