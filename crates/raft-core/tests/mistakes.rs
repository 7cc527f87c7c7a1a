//! What each mistake does, and that nothing is done while it is not made. The stories of the harm that follows are
//! scenarios of raft-sim.

use crate::common::*;
use raft_core::*;

fn making(mistake: Mistake, servers: u32) -> [(bool, Config); 2] {
    let plain = config(servers);
    [(false, plain), (true, Config { mistakes: plain.mistakes.with(mistake, true), ..plain })]
}

fn made(effects: &Effects, mistake: Mistake) -> bool {
    tells(effects, Happening::MistakeMade { mistake })
}

#[test]
fn no_mistake_is_made_by_default_and_each_has_its_place() {
    assert_eq!(Mistakes::default().on().count(), 0);
    for mistake in Mistake::ALL {
        let one = Mistakes::NONE.with(*mistake, true);
        assert_eq!(one.on().collect::<Vec<_>>(), [*mistake]);
        assert!(one.makes(*mistake) && one.bits() != 0);
        assert_eq!(one.with(*mistake, false), Mistakes::NONE);
    }
    let all = Mistake::ALL.iter().fold(Mistakes::NONE, |all, mistake| all.with(*mistake, true));
    assert_eq!(all.on().count(), Mistake::ALL.len());
}

#[test]
fn a_late_append_cuts_the_log() {
    for (makes, config) in making(Mistake::TruncateOnLateAppend, 3) {
        let mut s1 = Probe::new(config, stable(1, 0, &[1, 1, 1]));
        let effects = s1.hear(2, 1, append((1, 1), &[1], 0));
        assert_eq!(only(&effects), accepted(1, 2));
        assert_eq!(s1.terms(), if makes { vec![1, 1] } else { vec![1, 1, 1] });
        let (leader, at) = (ServerId(2), Index(3));
        assert_eq!(tells(&effects, Happening::EntriesCut { leader, first: at, last: at, mine: Term(1) }), makes);
        let effects = s1.hear(2, 1, append((1, 2), &[1], 0));
        assert!(!made(&effects, Mistake::TruncateOnLateAppend), "nothing follows what was sent");
    }
}

#[test]
fn the_last_index_is_acknowledged_instead_of_what_was_compared() {
    for (makes, config) in making(Mistake::AcknowledgeLastIndex, 3) {
        let mut s1 = Probe::new(config, stable(1, 0, &[1, 1, 1]));
        let effects = s1.hear(2, 1, heartbeat((1, 1), 0));
        assert_eq!(only(&effects), accepted(1, if makes { 3 } else { 1 }));
        assert_eq!(made(&effects, Mistake::AcknowledgeLastIndex), makes);
        let effects = s1.hear(2, 1, heartbeat((1, 3), 0));
        assert!(!made(&effects, Mistake::AcknowledgeLastIndex), "they are the same");
    }
}

#[test]
fn heartbeats_are_accepted_unchecked() {
    for (makes, config) in making(Mistake::UncheckedHeartbeats, 3) {
        for place in [(1, 2), (2, 1)] {
            let mut s1 = Probe::new(config, stable(2, 0, &[1]));
            let effects = s1.hear(2, 2, heartbeat(place, 0));
            assert_eq!(only(&effects), if makes { accepted(place.1, place.1) } else { refused(place.1) }, "{place:?}");
            assert_eq!(made(&effects, Mistake::UncheckedHeartbeats), makes);
            let effects = s1.hear(2, 2, append(place, &[2], 0));
            assert_eq!(only(&effects), refused(place.1), "what brings entries is checked");
        }
        let mut s1 = Probe::new(config, stable(2, 0, &[1]));
        assert!(!made(&s1.hear(2, 2, heartbeat((1, 1), 0)), Mistake::UncheckedHeartbeats), "it would have passed");
    }
}

#[test]
fn votes_of_older_terms_are_counted() {
    for (makes, config) in making(Mistake::CountOldVotes, 3) {
        let mut s1 = Probe::candidate(config, 3, &[]);
        let effects = s1.hear(2, 2, vote(true));
        assert_eq!((s1.node.is_leader(), made(&effects, Mistake::CountOldVotes)), (makes, makes));
        // Neither a refusal nor an answer of another kind becomes a vote by it.
        let mut s1 = Probe::candidate(config, 3, &[]);
        for message in [vote(false), accepted(0, 0), Message::PreVoteReply { vote_granted: true }] {
            let effects = s1.hear(2, 2, message);
            assert!(s1.is_candidate() && effects.messages.is_empty());
        }
        let mut s1 = Probe::new(config, stable(3, 0, &[]));
        s1.hear(2, 2, vote(true));
        assert!(s1.is_follower(), "only candidates count");
    }
}

#[test]
fn a_shorter_log_of_the_same_last_term_gets_a_vote() {
    for (makes, config) in making(Mistake::VoteOnEqualTerm, 3) {
        for (last, granted) in [((1, 1), makes), ((0, 0), false), ((1, 2), true)] {
            let mut s1 = Probe::new(config, stable(1, 0, &[1, 1]));
            let effects = s1.hear(2, 2, vote_request(last));
            assert_eq!(only(&effects), vote(granted), "{last:?}");
            assert_eq!(made(&effects, Mistake::VoteOnEqualTerm), makes && last == (1, 1), "{last:?}");
        }
    }
}

#[test]
fn a_vote_is_forgotten_by_who_steps_back_in_its_term() {
    for (makes, config) in making(Mistake::ClearVoteInSameTerm, 3) {
        let mut s1 = Probe::candidate(config, 2, &[]);
        let effects = s1.hear(2, 2, heartbeat((0, 0), 0));
        assert_eq!((s1.voted_for(), made(&effects, Mistake::ClearVoteInSameTerm)), (if makes { 0 } else { 1 }, makes));
        assert_eq!(only(&s1.hear(3, 2, vote_request((0, 0)))), vote(makes));
        // A higher term clears the vote anyway.
        let mut s1 = Probe::candidate(config, 2, &[]);
        let effects = s1.hear(2, 3, heartbeat((0, 0), 0));
        assert!(!made(&effects, Mistake::ClearVoteInSameTerm) && s1.voted_for() == 0);
    }
}

#[test]
fn a_request_that_is_refused_resets_the_timer() {
    for (makes, config) in making(Mistake::ResetTimerOnAnyMessage, 3) {
        let mut s1 = Probe::new(config, stable(2, 3, &[2]));
        s1.now = Time(100_000);
        let effects = s1.hear(2, 2, vote_request((0, 0)));
        assert_eq!(only(&effects), vote(false));
        assert_eq!(s1.node.deadline(), Time(if makes { 100_000 + TIMEOUT } else { TIMEOUT }));
        assert_eq!(made(&effects, Mistake::ResetTimerOnAnyMessage), makes);
        let mut s1 = Probe::candidate(config, 2, &[]);
        let effects = s1.hear(2, 2, vote_request((0, 0)));
        assert!(!made(&effects, Mistake::ResetTimerOnAnyMessage), "a candidate waits for its own election");
    }
}
