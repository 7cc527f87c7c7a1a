use raft_sim::{config::WorldConfig, world::World};
fn main() {
    for n in [5, 25] {
        let mut w = World::new(WorldConfig::standard_load(n), 7);
        let t = std::time::Instant::now();
        let secs: u64 = if n == 5 { 3600 } else { 600 };
        while w.now().0 < secs * 1_000_000 {
            w.step();
        }
        let e = t.elapsed().as_secs_f64();
        println!(
            "{n}: {} events in {:.3}s = {:.2} M/s; violations {} digest {:x} leader {:?} term {:?} commit {:?}",
            w.events(),
            e,
            w.events() as f64 / e / 1e6,
            w.violations().len(),
            w.digest(),
            w.leader(),
            w.server(raft_core::ServerId(1)).node.as_ref().unwrap().current_term(),
            w.checkers().committed().last_index()
        );
    }
}
