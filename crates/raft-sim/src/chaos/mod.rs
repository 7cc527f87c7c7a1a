//! Chaos: trouble that strikes by itself, as a part of the run.
//!
//! The k-th piece of trouble follows from the seed, from k, and from the state that it strikes: not from how fast the
//! run is watched, and not from what else was commanded. Each piece is one or more ordinary commands, so whatever chaos
//! did can be done again without it. Some pieces lie in wait for a delicate moment, such as a leader that has just
//! appended an entry, and strike right then: blind chance hardly ever finds the long stories.

mod ambush;
mod draws;
mod trouble;

use crate::queue::Item;
use crate::told::{EventKind, Told};
use crate::world::World;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use ambush::{Ambush, IN_WAIT, delicate};
use core::fmt;
use draws::Draws;
use raft_core::Digest;

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Kind {
    /// Servers crash and freeze, and come back.
    Crashes,
    /// The network is divided, links are cut, and mended.
    Partitions,
    /// Messages are lost, delayed, doubled, held back; links are slow or lossy.
    Messages,
    /// Timers run out early, all at once or far apart, and the leadership is handed over.
    Timers,
    /// Clocks go wrong.
    Clocks,
    /// Disks are slow.
    Disks,
    /// Disks lie, are restored from old backups, or are exchanged for empty ones. Raft promises nothing then, so `all`
    /// does not mean this kind.
    Storage,
    /// An administrator changes the membership. That is no fault, and no part of `all`.
    Members,
}

impl Kind {
    /// All kinds, with their names in commands.
    pub const ALL: &[(Kind, &str)] = &[
        (Kind::Crashes, "crashes"),
        (Kind::Partitions, "partitions"),
        (Kind::Messages, "messages"),
        (Kind::Timers, "timers"),
        (Kind::Clocks, "clocks"),
        (Kind::Disks, "disks"),
        (Kind::Storage, "storage"),
        (Kind::Members, "members"),
    ];
}

/// What strikes, and how often.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Chaos {
    kinds: u8,
    /// Pieces of trouble a second, on the average; 1 to 100.
    pub per_second: u32,
    /// Another variant is other trouble, in a world that is otherwise the same.
    pub variant: u32,
}

/// Most pieces of trouble a second.
const RATE_MAX: u32 = 100;
/// How often trouble strikes if nothing else is said.
const RATE: u32 = 4;
/// What Raft has to bear: it is no trouble of these kinds that breaks a promise. The others are no faults of the kind
/// that Raft speaks of, or no faults at all.
const EVERY_FAULT: u8 = !((1 << Kind::Storage as u8) | (1 << Kind::Members as u8));

impl Chaos {
    /// Trouble of every kind that Raft has to bear.
    pub const fn all(per_second: u32) -> Self {
        Self { kinds: EVERY_FAULT, per_second, variant: 0 }
    }

    /// Trouble of these kinds.
    pub fn of(kinds: &[Kind], per_second: u32) -> Self {
        Self { kinds: kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u8), per_second, variant: 0 }
    }

    /// The same and trouble of this kind as well.
    #[must_use]
    pub const fn and(self, kind: Kind) -> Self {
        Self { kinds: self.kinds | 1 << kind as u8, ..self }
    }

    /// Whether trouble of this kind strikes.
    pub const fn has(self, kind: Kind) -> bool {
        self.kinds >> kind as u8 & 1 == 1
    }

    /// Reads "all 5", "all members 5", "crashes messages 10", "all 5 variant 3", or "off".
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        if text.trim() == "off" {
            return Ok(None);
        }
        let mut chaos = Self { kinds: 0, per_second: RATE, variant: 0 };
        let mut words = text.split_whitespace();
        while let Some(word) = words.next() {
            match (Kind::ALL.iter().find(|(_, name)| *name == word), word, word.parse()) {
                (Some((kind, _)), ..) => chaos.kinds |= 1 << *kind as u8,
                (_, "all", _) => chaos.kinds |= EVERY_FAULT,
                (_, "variant", _) => {
                    let number = words.next().unwrap_or_default();
                    chaos.variant =
                        number.parse().map_err(|_| format!("\"{number}\" is not a variant; it is a number"))?;
                }
                (.., Ok(rate)) if (1..=RATE_MAX).contains(&rate) => chaos.per_second = rate,
                (.., Ok(_)) => return Err(format!("chaos strikes 1 to {RATE_MAX} times a second")),
                _ => {
                    let known = Kind::ALL.iter().map(|(_, name)| *name).collect::<Vec<_>>().join(", ");
                    return Err(format!("\"{word}\" is no kind of trouble; there are {known} and all"));
                }
            }
        }
        if chaos.kinds == 0 {
            return Err(
                "chaos needs its kinds and a rate a second, like chaos all 5 or chaos crashes messages 10".into()
            );
        }
        Ok(Some(chaos))
    }

    /// Its kinds, for readers.
    pub(crate) fn kinds(self) -> String {
        let names: Vec<&str> = Kind::ALL.iter().filter(|(kind, _)| self.has(*kind)).map(|(_, name)| *name).collect();
        names.join(", ")
    }

    pub(crate) fn word(self) -> u64 {
        u64::from(self.variant) << 32 | u64::from(self.per_second) << 8 | u64::from(self.kinds)
    }
}

