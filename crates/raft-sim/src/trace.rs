//! Traces: one line for each happening, in a fixed notation, for golden files and for the eye (`docs/raftlab.md`).
//!
//! ```text
//!  time_us  event who    verb          details
//!   173420      1 S5@1   candidate     timer 173420us
//!   178211      4 S2@1   grant         S5
//! ```
//!
//! Columns are separated by spaces and only the last one has spaces inside. `S5@1` is a server and its term,
//! `3@2` an entry: index 3, term 2. Sentences may change from version to version; a verb and its details do not.

use crate::key::Kind;
use crate::machine::entry_text;
use crate::membership::change_text;
use crate::sentences::receiver;
use crate::told::{ClientTold, EventInfo, LossCause, Told};
use crate::world::World;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use raft_core::{
    AppendRefusal, CandidacyCause, ChangeRefusal, ChunkRefusal, CommitCause, ConfigCause, Denial, GiveUpCause,
    Happening, IgnoreCause, Index, Log, LogFate, MessageKind, QuietCause, ReadGround, ReadRefusal, ServerId,
    StepDownCause, Term, TransferRefusal,
};

/// Every verb, in the order of the documentation.
pub const VERBS: &[&str] = &[
    "pre-candidate",
    "candidate",
    "leader",
    "follower",
    "term",
    "grant",
    "deny",
    "vote",
    "refused",
    "pre-grant",
    "pre-deny",
    "pre-vote",
    "pre-refused",
    "append",
    "redirect",
    "heartbeat",
    "hear",
    "store",
    "know",
    "remove",
    "drop",
    "reject",
    "match",
    "back-up",
    "commit",
    "withhold",
    "apply",
    "stable",
    "ignore",
    "config",
    "no-change",
    "catch-up",
    "round",
    "give-up",
    "quiet",
    "rule-off",
    "command",
    "chaos",
    "moot",
    "crash",
    "disk-lied",
    "restart",
    "pause",
    "resume",
    "wait",
    "lost",
    "ask",
    "redirected",
    "answered",
    "gave-up",
    "violation",
    "defer",
    "no-candidate",
    "hand-over",
    "keep-lead",
    "timeout-now",
    "hand-over-ended",
    "read",
    "read-answer",
    "read-refused",
];

/// The lines of a world's last event, one for each thing that it made happen.
pub fn lines(world: &World) -> Vec<String> {
    let Some(info) = world.last_event() else { return Vec::new() };
    world.told().iter().map(|told| line(&info, told, world)).collect()
}

/// One thing that an event made happen, in the world as that event left it.
pub fn line(info: &EventInfo, told: &Told, world: &World) -> String {
    let (verb, details) = match told {
        Told::Raft(server, happening) => raft(happening, log(*server, world)),
        other => around(other, world),
    };
    let line = format!("{:>9} {:>6} {:<6} {verb:<13} {details}", info.time.0, info.number, who(told, world));
    line.trim_end().to_string()
}

/// Whom it happened to: a server with its term, a client, or nobody in particular.
fn who(told: &Told, world: &World) -> String {
    match told {
        Told::Waits(key) => server_at_term(ServerId(key.to), world),
        Told::Client { client, .. } => format!("C{client}"),
        _ => told.server().map_or_else(|| "-".to_string(), |id| server_at_term(id, world)),
    }
}

fn server_at_term(id: ServerId, world: &World) -> String {
    let shell = world.server(id);
    let term = shell.node.as_ref().map_or(shell.stable.current_term, |node| node.current_term());
    format!("{id}@{term}")
}

fn log(id: ServerId, world: &World) -> &Log {
    let shell = world.server(id);
    shell.node.as_ref().map_or(&shell.stable.log, |node| node.log())
}

/// An entry of a log: "3@2", "3@snapshot" if a snapshot stands for it, or "3@?" if the log ends before it.
fn entry(index: Index, log: &Log) -> String {
    if index < log.base().index {
        return format!("{index}@snapshot");
    }
    log.term_at(index).map_or_else(|| format!("{index}@?"), |term| known(term, index))
}

