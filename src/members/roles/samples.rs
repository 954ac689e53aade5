//! The pages with sample values.

use askama::Template as _;

use super::pages::detail_page;
use super::rules::{Draft, Given, Person};
use super::views::{EditPage, Known, SearchPage, TablePage};
use super::words;
use crate::identity::contracts::Service;
use crate::identity::rights::Role;
use crate::identity::users::Kind;
use crate::members::samples::signed_in;
use crate::web::{Field, Frame, Mistakes, Shell};

fn people() -> Vec<Person> {
    let names = ["労金　太郎", "佐藤　花子", "髙橋　健", "小笠原　龍之介"];
    let kinds = [Kind::Master, Kind::General, Kind::Employee, Kind::General];
    let person = |(at, (name, kind)): (usize, (&str, Kind))| Person {
        id: at.to_string(),
        login_id: format!("jinji{at:03}"),
        name: name.to_owned(),
        kind,
    };
    names.into_iter().zip(kinds).enumerate().map(person).collect()
}

fn pairs(of: &[(Role, &str)]) -> Given {
    of.iter().map(|(role, id)| (*role, (*id).to_owned())).collect()
}

/// One of each.
pub(in crate::members) fn pages(frame: &Frame) -> Vec<(&'static str, String)> {
    let known = Known {
        sections: Known::sections(&[Service::Hr, Service::MyNumber]),
        people: people(),
        given: pairs(&[(Role::HrSystem, "1"), (Role::HrSystem, "2"), (Role::HrAll, "2")]),
        me: "1".into(),
    };
    let draft =
        Draft { added: pairs(&[(Role::HrSystem, "3")]), removed: pairs(&[(Role::HrSystem, "2")]) };
    let shell = |title: &str| -> Shell {
        let shell = signed_in(frame, title, "/settings").crumb("トップページ", "/home");
        shell.crumb("共通機能", "/settings").crumb(words::TITLE, "/settings/roles").crumb_here()
    };
    let table = TablePage {
        shell: shell(words::TITLE).success(words::SAVED),
        parts: known.parts(&Draft::default()),
    };
    let edit = EditPage {
        shell: shell(words::EDIT),
        parts: known.parts(&draft),
        draft: draft.clone(),
        csrf: "token".into(),
    };
    let role = Role::HrSystem;
    let detail = detail_page(shell(role.ja()), &known, role, draft.clone(), "token".into());
    let search = SearchPage {
        shell: shell("対象者を追加：システム管理者"),
        mistakes: Mistakes::default(),
        role,
        name: Field::new("name"),
        found: Some(known.people[1..].to_vec()),
        more: true,
        draft,
        csrf: "token".into(),
    };
    vec![
        ("members-roles", table.render().expect("renders")),
        ("members-roles-edit", edit.render().expect("renders")),
        ("members-roles-detail", detail.expect("a section").render().expect("renders")),
        ("members-roles-search", search.render().expect("renders")),
    ]
}
