//! The pages of lists: on screen, `/csv` and `/pdf`.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde::Deserialize;

use super::catalogue::{Find, Listed, Of};
use super::words;
use crate::app::App;
use crate::base::Moment;
use crate::base::text::nfkc;
use crate::db::Conn;
use crate::deduction::files;
use crate::deduction::period::{Period, store};
use crate::deduction::scope::{Key, Scope};
use crate::deduction::transfers::print::{self, Asker};
use crate::web::menu::{Entry, deduction};
use crate::web::sheet::{self, At, Encoding, Heading, Sheet, View, Wish};
use crate::web::{self, Chip, Error, Field, Place, Shell};

/// Periods that are offered to choose from: two years of months, and their bonuses.
pub(super) const OFFERED: i64 = 30;

/// The page of the lists that `find` knows by their names.
pub fn shown(find: Find) -> MethodRouter<App> {
    get(async move |State(app): State<App>, scope: Scope, wanted: Wanted| {
        show_list(&app, &scope, Named::of(wanted, find)?).await
    })
}

/// The same as CSV.
pub fn as_csv(find: Find) -> MethodRouter<App> {
    get(async move |State(app): State<App>, scope: Scope, wanted: Wanted| {
        download_csv(&app, &scope, Named::of(wanted, find)?).await
    })
}

/// The same as PDF.
pub fn as_pdf(find: Find) -> MethodRouter<App> {
    get(async move |State(app): State<App>, scope: Scope, wanted: Wanted| {
        download_pdf(&app, &scope, Named::of(wanted, find)?).await
    })
}

/// The list's name, the query, and what the browser remembers.
type Wanted = (Path<String>, Query<Asked>, HeaderMap);

/// The query.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) period: String,
    pub(super) employee_no: String,
    pub(super) after: String,
    pub(super) before: String,
    pub(super) encoding: String,
}

/// A list, and what it is asked with.
struct Named {
    list: &'static dyn Listed,
    asked: Asked,
    headers: HeaderMap,
}

impl Named {
    fn of((name, asked, headers): Wanted, find: Find) -> Result<Self, Error> {
        let list = find(&name.0).ok_or(Error::NotFound)?;
        Ok(Self { list, asked: asked.0, headers })
    }
}

/// A list that is there for this person.
struct Found {
    list: &'static dyn Listed,
    period: Option<Arc<Period>>,
    number: String,
    sheet: Arc<dyn Sheet>,
    place: Place,
}

#[derive(Template)]
#[template(path = "deduction/requests/pages/list.html")]
pub(super) struct ListPage {
    pub(super) shell: Shell,
    pub(super) action: &'static str,
    /// The period's id; empty for none.
    pub(super) period: String,
    pub(super) facts: Vec<(String, String)>,
    pub(super) employee_no: Field,
    pub(super) chips: Vec<Chip>,
    pub(super) view: View,
    pub(super) chooser: String,
}

async fn show_list(app: &App, scope: &Scope, named: Named) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let found = found(&mut conn, scope, &named).await?;
    let at = At::of(&named.asked.after, &named.asked.before);
    let encoding = sheet::remembered(&named.headers);
    let mut view = View::read(&*found.sheet, &mut conn, (&found.place, &at), encoding).await?;
    let mut chips = Vec::new();
    if !found.number.is_empty() {
        let all = found.place.without("employee_no");
        chips.push(Chip::new(format!("職員番号：{}", found.number), &*all));
        view = view.empty(&words::not_found(&found.number), &all, words::ALL_LINES);
    }
    web::page(&ListPage {
        shell: shell(scope, found.list, found.period.as_deref()),
        action: found.list.path(),
        period: found.period.as_ref().map(|period| period.id.clone()).unwrap_or_default(),
        facts: facts(found.period.as_deref()),
        employee_no: Field::with("employee_no", &found.number),
        chips,
        view,
        chooser: chooser(found.list, found.period.as_deref()),
    })
}

async fn download_csv(app: &App, scope: &Scope, named: Named) -> Result<Response, Error> {
    let found = found(&mut app.db.conn().await?, scope, &named).await?;
    let encoding = match named.asked.encoding.as_str() {
        "" => sheet::remembered(&named.headers),
        word => Encoding::parse(word).ok_or_else(|| Error::Malformed("encoding".to_owned()))?,
    };
    let wish = found.wish(app, scope);
    print::csv(app, &scope.person, (found.sheet.clone(), wish), encoding).await
}

async fn download_pdf(app: &App, scope: &Scope, named: Named) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let found = found(&mut conn, scope, &named).await?;
    let group = (scope.group.group_no.clone(), scope.group.name.clone());
    let (of, now) = ((found.list, found.period.as_deref()), app.clock.now());
    let heading = heading(&mut conn, scope.key(), of, (group, now)).await?;
    // It is printed with a connection of its own.
    drop(conn);
    let wish = found.wish(app, scope);
    let asker = Asker { person: &scope.person, action: found.list.action() };
    print::pdf(app, asker, (found.sheet.clone(), wish), heading).await
}

