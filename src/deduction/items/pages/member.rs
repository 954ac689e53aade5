//! `…/members/{id}`: who an item is deducted from, and the form that corrects number, names,
//! 職場 and 退職日. What the employer's file cannot carry is mended here (R004-120, R004-133).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use crate::app::App;
use crate::audit::{self, Event};
use crate::base::Day;
use crate::db::Tx;
use crate::deduction::items::book::{BookItem, BookPages};
use crate::deduction::items::{Member, Person, TypedPerson, form as labels, members, words};
use crate::deduction::period::{Closed, entry};
use crate::deduction::scope::Scope;
use crate::web::{self, Error, Field, Form, Mistakes, Shell};

/// The form.
#[derive(Template)]
#[template(path = "deduction/items/pages/member.html")]
pub struct MemberPage {
    shell: Shell,
    mistakes: Mistakes,
    of: &'static BookPages,
    /// As it is stored now.
    member: Member,
    person: [Field; 4],
    left_on: Field,
    number_rule: String,
    kana_rule: String,
    /// The version that the form was shown for.
    version: i64,
    csrf: String,
}

/// What has just been done.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Before {
    done: String,
}

/// The form as it was filled in.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    version: i64,
    left_on: String,
    #[serde(flatten)]
    person: TypedPerson,
}

/// Shows the form.
pub async fn edit_member<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Query(before): Query<Before>,
) -> Result<Response, Error> {
    let member = members::find_by_id(&mut app.db.conn().await?, scope.key(), &id).await?;
    let member = member.ok_or(Error::NotFound)?;
    let mut shell = shell(&scope, I::PAGES);
    if before.done == "changed" {
        shell = shell.success(words::MEMBER_CHANGED);
    }
    let limits = (scope.group.number_digits, scope.group.kana_limit);
    web::page(&member_page(shell, I::PAGES, member, (None, Mistakes::default()), limits))
}

/// Corrects the member.
pub async fn submit_member<I: BookItem>(
    State(app): State<App>,
    scope: Scope,
    Path(id): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, Error> {
    let of: &'static BookPages = I::PAGES;
    let mut mistakes = Mistakes::default();
    let person = typed.person.check_new(&scope.group, &mut mistakes);
    let left_on = check_left(&typed.left_on, &mut mistakes);
    let mut tx = app.db.begin().await?;
    // The closing writes names down: it comes before or after, never between.
    let open = entry::hold(&mut tx, scope.key(), || app.clock.now()).await?;
    let member = members::find_by_id(&mut tx, scope.key(), &id).await?;
    let member = member.ok_or_else(|| Error::stale(of.to_list, of.list))?;
    let mut status = StatusCode::UNPROCESSABLE_ENTITY;
    if let Err(closed @ Closed::Closing(_)) = open {
        mistakes.add_general(closed.ja());
        status = StatusCode::CONFLICT;
    }
    if member.version != typed.version {
        mistakes.add_general(words::MEMBER_STALE);
        status = StatusCode::CONFLICT;
    }
    if let Some(person) = &person
        && let Some(other) = members::find(&mut tx, scope.key(), &person.employee_no).await?
        && other.id != member.id
    {
        mistakes.add("employee_no", labels::EMPLOYEE_NO, words::number_taken(&other));
    }
    let Some(person) = person.filter(|_| mistakes.is_empty()) else {
        drop(tx);
        let limits = (scope.group.number_digits, scope.group.kana_limit);
        let typed = (Some(&typed), mistakes);
        let page = member_page(shell(&scope, of), of, member, typed, limits);
        return web::page_with(status, &page);
    };
    let told = words::corrected(&member, &person, left_on);
    if !told.is_empty() {
        members::correct(&mut tx, scope.key(), &member.id, (&person, left_on)).await?;
        note(&mut tx, (&app, &scope), (&person, &told)).await?;
        tx.commit().await?;
    }
    Ok(Redirect::to(&format!("{}/{id}?done=changed", of.members)).into_response())
}

async fn note(
    tx: &mut Tx,
    (app, scope): (&App, &Scope),
    (person, told): (&Person, &str),
) -> Result<(), Error> {
    let target = format!("{} {} {}", scope.group.group_no, person.employee_no, person.kana_name);
    let event = scope.person.0.event("member-change", words::MEMBER);
    let event = Event { target: Some(&target), detail: told, ..event };
    audit::record(tx, app.clock.now(), &event).await?;
    Ok(())
}

/// Who is still there has none.
fn check_left(typed: &str, found: &mut Mistakes) -> Option<Day> {
    let typed = typed.trim();
    let day = Day::parse(typed);
    if day.is_none() && !typed.is_empty() {
        found.add("left_on", labels::LEFT_ON, "「2026-12-31」の形で入力してください。");
    }
    day
}

fn shell(scope: &Scope, of: &BookPages) -> Shell {
    super::shell_below(scope, of, words::MEMBER).narrow()
}

/// The page of `member`, with what was typed before if anything was.
#[must_use]
pub fn member_page(
    shell: Shell,
    of: &'static BookPages,
    member: Member,
    (typed, mistakes): (Option<&Typed>, Mistakes),
    (digits, kana_limit): (i64, i64),
) -> MemberPage {
    let stored = Typed {
        version: member.version,
        left_on: member.left_on.map(|day| day.to_string()).unwrap_or_default(),
        person: TypedPerson::from(&member),
    };
    let typed = typed.unwrap_or(&stored);
    MemberPage {
        csrf: shell.csrf().to_owned(),
        shell,
        of,
        person: typed.person.fields(&mistakes),
        left_on: mistakes.field("left_on", typed.left_on.trim()),
        number_rule: format!("英字・数字・ハイフン {digits}桁以内"),
        kana_rule: format!("カナ　半角にして{kana_limit}文字以内"),
        version: typed.version,
        member,
        mistakes,
    }
}
