//! The pages of the menu from which lists are chosen: a period, and a card for each list.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{MethodRouter, get};

use super::catalogue::{self, List, Listed, Of};
use super::pages::{self, Asked, OFFERED};
use super::{employer, words};
use crate::app::App;
use crate::base::money::{Yen, group};
use crate::db::Conn;
use crate::deduction::period::{Period, store};
use crate::deduction::scope::Scope;
use crate::web::sheet::{self, Encoding};
use crate::web::{self, Error, Shell};

/// A page of the menu. Of several lists at one place the first is offered that the person
/// may see.
pub(super) struct Chooser {
    pub(super) href: &'static str,
    lists: &'static [&'static [&'static str]],
    /// Whether it is for files alone.
    export: bool,
}

const EMPLOYER: &[&str] =
    &["/deduction/rokin/lists/employer", "/deduction/rokin/lists/employer-rokin"];
const EMPLOYER_MOVED: &[&str] =
    &["/deduction/rokin/lists/employer-moved", "/deduction/rokin/lists/employer-moved-rokin"];

pub(super) static CHOOSERS: &[Chooser] = &[
    Chooser {
        href: "/deduction/rokin/requests",
        lists: &[
            &["/deduction/rokin/lists/requests"],
            &["/deduction/rokin/lists/counter"],
            &["/deduction/rokin/lists/errors"],
            &["/deduction/rokin/lists/moved"],
        ],
        export: false,
    },
    Chooser {
        href: "/deduction/rokin/requests/export",
        lists: &[&["/deduction/rokin/lists/requests"]],
        export: true,
    },
    Chooser {
        href: "/deduction/rokin/employer",
        lists: &[EMPLOYER, EMPLOYER_MOVED],
        export: false,
    },
    Chooser {
        href: "/deduction/rokin/employer/export",
        lists: &[EMPLOYER, EMPLOYER_MOVED],
        export: true,
    },
    Chooser {
        href: "/deduction/rokin/results",
        lists: &[
            &["/deduction/rokin/lists/results"],
            &["/deduction/rokin/lists/unable"],
            &["/deduction/rokin/lists/differs"],
        ],
        export: false,
    },
    Chooser {
        href: "/deduction/ledger/requests",
        lists: &[
            &["/deduction/ledger/lists/requests"],
            &["/deduction/ledger/lists/request-errors"],
        ],
        export: false,
    },
    Chooser {
        href: "/deduction/ledger/requests/export",
        lists: &[&["/deduction/ledger/lists/requests"]],
        export: true,
    },
    Chooser {
        href: "/deduction/ledger/results",
        lists: &[&["/deduction/ledger/lists/results"], &["/deduction/ledger/lists/unable"]],
        export: false,
    },
    Chooser {
        href: "/deduction/ledger/combined",
        lists: &[&["/deduction/ledger/combined/lists/requests"]],
        export: false,
    },
    Chooser {
        href: "/deduction/ledger/combined/export",
        lists: &[&["/deduction/ledger/combined/lists/requests"]],
        export: true,
    },
];

/// All of them.
pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/deduction/rokin/requests", shown("/deduction/rokin/requests"))
        .route("/deduction/rokin/requests/export", shown("/deduction/rokin/requests/export"))
        .route("/deduction/rokin/employer", shown("/deduction/rokin/employer"))
        .route("/deduction/rokin/employer/export", shown("/deduction/rokin/employer/export"))
        .route("/deduction/rokin/results", shown("/deduction/rokin/results"))
        .route("/deduction/ledger/requests", shown("/deduction/ledger/requests"))
        .route("/deduction/ledger/requests/export", shown("/deduction/ledger/requests/export"))
        .route("/deduction/ledger/results", shown("/deduction/ledger/results"))
        .route("/deduction/ledger/combined", shown("/deduction/ledger/combined"))
        .route("/deduction/ledger/combined/export", shown("/deduction/ledger/combined/export"))
}

/// The chooser at `href`.
fn shown(href: &'static str) -> MethodRouter<App> {
    get(
        async move |State(app): State<App>,
                    scope: Scope,
                    Query(asked): Query<Asked>,
                    headers: HeaderMap| {
            let chooser = CHOOSERS.iter().find(|one| one.href == href).ok_or(Error::NotFound)?;
            show_chooser(&app, &scope, chooser, (&asked, &headers)).await
        },
    )
}

#[derive(Template)]
#[template(path = "deduction/requests/pages/chooser.html")]
pub(super) struct ChooserPage {
    pub(super) shell: Shell,
    pub(super) href: &'static str,
    /// What there is in place of a period to choose.
    pub(super) sentences: Vec<String>,
    /// Id and 「2026年11月 月例」, the newest first.
    pub(super) periods: Vec<(String, String)>,
    pub(super) chosen: String,
    pub(super) facts: Vec<(String, String)>,
    pub(super) cards: Vec<Card>,
    /// Word, label, whether it was taken last.
    pub(super) encodings: Vec<(&'static str, &'static str, bool)>,
}

