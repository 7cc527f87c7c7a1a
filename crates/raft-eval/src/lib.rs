//! Experiments over many worlds.

pub mod fuzz;
pub mod gate;
pub mod history;
pub mod hunt;
pub mod liveness;
pub mod load;
pub mod measure;
pub mod stories;