fn known(term: Term, index: Index) -> String {
    format!("{index}@{term}")
}

fn span(first: Index, last: Index, log: &Log) -> String {
    if first == last { entry(first, log) } else { format!("{}..{}", entry(first, log), entry(last, log)) }
}

fn raft(happening: &Happening, log: &Log) -> (&'static str, String) {
    use Happening as H;
    match *happening {
        H::BecamePreCandidate { term, why } => ("pre-candidate", format!("for {term} {}", candidacy(why))),
        H::BecameCandidate { why, .. } => ("candidate", candidacy(why)),
        H::BecameLeader { votes, needed, .. } => ("leader", format!("votes {votes}/{needed}")),
        H::SteppedDown { why, .. } => ("follower", step_down(why)),
        H::TermRaised { from_term, term, why } => ("term", format!("{from_term} -> {term} {}", step_down(why))),
        H::VoteGranted { candidate, pre: false } => ("grant", candidate.to_string()),
        H::VoteGranted { candidate, pre: true } => ("pre-grant", candidate.to_string()),
        H::VoteDenied { candidate, pre, why } => {
            (if pre { "pre-deny" } else { "deny" }, format!("{candidate} {}", denial(why)))
        }
        H::VoteReceived { from, votes, needed, pre } => {
            (if pre { "pre-vote" } else { "vote" }, format!("{from} {votes}/{needed}"))
        }
        H::VoteRefused { from, pre } => (if pre { "pre-refused" } else { "refused" }, from.to_string()),
        H::EntryAppended { index, .. } => {
            let text = log.get(index).map(entry_text).unwrap_or_default();
            ("append", format!("{} {text}", entry(index, log)))
        }
        H::ProposalRefused { leader } => ("redirect", somebody(leader)),
        H::HeartbeatSent { round } => ("heartbeat", format!("round {round}")),
        H::HeartbeatAccepted { leader, prev_log_index } => ("hear", format!("{leader} {}", entry(prev_log_index, log))),
        H::EntriesStored { leader, first, last, prev_log_term } => {
            let before = known(prev_log_term, first.before());
            ("store", format!("{leader} {} after {before}", span(first, last, log)))
        }
        H::EntriesKnown { leader, last } => ("know", format!("{leader} {}", entry(last, log))),
        H::EntriesRemoved { first, last, mine, theirs } => {
            ("remove", format!("{}..{last} theirs {}", known(mine, first), known(theirs, first)))
        }
        H::EntriesDropped { first, last, mine } => ("drop", format!("{}..{last}", known(mine, first))),
        H::AppendRefused { leader, why } => ("reject", format!("{leader} {}", append_refusal(why, log))),
        H::MatchAdvanced { follower, match_index } => ("match", format!("{follower} {}", entry(match_index, log))),
        H::NextIndexLowered { follower, from, to, fast } => {
            ("back-up", format!("{follower} {from} -> {to}{}", if fast { " fast" } else { "" }))
        }
        H::CommitAdvanced { to, by: CommitCause::Majority { stored, needed } } => {
            ("commit", format!("{} stored {stored}/{needed}", entry(to, log)))
        }
        H::CommitAdvanced { to, by: CommitCause::Leader { leader_commit } } => {
            ("commit", format!("{} leader {leader_commit}", entry(to, log)))
        }
        H::CommitAdvanced { to, by: CommitCause::Snapshot } => ("commit", format!("{} snapshot", entry(to, log))),
        H::SnapshotTaken { last_included_index, last_included_term, bytes } => {
            ("snapshot", format!("{} {bytes} bytes", known(last_included_term, last_included_index)))
        }
        H::LogDiscarded { upto } => ("discard", entry(upto, log)),
        H::InstallBegun { follower, next_index, first_index, last_included_index, bytes } => (
            "install",
            format!("{follower} next {next_index} < {first_index} snapshot {last_included_index} {bytes} bytes"),
        ),
        H::ChunkAcknowledged { follower, last_included_index, next_offset, bytes } => {
            ("chunk-ack", format!("{follower} {last_included_index} {next_offset}/{bytes}"))
        }
        H::InstallSetBack { follower, last_included_index, next_offset } => {
            ("set-back", format!("{follower} {last_included_index} {next_offset}"))
        }
        H::ChunkStored { leader, last_included_index, offset, upto, done } => {
            let done = if done { " done" } else { "" };
            ("chunk", format!("{leader} {last_included_index} {offset}..{upto}{done}"))
        }
        H::ChunkRefused { leader, last_included_index, why } => {
            ("chunk-refused", format!("{leader} {last_included_index} {}", chunk_refusal(why)))
        }
        H::SnapshotInstalled { leader, last_included_index, last_included_term, log: fate } => {
            ("installed", format!("{leader} {} {}", known(last_included_term, last_included_index), log_fate(fate)))
        }
        H::CommitWithheld { index, term } => ("withhold", known(term, index)),
        H::Applied { first, last } => ("apply", span(first, last, log)),
        H::BecameStable { last_index } => ("stable", entry(last_index, log)),
        H::Ignored { from, kind, why } => ("ignore", format!("{from} {} {}", kind_name(kind), ignore(why))),
        H::EntriesCut { leader, first, last, mine } => ("cut", format!("{}..{last} by {leader}", known(mine, first))),
        H::MistakeMade { mistake } => ("mistake", mistake.id().to_string()),
        H::ChangeRefused { change, why } => ("no-change", format!("{} {}", change_text(change), change_refusal(why))),
        H::CatchUpBegan { change, upto } => ("catch-up", format!("{} to {}", change_text(change), entry(upto, log))),
        H::CatchUpRound { round, lasted } => ("round", format!("{round} {lasted}us")),
        H::ChangeGivenUp { change, why } => ("give-up", format!("{} {}", change_text(change), give_up(why))),
        H::ConfigChanged { index, why } => {
            let text = log.get(index).map(entry_text).unwrap_or_default();
            ("config", format!("{} {} {text}", config_cause(why), entry(index, log)).trim_end().to_string())
        }
        H::StayedQuiet { why: QuietCause::Learner } => ("quiet", "learner".into()),
        H::StayedQuiet { why: QuietCause::Outside } => ("quiet", "outside".into()),
        H::ProposalDeferred { target } => ("defer", target.to_string()),
        H::CandidacyWithheld { leader } => {
            ("no-candidate", leader.map_or_else(|| "bound".into(), |id| format!("hears {id}")))
        }
        H::TransferBegun { target } => ("hand-over", target.to_string()),
        H::TransferRefused { target, why } => ("keep-lead", format!("{target} {}", transfer_refusal(why))),
        H::TimeoutNowSent { target } => ("timeout-now", target.to_string()),
        H::TransferAborted { target, sent } => {
            ("hand-over-ended", format!("{target}{}", if sent { "" } else { " behind" }))
        }
        H::ReadNoted { read, index, round } => ("read", format!("r{} commit {index} round {round}", read.0)),
        H::ReadAnswered { read, index, by } => ("read-answer", format!("r{} index {index} {}", read.0, ground(by))),
        H::ReadRefused { read, why } => ("read-refused", format!("r{} {}", read.0, read_refusal(why))),
        H::RuleWouldForbid { rule } => ("rule-off", rule.id().to_string()),
    }
}

