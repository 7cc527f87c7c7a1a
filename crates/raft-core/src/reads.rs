//! Reads that are not written to the log (dissertation 6.4).
//!
//! A leader may answer from its state machine if it knows two things: all that was committed before the read arrived
//! (so it must have committed an entry of its own term, and applied all up to its commit_index of that moment), and
//! that no other leader has committed anything since. With *ReadIndex* it learns the second from a heartbeat round
//! that began after the read arrived and that a majority answered. With a *lease* it concludes it from the clock: a
//! server that heard a leader votes for nobody else for the shortest election timeout.
//!
//! The round is the next one that is due anyway: heartbeats keep their own pace, and a read moves none of them.

use crate::happening::{Happening, ReadGround, ReadRefusal};
use crate::node::{Config, Context, Node};
use crate::policy::agreed_index;
use crate::role::Role;
use crate::{Digest, Effects, Index, Micros, ProtocolOption, Rule, ServerId, Time};
use alloc::vec::Vec;

/// A read, as its owner numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReadId(pub u32);

/// A read that a leader has not answered yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PendingRead {
    /// Its number.
    pub id: ReadId,
    /// Its read index; none while the leader has committed nothing in its term.
    pub index: Option<Index>,
    /// The heartbeat round that a majority has to answer.
    pub round: u32,
}

/// Rounds whose beginning a leader remembers; the answer to an older one renews no lease.
const ROUNDS_KEPT: usize = 8;

/// What a leader knows for the sake of reads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Reads {
    pub(crate) waiting: Vec<PendingRead>,
    /// When each of the latest rounds began.
    began: [Time; ROUNDS_KEPT],
    /// Rounds before this one say nothing: they began under other settings.
    first_round: u32,
    /// The latest round that each server has answered, and when that began; by row, as far as any has.
    answered: Vec<(u32, Time)>,
    /// TimeoutNow was sent in this term: from then on another leader can be elected at any moment.
    lease_is_over: bool,
}

impl Reads {
    /// Reads that wait for an answer.
    pub fn waiting(&self) -> &[PendingRead] {
        &self.waiting
    }

    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let digest = digest.flagged(self.first_round, self.lease_is_over);
        let digest = self.began.iter().fold(digest, |digest, time| digest.word(time.0));
        let digest = self.answered.iter().fold(digest, |digest, (round, at)| digest.word(u64::from(*round)).word(at.0));
        self.waiting.iter().fold(digest, |digest, read| {
            let index = read.index.map_or(u32::MAX, |index| index.0);
            digest.word(u64::from(read.id.0)).pair(index, read.round)
        })
    }

    /// Whether nothing was ever noted.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Config {
    /// How long a lease lasts from the beginning of its round, by the leader's clock: the shortest election timeout,
    /// shortened for clocks that run at different rates (dissertation 6.4.1).
    pub fn lease(&self) -> Micros {
        if !self.rules.holds(Rule::LeaseBound) {
            return self.election_timeout_min;
        }
        let bound = 1_000_000 + u128::from(self.clock_drift_ppm);
        (u128::from(self.election_timeout_min) * 1_000_000 / bound) as Micros
    }
}

impl Node {
    pub(crate) fn reads_beside_the_log(&self) -> bool {
        self.has(ProtocolOption::ReadIndex) || self.has(ProtocolOption::LeaseRead)
    }

    pub(crate) fn on_read(&mut self, id: ReadId, effects: &mut Effects) {
        let known = self.leader();
        let Role::Leader { reads, round, .. } = &mut self.role else {
            return effects.tell(Happening::ReadRefused { read: id, why: ReadRefusal::NotLeader { leader: known } });
        };
        // The round that comes next: the one under way began before the read did.
        let round = round.saturating_add(1);
        reads.waiting.push(PendingRead { id, index: None, round });
        effects.tell(Happening::ReadNoted { read: id, index: self.commit_index, round });
    }

    /// A leader that steps down answers no read any more.
    pub(crate) fn abandon_reads(&mut self, effects: &mut Effects) {
        let Role::Leader { reads, .. } = &mut self.role else { return };
        for read in core::mem::take(&mut reads.waiting) {
            effects.tell(Happening::ReadRefused { read: read.id, why: ReadRefusal::SteppedDown });
        }
    }

    pub(crate) fn note_round(&mut self, now: Time) {
        if !self.reads_beside_the_log() {
            return;
        }
        let Role::Leader { reads, round, .. } = &mut self.role else { return };
        reads.began[*round as usize % ROUNDS_KEPT] = now;
        if reads.first_round == 0 {
            reads.first_round = *round;
        }
    }

    /// Any answer of this term shows that the follower heard this leader after the round began.
    pub(crate) fn note_answer(&mut self, from: ServerId, answered: u32) {
        if !self.reads_beside_the_log() {
            return;
        }
        let Role::Leader { reads, round, .. } = &mut self.role else { return };
        let is_known = reads.first_round > 0 && (reads.first_round..=*round).contains(&answered);
        if !is_known || *round - answered >= ROUNDS_KEPT as u32 {
            return;
        }
        if reads.answered.len() <= from.row() {
            reads.answered.resize(from.row() + 1, (0, Time(0)));
        }
        let row = &mut reads.answered[from.row()];
        *row = (*row).max((answered, reads.began[answered as usize % ROUNDS_KEPT]));
    }

