//! The decision. Pure, and total: every person, action and thing gets an answer.

use super::actions::{Action, Level, Rule, Scope, Who};
use super::actor::{Actor, Function, Mode};
use super::matrix::{self, Feature};
use super::roles::Role;
use crate::identity::accounts::Tie;
use crate::identity::contracts::Service;
use crate::identity::users::Kind;

/// Whose thing it is about.
#[derive(Clone, Copy, Debug, Default)]
pub struct Resource<'a> {
    /// The contract that it belongs to; `None`: nobody's in particular.
    pub contract_no: Option<&'a str>,
    /// The person that it belongs to (our id); `None`: nobody's in particular.
    pub user_id: Option<&'a str>,
}

/// Why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// It is another contract's.
    #[error("it belongs to another contract")]
    OtherContract,
    /// It is another person's.
    #[error("it belongs to another person")]
    OtherPerson,
    /// The contract does not include the service.
    #[error("the contract does not include the service {}", .0.word())]
    NotIncluded(Service),
    /// The 入金グループ that was chosen does not have the service.
    #[error("the chosen group does not have the service {}", .0.word())]
    NotInGroup(Service),
    /// There are not several groups to choose from.
    #[error("there are not several groups to choose from")]
    OneGroup,
    /// The contract includes no service that it is for.
    #[error("the contract includes no service that it is for")]
    NoneIncluded,
    /// 非表示.
    #[error("the function {} is hidden from this person", .0.word())]
    Hidden(Function),
    /// 閲覧のみ.
    #[error("the function {} is view only for this person", .0.word())]
    ViewOnly(Function),
    /// Neither the person's kind nor a role of theirs allows it.
    #[error("neither the kind of person nor a role allows it")]
    NotAllowed,
    /// It takes a certificate of one's own.
    #[error("it takes a certificate of one's own, not the company's")]
    CompanyCertificate,
    /// The contract has no accounts.
    #[error("the contract has no accounts")]
    NoAccounts,
}

/// What a decision looks at, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Whose the thing is.
    Reach,
    /// What the contract includes.
    Service,
    /// What kind of person it is, and their roles.
    Person,
    /// Whose certificate they come with.
    Certificate,
    /// How far the function is open to them.
    Function,
}

impl<'a> Resource<'a> {
    /// What the actor's own pages are about.
    #[must_use]
    pub fn own(actor: &'a Actor) -> Self {
        Self { contract_no: Some(&actor.contract_no), user_id: Some(&actor.user_id) }
    }

    /// A thing of a contract's.
    #[must_use]
    pub fn of_contract(contract_no: &'a str) -> Self {
        Self { contract_no: Some(contract_no), user_id: None }
    }
}

/// Whether `actor` may do `action` to `resource`; the first reason where not.
pub fn may(actor: &Actor, action: Action, resource: &Resource<'_>) -> Result<(), Denial> {
    judge(actor, action, resource).into_iter().try_for_each(|(_, held)| held)
}

/// Every condition of `action`, and whether it is met.
pub(super) fn judge(
    actor: &Actor,
    action: Action,
    resource: &Resource<'_>,
) -> [(Condition, Result<(), Denial>); 5] {
    let own = conditions(actor, action, resource);
    let Some(other) = action.also() else { return own };
    let besides = conditions(actor, other, resource);
    std::array::from_fn(|at| (own[at].0, own[at].1.and(besides[at].1)))
}

fn conditions(
    actor: &Actor,
    action: Action,
    resource: &Resource<'_>,
) -> [(Condition, Result<(), Denial>); 5] {
    let rule = action.rule();
    [
        (Condition::Reach, reach(actor, rule.scope, resource)),
        (Condition::Service, included(actor, action, &rule)),
        (Condition::Person, person(actor, action, &rule)),
        (Condition::Certificate, certificate(actor, rule.scope)),
        (Condition::Function, open(actor, &rule)),
    ]
}

/// Whether something that is meant for holders of `role` (none: for everybody) is meant
/// for the actor, too (R003-43). A word that this program does not know is for nobody.
#[must_use]
pub fn is_meant(actor: &Actor, role: Option<&str>) -> bool {
    role.is_none_or(|word| Role::parse(word).is_some_and(|role| actor.roles.contains(&role)))
}

fn reach(actor: &Actor, scope: Scope, resource: &Resource<'_>) -> Result<(), Denial> {
    if scope == Scope::All {
        return Ok(());
    }
    if resource.contract_no.is_some_and(|contract| contract != actor.contract_no) {
        return Err(Denial::OtherContract);
    }
    let other = resource.user_id.is_some_and(|user| user != actor.user_id);
    if scope == Scope::Own && other { Err(Denial::OtherPerson) } else { Ok(()) }
}

fn included(actor: &Actor, action: Action, rule: &Rule) -> Result<(), Denial> {
    let includes = |service: &Service| actor.services.contains(service);
    let any = action.any_of();
    match rule.service {
        Some(service) if !includes(&service) => Err(Denial::NotIncluded(service)),
        Some(service) if !actor.place.offers(service) => Err(Denial::NotInGroup(service)),
        _ if action == Action::GroupChoose && actor.place.groups() < 2 => Err(Denial::OneGroup),
        _ if rule.accounts && actor.tie == Tie::NotAsked => Err(Denial::NoAccounts),
        _ if !any.is_empty() && !any.iter().any(includes) => Err(Denial::NoneIncluded),
        _ => Ok(()),
    }
}

fn person(actor: &Actor, action: Action, rule: &Rule) -> Result<(), Denial> {
    let fits = rule.who.iter().any(|who| is(actor, *who, action));
    if fits { Ok(()) } else { Err(Denial::NotAllowed) }
}

fn is(actor: &Actor, who: Who, action: Action) -> bool {
    match who {
        Who::Everybody => true,
        Who::Master => actor.kind == Kind::Master,
        Who::General => actor.kind == Kind::General,
        Who::Employee => actor.kind == Kind::Employee,
        Who::Operator => actor.kind == Kind::Operator,
        Who::Holder => holds(actor, action).is_some(),
    }
}

/// The role through which the person holds `action`, and the row of the table that
/// gives it. A role of a service that the contract does not include gives nothing.
pub(super) fn holds(actor: &Actor, action: Action) -> Option<(Role, &'static Feature)> {
    actor.roles.iter().find_map(|role| {
        let section = matrix::section_of(*role)?;
        let counts = actor.services.contains(&section.service);
        matrix::grants(*role, action).filter(|_| counts).map(|row| (*role, row))
    })
}

/// A company's certificate lies on many PCs: nobody reaches all contracts with it.
fn certificate(actor: &Actor, scope: Scope) -> Result<(), Denial> {
    if scope != Scope::All || actor.own_certificate {
        Ok(())
    } else {
        Err(Denial::CompanyCertificate)
    }
}

fn open(actor: &Actor, rule: &Rule) -> Result<(), Denial> {
    let Some((function, level)) = rule.function else { return Ok(()) };
    match (actor.mode(function), level) {
        (Mode::Show, _) | (Mode::View, Level::View) => Ok(()),
        (Mode::View, Level::Change) => Err(Denial::ViewOnly(function)),
        (Mode::Hide, _) => Err(Denial::Hidden(function)),
    }
}
