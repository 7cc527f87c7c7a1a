//! How long it takes to replicate, and what that costs.

use super::trial::{Trial, happened};
use super::{Experiment, HORIZON, LEADER, Measure, Series, Setup, Unit, Values, Variant};
use raft_core::{Envelope, Message};
use raft_core::{Happening, Micros, Options, Payload as EntryPayload, ProtocolOption, ServerId, Time};
use raft_sim::command::{Command, Request};
use raft_sim::config::WorldConfig;
use raft_sim::network::Payload;
use raft_sim::server::Server;
use raft_sim::spread::Spread;
use raft_sim::told::{ClientTold, Told};
use raft_sim::world::World;

/// What passes before anything is measured, so that followers and their logs are known.
const SETTLED: Micros = 200_000;

/// The default world with clients that wait: what is asked twice would be counted twice.
fn patient() -> WorldConfig {
    WorldConfig { client_timeout: HORIZON, ..WorldConfig::default() }
}

fn write(number: u32) -> Command {
    let (key, value) = ("x".into(), Some(number.to_string()));
    Command::Request(Request { client: 1, server: Some(LEADER), key, value })
}

/// S1 leads, and some time has passed, up to any moment between two heartbeats.
fn settle(series: &Series, trial: &mut Trial) -> bool {
    let moment = trial.draw(series.config.heartbeat);
    let led = trial.elect(LEADER);
    let at = trial.world().now().after(SETTLED + moment);
    trial.pass(at);
    led && trial.world().leader() == Some(LEADER)
}

/// From a client's request to everything that follows from it.
pub(super) const TIME_TO_REPLICATE: Experiment = Experiment {
    name: "time-to-replicate",
    title: "Time to replicate",
    about: "A client's write reaches the leader, is stored by a majority, applied and answered, and reaches the last \
        follower. By options, twenty writes arrive at once, and it is the last of them that counts.",
    section: "5.3",
    measures: &[
        Measure { id: "reply", title: "from the client's request until its answer", unit: Unit::Micros },
        Measure { id: "commit", title: "from the client's request until the leader commits it", unit: Unit::Micros },
        Measure {
            id: "stored",
            title: "from the client's request until it is stable on every server",
            unit: Unit::Micros,
        },
        Measure {
            id: "applied",
            title: "from the client's request until every server has applied it",
            unit: Unit::Micros,
        },
    ],
    by: &["servers", "latency", "loss", "disk", "options", "slow-follower"],
    trials: 1_000,
    config: patient,
    series: time_to_replicate,
    play: replicate,
};

/// Writes that arrive at once when options are compared.
const BURST: u32 = 20;