    /// Under new settings what was heard before says nothing: the others may have acted on the old ones.
    pub(crate) fn forget_rounds(&mut self) {
        let Role::Leader { reads, .. } = &mut self.role else { return };
        reads.first_round = 0;
        reads.answered.clear();
    }

    /// The latest round that a majority has answered, and when it began. The leader itself answers at once.
    fn answered_by_majority(&self, now: Time) -> (u32, Time) {
        let Role::Leader { reads, .. } = &self.role else { return (0, Time(0)) };
        let of = |id: ServerId| match reads.answered.get(id.row()) {
            _ if id == self.id => (u32::MAX, now),
            Some(answered) => *answered,
            None => (0, Time(0)),
        };
        let membership = self.membership();
        let round = agreed_index(membership, &|id| Index(of(id).0), self.id, self.config.rules).0;
        let began = membership.electors().iter().map(of).chain([(u32::MAX, now)]).find(|answered| answered.0 == round);
        began.unwrap_or_default()
    }

    /// Until when the leader may answer reads by its clock alone; none if it holds no lease.
    pub fn lease_until(&self, now: Time) -> Option<Time> {
        let Role::Leader { reads, .. } = &self.role else { return None };
        if !self.has(ProtocolOption::LeaseRead) || reads.lease_is_over {
            return None;
        }
        match self.answered_by_majority(now) {
            (0, _) => None,
            (_, began) => Some(began.after(self.config.lease())),
        }
    }

    /// Before another server is helped to become leader, the lease ends, for the rest of the term: TimeoutNow can be
    /// late, and the transfer given up when it arrives.
    pub(crate) fn expire_lease(&mut self, effects: &mut Effects) {
        if !self.has(ProtocolOption::LeaseRead) {
            return;
        }
        if !self.holds(Rule::TransferExpiresLease) {
            return effects.tell(Happening::RuleWouldForbid { rule: Rule::TransferExpiresLease });
        }
        if let Role::Leader { reads, .. } = &mut self.role {
            reads.lease_is_over = true;
        }
    }

    /// Answers the reads for which everything is known by now.
    pub(crate) fn answer_reads(&mut self, context: &Context, effects: &mut Effects) {
        if self.waiting_read(0).is_none() {
            return;
        }
        let in_own_term = self.log.term_at(self.commit_index) == Some(self.current_term);
        let (confirmed, _) = self.answered_by_majority(context.now);
        let mut at = 0;
        while let Some(read) = self.waiting_read(at) {
            if !self.note_read_index(at, in_own_term, effects) {
                at += 1;
                continue;
            }
            let index = self.waiting_read(at).and_then(|read| read.index).unwrap_or_default();
            match self.ground(context.now, read, confirmed, effects) {
                Some(by) => {
                    debug_assert!(self.last_applied >= index, "what is committed is applied before reads are answered");
                    if let Role::Leader { reads, .. } = &mut self.role {
                        reads.waiting.remove(at);
                    }
                    effects.reads.push((read.id, index));
                    effects.tell(Happening::ReadAnswered { read: read.id, index, by });
                }
                None => at += 1,
            }
        }
    }

    fn waiting_read(&self, at: usize) -> Option<PendingRead> {
        match &self.role {
            Role::Leader { reads, .. } => reads.waiting.get(at).copied(),
            _ => None,
        }
    }

    /// Fixes the read index, if the leader knows by now what was committed before its term. Whether it has one.
    fn note_read_index(&mut self, at: usize, in_own_term: bool, effects: &mut Effects) -> bool {
        let commit_index = self.commit_index;
        let strict = self.holds(Rule::ReadIndexOwnTerm);
        let Role::Leader { reads, .. } = &mut self.role else { return false };
        let Some(read) = reads.waiting.get_mut(at) else { return false };
        if read.index.is_some() {
            return true;
        }
        if !in_own_term && strict {
            return false;
        }
        read.index = Some(commit_index);
        if !in_own_term {
            effects.tell(Happening::RuleWouldForbid { rule: Rule::ReadIndexOwnTerm });
        }
        true
    }

    /// Why the leader may take itself for the only one, if it may.
    fn ground(&self, now: Time, read: PendingRead, confirmed: u32, effects: &mut Effects) -> Option<ReadGround> {
        if confirmed >= read.round {
            return Some(ReadGround::Round { round: read.round });
        }
        if self.has(ProtocolOption::LeaseRead) {
            if let Some(until) = self.lease_until(now).filter(|until| now < *until) {
                return Some(ReadGround::Lease { until });
            }
            if !self.holds(Rule::LeaseStart) {
                effects.tell(Happening::RuleWouldForbid { rule: Rule::LeaseStart });
                return Some(ReadGround::Belief);
            }
        }
        if !self.holds(Rule::ReadIndexConfirmation) {
            effects.tell(Happening::RuleWouldForbid { rule: Rule::ReadIndexConfirmation });
            return Some(ReadGround::Belief);
        }
        None
    }

    /// Whether a lease may rest on an answer that this server gave. Terms do not matter here: a server that hears of a
    /// higher term, or is started anew, has no leader any more, and its old one may still hold the lease.
    pub(crate) fn is_bound(&self, now: Time) -> bool {
        self.has(ProtocolOption::LeaseRead)
            && self.bound.is_some_and(|since| now.since(since) < self.config.election_timeout_min)
    }
}
