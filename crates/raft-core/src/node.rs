//! One server: its state, its inputs, and who handles which of them.

use crate::effects::{Effects, WriteId};
use crate::happening::Happening;
use crate::install::{Chunk, ChunkAnswer};
use crate::membership::Configs;
use crate::role::{Role, Timer};
use crate::snapshot::{Compaction, Snapshot};
use crate::writes::Unwritten;
use crate::{
    Change, Command, Digest, Entry, Envelope, Index, Log, Message, Micros, Mistake, Mistakes, Options, Payload,
    ProtocolOption, ReadId, Rule, Rules, ServerId, ServerSet, Term, Time,
};
use alloc::collections::VecDeque;
use alloc::sync::Arc;

/// What a server is told about its cluster and about how to behave. The same for all servers of a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Config {
    /// The voters that the cluster begins with; this one is among them, unless it is meant to be added later. One to
    /// 101 of them are tried and tested.
    pub members: ServerSet,
    /// Time between two heartbeats of a leader.
    pub heartbeat_interval: Micros,
    /// The shortest election timeout; also the time for which a leader that was heard protects from candidates.
    pub election_timeout_min: Micros,
    /// How much faster one server's clock may run than another's, in parts per million; leases are shortened by it
    /// (dissertation 6.4.1).
    pub clock_drift_ppm: u32,
    /// The rules that hold.
    pub rules: Rules,
    /// The options that are on.
    pub options: Options,
    /// The mistakes that are made.
    pub mistakes: Mistakes,
    /// Most bytes of a snapshot in one InstallSnapshot; at least one is sent.
    pub snapshot_chunk: u32,
}

impl Config {
    /// Entries in one AppendEntries, with batching.
    pub const BATCH_MAX: u32 = 64;
    /// AppendEntries with entries under way to one follower, with pipelining.
    pub const IN_FLIGHT_MAX: u32 = 8;
}

/// What the owner knows and the node does not: the time, and the timeouts that chance gives.
pub struct Context<'a> {
    /// The server's own clock.
    pub now: Time,
    /// The election timeout for a term and the number of times that the server has already timed out in it.
    pub election_timeout: &'a dyn Fn(Term, u32) -> Micros,
}

/// Something that reaches a node. No sequence of them makes it panic: what makes no sense changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// A message arrived. One that is for somebody else, or from nobody that can be a server, is dropped. Requests of
    /// servers that are not in the configuration are answered like any other (section 6); their votes do not count.
    Message(Envelope),
    /// The deadline has come. Without effect before it: an owner that wakes a server too early does no harm.
    Timer,
    /// Act as if the timer ran out now.
    ForceTimeout,
    /// Move the election deadline; without effect on a leader.
    SetDeadline(Time),
    /// A client asks for this command.
    Propose(Command),
    /// An administrator asks for this change of the membership.
    ChangeMembership(Change),
    /// The owner has put its state machine, as it is after applying the entry `upto`, into `data` (section 7). Without
    /// effect if that entry is not applied, or in a snapshot already.
    Compact {
        /// Index of the last entry that the state machine has applied.
        upto: Index,
        /// The state machine; Raft never looks inside.
        data: Arc<[u8]>,
    },
    /// A client wants to read what the state machine holds, without an entry in the log (dissertation 6.4). Answered in
    /// [`Effects::reads`], or refused with [`Happening::ReadRefused`]; the owner does not give a number twice.
    Read(ReadId),
    /// Hand the leadership over to this server (dissertation 3.10).
    Transfer(ServerId),
    /// A write, and all before it, reached the disk. Without effect if no such write was asked for.
    WriteStable(WriteId),
    /// New settings, from now on. The members stay who they are: they never change by a server's own settings, but
    /// only through the log (section 6), where all servers see the same change.
    Configure(Config),
}

/// What a disk holds of a server: Figure 2's persistent state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Stable {
    /// current_term
    pub current_term: Term,
    /// voted_for
    pub voted_for: Option<ServerId>,
    /// The newest snapshot (section 7).
    pub snapshot: Option<Snapshot>,
    /// log
    pub log: Log,
}

/// What a crash takes away, as far as the rule `volatile-reset-on-restart` is about it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Volatile {
    /// commit_index
    pub commit_index: Index,
    /// last_applied
    pub last_applied: Index,
}

