//! Log compaction (section 7): a server replaces the applied part of its log by a snapshot of its state machine.
//!
//! Two writes, in this order: the snapshot, and, once that is stable, the discarding of what it replaces. A crash
//! between them leaves a disk with both, which is harmless; the other order would leave it with neither (rule
//! `snapshot-before-discard`).

use crate::install::Partial;
use crate::node::{Node, Stable, Volatile};
use crate::{Base, Digest, Effects, Happening, Index, Log, Membership, Rule, Term, WriteId};
use alloc::boxed::Box;
use alloc::sync::Arc;

/// The state of a state machine, and the entries that it stands for (section 7, Figure 12), with the latest
/// configuration among them: the log no longer tells it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Snapshot {
    /// Index of the last entry that it replaces.
    pub last_included_index: Index,
    /// Its term.
    pub last_included_term: Term,
    /// Names all entries that it replaces, as [`Log::digest_at`] does.
    pub digest: u64,
    /// The latest configuration up to there, and the index of its entry; 0 for the one that the cluster began with.
    pub config: Arc<(Index, Membership)>,
    /// The state machine. Raft never looks inside.
    pub data: Arc<[u8]>,
}

impl Snapshot {
    /// The last index that a snapshot can include: it leaves room for entries.
    pub const INDEX_MAX: Index = Index(u32::MAX / 2);

    /// Where a log begins that continues it.
    pub fn base(&self) -> Base {
        Base { index: self.last_included_index, term: self.last_included_term, digest: self.digest }
    }

    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let (index, membership) = &*self.config;
        let digest = digest.pair(self.last_included_index.0, self.last_included_term.0);
        membership.digest(digest.word(self.digest).word(u64::from(index.0))).bytes(&self.data)
    }
}

/// What a server keeps for the compaction of its log.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Compaction {
    /// The newest snapshot; its disk may not have it yet.
    pub(crate) snapshot: Option<Snapshot>,
    /// The snapshot that its leader is sending.
    pub(crate) partial: Option<Box<Partial>>,
    /// What is not yet on its way to the disk.
    pub(crate) unwritten_snapshot: bool,
    pub(crate) unwritten_base: bool,
    /// The last writes of either.
    pub(crate) snapshot_write: WriteId,
    pub(crate) base_write: WriteId,
}

impl Stable {
    /// A log that does not continue the snapshot has a hole before it, and nobody can use what lies behind a hole:
    /// then only the snapshot counts. Returns whether it was so. With `snapshot-before-discard` it never is.
    pub fn close_gap(&mut self) -> bool {
        let base = self.snapshot.as_ref().map(Snapshot::base).unwrap_or_default();
        let has_gap = self.log.term_at(base.index) != Some(base.term);
        if has_gap {
            self.log = Log::after(base);
        }
        has_gap
    }

    /// Makes the log begin where the snapshot ends. Returns what has to be written of that: whether there is a new
    /// base, and the index after which the log is new.
    pub(crate) fn join(&mut self) -> (bool, Option<Index>) {
        let before = self.log.base().index;
        if self.close_gap() {
            return (true, Some(self.log.base().index));
        }
        if let Some(snapshot) = &self.snapshot {
            self.log.begin_after(snapshot.base());
        }
        (self.log.base().index != before, None)
    }
}

impl Volatile {
    /// A server starts no lower than its snapshot, which its owner has put into the state machine.
    pub(crate) fn at_least(self, index: Index) -> Self {
        Self { commit_index: self.commit_index.max(index), last_applied: self.last_applied.max(index) }
    }
}

