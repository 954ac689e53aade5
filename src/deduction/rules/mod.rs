//! What holds for every yen and every period of the module: decisions without database.
//!
//! A period goes from *entering* to *closed* (its lines are requested), *received* (each has a
//! result), *confirmed* (まとめ入金) and *sent*. Invariants: once all results are there,
//! requested = deducted + unable; paid = deducted - stopped; a line is deducted in full or
//! not at all. Amounts are yen; sums are checked, never wrapped.

mod dates;
mod lines;
mod periods;
mod results;
mod zaikei;

pub use dates::{Dates, closes_at, is_open, next};
pub use lines::{Amounts, Kind, Movement, State, state_of};
pub use periods::{
    Marks, Refusal, Stage, may_close, may_confirm, may_edit, may_receive, may_send, may_stop,
    may_undo,
};
pub use results::{Line, Sum, Sums, TooLarge, Verdict, WrongAmount, judge, judge_member};
pub use zaikei::{Alarm, INSURANCE_LIMIT, Plan, PlanKind, TAX_FREE_LIMIT, age_on, alarms};
