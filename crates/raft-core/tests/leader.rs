//! What a leader does with requests, answers and its timer (paper, 5.2 to 5.4).

use crate::common::*;
use raft_core::*;

// The two cases of the original project's unit tests.

#[test]
fn a_new_leader_sends_a_heartbeat_to_each_of_three_neighbours() {
    let mut s1 = Probe::candidate(config(4), 1, &[]);
    s1.hear(2, 1, vote(true));
    let effects = s1.hear(3, 1, vote(true));
    for to in 2..=4 {
        assert_eq!(said_to(&effects, to), [heartbeat((0, 0), 0)]);
        assert_eq!(s1.progress(to), (1, 0), "next_index is one past the leader's last, nothing is known to match");
    }
}

#[test]
fn an_entry_is_appended_to_the_neighbours_logs() {
    let mut cluster = Cluster::of(4);
    cluster.elect(1);
    cluster.propose(1);
    for id in 1..=4 {
        assert_eq!(cluster.node(id).log().copy_from(Index(1), 9), [entry(1, 1)]);
    }
}

// The further cases of its ancestor.

#[test]
fn dirty_logs_of_followers_are_made_equal_to_the_leaders() {
    let dirty: [&[u32]; 5] = [&[], &[1], &[1, 1, 1], &[1, 2, 2], &[2, 2, 2, 2]];
    for log in dirty {
        let mut cluster = Cluster::with_logs(config(3), &[&[1, 1, 3], &[1, 1, 3], log]);
        cluster.elect(1);
        cluster.propose(1);
        assert_eq!(cluster.terms(3), [1, 1, 3, 4], "{log:?}");
    }
}

// What Figure 2 asks besides.

#[test]
fn heartbeats_are_repeated_at_each_interval() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    for round in 1..4 {
        assert_eq!(s1.node.deadline(), Time(TIMEOUT).after(HEARTBEAT * round));
        let effects = s1.time_out();
        assert_eq!(said_to(&effects, 2), [heartbeat((0, 0), 0)]);
    }
}

#[test]
fn requests_do_not_move_the_heartbeats() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    let due = s1.node.deadline();
    s1.now = Time(due.0 - 1);
    s1.propose("x");
    assert_eq!(s1.node.deadline(), due);
}

#[test]
fn the_next_index_starts_after_the_leaders_last_entry_and_falls_by_one_with_each_refusal() {
    let mut s1 = Probe::leader(config(3), 2, &[1, 1, 1]);
    assert_eq!(s1.progress(2), (4, 0));
    for (prev, next) in [(3, 3), (2, 2), (1, 1)] {
        let effects = s1.hear(2, 2, refused(prev));
        assert_eq!(s1.progress(2), (next, 0));
        let prev_term = if next == 1 { 0 } else { 1 };
        assert_eq!(only(&effects), append((prev_term, next - 1), &[1], 0), "it tries again at once");
    }
    assert_eq!(s1.progress(3), (4, 0), "each follower has a row of its own");
}

#[test]
fn after_a_success_the_rest_follows_entry_by_entry() {
    let mut s1 = Probe::leader(config(3), 2, &[1, 1, 1]);
    s1.hear(2, 2, refused(3));
    s1.hear(2, 2, refused(2));
    let effects = s1.hear(2, 2, accepted(1, 2));
    assert_eq!(s1.progress(2), (3, 2));
    assert_eq!(only(&effects), append((1, 2), &[1], 0));
    assert!(s1.hear(2, 2, accepted(2, 3)).messages.is_empty(), "nothing is missing any more");
    assert_eq!(s1.progress(2), (4, 3));
}

#[test]
fn the_match_index_never_falls() {
    let mut s1 = Probe::leader(config(5), 2, &[1, 1, 1]);
    s1.hear(2, 2, accepted(3, 3));
    for late in [accepted(0, 1), accepted(1, 1), refused(1), refused(3)] {
        s1.hear(2, 2, late);
        assert_eq!(s1.progress(2), (4, 3));
    }
}

#[test]
fn a_lost_request_is_repeated_with_a_heartbeat() {
    // Section 5.3: the leader retries until all followers have stored all entries.
    let mut s1 = Probe::leader(config(3), 1, &[]);
    let effects = s1.propose("x");
    let sent = said_to(&effects, 2);
    assert_eq!(sent.len(), 1);
    s1.hear(3, 1, accepted(0, 1));
    let effects = s1.time_out();
    let Message::AppendEntries { entries, leader_commit, .. } = &said_to(&effects, 2)[0] else { panic!() };
    assert_eq!((entries.len(), *leader_commit), (1, Index(1)));
    assert_eq!(said_to(&effects, 3), [heartbeat((1, 1), 1)], "S3 has it");
}

