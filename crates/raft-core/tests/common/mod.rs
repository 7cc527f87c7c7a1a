//! A tiny harness, so that tests read as stories: messages in short notation, one server that is fed by hand
//! ([`Probe`]), a whole cluster on an instant network ([`Cluster`]), the paper's properties ([`Checks`]) and seeded
//! chance ([`Chance`]).
//!
//! A log is written as the terms of its entries: `[1, 1, 4]`. An entry of a given term and index always holds the
//! same command, so that equal terms mean equal logs. A place in a log is `(term, index)`.
#![allow(dead_code, unused_imports, unreachable_pub, reason = "each test file is a crate that uses a part of this")]

mod chance;
mod checks;
mod cluster;
mod misfortune;

pub use chance::{Chance, for_seeds};
pub use checks::{Checks, Property};
pub use cluster::Cluster;
pub use misfortune::{Count, INTERESTING, RARE, any_change, any_config, misfortune, recovery};

use raft_core::*;

pub const HEARTBEAT: Micros = 50_000;
pub const ELECTION_MIN: Micros = 150_000;
/// Every election timeout, unless a test says otherwise.
pub const TIMEOUT: Micros = 200_000;

/// A cluster of `servers` that follows Figure 2 to the letter.
pub fn config(servers: u32) -> Config {
    Config {
        members: ServerSet::first(servers),
        heartbeat_interval: HEARTBEAT,
        election_timeout_min: ELECTION_MIN,
        clock_drift_ppm: 0,
        rules: Rules::ALL,
        options: Options::NONE,
        mistakes: Mistakes::NONE,
        snapshot_chunk: 1_024,
    }
}

pub fn without(config: Config, rule: Rule) -> Config {
    Config { rules: config.rules.with(rule, false), ..config }
}

pub fn with(config: Config, option: ProtocolOption) -> Config {
    Config { options: config.options.with(option, true), ..config }
}

pub fn entry(term: u32, index: u32) -> Entry {
    Entry { term: Term(term), payload: Payload::Command(command(&format!("{index} of term {term}"))) }
}

/// Entries of these terms that begin at index `first`.
pub fn entries_from(first: u32, terms: &[u32]) -> Vec<Entry> {
    terms.iter().zip(first..).map(|(term, index)| entry(*term, index)).collect()
}

pub fn log(terms: &[u32]) -> Log {
    Log::from_entries(entries_from(1, terms))
}

pub fn terms(log: &Log) -> Vec<u32> {
    log.iter_from(Index(1)).map(|(_, entry)| entry.term.0).collect()
}

pub fn command(text: &str) -> Command {
    Command::new(text.as_bytes())
}

/// What a disk holds; the vote, if any, is given as the id of a server, or 0.
pub fn stable(term: u32, voted_for: u32, terms: &[u32]) -> Stable {
    let voted_for = (voted_for > 0).then_some(ServerId(voted_for));
    Stable { current_term: Term(term), voted_for, snapshot: None, log: log(terms) }
}

pub fn vote_request((term, index): (u32, u32)) -> Message {
    Message::RequestVote { last_log_index: Index(index), last_log_term: Term(term), transfer: false }
}

pub fn pre_vote((term, index): (u32, u32)) -> Message {
    Message::PreVote { last_log_index: Index(index), last_log_term: Term(term) }
}

pub fn vote(vote_granted: bool) -> Message {
    Message::RequestVoteReply { vote_granted }
}

pub fn append((term, index): (u32, u32), terms: &[u32], leader_commit: u32) -> Message {
    Message::AppendEntries {
        prev_log_index: Index(index),
        prev_log_term: Term(term),
        entries: entries_from(index + 1, terms),
        leader_commit: Index(leader_commit),
    }
}

pub fn heartbeat(prev: (u32, u32), leader_commit: u32) -> Message {
    append(prev, &[], leader_commit)
}

pub fn accepted(prev: u32, match_index: u32) -> Message {
    Message::AppendEntriesReply {
        success: true,
        prev_log_index: Index(prev),
        match_index: Index(match_index),
        conflict: None,
    }
}

pub fn refused(prev: u32) -> Message {
    Message::AppendEntriesReply { success: false, prev_log_index: Index(prev), match_index: Index(0), conflict: None }
}

/// The only message that was sent.
pub fn only(effects: &Effects) -> Message {
    assert_eq!(effects.messages.len(), 1, "one message was expected: {effects:#?}");
    effects.messages[0].envelope.message.clone()
}

/// What was said to one server.
pub fn said_to(effects: &Effects, to: u32) -> Vec<Message> {
    let to = effects.messages.iter().filter(|out| out.envelope.to == ServerId(to));
    to.map(|out| out.envelope.message.clone()).collect()
}

pub fn tells(effects: &Effects, happening: Happening) -> bool {
    effects.happenings.contains(&happening)
}

/// A snapshot of all entries of these terms.
pub fn snapshot(terms: &[u32], data: &str) -> Snapshot {
    let whole = log(terms);
    Snapshot {
        last_included_index: whole.last_index(),
        last_included_term: whole.last_term(),
        digest: whole.digest(),
        config: std::sync::Arc::new((Index(0), Membership::of(ServerSet::first(3)))),
        data: data.as_bytes().into(),
    }
}

