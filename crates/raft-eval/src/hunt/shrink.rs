//! Makes a harmful course as short and as plain as it can be: fewer commands, fewer servers, shorter and rounder times.
//!
//! Every step is tried by playing: it counts if the same harm is done while the rule is off, and if the same commands
//! do none with all rules on. It is a matter of nothing but the course, so it ends the same everywhere.

use super::course::{Course, Harm, Hit};
use super::simpler::{calm, is_calm, other_setting, settings, simpler, without_server};
use raft_core::{ServerId, Time};
use raft_sim::command::{Command, Request};
use raft_sim::config::WorldConfig;
use raft_sim::run::Stamped;

/// Gaps between commands in milliseconds, the best first.
const GAPS: &[u64] = &[0, 10, 20, 30, 40, 50, 60, 80, 100, 120, 150, 200, 250, 300, 400, 500, 700, 1_000, 5, 2, 1];
/// If none of them will do: whole tens of milliseconds, and whole milliseconds, since the start of the world.
const ROUND: &[u64] = &[10_000, 1_000];
/// Most simpler forms of one command.
const FORMS: usize = 8;
/// Most commands of which pairs are left out.
const PAIRED: usize = 16;
/// With more commands than this no single one is looked at more closely: an attempt that cannot leave them out is not
/// the one that wins.
const MANY: usize = 150;
/// How often it is begun anew, in worlds more or less calm, from both ends: no attempt is the best for every course.
const ATTEMPTS: usize = 6;
/// How many commands it is worth that no timer runs out by itself.
const BY_ITSELF: usize = 6;
/// How much longer a course is played if something is waited for: an event has to come that shows it.
const LOOK: u64 = 500_000;
/// How many times as many events as the best course, and how many more, a candidate may take.
const LONGER: u64 = 8;
const SLACK: u64 = 5_000;
/// Most rounds over all passes.
const ROUNDS: u32 = 6;

/// A way of making a course smaller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// Timeouts become commands and nothing happens by itself any more.
    Calm,
    /// Commands stand at a time of their own and not between the events of an instant.
    Plain,
    /// Commands are left out, many at once and then one by one.
    Fewer,
    /// Two commands that need each other, such as a crash and a restart, are left out together.
    Pairs,
    /// Servers are left out.
    Servers,
    /// Settings are like the defaults, or plain.
    Settings,
    /// Commands are replaced by simpler ones.
    Simpler,
    /// Requests go to where they lead to the harm with fewer events.
    Targets,
    /// Times are shorter, and round.
    Times,
}

/// The settings come before the commands: a latency that is always the same does not change with what is left out.
const FIRST: &[Pass] = &[Pass::Calm, Pass::Plain, Pass::Settings];
const AGAIN: &[Pass] =
    &[Pass::Fewer, Pass::Pairs, Pass::Servers, Pass::Settings, Pass::Simpler, Pass::Targets, Pass::Times, Pass::Plain];

/// A course that is made smaller, a step at a time.
#[derive(Clone, Debug)]
pub struct Shrinker {
    harm: Harm,
    /// Fewest servers that are left.
    fewest: u32,
    /// What every attempt begins with, and where that does the harm.
    found: (Course, Hit),
    attempt: usize,
    /// From where the attempts so far went on once their worlds were calm: the end, and the commands in what world.
    ways: Vec<(bool, WorldConfig, Vec<Stamped>)>,
    /// The best end of an attempt.
    winner: Option<(Course, Hit)>,
    best: Course,
    hit: Hit,
    pass: usize,
    /// The next candidate of this pass, and the one that comes next if the one at hand is taken.
    at: usize,
    taken: usize,
    size: usize,
    round: u32,
    improved: bool,
    events: u64,
    tried: u32,
}

