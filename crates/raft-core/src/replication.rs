//! Log replication (section 5.3) and commitment (5.3, 5.4.2).

use crate::happening::{AppendRefusal, CommitCause, EntryKind, Happening, IgnoreCause, StepDownCause};
use crate::node::{Config, Context, Node};
use crate::policy::agreed_index;
use crate::role::{Progress, Role};
use crate::writes::Gate;
use crate::{
    Agreement, Conflict, Effects, Entry, Index, Message, MessageKind, Mistake, Own, Payload, ProtocolOption, Rpc, Rule,
    ServerId, ServerSet, Term, Time,
};
use alloc::vec;
use alloc::vec::Vec;

/// An AppendEntries as a follower handles it.
pub(crate) struct Append {
    pub(crate) from: ServerId,
    pub(crate) rpc: Rpc,
    pub(crate) prev_log_index: Index,
    pub(crate) prev_log_term: Term,
    pub(crate) entries: Vec<Entry>,
    pub(crate) leader_commit: Index,
}

/// An answer as a leader handles it.
pub(crate) struct Answer {
    pub(crate) from: ServerId,
    /// The heartbeat round in which the request was sent.
    pub(crate) round: u32,
    pub(crate) prev_log_index: Index,
    pub(crate) match_index: Index,
    pub(crate) conflict: Option<Conflict>,
}

/// The leader's side.
impl Node {
    pub(crate) fn become_leader(&mut self, context: &Context, effects: &mut Effects) {
        if !self.holds(Rule::LeaderAppendOnly) {
            self.drop_uncommitted(effects);
        }
        let next_index = self.log.last_index().next();
        let rows = self.membership().everybody().last().map_or(0, |id| id.row() + 1);
        self.role = Role::Leader {
            progress: vec![Progress::fresh(next_index); rows],
            catch_up: None,
            round: 0,
            heartbeat_due: context.now,
            heard: ServerSet::default(),
            quorum_due: context.now.after(self.config.election_timeout_min),
            transfers: Vec::new(),
            reads: Default::default(),
            transfer: None,
        };
        if self.has(ProtocolOption::NoOp) {
            self.append_own(Payload::Own(Own::NoOp), effects);
        }
        // The first heartbeats carry the no-op, as soon as it may leave.
        self.send_heartbeats(context, effects);
        if self.has(ProtocolOption::NoOp) {
            self.advance_commit(context, effects);
        }
    }

    /// The mistake that the rule prevents: what the leader does not know to be committed may be all the same.
    fn drop_uncommitted(&mut self, effects: &mut Effects) {
        let (first, last) = (self.commit_index.next(), self.log.last_index());
        let Some(mine) = self.log.term_at(first) else { return };
        effects.tell(Happening::RuleWouldForbid { rule: Rule::LeaderAppendOnly });
        effects.tell(Happening::EntriesDropped { first, last, mine });
        self.truncate(self.commit_index);
    }

    pub(crate) fn append_as_leader(&mut self, context: &Context, payload: Payload, effects: &mut Effects) {
        self.append_own(payload, effects);
        self.replicate_to_all(context, effects);
        self.advance_commit(context, effects);
    }

    fn append_own(&mut self, payload: Payload, effects: &mut Effects) {
        let term = self.current_term;
        let kind = EntryKind::of(&payload);
        self.append(Entry { term, payload });
        effects.tell(Happening::EntryAppended { index: self.log.last_index(), term, kind });
        self.settle_membership(effects);
    }

    pub(crate) fn on_leader_timer(&mut self, context: &Context, forced: bool, effects: &mut Effects) {
        if self.has(ProtocolOption::CheckQuorum) && self.quorum_is_lost(context, effects) {
            return;
        }
        self.look_after_newcomers(context, effects);
        self.expire_transfer(context, effects);
        match &self.role {
            Role::Leader { heartbeat_due, .. } if forced || *heartbeat_due <= context.now => {
                self.send_heartbeats(context, effects)
            }
            _ => (),
        }
    }

