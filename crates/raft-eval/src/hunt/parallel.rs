//! The hunt on all cores.

use super::{Found, Hunt, Quarry};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

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
    let (next, lowest, events, seeds) =
        (AtomicU64::new(first), AtomicU64::new(u64::MAX), AtomicU64::new(0), AtomicU64::new(0));
    let caught: Mutex<Option<(u64, Hunt)>> = Mutex::new(None);
    let work = || {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            // Every seed below the lowest that does harm has to be tried, and none above it.
            if seed >= first.saturating_add(count) || seed > lowest.load(Ordering::Relaxed) {
                return;
            }
            let mut hunt = Hunt::new(quarry.clone(), seed, 1);
            while !hunt.caught() && !hunt.progress().done {
                hunt.search(u64::MAX);
            }
            let played = hunt.progress().events;
            watch(seeds.fetch_add(1, Ordering::Relaxed) + 1, events.fetch_add(played, Ordering::Relaxed) + played);
            if hunt.caught() {
                lowest.fetch_min(seed, Ordering::Relaxed);
                let mut best = caught.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
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
    let caught = caught.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    let mut events = events.into_inner();
    let mut found = None;
    let seeds = caught.as_ref().map_or(count, |(seed, _)| seed - first + 1);
    if let Some((_, mut hunt)) = caught {
        let before = hunt.progress().events;
        while !hunt.advance(1_000_000).done {}
        events += hunt.progress().events - before;
        found = hunt.found().cloned();
    }
    Outcome { found, seeds, events }
}
