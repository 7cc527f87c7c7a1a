//! What must be stable before a message may leave, and the writes that see to it (Figure 2: updated on stable storage
//! before responding).

use crate::effects::{Outgoing, Write, WriteId};
use crate::node::{Context, Node};
use crate::{Effects, Envelope, Happening, Index, Message, Role, Rpc, Rule, ServerId, Term};

/// What has to wait for the disk, collected while one input is handled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Unwritten {
    pub(crate) hard_state: bool,
    /// The log after this index is new.
    pub(crate) log_after: Option<Index>,
}

/// What must be stable before a message may leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gate {
    /// Term and vote.
    HardState,
    /// Term, vote and log.
    Everything,
}

impl Node {
    /// Sends once what it speaks of is stable.
    pub(crate) fn send(&self, to: ServerId, term: Term, rpc: Rpc, message: Message, gate: Gate, effects: &mut Effects) {
        let after = match gate {
            Gate::HardState if self.writes_hard_state() => self.next_write(),
            Gate::HardState => self.hard_write,
            Gate::Everything if self.writes_anything() => self.next_write(),
            Gate::Everything => self.last_write,
        };
        let after = if after > self.stable_write { after } else { WriteId(0) };
        effects.messages.push(Outgoing { after, envelope: Envelope { from: self.id, to, term, rpc, message } });
    }

    /// Answers in the current term, once everything that the answer may rest on is stable.
    pub(crate) fn reply(&self, to: ServerId, rpc: Rpc, message: Message, effects: &mut Effects) {
        let gate = if self.holds(Rule::StableLog) { Gate::Everything } else { Gate::HardState };
        self.send(to, self.current_term, rpc, message, gate, effects);
    }

    fn writes_hard_state(&self) -> bool {
        self.unwritten.hard_state && self.holds(Rule::StableVote)
    }

    fn writes_anything(&self) -> bool {
        let writes_log = self.unwritten.log_after.is_some() || self.compaction.unwritten_base;
        self.writes_hard_state() || writes_log || self.writes_snapshot()
    }

    fn next_write(&self) -> WriteId {
        WriteId(self.last_write.0 + 1)
    }

    /// Turns all that changed into one write.
    pub(crate) fn issue_write(&mut self, effects: &mut Effects) {
        if !self.writes_anything() {
            return;
        }
        let id = self.next_write();
        let hard_state = self.writes_hard_state().then_some((self.current_term, self.voted_for));
        let log = self.unwritten.log_after.map(|after| (after, self.log.copy_from(after.next(), u32::MAX)));
        // What is kept in memory while `stable-vote` is off is written as soon as the rule holds again.
        self.unwritten.hard_state &= hard_state.is_none();
        self.unwritten.log_after = None;
        let (snapshot, base) = self.take_compaction(id);
        self.last_write = id;
        if hard_state.is_some() {
            self.hard_write = self.last_write;
        }
        if log.is_some() {
            self.log_writes.push_back((self.last_write, self.log.last_index()));
        }
        effects.write = Some(Write { id, hard_state, snapshot, base, log });
    }

    pub(crate) fn on_write_stable(&mut self, context: &Context, write: WriteId, effects: &mut Effects) {
        if write > self.last_write {
            return;
        }
        self.stable_write = self.stable_write.max(write);
        while let Some((_, last)) = self.log_writes.front().copied().filter(|(id, _)| *id <= write) {
            self.log_writes.pop_front();
            self.stable_index = self.stable_index.max(last);
        }
        effects.tell(Happening::BecameStable { last_index: self.stable_index });
        self.finish_compaction(effects);
        match &self.role {
            // A candidate that needs no vote but its own has won once that vote is stable.
            Role::Candidate { .. } | Role::PreCandidate { .. } => self.conclude_election(context, effects),
            Role::Leader { .. } => {
                self.replicate_to_all(context, effects);
                self.advance_commit(context, effects);
            }
            Role::Follower { .. } => (),
        }
    }

    /// Whether the current term and vote are on disk.
    pub(crate) fn hard_state_is_stable(&self) -> bool {
        !self.writes_hard_state() && self.hard_write <= self.stable_write
    }
}
