//! Everybody sends the forms that were found: first those that are not for them, then their
//! own, and goes on from there.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{Method, Request};
use sekisho::db::params;
use sekisho::identity::rights::{self, Action};
use sekisho::identity::users;

use super::cast::{Cast, Due, PASSWORD, Person, gate_of};
use super::crawl::{Found, together};
use super::houses::HOUSES;
use super::html::{Form, forms, links};
use crate::support::site::{Page, Window, World};

/// People of one contract who send one form that they may send.
const MOST_SENDERS: usize = 3;

/// What people type where a form leads on only when it is filled in; `{}` is the mark of
/// their contract.
const TYPED: &[(&str, &[(&str, &str)])] = &[
    (
        "/settings/profile",
        &[
            ("email", "new@union.example.jp"),
            ("email_confirm", "new@union.example.jp"),
            ("password", PASSWORD),
        ],
    ),
    ("/settings/second-factor", &[("factor", "totp"), ("password", PASSWORD)]),
    ("/members/accounts/handover", &[("password", PASSWORD)]),
    (
        "/members/users/new",
        &[
            ("user_id", "{}77"),
            ("user_name", "新しい人"),
            ("password", "Bb2#bbbb"),
            ("password_confirm", "Bb2#bbbb"),
            ("email", "hito@union.example.jp"),
            ("email_confirm", "hito@union.example.jp"),
        ],
    ),
    ("/operator/manuals/new", &[("display_name", "新しい手引き")]),
];

