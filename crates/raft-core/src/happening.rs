//! What happened, with its reason in types. Sentences are made elsewhere.

use crate::{
    Change, ChangeRefusal, ConfigCause, GiveUpCause, Index, MessageKind, Micros, Mistake, QuietCause, ReadId, Rule,
    ServerId, Term, Time, TransferRefusal,
};

/// Why a server asks for votes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CandidacyCause {
    /// It has not heard from a leader for its election timeout.
    TimerRanOut {
        /// The timeout that ran out.
        timeout: Micros,
    },
    /// A majority said that they would vote for it.
    PreVoteWon,
    /// Its owner made it time out.
    Forced,
    /// The leader hands over to it (dissertation 3.10).
    Transfer {
        /// The old leader.
        leader: ServerId,
    },
}

/// Why a leader does not answer a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadRefusal {
    /// It does not lead.
    NotLeader {
        /// The leader that it knows.
        leader: Option<ServerId>,
    },
    /// It stepped down before it could be sure.
    SteppedDown,
}

/// Why a leader takes itself for the only one while it answers a read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadGround {
    /// A majority has answered this heartbeat round, which began after the read arrived.
    Round {
        /// The round.
        round: u32,
    },
    /// Its lease lasts until then, by its own clock.
    Lease {
        /// The end of the lease.
        until: Time,
    },
    /// For no reason, while a rule is off.
    Belief,
}

/// Why a server became a follower, or took over a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StepDownCause {
    /// It saw a higher term.
    HigherTerm {
        /// In a message from this server.
        from: ServerId,
        /// Of this kind.
        kind: MessageKind,
    },
    /// A candidate heard from the leader of its term.
    LeaderExists {
        /// The leader.
        leader: ServerId,
    },
    /// A leader has not heard from a majority for an election timeout (CheckQuorum).
    QuorumLost {
        /// How many servers it heard from, itself included.
        heard: u32,
        /// How many it needs.
        needed: u32,
    },
    /// A leader is not in its configuration, and that is committed (section 6).
    Removed {
        /// Where that configuration stands.
        index: Index,
    },
}

/// What kind of entry a leader appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A client's command.
    Command,
    /// The empty entry of a new leader.
    NoOp,
    /// A configuration.
    Config,
}

/// Why a vote is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Denial {
    /// The candidate's term is older.
    StaleTerm {
        /// The candidate's.
        theirs: Term,
        /// The server's own.
        mine: Term,
    },
    /// The server has voted for another one in this term.
    AlreadyVoted {
        /// For this one.
        voted_for: ServerId,
    },
    /// The candidate's log is less up to date.
    StaleLog {
        /// Term and index of the candidate's last entry.
        theirs: (Term, Index),
        /// Term and index of the server's own last entry.
        mine: (Term, Index),
    },
    /// The server heard from a leader less than the shortest election timeout ago (Pre-Vote, CheckQuorum).
    HearsLeader {
        /// The leader.
        leader: ServerId,
    },
}

/// Why a follower refuses an AppendEntries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AppendRefusal {
    /// Its term is older.
    StaleTerm {
        /// The sender's.
        theirs: Term,
        /// The server's own.
        mine: Term,
    },
    /// There is no entry at prev_log_index.
    NoEntry {
        /// prev_log_index.
        prev_log_index: Index,
        /// The follower's last index.
        last_index: Index,
    },
    /// The entry at prev_log_index has another term.
    OtherTerm {
        /// prev_log_index.
        prev_log_index: Index,
        /// prev_log_term.
        theirs: Term,
        /// Term of the follower's entry there.
        mine: Term,
    },
    /// The receiver is itself the leader of that term, which can be only while a rule is off.
    IsLeader,
}

/// Why a commit index advanced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CommitCause {
    /// Enough servers store the entry.
    Majority {
        /// How many.
        stored: u32,
        /// How many are needed.
        needed: u32,
    },
    /// The leader said so.
    Leader {
        /// Its commit_index.
        leader_commit: Index,
    },
    /// Whatever is in a snapshot is committed.
    Snapshot,
}

