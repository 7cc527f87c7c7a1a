//! What a message of one kind is in the words of the other. The table is in the documentation of the crate.

use raft::eraftpb::{Entry as RsEntry, Message as RsMessage, MessageType};
use raft_core::{Command, Conflict, Entry, Envelope, Index, Message, Own, Payload, Rpc, ServerId, Term};

/// The attempt that marks the translation of a MsgHeartbeat, so that its answer can be told from that of a MsgAppend.
const HEARTBEAT: u32 = 1;

/// The read for which raft-rs sends a heartbeat becomes the round of the request: raft-rs finds it again in the answer.
fn heartbeat_of(context: &[u8]) -> Rpc {
    Rpc { round: context.try_into().map_or(0, u32::from_le_bytes), attempt: HEARTBEAT }
}

/// An entry of raft-rs as one of raft-core.
pub fn entry_to_core(entry: &RsEntry) -> Entry {
    let payload =
        if entry.data.is_empty() { Payload::Own(Own::NoOp) } else { Payload::Command(Command::new(&entry.data)) };
    Entry { term: Term(entry.term as u32), payload }
}

/// An entry of raft-core as one of raft-rs.
pub fn entry_to_rs(index: Index, entry: &Entry) -> RsEntry {
    let mut out = RsEntry { term: entry.term.0.into(), index: index.0.into(), ..RsEntry::default() };
    match &entry.payload {
        // A configuration is never sent: membership changes are left out here.
        Payload::Own(_) => (),
        Payload::Command(command) => out.data = command.bytes().to_vec().into(),
        #[allow(unreachable_patterns, reason = "no other entry is made in these clusters")]
        other => panic!("no translation for {other:?}"),
    }
    out
}

/// By this raft-rs knows a candidate to which the leader hands over.
const CAMPAIGN_TRANSFER: &[u8] = b"CampaignTransfer";

/// A message that a raft-rs server sends to one of raft-core. `term_at` is the sender's log; `answers` names the
/// request to which it is the answer, if it is one.
pub fn to_core(message: &RsMessage, term_at: impl Fn(u64) -> u64, answers: Rpc) -> Envelope {
    let index = |index: u64| Index(index as u32);
    let vote_granted = !message.reject;
    let (last_log_index, last_log_term) = (index(message.index), Term(message.log_term as u32));
    let (rpc, out) = match message.get_msg_type() {
        MessageType::MsgRequestVote => {
            let transfer = message.context[..] == CAMPAIGN_TRANSFER[..];
            (Rpc::default(), Message::RequestVote { last_log_index, last_log_term, transfer })
        }
        MessageType::MsgRequestPreVote => (Rpc::default(), Message::PreVote { last_log_index, last_log_term }),
        MessageType::MsgRequestVoteResponse => (answers, Message::RequestVoteReply { vote_granted }),
        MessageType::MsgRequestPreVoteResponse => (answers, Message::PreVoteReply { vote_granted }),
        MessageType::MsgAppend => {
            let append = Message::AppendEntries {
                prev_log_index: index(message.index),
                prev_log_term: Term(message.log_term as u32),
                entries: message.entries.iter().map(entry_to_core).collect(),
                leader_commit: index(message.commit),
            };
            (Rpc::default(), append)
        }
        MessageType::MsgHeartbeat => {
            let append = Message::AppendEntries {
                prev_log_index: index(message.commit),
                prev_log_term: Term(term_at(message.commit) as u32),
                entries: Vec::new(),
                leader_commit: index(message.commit),
            };
            (heartbeat_of(&message.context), append)
        }
        MessageType::MsgAppendResponse => {
            let success = !message.reject;
            let hint = Conflict { term: Term(0), first_index: index(message.reject_hint + 1) };
            let reply = Message::AppendEntriesReply {
                success,
                prev_log_index: index(message.index),
                match_index: if success { index(message.index) } else { Index(0) },
                conflict: message.reject.then_some(hint),
            };
            (answers, reply)
        }
        MessageType::MsgTimeoutNow => (Rpc::default(), Message::TimeoutNow),
        // A MsgHeartbeatResponse answers a MsgHeartbeat, which no server of raft-core sends.
        other => panic!("no translation for {other:?}"),
    };
    let (from, to) = (ServerId(message.from as u32), ServerId(message.to as u32));
    Envelope { from, to, term: Term(message.term as u32), rpc, message: out }
}

/// A message that a raft-core server sends to one of raft-rs.
pub fn to_rs(envelope: &Envelope) -> RsMessage {
    let mut out = RsMessage {
        from: envelope.from.0.into(),
        to: envelope.to.0.into(),
        term: envelope.term.0.into(),
        ..RsMessage::default()
    };
    match &envelope.message {
        Message::RequestVote { last_log_index, last_log_term, transfer } => {
            if *transfer {
                out.context = CAMPAIGN_TRANSFER.to_vec().into();
            }
            out.set_msg_type(MessageType::MsgRequestVote);
            (out.index, out.log_term) = (last_log_index.0.into(), last_log_term.0.into());
        }
        Message::PreVote { last_log_index, last_log_term } => {
            out.set_msg_type(MessageType::MsgRequestPreVote);
            (out.index, out.log_term) = (last_log_index.0.into(), last_log_term.0.into());
        }
        Message::RequestVoteReply { vote_granted } => {
            out.set_msg_type(MessageType::MsgRequestVoteResponse);
            out.reject = !vote_granted;
        }
        Message::PreVoteReply { vote_granted } => {
            out.set_msg_type(MessageType::MsgRequestPreVoteResponse);
            out.reject = !vote_granted;
        }
        Message::AppendEntries { prev_log_index, prev_log_term, entries, leader_commit } => {
            out.set_msg_type(MessageType::MsgAppend);
            (out.index, out.log_term) = (prev_log_index.0.into(), prev_log_term.0.into());
            out.commit = leader_commit.0.into();
            let places = (prev_log_index.0 + 1..).map(Index);
            out.entries = places.zip(entries).map(|(index, entry)| entry_to_rs(index, entry)).collect();
        }
        Message::AppendEntriesReply { .. } if envelope.rpc.attempt == HEARTBEAT => {
            out.set_msg_type(MessageType::MsgHeartbeatResponse);
            if envelope.rpc.round > 0 {
                out.context = envelope.rpc.round.to_le_bytes().to_vec().into();
            }
        }
        Message::AppendEntriesReply { success: true, match_index, .. } => {
            out.set_msg_type(MessageType::MsgAppendResponse);
            out.index = match_index.0.into();
        }
        Message::AppendEntriesReply { success: false, prev_log_index, conflict, .. } => {
            out.set_msg_type(MessageType::MsgAppendResponse);
            (out.reject, out.index) = (true, prev_log_index.0.into());
            let first = conflict.map_or(*prev_log_index, |conflict| conflict.first_index);
            out.reject_hint = first.before().0.into();
        }
        Message::TimeoutNow => out.set_msg_type(MessageType::MsgTimeoutNow),
        #[allow(unreachable_patterns, reason = "no other message is sent in these clusters")]
        other => panic!("no translation for {other:?}"),
    }
    out
}
