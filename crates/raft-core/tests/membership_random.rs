//! Random changes of the membership among random trouble. What fails says how to rerun it.

use crate::common::*;
use raft_core::*;

/// A cluster of some members and some machines that wait to be added.
fn changing(chance: &mut Chance, all_rules: bool) -> Cluster {
    let (members, spares) = (chance.below(5) + 1, chance.below(4));
    let settings = any_config(chance, members, all_rules);
    let mut cluster = Cluster::with_spares(settings, spares);
    cluster.changes = true;
    cluster
}

#[test]
fn no_change_breaks_safety_and_every_change_is_finished() {
    let mut counts = [0; 7];
    for_seeds("no_change_breaks_safety_and_every_change_is_finished", 600, |_, chance| {
        let mut cluster = changing(chance, true);
        misfortune(&mut cluster, chance, &mut Count::default(), 600);
        recovery(&mut cluster);
        let kinds: [fn(&Happening) -> bool; 7] = [
            |it| matches!(it, Happening::ConfigChanged { why: ConfigCause::Appended, .. }),
            |it| matches!(it, Happening::ConfigChanged { why: ConfigCause::FellBack, .. }),
            |it| matches!(it, Happening::ChangeGivenUp { why: GiveUpCause::NotLeading, .. }),
            |it| matches!(it, Happening::ChangeGivenUp { why: GiveUpCause::Silent { .. }, .. }),
            |it| matches!(it, Happening::ChangeRefused { why: ChangeRefusal::NothingCommitted, .. }),
            |it| matches!(it, Happening::ChangeRefused { why: ChangeRefusal::UnderWay { .. }, .. }),
            |it| matches!(it, Happening::SteppedDown { why: StepDownCause::Removed { .. }, .. }),
        ];
        for (count, kind) in counts.iter_mut().zip(kinds) {
            *count += cluster.count(kind);
        }
        false
    });
    let enough = counts.iter().all(|count| *count >= 20);
    assert!(enough || std::env::var("RAFT_SEED").is_ok(), "too little happened: {counts:?}");
}

#[test]
fn no_set_of_rules_makes_a_changing_cluster_panic() {
    for_seeds("no_set_of_rules_makes_a_changing_cluster_panic", 400, |_, chance| {
        let mut cluster = changing(chance, false).tolerant();
        misfortune(&mut cluster, chance, &mut Count::default(), 600);
        false
    });
}

/// The same schedules, and the same checks, find the harm that each rule prevents. But for `config-after-commit`: its
/// bug needs some twenty steps in order, and is told step by step in `membership.rs`.
#[test]
fn the_same_changes_break_safety_without_a_rule() {
    let is_here = |rule: &&Rule| rule.is_about_changes() && rule.kind() == RuleKind::Safety;
    for rule in Rule::ALL.iter().filter(is_here).filter(|rule| **rule != Rule::ConfigAfterCommit) {
        let mut broken = None;
        for_seeds("the_same_changes_break_safety_without_a_rule", 20_000, |seed, chance| {
            // Small and to the letter of Figure 2 every other time, and new servers count at once: so that changes
            // meet.
            let mut cluster = match seed % 2 {
                0 => Cluster::with_spares(config(4), 1),
                _ => changing(chance, true),
            };
            cluster.changes = true;
            cluster.switch(Rule::LearnerCatchUp, false);
            cluster.switch(*rule, false);
            let mut cluster = cluster.tolerant();
            misfortune(&mut cluster, chance, &mut Count::default(), 600);
            broken = cluster.checks.violations.first().map(|(property, _)| (*property, seed));
            broken.is_some()
        });
        println!("{}: {broken:?}", rule.id());
        assert!(broken.is_some() || std::env::var("RAFT_SEED").is_ok(), "no harm without {}", rule.id());
    }
}
