//! A contract's 初期パスワード as the operator orders it, and the lock on it: by the contract's
//! page, by a request on paper, by the command line (R004-103, R004-104). Who orders it writes
//! the audit row.

use super::contracts::{self, Shut};
use super::flows;
use super::lockout::Attempts;
use super::policy::Policy;
use super::rules::Mistake;
use crate::base::Secret;
use crate::base::id::random_password;
use crate::db::{Error, Tx};

/// The name under which a contract's new 初期パスワード waits to be handed over.
#[must_use]
pub fn what(contract_no: &str) -> String {
    format!("initial-password:{contract_no}")
}

/// A new one.
#[must_use]
pub fn make() -> Secret {
    Secret::new(random_password(8))
}

/// Why an order cannot be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// Neither of both was chosen.
    How,
    /// What stands on the paper breaks the rule.
    Typed(Mistake),
}

/// The label of the password's field.
pub const INITIAL: &str = "初期パスワード";
/// The label of the choice.
pub const HOW: &str = "新しい初期パスワード";
/// The choice.
pub const HOWS: [(&str, &str); 2] =
    [("make", "新しく作る（おすすめ）"), ("paper", "初期パスワード届出書に書かれたものにする")];

impl Wrong {
    /// The field, its label, and what is wrong there.
    #[must_use]
    pub fn ja(self) -> (&'static str, &'static str, String) {
        match self {
            Self::How => {
                ("how", HOW, "新しく作るか、届出書のものにするかを選んでください。".to_owned())
            }
            Self::Typed(wrong) => ("initial_password", INITIAL, wrong.ja(INITIAL)),
        }
    }
}

/// The password that was ordered: `how` is `make`, or `paper` for the one that was typed.
pub fn ordered(how: &str, typed: &Secret) -> Result<Secret, Wrong> {
    match how {
        "make" => Ok(make()),
        "paper" => match Policy::INITIAL.check(typed, None) {
            Ok(()) => Ok(typed.clone()),
            Err(mistake) => Err(Wrong::Typed(mistake)),
        },
        _ => Err(Wrong::How),
    }
}

/// Puts it in force and lifts what was locked; who got in with the old one begins anew.
pub async fn set(tx: &mut Tx, contract_no: &str, hash: &str) -> Result<Result<(), Shut>, Error> {
    // Ways come before the contract; once more after it, because one may have been begun
    // while this waited for its turn.
    flows::end_enrolment(tx, contract_no).await?;
    if let Err(shut) = contracts::hold_open(tx, contract_no).await? {
        return Ok(Err(shut));
    }
    contracts::set_initial_password(tx, contract_no, hash).await?;
    flows::end_enrolment(tx, contract_no).await?;
    Ok(Ok(()))
}

/// Lifts lock and 閉塞 of the initial registration; `false` when there was none.
pub async fn unblock(tx: &mut Tx, contract_no: &str) -> Result<Result<bool, Shut>, Error> {
    let contract = match contracts::hold_open(tx, contract_no).await? {
        Ok(contract) => contract,
        Err(shut) => return Ok(Err(shut)),
    };
    let none = Attempts::default();
    if contract.attempts == none {
        return Ok(Ok(false));
    }
    contracts::set_attempts(tx, contract_no, &none).await?;
    Ok(Ok(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_password_of_the_paper_obeys_the_rule() {
        // R004-103, R004-28
        let order = |how: &str, typed: &str| ordered(how, &Secret::from(typed));
        assert!(Policy::INITIAL.check(&order("make", "").expect("made"), None).is_ok());
        assert!(order("paper", "Abcd-123").is_ok_and(|taken| taken.expose() == "Abcd-123"));
        for (how, typed) in [("paper", "Abcd-12"), ("paper", "")] {
            assert!(matches!(order(how, typed), Err(Wrong::Typed(_))), "{typed}");
        }
        assert!(matches!(order("", "Abcd-123"), Err(Wrong::How)));
    }
}
