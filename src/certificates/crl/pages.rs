//! `/ca/crl` (the current issuing CA's) and `/ca/crl/N`.

use axum::Router;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::get;

use super::{Error, Shelf};
use crate::app::App;
use crate::certificates::fresh::Fresh;
use crate::web;

/// The lists, for anybody.
pub fn router() -> Router<App> {
    let of_current = Shelf::default();
    let of_any = of_current.clone();
    let current = async move |State(app): State<App>, headers: HeaderMap| {
        let current = app.ca.get().current().number;
        show_list(&of_current, &app, current, &headers).await
    };
    let any = async move |State(app): State<App>, Path(number): Path<String>, asked: HeaderMap| {
        let number = number.parse().map_err(|_| web::Error::NotFound)?;
        show_list(&of_any, &app, number, &asked).await
    };
    Router::new().route("/ca/crl", get(current)).route("/ca/crl/{generation}", get(any))
}

async fn show_list(
    shelf: &Shelf,
    app: &App,
    generation: i64,
    asked: &HeaderMap,
) -> Result<Response, web::Error> {
    if app.ca.get().generation(generation).is_none() {
        return Err(web::Error::NotFound);
    }
    let list = shelf.take(app, generation).await.map_err(|error| match error {
        error @ (Error::Db(_) | Error::Stopping) => web::Error::busy(error),
        error => web::Error::internal(error),
    })?;
    let fresh = Fresh {
        kind: "application/pkix-crl",
        body: list.der,
        signed_at: list.this_update,
        until: list.next_update,
        expires: None,
    };
    Ok(fresh.answer(asked, app.clock.now()))
}
