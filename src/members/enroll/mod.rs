//! マスターユーザーの初期登録: contract number and initial password (DC583101), the
//! form (DC584101), the result.
//!
//! The way is a row of `flows`, opened by the browser's cookie for an hour: a closed
//! browser goes on where it was. Invariants: one master a contract, held by the
//! database; a form sent twice registers once and both ends see the result; a page
//! of another step answers with the way on.

pub(super) mod pages;
mod register;
pub mod rules;
mod words;

pub use pages::router;
