//! A run: a world that can be played, sought, stepped back and forked, exactly.
//!
//! A run is its config, its seed and its commands, each with the moment at which it happens, and nothing else.
//! Keyframes are clones of the world at bounded gaps: a cache, so that every seek is bounded too.

use crate::command::Command;
use crate::condition::Script;
use crate::config::WorldConfig;
use crate::record::Record;
use crate::told::{EventInfo, Told};
use crate::world::World;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use raft_core::Time;

/// Events between two keyframes: what a seek replays at most.
pub const KEYFRAME_GAP: u64 = 4_096;
/// Events whose happenings are kept at hand for the feed.
const WINDOW: usize = 2_048;

/// Most messages and writes that may wait at once; see [`Run::check_burden`].
const LOAD_MAX: usize = 30_000;
/// Most that all keyframes together may hold of them: some hundred megabytes.
const KEPT_MAX: usize = 1_000_000;

/// Who gave a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum By {
    /// The reader.
    Reader,
    /// The scenario; it gives it again when the run is forked before it.
    Scenario,
}

/// A command and its moment.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stamped {
    /// When.
    pub time: Time,
    /// After how many events of that instant, commands not counted.
    pub after: u32,
    /// What.
    pub command: Command,
    /// Who gave it.
    pub by: By,
}

/// Where a run has been played to: the world, the next command, and how far the scenario is.
#[derive(Clone, Debug)]
struct Cursor {
    world: World,
    next_command: usize,
    script: Script,
}

/// One course of events.
#[derive(Clone, Debug)]
struct Version {
    label: String,
    parent: usize,
    fork_time: Time,
    commands: Vec<Stamped>,
    keyframes: Vec<Arc<Cursor>>,
    record: Record,
    /// How far it has been played.
    edge_event: u64,
    edge_time: Time,
    /// Not shown: another version begins with all of it, or the reader took it back.
    hidden: bool,
}

/// An event and what it made happen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EventRecord {
    /// Which event.
    pub info: EventInfo,
    /// What it made happen.
    pub told: Vec<Told>,
}

/// A branch as the reader sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its number.
    pub id: usize,
    /// What made it different.
    pub label: String,
    /// The branch that it came from.
    pub parent: usize,
    /// Where it left it.
    pub fork_time: Time,
    /// How far it has been played.
    pub edge_time: Time,
    /// Whether it is the one at hand.
    pub current: bool,
}

/// How a piece of playing ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The goal was reached.
    Reached,
    /// The allowance of events was used up first.
    More,
    /// A violation stopped the run.
    Stopped,
}

/// A place to come back to.
#[derive(Clone, Copy, Debug)]
struct Place {
    version: usize,
    time: Time,
    event: u64,
    passed: usize,
}

/// A run that is being looked at.
#[derive(Clone, Debug)]
pub struct Run {
    config: WorldConfig,
    seed: u64,
    /// Name of the scenario that it came from, for its title; empty if none.
    pub scenario: String,
    versions: Vec<Version>,
    current: usize,
    cursor: Cursor,
    time: Time,
    undo: Vec<Place>,
    redo: Vec<Place>,
    /// Violations that the reader has seen and passed.
    passed: usize,
    /// It is only ever played forward: no keyframes.
    forward: bool,
    revision: u32,
    course: u32,
    /// Events that were played, those that were played again included.
    played: u64,
    /// What waits in all worlds that were kept as keyframes, together.
    kept: usize,
    window: Vec<EventRecord>,
}

impl Run {
    /// A run at its start.
    pub fn new(config: WorldConfig, seed: u64, commands: Vec<Stamped>, script: Script) -> Self {
        let cursor = Cursor { world: World::new(config.clone(), seed), next_command: 0, script };
        let version = Version {
            label: "main".into(),
            parent: 0,
            fork_time: Time(0),
            commands,
            keyframes: alloc::vec![Arc::new(cursor.clone())],
            record: Record::default(),
            edge_event: 0,
            edge_time: Time(0),
            hidden: false,
        };
        Self {
            config,
            seed,
            scenario: String::new(),
            versions: alloc::vec![version],
            current: 0,
            cursor,
            time: Time(0),
            undo: Vec::new(),
            redo: Vec::new(),
            passed: 0,
            forward: false,
            revision: 0,
            course: 0,
            played: 0,
            kept: 0,
            window: Vec::new(),
        }
    }

