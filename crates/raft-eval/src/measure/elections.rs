//! How long it takes to elect a leader.

use super::published::published;
use super::trial::{Trial, happened, heard_from};
use super::{Experiment, HORIZON, Measure, Series, Setup, Unit, Values, Variant};
use raft_core::{Happening, Micros, Options, ProtocolOption, ServerId, Term, Time};
use raft_sim::command::Command;
use raft_sim::config::{InitialServer, WorldConfig};
use raft_sim::spread::Spread;

const DOWNTIME: Measure =
    Measure { id: "downtime", title: "from the crash of the leader until the next one is heard", unit: Unit::Micros };
const TERMS: Measure =
    Measure { id: "terms", title: "terms that it took; more than one means split votes", unit: Unit::Count };
const MEASURES: &[Measure] = &[DOWNTIME, TERMS];

/// The paper's measurement of how long a cluster is without a leader.
pub(super) const FIGURE_16: Experiment = Experiment {
    name: "figure-16",
    title: "Figure 16: time to replace a crashed leader",
    about: "The worst case that the paper makes on purpose: heartbeats go out together, the leader crashes at any moment \
        between two of them, and logs differ so that two of the four servers that are left cannot win. Heartbeats are sent \
        at half of the shortest timeout. A broadcast takes about 6 ms, two messages and two writes.",
    section: "9.3",
    measures: MEASURES,
    by: &[],
    trials: 1_000,
    config: || WorldConfig {
        latency: Spread::Range(1_000, 3_000),
        disk: Spread::Range(1_000, 1_000),
        ..WorldConfig::default()
    },
    series: figure_16,
    play: worst_case,
};

/// Both panels of the figure: how much chance there is in timeouts, and how long they are.
const CURVES: &[(&str, u64, u64)] = &[
    ("randomness", 150, 150),
    ("randomness", 150, 151),
    ("randomness", 150, 155),
    ("randomness", 150, 175),
    ("randomness", 150, 200),
    ("randomness", 150, 300),
    ("scale", 12, 24),
    ("scale", 25, 50),
    ("scale", 50, 100),
    ("scale", 100, 200),
    ("scale", 150, 300),
];
/// As published: without chance there is hardly ever a leader, and each trial goes on to its horizon.
const TRIALS_WITHOUT_CHANCE: u32 = 100;

fn figure_16(setup: &Setup) -> Vec<Series> {
    let curve = |&(panel, low, high): &(&str, u64, u64)| {
        let name = format!("{low}-{high}");
        let mut config = setup.config.clone();
        config.election_timeout = (low * 1_000, high * 1_000);
        config.heartbeat = low * 500;
        config.initial = unequal_logs(config.servers);
        let mut series = setup.series(panel, name.clone(), config, HORIZON);
        if low == high && !setup.all_alike {
            series.trials = TRIALS_WITHOUT_CHANCE;
        }
        series.published = published(panel, &name);
        series
    };
    CURVES.iter().map(curve).collect()
}

/// S1 can be elected by those whose logs are as short as its own. When it is gone, of `n - 1` servers the half with the
/// longer logs can win, and the others lack one voter or more.
fn unequal_logs(servers: u32) -> Vec<InitialServer> {
    let longer = (servers - 1) / 2;
    let entries = |id: u32| if (2..2 + longer).contains(&id) { 2 + longer - (id - 2) } else { 1 };
    let log = |id: u32| (1..=entries(id)).map(|n| (Term(1), format!("x={n}"))).collect();
    (1..=servers).map(|id| InitialServer { id: ServerId(id), term: Term(1), voted_for: None, log: log(id) }).collect()
}

/// Heartbeat rounds of the leader before it crashes.
const ROUNDS: u32 = 3;

fn worst_case(series: &Series, trial: &mut Trial) -> Values {
    if !trial.elect(ServerId(1)) {
        return vec![None; MEASURES.len()];
    }
    let patience = trial.world().now().after(HORIZON);
    let is_last = |_, what: &Happening| matches!(what, Happening::HeartbeatSent { round } if *round >= ROUNDS);
    trial.play(patience, |world| happened(world, is_last));
    let moment = trial.draw(series.config.heartbeat);
    let at = trial.world().now().after(moment);
    trial.give(at, Command::Crash(ServerId(1)));
    downtime(series, trial, ServerId(1))
}

/// Waits until some server has heard from another leader than the one that is gone.
fn downtime(series: &Series, trial: &mut Trial, gone: ServerId) -> Values {
    trial.begin();
    let before = trial.world().highest_term().0;
    let heard = |server, what: &Happening| heard_from(server, what).is_some_and(|leader| leader != gone);
    if !trial.play(trial.begins().after(series.horizon), |world| happened(world, heard)) {
        return vec![None; MEASURES.len()];
    }
    vec![Some(trial.elapsed()), Some(u64::from(trial.world().highest_term().0 - before))]
}

