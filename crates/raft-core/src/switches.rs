//! The closed tables of what can be switched: rules (on by default) and options (off by default).
//!
//! A rule that is off is replaced by the reading that people really get wrong; see each row. A switch is one named
//! condition where the rule is applied.

/// What breaks when a rule is off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleKind {
    /// Something wrong can happen: two leaders of a term, a lost entry, different states.
    Safety,
    /// Something right may fail to happen: no leader, no progress.
    Liveness,
}

macro_rules! rules {
    ($($name:ident = $id:literal, $title:literal, $section:literal, $kind:ident, $owner:literal,
        $statement:literal, $instead:literal, $harm:literal;)*) => {
        /// A rule that Raft relies on. On by default.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Rule {
            $(#[doc = $statement] $name,)*
        }

        impl Rule {
            /// All rules, in the order of the table.
            pub const ALL: &[Rule] = &[$(Rule::$name),*];

            /// Its name everywhere, in kebab case.
            pub const fn id(self) -> &'static str { match self { $(Rule::$name => $id),* } }
            /// Its name in two or three words.
            pub const fn title(self) -> &'static str { match self { $(Rule::$name => $title),* } }
            /// The section or figure of the paper that states it.
            pub const fn section(self) -> &'static str { match self { $(Rule::$name => $section),* } }
            /// Whether safety or liveness rests on it.
            pub const fn kind(self) -> RuleKind { match self { $(Rule::$name => RuleKind::$kind),* } }
            /// The crate that applies it.
            pub const fn owner(self) -> &'static str { match self { $(Rule::$name => $owner),* } }
            /// What it says.
            pub const fn statement(self) -> &'static str { match self { $(Rule::$name => $statement),* } }
            /// What is done instead while it is off.
            pub const fn instead(self) -> &'static str { match self { $(Rule::$name => $instead),* } }
            /// The harm that follows.
            pub const fn harm(self) -> &'static str { match self { $(Rule::$name => $harm),* } }
        }
    };
}

