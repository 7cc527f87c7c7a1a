//! The one catalogue of sentences: what happened, for readers, in the page and at the terminal alike.
//!
//! Short, active, in the present tense, with names and numbers, and with no word that the paper does not use.

use crate::checkers::{Property, Violation, Witness};
use crate::command::{Command, Handling};
use crate::key::{Kind, MessageKey};
use crate::membership::{self, change_phrase};
use crate::shape::Shape;
use crate::told::{ClientTold, LossCause, Told};
use crate::world::World;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use raft_core::{
    AppendRefusal, CandidacyCause, ChunkRefusal, Citation, CommitCause, Denial, EntryKind, Happening, IgnoreCause,
    Index, LogFate, Micros, QuietCause, ReadGround, ReadRefusal, Rule, RuleKind, ServerId, StepDownCause, Term,
    TransferRefusal,
};

/// What a sentence is about, for the filter of the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// Terms, candidates, votes, leaders.
    Election,
    /// Entries and logs.
    Log,
    /// What is committed and applied.
    Commit,
    /// Clients and their requests.
    Client,
    /// Heartbeats, answers, writes.
    Message,
    /// Crashes, partitions, losses, and the reader's commands.
    Fault,
    /// Broken promises.
    Violation,
}

impl Topic {
    /// Its name in the page.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Election => "election",
            Self::Log => "log",
            Self::Commit => "commit",
            Self::Client => "client",
            Self::Message => "message",
            Self::Fault => "fault",
            Self::Violation => "violation",
        }
    }
}

/// The topic of something that happened.
pub fn topic(told: &Told) -> Topic {
    use Happening as H;
    match told {
        Told::Raft(_, happening) => match happening {
            H::BecamePreCandidate { .. }
            | H::BecameCandidate { .. }
            | H::BecameLeader { .. }
            | H::SteppedDown { .. }
            | H::TermRaised { .. }
            | H::VoteGranted { .. }
            | H::VoteDenied { .. }
            | H::VoteReceived { .. }
            | H::VoteRefused { .. }
            | H::CandidacyWithheld { .. }
            | H::TransferBegun { .. }
            | H::TransferRefused { .. }
            | H::TimeoutNowSent { .. }
            | H::TransferAborted { .. } => Topic::Election,
            H::EntryAppended { .. }
            | H::EntriesStored { .. }
            | H::EntriesRemoved { .. }
            | H::EntriesDropped { .. }
            | H::EntriesCut { .. }
            | H::AppendRefused { .. }
            | H::MatchAdvanced { .. }
            | H::ChangeRefused { .. }
            | H::CatchUpBegan { .. }
            | H::CatchUpRound { .. }
            | H::ChangeGivenUp { .. }
            | H::ConfigChanged { .. }
            | H::NextIndexLowered { .. }
            | H::SnapshotTaken { .. }
            | H::LogDiscarded { .. }
            | H::InstallBegun { .. }
            | H::InstallSetBack { .. }
            | H::SnapshotInstalled { .. } => Topic::Log,
            H::CommitAdvanced { .. } | H::CommitWithheld { .. } | H::Applied { .. } => Topic::Commit,
            H::ProposalRefused { .. }
            | H::ProposalDeferred { .. }
            | H::ReadNoted { .. }
            | H::ReadAnswered { .. }
            | H::ReadRefused { .. } => Topic::Client,
            H::HeartbeatSent { .. }
            | H::HeartbeatAccepted { .. }
            | H::EntriesKnown { .. }
            | H::BecameStable { .. }
            | H::StayedQuiet { .. }
            | H::ChunkAcknowledged { .. }
            | H::ChunkStored { .. }
            | H::ChunkRefused { .. }
            | H::Ignored { .. } => Topic::Message,
            H::RuleWouldForbid { .. } | H::MistakeMade { .. } => Topic::Violation,
        },
        Told::Reader(Command::Request(_) | Command::Burst(_)) | Told::Client { .. } => Topic::Client,
        Told::Reader(_)
        | Told::Chaos(_)
        | Told::Moot(..)
        | Told::Crashed { .. }
        | Told::DiskLied { .. }
        | Told::Restarted(_)
        | Told::Paused(_)
        | Told::Resumed { .. } => Topic::Fault,
        Told::Waits(_) => Topic::Message,
        // A heartbeat that does not arrive is followed by the next one; anything else that is lost is news.
        Told::Lost(key, _) if is_routine(key) => Topic::Message,
        Told::Lost(..) => Topic::Fault,
        Told::Violation(_) => Topic::Violation,
    }
}

