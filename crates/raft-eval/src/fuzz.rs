//! What the fuzzing targets do with bytes that nobody has thought of. The targets in `fuzz/` and the test that runs
//! their stored corpus on stable Rust call the same functions. Each ends or panics; what makes no sense is refused.

use raft_core::*;
use raft_sim::command::Command as Order;
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::run::{Progress, Run};
use raft_sim::saved;
use raft_sim::scenario::Scenario;
use std::sync::Arc;

/// Events that one input may cost at each seek.
const ALLOWANCE: u64 = 2_000;

/// The bytes are a scenario. If it can be read, it is played, saved, and the saved run is opened again.
pub fn scenario(data: &[u8]) {
    let Ok(scenario) = Scenario::parse("fuzz", &String::from_utf8_lossy(data)) else { return };
    let mut run = scenario.run();
    run.seek(Time(scenario.until.min(1_000_000)), ALLOWANCE);
    let text = saved::to_text(&run);
    if let Ok(mut opening) = saved::begin(&text) {
        match opening.play(4 * ALLOWANCE) {
            Ok(true) => assert_eq!(saved::to_text(&opening.run()), text, "a run that is saved and opened is the same"),
            // What takes longer, or is too heavy, is no finding.
            Ok(false) => (),
            Err(why) => assert!(opening.run().check_burden().is_err(), "{why}"),
        }
    }
}

/// Words at the beginning of commands that do no harm while all rules hold.
const HARMLESS: [&str; 21] = [
    "crash",
    "restart",
    "pause",
    "resume",
    "timeout",
    "partition",
    "heal",
    "cut",
    "mend",
    "latency",
    "loss",
    "duplicate",
    "reorder",
    "request",
    "burst",
    "requests",
    "heartbeat",
    "election-timeout",
    "disk",
    "align",
    "spread",
];

/// The bytes are lines, each a command that is given to a run 20 ms after the one before; `back`, `undo` and `redo` are
/// what a reader does to a run. In the end the run is played again from its start, with the same result; and while
/// only harmless commands were given, no promise was broken.
pub fn commands(data: &[u8]) {
    let Some((size, lines)) = data.split_first() else { return };
    let config = WorldConfig { servers: u32::from(size % 7) + 1, ..WorldConfig::default() };
    let servers = config.servers;
    let script = Script::new(servers, &[], Vec::new());
    let mut run = Run::new(config, u64::from(*size), Vec::new(), script);
    let mut harmless = true;
    for line in String::from_utf8_lossy(lines).lines().take(64) {
        let time = run.time().0;
        run.seek(Time(time + 20_000), ALLOWANCE);
        match line.trim() {
            "back" => drop(run.seek(Time(time / 2), ALLOWANCE)),
            "undo" => drop(run.undo()),
            "redo" => drop(run.redo()),
            text => {
                let Ok(orders) = Order::parse_all(text, servers) else { continue };
                harmless &= text.split(';').all(|one| HARMLESS.contains(&one.split_whitespace().next().unwrap_or("")));
                let _ = run.apply(orders);
            }
        }
    }
    let (event, digest) = (run.world().events(), run.world().digest());
    run.seek(Time(0), u64::MAX);
    while let Progress::Stopped = run.seek_event(event, u64::MAX) {
        run.go_on();
    }
    assert_eq!(
        (run.world().events(), run.world().digest()),
        (event, digest),
        "a run is the same when it is played again"
    );
    assert!(!harmless || run.world().violations().is_empty(), "{:?}", run.world().violations());
}

