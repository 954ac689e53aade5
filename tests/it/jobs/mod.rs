//! Work that outlives a request: done once by whoever claims it, with a real mail
//! server at the end of it.

mod clocks;
mod leases;
mod mails;
