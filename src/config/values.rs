//! From text to checked values; every problem is collected, none hides another.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use toml::Value;

use super::keys::{KEYS, Key, Kind};
use super::{
    Certificate, Code, Config, Data, Database, Limits, Lockout, Mail, Server, SmtpSecurity, Tls,
    Transport,
};
use super::{hours, mask, notice, service};
use crate::base::Secret;

/// The file that is read when none is named, if it is there.
pub const USUAL_FILE: &str = "config/sekisho.toml";

/// Something wrong in the configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// The key, the variable or the file it concerns.
    pub key: String,
    /// What is wrong.
    pub text: String,
    /// What to do.
    pub hint: String,
}

impl Problem {
    pub(super) fn new(key: impl Into<String>, text: impl Into<String>, hint: &str) -> Self {
        Self { key: key.into(), text: text.into(), hint: hint.to_owned() }
    }
}

/// Variables of the process whose names begin with `SEKISHO_`.
#[derive(Clone, Debug, Default)]
pub struct Environment(BTreeMap<String, String>);

impl Environment {
    /// The process's own.
    #[must_use]
    #[allow(clippy::disallowed_methods)] // the one place that reads the environment
    pub fn of_process() -> Self {
        let all = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .filter(|(name, _)| name.starts_with("SEKISHO_") || name == USER)
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()));
        Self(all.collect())
    }

    /// Made up, for tests.
    #[must_use]
    pub fn of(pairs: &[(&str, &str)]) -> Self {
        Self(pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect())
    }

    /// Who runs the program, as the system says.
    #[must_use]
    pub fn user(&self) -> Option<&str> {
        self.get(USER)
    }

    /// The variable `name`, if it is set.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// The system's variable for who runs the program.
const USER: &str = "USER";

/// Variables that have a meaning of their own and are no settings.
const OTHER_VARIABLES: &[&str] = &["SEKISHO_CA_PASSPHRASE", "SEKISHO_LOG"];

/// One line of `config show`.
#[derive(Clone, Debug)]
pub struct Shown {
    /// `section.key`.
    pub key: &'static str,
    /// The value in force, as TOML.
    pub value: String,
    /// `default`, the file or the variable.
    pub source: String,
}

/// Values by key, with where each came from.
pub(super) struct Values(BTreeMap<&'static str, (Value, String)>);

pub(super) fn read(file: Option<&Path>, env: &Environment) -> Result<Values, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut values = defaults();
    if let Some((path, table)) = super::file::load(file).map_err(|p| vec![p])? {
        take_table(&mut values, &table, &path, &mut problems);
    }
    take_environment(&mut values, env, &mut problems);
    if problems.is_empty() { Ok(Values(values)) } else { Err(problems) }
}

fn defaults() -> BTreeMap<&'static str, (Value, String)> {
    KEYS.iter()
        .map(|key| {
            let value = literal(key.default).unwrap_or(Value::String(String::new()));
            (key.name, (value, "default".to_owned()))
        })
        .collect()
}

fn literal(text: &str) -> Option<Value> {
    toml::from_str::<toml::Table>(&format!("v = {text}")).ok()?.remove("v")
}

fn take_table(
    values: &mut BTreeMap<&'static str, (Value, String)>,
    table: &toml::Table,
    path: &str,
    problems: &mut Vec<Problem>,
) {
    for (section, inner) in table {
        let Some(inner) = inner.as_table() else {
            problems.push(unknown(section));
            continue;
        };
        for (name, value) in inner {
            let full = format!("{section}.{name}");
            match KEYS.iter().find(|key| key.name == full) {
                None => problems.push(unknown(&full)),
                Some(key) => match check(key, value) {
                    Ok(()) => _ = values.insert(key.name, (value.clone(), path.to_owned())),
                    Err(problem) => problems.push(problem),
                },
            }
        }
    }
}

fn take_environment(
    values: &mut BTreeMap<&'static str, (Value, String)>,
    env: &Environment,
    problems: &mut Vec<Problem>,
) {
    for (variable, text) in &env.0 {
        if variable == USER || OTHER_VARIABLES.contains(&variable.as_str()) {
            continue;
        }
        let Some(key) = KEYS.iter().find(|key| variable_of(key.name) == *variable) else {
            problems.push(Problem::new(
                variable,
                "is not a setting",
                "settings are named SEKISHO_SECTION__KEY; `sekisho config example` lists them",
            ));
            continue;
        };
        let value = match key.kind {
            Kind::Number(..) => {
                text.trim().parse().map_or(Value::String(text.clone()), Value::Integer)
            }
            _ => Value::String(text.clone()),
        };
        match check(key, &value) {
            Ok(()) => _ = values.insert(key.name, (value, variable.clone())),
            Err(problem) => problems.push(Problem { key: variable.clone(), ..problem }),
        }
    }
}

