//! When servers take snapshots, and what becomes of their state machines (section 7).

use crate::machine::Machine;
use crate::server::Server;
use crate::world::World;
use raft_core::{Input, Node, ServerId, Snapshot};

impl World {
    /// A server replaces what it has applied of its log by a snapshot.
    pub(crate) fn compact(&mut self, id: ServerId) {
        let shell = &self.servers[id.row()];
        let Some(upto) = shell.node.as_ref().map(Node::last_applied) else { return };
        let data = shell.machine.save().into();
        self.drive(id, Input::Compact { upto, data });
    }

    /// It does so by itself when its log has grown enough since the last time.
    pub(crate) fn compact_when_due(&mut self, id: ServerId) {
        let every = self.config.snapshot_every;
        if every > 0 && self.servers[id.row()].applied_since_snapshot() >= every {
            self.compact(id);
        }
    }
}

impl Server {
    fn applied_since_snapshot(&self) -> u32 {
        self.node.as_ref().map_or(0, |node| node.last_applied().0 - node.snapshot_index().0)
    }

    /// Whether a snapshot would hold anything new.
    pub fn can_compact(&self) -> bool {
        self.applied_since_snapshot() > 0
    }

    /// Its newest snapshot: in memory while it is up, else on its disk.
    pub fn snapshot(&self) -> Option<&Snapshot> {
        self.node.as_ref().map_or(self.stable.snapshot.as_ref(), Node::snapshot)
    }

    /// Resets the state machine. Whoever waits for an entry that the snapshot includes gets no answer: what came of
    /// that entry is not known here. The client asks again.
    pub(crate) fn restore(&mut self, snapshot: &Snapshot) {
        self.machine = Machine::restored(Some(snapshot));
        self.waiting.retain(|waiting| waiting.index > snapshot.last_included_index);
    }
}