/// What is told of everything around the servers.
fn around(told: &Told, world: &World) -> (&'static str, String) {
    match told {
        Told::Reader(command) => ("command", command.to_string()),
        Told::Chaos(command) => ("chaos", format!("{command}")),
        Told::Moot(command, why) => ("moot", format!("{command}: {why}")),
        Told::Crashed { entries_lost, vote_lost, .. } => {
            let vote = if *vote_lost { " and vote" } else { "" };
            ("crash", format!("loses {entries_lost}{vote}"))
        }
        Told::DiskLied { entries_lost, vote_lost, .. } => {
            let vote = if *vote_lost { " and vote" } else { "" };
            ("disk-lied", format!("loses {entries_lost}{vote}"))
        }
        Told::Restarted(server) => ("restart", format!("disk {}", last(&world.server(*server).stable.log))),
        Told::Paused(_) => ("pause", String::new()),
        Told::Resumed { waiting, .. } => ("resume", format!("waiting {waiting}")),
        Told::Waits(key) => ("wait", key.to_string()),
        Told::Lost(key, why) => ("lost", format!("{key} {}", loss(*why, &receiver(key)))),
        Told::Client { serial, what, .. } => client(*serial, what),
        Told::Violation(number) => {
            let found = world.violations().get(*number as usize);
            let servers = found.map_or_else(Vec::new, |found| found.witness.servers());
            let names: Vec<String> = servers.iter().map(ToString::to_string).collect();
            ("violation", format!("{} {}", found.map_or("?", |it| it.witness.property().id()), names.join(" ")))
        }
        Told::Raft(server, happening) => raft(happening, log(*server, world)),
    }
}

