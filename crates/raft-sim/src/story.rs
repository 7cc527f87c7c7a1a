//! The event at hand, told in full: what, why, the condition with its ticks, the rule, and what led to it.

use crate::checkers::Property;
use crate::command::Command;
use crate::membership::{names, needs};
use crate::run::{EventRecord, Run};
use crate::sentences::{
    append_refusal, article, candidacy, citation_in, denial, is_routine, position, receiver, sender, sentence,
    step_down, violation_title,
};
use crate::shape::Shape;
use crate::storage::Betrayal;
use crate::told::{EventKind, Told};
use crate::world::World;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use raft_core::{
    AppendRefusal, ChangeRefusal, CommitCause, Denial, Happening, LogFate, Node, ProtocolOption, ReadGround, Role,
    Rule, ServerId, ServerSet, Time, count,
};

/// One part of a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Whether it holds.
    pub ok: bool,
    /// What it is.
    pub text: String,
}

/// The rule that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoryRule {
    /// Id of its switch; empty if it has none.
    pub id: &'static str,
    /// Section of the paper.
    pub section: &'static str,
    /// What it says.
    pub statement: &'static str,
    /// Whether it is switched off.
    pub off: bool,
}

/// An event on the way to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its number.
    pub event: u64,
    /// When.
    pub time: Time,
    /// Its headline.
    pub text: String,
}

/// An event, told in full.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Story {
    /// Its number.
    pub event: u64,
    /// When.
    pub time: Time,
    /// The server that it happened to.
    pub server: Option<ServerId>,
    /// What set it off.
    pub because: String,
    /// What happened.
    pub headline: String,
    /// Why.
    pub why: String,
    /// Introduces the ticks.
    pub lead: String,
    /// The condition, taken apart.
    pub ticks: Vec<Tick>,
    /// The rule.
    pub rule: Option<StoryRule>,
    /// What led to it, the nearest first.
    pub causes: Vec<Cause>,
    /// What else the same event made happen.
    pub also: Vec<String>,
}

/// How many causes are followed back.
const CAUSES: usize = 5;
/// How many events are searched for them.
const SEARCHED: u64 = 1_500;

/// The story of the last event before the cursor; none at the start. Between two events, as while the run plays,
/// heartbeats and the like are passed over: they would push everything else off the page at once. A reader who has
/// stepped to an event is told just that one.
pub fn story(run: &mut Run) -> Option<Story> {
    let stepped = run.time() == run.world().now();
    let (records, world) = run.recent(SEARCHED);
    let notable = |record: &&EventRecord| record.told.iter().any(|told| rank(told) < ROUTINE);
    let at = match records.iter().rposition(|record| notable(&record)) {
        Some(at) if !stepped => at,
        _ => records.len().checked_sub(1)?,
    };
    let record = &records[at];
    let told = principal(&record.told);
    let (headline, why) = match told {
        Some(told) => (sentence(told, world), reason(told, world)),
        None => (quiet(record), String::new()),
    };
    let (lead, ticks) = told.map(|told| condition(told, &records[..=at], world)).unwrap_or_default();
    let cited = told.and_then(|told| citation_in(told, world));
    let rule = cited.map(|cited| StoryRule {
        id: cited.rule.map_or("", Rule::id),
        section: cited.section,
        statement: cited.statement,
        off: cited.rule.is_some_and(|rule| !world.config().rules.holds(rule)),
    });
    let also = record
        .told
        .iter()
        .filter(|other| told.is_none_or(|told| *other != told))
        .map(|told| sentence(told, world))
        .collect();
    Some(Story {
        event: record.info.number,
        time: record.info.time,
        server: told.and_then(Told::server),
        because: because(record),
        headline,
        why,
        lead,
        ticks,
        rule,
        causes: causes(records, record, world),
        also,
    })
}

/// The one thing of several that readers want to hear of first.
fn principal(told: &[Told]) -> Option<&Told> {
    told.iter().min_by_key(|told| rank(told))
}

