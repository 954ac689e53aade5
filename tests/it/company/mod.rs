//! Company mode: one certificate a company, on the PCs of all who work with it; who
//! they are, the login asks.

mod files;
mod issue;
mod login;
mod operator;
mod real;
mod registration;
mod seen;

use std::sync::Arc;

use data_encoding::HEXLOWER;
use sekisho::certificates::company::issue::{self as company, Made};
use sekisho::certificates::issue::{Error, event_of_cli};
use sekisho::certificates::state::State;
use sekisho::certificates::store::{self, Certificate};
use sekisho::identity::contracts::{self, CertificateMode, Contract, Service};
use sekisho::identity::users::{Kind, User};
use sekisho::identity::{Bearer, Holder};
use sekisho::pki::bundle::Format;

use crate::support::db::Fresh;
use crate::support::site::{Page, Window, World};

/// A company, its code, and one of its people.
pub const COMPANY: &str = "15000004";
const CODE: &str = "123456";
pub const USER: &str = "Seizo001";
const PASSWORD: &str = "Abcde1#x";

/// Every page, with the company and its master.
pub async fn works(fresh: &Fresh) -> (World, User) {
    let world = World::whole(fresh).await;
    add_company(&world, COMPANY, CODE).await;
    let user = world.user_of(COMPANY, USER, Kind::Master, PASSWORD).await;
    (world, user)
}

async fn add_company(world: &World, number: &str, code: &str) {
    let mode = CertificateMode::Company { code: code.to_owned() };
    world.contract_of(number, "Hajime1#", &[Service::Hr], mode).await;
}

async fn contract(world: &World, number: &str) -> Contract {
    let mut conn = world.app.db.conn().await.expect("a connection");
    contracts::find(&mut conn, number).await.expect("asked").expect("there")
}

/// Issues a certificate to the company as the operator would.
async fn try_issue(world: &World, number: &str) -> Result<Made, Error> {
    let made = company::prepare(&world.app, &contract(world, number).await, Format::Modern).await?;
    let mut tx = world.app.db.begin().await?;
    company::store(&world.app, &mut tx, &made.prepared, &event_of_cli("tester")).await?;
    tx.commit().await?;
    Ok(made)
}

/// The company's certificate, as the gate knows whoever presents it.
pub async fn issue(world: &World, number: &str) -> Arc<Holder> {
    Arc::new(holder(&try_issue(world, number).await.expect("issued").prepared.certificate))
}

fn holder(one: &Certificate) -> Holder {
    let fingerprint = HEXLOWER.decode(one.fingerprint.as_bytes()).expect("hex");
    Holder {
        bearer: Bearer::Company { name: one.subject_cn.clone() },
        contract_no: one.contract_no.clone(),
        serial: one.serial.clone(),
        fingerprint: fingerprint.try_into().expect("32 bytes"),
        not_after: one.not_after,
        retiring: one.status == State::Retiring,
    }
}

async fn stored(world: &World, holder: &Holder) -> Certificate {
    let mut conn = world.app.db.conn().await.expect("a connection");
    store::find(&mut conn, &holder.serial).await.expect("asked").expect("there")
}

/// Fills the three fields.
async fn sign_in(window: &Window<'_>, contract: &str, user: &str, password: &str) -> Page {
    window.get("/login").await.says(200, &["ご契約番号"]);
    let fields = [("contract_no", contract), ("user_id", user), ("password", password)];
    window.post("/login", &fields).await
}

/// What the summary above the form says.
fn summary(page: &Page) -> String {
    let (_, rest) = page.html.split_once("id=\"mistakes\"").expect("a summary");
    rest.split_once("</ul>").expect("a list").0.to_owned()
}
