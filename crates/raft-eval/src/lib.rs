//! Experiments over many worlds.

pub mod load;
