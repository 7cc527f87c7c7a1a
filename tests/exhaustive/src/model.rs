//! The model: what may happen in a state, and what follows.

use crate::checks::{History, Property};
use raft_core::*;
use stateright::Model;
use std::collections::VecDeque;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// How many servers may crash, messages be copied, and so on, on one way from the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Bounds {
    /// No timer runs out at a server of this term.
    pub terms: u32,
    /// Election timers that run out.
    pub timeouts: u8,
    /// Clients' commands.
    pub entries: u8,
    /// Heartbeat rounds, beside the first of each leader.
    pub heartbeats: u8,
    /// Crashes.
    pub crashes: u8,
    /// Messages that arrive once more than they were sent.
    pub copies: u8,
    /// Changes of the membership that a leader is asked for, each any of the world's.
    pub changes: u8,
    /// Snapshots that servers take of all that they have applied.
    pub snapshots: u8,
    /// Clients' reads.
    pub reads: u8,
    /// Transfers of the leadership that a leader is asked for, each to any server.
    pub transfers: u8,
}

impl fmt::Display for Bounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { terms, timeouts, entries, heartbeats, crashes, copies, changes, snapshots, reads, transfers } =
            *self;
        let counts = [
            (timeouts, "timeout"),
            (entries, "entry"),
            (heartbeats, "heartbeat"),
            (crashes, "crash"),
            (copies, "copy"),
            (changes, "change"),
            (snapshots, "snapshot"),
            (reads, "read"),
            (transfers, "transfer"),
        ];
        write!(f, "term {terms}")?;
        for (count, what) in counts.into_iter().filter(|(count, _)| *count > 0) {
            match (count, what.strip_suffix('y')) {
                (1, _) => write!(f, ", 1 {what}")?,
                (_, Some(stem)) => write!(f, ", {count} {stem}ies")?,
                (_, None) if what == "crash" => write!(f, ", {count} crashes")?,
                (_, None) => write!(f, ", {count} {what}s")?,
            }
        }
        Ok(())
    }
}

/// How writes reach the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Disk {
    /// With the input that they follow from.
    Instant,
    /// At any time later, in their order; a crash loses those under way.
    Slow,
}

/// A world to explore.
#[derive(Clone, Debug)]
pub struct World {
    /// The settings of all servers.
    pub config: Config,
    /// What the disks are like.
    pub disk: Disk,
    /// Changes of the membership that leaders may be asked for.
    pub changes: Vec<Change>,
    /// Servers that the cluster does not begin with.
    pub spares: u32,
    /// Where it begins.
    pub start: State,
    /// Whether the servers are alike at the start, so that the first to time out may be taken to be S1.
    pub symmetric: bool,
}

/// One thing that happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// The message at this place of the bag arrives; `copy` if it stays there as well.
    Deliver {
        /// Its place.
        at: usize,
        /// Whether it arrives once more.
        copy: bool,
    },
    /// An election timer runs out.
    Timeout(ServerId),
    /// A leader sends a round of heartbeats; `late` if by then it takes what is on its way for lost.
    Heartbeat {
        /// The leader.
        id: ServerId,
        /// Whether a whole interval has passed.
        late: bool,
    },
    /// A client's command reaches a leader.
    Propose(ServerId),
    /// A leader is asked for a change of the membership.
    Change(ServerId, Change),
    /// A server takes a snapshot of all that it has applied.
    Compact(ServerId),
    /// A client's read reaches a leader.
    Read(ServerId),
    /// A leader is asked to hand over.
    Transfer(ServerId, ServerId),
    /// The oldest write of a server reaches its disk.
    Sync(ServerId),
    /// A server crashes.
    Crash(ServerId),
    /// It comes back.
    Restart(ServerId),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Server {
    pub(crate) node: Node,
    up: bool,
    disk: Stable,
    writing: VecDeque<Write>,
    held: Vec<Outgoing>,
    /// Entries that its state machine has seen in this life.
    applied: Index,
}

impl Server {
    pub(crate) fn is_writing(&self) -> bool {
        !self.writing.is_empty()
    }
}

/// A state of a world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct State {
    pub(crate) servers: Vec<Server>,
    /// The messages under way, each behind its hash, by which they are sorted.
    pub(crate) network: Vec<(u64, Arc<Envelope>)>,
    /// What may still happen.
    pub(crate) left: Bounds,
    history: History,
    /// The promise that has been broken. Nothing follows.
    pub broken: Option<Property>,
}

fn context() -> Context<'static> {
    Context { now: Time(0), election_timeout: &|_, _| 1 }
}

