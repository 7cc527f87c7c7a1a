//! What a reader can set: any setting of a world, and a few of the experiment.

use super::{Experiment, Setup};
use raft_core::Micros;
use raft_sim::command::named;
use raft_sim::scenario::{self, SETTINGS, parse_seed};
use raft_sim::text::parse_time;

/// Most trials of a curve.
const TRIALS_MAX: u32 = 1_000_000;
/// Longest horizon of a trial.
const HORIZON_MAX: Micros = 3_600_000_000;

/// The reader's settings.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Settings of the world, and `by` and `horizon`, in the order in which they were given.
    pub set: Vec<(String, String)>,
    /// Trials of a curve; the experiment's own number, if none is said.
    pub trials: Option<u32>,
    /// The seed of the first trial.
    pub seed: u64,
}

/// Settings of a scenario that say nothing about a world.
const NOT_OF_A_WORLD: &[&str] = &["title", "about", "section", "seed", "until", "log", "term", "vote"];

impl Settings {
    /// Reads settings like "latency=5ms", as a terminal and a page hand them over.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn read(set: &[String], trials: Option<u32>, seed: &str) -> Result<Self, String> {
        let pair = |text: &String| {
            let (key, value) =
                text.split_once('=').ok_or_else(|| format!("\"{text}\" sets nothing; write it like latency=5ms"))?;
            Ok((key.trim().to_string(), value.trim().to_string()))
        };
        let set = set.iter().map(pair).collect::<Result<Vec<_>, String>>()?;
        Ok(Self { set, trials, seed: parse_seed(seed)? })
    }

    /// The world and the rest of what the curves are made from.
    pub(super) fn apply(&self, experiment: &'static Experiment) -> Result<Setup, String> {
        let trials = match self.trials {
            None => experiment.trials,
            Some(trials @ 1..=TRIALS_MAX) => trials,
            Some(other) => return Err(format!("a curve has 1 to {TRIALS_MAX} trials, not {other}")),
        };
        let mut setup = Setup {
            config: (experiment.config)(),
            by: experiment.by.first().copied().unwrap_or_default(),
            trials,
            horizon: None,
            all_alike: self.trials.is_some(),
        };
        for (key, value) in &self.set {
            match key.as_str() {
                "by" if experiment.by.is_empty() => {
                    return Err(format!("{} shows one thing only; leave by out", experiment.name));
                }
                "by" => setup.by = named(value, "thing to vary", experiment.by, |known| known)?,
                "horizon" => setup.horizon = Some(horizon(value)?),
                key if NOT_OF_A_WORLD.contains(&key) => return Err(unknown(key)),
                key => scenario::set(&mut setup.config, key, value)
                    .map_err(|(part, why)| if part == key { unknown(key) } else { why })?,
            }
        }
        setup.config.validate()?;
        Ok(setup)
    }
}

fn horizon(value: &str) -> Result<Micros, String> {
    match parse_time(value)? {
        horizon @ 1..=HORIZON_MAX => Ok(horizon),
        _ => Err(format!("\"{value}\" is no time for a trial; it lasts up to an hour")),
    }
}

fn unknown(key: &str) -> String {
    let known: Vec<&str> =
        SETTINGS.iter().copied().filter(|known| !NOT_OF_A_WORLD.contains(known)).chain(["by", "horizon"]).collect();
    named(key, "setting", &known, |known| known).err().unwrap_or_default()
}
