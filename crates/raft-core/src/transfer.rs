//! Leadership transfer (dissertation 3.10).
//!
//! The leader takes no more requests, brings the target's log up to date, and tells it with TimeoutNow to begin an
//! election at once. Whoever is asked for a vote in that election need not wait until it no longer hears the old
//! leader. If an election timeout passes and the leader still leads, it goes on as before.

use crate::happening::{CandidacyCause, Happening, IgnoreCause};
use crate::node::{Context, Node};
use crate::role::Role;
use crate::writes::Gate;
use crate::{Effects, Message, MessageKind, Rpc, ServerId, Term, Time};

/// A transfer that a leader has begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Transfer {
    /// Who shall lead.
    pub target: ServerId,
    /// When the leader gives it up.
    pub due: Time,
    /// Whether TimeoutNow was sent.
    pub sent: bool,
}

/// Why a transfer is not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TransferRefusal {
    /// Only a leader hands over.
    NotLeader {
        /// The leader that it knows.
        leader: Option<ServerId>,
    },
    /// The target does not belong to the cluster.
    NotMember,
    /// The target leads already.
    LeadsAlready,
    /// Another one is under way.
    UnderWay {
        /// To this server.
        target: ServerId,
    },
}

impl Node {
    pub(crate) fn begin_transfer(&mut self, context: &Context, target: ServerId, effects: &mut Effects) {
        if let Err(why) = self.may_transfer(target) {
            return effects.tell(Happening::TransferRefused { target, why });
        }
        let due = context.now.after(self.config.election_timeout_min);
        if let Role::Leader { transfer, .. } = &mut self.role {
            *transfer = Some(Transfer { target, due, sent: false });
        }
        effects.tell(Happening::TransferBegun { target });
        self.replicate_to(context, target, effects);
        self.advance_transfer(effects);
    }

    /// Why it would refuse to hand the leadership over now; none if it would begin to.
    pub fn transfer_refusal(&self, target: ServerId) -> Option<TransferRefusal> {
        self.may_transfer(target).err()
    }

    fn may_transfer(&self, target: ServerId) -> Result<(), TransferRefusal> {
        let Role::Leader { transfer, .. } = &self.role else {
            return Err(TransferRefusal::NotLeader { leader: self.leader() });
        };
        match transfer {
            _ if target == self.id => Err(TransferRefusal::LeadsAlready),
            _ if !self.membership().electors().contains(target) => Err(TransferRefusal::NotMember),
            Some(other) => Err(TransferRefusal::UnderWay { target: other.target }),
            None => Ok(()),
        }
    }

    /// Sends TimeoutNow once the target stores the whole log.
    pub(crate) fn advance_transfer(&mut self, effects: &mut Effects) {
        let last = self.log.last_index();
        let Role::Leader { transfer: Some(transfer), progress, .. } = &mut self.role else { return };
        let target = transfer.target;
        if transfer.sent || progress.get(target.row()).is_none_or(|row| row.match_index < last) {
            return;
        }
        transfer.sent = true;
        self.expire_lease(effects);
        effects.tell(Happening::TimeoutNowSent { target });
        self.send(target, self.current_term, Rpc::default(), Message::TimeoutNow, Gate::HardState, effects);
    }

    /// Gives a transfer up that has taken an election timeout.
    pub(crate) fn expire_transfer(&mut self, context: &Context, effects: &mut Effects) {
        let Role::Leader { transfer: running, .. } = &mut self.role else { return };
        if let Some(transfer) = running.take_if(|transfer| transfer.due <= context.now) {
            effects.tell(Happening::TransferAborted { target: transfer.target, sent: transfer.sent });
        }
    }

    /// The server to which this leader is handing over.
    pub(crate) fn transfer_target(&self) -> Option<ServerId> {
        match &self.role {
            Role::Leader { transfer, .. } => transfer.map(|transfer| transfer.target),
            _ => None,
        }
    }

    /// The target campaigns at once: without Pre-Vote, and without waiting until it no longer hears the leader.
    pub(crate) fn on_timeout_now(&mut self, context: &Context, from: ServerId, effects: &mut Effects) {
        if self.is_leader() || self.current_term == Term::LAST {
            let (kind, why) = (MessageKind::TimeoutNow, IgnoreCause::NotAsking);
            return effects.tell(Happening::Ignored { from, kind, why });
        }
        self.become_candidate(context, CandidacyCause::Transfer { leader: from }, effects);
    }
}
