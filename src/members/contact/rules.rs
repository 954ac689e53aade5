//! What the form must hold. Pure.

use serde::Deserialize;

use super::words;
use crate::identity::rules::{self, Mistake};
use crate::members::fields::take;
use crate::web::Mistakes;

/// Most characters of a line.
const LINE: usize = 100;
/// Most characters of what is asked.
const BODY: usize = 2_000;

/// What was typed.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ContactForm {
    /// 会社名.
    pub company: String,
    /// お名前.
    pub name: String,
    /// メールアドレス.
    pub email: String,
    /// 電話番号.
    pub tel: String,
    /// お問い合わせ内容.
    pub body: String,
    /// The same each time this form is sent.
    pub key: String,
}

/// An inquiry as the form gave it; every value obeys its rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// 会社名.
    pub company: String,
    /// お名前.
    pub name: String,
    /// Where the answer goes.
    pub email: String,
    /// 電話番号; may be empty.
    pub tel: String,
    /// What is asked, lines ended by `\n`.
    pub body: String,
}

impl ContactForm {
    /// The inquiry, or everything that is wrong, in the order of the fields.
    pub fn check(&self) -> Result<Entry, Mistakes> {
        let mut found = Mistakes::default();
        let company = line(&mut found, ("company", words::COMPANY), &self.company);
        let name = line(&mut found, ("name", words::NAME), &self.name);
        let email = rules::reply_address(&self.email);
        let email = take(&mut found, "email", words::EMAIL, email);
        let tel = match self.tel.trim() {
            "" => Some(String::new()),
            typed => take(&mut found, "tel", words::TEL, rules::tel(typed)),
        };
        let body = self.body.replace("\r\n", "\n").trim().to_owned();
        if body.is_empty() {
            found.add("body", words::BODY, Mistake::Missing.ja(words::BODY));
        } else if body.chars().count() > BODY || body.contains(not_text) {
            found.add("body", words::BODY, words::BODY_RULE_BROKEN);
        }
        match (company, name, email, tel) {
            (Some(company), Some(name), Some(email), Some(tel)) if found.is_empty() => {
                Ok(Entry { company, name, email, tel, body })
            }
            _ => Err(found),
        }
    }
}

fn line(found: &mut Mistakes, (name, label): (&'static str, &str), typed: &str) -> Option<String> {
    let typed = typed.trim();
    if typed.is_empty() {
        found.add(name, label, Mistake::Missing.ja(label));
        return None;
    }
    if typed.chars().count() > LINE || typed.contains(char::is_control) {
        found.add(name, label, words::LINE_RULE_BROKEN);
        return None;
    }
    Some(typed.to_owned())
}

fn not_text(c: char) -> bool {
    c.is_control() && !matches!(c, '\n' | '\t')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form() -> ContactForm {
        ContactForm {
            company: "サンプル社労士事務所".into(),
            name: "事務　良子".into(),
            email: "ryoko@office.example.jp".into(),
            tel: String::new(),
            body: "契約数を教えてください。\r\nよろしくお願いします。".into(),
            key: String::new(),
        }
    }

    fn wrong(form: &ContactForm) -> Vec<&'static str> {
        match form.check() {
            Ok(_) => Vec::new(),
            Err(mistakes) => mistakes.all().iter().map(|mistake| mistake.name).collect(),
        }
    }

    #[test]
    fn what_is_asked_keeps_its_lines() {
        let entry = form().check().expect("good");
        assert_eq!(entry.body, "契約数を教えてください。\nよろしくお願いします。");
        assert_eq!(wrong(&ContactForm::default()), ["company", "name", "email", "body"]);
    }

    #[test]
    fn each_field_has_its_edges() {
        let (line, long) = ("あ".repeat(100), "あ".repeat(101));
        assert_eq!(wrong(&ContactForm { company: line, ..form() }), [""; 0]);
        assert_eq!(wrong(&ContactForm { company: long, ..form() }), ["company"]);
        assert_eq!(wrong(&ContactForm { name: "a\nBcc: b".into(), ..form() }), ["name"]);
        assert_eq!(wrong(&ContactForm { body: "あ".repeat(2_000), ..form() }), [""; 0]);
        assert_eq!(wrong(&ContactForm { body: "あ".repeat(2_001), ..form() }), ["body"]);
        assert_eq!(wrong(&ContactForm { email: "ryoko".into(), ..form() }), ["email"]);
        assert_eq!(wrong(&ContactForm { tel: "なし".into(), ..form() }), ["tel"]);
    }
}
