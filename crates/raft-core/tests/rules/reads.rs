//! What the rules of reads and leases are for.

use super::forbidden;
use crate::common::*;
use raft_core::ProtocolOption::{LeaseRead, NoOp, ReadIndex};
use raft_core::*;

const READ: ReadId = ReadId(1);

fn both(rule: Rule, option: ProtocolOption) -> [(bool, Config); 2] {
    let on = with(config(3), option);
    [(true, on), (false, without(on, rule))]
}

/// A leader that has committed its no-op and was heard by S2 in its first round.
fn settled(config: Config) -> Probe {
    let mut s1 = Probe::leader(with(config, NoOp), 1, &[]);
    let rpc = Rpc { round: 1, attempt: 0 };
    let message = accepted(0, 1);
    s1.feed(Input::Message(Envelope { from: ServerId(2), to: ServerId(1), term: Term(1), rpc, message }));
    s1
}

#[test]
pub(crate) fn leader_stickiness() {
    for (on, config) in both(Rule::LeaderStickiness, LeaseRead) {
        let mut s1 = Probe::new(config, Stable::default());
        s1.hear(2, 1, heartbeat((0, 0), 0));
        let effects = s1.hear(3, 2, vote_request((0, 0)));
        assert_eq!(said_to(&effects, 3).contains(&vote(true)), !on);
        assert_eq!(forbidden(&effects, Rule::LeaderStickiness), !on);
    }
}

#[test]
pub(crate) fn read_index_confirmation() {
    for (on, config) in both(Rule::ReadIndexConfirmation, ReadIndex) {
        let effects = settled(config).feed(Input::Read(READ));
        assert_eq!(effects.reads.is_empty(), on);
        assert_eq!(forbidden(&effects, Rule::ReadIndexConfirmation), !on);
    }
}

#[test]
pub(crate) fn read_index_own_term() {
    for (on, config) in both(Rule::ReadIndexOwnTerm, ReadIndex) {
        let mut s1 = Probe::leader(config, 2, &[1]);
        let effects = s1.feed(Input::Read(READ));
        assert_eq!(forbidden(&effects, Rule::ReadIndexOwnTerm), !on);
        s1.time_out();
        let rpc = Rpc { round: 2, attempt: 0 };
        let message = accepted(1, 1);
        let answer = Envelope { from: ServerId(2), to: ServerId(1), term: Term(2), rpc, message };
        assert_eq!(s1.feed(Input::Message(answer)).reads.is_empty(), on);
    }
}

#[test]
pub(crate) fn lease_start() {
    for (on, config) in both(Rule::LeaseStart, LeaseRead) {
        let mut s1 = settled(config);
        s1.now = s1.now.after(ELECTION_MIN);
        let effects = s1.feed(Input::Read(READ));
        assert_eq!(effects.reads.is_empty(), on);
        assert_eq!(forbidden(&effects, Rule::LeaseStart), !on);
    }
}

#[test]
pub(crate) fn lease_bound() {
    for (on, config) in both(Rule::LeaseBound, LeaseRead) {
        let mut s1 = settled(Config { clock_drift_ppm: 500_000, ..config });
        s1.now = s1.now.after(ELECTION_MIN - 1);
        assert_eq!(s1.feed(Input::Read(READ)).reads.is_empty(), on);
    }
}

#[test]
pub(crate) fn transfer_expires_lease() {
    for (on, config) in both(Rule::TransferExpiresLease, LeaseRead) {
        let mut s1 = settled(config);
        let effects = s1.feed(Input::Transfer(ServerId(2)));
        assert!(said_to(&effects, 2).contains(&Message::TimeoutNow));
        assert_eq!(forbidden(&effects, Rule::TransferExpiresLease), !on);
        assert_eq!(s1.feed(Input::Read(READ)).reads.is_empty(), on);
    }
}
