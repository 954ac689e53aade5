//! What can be typed after `calendar` and `maintenance`.

use clap::{Args as ClapArgs, Subcommand};

use super::args::time;
use crate::base::Moment;

/// `calendar`
#[derive(Debug, ClapArgs)]
pub struct CalendarOf {
    /// The year [default: this year in Japan]
    #[arg(long, value_name = "YEAR", conflicts_with = "at",
        value_parser = clap::value_parser!(i32).range(1980..=2099))]
    pub year: Option<i32>,
    /// Whether business hours are open at this time, as in 2026-11-20T19:59:59+09:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub at: Option<Moment>,
}

/// `maintenance …`
#[derive(Debug, Subcommand)]
pub enum MaintenanceVerb {
    /// Announce a time out of service
    Add(MaintenanceAdd),
    /// List times out of service, those to come first
    List,
    /// Take one back
    Withdraw {
        /// Its id
        id: String,
    },
}

/// `maintenance add`
#[derive(Debug, ClapArgs)]
pub struct MaintenanceAdd {
    /// Its first instant, as in 2026-11-28T08:00:00+09:00
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub from: Moment,
    /// The first instant in service again
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub to: Moment,
    /// What people are told, one line of at most 200 characters
    #[arg(long, value_name = "TEXT")]
    pub message: String,
    /// From when they are told beforehand [default: now]
    #[arg(long, value_name = "TIME", value_parser = time)]
    pub announce: Option<Moment>,
}
