//! What people do about themselves: register, sign in, change their password, read.
//!
//! - `top`: DC581101 and what comes before a general user's registration.
//! - `enroll`: the master's first registration. `login`: in and out.
//! - `contracts`: the operator opens, changes and closes them. `messages`: お知らせ.
//! - `manuals`: マニュアル照会.
//! - `password`: 共通機能. `home`: what one sees first. `help`: how to.
//! - `policy`: パスワードポリシー設定. `roles`: アクセス権限管理.
//!
//! Invariants: a password is only ever compared through `App::try_user` and
//! `App::try_contract`; every change leaves an audit row in its transaction.

pub mod contracts;
pub mod enroll;
mod fields;
pub mod help;
pub mod home;
pub mod login;
pub mod manuals;
pub mod messages;
pub mod password;
pub mod policy;
pub mod roles;
pub mod top;
mod words;

#[cfg(test)]
mod samples;

use axum::Router;

use crate::app::App;

/// Every URL of this folder.
pub fn router() -> Router<App> {
    Router::new()
        .merge(contracts::router())
        .merge(messages::router())
        .merge(manuals::router())
        .merge(top::router())
        .merge(enroll::router())
        .merge(login::router())
        .merge(password::router())
        .merge(policy::router())
        .merge(roles::router())
        .merge(home::router())
        .merge(help::router())
}
