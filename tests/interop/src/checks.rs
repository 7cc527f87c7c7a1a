//! What Raft promises, watched from outside over servers of both kinds.

use raft_core::Entry;

/// What can be seen of a server of either kind.
pub struct View<'a> {
    /// Its id, from 1.
    pub id: u32,
    /// Its current term.
    pub term: u64,
    /// Whether it leads.
    pub is_leader: bool,
    /// The index up to which it knows entries to be committed.
    pub commit: usize,
    /// Its log.
    pub log: &'a [Entry],
    /// What its state machine has been given since the server started.
    pub applied: &'a [Entry],
}

/// What the servers have shown so far.
#[derive(Default)]
pub struct Checks {
    /// Every leader that was seen, with its term, in the order in which they were seen.
    pub leaders: Vec<(u64, u32)>,
    /// Every entry that was committed anywhere, and the term of the server that said so first.
    pub committed: Vec<(Entry, u64)>,
    /// For each server, up to where its commits have been compared in this life.
    compared: Vec<usize>,
}

impl Checks {
    /// A server that starts is compared from the first entry on.
    pub fn forget(&mut self, id: u32) {
        *self.compared_by(id) = 0;
    }

    /// Looks at a server that has just done something.
    pub fn watch(&mut self, server: &View<'_>) {
        if server.is_leader && !self.leaders.contains(&(server.term, server.id)) {
            self.watch_new_leader(server);
        }
        self.watch_commit(server);
        for (at, entry) in server.applied.iter().enumerate().skip(server.applied.len().saturating_sub(8)) {
            assert_eq!(Some(entry), self.committed.get(at).map(|(entry, _)| entry), "S{} applies {at}", server.id);
        }
    }

    /// Election Safety and Leader Completeness (Figure 3).
    fn watch_new_leader(&mut self, server: &View<'_>) {
        let rival = self.leaders.iter().find(|(term, _)| *term == server.term);
        assert_eq!(rival, None, "S{} leads term {} too", server.id, server.term);
        for (at, (entry, by)) in self.committed.iter().enumerate() {
            let holds = *by >= server.term || server.log.get(at) == Some(entry);
            assert!(holds, "S{} leads term {} without the committed entry {}", server.id, server.term, at + 1);
        }
        self.leaders.push((server.term, server.id));
    }

    /// State Machine Safety: nobody commits anything else at an index, whoever said so first.
    fn watch_commit(&mut self, server: &View<'_>) {
        let from = *self.compared_by(server.id);
        for at in from..server.commit {
            let entry = server.log.get(at).expect("what is committed is in the log");
            match self.committed.get(at) {
                Some((first, _)) => assert_eq!(first, entry, "S{} commits another entry {}", server.id, at + 1),
                None => self.committed.push((entry.clone(), server.term)),
            }
        }
        *self.compared_by(server.id) = server.commit.max(from);
    }

    /// Log Matching: where two logs have an entry of the same term, they are the same up to there.
    pub fn compare(one: &View<'_>, other: &View<'_>) {
        let common = one.log.len().min(other.log.len());
        let agreed = (0..common).rev().find(|at| one.log[*at].term == other.log[*at].term);
        let upto = agreed.map_or(0, |at| at + 1);
        assert_eq!(one.log[..upto], other.log[..upto], "S{} and S{}", one.id, other.id);
    }

    fn compared_by(&mut self, id: u32) -> &mut usize {
        let row = id as usize - 1;
        if self.compared.len() <= row {
            self.compared.resize(row + 1, 0);
        }
        &mut self.compared[row]
    }
}