/// Why a follower does not take a chunk of a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChunkRefusal {
    /// Its term is older.
    StaleTerm {
        /// The sender's.
        theirs: Term,
        /// The server's own.
        mine: Term,
    },
    /// The receiver is itself the leader of that term, which can be only while a rule is off.
    IsLeader,
    /// The follower knows all that the snapshot stands for to be committed.
    Known {
        /// Its commit_index.
        commit_index: Index,
    },
    /// It is receiving a newer snapshot of the same leader.
    Older {
        /// Index of the last entry that the newer one includes.
        receiving: Index,
    },
    /// It lacks what comes before.
    Gap {
        /// Where the chunk begins.
        offset: u32,
        /// How many bytes it has.
        expected: u32,
    },
}

/// What becomes of the log of a follower that installs a snapshot (Figure 13, steps 6 and 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LogFate {
    /// It has the last entry that the snapshot includes, and keeps what follows it.
    Kept {
        /// Its last index.
        last: Index,
    },
    /// All of it is discarded.
    Discarded {
        /// Index of what was its last entry.
        last: Index,
        /// Term of its entry at last_included_index; none if it had no entry there.
        mine: Option<Term>,
    },
}

/// Why a message is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum IgnoreCause {
    /// It answers a question of an older term.
    OldTerm,
    /// It answers a question that is no longer asked.
    NotAsking,
    /// It refuses a request that was overtaken by a later answer.
    Overtaken,
    /// A leader was heard less than the shortest election timeout ago (CheckQuorum).
    HearsLeader {
        /// The leader.
        leader: ServerId,
    },
    /// A lease may rest on this server, which heard a leader of an older term, or was started, less than the shortest
    /// election timeout ago.
    Bound,
}

