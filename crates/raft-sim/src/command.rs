//! What a reader does to a world, as a type with a text form (the table in `docs/commands.md`).

use crate::chaos::Chaos;
use crate::config::{CHUNK_MAX, SNAPSHOT_EVERY_MAX};
use crate::key::MessageKey;
use crate::membership::{change_text, parse_change};
use crate::shape::Shape;
use crate::spread::Spread;
use crate::text::{format_ppm, format_time, parse_percent_ppm, parse_server, parse_time, split_on};
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use alloc::{format, vec};
use core::fmt;
use raft_core::{Change, Micros, Mistake, ProtocolOption, Rule, ServerId};

/// A link from one server to another; none stands for all links.
pub type Link = Option<(ServerId, ServerId)>;

/// Something done to a running world.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Command {
    /// The server stops and loses what was not stable.
    Crash(ServerId),
    /// A crashed server starts again.
    Restart(ServerId),
    /// The server freezes.
    Pause(ServerId),
    /// It goes on.
    Resume(ServerId),
    /// Its timer runs out now.
    Timeout(ServerId),
    /// The leader hands over to this server.
    Transfer(ServerId),
    /// Messages pass only within a group; servers in none form one of their own.
    Partition(Vec<Vec<ServerId>>),
    /// Cuts many links at once.
    Shape(Shape),
    /// Ends the partition and mends every cut.
    Heal,
    /// Loses messages on this link.
    Cut(ServerId, ServerId),
    /// Ends that.
    Mend(ServerId, ServerId),
    /// Latency of one link or of all.
    Latency(Link, Spread),
    /// Loss on one link or on all.
    Loss(Link, u32),
    /// Share of messages that arrive twice.
    Duplicate(u32),
    /// Share of messages that are held up.
    Reorder(u32),
    /// Something with one message in flight.
    Message(MessageKey, Handling),
    /// A client's request.
    Request(Request),
    /// Many writes at once.
    Burst(u32),
    /// Requests a second that the clients make by themselves.
    Requests(u32),
    /// Trouble that strikes by itself, or none.
    Chaos(Option<Chaos>),
    /// An administrator asks the leader for a change of the membership.
    Change(Change),
    /// Switches a rule.
    SetRule(Rule, bool),
    /// Switches an option.
    SetOption(ProtocolOption, bool),
    /// Switches a mistake.
    SetMistake(Mistake, bool),
    /// Range of election timeouts.
    ElectionTimeout(Micros, Micros),
    /// Interval of heartbeats.
    Heartbeat(Micros),
    /// Write latency of one server or of all.
    Disk(Option<ServerId>, Spread),
    /// A disk calls writes stable that it really has only that much later; an honest one, if no time is given.
    DiskLies(ServerId, Option<Micros>),
    /// Remembers what a server's disk holds.
    Backup(ServerId),
    /// Puts that back on the disk of a crashed server.
    Restore(ServerId),
    /// A crashed server's disk is exchanged for an empty one.
    Wipe(ServerId),
    /// Rate of a server's clock in parts per million.
    Clock(ServerId, u32),
    /// A server's clock is set forward or back by so many microseconds.
    ClockJump(ServerId, i64),
    /// All election timers run out at the same moment.
    AlignTimers,
    /// Election timers run out far apart, S1's first.
    SpreadTimers,
    /// The server replaces what it has applied of its log by a snapshot.
    Compact(ServerId),
    /// Entries after which servers do so by themselves; 0 for never.
    SnapshotEvery(u32),
    /// Most bytes of a snapshot in one message.
    Chunk(u32),
    /// Marks this moment.
    Mark(String),
}

/// What is done with one message in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Handling {
    /// It is lost.
    Drop,
    /// It arrives now.
    Deliver,
    /// It arrives that much later.
    Delay(Micros),
    /// A second copy travels along.
    Copy,
    /// It waits.
    Hold,
    /// It travels on.
    Release,
}

