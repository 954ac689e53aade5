//! What can be typed after `deduction`.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Subcommand, ValueEnum};

/// `deduction …`
#[derive(Debug, Subcommand)]
pub enum DeductionVerb {
    /// Take in a file that came, and show what it would do; with --apply, do it
    Receive(Receive),
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
    /// The deposit group's number
    #[arg(long, value_name = "GROUP")]
    pub group: String,
    /// The period: 2026-11, 2026-07/summer, 2026-12/winter, or its id
    #[arg(long, value_name = "PERIOD")]
    pub period: String,
    /// Apply it, if every row can be taken
    #[arg(long)]
    pub apply: bool,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ReceiveKind {
    /// What the employer deducted
    Result,
}
