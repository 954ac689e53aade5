//! The operator's verbs, one file a noun.
//!
//! Every command ends in `Result<(), Failure>`: done is exit code 0, a failure is
//! one `error:` line with `hint:` lines and exit code 1, wrong usage is clap's 2.
//! Passwords come from a file, standard input or a prompt, never from an argument.

mod account;
mod args;
mod args_of_account;
mod args_of_ca;
mod args_of_contract;
mod args_of_deduction;
mod args_of_hours;
mod args_of_notice;
mod args_of_user;
mod audit;
mod ca;
mod calendar;
mod cert;
mod company;
mod config;
mod contract;
mod contract_set;
mod db;
mod deduction;
mod deduction_receive;
mod deduction_send;
mod demo;
mod demo_samples;
mod doctor;
mod failure;
mod generation;
mod init;
mod invited;
mod maintenance;
mod notice;
mod open;
mod output;
mod password;
mod person;
mod request;
mod revoke;
mod rights;
mod serve;
mod user;
mod verify;

use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser};
use tokio::runtime::Builder;

use args::{Args, Command};
pub use failure::Failure;

use crate::config::Environment;

/// Reads the command line, does what it says, and tells how it ended.
#[must_use]
pub fn main() -> ExitCode {
    let args = Args::parse();
    if let Command::User(args::UserVerb::Add(add)) = &args.command
        && let Err(missing) = add.check()
    {
        Args::command().error(ErrorKind::MissingRequiredArgument, missing).exit();
    }
    let environment = Environment::of_process();
    log_to_stderr(&environment, matches!(args.command, Command::Serve));
    let runtime = match Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return Failure::new(format!("no threads can be started: {error}")).report(),
    };
    match runtime.block_on(run(args, environment)) {
        Ok(()) => output::lost().map_or(ExitCode::SUCCESS, |failure| failure.report()),
        Err(failure) => failure.report(),
    }
}

async fn run(args: Args, environment: Environment) -> Result<(), Failure> {
    let open = open::Open::new(&args, environment);
    match args.command {
        Command::Init => init::run(&open).await,
        Command::Demo => demo::run(&open).await,
        Command::Serve => serve::run(&open).await,
        Command::Contract(verb) => contract::run(&open, verb).await,
        Command::Account(verb) => account::run(&open, verb).await,
        Command::User(verb) => user::run(&open, verb).await,
        Command::Request(verb) => request::run(&open, verb).await,
        Command::Cert(verb) => cert::run(&open, verb).await,
        Command::Ca(verb) => ca::run(&open, verb).await,
        Command::Notice(verb) => notice::run(&open, verb).await,
        Command::Audit(verb) => audit::run(&open, verb).await,
        Command::Maintenance(verb) => maintenance::run(&open, verb).await,
        Command::Deduction(verb) => Box::pin(deduction::run(&open, verb)).await,
        Command::Calendar(asked) => calendar::run(&open, &asked),
        Command::Config(verb) => config::run(&open, &verb),
        Command::Db(verb) => db::run(&open, &verb).await,
        Command::Doctor => doctor::run(&open).await,
    }
}

/// `SEKISHO_LOG` sets what is told, as in `info` or `sekisho::gateway=debug`.
fn log_to_stderr(environment: &Environment, serving: bool) {
    let usual = if serving { "info" } else { "warn" };
    let wanted = environment.get("SEKISHO_LOG").unwrap_or(usual);
    let filter = tracing_subscriber::EnvFilter::try_new(wanted)
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new(usual));
    // A second subscriber cannot happen: this is called once, from `main`.
    _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .with_target(false)
        .try_init();
}
