//! The promises of the paper's Figure 3 and that of reads, and what has to be remembered to see them broken.

use raft_core::{Index, Node, ReadId, ServerId, Snapshot, Term};

/// A promise of Figure 3, or that of reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// One leader a term at most.
    ElectionSafety,
    /// A leader only adds to its log.
    LeaderAppendOnly,
    /// Logs that agree at one place agree up to there.
    LogMatching,
    /// Every later leader has all that is committed.
    LeaderCompleteness,
    /// No two state machines are given different entries for an index, and none misses one.
    StateMachineSafety,
    /// A read sees all that was committed when it was asked (dissertation 6.4).
    CurrentReads,
}

/// What has been seen on the way to a state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct History {
    /// Every leader of every term, sorted.
    leaders: Vec<(Term, ServerId)>,
    /// The log's digest at each committed index, and the term of the server that committed it first.
    committed: Vec<(u64, Term)>,
    /// Reads that were asked and are not answered, each with what was committed then.
    reads: Vec<(ReadId, Index)>,
}

impl History {
    /// Looks at a server that has just done something. `before` is the end and digest of its log if it stood or led
    /// in its term before; `nodes` are the servers that are up.
    pub(crate) fn watch(&mut self, node: &Node, before: Option<(Index, u64)>, nodes: &[&Node]) -> Option<Property> {
        if node.is_leader() {
            let term = node.current_term();
            if before.is_some_and(|(last, digest)| node.log().digest_at(last) != Some(digest)) {
                return Some(Property::LeaderAppendOnly);
            }
            if self.leaders.iter().any(|(of, id)| *of == term && *id != node.id()) {
                return Some(Property::ElectionSafety);
            }
            if let Err(at) = self.leaders.binary_search(&(term, node.id())) {
                self.leaders.insert(at, (term, node.id()));
                if !self.is_complete(node) {
                    return Some(Property::LeaderCompleteness);
                }
            }
        }
        self.watch_commit(node, nodes).or_else(|| {
            let mut others = nodes.iter().filter(|other| other.id() != node.id());
            others.any(|other| !logs_match(node, other)).then_some(Property::LogMatching)
        })
    }

    /// A client asks a leader for a read.
    pub(crate) fn ask(&mut self, read: ReadId) {
        self.reads.push((read, Index(self.committed.len() as u32)));
    }

    /// A leader answers with what it has applied up to `index`.
    pub(crate) fn answer(&mut self, read: ReadId, index: Index) -> Option<Property> {
        let at = self.reads.iter().position(|(asked, _)| *asked == read)?;
        let (_, least) = self.reads.remove(at);
        (index < least).then_some(Property::CurrentReads)
    }

    /// A state machine is reset to a snapshot.
    pub(crate) fn restore(&self, snapshot: &Snapshot) -> Option<Property> {
        let at = snapshot.last_included_index.0 as usize - 1;
        let is_committed = self.committed.get(at).is_some_and(|(digest, _)| *digest == snapshot.digest);
        (!is_committed).then_some(Property::StateMachineSafety)
    }

    fn watch_commit(&mut self, node: &Node, nodes: &[&Node]) -> Option<Property> {
        let upto = node.commit_index().min(node.log().last_index());
        let known = self.committed.len() as u32;
        // What a snapshot has replaced was looked at when it was committed.
        for index in (node.log().base().index.0.max(1)..=upto.0).map(Index) {
            let digest = node.log().digest_at(index)?;
            match self.committed.get(index.0 as usize - 1) {
                Some((first, _)) if *first != digest => return Some(Property::StateMachineSafety),
                Some(_) => (),
                None => self.committed.push((digest, node.current_term())),
            }
        }
        let is_new = self.committed.len() as u32 > known;
        let lacks = |other: &&&Node| other.is_leader() && !self.is_complete(other);
        (is_new && nodes.iter().any(|other| lacks(&other))).then_some(Property::LeaderCompleteness)
    }

    /// A digest names all entries up to its index, so that of a log's base speaks for what the snapshot replaced.
    fn is_complete(&self, leader: &Node) -> bool {
        let base = leader.log().base().index;
        (1..).map(Index).zip(&self.committed).all(|(index, (digest, by))| {
            *by >= leader.current_term() || index < base || leader.log().digest_at(index) == Some(*digest)
        })
    }
}

fn logs_match(one: &Node, other: &Node) -> bool {
    let (one, other) = (one.log(), other.log());
    let first = one.base().index.max(other.base().index).max(Index(1));
    let common = one.last_index().min(other.last_index());
    let same = |index: &Index| one.term_at(*index) == other.term_at(*index);
    (first.0..=common.0).map(Index).filter(same).all(|index| one.digest_at(index) == other.digest_at(index))
}
