//! Several servers on an instant network: messages wait in one queue until they are delivered, in order or not.

use super::{Checks, Patience, Property, TIMEOUT, command, config, stable, terms};
use raft_core::*;
use std::collections::{BTreeSet, VecDeque};

pub struct Server {
    pub node: Node,
    pub disk: Stable,
    pub up: bool,
    /// Whether writes wait for [`Cluster::sync`].
    pub slow: bool,
    pub writing: VecDeque<Write>,
    held: Vec<Outgoing>,
    pub machine: Machine,
    /// Rate of its clock in parts per million.
    pub rate: u32,
}

/// A state machine that knows how many entries it has seen, and which.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Machine {
    pub seen: u32,
    pub chain: u64,
}

impl Machine {
    pub fn bytes(self) -> Vec<u8> {
        [&self.seen.to_le_bytes()[..], &self.chain.to_le_bytes()].concat()
    }

    pub fn restored(snapshot: Option<&Snapshot>) -> Self {
        let Some(snapshot) = snapshot else { return Self::default() };
        let (seen, chain) = snapshot.data.split_at(4);
        Self {
            seen: u32::from_le_bytes(seen.try_into().unwrap()),
            chain: u64::from_le_bytes(chain.try_into().unwrap()),
        }
    }

    fn apply(&mut self, log: &Log, upto: Index) {
        for (_, entry) in log.iter_from(Index(self.seen + 1)).take_while(|(index, _)| *index <= upto) {
            self.chain = Log::chain(self.chain, entry);
        }
        self.seen = upto.0;
    }
}

/// Servers S1 to Sn. A violation of the paper's properties panics, unless the story is told with
/// [`Cluster::tolerant`].
pub struct Cluster {
    pub servers: Vec<Server>,
    pub network: VecDeque<Envelope>,
    pub now: Time,
    /// Everything that happened since [`Cluster::forget`].
    pub told: Vec<(u32, Happening)>,
    pub checks: Checks,
    /// Every AppendEntries that was ever sent: its way, term, round, attempt, and prev_log_index of one beside the
    /// round.
    named: BTreeSet<(ServerId, ServerId, Term, Rpc, Index)>,
    /// Whether misfortune changes the membership, too.
    pub changes: bool,
    cut: BTreeSet<(u32, u32)>,
    /// For each read, how much was committed when it was asked.
    asked: Vec<u32>,
    config: Config,
    tolerant: bool,
    /// Whether misfortune takes snapshots.
    pub compacts: bool,
    patience: Patience,
    /// Whether a server's digest must change exactly when the server does.
    pub watches_digests: bool,
}

impl Cluster {
    pub fn of(servers: u32) -> Self {
        Self::new(config(servers))
    }

    pub fn new(config: Config) -> Self {
        Self::with_disks(config, vec![Stable::default(); config.members.len() as usize])
    }

    /// Servers with these logs, each in the term of its last entry.
    pub fn with_logs(config: Config, logs: &[&[u32]]) -> Self {
        Self::with_disks(config, logs.iter().map(|log| stable(log.last().copied().unwrap_or(0), 0, log)).collect())
    }

    pub fn with_disks(config: Config, disks: Vec<Stable>) -> Self {
        let start = |(disk, id): (Stable, u32)| Server {
            node: start(id, config, &disk, Volatile::default(), Time(0)),
            disk,
            up: true,
            slow: false,
            writing: VecDeque::new(),
            held: Vec::new(),
            machine: Machine::default(),
            rate: 1_000_000,
        };
        Self {
            servers: disks.into_iter().zip(1..).map(start).collect(),
            network: VecDeque::new(),
            now: Time(0),
            told: Vec::new(),
            checks: Checks::default(),
            named: BTreeSet::new(),
            changes: false,
            cut: BTreeSet::new(),
            asked: Vec::new(),
            config,
            tolerant: false,
            compacts: true,
            patience: Patience::default(),
            watches_digests: false,
        }
    }

