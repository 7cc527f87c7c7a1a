//! A server of raft-core with its disk.

use crate::world::Packet;
use raft_core::*;
use std::collections::VecDeque;

/// A server of raft-core, or what its disk holds while it is down.
pub struct CoreServer {
    /// The server.
    pub node: Node,
    /// Its log.
    pub log: Vec<Entry>,
    /// Every entry that its state machine has been given since it started.
    pub applied: Vec<Entry>,
    /// Reads that it has answered since this was last looked at, each with its read index.
    pub reads: Vec<(u32, u64)>,
    disk: Stable,
    writing: VecDeque<Write>,
    held: Vec<Outgoing>,
    timeouts: u64,
}

impl CoreServer {
    /// A server with an empty disk. `timeouts` is the seed of its election timeouts.
    pub fn new(id: u32, config: Config, timeouts: u64) -> Self {
        let disk = Stable::default();
        let node = start(id, config, &disk, Time(0), timeouts);
        let (log, applied, reads, held) = (vec![], vec![], vec![], vec![]);
        Self { node, log, applied, reads, disk, writing: VecDeque::new(), held, timeouts }
    }

    /// It loses what its disk does not hold, and starts again.
    pub fn restart(&mut self, now: Time) {
        self.writing.clear();
        self.held.clear();
        self.applied.clear();
        self.node = start(self.node.id().0, *self.node.config(), &self.disk, now, self.timeouts);
        self.log = self.node.log().copy_from(Index(1), u32::MAX);
    }

    /// Hands in one input; what may be sent at once is returned.
    pub fn handle(&mut self, now: Time, input: Input) -> Vec<Packet> {
        let mut effects = Effects::default();
        let seed = self.timeouts;
        self.node.handle(&Context { now, election_timeout: &timeout_of(seed) }, input, &mut effects);
        if let Some((from, to)) = effects.apply {
            assert_eq!(from.0 as usize, self.applied.len(), "entries reach the state machine in order");
            self.applied.extend(self.node.log().copy_from(from.next(), to.0 - from.0));
        }
        self.reads.extend(effects.reads.iter().map(|(read, index)| (read.0, index.0.into())));
        if let Some((after, entries)) = effects.write.as_ref().and_then(|write| write.log.as_ref()) {
            self.log.truncate(after.0 as usize);
            self.log.extend_from_slice(entries);
        }
        self.writing.extend(effects.write);
        let (leaving, held): (Vec<_>, Vec<_>) = effects.messages.into_iter().partition(|out| out.after == WriteId(0));
        self.held.extend(held);
        leaving.into_iter().map(|out| Packet::Core(out.envelope)).collect()
    }

    /// Its clock says `now`.
    pub fn tick(&mut self, now: Time) -> Vec<Packet> {
        if self.node.deadline() <= now { self.handle(now, Input::Timer) } else { Vec::new() }
    }

    /// The oldest write reaches the disk.
    pub fn sync(&mut self, now: Time) -> Vec<Packet> {
        let Some(write) = self.writing.pop_front() else { return Vec::new() };
        let id = write.id;
        self.disk.put(write);
        let (leaving, held) = std::mem::take(&mut self.held).into_iter().partition(|out| out.after <= id);
        self.held = held;
        let leaving: Vec<Outgoing> = leaving;
        let mut packets: Vec<_> = leaving.into_iter().map(|out| Packet::Core(out.envelope)).collect();
        packets.extend(self.handle(now, Input::WriteStable(id)));
        packets
    }
}

fn timeout_of(seed: u64) -> impl Fn(Term, u32) -> Micros {
    move |term, attempt| {
        let drawn = mix(mix(seed.wrapping_add(u64::from(term.0))).wrapping_add(u64::from(attempt)));
        crate::world::ELECTION_MIN + drawn % crate::world::ELECTION_MIN
    }
}

fn start(id: u32, config: Config, disk: &Stable, now: Time, seed: u64) -> Node {
    let context = Context { now, election_timeout: &timeout_of(seed) };
    Node::start(ServerId(id), config, disk.clone(), Volatile::default(), &context)
}
