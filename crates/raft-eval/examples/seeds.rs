use raft_core::Time;
fn main() {
    let name = std::env::args().nth(1).unwrap();
    let s = raft_sim::scenario::built_in(&name).unwrap();
    for seed in 1..60 {
        let mut run = s.run_with_seed(seed);
        while run.seek(Time(s.until), 10_000) != raft_sim::run::Progress::Reached {
            run.go_on();
        }
        let bad: Vec<_> =
            run.script().verdicts(run.world()).into_iter().filter(|(_, h)| !h).map(|(e, _)| e.text).collect();
        if bad.is_empty() && run.script().is_done() {
            print!("{seed} ");
        }
    }
    println!();
}
