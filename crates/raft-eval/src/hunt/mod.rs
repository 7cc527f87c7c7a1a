//! The hunt: finds a run in which a switched-off rule does harm, and makes it as short as it can be.
//!
//! A hunt tries seeds, each an ordinary cluster under chaos, until a promise is broken. What chaos did is then written
//! down as ordinary commands, and whatever is not needed for the harm is left out ([`shrink`]). The lowest seed that
//! does harm wins, so the result is the same on any number of workers: natively [`hunt`] uses all cores, and in the
//! page each worker advances a [`Hunt`] of its own over a range of seeds.

mod course;
mod parallel;
mod plan;
pub mod shrink;
mod simpler;
mod tell;

pub use course::{Course, Harm, Hit, Watch};
pub use parallel::{Outcome, hunt};
pub use plan::{Plan, Waste};

use crate::liveness::Gauge;
use course::Play;
use raft_core::{Micros, Mistake, Rule, RuleKind, Term};
use raft_sim::checkers::Property;
use raft_sim::command::Command;
use raft_sim::run::Run;
use raft_sim::saved;
use raft_sim::world::World;
use shrink::Shrinker;

/// Simulated time after which a seed is given up.
pub const HORIZON: Micros = 4_000_000;
/// How many terms more than with all rules on are harm.
const WASTED: u32 = 2;
/// How much longer than with all rules on it takes to be harm.
const WAITED: Micros = 600_000;

/// What is hunted for, and where.
#[derive(Clone, Debug)]
pub struct Quarry {
    /// Rules that are off.
    pub without: Vec<Rule>,
    /// Mistakes that are made.
    pub making: Vec<Mistake>,
    /// The promise that is to be broken; any, if none is named.
    pub property: Option<Property>,
    /// Size of the cluster, if not the plan's.
    pub servers: Option<u32>,
    /// The trouble.
    pub plan: Plan,
    /// How long each seed is played.
    pub horizon: Micros,
    /// Where every try begins, if not with a new cluster.
    here: Option<(Course, String)>,
}

impl Quarry {
    /// A hunt without these rules, beginning with an ordinary cluster.
    pub fn new(without: &[Rule]) -> Self {
        Self {
            without: without.to_vec(),
            making: Vec::new(),
            property: Plan::of(without).property,
            servers: None,
            plan: Plan::of(without),
            horizon: HORIZON,
            here: None,
        }
    }

    /// The same hunt in clusters whose servers make these mistakes.
    #[must_use]
    pub fn making(mut self, mistakes: &[Mistake]) -> Self {
        for mistake in mistakes {
            if !self.making.contains(mistake) {
                self.making.push(*mistake);
            }
        }
        self.plan.help_with(mistakes);
        self
    }

    /// A hunt that begins where a run is looked at: can this go wrong from here? These rules are off from now on, besides
    /// those that are off already, and mistakes that are made there are made.
    pub fn from_here(without: &[Rule], run: &Run) -> Self {
        let mut rules: Vec<Rule> = run.world().config().rules.off().collect();
        rules.extend(without.iter().filter(|rule| run.world().config().rules.holds(**rule)));
        let course = Course::from_here(run, run.time());
        let making = run.world().config().mistakes.on().collect();
        Self { making, here: Some((course, run.scenario.clone())), ..Self::new(&rules) }
    }

    /// What a seed plays.
    fn course(&self, seed: u64) -> Course {
        let Some((here, _)) = &self.here else {
            let mut config = self.plan.config(&self.without, self.servers.unwrap_or(self.plan.servers));
            config.mistakes = self.making.iter().fold(config.mistakes, |made, mistake| made.with(*mistake, true));
            return Course::new(config, seed, raft_core::Time(self.horizon));
        };
        let (mut course, world) = (here.clone(), here.world());
        let mut chaos = self.plan.chaos;
        chaos.variant = seed as u32;
        let mut commands = vec![Command::Chaos(Some(chaos))];
        let missing = self.without.iter().filter(|rule| world.config().rules.holds(**rule));
        commands.extend(missing.map(|rule| Command::SetRule(*rule, false)));
        let more = self.making.iter().filter(|mistake| !world.config().mistakes.makes(**mistake));
        commands.extend(more.map(|mistake| Command::SetMistake(*mistake, true)));
        if world.config().requests_per_second == 0 {
            commands.push(Command::Requests(self.plan.requests_per_second));
        }
        course.commands = commands.into_iter().map(|command| here.at_begin(command)).collect();
        course.until = here.begins().after(self.horizon);
        course
    }

