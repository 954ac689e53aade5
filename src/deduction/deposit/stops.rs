//! `/deduction/rokin/stops`: まとめ入金依頼入金中止設定, and one line of it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::acts::{self, Why};
use super::confirm::refused;
use super::lines::{self, Answered, Lines, Which};
use super::list;
use super::pages::told;
use super::period::{Chosen, choose, must};
use super::{STOPS, words};
use crate::app::App;
use crate::audit::{self, Event};
use crate::base::money::Yen;
use crate::base::text::nfkc;
use crate::deduction::rules;
use crate::deduction::scope::Scope;
use crate::identity::rights::Action;
use crate::web::menu::deduction;
use crate::web::sheet::{At, View};
use crate::web::{self, Chip, Error, Field, Form, Mistakes, Place, Shell};

/// The query of the list's address.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    period: String,
    state: String,
    employee_no: String,
    after: String,
    before: String,
    encoding: String,
    done: String,
}

#[derive(Template)]
#[template(path = "deduction/deposit/pages/stops.html")]
struct StopsPage {
    shell: Shell,
    mistakes: Mistakes,
    offered: Vec<(String, String)>,
    period: Field,
    state: Field,
    employee_no: Field,
    chips: Vec<Chip>,
    /// Why nothing can be changed now; empty: it can.
    fixed: String,
    chosen: Option<Chosen>,
    /// Absent while something is wrong with what was typed.
    view: Option<View>,
}

#[derive(Template)]
#[template(path = "deduction/deposit/pages/stop.html")]
struct StopPage {
    shell: Shell,
    chosen: Chosen,
    line: Answered,
    /// `Period-Line`, as the address names it.
    key: String,
    /// The list that the reader came from: where in it, and its address.
    asked: Asked,
    back: String,
    refusal: String,
    csrf: String,
}

/// What the form of a line carries.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Sent {
    version: i64,
    /// `stop` or `resume`.
    act: String,
    /// Of the list that the reader came from.
    state: String,
    employee_no: String,
    after: String,
    before: String,
}

impl Asked {
    fn which(&self) -> Result<Which, Error> {
        match self.state.as_str() {
            "" => Ok(Which::All),
            "unable" => Ok(Which::Unable),
            "stopped" => Ok(Which::Stopped),
            _ => Err(Error::Malformed("the state is none of ours".into())),
        }
    }

    /// What is searched for, if a number can begin so.
    fn number(&self) -> Option<String> {
        let number = nfkc(self.employee_no.trim());
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
        (number.len() <= 40 && number.chars().all(fits)).then_some(number)
    }

    fn place(&self) -> Place {
        let query = [
            ("period", self.period.as_str()),
            ("state", &self.state),
            ("employee_no", &self.employee_no),
            ("after", &self.after),
            ("before", &self.before),
            ("done", &self.done),
        ];
        Place::new(STOPS, &query)
    }

    fn lines(&self, scope: &Scope, chosen: &Chosen, number: String) -> Result<Lines, Error> {
        Ok(Lines {
            contract_no: scope.contract_no().to_owned(),
            period_id: chosen.period.id.clone(),
            which: self.which()?,
            employee_no: number,
            title: words::STOPS,
            empty: words::NONE_FOUND,
            columns: lines::STOPS,
        })
    }

    fn chips(&self, number: &str) -> Vec<Chip> {
        let place = self.place();
        let mut chips = Vec::new();
        if !number.is_empty() {
            let label = format!("{}：{number}", words::EMPLOYEE_NO);
            chips.push(Chip::new(label, place.without("employee_no")));
        }
        let state = words::STATES.iter().find(|(word, _)| *word == self.state && !word.is_empty());
        chips.extend(state.map(|(_, label)| Chip::new(*label, place.without("state"))));
        chips
    }
}