/// Whether a message belongs to the heartbeats that come and go all the time.
pub fn is_routine(key: &MessageKey) -> bool {
    matches!(key.kind, Kind::Append | Kind::AppendReply) && key.attempt == 0
}

/// Where the paper speaks of it.
pub fn citation(told: &Told) -> Option<Citation> {
    let cite = |section, statement| Some(Citation { section, statement, rule: None });
    match told {
        Told::Raft(_, happening) => Some(happening.citation()),
        Told::Crashed { .. } => cite("5.1", "What is not on stable storage is lost in a crash."),
        Told::DiskLied { .. } => {
            cite("Figure 2", "A server updates its persistent state on stable storage before it answers.")
        }
        Told::Restarted(_) => Some(Rule::VolatileReset.citation()),
        Told::Client { .. } => {
            cite("8", "Clients send their requests to the leader, and try again if it does not answer.")
        }
        Told::Violation(_) => cite("Figure 3", "These properties hold at all times."),
        Told::Reader(_)
        | Told::Chaos(_)
        | Told::Moot(..)
        | Told::Paused(_)
        | Told::Resumed { .. }
        | Told::Waits(_)
        | Told::Lost(..) => None,
    }
}

/// The rule that stands behind it in this world: while a promise is broken, the rule that is off, or what a mistake
/// that is made gets wrong, says more than the promise itself.
pub fn citation_in(told: &Told, world: &World) -> Option<Citation> {
    let off = || world.config().rules.off();
    let rule = off().find(|rule| rule.kind() == RuleKind::Safety).or_else(|| off().next());
    match (told, rule) {
        (Told::Violation(_), Some(rule)) => Some(rule.citation()),
        (Told::Violation(_), None) => {
            world.config().mistakes.on().next().map_or_else(|| citation(told), |made| Some(made.citation()))
        }
        _ => citation(told),
    }
}

/// The sentence.
pub fn sentence(told: &Told, world: &World) -> String {
    match told {
        Told::Raft(server, happening) => raft(*server, happening, world),
        Told::Reader(command) => reader(command),
        Told::Chaos(command) => format!("Chaos: {}", reader(command)),
        Told::Moot(command, why) => format!("\"{command}\" has no effect: {why}."),
        Told::Crashed { server, entries_lost, vote_lost } => {
            let lost = match (entries_lost, vote_lost) {
                (0, false) => "everything it needs is on its disk".to_string(),
                (0, true) => "its newest vote was not yet on disk".to_string(),
                (count, _) => format!("it loses {} that were not yet on disk", entries(*count)),
            };
            format!("{server} crashes; {lost}.")
        }
        Told::DiskLied { server, entries_lost: 0, .. } => {
            format!("The disk of {server} lied: it had called its newest vote stable, and does not have it.")
        }
        Told::DiskLied { server, entries_lost, .. } => {
            format!("The disk of {server} lied: it had called {} stable that it does not have.", entries(*entries_lost))
        }
        Told::Restarted(server) => {
            let shell = world.server(*server);
            let (term, last) = (shell.stable.current_term, shell.stable.log.last_index());
            if let Some(snapshot) = &shell.stable.snapshot {
                let upto = snapshot.last_included_index;
                let rest = entries(last.0.saturating_sub(upto.0));
                return format!(
                    "{server} restarts as a follower with what its disk holds: term {term}, a snapshot up to index {upto}, {rest} after it."
                );
            }
            format!("{server} restarts as a follower with what its disk holds: term {term}, {}.", entries(last.0))
        }
        Told::Paused(server) => format!("{server} freezes; nothing is lost."),
        Told::Resumed { server, waiting: 0 } => format!("{server} goes on; nothing has waited for it."),
        Told::Resumed { server, waiting } => format!("{server} goes on; {waiting} things have waited for it."),
        Told::Waits(key) => {
            format!("{} from {} waits at {}, which is paused.", key.kind.title(), sender(key), receiver(key))
        }
        Told::Lost(key, why) => lost(key, *why),
        Told::Client { client, what, .. } => client_sentence(*client, what),
        Told::Violation(number) => world.violations().get(*number as usize).map_or(String::new(), violation),
    }
}

