//! The decision. Pure.

use super::actions::{Action, Level, Rule, Scope, Who};
use super::actor::{Actor, Function, Mode};
use super::matrix;
use super::roles::Role;
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

/// Whether `actor` may do `action` to `resource`; the reason where not.
pub fn may(actor: &Actor, action: Action, resource: &Resource<'_>) -> Result<(), Denial> {
    let rule = action.rule();
    reach(actor, rule.scope, resource)?;
    if !rule.who.iter().any(|who| is(actor, *who, action)) {
        return Err(Denial::NotAllowed);
    }
    if rule.who == [Who::Operator] && !actor.own_certificate {
        return Err(Denial::CompanyCertificate);
    }
    included(actor, &rule)?;
    open(actor, &rule)
}

/// Whether something that is meant for holders of `role` (none: for everybody) is meant
/// for the actor, too.
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

fn is(actor: &Actor, who: Who, action: Action) -> bool {
    match who {
        Who::Everybody => true,
        Who::Master => actor.kind == Kind::Master,
        Who::General => actor.kind == Kind::General,
        Who::Employee => actor.kind == Kind::Employee,
        Who::Operator => actor.kind == Kind::Operator,
        Who::Role(role) => actor.roles.contains(&role) && granted(role, action),
    }
}

/// HR's roles do what the matrix gives them; the others what their rule says.
fn granted(role: Role, action: Action) -> bool {
    !Role::HR.contains(&role) || matrix::grants(role, action)
}

fn included(actor: &Actor, rule: &Rule) -> Result<(), Denial> {
    match rule.service {
        Some(service) if !actor.services.contains(&service) => Err(Denial::NotIncluded(service)),
        _ => Ok(()),
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

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn actor(kind: Kind) -> Actor {
        Actor {
            contract_no: "15000001".into(),
            user_id: "u1".into(),
            kind,
            services: Service::ALL.to_vec(),
            functions: BTreeMap::new(),
            roles: BTreeSet::new(),
            own_certificate: true,
        }
    }

    fn own(actor: &Actor, action: Action) -> Result<(), Denial> {
        may(actor, action, &Resource::own(actor))
    }

    #[test]
    fn a_hidden_function_is_refused_and_a_view_only_one_lets_look() {
        // R004-39, R004-40, R004-146
        let mut general = actor(Kind::General);
        assert_eq!(own(&general, Action::RokinChange), Ok(()));
        general.functions.insert(Function::Rokin, Mode::View);
        assert_eq!(own(&general, Action::RokinView), Ok(()));
        assert_eq!(own(&general, Action::RokinChange), Err(Denial::ViewOnly(Function::Rokin)));
        general.functions.insert(Function::Rokin, Mode::Hide);
        assert_eq!(own(&general, Action::RokinView), Err(Denial::Hidden(Function::Rokin)));
        general.kind = Kind::Master;
        assert_eq!(own(&general, Action::RokinChange), Ok(()), "R004-23");
    }

    #[test]
    fn nobody_reaches_another_contract_but_the_operator() {
        // RX-06
        let other = Resource::of_contract("15000002");
        let master = actor(Kind::Master);
        for action in Action::ALL {
            let reached = may(&master, *action, &other).is_ok();
            assert!(!reached, "{action:?}");
        }
        let operator = actor(Kind::Operator);
        assert_eq!(may(&operator, Action::OperatorUsers, &other), Ok(()));
        assert_eq!(may(&operator, Action::MembersView, &other), Err(Denial::OtherContract));
    }

    #[test]
    fn what_the_contract_does_not_include_is_nobodys() {
        // R004-107
        let bare = Actor { services: Vec::new(), ..actor(Kind::Master) };
        for action in [Action::RokinView, Action::InvoiceView, Action::EmployeesView] {
            let mut master = bare.clone();
            master.roles.insert(Role::HrSystem);
            assert!(matches!(own(&master, action), Err(Denial::NotIncluded(_))), "{action:?}");
        }
    }

    #[test]
    fn the_operators_pages_ask_for_a_certificate_of_ones_own() {
        let shared = Actor { own_certificate: false, ..actor(Kind::Operator) };
        assert_eq!(own(&shared, Action::OperatorLog), Err(Denial::CompanyCertificate));
        assert_eq!(own(&actor(Kind::Employee), Action::OperatorLog), Err(Denial::NotAllowed));
    }

    #[test]
    fn every_word_names_one_action() {
        for action in Action::ALL {
            assert_eq!(Action::parse(action.word()), Some(*action));
        }
    }
}