impl fmt::Display for Chaos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let others = Self { kinds: self.kinds & !EVERY_FAULT, ..*self };
        let kinds = match self.kinds & EVERY_FAULT {
            EVERY_FAULT => format!("all {}", others.kinds()),
            _ => self.kinds(),
        };
        write!(f, "{} {}", kinds.replace(',', "").trim_end(), self.per_second)?;
        if self.variant > 0 { write!(f, " variant {}", self.variant) } else { Ok(()) }
    }
}

/// How far chaos has come.
#[derive(Clone, Debug, Default)]
pub(crate) struct Course {
    /// Only the newest pace counts.
    token: u32,
    /// Number of the piece that is next.
    next: u32,
    ambush: Option<Ambush>,
}

impl Course {
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        // Worlds that never knew chaos have the digests that they always had.
        let digest = if self.next == 0 { digest } else { digest.word(u64::from(self.next)) };
        match self.ambush {
            Some(ambush) => digest.word(u64::from(ambush.number) << 8 | ambush.moment),
            None => digest,
        }
    }

    pub(crate) fn is_due(&self, number: u32, token: u32) -> bool {
        self.token == token && (number == self.next || self.ambush.is_some_and(|ambush| ambush.strikes(number)))
    }

    pub(crate) fn lies_in_wait(&self) -> bool {
        self.ambush.is_some()
    }
}

impl World {
    /// Switches chaos on, to another mix, or off.
    pub(crate) fn set_chaos(&mut self, chaos: Option<Chaos>) {
        self.config.chaos = chaos;
        self.chaos.token += 1;
        self.chaos.ambush = None;
        self.schedule_chaos();
    }

    pub(crate) fn schedule_chaos(&mut self) {
        let Some(chaos) = self.config.chaos else { return };
        let (number, token) = (self.chaos.next, self.chaos.token);
        let pace = 1_000_000 / u64::from(chaos.per_second.max(1));
        let gap = self.draws(chaos, number, 0).between(1, 2 * pace);
        self.queue.push(self.now.after(gap), 0, Item::Chaos { number, token });
    }

    /// A piece of trouble strikes, or lies down in wait.
    pub(crate) fn strike(&mut self, number: u32) {
        self.set_kind(EventKind::Chaos(number));
        let Some(chaos) = self.config.chaos else { return };
        let commands = match self.chaos.ambush.take() {
            Some(ambush) if ambush.strikes(number) => {
                self.sprung(chaos, ambush, |stage| self.draws(chaos, number, stage))
            }
            _ => {
                self.chaos.next = number + 1;
                self.schedule_chaos();
                let mut draws = self.draws(chaos, number, 1);
                if draws.percent(IN_WAIT) {
                    let ambush = Ambush::laid(chaos, number, &mut draws);
                    self.chaos.ambush = Some(ambush);
                    self.bring_about(chaos, &mut draws, ambush.moment).into_iter().collect()
                } else {
                    self.trouble(chaos, &mut draws).into_iter().collect()
                }
            }
        };
        for command in commands {
            if self.refusal(&command).is_none() {
                self.told.push(Told::Chaos(command.clone()));
                self.obey(&command);
            }
        }
    }

