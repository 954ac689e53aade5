//! The audit chain: whole under concurrent writers, and every way of bending it found.

mod chain;
mod refusals;
mod together;
mod words;
