//! Who may do what (権限): one decision for menus, pages, exports and the command line.
//!
//! `actions` lists what can be done and what each asks for; `matrix` is the table of
//! roles (権限一覧); `actor` is a person with everything that a decision needs; `decide`
//! answers, `explain` says why; `people`: what may be changed about a person.
//! Invariants: what no rule names is refused; a refusal says why; nothing outside this
//! folder looks at kinds, roles or functions to decide.

mod actions;
mod actor;
mod decide;
mod explain;
pub mod matrix;
mod people;
mod roles;

#[cfg(test)]
mod tests;

pub use actions::{Action, Level, Scope, Who};
pub use actor::{Actor, Function, Mode, comes_at_any_hour, functions, load, set_function};
pub use decide::{Condition, Denial, Resource, is_meant, may};
pub use explain::{Reason, explain};
pub use people::{Part, may_change};
pub use roles::{Role, give, given, held_by, take};
