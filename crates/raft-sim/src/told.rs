//! What is told of an event: which item of the queue it was, and everything that it made happen.

use crate::command::Command;
use crate::key::MessageKey;
use alloc::string::String;
use raft_core::{Happening, ServerId, Time};

/// Which item was taken from the queue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventKind {
    /// A command of the reader or of the scenario.
    Command,
    /// A server's timer.
    Timer(ServerId),
    /// A message that arrived.
    Delivery(MessageKey),
    /// A message that was lost on its way.
    Loss(MessageKey),
    /// A write that became stable.
    Stable(ServerId),
    /// A client whose patience ended.
    Retry(u32),
    /// A request that the clients made by themselves.
    Workload(u32),
    /// A piece of trouble.
    Chaos(u32),
}

/// One event of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct EventInfo {
    /// Its number, from 1.
    pub number: u64,
    /// When.
    pub time: Time,
    /// The event that led to it; 0 for the start of the run, or the reader.
    pub cause: u64,
    /// What it was.
    pub kind: EventKind,
}

/// Why a message did not arrive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LossCause {
    /// The network loses a share of all messages.
    Chance,
    /// The link is cut.
    Cut,
    /// Sender and receiver are in different groups of a partition.
    Partition,
    /// The receiver is down.
    Down,
    /// The reader took it away.
    Reader,
}

/// What happened to a client's request.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ClientTold {
    /// It was sent.
    Asked {
        /// "x=4" or "read x".
        text: String,
        /// To this server.
        server: ServerId,
        /// From 1.
        attempt: u32,
    },
    /// The server named another leader, or none.
    Redirected {
        /// The server that answered.
        by: ServerId,
        /// The leader that it named.
        leader: Option<ServerId>,
    },
    /// It was answered.
    Answered {
        /// "x=4" or "read x".
        text: String,
        /// By this server.
        by: ServerId,
        /// What a read found; the value of a write.
        result: Option<String>,
    },
    /// The request stood in the log a second time; it was answered and not carried out again (section 8).
    AppliedBefore {
        /// By this server.
        by: ServerId,
    },
    /// No answer came in time.
    GaveUpWaiting {
        /// On this server.
        server: ServerId,
    },
}

/// One thing that happened, and to whom.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Told {
    /// Something within the protocol.
    Raft(ServerId, Happening),
    /// The reader's or scenario's command.
    Reader(Command),
    /// A piece of trouble that struck by itself, as the command that does the same.
    Chaos(Command),
    /// A command that had no object any more, and why.
    Moot(Command, String),
    /// A server lost power.
    Crashed {
        /// The server.
        server: ServerId,
        /// Entries that were not yet stable.
        entries_lost: u32,
        /// Whether its term or vote was not yet stable.
        vote_lost: bool,
    },
    /// In a crash a disk has lost what it had called stable: it had lied.
    DiskLied {
        /// The server.
        server: ServerId,
        /// Entries that it had called stable.
        entries_lost: u32,
        /// Whether it had called a term or a vote stable.
        vote_lost: bool,
    },
    /// A server came back.
    Restarted(ServerId),
    /// A server froze.
    Paused(ServerId),
    /// A server goes on.
    Resumed {
        /// The server.
        server: ServerId,
        /// What waited for it.
        waiting: u32,
    },
    /// A message reached a paused server, where it waits.
    Waits(MessageKey),
    /// A message did not arrive.
    Lost(MessageKey, LossCause),
    /// Something about a client's request.
    Client {
        /// The client.
        client: u32,
        /// Number of its request.
        serial: u32,
        /// What.
        what: ClientTold,
    },
    /// A promise of Raft was broken: number of the violation in the world's list.
    Violation(u32),
}

impl Told {
    /// The server that it happened to.
    pub fn server(&self) -> Option<ServerId> {
        match self {
            Self::Raft(server, _) | Self::Restarted(server) | Self::Paused(server) => Some(*server),
            Self::Crashed { server, .. } | Self::DiskLied { server, .. } | Self::Resumed { server, .. } => {
                Some(*server)
            }
            Self::Reader(_)
            | Self::Chaos(_)
            | Self::Moot(..)
            | Self::Waits(_)
            | Self::Lost(..)
            | Self::Client { .. }
            | Self::Violation(_) => None,
        }
    }
}