fn raft(server: ServerId, happening: &Happening, world: &World) -> String {
    use Happening as H;
    match *happening {
        H::BecamePreCandidate { term, why } => {
            format!("{server} asks whether it could win term {term}: {}.", candidacy(why))
        }
        H::BecameCandidate { term, why } => format!("{server} becomes a candidate of term {term}: {}.", candidacy(why)),
        H::BecameLeader { term, votes, needed } => {
            format!("{server} becomes the leader of term {term} with {votes} votes of {needed} needed.")
        }
        H::SteppedDown { term, why } => format!("{server} steps down in term {term}: {}.", step_down(why)),
        H::TermRaised { from_term, term, why } => {
            format!("{server} moves from term {from_term} to term {term}: {}.", step_down(why))
        }
        H::VoteGranted { candidate, pre: false } => format!("{server} votes for {candidate}."),
        H::VoteGranted { candidate, pre: true } => format!("{server} would vote for {candidate}."),
        H::VoteDenied { candidate, pre, why } => {
            let refuses = if pre { "would refuse" } else { "refuses" };
            format!("{server} {refuses} {candidate}: {}.", denial(why))
        }
        H::VoteReceived { from, votes, needed, pre: false } => {
            format!("{server} receives the vote of {from}: {votes} of {needed} needed.")
        }
        H::VoteReceived { from, votes, needed, pre: true } => {
            format!("{server} could count on {from}: {votes} of {needed} needed.")
        }
        H::VoteRefused { from, .. } => format!("{server} is refused by {from}."),
        H::EntryAppended { index, term, kind: EntryKind::Command } => {
            format!("{server} stores the request in its log at index {index}, term {term}.")
        }
        H::EntryAppended { index, term, kind: EntryKind::Config } => {
            format!("{server} appends a new configuration at index {index}, term {term}.")
        }
        H::EntryAppended { index, term, kind: EntryKind::NoOp } => {
            format!("{server} begins term {term} with an empty entry at index {index}.")
        }
        H::ProposalRefused { leader: Some(leader) } => format!("{server} does not lead and names {leader}."),
        H::ProposalRefused { leader: None } => format!("{server} does not lead and knows no leader."),
        H::HeartbeatSent { round } => format!("{server} sends heartbeats, round {round}."),
        H::HeartbeatAccepted { leader, .. } => {
            format!("{server} hears from its leader {leader} and starts its timer anew.")
        }
        H::EntriesStored { leader, first, last, .. } => {
            format!("{server} stores {} from {leader}.", range(first, last))
        }
        H::EntriesKnown { leader, last } => format!("{server} already has what {leader} sends, up to index {last}."),
        H::EntriesRemoved { first, last, mine, theirs } => {
            format!(
                "{server} removes {}: it has term {mine} at index {first}, its leader has term {theirs}.",
                range(first, last)
            )
        }
        H::EntriesDropped { first, last, .. } => {
            format!("{server} removes {}, which it does not know to be committed.", range(first, last))
        }
        H::EntriesCut { leader, first, last, .. } => {
            format!("{server} removes {}: the message of {leader} ends before.", range(first, last))
        }
        H::MistakeMade { mistake } => {
            format!("{server} makes the mistake \"{}\".", mistake.title())
        }
        H::AppendRefused { leader, why } => {
            format!("{server} refuses the entries of {leader}: {}.", append_refusal(why))
        }
        H::MatchAdvanced { follower, match_index } => {
            format!("{server} notes that {follower} has its log up to index {match_index}.")
        }
        H::NextIndexLowered { follower, from, to, fast } => {
            let how = if fast { "skips back" } else { "goes back" };
            format!("{server} {how} in the log of {follower}, from index {from} to {to}.")
        }
        H::CommitAdvanced { to, by: CommitCause::Majority { stored, needed } } => {
            format!("{server} commits up to index {to}: {stored} servers store it, {needed} are needed.")
        }
        H::CommitAdvanced { to, by: CommitCause::Leader { leader_commit } } => {
            format!("{server} commits up to index {to}: its leader has committed up to {leader_commit}.")
        }
        H::CommitAdvanced { to, by: CommitCause::Snapshot } => {
            format!("{server} counts index {to} as committed: it is in a snapshot.")
        }
        H::SnapshotTaken { last_included_index, bytes, .. } => {
            format!("{server} takes a snapshot of its state up to index {last_included_index}, {bytes} bytes.")
        }
        H::LogDiscarded { upto } => format!("{server} discards its log up to index {upto}."),
        H::InstallBegun { follower, next_index, first_index, last_included_index, .. } => format!(
            "{server} sends {follower} its snapshot up to index {last_included_index}: {follower} needs index {next_index}, the log begins at {first_index}."
        ),
        H::ChunkAcknowledged { follower, next_offset, bytes, .. } => {
            format!("{server} notes that {follower} has {next_offset} bytes of {bytes}.")
        }
        H::InstallSetBack { follower, next_offset, .. } => {
            format!("{server} begins again at byte {next_offset}: {follower} has lost the rest.")
        }
        H::ChunkStored { leader, upto, done, .. } => {
            let rest = if done { ", all there is" } else { "" };
            format!("{server} has {upto} bytes of the snapshot of {leader}{rest}.")
        }
        H::ChunkRefused { leader, why, .. } => {
            format!("{server} leaves the snapshot of {leader} aside: {}.", chunk_refusal(why))
        }
        H::SnapshotInstalled { leader, last_included_index, log, .. } => format!(
            "{server} takes over the snapshot of {leader} up to index {last_included_index} and {}.",
            log_fate(log, last_included_index)
        ),
        H::CommitWithheld { index, term } => {
            format!(
                "{server} does not commit index {index}: a majority stores it, but it is of term {term}, not of its own."
            )
        }
        H::Applied { first, last } => format!("{server} applies {}.", range(first, last)),
        H::BecameStable { last_index } if last_index.0 == 0 => format!("{server} has its term and its vote on disk."),
        H::BecameStable { last_index } => format!("{server} has its log on disk up to index {last_index}."),
        H::Ignored { from, kind, why } => {
            format!("{server} ignores {} from {from}: {}.", article(kind.title()), ignore(why))
        }
        H::ChangeRefused { change, why } => {
            format!("{server} does not {}: {}.", change_phrase(change), membership::refusal(why))
        }
        H::CatchUpBegan { change, upto } => {
            format!("{server} is to {}, and first brings the log there up to index {upto}.", change_phrase(change))
        }
        H::CatchUpRound { round, lasted } => {
            format!("{server} ends round {round} of catching up after {}.", ms(lasted))
        }
        H::ChangeGivenUp { change, why } => {
            format!("{server} gives up to {}: {}.", change_phrase(change), membership::given_up(why))
        }
        H::ConfigChanged { index, why } => membership::changed(server, index, why, world),
        H::StayedQuiet { why: QuietCause::Learner } => format!("{server} does not campaign: it has no vote."),
        H::StayedQuiet { why: QuietCause::Outside } => {
            format!("{server} does not campaign: it does not belong to the cluster.")
        }
        H::ProposalDeferred { target } => format!("{server} takes no requests while it hands over to {target}."),
        H::CandidacyWithheld { leader: Some(leader) } => {
            format!("{server} stays a follower: a lease of {leader} may rest on its last answer.")
        }
        H::CandidacyWithheld { leader: None } => {
            format!("{server} stays a follower: a lease may rest on what it answered before.")
        }
        H::TransferBegun { target } => format!("{server} begins to hand over to {target}."),
        H::TransferRefused { target, why } => {
            format!("{server} does not hand over to {target}: {}.", transfer_refusal(why))
        }
        H::TimeoutNowSent { target } => format!("{server} asks {target} to begin an election at once."),
        H::TransferAborted { target, sent: true } => {
            format!("{server} still leads after an election timeout; it no longer waits for {target}.")
        }
        H::TransferAborted { target, sent: false } => {
            format!("{server} gives up handing over to {target}, whose log is still behind.")
        }
        H::ReadNoted { index, round, .. } => {
            format!("{server} takes a read, with index {index} committed; its next heartbeats are round {round}.")
        }
        H::ReadAnswered { index, by: ReadGround::Round { round }, .. } => {
            format!("{server} answers a read as of index {index}: a majority has answered heartbeat round {round}.")
        }
        H::ReadAnswered { index, by: ReadGround::Lease { .. }, .. } => {
            format!("{server} answers a read as of index {index}: its lease lasts.")
        }
        H::ReadAnswered { index, by: ReadGround::Belief, .. } => {
            format!("{server} answers a read as of index {index}, because it takes itself for the leader.")
        }
        H::ReadRefused { why: ReadRefusal::NotLeader { leader: Some(leader) }, .. } => {
            format!("{server} does not lead and names {leader}.")
        }
        H::ReadRefused { why: ReadRefusal::NotLeader { leader: None }, .. } => {
            format!("{server} does not lead and knows no leader.")
        }
        H::ReadRefused { why: ReadRefusal::SteppedDown, .. } => {
            format!("{server} no longer leads, and leaves a read unanswered.")
        }
        H::RuleWouldForbid { rule } => {
            format!("The rule \"{}\" is off; {server} goes on as if it did not exist.", rule.title())
        }
    }
}

