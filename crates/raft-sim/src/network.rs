//! The network: links, partitions, and every message that is under way.

use crate::key::MessageKey;
use crate::machine::{Operation, Writer};
use crate::sorted::Sorted;
use crate::spread::Spread;
use alloc::string::String;
use alloc::vec::Vec;
use raft_core::{Digest, Envelope, ServerId, Time};

/// What a message carries.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Payload {
    /// Between servers.
    Raft(Envelope),
    /// From a client.
    Request {
        /// The operation; it names the client and the request.
        operation: Operation,
        /// Attempt, from 1.
        attempt: u32,
    },
    /// To a client.
    Reply {
        /// Number of the request.
        serial: u32,
        /// Attempt that is answered.
        attempt: u32,
        /// The answer.
        outcome: Outcome,
    },
}

/// A server's answer to a client.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It was committed and applied.
    Done {
        /// What a read found, or the value of a write.
        result: Option<String>,
        /// The write that this is the value of.
        writer: Writer,
    },
    /// The server does not lead.
    NotLeader(Option<ServerId>),
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It will arrive.
    Travelling,
    /// It will be, or was, lost at this moment.
    Lost {
        /// When.
        at: Time,
        /// Whether the link is cut, and not mere chance.
        cause: crate::told::LossCause,
    },
    /// The reader holds it back since this moment.
    Held {
        /// Since when.
        since: Time,
    },
}

/// A message under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flight {
    /// Its number among all messages of the run, from 1.
    pub id: u64,
    /// Its name.
    pub key: MessageKey,
    /// What it carries.
    pub payload: Payload,
    /// When it was sent.
    pub sent: Time,
    /// When it arrives, or would.
    pub arrive: Time,
    /// What becomes of it.
    pub fate: Fate,
    /// The event that sent it.
    pub cause: u64,
}

/// What is special about one link.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LinkSettings {
    /// Its own latency.
    pub latency: Option<Spread>,
    /// Its own loss in parts per million.
    pub loss_ppm: Option<u32>,
}

/// Lost messages that are kept for the eye before those are looked for that would have arrived by now.
const GHOSTS_KEPT: usize = 64;
/// Most lost messages that are kept; nobody can tell more of them apart.
const GHOSTS_MAX: usize = 4_096;

/// All links and all messages under way.
#[derive(Clone, Debug, Default)]
pub struct Network {
    slots: Vec<Option<Flight>>,
    free: Vec<u32>,
    sent: u64,
    /// Messages that were lost and would not have arrived yet: still seen, no longer real.
    ghosts: Vec<Flight>,
    links: Sorted<(ServerId, ServerId), LinkSettings>,
    cuts: Sorted<(ServerId, ServerId), ()>,
    /// Group of each server, by row; empty while there is no partition.
    groups: Vec<u8>,
}

impl Network {
    /// Puts a message under way and returns its place.
    pub(crate) fn add(&mut self, mut flight: Flight) -> u32 {
        self.sent += 1;
        flight.id = self.sent;
        match self.free.pop() {
            Some(place) => {
                self.slots[place as usize] = Some(flight);
                place
            }
            None => {
                self.slots.push(Some(flight));
                self.slots.len() as u32 - 1
            }
        }
    }

    pub(crate) fn take(&mut self, place: u32) -> Option<Flight> {
        let flight = self.slots.get_mut(place as usize)?.take();
        if flight.is_some() {
            self.free.push(place);
        }
        flight
    }

    pub(crate) fn get_mut(&mut self, place: u32) -> Option<&mut Flight> {
        self.slots.get_mut(place as usize)?.as_mut()
    }

    /// The message at a place.
    pub fn at(&self, place: u32) -> Option<&Flight> {
        self.slots.get(place as usize)?.as_ref()
    }

    /// Place of the message with this name that can still be acted on.
    pub fn find(&self, key: &MessageKey) -> Option<u32> {
        let is_it = |slot: &Option<Flight>| {
            slot.as_ref().is_some_and(|f| f.key == *key && !matches!(f.fate, Fate::Lost { .. }))
        };
        self.slots.iter().position(is_it).map(|place| place as u32)
    }

    pub(crate) fn haunt(&mut self, flight: Flight, now: Time) {
        if self.ghosts.len().is_multiple_of(GHOSTS_KEPT) {
            self.ghosts.retain(|ghost| ghost.arrive > now);
        }
        if self.ghosts.len() >= GHOSTS_MAX {
            self.ghosts.drain(..GHOSTS_MAX / 2);
        }
        self.ghosts.push(flight);
    }

