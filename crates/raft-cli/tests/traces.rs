//! Traces are stable: a changed one is a changed behaviour, and is explained in the commit that changes it.

mod common;

use common::{golden, raftlab};

#[test]
fn the_trace_of_the_first_election_is_the_golden_one() {
    let said = raftlab(&["run", "first-election", "--trace"]);
    assert_eq!((said.status, said.err.as_str()), (0, ""));
    let (trace, summary) = said.out.split_once("\n\n").expect("an empty line ends the trace");
    golden("crates/raft-cli/tests/golden/first-election.trace", &format!("{trace}\n"));
    assert!(summary.starts_with("First election (first-election), seed 5\n"), "{summary}");

    let object = raftlab(&["run", "first-election", "--trace", "--json"]).json();
    let member: Vec<&str> = object["trace"].as_array().unwrap().iter().map(|line| line.as_str().unwrap()).collect();
    assert_eq!(member, trace.lines().collect::<Vec<_>>());
}
