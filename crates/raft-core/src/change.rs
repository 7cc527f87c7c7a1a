//! Changing the membership: one server at a time (dissertation 4.1), with catch-up (4.2.1), or an arbitrary new set by
//! joint consensus (section 6; dissertation 4.3).

use crate::happening::{EntryKind, Happening, StepDownCause};
use crate::node::{Context, Node};
use crate::role::{Progress, Role};
use crate::{
    Change, ChangeRefusal, ConfigCause, Digest, Effects, GiveUpCause, Index, Membership, Own, Payload, QuietCause,
    Rule, ServerId, ServerSet, Standing, Time,
};
use alloc::sync::Arc;

/// New servers that a leader brings up to date before they count (dissertation 4.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CatchUp {
    /// What is done once they are.
    pub change: Change,
    /// The new servers.
    pub servers: ServerSet,
    /// Which round this is, from 1.
    pub round: u32,
    /// The round ends when all of them store the log up to here.
    pub upto: Index,
    /// When the round began.
    pub began: Time,
    /// Who has accepted something since the catch-up began.
    pub(crate) accepted: ServerSet,
    /// Who was heard since the last look, and when the next one is due.
    pub(crate) heard: ServerSet,
    pub(crate) look_due: Time,
}

impl CatchUp {
    /// Most rounds; the last one has to be shorter than an election timeout.
    pub const ROUNDS_MAX: u32 = 10;

    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let (kind, servers) = match self.change {
            Change::Add(_) => (1, self.servers),
            Change::Promote(_) => (2, self.servers),
            Change::Replace(servers) => (3, servers),
            Change::Remove(_) | Change::AddLearner(_) => (4, self.servers),
        };
        let digest = servers.digest(digest.word(kind)).pair(self.round, self.upto.0);
        self.accepted.digest(self.heard.digest(self.servers.digest(digest))).word(self.began.0).word(self.look_due.0)
    }
}

/// Beginning a change and ending it.
impl Node {
    pub(crate) fn change_membership(&mut self, context: &Context, change: Change, effects: &mut Effects) {
        let next = match self.may_change(change, effects) {
            Ok(next) => next,
            Err(why) => return effects.tell(Happening::ChangeRefused { change, why }),
        };
        let newcomers = next.voters.without(self.membership().electors());
        if newcomers.is_empty() {
            return self.append_config(context, next, effects);
        }
        if self.holds(Rule::LearnerCatchUp) {
            return self.begin_catch_up(context, change, newcomers, effects);
        }
        effects.tell(Happening::RuleWouldForbid { rule: Rule::LearnerCatchUp });
        self.append_config(context, next, effects);
    }

    /// Why a leader would refuse to begin a change of the membership now; none if it would begin it.
    pub fn change_refusal(&self, change: Change) -> Option<ChangeRefusal> {
        self.may_change(change, &mut Effects::default()).err()
    }

    /// The configuration that the change leads to, or what stands against it.
    fn may_change(&self, change: Change, effects: &mut Effects) -> Result<Membership, ChangeRefusal> {
        let Role::Leader { catch_up, .. } = &self.role else {
            return Err(ChangeRefusal::NotLeader { leader: self.leader() });
        };
        if catch_up.is_some() {
            return Err(ChangeRefusal::CatchingUp);
        }
        let (index, latest) = self.configs.latest(Index(u32::MAX));
        let next = latest.changed(change)?;
        if index > self.commit_index || latest.is_joint() {
            if self.holds(Rule::OneChangeAtATime) {
                return Err(ChangeRefusal::UnderWay { index });
            }
            effects.tell(Happening::RuleWouldForbid { rule: Rule::OneChangeAtATime });
        }
        if self.log.term_at(self.commit_index) != Some(self.current_term) {
            if self.holds(Rule::ConfigAfterCommit) {
                return Err(ChangeRefusal::NothingCommitted);
            }
            effects.tell(Happening::RuleWouldForbid { rule: Rule::ConfigAfterCommit });
        }
        Ok(next)
    }

