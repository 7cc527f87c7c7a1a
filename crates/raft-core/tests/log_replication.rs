//! How a client's requests reach the logs of all servers (paper, 5.3 and 5.4). The original project watched this by
//! eye.

use crate::common::*;
use raft_core::*;

#[test]
fn an_entry_has_a_command_an_index_and_a_term() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.handle(1, Input::Propose(command("the number now is 1")));
    cluster.settle();
    for id in 1..=3 {
        let entries: Vec<_> = cluster.node(id).log().iter_from(Index(1)).collect();
        let payload = Payload::Command(command("the number now is 1"));
        assert_eq!(entries, [(Index(1), &Entry { term: Term(1), payload })]);
    }
}

#[test]
fn each_request_is_stored_in_the_leaders_log_and_replicated_to_the_followers() {
    let mut cluster = Cluster::of(4);
    cluster.elect(1);
    for i in 1..=9 {
        cluster.handle(1, Input::Propose(command(&format!("the number now is {i}"))));
        assert_eq!(cluster.terms(1).len(), i, "first in the leader's own log");
        cluster.settle();
        for id in 2..=4 {
            assert_eq!(cluster.node(id).log(), cluster.node(1).log());
        }
    }
    assert_eq!(cluster.commit(1), 9);
    cluster.wait(1);
    for id in 1..=4 {
        assert_eq!((cluster.commit(id), cluster.node(id).last_applied()), (9, Index(9)));
    }
}

#[test]
fn a_majority_is_enough_to_commit() {
    let mut cluster = Cluster::of(5);
    cluster.elect(1);
    cluster.crash(4);
    cluster.crash(5);
    cluster.propose(1);
    assert_eq!(cluster.commit(1), 1);
    cluster.crash(3);
    cluster.propose(1);
    assert_eq!((cluster.terms(1).len(), cluster.commit(1)), (2, 1), "two of five are no majority");
}

#[test]
fn a_leader_in_a_minority_commits_nothing_and_its_entries_give_way() {
    let mut cluster = Cluster::of(5);
    cluster.elect(1);
    cluster.propose(1);
    cluster.part(&[1, 2], &[3, 4, 5]);
    cluster.propose(1);
    cluster.propose(1);
    assert_eq!((cluster.terms(2).len(), cluster.commit(1)), (3, 1));
    cluster.elect(3);
    cluster.propose(3);
    assert_eq!(cluster.commit(3), 2);
    cluster.heal();
    cluster.wait(3);
    for id in 1..=5 {
        assert_eq!(cluster.terms(id), [1, 2], "S{id}");
    }
    assert!(cluster.count_at(1, |h| matches!(h, Happening::EntriesRemoved { .. })) == 1);
}

#[test]
fn a_server_that_was_down_catches_up() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.crash(3);
    for _ in 0..20 {
        cluster.propose(1);
    }
    cluster.restart(3);
    cluster.wait(1);
    assert_eq!(cluster.node(3).log(), cluster.node(1).log());
    assert_eq!(cluster.commit(3), 20);
}

#[test]
fn divergent_logs_are_repaired() {
    let divergent: [&[u32]; 6] = [&[], &[1, 1, 1, 1, 1], &[1, 2, 2, 2, 2, 2], &[1, 1, 3], &[2], &[1, 1, 3, 4, 4, 4, 4]];
    for log in divergent {
        let logs = [&[1, 1, 3, 5][..], &[1, 1, 3, 5], log];
        let mut cluster = Cluster::with_disks(config(3), logs.map(|log| stable(5, 0, log)).into());
        cluster.elect(1);
        cluster.propose(1);
        cluster.wait(1);
        assert_eq!(cluster.terms(3), [1, 1, 3, 5, 6], "{log:?}");
        assert_eq!(cluster.node(3).log(), cluster.node(1).log());
        assert_eq!(cluster.commit(3), 5);
    }
}

#[test]
fn all_small_logs_are_repaired() {
    // Every pair of logs of up to three entries with terms up to three that can exist beside each other: where they
    // agree on a term, they agree before it (Log Matching).
    let all = (0..=3u32).flat_map(|length| (0..3u32.pow(length)).map(move |code| (length, code)));
    let digits = all.map(|(length, code)| (0..length).map(|at| code / 3u32.pow(at) % 3 + 1).collect());
    let logs: Vec<Vec<u32>> = digits.filter(|log: &Vec<u32>| log.is_sorted()).collect();
    let mut repaired = 0;
    for (one, other) in logs.iter().flat_map(|one| logs.iter().map(move |other| (one, other))) {
        let agreed = one.iter().zip(other).rposition(|(a, b)| a == b).map_or(0, |last| last + 1);
        if one == other || one[..agreed] != other[..agreed] {
            continue;
        }
        let disks = [one, one, other].map(|log| stable(3, 0, log)).into();
        let mut cluster = Cluster::with_disks(config(3), disks);
        cluster.elect(1);
        cluster.propose(1);
        let want: Vec<u32> = one.iter().copied().chain([4]).collect();
        assert_eq!(cluster.terms(3), want, "{other:?} after {one:?}");
        repaired += 1;
    }
    assert_eq!((logs.len(), repaired), (20, 312));
}

#[test]
fn lost_messages_delay_an_entry_and_no_more() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.propose_within(1, &[]);
    assert_eq!(cluster.commit(1), 0);
    cluster.wait(1);
    assert_eq!(cluster.commit(1), 1);
}

#[test]
fn a_copied_message_does_no_harm() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    for _ in 0..3 {
        cluster.handle(1, Input::Propose(command("x")));
        while let Some(envelope) = cluster.network.pop_front() {
            cluster.deliver(envelope.clone());
            cluster.deliver(envelope);
        }
    }
    assert_eq!((cluster.terms(2).len(), cluster.terms(3).len(), cluster.commit(1)), (3, 3, 3));
}

#[test]
fn entries_that_were_not_written_are_lost_in_a_crash_and_were_never_acknowledged() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.server(2).slow = true;
    cluster.server(3).slow = true;
    cluster.propose(1);
    assert_eq!((cluster.terms(2), cluster.commit(1)), (vec![1], 0), "stored in memory, not acknowledged");
    cluster.crash(2);
    cluster.restart(2);
    assert_eq!(cluster.terms(2), []);
    cluster.sync(3);
    cluster.settle();
    assert_eq!(cluster.commit(1), 1, "S3 wrote it and says so");
}

#[test]
fn a_committed_entry_survives_any_leader() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.propose_within(1, &[2]);
    assert_eq!(cluster.commit(1), 1);
    cluster.crash(1);
    // S3 lacks the entry and is refused; S2 has it and wins.
    cluster.wait(3);
    assert_eq!(cluster.leaders(), [0; 0]);
    cluster.elect(2);
    cluster.propose(2);
    assert_eq!(cluster.terms(3), [1, 3]);
    assert_eq!(cluster.commit(2), 2);
}

#[test]
fn a_restarted_server_learns_anew_what_is_committed() {
    let mut cluster = Cluster::of(3);
    cluster.elect(1);
    cluster.propose(1);
    cluster.wait(1);
    cluster.crash(3);
    cluster.restart(3);
    assert_eq!((cluster.terms(3), cluster.commit(3)), (vec![1], 0));
    cluster.wait(1);
    assert_eq!((cluster.commit(3), cluster.node(3).last_applied()), (1, Index(1)));
}
