//! One test for each claim of the paper that a single reader can check, named after it, with its section. The list of
//! claims is that of the paper tests of etcd; Figures 7 and 8 are in `figures.rs`.

use crate::common::*;
use raft_core::*;

/// 5.1: "If one server's current term is smaller than the other's, then it updates its current term to the larger
/// value."
#[test]
fn section_5_1_a_follower_takes_over_a_larger_term() {
    for message in [heartbeat((0, 0), 0), vote_request((0, 0)), vote(true), refused(0)] {
        let mut s1 = Probe::new(config(3), stable(1, 3, &[]));
        s1.hear(2, 7, message);
        assert_eq!(s1.term(), 7);
    }
}

/// 5.1: "If a candidate or leader discovers that its term is out of date, it immediately reverts to follower state."
#[test]
fn section_5_1_a_candidate_reverts_to_follower_on_a_larger_term() {
    for message in [heartbeat((0, 0), 0), vote_request((0, 0)), vote(true), vote(false), accepted(0, 0)] {
        let mut s1 = Probe::candidate(config(3), 2, &[]);
        s1.hear(2, 7, message);
        assert_eq!((s1.term(), s1.is_follower()), (7, true));
    }
}

/// 5.1, as above.
#[test]
fn section_5_1_a_leader_reverts_to_follower_on_a_larger_term() {
    for message in [heartbeat((0, 0), 0), vote_request((0, 0)), vote(true), vote(false), accepted(0, 0)] {
        let mut s1 = Probe::leader(config(3), 2, &[]);
        s1.hear(2, 7, message);
        assert_eq!((s1.term(), s1.is_follower()), (7, true));
    }
}

/// 5.1: "If a server receives a request with a stale term number, it rejects the request."
#[test]
fn section_5_1_a_request_with_a_stale_term_is_rejected() {
    let servers: [fn() -> Probe; 3] = [
        || Probe::new(config(3), stable(3, 0, &[])),
        || Probe::candidate(config(3), 3, &[]),
        || Probe::leader(config(3), 3, &[]),
    ];
    for server in servers {
        for (request, rejection) in [(append((0, 0), &[2], 1), refused(0)), (vote_request((2, 9)), vote(false))] {
            let mut s1 = server();
            let before = s1.node.clone();
            let effects = s1.hear(2, 2, request);
            assert_eq!((only(&effects), effects.messages[0].envelope.term), (rejection, Term(3)));
            assert_eq!(s1.node, before);
        }
    }
}

/// 5.2: "When servers start up, they begin as followers."
#[test]
fn section_5_2_servers_start_as_followers() {
    for disk in [Stable::default(), stable(4, 1, &[1, 4])] {
        let s1 = Probe::new(config(3), disk);
        assert!(s1.is_follower());
        assert_eq!((s1.node.leader(), s1.commit()), (None, 0));
    }
}

/// 5.2: "Leaders send periodic heartbeats (AppendEntries RPCs that carry no log entries) to all followers."
#[test]
fn section_5_2_leaders_send_heartbeats_to_all_followers() {
    let mut s1 = Probe::leader(config(5), 1, &[]);
    for _ in 0..3 {
        let before = s1.now;
        let effects = s1.time_out();
        assert_eq!(s1.now, before.after(HEARTBEAT));
        assert_eq!(effects.messages.len(), 4);
        for to in 2..=5 {
            assert_eq!(said_to(&effects, to), [heartbeat((0, 0), 0)]);
        }
    }
}

/// 5.2: "To begin an election, a follower increments its current term and transitions to candidate state. It then
/// votes for itself and issues RequestVote RPCs in parallel to each of the other servers in the cluster."
#[test]
fn section_5_2_a_follower_that_hears_nothing_begins_an_election() {
    let mut s1 = Probe::new(config(3), stable(1, 2, &[]));
    let effects = s1.time_out();
    assert!(s1.is_candidate());
    assert_eq!((s1.term(), s1.voted_for()), (2, 1));
    assert_eq!([2, 3].map(|to| said_to(&effects, to)), [[vote_request((0, 0))], [vote_request((0, 0))]]);
}

