//! The worlds that are explored, and the rules that each of them is about.

use crate::checks::Property;
use crate::model::{Action, Bounds, Disk, State, World};
use crate::start::Story;
use raft_core::*;
use stateright::{Checker, Model};
use std::fmt::Write as _;

/// A world, and the rules without which a promise is broken in it.
pub struct Row {
    /// What the world is called.
    pub name: &'static str,
    /// How many servers it has.
    pub servers: u32,
    /// Where it begins, in words.
    pub from: &'static str,
    /// Its rules in scope.
    pub rules: &'static [Rule],
    /// Within which it is explored.
    pub bounds: Bounds,
    disk: Disk,
    options: &'static [ProtocolOption],
    /// Changes of the membership that leaders may be asked for.
    changes: fn() -> Vec<Change>,
    /// Servers that do not belong to the cluster at first.
    spares: u32,
    /// Bytes of a snapshot in one message.
    chunk: u32,
    /// From which state; nothing for servers that have never run.
    story: Option<fn(Story<'_>) -> Story<'_>>,
}

/// What an exploration found.
pub struct Found {
    /// Different states.
    pub states: usize,
    /// The promise that was broken first, and the steps to there.
    pub broken: Option<(Property, Vec<String>)>,
}

/// Explores a world with all rules but `off`, breadth first: to its end, or to the first promise that is broken.
/// With one thread no way to a broken promise is shorter.
pub fn explore(row: &Row, off: Option<Rule>, threads: usize) -> Found {
    let checker = row.world(off).checker().threads(threads).spawn_bfs().join();
    let broken = checker.discovery("Figure 3").map(|path| {
        let end = path.last_state().broken.expect("the path ends where something breaks");
        (end, tell(path.into_vec()))
    });
    Found { states: checker.unique_state_count(), broken }
}

/// One line for each step.
fn tell(path: Vec<(State, Option<Action>)>) -> Vec<String> {
    let steps = path.iter().filter_map(|(state, action)| action.map(|action| (state, action)));
    steps
        .map(|(state, action)| {
            let mut line = String::new();
            let written = match action {
                Action::Deliver { at, .. } => {
                    let m = &state.network[at].1;
                    write!(line, "{} to {} in term {}: {:?}", m.from, m.to, m.term, m.message)
                }
                other => write!(line, "{other:?}"),
            };
            written.expect("a string takes everything");
            line
        })
        .collect()
}

impl Row {
    fn world(&self, off: Option<Rule>) -> World {
        let all = |options: Options, option: &ProtocolOption| options.with(*option, true);
        let config = Config {
            members: ServerSet::first(self.servers - self.spares),
            // No time passes: what was sent is late or not as a heartbeat says, and no leader protects.
            heartbeat_interval: 1,
            election_timeout_min: 0,
            rules: off.map_or(RULES, |rule| RULES.with(rule, false)),
            options: self.options.iter().fold(Options::NONE, all),
            mistakes: Mistakes::NONE,
            clock_drift_ppm: 0,
            // A snapshot's data are eight bytes.
            snapshot_chunk: self.chunk,
        };
        let start = State::new(config, self.spares, self.bounds);
        let changes = (self.changes)();
        let symmetric = self.story.is_none() && changes.is_empty();
        let mut world = World { config, disk: self.disk, changes, spares: self.spares, start, symmetric };
        if let Some(story) = self.story {
            world.start = story(Story::new(&world)).end(self.bounds);
        }
        world
    }
}

/// Nothing happens but that messages arrive.
const NONE: Bounds = Bounds {
    terms: 0,
    timeouts: 0,
    entries: 0,
    heartbeats: 0,
    crashes: 0,
    copies: 0,
    changes: 0,
    snapshots: 0,
    reads: 0,
    transfers: 0,
};

/// The rules that hold unless one is off: without a clock no catch-up can be short enough, so a new server counts at
/// once. More can go wrong like that, not less: the rule is one of liveness.
const RULES: Rules = Rules::ALL.with(Rule::LearnerCatchUp, false);

/// Too large for every day.
const FIVE: &str = "Figure 8, five servers";

const FRESH: Row = Row {
    name: "",
    servers: 3,
    from: "servers that have never run",
    rules: &[],
    bounds: NONE,
    disk: Disk::Instant,
    options: &[],
    changes: Vec::new,
    spares: 0,
    chunk: 8,
    story: None,
};

/// S1 led term 1 and holds x alone; S3 leads term 2 and holds y alone.
fn two_tails(story: Story<'_>) -> Story<'_> {
    story.elect(1, 1, &[2]).propose(1).lose().elect(3, 2, &[2]).propose(3).lose()
}

/// Figure 8 (c) with five servers: entry 2 of term 2 is on S1 and S2, that of term 3 on S5, and S1 leads term 4.
fn figure_8(story: Story<'_>) -> Story<'_> {
    let story = story.elect(1, 1, &[2, 3]).propose(1);
    let story = (2..=5).fold(story, |story, to| story.replicate(1, to)).lose().restart(1);
    let story = story.elect(1, 2, &[2, 3]).propose(1).replicate(1, 2).lose();
    let story = story.elect(5, 3, &[3, 4]).propose(5).lose().restart(1).restart(5).stand(1, 4, &[2, 3]);
    // S5 has heard of term 4 in vain; S2 has answered.
    story.hear_of(1, 5).replicate(1, 2).lose_all_but(1, 3)
}

/// S1 holds x of term 1, S4 and S5 hold two entries of term 2, and S1 leads term 3.
fn longer_tails(story: Story<'_>) -> Story<'_> {
    let story = story.elect(1, 1, &[2, 3]).propose(1).lose().elect(5, 2, &[3, 4]);
    let story = story.propose(5).replicate(5, 4).lose().propose(5).replicate(5, 4).lose();
    story.restart(1).stand(1, 3, &[2, 3]).lose_all_but(1, 4)
}

/// S1 leads term 1, and all servers know that x is committed.
fn on_all(story: Story<'_>) -> Story<'_> {
    let others: Vec<u32> = (2..=story.members()).collect();
    let story = story.elect(1, 1, &others).propose(1);
    let story = others.iter().fold(story, |story, to| story.replicate(1, *to)).lose().heartbeat(1);
    others.iter().fold(story, |story, to| story.pass(MessageKind::Append, 1, *to)).lose()
}

/// S1 knows that S2 knows that x is committed, and replaces it by a snapshot.
fn taken(story: Story<'_>) -> Story<'_> {
    story.heartbeat(1).pass(MessageKind::Append, 1, 2).compact(1)
}

/// S1 leads term 1 and has replaced x by a snapshot. Both that and y are under way to S3, which holds x.
fn sending_a_snapshot(story: Story<'_>) -> Story<'_> {
    let story = story.elect(1, 1, &[2, 3]).propose(1).pass(MessageKind::Append, 1, 3).replicate(1, 2).compact(1);
    let story = story.act(Action::Heartbeat { id: ServerId(1), late: true }).pass(MessageKind::AppendReply, 3, 1);
    let story = story.propose(1).lose_all_but(1, 3);
    assert_eq!(story.under_way().len(), 2, "a snapshot, and y");
    story
}

fn rows() -> Vec<Row> {
    use Rule::*;
    vec![
        Row {
            name: "elections",
            rules: &[OneVotePerTerm, Majority, StepDownOnHigherTerm, StableVote],
            bounds: Bounds { terms: 2, timeouts: 2, crashes: 1, ..NONE },
            ..FRESH
        },
        Row {
            name: "one entry",
            from: "S1 leads term 1, elected by S2 and S3",
            rules: &[UpToDateCheck, LeaderAppendOnly],
            bounds: Bounds { terms: 2, timeouts: 1, entries: 1, ..NONE },
            story: Some(|story| story.elect(1, 1, &[2, 3])),
            ..FRESH
        },
        Row {
            name: "one crash",
            rules: &[VolatileReset],
            bounds: Bounds { terms: 1, timeouts: 1, entries: 1, crashes: 1, ..NONE },
            ..FRESH
        },
        Row {
            name: "slow disks",
            from: "S1 leads term 1 and sends x to S2",
            rules: &[StableLog],
            bounds: Bounds { terms: 2, timeouts: 1, crashes: 1, ..NONE },
            disk: Disk::Slow,
            story: Some(|story| story.elect(1, 1, &[2, 3]).propose(1).lose_all_but(1, 2)),
            ..FRESH
        },
        Row {
            name: "two tails",
            from: "S1 led term 1 and holds x alone; S3 leads term 2 and holds y alone",
            rules: &[CommitWithinMatch, RejectStaleTerm],
            bounds: Bounds { terms: 2, heartbeats: 3, ..NONE },
            story: Some(two_tails),
            ..FRESH
        },
        Row {
            name: "a new leader's tail",
            from: "S1 holds x of term 1; S3 holds y of term 2 and leads term 3",
            rules: &[LogConsistencyCheck],
            bounds: Bounds { terms: 3, entries: 1, heartbeats: 1, ..NONE },
            story: Some(|story| two_tails(story).restart(3).elect(3, 3, &[2])),
            ..FRESH
        },
        Row {
            name: "Figure 8, three servers",
            from: "S1 holds x of term 1 and leads term 3; S3 holds y of term 2",
            rules: &[CommitCurrentTermOnly],
            bounds: Bounds { terms: 4, timeouts: 2, ..NONE },
            story: Some(|story| two_tails(story).restart(1).restart(3).stand(1, 3, &[2]).lose_all_but(1, 2)),
            ..FRESH
        },
        Row {
            name: FIVE,
            servers: 5,
            from: "Figure 8 (c): entry 2 of term 2 on S1 and S2, of term 3 on S5; S1 leads term 4",
            rules: &[CommitCurrentTermOnly],
            bounds: Bounds { terms: 5, timeouts: 1, ..NONE },
            story: Some(figure_8),
            ..FRESH
        },
        Row {
            name: "longer tails",
            servers: 5,
            from: "S1 holds x of term 1 and leads term 3; S4 and S5 hold two entries of term 2",
            rules: &[TruncateOnConflict],
            bounds: Bounds { terms: 3, ..NONE },
            story: Some(longer_tails),
            ..FRESH
        },
        Row {
            name: "copies of votes",
            bounds: Bounds { terms: 2, timeouts: 2, copies: 1, ..NONE },
            rules: &[OneVotePerTerm],
            ..FRESH
        },
        Row {
            name: "copies of entries",
            from: "S1 leads term 1, elected by S2 and S3",
            bounds: Bounds { terms: 2, timeouts: 1, entries: 1, copies: 1, ..NONE },
            rules: &[UpToDateCheck],
            story: Some(|story| story.elect(1, 1, &[2, 3])),
            ..FRESH
        },
        Row {
            name: "removals",
            from: "S1 leads term 1 and has committed x on all",
            rules: &[OneChangeAtATime],
            bounds: Bounds { terms: 2, timeouts: 1, changes: 2, entries: 1, ..NONE },
            changes: || vec![Change::Remove(ServerId(2)), Change::Remove(ServerId(3))],
            story: Some(on_all),
            ..FRESH
        },
        Row {
            name: "two removals and a crash",
            from: "S1 leads term 1, has committed x on all and the removal of S3 with S2",
            rules: &[ConfigOnAppend],
            bounds: Bounds { terms: 2, timeouts: 1, changes: 1, entries: 1, crashes: 1, ..NONE },
            changes: || vec![Change::Remove(ServerId(2))],
            story: Some(|story| on_all(story).change(1, Change::Remove(ServerId(3))).replicate(1, 2).lose()),
            ..FRESH
        },
        Row {
            name: "the bug of 2015",
            servers: 4,
            from: "S1 led term 1, committed x on all, and holds the removal of S4 alone; S3 leads term 2, and S1 knows that",
            rules: &[ConfigAfterCommit],
            bounds: Bounds { terms: 3, timeouts: 1, changes: 1, ..NONE },
            changes: || vec![Change::Remove(ServerId(1)), Change::Remove(ServerId(4))],
            story: Some(|story| {
                let story = on_all(story).change(1, Change::Remove(ServerId(4))).lose();
                story.stand(3, 2, &[2, 4]).hear_of(3, 1).lose()
            }),
            ..FRESH
        },
        Row {
            name: "joint consensus",
            from: "S1 leads term 1 and has committed x on all",
            rules: &[JointMajorities, CountMembersOnly],
            bounds: Bounds { terms: 2, timeouts: 1, changes: 1, ..NONE },
            changes: || vec![Change::Replace(ServerSet::first(1))],
            story: Some(on_all),
            ..FRESH
        },
        Row {
            name: "a new server",
            servers: 3,
            spares: 1,
            from: "S1 leads a cluster of S1 and S2 in term 1 and has committed x on both",
            bounds: Bounds { terms: 2, timeouts: 1, changes: 1, ..NONE },
            changes: || vec![Change::Add(ServerId(3))],
            story: Some(on_all),
            ..FRESH
        },
        Row {
            name: "a snapshot is taken",
            from: "S1 leads term 1 and has committed x on S1 and S2; a write is stable at any time after it was asked for",
            rules: &[SnapshotBeforeDiscard],
            bounds: Bounds { terms: 2, timeouts: 1, snapshots: 1, crashes: 1, ..NONE },
            disk: Disk::Slow,
            story: Some(|story| story.elect(1, 1, &[2, 3]).propose(1).replicate(1, 2).lose()),
            ..FRESH
        },
        Row {
            name: "a snapshot is sent",
            from: "S1 leads term 1 and has replaced x, committed on all, by a snapshot; that and y are under way to S3",
            rules: &[KeepLogAfterSnapshot],
            bounds: Bounds { terms: 2, timeouts: 1, crashes: 1, ..NONE },
            story: Some(sending_a_snapshot),
            ..FRESH
        },
        Row {
            name: "a snapshot in chunks",
            from: "S1 leads term 1, has replaced x, committed on S1 and S2, by a snapshot, and sends the first half of that to S3",
            bounds: Bounds { terms: 2, heartbeats: 1, crashes: 1, ..NONE },
            chunk: 4,
            story: Some(|story| {
                taken(story.elect(1, 1, &[2, 3]).propose(1).replicate(1, 2)).heartbeat(1).lose_all_but(1, 3)
            }),
            ..FRESH
        },
        Row {
            name: "an old leader's reads",
            from: "S1 led term 1 and has committed x on all; S2 leads term 2 by the vote of S3, and S1 does not know that",
            rules: &[ReadIndexConfirmation],
            bounds: Bounds { terms: 2, entries: 1, heartbeats: 1, reads: 1, ..NONE },
            options: &[ProtocolOption::ReadIndex],
            story: Some(|story| on_all(story).elect(2, 2, &[3])),
            ..FRESH
        },
        Row {
            name: "a new leader's reads",
            from: "S1 leads term 1 and has committed x on S1 and S2; S2 does not know that",
            rules: &[ReadIndexOwnTerm],
            bounds: Bounds { terms: 2, timeouts: 1, heartbeats: 1, reads: 1, ..NONE },
            options: &[ProtocolOption::ReadIndex],
            story: Some(|story| story.elect(1, 1, &[2, 3]).propose(1).replicate(1, 2).lose()),
            ..FRESH
        },
        Row {
            name: "handing over",
            from: "S1 leads term 1 and has committed x on all",
            bounds: Bounds { terms: 2, transfers: 1, entries: 1, ..NONE },
            story: Some(on_all),
            ..FRESH
        },
        Row {
            name: "all options",
            rules: &[],
            bounds: Bounds { terms: 1, timeouts: 1, entries: 1, ..NONE },
            options: &[
                ProtocolOption::PreVote,
                ProtocolOption::CheckQuorum,
                ProtocolOption::NoOp,
                ProtocolOption::FastBackup,
                ProtocolOption::Batching,
                ProtocolOption::Pipelining,
                ProtocolOption::ParallelWrite,
            ],
            ..FRESH
        },
    ]
}

/// The worlds within bounds that take seconds.
pub fn fast() -> Vec<Row> {
    rows().into_iter().filter(|row| row.name != FIVE).collect()
}

/// All worlds, most within wider bounds; one begins earlier.
pub fn large() -> Vec<Row> {
    let wider = |row: Row| match row.name {
        "one entry" => Row { from: FRESH.from, story: None, bounds: Bounds { timeouts: 2, ..row.bounds }, ..row },
        "slow disks" => Row { bounds: Bounds { heartbeats: 1, ..row.bounds }, ..row },
        "Figure 8, three servers" => Row { bounds: Bounds { entries: 1, ..row.bounds }, ..row },
        "longer tails" => Row { bounds: Bounds { entries: 1, ..row.bounds }, ..row },
        "all options" => Row { bounds: Bounds { terms: 2, timeouts: 2, ..NONE }, ..row },
        "copies of votes" => Row { bounds: Bounds { crashes: 1, ..row.bounds }, ..row },
        "copies of entries" => Row { bounds: Bounds { copies: 2, ..row.bounds }, ..row },
        "two removals and a crash" => Row { bounds: Bounds { heartbeats: 1, ..row.bounds }, ..row },
        "the bug of 2015" => Row { bounds: Bounds { entries: 1, ..row.bounds }, ..row },
        "joint consensus" => Row { bounds: Bounds { entries: 1, ..row.bounds }, ..row },
        "a new server" => Row {
            bounds: Bounds { changes: 2, ..row.bounds },
            changes: || vec![Change::Add(ServerId(3)), Change::Remove(ServerId(1)), Change::Remove(ServerId(2))],
            ..row
        },
        "a snapshot is taken" => Row { bounds: Bounds { snapshots: 2, ..row.bounds }, ..row },
        "a new leader's reads" => Row { bounds: Bounds { reads: 2, ..row.bounds }, ..row },
        "handing over" => Row { bounds: Bounds { timeouts: 1, ..row.bounds }, ..row },
        _ => row,
    };
    rows().into_iter().map(wider).collect()
}
