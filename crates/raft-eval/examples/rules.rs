//! Hunts without each rule in turn and prints a table: seeds needed, time, length of the story.
//!
//! `cargo run --release -p raft-eval --example rules` for all rules, with ids for some; `--stories` prints the stories.

use raft_core::Rule;
use raft_eval::hunt::{Quarry, hunt};
use std::time::Instant;

const SEEDS: u64 = 20_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let stories = args.iter().any(|arg| arg == "--stories");
    let named: Vec<&String> = args.iter().filter(|arg| !arg.starts_with("--")).collect();
    let workers = std::thread::available_parallelism().map_or(1, |n| n.get());
    println!("{:28} {:>6} {:>10} {:>8} {:>6} {:>8}  harm", "rule", "seeds", "events", "seconds", "steps", "servers");
    for rule in Rule::ALL.iter().filter(|rule| named.is_empty() || named.iter().any(|name| *name == rule.id())) {
        let begun = Instant::now();
        let outcome = hunt(&Quarry::new(&[*rule]), 0, SEEDS, workers, &|_, _| ());
        let seconds = begun.elapsed().as_secs_f64();
        let (steps, servers, harm) = match &outcome.found {
            Some(found) => (found.steps.to_string(), found.servers.to_string(), format!("{:?}", found.harm)),
            None => ("-".into(), "-".into(), "none found".into()),
        };
        let (id, seeds, events) = (rule.id(), outcome.seeds, outcome.events);
        println!("{id:28} {seeds:>6} {events:>10} {seconds:>8.2} {steps:>6} {servers:>8}  {harm}");
        if let Some(story) = outcome.found.filter(|_| stories).and_then(|found| found.scenario) {
            println!("\n{story}");
        }
    }
}