/// Takes the bytes one by one; after the last there are only zeros.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    /// Small numbers mostly, and those at the far end.
    fn number(&mut self) -> u32 {
        match self.byte() {
            255 => u32::MAX,
            254 => u32::MAX - 1,
            253 => u32::from_le_bytes([self.byte(), self.byte(), self.byte(), self.byte()]),
            byte => u32::from(byte % 8),
        }
    }

    fn flag(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    /// A few bytes.
    fn some(&mut self) -> Arc<[u8]> {
        (0..self.byte() % 8).map(|_| self.byte()).collect()
    }

    fn bits(&mut self) -> u64 {
        (0..8).fold(0, |bits, at| bits | u64::from(self.byte()) << (8 * at))
    }

    /// None, as a rule.
    fn rare_bits(&mut self) -> u64 {
        if self.flag() { self.bits() } else { 0 }
    }

    /// Some of S1 to S8.
    fn servers(&mut self) -> ServerSet {
        let bits = self.byte();
        ServerSet::first(8).iter().filter(|id| bits >> id.row() & 1 == 1).collect()
    }
}

/// The bytes are settings, and inputs to one server; see [`messages_seen_by`].
pub fn messages(data: &[u8]) {
    messages_seen_by(data, &mut |_, _| ());
}

/// The bytes are settings, and inputs to one server, with a disk and now and then a crash. Its state stays in order,
/// and while all rules hold it does what a server of Raft does whatever others say: terms and commits never fall, a vote
/// is never taken back, what a leader has appended it keeps, and no crash undoes what it has said. `seen` is told of
/// each step: the server, and what followed.
pub fn messages_seen_by(data: &[u8], seen: &mut dyn FnMut(&Node, &Effects)) {
    let mut bytes = Bytes(data);
    let config = Config {
        snapshot_chunk: 3,
        members: ServerSet::first(1 + u32::from(bytes.byte() % 5)),
        heartbeat_interval: 50_000,
        election_timeout_min: 150_000,
        rules: Rules::ALL,
        options: Options::NONE,
        mistakes: Mistakes::NONE,
        clock_drift_ppm: 100_000,
    };
    let config = any_switches(&mut bytes, config);
    let mut machine = Machine::new(config);
    while !bytes.0.is_empty() {
        machine.now = machine.now.after(u64::from(bytes.byte()) * 1_000);
        match any_input(&mut bytes, machine.node.config()) {
            Some(input) => machine.feed(input, seen),
            None => machine.restart(),
        }
    }
}

/// A server, its disk, and what it has said that a crash must not undo.
struct Machine {
    node: Node,
    now: Time,
    disk: Stable,
    writing: Vec<Write>,
    held: Vec<Outgoing>,
    /// Whether all rules have held, and no mistake was made, all the time.
    faithful: bool,
    /// The latest term of which it has spoken, and whom it has told that they have its vote there.
    said: (Term, Option<ServerId>),
}

fn timeout(term: Term, attempt: u32) -> Micros {
    150_000 + u64::from(term.0 ^ attempt) % 150_000
}

impl Machine {
    fn new(config: Config) -> Self {
        let context = Context { now: Time(0), election_timeout: &timeout };
        Self {
            node: Node::start(ServerId(1), config, Stable::default(), Volatile::default(), &context),
            now: Time(0),
            disk: Stable::default(),
            writing: Vec::new(),
            held: Vec::new(),
            faithful: true,
            said: (Term(0), None),
        }
    }

    fn feed(&mut self, input: Input, seen: &mut dyn FnMut(&Node, &Effects)) {
        let mut next = Some(input);
        while let Some(input) = next {
            if let Input::WriteStable(id) = input {
                // Writes reach the disk in their order.
                let upto = self.writing.iter().position(|write| write.id == id).map_or(0, |at| at + 1);
                self.writing.drain(..upto).for_each(|write| self.disk.put(write));
            }
            let before = self.node.clone();
            let mut effects = Effects::default();
            self.node.handle(&Context { now: self.now, election_timeout: &timeout }, input, &mut effects);
            let settings = self.node.config();
            self.faithful &= settings.rules == Rules::ALL && settings.mistakes == Mistakes::NONE;
            in_order(&before, &self.node, &effects, self.faithful);
            seen(&self.node, &effects);
            // Half of the writes are done at once, the others when an input says so.
            let write = effects.write.as_ref().map(|write| write.id).filter(|id| id.0.is_multiple_of(2));
            next = write.map(Input::WriteStable);
            self.writing.extend(effects.write);
            self.held.extend(effects.messages);
            self.send();
        }
    }

