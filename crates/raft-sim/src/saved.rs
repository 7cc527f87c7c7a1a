//! A run as a text that can be kept, and as a link.
//!
//! The file is the run and nothing else: settings, seed, commands with their moments, and where the reader looked,
//! with the digest of the world there. The link is the same text made short.

use crate::command::Command;
use crate::condition::Script;
use crate::config::WorldConfig;
use crate::membership::names;
use crate::run::{By, Progress, Run, Stamped};
use crate::scenario::{SOURCE_MAX, Scenario};
use crate::spread::Spread;
use crate::text::{format_ppm, format_time, parse_time};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use raft_core::{Micros, Time};

/// The first line of a saved run; the number is the version of the format.
const HEADER: &str = "raft-lab run 1";
/// Most commands of a saved run.
const COMMANDS_MAX: usize = 10_000;
/// Most events that are played to open a saved run: some seconds' worth.
const EVENTS_MAX: u64 = 4_000_000;
/// How many events are played between two looks at what the run weighs.
const AT_ONCE: u64 = 1_000;

/// The run as a text file.
pub fn to_text(run: &Run) -> String {
    let mut lines = Vec::from([HEADER.to_string()]);
    if !run.scenario.is_empty() {
        lines.push(format!("scenario: {}", run.scenario));
    }
    lines.extend(settings(run.config()));
    lines.push(format!("seed: {}", run.seed()));
    let upto = run.commands().iter().filter(|stamped| stamped.time <= run.edge().0);
    for stamped in upto {
        let after = if stamped.after == 0 { String::new() } else { format!(" +{}", stamped.after) };
        lines.push(format!("do {}us{after}: {}", stamped.time.0, stamped.command));
    }
    lines.push(format!("look {}us {} {:016x}", run.time().0, run.world().events(), run.world().digest()));
    lines.join("\n") + "\n"
}

/// The settings that differ from the defaults, as lines of a scenario.
pub fn settings(config: &WorldConfig) -> Vec<String> {
    lines(config, false)
}

/// All settings that have a value, those included that are as by default, as lines of a scenario.
pub fn every_setting(config: &WorldConfig) -> Vec<String> {
    lines(config, true)
}

fn lines(config: &WorldConfig, all: bool) -> Vec<String> {
    let defaults = WorldConfig::default();
    let mut lines = Vec::new();
    let mut line = |differs: bool, key: &str, value: String| {
        if (differs || all) && !value.is_empty() {
            lines.push(format!("{key}: {value}"));
        }
    };
    let (low, high) = config.election_timeout;
    line(config.servers != defaults.servers, "servers", config.servers.to_string());
    line(config.members.is_some(), "members", config.members.map_or(String::new(), |members| names(members, " ")));
    line(
        config.election_timeout != defaults.election_timeout,
        "election-timeout",
        Spread::Range(low, high).to_string(),
    );
    line(config.heartbeat != defaults.heartbeat, "heartbeat", format_time(config.heartbeat));
    line(config.latency != defaults.latency, "latency", config.latency.to_string());
    line(config.loss_ppm != 0, "loss", format_ppm(config.loss_ppm));
    line(config.duplicate_ppm != 0, "duplicate", format_ppm(config.duplicate_ppm));
    line(config.reorder_ppm != 0, "reorder", format_ppm(config.reorder_ppm));
    line(config.disk != defaults.disk, "disk", config.disk.to_string());
    line(config.requests_per_second != 0, "requests", config.requests_per_second.to_string());
    line(config.chaos.is_some(), "chaos", config.chaos.map_or(String::new(), |chaos| chaos.to_string()));
    line(config.client_timeout != defaults.client_timeout, "client-timeout", format_time(config.client_timeout));
    line(config.snapshot_every != 0, "snapshot-every", config.snapshot_every.to_string());
    line(config.snapshot_chunk != defaults.snapshot_chunk, "chunk", config.snapshot_chunk.to_string());
    line(config.drift_bound_ppm != defaults.drift_bound_ppm, "drift-bound", format_ppm(config.drift_bound_ppm));
    let options: Vec<&str> = config.options.on().map(|option| option.id()).collect();
    line(!options.is_empty(), "options", options.join(", "));
    let rules: Vec<&str> = config.rules.off().map(|rule| rule.id()).collect();
    line(!rules.is_empty(), "rules-off", rules.join(", "));
    let mistakes: Vec<&str> = config.mistakes.on().map(|mistake| mistake.id()).collect();
    line(!mistakes.is_empty(), "mistakes", mistakes.join(", "));
    for initial in &config.initial {
        let entry = |(at, (term, text)): (usize, &(raft_core::Term, String))| {
            if *text == format!("e={}", at + 1) { term.to_string() } else { format!("{term}/{text}") }
        };
        let log: Vec<String> = initial.log.iter().enumerate().map(entry).collect();
        lines.push(format!("log {}: {}", initial.id, log.join(" ")));
        lines.push(format!("term {}: {}", initial.id, initial.term));
        if let Some(vote) = initial.voted_for {
            lines.push(format!("vote {}: {vote}", initial.id));
        }
    }
    lines
}

