//! Prints `docs/evaluation.md`: our figures beside the published ones.

fn main() -> Result<(), String> {
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    print!("{}", raft_eval::measure::evaluation(workers)?);
    Ok(())
}
