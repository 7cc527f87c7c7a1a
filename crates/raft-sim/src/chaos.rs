//! Chaos: trouble that strikes by itself, as a part of the run.
//!
//! The k-th piece of trouble follows from the seed, from k, and from the state that it strikes: not from how fast the
//! run is watched, and not from what else was commanded. Each piece is one or more ordinary commands, so whatever chaos
//! did can be done again without it. Some pieces lie in wait for a delicate moment, such as a leader that has just
//! appended an entry, and strike right then: blind chance hardly ever finds the long stories.

use crate::chance::{Chance, Purpose, scale};
use crate::command::{Command, Handling};
use crate::network::{Fate, Flight};
use crate::queue::Item;
use crate::shape::Shape;
use crate::spread::Spread;
use crate::told::{EventKind, Told};
use crate::world::World;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use raft_core::{
    CandidacyCause, Change, Digest, EntryKind, Happening, ProtocolOption, ServerId, ServerSet, Standing, StepDownCause,
};

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

/// A piece that lies in wait.
#[derive(Clone, Copy, Debug)]
struct Ambush {
    number: u32,
    moment: u64,
    /// Whom it strikes, once the moment has come, and whether it helps a rival then.
    prey: Option<(ServerId, bool)>,
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
        let strikes = |ambush: Ambush| ambush.number == number && ambush.prey.is_some();
        self.token == token && (number == self.next || self.ambush.is_some_and(strikes))
    }

    pub(crate) fn lies_in_wait(&self) -> bool {
        self.ambush.is_some()
    }
}

/// The draws of one piece.
struct Draws {
    chance: Chance,
    key: Digest,
    drawn: u64,
}

impl Draws {
    fn roll(&mut self) -> u64 {
        self.drawn += 1;
        self.chance.draw(Purpose::Chaos, self.key.word(self.drawn).value())
    }

    /// From `low` to `high`, both included.
    fn between(&mut self, low: u64, high: u64) -> u64 {
        scale(self.roll(), low, high)
    }

    fn percent(&mut self, share: u64) -> bool {
        self.between(1, 100) <= share
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let last = of.len().checked_sub(1)?;
        of.get(self.between(0, last as u64) as usize).copied()
    }

    fn server(&mut self, world: &World) -> ServerId {
        ServerId(self.between(1, u64::from(world.config.servers)) as u32)
    }

    /// Any server, but often the one that leads.
    fn victim(&mut self, world: &World) -> ServerId {
        let any = self.server(world);
        if self.percent(40) { world.leader().unwrap_or(any) } else { any }
    }

    /// Any link, often one of the leader's.
    fn link(&mut self, world: &World) -> Option<(ServerId, ServerId)> {
        let (one, two) = (self.victim(world), self.server(world));
        let ends = if self.percent(50) { (one, two) } else { (two, one) };
        (one != two).then_some(ends)
    }

    /// A message that can be acted on, whatever the order in which they are kept.
    fn flight<'a>(&mut self, world: &'a World, held: bool) -> Option<&'a Flight> {
        let salt = Digest::new(self.roll());
        let fits = |flight: &&Flight| match flight.fate {
            Fate::Travelling => !held,
            Fate::Held { .. } => held,
            Fate::Lost { .. } => false,
        };
        world.network.real_flights().filter(fits).min_by_key(|flight| salt.word(flight.key.hash()).value())
    }
}

type Make = fn(&World, &mut Draws) -> Option<Command>;
type Row = (Kind, u64, Make);

