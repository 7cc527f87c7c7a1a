//! The log of one server (section 5.3), shared in chunks with its own earlier versions.

use crate::chunks::Chunks;
use crate::{Digest, Index, Membership, Term};
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

/// What an entry holds. Two cases and not three: so an entry takes no more room than its command.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// A client's command.
    Command(Command),
    /// Something of Raft's own, which no state machine sees.
    Own(Own),
}

/// Entries that Raft makes for itself.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Own {
    /// Nothing; a leader's first entry of its term (option `no-op`, section 8).
    NoOp,
    /// A configuration of the cluster (section 6).
    Config(Arc<Membership>),
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

/// Where a log begins: the last entry that a snapshot has replaced (section 7). All 0 for a log that is whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Base {
    /// Index of that entry.
    pub index: Index,
    /// Its term.
    pub term: Term,
    /// Names it and all entries before it, as [`Log::digest_at`] does.
    pub digest: u64,
}

/// A sequence of entries, from the first one or from where a snapshot ends.
///
/// - Cloning shares all full chunks: it costs a pointer for every 64 entries.
/// - [`Log::digest_at`] names a whole prefix by one number: two logs that agree on it are identical up to there,
///   whatever each of them has discarded.
/// - Of the entry at its base it knows index, term and digest; of those before it knows nothing.
#[derive(Clone, Default)]
pub struct Log {
    /// Entries after `start`. Those up to the base are no longer to be seen; whole chunks of them are dropped.
    slots: Chunks<Slot>,
    start: u32,
    base: Base,
}

impl Log {
    /// A log without entries that begins after `base`.
    pub fn after(base: Base) -> Self {
        Self { slots: Chunks::default(), start: base.index.0, base }
    }

    /// A log of these entries.
    pub fn from_entries(entries: impl IntoIterator<Item = Entry>) -> Self {
        let mut log = Self::default();
        for entry in entries {
            log.push(entry);
        }
        log
    }

    /// Where it begins: after this entry.
    pub fn base(&self) -> Base {
        self.base
    }

    /// Index of the first entry that it holds, or would hold.
    pub fn first_index(&self) -> Index {
        self.base.index.next()
    }

    /// Index of the last entry; that of the base if it holds none.
    pub fn last_index(&self) -> Index {
        Index(self.start + self.slots.len() as u32)
    }

    /// Term of the last entry; that of the base if it holds none.
    pub fn last_term(&self) -> Term {
        self.term_at(self.last_index()).unwrap_or_default()
    }

    /// Term of the entry at `index`; nothing before the base and beyond the end. Index 0 has term 0.
    pub fn term_at(&self, index: Index) -> Option<Term> {
        if index == self.base.index {
            return Some(self.base.term);
        }
        self.slot(index).map(|slot| slot.entry.term)
    }

    /// The entry at `index`.
    pub fn get(&self, index: Index) -> Option<&Entry> {
        self.slot(index).map(|slot| &slot.entry)
    }

    /// A number that names all entries up to and with `index`; nothing before the base and beyond the end.
    pub fn digest_at(&self, index: Index) -> Option<u64> {
        if index == self.base.index {
            return Some(self.base.digest);
        }
        self.slot(index).map(|slot| slot.digest)
    }

    /// A number that names all entries that it holds and held.
    pub fn digest(&self) -> u64 {
        self.digest_at(self.last_index()).unwrap_or_default()
    }

    /// The entries from `first` on, in order, each with its index.
    pub fn iter_from(&self, first: Index) -> impl Iterator<Item = (Index, &Entry)> {
        (first.max(self.first_index()).0..=self.last_index().0).filter_map(|i| Some((Index(i), self.get(Index(i))?)))
    }

    /// Up to `limit` entries from `first` on.
    pub fn copy_from(&self, first: Index, limit: u32) -> Vec<Entry> {
        self.iter_from(first).take(limit as usize).map(|(_, entry)| entry.clone()).collect()
    }

    /// Index of the first entry of `term` among those that it holds up to and with `upto`.
    pub fn first_index_of(&self, term: Term, upto: Index) -> Option<Index> {
        let (mut low, mut high) = (self.first_index().0, upto.min(self.last_index()).next().0);
        // Terms never fall along a log, so the first one can be found by halving.
        while low < high {
            let middle = low + (high - low) / 2;
            if self.term_at(Index(middle))? < term { low = middle + 1 } else { high = middle }
        }
        (self.term_at(Index(low)) == Some(term) && low <= upto.0).then_some(Index(low))
    }

