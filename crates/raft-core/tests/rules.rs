//! What each rule is for: with the rule off a server does something else, and says so where it can be said.

mod membership;
mod reads;

use crate::common::*;
use raft_core::*;

/// The settings with the rule and without it.
fn both(rule: Rule, servers: u32) -> [(bool, Config); 2] {
    [(true, config(servers)), (false, without(config(servers), rule))]
}

fn forbidden(effects: &Effects, rule: Rule) -> bool {
    tells(effects, Happening::RuleWouldForbid { rule })
}

#[test]
fn rule_ids_are_unique_kebab_case_and_every_text_is_there() {
    let mut seen = std::collections::BTreeSet::new();
    for rule in Rule::ALL {
        assert!(seen.insert(rule.id()), "{} twice", rule.id());
        assert!(rule.id().split('-').all(|word| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase())));
        let texts = [rule.title(), rule.section(), rule.statement(), rule.instead(), rule.harm(), rule.owner()];
        assert!(texts.iter().all(|text| !text.is_empty()), "{}", rule.id());
        let number = rule.section().trim_start_matches("dissertation ").trim_start_matches("Figure ");
        assert!(number.starts_with(|c: char| c.is_ascii_digit()), "{}", rule.id());
        assert_eq!(rule.citation().rule, Some(*rule));
    }
}

#[test]
fn what_has_to_be_on_disk_is_said_in_figure_2() {
    // "Persistent state on all servers (updated on stable storage before responding to RPCs)", and what is volatile
    // beside it; the sections speak of neither.
    for rule in Rule::ALL {
        let is_of_disks = matches!(rule, Rule::StableVote | Rule::StableLog | Rule::VolatileReset);
        assert_eq!(rule.section() == "Figure 2", is_of_disks, "{}", rule.id());
    }
}

#[test]
fn all_rules_hold_by_default_and_each_can_be_switched_by_itself() {
    assert_eq!(Rules::default().off().count(), 0);
    for rule in Rule::ALL {
        let off = Rules::ALL.with(*rule, false);
        assert_eq!(off.off().collect::<Vec<_>>(), [*rule]);
        assert_eq!(off.with(*rule, true), Rules::ALL);
    }
}

#[test]
fn every_rule_of_the_core_has_its_story_here() {
    // A new rule does not compile until it names its story.
    for rule in Rule::ALL {
        let story: Option<fn()> = match rule {
            Rule::UpToDateCheck => Some(up_to_date_check),
            Rule::OneVotePerTerm => Some(one_vote_per_term),
            Rule::Majority => Some(majority_of_votes_and_copies),
            Rule::StepDownOnHigherTerm => Some(step_down_on_higher_term),
            Rule::RejectStaleTerm => Some(reject_stale_term),
            Rule::LogConsistencyCheck => Some(log_consistency_check),
            Rule::TruncateOnConflict => Some(truncate_on_conflict),
            Rule::LeaderAppendOnly => Some(leader_append_only),
            Rule::CommitCurrentTermOnly => Some(commit_current_term_only),
            Rule::CommitWithinMatch => Some(commit_within_match),
            Rule::StableVote => Some(stable_vote),
            Rule::StableLog => Some(stable_log),
            Rule::VolatileReset => Some(volatile_reset_on_restart),
            Rule::ConfigOnAppend => Some(membership::config_on_append),
            Rule::OneChangeAtATime => Some(membership::one_change_at_a_time),
            Rule::ConfigAfterCommit => Some(membership::config_after_commit),
            Rule::JointMajorities => Some(membership::joint_majorities),
            Rule::CountMembersOnly => Some(membership::count_members_only),
            Rule::LearnerCatchUp => Some(membership::learner_catch_up),
            Rule::RemovedServersCampaign => Some(membership::removed_servers_campaign),
            Rule::SnapshotBeforeDiscard => Some(snapshot_before_discard),
            Rule::KeepLogAfterSnapshot => Some(keep_log_after_snapshot),
            Rule::CandidateYields => Some(candidate_yields),
            Rule::TimerResetByLeader => Some(timer_reset_by_leader),
            Rule::LeaderStickiness => Some(reads::leader_stickiness),
            Rule::ReadIndexConfirmation => Some(reads::read_index_confirmation),
            Rule::ReadIndexOwnTerm => Some(reads::read_index_own_term),
            Rule::LeaseStart => Some(reads::lease_start),
            Rule::LeaseBound => Some(reads::lease_bound),
            Rule::TransferExpiresLease => Some(reads::transfer_expires_lease),
            Rule::RandomisedTimeouts | Rule::SessionDedup => None,
        };
        assert_eq!(story.is_some(), rule.owner() == "raft-core", "{}", rule.id());
    }
}

