//! The trouble that lies in wait for a delicate moment, and what it does then.

use super::draws::Draws;
use super::trouble::{change, clock};
use super::{Chaos, Kind};
use crate::command::Command;
use crate::told::Told;
use crate::world::World;
use alloc::vec::Vec;
use raft_core::{CandidacyCause, EntryKind, Happening, ProtocolOption, ServerId, StepDownCause};

/// A piece that lies in wait.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ambush {
    pub(super) number: u32,
    pub(super) moment: u64,
    /// Whom it strikes, once the moment has come, and whether it helps a rival then.
    pub(super) prey: Option<(ServerId, bool)>,
}

/// How often a piece lies in wait instead of striking at once, in percent.
pub(super) const IN_WAIT: u64 = 30;
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
pub(super) fn delicate(told: &Told, moment: u64) -> Option<(ServerId, bool)> {
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

impl Ambush {
    /// One that waits for any moment that there is for such chaos.
    pub(super) fn laid(chaos: Chaos, number: u32, draws: &mut Draws) -> Self {
        let more = if chaos.has(Kind::Members) { MOMENTS_OF_MEMBERS } else { 0 };
        Self { number, moment: draws.between(0, MOMENTS + more - 1), prey: None }
    }

    /// Whether it is this piece, and its moment has come.
    pub(super) fn strikes(self, number: u32) -> bool {
        self.number == number && self.prey.is_some()
    }
}

impl World {
    /// What a piece does for which its moment has come. `draws` are those of a stage of the piece.
    pub(super) fn sprung(&self, chaos: Chaos, ambush: Ambush, draws: impl Fn(u64) -> Draws) -> Vec<Command> {
        let Some((victim, help)) = ambush.prey else { return Vec::new() };
        let pre_votes = self.config.options.has(ProtocolOption::PreVote);
        match ambush.moment {
            // The other leader is as good as elected; what is left to go wrong is that this one hears of it.
            HANDING_OVER if chaos.has(Kind::Partitions) => {
                Vec::from([Command::Partition(Vec::from([Vec::from([victim])]))])
            }
            HANDING_OVER => Vec::new(),
            ELECTED | CONFIG_APPENDED.. if chaos.has(Kind::Members) => {
                self.ambush_of_change(chaos, &mut draws(2), victim)
            }
            // With Pre-Vote a voter can stand and step back without a new term: its vote has to bear that.
            VOTED if pre_votes && chaos.has(Kind::Timers) && draws(3).percent(50) => {
                Vec::from([Command::Timeout(victim)])
            }
            _ => self.ambush(chaos, &mut draws(2), victim, help),
        }
    }

    /// What is done while trouble lies in wait, where leases are used: a hand-over, which is what one of the moments
    /// is about, and clocks that go wrong. By chance alone the two hardly ever come together with the rest.
    pub(super) fn bring_about(&self, chaos: Chaos, draws: &mut Draws, moment: u64) -> Option<Command> {
        if !self.config.options.has(ProtocolOption::LeaseRead) {
            return None;
        }
        if moment == HANDING_OVER && chaos.has(Kind::Timers) {
            let others: Vec<ServerId> = self.ids().filter(|id| Some(*id) != self.leader()).collect();
            return draws.pick(&others).map(Command::Transfer);
        }
        if chaos.has(Kind::Clocks) { clock(self, draws) } else { None }
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
