//! People who guess: IDs, passwords, codes. Together 10,000 guesses on SQLite and 1,000 on
//! PostgreSQL, against one account and against many, from one address and from many; none
//! opens anything, and nothing tells who exists: no word, no time.

mod bursts;
mod codes;
mod logins;
mod telling;
mod times;

use std::net::Ipv4Addr;

use sekisho::audit::{self, Verdict};
use sekisho::base::Secret;
use sekisho::base::clock::MINUTE_MS;
use sekisho::db::{Target, params};
use sekisho::identity::password;
use sekisho::identity::users::Kind;

use crate::support::db::Fresh;
use crate::support::site::{CONTRACT, Page, Window, World};
use crate::support::tools::whole;

/// Guesses that are under way at once.
const AT_ONCE: usize = 8;
const PASSWORD: &str = "Abcde1#x";

/// A form that asks for something secret.
#[derive(Clone, Debug)]
struct Guess {
    from: Ipv4Addr,
    path: &'static str,
    fields: Vec<(&'static str, String)>,
}

/// As many on SQLite in a whole run; else a tenth, and so on PostgreSQL, where the code is
/// the same and a write takes longer.
fn scaled(fresh: &Fresh, guesses: usize) -> usize {
    match fresh.target {
        Target::Sqlite(_) if whole() => guesses,
        Target::Sqlite(_) | Target::Postgres(_) => guesses / 10,
    }
}

/// An address of the attacker's.
fn address(number: usize) -> Ipv4Addr {
    Ipv4Addr::from(0x0a00_0000 + u32::try_from(number).expect("few"))
}

/// `count` people of `CONTRACT`, with one password: it is hashed once.
async fn crowd(world: &World, count: usize) -> Vec<String> {
    let first = world.user("Crowd0000", Kind::Employee, PASSWORD).await;
    let hash = password::hash(&Secret::from(PASSWORD)).expect("hashed");
    let mut tx = world.app.db.begin().await.expect("begun");
    let mut ids = vec![first.login_id.clone()];
    for number in 1..count {
        let login_id = format!("Crowd{number:04}");
        let sql = "INSERT INTO users (id, contract_no, login_id, kind, name, email, \
                   password_hash, password_temporary, password_set_at, failures, locks, \
                   created_at) VALUES ($1, $2, $3, 'employee', 'x', 'x@example.jp', $4, $5, $6, \
                   0, 0, $6)";
        let id = format!("crowd-{number}");
        let values = params![id, CONTRACT.0, &login_id, &hash, false, first.created_at];
        tx.execute(sql, values).await.expect("a person");
        ids.push(login_id);
    }
    tx.commit().await.expect("committed");
    ids
}

/// Makes every guess, several at once, in three bursts with an hour between them, so that
/// every lock has ended; `seen` sees each answer. Fails unless it opens nothing.
async fn make(window: &Window<'_>, world: &World, guesses: &[Guess], seen: impl Fn(&Page)) {
    for (number, burst) in guesses.chunks(guesses.len().div_ceil(3)).enumerate() {
        world.clock.advance_ms(if number == 0 { 0 } else { 61 * MINUTE_MS });
        let worker = async |number: usize| {
            for guess in burst.iter().skip(number).step_by(AT_ONCE) {
                let fields: Vec<_> = guess.fields.iter().map(|(k, v)| (*k, v.as_str())).collect();
                let page = window.beside(None).at(guess.from).post(guess.path, &fields).await;
                let status = page.status.as_u16();
                assert!(matches!(status, 403 | 422 | 429), "{guess:?}: {status} {}", page.html);
                assert!(page.location.is_empty(), "{guess:?} leads to {}", page.location);
                assert!(page.set_cookies.is_empty(), "{guess:?}: {:?}", page.set_cookies);
                seen(&page);
            }
        };
        let w = worker;
        tokio::join!(w(0), w(1), w(2), w(3), w(4), w(5), w(6), w(7));
    }
}

/// The chain is whole; how long it is.
async fn chain(world: &World) -> i64 {
    let mut conn = world.app.db.conn().await.expect("a connection");
    match audit::verify(&mut conn).await.expect("read") {
        Verdict::Whole(rows) => rows,
        broken @ Verdict::Broken { .. } => panic!("{broken:?}"),
    }
}

/// Rows of a table.
async fn rows(world: &World, table: &str) -> i64 {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = format!("SELECT COUNT(*) FROM {table}");
    conn.one(&sql, params![]).await.expect("asked").expect("a number")
}