/// From here on things happen all the time.
const ROUTINE: u32 = 20;

fn rank(told: &Told) -> u32 {
    use Happening as H;
    match told {
        Told::Violation(_) => 0,
        Told::DiskLied { .. } => 1,
        Told::Crashed { .. } | Told::Restarted(_) | Told::Paused(_) | Told::Resumed { .. } => 1,
        Told::Raft(_, happening) => match happening {
            H::BecameLeader { .. } => 2,
            H::BecameCandidate { .. } | H::BecamePreCandidate { .. } => 3,
            H::EntriesRemoved { .. } | H::EntriesDropped { .. } | H::EntriesCut { .. } => 4,
            H::SnapshotInstalled { .. } | H::SnapshotTaken { .. } | H::LogDiscarded { .. } => 4,
            H::CommitAdvanced { by: CommitCause::Majority { .. }, .. } | H::CommitWithheld { .. } => 5,
            H::VoteDenied { .. } | H::VoteGranted { .. } => 6,
            H::TransferBegun { .. } | H::TransferAborted { .. } | H::TimeoutNowSent { .. } => 5,
            H::ReadAnswered { .. } => 6,
            H::SteppedDown { .. } | H::CandidacyWithheld { .. } | H::TransferRefused { .. } => 7,
            H::AppendRefused { .. } => 8,
            H::ConfigChanged { .. } | H::ChangeRefused { .. } | H::ChangeGivenUp { .. } => 8,
            H::CatchUpBegan { .. } => 8,
            H::InstallBegun { .. } | H::InstallSetBack { .. } => 8,
            H::ChunkStored { .. } | H::ChunkRefused { .. } | H::ChunkAcknowledged { .. } => 9,
            H::EntriesStored { .. } | H::EntryAppended { .. } | H::NextIndexLowered { .. } => 9,
            H::CommitAdvanced { .. } => 10,
            H::VoteReceived { .. } | H::VoteRefused { .. } | H::TermRaised { .. } => 11,
            H::ReadNoted { .. } => 12,
            H::Applied { .. }
            | H::MatchAdvanced { .. }
            | H::ProposalRefused { .. }
            | H::ProposalDeferred { .. }
            | H::ReadRefused { .. } => ROUTINE,
            H::HeartbeatSent { .. } | H::HeartbeatAccepted { .. } | H::EntriesKnown { .. } | H::Ignored { .. } => 30,
            H::CatchUpRound { .. } | H::StayedQuiet { .. } => 30,
            H::BecameStable { .. } => 31,
            H::RuleWouldForbid { .. } | H::MistakeMade { .. } => 40,
        },
        Told::Client { .. } => 12,
        Told::Lost(key, _) if is_routine(key) => ROUTINE,
        Told::Lost(..) | Told::Waits(_) => 13,
        Told::Moot(..) => 14,
        Told::Chaos(_) => 15,
        Told::Reader(_) => 15,
    }
}

fn because(record: &EventRecord) -> String {
    match record.info.kind {
        EventKind::Command => "because of a command".into(),
        EventKind::Timer(server) => format!("{server} · because its timer ran out"),
        EventKind::Delivery(key) => {
            format!("{} · because {} from {} arrived", receiver(&key), article(key.kind.title()), sender(&key))
        }
        EventKind::Loss(_) => "because of the network".into(),
        EventKind::Stable(server) => format!("{server} · because its disk has finished writing"),
        EventKind::Retry(client) => format!("C{client} · because it has waited too long"),
        EventKind::Workload(_) => "because a client has something to ask".into(),
        EventKind::Chaos(_) => "because of chaos".into(),
    }
}

/// An event that nobody announces anything of.
fn quiet(record: &EventRecord) -> String {
    match record.info.kind {
        EventKind::Delivery(key) => format!("{} from {} arrives and changes nothing.", key.kind.title(), sender(&key)),
        EventKind::Timer(server) => format!("The timer of {server} runs out while it is paused."),
        EventKind::Stable(server) => format!("A write of {server} reaches its disk."),
        EventKind::Chaos(_) => "Chaos lies in wait for a delicate moment.".into(),
        EventKind::Command | EventKind::Loss(_) | EventKind::Retry(_) | EventKind::Workload(_) => {
            "Nothing changes.".into()
        }
    }
}