impl Shrinker {
    /// Takes a course as it was found; nothing if, as ordinary commands, it does not do the harm, or does it with all
    /// rules on as well.
    pub fn new(found: &Course, harm: Harm, fewest: u32) -> Option<Self> {
        let whole = found.materialised();
        let nowhere = Hit { event: 0, time: found.until, commands: usize::MAX, by_command: false };
        let mut shrinker = Self {
            harm,
            fewest,
            found: (whole.clone(), nowhere),
            attempt: 0,
            ways: Vec::new(),
            winner: None,
            best: whole.clone(),
            hit: nowhere,
            pass: 0,
            at: 0,
            taken: 0,
            size: 0,
            round: 0,
            improved: false,
            events: 0,
            tried: 0,
        };
        let harms = shrinker.try_out(whole, u64::MAX);
        shrinker.found = (shrinker.best.clone(), shrinker.hit);
        harms.then_some(shrinker)
    }

    /// The smallest course so far.
    pub fn best(&self) -> &Course {
        &self.best
    }

    /// Where it does the harm.
    pub fn hit(&self) -> Hit {
        self.hit
    }

    /// Events that were played, and courses that were tried.
    pub fn effort(&self) -> (u64, u32) {
        (self.events, self.tried)
    }

    /// Goes on until about `budget` events have been played; true once nothing gets smaller any more.
    pub fn advance(&mut self, budget: u64) -> bool {
        let end = self.events.saturating_add(budget);
        while self.events < end {
            let Some(pass) = FIRST.iter().chain(AGAIN).nth(self.pass).copied() else {
                self.round += 1;
                if self.improved && self.round < ROUNDS {
                    self.improved = false;
                    self.begin(FIRST.len());
                } else if self.end_attempt() {
                    return true;
                }
                continue;
            };
            match self.candidate(pass) {
                Step::Try(course) => {
                    let most = if pass == Pass::Targets { self.hit.event - 1 } else { u64::MAX };
                    if self.try_out(*course, most) {
                        self.at = self.taken;
                        self.improved = true;
                    }
                }
                Step::Skip => (),
                Step::Over if pass == Pass::Calm && self.was_here() => {
                    if self.end_attempt() {
                        return true;
                    }
                }
                Step::Over => self.begin(self.pass + 1),
            }
        }
        false
    }

    /// Whether an earlier attempt went on from here: it has come to whatever this one would come to.
    fn was_here(&mut self) -> bool {
        let way = (self.is_from_the_end(), self.best.config.clone(), self.best.commands.clone());
        let was_here = self.ways.contains(&way);
        self.ways.push(way);
        was_here
    }

    /// Every second attempt leaves out the last commands first.
    fn is_from_the_end(&self) -> bool {
        self.attempt % 2 == 1
    }

    /// Keeps what an attempt has come to and begins the next one; true after the last.
    fn end_attempt(&mut self) -> bool {
        // A few commands more are worth it if nothing happens by itself.
        let cost = |(course, hit): &(Course, Hit)| {
            let by_itself = if is_calm(&course.config) { 0 } else { BY_ITSELF };
            (course.commands.len() + by_itself, hit.event)
        };
        let end = (self.best.clone(), self.hit);
        if self.winner.as_ref().is_none_or(|winner| cost(&end) < cost(winner)) {
            self.winner = Some(end);
        }
        self.attempt += 1;
        if self.attempt >= ATTEMPTS {
            (self.best, self.hit) = self.winner.clone().unwrap_or((self.best.clone(), self.hit));
            return true;
        }
        (self.round, self.improved) = (0, false);
        // With the hit of the last attempt it would have no patience for the whole course.
        (self.best, self.hit) = self.found.clone();
        self.begin(0);
        false
    }

    fn begin(&mut self, pass: usize) {
        (self.pass, self.at, self.size) = (pass, 0, self.best.commands.len().div_ceil(2));
    }

