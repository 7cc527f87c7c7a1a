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
    /// Prints a line for each thing that happens
    #[arg(long)]
    pub(crate) trace: bool,
    /// Prints one object; the trace becomes a member of it
    #[arg(long)]
    pub(crate) json: bool,
}
