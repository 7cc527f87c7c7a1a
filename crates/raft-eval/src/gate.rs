//! The fuzz gate: worlds with all rules on, any options and every kind of trouble, in which no promise may be broken.

use raft_core::{Entry, Index, Micros, Options, Own, Payload, ProtocolOption, ServerSet, Time, mix};
use raft_sim::chaos::{Chaos, Kind};
use raft_sim::config::WorldConfig;
use raft_sim::saved;
use raft_sim::sentences;
use raft_sim::spread::Spread;
use raft_sim::world::World;
use std::fmt::Write;

/// Simulated time of each world.
pub const SIMULATED: Micros = 20_000_000;
/// Most events of a world; one that has more goes round in a circle.
const EVENTS_MAX: u64 = 5_000_000;

/// What came of one world.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Played {
    /// Events.
    pub events: u64,
    /// Entries that were committed.
    pub committed: u64,
    /// The highest term.
    pub terms: u64,
    /// Requests that were answered.
    pub answered: u64,
    /// Configurations that were committed.
    pub changes: u64,
}

/// The world of a seed: five servers, all rules, options in every combination, all faults; in three of four worlds the
/// membership changes, and in half of them servers take snapshots.
pub fn config(seed: u64) -> WorldConfig {
    let mut state = mix(seed ^ 0x9a7e);
    let mut roll = |count: u64| {
        state = mix(state.wrapping_add(0x9e37_79b9_7f4a_7c15));
        state % count
    };
    let mut pick = |of: [u64; 4]| of[roll(4) as usize];
    let shortest = pick([50_000, 100_000, 150_000, 150_000]);
    let disk = pick([0, 1_000, 1_000, shortest / 20]);
    let [loss, duplicate, reorder] = [0, 0, 0].map(|_: u32| pick([0, 0, 20_000, 100_000]) as u32);
    let spread = pick([0, 1, 2, 3]);
    let requests = pick([5, 10, 10, 20]) as u32;
    let patience = pick([100_000, 500_000, 500_000, 2_000_000]);
    let strikes = pick([2, 4, 8, 12]) as u32;
    let options = roll(1 << ProtocolOption::ALL.len());
    let on = |options_on: Options, (bit, option): (usize, &ProtocolOption)| {
        options_on.with(*option, options >> bit & 1 == 1)
    };
    // One after the other: a world's earlier settings stay what they were.
    let mut pick = |of: [u32; 4]| of[roll(4) as usize];
    let (members, snapshot_every) = (pick([0, 3, 4, 5]), pick([0, 0, 4, 40]));
    let faults = Chaos::all(strikes);
    WorldConfig {
        servers: 5,
        election_timeout: (shortest, shortest * 2),
        heartbeat: shortest / 3,
        latency: match spread {
            0 => Spread::Exponential(500, shortest / 40),
            _ => Spread::Range(shortest / 50, shortest / 50 * (spread + 1)),
        },
        loss_ppm: loss,
        duplicate_ppm: duplicate,
        reorder_ppm: reorder,
        disk: Spread::Range(0, disk),
        requests_per_second: requests,
        client_timeout: patience,
        members: (members > 0).then(|| ServerSet::first(members)),
        snapshot_every,
        chaos: Some(if members > 0 { faults.and(Kind::Members) } else { faults }),
        // Clocks go at half to twice the true rate.
        drift_bound_ppm: 3_000_000,
        options: ProtocolOption::ALL.iter().enumerate().fold(Options::NONE, on),
        ..WorldConfig::default()
    }
}

/// Plays the world of a seed.
///
/// # Errors
/// The promise that was broken.
pub fn play(seed: u64) -> Result<Played, String> {
    let mut world = World::new(config(seed), seed);
    while world.next_time().is_some_and(|next| next <= Time(SIMULATED)) {
        world.step();
        if let Some(found) = world.violations().first() {
            let (title, what) = (sentences::violation_title(found.witness.property()), sentences::violation(found));
            return Err(format!("at {} us: {title}. {what}", found.time.0));
        }
        if world.events() > EVENTS_MAX {
            return Err(format!("more than {EVENTS_MAX} events"));
        }
    }
    let open: u64 = world.clients().iter().map(|client| client.open.len() as u64).sum();
    let asked: u64 = world.clients().iter().map(|client| u64::from(client.requests())).sum();
    let is_change = |entry: &&Entry| matches!(entry.payload, Payload::Own(Own::Config(_)));
    let committed = world.checkers().committed();
    Ok(Played {
        events: world.events(),
        committed: u64::from(committed.last_index().0),
        changes: committed.iter_from(Index(1)).map(|(_, entry)| entry).filter(is_change).count() as u64,
        terms: u64::from(world.highest_term().0),
        answered: asked - open,
    })
}

/// The world of a seed as a scenario, to be run, watched and opened in the page.
pub fn scenario(seed: u64) -> String {
    let mut text = String::new();
    for line in saved::settings(&config(seed)) {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "seed: {seed}\nuntil: {}s", SIMULATED / 1_000_000);
    text
}
