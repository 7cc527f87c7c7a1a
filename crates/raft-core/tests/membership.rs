//! Section 6 of the paper and chapter 4 of the dissertation, claim by claim.

use crate::common::*;
use raft_core::*;

fn set(ids: &[u32]) -> ServerSet {
    ids.iter().map(|id| ServerId(*id)).collect()
}

fn add(id: u32) -> Change {
    Change::Add(ServerId(id))
}

fn remove(id: u32) -> Change {
    Change::Remove(ServerId(id))
}

/// A cluster with `spares` in which S1 leads and has committed an entry of its term.
fn led(config: Config, spares: u32) -> Cluster {
    let mut cluster = Cluster::with_spares(config, spares);
    cluster.elect(1);
    cluster.propose(1);
    cluster.wait(1);
    cluster.forget();
    cluster
}

fn refusal(cluster: &Cluster, id: u32) -> Option<ChangeRefusal> {
    cluster.told.iter().rev().find_map(|(at, happening)| match happening {
        Happening::ChangeRefused { why, .. } if *at == id => Some(*why),
        _ => None,
    })
}

/// Heartbeats of a leader, with all that follows.
fn beats(cluster: &mut Cluster, leader: u32, count: u32) {
    (0..count).for_each(|_| cluster.wait(leader));
}

#[test]
fn section_6_a_configuration_is_used_as_soon_as_it_is_in_the_log() {
    let mut cluster = led(config(4), 0);
    cluster.part(&[1, 2], &[3, 4]);
    cluster.change(1, remove(4));
    for id in [1, 2] {
        assert_eq!(cluster.membership(id)[0], [1, 2, 3], "S{id}");
        let used = Happening::ConfigChanged { index: Index(2), why: ConfigCause::Appended };
        assert!(cluster.told.contains(&(id, used)));
    }
    assert_eq!(cluster.membership(3)[0], [1, 2, 3, 4]);
    assert_eq!(cluster.commit(1), 2, "two of three are a majority of the new configuration");
}

#[test]
fn section_6_a_server_falls_back_when_the_entry_is_removed() {
    let mut cluster = led(config(5), 0);
    cluster.isolate(1);
    cluster.change(1, remove(5));
    assert_eq!(cluster.membership(1)[0], [1, 2, 3, 4]);
    cluster.elect(2);
    cluster.heal();
    cluster.propose(2);
    beats(&mut cluster, 2, 2);
    assert_eq!((cluster.membership(1)[0].len(), cluster.node(1).config_index()), (5, Index(0)));
    let back = Happening::ConfigChanged { index: Index(0), why: ConfigCause::FellBack };
    assert!(cluster.told.contains(&(1, back)));
}

#[test]
fn section_6_another_configuration_in_the_same_place_is_no_way_back() {
    let mut cluster = led(with(config(5), ProtocolOption::Batching), 0);
    cluster.isolate(1);
    cluster.propose(1);
    cluster.change(1, remove(5));
    cluster.elect(2);
    cluster.propose(2);
    beats(&mut cluster, 2, 1);
    cluster.change(2, remove(4));
    assert_eq!(cluster.node(1).config_index(), cluster.node(2).config_index(), "both are at the same place");
    cluster.forget();
    cluster.heal();
    beats(&mut cluster, 2, 2);
    assert_eq!(cluster.membership(1)[0], [1, 2, 3, 5]);
    let changed = |why| cluster.count_at(1, |it| matches!(it, Happening::ConfigChanged { why: w, .. } if *w == why));
    assert_eq!([changed(ConfigCause::Appended), changed(ConfigCause::FellBack)], [1, 0]);
}

#[test]
fn without_config_on_append_it_is_the_commit_that_changes_the_configuration() {
    let mut cluster = led(without(config(3), Rule::ConfigOnAppend), 0);
    cluster.change(1, remove(3));
    beats(&mut cluster, 1, 1);
    let causes: Vec<_> = cluster
        .told
        .iter()
        .filter_map(|(_, it)| match it {
            Happening::ConfigChanged { why, .. } => Some(*why),
            _ => None,
        })
        .collect();
    assert!(!causes.is_empty() && causes.iter().all(|why| *why == ConfigCause::Committed), "{causes:?}");
}

