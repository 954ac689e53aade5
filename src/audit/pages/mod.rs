//! 操作ログ照会: the master's of the own contract, the operator's of all (R004-23,
//! R004-156, R004-164).
//!
//! `rules`: what is asked for. `store`: the rows. `log`: list and file. `check`: the
//! verification of the chain. Invariants: a master reads rows of the own contract
//! alone; pages come by key, newest first; reading changes nothing, but a file that
//! leaves the house and a verification are rows themselves.

mod check;
mod log;
mod rules;
mod store;
mod words;

#[cfg(test)]
mod samples;

use axum::Router;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::routing::get;

use crate::app::App;
use crate::identity::rights::Action;
use crate::web::visit::Rejection;
use crate::web::{Operator, Shell, SignedIn};

/// Where the master reads, and the operator.
const OWN: &str = "/members/log";
const ALL: &str = "/operator/log";

/// `/members/log…` and `/operator/log…`.
pub fn router() -> Router<App> {
    Router::new()
        .route(OWN, get(log::show_log))
        .route("/members/log.csv", get(log::download_log))
        .route("/members/log/check", get(check::show_check).post(check::submit_check))
        .route(ALL, get(log::show_log))
        .route("/operator/log.csv", get(log::download_log))
        .route("/operator/log/check", get(check::show_check).post(check::submit_check))
}

/// Who reads, and how far.
struct Reader {
    person: SignedIn,
    /// The contract whose rows are read; `None`: all.
    own: Option<String>,
    /// Where the list is.
    list: &'static str,
}

impl FromRequestParts<App> for Reader {
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Rejection> {
        if parts.uri.path().starts_with(ALL) {
            let Operator(person) = Operator::from_request_parts(parts, app).await?;
            person.needs(Action::OperatorLog)?;
            return Ok(Self { person, own: None, list: ALL });
        }
        let person = SignedIn::from_request_parts(parts, app).await?;
        person.needs(Action::LogView)?;
        let own = Some(person.contract_no().to_owned());
        Ok(Self { person, own, list: OWN })
    }
}

impl Reader {
    /// Where the verification is.
    fn check(&self) -> String {
        format!("{}/check", self.list)
    }

    /// A page for this person.
    fn shell(&self, title: &str) -> Shell {
        let menu = if self.own.is_some() { "/members" } else { ALL };
        let shell = self.person.shell(title, "", menu);
        let shell = shell.crumb("トップページ", "/home");
        if self.own.is_some() { shell.crumb(words::SYSTEM_TITLE, "/members") } else { shell }
    }
}
