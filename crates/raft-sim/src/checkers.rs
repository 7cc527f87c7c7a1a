//! Raft's promises (Figure 3), watched from outside after every event.
//!
//! The checkers look at what servers hold and what they announce, never at why. What they remember of committed
//! entries they remember whatever becomes of the servers that counted them.

use crate::machine::Writer;
use crate::server::Server;
use crate::sorted::Sorted;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use raft_core::{
    Agreement, Chunks, Entry, Happening, Index, Log, LogFate, Membership, Node, Own, Payload, Rules, ServerId,
    ServerSet, Term, Time, count,
};

/// A promise of Raft.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Property {
    /// At most one leader in a term.
    ElectionSafety,
    /// A leader never overwrites or removes entries of its own log.
    LeaderAppendOnly,
    /// Logs that hold the same index and term are the same up to there.
    LogMatching,
    /// What is committed in a term is in the logs of all leaders of later terms.
    LeaderCompleteness,
    /// No two servers apply different entries at an index.
    StateMachineSafety,
    /// What was counted as committed stays on a majority of disks.
    CommittedIsDurable,
    /// What clients saw could have come from one machine that does one thing after the other.
    Linearizability,
}

impl Property {
    /// All of them.
    pub const ALL: &[Property] = &[
        Self::ElectionSafety,
        Self::LeaderAppendOnly,
        Self::LogMatching,
        Self::LeaderCompleteness,
        Self::StateMachineSafety,
        Self::CommittedIsDurable,
        Self::Linearizability,
    ];

    /// Its name in scenarios and output.
    pub const fn id(self) -> &'static str {
        match self {
            Self::ElectionSafety => "election-safety",
            Self::LeaderAppendOnly => "leader-append-only",
            Self::LogMatching => "log-matching",
            Self::LeaderCompleteness => "leader-completeness",
            Self::StateMachineSafety => "state-machine-safety",
            Self::CommittedIsDurable => "committed-is-durable",
            Self::Linearizability => "linearizability",
        }
    }

    /// Its name for readers.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ElectionSafety => "Election Safety",
            Self::LeaderAppendOnly => "Leader Append-Only",
            Self::LogMatching => "Log Matching",
            Self::LeaderCompleteness => "Leader Completeness",
            Self::StateMachineSafety => "State Machine Safety",
            Self::CommittedIsDurable => "Commit Durability",
            Self::Linearizability => "Linearizability",
        }
    }
}

/// The facts that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Witness {
    /// Two leaders of a term.
    TwoLeaders {
        /// The term.
        term: Term,
        /// Who led it first.
        first: ServerId,
        /// Who leads it too.
        second: ServerId,
    },
    /// A leader changed what it had.
    LeaderChangedItsLog {
        /// The leader.
        leader: ServerId,
        /// Its term.
        term: Term,
        /// Its last index before.
        last: Index,
    },
    /// Same index and term, different logs up to there.
    LogsDiffer {
        /// The server that holds the newer fact.
        server: ServerId,
        /// Index at which both have an entry of `term`.
        index: Index,
        /// The term.
        term: Term,
    },
    /// A leader lacks a committed entry.
    LeaderLacks {
        /// The leader.
        leader: ServerId,
        /// Its term.
        term: Term,
        /// The committed entry.
        index: Index,
        /// The term in which it was committed.
        committed_in: Term,
        /// The server that committed it first.
        committed_by: ServerId,
    },
    /// Two servers have applied, or committed, different entries.
    AppliedDifferently {
        /// The server.
        server: ServerId,
        /// Where.
        index: Index,
        /// Term of its entry; none if its state machine left entries out.
        mine: Option<Term>,
        /// Term of the entry that was committed first.
        theirs: Term,
        /// The server that committed that one.
        committed_by: ServerId,
    },
    /// Too few disks hold a committed entry.
    TooFewCopies {
        /// The entry.
        index: Index,
        /// Its term.
        term: Term,
        /// The server that lost it.
        lost_by: ServerId,
        /// Servers that still hold it.
        copies: u32,
        /// Copies that a majority is.
        needed: u32,
    },
    /// A client was given a value in whose place others had seen another one before it asked.
    ReadTooOld {
        /// The client.
        client: u32,
        /// The server that answered it.
        by: ServerId,
        /// The key.
        key: String,
        /// What it was given.
        found: Option<String>,
        /// The write that had taken its place.
        newer: Writer,
    },
}

