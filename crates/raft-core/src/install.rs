//! InstallSnapshot (section 7, Figure 13): a leader sends its snapshot, in chunks, to a follower that needs entries
//! which the leader has discarded.

use crate::happening::{ChunkRefusal, CommitCause, Happening, IgnoreCause, LogFate};
use crate::node::{Context, Node};
use crate::replication::Answer;
use crate::role::Role;
use crate::writes::Gate;
use crate::{Digest, Effects, Index, Message, MessageKind, Rpc, Rule, ServerId, Snapshot, Term};
use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A snapshot on its way to a follower. It stays the same one even if the leader takes a newer one meanwhile.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct SnapshotTransfer {
    /// The follower.
    pub to: ServerId,
    /// What it is sent.
    pub snapshot: Snapshot,
    /// How many bytes of it the follower is known to have: where the chunk begins that it is sent now.
    pub offset: u32,
}

impl SnapshotTransfer {
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        self.snapshot.digest(digest.pair(self.to.0, self.offset))
    }
}

/// The beginning of a snapshot, as far as a follower has received it. In memory: a crash loses it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Partial {
    /// Term of the leader that sends it.
    pub(crate) term: Term,
    pub(crate) last_included_index: Index,
    pub(crate) bytes: Vec<u8>,
}

impl Partial {
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        digest.pair(self.term.0, self.last_included_index.0).bytes(&self.bytes)
    }
}

/// An InstallSnapshot as a follower handles it. The data of the snapshot is that of one chunk.
pub(crate) struct Chunk {
    pub(crate) from: ServerId,
    pub(crate) rpc: Rpc,
    pub(crate) snapshot: Snapshot,
    pub(crate) offset: u32,
    pub(crate) done: bool,
}

/// An answer to it as a leader handles it.
pub(crate) struct ChunkAnswer {
    pub(crate) from: ServerId,
    /// The heartbeat round in which the chunk was sent.
    pub(crate) round: u32,
    pub(crate) last_included_index: Index,
    pub(crate) next_offset: u32,
    pub(crate) installed: bool,
}

/// The leader's side.
impl Node {
    /// Whether the next entry for a follower is discarded already.
    pub(crate) fn needs_snapshot(&self, to: ServerId) -> bool {
        match &self.role {
            Role::Leader { progress, .. } => progress[to.row()].next_index < self.log.first_index(),
            _ => false,
        }
    }

    /// Sends the first chunk, if none is on its way. A lost one is sent again with the next heartbeat.
    pub(crate) fn begin_install(&mut self, to: ServerId, effects: &mut Effects) {
        match &self.role {
            // What is still on its way may be all that the follower lacks.
            Role::Leader { transfers, progress, .. }
                if progress[to.row()].in_flight == 0 && transfers.iter().all(|transfer| transfer.to != to) =>
            {
                self.send_further_chunk(to, effects);
            }
            _ => (),
        }
    }

    /// A transfer ends when the follower has got what the snapshot stands for, in whatever way. If the leader has
    /// discarded more by then, a newer snapshot follows.
    pub(crate) fn end_transfer(&mut self, to: ServerId) {
        let Role::Leader { progress, transfers, .. } = &mut self.role else { return };
        let next_index = progress[to.row()].next_index;
        transfers.retain(|transfer| transfer.to != to || transfer.snapshot.last_included_index >= next_index);
    }

    fn send_further_chunk(&mut self, to: ServerId, effects: &mut Effects) {
        let Role::Leader { progress, round, .. } = &mut self.role else { return };
        let rpc = Rpc { round: *round, attempt: progress[to.row()].next_attempt(*round) };
        self.send_chunk(to, rpc, effects);
    }

