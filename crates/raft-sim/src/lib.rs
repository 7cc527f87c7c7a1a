//! A deterministic world around raft-core: event queue, network, disks, clocks, clients, faults, checkers, history.
#![no_std]

extern crate alloc;
#[cfg(test)]
extern crate std;

pub mod chance;
pub mod chaos;
pub mod checkers;
pub mod clients;
pub mod clock;
pub mod command;
pub mod config;
mod futility;
mod initial;
pub mod key;
mod linearizability;
pub mod machine;
pub mod membership;
pub mod network;
pub mod queue;
pub mod server;
pub mod shape;
mod snapshot;
mod sorted;
pub mod spread;
pub mod storage;
pub mod text;
pub mod told;
pub mod world;

pub mod condition;
mod obey;
mod reads;
pub mod record;
pub mod run;
pub mod saved;
pub mod scenario;
pub mod sentences;
pub mod story;
pub mod trace;
mod traffic;
