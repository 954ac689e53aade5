//! Three lists: まとめ入金明細 and まとめ入金更新明細書 of what was confirmed, and what was stopped
//! on the web.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{MethodRouter, get};
use serde::Deserialize;

use super::lines::{self, Lines, Which};
use super::period::{Chosen, choose, must};
use super::{DEPOSIT, LEFT_OUT, PAID, STOPPED, STOPS, list, words};
use crate::app::App;
use crate::deduction::scope::Scope;
use crate::web::menu::deduction;
use crate::web::sheet::{At, View};
use crate::web::{self, Error, Field, Place, Shell};

/// The query of each.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    period: String,
    after: String,
    before: String,
    encoding: String,
}

/// Which of them.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Paper {
    /// まとめ入金明細.
    Paid,
    /// まとめ入金更新明細書.
    LeftOut,
    /// まとめ入金WEB更新依頼明細書.
    Stopped,
}

#[derive(Template)]
#[template(path = "deduction/deposit/pages/document.html")]
struct DocumentPage {
    shell: Shell,
    here: &'static str,
    period: Field,
    offered: Vec<(String, String)>,
    /// Name and value, above the list.
    facts: Vec<(&'static str, String)>,
    view: Option<View>,
    back: String,
}

impl Paper {
    const fn path(self) -> &'static str {
        match self {
            Self::Paid => PAID,
            Self::LeftOut => LEFT_OUT,
            Self::Stopped => STOPPED,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Paid => words::PAID_LINES,
            Self::LeftOut => words::LEFT_OUT,
            Self::Stopped => words::WEB_UPDATES,
        }
    }

    fn lines(self, scope: &Scope, chosen: &Chosen) -> Lines {
        let (which, empty, columns) = match self {
            Self::Paid => (Which::Paid, words::NONE_PAID, lines::PAID),
            Self::LeftOut => (Which::LeftOut, words::NONE_LEFT_OUT, lines::LEFT_OUT),
            Self::Stopped => (Which::Stopped, words::NONE_STOPPED, lines::STOPPED),
        };
        Lines {
            contract_no: scope.contract_no().to_owned(),
            period_id: chosen.period.id.clone(),
            which,
            employee_no: String::new(),
            title: self.title(),
            empty,
            columns,
        }
    }

    /// Whether there is such a paper for the period: of まとめ入金 only once it is confirmed.
    fn exists(self, chosen: &Chosen) -> Result<(), Error> {
        if self != Self::Stopped && chosen.standing.is_none() {
            return Err(Error::stale(words::TO_DEPOSIT, chosen.at(DEPOSIT)));
        }
        Ok(())
    }
}

impl Asked {
    fn place(&self, paper: Paper) -> Place {
        let query = [
            ("period", self.period.as_str()),
            ("after", self.after.as_str()),
            ("before", self.before.as_str()),
        ];
        Place::new(paper.path(), &query)
    }
}

/// The page of a paper.
pub(super) fn shown(paper: Paper) -> MethodRouter<App> {
    get(async move |State(app): State<App>, scope: Scope, Query(asked): Query<Asked>, headers| {
        show(&app, &scope, (asked, &headers), paper).await
    })
}

/// The same as CSV.
pub(super) fn as_csv(paper: Paper) -> MethodRouter<App> {
    get(async move |State(app): State<App>, scope: Scope, Query(asked): Query<Asked>| {
        let (chosen, file) = file(&app, &scope, &asked, paper).await?;
        list::csv(&app, file, (&scope, &asked.encoding), &chosen).await
    })
}

/// The same as PDF.
pub(super) fn as_pdf(paper: Paper) -> MethodRouter<App> {
    get(async move |State(app): State<App>, scope: Scope, Query(asked): Query<Asked>| {
        let (chosen, file) = file(&app, &scope, &asked, paper).await?;
        list::pdf(&app, file, &scope, &chosen).await
    })
}

async fn show(
    app: &App,
    scope: &Scope,
    (mut asked, headers): (Asked, &HeaderMap),
    paper: Paper,
) -> Result<Response, Error> {
    let chosen = choose(&mut app.db.conn().await?, scope.key(), &asked.period).await?;
    let mut page = DocumentPage {
        shell: shell(scope, paper, chosen.as_ref()),
        here: paper.path(),
        period: Field::new("period"),
        offered: Vec::new(),
        facts: Vec::new(),
        view: None,
        back: DEPOSIT.to_owned(),
    };
    let Some(chosen) = chosen else { return web::page(&page) };
    paper.exists(&chosen)?;
    asked.period.clone_from(&chosen.period.id);
    let (lines, place) = (paper.lines(scope, &chosen), asked.place(paper));
    let at = At::of(&asked.after, &asked.before);
    let view = list::view(app, (&lines, &place), &at, headers).await?;
    page.view = Some(view.empty(lines.empty, &chosen.at(STOPS), words::TO_STOPS));
    page.facts = facts(&chosen);
    page.back = chosen.at(DEPOSIT);
    page.period = Field::with("period", &chosen.period.id);
    page.offered = chosen.offered;
    web::page(&page)
}

fn facts(chosen: &Chosen) -> Vec<(&'static str, String)> {
    let mut facts = vec![
        ("控除年月", chosen.period.ja()),
        ("まとめ入金", words::sum(chosen.sums.paid())),
        (words::UNABLE, words::sum(chosen.sums.unable)),
        (words::STOPPED, words::sum(chosen.sums.stopped)),
    ];
    let number = chosen.standing.as_ref().map(|deposit| deposit.document_no.clone());
    facts.extend(number.map(|number| ("依頼書番号", number)));
    facts
}

fn shell(scope: &Scope, paper: Paper, chosen: Option<&Chosen>) -> Shell {
    let shell = scope.person.shell(paper.title(), "", deduction::ROKIN.href);
    let shell = shell.crumb("トップページ", "/home");
    let shell = shell.crumb(deduction::ROKIN.label, deduction::ROKIN.href);
    match chosen {
        Some(chosen) => shell.crumb(words::DEPOSIT, &chosen.at(DEPOSIT)).crumb_here(),
        None => shell.crumb_here(),
    }
}

async fn file(
    app: &App,
    scope: &Scope,
    asked: &Asked,
    paper: Paper,
) -> Result<(Chosen, list::Asked), Error> {
    let chosen = must(&mut app.db.conn().await?, scope.key(), &asked.period).await?;
    paper.exists(&chosen)?;
    let lines = paper.lines(scope, &chosen);
    let shell = shell(scope, paper, Some(&chosen));
    Ok((chosen, list::Asked { lines, place: asked.place(paper), shell }))
}
