//! The world: servers, network, clients and watchers, moved by one queue.
//!
//! One [`World::step`] takes one item from the queue: that is one event. What it made happen stands in
//! [`World::told`] until the next one. The world is a value: it can be cloned and digested at any moment, and the
//! same config, seed and commands always lead to the same world.

use crate::chance::{Chance, Purpose};
use crate::chaos::Course;
use crate::checkers::{Checkers, Violation, Witness};
use crate::clients::{Client, OPEN_MAX, Open};
use crate::command::{BURST_MAX, CLIENTS_MAX, Command, Handling, Request};
use crate::config::WorldConfig;
use crate::key::MessageKey;
use crate::linearizability::{Ended, History};
use crate::machine::{Applied, Machine, Operation};
use crate::network::{Fate, Network, Outcome};
use crate::queue::{Item, Queue, Queued};
use crate::server::{PendingWrite, Server, Waiting};
use crate::storage::Betrayal;
use crate::told::{ClientTold, EventInfo, EventKind, LossCause, Told};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use raft_core::{
    Context, Digest, Effects, Entry, Happening, Index, Input, Log, Micros, Node, Payload as EntryPayload, Rule,
    ServerId, Stable, Term, Time, Write, WriteId,
};

/// A cluster in a deterministic world.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) config: WorldConfig,
    pub(crate) chance: Chance,
    pub(crate) now: Time,
    /// Events so far.
    pub(crate) events: u64,
    /// Events of this instant so far, commands not counted.
    instant_events: u32,
    pub(crate) queue: Queue,
    pub(crate) servers: Vec<Server>,
    pub(crate) network: Network,
    pub(crate) clients: Vec<Client>,
    history: History,
    checkers: Checkers,
    violations: Vec<Violation>,
    workload_token: u32,
    /// Number of the request that the clients make next by themselves; it waits while they make none.
    workload_next: u32,
    pub(crate) chaos: Course,
    /// The first time that a disk lost what it had called stable.
    pub(crate) betrayal: Option<(ServerId, Betrayal)>,
    last: Option<EventInfo>,
    pub(crate) told: Vec<Told>,
    effects: Effects,
    found: Vec<Witness>,
}

impl World {
    /// A world at its start: every server up, nothing under way.
    ///
    /// # Panics
    /// If the config is not valid; ask [`WorldConfig::validate`] first.
    pub fn new(config: WorldConfig, seed: u64) -> Self {
        if let Err(why) = config.validate() {
            panic!("the owner validates a config before it builds a world: {why}");
        }
        let servers: Vec<Server> =
            (1..=config.servers).map(|id| Server::new(initial_disk(&config, ServerId(id)))).collect();
        let mut world = Self {
            chance: Chance::new(seed),
            now: Time(0),
            events: 0,
            instant_events: 0,
            queue: Queue::default(),
            checkers: Checkers::new(&servers, config.members()),
            servers,
            network: Network::default(),
            clients: alloc::vec![Client::default(); CLIENTS_MAX as usize],
            history: History::default(),
            violations: Vec::new(),
            workload_token: 0,
            workload_next: 1,
            chaos: Course::default(),
            betrayal: None,
            last: None,
            told: Vec::new(),
            effects: Effects::default(),
            found: Vec::new(),
            config,
        };
        for id in world.ids() {
            world.start_node(id);
        }
        world.schedule_workload(world.workload_next);
        world.schedule_chaos();
        world.settle();
        world
    }

    /// Takes the next item from the queue and lets it happen. False if there is none, which is so only while every
    /// server is down.
    pub fn step(&mut self) -> bool {
        let Some(queued) = self.queue.pop() else { return false };
        if queued.at > self.now {
            self.now = queued.at;
            self.instant_events = 0;
        }
        self.instant_events += 1;
        self.begin_event(queued.cause);
        self.happen(queued);
        self.end_event();
        true
    }

    /// Lets a command happen now: one event.
    pub fn command(&mut self, at: Time, command: &Command) {
        if at > self.now {
            self.now = at;
            self.instant_events = 0;
        }
        self.begin_event(0);
        self.set_kind(EventKind::Command);
        match self.refusal(command) {
            Some(why) => self.told.push(Told::Moot(command.clone(), why)),
            None => {
                self.told.push(Told::Reader(command.clone()));
                self.obey(command);
            }
        }
        self.end_event();
    }