/// A client's request as the reader makes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Request {
    /// Which client, from 1.
    pub client: u32,
    /// Which server is asked first; the leader that the client believes in, if none is named.
    pub server: Option<ServerId>,
    /// A write's key and value, or a read's key.
    pub key: String,
    /// The value of a write.
    pub value: Option<String>,
}

/// Most writes in one burst.
pub const BURST_MAX: u32 = 1_000;
/// Furthest jump of a clock.
pub const JUMP_MAX: Micros = 3_600_000_000;
/// Longest key and longest value of a request, in bytes.
pub const WORD_MAX: usize = 40;
/// Most clients.
pub const CLIENTS_MAX: u32 = 9;

impl Command {
    /// Whether it leaves what Raft says: it switches a rule off, or has a mistake made.
    pub fn departs(&self) -> bool {
        matches!(self, Self::SetRule(_, false) | Self::SetMistake(_, true))
    }

    /// One of each, and of each form of it; used wherever "every command" is tried.
    pub const SAMPLES: &[&str] = &[
        "crash S1",
        "restart S5",
        "pause S2",
        "resume S2",
        "timeout S3",
        "transfer S2",
        "partition S1 S2 | S3 S4 S5",
        "partition bridge S3",
        "partition star S1",
        "partition ring",
        "deaf S1",
        "mute S1",
        "heal",
        "cut S1 -> S2",
        "mend S1 -> S2",
        "latency 3ms..8ms",
        "latency S1 -> S2 exp 2ms 5ms",
        "loss 10%",
        "loss S2 -> S1 50%",
        "duplicate 5%",
        "reorder 0.5%",
        "drop append/S1>S2/t2/r14",
        "deliver vote/S1>S2/t2",
        "delay vote/S1>S2/t2 20ms",
        "copy append/S1>S2/t2/r14/p3/a1",
        "hold vote-reply/S2>S1/t2",
        "release vote-reply/S2>S1/t2",
        "request x=4",
        "request key=a=b to S2 from C2",
        "read x",
        "burst 20",
        "requests 10",
        "chaos all 5",
        "chaos off",
        "add S4",
        "remove S1",
        "learner S4",
        "promote S4",
        "change S1 S2 S5",
        "set rule up-to-date-check off",
        "set option pre-vote on",
        "set mistake count-old-votes on",
        "election-timeout 150ms..300ms",
        "heartbeat 50ms",
        "disk 1ms",
        "disk S2 20ms",
        "disk S2 lies 500ms",
        "disk S2 honest",
        "backup S2",
        "restore S2",
        "wipe S2",
        "clock S1 90%",
        "clock S1 +200ms",
        "clock S1 -200ms",
        "compact S1",
        "snapshot-every 20",
        "chunk 64",
        "align timers",
        "spread timers",
        "mark the old leader returns",
    ];

