//! A cluster of both kinds on a simulated network, and its misfortunes. Time advances by milliseconds.

use crate::chance::Chance;
use crate::checks::{Checks, View};
use crate::core_server::CoreServer;
use crate::rs_server::RsServer;
use raft::StateRole;
use raft::eraftpb::Message as RsMessage;
use raft_core::{Command, Envelope, Input, Micros, Options, ProtocolOption, ReadId, Rules, ServerId, ServerSet, Time};
use std::collections::BTreeMap;

/// The shortest election timeout of both kinds.
pub const ELECTION_MIN: Micros = 150_000;
const HEARTBEAT: Micros = 50_000;
/// A tick of raft-rs in milliseconds.
const TICK: u64 = 10;

/// A message on its way: translated if its receiver is of another kind than its sender.
#[derive(Clone, Debug)]
pub enum Packet {
    /// From a server of raft-core, or for one.
    Core(Envelope),
    /// Between servers of raft-rs.
    Rs(Box<RsMessage>),
}

impl Packet {
    fn way(&self) -> (u32, u32) {
        match self {
            Self::Core(envelope) => (envelope.from.0, envelope.to.0),
            Self::Rs(message) => (message.from as u32, message.to as u32),
        }
    }
}

enum Server {
    Core(Box<CoreServer>),
    Rs(Box<RsServer>),
}

struct Machine {
    server: Server,
    up: bool,
    /// When its next write is done, for the oldest one.
    disk_due: u64,
    slow_disk: bool,
}

/// A cluster and all that happens to it.
pub struct World {
    machines: Vec<Machine>,
    /// Milliseconds.
    now: u64,
    chance: Chance,
    /// When what arrives; the second number keeps the order of sending.
    network: BTreeMap<(u64, u64), Packet>,
    sent: u64,
    cut: Vec<(u32, u32)>,
    calm: bool,
    /// No client asks for anything.
    silent: bool,
    loss: u64,
    copies: u64,
    latency: u64,
    /// What is checked.
    pub checks: Checks,
    /// How often a server restarted, of raft-core and of raft-rs.
    pub restarts: (u32, u32),
    /// Transfers that were done: the old leader and the new one, by kind; true for raft-core.
    pub transfers: Vec<(bool, bool)>,
    /// Reads that were answered, by leaders of raft-core and of raft-rs.
    pub reads: (u32, u32),
    proposed: u64,
    /// The last transfer that was asked for: of whom, to whom, in which term.
    handing: Option<(u32, u32, u64)>,
    /// For each read how much was committed when it was asked.
    asked: Vec<u64>,
}

impl World {
    /// The cluster of a seed: three to five servers, at least one of each kind, with random options.
    pub fn new(seed: u64) -> Self {
        Self::with_rules(seed, Rules::ALL)
    }

    /// The same cluster, whose servers of raft-core keep only these rules.
    pub fn with_rules(seed: u64, rules: Rules) -> Self {
        let mut chance = Chance::new(seed);
        let servers = 3 + chance.below(3);
        let first_rs = 1 + chance.below(servers - 1);
        let rotation = chance.below(servers);
        let is_core = |id: u64| (id - 1 + rotation) % servers < first_rs;
        let foreign: ServerSet = (1..=servers).filter(|id| is_core(*id)).map(|id| ServerId(id as u32)).collect();
        let (pre_vote, check_quorum) = (chance.one_in(3), chance.one_in(3));
        let mut machines = Vec::new();
        for id in 1..=servers {
            let server = if is_core(id) {
                let config = core_config(&mut chance, servers as u32, pre_vote, check_quorum, rules);
                Server::Core(Box::new(CoreServer::new(id as u32, config, raft_core::mix(seed << 8 | id))))
            } else {
                let config = rs_config(&mut chance, id, pre_vote, check_quorum);
                Server::Rs(Box::new(RsServer::new(config, servers, foreign, raft_core::mix(seed << 8 | id))))
            };
            machines.push(Machine { server, up: true, disk_due: 0, slow_disk: chance.one_in(3) });
        }
        let (loss, copies, latency) = (chance.of(&[0, 20, 100]), chance.of(&[0, 50]), chance.of(&[3, 10, 40]));
        Self {
            machines,
            now: 0,
            chance,
            network: BTreeMap::new(),
            sent: 0,
            cut: vec![],
            calm: false,
            silent: false,
            loss,
            copies,
            latency,
            checks: Checks::default(),
            restarts: (0, 0),
            transfers: vec![],
            reads: (0, 0),
            proposed: 0,
            handing: None,
            asked: vec![],
        }
    }

