//! The name of a message: what it says, not when it was counted.

use alloc::format;
use alloc::string::String;
use core::fmt;
use raft_core::{Digest, Envelope, Message, MessageKind};

/// Kinds of messages in the world: those of Raft, and those between clients and servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub enum Kind {
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
    /// A client's request
    Request,
    /// Reply to a client's request
    RequestReply,
    /// InstallSnapshot
    Install,
    /// Reply to InstallSnapshot
    InstallReply,
    /// TimeoutNow
    TimeoutNow,
}

impl Kind {
    const NAMES: [(Kind, &'static str); 11] = [
        (Kind::InstallReply, "install-reply"),
        (Kind::Install, "install"),
        (Kind::AppendReply, "append-reply"),
        (Kind::Append, "append"),
        (Kind::VoteReply, "vote-reply"),
        (Kind::Vote, "vote"),
        (Kind::PreVoteReply, "pre-vote-reply"),
        (Kind::PreVote, "pre-vote"),
        (Kind::RequestReply, "request-reply"),
        (Kind::Request, "request"),
        (Kind::TimeoutNow, "timeout-now"),
    ];

    /// Its name in keys and frames.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("append", |(_, name)| name)
    }

    /// Its name for readers, as in the paper.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Append => MessageKind::Append.title(),
            Self::AppendReply => MessageKind::AppendReply.title(),
            Self::Vote => MessageKind::Vote.title(),
            Self::VoteReply => MessageKind::VoteReply.title(),
            Self::PreVote => MessageKind::PreVote.title(),
            Self::PreVoteReply => MessageKind::PreVoteReply.title(),
            Self::Install => MessageKind::Install.title(),
            Self::InstallReply => MessageKind::InstallReply.title(),
            Self::TimeoutNow => MessageKind::TimeoutNow.title(),
            Self::Request => "client request",
            Self::RequestReply => "client reply",
        }
    }

    fn is_from_client(self) -> bool {
        self == Self::Request
    }

    fn is_to_client(self) -> bool {
        self == Self::RequestReply
    }
}

impl From<MessageKind> for Kind {
    fn from(kind: MessageKind) -> Self {
        match kind {
            MessageKind::Append => Self::Append,
            MessageKind::AppendReply => Self::AppendReply,
            MessageKind::Vote => Self::Vote,
            MessageKind::VoteReply => Self::VoteReply,
            MessageKind::PreVote => Self::PreVote,
            MessageKind::PreVoteReply => Self::PreVoteReply,
            MessageKind::Install => Self::Install,
            MessageKind::InstallReply => Self::InstallReply,
            MessageKind::TimeoutNow => Self::TimeoutNow,
        }
    }
}

/// Identifies one message by content, so that it is still the same one after an edit elsewhere in the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MessageKey {
    /// What it is.
    pub kind: Kind,
    /// Sender: a server, or a client's number.
    pub from: u32,
    /// Receiver: a server, or a client's number.
    pub to: u32,
    /// Its term; 0 between clients and servers.
    pub term: u32,
    /// The leader's heartbeat round; for clients the number of the request.
    pub round: u32,
    /// prev_log_index of a request beside the heartbeat round; of a chunk of a snapshot where it begins, and of its
    /// answer where the next one begins; 0 otherwise.
    pub index: u32,
    /// Which of several of the kind.
    pub attempt: u32,
    /// 0 for the original, 1 and up for copies.
    pub copy: u32,
}

impl MessageKey {
    /// The key of a message between servers.
    pub fn of(envelope: &Envelope) -> Self {
        let index = match &envelope.message {
            // A round sends one message to each follower; what it carries does not change its name, so that a
            // client's request leaves the latency of later heartbeats as it was.
            _ if envelope.rpc.attempt == 0 => 0,
            Message::AppendEntries { prev_log_index, .. } | Message::AppendEntriesReply { prev_log_index, .. } => {
                prev_log_index.0
            }
            Message::InstallSnapshot { offset, .. } => *offset,
            Message::InstallSnapshotReply { next_offset, .. } => *next_offset,
            _ => 0,
        };
        Self {
            kind: envelope.message.kind().into(),
            from: envelope.from.0,
            to: envelope.to.0,
            term: envelope.term.0,
            round: envelope.rpc.round,
            index,
            attempt: envelope.rpc.attempt,
            copy: 0,
        }
    }

    /// The key as one number, for draws.
    pub fn hash(&self) -> u64 {
        Digest::new(self.kind as u64)
            .word(u64::from(self.from) << 32 | u64::from(self.to))
            .word(u64::from(self.term) << 32 | u64::from(self.round))
            .word(u64::from(self.index) << 32 | u64::from(self.attempt) << 8 | u64::from(self.copy))
            .value()
    }

    /// Reads what `Display` writes.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("\"{text}\" is not the name of a message; one looks like append/S1>S2/t2/r14");
        let mut parts = text.trim().split('/');
        let name = parts.next().unwrap_or_default();
        let kind = Kind::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind).ok_or_else(wrong)?;
        let (from, to) = parts.next().and_then(|way| way.split_once('>')).ok_or_else(wrong)?;
        let end =
            |text: &str, client: bool| text.strip_prefix(if client { 'C' } else { 'S' }).and_then(|n| n.parse().ok());
        let mut key = Self {
            kind,
            from: end(from, kind.is_from_client()).ok_or_else(wrong)?,
            to: end(to, kind.is_to_client()).ok_or_else(wrong)?,
            term: 0,
            round: 0,
            index: 0,
            attempt: 0,
            copy: 0,
        };
        for part in parts {
            let value = part.get(1..).and_then(|n| n.parse().ok()).ok_or_else(wrong)?;
            match part.as_bytes().first() {
                Some(b't') => key.term = value,
                Some(b'r' | b'n') => key.round = value,
                Some(b'p') => key.index = value,
                Some(b'a') => key.attempt = value,
                Some(b'c') => key.copy = value,
                _ => return Err(wrong()),
            }
        }
        Ok(key)
    }
}

impl fmt::Display for MessageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let end = |client: bool| if client { 'C' } else { 'S' };
        let (from, to) = (end(self.kind.is_from_client()), end(self.kind.is_to_client()));
        write!(f, "{}/{from}{}>{to}{}", self.kind.name(), self.from, self.to)?;
        let round = if self.kind.is_from_client() || self.kind.is_to_client() { 'n' } else { 'r' };
        for (letter, value) in
            [('t', self.term), (round, self.round), ('p', self.index), ('a', self.attempt), ('c', self.copy)]
        {
            if value != 0 {
                write!(f, "/{letter}{value}")?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_what_it_writes() {
        for text in [
            "append/S1>S2/t2/r14",
            "append/S1>S2/t2/r14/p3/a1/c1",
            "vote-reply/S101>S2/t7",
            "request/C1>S2/n4/a1",
            "request-reply/S2>C1/n4",
            "pre-vote/S3>S1/t9/a2",
            "timeout-now/S1>S2/t2",
        ] {
            assert_eq!(format!("{}", MessageKey::parse(text).unwrap()), text);
        }
        for wrong in ["", "append", "append/S1", "append/C1>S2", "append/S1>S2/x3", "append/S1>S2/t", "nothing/S1>S2"] {
            assert!(MessageKey::parse(wrong).is_err(), "{wrong}");
        }
    }
}
