//! Log compaction: section 7 and Figure 13, claim by claim.

use crate::common::*;
use raft_core::*;

/// A follower S1 with this log, of which it knows that `commit` entries are committed.
fn follower(terms: &[u32], commit: u32) -> Probe {
    let term = terms.last().copied().unwrap_or(1);
    let mut s1 = Probe::new(config(3), stable(term, 0, terms));
    if commit > 0 {
        s1.hear(2, term, heartbeat((terms[commit as usize - 1], commit), commit));
    }
    s1
}

fn installed(effects: &Effects) -> Option<LogFate> {
    effects.happenings.iter().find_map(|happening| match happening {
        Happening::SnapshotInstalled { log, .. } => Some(*log),
        _ => None,
    })
}

#[test]
fn a_server_snapshots_only_what_it_has_applied() {
    let mut s1 = follower(&[1, 1, 1], 2);
    for (upto, snapshot) in [(3, 0), (2, 2), (2, 2), (1, 2)] {
        s1.feed(Input::Compact { upto: Index(upto), data: b"x".as_slice().into() });
        assert_eq!(s1.node.snapshot_index(), Index(snapshot), "asked for {upto}");
    }
    let log = s1.node.log();
    assert_eq!((log.first_index(), log.last_index(), log.term_at(Index(2))), (Index(3), Index(3), Some(Term(1))));
}

#[test]
fn the_log_is_shortened_when_the_snapshot_is_stable_and_not_with_an_earlier_write() {
    let mut s1 = follower(&[1, 1], 2);
    let entry = s1.letter(2, 1, append((1, 2), &[1], 2));
    let entry = s1.step(entry).write.expect("the entry").id;
    let taken = s1.step(Input::Compact { upto: Index(2), data: b"x".as_slice().into() });
    let taken = taken.write.expect("the snapshot").id;
    s1.step(Input::WriteStable(entry));
    assert_eq!(s1.node.log().first_index(), Index(1));
    s1.step(Input::WriteStable(taken));
    assert_eq!(s1.node.log().first_index(), Index(3));
}

#[test]
fn the_consistency_check_goes_on_behind_a_snapshot() {
    // "The last included index and term are preserved to support the AppendEntries consistency check for the first log
    // entry following the snapshot."
    let mut s1 = Probe::new(config(3), compacted(2, &[1, 1], 2, "x"));
    assert_eq!(only(&s1.hear(2, 2, append((2, 2), &[2], 2))), refused(2), "another term at the end of the snapshot");
    assert_eq!(only(&s1.hear(2, 2, append((1, 2), &[2], 2))), accepted(2, 3));
    // What lies within the snapshot is committed, so it is the same in every leader's log.
    assert_eq!(only(&s1.hear(2, 2, append((0, 0), &[1, 1, 2, 2], 2))), accepted(0, 4));
    assert_eq!((s1.terms(), s1.node.log().first_index()), (vec![2, 2], Index(3)));
    assert_eq!(only(&s1.hear(2, 2, append((0, 0), &[1], 2))), accepted(0, 1));
}

#[test]
fn a_restarted_server_begins_with_its_snapshot() {
    let s1 = Probe::new(config(3), compacted(3, &[1, 2, 3, 3], 3, "x"));
    assert_eq!((s1.commit(), s1.node.last_applied()), (3, Index(3)));
    assert_eq!((s1.node.log().first_index(), s1.terms()), (Index(4), vec![3]));
    // A crash between the snapshot and the discarding: the disk has both, and the log is shortened then.
    let both = Stable { snapshot: Some(snapshot(&[1, 2], "x")), ..stable(3, 0, &[1, 2, 3]) };
    let mut s1 = Probe::new(config(3), both);
    assert_eq!((s1.node.log().first_index(), s1.commit()), (Index(3), 2));
    let write = s1.step(Input::Timer).write.expect("the shortening");
    assert_eq!((write.base.map(|base| base.index), write.log), (Some(Index(2)), None));
}

#[test]
fn a_snapshot_is_sent_when_the_next_entry_is_discarded_and_not_before() {
    let mut s1 = Probe::new(config(3), compacted(2, &[1, 1, 2], 2, "state"));
    s1.time_out();
    s1.hear(2, 3, vote(true));
    assert!(s1.node.is_leader());
    let effects = s1.hear(3, 3, refused(3));
    assert!(
        matches!(said_to(&effects, 3)[..], [Message::AppendEntries { prev_log_index: Index(2), .. }]),
        "an entry is left"
    );
    let effects = s1.hear(3, 3, refused(2));
    assert_eq!(said_to(&effects, 3), [chunk(&snapshot(&[1, 1], "state"), 0, 100)]);
    let effects = s1.hear(3, 3, chunk_reply(2, 5, true));
    assert!(matches!(said_to(&effects, 3)[..], [Message::AppendEntries { prev_log_index: Index(2), .. }]));
    assert_eq!(s1.progress(3), (3, 2));
}

