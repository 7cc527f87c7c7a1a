//! How messages travel: sent, delayed, lost, copied, held, delivered.

use crate::chance::Purpose;
use crate::command::Handling;
use crate::key::{Kind, MessageKey};
use crate::machine::Operation;
use crate::network::{Fate, Flight, Outcome, Payload};
use crate::queue::{Item, Queued};
use crate::server::Server;
use crate::told::{ClientTold, EventKind, LossCause, Told};
use crate::world::{World, down_or_barrier};
use alloc::string::ToString;
use raft_core::{Envelope, Input, Micros, ServerId, Time};

impl World {
    /// How much waits in this world: messages under way, writes, what waits for them, and what waits for a paused
    /// server. Whoever plays what others wrote gives up when it grows beyond measure.
    pub fn load(&self) -> usize {
        let backlog = |server: &Server| server.writes.len() + server.outbox.len() + server.inbox.len();
        self.network.under_way() + self.servers.iter().map(backlog).sum::<usize>()
    }

    /// Sends a message between servers.
    pub(crate) fn send(&mut self, envelope: Envelope) {
        let key = MessageKey::of(&envelope);
        self.launch(key, Payload::Raft(envelope));
    }

    pub(crate) fn send_request(&mut self, operation: Operation, server: ServerId, attempt: u32) {
        let (client, serial) = (operation.client, operation.serial);
        let key = MessageKey {
            kind: Kind::Request,
            from: client,
            to: server.0,
            term: 0,
            round: serial,
            index: 0,
            attempt,
            copy: 0,
        };
        let what = ClientTold::Asked { text: operation.to_string(), server, attempt };
        self.told.push(Told::Client { client, serial, what });
        self.launch(key, Payload::Request { operation, attempt });
        let patience = self.now.after(self.config.client_timeout);
        self.queue.push(patience, self.events, Item::Retry { client, serial, attempt });
    }

    pub(crate) fn send_reply(&mut self, server: ServerId, client: u32, serial: u32, attempt: u32, outcome: Outcome) {
        let key = MessageKey {
            kind: Kind::RequestReply,
            from: server.0,
            to: client,
            term: 0,
            round: serial,
            index: 0,
            attempt,
            copy: 0,
        };
        self.launch(key, Payload::Reply { serial, attempt, outcome });
    }

    fn launch(&mut self, key: MessageKey, payload: Payload) {
        let copies = self.chance.happens(Purpose::Duplicate, key.hash(), self.config.duplicate_ppm);
        if copies {
            let copy = MessageKey { copy: key.copy + 1, ..key };
            let latency = self.latency(&copy);
            self.put_under_way(copy, payload.clone(), latency);
        }
        let latency = self.latency(&key);
        self.put_under_way(key, payload, latency);
    }

    /// The servers at both ends of a message between servers.
    fn link_of(key: &MessageKey) -> Option<(ServerId, ServerId)> {
        match key.kind {
            Kind::Request | Kind::RequestReply => None,
            _ => Some((ServerId(key.from), ServerId(key.to))),
        }
    }

    fn latency(&self, key: &MessageKey) -> Micros {
        let own = Self::link_of(key).and_then(|(from, to)| self.network.link(from, to).latency);
        let spread = own.unwrap_or(self.config.latency);
        let hash = key.hash();
        let latency = spread.at(self.chance.draw(Purpose::Latency, hash));
        if self.chance.happens(Purpose::Reorder, hash, self.config.reorder_ppm) {
            // Long enough for what is sent later to overtake it: two to six times a typical latency more.
            let typical = spread.typical().max(1);
            return latency + self.chance.between(Purpose::Reorder, !hash, 2 * typical, 6 * typical);
        }
        latency
    }

    fn put_under_way(&mut self, key: MessageKey, payload: Payload, latency: Micros) {
        let arrive = self.now.after(latency);
        let lost = self.loss(&key).map(|(cause, share_ppm)| {
            let part = u128::from(latency) * u128::from(share_ppm) / 1_000_000;
            let at = self.now.after(part as Micros);
            (at, Fate::Lost { at, cause })
        });
        let fate = lost.map_or(Fate::Travelling, |(_, fate)| fate);
        let flight = self.network.add(Flight { id: 0, key, payload, sent: self.now, arrive, fate, cause: self.events });
        match lost {
            Some((at, _)) => self.queue.push(at, self.events, Item::Lose { flight }),
            None => self.queue.push(arrive, self.events, Item::Deliver { flight }),
        }
    }

