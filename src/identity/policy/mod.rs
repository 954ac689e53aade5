//! パスワードポリシー: what a contract's passwords must be like (R001-04..16).
//!
//! The preset's policy is the least; a contract may ask for more, never for less. What
//! is not set is the least (R001-05). `check` judges, `lines` prints, `store` keeps.

mod check;
mod lines;
mod store;

pub use lines::{Line, Measure};
pub use store::{InForce, in_force, of, put};

use crate::base::Secret;
use crate::base::id::random_password;

/// Shortest password that is made by chance, where the policy takes as many characters.
const MADE: i64 = 12;
/// How often one length is tried before the next.
const TRIES: usize = 100;

/// What a password must be like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// 最小文字数.
    pub min_length: i64,
    /// Most characters.
    pub max_length: i64,
    /// 大文字の最小使用数.
    pub min_upper: i64,
    /// 小文字の最小使用数.
    pub min_lower: i64,
    /// 数値の最小使用数.
    pub min_digit: i64,
    /// 記号の最小使用数.
    pub min_symbol: i64,
    /// How many of the four kinds must be in it.
    pub min_classes: i64,
    /// Days after which it must be changed; `None`: never.
    pub rotate_days: Option<i64>,
    /// How many passwords before the present one may not come back; 0: any may.
    pub reuse_block: i64,
}

impl Policy {
    /// The least of all presets.
    pub const LEAST: Self = Self {
        min_length: 8,
        max_length: 64,
        min_upper: 0,
        min_lower: 0,
        min_digit: 0,
        min_symbol: 0,
        min_classes: 0,
        rotate_days: None,
        reuse_block: 0,
    };

    /// Initial passwords of contracts: exactly 8, all four kinds (R004-28). It is no
    /// person's, so no contract changes it.
    pub const INITIAL: Self = Self { max_length: 8, min_classes: 4, ..Self::LEAST };

    /// Most days between two changes that may be asked for.
    pub const MOST_DAYS: i64 = 365;
    /// Most passwords that may be kept from coming back.
    pub const MOST_REUSE: i64 = 24;

    /// This policy where it asks for more than `floor`, and `floor` elsewhere. What no
    /// password could obey is `floor` as a whole.
    #[must_use]
    pub fn at_least(&self, floor: &Self) -> Self {
        let rotate = self.rotate_days.into_iter().chain(floor.rotate_days).min();
        let raised = Self {
            min_length: self.min_length.max(floor.min_length),
            max_length: self.max_length.min(floor.max_length),
            min_upper: self.min_upper.max(floor.min_upper),
            min_lower: self.min_lower.max(floor.min_lower),
            min_digit: self.min_digit.max(floor.min_digit),
            min_symbol: self.min_symbol.max(floor.min_symbol),
            min_classes: self.min_classes.max(floor.min_classes),
            rotate_days: rotate,
            reuse_block: self.reuse_block.max(floor.reuse_block),
        };
        if raised.can_be_obeyed() {
            return raised;
        }
        Self { rotate_days: rotate, reuse_block: raised.reuse_block, ..*floor }
    }

    /// Whether there is a password that obeys.
    #[must_use]
    pub fn can_be_obeyed(&self) -> bool {
        let kinds = self.kinds();
        let needed: i64 = kinds.iter().map(|kind| kind.least).sum();
        needed <= self.max_length && self.min_length <= self.max_length
    }

    /// The same with what follows from asking for all four kinds written out: one of each.
    #[must_use]
    pub fn spelled_out(&self) -> Self {
        let [upper, lower, digit, symbol] = self.kinds().map(|kind| kind.least);
        Self { min_upper: upper, min_lower: lower, min_digit: digit, min_symbol: symbol, ..*self }
    }

    /// A password by chance that the policy takes from whoever has `login_id`; `None`
    /// where hardly any would.
    #[must_use]
    pub fn make(&self, login_id: &str) -> Option<Secret> {
        let lengths = self.min_length.max(MADE.min(self.max_length))..=self.max_length;
        let lengths = lengths.filter_map(|length| usize::try_from(length).ok());
        let mut tries = lengths.flat_map(|length| {
            std::iter::repeat_with(move || Secret::new(random_password(length))).take(TRIES)
        });
        tries.find(|made| self.check(made, Some(login_id)).is_ok())
    }

    /// What each of the four kinds of characters is asked for. Who asks for all four
    /// kinds asks for one of each.
    fn kinds(&self) -> [Kind; 4] {
        let all = i64::from(self.min_classes >= 4);
        let kind = |measure, holds, least: i64| Kind { measure, holds, least: least.max(all) };
        [
            kind(Measure::Upper, u8::is_ascii_uppercase, self.min_upper),
            kind(Measure::Lower, u8::is_ascii_lowercase, self.min_lower),
            kind(Measure::Digit, u8::is_ascii_digit, self.min_digit),
            kind(Measure::Symbol, u8::is_ascii_punctuation, self.min_symbol),
        ]
    }
}

/// A kind of characters in a policy.
struct Kind {
    measure: Measure,
    holds: fn(&u8) -> bool,
    least: i64,
}
