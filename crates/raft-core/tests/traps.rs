//! Mistakes that were found in public implementations and visualisers of Raft, each as a test that this one does not
//! make it.

use crate::common::*;
use raft_core::*;

#[test]
fn half_of_an_even_cluster_commits_nothing() {
    // Seen: a commit rule that takes the median of the sorted match indexes from the wrong side.
    for servers in [2, 4, 6, 8] {
        let mut cluster = Cluster::of(servers);
        cluster.elect(1);
        let group: Vec<u32> = (1..=servers / 2).collect();
        cluster.propose_within(1, &group);
        assert_eq!(cluster.commit(1), 0, "{} of {servers}", servers / 2);
        let group: Vec<u32> = (1..=servers / 2 + 1).collect();
        cluster.time_out(1);
        cluster.settle_only(|e| group.contains(&e.from.0) && group.contains(&e.to.0));
        assert_eq!(cluster.commit(1), 1, "{} of {servers}", servers / 2 + 1);
    }
}

#[test]
fn half_of_an_even_cluster_elects_nobody() {
    // Seen: the majority as half, rounded; right for three and five, wrong for four.
    for servers in [2, 4, 6, 8] {
        let mut s1 = Probe::candidate(config(servers), 1, &[]);
        for from in 2..=servers / 2 {
            s1.hear(from, 1, vote(true));
        }
        assert!(s1.is_candidate(), "{} of {servers}", servers / 2);
        s1.hear(servers, 1, vote(true));
        assert!(s1.node.is_leader(), "{} of {servers}", servers / 2 + 1);
    }
}

#[test]
fn commit_index_does_not_survive_a_restart() {
    // Seen: a crash that keeps everything is a pause.
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.propose(1);
    assert_eq!((cluster.commit(1), cluster.node(1).last_applied()), (1, Index(1)));
    cluster.crash(1);
    cluster.restart(1);
    let s1 = cluster.node(1);
    assert_eq!((s1.commit_index(), s1.last_applied()), (Index(0), Index(0)));
    assert_eq!((s1.is_leader(), s1.leader()), (false, None));
    assert_eq!((s1.current_term(), s1.voted_for(), s1.log().last_index()), (Term(1), Some(ServerId(1)), Index(1)));
}

#[test]
fn a_server_that_is_brought_back_does_not_disturb_a_healthy_leader() {
    // Seen: "bring back" restarted the running servers too, so that the leader became a follower.
    let mut cluster = Cluster::of(5);
    cluster.elect(1);
    cluster.crash(4);
    cluster.crash(5);
    cluster.propose(1);
    cluster.restart(4);
    cluster.restart(5);
    cluster.wait(1);
    assert_eq!((cluster.leaders(), cluster.term(1), cluster.term(5)), (vec![1], 1, 1));
    assert_eq!(cluster.terms(5), [1]);
}

#[test]
fn entries_of_older_terms_are_not_committed_by_counting() {
    // Seen: any entry on a majority was committed. Figure 8 is the story; this is the smallest case.
    let mut s1 = Probe::leader(config(3), 2, &[1]);
    for from in [2, 3] {
        s1.hear(from, 2, accepted(1, 1));
    }
    assert_eq!(s1.commit(), 0);
}

#[test]
fn a_late_short_message_removes_nothing() {
    // Seen: the log was cut after the last entry of each message.
    let mut s1 = Probe::new(config(3), stable(1, 0, &[1]));
    s1.hear(2, 1, append((1, 1), &[1, 1, 1], 0));
    for late in [heartbeat((0, 0), 0), heartbeat((1, 1), 0), append((1, 1), &[1], 0), append((0, 0), &[1], 0)] {
        let effects = s1.hear(2, 1, late);
        assert_eq!((s1.terms(), effects.write), (vec![1, 1, 1, 1], None));
    }
}

#[test]
fn a_late_message_does_not_remove_what_was_committed_after_it() {
    // The same as a story: an acknowledged entry would be gone while the leader counts it.
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.handle(1, Input::Propose(command("first")));
    let late = cluster.network.iter().find(|e| e.to.0 == 2).cloned().expect("an AppendEntries to S2");
    cluster.settle();
    cluster.propose_within(1, &[2]);
    assert_eq!(cluster.commit(1), 2);
    cluster.deliver(late);
    assert_eq!(cluster.terms(2), [1, 1]);
}

#[test]
fn an_equal_last_term_with_a_shorter_log_gets_no_vote() {
    // Seen: with equal last terms the index was not looked at.
    let mut s1 = Probe::new(config(3), stable(2, 0, &[1, 2, 2]));
    let effects = s1.hear(2, 3, vote_request((2, 2)));
    assert_eq!(only(&effects), vote(false));
    let why = Denial::StaleLog { theirs: (Term(2), Index(2)), mine: (Term(2), Index(3)) };
    assert!(tells(&effects, Happening::VoteDenied { candidate: ServerId(2), pre: false, why }));
}

#[test]
fn a_follower_acknowledges_what_was_checked_and_not_its_own_last_index() {
    // Seen: the follower reported the end of its own log, and the leader committed entries that differ there.
    let mut s1 = Probe::new(config(3), stable(2, 0, &[1, 2, 2, 2]));
    for (message, want) in [
        (heartbeat((0, 0), 0), accepted(0, 0)),
        (heartbeat((1, 1), 0), accepted(1, 1)),
        (append((0, 0), &[1, 2], 0), accepted(0, 2)),
    ] {
        assert_eq!(only(&s1.hear(2, 3, message)), want);
    }
    assert_eq!(s1.terms().len(), 4);
}

