//! No sequence of inputs makes a server panic, however little sense it makes, whatever is switched on or off.

use crate::common::*;
use raft_core::*;

/// Numbers at the seams, and some between.
fn any_number(chance: &mut Chance, usual: u32) -> u32 {
    match chance.below(12) {
        0 => u32::MAX,
        1 => u32::MAX - 1,
        2 => 0,
        3 => chance.bits() as u32,
        _ => usual.saturating_add(chance.below(4)).saturating_sub(chance.below(3)),
    }
}

fn any_time(chance: &mut Chance, now: Time) -> Time {
    match chance.below(6) {
        0 => Time(u64::MAX),
        1 => Time(0),
        _ => now.after(u64::from(chance.below(400_000))),
    }
}

fn any_set(chance: &mut Chance) -> ServerSet {
    (0..chance.below(5)).map(|_| ServerId(any_number(chance, 3))).collect()
}

fn any_entry(chance: &mut Chance, term: u32, at: u32) -> Entry {
    let mut entry = entry(any_number(chance, term), at);
    if chance.one_in(3) {
        let (voters, outgoing, learners) = (any_set(chance), any_set(chance), any_set(chance));
        let outgoing = if chance.one_in(2) { outgoing } else { ServerSet::default() };
        entry.payload = Payload::Own(Own::Config(Membership { voters, outgoing, learners }.into()));
    }
    entry
}

fn nonsense(chance: &mut Chance) -> Change {
    let id = ServerId(any_number(chance, 3));
    match chance.below(5) {
        0 => Change::Add(id),
        1 => Change::Remove(id),
        2 => Change::AddLearner(id),
        3 => Change::Promote(id),
        _ => Change::Replace(any_set(chance)),
    }
}

fn any_message(chance: &mut Chance, node: &Node) -> Message {
    let (last, term) = (node.log().last_index().0, node.current_term().0);
    let index = |chance: &mut Chance| Index(any_number(chance, last));
    let (one, other) = (index(chance), index(chance));
    let entry_term = Term(any_number(chance, term));
    let yes = chance.one_in(2);
    match chance.below(12) {
        11 => Message::TimeoutNow,
        8 | 9 => Message::InstallSnapshot {
            last_included_index: one,
            last_included_term: entry_term,
            digest: chance.bits(),
            config: std::sync::Arc::new((other, Membership::of(ServerSet::first(chance.below(5))))),
            offset: any_number(chance, 3),
            data: vec![7; chance.below(4) as usize].into(),
            done: yes,
        },
        10 => Message::InstallSnapshotReply {
            last_included_index: one,
            next_offset: any_number(chance, 3),
            installed: yes,
        },
        0 => Message::RequestVote { last_log_index: one, last_log_term: entry_term, transfer: yes },
        1 => Message::RequestVoteReply { vote_granted: yes },
        2 => Message::PreVote { last_log_index: one, last_log_term: entry_term },
        3 => Message::PreVoteReply { vote_granted: yes },
        4 | 5 => Message::AppendEntries {
            prev_log_index: one,
            prev_log_term: node.log().term_at(one).filter(|_| yes).unwrap_or(entry_term),
            entries: (0..chance.below(4)).map(|at| any_entry(chance, term, at)).collect(),
            leader_commit: other,
        },
        _ => Message::AppendEntriesReply {
            success: yes,
            prev_log_index: one,
            match_index: other,
            conflict: chance.one_in(2).then_some(Conflict { term: entry_term, first_index: other }),
        },
    }
}

fn any_input(chance: &mut Chance, node: &Node, now: Time) -> Input {
    let servers = node.config().members.len();
    match chance.below(29) {
        26..=28 => Input::ChangeMembership(nonsense(chance)),
        0 | 1 => Input::Timer,
        2 | 3 => Input::ForceTimeout,
        4 => Input::SetDeadline(any_time(chance, now)),
        5 | 6 => Input::Propose(command("x")),
        12 => Input::Read(ReadId(chance.below(9))),
        11 => Input::Transfer(ServerId(any_number(chance, servers))),
        7 | 8 => Input::WriteStable(WriteId(any_number(chance, 9))),
        10 => Input::Compact { upto: Index(any_number(chance, node.last_applied().0)), data: [1, 2, 3].into() },
        9 => {
            let servers = chance.below(12);
            Input::Configure(any_config(chance, servers, false))
        }
        _ => {
            let id = |chance: &mut Chance| ServerId(any_number(chance, servers));
            let from = id(chance);
            let to = if chance.one_in(12) { id(chance) } else { node.id() };
            let term = Term(any_number(chance, node.current_term().0));
            let rpc = Rpc { round: any_number(chance, 3), attempt: any_number(chance, 1) };
            Input::Message(Envelope { from, to, term, rpc, message: any_message(chance, node) })
        }
    }
}

