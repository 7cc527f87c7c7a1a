//! Scenarios: text files from which runs are made (the format is described in `docs/scenarios.md`).

use crate::chaos::Chaos;
use crate::command::{WORD_MAX, named, parse_mistake, parse_option, parse_rule};
use crate::condition::{Condition, EXPECTATIONS_MAX, Expectation, Script, Step, Trigger, check_action, parse_after};
use crate::config::{InitialServer, WorldConfig};
use crate::initial::{contradiction, term_too_low};
use crate::membership::parse_servers;
use crate::run::Run;
use crate::spread::Spread;
use crate::text::{parse_drift_ppm, parse_percent_ppm, parse_server, parse_time};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;
use raft_core::{Micros, Term, Time};

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// Its kebab-case name; for built-in ones the file's.
    pub name: String,
    /// A few words.
    pub title: String,
    /// One line.
    pub about: String,
    /// Section of the paper; empty if none.
    pub section: String,
    /// The world.
    pub config: WorldConfig,
    /// Chance.
    pub seed: u64,
    /// Where it ends.
    pub until: Micros,
    /// What is done.
    pub steps: Vec<Step>,
    /// What is expected.
    pub expectations: Vec<Expectation>,
}

/// What is wrong with a scenario, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// From 1.
    pub line: u32,
    /// From 1, in characters.
    pub column: u32,
    /// A sentence that says what would have been right.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

/// Longest scenario that is read, in bytes.
pub const SOURCE_MAX: usize = 1 << 20;
/// Most lines of a scenario.
const LINES_MAX: usize = 10_000;
/// Most entries of an initial log, and highest initial term.
const INITIAL_MAX: u32 = 100_000;
/// Longest text of an entry of an initial log, in bytes: a key, an equals sign and a value.
const ENTRY_MAX: usize = 2 * WORD_MAX + 1;

/// Everything that a line can set; the last three name a server as well.
pub const SETTINGS: &[&str] = &[
    "title",
    "about",
    "section",
    "servers",
    "members",
    "seed",
    "until",
    "election-timeout",
    "heartbeat",
    "latency",
    "loss",
    "duplicate",
    "reorder",
    "disk",
    "requests",
    "chaos",
    "client-timeout",
    "snapshot-every",
    "chunk",
    "drift-bound",
    "options",
    "rules-off",
    "mistakes",
    "log",
    "term",
    "vote",
];

/// What is wrong, and the part of the line that is.
type Wrong<'a> = (&'a str, String);

impl Scenario {
    /// Reads a scenario.
    ///
    /// # Errors
    /// The first thing that is wrong, with its place.
    pub fn parse(name: &str, source: &str) -> Result<Self, Problem> {
        if source.len() > SOURCE_MAX {
            return Err(Problem { line: 1, column: 1, message: format!("a scenario has at most {SOURCE_MAX} bytes") });
        }
        let mut scenario = Self {
            name: name.into(),
            title: name.into(),
            about: String::new(),
            section: String::new(),
            config: WorldConfig::default(),
            seed: 1,
            until: 2_000_000,
            steps: Vec::new(),
            expectations: Vec::new(),
        };
        let lines: Vec<Line> = source.lines().enumerate().filter_map(|(at, text)| Line::new(at, text)).collect();
        if source.lines().count() > LINES_MAX {
            return Err(Problem {
                line: LINES_MAX as u32,
                column: 1,
                message: format!("a scenario has at most {LINES_MAX} lines"),
            });
        }
        // The size of the cluster decides which servers other lines may name, wherever it stands.
        let (size, others): (Vec<Line>, Vec<Line>) = lines.into_iter().partition(|line| line.head() == "servers");
        let mut set = Vec::new();
        for line in size.iter().chain(&others) {
            scenario.read(line, &mut set)?;
        }
        Ok(scenario)
    }

    /// A run of it, at its start.
    pub fn run(&self) -> Run {
        self.run_with_seed(self.seed)
    }

    /// The same with another seed.
    pub fn run_with_seed(&self, seed: u64) -> Run {
        let script = Script::new(self.config.servers, &self.steps, self.expectations.clone());
        let mut run = Run::new(self.config.clone(), seed, Vec::new(), script);
        run.scenario = self.name.clone();
        run
    }

