//! The draft of a change, the steps of editing, and who cannot be removed.

use std::collections::BTreeSet;

use crate::base::text::name_key;
use crate::identity::rights::{Action, Role, matrix};
use crate::identity::users::Kind;

/// Most people that one search shows.
pub const MOST_FOUND: usize = 50;

/// A person of the contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Our id.
    pub id: String,
    /// ユーザーID.
    pub login_id: String,
    /// ユーザー名.
    pub name: String,
    /// What kind of person.
    pub kind: Kind,
}

/// Who holds which role, as it is saved.
pub type Given = BTreeSet<(Role, String)>;

/// What is to be changed, and is not saved yet: pairs of a role and our id of a person.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Draft {
    /// To be given.
    pub added: Given,
    /// To be taken away (削除).
    pub removed: Given,
}

/// What a button asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// The table.
    Table,
    /// 詳細 of a right.
    Detail(Role),
    /// 対象者を追加: the page to search on, and its answers.
    Search(Role),
    /// 適用: those picked come into the draft.
    Apply(Role),
    /// 解除: one who was just added leaves it.
    Undo(Role, String),
    /// 更新.
    Save,
}

/// A form of this page, read.
#[derive(Clone, Debug)]
pub struct Sent {
    /// What was asked for.
    pub step: Step,
    /// The draft that it carried.
    pub draft: Draft,
    /// Who was picked.
    pub picked: Vec<String>,
    /// What was searched for.
    pub name: String,
}

/// Why somebody cannot be taken out of a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixed {
    /// The role comes with the kind of person.
    Kind,
    /// One would lock oneself out of this page.
    Oneself,
}

impl Sent {
    /// Reads the fields of a form; `None` when they are none of ours.
    #[must_use]
    pub fn read(fields: &[(String, String)]) -> Option<Self> {
        let all = |name: &str| {
            let named = fields.iter().filter(move |(field, _)| field == name);
            named.map(|(_, value)| value.as_str()).collect::<Vec<_>>()
        };
        let pairs = |name| all(name).into_iter().map(pair).collect::<Option<Given>>();
        let step = all("step");
        Some(Self {
            step: Step::read(step.first()?)?,
            draft: Draft { added: pairs("added")?, removed: pairs("removed")? },
            picked: all("pick").into_iter().map(str::to_owned).collect(),
            name: all("name").first().map(|name| (*name).to_owned()).unwrap_or_default(),
        })
    }
}

impl Step {
    fn read(word: &str) -> Option<Self> {
        let (verb, rest) = word.split_once(':').unwrap_or((word, ""));
        match verb {
            "table" => Some(Self::Table),
            "save" => Some(Self::Save),
            "detail" => Role::parse(rest).map(Self::Detail),
            "search" => Role::parse(rest).map(Self::Search),
            "apply" => Role::parse(rest).map(Self::Apply),
            "undo" => pair(rest).map(|(role, id)| Self::Undo(role, id)),
            _ => None,
        }
    }

    /// The role that it is about.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match self {
            Self::Table | Self::Save => None,
            Self::Detail(role) | Self::Search(role) | Self::Apply(role) | Self::Undo(role, _) => {
                Some(*role)
            }
        }
    }
}

/// `hr-all:ID`.
fn pair(word: &str) -> Option<(Role, String)> {
    let (role, id) = word.split_once(':')?;
    Some((Role::parse(role)?, id.to_owned()))
}

impl Draft {
    /// What of it can be done: roles in `roles`, people in `people`, nobody given what
    /// they hold, nobody relieved who cannot be.
    #[must_use]
    pub fn checked(self, roles: &[Role], people: &[Person], given: &Given, me: &str) -> Self {
        let known = |(role, id): &(Role, String)| {
            roles.contains(role).then(|| people.iter().find(|person| person.id == *id)).flatten()
        };
        let adds = |one: &(Role, String)| {
            known(one).is_some_and(|person| {
                !given.contains(one) && !Role::of_kind(person.kind).contains(&one.0)
            })
        };
        let removes = |one: &(Role, String)| {
            known(one)
                .is_some_and(|person| given.contains(one) && fixed(one.0, person, me).is_none())
        };
        Self {
            added: self.added.into_iter().filter(adds).collect(),
            removed: self.removed.into_iter().filter(removes).collect(),
        }
    }

