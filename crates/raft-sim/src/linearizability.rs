//! Linearizability of what clients saw, checked as it grows (dissertation 6.3).
//!
//! Every read says which write it found the value of. So all operations on a key fall into clusters, one for each
//! write: the write itself and the reads that found it. In a history that is linearizable the clusters follow each
//! other: nothing of one may have ended before something of another began, and the other way round as well. That is
//! the whole condition for registers whose reads name their write (Gibbons and Korach, "Testing Shared Memories",
//! 1997), and a pair of clusters can be looked at as soon as one of them grows.
//!
//! Moments are numbers of events, so that no two that matter are equal.

use crate::machine::Writer;
use crate::sorted::Sorted;
use alloc::string::String;
use raft_core::Chunks;

/// A write and all reads that found its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cluster {
    writer: Writer,
    /// When the first of its operations ended.
    first_end: u64,
    /// When the last of them began, of those that have ended.
    last_begin: u64,
}

/// An operation that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ended {
    /// The write itself, or the write that a read found.
    pub(crate) writer: Writer,
    /// Whether it is the write itself.
    pub(crate) wrote: bool,
    /// When it was first asked for.
    pub(crate) began: u64,
    /// When the client had its answer.
    pub(crate) ended: u64,
}

/// What all clients saw, key by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    keys: Sorted<String, Chunks<Cluster>>,
}

impl History {
    /// Notes an operation that has just ended. If no order of the operations explains it, then this is the write that
    /// both follows and precedes the one that it found.
    pub(crate) fn note(&mut self, key: &str, operation: Ended) -> Option<Writer> {
        if self.keys.get(key).is_none() {
            // What was there before any client wrote: its write has ended before all else.
            let mut clusters = Chunks::default();
            clusters.push(Cluster { writer: (0, 0), first_end: 0, last_begin: 0 });
            self.keys.insert(key.into(), clusters);
        }
        let clusters = self.keys.get_mut(key)?;
        let Ended { writer, wrote, began, ended } = operation;
        // What is read was mostly written just now; and of a write that ends now nothing has ended before it began.
        let recent = (0..clusters.len()).rev().map_while(|at| Some((at, clusters.get(at)?)));
        let mut recent = recent.take_while(|(_, one)| !wrote || one.first_end >= began);
        let known = recent.find(|(_, one)| one.writer == writer).map(|(at, _)| at);
        let Some(at) = known else {
            // Nothing can have begun after this moment: a cluster that begins to exist contradicts none.
            clusters.push(Cluster { writer, first_end: ended, last_begin: began });
            return None;
        };
        let grown = clusters.get(at).copied().filter(|one| one.last_begin < began)?;
        clusters.get_mut(at)?.last_begin = began;
        // The others that have an end before this beginning, and had not before.
        let from = clusters.partition_point(|one| one.first_end < grown.last_begin);
        let upto = clusters.partition_point(|one| one.first_end < began);
        let mut others = (from..upto).filter(|other| *other != at).filter_map(|other| clusters.get(other));
        others.find(|other| other.last_begin > grown.first_end).map(|other| other.writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(history: &mut History, writer: u32, began: u64, ended: u64) -> Option<Writer> {
        history.note("x", Ended { writer: (1, writer), wrote: false, began, ended })
    }

    #[test]
    fn a_read_of_an_overwritten_value_is_found() {
        let mut history = History::default();
        assert_eq!(note(&mut history, 1, 1, 2), None); // x=1
        assert_eq!(note(&mut history, 2, 3, 4), None); // x=2
        assert_eq!(note(&mut history, 2, 5, 6), None); // read 2
        assert_eq!(note(&mut history, 1, 7, 8), Some((1, 2)), "read 1, though 2 had replaced it");
    }

    #[test]
    fn operations_that_overlap_may_stand_in_any_order() {
        let mut history = History::default();
        assert_eq!(note(&mut history, 1, 1, 5), None); // x=1, slow
        assert_eq!(note(&mut history, 2, 2, 6), None); // x=2, slow
        assert_eq!(note(&mut history, 2, 3, 7), None); // a read finds 2
        assert_eq!(note(&mut history, 1, 4, 8), None); // another one finds 1
    }

    #[test]
    fn two_readers_that_see_two_writes_in_different_orders_are_found() {
        let mut history = History::default();
        assert_eq!(note(&mut history, 1, 3, 4), None); // a read finds 1, which is still being written
        assert_eq!(note(&mut history, 2, 5, 6), None); // then one finds 2
        assert_eq!(note(&mut history, 1, 7, 8), Some((1, 2)), "then one finds 1 again");
    }

    #[test]
    fn a_key_says_nothing_about_another() {
        let mut history = History::default();
        for (key, writer, began) in [("x", 1, 1), ("y", 2, 3), ("x", 1, 5), ("y", 2, 7)] {
            assert_eq!(history.note(key, Ended { writer: (1, writer), wrote: false, began, ended: began + 1 }), None);
        }
    }

    #[test]
    fn finding_nothing_after_a_write_is_found() {
        let mut history = History::default();
        assert_eq!(history.note("x", Ended { writer: (0, 0), wrote: false, began: 1, ended: 2 }), None);
        assert_eq!(note(&mut history, 1, 3, 4), None); // x=1
        assert_eq!(history.note("x", Ended { writer: (0, 0), wrote: false, began: 5, ended: 6 }), Some((1, 1)));
    }
}
