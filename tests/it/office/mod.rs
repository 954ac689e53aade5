//! A 社労士事務所: people register by themselves, tie themselves to an account, and one of
//! them looks after the others.

mod accounts;
mod contact;
mod details;
mod licences;
mod signup;

use sekisho::identity::accounts::fill;
use sekisho::identity::contracts::Service;
use sekisho::identity::terms::{self, Preset, Stored};
use sekisho::identity::users::User;

use crate::support::db::Fresh;
use crate::support::site::{Page, Window, World};

const OFFICE: &str = "15000003";
const CUSTOMER: &str = "281234";
const TEL: &str = "03-5563-7662";
const EMAIL: &str = "jimu@office.example.jp";
const PASSWORD: &str = "Abcdefg1";

const START: &str = "/signup";
const CODE: &str = "/signup/code";
const AGAIN: &str = "/signup/code/again";
const DETAILS: &str = "/signup/details";
const DONE: &str = "/signup/done";

/// Every page, with an office of `licences` that has as many accounts.
async fn office(fresh: &Fresh, licences: i64) -> World {
    let world = World::whole(fresh).await;
    add_office(&world, OFFICE, CUSTOMER, licences).await;
    world
}

/// Adds an office, as people register for by themselves.
pub async fn add_office(world: &World, number: &str, customer_no: &str, licences: i64) {
    world.contract(number, "Hajime1#", &[Service::Hr]).await;
    let mut tx = world.app.db.begin().await.expect("begun");
    let stored = Stored {
        customer_no: Some(customer_no.to_owned()),
        tel: TEL.to_owned(),
        licences: Some(licences),
        ..Stored::of(Preset::Office)
    };
    terms::put(&mut tx, number, &stored).await.expect("terms");
    fill(&mut tx, number, licences, world.clock.now()).await.expect("accounts");
    tx.commit().await.expect("committed");
}

/// Types the address.
async fn start(window: &Window<'_>, email: &str) -> Page {
    window.get(START).await.says(200, &["メールアドレス", "次へ"]);
    window.post(START, &[("email", email)]).await
}

/// The codes that were mailed to the address, oldest first.
async fn codes(world: &World, email: &str) -> Vec<String> {
    world.work().await;
    let sent = world.mail.sent().into_iter().filter(|(_, mail)| mail.to == email);
    sent.map(|(_, mail)| {
        let (_, rest) = mail.body.split_once("アカウント確認コード: ").expect("a code");
        rest.lines().next().expect("a line").to_owned()
    })
    .collect()
}

async fn last_code(world: &World, email: &str) -> String {
    codes(world, email).await.pop().expect("a mail")
}

/// A window behind the right code.
async fn at_details<'w>(world: &'w World, email: &str) -> Window<'w> {
    let window = world.visitor();
    start(&window, email).await.leads_to(CODE);
    let code = last_code(world, email).await;
    window.get(CODE).await.says(200, &["コードの入力"]);
    window.post(CODE, &[("code", &code)]).await.leads_to(DETAILS);
    window.get(DETAILS).await.says(200, &[]);
    window
}

/// The good form with other values in it.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let good = [
        ("password", PASSWORD),
        ("password_confirm", PASSWORD),
        ("customer_no", CUSTOMER),
        ("display_name", "事務　良子"),
        ("tel", TEL),
    ];
    let other = |name| changes.iter().find(|(n, _)| *n == name).map(|(_, value)| *value);
    good.iter().map(|&(name, value)| (name, other(name).unwrap_or(value))).collect()
}

/// Registers somebody; the person.
async fn registered(world: &World, email: &str) -> User {
    let window = at_details(world, email).await;
    window.post(DETAILS, &with(&[])).await.leads_to(DONE);
    world.find(email).await.expect("registered")
}

/// A window of somebody who has logged in with a certificate of their own.
async fn inside<'w>(world: &'w World, user: &User) -> Window<'w> {
    let holder = world.certificate(user, "active").await;
    let window = world.window(&holder);
    window.get("/login").await.says(200, &[]);
    window.post("/login", &[("password", PASSWORD)]).await.leads_to("/home");
    window
}

/// The same, tied to the account that is offered.
async fn tied<'w>(world: &'w World, user: &User) -> Window<'w> {
    let window = inside(world, user).await;
    let account = offered(&window.get("/account").await);
    window.post("/account", &[("account_id", &account)]).await.leads_to("/home");
    window
}

/// The account that the page offers.
fn offered(page: &Page) -> String {
    page.says(200, &[]);
    let (_, rest) = page.html.split_once("name=\"account_id\" value=\"").expect("an account");
    rest.split('"').next().expect("a value").to_owned()
}