/// One server of a Raft cluster.
///
/// Invariants, under every subset of rules:
/// - `last_applied <= commit_index`, and `stable_index <= log.last_index()`.
/// - `current_term` never falls while the server lives.
/// - A leader's table has a row for each server to which it replicates.
/// - Its log begins no later than its snapshot ends, and `last_applied` is never before that place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    pub(crate) id: ServerId,
    pub(crate) config: Config,
    pub(crate) current_term: Term,
    pub(crate) voted_for: Option<ServerId>,
    pub(crate) log: Log,
    pub(crate) configs: Configs,
    pub(crate) commit_index: Index,
    pub(crate) last_applied: Index,
    pub(crate) role: Role,
    pub(crate) stable_index: Index,
    pub(crate) last_write: WriteId,
    pub(crate) stable_write: WriteId,
    pub(crate) hard_write: WriteId,
    /// Writes under way that touch the log, and the last index that is stable once each is.
    pub(crate) log_writes: VecDeque<(WriteId, Index)>,
    pub(crate) unwritten: Unwritten,
    pub(crate) compaction: Compaction,
    /// Since when a lease may rest on this server: when it last heard any leader, or was started with a disk that had
    /// been in use.
    pub(crate) bound: Option<Time>,
}

impl Node {
    /// A server that starts with what its disk holds; a new disk holds `Stable::default()`. It starts as a
    /// follower (section 5.2), with a state machine that its owner has reset to the snapshot. `before` is what it knew
    /// before a crash: with all rules on it is forgotten.
    pub fn start(id: ServerId, config: Config, stable: Stable, before: Volatile, context: &Context) -> Self {
        let mut stable = stable;
        let (base_is_new, log_after) = stable.join();
        let keeps = !config.rules.holds(Rule::VolatileReset);
        let last = stable.log.last_index();
        let kept = |index: Index| if keeps { index.min(last) } else { Index(0) };
        // With `stable-vote` off nothing was written of the term; the log tells the least that it must have been.
        let least = if config.rules.holds(Rule::StableVote) { Term(0) } else { stable.log.last_term() };
        let current_term = stable.current_term.max(least);
        let volatile = Volatile { commit_index: kept(before.commit_index), last_applied: kept(before.last_applied) };
        let volatile = volatile.at_least(stable.log.base().index);
        let is_on_disk = current_term == stable.current_term;
        let mut configs = Configs::of(config.members, &stable);
        let upto = if config.rules.holds(Rule::ConfigOnAppend) { last } else { volatile.commit_index };
        configs.in_force = configs.latest(upto);
        Self {
            id,
            config,
            configs,
            current_term,
            voted_for: stable.voted_for.filter(|_| is_on_disk),
            stable_index: last,
            log: stable.log,
            commit_index: volatile.commit_index,
            last_applied: volatile.last_applied,
            role: Role::Follower { leader: None, timer: Self::fresh_timer(context, current_term, 0) },
            last_write: WriteId(0),
            stable_write: WriteId(0),
            hard_write: WriteId(0),
            log_writes: VecDeque::new(),
            unwritten: Unwritten { hard_state: !is_on_disk, log_after },
            compaction: Compaction { snapshot: stable.snapshot, unwritten_base: base_is_new, ..Compaction::default() },
            bound: (current_term > Term(0)).then_some(context.now),
        }
    }

    /// Handles one input and lists what follows from it in `effects`, which must be empty.
    pub fn handle(&mut self, context: &Context, input: Input, effects: &mut Effects) {
        debug_assert!(effects.messages.is_empty() && effects.write.is_none(), "drain all effects before the next call");
        match input {
            Input::Message(envelope) => self.receive(context, envelope, effects),
            Input::Timer => self.on_timer(context, false, effects),
            Input::ForceTimeout => self.on_timer(context, true, effects),
            Input::SetDeadline(due) => self.set_deadline(due),
            Input::Propose(command) => self.propose(context, command, effects),
            Input::ChangeMembership(change) => self.change_membership(context, change, effects),
            Input::Compact { upto, data } => self.compact(upto, data, effects),
            Input::WriteStable(write) => self.on_write_stable(context, write, effects),
            Input::Read(id) => self.on_read(id, effects),
            Input::Transfer(target) => self.begin_transfer(context, target, effects),
            Input::Configure(config) => {
                self.configure(config);
                self.settle_membership(effects);
            }
        }
        self.apply_committed(effects);
        self.answer_reads(context, effects);
        self.issue_write(effects);
    }