    /// Reads the text form, in a cluster of `servers`.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse(text: &str, servers: u32) -> Result<Self, String> {
        let text = text.trim();
        let (verb, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let rest = rest.trim();
        let server = || parse_server(rest, servers);
        Ok(match verb {
            "crash" => Self::Crash(server()?),
            "restart" => Self::Restart(server()?),
            "pause" => Self::Pause(server()?),
            "resume" => Self::Resume(server()?),
            "timeout" => Self::Timeout(server()?),
            "transfer" => Self::Transfer(server()?),
            "partition" | "deaf" | "mute" if let Some(shape) = Shape::parse(verb, rest, servers) => Self::Shape(shape?),
            "partition" => Self::Partition(parse_groups(rest, servers)?),
            "compact" => Self::Compact(server()?),
            "snapshot-every" => Self::SnapshotEvery(parse_count(rest, 0, SNAPSHOT_EVERY_MAX, verb)?),
            "chunk" => Self::Chunk(parse_count(rest, 1, CHUNK_MAX, verb)?),
            "heal" => nothing_more(rest, Self::Heal, "heal")?,
            "latency" => {
                let (link, rest) = parse_optional_link(rest, servers)?;
                Self::Latency(link, Spread::parse(rest)?)
            }
            "loss" => {
                let (link, rest) = parse_optional_link(rest, servers)?;
                Self::Loss(link, parse_percent_ppm(rest)?)
            }
            "duplicate" => Self::Duplicate(parse_percent_ppm(rest)?),
            "reorder" => Self::Reorder(parse_percent_ppm(rest)?),
            "cut" => parse_link(rest, servers).map(|(a, b)| Self::Cut(a, b))?,
            "mend" => parse_link(rest, servers).map(|(a, b)| Self::Mend(a, b))?,
            "drop" => Self::Message(MessageKey::parse(rest)?, Handling::Drop),
            "deliver" => Self::Message(MessageKey::parse(rest)?, Handling::Deliver),
            "copy" => Self::Message(MessageKey::parse(rest)?, Handling::Copy),
            "hold" => Self::Message(MessageKey::parse(rest)?, Handling::Hold),
            "release" => Self::Message(MessageKey::parse(rest)?, Handling::Release),
            "delay" => {
                let (key, by) = rest
                    .split_once(' ')
                    .ok_or("delay needs a message and a time, like delay append/S1>S2/t2/r14 20ms")?;
                Self::Message(MessageKey::parse(key)?, Handling::Delay(parse_time(by)?))
            }
            "request" => Self::Request(Request::parse(rest, servers, true)?),
            "read" => Self::Request(Request::parse(rest, servers, false)?),
            "burst" => Self::Burst(parse_count(rest, 1, BURST_MAX, "burst")?),
            "requests" => Self::Requests(parse_count(rest, 0, 10_000, "requests")?),
            "chaos" => Self::Chaos(Chaos::parse(rest)?),
            "set" => parse_switch(rest)?,
            "election-timeout" => match Spread::parse(rest)? {
                Spread::Range(low, high) if low > 0 => Self::ElectionTimeout(low, high),
                _ => return Err(format!("\"{rest}\" is not a range above 0; write it like 150ms..300ms")),
            },
            "heartbeat" => match parse_time(rest)? {
                interval if interval >= 100 => Self::Heartbeat(interval),
                _ => return Err("the heartbeat interval is at least 100us".into()),
            },
            "disk" => match rest.split_once(' ') {
                Some((id, what)) if id.starts_with(['S', 's']) => parse_disk(parse_server(id, servers)?, what.trim())?,
                _ => Self::Disk(None, Spread::parse(rest)?),
            },
            "backup" => Self::Backup(server()?),
            "restore" => Self::Restore(server()?),
            "wipe" => Self::Wipe(server()?),
            "clock" => {
                let (id, what) = rest
                    .split_once(' ')
                    .ok_or("clock needs a server and a rate or a jump, like clock S1 90% or clock S1 +200ms")?;
                parse_clock(parse_server(id, servers)?, what.trim())?
            }
            "align" => nothing_more(rest.strip_prefix("timers").unwrap_or("?"), Self::AlignTimers, "align timers")?,
            "spread" => nothing_more(rest.strip_prefix("timers").unwrap_or("?"), Self::SpreadTimers, "spread timers")?,
            "mark" => {
                let text: String = rest.chars().filter(|c| !c.is_control()).take(80).collect();
                match text.trim() {
                    "" => return Err("a mark needs a text, like mark the old leader returns".into()),
                    text => Self::Mark(text.into()),
                }
            }
            _ if let Some(change) = parse_change(verb, rest, servers) => Self::Change(change?),
            _ => return Err(format!("\"{verb}\" is not a command; {}", nearest_verb(verb))),
        })
    }

