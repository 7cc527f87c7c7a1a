//! Reads that are not in the log (dissertation 6.4): ReadIndex and leases, claim by claim.

use crate::common::*;
use raft_core::ProtocolOption::{CheckQuorum, LeaseRead, NoOp, ReadIndex};
use raft_core::*;

const READ: ReadId = ReadId(1);

/// The answer of a follower to a request of this round.
fn answers(s1: &mut Probe, from: u32, round: u32, message: Message) -> Effects {
    let envelope = Envelope {
        from: ServerId(from),
        to: ServerId(1),
        term: s1.node.current_term(),
        rpc: Rpc { round, attempt: 0 },
        message,
    };
    s1.feed(Input::Message(envelope))
}

/// A leader of three that has committed its no-op at index 1.
fn settled(config: Config) -> Probe {
    let mut s1 = Probe::leader(with(config, NoOp), 1, &[]);
    answers(&mut s1, 2, 1, accepted(0, 1));
    assert_eq!(s1.commit(), 1);
    s1
}

fn ground(effects: &Effects) -> Option<ReadGround> {
    effects.happenings.iter().find_map(|happening| match happening {
        Happening::ReadAnswered { by, .. } => Some(*by),
        _ => None,
    })
}

#[test]
fn a_read_is_answered_after_a_round_that_began_later() {
    let mut s1 = settled(with(config(3), ReadIndex));
    assert!(s1.feed(Input::Read(READ)).reads.is_empty());
    assert!(answers(&mut s1, 3, 1, accepted(0, 1)).reads.is_empty(), "round 1 began before the read");
    s1.time_out();
    let effects = answers(&mut s1, 3, 2, accepted(1, 1));
    assert_eq!(effects.reads, [(READ, Index(1))]);
    assert_eq!(ground(&effects), Some(ReadGround::Round { round: 2 }));
    assert!(answers(&mut s1, 2, 2, accepted(1, 1)).reads.is_empty(), "it is answered once");
}

#[test]
fn a_refusal_of_the_same_term_shows_leadership_as_well() {
    // Whoever refuses for its log's sake is in the leader's term all the same.
    let mut s1 = settled(with(config(3), ReadIndex));
    s1.feed(Input::Read(READ));
    s1.time_out();
    assert_eq!(answers(&mut s1, 3, 2, refused(1)).reads, [(READ, Index(1))]);
}

#[test]
fn the_read_index_is_what_was_committed_when_the_read_arrived() {
    let mut s1 = settled(with(config(3), ReadIndex));
    s1.feed(Input::Read(READ));
    s1.propose("x");
    answers(&mut s1, 2, 1, accepted(1, 2));
    assert_eq!(s1.commit(), 2);
    s1.time_out();
    assert_eq!(answers(&mut s1, 3, 2, accepted(1, 1)).reads, [(READ, Index(1))]);
}

#[test]
fn a_new_leader_waits_until_it_has_committed_in_its_term() {
    let mut s1 = Probe::leader(with(config(3), ReadIndex), 2, &[1]);
    s1.feed(Input::Read(READ));
    s1.time_out();
    assert!(answers(&mut s1, 2, 2, accepted(1, 1)).reads.is_empty(), "index 1 is of an older term");
    let Role::Leader { reads, .. } = s1.node.role() else { panic!("it leads") };
    assert_eq!(reads.waiting(), [PendingRead { id: READ, index: None, round: 2 }]);
    s1.propose("x");
    assert_eq!(answers(&mut s1, 2, 2, accepted(1, 2)).reads, [(READ, Index(2))]);
}

#[test]
fn a_server_that_does_not_lead_refuses_and_one_that_steps_down_leaves_its_reads() {
    let mut s1 = Probe::new(with(config(3), ReadIndex), Stable::default());
    s1.hear(2, 1, heartbeat((0, 0), 0));
    let why = ReadRefusal::NotLeader { leader: Some(ServerId(2)) };
    assert!(tells(&s1.feed(Input::Read(READ)), Happening::ReadRefused { read: READ, why }));
    let mut s1 = settled(with(config(3), ReadIndex));
    s1.feed(Input::Read(READ));
    let effects = s1.hear(2, 9, heartbeat((0, 0), 0));
    assert!(tells(&effects, Happening::ReadRefused { read: READ, why: ReadRefusal::SteppedDown }));
}

