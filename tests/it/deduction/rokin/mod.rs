//! 労金控除明細: found, registered, changed, cancelled, and what is told of it.

mod changes;
