//! Experiments: what varies, how many trials, and what is measured. Readers believe a curve that they made themselves.
//!
//! An [`Experiment`] is an entry of a closed table. With the reader's [`Settings`] it becomes a [`Plan`]: some
//! [`Series`], each with a world and a number of trials. A trial is played by [`Plan::play`] and gives a value for each
//! measure; it follows from the plan and its number alone, so that any worker may play it, and it can be opened as a run
//! ([`Plan::saved`]). [`Summary`] says what many trials came to, with the same digits on every machine.

mod changes;
mod elections;
mod evaluation;
mod parallel;
mod published;
mod replication;
mod report;
mod settings;
mod stats;
mod trial;

pub use evaluation::evaluation;
pub use parallel::{Outcome, run};
pub use published::{Published, SHARES};
pub use report::{MeasureReport, PublishedReport, Report, SeriesReport, ms};
pub use settings::Settings;
pub use stats::{Summary, quantile};
pub use trial::Trial;

use raft_core::{Change, Micros, ServerId};
use raft_sim::config::WorldConfig;
use raft_sim::saved;
use std::collections::BTreeMap;

/// What a value is a number of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Microseconds of simulated time.
    Micros,
    /// Things: terms, messages, answers a second.
    Count,
    /// Bytes.
    Bytes,
}

/// Something that is measured in every trial.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measure {
    /// Its name in tables, in kebab case.
    pub id: &'static str,
    /// What it is, from when until when.
    pub title: &'static str,
    /// What its values are.
    pub unit: Unit,
}

/// What is done in the trials of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// The same in all series.
    Same,
    /// So many servers have failed.
    Failed(u32),
    /// So many requests arrive at once.
    AtOnce(u32),
    /// So many followers have a slow disk.
    Slow(u32),
    /// So many requests arrive in a second.
    Load(u32),
    /// A follower misses so many entries.
    Missed(u32),
    /// The leader hands over; otherwise it crashes.
    HandOver(bool),
    /// The membership changes, when there are so many entries in the log.
    Changes(Change, u32),
}

/// One curve of an experiment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// The panel in which it is drawn.
    pub panel: String,
    /// Its name there.
    pub name: String,
    /// The world of its trials.
    pub config: WorldConfig,
    /// How many trials.
    pub trials: u32,
    /// Simulated time after which a trial is given up, from when it begins to measure.
    pub horizon: Micros,
    /// What is done in its trials, where that varies from curve to curve.
    pub variant: Variant,
    /// The published curve.
    pub published: Option<&'static Published>,
}

/// The values of one trial, one for each measure; none if it was given up.
pub type Values = Vec<Option<u64>>;

/// Something that can be measured.
#[derive(Clone, Copy, Debug)]
pub struct Experiment {
    /// Its name at the terminal, in kebab case.
    pub name: &'static str,
    /// Its name for readers.
    pub title: &'static str,
    /// What is done, in a sentence or two.
    pub about: &'static str,
    /// Where the like was measured: a section of the paper, or of the dissertation if it says so; or empty.
    pub section: &'static str,
    /// What is measured; the first is what the curves show.
    pub measures: &'static [Measure],
    /// What can vary from curve to curve, the first by default; empty if that is fixed.
    pub by: &'static [&'static str],
    /// Trials of a curve if nothing else is said.
    pub trials: u32,
    /// The settings that differ from a world's defaults.
    config: fn() -> WorldConfig,
    series: fn(&Setup) -> Vec<Series>,
    play: fn(&Series, &mut Trial) -> Values,
}

/// All experiments.
pub const EXPERIMENTS: &[Experiment] = &[
    elections::FIGURE_16,
    elections::WAN,
    elections::TIME_TO_ELECT,
    replication::TIME_TO_REPLICATE,
    replication::THROUGHPUT,
    replication::COST,
    replication::READS,
    replication::CATCH_UP,
    changes::UNAVAILABILITY,
    changes::TRANSFER,
    changes::MEMBERSHIP,
];

