//! まとめ入金依頼書: on screen, and as the paper that goes to the institution.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use serde::Deserialize;

use super::pages::{Entry, account};
use super::period::{Chosen, must};
use super::store::{self, Part};
use super::{DEPOSIT, Deposit, words};
use crate::app::App;
use crate::base::date::{self, jst_minutes_ja};
use crate::base::money::{Yen, group};
use crate::deduction::scope::Scope;
use crate::web::menu::deduction;
use crate::web::pdf::{self, Failure, Fonts, Letter, Table};
use crate::web::sheet::{Unprinted, Wish, unprinted_response};
use crate::web::{self, Error, Place, Shell};

/// The query of both.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    period: String,
}

#[derive(Template)]
#[template(path = "deduction/deposit/pages/request.html")]
struct RequestPage {
    shell: Shell,
    paper: Paper,
    account: Vec<Entry>,
    parts: Vec<Part>,
    chosen: Chosen,
}

/// What the 依頼書 says besides numbers.
struct Paper {
    deposit: Deposit,
    /// To whom.
    to: String,
    group: String,
    contract: String,
}

pub(super) async fn show_request(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (chosen, deposit, parts) = load(&app, &scope, &asked).await?;
    web::page(&RequestPage {
        shell: shell(&scope, &chosen),
        paper: paper(&scope, deposit),
        account: account(&chosen),
        parts,
        chosen,
    })
}

pub(super) async fn download_request(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let (chosen, deposit, parts) = load(&app, &scope, &asked).await?;
    let name = format!("{}_{}", words::REQUEST, deposit.document_no);
    let letter = letter(&paper(&scope, deposit), (&account(&chosen), &parts), &chosen);
    let of = app.clone();
    let printing = app.tasks.blocking(move || {
        let fonts = Fonts::of(&of).map_err(Failure::NoFont)?;
        pdf::print_letter(&fonts, &letter)
    });
    match printing.await {
        Some(Ok(bytes)) => Ok(web::download(&format!("{name}.pdf"), "application/pdf", bytes)),
        Some(Err(failure)) => {
            let place = Place::new(super::REQUEST, &[("period", &chosen.period.id)]);
            let wish = Wish { shell: shell(&scope, &chosen), place, name };
            unprinted_response(wish, Unprinted::Pdf(failure))
        }
        None => Err(Error::busy(Unprinted::Busy)),
    }
}

async fn load(
    app: &App,
    scope: &Scope,
    asked: &Asked,
) -> Result<(Chosen, Deposit, Vec<Part>), Error> {
    let mut conn = app.db.conn().await?;
    let chosen = must(&mut conn, scope.key(), &asked.period).await?;
    let standing = chosen.standing.clone();
    // Undone meanwhile, or not confirmed yet.
    let deposit = standing.ok_or_else(|| Error::stale(words::TO_DEPOSIT, chosen.at(DEPOSIT)))?;
    let parts = store::parts(&mut conn, scope.contract_no(), &deposit.id).await?;
    Ok((chosen, deposit, parts))
}

fn shell(scope: &Scope, chosen: &Chosen) -> Shell {
    let shell = scope.person.shell(words::REQUEST, "", deduction::ROKIN.href);
    let shell = shell.crumb("トップページ", "/home");
    let shell = shell.crumb(deduction::ROKIN.label, deduction::ROKIN.href);
    shell.crumb(words::DEPOSIT, &chosen.at(DEPOSIT)).crumb_here().narrow()
}

fn paper(scope: &Scope, deposit: Deposit) -> Paper {
    let arrived = &scope.person.0;
    let institution = &arrived.visit.frame.institution;
    let branch = &scope.group.branch;
    let gap = if institution.is_empty() || branch.is_empty() { "" } else { "　" };
    Paper {
        deposit,
        to: format!("{institution}{gap}{branch}　御中"),
        group: format!("{}　{}", scope.group.group_no, scope.group.name),
        contract: arrived.contract.name.clone(),
    }
}

/// 「－　控除不能」, the signs below one another.
fn signed(entry: &Entry) -> String {
    let sign = if entry.sign.is_empty() { "　" } else { entry.sign };
    format!("{sign}　{}", entry.label)
}

fn letter(paper: &Paper, (account, parts): (&[Entry], &[Part]), chosen: &Chosen) -> Letter {
    let deposit = &paper.deposit;
    let fact = |name: &str, value: String| (name.to_owned(), value);
    let row = |label: String, sum: crate::deduction::sums::Sum| {
        vec![label, group(sum.count), group(sum.amount)]
    };
    let heads = |first: &str| {
        vec![
            (first.to_owned(), 5, false),
            ("件数".to_owned(), 2, true),
            ("金額（円）".to_owned(), 3, true),
        ]
    };
    let entries = account.iter().map(|entry| row(signed(entry), entry.sum));
    let mut products: Vec<_> = parts.iter().map(|part| row(part.label.clone(), part.sum)).collect();
    products.push(row("合計".to_owned(), deposit.paid));
    let table = |caption: &str, heads, rows| Table { caption: caption.to_owned(), heads, rows };
    Letter {
        title: words::REQUEST.to_owned(),
        corner: vec![
            format!("依頼書番号　{}", deposit.document_no),
            format!("確定日時　{}", jst_minutes_ja(deposit.confirmed_at)),
        ],
        to: paper.to.clone(),
        from: vec![paper.contract.clone(), format!("入金グループ　{}", paper.group)],
        lead: "次のとおり、まとめ入金を依頼します。".to_owned(),
        main: (
            "入金金額".to_owned(),
            Yen(deposit.paid.amount).ja(),
            words::in_full(deposit.paid.amount),
        ),
        facts: vec![
            fact("控除年月", chosen.period.ja()),
            fact("入金予定日", chosen.period.pay_on.ja()),
            fact("件数", format!("{}件", group(deposit.paid.count))),
            fact("確定した人", deposit.confirmed_by.clone()),
        ],
        tables: vec![
            table("金額の内訳", heads("区分"), entries.collect()),
            table("種目別の内訳", heads("種目"), products),
        ],
        made_at: deposit.confirmed_at,
    }
}