/// One to three sentences that say why.
fn reason(told: &Told, world: &World) -> String {
    use Happening as H;
    let Told::Raft(_, happening) = told else { return other_reason(told, world) };
    match *happening {
        H::BecameCandidate { why, .. } => format!("{} It begins a new term, votes for itself and asks the others.", begin(candidacy(why))),
        H::BecamePreCandidate { why, .. } => format!("{} Before it begins a new term it asks whether it could win.", begin(candidacy(why))),
        H::BecameLeader { .. } => "It has the votes of a majority, and no other server can have that in this term. It sends heartbeats at once, so that no other candidate arises.".into(),
        H::SteppedDown { why, .. } | H::TermRaised { why, .. } => format!("{} A server never acts in a term that is older than one it has seen.", begin(step_down(why))),
        H::VoteGranted { candidate, pre: false } => format!("It has not voted for another server in this term, and the log of {candidate} is at least as up to date as its own. Its timer starts anew."),
        H::VoteGranted { .. } => "It hears no leader, and the log is at least as up to date as its own. The answer binds it to nothing.".into(),
        H::VoteDenied { why, .. } => format!("{} A vote for it could lose what is committed, or give a term two leaders.", begin(denial(why))),
        H::VoteReceived { votes, needed, .. } if votes < needed => format!("It needs {} more.", needed - votes),
        H::VoteRefused { .. } => "It goes on waiting for the others, or for its timer.".into(),
        H::EntryAppended { .. } => "Only the leader takes requests. The entry counts once a majority stores it.".into(),
        H::EntriesStored { prev_log_term, .. } => format!("The entry before them is of term {prev_log_term} in both logs, so the logs are the same up to there. The answer leaves when they are on disk."),
        H::EntriesRemoved { .. } => "Where two logs have different terms, the leader's log holds. What follows the difference goes with it; none of it was committed.".into(),
        H::EntriesDropped { .. } => "The leader before it may have committed them, and told nobody yet. A leader only adds to its log.".into(),
        H::AppendRefused { why, .. } => match why {
            AppendRefusal::StaleTerm { .. } | AppendRefusal::IsLeader => "A leader of an older term has no say any more.".into(),
            _ => "It may take entries only where both logs agree. The leader will try further back.".into(),
        },
        H::NextIndexLowered { .. } => "It looks for the last entry on which both logs agree.".into(),
        H::CommitAdvanced { by: CommitCause::Majority { .. }, .. } => "The entry is of its own term and on a majority of disks: every later leader will have it, and with it all before it.".into(),
        H::CommitAdvanced { by: CommitCause::Snapshot, .. } => "A leader puts into a snapshot only what it has applied.".into(),
        H::SnapshotTaken { .. } => "The state says all that its entries say. Once it is on disk, they are no longer needed.".into(),
        H::LogDiscarded { .. } => "The snapshot stands for these entries. Of the last one the server keeps index and term, for the consistency check.".into(),
        H::InstallBegun { .. } => "The leader has discarded what the follower lacks, so it cannot send it as entries.".into(),
        H::InstallSetBack { .. } => "What has not been put together is in memory only, and a crash takes it.".into(),
        H::ChunkAcknowledged { .. } => "It sends the chunks in order, the next one when the one before it is acknowledged.".into(),
        H::ChunkStored { done: false, .. } => "It waits for more. Each part shows as well that the leader lives, so its timer starts anew.".into(),
        H::SnapshotInstalled { log: LogFate::Kept { .. }, .. } => "Its entry at the end of the snapshot has the same term, so what follows it may be right, and may be committed by that.".into(),
        H::SnapshotInstalled { .. } => "It does not have the last entry of the snapshot, so nothing that it has after that place can be right. Its state machine begins with the snapshot.".into(),
        H::CommitAdvanced { .. } => "What the leader has committed and this server has checked is committed here as well.".into(),
        H::CommitWithheld { .. } => "A later leader could still overwrite an entry of an older term, whatever the number of its copies. It is committed together with the first entry of the leader's own term.".into(),
        H::HeartbeatSent { .. } => "Followers that hear nothing would start an election.".into(),
        H::HeartbeatAccepted { .. } => "As long as heartbeats come it stays a follower.".into(),
        H::MatchAdvanced { .. } => "With every such answer it looks whether a majority stores an entry.".into(),
        H::EntriesCut { .. } => "Nothing there conflicts: the message is older than what it cuts off. What was acknowledged may be gone.".into(),
        H::MistakeMade { mistake } => mistake.statement().into(),
        H::ConfigChanged { .. } => "A server uses the latest configuration in its log, committed or not. Elections and commits need a majority of it; if the entry is removed again, the one before holds.".into(),
        H::ChangeRefused { why: ChangeRefusal::NothingCommitted, .. } => "A change that an earlier leader began may still be committed. Two changes at once could have majorities without a common server.".into(),
        H::ChangeRefused { why: ChangeRefusal::UnderWay { .. } | ChangeRefusal::CatchingUp, .. } => "Two changes at once could have majorities without a common server.".into(),
        H::CatchUpBegan { .. } => "A server with an empty log that counted at once could stop all commits until it has caught up.".into(),
        H::CatchUpRound { .. } => "Each round brings the entries that arrived during the one before. When a round is shorter than an election timeout, the server is close enough.".into(),
        H::StayedQuiet { .. } => "An election by it could depose the leader, and would be of no use.".into(),
        H::ChangeRefused { .. } | H::ChangeGivenUp { .. } => String::new(),
        H::ProposalDeferred { .. } => "A new entry would be one more that the new leader has to have.".into(),
        H::CandidacyWithheld { .. } => "It votes for nobody, not even itself, before an election timeout has passed since it heard a leader. Leases count on that.".into(),
        H::TransferBegun { .. } => "It takes no more requests, and waits until the other log is as long as its own.".into(),
        H::TimeoutNowSent { .. } => "The other server has the whole log, so it can win. It need not wait for its timer, and nobody has to forget the old leader first.".into(),
        H::TransferAborted { .. } => "It takes requests again, as if nothing had been asked.".into(),
        H::ReadNoted { .. } => "It has to know that nothing newer is committed elsewhere: that no other server leads, and that it has committed an entry of its own term.".into(),
        H::ReadAnswered { by: ReadGround::Round { .. }, .. } => "Who answered that round had not moved to a later term when the read was already there. So no later leader had committed anything.".into(),
        H::ReadAnswered { by: ReadGround::Lease { .. }, .. } => "A majority heard it so recently that, by any clock that is not too wrong, none of them votes for another yet.".into(),
        H::ReadAnswered { by: ReadGround::Belief, .. } => "It has not asked whether it still leads.".into(),
        H::RuleWouldForbid { rule } => rule.instead().into(),
        H::ChunkStored { .. } | H::ChunkRefused { .. } | H::VoteReceived { .. } | H::ProposalRefused { .. } | H::EntriesKnown { .. } | H::Applied { .. } | H::BecameStable { .. } | H::Ignored { .. } | H::TransferRefused { .. } | H::ReadRefused { .. } => {
            String::new()
        }
    }
}