/// Who leads where an experiment chooses the leader.
const LEADER: ServerId = ServerId(1);
/// After so much simulated time a trial is given up, unless the reader or the experiment says otherwise.
const HORIZON: Micros = 60_000_000;

/// What the curves of an experiment are made from.
struct Setup {
    /// The world, with the reader's settings.
    config: WorldConfig,
    /// What varies.
    by: &'static str,
    trials: u32,
    horizon: Option<Micros>,
    /// Whether the reader has set the number of trials.
    all_alike: bool,
}

impl Setup {
    fn series(&self, panel: &str, name: impl Into<String>, config: WorldConfig, horizon: Micros) -> Series {
        Series {
            panel: panel.into(),
            name: name.into(),
            config,
            trials: self.trials,
            horizon: self.horizon.unwrap_or(horizon),
            variant: Variant::Same,
            published: None,
        }
    }
}

/// An experiment with everything that its numbers follow from.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The experiment.
    pub experiment: &'static Experiment,
    /// What the reader has set.
    pub settings: Settings,
    /// Its curves.
    pub series: Vec<Series>,
}

/// Looks an experiment up.
///
/// # Errors
/// A sentence that names the nearest one, or all.
pub fn experiment(name: &str) -> Result<&'static Experiment, String> {
    let all: Vec<&'static Experiment> = EXPERIMENTS.iter().collect();
    raft_sim::command::named(name, "experiment", &all, |experiment| experiment.name)
}

impl Plan {
    /// The plan of an experiment under a reader's settings.
    ///
    /// # Errors
    /// A sentence about the setting that is wrong.
    pub fn new(experiment: &'static Experiment, settings: Settings) -> Result<Self, String> {
        let setup = settings.apply(experiment)?;
        let series = (experiment.series)(&setup);
        for series in &series {
            series.config.validate().map_err(|why| format!("{}: {why}", series.name))?;
        }
        Ok(Self { experiment, settings, series })
    }

    /// Everything that the numbers follow from: what the reader can set, and the world's settings as far as all curves
    /// have the same.
    pub fn parameters(&self) -> BTreeMap<String, String> {
        let mut all = BTreeMap::from([
            ("seed".to_string(), self.settings.seed.to_string()),
            (
                "trials".to_string(),
                self.series.iter().map(|series| series.trials).max().unwrap_or_default().to_string(),
            ),
        ]);
        all.extend(self.settings.set.iter().cloned());
        let lines = |series: &Series| saved::every_setting(&series.config);
        let others: Vec<Vec<String>> = self.series.iter().skip(1).map(lines).collect();
        for line in self.series.first().map(lines).unwrap_or_default() {
            let is_common = others.iter().all(|lines| lines.contains(&line));
            if let Some((key, value)) = line.split_once(": ").filter(|_| is_common) {
                all.insert(key.into(), value.into());
            }
        }
        all
    }

    /// The seed of a trial. Trials of the same number have the same chance in all series, so that curves differ by what
    /// varies and not by luck.
    pub fn seed(&self, trial: u32) -> u64 {
        self.settings.seed.wrapping_add(u64::from(trial))
    }

    /// Plays a trial of a series.
    ///
    /// # Panics
    /// If there is no such series.
    pub fn play(&self, series: usize, trial: u32) -> Values {
        self.played(series, trial).1
    }

    /// A trial as a saved run: what `raftlab run` and the page open.
    ///
    /// # Panics
    /// If there is no such series.
    pub fn saved(&self, series: usize, trial: u32) -> String {
        self.played(series, trial).0.saved()
    }

    fn played(&self, series: usize, trial: u32) -> (Trial, Values) {
        let series = &self.series[series];
        let mut played = Trial::new(&series.config, self.seed(trial));
        let values = (self.experiment.play)(series, &mut played);
        debug_assert_eq!(values.len(), self.experiment.measures.len(), "{}", self.experiment.name);
        (played, values)
    }

    /// How many trials there are in all series.
    pub fn trials(&self) -> u32 {
        self.series.iter().map(|series| series.trials).sum()
    }
}
