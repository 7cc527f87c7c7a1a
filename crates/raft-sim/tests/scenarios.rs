//! Every built-in scenario does what it says.

use raft_core::Time;
use raft_sim::condition::Expected;
use raft_sim::run::Progress;
use raft_sim::scenario::{BUILT_IN, Scenario};

#[test]
fn every_built_in_scenario_keeps_its_expectations() {
    let mut broken = Vec::new();
    for (name, source) in BUILT_IN {
        let scenario = Scenario::parse(name, source).unwrap_or_else(|problem| panic!("{name}: {problem}"));
        let mut run = scenario.run();
        while run.seek(Time(scenario.until), 10_000) != Progress::Reached {
            run.go_on();
        }
        for (expectation, held) in run.script().verdicts(run.world()) {
            if !held {
                broken.push(format!("{name}, line {}: {}", expectation.line, expectation.text));
            }
        }
        if !run.script().is_done() {
            broken.push(format!("{name}: some of its conditions never held: {:?}", run.script()));
        }
        let expected = |property| scenario.expectations.iter().any(|e| e.expected == Expected::Violates(property));
        for violation in run.world().violations() {
            if !expected(violation.witness.property()) {
                broken.push(format!("{name}: {violation:?}"));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