/// Everybody sends every form that is not for them: refused by right, with a good token,
/// and nothing happens.
pub async fn send_forbidden(cast: &Cast, found: &Found) -> usize {
    let before = place(&cast.world).await;
    let people = cast.people.iter().map(|person| send_each_forbidden(&cast.world, person, found));
    let sent = together(people.collect()).await.into_iter().sum();
    nothing_was_done(&cast.world, before).await;
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
pub async fn send_allowed(cast: &Cast, found: &Found) -> (usize, BTreeSet<&'static str>) {
    let (mut sent, mut opened) = (0, BTreeSet::new());
    let before = place(&cast.world).await;
    let mut all: Vec<_> = found.forms.keys().collect();
    all.sort_by_key(|form| ends_something(form));
    for form in all {
        let gate = gate_of(&form.action).unwrap_or_else(|| panic!("no gate for {form:?}"));
        let mut of_house: BTreeMap<&str, usize> = BTreeMap::new();
        for person in &cast.people {
            let so_far = of_house.entry(person.house.number).or_default();
            if person.actor.is_none() || *so_far == MOST_SENDERS {
                continue;
            }
            let Some(person) = as_they_are_now(&cast.world, person).await else { continue };
            if person.due(gate.write) != Due::Page || is_about(form, &person) {
                continue;
            }
            *so_far += 1;
            let window = person.window(&cast.world);
            let page = send(&window, &person, &typed(form, &person)).await;
            if page.location.starts_with("/login") {
                continue; // An earlier form ended this person's session.
            }
            person.judge(Due::Page, &form.action, &page);
            opened.insert(gate.path);
            sent += 1 + go_on(cast, (&window, &person), page, &mut opened).await;
        }
    }
    nobody_reached_over(cast, before).await;
    (sent, opened)
}

/// What only a form leads to: pages that nobody has come to yet, from one to the next. Who
/// may not is refused there before anything else happens.
async fn go_on(
    cast: &Cast,
    (window, person): (&Window<'_>, &Person),
    page: Page,
    opened: &mut BTreeSet<&'static str>,
) -> usize {
    let (mut sent, mut pages) = (0, vec![page]);
    while let Some(page) = pages.pop() {
        let new = |path: &str, opened: &BTreeSet<&str>| {
            gate_of(path).filter(|gate| !opened.contains(gate.path))
        };
        let next = links(&page.html).into_iter().chain([page.location.clone()]);
        for address in next.collect::<Vec<_>>() {
            let Some(gate) = new(&address, opened) else { continue };
            sent += 1 + refuse_others(cast, gate.read, &Asked::Page(&address)).await;
            let page = window.get(&address).await;
            person.judge(Due::Page, &address, &page);
            if page.status.as_u16() == 200 {
                opened.insert(gate.path);
                pages.push(page);
            }
        }
        for form in forms(&page.html, &page.location).iter().filter(|form| form.is_post) {
            let Some(gate) = new(&form.action, opened) else { continue };
            opened.insert(gate.path);
            sent += 1 + refuse_others(cast, gate.write, &Asked::Form(form)).await;
            let page = send(window, person, form).await;
            person.judge(Due::Page, &form.action, &page);
            pages.push(page);
        }
    }
    sent
}

enum Asked<'a> {
    Page(&'a str),
    Form(&'a Form),
}

/// Everybody who may not asks for it, and nothing happens.
async fn refuse_others(cast: &Cast, action: Action, asked: &Asked<'_>) -> usize {
    let (mut refused, before) = (0, place(&cast.world).await);
    for person in &cast.people {
        let Some(person) = as_they_are_now(&cast.world, person).await else { continue };
        let due = person.due(action);
        if due == Due::Page {
            continue;
        }
        let window = person.window(&cast.world);
        let (page, what) = match asked {
            Asked::Page(address) => (window.get(address).await, *address),
            Asked::Form(form) => (send(&window, &person, form).await, form.action.as_str()),
        };
        if page.location.starts_with("/login") && due != Due::Login {
            continue; // An earlier form ended this person's session.
        }
        person.judge(due, what, &page);
        refused += 1;
    }
    nothing_was_done(&cast.world, before).await;
    refused
}

/// The form as the person would type it: what one sends oneself is no leak.
fn typed(form: &Form, person: &Person) -> Form {
    let mut form = form.clone();
    let gate = gate_of(&form.action).map_or("", |gate| gate.path);
    let typed = TYPED.iter().find(|(path, _)| *path == gate).map_or(&[][..], |(_, typed)| typed);
    for (name, value) in typed {
        let value = value.replace("{}", person.house.marks[1]);
        match form.fields.iter_mut().find(|field| field.0 == *name) {
            Some(field) => field.1 = value,
            None => form.fields.push(((*name).to_owned(), value)),
        }
    }
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

/// Who became 管理者 on the way is refused what another was shown to do to them.
fn is_about(form: &Form, person: &Person) -> bool {
    let id = person.user.as_ref().map_or("", |user| &user.id);
    form.action.contains(id) || form.fields.iter().any(|(_, value)| value == id)
}

fn ends_something(form: &Form) -> bool {
    ["delete", "revoke", "close", "reset"].iter().any(|word| form.action.contains(word))
}

/// The person with the rights that they have left; nobody who was deleted.
async fn as_they_are_now(world: &World, person: &Person) -> Option<Person> {
    let (Some(user), Some(actor)) = (&person.user, &person.actor) else {
        return Some(person.clone());
    };
    let mut conn = world.app.db.conn().await.expect("a connection");
    let (user, own) =
        (users::find(&mut conn, &user.id).await.expect("asked")?, actor.own_certificate);
    let actor = rights::load(&mut conn, &user, own).await.expect("loaded");
    drop(conn);
    let actor = person.placed(world, actor).await;
    Some(Person { user: Some(user), actor: Some(actor), ..person.clone() })
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

pub async fn send(window: &Window<'_>, person: &Person, form: &Form) -> Page {
    send_file(window, person, form, "手引き").await
}

/// Sends the form; where it brings a file, this one.
pub async fn send_file(window: &Window<'_>, person: &Person, form: &Form, file: &str) -> Page {
    let token = ("csrf".to_owned(), person.csrf());
    let fields = [&token].into_iter().chain(&form.fields);
    let (kind, body) = match &form.file {
        None => {
            let body = serde_urlencoded::to_string(fields.collect::<Vec<_>>()).expect("encoded");
            ("application/x-www-form-urlencoded", body)
        }
        Some(name) => ("multipart/form-data; boundary=kireme", with_file(fields, (name, file))),
    };
    let request = Request::builder().method(Method::POST).uri(&form.action);
    let request = request.header(CONTENT_TYPE, kind).body(Body::from(body));
    window.send(request.expect("a request")).await
}

/// The fields and then a file, as RFC 7578 has it.
fn with_file<'f>(
    fields: impl Iterator<Item = &'f (String, String)>,
    (name, content): (&str, &str),
) -> String {
    let head = "--kireme\r\nContent-Disposition: form-data; name=";
    let part = |(name, value)| format!("{head}\"{name}\"\r\n\r\n{value}\r\n");
    let typed: Vec<_> = fields.map(|(name, value)| part((name, value))).collect();
    let file = format!("{head}\"{name}\"; filename=\"tebiki.txt\"\r\n\r\n{content}\r\n");
    format!("{}{file}--kireme--\r\n", typed.concat())
}

/// Fails if what was refused was done all the same.
async fn nothing_was_done(world: &World, before: i64) {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let rows = sekisho::audit::since(&mut conn, before, 9).await.expect("asked");
    // A check of the chain that was allowed ends in its own time.
    let rows = rows.iter().filter(|row| row.action != "log-verify");
    let done: Vec<_> = rows.map(|row| (&row.actor, &row.action, &row.detail)).collect();
    assert!(done.is_empty(), "refused, and done all the same: {done:?}");
}

/// How much stands in the chain.
async fn place(world: &World) -> i64 {
    let mut conn = world.app.db.conn().await.expect("a connection");
    let sql = "SELECT seq FROM audit_head WHERE id = 1";
    conn.one(sql, params![]).await.expect("asked").expect("a row")
}