fn last(log: &Log) -> String {
    known(log.last_term(), log.last_index())
}

fn client(serial: u32, what: &ClientTold) -> (&'static str, String) {
    match what {
        ClientTold::Asked { text, server, attempt } => ("ask", format!("#{serial} {text} {server} attempt {attempt}")),
        ClientTold::Redirected { by, leader } => ("redirected", format!("#{serial} {by} -> {}", somebody(*leader))),
        ClientTold::Answered { text, by, result: Some(value) } => {
            ("answered", format!("#{serial} {text} {by} -> {value}"))
        }
        ClientTold::Answered { text, by, result: None } => ("answered", format!("#{serial} {text} {by}")),
        ClientTold::AppliedBefore { by } => ("applied-before", format!("#{serial} {by}")),
        ClientTold::GaveUpWaiting { server } => ("gave-up", format!("#{serial} {server}")),
    }
}

fn somebody(leader: Option<ServerId>) -> String {
    leader.map_or_else(|| "nobody".to_string(), |id| id.to_string())
}

fn candidacy(why: CandidacyCause) -> String {
    match why {
        CandidacyCause::TimerRanOut { timeout } => format!("timer {timeout}us"),
        CandidacyCause::PreVoteWon => "pre-vote".into(),
        CandidacyCause::Forced => "forced".into(),
        CandidacyCause::Transfer { leader } => format!("transfer {leader}"),
    }
}

fn step_down(why: StepDownCause) -> String {
    match why {
        StepDownCause::HigherTerm { from, kind } => format!("higher-term {from} {}", kind_name(kind)),
        StepDownCause::LeaderExists { leader } => format!("leader {leader}"),
        StepDownCause::QuorumLost { heard, needed } => format!("quorum-lost {heard}/{needed}"),
        StepDownCause::Removed { index } => format!("removed {index}"),
    }
}

fn config_cause(why: ConfigCause) -> &'static str {
    match why {
        ConfigCause::Appended => "appended",
        ConfigCause::FellBack => "fell-back",
        ConfigCause::Committed => "committed",
    }
}

fn change_refusal(why: ChangeRefusal) -> String {
    match why {
        ChangeRefusal::NotLeader { leader } => format!("not-leader {}", somebody(leader)),
        ChangeRefusal::UnderWay { index } => format!("under-way {index}"),
        ChangeRefusal::CatchingUp => "catching-up".into(),
        ChangeRefusal::NothingCommitted => "nothing-committed".into(),
        ChangeRefusal::AlreadyMember => "already".into(),
        ChangeRefusal::NotMember => "not-member".into(),
        ChangeRefusal::NotLearner => "not-learner".into(),
        ChangeRefusal::NobodyLeft => "nobody-left".into(),
    }
}

