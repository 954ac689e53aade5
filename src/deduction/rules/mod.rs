//! What holds for every yen of the module and each step of a period: decisions without
//! database.
//!
//! A period goes from *entering* to *closed* (its lines are requested), *received* (each has a
//! result), *confirmed* (まとめ入金) and *sent*. Invariants: once all results are there,
//! requested = ok + unable; paid = ok - stopped; a line is deducted in full or not at all.
//! Amounts are yen; what is added up here is checked, never wrapped.

mod lines;
mod results;
mod steps;
mod zaikei;

pub use lines::{Amounts, Movement, state_of};
pub use results::{Verdict, WrongAmount, judge, judge_member};
pub use steps::{Marks, Refusal, Stage, may_confirm, may_receive, may_send, may_stop, may_undo};
pub use zaikei::{Alarm, INSURANCE_LIMIT, Plan, PlanKind, TAX_FREE_LIMIT, age_on, alarms};