/// 5.2: "each candidate will time out and start a new election by incrementing its term and initiating another round
/// of RequestVote RPCs."
#[test]
fn section_5_2_a_candidate_that_times_out_begins_another_election() {
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    let effects = s1.time_out();
    assert!(s1.is_candidate());
    assert_eq!((s1.term(), s1.voted_for()), (3, 1));
    assert_eq!([2, 3].map(|to| said_to(&effects, to)), [[vote_request((0, 0))], [vote_request((0, 0))]]);
}

/// 5.2: "A candidate wins an election if it receives votes from a majority of the servers in the full cluster for the
/// same term."
#[test]
fn section_5_2_an_election_is_won_by_a_majority_in_one_round() {
    // (servers, votes granted by others, refused) -> leads
    let cases = [
        (1, 0, 0, true),
        (3, 2, 0, true),
        (3, 1, 0, true),
        (5, 4, 0, true),
        (5, 3, 0, true),
        (5, 2, 0, true),
        (3, 0, 2, false),
        (3, 0, 0, false),
        (4, 1, 2, false),
        (4, 2, 1, true),
        (5, 1, 3, false),
        (5, 0, 4, false),
        (6, 2, 3, false),
        (6, 3, 2, true),
    ];
    for (servers, granted, denied, want) in cases {
        let mut s1 = Probe::candidate(config(servers), 1, &[]);
        for from in 0..granted + denied {
            s1.hear(from + 2, 1, vote(from < granted));
        }
        assert_eq!(s1.node.is_leader(), want, "{granted} and {denied} of {servers}");
        assert_eq!(s1.term(), 1);
    }
}

/// 5.2: "Each server will vote for at most one candidate in a given term, on a first-come-first-served basis."
#[test]
fn section_5_2_votes_go_to_whoever_comes_first() {
    for (voted_for, candidate, want) in
        [(0, 2, true), (0, 3, true), (2, 2, true), (3, 3, true), (2, 3, false), (3, 2, false), (1, 2, false)]
    {
        let mut s1 = Probe::new(config(3), stable(1, voted_for, &[]));
        assert_eq!(only(&s1.hear(candidate, 1, vote_request((0, 0)))), vote(want));
        assert_eq!(s1.voted_for(), if want { candidate } else { voted_for });
    }
}

/// 5.2: "If the leader's term is at least as large as the candidate's current term, then the candidate recognizes the
/// leader as legitimate and returns to follower state."
#[test]
fn section_5_2_a_candidate_falls_back_before_a_leader() {
    for term in [2, 3] {
        let mut s1 = Probe::candidate(config(3), 2, &[]);
        s1.hear(2, term, heartbeat((0, 0), 0));
        assert_eq!((s1.is_follower(), s1.term(), s1.node.leader()), (true, term, Some(ServerId(2))));
    }
}

/// A timeout from 10 to 19 ticks; the ticks are told apart by term, attempt and server.
fn drawn(id: u32, term: Term, attempt: u32) -> Micros {
    10 + mix(u64::from(id) << 40 | u64::from(term.0) << 8 | u64::from(attempt)) % 10
}

/// 5.2: "election timeouts are chosen randomly from a fixed interval". Its owner chooses; a follower must ask for each
/// term and wait for exactly what it was given.
#[test]
fn section_5_2_a_followers_timeout_is_the_one_that_was_drawn_for_its_term() {
    let mut seen = std::collections::BTreeSet::new();
    for term in 1..200 {
        let mut s1 = Probe::with_timeout(config(3), stable(term, 0, &[]), |term, attempt| drawn(1, term, attempt));
        s1.now = Time(5);
        s1.hear(2, term, heartbeat((0, 0), 0));
        assert_eq!(s1.node.deadline(), Time(5).after(drawn(1, Term(term), 0)));
        seen.insert(s1.node.deadline().0 - 5);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), (10..20).collect::<Vec<_>>());
}

/// 5.2: "Each candidate restarts its randomized election timeout at the start of an election."
#[test]
fn section_5_2_a_candidates_timeout_is_drawn_anew_for_each_election() {
    let mut s1 = Probe::with_timeout(config(3), Stable::default(), |term, attempt| drawn(1, term, attempt));
    let mut seen = std::collections::BTreeSet::new();
    for term in 1..200 {
        s1.time_out();
        let timeout = s1.node.deadline().since(s1.now);
        assert_eq!(timeout, drawn(1, Term(term), 0));
        seen.insert(timeout);
    }
    assert_eq!(seen.into_iter().collect::<Vec<_>>(), (10..20).collect::<Vec<_>>());
}