rules! {
    UpToDateCheck = "up-to-date-check", "Up-to-date check", "5.4.1", Safety, "raft-core",
        "A server refuses its vote to a candidate whose log is less up to date than its own.",
        "It votes without looking at the candidate's log.",
        "A leader without all committed entries is elected, and overwrites them.";
    OneVotePerTerm = "one-vote-per-term", "One vote per term", "5.2", Safety, "raft-core",
        "A server votes for at most one candidate in a term, first come, first served.",
        "It votes for every candidate that asks.",
        "Two leaders are elected in one term.";
    Majority = "majority", "Majority", "5.2", Safety, "raft-core",
        "Elections and commits need more than half of the servers.",
        "Half of the servers, rounded down, is enough.",
        "Two halves elect two leaders, or commit different entries.";
    StepDownOnHigherTerm = "step-down-on-higher-term", "Step down on a higher term", "5.1", Safety, "raft-core",
        "A leader or candidate that sees a higher term becomes a follower.",
        "It takes over the term and keeps its role.",
        "A leader finds itself leading a term that another server has won.";
    RejectStaleTerm = "reject-stale-term", "Refuse older terms", "5.1", Safety, "raft-core",
        "A server refuses a request that carries a term older than its own.",
        "It handles the request as if it were of its own term.",
        "A deposed leader overwrites entries that its successor has committed.";
    LogConsistencyCheck = "log-consistency-check", "Consistency check", "5.3", Safety, "raft-core",
        "A follower refuses new entries unless its entry at prev_log_index has prev_log_term.",
        "It only looks whether there is an entry at prev_log_index, not at its term.",
        "Logs that differ further down are taken for equal.";
    TruncateOnConflict = "truncate-on-conflict", "Remove conflicting entries", "5.3", Safety, "raft-core",
        "A follower removes an entry that conflicts with a new one, and all that follow it.",
        "It replaces the conflicting entry alone and keeps what follows.",
        "Old entries survive behind new ones, and are committed there.";
    LeaderAppendOnly = "leader-append-only", "Leaders keep their entries", "5.3", Safety, "raft-core",
        "A leader never removes or overwrites entries of its own log; it only adds to it.",
        "A new leader removes the entries that it does not know to be committed.",
        "An entry is removed that the leader before it had committed.";
    CommitCurrentTermOnly = "commit-current-term-only", "Commit only the current term", "5.4.2", Safety, "raft-core",
        "A leader counts copies only for entries of its own term; older ones are committed with them.",
        "It commits any entry that a majority holds.",
        "A committed entry is overwritten by a later leader (Figure 8).";
    CommitWithinMatch = "commit-within-match", "Commit only what was checked", "5.3", Safety, "raft-core",
        "A follower commits no further than the last entry that the request has checked.",
        "It commits up to leader_commit as far as its own log goes.",
        "It applies entries of its own that the leader never had.";
    StableVote = "stable-vote", "Term and vote on disk", "Figure 2", Safety, "raft-core",
        "current_term and voted_for are stable before a server answers or asks for votes.",
        "They are kept in memory; after a crash the vote is forgotten.",
        "A restarted server votes a second time, and a term gets two leaders.";
    StableLog = "stable-log", "Log on disk", "Figure 2", Safety, "raft-core",
        "Entries are stable before a server counts or reports them as stored.",
        "They are counted and reported at once and written later.",
        "A crash loses an entry that was already committed.";
    VolatileReset = "volatile-reset-on-restart", "Start anew after a crash", "Figure 2", Safety, "raft-core",
        "commit_index and last_applied begin at 0 after a restart, like the state machine.",
        "The server goes on from the last_applied of before the crash, with an empty state machine.",
        "The state machine misses all entries of before the crash.";
    SnapshotBeforeDiscard = "snapshot-before-discard", "Snapshot before discarding", "7", Safety, "raft-core",
        "A snapshot is stable before the entries that it replaces are discarded.",
        "The entries are discarded first, and the snapshot is written afterwards.",
        "A crash between the two loses committed entries.";
    KeepLogAfterSnapshot = "keep-log-after-snapshot", "Keep what follows a snapshot", "7", Safety, "raft-core",
        "A follower that has the last entry of a snapshot keeps the entries that follow it.",
        "It discards its whole log whenever it installs a snapshot.",
        "A late snapshot removes entries that the follower has acknowledged, and that are committed by that.";
    SessionDedup = "session-dedup", "Once for each request", "8", Safety, "raft-sim",
        "The state machine remembers which requests of a client it has applied, and applies none twice.",
        "It applies a request as often as it stands in the log.",
        "A write that is retried is done twice, and undoes what was written in between.";
    ConfigOnAppend = "config-on-append", "Use a configuration at once", "6", Safety, "raft-core",
        "A server uses the latest configuration in its log, whether that entry is committed or not.",
        "It uses the latest configuration that it knows to be committed.",
        "Servers that are several configurations apart elect two leaders.";
    OneChangeAtATime = "one-change-at-a-time", "One change at a time", "dissertation 4.1", Safety, "raft-core",
        "A leader begins no change of the membership before the last one is committed.",
        "It begins it at once.",
        "The old and the new configuration have majorities without a common server.";
    ConfigAfterCommit = "config-after-commit", "Commit before a change", "dissertation 4.1", Safety, "raft-core",
        "A leader begins no change of the membership before it has committed an entry of its own term.",
        "It begins one as soon as it is elected.",
        "Changes by leaders of different terms meet, and a committed entry is lost (the bug of 2015).";
    JointMajorities = "joint-majorities", "Both majorities", "6", Safety, "raft-core",
        "While the configuration is joint, elections and commits need a majority of the old and of the new servers.",
        "A majority of the new servers alone is enough.",
        "The old servers and the new ones elect a leader each.";
    CountMembersOnly = "count-members-only", "Only members count", "6", Safety, "raft-core",
        "A leader that is not in its configuration does not count itself.",
        "It counts itself in every majority.",
        "An entry is committed by a server that is leaving, and lost with it.";
    LeaderStickiness = "leader-stickiness", "Leaders are protected", "6", Safety, "raft-core",
        "A server that heard a leader, or was started, less than the shortest election timeout ago disregards candidates.",
        "It votes for them all the same.",
        "Another leader is elected while the lease of the first one lasts, and the first one answers with old values.";
    ReadIndexConfirmation = "read-index-confirmation", "Confirm before a read", "dissertation 6.4", Safety, "raft-core",
        "A leader answers a read only after a majority has answered a heartbeat round that began later than the read.",
        "It answers at once, because it takes itself for the leader.",
        "A leader that was deposed without knowing it answers with an old value.";
    ReadIndexOwnTerm = "read-index-own-term", "Commit before a read", "dissertation 6.4", Safety, "raft-core",
        "A new leader answers no read before it has committed an entry of its own term.",
        "It answers with what it knows to be committed when it is elected.",
        "It does not know yet what the leader before it has committed, and answers with an old value.";
    LeaseStart = "lease-start", "A lease begins with its round", "dissertation 6.4.1", Safety, "raft-core",
        "A lease begins when the heartbeat round was sent that a majority has answered.",
        "A leader answers by lease as long as it takes itself for the leader; with CheckQuorum that is up to two election timeouts.",
        "Another leader is elected in the meantime, and the first one answers with old values.";
    LeaseBound = "lease-bound", "Leases allow for drift", "dissertation 6.4.1", Safety, "raft-core",
        "A lease is shorter than the election timeout by the factor by which clocks may differ.",
        "It lasts a whole election timeout by the leader's own clock.",
        "The leader's clock is slow, and its lease lasts longer than the patience of the others.";
    TransferExpiresLease = "transfer-expires-lease", "A transfer ends the lease", "dissertation 6.4.1", Safety, "raft-core",
        "A leader gives up its lease before it asks another server to begin an election.",
        "It keeps the lease.",
        "The new leader is elected at once, and the old one still answers reads.";
    CandidateYields = "candidate-yields", "Candidates yield to a leader", "5.2", Liveness, "raft-core",
        "A candidate that hears from a leader of its own term becomes its follower.",
        "It goes on with its candidacy.",
        "The leader is deposed by a needless election.";
    TimerResetByLeader = "timer-reset-by-leader", "Heartbeats keep followers", "5.2", Liveness, "raft-core",
        "A valid AppendEntries starts the election timer anew.",
        "Only a granted vote starts it anew.",
        "Followers depose a healthy leader again and again.";
    LearnerCatchUp = "learner-catch-up", "Catch up before voting", "dissertation 4.2.1", Liveness, "raft-core",
        "A new server counts only once its log has caught up.",
        "It counts at once, with an empty log.",
        "Nothing can be committed until the new server has the whole log.";
    RemovedServersCampaign = "removed-servers-campaign", "Removed servers may still campaign", "dissertation 4.2.2", Liveness, "raft-core",
        "A server outside of its configuration still campaigns until that configuration is committed.",
        "It never campaigns.",
        "The only server that could finish a change does not try, and no leader is elected.";
    RandomisedTimeouts = "randomised-timeouts", "Randomised timeouts", "5.2", Liveness, "raft-sim",
        "Election timeouts are drawn at random from a range.",
        "Every server uses the shortest timeout of the range.",
        "Votes are split again and again, and no leader is elected.";
}