/// Why a server asks for votes.
pub(crate) fn candidacy(why: CandidacyCause) -> String {
    match why {
        CandidacyCause::TimerRanOut { timeout } => format!("it has heard no leader for {}", ms(timeout)),
        CandidacyCause::PreVoteWon => "a majority would vote for it".into(),
        CandidacyCause::Forced => "it was made to time out".into(),
        CandidacyCause::Transfer { leader } => format!("{leader} hands over to it"),
    }
}

/// Why a server steps down.
pub(crate) fn step_down(why: StepDownCause) -> String {
    match why {
        StepDownCause::HigherTerm { from, kind } => {
            format!("{} from {from} carries a higher term", article(kind.title()))
        }
        StepDownCause::LeaderExists { leader } => format!("{leader} leads this term"),
        StepDownCause::QuorumLost { heard, needed } => {
            format!("it heard from {heard} servers, itself included, and needs {needed}")
        }
        StepDownCause::Removed { index } => format!("the configuration without it, at index {index}, is committed"),
    }
}

/// Why a vote is refused.
pub(crate) fn denial(why: Denial) -> String {
    match why {
        Denial::StaleTerm { theirs, mine } => format!("term {theirs} is older than its own, {mine}"),
        Denial::AlreadyVoted { voted_for } => format!("it has voted for {voted_for} in this term"),
        Denial::StaleLog { theirs, mine } => {
            format!("its own log is newer ({} against {})", position(mine), position(theirs))
        }
        Denial::HearsLeader { leader } => format!("it hears from its leader {leader}"),
    }
}

