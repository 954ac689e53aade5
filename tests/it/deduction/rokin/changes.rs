//! Changes of items.
