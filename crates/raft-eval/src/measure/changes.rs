//! How long a cluster is without a leader, how fast it hands over, and how fast its membership changes.

use super::trial::{Trial, happened};
use super::{Experiment, HORIZON, LEADER, Measure, Series, Setup, Unit, Values, Variant};
use raft_core::{Change, Happening, Micros, ProtocolOption, ServerId, ServerSet, Time};
use raft_sim::command::Command;
use raft_sim::config::WorldConfig;
use raft_sim::world::World;

/// Time without a leader under failures that come by a schedule.
pub(super) const UNAVAILABILITY: Experiment = Experiment {
    name: "unavailability",
    title: "Time without a leader",
    about: "Every five seconds the leader crashes, and it restarts two seconds later, for a minute.",
    section: "5.6",
    measures: &[
        Measure { id: "leaderless", title: "time of a minute in which no server led", unit: Unit::Micros },
        Measure { id: "terms", title: "terms in that minute", unit: Unit::Count },
    ],
    by: &["timeouts", "pre-vote"],
    trials: 100,
    config: WorldConfig::default,
    series: unavailability,
    play: schedule,
};

const CRASHES_EVERY: Micros = 5_000_000;
const AWAY: Micros = 2_000_000;

fn unavailability(setup: &Setup) -> Vec<Series> {
    let series = |name: String, config: WorldConfig| setup.series(setup.by, name, config, HORIZON);
    match setup.by {
        "pre-vote" => [("without Pre-Vote", false), ("with Pre-Vote", true)]
            .map(|(name, on)| {
                let options = setup.config.options.with(ProtocolOption::PreVote, on);
                series(name.into(), WorldConfig { options, ..setup.config.clone() })
            })
            .into(),
        _ => [50, 100, 150, 300, 600, 1_000]
            .map(|low| {
                let election_timeout = (low * 1_000, low * 2_000);
                let config = WorldConfig { election_timeout, heartbeat: low * 1_000 / 3, ..setup.config.clone() };
                series(format!("{low}-{}", 2 * low), config)
            })
            .into(),
    }
}

fn schedule(series: &Series, trial: &mut Trial) -> Values {
    trial.begin();
    let (mut leaderless, mut since) = (0, Time(0));
    let mut gone: Option<ServerId> = None;
    let mut next = (Time(CRASHES_EVERY), false);
    while next.0.0 <= series.horizon {
        let mut was_led = trial.world().leader().is_some();
        trial.play(next.0, |world| {
            if !was_led {
                leaderless += world.now().since(since);
            }
            (was_led, since) = (world.leader().is_some(), world.now());
            false
        });
        match (next.1, gone, trial.world().leader()) {
            (true, Some(id), _) => {
                trial.give(next.0, Command::Restart(id));
                gone = None;
            }
            (false, None, Some(leader)) => {
                trial.give(next.0, Command::Crash(leader));
                gone = Some(leader);
            }
            _ => (),
        }
        next = if next.1 { (next.0.after(CRASHES_EVERY - AWAY), false) } else { (next.0.after(AWAY), true) };
    }
    vec![Some(leaderless), Some(u64::from(trial.world().highest_term().0))]
}

/// Handing over against crashing.
pub(super) const TRANSFER: Experiment = Experiment {
    name: "transfer",
    title: "Handing over the leadership",
    about: "The leader is asked to hand over to another server, or it crashes: how long until another one leads?",
    section: "dissertation 3.10",
    measures: &[Measure { id: "leader", title: "from the command until another server leads", unit: Unit::Micros }],
    by: &["ways"],
    trials: 1_000,
    config: WorldConfig::default,
    series: transfer,
    play: hand_over,
};

fn transfer(setup: &Setup) -> Vec<Series> {
    let series = |(transfer, name): (bool, &str)| Series {
        variant: Variant::HandOver(transfer),
        ..setup.series("ways", name, setup.config.clone(), HORIZON)
    };
    [(true, "transfer"), (false, "crash")].into_iter().map(series).collect()
}

fn hand_over(series: &Series, trial: &mut Trial) -> Values {
    if !trial.elect(LEADER) {
        return vec![None];
    }
    let moment = trial.draw(series.config.heartbeat);
    let at = trial.world().now().after(200_000 + moment);
    let is_transfer = series.variant == Variant::HandOver(true);
    let command = if is_transfer { Command::Transfer(ServerId(2)) } else { Command::Crash(LEADER) };
    trial.give(at, command);
    trial.begin();
    let wins = |_, what: &Happening| matches!(what, Happening::BecameLeader { .. });
    let done = trial.play(trial.begins().after(series.horizon), |world| happened(world, wins));
    vec![done.then(|| trial.elapsed())]
}

/// How long a change of the membership takes.
pub(super) const MEMBERSHIP: Experiment = Experiment {
    name: "membership-change",
    title: "Changing the membership",
    about: "An empty server is added to four that hold some entries, or one is removed, or three are replaced at once by \
        joint consensus.",
    section: "6",
    measures: &[Measure {
        id: "change",
        title: "from the command until the new configuration is committed",
        unit: Unit::Micros,
    }],
    by: &["change", "entries"],
    trials: 200,
    config: || WorldConfig {
        servers: 8,
        members: Some(ServerSet::first(4)),
        client_timeout: HORIZON,
        ..WorldConfig::default()
    },
    series: membership,
    play: change,
};

/// Entries in the log before the change.
const ENTRIES: u32 = 20;

fn membership(setup: &Setup) -> Vec<Series> {
    let series = |name: String, change: Change, entries: u32| {
        let series = setup.series(setup.by, name, setup.config.clone(), HORIZON);
        Series { variant: Variant::Changes(change, entries), ..series }
    };
    let add = Change::Add(ServerId(5));
    let joint = Change::Replace([1, 6, 7, 8].map(ServerId).into_iter().collect());
    match setup.by {
        "entries" => [1, 10, 50, 200].map(|entries| series(format!("{entries} entries"), add, entries)).into(),
        _ => [("add one", add), ("remove one", Change::Remove(ServerId(4))), ("replace three", joint)]
            .map(|(name, change)| series(name.into(), change, ENTRIES))
            .into(),
    }
}

fn change(series: &Series, trial: &mut Trial) -> Values {
    let Variant::Changes(change, entries) = series.variant else { return vec![None] };
    if !trial.elect(LEADER) {
        return vec![None];
    }
    let now = trial.world().now();
    // A leader changes nothing before it has committed an entry of its own term.
    trial.give(now, Command::Burst(entries));
    let is_written = |world: &World| world.checkers().committed().last_index().0 >= entries;
    if !trial.play(now.after(series.horizon), is_written) {
        return vec![None];
    }
    let moment = trial.draw(series.config.heartbeat);
    let at = trial.world().now().after(200_000 + moment);
    trial.give(at, Command::Change(change));
    trial.begin();
    let done = trial.play(trial.begins().after(series.horizon), |world| is_settled(world, change));
    vec![done.then(|| trial.elapsed())]
}

/// Whether the leader has committed the configuration that was asked for.
fn is_settled(world: &World, change: Change) -> bool {
    let Some(node) = world.server(LEADER).node.as_ref() else { return false };
    let membership = node.membership();
    let is_wanted = match change {
        Change::Add(id) => membership.voters.contains(id),
        Change::Remove(id) => !membership.voters.contains(id),
        Change::Replace(voters) => membership.voters == voters,
        Change::AddLearner(_) | Change::Promote(_) => false,
    };
    is_wanted && !membership.is_joint() && node.config_index() <= node.commit_index()
}
