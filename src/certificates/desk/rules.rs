//! What is typed at the desk, read and checked. Pure.

use serde::Deserialize;

use super::words;
use crate::base::clock::DAY_MS;
use crate::base::{Day, Moment, text};
use crate::certificates::inventory::{Column, Cursor, Search, Sorting};
use crate::certificates::state::State;
use crate::identity::paper::Kind;
use crate::identity::rules::Mistake;
use crate::pki::crl::Reason;
use crate::web::{Error, Mistakes};

/// Longest text that is searched for, and longest name, in characters.
const LONGEST_NAME: usize = 60;
/// Longest text of a reason or a note, in characters.
const LONGEST_TEXT: usize = 500;

/// The query of the list's address as it came. Absent is the same as empty.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    pub(super) user_id: String,
    pub(super) contract_no: String,
    pub(super) serial: String,
    pub(super) state: String,
    pub(super) within: String,
    pub(super) sort: String,
    pub(super) after: String,
    pub(super) before: String,
    /// What has just been done.
    pub(super) done: String,
}

impl Asked {
    /// What to search for at `now`, and what is wrong with what was typed.
    pub(super) fn search(&self, now: Moment) -> Result<(Search, Mistakes), Error> {
        let mut mistakes = Mistakes::default();
        let mut beginning = |name, label, typed: &str| {
            let plain = text::nfkc(typed.trim());
            if plain.chars().any(char::is_control) || plain.chars().count() > LONGEST_NAME {
                mistakes.add(name, label, words::NO_SEARCH);
            }
            plain
        };
        let user = beginning("user_id", words::USER_ID, &self.user_id);
        let contract_no = beginning("contract_no", words::CONTRACT_NO, &self.contract_no);
        let serial = plain_serial(&beginning("serial", words::SERIAL, &self.serial));
        let state = match self.state.as_str() {
            "" => None,
            word => Some(State::parse(word).ok_or_else(|| foreign("state"))?),
        };
        let ends_by = match self.within.as_str() {
            "" => None,
            days => Some(now.plus_ms(within(days)? * DAY_MS)),
        };
        Ok((Search { user, contract_no, serial, state, ends_by }, mistakes))
    }

    /// In which order.
    pub(super) fn sorting(&self) -> Result<Sorting, Error> {
        if self.sort.is_empty() {
            return Ok(Sorting::default());
        }
        let name = self.sort.strip_prefix('-');
        let (descending, name) = name.map_or((false, self.sort.as_str()), |name| (true, name));
        let column = [Column::User, Column::Ends, Column::Issued]
            .into_iter()
            .find(|column| column_word(*column) == name)
            .ok_or_else(|| foreign("sort"))?;
        Ok(Sorting { column, descending })
    }

    /// Beside which row; `None` for the first page.
    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Error> {
        match (self.after.as_str(), self.before.as_str()) {
            ("", "") => Ok(None),
            (after, "") if is_serial(after) => Ok(Some(Cursor::After(after.to_owned()))),
            ("", before) if is_serial(before) => Ok(Some(Cursor::Before(before.to_owned()))),
            _ => Err(foreign("after")),
        }
    }
}

/// The word for a column in addresses.
pub(super) const fn column_word(column: Column) -> &'static str {
    match column {
        Column::User => "user",
        Column::Ends => "ends",
        Column::Issued => "issued",
    }
}

/// Days that a filter names.
fn within(days: &str) -> Result<i64, Error> {
    let days = days.parse().ok().filter(|days| (0..=3_660).contains(days));
    days.ok_or_else(|| foreign("within"))
}

fn foreign(part: &'static str) -> Error {
    Error::Malformed(format!("the query's `{part}` is not one of ours"))
}

/// A serial number as it is stored: people type colons, blanks and capitals.
fn plain_serial(typed: &str) -> String {
    let plain = typed.chars().filter(|c| !matches!(c, ':' | ' '));
    plain.flat_map(char::to_lowercase).collect()
}

/// Whether `text` can be a serial number.
pub(super) fn is_serial(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether `text` can be the id of a request.
pub(super) fn is_id(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f' | b'-'))
}

/// What an order to revoke says, as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RevokeForm {
    pub(super) reason: String,
    pub(super) note: String,
    /// `yes` or `no`: whether there is a request on paper.
    pub(super) paper: String,
    pub(super) received_on: String,
    pub(super) requested_by: String,
    pub(super) request_reason: String,
    /// The id of a request that was recorded before; empty for none.
    pub(super) request: String,
}