fn variable_of(key: &str) -> String {
    format!("SEKISHO_{}", key.replace('.', "__").to_uppercase())
}

fn unknown(key: &str) -> Problem {
    let near = KEYS.iter().min_by_key(|known| distance(known.name, key));
    let hint = match near {
        Some(known) if distance(known.name, key) <= 4 => format!("did you mean `{}`?", known.name),
        _ => "`sekisho config example` lists every key".to_owned(),
    };
    Problem::new(key, "is not a setting", &hint)
}

/// Levenshtein distance, for guessing what was meant.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut corner = i;
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let change = corner + usize::from(from != *to);
            corner = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(corner + 1);
        }
    }
    row[b.len()]
}

fn check(key: &Key, value: &Value) -> Result<(), Problem> {
    let wrong = |text: String, hint: &str| Err(Problem::new(key.name, text, hint));
    if let Kind::Number(low, high) = key.kind {
        return match value.as_integer() {
            Some(n) if (low..=high).contains(&n) => Ok(()),
            Some(n) => wrong(format!("{n} is out of range"), &format!("write {low} to {high}")),
            None => wrong("is not a whole number".into(), &format!("write {low} to {high}")),
        };
    }
    let Some(text) = value.as_str() else {
        return wrong("is not a text".into(), "write it in double quotes");
    };
    if text.chars().any(char::is_control) {
        return wrong("holds a control character".into(), "write it on one line");
    }
    check_text(key, text).map_err(|(text, hint)| Problem::new(key.name, text, &hint))
}

fn check_text(key: &Key, text: &str) -> Result<(), (String, String)> {
    let optional = key.default == "\"\"" || key.kind == Kind::Words;
    if text.is_empty() {
        let needed = (String::from("is empty"), format!("default: {}", key.default));
        return if optional { Ok(()) } else { Err(needed) };
    }
    let (good, hint) = match key.kind {
        Kind::Socket => (
            text.parse::<SocketAddr>().is_ok(),
            "write ADDRESS:PORT, such as 127.0.0.1:8443".into(),
        ),
        Kind::Host => {
            (is_host(text), "write a DNS name such as portal.example.jp, in lower case".into())
        }
        Kind::OneOf(words) => {
            (words.contains(&text), format!("write one of: {}", words.join(", ")))
        }
        Kind::Database => {
            let url = text.starts_with("postgres://") || text.starts_with("postgresql://");
            (text == "sqlite" || url, "write \"sqlite\" or a postgres:// URL".into())
        }
        Kind::Email => (
            text.parse::<lettre::Address>().is_ok(),
            "write an address such as a@example.jp".into(),
        ),
        Kind::Days => (notice::days(text).is_some(), notice::HINT.into()),
        Kind::Time => (hours::minutes(text).is_some(), hours::HINT.into()),
        Kind::Link => {
            (service::is_link(text), "write an address such as https://www.example.jp/".into())
        }
        Kind::Text | Kind::Words | Kind::Path | Kind::Number(..) => (true, String::new()),
    };
    // A database URL may hold a password, so what was written is not repeated.
    let said = if key.kind == Kind::Database { "the value".into() } else { format!("`{text}`") };
    if good { Ok(()) } else { Err((format!("{said} cannot be used"), hint)) }
}

fn is_host(text: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && text.split('.').all(label))
}

impl Values {
    pub(super) fn shown(&self) -> Vec<Shown> {
        let line = |key: &Key| {
            let (value, source) = self.0.get(key.name)?;
            let value = mask::password(&value.to_string());
            Some(Shown { key: key.name, value, source: source.clone() })
        };
        KEYS.iter().filter_map(line).collect()
    }

    pub(super) fn text(&self, key: &str) -> String {
        self.0.get(key).and_then(|(v, _)| v.as_str()).unwrap_or_default().to_owned()
    }

    pub(super) fn path(&self, key: &str) -> Option<PathBuf> {
        let text = self.text(key);
        (!text.is_empty()).then(|| PathBuf::from(text))
    }

    pub(super) fn number(&self, key: &str) -> i64 {
        self.0.get(key).and_then(|(v, _)| v.as_integer()).unwrap_or_default()
    }

    fn count(&self, key: &str) -> usize {
        usize::try_from(self.number(key)).unwrap_or_default()
    }

    fn seconds(&self, key: &str) -> u64 {
        u64::try_from(self.number(key)).unwrap_or_default()
    }