#[test]
fn section_6_a_restarted_server_uses_the_configuration_on_its_disk() {
    let mut cluster = led(config(3), 1);
    cluster.change(1, add(4));
    beats(&mut cluster, 1, 3);
    for id in [1, 2, 3, 4] {
        cluster.crash(id);
        cluster.restart(id);
        assert_eq!(cluster.membership(id)[0], [1, 2, 3, 4], "S{id}");
    }
}

#[test]
fn section_6_joint_consensus_goes_through_both_configurations() {
    let mut cluster = led(config(3), 2);
    cluster.change(1, Change::Replace(set(&[1, 4, 5])));
    cluster.wait(1);
    let joint = cluster.node(1).log().iter_from(Index(1)).filter_map(|(_, entry)| match &entry.payload {
        Payload::Own(Own::Config(membership)) => Some(membership.is_joint()),
        _ => None,
    });
    assert_eq!(joint.collect::<Vec<_>>(), [true, false]);
    beats(&mut cluster, 1, 3);
    assert_eq!(cluster.membership(5), [vec![1, 4, 5], vec![], vec![]]);
    assert_eq!((cluster.commit(1), cluster.commit(4)), (3, 3));
}

#[test]
fn section_6_joint_decisions_need_both_majorities() {
    let mut cluster = led(config(3), 2);
    // S2 and S3 are the old majority, S4 and S5 the new one, S1 is in both.
    cluster.change(1, Change::Replace(set(&[1, 4, 5])));
    cluster.part(&[1], &[2, 3]);
    cluster.wait(1);
    assert!(cluster.node(1).membership().is_joint());
    assert_eq!(cluster.commit(1), 1, "S1, S4 and S5 are no majority of the old configuration");
    cluster.crash(1);
    cluster.part(&[4, 5], &[2, 3]);
    cluster.elect_in_vain(4);
    // S2 and S3 do not know the new configuration yet: a majority of the old one is enough for them.
    cluster.elect(2);
}

#[test]
fn section_6_after_a_crash_of_the_leader_the_change_is_finished_by_the_next() {
    let mut cluster = led(config(3), 2);
    cluster.change(1, Change::Replace(set(&[3, 4, 5])));
    beats(&mut cluster, 1, 1);
    let joint_at = 2;
    // The joint configuration is stored everywhere, and the leader crashes before it is finished.
    let mut cluster = led(config(3), 2);
    cluster.part(&[1], &[2, 3]);
    cluster.change(1, Change::Replace(set(&[3, 4, 5])));
    beats(&mut cluster, 1, 1);
    cluster.heal();
    cluster.time_out(1);
    cluster.settle_only(|e| e.from.0 == 1);
    assert!((2..=5).all(|id| cluster.node(id).config_index() == Index(joint_at)));
    cluster.crash(1);
    cluster.elect(3);
    cluster.propose(3);
    beats(&mut cluster, 3, 3);
    assert_eq!(cluster.membership(3), [vec![3, 4, 5], vec![], vec![]]);
    assert_eq!(cluster.leaders(), [3]);
}

#[test]
fn section_6_a_leader_that_is_not_in_the_new_configuration_steps_down_when_it_is_committed() {
    let mut cluster = led(config(3), 0);
    cluster.cut(1, 3);
    cluster.change(1, remove(1));
    assert!(cluster.node(1).is_leader(), "it leads servers to which it does not belong");
    assert_eq!((cluster.membership(1)[0].clone(), cluster.commit(1)), (vec![2, 3], 1), "and does not count itself");
    cluster.heal();
    cluster.wait(1);
    assert_eq!(cluster.commit(1), 2);
    let why = StepDownCause::Removed { index: Index(2) };
    assert!(cluster.told.contains(&(1, Happening::SteppedDown { term: Term(1), why })));
    // Nobody misses it.
    cluster.elect(2);
    cluster.propose(2);
    assert_eq!(cluster.commit(2), 3);
}

