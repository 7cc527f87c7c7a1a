//! A server of raft-rs with its disk.

use crate::translate::{entry_to_core, to_core, to_rs};
use crate::world::Packet;
use raft::eraftpb::{Entry as RsEntry, HardState, Message as RsMessage};
use raft::storage::MemStorage;
use raft::{Config, RawNode};
use raft_core::{Entry, Rpc, ServerSet};
use std::collections::VecDeque;

/// What one Ready asks to be written.
struct Write {
    number: u64,
    hard_state: Option<HardState>,
    entries: Vec<RsEntry>,
    /// To be sent afterwards.
    packets: Vec<Packet>,
}

/// A server of raft-rs. It writes asynchronously: what it has said is in `storage`, what is on disk is kept apart.
pub struct RsServer {
    /// The server.
    pub node: RawNode<MemStorage>,
    /// Its log.
    pub log: Vec<Entry>,
    /// Every entry that its state machine has been given since it started.
    pub applied: Vec<Entry>,
    /// Reads that it has answered since this was last looked at, each with its read index.
    pub reads: Vec<(u32, u64)>,
    config: Config,
    voters: Vec<u64>,
    /// Servers of raft-core: what is meant for them is translated.
    foreign: ServerSet,
    disk: (HardState, Vec<RsEntry>),
    writing: VecDeque<Write>,
    timeouts: u64,
}

impl RsServer {
    /// A server with an empty disk, in a cluster of so many, of which those of `foreign` are of raft-core. `timeouts`
    /// is the seed of its election timeouts.
    pub fn new(config: Config, servers: u64, foreign: ServerSet, timeouts: u64) -> Self {
        let voters: Vec<u64> = (1..=servers).collect();
        let disk = (HardState::default(), Vec::new());
        let node = start(&config, &voters, &disk);
        let writing = VecDeque::new();
        let (log, applied, reads) = (vec![], vec![], vec![]);
        let mut server = Self { node, log, applied, reads, config, voters, foreign, disk, writing, timeouts };
        server.pin_timeout();
        server
    }

    /// It loses what its disk does not hold, and starts again from its storage.
    pub fn restart(&mut self) {
        self.writing.clear();
        self.applied.clear();
        self.log = self.disk.1.iter().map(entry_to_core).collect();
        self.node = start(&self.config, &self.voters, &self.disk);
        self.pin_timeout();
    }

    /// A message arrives.
    pub fn receive(&mut self, packet: Packet) -> Vec<Packet> {
        let (message, rpc) = match packet {
            Packet::Rs(message) => (*message, Rpc::default()),
            Packet::Core(envelope) => (to_rs(&envelope), envelope.rpc),
        };
        self.node.step(message).expect("raft-rs takes every message that was sent to it");
        self.drain(rpc)
    }

    /// A tick of its clock.
    pub fn tick(&mut self) -> Vec<Packet> {
        self.node.tick();
        self.drain(Rpc::default())
    }

    /// Its election timer is taken to have run out.
    pub fn campaign(&mut self) -> Vec<Packet> {
        self.node.campaign().expect("a voter may stand");
        self.drain(Rpc::default())
    }

    /// A client's command. It may be refused: then nothing follows.
    pub fn propose(&mut self, command: &[u8]) -> Vec<Packet> {
        let _ = self.node.propose(Vec::new(), command.to_vec());
        self.drain(Rpc::default())
    }

    /// A client's read.
    pub fn read(&mut self, read: u32) -> Vec<Packet> {
        self.node.read_index(read.to_le_bytes().to_vec());
        self.drain(Rpc::default())
    }

    /// It is asked to hand the leadership over.
    pub fn transfer(&mut self, to: u32) -> Vec<Packet> {
        self.node.transfer_leader(to.into());
        self.drain(Rpc::default())
    }

    /// The oldest write reaches the disk.
    pub fn sync(&mut self) -> Vec<Packet> {
        let Some(write) = self.writing.pop_front() else { return Vec::new() };
        if let Some(hard_state) = write.hard_state {
            self.disk.0 = hard_state;
        }
        if let Some(first) = write.entries.first() {
            self.disk.1.truncate(first.index as usize - 1);
            self.disk.1.extend(write.entries);
        }
        self.node.on_persist_ready(write.number);
        let mut packets = write.packets;
        packets.extend(self.drain(Rpc::default()));
        packets
    }

    /// raft-rs draws its timeout from a source that no seed reaches. The draw is replaced before the next tick looks
    /// at it, by one for each term: with a timeout for life a server with an old log could stand first for ever.
    fn pin_timeout(&mut self) {
        let (least, most) = (self.config.min_election_tick(), self.config.max_election_tick());
        let drawn = raft_core::mix(self.timeouts.wrapping_add(self.node.raft.term)) as usize;
        self.node.raft.set_randomized_election_timeout(least + drawn % (most - least));
    }

    /// Deals with all that raft-rs has to say, and names its answers after the request.
    fn drain(&mut self, answers: Rpc) -> Vec<Packet> {
        self.pin_timeout();
        let mut leaving = Vec::new();
        while self.node.has_ready() {
            let mut ready = self.node.ready();
            leaving.extend(self.pack(ready.take_messages(), answers));
            let packets = self.pack(ready.take_persisted_messages(), answers);
            for state in ready.take_read_states() {
                let read = state.request_ctx.try_into().expect("reads are asked with four bytes");
                self.reads.push((u32::from_le_bytes(read), state.index));
            }
            let committed = ready.take_committed_entries();
            for entry in &committed {
                assert_eq!(entry.index as usize, self.applied.len() + 1, "entries reach the state machine in order");
                self.applied.push(entry_to_core(entry));
            }
            let entries = ready.take_entries();
            let hard_state = ready.hs().cloned();
            let mut storage = self.node.store().wl();
            if let Some(first) = entries.first() {
                storage.append(&entries).expect("entries follow each other");
                self.log.truncate(first.index as usize - 1);
                self.log.extend(entries.iter().map(entry_to_core));
            }
            if let Some(hard_state) = &hard_state {
                storage.set_hardstate(hard_state.clone());
            }
            drop(storage);
            self.writing.push_back(Write { number: ready.number(), hard_state, entries, packets });
            self.node.advance_append_async(ready);
            self.node.advance_apply_to(self.applied.len() as u64);
        }
        leaving
    }

    fn pack(&self, messages: Vec<RsMessage>, answers: Rpc) -> Vec<Packet> {
        let log = &self.node.raft.raft_log;
        let term_at = |index| log.term(index).expect("a leader knows what it has committed");
        let pack = |message: RsMessage| {
            let is_foreign = self.foreign.contains(raft_core::ServerId(message.to as u32));
            if is_foreign { Packet::Core(to_core(&message, term_at, answers)) } else { Packet::Rs(Box::new(message)) }
        };
        messages.into_iter().map(pack).collect()
    }
}

fn start(config: &Config, voters: &[u64], disk: &(HardState, Vec<RsEntry>)) -> RawNode<MemStorage> {
    let storage = MemStorage::new_with_conf_state((voters.to_vec(), Vec::new()));
    storage.wl().append(&disk.1).expect("what is on disk is a log");
    storage.wl().set_hardstate(disk.0.clone());
    let logger = slog::Logger::root(slog::Discard, slog::o!());
    RawNode::new(config, storage, &logger).expect("the settings are valid")
}