impl Witness {
    /// The property that it contradicts.
    pub const fn property(&self) -> Property {
        match self {
            Self::TwoLeaders { .. } => Property::ElectionSafety,
            Self::LeaderChangedItsLog { .. } => Property::LeaderAppendOnly,
            Self::LogsDiffer { .. } => Property::LogMatching,
            Self::LeaderLacks { .. } => Property::LeaderCompleteness,
            Self::AppliedDifferently { .. } => Property::StateMachineSafety,
            Self::TooFewCopies { .. } => Property::CommittedIsDurable,
            Self::ReadTooOld { .. } => Property::Linearizability,
        }
    }

    /// The servers that hold the facts.
    pub fn servers(&self) -> Vec<ServerId> {
        let mut servers = match *self {
            Self::TwoLeaders { first, second, .. } => alloc::vec![first, second],
            Self::LeaderChangedItsLog { leader, .. } => alloc::vec![leader],
            Self::LogsDiffer { server, .. } => alloc::vec![server],
            Self::LeaderLacks { leader, committed_by, .. } => alloc::vec![leader, committed_by],
            Self::AppliedDifferently { server, committed_by, .. } => alloc::vec![server, committed_by],
            Self::TooFewCopies { lost_by, .. } => alloc::vec![lost_by],
            Self::ReadTooOld { by, .. } => alloc::vec![by],
        };
        servers.dedup();
        servers
    }
}

/// A broken promise.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Violation {
    /// The event after which it was found.
    pub event: u64,
    /// When.
    pub time: Time,
    /// What contradicts what.
    pub witness: Witness,
}

/// What a server looked like after its last event.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Seen {
    /// The term that it leads; 0 if it does not.
    leads: Term,
    last_index: Index,
    digest: u64,
}

/// A commit that was the first of its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct CommittedIn {
    term: Term,
    upto: Index,
    by: ServerId,
}

/// How many elected leaders are remembered with their logs.
const ELECTED_MAX: usize = 16;

/// The watchers and what they remember.
#[derive(Clone, Debug, Default)]
pub struct Checkers {
    leaders: Arc<Sorted<Term, ServerId>>,
    seen: Vec<Seen>,
    /// Digest of the log up to an index, for the first term seen there.
    first_terms: Chunks<(Term, u64)>,
    /// The same for further terms at an index.
    other_terms: Arc<Sorted<(Index, Term), u64>>,
    /// Every entry that any server counted as committed, as it was first counted.
    committed: Log,
    committed_in: Vec<CommittedIn>,
    /// The latest configuration among them.
    membership: Membership,
    /// The configuration by which the newest of them was counted. A crash can lose it; what it committed is safe all the
    /// same, because no majority of the one before is without a server that holds it.
    counted_by: Membership,
    /// The newest leaders with the logs that they were elected with: for commits that come to light later.
    elected: Arc<Vec<(Term, ServerId, Log)>>,
    /// Committed entries up to here are known to be lost already.
    lost_below: Option<Index>,
}

impl Checkers {
    /// Watchers of a cluster that starts with these servers.
    pub(crate) fn new(servers: &[Server], members: ServerSet) -> Self {
        let seen = alloc::vec![Seen::default(); servers.len()];
        let membership = Membership::of(members);
        let mut checkers = Self { seen, membership, counted_by: membership, ..Self::default() };
        for server in servers {
            let log = &server.stable.log;
            for (index, _) in log.iter_from(Index(1)) {
                checkers.note_entry(log, index);
            }
        }
        checkers
    }

    /// Every entry that any server counted as committed, as it was first counted.
    pub fn committed(&self) -> &Log {
        &self.committed
    }

    /// The latest configuration that is committed.
    pub fn membership(&self) -> Membership {
        self.membership
    }

    /// Looks at a server after an event that touched it, and at what it announced.
    pub(crate) fn observe(
        &mut self,
        id: ServerId,
        happenings: &[Happening],
        servers: &[Server],
        found: &mut Vec<Witness>,
    ) {
        let Some(node) = &servers[id.row()].node else { return };
        self.check_leadership(node, found);
        for happening in happenings {
            match *happening {
                Happening::EntryAppended { index, .. } => self.check_entries(node, index, found),
                Happening::EntriesStored { first, .. } => self.check_entries(node, first, found),
                Happening::EntriesRemoved { first, last, mine, .. }
                | Happening::EntriesDropped { first, last, mine }
                | Happening::EntriesCut { first, last, mine, .. }
                    if self.held(node, first, mine) =>
                {
                    self.check_loss(id, first, last, servers, found);
                }
                Happening::SnapshotInstalled { last_included_index: index, log: fate, .. } => {
                    self.check_entries(node, index, found);
                    if let LogFate::Discarded { last, .. } = fate
                        && last > index
                    {
                        self.check_loss(id, index.next(), last, servers, found);
                    }
                }
                Happening::CommitAdvanced { to, .. } => self.check_commit(node, to, found),
                _ => (),
            }
        }
        self.seen[id.row()] = Seen {
            leads: if node.is_leader() { node.current_term() } else { Term(0) },
            last_index: node.log().last_index(),
            digest: node.log().digest(),
        };
    }