    /// After an event: is this the moment that chaos has waited for?
    pub(crate) fn spring(&mut self) {
        let Some(Ambush { number, moment, prey: None }) = self.chaos.ambush else { return };
        let prey = self.told.iter().find_map(|told| delicate(told, moment));
        if prey.is_some() {
            self.chaos.ambush = Some(Ambush { number, moment, prey });
            let token = self.chaos.token;
            self.queue.push(self.now, self.events, Item::Chaos { number, token });
        }
    }

    fn draws(&self, chaos: Chaos, number: u32, stage: u64) -> Draws {
        let key = Digest::new(u64::from(chaos.variant) << 32 | u64::from(number)).word(stage);
        Draws { chance: self.chance, key, drawn: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::Command;
    use crate::condition::Script;
    use crate::config::WorldConfig;
    use crate::run::Run;
    use crate::saved;
    use raft_core::{ServerSet, Time};
    use std::collections::BTreeSet;
    use std::string::ToString;

    #[test]
    fn chaos_reads_what_it_writes() {
        for text in [
            "all 5",
            "all members 5",
            "crashes 10",
            "crashes messages 1",
            "all 100 variant 7",
            "all storage 5",
            "disks storage members 2",
        ] {
            assert_eq!(Chaos::parse(text).unwrap().unwrap().to_string(), text);
        }
        assert_eq!(Chaos::parse("off"), Ok(None));
        assert_eq!(Chaos::parse("all"), Ok(Some(Chaos::all(RATE))));
        for wrong in ["", "5", "all 0", "all 101", "everything", "all variant", "crashes variant x"] {
            assert!(Chaos::parse(wrong).is_err(), "{wrong}");
        }
    }

    fn play(config: WorldConfig, seed: u64, until: Time, mut see: impl FnMut(&World)) -> World {
        let mut world = World::new(config, seed);
        while world.next_time().is_some_and(|next| next <= until) {
            world.step();
            see(&world);
        }
        world
    }

    /// What each kind of trouble does.
    const VERBS: &[(Kind, &str)] = &[
        (Kind::Crashes, "crash restart pause resume"),
        (Kind::Partitions, "partition heal cut mend deaf mute"),
        (Kind::Messages, "drop deliver copy hold delay release latency loss duplicate reorder"),
        (Kind::Timers, "timeout transfer align spread"),
        (Kind::Clocks, "clock"),
        (Kind::Disks, "disk"),
        (Kind::Storage, "lies honest backup restore wipe crash restart"),
        (Kind::Members, "add remove learner promote change"),
    ];

    /// The word that says what a command does.
    fn verb(text: &str) -> String {
        let words: Vec<&str> = text.split(' ').collect();
        match words[..] {
            // A slow disk is one thing, and a lying disk quite another.
            ["disk", _, word @ ("lies" | "honest"), ..] => word.to_string(),
            _ => words[0].to_string(),
        }
    }

    #[test]
    fn trouble_of_a_kind_is_that_kind_and_every_row_of_the_table_happens() {
        let mut all = BTreeSet::new();
        for (kind, verbs) in VERBS {
            let mut seen = BTreeSet::new();
            for seed in 0..6 {
                let config = WorldConfig {
                    members: Some(ServerSet::first(3)),
                    chaos: Some(Chaos::of(&[*kind], 20)),
                    requests_per_second: 20,
                    ..WorldConfig::default()
                };
                play(config, seed, Time(10_000_000), |world| {
                    seen.extend(world.told().iter().filter_map(|told| match told {
                        Told::Chaos(command) => Some(verb(&command.to_string())),
                        _ => None,
                    }));
                });
            }
            let known: BTreeSet<_> = verbs.split(' ').map(ToString::to_string).collect();
            assert_eq!(seen, known);
            all.extend(seen);
        }
        assert!(all.len() > 20);
    }

    #[test]
    fn trouble_comes_at_its_times_whatever_else_is_commanded() {
        let config = WorldConfig { chaos: Some(Chaos::all(5)), ..WorldConfig::default() };
        let times = |commands: &[(u64, &str)]| {
            let mut world = World::new(config.clone(), 3);
            let (mut times, mut commands) = (Vec::new(), commands.iter());
            let mut next = commands.next();
            while let Some(at) = world.next_time().filter(|at| at.0 < 4_000_000) {
                match next {
                    Some((due, text)) if *due < at.0 => {
                        world.command(Time(*due), &Command::parse(text, 5).unwrap());
                        next = commands.next();
                    }
                    _ => {
                        world.step();
                    }
                }
                if let Some(info) = world.last_event()
                    && let EventKind::Chaos(number) = info.kind
                    && info.cause == 0
                {
                    times.push((number, info.time));
                }
            }
            times
        };
        let alone = times(&[]);
        assert!((10..30).contains(&alone.len()), "five a second for four seconds: {}", alone.len());
        assert_eq!(alone, times(&[(100_000, "request x=1"), (900_000, "crash S1"), (2_000_000, "heal")]));
    }

    /// Commands that are no trouble: what clients ask, snapshots, settings that belong to the experiment, and marks.
    const NO_TROUBLE: &str =
        "request read burst requests chaos compact snapshot-every chunk set election-timeout heartbeat mark";

    #[test]
    fn every_command_is_trouble_or_is_said_to_be_none() {
        let all: BTreeSet<_> = Command::SAMPLES.iter().map(|text| verb(text)).collect();
        let trouble: BTreeSet<_> = VERBS.iter().flat_map(|(_, verbs)| verbs.split(' ')).map(verb).collect();
        let none: BTreeSet<_> = NO_TROUBLE.split(' ').map(verb).collect();
        let missing: Vec<_> = all.iter().filter(|verb| !trouble.contains(*verb) && !none.contains(*verb)).collect();
        assert!(missing.is_empty(), "a row of TROUBLE for them, or a word in NO_TROUBLE: {missing:?}");
    }

    #[test]
    fn a_link_brings_the_same_chaos() {
        let config = WorldConfig { chaos: Some(Chaos::all(9)), requests_per_second: 10, ..WorldConfig::default() };
        let mut run = Run::new(config, 5, Vec::new(), Script::default());
        run.seek(Time(2_000_000), u64::MAX);
        run.apply(Vec::from([Command::Chaos(Some(Chaos { variant: 2, ..Chaos::of(&[Kind::Crashes], 20) }))])).unwrap();
        run.seek(Time(4_000_000), u64::MAX);
        let again = saved::open(&saved::to_link(&run)).unwrap();
        assert_eq!(again.world().digest(), run.world().digest());
        run.seek(Time(1_000_000), u64::MAX);
        run.seek(Time(4_000_000), u64::MAX);
        assert_eq!(again.world().digest(), run.world().digest());
    }

    #[test]
    fn what_raft_need_not_bear_is_chosen_by_its_name_only() {
        assert!(!Chaos::all(5).has(Kind::Storage));
        let (mut broken, mut lied) = (0, 0);
        for seed in 0..40 {
            let mut chaos = Chaos::parse("all storage 12").unwrap();
            let config = WorldConfig { chaos: chaos.take(), requests_per_second: 10, ..WorldConfig::default() };
            let world = play(config, seed, Time(8_000_000), |world| {
                lied += world.told().iter().filter(|told| matches!(told, Told::DiskLied { .. })).count();
            });
            assert!(world.violations().is_empty() || world.betrayal().is_some(), "seed {seed}");
            broken += usize::from(!world.violations().is_empty());
        }
        assert!(broken > 10 && lied > 10, "{broken} broken, {lied} lies");
    }

    #[test]
    fn with_all_rules_on_chaos_breaks_nothing() {
        for seed in 0..40 {
            let (chaos, members) = match seed % 2 {
                0 => (Chaos::all(8), None),
                _ => (Chaos::all(8).and(Kind::Members), Some(ServerSet::first(3))),
            };
            let config = WorldConfig { chaos: Some(chaos), members, requests_per_second: 10, ..WorldConfig::default() };
            let world = play(config, seed, Time(8_000_000), |_| ());
            assert_eq!(world.violations(), [], "seed {seed}");
        }
    }
}