    /// Sends the chunk that the follower needs next.
    pub(crate) fn send_chunk(&mut self, to: ServerId, rpc: Rpc, effects: &mut Effects) {
        let Some(newest) = self.compaction.snapshot.as_ref() else { return };
        let Role::Leader { progress, transfers, .. } = &mut self.role else { return };
        let at = match transfers.iter().position(|transfer| transfer.to == to) {
            Some(at) => at,
            None => {
                effects.tell(Happening::InstallBegun {
                    follower: to,
                    next_index: progress[to.row()].next_index,
                    first_index: self.log.first_index(),
                    last_included_index: newest.last_included_index,
                    bytes: newest.data.len() as u32,
                });
                transfers.push(SnapshotTransfer { to, snapshot: newest.clone(), offset: 0 });
                transfers.len() - 1
            }
        };
        let SnapshotTransfer { snapshot, offset, .. } = &transfers[at];
        let rest = snapshot.data.get(*offset as usize..).unwrap_or_default();
        let size = rest.len().min(self.config.snapshot_chunk.max(1) as usize);
        let message = Message::InstallSnapshot {
            last_included_index: snapshot.last_included_index,
            last_included_term: snapshot.last_included_term,
            digest: snapshot.digest,
            config: snapshot.config.clone(),
            offset: *offset,
            data: rest[..size].into(),
            done: size == rest.len(),
        };
        self.send(to, self.current_term, rpc, message, Gate::HardState, effects);
    }

    pub(crate) fn on_install_reply(&mut self, context: &Context, answer: ChunkAnswer, effects: &mut Effects) {
        let ChunkAnswer { from, round, last_included_index, next_offset, installed } = answer;
        let is_receiver = self.receivers().contains(from);
        let Some((progress, heard, transfers)) = (match &mut self.role {
            Role::Leader { progress, heard, transfers, .. } if is_receiver => Some((progress, heard, transfers)),
            _ => None,
        }) else {
            return effects.tell(Happening::Ignored {
                from,
                kind: MessageKind::InstallReply,
                why: IgnoreCause::NotAsking,
            });
        };
        heard.insert(from);
        if installed {
            let (prev_log_index, match_index) = (last_included_index, last_included_index);
            let answer = Answer { from, round, prev_log_index, match_index, conflict: None };
            self.on_append_success(context, answer, effects);
            return self.go_on_catching_up(context, from, true, effects);
        }
        let row = &mut progress[from.row()];
        let is_it =
            |it: &&mut SnapshotTransfer| it.to == from && it.snapshot.last_included_index == last_included_index;
        let happening = match transfers.iter_mut().find(is_it) {
            Some(it) if next_offset > it.offset && next_offset as usize <= it.snapshot.data.len() => {
                it.offset = next_offset;
                row.confirmed = round;
                let bytes = it.snapshot.data.len() as u32;
                Happening::ChunkAcknowledged { follower: from, last_included_index, next_offset, bytes }
            }
            // Of a later round than the last acknowledgement: it has lost what it acknowledged.
            Some(it) if next_offset < it.offset && round > row.confirmed => {
                it.offset = next_offset;
                Happening::InstallSetBack { follower: from, last_included_index, next_offset }
            }
            _ => {
                let (kind, why) = (MessageKind::InstallReply, IgnoreCause::Overtaken);
                return effects.tell(Happening::Ignored { from, kind, why });
            }
        };
        effects.tell(happening);
        self.send_further_chunk(from, effects);
        self.go_on_catching_up(context, from, false, effects);
    }
}

/// The follower's side: Figure 13, receiver implementation.
impl Node {
    pub(crate) fn on_install_snapshot(&mut self, context: &Context, chunk: Chunk, effects: &mut Effects) {
        let (leader, rpc, index) = (chunk.from, chunk.rpc, chunk.snapshot.last_included_index);
        let refused = |why| Happening::ChunkRefused { leader, last_included_index: index, why };
        if !self.follows(context, leader, effects) {
            effects.tell(refused(ChunkRefusal::IsLeader));
            return self.reply_install(leader, rpc, index, 0, false, effects);
        }
        if index <= self.commit_index {
            // Retransmitted, or late: it describes a part of what is known to be committed.
            effects.tell(refused(ChunkRefusal::Known { commit_index: self.commit_index }));
            return self.reply_install(leader, rpc, index, 0, true, effects);
        }
        let (next_offset, complete) = match self.store_chunk(&chunk, effects) {
            Ok(received) => received,
            Err((why, next_offset)) => {
                effects.tell(refused(why));
                return self.reply_install(leader, rpc, index, next_offset, false, effects);
            }
        };
        if complete && let Some(partial) = self.compaction.partial.take() {
            let data = Arc::from(partial.bytes);
            self.install(leader, Snapshot { data, ..chunk.snapshot }, effects);
        }
        self.reply_install(leader, rpc, index, next_offset, complete, effects);
    }