/// Which rules hold; all of them by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Rules(u64);

impl Rules {
    /// All rules hold.
    pub const ALL: Self = Self(u64::MAX);

    /// Whether the rule holds.
    pub const fn holds(self, rule: Rule) -> bool {
        self.0 & (1u64 << rule as u8) != 0
    }

    /// The same rules but for this one, which is on or off.
    #[must_use]
    pub const fn with(self, rule: Rule, on: bool) -> Self {
        let bit = 1u64 << rule as u8;
        if on { Self(self.0 | bit) } else { Self(self.0 & !bit) }
    }

    pub(crate) const fn bits(self) -> u64 {
        self.0
    }

    /// The rules that are off.
    pub fn off(self) -> impl Iterator<Item = Rule> {
        Rule::ALL.iter().copied().filter(move |rule| !self.holds(*rule))
    }
}

impl Default for Rules {
    fn default() -> Self {
        Self::ALL
    }
}

macro_rules! options {
    ($($name:ident = $id:literal, $title:literal, $section:literal, $statement:literal, $effect:literal;)*) => {
        /// An extension of the protocol. Off by default, so that the default is the paper's Figure 2.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum ProtocolOption {
            $(#[doc = $statement] $name,)*
        }

        impl ProtocolOption {
            /// All options, in the order of the table.
            pub const ALL: &[ProtocolOption] = &[$(ProtocolOption::$name),*];

            /// Its name everywhere, in kebab case.
            pub const fn id(self) -> &'static str { match self { $(ProtocolOption::$name => $id),* } }
            /// Its name in two or three words.
            pub const fn title(self) -> &'static str { match self { $(ProtocolOption::$name => $title),* } }
            /// Where it is described: a section of the paper, or of the dissertation if it says so.
            pub const fn section(self) -> &'static str { match self { $(ProtocolOption::$name => $section),* } }
            /// What it adds.
            pub const fn statement(self) -> &'static str { match self { $(ProtocolOption::$name => $statement),* } }
            /// What it is good for.
            pub const fn effect(self) -> &'static str { match self { $(ProtocolOption::$name => $effect),* } }
        }
    };
}

