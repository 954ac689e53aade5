//! `/deduction/ledger/import`: the table comes back.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::{EXPORT, IMPORT, MENU};
use crate::app::App;
use crate::base::id::{made_at, new_id};
use crate::deduction::period::entry;
use crate::deduction::scope::Scope;
use crate::deduction::transfers::store::Coming;
use crate::deduction::transfers::{Kind, Options, acts, words};
use crate::web::menu::deduction::TRANSFERS;
use crate::web::upload::size_ja;
use crate::web::{self, Error, Field, Mistakes, Sent, Shell, Upload};

#[derive(Template)]
#[template(path = "deduction/transfers/pages/import.html")]
struct ImportPage {
    shell: Shell,
    mistakes: Mistakes,
    /// Why nothing can be imported now; empty: it can.
    closed: String,
    month: String,
    missing: Field,
    file: Field,
    most: String,
    key: String,
    csrf: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Typed {
    key: String,
    missing: String,
}

pub(super) async fn show_import(State(app): State<App>, scope: Scope) -> Result<Response, Error> {
    let typed = Typed { key: new_id(app.clock.now()), missing: "keep".to_owned() };
    web::page(&page(&app, &scope, (typed, Mistakes::default())).await?)
}

async fn page(
    app: &App,
    scope: &Scope,
    (typed, mistakes): (Typed, Mistakes),
) -> Result<ImportPage, Error> {
    let open = entry::look(&mut app.db.conn().await?, scope.key(), app.clock.now()).await?;
    let (month, closed) = match open {
        Ok(open) => (open.month_ja(), String::new()),
        Err(closed) => (String::new(), closed.ja()),
    };
    Ok(ImportPage {
        shell: scope.shell(words::IMPORT, MENU).steps(1, &words::STEPS),
        closed,
        month,
        missing: mistakes.field("missing", typed.missing),
        file: mistakes.field("file", ""),
        most: size_ja(app.config.limits.upload_bytes),
        key: typed.key,
        mistakes,
        csrf: scope.person.0.csrf(),
    })
}

pub(super) async fn submit_import(
    State(app): State<App>,
    scope: Scope,
    Upload { form, file }: Upload<Typed>,
) -> Result<Response, Error> {
    if made_at(&form.key).is_none() {
        return Err(Error::Malformed("the form has no key".into()));
    }
    let mut mistakes = Mistakes::default();
    let found = taken(file, &mut mistakes);
    if !words::MISSING_CHOICES.iter().any(|(word, _)| *word == form.missing) {
        mistakes.add("missing", words::MISSING, "どちらかを選んでください。");
    }
    let now = app.clock.now();
    let open = entry::look(&mut app.db.conn().await?, scope.key(), now).await?;
    let (Some((file_name, content)), true, Ok(open)) = (found, mistakes.is_empty(), open) else {
        let page = page(&app, &scope, (form, mistakes)).await?;
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    };
    let coming = Coming {
        id: form.key,
        contract_no: scope.contract_no().to_owned(),
        group_no: Some(scope.group.group_no.clone()),
        period_id: None,
        kind: Kind::Ledger,
        file_name,
        options: Options {
            cancel_missing: form.missing == "cancel",
            token: open.token(),
            ..Options::default()
        },
        content,
        user_id: Some(scope.person.0.user.id.clone()),
        actor: scope.who(),
    };
    let event = scope.person.0.event("transfer-send", words::IMPORT);
    acts::send(&app, &coming, event).await?;
    Ok(Redirect::to(&format!("/deduction/transfers/{}", coming.id)).into_response())
}

/// The file's name and bytes, or what is wrong with it.
pub fn taken(file: Sent, mistakes: &mut Mistakes) -> Option<(String, Vec<u8>)> {
    match file {
        Sent::File { name, bytes } if !bytes.is_empty() => {
            return Some((name.chars().take(120).collect(), bytes));
        }
        Sent::File { .. } => mistakes.add("file", words::FILE, words::EMPTY_FILE),
        Sent::Nothing => mistakes.add("file", words::FILE, words::NO_FILE),
        Sent::TooLarge { most } => {
            let reason = format!("ファイルは{}までです。", size_ja(most));
            mistakes.add("file", words::FILE, reason);
        }
    }
    None
}
