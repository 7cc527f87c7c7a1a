//! The small worlds: with all rules on nothing is found, without a rule in scope something is.

use exhaustive::{explore, fast};

#[test]
fn with_all_rules_no_promise_is_broken() {
    let mut states = 0;
    for row in fast() {
        let found = explore(&row, None, 2);
        println!("{}: {} states, explored completely", row.name, found.states);
        assert!(found.broken.is_none(), "{}: {:#?}", row.name, found.broken);
        states += found.states;
    }
    println!("{states} states");
    assert!(states > 100_000, "the worlds are worth exploring: {states}");
}

#[test]
fn without_a_rule_a_promise_is_broken() {
    for row in fast() {
        for rule in row.rules {
            let found = explore(&row, Some(*rule), 1);
            let (property, steps) = found.broken.unwrap_or_else(|| panic!("{} without {}", row.name, rule.id()));
            println!("{} without {}: {property:?} after {} steps", row.name, rule.id(), steps.len());
        }
    }
}