    /// CheckQuorum (dissertation 6.2): steps down if an election timeout passed without answers from a majority.
    fn quorum_is_lost(&mut self, context: &Context, effects: &mut Effects) -> bool {
        let (me, interval) = (self.id, self.config.election_timeout_min);
        let Role::Leader { heard, quorum_due, .. } = &mut self.role else { return false };
        if *quorum_due > context.now {
            return false;
        }
        let mut answered = core::mem::take(heard);
        answered.insert(me);
        *quorum_due = context.now.after(interval);
        let count = self.count(answered);
        if count.is_enough() {
            return false;
        }
        let Agreement { have: heard, needed } = count;
        self.become_follower(context, self.current_term, StepDownCause::QuorumLost { heard, needed }, effects);
        true
    }

    fn send_heartbeats(&mut self, context: &Context, effects: &mut Effects) {
        let interval = self.config.heartbeat_interval;
        let Role::Leader { round, heartbeat_due, .. } = &mut self.role else { return };
        *round += 1;
        // Rounds keep their own pace, whatever else is sent: so a client's request moves no heartbeat.
        *heartbeat_due = context.now.after(interval);
        effects.tell(Happening::HeartbeatSent { round: *round });
        self.note_round(context.now);
        for to in self.receivers().iter() {
            self.send_heartbeat(context, to, effects);
        }
    }

    /// The message of the round. If entries are missing there and none are on their way, it carries them.
    fn send_heartbeat(&mut self, context: &Context, to: ServerId, effects: &mut Effects) {
        let interval = self.config.heartbeat_interval;
        let Role::Leader { progress, round, .. } = &mut self.role else { return };
        let rpc = Rpc { round: *round, attempt: 0 };
        let row = &mut progress[to.row()];
        if row.in_flight > 0 && context.now.since(row.sent_at) >= interval {
            // Nothing came back for a whole interval: what was on its way is taken to be lost.
            row.forget_requests();
            if row.matched {
                row.next_index = row.match_index.next();
            }
        }
        let carries = row.in_flight == 0;
        if carries && self.needs_snapshot(to) {
            return self.send_chunk(to, rpc, effects);
        }
        self.send_append(context, to, rpc, carries, effects);
    }

    /// Sends the followers what they lack, as far as the limits allow.
    pub(crate) fn replicate_to_all(&mut self, context: &Context, effects: &mut Effects) {
        for to in self.receivers().iter() {
            self.replicate_to(context, to, effects);
        }
    }

    pub(crate) fn replicate_to(&mut self, context: &Context, to: ServerId, effects: &mut Effects) {
        let limit = if self.has(ProtocolOption::Pipelining) { Config::IN_FLIGHT_MAX } else { 1 };
        loop {
            if self.needs_snapshot(to) {
                return self.begin_install(to, effects);
            }
            let sendable = self.sendable_index();
            let Role::Leader { progress, round, .. } = &mut self.role else { return };
            let row = &mut progress[to.row()];
            let limit = if row.matched { limit } else { 1 };
            if row.next_index > sendable || row.in_flight >= limit {
                return;
            }
            let rpc = Rpc { round: *round, attempt: row.next_attempt(*round) };
            self.send_append(context, to, rpc, true, effects);
        }
    }

    /// The last entry that may leave: with the leader's own write first, the last that is stable
    /// (dissertation 10.2.1).
    fn sendable_index(&self) -> Index {
        if self.has(ProtocolOption::ParallelWrite) || !self.holds(Rule::StableLog) {
            self.log.last_index()
        } else {
            self.stable_index
        }
    }

