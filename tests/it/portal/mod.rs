//! Contracts whose people log in with their mail address: 本登録, a forgotten password,
//! 登録情報変更, ログアウト, and the second factor of everybody.

mod activate;
pub mod command;
mod forgot;
mod leave;
mod others;
mod profile;
mod second;

use sekisho::app::people;
use sekisho::base::Secret;
use sekisho::identity::contracts::{CertificateMode, Service};
use sekisho::identity::password;
use sekisho::identity::terms::{self, Asked, Preset, Stored};
use sekisho::identity::users::{self, Kind, User};
use sekisho::mail::Message;

use crate::support::db::Fresh;
use crate::support::site::{Page, Window, World};

/// A contract of the portal, and one of its people.
const PORTAL: &str = "15000010";
const HANAKO: &str = "hanako@human.example.jp";
const PASSWORD: &str = "tsukiji2026";

/// Every page, with the portal's contract.
async fn works(fresh: &Fresh) -> World {
    let world = World::whole(fresh).await;
    add(&world, PORTAL, Stored::of(Preset::Portal)).await;
    world
}

/// Adds a contract with these terms.
async fn add(world: &World, number: &str, stored: Stored) {
    add_of(world, number, stored, CertificateMode::User).await;
}

async fn add_of(world: &World, number: &str, stored: Stored, mode: CertificateMode) {
    world.contract_of(number, "Hajime1#", &[Service::Invoice], mode).await;
    put(world, number, &stored).await;
}

async fn put(world: &World, number: &str, stored: &Stored) {
    let mut tx = world.app.db.begin().await.expect("begun");
    terms::put(&mut tx, number, stored).await.expect("terms");
    tx.commit().await.expect("committed");
}

/// The terms of a preset with a second factor for everybody.
fn required(preset: Preset) -> Stored {
    Stored { second_factor: Some(Asked::Required), ..Stored::of(preset) }
}

/// Adds a person with a password of their own.
async fn person(world: &World, contract: &str, login_id: &str) -> User {
    let user = fresh_person(world, contract, login_id, PASSWORD, false);
    insert(world, &user).await;
    user
}

fn fresh_person(world: &World, contract: &str, login_id: &str, typed: &str, first: bool) -> User {
    let address = if login_id.contains('@') { login_id } else { "someone@human.example.jp" };
    User {
        name: "人材　花子".to_owned(),
        email: address.to_owned(),
        password_hash: password::hash(&Secret::from(typed)).expect("hashed"),
        password_temporary: first,
        ..User::new(contract, login_id, Kind::General, world.clock.now())
    }
}

async fn insert(world: &World, user: &User) {
    let mut tx = world.app.db.begin().await.expect("begun");
    users::insert(&mut tx, user).await.expect("a person");
    tx.commit().await.expect("committed");
}

/// Adds a person and mails what they need for their 本登録; the mail.
async fn invite(world: &World, contract: &str, login_id: &str) -> (User, Message) {
    let first = Preset::Portal.policy().make(login_id).expect("made");
    let user = fresh_person(world, contract, login_id, first.expose(), true);
    insert(world, &user).await;
    let mail = invite_again(world, &user, &first).await;
    (user, mail)
}

async fn invite_again(world: &World, user: &User, first: &Secret) -> Message {
    let mut tx = world.app.db.begin().await.expect("begun");
    let now = world.clock.now();
    people::invite(&mut tx, &world.app.config, user, first, now).await.expect("invited");
    tx.commit().await.expect("committed");
    last_mail(world).await
}

/// The mail that left last.
async fn last_mail(world: &World) -> Message {
    world.work().await;
    world.mail.sent().last().expect("a mail").1.clone()
}

/// What stands after `label` on its line of the mail.
fn told(mail: &Message, label: &str) -> String {
    let line = mail.body.lines().find_map(|line| line.strip_prefix(label));
    line.unwrap_or_else(|| panic!("no {label} in {}", mail.body)).to_owned()
}

/// Another code than this one.
fn other(code: &str) -> String {
    let last = if code.ends_with('1') { '2' } else { '1' };
    format!("{}{last}", &code[..code.len() - 1])
}

async fn sign_in(window: &Window<'_>, password: &str) -> Page {
    window.get("/login").await.says(200, &["DC582101"]);
    window.post("/login", &[("password", password)]).await
}
