//! The trouble that strikes at once: what there is of each kind, and how often it is chosen.

use super::draws::Draws;
use super::{Chaos, Kind};
use crate::command::{Command, Handling};
use crate::shape::Shape;
use crate::spread::Spread;
use crate::world::World;
use alloc::vec::Vec;
use raft_core::{Change, ProtocolOption, ServerId, ServerSet, Standing};

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
pub(super) fn clock(world: &World, draws: &mut Draws) -> Option<Command> {
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
pub(super) fn change(world: &World, draws: &mut Draws) -> Option<Command> {
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

impl World {
    /// A piece of trouble that has an object now.
    pub(super) fn trouble(&self, chaos: Chaos, draws: &mut Draws) -> Option<Command> {
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
}
