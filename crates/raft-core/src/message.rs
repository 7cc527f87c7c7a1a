//! What servers say to each other: the RPCs of Figures 2 and 13, as requests and replies.

use crate::{Entry, Index, Membership, ServerId, Term};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// Tells a request from its like, and pairs a reply with its request. The paper's RPCs are paired by their
/// transport; in a world where messages are seen, lost and copied one by one the pairing has to be visible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rpc {
    /// For AppendEntries: the leader's heartbeat round in which it was sent, from 1. For votes: 0.
    pub round: u32,
    /// 0 for the message of the round itself; 1 and up for further ones, so that no two of a round have the same
    /// attempt and the same prev_log_index. For Pre-Vote: how often the server had timed out in its term before.
    pub attempt: u32,
}

/// A message with its way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Envelope {
    /// Who sent it.
    pub from: ServerId,
    /// Whom it is for.
    pub to: ServerId,
    /// The sender's current_term (in a PreVote: the term that the sender would begin).
    pub term: Term,
    /// Which request this is, or answers.
    pub rpc: Rpc,
    /// What it says.
    pub message: Message,
}

/// What a follower knows about a refusal, for fast back-up (section 5.3, end).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conflict {
    /// Term of the follower's entry at prev_log_index; 0 if it has none there.
    pub term: Term,
    /// First index that the follower holds of that term; one past its last index if it has no entry there.
    pub first_index: Index,
}

/// The messages of Figures 2 and 13, those of Pre-Vote, and the one of a leadership transfer.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Message {
    /// A candidate asks for a vote.
    RequestVote {
        /// Index of the candidate's last entry.
        last_log_index: Index,
        /// Term of the candidate's last entry.
        last_log_term: Term,
        /// The old leader asked for this election (dissertation 3.10): those who hear it vote all the same.
        transfer: bool,
    },
    /// The answer.
    RequestVoteReply {
        /// Whether the candidate received the vote.
        vote_granted: bool,
    },
    /// A server asks whether it would get a vote (dissertation 9.6).
    PreVote {
        /// Index of its last entry.
        last_log_index: Index,
        /// Term of its last entry.
        last_log_term: Term,
    },
    /// The answer; it binds nobody.
    PreVoteReply {
        /// Whether it would.
        vote_granted: bool,
    },
    /// A leader replicates entries, or shows that it lives.
    AppendEntries {
        /// Index of the entry before the new ones.
        prev_log_index: Index,
        /// Term of that entry.
        prev_log_term: Term,
        /// Entries to store; none in a heartbeat.
        entries: Vec<Entry>,
        /// The leader's commit_index.
        leader_commit: Index,
    },
    /// The answer.
    AppendEntriesReply {
        /// Whether the follower's log matched at prev_log_index.
        success: bool,
        /// The request's prev_log_index, so that a late refusal is known as such.
        prev_log_index: Index,
        /// After a success: the last index that is known to match, prev_log_index plus the entries sent.
        match_index: Index,
        /// After a refusal, if fast back-up is on.
        conflict: Option<Conflict>,
    },
    /// A leader sends a chunk of its snapshot to a follower that is too far behind (Figure 13).
    InstallSnapshot {
        /// Index of the last entry that the snapshot replaces.
        last_included_index: Index,
        /// Its term.
        last_included_term: Term,
        /// Names all entries that the snapshot replaces; see [`crate::Snapshot`].
        digest: u64,
        /// The latest configuration that it includes, and where that stood.
        config: Arc<(Index, Membership)>,
        /// Where in the snapshot the chunk begins, in bytes.
        offset: u32,
        /// The chunk.
        data: Arc<[u8]>,
        /// Whether it is the last one.
        done: bool,
    },
    /// The answer. The paper's carries only the term; the rest tells which chunk it answers, and what it led to.
    InstallSnapshotReply {
        /// The request's.
        last_included_index: Index,
        /// How many bytes of the snapshot the follower has: where the next chunk begins.
        next_offset: u32,
        /// Whether the follower has everything that the snapshot stands for.
        installed: bool,
    },
    /// A leader asks the receiver to begin an election at once (dissertation 3.10).
    TimeoutNow,
}

/// The kind of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum MessageKind {
    /// AppendEntries
    Append,
    /// Reply to AppendEntries
    AppendReply,
    /// RequestVote
    Vote,
    /// Reply to RequestVote
    VoteReply,
    /// PreVote
    PreVote,
    /// Reply to PreVote
    PreVoteReply,
    /// InstallSnapshot
    Install,
    /// Reply to InstallSnapshot
    InstallReply,
    /// TimeoutNow
    TimeoutNow,
}

impl MessageKind {
    /// Whether it answers another message.
    pub const fn is_reply(self) -> bool {
        matches!(self, Self::AppendReply | Self::VoteReply | Self::PreVoteReply | Self::InstallReply)
    }

    /// Its name in the paper.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Append => "AppendEntries",
            Self::AppendReply => "AppendEntries reply",
            Self::Vote => "RequestVote",
            Self::VoteReply => "RequestVote reply",
            Self::PreVote => "PreVote",
            Self::PreVoteReply => "PreVote reply",
            Self::Install => "InstallSnapshot",
            Self::InstallReply => "InstallSnapshot reply",
            Self::TimeoutNow => "TimeoutNow",
        }
    }
}

impl Message {
    /// Its kind.
    pub const fn kind(&self) -> MessageKind {
        match self {
            Self::RequestVote { .. } => MessageKind::Vote,
            Self::RequestVoteReply { .. } => MessageKind::VoteReply,
            Self::PreVote { .. } => MessageKind::PreVote,
            Self::PreVoteReply { .. } => MessageKind::PreVoteReply,
            Self::AppendEntries { .. } => MessageKind::Append,
            Self::AppendEntriesReply { .. } => MessageKind::AppendReply,
            Self::InstallSnapshot { .. } => MessageKind::Install,
            Self::InstallSnapshotReply { .. } => MessageKind::InstallReply,
            Self::TimeoutNow => MessageKind::TimeoutNow,
        }
    }
}