/// Why entries are refused.
pub(crate) fn append_refusal(why: AppendRefusal) -> String {
    match why {
        AppendRefusal::StaleTerm { theirs, mine } => format!("term {theirs} is older than its own, {mine}"),
        AppendRefusal::NoEntry { prev_log_index, last_index } => {
            format!("its log ends at index {last_index}, before index {prev_log_index}")
        }
        AppendRefusal::OtherTerm { prev_log_index, theirs, mine } => {
            format!("at index {prev_log_index} it has term {mine}, not term {theirs}")
        }
        AppendRefusal::IsLeader => "it leads this term itself".into(),
    }
}

/// Why a chunk of a snapshot is not taken.
pub(crate) fn chunk_refusal(why: ChunkRefusal) -> String {
    match why {
        ChunkRefusal::StaleTerm { theirs, mine } => format!("term {theirs} is older than its own, {mine}"),
        ChunkRefusal::IsLeader => "it leads this term itself".into(),
        ChunkRefusal::Known { commit_index } => format!("it knows all up to index {commit_index} to be committed"),
        ChunkRefusal::Older { receiving } => format!("it is receiving one up to index {receiving}"),
        ChunkRefusal::Gap { offset, expected } => {
            format!("this part begins at byte {offset}, and it has {expected} bytes")
        }
    }
}

