//! Mail about certificates that end: who is told when, once each, whatever is killed.

mod alarms;
mod kill;
mod late;
mod rounds;
mod words;
mod year;