fn other_reason(told: &Told, world: &World) -> String {
    match told {
        Told::Crashed { .. } => {
            "Its term, its vote and its log stand on its disk. What it knew besides, it has to learn again.".into()
        }
        Told::Restarted(_) => {
            "It knows its term, its vote and its log, but not what is committed: that it learns from a leader.".into()
        }
        Told::Paused(_) => "Its messages wait, its clock goes on. To the others it looks like a crashed server.".into(),
        Told::DiskLied { .. } => "Raft relies on it that what a disk calls stable is there after a crash. No rule helps against one that lies.".into(),
        Told::Violation(number) => broken_reason(*number, world),
        Told::Reader(Command::Partition(_)) => "Messages pass only within a group. A group with a majority of the servers can elect a leader and commit; the others can do neither.".into(),
        Told::Reader(Command::Shape(shape)) => shape_reason(*shape),
        Told::Reader(Command::Wipe(id)) => format!("To the others it is still {id}, and what {id} had promised them is forgotten: its votes, and the entries that it counted as stored."),
        Told::Reader(Command::Restore(_)) => "What it has answered since the backup counts as promised, and it does not know of it any more.".into(),
        Told::Reader(Command::ClockJump(..)) => "Terms are Raft's clock, and no clock's hands decide what is safe, but for leases. A timer that is measured by this clock runs out earlier or later.".into(),
        Told::Reader(Command::Cut(from, to)) => format!("What {from} sends to {to} is lost; what {to} sends to {from} still arrives."),
        Told::Reader(Command::Heal) => "All can hear each other again. Whoever hears of a newer term moves to it, and a leader of an older one steps down.".into(),
        _ => String::new(),
    }
}