    /// All texts that stand for several commands: "cut S1 - S2" is two cuts.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse_all(text: &str, servers: u32) -> Result<Vec<Self>, String> {
        let text = text.trim();
        for (verb, make) in [("cut", Self::Cut as fn(ServerId, ServerId) -> Self), ("mend", Self::Mend)] {
            let rest = text.strip_prefix(verb).filter(|rest| rest.starts_with(char::is_whitespace));
            if let Some((a, b)) = rest.and_then(|rest| split_on(rest, " - ")) {
                let (a, b) = parse_ends(a, b, servers)?;
                return Ok(vec![make(a, b), make(b, a)]);
            }
        }
        Ok(vec![Self::parse(text, servers)?])
    }
}

const VERBS: &str = "the commands are add, align, backup, burst, change, chaos, chunk, clock, compact, copy, crash, cut, deaf, delay, deliver, disk, drop, \
    duplicate, election-timeout, heal, heartbeat, hold, latency, learner, loss, mark, mend, mute, partition, pause, promote, read, release, remove, \
    reorder, request, requests, restart, restore, resume, set, snapshot-every, spread, timeout, transfer and wipe";

fn nearest_verb(verb: &str) -> String {
    let known = Command::SAMPLES.iter().filter_map(|sample| sample.split(' ').next());
    match known.min_by_key(|word| distance(verb, word)) {
        Some(word) if distance(verb, word) <= 2 => format!("did you mean {word}?"),
        _ => VERBS.to_string(),
    }
}

/// How many letters have to be changed, added or left out.
pub(crate) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().take(40).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().take(40).enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let change = diagonal + usize::from(ca != *cb);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(row[j + 1] + 1);
        }
    }
    row[b.len()]
}

fn nothing_more(rest: &str, command: Command, form: &str) -> Result<Command, String> {
    if rest.is_empty() { Ok(command) } else { Err(format!("the command is just: {form}")) }
}

fn parse_count(text: &str, low: u32, high: u32, verb: &str) -> Result<u32, String> {
    match text.parse::<u32>() {
        Ok(count) if (low..=high).contains(&count) => Ok(count),
        _ => Err(format!("{verb} needs a number from {low} to {high}, not \"{text}\"")),
    }
}

/// What is said of one server's disk: its latency, or whether it can be trusted.
fn parse_disk(id: ServerId, what: &str) -> Result<Command, String> {
    match what.split_once(' ').unwrap_or((what, "")) {
        ("honest", "") => Ok(Command::DiskLies(id, None)),
        ("honest", _) => Err(format!("the command is just: disk {id} honest")),
        ("lies", "") => Err(format!("it lies by some time, like disk {id} lies 500ms")),
        ("lies", lag) => Ok(Command::DiskLies(id, Some(parse_time(lag)?))),
        _ => Ok(Command::Disk(Some(id), Spread::parse(what)?)),
    }
}

/// What is said of a clock: its rate, or by how much it is set forward or back.
fn parse_clock(id: ServerId, what: &str) -> Result<Command, String> {
    let jump = |by: &str| match parse_time(by)? {
        by if by <= JUMP_MAX => Ok(by as i64),
        _ => Err(format!("a clock jumps by at most {}", format_time(JUMP_MAX))),
    };
    match (what.strip_prefix('+'), what.strip_prefix('-')) {
        (Some(by), _) => Ok(Command::ClockJump(id, jump(by)?)),
        (_, Some(by)) => Ok(Command::ClockJump(id, -jump(by)?)),
        _ => Ok(Command::Clock(id, parse_rate(what)?)),
    }
}

/// A clock's rate: 1% to 1000%.
fn parse_rate(text: &str) -> Result<u32, String> {
    let wrong = || format!("\"{text}\" is not a rate from 1% to 1000%; write it like 90%");
    let percent = text.trim().strip_suffix('%').and_then(|n| n.parse::<u32>().ok()).ok_or_else(wrong)?;
    if (1..=1_000).contains(&percent) { Ok(percent * 10_000) } else { Err(wrong()) }
}

