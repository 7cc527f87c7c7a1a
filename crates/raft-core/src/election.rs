//! Leader election (section 5.2), with the up-to-date check (5.4.1), Pre-Vote and CheckQuorum.

use crate::happening::{CandidacyCause, Happening, IgnoreCause, StepDownCause};
use crate::node::{Context, Node};
use crate::role::{Role, Tally};
use crate::writes::Gate;
use crate::{
    Agreement, Denial, Effects, GiveUpCause, Index, Message, MessageKind, Mistake, ProtocolOption, Rpc, Rule, ServerId,
    ServerSet, Term, Timer, count, grants_vote, log_is_up_to_date,
};

impl Node {
    /// Steps down, or takes over a higher term as a follower.
    pub(crate) fn become_follower(&mut self, context: &Context, term: Term, why: StepDownCause, effects: &mut Effects) {
        self.abandon_reads(effects);
        let before = self.current_term;
        if term > before {
            self.raise_term(term);
        }
        // The election timer goes on as it was: a higher term alone is no sign of a leader. Only its length is
        // drawn anew for the new term when it is next reset.
        let timer = match self.timer() {
            Some(timer) if term == before => timer,
            Some(timer) => {
                let fresh = Self::fresh_timer(context, term, 0);
                Timer { due: timer.due, ..fresh }
            }
            None => Self::fresh_timer(context, term, 0),
        };
        let was_follower = matches!(self.role, Role::Follower { .. });
        if term == before && self.voted_for.is_some() && self.errs(Mistake::ClearVoteInSameTerm, effects) {
            self.forget_vote();
        }
        self.give_up(GiveUpCause::NotLeading, effects);
        self.role = Role::Follower { leader: None, timer };
        effects.tell(match was_follower {
            true => Happening::TermRaised { from_term: before, term, why },
            false => Happening::SteppedDown { term, why },
        });
    }

    pub(crate) fn on_election_timeout(&mut self, context: &Context, forced: bool, effects: &mut Effects) {
        let timer = self.timer().expect("only servers with an election timer come here");
        if self.current_term == Term::LAST {
            // No term is left to stand in. It answers others, and looks again after another timeout.
            return self.start_timer(Self::fresh_timer(context, self.current_term, timer.attempt + 1));
        }
        if let Some(why) = self.stays_quiet(effects) {
            effects.tell(Happening::StayedQuiet { why });
            return self.start_timer(Self::fresh_timer(context, self.current_term, timer.attempt + 1));
        }
        let why = if forced { CandidacyCause::Forced } else { CandidacyCause::TimerRanOut { timeout: timer.timeout } };
        if self.withholds_candidacy(context, effects) {
            return self.start_timer(Self::fresh_timer(context, self.current_term, timer.attempt + 1));
        }
        if self.has(ProtocolOption::PreVote) {
            self.become_pre_candidate(context, timer.attempt + 1, why, effects);
        } else {
            self.become_candidate(context, why, effects);
        }
    }

    /// While leases are in use a server is bound by what it told its leader, even if its own timer is made to run
    /// out: a vote for itself is a vote (dissertation 6.4.1).
    fn withholds_candidacy(&self, context: &Context, effects: &mut Effects) -> bool {
        if !self.is_bound(context.now) {
            return false;
        }
        let leader = self.protected_by(context.now);
        if !self.holds(Rule::LeaderStickiness) {
            effects.tell(Happening::RuleWouldForbid { rule: Rule::LeaderStickiness });
            return false;
        }
        effects.tell(Happening::CandidacyWithheld { leader });
        true
    }

    fn become_pre_candidate(&mut self, context: &Context, attempt: u32, why: CandidacyCause, effects: &mut Effects) {
        let timer = Self::fresh_timer(context, self.current_term, attempt);
        self.role = Role::PreCandidate { tally: Tally { granted: self.only_me(), ..Tally::default() }, timer };
        let term = self.current_term.next();
        effects.tell(Happening::BecamePreCandidate { term, why });
        let ask = Message::PreVote { last_log_index: self.log.last_index(), last_log_term: self.log.last_term() };
        for to in self.electors() {
            self.send(to, term, Rpc { round: 0, attempt }, ask.clone(), Gate::HardState, effects);
        }
        self.conclude_election(context, effects);
    }