/// All trouble, with its kind and how often it is chosen. A piece that has no object now is replaced by another one.
const TROUBLE: &[Row] = &[
    (Kind::Crashes, 5, |world, draws| Some(Command::Crash(draws.victim(world)))),
    (Kind::Crashes, 6, |world, draws| {
        let down: Vec<ServerId> = world.ids().filter(|id| world.server(*id).node.is_none()).collect();
        draws.pick(&down).map(Command::Restart)
    }),
    (Kind::Crashes, 2, |world, draws| Some(Command::Pause(draws.victim(world)))),
    (Kind::Crashes, 3, |world, draws| {
        let paused: Vec<ServerId> = world.ids().filter(|id| world.server(*id).paused).collect();
        draws.pick(&paused).map(Command::Resume)
    }),
    (Kind::Partitions, 3, partition),
    (Kind::Partitions, 3, |world, _| {
        let whole = world.network.groups().is_empty() && world.network.cuts().next().is_none();
        (!whole).then_some(Command::Heal)
    }),
    (Kind::Partitions, 3, cut),
    (Kind::Partitions, 2, |world, draws| {
        let cuts: Vec<(ServerId, ServerId)> = world.network.cuts().copied().collect();
        draws.pick(&cuts).map(|(from, to)| Command::Mend(from, to))
    }),
    (Kind::Messages, 7, message),
    (Kind::Messages, 3, |world, draws| {
        draws.flight(world, true).map(|flight| Command::Message(flight.key, Handling::Release))
    }),
    (Kind::Messages, 2, link_setting),
    (Kind::Messages, 1, |_, draws| draws.pick(&[0, 100_000, 400_000]).map(Command::Duplicate)),
    (Kind::Messages, 1, |_, draws| draws.pick(&[0, 100_000, 400_000]).map(Command::Reorder)),
    (Kind::Timers, 3, |world, draws| Some(Command::Timeout(draws.victim(world)))),
    (Kind::Timers, 1, |world, draws| Some(Command::Transfer(draws.server(world)))),
    (Kind::Clocks, 1, clock),
    (Kind::Timers, 1, |_, draws| draws.pick(&[Command::AlignTimers, Command::SpreadTimers].each_ref()).cloned()),
    (Kind::Disks, 2, |world, draws| {
        let id = draws.server(world);
        let slow = draws.between(0, world.config.election_timeout.0 / 2);
        let usual = draws.percent(50);
        Some(Command::Disk(Some(id), if usual { world.config.disk } else { Spread::Range(slow, slow) }))
    }),
    (Kind::Storage, 3, |world, draws| {
        let (id, lag) = (draws.victim(world), draws.between(1, 2 * world.config.election_timeout.1));
        Some(Command::DiskLies(id, draws.percent(80).then_some(lag)))
    }),
    (Kind::Storage, 1, |world, draws| Some(Command::Backup(draws.server(world)))),
    (Kind::Storage, 3, |world, draws| {
        let down: Vec<ServerId> = world.ids().filter(|id| world.server(*id).node.is_none()).collect();
        draws.pick(&down).map(|id| if draws.percent(50) { Command::Restore(id) } else { Command::Wipe(id) })
    }),
    (Kind::Storage, 3, |world, draws| Some(Command::Crash(draws.victim(world)))),
    (Kind::Storage, 4, |world, draws| {
        let down: Vec<ServerId> = world.ids().filter(|id| world.server(*id).node.is_none()).collect();
        draws.pick(&down).map(Command::Restart)
    }),
    (Kind::Members, 4, |world, draws| {
        a_server_that_is(world, draws, Standing::Outside).map(|id| Command::Change(Change::Add(id)))
    }),
    (Kind::Members, 4, |world, draws| {
        let (victim, voters) = (draws.victim(world), world.membership().voters);
        // What has become small rarely gets smaller: most trouble would find nobody.
        let spares = voters.len() > 2 || voters.len() == 2 && draws.percent(25);
        (spares && world.standing(victim) != Standing::Outside).then_some(Command::Change(Change::Remove(victim)))
    }),
    (Kind::Members, 1, |world, draws| {
        a_server_that_is(world, draws, Standing::Outside).map(|id| Command::Change(Change::AddLearner(id)))
    }),
    (Kind::Members, 2, |world, draws| {
        a_server_that_is(world, draws, Standing::Learner).map(|id| Command::Change(Change::Promote(id)))
    }),
    (Kind::Members, 2, |world, draws| {
        let sides = draws.roll();
        let voters: ServerSet = world.ids().filter(|id| sides >> id.0 & 1 == 1).collect();
        (!voters.is_empty()).then_some(Command::Change(Change::Replace(voters)))
    }),
];

