//! What a server is doing in its term: the roles, and what each of them keeps.

use crate::install::SnapshotTransfer;
use crate::{CatchUp, Config, Digest, Index, Micros, Reads, ServerId, ServerSet, Time, Transfer};
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A running election timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timer {
    /// When it runs out.
    pub due: Time,
    /// Its full length.
    pub timeout: Micros,
    /// How often the server has already timed out in this term.
    pub attempt: u32,
}

/// The votes of one election.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Tally {
    /// Servers that granted theirs; the candidate is one of them.
    pub granted: ServerSet,
    /// Servers that refused.
    pub refused: ServerSet,
}

/// What a leader knows about one follower (Figure 2, volatile state on leaders).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Progress {
    /// Index of the next entry to send.
    pub next_index: Index,
    /// Index of the highest entry known to be stored there.
    pub match_index: Index,
    /// AppendEntries with entries that are not yet answered.
    pub in_flight: u32,
    /// When the last of those was sent.
    pub sent_at: Time,
    /// Whether the place where the logs agree has been found.
    pub matched: bool,
    /// The heartbeat round in which the last acknowledgement arrived.
    pub(crate) confirmed: u32,
    /// Last entry of each request in flight, in the order in which they were sent; the rest is 0.
    pub(crate) sent_upto: [Index; Config::IN_FLIGHT_MAX as usize],
    /// Beside the heartbeats: in which round requests were sent last, under which attempt, and from which to which
    /// prev_log_index.
    pub(crate) last_sent: (u32, u32, Index, Index),
}

/// What a server is doing in its current term, and only what that job needs.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// It answers leaders and candidates.
    Follower {
        /// The leader of this term, once heard, and when it was last heard.
        leader: Option<(ServerId, Time)>,
        /// Its election timer.
        timer: Timer,
    },
    /// It asks whether it could win (option `pre-vote`).
    PreCandidate {
        /// The answers so far.
        tally: Tally,
        /// Its election timer.
        timer: Timer,
    },
    /// It asks for votes.
    Candidate {
        /// The answers so far.
        tally: Tally,
        /// Its election timer.
        timer: Timer,
    },
    /// It serves clients and replicates its log.
    Leader {
        /// One row for each server, in the order of ids; its own row is not used, nor are those of servers that do not
        /// belong to the cluster.
        progress: Vec<Progress>,
        /// New servers that are brought up to date.
        catch_up: Option<CatchUp>,
        /// Heartbeat rounds so far.
        round: u32,
        /// When the next one is due.
        heartbeat_due: Time,
        /// Who answered since the last check (option `check-quorum`), and when the next check is due.
        heard: ServerSet,
        /// When the next check of the quorum is due.
        quorum_due: Time,
        /// Snapshots on their way to followers.
        transfers: Vec<SnapshotTransfer>,
        /// What it knows for the sake of reads (options `read-index` and `lease-read`).
        reads: Box<Reads>,
        /// The transfer that is under way.
        transfer: Option<Transfer>,
    },
}

impl Role {
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        match self {
            Role::Follower { leader, timer } => {
                let (id, heard) = leader.map_or((0, 0), |(id, heard)| (id.0, heard.0));
                timer.digest(digest.word(1).word(u64::from(id)).word(heard))
            }
            Role::PreCandidate { tally, timer } => timer.digest(tally.digest(digest.word(2))),
            Role::Candidate { tally, timer } => timer.digest(tally.digest(digest.word(3))),
            Role::Leader {
                progress,
                catch_up,
                round,
                heartbeat_due,
                heard,
                quorum_due,
                transfers,
                reads,
                transfer,
            } => {
                let mut digest = digest.word(4).word(u64::from(*round)).word(heartbeat_due.0).word(quorum_due.0);
                if !reads.is_empty() {
                    digest = reads.digest(digest.word(5));
                }
                if let Some(Transfer { target, due, sent }) = transfer {
                    digest = digest.pair(target.0, u32::from(*sent)).word(due.0);
                }
                let digest = catch_up.map_or(digest, |catch_up| catch_up.digest(digest));
                let digest = progress.iter().fold(heard.digest(digest), |digest, row| row.digest(digest));
                transfers.iter().fold(digest, |digest, transfer| transfer.digest(digest))
            }
        }
    }
}

impl Timer {
    fn digest(&self, digest: Digest) -> Digest {
        digest.word(self.due.0).word(self.timeout).word(u64::from(self.attempt))
    }
}

impl Tally {
    fn digest(&self, digest: Digest) -> Digest {
        self.refused.digest(self.granted.digest(digest))
    }
}

impl Progress {
    fn digest(&self, digest: Digest) -> Digest {
        let (round, attempt, low, high) = self.last_sent;
        let sent = self.sent_upto.iter().take(self.in_flight as usize);
        sent.fold(digest, |digest, last| digest.word(u64::from(last.0)))
            .pair(self.next_index.0, self.match_index.0)
            .flagged(self.in_flight, self.matched)
            .word(self.sent_at.0)
            .pair(low.0, high.0)
            .word(u64::from(round))
            .pair(self.confirmed, attempt)
    }
}
