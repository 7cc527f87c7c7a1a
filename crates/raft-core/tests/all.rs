//! All tests of raft-core as one program: linked once, and with the long random tests beside each other.
//!
//! `cargo test -p raft-core traps` runs one file, `cargo test -p raft-core traps::NAME` one test.

mod common;

mod any_input;
mod candidate;
mod digest;
mod figures;
mod follower;
mod leader;
mod leader_election;
mod log_replication;
mod lost_entries;
mod membership;
mod membership_random;
mod mistakes;
mod names;
mod options;
mod options_replication;
mod paper;
mod random;
mod reads;
mod rules;
mod sizes;
mod snapshots;
mod traffic;
mod transfer;
mod traps;

/// A file without its line above would be no test, and nothing would say so.
#[test]
fn every_file_beside_this_one_is_a_part_of_it() {
    let here = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    for file in std::fs::read_dir(here).expect("the tests have a folder") {
        let name = file.expect("it can be read").file_name().into_string().expect("names are ASCII");
        let part = name.trim_end_matches(".rs");
        assert!(
            part == "all" || include_str!("all.rs").contains(&format!("\nmod {part};")),
            "all.rs lacks `mod {part};`"
        );
    }
}
