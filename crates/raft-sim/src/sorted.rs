//! A map as a sorted list.
//!
//! The maps of the simulator are small, or grow at their end, and are copied with every keyframe: a list is as fast as
//! the library's tree, and in the page it weighs a fraction of it.

use alloc::vec::Vec;
use core::borrow::Borrow;

/// Keys and values in the order of the keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sorted<K, V> {
    items: Vec<(K, V)>,
}

impl<K, V> Default for Sorted<K, V> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<K: Ord, V> Sorted<K, V> {
    /// Where a key is, or would be.
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.items.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }

    pub(crate) fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| &self.items[at].1)
    }

    pub(crate) fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        self.place(key).ok().map(|at| &mut self.items[at].1)
    }

    /// Adds a value, or replaces the one that is there.
    pub(crate) fn insert(&mut self, key: K, value: V) {
        match self.place(&key) {
            Ok(at) => self.items[at].1 = value,
            Err(at) => self.items.insert(at, (key, value)),
        }
    }

    /// The value of a key, which is made if it is not there.
    pub(crate) fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let at = self.place(&key).unwrap_or_else(|at| {
            self.items.insert(at, (key, V::default()));
            at
        });
        &mut self.items[at].1
    }

    pub(crate) fn remove(&mut self, key: &K) {
        if let Ok(at) = self.place(key) {
            self.items.remove(at);
        }
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &(K, V)> {
        self.items.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::collections::BTreeMap;
    use raft_core::mix;

    #[test]
    fn it_does_what_a_tree_does() {
        let (mut list, mut tree) = (Sorted::default(), BTreeMap::new());
        for step in 0..2_000u64 {
            let (key, value) = (mix(step) % 50, mix(step) >> 32);
            match mix(step) >> 16 & 3 {
                0 => {
                    list.remove(&key);
                    tree.remove(&key);
                }
                1 => {
                    *list.entry(key) += value;
                    *tree.entry(key).or_default() += value;
                }
                _ => {
                    list.insert(key, value);
                    tree.insert(key, value);
                }
            }
            assert_eq!(list.get(&key), tree.get(&key));
        }
        assert!(list.iter().map(|(key, value)| (key, value)).eq(&tree));
        list.clear();
        assert_eq!(list.iter().next(), None);
    }
}