pub(super) struct Card {
    pub(super) title: &'static str,
    pub(super) text: &'static str,
    pub(super) count: String,
    /// Names and yen.
    pub(super) sums: Vec<(&'static str, String)>,
    pub(super) path: &'static str,
    pub(super) prints: bool,
    /// Whether it is to be had in 全銀 form.
    pub(super) zengin: bool,
}

async fn show_chooser(
    app: &App,
    scope: &Scope,
    chooser: &'static Chooser,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let shell = shell(scope, chooser);
    let encoding = sheet::remembered(headers);
    web::page(&page(&mut conn, scope, chooser, (&asked.period, encoding, shell)).await?)
}

/// The chooser with the reason why a file in 全銀 form was not made (422).
pub(super) async fn unwritten(
    app: &App,
    scope: &Scope,
    (list, period): (&List, &Arc<Period>),
    why: &str,
) -> Result<Response, Error> {
    let chooser = CHOOSERS.iter().find(|chooser| chooser.href == list.chooser());
    let chooser = chooser.ok_or(Error::NotFound)?;
    let mut conn = app.db.conn().await?;
    let shell = shell(scope, chooser).warning(why);
    let what = (period.id.as_str(), Encoding::Utf8, shell);
    let page = page(&mut conn, scope, chooser, what).await?;
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn shell(scope: &Scope, chooser: &Chooser) -> Shell {
    let (group, entry) = pages::entry(chooser.href);
    scope.shell(entry.label, group)
}

async fn page(
    conn: &mut Conn,
    scope: &Scope,
    chooser: &'static Chooser,
    (asked, encoding, shell): (&str, Encoding, Shell),
) -> Result<ChooserPage, Error> {
    let lists = offered(scope, chooser);
    let of = lists.first().map_or(Of::Request, |list| list.of());
    let mut fixed = store::fixed(conn, scope.key(), OFFERED).await?;
    let chosen = match asked {
        "" => pages::newest(fixed.clone(), of).map(Arc::new),
        id => Some(pages::period(conn, scope.key(), (id, of)).await?.ok_or(Error::NotFound)?),
    };
    let mut page = ChooserPage {
        shell,
        href: chooser.href,
        sentences: Vec::new(),
        periods: Vec::new(),
        chosen: String::new(),
        facts: pages::facts(chosen.as_deref()),
        cards: Vec::new(),
        encodings: Encoding::ALL.map(|one| (one.word(), one.label(), one == encoding)).to_vec(),
    };
    let Some(period) = chosen else {
        let open = store::unfixed(conn, scope.key()).await?;
        let next = open.iter().min_by_key(|period| period.close_on);
        page.sentences = words::none_fixed(next);
        return Ok(page);
    };
    if !fixed.iter().any(|one| one.id == period.id) {
        fixed.push(Period::clone(&period));
    }
    page.periods = fixed.into_iter().map(|one| (one.id.clone(), one.ja())).collect();
    page.chosen.clone_from(&period.id);
    if of == Of::Results && period.results_at.is_none() {
        page.sentences = vec![words::NO_RESULTS.to_owned()];
        return Ok(page);
    }
    for list in lists {
        page.cards.push(card(conn, scope, (chooser, list), &period).await?);
    }
    Ok(page)
}

/// The lists that this person may see.
fn offered(scope: &Scope, chooser: &Chooser) -> Vec<&'static List> {
    let first = |paths: &&[&str]| {
        let mut lists = paths.iter().filter_map(|path| catalogue::at(path));
        lists.find(|list| scope.may(list.action()))
    };
    chooser.lists.iter().filter_map(first).collect()
}

async fn card(
    conn: &mut Conn,
    scope: &Scope,
    (chooser, list): (&Chooser, &'static List),
    period: &Arc<Period>,
) -> Result<Card, Error> {
    let opened = list.sheet(scope.key(), Some(period), "");
    let totals = opened.totals(conn).await?;
    let heads = opened.heads();
    let names = heads.iter().filter(|head| head.summed).map(|head| head.label);
    Ok(Card {
        title: list.title,
        text: list.text,
        count: group(totals.count),
        sums: names.zip(totals.sums.iter().map(|sum| Yen(*sum).ja())).collect(),
        path: list.path,
        prints: !chooser.export,
        zengin: EMPLOYER.contains(&list.path),
    })
}

impl Card {
    /// The address of the list or one of its files, of the chosen period.
    pub(super) fn href(&self, end: &str, period: &str) -> String {
        format!("{}{end}?period={period}", self.path)
    }

    pub(super) fn zengin_href(&self, period: &str) -> String {
        self.href(&format!("/{}", employer::ZENGIN), period)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_list_can_be_chosen_on_the_page_it_names() {
        for list in catalogue::LISTS {
            let chooser = CHOOSERS.iter().find(|chooser| chooser.href == list.chooser());
            let lists = chooser.expect("a page").lists;
            assert!(lists.iter().any(|paths| paths.contains(&list.path)), "{}", list.path);
        }
        for chooser in CHOOSERS {
            let (_, entry) = pages::entry(chooser.href);
            assert_eq!(entry.href, chooser.href);
            for path in chooser.lists.iter().copied().flatten() {
                assert!(catalogue::at(path).is_some(), "{path}");
            }
        }
    }
}
