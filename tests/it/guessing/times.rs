//! The time of an answer does not tell who exists: in the middle, "no such user", "wrong
//! password" and "closed" differ by less than 5 %.
//!
//! Tries are timed in pairs, one right after the other and in turns first, so that whatever
//! else the machine does falls on both. Pairs are added until the middle of their
//! differences is known well enough, and the same measure finds a difference of 10 % that
//! is planted.

use std::cell::Cell;
use std::hint::spin_loop;
use std::time::Duration;

use sekisho::db::{Engine, params};
use tokio::time::Instant;

use super::{Guess, PASSWORD, address, crowd};
use crate::company;
use crate::office::add_office;
use crate::support::db::{Fresh, both_engines, fresh};
use crate::support::site::{Window, World};

/// The most that two middles may differ, as a part of the time itself.
const MOST: f64 = 0.05;
/// How well a difference must be known before it is judged.
const SHARP: f64 = 0.02;
/// Pairs after which one looks, and at most.
const ROUND: usize = 25;
const PAIRS: usize = 150;

/// How the first of two kinds of tries differs from the second.
#[derive(Debug)]
struct Difference {
    /// Middle of the differences, as a part of the second's middle.
    part: f64,
    /// Half the width in which it lies in 19 of 20 cases, as the same part.
    unsure: f64,
    pairs: usize,
}

/// Times pairs until the difference is sharp.
async fn differ(first: impl AsyncFn() -> f64, second: impl AsyncFn() -> f64) -> Difference {
    let (mut apart, mut usual) = (Vec::new(), Vec::new());
    loop {
        for number in 0..ROUND {
            let (one, other) = if number % 2 == 0 {
                let one = first().await;
                (one, second().await)
            } else {
                let other = second().await;
                (first().await, other)
            };
            apart.push(one - other);
            usual.push(other);
        }
        let found = judge(&mut apart.clone(), &mut usual.clone());
        if found.pairs >= PAIRS || found.pairs >= 2 * ROUND && found.unsure < SHARP {
            return found;
        }
    }
}

/// Middles, and the ranks between which a middle lies in 19 of 20 cases (n/2 ± √n).
fn judge(apart: &mut [f64], usual: &mut [f64]) -> Difference {
    apart.sort_by(f64::total_cmp);
    usual.sort_by(f64::total_cmp);
    let (pairs, middle) = (apart.len(), apart.len() / 2);
    let reach = pairs.isqrt();
    let width = apart[(middle + reach).min(pairs - 1)] - apart[middle.saturating_sub(reach)];
    let usual = usual[middle];
    Difference { part: apart[middle] / usual, unsure: width / 2.0 / usual, pairs }
}

/// Tries one guess after the other and times it, milliseconds.
struct Tries<'w> {
    world: &'w World,
    window: &'w Window<'w>,
    count: Cell<usize>,
    make: &'w dyn Fn(usize) -> Guess,
}

impl Tries<'_> {
    async fn time(&self) -> f64 {
        let number = self.count.replace(self.count.get() + 1);
        let guess = (self.make)(number);
        let fields: Vec<_> = guess.fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let window = self.window.beside(None).at(guess.from);
        // What waits by address or certificate would be another way to answer.
        self.world.clock.advance_ms(30_000);
        let start = Instant::now();
        let page = window.post(guess.path, &fields).await;
        let took = start.elapsed().as_secs_f64() * 1_000.0;
        assert!(matches!(page.status.as_u16(), 303 | 403 | 422), "{guess:?}: {}", page.status);
        assert!(!page.html.contains("受け付けられません"), "{guess:?} waits");
        took
    }
}

/// A guess number `n` for an ID of somebody (each a few times only), of nobody, or closed.
fn guess(path: &'static str, number: usize, id: String) -> Guess {
    let fields = vec![
        ("contract_no", company::COMPANY.to_owned()),
        ("email", id.clone()),
        ("user_id", id),
        ("password", format!("Chigau{number}#")),
    ];
    Guess { from: address(number), path, fields }
}

