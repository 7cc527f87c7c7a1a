//! What a follower does with each message (paper, 5.1 to 5.4).

use crate::common::*;
use raft_core::*;

// The four cases of the original project's unit tests.

#[test]
fn a_heartbeat_with_a_higher_term_is_followed_in_that_term() {
    let mut s1 = Probe::new(config(3), stable(2, 0, &[]));
    let effects = s1.hear(2, 10, heartbeat((0, 0), 0));
    assert_eq!(s1.term(), 10);
    assert_eq!(s1.node.leader(), Some(ServerId(2)));
    assert_eq!(only(&effects), accepted(0, 0));
}

#[test]
fn a_heartbeat_with_a_lower_term_is_refused_and_changes_nothing() {
    let mut s1 = Probe::new(config(3), stable(2, 3, &[1]));
    let before = s1.node.clone();
    s1.now = Time(1_000);
    let effects = s1.hear(2, 1, append((0, 0), &[1], 1));
    assert_eq!(only(&effects), refused(0));
    assert_eq!(effects.messages[0].envelope.term, Term(2), "the old leader learns the term");
    assert_eq!(s1.node, before);
}

#[test]
fn the_first_entry_reaches_an_empty_log() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    let effects = s1.hear(2, 1, append((0, 0), &[1], 0));
    assert_eq!(s1.node.log().get(Index(1)), Some(&entry(1, 1)));
    assert_eq!(only(&effects), accepted(0, 1));
    assert_eq!(s1.commit(), 0, "storing is not committing");
}

#[test]
fn a_vote_is_granted_and_remembered() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    let effects = s1.hear(2, 2, vote_request((0, 0)));
    assert_eq!(only(&effects), vote(true));
    assert_eq!((s1.term(), s1.voted_for()), (2, 2));
}

// The further cases of its ancestor.

#[test]
fn a_second_candidate_is_refused_after_a_vote() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    s1.hear(2, 2, vote_request((0, 0)));
    let effects = s1.hear(3, 2, vote_request((0, 0)));
    assert_eq!(only(&effects), vote(false));
    let why = Denial::AlreadyVoted { voted_for: ServerId(2) };
    assert!(tells(&effects, Happening::VoteDenied { candidate: ServerId(3), pre: false, why }));
    assert_eq!(s1.voted_for(), 2);
}

#[test]
fn a_repeated_request_gets_the_same_answer() {
    // The first answer may have been lost.
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    s1.hear(2, 2, vote_request((0, 0)));
    let effects = s1.hear(2, 2, vote_request((0, 0)));
    assert_eq!(only(&effects), vote(true));
    assert_eq!(effects.write, None, "nothing new has to be written");
}

#[test]
fn votes_depend_on_term_vote_and_log() {
    // (own term, own vote, own log) x (term, last place of the candidate S2) -> granted
    let cases = [
        ((1, 0, &[][..]), (1, (0, 0)), true),
        ((1, 2, &[]), (1, (0, 0)), true),
        ((1, 3, &[]), (1, (0, 0)), false),
        ((1, 3, &[]), (2, (0, 0)), true),
        ((2, 0, &[]), (1, (9, 9)), false),
        ((1, 0, &[1]), (2, (0, 0)), false),
        ((1, 0, &[1]), (2, (1, 1)), true),
        ((1, 0, &[1, 1]), (2, (1, 1)), false),
        ((1, 0, &[1]), (2, (1, 2)), true),
        ((2, 0, &[1, 1, 1]), (3, (2, 1)), true),
        ((2, 0, &[2]), (3, (1, 9)), false),
    ];
    for ((own_term, own_vote, own_log), (term, last), want) in cases {
        let mut s1 = Probe::new(config(3), stable(own_term, own_vote, own_log));
        let effects = s1.hear(2, term, vote_request(last));
        assert_eq!(only(&effects), vote(want), "T{own_term} for S{own_vote} {own_log:?}, asked T{term} {last:?}");
    }
}

#[test]
fn a_refused_candidate_with_a_higher_term_still_raises_the_term() {
    let mut s1 = Probe::new(config(3), stable(1, 3, &[1]));
    let effects = s1.hear(2, 5, vote_request((0, 0)));
    assert_eq!(only(&effects), vote(false));
    assert_eq!((s1.term(), s1.voted_for()), (5, 0), "the vote of term 1 is no vote of term 5");
}