impl Node {
    /// Its newest snapshot.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.compaction.snapshot.as_ref()
    }

    /// Index of the last entry that its newest snapshot replaces; 0 if it has none.
    pub fn snapshot_index(&self) -> Index {
        self.snapshot().map_or(Index(0), |snapshot| snapshot.last_included_index)
    }

    /// Takes a snapshot. Only what is applied can be in a state machine, and an older one is of no use.
    pub(crate) fn compact(&mut self, upto: Index, data: Arc<[u8]>, effects: &mut Effects) {
        if upto > self.last_applied || upto <= self.snapshot_index() {
            return;
        }
        let (Some(term), Some(digest)) = (self.log.term_at(upto), self.log.digest_at(upto)) else { return };
        let bytes = data.len() as u32;
        effects.tell(Happening::SnapshotTaken { last_included_index: upto, last_included_term: term, bytes });
        let config = Arc::new(self.membership_at(upto));
        let snapshot = Snapshot { last_included_index: upto, last_included_term: term, digest, config, data };
        self.keep_snapshot(snapshot);
        if !self.holds(Rule::SnapshotBeforeDiscard) {
            // The mistake that the rule prevents: the disk discards first.
            effects.tell(Happening::RuleWouldForbid { rule: Rule::SnapshotBeforeDiscard });
            self.discard_replaced(effects);
        }
    }

    pub(crate) fn keep_snapshot(&mut self, snapshot: Snapshot) {
        self.compaction.snapshot = Some(snapshot);
        self.compaction.unwritten_snapshot = true;
    }

    /// The second step: once the snapshot is stable, what it replaces is discarded.
    pub(crate) fn finish_compaction(&mut self, effects: &mut Effects) {
        let Compaction { unwritten_snapshot, snapshot_write, .. } = self.compaction;
        if !unwritten_snapshot && snapshot_write <= self.stable_write {
            self.discard_replaced(effects);
        }
    }

    fn discard_replaced(&mut self, effects: &mut Effects) {
        let Some(snapshot) = &self.compaction.snapshot else { return };
        let (index, last) = (snapshot.last_included_index, self.log.last_index());
        if index > self.log.base().index {
            self.log.begin_after(snapshot.base());
            self.configs.begin_after(index, *snapshot.config);
            if self.log.last_index() != last {
                // Another entry is there; that can be only while a rule is off.
                self.configs.truncate(index);
                self.log_changed_after(index.before());
            }
            self.compaction.unwritten_base = true;
            effects.tell(Happening::LogDiscarded { upto: self.log.base().index });
            self.settle_membership(effects);
        }
    }

    /// Whether the next write takes the snapshot along. While the rule is off the discarding goes first.
    pub(crate) fn writes_snapshot(&self) -> bool {
        let it = &self.compaction;
        let has_discarded = !it.unwritten_base && it.base_write <= self.stable_write;
        it.unwritten_snapshot && (self.holds(Rule::SnapshotBeforeDiscard) || has_discarded)
    }

    /// What the next write takes along.
    pub(crate) fn take_compaction(&mut self, write: WriteId) -> (Option<Snapshot>, Option<Base>) {
        let snapshot = self.writes_snapshot().then(|| self.compaction.snapshot.clone()).flatten();
        if snapshot.is_some() {
            self.compaction.unwritten_snapshot = false;
            self.compaction.snapshot_write = write;
        }
        let base = core::mem::take(&mut self.compaction.unwritten_base).then(|| self.log.base());
        if base.is_some() {
            self.compaction.base_write = write;
        }
        (snapshot, base)
    }
}

impl Compaction {
    /// Takes it into a digest; nothing while nothing was ever compacted.
    pub(crate) fn digest(&self, log: &Log, digest: Digest) -> Digest {
        if *self == Self::default() {
            return digest;
        }
        let digest = digest
            .pair(log.base().index.0, log.base().term.0)
            .word(log.base().digest)
            .flagged(u32::from(self.unwritten_snapshot), self.unwritten_base)
            .pair(self.snapshot_write.0, self.base_write.0);
        let digest = self.snapshot.as_ref().map_or(digest, |snapshot| snapshot.digest(digest));
        self.partial.as_ref().map_or(digest, |partial| partial.digest(digest))
    }
}