#[test]
fn up_to_date_check() {
    for (on, config) in both(Rule::UpToDateCheck, 3) {
        let mut s1 = Probe::new(config, stable(2, 0, &[1, 2]));
        let effects = s1.hear(2, 3, vote_request((1, 1)));
        assert_eq!(only(&effects), vote(!on));
        assert_eq!(forbidden(&effects, Rule::UpToDateCheck), !on);
        let fine = s1.hear(2, 4, vote_request((2, 2)));
        assert!(!forbidden(&fine, Rule::UpToDateCheck), "nothing to forbid");
        let pre = s1.hear(2, 5, pre_vote((1, 1)));
        assert_eq!(only(&pre), Message::PreVoteReply { vote_granted: !on });
        assert_eq!(forbidden(&pre, Rule::UpToDateCheck), !on);
    }
}

#[test]
fn one_vote_per_term() {
    for (on, config) in both(Rule::OneVotePerTerm, 3) {
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        assert!(!forbidden(&s1.hear(2, 1, vote_request((0, 0))), Rule::OneVotePerTerm));
        let effects = s1.hear(3, 1, vote_request((0, 0)));
        assert_eq!(only(&effects), vote(!on));
        assert_eq!(forbidden(&effects, Rule::OneVotePerTerm), !on);
    }
}

#[test]
fn majority_of_votes_and_copies() {
    for (on, config) in both(Rule::Majority, 4) {
        let mut s1 = Probe::candidate(config, 1, &[]);
        s1.hear(2, 1, vote(true));
        assert_eq!(s1.node.is_leader(), !on, "two of four");
        s1.hear(3, 1, vote(true));
        s1.propose("x");
        s1.hear(2, 1, accepted(0, 1));
        assert_eq!(s1.commit(), u32::from(!on), "two of four");
    }
}

#[test]
fn step_down_on_higher_term() {
    for (on, config) in both(Rule::StepDownOnHigherTerm, 3) {
        for message in [heartbeat((0, 0), 0), refused(0), vote_request((0, 0))] {
            let mut s1 = Probe::leader(config, 1, &[]);
            let effects = s1.hear(2, 5, message);
            assert_eq!((s1.term(), s1.node.is_leader()), (5, !on), "the term is taken over in any case");
            assert_eq!(forbidden(&effects, Rule::StepDownOnHigherTerm), !on);
        }
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        let effects = s1.hear(2, 5, heartbeat((0, 0), 0));
        assert!(!forbidden(&effects, Rule::StepDownOnHigherTerm), "a follower has no role to keep");
    }
}

#[test]
fn a_leader_that_does_not_step_down_refuses_its_rival() {
    let mut s1 = Probe::leader(without(config(3), Rule::StepDownOnHigherTerm), 1, &[]);
    let effects = s1.hear(2, 2, append((0, 0), &[2], 0));
    assert_eq!((only(&effects), s1.terms()), (refused(0), vec![]));
    assert!(tells(&effects, Happening::AppendRefused { leader: ServerId(2), why: AppendRefusal::IsLeader }));
}

#[test]
fn reject_stale_term() {
    for (on, config) in both(Rule::RejectStaleTerm, 3) {
        let mut s1 = Probe::new(config, stable(3, 0, &[1]));
        let effects = s1.hear(2, 2, append((1, 1), &[2], 0));
        assert_eq!(s1.terms(), if on { vec![1] } else { vec![1, 2] });
        assert_eq!(forbidden(&effects, Rule::RejectStaleTerm), !on);
        assert_eq!(s1.term(), 3, "the term does not fall");
        let effects = s1.hear(3, 2, vote_request((9, 9)));
        assert_eq!(only(&effects), vote(!on));
    }
}

