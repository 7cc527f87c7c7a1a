//! Experiments over many worlds.
