//! The pages that both have: lines with a search, tables to be printed, files, one list.

use std::sync::Arc;

use askama::Template;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

use super::Asked;
use crate::app::App;
use crate::base::money::{Yen, group};
use crate::db::Conn;
use crate::deduction::files;
use crate::deduction::transfers::print::{self, Asker};
use crate::web::menu::Entry;
use crate::web::sheet::{self, Encoding, Heading, Sheet, View, Wish};
use crate::web::{self, Chip, Error, Field, Mistakes, Place, Shell, SignedIn};

/// A form that chooses the reception.
#[derive(Clone, Debug)]
pub struct Chooser {
    /// Where it is asked.
    pub action: &'static str,
    /// What the reception is called in the query.
    pub name: &'static str,
    /// And on the page.
    pub label: &'static str,
    /// The one that is shown.
    pub field: Field,
    /// All of them: id, words.
    pub options: Vec<(String, String)>,
}

/// A list to be opened or taken as a file.
#[derive(Clone, Debug)]
pub struct Card {
    /// The list's title.
    pub title: &'static str,
    /// What stands in it.
    pub text: &'static str,
    /// 「600件」.
    pub count: String,
    /// 「1,800,000円」; empty where nothing is summed.
    pub amount: String,
    /// Where it is shown.
    pub show: String,
    /// As CSV.
    pub csv: &'static str,
    /// As PDF.
    pub pdf: String,
    /// What the CSV is asked with.
    pub query: Vec<(&'static str, String)>,
}

/// What stands around a page of a reception.
pub struct Around {
    /// The shell.
    pub shell: Shell,
    /// The form above.
    pub chooser: Chooser,
    /// What the reception is: label, value.
    pub facts: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "deduction/received/pages/lines.html")]
struct LinesPage {
    around: Around,
    shell: Shell,
    mistakes: Mistakes,
    employee_no: Field,
    kana: Field,
    filtered: bool,
    chips: Vec<Chip>,
    view: Option<View>,
}

#[derive(Template)]
#[template(path = "deduction/received/pages/tables.html")]
struct TablesPage {
    around: Around,
    shell: Shell,
    lead: &'static str,
    cards: Vec<Card>,
    /// Whether they are only taken as CSV.
    exports: bool,
    encodings: Vec<(&'static str, &'static str, bool)>,
}

