//! A list of まとめ入金 in its three forms.

use std::sync::Arc;

use axum::http::HeaderMap;
use axum::response::Response;

use super::lines::Lines;
use super::period::Chosen;
use crate::app::App;
use crate::base::Moment;
use crate::deduction::files;
use crate::deduction::scope::Scope;
use crate::deduction::transfers::print::{self, Asker};
use crate::identity::rights::Action;
use crate::web::sheet::{At, Encoding, Heading, View, Wish, remembered};
use crate::web::{Error, Place, Shell};

/// Where a list's files are asked for, and of what.
pub struct Asked {
    pub lines: Lines,
    pub place: Place,
    pub shell: Shell,
}

/// A page of the list.
pub async fn view(
    app: &App,
    (lines, place): (&Lines, &Place),
    at: &At,
    headers: &HeaderMap,
) -> Result<View, Error> {
    let mut conn = app.db.conn().await?;
    View::read(lines, &mut conn, (place, at), remembered(headers)).await
}

/// The whole list as CSV.
pub async fn csv(
    app: &App,
    asked: Asked,
    (scope, encoding): (&Scope, &str),
    chosen: &Chosen,
) -> Result<Response, Error> {
    let encoding = Encoding::parse(encoding).unwrap_or(Encoding::Utf8);
    let (sheet, wish) = asked.wish(&scope.group.group_no, chosen);
    print::csv(app, &scope.person, (sheet, wish), encoding).await
}

/// The whole list as PDF.
pub async fn pdf(
    app: &App,
    asked: Asked,
    scope: &Scope,
    chosen: &Chosen,
) -> Result<Response, Error> {
    let heading = heading(scope, chosen, app.clock.now());
    let (sheet, wish) = asked.wish(&scope.group.group_no, chosen);
    let by = Asker { person: &scope.person, action: Action::RokinView };
    print::pdf(app, by, (sheet, wish), heading).await
}

fn heading(scope: &Scope, chosen: &Chosen, made_at: Moment) -> Heading {
    let fact = |name: &str, fact: String| (name.to_owned(), fact);
    let mut facts = vec![
        fact("控除年月", chosen.period.ja()),
        fact("支給日(入金予定日)", chosen.period.pay_on.ja()),
    ];
    if let Some(deposit) = &chosen.standing {
        facts.push(fact("依頼書番号", deposit.document_no.clone()));
    }
    Heading {
        group: Some((scope.group.group_no.clone(), scope.group.name.clone())),
        facts,
        made_at,
    }
}

impl Asked {
    fn wish(self, group_no: &str, chosen: &Chosen) -> (Arc<Lines>, Wish) {
        let name = files::of_period(self.lines.title, group_no, &chosen.period);
        (Arc::new(self.lines), Wish { shell: self.shell, place: self.place, name })
    }
}
