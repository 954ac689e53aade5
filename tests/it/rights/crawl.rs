//! Everybody walks from their first page over every link and form; then everybody asks
//! for what the others saw.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::task::Poll;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};
use sekisho::db::{Engine, params};
use sekisho::identity::rights;
use sekisho::identity::users;
use sekisho::site::GATES;
use tokio::time::Instant;

use super::cast::{Cast, Due, HOUSES, Person, cast, gate_of, is_inside};
use super::html::{Form, forms, links};
use crate::support::db::fresh;
use crate::support::site::{Page, Window, World};

/// Pages that nobody comes to as long as there is no page at the second address, which
/// leads to them.
const UNREACHED: &[(&str, &str)] = &[
    ("/members/users/{login_id}/delete", "/members/users"),
    ("/members/users/{login_id}/deleted", "/members/users"),
];

/// Addresses of one page that one person asks for: its rows, and its filters and orders.
const MOST_OF_A_PAGE: usize = 4;

/// People of one contract who send one form that they may send.
const MOST_SENDERS: usize = 3;

/// What was found: each address and form, with the contracts whose people saw it.
#[derive(Default)]
struct Found {
    addresses: BTreeMap<String, BTreeSet<&'static str>>,
    forms: BTreeMap<Form, BTreeSet<&'static str>>,
    /// Links that lead nowhere.
    dead: BTreeSet<String>,
    /// Gates that opened for somebody.
    opened: BTreeSet<&'static str>,
}

