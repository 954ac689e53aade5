//! Mail about certificates that end: who is told when, once each, whatever is killed.

mod alarms;
mod kill;
mod rounds;
mod words;
mod year;
