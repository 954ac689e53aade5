//! What the tests stand on.

pub mod forge;
pub mod tool;