    /// When [`Input::Timer`] is due.
    pub fn deadline(&self) -> Time {
        match &self.role {
            Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } | Role::Candidate { timer, .. } => {
                timer.due
            }
            Role::Leader { heartbeat_due, quorum_due, transfer, .. } => {
                let mut due = *heartbeat_due;
                if self.has(ProtocolOption::CheckQuorum) {
                    due = due.min(*quorum_due);
                }
                transfer.map_or(due, |transfer| due.min(transfer.due))
            }
        }
    }

    fn configure(&mut self, config: Config) {
        let config = Config { members: self.config.members, ..config };
        if config != self.config {
            self.config = config;
            self.forget_rounds();
        }
    }

    fn receive(&mut self, context: &Context, envelope: Envelope, effects: &mut Effects) {
        let is_mine = envelope.to == self.id && envelope.from != self.id;
        let is_server = (1..=ServerSet::CAPACITY).contains(&envelope.from.0);
        if !is_mine || !is_server || !self.settle_term(context, &envelope, effects) {
            return;
        }
        self.reset_timer_by_mistake(context, effects);
        let Envelope { from, term, rpc, message, .. } = envelope;
        match message {
            Message::RequestVote { last_log_index, last_log_term, transfer: _ } => {
                self.on_request_vote(context, from, rpc, (last_log_term, last_log_index), effects);
            }
            Message::PreVote { last_log_index, last_log_term } => {
                self.on_pre_vote(context, from, term, rpc, (last_log_term, last_log_index), effects);
            }
            Message::RequestVoteReply { vote_granted } => self.on_vote(context, from, vote_granted, effects),
            Message::PreVoteReply { vote_granted } => {
                self.on_pre_vote_reply(context, from, term, vote_granted, effects)
            }
            Message::AppendEntries { prev_log_index, prev_log_term, entries, leader_commit } => {
                let request =
                    crate::replication::Append { from, rpc, prev_log_index, prev_log_term, entries, leader_commit };
                self.on_append_entries(context, request, effects);
            }
            Message::AppendEntriesReply { success, prev_log_index, match_index, conflict } => {
                let reply =
                    crate::replication::Answer { from, round: rpc.round, prev_log_index, match_index, conflict };
                self.on_append_reply(context, success, reply, effects);
            }
            Message::InstallSnapshot {
                last_included_index,
                last_included_term,
                digest,
                config,
                offset,
                data,
                done,
            } => {
                let snapshot = Snapshot { last_included_index, last_included_term, digest, config, data };
                self.on_install_snapshot(context, Chunk { from, rpc, snapshot, offset, done }, effects);
            }
            Message::InstallSnapshotReply { last_included_index, next_offset, installed } => {
                let answer = ChunkAnswer { from, round: rpc.round, last_included_index, next_offset, installed };
                self.on_install_reply(context, answer, effects);
            }
            Message::TimeoutNow => self.on_timeout_now(context, from, effects),
        }
    }

    fn on_timer(&mut self, context: &Context, forced: bool, effects: &mut Effects) {
        match &self.role {
            Role::Leader { .. } => self.on_leader_timer(context, forced, effects),
            Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } | Role::Candidate { timer, .. } => {
                if forced || timer.due <= context.now {
                    self.on_election_timeout(context, forced, effects)
                }
            }
        }
    }

    fn set_deadline(&mut self, to: Time) {
        match &mut self.role {
            Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } | Role::Candidate { timer, .. } => {
                timer.due = to
            }
            Role::Leader { .. } => (),
        }
    }

    /// Enters `term` without a vote. Terms only rise, and only here.
    pub(crate) fn raise_term(&mut self, term: Term) {
        assert!(term > self.current_term, "terms only rise");
        self.current_term = term;
        self.voted_for = None;
        self.unwritten.hard_state = true;
    }

    pub(crate) fn vote_for(&mut self, candidate: ServerId) {
        if self.voted_for != Some(candidate) {
            self.voted_for = Some(candidate);
            self.unwritten.hard_state = true;
        }
    }

    /// Only a mistake does this: within a term, a vote is for ever.
    pub(crate) fn forget_vote(&mut self) {
        self.voted_for = None;
        self.unwritten.hard_state = true;
    }

    pub(crate) fn append(&mut self, entry: Entry) {
        let before = self.log.last_index();
        self.configs.note(before.next(), &entry.payload);
        self.log.push(entry);
        self.log_changed_after(before);
    }

    pub(crate) fn truncate(&mut self, last: Index) {
        self.log.truncate(last);
        self.configs.truncate(last);
        self.log_changed_after(last);
    }

    pub(crate) fn overwrite(&mut self, index: Index, entry: Entry) {
        self.log.overwrite(index, entry);
        self.configs.truncate(index.before());
        for (index, entry) in self.log.iter_from(index) {
            self.configs.note(index, &entry.payload);
        }
        self.log_changed_after(index.before());
    }

    pub(crate) fn log_changed_after(&mut self, index: Index) {
        self.stable_index = self.stable_index.min(index);
        for (_, last) in &mut self.log_writes {
            *last = (*last).min(index);
        }
        let after = self.unwritten.log_after.map_or(index, |after| after.min(index));
        self.unwritten.log_after = Some(after);
    }

    /// A new timer for a term: its length is drawn once and kept, so that what resets it does not change it.
    pub(crate) fn fresh_timer(context: &Context, term: Term, attempt: u32) -> Timer {
        let timeout = (context.election_timeout)(term, attempt);
        Timer { due: context.now.after(timeout), timeout, attempt }
    }

    fn propose(&mut self, context: &Context, command: Command, effects: &mut Effects) {
        if !matches!(self.role, Role::Leader { .. }) {
            effects.tell(Happening::ProposalRefused { leader: self.leader() });
            return;
        }
        if let Some(target) = self.transfer_target() {
            return effects.tell(Happening::ProposalDeferred { target });
        }
        self.append_as_leader(context, Payload::Command(command), effects);
    }

    fn apply_committed(&mut self, effects: &mut Effects) {
        let upto = self.commit_index.min(self.log.last_index());
        if upto > self.last_applied {
            let from = self.last_applied;
            self.last_applied = upto;
            effects.apply = Some((from, upto));
            effects.tell(Happening::Applied { first: from.next(), last: upto });
        }
    }

    pub(crate) fn holds(&self, rule: Rule) -> bool {
        self.config.rules.holds(rule)
    }

    /// Whether a mistake is made; one that is, is told.
    pub(crate) fn errs(&self, mistake: Mistake, effects: &mut Effects) -> bool {
        let errs = self.config.mistakes.makes(mistake);
        if errs {
            effects.tell(Happening::MistakeMade { mistake });
        }
        errs
    }

    pub(crate) fn has(&self, option: ProtocolOption) -> bool {
        self.config.options.has(option)
    }
}