#[test]
fn log_consistency_check() {
    for (on, config) in both(Rule::LogConsistencyCheck, 3) {
        let mut s1 = Probe::new(config, stable(3, 0, &[1, 1]));
        let effects = s1.hear(2, 3, append((2, 2), &[3], 0));
        assert_eq!(only(&effects), if on { refused(2) } else { accepted(2, 3) });
        assert_eq!(s1.terms(), if on { vec![1, 1] } else { vec![1, 1, 3] });
        assert_eq!(forbidden(&effects, Rule::LogConsistencyCheck), !on);
        // Without it a server still looks whether there is an entry: else there would be a hole.
        assert_eq!(only(&s1.hear(2, 3, append((3, 9), &[3], 0))), refused(9));
    }
}

#[test]
fn truncate_on_conflict() {
    for (on, config) in both(Rule::TruncateOnConflict, 3) {
        let mut s1 = Probe::new(config, stable(2, 0, &[1, 1, 1]));
        let effects = s1.hear(2, 2, append((0, 0), &[2], 0));
        assert_eq!(s1.terms(), if on { vec![2] } else { vec![2, 1, 1] });
        assert_eq!(forbidden(&effects, Rule::TruncateOnConflict), !on);
        // The last entry has nothing behind it to keep.
        let mut s1 = Probe::new(config, stable(2, 0, &[1]));
        assert!(!forbidden(&s1.hear(2, 2, append((0, 0), &[2], 0)), Rule::TruncateOnConflict));
    }
}

#[test]
fn leader_append_only() {
    for (on, config) in both(Rule::LeaderAppendOnly, 3) {
        let mut s1 = Probe::new(config, stable(2, 0, &[1, 1, 2]));
        s1.hear(2, 2, heartbeat((1, 1), 1));
        s1.time_out();
        assert_eq!(s1.terms(), [1, 1, 2], "a candidate has its whole log to show");
        let effects = s1.hear(2, 3, vote(true));
        assert_eq!(s1.terms(), if on { vec![1, 1, 2] } else { vec![1] });
        assert_eq!(forbidden(&effects, Rule::LeaderAppendOnly), !on);
        // A leader that knows everything to be committed has nothing to remove.
        let mut s1 = Probe::candidate(config, 1, &[]);
        assert!(!forbidden(&s1.hear(2, 1, vote(true)), Rule::LeaderAppendOnly));
    }
}

#[test]
fn without_leader_append_only_a_new_leader_removes_a_committed_entry() {
    for (on, config) in both(Rule::LeaderAppendOnly, 3) {
        let mut cluster = Cluster::new(config).tolerant();
        cluster.elect(1);
        cluster.propose_within(1, &[2]);
        assert_eq!((cluster.commit(1), cluster.commit(2)), (1, 0), "S2 has the entry and does not know");
        cluster.crash(1);
        cluster.elect(2);
        for broken in [Property::LeaderAppendOnly, Property::LeaderCompleteness] {
            assert_eq!(cluster.violated(broken), !on, "{broken:?}");
        }
    }
}

#[test]
fn commit_current_term_only() {
    for (on, config) in both(Rule::CommitCurrentTermOnly, 3) {
        let mut s1 = Probe::leader(config, 2, &[1]);
        let effects = s1.hear(2, 2, accepted(1, 1));
        assert_eq!(s1.commit(), u32::from(!on));
        assert_eq!(forbidden(&effects, Rule::CommitCurrentTermOnly), !on);
        s1.propose("x");
        let effects = s1.hear(2, 2, accepted(1, 2));
        assert_eq!(s1.commit(), 2);
        assert!(!forbidden(&effects, Rule::CommitCurrentTermOnly));
    }
}

#[test]
fn commit_within_match() {
    for (on, config) in both(Rule::CommitWithinMatch, 3) {
        let mut s1 = Probe::new(config, stable(2, 0, &[1, 2, 2]));
        let effects = s1.hear(2, 3, heartbeat((1, 1), 3));
        assert_eq!(s1.commit(), if on { 1 } else { 3 });
        assert_eq!(forbidden(&effects, Rule::CommitWithinMatch), !on);
        let mut s1 = Probe::new(config, stable(1, 0, &[1]));
        assert!(!forbidden(&s1.hear(2, 1, heartbeat((1, 1), 1)), Rule::CommitWithinMatch));
        let again = s1.hear(2, 1, heartbeat((1, 1), 1));
        assert!(!again.happenings.iter().any(|it| matches!(it, Happening::CommitAdvanced { .. })), "told once");
    }
}

