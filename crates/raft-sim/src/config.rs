//! The settings of a world.

use crate::chaos::Chaos;
use crate::spread::Spread;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use raft_core::{Digest, Micros, Mistakes, Options, Rules, ServerId, ServerSet, Term};

/// Most servers that a world can have.
pub const SERVERS_MAX: u32 = 101;

/// Bytes of a snapshot in one message, if nobody says otherwise.
const CHUNK_DEFAULT: u32 = 1_024;
/// Most bytes of a snapshot in one message.
pub const CHUNK_MAX: u32 = 1_000_000;
/// Most entries between two snapshots.
pub const SNAPSHOT_EVERY_MAX: u32 = 1_000_000;

/// What a server starts with instead of an empty disk.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct InitialServer {
    /// Which server.
    pub id: ServerId,
    /// current_term; at least the term of its last entry.
    pub term: Term,
    /// voted_for
    pub voted_for: Option<ServerId>,
    /// Its log: term and command of each entry.
    pub log: Vec<(Term, String)>,
}

/// Everything that shapes a world besides its seed and the reader's commands.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct WorldConfig {
    /// Size of the cluster, 1 to 101.
    pub servers: u32,
    /// The servers that vote at first; all of them, if nothing is said. The others wait to be added.
    pub members: Option<ServerSet>,
    /// Election timeouts are drawn from this range, both ends included.
    pub election_timeout: (Micros, Micros),
    /// Time between two heartbeats.
    pub heartbeat: Micros,
    /// One-way latency of a message.
    pub latency: Spread,
    /// Share of messages that are lost, in parts per million.
    pub loss_ppm: u32,
    /// Share of messages that arrive twice.
    pub duplicate_ppm: u32,
    /// Share of messages that are held up until later ones have overtaken them.
    pub reorder_ppm: u32,
    /// Time until a write is stable.
    pub disk: Spread,
    /// Requests that the clients make by themselves, a second.
    pub requests_per_second: u32,
    /// Trouble that strikes by itself.
    pub chaos: Option<Chaos>,
    /// How long a client waits for an answer before it tries again.
    pub client_timeout: Micros,
    /// Entries after which a server replaces its log by a snapshot; 0 for never.
    pub snapshot_every: u32,
    /// Most bytes of a snapshot in one message.
    pub snapshot_chunk: u32,
    /// How far the servers allow for clocks that run at different rates, in parts per million; leases are shortened
    /// by it. What the clocks really do is another matter.
    pub drift_bound_ppm: u32,
    /// The rules that hold.
    pub rules: Rules,
    /// The options that are on.
    pub options: Options,
    /// The mistakes that are made.
    pub mistakes: Mistakes,
    /// Servers that do not start empty.
    pub initial: Vec<InitialServer>,
}

impl Default for WorldConfig {
    fn default() -> Self {
        Self {
            servers: 5,
            members: None,
            election_timeout: (150_000, 300_000),
            heartbeat: 50_000,
            latency: Spread::Range(3_000, 8_000),
            loss_ppm: 0,
            duplicate_ppm: 0,
            reorder_ppm: 0,
            disk: Spread::Range(1_000, 1_000),
            requests_per_second: 0,
            chaos: None,
            client_timeout: 500_000,
            snapshot_every: 0,
            snapshot_chunk: CHUNK_DEFAULT,
            drift_bound_ppm: 100_000,
            rules: Rules::ALL,
            options: Options::NONE,
            mistakes: Mistakes::NONE,
            initial: vec![],
        }
    }
}

impl WorldConfig {
    /// The standard load of the benchmarks: the defaults and ten requests a second.
    pub fn standard_load(servers: u32) -> Self {
        Self { servers, requests_per_second: 10, ..Self::default() }
    }

    /// The servers that vote at first.
    pub fn members(&self) -> ServerSet {
        self.members.unwrap_or_else(|| ServerSet::first(self.servers))
    }

    /// What each node is told.
    pub fn node_config(&self) -> raft_core::Config {
        raft_core::Config {
            members: self.members(),
            heartbeat_interval: self.heartbeat,
            election_timeout_min: self.election_timeout.0,
            clock_drift_ppm: self.drift_bound_ppm,
            rules: self.rules,
            options: self.options,
            mistakes: self.mistakes,
            snapshot_chunk: self.snapshot_chunk,
        }
    }

    /// Takes in what shapes the world from now on; what it began with is past.
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let (low, high) = self.election_timeout;
        let digest = digest.word(u64::from(self.servers)).word(low).word(high).word(self.heartbeat);
        let digest = self.disk.digest(self.latency.digest(digest));
        let shares = [self.loss_ppm, self.duplicate_ppm, self.reorder_ppm, self.requests_per_second];
        let digest = shares.iter().fold(digest, |digest, share| digest.word(u64::from(*share)));
        let off = self.rules.off().fold(0, |bits, rule| bits | 1u64 << rule as u8);
        let on = self.options.on().fold(0, |bits, option| bits | 1 << option as u8);
        // Nothing is taken in of snapshots where there are none.
        let digest = match (self.snapshot_every, self.snapshot_chunk) {
            (0, CHUNK_DEFAULT) => digest,
            (every, chunk) => digest.word(u64::from(every) << 32 | u64::from(chunk)),
        };
        let digest = digest.word(self.client_timeout).word(u64::from(self.drift_bound_ppm)).word(off).word(on);
        let digest = digest.word(u64::from(self.mistakes.bits()));
        // Worlds in which all servers are members have the digests that they always had.
        let digest = self.members.map_or(digest, |members| digest.word(members.bits() as u64));
        self.chaos.map_or(digest, |chaos| digest.word(chaos.word()))
    }

    /// Checks what a file or a page could get wrong.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn validate(&self) -> Result<(), String> {
        if !(1..=SERVERS_MAX).contains(&self.servers) {
            return Err(format!("a cluster has 1 to {SERVERS_MAX} servers, not {}", self.servers));
        }
        if let Some(last) = self.members.and_then(ServerSet::last)
            && last.0 > self.servers
        {
            return Err(format!("{last} is a member, and the cluster has only {} servers", self.servers));
        }
        let (low, high) = self.election_timeout;
        if low == 0 || low > high {
            return Err("the election timeout needs a range like 150ms..300ms, above 0 and not backwards".into());
        }
        if self.heartbeat < 100 {
            return Err("the heartbeat interval is at least 100us".into());
        }
        if self.requests_per_second > 10_000 {
            return Err("the clients make at most 10000 requests a second".into());
        }
        if self.snapshot_every > SNAPSHOT_EVERY_MAX {
            return Err(format!("there are at most {SNAPSHOT_EVERY_MAX} entries between two snapshots"));
        }
        if !(1..=CHUNK_MAX).contains(&self.snapshot_chunk) {
            return Err(format!("a chunk of a snapshot has 1 to {CHUNK_MAX} bytes"));
        }
        if self.client_timeout < 1_000 {
            return Err("the client timeout is at least 1ms".into());
        }
        Ok(())
    }
}
