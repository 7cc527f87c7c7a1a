//! Small worlds of real [`raft_core::Node`]s, explored completely with the model checker `stateright`.
//!
//! There is no clock: whatever may happen some time may happen at any time, in any order, as often as the bounds of
//! the world allow. A message may arrive at once, late, or never, which is as good as lost; it may arrive twice.
//! An election timer may run out whenever the bound on terms allows it.
//!
//! What is not canonical does not enter a state: the time is always 0, so no state holds one. Messages are kept as a
//! bag, whatever order they were sent in. An answer of a term that its receiver has left is dropped: the receiver
//! would ignore it for ever (`Node::settle_term`).
//!
//! `docs/verification.md` has the worlds, their bounds, and what was found.

mod checks;
mod model;
mod start;
mod worlds;

pub use checks::Property;
pub use model::{Action, Bounds, Disk, State, World};
pub use worlds::{Found, Row, explore, fast, large};
