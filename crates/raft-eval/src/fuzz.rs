//! What the fuzzing targets do with bytes that nobody has thought of. The targets in `fuzz/` and the test that runs
//! their stored corpus on stable Rust call the same functions. Each ends or panics; what makes no sense is refused.

use raft_core::*;
use raft_sim::command::Command as Order;
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::run::{Progress, Run};
use raft_sim::saved;
use raft_sim::scenario::Scenario;

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
}

/// The bytes are settings, and inputs to one server. Its state stays in order, and while all rules hold it does
/// what a server of Raft does whatever others say: terms and commits never fall, a vote is never taken back, and what
/// a leader has appended it keeps.
pub fn messages(data: &[u8]) {
    let mut bytes = Bytes(data);
    let mut config = Config {
        snapshot_chunk: 3,
        members: ServerSet::first(1 + u32::from(bytes.byte() % 5)),
        heartbeat_interval: 50_000,
        election_timeout_min: 150_000,
        rules: Rules::ALL,
        options: Options::NONE,
        mistakes: Mistakes::NONE,
        clock_drift_ppm: 100_000,
    };
    for option in ProtocolOption::ALL {
        config.options = config.options.with(*option, bytes.flag());
    }
    if bytes.flag() {
        for rule in Rule::ALL {
            config.rules = config.rules.with(*rule, bytes.flag());
        }
    }
    let timeout = |term: Term, attempt: u32| 150_000 + u64::from(term.0 ^ attempt) % 150_000;
    let mut now = Time(0);
    let context = Context { now, election_timeout: &timeout };
    let mut node = Node::start(ServerId(1), config, Stable::default(), Volatile::default(), &context);
    while !bytes.0.is_empty() {
        now = now.after(u64::from(bytes.byte()) * 1_000);
        let mut next = Some(any_input(&mut bytes));
        while let Some(input) = next {
            let before = node.clone();
            let mut effects = Effects::default();
            node.handle(&Context { now, election_timeout: &timeout }, input, &mut effects);
            in_order(&before, &node);
            // Half of the writes are done at once, the others when an input says so.
            next = effects.write.filter(|write| write.id.0.is_multiple_of(2)).map(|write| Input::WriteStable(write.id));
        }
    }
}

fn in_order(before: &Node, node: &Node) {
    assert!(node.current_term() >= before.current_term());
    assert!(node.last_applied() <= node.commit_index() && node.stable_index() <= node.log().last_index());
    if node.config().rules != Rules::ALL {
        return;
    }
    assert!(node.commit_index() >= before.commit_index());
    let same_term = node.current_term() == before.current_term();
    if same_term && before.voted_for().is_some() {
        assert_eq!(node.voted_for(), before.voted_for());
    }
    if same_term && before.is_leader() && node.is_leader() {
        assert_eq!(node.log().digest_at(before.log().last_index()), Some(before.log().digest()));
    }
}

fn any_input(bytes: &mut Bytes<'_>) -> Input {
    match bytes.byte() % 12 {
        0 => Input::Timer,
        1 => Input::ForceTimeout,
        2 => Input::SetDeadline(Time(u64::from(bytes.number()) * 1_000)),
        3 => Input::Propose(Command::new(&[bytes.byte()])),
        4 => Input::WriteStable(WriteId(bytes.number())),
        _ => Input::Message(any_envelope(bytes)),
    }
}

fn any_envelope(bytes: &mut Bytes<'_>) -> Envelope {
    let (from, to) = (ServerId(bytes.number()), ServerId(if bytes.byte() == 7 { bytes.number() } else { 1 }));
    let term = Term(bytes.number());
    let rpc = Rpc { round: bytes.number(), attempt: bytes.number() };
    let (one, other, entry_term) = (Index(bytes.number()), Index(bytes.number()), Term(bytes.number()));
    let yes = bytes.flag();
    let message = match bytes.byte() % 6 {
        0 => Message::RequestVote { last_log_index: one, last_log_term: entry_term, transfer: false },
        1 => Message::RequestVoteReply { vote_granted: yes },
        2 => Message::PreVote { last_log_index: one, last_log_term: entry_term },
        3 => Message::PreVoteReply { vote_granted: yes },
        4 => Message::AppendEntries {
            prev_log_index: one,
            prev_log_term: entry_term,
            entries: (0..bytes.byte() % 4)
                .map(|_| Entry { term: Term(bytes.number()), payload: Payload::Command(Command::new(&[bytes.byte()])) })
                .collect(),
            leader_commit: other,
        },
        _ => Message::AppendEntriesReply {
            success: yes,
            prev_log_index: one,
            match_index: other,
            conflict: bytes.flag().then_some(Conflict { term: entry_term, first_index: other }),
        },
    };
    Envelope { from, to, term, rpc, message }
}
