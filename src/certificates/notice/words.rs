//! What the mails say: the operator's files, or ours; and the values that fill them.

use std::fs;
use std::path::{Path, PathBuf};

use super::template::{Place, Template};
use crate::base::{Day, Moment};
use crate::config::{self, Config, Problem};
use crate::mail::Message;

use super::rules::days_left;

/// The mails there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter {
    /// To a person, before the end.
    Ending,
    /// To a person, after the end.
    Ended,
    /// To a company's master, before the end.
    CompanyEnding,
    /// To a company's master, before the end of one that has a successor.
    CompanyRetiring,
    /// To a company's master, after the end.
    CompanyEnded,
    /// To the operator, before something of the CA's own ends.
    Operator,
}

impl Letter {
    /// All there are.
    pub const ALL: [Self; 6] = [
        Self::Ending,
        Self::Ended,
        Self::CompanyEnding,
        Self::CompanyRetiring,
        Self::CompanyEnded,
        Self::Operator,
    ];

    /// What it is called; its file is this and `.txt`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ending => "ending",
            Self::Ended => "ended",
            Self::CompanyEnding => "company-ending",
            Self::CompanyRetiring => "company-retiring",
            Self::CompanyEnded => "company-ended",
            Self::Operator => "operator",
        }
    }

    const fn built_in(self) -> &'static str {
        match self {
            Self::Ending => include_str!("../../../config/notices/ending.txt"),
            Self::Ended => include_str!("../../../config/notices/ended.txt"),
            Self::CompanyEnding => include_str!("../../../config/notices/company-ending.txt"),
            Self::CompanyRetiring => include_str!("../../../config/notices/company-retiring.txt"),
            Self::CompanyEnded => include_str!("../../../config/notices/company-ended.txt"),
            Self::Operator => include_str!("../../../config/notices/operator.txt"),
        }
    }

    fn allowed(self) -> Vec<Place> {
        let of_operator = |place: &Place| matches!(place, Place::What | Place::Todo);
        let of_holder = |place: &Place| {
            matches!(place, Place::Name | Place::UserId | Place::Contract | Place::ContractName)
        };
        let fits = |place: &Place| match self {
            Self::Operator => !of_holder(place),
            _ => !of_operator(place),
        };
        Place::ALL.into_iter().filter(fits).collect()
    }
}

/// What is filled in, besides what the configuration says.
#[derive(Clone, Debug, Default)]
pub struct Values {
    /// The person's name, or the contract's.
    pub name: String,
    /// ユーザーID, or the name in a company's certificate.
    pub user_id: String,
    /// 契約番号.
    pub contract: String,
    /// 契約者名.
    pub contract_name: String,
    /// The thing of the CA that ends.
    pub what: String,
    /// What the operator does about it.
    pub todo: String,
}

/// All mails, checked.
pub struct Letters {
    templates: Vec<(Letter, Template)>,
    service: String,
    portal_url: String,
    enroll_url: String,
    contact: String,
}

