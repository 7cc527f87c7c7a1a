//! Each option does what it says, and without it the protocol is that of Figure 2.

use crate::common::*;
use raft_core::ProtocolOption::*;
use raft_core::*;

fn plain_and_with(option: ProtocolOption) -> [(bool, Config); 2] {
    [(false, config(3)), (true, with(config(3), option))]
}

#[test]
fn no_option_is_on_by_default() {
    assert_eq!(Options::default().on().count(), 0);
    for option in ProtocolOption::ALL {
        assert!(Options::NONE.with(*option, true).has(*option));
        assert_eq!(Options::NONE.with(*option, true).with(*option, false), Options::NONE);
    }
}

#[test]
fn option_ids_are_unique_kebab_case_and_every_text_is_there() {
    let mut seen = std::collections::BTreeSet::new();
    for option in ProtocolOption::ALL {
        assert!(seen.insert(option.id()), "{} twice", option.id());
        assert!(option.id().split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())));
        for text in [option.title(), option.section(), option.statement(), option.effect()] {
            assert!(!text.is_empty(), "{}", option.id());
        }
    }
}

// Pre-Vote

#[test]
fn with_pre_vote_a_server_that_was_cut_off_deposes_nobody() {
    for (on, config) in plain_and_with(PreVote) {
        let mut cluster = Cluster::new(config);
        cluster.elect(1);
        cluster.isolate(3);
        for _ in 0..10 {
            cluster.wait(3);
        }
        assert_eq!(cluster.term(3), if on { 1 } else { 11 });
        cluster.heal();
        cluster.wait(1);
        // Without the option the leader learns the higher term from the refusal of its heartbeat.
        assert_eq!(cluster.leaders() == [1], on, "pre-vote {on}");
    }
}

#[test]
fn a_pre_vote_is_granted_as_a_vote_would_be_and_binds_nobody() {
    // (own term and log, term asked, last place) -> granted
    let cases = [
        ((2, &[1][..]), 3, (1, 1), true),
        ((2, &[1]), 9, (1, 1), true),
        ((2, &[1]), 2, (1, 1), false),
        ((2, &[1]), 1, (1, 1), false),
        ((2, &[1]), 3, (0, 0), false),
        ((2, &[1, 1]), 3, (1, 1), false),
        ((2, &[1, 1]), 3, (2, 1), true),
    ];
    for ((term, log), asked, last, want) in cases {
        let mut s1 = Probe::new(with(config(3), PreVote), stable(term, 3, log));
        let before = s1.node.clone();
        let effects = s1.hear(2, asked, pre_vote(last));
        assert_eq!(only(&effects), Message::PreVoteReply { vote_granted: want }, "{asked} {last:?}");
        assert_eq!(effects.messages[0].envelope.term, Term(if want { asked } else { term }));
        assert_eq!(s1.node, before, "term, vote and timer stay");
    }
}

#[test]
fn a_pre_vote_is_refused_while_a_leader_is_heard() {
    let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 0, &[]));
    s1.hear(2, 1, heartbeat((0, 0), 0));
    for (now, want) in [(0, false), (ELECTION_MIN - 1, false), (ELECTION_MIN, true)] {
        s1.now = Time(now);
        let effects = s1.hear(3, 2, pre_vote((0, 0)));
        assert_eq!(only(&effects), Message::PreVoteReply { vote_granted: want }, "after {now}");
    }
    let mut s1 = Probe::leader(config(3), 1, &[]);
    let effects = s1.hear(3, 2, pre_vote((0, 0)));
    assert_eq!(only(&effects), Message::PreVoteReply { vote_granted: false }, "a leader hears itself");
}

#[test]
fn each_heartbeat_renews_the_protection_of_the_leader() {
    let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 0, &[]));
    for now in [0, 100_000] {
        s1.now = Time(now);
        s1.hear(2, 1, heartbeat((0, 0), 0));
    }
    s1.now = Time(ELECTION_MIN + 50_000);
    let effects = s1.hear(3, 2, pre_vote((0, 0)));
    let why = Denial::HearsLeader { leader: ServerId(2) };
    assert!(tells(&effects, Happening::VoteDenied { candidate: ServerId(3), pre: true, why }));
}