    /// When the next item is due.
    pub fn next_time(&self) -> Option<Time> {
        self.queue.peek().map(|queued| queued.at)
    }

    /// Events of the instant `at` that have happened so far, commands not counted.
    pub fn events_at(&self, at: Time) -> u32 {
        if self.now == at { self.instant_events } else { 0 }
    }

    fn begin_event(&mut self, cause: u64) {
        self.events += 1;
        self.told.clear();
        self.last = Some(EventInfo { number: self.events, time: self.now, cause, kind: EventKind::Command });
    }

    pub(crate) fn set_kind(&mut self, kind: EventKind) {
        if let Some(last) = &mut self.last {
            last.kind = kind;
        }
    }

    fn end_event(&mut self) {
        self.record_violations();
        if self.chaos.lies_in_wait() {
            self.spring();
        }
        self.settle();
    }

    /// Removes what no longer counts from the head of the queue, so that the next item is an event.
    fn settle(&mut self) {
        while let Some(head) = self.queue.peek().copied() {
            if self.is_due(&head) {
                return;
            }
            self.queue.pop();
            if let Item::Timer { server, token } = head.item
                && self.servers[server.row()].timer_token == token
            {
                self.servers[server.row()].timer_at = None;
                self.schedule_timer(server);
            }
        }
    }

    fn is_due(&self, queued: &Queued) -> bool {
        match queued.item {
            Item::Deliver { .. } | Item::Lose { .. } => true,
            Item::Timer { server, token } => {
                let shell = &self.servers[server.row()];
                shell.timer_token == token && shell.deadline().is_some_and(|due| due <= queued.at)
            }
            Item::Stable { server, life, .. } => self.servers[server.row()].life == life,
            Item::Workload { token, .. } => self.workload_token == token,
            Item::Chaos { number, token } => self.chaos.is_due(number, token),
            Item::Retry { client, serial, attempt } => self.clients[client as usize - 1].awaits(serial, attempt),
        }
    }

    fn happen(&mut self, queued: Queued) {
        match queued.item {
            Item::Deliver { flight } => self.deliver(flight, queued),
            Item::Lose { flight } => self.lose(flight),
            Item::Timer { server, .. } => self.run_out(server, queued),
            Item::Stable { server, write, .. } => self.finish_write(server, write, queued),
            Item::Retry { client, serial, .. } => self.retry(client, serial),
            Item::Workload { number, .. } => self.work(number),
            Item::Chaos { number, .. } => self.strike(number),
        }
    }

    fn run_out(&mut self, server: ServerId, queued: Queued) {
        self.set_kind(EventKind::Timer(server));
        let shell = &mut self.servers[server.row()];
        shell.timer_at = None;
        if shell.paused {
            shell.inbox.push(queued);
            return;
        }
        self.drive(server, Input::Timer);
    }

    fn finish_write(&mut self, server: ServerId, write: WriteId, queued: Queued) {
        self.set_kind(EventKind::Stable(server));
        let shell = &mut self.servers[server.row()];
        if shell.untrusted.is_some() {
            self.complete_untrusted(server, write);
        } else {
            shell.complete(write);
        }
        let shell = &mut self.servers[server.row()];
        if shell.paused {
            shell.inbox.push(queued);
            return;
        }
        while let Some((after, _)) = self.servers[server.row()].outbox.front() {
            if *after > write {
                break;
            }
            let Some((_, envelope)) = self.servers[server.row()].outbox.pop_front() else { break };
            self.send(envelope);
        }
        self.drive(server, Input::WriteStable(write));
    }

    /// Hands an input to a node and deals with all that follows.
    pub(crate) fn drive(&mut self, id: ServerId, input: Input) {
        let shell = &mut self.servers[id.row()];
        let Some(node) = &mut shell.node else { return };
        // One that changes nothing must not lead to the next.
        let is_compaction = matches!(input, Input::Compact { .. });
        let mut effects = core::mem::take(&mut self.effects);
        let draw = timeout_draw(self.chance, &self.config, id);
        node.handle(&Context { now: shell.clock.local(self.now), election_timeout: &draw }, input, &mut effects);
        self.absorb(id, &mut effects);
        effects.clear();
        self.effects = effects;
        if !is_compaction {
            self.compact_when_due(id);
        }
    }

