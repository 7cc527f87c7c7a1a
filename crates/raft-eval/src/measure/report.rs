//! What an experiment came to, as an object and as a table: the same at the terminal and in the page.

use super::{Outcome, Plan, Published, Series, Summary, Unit};
use raft_core::Micros;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Everything that is said of an experiment.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    /// Its name.
    pub experiment: &'static str,
    /// Its name for readers.
    pub title: &'static str,
    /// What is done.
    pub about: &'static str,
    /// Everything that the numbers follow from.
    pub parameters: BTreeMap<String, String>,
    /// The curves.
    pub series: Vec<SeriesReport>,
}

/// What a curve came to. Times in milliseconds are those of the first measure, if that is one of time.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesReport {
    /// The panel.
    pub panel: String,
    /// Its name there.
    pub name: String,
    /// Trials.
    pub trials: u32,
    /// Trials that were given up at the horizon.
    pub unfinished: u32,
    /// The simulated time after which a trial was given up.
    pub horizon_ms: f64,
    /// The median of the first measure.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_ms: Option<f64>,
    /// Its mean.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_ms: Option<f64>,
    /// Half of the width of the mean's confidence interval of 95 percent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ci95_ms: Option<f64>,
    /// Nine tenths of all trials are not above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub p90_ms: Option<f64>,
    /// The largest value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_ms: Option<f64>,
    /// All measures.
    pub measures: Vec<MeasureReport>,
    /// What was published of this curve.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub published: Option<PublishedReport>,
    /// The series' own settings, as lines of a scenario: with a trial's seed they make its world.
    pub settings: Vec<String>,
}

/// What a measure came to.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MeasureReport {
    /// Its name.
    pub id: &'static str,
    /// What it is.
    pub title: &'static str,
    /// What its values are: "us", "count" or "bytes".
    pub unit: &'static str,
    /// Trials that came to an end.
    pub finished: u32,
    /// The mean.
    pub mean: f64,
    /// Half of the width of its confidence interval of 95 percent.
    pub ci95: f64,
    /// The smallest value.
    pub min: u64,
    /// Quantiles: values of trials.
    pub p10: u64,
    /// The median.
    pub median: u64,
    /// Nine tenths of all trials are not above it.
    pub p90: u64,
    /// All but one in a hundred.
    pub p99: u64,
    /// The largest value.
    pub max: u64,
}

/// What was published.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PublishedReport {
    /// Trials.
    pub trials: u32,
    /// The median.
    pub median_ms: f64,
    /// The mean.
    pub mean_ms: f64,
    /// Nine tenths of all trials were not above it.
    pub p90_ms: f64,
    /// The largest value; of the wide-area simulation the one that 99.99 percent are not above.
    pub max_ms: f64,
    /// Our median as a multiple of the published one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub median_ratio: Option<f64>,
    /// Our mean as a multiple of the published one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_ratio: Option<f64>,
}

/// A time in milliseconds.
pub fn ms(micros: Micros) -> f64 {
    micros as f64 / 1_000.0
}

impl Unit {
    /// Its name in objects and tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Micros => "us",
            Self::Count => "count",
            Self::Bytes => "bytes",
        }
    }
}

impl Report {
    /// What the trials of a plan came to.
    pub fn of(plan: &Plan, outcome: &Outcome) -> Self {
        Self {
            experiment: plan.experiment.name,
            title: plan.experiment.title,
            about: plan.experiment.about,
            parameters: plan.parameters(),
            series: (0..plan.series.len()).map(|at| series(plan, outcome, at)).collect(),
        }
    }

    /// One line for each measure of each curve.
    pub fn csv(&self) -> String {
        let mut text = String::from(
            "panel,series,measure,unit,trials,finished,mean,ci95,min,p10,median,p90,p99,max,published_median,published_mean\n",
        );
        for series in &self.series {
            for (at, it) in series.measures.iter().enumerate() {
                let published = series.published.as_ref().filter(|_| at == 0);
                let (median, mean) = published.map_or((String::new(), String::new()), |published| {
                    ((published.median_ms * 1_000.0).to_string(), (published.mean_ms * 1_000.0).to_string())
                });
                let _ = writeln!(
                    text,
                    "{},{},{},{},{},{},{},{},{},{},{},{},{},{},{median},{mean}",
                    cell(&series.panel),
                    cell(&series.name),
                    it.id,
                    it.unit,
                    series.trials,
                    it.finished,
                    it.mean,
                    it.ci95,
                    it.min,
                    it.p10,
                    it.median,
                    it.p90,
                    it.p99,
                    it.max
                );
            }
        }
        text
    }
}

/// A text as a cell of a table whose cells are separated by commas.
fn cell(text: &str) -> String {
    if text.contains([',', '"']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.into() }
}

fn series(plan: &Plan, outcome: &Outcome, at: usize) -> SeriesReport {
    let series = &plan.series[at];
    let summaries: Vec<Summary> =
        (0..plan.experiment.measures.len()).map(|measure| outcome.summary(at, measure)).collect();
    let measures = plan.experiment.measures.iter().zip(&summaries).map(|(measure, it)| MeasureReport {
        id: measure.id,
        title: measure.title,
        unit: measure.unit.id(),
        finished: it.finished,
        mean: it.mean,
        ci95: it.ci95,
        min: it.min,
        p10: it.p10,
        median: it.median,
        p90: it.p90,
        p99: it.p99,
        max: it.max,
    });
    let first = summaries.first().cloned().unwrap_or_default();
    let is_time = plan.experiment.measures.first().is_some_and(|measure| measure.unit == Unit::Micros);
    let time = |value: f64| (is_time && first.finished > 0).then_some(value);
    SeriesReport {
        panel: series.panel.clone(),
        name: series.name.clone(),
        trials: series.trials,
        unfinished: first.unfinished,
        horizon_ms: ms(series.horizon),
        median_ms: time(ms(first.median)),
        mean_ms: time(first.mean / 1_000.0),
        ci95_ms: time(first.ci95 / 1_000.0),
        p90_ms: time(ms(first.p90)),
        max_ms: time(ms(first.max)),
        measures: measures.collect(),
        published: series.published.map(|published| beside(published, series, &first)),
        settings: raft_sim::saved::settings(&series.config),
    }
}

/// A curve of which a part was given up has a median of its own, but no mean that could be compared.
fn beside(published: &Published, series: &Series, ours: &Summary) -> PublishedReport {
    let quantile = |percent| ms(published.quantile_us(percent).unwrap_or_default());
    let is_whole = ours.finished == series.trials && ours.finished > 0;
    PublishedReport {
        trials: published.trials,
        median_ms: quantile(50),
        mean_ms: ms(published.mean_us),
        p90_ms: quantile(90),
        max_ms: quantile(100),
        median_ratio: is_whole.then(|| ms(ours.median) / quantile(50)),
        mean_ratio: is_whole.then(|| ours.mean / published.mean_us as f64),
    }
}