    /// The first servers are the members, the others wait with empty disks to be added. All have the same settings.
    pub fn with_spares(config: Config, spares: u32) -> Self {
        Self::with_disks(config, vec![Stable::default(); (config.members.len() + spares) as usize])
    }

    /// An administrator asks a server for a change, and everything that follows happens.
    pub fn change(&mut self, id: u32, change: Change) {
        self.handle(id, Input::ChangeMembership(change));
        self.settle();
    }

    /// Voters, outgoing voters and learners of the configuration in force at a server.
    pub fn membership(&self, id: u32) -> [Vec<u32>; 3] {
        let it = self.node(id).membership();
        [it.voters, it.outgoing, it.learners].map(|set| set.iter().map(|id| id.0).collect())
    }

    pub fn tolerant(mut self) -> Self {
        self.tolerant = true;
        self
    }

    /// Switches a rule at all servers.
    pub fn switch(&mut self, rule: Rule, on: bool) {
        self.config.rules = self.config.rules.with(rule, on);
        let config = self.config;
        for id in self.ids() {
            self.handle(id, Input::Configure(config));
        }
    }

    pub fn server(&mut self, id: u32) -> &mut Server {
        &mut self.servers[id as usize - 1]
    }

    pub fn node(&self, id: u32) -> &Node {
        &self.servers[id as usize - 1].node
    }

    pub fn ids(&self) -> impl Iterator<Item = u32> + use<> {
        1..=self.servers.len() as u32
    }

    /// Hands one input to a server that is up.
    pub fn handle(&mut self, id: u32, input: Input) {
        self.patience.wear();
        let mut effects = Effects::default();
        let now = self.local(id);
        let context = Context { now, election_timeout: &|_, _| TIMEOUT };
        let server = &mut self.servers[id as usize - 1];
        assert!(server.up, "S{id} is down");
        let before = self.watches_digests.then(|| server.node.clone());
        server.node.handle(&context, input, &mut effects);
        if let Some(before) = before {
            let digest = |node: &Node| node.digest(Digest::new(0)).value();
            let (same, same_digest) = (before == server.node, digest(&before) == digest(&server.node));
            assert_eq!(same, same_digest, "{before:#?}\n{:#?}", server.node);
        }
        server.writing.extend(effects.write);
        for out in effects.messages {
            let Envelope { from, to, term, rpc, message } = &out.envelope;
            if let Message::AppendEntries { prev_log_index, .. } = message {
                let place = if rpc.attempt == 0 { Index(0) } else { *prev_log_index };
                let is_new = self.named.insert((*from, *to, *term, *rpc, place));
                // To lead a term twice takes a rule that is off.
                assert!(is_new || self.tolerant, "two requests of one name: {:?}", out.envelope);
            }
            match out.after {
                WriteId(0) => self.network.push_back(out.envelope),
                _ => server.held.push(out),
            }
        }
        if let Some(snapshot) = &effects.restore {
            server.machine = Machine::restored(Some(snapshot));
        }
        if let Some((from, to)) = effects.apply {
            self.checks.watch_apply(ServerId(id), from, server.machine.seen);
            server.machine.apply(server.node.log(), to);
        }
        self.checks.watch_state(&server.node, server.machine.chain);
        for (read, _) in effects.reads {
            self.checks.watch_read(ServerId(id), self.asked[read.0 as usize], server.machine.seen);
        }
        self.told.extend(effects.happenings.into_iter().map(|happening| (id, happening)));
        self.check(id);
        while !self.servers[id as usize - 1].slow && self.sync(id) {}
    }

