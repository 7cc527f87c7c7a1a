//! The hunt on all cores.

use super::{Found, Hunt, Quarry};
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// What came of a hunt.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The story of the lowest seed that does harm.
    pub found: Option<Found>,
    /// Seeds up to that one, or all.
    pub seeds: u64,
    /// Events that were played, shrinking included. This alone depends on the number of workers.
    pub events: u64,
}

/// Hunts over `count` seeds from `first` on with so many workers, and shows how many seeds and events are done.
pub fn hunt(quarry: &Quarry, first: u64, count: u64, workers: usize, watch: &(dyn Fn(u64, u64) + Sync)) -> Outcome {
    let end = first.saturating_add(count);
    let tally = Tally { seeds: AtomicU64::new(0), events: AtomicU64::new(0), watch };
    let mut from = first;
    while let Some((seed, mut hunt)) = lowest(quarry, from..end, workers, &tally) {
        let before = hunt.progress().events;
        while !hunt.advance(1_000_000).done {}
        tally.events.fetch_add(hunt.progress().events - before, Ordering::Relaxed);
        if let Some(found) = hunt.found() {
            return Outcome { found: Some(found.clone()), seeds: seed - first + 1, events: tally.events.into_inner() };
        }
        // A harm of which no story can be made.
        from = seed + 1;
    }
    Outcome { found: None, seeds: count, events: tally.events.into_inner() }
}

/// What was done so far, by all workers.
struct Tally<'a> {
    seeds: AtomicU64,
    events: AtomicU64,
    watch: &'a (dyn Fn(u64, u64) + Sync),
}

/// The lowest of these seeds that does harm, and its hunt: not yet short.
fn lowest(quarry: &Quarry, seeds: Range<u64>, workers: usize, tally: &Tally<'_>) -> Option<(u64, Hunt)> {
    let (next, lowest) = (AtomicU64::new(seeds.start), AtomicU64::new(u64::MAX));
    let caught: Mutex<Option<(u64, Hunt)>> = Mutex::new(None);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            // Every seed below the lowest that does harm has to be tried, and none above it.
            if seed >= seeds.end || seed > lowest.load(Ordering::Relaxed) {
                return;
            }
            let mut hunt = Hunt::new(quarry.clone(), seed, 1);
            while !hunt.caught() && !hunt.progress().done {
                hunt.search(u64::MAX);
            }
            let played = hunt.progress().events;
            let done = tally.seeds.fetch_add(1, Ordering::Relaxed) + 1;
            (tally.watch)(done, tally.events.fetch_add(played, Ordering::Relaxed) + played);
            if hunt.caught() {
                lowest.fetch_min(seed, Ordering::Relaxed);
                let mut best = caught.lock().unwrap_or_else(PoisonError::into_inner);
                if best.as_ref().is_none_or(|(other, _)| seed < *other) {
                    *best = Some((seed, hunt));
                }
            }
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers.max(1) {
            scope.spawn(work);
        }
    });
    caught.into_inner().unwrap_or_else(PoisonError::into_inner)
}