#[test]
fn chunks_are_sent_in_order_and_a_lost_one_with_the_next_heartbeat() {
    let small = Config { snapshot_chunk: 2, ..config(3) };
    let of = snapshot(&[1, 1], "state");
    let mut s1 = Probe::new(small, compacted(2, &[1, 1, 2], 2, "state"));
    s1.time_out();
    s1.hear(2, 3, vote(true));
    s1.hear(3, 3, refused(3));
    assert_eq!(said_to(&s1.hear(3, 3, refused(2)), 3), [chunk(&of, 0, 2)]);
    assert_eq!(said_to(&s1.time_out(), 3), [chunk(&of, 0, 2)], "it may be lost");
    assert_eq!(said_to(&s1.hear(3, 3, chunk_reply(2, 2, false)), 3), [chunk(&of, 2, 2)]);
    assert_eq!(said_to(&s1.hear(3, 3, chunk_reply(2, 2, false)), 3), [], "the answer to the copy is late");
    assert_eq!(said_to(&s1.hear(3, 3, chunk_reply(2, 4, false)), 3), [chunk(&of, 4, 2)]);
    s1.hear(3, 3, chunk_reply(2, 5, true));
    assert_eq!(s1.progress(3), (3, 2));
}

#[test]
fn a_follower_answers_each_chunk_and_waits_for_the_last() {
    let of = snapshot(&[1, 1, 2], "state");
    let mut s1 = follower(&[1], 1);
    for (offset, next) in [(0, 2), (0, 2), (2, 4)] {
        assert_eq!(only(&s1.hear(2, 2, chunk(&of, offset, 2))), chunk_reply(3, next, false));
        assert_eq!(s1.commit(), 1, "not yet");
    }
    let effects = s1.hear(2, 2, chunk(&of, 4, 2));
    assert_eq!(only(&effects), chunk_reply(3, 5, true));
    assert_eq!(effects.restore, Some(of));
    assert_eq!((s1.commit(), s1.node.last_applied(), s1.node.log().first_index()), (3, Index(3), Index(4)));
}

#[test]
fn a_chunk_with_a_gap_is_not_taken() {
    let of = snapshot(&[1, 1, 2], "state");
    let mut s1 = follower(&[1], 1);
    assert_eq!(only(&s1.hear(2, 2, chunk(&of, 2, 2))), chunk_reply(3, 0, false));
    s1.hear(2, 2, chunk(&of, 0, 2));
    let effects = s1.hear(2, 2, chunk(&of, 4, 2));
    assert_eq!(only(&effects), chunk_reply(3, 2, false));
    let (leader, last_included_index) = (ServerId(2), Index(3));
    let why = ChunkRefusal::Gap { offset: 4, expected: 2 };
    assert!(tells(&effects, Happening::ChunkRefused { leader, last_included_index, why }));
    let effects = s1.hear(2, 2, chunk(&snapshot(&[1, 1], "older"), 0, 2));
    assert_eq!(only(&effects), chunk_reply(2, 0, false));
    let (why, last_included_index) = (ChunkRefusal::Older { receiving: Index(3) }, Index(2));
    assert!(tells(&effects, Happening::ChunkRefused { leader, last_included_index, why }));
    // Another leader sends its own, from the beginning.
    assert_eq!(only(&s1.hear(3, 3, chunk(&of, 2, 2))), chunk_reply(3, 0, false));
    assert_eq!(only(&s1.hear(3, 3, chunk(&of, 0, 100))), chunk_reply(3, 5, true));
}

#[test]
fn a_chunk_of_an_older_term_is_refused() {
    let mut s1 = follower(&[3], 0);
    let effects = s1.hear(2, 2, chunk(&snapshot(&[1, 1], "x"), 0, 9));
    assert_eq!((only(&effects), s1.term()), (chunk_reply(2, 0, false), 3));
    let why = ChunkRefusal::StaleTerm { theirs: Term(2), mine: Term(3) };
    let (leader, last_included_index) = (ServerId(2), Index(2));
    assert!(tells(&effects, Happening::ChunkRefused { leader, last_included_index, why }));
}

#[test]
fn a_snapshot_of_what_is_known_changes_nothing() {
    let mut s1 = follower(&[1, 1, 1], 3);
    let before = s1.node.log().clone();
    let effects = s1.hear(2, 1, chunk(&snapshot(&[1, 1], "x"), 0, 9));
    assert_eq!((only(&effects), effects.restore), (chunk_reply(2, 0, true), None));
    assert_eq!(*s1.node.log(), before);
}

#[test]
fn the_log_is_kept_behind_a_matching_entry_and_discarded_otherwise() {
    // The snapshot ends with index 3 of term 2.
    for (terms, left, fate) in [
        (&[1, 1, 2, 2][..], vec![2], LogFate::Kept { last: Index(4) }),
        (&[1, 1, 2], vec![], LogFate::Kept { last: Index(3) }),
        (&[1, 1, 1, 1], vec![], LogFate::Discarded { last: Index(4), mine: Some(Term(1)) }),
        (&[1], vec![], LogFate::Discarded { last: Index(1), mine: None }),
    ] {
        let mut s1 = Probe::new(config(3), stable(2, 0, terms));
        let effects = s1.hear(2, 2, chunk(&snapshot(&[1, 1, 2], "x"), 0, 9));
        assert_eq!((s1.terms(), installed(&effects)), (left, Some(fate)), "{terms:?}");
    }
}