/// What stands above the list of a group on paper; `group`: its number and name.
pub async fn heading(
    conn: &mut Conn,
    key: Key<'_>,
    (list, period): (&dyn Listed, Option<&Period>),
    (group, made_at): ((String, String), Moment),
) -> Result<Heading, Error> {
    let mut facts = facts(period);
    facts.extend(list.facts(conn, key, period).await?);
    Ok(Heading { group: Some(group), facts, made_at })
}

/// Notes that a file was handed out, if it was.
pub(super) async fn noted(
    app: &App,
    scope: &Scope,
    (title, period, form): (&str, Option<&Period>, &str),
    answer: Response,
) -> Result<Response, Error> {
    let of = period.map(Period::ja).unwrap_or_default();
    let target = format!("{} {title} {of} {form}", scope.group.group_no);
    print::noted(app, &scope.person, &target, answer).await
}

async fn found(conn: &mut Conn, scope: &Scope, named: &Named) -> Result<Found, Error> {
    let Named { list, asked, .. } = named;
    scope.person.needs(list.action())?;
    let period = match list.of() {
        Of::Present => None,
        of => Some(period(conn, scope.key(), (&asked.period, of)).await?.ok_or(Error::NotFound)?),
    };
    let number = typed(&asked.employee_no);
    let sheet = list.sheet(scope.key(), period.as_ref(), &number);
    let id = period.as_ref().map_or("", |period| period.id.as_str());
    let query = [
        ("period", id),
        ("employee_no", number.as_str()),
        ("after", &asked.after),
        ("before", &asked.before),
    ];
    let place = Place::new(list.path(), &query).with_files_below();
    Ok(Found { list: *list, period, number, sheet, place })
}

/// A 職員番号 as it is stored, of what somebody typed.
fn typed(number: &str) -> String {
    nfkc(number).trim().chars().take(40).collect()
}

/// The period that was asked for; without one the newest that the list can be of.
pub(super) async fn period(
    conn: &mut Conn,
    key: Key<'_>,
    (id, of): (&str, Of),
) -> Result<Option<Arc<Period>>, Error> {
    if !id.is_empty() {
        let found = store::find(conn, key, id).await?;
        return Ok(found.filter(|period| period.requested_at.is_some()).map(Arc::new));
    }
    Ok(newest(store::fixed(conn, key, OFFERED).await?, of).map(Arc::new))
}

/// The newest of the fixed periods; of results the newest that has some.
pub(super) fn newest(fixed: Vec<Period>, of: Of) -> Option<Period> {
    let fits = |period: &Period| of != Of::Results || period.results_at.is_some();
    let at = fixed.iter().position(fits).unwrap_or(0);
    fixed.into_iter().nth(at)
}

impl Found {
    fn wish(&self, app: &App, scope: &Scope) -> Wish {
        let (title, group_no) = (self.list.title(), scope.group.group_no.as_str());
        Wish {
            shell: shell(scope, self.list, self.period.as_deref()),
            place: self.place.clone(),
            name: match &self.period {
                Some(period) => files::of_period(title, group_no, period),
                None => files::of_day(title, Some(group_no), app.clock.now()),
            },
        }
    }
}

/// What the list is of, for screen and paper.
pub(super) fn facts(period: Option<&Period>) -> Vec<(String, String)> {
    let Some(period) = period else { return Vec::new() };
    let fact = |name: &str, value: String| (name.to_owned(), value);
    vec![
        fact("控除年月", crate::base::date::month_ja(&period.deduct_ym)),
        fact("区分", period.kind.ja().to_owned()),
        fact("支給日(入金予定日)", period.pay_on.ja()),
    ]
}

/// The chooser with the list's period.
fn chooser(list: &dyn Listed, period: Option<&Period>) -> String {
    match period {
        Some(period) => format!("{}?period={}", list.chooser(), period.id),
        None => list.chooser().to_owned(),
    }
}

/// トップページ, 労金控除事務, the chooser, the list.
fn shell(scope: &Scope, list: &dyn Listed, period: Option<&Period>) -> Shell {
    let (group, entry) = entry(list.chooser());
    let shell = scope.person.shell(list.title(), "", group.href).crumb("トップページ", "/home");
    let shell = shell.crumb(group.label, group.href);
    shell.crumb(entry.label, &chooser(list, period)).crumb_here()
}

/// The menu's entry at `href`, with its group.
pub(super) fn entry(href: &str) -> (&'static Entry, &'static Entry) {
    let groups = [&deduction::ROKIN, &deduction::LEDGER];
    let of = |group: &'static Entry| group.under.iter().map(move |entry| (group, entry));
    let mut all = groups.into_iter().flat_map(of);
    all.find(|(_, entry)| entry.href == href).unwrap_or((&deduction::ROKIN, &deduction::ROKIN))
}
