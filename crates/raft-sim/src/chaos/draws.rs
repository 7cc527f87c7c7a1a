//! What is drawn for one piece of trouble: numbers, servers, links, messages.

use crate::chance::{Chance, Purpose, scale};
use crate::network::{Fate, Flight};
use crate::world::World;
use raft_core::{Digest, ServerId};

/// The draws of one piece.
pub(super) struct Draws {
    pub(super) chance: Chance,
    pub(super) key: Digest,
    pub(super) drawn: u64,
}

impl Draws {
    pub(super) fn roll(&mut self) -> u64 {
        self.drawn += 1;
        self.chance.draw(Purpose::Chaos, self.key.word(self.drawn).value())
    }

    /// From `low` to `high`, both included.
    pub(super) fn between(&mut self, low: u64, high: u64) -> u64 {
        scale(self.roll(), low, high)
    }

    pub(super) fn percent(&mut self, share: u64) -> bool {
        self.between(1, 100) <= share
    }

    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> Option<T> {
        let last = of.len().checked_sub(1)?;
        of.get(self.between(0, last as u64) as usize).copied()
    }

    pub(super) fn server(&mut self, world: &World) -> ServerId {
        ServerId(self.between(1, u64::from(world.config.servers)) as u32)
    }

    /// Any server, but often the one that leads.
    pub(super) fn victim(&mut self, world: &World) -> ServerId {
        let any = self.server(world);
        if self.percent(40) { world.leader().unwrap_or(any) } else { any }
    }

    /// Any link, often one of the leader's.
    pub(super) fn link(&mut self, world: &World) -> Option<(ServerId, ServerId)> {
        let (one, two) = (self.victim(world), self.server(world));
        let ends = if self.percent(50) { (one, two) } else { (two, one) };
        (one != two).then_some(ends)
    }

    /// A message that can be acted on, whatever the order in which they are kept.
    pub(super) fn flight<'a>(&mut self, world: &'a World, held: bool) -> Option<&'a Flight> {
        let salt = Digest::new(self.roll());
        let fits = |flight: &&Flight| match flight.fate {
            Fate::Travelling => !held,
            Fate::Held { .. } => held,
            Fate::Lost { .. } => false,
        };
        world.network.real_flights().filter(fits).min_by_key(|flight| salt.word(flight.key.hash()).value())
    }
}