/// What a follower does with its log.
fn log_fate(fate: LogFate, index: Index) -> String {
    match fate {
        LogFate::Kept { last } if last > index => format!("keeps {}", range(index.next(), last)),
        LogFate::Kept { .. } => "has nothing behind it".into(),
        LogFate::Discarded { mine: Some(term), last } if last > index => {
            format!("discards its whole log, which has term {term} at that index")
        }
        LogFate::Discarded { .. } => "discards its whole log".into(),
    }
}

fn ignore(why: IgnoreCause) -> String {
    match why {
        IgnoreCause::OldTerm => "it belongs to an older term".into(),
        IgnoreCause::NotAsking => "it no longer asks".into(),
        IgnoreCause::Overtaken => "later answers have overtaken it".into(),
        IgnoreCause::HearsLeader { leader } => format!("it hears from its leader {leader}"),
        IgnoreCause::Bound => "a lease may still rest on what it answered before".into(),
    }
}

pub(crate) fn transfer_refusal(why: TransferRefusal) -> String {
    match why {
        TransferRefusal::NotLeader { .. } => "it does not lead".into(),
        TransferRefusal::NotMember => "that server does not belong to the cluster".into(),
        TransferRefusal::LeadsAlready => "it leads already".into(),
        TransferRefusal::UnderWay { target } => format!("it is handing over to {target}"),
    }
}

