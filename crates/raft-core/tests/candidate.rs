//! How a server asks for votes and what ends its candidacy (paper, 5.2).

use crate::common::*;
use raft_core::*;

// The two cases of the original project's unit tests.

#[test]
fn candidate_and_follower_exchange_one_message_each_way() {
    let mut cluster = Cluster::of(2);
    cluster.time_out(1);
    assert_eq!(cluster.network.len(), 1);
    let request = cluster.network.pop_front().expect("one message");
    assert_eq!((request.to, &request.message), (ServerId(2), &vote_request((0, 0))));
    cluster.deliver(request);
    assert_eq!(cluster.network.len(), 1);
    assert_eq!(cluster.network[0].message, vote(true));
}

#[test]
fn a_candidate_with_three_followers_wins() {
    let mut s1 = Probe::candidate(config(4), 1, &[]);
    let mut led = vec![];
    for from in 2..=4 {
        s1.hear(from, 1, vote(true));
        led.push(s1.node.is_leader());
    }
    assert_eq!(led, [false, true, true], "three of four votes are needed, its own included");
}

// The further cases of its ancestor.

#[test]
fn two_candidates_with_two_voters_each_of_six_tie() {
    let mut cluster = Cluster::of(6);
    cluster.part(&[1, 3, 4], &[2, 5, 6]);
    cluster.time_out(1);
    cluster.time_out(2);
    cluster.settle();
    assert_eq!(cluster.leaders(), [0; 0]);
    cluster.heal();
    cluster.elect(2);
    assert_eq!((cluster.term(1), cluster.leaders()), (2, vec![2]));
}

#[test]
fn of_two_candidates_with_two_and_four_voters_of_seven_one_wins() {
    // Seven servers: the candidates' own votes make it three against four.
    let mut cluster = Cluster::of(7);
    cluster.part(&[1, 3, 4], &[2, 5, 6, 7]);
    cluster.time_out(1);
    cluster.time_out(2);
    cluster.settle();
    assert_eq!(cluster.leaders(), [2]);
}

#[test]
fn a_failed_election_is_followed_by_another_one() {
    // The ancestor left this test empty, and its candidates had no timer: they waited for ever.
    let mut s1 = Probe::candidate(config(3), 1, &[]);
    for from in [2, 3] {
        s1.hear(from, 1, vote(false));
    }
    assert!(s1.is_candidate(), "refusals alone do not end a candidacy");
    let effects = s1.time_out();
    assert_eq!((s1.term(), s1.voted_for()), (2, 1));
    assert_eq!((said_to(&effects, 2).len(), said_to(&effects, 3).len()), (1, 1));
    s1.hear(2, 2, vote(true));
    assert!(s1.node.is_leader());
}

// What Figure 2 asks besides.

#[test]
fn a_candidate_begins_a_term_votes_for_itself_and_asks_everyone_else() {
    let mut s1 = Probe::new(config(5), stable(3, 2, &[1, 3]));
    let effects = s1.time_out();
    assert_eq!((s1.term(), s1.voted_for()), (4, 1));
    for to in 2..=5 {
        assert_eq!(said_to(&effects, to), [vote_request((3, 2))]);
    }
    assert!(effects.messages.iter().all(|out| out.envelope.term == Term(4)));
    assert_eq!(said_to(&effects, 1), []);
}

#[test]
fn requests_leave_after_the_candidates_own_vote_is_stable() {
    let mut s1 = Probe::new(config(3), Stable::default());
    s1.now = s1.node.deadline();
    let effects = s1.step(Input::Timer);
    let write = effects.write.expect("the new term and vote");
    assert_eq!(write.hard_state, Some((Term(1), Some(ServerId(1)))));
    assert!(effects.messages.iter().all(|out| out.after == write.id));
}

#[test]
fn a_vote_counts_once_however_often_it_arrives() {
    let mut s1 = Probe::candidate(config(5), 1, &[]);
    for _ in 0..3 {
        s1.hear(2, 1, vote(true));
    }
    assert!(s1.is_candidate());
}

#[test]
fn what_came_of_asking_is_told() {
    for (granted, told) in [
        (true, Happening::VoteReceived { from: ServerId(2), votes: 2, needed: 3, pre: false }),
        (false, Happening::VoteRefused { from: ServerId(2), pre: false }),
    ] {
        let mut s1 = Probe::candidate(config(5), 2, &[1]);
        assert!(tells(&s1.hear(2, 2, vote(granted)), told));
    }
}

#[test]
fn refusals_and_votes_are_counted_apart() {
    let mut s1 = Probe::candidate(config(5), 1, &[]);
    for (from, granted, leads) in [(2, false, false), (3, true, false), (4, false, false), (5, true, true)] {
        s1.hear(from, 1, vote(granted));
        assert_eq!(s1.node.is_leader(), leads, "after S{from}");
    }
}