    /// What need not wait any more leaves.
    fn send(&mut self) {
        let first = self.writing.first().map_or(WriteId(u32::MAX), |write| write.id);
        let (leaving, held) = std::mem::take(&mut self.held).into_iter().partition(|out| out.after < first);
        self.held = held;
        for Outgoing { envelope, .. } in leaving {
            // A Pre-Vote, and the answer to it, promise nothing.
            if matches!(envelope.message, Message::PreVote { .. } | Message::PreVoteReply { .. }) {
                continue;
            }
            let vote = match envelope.message {
                Message::RequestVoteReply { vote_granted: true } => Some(envelope.to),
                Message::RequestVote { .. } => Some(envelope.from),
                _ => None,
            };
            if envelope.term > self.said.0 {
                self.said = (envelope.term, vote);
            } else if envelope.term == self.said.0 {
                self.said.1 = vote.or(self.said.1);
            }
        }
    }

    fn restart(&mut self) {
        self.writing.clear();
        self.held.clear();
        let context = Context { now: self.now, election_timeout: &timeout };
        self.node = Node::start(ServerId(1), *self.node.config(), self.disk.clone(), self.node.volatile(), &context);
        // With `snapshot-before-discard` off it may have closed a hole in its log.
        self.disk.close_gap();
        if !self.faithful {
            return;
        }
        let (term, vote) = self.said;
        assert!(self.node.current_term() >= term, "it has spoken of {term}");
        if let (Some(vote), true) = (vote, self.node.current_term() == term) {
            assert_eq!(self.node.voted_for(), Some(vote), "it has said so");
        }
    }
}

fn in_order(before: &Node, node: &Node, effects: &Effects, faithful: bool) {
    assert!(node.current_term() >= before.current_term());
    assert!(node.last_applied() <= node.commit_index() && node.stable_index() <= node.log().last_index());
    assert!(node.log().base().index <= node.snapshot_index() && node.snapshot_index() <= node.last_applied());
    let applied = effects.restore.as_ref().map_or(before.last_applied(), |it| it.last_included_index);
    if let Some((from, to)) = effects.apply {
        assert_eq!((from, to), (applied, node.last_applied()), "every entry is applied once");
    }
    assert!(effects.reads.iter().all(|(_, index)| *index <= node.last_applied()), "a read is answered when it can be");
    if !faithful {
        return;
    }
    assert_eq!(*node.membership(), node.membership_at(Index(u32::MAX)).1, "the latest configuration is in force");
    assert!(node.commit_index() >= before.commit_index());
    let same_term = node.current_term() == before.current_term();
    if same_term && before.voted_for().is_some() {
        assert_eq!(node.voted_for(), before.voted_for());
    }
    if same_term && before.is_leader() && node.is_leader() {
        assert_eq!(node.log().digest_at(before.log().last_index()), Some(before.log().digest()));
    }
}

/// Each table of switches has its place, with room for more: so stored inputs keep their meaning when it grows.
fn any_switches(bytes: &mut Bytes<'_>, config: Config) -> Config {
    let (options, rules_off, mistakes) = (bytes.bits(), bytes.rare_bits(), bytes.rare_bits());
    let is_set = |bits: u64, at: usize| bits >> at & 1 == 1;
    let mut config = Config { rules: Rules::ALL, options: Options::NONE, mistakes: Mistakes::NONE, ..config };
    for (at, option) in ProtocolOption::ALL.iter().enumerate() {
        config.options = config.options.with(*option, is_set(options, at));
    }
    for (at, rule) in Rule::ALL.iter().enumerate() {
        config.rules = config.rules.with(*rule, !is_set(rules_off, at));
    }
    for (at, mistake) in Mistake::ALL.iter().enumerate() {
        config.mistakes = config.mistakes.with(*mistake, is_set(mistakes, at));
    }
    config
}

