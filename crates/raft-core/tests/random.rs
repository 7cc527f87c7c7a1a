//! One server under random inputs, and whole clusters under random schedules. What fails says how to rerun it.

use crate::common::*;
use raft_core::*;
use std::collections::{BTreeMap, HashMap, VecDeque};

/// One server and what its owner knows: which writes are under way, and what the disk holds before and after them.
struct Fuzz {
    probe: Probe,
    disk: Stable,
    after_all: Stable,
    writing: VecDeque<Write>,
    issued: WriteId,
    stable: WriteId,
    hard: WriteId,
    seen: HashMap<u64, Node>,
}

impl Fuzz {
    fn new(config: Config) -> Self {
        let disk = stable(2, 0, &[1, 1, 2]);
        Self {
            probe: Probe::new(config, disk.clone()),
            after_all: disk.clone(),
            disk,
            writing: VecDeque::new(),
            issued: WriteId(0),
            stable: WriteId(0),
            hard: WriteId(0),
            seen: HashMap::new(),
        }
    }

    fn restart(&mut self, before: Volatile) {
        let (config, now) = (*self.probe.node.config(), self.probe.now);
        let context = Context { now, election_timeout: &|_, _| TIMEOUT };
        self.probe.node = Node::start(ServerId(1), config, self.disk.clone(), before, &context);
        self.after_all = self.disk.clone();
        self.writing.clear();
        (self.issued, self.stable, self.hard) = Default::default();
    }

    /// Hands in one input and checks what is documented on `Node`, `Effects` and in the crate's opening.
    fn step(&mut self, input: Input) {
        let before = self.probe.node.clone();
        if let Input::WriteStable(id) = input {
            self.stable = id;
            while let Some(write) = self.writing.pop_front_if(|write| write.id <= id) {
                self.disk.put(write);
            }
        }
        let effects = self.probe.step(input.clone());
        let node = &self.probe.node;
        assert!(node.last_applied() <= node.commit_index());
        assert!(node.stable_index() <= node.log().last_index());
        assert!(node.current_term() >= before.current_term());
        assert!(node.commit_index() >= before.commit_index() && node.last_applied() >= before.last_applied());
        if let Role::Leader { progress, .. } = node.role() {
            assert_eq!(progress.len() as u32, node.config().members.len());
        }
        match effects.apply {
            Some((from, to)) => {
                let restored = effects.restore.as_ref().map(|it| it.last_included_index);
                assert_eq!((from, to), (restored.unwrap_or(before.last_applied()), node.last_applied()));
            }
            None => {
                let restored = effects.restore.as_ref().map(|it| it.last_included_index);
                assert_eq!(node.last_applied(), restored.unwrap_or(before.last_applied()));
            }
        }
        self.check_write(&effects);
        self.check_messages(&input, &effects);
        let node = &self.probe.node;
        let twin = self.seen.entry(node.digest(Digest::new(0)).value()).or_insert_with(|| node.clone());
        assert_eq!(twin, node, "two states with one digest");
    }

    /// Writes are numbered in order, and a disk that has them all holds what the server holds.
    fn check_write(&mut self, effects: &Effects) {
        let node = &self.probe.node;
        if let Some(write) = &effects.write {
            assert_eq!(write.id.0, self.issued.0 + 1);
            self.issued = write.id;
            if write.hard_state.is_some() {
                self.hard = write.id;
            }
            self.after_all.put(write.clone());
            self.writing.push_back(write.clone());
        }
        assert_eq!(&self.after_all.log, node.log());
        assert!(node.log().base().index <= node.snapshot_index().min(node.last_applied()));
        if node.config().rules.holds(Rule::StableVote) {
            let hard = (self.after_all.current_term, self.after_all.voted_for);
            assert_eq!(hard, (node.current_term(), node.voted_for()));
        }
        let upto = node.stable_index();
        if upto >= node.log().base().index {
            // After a start the disk may still have what nobody can use.
            let mut usable = self.disk.clone();
            usable.close_gap();
            let mine = node.log().digest_at(upto);
            assert!([&self.disk, &usable].iter().any(|disk| disk.log.digest_at(upto) == mine), "stable up to {upto}");
        }
    }

