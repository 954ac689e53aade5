//! Every form of the product, filled with what nobody should type: as visitor, and as each
//! of the demo's people. Forms are found by walking; nothing is listed here.
//!
//! Never an answer of 500 and more, never markup that was typed as markup, never a header or
//! an address of somebody else's, and the audit chain stays whole. The cases are always the
//! same, and the one that fails is printed.

mod hostile;
mod post;

use std::collections::BTreeSet;

use sekisho::audit::{self, Verdict};
use sekisho::db::Engine;
use sekisho::site::GATES;

use hostile::{ODD_BODIES, VALUES, combinations, marks};
use post::{Body, baseline, check, send};

use crate::support::crawl::{Found, Walk, shape, walk};
use crate::support::filled::{Filled, Person, certificate, filled, sign_in};
use crate::support::site::{Window, World};
use crate::support::tools::whole;

/// Who fills in forms.
enum Who<'a> {
    Visitor,
    Person(&'a Person),
}

impl Who<'_> {
    /// A window of theirs; `None` when there is no way in any more.
    async fn window<'w>(&self, world: &'w World) -> Option<Window<'w>> {
        let Self::Person(person) = self else { return Some(world.visitor()) };
        world.find(&person.login_id).await?;
        let window = world.window(&certificate(world, person).await);
        sign_in(&window, person).await.then_some(window)
    }

    /// The forms of a visitor are filled in by the visitor alone.
    fn fills(&self, found: &Found) -> bool {
        let public = ["/enroll", "/certificate", "/signup", "/activate", "/password/forgot"];
        let outside = public.iter().any(|path| found.action.starts_with(path));
        // One that ends the session is tried at its end.
        !found.action.starts_with("/logout") && (matches!(self, Self::Visitor) || !outside)
    }
}

/// Fills in every form that `who` can reach and nobody has `tried`.
async fn fill_all(samples: &Filled, who: &Who<'_>, tried: &mut BTreeSet<String>) -> usize {
    let first = samples.world().await;
    let window = who.window(&first).await.expect("the demo's people come in");
    let before = walk(&window).await;
    let mut new = |found: &Found| who.fills(found) && tried.insert(shape(&found.action));
    let todo: Vec<Found> = before.forms.into_iter().filter(|found| new(found)).collect();
    drop(window);
    let mut count = 0;
    for found in &todo {
        count += fill(samples, who, found).await;
    }
    count
}

/// Sends one form with everything; how often. Each form meets an untouched world, and a new
/// one when it locked its own way in.
async fn fill(samples: &Filled, who: &Who<'_>, found: &Found) -> usize {
    let bodies = bodies(found);
    let mut sent = 0;
    while sent < bodies.len() {
        let world = samples.world().await;
        let mut window = who.window(&world).await.expect("the demo's people come in");
        window.get(&found.page).await;
        while let Some(body) = bodies.get(sent) {
            let page = send(&window, found, body).await;
            sent += 1;
            check(found, body, &page);
            // It may have ended the session, or closed the account.
            if page.location.starts_with("/login") || page.status.as_u16() == 403 {
                let Some(again) = who.window(&world).await else { break };
                window = again;
                window.get(&found.page).await;
            }
        }
        unharmed(&window.get(&found.page).await.html, &found.page);
        aftermath(&world).await;
    }
    sent
}

/// Everything that is sent as `found`: each field with each value, without it, doubled and
/// renamed; all together; and what is no form.
fn bodies(found: &Found) -> Vec<Body> {
    let good = baseline(&found.form);
    let mut bodies: Vec<Body> = Vec::new();
    for (number, field) in good.iter().enumerate().filter(|(_, field)| field.0 != "csrf") {
        bodies.extend(some_of(number, 6).map(|value| Body::with(&good, number, value)));
        bodies.push(Body::without(&good, number));
        bodies.push(Body::twice(&good, number));
        bodies.push(Body::renamed(&good, number, &format!("{}[]", field.0)));
    }
    bodies.extend(combinations(&good));
    bodies.extend(ODD_BODIES.iter().map(|odd| Body::odd(odd)));
    bodies
}

/// In a short run one of `share` values, and for the next `number` the next; else all.
fn some_of(number: usize, share: usize) -> impl Iterator<Item = &'static &'static str> {
    let step = if whole() { 1 } else { share };
    VALUES.iter().skip(number % step).step_by(step)
}

/// The chain is whole, and no mail carries a header that somebody typed.
async fn aftermath(world: &World) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let verdict = audit::verify(&mut conn).await.expect("read");
    assert!(matches!(verdict, Verdict::Whole(_)), "{verdict:?}");
    drop(conn);
    world.work().await;
    for (_, mail) in world.mail.sent() {
        let heads = format!("{}{}", mail.to, mail.subject);
        assert!(!heads.contains(['\r', '\n']), "a header was split: {mail:?}");
    }
}

/// What was typed stands nowhere as markup.
fn unharmed(html: &str, place: &str) {
    for mark in marks() {
        assert!(
            !html.contains(mark),
            "{place}: {mark} stands in the page as it was typed:\n{html}"
        );
    }
}

