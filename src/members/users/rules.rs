//! What the forms must hold. Pure.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::words;
use crate::base::Secret;
use crate::identity::changes::{Change, Standing};
use crate::identity::policy::Policy;
use crate::identity::rights::{Function, Mode};
use crate::identity::rules::{self, Mistake};
use crate::identity::terms::LoginKind;
use crate::members::fields::{Repeat, take};
use crate::web::Mistakes;

/// ユーザー別機能制限 as it was typed: a word of `Mode` for each function, empty where
/// the form did not ask.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Chosen {
    /// 労金控除.
    pub rokin: String,
    /// 賃控元帳.
    pub ledger: String,
    /// 一斉積立.
    pub bulk_saving: String,
    /// 財形貯蓄.
    pub zaikei: String,
    /// 請求書.
    pub invoice: String,
}

impl Chosen {
    /// What was chosen for `function`.
    #[must_use]
    pub fn of(&self, function: Function) -> &str {
        match function {
            Function::Rokin => &self.rokin,
            Function::Ledger => &self.ledger,
            Function::BulkSaving => &self.bulk_saving,
            Function::Zaikei => &self.zaikei,
            Function::Invoice => &self.invoice,
        }
    }

    /// What is in force, as the form shows it.
    #[must_use]
    pub fn from(modes: &BTreeMap<Function, Mode>) -> Self {
        let word =
            |function| modes.get(&function).map_or(Mode::Show, |mode| *mode).word().to_owned();
        Self {
            rokin: word(Function::Rokin),
            ledger: word(Function::Ledger),
            bulk_saving: word(Function::BulkSaving),
            zaikei: word(Function::Zaikei),
            invoice: word(Function::Invoice),
        }
    }

    /// What was chosen of `offered`; a mode that the function does not have is a mistake.
    fn check(&self, found: &mut Mistakes, offered: &[Function]) -> Vec<(Function, Mode)> {
        let mut chosen = Vec::new();
        for function in offered {
            let word = self.of(*function);
            match Mode::parse(word) {
                Some(mode) if function.modes().contains(&mode) => chosen.push((*function, mode)),
                None if word.is_empty() => {}
                _ => found.add(function.word(), words::function(*function), words::CHOOSE),
            }
        }
        chosen
    }
}

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

/// What was typed to add somebody (R004-90).
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct NewForm {
    /// ユーザーID; where people log in with their address, there is no such field.
    pub user_id: String,
    /// ユーザー名.
    pub user_name: String,
    /// パスワード（仮）.
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
    /// 仮のパスワード (R004-29).
    pub password: Secret,
    /// メールアドレス.
    pub email: String,
    /// ユーザー別機能制限.
    pub functions: Vec<(Function, Mode)>,
}

impl NewForm {
    /// The person, or everything that is wrong, in the order of the fields.
    pub fn check(&self, asks: &Asks<'_>) -> Result<Entry, Mistakes> {
        let mut found = Mistakes::default();
        let email = rules::email(&self.email);
        let login_id = match asks.login {
            LoginKind::UserId => {
                let typed = rules::login_id(&self.user_id);
                take(&mut found, "user_id", words::LOGIN_ID, typed)
            }
            LoginKind::Email => email.as_ref().ok().map(|email| email.to_ascii_lowercase()),
        };
        let name = take(&mut found, "user_name", words::NAME, rules::user_name(&self.user_name));
        let password = asks.policy.check(&self.password, login_id.as_deref());
        take(&mut found, "password", words::TEMPORARY, password);
        let (first, second) = (self.password.expose(), self.password_confirm.expose());
        repeat_of_password(words::TEMPORARY).check(&mut found, first, second);
        let email = take(&mut found, "email", words::EMAIL, email);
        EMAIL_REPEAT.check(&mut found, self.email.trim(), self.email_confirm.trim());
        let functions = self.chosen.check(&mut found, asks.functions);
        match (login_id, name, email) {
            (Some(login_id), Some(name), Some(email)) if found.is_empty() => {
                Ok(Entry { login_id, name, password: self.password.clone(), email, functions })
            }
            _ => Err(found),
        }
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

/// What DM492101 lets be changed about a person.
#[derive(Clone, Copy, Debug, Default)]
pub struct Open {
    /// パスワード.
    pub password: bool,
    /// ユーザー状態.
    pub state: bool,
    /// ユーザー別機能制限.
    pub functions: bool,
}

impl EditForm {
    /// What shall be different and the new temporary password, or everything that is
    /// wrong. What is not `open` is not looked at.
    pub fn check(
        &self,
        login_id: &str,
        asks: &Asks<'_>,
        open: Open,
    ) -> Result<(Change, Option<Secret>), Mistakes> {
        let mut found = Mistakes::default();
        let name = filled(&self.user_name).map(rules::user_name);
        let name = name.and_then(|name| take(&mut found, "user_name", words::NAME, name));
        let password = if open.password { self.password(&mut found, login_id, asks) } else { None };
        let typed = !self.email.trim().is_empty() || !self.email_confirm.trim().is_empty();
        let email = typed.then(|| rules::email(&self.email));
        let email = email.and_then(|email| take(&mut found, "email", words::EMAIL, email));
        if typed {
            EMAIL_REPEAT.check(&mut found, self.email.trim(), self.email_confirm.trim());
        }
        let standing = if open.state { self.standing(&mut found) } else { None };
        let offered = if open.functions { asks.functions } else { &[] };
        let functions = self.chosen.check(&mut found, offered);
        let version = self.version.parse().ok();
        let change = Change { name, email, password_hash: None, standing, functions, version };
        if found.is_empty() { Ok((change, password)) } else { Err(found) }
    }

    fn password(&self, found: &mut Mistakes, login_id: &str, asks: &Asks<'_>) -> Option<Secret> {
        if self.password.is_empty() && self.password_confirm.is_empty() {
            return None;
        }
        let obeys = asks.policy.check(&self.password, Some(login_id));
        let obeys = take(found, "password", words::PASSWORD, obeys);
        let (first, second) = (self.password.expose(), self.password_confirm.expose());
        repeat_of_password(words::PASSWORD).check(found, first, second);
        obeys.map(|()| self.password.clone())
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
    const OPEN: Open = Open { password: true, state: true, functions: true };

    fn names(mistakes: &Mistakes) -> Vec<&'static str> {
        mistakes.all().iter().map(|mistake| mistake.name).collect()
    }

    fn with_asks<T>(login: LoginKind, then: impl FnOnce(&Asks<'_>) -> T) -> T {
        let policy = Preset::Rokin.policy();
        then(&Asks { login, policy: &policy, functions: &OFFERED })
    }

    fn new_form() -> NewForm {
        NewForm {
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
        // R002-02
        let entry = with_asks(LoginKind::Email, |asks| new_form().check(asks)).expect("good");
        assert_eq!(entry.login_id, "hanako@union.example.jp");
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
        assert!(change.functions.is_empty() && password.is_none());
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
        assert!(change.standing.is_none() && change.functions.is_empty() && password.is_none());
    }
}
