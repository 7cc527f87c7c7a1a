//! What a leader says does not multiply: copies and late answers start no further conversations.

use crate::common::*;
use raft_core::ProtocolOption::*;
use raft_core::*;

/// The settings under which entries travel differently.
fn settings() -> [(&'static str, Config); 4] {
    let plain = config(3);
    let pipelined = with(plain, Pipelining);
    [
        ("plain", plain),
        ("batching", with(plain, Batching)),
        ("pipelining", pipelined),
        ("both", with(pipelined, Batching)),
    ]
}

/// S3 lacks so many entries.
const MISSING: usize = 60;

/// How many AppendEntries reach S3 until it has all entries. Each message is copied so many times and, if `reorders`,
/// the network delivers any of those that wait.
fn requests_to_catch_up(config: Config, copies: usize, reorders: bool, seed: u64) -> usize {
    let chance = &mut Chance::new(seed);
    let log = [1; MISSING];
    let mut cluster = Cluster::with_disks(config, [&log[..], &log, &[]].map(|log| stable(1, 0, log)).into());
    cluster.isolate(3);
    cluster.elect(1);
    cluster.heal();
    let mut requests = 0;
    while cluster.terms(3).len() < MISSING || !cluster.network.is_empty() {
        if cluster.network.is_empty() {
            cluster.time_out(1);
        }
        let at = if reorders { chance.below(cluster.network.len() as u32) } else { 0 };
        let envelope = cluster.network.remove(at as usize).expect("so many are waiting");
        if envelope.to.0 != 2 && envelope.from.0 != 2 {
            requests += usize::from(envelope.message.kind() == MessageKind::Append);
            (0..=copies).for_each(|_| cluster.deliver(envelope.clone()));
        }
        assert!(requests < 100_000, "the traffic multiplies");
    }
    requests
}

#[test]
fn copies_of_messages_do_not_multiply() {
    for (name, config) in settings() {
        for copies in 0..=2 {
            let requests = requests_to_catch_up(config, copies, false, 0);
            // To find where the logs agree takes a request for each entry, to send them another one.
            assert!(requests <= 3 * MISSING * (copies + 1), "{name}, {copies} copies: {requests} requests");
        }
    }
}

#[test]
fn messages_that_overtake_each_other_do_not_multiply() {
    for (name, config) in settings() {
        for seed in 0..20 {
            let requests = requests_to_catch_up(config, 1, true, seed);
            assert!(requests <= 12 * MISSING, "{name}, seed {seed}: {requests} requests");
        }
    }
}

#[test]
fn a_rival_that_refuses_everything_is_asked_again_with_the_next_heartbeat_only() {
    // Two leaders of one term, which takes a rule that is off, refuse each other at every place down to the first.
    let mut s1 = Probe::leader(config(3), 1, &[]);
    s1.propose("x");
    for _ in 0..3 {
        assert!(s1.hear(2, 1, refused(0)).messages.is_empty(), "there is no place before the first");
    }
    assert_eq!(said_to(&s1.time_out(), 2).len(), 1);
}

#[test]
fn no_two_requests_of_a_round_have_one_name() {
    // S2 is asked at place 3 twice: before the leader goes back from there, and on its way forward again.
    let mut s1 = Probe::leader(config(3), 2, &[1, 1, 1]);
    let mut sent: Vec<Effects> = vec![s1.propose("x")];
    sent.extend([3, 2, 1].map(|prev| s1.hear(2, 2, refused(prev))));
    sent.extend([1, 2, 3].map(|index| s1.hear(2, 2, accepted(index - 1, index))));
    let to_s2 = sent.iter().flat_map(|it| &it.messages).filter(|out| out.envelope.to == ServerId(2));
    let names: Vec<(u32, u32)> = to_s2
        .map(|out| match &out.envelope.message {
            Message::AppendEntries { prev_log_index, .. } => (prev_log_index.0, out.envelope.rpc.attempt),
            other => panic!("{other:?}"),
        })
        .collect();
    // Where it has not been yet, an attempt is the first; where it has been, all that follow are the second.
    assert_eq!(names, [(3, 1), (2, 1), (1, 1), (0, 1), (1, 2), (2, 2), (3, 2)]);
}
