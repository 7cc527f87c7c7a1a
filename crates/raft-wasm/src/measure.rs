//! Experiments, a few trials at a time, so that several workers can share them.

use crate::lab::{refuse, to_js};
use crate::views::{CurveView, ExperimentView, KeyValue, MeasureView, PlanView, PublishedView, SummaryView};
use raft_eval::measure::{
    EXPERIMENTS, Experiment as Entry, Measure, Outcome, Plan, Report, SHARES, Settings, Summary, experiment,
};
use wasm_bindgen::prelude::*;

/// What can be measured.
///
/// # Errors
/// Never, unless the host runs out of memory.
#[wasm_bindgen(unchecked_return_type = "ExperimentView[]")]
pub fn experiments() -> Result<JsValue, JsError> {
    to_js(&EXPERIMENTS.iter().map(about).collect::<Vec<_>>())
}

fn about(entry: &Entry) -> ExperimentView {
    let measure = |it: &Measure| MeasureView { id: it.id, title: it.title, unit: it.unit.id() };
    ExperimentView {
        name: entry.name,
        title: entry.title,
        about: entry.about,
        section: entry.section,
        by: entry.by.to_vec(),
        trials: entry.trials,
        measures: entry.measures.iter().map(measure).collect(),
    }
}

/// An experiment with its settings. It holds no values: whoever plays its trials keeps them.
#[wasm_bindgen]
pub struct Experiment {
    plan: Plan,
}

#[wasm_bindgen]
impl Experiment {
    /// An experiment under settings like "latency=5ms".
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn begin(name: &str, set: Vec<String>, trials: Option<u32>, seed: &str) -> Result<Experiment, JsError> {
        let settings = Settings::read(&set, trials, seed).map_err(refuse)?;
        let plan = Plan::new(experiment(name).map_err(refuse)?, settings).map_err(refuse)?;
        Ok(Experiment { plan })
    }

    /// Its curves and parameters.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory.
    #[wasm_bindgen(unchecked_return_type = "PlanView")]
    pub fn plan(&self) -> Result<JsValue, JsError> {
        let curve = |series: &raft_eval::measure::Series| CurveView {
            panel: series.panel.clone(),
            name: series.name.clone(),
            trials: series.trials,
            horizon_us: series.horizon as f64,
            published: series.published.map(|published| PublishedView {
                trials: published.trials,
                mean_us: published.mean_us as f64,
                shares: SHARES.to_vec(),
                quantiles_us: published.quantiles_us.iter().map(|time| *time as f64).collect(),
            }),
        };
        to_js(&PlanView {
            experiment: about(self.plan.experiment),
            parameters: self.plan.parameters().into_iter().map(|(key, value)| KeyValue { key, value }).collect(),
            curves: self.plan.series.iter().map(curve).collect(),
        })
    }

    /// Plays `count` trials of a curve from `first` on: a value for each measure of each, NaN if it was given up.
    ///
    /// # Errors
    /// If there is no such curve.
    pub fn play(&self, curve: u32, first: u32, count: u32) -> Result<Vec<f64>, JsError> {
        let series = self.curve(curve)?;
        let last = first.saturating_add(count).min(self.plan.series[series].trials);
        let values = (first..last).flat_map(|trial| self.plan.play(series, trial));
        Ok(values.map(|value| value.map_or(f64::NAN, |value| value as f64)).collect())
    }

    /// A trial as a saved run.
    ///
    /// # Errors
    /// If there is no such curve.
    pub fn trial(&self, curve: u32, trial: u32) -> Result<String, JsError> {
        Ok(self.plan.saved(self.curve(curve)?, trial))
    }

    /// What the played trials of a curve come to, measure by measure; their order does not matter.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory.
    #[wasm_bindgen(unchecked_return_type = "SummaryView[]")]
    pub fn summary(&self, values: Vec<f64>) -> Result<JsValue, JsError> {
        let measures = self.plan.experiment.measures;
        let row = |(at, measure): (usize, &Measure)| {
            let column: Vec<Option<u64>> = values.iter().skip(at).step_by(measures.len()).map(value).collect();
            let it = Summary::of(&column);
            SummaryView {
                measure: measure.id,
                finished: it.finished,
                mean: it.mean,
                ci95: it.ci95,
                min: it.min as f64,
                p10: it.p10 as f64,
                median: it.median as f64,
                p90: it.p90 as f64,
                p99: it.p99 as f64,
                max: it.max as f64,
            }
        };
        to_js(&measures.iter().enumerate().map(row).collect::<Vec<_>>())
    }

    /// What values come to, those of all curves one after another, so many `played` trials of each: a table with commas, as `raftlab measure --csv` prints it.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory.
    pub fn csv(&self, values: Vec<f64>, played: Vec<u32>) -> Result<String, JsError> {
        Ok(self.reported(&values, &played).csv())
    }

    /// The same as an object, as `raftlab measure --json` prints it.
    ///
    /// # Errors
    /// Never, unless the host runs out of memory.
    pub fn object(&self, values: Vec<f64>, played: Vec<u32>) -> Result<JsValue, JsError> {
        use serde::Serialize;
        let serializer = serde_wasm_bindgen::Serializer::json_compatible();
        self.reported(&values, &played).serialize(&serializer).map_err(|why| JsError::new(&why.to_string()))
    }
}

impl Experiment {
    fn curve(&self, curve: u32) -> Result<usize, JsError> {
        let curves = self.plan.series.len();
        if (curve as usize) < curves { Ok(curve as usize) } else { Err(refuse(format!("there are {curves} curves"))) }
    }

    fn reported(&self, values: &[f64], played: &[u32]) -> Report {
        let measures = self.plan.experiment.measures.len();
        let mut rest = values.chunks_exact(measures);
        let values = played
            .iter()
            .map(|played| rest.by_ref().take(*played as usize).map(|row| row.iter().map(value).collect()).collect())
            .collect();
        Report::of(&self.plan, &Outcome { values })
    }
}

fn value(value: &f64) -> Option<u64> {
    (!value.is_nan()).then_some(*value as u64)
}
