//! The standard load: what the benchmarks play, natively and in the page.

use raft_core::{Micros, Time};
use raft_sim::condition::Script;
use raft_sim::config::WorldConfig;
use raft_sim::run::{Progress, Run};

/// The standard load after it was played.
#[derive(Clone, Debug)]
pub struct Played {
    /// The run, at the end of what was played; it can be sought like one of the page.
    pub run: Run,
    /// Events that were played.
    pub events: u64,
    /// Keyframes that were kept on the way.
    pub keyframes: usize,
}

/// Plays the standard load ([`WorldConfig::standard_load`]) for a stretch of simulated time, as the page does: with
/// all checkers watching, keyframes kept and marks noted.
///
/// # Panics
/// If the number of servers is none that a world can have, or if the run violates a property: with all rules on and
/// no faults that is a defect, and figures of half a run would mislead.
pub fn play(servers: u32, simulated: Micros, seed: u64) -> Played {
    let mut run = Run::new(WorldConfig::standard_load(servers), seed, Vec::new(), Script::default());
    let progress = run.seek(Time(simulated), u64::MAX);
    assert_eq!(progress, Progress::Reached, "the standard load has no violation");
    Played { events: run.world().events(), keyframes: run.keyframes(), run }
}

#[cfg(test)]
mod tests {
    use super::*;
    use raft_sim::run::KEYFRAME_GAP;
    use raft_sim::world::World;

    const MINUTE: Micros = 60_000_000;

    #[test]
    fn it_ends_where_the_world_alone_ends() {
        let played = play(5, MINUTE, 7);
        let mut world = World::new(WorldConfig::standard_load(5), 7);
        while world.next_time().is_some_and(|next| next <= Time(MINUTE)) {
            world.step();
        }
        assert_eq!(played.events, world.events());
        assert_eq!(played.run.world().digest(), world.digest());
    }

    #[test]
    fn keyframes_lie_at_bounded_gaps() {
        let played = play(5, MINUTE, 7);
        assert_eq!(played.keyframes as u64, 1 + played.events / KEYFRAME_GAP);
    }

    #[test]
    fn its_clients_are_answered() {
        let played = play(5, MINUTE, 7);
        let committed = played.run.world().checkers().committed().last_index().0;
        assert!((590..=600).contains(&committed), "ten requests a second for a minute, {committed} committed");
    }
}
