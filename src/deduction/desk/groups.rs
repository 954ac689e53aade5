//! Groups: a new one, and the terms of one.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::acts::{self, By};
use super::pages::{group_shell, load, load_group, of_groups};
use super::rules::{self, WrongGroup};
use super::{HOME, words};
use crate::app::App;
use crate::base::text::nfkc;
use crate::identity::contracts::{Contract, Service};
use crate::identity::groups::Group;
use crate::web::{self, Error, Field, Form, Mistakes, Operator, Shell};

/// What is typed of a group.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct GroupForm {
    group_no: String,
    name: String,
    kana: String,
    branch: String,
    number_digits: String,
    kana_limit: String,
    service_rokin: String,
    service_rokin_update: String,
    service_ledger: String,
    service_bulk_saving: String,
    /// How the group was when the page was shown.
    seen: String,
}

#[derive(Template)]
#[template(path = "deduction/desk/pages/group_form.html")]
struct FormPage {
    shell: Shell,
    mistakes: Mistakes,
    here: String,
    back: String,
    is_new: bool,
    group_no: Field,
    name: Field,
    kana: Field,
    branch: Field,
    number_digits: Field,
    kana_limit: Field,
    /// Word, label, whether it is ticked.
    services: Vec<(&'static str, &'static str, bool)>,
    services_field: Field,
    seen: String,
    csrf: String,
}

impl GroupForm {
    fn of(group: &Group) -> Self {
        let tick = |service| if group.services.contains(&service) { "on" } else { "" }.to_owned();
        Self {
            group_no: group.group_no.clone(),
            name: group.name.clone(),
            kana: group.kana.clone(),
            branch: group.branch.clone(),
            number_digits: group.number_digits.to_string(),
            kana_limit: group.kana_limit.to_string(),
            service_rokin: tick(Service::Rokin),
            service_rokin_update: tick(Service::RokinUpdate),
            service_ledger: tick(Service::Ledger),
            service_bulk_saving: tick(Service::BulkSaving),
            seen: seen(group),
        }
    }

    fn ticked(&self, service: Service) -> bool {
        let field = match service {
            Service::Rokin => &self.service_rokin,
            Service::RokinUpdate => &self.service_rokin_update,
            Service::Ledger => &self.service_ledger,
            Service::BulkSaving => &self.service_bulk_saving,
            _ => return false,
        };
        field == "on"
    }

    /// The group as it is typed; numbers that are none are 0, which is wrong.
    fn group(&self) -> Group {
        let number = |typed: &str| nfkc(typed.trim()).parse().unwrap_or(0);
        let services = Service::OF_GROUPS.into_iter().filter(|one| self.ticked(*one));
        Group {
            group_no: nfkc(self.group_no.trim()),
            name: self.name.trim().to_owned(),
            kana: self.kana.trim().to_owned(),
            branch: self.branch.trim().to_owned(),
            number_digits: number(&self.number_digits),
            kana_limit: number(&self.kana_limit),
            services: services.collect(),
        }
    }
}

/// How a group is, in a form's field.
fn seen(group: &Group) -> String {
    crate::base::secret::sha256_hex(format!("{group:?}").as_bytes())
}

fn mistakes(wrongs: Vec<WrongGroup>) -> Mistakes {
    let mut mistakes = Mistakes::default();
    for wrong in wrongs {
        let (name, label, sentence) = words::wrong_group(wrong);
        mistakes.add(name, label, sentence);
    }
    mistakes
}

pub(super) async fn edit_new(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let contract = load(&mut conn, &number).await?;
    let offered = of_groups(&mut conn, &number).await?;
    let usual = Group {
        group_no: String::new(),
        name: String::new(),
        kana: String::new(),
        branch: String::new(),
        number_digits: 8,
        kana_limit: 20,
        services: offered.clone(),
    };
    let form = GroupForm::of(&usual);
    let page = form_page(&operator, (&contract, None), (&form, &offered), Mistakes::default());
    web::page(&page)
}

