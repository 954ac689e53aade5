//! What the forms must hold. Pure.

use serde::Deserialize;

use super::chosen::Chosen;
use super::words;
use crate::base::Secret;
use crate::identity::changes::{Change, Standing};
use crate::identity::policy::Policy;
use crate::identity::rights::{Function, Mode};
use crate::identity::rules::{self, Mistake};
use crate::identity::terms::LoginKind;
use crate::members::fields::{Repeat, take};
use crate::web::Mistakes;

/// What the contract asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asks<'a> {
    /// What people log in with.
    pub login: LoginKind,
    /// What passwords must be like.
    pub policy: &'a Policy,
    /// The functions that the contract includes.
    pub functions: &'a [Function],
}

impl Asks<'_> {
    /// A name as the contract's people have it.
    fn name(&self, typed: &str) -> Result<String, Mistake> {
        match self.login {
            LoginKind::UserId => rules::user_name(typed),
            LoginKind::Email => rules::display_name(typed),
        }
    }
}

/// What was typed to add somebody (R004-90).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    /// The id of the row that it makes: the same form sent twice makes one.
    pub key: String,
    /// ユーザーID; where people log in with their address, there is no such field.
    pub user_id: String,
    /// ユーザー名.
    pub user_name: String,
    /// パスワード（仮）; not asked for where it goes out by mail.
    pub password: Secret,
    /// パスワード（仮）再入力.
    pub password_confirm: Secret,
    /// メールアドレス.
    pub email: String,
    /// メールアドレス再入力.
    pub email_confirm: String,
    /// ユーザー別機能制限.
    #[serde(flatten)]
    pub chosen: Chosen,
}

/// A person as the form gave them; every value obeys its rule.
#[derive(Debug)]
pub struct Entry {
    /// ユーザーID.
    pub login_id: String,
    /// ユーザー名.
    pub name: String,
    /// 仮のパスワード (R004-29); `None`: made by chance and mailed (R000-13).
    pub password: Option<Secret>,
    /// メールアドレス.
    pub email: String,
    /// ユーザー別機能制限.
    pub functions: Vec<(Function, Mode)>,
}

impl NewForm {
    /// The person, or everything that is wrong, in the order of the fields.
    pub fn check(&self, asks: &Asks<'_>) -> Result<Entry, Mistakes> {
        let mut found = Mistakes::default();
        let typed_id = match asks.login {
            LoginKind::UserId => {
                let typed = rules::login_id(&self.user_id);
                take(&mut found, "user_id", words::LOGIN_ID, typed)
            }
            LoginKind::Email => None,
        };
        let name = take(&mut found, "user_name", words::NAME, asks.name(&self.user_name));
        let password = match asks.login {
            LoginKind::UserId => Some(self.password(&mut found, asks, typed_id.as_deref())),
            LoginKind::Email => None,
        };
        let email = match asks.login {
            LoginKind::UserId => rules::email(&self.email),
            // It stands in addresses of pages; a carrier's is as good as any (R002-05).
            LoginKind::Email => rules::address(&self.email),
        };
        let email = take(&mut found, "email", words::EMAIL, email);
        EMAIL_REPEAT.check(&mut found, self.email.trim(), self.email_confirm.trim());
        let functions = self.chosen.check(&mut found, asks.functions);
        match (typed_id.or_else(|| email.clone()), name, email) {
            (Some(login_id), Some(name), Some(email)) if found.is_empty() => {
                Ok(Entry { login_id, name, password, email, functions })
            }
            _ => Err(found),
        }
    }

    fn password(&self, found: &mut Mistakes, asks: &Asks<'_>, login_id: Option<&str>) -> Secret {
        let password = asks.policy.check(&self.password, login_id);
        take(found, "password", words::TEMPORARY, password);
        let (first, second) = (self.password.expose(), self.password_confirm.expose());
        repeat_of_password(words::TEMPORARY).check(found, first, second);
        self.password.clone()
    }
}

