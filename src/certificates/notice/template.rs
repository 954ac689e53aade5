//! The words of a mail with places for values: read once, checked, filled in.
//!
//! First line the subject, second empty, then the text. `{name}` and so on are places;
//! what is filled in is never read again, so a name may hold `{user_id}`.

use std::fmt;

/// What may be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The person's name, or the contract's.
    Name,
    /// ユーザーID, or the name in a company's certificate.
    UserId,
    /// 契約番号.
    Contract,
    /// 契約者名.
    ContractName,
    /// Days that are left, or that have passed since the end.
    Days,
    /// 「あと30日」 or 「本日まで」.
    Left,
    /// 「2027年11月21日」.
    LastDay,
    /// Name of the service.
    Service,
    /// `https://…` of the portal.
    PortalUrl,
    /// `https://…` of the registration host.
    EnrollUrl,
    /// Who helps, on several lines.
    Contact,
    /// The thing of the CA that ends.
    What,
    /// What the operator does about it.
    Todo,
}

impl Place {
    /// All there are.
    pub const ALL: [Self; 13] = [
        Self::Name,
        Self::UserId,
        Self::Contract,
        Self::ContractName,
        Self::Days,
        Self::Left,
        Self::LastDay,
        Self::Service,
        Self::PortalUrl,
        Self::EnrollUrl,
        Self::Contact,
        Self::What,
        Self::Todo,
    ];

    /// What stands between the braces.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::UserId => "user_id",
            Self::Contract => "contract",
            Self::ContractName => "contract_name",
            Self::Days => "days",
            Self::Left => "left",
            Self::LastDay => "last_day",
            Self::Service => "service",
            Self::PortalUrl => "portal_url",
            Self::EnrollUrl => "enroll_url",
            Self::Contact => "contact",
            Self::What => "what",
            Self::Todo => "todo",
        }
    }
}

/// What is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wrong {
    /// The first line is empty.
    NoSubject,
    /// The second line is not empty.
    NoBlankLine,
    /// Nothing follows.
    NoText,
    /// On this line stands a place that this mail does not have.
    Unknown(usize, String),
    /// On this line a `{` is not closed.
    Unclosed(usize),
}

impl fmt::Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSubject => write!(f, "line 1, the subject, is empty"),
            Self::NoBlankLine => write!(f, "line 2 must be empty: it parts subject and text"),
            Self::NoText => write!(f, "there is no text after the subject"),
            Self::Unknown(line, word) => write!(f, "line {line}: {{{word}}} is not known here"),
            Self::Unclosed(line) => write!(f, "line {line}: a {{ without its }}"),
        }
    }
}

/// A mail's words with places for values.
#[derive(Clone, Debug)]
pub struct Template {
    subject: Vec<Piece>,
    text: Vec<Piece>,
}

#[derive(Clone, Debug)]
enum Piece {
    Plain(String),
    Place(Place),
}

impl Template {
    /// Reads `source`, in which only `allowed` places may stand.
    ///
    /// # Errors
    /// Everything that is wrong, in the order of lines.
    pub fn parse(source: &str, allowed: &[Place]) -> Result<Self, Vec<Wrong>> {
        let source = source.trim_start_matches('\u{feff}').replace("\r\n", "\n");
        let mut lines = source.split('\n');
        let subject = lines.next().unwrap_or_default().trim();
        let second = lines.next();
        let text = lines.collect::<Vec<_>>().join("\n");
        let text = text.trim_end();
        let mut wrong = Vec::new();
        if subject.is_empty() {
            wrong.push(Wrong::NoSubject);
        }
        if second.is_some_and(|line| !line.trim().is_empty()) {
            wrong.push(Wrong::NoBlankLine);
        } else if text.is_empty() {
            wrong.push(Wrong::NoText);
        }
        let subject = pieces(subject, 1, allowed, &mut wrong);
        let text = pieces(text, 3, allowed, &mut wrong);
        if wrong.is_empty() { Ok(Self { subject, text }) } else { Err(wrong) }
    }

    /// Subject and text with what `value` says in the places. A subject is one line.
    pub fn fill<'v>(&self, value: impl Fn(Place) -> &'v str) -> (String, String) {
        let one_line = |text: &str| text.replace(char::is_control, " ");
        (
            join(&self.subject, |place| one_line(value(place))),
            join(&self.text, |place| value(place).to_owned()),
        )
    }
}

fn join(pieces: &[Piece], value: impl Fn(Place) -> String) -> String {
    let mut out = String::new();
    for piece in pieces {
        match piece {
            Piece::Plain(text) => out.push_str(text),
            Piece::Place(place) => out.push_str(&value(*place)),
        }
    }
    out
}

fn pieces(text: &str, first_line: usize, allowed: &[Place], wrong: &mut Vec<Wrong>) -> Vec<Piece> {
    let mut found = Vec::new();
    for (line, text) in (first_line..).zip(text.split_inclusive('\n')) {
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            found.push(Piece::Plain(before.to_owned()));
            let Some((word, behind)) = after.split_once('}') else {
                wrong.push(Wrong::Unclosed(line));
                rest = "";
                break;
            };
            match allowed.iter().find(|place| place.word() == word) {
                Some(place) => found.push(Piece::Place(*place)),
                None => wrong.push(Wrong::Unknown(line, word.to_owned())),
            }
            rest = behind;
        }
        found.push(Piece::Plain(rest.to_owned()));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fill(source: &str) -> (String, String) {
        let template = Template::parse(source, &Place::ALL).expect("a good template");
        template.fill(|place| match place {
            Place::Name => "{user_id}\r\nBcc: x@example.jp",
            Place::Days => "30",
            other => other.word(),
        })
    }

    #[test]
    fn places_are_filled_once_and_a_subject_stays_one_line() {
        let (subject, text) = fill("あと{days}日 {name}\n\n{name} 様\n{days}}\n");
        assert_eq!(subject, "あと30日 {user_id}  Bcc: x@example.jp");
        assert_eq!(text, "{user_id}\r\nBcc: x@example.jp 様\n30}");
    }

    #[test]
    fn a_file_of_a_windows_editor_is_read_as_well() {
        assert_eq!(fill("\u{feff}件名\r\n\r\n本文\r\n"), ("件名".into(), "本文".into()));
    }

    #[test]
    fn everything_wrong_is_told_with_its_line() {
        let wrong = |source: &str| Template::parse(source, &[Place::Name]).expect_err("wrong");
        assert_eq!(wrong(""), [Wrong::NoSubject, Wrong::NoText]);
        assert_eq!(wrong("件名\n"), [Wrong::NoText]);
        assert_eq!(wrong("件名\n本文\n"), [Wrong::NoBlankLine]);
        assert_eq!(
            wrong("{Name}\n\n{name}\n{todo} {\n"),
            [
                Wrong::Unknown(1, "Name".into()),
                Wrong::Unknown(4, "todo".into()),
                Wrong::Unclosed(4)
            ]
        );
    }
}