/// The protocol as in Figure 2, and with what makes it fast.
fn faster(options: Options) -> [(&'static str, Options); 5] {
    use ProtocolOption as O;
    let with = |more: &[O]| more.iter().fold(options, |on, option| on.with(*option, true));
    [
        ("as in Figure 2", options),
        ("batching", with(&[O::Batching])),
        ("pipelining", with(&[O::Pipelining])),
        ("parallel write", with(&[O::ParallelWrite])),
        ("all three", with(&[O::Batching, O::Pipelining, O::ParallelWrite])),
    ]
}

fn time_to_replicate(setup: &Setup) -> Vec<Series> {
    let series = |name: String, variant: Variant, change: &dyn Fn(&mut WorldConfig)| {
        let mut config = setup.config.clone();
        change(&mut config);
        Series { variant, ..setup.series(setup.by, name, config, HORIZON) }
    };
    let one = Variant::AtOnce(1);
    match setup.by {
        "latency" => [1, 2, 5, 10, 20, 40]
            .map(|ms| series(format!("{ms} ms"), one, &|config| config.latency = Spread::Range(ms * 800, ms * 1_200)))
            .into(),
        // A client whose request is lost has to ask again.
        "loss" => [0, 1, 5, 10, 20]
            .map(|percent| {
                series(format!("{percent} %"), one, &|config| {
                    config.loss_ppm = percent * 10_000;
                    config.client_timeout = WorldConfig::default().client_timeout;
                })
            })
            .into(),
        "disk" => [0, 1, 2, 5, 10]
            .map(|ms| series(format!("{ms} ms"), one, &|config| config.disk = Spread::Range(ms * 1_000, ms * 1_000)))
            .into(),
        "options" => faster(setup.config.options)
            .map(|(name, options)| series(name.into(), Variant::AtOnce(BURST), &|config| config.options = options))
            .into(),
        "slow-follower" => [0, 1, 2, 3].map(|slow| series(format!("{slow} slow"), Variant::Slow(slow), &|_| ())).into(),
        _ => [1, 2, 3, 5, 7, 9, 25]
            .map(|servers| {
                let name = if servers == 1 { "1 server".into() } else { format!("{servers} servers") };
                series(name, one, &|config| config.servers = servers)
            })
            .into(),
    }
}

/// The disk of a slow follower.
const SLOW: Micros = 40_000;

fn replicate(series: &Series, trial: &mut Trial) -> Values {
    let (slow, requests) = match series.variant {
        Variant::Slow(slow) => (slow.min(series.config.servers - 1), 1),
        Variant::AtOnce(requests) => (0, requests),
        _ => (0, 1),
    };
    for id in 2..2 + slow {
        trial.give(Time(0), Command::Disk(Some(ServerId(id)), Spread::Range(SLOW, SLOW)));
    }
    if !settle(series, trial) {
        return vec![None; 4];
    }
    trial.begin();
    let last = last_index(trial.world()) + requests;
    match requests {
        1 => trial.give(trial.begins(), write(1)),
        many => trial.give(trial.begins(), Command::Burst(many)),
    }
    let (begins, mut open) = (trial.begins(), requests);
    let mut values = vec![None; 4];
    trial.play(begins.after(series.horizon), |world| {
        open -= answers(world);
        let committed = |_, what: &Happening| matches!(what, Happening::CommitAdvanced { to, .. } if to.0 >= last);
        let stages = [
            open == 0,
            happened(world, committed),
            world.servers().iter().all(|server| server.stable.log.last_index().0 >= last),
            world.servers().iter().all(|server| applied(server) >= last),
        ];
        for (value, _) in values.iter_mut().zip(stages).filter(|(value, is_reached)| *is_reached && value.is_none()) {
            *value = Some(world.now().since(begins));
        }
        values.iter().all(Option::is_some)
    });
    values
}

fn applied(server: &Server) -> u32 {
    server.node.as_ref().map_or(0, |node| node.last_applied().0)
}

fn last_index(world: &World) -> u32 {
    world.server(LEADER).log().last_index().0
}

/// Answers that clients got in the last event.
fn answers(world: &World) -> u32 {
    let is_one = |told: &&Told| matches!(told, Told::Client { what: ClientTold::Answered { .. }, .. });
    world.told().iter().filter(is_one).count() as u32
}

/// What a loaded cluster answers, and how soon.
pub(super) const THROUGHPUT: Experiment = Experiment {
    name: "throughput",
    title: "Latency and throughput under load",
    about: "Clients ask so many times a second, a fifth of it reads, for two seconds; more than the cluster can do makes \
        their answers late, and then they have to wait.",
    section: "dissertation 10.2",
    measures: &[
        Measure { id: "reply", title: "from a request until its answer, the mean of a trial", unit: Unit::Micros },
        Measure { id: "answers", title: "answers a second", unit: Unit::Count },
    ],
    by: &["load", "options"],
    trials: 20,
    config: patient,
    series: throughput,
    play: load,
};

fn throughput(setup: &Setup) -> Vec<Series> {
    let loads: &[u32] = &[20, 50, 100, 200, 400, 800];
    let mut all = Vec::new();
    let plain = [("", setup.config.options)];
    let variants = if setup.by == "options" { faster(setup.config.options).to_vec() } else { plain.to_vec() };
    for (variant, options) in variants {
        for load in loads {
            let config = WorldConfig { options, ..setup.config.clone() };
            let panel = if variant.is_empty() { setup.by } else { variant };
            let series = setup.series(panel, format!("{load} a second"), config, 2_000_000);
            all.push(Series { variant: Variant::Load(*load), ..series });
        }
    }
    all
}

fn load(series: &Series, trial: &mut Trial) -> Values {
    if !settle(series, trial) {
        return vec![None; 2];
    }
    trial.begin();
    let begins = trial.begins();
    trial.give(begins, Command::Requests(asked_a_second(series)));
    // Where each request of each client began; a client's serials rise by one.
    let mut asked: Vec<Vec<Time>> = vec![Vec::new(); trial.world().clients().len()];
    let (mut sum, mut count): (Micros, u64) = (0, 0);
    trial.play(begins.after(series.horizon), |world| {
        for told in world.told() {
            let Told::Client { client, serial, what } = told else { continue };
            let (row, at) = (*client as usize - 1, *serial as usize - 1);
            match what {
                ClientTold::Asked { attempt: 1, .. } if asked[row].len() == at => asked[row].push(world.now()),
                ClientTold::Answered { .. } => {
                    if let Some(since) = asked[row].get(at) {
                        (sum, count) = (sum + world.now().since(*since), count + 1);
                    }
                }
                _ => (),
            }
        }
        false
    });
    vec![sum.checked_div(count), Some(count * 1_000_000 / series.horizon)]
}

fn asked_a_second(series: &Series) -> u32 {
    if let Variant::Load(load) = series.variant { load } else { 0 }
}

/// What an entry costs on the network.
pub(super) const COST: Experiment = Experiment {
    name: "cost",
    title: "Messages and bytes for each entry",
    about: "Clients write at a steady pace for five seconds; every message between servers is counted, heartbeats and \
        answers included, and divided by the entries that were committed. A message takes 24 bytes, 4 for each number that it \
        carries, and 8 and its command for each entry.",
    section: "dissertation 10.2",
    measures: &[
        Measure { id: "messages", title: "messages between servers for a thousand entries", unit: Unit::Count },
        Measure { id: "bytes", title: "bytes between servers for each entry", unit: Unit::Bytes },
    ],
    by: &["servers", "load", "options"],
    trials: 20,
    config: patient,
    series: cost,
    play: count,
};

fn cost(setup: &Setup) -> Vec<Series> {
    let series = |name: String, load: u32, change: &dyn Fn(&mut WorldConfig)| {
        let mut config = setup.config.clone();
        change(&mut config);
        Series { variant: Variant::Load(load), ..setup.series(setup.by, name, config, 5_000_000) }
    };
    match setup.by {
        "load" => [5, 10, 20, 50, 100, 200].map(|load| series(format!("{load} a second"), load, &|_| ())).into(),
        "options" => faster(setup.config.options)
            .map(|(name, options)| series(name.into(), 200, &|config| config.options = options))
            .into(),
        _ => [3, 5, 7, 9, 25]
            .map(|servers| series(format!("{servers} servers"), 20, &|config| config.servers = servers))
            .into(),
    }
}

fn count(series: &Series, trial: &mut Trial) -> Values {
    if !settle(series, trial) {
        return vec![None; 2];
    }
    trial.begin();
    let (begins, first) = (trial.begins(), last_index(trial.world()));
    let mut seen = newest_flight(trial.world());
    let (mut messages, mut bytes) = (0u64, 0u64);
    trial.give(begins, Command::Requests(asked_a_second(series)));
    trial.play(begins.after(series.horizon), |world| {
        for flight in world.network().real_flights().filter(|flight| flight.id > seen) {
            if let Payload::Raft(envelope) = &flight.payload {
                (messages, bytes) = (messages + 1, bytes + size(envelope));
            }
        }
        seen = seen.max(newest_flight(world));
        false
    });
    let committed = trial.world().checkers().committed().last_index().0.saturating_sub(first);
    let each = |sum: u64| sum.checked_div(u64::from(committed));
    vec![each(messages * 1_000), each(bytes)]
}

fn newest_flight(world: &World) -> u64 {
    world.network().real_flights().map(|flight| flight.id).max().unwrap_or_default()
}

/// Sender, receiver, term, kind, round and attempt.
const HEAD: u64 = 24;

fn size(envelope: &Envelope) -> u64 {
    HEAD + match &envelope.message {
        Message::RequestVote { .. } | Message::PreVote { .. } => 12,
        Message::RequestVoteReply { .. } | Message::PreVoteReply { .. } => 4,
        Message::AppendEntries { entries, .. } => {
            12 + entries.iter().map(|entry| 8 + weight(&entry.payload)).sum::<u64>()
        }
        Message::AppendEntriesReply { conflict, .. } => 12 + if conflict.is_some() { 8 } else { 0 },
        Message::InstallSnapshot { data, .. } => 24 + data.len() as u64,
        Message::InstallSnapshotReply { .. } => 12,
        Message::TimeoutNow => 0,
    }
}

fn weight(payload: &EntryPayload) -> u64 {
    match payload {
        EntryPayload::Command(command) => command.bytes().len() as u64,
        EntryPayload::Own(_) => 4,
    }
}

/// The three ways to answer a read.
pub(super) const READS: Experiment = Experiment {
    name: "reads",
    title: "Reads: through the log, by ReadIndex, by lease",
    about: "A client reads what it wrote before. Through the log a read is an entry like a write; ReadIndex waits for the \
        next heartbeats to be answered; a lease needs no message between servers.",
    section: "dissertation 6.4",
    measures: &[Measure { id: "reply", title: "from the client's request until its answer", unit: Unit::Micros }],
    by: &["ways"],
    trials: 1_000,
    config: patient,
    series: reads,
    play: read,
};

fn reads(setup: &Setup) -> Vec<Series> {
    use ProtocolOption as O;
    let ways: [(&str, &[O]); 3] = [("log", &[]), ("ReadIndex", &[O::ReadIndex]), ("lease", &[O::LeaseRead])];
    let series = |(name, more): (&str, &[O])| {
        let options = more.iter().fold(setup.config.options.with(O::NoOp, true), |on, option| on.with(*option, true));
        setup.series("ways", name, WorldConfig { options, ..setup.config.clone() }, HORIZON)
    };
    ways.into_iter().map(series).collect()
}

fn read(series: &Series, trial: &mut Trial) -> Values {
    if !settle(series, trial) {
        return vec![None];
    }
    trial.begin();
    let request = Request { client: 1, server: Some(LEADER), key: "x".into(), value: None };
    trial.give(trial.begins(), Command::Request(request));
    let is_answered = trial.play(trial.begins().after(series.horizon), |world| answers(world) > 0);
    vec![is_answered.then(|| trial.elapsed())]
}

/// How long a follower needs that was away.
pub(super) const CATCH_UP: Experiment = Experiment {
    name: "catch-up",
    title: "A follower that was away",
    about: "A follower is down while entries are committed without it. It restarts, and has caught up when it has applied \
        them all.",
    section: "5.3",
    measures: &[Measure { id: "catch-up", title: "from the restart until everything is applied", unit: Unit::Micros }],
    by: &["entries", "options", "snapshots"],
    trials: 200,
    config: patient,
    series: catch_up,
    play: come_back,
};

fn catch_up(setup: &Setup) -> Vec<Series> {
    use ProtocolOption as O;
    let series = |name: &str, missed: u32, options: Options, snapshot_every: u32| {
        let config = WorldConfig { options, snapshot_every, ..setup.config.clone() };
        Series { variant: Variant::Missed(missed), ..setup.series(setup.by, name, config, HORIZON) }
    };
    let (plain, every) = (setup.config.options, setup.config.snapshot_every);
    match setup.by {
        "options" => faster(plain).map(|(name, options)| series(name, 100, options, every)).into(),
        "snapshots" => [("the log", 0), ("a snapshot", 50)]
            .map(|(name, every)| series(name, 200, plain.with(O::Batching, true), every))
            .into(),
        _ => [1, 10, 30, 100, 300].map(|entries| series(&format!("{entries} entries"), entries, plain, every)).into(),
    }
}

fn come_back(series: &Series, trial: &mut Trial) -> Values {
    let away = ServerId(series.config.servers);
    let Variant::Missed(missed) = series.variant else { return vec![None] };
    if !settle(series, trial) {
        return vec![None];
    }
    let last = last_index(trial.world()) + missed;
    let now = trial.world().now();
    trial.give(now, Command::Crash(away));
    trial.give(now, Command::Burst(missed));
    let limit = now.after(series.horizon);
    if !trial.play(limit, |world| world.checkers().committed().last_index().0 >= last) {
        return vec![None];
    }
    // Any moment between two heartbeats.
    let moment = trial.draw(series.config.heartbeat);
    let at = trial.world().now().after(moment);
    trial.give(at, Command::Restart(away));
    trial.begin();
    let has_all = |world: &World| {
        let node = world.server(away).node.as_ref();
        node.is_some_and(|node| node.last_applied().0 >= last)
    };
    let done = trial.play(trial.begins().after(series.horizon), has_all);
    vec![done.then(|| trial.elapsed())]
}
