//! Who may open which page: one table, asked for every request before its handler.
//!
//! A page that no row names is forbidden to everybody. What a page shows belongs to the
//! contract of whoever asks; a handler that takes something else decides about it itself.

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};

use super::{Arrived, Error};
use crate::app::App;
use crate::identity::rights::{Action, Resource, may};

/// What a page asks for.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// The page's address as the router knows it, such as `/hr/employees/{id}`.
    pub path: &'static str,
    /// To look at it.
    pub read: Action,
    /// To send something to it.
    pub write: Action,
}

/// A page where looking and sending ask for the same.
#[must_use]
pub const fn gate(path: &'static str, action: Action) -> Gate {
    Gate { path, read: action, write: action }
}

/// A page where sending asks for more than looking.
#[must_use]
pub const fn change(path: &'static str, read: Action, write: Action) -> Gate {
    Gate { path, read, write }
}

impl Gate {
    /// What a request with `method` asks for.
    #[must_use]
    pub fn action(&self, method: &Method) -> Action {
        if method.is_safe() { self.read } else { self.write }
    }
}

/// Lets the request on to its handler when `gates` allows it.
pub async fn decide(app: &App, gates: &[Gate], request: Request, next: Next) -> Response {
    let matched = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let found = gates.iter().find(|gate| matched == Some(gate.path));
    let Some(action) = found.map(|gate| gate.action(request.method())) else {
        tracing::error!(path = matched, "no rule says who may open this page");
        return Error::Forbidden.into_response();
    };
    let (mut parts, body) = request.into_parts();
    let person = match Arrived::from_request_parts(&mut parts, app).await {
        Ok(person) => person,
        Err(rejection) => return rejection.into_response(),
    };
    // Who has something to do first gets that page, and nothing else (R004-95, R001-12,
    // R002-37).
    if let Some(pending) = person.pending().filter(|pending| pending.action() != action) {
        return Redirect::to(pending.page()).into_response();
    }
    if let Err(denial) = may(&person.actor, action, &Resource::own(&person.actor)) {
        tracing::debug!(user = person.user.login_id, action = action.word(), %denial, "refused");
        return Error::Forbidden.into_response();
    }
    parts.extensions.insert(person);
    next.run(Request::from_parts(parts, body)).await
}