/// An input; none for a crash and a restart.
fn any_input(bytes: &mut Bytes<'_>, config: &Config) -> Option<Input> {
    Some(match bytes.byte() % 20 {
        0 => Input::Timer,
        1 => Input::ForceTimeout,
        2 => Input::SetDeadline(Time(u64::from(bytes.number()) * 1_000)),
        3 => Input::Propose(Command::new(&[bytes.byte()])),
        4 => Input::WriteStable(WriteId(bytes.number())),
        5 => Input::ChangeMembership(any_change(bytes)),
        6 => Input::Compact { upto: Index(bytes.number()), data: bytes.some() },
        7 => Input::Read(ReadId(bytes.number())),
        8 => Input::Transfer(ServerId(bytes.number())),
        9 => Input::Configure(any_switches(bytes, *config)),
        10 => return None,
        _ => Input::Message(any_envelope(bytes)),
    })
}

fn any_change(bytes: &mut Bytes<'_>) -> Change {
    match bytes.byte() % 5 {
        0 => Change::Add(ServerId(bytes.number())),
        1 => Change::Remove(ServerId(bytes.number())),
        2 => Change::AddLearner(ServerId(bytes.number())),
        3 => Change::Promote(ServerId(bytes.number())),
        _ => Change::Replace(bytes.servers()),
    }
}

fn any_entry(bytes: &mut Bytes<'_>) -> Entry {
    let term = Term(bytes.number());
    let payload = match bytes.byte() % 8 {
        0 => Payload::Own(Own::NoOp),
        1 => Payload::Own(Own::Config(any_membership(bytes).into())),
        other => Payload::Command(Command::new(&[other])),
    };
    Entry { term, payload }
}

fn any_membership(bytes: &mut Bytes<'_>) -> Membership {
    Membership { voters: bytes.servers(), outgoing: bytes.servers(), learners: bytes.servers() }
}

fn any_envelope(bytes: &mut Bytes<'_>) -> Envelope {
    let (from, to) = (ServerId(bytes.number()), ServerId(if bytes.byte() == 7 { bytes.number() } else { 1 }));
    let term = Term(bytes.number());
    let rpc = Rpc { round: bytes.number(), attempt: bytes.number() };
    Envelope { from, to, term, rpc, message: any_message(bytes) }
}

fn any_message(bytes: &mut Bytes<'_>) -> Message {
    let (one, other, entry_term) = (Index(bytes.number()), Index(bytes.number()), Term(bytes.number()));
    let yes = bytes.flag();
    match bytes.byte() % 9 {
        0 => Message::RequestVote { last_log_index: one, last_log_term: entry_term, transfer: yes },
        1 => Message::RequestVoteReply { vote_granted: yes },
        2 => Message::PreVote { last_log_index: one, last_log_term: entry_term },
        3 => Message::PreVoteReply { vote_granted: yes },
        4 => Message::AppendEntries {
            prev_log_index: one,
            prev_log_term: entry_term,
            entries: (0..bytes.byte() % 4).map(|_| any_entry(bytes)).collect(),
            leader_commit: other,
        },
        5 => Message::AppendEntriesReply {
            success: yes,
            prev_log_index: one,
            match_index: other,
            conflict: bytes.flag().then_some(Conflict { term: entry_term, first_index: other }),
        },
        6 => Message::InstallSnapshot {
            last_included_index: one,
            last_included_term: entry_term,
            digest: u64::from(bytes.byte()),
            config: (Index(bytes.number()), any_membership(bytes)).into(),
            offset: other.0,
            data: bytes.some(),
            done: yes,
        },
        7 => Message::InstallSnapshotReply { last_included_index: one, next_offset: other.0, installed: yes },
        _ => Message::TimeoutNow,
    }
}
