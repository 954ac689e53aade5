//! Everybody walks from their first page over every link and form; then everybody asks
//! for what the others saw.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::task::Poll;

use sekisho::db::Engine;
use sekisho::identity::rights;
use sekisho::site::GATES;
use tokio::time::Instant;

use super::cast::{Cast, Due, Person, cast, gate_of, is_inside};
use super::html::{Form, forms, links};
use super::sends::{send_allowed, send_forbidden};
use crate::support::db::{Fresh, fresh};
use crate::support::site::{Page, World};
use crate::support::tools::whole;

/// Addresses of one page that one person asks for: its rows, and its filters and orders.
const MOST_OF_A_PAGE: usize = 4;

/// What was found: each address and form, with the contracts whose people saw it.
#[derive(Default)]
pub struct Found {
    pub addresses: BTreeMap<String, BTreeSet<&'static str>>,
    pub forms: BTreeMap<Form, BTreeSet<&'static str>>,
    /// Links that lead nowhere.
    dead: BTreeSet<String>,
    /// Gates that opened for somebody.
    opened: BTreeSet<&'static str>,
}

#[tokio::test]
async fn everything_that_anybody_sees_opens_for_others_exactly_as_the_rules_say() {
    // RX-06, RX-07, R003-38, R004-146
    let engines = [Engine::Sqlite, Engine::Postgres];
    for engine in engines.into_iter().take(if whole() { 2 } else { 1 }) {
        Box::pin(holds(&fresh(engine).await)).await;
    }
}

async fn holds(fresh: &Fresh) {
    let begun = Instant::now();
    let cast = cast(fresh).await;
    let found = walk(&cast).await;
    let mut asked = ask_all(&cast, &found).await;
    asked += send_forbidden(&cast, &found).await;
    let (sent, opened) = send_allowed(&cast, &found).await;
    asked += sent;
    eprintln!(
        "{asked} pairs of request and person: {} addresses, {} forms, {} people, {:.1} s",
        found.addresses.len(),
        found.forms.len(),
        cast.people.len(),
        begun.elapsed().as_secs_f32()
    );
    assert!(found.dead.is_empty(), "pages link to what is not there: {:?}", found.dead);
    every_gate_was_reached(&(&found.opened | &opened));
    assert!(asked > 1_000, "only {asked} pairs were asked");
}

/// From `/home` over all links and forms that look things up.
async fn walk(cast: &Cast) -> Found {
    let people = cast.people.iter().filter(|person| person.actor.is_some());
    let walks = people.map(|person| walk_as(&cast.world, person));
    let mut all = Found::default();
    for found in together(walks.collect()).await {
        for (address, houses) in found.addresses {
            all.addresses.entry(address).or_default().extend(houses);
        }
        for (form, houses) in found.forms {
            all.forms.entry(form).or_default().extend(houses);
        }
        all.dead.extend(found.dead);
        all.opened.extend(found.opened);
    }
    all
}

async fn walk_as(world: &World, person: &Person) -> Found {
    let mut found = Found::default();
    let window = person.window(world);
    let mut seen = BTreeSet::new();
    let mut of_a_page: BTreeMap<String, usize> = BTreeMap::new();
    let mut open = VecDeque::from(["/home".to_owned()]);
    while let Some(address) = open.pop_front() {
        let count = of_a_page.entry(kind_of(&address)).or_default();
        if !is_inside(&address) || !seen.insert(address.clone()) || *count >= MOST_OF_A_PAGE {
            continue;
        }
        *count += 1;
        let page = window.get(&address).await;
        let due = gate_of(&address).map(|gate| person.due(gate.read));
        let first = match due {
            Some(Due::Password) => Some("/settings/password"),
            Some(Due::Account) => Some("/account"),
            _ => None,
        };
        if let (Some(due), Some(first)) = (due, first) {
            person.judge(due, &address, &page);
            open.push_back(first.to_owned());
            continue;
        }
        // RX-07: nobody is shown a link that is not for them, or that leads nowhere.
        person.judge(Due::Page, &address, &page);
        let status = page.status.as_u16();
        if ![200, 303].contains(&status) {
            found.dead.insert(format!("{address} is {status}"));
            continue;
        }
        found.opened.extend(gate_of(&address).map(|gate| gate.path));
        found.addresses.entry(address.clone()).or_default().insert(person.house.number);
        note(&page, &address, person, &mut found, &mut open);
    }
    found
}