    fn check_messages(&self, input: &Input, effects: &Effects) {
        let config = self.probe.node.config();
        let mut replies = 0;
        for Outgoing { after, envelope } in &effects.messages {
            let kind = envelope.message.kind();
            assert!(envelope.from == ServerId(1) && envelope.to != ServerId(1) && config.members.contains(envelope.to));
            assert!(*after == WriteId(0) || (self.stable < *after && *after <= self.issued));
            // A pre-vote claims nothing of the term that it asks for.
            if config.rules.holds(Rule::StableVote) && self.hard > self.stable && kind != MessageKind::PreVote {
                assert!(*after >= self.hard, "{envelope:?} leaves before its term is stable");
            }
            if kind.is_reply() {
                let Input::Message(request) = input else { panic!("a reply to nothing") };
                assert_eq!((envelope.to, envelope.rpc), (request.from, request.rpc));
                replies += 1;
                let waits = config.rules.holds(Rule::StableLog) && kind != MessageKind::PreVoteReply;
                if waits && self.issued > self.stable {
                    assert_eq!(*after, self.issued, "{envelope:?} leaves before the log is stable");
                }
            }
        }
        assert!(replies <= 1);
    }
}

fn any_letter(chance: &mut Chance, node: &Node) -> Input {
    let last = node.log().last_index().0;
    let prev = chance.below(last + 3);
    let prev_term = match node.log().term_at(Index(prev)) {
        Some(term) if !chance.one_in(4) => term.0,
        _ => chance.below(6),
    };
    let sent: Vec<u32> = (0..chance.below(4)).map(|_| chance.below(6)).collect();
    let place = (chance.below(6), chance.below(last + 3));
    let yes = chance.one_in(2);
    let conflict = Conflict { term: Term(chance.below(6)), first_index: Index(chance.below(last + 3)) };
    let message = match chance.below(10) {
        8 => {
            let mut of = snapshot(&vec![chance.below(4) + 1; chance.below(last + 4) as usize + 1], "0123456789");
            of.config = std::sync::Arc::new((Index(0), Membership::of(node.config().members)));
            chunk(&of, chance.below(3) * 5, 5 * (chance.below(2) + 1))
        }
        9 => chunk_reply(chance.below(last + 3), chance.below(4) * 5, chance.one_in(3)),
        0 => vote_request(place),
        1 => vote(yes),
        2 => pre_vote(place),
        3 => Message::PreVoteReply { vote_granted: yes },
        4 | 5 => append((prev_term, prev), &sent, chance.below(last + 3)),
        _ => Message::AppendEntriesReply {
            success: yes,
            prev_log_index: Index(prev),
            match_index: Index(if yes { prev + chance.below(3) } else { 0 }),
            conflict: (!yes && chance.one_in(2)).then_some(conflict),
        },
    };
    let term = if chance.one_in(8) { chance.below(8) } else { (node.current_term().0 + chance.below(3)).max(1) - 1 };
    let (servers, me) = (node.config().members.len(), node.id().0);
    let from = ServerId((me + chance.below(servers - 1)) % servers + 1);
    let rpc = Rpc { round: chance.below(4), attempt: chance.below(3) };
    Input::Message(Envelope { from, to: node.id(), term: Term(term), rpc, message })
}

#[test]
fn one_server_keeps_its_promises_whatever_it_is_told() {
    let mut roles = BTreeMap::new();
    for_seeds("one_server_keeps_its_promises_whatever_it_is_told", 300, |seed, chance| {
        let servers = chance.below(7) + 1;
        let all_rules = seed % 3 == 0;
        let mut fuzz = Fuzz::new(any_config(chance, servers, all_rules));
        for _ in 0..200 {
            fuzz.probe.now = fuzz.probe.now.after(u64::from(chance.below(60_000)));
            let input = match chance.below(40) {
                0..=3 => Input::Timer,
                4 => Input::ForceTimeout,
                5 => Input::SetDeadline(Time(u64::from(chance.below(10_000_000)))),
                6..=9 => Input::Propose(command("x")),
                10..=19 => match fuzz.writing.get(chance.below(fuzz.writing.len() as u32 + 1) as usize) {
                    Some(write) => Input::WriteStable(write.id),
                    None => continue,
                },
                20 => {
                    let snapshot_chunk = fuzz.probe.node.config().snapshot_chunk;
                    Input::Configure(Config { snapshot_chunk, ..any_config(chance, servers, all_rules) })
                }
                22 => {
                    let upto = Index(chance.below(fuzz.probe.node.last_applied().0 + 2));
                    Input::Compact { upto, data: b"0123456789".as_slice().into() }
                }
                21 => {
                    fuzz.restart(fuzz.probe.node.volatile());
                    continue;
                }
                _ if servers == 1 => continue,
                _ => any_letter(chance, &fuzz.probe.node),
            };
            fuzz.step(input);
            let role = match fuzz.probe.node.role() {
                Role::Follower { .. } => "follower",
                Role::PreCandidate { .. } => "pre-candidate",
                Role::Candidate { .. } => "candidate",
                Role::Leader { .. } => "leader",
            };
            *roles.entry(role).or_insert(0) += 1;
        }
        false
    });
    if std::env::var("RAFT_SEED").is_err() {
        assert!(roles.len() == 4 && roles.values().all(|steps| *steps > 1_000), "{roles:?}");
    }
}

