//! The page shell: what every page of the site shares, and nothing of its business.
//!
//! A page is a struct with `shell: Shell`, a template that extends
//! `web/pages/layout.html`, and a handler that returns `Result<Response, Error>`:
//! the worked example stands at the top of `pages/fields.html`. Invariants: a page is
//! complete without JavaScript; nothing is inline or from another host; a password
//! is never written back into a page; a failure becomes a page in one place
//! (`dress_errors`), logged there once.

pub mod assets;
mod block;
pub mod closed;
pub mod cookies;
pub mod days;
mod download;
pub mod ending;
pub mod error;
pub mod face;
pub mod field;
pub mod form;
pub mod gate;
pub mod headers;
mod layers;
pub mod list;
pub mod menu;
pub mod page;
pub mod pdf;
pub mod pending;
pub mod sheet;
pub mod shell;
pub mod told;
pub mod upload;
pub mod visit;
mod words;

pub use assets::asset;
pub use block::Blocks;
pub use cookies::Jar;
pub use days::{Piece, pieces};
pub use download::{content_disposition, download};
pub use ending::Ending;
pub use error::{Error, dress_errors, tell_errors};
pub use face::{Again, Face, Way, wants_json};
pub use field::{Field, Mistake, Mistakes};
pub use form::Form;
pub use list::{Chip, Order, Pager, Place, Sort};
pub use page::{page, page_with};
pub use shell::{
    Contact, Crumb, Frame, MenuItem, Notice, NoticeKind, Refresh, Session, Shell, Steps, Visitor,
};
pub use upload::{Sent, Upload};
pub use visit::{Arrived, Operator, SignedIn, Visit, csrf_of, must_be_open};

#[cfg(test)]
pub mod samples;
