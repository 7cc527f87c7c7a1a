//! Golden traces of the built-in scenarios: one line for each thing that happens, as `raftlab run --trace` prints it.
//!
//! `UPDATE=1 cargo test -p raft-sim --test golden` writes them anew. A trace that changes is explained in the commit.

use raft_sim::scenario::{BUILT_IN, Scenario};
use raft_sim::trace;
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// A trace ends before the event with which it would become longer.
const LINES_MAX: usize = 300;

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.trace"))
}

/// The trace of a scenario, up to its end or to the limit.
fn record(scenario: &Scenario) -> String {
    let mut run = scenario.run();
    let mut text = format!("# {}\n", scenario.about);
    let mut lines = 0;
    // Looking ahead by one event: what lies behind the scenario's end does not belong to it.
    while run.step() && run.time().0 <= scenario.until {
        let new = trace::lines(run.world());
        lines += new.len();
        if lines > LINES_MAX {
            writeln!(text, "# and so on until {} us", scenario.until).unwrap();
            return text;
        }
        new.iter().for_each(|line| writeln!(text, "{line}").unwrap());
    }
    text
}

#[test]
fn every_built_in_scenario_leaves_its_golden_trace() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut differing = Vec::new();
    for (name, source) in BUILT_IN {
        let trace = record(&Scenario::parse(name, source).unwrap());
        if update {
            std::fs::write(path(name), &trace).unwrap();
        }
        let stored = std::fs::read_to_string(path(name)).unwrap_or_default();
        if let Some(at) = first_difference(&stored, &trace) {
            let line = |text: &str| text.lines().nth(at).unwrap_or("(the end)").to_string();
            differing.push(format!("{name}, line {}:\n  stored {}\n  now    {}", at + 1, line(&stored), line(&trace)));
        }
    }
    let again = "UPDATE=1 cargo test -p raft-sim --test golden";
    assert!(differing.is_empty(), "{}\nIf that is meant to be: {again}", differing.join("\n"));
}

fn first_difference(one: &str, two: &str) -> Option<usize> {
    let longest = one.lines().count().max(two.lines().count());
    (0..longest).find(|at| one.lines().nth(*at) != two.lines().nth(*at))
}

#[test]
fn no_golden_trace_is_left_of_a_scenario_that_is_gone() {
    for entry in std::fs::read_dir(path("x").parent().unwrap()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(BUILT_IN.iter().any(|(known, _)| *known == name), "{name}");
    }
}
