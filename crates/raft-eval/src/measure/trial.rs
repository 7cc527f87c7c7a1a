//! One trial: a world that is played, with commands that are given on the way, so that it can be opened as a run.

use raft_core::{Happening, Micros, ServerId, Time, mix};
use raft_sim::command::Command;
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::run::{By, Run, Stamped};
use raft_sim::saved;
use raft_sim::told::Told;
use raft_sim::world::World;

/// Most events of one trial: what takes more goes round in a circle.
const EVENTS_MAX: u64 = 5_000_000;

/// A world with the commands that were given to it.
#[derive(Clone, Debug)]
pub struct Trial {
    config: WorldConfig,
    seed: u64,
    world: World,
    commands: Vec<Stamped>,
    /// The moment from which time is measured.
    begins: Time,
    drawn: u64,
}

impl Trial {
    /// A world at its start.
    pub fn new(config: &WorldConfig, seed: u64) -> Self {
        Self {
            world: World::new(config.clone(), seed),
            config: config.clone(),
            seed,
            commands: Vec::new(),
            begins: Time(0),
            drawn: 0,
        }
    }

    /// The world.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// A number from 0 to below `end`, of this trial alone; 0 if there is none.
    pub(super) fn draw(&mut self, end: u64) -> u64 {
        self.drawn += 1;
        let bits = mix(mix(self.seed ^ 0x7e57) ^ self.drawn);
        ((u128::from(bits) * u128::from(end)) >> 64) as u64
    }

    /// Lets everything happen that lies before `until`, or at that moment, until `see` is content; whether it was.
    pub(super) fn play(&mut self, until: Time, mut see: impl FnMut(&World) -> bool) -> bool {
        while self.world.next_time().is_some_and(|next| next <= until) && self.world.events() < EVENTS_MAX {
            self.world.step();
            if see(&self.world) {
                return true;
            }
        }
        false
    }

    /// Lets everything happen up to a moment.
    pub(super) fn pass(&mut self, until: Time) {
        self.play(until, |_| false);
    }

    /// Gives a command at a moment, once everything before it has happened. What has no object is left out.
    pub(super) fn give(&mut self, at: Time, command: Command) {
        let at = at.max(self.world.now());
        self.pass(at);
        if self.world.refusal(&command).is_some() {
            return;
        }
        let after = self.world.events_at(at);
        self.world.command(at, &command);
        self.commands.push(Stamped { time: at, after, command, by: By::Reader });
    }

    /// From this moment on time is measured.
    pub(super) fn begin(&mut self) {
        self.begins = self.world.now();
    }

    /// The time since [`Trial::begin`].
    pub(super) fn elapsed(&self) -> Micros {
        self.world.now().since(self.begins)
    }

    /// The moment from which time is measured.
    pub(super) fn begins(&self) -> Time {
        self.begins
    }

    /// Makes a server the leader and waits until a follower knows it. False if that does not succeed.
    pub(super) fn elect(&mut self, id: ServerId) -> bool {
        let is_alone = self.config.servers == 1;
        for _ in 0..TRIES {
            self.give(self.world.now().after(1), Command::Timeout(id));
            let patience = self.world.now().after(PATIENCE);
            let is_known = |world: &World| {
                let leads = is_alone && world.leader() == Some(id);
                leads || happened(world, |server, what| heard_from(server, what) == Some(id))
            };
            if self.play(patience, is_known) {
                return true;
            }
        }
        false
    }

    /// The trial as a saved run that is looked at from the moment at which time began to be measured.
    pub fn saved(&self) -> String {
        let mut run = Run::new(self.config.clone(), self.seed, self.commands.clone(), Script::default());
        run.seek(self.world.now(), EVENTS_MAX);
        run.seek(self.begins, EVENTS_MAX);
        saved::to_text(&run)
    }
}

/// How long a server is given to win.
const PATIENCE: Micros = 200_000;
/// How often a server is made to time out until it leads.
const TRIES: u32 = 50;

/// Whether something happened in the last event.
pub(super) fn happened(world: &World, mut is_it: impl FnMut(ServerId, &Happening) -> bool) -> bool {
    world.told().iter().any(|told| matches!(told, Told::Raft(server, what) if is_it(*server, what)))
}

/// The leader whose AppendEntries a server has just accepted.
pub(super) fn heard_from(server: ServerId, what: &Happening) -> Option<ServerId> {
    let leader = match what {
        Happening::HeartbeatAccepted { leader, .. }
        | Happening::EntriesStored { leader, .. }
        | Happening::EntriesKnown { leader, .. } => *leader,
        _ => return None,
    };
    (leader != server).then_some(leader)
}