#[test]
fn a_chunk_shows_that_the_leader_lives() {
    let mut s1 = follower(&[1], 0);
    s1.now = Time(100_000);
    s1.hear(2, 1, chunk(&snapshot(&[1, 1], "state"), 0, 2));
    assert_eq!((s1.node.leader(), s1.node.deadline()), (Some(ServerId(2)), Time(100_000 + TIMEOUT)));
}

#[test]
fn the_answer_waits_until_the_snapshot_is_stable() {
    let mut s1 = follower(&[1], 0);
    let letter = s1.letter(2, 1, chunk(&snapshot(&[1, 1], "state"), 0, 9));
    let effects = s1.step(letter);
    let write = effects.write.expect("the snapshot");
    assert!(write.snapshot.is_some() && write.base.is_some());
    assert_eq!(effects.messages[0].after, write.id);
}

#[test]
fn a_snapshot_carries_the_configuration() {
    // Figure 13, step 8: "load snapshot's cluster configuration". S5 became a learner, and the entry that says so is discarded.
    let grown = Membership::of(ServerSet::first(3));
    let mut of = snapshot(&[1, 1, 1], "x");
    of.config = std::sync::Arc::new((Index(2), Membership { learners: [ServerId(5)].into_iter().collect(), ..grown }));
    let mut s1 = follower(&[1], 0);
    s1.hear(2, 1, chunk(&of, 0, 9));
    assert_eq!((*s1.node.membership(), s1.node.config_index()), (of.config.1, Index(2)));
    let disk = Stable { snapshot: Some(of.clone()), log: Log::after(of.base()), ..Stable::default() };
    let restarted = Probe::new(config(3), disk);
    assert_eq!((*restarted.node.membership(), restarted.node.config_index()), (of.config.1, Index(2)));
}

#[test]
fn while_an_answer_is_awaited_a_heartbeat_speaks_of_no_entry_that_is_discarded() {
    // With the index of a discarded entry it would name no term, and the follower would refuse it.
    let mut s1 = Probe::leader(config(3), 2, &[]);
    for index in 1..=3 {
        s1.propose("x");
        s1.hear(3, 2, accepted(index - 1, index));
        if index == 1 {
            s1.hear(2, 2, accepted(0, 1));
        }
    }
    s1.feed(Input::Compact { upto: Index(3), data: b"xxx"[..].into() });
    assert_eq!(
        (s1.node.log().base().index, s1.progress(2)),
        (Index(3), (2, 1)),
        "S2 has not answered about the second"
    );
    let effects = s1.feed(Input::ForceTimeout);
    assert_eq!(said_to(&effects, 2), [heartbeat((0, 0), 3)]);
    assert_eq!(said_to(&effects, 3), [heartbeat((2, 3), 3)]);
}

#[test]
fn an_answer_that_says_nothing_new_about_a_snapshot_is_no_loss() {
    let mut s1 = Probe::leader(Config { snapshot_chunk: 3, ..config(3) }, 2, &[]);
    s1.propose("x");
    s1.hear(3, 2, accepted(0, 1));
    s1.feed(Input::Compact { upto: Index(1), data: b"012345678"[..].into() });
    let answer_about = |s1: &mut Probe, index, round, next_offset| {
        let Input::Message(letter) = s1.letter(2, 2, chunk_reply(index, next_offset, false)) else { unreachable!() };
        s1.feed(Input::Message(Envelope { rpc: Rpc { round, attempt: 0 }, ..letter }))
    };
    let answer = |s1: &mut Probe, round, next_offset| answer_about(s1, 1, round, next_offset);
    let offsets = |effects: &Effects| -> Vec<u32> {
        let offset = |message: &Message| match message {
            Message::InstallSnapshot { offset, .. } => Some(*offset),
            _ => None,
        };
        said_to(effects, 2).iter().filter_map(offset).collect()
    };
    // Nothing came back for the entry within an interval: from now on the snapshot is sent.
    assert_eq!(offsets(&s1.propose("y")), [0; 0], "that entry may be all that it lacks");
    assert_eq!(offsets(&s1.time_out()), [0]);
    assert_eq!(offsets(&s1.propose("z")), [0; 0], "it is on its way");
    assert_eq!(offsets(&answer_about(&mut s1, 7, 2, 3)), [0; 0], "this is about another snapshot");
    assert_eq!(offsets(&answer(&mut s1, 2, 3)), [3]);
    assert_eq!(offsets(&answer(&mut s1, 2, 0)), [0; 0], "an answer of the same round may be older");
    assert_eq!(offsets(&s1.time_out()), [3], "again with each round");
    // A copy of the chunk before was answered in the new round.
    assert_eq!(offsets(&answer(&mut s1, 3, 3)), [0; 0]);
    assert_eq!(offsets(&answer(&mut s1, 3, 0)), [0], "this is a loss");
}
