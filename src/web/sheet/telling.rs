//! The page about characters that a form of the list cannot carry.
