//! Who may do what (権限): one decision for menus, pages, exports and the command line.
//!
//! `actions` lists what can be done and what each asks for; `matrix` is the table of
//! HR's roles (権限一覧); `actor` is a person with everything that a decision needs.
//! Invariants: what no rule names is refused; a refusal says why; nothing outside this
//! folder looks at kinds, roles or functions to decide.

mod actions;
mod actor;
mod decide;
pub mod matrix;
mod roles;

pub use actions::{Action, Level, Scope, Who};
pub use actor::{Actor, Function, Mode, functions, load, set_function};
pub use decide::{Denial, Resource, is_meant, may};
pub use roles::{Role, give, held_by, holders, take};
