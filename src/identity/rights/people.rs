//! What may be done about a person, besides whose contract they belong to. Pure.

use super::actions::Action;
use super::actor::Actor;
use super::decide::{Denial, Resource, may};
use crate::identity::users::{Kind, User};

/// What is changed about a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// ユーザー名 and メールアドレス.
    Details,
    /// A new temporary password (仮のパスワード).
    Password,
    /// 正常, ロック中, 閉塞.
    State,
    /// ユーザー別機能制限.
    Functions,
    /// 削除.
    Leaving,
}

/// Whether `actor` may change `part` of `other`: the operator of everybody; a master of
/// the others of the contract, and the details of his own (R004-88, R004-89).
pub fn may_change(actor: &Actor, part: Part, other: &User) -> Result<(), Denial> {
    // Only a 一般ユーザー is restricted: a master has no limit, the others no functions.
    if part == Part::Functions && other.kind != Kind::General {
        return Err(Denial::NotAllowed);
    }
    let resource = Resource::of_contract(&other.contract_no);
    if may(actor, Action::OperatorUsers, &resource).is_ok() {
        return Ok(());
    }
    may(actor, Action::MembersChange, &resource)?;
    let own = other.id == actor.user_id;
    match (other.kind, part) {
        (Kind::General | Kind::Employee, _) => Ok(()),
        (Kind::Master, Part::Details) if own => Ok(()),
        (Kind::Master | Kind::Operator, _) => Err(Denial::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;

    const ALL: [Part; 5] =
        [Part::Details, Part::Password, Part::State, Part::Functions, Part::Leaving];

    fn actor(kind: Kind) -> Actor {
        Actor {
            contract_no: "15000000".into(),
            user_id: "actor".into(),
            kind,
            ..Actor::at_the_machine()
        }
    }

    fn other(kind: Kind, contract_no: &str, id: &str) -> User {
        User { id: id.into(), ..User::new(contract_no, "Taro6789", kind, Moment::from_unix(0)) }
    }

    fn parts(actor: &Actor, other: &User) -> Vec<Part> {
        ALL.into_iter().filter(|part| may_change(actor, *part, other).is_ok()).collect()
    }

    #[test]
    fn a_master_changes_everything_of_the_others_and_the_details_of_his_own() {
        // R004-42, R004-88, R004-89
        let master = actor(Kind::Master);
        assert_eq!(parts(&master, &other(Kind::General, "15000000", "g")), ALL);
        let own = other(Kind::Master, "15000000", "actor");
        assert_eq!(parts(&master, &own), [Part::Details]);
        let employee = parts(&master, &other(Kind::Employee, "15000000", "e"));
        assert_eq!(employee, [Part::Details, Part::Password, Part::State, Part::Leaving]);
    }

    #[test]
    fn nobody_else_changes_anybody_and_no_master_an_operator() {
        // RX-06: neither another contract's people
        let master = actor(Kind::Master);
        assert_eq!(parts(&master, &other(Kind::Operator, "15000000", "o")), []);
        assert_eq!(parts(&master, &other(Kind::General, "15000001", "g")), []);
        for kind in [Kind::General, Kind::Employee] {
            assert_eq!(parts(&actor(kind), &other(Kind::General, "15000000", "g")), []);
        }
    }

    #[test]
    fn the_operator_helps_everybody() {
        // R004-13, R004-101
        let operator = Actor::at_the_machine();
        let master = parts(&operator, &other(Kind::Master, "15000001", "m"));
        assert_eq!(master, [Part::Details, Part::Password, Part::State, Part::Leaving]);
    }
}