/// Share of the terms in which the first of five servers to time out is not alone.
fn conflicts(deadline: impl Fn(u32, u32) -> u64) -> f64 {
    let conflicting = (1..=1_000).filter(|term| {
        let mut due: Vec<u64> = (1..=5).map(|id| deadline(id, *term)).collect();
        due.sort_unstable();
        due[0] == due[1]
    });
    conflicting.count() as f64 / 1_000.0
}

/// 5.2: "This spreads out the servers so that in most cases only a single server will time out."
#[test]
fn section_5_2_in_most_cases_one_follower_times_out_first() {
    let share = conflicts(|id, term| {
        let draw = |term, attempt| drawn(id, term, attempt);
        let context = Context { now: Time(0), election_timeout: &draw };
        Node::start(ServerId(id), config(5), stable(term, 0, &[]), Volatile::default(), &context).deadline().0
    });
    assert!((0.2..0.3).contains(&share), "{share}; by calculation 0.26 for five draws from ten");
}

/// 5.2, as above: "it reduces the likelihood of another split vote in the new election."
#[test]
fn section_5_2_in_most_cases_one_candidate_times_out_first() {
    let share = conflicts(|id, term| {
        let draw = |term, attempt| drawn(id, term, attempt);
        let context = Context { now: Time(0), election_timeout: &draw };
        let mut node = Node::start(ServerId(id), config(5), stable(term, 0, &[]), Volatile::default(), &context);
        node.handle(&context, Input::ForceTimeout, &mut Effects::default());
        node.deadline().0
    });
    assert!((0.2..0.3).contains(&share), "{share}");
}

/// 5.3: "The leader appends the command to its log as a new entry, then issues AppendEntries RPCs in parallel to each
/// of the other servers to replicate the entry." and "includes the index and term of the entry in its log that
/// immediately precedes the new entries."
#[test]
fn section_5_3_a_leader_replicates_a_new_entry() {
    let mut s1 = Probe::leader(config(3), 2, &[1]);
    let effects = s1.propose("2 of term 2");
    assert_eq!(s1.terms(), [1, 2]);
    assert_eq!([2, 3].map(|to| said_to(&effects, to)), [[append((1, 1), &[2], 0)], [append((1, 1), &[2], 0)]]);
    assert_eq!(s1.commit(), 0);
}

/// 5.3: "When the entry has been safely replicated, the leader applies the entry to its state machine", and "includes
/// that index in future AppendEntries RPCs (including heartbeats)".
#[test]
fn section_5_3_a_leader_commits_a_replicated_entry_and_says_so() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.propose("x");
    let effects = s1.hear(2, 1, accepted(0, 1));
    assert_eq!((s1.commit(), effects.apply), (1, Some((Index(0), Index(1)))));
    assert_eq!(said_to(&s1.time_out(), 2), [heartbeat((1, 1), 1)]);
}

/// 5.3: "A log entry is committed once the leader that created the entry has replicated it on a majority of the
/// servers."
#[test]
fn section_5_3_an_entry_is_committed_by_a_majority() {
    // (servers, acknowledgements) -> committed
    let cases = [(1, 0, 1), (2, 0, 0), (2, 1, 1), (3, 0, 0), (3, 1, 1), (3, 2, 1), (4, 1, 0), (4, 2, 1)];
    let more = [(5, 0, 0), (5, 1, 0), (5, 2, 1), (5, 3, 1), (5, 4, 1), (6, 2, 0), (6, 3, 1)];
    for (servers, acknowledgements, want) in cases.into_iter().chain(more) {
        let mut s1 = Probe::leader(config(servers), 1, &[]);
        s1.propose("x");
        for from in 2..2 + acknowledgements {
            s1.hear(from, 1, accepted(0, 1));
        }
        assert_eq!(s1.commit(), want, "{acknowledgements} of {servers}");
    }
}

/// 5.3: "This also commits all preceding entries in the leader's log, including entries created by previous leaders."
#[test]
fn section_5_3_preceding_entries_are_committed_with_it() {
    for log in [&[][..], &[2], &[1, 2], &[1]] {
        let mut s1 = Probe::leader(config(3), 3, log);
        s1.propose("x");
        let last = log.len() as u32 + 1;
        let effects = s1.hear(2, 3, accepted(last - 1, last));
        assert_eq!((s1.commit(), effects.apply), (last, Some((Index(0), Index(last)))), "{log:?}");
    }
}

