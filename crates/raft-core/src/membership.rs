//! Who belongs to the cluster (section 6; dissertation chapter 4): configurations, changes of them, and which one of
//! a log is in force.

use crate::{Digest, Index, Own, Payload, Rule, ServerId, ServerSet, Stable};
use alloc::sync::Arc;
use alloc::vec::Vec;

/// A configuration of the cluster, as it stands in an entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Membership {
    /// Servers that vote and count; in a joint configuration those of C_new.
    pub voters: ServerSet,
    /// In the joint configuration C_old,new: the voters of C_old. Nobody in any other.
    pub outgoing: ServerSet,
    /// Servers that receive the log and neither vote nor count (dissertation 4.2.1).
    pub learners: ServerSet,
}

/// What a server is to a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Standing {
    /// It votes and counts.
    Voter,
    /// It votes and counts until the joint configuration ends.
    Outgoing,
    /// It receives the log only.
    Learner,
    /// It does not belong to the cluster.
    Outside,
}

impl Standing {
    /// Its name in output.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Voter => "voter",
            Self::Outgoing => "outgoing",
            Self::Learner => "learner",
            Self::Outside => "outside",
        }
    }
}

impl Membership {
    /// A configuration in which all these servers vote.
    pub fn of(voters: ServerSet) -> Self {
        Self { voters, ..Self::default() }
    }

    /// Whether it is the joint configuration C_old,new (section 6), with two majorities.
    pub fn is_joint(&self) -> bool {
        !self.outgoing.is_empty()
    }

    /// Everybody whose vote counts.
    pub fn electors(&self) -> ServerSet {
        self.voters.union(self.outgoing)
    }

    /// Everybody to whom the log is replicated.
    pub fn everybody(&self) -> ServerSet {
        self.electors().union(self.learners)
    }

    /// What a server is to it.
    pub fn standing(&self, id: ServerId) -> Standing {
        if self.voters.contains(id) {
            Standing::Voter
        } else if self.outgoing.contains(id) {
            Standing::Outgoing
        } else if self.learners.contains(id) {
            Standing::Learner
        } else {
            Standing::Outside
        }
    }

    /// The configuration that follows from a change: for an arbitrary new set the joint one.
    ///
    /// # Errors
    /// Why the change makes no sense here.
    pub fn changed(self, change: Change) -> Result<Self, ChangeRefusal> {
        let mut next = self;
        match change {
            Change::Add(id) | Change::AddLearner(id) if self.voters.contains(id) => {
                return Err(ChangeRefusal::AlreadyMember);
            }
            Change::Promote(id) if !self.learners.contains(id) => return Err(ChangeRefusal::NotLearner),
            Change::Remove(id) if !self.voters.union(self.learners).contains(id) => {
                return Err(ChangeRefusal::NotMember);
            }
            Change::Add(id) | Change::Promote(id) => {
                next.learners.remove(id);
                next.voters.insert(id);
            }
            Change::AddLearner(id) => {
                next.learners.insert(id);
            }
            Change::Remove(id) => {
                next.voters.remove(id);
                next.learners.remove(id);
            }
            Change::Replace(servers) => {
                next.voters = servers;
                next.outgoing = if self.is_joint() { self.outgoing } else { self.voters };
                next.learners = self.learners.without(servers);
            }
        }
        if next.voters.is_empty() {
            Err(ChangeRefusal::NobodyLeft)
        } else if next.voters == self.voters && next.learners == self.learners {
            Err(ChangeRefusal::AlreadyMember)
        } else {
            Ok(next)
        }
    }

    /// Takes it into a digest.
    pub fn digest(&self, digest: Digest) -> Digest {
        self.learners.digest(self.outgoing.digest(self.voters.digest(digest)))
    }
}

/// A change of the membership, as an administrator asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Change {
    /// This server becomes a voter, once its log has caught up (dissertation 4.1 and 4.2.1).
    Add(ServerId),
    /// This server no longer belongs to the cluster (dissertation 4.1).
    Remove(ServerId),
    /// This server receives the log, without a vote (dissertation 4.2.1).
    AddLearner(ServerId),
    /// This learner becomes a voter, once its log has caught up.
    Promote(ServerId),
    /// These servers and no others vote from now on, by joint consensus (section 6).
    Replace(ServerSet),
}

/// Why a server does not begin a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChangeRefusal {
    /// Only a leader changes the membership.
    NotLeader {
        /// The leader that it knows.
        leader: Option<ServerId>,
    },
    /// The last configuration of its log is not committed yet, or joint.
    UnderWay {
        /// Where that stands.
        index: Index,
    },
    /// It is bringing new servers up to date for a change that it has accepted before.
    CatchingUp,
    /// It has not committed an entry of its own term yet (the guard of 2015).
    NothingCommitted,
    /// That is how things are already.
    AlreadyMember,
    /// The server does not belong to the cluster.
    NotMember,
    /// The server is no learner.
    NotLearner,
    /// No voter would be left.
    NobodyLeft,
}