fn parse_groups(text: &str, servers: u32) -> Result<Vec<Vec<ServerId>>, String> {
    let mut groups = vec![];
    let mut seen = vec![];
    for part in text.split('|') {
        let mut group = vec![];
        for id in part.split([' ', ',']).filter(|word| !word.is_empty()) {
            let id = parse_server(id, servers)?;
            if seen.contains(&id) {
                return Err(format!("{id} is named twice; a server is in one group only"));
            }
            seen.push(id);
            group.push(id);
        }
        if !group.is_empty() {
            groups.push(group);
        }
    }
    if groups.is_empty() {
        return Err("a partition names its groups, like partition S1 S2 | S3 S4 S5".into());
    }
    Ok(groups)
}

fn parse_link(text: &str, servers: u32) -> Result<(ServerId, ServerId), String> {
    let (from, to) = split_on(text, "->").ok_or_else(|| format!("\"{text}\" is not a link; write it like S1 -> S2"))?;
    parse_ends(from, to, servers)
}

fn parse_ends(from: &str, to: &str, servers: u32) -> Result<(ServerId, ServerId), String> {
    let (from, to) = (parse_server(from, servers)?, parse_server(to, servers)?);
    if from == to { Err(format!("a link joins two servers, not {from} with itself")) } else { Ok((from, to)) }
}

fn parse_optional_link(text: &str, servers: u32) -> Result<(Link, &str), String> {
    match split_on(text, "->") {
        None => Ok((None, text)),
        Some((from, rest)) => {
            let rest = rest.trim_start();
            let (to, rest) =
                rest.split_once(' ').ok_or_else(|| format!("\"{text}\" names a link and no value after it"))?;
            let link = parse_link(&format!("{from}->{to}"), servers)?;
            Ok((Some(link), rest.trim()))
        }
    }
}

fn parse_switch(text: &str) -> Result<Command, String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [what, id, state] = words[..] else {
        return Err(
            "set needs a switch and a state, like set rule up-to-date-check off or set option pre-vote on".into()
        );
    };
    let on = match state {
        "on" => true,
        "off" => false,
        _ => return Err(format!("a switch is on or off, not \"{state}\"")),
    };
    match what {
        "rule" => Ok(Command::SetRule(parse_rule(id)?, on)),
        "option" => Ok(Command::SetOption(parse_option(id)?, on)),
        "mistake" => Ok(Command::SetMistake(parse_mistake(id)?, on)),
        _ => Err(format!("\"{what}\" cannot be set; write set rule ..., set option ... or set mistake ...")),
    }
}

/// Reads the id of a rule.
///
/// # Errors
/// A sentence that names the nearest one, or all.
pub fn parse_rule(id: &str) -> Result<Rule, String> {
    named(id, "rule", Rule::ALL, |rule| rule.id())
}

/// Reads the id of an option.
///
/// # Errors
/// A sentence that names the nearest one, or all.
pub fn parse_option(id: &str) -> Result<ProtocolOption, String> {
    named(id, "option", ProtocolOption::ALL, |option| option.id())
}

/// Reads the id of a mistake.
///
/// # Errors
/// A sentence that names the nearest one, or all.
pub fn parse_mistake(id: &str) -> Result<Mistake, String> {
    named(id, "mistake", Mistake::ALL, |mistake| mistake.id())
}

/// Looks a name up in a closed table.
///
/// # Errors
/// A sentence that names the nearest one, or all.
pub fn named<T: Copy>(id: &str, what: &str, all: &[T], name: impl Fn(T) -> &'static str) -> Result<T, String> {
    if let Some(found) = all.iter().find(|item| name(**item) == id) {
        return Ok(*found);
    }
    match all.iter().map(|item| name(*item)).min_by_key(|known| distance(id, known)) {
        Some(near) if distance(id, near) <= 3 => Err(format!("there is no {what} \"{id}\"; did you mean {near}?")),
        _ => Err(format!(
            "there is no {what} \"{id}\"; there are {}",
            all.iter().map(|item| name(*item)).collect::<Vec<_>>().join(", ")
        )),
    }
}

