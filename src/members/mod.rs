//! What people do about themselves: register, sign in, change their password, read.
//!
//! - `top`: DC581101. `enroll`: the master's first registration. `login`: in and out.
//! - `contracts`, `messages`, `manuals`, `maintenance`: what the operator keeps.
//! - `activate`: 本登録 of who was invited. `forgot`: a forgotten password.
//! - `profile`, `factor`, `password`: 登録情報変更, 二段階認証, パスワード変更.
//! - `users`: システム管理機能, the people of a contract.
//! - `policy`, `roles`: what the master sets. `signup`, `accounts`: an office's people.
//! - `home`: what one sees first. `help`: how to. `contact`: お問い合わせ.
//!
//! Invariants: a password is only ever compared through `App::try_user` and
//! `App::try_contract`; every change leaves an audit row in its transaction.

pub mod accounts;
pub mod activate;
pub mod contact;
pub mod contracts;
pub mod enroll;
pub mod factor;
mod fields;
pub mod forgot;
mod guessing;
pub mod help;
pub mod home;
pub mod login;
mod maintenance;
pub mod manuals;
pub mod messages;
pub mod password;
pub mod policy;
pub mod profile;
pub mod roles;
pub mod signup;
pub mod top;
pub mod users;
mod words;

#[cfg(test)]
mod samples;

use axum::Router;

use crate::app::App;
use crate::web::Blocks;

/// Every URL of this folder; `blocks`: what the modules show on the first page.
pub fn router(blocks: Blocks) -> Router<App> {
    Router::new()
        .merge(contracts::router())
        .merge(messages::router())
        .merge(manuals::router())
        .merge(top::router())
        .merge(enroll::router())
        .merge(login::router())
        .merge(activate::router())
        .merge(forgot::router())
        .merge(password::router())
        .merge(policy::router())
        .merge(roles::router())
        .merge(profile::router())
        .merge(factor::router())
        .merge(home::router(blocks))
        .merge(users::router())
        .merge(help::router())
        .merge(maintenance::router())
        .merge(signup::router())
        .merge(accounts::router())
        .merge(contact::router())
}