    fn read<'a>(&mut self, line: &Line<'a>, set: &mut Vec<&'a str>) -> Result<(), Problem> {
        match line.head() {
            "at" | "when" => self.read_step(line),
            "expect" => {
                if self.expectations.len() == EXPECTATIONS_MAX {
                    return Err(
                        line.wrong(line.text, format!("a scenario has at most {EXPECTATIONS_MAX} expectations"))
                    );
                }
                let text = line.rest();
                let expectation =
                    Expectation::parse(line.number, text, self.config.servers).map_err(|why| line.wrong(text, why))?;
                self.expectations.push(expectation);
                Ok(())
            }
            what @ ("log" | "term" | "vote") => self.read_initial(what, line, set),
            head => {
                let (key, value) =
                    line.text.split_once(':').map(|(key, value)| (key.trim(), value.trim())).ok_or_else(|| {
                        let known = SETTINGS.join(", ");
                        line.wrong(
                            line.text,
                            format!("\"{head}\" begins no line; lines begin with at, when, expect or one of {known}"),
                        )
                    })?;
                line.only_once(key, set)?;
                let whole = if value.is_empty() { line.text } else { value };
                self.read_setting(key, value).map_err(|(part, why)| line.wrong(part, why))?;
                self.config.validate().map_err(|why| line.wrong(whole, why))
            }
        }
    }

    fn read_setting<'a>(&mut self, key: &'a str, value: &'a str) -> Result<(), Wrong<'a>> {
        let wrong = |why| (if value.is_empty() { key } else { value }, why);
        let prose = |most| value.chars().filter(|c| !c.is_control()).take(most).collect();
        match key {
            "title" => self.title = prose(80),
            "about" => self.about = prose(300),
            "section" => self.section = prose(40),
            "seed" => self.seed = parse_seed(value).map_err(wrong)?,
            "until" => self.until = parse_time(value).map_err(wrong)?,
            _ => return set(&mut self.config, key, value),
        }
        Ok(())
    }

    /// "log S1: 1 1 4/x=7", "term S1: 8", "vote S1: S2".
    fn read_initial<'a>(&mut self, what: &str, line: &Line<'a>, set: &mut Vec<&'a str>) -> Result<(), Problem> {
        let form = "this line needs a server and a value, like log S1: 1 1 4, term S1: 8 or vote S1: S2";
        let (key, value) = line.text.split_once(':').ok_or_else(|| line.wrong(line.text, form.to_string()))?;
        let id = key.strip_prefix(what).unwrap_or_default();
        if id.trim().is_empty() {
            return Err(line.wrong(line.text, form.to_string()));
        }
        line.only_once(key.trim(), set)?;
        let servers = self.config.servers;
        let id = parse_server(id, servers).map_err(|why| line.wrong(id.trim(), why))?;
        let value = value.trim();
        let at = match self.config.initial.iter().position(|initial| initial.id == id) {
            Some(at) => at,
            None => {
                self.config.initial.push(InitialServer { id, term: Term(0), voted_for: None, log: Vec::new() });
                self.config.initial.len() - 1
            }
        };
        let initial = &mut self.config.initial[at];
        match what {
            "term" => initial.term = parse_term(value).map_err(|why| line.wrong(line.or_all(value), why))?,
            "vote" => {
                let vote = parse_server(value, servers).map_err(|why| line.wrong(line.or_all(value), why))?;
                initial.voted_for = Some(vote);
            }
            _ => {
                initial.log.clear();
                for word in value.split_whitespace() {
                    let index = initial.log.len() as u32 + 1;
                    let entry = parse_entry(word, index).map_err(|why| line.wrong(word, why))?;
                    if initial.log.last().is_some_and(|(before, _)| *before > entry.0) {
                        return Err(line.wrong(word, "terms never fall along a log".to_string()));
                    }
                    if index > INITIAL_MAX {
                        return Err(line.wrong(word, format!("an initial log has at most {INITIAL_MAX} entries")));
                    }
                    initial.log.push(entry);
                }
                if let Some((place, why)) = contradiction(&self.config.initial, at) {
                    let word = value.split_whitespace().nth(place).unwrap_or(value);
                    return Err(line.wrong(word, why));
                }
            }
        }
        match term_too_low(&self.config.initial[at]) {
            Some(why) => Err(line.wrong(line.or_all(value), why)),
            None => Ok(()),
        }
    }

    /// "at 400ms: crash S1; heal", "when S1 leads, after 20ms: crash leader".
    fn read_step(&mut self, line: &Line) -> Result<(), Problem> {
        let form = "this line needs a time or a condition, a colon and commands, like at 400ms: crash S1 or when a leader: crash leader";
        let (when, actions) = line.text.split_once(':').ok_or_else(|| line.wrong(line.text, form.to_string()))?;
        let when = when.strip_prefix(line.head()).unwrap_or_default().trim();
        if when.is_empty() {
            return Err(line.wrong(line.text, form.to_string()));
        }
        let trigger = if line.head() == "at" {
            Trigger::At(Time(parse_time(when).map_err(|why| line.wrong(when, why))?))
        } else {
            let (condition, after) = match when.split_once(',') {
                Some((condition, after)) => {
                    (condition.trim(), parse_after(after).map_err(|why| line.wrong(line.or_all(after.trim()), why))?)
                }
                None => (when, 0),
            };
            let condition = Condition::parse(condition, self.config.servers)
                .map_err(|why| line.wrong(line.or_all(condition), why))?;
            Trigger::When(condition, after)
        };
        let mut step = Step { line: line.number, trigger, actions: Vec::new() };
        for action in actions.split(';').map(str::trim).filter(|action| !action.is_empty()) {
            check_action(action, self.config.servers).map_err(|why| line.wrong(action, why))?;
            step.actions.push(action.to_string());
        }
        if step.actions.is_empty() {
            return Err(line.wrong(line.text, form.to_string()));
        }
        self.steps.push(step);
        Ok(())
    }
}