/// A disk that holds a snapshot of the first `upto` of these entries, and the others in its log.
pub fn compacted(term: u32, terms: &[u32], upto: usize, data: &str) -> Stable {
    let mut disk = Stable { snapshot: Some(snapshot(&terms[..upto], data)), ..stable(term, 0, terms) };
    disk.log.begin_after(disk.snapshot.as_ref().unwrap().base());
    disk
}

/// A chunk of a snapshot.
pub fn chunk(of: &Snapshot, offset: u32, size: u32) -> Message {
    let rest = &of.data[offset as usize..];
    let size = rest.len().min(size as usize);
    Message::InstallSnapshot {
        last_included_index: of.last_included_index,
        last_included_term: of.last_included_term,
        digest: of.digest,
        config: of.config.clone(),
        offset,
        data: rest[..size].into(),
        done: size == rest.len(),
    }
}

pub fn chunk_reply(last_included_index: u32, next_offset: u32, installed: bool) -> Message {
    Message::InstallSnapshotReply { last_included_index: Index(last_included_index), next_offset, installed }
}

/// Ends a test that waits for what never comes: a failure says more than a test that hangs.
#[derive(Default)]
pub struct Patience(u32);

impl Patience {
    pub fn wear(&mut self) {
        self.0 += 1;
        assert!(self.0 < 30_000, "30,000 inputs, and no end");
    }
}

/// Server S1, fed by hand.
pub struct Probe {
    pub node: Node,
    pub now: Time,
    pub timeout: fn(Term, u32) -> Micros,
    patience: Patience,
}

impl Probe {
    pub fn new(config: Config, disk: Stable) -> Self {
        Self::with_timeout(config, disk, |_, _| TIMEOUT)
    }

    pub fn with_timeout(config: Config, disk: Stable, timeout: fn(Term, u32) -> Micros) -> Self {
        let context = Context { now: Time(0), election_timeout: &timeout };
        let node = Node::start(ServerId(1), config, disk, Volatile::default(), &context);
        Self { node, now: Time(0), timeout, patience: Patience::default() }
    }

    /// A candidate of `term`, whose log is `terms`.
    pub fn candidate(config: Config, term: u32, terms: &[u32]) -> Self {
        let mut probe = Self::new(config, stable(term - 1, 0, terms));
        probe.time_out();
        assert!(matches!(probe.node.role(), Role::Candidate { .. } | Role::Leader { .. }));
        probe
    }

    /// A leader of `term` that was elected by S2, S3 and so on, and whose log was `terms`.
    pub fn leader(config: Config, term: u32, terms: &[u32]) -> Self {
        let mut probe = Self::candidate(config, term, terms);
        for from in 2..=majority(config.members.len()) {
            probe.hear(from, term, vote(true));
        }
        assert!(probe.node.is_leader(), "{:?}", probe.node);
        probe
    }

    /// Hands in one input; what is to be written stays under way.
    pub fn step(&mut self, input: Input) -> Effects {
        self.patience.wear();
        let mut effects = Effects::default();
        let context = Context { now: self.now, election_timeout: &self.timeout };
        self.node.handle(&context, input, &mut effects);
        effects
    }

    /// Hands in one input and completes every write that follows; all effects as one. `write` is the first.
    pub fn feed(&mut self, input: Input) -> Effects {
        let mut all = self.step(input);
        let mut under_way = all.write.clone();
        while let Some(write) = under_way {
            let more = self.step(Input::WriteStable(write.id));
            all.messages.extend(more.messages);
            all.reads.extend(more.reads);
            all.happenings.extend(more.happenings);
            all.restore = more.restore.or(all.restore);
            all.apply = match (all.apply, more.apply) {
                (Some((from, _)), Some((_, to))) => Some((from, to)),
                (one, other) => one.or(other),
            };
            under_way = more.write;
        }
        all
    }

    /// A message arrives from a server whose term is `term`.
    pub fn hear(&mut self, from: u32, term: u32, message: Message) -> Effects {
        let input = self.letter(from, term, message);
        self.feed(input)
    }

    pub fn letter(&self, from: u32, term: u32, message: Message) -> Input {
        let (from, to) = (ServerId(from), self.node.id());
        Input::Message(Envelope { from, to, term: Term(term), rpc: Rpc::default(), message })
    }

    pub fn propose(&mut self, text: &str) -> Effects {
        self.feed(Input::Propose(command(text)))
    }

    /// Waits until the deadline.
    pub fn time_out(&mut self) -> Effects {
        self.now = self.now.max(self.node.deadline());
        self.feed(Input::Timer)
    }

    pub fn terms(&self) -> Vec<u32> {
        terms(self.node.log())
    }

    pub fn term(&self) -> u32 {
        self.node.current_term().0
    }

    pub fn commit(&self) -> u32 {
        self.node.commit_index().0
    }

    pub fn voted_for(&self) -> u32 {
        self.node.voted_for().map_or(0, |id| id.0)
    }

    pub fn is_follower(&self) -> bool {
        matches!(self.node.role(), Role::Follower { .. })
    }

    pub fn is_candidate(&self) -> bool {
        matches!(self.node.role(), Role::Candidate { .. })
    }

    /// What a leader knows about a follower: next_index, match_index.
    pub fn progress(&self, of: u32) -> (u32, u32) {
        let Role::Leader { progress, .. } = self.node.role() else { panic!("not a leader: {:?}", self.node) };
        let row = progress[ServerId(of).row()];
        (row.next_index.0, row.match_index.0)
    }
}