/// What an order to revoke says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// Why.
    pub reason: Reason,
    /// メモ; empty for none.
    pub note: String,
    /// The request on paper, if it is new.
    pub paper: Option<Paper>,
}

/// What stands on a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paper {
    /// 受付日.
    pub received_on: Day,
    /// 依頼者名.
    pub requested_by: String,
    /// 理由.
    pub reason: String,
}

impl RevokeForm {
    /// The order, or everything that is wrong with it. Without a request the note must
    /// say why it could not wait.
    pub fn read(&self, today: Day) -> Result<Typed, Mistakes> {
        let mut mistakes = Mistakes::default();
        let reason = words::REASONS.iter().find(|(reason, _)| reason.name() == self.reason);
        if reason.is_none() {
            mistakes.add("reason", words::REASON, words::CHOOSE_REASON);
        }
        let is_known = !self.request.is_empty();
        let paper = match self.paper.as_str() {
            _ if is_known => None,
            "yes" => self.paper(&mut mistakes, today),
            "no" => None,
            _ => {
                mistakes.add("paper", words::PAPER, words::CHOOSE_PAPER);
                None
            }
        };
        let note = long(&mut mistakes, ("note", words::NOTE), &self.note, false);
        if !is_known && self.paper == "no" && note.is_empty() {
            mistakes.add("note", words::NOTE, words::NOTE_NEEDED);
        }
        match reason {
            Some((reason, _)) if mistakes.is_empty() => Ok(Typed { reason: *reason, note, paper }),
            _ => Err(mistakes),
        }
    }

    fn paper(&self, mistakes: &mut Mistakes, today: Day) -> Option<Paper> {
        let received_on = received(mistakes, &self.received_on, today);
        let requested_by = signer(mistakes, &self.requested_by);
        let label = ("request_reason", words::REQUEST_REASON);
        let reason = long(mistakes, label, &self.request_reason, true);
        Some(Paper { received_on: received_on?, requested_by, reason })
    }
}

/// A request on paper as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct RequestForm {
    /// The id that the request gets: sent twice, it is recorded once.
    pub(super) key: String,
    pub(super) kind: String,
    pub(super) contract_no: String,
    pub(super) user_id: String,
    pub(super) received_on: String,
    pub(super) requested_by: String,
    pub(super) reason: String,
    pub(super) note: String,
}

impl RequestForm {
    /// The kind, what stands on the request, and the note; or all that is wrong, in the
    /// order of the fields. `known` is what was found of contract and person.
    pub fn read(&self, known: Known, today: Day) -> Result<(Kind, Paper, String), Mistakes> {
        let mut mistakes = Mistakes::default();
        let kind = Kind::parse(&self.kind);
        if kind.is_none() {
            mistakes.add("kind", words::KIND, words::CHOOSE_KIND);
        }
        if self.contract_no.trim().is_empty() {
            let missing = Mistake::Missing.ja(words::CONTRACT_NO);
            mistakes.add("contract_no", words::CONTRACT_NO, missing);
        } else if !known.contract {
            mistakes.add("contract_no", words::CONTRACT_NO, words::NO_CONTRACT);
        }
        match known.whose {
            Whose::Stranger if known.contract => {
                mistakes.add("user_id", words::USER_ID, words::NO_USER);
            }
            Whose::Nobody if kind == Some(Kind::CertRevoke) => {
                mistakes.add("user_id", words::USER_ID, words::USER_NEEDED);
            }
            _ => {}
        }
        let received_on = received(&mut mistakes, &self.received_on, today);
        let requested_by = signer(&mut mistakes, &self.requested_by);
        let reason = long(&mut mistakes, ("reason", words::REQUEST_REASON), &self.reason, true);
        let note = long(&mut mistakes, ("note", words::NOTE), &self.note, false);
        match (kind, received_on) {
            (Some(kind), Some(received_on)) if mistakes.is_empty() => {
                Ok((kind, Paper { received_on, requested_by, reason }, note))
            }
            _ => Err(mistakes),
        }
    }
}

/// What was found of those whom a request names.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Whether the contract is ours.
    pub contract: bool,
    /// Whom it concerns.
    pub whose: Whose,
}

