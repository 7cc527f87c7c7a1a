//! Leadership transfer (dissertation 3.10), claim by claim.

use crate::common::*;
use raft_core::ProtocolOption::{CheckQuorum, LeaseRead, PreVote};
use raft_core::*;

const S2: ServerId = ServerId(2);

fn refusal(effects: &Effects) -> Option<TransferRefusal> {
    effects.happenings.iter().find_map(|happening| match happening {
        Happening::TransferRefused { why, .. } => Some(*why),
        _ => None,
    })
}

#[test]
fn an_up_to_date_target_is_asked_at_once_and_leads_without_waiting() {
    for options in [&[][..], &[PreVote], &[CheckQuorum], &[LeaseRead], &[PreVote, CheckQuorum, LeaseRead]] {
        let config = options.iter().fold(config(5), |config, option| with(config, *option));
        let mut cluster = Cluster::new(config);
        cluster.elect(1);
        cluster.propose(1);
        cluster.wait(1);
        let before = cluster.now;
        cluster.handle(1, Input::Transfer(S2));
        cluster.settle();
        assert_eq!((cluster.leaders(), cluster.term(2), cluster.now), (vec![2], 2, before), "{options:?}");
        let why = CandidacyCause::Transfer { leader: ServerId(1) };
        assert!(cluster.told.contains(&(2, Happening::BecameCandidate { term: Term(2), why })));
        assert_eq!(cluster.count(|h| matches!(h, Happening::BecamePreCandidate { term: Term(2), .. })), 0);
    }
}

#[test]
fn a_target_that_lacks_entries_gets_them_first() {
    let mut s1 = Probe::leader(config(3), 1, &[1]);
    s1.propose("x");
    s1.hear(3, 1, accepted(1, 2));
    let effects = s1.feed(Input::Transfer(S2));
    assert!(!said_to(&effects, 2).contains(&Message::TimeoutNow));
    assert!(!said_to(&s1.hear(2, 1, accepted(0, 1)), 2).contains(&Message::TimeoutNow));
    let effects = s1.hear(2, 1, accepted(1, 2));
    assert_eq!(said_to(&effects, 2), [Message::TimeoutNow]);
    assert!(tells(&effects, Happening::TimeoutNowSent { target: S2 }));
    assert!(!said_to(&s1.hear(2, 1, accepted(2, 2)), 2).contains(&Message::TimeoutNow), "once");
}

#[test]
fn meanwhile_the_leader_takes_no_proposals() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.propose("x");
    s1.feed(Input::Transfer(S2));
    let effects = s1.propose("y");
    assert!(tells(&effects, Happening::ProposalDeferred { target: S2 }));
    assert_eq!(s1.terms(), [1]);
}

#[test]
fn after_an_election_timeout_the_leader_goes_on() {
    for sent in [false, true] {
        let mut s1 = Probe::leader(config(3), 1, &[]);
        s1.propose("x");
        if sent {
            s1.hear(2, 1, accepted(0, 1));
        }
        let begun = s1.now;
        s1.feed(Input::Transfer(S2));
        while !tells(&s1.time_out(), Happening::TransferAborted { target: S2, sent }) {
            assert!(s1.now.since(begun) < ELECTION_MIN);
        }
        assert_eq!(s1.now.since(begun), ELECTION_MIN);
        s1.propose("y");
        assert_eq!(s1.terms(), [1, 1]);
        assert_eq!(refusal(&s1.feed(Input::Transfer(S2))), None, "and can try again");
    }
}

#[test]
fn what_makes_no_sense_is_refused_with_its_reason() {
    let mut s1 = Probe::new(config(3), Stable::default());
    s1.hear(3, 1, heartbeat((0, 0), 0));
    let leader = Some(ServerId(3));
    let why = Some(TransferRefusal::NotLeader { leader });
    assert_eq!(s1.node.transfer_refusal(S2), why, "it can be asked before");
    assert_eq!(refusal(&s1.feed(Input::Transfer(S2))), Some(TransferRefusal::NotLeader { leader }));
    let mut s1 = Probe::leader(config(3), 1, &[]);
    assert_eq!(refusal(&s1.feed(Input::Transfer(ServerId(1)))), Some(TransferRefusal::LeadsAlready));
    assert_eq!(refusal(&s1.feed(Input::Transfer(ServerId(4)))), Some(TransferRefusal::NotMember));
    s1.propose("x");
    s1.feed(Input::Transfer(S2));
    let why = TransferRefusal::UnderWay { target: S2 };
    assert_eq!(refusal(&s1.feed(Input::Transfer(ServerId(3)))), Some(why));
}

#[test]
fn a_timeout_now_of_an_older_term_or_for_a_leader_changes_nothing() {
    let mut s1 = Probe::new(config(3), stable(5, 0, &[]));
    let before = s1.node.clone();
    let effects = s1.hear(2, 4, Message::TimeoutNow);
    let (from, kind) = (S2, MessageKind::TimeoutNow);
    assert!(tells(&effects, Happening::Ignored { from, kind, why: IgnoreCause::OldTerm }));
    assert_eq!(s1.node, before);
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.hear(2, 1, Message::TimeoutNow);
    assert!(s1.node.is_leader() && s1.term() == 1);
}

#[test]
fn the_next_candidacy_after_a_failed_one_is_an_ordinary_one() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    let asked = |effects: &Effects| {
        said_to(effects, 3).into_iter().find_map(|message| match message {
            Message::RequestVote { transfer, .. } => Some(transfer),
            _ => None,
        })
    };
    assert_eq!(asked(&s1.hear(2, 1, Message::TimeoutNow)), Some(true));
    assert_eq!(asked(&s1.time_out()), Some(false));
}