    /// Plays a course with the rule off, and if it does the harm within so many events with all rules on.
    fn try_out(&mut self, mut course: Course, most: u64) -> bool {
        self.tried += 1;
        if self.harm.is_waiting() {
            course.until = course.until.after(LOOK);
        }
        let most = most.min(self.patience());
        let (hit, events) = course.hit(self.harm, most);
        self.events += events;
        let Some(hit) = hit else { return false };
        course.commands.truncate(hit.commands);
        course.until = hit.time;
        let mut harmed = false;
        let safe = course.with_all_rules();
        let mut watch = safe.watch(self.harm.with_all_rules());
        let safe = safe.play(|world, _| {
            harmed = watch.is_done(world) || !world.violations().is_empty() || world.events() > most;
            harmed
        });
        self.events += safe.events();
        if !harmed {
            (self.best, self.hit) = (course, hit);
        }
        !harmed
    }

    /// How many events a candidate may take: where messages go round in circles, nothing gets simpler.
    fn patience(&self) -> u64 {
        if self.tried == 1 {
            return u64::MAX;
        }
        let begun = self.best.events_before();
        begun + (self.hit.event - begun) * LONGER + SLACK
    }

    /// The next candidate; the cursor already stands where it goes on if this one is not taken.
    fn candidate(&mut self, pass: Pass) -> Step {
        let (at, best) = (self.at, &self.best);
        self.at += 1;
        self.taken = self.at;
        let has_many = best.commands.len() > MANY;
        match pass {
            Pass::Simpler | Pass::Targets | Pass::Times if has_many => Step::Over,
            Pass::Plain if has_many && at > 0 => Step::Over,
            Pass::Calm if at > 0 => Step::Over,
            Pass::Calm => calm(best, self.attempt / 2).map_or(Step::Over, |course| Step::Try(course.into())),
            Pass::Plain => plain(best, at),
            Pass::Fewer => self.fewer(at),
            Pass::Pairs => self.without_pair(at),
            Pass::Servers => self.without_one_server(at),
            Pass::Settings if best.is_from_here() || at >= settings() => Step::Over,
            Pass::Settings => Step::from(other_setting(best, at)),
            Pass::Simpler => self.with_simpler(at),
            Pass::Targets => self.with_target(at),
            Pass::Times => {
                let forms = GAPS.len() + ROUND.len();
                let (which, form) = (at / forms, at % forms);
                self.taken = (which + 1) * forms;
                if which < best.commands.len() { Step::from(with_gap(best, which, form)) } else { Step::Over }
            }
        }
    }

    fn without_pair(&mut self, at: usize) -> Step {
        let count = self.best.commands.len();
        let (one, two) = (at / count.max(1), at % count.max(1));
        if one >= count || count > PAIRED {
            return Step::Over;
        }
        if two <= one {
            return Step::Skip;
        }
        let mut course = self.best.clone();
        course.commands.remove(two);
        course.commands.remove(one);
        // Another pair of as many: it goes on with the first.
        self.taken = 0;
        Step::Try(course.into())
    }

    fn without_one_server(&mut self, at: usize) -> Step {
        self.taken = 0;
        let (best, servers) = (&self.best, self.best.config.servers);
        if best.is_from_here() || at >= servers as usize || servers <= self.fewest {
            return Step::Over;
        }
        Step::from(without_server(best, servers - at as u32))
    }

    fn with_simpler(&mut self, at: usize) -> Step {
        let best = &self.best;
        let (which, form) = (at / FORMS, at % FORMS);
        let Some(stamped) = best.commands.get(which) else { return Step::Over };
        let is_request = |stamped: &&Stamped| matches!(stamped.command, Command::Request(_) | Command::Burst(_));
        let number = best.commands[..=which].iter().filter(is_request).count() as u32;
        let Some(command) = simpler(&stamped.command, best.config.servers, number, form) else {
            self.at = (which + 1) * FORMS;
            return Step::Skip;
        };
        let mut course = best.clone();
        course.commands[which].command = command;
        Step::Try(course.into())
    }

