//! A follower that lost what it had acknowledged gets it again from the same leader, and a late refusal is no such
//! loss. It takes a rule that is off, or a disk that lies: no faithful server forgets entries.

use crate::common::*;
use raft_core::ProtocolOption::*;
use raft_core::*;

/// An answer to a request of this heartbeat round.
fn hear_in_round(s1: &mut Probe, round: u32, message: Message) -> Effects {
    let Input::Message(letter) = s1.letter(2, s1.term(), message) else { panic!("a letter was written") };
    let rpc = Rpc { round, attempt: 0 };
    s1.feed(Input::Message(Envelope { rpc, ..letter }))
}

/// A leader of five entries that S2 has acknowledged in round 1.
fn acknowledged(config: Config) -> Probe {
    let mut s1 = Probe::leader(config, 2, &[1, 1, 1, 1, 1]);
    hear_in_round(&mut s1, 1, accepted(5, 5));
    assert_eq!(s1.progress(2), (6, 5));
    s1
}

#[test]
fn a_refusal_that_was_asked_for_after_the_acknowledgement_is_a_loss() {
    let mut s1 = acknowledged(config(3));
    s1.time_out();
    for prev in (1..=5).rev() {
        let effects = hear_in_round(&mut s1, 2, refused(prev));
        assert_eq!(s1.progress(2), (prev, 5), "it goes back as in the beginning; match_index never falls");
        assert_eq!(said_to(&effects, 2).len(), 1, "it tries again at once");
    }
    for have in 1..=5 {
        hear_in_round(&mut s1, 2, accepted(have - 1, have));
        assert_eq!(s1.progress(2), (have + 1, 5), "entry by entry");
    }
}

#[test]
fn a_refusal_that_may_have_been_overtaken_is_none() {
    let mut s1 = acknowledged(config(3));
    let before = s1.node.clone();
    // Asked for in the round in which the acknowledgement came: it may have been sent before.
    let effects = hear_in_round(&mut s1, 1, refused(5));
    assert!(tells(
        &effects,
        Happening::Ignored { from: ServerId(2), kind: MessageKind::AppendReply, why: IgnoreCause::Overtaken }
    ));
    assert_eq!(s1.node, before);
    // Each further acknowledgement makes older refusals worthless.
    s1.time_out();
    s1.time_out();
    hear_in_round(&mut s1, 3, accepted(5, 5));
    hear_in_round(&mut s1, 2, refused(5));
    hear_in_round(&mut s1, 3, refused(5));
    assert_eq!(s1.progress(2), (6, 5));
    s1.time_out();
    hear_in_round(&mut s1, 4, refused(5));
    assert_eq!(s1.progress(2), (5, 5));
}

#[test]
fn copies_of_the_refusal_do_not_take_the_leader_further_back() {
    let mut s1 = acknowledged(config(3));
    s1.time_out();
    hear_in_round(&mut s1, 2, refused(5));
    for _ in 0..3 {
        assert!(hear_in_round(&mut s1, 2, refused(5)).messages.is_empty());
        assert_eq!(s1.progress(2), (5, 5));
    }
}

#[test]
fn with_fast_backup_a_loss_is_found_at_once() {
    let mut s1 = acknowledged(with(config(3), FastBackup));
    s1.time_out();
    let conflict = Some(Conflict { term: Term(0), first_index: Index(2) });
    let refusal =
        Message::AppendEntriesReply { success: false, prev_log_index: Index(5), match_index: Index(0), conflict };
    hear_in_round(&mut s1, 2, refusal);
    assert_eq!(s1.progress(2), (2, 5), "where the follower's log ends");
}

#[test]
fn what_a_follower_lost_is_repaired_by_the_same_leader() {
    let plain = without(config(3), Rule::StableLog);
    for options in 0..1u32 << ProtocolOption::ALL.len() {
        let on = ProtocolOption::ALL.iter().filter(|option| options & 1 << **option as u32 != 0);
        let config = on.fold(plain, |config, option| with(config, *option));
        let mut cluster = Cluster::new(config).tolerant();
        cluster.elect(1);
        cluster.propose(1);
        cluster.server(2).slow = true;
        (0..4).for_each(|_| cluster.propose(1));
        let log = cluster.terms(1);
        assert_eq!(cluster.terms(2), log, "acknowledged, and not on disk");
        cluster.crash(2);
        cluster.restart(2);
        cluster.server(2).slow = false;
        assert!(cluster.terms(2).len() < log.len());
        (0..3).for_each(|_| cluster.wait(1));
        assert_eq!(cluster.terms(2), log, "{config:?}");
        cluster.propose(1);
        cluster.wait(1);
        assert_eq!((cluster.leaders(), cluster.commit(2)), (vec![1], cluster.terms(1).len() as u32));
    }
}

#[test]
fn whatever_was_lost_all_logs_become_equal_again() {
    let mut lost = 0;
    for_seeds("whatever_was_lost_all_logs_become_equal_again", 200, |seed, chance| {
        let servers = chance.below(4) + 2;
        let settings = if seed % 2 == 0 { config(servers) } else { any_config(chance, servers, true) };
        let mut cluster = Cluster::new(without(settings, Rule::StableLog)).tolerant();
        // What is in a snapshot stays committed there, though it is lost elsewhere: such logs never become equal.
        cluster.compacts = false;
        let mut count = Count::default();
        misfortune(&mut cluster, chance, &mut count, 600);
        recovery(&mut cluster);
        lost += count.told.get("writes lost in a crash").copied().unwrap_or_default();
        false
    });
    assert!(lost > 100 || std::env::var("RAFT_SEED").is_ok(), "{lost}");
}
