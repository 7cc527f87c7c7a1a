//! The flat array that crosses once a frame. The page reads it in `web/src/engine/frame.ts`; a test compares the two.

use raft_core::{Membership, Message, Node, Role, Rule, ServerId, ServerSet, Standing, count};
use raft_sim::key::{Kind, MessageKey};
use raft_sim::membership::votes_needed;
use raft_sim::network::{Fate, Flight, Outcome, Payload};
use raft_sim::run::Run;
use raft_sim::server::Server;
use raft_sim::world::World;

/// Numbers before the first server.
pub(crate) const HEADER: usize = 12;
/// Numbers a server.
pub(crate) const SERVER: usize = 28;
/// Numbers a message.
pub(crate) const MESSAGE: usize = 18;
/// Clients are numbered from here on, to be told from servers.
const CLIENTS_FROM: u32 = 1_000;
/// Bits of a set in one number: all of them are exact in a float.
const BITS: u32 = 48;

/// The state at the cursor.
pub(crate) fn frame(run: &Run) -> Vec<f64> {
    let world = run.world();
    let flights: Vec<&Flight> = world.network().flights(run.time()).collect();
    let mut numbers = Vec::with_capacity(HEADER + SERVER * world.servers().len() + MESSAGE * flights.len());
    let nodes = || world.servers().iter().filter_map(|server| server.node.as_ref());
    numbers.extend([
        1.0,
        world.servers().len() as f64,
        flights.len() as f64,
        run.time().0 as f64,
        world.events() as f64,
        run.edge().0.0 as f64,
        f64::from(run.revision()),
        f64::from(u8::from(run.is_stopped())),
        f64::from(world.checkers().committed().last_index().0),
        f64::from(nodes().map(|node| node.current_term().0).max().unwrap_or(0)),
        f64::from(world.servers().iter().map(last_index).max().unwrap_or(0)),
        0.0,
    ]);
    let membership = world.membership();
    for id in world.ids() {
        server(world, id, membership.standing(id), &mut numbers);
    }
    for flight in flights {
        message(flight, &mut numbers);
    }
    numbers
}

fn last_index(server: &Server) -> u32 {
    server.node.as_ref().map_or(server.stable.log.last_index().0, |node| node.log().last_index().0)
}

/// 0 follower, 1 pre-candidate, 2 candidate, 3 leader.
fn role(node: &Node) -> u32 {
    match node.role() {
        Role::Follower { .. } => 0,
        Role::PreCandidate { .. } => 1,
        Role::Candidate { .. } => 2,
        Role::Leader { .. } => 3,
    }
}

fn server(world: &World, id: ServerId, standing: Standing, numbers: &mut Vec<f64>) {
    let server = world.server(id);
    let log = server.node.as_ref().map_or(&server.stable.log, Node::log);
    let term = server.node.as_ref().map_or(server.stable.current_term, Node::current_term);
    let voted_for = server.node.as_ref().map_or(server.stable.voted_for, Node::voted_for);
    let tally = server.node.as_ref().and_then(|node| match node.role() {
        Role::PreCandidate { tally, .. } | Role::Candidate { tally, .. } => Some(tally.granted),
        Role::Follower { .. } | Role::Leader { .. } => None,
    });
    let votes = tally.unwrap_or_default();
    let node = server.node.as_ref();
    let timer = node.and_then(Node::timer);
    let joint = node.map_or([0; 6], |node| joint(node, votes));
    let write = server.writes.front();
    let word = |at: u32| ((votes.bits() >> (BITS * at)) & ((1 << BITS) - 1)) as f64;
    numbers.extend([
        f64::from(id.0),
        if node.is_none() {
            0.0
        } else if server.paused {
            2.0
        } else {
            1.0
        },
        node.map_or(0.0, |node| f64::from(role(node))),
        f64::from(term.0),
        voted_for.map_or(0.0, |id| f64::from(id.0)),
        node.and_then(Node::leader).map_or(0.0, |id| f64::from(id.0)),
        node.map_or(0.0, |node| f64::from(node.commit_index().0)),
        node.map_or(0.0, |node| f64::from(node.last_applied().0)),
        f64::from(log.last_index().0),
        f64::from(log.last_term().0),
        timer.and(server.deadline()).map_or(-1.0, |due| due.0 as f64),
        timer.map_or(0.0, |timer| timer.timeout as f64 * 1e6 / f64::from(server.clock.rate_ppm())),
        f64::from(votes.len()),
        node.map_or(0.0, |node| f64::from(votes_needed(node))),
        write.map_or(-1.0, |write| write.begun.0 as f64),
        write.map_or(-1.0, |write| write.due.0 as f64),
        f64::from(world.network().group_of(id)),
        word(0),
        word(1),
        word(2),
        f64::from(standing as u8),
        f64::from(log.base().index.0),
    ]);
    numbers.extend(joint.map(f64::from));
}

