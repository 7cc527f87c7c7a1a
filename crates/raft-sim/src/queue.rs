//! The one queue of the world, ordered by time and, within an instant, by the order of arrival.

use alloc::collections::BinaryHeap;
use alloc::vec::Vec;
use core::cmp::Ordering;
use raft_core::{ServerId, Time, WriteId};

/// Something that will happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Item {
    /// A message arrives.
    Deliver {
        /// Its place in the network.
        flight: u32,
    },
    /// A message is lost on its way.
    Lose {
        /// Its place in the network.
        flight: u32,
    },
    /// A server's timer may have run out.
    Timer {
        /// The server.
        server: ServerId,
        /// Only the newest one counts.
        token: u32,
    },
    /// A write is stable.
    Stable {
        /// The server.
        server: ServerId,
        /// The life in which it was begun.
        life: u32,
        /// The write.
        write: WriteId,
    },
    /// A client's patience ends.
    Retry {
        /// The client.
        client: u32,
        /// Number of its request.
        serial: u32,
        /// The attempt that was waited for.
        attempt: u32,
    },
    /// The clients make a request by themselves.
    Workload {
        /// Its number.
        number: u32,
        /// Only the newest pace counts.
        token: u32,
    },
    /// A piece of trouble strikes.
    Chaos {
        /// Its number.
        number: u32,
        /// Only the newest pace counts.
        token: u32,
    },
}

/// An item with its time, its place in the order, and the event that led to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Queued {
    /// When.
    pub at: Time,
    /// Order within the instant.
    pub sequence: u64,
    /// Number of the event that led to it; 0 for the start.
    pub cause: u64,
    /// What.
    pub item: Item,
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> Ordering {
        // The heap gives its greatest first; the earliest is wanted.
        (other.at, other.sequence).cmp(&(self.at, self.sequence))
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A queue of items.
#[derive(Clone, Debug, Default)]
pub struct Queue {
    heap: BinaryHeap<Queued>,
    sequence: u64,
}

impl Queue {
    /// Adds an item.
    pub fn push(&mut self, at: Time, cause: u64, item: Item) {
        self.sequence += 1;
        self.heap.push(Queued { at, sequence: self.sequence, cause, item });
    }

    /// The next item.
    pub fn peek(&self) -> Option<&Queued> {
        self.heap.peek()
    }

    /// Takes the next item.
    pub fn pop(&mut self) -> Option<Queued> {
        self.heap.pop()
    }

    /// All items, the next one first.
    pub fn in_order(&self) -> Vec<Queued> {
        let mut items = self.heap.clone().into_sorted_vec();
        // Ascending means from the one that the heap would give last.
        items.reverse();
        items
    }

    /// Removes the items that are not wanted.
    pub fn retain(&mut self, keep: impl FnMut(&Queued) -> bool) {
        self.heap.retain(keep);
    }
}
