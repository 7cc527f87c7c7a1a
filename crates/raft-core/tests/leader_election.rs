//! How a cluster finds a leader (paper, 5.2 and 5.4.1). The original project watched this by eye.

use crate::common::*;
use raft_core::*;

#[test]
fn a_cluster_elects_one_leader_whom_all_know() {
    let mut cluster = Cluster::of(5);
    assert_eq!(cluster.leaders(), [0; 0], "all start as followers");
    cluster.elect(3);
    assert_eq!(cluster.leaders(), [3]);
    for id in cluster.ids() {
        assert_eq!((cluster.term(id), cluster.node(id).leader()), (1, Some(ServerId(3))));
    }
}

#[test]
fn a_leader_that_is_heard_stays() {
    let mut cluster = Cluster::of(5);
    cluster.elect(1);
    for _ in 0..20 {
        cluster.wait(1);
        for id in 2..=5 {
            assert_eq!(cluster.node(id).deadline(), cluster.now.after(TIMEOUT), "S{id} waits anew");
        }
    }
    assert_eq!((cluster.leaders(), cluster.term(5)), (vec![1], 1));
}

#[test]
fn a_vote_is_refused_to_a_candidate_whose_log_is_less_up_to_date() {
    // (candidate's log, the two others' log) -> elected
    let cases: [(&[u32], &[u32], bool); 6] = [
        (&[1], &[1], true),
        (&[1], &[1, 1], false),
        (&[1, 1], &[1], true),
        (&[1, 1, 1], &[1, 2], false),
        (&[1, 2], &[1, 1, 1], true),
        (&[], &[1], false),
    ];
    for (mine, theirs, want) in cases {
        let mut cluster = Cluster::with_disks(config(3), [mine, theirs, theirs].map(|log| stable(2, 0, log)).into());
        cluster.wait(1);
        assert_eq!(cluster.node(1).is_leader(), want, "{mine:?} against {theirs:?}");
        let denied = cluster.count(|h| matches!(h, Happening::VoteDenied { why: Denial::StaleLog { .. }, .. }));
        assert_eq!(denied, if want { 0 } else { 2 });
    }
}

#[test]
fn a_log_that_a_majority_lacks_does_not_stop_an_election() {
    let mut cluster = Cluster::with_disks(config(3), [&[1][..], &[1], &[1, 1]].map(|log| stable(1, 0, log)).into());
    cluster.elect(1);
    let denied = cluster.count(|h| matches!(h, Happening::VoteDenied { .. }));
    assert_eq!(denied, 1, "S3 refuses, S2 is enough");
    assert_eq!(cluster.node(3).leader(), Some(ServerId(1)), "and S3 follows nevertheless");
}

#[test]
fn votes_of_four_servers_split_and_a_later_election_ends_it() {
    // S1 and S2 time out at the same moment; S3 hears S1 first and S4 hears S2 first.
    let mut cluster = Cluster::of(4);
    cluster.time_out(1);
    cluster.time_out(2);
    let (first, second): (Vec<_>, Vec<_>) =
        cluster.network.drain(..).partition(|e| [(1, 3), (2, 4)].contains(&(e.from.0, e.to.0)));
    cluster.network.extend(first.into_iter().chain(second));
    cluster.settle();
    assert_eq!(cluster.leaders(), [0; 0]);
    assert_eq!(
        cluster.ids().map(|id| cluster.node(id).voted_for().map(|s| s.0)).collect::<Vec<_>>(),
        [Some(1), Some(2), Some(1), Some(2)]
    );
    cluster.elect(1);
    assert_eq!((cluster.leaders(), cluster.term(4)), (vec![1], 2));
}

#[test]
fn a_crashed_leader_is_replaced_and_follows_when_it_returns() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.crash(1);
    cluster.elect(2);
    assert_eq!(cluster.term(2), 2);
    cluster.restart(1);
    assert_eq!(cluster.leaders(), [2], "a restarted server is a follower");
    cluster.wait(2);
    assert_eq!((cluster.term(1), cluster.node(1).leader()), (2, Some(ServerId(2))));
}

#[test]
fn a_leader_that_was_cut_off_yields_when_it_hears_of_the_new_term() {
    let mut cluster = Cluster::of(5);
    cluster.elect(1);
    cluster.isolate(1);
    cluster.elect(2);
    assert_eq!(cluster.leaders(), [1, 2], "two leaders, of two terms");
    cluster.heal();
    cluster.wait(1);
    assert_eq!(cluster.leaders(), [2], "the refusals carry the new term");
    assert_eq!(cluster.term(1), 2);
}

#[test]
fn without_a_majority_nobody_is_elected() {
    for servers in 2..=6 {
        let mut cluster = Cluster::of(servers);
        let minority: Vec<u32> = (1..=servers / 2).collect();
        let rest: Vec<u32> = (servers / 2 + 1..=servers).collect();
        cluster.part(&minority, &rest);
        for _ in 0..5 {
            cluster.wait(1);
        }
        assert_eq!(cluster.leaders(), [0; 0], "{servers} servers");
        assert_eq!(cluster.term(1), 5, "it tries again and again");
        // An odd cluster has a majority on the other side, an even one has none.
        cluster.wait(servers);
        assert_eq!(cluster.leaders().len() as u32, servers % 2, "{servers} servers");
    }
}

#[test]
fn candidates_take_turns_until_one_has_the_better_log() {
    let mut cluster = Cluster::with_disks(config(3), [&[1][..], &[1, 1], &[1, 1]].map(|l| stable(1, 0, l)).into());
    cluster.wait(1);
    assert_eq!((cluster.leaders(), cluster.term(2)), (vec![], 2));
    cluster.elect(2);
    assert_eq!(cluster.term(1), 3);
    assert_eq!(cluster.terms(1), [1, 1]);
}

#[test]
fn a_late_vote_elects_nobody() {
    // The vote was granted in term 1; by the time it arrives, S1 asks for votes in term 2.
    let mut cluster = Cluster::of(3);
    cluster.time_out(1);
    let request = cluster.network.iter().find(|e| e.to.0 == 2).cloned().expect("a request");
    cluster.network.clear();
    cluster.deliver(request);
    let late = cluster.network.pop_front().expect("a vote");
    assert_eq!(late.message, vote(true));
    cluster.time_out(1);
    cluster.network.clear();
    cluster.deliver(late);
    assert!(!cluster.node(1).is_leader());
    let ignored = |h: &Happening| matches!(h, Happening::Ignored { why: IgnoreCause::OldTerm, .. });
    assert_eq!(cluster.count(ignored), 1);
}

#[test]
fn a_vote_survives_a_crash() {
    let mut cluster = Cluster::of(3);
    cluster.time_out(1);
    cluster.settle_only(|e| e.to.0 == 3);
    cluster.crash(3);
    cluster.restart(3);
    assert_eq!((cluster.term(3), cluster.node(3).voted_for()), (1, Some(ServerId(1))));
    cluster.time_out(2);
    cluster.settle_only(|e| e.from.0 != 1 && e.to.0 != 1);
    assert!(!cluster.node(2).is_leader(), "S3 has voted in term 1");
}

#[test]
fn every_term_has_one_leader_at_most_through_a_hundred_elections() {
    // Checked by the harness after every message; the leader never steps down by itself here.
    let mut cluster = Cluster::of(5);
    for round in 0..100 {
        let id = round % 5 + 1;
        if cluster.node(id).is_leader() {
            cluster.isolate(id);
            cluster.elect(id % 5 + 1);
            cluster.heal();
        } else {
            cluster.elect(id);
        }
    }
    assert!(cluster.term(1) >= 100);
}