pub(super) async fn submit_new(
    State(app): State<App>,
    operator: Operator,
    Path(number): Path<String>,
    Form(form): Form<GroupForm>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    let contract = load(&mut tx, &number).await?;
    let offered = of_groups(&mut tx, &number).await?;
    let group = form.group();
    let mut wrong = mistakes(rules::wrongs(&group, &offered));
    if wrong.is_empty() {
        let event = operator.event("", words::NEW_GROUP);
        let by = By { event: &event, now: app.clock.now() };
        let calendar = &app.opening.plan().calendar;
        if acts::open_group(&mut tx, &number, (&group, calendar), by).await? {
            tx.commit().await?;
            return Ok(to(&format!("{HOME}/{number}/{}?done=group", group.group_no)));
        }
        wrong.add("group_no", words::GROUP_NO, words::TAKEN);
    }
    let page = form_page(&operator, (&contract, None), (&form, &offered), wrong);
    web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) async fn edit_terms(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no)): Path<(String, String)>,
) -> Result<Response, Error> {
    let mut conn = app.db.conn().await?;
    let (contract, group) = load_group(&mut conn, &number, &group_no).await?;
    let offered = of_groups(&mut conn, &number).await?;
    let form = GroupForm::of(&group);
    let of = (&contract, Some(&group));
    web::page(&form_page(&operator, of, (&form, &offered), Mistakes::default()))
}

pub(super) async fn submit_terms(
    State(app): State<App>,
    operator: Operator,
    Path((number, group_no)): Path<(String, String)>,
    Form(mut form): Form<GroupForm>,
) -> Result<Response, Error> {
    let mut tx = app.db.begin().await?;
    let (contract, before) = load_group(&mut tx, &number, &group_no).await?;
    let offered = of_groups(&mut tx, &number).await?;
    form.group_no.clone_from(&group_no);
    let group = form.group();
    let wrong = mistakes(rules::wrongs(&group, &offered));
    if !wrong.is_empty() {
        let of = (&contract, Some(&before));
        let page = form_page(&operator, of, (&form, &offered), wrong);
        return web::page_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
    }
    let event = operator.event("", words::TERMS);
    let by = By { event: &event, now: app.clock.now() };
    let here = format!("{HOME}/{number}/{group_no}");
    let unchanged = seen(&before) == form.seen;
    if !unchanged || !acts::set_terms(&mut tx, &number, (&before, &group), by).await? {
        return Err(Error::stale("入金グループの最新の内容へ", format!("{here}/terms")));
    }
    tx.commit().await?;
    Ok(to(&format!("{here}?done=terms")))
}

pub(super) fn to(path: &str) -> Response {
    Redirect::to(path).into_response()
}

fn form_page(
    operator: &Operator,
    (contract, group): (&Contract, Option<&Group>),
    (form, offered): (&GroupForm, &[Service]),
    mistakes: Mistakes,
) -> FormPage {
    let of = format!("{HOME}/{}", contract.contract_no);
    let (shell, here, back) = match group {
        None => {
            let shell = operator.shell(words::NEW_GROUP, HOME).crumb(words::HOME, HOME);
            (shell.crumb(&contract.name, &of).crumb_here(), format!("{of}/groups/new"), of)
        }
        Some(group) => {
            let back = format!("{of}/{}", group.group_no);
            (group_shell(operator, words::TERMS, (contract, group)), format!("{back}/terms"), back)
        }
    };
    let choice = |one: &Service| (one.word(), words::service(*one), form.ticked(*one));
    FormPage {
        shell: shell.narrow(),
        here,
        back,
        is_new: group.is_none(),
        group_no: mistakes.field("group_no", &form.group_no),
        name: mistakes.field("name", &form.name),
        kana: mistakes.field("kana", &form.kana),
        branch: mistakes.field("branch", &form.branch),
        number_digits: mistakes.field("number_digits", &form.number_digits),
        kana_limit: mistakes.field("kana_limit", &form.kana_limit),
        services: offered.iter().map(choice).collect(),
        services_field: mistakes.field("services", ""),
        seen: form.seen.clone(),
        csrf: operator.person().csrf(),
        mistakes,
    }
}