/// Why a leader gives a change up that it has accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GiveUpCause {
    /// The new server did not catch up within the rounds that it is given.
    TooSlow {
        /// How many rounds.
        rounds: u32,
    },
    /// Nothing was heard from the new server for an election timeout.
    Silent {
        /// The server.
        server: ServerId,
    },
    /// It leads no longer.
    NotLeading,
}

/// Why another configuration is in force at a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConfigCause {
    /// It is the latest one in its log (section 6).
    Appended,
    /// A later one was removed from its log.
    FellBack,
    /// It is committed (while the rule `config-on-append` is off).
    Committed,
}

/// Why a server whose timer ran out does not campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuietCause {
    /// It is a learner.
    Learner,
    /// It does not belong to the cluster, and knows that to be settled.
    Outside,
}

impl Rule {
    /// Whether it is about changes of the membership: where nothing changes, its absence does no harm.
    pub const fn is_about_changes(self) -> bool {
        matches!(
            self,
            Self::ConfigOnAppend
                | Self::OneChangeAtATime
                | Self::ConfigAfterCommit
                | Self::JointMajorities
                | Self::CountMembersOnly
                | Self::LearnerCatchUp
                | Self::RemovedServersCampaign
        )
    }
}

impl Stable {
    /// The latest configuration on the disk, in its log or its snapshot, and where that stands, if the cluster began
    /// with these voters.
    pub fn membership(&self, members: ServerSet) -> (Index, Membership) {
        Configs::of(members, self).latest(self.log.last_index())
    }
}

/// The configurations of a log. The one in force is kept at hand.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Configs {
    /// What holds before the first entry, and where it stood: 0 for what the cluster began with.
    base: (Index, Membership),
    /// Those of the log, in order.
    entries: Vec<(Index, Arc<Membership>)>,
    /// Which one is in force, and since which index.
    pub(crate) in_force: (Index, Membership),
}

impl Configs {
    pub(crate) fn of(members: ServerSet, stable: &Stable) -> Self {
        let carried = stable.snapshot.as_ref().map(|snapshot| *snapshot.config);
        let base = carried.unwrap_or((Index(0), Membership::of(members)));
        let mut configs = Self { base, entries: Vec::new(), in_force: base };
        for (index, entry) in stable.log.iter_from(Index(1)) {
            configs.note(index, &entry.payload);
        }
        configs
    }

    /// Notes what was appended at `index`, after everything noted so far.
    pub(crate) fn note(&mut self, index: Index, payload: &Payload) {
        if let Payload::Own(Own::Config(membership)) = payload {
            self.entries.push((index, membership.clone()));
        }
    }

    /// Forgets what stands after `last`.
    pub(crate) fn truncate(&mut self, last: Index) {
        while self.entries.last().is_some_and(|(index, _)| *index > last) {
            self.entries.pop();
        }
    }

    /// Forgets what stands up to `index`: a snapshot carries the last of it, which is `config`.
    pub(crate) fn begin_after(&mut self, index: Index, config: (Index, Membership)) {
        self.base = config;
        self.entries.retain(|(at, _)| *at > index);
    }

    /// The latest configuration among the entries up to `upto`, and where it stands; 0 if it is the first of all.
    pub(crate) fn latest(&self, upto: Index) -> (Index, Membership) {
        let found = self.entries.iter().rev().find(|(index, _)| *index <= upto);
        found.map_or(self.base, |(index, membership)| (*index, **membership))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Entry, Snapshot, Term};

    fn set(ids: &[u32]) -> ServerSet {
        ids.iter().map(|id| ServerId(*id)).collect()
    }