    /// The same run, kept without keyframes from here on: for hours that are played forward and never sought.
    #[must_use]
    pub fn forward_only(self) -> Self {
        Self { forward: true, ..self }
    }

    /// Moves to a moment, playing at most `allowance` events.
    pub fn seek(&mut self, time: Time, allowance: u64) -> Progress {
        let is_behind = time < self.cursor.world.now();
        self.restore(is_behind, |cursor| cursor.world.now() <= time);
        let progress = self.play(allowance, |run| run.next_time().is_none_or(|next| next > time));
        match progress {
            Progress::Reached => self.set_time(time),
            Progress::More | Progress::Stopped => self.set_time(self.cursor.world.now()),
        }
        progress
    }

    /// Moves to the moment right after an event.
    pub fn seek_event(&mut self, event: u64, allowance: u64) -> Progress {
        let is_behind = event < self.cursor.world.events();
        self.restore(is_behind, |cursor| cursor.world.events() <= event);
        let progress = self.play(allowance, |run| run.cursor.world.events() >= event || run.next_time().is_none());
        self.set_time(self.cursor.world.now());
        progress
    }

    /// Stays at the event at hand and looks at the world somewhat later, before its next event.
    pub(crate) fn rest_at(&mut self, time: Time) {
        let next = self.next_time().unwrap_or(time);
        self.set_time(time.min(next).max(self.cursor.world.now()));
    }

    /// Lets one event happen; false if nothing is left to happen.
    pub fn step(&mut self) -> bool {
        let before = self.cursor.world.events();
        self.passed = self.passed.max(self.cursor.world.violations().len());
        self.play(1, |_| false);
        self.set_time(self.cursor.world.now());
        self.cursor.world.events() > before
    }

    /// Goes back by one event; false at the start.
    pub fn step_back(&mut self) -> bool {
        let now = self.cursor.world.events();
        if now == 0 {
            self.set_time(Time(0));
            return false;
        }
        self.seek_event(now - 1, KEYFRAME_GAP * 2);
        true
    }

    /// Plays until something that satisfies `met` has happened.
    pub fn play_until(&mut self, allowance: u64, mut met: impl FnMut(&World) -> bool) -> Progress {
        let start = self.cursor.world.events();
        let progress = self.play(allowance, |run| run.cursor.world.events() > start && met(&run.cursor.world));
        self.set_time(self.cursor.world.now());
        progress
    }

    /// Goes on after a violation stopped the run.
    pub fn go_on(&mut self) {
        self.passed = self.cursor.world.violations().len();
        self.revision += 1;
    }

    /// What was played beyond a moment only to look ahead has not happened for the reader: it is forgotten, so that
    /// a command at that moment is no fork and leaves no branch behind.
    pub fn forget_after(&mut self, seen: Time) {
        if self.versions[self.current].edge_time <= seen {
            return;
        }
        if self.time >= seen {
            return self.forget_future();
        }
        let here = self.place();
        let passed = core::mem::replace(&mut self.passed, usize::MAX);
        self.seek(seen, u64::MAX);
        self.forget_future();
        self.seek_event(here.event, u64::MAX);
        self.set_time(here.time);
        self.passed = passed;
    }

    fn forget_future(&mut self) {
        let event = self.cursor.world.events();
        let (time, next_command) = (self.time, self.cursor.next_command);
        self.window.retain(|record| record.info.number <= event);
        let version = &mut self.versions[self.current];
        version.commands.truncate(next_command);
        let beyond = version.keyframes.partition_point(|keyframe| keyframe.world.events() <= event);
        self.kept -= version.keyframes.drain(beyond..).map(|keyframe| keyframe.world.load()).sum::<usize>();
        version.record.truncate(event);
        (version.edge_event, version.edge_time) = (event, time);
        self.course += 1;
    }

