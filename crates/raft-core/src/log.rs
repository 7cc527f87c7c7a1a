//! The log of one server (section 5.3), shared in chunks with its own earlier versions.

use crate::chunks::Chunks;
use crate::{Digest, Index, Term};
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

/// What a client asks the state machine to do. Raft never looks inside.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Command(Arc<[u8]>);

impl Command {
    /// A command of these bytes.
    pub fn new(bytes: &[u8]) -> Self {
        Self(bytes.into())
    }

    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", alloc::string::String::from_utf8_lossy(&self.0))
    }
}

/// What an entry holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// Nothing; a leader's first entry of its term (option `no-op`, section 8).
    NoOp,
    /// A client's command.
    Command(Command),
}

/// One entry of a log. Its index is its place.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Entry {
    /// Term in which a leader received it.
    pub term: Term,
    /// What it holds.
    pub payload: Payload,
}

#[derive(Clone, Debug)]
struct Slot {
    entry: Entry,
    digest: u64,
}

/// A sequence of entries.
///
/// - Cloning shares all full chunks: it costs a pointer for every 64 entries.
/// - [`Log::digest_at`] names a whole prefix by one number: two logs that agree on it are identical up to there.
#[derive(Clone, Default)]
pub struct Log {
    slots: Chunks<Slot>,
}

impl Log {
    /// A log of these entries.
    pub fn from_entries(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut log = Self::default();
        for entry in entries {
            log.push(entry);
        }
        log
    }

    /// Index of the last entry; 0 if there is none.
    pub fn last_index(&self) -> Index {
        Index(self.slots.len() as u32)
    }

    /// Term of the last entry; 0 if there is none.
    pub fn last_term(&self) -> Term {
        self.term_at(self.last_index()).unwrap_or_default()
    }

    /// Term of the entry at `index`; 0 at index 0, nothing beyond the end.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        match index.0 {
            0 => Some(Term(0)),
            _ => self.slot(index).map(|slot| slot.entry.term),
        }
    }

    /// The entry at `index`.
    pub fn get(&self, index: Index) -> Option<&Entry> {
        self.slot(index).map(|slot| &slot.entry)
    }

    /// A number that names all entries up to and with `index`; nothing beyond the end.
    pub fn digest_at(&self, index: Index) -> Option<u64> {
        match index.0 {
            0 => Some(0),
            _ => self.slot(index).map(|slot| slot.digest),
        }
    }

    /// A number that names the whole log.
    pub fn digest(&self) -> u64 {
        self.digest_at(self.last_index()).unwrap_or_default()
    }

    /// The entries from `first` on, in order, each with its index.
    pub fn iter_from(&self, first: Index) -> impl Iterator<Item = (Index, &Entry)> {
        (first.0.max(1)..=self.last_index().0).filter_map(|i| Some((Index(i), self.get(Index(i))?)))
    }

    /// Up to `limit` entries from `first` on.
    pub fn copy_from(&self, first: Index, limit: u32) -> Vec<Entry> {
        self.iter_from(first).take(limit as usize).map(|(_, entry)| entry.clone()).collect()
    }

    /// Index of the first entry of `term` among those up to and with `upto`.
    pub fn first_index_of(&self, term: Term, upto: Index) -> Option<Index> {
        let (mut low, mut high) = (1, upto.min(self.last_index()).0 + 1);
        // Terms never fall along a log, so the first one can be found by halving.
        while low < high {
            let middle = low + (high - low) / 2;
            if self.term_at(Index(middle))? < term { low = middle + 1 } else { high = middle }
        }
        (self.term_at(Index(low)) == Some(term) && low <= upto.0).then_some(Index(low))
    }

    /// Index of the last entry of `term`.
    pub fn last_index_of(&self, term: Term) -> Option<Index> {
        let (mut low, mut high) = (0, self.last_index().0);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.term_at(Index(middle))? <= term { low = middle } else { high = middle - 1 }
        }
        (low > 0 && self.term_at(Index(low)) == Some(term)).then_some(Index(low))
    }

    /// Adds an entry at the end.
    pub fn push(&mut self, entry: Entry) {
        let digest = Self::chain(self.digest(), &entry);
        self.slots.push(Slot { entry, digest });
    }

    /// Removes every entry after `last`.
    pub fn truncate(&mut self, last: Index) {
        self.slots.truncate(last.0 as usize);
    }

    /// Puts `entry` in the place of the one at `index` and leaves what follows. No rule of Raft does this; it is
    /// what happens while `truncate-on-conflict` is off.
    pub fn overwrite(&mut self, index: Index, entry: Entry) {
        let tail = self.copy_from(index.next(), u32::MAX);
        self.truncate(index.before());
        self.push(entry);
        for entry in tail {
            self.push(entry);
        }
    }

    /// The digest of a prefix with one more entry.
    pub fn chain(before: u64, entry: &Entry) -> u64 {
        let digest = Digest::new(before).word(u64::from(entry.term.0));
        match &entry.payload {
            // No command is so long that its length would be taken for this.
            Payload::NoOp => digest.word(u64::MAX),
            Payload::Command(command) => digest.bytes(command.bytes()),
        }
        .value()
    }

    fn slot(&self, index: Index) -> Option<&Slot> {
        self.slots.get(index.0.checked_sub(1)? as usize)
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.slots.len() == other.slots.len() && self.digest() == other.digest()
    }
}