#[test]
fn a_follower_does_not_commit_entries_that_were_not_checked() {
    let mut s1 = Probe::new(config(3), stable(2, 0, &[1, 2, 2]));
    s1.hear(2, 3, heartbeat((1, 1), 3));
    assert_eq!(s1.commit(), 1, "its entries 2 and 3 may be others than the leader's");
}

#[test]
fn answers_of_older_terms_do_not_count() {
    // Seen: a vote for term 1 elected a candidate of term 2.
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    s1.hear(2, 1, vote(true));
    assert!(s1.is_candidate());
    let mut s1 = Probe::leader(config(3), 2, &[1]);
    s1.propose("x");
    s1.hear(2, 1, accepted(0, 2));
    assert_eq!((s1.commit(), s1.progress(2)), (0, (2, 0)));
    s1.hear(2, 1, refused(1));
    assert_eq!(s1.progress(2), (2, 0));
}

#[test]
fn votes_that_arrive_after_the_election_change_nothing() {
    let mut s1 = Probe::leader(config(5), 1, &[]);
    let before = s1.node.clone();
    s1.hear(4, 1, vote(true));
    s1.hear(5, 1, vote(false));
    assert_eq!(s1.node, before);
}

#[test]
fn a_higher_term_is_adopted_and_not_counted_up_to() {
    // Seen: the term was raised by one for each message of a higher term.
    for start in [1, 5] {
        let mut s1 = Probe::new(config(3), stable(start, 0, &[]));
        s1.hear(2, 9, heartbeat((0, 0), 0));
        assert_eq!(s1.term(), 9);
    }
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    s1.hear(2, 9, vote(false));
    assert_eq!(s1.term(), 9);
    s1.time_out();
    assert_eq!(s1.term(), 10, "its own next term is one more");
}

#[test]
fn a_vote_is_cleared_with_a_new_term_and_with_nothing_else() {
    // Seen: a follower that was turned back by a leader of the same term forgot its vote and gave it again.
    let mut s1 = Probe::candidate(config(3), 2, &[]);
    s1.hear(2, 2, heartbeat((5, 5), 0));
    assert_eq!((s1.is_follower(), s1.voted_for()), (true, 1));
    assert_eq!(only(&s1.hear(3, 2, vote_request((9, 9)))), vote(false));
    let mut s1 = Probe::leader(with(config(3), ProtocolOption::CheckQuorum), 2, &[]);
    while s1.node.is_leader() {
        s1.time_out();
    }
    assert_eq!(s1.voted_for(), 1, "a leader that steps down by itself has still voted");
    s1.hear(2, 3, refused(0));
    assert_eq!(s1.voted_for(), 0);
}

#[test]
fn a_vote_of_one_term_does_not_bind_in_the_next() {
    // The ancestor of this project never cleared its vote, and its candidates could not be elected again.
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    for (term, candidate) in [(1, 2), (2, 3), (3, 2), (7, 3)] {
        assert_eq!(only(&s1.hear(candidate, term, vote_request((0, 0)))), vote(true), "term {term}");
    }
}

#[test]
fn a_refused_vote_leaves_the_timer_alone() {
    // Else a server with a poor log keeps the others from ever standing for election.
    let mut s1 = Probe::new(config(3), stable(1, 0, &[1]));
    let due = s1.node.deadline();
    for term in 2..10 {
        s1.now = Time(u64::from(term) * 1_000);
        s1.hear(2, term, vote_request((0, 0)));
        assert_eq!(s1.node.deadline(), due);
    }
}

#[test]
fn late_refusals_do_not_move_next_index_back() {
    // Seen: each copy of a refusal cost an entry more, without end.
    let mut s1 = Probe::leader(config(3), 2, &[1, 1, 1, 1]);
    s1.hear(2, 2, refused(4));
    for _ in 0..3 {
        let effects = s1.hear(2, 2, refused(4));
        assert_eq!((s1.progress(2), effects.messages.len()), ((4, 0), 0), "a copy says nothing new");
    }
    s1.hear(2, 2, accepted(3, 4));
    for prev in 0..=4 {
        let effects = s1.hear(2, 2, refused(prev));
        assert_eq!(s1.progress(2), (5, 4), "a refusal at {prev}");
        let (from, kind, why) = (ServerId(2), MessageKind::AppendReply, IgnoreCause::Overtaken);
        assert!(tells(&effects, Happening::Ignored { from, kind, why }));
    }
}

#[test]
fn one_entry_may_be_acknowledged_by_one_follower_many_times_and_counts_once() {
    let mut s1 = Probe::leader(config(5), 1, &[]);
    s1.propose("x");
    for _ in 0..5 {
        s1.hear(2, 1, accepted(0, 1));
    }
    assert_eq!(s1.commit(), 0);
}

#[test]
fn a_server_takes_no_side_in_a_message_to_itself_from_before_its_crash() {
    // A vote that S2 granted is on its way while S1 crashes; S1 is a follower when it arrives.
    let mut cluster = Cluster::of(3);
    cluster.time_out(1);
    cluster.settle_only(|e| e.to.0 != 1);
    cluster.time_out(1);
    let (requests, _): (Vec<_>, Vec<_>) = cluster.network.drain(..).partition(|e| e.to.0 == 2);
    requests.into_iter().for_each(|e| cluster.deliver(e));
    cluster.crash(1);
    cluster.restart(1);
    cluster.settle();
    assert_eq!(cluster.leaders(), [0; 0]);
    assert_eq!((cluster.term(1), cluster.node(1).voted_for()), (2, Some(ServerId(1))));
}
