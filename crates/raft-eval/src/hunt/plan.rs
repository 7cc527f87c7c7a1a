//! Which trouble is likely to show what a rule is for. The search begins with an ordinary cluster all the same.

use raft_core::{Micros, Mistake, Options, ProtocolOption, Rule, ServerSet};
use raft_sim::chaos::{Chaos, Kind};
use raft_sim::checkers::Property;
use raft_sim::config::WorldConfig;

/// What is wasted without a rule of liveness.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waste {
    /// Terms.
    Terms,
    /// Time in which no server leads.
    Leaderless,
    /// Time in which nothing is committed, though a leader has a request to commit.
    Uncommitted,
}

/// The trouble of a hunt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Size of the cluster.
    pub servers: u32,
    /// How many of its servers wait to be added.
    pub spares: u32,
    /// Size below which its story is not made smaller.
    pub fewest: u32,
    /// Trouble that strikes by itself.
    pub chaos: Chaos,
    /// Requests that the clients make by themselves, a second.
    pub requests_per_second: u32,
    /// How long a client waits for an answer before it tries again.
    pub client_timeout: Micros,
    /// The range of election timeouts.
    pub election_timeout: (Micros, Micros),
    /// Entries after which a server takes a snapshot; 0 for never.
    pub snapshot_every: u32,
    /// Options that are on.
    pub options: Options,
    /// The promise whose breach says it best; any, if none is named.
    pub property: Option<Property>,
    /// What a rule of liveness saves.
    pub waste: Waste,
}

impl Plan {
    /// The plan for a hunt without these rules: that of the first one that has one of its own.
    pub fn of(without: &[Rule]) -> Self {
        let usual = Self {
            servers: 3,
            spares: 0,
            fewest: 3,
            chaos: Chaos::all(10),
            requests_per_second: 20,
            client_timeout: WorldConfig::default().client_timeout,
            election_timeout: WorldConfig::default().election_timeout,
            snapshot_every: 0,
            options: Options::NONE,
            property: None,
            waste: Waste::Terms,
        };
        let calm = Self { requests_per_second: 0, ..usual.clone() };
        // Two leaders at a time are seen by many clients that soon ask another server; one entry at a time would not keep
        // up.
        let among = |options: &[ProtocolOption]| {
            let keeping_up = Options::NONE.with(ProtocolOption::Batching, true).with(ProtocolOption::Pipelining, true);
            Self {
                options: options.iter().fold(keeping_up, |on, option| on.with(*option, true)),
                property: Some(Property::Linearizability),
                client_timeout: 50_000,
                requests_per_second: 120,
                ..usual.clone()
            }
        };
        // A long lease leaves time for another leader and for its clients.
        let leases = |kinds: &[Kind]| Self {
            chaos: Chaos::of(kinds, 10),
            election_timeout: (600_000, 700_000),
            ..among(&[ProtocolOption::LeaseRead, ProtocolOption::NoOp])
        };
        // Small clusters get their changes over with, and small majorities are soon without a common server.
        let changing = |servers: u32, kinds: &[Kind]| Self {
            servers,
            fewest: 2,
            chaos: Chaos::of(kinds, 10).and(Kind::Members),
            requests_per_second: 5,
            ..usual.clone()
        };
        match without.first() {
            Some(Rule::ReadIndexConfirmation) => among(&[ProtocolOption::ReadIndex, ProtocolOption::NoOp]),
            // A no-op would be committed before the round is answered.
            Some(Rule::ReadIndexOwnTerm) => among(&[ProtocolOption::ReadIndex]),
            // Some client has to stay with the first leader while others find the second one.
            Some(Rule::LeaseBound) => {
                Self { chaos: Chaos::of(&[Kind::Clocks, Kind::Partitions], 6), client_timeout: 400_000, ..leases(&[]) }
            }
            Some(Rule::LeaderStickiness | Rule::LeaseStart | Rule::TransferExpiresLease) => {
                leases(&[Kind::Timers, Kind::Partitions])
            }
            // Half of an odd number, rounded down, is never two halves.
            Some(Rule::Majority) => Self { servers: 4, fewest: 2, ..usual },
            // A retry that is no reordering of messages needs clients of little patience.
            Some(Rule::SessionDedup) => Self { client_timeout: 50_000, requests_per_second: 30, ..usual },
            Some(Rule::SnapshotBeforeDiscard) => Self { snapshot_every: 2, ..usual },
            // An answer has to overtake a snapshot: entries under way at once, and much that happens to messages.
            Some(Rule::KeepLogAfterSnapshot) => Self {
                snapshot_every: 2,
                chaos: Chaos::of(&[Kind::Messages, Kind::Partitions, Kind::Timers], 20),
                requests_per_second: 10,
                options: Options::NONE.with(ProtocolOption::Pipelining, true),
                ..usual
            },
            Some(Rule::OneChangeAtATime | Rule::JointMajorities) => changing(3, &[Kind::Partitions, Kind::Timers]),
            Some(Rule::ConfigOnAppend) => changing(3, &[Kind::Partitions, Kind::Crashes, Kind::Timers]),
            Some(Rule::CountMembersOnly) => changing(4, &[Kind::Partitions, Kind::Crashes, Kind::Timers]),
            // Where nobody asks for anything, no leader has committed an entry of its own term.
            Some(Rule::ConfigAfterCommit) => {
                Self { requests_per_second: 0, ..changing(4, &[Kind::Partitions, Kind::Timers]) }
            }
            Some(Rule::LearnerCatchUp) => Self {
                spares: 1,
                fewest: 4,
                chaos: Chaos::of(&[Kind::Crashes, Kind::Members], 4),
                requests_per_second: 20,
                waste: Waste::Uncommitted,
                ..changing(4, &[])
            },
            Some(Rule::RemovedServersCampaign) => {
                Self { waste: Waste::Leaderless, ..changing(2, &[Kind::Crashes, Kind::Partitions]) }
            }
            Some(Rule::StableVote) => Self { property: Some(Property::ElectionSafety), ..usual },
            Some(Rule::CandidateYields) => Self { chaos: Chaos::of(&[Kind::Timers, Kind::Partitions], 10), ..calm },
            Some(Rule::TimerResetByLeader | Rule::RandomisedTimeouts) => {
                Self { chaos: Chaos::of(&[Kind::Crashes], 1), ..calm }
            }
            _ => usual,
        }
    }