#[tokio::test]
async fn everything_that_anybody_sees_opens_for_others_exactly_as_the_rules_say() {
    let fresh = &fresh(Engine::Sqlite).await;
    // RX-06, RX-07, R003-38, R004-146
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
        if due == Some(Due::Password) {
            person.judge(Due::Password, &address, &page);
            open.push_back("/settings/password".to_owned());
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
    let people = cast.people.iter().map(|person| ask_each(&cast.world, person, &all));
    together(people.collect()).await;
    all.len() * cast.people.len()
}

async fn ask_each(world: &World, person: &Person, all: &[(&str, &BTreeSet<&'static str>)]) {
    let window = person.window(world);
    for (address, houses) in all {
        let gate = gate_of(address).unwrap_or_else(|| panic!("no gate for {address}"));
        let page = window.get(address).await;
        let due = person.due(gate.read);
        person.judge(due, address, &page);
        let theirs = houses.contains(person.house.number)
            || person.actor.as_ref().is_some_and(rights::Actor::operates);
        // A row, or the row that a page begins at, may be another contract's.
        let good: &[u16] = if theirs { &[200, 303] } else { &[200, 303, 404, 409] };
        let status = page.status.as_u16();
        assert!(
            due != Due::Page || good.contains(&status),
            "{} asks for {address}: {status}",
            person.name
        );
    }
}

/// Runs them side by side: most of the time each waits for the database.
async fn together<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
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

/// Everybody sends every form that is not for them: refused by right, with a good token,
/// and nothing happens.
async fn send_forbidden(cast: &Cast, found: &Found) -> usize {
    let before = place(&cast.world).await;
    let people = cast.people.iter().map(|person| send_each_forbidden(&cast.world, person, found));
    let sent = together(people.collect()).await.into_iter().sum();
    assert_eq!(before, place(&cast.world).await, "something refused was done all the same");
    sent
}

async fn send_each_forbidden(world: &World, person: &Person, found: &Found) -> usize {
    let (window, mut sent) = (person.window(world), 0);
    for form in found.forms.keys() {
        let gate = gate_of(&form.action).unwrap_or_else(|| panic!("no gate for {form:?}"));
        let due = person.due(gate.write);
        if due != Due::Page {
            person.judge(due, &form.action, &send(&window, person, form).await);
            sent += 1;
        }
    }
    sent
}

/// At last everybody sends every form that they may, those that end something last. What
/// is another contract's stays as it is.
async fn send_allowed(cast: &Cast, found: &Found) -> (usize, BTreeSet<&'static str>) {
    let (mut sent, mut opened) = (0, BTreeSet::new());
    let before = place(&cast.world).await;
    let mut all: Vec<_> = found.forms.keys().collect();
    all.sort_by_key(|form| ends_something(form));
    for form in all {
        let gate = gate_of(&form.action).unwrap_or_else(|| panic!("no gate for {form:?}"));
        let mut of_house: BTreeMap<&str, usize> = BTreeMap::new();
        for person in &cast.people {
            let Some(person) = as_they_are_now(&cast.world, person).await else { continue };
            let so_far = of_house.entry(person.house.number).or_default();
            if person.due(gate.write) != Due::Page || *so_far == MOST_SENDERS {
                continue;
            }
            *so_far += 1;
            let window = person.window(&cast.world);
            let page = send(&window, &person, &with_own_name(form, &person)).await;
            if page.location.starts_with("/login") {
                continue; // An earlier form ended this person's session.
            }
            person.judge(Due::Page, &form.action, &page);
            opened.insert(gate.path);
            sent += 1 + go_on(&window, &person, page, &mut opened).await;
        }
    }
    nobody_reached_over(cast, before).await;
    (sent, opened)
}

/// What only a form leads to: pages that nobody has come to yet, from one to the next.
async fn go_on(
    window: &Window<'_>,
    person: &Person,
    page: Page,
    opened: &mut BTreeSet<&'static str>,
) -> usize {
    let (mut sent, mut pages) = (0, vec![page]);
    while let Some(page) = pages.pop() {
        let new = |path: &str, opened: &BTreeSet<&str>| {
            gate_of(path).map(|gate| gate.path).filter(|path| !opened.contains(path))
        };
        let next = links(&page.html).into_iter().chain([page.location.clone()]);
        for address in next.collect::<Vec<_>>() {
            let Some(gate) = new(&address, opened) else { continue };
            let page = window.get(&address).await;
            person.judge(Due::Page, &address, &page);
            sent += 1;
            if page.status.as_u16() == 200 {
                opened.insert(gate);
                pages.push(page);
            }
        }
        for form in forms(&page.html, &page.location) {
            let Some(gate) = new(&form.action, opened).filter(|_| form.is_post) else { continue };
            opened.insert(gate);
            let page = send(window, person, &form).await;
            person.judge(Due::Page, &form.action, &page);
            pages.push(page);
            sent += 1;
        }
    }
    sent
}

/// The form with names as the person would type them: what one sends oneself is no leak.
fn with_own_name(form: &Form, person: &Person) -> Form {
    let mut form = form.clone();
    if person.actor.as_ref().is_some_and(rights::Actor::operates) {
        return form; // What the operator writes may be about any contract.
    }
    for (_, value) in &mut form.fields {
        for house in &HOUSES {
            *value = value.replace(house.marks[0], person.house.marks[0]);
        }
    }
    form
}

fn ends_something(form: &Form) -> bool {
    ["delete", "revoke", "close", "reset"].iter().any(|word| form.action.contains(word))
}

/// The person with the rights and the session that they have left.
async fn as_they_are_now(world: &World, person: &Person) -> Option<Person> {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let user = users::find(&mut conn, &person.user.as_ref()?.id).await.expect("asked")?;
    let own = person.actor.as_ref()?.own_certificate;
    let actor = rights::load(&mut conn, &user, own).await.expect("loaded");
    Some(Person {
        name: person.name.clone(),
        house: person.house,
        user: Some(user),
        holder: person.holder.clone(),
        token: person.token.clone(),
        actor: Some(actor),
    })
}

/// Whatever was written down of somebody's doing concerns their own contract, unless it
/// was the operator's.
async fn nobody_reached_over(cast: &Cast, before: i64) {
    let mut conn = cast.world.app.db.conn().await.expect("a connection");
    let rows = sekisho::audit::since(&mut conn, before, 100_000).await.expect("asked");
    assert!(!rows.is_empty(), "something was done");
    for row in rows {
        let login_id =
            |person: &&Person| person.user.as_ref().is_some_and(|user| user.login_id == row.actor);
        let Some(person) = cast.people.iter().find(login_id) else { continue };
        let operates = person.actor.as_ref().is_some_and(rights::Actor::operates);
        let own = row.contract_no.as_deref().is_none_or(|number| number == person.house.number);
        assert!(operates || own, "{} did {} to {:?}", person.name, row.action, row.contract_no);
    }
}

async fn send(window: &Window<'_>, person: &Person, form: &Form) -> Page {
    let token = ("csrf".to_owned(), person.csrf());
    let fields: Vec<_> = form.fields.iter().chain([&token]).collect();
    let body = serde_urlencoded::to_string(fields).expect("encoded");
    let request = Request::builder().method(Method::POST).uri(&form.action);
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    window.send(request.body(Body::from(body)).expect("a request")).await
}

/// How much stands in the chain.
async fn place(world: &World) -> i64 {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "SELECT seq FROM audit_head WHERE id = 1";
    conn.one(sql, params![]).await.expect("asked").expect("a row")
}

fn every_gate_was_reached(opened: &BTreeSet<&'static str>) {
    let is_there = |path: &str| GATES.iter().any(|gate| gate.path == path);
    let excused =
        |path: &str| UNREACHED.iter().any(|(excused, by)| *excused == path && !is_there(by));
    let missed: Vec<_> = GATES
        .iter()
        .map(|gate| gate.path)
        .filter(|path| !opened.contains(path) && !excused(path))
        .collect();
    assert!(missed.is_empty(), "nobody came to {missed:?}: link them, or say why in UNREACHED");
}