#[test]
fn a_majority_of_pre_votes_begins_the_election() {
    let mut s1 = Probe::new(with(config(5), PreVote), stable(1, 0, &[]));
    let effects = s1.time_out();
    assert_eq!((s1.term(), &effects.write), (1, &None), "nothing is begun yet");
    assert_eq!(said_to(&effects, 5), [pre_vote((0, 0))]);
    assert_eq!(effects.messages[0].envelope.term, Term(2));
    s1.hear(2, 2, Message::PreVoteReply { vote_granted: true });
    s1.hear(2, 2, Message::PreVoteReply { vote_granted: true });
    s1.hear(3, 1, Message::PreVoteReply { vote_granted: false });
    assert_eq!(s1.term(), 1);
    let effects = s1.hear(4, 2, Message::PreVoteReply { vote_granted: true });
    assert_eq!((s1.term(), s1.voted_for(), s1.is_candidate()), (2, 1, true));
    assert_eq!(said_to(&effects, 5), [vote_request((0, 0))]);
    for from in [2, 3] {
        s1.hear(from, 2, Message::PreVoteReply { vote_granted: true });
    }
    assert!(s1.is_candidate(), "a pre-vote is no vote");
}

#[test]
fn a_pre_vote_for_another_term_does_not_count() {
    for term in [1, 3, 9] {
        let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 0, &[]));
        s1.time_out();
        s1.hear(2, term, Message::PreVoteReply { vote_granted: true });
        assert_eq!((s1.term(), s1.is_candidate()), (1, false), "a pre-vote for term {term}, 2 was asked for");
    }
}

#[test]
fn a_server_that_is_made_to_time_out_asks_for_pre_votes_like_any_other() {
    let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 0, &[]));
    s1.feed(Input::ForceTimeout);
    assert_eq!((s1.term(), s1.is_candidate()), (1, false));
    assert!(matches!(s1.node.role(), raft_core::Role::PreCandidate { .. }));
}

#[test]
fn each_attempt_at_a_pre_vote_draws_its_own_timeout() {
    let timeout = |term: Term, attempt| u64::from(term.0) * 1_000 + u64::from(attempt);
    let mut s1 = Probe::with_timeout(with(config(3), PreVote), stable(1, 0, &[]), timeout);
    for attempt in 1..4 {
        s1.time_out();
        assert_eq!(s1.node.deadline().since(s1.now), 1_000 + attempt);
    }
}

#[test]
fn a_server_that_fell_behind_learns_the_term_from_a_refused_pre_vote() {
    let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 0, &[]));
    s1.time_out();
    s1.hear(2, 7, Message::PreVoteReply { vote_granted: false });
    assert_eq!((s1.term(), s1.is_follower()), (7, true));
}

#[test]
fn a_pre_candidate_that_grants_its_vote_starts_its_timer_anew() {
    // Figure 2: an election begins after a timeout without granting a vote. A pre-candidate has begun none yet.
    let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 0, &[]));
    s1.time_out();
    s1.now = s1.now.after(TIMEOUT - 1);
    assert_eq!(only(&s1.hear(2, 1, vote_request((0, 0)))), vote(true));
    assert_eq!((s1.voted_for(), s1.node.deadline()), (2, s1.now.after(TIMEOUT)));
    // A refusal, and the answer to a pre-vote, leave it as it is.
    let due = s1.node.deadline();
    s1.now = s1.now.after(1);
    s1.hear(3, 1, vote_request((0, 0)));
    s1.hear(3, 2, pre_vote((0, 0)));
    assert_eq!(s1.node.deadline(), due);
}

#[test]
fn a_pre_candidate_yields_to_a_leader_and_keeps_its_vote() {
    let mut s1 = Probe::new(with(config(3), PreVote), stable(1, 3, &[]));
    s1.time_out();
    s1.hear(2, 1, heartbeat((0, 0), 0));
    assert_eq!((s1.is_follower(), s1.voted_for(), s1.node.leader()), (true, 3, Some(ServerId(2))));
}

// CheckQuorum