/// One link, or many that fail together.
fn cut(world: &World, draws: &mut Draws) -> Option<Command> {
    let (from, to) = draws.link(world)?;
    let shapes = [Shape::Deaf(to), Shape::Mute(from), Shape::Bridge(from), Shape::Star(from), Shape::Ring];
    let shape = draws.pick(&shapes).filter(|shape| world.config.servers >= shape.fewest());
    let many = shape.filter(|_| draws.percent(20));
    Some(many.map_or(Command::Cut(from, to), Command::Shape))
}

/// A clock runs at another rate, or jumps. Leases bear the rates that their bound allows, and no jump at all.
fn clock(world: &World, draws: &mut Draws) -> Option<Command> {
    let id = draws.victim(world);
    let rate = draws.pick(&[500_000, 900_000, 1_000_000, 1_100_000, 2_000_000])?;
    let far = draws.between(1, 2 * world.config.election_timeout.1) as i64;
    let jumps = draws.percent(40) && !world.config.options.has(ProtocolOption::LeaseRead);
    let back = draws.percent(50);
    Some(if jumps { Command::ClockJump(id, if back { -far } else { far }) } else { Command::Clock(id, rate) })
}

/// Any server that stands to the cluster in this way.
fn a_server_that_is(world: &World, draws: &mut Draws, standing: Standing) -> Option<ServerId> {
    let membership = world.membership();
    let fitting: Vec<ServerId> = world.ids().filter(|id| membership.standing(*id) == standing).collect();
    draws.pick(&fitting)
}

/// A change of the membership.
fn change(world: &World, draws: &mut Draws) -> Option<Command> {
    let rows: Vec<&Row> = TROUBLE.iter().filter(|(kind, ..)| *kind == Kind::Members).collect();
    draws.pick(&rows).and_then(|(.., make)| make(world, draws))
}

fn partition(world: &World, draws: &mut Draws) -> Option<Command> {
    // One server alone, or any division; servers that no group names form one of their own.
    let alone = draws.victim(world);
    let sides = draws.roll();
    let is_apart = |id: &ServerId| sides >> id.0 & 1 == 1;
    let group: Vec<ServerId> = match draws.percent(40) {
        true => Vec::from([alone]),
        false => world.ids().filter(is_apart).collect(),
    };
    let divides = !group.is_empty() && group.len() < world.config.servers as usize;
    divides.then(|| Command::Partition(Vec::from([group])))
}

/// Something done to a message that is really under way.
fn message(world: &World, draws: &mut Draws) -> Option<Command> {
    let later = draws.between(1, 2 * world.config.election_timeout.1);
    let what = [Handling::Drop, Handling::Deliver, Handling::Copy, Handling::Hold, Handling::Delay(later)];
    let what = draws.pick(&what)?;
    draws.flight(world, false).map(|flight| Command::Message(flight.key, what))
}

/// A link becomes slow or loses messages, or is again like the others.
fn link_setting(world: &World, draws: &mut Draws) -> Option<Command> {
    let special = world.network.links().map(|(link, settings)| (*link, *settings)).collect::<Vec<_>>();
    if draws.percent(60)
        && let Some((link, settings)) = draws.pick(&special)
    {
        return Some(match settings.loss_ppm {
            Some(1..) => Command::Loss(Some(link), 0),
            _ => Command::Latency(Some(link), world.config.latency),
        });
    }
    let link = draws.link(world)?;
    let slow = draws.between(0, world.config.election_timeout.0);
    Some(match draws.percent(50) {
        true => Command::Latency(Some(link), Spread::Range(slow, slow)),
        false => Command::Loss(Some(link), draws.between(1, 10) as u32 * 100_000),
    })
}

/// How often a piece lies in wait instead of striking at once, in percent.
const IN_WAIT: u64 = 30;
/// How many kinds of moments are waited for.
const MOMENTS: u64 = 8;
/// A server has voted for another one.
const VOTED: u64 = 6;
/// The moment in which a leader has handed over and does not know yet what came of it.
const HANDING_OVER: u64 = 7;
/// A server leads: the moment for a change that comes too early.
const ELECTED: u64 = 1;
/// What is waited for besides if the membership changes: a configuration is appended, reaches another server, is
/// settled.
const MOMENTS_OF_MEMBERS: u64 = 3;
const CONFIG_APPENDED: u64 = MOMENTS;
const CONFIG_IN_FORCE: u64 = MOMENTS + 1;
const CONFIG_SETTLED: u64 = MOMENTS + 2;