/// A line without its comment, and its place.
struct Line<'a> {
    number: u32,
    whole: &'a str,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn new(at: usize, whole: &'a str) -> Option<Self> {
        let text = whole.split('#').next().unwrap_or_default().trim();
        (!text.is_empty()).then_some(Self { number: at as u32 + 1, whole, text })
    }

    /// The word that it begins with.
    fn head(&self) -> &'a str {
        self.text.split(|c: char| c == ':' || c.is_whitespace()).next().unwrap_or_default()
    }

    /// What follows that word and its colon.
    fn rest(&self) -> &'a str {
        self.text
            .strip_prefix(self.head())
            .unwrap_or_default()
            .trim_start_matches(|c: char| c == ':' || c.is_whitespace())
    }

    /// A part of the line, or all of it if the part is empty and has no place.
    fn or_all(&self, part: &'a str) -> &'a str {
        if part.is_empty() { self.text } else { part }
    }

    /// Notes that `key` is set here.
    fn only_once(&self, key: &'a str, set: &mut Vec<&'a str>) -> Result<(), Problem> {
        // Lists may be written in several lines.
        if set.contains(&key) && !["options", "rules-off", "mistakes"].contains(&key) {
            return Err(self.wrong(key, format!("\"{}\" is set twice; keep one of the lines", shortened(key))));
        }
        set.push(key);
        Ok(())
    }

    /// A problem with a part of the line.
    fn wrong(&self, part: &str, message: String) -> Problem {
        // The part is a piece of the line itself, so its address tells its place, even if the same letters stand
        // further ahead.
        let part = if part.trim().is_empty() { self.text } else { part.trim() };
        let byte = (part.as_ptr() as usize).wrapping_sub(self.whole.as_ptr() as usize);
        let column = self.whole.get(..byte).map_or(0, |before| before.chars().count()) as u32 + 1;
        Problem { line: self.number, column, message: shortened(&message) }
    }
}

/// A message that quotes a line of a million letters is cut in its middle.
fn shortened(message: &str) -> String {
    const MOST: usize = 800;
    let letters = message.chars().count();
    if letters <= MOST {
        return message.to_string();
    }
    let start: String = message.chars().take(MOST / 4).collect();
    let end: String = message.chars().skip(letters - MOST * 3 / 4).collect();
    format!("{start} [...] {end}")
}