    /// Adds what the mistakes need to show.
    pub fn help_with(&mut self, mistakes: &[Mistake]) {
        // Only a pre-candidate may have voted for somebody else in its term, and step back in it.
        if mistakes.contains(&Mistake::ClearVoteInSameTerm) {
            self.options = self.options.with(ProtocolOption::PreVote, true);
            // Two stand at the same time, and what one of them asks comes late.
            self.chaos = Chaos::of(&[Kind::Crashes, Kind::Partitions, Kind::Messages, Kind::Timers], 60);
            self.election_timeout = (150_000, 160_000);
            self.requests_per_second = 0;
        }
    }

    /// The world of a hunt, with so many servers.
    pub fn config(&self, without: &[Rule], servers: u32) -> WorldConfig {
        let defaults = WorldConfig::default();
        WorldConfig {
            servers,
            members: (0 < self.spares && self.spares < servers).then(|| ServerSet::first(servers - self.spares)),
            chaos: Some(self.chaos),
            requests_per_second: self.requests_per_second,
            election_timeout: self.election_timeout,
            snapshot_every: self.snapshot_every,
            options: self.options,
            client_timeout: self.client_timeout,
            // Clocks go at half to twice the true rate.
            drift_bound_ppm: if self.options.has(ProtocolOption::LeaseRead) && self.chaos.has(Kind::Clocks) {
                3_000_000
            } else {
                defaults.drift_bound_ppm
            },
            rules: without.iter().fold(defaults.rules, |rules, rule| rules.with(*rule, false)),
            ..defaults
        }
    }
}
