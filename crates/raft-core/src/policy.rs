//! The decisions on which safety rests, each as a small function of plain values.

use crate::{Denial, Index, Rule, Rules, ServerId, Term};
use alloc::vec::Vec;

/// How many servers are more than half.
pub const fn majority(servers: u32) -> u32 {
    servers / 2 + 1
}

/// How many servers an election or a commit needs (section 5.2; rule `majority`).
pub const fn quorum(servers: u32, rules: Rules) -> u32 {
    if rules.holds(Rule::Majority) {
        majority(servers)
    } else if servers < 2 {
        1
    } else {
        servers / 2
    }
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

/// Counts how many of these servers store the entry at `index`.
pub(crate) fn stored_at(stored: &[Index], index: Index) -> u32 {
    stored.iter().filter(|stored| **stored >= index).count() as u32
}

/// Room for one index a server, for the sort in [`commit_candidate`].
pub(crate) type StoredIndexes = Vec<Index>;

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

    #[test]
    fn the_commit_candidate_equals_its_slow_twin() {
        let mut chance = 1u64;
        for servers in 1..=9u32 {
            for _ in 0..200 {
                let stored: StoredIndexes = (0..servers)
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
