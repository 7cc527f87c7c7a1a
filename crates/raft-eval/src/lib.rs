//! Experiments over many worlds.

pub mod history;
pub mod load;
