//! The closed table of mistakes: what public implementations of Raft really did wrong. Off by default.
//!
//! A rule that is off leaves out something that the paper asks for; a mistake does something that it does not ask for.
//! Two more of the well-known ones are rules here: a majority that is rounded half (`majority`), and volatile state
//! that outlives a crash (`volatile-reset-on-restart`).

use crate::RuleKind;

macro_rules! mistakes {
    ($($name:ident = $id:literal, $title:literal, $section:literal, $kind:ident,
        $statement:literal, $right:literal, $harm:literal;)*) => {
        /// Something that public implementations of Raft did wrong. Off by default.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Mistake {
            $(#[doc = $statement] $name,)*
        }

        impl Mistake {
            /// All mistakes, in the order of the table.
            pub const ALL: &[Mistake] = &[$(Mistake::$name),*];

            /// Its name everywhere, in kebab case.
            pub const fn id(self) -> &'static str { match self { $(Mistake::$name => $id),* } }
            /// Its name in a few words.
            pub const fn title(self) -> &'static str { match self { $(Mistake::$name => $title),* } }
            /// The section of the paper that it gets wrong.
            pub const fn section(self) -> &'static str { match self { $(Mistake::$name => $section),* } }
            /// Whether safety or liveness is lost.
            pub const fn kind(self) -> RuleKind { match self { $(Mistake::$name => RuleKind::$kind),* } }
            /// What is done.
            pub const fn statement(self) -> &'static str { match self { $(Mistake::$name => $statement),* } }
            /// What would be right.
            pub const fn right(self) -> &'static str { match self { $(Mistake::$name => $right),* } }
            /// The harm that follows.
            pub const fn harm(self) -> &'static str { match self { $(Mistake::$name => $harm),* } }
        }
    };
}

mistakes! {
    TruncateOnLateAppend = "truncate-on-late-append", "Cuts its log after every append", "5.3", Safety,
        "A follower ends its log with the last entry of each AppendEntries that it accepts, even where nothing conflicts.",
        "Only an entry that conflicts with a new one is removed, with all that follow it.",
        "A late, short message removes entries that were acknowledged, and committed.";
    AcknowledgeLastIndex = "acknowledge-last-index", "Acknowledges its own last index", "5.3", Safety,
        "A follower answers with the last index of its log as match_index.",
        "It answers with prev_log_index plus the number of entries sent: no more was compared.",
        "The leader counts entries as stored that differ from its own, and commits them.";
    UncheckedHeartbeats = "unchecked-heartbeats", "Heartbeats are not checked", "5.3", Safety,
        "A follower accepts an AppendEntries without entries without looking at prev_log_index.",
        "A heartbeat is an AppendEntries like any other and passes the same check.",
        "The leader takes logs for equal that differ, and commits what they do not hold.";
    CountOldVotes = "count-old-votes", "Counts votes of older terms", "5.2", Safety,
        "A candidate counts every vote that it receives, whatever its term.",
        "A vote counts only in the term in which it was asked for.",
        "A late vote elects a second leader.";
    VoteOnEqualTerm = "vote-on-equal-last-term", "Ignores the log's length in a vote", "5.4.1", Safety,
        "A server takes a log for up to date if its last term is as high as its own, whatever its length.",
        "With equal last terms, the longer log is more up to date.",
        "A leader without all committed entries is elected, and overwrites them.";
    ClearVoteInSameTerm = "clear-vote-in-same-term", "Forgets its vote when it steps back", "5.2", Safety,
        "A candidate or pre-candidate that becomes a follower in its own term clears voted_for.",
        "voted_for is cleared only when current_term rises.",
        "The server votes twice in a term, and the term gets two leaders.";
    ResetTimerOnAnyMessage = "reset-timer-on-any-message", "Any message resets the timer", "5.2", Liveness,
        "A follower starts its election timer anew with every message of its term, vote requests that it refuses among them.",
        "Only a leader's AppendEntries and a granted vote start it anew.",
        "A server that cannot win keeps those from standing that could.";
}

/// Which mistakes are made; none by default.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Mistakes(u32);

impl Mistakes {
    /// None is made.
    pub const NONE: Self = Self(0);

    /// Whether the mistake is made.
    pub const fn makes(self, mistake: Mistake) -> bool {
        self.0 & (1 << mistake as u8) != 0
    }

    /// The same mistakes but for this one, which is made or not.
    #[must_use]
    pub const fn with(self, mistake: Mistake, on: bool) -> Self {
        let bit = 1 << mistake as u8;
        if on { Self(self.0 | bit) } else { Self(self.0 & !bit) }
    }

    /// All of them as one number, for digests.
    pub const fn bits(self) -> u32 {
        self.0
    }

    /// The mistakes that are made.
    pub fn on(self) -> impl Iterator<Item = Mistake> {
        Mistake::ALL.iter().copied().filter(move |mistake| self.makes(*mistake))
    }
}
