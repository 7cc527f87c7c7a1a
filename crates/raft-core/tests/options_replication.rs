//! The options that change how entries travel: fast back-up, batching, pipelining, writing in parallel.

use crate::common::*;
use raft_core::ProtocolOption::*;
use raft_core::*;

fn plain_and_with(option: ProtocolOption) -> [(bool, Config); 2] {
    [(false, config(3)), (true, with(config(3), option))]
}

fn entries_in(message: &Message) -> usize {
    let Message::AppendEntries { entries, .. } = message else { panic!("{message:?}") };
    entries.len()
}

// Fast back-up

#[test]
fn with_fast_backup_a_refusal_names_the_conflict() {
    // (follower's log, prev) -> conflict
    let cases = [
        (&[1, 1][..], (3, 5), Conflict { term: Term(0), first_index: Index(3) }),
        (&[], (1, 1), Conflict { term: Term(0), first_index: Index(1) }),
        (&[1, 2, 2, 2], (3, 4), Conflict { term: Term(2), first_index: Index(2) }),
        (&[1, 1, 1], (3, 2), Conflict { term: Term(1), first_index: Index(1) }),
    ];
    for (on, config) in plain_and_with(FastBackup) {
        for (log, prev, conflict) in cases {
            let mut s1 = Probe::new(config, stable(3, 0, log));
            let Message::AppendEntriesReply { success: false, conflict: got, .. } =
                only(&s1.hear(2, 3, heartbeat(prev, 0)))
            else {
                panic!("a refusal was expected");
            };
            assert_eq!(got, on.then_some(conflict), "{log:?} at {prev:?}");
        }
    }
}

#[test]
fn with_fast_backup_the_leader_skips_a_term() {
    // (leader's log, refused at, conflict term and first index) -> next_index
    let cases = [
        // Nothing there: go on where the follower's log ends.
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6][..], 10, (0, 5), 5),
        // The leader has the term: go on after its own last entry of it.
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6], 7, (4, 4), 6),
        (&[1, 1, 1, 4, 4, 6, 6, 6], 7, (4, 4), 6),
        (&[1, 1, 4, 4, 9], 4, (1, 1), 3),
        // The leader has not: go on where the follower's entries of it begin.
        (&[1, 1, 1, 4, 4, 5, 5, 6, 6, 6], 10, (3, 7), 7),
        (&[4, 4, 4, 4], 4, (3, 2), 2),
        // Never forward, never before the log begins.
        (&[1, 1, 4, 4], 2, (4, 2), 2),
        (&[4, 4], 1, (2, 1), 1),
    ];
    for (log, at, (term, first), want) in cases {
        let mut s1 = Probe::leader(with(config(3), FastBackup), 10, log);
        while s1.progress(2).0 > at + 1 {
            s1.hear(2, 10, refused(s1.progress(2).0 - 1));
        }
        let conflict = Some(Conflict { term: Term(term), first_index: Index(first) });
        let reply =
            Message::AppendEntriesReply { success: false, prev_log_index: Index(at), match_index: Index(0), conflict };
        s1.hear(2, 10, reply);
        assert_eq!(s1.progress(2).0, want, "{log:?} refused at {at}, conflict {term} from {first}");
    }
}

// Batching

#[test]
fn with_batching_one_message_carries_many_entries() {
    for (on, config) in plain_and_with(Batching) {
        let log = [1; 100];
        let mut s1 = Probe::leader(config, 2, &log);
        while s1.progress(2).0 > 2 {
            s1.hear(2, 2, refused(s1.progress(2).0 - 1));
        }
        let effects = s1.hear(2, 2, refused(1));
        assert_eq!(entries_in(&only(&effects)), if on { Config::BATCH_MAX as usize } else { 1 });
    }
}

#[test]
fn a_batch_is_stored_and_acknowledged_as_one() {
    let mut cluster = Cluster::with_logs(with(config(3), Batching), &[&[1; 50], &[1; 50], &[]]);
    cluster.elect(1);
    cluster.propose(1);
    let stored = cluster.count_at(3, |h| matches!(h, Happening::EntriesStored { .. }));
    assert!(cluster.terms(3).len() == 51 && stored <= 2, "{stored} messages for 51 entries");
}

// Pipelining

#[test]
fn with_pipelining_entries_are_sent_before_earlier_ones_are_acknowledged() {
    for (on, config) in plain_and_with(Pipelining) {
        let mut s1 = Probe::leader(config, 1, &[]);
        s1.hear(2, 1, accepted(0, 0));
        let sent: usize = (0..20).map(|_| said_to(&s1.propose("x"), 2).len()).sum();
        assert_eq!(sent, if on { Config::IN_FLIGHT_MAX as usize } else { 1 });
        let more = said_to(&s1.hear(2, 1, accepted(0, 1)), 2);
        assert_eq!(more.len(), 1, "an answer makes room for one");
        let Message::AppendEntries { prev_log_index, .. } = more[0] else { panic!() };
        assert_eq!(prev_log_index, Index(if on { 8 } else { 1 }));
    }
}