    fn absorb(&mut self, id: ServerId, effects: &mut Effects) {
        self.told.extend(effects.happenings.iter().map(|happening| Told::Raft(id, *happening)));
        if let Some(write) = effects.write.take() {
            self.begin_write(id, write);
        }
        for outgoing in effects.messages.drain(..) {
            if outgoing.after == WriteId(0) {
                self.send(outgoing.envelope);
            } else {
                self.servers[id.row()].outbox.push_back((outgoing.after, outgoing.envelope));
            }
        }
        let mut found = core::mem::take(&mut self.found);
        self.checkers.observe(id, &effects.happenings, &self.servers, &mut found);
        if let Some(snapshot) = effects.restore.take() {
            self.servers[id.row()].restore(&snapshot);
            self.checkers.check_applied(&self.servers[id.row()], &mut found);
        }
        if let Some((after, upto)) = effects.apply {
            self.apply(id, after, upto);
            self.checkers.check_applied(&self.servers[id.row()], &mut found);
        }
        self.found = found;
        self.settle_reads(id, effects);
        self.schedule_timer(id);
    }

    fn begin_write(&mut self, id: ServerId, write: Write) {
        let key = self.write_key(id, &write);
        let shell = &mut self.servers[id.row()];
        let latency = shell.disk.unwrap_or(self.config.disk).at(self.chance.draw(Purpose::Disk, key));
        // A disk writes one thing after the other.
        let free = shell.writes.back().map_or(self.now, |pending| pending.due.max(self.now));
        let due = free.after(latency);
        let item = Item::Stable { server: id, life: shell.life, write: write.id };
        shell.writes.push_back(PendingWrite { write, begun: self.now, due });
        self.queue.push(due, self.events, item);
    }

    /// What is written, not when: so that a write keeps its latency when something is inserted before it.
    fn write_key(&self, id: ServerId, write: &Write) -> u64 {
        let (term, vote) = write.hard_state.map_or((Term(0), None), |state| state);
        let last = self.servers[id.row()].node.as_ref().map_or(Index(0), |node| node.log().last_index());
        let log = write.log.as_ref().map_or(Index(0), |_| last);
        let digest = Digest::new(u64::from(id.0))
            .word(u64::from(term.0) << 32 | u64::from(vote.map_or(0, |id| id.0)))
            .word(u64::from(log.0));
        let digest =
            write.snapshot.as_ref().map_or(digest, |it| digest.word(u64::from(it.last_included_index.0) << 32));
        write.base.map_or(digest, |base| digest.word(u64::from(base.index.0))).value()
    }

    fn apply(&mut self, id: ServerId, after: Index, upto: Index) {
        let once = self.config.rules.holds(Rule::SessionDedup);
        for index in after.next().0..=upto.0 {
            let shell = &mut self.servers[id.row()];
            let Some(entry) = shell.node.as_ref().and_then(|node| node.log().get(Index(index))).cloned() else {
                return;
            };
            let applied = shell.machine.apply(&entry, once);
            self.answer_waiting(id, Index(index), entry.term, applied);
        }
    }

    fn answer_waiting(&mut self, id: ServerId, index: Index, term: Term, applied: Option<Applied>) {
        let here = |waiting: &Waiting| waiting.index == index;
        // Several may wait here if the server lost entries, and its lead, and appended others as leader again.
        while let Some(at) = self.servers[id.row()].waiting.iter().position(here) {
            let Waiting { term: theirs, client, serial, attempt, .. } = self.servers[id.row()].waiting.remove(at);
            let Some(Applied { result, writer, again }) = applied.clone().filter(|_| theirs == term) else { continue };
            if again {
                self.told.push(Told::Client { client, serial, what: ClientTold::AppliedBefore { by: id } });
            }
            self.send_reply(id, client, serial, attempt, Outcome::Done { result, writer });
        }
    }

    /// Makes sure that the queue wakes the server at its deadline at the latest. An item that comes too early is
    /// put off when its time has come: heartbeats move deadlines far more often than deadlines pass.
    fn schedule_timer(&mut self, id: ServerId) {
        let cause = self.events;
        let shell = &mut self.servers[id.row()];
        let Some(due) = shell.deadline() else { return };
        if due != shell.deadline {
            shell.deadline = due;
            shell.timer_cause = cause;
        }
        if shell.timer_at.is_some_and(|at| at <= due) {
            return;
        }
        shell.timer_token += 1;
        shell.timer_at = Some(due);
        let (token, cause) = (shell.timer_token, shell.timer_cause);
        self.queue.push(due.max(self.now), cause, Item::Timer { server: id, token });
    }

