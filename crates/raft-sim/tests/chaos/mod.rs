//! Random worlds and random trouble: the material of the property tests.
//!
//! Everything that a run does follows from one number, the seed of its [`Dice`]. A run is played on a bare
//! [`World`]; its commands are kept, so that the same run can be played again as a `Run`, saved, or printed.

#![allow(dead_code, reason = "every test binary uses its own part of this")]

use raft_core::{Happening, Mistakes, Options, ProtocolOption, Rule, Rules, ServerId, ServerSet, Time, mix};
use raft_sim::command::Command;
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::network::Fate;
use raft_sim::run::{By, Run, Stamped};
use raft_sim::spread::Spread;
use raft_sim::told::Told;
use raft_sim::world::World;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Numbers that follow from a seed.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x5eed))
    }

    pub(crate) fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// From `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.roll() % (high - low + 1)
    }

    pub(crate) fn percent(&mut self, share: u64) -> bool {
        self.roll() % 100 < share
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll() as usize % of.len()].clone()
    }
}

/// Clocks that differ by at most a fifth, and by a factor of fifteen; leases allow for it.
const NEARLY_TRUE: u32 = 200_000;
const WILD: u32 = 14_000_000;

/// A world of one to nine servers, even numbers included, with options in every combination.
pub(crate) fn config(dice: &mut Dice) -> WorldConfig {
    let servers = dice.pick(&[1, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 7, 8, 9]);
    let shortest = dice.pick(&[50_000, 100_000, 150_000, 150_000]);
    let heartbeat = shortest / dice.between(3, 6);
    let options = dice.roll();
    // In a third of the worlds the membership changes.
    let members = servers - dice.between(0, 2).min(u64::from(servers) - 1) as u32;
    let changes = dice.percent(33);
    let latency = match dice.between(0, 4) {
        0 => Spread::Range(0, 0),
        1 => Spread::Exponential(500, shortest / 40),
        _ => Spread::Range(shortest / 50, shortest / 50 + dice.between(0, shortest / 20)),
    };
    WorldConfig {
        servers,
        election_timeout: (shortest, shortest * 2),
        heartbeat,
        latency,
        loss_ppm: dice.pick(&[0, 0, 10_000, 100_000]),
        duplicate_ppm: dice.pick(&[0, 0, 50_000, 200_000]),
        reorder_ppm: dice.pick(&[0, 0, 50_000, 200_000]),
        disk: Spread::Range(0, dice.pick(&[0, 1_000, shortest / 20])),
        requests_per_second: dice.pick(&[0, 5, 20]) as u32,
        chaos: None,
        client_timeout: 1_000_000,
        snapshot_every: dice.pick(&[0, 0, 2, 10]) as u32,
        snapshot_chunk: dice.pick(&[15, 60, 1_024]) as u32,
        drift_bound_ppm: if options & 1 << 20 == 0 { NEARLY_TRUE } else { WILD },
        rules: Rules::ALL,
        mistakes: Mistakes::NONE,
        options: ProtocolOption::ALL
            .iter()
            .enumerate()
            .fold(Options::NONE, |on, (bit, option)| on.with(*option, options >> bit & 1 == 1)),
        members: changes.then(|| ServerSet::first(members)),
        initial: vec![],
    }
}