    /// Lets so many milliseconds pass, with misfortunes unless the world is calm.
    pub fn run(&mut self, millis: u64) {
        for _ in 0..millis {
            self.now += 1;
            if !self.calm && self.chance.one_in(150) {
                self.strike();
            }
            if !self.silent && self.now.is_multiple_of(25) {
                self.propose();
            }
            if !self.silent && self.now.is_multiple_of(35) {
                self.read();
            }
            self.arrivals();
            for id in 1..=self.machines.len() as u32 {
                self.live(id);
            }
            if self.now.is_multiple_of(500) {
                self.compare_logs();
            }
        }
    }

    /// Everything works again. Then a leader must be found, and every log must become the same.
    pub fn recover(&mut self) {
        self.calm_down();
        self.cut.clear();
        for id in 1..=self.machines.len() as u32 {
            self.restart(id);
        }
        self.run(3_000);
        let end = self.checks.committed.len();
        self.run(500);
        assert!(self.checks.committed.len() > end, "a healthy cluster commits: {:?}", self.checks.leaders);
        self.silent = true;
        self.run(5_000);
        let end = self.checks.committed.len();
        for id in 1..=self.machines.len() as u32 {
            let view = self.view(id);
            assert!(view.applied.len() >= end, "S{id} has applied {} of {end}", view.applied.len());
            let same = view.applied.iter().zip(&self.checks.committed).all(|(mine, (all, _))| mine == all);
            assert!(same, "S{id} has applied something else");
        }
    }

    fn calm_down(&mut self) {
        self.calm = true;
        self.machines.iter_mut().for_each(|machine| machine.slow_disk = false);
    }

    /// Kinds of the leaders in the order of their terms; true for raft-core.
    pub fn leaders_by_kind(&self) -> Vec<bool> {
        let mut leaders = self.checks.leaders.clone();
        leaders.sort_unstable();
        leaders.iter().map(|(_, id)| self.is_core(*id)).collect()
    }

    fn is_core(&self, id: u32) -> bool {
        matches!(self.machines[id as usize - 1].server, Server::Core(_))
    }

    /// A server that is up and takes itself for the leader.
    fn leader(&self) -> Option<u32> {
        (1..=self.machines.len() as u32).find(|id| self.machines[*id as usize - 1].up && self.view(*id).is_leader)
    }

    /// In calm, whoever leads hands over to a server of this kind; whether that one leads before anybody could have
    /// stood by itself. None if there is no such server beside the leader.
    pub fn hands_over_to(&mut self, core: bool) -> Option<(bool, bool)> {
        self.calm_down();
        self.run(2_000);
        let leader = self.leader().expect("in calm somebody leads");
        let target = (1..=self.machines.len() as u32).find(|id| *id != leader && self.is_core(*id) == core)?;
        self.transfer(leader, target);
        self.run(ELECTION_MIN / 1_000 - 1);
        Some((self.is_core(leader), self.leader() == Some(target)))
    }

    fn time(&self) -> Time {
        Time(self.now * 1_000)
    }

