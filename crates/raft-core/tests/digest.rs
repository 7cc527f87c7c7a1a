//! A digest names the whole state of a server: what could make it behave differently shows.

use crate::common::*;
use raft_core::*;

fn digest(probe: &Probe) -> u64 {
    probe.node.digest(Digest::new(0)).value()
}

/// Two servers that differ.
fn differ(what: &str, one: &Probe, other: &Probe) {
    assert_ne!(one.node, other.node, "{what}");
    assert_ne!(digest(one), digest(other), "{what}");
}

#[test]
fn equal_servers_have_equal_digests() {
    let tell = || {
        let mut s1 = Probe::leader(config(3), 2, &[1]);
        s1.propose("x");
        s1.hear(2, 2, accepted(1, 2));
        s1
    };
    assert_eq!((tell().node, digest(&tell())), (tell().node, digest(&tell())));
}

#[test]
fn the_length_of_a_timer_shows_even_if_it_ends_at_the_same_moment() {
    let mut one = Probe::new(config(3), Stable::default());
    let mut other = Probe::with_timeout(config(3), Stable::default(), |_, _| TIMEOUT + 1);
    for s1 in [&mut one, &mut other] {
        s1.step(Input::SetDeadline(Time(5)));
    }
    differ("timeout", &one, &other);
}

#[test]
fn whom_a_leader_has_heard_shows_for_every_id() {
    for from in [2, 64, 65, 101] {
        let silent = Probe::leader(with(config(101), ProtocolOption::CheckQuorum), 1, &[1]);
        let mut heard = Probe::leader(with(config(101), ProtocolOption::CheckQuorum), 1, &[1]);
        // An overtaken refusal leaves nothing but the fact that something was heard.
        heard.hear(from, 1, refused(9));
        differ("heard", &silent, &heard);
    }
}

#[test]
fn when_entries_were_sent_shows() {
    let sent_at = |now| {
        let mut s1 = Probe::leader(config(3), 1, &[]);
        s1.now = Time(now);
        s1.propose("x");
        s1
    };
    differ("sent_at", &sent_at(210_000), &sent_at(220_000));
}

#[test]
fn the_switches_show() {
    let plain = Probe::new(config(3), Stable::default());
    for rule in Rule::ALL {
        differ(rule.id(), &plain, &Probe::new(without(config(3), *rule), Stable::default()));
    }
    for option in ProtocolOption::ALL {
        differ(option.id(), &plain, &Probe::new(with(config(3), *option), Stable::default()));
    }
}

#[test]
fn what_is_not_in_use_leaves_no_trace() {
    // Saved runs and links carry digests: those of clusters without reads, snapshots and the like stay what they were.
    let mut s1 = Probe::leader(config(3), 2, &[1]);
    s1.propose("x");
    s1.time_out();
    s1.hear(2, 2, accepted(1, 2));
    assert_eq!(digest(&s1), 10_405_543_932_241_421_740);
}

#[test]
fn how_far_clocks_are_allowed_for_shows() {
    let allowing = |ppm| Probe::new(Config { clock_drift_ppm: ppm, ..config(3) }, Stable::default());
    differ("drift", &allowing(0), &allowing(100));
    differ("drift", &allowing(100), &allowing(200));
}

#[test]
fn a_vote_that_waits_to_be_written_shows() {
    // Both servers voted without the rule; for one of them the vote came with its disk.
    let off = without(config(3), Rule::StableVote);
    let mut in_memory = Probe::new(off, stable(4, 0, &[]));
    in_memory.hear(2, 4, vote_request((0, 0)));
    differ("unwritten vote", &in_memory, &Probe::new(off, stable(4, 2, &[])));
}

#[test]
fn which_write_carries_what_shows() {
    // A vote and an entry are under way in both; only the order differs, and with it what may leave after the first.
    let letters = [(2, vote_request((9, 9))), (3, append((1, 1), &[2], 0))];
    let after = |order: [usize; 2]| {
        let mut s1 = Probe::new(config(3), stable(2, 0, &[1]));
        for (from, message) in order.map(|at| letters[at].clone()) {
            let letter = s1.letter(from, 2, message);
            s1.step(letter);
        }
        s1
    };
    differ("writes", &after([0, 1]), &after([1, 0]));
}

#[test]
fn a_digest_changes_exactly_when_the_server_does() {
    for_seeds("a_digest_changes_exactly_when_the_server_does", 60, |seed, chance| {
        let mut cluster = Cluster::with_spares(any_config(chance, 4, seed % 2 == 0), 1).tolerant();
        cluster.changes = true;
        cluster.watches_digests = true;
        misfortune(&mut cluster, chance, &mut Count::default(), 400);
        false
    });
}
