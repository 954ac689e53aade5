//! What the pages show: parts of the table, and the people of one right.

use askama::Template;

use super::rules::{Draft, Fixed, Given, Person, fixed};
use super::words;
use crate::identity::contracts::Service;
use crate::identity::rights::Role;
use crate::identity::rights::matrix::{self, Section};
use crate::web::{Field, Mistakes, Shell};

/// Everything that the pages of one request are made from.
pub struct Known {
    /// The parts of the table that the contract has.
    pub sections: Vec<&'static Section>,
    /// Everybody of the contract.
    pub people: Vec<Person>,
    /// Who holds what.
    pub given: Given,
    /// Our id of who asks.
    pub me: String,
}

/// One part of the table, with its roles.
pub struct Part {
    /// The table's own part.
    pub section: &'static Section,
    /// A line for each role.
    pub roles: Vec<Line>,
}

/// A role, and how many hold it.
pub struct Line {
    /// The role.
    pub role: Role,
    /// As it is saved.
    pub holders: usize,
    /// What is not saved yet; empty for nothing.
    pub pending: String,
}

/// A person on the page of one right.
pub struct Subject {
    /// Who.
    pub person: Person,
    /// Why they stay, where they must.
    pub fixed: Option<Fixed>,
    /// Whether 削除 is ticked.
    pub removed: bool,
    /// Whether they were just added.
    pub added: bool,
}

#[derive(Template)]
#[template(path = "members/roles/pages/table.html")]
pub struct TablePage {
    pub shell: Shell,
    pub parts: Vec<Part>,
}

#[derive(Template)]
#[template(path = "members/roles/pages/edit.html")]
pub struct EditPage {
    pub shell: Shell,
    pub parts: Vec<Part>,
    pub draft: Draft,
    pub csrf: String,
}

#[derive(Template)]
#[template(path = "members/roles/pages/detail.html")]
pub struct DetailPage {
    pub shell: Shell,
    pub role: Role,
    pub section: &'static Section,
    pub subjects: Vec<Subject>,
    /// Without the removals of this right: its ticks say them.
    pub draft: Draft,
    pub csrf: String,
}

#[derive(Template)]
#[template(path = "members/roles/pages/search.html")]
pub struct SearchPage {
    pub shell: Shell,
    pub mistakes: Mistakes,
    pub role: Role,
    pub name: Field,
    /// Absent before the first search.
    pub found: Option<Vec<Person>>,
    pub more: bool,
    pub draft: Draft,
    pub csrf: String,
}

impl Known {
    /// The parts of the table for a contract that includes `services`.
    pub fn sections(services: &[Service]) -> Vec<&'static Section> {
        matrix::included(services).collect()
    }

    /// All roles that can be given here.
    pub fn roles(&self) -> Vec<Role> {
        self.sections.iter().flat_map(|section| section.roles).copied().collect()
    }

    /// The table with what `draft` would change.
    pub fn parts(&self, draft: &Draft) -> Vec<Part> {
        let of = |pairs: &Given, role| pairs.iter().filter(|(one, _)| *one == role).count();
        let line = |role: &Role| Line {
            role: *role,
            holders: self.holders(*role).count(),
            pending: words::pending(of(&draft.added, *role), of(&draft.removed, *role)),
        };
        let part = |section: &&'static Section| Part {
            section,
            roles: section.roles.iter().map(line).collect(),
        };
        self.sections.iter().map(part).collect()
    }

    /// Who holds the role, the master first.
    fn holders(&self, role: Role) -> impl Iterator<Item = &Person> {
        let by_kind = move |person: &&Person| Role::of_kind(person.kind).contains(&role);
        let given = move |person: &&Person| {
            !by_kind(person) && self.given.contains(&(role, person.id.clone()))
        };
        self.people.iter().filter(by_kind).chain(self.people.iter().filter(given))
    }

    /// The people of one right, those of the draft last.
    pub fn subjects(&self, role: Role, draft: &Draft) -> Vec<Subject> {
        let pair = |person: &Person| (role, person.id.clone());
        let held = self.holders(role).map(|person| Subject {
            fixed: fixed(role, person, &self.me),
            removed: draft.removed.contains(&pair(person)),
            added: false,
            person: person.clone(),
        });
        let added = self.people.iter().filter(|person| draft.added.contains(&pair(person)));
        let added = added.map(|person| Subject {
            fixed: None,
            removed: false,
            added: true,
            person: person.clone(),
        });
        held.chain(added).collect()
    }
}
