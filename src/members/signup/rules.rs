//! What the forms must hold, and who may have a login. Pure.

use serde::Deserialize;

use super::words;
use crate::base::{Moment, Secret, text};
use crate::identity::licences::Room;
use crate::identity::policy::Policy;
use crate::identity::rules::{self, Mistake};
use crate::identity::users::Kind;
use crate::members::fields::{Repeat, take};
use crate::web::Mistakes;

/// Wrong pairs of お客様番号 and 電話番号 that one way has.
pub const PAIRS: i64 = 5;

/// Why there is no way on for now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// お客様番号, 電話番号 or both are not a contract's (R002-34).
    NoMatch,
    /// The same, and this way had its tries.
    NoMoreTries,
    /// Too many tries from one place or with one number; until then.
    Waits(Moment),
    /// Enough codes were sent to the address.
    Exhausted,
}

/// What somebody who registers becomes (R002-10): the contract's master while it has none;
/// the number of licences when all are in use (R002-38).
pub fn admit(has_master: bool, room: Room) -> Result<Kind, i64> {
    let kind = if has_master { Kind::General } else { Kind::Master };
    room.admit(kind).map(|()| kind)
}

/// What was typed as the address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    /// メールアドレス.
    pub email: String,
}

impl AddressForm {
    /// The address in small letters, or what is wrong with it.
    pub fn check(&self) -> Result<String, Mistakes> {
        let mut found = Mistakes::default();
        take(&mut found, "email", words::EMAIL, rules::address(&self.email)).ok_or(found)
    }
}

/// What was typed on 詳細の追加.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct DetailsForm {
    /// パスワード.
    pub password: Secret,
    /// パスワードを再入力してください.
    pub password_confirm: Secret,
    /// お客様番号 (`CustomerId` on the page).
    pub customer_no: String,
    /// 表示名.
    pub display_name: String,
    /// 電話番号.
    pub tel: String,
}

/// Details as the form gave them; every value obeys its rule.
#[derive(Debug)]
pub struct Entry {
    /// パスワード.
    pub password: Secret,
    /// お客様番号.
    pub customer_no: String,
    /// 表示名.
    pub name: String,
    /// 電話番号, as it was written.
    pub tel: String,
}

impl Entry {
    /// 電話番号 as it is compared (R002-33).
    #[must_use]
    pub fn tel_key(&self) -> String {
        text::tel_key(&self.tel)
    }
}

impl DetailsForm {
    /// The details, or everything that is wrong, in the order of the fields
    /// (R002-26..33). `address` will be the login ID.
    pub fn check(&self, policy: &Policy, address: &str) -> Result<Entry, Mistakes> {
        let mut found = Mistakes::default();
        let obeys = policy.check(&self.password, Some(address));
        take(&mut found, "password", words::PASSWORD, obeys);
        PASSWORD_REPEAT.check(&mut found, self.password.expose(), self.password_confirm.expose());
        let number = rules::customer_no(&self.customer_no);
        let number = take(&mut found, "customer_no", words::CUSTOMER_NO, number);
        let name = rules::display_name(&self.display_name);
        let name = take(&mut found, "display_name", words::DISPLAY_NAME, name);
        let tel = take(&mut found, "tel", words::TEL, rules::tel(&self.tel));
        match (number, name, tel) {
            (Some(customer_no), Some(name), Some(tel)) if found.is_empty() => {
                Ok(Entry { password: self.password.clone(), customer_no, name, tel })
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    const ADDRESS: &str = "taro@office.example.jp";

    fn form() -> DetailsForm {
        DetailsForm {
            password: "Abcdefg1".into(),
            password_confirm: "Abcdefg1".into(),
            customer_no: "281234".into(),
            display_name: "事務".into(),
            tel: "03-5563-7662".into(),
        }
    }

    fn wrong(form: &DetailsForm) -> Vec<&'static str> {
        match form.check(&Preset::Office.policy(), ADDRESS) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.all().iter().map(|mistake| mistake.name).collect(),
        }
    }

    fn with_password(password: &str) -> DetailsForm {
        DetailsForm { password: password.into(), password_confirm: password.into(), ..form() }
    }

    #[test]
    fn the_first_is_the_manager_and_the_licences_are_never_exceeded() {
        // R002-10, R002-38, RX-08
        let room = |taken, most| Room { most, taken };
        assert_eq!(admit(false, room(1, Some(3))), Ok(Kind::Master));
        assert_eq!(admit(true, room(1, Some(3))), Ok(Kind::General));
        assert_eq!(admit(true, room(2, Some(3))), Ok(Kind::General));
        assert_eq!(admit(true, room(3, Some(3))), Err(3));
        assert_eq!(admit(false, room(3, Some(3))), Ok(Kind::Master), "two others, no master");
        assert_eq!(admit(false, room(4, Some(3))), Err(3));
        assert_eq!(admit(true, room(500, None)), Ok(Kind::General));
        assert_eq!(admit(false, room(1, None)), Ok(Kind::Master));
    }

    #[test]
    fn a_password_has_8_characters_of_three_kinds() {
        // R002-26, R002-27, RX-01: 7 and 8 characters, 2 and 3 kinds
        assert_eq!(wrong(&form()), [""; 0]);
        assert_eq!(wrong(&with_password("Abcdef1")), ["password"]);
        for three in ["abcdef1#", "ABCDEF1#", "Abcdefg#", "Abcdefg1"] {
            assert_eq!(wrong(&with_password(three)), [""; 0], "{three}");
        }
        for two in ["abcdefg1", "Abcdefgh", "ABCDEFG#", "1234567#"] {
            assert_eq!(wrong(&with_password(two)), ["password"], "{two}");
        }
    }

    #[test]
    fn an_empty_form_names_every_field_in_order() {
        let fields = ["password", "password_confirm", "customer_no", "display_name", "tel"];
        assert_eq!(wrong(&DetailsForm::default()), fields);
    }

    #[test]
    fn the_repetition_must_be_the_same() {
        // R002-28
        let other = DetailsForm { password_confirm: "Abcdefg2".into(), ..form() };
        assert_eq!(wrong(&other), ["password_confirm"]);
    }
}