    pub(crate) fn start_node(&mut self, id: ServerId) {
        let draw = timeout_draw(self.chance, &self.config, id);
        let shell = &mut self.servers[id.row()];
        shell.machine = Machine::restored(shell.stable.snapshot.as_ref());
        let context = Context { now: shell.clock.local(self.now), election_timeout: &draw };
        shell.node = Some(Node::start(id, self.config.node_config(), shell.stable.clone(), shell.before, &context));
        // A server that takes entries for applied must have a state machine that has applied them.
        let mut found = core::mem::take(&mut self.found);
        self.checkers.check_applied(&self.servers[id.row()], &mut found);
        self.found = found;
        self.schedule_timer(id);
    }

    pub(crate) fn crash_node(&mut self, id: ServerId) {
        let called = self.lose_cache(id);
        let shell = &mut self.servers[id.row()];
        // What lies behind a hole is lost with what it lacks.
        shell.stable.close_gap();
        let (entries_lost, vote_lost) = shell.unstable(called.as_ref().unwrap_or(&shell.stable));
        let memory = shell.log().clone();
        let waiting = shell.lose_power();
        self.told.push(Told::Crashed { server: id, entries_lost, vote_lost });
        if let Some(called) = called {
            self.tell_lie(id, &called);
        }
        for queued in waiting {
            if let Item::Deliver { flight } = queued.item
                && let Some(flight) = self.network.take(flight)
            {
                self.told.push(Told::Lost(flight.key, LossCause::Down));
            }
        }
        self.watch_loss(id, &memory);
    }

    /// A server that is down has less than the log that it had before.
    pub(crate) fn watch_loss(&mut self, id: ServerId, before: &Log) {
        let mut found = core::mem::take(&mut self.found);
        self.checkers.observe_crash(id, before, &self.servers, &mut found);
        self.found = found;
    }

    pub(crate) fn resume_node(&mut self, id: ServerId) {
        let shell = &mut self.servers[id.row()];
        shell.paused = false;
        let inbox = core::mem::take(&mut shell.inbox);
        self.told.push(Told::Resumed { server: id, waiting: inbox.len() as u32 });
        for queued in inbox {
            // A timer is scheduled anew below; it may have been moved by then.
            if !matches!(queued.item, Item::Timer { .. }) {
                self.queue.push(self.now, queued.cause, queued.item);
            }
        }
        self.schedule_timer(id);
    }

    /// A server takes a client's request.
    pub(crate) fn take_request(&mut self, id: ServerId, operation: &Operation, attempt: u32) {
        if operation.value.is_none() && self.reads_beside_the_log() {
            return self.take_read(id, operation, attempt);
        }
        let before = self.told.len();
        self.drive(id, Input::Propose(operation.encode()));
        let (client, serial) = (operation.client, operation.serial);
        let verdict = self.told[before..].iter().find_map(|told| match told {
            Told::Raft(_, Happening::EntryAppended { index, term, .. }) => Some(Ok((*index, *term))),
            Told::Raft(_, Happening::ProposalRefused { leader }) => Some(Err(*leader)),
            Told::Raft(_, Happening::ProposalDeferred { .. }) => Some(Err(None)),
            _ => None,
        });
        match verdict {
            Some(Ok((index, term))) => {
                self.servers[id.row()].waiting.push(Waiting { index, term, client, serial, attempt })
            }
            Some(Err(leader)) => self.send_reply(id, client, serial, attempt, Outcome::NotLeader(leader)),
            None => (),
        }
    }

    /// A client begins a request.
    pub(crate) fn ask(&mut self, request: &Request) {
        let client = request.client;
        let who = &mut self.clients[client as usize - 1];
        if who.is_busy(1) {
            return;
        }
        let operation =
            Operation { client, serial: who.next_serial(), key: request.key.clone(), value: request.value.clone() };
        let server = request.server.unwrap_or(who.believes);
        let server = ServerId(server.0.min(self.config.servers));
        who.open.push(Open { operation: operation.clone(), server, attempt: 1, since: self.now, began: self.events });
        self.send_request(operation, server, 1);
    }