#[test]
fn with_pipelining_the_place_of_agreement_is_found_first() {
    let mut s1 = Probe::leader(with(config(3), Pipelining), 2, &[1, 1]);
    let sent: usize = (0..5).map(|_| said_to(&s1.propose("x"), 2).len()).sum();
    assert_eq!(sent, 1, "nothing is known of S2's log");
}

#[test]
fn a_gap_in_the_pipeline_is_repaired() {
    let mut cluster = Cluster::new(with(config(3), Pipelining));
    cluster.elect(1);
    for _ in 0..5 {
        cluster.handle(1, Input::Propose(command("x")));
    }
    let first = cluster.network.iter().position(|e| e.to.0 == 2).expect("a message to S2");
    cluster.network.remove(first);
    cluster.settle();
    assert_eq!((cluster.terms(2), cluster.terms(3)), (vec![1; 5], vec![1; 5]));
    cluster.wait(1);
    assert_eq!((cluster.commit(2), cluster.commit(3)), (5, 5));
}

#[test]
fn the_leader_goes_back_to_where_a_gap_can_begin_and_no_further() {
    let mut s1 = Probe::leader(with(config(3), Pipelining), 1, &[]);
    s1.hear(2, 1, accepted(0, 0));
    for _ in 0..6 {
        s1.propose("x");
    }
    s1.hear(2, 1, accepted(0, 1));
    assert_eq!(s1.progress(2), (7, 1));
    for late in [0, 1] {
        s1.hear(2, 1, refused(late));
        assert_eq!(s1.progress(2), (7, 1), "that S2 has entry 1 is known by now");
    }
    let effects = s1.hear(2, 1, refused(4));
    assert_eq!(s1.progress(2), (2, 1), "entry 2, 3 or 4 was lost");
    assert_eq!(said_to(&effects, 2).len(), 1);
    for follows in [5, 3, 2] {
        assert!(s1.hear(2, 1, refused(follows)).messages.is_empty(), "it lost its predecessor as well");
    }
    let effects = s1.hear(2, 1, accepted(1, 2));
    assert_eq!(said_to(&effects, 2).len(), 4, "the gap is closed, the pipeline goes on");
}

#[test]
fn a_lost_pipeline_is_repaired_by_a_heartbeat() {
    let mut cluster = Cluster::new(with(config(3), Pipelining));
    cluster.elect(1);
    cluster.isolate(2);
    for _ in 0..12 {
        cluster.propose(1);
    }
    cluster.heal();
    cluster.wait(1);
    assert_eq!(cluster.terms(2), [1; 12]);
}

// Writing in parallel

#[test]
fn with_parallel_write_entries_leave_before_the_leaders_own_disk_has_them() {
    for (on, config) in plain_and_with(ParallelWrite) {
        let mut s1 = Probe::leader(config, 1, &[]);
        let effects = s1.step(Input::Propose(command("x")));
        let write = effects.write.expect("the entry").id;
        assert_eq!(effects.messages.len(), if on { 2 } else { 0 });
        assert!(effects.messages.iter().all(|out| out.after == WriteId(0)));
        let effects = s1.step(Input::WriteStable(write));
        assert_eq!(effects.messages.len(), if on { 0 } else { 2 });
    }
}

#[test]
fn with_parallel_write_followers_alone_can_commit() {
    // Dissertation 10.2.1: the leader may even commit an entry that is not on its own disk yet.
    let mut s1 = Probe::leader(with(config(3), ParallelWrite), 1, &[]);
    s1.step(Input::Propose(command("x")));
    s1.hear(2, 1, accepted(0, 1));
    assert_eq!(s1.commit(), 0, "one of three");
    let effects = s1.hear(3, 1, accepted(0, 1));
    assert_eq!((s1.commit(), s1.node.stable_index()), (1, Index(0)));
    let by = CommitCause::Majority { stored: 2, needed: 2 };
    assert!(tells(&effects, Happening::CommitAdvanced { to: Index(1), by }), "it does not count itself");
}

#[test]
fn a_followers_answer_waits_for_its_disk_with_any_option() {
    for option in ProtocolOption::ALL {
        let mut s1 = Probe::new(with(config(3), *option), stable(1, 0, &[]));
        let letter = s1.letter(2, 1, append((0, 0), &[1], 0));
        let effects = s1.step(letter);
        assert_eq!(effects.messages[0].after, effects.write.expect("the entry").id, "{}", option.id());
    }
}

#[test]
fn every_set_of_options_replicates_everything() {
    let mut told = 0;
    for set in 0..1u32 << ProtocolOption::ALL.len() {
        let on = ProtocolOption::ALL.iter().filter(|option| set & 1 << **option as u32 != 0);
        let config = on.fold(config(3), |config, option| with(config, *option));
        let mut cluster = Cluster::with_logs(config, &[&[1, 1, 2], &[1, 1, 2], &[1, 1, 1, 1]]);
        cluster.elect(1);
        for _ in 0..3 {
            cluster.propose(1);
        }
        cluster.wait(1);
        cluster.wait(1);
        assert_eq!(cluster.node(3).log(), cluster.node(1).log(), "{config:?}");
        assert_eq!(cluster.commit(3), cluster.node(1).log().last_index().0, "{config:?}");
        told += 1;
    }
    assert_eq!(told, 512);
}
