//! The fuzz gate: with all rules on, no seed breaks a promise, whatever the options and the trouble.
//!
//! `RAFT_SEEDS=10000 cargo test -p raft-eval --profile gate --test gate -- --nocapture` is what `npm test` plays;
//! `RAFT_FIRST=1000000` takes others. `RAFT_SEED=17` plays a single one and prints it as a scenario.

use raft_eval::gate::{self, Played};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Seeds that are played beside the other tests.
const SEEDS: u64 = 100;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn play(seed: u64) -> Result<Played, String> {
    catch_unwind(AssertUnwindSafe(|| gate::play(seed))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        Err(text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default())
    })
}

/// Plays all seeds on all cores.
fn play_all(first: u64, count: u64) -> Vec<(u64, Result<Played, String>)> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let next = AtomicU64::new(first);
    let work = || {
        let mut done = Vec::new();
        loop {
            match next.fetch_add(1, Ordering::Relaxed) {
                seed if seed < first + count => done.push((seed, play(seed))),
                _ => return done,
            }
        }
    };
    let mut all: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        handles.into_iter().flat_map(|handle| handle.join().expect("a panic is caught")).collect()
    });
    all.sort_by_key(|(seed, _)| *seed);
    all
}

#[test]
fn no_seed_breaks_a_promise() {
    let (first, count) = match number("RAFT_SEED") {
        Some(seed) => {
            println!("{}", gate::scenario(seed));
            (seed, 1)
        }
        None => (number("RAFT_FIRST").unwrap_or(0), number("RAFT_SEEDS").unwrap_or(SEEDS)),
    };
    let begun = Instant::now();
    let all = play_all(first, count);
    let seconds = begun.elapsed().as_secs_f64();
    let mut sum = Played::default();
    let mut failed = Vec::new();
    for (seed, result) in &all {
        match result {
            Ok(played) => {
                sum.events += played.events;
                sum.committed += played.committed;
                sum.terms += played.terms;
                sum.answered += played.answered;
                sum.changes += played.changes;
            }
            Err(why) => failed.push(format!(
                "{why} | rerun: RAFT_SEED={seed} cargo test -p raft-eval --profile gate --test gate -- --nocapture"
            )),
        }
    }
    println!(
        "{count} seeds in {seconds:.1} s ({:.0} a minute): {} events, {} entries committed, {} changes of the membership, {} answers, {} terms",
        count as f64 / seconds * 60.0,
        sum.events,
        sum.committed,
        sum.changes,
        sum.answered,
        sum.terms
    );
    assert!(failed.is_empty(), "{} of {count} seeds fail:\n{}", failed.len(), failed[..failed.len().min(5)].join("\n"));
    // Trouble that lets nothing happen would prove nothing.
    assert!(sum.committed > 30 * count && sum.answered > 30 * count && sum.terms > 10 * count, "{sum:?}");
    assert!(sum.changes > count || count == 1, "{sum:?}");
}