/// Why a promise could be broken.
fn broken_reason(number: u32, world: &World) -> String {
    let property = world.violations().get(number as usize).map(|found| found.witness.property());
    let options = world.config().options;
    let by_rules = world.config().rules.off().next().is_some() || world.config().mistakes.on().next().is_some();
    match world.betrayal() {
        _ if by_rules => "With all rules on, and no mistake made, this cannot happen.".into(),
        Some((id, Betrayal::Lied)) => format!("All rules hold, but the disk of {id} had lied: it called stable what it then lost. Raft promises nothing without stable storage."),
        Some((id, Betrayal::Restored)) => format!("All rules hold, but {id} had gone back to an old backup. Raft promises nothing when stable storage is undone."),
        Some((id, Betrayal::Wiped)) => format!("All rules hold, but {id} came back with an empty disk under its old name. A server without its disk has to join as a new one."),
        None if property == Some(Property::Linearizability) && options.has(ProtocolOption::LeaseRead) => "All rules hold, but a lease is safe only as long as no clock differs from another by more than the servers allow for.".into(),
        None => "With all rules on, and no mistake made, this cannot happen.".into(),
    }
}

fn shape_reason(shape: Shape) -> String {
    match shape {
        Shape::Bridge(id) => {
            format!("Neither half hears the other any more; together with {id} a half may be a majority.")
        }
        Shape::Star(id) => {
            format!("None but {id} can talk to a majority, so none but {id} can win an election or commit anything.")
        }
        Shape::Ring => {
            "Unless more links are cut, every server can talk to a majority, and no two to the same one.".into()
        }
        Shape::Deaf(id) => {
            format!("The others hear {id} and take it for alive. Whatever they answer, it never learns.")
        }
        Shape::Mute(id) => format!("{id} hears the others, and to them it looks like a crashed server."),
    }
}

/// A reason as a sentence. Reasons are our own words and begin with a plain letter or a name.
fn begin(mut text: String) -> String {
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text.push('.');
    text
}

