//! Hunts without each rule, and making each mistake, in turn, and prints a table: seeds needed, time, length of the story.
//!
//! `cargo run --release -p raft-eval --example rules` for all, with ids for some. `--stories` prints the stories,
//! `--starts 20` hunts from so many starting seeds and prints median and worst, `--liveness` compares terms and time
//! without a leader with and without each switch of liveness.

use raft_core::{Mistake, Rule};
use raft_eval::hunt::{Harm, Outcome, Quarry, hunt};
use raft_eval::liveness::{SWITCHES, measure};
use std::time::Instant;

/// Most seeds of one hunt.
const SEEDS: u64 = 20_000;
/// Seeds between two starts.
const APART: u64 = 1_000_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let has = |name: &str| args.iter().any(|arg| arg == name);
    if has("--liveness") {
        return liveness();
    }
    let starts = args.iter().position(|arg| arg == "--starts").and_then(|at| args.get(at + 1)?.parse().ok());
    let rules = Rule::ALL.iter().map(|rule| (rule.id(), Quarry::new(&[*rule])));
    let mistakes = Mistake::ALL.iter().map(|mistake| (mistake.id(), Quarry::new(&[]).making(&[*mistake])));
    let mut quarries: Vec<(&str, Quarry)> = rules.chain(mistakes).collect();
    let is_named = |id: &str| args.iter().any(|arg| arg == id);
    if quarries.iter().any(|(id, _)| is_named(id)) {
        quarries.retain(|(id, _)| is_named(id));
    }
    match starts {
        Some(starts) => from_many_starts(&quarries, starts),
        None => once(&quarries, has("--stories")),
    }
}

fn timed(quarry: &Quarry, start: u64) -> (Outcome, f64) {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let begun = Instant::now();
    let outcome = hunt(quarry, start, SEEDS, workers, &|_, _| ());
    (outcome, begun.elapsed().as_secs_f64())
}

fn once(quarries: &[(&str, Quarry)], stories: bool) {
    println!("{:28} {:>6} {:>10} {:>8} {:>6} {:>8}  harm", "rule", "seeds", "events", "seconds", "steps", "servers");
    for (id, quarry) in quarries {
        let (outcome, seconds) = timed(quarry, 0);
        let (seeds, events) = (outcome.seeds, outcome.events);
        let Some(found) = outcome.found else {
            println!("{id:28} {seeds:>6} {events:>10} {seconds:>8.2}  none found");
            continue;
        };
        let harm = match found.harm {
            Harm::Violates(property) => property.id().to_string(),
            Harm::ReachesTerm(term) => format!("term {term}"),
            Harm::NoLeader(long) => format!("{} ms without a leader", long / 1_000),
            Harm::NoCommit(long) => format!("{} ms without a commit", long / 1_000),
        };
        let (steps, servers) = (found.steps, found.servers);
        println!("{id:28} {seeds:>6} {events:>10} {seconds:>8.2} {steps:>6} {servers:>8}  {harm}");
        if let Some(story) = found.scenario.filter(|_| stories) {
            println!("\n{story}");
        }
    }
}

fn from_many_starts(quarries: &[(&str, Quarry)], starts: u64) {
    println!(
        "{:28} {:>7} {:>16} {:>20} {:>16}",
        "rule", "found", "seeds med/worst", "seconds med/worst", "steps med/worst"
    );
    for (id, quarry) in quarries {
        let hunts: Vec<(Outcome, f64)> = (0..starts).map(|start| timed(quarry, start * APART)).collect();
        let found = hunts.iter().filter(|(outcome, _)| outcome.found.is_some()).count();
        let of = |value: &dyn Fn(&(Outcome, f64)) -> f64| {
            let mut values: Vec<f64> = hunts.iter().map(value).collect();
            values.sort_by(f64::total_cmp);
            (values[values.len() / 2], values[values.len() - 1])
        };
        let (seeds, worst_seeds) = of(&|(outcome, _)| outcome.seeds as f64);
        let (seconds, worst_seconds) = of(&|(_, seconds)| *seconds);
        let (steps, worst_steps) =
            of(&|(outcome, _)| outcome.found.as_ref().map_or(0.0, |found| f64::from(found.steps)));
        println!(
            "{:28} {found:>3}/{starts:<3} {seeds:>8.0}/{worst_seeds:<7.0} {seconds:>11.2}/{worst_seconds:<8.2} {steps:>8.0}/{worst_steps:<7.0}",
            id
        );
    }
}

fn liveness() {
    const WORLDS: u64 = 200;
    println!(
        "{:24} {:>12} {:>12} {:>16} {:>16}",
        "switch", "terms, on", "terms, off", "no leader, on", "no leader, off"
    );
    for switch in SWITCHES {
        let [on, off] = [true, false].map(|on| measure(&switch.config(on), WORLDS, 20_000_000));
        let terms = |sum: u64| sum as f64 / WORLDS as f64;
        let share = |sum: u64| sum as f64 / (WORLDS * 200_000) as f64;
        println!(
            "{:24} {:>12.1} {:>12.1} {:>14.1} % {:>14.1} %",
            switch.id(),
            terms(on.terms),
            terms(off.terms),
            share(on.leaderless),
            share(off.leaderless)
        );
    }
}