#[test]
fn without_commit_within_match_a_follower_applies_what_its_leader_never_had() {
    for (on, config) in both(Rule::CommitWithinMatch, 3) {
        // S3 holds entries of term 2 that nobody else has; S1 and S2 committed others in their place.
        let logs = [&[1, 3, 3][..], &[1, 3, 3], &[1, 2, 2]];
        let mut cluster = Cluster::with_disks(config, logs.map(|log| stable(3, 0, log)).into()).tolerant();
        cluster.elect_by(1, 4, &[2]);
        cluster.propose_within(1, &[2]);
        assert_eq!(cluster.commit(1), 4);
        // The leader finds where the logs agree; the entry that would remove the others is lost.
        cluster.time_out(1);
        cluster.settle_only(|e| match &e.message {
            Message::AppendEntries { prev_log_index, entries, .. } => prev_log_index.0 > 1 || entries.is_empty(),
            _ => true,
        });
        cluster.handle(1, Input::ForceTimeout);
        cluster.settle();
        assert_eq!(cluster.violated(Property::StateMachineSafety), !on);
    }
}

#[test]
fn stable_vote() {
    for (on, config) in both(Rule::StableVote, 3) {
        let mut s1 = Probe::new(config, Stable::default());
        let letter = s1.letter(2, 4, vote_request((0, 0)));
        let effects = s1.step(letter);
        assert_eq!(only(&effects), vote(true));
        assert_eq!((effects.write.is_some(), effects.messages[0].after > WriteId(0)), (on, on));
    }
}

#[test]
fn without_stable_vote_a_restarted_server_votes_again() {
    for (on, config) in both(Rule::StableVote, 3) {
        let mut cluster = Cluster::new(config).tolerant();
        cluster.elect_by(1, 1, &[3]);
        cluster.crash(3);
        cluster.restart(3);
        cluster.time_out(2);
        cluster.settle_only(|e| e.from.0 != 1 && e.to.0 != 1);
        assert_eq!(cluster.violated(Property::ElectionSafety), !on);
    }
}

#[test]
fn without_stable_vote_nothing_waits_for_a_vote() {
    // Only the log's write is under way, and both rules are off: nothing has to wait.
    let config = without(without(config(3), Rule::StableVote), Rule::StableLog);
    let mut s1 = Probe::new(config, Stable::default());
    let letter = s1.letter(2, 4, append((0, 0), &[4], 0));
    let effects = s1.step(letter);
    assert_eq!((effects.messages[0].after, effects.write.is_some()), (WriteId(0), true));
}

#[test]
fn a_vote_that_was_kept_in_memory_is_written_once_the_rule_holds_again() {
    // Else a server would follow the rule from now on and forget its vote nevertheless.
    let off = without(config(3), Rule::StableVote);
    let mut s1 = Probe::new(off, Stable::default());
    assert_eq!(s1.hear(2, 4, vote_request((0, 0))).write, None);
    let effects = s1.step(Input::Configure(config(3)));
    let write = effects.write.expect("the vote of before");
    assert_eq!(write.hard_state, Some((Term(4), Some(ServerId(2)))));
    let letter = s1.letter(2, 4, vote_request((0, 0)));
    assert_eq!(s1.step(letter).messages[0].after, write.id);
}

#[test]
fn without_stable_vote_a_vote_of_an_older_term_does_not_bind() {
    // The disk holds the vote of term 3, from before the rule was switched off, and entries of term 5.
    let mut s1 = Probe::new(without(config(3), Rule::StableVote), stable(3, 2, &[3, 5]));
    assert_eq!((s1.term(), s1.voted_for()), (5, 0));
    assert_eq!(only(&s1.hear(3, 5, vote_request((5, 2)))), vote(true));
}

#[test]
fn stable_log() {
    for (on, config) in both(Rule::StableLog, 3) {
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        let letter = s1.letter(2, 1, append((0, 0), &[1], 0));
        let effects = s1.step(letter);
        assert!(effects.write.is_some(), "it is written in any case");
        assert_eq!(effects.messages[0].after > WriteId(0), on);
        let mut s1 = Probe::leader(config, 1, &[]);
        s1.step(Input::Propose(command("x")));
        s1.hear(2, 1, accepted(0, 1));
        assert_eq!(s1.commit(), u32::from(!on), "the leader counts itself");
    }
}

