//! `…/items/new`: 新規登録 (R004-118, R004-130), and more for a known member.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{shell_below, to};
use crate::app::App;
use crate::base::Moment;
use crate::base::id::{made_at, new_id};
use crate::db::Conn;
use crate::deduction::items::book::{BookItem, BookPages, Choices};
use crate::deduction::items::changes::{self, Refused, Wish};
use crate::deduction::items::{TypedPerson, form as labels, members};
use crate::deduction::period::{Closed, Open, entry};
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

/// The form of a new item.
#[derive(Template)]
#[template(path = "deduction/items/pages/new.html")]
pub struct NewPage {
    shell: Shell,
    mistakes: Mistakes,
    of: &'static BookPages,
    /// What is open; in words why nothing is.
    open: Result<Open, String>,
    key: String,
    token: String,
    person: [Field; 4],
    number_rule: String,
    fields: String,
    /// There is no 種目 to choose.
    unoffered: Option<[&'static str; 3]>,
    /// The item that the member has already.
    there: Option<String>,
    csrf: String,
}

/// For whom, and for which 種目.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct For {
    employee_no: String,
    type_code: String,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default, bound = "T: DeserializeOwned + Default")]
pub struct NewForm<T> {
    /// Becomes our id.
    pub key: String,
    /// The periods that it was shown for.
    pub periods: String,
    /// The member.
    #[serde(flatten)]
    pub person: TypedPerson,
    /// 種目 and terms.
    #[serde(flatten)]
    pub item: T,
}

/// What the page depends on besides the form: the most digits of a number, what is open,
/// which 種目 there are.
type Around = (i64, Result<Open, Closed>, Choices);

async fn around<I: BookItem>(conn: &mut Conn, scope: &Scope, now: Moment) -> Result<Around, Error> {
    let open = entry::look(conn, scope.key(), now).await?;
    let offered = I::offered(conn, scope.contract_no()).await?;
    Ok((scope.group.number_digits, open, offered))
}

/// Shows the empty form.
pub async fn edit_new<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Query(asked): Query<For>,
) -> Result<Response, Error> {
    let now = app.clock.now();
    let mut conn = app.db.conn().await?;
    let around = around::<I>(&mut conn, &scope, now).await?;
    let known = members::find(&mut conn, scope.key(), asked.employee_no.trim()).await?;
    let form = NewForm {
        key: new_id(now),
        periods: around.1.as_ref().map(Open::token).unwrap_or_default(),
        person: known.as_ref().map(TypedPerson::from).unwrap_or_default(),
        item: I::blank(asked.type_code, around.1.as_ref().map_or("", Open::month)),
    };
    let shell = shell_below(&scope, I::PAGES, I::PAGES.new_title);
    web::page(&new_page::<I>(shell, &form, around, Mistakes::default())?)
}

/// Registers the item.
pub async fn submit_new<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Form(form): Form<NewForm<I::TypedNew>>,
) -> Result<Response, Error> {
    let of: &BookPages = I::PAGES;
    let key = uuid_of(&form.key).ok_or_else(|| Error::stale(of.new_title, of.new))?;
    let wish = Wish { id: &key, token: &form.periods, person: &form.person, item: &form.item };
    let (status, mistakes, there) = match changes::add::<I>(&app, &scope, &wish).await {
        Ok(()) => return Ok(to(of, &key, "added")),
        Err(Refused::Wrong(wrong)) => (StatusCode::UNPROCESSABLE_ENTITY, wrong, None),
        Err(Refused::There(id)) => {
            (StatusCode::CONFLICT, I::there(&form.item), Some(of.path_of(&id)))
        }
        Err(Refused::Closed(closed)) => {
            let mut mistakes = Mistakes::default();
            mistakes.add_general(closed.ja());
            (StatusCode::CONFLICT, mistakes, None)
        }
        Err(Refused::Failed(error)) => return Err(error),
        Err(_) => return Err(Error::stale(of.to_list, of.list)),
    };
    let around = around::<I>(&mut app.db.conn().await?, &scope, app.clock.now()).await?;
    let shell = shell_below(&scope, of, of.new_title);
    let mut page = new_page::<I>(shell, &form, around, mistakes)?;
    page.there = there;
    web::page_with(status, &page)
}

/// The key of a form that we made.
fn uuid_of(key: &str) -> Option<String> {
    made_at(key).map(|_| key.to_ascii_lowercase()).filter(|key| key.len() == 36)
}

/// The page with what was typed.
pub fn new_page<I: BookItem>(
    shell: Shell,
    form: &NewForm<I::TypedNew>,
    (digits, open, offered): Around,
    mistakes: Mistakes,
) -> Result<NewPage, Error> {
    let unoffered = I::PAGES.unoffered.filter(|_| offered.is_empty());
    let choose = (String::new(), "選んでください".to_owned());
    let choices = [choose].into_iter().chain(offered).collect();
    Ok(NewPage {
        csrf: shell.csrf().to_owned(),
        shell: shell.narrow(),
        of: I::PAGES,
        open: open.map_err(|closed| closed.ja()),
        key: form.key.clone(),
        token: form.periods.clone(),
        person: form.person.fields(&mistakes),
        number_rule: format!("英字・数字・ハイフン {digits}桁以内"),
        fields: I::new_fields(&form.item, choices, &mistakes)?,
        unoffered,
        there: None,
        mistakes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_key_that_we_made_is_taken() {
        let key = new_id(Moment::from_ms(1_700_000_000_000));
        assert_eq!(uuid_of(&key), Some(key.clone()));
        assert_eq!(uuid_of(&key.to_uppercase()), Some(key));
        for foreign in ["", "1", "5ff3e5a3-8b8a-4c8e-9d2f-0a1b2c3d4e5f"] {
            assert_eq!(uuid_of(foreign), None, "{foreign}");
        }
    }
}