pub(super) async fn show_stops(
    State(app): State<App>,
    scope: Scope,
    Query(mut asked): Query<Asked>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let shell = told(scope.shell(words::STOPS, &deduction::ROKIN), &asked.done);
    let chosen = choose(&mut app.db.conn().await?, scope.key(), &asked.period).await?;
    let mut page = StopsPage {
        shell,
        mistakes: Mistakes::default(),
        offered: Vec::new(),
        period: Field::new("period"),
        state: Field::with("state", &asked.state),
        employee_no: Field::with("employee_no", &asked.employee_no),
        chips: Vec::new(),
        fixed: String::new(),
        chosen: None,
        view: None,
    };
    let Some(chosen) = chosen else { return web::page(&page) };
    asked.period.clone_from(&chosen.period.id);
    page.period = Field::with("period", &chosen.period.id);
    page.offered.clone_from(&chosen.offered);
    if let Err(refusal) = rules::may_stop(chosen.stage) {
        page.fixed = words::why(Why::Stage(refusal));
    }
    let Some(number) = asked.number() else {
        page.mistakes.add("employee_no", words::EMPLOYEE_NO, words::EMPLOYEE_NO_SIGNS);
        page.employee_no = page.mistakes.field("employee_no", &asked.employee_no);
        page.chosen = Some(chosen);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    page.chips = asked.chips(&number);
    let lines = asked.lines(&scope, &chosen, number)?;
    let at = At::of(&asked.after, &asked.before);
    asked.done.clear();
    let place = asked.place();
    let mut view = list::view(&app, (&lines, &place), &at, &headers).await?;
    if page.fixed.is_empty() && scope.may(Action::DepositChange) {
        add_ways(&mut view, &chosen.period.id, &asked);
    }
    let all = Asked { period: asked.period.clone(), ..Asked::default() }.place().with(&[]);
    page.view = Some(view.empty(words::NONE_FOUND, &all, words::CLEAR));
    page.chosen = Some(chosen);
    web::page(&page)
}

/// What can be done with each line: an unable one is not paid in any case. Its page leads
/// back to the same place of the list.
fn add_ways(view: &mut View, period_id: &str, asked: &Asked) {
    let whence = asked.place().with(&[("period", "")]);
    let whence = whence.strip_prefix(STOPS).unwrap_or_default();
    for row in &mut view.rows {
        let payment = row.cells.last().map_or("", |cell| cell.text.as_str());
        let label = match payment {
            words::PAID => words::DO_STOP,
            words::STOPPED => words::DO_GO_ON,
            _ => continue,
        };
        row.ways.push((label.to_owned(), format!("{STOPS}/{period_id}-{}{whence}", row.key)));
    }
}

pub(super) async fn download_csv(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (chosen, file) = file(&app, &scope, &asked).await?;
    list::csv(&app, file, (&scope, &asked.encoding), &chosen).await
}

pub(super) async fn download_pdf(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (chosen, file) = file(&app, &scope, &asked).await?;
    list::pdf(&app, file, &scope, &chosen).await
}

async fn file(app: &App, scope: &Scope, asked: &Asked) -> Result<(Chosen, list::Asked), Error> {
    let chosen = must(&mut app.db.conn().await?, scope.key(), &asked.period).await?;
    let number = asked.number().ok_or_else(|| Error::stale(words::TO_STOPS, STOPS))?;
    let lines = asked.lines(scope, &chosen, number)?;
    let shell = scope.shell(words::STOPS, &deduction::ROKIN);
    Ok((chosen, list::Asked { lines, place: asked.place(), shell }))
}

pub(super) async fn edit_stop(
    State(app): State<App>,
    scope: Scope,
    Path(key): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (period_id, line_no) = parse(&key)?;
    let mut conn = app.db.conn().await?;
    let chosen = must(&mut conn, scope.key(), period_id).await?;
    let line = lines::find(&mut conn, (scope.contract_no(), period_id, line_no)).await?;
    let line = line.ok_or(Error::NotFound)?;
    let refusal = match rules::may_stop(chosen.stage) {
        Err(refusal) => words::why(Why::Stage(refusal)),
        Ok(()) => match line.deducted {
            Some(true) => String::new(),
            Some(false) => words::UNABLE_IS_NOT_PAID.to_owned(),
            None => words::why(Why::Stage(rules::Refusal::NoResult)),
        },
    };
    let title = if line.stopped { words::GO_ON } else { words::STOP };
    let asked = Asked { period: period_id.to_owned(), done: String::new(), ..asked };
    let back = asked.place().with(&[]);
    let shell = scope.person.shell(title, "", deduction::ROKIN.href);
    let shell = shell.crumb("トップページ", "/home");
    let shell = shell.crumb(deduction::ROKIN.label, deduction::ROKIN.href);
    web::page(&StopPage {
        shell: shell.crumb(words::STOPS, &back).crumb_here().narrow(),
        asked,
        back,
        chosen,
        line,
        key,
        refusal,
        csrf: scope.person.0.csrf(),
    })
}

pub(super) async fn submit_stop(
    State(app): State<App>,
    scope: Scope,
    Path(key): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Error> {
    let (period_id, line_no) = parse(&key)?;
    let (stop, action, word) = match sent.act.as_str() {
        "stop" => (true, "deposit-stop", "stopped"),
        "resume" => (false, "deposit-resume", "resumed"),
        _ => return Err(Error::Malformed("the form does not say what to do".into())),
    };
    let (now, who) = (app.clock.now(), scope.who());
    let wish = ((period_id, line_no), sent.version, stop);
    let mut tx = app.db.begin().await?;
    let done = acts::set_stopped(&mut tx, scope.key(), wish, (&who, now)).await?;
    let line = lines::find(&mut tx, (scope.contract_no(), period_id, line_no)).await?;
    let line = line.ok_or(Error::NotFound)?;
    let word = match done {
        Ok(amount) => {
            let target =
                format!("{} {} {}", scope.group.group_no, line.employee_no, line.kana_name);
            let detail = format!("{} {}", line.label, Yen(amount).ja());
            let event = scope.person.0.event(action, words::STOPS);
            let event = Event { target: Some(&target), detail: &detail, ..event };
            audit::record(&mut tx, now, &event).await?;
            tx.commit().await?;
            word
        }
        // A second click, or a colleague who did the same.
        Err(Why::Changed) if line.stopped == stop => "already",
        Err(why) => return Err(refused(why, &format!("{STOPS}/{key}"))),
    };
    let Sent { state, employee_no, after, before, .. } = sent;
    let [state, employee_no, after, before] = [state, employee_no, after, before].map(place_part);
    let (period, done) = (period_id.to_owned(), word.to_owned());
    let back = Asked { period, state, employee_no, after, before, done, ..Asked::default() };
    Ok(Redirect::to(&back.place().with(&[])).into_response())
}

/// What a form may say about a place of the list: our own words, numbers and keys. Anything
/// else leads to the list's beginning.
fn place_part(text: String) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || "-_.:".contains(c);
    if text.chars().all(fits) { text } else { String::new() }
}

/// Period and line of `Period-Line`.
fn parse(key: &str) -> Result<(&str, i64), Error> {
    let parts = key.rsplit_once('-');
    let parsed = parts.and_then(|(period, line)| Some((period, line.parse().ok()?)));
    parsed.ok_or(Error::NotFound)
}