    pub(crate) fn client_hears(&mut self, client: u32, serial: u32, attempt: u32, by: ServerId, outcome: Outcome) {
        let servers = self.config.servers;
        let who = &mut self.clients[client as usize - 1];
        match outcome {
            Outcome::Done { result, writer } => {
                who.believes = by;
                let Some(Open { operation, began, .. }) = who.close(serial, by, result.clone()) else { return };
                let wrote = operation.value.is_some();
                let ended = Ended { writer, wrote, began, ended: self.events };
                if let Some(newer) = self.history.note(&operation.key, ended) {
                    let key = operation.key.clone();
                    self.found.push(Witness::ReadTooOld { client, by, key, found: result.clone(), newer });
                }
                let what = ClientTold::Answered { text: operation.to_string(), by, result };
                self.told.push(Told::Client { client, serial, what });
            }
            Outcome::NotLeader(leader) => {
                if who.open_mut(serial).is_none_or(|open| open.attempt != attempt) {
                    return;
                }
                let known = leader.filter(|leader| *leader != by);
                who.believes = known.unwrap_or(ServerId(by.0 % servers + 1));
                self.told.push(Told::Client { client, serial, what: ClientTold::Redirected { by, leader } });
                match known {
                    Some(_) => self.ask_again(client, serial),
                    // Nobody leads: it waits a little, or it would ask round and round.
                    None => self.queue.push(
                        self.now.after(2 * self.config.heartbeat),
                        self.events,
                        Item::Retry { client, serial, attempt },
                    ),
                }
            }
        }
    }

    fn retry(&mut self, client: u32, serial: u32) {
        self.set_kind(EventKind::Retry(client));
        let servers = self.config.servers;
        let who = &mut self.clients[client as usize - 1];
        let Some(open) = who.open_mut(serial) else { return };
        let server = open.server;
        if who.believes == server {
            who.believes = ServerId(server.0 % servers + 1);
        }
        self.told.push(Told::Client { client, serial, what: ClientTold::GaveUpWaiting { server } });
        self.ask_again(client, serial);
    }

    fn ask_again(&mut self, client: u32, serial: u32) {
        let who = &mut self.clients[client as usize - 1];
        let server = who.believes;
        let Some(open) = who.open_mut(serial) else { return };
        open.server = server;
        open.attempt += 1;
        let (operation, attempt) = (open.operation.clone(), open.attempt);
        self.send_request(operation, server, attempt);
    }

    fn work(&mut self, number: u32) {
        self.set_kind(EventKind::Workload(number));
        let draw = self.chance.draw(Purpose::Workload, u64::from(number));
        let key = ["x", "y", "z"][(draw % 3) as usize];
        let is_read = (draw / 3).is_multiple_of(5);
        let value = (!is_read).then(|| number.to_string());
        // C1 is the reader's: what it asks must not renumber what the others ask.
        self.ask(&Request { client: 2 + number % 3, server: None, key: key.into(), value });
        self.workload_next = number + 1;
        self.schedule_workload(self.workload_next);
    }

    pub(crate) fn set_requests(&mut self, per_second: u32) {
        self.config.requests_per_second = per_second;
        self.workload_token += 1;
        self.schedule_workload(self.workload_next);
    }

    fn schedule_workload(&mut self, number: u32) {
        let per_second = u64::from(self.config.requests_per_second);
        if let Some(pace) = 1_000_000u64.checked_div(per_second) {
            let item = Item::Workload { number, token: self.workload_token };
            self.queue.push(self.now.after(pace.max(1)), 0, item);
        }
    }

    pub(crate) fn burst(&mut self, count: u32) {
        for n in 1..=count.min(BURST_MAX) {
            // Keyed by the moment: how much has happened before it does not matter.
            let key = Digest::new(self.now.0).word(u64::from(n)).value();
            let draw = self.chance.draw(Purpose::Burst, key);
            let key = ["x", "y", "z"][(draw % 3) as usize];
            let value = (draw / 3 % 1_000).to_string();
            self.ask(&Request { client: 1, server: None, key: key.into(), value: Some(value) });
        }
    }

    fn record_violations(&mut self) {
        for witness in core::mem::take(&mut self.found) {
            let same = |known: &Violation| {
                known.witness.property() == witness.property() && known.witness.servers() == witness.servers()
            };
            // One broken promise between the same servers is told once; what follows from it would be told at
            // every event.
            if !self.violations.iter().any(same) {
                self.told.push(Told::Violation(self.violations.len() as u32));
                self.violations.push(Violation { event: self.events, time: self.now, witness });
            }
        }
    }
}

