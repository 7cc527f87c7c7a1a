//! A course of events that can be played again and changed: a world, its commands, and an end.

use crate::liveness::Gauge;
use raft_core::{Micros, Mistakes, Rules, Term, Time};
use raft_sim::checkers::Property;
use raft_sim::command::{Command, Request};
use raft_sim::config::WorldConfig;
use raft_sim::run::{By, Run, Stamped};
use raft_sim::told::{ClientTold, EventKind, Told};
use raft_sim::world::World;
use std::sync::Arc;

/// Most events of one course: a switched-off rule can make messages go round in a circle.
const EVENTS_MAX: u64 = 300_000;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Harm {
    /// A promise is broken: the harm of a rule of safety.
    Violates(Property),
    /// Terms are wasted: some server reaches this one. The harm of a rule of liveness.
    ReachesTerm(Term),
    /// For so long no server leads. The harm of a rule of liveness.
    NoLeader(Micros),
    /// For so long nothing is committed, though a leader has a request to commit. The harm of a rule of liveness.
    NoCommit(Micros),
}

/// Looks after each event whether a harm is done.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    harm: Harm,
    gauge: Gauge,
    /// What came before is no matter of the course.
    after: u64,
}

/// The event that did the harm.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Its number.
    pub event: u64,
    /// When.
    pub time: Time,
    /// How many of the course's commands came before it.
    pub commands: usize,
    /// Whether it was itself a command, the last of those.
    pub by_command: bool,
}

/// Where a course begins.
#[derive(Clone, Debug)]
pub(crate) enum Base {
    /// At the start of a world.
    Start,
    /// At a moment of a run: its world as its last event left it, and the commands that led to it.
    Moment { time: Time, world: Arc<World>, before: Arc<[Stamped]> },
}

/// Something that can happen.
#[derive(Clone, Debug)]
pub struct Course {
    pub(crate) base: Base,
    /// The settings at the start of the world.
    pub config: WorldConfig,
    /// Chance.
    pub seed: u64,
    /// What is done, in order.
    pub commands: Vec<Stamped>,
    /// Where it ends.
    pub until: Time,
}

impl Course {
    /// One that begins with a world.
    pub fn new(config: WorldConfig, seed: u64, until: Time) -> Self {
        Self { base: Base::Start, config, seed, commands: Vec::new(), until }
    }

    /// One that goes on from where a run is looked at.
    pub fn from_here(run: &Run, until: Time) -> Self {
        let world = run.world();
        let is_past = |stamped: &&Stamped| {
            let moment = (stamped.time, stamped.after);
            moment <= (world.now(), world.events_at(world.now()))
        };
        let before: Vec<Stamped> = run.commands().iter().take_while(is_past).cloned().collect();
        Self {
            base: Base::Moment { time: run.time(), world: Arc::new(world.clone()), before: before.into() },
            config: run.config().clone(),
            seed: run.seed(),
            commands: Vec::new(),
            until,
        }
    }

    /// Whether it goes on from a moment of a run, so that what came before must stay as it is.
    pub fn is_from_here(&self) -> bool {
        matches!(self.base, Base::Moment { .. })
    }

    /// When it begins.
    pub fn begins(&self) -> Time {
        match &self.base {
            Base::Start => Time(0),
            Base::Moment { time, .. } => *time,
        }
    }

    /// A command at the beginning.
    pub(crate) fn at_begin(&self, command: Command) -> Stamped {
        let after = match &self.base {
            Base::Start => 0,
            Base::Moment { time, world, .. } => world.events_at(*time),
        };
        Stamped { time: self.begins(), after, command, by: By::Reader }
    }

    /// Events that came before its beginning.
    pub(crate) fn events_before(&self) -> u64 {
        match &self.base {
            Base::Start => 0,
            Base::Moment { world, .. } => world.events(),
        }
    }

    pub(crate) fn world(&self) -> World {
        match &self.base {
            Base::Start => World::new(self.config.clone(), self.seed),
            Base::Moment { world, .. } => (**world).clone(),
        }
    }

    /// All commands, those before its beginning included.
    pub fn all_commands(&self) -> Vec<Stamped> {
        match &self.base {
            Base::Start => self.commands.clone(),
            Base::Moment { before, .. } => before.iter().chain(&self.commands).cloned().collect(),
        }
    }

    /// The same commands from the start of the world, with no rule off and no mistake made.
    #[must_use]
    pub fn with_all_rules(&self) -> Self {
        let mut commands = self.all_commands();
        commands.retain(|stamped| !stamped.command.departs());
        let config = WorldConfig { rules: Rules::ALL, mistakes: Mistakes::NONE, ..self.config.clone() };
        Self { base: Base::Start, config, commands, ..self.clone() }
    }

    /// Plays it and shows each event to `see`, until it says that this is enough.
    pub fn play(&self, mut see: impl FnMut(&World, usize) -> bool) -> World {
        let mut play = Play::new(self.world());
        while play.next(&self.commands, self.until) {
            if see(&play.world, play.given) {
                break;
            }
        }
        play.world
    }

    /// Looks for a harm in it.
    pub fn watch(&self, harm: Harm) -> Watch {
        Watch { harm, gauge: Gauge::default(), after: self.world().events() }
    }

    /// How long it was without a leader and without a commit, played to its end.
    pub fn gauge(&self) -> Gauge {
        let mut gauge = Gauge::default();
        self.play(|world, _| {
            gauge.look(world);
            false
        });
        gauge
    }

