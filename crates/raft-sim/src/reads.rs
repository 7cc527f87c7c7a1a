//! Reads that are not in the log (dissertation 6.4), and the transfer of leadership (3.10): what the world does about
//! them.

use crate::machine::Operation;
use crate::network::Outcome;
use crate::server::WaitingRead;
use crate::world::World;
use alloc::format;
use alloc::string::String;
use raft_core::{Effects, Happening, Input, ProtocolOption, ReadId, ReadRefusal, ServerId};

impl World {
    pub(crate) fn reads_beside_the_log(&self) -> bool {
        let options = self.config.options;
        options.has(ProtocolOption::ReadIndex) || options.has(ProtocolOption::LeaseRead)
    }

    /// A server takes a client's read.
    pub(crate) fn take_read(&mut self, id: ServerId, operation: &Operation, attempt: u32) {
        let shell = &mut self.servers[id.row()];
        shell.read_count += 1;
        let read = ReadId(shell.read_count);
        let Operation { client, serial, .. } = *operation;
        shell.reads.push(WaitingRead { id: read, key: operation.key.clone(), client, serial, attempt });
        self.drive(id, Input::Read(read));
    }

    /// Answers the reads that a server may answer now from its store, and those that it will not answer.
    pub(crate) fn settle_reads(&mut self, id: ServerId, effects: &Effects) {
        for (read, _) in &effects.reads {
            if let Some(WaitingRead { key, client, serial, attempt, .. }) = self.waiting_read(id, *read) {
                let (result, writer) = self.servers[id.row()].machine.read(&key);
                self.send_reply(id, client, serial, attempt, Outcome::Done { result, writer });
            }
        }
        for happening in &effects.happenings {
            let Happening::ReadRefused { read, why } = happening else { continue };
            let leader = match why {
                ReadRefusal::NotLeader { leader } => *leader,
                ReadRefusal::SteppedDown => None,
            };
            if let Some(WaitingRead { client, serial, attempt, .. }) = self.waiting_read(id, *read) {
                self.send_reply(id, client, serial, attempt, Outcome::NotLeader(leader));
            }
        }
    }

    fn waiting_read(&mut self, id: ServerId, read: ReadId) -> Option<WaitingRead> {
        let reads = &mut self.servers[id.row()].reads;
        let at = reads.iter().position(|waiting| waiting.id == read)?;
        Some(reads.remove(at))
    }

    /// Asks the leader to hand over.
    pub(crate) fn transfer(&mut self, target: ServerId) {
        if let Some(leader) = self.leader() {
            self.drive(leader, Input::Transfer(target));
        }
    }

    /// Why no leadership can be transferred now.
    pub(crate) fn no_transfer(&self) -> Option<String> {
        match self.leader() {
            None => Some("no server leads".into()),
            Some(leader) if self.server(leader).paused => Some(format!("{leader} leads and is paused")),
            Some(_) => None,
        }
    }
}