    /// Whether the run can go on at a bearable pace and in bearable memory. Whoever plays what others wrote asks now
    /// and then.
    ///
    /// # Errors
    /// A sentence that says why not.
    pub fn check_burden(&self) -> Result<(), String> {
        let load = self.cursor.world.load();
        let is_at_edge = self.cursor.world.events() >= self.versions[self.current].edge_event;
        if load <= LOAD_MAX && (self.kept <= KEPT_MAX || !is_at_edge) {
            return Ok(());
        }
        Err(alloc::format!(
            "the run has become too heavy to go on: {load} messages and writes wait at once; go back, and send fewer requests or choose a shorter latency or longer timeouts"
        ))
    }

    /// Whether a violation stopped the run and the reader has not passed it.
    pub fn is_stopped(&self) -> bool {
        self.cursor.world.violations().len() > self.passed
    }

    fn play(&mut self, allowance: u64, mut reached: impl FnMut(&Self) -> bool) -> Progress {
        for _ in 0..allowance {
            if reached(self) {
                return Progress::Reached;
            }
            if self.is_stopped() {
                return Progress::Stopped;
            }
            if !self.advance() {
                return Progress::Reached;
            }
        }
        if reached(self) { Progress::Reached } else { Progress::More }
    }

    /// One event: the next command if it is due before the next item, else that item.
    fn advance(&mut self) -> bool {
        self.resolve_script();
        let version = &self.versions[self.current];
        let at = self.cursor.next_command;
        let command = version.commands.get(at).filter(|stamped| self.cursor.is_before_next_item(stamped));
        let noted = match command {
            Some(stamped) => {
                let time = stamped.time.max(self.cursor.world.now());
                self.cursor.world.command(time, &stamped.command);
                self.cursor.next_command += 1;
                if stamped.by == By::Scenario {
                    self.cursor.script.carried_out();
                }
                Some(at)
            }
            None if self.cursor.world.step() => None,
            None => return false,
        };
        self.played += 1;
        self.cursor.script.observe(&self.cursor.world);
        self.after_event(noted);
        true
    }

    fn after_event(&mut self, command: Option<usize>) {
        let world = &self.cursor.world;
        let Some(info) = world.last_event() else { return };
        let version = &mut self.versions[self.current];
        if info.number > version.edge_event {
            version.record.note(&info, world.told(), command);
            version.edge_event = info.number;
            version.edge_time = version.edge_time.max(info.time);
        }
        let last = version.keyframes.last().map_or(0, |keyframe| keyframe.world.events());
        if info.number >= last + KEYFRAME_GAP && !self.forward {
            version.keyframes.push(Arc::new(self.cursor.clone()));
            self.kept += self.cursor.world.load();
        }
        self.keep_in_window(info);
    }

    /// Once somebody has asked for what led here, it is kept also while a seek replays: it is asked for again at the
    /// goal, and need not be played a second time for that.
    fn keep_in_window(&mut self, info: EventInfo) {
        let Some((first, last)) = self.window.first().zip(self.window.last()) else { return };
        let (first, last) = (first.info.number, last.info.number);
        if (first..=last).contains(&info.number) {
            return;
        }
        if info.number != last + 1 {
            self.window.clear();
        }
        if self.window.len() >= 2 * WINDOW {
            self.window.drain(..WINDOW);
        }
        self.window.push(EventRecord { info, told: self.cursor.world.told().to_vec() });
    }

