//! Values everything else is made of: instants and dates, ids, secrets, text.
//!
//! Pure: no files, no network, no environment. Time and randomness enter the
//! program here and nowhere else (`clock`, `id`).

pub mod calendar;
pub mod clock;
pub mod csv;
pub mod date;
pub mod encoding;
pub mod holidays;
pub mod id;
pub mod kana;
pub mod money;
pub mod secret;
pub mod text;

pub use calendar::Calendar;
pub use clock::{Clock, Moment};
pub use date::Day;
pub use secret::Secret;