#[test]
fn a_conflicting_entry_is_replaced_with_all_that_follow_it() {
    let mut s1 = Probe::new(config(3), stable(3, 0, &[1, 2, 2, 2]));
    let effects = s1.hear(2, 3, append((1, 1), &[3], 0));
    assert_eq!(s1.terms(), [1, 3]);
    assert_eq!(only(&effects), accepted(1, 2));
    let removed = Happening::EntriesRemoved { first: Index(2), last: Index(4), mine: Term(2), theirs: Term(3) };
    assert!(tells(&effects, removed), "{effects:?}");
}

#[test]
fn a_missing_previous_entry_is_refused() {
    let mut s1 = Probe::new(config(3), stable(2, 0, &[1]));
    let effects = s1.hear(2, 2, append((2, 2), &[2], 0));
    assert_eq!(only(&effects), refused(2));
    let why = AppendRefusal::NoEntry { prev_log_index: Index(2), last_index: Index(1) };
    assert!(tells(&effects, Happening::AppendRefused { leader: ServerId(2), why }));
    assert_eq!(s1.terms(), [1]);
}

#[test]
fn a_previous_entry_of_another_term_is_refused() {
    let mut s1 = Probe::new(config(3), stable(3, 0, &[1, 1]));
    let effects = s1.hear(2, 3, append((2, 2), &[3], 0));
    assert_eq!(only(&effects), refused(2));
    let why = AppendRefusal::OtherTerm { prev_log_index: Index(2), theirs: Term(2), mine: Term(1) };
    assert!(tells(&effects, Happening::AppendRefused { leader: ServerId(2), why }));
    assert_eq!(s1.terms(), [1, 1], "a refusal removes nothing yet");
}

#[test]
fn messages_are_handled_in_the_order_of_their_arrival() {
    // The ancestor's mailbox was last in, first out within one second.
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    s1.hear(2, 1, append((0, 0), &[1], 0));
    s1.hear(2, 1, append((1, 1), &[1], 0));
    assert_eq!(s1.terms(), [1, 1]);
}

// What Figure 2 asks besides.

#[test]
fn entries_that_are_there_already_are_acknowledged_and_not_written_again() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[1, 1]));
    let effects = s1.hear(2, 1, append((0, 0), &[1, 1], 0));
    assert_eq!(only(&effects), accepted(0, 2));
    assert_eq!(effects.write, None);
    assert!(tells(&effects, Happening::EntriesKnown { leader: ServerId(2), last: Index(2) }));
}

#[test]
fn what_was_stored_is_told_with_the_term_of_the_entry_before_it() {
    // The first two entries are known: the first new one follows an entry of term 2, not of prev_log_term.
    let mut s1 = Probe::new(config(3), stable(3, 0, &[1, 1, 2]));
    let effects = s1.hear(2, 3, append((1, 1), &[1, 2, 3], 0));
    let stored =
        Happening::EntriesStored { leader: ServerId(2), first: Index(4), last: Index(4), prev_log_term: Term(2) };
    assert!(tells(&effects, stored), "{:?}", effects.happenings);
}

#[test]
fn the_commit_index_follows_the_leader_as_far_as_the_log_was_checked() {
    // (entries sent after the first, leader_commit) -> commit_index; the follower holds three entries
    for (sent, leader_commit, want) in
        [(&[][..], 0, 0), (&[], 1, 1), (&[], 3, 1), (&[1], 3, 2), (&[1, 1], 3, 3), (&[1, 1], 2, 2), (&[1, 1, 1], 9, 4)]
    {
        let mut s1 = Probe::new(config(3), stable(1, 0, &[1, 1, 1]));
        let effects = s1.hear(2, 1, append((1, 1), sent, leader_commit));
        assert_eq!(s1.commit(), want, "{sent:?} and leader_commit {leader_commit}");
        assert_eq!(effects.apply, (want > 0).then_some((Index(0), Index(want))));
    }
}

#[test]
fn the_commit_index_never_falls() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[1, 1]));
    s1.hear(2, 1, heartbeat((1, 2), 2));
    s1.hear(2, 1, heartbeat((1, 2), 1));
    assert_eq!(s1.commit(), 2);
}

