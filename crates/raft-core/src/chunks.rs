//! A list that shares its full chunks with its clones, so that many versions of a long list cost little.

use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// Items per chunk: small enough that copying the last one after a clone is cheap, large enough that a list of
/// 36,000 items is a list of some 600 pointers.
const CHUNK: usize = 64;

/// A list with cheap clones. Changing an item, or adding one, copies at most one chunk.
#[derive(Clone)]
pub struct Chunks<T> {
    chunks: Vec<Arc<Vec<T>>>,
    len: usize,
}

impl<T> Default for Chunks<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<T: Clone> Chunks<T> {
    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The item at a place, from 0.
    pub fn get(&self, at: usize) -> Option<&T> {
        self.chunks.get(at / CHUNK)?.get(at % CHUNK)
    }

    /// The last item.
    pub fn last(&self) -> Option<&T> {
        self.get(self.len.checked_sub(1)?)
    }

    /// The item at a place, to be changed.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        Arc::make_mut(self.chunks.get_mut(at / CHUNK)?).get_mut(at % CHUNK)
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: T) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Arc::new(Vec::with_capacity(CHUNK)));
        }
        let chunk = self.chunks.last_mut().expect("a chunk was pushed for the first of each 64");
        Arc::make_mut(chunk).push(item);
        self.len += 1;
    }

    /// Removes all but the first `len` items.
    pub fn truncate(&mut self, len: usize) {
        if len >= self.len {
            return;
        }
        self.len = len;
        self.chunks.truncate(len.div_ceil(CHUNK));
        if !len.is_multiple_of(CHUNK) {
            let chunk = self.chunks.last_mut().expect("the chunk that holds the last item was kept");
            Arc::make_mut(chunk).truncate(len % CHUNK);
        }
    }

    /// Removes those of the first `len` items that fill whole chunks; how many they were.
    pub fn drop_chunks(&mut self, len: usize) -> usize {
        let chunks = len.min(self.len) / CHUNK;
        self.chunks.drain(..chunks);
        self.len -= chunks * CHUNK;
        chunks * CHUNK
    }

    /// The items from a place on.
    pub fn iter_from(&self, at: usize) -> impl Iterator<Item = &T> {
        (at..self.len).filter_map(|at| self.get(at))
    }

    /// All items.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks.iter().flat_map(|chunk| chunk.iter())
    }

    /// How many items, from the start, satisfy `holds`, which must be true of a prefix and false of the rest.
    pub fn partition_point(&self, mut holds: impl FnMut(&T) -> bool) -> usize {
        let (mut low, mut high) = (0, self.len);
        while low < high {
            let middle = low + (high - low) / 2;
            if self.get(middle).is_some_and(&mut holds) { low = middle + 1 } else { high = middle }
        }
        low
    }
}

impl<T: Clone + fmt::Debug> fmt::Debug for Chunks<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Everything that can be asked of a list of numbers that never fall.
    fn assert_same(list: &Chunks<u32>, twin: &[u32]) {
        assert_eq!((list.len(), list.is_empty(), list.last()), (twin.len(), twin.is_empty(), twin.last()));
        assert!(list.iter().eq(twin));
        let len = twin.len();
        for at in [0, 1, len / 2, len.saturating_sub(1), len, len + 1, len + 2 * CHUNK] {
            assert_eq!(list.get(at), twin.get(at));
            assert!(list.iter_from(at).eq(twin.iter().skip(at)));
            let bound = twin.get(at).copied().unwrap_or(u32::MAX);
            let asked = core::cell::Cell::new(0);
            let holds = |item: &u32| {
                asked.set(asked.get() + 1);
                *item < bound
            };
            assert_eq!(list.partition_point(holds), twin.partition_point(|item| *item < bound));
            assert!(asked.get() <= len.checked_ilog2().map_or(0, |log| log + 1), "it halves: {} of {len}", asked.get());
        }
    }

    #[test]
    fn it_behaves_like_a_plain_list_and_so_do_its_clones() {
        for seed in 0..30u64 {
            let (mut list, mut twin, mut chance, mut next) = (Chunks::default(), Vec::new(), seed, 0);
            for _ in 0..300 {
                let (kept, kept_twin) = (list.clone(), twin.clone());
                chance = crate::mix(chance.wrapping_add(1));
                let many = (chance >> 8) as usize % 100;
                let at = (chance >> 16) as usize % (twin.len() + 1);
                match chance % 8 {
                    0 => {
                        list.truncate(at);
                        twin.truncate(at);
                    }
                    1 => {
                        let dropped = list.drop_chunks(at + many);
                        assert_eq!(dropped, (at + many).min(twin.len()) / CHUNK * CHUNK);
                        twin.drain(..dropped);
                    }
                    2 => {
                        let changed = list.get_mut(at);
                        assert_eq!(changed.is_some(), at < twin.len());
                        if let Some(item) = changed {
                            let after = twin.get(at + 1).copied().unwrap_or(next);
                            *item = after;
                            twin[at] = after;
                        }
                    }
                    _ => {
                        for _ in 0..many {
                            list.push(next);
                            twin.push(next);
                            next += (chance >> 40) as u32 % 2;
                        }
                    }
                }
                assert_same(&list, &twin);
                assert_same(&kept, &kept_twin);
            }
        }
    }
}