/// One thing that happened at one server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Happening {
    /// It asks whether it could win the next term.
    BecamePreCandidate {
        /// The term that it would begin.
        term: Term,
        /// Why.
        why: CandidacyCause,
    },
    /// It begins a term, votes for itself and asks the others.
    BecameCandidate {
        /// The new term.
        term: Term,
        /// Why.
        why: CandidacyCause,
    },
    /// It won.
    BecameLeader {
        /// In this term.
        term: Term,
        /// With so many votes.
        votes: u32,
        /// Of so many needed.
        needed: u32,
    },
    /// It became a follower.
    SteppedDown {
        /// Its term from now on.
        term: Term,
        /// Why.
        why: StepDownCause,
    },
    /// A follower took over a higher term.
    TermRaised {
        /// From this one.
        from_term: Term,
        /// To this one.
        term: Term,
        /// Why.
        why: StepDownCause,
    },
    /// It grants its vote.
    VoteGranted {
        /// To this one.
        candidate: ServerId,
        /// Only for Pre-Vote.
        pre: bool,
    },
    /// It refuses its vote.
    VoteDenied {
        /// To this one.
        candidate: ServerId,
        /// Only for Pre-Vote.
        pre: bool,
        /// Why.
        why: Denial,
    },
    /// A candidate received a vote.
    VoteReceived {
        /// From this one.
        from: ServerId,
        /// Votes so far, its own included.
        votes: u32,
        /// Votes needed.
        needed: u32,
        /// Only for Pre-Vote.
        pre: bool,
    },
    /// A candidate was refused a vote.
    VoteRefused {
        /// By this one.
        from: ServerId,
        /// Only for Pre-Vote.
        pre: bool,
    },
    /// A leader appended an entry to its own log.
    EntryAppended {
        /// Where.
        index: Index,
        /// In this term.
        term: Term,
        /// What it holds.
        kind: EntryKind,
    },
    /// A server that is not the leader got a client's command.
    ProposalRefused {
        /// The leader that it knows.
        leader: Option<ServerId>,
    },
    /// A leader sent heartbeats.
    HeartbeatSent {
        /// Its round, from 1.
        round: u32,
    },
    /// A follower heard from its leader; there was nothing to store.
    HeartbeatAccepted {
        /// The leader.
        leader: ServerId,
        /// Where its log matches.
        prev_log_index: Index,
    },
    /// A follower stored entries.
    EntriesStored {
        /// The leader.
        leader: ServerId,
        /// Index of the first new entry.
        first: Index,
        /// Index of the last new entry.
        last: Index,
        /// Term of the entry before them.
        prev_log_term: Term,
    },
    /// A follower got entries that it already has.
    EntriesKnown {
        /// The leader.
        leader: ServerId,
        /// Index of the last one.
        last: Index,
    },
    /// A follower removed entries that conflict with its leader's.
    EntriesRemoved {
        /// Index of the first one that was removed.
        first: Index,
        /// Index of the last one.
        last: Index,
        /// Term of the entry that was there.
        mine: Term,
        /// Term of the entry that the leader has there.
        theirs: Term,
    },
    /// A new leader removed entries that it did not know to be committed; only while `leader-append-only` is off.
    EntriesDropped {
        /// Index of the first one that was removed.
        first: Index,
        /// Index of the last one.
        last: Index,
        /// Term of the first one.
        mine: Term,
    },
    /// A follower refused an AppendEntries.
    AppendRefused {
        /// From this one.
        leader: ServerId,
        /// Why.
        why: AppendRefusal,
    },
    /// A leader learned that a follower stores its log up to here.
    MatchAdvanced {
        /// The follower.
        follower: ServerId,
        /// Its match_index.
        match_index: Index,
    },
    /// A leader goes back in a follower's log.
    NextIndexLowered {
        /// The follower.
        follower: ServerId,
        /// From here.
        from: Index,
        /// To here.
        to: Index,
        /// Whether a whole term was skipped (fast back-up).
        fast: bool,
    },
    /// A commit index advanced.
    CommitAdvanced {
        /// To here.
        to: Index,
        /// Why.
        by: CommitCause,
    },
    /// A majority stores an entry of an older term, and the leader does not commit it.
    CommitWithheld {
        /// The entry.
        index: Index,
        /// Its term.
        term: Term,
    },
    /// Entries were given to the state machine.
    Applied {
        /// The first.
        first: Index,
        /// The last.
        last: Index,
    },
    /// It put its state machine into a snapshot.
    SnapshotTaken {
        /// Index of the last entry that it includes.
        last_included_index: Index,
        /// Its term.
        last_included_term: Term,
        /// Its size.
        bytes: u32,
    },
    /// It discarded the entries that its snapshot includes.
    LogDiscarded {
        /// Index of the last one.
        upto: Index,
    },
    /// A leader begins to send its snapshot: the next entry for that follower is discarded.
    InstallBegun {
        /// The follower.
        follower: ServerId,
        /// Index of the entry that it needs.
        next_index: Index,
        /// Index of the first entry that the leader still has.
        first_index: Index,
        /// Index of the last entry that the snapshot includes.
        last_included_index: Index,
        /// Its size.
        bytes: u32,
    },
    /// A leader learned that a follower has a chunk.
    ChunkAcknowledged {
        /// The follower.
        follower: ServerId,
        /// Index of the last entry that the snapshot includes.
        last_included_index: Index,
        /// How many bytes the follower has.
        next_offset: u32,
        /// Of so many.
        bytes: u32,
    },
    /// A follower has lost what it had of the snapshot.
    InstallSetBack {
        /// The follower.
        follower: ServerId,
        /// Index of the last entry that the snapshot includes.
        last_included_index: Index,
        /// How many bytes it has.
        next_offset: u32,
    },
    /// A follower received a chunk.
    ChunkStored {
        /// The leader.
        leader: ServerId,
        /// Index of the last entry that the snapshot includes.
        last_included_index: Index,
        /// Where the chunk begins.
        offset: u32,
        /// How many bytes it has now.
        upto: u32,
        /// Whether the chunk was the last one.
        done: bool,
    },
    /// A follower did not take a chunk.
    ChunkRefused {
        /// From this one.
        leader: ServerId,
        /// Index of the last entry that the snapshot includes.
        last_included_index: Index,
        /// Why.
        why: ChunkRefusal,
    },
    /// A follower has the whole snapshot, and resets its state machine to it.
    SnapshotInstalled {
        /// The leader.
        leader: ServerId,
        /// Index of the last entry that it includes.
        last_included_index: Index,
        /// Its term.
        last_included_term: Term,
        /// What becomes of the log.
        log: LogFate,
    },
    /// A write reached the disk.
    BecameStable {
        /// The log is stable up to here.
        last_index: Index,
    },
    /// A message was ignored.
    Ignored {
        /// From this one.
        from: ServerId,
        /// Of this kind.
        kind: MessageKind,
        /// Why.
        why: IgnoreCause,
    },
    /// A follower ended its log where a message ended (mistake `truncate-on-late-append`).
    EntriesCut {
        /// The leader that sent the message.
        leader: ServerId,
        /// Index of the first entry that is gone.
        first: Index,
        /// Index of the last one.
        last: Index,
        /// Term of the first one.
        mine: Term,
    },
    /// A mistake is made: what comes next is wrong.
    MistakeMade {
        /// The mistake.
        mistake: Mistake,
    },
    /// It does not begin a change of the membership.
    ChangeRefused {
        /// The change.
        change: Change,
        /// Why.
        why: ChangeRefusal,
    },
    /// A leader brings new servers up to date, in rounds, before they count.
    CatchUpBegan {
        /// What is done after that.
        change: Change,
        /// The first round is about the log up to here.
        upto: Index,
    },
    /// A round of that is over.
    CatchUpRound {
        /// Which one, from 1.
        round: u32,
        /// How long it took.
        lasted: Micros,
    },
    /// A leader gives up a change that it had accepted.
    ChangeGivenUp {
        /// The change.
        change: Change,
        /// Why.
        why: GiveUpCause,
    },
    /// Another configuration is in force at it.
    ConfigChanged {
        /// Where that stands in its log; 0 for the one that the cluster began with.
        index: Index,
        /// Why.
        why: ConfigCause,
    },
    /// Its timer ran out, and it asks nobody for votes.
    StayedQuiet {
        /// Why.
        why: QuietCause,
    },
    /// A leader that hands over got a client's command, and takes none.
    ProposalDeferred {
        /// Whom it hands over to.
        target: ServerId,
    },
    /// A server whose timer ran out stays a follower, because a lease may rest on it.
    CandidacyWithheld {
        /// The leader that it heard, if it is still in that leader's term.
        leader: Option<ServerId>,
    },
    /// A leader begins to hand over.
    TransferBegun {
        /// To this one.
        target: ServerId,
    },
    /// A server does not hand over.
    TransferRefused {
        /// To this one.
        target: ServerId,
        /// Why.
        why: TransferRefusal,
    },
    /// The target has the whole log, and the leader asked it to begin an election.
    TimeoutNowSent {
        /// This one.
        target: ServerId,
    },
    /// An election timeout has passed and the leader still leads; it goes on.
    TransferAborted {
        /// The target.
        target: ServerId,
        /// Whether it was asked to begin an election.
        sent: bool,
    },
    /// A leader took a read.
    ReadNoted {
        /// Its number.
        read: ReadId,
        /// The leader's commit_index.
        index: Index,
        /// The next heartbeat round.
        round: u32,
    },
    /// A leader lets a read be answered from its state machine.
    ReadAnswered {
        /// Its number.
        read: ReadId,
        /// Its read index.
        index: Index,
        /// Why it may.
        by: ReadGround,
    },
    /// A read is not answered.
    ReadRefused {
        /// Its number.
        read: ReadId,
        /// Why.
        why: ReadRefusal,
    },
    /// A rule that is off would have forbidden what comes next.
    RuleWouldForbid {
        /// The rule.
        rule: Rule,
    },
}

