//! What a node asks of its owner after each input.

use crate::{Base, Entry, Envelope, Happening, Index, ReadId, ServerId, Snapshot, Stable, Term};
use alloc::vec::Vec;

/// Number of a write, from 1, rising by one within a server's life; 0 means "none".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WriteId(pub u32);

/// Something to be made stable: any of its parts, as one step that happens wholly or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Write {
    /// To be given back in `Input::WriteStable`.
    pub id: WriteId,
    /// The new current_term and voted_for, if they changed.
    pub hard_state: Option<(Term, Option<ServerId>)>,
    /// The new snapshot, in the place of an older one (section 7).
    pub snapshot: Option<Snapshot>,
    /// Where the log begins from now on: see [`crate::Log::begin_after`].
    pub base: Option<Base>,
    /// The log's new tail, if it changed: everything after this index is replaced by these entries.
    pub log: Option<(Index, Vec<Entry>)>,
}

impl Stable {
    /// What a disk holds once a write is stable.
    pub fn put(&mut self, write: Write) {
        if let Some((current_term, voted_for)) = write.hard_state {
            (self.current_term, self.voted_for) = (current_term, voted_for);
        }
        self.snapshot = write.snapshot.or(self.snapshot.take());
        if let Some(base) = write.base {
            self.log.begin_after(base);
        }
        if let Some((after, entries)) = write.log {
            self.log.truncate(after);
            for entry in entries {
                self.log.push(entry);
            }
        }
    }
}

/// A message, and the write that must be stable before it may leave.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Outgoing {
    /// The write to wait for; `WriteId(0)` if it may leave at once.
    pub after: WriteId,
    /// The message.
    pub envelope: Envelope,
}

/// Everything that one input led to. The owner keeps one and hands it in again and again, so that nothing is
/// allocated in the steady state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// To be made stable, first of all.
    pub write: Option<Write>,
    /// To be sent, each after its write.
    pub messages: Vec<Outgoing>,
    /// The state machine is to be reset to this (Figure 13, step 8), before anything is applied.
    pub restore: Option<Snapshot>,
    /// To be applied to the state machine: the entries after the first index up to and with the second.
    pub apply: Option<(Index, Index)>,
    /// Reads to be answered from the state machine as it is after [`Effects::apply`], each with its read index.
    pub reads: Vec<(ReadId, Index)>,
    /// What happened, in order, with reasons.
    pub happenings: Vec<Happening>,
}

impl Effects {
    /// Forgets everything, keeps the memory.
    pub fn clear(&mut self) {
        self.write = None;
        self.messages.clear();
        self.restore = None;
        self.apply = None;
        self.reads.clear();
        self.happenings.clear();
    }

    pub(crate) fn tell(&mut self, happening: Happening) {
        self.happenings.push(happening);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Message, Rpc};

    #[test]
    fn nothing_is_left_after_clearing() {
        let message = Message::TimeoutNow;
        let envelope = Envelope { from: ServerId(1), to: ServerId(2), term: Term(1), rpc: Rpc::default(), message };
        let mut effects = Effects {
            write: Some(Write::default()),
            messages: [Outgoing { after: WriteId(0), envelope }].into(),
            restore: None,
            apply: Some((Index(0), Index(1))),
            reads: [(ReadId(1), Index(1))].into(),
            happenings: [Happening::HeartbeatSent { round: 1 }].into(),
        };
        effects.clear();
        assert_eq!(effects, Effects::default());
    }
}