/// Reads the name of a client.
pub(crate) fn parse_client(text: &str) -> Result<u32, String> {
    match text.strip_prefix('C').and_then(|n| n.parse().ok()) {
        Some(client) if (1..=CLIENTS_MAX).contains(&client) => Ok(client),
        _ => Err(format!("\"{text}\" is not a client; there are C1 to C{CLIENTS_MAX}")),
    }
}

impl Request {
    fn parse(text: &str, servers: u32, write: bool) -> Result<Self, String> {
        let mut words = text.split_whitespace();
        let what = words.next().unwrap_or_default();
        let (key, value) = match (write, what.split_once('=')) {
            (true, Some((key, value))) => (key, Some(value)),
            (true, None) => return Err(format!("a write sets a key to a value, like request x=4, not \"{what}\"")),
            (false, None) => (what, None),
            (false, Some(_)) => return Err(format!("a read names a key only, like read x, not \"{what}\"")),
        };
        for word in [Some(key), value].into_iter().flatten() {
            if word.is_empty() || word.len() > WORD_MAX || word.chars().any(char::is_control) {
                return Err(format!("a key and a value have 1 to {WORD_MAX} bytes each, like x=4"));
            }
        }
        let mut request = Self { client: 1, server: None, key: key.into(), value: value.map(Into::into) };
        while let Some(word) = words.next() {
            let target = words.next().unwrap_or_default();
            match word {
                "to" => request.server = Some(parse_server(target, servers)?),
                "from" => request.client = parse_client(target)?,
                _ => return Err(format!("\"{word}\" is not understood here; after the request come to S2 or from C2")),
            }
        }
        Ok(request)
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.value {
            Some(value) => write!(f, "request {}={value}", self.key)?,
            None => write!(f, "read {}", self.key)?,
        }
        if let Some(server) = self.server {
            write!(f, " to {server}")?;
        }
        if self.client != 1 {
            write!(f, " from C{}", self.client)?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let on = |on: &bool| if *on { "on" } else { "off" };
        let link = |link: &Link| link.map_or(String::new(), |(a, b)| format!("{a} -> {b} "));
        match self {
            Self::Crash(id) => write!(f, "crash {id}"),
            Self::Restart(id) => write!(f, "restart {id}"),
            Self::Pause(id) => write!(f, "pause {id}"),
            Self::Resume(id) => write!(f, "resume {id}"),
            Self::Timeout(id) => write!(f, "timeout {id}"),
            Self::Transfer(id) => write!(f, "transfer {id}"),
            Self::Partition(groups) => {
                let group = |group: &Vec<ServerId>| group.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
                write!(f, "partition {}", groups.iter().map(group).collect::<Vec<_>>().join(" | "))
            }
            Self::Shape(shape) => write!(f, "{shape}"),
            Self::Heal => f.write_str("heal"),
            Self::Cut(a, b) => write!(f, "cut {a} -> {b}"),
            Self::Mend(a, b) => write!(f, "mend {a} -> {b}"),
            Self::Latency(on, spread) => write!(f, "latency {}{spread}", link(on)),
            Self::Loss(on, ppm) => write!(f, "loss {}{}", link(on), format_ppm(*ppm)),
            Self::Duplicate(ppm) => write!(f, "duplicate {}", format_ppm(*ppm)),
            Self::Reorder(ppm) => write!(f, "reorder {}", format_ppm(*ppm)),
            Self::Message(key, handling) => match handling {
                Handling::Drop => write!(f, "drop {key}"),
                Handling::Deliver => write!(f, "deliver {key}"),
                Handling::Delay(by) => write!(f, "delay {key} {}", format_time(*by)),
                Handling::Copy => write!(f, "copy {key}"),
                Handling::Hold => write!(f, "hold {key}"),
                Handling::Release => write!(f, "release {key}"),
            },
            Self::Request(request) => write!(f, "{request}"),
            Self::Burst(count) => write!(f, "burst {count}"),
            Self::Requests(rate) => write!(f, "requests {rate}"),
            Self::Chaos(None) => f.write_str("chaos off"),
            Self::Chaos(Some(chaos)) => write!(f, "chaos {chaos}"),
            Self::Change(change) => f.write_str(&change_text(*change)),
            Self::SetRule(rule, state) => write!(f, "set rule {} {}", rule.id(), on(state)),
            Self::SetOption(option, state) => write!(f, "set option {} {}", option.id(), on(state)),
            Self::SetMistake(mistake, state) => write!(f, "set mistake {} {}", mistake.id(), on(state)),
            Self::ElectionTimeout(low, high) => write!(f, "election-timeout {}", Spread::Range(*low, *high)),
            Self::Heartbeat(interval) => write!(f, "heartbeat {}", format_time(*interval)),
            Self::Disk(None, spread) => write!(f, "disk {spread}"),
            Self::Disk(Some(id), spread) => write!(f, "disk {id} {spread}"),
            Self::DiskLies(id, Some(lag)) => write!(f, "disk {id} lies {}", format_time(*lag)),
            Self::DiskLies(id, None) => write!(f, "disk {id} honest"),
            Self::Backup(id) => write!(f, "backup {id}"),
            Self::Restore(id) => write!(f, "restore {id}"),
            Self::Wipe(id) => write!(f, "wipe {id}"),
            Self::Clock(id, rate) => write!(f, "clock {id} {}", format_ppm(*rate)),
            Self::ClockJump(id, by) => {
                write!(f, "clock {id} {}{}", if *by < 0 { '-' } else { '+' }, format_time(by.unsigned_abs()))
            }
            Self::Compact(id) => write!(f, "compact {id}"),
            Self::SnapshotEvery(entries) => write!(f, "snapshot-every {entries}"),
            Self::Chunk(bytes) => write!(f, "chunk {bytes}"),
            Self::AlignTimers => f.write_str("align timers"),
            Self::SpreadTimers => f.write_str("spread timers"),
            Self::Mark(text) => write!(f, "mark {text}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_reads_what_it_writes() {
        for text in Command::SAMPLES {
            let command = Command::parse(text, 5).unwrap_or_else(|why| panic!("{text}: {why}"));
            assert_eq!(command.to_string(), *text);
        }
    }

    #[test]
    fn what_is_wrong_is_said_with_what_would_be_right() {
        for (text, why) in [
            ("crash S9", "there is no server S9; this cluster has S1 to S5"),
            ("crahs S1", "\"crahs\" is not a command; did you mean crash?"),
            ("cut S1 -> S1", "a link joins two servers, not S1 with itself"),
            ("zz", "\"zz\" is not a command; the commands are add, align"),
            ("mark \u{1}", "a mark needs a text, like mark the old leader returns"),
            ("partition S1 S1 | S2", "S1 is named twice; a server is in one group only"),
            ("set rule up-to-date off", "there is no rule \"up-to-date\"; there are up-to-date-check"),
            ("request x", "a write sets a key to a value, like request x=4, not \"x\""),
            ("partition ring S1", "the command is just: partition ring"),
            ("partition bridge", "\"\" is not a server"),
            ("disk S2 lies", "it lies by some time, like disk S2 lies 500ms"),
            ("clock S1 +2h", "\"2h\" is not a time"),
            ("clock S1 -61min", "a clock jumps by at most 3600s"),
            ("loss 200%", "\"200%\" is more than all; the largest share is 100%"),
            ("", "\"\" is not a command; the commands are add, align"),
        ] {
            let said = Command::parse(text, 5).unwrap_err();
            assert!(said.starts_with(why), "{text}: {said}");
        }
    }

    #[test]
    fn a_cut_in_both_directions_is_two_cuts() {
        assert_eq!(
            Command::parse_all("cut S1 - S2", 3).unwrap(),
            [Command::Cut(ServerId(1), ServerId(2)), Command::Cut(ServerId(2), ServerId(1))]
        );
        assert!(Command::parse_all("cut S1 - S1", 3).is_err());
        assert!(Command::parse_all("cutS1 - S2", 3).is_err());
    }
}