    fn append_config(&mut self, context: &Context, membership: Membership, effects: &mut Effects) {
        self.append_as_leader(context, Payload::Own(Own::Config(Arc::new(membership))), effects);
    }

    /// What a leader does once its configuration is committed: after the joint one comes the new one; a leader that is
    /// not in the new one steps down (section 6).
    pub(crate) fn conclude_change(&mut self, context: &Context, effects: &mut Effects) {
        let (index, membership) = self.configs.in_force;
        let is_latest = self.configs.latest(Index(u32::MAX)).0 == index;
        if !self.is_leader() || index > self.commit_index || !is_latest {
            return;
        }
        if membership.is_joint() {
            let next = Membership { outgoing: ServerSet::default(), ..membership };
            self.append_config(context, next, effects);
        } else if membership.standing(self.id) != Standing::Voter {
            self.become_follower(context, self.current_term, StepDownCause::Removed { index }, effects);
        }
    }
}

/// Which configuration is in force.
impl Node {
    /// Looks which configuration is in force after the log or the commit index changed (section 6: the latest in the
    /// log, committed or not).
    pub(crate) fn settle_membership(&mut self, effects: &mut Effects) {
        let on_append = self.holds(Rule::ConfigOnAppend);
        let upto = if on_append { Index(u32::MAX) } else { self.commit_index };
        let found = self.configs.latest(upto);
        let (before, old) = core::mem::replace(&mut self.configs.in_force, found);
        let (index, new) = found;
        if (before, old) == found {
            return;
        }
        let why = match () {
            () if index < before => ConfigCause::FellBack,
            () if on_append => ConfigCause::Appended,
            () => ConfigCause::Committed,
        };
        effects.tell(Happening::ConfigChanged { index, why });
        self.make_rows(new.everybody().without(old.everybody()));
    }

    /// A leader's rows for servers that it now replicates to. What it knew of them before they left is worth nothing;
    /// what it has learned while they caught up is.
    pub(crate) fn make_rows(&mut self, newcomers: ServerSet) {
        let next_index = self.log.last_index().next();
        let Role::Leader { progress, catch_up, .. } = &mut self.role else { return };
        let known = catch_up.map_or(ServerSet::default(), |catch_up| catch_up.servers);
        let rows = newcomers.last().map_or(0, |id| id.row() + 1);
        progress.resize(progress.len().max(rows), Progress::fresh(next_index));
        for id in newcomers.without(known).iter() {
            // Requests of one round keep different names, even if the server has left and come back.
            let last_sent = progress[id.row()].last_sent;
            progress[id.row()] = Progress { last_sent, ..Progress::fresh(next_index) };
        }
    }

    /// Everybody to whom this server sends its log.
    pub(crate) fn receivers(&self) -> ServerSet {
        let mut receivers = self.membership().everybody();
        if let Role::Leader { catch_up: Some(catch_up), .. } = &self.role {
            receivers = receivers.union(catch_up.servers);
        }
        receivers.remove(self.id);
        receivers
    }

    /// Why this server asks nobody for votes, if so. One that is not in its latest configuration may still be needed
    /// until that is committed (dissertation 4.2.2).
    pub(crate) fn stays_quiet(&self, effects: &mut Effects) -> Option<QuietCause> {
        let (index, membership) = self.configs.in_force;
        match membership.standing(self.id) {
            Standing::Voter | Standing::Outgoing => None,
            Standing::Learner => Some(QuietCause::Learner),
            Standing::Outside if index <= self.commit_index => Some(QuietCause::Outside),
            Standing::Outside if self.holds(Rule::RemovedServersCampaign) => None,
            Standing::Outside => {
                effects.tell(Happening::RuleWouldForbid { rule: Rule::RemovedServersCampaign });
                Some(QuietCause::Outside)
            }
        }
    }
}

