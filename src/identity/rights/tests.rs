//! The rules as a whole: who may what, what never opens, and that reasons agree with
//! decisions.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::identity::accounts::Tie;
use crate::identity::contracts::Service;
use crate::identity::users::Kind;

const KINDS: [Kind; 4] = [Kind::Master, Kind::General, Kind::Employee, Kind::Operator];

fn actor(kind: Kind) -> Actor {
    Actor {
        contract_no: "15000001".into(),
        user_id: "u1".into(),
        kind,
        services: Service::ALL.to_vec(),
        functions: BTreeMap::new(),
        roles: Role::of_kind(kind).iter().copied().collect(),
        own_certificate: true,
        tie: Tie::NotAsked,
        place: crate::identity::groups::Place::Anywhere,
    }
}

fn holder(role: Role) -> Actor {
    Actor { roles: BTreeSet::from([role]), ..actor(Kind::Employee) }
}

fn own(actor: &Actor, action: Action) -> Result<(), Denial> {
    may(actor, action, &Resource::own(actor))
}

/// What the person may do with what is theirs.
fn words(actor: &Actor) -> Vec<&'static str> {
    let all = Action::ALL.iter();
    all.filter(|action| own(actor, **action).is_ok()).map(|action| action.word()).collect()
}

/// People of every kind, role, restriction and certificate.
fn everybody() -> Vec<Actor> {
    let mut all = Vec::new();
    for kind in KINDS {
        for services in [Vec::new(), vec![Service::Invoice], Service::ALL.to_vec()] {
            for role in Role::ALL.into_iter().map(Some).chain([None]) {
                for mode in [Mode::Show, Mode::View, Mode::Hide] {
                    let mut one = Actor { services: services.clone(), ..actor(kind) };
                    one.roles.extend(role);
                    one.functions = Function::ALL.map(|function| (function, mode)).into();
                    one.own_certificate = mode != Mode::View;
                    all.push(one);
                }
            }
        }
    }
    all
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
    for one in everybody() {
        for action in Action::ALL {
            let reached = may(&one, *action, &other).is_ok();
            assert!(!reached || one.operates(), "{one:?} {action:?}");
        }
    }
    let operator = actor(Kind::Operator);
    assert_eq!(may(&operator, Action::OperatorUsers, &other), Ok(()));
    assert_eq!(may(&operator, Action::MembersView, &other), Err(Denial::OtherContract));
}

#[test]
fn what_is_somebody_elses_own_is_nobodys_in_the_contract() {
    let other = Resource { contract_no: Some("15000001"), user_id: Some("u2") };
    let master = actor(Kind::Master);
    assert_eq!(may(&master, Action::PasswordChange, &other), Err(Denial::OtherPerson));
    assert_eq!(may(&master, Action::MembersChange, &other), Ok(()));
}

#[test]
fn what_the_contract_does_not_include_is_nobodys() {
    // R004-107, R003-38
    let bare = Actor { services: Vec::new(), ..actor(Kind::Master) };
    for action in [Action::RokinView, Action::InvoiceView, Action::EmployeesView] {
        assert!(matches!(own(&bare, action), Err(Denial::NotIncluded(_))), "{action:?}");
    }
    assert_eq!(own(&bare, Action::RolesChange), Err(Denial::NoneIncluded));
    let invoices = Actor { services: vec![Service::Invoice], ..bare };
    assert_eq!(own(&invoices, Action::RolesChange), Ok(()));
    // A role of a service that is not included gives nothing through another.
    let mut past = Actor { services: vec![Service::Invoice], ..holder(Role::HrSystem) };
    assert_eq!(own(&past, Action::RolesChange), Err(Denial::NotAllowed));
    past.services.push(Service::Hr);
    assert_eq!(own(&past, Action::RolesChange), Ok(()));
}

#[test]
fn whoever_is_alone_in_a_contract_is_its_master_and_has_every_operation() {
    // R004-25: nothing of the contract waits for a 一般ユーザー
    let (master, general) = (actor(Kind::Master), actor(Kind::General));
    let theirs = words(&general);
    assert!(theirs.contains(&"rokin.change") && theirs.contains(&"invoice.view"), "{theirs:?}");
    let his = words(&master);
    assert!(theirs.iter().all(|word| his.contains(word)), "{his:?}");
    assert!(his.contains(&"members.change") && his.contains(&"log.view"), "{his:?}");
}

#[test]
fn a_manager_of_one_module_is_nobody_in_another() {
    // R002-13: 管理者 of the office, システム管理者 of HR, 管理担当者 of マイナンバー
    let of = |service: Service| {
        let all = Action::ALL.iter().copied();
        all.filter(move |action| action.rule().service == Some(service)).collect::<Vec<_>>()
    };
    let (hr, numbers) = (of(Service::Hr), of(Service::MyNumber));
    assert!(hr.len() > 3 && numbers.len() == 2, "{hr:?} {numbers:?}");
    let nothing = |one: &Actor, actions: &[Action]| {
        let found: Vec<_> = actions.iter().filter(|action| own(one, **action).is_ok()).collect();
        assert!(found.is_empty(), "{:?}: {found:?}", one.roles);
    };
    for role in Role::ALL {
        let one = holder(role);
        match role {
            Role::MnManage | Role::MnOperate => nothing(&one, &hr),
            _ => nothing(&one, &numbers),
        }
        nothing(&one, &[Action::AccountsChange, Action::MembersChange]);
    }
    // The office's 管理者 has no module that the contract does not include.
    for (service, others) in [(Service::Hr, &numbers), (Service::MyNumber, &hr)] {
        let manager = Actor { services: vec![service], ..actor(Kind::Master) };
        nothing(&manager, others);
        assert!(of(service).iter().any(|action| own(&manager, *action).is_ok()));
    }
}