impl State {
    /// Servers that have never run.
    pub(crate) fn new(config: Config, spares: u32, left: Bounds) -> Self {
        let server = |id| Server {
            node: Node::start(id, config, Stable::default(), Volatile::default(), &context()),
            up: true,
            disk: Stable::default(),
            writing: VecDeque::new(),
            held: Vec::new(),
            applied: Index(0),
        };
        let servers = ServerSet::first(config.members.len() + spares).iter().map(server).collect();
        Self { servers, network: Vec::new(), left, history: History::default(), broken: None }
    }

    pub(crate) fn node(&self, id: u32) -> &Node {
        &self.servers[id as usize - 1].node
    }

    /// Hands one input to a server, deals with what follows, and looks at the server.
    fn handle(&mut self, world: &World, id: ServerId, input: Input) {
        let node = &self.servers[id.row()].node;
        let stands = matches!(node.role(), Role::Candidate { .. } | Role::Leader { .. });
        let before = (stands, node.current_term(), node.log().last_index(), node.log().digest());
        let (mut inputs, mut reads) = (VecDeque::from([input]), Vec::new());
        while let Some(input) = inputs.pop_front() {
            let mut effects = Effects::default();
            let server = &mut self.servers[id.row()];
            server.node.handle(&context(), input, &mut effects);
            if let Some(snapshot) = &effects.restore {
                server.applied = snapshot.last_included_index;
                self.broken = self.broken.or(self.history.restore(snapshot));
            }
            if let Some((from, to)) = effects.apply {
                if from != server.applied {
                    self.broken = Some(Property::StateMachineSafety);
                }
                server.applied = to;
            }
            reads.append(&mut effects.reads);
            server.writing.extend(effects.write);
            let (leaving, held): (Vec<_>, Vec<_>) =
                effects.messages.into_iter().partition(|out| out.after == WriteId(0));
            server.held.extend(held);
            self.send(leaving);
            if world.disk == Disk::Instant {
                inputs.extend(self.sync(id));
            }
        }
        let nodes: Vec<&Node> = self.servers.iter().filter(|server| server.up).map(|server| &server.node).collect();
        let node = &self.servers[id.row()].node;
        let (stood, term, last, digest) = before;
        let before = (stood && term == node.current_term()).then_some((last, digest));
        let broken = self.history.watch(node, before, &nodes);
        self.broken = self.broken.or(broken);
        for (read, index) in reads {
            let broken = self.history.answer(read, index);
            self.broken = self.broken.or(broken);
        }
    }

    /// Puts the oldest write on the disk.
    fn sync(&mut self, id: ServerId) -> Option<Input> {
        let server = &mut self.servers[id.row()];
        let write = server.writing.pop_front()?;
        let id = write.id;
        server.disk.put(write);
        let (leaving, held) = std::mem::take(&mut server.held).into_iter().partition(|out| out.after <= id);
        server.held = held;
        self.send(leaving);
        Some(Input::WriteStable(id))
    }

    fn send(&mut self, leaving: Vec<Outgoing>) {
        for out in leaving {
            let mut hasher = DefaultHasher::new();
            out.envelope.hash(&mut hasher);
            let message = (hasher.finish(), Arc::new(out.envelope));
            let at = self.network.partition_point(|other| other.0 < message.0);
            self.network.insert(at, message);
        }
    }

    fn crash(&mut self, id: ServerId) {
        let server = &mut self.servers[id.row()];
        server.up = false;
        server.writing.clear();
        server.held.clear();
        // All that is left is what the restart will find; `before` matters only while `volatile-reset` is off.
        let (config, before) = (*server.node.config(), server.node.volatile());
        server.node = Node::start(id, config, server.disk.clone(), before, &context());
        // Its state machine begins with its snapshot.
        server.applied = server.node.snapshot_index();
    }

    fn restart(&mut self, id: ServerId) {
        let server = &mut self.servers[id.row()];
        server.up = true;
        if server.node.last_applied() != server.applied {
            // It believes that its state machine, which is empty or the snapshot's, has seen entries.
            self.broken = Some(Property::StateMachineSafety);
        }
    }

    /// Drops answers that nobody waits for. While `stable-vote` is off a term can come back.
    fn forget_old_answers(&mut self, rules: Rules) {
        if rules.holds(Rule::StableVote) {
            let servers = &self.servers;
            self.network.retain(|(_, message)| {
                let is_old = message.term < servers[message.to.row()].node.current_term();
                !(is_old && message.message.kind().is_reply())
            });
        }
    }
}