/// Where the paper says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Citation {
    /// Section of the paper, or of the dissertation if it says so.
    pub section: &'static str,
    /// What it says, in one line of our own.
    pub statement: &'static str,
    /// The switch that turns it off, if there is one.
    pub rule: Option<Rule>,
}

const fn cite(section: &'static str, statement: &'static str) -> Citation {
    Citation { section, statement, rule: None }
}

impl Happening {
    /// The rule of the paper that was applied.
    pub const fn citation(&self) -> Citation {
        match self {
            Self::BecamePreCandidate { .. } => {
                cite("dissertation 9.6", "A server asks whether it could win before it begins a term.")
            }
            Self::BecameCandidate { .. } => cite(
                "5.2",
                "A server that hears no leader for its election timeout begins a new term, votes for itself and asks the others.",
            ),
            Self::BecameLeader { .. } | Self::VoteReceived { .. } | Self::VoteRefused { .. } => {
                Rule::Majority.citation()
            }
            Self::SteppedDown { why, .. } | Self::TermRaised { why, .. } => why.citation(),
            Self::VoteGranted { .. } => Rule::OneVotePerTerm.citation(),
            Self::VoteDenied { why, .. } => why.citation(),
            Self::EntryAppended { kind: EntryKind::NoOp, .. } => {
                cite("8", "A new leader appends an empty entry of its own term.")
            }
            Self::EntryAppended { kind: EntryKind::Config, .. } => {
                cite("6", "A configuration is an entry of the log, and is replicated like any other.")
            }
            Self::EntryAppended { .. } => {
                cite("5.3", "A leader appends a client's command to its log and replicates it.")
            }
            Self::ProposalRefused { .. } => {
                cite("8", "Only the leader takes requests; others name the leader they know.")
            }
            Self::HeartbeatSent { .. } => {
                cite("5.2", "A leader sends heartbeats to all servers to keep its authority.")
            }
            Self::HeartbeatAccepted { .. } => Rule::TimerResetByLeader.citation(),
            Self::EntriesStored { .. } | Self::EntriesKnown { .. } => Rule::LogConsistencyCheck.citation(),
            Self::EntriesRemoved { .. } => Rule::TruncateOnConflict.citation(),
            Self::EntriesDropped { .. } => Rule::LeaderAppendOnly.citation(),
            Self::AppendRefused { why, .. } => why.citation(),
            Self::MatchAdvanced { .. } => {
                cite("5.3", "A leader notes for each follower how far its log is known to match.")
            }
            Self::NextIndexLowered { .. } => {
                cite("5.3", "After a refusal the leader goes back in the follower's log and tries again.")
            }
            Self::CommitAdvanced { by: CommitCause::Majority { .. }, .. } | Self::CommitWithheld { .. } => {
                Rule::CommitCurrentTermOnly.citation()
            }
            Self::CommitAdvanced { by: CommitCause::Leader { .. }, .. } => Rule::CommitWithinMatch.citation(),
            Self::CommitAdvanced { by: CommitCause::Snapshot, .. } => {
                cite("7", "A snapshot holds only entries that are committed and applied.")
            }
            Self::SnapshotTaken { .. } => {
                cite("7", "A server writes its state to a snapshot, with index and term of the last entry it includes.")
            }
            Self::LogDiscarded { .. } => Rule::SnapshotBeforeDiscard.citation(),
            Self::InstallBegun { .. } => cite(
                "7",
                "A leader sends its snapshot when it has discarded the next entry that it has to send to a follower.",
            ),
            Self::ChunkAcknowledged { .. } | Self::InstallSetBack { .. } => {
                cite("7", "A leader sends the chunks of a snapshot in order.")
            }
            Self::ChunkStored { .. } => {
                cite("Figure 13", "A follower collects the chunks of a snapshot until the last one has come.")
            }
            Self::ChunkRefused { why, .. } => why.citation(),
            Self::SnapshotInstalled { log, .. } => log.citation(),
            Self::Applied { .. } => cite("5.3", "Committed entries are applied to the state machine in log order."),
            Self::BecameStable { .. } => Rule::StableLog.citation(),
            Self::Ignored { why, .. } => why.citation(),
            Self::EntriesCut { .. } => Rule::TruncateOnConflict.citation(),
            Self::MistakeMade { mistake } => mistake.citation(),
            Self::ChangeRefused { why, .. } => why.citation(),
            Self::CatchUpBegan { .. } | Self::CatchUpRound { .. } | Self::ChangeGivenUp { .. } => {
                Rule::LearnerCatchUp.citation()
            }
            Self::ConfigChanged { .. } => Rule::ConfigOnAppend.citation(),
            Self::StayedQuiet { why: QuietCause::Learner } => {
                cite("dissertation 4.2.1", "A server without a vote receives the log and does not campaign.")
            }
            Self::StayedQuiet { why: QuietCause::Outside } => cite(
                "dissertation 4.2.2",
                "A server is no longer needed once the configuration without it is committed.",
            ),
            Self::ProposalDeferred { .. }
            | Self::TransferBegun { .. }
            | Self::TransferRefused { .. }
            | Self::TimeoutNowSent { .. }
            | Self::TransferAborted { .. } => cite(
                "dissertation 3.10",
                "A leader hands over: it takes no more requests, brings the target up to date, and lets it begin an election at once.",
            ),
            Self::CandidacyWithheld { .. } => Rule::LeaderStickiness.citation(),
            Self::ReadNoted { .. } => Rule::ReadIndexOwnTerm.citation(),
            Self::ReadAnswered { by: ReadGround::Lease { .. }, .. } => Rule::LeaseStart.citation(),
            Self::ReadAnswered { .. } | Self::ReadRefused { why: ReadRefusal::SteppedDown, .. } => {
                Rule::ReadIndexConfirmation.citation()
            }
            Self::ReadRefused { .. } => cite("8", "Only the leader takes requests; others name the leader they know."),
            Self::RuleWouldForbid { rule } => rule.citation(),
        }
    }
}