    /// Keys were checked one by one on the way in.
    fn socket(&self, key: &str) -> SocketAddr {
        self.text(key).parse().unwrap_or(SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    pub(super) fn into_config(self) -> Result<Config, Vec<Problem>> {
        let mut problems = self.contradictions();
        let hours = self.hours().map_err(|found| problems.extend(found));
        let Some(hours) = hours.ok().filter(|_| problems.is_empty()) else {
            return Err(problems);
        };
        let dir = self.path("data.dir").unwrap_or_else(|| PathBuf::from("var"));
        Ok(Config {
            server: self.server(),
            mail: self.mail(&dir),
            data: Data {
                dir,
                database: match self.text("data.database").as_str() {
                    "sqlite" => Database::Sqlite,
                    url => Database::Postgres(Secret::from(url)),
                },
                passphrase_file: self.path("data.passphrase_file"),
                passphrase: None,
            },
            ca: self.ca(),
            idle_minutes: self.number("session.idle_minutes"),
            lockout: Lockout {
                failures: self.number("lockout.failures"),
                lock_minutes: self.number("lockout.lock_minutes"),
                locks_to_close: self.number("lockout.locks_to_close"),
            },
            code: Code {
                digits: self.count("code.digits"),
                minutes: self.number("code.minutes"),
                tries: self.number("code.tries"),
                activation_days: self.number("code.activation_days"),
            },
            certificate: Certificate {
                validity_days: self.number("certificate.validity_days"),
                renewal_days: self.number("certificate.notice_days"),
                reissue_unused: self.text("certificate.reissue_unused") == "self",
            },
            notice: self.notice(),
            hours,
            tls: Tls {
                portal_files: self.path("tls.certificate").zip(self.path("tls.key")),
                allow_tls12: self.text("tls.min_version") == "1.2",
            },
            limits: self.limits(),
            pdf: self.pdf(),
            service: self.service(),
        })
    }

    fn server(&self) -> Server {
        Server {
            listen: self.socket("server.listen"),
            portal_host: self.text("server.portal_host"),
            enroll_host: self.text("server.enroll_host"),
            plain_listen: self.socket("server.plain_listen"),
            admin_listen: self.socket("server.admin_listen"),
            threads: self.count("server.threads"),
        }
    }

    fn mail(&self, dir: &Path) -> Mail {
        let transport = if self.text("mail.transport") == "smtp" {
            Transport::Smtp {
                host: self.text("mail.smtp_host"),
                port: u16::try_from(self.number("mail.smtp_port")).unwrap_or(25),
                security: match self.text("mail.smtp_security").as_str() {
                    "none" => SmtpSecurity::None,
                    "tls" => SmtpSecurity::Tls,
                    _ => SmtpSecurity::StartTls,
                },
                login: Some(self.text("mail.smtp_user"))
                    .filter(|user| !user.is_empty())
                    .zip(self.path("mail.smtp_password_file")),
            }
        } else {
            Transport::Folder(self.path("mail.folder").unwrap_or_else(|| dir.join("mail")))
        };
        Mail { transport, from: self.text("mail.from") }
    }

    fn limits(&self) -> Limits {
        Limits {
            handshake_seconds: self.seconds("limits.handshake_seconds"),
            header_seconds: self.seconds("limits.header_seconds"),
            connections: self.count("limits.connections"),
            connections_per_address: self.count("limits.connections_per_address"),
            body_bytes: self.count("limits.body_bytes"),
            upload_bytes: self.count("limits.upload_bytes"),
            grace_seconds: self.seconds("limits.grace_seconds"),
        }
    }

    /// Values that are good alone but not together.
    fn contradictions(&self) -> Vec<Problem> {
        let mut found = self.contradictions_of_ca();
        if self.text("server.portal_host") == self.text("server.enroll_host") {
            found.push(Problem::new(
                "server.enroll_host",
                "is the same as server.portal_host",
                "the registration host needs a name of its own, such as enroll.example.jp",
            ));
        }
        let listens = ["server.listen", "server.plain_listen", "server.admin_listen"];
        for (i, key) in listens.iter().enumerate() {
            let same = |other: &&&str| {
                self.socket(other) == self.socket(key) && self.socket(key).port() != 0
            };
            if let Some(other) = listens[..i].iter().find(same) {
                let text = format!("is the same as {other}");
                found.push(Problem::new(*key, text, "give each its own port"));
            }
        }
        for (one, other) in [
            ("tls.certificate", "tls.key"),
            ("mail.smtp_user", "mail.smtp_password_file"),
            ("service.customer_site_name", "service.customer_site_url"),
        ] {
            if self.text(one).is_empty() != self.text(other).is_empty() {
                let (set, missing) =
                    if self.text(one).is_empty() { (other, one) } else { (one, other) };
                let text = format!("is empty but {set} is set");
                found.push(Problem::new(missing, text, "set both or neither"));
            }
        }
        if self.number("certificate.notice_days") >= self.number("certificate.validity_days") {
            found.push(Problem::new(
                "certificate.notice_days",
                "is not smaller than certificate.validity_days",
                "a certificate cannot be renewed from before it is issued",
            ));
        }
        found
    }
}