    fn send_append(&mut self, context: &Context, to: ServerId, rpc: Rpc, carries: bool, effects: &mut Effects) {
        let pipelined = self.has(ProtocolOption::Pipelining);
        let batch = if self.has(ProtocolOption::Batching) { Config::BATCH_MAX } else { 1 };
        let sendable = self.sendable_index();
        let Role::Leader { progress, .. } = &mut self.role else { return };
        let row = &mut progress[to.row()];
        // An answer is awaited, and what comes before it is discarded already: such a heartbeat speaks of no entry.
        let prev_log_index = match row.next_index.before() {
            prev if prev < self.log.base().index => Index(0),
            prev => prev,
        };
        let room = sendable.0.saturating_sub(prev_log_index.0);
        let entries = if carries { self.log.copy_from(row.next_index, room.min(batch)) } else { Vec::new() };
        if !entries.is_empty() {
            row.note_request(row.next_index.plus(entries.len() as u32).before());
            row.sent_at = context.now;
            if pipelined && row.matched {
                row.next_index = row.next_index.plus(entries.len() as u32);
            }
        }
        let message = Message::AppendEntries {
            prev_log_index,
            prev_log_term: self.log.term_at(prev_log_index).unwrap_or_default(),
            entries,
            leader_commit: self.commit_index,
        };
        self.send(to, self.current_term, rpc, message, Gate::HardState, effects);
    }

    pub(crate) fn on_append_reply(&mut self, context: &Context, success: bool, answer: Answer, effects: &mut Effects) {
        let from = answer.from;
        let is_receiver = self.receivers().contains(from);
        let Some((progress, heard)) = (match &mut self.role {
            Role::Leader { progress, heard, .. } if is_receiver => Some((progress, heard)),
            _ => None,
        }) else {
            let (kind, why) = (MessageKind::AppendReply, IgnoreCause::NotAsking);
            return effects.tell(Happening::Ignored { from, kind, why });
        };
        heard.insert(from);
        let row = &mut progress[from.row()];
        let round = answer.round;
        if success {
            self.on_append_success(context, answer, effects);
        } else if row.is_overtaken(&answer) {
            let (kind, why) = (MessageKind::AppendReply, IgnoreCause::Overtaken);
            effects.tell(Happening::Ignored { from, kind, why });
        } else {
            self.go_back(context, answer, effects);
        }
        self.go_on_catching_up(context, from, success, effects);
        self.note_answer(from, round);
        self.advance_transfer(effects);
    }

    pub(crate) fn on_append_success(&mut self, context: &Context, answer: Answer, effects: &mut Effects) {
        // What an answer names beyond the log was never sent by this leader in this life.
        let match_index = answer.match_index.min(self.log.last_index());
        let Role::Leader { progress, round, .. } = &mut self.role else { return };
        let row = &mut progress[answer.from.row()];
        row.answered(match_index);
        row.confirmed = *round;
        let advanced = match_index > row.match_index;
        if advanced {
            row.match_index = match_index;
            effects.tell(Happening::MatchAdvanced { follower: answer.from, match_index });
        }
        // A copy of an older answer does not say that a gap in the pipeline is closed.
        row.matched |= advanced || row.match_index == Index(0);
        // Not after match_index: a follower that lost entries gets them again one by one.
        row.next_index = row.next_index.max(match_index.next());
        self.end_transfer(answer.from);
        self.replicate_to(context, answer.from, effects);
        if advanced {
            self.advance_commit(context, effects);
        }
    }

    /// Lowers next_index after a refusal: by one (section 5.3), or past a whole term with fast back-up. If the place
    /// where the logs agree is known, something got lost in the pipeline after it: the leader goes back there, and
    /// sends one request at a time until it is answered. So the refusals of all that followed are overtaken, instead
    /// of starting a pipeline each. If the follower lost entries, that place has to be found anew.
    fn go_back(&mut self, context: &Context, answer: Answer, effects: &mut Effects) {
        let target = answer.conflict.map(|conflict| self.skip_term(conflict));
        let Role::Leader { progress, .. } = &mut self.role else { return };
        let row = &mut progress[answer.from.row()];
        let from = row.next_index;
        let is_loss = answer.prev_log_index <= row.match_index;
        let agreed = if is_loss { Index(1) } else { row.match_index.next() };
        let is_gap = row.matched && !is_loss;
        let to = match target.unwrap_or(answer.prev_log_index) {
            _ if is_gap => agreed,
            to => to.min(answer.prev_log_index).max(agreed),
        };
        row.next_index = to;
        row.matched = false;
        row.forget_requests();
        let fast = answer.conflict.is_some() && !is_gap;
        effects.tell(Happening::NextIndexLowered { follower: answer.from, from, to, fast });
        self.replicate_to(context, answer.from, effects);
    }

