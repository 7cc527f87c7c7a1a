//! The paper's Figures 7 and 8, reached by legal steps from empty logs.

use crate::common::*;
use raft_core::*;

// The servers of Figure 7.
const L: u32 = 1;
const A: u32 = 2;
const B: u32 = 3;
const C: u32 = 4;
const D: u32 = 5;
const E: u32 = 6;
const F: u32 = 7;

/// Figure 7 as one cluster of seven, at the moment at which the leader for term 8 comes to power.
fn figure_7(config: Config) -> Cluster {
    let mut cluster = Cluster::new(config);
    cluster.elect_by(L, 1, &[A, B, C]);
    for _ in 1..=3 {
        cluster.propose(L);
    }
    cluster.elect_by(F, 2, &[A, B, E]);
    for _ in 4..=6 {
        cluster.propose_within(F, &[]);
    }
    cluster.crash(F);
    cluster.restart(F);
    cluster.elect_by(F, 3, &[B, D, E]);
    for _ in 7..=11 {
        cluster.propose_within(F, &[]);
    }
    cluster.elect_by(E, 4, &[L, A, C, D]);
    cluster.propose_within(E, &[L, A, B, C, D]);
    cluster.propose_within(E, &[L, A, C, D]);
    cluster.propose_within(E, &[]);
    cluster.propose_within(E, &[]);
    cluster.elect_by(A, 5, &[L, B, C, D]);
    cluster.propose_within(A, &[L, C, D]);
    cluster.propose_within(A, &[L, C, D]);
    cluster.elect_by(C, 6, &[L, A, D]);
    cluster.propose_within(C, &[L, A, D]);
    cluster.propose_within(C, &[L, A, D]);
    cluster.propose_within(C, &[L, D]);
    cluster.propose_within(C, &[]);
    cluster.elect_by(D, 7, &[L, A, B, E]);
    cluster.propose_within(D, &[]);
    cluster.propose_within(D, &[]);
    cluster.forget();
    cluster.elect_by(L, 8, &[A, B, C, D, E, F]);
    cluster
}

#[test]
fn figure_7_is_reached_by_legal_steps() {
    let cluster = figure_7(config(7));
    let logs: Vec<Vec<u32>> = cluster.ids().map(|id| cluster.terms(id)).collect();
    let want: [&[u32]; 7] = [
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6],
        &[1, 1, 1, 4],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 6],
        &[1, 1, 1, 4, 4, 5, 5, 6, 6, 6, 7, 7],
        &[1, 1, 1, 4, 4, 4, 4],
        &[1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3],
    ];
    assert_eq!(logs, want);
    assert_eq!((cluster.term(L), cluster.commit(C)), (8, 9));
    let refused: Vec<u32> = (cluster.told.iter())
        .filter(|(_, h)| matches!(h, Happening::VoteDenied { why: Denial::StaleLog { .. }, .. }))
        .map(|(id, _)| *id)
        .collect();
    assert_eq!(refused, [C, D], "their logs are more up to date than the leader's");
}

/// How often each follower refuses until its log matches, and what its log is then.
fn repair(mut cluster: Cluster) -> (Vec<usize>, Cluster) {
    cluster.forget();
    cluster.wait(L);
    let refusals = (A..=F).map(|id| cluster.count_at(id, |h| matches!(h, Happening::AppendRefused { .. }))).collect();
    (refusals, cluster)
}

#[test]
fn figure_7_is_repaired_one_entry_back_at_a_time() {
    let (refusals, mut cluster) = repair(figure_7(config(7)));
    assert_eq!(refusals, [1, 6, 0, 0, 5, 7]);
    let leader = cluster.terms(L);
    for id in [A, B, E, F] {
        assert_eq!(cluster.terms(id)[..10], leader[..], "S{id}");
    }
    assert_eq!((cluster.terms(C).len(), cluster.terms(D).len()), (11, 12), "what is too much stays for now");
    assert_eq!(cluster.commit(L), 9, "what it knew before: copies of entry 10, of term 6, are not counted");
    cluster.propose(L);
    for id in A..=F {
        assert_eq!(cluster.node(id).log(), cluster.node(L).log(), "S{id} after the leader's first entry");
    }
    assert_eq!((cluster.terms(L).len(), cluster.commit(L)), (11, 11));
}

#[test]
fn figure_7_is_repaired_one_term_back_at_a_time_with_fast_backup() {
    let (refusals, mut cluster) = repair(figure_7(with(config(7), ProtocolOption::FastBackup)));
    assert_eq!(refusals, [1, 1, 0, 0, 2, 2]);
    cluster.propose(L);
    for id in A..=F {
        assert_eq!(cluster.node(id).log(), cluster.node(L).log(), "S{id}");
    }
}

