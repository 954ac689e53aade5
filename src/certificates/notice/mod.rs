//! Mail about a certificate's end: some days before, and when it has come (R004-06,
//! R004-07); and to the operator before something of the CA's own ends.
//!
//! - `rules`: which certificates are due on a day. `store`: the tables.
//! - `round`: one look at everything. `keeper`: a round each minute. `alarm`.
//! - `mailing`: what waited is sent only while it is true. `template`, `words`: what
//!   the mails say, from the operator's files or ours.
//!
//! Invariants: one mail a certificate, kind and threshold, for ever: whoever adds the
//! row of the table enqueues the mail, in the same transaction; thresholds that passed
//! while the system was off are told with one mail; nothing due writes nothing.

pub mod alarm;
mod keeper;
pub mod mailing;
pub mod round;
pub mod rules;
pub mod store;
pub mod template;
pub mod words;

pub use keeper::keep;
pub use round::{Error, Told, round};

/// What a mail about an end is called in the audit chain.
pub const NOTICE: &str = "certificate-notice";
/// What an end that is stored is called there.
pub const EXPIRE: &str = "certificate-expire";
