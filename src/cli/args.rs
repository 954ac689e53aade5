//! What can be typed.

use std::path::PathBuf;

use crate::base::{Day, Moment};
use clap::{ArgGroup, Args as ClapArgs, Parser, Subcommand, ValueEnum};

pub use super::args_of_account::AccountVerb;
pub use super::args_of_ca::{CaImport, CaName, CaRotate, CaVerb};
pub use super::args_of_contract::{ContractAdd, ContractKind, ContractSet, ContractVerb, ModeName};
pub use super::args_of_deduction::{
    DeductionVerb, GroupTerms, GroupVerb, KindName, PeriodVerb, Receive, ReceiveKind,
};
pub use super::args_of_hours::{CalendarOf, MaintenanceAdd, MaintenanceVerb};
pub use super::args_of_notice::{LetterName, NoticeVerb};
pub use super::args_of_user::{UserAdd, UserKind, UserReset, UserSet, UserState, UserVerb};

/// A gateway that lets a person in only on a registered PC.
#[derive(Debug, Parser)]
#[command(name = "sekisho", version, max_term_width = 100)]
pub struct Args {
    /// Configuration file [default: config/sekisho.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Data directory, in place of the configuration's
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Print JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// What to do
    #[command(subcommand)]
    pub command: Command,
}

/// Nouns and verbs.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make the data directory, schema, CA and server certificates
    Init,
    /// Fill in sample contracts, users and module data (safe to repeat)
    Demo,
    /// Run everything
    Serve,
    /// Contracts
    #[command(subcommand)]
    Contract(ContractVerb),
    /// Accounts of a contract, to which its people are tied
    #[command(subcommand)]
    Account(AccountVerb),
    /// Users
    #[command(subcommand)]
    User(UserVerb),
    /// Requests on paper
    #[command(subcommand)]
    Request(RequestVerb),
    /// Certificates of users
    #[command(subcommand)]
    Cert(CertVerb),
    /// The certificate authority
    #[command(subcommand)]
    Ca(CaVerb),
    /// Mail about certificates that end
    #[command(subcommand)]
    Notice(NoticeVerb),
    /// The audit chain
    #[command(subcommand)]
    Audit(AuditVerb),
    /// Times out of service
    #[command(subcommand)]
    Maintenance(MaintenanceVerb),
    /// Deduction from pay: groups, schedules, files
    #[command(subcommand)]
    Deduction(DeductionVerb),
    /// Holidays, closed dates and business days
    Calendar(CalendarOf),
    /// The configuration
    #[command(subcommand)]
    Config(ConfigVerb),
    /// The database
    #[command(subcommand)]
    Db(DbVerb),
    /// Look for what is wrong on this machine
    Doctor,
}

/// `cert …`
#[derive(Debug, Subcommand)]
pub enum CertVerb {
    /// Issue a certificate and write its .p12
    Issue(CertIssue),
    /// List certificates
    List(CertList),
    /// Show a certificate
    Show {
        /// Serial number (hex) or file (PEM, DER)
        which: String,
    },
    /// Revoke a certificate
    Revoke(CertRevoke),
    /// Check a certificate: chain, dates, purpose, and what our records say
    Verify {
        /// File (PEM with its intermediates or without, or DER)
        file: PathBuf,
        /// As of this instant, as in 2026-11-21T10:00:00+09:00 [default: now]
        #[arg(long, value_name = "TIME", value_parser = time)]
        at: Option<Moment>,
    },
    /// Write the inventory of all certificates as CSV (UTF-8)
    Export {
        /// File to write [default: standard output]
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
}

/// `cert issue`
#[derive(Debug, ClapArgs)]
#[command(group(ArgGroup::new("whose").required(true).args(["user", "contract"])))]
pub struct CertIssue {
    /// User ID; for the certificate of a whole company give --contract instead
    pub user: Option<String>,
    /// Contract number: issue the certificate of a whole company
    #[arg(long, value_name = "NUMBER")]
    pub contract: Option<String>,
    /// File to write; must not exist
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// File with the password of the .p12 (else standard input or a prompt)
    #[arg(long, value_name = "FILE", conflicts_with = "contract")]
    pub password_file: Option<PathBuf>,
    /// Company: file for the password that is made [default: standard output]
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    pub password_out: Option<PathBuf>,
    /// Company: file for the sheet to print and hand over (HTML, holds the password)
    #[arg(long, value_name = "FILE", conflicts_with = "user")]
    pub sheet: Option<PathBuf>,
    /// Form of the .p12
    #[arg(long, value_enum, default_value = "modern")]
    pub format: BundleFormat,
}

/// Forms of a .p12.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum BundleFormat {
    /// AES-256 and SHA-256
    Modern,
    /// 3DES and SHA-1: macOS, iOS, Windows Server 2016
    Compat,
}