fn initial_disk(config: &WorldConfig, id: ServerId) -> Stable {
    let Some(initial) = config.initial.iter().find(|initial| initial.id == id) else { return Stable::default() };
    let entry = |(term, text): &(Term, String)| {
        let (key, value) =
            text.split_once('=').map_or((text.as_str(), None), |(key, value)| (key, Some(value.to_string())));
        let operation = Operation { client: 0, serial: 0, key: key.to_string(), value };
        Entry { term: *term, payload: EntryPayload::Command(operation.encode()) }
    };
    let log = raft_core::Log::from_entries(initial.log.iter().map(entry));
    Stable { current_term: initial.term.max(log.last_term()), voted_for: initial.voted_for, snapshot: None, log }
}

/// The election timeout of a server for a term and an attempt, whenever it is asked for.
fn timeout_draw(chance: Chance, config: &WorldConfig, id: ServerId) -> impl Fn(Term, u32) -> Micros + use<> {
    let (low, high) = config.election_timeout;
    let random = config.rules.holds(Rule::RandomisedTimeouts);
    move |term, attempt| {
        if !random {
            return low;
        }
        let key = Digest::new(u64::from(id.0)).word(u64::from(term.0)).word(u64::from(attempt)).value();
        chance.between(Purpose::ElectionTimeout, key, low, high)
    }
}

/// Looking inside.
impl World {
    /// The settings as they are now.
    pub fn config(&self) -> &WorldConfig {
        &self.config
    }
    /// The time of the last event.
    pub fn now(&self) -> Time {
        self.now
    }
    /// Events so far.
    pub fn events(&self) -> u64 {
        self.events
    }
    /// Ids of all servers.
    pub fn ids(&self) -> impl Iterator<Item = ServerId> + use<> {
        (1..=self.config.servers).map(ServerId)
    }
    /// A server and what belongs to it.
    pub fn server(&self, id: ServerId) -> &Server {
        &self.servers[id.row()]
    }
    /// All servers in the order of their ids.
    pub fn servers(&self) -> &[Server] {
        &self.servers
    }
    /// The network.
    pub fn network(&self) -> &Network {
        &self.network
    }
    /// All clients; C1 first.
    pub fn clients(&self) -> &[Client] {
        &self.clients
    }
    /// The watchers.
    pub fn checkers(&self) -> &Checkers {
        &self.checkers
    }
    /// Broken promises so far, in order.
    pub fn violations(&self) -> &[Violation] {
        &self.violations
    }
    /// The last event.
    pub fn last_event(&self) -> Option<EventInfo> {
        self.last
    }
    /// What the last event made happen.
    pub fn told(&self) -> &[Told] {
        &self.told
    }

    /// The highest term of the servers that are up; 0 if none is.
    pub fn highest_term(&self) -> Term {
        let nodes = self.servers.iter().filter_map(|server| server.node.as_ref());
        nodes.map(Node::current_term).max().unwrap_or_default()
    }

    /// The server that leads the highest term that is led.
    pub fn leader(&self) -> Option<ServerId> {
        let leaders = self.servers.iter().filter_map(|server| server.node.as_ref()).filter(|node| node.is_leader());
        leaders.max_by_key(|node| node.current_term()).map(Node::id)
    }

    /// A number that names the state of the whole world: equal for equal runs, on every machine. Worlds that will go
    /// different ways have different ones.
    pub fn digest(&self) -> u64 {
        let mut digest = Digest::new(self.now.0).word(self.events);
        digest = self.network.digest(self.config.digest(digest));
        for server in &self.servers {
            digest = server.digest(digest);
        }
        for queued in self.queue.in_order().iter().filter(|queued| self.is_due_or_later(queued)) {
            digest = digest.word(queued.at.0);
            digest = match queued.item {
                Item::Deliver { flight } => digest.word(1).word(self.key_hash(flight)),
                Item::Lose { flight } => digest.word(2).word(self.key_hash(flight)),
                Item::Stable { server, .. } => digest.word(3).word(u64::from(server.0)),
                Item::Retry { client, serial, .. } => digest.word(4).word(u64::from(client) << 32 | u64::from(serial)),
                Item::Workload { number, .. } => digest.word(5).word(u64::from(number)),
                Item::Chaos { number, .. } => digest.word(6).word(u64::from(number)),
                Item::Timer { .. } => digest,
            };
        }
        for client in &self.clients {
            digest = digest
                .word(u64::from(client.believes.0) << 32 | client.open.len() as u64)
                .word(u64::from(client.requests()));
            for open in &client.open {
                digest = digest
                    .word(u64::from(open.operation.serial) << 32 | u64::from(open.attempt))
                    .word(u64::from(open.server.0))
                    .bytes(open.operation.key.as_bytes());
                if let Some(value) = &open.operation.value {
                    digest = digest.bytes(value.as_bytes());
                }
            }
        }
        digest = self.chaos.digest(digest.word(u64::from(self.workload_next)));
        digest.word(self.violations.len() as u64).value()
    }

