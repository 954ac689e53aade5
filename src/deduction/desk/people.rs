//! In which groups the people of a contract work.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::Response;

use super::acts::{self, By};
use super::groups::to;
use super::pages::{Asked, load, told};
use super::{HOME, store, words};
use crate::app::App;
use crate::db::Conn;
use crate::identity::contracts::Contract;
use crate::identity::groups;
use crate::identity::users::{self, User};
use crate::web::{self, Error, Form, Operator, Shell};

#[derive(Template)]
#[template(path = "deduction/desk/pages/people.html")]
struct PeoplePage {
    shell: Shell,
    contract: Contract,
    /// A person, and the numbers of their groups in a line.
    rows: Vec<(User, String)>,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/person.html")]
struct PersonPage {
    shell: Shell,
    here: String,
    back: String,
    user: User,
    /// Number, name, whether it is ticked.
    groups: Vec<(String, String, bool)>,
    csrf: String,
}

pub(super) async fn show_people(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = load(&mut conn, &number).await?;
    let mut rows = Vec::new();
    for user in users::list(&mut conn, Some(&number)).await? {
        let given = store::given(&mut conn, &user.id).await?;
        let line = if given.is_empty() { "すべて".to_owned() } else { given.join("、") };
        rows.push((user, line));
    }
    let shell = shell(&operator, words::PEOPLE, &contract).crumb_here();
    web::page(&PeoplePage { shell: told(shell, &asked.done), contract, rows })
}

fn shell(operator: &Operator, title: &str, contract: &Contract) -> Shell {
    let of = format!("{HOME}/{}", contract.contract_no);
    operator.shell(title, HOME).crumb(words::HOME, HOME).crumb(&contract.name, &of)
}

async fn person(conn: &mut Conn, number: &str, id: &str) -> Result<User, Error> {
    let found = users::find(conn, id).await?;
    found.filter(|user| user.contract_no == number).ok_or(Error::NotFound)
}

pub(super) async fn edit_person(
    State(app): State<App>,
    operator: Operator,
    Path((number, id)): Path<(String, String)>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = load(&mut conn, &number).await?;
    let user = person(&mut conn, &number, &id).await?;
    let given = store::given(&mut conn, &id).await?;
    let all = groups::of_contract(&mut conn, &number).await?;
    let choice = |group: groups::Group| {
        let ticked = given.contains(&group.group_no);
        (group.group_no, group.name, ticked)
    };
    let back = format!("{HOME}/{number}/people");
    let shell = shell(&operator, &user.name, &contract).crumb(words::PEOPLE, &back);
    web::page(&PersonPage {
        shell: shell.crumb_here().narrow(),
        here: format!("{back}/{id}"),
        back,
        user,
        groups: all.into_iter().map(choice).collect(),
        csrf: operator.person().csrf(),
    })
}

pub(super) async fn submit_person(
    State(app): State<App>,
    operator: Operator,
    Path((number, id)): Path<(String, String)>,
    Form(sent): Form<HashMap<String, String>>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    load(&mut tx, &number).await?;
    let user = person(&mut tx, &number, &id).await?;
    let all = groups::of_contract(&mut tx, &number).await?;
    let ticked = |group: &groups::Group| {
        sent.get(&format!("group_{}", group.group_no)).is_some_and(|word| word == "on")
    };
    let chosen: Vec<_> = all.into_iter().filter(ticked).map(|group| group.group_no).collect();
    let event = operator.event("", words::PEOPLE);
    let by = By { event: &event, now: app.clock.now() };
    acts::set_people(&mut tx, &number, ((&user.id, &user.login_id), &chosen), by).await?;
    tx.commit().await?;
    Ok(to(&format!("{HOME}/{number}/people?done=people")))
}