/// Where the reader looked.
#[derive(Debug)]
struct Look {
    time: Time,
    event: u64,
    digest: u64,
}

/// A saved run on the way to where the reader looked. It may be long, and made by anybody: whoever must not wait for
/// it lets it play piece by piece.
#[derive(Debug)]
pub struct Opening {
    run: Run,
    look: Option<Look>,
}

impl Opening {
    /// Plays at most `allowance` events; true once the run is where the reader looked.
    ///
    /// # Errors
    /// A sentence: the run is too long or too heavy, or another version made it.
    pub fn play(&mut self, allowance: u64) -> Result<bool, String> {
        let Some(look) = &self.look else { return Ok(true) };
        let run = &mut self.run;
        let progress = run.seek_event(look.event.min(EVENTS_MAX), allowance);
        run.check_burden()?;
        match progress {
            Progress::Stopped => run.go_on(),
            Progress::Reached => {
                compare(run, look)?;
                self.look = None;
            }
            Progress::More => (),
        }
        Ok(self.look.is_none())
    }

    /// The run, where it has been played to.
    pub fn run(self) -> Run {
        self.run
    }

    fn finish(mut self) -> Result<Run, String> {
        while !self.play(AT_ONCE)? {}
        Ok(self.run)
    }
}

/// Opens a saved run, plays it to where the reader looked, and compares the digest.
///
/// # Errors
/// A sentence that says what is wrong: the format, the length, or that another version made it.
pub fn from_text(text: &str) -> Result<Run, String> {
    begin_text(text)?.finish()
}

fn begin_text(text: &str) -> Result<Opening, String> {
    if text.len() > SOURCE_MAX {
        return Err(format!("the run is longer than {SOURCE_MAX} bytes"));
    }
    let mut lines = text.lines();
    match lines.next().map(str::trim) {
        Some(HEADER) => (),
        Some(other) if other.starts_with("raft-lab run ") => {
            return Err(format!(
                "the run is of version {}, and this Raft Lab reads version 1",
                other.strip_prefix("raft-lab run ").unwrap_or_default()
            ));
        }
        _ => return Err(format!("this is not a run of Raft Lab; one begins with \"{HEADER}\"")),
    }
    let (mut name, mut does, mut look, mut rest) = (String::new(), Vec::new(), None, String::from("\n"));
    for (at, line) in lines.enumerate() {
        let number = at + 2;
        if let Some(found) = line.strip_prefix("scenario: ") {
            name = found.trim().chars().take(80).collect();
        } else if let Some(found) = line.strip_prefix("do ") {
            does.push((number, found));
        } else if let Some(found) = line.strip_prefix("look ") {
            look = Some(parse_look(found).map_err(|why| format!("line {number}: {why}"))?);
        } else if ["at ", "when ", "expect "].iter().any(|word| line.trim_start().starts_with(word)) {
            return Err(format!("line {number}: a saved run has commands with their moments, and no conditions"));
        } else {
            rest.push_str(line);
        }
        rest.push('\n');
    }
    if does.len() > COMMANDS_MAX {
        return Err(format!("the run has more than {COMMANDS_MAX} commands"));
    }
    let scenario = Scenario::parse("run", &rest).map_err(|problem| problem.to_string())?;
    let mut commands: Vec<Stamped> = Vec::new();
    for (number, text) in does {
        let found = parse_do(text, scenario.config.servers).map_err(|why| format!("line {number}: {why}"))?;
        // Commands of one instant keep their order.
        let moment = (found.time, found.after);
        let place = commands.partition_point(|other| (other.time, other.after) <= moment);
        commands.insert(place, found);
    }
    let mut run = Run::new(scenario.config, scenario.seed, commands, Script::default());
    run.scenario = name;
    Ok(Opening { run, look })
}