/// Whom a request concerns.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// Somebody of the contract.
    Person,
    /// A company that has one certificate for all: nobody need be named.
    Company,
    /// Somebody was named whom the contract does not have.
    Stranger,
    /// Nobody was named.
    Nobody,
}

fn received(mistakes: &mut Mistakes, typed: &str, today: Day) -> Option<Day> {
    let day = Day::parse(typed.trim());
    let wrong = match day {
        None if typed.trim().is_empty() => Mistake::Missing.ja(words::RECEIVED_ON),
        None => Mistake::Date.ja(words::RECEIVED_ON),
        Some(day) if day > today => words::NOT_YET.to_owned(),
        Some(_) => return day,
    };
    mistakes.add("received_on", words::RECEIVED_ON, wrong);
    None
}

fn signer(mistakes: &mut Mistakes, typed: &str) -> String {
    let name = typed.trim();
    if name.is_empty() {
        let sentence = Mistake::Missing.ja(words::REQUESTED_BY);
        mistakes.add("requested_by", words::REQUESTED_BY, sentence);
    } else if name.chars().count() > LONGEST_NAME || name.chars().any(char::is_control) {
        mistakes.add("requested_by", words::REQUESTED_BY, words::NO_NAME);
    }
    name.to_owned()
}

/// Text of several lines.
fn long(
    mistakes: &mut Mistakes,
    (name, label): (&'static str, &str),
    typed: &str,
    needed: bool,
) -> String {
    let plain = typed.replace("\r\n", "\n").trim().to_owned();
    if needed && plain.is_empty() {
        mistakes.add(name, label, Mistake::Missing.ja(label));
    } else if plain.chars().count() > LONGEST_TEXT
        || plain.chars().any(|c| c.is_control() && c != '\n')
    {
        mistakes.add(name, label, words::NO_TEXT);
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> Day {
        Day::new(2026, 11, 21).expect("a day")
    }

    fn names(mistakes: &Mistakes) -> Vec<&str> {
        mistakes.all().iter().map(|mistake| mistake.name).collect()
    }

    fn form(paper: &str) -> RevokeForm {
        RevokeForm { reason: "superseded".into(), paper: paper.into(), ..RevokeForm::default() }
    }

    #[test]
    fn everything_that_is_missing_is_told_at_once() {
        let wrong = RevokeForm::default().read(today()).expect_err("nothing was typed");
        assert_eq!(names(&wrong), ["reason", "paper"]);
        let wrong = form("yes").read(today()).expect_err("no request");
        assert_eq!(names(&wrong), ["received_on", "requested_by", "request_reason"]);
    }

    #[test]
    fn without_a_request_the_note_says_why_it_could_not_wait() {
        // R004-10
        let wrong = form("no").read(today()).expect_err("no note");
        assert_eq!(names(&wrong), ["note"]);
        let urgent = RevokeForm { note: " 盗難の電話\r\nを受けた ".into(), ..form("no") };
        let typed = urgent.read(today()).expect("good");
        assert_eq!((typed.note.as_str(), typed.paper), ("盗難の電話\nを受けた", None));
    }

    #[test]
    fn a_request_is_not_received_tomorrow() {
        // R004-10
        let form = |day: &str| RevokeForm {
            received_on: day.into(),
            requested_by: "総務部 山田".into(),
            request_reason: "PCの入替".into(),
            ..form("yes")
        };
        assert!(form("2026-11-21").read(today()).is_ok());
        for wrong in ["2026-11-22", "2026-02-30", "昨日"] {
            assert!(form(wrong).read(today()).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_serial_number_is_found_however_it_is_typed() {
        let asked = Asked { serial: " 0A:1B ff".into(), ..Asked::default() };
        let (search, mistakes) = asked.search(Moment::from_ms(0)).expect("good");
        assert!(mistakes.is_empty());
        assert_eq!(search.serial, "0a1bff");
        let wrong = Asked { user_id: "a\0".into(), ..Asked::default() };
        assert_eq!(names(&wrong.search(Moment::from_ms(0)).expect("read").1), ["user_id"]);
        for strange in ["-1", "x", "99999"] {
            let asked = Asked { within: strange.into(), ..Asked::default() };
            assert!(asked.search(Moment::from_ms(0)).is_err(), "{strange}");
        }
    }
}