/// One command, as text; nothing if it has no object now.
fn trouble(dice: &mut Dice, world: &World, switch_rules: bool) -> Option<String> {
    let servers = u64::from(world.config().servers);
    let any = |dice: &mut Dice| ServerId(dice.between(1, servers) as u32);
    let leader = world.leader();
    let often_leader = |dice: &mut Dice| match leader {
        Some(leader) if dice.percent(40) => leader,
        _ => any(dice),
    };
    let (shortest, _) = world.config().election_timeout;
    let server = often_leader(dice);
    let other = any(dice);
    let link = (server != other).then(|| format!("{server} -> {other}"));
    let down: Vec<ServerId> = world.ids().filter(|id| world.server(*id).node.is_none()).collect();
    let paused: Vec<ServerId> = world.ids().filter(|id| world.server(*id).paused).collect();
    let kinds = if world.config().members.is_some() { 58 } else { 50 };
    Some(match dice.between(0, kinds) {
        51..=52 => format!("add {other}"),
        53 => format!("remove {other}"),
        54 => format!("learner {other}"),
        55 => format!("promote {other}"),
        56..=58 => format!("change {other} {}", any_others(dice, servers, other)),
        0..=4 => format!("crash {server}"),
        5..=9 if !down.is_empty() => format!("restart {}", dice.pick(&down)),
        10..=11 => format!("pause {server}"),
        12..=14 if !paused.is_empty() => format!("resume {}", dice.pick(&paused)),
        15..=16 => partition(dice, servers),
        17..=18 => "heal".into(),
        19..=20 => format!("cut {}", link?),
        21 => format!("mend {}", link?),
        22..=23 => format!("timeout {server}"),
        24 => format!("latency {} {}us", link?, dice.between(0, shortest)),
        25 => format!("loss {} {}%", link?, dice.between(0, 100)),
        26 if world.config().drift_bound_ppm == WILD => {
            format!("clock {server} {}%", dice.pick(&[20, 50, 90, 100, 110, 300]))
        }
        26 => format!("clock {server} {}%", dice.pick(&[92, 97, 100, 105, 110])),
        27 => format!("disk {server} {}us", dice.between(0, shortest / 2)),
        28..=34 => message(dice, world)?,
        35 => format!("set option {} {}", dice.pick(ProtocolOption::ALL).id(), dice.pick(&["on", "off"])),
        36 => format!("burst {}", dice.between(1, 12)),
        37 => format!("read k to {server} from C{}", dice.between(1, 9)),
        38 => format!("request k={} to {server} from C{}", dice.between(0, 9), dice.between(1, 9)),
        39 => dice.pick(&["align timers", "spread timers"]).into(),
        40 => format!("loss {}%", dice.pick(&[0, 0, 5, 20])),
        41 => format!("reorder {}%", dice.pick(&[0, 10, 40])),
        42 => format!("duplicate {}%", dice.pick(&[0, 10, 40])),
        43 => format!("election-timeout {}us..{}us", shortest, shortest * dice.between(1, 3)),
        45 | 46 => format!("compact {server}"),
        47 => format!("snapshot-every {}", dice.pick(&[0, 2, 10])),
        48 | 49 => format!("transfer {other}"),
        50 => format!("read k to {server} from C{}", dice.between(1, 9)),
        44 if switch_rules => format!("set rule {} {}", dice.pick(Rule::ALL).id(), dice.pick(&["on", "off"])),
        _ => return None,
    })
}

/// Some servers besides `other`.
fn any_others(dice: &mut Dice, servers: u64, other: ServerId) -> String {
    let chosen = dice.roll();
    let names = (1..=servers).filter(|id| *id != u64::from(other.0) && chosen >> id & 1 == 1);
    names.map(|id| format!("S{id}")).collect::<Vec<_>>().join(" ")
}

fn partition(dice: &mut Dice, servers: u64) -> String {
    let groups = dice.between(1, 3);
    let mut members = vec![Vec::new(); groups as usize + 1];
    for id in 1..=servers {
        // The last group stands for servers that no group names.
        members[dice.between(0, groups) as usize].push(format!("S{id}"));
    }
    members.pop();
    let named: Vec<String> = members.iter().filter(|group| !group.is_empty()).map(|group| group.join(" ")).collect();
    if named.is_empty() { "partition S1".into() } else { format!("partition {}", named.join(" | ")) }
}

/// Something done to a message that is really in flight.
fn message(dice: &mut Dice, world: &World) -> Option<String> {
    let real = world.network().real_flights().filter(|flight| !matches!(flight.fate, Fate::Lost { .. }));
    let mut keys: Vec<_> = real.map(|flight| (flight.id, flight.key, flight.fate)).collect();
    keys.sort_by_key(|(id, ..)| *id);
    let held: Vec<_> = keys.iter().filter(|(.., fate)| matches!(fate, Fate::Held { .. })).cloned().collect();
    if !held.is_empty() && dice.percent(40) {
        return Some(format!("release {}", dice.pick(&held).1));
    }
    let (_, key, _) = if keys.is_empty() { return None } else { dice.pick(&keys) };
    Some(match dice.pick(&["drop", "deliver", "copy", "hold", "delay"]) {
        "delay" => format!("delay {key} {}us", dice.between(1, 400_000)),
        verb => format!("{verb} {key}"),
    })
}

