//! Random settings and random schedules for a cluster.

use super::{Chance, Cluster, command, config};
use raft_core::*;
use std::collections::BTreeMap;

/// Random options, and all rules or a random part of them.
pub fn any_config(chance: &mut Chance, servers: u32, all_rules: bool) -> Config {
    let mut settings = config(servers);
    settings.clock_drift_ppm = 200_000 * chance.below(3);
    for option in ProtocolOption::ALL {
        settings.options = settings.options.with(*option, chance.one_in(3));
    }
    settings.snapshot_chunk = chance.below(6);
    for rule in Rule::ALL {
        settings.rules = settings.rules.with(*rule, all_rules || !chance.one_in(4));
    }
    for mistake in Mistake::ALL.iter().filter(|_| !all_rules) {
        settings.mistakes = settings.mistakes.with(*mistake, chance.one_in(4));
    }
    settings
}

/// How often what happened.
#[derive(Default)]
pub struct Count {
    pub told: BTreeMap<&'static str, usize>,
}

pub type Sort = (&'static str, fn(&Happening) -> bool);

/// What must have happened for the schedules to be worth anything.
pub const INTERESTING: [Sort; 30] = [
    ("leaders after the first", |h| matches!(h, Happening::BecameLeader { term: Term(2..), .. })),
    ("votes refused for the log", |h| matches!(h, Happening::VoteDenied { why: Denial::StaleLog { .. }, .. })),
    ("votes already given", |h| matches!(h, Happening::VoteDenied { why: Denial::AlreadyVoted { .. }, .. })),
    ("votes of older terms", |h| matches!(h, Happening::VoteDenied { why: Denial::StaleTerm { .. }, .. })),
    ("candidates that yielded", |h| {
        matches!(h, Happening::SteppedDown { why: StepDownCause::LeaderExists { .. }, .. })
    }),
    ("higher terms", |h| matches!(h, Happening::SteppedDown { why: StepDownCause::HigherTerm { .. }, .. })),
    ("lost quorums", |h| matches!(h, Happening::SteppedDown { why: StepDownCause::QuorumLost { .. }, .. })),
    ("pre-candidates", |h| matches!(h, Happening::BecamePreCandidate { .. })),
    ("entries removed", |h| matches!(h, Happening::EntriesRemoved { .. })),
    ("entries known", |h| matches!(h, Happening::EntriesKnown { .. })),
    ("appends refused", |h| matches!(h, Happening::AppendRefused { why: AppendRefusal::OtherTerm { .. }, .. })),
    ("next_index lowered by one", |h| matches!(h, Happening::NextIndexLowered { fast: false, .. })),
    ("terms skipped", |h| matches!(h, Happening::NextIndexLowered { fast: true, .. })),
    ("commits", |h| matches!(h, Happening::CommitAdvanced { by: CommitCause::Majority { .. }, .. })),
    ("commits withheld", |h| matches!(h, Happening::CommitWithheld { .. })),
    ("overtaken refusals", |h| matches!(h, Happening::Ignored { why: IgnoreCause::Overtaken, .. })),
    ("answers of older terms", |h| matches!(h, Happening::Ignored { why: IgnoreCause::OldTerm, .. })),
    ("snapshots taken", |h| matches!(h, Happening::SnapshotTaken { .. })),
    ("logs discarded", |h| matches!(h, Happening::LogDiscarded { .. })),
    ("transfers", |h| matches!(h, Happening::InstallBegun { .. })),
    ("chunks in the midst", |h| matches!(h, Happening::ChunkStored { done: false, .. })),
    ("logs replaced", |h| matches!(h, Happening::SnapshotInstalled { log: LogFate::Discarded { .. }, .. })),
    ("reads by round", |h| matches!(h, Happening::ReadAnswered { by: ReadGround::Round { .. }, .. })),
    ("reads by lease", |h| matches!(h, Happening::ReadAnswered { by: ReadGround::Lease { .. }, .. })),
    ("reads left", |h| matches!(h, Happening::ReadRefused { why: ReadRefusal::SteppedDown, .. })),
    ("leases that bind", |h| matches!(h, Happening::Ignored { why: IgnoreCause::Bound, .. })),
    ("targets that campaign", |h| matches!(h, Happening::BecameCandidate { why: CandidacyCause::Transfer { .. }, .. })),
    ("transfers given up", |h| matches!(h, Happening::TransferAborted { sent: false, .. })),
    ("transfers that failed", |h| matches!(h, Happening::TransferAborted { sent: true, .. })),
    ("candidates ignored", |h| matches!(h, Happening::Ignored { why: IgnoreCause::HearsLeader { .. }, .. })),
];

/// What must have happened at least once.
pub const RARE: [Sort; 2] = [
    ("chunks with a gap", |h| matches!(h, Happening::ChunkRefused { why: ChunkRefusal::Gap { .. }, .. })),
    ("late chunks", |h| matches!(h, Happening::ChunkRefused { why: ChunkRefusal::Known { .. }, .. })),
];

impl Count {
    pub fn add(&mut self, what: &'static str, count: usize) {
        *self.told.entry(what).or_default() += count;
    }

    pub fn take(&mut self, cluster: &mut Cluster) {
        for (_, happening) in cluster.told.drain(..) {
            for (what, _) in INTERESTING.into_iter().chain(RARE).filter(|(_, is)| is(&happening)) {
                self.add(what, 1);
            }
        }
    }
}

/// What can happen next, and how often it does among all that can.
#[derive(Clone, Copy)]
enum Turn {
    Deliver,
    Overtake,
    Lose,
    Copy,
    Sync,
    Timeout,
    Heartbeat,
    Propose,
    Compact,
    Read,
    Transfer,
    Crash,
    Restart,
    Isolate,
    Cut,
    Heal,
    Change,
}

const TURNS: [(Turn, u32); 17] = [
    (Turn::Deliver, 12),
    (Turn::Overtake, 6),
    (Turn::Lose, 2),
    (Turn::Copy, 2),
    (Turn::Sync, 12),
    (Turn::Timeout, 2),
    (Turn::Heartbeat, 3),
    (Turn::Propose, 3),
    (Turn::Compact, 1),
    (Turn::Read, 4),
    (Turn::Transfer, 2),
    (Turn::Crash, 1),
    (Turn::Restart, 2),
    (Turn::Isolate, 1),
    (Turn::Cut, 1),
    (Turn::Heal, 2),
    (Turn::Change, 3),
];

/// Messages are lost, copied and overtake each other; servers time out, crash with what they have not written, and
/// come back; links are cut and healed. How often each happens differs from run to run: that finds more than one
/// mixture for all.
pub fn misfortune(cluster: &mut Cluster, chance: &mut Chance, count: &mut Count, steps: u32) {
    cluster.servers.iter_mut().for_each(|server| server.slow = chance.one_in(2));
    // In some runs timers run out by force, and so much happens in an election timeout.
    let quick = chance.one_in(3);
    let drift = cluster.node(1).config().clock_drift_ppm;
    cluster.servers.iter_mut().for_each(|server| server.rate += chance.below(drift + 1));
    let weights = TURNS.map(|(turn, weight)| match turn {
        Turn::Change if !cluster.changes => (turn, 0),
        _ => (turn, weight * [1, 2, 6][chance.below(3) as usize]),
    });
    let total = weights.iter().map(|(_, weight)| weight).sum();
    for _ in 0..steps {
        cluster.now = cluster.now.after(u64::from(chance.below(if quick { 500 } else { 10_000 })));
        let mut at = chance.below(total);
        let drawn = weights.iter().find(|(_, weight)| {
            let here = at < *weight;
            at = at.wrapping_sub(*weight);
            here
        });
        take_turn(cluster, chance, count, drawn.expect("the draw is below the total").0, quick);
        count.add("two leaders at once", usize::from(cluster.leaders().len() > 1));
        while cluster.network.len() > 80 {
            cluster.network.pop_front();
        }
    }
}

fn take_turn(cluster: &mut Cluster, chance: &mut Chance, count: &mut Count, turn: Turn, quick: bool) {
    let servers = cluster.servers.len() as u32;
    let id = chance.below(servers) + 1;
    let up = cluster.server(id).up;
    let waiting = cluster.network.len() as u32;
    let any = chance.below(waiting.max(1)) as usize;
    match turn {
        Turn::Deliver | Turn::Overtake | Turn::Lose | Turn::Copy if waiting == 0 => (),
        Turn::Deliver => {
            for _ in 0..chance.below(8) + 1 {
                let Some(envelope) = cluster.network.pop_front() else { break };
                cluster.deliver(envelope);
            }
        }
        Turn::Overtake => {
            let envelope = cluster.network.remove(any).expect("so many are waiting");
            cluster.deliver(envelope);
        }
        Turn::Lose => drop(cluster.network.remove(any)),
        Turn::Copy => cluster.network.push_back(cluster.network[any].clone()),
        Turn::Sync => {
            // Whoever has something to write, from a random one on.
            let mut order = (0..servers).map(|at| (id + at) % servers + 1);
            order.find(|id| cluster.sync(*id));
        }
        Turn::Timeout if up && quick && !chance.one_in(3) => cluster.handle(id, Input::ForceTimeout),
        Turn::Timeout if up => cluster.time_out(id),
        Turn::Heartbeat => {
            for leader in cluster.leaders() {
                if quick {
                    cluster.handle(leader, Input::ForceTimeout);
                    continue;
                }
                cluster.time_out(leader);
            }
        }
        Turn::Propose => {
            for leader in cluster.leaders() {
                let text = format!("{} by S{leader}", chance.bits());
                (0..chance.below(4)).for_each(|_| cluster.handle(leader, Input::Propose(command(&text))));
            }
        }
        Turn::Change => {
            for leader in cluster.leaders() {
                let change = any_change(chance, servers);
                cluster.handle(leader, Input::ChangeMembership(change));
            }
        }
        Turn::Compact if !cluster.compacts => (),
        Turn::Compact => {
            // Leaders above all: it is they who send snapshots.
            let one = Some(id).filter(|_| up && chance.one_in(4));
            for id in cluster.leaders().into_iter().chain(one) {
                cluster.compact(id);
            }
        }
        Turn::Read => {
            for leader in cluster.leaders() {
                cluster.read(leader);
            }
        }
        Turn::Transfer => {
            for leader in cluster.leaders() {
                cluster.handle(leader, Input::Transfer(ServerId(id)));
            }
        }
        Turn::Crash if up => {
            count.add("writes lost in a crash", cluster.server(id).writing.len());
            count.add("leaders crashed", usize::from(cluster.node(id).is_leader()));
            cluster.crash(id);
        }
        Turn::Restart if !up => cluster.restart(id),
        Turn::Isolate if servers > 1 => cluster.isolate(cluster.leaders().first().copied().unwrap_or(id)),
        Turn::Cut if servers > 1 => cluster.cut(id, id % servers + 1),
        Turn::Heal => cluster.heal(),
        Turn::Timeout | Turn::Crash | Turn::Restart | Turn::Isolate | Turn::Cut => (),
    }
}

/// Any change among `servers` machines.
pub fn any_change(chance: &mut Chance, servers: u32) -> Change {
    let id = ServerId(chance.below(servers) + 1);
    match chance.below(6) {
        0 | 1 => Change::Add(id),
        2 => Change::Remove(id),
        3 => Change::AddLearner(id),
        4 => Change::Promote(id),
        _ => Change::Replace((1..=servers).map(ServerId).filter(|_| chance.one_in(2)).collect()),
    }
}

/// When the misfortune ends, a leader is found, what was begun is finished, and the logs of all members become equal.
pub fn recovery(cluster: &mut Cluster) {
    cluster.heal();
    for id in cluster.ids() {
        if !cluster.server(id).up {
            cluster.restart(id);
        }
        cluster.server(id).slow = false;
        while cluster.sync(id) {}
    }
    cluster.settle();
    let leader = (0..10).find_map(|_| {
        let leader = any_leader(cluster);
        cluster.propose(leader);
        for _ in 0..4 {
            cluster.wait(leader);
        }
        (leads_all(cluster, leader) && is_settled(cluster.node(leader))).then_some(leader)
    });
    let leader = leader.unwrap_or_else(|| panic!("a change is never finished: {:#?}", cluster.servers[0].node));
    for ServerId(id) in cluster.node(leader).membership().everybody().iter() {
        let (log, leads) = (cluster.node(id).log(), cluster.node(leader).log());
        assert_eq!((log.last_index(), log.digest()), (leads.last_index(), leads.digest()), "S{id}");
        assert_eq!(cluster.node(id).last_applied(), cluster.node(leader).log().last_index(), "S{id}");
    }
}

fn leads_all(cluster: &Cluster, id: u32) -> bool {
    let mut followers = cluster.node(id).membership().everybody().iter();
    cluster.node(id).is_leader() && followers.all(|other| cluster.node(other.0).leader() == Some(ServerId(id)))
}

fn is_settled(node: &Node) -> bool {
    let catches_up = matches!(node.role(), Role::Leader { catch_up: Some(_), .. });
    // A leader that hands over takes no command: what others have beyond its log is removed by an entry of its own.
    let has_spoken = node.log().last_term() == node.current_term();
    has_spoken && !catches_up && !node.membership().is_joint() && node.config_index() <= node.commit_index()
}

fn any_leader(cluster: &mut Cluster) -> u32 {
    let servers = cluster.servers.len() as u32;
    let turns = (0..20 * servers).map(|turn| turn % servers + 1);
    let leader = turns.into_iter().find(|id| {
        cluster.wait(*id);
        leads_all(cluster, *id)
    });
    leader.unwrap_or_else(|| panic!("no leader: {:#?}", cluster.servers[0].node))
}
