//! `contract …` as it is typed.

use std::ops::RangeInclusive;
use std::path::PathBuf;

use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args as ClapArgs, Subcommand, ValueEnum};

use crate::identity::contracts::Service;
use crate::identity::terms::{Asked, Hours, LoginKind, Preset, Stored};
use crate::members::contracts::rules;

/// `contract …`
#[derive(Debug, Subcommand)]
pub enum ContractVerb {
    /// Open a contract
    Add(Box<ContractAdd>),
    /// List contracts
    List,
    /// Show a contract and its terms
    Show {
        /// Contract number
        contract: String,
    },
    /// Change a contract
    Set(Box<ContractSet>),
    /// Close a contract: nobody of it can enter any more
    Close {
        /// Contract number
        contract: String,
    },
}

/// What a term is set to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Setting<T> {
    /// As the preset says.
    Preset,
    /// This contract's own.
    Own(T),
}

impl<T: Clone> Setting<T> {
    /// As it is stored.
    pub fn stored(&self) -> Option<T> {
        match self {
            Self::Preset => None,
            Self::Own(value) => Some(value.clone()),
        }
    }
}

/// The terms, each of which may be `preset` to be as the preset says.
#[derive(Debug, Default, ClapArgs)]
pub struct TermArgs {
    /// お客様番号: six digits that begin with 28, or `none`
    #[arg(long, value_name = "NUMBER", value_parser = customer_no)]
    pub customer_no: Option<String>,
    /// Telephone number of the contracting party, or `none`
    #[arg(long, value_name = "NUMBER", value_parser = tel)]
    pub tel: Option<String>,
    /// How many people it may have, its master among them
    #[arg(long, value_name = "NUMBER", value_parser = licences)]
    pub licences: Option<Setting<i64>>,
    /// When it is open: service (as the settings say), always, business
    #[arg(long, value_name = "HOURS", value_parser = hours)]
    pub hours: Option<Setting<Hours>>,
    /// What people log in with: `user_id`, `email`
    #[arg(long, value_name = "KIND", value_parser = login_kind)]
    pub login_kind: Option<Setting<LoginKind>>,
    /// A second factor: optional, required
    #[arg(long, value_name = "ASKED", value_parser = second_factor)]
    pub second_factor: Option<Setting<Asked>>,
    /// Digits of a mailed code
    #[arg(long, value_name = "NUMBER", value_parser = code_digits)]
    pub code_digits: Option<Setting<i64>>,
    /// Minutes that a mailed code is good for
    #[arg(long, value_name = "NUMBER", value_parser = code_minutes)]
    pub code_minutes: Option<Setting<i64>>,
    /// Minutes from a sign-up until the first login
    #[arg(long, value_name = "NUMBER", value_parser = available_minutes)]
    pub available_minutes: Option<Setting<i64>>,
}

impl TermArgs {
    /// Puts what was given into `terms`.
    pub fn apply(&self, terms: &mut Stored) {
        let kept = |given: &String| Some(given.clone()).filter(|text| !text.is_empty());
        if let Some(given) = &self.customer_no {
            terms.customer_no = kept(given);
        }
        if let Some(given) = &self.tel {
            terms.tel.clone_from(given);
        }
        put(&mut terms.licences, self.licences.as_ref());
        put(&mut terms.hours, self.hours.as_ref());
        put(&mut terms.login, self.login_kind.as_ref());
        put(&mut terms.second_factor, self.second_factor.as_ref());
        put(&mut terms.code_digits, self.code_digits.as_ref());
        put(&mut terms.code_minutes, self.code_minutes.as_ref());
        put(&mut terms.available_minutes, self.available_minutes.as_ref());
    }
}

fn put<T: Clone>(place: &mut Option<T>, given: Option<&Setting<T>>) {
    if let Some(setting) = given {
        *place = setting.stored();
    }
}

