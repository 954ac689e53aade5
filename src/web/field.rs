//! Form fields: what was typed, and what is wrong with it.

use std::fmt::Write as _;

/// One form field as a page shows it. `name` is also the element's id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The form field's name: `user_id`.
    pub name: &'static str,
    /// What was typed before; always empty for passwords.
    pub value: String,
    /// What is wrong with it, in a sentence.
    pub mistake: Option<String>,
}

impl Field {
    /// An empty field.
    #[must_use]
    pub fn new(name: &'static str) -> Self {
        Self::with(name, "")
    }

    /// A field holding `value`.
    #[must_use]
    pub fn with(name: &'static str, value: impl Into<String>) -> Self {
        Self { name, value: value.into(), mistake: None }
    }

    /// The same field with `message` as what is wrong with it.
    #[must_use]
    pub fn wrong(mut self, message: impl Into<String>) -> Self {
        self.mistake = Some(message.into());
        self
    }

    /// The ids of the lines that explain this field, for `aria-describedby`:
    /// rule, example and mistake, as far as they are there.
    #[must_use]
    pub fn described_by(&self, rule: &str, example: &str) -> String {
        let lines = [
            ("rule", !rule.is_empty()),
            ("example", !example.is_empty()),
            ("mistake", self.is_wrong()),
        ];
        let mut ids = String::new();
        for (line, _) in lines.iter().filter(|(_, there)| *there) {
            let gap = if ids.is_empty() { "" } else { " " };
            let _ = write!(ids, "{gap}{}-{line}", self.name);
        }
        ids
    }

    /// Whether something is wrong with it.
    #[must_use]
    pub fn is_wrong(&self) -> bool {
        self.mistake.is_some()
    }
}

/// Everything that is wrong with a form, in the order of its fields.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Mistakes(Vec<Mistake>);

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The field's name; empty when the form as a whole is meant.
    pub name: &'static str,
    /// The field's label: 「ユーザーID」.
    pub label: String,
    /// A sentence: 「半角英字と数字を組み合わせて入力してください。」
    pub message: String,
}

impl Mistakes {
    /// The field `name`, called `label`, is wrong, and nothing else.
    #[must_use]
    pub fn one(name: &'static str, label: &str, message: impl Into<String>) -> Self {
        let mut only = Self::default();
        only.add(name, label, message);
        only
    }

    /// Notes that the field `name`, called `label`, is wrong.
    pub fn add(&mut self, name: &'static str, label: &str, message: impl Into<String>) {
        self.0.push(Mistake { name, label: label.to_owned(), message: message.into() });
    }

    /// Notes something that belongs to no single field, such as a pair of user ID
    /// and password that does not fit.
    pub fn add_general(&mut self, message: impl Into<String>) {
        self.add("", "", message);
    }

    /// Adds what else is wrong, behind what was noted.
    pub fn append(&mut self, mut more: Self) {
        self.0.append(&mut more.0);
    }

    /// Whether the form is good.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// In the order they were noted.
    #[must_use]
    pub fn all(&self) -> &[Mistake] {
        &self.0
    }

    /// The field `name` with what was typed and its first mistake.
    #[must_use]
    pub fn field(&self, name: &'static str, value: impl Into<String>) -> Field {
        let found = self.0.iter().find(|mistake| mistake.name == name);
        Field { name, value: value.into(), mistake: found.map(|m| m.message.clone()) }
    }

    /// A password field: all its mistakes, one for each rule that it breaks, never its
    /// value.
    #[must_use]
    pub fn secret(&self, name: &'static str) -> Field {
        let own = self.0.iter().filter(|mistake| mistake.name == name);
        let said: String = own.map(|mistake| mistake.message.as_str()).collect();
        Field { name, value: String::new(), mistake: Some(said).filter(|said| !said.is_empty()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_shows_its_first_mistake_and_keeps_what_was_typed() {
        let mut mistakes = Mistakes::default();
        mistakes.add("user_id", "ユーザーID", "6～12文字で入力してください。");
        mistakes.add("user_id", "ユーザーID", "英字と数字を組み合わせてください。");
        let field = mistakes.field("user_id", "ab");
        assert_eq!(field.value, "ab");
        assert_eq!(field.mistake.as_deref(), Some("6～12文字で入力してください。"));
        assert_eq!(mistakes.field("email", "a@example.jp").mistake, None);
    }

    #[test]
    fn a_password_is_never_written_back_and_hears_all_that_is_wrong() {
        let mut mistakes = Mistakes::default();
        assert_eq!(mistakes.secret("password"), Field::new("password"));
        mistakes.add("password", "パスワード", "短すぎます。");
        mistakes.add("password", "パスワード", "記号がありません。");
        let said = mistakes.secret("password").mistake;
        assert_eq!(said.as_deref(), Some("短すぎます。記号がありません。"));
    }

    #[test]
    fn a_field_names_the_lines_that_explain_it() {
        let field = Field::new("code");
        assert_eq!(field.described_by("", ""), "");
        assert_eq!(field.described_by("6桁の数字", ""), "code-rule");
        let wrong = field.wrong("違います。");
        assert_eq!(wrong.described_by("6桁", "123456"), "code-rule code-example code-mistake");
    }
}
