//! Locks at their edges.
