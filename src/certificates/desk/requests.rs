//! `/operator/requests`: what came on paper, and what was done about it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::detail::Before;
use super::rules::{Known, RequestForm, Whose, is_id};
use super::{CERTIFICATES, REQUESTS, carrying, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::id::new_id;
use crate::base::{Day, Moment, money, text};
use crate::certificates::store::{self, Certificate};
use crate::db::Conn;
use crate::identity::paper::{self, Kind, Listed, Request, Wanted};
use crate::identity::{contracts, users};
use crate::web::{self, Chip, Error, Field, Form, Mistakes, Operator, Pager, Place, Shell};

#[derive(Template)]
#[template(path = "certificates/desk/pages/requests.html")]
struct ListPage {
    shell: Shell,
    contract_no: Field,
    user_id: Field,
    state: Field,
    chips: Vec<Chip>,
    count: i64,
    rows: Vec<Listed>,
    pager: Pager,
}

/// The query of the list's address as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    contract_no: String,
    user_id: String,
    state: String,
    after: String,
}

impl Asked {
    fn wanted(&self) -> Wanted {
        let plain = |typed: &str| {
            let kept = text::nfkc(typed.trim());
            kept.chars().filter(|c| !c.is_control()).take(64).collect::<String>()
        };
        Wanted {
            contract_no: plain(&self.contract_no),
            login_id: plain(&self.user_id),
            done: match self.state.as_str() {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            },
        }
    }

    fn place(&self) -> Place {
        let query = [
            ("contract_no", self.contract_no.as_str()),
            ("user_id", &self.user_id),
            ("state", &self.state),
            ("after", &self.after),
        ];
        Place::new(REQUESTS, &query)
    }
}

pub(super) async fn show_requests(
    State(app): State<App>,
    operator: Operator,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let wanted = asked.wanted();
    let after = Some(asked.after.as_str()).filter(|id| !id.is_empty());
    if after.is_some_and(|id| !is_id(id)) {
        return Err(Error::Malformed("the query's `after` is not one of ours".into()));
    }
    let mut conn = app.db.conn().await?;
    let count = paper::count(&mut conn, &wanted).await?;
    let page = paper::page(&mut conn, &wanted, after).await?;
    let place = asked.place();
    let last = page.rows.last().filter(|_| page.later).map(|row| row.request.id.as_str());
    // The last received stand first: what lies before a page is found from there.
    let previous = after.map(|_| place.without(""));
    let page = ListPage {
        shell: operator.shell(words::REQUESTS, REQUESTS).crumb_here(),
        contract_no: Field::with("contract_no", &wanted.contract_no),
        user_id: Field::with("user_id", &wanted.login_id),
        state: Field::with("state", &asked.state),
        chips: chips(&asked, &wanted),
        count,
        pager: Pager { previous, ..place.pager(None, last) },
        rows: page.rows,
    };
    web::page(&page)
}

fn chips(asked: &Asked, wanted: &Wanted) -> Vec<Chip> {
    let done = wanted.done.map_or("", |done| if done { "処理済み" } else { "未処理" });
    let parts = [
        (words::CONTRACT_NO, "contract_no", wanted.contract_no.as_str()),
        (words::USER_ID, "user_id", &wanted.login_id),
        (words::STATE, "state", done),
    ];
    let used = parts.into_iter().filter(|(_, _, value)| !value.is_empty());
    let place = asked.place();
    used.map(|(label, name, value)| Chip::new(format!("{label}：{value}"), place.without(name)))
        .collect()
}

#[derive(Template)]
#[template(path = "certificates/desk/pages/request.html")]
struct DetailPage {
    shell: Shell,
    listed: Listed,
    /// Where certificates can be revoked on it, and the button's words.
    ways: Vec<(String, String)>,
    /// The button that leads to carrying it out.
    carry: Option<&'static str>,
    ended: Vec<Certificate>,
    csrf: String,
}

pub(super) async fn show_request(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let listed = load(&mut conn, &id).await?;
    let shell = operator.shell(words::REQUEST, REQUESTS);
    let shell = shell.crumb(words::REQUESTS, REQUESTS).crumb_here().narrow();
    let page = DetailPage {
        shell: super::done(shell, &before.done),
        carry: carrying::deed(&mut conn, &listed).await?.map(|deed| deed.label()),
        ways: ways(&mut conn, &listed, app.clock.now()).await?,
        listed,
        ended: super::store::ended_by(&mut conn, &id).await?,
        csrf: operator.person().csrf(),
    };
    web::page(&page)
}

/// The person's certificates are revoked together, a company's one by one: the one before
/// may have to stay until every PC has the new one.
async fn ways(
    conn: &mut Conn,
    listed: &Listed,
    now: Moment,
) -> Result<Vec<(String, String)>, Error> {
    let request = &listed.request;
    if request.done_at.is_some() || request.kind != Kind::CertRevoke {
        return Ok(Vec::new());
    }
    if let Some(user_id) = &request.user_id {
        let way = format!("/operator/users/{user_id}/revoke?request={}", request.id);
        return Ok(vec![(way, words::CARRY_OUT.to_owned())]);
    }
    let mut all = store::in_force_of_companies(conn).await?;
    all.retain(|one| one.contract_no == request.contract_no && one.state_at(now).in_force());
    let only = all.len() == 1;
    let way = |one: &Certificate| {
        let label = if only {
            words::CARRY_OUT.to_owned()
        } else {
            words::carry_out_on(Day::of(one.not_after))
        };
        (format!("{CERTIFICATES}/{}/revoke?request={}", one.serial, request.id), label)
    };
    Ok(all.iter().map(way).collect())
}