    /// All messages under way, lost ones included until they would have arrived.
    pub fn flights(&self, now: Time) -> impl Iterator<Item = &Flight> {
        let ghosts = self.ghosts.iter().filter(move |ghost| ghost.arrive > now);
        self.slots.iter().flatten().chain(ghosts)
    }

    /// How many messages are really under way.
    pub fn under_way(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Messages that are real, in an order of no meaning.
    pub fn real_flights(&self) -> impl Iterator<Item = &Flight> {
        self.slots.iter().flatten()
    }

    /// What is special about a link.
    pub fn link(&self, from: ServerId, to: ServerId) -> LinkSettings {
        self.links.get(&(from, to)).copied().unwrap_or_default()
    }

    pub(crate) fn link_mut(&mut self, from: ServerId, to: ServerId) -> &mut LinkSettings {
        self.links.entry((from, to))
    }

    /// Links that have settings of their own.
    pub fn links(&self) -> impl Iterator<Item = &((ServerId, ServerId), LinkSettings)> {
        self.links.iter()
    }

    pub(crate) fn cut(&mut self, from: ServerId, to: ServerId) {
        self.cuts.insert((from, to), ());
    }

    pub(crate) fn mend(&mut self, from: ServerId, to: ServerId) {
        self.cuts.remove(&(from, to));
    }

    /// Divides the servers; those that no group names form one of their own.
    pub(crate) fn partition(&mut self, servers: u32, groups: &[Vec<ServerId>]) {
        self.groups = alloc::vec![0; servers as usize];
        for (number, group) in groups.iter().enumerate() {
            for id in group {
                self.groups[id.row()] = number as u8 + 1;
            }
        }
    }

    pub(crate) fn heal(&mut self) {
        self.groups.clear();
        self.cuts.clear();
    }

    /// Takes in what is special about links, and the messages that are held; the queue knows of all others.
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let link = |(from, to): &(ServerId, ServerId)| u64::from(from.0) << 32 | u64::from(to.0);
        let mut digest = self.cuts().fold(digest, |digest, cut| digest.word(link(cut)));
        digest = self.groups.iter().fold(digest.word(0), |digest, group| digest.word(u64::from(*group)));
        for (at, settings) in self.links() {
            let own = u64::from(settings.latency.is_some()) << 1 | u64::from(settings.loss_ppm.is_some());
            digest = digest.word(link(at)).word(own).word(u64::from(settings.loss_ppm.unwrap_or_default()));
            digest = settings.latency.map_or(digest, |latency| latency.digest(digest));
        }
        for flight in self.slots.iter().flatten() {
            if let Fate::Held { since } = flight.fate {
                digest = digest.word(flight.key.hash()).word(since.0).word(flight.arrive.0);
            }
        }
        digest
    }

    /// Why nothing passes from one server to another, if so.
    pub fn barrier(&self, from: ServerId, to: ServerId) -> Option<crate::told::LossCause> {
        if self.cuts.get(&(from, to)).is_some() {
            return Some(crate::told::LossCause::Cut);
        }
        let group = |id: ServerId| self.groups.get(id.row());
        (group(from) != group(to)).then_some(crate::told::LossCause::Partition)
    }

    /// Cut links in order.
    pub fn cuts(&self) -> impl Iterator<Item = &(ServerId, ServerId)> {
        self.cuts.iter().map(|(link, ())| link)
    }

    /// The groups of the partition; none if there is none.
    pub fn groups(&self) -> Vec<Vec<ServerId>> {
        let members = |group: u8| {
            let ids = (1..).map(ServerId).zip(&self.groups).filter(move |(_, of)| **of == group);
            ids.map(|(id, _)| id).collect()
        };
        let last = self.groups.iter().max().copied();
        let groups = last.into_iter().flat_map(|last| 0..=last).map(members);
        groups.filter(|group: &Vec<ServerId>| !group.is_empty()).collect()
    }

    /// Number of a server's group, from 1; 0 while there is no partition.
    pub fn group_of(&self, id: ServerId) -> u32 {
        let Some(own) = self.groups.get(id.row()) else { return 0 };
        (0..=*own).filter(|group| self.groups.contains(group)).count() as u32
    }
}