    fn with_target(&self, at: usize) -> Step {
        let servers = self.best.config.servers as usize;
        let (which, server) = (at / servers, ServerId((at % servers) as u32 + 1));
        let Some(stamped) = self.best.commands.get(which) else { return Step::Over };
        let Command::Request(request) = &stamped.command else { return Step::Skip };
        if request.server == Some(server) {
            return Step::Skip;
        }
        let mut course = self.best.clone();
        course.commands[which].command = Command::Request(Request { server: Some(server), ..request.clone() });
        Step::Try(course.into())
    }

    /// Leaves out `size` commands from the place `at` on, in every second attempt counted from the end.
    fn fewer(&mut self, at: usize) -> Step {
        let commands = &self.best.commands;
        if at >= commands.len() {
            if self.size <= 1 {
                return Step::Over;
            }
            (self.at, self.size) = (0, self.size.div_ceil(2));
            return Step::Skip;
        }
        (self.at, self.taken) = (at + self.size, at);
        let mut range = at..(at + self.size).min(commands.len());
        if self.is_from_the_end() {
            range = commands.len() - range.end..commands.len() - range.start;
        }
        let mut course = self.best.clone();
        course.commands.drain(range);
        Step::Try(course.into())
    }
}

enum Step {
    Try(Box<Course>),
    Skip,
    Over,
}

impl From<Option<Course>> for Step {
    fn from(course: Option<Course>) -> Self {
        course.map_or(Self::Skip, |course| Self::Try(course.into()))
    }
}

/// All commands, or one of them, at a time of its own.
fn plain(best: &Course, at: usize) -> Step {
    let which = match at {
        0 => 0..best.commands.len(),
        at if at <= best.commands.len() => at - 1..at,
        _ => return Step::Over,
    };
    if best.commands[which.clone()].iter().all(|stamped| stamped.after == 0) {
        return Step::Skip;
    }
    let mut course = best.clone();
    let mut last = Time(0);
    for (at, stamped) in course.commands.iter_mut().enumerate() {
        if which.contains(&at) && stamped.after > 0 {
            (stamped.time, stamped.after) = (stamped.time.after(1), 0);
        }
        stamped.time = stamped.time.max(last);
        last = stamped.time;
    }
    // The harm may be later by as much; what comes after it is cut off.
    course.until = course.until.after(1);
    Step::Try(course.into())
}

/// The course with another gap before a command; what follows moves along. Nothing if the gap is none the better.
fn with_gap(best: &Course, which: usize, form: usize) -> Option<Course> {
    let before = if which == 0 { best.begins() } else { best.commands[which - 1].time };
    let stamped = &best.commands[which];
    let now = stamped.time.since(before);
    let rank = |gap: u64| GAPS.iter().position(|known| known * 1_000 == gap);
    let gap = match GAPS.get(form) {
        Some(gap) => gap * 1_000,
        None => stamped.time.0.next_multiple_of(*ROUND.get(form - GAPS.len())?) - before.0,
    };
    let is_plain = stamped.after == 0;
    let is_better = match (rank(gap), rank(now)) {
        (Some(new), Some(old)) => new < old || !is_plain,
        (Some(_), None) => true,
        (None, Some(_)) => false,
        (None, None) => gap != now && !stamped.time.0.is_multiple_of(10_000) || !is_plain,
    };
    // Nothing is done at the very start, where events of the same instant may have come before.
    let at_start = which == 0 && gap == 0;
    if !is_better || at_start {
        return None;
    }
    let mut course = best.clone();
    for stamped in &mut course.commands[which..] {
        stamped.time = Time((stamped.time.0 + gap).saturating_sub(now));
    }
    course.commands[which].after = 0;
    // A little longer than before; what comes after the harm is cut off.
    course.until = Time((best.until.0 + gap).saturating_sub(now)).after(5_000).max(course.commands[which].time);
    Some(course)
}
