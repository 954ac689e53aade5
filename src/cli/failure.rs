//! How a command that cannot go on says so.

use std::process::ExitCode;

use crate::app::ca::TokenError;
use crate::app::{CaError, OpenError};
use crate::certificates::{crl, issue, notice};
use crate::config::Problem;
use crate::{care, db, gateway, mail, pki, serve};

/// One `error:` line, then `hint:` lines.
#[derive(Debug)]
pub struct Failure {
    error: String,
    hints: Vec<String>,
}

impl Failure {
    /// A failure without a hint.
    pub fn new(error: impl Into<String>) -> Self {
        Self { error: error.into(), hints: Vec::new() }
    }

    /// What went wrong.
    #[must_use]
    pub fn error(&self) -> &str {
        &self.error
    }

    /// The same with one more hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// Prints it; gives exit code 1.
    #[allow(clippy::print_stderr)] // the place where the program speaks of failures
    #[must_use]
    pub fn report(&self) -> ExitCode {
        eprintln!("error: {}", self.error);
        for hint in &self.hints {
            eprintln!("hint: {hint}");
        }
        ExitCode::FAILURE
    }

    /// Several problems of the configuration, all told.
    #[must_use]
    pub fn of_problems(problems: &[Problem]) -> Self {
        let count = problems.len();
        let start = Self::new(match problems {
            [one] => format!("configuration: {} {}", one.key, one.text),
            _ => format!("the configuration has {count} problems"),
        });
        problems.iter().fold(start, |failure, one| {
            if count == 1 {
                failure.hint(one.hint.clone())
            } else {
                failure.hint(format!("{} {}: {}", one.key, one.text, one.hint))
            }
        })
    }
}

impl From<db::Error> for Failure {
    fn from(error: db::Error) -> Self {
        let hint = match &error {
            db::Error::Unavailable(_) => {
                "check that the data directory is readable and writable, or that the PostgreSQL \
                 server of data.database is up; `sekisho init` makes a new data directory"
            }
            db::Error::Full(_) => {
                "make room on the disk and run the command again; nothing was changed"
            }
            db::Error::SchemaOlder { .. } => {
                "`sekisho init` or `sekisho db migrate` brings it up to date"
            }
            db::Error::SchemaNewer { .. } => "use the program that wrote it; nothing was changed",
            _ => "run `sekisho doctor`; if it finds nothing, this is a defect of the program",
        };
        Self::new(error.to_string()).hint(hint)
    }
}

impl From<CaError> for Failure {
    fn from(error: CaError) -> Self {
        let hint = match &error {
            CaError::Missing(_) => "run `sekisho init` first, or name the right folder with --data",
            CaError::NoPassphrase(_) | CaError::EmptyPassphrase(_) => {
                "put the passphrase into that file (mode 0600), or into SEKISHO_CA_PASSPHRASE"
            }
            CaError::Content { error: pki::Error::WrongPassphrase, .. } => {
                "give the passphrase that the CA was made with: DIR/ca/passphrase, \
                 data.passphrase_file or SEKISHO_CA_PASSPHRASE"
            }
            CaError::File { .. } => "check that the file is there and may be read and written",
            CaError::NoCertificate(_) => {
                "restore the file from a backup; a server certificate may be removed with its \
                 key, and `sekisho init` issues another"
            }
            CaError::Content { .. } => "restore the file from a backup",
            CaError::Token(error) => hint_of_token(error),
            CaError::RootAway => {
                "fetch the key from where it is kept and name it with --root-key FILE"
            }
            CaError::Busy(_) => "wait until it has ended and run the command again",
            CaError::Profile(_) => "mend the profile in ca/",
        };
        Self::new(error.to_string()).hint(hint)
    }
}

