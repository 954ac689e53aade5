//! 労金控除明細: found, registered, changed, cancelled, and what is told of it.

pub mod changes;
mod closing;
mod found;
mod people;
mod reach;