impl ChangeRefusal {
    const fn citation(self) -> Citation {
        match self {
            Self::NotLeader { .. } => cite("dissertation 4.1", "Only a leader changes the membership."),
            Self::UnderWay { .. } | Self::CatchingUp => Rule::OneChangeAtATime.citation(),
            Self::NothingCommitted => Rule::ConfigAfterCommit.citation(),
            Self::AlreadyMember | Self::NotMember | Self::NotLearner | Self::NobodyLeft => cite(
                "dissertation 4.1",
                "A change adds a server that is not in the configuration, or removes one that is.",
            ),
        }
    }
}

impl Rule {
    /// The rule as a citation.
    pub const fn citation(self) -> Citation {
        Citation { section: self.section(), statement: self.statement(), rule: Some(self) }
    }
}

impl Mistake {
    /// What would be right, as a citation.
    pub const fn citation(self) -> Citation {
        cite(self.section(), self.right())
    }
}

impl StepDownCause {
    const fn citation(self) -> Citation {
        match self {
            Self::HigherTerm { .. } => Rule::StepDownOnHigherTerm.citation(),
            Self::LeaderExists { .. } => Rule::CandidateYields.citation(),
            Self::QuorumLost { .. } => cite(
                "dissertation 6.2",
                "A leader steps down if an election timeout passes without answers from a majority.",
            ),
            Self::Removed { .. } => {
                cite("6", "A leader that is not in the new configuration steps down once that is committed.")
            }
        }
    }
}

