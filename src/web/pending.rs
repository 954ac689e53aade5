//! What somebody with a session has to do before anything else: until it is done, every
//! page leads there.

use super::menu::deduction;
use crate::identity::accounts::Tie;
use crate::identity::groups::Place;
use crate::identity::rights::{Action, Actor, Resource, may};

/// Where a password must be changed.
pub const CHANGE_PASSWORD: &str = "/settings/password";
/// Where a person is tied to an account.
pub const ACCOUNT: &str = "/account";

/// Something that comes before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pending {
    /// A password must be changed: it is temporary (R004-95) or too old (R001-12).
    Password,
    /// The person must be tied to one of the contract's accounts (R002-08, R002-37).
    Account,
    /// One of several 入金グループ must be chosen (R004-56).
    Group,
}

impl Pending {
    /// What a person has to do first, as decisions see them; `forced`: their password must
    /// be changed.
    #[must_use]
    pub fn of(forced: bool, actor: &Actor) -> Option<Self> {
        if forced {
            return Some(Self::Password);
        }
        let asked = |action| may(actor, action, &Resource::own(actor)).is_ok();
        if actor.tie == Tie::Missing && asked(Action::AccountTie) {
            return Some(Self::Account);
        }
        let chooses = matches!(actor.place, Place::Choosing { .. });
        (chooses && asked(Action::GroupChoose)).then_some(Self::Group)
    }

    /// The page where it is done.
    #[must_use]
    pub const fn page(self) -> &'static str {
        match self {
            Self::Password => CHANGE_PASSWORD,
            Self::Account => ACCOUNT,
            Self::Group => deduction::GROUPS.href,
        }
    }

    /// What that page asks for: nothing else is open.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Password => Action::PasswordChange,
            Self::Account => Action::AccountTie,
            Self::Group => Action::GroupChoose,
        }
    }
}
