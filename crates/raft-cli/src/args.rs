//! What can be asked for.

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// A laboratory for the Raft consensus algorithm: plays clusters in a deterministic world
#[derive(Debug, Parser)]
#[command(name = "raftlab", version, arg_required_else_help = true, after_help = AFTER)]
pub(crate) struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

const AFTER: &str = "\
Exit status: 0 if all expectations held and every violation was expected, 1 if not, 2 for bad input.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists the built-in scenarios
    Scenarios {
        /// Prints a list of objects
        #[arg(long)]
        json: bool,
    },
    /// Plays a scenario or a saved run to its end and says what came of it
    #[command(after_help = AFTER)]
    Run(RunArgs),
    /// Lists the rules that Raft relies on, each with the story of what happens without it
    Rules {
        /// Prints a list of objects
        #[arg(long)]
        json: bool,
    },
    /// Looks for a run in which a switched-off rule or a mistake does harm, and makes it as short as it can be
    #[command(after_help = AFTER_HUNT)]
    Hunt(HuntArgs),
    /// Measures over many runs: time to elect, time to replicate, and what the paper measured
    #[command(after_help = AFTER_MEASURE)]
    Measure(MeasureArgs),
}

const AFTER_MEASURE: &str = "\
Without a name it lists what can be measured. The same settings and seed give the same numbers on every machine.
Exit status: 0, or 2 for bad input.";

#[derive(Debug, clap::Args)]
pub(crate) struct MeasureArgs {
    /// What is measured, like figure-16
    #[arg(value_name = "NAME")]
    pub(crate) name: Option<String>,
    /// A setting of the world as in scenarios, like latency=5ms, or by=latency, or horizon=10s; can be named again
    #[arg(long, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Trials of each curve
    #[arg(long, value_name = "N")]
    pub(crate) trials: Option<u32>,
    /// Seed of the first trial; the next has the next
    #[arg(long, value_name = "N", default_value = "1", allow_hyphen_values = true)]
    pub(crate) seed: String,
    /// Prints one trial as a saved run, which `run` and the page open: number of the curve, colon, number of the trial
    #[arg(long, value_name = "CURVE:TRIAL", conflicts_with_all = ["json", "csv"])]
    pub(crate) open: Option<String>,
    /// Prints a table with commas
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// Prints one object
    #[arg(long)]
    pub(crate) json: bool,
}

const AFTER_HUNT: &str = "\
Exit status: 0 if a run was found, 1 if not, 2 for bad input.";

#[derive(Debug, clap::Args)]
pub(crate) struct HuntArgs {
    /// A rule that is off; several with commas, or by naming this again
    #[arg(long, value_name = "RULE")]
    pub(crate) without: Vec<String>,
    /// A mistake that is made; several with commas, or by naming this again
    #[arg(long, value_name = "MISTAKE")]
    pub(crate) making: Vec<String>,
    /// The promise that is to be broken, like election-safety; otherwise any
    #[arg(long, value_name = "P")]
    pub(crate) property: Option<String>,
    /// Size of the cluster that the search begins with
    #[arg(long, value_name = "N")]
    pub(crate) servers: Option<u32>,
    /// Most seeds that are tried
    #[arg(long, value_name = "N", default_value_t = 10_000)]
    pub(crate) seeds: u64,
    /// Simulated time after which a seed is given up, like 4s
    #[arg(long, value_name = "TIME")]
    pub(crate) horizon: Option<String>,
    /// A saved run: can it go wrong from where it was looked at?
    #[arg(long, value_name = "FILE")]
    pub(crate) from: Option<PathBuf>,
    /// Prints one object
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, clap::Args)]
pub(crate) struct RunArgs {
    /// Name of a built-in scenario, or path of a scenario's or a saved run's file
    #[arg(value_name = "FILE|NAME")]
    pub(crate) what: PathBuf,
    /// Another seed than the scenario's
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    pub(crate) seed: Option<String>,
    /// Another end than the scenario's, like 1.5s or 2min
    #[arg(long, value_name = "TIME", allow_hyphen_values = true)]
    pub(crate) until: Option<String>,
    /// The same commands with no rule off; what the scenario expects is left aside
    #[arg(long)]
    pub(crate) with_all_rules: bool,
    /// Prints a line for each thing that happens
    #[arg(long)]
    pub(crate) trace: bool,
    /// Prints one object; the trace becomes a member of it
    #[arg(long)]
    pub(crate) json: bool,
}
