//! Chance that is the same everywhere, and the line that reruns what it found.

use raft_core::mix;

pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Self {
        Self(mix(seed ^ 0x5eed))
    }

    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 up to, not with, `bound`.
    pub fn below(&mut self, bound: u32) -> u32 {
        (self.bits() % u64::from(bound)) as u32
    }

    pub fn one_in(&mut self, count: u32) -> bool {
        self.below(count) == 0
    }
}

/// Says how to rerun the seed under which a test panics.
struct Rerun<'a>(&'a str, u64);

impl Drop for Rerun<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("RAFT_SEED={} cargo test -p raft-core {}", self.1, self.0);
        }
    }
}

/// Tries the seeds from 0 up, or the one that RAFT_SEED names. `attempt` panics if it finds something; if it
/// returns true, it has seen enough.
pub fn for_seeds(test: &str, count: u64, mut attempt: impl FnMut(u64, &mut Chance) -> bool) {
    let one = std::env::var("RAFT_SEED").ok().map(|seed| seed.parse().expect("RAFT_SEED is a number"));
    for seed in one.map_or(0..count, |seed: u64| seed..seed + 1) {
        let _rerun = Rerun(test, seed);
        if attempt(seed, &mut Chance::new(seed)) {
            return;
        }
    }
}