    pub(crate) fn become_candidate(&mut self, context: &Context, why: CandidacyCause, effects: &mut Effects) {
        self.raise_term(self.current_term.next());
        self.vote_for(self.id);
        let timer = Self::fresh_timer(context, self.current_term, 0);
        self.role = Role::Candidate { tally: Tally { granted: self.only_me(), ..Tally::default() }, timer };
        effects.tell(Happening::BecameCandidate { term: self.current_term, why });
        let transfer = matches!(why, CandidacyCause::Transfer { .. });
        let (last_log_index, last_log_term) = (self.log.last_index(), self.log.last_term());
        let ask = Message::RequestVote { last_log_index, last_log_term, transfer };
        for to in self.electors() {
            self.send(to, self.current_term, Rpc::default(), ask.clone(), Gate::HardState, effects);
        }
        self.conclude_election(context, effects);
    }

    fn start_timer(&mut self, fresh: Timer) {
        if let Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } | Role::Candidate { timer, .. } =
            &mut self.role
        {
            *timer = fresh;
        }
    }

    /// The others whose votes count.
    fn electors(&self) -> impl Iterator<Item = ServerId> + use<> {
        let mut electors = self.membership().electors();
        electors.remove(self.id);
        electors.iter()
    }

    /// Counts those who agree, by the configuration in force.
    pub(crate) fn count(&self, agree: ServerSet) -> Agreement {
        count(self.membership(), agree, self.id, self.config.rules)
    }

    /// Tells which rules of counting would have said that these are not enough.
    pub(crate) fn tell_lax_counting(&self, agree: ServerSet, effects: &mut Effects) {
        for rule in [Rule::JointMajorities, Rule::CountMembersOnly] {
            let rules = self.config.rules.with(rule, true);
            if !self.holds(rule) && !count(self.membership(), agree, self.id, rules).is_enough() {
                effects.tell(Happening::RuleWouldForbid { rule });
            }
        }
    }

    fn only_me(&self) -> ServerSet {
        [self.id].into_iter().collect()
    }

    pub(crate) fn on_request_vote(
        &mut self,
        context: &Context,
        candidate: ServerId,
        rpc: Rpc,
        theirs: (Term, Index),
        effects: &mut Effects,
    ) {
        let mine = (self.log.last_term(), self.log.last_index());
        let verdict = self.verdict(candidate, theirs, mine, effects);
        match verdict {
            Ok(()) => {
                self.vote_for(candidate);
                self.reset_timer(context);
                effects.tell(Happening::VoteGranted { candidate, pre: false });
            }
            Err(why) => effects.tell(Happening::VoteDenied { candidate, pre: false, why }),
        }
        self.reply(candidate, rpc, Message::RequestVoteReply { vote_granted: verdict.is_ok() }, effects);
    }

    /// Asks the policy, and passes over what a rule that is off would have refused.
    fn verdict(
        &self,
        candidate: ServerId,
        theirs: (Term, Index),
        mine: (Term, Index),
        effects: &mut Effects,
    ) -> Result<(), Denial> {
        let mut voted_for = self.voted_for;
        loop {
            match grants_vote(candidate, voted_for, theirs, mine) {
                Ok(()) => return Ok(()),
                Err((Denial::StaleLog { .. }, _))
                    if theirs.0 == mine.0 && self.errs(Mistake::VoteOnEqualTerm, effects) =>
                {
                    return Ok(());
                }
                Err((why, rule)) if self.holds(rule) => return Err(why),
                Err((_, rule)) => {
                    effects.tell(Happening::RuleWouldForbid { rule });
                    match rule {
                        Rule::OneVotePerTerm => voted_for = None,
                        // The log is the last thing that is looked at.
                        _ => return Ok(()),
                    }
                }
            }
        }
    }

    /// Starts the election timer anew, after a vote for another server. A pre-candidate has begun no election yet, so
    /// it waits like any voter (Figure 2, followers; etcd and raft-rs do the same) while its own question stays open.
    /// A candidate, which votes for others only while a rule is off, keeps its timer.
    fn reset_timer(&mut self, context: &Context) {
        if let Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } = &mut self.role {
            timer.due = context.now.after(timer.timeout);
        }
    }

    /// What the mistake `reset-timer-on-any-message` does.
    pub(crate) fn reset_timer_by_mistake(&mut self, context: &Context, effects: &mut Effects) {
        if matches!(self.role, Role::Follower { .. }) && self.errs(Mistake::ResetTimerOnAnyMessage, effects) {
            self.reset_timer(context);
        }
    }

    /// Would it grant its vote (dissertation 9.6)? The answer changes nothing here, and the election timer goes on,
    /// as in etcd and raft-rs: whoever wins asks for the real vote a round trip later, and whoever does not win must
    /// not keep others from trying.
    pub(crate) fn on_pre_vote(
        &mut self,
        context: &Context,
        candidate: ServerId,
        term: Term,
        rpc: Rpc,
        theirs: (Term, Index),
        effects: &mut Effects,
    ) {
        let mine = (self.log.last_term(), self.log.last_index());
        let denial = if term <= self.current_term {
            Some(Denial::StaleTerm { theirs: term, mine: self.current_term })
        } else if let Some(leader) = self.protected_by(context.now) {
            Some(Denial::HearsLeader { leader })
        } else if log_is_up_to_date(theirs, mine) {
            None
        } else if self.holds(Rule::UpToDateCheck) {
            Some(Denial::StaleLog { theirs, mine })
        } else {
            effects.tell(Happening::RuleWouldForbid { rule: Rule::UpToDateCheck });
            None
        };
        effects.tell(match denial {
            None => Happening::VoteGranted { candidate, pre: true },
            Some(why) => Happening::VoteDenied { candidate, pre: true, why },
        });
        // A granted answer repeats the term that was asked for; a refusal carries the server's own, from which a
        // server that fell behind learns it.
        let answer_term = if denial.is_none() { term } else { self.current_term };
        self.send(
            candidate,
            answer_term,
            rpc,
            Message::PreVoteReply { vote_granted: denial.is_none() },
            Gate::HardState,
            effects,
        );
    }

    pub(crate) fn on_vote(&mut self, context: &Context, from: ServerId, vote_granted: bool, effects: &mut Effects) {
        match &mut self.role {
            Role::Candidate { tally, .. } => tally.note(from, vote_granted),
            Role::Follower { .. } | Role::PreCandidate { .. } | Role::Leader { .. } => {
                let (kind, why) = (MessageKind::VoteReply, IgnoreCause::NotAsking);
                return effects.tell(Happening::Ignored { from, kind, why });
            }
        }
        self.tell_vote(from, vote_granted, false, effects);
        self.conclude_election(context, effects);
    }

    pub(crate) fn on_pre_vote_reply(
        &mut self,
        context: &Context,
        from: ServerId,
        term: Term,
        vote_granted: bool,
        effects: &mut Effects,
    ) {
        let asked = !vote_granted || term == self.current_term.next();
        match &mut self.role {
            Role::PreCandidate { tally, .. } if asked => tally.note(from, vote_granted),
            _ => {
                let (kind, why) = (MessageKind::PreVoteReply, IgnoreCause::NotAsking);
                return effects.tell(Happening::Ignored { from, kind, why });
            }
        }
        self.tell_vote(from, vote_granted, true, effects);
        self.conclude_election(context, effects);
    }

    fn tell_vote(&self, from: ServerId, vote_granted: bool, pre: bool, effects: &mut Effects) {
        let (Role::PreCandidate { tally, .. } | Role::Candidate { tally, .. }) = &self.role else { return };
        let Agreement { have: votes, needed } = self.count(tally.granted);
        effects.tell(match vote_granted {
            true => Happening::VoteReceived { from, votes, needed, pre },
            false => Happening::VoteRefused { from, pre },
        });
    }

    /// Wins if there are votes enough and the server's own is on disk.
    pub(crate) fn conclude_election(&mut self, context: &Context, effects: &mut Effects) {
        let (Role::PreCandidate { tally, .. } | Role::Candidate { tally, .. }) = &self.role else { return };
        let granted = tally.granted;
        let votes = self.count(granted);
        if !votes.is_enough() {
            return;
        }
        if matches!(self.role, Role::PreCandidate { .. }) {
            if self.current_term < Term::LAST {
                self.tell_lax_counting(granted, effects);
                self.become_candidate(context, CandidacyCause::PreVoteWon, effects);
            }
        } else if self.hard_state_is_stable() {
            self.tell_lax_counting(granted, effects);
            let Agreement { have: votes, needed } = votes;
            effects.tell(Happening::BecameLeader { term: self.current_term, votes, needed });
            self.become_leader(context, effects);
        }
    }
}

impl Tally {
    fn note(&mut self, from: ServerId, vote_granted: bool) {
        if vote_granted {
            self.granted.insert(from);
        } else {
            self.refused.insert(from);
        }
    }
}
