//! What each command does.

use crate::clock::Clock;
use crate::command::Command;
use crate::storage::Betrayal;
use crate::told::Told;
use crate::world::World;
use raft_core::{Input, ServerId, Time};

impl World {
    /// Carries out a command that [`World::refusal`] has nothing against.
    pub(crate) fn obey(&mut self, command: &Command) {
        match command {
            Command::Crash(id) => self.crash_node(*id),
            Command::Restart(id) => {
                self.told.push(Told::Restarted(*id));
                self.start_node(*id);
            }
            Command::Pause(id) => {
                self.servers[id.row()].paused = true;
                self.told.push(Told::Paused(*id));
            }
            Command::Resume(id) => self.resume_node(*id),
            Command::Timeout(id) => self.drive(*id, Input::ForceTimeout),
            Command::Transfer(id) => self.transfer(*id),
            Command::Partition(groups) => self.network.partition(self.config.servers, groups),
            Command::Shape(shape) => {
                for (from, to) in shape.cuts(self.config.servers) {
                    self.network.cut(from, to);
                }
            }
            Command::Heal => self.network.heal(),
            Command::Cut(from, to) => self.network.cut(*from, *to),
            Command::Mend(from, to) => self.network.mend(*from, *to),
            Command::Latency(None, spread) => self.config.latency = *spread,
            Command::Latency(Some((from, to)), spread) => self.network.link_mut(*from, *to).latency = Some(*spread),
            Command::Loss(None, ppm) => self.config.loss_ppm = *ppm,
            Command::Loss(Some((from, to)), ppm) => self.network.link_mut(*from, *to).loss_ppm = Some(*ppm),
            Command::Duplicate(ppm) => self.config.duplicate_ppm = *ppm,
            Command::Reorder(ppm) => self.config.reorder_ppm = *ppm,
            Command::Message(key, handling) => self.handle_message(key, *handling),
            Command::Request(request) => self.ask(request),
            Command::Burst(count) => self.burst(*count),
            Command::Requests(rate) => self.set_requests(*rate),
            Command::Chaos(chaos) => self.set_chaos(*chaos),
            Command::Change(change) => {
                if let Ok(leader) = self.administered() {
                    self.drive(leader, Input::ChangeMembership(*change));
                }
            }
            Command::SetRule(rule, on) => {
                self.config.rules = self.config.rules.with(*rule, *on);
                self.reconfigure();
            }
            Command::SetOption(option, on) => {
                self.config.options = self.config.options.with(*option, *on);
                self.reconfigure();
            }
            Command::SetMistake(mistake, on) => {
                self.config.mistakes = self.config.mistakes.with(*mistake, *on);
                self.reconfigure();
            }
            Command::ElectionTimeout(low, high) => {
                self.config.election_timeout = (*low, *high);
                self.reconfigure();
            }
            Command::Heartbeat(interval) => {
                self.config.heartbeat = *interval;
                self.reconfigure();
            }
            Command::Compact(id) => self.compact(*id),
            Command::SnapshotEvery(entries) => self.config.snapshot_every = *entries,
            Command::Chunk(bytes) => {
                self.config.snapshot_chunk = *bytes;
                self.reconfigure();
            }
            Command::Disk(None, spread) => self.config.disk = *spread,
            Command::Disk(Some(id), spread) => self.servers[id.row()].disk = Some(*spread),
            Command::DiskLies(id, lag) => self.set_lies(*id, *lag),
            Command::Backup(id) => self.back_up(*id),
            Command::Restore(id) => self.exchange_disk(*id, Betrayal::Restored),
            Command::Wipe(id) => self.exchange_disk(*id, Betrayal::Wiped),
            Command::Clock(id, rate) => self.set_clock(*id, |clock, now| clock.set_rate(now, *rate)),
            Command::ClockJump(id, by) => self.set_clock(*id, |clock, now| clock.jump(now, *by)),
            Command::AlignTimers => self.align_timers(),
            Command::SpreadTimers => self.spread_timers(),
            Command::Mark(_) => (),
        }
    }

    fn reconfigure(&mut self) {
        let config = self.config.node_config();
        for id in self.ids() {
            self.drive(id, Input::Configure(config));
        }
    }

    fn set_clock(&mut self, id: ServerId, set: impl FnOnce(&mut Clock, Time)) {
        set(&mut self.servers[id.row()].clock, self.now);
        // An input that changes nothing has the timer scheduled anew by the changed clock.
        let config = self.config.node_config();
        self.drive(id, Input::Configure(config));
    }

    fn campaigners(&self) -> impl Iterator<Item = ServerId> + use<> {
        let able = self.ids().filter(|id| self.server(*id).node.as_ref().is_some_and(|node| !node.is_leader()));
        able.collect::<alloc::vec::Vec<_>>().into_iter()
    }

    fn align_timers(&mut self) {
        let due = self.now.after(self.config.election_timeout.0);
        for id in self.campaigners() {
            let local = self.servers[id.row()].clock.local(due);
            self.drive(id, Input::SetDeadline(local));
        }
    }

    fn spread_timers(&mut self) {
        let (low, high) = self.config.election_timeout;
        let servers = u64::from(self.config.servers);
        for id in self.campaigners() {
            let step = (high - low) * u64::from(id.0 - 1) / servers;
            let due = self.now.after(low + step);
            let local = self.servers[id.row()].clock.local(due);
            self.drive(id, Input::SetDeadline(local));
        }
    }
}