#[test]
fn section_6_a_server_answers_servers_that_are_not_in_its_configuration() {
    let mut s1 = Probe::new(config(3), Stable::default());
    assert_eq!(only(&s1.hear(5, 1, vote_request((0, 0)))), vote(true));
    assert_eq!(only(&s1.hear(5, 1, append((0, 0), &[1], 0))), accepted(0, 1));
}

#[test]
fn votes_and_copies_of_strangers_do_not_count() {
    let mut s1 = Probe::candidate(config(3), 1, &[]);
    s1.hear(4, 1, vote(true));
    s1.hear(5, 1, vote(true));
    assert!(!s1.node.is_leader());
    s1.hear(2, 1, vote(true));
    s1.propose("x");
    for stranger in [4, 5, 128] {
        s1.hear(stranger, 1, accepted(0, 1));
    }
    assert_eq!(s1.commit(), 0);
}

#[test]
fn a_joint_candidate_wins_with_both_majorities() {
    let joint = Membership { voters: set(&[1, 2, 4, 5, 6]), outgoing: set(&[1, 2, 3]), learners: set(&[]) };
    let disk = || {
        let payload = Payload::Own(Own::Config(joint.into()));
        Stable {
            current_term: Term(1),
            voted_for: None,
            snapshot: None,
            log: Log::from_entries([Entry { term: Term(1), payload }]),
        }
    };
    for (voters, wins) in [(&[2, 4][..], true), (&[4, 5, 6], false), (&[2, 3], false), (&[3, 4, 5], true)] {
        let mut s1 = Probe::new(config(3), disk());
        s1.time_out();
        voters.iter().for_each(|from| drop(s1.hear(*from, 2, vote(true))));
        assert_eq!(s1.node.is_leader(), wins, "{voters:?}");
    }
}

#[test]
fn dissertation_4_1_one_server_is_added_and_one_removed() {
    let mut cluster = led(config(3), 1);
    cluster.change(1, add(4));
    beats(&mut cluster, 1, 3);
    assert!((1..=4).all(|id| cluster.membership(id)[0] == [1, 2, 3, 4] && cluster.commit(id) == 2));
    cluster.change(1, remove(2));
    beats(&mut cluster, 1, 2);
    assert!([1, 3, 4].into_iter().all(|id| cluster.membership(id)[0] == [1, 3, 4] && cluster.commit(id) == 3));
    assert_eq!(cluster.terms(2).len(), 2, "a removed server is told nothing more");
}

#[test]
fn dissertation_4_1_refusals_have_reasons() {
    let mut cluster = led(config(4), 1);
    for (id, change, why) in [
        (2, add(5), ChangeRefusal::NotLeader { leader: Some(ServerId(1)) }),
        (1, add(3), ChangeRefusal::AlreadyMember),
        (1, remove(5), ChangeRefusal::NotMember),
        (1, Change::Promote(ServerId(5)), ChangeRefusal::NotLearner),
        (1, Change::Replace(ServerSet::default()), ChangeRefusal::NobodyLeft),
    ] {
        assert_eq!(cluster.node(id).change_refusal(change), Some(why), "{change:?}: it can be asked before");
        cluster.change(id, change);
        assert_eq!(refusal(&cluster, id), Some(why), "{change:?}");
    }
    cluster.crash(5);
    cluster.change(1, add(5));
    cluster.change(1, remove(4));
    assert_eq!(refusal(&cluster, 1), Some(ChangeRefusal::CatchingUp));
    cluster.isolate(1);
    beats(&mut cluster, 1, 4);
    cluster.change(1, remove(4));
    cluster.change(1, remove(3));
    assert_eq!(refusal(&cluster, 1), Some(ChangeRefusal::UnderWay { index: Index(2) }));
}

