//! CA keys that are slow to sign: who does not need them does not wait for them.

use std::fs;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use sekisho::app::App;
use sekisho::base::Secret;
use sekisho::certificates::{crl, issue, ocsp::Responder};
use sekisho::db::Engine;
use sekisho::identity::{contracts, users};
use sekisho::pki::bundle::Format;
use tokio::task::{JoinSet, yield_now};
use tokio::time::timeout;

use super::station::Station;
use crate::support::db::fresh;
use crate::support::tool::openssl;

const SOON: Duration = Duration::from_secs(8);

/// More than have a turn at once, of either kind.
fn many() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from) * 2 + 2
}

/// Takes every turn at the CAs' keys, as a token does that answers nobody; until the
/// senders are dropped.
async fn hang(app: &App, tasks: &mut JoinSet<()>) -> Vec<Sender<()>> {
    let mut held = Vec::new();
    for _ in 0..many() {
        let (sender, wait) = channel();
        held.push(sender);
        let app = app.clone();
        tasks.spawn(async move {
            let hanging = move || wait.recv().is_err();
            assert_eq!(app.with_ca_key(hanging).await, Some(true));
        });
    }
    // Turns are taken in order: each task has asked for its own now.
    yield_now().await;
    held
}

fn request(station: &Station, name: &str, nonce: &str) -> Vec<u8> {
    let (issuer, cert) = (station.path("issuing-1.crt"), station.path(&format!("{name}.crt")));
    let file = station.path("request.der");
    openssl(&["ocsp", "-issuer", &issuer, "-cert", &cert, nonce, "-reqout", &file]).says("");
    fs::read(file).expect("a request")
}

async fn a_login(app: &App) {
    let password = Secret::from("Abcde1#x");
    let checked = timeout(SOON, app.verify_password(&password, None)).await.expect("in time");
    assert!(!checked.expect("there was a turn"));
}

#[tokio::test]
async fn a_token_that_hangs_keeps_nobody_from_logging_in() {
    let station = Station::new(fresh(Engine::Sqlite).await).await;
    let (app, leaf) = (&station.app, station.issue("active01").await);
    let (plain, nonced) =
        (request(&station, "active01", "-no_nonce"), request(&station, "active01", "-nonce"));
    let responder = Responder::default();
    assert!(responder.answer(app, &plain).await.times.is_some());
    let mut conn = app.db.conn().await.expect("a connection");
    let user = users::find(&mut conn, &leaf.user_id).await.expect("asked").expect("a person");
    let contract = contracts::find(&mut conn, &user.contract_no).await.expect("asked");
    let contract = contract.expect("a contract");
    drop(conn);

    let mut hanging = JoinSet::new();
    let held = hang(app, &mut hanging).await;
    a_login(app).await;
    // Who has signed before answers anew without the CA.
    let answer = timeout(SOON, responder.answer(app, &nonced)).await.expect("in time");
    assert!(answer.der.len() > 200, "{:02x?}", answer.der);
    // What needs the CA's key waits, and takes nobody's turn meanwhile.
    let mut waiting = JoinSet::new();
    let new = Responder::default();
    for _ in 0..many() {
        let (app, new, plain) = (app.clone(), new.clone(), plain.clone());
        waiting.spawn(async move { assert!(new.answer(&app, &plain).await.times.is_some()) });
        let (app, user, contract) = (station.app.clone(), user.clone(), contract.clone());
        waiting.spawn(async move {
            let password = Secret::from("Abcd-123");
            let made = issue::prepare(&app, &user, &contract, &password, Format::Modern).await;
            assert!(made.is_ok());
        });
    }
    let app = station.app.clone();
    waiting.spawn(async move { assert!(crl::sign(&app, None).await.is_ok()) });
    assert!(timeout(Duration::from_millis(300), waiting.join_next()).await.is_err());
    a_login(&station.app).await;
    // It is back: everybody is served.
    drop(held);
    while let Some(done) = waiting.join_next().await {
        done.expect("served");
    }
}