    fn view(&self, id: u32) -> View<'_> {
        match &self.machines[id as usize - 1].server {
            Server::Core(server) => View {
                id,
                term: server.node.current_term().0.into(),
                is_leader: server.node.is_leader(),
                commit: server.node.commit_index().0 as usize,
                log: &server.log,
                applied: &server.applied,
            },
            Server::Rs(server) => View {
                id,
                term: server.node.raft.term,
                is_leader: server.node.raft.state == StateRole::Leader,
                commit: server.node.raft.raft_log.committed as usize,
                log: &server.log,
                applied: &server.applied,
            },
        }
    }

    /// Does something with a server that is up, sends what follows, and looks at it.
    fn act(&mut self, id: u32, what: impl FnOnce(&mut Server) -> Vec<Packet>) {
        let machine = &mut self.machines[id as usize - 1];
        if !machine.up {
            return;
        }
        for packet in what(&mut machine.server) {
            self.send(packet);
        }
        let known = self.checks.leaders.len();
        let mut checks = std::mem::take(&mut self.checks);
        checks.watch(&self.view(id));
        self.checks = checks;
        self.watch_reads(id);
        if self.checks.leaders.len() > known {
            self.watch_transfer();
        }
    }

    /// A read sees all that was committed when it was asked, whoever answers.
    fn watch_reads(&mut self, id: u32) {
        let reads = match &mut self.machines[id as usize - 1].server {
            Server::Core(server) => std::mem::take(&mut server.reads),
            Server::Rs(server) => std::mem::take(&mut server.reads),
        };
        for (read, index) in reads {
            let least = self.asked[read as usize - 1];
            assert!(index >= least, "S{id} answers read {read} at {index}; {least} were committed when it was asked");
            match self.is_core(id) {
                true => self.reads.0 += 1,
                false => self.reads.1 += 1,
            }
        }
    }

    fn watch_transfer(&mut self) {
        let (term, id) = *self.checks.leaders.last().expect("there is a new one");
        if let Some((from, to, of)) = self.handing.take_if(|(.., of)| *of < term)
            && (to, of + 1) == (id, term)
        {
            self.transfers.push((self.is_core(from), self.is_core(to)));
        }
    }

    fn send(&mut self, packet: Packet) {
        let copies = if self.calm { 1 } else { 1 + u64::from(self.chance.below(1_000) < self.copies) };
        for _ in 0..copies {
            if !self.calm && self.chance.below(1_000) < self.loss {
                continue;
            }
            let latency = 1 + self.chance.below(if self.calm { 5 } else { self.latency });
            self.sent += 1;
            self.network.insert((self.now + latency, self.sent), packet.clone());
        }
    }

    fn arrivals(&mut self) {
        while let Some(first) = self.network.first_entry().filter(|first| first.key().0 <= self.now) {
            let packet = first.remove();
            let (from, to) = packet.way();
            if self.cut.contains(&(from, to)) {
                continue;
            }
            let now = self.time();
            self.act(to, |server| match (server, packet) {
                (Server::Core(server), Packet::Core(envelope)) => server.handle(now, Input::Message(envelope)),
                (Server::Core(_), Packet::Rs(message)) => panic!("not translated: {message:?}"),
                (Server::Rs(server), packet) => server.receive(packet),
            });
        }
    }

    /// Clock and disk of a server.
    fn live(&mut self, id: u32) {
        let (now, time) = (self.now, self.time());
        self.act(id, |server| match server {
            Server::Core(server) => server.tick(time),
            Server::Rs(server) if (now + u64::from(id)).is_multiple_of(TICK) => server.tick(),
            Server::Rs(_) => Vec::new(),
        });
        let machine = &mut self.machines[id as usize - 1];
        if machine.disk_due > now {
            return;
        }
        machine.disk_due = now + self.chance.below(if machine.slow_disk { 30 } else { 2 });
        self.act(id, |server| match server {
            Server::Core(server) => server.sync(time),
            Server::Rs(server) => server.sync(),
        });
    }

    /// A client asks whoever believes to lead.
    fn propose(&mut self) {
        let time = self.time();
        for id in 1..=self.machines.len() as u32 {
            if self.view(id).is_leader {
                self.proposed += 1;
                let command = format!("{} by S{id}", self.proposed);
                self.act(id, |server| match server {
                    Server::Core(server) => server.handle(time, Input::Propose(Command::new(command.as_bytes()))),
                    Server::Rs(server) => server.propose(command.as_bytes()),
                });
            }
        }
    }

    /// A client reads from whoever believes to lead.
    fn read(&mut self) {
        let time = self.time();
        for id in 1..=self.machines.len() as u32 {
            if self.view(id).is_leader {
                self.asked.push(self.checks.committed.len() as u64);
                let read = self.asked.len() as u32;
                self.act(id, |server| match server {
                    Server::Core(server) => server.handle(time, Input::Read(ReadId(read))),
                    Server::Rs(server) => server.read(read),
                });
            }
        }
    }

    fn transfer(&mut self, from: u32, to: u32) {
        let time = self.time();
        self.handing = Some((from, to, self.view(from).term));
        self.act(from, |server| match server {
            Server::Core(server) => server.handle(time, Input::Transfer(ServerId(to))),
            Server::Rs(server) => server.transfer(to),
        });
    }

    /// A misfortune: a crash, a restart, a cut, a candidacy out of turn; or a leader is asked to hand over.
    fn strike(&mut self) {
        let servers = self.machines.len() as u64;
        let any = 1 + self.chance.below(servers) as u32;
        let leader = self.leader();
        let time = self.time();
        match self.chance.below(10) {
            0 => self.crash(any),
            1 => self.crash(leader.unwrap_or(any)),
            2 | 3 => self.restart(any),
            4 => {
                let id = leader.unwrap_or(any);
                let others = (1..=servers as u32).filter(|other| *other != id);
                self.cut = others.flat_map(|other| [(id, other), (other, id)]).collect();
            }
            5 => self.cut.push((any, 1 + any % servers as u32)),
            6 => self.cut.clear(),
            7 | 8 => {
                if let Some(leader) = leader.filter(|leader| *leader != any) {
                    self.transfer(leader, any);
                }
            }
            _ => self.act(any, |server| match server {
                Server::Core(server) if !server.node.is_leader() => server.handle(time, Input::ForceTimeout),
                Server::Rs(server) if server.node.raft.state != StateRole::Leader => server.campaign(),
                _ => Vec::new(),
            }),
        }
    }

    fn crash(&mut self, id: u32) {
        self.machines[id as usize - 1].up = false;
    }

    fn restart(&mut self, id: u32) {
        let time = self.time();
        let machine = &mut self.machines[id as usize - 1];
        if machine.up {
            return;
        }
        machine.up = true;
        match &mut machine.server {
            Server::Core(server) => {
                self.restarts.0 += 1;
                server.restart(time);
            }
            Server::Rs(server) => {
                self.restarts.1 += 1;
                server.restart();
            }
        }
        self.checks.forget(id);
        self.act(id, |_| Vec::new());
    }

    fn compare_logs(&self) {
        for id in 2..=self.machines.len() as u32 {
            for other in 1..id {
                Checks::compare(&self.view(id), &self.view(other));
            }
        }
    }
}

