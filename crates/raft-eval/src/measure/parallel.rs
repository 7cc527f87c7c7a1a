//! An experiment on all cores.

use super::{Plan, Summary, Values};
use std::sync::atomic::{AtomicU32, Ordering};

/// The values of all trials.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// By series, by trial.
    pub values: Vec<Vec<Values>>,
}

impl Outcome {
    /// What a measure of a series came to.
    pub fn summary(&self, series: usize, measure: usize) -> Summary {
        let values: Vec<Option<u64>> = self.column(series, measure).collect();
        Summary::of(&values)
    }

    /// The values of a measure in a series, by trial.
    pub fn column(&self, series: usize, measure: usize) -> impl Iterator<Item = Option<u64>> + '_ {
        self.values[series].iter().map(move |values| values.get(measure).copied().flatten())
    }
}

/// Plays all trials with so many workers, and shows how many are done. The outcome does not depend on the workers.
pub fn run(plan: &Plan, workers: usize, watch: &(dyn Fn(u32) + Sync)) -> Outcome {
    let all: Vec<(usize, u32)> = plan
        .series
        .iter()
        .enumerate()
        .flat_map(|(at, series)| (0..series.trials).map(move |trial| (at, trial)))
        .collect();
    let (next, done) = (AtomicU32::new(0), AtomicU32::new(0));
    let work = || {
        let mut mine: Vec<(usize, Values)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed) as usize;
            let Some((series, trial)) = all.get(at) else { return mine };
            mine.push((at, plan.play(*series, *trial)));
            watch(done.fetch_add(1, Ordering::Relaxed) + 1);
        }
    };
    let mut values: Vec<Vec<Values>> =
        plan.series.iter().map(|series| vec![Values::new(); series.trials as usize]).collect();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..workers.max(1)).map(|_| scope.spawn(work)).collect();
        for worker in workers {
            let mine = worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            for (at, played) in mine {
                let (series, trial) = all[at];
                values[series][trial as usize] = played;
            }
        }
    });
    Outcome { values }
}