#[test]
fn a_single_server_answers_at_once() {
    for option in [ReadIndex, LeaseRead] {
        let mut s1 = Probe::leader(with(with(config(1), option), NoOp), 1, &[]);
        assert_eq!(s1.feed(Input::Read(READ)).reads, [(READ, Index(1))]);
    }
}

#[test]
fn a_lease_lasts_from_the_sending_of_its_round_and_is_shortened_by_the_bound() {
    let drift = Config { clock_drift_ppm: 250_000, ..with(config(3), LeaseRead) };
    assert_eq!(drift.lease(), ELECTION_MIN * 4 / 5);
    let mut s1 = settled(drift);
    s1.time_out();
    let sent = s1.now;
    s1.now = sent.after(HEARTBEAT / 2);
    answers(&mut s1, 2, 2, accepted(1, 1));
    assert_eq!(s1.node.lease_until(s1.now), Some(sent.after(drift.lease())));
    s1.now = sent.after(drift.lease() - 1);
    let effects = s1.feed(Input::Read(READ));
    assert_eq!(effects.reads, [(READ, Index(1))]);
    assert_eq!(ground(&effects), Some(ReadGround::Lease { until: sent.after(drift.lease()) }));
    s1.now = sent.after(drift.lease());
    assert!(s1.feed(Input::Read(ReadId(2))).reads.is_empty(), "the lease is over; a round is needed");
    s1.time_out();
    let Role::Leader { round, .. } = *s1.node.role() else { panic!("it leads") };
    assert_eq!(answers(&mut s1, 3, round, accepted(1, 1)).reads, [(ReadId(2), Index(1))]);
}

#[test]
fn a_lease_needs_a_majority() {
    let mut s1 = Probe::leader(with(config(5), LeaseRead), 1, &[]);
    answers(&mut s1, 2, 1, accepted(0, 0));
    assert_eq!(s1.node.lease_until(s1.now), None, "two of five");
    answers(&mut s1, 3, 1, accepted(0, 0));
    assert!(s1.node.lease_until(s1.now).is_some());
}

#[test]
fn answers_to_rounds_that_were_never_sent_renew_nothing() {
    let mut s1 = settled(with(config(3), LeaseRead));
    let until = s1.node.lease_until(s1.now);
    for round in [0, 2, u32::MAX] {
        answers(&mut s1, 2, round, accepted(1, 1));
        assert_eq!(s1.node.lease_until(s1.now), until);
    }
}

#[test]
fn new_settings_end_a_lease() {
    // Others may have voted under the old ones just now.
    let mut s1 = settled(with(config(3), LeaseRead));
    assert!(s1.node.lease_until(s1.now).is_some());
    let longer = Config { election_timeout_min: 2 * ELECTION_MIN, ..*s1.node.config() };
    s1.feed(Input::Configure(longer));
    assert_eq!(s1.node.lease_until(s1.now), None);
    s1.time_out();
    answers(&mut s1, 2, 2, accepted(1, 1));
    assert_eq!(s1.node.lease_until(s1.now), Some(s1.now.after(2 * ELECTION_MIN)));
}

#[test]
fn an_answer_to_a_round_of_before_the_new_settings_renews_nothing() {
    let mut s1 = settled(with(config(3), LeaseRead));
    s1.time_out();
    let longer = Config { election_timeout_min: 2 * ELECTION_MIN, ..*s1.node.config() };
    s1.feed(Input::Configure(longer));
    answers(&mut s1, 2, 2, accepted(1, 1));
    assert_eq!(s1.node.lease_until(s1.now), None);
}