#[test]
fn without_stable_log_a_committed_entry_is_lost() {
    for (on, config) in both(Rule::StableLog, 3) {
        let mut cluster = Cluster::new(config).tolerant();
        cluster.elect(1);
        cluster.server(2).slow = true;
        cluster.propose_within(1, &[2]);
        assert_eq!(cluster.commit(1), u32::from(!on));
        cluster.crash(2);
        cluster.restart(2);
        cluster.crash(1);
        cluster.server(2).slow = false;
        cluster.elect(3);
        assert_eq!(cluster.violated(Property::LeaderCompleteness), !on);
    }
}

#[test]
fn volatile_reset_on_restart() {
    for (on, config) in both(Rule::VolatileReset, 3) {
        let mut cluster = Cluster::new(config).tolerant();
        cluster.elect(1);
        cluster.propose(1);
        cluster.wait(1);
        cluster.crash(3);
        cluster.restart(3);
        assert_eq!(cluster.commit(3), if on { 0 } else { 1 });
        cluster.propose(1);
        cluster.wait(1);
        assert_eq!(cluster.violated(Property::StateMachineSafety), !on, "its state machine misses entry 1");
    }
}

#[test]
fn candidate_yields() {
    for (on, config) in both(Rule::CandidateYields, 3) {
        let mut s1 = Probe::candidate(config, 2, &[]);
        let due = s1.node.deadline();
        s1.now = Time(due.0 - 1);
        let effects = s1.hear(2, 2, heartbeat((0, 0), 0));
        assert_eq!((s1.is_candidate(), s1.node.deadline() == due), (!on, !on));
        assert_eq!(forbidden(&effects, Rule::CandidateYields), !on);
        s1.time_out();
        assert_eq!(s1.term(), 3, "in either case it stands again when it hears no more");
    }
}

#[test]
fn timer_reset_by_leader() {
    for (on, config) in both(Rule::TimerResetByLeader, 3) {
        let mut s1 = Probe::new(config, stable(1, 0, &[]));
        s1.now = Time(1_000);
        s1.hear(2, 1, heartbeat((0, 0), 0));
        assert_eq!(s1.node.deadline(), Time(if on { 1_000 } else { 0 }).after(TIMEOUT));
        assert_eq!(s1.node.leader(), Some(ServerId(2)));
        s1.hear(3, 1, vote_request((0, 0)));
        assert_eq!(s1.node.deadline(), Time(1_000).after(TIMEOUT), "a granted vote starts it anew");
    }
}

#[test]
fn snapshot_before_discard() {
    for (on, config) in both(Rule::SnapshotBeforeDiscard, 1) {
        let mut s1 = Probe::leader(config, 1, &[]);
        s1.propose("x");
        s1.propose("y");
        let effects = s1.step(Input::Compact { upto: Index(2), data: b"state".as_slice().into() });
        assert_eq!(forbidden(&effects, Rule::SnapshotBeforeDiscard), !on);
        let first = effects.write.expect("something is written in any case");
        assert_eq!((first.snapshot.is_some(), first.base.is_some()), (on, !on));
        assert_eq!(s1.node.log().first_index(), Index(if on { 1 } else { 3 }));
        let second = s1.step(Input::WriteStable(first.id)).write.expect("the other half");
        assert_eq!((second.snapshot.is_some(), second.base.is_some()), (!on, on));
        assert_eq!(s1.node.log().first_index(), Index(3));
        assert_eq!(s1.step(Input::WriteStable(second.id)).write, None);
    }
}

#[test]
fn without_snapshot_before_discard_a_crash_between_the_two_loses_committed_entries() {
    for (on, config) in both(Rule::SnapshotBeforeDiscard, 3) {
        let mut cluster = Cluster::new(config).tolerant();
        cluster.elect(1);
        (0..3).for_each(|_| cluster.propose_within(1, &[2]));
        cluster.wait(1);
        // The first of the two writes becomes stable, the second does not.
        cluster.server(2).slow = true;
        cluster.compact(2);
        cluster.sync(2);
        cluster.crash(2);
        cluster.restart(2);
        cluster.server(2).slow = false;
        assert_eq!(cluster.node(2).log().last_index(), Index(if on { 3 } else { 0 }));
        cluster.crash(1);
        cluster.crash(3);
        cluster.server(3).disk = Stable::default();
        cluster.restart(3);
        let candidate = if on { 2 } else { 3 };
        while !cluster.node(candidate).is_leader() {
            cluster.wait(candidate);
        }
        assert_eq!(cluster.violated(Property::LeaderCompleteness), !on);
    }
}