/// Whether the run has come to the state that it was saved in.
fn compare(run: &mut Run, look: &Look) -> Result<(), String> {
    if run.world().events() < look.event && look.event > EVENTS_MAX {
        return Err(format!("the run is longer than {EVENTS_MAX} events, which is more than can be opened"));
    }
    run.go_on();
    if run.world().now() <= look.time {
        run.rest_at(look.time);
    }
    if run.world().digest() != look.digest {
        return Err(
            "the run was made with another version of Raft Lab: played again it does not end in the same state".into(),
        );
    }
    Ok(())
}

fn parse_look(text: &str) -> Result<Look, String> {
    let wrong = || format!("\"{text}\" is not a place; write it like look 412300us 118 0123456789abcdef");
    let mut words = text.split_whitespace();
    let time = words.next().ok_or_else(wrong).and_then(parse_time)?;
    let event = words.next().and_then(|word| word.parse().ok()).ok_or_else(wrong)?;
    let digest = words.next().and_then(|word| u64::from_str_radix(word, 16).ok()).ok_or_else(wrong)?;
    Ok(Look { time: Time(time), event, digest })
}

fn parse_do(text: &str, servers: u32) -> Result<Stamped, String> {
    let (moment, command) = text
        .split_once(':')
        .ok_or_else(|| format!("\"{text}\" needs a time, a colon and a command, like do 400ms: crash S1"))?;
    let (time, after) = match moment.split_once('+') {
        Some((time, after)) => {
            (time, after.trim().parse().map_err(|_| format!("\"{after}\" is not a number of events"))?)
        }
        None => (moment, 0),
    };
    let time: Micros = parse_time(time)?;
    Ok(Stamped { time: Time(time), after, command: Command::parse(command, servers)?, by: By::Reader })
}

/// Phrases that stand for one byte each in a link, from 0x80 on. Never reorder or remove: old links hold the numbers.
const PHRASES: &[&str] = &[
    "raft-lab run 1\n",
    "scenario: ",
    "\nservers: ",
    "\nseed: ",
    "\ndo ",
    "us: ",
    "us +",
    "\nlook ",
    "us ",
    "crash S",
    "restart S",
    "pause S",
    "resume S",
    "timeout S",
    "partition ",
    " | ",
    "heal",
    "cut S",
    "mend S",
    " -> S",
    "latency ",
    "loss ",
    "duplicate ",
    "reorder ",
    "drop ",
    "deliver ",
    "delay ",
    "copy ",
    "hold ",
    "release ",
    "request ",
    "read ",
    "burst ",
    "requests ",
    "set rule ",
    "set option ",
    " off",
    " on",
    "election-timeout",
    "heartbeat",
    "disk ",
    "clock S",
    "align timers",
    "spread timers",
    "mark ",
    "\nlatency: ",
    "\nloss: ",
    "\ndisk: ",
    "\nrequests: ",
    "\noptions: ",
    "\nrules-off: ",
    "\nclient-timeout: ",
    "\nlog S",
    "\nterm S",
    "\nvote S",
    "append/S",
    "append-reply/S",
    "vote/S",
    "vote-reply/S",
    "ms..",
    "playground",
    "first-election",
    "leader-crash",
    "split-vote",
    "client-requests",
    "missed-entries",
    "minority-leader",
    "up-to-date-check",
    "one-vote-per-term",
    "commit-current-term-only",
    "log-consistency-check",
    "step-down-on-higher-term",
    "pre-vote",
    "check-quorum",
    "no-op",
    "fast-backup",
    "batching",
    "pipelining",
    " to S",
    " S1",
    " S2",
    " S3",
    " S4",
    " S5",
    "\nchaos: all ",
    "chaos ",
];