#[test]
fn every_round_renews_a_lease_and_one_that_is_long_past_does_not() {
    let mut s1 = settled(with(config(3), LeaseRead));
    let lease = s1.node.config().lease();
    for round in 2..=20 {
        s1.time_out();
        answers(&mut s1, 2, round, accepted(1, 1));
        assert_eq!(s1.node.lease_until(s1.now), Some(s1.now.after(lease)), "round {round}");
    }
    let until = s1.node.lease_until(s1.now);
    // So much later that the leader no longer knows when round 21 began.
    for _ in 21..=29 {
        s1.time_out();
    }
    answers(&mut s1, 2, 21, accepted(1, 1));
    assert_eq!(s1.node.lease_until(s1.now), until);
    answers(&mut s1, 2, 29, accepted(1, 1));
    assert_eq!(s1.node.lease_until(s1.now), Some(s1.now.after(lease)));
}

#[test]
fn with_leases_a_server_that_heard_a_leader_votes_for_nobody_whatever_its_term() {
    for option in [None, Some(LeaseRead)] {
        let config = option.map_or(config(3), |option| with(config(3), option));
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        s1.now = Time(2 * ELECTION_MIN);
        s1.hear(2, 1, heartbeat((0, 0), 0));
        // A refusal of a Pre-Vote tells it of a higher term: it has no leader any more.
        s1.hear(3, 4, Message::PreVoteReply { vote_granted: false });
        assert_eq!((s1.term(), s1.node.leader()), (4, None));
        s1.now = s1.now.after(ELECTION_MIN - 1);
        let effects = s1.hear(3, 4, vote_request((9, 9)));
        assert_eq!(effects.messages.is_empty(), option.is_some());
        if option.is_some() {
            let (from, kind) = (ServerId(3), MessageKind::Vote);
            assert!(tells(&effects, Happening::Ignored { from, kind, why: IgnoreCause::Bound }));
            s1.now = s1.now.after(1);
            assert_eq!(only(&s1.hear(3, 4, vote_request((9, 9)))), vote(true));
        }
    }
}

#[test]
fn with_leases_a_restarted_server_votes_for_nobody_for_an_election_timeout() {
    // It may have acknowledged a heartbeat just before it went down.
    let mut s1 = Probe::new(with(config(3), LeaseRead), stable(1, 0, &[]));
    s1.now = Time(ELECTION_MIN - 1);
    assert!(s1.hear(3, 2, vote_request((9, 9))).messages.is_empty());
    s1.now = Time(ELECTION_MIN);
    assert_eq!(only(&s1.hear(3, 2, vote_request((9, 9)))), vote(true));
    let mut fresh = Probe::new(with(config(3), LeaseRead), Stable::default());
    assert_eq!(only(&fresh.hear(3, 1, vote_request((0, 0)))), vote(true), "a new disk has acknowledged nothing");
}

#[test]
fn with_leases_a_server_does_not_stand_while_it_hears_a_leader() {
    for (option, stands) in [(CheckQuorum, true), (LeaseRead, false)] {
        let mut s1 = Probe::new(with(config(3), option), Stable::default());
        s1.hear(2, 1, heartbeat((0, 0), 0));
        let effects = s1.feed(Input::ForceTimeout);
        assert_eq!(s1.is_candidate(), stands);
        assert_eq!(tells(&effects, Happening::CandidacyWithheld { leader: Some(ServerId(2)) }), !stands);
    }
}

#[test]
fn a_transfer_ends_the_lease_for_the_rest_of_the_term() {
    let mut s1 = settled(with(config(3), LeaseRead));
    assert!(s1.node.lease_until(s1.now).is_some());
    s1.feed(Input::Transfer(ServerId(2)));
    assert_eq!(s1.node.lease_until(s1.now), None);
    while tells_nothing_of_an_end(&s1.time_out()) {}
    answers(&mut s1, 2, 4, accepted(1, 1));
    assert_eq!(s1.node.lease_until(s1.now), None, "TimeoutNow may still be under way");
}

fn tells_nothing_of_an_end(effects: &Effects) -> bool {
    !effects.happenings.iter().any(|happening| matches!(happening, Happening::TransferAborted { .. }))
}