#[test]
fn dissertation_4_1_the_guard_of_2015() {
    let mut cluster = led(config(4), 0);
    cluster.elect(2);
    cluster.change(2, remove(4));
    assert_eq!(refusal(&cluster, 2), Some(ChangeRefusal::NothingCommitted));
    cluster.propose(2);
    cluster.change(2, remove(4));
    assert_eq!(cluster.membership(2)[0], [1, 2, 3]);
}

/// Ongaro's three forms of the bug (raft-dev, July 2015), with the configurations that S1 and S2 begin.
const BUG_OF_2015: [(&str, Change, Change); 3] = [
    ("one add, one remove", Change::Add(ServerId(5)), Change::Remove(ServerId(1))),
    ("two adds", Change::Add(ServerId(5)), Change::Add(ServerId(6))),
    ("two removes", Change::Remove(ServerId(2)), Change::Remove(ServerId(1))),
];

#[test]
fn the_bug_of_2015() {
    for (form, first, second) in BUG_OF_2015 {
        let config = without(without(config(4), Rule::ConfigAfterCommit), Rule::LearnerCatchUp);
        let mut cluster = Cluster::with_spares(config, 2).tolerant();
        cluster.elect_by(1, 1, &[2, 3]);
        cluster.handle(1, Input::ChangeMembership(first));
        beats_within(&mut cluster, 1, &[1, 5]);
        assert_eq!(cluster.commit(1), 0, "{form}");
        cluster.crash(1);
        cluster.restart(1);
        cluster.elect_by(2, 2, &[3, 4]);
        cluster.handle(2, Input::ChangeMembership(second));
        beats_within(&mut cluster, 2, &[2, 3, 6]);
        assert_eq!(cluster.commit(2), 1, "{form}");
        cluster.elect_by(1, 3, &[4, 5]);
        assert!(cluster.violated(Property::LeaderCompleteness), "{form}");
        beats_within(&mut cluster, 1, &[1, 4, 5]);
        cluster.propose_within(1, &[4, 5]);
        let committed = [1, 2].map(|id| (cluster.commit(id) > 0, cluster.node(id).log().digest_at(Index(1))));
        assert!(committed[0].0 && committed[1].0 && committed[0].1 != committed[1].1, "{form}: index 1 twice");
    }
}

fn beats_within(cluster: &mut Cluster, leader: u32, group: &[u32]) {
    for _ in 0..3 {
        cluster.time_out(leader);
        cluster.settle_only(|e| [e.from.0, e.to.0].iter().all(|id| group.contains(id)));
    }
}

#[test]
fn the_bug_of_2015_does_not_happen_with_the_guard() {
    for (form, first, second) in BUG_OF_2015 {
        let mut cluster = Cluster::with_spares(without(config(4), Rule::LearnerCatchUp), 2);
        cluster.elect_by(1, 1, &[2, 3]);
        // S1 gets so far as to commit one entry, and may change.
        cluster.propose_within(1, &[2, 3]);
        cluster.handle(1, Input::ChangeMembership(first));
        beats_within(&mut cluster, 1, &[1, 5]);
        cluster.crash(1);
        cluster.restart(1);
        cluster.elect_by(2, 2, &[3, 4]);
        cluster.change(2, second);
        assert_eq!(refusal(&cluster, 2), Some(ChangeRefusal::NothingCommitted), "{form}");
        // What S2 has to commit first reaches S4, which then refuses S1.
        beats_within(&mut cluster, 2, &[2, 3, 4]);
        cluster.propose_within(2, &[3, 4]);
        beats_within(&mut cluster, 2, &[2, 3, 4]);
        cluster.handle(2, Input::ChangeMembership(second));
        beats_within(&mut cluster, 2, &[2, 3, 6]);
        cluster.elect_in_vain(1);
    }
}

