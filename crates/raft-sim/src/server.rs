//! Everything around a node that belongs to one machine: its disk, its clock, its store, and what waits.

use crate::clock::Clock;
use crate::key::MessageKey;
use crate::machine::Machine;
use crate::queue::Queued;
use crate::spread::Spread;
use crate::storage::{Storage, lacks};
use alloc::collections::VecDeque;
use alloc::string::String;
use alloc::vec::Vec;
use raft_core::{Digest, Envelope, Index, Log, Node, ReadId, Stable, Term, Time, Volatile, Write, WriteId};

/// A write on its way to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingWrite {
    /// What is written.
    pub write: Write,
    /// When it was begun.
    pub begun: Time,
    /// When it is stable.
    pub due: Time,
}

/// A client that waits for an entry to be applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Waiting {
    pub(crate) index: Index,
    pub(crate) term: Term,
    pub(crate) client: u32,
    pub(crate) serial: u32,
    pub(crate) attempt: u32,
}

/// A client that waits for a read which is not in the log.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct WaitingRead {
    pub(crate) id: ReadId,
    pub(crate) key: String,
    pub(crate) client: u32,
    pub(crate) serial: u32,
    pub(crate) attempt: u32,
}

/// One machine of the cluster.
#[derive(Clone, Debug)]
pub struct Server {
    /// The server itself; none while the machine is down.
    pub node: Option<Node>,
    /// Frozen: nothing is handled, nothing is lost.
    pub paused: bool,
    /// Its key-value store; empty after each start.
    pub machine: Machine,
    /// What its disk holds.
    pub stable: Stable,
    /// Writes on their way, in order.
    pub writes: VecDeque<PendingWrite>,
    /// Its clock.
    pub clock: Clock,
    /// Its own disk latency, if it has one.
    pub disk: Option<Spread>,
    /// What is wrong with its disk.
    pub(crate) untrusted: Storage,
    /// How often it was started.
    pub(crate) life: u32,
    /// Messages that wait for a write.
    pub(crate) outbox: VecDeque<(WriteId, Envelope)>,
    /// What arrived while it was paused.
    pub(crate) inbox: Vec<Queued>,
    /// What it knew before its last crash.
    pub(crate) before: Volatile,
    pub(crate) waiting: Vec<Waiting>,
    pub(crate) reads: Vec<WaitingRead>,
    /// Reads so far in this life.
    pub(crate) read_count: u32,
    /// Which of the timer items in the queue counts, and when it is due.
    pub(crate) timer_token: u32,
    pub(crate) timer_at: Option<Time>,
    /// The event that last moved its deadline.
    pub(crate) timer_cause: u64,
    pub(crate) deadline: Time,
}

impl Server {
    pub(crate) fn new(stable: Stable) -> Self {
        Self {
            node: None,
            paused: false,
            machine: Machine::default(),
            stable,
            writes: VecDeque::new(),
            clock: Clock::default(),
            disk: None,
            untrusted: None,
            life: 0,
            outbox: VecDeque::new(),
            inbox: Vec::new(),
            before: Volatile::default(),
            waiting: Vec::new(),
            reads: Vec::new(),
            read_count: 0,
            timer_token: 0,
            timer_at: None,
            timer_cause: 0,
            deadline: Time(0),
        }
    }

    /// When its timer runs out, by the world's clock.
    pub fn deadline(&self) -> Option<Time> {
        self.node.as_ref().map(|node| self.clock.world(node.deadline()))
    }

    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let pair = |high: u32, low: u32| u64::from(high) << 32 | u64::from(low);
        let mut digest = digest
            .word(u64::from(self.life) << 2 | u64::from(self.paused) << 1 | u64::from(self.node.is_some()))
            .word(self.stable.log.digest())
            .word(pair(self.stable.current_term.0, self.stable.voted_for.map_or(0, |id| id.0)))
            .word(pair(self.before.commit_index.0, self.before.last_applied.0))
            .word(self.machine.chain());
        if let Some(snapshot) = &self.stable.snapshot {
            digest = digest.word(snapshot.digest).word(u64::from(snapshot.last_included_index.0));
        }
        if self.stable.log.base().index > Index(0) {
            digest = digest.word(u64::from(self.stable.log.base().index.0));
        }
        if let Some(node) = &self.node {
            digest = node.digest(digest);
        }
        digest = self.clock.digest(digest);
        digest = self.disk.map_or(digest, |disk| disk.digest(digest));
        digest = self.untrusted.as_ref().map_or(digest, |untrusted| untrusted.digest(digest));
        for pending in &self.writes {
            digest = digest.word(u64::from(pending.write.id.0)).word(pending.due.0);
        }
        for (after, envelope) in &self.outbox {
            digest = digest.word(u64::from(after.0)).word(MessageKey::of(envelope).hash());
        }
        for waiting in &self.waiting {
            digest = digest
                .word(pair(waiting.index.0, waiting.term.0))
                .word(pair(waiting.client, waiting.serial))
                .word(u64::from(waiting.attempt));
        }
        for read in &self.reads {
            digest = digest.word(pair(read.id.0, read.attempt)).word(pair(read.client, read.serial));
        }
        self.inbox.iter().fold(digest, |digest, queued| digest.word(queued.at.0))
    }

    /// Its log: in memory while it is up, else on its disk.
    pub fn log(&self) -> &Log {
        self.node.as_ref().map_or(&self.stable.log, Node::log)
    }

    /// Puts what was written on the disk.
    pub(crate) fn complete(&mut self, write: WriteId) {
        while self.writes.front().is_some_and(|pending| pending.write.id <= write) {
            let Some(pending) = self.writes.pop_front() else { return };
            self.stable.put(pending.write);
        }
    }

    /// What a crash would lose: how many entries, and whether the term or the vote.
    pub(crate) fn unstable(&self, disk: &Stable) -> (u32, bool) {
        let Some(node) = &self.node else { return (0, false) };
        let vote = (node.current_term(), node.voted_for()) != (disk.current_term, disk.voted_for);
        (lacks(&disk.log, node.log()), vote)
    }

    /// Loses everything that is not on the disk; what waited for a paused server is given back.
    pub(crate) fn lose_power(&mut self) -> Vec<Queued> {
        if let Some(node) = self.node.take() {
            self.before = node.volatile();
        }
        self.paused = false;
        self.machine = Machine::default();
        self.writes.clear();
        self.outbox.clear();
        self.waiting.clear();
        self.reads.clear();
        self.read_count = 0;
        self.timer_at = None;
        self.life += 1;
        core::mem::take(&mut self.inbox)
    }
}
