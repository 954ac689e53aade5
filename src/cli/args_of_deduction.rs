//! What can be typed after `deduction`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::base::Day;

/// `deduction …`
#[derive(Debug, Subcommand)]
pub enum DeductionVerb {
    /// List the deposit groups, of all contracts or of one
    Groups {
        /// The contract
        contract: Option<String>,
    },
    /// A deposit group
    #[command(subcommand)]
    Group(GroupVerb),
    /// Show the schedule of a group, the newest periods first
    Schedule {
        /// The contract
        contract: String,
        /// The group, eight digits
        group: String,
    },
    /// A period of a group
    #[command(subcommand)]
    Period(PeriodVerb),
    /// Fix the requests of the periods whose closing day is over
    Close {
        /// Of this contract only
        #[arg(long)]
        contract: Option<String>,
        /// Of this group only
        #[arg(long, requires = "contract")]
        group: Option<String>,
    },
    /// Write the request of a closed period as CSV (UTF-8)
    Request {
        /// The period's id
        period: String,
        /// File to write
        #[arg(long, value_name = "FILE")]
        out: PathBuf,
    },
    /// Take in a file that came, and show what it would do; with --apply, do it
    Receive(Receive),
    /// Mark the confirmed deposit of a period as sent
    Send {
        /// The period's id
        period: String,
        /// Write its lines to this file before, as CSV (UTF-8)
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// `deduction group …`
#[derive(Debug, Subcommand)]
pub enum GroupVerb {
    /// Open a group, with the usual schedule
    Add(GroupTerms),
    /// Change the terms of a group; what is not given stays
    Set(GroupTerms),
}

/// The terms of a group.
#[derive(Debug, ClapArgs)]
pub struct GroupTerms {
    /// The contract
    pub contract: String,
    /// The group, eight digits
    pub group: String,
    /// Its name
    #[arg(long)]
    pub name: Option<String>,
    /// Its name in katakana
    #[arg(long)]
    pub kana: Option<String>,
    /// The branch that serves it
    #[arg(long)]
    pub branch: Option<String>,
    /// Digits of employee numbers agreed with the employer
    #[arg(long)]
    pub digits: Option<i64>,
    /// The longest half-width kana name agreed with the employer
    #[arg(long)]
    pub kana_limit: Option<i64>,
    /// Services used in it, separated by commas: `rokin`, `rokin_update`, `ledger`, `bulk_saving`
    #[arg(long, value_delimiter = ',')]
    pub services: Option<Vec<String>>,
}

/// `deduction period …`
#[derive(Debug, Subcommand)]
pub enum PeriodVerb {
    /// Put a period in the schedule
    Add {
        /// The contract
        contract: String,
        /// The group, eight digits
        group: String,
        /// Which deduction
        #[arg(long, value_enum)]
        kind: KindName,
        /// The month of the deduction, as in 2026-12
        #[arg(long, value_name = "YYYY-MM")]
        month: String,
        /// The last day of entry
        #[arg(long, value_name = "DAY", value_parser = day)]
        close: Day,
        /// The day of the pay
        #[arg(long, value_name = "DAY", value_parser = day)]
        pay: Day,
    },
    /// Move the dates of an open period; its people are told on their first page
    Move {
        /// The period's id
        period: String,
        /// The last day of entry [default: as it is]
        #[arg(long, value_name = "DAY", value_parser = day)]
        close: Option<Day>,
        /// The day of the pay [default: as it is]
        #[arg(long, value_name = "DAY", value_parser = day)]
        pay: Option<Day>,
    },
}

/// `deduction receive`
#[derive(Debug, ClapArgs)]
pub struct Receive {
    /// The contract's number
    #[arg(value_name = "CONTRACT")]
    pub contract: String,
    /// The file
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// What it is
    #[arg(long, value_enum)]
    pub kind: ReceiveKind,
    /// The deposit group's number (not of zaikei)
    #[arg(long, value_name = "GROUP", required_if_eq_any([("kind", "result"), ("kind", "savings")]))]
    pub group: Option<String>,
    /// Of results, the period: 2026-11, 2026-07/summer, 2026-12/winter, or its id
    #[arg(long, value_name = "PERIOD", required_if_eq("kind", "result"))]
    pub period: Option<String>,
    /// Apply it, if every row can be taken
    #[arg(long)]
    pub apply: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReceiveKind {
    /// What the employer deducted
    Result,
    /// Savings of all members of a group, to be looked at
    Savings,
    /// Property accumulation savings, to be looked at
    Zaikei,
}

/// The kinds of periods.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum KindName {
    /// From the monthly pay
    Monthly,
    /// From the bonus in summer
    Summer,
    /// From the bonus in winter
    Winter,
}

fn day(typed: &str) -> Result<Day, String> {
    Day::parse(typed).ok_or_else(|| "not a day, as in 2026-12-10".to_owned())
}