#[test]
fn dissertation_4_2_1_a_new_server_catches_up_before_it_counts() {
    let mut cluster = led(config(3), 1);
    (0..5).for_each(|_| cluster.propose(1));
    cluster.change(1, add(4));
    assert_eq!(cluster.membership(1)[0], [1, 2, 3]);
    let began = Happening::CatchUpBegan { change: add(4), upto: Index(6) };
    assert!(cluster.told.contains(&(1, began)));
    cluster.wait(1);
    assert_eq!(cluster.terms(4).len(), 7, "the next heartbeat finds where the logs agree, and all entries follow");
    assert_eq!(cluster.membership(1)[0], [1, 2, 3, 4]);
    assert_eq!(cluster.count(|it| matches!(it, Happening::CatchUpRound { round: 1, .. })), 1);
}

#[test]
fn dissertation_4_2_1_a_silent_server_is_given_up() {
    let mut cluster = led(config(3), 1);
    cluster.crash(4);
    cluster.change(1, add(4));
    beats(&mut cluster, 1, (ELECTION_MIN / HEARTBEAT) as u32);
    let why = GiveUpCause::Silent { server: ServerId(4) };
    assert!(cluster.told.contains(&(1, Happening::ChangeGivenUp { change: add(4), why })));
    assert_eq!(cluster.membership(1)[0], [1, 2, 3]);
    cluster.propose(1);
    assert_eq!(cluster.commit(1), 2, "it was never in the way");
}

#[test]
fn dissertation_4_2_1_a_server_that_stays_behind_is_given_up_after_ten_rounds() {
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.propose("x");
    s1.hear(2, 1, accepted(0, 1));
    s1.feed(Input::ChangeMembership(add(4)));
    for round in 1..=10 {
        // It takes an election timeout for what the others write in no time.
        let last = s1.node.log().last_index().0;
        s1.propose("y");
        s1.now = s1.now.after(ELECTION_MIN);
        s1.hear(2, 1, accepted(0, last + 1));
        let effects = s1.hear(4, 1, accepted(0, last));
        let lasted = ELECTION_MIN;
        assert!(tells(&effects, Happening::CatchUpRound { round, lasted }), "{round} {effects:#?}");
        let why = GiveUpCause::TooSlow { rounds: 10 };
        assert_eq!(tells(&effects, Happening::ChangeGivenUp { change: add(4), why }), round == 10);
    }
    assert_eq!(s1.node.membership().voters, set(&[1, 2, 3]));
}

#[test]
fn dissertation_4_2_1_a_leader_that_steps_down_gives_the_change_up() {
    let mut cluster = led(config(3), 1);
    cluster.crash(4);
    cluster.change(1, add(4));
    cluster.elect(2);
    assert!(cluster.told.contains(&(1, Happening::ChangeGivenUp { change: add(4), why: GiveUpCause::NotLeading })));
}

#[test]
fn dissertation_4_2_1_a_learner_has_the_log_and_no_vote() {
    let mut cluster = led(config(3), 1);
    cluster.change(1, Change::AddLearner(ServerId(4)));
    beats(&mut cluster, 1, 3);
    assert_eq!(cluster.membership(4), [vec![1, 2, 3], vec![], vec![4]]);
    assert_eq!(cluster.commit(4), 2);
    // Neither does it count nor does it campaign.
    cluster.part(&[1, 4], &[2, 3]);
    cluster.propose(1);
    assert_eq!((cluster.terms(4).len(), cluster.commit(1)), (3, 2));
    cluster.wait(4);
    assert_eq!((cluster.term(4), cluster.count_at(4, |it| matches!(it, Happening::StayedQuiet { .. }))), (1, 1));
    cluster.heal();
    cluster.wait(1);
    cluster.change(1, Change::Promote(ServerId(4)));
    beats(&mut cluster, 1, 2);
    assert_eq!(cluster.membership(4), [vec![1, 2, 3, 4], vec![], vec![]]);
}

#[test]
fn a_learner_votes_if_it_is_asked() {
    // Its promotion may be committed though it does not know that yet.
    let mut cluster = led(config(1), 1);
    cluster.change(1, Change::AddLearner(ServerId(2)));
    beats(&mut cluster, 1, 3);
    cluster.cut(1, 2);
    cluster.change(1, Change::Promote(ServerId(2)));
    beats(&mut cluster, 1, 1);
    cluster.crash(1);
    cluster.restart(1);
    cluster.heal();
    cluster.elect(1);
}

