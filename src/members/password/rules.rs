//! What the form of a new password must hold. Pure.

use serde::Deserialize;

use super::words;
use crate::base::Secret;
use crate::identity::policy::InForce;
use crate::identity::rules::Mistake;
use crate::members::fields::{Repeat, need, obey};
use crate::web::Mistakes;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct PasswordForm {
    /// 現在のパスワード.
    pub password: Secret,
    /// 新しいパスワード.
    pub new_password: Secret,
    /// 新しいパスワード再入力.
    pub new_password_confirm: Secret,
}

impl PasswordForm {
    /// Everything that is wrong before the current password is compared
    /// (R004-27, R004-33, R000-24).
    pub fn check(&self, found: &InForce, login_id: &str) -> Result<(), Mistakes> {
        let mut wrong = Mistakes::default();
        need(&mut wrong, "password", words::Labels::of(found.preset).current, &self.password);
        let new = ("new_password", words::NEW);
        obey(&mut wrong, new, &found.policy, &self.new_password, Some(login_id));
        if !self.new_password.is_empty() && self.new_password.same_as(&self.password) {
            wrong.add(new.0, new.1, Mistake::PasswordUnchanged.ja(new.1));
        }
        let repeat = Repeat {
            name: "new_password_confirm",
            first_label: words::NEW,
            mistake: Mistake::PasswordRepeat,
        };
        let (first, second) = (self.new_password.expose(), self.new_password_confirm.expose());
        repeat.check(&mut wrong, first, second);
        if wrong.is_empty() { Ok(()) } else { Err(wrong) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    fn wrong(current: &str, new: &str, confirm: &str) -> Vec<&'static str> {
        let form = PasswordForm {
            password: current.into(),
            new_password: new.into(),
            new_password_confirm: confirm.into(),
        };
        match form.check(&InForce::least(Preset::Rokin), "taro67") {
            Ok(()) => Vec::new(),
            Err(mistakes) => mistakes.all().iter().map(|mistake| mistake.name).collect(),
        }
    }

    #[test]
    fn a_new_password_obeys_differs_and_is_typed_twice() {
        // R004-27, R004-33, R004-95, R004-96
        let (old, new) = ("Kari#123a", "Atara#45i");
        assert_eq!(wrong(old, new, new), [""; 0]);
        assert_eq!(wrong(old, old, old), ["new_password"]);
        assert_eq!(wrong(old, "Atara45i", "Atara45i"), ["new_password"]);
        assert_eq!(wrong(old, "A#taro67", "A#taro67"), ["new_password"]);
        assert_eq!(wrong(old, new, "Atara#45I"), ["new_password_confirm"]);
        assert_eq!(wrong("", "", ""), ["password", "new_password", "new_password_confirm"]);
    }
}