impl Letters {
    /// The words that `config` names.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn load(config: &Config) -> Result<Self, Vec<Problem>> {
        let (mut templates, mut problems) = (Vec::new(), Vec::new());
        let folder = config.notice.templates.as_deref();
        if let Some(folder) = folder {
            problems.extend(strangers(folder));
        }
        for letter in Letter::ALL {
            match read(letter, folder) {
                Ok(template) => templates.push((letter, template)),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        Ok(Self {
            templates,
            service: config.service.name.clone(),
            portal_url: config.portal_url(),
            enroll_url: config.enroll_url(),
            contact: contact(&config.service),
        })
    }

    /// The mail to the address `to` about something that ends at `ends`, as of `at`.
    #[must_use]
    pub fn write(
        &self,
        letter: Letter,
        to: &str,
        values: &Values,
        (ends, at): (Moment, Moment),
    ) -> Message {
        let left = days_left(ends, at);
        let (days, left) = (left.abs().to_string(), left_ja(left));
        let last_day = Day::of(ends).ja();
        let value = |place| match place {
            Place::Name => values.name.as_str(),
            Place::UserId => &values.user_id,
            Place::Contract => &values.contract,
            Place::ContractName => &values.contract_name,
            Place::Days => &days,
            Place::Left => &left,
            Place::LastDay => &last_day,
            Place::Service => &self.service,
            Place::PortalUrl => &self.portal_url,
            Place::EnrollUrl => &self.enroll_url,
            Place::Contact => &self.contact,
            Place::What => &values.what,
            Place::Todo => &values.todo,
        };
        let found = self.templates.iter().find(|(other, _)| *other == letter);
        let (subject, body) = found.map(|(_, template)| template.fill(value)).unwrap_or_default();
        Message { to: to.to_owned(), subject, body }
    }

    /// The mail with made-up values, as of `at`.
    #[must_use]
    pub fn sample(&self, letter: Letter, at: Moment) -> Message {
        let company = matches!(
            letter,
            Letter::CompanyEnding | Letter::CompanyRetiring | Letter::CompanyEnded
        );
        let over = matches!(letter, Letter::Ended | Letter::CompanyEnded);
        let values = Values {
            name: "労金　太郎".into(),
            user_id: if company { "MNS_100001" } else { "Taro6789" }.into(),
            contract: "15000000".into(),
            contract_name: "サンプル会員".into(),
            what: super::alarm::SAMPLE.0.into(),
            todo: super::alarm::SAMPLE.1.into(),
        };
        let ends = Day::of(at).plus_days(if over { -1 } else { 30 }).ends_at();
        self.write(letter, "taro@example.jp", &values, (ends, at))
    }
}

/// 「あと30日」.
fn left_ja(days: i64) -> String {
    match days {
        0 => "本日まで".to_owned(),
        days if days < 0 => format!("{}日前に終了", -days),
        days => format!("あと{days}日"),
    }
}

fn contact(service: &config::Service) -> String {
    let mut lines = vec![service.contact_name.clone()];
    if !service.contact_tel.is_empty() {
        lines.push(format!("電話　{}", service.contact_tel));
    }
    if !service.contact_hours.is_empty() {
        lines.push(format!("受付時間　{}", service.contact_hours));
    }
    lines.join("\n")
}

/// The operator's file, or our words when there is none.
fn read(letter: Letter, folder: Option<&Path>) -> Result<Template, Vec<Problem>> {
    let path = folder.map(|folder| folder.join(format!("{}.txt", letter.name())));
    let source = match path.as_ref().map(|path| (path, fs::read(path))) {
        None => letter.built_in().to_owned(),
        Some((_, Err(error))) if error.kind() == std::io::ErrorKind::NotFound => {
            letter.built_in().to_owned()
        }
        Some((path, Err(error))) => {
            let hint = "check that the file may be read";
            return Err(vec![problem(path, format!("cannot be read: {error}"), hint.into())]);
        }
        Some((path, Ok(bytes))) => String::from_utf8(bytes).map_err(|_| {
            vec![problem(path, "is not UTF-8".into(), "save it again as UTF-8".into())]
        })?,
    };
    let allowed = letter.allowed();
    Template::parse(&source, &allowed).map_err(|all| {
        let words: Vec<_> = allowed.iter().map(|place| format!("{{{}}}", place.word())).collect();
        let hint = format!(
            "write the subject, an empty line, the text; what may stand in it: {}",
            words.join(" ")
        );
        let path = path.unwrap_or_else(|| PathBuf::from(letter.name()));
        all.iter().map(|wrong| problem(&path, wrong.to_string(), hint.clone())).collect()
    })
}

/// Files of the folder that no mail is called after: most likely a slip of the pen.
fn strangers(folder: &Path) -> Vec<Problem> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            let hint = "name a folder that is there, or leave notice.templates empty";
            let key = PathBuf::from("notice.templates");
            let text = format!("{} cannot be read: {error}", folder.display());
            return vec![problem(&key, text, hint.into())];
        }
    };
    let known = |name: &str| Letter::ALL.iter().any(|one| format!("{}.txt", one.name()) == name);
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let is_text = |name: &str| Path::new(name).extension().is_some_and(|end| end == "txt");
    let mut strange: Vec<_> = names.filter(|name| is_text(name) && !known(name)).collect();
    strange.sort();
    let names: Vec<_> = Letter::ALL.iter().map(|one| format!("{}.txt", one.name())).collect();
    let hint = format!("the mails are {}", names.join(", "));
    let told = |name| problem(&folder.join(name), "belongs to no mail".into(), hint.clone());
    strange.into_iter().map(told).collect()
}

fn problem(key: &Path, text: String, hint: String) -> Problem {
    Problem { key: key.display().to_string(), text, hint }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn letters() -> Letters {
        let config = Config::load(None, &Environment::default()).expect("the defaults");
        Letters::load(&config).expect("our own words are good")
    }

    #[test]
    fn our_own_words_tell_what_ends_when_and_what_to_do() {
        // R004-06, R004-07, R004-08
        let at = Moment::parse("2027-10-22T09:00:00+09:00").expect("an instant");
        let mail = letters().sample(Letter::Ending, at);
        assert_eq!(mail.subject, "電子証明書の有効期限のお知らせ（あと30日）-関所");
        let told = ["労金　太郎 様", "Taro6789", "2027年11月21日（あと30日）", "登録済みのPC"];
        let ways = ["「電子証明書発行」", "https://enroll.localhost:8443/certificate"];
        for word in told.iter().chain(&ways).chain(&["ヘルプデスク"]) {
            assert!(mail.body.contains(word), "{word}: {}", mail.body);
        }
        let mail = letters().sample(Letter::Ended, at);
        assert!(mail.body.contains("2027年10月21日"), "{}", mail.body);
        for letter in Letter::ALL {
            let mail = letters().sample(letter, at);
            assert!(!mail.subject.contains('{') && !mail.body.contains('{'), "{mail:?}");
        }
    }

    #[test]
    fn the_last_day_is_called_so() {
        assert_eq!(left_ja(0), "本日まで");
        assert_eq!(left_ja(1), "あと1日");
    }
}
