//! The operator's commands, as a person or a script runs them: the real program in a
//! folder of its own, its exit code, its words, and what it leaves on the disk.

mod accounts;
mod audit;
mod ca;
mod certs;
mod configuration;
mod deduction;
mod demo;
mod doctor;
mod documents;
mod full;

pub mod init;
mod issue;
mod killed;
mod output;
mod people;
mod rights;
pub mod run;
mod starts;
