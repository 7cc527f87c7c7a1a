//! Servers of raft-core and of the crate `raft` (TiKV's raft-rs, used in production) in one cluster.
//!
//! Two implementations that were written apart agree on what is committed, or one of them is wrong. A small simulated
//! network carries their messages; between servers of different kinds they are translated ([`translate`]). Messages
//! are lost, copied and overtake each other, links are cut, servers crash and restart from what their disks hold
//! (raft-rs from its storage, raft-core from [`raft_core::Stable`]), and leaders of each kind follow each other. What
//! Raft promises is checked across both kinds ([`checks`]). A run is a function of its seed.
//!
//! # Where the two protocols differ
//!
//! | raft-rs | raft-core | what the translation does |
//! |---|---|---|
//! | A new leader always appends an empty entry. | option `no-op` | The option is on. An empty entry is a no-op, and no client's command is empty. |
//! | MsgHeartbeat checks nothing of the log; its commit index is no higher than what the receiver is known to store. | A heartbeat is an empty AppendEntries: it checks the log, and a follower commits no further than it was checked. | MsgHeartbeat becomes an AppendEntries without entries *at that commit index*, with the sender's term of the entry there. The answer, known by its [`raft_core::Rpc`], becomes MsgHeartbeatResponse. |
//! | MsgAppend without entries is allowed | The same as a heartbeat | AppendEntries always becomes MsgAppend: MsgHeartbeat would lose the check. |
//! | Requests have no names. | An answer repeats the `Rpc` of its request, by which late refusals are known. | Whatever a raft-rs server answers to an input gets the `Rpc` of that input. |
//! | A refusal names the last place where the logs may agree (`reject_hint`). | A refusal names the term that conflicts and its first index, or nothing. | The first index is one past the hint, in both directions; no conflict means "one back". |
//! | A follower answers what lies before its commit index with a success up to that index. | It does not. | It is a success with that match_index. |
//! | A request of an older term is not answered, or (with Pre-Vote or CheckQuorum) by an empty success of the newer term. | It is refused. | Nothing: the term of the answer tells it all. |
//! | A read that waits for its round is the context of the heartbeats, and of the answers to them. | The round is the `Rpc` of every request, and of every answer. | The context becomes the round of the `Rpc`. |
//! | A candidacy for a transfer is marked by the context of MsgRequestVote. | `transfer` in RequestVote | The one becomes the other. |
//! | The leader sends before it has written; a vote that was refused may carry a commit index. | option `parallel-write`; no | Nothing; the commit index is left out. |
//!
//! Left out: changes of membership (raft-rs applies them when they are committed, raft-core when they are appended),
//! snapshots, and lease-based reads.
#![cfg(not(all(target_os = "macos", target_arch = "aarch64")))]

pub mod chance;
pub mod checks;
pub mod core_server;
pub mod rs_server;
pub mod translate;
pub mod world;