impl Eq for Log {}

impl core::hash::Hash for Log {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.slots.len().hash(state);
        self.digest().hash(state);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter_from(Index(1)).map(|(_, entry)| (entry.term.0, &entry.payload))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;

    fn entry(term: u32, text: &str) -> Entry {
        Entry { term: Term(term), payload: Payload::Command(Command::new(text.as_bytes())) }
    }

    #[test]
    fn a_chunked_log_behaves_like_a_plain_list() {
        // The slow twin: every operation is done to a Vec as well, over enough entries to cross chunks.
        let (mut log, mut twin) = (Log::default(), vec![]);
        let mut chance = 7u64;
        for round in 0..2_000u32 {
            chance = crate::mix(chance.wrapping_add(1));
            match chance % 8 {
                0 if !twin.is_empty() => {
                    let keep = chance as usize / 8 % (twin.len() + 1);
                    log.truncate(Index(keep as u32));
                    twin.truncate(keep);
                }
                1 if !twin.is_empty() => {
                    let at = chance as usize / 8 % twin.len();
                    log.overwrite(Index(at as u32 + 1), entry(round, "o"));
                    twin[at] = entry(round, "o");
                }
                _ => {
                    log.push(entry(round, "x"));
                    twin.push(entry(round, "x"));
                }
            }
            assert_eq!(log.last_index().0 as usize, twin.len());
        }
        assert_eq!(log.copy_from(Index(1), u32::MAX), twin);
        assert_eq!(log, Log::from_entries(twin));
    }

    #[test]
    fn a_clone_keeps_its_entries_when_the_original_changes() {
        let mut log = Log::from_entries((0..100).map(|i| entry(1, &alloc::format!("{i}"))));
        let kept = log.clone();
        log.truncate(Index(70));
        log.push(entry(2, "new"));
        assert_eq!(kept.last_index(), Index(100));
        assert_eq!(kept.get(Index(71)), Some(&entry(1, "70")));
    }

    #[test]
    fn the_digest_tells_prefixes_apart() {
        let one = Log::from_entries([entry(1, "a"), entry(1, "b")]);
        let two = Log::from_entries([entry(1, "a"), entry(2, "b")]);
        assert_eq!(one.digest_at(Index(1)), two.digest_at(Index(1)));
        assert_ne!(one.digest_at(Index(2)), two.digest_at(Index(2)));
    }

    #[test]
    fn an_empty_command_is_no_no_op() {
        let no_op = Log::from_entries([Entry { term: Term(1), payload: Payload::NoOp }]);
        assert_ne!(no_op, Log::from_entries([entry(1, "")]));
    }

    #[test]
    fn the_first_index_of_a_term_is_found() {
        let log = Log::from_entries([1, 1, 1, 4, 4, 5, 5, 6].map(|term| entry(term, "x")));
        for (term, upto, want) in
            [(1, 8, Some(1)), (4, 8, Some(4)), (5, 7, Some(6)), (6, 7, None), (2, 8, None), (4, 4, Some(4))]
        {
            assert_eq!(log.first_index_of(Term(term), Index(upto)), want.map(Index), "term {term} up to {upto}");
        }
    }

    #[test]
    fn the_last_index_of_a_term_is_found() {
        let log = Log::from_entries([1, 1, 1, 4, 4, 6].map(|term| entry(term, "x")));
        for (term, want) in [(0, None), (1, Some(3)), (2, None), (4, Some(5)), (5, None), (6, Some(6)), (7, None)] {
            assert_eq!(log.last_index_of(Term(term)), want.map(Index), "term {term}");
        }
        assert_eq!(Log::default().last_index_of(Term(1)), None);
    }
}
