//! What is asked for, read from the address. Pure.

use serde::Deserialize;

use super::words;
use crate::audit::words::ACTIONS;
use crate::base::{Day, Moment};
use crate::web::{Error, Mistakes, Place};

/// Longest text that is searched for, in characters.
const LONGEST: usize = 60;

/// The address's query as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    pub(super) from: String,
    pub(super) to: String,
    pub(super) user_id: String,
    pub(super) contract_no: String,
    pub(super) action: String,
    pub(super) result: String,
    pub(super) after: String,
    pub(super) before: String,
}

/// Which rows to list; `None` and empty mean all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// Of this contract.
    pub contract_no: Option<String>,
    /// From this instant on.
    pub from: Option<Moment>,
    /// Up to this instant, itself excluded.
    pub to: Option<Moment>,
    /// Done by, or to, whoever has or had this ユーザーID.
    pub user: String,
    /// What was done.
    pub action: String,
    /// How it ended.
    pub result: String,
    /// Whether the provider's people stay unnamed, as in the log of a contract.
    pub veils_operators: bool,
}

/// Where the page lies: next to the row at this place of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cursor {
    /// The newest rows.
    Newest,
    /// The rows before it in time, which come after it in the list.
    Older(i64),
    /// The rows after it in time.
    Newer(i64),
}

impl Asked {
    /// What to search for, and what is wrong with what was typed. `own`: the only
    /// contract that is read.
    pub(super) fn search(&self, own: Option<&str>) -> (Search, Mistakes) {
        let mut mistakes = Mistakes::default();
        let from = day(&mut mistakes, ("from", words::FROM), &self.from);
        let to = day(&mut mistakes, ("to", words::TO), &self.to);
        if from.zip(to).is_some_and(|(from, to)| to < from) {
            mistakes.add("to", words::TO, words::NO_ORDER);
        }
        let user = text(&mut mistakes, ("user_id", words::USER_ID), &self.user_id);
        let typed = text(&mut mistakes, ("contract_no", words::CONTRACT_NO), &self.contract_no);
        let typed = Some(typed).filter(|typed| !typed.is_empty());
        let search = Search {
            contract_no: own.map(str::to_owned).or(typed),
            from: from.map(Day::starts_at),
            to: to.map(|day| day.plus_days(1).starts_at()),
            user,
            action: known(&self.action, ACTIONS),
            result: known(&self.result, words::RESULTS),
            veils_operators: own.is_some(),
        };
        (search, mistakes)
    }

    /// Where the page lies.
    pub(super) fn cursor(&self) -> Result<Cursor, Error> {
        let place = |text: &str| {
            text.parse().map_err(|_| Error::Malformed("the place in the list is none".into()))
        };
        match (self.after.as_str(), self.before.as_str()) {
            ("", "") => Ok(Cursor::Newest),
            (after, "") => place(after).map(Cursor::Older),
            (_, before) => place(before).map(Cursor::Newer),
        }
    }

    /// The list's address with all that was asked.
    pub(super) fn place(&self, path: &'static str) -> Place {
        Place::new(
            path,
            &[
                ("from", &self.from),
                ("to", &self.to),
                ("user_id", &self.user_id),
                ("contract_no", &self.contract_no),
                ("action", &self.action),
                ("result", &self.result),
                ("after", &self.after),
                ("before", &self.before),
            ],
        )
    }
}

fn day(mistakes: &mut Mistakes, (name, label): (&'static str, &str), typed: &str) -> Option<Day> {
    let typed = typed.trim();
    let found = Day::parse(typed);
    if found.is_none() && !typed.is_empty() {
        mistakes.add(name, label, words::NO_DAY);
    }
    found
}

fn text(mistakes: &mut Mistakes, (name, label): (&'static str, &str), typed: &str) -> String {
    let typed = typed.trim();
    if typed.chars().count() > LONGEST || typed.chars().any(char::is_control) {
        mistakes.add(name, label, words::NO_TEXT);
    }
    typed.to_owned()
}

/// The word if it is one of the list's; another one asks for nothing.
fn known(word: &str, words: &[(&str, &str)]) -> String {
    let found = words.iter().find(|(known, _)| *known == word);
    found.map(|(known, _)| (*known).to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_master_asks_for_the_own_contract_whatever_the_address_says() {
        // RX-06
        let asked = Asked { contract_no: "15000002".into(), ..Asked::default() };
        let search = |own| asked.search(own).0.contract_no;
        assert_eq!(search(Some("15000001")).as_deref(), Some("15000001"));
        assert_eq!(search(None).as_deref(), Some("15000002"));
    }

    #[test]
    fn a_period_is_whole_days_in_japan() {
        let asked =
            Asked { from: "2026-11-21".into(), to: "2026-11-21".into(), ..Asked::default() };
        let (search, mistakes) = asked.search(None);
        assert!(mistakes.is_empty());
        assert_eq!(search.from, Moment::parse("2026-11-21T00:00:00+09:00"));
        assert_eq!(search.to, Moment::parse("2026-11-22T00:00:00+09:00"));
        let asked = Asked { from: "2026-11-22".into(), ..asked };
        assert_eq!(asked.search(None).1.all()[0].name, "to");
        let asked = Asked { from: "11/22".into(), ..asked };
        assert_eq!(asked.search(None).1.all()[0].name, "from");
    }
}
