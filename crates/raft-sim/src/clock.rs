//! A server's clock, which may run fast or slow.

use raft_core::{Digest, Time};

const PACE: u128 = 1_000_000;

/// A clock with a rate. It never shows a time before the one for which its owner was woken, and never one before a
/// time that it has shown: whoever measures spans takes the greater of both, as a monotonic clock does, so one that is
/// set back stands still until it has caught up.
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
        // One that stands still goes on, at the new rate, when it would have gone on.
        let base_world = self.base_world.max(now);
        *self = Self { rate_ppm: rate_ppm.max(1), base_world, base_local: self.local(now) };
    }

    /// Sets it forward or back by so many of its own microseconds.
    pub fn jump(&mut self, now: Time, by: i64) {
        let rate = i128::from(self.rate_ppm);
        // While it stands still it is behind what it shows.
        let behind = i128::from(self.base_world.since(now)) * rate / PACE as i128;
        let (ahead, shown) = (i128::from(by) - behind, self.local(now));
        *self = match u64::try_from(ahead) {
            Ok(ahead) => Self { base_world: now, base_local: shown.after(ahead), ..*self },
            Err(_) => {
                let rest = (-ahead * PACE as i128 / rate).min(i128::from(u64::MAX)) as u64;
                Self { base_world: now.after(rest), base_local: shown, ..*self }
            }
        };
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
    fn a_clock_that_is_set_back_stands_still_and_never_falls() {
        let mut clock = Clock::default();
        clock.set_rate(Time(0), 500_000);
        clock.jump(Time(1_000), -100);
        assert_eq!([1_000, 1_100, 1_200, 1_300].map(|at| clock.local(Time(at)).0), [500, 500, 500, 550]);
        // Half of it is taken back, so it goes on earlier.
        clock.jump(Time(1_100), 25);
        assert_eq!([1_100, 1_150, 1_250].map(|at| clock.local(Time(at)).0), [500, 500, 550]);
        clock.jump(Time(1_250), 1_000);
        assert_eq!([1_250, 1_350].map(|at| clock.local(Time(at)).0), [1_550, 1_600]);
        assert_eq!(clock.world(Time(1_600)), Time(1_350));
    }

    #[test]
    fn a_clock_that_stands_still_keeps_doing_so_at_another_rate() {
        let mut clock = Clock::default();
        clock.jump(Time(1_000), -500);
        clock.set_rate(Time(1_200), 2_000_000);
        assert_eq!([1_200, 1_500, 1_600].map(|at| clock.local(Time(at)).0), [1_000, 1_000, 1_200]);
        assert_eq!(clock.world(Time(1_001)), Time(1_501));
    }

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
