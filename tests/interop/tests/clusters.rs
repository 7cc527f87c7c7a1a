//! Hundreds of clusters of both kinds, each with its own misfortunes.
#![cfg(not(all(target_os = "macos", target_arch = "aarch64")))]

use interop::world::World;
use raft_core::{Rule, Rules};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

const SEEDS: u64 = 300;

fn seeds() -> Vec<u64> {
    let one = std::env::var("RAFT_SEED").ok().map(|seed| vec![seed.parse().expect("RAFT_SEED is a number")]);
    let many = std::env::var("RAFT_SEEDS").map_or(SEEDS, |many| many.parse().expect("RAFT_SEEDS is a number"));
    one.unwrap_or_else(|| (0..many).collect())
}

fn live(seed: u64) -> World {
    let mut world = World::new(seed);
    world.run(6_000);
    world.recover();
    world
}

#[test]
fn both_kinds_agree_on_what_is_committed() {
    let (mut changes, mut transfers) = (BTreeMap::new(), BTreeMap::new());
    let (mut restarts, mut reads, mut committed) = ((0, 0), (0, 0), 0);
    let name = |is_core| if is_core { "raft-core" } else { "raft-rs" };
    let seeds = seeds();
    for seed in &seeds {
        let world = catch_unwind(AssertUnwindSafe(|| live(*seed))).unwrap_or_else(|panic| {
            eprintln!("rerun: RAFT_SEED={seed} cargo test -p interop both_kinds");
            resume_unwind(panic)
        });
        for pair in world.leaders_by_kind().windows(2) {
            *changes.entry((name(pair[0]), name(pair[1]))).or_insert(0) += 1;
        }
        for (from, to) in &world.transfers {
            *transfers.entry((name(*from), name(*to))).or_insert(0) += 1;
        }
        reads = (reads.0 + world.reads.0, reads.1 + world.reads.1);
        restarts = (restarts.0 + world.restarts.0, restarts.1 + world.restarts.1);
        committed += world.checks.committed.len();
    }
    println!("{} seeds, {committed} entries committed", seeds.len());
    println!("{} restarts of raft-core, {} of raft-rs", restarts.0, restarts.1);
    for ((from, to), times) in &changes {
        println!("{times} changes from a leader of {from} to one of {to}");
    }
    println!("{} reads answered by leaders of raft-core, {} by those of raft-rs", reads.0, reads.1);
    for ((from, to), times) in &transfers {
        println!("{times} transfers from a leader of {from} to one of {to}");
    }
    if seeds.len() as u64 >= SEEDS {
        assert!(transfers.len() == 4 && transfers.values().all(|times| *times >= 30), "{transfers:?}");
        assert!(reads.0.min(reads.1) >= 5_000, "{reads:?}");
        assert!(changes.len() == 4 && changes.values().all(|times| *times >= 100), "{changes:?}");
        assert!(restarts.0.min(restarts.1) >= 500 && committed >= 10_000, "{restarts:?} {committed}");
    }
}

#[test]
fn each_kind_hands_over_to_the_other() {
    let mut seen = BTreeMap::new();
    for seed in 0..40 {
        for core in [true, false] {
            if let Some((from, done)) = World::new(seed).hands_over_to(core) {
                assert!(done, "seed {seed}: a transfer from {from} to {core} (true is raft-core) is done at once");
                *seen.entry((from, core)).or_insert(0) += 1;
            }
        }
    }
    assert!(seen.len() == 4, "{seen:?}");
}

#[test]
fn one_seed_is_one_run() {
    for seed in 0..10 {
        let (one, other) = (live(seed), live(seed));
        assert_eq!(one.checks.leaders, other.checks.leaders, "seed {seed}");
        assert_eq!(one.checks.committed, other.checks.committed, "seed {seed}");
    }
}

#[test]
fn a_mistake_of_one_kind_is_noticed() {
    for rule in [Rule::UpToDateCheck, Rule::OneVotePerTerm, Rule::TruncateOnConflict] {
        let rules = Rules::ALL.with(rule, false);
        let goes_wrong = |seed: &u64| catch_unwind(|| World::with_rules(*seed, rules).run(6_000)).is_err();
        let seed = (0..300).find(goes_wrong);
        println!("without {}: seed {seed:?}", rule.id());
        assert!(seed.is_some(), "without {} nothing goes wrong", rule.id());
    }
}
