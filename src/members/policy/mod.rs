//! パスワードポリシー設定 (R001-04..14): shown first, then 【編集】, then 【更新】.
//!
//! Invariants: nothing below the preset's policy is taken; of two who edit at a time the
//! second is told; what is in force already is not written again.

pub(super) mod pages;
pub mod rules;
mod words;

pub use pages::router;
