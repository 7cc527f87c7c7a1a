//! The five properties of the paper's Figure 3, and that reads are fresh, checked from outside after everything that happens.

use raft_core::{Index, Node, ServerId, Term};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Property {
    ElectionSafety,
    LeaderAppendOnly,
    LogMatching,
    LeaderCompleteness,
    StateMachineSafety,
    /// Not of Figure 3: a read finds all that any server had committed when it was asked (section 8).
    FreshReads,
}

#[derive(Default)]
pub struct Checks {
    /// Whoever led a term.
    leaders: BTreeMap<Term, ServerId>,
    /// For each leader of now, its term.
    leading: BTreeMap<ServerId, Term>,
    /// The end and digest of each log. Who is about to lead has its log as a candidate already.
    logs: BTreeMap<ServerId, (Index, u64)>,
    /// Digest of the log up to each index that any server has counted as committed, and the term in which it was.
    committed: Vec<(u64, Term)>,
    pub violations: Vec<(Property, String)>,
}

impl Checks {
    /// Looks at a server that has just handled something. `all` are the servers that are up, this one included.
    pub fn watch(&mut self, node: &Node, all: &[&Node]) {
        if node.is_leader() {
            self.watch_leader(node);
        } else {
            self.leading.remove(&node.id());
        }
        self.logs.insert(node.id(), (node.log().last_index(), node.log().digest()));
        self.watch_commit(node, all);
        for other in all.iter().filter(|other| other.id() != node.id()) {
            if !logs_match(node, other) {
                self.violated(Property::LogMatching, format!("{node:?}\n{other:?}"));
            }
        }
    }

    /// A server that is down leads nobody.
    pub fn forget(&mut self, id: ServerId) {
        self.leading.remove(&id);
        self.logs.remove(&id);
    }

    /// Entries from `from` on reach a state machine that has seen `seen` entries.
    pub fn watch_apply(&mut self, id: ServerId, from: Index, seen: u32) {
        if from.0 != seen {
            let why = format!("{id} applies what comes after {from} to a state machine that has seen {seen}");
            self.violated(Property::StateMachineSafety, why);
        }
    }

    /// A state machine holds what the log says, up to last_applied, whether by applying entries or from a snapshot.
    pub fn watch_state(&mut self, node: &Node, chain: u64) {
        if node.log().digest_at(node.last_applied()).is_some_and(|digest| digest != chain) {
            self.violated(Property::StateMachineSafety, format!("another state than {node:?} says"));
        }
    }

    /// How much any server has counted as committed.
    pub fn committed(&self) -> u32 {
        self.committed.len() as u32
    }

    /// A read that was asked when `asked` entries were committed is answered from a state machine that has seen `seen`.
    pub fn watch_read(&mut self, id: ServerId, asked: u32, seen: u32) {
        if seen < asked {
            let why = format!("{id} answers a read after {seen} entries, though {asked} were committed before it");
            self.violated(Property::FreshReads, why);
        }
    }

    fn watch_leader(&mut self, node: &Node) {
        let (id, term, log) = (node.id(), node.current_term(), node.log());
        let first = *self.leaders.entry(term).or_insert(id);
        if first != id {
            self.violated(Property::ElectionSafety, format!("{first} and {id} lead term {term}"));
        }
        if self.logs.get(&id).is_some_and(|(last, digest)| log.digest_at(*last) != Some(*digest)) {
            self.violated(Property::LeaderAppendOnly, format!("{id} changed its log: {node:?}"));
        }
        if self.leading.insert(id, term) != Some(term) {
            self.is_complete(node);
        }
    }

    fn is_complete(&mut self, leader: &Node) {
        // The digest at its base stands for all before it.
        let first = leader.log().base().index;
        let lacks = (1..).zip(&self.committed).find(|(index, (digest, by))| {
            let is_there = Index(*index) >= first;
            is_there && *by < leader.current_term() && leader.log().digest_at(Index(*index)) != Some(*digest)
        });
        if let Some((index, (_, by))) = lacks {
            let why = format!("{leader:?} lacks entry {index}, committed in term {by}");
            self.violated(Property::LeaderCompleteness, why);
        }
    }

    fn watch_commit(&mut self, node: &Node, all: &[&Node]) {
        let upto = node.commit_index().min(node.log().last_index());
        // One digest names the whole prefix; a longer look is needed only for what is new.
        if let Some((digest, _)) = self.committed.get(upto.before().0 as usize) {
            if upto.0 > 0 && node.log().digest_at(upto) != Some(*digest) {
                self.violated(Property::StateMachineSafety, format!("{node:?} commits something else up to {upto}"));
            }
            return;
        }
        for index in self.committed.len() as u32 + 1..=upto.0 {
            let digest = node.log().digest_at(Index(index)).expect("the log reaches so far");
            self.committed.push((digest, node.current_term()));
        }
        for leader in all.iter().filter(|other| other.is_leader()) {
            self.is_complete(leader);
        }
    }

    fn violated(&mut self, property: Property, why: String) {
        if self.violations.len() < 100 {
            self.violations.push((property, why));
        }
    }
}

/// Where both logs have an entry of the same term at the same index, everything up to it is the same.
fn logs_match(one: &Node, other: &Node) -> bool {
    let (one, other) = (one.log(), other.log());
    let common = one.last_index().min(other.last_index());
    // Before either base nothing is known.
    let first = one.base().index.max(other.base().index).0.max(1);
    let agreed = (first..=common.0).rev().map(Index).find(|index| one.term_at(*index) == other.term_at(*index));
    agreed.is_none_or(|index| one.digest_at(index) == other.digest_at(index))
}