    /// After a crash: what was in memory only is gone.
    pub(crate) fn observe_crash(&mut self, id: ServerId, memory: &Log, servers: &[Server], found: &mut Vec<Witness>) {
        self.seen[id.row()] = Seen::default();
        let (before, after) = (self.agrees_upto(memory), self.agrees_upto(&servers[id.row()].stable.log));
        if after < before {
            self.check_loss(id, after.next(), before, servers, found);
        }
    }

    fn check_leadership(&mut self, node: &Node, found: &mut Vec<Witness>) {
        if !node.is_leader() {
            return;
        }
        let (id, term, log) = (node.id(), node.current_term(), node.log());
        let seen = self.seen[id.row()];
        // Everything that it had must still be there, also what it had as a candidate until now: nobody else is
        // about to make it remove entries in the event that makes it a leader.
        if seen.last_index >= log.base().index && log.digest_at(seen.last_index) != Some(seen.digest) {
            found.push(Witness::LeaderChangedItsLog { leader: id, term, last: seen.last_index });
        }
        if seen.leads == term {
            return;
        }
        match self.leaders.get(&term) {
            Some(first) if *first != id => found.push(Witness::TwoLeaders { term, first: *first, second: id }),
            Some(_) => (),
            None => {
                Arc::make_mut(&mut self.leaders).insert(term, id);
            }
        }
        self.check_completeness(node, found);
        let elected = Arc::make_mut(&mut self.elected);
        if elected.len() == ELECTED_MAX {
            elected.remove(0);
        }
        elected.push((term, id, log.clone()));
    }

    /// A new leader must have everything that was committed in earlier terms.
    fn check_completeness(&self, node: &Node, found: &mut Vec<Witness>) {
        let earlier = self.committed_in.iter().filter(|commit| commit.term < node.current_term());
        let Some(commit) = earlier.max_by_key(|commit| commit.upto) else { return };
        if !self.same(node.log(), commit.upto) {
            let index = self.first_difference(node.log(), commit.upto);
            found.push(Witness::LeaderLacks {
                leader: node.id(),
                term: node.current_term(),
                index,
                committed_in: self.commit_of(index).map_or(commit.term, |commit| commit.term),
                committed_by: self.commit_of(index).map_or(commit.by, |commit| commit.by),
            });
        }
    }

    /// Looks at all entries from `first` on: if an entry was exchanged, those behind it follow something else now.
    fn check_entries(&mut self, node: &Node, first: Index, found: &mut Vec<Witness>) {
        let mut differs = None;
        for index in first.0..=node.log().last_index().0 {
            // All are remembered, whatever is found among them.
            let term = self.note_entry(node.log(), Index(index));
            differs = differs.or(term.map(|term| (Index(index), term)));
        }
        if let Some((index, term)) = differs {
            found.push(Witness::LogsDiffer { server: node.id(), index, term });
        }
    }

    /// Remembers an entry by what its log holds up to there; its term, if another log with it differs.
    fn note_entry(&mut self, log: &Log, index: Index) -> Option<Term> {
        let (term, digest) = (log.term_at(index)?, log.digest_at(index)?);
        let at = index.0 as usize - 1;
        if at >= self.first_terms.len() {
            // Entries come in order; a gap could only be left by a log that was never watched.
            self.first_terms.push((term, digest));
            return None;
        }
        let known = match self.first_terms.get(at) {
            Some((first, digest)) if *first == term => Some(*digest),
            _ => self.other_terms.get(&(index, term)).copied(),
        };
        match known {
            Some(known) => (known != digest).then_some(term),
            None => {
                Arc::make_mut(&mut self.other_terms).insert((index, term), digest);
                None
            }
        }
    }

    fn check_commit(&mut self, node: &Node, to: Index, found: &mut Vec<Witness>) {
        let log = node.log();
        let to = to.min(log.last_index());
        let known = to.min(self.committed.last_index());
        if !self.same(log, known) {
            let index = self.first_difference(log, known);
            found.push(self.applied_differently(node, index));
            return;
        }
        if to <= self.committed.last_index() {
            return;
        }
        let entries: Vec<Entry> =
            log.iter_from(known.next()).take((to.0 - known.0) as usize).map(|(_, entry)| entry.clone()).collect();
        for entry in entries {
            if let Payload::Own(Own::Config(membership)) = &entry.payload {
                self.membership = **membership;
            }
            self.committed.push(entry);
        }
        self.counted_by = *node.membership();
        let commit = CommittedIn { term: node.current_term(), upto: to, by: node.id() };
        match self.committed_in.last_mut() {
            Some(last) if last.term == commit.term && last.by == commit.by => last.upto = to,
            _ => self.committed_in.push(commit),
        }
        // A leader of a later term may have been elected already; it must have had the entry, too.
        for (term, leader, log) in self.elected.iter().filter(|(term, ..)| *term > commit.term) {
            if !self.same(log, to) {
                let index = self.first_difference(log, to);
                let (leader, term, committed_in, committed_by) = (*leader, *term, commit.term, commit.by);
                found.push(Witness::LeaderLacks { leader, term, index, committed_in, committed_by });
            }
        }
    }

