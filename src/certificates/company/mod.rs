//! A company's certificate (会社用の電子証明書, R003): one for all who work with a
//! contract, issued by the operator alone and handed over on paper and a medium.
//!
//! - `issue`: from a contract to a stored certificate, its file and its import password.
//! - `sheet`: アクセス情報シート. `rules`: how a contract stands. `pages`: for the operator.
//!
//! Invariants: one active certificate a company, held by the database; the one before
//! stays good to its end, because it is on several PCs; the import password is made
//! here, told once, and stored nowhere in clear.

pub mod issue;
mod pages;
pub mod rules;
pub mod sheet;
mod words;

pub use pages::router;