    /// Whether nothing would change.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// Whether `person` must keep `role`, seen by the person `me`.
#[must_use]
pub fn fixed(role: Role, person: &Person, me: &str) -> Option<Fixed> {
    if Role::of_kind(person.kind).contains(&role) {
        return Some(Fixed::Kind);
    }
    let opens_this = matrix::grants(role, Action::RolesChange).is_some();
    (opens_this && person.id == me).then_some(Fixed::Oneself)
}

/// The people whose ID or name holds `typed`, who do not hold `role` and are not to; the
/// first of them, and whether there are more.
#[must_use]
pub fn found<'a>(
    people: &'a [Person],
    typed: &str,
    role: Role,
    given: &Given,
    draft: &Draft,
) -> (Vec<&'a Person>, bool) {
    let key = name_key(typed);
    let fits = |person: &&Person| {
        let pair = (role, person.id.clone());
        let holds = given.contains(&pair)
            || draft.added.contains(&pair)
            || Role::of_kind(person.kind).contains(&role);
        !holds
            && (name_key(&person.login_id).contains(&key) || name_key(&person.name).contains(&key))
    };
    let mut all: Vec<_> = people.iter().filter(fits).take(MOST_FOUND + 1).collect();
    let more = all.len() > MOST_FOUND;
    all.truncate(MOST_FOUND);
    (all, more)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: &[Role] = &[Role::HrSystem, Role::HrAll];

    fn person(id: &str, name: &str, kind: Kind) -> Person {
        Person { id: id.into(), login_id: format!("{id}12345"), name: name.into(), kind }
    }

    fn people() -> Vec<Person> {
        vec![
            person("m", "労金　太郎", Kind::Master),
            person("a", "山田　花子", Kind::General),
            person("b", "ﾔﾏﾀﾞ　次郎", Kind::Employee),
        ]
    }

    fn set(pairs: &[(Role, &str)]) -> Given {
        pairs.iter().map(|(role, id)| (*role, (*id).to_owned())).collect()
    }

    fn read(fields: &[(&str, &str)]) -> Option<Sent> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Sent::read(&fields.iter().map(owned).collect::<Vec<_>>())
    }

    #[test]
    fn a_form_is_read_with_everything_that_it_carries() {
        let sent = read(&[
            ("csrf", "x"),
            ("added", "hr-all:a"),
            ("added", "hr-all:b"),
            ("removed", "hr-system:c"),
            ("pick", "d"),
            ("name", "やまだ"),
            ("step", "undo:hr-all:a"),
        ]);
        let sent = sent.expect("one of ours");
        assert_eq!(sent.step, Step::Undo(Role::HrAll, "a".into()));
        assert_eq!(sent.draft.added, set(&[(Role::HrAll, "a"), (Role::HrAll, "b")]));
        assert_eq!(sent.draft.removed.len(), 1);
        assert_eq!((sent.picked.len(), sent.name.as_str()), (1, "やまだ"));
        for (name, value) in
            [("step", "detail:owner"), ("step", "drop"), ("step", ""), ("x", "save")]
        {
            assert!(read(&[(name, value)]).is_none(), "{value}");
        }
        assert!(read(&[("step", "save"), ("added", "hr-all")]).is_none());
    }

    #[test]
    fn a_draft_names_only_people_and_roles_of_the_contract() {
        // RX-06
        let draft = Draft {
            added: set(&[
                (Role::HrAll, "a"),
                (Role::HrAll, "stranger"),
                (Role::Billing, "a"),
                (Role::HrSystem, "m"),
                (Role::HrSystem, "b"),
            ]),
            removed: set(&[(Role::HrAll, "b"), (Role::HrSystem, "b"), (Role::HrAll, "stranger")]),
        };
        let given = set(&[(Role::HrSystem, "b")]);
        let checked = draft.clone().checked(ROLES, &people(), &given, "m");
        assert_eq!(checked.added, set(&[(Role::HrAll, "a")]));
        assert_eq!(checked.removed, set(&[(Role::HrSystem, "b")]));
        // Nobody takes this page from themselves.
        assert!(draft.checked(ROLES, &people(), &given, "b").removed.is_empty());
    }

    #[test]
    fn the_master_and_oneself_stay_in_charge() {
        // R001-35
        let people = people();
        assert_eq!(fixed(Role::HrSystem, &people[0], "a"), Some(Fixed::Kind));
        assert_eq!(fixed(Role::HrAll, &people[0], "a"), None);
        assert_eq!(fixed(Role::HrSystem, &people[1], "a"), Some(Fixed::Oneself));
        assert_eq!(fixed(Role::HrSystem, &people[1], "b"), None);
        assert_eq!(fixed(Role::HrAll, &people[1], "a"), None);
    }

    #[test]
    fn people_are_found_by_id_and_by_name_however_it_is_typed() {
        // R001-27
        let (people, given) = (people(), set(&[(Role::HrAll, "a")]));
        let ids = |typed: &str, role| {
            let (found, _) = found(&people, typed, role, &given, &Draft::default());
            found.into_iter().map(|person| person.id.as_str()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(ids("やまだ", Role::HrAll), "b");
        assert_eq!(ids("山田花", Role::HrPersonnel), "a");
        assert_eq!(ids("Ｂ12", Role::HrAll), "b");
        assert_eq!(ids("", Role::HrSystem), "a b", "the master has it already");
    }
}