    /// Index of the last entry of `term`, which may be the one at the base.
    pub fn last_index_of(&self, term: Term) -> Option<Index> {
        let (mut low, mut high) = (self.base.index.0, self.last_index().0);
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

    /// Removes every entry after `last`. What lies before the base stays discarded.
    pub fn truncate(&mut self, last: Index) {
        self.slots.truncate((last.max(self.base.index).0 - self.start) as usize);
    }

    /// Discards all entries up to and with the one at `base`, and keeps what follows it. A log that does not know
    /// that entry, or has another one there, begins anew.
    pub fn begin_after(&mut self, base: Base) {
        if self.term_at(base.index) != Some(base.term) {
            *self = Self::after(base);
            return;
        }
        // Its own digest: with all rules on it is that of the base.
        self.base = Base { digest: self.digest_at(base.index).unwrap_or(base.digest), ..base };
        self.start += self.slots.drop_chunks((base.index.0 - self.start) as usize) as u32;
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
            Payload::Own(Own::NoOp) => digest.word(u64::MAX),
            Payload::Own(Own::Config(membership)) => membership.digest(digest.word(u64::MAX - 1)),
            Payload::Command(command) => digest.bytes(command.bytes()),
        }
        .value()
    }

    fn slot(&self, index: Index) -> Option<&Slot> {
        if index <= self.base.index {
            return None;
        }
        self.slots.get((index.0 - self.start) as usize - 1)
    }
}

impl PartialEq for Log {
    fn eq(&self, other: &Self) -> bool {
        self.last_index() == other.last_index() && self.digest() == other.digest() && self.base == other.base
    }
}

impl Eq for Log {}

