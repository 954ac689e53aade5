//! 二段階認証 (R002-48): nothing, a mailed code, or an app's code besides the password.
//!
//! Invariants: a change asks for the password, a try like any other; an app is asked for
//! only after one of its codes was right; what the contract asks for cannot be left out;
//! all other sessions of the person end.

mod change;
pub(super) mod pages;
mod picture;
mod words;

pub use pages::router;
