//! The stories of the rules about the membership.

use super::both;
use crate::common::*;
use raft_core::*;

fn told(cluster: &Cluster, rule: Rule) -> bool {
    cluster.count(|it| matches!(it, Happening::RuleWouldForbid { rule: told } if *told == rule)) > 0
}

fn set(ids: &[u32]) -> ServerSet {
    ids.iter().map(|id| ServerId(*id)).collect()
}

/// A cluster with `spares` in which S1 leads and has committed an entry of its term.
fn led(config: Config, spares: u32) -> Cluster {
    let mut cluster = Cluster::with_spares(config, spares).tolerant();
    cluster.elect(1);
    cluster.propose(1);
    cluster.wait(1);
    cluster.forget();
    cluster
}

pub(crate) fn config_on_append() {
    for (on, config) in both(Rule::ConfigOnAppend, 3) {
        let mut cluster = led(config, 1);
        cluster.part(&[1], &[2, 3]);
        cluster.change(1, Change::Remove(ServerId(3)));
        assert_eq!(cluster.membership(1)[0], if on { vec![1, 2] } else { vec![1, 2, 3] });
        cluster.heal();
        cluster.wait(1);
        cluster.wait(1);
        assert_eq!(cluster.membership(1)[0], [1, 2]);
        assert_eq!(cluster.membership(2)[0], [1, 2]);
    }
}

pub(crate) fn one_change_at_a_time() {
    for (on, config) in both(Rule::OneChangeAtATime, 5) {
        let mut cluster = led(config, 0);
        cluster.part(&[1], &[2, 3, 4, 5]);
        cluster.change(1, Change::Remove(ServerId(5)));
        cluster.change(1, Change::Remove(ServerId(4)));
        assert_eq!(cluster.membership(1)[0], if on { vec![1, 2, 3, 4] } else { vec![1, 2, 3] });
        assert_eq!(told(&cluster, Rule::OneChangeAtATime), !on);
        let why = ChangeRefusal::UnderWay { index: Index(2) };
        let refused = Happening::ChangeRefused { change: Change::Remove(ServerId(4)), why };
        assert_eq!(cluster.told.contains(&(1, refused)), on);
    }
}

pub(crate) fn config_after_commit() {
    for (on, config) in both(Rule::ConfigAfterCommit, 4) {
        let mut cluster = Cluster::new(config);
        cluster.elect(1);
        let change = Change::Remove(ServerId(4));
        cluster.change(1, change);
        let refused = Happening::ChangeRefused { change, why: ChangeRefusal::NothingCommitted };
        assert_eq!((cluster.told.contains(&(1, refused)), told(&cluster, Rule::ConfigAfterCommit)), (on, !on));
        assert_eq!(cluster.membership(1)[0].len(), if on { 4 } else { 3 });
        cluster.propose(1);
        cluster.change(1, change);
        assert_eq!(cluster.membership(1)[0], [1, 2, 3]);
    }
}

pub(crate) fn joint_majorities() {
    for (on, config) in both(Rule::JointMajorities, 3) {
        let mut cluster = led(without(config, Rule::LearnerCatchUp), 2);
        cluster.part(&[1, 4, 5], &[2, 3]);
        cluster.change(1, Change::Replace(set(&[1, 4, 5])));
        cluster.wait(1);
        assert_eq!(cluster.node(1).membership().is_joint(), on, "C_new follows once C_old,new is committed");
        assert_eq!(told(&cluster, Rule::JointMajorities), !on);
        cluster.heal();
        cluster.wait(1);
        assert_eq!(cluster.membership(1), [vec![1, 4, 5], vec![], vec![]]);
    }
}

pub(crate) fn count_members_only() {
    for (on, config) in both(Rule::CountMembersOnly, 4) {
        let mut cluster = led(config, 0);
        cluster.part(&[1, 2], &[3, 4]);
        cluster.change(1, Change::Remove(ServerId(1)));
        assert_eq!(cluster.node(1).is_leader(), on, "S1 and S2 are two, but only one of S2, S3 and S4");
        assert_eq!(told(&cluster, Rule::CountMembersOnly), !on);
        assert_eq!(cluster.commit(1), if on { 1 } else { 2 });
    }
}

pub(crate) fn learner_catch_up() {
    for (on, config) in both(Rule::LearnerCatchUp, 3) {
        let mut cluster = led(config, 1);
        cluster.crash(4);
        cluster.change(1, Change::Add(ServerId(4)));
        assert_eq!(cluster.membership(1)[0], if on { vec![1, 2, 3] } else { vec![1, 2, 3, 4] });
        assert_eq!(told(&cluster, Rule::LearnerCatchUp), !on);
    }
}

pub(crate) fn removed_servers_campaign() {
    for (on, config) in both(Rule::RemovedServersCampaign, 2) {
        let mut cluster = led(config, 0);
        cluster.part(&[1], &[2]);
        cluster.change(1, Change::Remove(ServerId(1)));
        cluster.crash(1);
        cluster.restart(1);
        cluster.heal();
        cluster.wait(2);
        assert!(cluster.leaders().is_empty(), "S2 needs the vote of S1, whose log is longer");
        cluster.wait(1);
        assert_eq!(cluster.leaders(), if on { vec![1] } else { vec![] });
        assert_eq!(told(&cluster, Rule::RemovedServersCampaign), !on);
    }
}

#[test]
fn each_of_them_by_itself() {
    config_on_append();
    one_change_at_a_time();
    config_after_commit();
    joint_majorities();
    count_members_only();
    learner_catch_up();
    removed_servers_campaign();
}