#[test]
fn a_leader_counts_itself_only_when_its_entry_is_stable() {
    let mut s1 = Probe::leader(config(2), 1, &[]);
    let effects = s1.step(Input::Propose(command("x")));
    let write = effects.write.expect("the entry").id;
    // An answer that could come if the entry were sent in parallel.
    s1.hear(2, 1, accepted(0, 1));
    assert_eq!(s1.commit(), 0);
    s1.step(Input::WriteStable(write));
    assert_eq!(s1.commit(), 1);
}

#[test]
fn a_committed_entry_is_applied_and_made_known_to_the_followers() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.propose("x");
    let effects = s1.hear(2, 1, accepted(0, 1));
    assert_eq!(effects.apply, Some((Index(0), Index(1))));
    let by = CommitCause::Majority { stored: 2, needed: 2 };
    assert!(tells(&effects, Happening::CommitAdvanced { to: Index(1), by }));
    let effects = s1.time_out();
    assert_eq!(said_to(&effects, 2), [heartbeat((1, 1), 1)]);
}

/// The names of messages, and with them their latency, depend on as little of what came before as can be.
#[test]
fn requests_beside_the_heartbeats_are_numbered_anew_in_each_round() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    let mut names = Vec::new();
    for index in 1..=4 {
        if index == 3 {
            s1.time_out();
        }
        let effects = s1.propose("x");
        names.extend(effects.messages.iter().map(|out| &out.envelope).filter(|e| e.to.0 == 2).map(|e| e.rpc));
        s1.hear(2, 1, accepted(index - 1, index));
    }
    let name = |round, attempt| Rpc { round, attempt };
    assert_eq!(names, [name(1, 1), name(1, 1), name(2, 1), name(2, 1)]);
}

#[test]
fn a_leader_yields_to_any_message_of_a_higher_term() {
    let letters = [heartbeat((0, 0), 0), vote_request((0, 0)), vote(false), refused(0), accepted(0, 0)];
    for message in letters {
        let mut s1 = Probe::leader(config(3), 1, &[]);
        let effects = s1.hear(2, 4, message.clone());
        assert!(s1.is_follower(), "{message:?}");
        assert_eq!(s1.term(), 4);
        let why = StepDownCause::HigherTerm { from: ServerId(2), kind: message.kind() };
        assert!(tells(&effects, Happening::SteppedDown { term: Term(4), why }));
        assert_eq!(s1.node.deadline(), s1.now.after(TIMEOUT), "it has an election timer again");
    }
}

#[test]
fn a_leader_refuses_candidates_and_leaders_of_older_terms() {
    let mut s1 = Probe::leader(config(3), 5, &[]);
    assert_eq!(only(&s1.hear(2, 4, vote_request((9, 9)))), vote(false));
    assert_eq!(only(&s1.hear(2, 4, append((0, 0), &[4], 1))), refused(0));
    assert_eq!(only(&s1.hear(2, 5, vote_request((9, 9)))), vote(false), "it voted for itself");
    assert!(s1.node.is_leader() && s1.terms().is_empty());
}

#[test]
fn a_new_election_starts_every_row_anew() {
    // match_index and next_index are reinitialised after election (Figure 2).
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.propose("x");
    s1.hear(2, 1, accepted(0, 1));
    s1.hear(2, 2, heartbeat((0, 0), 0));
    s1.time_out();
    s1.hear(2, 3, vote(true));
    assert_eq!((s1.progress(2), s1.progress(3)), ((2, 0), (2, 0)));
}

#[test]
fn a_leader_can_be_made_to_send_a_heartbeat_before_it_is_due() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    assert!(s1.feed(Input::Timer).messages.is_empty(), "nothing is due");
    let effects = s1.feed(Input::ForceTimeout);
    assert_eq!([2, 3].map(|to| said_to(&effects, to)), [[heartbeat((0, 0), 0)], [heartbeat((0, 0), 0)]]);
    assert!(s1.node.is_leader());
}

#[test]
fn a_leader_has_no_election_deadline_to_move() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    let before = s1.node.clone();
    s1.feed(Input::SetDeadline(Time(1)));
    assert_eq!(s1.node, before);
}