options! {
    PreVote = "pre-vote", "Pre-Vote", "dissertation 9.6",
        "A server asks whether it could win before it raises its term.",
        "A server that was cut off does not depose the leader when it returns.";
    CheckQuorum = "check-quorum", "CheckQuorum", "dissertation 6.2",
        "A leader that has not heard from a majority for an election timeout steps down, and servers that hear a leader ignore candidates.",
        "A leader that is cut off knows it, and candidates cannot disturb one that is not.";
    NoOp = "no-op", "No-op at the start of a term", "8",
        "A new leader appends an empty entry of its own term.",
        "Entries of older terms are committed without waiting for a client.";
    FastBackup = "fast-backup", "Fast back-up", "5.3",
        "A follower that refuses names the term that conflicts and its first index, and the leader skips that term.",
        "Divergent logs are repaired with one refusal a term instead of one an entry.";
    Batching = "batching", "Batching", "dissertation 10.2.2",
        "One AppendEntries carries up to 64 entries instead of one.",
        "Many requests share one message.";
    Pipelining = "pipelining", "Pipelining", "dissertation 10.2.2",
        "A leader sends further entries before the earlier ones are acknowledged.",
        "Throughput no longer depends on the round trip.";
    ParallelWrite = "parallel-write", "Leader writes in parallel", "dissertation 10.2.1",
        "A leader sends new entries while its own disk is still writing them, and counts itself when they are stable.",
        "One disk write less on the way to a commit.";
    ReadIndex = "read-index", "ReadIndex", "dissertation 6.4",
        "A leader answers a read without an entry in its log, once a majority has answered its next heartbeats.",
        "A read costs no disk write and no log entry.";
    LeaseRead = "lease-read", "Lease reads", "dissertation 6.4.1",
        "A leader answers a read at once while its lease lasts, and as with ReadIndex when it does not; servers that hear a leader ignore candidates.",
        "A read costs no message between servers, as long as clocks run at about the same rate.";
}

/// Which options are on; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Options(u32);

impl Options {
    /// No option is on: the paper's Figure 2.
    pub const NONE: Self = Self(0);

    /// Whether the option is on.
    pub const fn has(self, option: ProtocolOption) -> bool {
        self.0 & (1 << option as u8) != 0
    }

    /// The same options but for this one, which is on or off.
    #[must_use]
    pub const fn with(self, option: ProtocolOption, on: bool) -> Self {
        let bit = 1 << option as u8;
        if on { Self(self.0 | bit) } else { Self(self.0 & !bit) }
    }

    pub(crate) const fn bits(self) -> u32 {
        self.0
    }

    /// The options that are on.
    pub fn on(self) -> impl Iterator<Item = ProtocolOption> {
        ProtocolOption::ALL.iter().copied().filter(move |option| self.has(*option))
    }
}
