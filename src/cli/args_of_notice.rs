//! What can be typed after `notice`.

use clap::{Subcommand, ValueEnum};

use super::args::time;
use crate::base::Moment;

/// `notice …`
#[derive(Debug, Subcommand)]
pub enum NoticeVerb {
    /// Tell everybody who is to be told, and send what waits
    Run {
        /// As if it were this time, as in 2027-10-22T09:00:00+09:00 [default: now]
        #[arg(long, value_name = "TIME", value_parser = time)]
        at: Option<Moment>,
    },
    /// List what was sent, newest first, and what is due
    List {
        /// What is due at this time [default: now]
        #[arg(long, value_name = "TIME", value_parser = time)]
        at: Option<Moment>,
    },
    /// Show a mail with made-up values
    Preview {
        /// Which one
        #[arg(value_enum)]
        letter: LetterName,
    },
}

/// The mails there are.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LetterName {
    /// To a person, before the end
    Ending,
    /// To a person, after the end
    Ended,
    /// To a company's master, before the end
    CompanyEnding,
    /// To a company's master, before the end of one that has a successor
    CompanyRetiring,
    /// To a company's master, after the end
    CompanyEnded,
    /// To the operator, before something of the CA's own ends
    Operator,
}