/// `contract set`
#[derive(Debug, ClapArgs)]
pub struct ContractSet {
    /// Contract number
    pub contract: String,
    /// Name of the contracting party
    #[arg(long)]
    pub name: Option<String>,
    /// Where its rules come from
    #[arg(long, value_name = "PRESET", value_parser = preset_parser())]
    pub preset: Option<Preset>,
    /// Include this too; may be repeated
    #[arg(long = "add-service", value_name = "SERVICE", value_parser = service_parser())]
    pub added: Vec<Service>,
    /// Include this no longer; may be repeated
    #[arg(long = "remove-service", value_name = "SERVICE", value_parser = service_parser())]
    pub removed: Vec<Service>,
    /// Its terms
    #[command(flatten)]
    pub terms: TermArgs,
    /// File with a new initial password (8 characters)
    #[arg(long, value_name = "FILE")]
    pub initial_password_file: Option<PathBuf>,
    /// Make a new initial password and print it once
    #[arg(long, conflicts_with = "initial_password_file")]
    pub generate: bool,
    /// Lift lock and block (閉塞) of the initial registration
    #[arg(long)]
    pub unblock_initial: bool,
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
    /// Where its rules come from
    #[arg(long, value_name = "PRESET", value_parser = preset_parser(), default_value = "rokin")]
    pub preset: Preset,
    /// Its terms
    #[command(flatten)]
    pub terms: TermArgs,
    /// What it includes; may be repeated [default: what the preset is for]
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

/// The presets, by their words.
pub fn preset_parser() -> impl TypedValueParser<Value = Preset> {
    let words = Preset::ALL.map(Preset::word);
    PossibleValuesParser::new(words).try_map(|word| Preset::parse(&word).ok_or("no such preset"))
}

fn customer_no(text: &str) -> Result<String, String> {
    match text {
        "none" => Ok(String::new()),
        text if rules::is_customer_no(text) => Ok(text.to_owned()),
        _ => Err("write six digits that begin with 28, as in 281234, or none".to_owned()),
    }
}

fn tel(text: &str) -> Result<String, String> {
    match text {
        "none" => Ok(String::new()),
        text if rules::is_tel(text) => Ok(text.to_owned()),
        _ => Err("write a telephone number, as in 03-1234-5678, or none".to_owned()),
    }
}

fn own<T>(text: &str, parse: impl Fn(&str) -> Option<T>, hint: &str) -> Result<Setting<T>, String> {
    if text == "preset" {
        return Ok(Setting::Preset);
    }
    parse(text).map(Setting::Own).ok_or_else(|| format!("write {hint}, or preset"))
}

fn number(text: &str, most: &RangeInclusive<i64>) -> Result<Setting<i64>, String> {
    let hint = format!("a number from {} to {}", most.start(), most.end());
    own(text, |text| text.parse().ok().filter(|number| most.contains(number)), &hint)
}

fn licences(text: &str) -> Result<Setting<i64>, String> {
    number(text, &rules::LICENCES)
}

fn code_digits(text: &str) -> Result<Setting<i64>, String> {
    number(text, &rules::CODE_DIGITS)
}

fn code_minutes(text: &str) -> Result<Setting<i64>, String> {
    number(text, &rules::CODE_MINUTES)
}

fn available_minutes(text: &str) -> Result<Setting<i64>, String> {
    number(text, &rules::AVAILABLE_MINUTES)
}

fn hours(text: &str) -> Result<Setting<Hours>, String> {
    own(text, Hours::parse, "service, always or business")
}

fn login_kind(text: &str) -> Result<Setting<LoginKind>, String> {
    own(text, LoginKind::parse, "user_id or email")
}

fn second_factor(text: &str) -> Result<Setting<Asked>, String> {
    own(text, Asked::parse, "optional or required")
}

fn company_code(text: &str) -> Result<String, String> {
    if text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        Ok(text.to_owned())
    } else {
        Err("write six digits, as in 123456".to_owned())
    }
}
