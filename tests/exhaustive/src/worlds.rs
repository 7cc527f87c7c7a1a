//! The worlds that are explored, and the rules that each of them is about.

use crate::checks::Property;
use crate::model::{Bounds, Disk, State, World};
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
fn tell(path: Vec<(State, Option<crate::Action>)>) -> Vec<String> {
    let steps = path.iter().filter_map(|(state, action)| action.map(|action| (state, action)));
    steps
        .map(|(state, action)| {
            let mut line = String::new();
            let written = match action {
                crate::Action::Deliver { at, .. } => {
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
            members: ServerSet::first(self.servers),
            // No time passes: what was sent is late or not as a heartbeat says, and no leader protects.
            heartbeat_interval: 1,
            election_timeout_min: 0,
            rules: off.map_or(Rules::ALL, |rule| Rules::ALL.with(rule, false)),
            options: self.options.iter().fold(Options::NONE, all),
            mistakes: Mistakes::NONE,
            clock_drift_ppm: 0,
            // Nobody takes a snapshot here.
            snapshot_chunk: 1,
        };
        let start = State::new(config, self.bounds);
        let mut world = World { config, disk: self.disk, start, symmetric: self.story.is_none() };
        if let Some(story) = self.story {
            world.start = story(Story::new(&world)).end(self.bounds);
        }
        world
    }

    fn with(self, bounds: Bounds) -> Self {
        Self { bounds, ..self }
    }
}

const fn bounds(terms: u32, timeouts: u8, entries: u8, heartbeats: u8, crashes: u8, copies: u8) -> Bounds {
    Bounds { terms, timeouts, entries, heartbeats, crashes, copies }
}

/// Too large for every day.
const FIVE: &str = "Figure 8, five servers";

const FRESH: Row = Row {
    name: "",
    servers: 3,
    from: "servers that have never run",
    rules: &[],
    bounds: bounds(0, 0, 0, 0, 0, 0),
    disk: Disk::Instant,
    options: &[],
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

fn rows() -> Vec<Row> {
    use Rule::*;
    vec![
        Row {
            name: "elections",
            rules: &[OneVotePerTerm, Majority, StepDownOnHigherTerm, StableVote],
            bounds: bounds(2, 2, 0, 0, 1, 0),
            ..FRESH
        },
        Row {
            name: "one entry",
            from: "S1 leads term 1, elected by S2 and S3",
            rules: &[UpToDateCheck, LeaderAppendOnly],
            bounds: bounds(2, 1, 1, 0, 0, 0),
            story: Some(|story| story.elect(1, 1, &[2, 3])),
            ..FRESH
        },
        Row { name: "one crash", rules: &[VolatileReset], bounds: bounds(1, 1, 1, 0, 1, 0), ..FRESH },
        Row {
            name: "slow disks",
            from: "S1 leads term 1 and sends x to S2",
            rules: &[StableLog],
            bounds: bounds(2, 1, 0, 0, 1, 0),
            disk: Disk::Slow,
            story: Some(|story| story.elect(1, 1, &[2, 3]).propose(1).lose_all_but(1, 2)),
            ..FRESH
        },
        Row {
            name: "two tails",
            from: "S1 led term 1 and holds x alone; S3 leads term 2 and holds y alone",
            rules: &[CommitWithinMatch, RejectStaleTerm],
            bounds: bounds(2, 0, 0, 3, 0, 0),
            story: Some(two_tails),
            ..FRESH
        },
        Row {
            name: "a new leader's tail",
            from: "S1 holds x of term 1; S3 holds y of term 2 and leads term 3",
            rules: &[LogConsistencyCheck],
            bounds: bounds(3, 0, 1, 1, 0, 0),
            story: Some(|story| two_tails(story).restart(3).elect(3, 3, &[2])),
            ..FRESH
        },
        Row {
            name: "Figure 8, three servers",
            from: "S1 holds x of term 1 and leads term 3; S3 holds y of term 2",
            rules: &[CommitCurrentTermOnly],
            bounds: bounds(4, 2, 0, 0, 0, 0),
            story: Some(|story| two_tails(story).restart(1).restart(3).stand(1, 3, &[2]).lose_all_but(1, 2)),
            ..FRESH
        },
        Row {
            name: FIVE,
            servers: 5,
            from: "Figure 8 (c): entry 2 of term 2 on S1 and S2, of term 3 on S5; S1 leads term 4",
            rules: &[CommitCurrentTermOnly],
            bounds: bounds(5, 1, 0, 0, 0, 0),
            story: Some(figure_8),
            ..FRESH
        },
        Row {
            name: "longer tails",
            servers: 5,
            from: "S1 holds x of term 1 and leads term 3; S4 and S5 hold two entries of term 2",
            rules: &[TruncateOnConflict],
            bounds: bounds(3, 0, 0, 0, 0, 0),
            story: Some(longer_tails),
            ..FRESH
        },
        Row {
            name: "all options",
            rules: &[],
            bounds: bounds(1, 1, 1, 0, 0, 0),
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
        "one entry" => Row { from: FRESH.from, story: None, ..row.with(bounds(2, 2, 1, 0, 0, 0)) },
        "slow disks" => row.with(bounds(2, 1, 0, 1, 1, 0)),
        "Figure 8, three servers" => row.with(bounds(4, 2, 1, 0, 0, 0)),
        "longer tails" => row.with(bounds(3, 0, 1, 0, 0, 0)),
        "all options" => row.with(bounds(2, 2, 0, 0, 0, 0)),
        _ => row,
    };
    rows().into_iter().map(wider).collect()
}