    /// Plays it up to the harm, if that comes no later than with event `most`; how many events it took.
    pub fn hit(&self, harm: Harm, most: u64) -> (Option<Hit>, u64) {
        let mut hit = None;
        let begun = self.commands.len();
        let mut watch = self.watch(harm);
        let world = self.play(|world, given| {
            hit = watch.is_done(world).then(|| Hit::of(world, given.min(begun)));
            hit.is_some() || world.events() >= most
        });
        (hit, world.events())
    }

    /// The same as ordinary commands: what chaos did, and what the clients asked by themselves.
    #[must_use]
    pub fn materialised(&self) -> Self {
        self.rewritten(|_, _| false)
    }

    /// What chaos, the clients and, if `is_replaced` says so, timers and patience did, as commands in their place.
    pub(crate) fn rewritten(&self, is_replaced: impl Fn(&World, EventKind) -> bool) -> Self {
        let mut commands: Vec<Stamped> = Vec::new();
        let world = self.world();
        // Events of the instant that will still be there.
        let (mut instant, mut count) = (world.now(), world.events_at(world.now()));
        self.play(|world, _| {
            if world.now() != instant {
                (instant, count) = (world.now(), 0);
            }
            let mut add =
                |command: Command| commands.push(Stamped { time: instant, after: count, command, by: By::Reader });
            match world.last_event().map(|event| event.kind) {
                Some(EventKind::Chaos(_) | EventKind::Workload(_)) => {
                    world.told().iter().filter_map(as_command).for_each(add);
                }
                Some(EventKind::Command) => {
                    let stays =
                        |command: &&Command| !matches!(command, Command::Chaos(Some(_)) | Command::Requests(1..));
                    let given = world.told().iter().find_map(|told| match told {
                        Told::Reader(command) => Some(command),
                        _ => None,
                    });
                    given.filter(stays).cloned().into_iter().for_each(add);
                }
                Some(kind @ EventKind::Timer(server)) if is_replaced(world, kind) => add(Command::Timeout(server)),
                Some(kind @ EventKind::Retry(_)) if is_replaced(world, kind) => {
                    world.told().iter().filter_map(as_command).for_each(add);
                }
                _ => count += 1,
            }
            false
        });
        let mut calm = self.clone();
        calm.commands = commands;
        calm.config.chaos = None;
        calm.config.requests_per_second = 0;
        if let Base::Moment { world, .. } = &self.base {
            if world.config().chaos.is_some() {
                calm.commands.insert(0, self.at_begin(Command::Chaos(None)));
            }
            if world.config().requests_per_second > 0 {
                calm.commands.insert(0, self.at_begin(Command::Requests(0)));
            }
            calm.config = self.config.clone();
        }
        calm
    }
}

impl Watch {
    /// Whether the last event has done it.
    pub fn is_done(&mut self, world: &World) -> bool {
        if world.events() <= self.after {
            return false;
        }
        self.gauge.look(world);
        match self.harm {
            Harm::Violates(property) => world.violations().iter().any(|found| found.witness.property() == property),
            Harm::ReachesTerm(term) => world.highest_term() >= term,
            Harm::NoLeader(long) => self.gauge.leaderless() >= long,
            Harm::NoCommit(long) => self.gauge.uncommitted() >= long,
        }
    }
}

impl Harm {
    /// Whether it is that something is waited for: that shows at the first event after so long.
    pub const fn is_waiting(self) -> bool {
        matches!(self, Self::NoLeader(_) | Self::NoCommit(_))
    }

    /// What the same commands must not do with all rules on: any violation, or half of the waiting, so that the
    /// difference is one to be seen.
    #[must_use]
    pub const fn with_all_rules(self) -> Self {
        match self {
            Self::NoLeader(long) => Self::NoLeader(long / 2),
            Self::NoCommit(long) => Self::NoCommit(long / 2),
            other => other,
        }
    }
}

impl Hit {
    pub(crate) fn of(world: &World, commands: usize) -> Self {
        let by_command = world.last_event().is_some_and(|event| event.kind == EventKind::Command);
        Self { event: world.events(), time: world.now(), commands, by_command }
    }
}

/// A command that does what an event of chaos or of the clients did.
fn as_command(told: &Told) -> Option<Command> {
    match told {
        Told::Chaos(command) => Some(command.clone()),
        Told::Client { client, what: ClientTold::Asked { text, server, .. }, .. } => {
            let (key, value) = match text.split_once('=') {
                Some((key, value)) => (key, Some(value.to_string())),
                None => (text.strip_prefix("read ").unwrap_or(text), None),
            };
            Some(Command::Request(Request { client: *client, server: Some(*server), key: key.into(), value }))
        }
        _ => None,
    }
}

/// A world as it plays.
#[derive(Clone, Debug)]
pub(crate) struct Play {
    pub(crate) world: World,
    /// Commands that were given.
    pub(crate) given: usize,
    begun: u64,
}

impl Play {
    pub(crate) fn new(world: World) -> Self {
        Self { begun: world.events(), world, given: 0 }
    }

    /// Lets the next event happen; false if there is none before the end.
    pub(crate) fn next(&mut self, commands: &[Stamped], until: Time) -> bool {
        if self.world.events() - self.begun > EVENTS_MAX {
            return false;
        }
        let due = self.world.next_time();
        let is_first = |stamped: &&Stamped| match due {
            None => true,
            Some(next) => stamped.time < next || stamped.time == next && self.world.events_at(next) >= stamped.after,
        };
        match commands.get(self.given).filter(is_first) {
            Some(stamped) if stamped.time > until => false,
            Some(stamped) => {
                self.given += 1;
                self.world.command(stamped.time.max(self.world.now()), &stamped.command);
                true
            }
            None => due.is_some_and(|next| next <= until) && self.world.step(),
        }
    }
}
