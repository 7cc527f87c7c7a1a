//! The digests that the wasm tests must find as well. `UPDATE=1` writes them anew.

use raft_core::Time;
use raft_sim::run::Progress;
use raft_sim::scenario::{BUILT_IN, Scenario};
use std::fmt::Write;

#[test]
fn the_digests_for_the_wasm_tests_are_up_to_date() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/parity/digests.txt");
    let mut lines = String::new();
    for (name, source) in BUILT_IN {
        let scenario = Scenario::parse(name, source).unwrap();
        let mut run = scenario.run();
        while run.seek(Time(scenario.until), u64::MAX) != Progress::Reached {
            run.go_on();
        }
        writeln!(lines, "{name} {} {:016x}", scenario.until, run.world().digest()).unwrap();
    }
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, &lines).unwrap();
    }
    let stored = std::fs::read_to_string(path).unwrap_or_default();
    assert_eq!(stored, lines, "rewrite with: UPDATE=1 cargo test -p raft-sim --test parity");
}