/// Whether this is the moment that is waited for: whom to strike, and whether to help a rival then.
fn delicate(told: &Told, moment: u64) -> Option<(ServerId, bool)> {
    use Happening as H;
    let Told::Raft(server, happening) = told else { return None };
    match (happening, moment) {
        (H::EntryAppended { .. }, 0) => Some((*server, false)),
        (H::BecameLeader { .. }, ELECTED) => Some((*server, false)),
        (H::EntriesStored { leader, .. }, 2) => Some((*leader, true)),
        (H::CommitWithheld { .. } | H::RuleWouldForbid { .. }, 3) => Some((*server, true)),
        (H::CommitAdvanced { .. }, 4) => Some((*server, true)),
        (H::MatchAdvanced { .. }, 5) => Some((*server, true)),
        (H::VoteGranted { pre: false, .. }, VOTED) => Some((*server, true)),
        (H::BecameCandidate { why: CandidacyCause::Transfer { leader }, .. }, HANDING_OVER) => Some((*leader, false)),
        (H::EntryAppended { kind: EntryKind::Config, .. }, CONFIG_APPENDED) => Some((*server, true)),
        (H::ConfigChanged { .. }, CONFIG_IN_FORCE) => Some((*server, true)),
        (H::SteppedDown { why: StepDownCause::Removed { .. }, .. }, CONFIG_SETTLED) => Some((*server, true)),
        _ => None,
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
            Some(Ambush { number: waited, prey: Some((victim, _)), moment: HANDING_OVER }) if waited == number => {
                // The other leader is as good as elected; what is left to go wrong is that this one hears of it.
                match chaos.has(Kind::Partitions) {
                    true => Vec::from([Command::Partition(Vec::from([Vec::from([victim])]))]),
                    false => Vec::new(),
                }
            }
            Some(Ambush { number: waited, prey: Some((victim, _)), moment })
                if waited == number && chaos.has(Kind::Members) && matches!(moment, ELECTED | CONFIG_APPENDED..) =>
            {
                self.ambush_of_change(chaos, &mut self.draws(chaos, number, 2), victim)
            }
            // With Pre-Vote a voter can stand and step back without a new term: its vote has to bear that.
            Some(Ambush { number: waited, prey: Some((victim, _)), moment: VOTED })
                if waited == number
                    && chaos.has(Kind::Timers)
                    && self.config.options.has(ProtocolOption::PreVote)
                    && self.draws(chaos, number, 3).percent(50) =>
            {
                Vec::from([Command::Timeout(victim)])
            }
            Some(Ambush { number: waited, prey: Some((victim, help)), .. }) if waited == number => {
                self.ambush(chaos, &mut self.draws(chaos, number, 2), victim, help)
            }
            _ => {
                self.chaos.next = number + 1;
                self.schedule_chaos();
                let mut draws = self.draws(chaos, number, 1);
                if draws.percent(IN_WAIT) {
                    let more = if chaos.has(Kind::Members) { MOMENTS_OF_MEMBERS } else { 0 };
                    let moment = draws.between(0, MOMENTS + more - 1);
                    self.chaos.ambush = Some(Ambush { number, moment, prey: None });
                    self.bring_about(chaos, &mut draws, moment).into_iter().collect()
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

    /// What is done while trouble lies in wait, where leases are used: a hand-over, which is what one of the moments
    /// is about, and clocks that go wrong. By chance alone the two hardly ever come together with the rest.
    fn bring_about(&self, chaos: Chaos, draws: &mut Draws, moment: u64) -> Option<Command> {
        if !self.config.options.has(ProtocolOption::LeaseRead) {
            return None;
        }
        if moment == HANDING_OVER && chaos.has(Kind::Timers) {
            let others: Vec<ServerId> = self.ids().filter(|id| Some(*id) != self.leader()).collect();
            return draws.pick(&others).map(Command::Transfer);
        }
        if chaos.has(Kind::Clocks) { clock(self, draws) } else { None }
    }

    fn trouble(&self, chaos: Chaos, draws: &mut Draws) -> Option<Command> {
        let fitting = || TROUBLE.iter().filter(|(kind, ..)| chaos.has(*kind));
        let whole: u64 = fitting().map(|(_, weight, _)| weight).sum();
        for _ in 0..8 {
            let mut at = draws.between(1, whole);
            let chosen = fitting().find(|(_, weight, _)| {
                let is_it = at <= *weight;
                at = at.saturating_sub(*weight);
                is_it
            });
            let made = chosen.and_then(|(.., make)| make(self, draws));
            if let Some(command) = made.filter(|command| self.refusal(command).is_none()) {
                return Some(command);
            }
        }
        None
    }

    /// What happens to a server at a delicate moment, and what helps the one that gains by it.
    fn ambush(&self, chaos: Chaos, draws: &mut Draws, victim: ServerId, help: bool) -> Vec<Command> {
        let mut commands = Vec::new();
        let others = || self.ids().filter(|id| *id != victim);
        let best = |id: &ServerId| (self.server(*id).log().last_term(), self.server(*id).log().last_index());
        // The server that would win the next election, down ones included; or any.
        let rival = match draws.percent(70) {
            true => others().max_by_key(best),
            false => Some(draws.server(self)).filter(|id| *id != victim),
        };
        let what = draws.between(0, 6);
        if chaos.has(Kind::Crashes) && matches!(what, 0 | 1 | 4 | 6) {
            commands.push(Command::Crash(victim));
            if what == 6 {
                commands.push(Command::Restart(victim));
            }
        }
        if chaos.has(Kind::Partitions) {
            match what {
                2 => commands.push(Command::Partition(Vec::from([Vec::from([victim])]))),
                3 => commands.extend(others().filter(|_| draws.percent(50)).map(|id| Command::Cut(victim, id))),
                4 | 5 => commands.push(Command::Heal),
                _ => (),
            }
        }
        let Some(rival) = rival.filter(|_| help && draws.percent(70)) else { return commands };
        if chaos.has(Kind::Crashes) {
            let back = others().filter(|id| *id == rival || draws.percent(50));
            commands.extend(back.flat_map(|id| [Command::Restart(id), Command::Resume(id)]));
        }
        if chaos.has(Kind::Timers) {
            // Once more, and it is ahead of a term that it has not heard of.
            commands.extend((0..draws.between(1, 3)).map(|_| Command::Timeout(rival)));
        }
        commands
    }

    /// What happens around a server that leads anew, or whose configuration has just changed: those on its side know of
    /// it, the others do not, and one of them stands for election.
    fn ambush_of_change(&self, chaos: Chaos, draws: &mut Draws, victim: ServerId) -> Vec<Command> {
        let mut commands = Vec::new();
        let sides = draws.roll();
        let is_with = |id: &ServerId| *id == victim || sides >> id.0 & 1 == 1;
        let side: Vec<ServerId> = self.ids().filter(is_with).collect();
        let early = draws.percent(50);
        if early {
            commands.extend(change(self, draws));
        }
        if chaos.has(Kind::Partitions) && draws.percent(70) && side.len() < self.config.servers as usize {
            commands.push(Command::Partition(Vec::from([side])));
        }
        if !early && draws.percent(50) {
            commands.extend(change(self, draws));
        }
        if chaos.has(Kind::Crashes) {
            let fallen: Vec<ServerId> = self.ids().filter(|_| draws.percent(30)).collect();
            let again = fallen.iter().filter(|_| draws.percent(80)).map(|id| Command::Restart(*id));
            commands.extend(fallen.iter().map(|id| Command::Crash(*id)).chain(again));
        }
        if chaos.has(Kind::Timers) && draws.percent(50) {
            let apart = self.ids().filter(|id| !is_with(id));
            let rival =
                apart.max_by_key(|id| (self.server(*id).log().last_term(), self.server(*id).log().last_index()));
            commands.extend(rival.map(Command::Timeout));
        }
        commands
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::Script;
    use crate::config::WorldConfig;
    use crate::run::Run;
    use crate::saved;
    use raft_core::Time;
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