    /// Turns what the scenario wants done before the next event into a command.
    fn resolve_script(&mut self) {
        let version = &mut self.versions[self.current];
        let at = self.cursor.next_command;
        let known = version.commands.get(at);
        let next = [known.map(|stamped| stamped.time), self.cursor.raw_next_time()].into_iter().flatten().min();
        let Some((time, command)) = self.cursor.script.due(next, &self.cursor.world) else { return };
        // Otherwise it was resolved when this course of events was played before.
        if known.is_none_or(|known| known.by != By::Scenario) {
            let after = self.cursor.world.events_at(*time);
            let stamped = Stamped { time: *time, after, command: command.clone(), by: By::Scenario };
            version.commands.insert(at, stamped);
        }
    }

    /// When the next event will be.
    fn next_time(&self) -> Option<Time> {
        let command = self.versions[self.current]
            .commands
            .get(self.cursor.next_command)
            .map(|stamped| stamped.time.max(self.cursor.world.now()));
        [command, self.cursor.raw_next_time(), self.cursor.script.next_time()].into_iter().flatten().min()
    }

    /// Goes to the latest keyframe before the goal, unless the cursor is nearer to it. No keyframe leads past a
    /// violation at which the reader has yet to stop.
    fn restore(&mut self, goal_is_behind: bool, is_before_goal: impl Fn(&Cursor) -> bool) {
        let keyframes = &self.versions[self.current].keyframes;
        let passed = self.passed;
        let usable = keyframes.partition_point(|cursor| {
            is_before_goal(cursor) && (goal_is_behind || cursor.world.violations().len() <= passed)
        });
        let keyframe = &keyframes[usable.saturating_sub(1)];
        if goal_is_behind || keyframe.world.events() > self.cursor.world.events() {
            self.cursor = (**keyframe).clone();
        }
    }

    fn set_time(&mut self, time: Time) {
        self.time = time;
        let version = &mut self.versions[self.current];
        version.edge_time = version.edge_time.max(time);
    }

    /// Gives the reader's command at the moment at hand. In the past this forks the run: the old future is kept.
    ///
    /// # Errors
    /// Why the command has no object now.
    pub fn apply(&mut self, commands: Vec<Command>) -> Result<(), String> {
        for command in &commands {
            if let Some(why) = self.cursor.world.refusal(command) {
                return Err(why);
            }
        }
        let Some(first) = commands.first() else { return Ok(()) };
        let label = first.to_string();
        self.remember();
        self.fork(label);
        let (time, after) = (self.time, self.cursor.world.events_at(self.time));
        let stamped = commands.into_iter().map(|command| Stamped { time, after, command, by: By::Reader });
        self.versions[self.current].commands.extend(stamped);
        // The fork has left no other commands after the cursor. What the scenario wants done at this very moment
        // comes first.
        while self.cursor.next_command < self.versions[self.current].commands.len() {
            self.advance();
        }
        self.revision += 1;
        Ok(())
    }

    /// Goes back to the start, where all rules are on from now on and no mistake is made, and keeps all commands but
    /// those that say otherwise: what else was it that did the harm? The run as it was is kept as a branch.
    pub fn restart_with_all_rules(&mut self) {
        self.remember();
        let old = &self.versions[self.current];
        let rules = self.config.rules.off().map(|rule| Command::SetRule(rule, true));
        let mistakes = self.config.mistakes.on().map(|mistake| Command::SetMistake(mistake, false));
        let at_start = |command| Stamped { time: Time(0), after: 0, command, by: By::Reader };
        // What the scenario wants done it says again.
        let again = old.commands.iter().filter(|stamped| stamped.by == By::Reader && !stamped.command.departs());
        let commands = rules.chain(mistakes).map(at_start).chain(again.cloned()).collect();
        let mut cursor = (*old.keyframes[0]).clone();
        cursor.script.keep_all_rules();
        self.versions.push(Version {
            label: "all rules on".into(),
            parent: self.current,
            fork_time: Time(0),
            commands,
            keyframes: alloc::vec![Arc::new(cursor)],
            record: Record::default(),
            edge_event: 0,
            edge_time: Time(0),
            hidden: false,
        });
        self.enter(self.versions.len() - 1);
        self.passed = 0;
        self.seek(Time(0), u64::MAX);
    }