    /// Steps 2 to 4. How many bytes there are now, and whether these are all; or why the chunk does not fit, and what
    /// would.
    fn store_chunk(&mut self, chunk: &Chunk, effects: &mut Effects) -> Result<(u32, bool), (ChunkRefusal, u32)> {
        let (term, index) = (self.current_term, chunk.snapshot.last_included_index);
        let partial = &mut self.compaction.partial;
        if let Some(other) = partial.as_ref().filter(|it| it.term == term && it.last_included_index > index) {
            return Err((ChunkRefusal::Older { receiving: other.last_included_index }, 0));
        }
        let it = match partial {
            Some(it) if it.term == term && it.last_included_index == index => it,
            _ if chunk.offset == 0 && index <= Snapshot::INDEX_MAX => {
                partial.insert(Box::new(Partial { term, last_included_index: index, bytes: Vec::new() }))
            }
            _ => return Err((ChunkRefusal::Gap { offset: chunk.offset, expected: 0 }, 0)),
        };
        let held = it.bytes.len() as u32;
        if chunk.offset > held {
            return Err((ChunkRefusal::Gap { offset: chunk.offset, expected: held }, held));
        }
        let is_new = chunk.offset == held;
        if is_new {
            it.bytes.extend_from_slice(&chunk.snapshot.data);
        }
        let upto = it.bytes.len() as u32;
        effects.tell(Happening::ChunkStored {
            leader: chunk.from,
            last_included_index: index,
            offset: chunk.offset,
            upto,
            done: chunk.done,
        });
        Ok((upto, is_new && chunk.done))
    }

    /// Steps 5 to 8.
    fn install(&mut self, leader: ServerId, snapshot: Snapshot, effects: &mut Effects) {
        let (index, term) = (snapshot.last_included_index, snapshot.last_included_term);
        let last = self.log.last_index();
        let mine = self.log.term_at(index);
        let keeps = mine == Some(term) && self.keeps_tail(last > index, effects);
        self.log.begin_after(snapshot.base());
        self.configs.begin_after(index, *snapshot.config);
        if !keeps {
            self.log.truncate(index);
            self.configs.truncate(index);
            // Not even the entry at its base is what the disk holds there.
            self.log_changed_after(index.before());
        }
        self.compaction.unwritten_base = true;
        let log = if keeps { LogFate::Kept { last } } else { LogFate::Discarded { last, mine } };
        effects.tell(Happening::SnapshotInstalled {
            leader,
            last_included_index: index,
            last_included_term: term,
            log,
        });
        effects.restore = Some(snapshot.clone());
        self.keep_snapshot(snapshot);
        self.commit_index = index;
        self.last_applied = index;
        effects.tell(Happening::CommitAdvanced { to: index, by: CommitCause::Snapshot });
        self.settle_membership(effects);
    }

    /// Whether the entries after the snapshot stay, if the one at its end is there.
    fn keeps_tail(&self, has_tail: bool, effects: &mut Effects) -> bool {
        let keeps = self.holds(Rule::KeepLogAfterSnapshot);
        if !keeps && has_tail {
            effects.tell(Happening::RuleWouldForbid { rule: Rule::KeepLogAfterSnapshot });
        }
        keeps
    }

    pub(crate) fn reply_install(
        &self,
        to: ServerId,
        rpc: Rpc,
        last_included_index: Index,
        next_offset: u32,
        installed: bool,
        effects: &mut Effects,
    ) {
        self.reply(to, rpc, Message::InstallSnapshotReply { last_included_index, next_offset, installed }, effects);
    }
}