/// The byte before a byte that would otherwise be taken for a phrase.
const LITERAL: u8 = 0xff;
/// The version of the link's coding.
const LINK_VERSION: u8 = 1;
const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The run as the value of a link's fragment.
pub fn to_link(run: &Run) -> String {
    let text = to_text(run);
    let mut bytes = Vec::from([LINK_VERSION]);
    let mut rest = text.as_bytes();
    while let Some((byte, after)) = rest.split_first() {
        let fitting = |(at, phrase): (usize, &&str)| Some((at, rest.strip_prefix(phrase.as_bytes())?));
        // The longest phrase leaves the least.
        match PHRASES.iter().enumerate().filter_map(fitting).min_by_key(|(_, after)| after.len()) {
            Some((at, after)) => {
                bytes.push(0x80 + at as u8);
                rest = after;
            }
            None => {
                if *byte >= 0x80 {
                    bytes.push(LITERAL);
                }
                bytes.push(*byte);
                rest = after;
            }
        }
    }
    base64url(&bytes)
}

/// Opens a link's fragment value, or a saved run's text.
///
/// # Errors
/// A sentence that says what is wrong.
pub fn open(text: &str) -> Result<Run, String> {
    begin(text)?.finish()
}

/// Begins to open a link's fragment value, or a saved run's text.
///
/// # Errors
/// A sentence that says what is wrong with its form.
pub fn begin(text: &str) -> Result<Opening, String> {
    let text = text.trim();
    if text.starts_with("raft-lab") || text.contains('\n') {
        return begin_text(text);
    }
    if text.len() > SOURCE_MAX {
        return Err(format!("the link is longer than {SOURCE_MAX} characters"));
    }
    if !text.bytes().all(|byte| ALPHABET.contains(&byte)) {
        return Err(format!("this is no run of Raft Lab: neither a link nor a file, which begins with \"{HEADER}\""));
    }
    let damaged = || "the link is damaged: a part of it is missing or was changed".to_string();
    let bytes = from_base64url(text).ok_or_else(damaged)?;
    let (version, coded) = bytes.split_first().ok_or_else(damaged)?;
    if *version != LINK_VERSION {
        return Err(format!("the link is of version {version}, and this Raft Lab reads version {LINK_VERSION}"));
    }
    let mut plain = Vec::new();
    let mut coded = coded.iter();
    while let Some(byte) = coded.next() {
        match *byte {
            LITERAL => plain.push(*coded.next().ok_or_else(damaged)?),
            0x80.. => plain.extend(PHRASES.get(*byte as usize - 0x80).ok_or_else(damaged)?.bytes()),
            byte => plain.push(byte),
        }
        if plain.len() > SOURCE_MAX {
            return Err(format!("the run is longer than {SOURCE_MAX} bytes"));
        }
    }
    let text = String::from_utf8(plain).map_err(|_| damaged())?;
    // The digest at the end is the last thing that is written: it is all there, or not all of the link is.
    let digest = text.strip_suffix('\n').and_then(|text| text.rsplit([' ', '\n']).next()).unwrap_or_default();
    let is_whole = digest.len() == 16 && digest.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_whole {
        return Err(damaged());
    }
    begin_text(&text)
}

fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let word = chunk.iter().fold(0u32, |word, byte| word << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for at in 0..=chunk.len() {
            text.push(ALPHABET[(word >> (18 - 6 * at)) as usize & 63] as char);
        }
    }
    text
}

fn from_base64url(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for chunk in text.as_bytes().chunks(4) {
        if chunk.len() == 1 {
            return None;
        }
        let mut word = 0u32;
        for byte in chunk {
            word = word << 6 | ALPHABET.iter().position(|known| known == byte)? as u32;
        }
        word <<= 6 * (4 - chunk.len());
        bytes.extend(&word.to_be_bytes()[1..chunk.len()]);
    }
    Some(bytes)
}