    fn is_safety(&self) -> bool {
        let kinds = || self.without.iter().map(|rule| rule.kind()).chain(self.making.iter().map(|made| made.kind()));
        kinds().next().is_none() || kinds().any(|kind| kind == RuleKind::Safety)
    }

    /// The harm that a world has come to by its last event, if it is one of safety.
    fn broken(&self, world: &World) -> Option<Harm> {
        let mut found = world.violations().iter().map(|violation| violation.witness.property());
        let property = match self.property {
            Some(property) => found.find(|found| *found == property),
            None => found.next(),
        };
        property.filter(|_| self.is_safety()).map(Harm::Violates)
    }

    /// If any harm will do, another one that the short story does sooner.
    fn sooner(&self, shrinker: &Shrinker, harm: Harm) -> Option<(Shrinker, Harm)> {
        let mut first = None;
        shrinker.best().play(|world, _| {
            first = self.broken(world);
            first.is_some()
        });
        let other = first.filter(|first| *first != harm)?;
        Some((Shrinker::new(shrinker.best(), other, self.plan.fewest)?, other))
    }

    /// The harm of a course that was played to its end, if it is one of liveness.
    fn wasted(&self, course: &Course, world: &World) -> Option<Harm> {
        if self.is_safety() {
            return None;
        }
        let waits = |longest: fn(&Gauge) -> Micros| {
            let course = course.materialised();
            let with = longest(&course.with_all_rules().gauge()).next_multiple_of(WAITED / 10);
            (longest(&course.gauge()) >= with + WAITED).then_some(with + WAITED)
        };
        match self.plan.waste {
            Waste::Terms => (),
            Waste::Leaderless => return waits(Gauge::leaderless).map(Harm::NoLeader),
            Waste::Uncommitted => return waits(Gauge::uncommitted).map(Harm::NoCommit),
        }
        let with = course.materialised().with_all_rules().play(|_, _| false).highest_term().0;
        (world.highest_term().0 >= with + WASTED).then(|| Harm::ReachesTerm(Term(with + WASTED)))
    }
}

/// How far a hunt is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Seeds that were tried to their end.
    pub seeds: u64,
    /// Events that were played.
    pub events: u64,
    /// The seed that does harm.
    pub found: Option<u64>,
    /// Commands of its story so far, while it gets shorter.
    pub steps: Option<u32>,
    /// Nothing is left to be done.
    pub done: bool,
}

/// The story of a harm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The seed that did it.
    pub seed: u64,
    /// What was done.
    pub harm: Harm,
    /// Commands up to the harm.
    pub steps: u32,
    /// Size of its cluster.
    pub servers: u32,
    /// The story as a scenario; none if it goes on from a run.
    pub scenario: Option<String>,
    /// The story as a saved run, looked at right before the harm.
    pub saved: String,
    /// What led to the harm, in a few sentences.
    pub account: Vec<String>,
}

#[derive(Clone, Debug)]
enum Stage {
    Searching(Option<Box<(Course, Play)>>),
    Shrinking(Box<Shrinker>, Harm),
    Done(Option<Box<Found>>),
}

/// A hunt over a range of seeds, in slices.
#[derive(Clone, Debug)]
pub struct Hunt {
    quarry: Quarry,
    first: u64,
    seed: u64,
    end: u64,
    events: u64,
    stage: Stage,
}

impl Hunt {
    /// A hunt over `count` seeds from `first` on.
    pub fn new(quarry: Quarry, first: u64, count: u64) -> Self {
        let stage = Stage::Searching(None);
        Self { quarry, first, seed: first, end: first.saturating_add(count), events: 0, stage }
    }