    /// Where to go on if the follower's entries of that term may be wrong: after the leader's own last entry of
    /// the term, or before the follower's first, if the leader has none.
    fn skip_term(&self, conflict: Conflict) -> Index {
        self.log.last_index_of(conflict.term).map_or(conflict.first_index, Index::next)
    }

    /// Figure 2, leaders: if a majority stores an index above commit_index, and the entry there is of the current
    /// term, that is the new commit_index.
    pub(crate) fn advance_commit(&mut self, context: &Context, effects: &mut Effects) {
        self.count_copies(effects);
        self.conclude_change(context, effects);
    }

    fn count_copies(&mut self, effects: &mut Effects) {
        let Role::Leader { progress, .. } = &self.role else { return };
        let mine = if self.holds(Rule::StableLog) { self.stable_index } else { self.log.last_index() };
        let (me, membership) = (self.id, self.membership());
        let stored = |id: ServerId| if id == me { mine } else { progress[id.row()].match_index };
        let index = agreed_index(membership, &stored, me, self.config.rules).min(self.log.last_index());
        if index <= self.commit_index {
            return;
        }
        let term = self.log.term_at(index).unwrap_or_default();
        if term != self.current_term {
            if self.holds(Rule::CommitCurrentTermOnly) {
                return effects.tell(Happening::CommitWithheld { index, term });
            }
            effects.tell(Happening::RuleWouldForbid { rule: Rule::CommitCurrentTermOnly });
        }
        let mut holders: ServerSet = membership.electors().iter().filter(|id| stored(*id) >= index).collect();
        if mine >= index {
            holders.insert(me);
        }
        self.tell_lax_counting(holders, effects);
        let Agreement { have: stored, needed } = self.count(holders);
        self.commit_index = index;
        effects.tell(Happening::CommitAdvanced { to: index, by: CommitCause::Majority { stored, needed } });
        self.settle_membership(effects);
    }
}

impl Progress {
    /// Of a follower of which nothing is known yet.
    pub(crate) fn fresh(next_index: Index) -> Self {
        Self {
            next_index,
            match_index: Index(0),
            in_flight: 0,
            sent_at: Time(0),
            matched: false,
            confirmed: 0,
            sent_upto: Default::default(),
            last_sent: (0, 0, Index(0), Index(0)),
        }
    }

    /// A number that tells a request from all others of the round at the same place. It is the same for all places
    /// that are new to the leader in this round, so that the name of a request says what it asks and does not count
    /// what came before; where the leader has been already, the next number begins.
    pub(crate) fn next_attempt(&mut self, round: u32) -> u32 {
        let prev = self.next_index.before();
        self.last_sent = match self.last_sent {
            (of, attempt, low, high) if of == round && prev < low => (round, attempt, prev, high),
            (of, attempt, low, high) if of == round && prev > high => (round, attempt, low, prev),
            (of, attempt, ..) if of == round => (round, attempt + 1, prev, prev),
            _ => (round, 1, prev, prev),
        };
        self.last_sent.1
    }

    /// Whether a refusal is older than what is known by now: the leader has gone back past its place already, or the
    /// follower has acknowledged that place since.
    ///
    /// The second is so only if the request was sent no later than in the round in which the last acknowledgement
    /// arrived. A request of a later round reached the follower after it had acknowledged, and in one term nothing
    /// makes a faithful server forget what it acknowledged: so a refusal of that request says that entries were lost,
    /// and is a refusal like any other (Figure 2: decrement next_index and retry). To take one too many for a loss
    /// would cost requests and nothing else: what the leader repeats, the follower knows already. match_index stays,
    /// as Figure 2 has it: commit_index may rest on it, and to lower it would not make what was lost uncommitted.
    fn is_overtaken(&self, refusal: &Answer) -> bool {
        let prev_log_index = refusal.prev_log_index;
        let agreed = prev_log_index <= self.match_index;
        // Before the first entry nothing can be lost: there only a rival leader refuses. That is no matter of the log,
        // and the next heartbeat is soon enough.
        let is_late = refusal.round <= self.confirmed || prev_log_index == Index(0);
        agreed && is_late || prev_log_index >= self.next_index
    }

