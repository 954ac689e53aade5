//! What is typed of a message, read and checked. Pure.

use serde::Deserialize;

use super::store::Message;
use super::words;
use crate::base::Day;
use crate::identity::rules::Mistake;
use crate::web::Mistakes;

const LONGEST_SUBJECT: usize = 60;
const LONGEST_BODY: usize = 2_000;

/// A message as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct MessageForm {
    /// The id that a new one gets: sent twice, it is added once.
    pub(super) key: String,
    pub(super) audience: String,
    pub(super) contract_no: String,
    pub(super) posted_on: String,
    pub(super) until_on: String,
    pub(super) subject: String,
    pub(super) body: String,
    /// The version that the page showed.
    pub(super) version: i64,
}

/// What a message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub audience: String,
    pub contract_no: Option<String>,
    pub posted_on: Day,
    pub until_on: Option<Day>,
    pub subject: String,
    pub body: String,
}

impl MessageForm {
    /// The form that shows `message`.
    pub(super) fn of(message: &Message) -> Self {
        Self {
            key: message.id.clone(),
            audience: message.audience.clone(),
            contract_no: message.contract_no.clone().unwrap_or_default(),
            posted_on: message.posted_on.to_string(),
            until_on: message.until_on.map(|day| day.to_string()).unwrap_or_default(),
            subject: message.subject.clone(),
            body: message.body.clone(),
            version: message.version,
        }
    }

    /// The message, or everything that is wrong with it, in the order of the fields.
    pub fn read(&self, contract_is_known: bool) -> Result<Typed, Mistakes> {
        let mut mistakes = Mistakes::default();
        if !words::AUDIENCES.iter().any(|(word, _)| *word == self.audience) {
            mistakes.add("audience", words::AUDIENCE, words::CHOOSE_AUDIENCE);
        }
        let contract_no = Some(self.contract_no.trim().to_owned()).filter(|no| !no.is_empty());
        if contract_no.is_some() && !contract_is_known {
            mistakes.add("contract_no", words::CONTRACT_NO, words::NO_CONTRACT);
        }
        let posted_on = day(&mut mistakes, ("posted_on", words::POSTED_ON), &self.posted_on, true);
        let until_on = day(&mut mistakes, ("until_on", words::UNTIL_ON), &self.until_on, false);
        if posted_on.zip(until_on).is_some_and(|(from, until)| until < from) {
            mistakes.add("until_on", words::UNTIL_ON, words::ENDS_FIRST);
        }
        let subject = self.subject.trim().to_owned();
        if subject.is_empty() {
            mistakes.add("subject", words::SUBJECT, Mistake::Missing.ja(words::SUBJECT));
        } else if subject.chars().count() > LONGEST_SUBJECT || subject.contains(char::is_control) {
            mistakes.add("subject", words::SUBJECT, words::NO_SUBJECT);
        }
        let body = self.body.replace("\r\n", "\n").trim().to_owned();
        let odd = body.chars().any(|c| c.is_control() && c != '\n');
        if body.is_empty() {
            mistakes.add("body", words::BODY, Mistake::Missing.ja(words::BODY));
        } else if body.chars().count() > LONGEST_BODY || odd {
            mistakes.add("body", words::BODY, words::NO_BODY);
        }
        match posted_on {
            Some(posted_on) if mistakes.is_empty() => Ok(Typed {
                audience: self.audience.clone(),
                contract_no,
                posted_on,
                until_on,
                subject,
                body,
            }),
            _ => Err(mistakes),
        }
    }
}

fn day(
    mistakes: &mut Mistakes,
    (name, label): (&'static str, &str),
    typed: &str,
    needed: bool,
) -> Option<Day> {
    let day = Day::parse(typed.trim());
    match (day, typed.trim().is_empty()) {
        (None, true) if needed => mistakes.add(name, label, Mistake::Missing.ja(label)),
        (None, false) => mistakes.add(name, label, Mistake::Date.ja(label)),
        (Some(_), _) | (None, true) => {}
    }
    day
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let wrong = MessageForm { contract_no: "1".into(), ..MessageForm::default() };
        let mistakes = wrong.read(false).expect_err("nothing was typed");
        let names: Vec<_> = mistakes.all().iter().map(|one| one.name).collect();
        assert_eq!(names, ["audience", "contract_no", "posted_on", "subject", "body"]);
        let form = |until: &str| MessageForm {
            audience: "all".into(),
            posted_on: "2026-11-21".into(),
            until_on: until.into(),
            subject: "休業のお知らせ".into(),
            body: "一行目\r\n二行目".into(),
            ..MessageForm::default()
        };
        assert!(form("2026-11-20").read(false).is_err());
        let typed = form("2026-11-21").read(false).expect("good");
        assert_eq!(typed.body, "一行目\n二行目");
    }
}