#[test]
fn only_a_leader_or_a_granted_vote_starts_the_timer_anew() {
    let letters: [(&str, u32, Message, bool); 7] = [
        ("a heartbeat", 1, heartbeat((0, 0), 0), true),
        ("a heartbeat that is refused", 1, heartbeat((1, 9), 0), true),
        ("a granted vote", 1, vote_request((1, 1)), true),
        ("a refused vote", 1, vote_request((0, 0)), false),
        ("a refused vote of a higher term", 2, vote_request((0, 0)), false),
        ("a heartbeat of an older term", 0, heartbeat((0, 0), 0), false),
        ("an answer of a higher term", 2, refused(0), false),
    ];
    for (what, term, message, resets) in letters {
        let mut s1 = Probe::new(config(3), stable(1, 0, &[1]));
        s1.now = Time(1_000);
        s1.hear(2, term, message);
        let want = if resets { Time(1_000).after(TIMEOUT) } else { Time(TIMEOUT) };
        assert_eq!(s1.node.deadline(), want, "{what}");
    }
}

#[test]
fn a_higher_term_brings_a_timeout_of_its_own_that_counts_from_the_next_reset() {
    let timeout = |term: Term, _| 1_000 * u64::from(term.0);
    let mut s1 = Probe::with_timeout(config(3), stable(1, 0, &[1]), timeout);
    s1.now = Time(500);
    s1.hear(2, 7, vote_request((0, 0)));
    assert_eq!(s1.node.deadline(), Time(1_000), "a higher term alone is no sign of a leader");
    s1.hear(3, 7, heartbeat((0, 0), 0));
    assert_eq!(s1.node.deadline(), Time(7_500));
}

#[test]
fn a_follower_refuses_requests_and_names_the_leader() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    assert!(tells(&s1.propose("x"), Happening::ProposalRefused { leader: None }));
    s1.hear(2, 1, heartbeat((0, 0), 0));
    let effects = s1.propose("x");
    assert!(tells(&effects, Happening::ProposalRefused { leader: Some(ServerId(2)) }));
    assert!(s1.terms().is_empty() && effects.messages.is_empty());
}

#[test]
fn answers_that_nobody_asked_for_change_nothing() {
    for message in [vote(true), vote(false), accepted(0, 1), refused(1)] {
        let mut s1 = Probe::new(config(3), stable(1, 0, &[1]));
        let before = s1.node.clone();
        let effects = s1.hear(2, 1, message);
        assert!(effects.messages.is_empty());
        assert_eq!(s1.node, before);
    }
}

#[test]
fn an_answer_leaves_after_what_it_speaks_of_is_stable() {
    // Figure 2: "updated on stable storage before responding to RPCs".
    for message in [vote_request((0, 0)), append((0, 0), &[2], 0), append((9, 9), &[2], 0)] {
        let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
        let letter = s1.letter(2, 2, message);
        let effects = s1.step(letter.clone());
        let write = effects.write.expect("a new term has to be written");
        assert_eq!(effects.messages[0].after, write.id);
        // A copy of the request is answered no sooner, although it changes nothing.
        let again = s1.step(letter.clone());
        assert_eq!((again.write, again.messages[0].after), (None, write.id));
        s1.step(Input::WriteStable(write.id));
        assert_eq!(s1.step(letter).messages[0].after, WriteId(0));
    }
}

#[test]
fn an_owner_can_move_the_deadline_and_a_heartbeat_moves_it_back() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    s1.step(Input::SetDeadline(Time(7)));
    assert_eq!(s1.node.deadline(), Time(7));
    s1.hear(2, 1, heartbeat((0, 0), 0));
    assert_eq!(s1.node.deadline(), Time(TIMEOUT), "the length of the timeout is as it was");
}

#[test]
fn a_follower_can_be_made_to_stand_for_election() {
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    let effects = s1.feed(Input::ForceTimeout);
    assert!(tells(&effects, Happening::BecameCandidate { term: Term(2), why: CandidacyCause::Forced }));
    let mut s1 = Probe::new(config(3), stable(1, 0, &[]));
    let why = CandidacyCause::TimerRanOut { timeout: TIMEOUT };
    assert!(tells(&s1.time_out(), Happening::BecameCandidate { term: Term(2), why }));
}