impl Denial {
    const fn citation(self) -> Citation {
        match self {
            Self::StaleTerm { .. } => Rule::RejectStaleTerm.citation(),
            Self::AlreadyVoted { .. } => Rule::OneVotePerTerm.citation(),
            Self::StaleLog { .. } => Rule::UpToDateCheck.citation(),
            Self::HearsLeader { .. } => Rule::LeaderStickiness.citation(),
        }
    }
}

impl AppendRefusal {
    const fn citation(self) -> Citation {
        match self {
            Self::StaleTerm { .. } | Self::IsLeader => Rule::RejectStaleTerm.citation(),
            Self::NoEntry { .. } | Self::OtherTerm { .. } => Rule::LogConsistencyCheck.citation(),
        }
    }
}

impl ChunkRefusal {
    const fn citation(self) -> Citation {
        match self {
            Self::StaleTerm { .. } | Self::IsLeader => Rule::RejectStaleTerm.citation(),
            Self::Known { .. } | Self::Older { .. } => {
                cite("7", "A snapshot that was sent again, or late, describes what the follower knows already.")
            }
            Self::Gap { .. } => cite("7", "A leader sends the chunks of a snapshot in order."),
        }
    }
}

impl LogFate {
    const fn citation(self) -> Citation {
        match self {
            Self::Kept { .. } => Rule::KeepLogAfterSnapshot.citation(),
            Self::Discarded { .. } => cite(
                "7",
                "A follower that lacks the last entry of a snapshot discards its whole log and takes the snapshot's state.",
            ),
        }
    }
}

impl IgnoreCause {
    const fn citation(self) -> Citation {
        match self {
            Self::OldTerm => cite("5.1", "An answer from an older term no longer counts."),
            Self::NotAsking => cite("5.2", "An answer counts only while its question is open."),
            Self::Overtaken => cite("5.3", "A late refusal says nothing about the log as it is now."),
            Self::HearsLeader { .. } | Self::Bound => Rule::LeaderStickiness.citation(),
        }
    }
}