/// Figure 2 to the letter, and Figure 13 with many chunks.
fn small_chunks(servers: u32) -> Config {
    Config { snapshot_chunk: 3, ..config(servers) }
}

#[test]
fn no_schedule_breaks_safety_and_every_cluster_recovers() {
    let mut count = Count::default();
    for_seeds("no_schedule_breaks_safety_and_every_cluster_recovers", 700, |seed, chance| {
        let servers = chance.below(7) + 1;
        // Every other cluster follows Figure 2 to the letter.
        let settings = if seed % 2 == 0 { small_chunks(servers) } else { any_config(chance, servers, true) };
        let mut cluster = Cluster::new(settings);
        misfortune(&mut cluster, chance, &mut count, 800);
        recovery(&mut cluster);
        count.take(&mut cluster);
        false
    });
    if std::env::var("RAFT_SEED").is_err() {
        for what in INTERESTING.iter().map(|(what, _)| what).chain(&["two leaders at once", "writes lost in a crash"]) {
            assert!(count.told.get(what).is_some_and(|count| *count >= 50), "too few {what}: {:#?}", count.told);
        }
        for (what, _) in RARE {
            assert!(count.told.contains_key(what), "no {what}: {:#?}", count.told);
        }
    }
}

/// What raft-core asserts holds under every set of rules; only the checks from outside may fail then.
#[test]
fn no_set_of_rules_makes_a_server_panic() {
    let mut broken = 0;
    for_seeds("no_set_of_rules_makes_a_server_panic", 200, |_, chance| {
        let servers = chance.below(7) + 1;
        let mut cluster = Cluster::new(any_config(chance, servers, false)).tolerant();
        misfortune(&mut cluster, chance, &mut Count::default(), 600);
        broken += u32::from(!cluster.checks.violations.is_empty());
        false
    });
    assert!(broken >= 40 || std::env::var("RAFT_SEED").is_ok(), "{broken} of 200 runs went wrong");
}

/// The settings with the option to which a rule belongs.
fn in_use(rule: Rule, settings: Config) -> Config {
    match rule {
        Rule::ReadIndexConfirmation | Rule::ReadIndexOwnTerm => with(settings, ProtocolOption::ReadIndex),
        Rule::LeaseBound => Config { clock_drift_ppm: 1_000_000, ..with(settings, ProtocolOption::LeaseRead) },
        Rule::LeaderStickiness | Rule::LeaseStart | Rule::TransferExpiresLease => {
            with(settings, ProtocolOption::LeaseRead)
        }
        _ => settings,
    }
}

/// The same schedules, and the same checks, find the harm that each rule prevents: else neither were worth much.
#[test]
fn the_same_schedules_break_safety_without_a_rule() {
    // What needs a snapshot that is overtaken by an answer, and a majority of two, is not met by chance: its story is
    // told in rules.rs. Nor is a leader that is cut off with a clock that is slow beyond the bound, or right after it
    // has handed over: those are the stories `without-lease-bound` and `without-transfer-expires-lease` of the simulator.
    let is_rare =
        |rule: &Rule| matches!(rule, Rule::KeepLogAfterSnapshot | Rule::LeaseBound | Rule::TransferExpiresLease);
    let is_met = |rule: &&Rule| !is_rare(rule) && rule.owner() == "raft-core";
    let is_here = |rule: &&Rule| is_met(rule) && rule.kind() == RuleKind::Safety;
    for rule in Rule::ALL.iter().filter(is_here).filter(|rule| !rule.is_about_changes()) {
        let mut broken = None;
        for_seeds("the_same_schedules_break_safety_without_a_rule", 10_000, |seed, chance| {
            let servers = chance.below(4) + 2;
            let settings = if seed % 2 == 0 { small_chunks(servers) } else { any_config(chance, servers, true) };
            let settings = without(in_use(*rule, settings), *rule);
            let mut cluster = Cluster::new(settings).tolerant();
            misfortune(&mut cluster, chance, &mut Count::default(), 800);
            broken = cluster.checks.violations.first().map(|(property, _)| (*property, seed));
            broken.is_some()
        });
        println!("{}: {broken:?}", rule.id());
        assert!(broken.is_some() || std::env::var("RAFT_SEED").is_ok(), "no harm without {}", rule.id());
    }
}