/// Looking inside.
impl Node {
    /// Its id.
    pub fn id(&self) -> ServerId {
        self.id
    }
    /// Its settings.
    pub fn config(&self) -> &Config {
        &self.config
    }
    /// The latest term that it has seen.
    pub fn current_term(&self) -> Term {
        self.current_term
    }
    /// Who received its vote in the current term.
    pub fn voted_for(&self) -> Option<ServerId> {
        self.voted_for
    }
    /// Its log.
    pub fn log(&self) -> &Log {
        &self.log
    }
    /// The highest index that it knows to be committed.
    pub fn commit_index(&self) -> Index {
        self.commit_index
    }
    /// The highest index that it has given to its state machine.
    pub fn last_applied(&self) -> Index {
        self.last_applied
    }
    /// What it is doing.
    pub fn role(&self) -> &Role {
        &self.role
    }
    /// Whether it leads.
    pub fn is_leader(&self) -> bool {
        matches!(self.role, Role::Leader { .. })
    }
    /// The leader that it knows of in its term, which may be itself.
    pub fn leader(&self) -> Option<ServerId> {
        match &self.role {
            Role::Follower { leader, .. } => leader.map(|(leader, _)| leader),
            Role::Leader { .. } => Some(self.id),
            Role::PreCandidate { .. } | Role::Candidate { .. } => None,
        }
    }
    /// The log is stable up to here.
    pub fn stable_index(&self) -> Index {
        self.stable_index
    }
    /// Its election timer; a leader has none.
    pub fn timer(&self) -> Option<Timer> {
        match &self.role {
            Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } | Role::Candidate { timer, .. } => {
                Some(*timer)
            }
            Role::Leader { .. } => None,
        }
    }
    /// What a crash would take away and a restart would have to learn anew.
    pub fn volatile(&self) -> Volatile {
        Volatile { commit_index: self.commit_index, last_applied: self.last_applied }
    }

    /// Takes the whole state into a digest: servers with the same digest behave in the same way from now on.
    pub fn digest(&self, digest: Digest) -> Digest {
        let drift = self.config.clock_drift_ppm;
        let digest = if drift == 0 { digest } else { digest.word(u64::from(drift)) };
        let vote = self.voted_for.map_or(0, |id| id.0);
        let mut digest = digest
            .pair(self.id.0, u32::from(self.unwritten.hard_state))
            .word(self.config.rules.bits())
            .pair(self.config.options.bits(), self.config.mistakes.bits())
            .pair(self.current_term.0, vote)
            .word(self.log.digest())
            .pair(self.commit_index.0, self.last_applied.0)
            .pair(self.stable_index.0, self.hard_write.0)
            .pair(self.last_write.0, self.stable_write.0);
        if let Some(bound) = self.bound {
            digest = digest.word(bound.0);
        }
        for (write, last) in &self.log_writes {
            digest = digest.pair(write.0, last.0);
        }
        digest = self.compaction.digest(&self.log, digest);
        self.role.digest(digest)
    }
}