/// Sets one of the settings that shape a world, like "latency" to "3ms..8ms".
///
/// # Errors
/// The part that is wrong, the key or the value, and a sentence that says what would have been right.
pub fn set<'a>(config: &mut WorldConfig, key: &'a str, value: &'a str) -> Result<(), (&'a str, String)> {
    let wrong = |why| (if value.is_empty() { key } else { value }, why);
    match key {
        "servers" => {
            config.servers = value.parse().map_err(|_| wrong(format!("\"{value}\" is not a number of servers")))?;
        }
        "members" => config.members = Some(parse_servers(value, config.servers).map_err(wrong)?),
        "heartbeat" => config.heartbeat = parse_time(value).map_err(wrong)?,
        "latency" => config.latency = Spread::parse(value).map_err(wrong)?,
        "disk" => config.disk = Spread::parse(value).map_err(wrong)?,
        "loss" => config.loss_ppm = parse_percent_ppm(value).map_err(wrong)?,
        "duplicate" => config.duplicate_ppm = parse_percent_ppm(value).map_err(wrong)?,
        "reorder" => config.reorder_ppm = parse_percent_ppm(value).map_err(wrong)?,
        "requests" => {
            config.requests_per_second =
                value.parse().map_err(|_| wrong(format!("\"{value}\" is not a number of requests a second")))?
        }
        "chaos" => config.chaos = Chaos::parse(value).map_err(wrong)?,
        "snapshot-every" => {
            config.snapshot_every =
                value.parse().map_err(|_| wrong(format!("\"{value}\" is not a number of entries")))?;
        }
        "chunk" => {
            config.snapshot_chunk =
                value.parse().map_err(|_| wrong(format!("\"{value}\" is not a number of bytes")))?;
        }
        "client-timeout" => config.client_timeout = parse_time(value).map_err(wrong)?,
        "drift-bound" => config.drift_bound_ppm = parse_drift_ppm(value).map_err(wrong)?,
        "election-timeout" => match Spread::parse(value).map_err(wrong)? {
            Spread::Range(low, high) => config.election_timeout = (low, high),
            Spread::Exponential(..) => {
                return Err(wrong("an election timeout is a range like 150ms..300ms".into()));
            }
        },
        "options" => {
            for id in value.split([',', ' ']).filter(|id| !id.is_empty()) {
                config.options = config.options.with(parse_option(id).map_err(|why| (id, why))?, true);
            }
        }
        "rules-off" => {
            for id in value.split([',', ' ']).filter(|id| !id.is_empty()) {
                config.rules = config.rules.with(parse_rule(id).map_err(|why| (id, why))?, false);
            }
        }
        "mistakes" => {
            for id in value.split([',', ' ']).filter(|id| !id.is_empty()) {
                config.mistakes = config.mistakes.with(parse_mistake(id).map_err(|why| (id, why))?, true);
            }
        }
        _ => return Err((key, named(key, "setting", SETTINGS, |known| known).err().unwrap_or_default())),
    }
    Ok(())
}

/// Reads a seed: decimal, or hexadecimal after 0x. Every one counts, 0 too.
///
/// # Errors
/// A sentence that says what would have been right.
pub fn parse_seed(text: &str) -> Result<u64, String> {
    let text = text.trim();
    let read = match text.strip_prefix("0x") {
        Some(hex) => u64::from_str_radix(hex, 16),
        None => text.parse(),
    };
    read.map_err(|_| format!("\"{text}\" is not a seed; a seed is a number from 0 to {}", u64::MAX))
}

fn parse_term(text: &str) -> Result<Term, String> {
    match text.parse::<u32>() {
        Ok(term) if term <= INITIAL_MAX => Ok(Term(term)),
        _ => Err(format!("\"{text}\" is not a term from 0 to {INITIAL_MAX}")),
    }
}