#[test]
fn with_check_quorum_a_leader_that_is_cut_off_steps_down() {
    for (on, config) in plain_and_with(CheckQuorum) {
        let mut cluster = Cluster::new(config);
        cluster.elect(1);
        cluster.isolate(1);
        let since = cluster.now;
        while cluster.node(1).is_leader() && cluster.now.since(since) < 10 * TIMEOUT {
            cluster.wait(1);
        }
        assert_eq!(cluster.node(1).is_leader(), !on);
        if on {
            assert!(cluster.now.since(since) <= 2 * ELECTION_MIN, "within two election timeouts");
            let why = StepDownCause::QuorumLost { heard: 1, needed: 2 };
            assert!(cluster.told.contains(&(1, Happening::SteppedDown { term: Term(1), why })));
        }
    }
}

#[test]
fn with_check_quorum_a_new_leader_has_an_election_timeout_to_be_answered() {
    let mut s1 = Probe::leader(with(config(3), CheckQuorum), 1, &[]);
    let elected = s1.now;
    while s1.node.is_leader() {
        s1.time_out();
    }
    assert_eq!(s1.now, elected.after(ELECTION_MIN));
}

#[test]
fn with_check_quorum_a_leader_that_hears_a_majority_stays() {
    let mut cluster = Cluster::new(with(config(5), CheckQuorum));
    cluster.elect(1);
    cluster.crash(4);
    cluster.crash(5);
    for _ in 0..20 {
        cluster.wait(1);
    }
    assert!(cluster.node(1).is_leader());
}

#[test]
fn with_check_quorum_candidates_are_ignored_while_a_leader_is_heard() {
    for (on, config) in plain_and_with(CheckQuorum) {
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        s1.hear(2, 1, heartbeat((0, 0), 0));
        s1.now = Time(ELECTION_MIN - 1);
        let effects = s1.hear(3, 5, vote_request((0, 0)));
        assert_eq!((effects.messages.is_empty(), s1.term()), if on { (true, 1) } else { (false, 5) });
        s1.now = Time(ELECTION_MIN);
        assert_eq!(only(&s1.hear(3, 5, vote_request((0, 0)))), vote(true), "the leader has fallen silent");
        let mut leader = Probe::leader(config, 1, &[]);
        leader.hear(3, 5, vote_request((0, 0)));
        assert_eq!(leader.node.is_leader(), on);
    }
}

#[test]
fn check_quorum_alone_does_not_save_the_leader_from_a_refusal_with_a_higher_term() {
    // Ignoring the candidate leaves it in its higher term; the leader's next heartbeat finds out. That is why
    // Pre-Vote exists beside it.
    let mut cluster = Cluster::new(with(config(3), CheckQuorum));
    cluster.elect(1);
    cluster.isolate(3);
    cluster.time_out(3);
    cluster.network.clear();
    cluster.heal();
    cluster.wait(1);
    assert_eq!(cluster.leaders(), [0; 0]);
}

// No-op

#[test]
fn with_the_no_op_a_new_leader_commits_what_its_predecessors_left() {
    for (on, config) in plain_and_with(NoOp) {
        let mut cluster = Cluster::with_logs(config, &[&[1, 1], &[1, 1], &[1]]);
        cluster.elect(1);
        cluster.wait(1);
        assert_eq!(cluster.commit(1), if on { 3 } else { 0 });
        assert_eq!(cluster.terms(3), if on { vec![1, 1, 2] } else { vec![1, 1] });
        let told = cluster.count(|h| matches!(h, Happening::EntryAppended { kind: EntryKind::NoOp, .. }));
        assert_eq!(told, usize::from(on));
        if on {
            let entry = Entry { term: Term(2), payload: Payload::Own(Own::NoOp) };
            assert_eq!(cluster.node(3).log().get(Index(3)), Some(&entry));
        }
    }
}

#[test]
fn the_first_round_is_number_one_with_any_options() {
    // A message of round 0 would be taken for one that belongs to no leader.
    for option in ProtocolOption::ALL {
        let mut cluster = Cluster::new(with(with(config(3), NoOp), *option));
        cluster.time_out(1);
        let mut appends = 0;
        while let Some(envelope) = cluster.network.pop_front() {
            if envelope.message.kind() == MessageKind::Append {
                appends += 1;
                assert!(envelope.rpc.round >= 1, "{}: {envelope:?}", option.id());
            }
            cluster.deliver(envelope);
        }
        assert!(appends > 0 && cluster.commit(1) == 1, "{}", option.id());
    }
}
