//! What the form of 登録情報変更 must hold. Pure.

use serde::Deserialize;

use super::words;
use crate::base::Secret;
use crate::identity::rules::{self, Mistake};
use crate::identity::terms::{LoginKind, Preset, Terms};
use crate::identity::users::{Profile, User};
use crate::members::fields::{Repeat, need, take};
use crate::web::Mistakes;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ProfileForm {
    /// The version that the form was filled in from.
    pub version: i64,
    /// ユーザー名.
    pub user_name: String,
    /// メールアドレス.
    pub email: String,
    /// メールアドレス再入力.
    pub email_confirm: String,
    /// 電話番号.
    pub tel: String,
    /// 現在のパスワード, where the address changes.
    pub password: Secret,
}

impl ProfileForm {
    /// The form as it stands before anything is typed.
    #[must_use]
    pub fn of(user: &User) -> Self {
        Self {
            version: user.version,
            user_name: user.name.clone(),
            email: user.email.clone(),
            email_confirm: user.email.clone(),
            tel: user.tel.clone(),
            password: Secret::default(),
        }
    }

    /// The profile, or everything that is wrong, in the order of the fields. What is as
    /// it was is taken as it is.
    pub fn check(&self, user: &User, terms: &Terms) -> Result<Profile, Mistakes> {
        let mut found = Mistakes::default();
        let name = match self.user_name.trim() {
            same if same == user.name => Ok(user.name.clone()),
            _ if terms.preset == Preset::Rokin => rules::user_name(&self.user_name),
            _ => rules::display_name(&self.user_name),
        };
        let name = take(&mut found, "user_name", words::NAME, name);
        let email = self.email(user, terms, &mut found);
        let tel =
            if self.tel.trim().is_empty() { Ok(String::new()) } else { rules::tel(&self.tel) };
        let tel = take(&mut found, "tel", words::TEL, tel);
        if email.as_ref().is_some_and(|email| *email != user.email) {
            need(&mut found, "password", words::PASSWORD, &self.password);
        }
        match (name, email, tel) {
            (Some(name), Some(email), Some(tel)) if found.is_empty() => {
                Ok(Profile { name, email, tel })
            }
            _ => Err(found),
        }
    }

    /// The address; where it is the user ID, it stays (R002-45).
    fn email(&self, user: &User, terms: &Terms, found: &mut Mistakes) -> Option<String> {
        if terms.login == LoginKind::Email {
            return Some(user.email.clone());
        }
        let checked = match self.email.trim() {
            same if same == user.email => Ok(user.email.clone()),
            _ if terms.preset.takes_carrier_mail() => rules::address(&self.email),
            _ => rules::email(&self.email),
        };
        let email = take(found, "email", words::EMAIL, checked);
        let repeat = Repeat {
            name: "email_confirm",
            first_label: words::EMAIL,
            mistake: Mistake::EmailRepeat,
        };
        repeat.check(found, self.email.trim(), self.email_confirm.trim());
        email
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::members::samples::user;

    fn wrong(form: &ProfileForm, preset: Preset) -> Vec<&'static str> {
        match form.check(&user(), &preset.terms()) {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.all().iter().map(|mistake| mistake.name).collect(),
        }
    }

    #[test]
    fn each_field_keeps_its_rule() {
        // R000-23, R004-31..33
        let form = || ProfileForm::of(&user());
        assert_eq!(wrong(&form(), Preset::Rokin), [""; 0]);
        let half = ProfileForm { user_name: "Taro".into(), ..form() };
        assert_eq!(wrong(&half, Preset::Rokin), ["user_name"]);
        assert_eq!(wrong(&half, Preset::Hr), [""; 0]);
        let once = ProfileForm { email: "jiro@union.example.jp".into(), ..form() };
        assert_eq!(wrong(&once, Preset::Rokin), ["email_confirm", "password"]);
        let moved = ProfileForm { email_confirm: once.email.clone(), ..once };
        assert_eq!(wrong(&moved, Preset::Rokin), ["password"], "a session alone moves no mail");
        let moved = ProfileForm { password: "Abcde1#x".into(), ..moved };
        assert_eq!(wrong(&moved, Preset::Rokin), [""; 0]);
        let carrier = "a@docomo.ne.jp".to_owned();
        let carrier = ProfileForm { email: carrier.clone(), email_confirm: carrier, ..form() };
        assert_eq!(wrong(&carrier, Preset::Rokin), ["email"]);
        assert_eq!(wrong(&ProfileForm { tel: "12".into(), ..form() }, Preset::Rokin), ["tel"]);
    }

    #[test]
    fn an_address_that_is_the_user_id_stays_whatever_is_sent() {
        // R002-45, R000-70
        let other = "other@example.jp".to_owned();
        let form =
            ProfileForm { email: other.clone(), email_confirm: other, ..ProfileForm::of(&user()) };
        let profile = form.check(&user(), &Preset::Office.terms()).expect("good");
        assert_eq!(profile.email, user().email);
    }
}