/// The condition behind it, part by part.
fn condition(told: &Told, upto: &[EventRecord], world: &World) -> (String, Vec<Tick>) {
    use Happening as H;
    let Told::Raft(server, happening) = told else { return violation_ticks(told, world) };
    let node = world.server(*server).node.as_ref();
    match *happening {
        H::BecameCandidate { .. } | H::BecamePreCandidate { .. } | H::VoteReceived { .. } | H::VoteRefused { .. } => {
            node.map_or_else(Default::default, |node| votes(world, node))
        }
        H::BecameLeader { votes, needed, .. } => (
            format!("It needed {} votes:", node.map_or_else(|| needed.to_string(), needs)),
            [Tick { ok: true, text: format!("it has {votes}: {}", voters(*server, upto)) }].into(),
        ),
        H::VoteDenied { candidate, why, pre } => vote_ticks(candidate, Some(why), pre),
        H::VoteGranted { candidate, pre } => vote_ticks(candidate, None, pre),
        H::CommitAdvanced { by: CommitCause::Majority { .. }, to } => {
            node.map_or_else(Default::default, |node| copies(node, to))
        }
        H::CommitWithheld { index, .. } => node.map_or_else(Default::default, |node| copies(node, index)),
        H::InstallBegun { next_index, first_index, .. } => (
            "It sends the snapshot if:".into(),
            [Tick {
                ok: true,
                text: format!("next_index {next_index} is before the first index of its log, {first_index}"),
            }]
            .into(),
        ),
        H::AppendRefused { why, .. } => {
            ("It takes entries if:".into(), [Tick { ok: false, text: begin(append_refusal(why)) }].into())
        }
        _ => Default::default(),
    }
}

/// Who has voted for a server that has just won, the earliest vote first: "its own, S3, S4". A leader no longer
/// keeps its votes, so they are gathered from what has happened since it became a candidate.
fn voters(winner: ServerId, upto: &[EventRecord]) -> String {
    let mut from = Vec::new();
    let told = upto.iter().rev().flat_map(|record| record.told.iter().rev());
    for told in told.filter(|told| told.server() == Some(winner)) {
        match told {
            Told::Raft(_, Happening::VoteReceived { from: voter, pre: false, .. }) => from.push(*voter),
            Told::Raft(_, Happening::BecameCandidate { .. }) => break,
            _ => (),
        }
    }
    let mut text = String::from("its own");
    for voter in from.iter().rev() {
        text.push_str(", ");
        text.push_str(&voter.to_string());
    }
    text
}

fn violation_ticks(told: &Told, world: &World) -> (String, Vec<Tick>) {
    let Told::Violation(number) = told else { return Default::default() };
    let Some(violation) = world.violations().get(*number as usize) else { return Default::default() };
    let off = world
        .config()
        .rules
        .off()
        .map(|rule| Tick { ok: false, text: format!("The rule \"{}\" is off.", rule.title()) });
    (format!("{}:", violation_title(violation.witness.property())), off.collect())
}

fn votes(world: &World, node: &Node) -> (String, Vec<Tick>) {
    let (Role::Candidate { tally, .. } | Role::PreCandidate { tally, .. }) = node.role() else {
        return Default::default();
    };
    let electors = node.membership().electors();
    let own = Tick { ok: electors.contains(node.id()), text: "its own".into() };
    let mut ticks = Vec::from([own]);
    for other in electors.iter().filter(|id| *id != node.id()) {
        if tally.granted.contains(other) {
            ticks.push(Tick { ok: true, text: format!("{other}") });
        } else if tally.refused.contains(other) {
            ticks.push(Tick { ok: false, text: format!("{other}: it refuses") });
        } else if let Some(why) = unreachable(world, node.id(), other) {
            ticks.push(Tick { ok: false, text: format!("{other}: {why}") });
        }
    }
    (format!("To win it needs {} votes:", needs(node)), ticks)
}

fn unreachable(world: &World, from: ServerId, to: ServerId) -> Option<&'static str> {
    if world.server(to).node.is_none() {
        Some("crashed")
    } else if world.server(to).paused {
        Some("paused, it answers nothing")
    } else if world.network().barrier(from, to).is_some() {
        Some("cut off, no message arrives")
    } else if world.network().barrier(to, from).is_some() {
        Some("its answers are cut off")
    } else {
        None
    }
}