/// What was typed on DM492101; an empty field changes nothing (R004-87).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct EditForm {
    /// The version that the page showed.
    pub version: String,
    /// The ユーザー状態 that it showed: a lock that ends meanwhile is nobody's wish.
    pub state_shown: String,
    /// ユーザー名.
    pub user_name: String,
    /// パスワード.
    pub password: Secret,
    /// パスワード再入力.
    pub password_confirm: Secret,
    /// Whether the mail about the new account goes out again: `on`.
    pub invite: String,
    /// メールアドレス.
    pub email: String,
    /// メールアドレス再入力.
    pub email_confirm: String,
    /// ユーザー状態.
    pub state: String,
    /// ユーザー別機能制限.
    #[serde(flatten)]
    pub chosen: Chosen,
}

/// How DM492101 lets a temporary password be given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gives {
    /// Not at all: it is one's own.
    #[default]
    Nothing,
    /// It is typed, and told to the person.
    Typed,
    /// It is made by chance and mailed, as the first one was.
    Mailed,
}

/// What DM492101 lets be changed about a person, besides name and address.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open {
    /// パスワード.
    pub gives: Gives,
    /// ユーザー状態.
    pub state: bool,
    /// ユーザー別機能制限.
    pub functions: bool,
}

/// The temporary password that was ordered.
#[derive(Debug)]
pub enum Password {
    /// None.
    Same,
    /// This one.
    Typed(Secret),
    /// One by chance, which goes out by mail.
    ByChance,
}

impl EditForm {
    /// What shall be different and the new temporary password, or everything that is
    /// wrong. What is not `open` is not looked at.
    pub fn check(
        &self,
        login_id: &str,
        asks: &Asks<'_>,
        open: Open,
    ) -> Result<(Change, Password), Mistakes> {
        let mut found = Mistakes::default();
        let name = filled(&self.user_name).map(|name| asks.name(name));
        let name = name.and_then(|name| take(&mut found, "user_name", words::NAME, name));
        let password = match open.gives {
            Gives::Typed => self.password(&mut found, login_id, asks),
            Gives::Mailed if self.invite == "on" => Password::ByChance,
            Gives::Mailed | Gives::Nothing => Password::Same,
        };
        let email = match asks.login {
            LoginKind::UserId => self.email(&mut found),
            // It is the user ID and stays (R002-45).
            LoginKind::Email => None,
        };
        let standing = if open.state { self.standing(&mut found) } else { None };
        let offered = if open.functions { asks.functions } else { &[] };
        let functions = self.chosen.check(&mut found, offered);
        // No person has version 0: a form without one is out of date.
        let version = Some(self.version.parse().unwrap_or(0));
        let change = Change { name, email, temporary: None, standing, functions, version };
        if found.is_empty() { Ok((change, password)) } else { Err(found) }
    }

    fn email(&self, found: &mut Mistakes) -> Option<String> {
        let (first, second) = (self.email.trim(), self.email_confirm.trim());
        if first.is_empty() && second.is_empty() {
            return None;
        }
        let email = take(found, "email", words::EMAIL, rules::email(first));
        EMAIL_REPEAT.check(found, first, second);
        email
    }

    fn password(&self, found: &mut Mistakes, login_id: &str, asks: &Asks<'_>) -> Password {
        if self.password.is_empty() && self.password_confirm.is_empty() {
            return Password::Same;
        }
        let obeys = asks.policy.check(&self.password, Some(login_id));
        let obeys = take(found, "password", words::PASSWORD, obeys);
        let (first, second) = (self.password.expose(), self.password_confirm.expose());
        repeat_of_password(words::PASSWORD).check(found, first, second);
        obeys.map_or(Password::Same, |()| Password::Typed(self.password.clone()))
    }

