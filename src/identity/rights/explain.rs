//! Why a person may or may not: every condition of an action in an English sentence.

use super::actions::{Action, Scope, Who};
use super::actor::Actor;
use super::decide::{Condition, Denial, Resource, holds, judge};

/// One condition of a decision.
#[derive(Clone, Debug)]
pub struct Reason {
    /// `reach`, `service`, `person`, `certificate` or `function`.
    pub condition: &'static str,
    /// What keeps the person from it; `None`: the condition is met.
    pub denial: Option<Denial>,
    /// What was found.
    pub because: String,
}

/// Everything that `may` looks at, in its order; the first denial is its answer.
#[must_use]
pub fn explain(actor: &Actor, action: Action, resource: &Resource<'_>) -> Vec<Reason> {
    let judged = judge(actor, action, resource).into_iter();
    let reason = |(condition, held): (Condition, Result<(), Denial>)| Reason {
        condition: condition.word(),
        denial: held.err(),
        because: match held {
            Ok(()) => condition.met(actor, action),
            Err(denial) => condition.unmet(actor, action, denial),
        },
    };
    judged.map(reason).collect()
}

impl Condition {
    fn word(self) -> &'static str {
        match self {
            Self::Reach => "reach",
            Self::Service => "service",
            Self::Person => "person",
            Self::Certificate => "certificate",
            Self::Function => "function",
        }
    }

    fn met(self, actor: &Actor, action: Action) -> String {
        let rule = action.rule();
        match self {
            Self::Reach => match rule.scope {
                Scope::Own => "it is the person's own".to_owned(),
                Scope::Contract => format!("it is contract {}'s", actor.contract_no),
                Scope::All => "it reaches all contracts".to_owned(),
            },
            Self::Service => match rule.service {
                Some(service) => format!("the contract includes {}", service.word()),
                None if action.any_of().is_empty() => "no service is needed".to_owned(),
                None => "the contract includes a service that it is for".to_owned(),
            },
            Self::Person => who(actor, action),
            Self::Certificate if rule.scope == Scope::All => {
                "the person comes with a certificate of their own".to_owned()
            }
            Self::Certificate => "any good certificate will do".to_owned(),
            Self::Function => match rule.function {
                None => "no function restricts it".to_owned(),
                Some((function, _)) => {
                    format!(
                        "the function {} is set to {}",
                        function.word(),
                        actor.mode(function).word()
                    )
                }
            },
        }
    }

    fn unmet(self, actor: &Actor, action: Action, denial: Denial) -> String {
        match self {
            Self::Person => {
                let asked: Vec<_> =
                    action.rule().who.iter().map(|who| asks(*who, action)).collect();
                let roles: Vec<_> = actor.roles.iter().map(|role| role.word()).collect();
                let held = if roles.is_empty() { "no role".to_owned() } else { roles.join(", ") };
                let kind = actor.kind.word();
                format!("it is for {}; the person is {kind} and holds {held}", asked.join(" or "))
            }
            _ => denial.to_string(),
        }
    }
}

/// Through what the person fits.
fn who(actor: &Actor, action: Action) -> String {
    if action.rule().who.contains(&Who::Everybody) {
        return "it is for everybody who is signed in".to_owned();
    }
    match holds(actor, action) {
        Some((role, row)) if action.rule().who.contains(&Who::Holder) => format!(
            "the role {} ({}) has it: {} / {} / {}",
            role.word(),
            role.ja(),
            row.area,
            row.sub,
            row.name
        ),
        _ => format!("the person is {}", actor.kind.word()),
    }
}

fn asks(who: Who, action: Action) -> String {
    match who {
        Who::Everybody => "everybody".to_owned(),
        Who::Master => "the master".to_owned(),
        Who::General => "general users".to_owned(),
        Who::Employee => "employees".to_owned(),
        Who::Operator => "the operator".to_owned(),
        Who::Holder => {
            let all = super::Role::ALL.into_iter();
            let roles: Vec<_> = all
                .filter(|role| super::matrix::grants(*role, action).is_some())
                .map(super::Role::word)
                .collect();
            format!("holders of {}", roles.join(", "))
        }
    }
}
