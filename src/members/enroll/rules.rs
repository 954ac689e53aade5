//! What the two forms must hold, and who may go on. Pure.

use serde::Deserialize;

use super::words;
use crate::base::{Moment, Secret};
use crate::identity::policy::Policy;
use crate::identity::rules::{self, Mistake};
use crate::members::fields::{Repeat, obey, take};
use crate::web::Mistakes;

/// Why somebody may not register as master.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// Number and password do not fit, or there is no such contract.
    Wrong,
    /// ロック until then.
    Locked(Moment),
    /// 閉塞: the initial password was wrong too often (R004-61).
    Closed,
    /// Too much was wrong from this address; until then.
    Waits(Moment),
    /// The contract has ended.
    Ended,
    /// The contract has its master.
    Registered,
}

/// Whether a contract whose initial password was right may get a master.
pub fn admit(closed_at: Option<Moment>, has_master: bool) -> Result<(), Refusal> {
    match (closed_at, has_master) {
        (Some(_), _) => Err(Refusal::Ended),
        (None, true) => Err(Refusal::Registered),
        (None, false) => Ok(()),
    }
}

/// What was typed on DC583101.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProofForm {
    /// 契約番号.
    pub contract_no: String,
    /// 初期パスワード.
    pub initial_password: Secret,
}

impl ProofForm {
    /// The contract number, if both fields can be right (R004-28, R004-30).
    pub fn check(&self) -> Result<String, Mistakes> {
        let mut found = Mistakes::default();
        let number = rules::contract_no(&self.contract_no);
        let number = take(&mut found, "contract_no", words::CONTRACT_NO, number);
        let initial = ("initial_password", words::INITIAL_PASSWORD);
        obey(&mut found, initial, &Policy::INITIAL, &self.initial_password, None);
        number.filter(|_| found.is_empty()).ok_or(found)
    }
}

/// What was typed on DC584101.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct MasterForm {
    /// ユーザーID.
    pub user_id: String,
    /// パスワード.
    pub password: Secret,
    /// パスワード再入力.
    pub password_confirm: Secret,
    /// ユーザー名.
    pub user_name: String,
    /// メールアドレス.
    pub email: String,
    /// メールアドレス再入力.
    pub email_confirm: String,
}

/// A master as the form gave them; every value obeys its rule.
#[derive(Debug)]
pub struct Entry {
    /// ユーザーID.
    pub login_id: String,
    /// パスワード.
    pub password: Secret,
    /// ユーザー名.
    pub name: String,
    /// メールアドレス.
    pub email: String,
}

impl MasterForm {
    /// The master, or everything that is wrong, in the order of the fields
    /// (R004-26, R004-27, R004-31..33).
    pub fn check(&self, policy: &Policy) -> Result<Entry, Mistakes> {
        let mut found = Mistakes::default();
        let login_id = rules::login_id(&self.user_id);
        let login_id = take(&mut found, "user_id", words::LOGIN_ID, login_id);
        let password = ("password", words::PASSWORD);
        obey(&mut found, password, policy, &self.password, login_id.as_deref());
        PASSWORD_REPEAT.check(&mut found, self.password.expose(), self.password_confirm.expose());
        let name = take(&mut found, "user_name", words::NAME, rules::user_name(&self.user_name));
        let email = take(&mut found, "email", words::EMAIL, rules::email(&self.email));
        EMAIL_REPEAT.check(&mut found, self.email.trim(), self.email_confirm.trim());
        match (login_id, name, email) {
            (Some(login_id), Some(name), Some(email)) if found.is_empty() => {
                Ok(Entry { login_id, password: self.password.clone(), name, email })
            }
            _ => Err(found),
        }
    }
}

const PASSWORD_REPEAT: Repeat<'_> = Repeat {
    name: "password_confirm",
    first_label: words::PASSWORD,
    mistake: Mistake::PasswordRepeat,
};

const EMAIL_REPEAT: Repeat<'_> =
    Repeat { name: "email_confirm", first_label: words::EMAIL, mistake: Mistake::EmailRepeat };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    fn form() -> MasterForm {
        MasterForm {
            user_id: "Taro6789".into(),
            password: "Abcde1#x".into(),
            password_confirm: "Abcde1#x".into(),
            user_name: "労金　太郎".into(),
            email: "taro@union.example.jp".into(),
            email_confirm: "taro@union.example.jp".into(),
        }
    }

    fn wrong(form: &MasterForm) -> Vec<&'static str> {
        match form.check(&Preset::Rokin.policy()) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.all().iter().map(|mistake| mistake.name).collect(),
        }
    }

    #[test]
    fn a_good_form_gives_a_master() {
        let entry = form().check(&Preset::Rokin.policy()).expect("good");
        assert_eq!((entry.login_id.as_str(), entry.name.as_str()), ("Taro6789", "労金　太郎"));
    }

    #[test]
    fn an_empty_form_names_every_field_in_order() {
        let fields =
            ["user_id", "password", "password_confirm", "user_name", "email", "email_confirm"];
        assert_eq!(wrong(&MasterForm::default()), fields);
    }

    #[test]
    fn each_rule_speaks_at_its_own_field() {
        // R004-26, R004-27, R004-31, R004-32, R004-33
        assert_eq!(wrong(&MasterForm { user_id: "abc12".into(), ..form() }), ["user_id"]);
        assert_eq!(wrong(&MasterForm { user_name: "Taro".into(), ..form() }), ["user_name"]);
        let short =
            MasterForm { password: "Abcde1#".into(), password_confirm: "Abcde1#".into(), ..form() };
        assert_eq!(wrong(&short), ["password"]);
        let other = MasterForm { password_confirm: "Abcde1#y".into(), ..form() };
        assert_eq!(wrong(&other), ["password_confirm"]);
        let carrier = MasterForm {
            email: "taro@docomo.ne.jp".into(),
            email_confirm: "taro@docomo.ne.jp".into(),
            ..form()
        };
        assert_eq!(wrong(&carrier), ["email"]);
    }

    #[test]
    fn a_password_that_holds_the_login_id_is_refused() {
        let form = MasterForm {
            user_id: "taro67".into(),
            password: "A#taro67".into(),
            password_confirm: "A#taro67".into(),
            ..form()
        };
        assert_eq!(wrong(&form), ["password"]);
    }

    #[test]
    fn only_a_contract_in_force_without_a_master_gets_one() {
        // R004-23
        assert_eq!(admit(None, false), Ok(()));
        assert_eq!(admit(None, true), Err(Refusal::Registered));
        assert_eq!(admit(Some(Moment::from_unix(1)), true), Err(Refusal::Ended));
    }
}