    /// Whether a message that is sent now will be lost, and after which share of its way.
    fn loss(&self, key: &MessageKey) -> Option<(LossCause, u32)> {
        let link = Self::link_of(key);
        if let Some(cause) = link.and_then(|(from, to)| self.network.barrier(from, to)) {
            return Some((cause, 500_000));
        }
        let ppm = link.and_then(|(from, to)| self.network.link(from, to).loss_ppm).unwrap_or(self.config.loss_ppm);
        let hash = key.hash();
        self.chance.happens(Purpose::Loss, hash, ppm).then(|| {
            let place = self.chance.between(Purpose::LossPlace, hash, 300_000, 700_000);
            (LossCause::Chance, place as u32)
        })
    }

    pub(crate) fn lose(&mut self, place: u32) {
        let Some(flight) = self.network.take(place) else { return };
        self.set_kind(EventKind::Loss(flight.key));
        let cause = match flight.fate {
            Fate::Lost { cause, .. } => cause,
            Fate::Travelling | Fate::Held { .. } => LossCause::Reader,
        };
        self.told.push(Told::Lost(flight.key, cause));
        self.network.haunt(flight, self.now);
    }

    pub(crate) fn deliver(&mut self, place: u32, queued: Queued) {
        let Some(flight) = self.network.at(place) else { return };
        let key = flight.key;
        self.set_kind(EventKind::Delivery(key));
        if key.kind == Kind::RequestReply {
            let Some(flight) = self.network.take(place) else { return };
            if let Payload::Reply { serial, attempt, outcome } = flight.payload {
                self.client_hears(key.to, serial, attempt, ServerId(key.from), outcome);
            }
            return;
        }
        let to = ServerId(key.to);
        let from = Self::link_of(&key).map(|(from, _)| from);
        if let Some(cause) = down_or_barrier(self, from, to) {
            self.network.take(place);
            self.told.push(Told::Lost(key, cause));
            return;
        }
        if self.servers[to.row()].paused {
            self.told.push(Told::Waits(key));
            self.servers[to.row()].inbox.push(queued);
            return;
        }
        match self.network.take(place).map(|flight| flight.payload) {
            Some(Payload::Raft(envelope)) => self.drive(to, Input::Message(envelope)),
            Some(Payload::Request { operation, attempt }) => self.take_request(to, &operation, attempt),
            Some(Payload::Reply { .. }) | None => (),
        }
    }

    /// What the reader does with one message.
    pub(crate) fn handle_message(&mut self, key: &MessageKey, handling: Handling) {
        let Some(place) = self.network.find(key) else { return };
        let (now, events) = (self.now, self.events);
        match handling {
            Handling::Drop => {
                self.unschedule(place);
                if let Some(mut flight) = self.network.take(place) {
                    flight.fate = Fate::Lost { at: now, cause: LossCause::Reader };
                    flight.arrive = flight.arrive.max(now.after(1));
                    self.told.push(Told::Lost(*key, LossCause::Reader));
                    self.network.haunt(flight, now);
                }
            }
            Handling::Deliver => self.arrive_at(place, now),
            Handling::Delay(by) => {
                let arrive = self.network.at(place).map_or(now, |flight| flight.arrive.max(now));
                self.arrive_at(place, arrive.after(by));
            }
            Handling::Hold => {
                self.unschedule(place);
                if let Some(flight) = self.network.get_mut(place) {
                    flight.fate = Fate::Held { since: now };
                }
            }
            Handling::Release => {
                if let Some(Fate::Held { since }) = self.network.at(place).map(|flight| flight.fate) {
                    let rest = self.network.at(place).map_or(0, |flight| flight.arrive.since(since));
                    self.arrive_at(place, now.after(rest));
                }
            }
            Handling::Copy => {
                let Some(flight) = self.network.at(place).cloned() else { return };
                let mut copy = MessageKey { copy: key.copy + 1, ..*key };
                while self.network.find(&copy).is_some() {
                    copy.copy += 1;
                }
                let latency = self.latency(&copy);
                let flight = Flight {
                    key: copy,
                    sent: now,
                    arrive: now.after(latency),
                    fate: Fate::Travelling,
                    cause: events,
                    ..flight
                };
                let arrive = flight.arrive;
                let place = self.network.add(flight);
                self.queue.push(arrive, events, Item::Deliver { flight: place });
            }
        }
    }

    /// Takes a message out of the queue, or from among those that wait at a paused server.
    fn unschedule(&mut self, place: u32) {
        let is_other = |queued: &Queued| !matches!(queued.item, Item::Deliver { flight } | Item::Lose { flight } if flight == place);
        self.queue.retain(is_other);
        for server in &mut self.servers {
            server.inbox.retain(is_other);
        }
    }

    fn arrive_at(&mut self, place: u32, at: Time) {
        self.unschedule(place);
        let events = self.events;
        if let Some(flight) = self.network.get_mut(place) {
            flight.fate = Fate::Travelling;
            flight.arrive = at;
            self.queue.push(at, events, Item::Deliver { flight: place });
        }
    }
}
