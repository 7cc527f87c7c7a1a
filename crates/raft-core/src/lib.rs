//! Raft as a value.