    fn note_request(&mut self, last: Index) {
        self.sent_upto[self.in_flight as usize] = last;
        self.in_flight += 1;
    }

    /// An acknowledgement answers all requests that end there or before, and copies of it none: so each request
    /// makes room for one other, however often the network copies it.
    fn answered(&mut self, upto: Index) {
        let waiting = self.sent_upto;
        let before = core::mem::take(&mut self.in_flight);
        self.sent_upto = Default::default();
        for last in waiting.into_iter().take(before as usize).filter(|last| *last > upto) {
            self.note_request(last);
        }
    }

    fn forget_requests(&mut self) {
        self.in_flight = 0;
        self.sent_upto = Default::default();
    }
}

/// The follower's side.
impl Node {
    pub(crate) fn on_append_entries(&mut self, context: &Context, request: Append, effects: &mut Effects) {
        if !self.follows(context, request.from, effects) {
            let why = AppendRefusal::IsLeader;
            effects.tell(Happening::AppendRefused { leader: request.from, why });
            return self.reply_append(&request, Err(None), effects);
        }
        if let Err(why) = self.consistency(&request)
            && !(request.entries.is_empty() && self.errs(Mistake::UncheckedHeartbeats, effects))
        {
            if self.holds(Rule::LogConsistencyCheck) || matches!(why, AppendRefusal::NoEntry { .. }) {
                effects.tell(Happening::AppendRefused { leader: request.from, why });
                let conflict = self.has(ProtocolOption::FastBackup).then(|| self.conflict_at(request.prev_log_index));
                return self.reply_append(&request, Err(conflict), effects);
            }
            effects.tell(Happening::RuleWouldForbid { rule: Rule::LogConsistencyCheck });
        }
        let match_index = self.store(&request, effects);
        self.cut_by_mistake(&request, match_index, effects);
        let last = self.log.last_index();
        let told =
            if last != match_index && self.errs(Mistake::AcknowledgeLastIndex, effects) { last } else { match_index };
        self.reply_append(&request, Ok(told), effects);
        self.follow_commit(&request, match_index, effects);
    }

    /// Takes the sender for the leader of this term and starts the election timer anew (section 5.2). A leader
    /// does not: two leaders of one term are possible only while a rule is off.
    pub(crate) fn follows(&mut self, context: &Context, leader: ServerId, effects: &mut Effects) -> bool {
        match &self.role {
            Role::Leader { .. } => return false,
            Role::Candidate { .. } | Role::PreCandidate { .. } => {
                if !self.holds(Rule::CandidateYields) {
                    effects.tell(Happening::RuleWouldForbid { rule: Rule::CandidateYields });
                    return true;
                }
                self.become_follower(context, self.current_term, StepDownCause::LeaderExists { leader }, effects);
            }
            Role::Follower { .. } => (),
        }
        if self.has(ProtocolOption::LeaseRead) {
            self.bound = Some(context.now);
        }
        let resets = self.holds(Rule::TimerResetByLeader);
        if let Role::Follower { leader: known, timer } = &mut self.role {
            *known = Some((leader, context.now));
            if resets {
                timer.due = context.now.after(timer.timeout);
            }
        }
        true
    }

    /// Whether the log matches at prev_log_index (section 5.3).
    fn consistency(&self, request: &Append) -> Result<(), AppendRefusal> {
        let Append { prev_log_index, prev_log_term: theirs, .. } = *request;
        if prev_log_index < self.log.base().index {
            // Discarded, so committed: its leader has the same there (section 5.4), and it in its snapshot.
            return Ok(());
        }
        match self.log.term_at(prev_log_index) {
            None => Err(AppendRefusal::NoEntry { prev_log_index, last_index: self.log.last_index() }),
            Some(mine) if mine != theirs => Err(AppendRefusal::OtherTerm { prev_log_index, theirs, mine }),
            Some(_) => Ok(()),
        }
    }

