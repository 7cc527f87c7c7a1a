//! Disks that break what Raft relies on: that what a server's disk called stable is there when the server returns
//! (Figure 2, persistent state). No rule of Raft helps against them.

use crate::queue::Item;
use crate::server::Server;
use crate::told::Told;
use crate::world::World;
use alloc::boxed::Box;
use alloc::collections::VecDeque;
use raft_core::{Digest, Index, Log, Micros, ServerId, Stable, Time, Volatile, Write, WriteId};

/// What is wrong with a disk, or may become so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Untrusted {
    /// How long after it called a write stable the disk really has it; none while it is honest.
    lag: Option<Micros>,
    /// What it called stable and does not have yet, in order, each with the moment from which it has it.
    cached: VecDeque<(Time, Write)>,
    /// What it held when it was backed up.
    backup: Option<Stable>,
}

/// How a disk has lost what it had called stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Betrayal {
    /// It had lied, and its server crashed.
    Lied,
    /// An old backup was put on it.
    Restored,
    /// It was exchanged for an empty one.
    Wiped,
}

impl Untrusted {
    pub(crate) fn digest(&self, digest: Digest) -> Digest {
        let mut digest = digest.word(self.lag.map_or(0, |lag| lag + 1));
        for (due, write) in &self.cached {
            digest = digest.word(due.0).word(u64::from(write.id.0));
        }
        let Some(backup) = &self.backup else { return digest };
        let vote = u64::from(backup.voted_for.map_or(0, |id| id.0));
        digest.word(backup.log.digest()).word(u64::from(backup.current_term.0) << 32 | vote)
    }
}

impl Server {
    /// By how much its disk lies, if it does.
    pub fn lies(&self) -> Option<Micros> {
        self.untrusted.as_ref().and_then(|untrusted| untrusted.lag)
    }

    /// Whether there is a backup of its disk.
    pub fn has_backup(&self) -> bool {
        self.untrusted.as_ref().is_some_and(|untrusted| untrusted.backup.is_some())
    }

    fn untrusted(&mut self) -> &mut Untrusted {
        self.untrusted.get_or_insert_default()
    }

    /// Really writes what is due by now.
    pub(crate) fn sync(&mut self, now: Time) {
        let Some(untrusted) = &mut self.untrusted else { return };
        while untrusted.cached.front().is_some_and(|(due, _)| *due <= now) {
            let Some((_, write)) = untrusted.cached.pop_front() else { return };
            self.stable.put(write);
        }
    }

    /// What a lying disk calls stable goes into its cache. Returns when it will really be written.
    fn cache(&mut self, write: WriteId, now: Time) -> Option<Time> {
        let Some(Untrusted { lag: Some(lag), cached, .. }) = self.untrusted.as_deref_mut() else {
            self.complete(write);
            return None;
        };
        while self.writes.front().is_some_and(|pending| pending.write.id <= write) {
            let Some(pending) = self.writes.pop_front() else { break };
            // A disk writes one thing after the other.
            let free = cached.back().map_or(now, |(due, _)| *due);
            cached.push_back((free.max(now.after(*lag)), pending.write));
        }
        cached.back().map(|(due, _)| *due)
    }

    /// A lying disk loses its cache. Returns what it had called stable, if that was more than it has.
    fn lose_cache(&mut self) -> Option<Stable> {
        let cached = self.untrusted.as_mut().map(|untrusted| core::mem::take(&mut untrusted.cached))?;
        let mut called = self.stable.clone();
        cached.into_iter().for_each(|(_, write)| called.put(write));
        (called != self.stable).then_some(called)
    }
}

/// How many of a log's last entries another one lacks.
pub(crate) fn lacks(disk: &Log, memory: &Log) -> u32 {
    // Logs that agree at an index agree on all before it, so the last one can be found by halving.
    // Before either's base nothing is to be compared, and nothing differs.
    let base = memory.base().index.max(disk.base().index);
    if base > disk.last_index() {
        return memory.last_index().0 - disk.last_index().0;
    }
    let (mut both, mut differs) = (base.0, memory.last_index().min(disk.last_index()).0 + 1);
    while both + 1 < differs {
        let middle = Index(both + (differs - both) / 2);
        if memory.digest_at(middle) == disk.digest_at(middle) { both = middle.0 } else { differs = middle.0 }
    }
    memory.last_index().0 - both
}

impl World {
    /// The first time that a disk lost what it had called stable, and whose it was: from then on Raft promises
    /// nothing.
    pub fn betrayal(&self) -> Option<(ServerId, Betrayal)> {
        self.betrayal
    }

    /// What a server's disk called stable, and loses in this crash because it lied.
    pub(crate) fn lose_cache(&mut self, id: ServerId) -> Option<Stable> {
        let now = self.now;
        let shell = &mut self.servers[id.row()];
        shell.sync(now);
        shell.lose_cache()
    }

    pub(crate) fn tell_lie(&mut self, id: ServerId, called: &Stable) {
        let real = &self.servers[id.row()].stable;
        let entries_lost = lacks(&real.log, &called.log);
        let vote_lost = (real.current_term, real.voted_for) != (called.current_term, called.voted_for);
        if entries_lost > 0 || vote_lost {
            self.told.push(Told::DiskLied { server: id, entries_lost, vote_lost });
            self.betrayal.get_or_insert((id, Betrayal::Lied));
        }
    }

    pub(crate) fn set_lies(&mut self, id: ServerId, lag: Option<Micros>) {
        let shell = &mut self.servers[id.row()];
        shell.untrusted().lag = lag;
        if lag.is_none() {
            shell.sync(Time(u64::MAX));
        }
    }

    pub(crate) fn back_up(&mut self, id: ServerId) {
        let shell = &mut self.servers[id.row()];
        shell.untrusted().backup = Some(shell.stable.clone());
    }

    /// Puts something else on the disk of a crashed server.
    pub(crate) fn exchange_disk(&mut self, id: ServerId, how: Betrayal) {
        let shell = &mut self.servers[id.row()];
        let disk = match how {
            Betrayal::Restored => shell.untrusted().backup.clone().unwrap_or_default(),
            Betrayal::Lied | Betrayal::Wiped => Stable::default(),
        };
        let before = core::mem::replace(&mut shell.stable, disk);
        if before == shell.stable {
            return;
        }
        // Another disk comes with another memory of what it is to continue.
        shell.before = Volatile::default();
        self.betrayal.get_or_insert((id, how));
        self.watch_loss(id, &before.log);
    }

    /// A write is called stable by a disk that may lie, or the time has come to write really what it called stable.
    #[cold]
    pub(crate) fn complete_untrusted(&mut self, id: ServerId, write: WriteId) {
        let now = self.now;
        let shell = &mut self.servers[id.row()];
        shell.sync(now);
        // No write has the number 0.
        let due = if write == WriteId(0) { None } else { shell.cache(write, now) };
        if let Some(due) = due {
            let item = Item::Stable { server: id, life: shell.life, write: WriteId(0) };
            self.queue.push(due, self.events, item);
        }
    }
}

pub(crate) type Storage = Option<Box<Untrusted>>;
