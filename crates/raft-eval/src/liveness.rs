//! What rules and options of liveness are worth: terms wasted and time without a leader, with them and without.

use raft_core::{Entry, Index, Micros, Options, Payload, ProtocolOption, Rule, Rules, Time};
use raft_sim::chaos::{Chaos, Kind};
use raft_sim::config::WorldConfig;
use raft_sim::world::World;

/// What is switched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// A rule.
    Rule(Rule),
    /// An option.
    Option(ProtocolOption),
}

/// All that liveness rests on.
pub const SWITCHES: &[Switch] = &[
    Switch::Rule(Rule::CandidateYields),
    Switch::Rule(Rule::TimerResetByLeader),
    Switch::Rule(Rule::RandomisedTimeouts),
    Switch::Option(ProtocolOption::PreVote),
    Switch::Option(ProtocolOption::CheckQuorum),
];

/// How long a world was without what a cluster is for, looked at after each event.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gauge {
    leaderless: Since,
    uncommitted: Since,
    committed: Index,
}

/// Since when something lasts, and how long it has lasted at most.
#[derive(Clone, Copy, Debug, Default)]
struct Since {
    began: Option<Time>,
    longest: Micros,
}

impl Since {
    fn look(&mut self, now: Time, lasts: bool) {
        if let Some(began) = self.began {
            self.longest = self.longest.max(now.since(began));
        }
        self.began = lasts.then(|| self.began.unwrap_or(now));
    }
}

impl Gauge {
    /// Takes in what the last event has made of the world.
    pub fn look(&mut self, world: &World) {
        let now = world.now();
        let leader = world.leader();
        self.leaderless.look(now, leader.is_none());
        let committed = world.checkers().committed().last_index();
        let is_request = |(_, entry): (Index, &Entry)| matches!(entry.payload, Payload::Command(_));
        let waits = leader.is_some_and(|id| world.server(id).log().iter_from(committed.next()).any(is_request));
        // What was waited for until now came with this event.
        let came = std::mem::replace(&mut self.committed, committed) != committed;
        self.uncommitted.look(now, waits && !came);
        if waits && came {
            self.uncommitted.look(now, true);
        }
    }

    /// The longest time in which no server led.
    pub const fn leaderless(&self) -> Micros {
        self.leaderless.longest
    }

    /// The longest time in which a leader had a request to commit, and nothing was committed.
    pub const fn uncommitted(&self) -> Micros {
        self.uncommitted.longest
    }
}

/// Sums over all seeds, so that the order of seeds cannot show.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Measure {
    /// The highest terms.
    pub terms: u64,
    /// Simulated time in which no server led that could reach a majority.
    pub leaderless: Micros,
}

impl Switch {
    /// Its name.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Rule(rule) => rule.id(),
            Self::Option(option) => option.id(),
        }
    }

    /// Five servers under the trouble in which it matters, with the switch on or off.
    pub fn config(self, on: bool) -> WorldConfig {
        // Cut links disturb a leader that works, and hide one that does not.
        let (kinds, rate): (&[Kind], u32) = match self {
            Self::Rule(_) => (&[Kind::Crashes], 1),
            Self::Option(_) => (&[Kind::Partitions], 2),
        };
        let (rules, options) = match self {
            Self::Rule(rule) => (Rules::ALL.with(rule, on), Options::NONE),
            Self::Option(option) => (Rules::ALL, Options::NONE.with(option, on)),
        };
        let usual = WorldConfig::default();
        let election_timeout = match self {
            // A candidate that does not yield needs a rival that has won: timeouts that lie close together.
            Self::Rule(Rule::CandidateYields) => (150_000, 160_000),
            _ => usual.election_timeout,
        };
        WorldConfig { chaos: Some(Chaos::of(kinds, rate)), rules, options, election_timeout, ..usual }
    }
}

/// Plays so many seeds, each so long.
pub fn measure(config: &WorldConfig, seeds: u64, simulated: Micros) -> Measure {
    let mut sum = Measure::default();
    for seed in 0..seeds {
        let mut world = World::new(config.clone(), seed);
        let mut since = Time(0);
        while let Some(next) = world.next_time().filter(|next| *next <= Time(simulated)) {
            if !is_led(&world) {
                sum.leaderless += next.since(since);
            }
            since = next;
            world.step();
        }
        if !is_led(&world) {
            sum.leaderless += Time(simulated).since(since);
        }
        sum.terms += u64::from(world.highest_term().0);
    }
    sum
}

/// Whether a server leads that hears a majority and is heard by it.
fn is_led(world: &World) -> bool {
    let is_up = |id| world.server(id).node.is_some() && !world.server(id).paused;
    world.ids().filter(|id| is_up(*id)).any(|leader| {
        let leads = world.server(leader).node.as_ref().is_some_and(raft_core::Node::is_leader);
        let reaches = |id: &raft_core::ServerId| {
            let open = |from, to| world.network().barrier(from, to).is_none();
            *id == leader || is_up(*id) && open(leader, *id) && open(*id, leader)
        };
        leads && world.ids().filter(reaches).count() as u32 >= raft_core::majority(world.config().servers)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_of_liveness_saves_terms() {
        for switch in SWITCHES.iter().filter(|switch| matches!(switch, Switch::Rule(_))) {
            let (on, off) =
                (measure(&switch.config(true), 20, 10_000_000), measure(&switch.config(false), 20, 10_000_000));
            assert!(off.terms > on.terms, "{}: {on:?}, {off:?}", switch.id());
        }
    }

    #[test]
    fn servers_that_were_cut_off_waste_fewer_terms_with_pre_vote() {
        let switch = Switch::Option(ProtocolOption::PreVote);
        let (on, off) = (measure(&switch.config(true), 20, 10_000_000), measure(&switch.config(false), 20, 10_000_000));
        assert!(2 * on.terms < off.terms, "{on:?}, {off:?}");
    }
}
