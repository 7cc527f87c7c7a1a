//! Clusters of one, of two, of even and odd sizes up to 101 servers elect and commit with the right majorities.

use crate::common::*;
use raft_core::*;

const SIZES: [u32; 14] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 33, 64, 100, 101];

/// S1 and as many others as make `count`.
fn group(count: u32) -> Vec<u32> {
    (1..=count).collect()
}

#[test]
fn a_majority_elects_and_one_server_less_does_not() {
    for servers in SIZES {
        let majority = servers / 2 + 1;
        for voters in [majority - 1, majority] {
            let mut cluster = Cluster::of(servers);
            let rest: Vec<u32> = (voters + 1..=servers).collect();
            cluster.part(&group(voters.max(1)), &rest);
            if voters > 0 {
                cluster.wait(1);
                assert_eq!(cluster.node(1).is_leader(), voters == majority, "{voters} of {servers}");
            }
        }
    }
}

#[test]
fn a_majority_commits_and_one_server_less_does_not() {
    for servers in SIZES {
        let majority = servers / 2 + 1;
        let mut cluster = Cluster::of(servers);
        cluster.elect(1);
        cluster.forget();
        if servers > 1 {
            cluster.propose_within(1, &group(majority - 1));
            assert_eq!(cluster.commit(1), 0, "{} of {servers}", majority - 1);
            // The first heartbeat after it repeats what was lost.
            cluster.time_out(1);
            cluster.settle_only(|e| e.from.0.max(e.to.0) <= majority);
        } else {
            cluster.propose(1);
        }
        assert_eq!(cluster.commit(1), 1, "{majority} of {servers}");
        let by = CommitCause::Majority { stored: majority, needed: majority };
        assert!(cluster.told.contains(&(1, Happening::CommitAdvanced { to: Index(1), by })), "{servers}");
    }
}

#[test]
fn a_cluster_of_any_size_replicates_to_all() {
    for servers in SIZES {
        let mut cluster = Cluster::of(servers);
        cluster.elect(servers);
        for _ in 0..3 {
            cluster.propose(servers);
        }
        cluster.wait(servers);
        for id in cluster.ids() {
            assert_eq!((cluster.terms(id), cluster.commit(id)), (vec![1; 3], 3), "S{id} of {servers}");
        }
    }
}

#[test]
fn a_server_alone_elects_itself_and_commits_at_the_speed_of_its_disk() {
    let mut cluster = Cluster::of(1);
    cluster.elect(1);
    cluster.server(1).slow = true;
    cluster.propose(1);
    assert_eq!(cluster.commit(1), 0);
    cluster.sync(1);
    assert_eq!((cluster.commit(1), cluster.network.len()), (1, 0));
}

#[test]
fn of_two_servers_both_are_needed() {
    // The original project hung here when both timed out in the same second.
    let mut cluster = Cluster::of(2);
    cluster.time_out(1);
    cluster.time_out(2);
    cluster.settle();
    assert_eq!(cluster.leaders(), [0; 0]);
    cluster.elect(2);
    cluster.crash(1);
    cluster.propose(2);
    assert_eq!(cluster.commit(2), 0);
    cluster.restart(1);
    cluster.wait(2);
    assert_eq!(cluster.commit(2), 1);
}

#[test]
fn every_server_of_a_cluster_can_lead_it() {
    for servers in [2, 5, 8] {
        for id in 1..=servers {
            let mut cluster = Cluster::of(servers);
            cluster.elect(id);
            assert_eq!(cluster.leaders(), [id]);
        }
    }
}

#[test]
fn the_pre_vote_and_the_check_of_the_quorum_need_the_same_majority() {
    let config = |servers| with(with(config(servers), ProtocolOption::PreVote), ProtocolOption::CheckQuorum);
    for servers in SIZES {
        let majority = servers / 2 + 1;
        let mut cluster = Cluster::new(config(servers));
        cluster.elect(1);
        for reached in [majority, majority - 1] {
            let rest: Vec<u32> = (reached.max(1) + 1..=servers).collect();
            cluster.part(&group(reached.max(1)), &rest);
            for _ in 0..10 {
                if cluster.node(1).is_leader() {
                    cluster.wait(1);
                }
            }
            let stays = reached.max(1) >= majority;
            assert_eq!(cluster.node(1).is_leader(), stays, "{reached} of {servers}");
        }
        let before = cluster.term(1);
        if servers > 1 {
            cluster.wait(1);
            assert_eq!(cluster.term(1), before, "{} of {servers} are no majority of pre-votes", majority - 1);
        }
    }
}