/// Whether this is the kind of moment that is waited for: at whom to strike, and whether to help a rival then.
fn delicate(told: &Told, moment: u64) -> Option<(ServerId, bool)> {
    use Happening as H;
    let Told::Raft(server, happening) = told else { return None };
    match (happening, moment) {
        (H::EntryAppended { .. }, 0) => Some((*server, false)),
        (H::BecameLeader { .. }, 1) => Some((*server, false)),
        (H::EntriesStored { leader, .. }, 2) => Some((*leader, true)),
        (H::CommitWithheld { .. } | H::RuleWouldForbid { .. }, 3) => Some((*server, true)),
        (H::CommitAdvanced { .. }, 4) => Some((*server, true)),
        (H::MatchAdvanced { .. }, 5) => Some((*server, true)),
        _ => None,
    }
}

/// A world with the commands that were given to it.
pub(crate) struct Played {
    pub(crate) config: WorldConfig,
    pub(crate) seed: u64,
    pub(crate) world: World,
    pub(crate) commands: Vec<Stamped>,
    /// Prints every command as it is given.
    pub(crate) loud: bool,
}

impl Played {
    pub(crate) fn new(config: WorldConfig, seed: u64, loud: bool) -> Self {
        if loud {
            println!("{config:?}, seed {seed}");
        }
        Self { world: World::new(config.clone(), seed), config, seed, commands: Vec::new(), loud }
    }

    /// Lets everything happen until `until`, and shows each event to `watch`.
    pub(crate) fn play(&mut self, until: Time, watch: &mut dyn FnMut(&World)) {
        while self.world.next_time().is_some_and(|next| next <= until) {
            self.world.step();
            watch(&self.world);
        }
    }

    pub(crate) fn give(&mut self, at: Time, text: &str, watch: &mut dyn FnMut(&World)) {
        let command = Command::parse(text, self.config.servers).unwrap_or_else(|why| panic!("{text}: {why}"));
        if self.world.refusal(&command).is_some() {
            return;
        }
        if self.loud {
            println!("{:>9}us {command}", at.0);
        }
        let after = self.world.events_at(at);
        self.world.command(at, &command);
        self.commands.push(Stamped { time: at, after, command, by: By::Reader });
        watch(&self.world);
    }

    /// Gives random commands at random moments for some simulated seconds.
    pub(crate) fn suffer(&mut self, dice: &mut Dice, until: Time, switch_rules: bool, watch: &mut dyn FnMut(&World)) {
        let mut at = self.world.now();
        let pace = dice.pick(&[40_000, 120_000, 300_000]);
        loop {
            at = at.after(dice.between(0, pace));
            if at >= until {
                break;
            }
            if dice.percent(25) {
                at = self.ambush(dice, at, watch);
                continue;
            }
            self.play(at, watch);
            if let Some(text) = trouble(dice, &self.world, switch_rules) {
                self.give(at, &text, watch);
            }
        }
        self.play(until, watch);
    }

    /// Waits for a delicate moment, at most until `until`, and strikes at that very moment. Gives the time it left.
    ///
    /// Blind chance hardly ever finds the long stories, such as the paper's Figure 8; this finds them often.
    fn ambush(&mut self, dice: &mut Dice, until: Time, watch: &mut dyn FnMut(&World)) -> Time {
        let until = until.after(dice.pick(&[20_000, 100_000]));
        let moment = dice.between(0, 5);
        while self.world.next_time().is_some_and(|next| next <= until) {
            self.world.step();
            watch(&self.world);
            let Some((victim, why)) = self.world.told().iter().find_map(|told| delicate(told, moment)) else {
                continue;
            };
            let now = self.world.now();
            let others: Vec<ServerId> = self.world.ids().filter(|id| *id != victim).collect();
            // The server that would win: the one with the best log, down ones included.
            let best = |id: &&ServerId| {
                (self.world.server(**id).log().last_term(), self.world.server(**id).log().last_index())
            };
            let rival = others.iter().max_by_key(best).copied();
            let some: Vec<String> =
                others.iter().filter(|_| dice.percent(50)).map(|id| format!("cut {victim} -> {id}")).collect();
            let mut texts = match dice.between(0, 5) {
                0 | 1 => vec![format!("crash {victim}")],
                2 => vec![format!("partition {victim}")],
                3 => some,
                4 => vec![format!("crash {victim}"), "heal".into()],
                _ => vec!["heal".into()],
            };
            if let Some(rival) = rival.filter(|_| why && dice.percent(70)) {
                let back = others.iter().filter(|id| **id == rival || dice.percent(50));
                texts.extend(back.flat_map(|id| [format!("restart {id}"), format!("resume {id}")]));
                // Once more, it is ahead of a term that it has not heard of.
                texts.extend((0..dice.between(1, 3)).map(|_| format!("timeout {rival}")));
            }
            texts.iter().for_each(|text| self.give(now, text, watch));
            return now;
        }
        until
    }