#[test]
fn no_sequence_of_inputs_makes_a_server_panic() {
    for_seeds("no_sequence_of_inputs_makes_a_server_panic", 1_500, |_, chance| {
        let servers = chance.below(6) + 1;
        let mut s1 = Probe::new(any_config(chance, servers, false), stable(2, 0, &[1, 1, 2]));
        if chance.one_in(2) {
            s1.feed(Input::ForceTimeout);
            let term = s1.term();
            (2..=servers).for_each(|from| drop(s1.hear(from, term, vote(true))));
        }
        for _ in 0..120 {
            s1.now = any_time(chance, s1.now).min(s1.now.after(100_000));
            let input = any_input(chance, &s1.node, s1.now);
            let before = s1.node.clone();
            let _ = if chance.one_in(3) { s1.feed(input) } else { s1.step(input) };
            let node = &s1.node;
            assert_eq!(node.config().members, before.config().members);
            assert!(node.current_term() >= before.current_term());
            assert!(node.last_applied() <= node.commit_index() && node.stable_index() <= node.log().last_index());
        }
        false
    });
}

#[test]
fn other_members_are_not_taken_from_settings() {
    // Members change through the log (section 6); settings are the owner's.
    let mut s1 = Probe::leader(config(3), 1, &[]);
    let faster = Config { heartbeat_interval: 7, ..config(7) };
    s1.feed(Input::Configure(faster));
    assert_eq!(*s1.node.config(), Config { heartbeat_interval: 7, ..config(3) });
    s1.propose("x");
    s1.hear(2, 1, accepted(0, 1));
    assert_eq!(s1.commit(), 1, "two of three");
}

#[test]
fn a_timer_that_has_not_run_out_changes_nothing() {
    let pre_vote = with(config(3), ProtocolOption::PreVote);
    let mut pre_candidate = Probe::new(pre_vote, Stable::default());
    pre_candidate.time_out();
    let roles = [
        Probe::new(config(3), Stable::default()),
        Probe::candidate(config(3), 1, &[]),
        Probe::leader(config(3), 1, &[]),
    ];
    for mut s1 in roles.into_iter().chain([pre_candidate]) {
        s1.now = Time(s1.node.deadline().0 - 1);
        let before = s1.node.clone();
        let effects = s1.feed(Input::Timer);
        assert_eq!((&s1.node, effects), (&before, Effects::default()));
        s1.time_out();
        assert_ne!(s1.node, before);
    }
}

#[test]
fn a_server_in_the_last_term_of_all_begins_no_other() {
    for option in [None, Some(ProtocolOption::PreVote)] {
        let config = option.map_or(config(3), |option| with(config(3), option));
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        s1.hear(2, u32::MAX, vote_request((9, 9)));
        assert_eq!((s1.term(), s1.voted_for()), (u32::MAX, 2));
        for _ in 0..3 {
            let due = s1.node.deadline();
            let effects = s1.time_out();
            assert!(effects.messages.is_empty() && effects.write.is_none());
            assert!(s1.is_follower() && s1.node.deadline() > due, "it waits for another timeout");
        }
        s1.feed(Input::ForceTimeout);
        assert_eq!((s1.is_follower(), s1.term(), s1.voted_for()), (true, u32::MAX, 2));
    }
}

#[test]
fn the_last_term_but_one_still_ends_with_an_election() {
    let mut s1 = Probe::candidate(config(3), u32::MAX, &[]);
    s1.hear(2, u32::MAX, vote(true));
    s1.propose("x");
    s1.hear(2, u32::MAX, accepted(0, 1));
    assert_eq!((s1.node.is_leader(), s1.commit()), (true, 1));
}

#[test]
fn messages_of_nobody_and_for_others_are_dropped() {
    let mut s1 = Probe::candidate(config(3), 1, &[]);
    let before = s1.node.clone();
    for (from, to) in [(0, 1), (1, 1), (129, 1), (u32::MAX, 1), (2, 3), (2, 0)] {
        for message in [vote(true), heartbeat((0, 0), 0), accepted(0, 0)] {
            let (from, to) = (ServerId(from), ServerId(to));
            let letter = Envelope { from, to, term: Term(9), rpc: Rpc::default(), message };
            assert_eq!(s1.feed(Input::Message(letter)), Effects::default());
            assert_eq!(s1.node, before, "{from} to {to}");
        }
    }
}

#[test]
fn a_write_that_was_never_begun_is_not_stable() {
    let mut s1 = Probe::new(config(3), Stable::default());
    let letter = s1.letter(2, 1, append((0, 0), &[1], 0));
    let write = s1.step(letter).write.expect("the entry").id;
    s1.step(Input::WriteStable(WriteId(write.0 + 1)));
    assert_eq!(s1.node.stable_index(), Index(0));
    s1.step(Input::WriteStable(write));
    assert_eq!(s1.node.stable_index(), Index(1));
}

#[test]
fn no_more_matches_than_the_leader_has() {
    // Such an answer can reach a leader that leads its term a second time, which takes a rule that is off.
    let mut s1 = Probe::leader(config(3), 2, &[1]);
    s1.hear(2, 2, accepted(7, 9));
    assert_eq!(s1.progress(2), (2, 1));
}
