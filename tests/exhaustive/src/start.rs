//! States from which a world may begin: each is reached by things that may happen, from servers that have never run.

use crate::model::{Action, Bounds, State, World};
use raft_core::{Change, MessageKind, ServerId};
use stateright::Model;

/// Bounds that no preparation meets.
const PLENTY: Bounds = Bounds {
    terms: 100,
    timeouts: 100,
    entries: 100,
    heartbeats: 100,
    crashes: 100,
    copies: 100,
    changes: 100,
    snapshots: 100,
    reads: 100,
    transfers: 100,
};

/// Leads a world to a state, as a story.
pub(crate) struct Story<'a> {
    world: &'a World,
    state: State,
}

impl<'a> Story<'a> {
    pub(crate) fn new(world: &'a World) -> Self {
        Self { world, state: State::new(world.config, world.spares, PLENTY) }
    }

    /// The state that the story has reached, for a world of these bounds.
    pub(crate) fn end(mut self, bounds: Bounds) -> State {
        assert_eq!(self.state.broken, None, "nothing is broken yet");
        self.state.left = bounds;
        self.state
    }

    pub(crate) fn act(mut self, action: Action) -> Self {
        self.state = self.world.next_state(&self.state, action).expect("it may happen");
        while let Some(server) = self.state.servers.iter().find(|server| server.is_writing()) {
            let sync = Action::Sync(server.node.id());
            self.state = self.world.next_state(&self.state, sync).expect("a write is under way");
        }
        self
    }

    /// A server stands until it leads `term`, by these votes; whatever else is said is lost.
    pub(crate) fn elect(self, id: u32, term: u32, voters: &[u32]) -> Self {
        self.stand(id, term, voters).lose()
    }

    /// The same, but what the new leader says is under way.
    pub(crate) fn stand(mut self, id: u32, term: u32, voters: &[u32]) -> Self {
        while self.state.node(id).current_term().0 < term {
            self = self.lose().act(Action::Timeout(ServerId(id)));
        }
        for voter in voters {
            self = self.pass(MessageKind::Vote, id, *voter).pass(MessageKind::VoteReply, *voter, id);
        }
        assert!(self.state.node(id).is_leader(), "S{id} leads");
        self
    }

    /// A server hears from a leader and its answer is lost.
    pub(crate) fn hear_of(self, id: u32, by: u32) -> Self {
        let story = self.pass(MessageKind::Append, id, by);
        assert_eq!(story.state.node(by).current_term(), story.state.node(id).current_term());
        story
    }

    pub(crate) fn propose(self, id: u32) -> Self {
        self.act(Action::Propose(ServerId(id)))
    }

    /// A leader is asked for a change of the membership.
    pub(crate) fn change(self, id: u32, change: Change) -> Self {
        self.act(Action::Change(ServerId(id), change))
    }

    /// A server replaces what it has applied by a snapshot.
    pub(crate) fn compact(self, id: u32) -> Self {
        self.act(Action::Compact(ServerId(id)))
    }

    /// A leader sends a round of heartbeats; what it sent before is lost.
    pub(crate) fn heartbeat(self, id: u32) -> Self {
        self.lose().act(Action::Heartbeat { id: ServerId(id), late: true })
    }

    /// How many servers the cluster begins with.
    pub(crate) fn members(&self) -> u32 {
        self.world.config.members.len()
    }

    /// Delivers a message of this kind, which must be under way.
    pub(crate) fn pass(self, kind: MessageKind, from: u32, to: u32) -> Self {
        let is_it = |(_, m): &(u64, std::sync::Arc<raft_core::Envelope>)| {
            m.message.kind() == kind && (m.from.0, m.to.0) == (from, to)
        };
        let at = self.state.network.iter().position(is_it).expect("the message is under way");
        self.act(Action::Deliver { at, copy: false })
    }

    /// Replicates the leader's oldest missing entry to a follower.
    pub(crate) fn replicate(self, id: u32, to: u32) -> Self {
        self.pass(MessageKind::Append, id, to).pass(MessageKind::AppendReply, to, id)
    }

    /// All that is under way is lost, but for what goes from one server to another.
    pub(crate) fn lose_all_but(mut self, from: u32, to: u32) -> Self {
        self.state.network.retain(|(_, message)| (message.from.0, message.to.0) == (from, to));
        self
    }

    /// The kinds of what is under way.
    pub(crate) fn under_way(&self) -> Vec<MessageKind> {
        self.state.network.iter().map(|(_, message)| message.message.kind()).collect()
    }

    /// All that is under way is lost.
    pub(crate) fn lose(mut self) -> Self {
        self.state.network.clear();
        self
    }

    /// A server crashes and comes back.
    pub(crate) fn restart(self, id: u32) -> Self {
        self.act(Action::Crash(ServerId(id))).act(Action::Restart(ServerId(id)))
    }
}