#[test]
fn keep_log_after_snapshot() {
    for (on, config) in both(Rule::KeepLogAfterSnapshot, 3) {
        let mut s1 = Probe::new(config, stable(1, 0, &[1, 1, 1]));
        let effects = s1.hear(2, 1, chunk(&snapshot(&[1, 1], "state"), 0, 100));
        assert_eq!(forbidden(&effects, Rule::KeepLogAfterSnapshot), !on);
        assert_eq!(
            (s1.node.log().first_index(), s1.node.log().last_index()),
            (Index(3), Index(if on { 3 } else { 2 }))
        );
        // Nothing follows, nothing to keep.
        let mut s1 = Probe::new(config, stable(1, 0, &[1, 1]));
        let effects = s1.hear(2, 1, chunk(&snapshot(&[1, 1], "state"), 0, 100));
        assert!(!forbidden(&effects, Rule::KeepLogAfterSnapshot));
    }
}

#[test]
fn without_keep_log_after_snapshot_a_late_snapshot_removes_committed_entries() {
    for (on, config) in both(Rule::KeepLogAfterSnapshot, 3) {
        let mut cluster = Cluster::new(with(config, ProtocolOption::Batching)).tolerant();
        cluster.elect(1);
        cluster.propose(1);
        let ask =
            |cluster: &mut Cluster, count| (0..count).for_each(|_| cluster.handle(1, Input::Propose(command("x"))));
        // Delivers the next message on that way; those before it on other ways wait.
        let pass = |cluster: &mut Cluster, from: u32, to: u32| {
            let is_next = |e: &Envelope| (e.from.0, e.to.0) == (from, to);
            let at = cluster.network.iter().position(is_next).expect("a message on this way");
            let envelope = cluster.network.remove(at).expect("it is there");
            cluster.deliver(envelope);
        };
        // 3 to 5 are sent to S2, 3 to 7 to S3; S3's answer is on its way for long.
        ask(&mut cluster, 4);
        pass(&mut cluster, 1, 2);
        pass(&mut cluster, 2, 1);
        ask(&mut cluster, 2);
        pass(&mut cluster, 1, 3);
        pass(&mut cluster, 3, 1);
        pass(&mut cluster, 1, 3);
        let answer = cluster.network.pop_back().expect("S3's answer");
        pass(&mut cluster, 1, 2);
        pass(&mut cluster, 2, 1);
        assert_eq!((cluster.commit(1), cluster.commit(3), cluster.terms(3).len()), (5, 2, 7));
        cluster.compact(1);
        // The leader takes its request to be lost and sends the snapshot, which is slow, too.
        cluster.network.clear();
        cluster.time_out(1);
        let late = cluster.network.iter().find(|e| e.to == ServerId(3)).expect("the snapshot").clone();
        assert_eq!(late.message.kind(), MessageKind::Install);
        cluster.network.clear();
        cluster.deliver(answer);
        assert_eq!(cluster.commit(1), 7, "S1 and S3 have it");
        cluster.network.clear();
        cluster.deliver(late);
        assert_eq!(cluster.node(3).log().last_index(), Index(if on { 7 } else { 5 }));
        cluster.network.clear();
        cluster.crash(1);
        let candidate = if on { 3 } else { 2 };
        cluster.elect(candidate);
        assert_eq!(cluster.violated(Property::LeaderCompleteness), !on);
    }
}

#[test]
fn a_rule_that_is_off_is_told_only_where_it_would_have_said_no() {
    // Rules of counting, where they make no difference.
    for rule in [Rule::JointMajorities, Rule::CountMembersOnly] {
        let mut cluster = Cluster::new(without(config(3), rule));
        cluster.elect(1);
        cluster.propose(1);
        assert_eq!(cluster.count(|it| matches!(it, Happening::RuleWouldForbid { .. })), 0, "{}", rule.id());
    }
    // A second vote in a term is still none for a log that is out of date.
    let mut s1 = Probe::new(without(config(3), Rule::OneVotePerTerm), stable(2, 3, &[1]));
    let effects = s1.hear(2, 2, vote_request((0, 0)));
    assert_eq!(only(&effects), vote(false));
    assert!(forbidden(&effects, Rule::OneVotePerTerm) && !forbidden(&effects, Rule::UpToDateCheck));
    assert_eq!(only(&s1.hear(2, 2, vote_request((1, 1)))), vote(true));
}