    #[test]
    fn a_change_gives_the_next_configuration_or_a_reason() {
        let old = Membership { learners: set(&[4]), ..Membership::of(set(&[1, 2, 3])) };
        let with = |voters: &[u32], outgoing: &[u32], learners: &[u32]| {
            Ok(Membership { voters: set(voters), outgoing: set(outgoing), learners: set(learners) })
        };
        let id = ServerId;
        for (change, want) in [
            (Change::Add(id(5)), with(&[1, 2, 3, 5], &[], &[4])),
            (Change::Add(id(4)), with(&[1, 2, 3, 4], &[], &[])),
            (Change::Add(id(1)), Err(ChangeRefusal::AlreadyMember)),
            (Change::Add(id(0)), Err(ChangeRefusal::AlreadyMember)),
            (Change::Add(id(129)), Err(ChangeRefusal::AlreadyMember)),
            (Change::Remove(id(2)), with(&[1, 3], &[], &[4])),
            (Change::Remove(id(4)), with(&[1, 2, 3], &[], &[])),
            (Change::Remove(id(5)), Err(ChangeRefusal::NotMember)),
            (Change::AddLearner(id(5)), with(&[1, 2, 3], &[], &[4, 5])),
            (Change::AddLearner(id(4)), Err(ChangeRefusal::AlreadyMember)),
            (Change::AddLearner(id(1)), Err(ChangeRefusal::AlreadyMember)),
            (Change::Promote(id(4)), with(&[1, 2, 3, 4], &[], &[])),
            (Change::Promote(id(1)), Err(ChangeRefusal::NotLearner)),
            (Change::Promote(id(5)), Err(ChangeRefusal::NotLearner)),
            (Change::Replace(set(&[1, 4, 5])), with(&[1, 4, 5], &[1, 2, 3], &[])),
            (Change::Replace(set(&[1, 2, 3])), Err(ChangeRefusal::AlreadyMember)),
            (Change::Replace(set(&[])), Err(ChangeRefusal::NobodyLeft)),
        ] {
            assert_eq!(old.changed(change), want, "{change:?}");
        }
        assert_eq!(Membership::of(set(&[1])).changed(Change::Remove(id(1))), Err(ChangeRefusal::NobodyLeft));
    }

    #[test]
    fn a_server_stands_to_a_configuration_in_one_way() {
        let joint = Membership { voters: set(&[1, 4]), outgoing: set(&[1, 2]), learners: set(&[5]) };
        let standings = [1, 2, 3, 4, 5].map(|id| joint.standing(ServerId(id)).name());
        assert_eq!(standings, ["voter", "outgoing", "outside", "voter", "learner"]);
        assert_eq!((joint.electors(), joint.everybody()), (set(&[1, 2, 4]), set(&[1, 2, 4, 5])));
    }

    #[test]
    fn what_a_snapshot_stands_for_is_kept_once() {
        let config = |id| (Index(id), Membership::of(set(&[id])));
        let mut configs = Configs { base: config(1), entries: Vec::new(), in_force: config(1) };
        for id in 2..=4 {
            configs.entries.push((Index(id), Arc::new(config(id).1)));
        }
        configs.begin_after(Index(3), config(3));
        assert_eq!((configs.base, configs.entries.len()), (config(3), 1));
        assert_eq!([3, 4].map(|upto| configs.latest(Index(upto))), [config(3), config(4)]);
    }

    #[test]
    fn the_configurations_of_a_log_are_those_of_its_entries() {
        // The slow twin looks through the log each time.
        let config = |id| Own::Config(Membership::of(set(&[id])).into());
        let entry = |payload| Entry { term: Term(1), payload };
        for seed in 0..50u64 {
            let mut disk = Stable::default();
            let members = set(&[9]);
            let mut configs = Configs::of(members, &disk);
            let mut chance = seed;
            for id in 1..60 {
                chance = crate::mix(chance.wrapping_add(1));
                let (base, last) = (disk.log.base().index.0, disk.log.last_index().0);
                let at = Index(base + (chance >> 8) as u32 % (last - base + 1));
                match chance % 6 {
                    0 => {
                        configs.truncate(at);
                        disk.log.truncate(at);
                    }
                    1 if at.0 > base => {
                        let carried = configs.latest(at);
                        let (term, digest) = (Term(1), disk.log.digest_at(at).unwrap());
                        let (config, data) = (carried.into(), [].into());
                        let snapshot =
                            Snapshot { last_included_index: at, last_included_term: term, digest, config, data };
                        disk.log.begin_after(snapshot.base());
                        disk.snapshot = Some(snapshot);
                        configs.begin_after(at, carried);
                    }
                    kind => {
                        let payload = Payload::Own(if kind == 2 { Own::NoOp } else { config(id) });
                        configs.note(disk.log.last_index().next(), &payload);
                        disk.log.push(entry(payload));
                    }
                }
                let first = disk.snapshot.as_ref().map_or((Index(0), Membership::of(members)), |it| *it.config);
                let latest = |upto: Index| {
                    let found = disk.log.iter_from(Index(1)).filter(|(index, _)| *index <= upto);
                    found.fold(first, |latest, (index, entry)| match &entry.payload {
                        Payload::Own(Own::Config(membership)) => (index, **membership),
                        _ => latest,
                    })
                };
                for index in (disk.log.base().index.0..=disk.log.last_index().0 + 1).map(Index) {
                    assert_eq!(configs.latest(index), latest(index), "seed {seed}, up to {index}");
                }
                assert_eq!(disk.membership(members), latest(disk.log.last_index()), "seed {seed}");
            }
        }
    }
}
