//! `/settings/roles` and its editing: each step comes back with the draft in the form.

use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use serde::Deserialize;

use super::rules::{self, Draft, Sent, Step};
use super::views::{DetailPage, EditPage, Known, SearchPage, TablePage};
use super::{store, words};
use crate::app::App;
use crate::identity::rights::{Action, Role, matrix};
use crate::web::{self, Error, Form, Mistakes, Shell, SignedIn};

const PATH: &str = "/settings/roles";
const EDIT: &str = "/settings/roles/edit";
/// The name of the page in the audit; the manual gives it no number.
const SCREEN: &str = words::TITLE;

/// The pages of roles.
pub fn router() -> Router<App> {
    Router::new().route(PATH, get(show_table)).route(EDIT, get(edit_table).post(submit_step))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Came {
    /// `yes` after a change, `no` after an update that changed nothing.
    saved: String,
}

async fn show_table(
    State(app): State<App>,
    person: SignedIn,
    Query(came): Query<Came>,
) -> Result<Response, Error> {
    let known = load(&app, &person).await?;
    let shell = shell(&person, words::TITLE).crumb_here();
    let shell = match came.saved.as_str() {
        "yes" => shell.success(words::SAVED),
        "no" => shell.info(words::UNCHANGED),
        _ => shell,
    };
    web::page(&TablePage { shell, parts: known.parts(&Draft::default()) })
}

async fn edit_table(State(app): State<App>, person: SignedIn) -> Result<Response, Error> {
    let known = load(&app, &person).await?;
    web::page(&edit_page(&person, &known, Draft::default(), false))
}

async fn submit_step(
    State(app): State<App>,
    person: SignedIn,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Error> {
    person.needs(Action::RolesChange)?;
    let foreign = || Error::Malformed("a field is none of this form's".into());
    let mut sent = Sent::read(&fields).ok_or_else(foreign)?;
    let known = load(&app, &person).await?;
    let roles = known.roles();
    if sent.step.role().is_some_and(|role| !roles.contains(&role)) {
        return Err(Error::NotFound);
    }
    let nobody_picked = apply(&mut sent);
    let draft = sent.draft.clone().checked(&roles, &known.people, &known.given, &known.me);
    let dropped = draft != sent.draft;
    match sent.step {
        Step::Save if !dropped => save(&app, &person, &known, &draft).await,
        Step::Save | Step::Table => web::page(&edit_page(&person, &known, draft, dropped)),
        Step::Apply(role) if nobody_picked => {
            let mut mistakes = Mistakes::default();
            mistakes.add_general(words::NOBODY_PICKED);
            let search = Searched { role, draft, name: Some(sent.name) };
            let page = search_page(&person, &known, search, mistakes);
            web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Step::Detail(role) | Step::Apply(role) | Step::Undo(role, _) => {
            let shell = shell(&person, role.ja()).crumb(words::TITLE, PATH).crumb_here();
            let shell = if dropped { shell.warning(words::UNKNOWN) } else { shell };
            let page = detail_page(shell, &known, role, draft, person.0.csrf());
            web::page(&page.ok_or(Error::NotFound)?)
        }
        Step::Search(role) => {
            let asked = fields.iter().any(|(name, _)| name == "name");
            let search = Searched { role, draft, name: asked.then_some(sent.name) };
            let page = search_page(&person, &known, search, Mistakes::default());
            web::page(&page)
        }
    }
}

/// Takes what the step itself does into the draft; whether 適用 came with nobody picked.
fn apply(sent: &mut Sent) -> bool {
    match &sent.step {
        Step::Apply(role) => {
            let picked = sent.picked.iter().map(|id| (*role, id.clone()));
            sent.draft.added.extend(picked);
            sent.picked.is_empty()
        }
        Step::Undo(role, id) => {
            sent.draft.added.remove(&(*role, id.clone()));
            false
        }
        _ => false,
    }
}

async fn save(
    app: &App,
    person: &SignedIn,
    known: &Known,
    draft: &Draft,
) -> Result<Response, Error> {
    let mut changed = 0;
    if !draft.is_empty() {
        let event = person.0.event("role-give", SCREEN);
        let mut tx = app.db.begin().await?;
        changed = store::save(&mut tx, draft, &known.people, &event, app.clock.now()).await?;
        tx.commit().await?;
    }
    let word = if changed > 0 { "yes" } else { "no" };
    Ok(Redirect::to(&format!("{PATH}?saved={word}")).into_response())
}

async fn load(app: &App, person: &SignedIn) -> Result<Known, Error> {
    let mut conn = app.db.conn().await?;
    let contract_no = person.contract_no();
    Ok(Known {
        sections: Known::sections(&person.0.actor.services),
        people: store::people(&mut conn, contract_no).await?,
        given: store::given(&mut conn, contract_no).await?,
        me: person.0.user.id.clone(),
    })
}

fn edit_page(person: &SignedIn, known: &Known, draft: Draft, dropped: bool) -> EditPage {
    let shell = shell(person, words::EDIT).crumb(words::TITLE, PATH).crumb_here();
    EditPage {
        shell: if dropped { shell.warning(words::UNKNOWN) } else { shell },
        parts: known.parts(&draft),
        draft,
        csrf: person.0.csrf(),
    }
}

pub(super) fn detail_page(
    shell: Shell,
    known: &Known,
    role: Role,
    draft: Draft,
    csrf: String,
) -> Option<DetailPage> {
    let subjects = known.subjects(role, &draft);
    let mut carried = draft;
    carried.removed.retain(|(one, _)| *one != role);
    Some(DetailPage {
        shell,
        role,
        section: matrix::section_of(role)?,
        subjects,
        draft: carried,
        csrf,
    })
}

/// What the page to search on was asked for.
struct Searched {
    role: Role,
    draft: Draft,
    /// Absent before the first search.
    name: Option<String>,
}

fn search_page(
    person: &SignedIn,
    known: &Known,
    search: Searched,
    mistakes: Mistakes,
) -> SearchPage {
    let Searched { role, draft, name } = search;
    let title = format!("{}：{}", words::ADD, role.ja());
    let typed = name.clone().unwrap_or_default();
    let (found, more) = rules::found(&known.people, &typed, role, &known.given, &draft);
    let found = found.into_iter().cloned().collect();
    SearchPage {
        shell: shell(person, &title).crumb(words::TITLE, PATH).crumb_here(),
        name: mistakes.field("name", typed),
        mistakes,
        role,
        found: name.is_some().then_some(found),
        more,
        draft,
        csrf: person.0.csrf(),
    }
}

fn shell(person: &SignedIn, title: &str) -> Shell {
    let shell = person.shell(title, "", "/settings");
    shell.crumb("トップページ", "/home").crumb("共通機能", "/settings")
}
