//! Chance keyed by content: a draw is a hash of the seed, its purpose and what it is for.
//!
//! No draw depends on how many draws came before it. So a message or a command that is inserted leaves every
//! unrelated timeout, latency and loss as it was, and two branches of a run differ only where they must.

use raft_core::{Digest, Micros, mix};

/// What a draw is for. Part of its key, so that a message's latency says nothing about its loss.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// An election timeout, for (server, term, attempt).
    ElectionTimeout = 1,
    /// The latency of a message.
    Latency = 2,
    /// Whether a message is lost.
    Loss = 3,
    /// Where on its way it is lost.
    LossPlace = 4,
    /// Whether a message is delivered twice.
    Duplicate = 5,
    /// Whether a message is held up, and for how long.
    Reorder = 6,
    /// How long a write takes.
    Disk = 7,
    /// What the clients ask by themselves.
    Workload = 8,
    /// The values of a burst.
    Burst = 9,
    /// A piece of trouble.
    Chaos = 10,
}

/// One million: the whole of a share in parts per million.
pub const WHOLE_PPM: u32 = 1_000_000;

/// A source of keyed draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chance {
    seed: u64,
}

impl Chance {
    /// The chance that belongs to a seed. Every seed counts, 0 too.
    pub const fn new(seed: u64) -> Self {
        Self { seed: mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)) }
    }

    /// 64 random bits for a purpose and a key.
    pub fn draw(self, purpose: Purpose, key: u64) -> u64 {
        Digest::new(self.seed).word(purpose as u64).word(key).value()
    }

    /// A number from `low` to `high`, both included.
    pub fn between(self, purpose: Purpose, key: u64, low: Micros, high: Micros) -> Micros {
        scale(self.draw(purpose, key), low, high)
    }

    /// True in `ppm` cases of a million.
    pub fn happens(self, purpose: Purpose, key: u64, ppm: u32) -> bool {
        ppm > 0 && scale(self.draw(purpose, key), 0, u64::from(WHOLE_PPM) - 1) < u64::from(ppm)
    }
}

/// Maps 64 random bits to `low..=high` by a multiplication: no division, no float.
pub fn scale(bits: u64, low: Micros, high: Micros) -> Micros {
    let width = u128::from(high.saturating_sub(low)) + 1;
    low + ((u128::from(bits) * width) >> 64) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scaled_draw_reaches_both_ends_and_stays_inside() {
        assert_eq!((scale(0, 150, 300), scale(u64::MAX, 150, 300)), (150, 300));
        assert_eq!(scale(u64::MAX, 7, 7), 7);
    }

    #[test]
    fn seed_zero_is_a_seed_like_any_other() {
        // A public visualiser takes 0 for "no seed".
        let draw = |seed| Chance::new(seed).draw(Purpose::Loss, 1);
        assert_eq!(draw(0), draw(0));
        assert_ne!(draw(0), draw(1));
    }

    #[test]
    fn a_share_is_kept_within_a_percent() {
        let chance = Chance::new(3);
        let hits = (0..100_000).filter(|key| chance.happens(Purpose::Loss, *key, 100_000)).count();
        assert!((9_000..=11_000).contains(&hits), "{hits} of 100000 at ten percent");
    }
}