/// What the reader did.
pub(crate) fn reader(command: &Command) -> String {
    match command {
        Command::Crash(id) => format!("Power fails at {id}."),
        Command::Restart(id) => format!("Power returns to {id}."),
        Command::Pause(id) => format!("{id} is paused."),
        Command::Resume(id) => format!("{id} is resumed."),
        Command::Transfer(id) => format!("The leader is asked to hand over to {id}."),
        Command::Timeout(id) => format!("The timer of {id} is made to run out."),
        Command::Partition(groups) => {
            let group = |group: &Vec<ServerId>| group.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
            format!("The network is divided: {}.", groups.iter().map(group).collect::<Vec<_>>().join(" | "))
        }
        Command::Shape(shape) => reader_shape(*shape),
        Command::Heal => "The network is whole again.".into(),
        Command::Cut(from, to) => format!("The link from {from} to {to} is cut."),
        Command::Mend(from, to) => format!("The link from {from} to {to} is mended."),
        Command::Message(key, handling) => {
            let message = format!("{} from {} to {}", key.kind.title(), sender(key), receiver(key));
            match handling {
                Handling::Drop => format!("{message} is taken away."),
                Handling::Deliver => format!("{message} is delivered at once."),
                Handling::Delay(by) => format!("{message} is delayed by {}.", ms(*by)),
                Handling::Copy => format!("{message} is copied."),
                Handling::Hold => format!("{message} is held back."),
                Handling::Release => format!("{message} travels on."),
            }
        }
        Command::Request(request) => match &request.value {
            Some(value) => format!("C{} wants to write {}={value}.", request.client, request.key),
            None => format!("C{} wants to read {}.", request.client, request.key),
        },
        Command::Burst(count) => format!("C1 wants {count} writes at once."),
        Command::Chaos(None) => "Chaos ends; what it has done stays.".into(),
        Command::Chaos(Some(chaos)) => {
            format!("Chaos begins: {}, about {} times a second.", chaos.kinds(), chaos.per_second)
        }
        Command::SetRule(rule, false) => format!("The rule \"{}\" is switched off. {}", rule.title(), rule.instead()),
        Command::SetRule(rule, true) => format!("The rule \"{}\" is on again.", rule.title()),
        Command::SetOption(option, true) => {
            format!("The option \"{}\" is switched on. {}", option.title(), option.statement())
        }
        Command::SetOption(option, false) => format!("The option \"{}\" is off.", option.title()),
        Command::SetMistake(mistake, true) => {
            format!("From now on a mistake is made: {}. {}", mistake.title(), mistake.statement())
        }
        Command::SetMistake(mistake, false) => format!("The mistake \"{}\" is made no longer.", mistake.title()),
        Command::Change(change) => format!("An administrator asks to {}.", change_phrase(*change)),
        Command::DiskLies(id, Some(lag)) => {
            format!("The disk of {id} lies from now on: what it calls stable it really has {} later.", ms(*lag))
        }
        Command::DiskLies(id, None) => format!("The disk of {id} is honest: what it calls stable it has."),
        Command::Backup(id) => format!("What the disk of {id} holds is copied to a backup."),
        Command::Restore(id) => format!("An old backup is put on the disk of {id}: what it stored since is gone."),
        Command::Wipe(id) => {
            format!("The disk of {id} is exchanged for an empty one: its log, its term and its vote are gone.")
        }
        Command::ClockJump(id, by @ 0..) => format!("The clock of {id} jumps forward by {}.", ms(by.unsigned_abs())),
        Command::ClockJump(id, by) => {
            format!(
                "The clock of {id} is set back by {}; it stands still until it has caught up.",
                ms(by.unsigned_abs())
            )
        }
        Command::Compact(id) => format!("{id} is asked for a snapshot of its state."),
        Command::AlignTimers => "All election timers are set to run out together.".into(),
        Command::SpreadTimers => "The election timers are spread; S1's is the first.".into(),
        Command::Mark(text) => format!("{text}."),
        Command::Latency(..)
        | Command::Loss(..)
        | Command::Duplicate(_)
        | Command::Reorder(_)
        | Command::Requests(_)
        | Command::SnapshotEvery(_)
        | Command::Chunk(_)
        | Command::ElectionTimeout(..)
        | Command::Heartbeat(_)
        | Command::Disk(..)
        | Command::Clock(..) => format!("A setting changes: {command}."),
    }
}

fn reader_shape(shape: Shape) -> String {
    match shape {
        Shape::Bridge(id) => format!("All links between two halves of the servers are cut, but not those of {id}."),
        Shape::Star(id) => format!("All links between servers are cut, but not those of {id}."),
        Shape::Ring => "The servers stand in a ring, and all links are cut but those to the nearest neighbours.".into(),
        Shape::Deaf(id) => format!("{id} receives nothing from other servers; what it sends still arrives."),
        Shape::Mute(id) => format!("What {id} sends to other servers is lost; it still receives."),
    }
}

fn lost(key: &MessageKey, why: LossCause) -> String {
    let message = format!("{} from {} to {}", key.kind.title(), sender(key), receiver(key));
    match why {
        LossCause::Chance => format!("{message} is lost on its way."),
        LossCause::Cut => format!("{message} is lost: the link is cut."),
        LossCause::Partition => format!("{message} is lost: the network is divided."),
        LossCause::Down => format!("{message} is lost: {} is down.", receiver(key)),
        LossCause::Reader => format!("{message} is lost: it was taken away."),
    }
}

