//! Clients: each believes in a leader, follows redirects, and tries again.

use crate::machine::Operation;
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use raft_core::{ServerId, Time};

/// A request that is not yet answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Open {
    /// What is asked.
    pub operation: Operation,
    /// The server that was asked last.
    pub server: ServerId,
    /// Attempts so far.
    pub attempt: u32,
    /// When it was first sent.
    pub since: Time,
    /// The event in which it was first sent.
    pub began: u64,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Done {
    /// What was asked.
    pub operation: Operation,
    /// The server that answered.
    pub server: ServerId,
    /// What it said.
    pub result: Option<String>,
}

/// Most requests of one client that wait for an answer at once; it makes no more until one is answered.
pub const OPEN_MAX: usize = 10_000;

/// How many answered requests are remembered for the reader.
const REMEMBERED: usize = 4;

/// One client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Client {
    /// The server that it takes for the leader.
    pub believes: ServerId,
    /// Requests that wait, in the order of their serials.
    pub open: Vec<Open>,
    /// The newest answered ones, oldest first.
    pub done: VecDeque<Done>,
    serial: u32,
}

impl Default for Client {
    fn default() -> Self {
        Self { believes: ServerId(1), open: Vec::new(), done: VecDeque::new(), serial: 0 }
    }
}

impl Client {
    pub(crate) fn next_serial(&mut self) -> u32 {
        self.serial += 1;
        self.serial
    }

    /// How many requests it has made.
    pub fn requests(&self) -> u32 {
        self.serial
    }

    /// Whether it cannot make so many requests more, because too many wait already.
    pub fn is_busy(&self, more: u32) -> bool {
        self.open.len() + more as usize > OPEN_MAX
    }

    /// Whether this attempt at a request still waits for its answer.
    pub fn awaits(&self, serial: u32, attempt: u32) -> bool {
        self.find(serial).is_some_and(|at| self.open[at].attempt == attempt)
    }

    fn find(&self, serial: u32) -> Option<usize> {
        self.open.binary_search_by_key(&serial, |open| open.operation.serial).ok()
    }

    pub(crate) fn open_mut(&mut self, serial: u32) -> Option<&mut Open> {
        let at = self.find(serial)?;
        self.open.get_mut(at)
    }

    /// Takes the answered request from those that wait.
    pub(crate) fn close(&mut self, serial: u32, server: ServerId, result: Option<String>) -> Option<Open> {
        let at = self.find(serial)?;
        let open = self.open.remove(at);
        if self.done.len() == REMEMBERED {
            self.done.pop_front();
        }
        self.done.push_back(Done { operation: open.operation.clone(), server, result });
        Some(open)
    }
}