fn parse_entry(word: &str, index: u32) -> Result<(Term, String), String> {
    let (term, text) = match word.split_once('/') {
        Some((term, text)) => (term, text.to_string()),
        None => (word, format!("e={index}")),
    };
    if text.is_empty() || text.len() > ENTRY_MAX || text.chars().any(char::is_control) {
        return Err(format!("\"{word}\" is not an entry; after its term come 1 to {ENTRY_MAX} bytes, like 4/x=7"));
    }
    let term = parse_term(term).map_err(|_| format!("\"{word}\" is not an entry; write its term, like 4, or 4/x=7"))?;
    if term == Term(0) { Err("the first term is 1".into()) } else { Ok((term, text)) }
}

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        /// Names and sources of the built-in scenarios, in the order in which they are shown.
        pub const BUILT_IN: &[(&str, &str)] = &[$(($name, include_str!(concat!("../scenarios/", $name, ".txt")))),*];
    };
}

built_in! {
    "first-election",
    "leader-crash",
    "split-vote",
    "lost-vote",
    "vote-is-kept",
    "vote-kept-in-same-term",
    "client-requests",
    "client-retry",
    "missed-entries",
    "disordered-appends",
    "minority-leader",
    "minority-leader-check-quorum",
    "up-to-date-check",
    "figure-7",
    "figure-7-fast-backup",
    "figure-8",
    "snapshot-catch-up",
    "snapshot-late",
    "snapshot-lost-chunk",
    "snapshot-conflict",
    "snapshot-leader-change",
    "snapshot-restart",
    "snapshot-membership",
    "figure-8-without-the-rule",
    "disruptive-server",
    "disruptive-server-pre-vote",
    "disruptive-server-check-quorum",
    "deaf-leader",
    "deaf-leader-check-quorum",
    "unheard-leader",
    "unheard-leader-pre-vote",
    "partial-chain",
    "partial-chain-pre-vote",
    "partial-endless-elections",
    "partial-endless-elections-pre-vote",
    "partial-pre-vote-stuck",
    "partial-pre-vote-check-quorum",
    "partial-quorum-loss",
    "partial-quorum-loss-check-quorum",
    "partial-constrained",
    "add-a-server",
    "learner",
    "learner-must-vote",
    "leader-removes-itself",
    "two-servers-leader-leaves",
    "removed-server-disrupts",
    "removed-server-ignored",
    "membership-guard",
    "joint-consensus",
    "joint-crash-early",
    "joint-crash-late",
    "honest-disk",
    "lying-disk",
    "restored-backup",
    "reused-identity",
    "fresh-identity",
    "leadership-transfer",
    "transfer-to-a-lagging-server",
    "read-through-the-log",
    "read-index-minority",
    "read-index-new-leader",
    "lease-read",
    "lease-slow-clock",
    "lease-clock-set-back",
    "read-index-clock-set-back",
    "without-up-to-date-check",
    "without-one-vote-per-term",
    "without-majority",
    "without-step-down-on-higher-term",
    "without-reject-stale-term",
    "without-log-consistency-check",
    "without-truncate-on-conflict",
    "without-leader-append-only",
    "without-commit-within-match",
    "without-stable-vote",
    "without-stable-log",
    "without-volatile-reset-on-restart",
    "without-snapshot-before-discard",
    "without-keep-log-after-snapshot",
    "without-session-dedup",
    "without-config-on-append",
    "without-one-change-at-a-time",
    "without-config-after-commit",
    "without-joint-majorities",
    "without-count-members-only",
    "without-learner-catch-up",
    "without-removed-servers-campaign",
    "without-leader-stickiness",
    "without-read-index-confirmation",
    "without-read-index-own-term",
    "without-lease-start",
    "without-lease-bound",
    "without-transfer-expires-lease",
    "without-candidate-yields",
    "without-timer-reset-by-leader",
    "without-randomised-timeouts",
    "mistake-truncate-on-late-append",
    "mistake-acknowledge-last-index",
    "mistake-unchecked-heartbeats",
    "mistake-count-old-votes",
    "mistake-vote-on-equal-last-term",
    "mistake-clear-vote-in-same-term",
    "mistake-reset-timer-on-any-message",
    "playground",
}

/// A built-in scenario by its name.
///
/// # Errors
/// A sentence that names the nearest one, or all.
pub fn built_in(name: &str) -> Result<Scenario, String> {
    let names: Vec<&'static str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
    let found = named(name, "scenario", &names, |name| name)?;
    let source = BUILT_IN.iter().find(|(name, _)| *name == found).map_or("", |(_, source)| source);
    Scenario::parse(found, source).map_err(|problem| problem.to_string())
}