#[test]
fn figure_7_only_c_and_d_of_the_followers_can_win_against_the_leader() {
    for id in A..=F {
        let mut cluster = figure_7(config(7));
        // It reaches the leader alone: does the leader vote for it?
        while cluster.term(id) < 9 {
            cluster.time_out(id);
        }
        cluster.settle_only(|e| e.to.0 == L && e.term.0 == 9);
        let granted = cluster.count_at(L, |h| matches!(h, Happening::VoteGranted { .. }));
        assert_eq!(granted == 1, [C, D].contains(&id), "S{id}");
    }
}

/// Figure 8, up to and with (c): S1 has replicated entry 2, of term 2, to S2 and S3, and leads term 4.
fn figure_8(config: Config) -> Cluster {
    let mut cluster = Cluster::new(config).tolerant();
    cluster.elect(1);
    cluster.propose(1);
    cluster.wait(1);
    cluster.crash(1);
    cluster.restart(1);
    // (a) S1 leads term 2 and replicates entry 2 to S2 alone.
    cluster.elect_by(1, 2, &[2, 3]);
    cluster.propose_within(1, &[2]);
    // (b) S1 crashes; S5 leads term 3 and appends another entry 2.
    cluster.crash(1);
    cluster.elect_by(5, 3, &[3, 4]);
    cluster.propose_within(5, &[]);
    // (c) S5 crashes; S1 leads term 4, replicates entry 2 to S3 and appends entry 3.
    cluster.crash(5);
    cluster.restart(1);
    cluster.elect_by(1, 4, &[2, 3]);
    cluster.time_out(1);
    cluster.settle_only(|e| e.from.0.max(e.to.0) <= 3);
    cluster.propose_within(1, &[]);
    cluster
}

#[test]
fn figure_8_c_an_old_entry_on_a_majority_is_not_committed() {
    let cluster = figure_8(config(5));
    let logs: Vec<Vec<u32>> = cluster.ids().map(|id| cluster.terms(id)).collect();
    assert_eq!(logs, [vec![1, 2, 4], vec![1, 2], vec![1, 2], vec![1], vec![1, 3]]);
    assert_eq!(cluster.term(1), 4);
    assert_eq!(cluster.commit(1), 0, "after its restart it knows of no commit yet");
    let withheld = Happening::CommitWithheld { index: Index(2), term: Term(2) };
    assert!(cluster.told.contains(&(1, withheld)));
}

/// (d) S1 crashes, and S5 is elected by S2, S3 and S4: it overwrites entry 2 everywhere.
fn figure_8_d(cluster: &mut Cluster) {
    cluster.crash(1);
    cluster.restart(5);
    cluster.elect_by(5, 5, &[2, 3, 4]);
    cluster.propose(5);
}

#[test]
fn figure_8_d_with_the_rule_nothing_committed_is_lost() {
    let mut cluster = figure_8(config(5));
    figure_8_d(&mut cluster);
    for id in 2..=5 {
        assert_eq!(cluster.terms(id), [1, 3, 5]);
    }
    assert_eq!(cluster.commit(5), 3);
    assert!(cluster.checks.violations.is_empty(), "{:?}", cluster.checks.violations);
}

#[test]
fn figure_8_d_without_the_rule_a_committed_entry_is_lost() {
    let mut cluster = figure_8(without(config(5), Rule::CommitCurrentTermOnly));
    assert_eq!(cluster.commit(1), 2, "counted by copies alone");
    assert!(cluster.checks.violations.is_empty(), "no harm yet");
    figure_8_d(&mut cluster);
    assert!(cluster.violated(Property::LeaderCompleteness));
    assert!(cluster.violated(Property::StateMachineSafety));
}

#[test]
fn figure_8_e_once_an_entry_of_the_current_term_is_committed_s5_cannot_win() {
    let mut cluster = figure_8(config(5));
    cluster.time_out(1);
    cluster.settle_only(|e| e.from.0.max(e.to.0) <= 3);
    assert_eq!(cluster.commit(1), 3);
    cluster.crash(1);
    cluster.restart(5);
    for _ in 0..4 {
        cluster.wait(5);
    }
    assert_eq!(cluster.leaders(), [0; 0]);
    cluster.elect(2);
    cluster.propose(2);
    assert_eq!(cluster.terms(5)[..3], [1, 2, 4]);
    assert!(cluster.checks.violations.is_empty());
}