/// Catching up (dissertation 4.2.1).
impl Node {
    fn begin_catch_up(&mut self, context: &Context, change: Change, servers: ServerSet, effects: &mut Effects) {
        // A learner's row is kept: it is being replicated to already.
        self.make_rows(servers.without(self.membership().everybody()));
        let upto = self.log.last_index();
        let look_due = context.now.after(self.config.election_timeout_min);
        let Role::Leader { catch_up, .. } = &mut self.role else { return };
        *catch_up = Some(CatchUp {
            change,
            servers,
            round: 1,
            upto,
            began: context.now,
            accepted: ServerSet::default(),
            heard: ServerSet::default(),
            look_due,
        });
        effects.tell(Happening::CatchUpBegan { change, upto });
    }

    /// After an answer of a follower: ends the round if all have what it is about, and decides what comes next.
    pub(crate) fn go_on_catching_up(
        &mut self,
        context: &Context,
        from: ServerId,
        success: bool,
        effects: &mut Effects,
    ) {
        let (last, timeout) = (self.log.last_index(), self.config.election_timeout_min);
        let Role::Leader { catch_up: Some(catch_up), progress, .. } = &mut self.role else { return };
        catch_up.heard.insert(from);
        if success {
            catch_up.accepted.insert(from);
        }
        let has_all = |id: ServerId| progress[id.row()].match_index >= catch_up.upto;
        let is_over = catch_up.servers.iter().all(|id| catch_up.accepted.contains(id) && has_all(id));
        if !is_over {
            return;
        }
        let (round, change) = (catch_up.round, catch_up.change);
        let lasted = context.now.since(catch_up.began);
        let caught_up = lasted < timeout;
        let next_round = CatchUp { round: round + 1, upto: last, began: context.now, ..*catch_up };
        effects.tell(Happening::CatchUpRound { round, lasted });
        if caught_up {
            match self.configs.latest(Index(u32::MAX)).1.changed(change) {
                Ok(next) => self.append_config(context, next, effects),
                Err(why) => effects.tell(Happening::ChangeRefused { change, why }),
            }
            // Only now: the rows of the new servers are kept as long as it stands.
            if let Role::Leader { catch_up, .. } = &mut self.role {
                *catch_up = None;
            }
        } else if round == CatchUp::ROUNDS_MAX {
            self.give_up(GiveUpCause::TooSlow { rounds: round }, effects);
        } else if let Role::Leader { catch_up, .. } = &mut self.role {
            *catch_up = Some(next_round);
        }
    }

    /// Gives the change up if a new server was silent for an election timeout.
    pub(crate) fn look_after_newcomers(&mut self, context: &Context, effects: &mut Effects) {
        let timeout = self.config.election_timeout_min;
        let Role::Leader { catch_up: Some(catch_up), .. } = &mut self.role else { return };
        if catch_up.look_due > context.now {
            return;
        }
        let silent = catch_up.servers.without(catch_up.heard).iter().next();
        catch_up.heard = ServerSet::default();
        catch_up.look_due = context.now.after(timeout);
        if let Some(server) = silent {
            self.give_up(GiveUpCause::Silent { server }, effects);
        }
    }

    /// Gives up the change for which servers are catching up, if there is one.
    pub(crate) fn give_up(&mut self, why: GiveUpCause, effects: &mut Effects) {
        let Role::Leader { catch_up, .. } = &mut self.role else { return };
        if let Some(CatchUp { change, .. }) = catch_up.take() {
            effects.tell(Happening::ChangeGivenUp { change, why });
        }
    }
}

/// Looking inside.
impl Node {
    /// The configuration in force at this server.
    pub fn membership(&self) -> &Membership {
        &self.configs.in_force.1
    }

    /// Where it stands in the log; 0 if it is the one that the cluster began with.
    pub fn config_index(&self) -> Index {
        self.configs.in_force.0
    }

    /// The latest configuration up to an index, and where it stands: what a snapshot up to there has to carry.
    pub fn membership_at(&self, index: Index) -> (Index, Membership) {
        self.configs.latest(index)
    }
}

impl EntryKind {
    pub(crate) fn of(payload: &Payload) -> Self {
        match payload {
            Payload::Command(_) => Self::Command,
            Payload::Own(Own::NoOp) => Self::NoOp,
            Payload::Own(Own::Config(_)) => Self::Config,
        }
    }
}
