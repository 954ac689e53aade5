//! `account …` as it is typed.

use clap::Subcommand;

/// `account …`
#[derive(Debug, Subcommand)]
pub enum AccountVerb {
    /// Add accounts until the contract has as many as licences, or as --count says
    Add {
        /// Contract number
        contract: String,
        /// So many in all, 1 to 99 [default: the contract's licences]
        #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(i64).range(1..=99))]
        count: Option<i64>,
    },
    /// List a contract's accounts
    List {
        /// Contract number
        contract: String,
    },
}
