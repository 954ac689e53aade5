//! Labels and sentences that several pages of 賃控元帳事務 share.

/// What an amount must be.
pub const NO_AMOUNT: &str = "0から99,999,999までの数字で入力してください。";
/// What a month must be.
pub const NO_MONTH: &str = "年月は「2026年4月」のように入力してください。";