/// Of a joint configuration, the votes that a server has of the old and the new servers, how many it takes of each, and
/// how many there are; all 0 where decisions take one majority.
fn joint(node: &Node, votes: ServerSet) -> [u32; 6] {
    let (membership, rules) = (node.membership(), node.config().rules);
    if !membership.is_joint() || !rules.holds(Rule::JointMajorities) {
        return [0; 6];
    }
    let half = |servers: ServerSet| {
        let agreement = count(&Membership::of(servers), votes, node.id(), rules);
        [agreement.have, agreement.needed, servers.len()]
    };
    let ([a, b, c], [d, e, f]) = (half(membership.outgoing), half(membership.voters));
    [a, b, c, d, e, f]
}

/// What a message says, as far as its picture shows it.
#[derive(Default)]
struct Said {
    term: u32,
    index: u32,
    log_term: u32,
    entries: u32,
    entry_term: u32,
    leader_commit: u32,
    ok: bool,
    heartbeat: bool,
}

fn said(payload: &Payload) -> Said {
    let envelope = match payload {
        Payload::Raft(envelope) => envelope,
        Payload::Request { .. } => return Said { ok: true, ..Said::default() },
        Payload::Reply { outcome, .. } => {
            return Said { ok: matches!(outcome, Outcome::Done { .. }), ..Said::default() };
        }
    };
    let said = Said { term: envelope.term.0, ok: true, ..Said::default() };
    match &envelope.message {
        Message::RequestVote { last_log_index, last_log_term, .. }
        | Message::PreVote { last_log_index, last_log_term } => {
            Said { index: last_log_index.0, log_term: last_log_term.0, ..said }
        }
        Message::RequestVoteReply { vote_granted } | Message::PreVoteReply { vote_granted } => {
            Said { ok: *vote_granted, ..said }
        }
        Message::AppendEntries { prev_log_index, prev_log_term, entries, leader_commit } => Said {
            index: prev_log_index.0,
            log_term: prev_log_term.0,
            entries: entries.len() as u32,
            entry_term: entries.first().map_or(0, |entry| entry.term.0),
            leader_commit: leader_commit.0,
            heartbeat: entries.is_empty(),
            ..said
        },
        Message::InstallSnapshot { last_included_index, last_included_term, .. } => {
            Said { index: last_included_index.0, log_term: last_included_term.0, ..said }
        }
        Message::InstallSnapshotReply { last_included_index, .. } => Said { index: last_included_index.0, ..said },
        Message::TimeoutNow => said,
        Message::AppendEntriesReply { success, prev_log_index, match_index, .. } => {
            Said { index: match_index.0, ok: *success, heartbeat: *success && match_index == prev_log_index, ..said }
        }
    }
}

fn ends(key: &MessageKey) -> (u32, u32) {
    match key.kind {
        Kind::Request => (CLIENTS_FROM + key.from, key.to),
        Kind::RequestReply => (key.from, CLIENTS_FROM + key.to),
        _ => (key.from, key.to),
    }
}

fn message(flight: &Flight, numbers: &mut Vec<f64>) {
    let (from, to) = ends(&flight.key);
    let said = said(&flight.payload);
    let length = flight.arrive.since(flight.sent).max(1) as f64;
    let (fate, lost_at) = match flight.fate {
        Fate::Travelling => (0.0, 1.0),
        Fate::Lost { at, .. } => (1.0, at.since(flight.sent) as f64 / length),
        Fate::Held { since } => (2.0, since.since(flight.sent) as f64 / length),
    };
    let flag = |on: bool| f64::from(u8::from(on));
    numbers.extend([
        flight.id as f64,
        f64::from(flight.key.kind as u8),
        f64::from(from),
        f64::from(to),
        flight.sent.0 as f64,
        flight.arrive.0 as f64,
        fate,
        lost_at,
        f64::from(flight.key.copy),
        f64::from(said.term),
        f64::from(said.index),
        f64::from(said.log_term),
        f64::from(said.entries),
        f64::from(said.entry_term),
        f64::from(said.leader_commit),
        flag(said.ok),
        flag(said.heartbeat),
        0.0,
    ]);
}