    /// Ends every fault. Clients make no further requests by themselves.
    pub(crate) fn repair(&mut self, at: Time, watch: &mut dyn FnMut(&World)) {
        let mut texts = vec!["heal".to_string(), "requests 0".into()];
        texts.extend(["loss 0%", "duplicate 0%", "reorder 0%"].map(String::from));
        let links: Vec<(ServerId, ServerId)> = self.world.network().links().map(|(link, _)| *link).collect();
        for (from, to) in links {
            texts.push(format!("latency {from} -> {to} {}", self.config.latency));
            texts.push(format!("loss {from} -> {to} 0%"));
        }
        for id in self.world.ids() {
            texts.push(format!("resume {id}"));
            texts.push(format!("restart {id}"));
            texts.push(format!("clock {id} 100%"));
            texts.push(format!("disk {id} {}", self.config.disk));
        }
        let (low, high) = self.config.election_timeout;
        texts.push(format!("election-timeout {}", Spread::Range(low, high)));
        let held: Vec<_> = self.world.network().real_flights().map(|flight| flight.key).collect();
        texts.extend(held.iter().map(|key| format!("release {key}")));
        for text in texts {
            self.give(at, &text, watch);
        }
    }

    /// The same run as a `Run`, at its start.
    pub(crate) fn as_run(&self) -> Run {
        Run::new(self.config.clone(), self.seed, self.commands.clone(), Script::default())
    }
}

/// Seeds of a property test: `default` of them, as many as RAFT_SEEDS says, or the one that RAFT_SEED names.
pub(crate) fn seeds(default: u64) -> Vec<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match number("RAFT_SEED") {
        Some(one) => vec![one],
        None => (0..number("RAFT_SEEDS").unwrap_or(default)).collect(),
    }
}

/// Whether the one run that is played is to be told in full.
pub(crate) fn is_loud() -> bool {
    std::env::var("RAFT_SEED").is_ok()
}

/// Plays every seed on all cores and gives the results in the order of seeds.
///
/// # Panics
/// If a check fails or panics, with one line for each of the first failures, which plays it again.
pub(crate) fn check_all<T: Send>(
    binary: &str,
    test: &str,
    seeds: &[u64],
    check: impl Fn(u64) -> Result<T, String> + Sync,
) -> Vec<T> {
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    let guarded = |seed: u64| {
        catch_unwind(AssertUnwindSafe(|| check(seed))).unwrap_or_else(|panic| {
            let text = panic.downcast_ref::<String>().cloned();
            Err(text.or_else(|| panic.downcast_ref::<&str>().map(|text| text.to_string())).unwrap_or_default())
        })
    };
    let mut results: Vec<(u64, Result<T, String>)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers)
            .map(|worker| {
                let guarded = &guarded;
                scope.spawn(move || {
                    seeds.iter().skip(worker).step_by(workers).map(|seed| (*seed, guarded(*seed))).collect::<Vec<_>>()
                })
            })
            .collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a check that panics is caught")).collect()
    });
    results.sort_by_key(|(seed, _)| *seed);
    let failed = results.iter().filter(|(_, result)| result.is_err()).count();
    let mut lines = Vec::new();
    let mut good = Vec::new();
    for (seed, result) in results {
        match result {
            Ok(value) => good.push(value),
            Err(why) if lines.len() < 5 => lines.push(format!(
                "{why} | rerun: RAFT_SEED={seed} cargo test -p raft-sim --test {binary} {test} -- --nocapture"
            )),
            Err(_) => (),
        }
    }
    assert!(lines.is_empty(), "{failed} of {} seeds fail:\n{}", seeds.len(), lines.join("\n"));
    good
}