    fn check(&mut self, id: u32) {
        let up: Vec<&Node> = self.servers.iter().filter(|server| server.up).map(|server| &server.node).collect();
        self.checks.watch(&self.servers[id as usize - 1].node, &up);
        if !self.tolerant {
            assert!(self.checks.violations.is_empty(), "{:#?}", self.checks.violations);
            if let Role::Leader { progress, .. } = self.node(id).role() {
                let never_loses = progress.iter().all(|row| row.next_index > row.match_index);
                assert!(never_loses, "a late refusal was taken for a loss: {progress:?}");
            }
        }
    }

    /// A server replaces all that it has applied by a snapshot.
    pub fn compact(&mut self, id: u32) {
        let machine = self.server(id).machine;
        self.handle(id, Input::Compact { upto: Index(machine.seen), data: machine.bytes().into() });
    }

    /// Completes the oldest write of a server; false if there is none.
    pub fn sync(&mut self, id: u32) -> bool {
        let server = self.server(id);
        let Some(write) = server.writing.pop_front() else { return false };
        server.disk.put(write.clone());
        let (leaving, held) = std::mem::take(&mut server.held).into_iter().partition(|out| out.after <= write.id);
        server.held = held;
        let leaving: Vec<Outgoing> = leaving;
        self.network.extend(leaving.into_iter().map(|out| out.envelope));
        self.handle(id, Input::WriteStable(write.id));
        true
    }

    /// Delivers one message, unless its way is cut or its receiver down: then it is lost.
    pub fn deliver(&mut self, envelope: Envelope) {
        let (from, to) = (envelope.from.0, envelope.to.0);
        if self.servers[to as usize - 1].up && !self.cut.contains(&(from, to)) {
            self.handle(to, Input::Message(envelope));
        }
    }

    /// Delivers everything until the network falls silent.
    pub fn settle(&mut self) {
        self.settle_only(|_| true);
    }

    /// Delivers what `passes`, loses the rest, until the network falls silent.
    pub fn settle_only(&mut self, passes: impl Fn(&Envelope) -> bool) {
        let mut delivered = 0;
        while let Some(envelope) = self.network.pop_front() {
            if passes(&envelope) {
                self.deliver(envelope);
            }
            delivered += 1;
            assert!(delivered < 200_000, "the network never falls silent");
        }
    }

    /// Waits until a server's deadline: an election timeout, or a leader's heartbeat. Nothing is delivered yet.
    pub fn time_out(&mut self, id: u32) {
        let (due, rate) = (u128::from(self.node(id).deadline().0), u128::from(self.server(id).rate));
        self.now = self.now.max(Time((due * 1_000_000).div_ceil(rate) as u64));
        self.handle(id, Input::Timer);
    }

    /// What a server's clock shows.
    fn local(&self, id: u32) -> Time {
        let rate = u128::from(self.servers[id as usize - 1].rate);
        Time((u128::from(self.now.0) * rate / 1_000_000) as u64)
    }

    /// A client wants to read.
    pub fn read(&mut self, id: u32) {
        let read = ReadId(self.asked.len() as u32);
        self.asked.push(self.checks.committed());
        self.handle(id, Input::Read(read));
    }

    /// Waits until a server's deadline and lets everything that follows happen.
    pub fn wait(&mut self, id: u32) {
        self.time_out(id);
        self.settle();
    }

    /// A server times out and is elected by whomever it reaches.
    pub fn elect(&mut self, id: u32) {
        assert!(!self.node(id).is_leader(), "S{id} leads already");
        self.wait(id);
        assert!(self.node(id).is_leader(), "S{id} was not elected: {:?}", self.node(id));
    }

    /// A server times out and is not elected, whomever it reaches.
    pub fn elect_in_vain(&mut self, id: u32) {
        self.wait(id);
        assert!(!self.node(id).is_leader(), "S{id} was elected: {:?}", self.node(id));
    }

