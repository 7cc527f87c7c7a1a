//! Where the term of a message is settled against one's own, before anybody looks at what it says (section 5.1).

use crate::happening::{Happening, IgnoreCause, StepDownCause};
use crate::node::{Context, Node};
use crate::{
    Denial, Effects, Envelope, Index, Message, MessageKind, Mistake, ProtocolOption, Role, Rule, ServerId, Time,
};
use core::cmp::Ordering;

impl Node {
    /// Terms are compared here and nowhere else, so that the handlers may take sender and receiver to be of one
    /// term (section 5.1). Returns whether the message is to be handled at all.
    pub(crate) fn settle_term(&mut self, context: &Context, envelope: &Envelope, effects: &mut Effects) -> bool {
        // A PreVote names a term that nobody is in yet, and a granted answer repeats it.
        match envelope.message {
            Message::PreVote { .. } | Message::PreVoteReply { vote_granted: true } => return true,
            _ => (),
        }
        match envelope.term.cmp(&self.current_term) {
            Ordering::Equal => !self.passes_over(context, envelope, false, effects),
            Ordering::Less => self.settle_older_term(envelope, effects),
            Ordering::Greater => self.settle_higher_term(context, envelope, effects),
        }
    }

    fn settle_older_term(&mut self, envelope: &Envelope, effects: &mut Effects) -> bool {
        let (from, kind) = (envelope.from, envelope.message.kind());
        if kind == MessageKind::VoteReply
            && matches!(self.role, Role::Candidate { .. })
            && self.errs(Mistake::CountOldVotes, effects)
        {
            return true;
        }
        if kind.is_reply() {
            effects.tell(Happening::Ignored { from, kind, why: IgnoreCause::OldTerm });
            return false;
        }
        if !self.holds(Rule::RejectStaleTerm) {
            effects.tell(Happening::RuleWouldForbid { rule: Rule::RejectStaleTerm });
            return true;
        }
        self.refuse_older_term(envelope, effects);
        false
    }

    fn settle_higher_term(&mut self, context: &Context, envelope: &Envelope, effects: &mut Effects) -> bool {
        let (from, kind) = (envelope.from, envelope.message.kind());
        if self.passes_over(context, envelope, true, effects) {
            return false;
        }
        let why = StepDownCause::HigherTerm { from, kind };
        let is_follower = matches!(self.role, Role::Follower { .. });
        if is_follower || self.holds(Rule::StepDownOnHigherTerm) {
            self.become_follower(context, envelope.term, why, effects);
        } else {
            // The mistake that the rule prevents: the new term is taken over, the old role is kept.
            effects.tell(Happening::RuleWouldForbid { rule: Rule::StepDownOnHigherTerm });
            self.raise_term(envelope.term);
        }
        true
    }

    /// The leader that was heard less than the shortest election timeout ago, or this server, if it leads
    /// (section 6, end; dissertation 4.2.3).
    pub(crate) fn protected_by(&self, now: Time) -> Option<ServerId> {
        match &self.role {
            Role::Leader { .. } => Some(self.id),
            Role::Follower { leader: Some((leader, heard)), .. }
                if now.since(*heard) < self.config.election_timeout_min =>
            {
                Some(*leader)
            }
            _ => None,
        }
    }

    /// Whether a candidate is disregarded for the sake of a leader (section 6, end). A transfer that the leader wants
    /// is not (dissertation 3.10).
    fn passes_over(&self, context: &Context, envelope: &Envelope, higher: bool, effects: &mut Effects) -> bool {
        if !matches!(envelope.message, Message::RequestVote { transfer: false, .. }) {
            return false;
        }
        let protects = self.has(ProtocolOption::CheckQuorum) || self.has(ProtocolOption::LeaseRead);
        let why = match self.protected_by(context.now) {
            Some(leader) if higher && protects => IgnoreCause::HearsLeader { leader },
            _ if self.is_bound(context.now) => IgnoreCause::Bound,
            _ => return false,
        };
        if self.holds(Rule::LeaderStickiness) {
            effects.tell(Happening::Ignored { from: envelope.from, kind: MessageKind::Vote, why });
            return true;
        }
        effects.tell(Happening::RuleWouldForbid { rule: Rule::LeaderStickiness });
        false
    }

    fn refuse_older_term(&mut self, envelope: &Envelope, effects: &mut Effects) {
        let (theirs, mine) = (envelope.term, self.current_term);
        match envelope.message {
            Message::RequestVote { .. } => {
                effects.tell(Happening::VoteDenied {
                    candidate: envelope.from,
                    pre: false,
                    why: Denial::StaleTerm { theirs, mine },
                });
                self.reply(envelope.from, envelope.rpc, Message::RequestVoteReply { vote_granted: false }, effects);
            }
            Message::AppendEntries { prev_log_index, .. } => {
                let why = crate::AppendRefusal::StaleTerm { theirs, mine };
                effects.tell(Happening::AppendRefused { leader: envelope.from, why });
                let refusal = Message::AppendEntriesReply {
                    success: false,
                    prev_log_index,
                    match_index: Index(0),
                    conflict: None,
                };
                self.reply(envelope.from, envelope.rpc, refusal, effects);
            }
            Message::InstallSnapshot { last_included_index, .. } => {
                let why = crate::ChunkRefusal::StaleTerm { theirs, mine };
                effects.tell(Happening::ChunkRefused { leader: envelope.from, last_included_index, why });
                self.reply_install(envelope.from, envelope.rpc, last_included_index, 0, false, effects);
            }
            // A PreVote never comes here, and replies are ignored before.
            _ => {
                let (from, kind) = (envelope.from, envelope.message.kind());
                effects.tell(Happening::Ignored { from, kind, why: IgnoreCause::OldTerm });
            }
        }
    }
}