pub(super) async fn load(conn: &mut Conn, id: &str) -> Result<Listed, Error> {
    let found = if is_id(id) { paper::find(conn, id).await? } else { None };
    found.ok_or(Error::NotFound)
}

#[derive(Template)]
#[template(path = "certificates/desk/pages/new.html")]
struct NewPage {
    shell: Shell,
    mistakes: Mistakes,
    kind: Field,
    kinds: Vec<(&'static str, &'static str)>,
    contract_no: Field,
    user_id: Field,
    received_on: Field,
    requested_by: Field,
    reason: Field,
    note: Field,
    key: String,
    csrf: String,
}

pub(super) async fn edit_new(
    State(app): State<App>,
    operator: Operator,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let form = RequestForm {
        key: new_id(now),
        kind: Kind::CertRevoke.word().to_owned(),
        received_on: Day::of(now).to_string(),
        ..RequestForm::default()
    };
    web::page(&new_page(&operator, &form, Mistakes::default()))
}

fn new_page(operator: &Operator, form: &RequestForm, mistakes: Mistakes) -> NewPage {
    let shell = operator.shell(words::NEW_REQUEST, REQUESTS);
    NewPage {
        shell: shell.crumb(words::REQUESTS, REQUESTS).crumb_here().narrow(),
        kind: mistakes.field("kind", &form.kind),
        kinds: Kind::ALL.map(|kind| (kind.word(), words::kind(kind))).to_vec(),
        contract_no: mistakes.field("contract_no", &form.contract_no),
        user_id: mistakes.field("user_id", &form.user_id),
        received_on: mistakes.field("received_on", &form.received_on),
        requested_by: mistakes.field("requested_by", &form.requested_by),
        reason: mistakes.field("reason", &form.reason),
        note: mistakes.field("note", &form.note),
        key: form.key.clone(),
        csrf: operator.person().csrf(),
        mistakes,
    }
}

pub(super) async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Form(form): Form<RequestForm>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    if !is_id(&form.key) {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let mut conn = app.db.conn().await?;
    let actor = &operator.person().user.login_id;
    let request = match read(&mut conn, &form, actor, now).await? {
        Ok(request) => request,
        Err(mistakes) => {
            let page = new_page(&operator, &form, mistakes);
            return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    drop(conn);
    let mut tx = app.db.begin().await?;
    // The same form sent twice has the same key: it is recorded once.
    if paper::insert(&mut tx, &request).await? {
        audit::record(&mut tx, now, &event(&operator, &request, "request-record")).await?;
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("{REQUESTS}/{}?done=recorded", request.id)).into_response())
}

/// The request, or everything that is wrong with it.
async fn read(
    conn: &mut Conn,
    form: &RequestForm,
    actor: &str,
    now: Moment,
) -> Result<Result<Request, Mistakes>, Error> {
    let contract_no = text::nfkc(form.contract_no.trim());
    let contract = contracts::find(conn, &contract_no).await?;
    let typed_id = form.user_id.trim();
    let user = users::find_by_login_id(conn, typed_id).await?;
    let user = user.filter(|user| user.contract_no == contract_no);
    let mode = contract.as_ref().map(|contract| &contract.mode);
    // Whoever copies the file's name from the paper means the company's certificate too.
    let whose = match (mode, &user) {
        (_, Some(_)) => Whose::Person,
        (Some(mode), None) if mode.certificate_name().is_some_and(|name| name == typed_id) => {
            Whose::Company
        }
        (_, None) if !typed_id.is_empty() => Whose::Stranger,
        (Some(mode), None) if mode.is_company() => Whose::Company,
        _ => Whose::Nobody,
    };
    let known = Known { contract: contract.is_some(), whose };
    let (kind, paper, note) = match form.read(known, Day::of(now)) {
        Ok(typed) => typed,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    Ok(Ok(Request {
        id: form.key.clone(),
        kind,
        contract_no,
        user_id: user.map(|user| user.id),
        received_on: paper.received_on,
        requested_by: paper.requested_by,
        reason: paper.reason,
        note,
        recorded_by: actor.to_owned(),
        recorded_at: now,
        done_at: None,
    }))
}

#[derive(Deserialize)]
pub(super) struct Nothing {}

/// 「処理済みにする」: what this program does not do by itself was done elsewhere.
pub(super) async fn submit_done(
    State(app): State<App>,
    operator: Operator,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result<Response, Error> {
    let listed = load(&mut app.db.conn().await?, &id).await?;
    let now = app.clock.now();
    let mut tx = app.db.begin().await?;
    let mut word = "done-before";
    if paper::set_done(&mut tx, &id, now).await? {
        audit::record(&mut tx, now, &event(&operator, &listed.request, "request-done")).await?;
        word = "done";
    }
    tx.commit().await?;
    Ok(Redirect::to(&format!("{REQUESTS}/{id}?done={word}")).into_response())
}

fn event<'a>(operator: &'a Operator, request: &'a Request, action: &'a str) -> Event<'a> {
    Event {
        contract_no: Some(&request.contract_no),
        user_id: request.user_id.as_deref(),
        target: Some(&request.id),
        detail: request.kind.word(),
        ..operator.event(action, words::REQUESTS)
    }
}
