//! `contract …` as it is typed.

use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::identity::contracts::Service;

/// `contract …`
#[derive(Debug, Subcommand)]
pub enum ContractVerb {
    /// Open a contract
    Add(ContractAdd),
    /// List contracts
    List,
    /// Show a contract
    Show {
        /// Contract number
        contract: String,
    },
}

/// `contract add`
#[derive(Debug, ClapArgs)]
pub struct ContractAdd {
    /// Contract number, eight digits
    pub contract: String,
    /// Name of the contracting party
    #[arg(long)]
    pub name: String,
    /// Kind of contract
    #[arg(long, value_enum, default_value = "member")]
    pub kind: ContractKind,
    /// Whose certificate its people come with: one each, or the company's
    #[arg(long, value_enum, default_value = "user")]
    pub certificate_mode: ModeName,
    /// Six digits for the name of the company's certificate [default: unused ones]
    #[arg(long, value_name = "DIGITS", value_parser = company_code)]
    pub company_code: Option<String>,
    /// What it includes; may be repeated
    #[arg(long = "service", value_name = "SERVICE", value_parser = service_parser())]
    pub services: Vec<Service>,
    /// File with the initial password (8 characters; else standard input or a prompt)
    #[arg(long, value_name = "FILE")]
    pub initial_password_file: Option<PathBuf>,
    /// Make the initial password and print it once
    #[arg(long, conflicts_with = "initial_password_file")]
    pub generate: bool,
}

/// Kinds of contract.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ContractKind {
    /// 会員
    Member,
    /// 事業主
    Employer,
    /// 企業
    Client,
    /// 社労士
    Office,
}

/// Whose certificate people come with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ModeName {
    /// One each
    User,
    /// The company's, MNS_…
    Company,
}

/// The services that a contract may include, by their words.
pub fn service_parser() -> impl TypedValueParser<Value = Service> {
    let words = Service::ALL.map(Service::word);
    PossibleValuesParser::new(words).try_map(|word| Service::parse(&word).ok_or("no such service"))
}

fn company_code(text: &str) -> Result<String, String> {
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("write six digits, as in 123456".to_owned())
    }
}