    fn remember(&mut self) {
        self.undo.push(self.place());
        self.redo.clear();
    }

    fn place(&self) -> Place {
        let (time, event) = (self.time, self.cursor.world.events());
        Place { version: self.current, time, event, passed: self.passed }
    }

    /// A new version that shares everything up to the cursor.
    fn fork(&mut self, label: String) {
        let event = self.cursor.world.events();
        self.window.retain(|record| record.info.number <= event);
        let old = &mut self.versions[self.current];
        let loses_future = old.edge_event > event;
        // What the reader did next belongs to the old future; the scenario's own commands come again by themselves.
        let commands = old.commands[..self.cursor.next_command].to_vec();
        let mut record = old.record.clone();
        record.truncate(event);
        let version = Version {
            label: if loses_future { label } else { old.label.clone() },
            parent: if loses_future { self.current } else { old.parent },
            fork_time: if loses_future { self.time } else { old.fork_time },
            commands,
            keyframes: old.keyframes.iter().take_while(|keyframe| keyframe.world.events() <= event).cloned().collect(),
            record,
            edge_event: event,
            edge_time: self.time,
            hidden: false,
        };
        old.hidden |= !loses_future;
        self.course += u32::from(loses_future);
        let from = self.current;
        self.versions.push(version);
        self.current = self.versions.len() - 1;
        if !loses_future {
            // Branches of the old version are now branches of the one that continues it.
            let to = self.current;
            for version in &mut self.versions[from + 1..to] {
                if version.parent == from {
                    version.parent = to;
                }
            }
        }
    }

    /// Takes the last command back; false if there is none.
    pub fn undo(&mut self) -> bool {
        let Some(place) = self.undo.pop() else { return false };
        self.redo.push(self.place());
        let here = self.current;
        self.go_to(place);
        self.versions[here].hidden = true;
        self.versions[self.current].hidden = false;
        true
    }

    /// Gives the command again that was taken back last; false if there is none.
    pub fn redo(&mut self) -> bool {
        let Some(place) = self.redo.pop() else { return false };
        self.undo.push(self.place());
        let here = self.current;
        self.go_to(place);
        self.versions[self.current].hidden = false;
        if self.versions[here].edge_event <= self.versions[self.current].edge_event
            && self.versions[self.current].parent != here
        {
            self.versions[here].hidden = true;
        }
        true
    }

    /// Whether there is something to take back.
    pub fn can_undo(&self) -> bool {
        !self.undo.is_empty()
    }

    /// Whether there is something to give again.
    pub fn can_redo(&self) -> bool {
        !self.redo.is_empty()
    }

    /// Goes to another branch, at the same time as here if it has been played that far.
    ///
    /// # Errors
    /// If there is no such branch.
    pub fn switch_to(&mut self, id: usize) -> Result<(), String> {
        let Some(version) = self.versions.get(id).filter(|version| !version.hidden) else {
            return Err(alloc::format!("there is no branch {id}"));
        };
        let time = self.time.min(version.edge_time);
        self.enter(id);
        self.seek(time, u64::MAX);
        Ok(())
    }

    fn enter(&mut self, id: usize) {
        self.current = id;
        self.cursor = (*self.versions[id].keyframes[0]).clone();
        self.window.clear();
        self.revision += 1;
        self.course += 1;
    }

    fn go_to(&mut self, place: Place) {
        self.enter(place.version);
        let latest =
            self.versions[place.version].keyframes.iter().rev().find(|keyframe| keyframe.world.events() <= place.event);
        if let Some(keyframe) = latest {
            self.cursor = (**keyframe).clone();
        }
        self.passed = usize::MAX;
        self.seek_event(place.event, u64::MAX);
        self.passed = place.passed;
        self.set_time(place.time);
    }