#[test]
fn dissertation_4_2_2_the_leader_of_two_removes_itself() {
    let mut cluster = led(config(2), 0);
    cluster.isolate(1);
    cluster.change(1, remove(1));
    cluster.crash(1);
    cluster.restart(1);
    cluster.heal();
    // S2 does not know that it is alone now, and S1, which it needs, has the longer log.
    cluster.elect_in_vain(2);
    cluster.elect(1);
    cluster.propose(1);
    beats(&mut cluster, 1, 1);
    assert_eq!((cluster.leaders(), cluster.commit(1)), (vec![], 3), "S1 has done its duty");
    cluster.wait(2);
    assert_eq!((cluster.leaders(), cluster.membership(2)[0].clone()), (vec![2], vec![2]));
}

#[test]
fn dissertation_4_2_2_who_knows_that_it_was_removed_is_quiet() {
    let mut cluster = led(config(3), 0);
    cluster.change(1, remove(1));
    assert!(cluster.leaders().is_empty());
    let before = cluster.term(1);
    cluster.wait(1);
    assert_eq!(cluster.term(1), before);
    let quiet = Happening::StayedQuiet { why: QuietCause::Outside };
    assert!(cluster.told.contains(&(1, quiet)));
}

#[test]
fn dissertation_4_2_3_a_removed_server_disrupts_and_check_quorum_cures_it() {
    for cured in [false, true] {
        let settings = if cured { with(config(4), ProtocolOption::CheckQuorum) } else { config(4) };
        let mut cluster = led(settings, 0);
        cluster.change(1, remove(4));
        assert_eq!(cluster.node(4).membership().voters.len(), 4, "it was not told");
        beats(&mut cluster, 1, 2);
        cluster.time_out(4);
        cluster.now = cluster.node(1).deadline();
        cluster.settle();
        assert_eq!(cluster.leaders().contains(&1), cured);
    }
}

#[test]
fn a_server_that_returns_begins_with_a_fresh_row() {
    let mut cluster = led(config(3), 0);
    cluster.change(1, remove(3));
    beats(&mut cluster, 1, 1);
    cluster.propose(1);
    cluster.change(1, add(3));
    beats(&mut cluster, 1, 3);
    assert_eq!(cluster.membership(3)[0], [1, 2, 3]);
    assert_eq!(cluster.node(3).log(), cluster.node(1).log());
}

#[test]
fn one_majority_of_a_joint_configuration_does_not_hold_off_check_quorum() {
    let mut cluster = led(with(config(3), ProtocolOption::CheckQuorum), 2);
    cluster.part(&[1, 4, 5], &[2, 3]);
    cluster.change(1, Change::Replace(set(&[1, 4, 5])));
    beats(&mut cluster, 1, 1);
    assert!(cluster.node(1).membership().is_joint());
    for _ in 0..8 {
        if cluster.node(1).is_leader() {
            cluster.wait(1);
        }
    }
    let lost = StepDownCause::QuorumLost { heard: 1, needed: 2 };
    assert!(cluster.told.contains(&(1, Happening::SteppedDown { term: Term(1), why: lost })));
}

#[test]
fn requests_to_a_server_that_left_and_came_back_in_one_round_keep_different_names() {
    // The cluster of the tests refuses two requests of one name; so here it is enough to come to the same place again.
    let mut cluster = Cluster::of(4);
    cluster.elect(1);
    cluster.propose(1);
    cluster.isolate(4);
    cluster.propose(1);
    cluster.change(1, remove(4));
    assert_eq!((cluster.commit(1), cluster.terms(4).len()), (3, 1), "S4 has not heard of it");
    cluster.heal();
    cluster.change(1, Change::AddLearner(ServerId(4)));
    cluster.propose(1);
    assert_eq!(cluster.terms(4), cluster.terms(1), "the leader went back to where it had been");
}