    /// Goes on until about `budget` events have been played.
    pub fn advance(&mut self, budget: u64) -> Progress {
        let end = self.events.saturating_add(budget);
        while self.events < end {
            match &mut self.stage {
                Stage::Searching(_) => self.search(end),
                Stage::Shrinking(shrinker, harm) => {
                    let (before, _) = shrinker.effort();
                    let done = shrinker.advance(end - self.events);
                    self.events += shrinker.effort().0 - before;
                    if done {
                        self.stage = match self.quarry.sooner(shrinker, *harm) {
                            Some((shrinker, harm)) => Stage::Shrinking(Box::new(shrinker), harm),
                            None => {
                                let found = tell(&self.quarry, self.seed, shrinker, *harm);
                                Stage::Done(found.map(Box::new))
                            }
                        };
                    }
                }
                Stage::Done(_) => break,
            }
        }
        self.progress()
    }

    /// How far it is.
    pub fn progress(&self) -> Progress {
        let (found, steps, done) = match &self.stage {
            Stage::Searching(_) => (None, None, false),
            Stage::Shrinking(shrinker, _) => (Some(self.seed), Some(shrinker.best().commands.len() as u32), false),
            Stage::Done(found) => (found.as_ref().map(|_| self.seed), found.as_ref().map(|found| found.steps), true),
        };
        let tried = self.seed - self.first + u64::from(found.is_some());
        Progress { seeds: tried, events: self.events, found, steps, done }
    }

    /// The story, once it is found and short.
    pub fn found(&self) -> Option<&Found> {
        match &self.stage {
            Stage::Done(found) => found.as_deref(),
            _ => None,
        }
    }

    /// The course of the seed at hand once it does harm: not yet short.
    fn caught(&self) -> bool {
        matches!(self.stage, Stage::Shrinking(..))
    }

    fn search(&mut self, end: u64) {
        let Stage::Searching(at_hand) = &mut self.stage else { return };
        if self.seed >= self.end {
            self.stage = Stage::Done(None);
            return;
        }
        let (course, mut play) = *at_hand.take().unwrap_or_else(|| {
            let course = self.quarry.course(self.seed);
            let play = Play::new(course.world());
            Box::new((course, play))
        });
        let mut violations = 0;
        loop {
            if self.events >= end {
                *at_hand = Some(Box::new((course, play)));
                return;
            }
            let over = !play.next(&course.commands, course.until);
            self.events += 1;
            let known = std::mem::replace(&mut violations, play.world.violations().len());
            let harm = match over {
                true => self.quarry.wasted(&course, &play.world),
                false if violations > known => self.quarry.broken(&play.world),
                false => None,
            };
            if harm.is_none() && !over {
                continue;
            }
            let course = Course { until: play.world.now().max(course.begins()), ..course };
            let shrinker = harm.and_then(|harm| Some((Shrinker::new(&course, harm, self.quarry.plan.fewest)?, harm)));
            self.stage = match shrinker {
                Some((shrinker, harm)) => Stage::Shrinking(Box::new(shrinker), harm),
                None => {
                    self.seed += 1;
                    Stage::Searching(None)
                }
            };
            return;
        }
    }
}

fn tell(quarry: &Quarry, seed: u64, shrinker: &Shrinker, harm: Harm) -> Option<Found> {
    let (course, hit) = (shrinker.best(), shrinker.hit());
    let account = tell::account(course, hit);
    let scenario = (!course.is_from_here()).then(|| tell::scenario(course, hit, harm, &account));
    let run = match &scenario {
        Some(scenario) => tell::run_before_the_harm(scenario, harm).ok()?,
        None => tell::run_of(course, &quarry.here.as_ref()?.1, harm)?,
    };
    Some(Found {
        seed,
        harm,
        steps: tell::steps(&course.commands) as u32,
        servers: course.config.servers,
        scenario,
        saved: saved::to_text(&run),
        account,
    })
}