    /// The branches that the reader can go to.
    pub fn branches(&self) -> Vec<Branch> {
        let shown = self.versions.iter().enumerate().filter(|(id, version)| !version.hidden || *id == self.current);
        shown
            .map(|(id, version)| Branch {
                id,
                label: version.label.clone(),
                parent: version.parent,
                fork_time: version.fork_time,
                edge_time: version.edge_time,
                current: id == self.current,
            })
            .collect()
    }

    /// Events up to the cursor with what they made happen, at least `wanted` of them if there are so many; and the
    /// world that they led to.
    pub fn recent(&mut self, wanted: u64) -> (&[EventRecord], &World) {
        let end = self.cursor.world.events();
        let start = end.saturating_sub(wanted.min(2 * WINDOW as u64 - 1)).max(1).min(end.max(1));
        let first = self.window.first().map_or(u64::MAX, |record| record.info.number);
        let last = self.window.last().map_or(0, |record| record.info.number);
        if first > start || last < end {
            self.refill_window(start, end);
        }
        let first = self.window.first().map_or(1, |record| record.info.number);
        let upto = (end + 1).saturating_sub(first) as usize;
        (&self.window[..upto.min(self.window.len())], &self.cursor.world)
    }

    fn refill_window(&mut self, start: u64, end: u64) {
        self.window.clear();
        if end == 0 {
            return;
        }
        let version = &self.versions[self.current];
        let keyframe = version.keyframes.iter().rev().find(|keyframe| keyframe.world.events() < start);
        let mut replay = (**keyframe.unwrap_or(&version.keyframes[0])).clone();
        while replay.world.events() < end {
            let stamped =
                version.commands.get(replay.next_command).filter(|stamped| replay.is_before_next_item(stamped));
            match stamped {
                Some(stamped) => {
                    replay.world.command(stamped.time.max(replay.world.now()), &stamped.command);
                    replay.next_command += 1;
                }
                None if replay.world.step() => (),
                None => return,
            }
            if let Some(info) = replay.world.last_event().filter(|info| info.number >= start) {
                self.window.push(EventRecord { info, told: replay.world.told().to_vec() });
            }
        }
    }
}

impl Cursor {
    fn is_before_next_item(&self, stamped: &Stamped) -> bool {
        match self.world.next_time() {
            None => true,
            Some(next) => stamped.time < next || stamped.time == next && self.world.events_at(next) >= stamped.after,
        }
    }

    fn raw_next_time(&self) -> Option<Time> {
        self.world.next_time()
    }
}

/// Looking inside.
impl Run {
    /// The world at the cursor, as its last event left it.
    pub fn world(&self) -> &World {
        &self.cursor.world
    }
    /// The time at the cursor, at or after the world's last event.
    pub fn time(&self) -> Time {
        self.time
    }
    /// How far the run at hand has been played.
    pub fn edge(&self) -> (Time, u64) {
        let version = &self.versions[self.current];
        (version.edge_time, version.edge_event)
    }
    /// Changes whenever something other than time has changed.
    pub fn revision(&self) -> u32 {
        self.revision
    }
    /// Changes whenever the record is another one than before; while it stays, the record only grows at its end.
    pub fn course(&self) -> u32 {
        self.course
    }
    /// How many events have been played in all, those that were played again included: what it all has cost.
    pub fn played(&self) -> u64 {
        self.played
    }
    /// The settings it began with.
    pub fn config(&self) -> &WorldConfig {
        &self.config
    }
    /// Its seed.
    pub fn seed(&self) -> u64 {
        self.seed
    }
    /// All commands of the branch at hand, in order.
    pub fn commands(&self) -> &[Stamped] {
        &self.versions[self.current].commands
    }
    /// Terms and notable moments of the branch at hand.
    pub fn record(&self) -> &Record {
        &self.versions[self.current].record
    }
    /// How far the scenario is.
    pub fn script(&self) -> &Script {
        &self.cursor.script
    }
    /// Keyframes of the branch at hand.
    pub fn keyframes(&self) -> usize {
        self.versions[self.current].keyframes.len()
    }
}