fn hint_of_token(error: &TokenError) -> &'static str {
    match error {
        TokenError::Module(..) => {
            "ca.pkcs11_module must name the maker's library, such as \
             /usr/lib/softhsm/libsofthsm2.so"
        }
        TokenError::Absent(..) => {
            "ca.pkcs11_token must be the label of a token that is plugged in and initialised"
        }
        TokenError::PinFile(..) => "ca.pkcs11_pin_file must name a file that holds the PIN alone",
        TokenError::Pin(..) => {
            "put the right PIN into ca.pkcs11_pin_file; a locked one is set again with the \
             maker's tools"
        }
        TokenError::NoKey(..) => {
            "is it the token that the CA was made on? A key kept in a file must lie in DIR/ca"
        }
        TokenError::LastTry(..) => "log in once with its maker's tool, which sets the count back",
        TokenError::Failed(..) => "look at the token with the maker's tools; then run it again",
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::Db(error) => error.into(),
            OpenError::Ca(error) => error.into(),
            OpenError::Mail(error) => error.into(),
        }
    }
}

impl From<mail::Error> for Failure {
    fn from(error: mail::Error) -> Self {
        Self::new(error.to_string()).hint("check the [mail] section of the configuration")
    }
}

impl From<serve::Error> for Failure {
    fn from(error: serve::Error) -> Self {
        match error {
            serve::Error::Db(error) => error.into(),
            serve::Error::Care(care::Error::Ca(CaError::File { path, error })) => {
                Self::new(format!("{}: {error}", path.display()))
                    .hint("`sekisho init` issues server certificates that are missing")
            }
            serve::Error::Care(care::Error::Ca(error)) => error.into(),
            serve::Error::Gateway(error @ gateway::Error::Taken { .. }) => {
                Self::new(error.to_string())
                    .hint("stop the other program, or set another port in [server]")
            }
            serve::Error::Words(problems) => Self::of_problems(&problems),
            error @ serve::Error::Clock(_) => Self::new(error.to_string())
                .hint("set both machines' clocks by NTP, then start again"),
            serve::Error::Gateway(error) => {
                Self::new(error.to_string()).hint("check the addresses in [server]")
            }
            other => Self::new(other.to_string()).hint("check [tls] in the configuration").hint(
                "a server certificate of our own in DIR/tls may be removed with its key; \
                     `sekisho init` issues another",
            ),
        }
    }
}

impl From<notice::Error> for Failure {
    fn from(error: notice::Error) -> Self {
        match error {
            notice::Error::Db(error) => error.into(),
            notice::Error::Words(problems) => Self::of_problems(&problems),
            notice::Error::Ca(error) => error.into(),
            notice::Error::Mail(_) | notice::Error::Stopping => Self::new(error.to_string()),
        }
    }
}

impl From<crl::Error> for Failure {
    fn from(error: crl::Error) -> Self {
        match error {
            crl::Error::Db(error) => error.into(),
            crl::Error::NoGeneration(_) => {
                Self::new(error.to_string()).hint("`sekisho ca show` lists them")
            }
            other => Self::new(other.to_string()).hint("`sekisho doctor` looks at the CA"),
        }
    }
}

impl From<issue::Error> for Failure {
    fn from(error: issue::Error) -> Self {
        match error {
            issue::Error::Db(error) => error.into(),
            issue::Error::Refused(refused) => {
                let crate::certificates::rules::Refused::StillValid { renewable_from } = refused;
                Self::new("a valid certificate exists, so none was issued")
                    .hint(format!("it can be renewed from {renewable_from} on"))
                    .hint("for a new PC, revoke it first: sekisho cert revoke --user USER --reason superseded")
            }
            issue::Error::CompanyMode => Self::new(error.to_string())
                .hint("issue it with: sekisho cert issue --contract NUMBER --out FILE"),
            issue::Error::UserMode => Self::new(error.to_string())
                .hint("issue it with: sekisho cert issue USER --out FILE"),
            issue::Error::Closed => {
                Self::new(error.to_string()).hint("`sekisho user show USER` tells the state")
            }
            issue::Error::Pki(error) => Self::new(error.to_string())
                .hint("`sekisho user show USER` shows what would stand in the certificate"),
            issue::Error::Overtaken | issue::Error::Stopping => {
                Self::new(error.to_string()).hint("run the command again")
            }
        }
    }
}