fn client_sentence(client: u32, what: &ClientTold) -> String {
    match what {
        ClientTold::Asked { text, server, attempt: 1 } => format!("C{client} sends {text} to {server}."),
        ClientTold::Asked { text, server, attempt } => {
            format!("C{client} sends {text} to {server}, attempt {attempt}.")
        }
        ClientTold::Redirected { by, leader: Some(leader) } => {
            format!("C{client} learns from {by} that {leader} leads.")
        }
        ClientTold::Redirected { by, leader: None } => format!("C{client} learns from {by} that no leader is known."),
        ClientTold::Answered { text, by, result: Some(value) } if text.starts_with("read") => {
            format!("C{client} has its answer from {by}: {text} gives {value}.")
        }
        ClientTold::Answered { text, by, result: None } => {
            format!("C{client} has its answer from {by}: {text} finds nothing.")
        }
        ClientTold::Answered { text, by, .. } => format!("C{client} has its answer from {by}: {text} is done."),
        ClientTold::AppliedBefore { by } => {
            format!("{by} has applied this request of C{client} before; it answers and changes nothing.")
        }
        ClientTold::GaveUpWaiting { server } => {
            format!("C{client} has waited too long for {server} and asks again.")
        }
    }
}

/// A violation as a sentence.
pub fn violation(violation: &Violation) -> String {
    match violation.witness {
        Witness::TwoLeaders { term, first, second } => format!("Term {term} has two leaders: {first} and {second}."),
        Witness::LeaderChangedItsLog { leader, term, last } => {
            format!("{leader}, leader of term {term}, no longer has what it had up to index {last}.")
        }
        Witness::LogsDiffer { server, index, term } => {
            format!(
                "{server} has an entry of term {term} at index {index} like another server, but their logs differ before it."
            )
        }
        Witness::LeaderLacks { leader, term, index, committed_in, committed_by } => {
            format!(
                "{leader} leads term {term} without index {index}, which {committed_by} committed in term {committed_in}."
            )
        }
        Witness::AppliedDifferently { server, index, mine: Some(mine), theirs, committed_by } => {
            format!(
                "{server} applies an entry of term {mine} at index {index}; {committed_by} has committed one of term {theirs} there."
            )
        }
        Witness::AppliedDifferently { server, index, mine: None, .. } => {
            format!("{server} goes on at index {index} with a state machine that misses earlier entries.")
        }
        Witness::TooFewCopies { index, term, lost_by, copies, needed } => {
            format!(
                "Index {index} of term {term} was committed; {lost_by} loses it, and only {copies} of {needed} copies needed are left."
            )
        }
        Witness::ReadTooOld { client, by, ref key, ref found, newer: (writer, _) } => {
            let found = found.as_deref().unwrap_or("nothing");
            format!(
                "C{client} reads {key} from {by} and finds {found}, but a newer value of C{writer} had been seen there before it asked."
            )
        }
    }
}

/// The violated property as a headline.
pub fn violation_title(property: Property) -> String {
    format!("{} is broken", property.title())
}

/// Who sends a message.
pub fn sender(key: &MessageKey) -> String {
    if key.kind == Kind::Request { format!("C{}", key.from) } else { format!("S{}", key.from) }
}

/// Who receives a message.
pub fn receiver(key: &MessageKey) -> String {
    if key.kind == Kind::RequestReply { format!("C{}", key.to) } else { format!("S{}", key.to) }
}

/// "an AppendEntries", "an InstallSnapshot", "a RequestVote".
pub(crate) fn article(title: &str) -> String {
    if title.starts_with(['A', 'I']) { format!("an {title}") } else { format!("a {title}") }
}

/// "index 3" or "index 3 to 5".
pub(crate) fn range(first: Index, last: Index) -> String {
    if first == last { format!("index {first}") } else { format!("index {first} to {last}") }
}

fn entries(count: u32) -> String {
    match count {
        0 => "no entries".into(),
        1 => "1 entry".into(),
        _ => format!("{count} entries"),
    }
}

/// "term 2, index 3".
pub(crate) fn position((term, index): (Term, Index)) -> String {
    if index == Index(0) { "no entries".into() } else { format!("term {term}, index {index}") }
}

/// A time in milliseconds, as sentences say it.
pub(crate) fn ms(micros: Micros) -> String {
    if micros.is_multiple_of(1_000) {
        format!("{} ms", micros / 1_000)
    } else {
        format!("{} ms", crate::text::format_ms(micros))
    }
}