impl Model for World {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        vec![self.start.clone()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        if state.broken.is_some() {
            return;
        }
        let left = &state.left;
        for (at, (hash, message)) in state.network.iter().enumerate() {
            let is_same = at > 0 && state.network[at - 1].0 == *hash;
            if state.servers[message.to.row()].up && !is_same {
                actions.push(Action::Deliver { at, copy: false });
                if left.copies > 0 {
                    actions.push(Action::Deliver { at, copy: true });
                }
            }
        }
        let is_first = self.symmetric && state.servers.iter().all(|server| server.node.current_term() == Term(0));
        for server in &state.servers {
            let (id, leads) = (server.node.id(), server.node.is_leader());
            if !server.up {
                actions.push(Action::Restart(id));
                continue;
            }
            let may_stand = left.timeouts > 0 && server.node.current_term().0 < left.terms;
            if !leads && may_stand && (!is_first || id == ServerId(1)) {
                actions.push(Action::Timeout(id));
            }
            if leads && left.heartbeats > 0 {
                actions.extend([false, true].map(|late| Action::Heartbeat { id, late }));
            }
            if leads && left.entries > 0 {
                actions.push(Action::Propose(id));
            }
            if leads && left.changes > 0 {
                actions.extend(self.changes.iter().map(|change| Action::Change(id, *change)));
            }
            if leads && left.reads > 0 {
                actions.push(Action::Read(id));
            }
            if leads && left.transfers > 0 {
                let others = state.servers.iter().map(|other| other.node.id()).filter(|other| *other != id);
                actions.extend(others.map(|target| Action::Transfer(id, target)));
            }
            if left.snapshots > 0 && server.node.last_applied() > server.node.snapshot_index() {
                actions.push(Action::Compact(id));
            }
            if !server.writing.is_empty() {
                actions.push(Action::Sync(id));
            }
            if left.crashes > 0 {
                actions.push(Action::Crash(id));
            }
        }
    }

    fn next_state(&self, last: &State, action: Action) -> Option<State> {
        let mut state = last.clone();
        match action {
            Action::Deliver { at, copy } => {
                let message = if copy { state.network[at].clone() } else { state.network.remove(at) };
                state.left.copies -= u8::from(copy);
                let envelope = Envelope::clone(&message.1);
                state.handle(self, envelope.to, Input::Message(envelope));
            }
            Action::Timeout(id) => {
                state.left.timeouts -= 1;
                state.handle(self, id, Input::ForceTimeout);
            }
            Action::Heartbeat { id, late } => {
                state.left.heartbeats -= 1;
                // The interval alone tells whether what is on its way is taken for lost: no time has to pass.
                let interval = Config { heartbeat_interval: u64::from(!late), ..self.config };
                state.handle(self, id, Input::Configure(interval));
                state.handle(self, id, Input::ForceTimeout);
                state.handle(self, id, Input::Configure(self.config));
            }
            Action::Propose(id) => {
                state.left.entries -= 1;
                // Commands differ, so that no two histories are taken for one.
                let command = format!("{id}.{}", state.left.entries);
                state.handle(self, id, Input::Propose(Command::new(command.as_bytes())));
            }
            Action::Change(id, change) => {
                state.left.changes -= 1;
                state.handle(self, id, Input::ChangeMembership(change));
            }
            Action::Compact(id) => {
                state.left.snapshots -= 1;
                let node = &state.servers[id.row()].node;
                let upto = node.last_applied();
                // What the state machine holds follows from the entries that it has seen.
                let data = node.log().digest_at(upto).unwrap_or_default().to_le_bytes();
                state.handle(self, id, Input::Compact { upto, data: Arc::new(data) });
            }
            Action::Read(id) => {
                state.left.reads -= 1;
                let read = ReadId(u32::from(state.left.reads));
                state.history.ask(read);
                state.handle(self, id, Input::Read(read));
            }
            Action::Transfer(id, target) => {
                state.left.transfers -= 1;
                state.handle(self, id, Input::Transfer(target));
            }
            Action::Sync(id) => {
                let input = state.sync(id)?;
                state.handle(self, id, input);
            }
            Action::Crash(id) => {
                state.left.crashes -= 1;
                state.crash(id);
            }
            Action::Restart(id) => state.restart(id),
        }
        state.forget_old_answers(self.config.rules);
        Some(state)
    }

    fn properties(&self) -> Vec<stateright::Property<Self>> {
        vec![stateright::Property::always("Figure 3", |_, state: &State| state.broken.is_none())]
    }
}