/// Addresses of the same page with the same parts of a query are of one kind.
fn kind_of(address: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let gate = gate_of(path).map_or(path, |gate| gate.path);
    let names: Vec<_> = query.split('&').filter_map(|pair| pair.split('=').next()).collect();
    format!("{gate}?{}", names.join("&"))
}

fn note(
    page: &Page,
    address: &str,
    person: &Person,
    found: &mut Found,
    open: &mut VecDeque<String>,
) {
    let path = address.split('?').next().unwrap_or_default();
    open.extend(links(&page.html));
    open.extend(Some(page.location.clone()).filter(|location| location.starts_with('/')));
    for form in forms(&page.html, path) {
        if form.is_post && is_inside(&form.action) {
            found.forms.entry(form).or_default().insert(person.house.number);
        } else if !form.is_post {
            let query = serde_urlencoded::to_string(&form.fields).expect("encoded");
            open.push_back(format!("{}?{query}", form.action));
        }
    }
}

/// Everybody asks for every address.
async fn ask_all(cast: &Cast, found: &Found) -> usize {
    let all = few_of_each(&found.addresses);
    let people = cast.people.iter().map(|person| ask_each(cast, person, &all));
    together(people.collect()).await;
    all.len() * cast.people.len()
}

async fn ask_each(cast: &Cast, person: &Person, all: &[(&str, &BTreeSet<&'static str>)]) {
    let window = person.window(&cast.world);
    for (address, houses) in all {
        let gate = gate_of(address).unwrap_or_else(|| panic!("no gate for {address}"));
        let page = window.get(address).await;
        let due = person.due(gate.read);
        person.judge(due, address, &page);
        let operates = person.actor.as_ref().is_some_and(rights::Actor::operates);
        let theirs =
            houses.contains(person.house.number) || operates && address.starts_with("/operator");
        let good: &[u16] = match theirs {
            // R003-43
            _ if is_withheld(cast, person, address) => &[404, 409],
            true => &[200, 303],
            // A row, or the row that a page begins at, may be another contract's.
            false => &[200, 303, 404, 409],
        };
        let status = page.status.as_u16();
        assert!(
            due != Due::Page || good.contains(&status),
            "{} asks for {address}: {status}",
            person.name
        );
    }
}

/// Whether the address is of the manual that is for others.
fn is_withheld(cast: &Cast, person: &Person, address: &str) -> bool {
    let (page, role) = &cast.withheld;
    let holds = person.actor.as_ref().is_some_and(|actor| actor.roles.contains(role));
    address.starts_with(page) && !holds
}

/// Runs them side by side: most of the time each waits for the database.
pub async fn together<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(Box::pin).map(Some).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        for one in &mut waiting {
            if let Some(future) = one
                && let Poll::Ready(output) = future.as_mut().poll(context)
            {
                done.push(output);
                *one = None;
            }
        }
        if waiting.iter().all(Option::is_none) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    done
}

/// A few addresses of each kind that each contract's people saw.
fn few_of_each<'f>(
    all: &'f BTreeMap<String, BTreeSet<&'static str>>,
) -> Vec<(&'f str, &'f BTreeSet<&'static str>)> {
    let mut count: BTreeMap<(String, Vec<&str>), usize> = BTreeMap::new();
    let few = all.iter().filter(|(address, houses)| {
        let kind = (kind_of(address), houses.iter().copied().collect());
        let so_far = count.entry(kind).or_default();
        *so_far += 1;
        *so_far <= 2
    });
    few.map(|(address, houses)| (address.as_str(), houses)).collect()
}

fn every_gate_was_reached(opened: &BTreeSet<&'static str>) {
    let all = GATES.iter().map(|gate| gate.path);
    let missed: Vec<_> = all.filter(|path| !opened.contains(path)).collect();
    assert!(missed.is_empty(), "nobody came to {missed:?}: link them, or give the cast a reason");
}
