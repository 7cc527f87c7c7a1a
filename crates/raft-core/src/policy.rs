//! The decisions on which safety rests, each as a small function of plain values.

use crate::{Denial, Index, Membership, Rule, Rules, ServerId, ServerSet, Term};
use alloc::vec::Vec;

/// How many servers are more than half.
pub const fn majority(servers: u32) -> u32 {
    servers / 2 + 1
}

/// How many servers an election or a commit needs (section 5.2; rule `majority`).
pub const fn quorum(servers: u32, rules: Rules) -> u32 {
    if rules.holds(Rule::Majority) {
        majority(servers)
    } else {
        let half = servers / 2;
        if half > 0 { half } else { 1 }
    }
}

/// How far a server is from a decision that takes a majority.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Agreement {
    /// Servers that agree.
    pub have: u32,
    /// Servers that have to.
    pub needed: u32,
}

impl Agreement {
    /// Whether they are enough.
    pub const fn is_enough(self) -> bool {
        self.have >= self.needed
    }
}

/// Counts those who agree, by the configuration of the server `me` that counts them (section 6). Every election and
/// every commit is decided here. In a joint configuration both majorities are needed; told is the one that lacks more.
pub fn count(membership: &Membership, agree: ServerSet, me: ServerId, rules: Rules) -> Agreement {
    let half = |servers: ServerSet| Agreement {
        have: agree.intersection(counted(servers, me, rules)).len(),
        needed: quorum(servers.len(), rules),
    };
    halves(membership, rules).map(half).max_by_key(|count| count.needed.saturating_sub(count.have)).unwrap_or_default()
}

/// The highest index that is stored on majorities enough, if every server stores its log up to what `stored` says
/// (section 5.3, section 6).
pub(crate) fn agreed_index(
    membership: &Membership,
    stored: &dyn Fn(ServerId) -> Index,
    me: ServerId,
    rules: Rules,
) -> Index {
    let half = |servers: ServerSet| {
        let mut indexes: Vec<Index> = counted(servers, me, rules).iter().map(stored).collect();
        commit_candidate(&mut indexes, quorum(servers.len(), rules))
    };
    halves(membership, rules).map(half).min().unwrap_or_default()
}

/// The sets of which a majority each is needed (rule `joint-majorities`).
fn halves(membership: &Membership, rules: Rules) -> impl Iterator<Item = ServerSet> + use<> {
    let both = membership.is_joint() && rules.holds(Rule::JointMajorities);
    core::iter::once(membership.voters).chain(both.then_some(membership.outgoing))
}

/// Who counts in a half (rule `count-members-only`).
fn counted(mut servers: ServerSet, me: ServerId, rules: Rules) -> ServerSet {
    if !rules.holds(Rule::CountMembersOnly) {
        servers.insert(me);
    }
    servers
}

/// Whether a log that ends with `theirs` is at least as up to date as one that ends with `mine` (section 5.4.1):
/// the later last term wins; with equal terms, the longer log.
pub fn log_is_up_to_date(theirs: (Term, Index), mine: (Term, Index)) -> bool {
    theirs >= mine
}

/// Whether a server grants its vote in its own term (sections 5.2 and 5.4.1). Terms are settled before.
///
/// # Errors
/// The reason why it does not, and the rule that says so: a rule that is off is asked as well, so that its
/// absence can be told.
pub fn grants_vote(
    candidate: ServerId,
    voted_for: Option<ServerId>,
    theirs: (Term, Index),
    mine: (Term, Index),
) -> Result<(), (Denial, Rule)> {
    match voted_for {
        Some(other) if other != candidate => {
            return Err((Denial::AlreadyVoted { voted_for: other }, Rule::OneVotePerTerm));
        }
        _ => (),
    }
    if !log_is_up_to_date(theirs, mine) {
        return Err((Denial::StaleLog { theirs, mine }, Rule::UpToDateCheck));
    }
    Ok(())
}