/// `cert list`
#[derive(Debug, ClapArgs)]
pub struct CertList {
    /// Only this user's
    #[arg(long)]
    pub user: Option<String>,
    /// Only this contract's
    #[arg(long)]
    pub contract: Option<String>,
    /// Only with this status
    #[arg(long, value_enum)]
    pub status: Option<CertStatus>,
    /// Only those that end within so many days, as in 30d
    #[arg(long, value_name = "DAYS", value_parser = days)]
    pub expiring_within: Option<i64>,
}

/// Statuses of a certificate.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum CertStatus {
    /// In use
    Active,
    /// Renewed, good until its successor is used
    Retiring,
    /// Its time is over
    Expired,
    /// Revoked
    Revoked,
    /// Its successor took over
    Superseded,
}

/// `cert revoke`
#[derive(Debug, ClapArgs)]
pub struct CertRevoke {
    /// Serial number (hex)
    #[arg(required_unless_present = "user", conflicts_with = "user")]
    pub serial: Option<String>,
    /// All certificates of this user
    #[arg(long)]
    pub user: Option<String>,
    /// Why (RFC 5280): keyCompromise, superseded, cessationOfOperation, …
    #[arg(long, default_value = "unspecified")]
    pub reason: String,
    /// What to note with it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Who signed the request on paper; it is recorded too
    #[arg(long, value_name = "NAME", requires = "received_on")]
    pub requested_by: Option<String>,
    /// When it was received, as in 2026-11-21
    #[arg(long, value_name = "DAY", requires = "requested_by")]
    pub received_on: Option<String>,
    /// Carry out a request that was recorded before (its id)
    #[arg(long, value_name = "ID", conflicts_with = "requested_by")]
    pub request: Option<String>,
}

/// `request …`
#[derive(Debug, Subcommand)]
pub enum RequestVerb {
    /// List requests, the last received first
    List {
        /// Only this contract's
        #[arg(long)]
        contract: Option<String>,
        /// Only those not done yet
        #[arg(long)]
        open: bool,
    },
    /// Show a request
    Show {
        /// Its id
        id: String,
    },
    /// Record a request
    Add(RequestAdd),
}

/// `request add`
#[derive(Debug, ClapArgs)]
pub struct RequestAdd {
    /// What is asked for
    #[arg(value_enum)]
    pub kind: RequestKind,
    /// Contract number
    #[arg(long)]
    pub contract: String,
    /// User ID it concerns; none for a company's certificate
    #[arg(long)]
    pub user: Option<String>,
    /// Who signed it
    #[arg(long, value_name = "NAME")]
    pub requested_by: String,
    /// When it was received, as in 2026-11-21
    #[arg(long, value_name = "DAY")]
    pub received_on: String,
    /// The reason that stands on it
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// What to note with it
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

/// Kinds of request.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum RequestKind {
    /// 電子証明書の失効
    CertRevoke,
    /// ログインID・パスワードの初期化
    InitReset,
    /// 閉塞の解除
    Unblock,
    /// 初期パスワードの届出
    InitialPassword,
    /// 契約番号の再通知
    ContractNoReissue,
}

/// `audit …`
#[derive(Debug, Subcommand)]
pub enum AuditVerb {
    /// List what happened, newest first
    List {
        /// Only this contract's
        #[arg(long)]
        contract: Option<String>,
        /// At most so many rows
        #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(i64).range(1..=100_000))]
        limit: i64,
    },
    /// Check the chain; exit code 1 at the first broken row
    Verify,
}

/// `config …`
#[derive(Debug, Subcommand)]
pub enum ConfigVerb {
    /// Report every problem at once
    Check,
    /// Show every setting in force and where it comes from
    Show,
    /// Print a complete example file
    Example,
}

/// `db …`
#[derive(Debug, Subcommand)]
pub enum DbVerb {
    /// Bring the schema up to this program
    Migrate,
}

pub(super) fn time(text: &str) -> Result<Moment, String> {
    let day = Day::parse(text).map(Day::starts_at);
    Moment::parse(text).or(day).ok_or_else(|| {
        "write a time with its zone, as in 2027-10-22T09:00:00+09:00, or a day, which begins \
         in Japan"
            .to_owned()
    })
}

fn days(text: &str) -> Result<i64, String> {
    let number = text.strip_suffix('d').unwrap_or(text);
    match number.parse() {
        Ok(days) if (0..=36_500).contains(&days) => Ok(days),
        _ => Err("write a number of days, as in 30d".to_owned()),
    }
}