fn vote_ticks(candidate: ServerId, why: Option<Denial>, pre: bool) -> (String, Vec<Tick>) {
    let lead = if pre { format!("It would vote for {candidate} if:") } else { format!("It votes for {candidate} if:") };
    let tick = |ok: bool, yes: &str| Tick { ok, text: yes.into() };
    let mut ticks = Vec::new();
    ticks.push(tick(!matches!(why, Some(Denial::StaleTerm { .. })), "the term is not older than its own"));
    if pre || matches!(why, Some(Denial::HearsLeader { .. })) {
        ticks.push(tick(!matches!(why, Some(Denial::HearsLeader { .. })), "it hears no leader"));
    }
    if !pre {
        let free = match why {
            Some(Denial::AlreadyVoted { voted_for }) => {
                format!("it has not voted for another (it voted for {voted_for})")
            }
            _ => "it has not voted for another in this term".into(),
        };
        ticks.push(tick(!matches!(why, Some(Denial::AlreadyVoted { .. })), &free));
    }
    let log = match why {
        Some(Denial::StaleLog { theirs, mine }) => {
            format!("the log is at least as up to date ({} against {})", position(theirs), position(mine))
        }
        _ => "the log is at least as up to date as its own".into(),
    };
    ticks.push(tick(!matches!(why, Some(Denial::StaleLog { .. })), &log));
    (lead, ticks)
}

fn copies(node: &Node, index: raft_core::Index) -> (String, Vec<Tick>) {
    let Role::Leader { progress, .. } = node.role() else { return Default::default() };
    let electors = node.membership().electors();
    let has = |id: &ServerId| match *id == node.id() {
        true => node.stable_index() >= index,
        false => progress.get(id.row()).is_some_and(|row| row.match_index >= index),
    };
    let stored: ServerSet = electors.iter().filter(has).collect();
    let names = names(stored, ", ");
    let own_term = node.log().term_at(index) == Some(node.current_term());
    let ticks = [
        Tick {
            ok: count(node.membership(), stored, node.id(), node.config().rules).is_enough(),
            text: format!("{} servers store it: {names}", needs(node)),
        },
        Tick { ok: own_term, text: "it is of the leader's own term".into() },
    ];
    (format!("Index {index} is committed if:"), ticks.into())
}

fn causes(records: &[EventRecord], of: &EventRecord, world: &World) -> Vec<Cause> {
    let first = records.first().map_or(1, |record| record.info.number);
    let mut chain = Vec::new();
    let mut number = of.info.cause;
    while number >= first && number > 0 && chain.len() < CAUSES {
        let Some(record) = records.get((number - first) as usize) else { break };
        let text = principal(&record.told).map_or_else(|| quiet(record), |told| sentence(told, world));
        chain.push(Cause { event: number, time: record.info.time, text });
        number = record.info.cause;
    }
    chain
}

/// A summary of the cluster in a few sentences.
pub fn describe(world: &World) -> String {
    let mut parts = Vec::new();
    parts.push(match world.leader() {
        Some(id) => {
            let term = world.server(id).node.as_ref().map_or(0, |node| node.current_term().0);
            format!("{id} leads term {term}.")
        }
        None => "No server leads.".to_string(),
    });
    let list = |test: &dyn Fn(ServerId) -> bool| {
        world.ids().filter(|id| test(*id)).map(|id| id.to_string()).collect::<Vec<_>>().join(", ")
    };
    let candidates = list(&|id| {
        world
            .server(id)
            .node
            .as_ref()
            .is_some_and(|node| matches!(node.role(), Role::Candidate { .. } | Role::PreCandidate { .. }))
    });
    let down = list(&|id| world.server(id).node.is_none());
    let paused = list(&|id| world.server(id).paused);
    for (names, what) in [(candidates, "Candidates"), (down, "Down"), (paused, "Paused")] {
        if !names.is_empty() {
            parts.push(format!("{what}: {names}."));
        }
    }
    let groups = world.network().groups();
    if groups.len() > 1 {
        let group = |group: &Vec<ServerId>| group.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        parts.push(format!("The network is divided: {}.", groups.iter().map(group).collect::<Vec<_>>().join(" | ")));
    }
    parts.push(format!(
        "Committed up to index {}, {} messages under way.",
        world.checkers().committed().last_index(),
        world.network().real_flights().count()
    ));
    parts.join(" ")
}