    fn conflict_at(&self, prev_log_index: Index) -> Conflict {
        match self.log.term_at(prev_log_index) {
            None => Conflict { term: Term(0), first_index: self.log.last_index().next() },
            Some(term) => {
                let first_index = self.log.first_index_of(term, prev_log_index).unwrap_or(prev_log_index);
                Conflict { term, first_index }
            }
        }
    }

    /// Stores what is new and returns the last index that now matches. Entries that are there already stay: a late
    /// and short message must not remove what came after it.
    fn store(&mut self, request: &Append, effects: &mut Effects) -> Index {
        let match_index = request.prev_log_index.plus(request.entries.len() as u32);
        let mut index = request.prev_log_index;
        let mut stored: Option<Index> = None;
        for entry in &request.entries {
            index = index.next();
            if index <= self.log.base().index {
                continue;
            }
            match self.log.term_at(index) {
                Some(term) if term == entry.term => continue,
                Some(mine) => self.replace(index, mine, entry, effects),
                None => self.append(entry.clone()),
            }
            stored = stored.or(Some(index));
        }
        effects.tell(match (stored, request.entries.is_empty()) {
            (Some(first), _) => Happening::EntriesStored {
                leader: request.from,
                first,
                last: match_index,
                prev_log_term: self.log.term_at(first.before()).unwrap_or_default(),
            },
            (None, true) => {
                Happening::HeartbeatAccepted { leader: request.from, prev_log_index: request.prev_log_index }
            }
            (None, false) => Happening::EntriesKnown { leader: request.from, last: match_index },
        });
        self.settle_membership(effects);
        match_index
    }

    /// What the mistake `truncate-on-late-append` does.
    fn cut_by_mistake(&mut self, request: &Append, match_index: Index, effects: &mut Effects) {
        // What a snapshot has replaced cannot be cut off.
        let match_index = match_index.max(self.log.base().index);
        let (first, last) = (match_index.next(), self.log.last_index());
        if last > match_index && self.errs(Mistake::TruncateOnLateAppend, effects) {
            let mine = self.log.term_at(first).unwrap_or_default();
            effects.tell(Happening::EntriesCut { leader: request.from, first, last, mine });
            self.truncate(match_index);
        }
    }

    fn replace(&mut self, index: Index, mine: Term, entry: &Entry, effects: &mut Effects) {
        let last = self.log.last_index();
        if self.holds(Rule::TruncateOnConflict) {
            effects.tell(Happening::EntriesRemoved { first: index, last, mine, theirs: entry.term });
            self.truncate(index.before());
            self.append(entry.clone());
        } else {
            if last > index {
                effects.tell(Happening::RuleWouldForbid { rule: Rule::TruncateOnConflict });
            }
            effects.tell(Happening::EntriesRemoved { first: index, last: index, mine, theirs: entry.term });
            self.overwrite(index, entry.clone());
        }
    }

    /// Figure 2, AppendEntries, receiver 5: commit_index = min(leader_commit, index of the last new entry).
    fn follow_commit(&mut self, request: &Append, match_index: Index, effects: &mut Effects) {
        let own_end = self.log.last_index();
        // No further than the log goes: that match_index lies beyond it is possible only by mistake.
        let checked = request.leader_commit.min(match_index).min(own_end);
        let to = if self.holds(Rule::CommitWithinMatch) {
            checked
        } else {
            if request.leader_commit.min(own_end) > checked.max(self.commit_index) {
                effects.tell(Happening::RuleWouldForbid { rule: Rule::CommitWithinMatch });
            }
            request.leader_commit.min(own_end)
        };
        if to > self.commit_index {
            self.commit_index = to;
            effects.tell(Happening::CommitAdvanced {
                to,
                by: CommitCause::Leader { leader_commit: request.leader_commit },
            });
            self.settle_membership(effects);
        }
    }

    fn reply_append(&self, request: &Append, outcome: Result<Index, Option<Conflict>>, effects: &mut Effects) {
        let message = Message::AppendEntriesReply {
            success: outcome.is_ok(),
            prev_log_index: request.prev_log_index,
            match_index: outcome.unwrap_or_default(),
            conflict: outcome.err().flatten(),
        };
        self.reply(request.from, request.rpc, message, effects);
    }
}