fn give_up(why: GiveUpCause) -> String {
    match why {
        GiveUpCause::TooSlow { rounds } => format!("too-slow {rounds}"),
        GiveUpCause::Silent { server } => format!("silent {server}"),
        GiveUpCause::NotLeading => "not-leading".into(),
    }
}

fn denial(why: Denial) -> String {
    match why {
        Denial::StaleTerm { theirs, mine } => format!("stale-term {theirs} < {mine}"),
        Denial::AlreadyVoted { voted_for } => format!("voted {voted_for}"),
        Denial::StaleLog { theirs, mine } => {
            format!("stale-log {} < {}", known(theirs.0, theirs.1), known(mine.0, mine.1))
        }
        Denial::HearsLeader { leader } => format!("hears {leader}"),
    }
}

fn append_refusal(why: AppendRefusal, log: &Log) -> String {
    match why {
        AppendRefusal::StaleTerm { theirs, mine } => format!("stale-term {theirs} < {mine}"),
        AppendRefusal::NoEntry { prev_log_index, last_index } => {
            format!("no-entry {prev_log_index} last {}", entry(last_index, log))
        }
        AppendRefusal::OtherTerm { prev_log_index, theirs, mine } => {
            format!("other-term {} mine {}", known(theirs, prev_log_index), known(mine, prev_log_index))
        }
        AppendRefusal::IsLeader => "is-leader".into(),
    }
}

fn chunk_refusal(why: ChunkRefusal) -> String {
    match why {
        ChunkRefusal::StaleTerm { theirs, mine } => format!("stale-term {theirs} < {mine}"),
        ChunkRefusal::IsLeader => "is-leader".into(),
        ChunkRefusal::Known { commit_index } => format!("known {commit_index}"),
        ChunkRefusal::Older { receiving } => format!("older {receiving}"),
        ChunkRefusal::Gap { offset, expected } => format!("gap {offset} > {expected}"),
    }
}

fn log_fate(fate: LogFate) -> String {
    match fate {
        LogFate::Kept { last } => format!("keeps {last}"),
        LogFate::Discarded { last, mine: Some(mine) } => format!("discards {last} mine {mine}"),
        LogFate::Discarded { last, mine: None } => format!("discards {last}"),
    }
}

fn ignore(why: IgnoreCause) -> String {
    match why {
        IgnoreCause::OldTerm => "old-term".into(),
        IgnoreCause::NotAsking => "not-asking".into(),
        IgnoreCause::Overtaken => "overtaken".into(),
        IgnoreCause::HearsLeader { leader } => format!("hears {leader}"),
        IgnoreCause::Bound => "bound".into(),
    }
}

fn transfer_refusal(why: TransferRefusal) -> String {
    match why {
        TransferRefusal::NotLeader { leader } => format!("not-leader {}", somebody(leader)),
        TransferRefusal::NotMember => "not-member".into(),
        TransferRefusal::LeadsAlready => "leads".into(),
        TransferRefusal::UnderWay { target } => format!("under-way {target}"),
    }
}

fn ground(by: ReadGround) -> String {
    match by {
        ReadGround::Round { round } => format!("round {round}"),
        ReadGround::Lease { until } => format!("lease until {}us", until.0),
        ReadGround::Belief => "unconfirmed".into(),
    }
}

fn read_refusal(why: ReadRefusal) -> String {
    match why {
        ReadRefusal::NotLeader { leader } => format!("not-leader {}", somebody(leader)),
        ReadRefusal::SteppedDown => "stepped-down".into(),
    }
}

fn loss(why: LossCause, receiver: &str) -> String {
    match why {
        LossCause::Chance => "chance".into(),
        LossCause::Cut => "cut".into(),
        LossCause::Partition => "partition".into(),
        LossCause::Down => format!("down {receiver}"),
        LossCause::Reader => "dropped".into(),
    }
}

fn kind_name(kind: MessageKind) -> &'static str {
    Kind::from(kind).name()
}

#[cfg(test)]
mod tests;