#[test]
fn an_employee_has_what_is_about_themselves_and_nothing_else() {
    let own = [
        "home.view",
        "settings.view",
        "password.change",
        "profile.change",
        "second-factor.change",
        "manuals.view",
    ];
    assert_eq!(words(&actor(Kind::Employee)), own);
}

#[test]
fn each_role_of_hr_has_what_the_table_gives_it() {
    // R001-31..33
    let masters = [
        (Role::HrSystem, true),
        (Role::HrAll, true),
        (Role::HrPersonnel, true),
        (Role::HrStaff, false),
        (Role::HrCapital, false),
    ];
    for (role, maintains) in masters {
        let one = holder(role);
        assert_eq!(own(&one, Action::HrMastersChange).is_ok(), maintains, "{role:?}");
        assert_eq!(own(&one, Action::RolesChange).is_ok(), role == Role::HrSystem, "{role:?}");
        assert_eq!(own(&one, Action::EmployeesView), Ok(()), "{role:?}");
        let staff = own(&one, Action::EmployeesChange).is_ok();
        assert_eq!(staff, role != Role::HrCapital, "{role:?}");
        assert!(own(&one, Action::InvoiceView).is_err(), "{role:?}");
    }
    assert_eq!(own(&actor(Kind::General), Action::EmployeesView), Err(Denial::NotAllowed));
}

#[test]
fn the_operators_pages_ask_for_a_certificate_of_ones_own() {
    for one in everybody() {
        for action in Action::ALL.iter().filter(|action| action.word().starts_with("operator.")) {
            assert_eq!(own(&one, *action).is_ok(), one.operates(), "{one:?} {action:?}");
        }
    }
    let shared = Actor { own_certificate: false, ..actor(Kind::Operator) };
    assert_eq!(own(&shared, Action::OperatorLog), Err(Denial::CompanyCertificate));
    assert_eq!(own(&actor(Kind::Employee), Action::OperatorLog), Err(Denial::NotAllowed));
}

#[test]
fn whoever_sits_at_the_machine_may_what_the_operator_may_and_is_in_no_contract() {
    let machine = Actor::at_the_machine();
    assert_eq!(may(&machine, Action::OperatorUsers, &Resource::of_contract("15000001")), Ok(()));
    let members = may(&machine, Action::MembersChange, &Resource::of_contract("15000001"));
    assert_eq!(members, Err(Denial::OtherContract));
}

#[test]
fn a_document_of_a_role_is_for_its_holders() {
    // R003-43
    let manager = holder(Role::MnManage);
    assert!(is_meant(&manager, None) && is_meant(&manager, Some("mn-manage")));
    assert!(!is_meant(&manager, Some("mn-operate")));
    assert!(!is_meant(&manager, Some("mn-admin")), "an unknown role is nobody's");
    assert!(is_meant(&actor(Kind::Master), Some("mn-manage")));
}

#[test]
fn every_reason_agrees_with_the_decision() {
    let others = [None, Some("15000002")];
    for one in everybody() {
        for (action, contract_no) in
            Action::ALL.iter().flat_map(|action| others.map(|other| (*action, other)))
        {
            let mut resource = Resource::own(&one);
            resource.contract_no = contract_no.or(resource.contract_no);
            let reasons = explain(&one, action, &resource);
            let first = reasons.iter().find_map(|reason| reason.denial);
            assert_eq!(may(&one, action, &resource).err(), first, "{one:?} {action:?}");
            assert_eq!(reasons.len(), 5);
            for reason in reasons {
                assert!(!reason.because.is_empty() && !reason.because.contains("holders of ;"));
            }
        }
    }
}

#[test]
fn every_word_names_one_action() {
    let words: BTreeSet<_> = Action::ALL.iter().map(|action| action.word()).collect();
    assert_eq!(words.len(), Action::ALL.len());
    for action in Action::ALL {
        assert_eq!(Action::parse(action.word()), Some(*action));
    }
}

#[test]
fn accounts_are_nobodys_where_the_contract_has_none() {
    // R002-08, R002-11
    let own = |actor: &Actor, action| may(actor, action, &Resource::own(actor));
    let mut master = actor(Kind::Master);
    assert_eq!(own(&master, Action::AccountsChange), Err(Denial::NoAccounts));
    for tie in [Tie::Missing, Tie::Tied] {
        master.tie = tie;
        assert_eq!(own(&master, Action::AccountsChange), Ok(()));
        let general = Actor { tie, ..actor(Kind::General) };
        assert_eq!(own(&general, Action::AccountTie), Ok(()));
        assert_eq!(own(&general, Action::AccountsChange), Err(Denial::NotAllowed));
    }
}