    /// A server is elected for `term` by `voters`. Whatever else it says is lost: its earlier candidacies, its
    /// requests to others and its first heartbeats.
    pub fn elect_by(&mut self, id: u32, term: u32, voters: &[u32]) {
        assert!(self.term(id) < term && !self.node(id).is_leader(), "S{id}: {:?}", self.node(id));
        while self.term(id) < term {
            self.network.clear();
            self.time_out(id);
        }
        let at = |server: ServerId| server.0 == id || voters.contains(&server.0);
        let is_vote = |m: &Message| !matches!(m.kind(), MessageKind::Append | MessageKind::AppendReply);
        self.settle_only(|e| at(e.from) && at(e.to) && is_vote(&e.message));
        assert!(self.node(id).is_leader(), "S{id} was not elected: {:?}", self.node(id));
    }

    /// A client's request reaches a server and, replicated, those of `group`; what is meant for others is lost.
    pub fn propose_within(&mut self, id: u32, group: &[u32]) {
        let text = format!("{} of term {}", self.node(id).log().last_index().next(), self.node(id).current_term());
        self.handle(id, Input::Propose(command(&text)));
        self.settle_only(|e| [e.from, e.to].iter().all(|server| server.0 == id || group.contains(&server.0)));
    }

    /// A client's request, and everything that follows.
    pub fn propose(&mut self, id: u32) {
        let all: Vec<u32> = self.ids().collect();
        self.propose_within(id, &all);
    }

    pub fn cut(&mut self, from: u32, to: u32) {
        self.cut.insert((from, to));
    }

    /// Cuts the links between two groups, both ways.
    pub fn part(&mut self, one: &[u32], other: &[u32]) {
        for (a, b) in one.iter().flat_map(|a| other.iter().map(move |b| (*a, *b))) {
            self.cut.extend([(a, b), (b, a)]);
        }
    }

    pub fn isolate(&mut self, id: u32) {
        let others: Vec<u32> = self.ids().filter(|other| *other != id).collect();
        self.part(&[id], &others);
    }

    pub fn heal(&mut self) {
        self.cut.clear();
    }

    /// A server loses all that is not on its disk.
    pub fn crash(&mut self, id: u32) {
        let server = self.server(id);
        server.up = false;
        server.writing.clear();
        server.held.clear();
        self.checks.forget(ServerId(id));
    }

    pub fn restart(&mut self, id: u32) {
        let (config, now) = (self.config, self.local(id));
        let server = self.server(id);
        assert!(!server.up, "S{id} is up");
        server.up = true;
        server.machine = Machine::restored(server.disk.snapshot.as_ref());
        server.node = start(id, config, &server.disk, server.node.volatile(), now);
        self.check(id);
    }

    pub fn terms(&self, id: u32) -> Vec<u32> {
        terms(self.node(id).log())
    }

    pub fn commit(&self, id: u32) -> u32 {
        self.node(id).commit_index().0
    }

    pub fn term(&self, id: u32) -> u32 {
        self.node(id).current_term().0
    }

    pub fn leaders(&self) -> Vec<u32> {
        self.ids().filter(|id| self.servers[*id as usize - 1].up && self.node(*id).is_leader()).collect()
    }

    pub fn forget(&mut self) {
        self.told.clear();
    }

    /// How often something happened.
    pub fn count(&self, happened: impl Fn(&Happening) -> bool) -> usize {
        self.told.iter().filter(|(_, happening)| happened(happening)).count()
    }

    /// How often something happened at one server.
    pub fn count_at(&self, id: u32, happened: impl Fn(&Happening) -> bool) -> usize {
        self.told.iter().filter(|(at, happening)| *at == id && happened(happening)).count()
    }

    pub fn violated(&self, property: Property) -> bool {
        self.checks.violations.iter().any(|(violated, _)| *violated == property)
    }
}

fn start(id: u32, config: Config, disk: &Stable, before: Volatile, now: Time) -> Node {
    let context = Context { now, election_timeout: &|_, _| TIMEOUT };
    Node::start(ServerId(id), config, disk.clone(), before, &context)
}
