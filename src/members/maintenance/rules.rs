//! What the form must hold. Pure.

use serde::Deserialize;

use super::words;
use crate::base::clock::MINUTE_MS;
use crate::base::id::made_at;
use crate::base::{Day, Moment, text};
use crate::identity::maintenance::{Wish, Wrong};
use crate::identity::rules::Mistake;
use crate::web::Mistakes;

/// A time out of service as it was typed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct WindowForm {
    /// The id that it gets: sent twice, it is taken once.
    pub key: String,
    /// `YYYY-MM-DDTHH:MM` in Japan, as the browser's field writes it.
    pub from: String,
    /// See `from`.
    pub to: String,
    /// See `from`; empty: at once.
    pub announce: String,
    /// What people are told.
    pub message: String,
}

/// A time out of service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    pub from: Moment,
    pub to: Moment,
    pub announced: Moment,
    pub message: String,
}

impl WindowForm {
    /// What was typed, or everything that is wrong with it at `now`.
    pub fn read(&self, now: Moment) -> Result<Typed, Mistakes> {
        let mut mistakes = Mistakes::default();
        let mut time = |name, label: &str, typed: &str| {
            let typed = text::nfkc(typed.trim());
            let read = instant(&typed);
            if typed.is_empty() {
                mistakes.add(name, label, Mistake::Missing.ja(label));
            } else if read.is_none() {
                mistakes.add(name, label, words::NO_TIME);
            }
            read
        };
        let from = time("from", words::FROM, &self.from);
        let to = time("to", words::TO, &self.to);
        let at_once = self.announce.trim().is_empty();
        let announced =
            if at_once { Some(now) } else { time("announce", words::ANNOUNCE, &self.announce) };
        let message = self.message.trim();
        let wish = Wish { from, to, announced: announced.filter(|_| !at_once), message };
        for wrong in wish.wrongs(now) {
            let (name, label, sentence) = words::wrong(wrong);
            if wrong == Wrong::Message && message.is_empty() {
                mistakes.add(name, label, Mistake::Missing.ja(label));
            } else {
                mistakes.add(name, label, sentence);
            }
        }
        match (from, to, announced) {
            (Some(from), Some(to), Some(announced)) if mistakes.is_empty() => {
                Ok(Typed { from, to, announced, message: message.to_owned() })
            }
            _ => Err(mistakes),
        }
    }
}

/// Reads `2026-11-28T08:00` (browsers may add seconds), or a blank for the `T`.
fn instant(typed: &str) -> Option<Moment> {
    let (day, time) = typed.split_once(['T', ' '])?;
    let mut parts = time.trim().split(':');
    let mut number = |most: i64| -> Option<i64> {
        let part = parts.next()?;
        let digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        part.parse().ok().filter(|number| digits && *number <= most)
    };
    let (hours, minutes) = (number(23)?, number(59)?);
    Day::parse(day).map(|day| day.at_minute(hours * 60 + minutes))
}

/// Whether `text` can be the id of a window.
pub fn is_id(text: &str) -> bool {
    text.len() == 36 && made_at(text).is_some()
}

/// An instant as the browser's field takes it.
pub fn field(at: Moment) -> String {
    let day = Day::of(at);
    let minutes = at.since_ms(day.starts_at()) / MINUTE_MS;
    format!("{day}T{:02}:{:02}", minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Moment {
        Moment::parse("2026-11-21T10:00:00+09:00").expect("an instant")
    }

    fn form(from: &str, to: &str) -> WindowForm {
        WindowForm {
            from: from.to_owned(),
            to: to.to_owned(),
            message: " 機器の入れ替え ".to_owned(),
            ..WindowForm::default()
        }
    }

    fn wrong(form: &WindowForm) -> Vec<&'static str> {
        let mistakes = form.read(now()).expect_err("wrong");
        mistakes.all().iter().map(|mistake| mistake.name).collect()
    }

    #[test]
    fn times_are_read_on_the_clock_of_japan() {
        let typed = form("2026-11-28T08:00", "2026-11-28 12:30").read(now()).expect("good");
        assert_eq!(typed.from.rfc3339(), "2026-11-27T23:00:00Z");
        assert_eq!(typed.to.rfc3339(), "2026-11-28T03:30:00Z");
        assert_eq!((typed.announced, typed.message.as_str()), (now(), "機器の入れ替え"));
        assert_eq!(field(typed.from), "2026-11-28T08:00");
        assert_eq!(instant(&field(now())), Some(now()));
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        assert_eq!(wrong(&WindowForm::default()), ["from", "to", "message"]);
        assert_eq!(wrong(&form("soon", "2026-11-28T24:00")), ["from", "to"]);
        assert_eq!(wrong(&form("2026-11-28T08:00", "2026-11-28T08:00")), ["to"]);
        assert_eq!(wrong(&form("2026-11-20T08:00", "2026-11-21T10:00")), ["to"], "it is over");
        assert_eq!(wrong(&form("2026-11-28T08:00", "2027-11-28T09:00")), ["to"], "a whole year");
        assert_eq!(wrong(&form("2026-11-28T08:00", "9999-12-31T23:59")), ["to"]);
        let late = WindowForm {
            announce: "2026-11-28T08:01".into(),
            ..form("2026-11-28T08:00", "2026-11-28T09:00")
        };
        assert_eq!(wrong(&late), ["announce"]);
        let long = WindowForm {
            message: "長".repeat(201),
            ..form("2026-11-28T08:00", "2026-11-28T09:00")
        };
        assert_eq!(wrong(&long), ["message"]);
    }

    #[test]
    fn a_time_that_began_already_can_be_announced_at_once() {
        let typed = form("2026-11-21T09:00", "2026-11-21T12:00").read(now()).expect("good");
        assert!(typed.from < now() && typed.announced == now());
    }
}