/// The highest index that `needed` of these servers store (section 5.3). The list is sorted on the way.
pub fn commit_candidate(stored: &mut [Index], needed: u32) -> Index {
    // By insertion: the list is short and mostly in order, and the library's sort would weigh kilobytes in the page.
    for next in 1..stored.len() {
        let mut at = next;
        while at > 0 && stored[at - 1] < stored[at] {
            stored.swap(at - 1, at);
            at -= 1;
        }
    }
    stored.get(needed as usize - 1).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn majority_is_more_than_half() {
        // Even sizes are where public visualisers go wrong: half is not enough.
        for (servers, want) in [(1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (100, 51), (101, 51)] {
            assert_eq!(majority(servers), want, "{servers} servers");
            assert_eq!(quorum(servers, Rules::ALL), want, "{servers} servers");
        }
    }

    #[test]
    fn without_the_rule_half_is_enough() {
        for (servers, want) in [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)] {
            assert_eq!(quorum(servers, Rules::ALL.with(Rule::Majority, false)), want, "{servers} servers");
        }
    }

    fn stored_at(stored: &[Index], index: Index) -> u32 {
        stored.iter().filter(|stored| **stored >= index).count() as u32
    }

    fn set(ids: &[u32]) -> ServerSet {
        ids.iter().map(|id| ServerId(*id)).collect()
    }

    /// Three servers hand over to five, two of which stay.
    fn joint() -> Membership {
        Membership { voters: set(&[1, 2, 4, 5, 6]), outgoing: set(&[1, 2, 3]), learners: set(&[7]) }
    }

    #[test]
    fn a_joint_decision_needs_both_majorities() {
        for (agree, want) in [
            (&[1, 2, 4][..], true),
            (&[4, 5, 6], false),
            (&[1, 3, 4], false),
            (&[1, 2, 3], false),
            (&[1, 3, 4, 5], true),
            (&[1, 2, 7], false),
        ] {
            assert_eq!(count(&joint(), set(agree), ServerId(1), Rules::ALL).is_enough(), want, "{agree:?}");
        }
        let off = Rules::ALL.with(Rule::JointMajorities, false);
        assert!(count(&joint(), set(&[4, 5, 6]), ServerId(4), off).is_enough());
        assert_eq!(count(&joint(), set(&[4, 5, 6]), ServerId(4), Rules::ALL), Agreement { have: 0, needed: 2 });
    }

    #[test]
    fn only_members_count() {
        let two = Membership { learners: set(&[4]), ..Membership::of(set(&[2, 3])) };
        let enough = |agree, rules| count(&two, set(agree), ServerId(1), rules).is_enough();
        assert!(!enough(&[1, 2], Rules::ALL) && !enough(&[2, 4], Rules::ALL) && enough(&[2, 3], Rules::ALL));
        assert!(enough(&[1, 2], Rules::ALL.with(Rule::CountMembersOnly, false)));
    }

    #[test]
    fn the_agreed_index_is_the_highest_that_enough_servers_store() {
        let mut chance = 9u64;
        for rules in
            [Rule::Majority, Rule::JointMajorities, Rule::CountMembersOnly].map(|it| Rules::ALL.with(it, false))
        {
            for rules in [rules, Rules::ALL] {
                for _ in 0..300 {
                    chance = crate::mix(chance.wrapping_add(1));
                    let stored = |id: ServerId| Index((chance >> (3 * id.0) & 7) as u32);
                    let me = ServerId((chance >> 40 & 7) as u32 + 1);
                    let voters = ServerSet::first(8).iter().filter(|id| chance >> (41 + id.0) & 1 == 1).collect();
                    let outgoing = ServerSet::first(8).iter().filter(|id| chance >> (49 + id.0) & 1 == 1).collect();
                    let membership = Membership { voters, outgoing, learners: ServerSet::default() };
                    if voters.is_empty() {
                        continue;
                    }
                    let agree = |index| ServerSet::first(8).iter().filter(|id| stored(*id) >= index).collect();
                    let enough = |index: &Index| count(&membership, agree(*index), me, rules).is_enough();
                    let slow = (1..=8).rev().map(Index).find(enough).unwrap_or_default();
                    assert_eq!(agreed_index(&membership, &stored, me, rules), slow, "{membership:?} {me}");
                }
            }
        }
    }

    #[test]
    fn the_commit_candidate_equals_its_slow_twin() {
        let mut chance = 1u64;
        for servers in 1..=9u32 {
            for _ in 0..200 {
                let stored: Vec<Index> = (0..servers)
                    .map(|_| {
                        chance = crate::mix(chance.wrapping_add(1));
                        Index((chance % 6) as u32)
                    })
                    .collect();
                let needed = majority(servers);
                let slow = (0..=6).rev().map(Index).find(|i| stored_at(&stored, *i) >= needed).unwrap_or_default();
                assert_eq!(commit_candidate(&mut stored.clone(), needed), slow, "{stored:?}");
            }
        }
    }

    #[test]
    fn all_small_votes_follow_the_three_conditions() {
        // Every combination of last terms and indexes up to 3, and of who was voted for.
        let at = |term, index| (Term(term), Index(index));
        for (tt, ti, mt, mi) in (0..256u32).map(|n| (n & 3, n >> 2 & 3, n >> 4 & 3, n >> 6)) {
            for voted_for in [None, Some(ServerId(1)), Some(ServerId(2))] {
                let granted = grants_vote(ServerId(1), voted_for, at(tt, ti), at(mt, mi)).is_ok();
                let free = voted_for != Some(ServerId(2));
                let current = tt > mt || (tt == mt && ti >= mi);
                assert_eq!(granted, free && current, "{voted_for:?} {tt}.{ti} against {mt}.{mi}");
            }
        }
    }
}