async fn told_by_no_time(
    world: &World,
    window: &Window<'_>,
    path: &'static str,
    people: &[String],
) {
    window.get(path).await.says(200, &[]);
    let (closed, open) = people.split_at(people.len() / 2);
    let mut conn = world.app.db.conn().await.expect("a connection");
    for id in closed {
        let sql = "UPDATE users SET closed_at = 0 WHERE login_id = $1";
        assert_eq!(conn.execute(sql, params![id]).await.expect("closed"), 1, "{id}");
    }
    drop(conn);
    // Of the same form as a known one.
    let form = people[0].replace("Crowd", "Inai").replace("crowd", "inai");
    let nobody = |number: usize| guess(path, number, form.replace("0000", &format!("{number:04}")));
    let somebody = |number: usize| guess(path, number, open[number % open.len()].clone());
    let shut = |number: usize| guess(path, number, closed[number % closed.len()].clone());
    let tries = |make| Tries { world, window, count: Cell::new(0), make };
    let (nobody, somebody, shut) = (tries(&nobody), tries(&somebody), tries(&shut));
    for (what, one) in [("no such user", &nobody), ("closed", &shut)] {
        let found = differ(async || one.time().await, async || somebody.time().await).await;
        eprintln!("{path}: {what} and wrong password: {found:.4?}");
        // What is not known sharply enough is told above, and is no proof of a difference.
        let surely = found.part.abs() - found.unsure;
        assert!(surely < MOST, "{path}: {what} and wrong password differ: {found:?}");
    }
}

both_engines! {
    async fn no_such_user_and_wrong_password_take_the_same_time(fresh: &Fresh) {
        // R004-66
        let world = World::whole(fresh).await;
        let people = crowd(&world, 600).await;
        told_by_no_time(&world, &world.visitor(), "/certificate", &people).await;
    }
}

#[tokio::test]
async fn nor_does_time_tell_with_a_companys_certificate() {
    let fresh = &fresh(Engine::Sqlite).await;
    // R003-42
    let (world, _) = company::works(fresh).await;
    let people = crowd(&world, 600).await;
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "UPDATE users SET contract_no = $1";
    conn.execute(sql, params![company::COMPANY]).await.expect("moved");
    drop(conn);
    let holder = company::issue(&world, company::COMPANY).await;
    told_by_no_time(&world, &world.window(&holder), "/login", &people).await;
}

#[tokio::test]
async fn nor_does_it_tell_at_the_doors_for_a_mail_address() {
    // R000-17, R000-26, R002-24
    for path in ["/activate", "/password/forgot", "/signup"] {
        let fresh = &fresh(Engine::Sqlite).await;
        let world = World::whole(fresh).await;
        add_office(&world, "15000005", "281234", 3).await;
        let people = crowd(&world, 600).await;
        let mut conn = world.app.db.conn().await.expect("a connection");
        let sql = "UPDATE users SET contract_no = '15000005', \
                   login_id = LOWER(login_id) || '@example.jp'";
        conn.execute(sql, params![]).await.expect("moved");
        drop(conn);
        let people: Vec<_> =
            people.iter().map(|id| format!("{}@example.jp", id.to_lowercase())).collect();
        told_by_no_time(&world, &world.visitor(), path, &people).await;
    }
}

#[tokio::test]
async fn a_difference_of_ten_percent_would_be_found() {
    let fresh = &fresh(Engine::Sqlite).await;
    let world = World::whole(fresh).await;
    let people = crowd(&world, 600).await;
    let window = world.visitor();
    window.get("/certificate").await.says(200, &[]);
    let somebody =
        |number: usize| guess("/certificate", number, people[number % people.len()].clone());
    let tries = Tries { world: &world, window: &window, count: Cell::new(0), make: &somebody };
    let slower = async || {
        let took = tries.time().await;
        let (start, more) = (Instant::now(), Duration::from_secs_f64(took / 10_000.0));
        while start.elapsed() < more {
            spin_loop();
        }
        took + start.elapsed().as_secs_f64() * 1_000.0
    };
    let found = differ(slower, async || tries.time().await).await;
    assert!(found.part > MOST, "a planted difference of 10 % is not found: {found:?}");
}

#[test]
fn middles_are_not_moved_by_single_hiccups() {
    assert_eq!(PASSWORD.len(), 8);
    let mut apart: Vec<f64> = (0..100).map(|n| if n % 10 == 0 { 300.0 } else { 1.0 }).collect();
    let mut usual: Vec<f64> = vec![20.0; 100];
    let found = judge(&mut apart, &mut usual);
    assert!((found.part - 0.05).abs() < 1e-9 && found.unsure < 1e-9, "{found:?}");
}
