//! A server's clock, which may run fast or slow.

use raft_core::{Digest, Time};

const PACE: u128 = 1_000_000;

/// A clock with a rate. It never shows a time before the one for which its owner was woken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Clock {
    rate_ppm: u32,
    base_world: Time,
    base_local: Time,
}

impl Default for Clock {
    fn default() -> Self {
        Self { rate_ppm: PACE as u32, base_world: Time(0), base_local: Time(0) }
    }
}

impl Clock {
    /// Its rate in parts per million of the world's.
    pub fn rate_ppm(&self) -> u32 {
        self.rate_ppm
    }

    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        digest.word(u64::from(self.rate_ppm)).word(self.base_world.0).word(self.base_local.0)
    }

    /// Changes the rate from `now` on; what it has shown so far stays.
    pub fn set_rate(&mut self, now: Time, rate_ppm: u32) {
        *self = Self { rate_ppm: rate_ppm.max(1), base_world: now, base_local: self.local(now) };
    }

    /// What it shows at a moment of the world.
    pub fn local(&self, world: Time) -> Time {
        if self.rate_ppm == PACE as u32 {
            return Time(self.base_local.0 + world.since(self.base_world));
        }
        let passed = u128::from(world.since(self.base_world)) * u128::from(self.rate_ppm) / PACE;
        Time(self.base_local.0 + passed as u64)
    }

    /// The first moment of the world at which it shows at least `local`.
    pub fn world(&self, local: Time) -> Time {
        if self.rate_ppm == PACE as u32 {
            return Time(self.base_world.0.saturating_add(local.since(self.base_local)));
        }
        let passed = (u128::from(local.since(self.base_local)) * PACE).div_ceil(u128::from(self.rate_ppm));
        Time(self.base_world.0.saturating_add(passed.min(u128::from(u64::MAX)) as u64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_never_wakes_its_owner_too_early() {
        for rate in [10_000, 333_333, 900_000, 999_999, 1_000_000, 1_000_001, 3_000_000] {
            let mut clock = Clock::default();
            clock.set_rate(Time(12_345), rate);
            for deadline in 12_345..13_500 {
                let woken = clock.world(Time(deadline));
                assert!(clock.local(woken) >= Time(deadline), "rate {rate}, deadline {deadline}");
            }
        }
    }
}
