//! Typed values against the field rules, each mistake noted at its field.

use crate::base::Secret;
use crate::identity::policy::Policy;
use crate::identity::rules::Mistake;
use crate::web::Mistakes;

/// The value that `checked` holds; or its mistake, noted at the field `name`
/// called `label`.
pub fn take<T>(
    mistakes: &mut Mistakes,
    name: &'static str,
    label: &str,
    checked: Result<T, Mistake>,
) -> Option<T> {
    checked.map_err(|mistake| mistakes.add(name, label, mistake.ja(label))).ok()
}

/// Notes at the field `name` every rule that a new password breaks.
pub fn obey(
    mistakes: &mut Mistakes,
    (name, label): (&'static str, &str),
    policy: &Policy,
    typed: &Secret,
    login_id: Option<&str>,
) {
    for mistake in policy.mistakes(typed, login_id) {
        mistakes.add(name, label, mistake.ja(label));
    }
}

/// Notes that the password field `name`, called `label`, is empty.
pub fn need(mistakes: &mut Mistakes, name: &'static str, label: &str, typed: &Secret) {
    if typed.is_empty() {
        mistakes.add(name, label, Mistake::Missing.ja(label));
    }
}

/// A second entry: the field `name`, which repeats the one called `first_label`.
pub struct Repeat<'a> {
    /// The second field's name.
    pub name: &'static str,
    /// The first field's label; the second is called so too, with 再入力 after it.
    pub first_label: &'a str,
    /// What is wrong when the two differ.
    pub mistake: Mistake,
}

impl Repeat<'_> {
    /// Notes an empty or differing second entry (R004-33).
    pub fn check(&self, mistakes: &mut Mistakes, first: &str, second: &str) {
        let label = format!("{}再入力", self.first_label);
        if second.is_empty() {
            mistakes.add(self.name, &label, Mistake::Missing.ja(&label));
        } else if first != second {
            mistakes.add(self.name, &label, self.mistake.ja(self.first_label));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_entry_must_be_there_and_be_the_same() {
        // R004-33
        let said = |second: &str| {
            let mut mistakes = Mistakes::default();
            let repeat = Repeat {
                name: "email_confirm",
                first_label: "メールアドレス",
                mistake: Mistake::EmailRepeat,
            };
            repeat.check(&mut mistakes, "a@example.jp", second);
            mistakes.field("email_confirm", "").mistake
        };
        assert_eq!(said("a@example.jp"), None);
        assert_eq!(said("").as_deref(), Some("メールアドレス再入力を入力してください。"));
        assert!(said("A@example.jp").is_some_and(|message| message.contains("一致しません")));
    }
}