#[test]
fn a_candidate_yields_to_the_leader_of_its_term_and_keeps_its_vote() {
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    let effects = s1.hear(2, 2, append((0, 0), &[2], 0));
    assert!(s1.is_follower());
    assert_eq!((s1.term(), s1.voted_for(), s1.node.leader()), (2, 1, Some(ServerId(2))));
    assert_eq!(only(&effects), accepted(0, 1), "the message that ended the candidacy is handled as well");
    let why = StepDownCause::LeaderExists { leader: ServerId(2) };
    assert!(tells(&effects, Happening::SteppedDown { term: Term(2), why }));
}

#[test]
fn a_candidate_refuses_a_leader_of_an_older_term() {
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    let effects = s1.hear(2, 1, heartbeat((0, 0), 0));
    assert!(s1.is_candidate());
    assert_eq!(only(&effects), refused(0));
}

#[test]
fn a_candidate_refuses_its_rivals_of_the_same_term() {
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    let effects = s1.hear(2, 2, vote_request((9, 9)));
    assert_eq!(only(&effects), vote(false));
    assert!(s1.is_candidate());
}

#[test]
fn a_candidate_votes_for_a_rival_of_a_higher_term() {
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    let effects = s1.hear(2, 3, vote_request((0, 0)));
    assert!(s1.is_follower());
    assert_eq!(only(&effects), vote(true));
    assert_eq!((s1.term(), s1.voted_for()), (3, 2));
}

#[test]
fn a_refusal_with_a_higher_term_ends_the_candidacy() {
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    s1.hear(2, 7, vote(false));
    assert!(s1.is_follower());
    assert_eq!((s1.term(), s1.voted_for()), (7, 0));
}

#[test]
fn a_candidate_that_is_alone_has_won_once_its_vote_is_stable() {
    let mut s1 = Probe::new(config(1), Stable::default());
    s1.now = s1.node.deadline();
    let effects = s1.step(Input::Timer);
    assert!(s1.is_candidate(), "its vote is not on disk yet");
    s1.step(Input::WriteStable(effects.write.expect("its vote").id));
    assert!(s1.node.is_leader());
}

#[test]
fn a_candidate_takes_no_requests() {
    let mut s1 = Probe::candidate(config(3), 1, &[]);
    assert!(tells(&s1.propose("x"), Happening::ProposalRefused { leader: None }));
}

/// Timeouts that tell how often the server has timed out in its term.
fn numbered(_: Term, attempt: u32) -> Micros {
    TIMEOUT + u64::from(attempt)
}

fn timer(probe: &Probe) -> Timer {
    match probe.node.role() {
        Role::Follower { timer, .. } | Role::PreCandidate { timer, .. } | Role::Candidate { timer, .. } => *timer,
        Role::Leader { .. } => panic!("a leader has no election timer"),
    }
}

#[test]
fn whoever_does_not_stand_draws_a_new_timeout_each_time() {
    let config = config(3);
    let leased = with(config, ProtocolOption::LeaseRead);
    let outside = Config { members: [2, 3].map(ServerId).into_iter().collect(), ..config };
    let cases = [
        ("no term is left", config, Stable { current_term: Term::LAST, ..Stable::default() }),
        ("it does not belong to the cluster", outside, Stable::default()),
        ("a lease may rest on it", leased, stable(1, 0, &[])),
    ];
    for (why, config, disk) in cases {
        let mut s1 = Probe::with_timeout(config, disk, numbered);
        for attempt in 1..=3 {
            // By force, before a lease could be over.
            s1.feed(Input::ForceTimeout);
            assert!(s1.is_follower(), "{why}");
            assert_eq!((timer(&s1).attempt, timer(&s1).timeout), (attempt, numbered(Term(0), attempt)), "{why}");
        }
    }
}

#[test]
fn who_steps_back_in_its_term_keeps_the_timeout_of_the_term() {
    // It belongs to the term and the attempt; another one would let the same run of events end otherwise.
    let mut s1 = Probe::with_timeout(with(config(3), ProtocolOption::PreVote), stable(1, 0, &[]), numbered);
    s1.time_out();
    s1.time_out();
    let before = timer(&s1);
    assert_eq!(before.attempt, 2, "a pre-candidate for the second time");
    s1.hear(2, 1, heartbeat((0, 0), 0));
    assert_eq!(timer(&s1), Timer { due: s1.now.after(before.timeout), ..before });
    // In a higher term it is another timeout.
    s1.time_out();
    s1.hear(2, 5, heartbeat((0, 0), 0));
    assert_eq!(timer(&s1).attempt, 0);
}