#[derive(Template)]
#[template(path = "deduction/received/pages/list.html")]
struct ListPage {
    around: Around,
    shell: Shell,
    chips: Vec<Chip>,
    view: View,
    /// The way back: words, address.
    back: (&'static str, String),
}

#[derive(Template)]
#[template(path = "deduction/received/pages/none.html")]
struct NonePage {
    shell: Shell,
    sentence: &'static str,
}

/// A page under the menu's entry `menu`.
#[must_use]
pub fn shell(person: &SignedIn, title: &str, menu: &Entry) -> Shell {
    let shell = person.shell(title, "", menu.href).crumb("トップページ", "/home");
    shell.crumb(menu.label, menu.href).crumb_here()
}

/// Nothing was received yet.
///
/// # Errors
/// The template's.
pub fn none(shell: Shell, sentence: &'static str) -> Result<Response, Error> {
    web::page(&NonePage { shell, sentence })
}

/// The lines of a reception with the search. `sheet` reads them; its files are those of the
/// list at `list`.
///
/// # Errors
/// The database's; a stale step where the page is gone.
pub async fn lines(
    conn: &mut Conn,
    around: Around,
    (asked, headers): (&Asked, &HeaderMap),
    sheet: &dyn Sheet,
    list: &'static str,
) -> Result<Response, Error> {
    let (filter, mistakes) = asked.filter();
    let (path, name, id) =
        (around.chooser.action, around.chooser.name, around.chooser.field.value.clone());
    let place = place(path, asked, (name, &id));
    let view = if mistakes.is_empty() {
        let encoding = sheet::remembered(headers);
        let mut view = View::read(sheet, conn, (&place, &asked.at()), encoding).await?;
        // The same lines as a file are the list's.
        let of = self::place(list, asked, (name, &id));
        view.files.csv = of.file("csv");
        view.files.pdf = of.file_with("pdf", &[]);
        let clear = place_of(path, (name, &id));
        if !filter.is_all() {
            let sentence = "条件に合う明細はありません。条件を変えて、もう一度検索してください。";
            view = view.empty(sentence, &clear, "条件をすべて外す");
        }
        Some(view)
    } else {
        None
    };
    let page = LinesPage {
        shell: around.shell.clone(),
        employee_no: mistakes.field("employee_no", &*asked.employee_no),
        kana: mistakes.field("kana", &*asked.kana),
        filtered: !filter.is_all() || !mistakes.is_empty(),
        chips: chips(&place, asked),
        mistakes,
        around,
        view,
    };
    let status =
        if page.view.is_some() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    web::page_with(status, &page)
}

/// The lists of a reception, to be shown, printed and taken; with `exports` only as CSV.
///
/// # Errors
/// The template's.
pub fn tables(
    around: Around,
    headers: &HeaderMap,
    (lead, exports): (&'static str, bool),
    cards: Vec<Card>,
) -> Result<Response, Error> {
    let kept = sheet::remembered(headers);
    let encodings = Encoding::ALL.map(|one| (one.word(), one.label(), one == kept)).to_vec();
    web::page(&TablesPage { shell: around.shell.clone(), around, lead, cards, exports, encodings })
}

/// One list on screen; `back`: the page that leads to it.
///
/// # Errors
/// The database's; a stale step where the page is gone.
pub async fn list(
    conn: &mut Conn,
    around: Around,
    (asked, headers): (&Asked, &HeaderMap),
    (sheet, path): (&dyn Sheet, &'static str),
    back: (&'static str, &'static str),
) -> Result<Response, Error> {
    let of = (around.chooser.name, &*around.chooser.field.value);
    let place = place(path, asked, of);
    let encoding = sheet::remembered(headers);
    let view = View::read(sheet, conn, (&place, &asked.at()), encoding).await?;
    let back = (back.0, place_of(back.1, of));
    let chips = chips(&place, asked);
    web::page(&ListPage { shell: around.shell.clone(), around, chips, view, back })
}

/// A list as it is asked for as a file.
pub struct Wanted {
    /// The list.
    pub sheet: Arc<dyn Sheet>,
    /// Its address.
    pub path: &'static str,
    /// Of which reception.
    pub around: Around,
    /// Number and name of the 入金グループ.
    pub group: Option<(String, String)>,
}

/// The list as CSV.
///
/// # Errors
/// The database's; an encoding that we do not have.
pub async fn csv(
    app: &App,
    person: &SignedIn,
    wanted: Wanted,
    (asked, headers): (&Asked, &HeaderMap),
) -> Result<Response, Error> {
    let encoding = asked.encoding(sheet::remembered(headers))?;
    let wish = wish(app, &wanted, asked);
    print::csv(app, person, (wanted.sheet, wish), encoding).await
}

/// The list as PDF.
///
/// # Errors
/// The database's; busy.
pub async fn pdf(
    app: &App,
    by: Asker<'_>,
    (wanted, asked): (Wanted, &Asked),
) -> Result<Response, Error> {
    let wish = wish(app, &wanted, asked);
    let heading =
        Heading { group: wanted.group, facts: wanted.around.facts, made_at: app.clock.now() };
    print::pdf(app, by, (wanted.sheet, wish), heading).await
}

fn wish(app: &App, wanted: &Wanted, asked: &Asked) -> Wish {
    let chooser = &wanted.around.chooser;
    let group_no = wanted.group.as_ref().map(|(number, _)| number.as_str());
    Wish {
        shell: wanted.around.shell.clone(),
        place: place(wanted.path, asked, (chooser.name, &chooser.field.value)),
        name: files::of_day(wanted.sheet.title(), group_no, app.clock.now()),
    }
}

/// The list at `path` with all that is asked for.
fn place(path: &'static str, asked: &Asked, (name, id): (&'static str, &str)) -> Place {
    let query = asked.query(name, id);
    let query: Vec<_> = query.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Place::new(path, &query).with_files_below()
}

/// The page at `path` for the reception.
#[must_use]
pub fn place_of(path: &'static str, (name, id): (&'static str, &str)) -> String {
    Place::new(path, &[(name, id)]).with(&[])
}

fn chips(place: &Place, asked: &Asked) -> Vec<Chip> {
    let searched =
        [("employee_no", "職員番号", &asked.employee_no), ("kana", "カナ氏名", &asked.kana)];
    let set = searched.into_iter().filter(|(_, _, value)| !value.is_empty());
    set.map(|(name, label, value)| Chip::new(format!("{label}：{value}"), place.without(name)))
        .collect()
}

impl Card {
    /// The list at `path` of a reception, with so many lines and, where it is summed, yen.
    #[must_use]
    pub fn of(
        (title, text): (&'static str, &'static str),
        path: &'static str,
        of: (&'static str, &str),
        (count, amount): (i64, Option<i64>),
    ) -> Self {
        let place = Place::new(path, &[of]).with_files_below();
        Self {
            title,
            text,
            count: format!("{}件", group(count)),
            amount: amount.map(|amount| Yen(amount).ja()).unwrap_or_default(),
            show: place.with(&[]),
            csv: path,
            pdf: place.file_with("pdf", &[]),
            query: place.filters(),
        }
    }
}
