//! Seeded chance.

/// A stream of draws.
pub struct Chance(u64);

impl Chance {
    /// The stream of a seed.
    pub fn new(seed: u64) -> Self {
        Self(raft_core::mix(seed.wrapping_add(0x9e37_79b9_7f4a_7c15)))
    }

    /// A number below `limit`, which is not 0.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = raft_core::mix(self.0.wrapping_add(1));
        (self.0 >> 11) % limit
    }

    /// True once in so many draws.
    pub fn one_in(&mut self, times: u64) -> bool {
        self.below(times) == 0
    }

    /// One of these.
    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len() as u64) as usize]
    }
}