impl core::hash::Hash for Log {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.last_index().hash(state);
        self.digest().hash(state);
        self.base.hash(state);
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.base.index > Index(0) {
            write!(f, "after {}@{} ", self.base.index, self.base.term)?;
        }
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
        // The slow twin: every operation is done to a Vec as well, over enough entries to cross chunks. What lies
        // before the base stays in the Vec and must not be seen in the log.
        for seed in 0..20u64 {
            let (mut log, mut whole, mut twin, mut base) = (Log::default(), Log::default(), vec![], 0);
            let mut chance = seed;
            for round in 0..500u32 {
                chance = crate::mix(chance.wrapping_add(1));
                let at = base + chance as usize / 16 % (twin.len() - base + 1);
                match chance % 16 {
                    0 => {
                        log.truncate(Index(at as u32));
                        whole.truncate(Index(at as u32));
                        twin.truncate(at);
                    }
                    1 if at < twin.len() => {
                        log.overwrite(Index(at as u32 + 1), entry(round, "o"));
                        whole.overwrite(Index(at as u32 + 1), entry(round, "o"));
                        twin[at] = entry(round, "o");
                    }
                    2 if seed > 3 => {
                        let index = Index(at as u32);
                        let (term, digest) = (log.term_at(index).unwrap(), log.digest_at(index).unwrap());
                        log.begin_after(Base { index, term, digest });
                        base = at;
                    }
                    _ => {
                        log.push(entry(round, "x"));
                        whole.push(entry(round, "x"));
                        twin.push(entry(round, "x"));
                    }
                }
                assert_eq!((log.last_index().0 as usize, log.first_index().0 as usize), (twin.len(), base + 1));
                assert_eq!(log.digest(), whole.digest(), "the chain of the prefix goes on over the base");
            }
            assert_eq!(log.copy_from(Index(1), u32::MAX), twin[base..]);
            let at = |log: &Log, index| (log.term_at(index), log.digest_at(index));
            for index in (0..twin.len() as u32 + 2).map(Index) {
                let seen = index.0 as usize >= base;
                assert_eq!(at(&log, index), if seen { at(&whole, index) } else { (None, None) });
                assert_eq!(log.get(index), if index.0 as usize > base { whole.get(index) } else { None });
            }
        }
    }

    #[test]
    fn the_digest_of_a_log_stays_what_it_was_and_is_its_hash() {
        // Saved runs and links carry it.
        let members = crate::ServerSet::first(3);
        let own = [Own::NoOp, Own::Config(crate::Membership::of(members).into())];
        let [no_op, config] = own.map(|own| Log::chain(1, &Entry { term: Term(2), payload: Payload::Own(own) }));
        assert_eq!((no_op, config), (6_595_193_981_997_980_158, 16_934_297_591_899_288_976));
        extern crate std;
        let hash = |log: &Log| {
            let mut hasher = std::hash::DefaultHasher::new();
            core::hash::Hash::hash(log, &mut hasher);
            core::hash::Hasher::finish(&hasher)
        };
        let logs = [[1, 1], [1, 2]].map(|terms| Log::from_entries(terms.map(|term| entry(term, "x"))));
        assert_ne!(hash(&logs[0]), hash(&logs[1]));
    }

    #[test]
    fn a_log_begins_anew_after_a_base_that_it_does_not_reach() {
        let mut log = Log::from_entries([entry(1, "a"), entry(1, "b")]);
        let base = Base { index: Index(5), term: Term(3), digest: 7 };
        log.begin_after(base);
        assert_eq!(log, Log::after(base));
        assert_eq!((log.last_index(), log.last_term(), log.digest()), (Index(5), Term(3), 7));
        log.begin_after(base);
        assert_eq!(log, Log::after(base));
        let mut back = log.clone();
        back.begin_after(Base::default());
        assert_eq!(back, Log::default(), "what is discarded does not come back");
        let mut other = Log::from_entries([1, 1, 1, 1, 2, 2].map(|term| entry(term, "x")));
        other.begin_after(base);
        assert_eq!(other, Log::after(base), "an entry of another term is another entry");
        log.push(entry(4, "c"));
        assert_eq!((log.first_index(), log.last_index(), log.term_at(Index(6))), (Index(6), Index(6), Some(Term(4))));
        log.truncate(Index(2));
        assert_eq!(log, Log::after(base), "nothing before the base can be removed");
    }

    #[test]
    fn a_log_that_is_shortened_keeps_its_own_digest() {
        // That of a snapshot differs only while a rule is off; what the log held is then still what it held.
        let whole = Log::from_entries([entry(1, "a"), entry(1, "b")]);
        let mut short = whole.clone();
        short.begin_after(Base { index: Index(1), term: Term(1), digest: 7 });
        assert_eq!(short.digest_at(Index(1)), whole.digest_at(Index(1)));
    }

    #[test]
    fn logs_with_different_bases_are_different_and_have_the_same_digest() {
        let whole = Log::from_entries((0..200).map(|i| entry(1, &alloc::format!("{i}"))));
        let mut short = whole.clone();
        short.begin_after(Base { index: Index(130), term: Term(1), digest: whole.digest_at(Index(130)).unwrap() });
        assert_ne!(whole, short);
        assert_eq!(whole.digest(), short.digest());
        assert_eq!(whole.get(Index(131)), short.get(Index(131)));
        assert_eq!(short.slots.len(), 200 - 128, "whole chunks are dropped");
    }

    #[test]
    fn a_command_is_what_it_was_made_of() {
        assert_eq!(Command::new(b"set x 1").bytes(), b"set x 1");
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
    #[cfg(target_pointer_width = "64")]
    fn an_entry_takes_no_more_room_than_its_term_and_its_command() {
        assert_eq!((size_of::<Command>(), size_of::<Payload>(), size_of::<Entry>()), (16, 16, 24));
    }

    #[test]
    fn an_empty_command_is_no_no_op() {
        let no_op = Log::from_entries([Entry { term: Term(1), payload: Payload::Own(Own::NoOp) }]);
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
        let mut log = log;
        log.begin_after(Base { index: Index(4), term: Term(4), digest: 0 });
        for (term, upto, want) in [(1, 8, None), (4, 8, Some(5)), (4, 4, None), (5, 8, Some(6)), (6, 8, Some(8))] {
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
        let mut log = log;
        log.begin_after(Base { index: Index(4), term: Term(4), digest: 0 });
        for (term, want) in [(0, None), (1, None), (4, Some(5)), (6, Some(6)), (7, None)] {
            assert_eq!(log.last_index_of(Term(term)), want.map(Index), "term {term}");
        }
        log.begin_after(Base { index: Index(5), term: Term(4), digest: 0 });
        assert_eq!(log.last_index_of(Term(4)), Some(Index(5)), "the entry at the base counts");
    }
}