    /// The state, where another one was chosen than the page had shown.
    fn standing(&self, found: &mut Mistakes) -> Option<Standing> {
        if self.state.is_empty() || self.state == self.state_shown {
            return None;
        }
        let standing = Standing::parse(&self.state);
        if standing.is_none() {
            found.add("state", words::STATE, words::CHOOSE);
        }
        standing
    }
}

fn filled(typed: &str) -> Option<&str> {
    Some(typed.trim()).filter(|typed| !typed.is_empty())
}

const fn repeat_of_password(first_label: &str) -> Repeat<'_> {
    Repeat { name: "password_confirm", first_label, mistake: Mistake::PasswordRepeat }
}

const EMAIL_REPEAT: Repeat<'_> =
    Repeat { name: "email_confirm", first_label: words::EMAIL, mistake: Mistake::EmailRepeat };

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::terms::Preset;

    const OFFERED: [Function; 2] = [Function::Rokin, Function::BulkSaving];
    const OPEN: Open = Open { gives: Gives::Typed, state: true, functions: true };

    fn names(mistakes: &Mistakes) -> Vec<&'static str> {
        mistakes.all().iter().map(|mistake| mistake.name).collect()
    }

    fn with_asks<T>(login: LoginKind, then: impl FnOnce(&Asks<'_>) -> T) -> T {
        let policy = Preset::Rokin.policy();
        then(&Asks { login, policy: &policy, functions: &OFFERED })
    }

    fn new_form() -> NewForm {
        NewForm {
            key: String::new(),
            user_id: "Hanako12".into(),
            user_name: "労金　花子".into(),
            password: "Kari#123a".into(),
            password_confirm: "Kari#123a".into(),
            email: "Hanako@union.example.jp".into(),
            email_confirm: "Hanako@union.example.jp".into(),
            chosen: Chosen { rokin: "view".into(), ..Chosen::default() },
        }
    }

    #[test]
    fn a_new_person_needs_everything_but_the_restrictions() {
        // R004-29, R004-90
        let wrong = with_asks(LoginKind::UserId, |asks| NewForm::default().check(asks));
        let fields =
            ["user_id", "user_name", "password", "password_confirm", "email", "email_confirm"];
        assert_eq!(names(&wrong.expect_err("nothing was typed")), fields);
        let entry = with_asks(LoginKind::UserId, |asks| new_form().check(asks)).expect("good");
        assert_eq!(entry.login_id, "Hanako12");
        assert_eq!(entry.functions, [(Function::Rokin, Mode::View)]);
    }

    #[test]
    fn where_people_log_in_with_their_address_it_is_the_id() {
        // R002-02, R000-13: and the first password is made by chance
        let entry = with_asks(LoginKind::Email, |asks| new_form().check(asks)).expect("good");
        assert_eq!(entry.login_id, "hanako@union.example.jp");
        assert_eq!(entry.email, entry.login_id);
        assert!(entry.password.is_none());
    }

    #[test]
    fn an_address_that_is_the_id_obeys_the_rules_of_the_sign_up() {
        // R002-05, R002-30: a carrier's, any name, and none that breaks the address of a page
        let form = |name: &str, email: &str| NewForm {
            user_name: name.into(),
            email: email.into(),
            email_confirm: email.into(),
            ..new_form()
        };
        let check = |form: NewForm| with_asks(LoginKind::Email, |asks| form.check(asks));
        let taken = check(form("Hanako J.", "hanako@docomo.ne.jp")).expect("as at the sign-up");
        assert_eq!(
            (taken.name.as_str(), taken.login_id.as_str()),
            ("Hanako J.", "hanako@docomo.ne.jp")
        );
        let odd =
            check(form("花子", "a/b@union.example.jp")).expect_err("no page could be named so");
        assert_eq!(names(&odd), ["email"]);
    }

    #[test]
    fn an_address_that_is_the_id_stays_and_the_mail_goes_out_again() {
        // R002-45, R000-14
        let form = EditForm {
            version: "3".into(),
            user_name: "Hanako J.".into(),
            email: "new@union.example.jp".into(),
            password: "Kari#123a".into(),
            invite: "on".into(),
            ..EditForm::default()
        };
        let open = Open { gives: Gives::Mailed, ..OPEN };
        let checked = with_asks(LoginKind::Email, |asks| form.check("hanako@x.jp", asks, open));
        let (change, password) = checked.expect("good");
        assert_eq!((change.email, change.name.as_deref()), (None, Some("Hanako J.")));
        assert!(matches!(password, Password::ByChance));
    }

    #[test]
    fn a_form_without_a_version_is_out_of_date() {
        for version in ["", "x", "99999999999999999999"] {
            let form = EditForm { version: version.into(), ..EditForm::default() };
            let checked = with_asks(LoginKind::UserId, |asks| form.check("Hanako12", asks, OPEN));
            assert_eq!(checked.expect("good").0.version, Some(0), "{version}");
        }
    }

    #[test]
    fn a_function_has_only_its_own_modes() {
        // R004-40: 一斉積立 is 表示 or 非表示
        let chosen = Chosen { bulk_saving: "view".into(), ..Chosen::default() };
        let form = NewForm { chosen, ..new_form() };
        let wrong = with_asks(LoginKind::UserId, |asks| form.check(asks));
        assert_eq!(names(&wrong.expect_err("it cannot be only looked at")), ["bulk_saving"]);
    }

    #[test]
    fn what_is_left_empty_is_not_changed() {
        // R004-87
        let form = EditForm { version: "3".into(), ..EditForm::default() };
        let (change, password) =
            with_asks(LoginKind::UserId, |asks| form.check("Hanako12", asks, OPEN)).expect("good");
        assert!(change.name.is_none() && change.email.is_none() && change.standing.is_none());
        assert!(change.functions.is_empty() && matches!(password, Password::Same));
        assert_eq!(change.version, Some(3));
    }

    #[test]
    fn what_is_typed_obeys_the_rules_and_is_typed_twice() {
        // R004-27, R004-31..33, R004-87
        let form = EditForm {
            user_name: "Hanako".into(),
            password: "Kari#123a".into(),
            email: "a@example.jp".into(),
            email_confirm: "b@example.jp".into(),
            state: "gone".into(),
            ..EditForm::default()
        };
        let wrong = with_asks(LoginKind::UserId, |asks| form.check("Hanako12", asks, OPEN));
        let fields = ["user_name", "password_confirm", "email_confirm", "state"];
        assert_eq!(names(&wrong.expect_err("four fields")), fields);
    }

    #[test]
    fn a_state_that_only_was_shown_is_no_wish() {
        // R004-42: the lock may have ended since
        let form = |state: &str| EditForm {
            state: state.into(),
            state_shown: "locked".into(),
            ..EditForm::default()
        };
        let asked = |state: &str| {
            let checked = with_asks(LoginKind::UserId, |asks| form(state).check("", asks, OPEN));
            checked.expect("good").0.standing
        };
        assert_eq!(asked("locked"), None);
        assert_eq!(asked("active"), Some(Standing::Active));
        assert_eq!(asked("closed"), Some(Standing::Closed));
    }

    #[test]
    fn what_is_not_open_is_not_looked_at() {
        // R004-89: a master's own state and functions
        let form = EditForm {
            state: "closed".into(),
            password: "Kari#123a".into(),
            chosen: Chosen { rokin: "hide".into(), ..Chosen::default() },
            ..EditForm::default()
        };
        let checked =
            with_asks(LoginKind::UserId, |asks| form.check("Taro6789", asks, Open::default()));
        let (change, password) = checked.expect("nothing of it counts");
        assert!(change.standing.is_none() && change.functions.is_empty());
        assert!(matches!(password, Password::Same));
    }
}