/// The dissertation's simulation of wide-area networks.
pub(super) const WAN: Experiment = Experiment {
    name: "wan",
    title: "Electing a leader over a wide-area network",
    about: "Five servers, messages take 30 to 40 ms, and writing takes no time. All timers start at once; some servers \
        have failed. With different logs no two are equally long.",
    section: "dissertation 9",
    measures: &[
        Measure { id: "election", title: "from the start of all timers until a leader is elected", unit: Unit::Micros },
        TERMS,
    ],
    by: &[],
    trials: 10_000,
    config: || WorldConfig {
        latency: Spread::Range(30_000, 40_000),
        election_timeout: (300_000, 600_000),
        heartbeat: 150_000,
        disk: Spread::Range(0, 0),
        ..WorldConfig::default()
    },
    series: wan,
    play: from_the_start,
};

fn wan(setup: &Setup) -> Vec<Series> {
    let mut all = Vec::new();
    for panel in ["same logs", "different logs"] {
        // A majority has to be left.
        for failed in 0..=(setup.config.servers - 1) / 2 {
            let mut config = setup.config.clone();
            if panel == "different logs" {
                config.initial = different_logs(config.servers);
            }
            let name = format!("{failed} failed");
            let mut series = setup.series(panel, name.clone(), config, HORIZON);
            series.variant = Variant::Failed(failed);
            series.published = published(panel, &name);
            all.push(series);
        }
    }
    all
}

fn different_logs(servers: u32) -> Vec<InitialServer> {
    let log = |id: u32| (1..=servers + 1 - id).map(|n| (Term(1), format!("x={n}"))).collect();
    (1..=servers).map(|id| InitialServer { id: ServerId(id), term: Term(1), voted_for: None, log: log(id) }).collect()
}

fn from_the_start(series: &Series, trial: &mut Trial) -> Values {
    let mut left: Vec<ServerId> = trial.world().ids().collect();
    let Variant::Failed(failed) = series.variant else { return vec![None; 2] };
    for _ in 0..failed {
        let chosen = trial.draw(left.len() as u64) as usize;
        trial.give(Time(0), Command::Crash(left.remove(chosen)));
    }
    trial.begin();
    let before = trial.world().highest_term().0;
    let wins = |_, what: &Happening| matches!(what, Happening::BecameLeader { .. });
    if !trial.play(Time(series.horizon), |world| happened(world, wins)) {
        return vec![None; 2];
    }
    vec![Some(trial.elapsed()), Some(u64::from(trial.world().highest_term().0 - before))]
}

/// From the crash of a leader that was elected by chance.
pub(super) const TIME_TO_ELECT: Experiment = Experiment {
    name: "time-to-elect",
    title: "Time to elect a leader",
    about: "A leader is elected, leads for a while, and crashes at any moment between two heartbeats.",
    section: "5.2",
    measures: MEASURES,
    by: &["servers", "latency", "loss", "timeouts", "pre-vote"],
    trials: 1_000,
    config: WorldConfig::default,
    series: time_to_elect,
    play: by_chance,
};

fn time_to_elect(setup: &Setup) -> Vec<Series> {
    let series = |name: String, change: &dyn Fn(&mut WorldConfig)| {
        let mut config = setup.config.clone();
        change(&mut config);
        setup.series(setup.by, name, config, HORIZON)
    };
    match setup.by {
        "latency" => [1, 2, 5, 10, 20, 40]
            .map(|ms| series(format!("{ms} ms"), &|config| config.latency = Spread::Range(ms * 800, ms * 1_200)))
            .into(),
        "loss" => [0, 1, 5, 10, 20, 30]
            .map(|percent| series(format!("{percent} %"), &|config| config.loss_ppm = percent * 10_000))
            .into(),
        "timeouts" => [5, 25, 50, 100, 150, 300]
            .map(|width| {
                let name = format!("150-{}", 150 + width);
                series(name, &|config| config.election_timeout = (150_000, 150_000 + width * 1_000))
            })
            .into(),
        "pre-vote" => [("without Pre-Vote", false), ("with Pre-Vote", true)]
            .map(|(name, on)| {
                let set = |options: Options| options.with(ProtocolOption::PreVote, on);
                series(name.into(), &|config| config.options = set(config.options))
            })
            .into(),
        _ => [3, 5, 7, 9, 15, 25]
            .map(|servers| series(format!("{servers} servers"), &|config| config.servers = servers))
            .into(),
    }
}

/// How long a leader leads before it crashes, at least.
const REIGN: Micros = 500_000;

fn by_chance(series: &Series, trial: &mut Trial) -> Values {
    let moment = trial.draw(series.config.heartbeat);
    trial.play(Time(HORIZON), |world| world.leader().is_some());
    let mut at = trial.world().now().after(REIGN + moment);
    trial.pass(at);
    // With many losses another election may be under way just then.
    if trial.world().leader().is_none() {
        trial.play(at.after(HORIZON), |world| world.leader().is_some());
        at = trial.world().now();
    }
    let Some(leader) = trial.world().leader() else { return vec![None; MEASURES.len()] };
    trial.give(at, Command::Crash(leader));
    downtime(series, trial, leader)
}
