//! The numbers that Raft counts with, each with its own type.

use crate::Digest;
use core::fmt;

/// A length of time in microseconds.
pub type Micros = u64;

/// A moment, in microseconds since the run began.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(pub u64);

impl Time {
    /// The moment `micros` later; the far end of time if that cannot be told.
    pub fn after(self, micros: Micros) -> Self {
        Self(self.0.saturating_add(micros))
    }

    /// How long ago `earlier` was; 0 if it lies ahead.
    pub fn since(self, earlier: Self) -> Micros {
        self.0.saturating_sub(earlier.0)
    }
}

/// A server of the cluster, from 1. Printed as "S1".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ServerId(pub u32);

impl ServerId {
    /// Position in a table that has one row for each server.
    pub fn row(self) -> usize {
        self.0 as usize - 1
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "S{}", self.0)
    }
}

/// Raft's logical clock (section 5.1). 0 comes before the first election.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Term(pub u32);

impl Term {
    /// The last that there is. No run reaches it by elections, but a message can name it.
    pub const LAST: Self = Self(u32::MAX);

    /// The term that follows; the last one stays the last.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Position in a log. The first entry is 1; 0 means "before the log begins".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Index(pub u32);

impl Index {
    /// The position that follows; the last one that can be told stays the last.
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }

    /// The position before; 0 stays 0.
    pub fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }

    /// The position `count` further on, as far as it can be told.
    pub fn plus(self, count: u32) -> Self {
        Self(self.0.saturating_add(count))
    }
}

impl fmt::Display for Index {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A set of servers, up to [`ServerSet::CAPACITY`] of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ServerSet(u128);

impl ServerSet {
    /// The largest id that fits.
    pub const CAPACITY: u32 = 128;

    /// The servers S1 to S`count`.
    ///
    /// # Panics
    /// If `count` is above [`ServerSet::CAPACITY`].
    pub fn first(count: u32) -> Self {
        assert!(count <= Self::CAPACITY, "at most {} servers, not {count}", Self::CAPACITY);
        (1..=count).map(ServerId).collect()
    }

    /// Adds a server; false if it was there, or if its id does not fit.
    pub fn insert(&mut self, id: ServerId) -> bool {
        let before = self.0;
        self.0 |= Self::bit(id);
        self.0 != before
    }

    /// Takes a server out; false if it was not there.
    pub fn remove(&mut self, id: ServerId) -> bool {
        let before = self.0;
        self.0 &= !Self::bit(id);
        self.0 != before
    }

    /// The servers of both sets.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The servers that are in both sets.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The servers that are not in the other set.
    #[must_use]
    pub fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether the server is in it.
    pub fn contains(self, id: ServerId) -> bool {
        self.0 & Self::bit(id) != 0
    }

    /// How many servers are in it.
    pub fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Whether nobody is in it.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Its server with the highest id.
    pub fn last(self) -> Option<ServerId> {
        (self.0 != 0).then(|| ServerId(128 - self.0.leading_zeros()))
    }

    /// Its servers in the order of their ids.
    pub fn iter(self) -> impl Iterator<Item = ServerId> {
        let mut rest = self.0;
        core::iter::from_fn(move || {
            if rest == 0 {
                return None;
            }
            let row = rest.trailing_zeros();
            rest &= rest - 1;
            Some(ServerId(row + 1))
        })
    }

    /// The set as bits; S1 is the lowest.
    pub fn bits(self) -> u128 {
        self.0
    }

    pub(crate) fn digest(self, digest: Digest) -> Digest {
        digest.word(self.bits() as u64).word((self.bits() >> 64) as u64)
    }

    fn bit(id: ServerId) -> u128 {
        // No id beyond the capacity, and no 0, which a message may name, is in any set.
        1u128.checked_shl(id.0.wrapping_sub(1)).unwrap_or(0)
    }
}

impl FromIterator<ServerId> for ServerSet {
    fn from_iter<I: IntoIterator<Item = ServerId>>(ids: I) -> Self {
        let mut set = Self::default();
        for id in ids {
            set.insert(id);
        }
        set
    }
}
