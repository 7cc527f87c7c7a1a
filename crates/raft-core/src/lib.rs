//! Raft as a value: one server of the consensus algorithm that can be held, cloned, compared and printed.
//!
//! A [`Node`] has no clock, no network, no disk, no thread and no randomness of its own.
//! Whoever owns it says what time it is and what arrived; the node updates itself and lists, in
//! [`Effects`], what must be made stable, what may be sent after that, and what happened and why.
//! **The one law of this interface: deal with all effects before calling the node again.**
//!
//! The duties of the owner, in order, after each [`Node::handle`]:
//!
//! 1. Begin writing [`Effects::write`], if there is one. Writes become stable in the order in which they
//!    were given. When one has, say so with [`Input::WriteStable`].
//! 2. Send each of [`Effects::messages`] once the write it names in `after` is stable; at once if it names none.
//! 3. Reset the state machine to [`Effects::restore`], if there is one; then apply the entries of [`Effects::apply`]
//!    to it, in order.
//! 4. Answer the reads of [`Effects::reads`] from the state machine.
//! 5. Call again at [`Node::deadline`] with [`Input::Timer`], or earlier with whatever arrives.
//!
//! Before [`Node::start`] it resets the state machine to the snapshot that the disk holds. When it finds the log too
//! long, it says so with [`Input::Compact`] and the state machine as bytes (section 7).
//!
//! Names are those of Figure 2 of the paper ("In Search of an Understandable Consensus Algorithm", extended
//! version) in snake case, and sections in the documentation are that paper's unless the dissertation is named.
//!
//! Every rule that keeps Raft safe or live can be switched off, one by one ([`Rules`]), so that a reader can see
//! what it is for. Every step that the protocol takes is told as a [`Happening`] that carries its reason in types.
//!
//! Who belongs to the cluster stands in the log ([`Membership`]); an administrator asks the leader for a [`Change`].
//!
//! Left out: storage engines and wire formats (the owner decides both), and retries of RequestVote within a term (the
//! next election is the retry).
#![no_std]

extern crate alloc;

mod chunks;
mod effects;
mod happening;
mod hash;
mod ids;
mod install;
mod log;
mod membership;
mod message;
mod mistakes;
mod node;
mod policy;
mod reads;
mod role;
mod snapshot;
mod switches;
mod terms;
mod transfer;
mod writes;

mod change;
mod election;
mod replication;

pub use change::CatchUp;
pub use chunks::Chunks;
pub use effects::{Effects, Outgoing, Write, WriteId};
pub use happening::{
    AppendRefusal, CandidacyCause, ChunkRefusal, Citation, CommitCause, Denial, EntryKind, Happening, IgnoreCause,
    LogFate, ReadGround, ReadRefusal, StepDownCause,
};
pub use hash::{Digest, mix};
pub use ids::{Index, Micros, ServerId, ServerSet, Term, Time};
pub use install::SnapshotTransfer;
pub use log::{Base, Command, Entry, Log, Own, Payload};
pub use membership::{Change, ChangeRefusal, ConfigCause, GiveUpCause, Membership, QuietCause, Standing};
pub use message::{Conflict, Envelope, Message, MessageKind, Rpc};
pub use mistakes::{Mistake, Mistakes};
pub use node::{Config, Context, Input, Node, Stable, Volatile};
pub use policy::{Agreement, commit_candidate, count, grants_vote, log_is_up_to_date, majority, quorum};
pub use reads::{PendingRead, ReadId, Reads};
pub use role::{Progress, Role, Tally, Timer};
pub use snapshot::Snapshot;
pub use switches::{Options, ProtocolOption, Rule, RuleKind, Rules};
pub use transfer::{Transfer, TransferRefusal};