/// 5.3: "Once a follower learns that a log entry is committed, it applies the entry to its local state machine (in log
/// order)."
#[test]
fn section_5_3_a_follower_applies_what_it_learns_to_be_committed() {
    for (entries, commit) in [(&[1][..], 1), (&[1, 1], 2), (&[1, 1], 1)] {
        let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
        let effects = s1.hear(2, 1, append((0, 0), entries, commit));
        assert_eq!((s1.commit(), effects.apply), (commit, Some((Index(0), Index(commit)))));
    }
}

/// 5.3: "If the follower does not find an entry in its log with the same index and term, then it refuses the new
/// entries."
#[test]
fn section_5_3_a_follower_checks_the_entry_before_the_new_ones() {
    for (prev, want) in [
        ((0, 0), accepted(0, 1)),
        ((1, 1), accepted(1, 2)),
        ((2, 2), accepted(2, 3)),
        ((1, 2), refused(2)),
        ((2, 1), refused(1)),
        ((3, 3), refused(3)),
    ] {
        let mut s1 = Probe::new(config(3), stable(3, 0, &[1, 2]));
        let new = if prev.1 == 0 { 1 } else { 3 };
        assert_eq!(only(&s1.hear(2, 3, append(prev, &[new], 0))), want, "{prev:?}");
    }
}

/// 5.3: "conflicting entries in follower logs will be overwritten with entries from the leader's log", and only those.
#[test]
fn section_5_3_a_follower_appends_and_overwrites() {
    // prev, entries -> log; the follower holds 1, 2
    let cases = [
        ((2, 2), &[3][..], &[1, 2, 3][..]),
        ((1, 1), &[3, 4], &[1, 3, 4]),
        ((0, 0), &[1], &[1, 2]),
        ((0, 0), &[1, 2], &[1, 2]),
        ((0, 0), &[3], &[3]),
        ((1, 1), &[], &[1, 2]),
    ];
    for (prev, entries, want) in cases {
        let mut s1 = Probe::new(config(3), stable(4, 0, &[1, 2]));
        s1.hear(2, 4, append(prev, entries, 0));
        assert_eq!(s1.terms(), want, "{entries:?} after {prev:?}");
    }
}

/// 5.4.1: "the RPC includes information about the candidate's log".
#[test]
fn section_5_4_1_a_vote_request_tells_of_the_candidates_log() {
    for (log, want) in [(&[][..], (0, 0)), (&[1], (1, 1)), (&[1, 2], (2, 2)), (&[1, 1, 1], (1, 3))] {
        let mut s1 = Probe::new(config(3), stable(2, 0, log));
        assert_eq!(said_to(&s1.time_out(), 2), [vote_request(want)]);
    }
}

/// 5.4.1: "the voter denies its vote if its own log is more up-to-date than that of the candidate."
#[test]
fn section_5_4_1_a_voter_compares_the_logs() {
    // (voter's log, candidate's last place) -> granted
    let cases = [
        (&[1][..], (1, 1), true),
        (&[1], (1, 2), true),
        (&[1, 1], (1, 1), false),
        (&[1], (2, 1), true),
        (&[1], (2, 2), true),
        (&[1, 1], (2, 1), true),
        (&[2], (1, 1), false),
        (&[2], (1, 2), false),
        (&[2, 2], (1, 1), false),
    ];
    for (log, last, want) in cases {
        let mut s1 = Probe::new(config(3), stable(2, 0, log));
        assert_eq!(only(&s1.hear(2, 3, vote_request(last))), vote(want), "{last:?} against {log:?}");
    }
}

/// 5.4.2: "Only log entries from the leader's current term are committed by counting replicas."
#[test]
fn section_5_4_2_a_leader_commits_by_counting_only_in_its_current_term() {
    // The log is 1, 2, 3 and the leader's term 3: what S2 has -> commit_index
    for (has, want) in [(1, 0), (2, 0), (3, 3)] {
        let mut s1 = Probe::leader(config(3), 3, &[1, 2]);
        s1.propose("x");
        let effects = s1.hear(2, 3, accepted(has - 1, has));
        assert_eq!(s1.commit(), want, "S2 has {has}");
        let withheld = Happening::CommitWithheld { index: Index(has), term: Term(has) };
        assert_eq!(tells(&effects, withheld), want == 0);
    }
}