    fn key_hash(&self, place: u32) -> u64 {
        self.network.at(place).map_or(0, |flight| flight.key.hash())
    }

    /// Whether an item will count when its time comes, as far as is known now.
    fn is_due_or_later(&self, queued: &Queued) -> bool {
        match queued.item {
            // Timers are told by the nodes' deadlines.
            Item::Timer { .. } => false,
            _ => self.is_due(queued),
        }
    }

    /// Why a command has no object now, if so.
    pub fn refusal(&self, command: &Command) -> Option<String> {
        let shell = |id: &ServerId| &self.servers[id.row()];
        match command {
            Command::Crash(id) if shell(id).node.is_none() => Some(format!("{id} is already down")),
            Command::Restart(id) if shell(id).node.is_some() => {
                Some(format!("{id} is up; only a crashed server restarts"))
            }
            Command::Pause(id) if shell(id).node.is_none() => {
                Some(format!("{id} is down; only a running server can pause"))
            }
            Command::Pause(id) if shell(id).paused => Some(format!("{id} is already paused")),
            Command::Resume(id) if !shell(id).paused => Some(format!("{id} is not paused")),
            Command::Timeout(id) if shell(id).node.is_none() => Some(format!("{id} is down; it has no timer")),
            Command::Timeout(id) if shell(id).paused => Some(format!("{id} is paused; resume it first")),
            Command::Restore(id) | Command::Wipe(id) if shell(id).node.is_some() => {
                Some(format!("{id} is up; only a crashed server's disk can be exchanged"))
            }
            Command::Restore(id) if !shell(id).has_backup() => {
                Some(format!("there is no backup of {id}; backup {id} makes one"))
            }
            Command::Change(_) => self.administered().err(),
            Command::Compact(id) if shell(id).node.is_none() => Some(format!("{id} is down; it has no state to keep")),
            Command::Compact(id) if shell(id).paused => Some(format!("{id} is paused; resume it first")),
            Command::Compact(id) if !shell(id).can_compact() => {
                Some(format!("{id} has applied nothing since its last snapshot"))
            }
            Command::Transfer(_) => self.no_transfer(),
            Command::Request(request) if self.clients[request.client as usize - 1].is_busy(1) => {
                Some(format!("C{} already waits for {OPEN_MAX} answers", request.client))
            }
            Command::Burst(count) if self.clients[0].is_busy(*count) => {
                Some(format!("C1 would wait for more than {OPEN_MAX} answers"))
            }
            Command::Message(key, _) if self.network.find(key).is_none() => {
                Some("that message is no longer in flight".into())
            }
            Command::Message(key, Handling::Release) => {
                (!self.is_held(key)).then(|| format!("the message {key} is not held"))
            }
            Command::Message(key, Handling::Hold) => {
                self.is_held(key).then(|| format!("the message {key} is already held"))
            }
            _ => None,
        }
    }

    fn is_held(&self, key: &MessageKey) -> bool {
        let flight = self.network.find(key).and_then(|place| self.network.at(place));
        flight.is_some_and(|flight| matches!(flight.fate, Fate::Held { .. }))
    }
}

/// Why a message is lost, for those that never reach a node.
pub(crate) fn down_or_barrier(world: &World, from: Option<ServerId>, to: ServerId) -> Option<LossCause> {
    if let Some(from) = from
        && let Some(cause) = world.network.barrier(from, to)
    {
        return Some(cause);
    }
    world.servers[to.row()].node.is_none().then_some(LossCause::Down)
}