/// Every kind of person of the demo, one of each contract.
fn kinds(people: &[Person]) -> Vec<&Person> {
    let mut seen = BTreeSet::new();
    people.iter().filter(|one| seen.insert((&one.contract_no, &one.kind))).collect()
}

#[tokio::test]
async fn a_visitor_breaks_nothing_with_any_form() {
    // R004-20, RX-07
    let samples = Filled::new();
    let count = fill_all(&samples, &Who::Visitor, &mut BTreeSet::new()).await;
    eprintln!("{count} forms sent by a visitor");
    assert!(count > 100, "{count}");
}

#[tokio::test]
async fn nobody_who_is_signed_in_breaks_anything_with_any_form() {
    // RX-06, RX-07
    let samples = Filled::new();
    let people = samples.people();
    // What a form does with its fields is the same for everybody who may send it.
    let (mut all, mut tried) = (0, BTreeSet::new());
    for person in kinds(&people) {
        let count = fill_all(&samples, &Who::Person(person), &mut tried).await;
        eprintln!("{count} forms sent by {} ({})", person.login_id, person.kind);
        all += count;
    }
    assert!(all > 500, "{all}");
}

#[tokio::test]
async fn what_was_typed_is_shown_as_text_to_everybody_afterwards() {
    let samples = Filled::new();
    let people = samples.people();
    let world = samples.world().await;
    // One value that both fits many fields and would be markup: everybody types it.
    for who in [Who::Visitor].into_iter().chain(people.iter().map(Who::Person)) {
        let Some(window) = who.window(&world).await else { continue };
        let Walk { forms, .. } = walk(&window).await;
        for found in forms.iter().filter(|found| who.fills(found)) {
            let good = baseline(&found.form);
            for value in ["<b>7331", "\"><img src=x onerror=alert(7331)>"] {
                for number in 0..good.len() {
                    check(
                        found,
                        &Body::odd(""),
                        &send(&window, found, &Body::with(&good, number, value)).await,
                    );
                }
            }
        }
    }
    for person in &people {
        let Some(window) = Who::Person(person).window(&world).await else { continue };
        for (path, (_, html)) in walk(&window).await.pages {
            unharmed(&html, &path);
        }
    }
    aftermath(&world).await;
}

#[tokio::test]
async fn addresses_and_queries_break_nothing() {
    // RX-06, RX-07
    let engines = [Engine::Sqlite, Engine::Postgres];
    for engine in engines.into_iter().take(if whole() { 2 } else { 1 }) {
        let (world, people) = filled(engine).await;
        let mut count = 0;
        let mut tried = BTreeSet::new();
        for person in kinds(&people) {
            let Some(window) = Who::Person(person).window(&world).await else { continue };
            let walked = walk(&window).await;
            let mut paths: BTreeSet<String> = walked.pages.keys().map(|path| shape(path)).collect();
            paths.retain(|path| tried.insert(path.clone()));
            if person.kind == "operator" {
                paths.extend(GATES.iter().map(|gate| gate.path.to_owned()));
            }
            for (number, path) in paths.iter().enumerate() {
                for value in some_of(number, 3) {
                    count += usize::from(ask(&window, path, value).await);
                }
            }
            for found in walked.forms.iter().filter(|found| !found.form.is_post) {
                let good = baseline(&found.form);
                for number in 0..good.len() {
                    for value in some_of(number, 3) {
                        let body = Body::with(&good, number, value);
                        check(found, &body, &send(&window, found, &body).await);
                        count += 1;
                    }
                }
            }
        }
        eprintln!("{count} addresses asked for on {engine:?}");
        assert!(count > 500, "{count}");
        aftermath(&world).await;
    }
}

/// Asks for a path with `value` in place of its ids and in its query; whether it could be.
async fn ask(window: &Window<'_>, path: &str, value: &str) -> bool {
    let (bare, query) = path.split_once('?').unwrap_or((path, ""));
    let value = hostile::encoded(value);
    if let Some((before, after)) = bare.split_once('{') {
        // The gateway takes no path that could be read in two ways.
        if ["%00", "%0D", "%2F", "%5C"].iter().any(|odd| value.contains(odd)) {
            return false;
        }
        let after = after.split_once('}').map_or("", |(_, after)| after);
        return get(window, &format!("{before}{value}{after}")).await;
    }
    let keys = query.split('&').filter(|key| !key.is_empty());
    let query: Vec<_> = keys.map(|key| format!("{key}={value}")).collect();
    get(window, &format!("{bare}?{}", query.join("&"))).await
}

async fn get(window: &Window<'_>, uri: &str) -> bool {
    // What is no address at all never comes through the gateway.
    if uri.parse::<axum::http::Uri>().is_err() {
        return false;
    }
    let page = window.get(uri).await;
    assert!(page.status.as_u16() < 500, "{uri}: {}", page.status);
    unharmed(&page.html, uri);
    true
}