fn core_config(
    chance: &mut Chance,
    servers: u32,
    pre_vote: bool,
    check_quorum: bool,
    rules: Rules,
) -> raft_core::Config {
    use ProtocolOption::{Batching, CheckQuorum, FastBackup, NoOp, ParallelWrite, Pipelining, PreVote, ReadIndex};
    let options = Options::NONE.with(NoOp, true).with(ReadIndex, true);
    let mut options = options.with(PreVote, pre_vote).with(CheckQuorum, check_quorum);
    for option in [FastBackup, Batching, Pipelining, ParallelWrite] {
        options = options.with(option, chance.one_in(2));
    }
    raft_core::Config {
        members: ServerSet::first(servers),
        heartbeat_interval: HEARTBEAT,
        election_timeout_min: ELECTION_MIN,
        clock_drift_ppm: 0,
        rules,
        options,
        snapshot_chunk: 1_024,
        mistakes: raft_core::Mistakes::NONE,
    }
}

fn rs_config(chance: &mut Chance, id: u64, pre_vote: bool, check_quorum: bool) -> raft::Config {
    let ticks = (ELECTION_MIN / 1_000 / TICK) as usize;
    raft::Config {
        id,
        election_tick: ticks,
        heartbeat_tick: (HEARTBEAT / 1_000 / TICK) as usize,
        min_election_tick: ticks,
        max_election_tick: 2 * ticks,
        max_size_per_msg: chance.of(&[0, 100, raft::NO_LIMIT]),
        max_inflight_msgs: chance.of(&[1, 8, 256]),
        batch_append: chance.one_in(2),
        pre_vote,
        check_quorum,
        ..raft::Config::default()
    }
}