    /// After a server applied entries up to its last_applied.
    pub(crate) fn check_applied(&self, server: &Server, found: &mut Vec<Witness>) {
        let Some(node) = &server.node else { return };
        let index = node.last_applied();
        if index <= self.committed.last_index() && self.committed.digest_at(index) != Some(server.machine.chain()) {
            let index = self.first_difference(node.log(), index);
            let witness = self.applied_differently(node, index);
            if !found.contains(&witness) {
                found.push(witness);
            }
        }
    }

    fn applied_differently(&self, node: &Node, index: Index) -> Witness {
        let theirs = self.committed.term_at(index).unwrap_or_default();
        let mine = node.log().term_at(index).filter(|_| node.log().digest_at(index) != self.committed.digest_at(index));
        let committed_by = self.commit_of(index).map_or(node.id(), |commit| commit.by);
        Witness::AppliedDifferently { server: node.id(), index, mine, theirs, committed_by }
    }

    /// Whether the entry of term `mine` that a server had at `index` was the committed one.
    fn held(&self, node: &Node, index: Index, mine: Term) -> bool {
        let before = index.before();
        self.committed.term_at(index) == Some(mine) && self.same(node.log(), before)
    }

    /// After a server lost entries from `first` to `last`: is every committed one of them still on a majority?
    fn check_loss(
        &mut self,
        lost_by: ServerId,
        first: Index,
        last: Index,
        servers: &[Server],
        found: &mut Vec<Witness>,
    ) {
        // What a running server has removed from its log is lost, though its disk may hold it a little longer.
        let holders = |index: Index| {
            let holds = |server: &Server| self.same(server.log(), index);
            (1..).map(ServerId).zip(servers).filter(|(_, server)| holds(server)).map(|(id, _)| id).collect()
        };
        // While a change is under way, servers use different configurations; each may be the one that counts.
        let in_use = servers.iter().filter_map(|server| server.node.as_ref()).map(Node::membership);
        let memberships: Vec<&Membership> = [&self.membership, &self.counted_by].into_iter().chain(in_use).collect();
        let copies = |membership: &Membership, index: Index| count(membership, holders(index), lost_by, Rules::ALL);
        let is_safe = |index: Index| memberships.iter().any(|membership| copies(membership, index).is_enough());
        let last = last.min(self.committed.last_index());
        // Who holds an entry holds all before it: there are never more copies of a later one.
        if is_safe(last) {
            return;
        }
        let (mut low, mut high) = (first.0, last.0);
        while low < high {
            let middle = low + (high - low) / 2;
            if is_safe(Index(middle)) { low = middle + 1 } else { high = middle }
        }
        let index = Index(low);
        if self.lost_below.is_none_or(|below| index < below) {
            let term = self.committed.term_at(index).unwrap_or_default();
            let Agreement { have: copies, needed } = copies(&self.membership, index);
            self.lost_below = Some(index);
            found.push(Witness::TooFewCopies { index, term, lost_by, copies, needed });
        }
    }

    /// Whether a log is the same as what is committed, up to an index. For what it has discarded stands its base.
    fn same(&self, log: &Log, upto: Index) -> bool {
        let at = upto.max(log.base().index);
        log.digest_at(at) == self.committed.digest_at(at)
    }

    /// The last index up to which a log agrees with what is committed.
    fn agrees_upto(&self, log: &Log) -> Index {
        let end = log.last_index().min(self.committed.last_index());
        match self.same(log, end) {
            true => end,
            false => self.first_difference(log, end).before(),
        }
    }

    /// The first index at which a log differs from what is committed.
    fn first_difference(&self, log: &Log, upto: Index) -> Index {
        // What differs within a snapshot is not to be told; its end stands for it.
        let (mut low, mut high) = (log.base().index.0.max(1), upto.0);
        while low < high {
            let middle = low + (high - low) / 2;
            if log.digest_at(Index(middle)) == self.committed.digest_at(Index(middle)) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        Index(low)
    }

    fn commit_of(&self, index: Index) -> Option<CommittedIn> {
        self.committed_in.iter().find(|commit| commit.upto >= index).copied()
    }
}
