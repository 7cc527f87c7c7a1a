//! `raftlab`: the same laboratory at a terminal.
//!
//! [`args`] says what can be asked, [`input`] opens what is named, [`run`] plays it and judges it, [`hunt`] looks for
//! harm, [`measure`] plays many, [`json`] and [`text`] say what came of it, and [`output`] is the only one that prints.

mod args;
mod hunt;
mod input;
mod json;
mod measure;
mod output;
mod progress;
mod run;
mod text;

use args::{Args, Command};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args = match Args::try_parse() {
        Ok(args) => args,
        // Help and version are asked for; everything else is a mistake. Either way a closed pipe is no matter.
        Err(said) => {
            let _ = said.print();
            return if said.use_stderr() { output::BAD_INPUT.into() } else { ExitCode::SUCCESS };
        }
    };
    let done = match args.command {
        Command::Scenarios { json } => run::list(json),
        Command::Run(args) => run::run(&args),
        Command::Rules { json } => hunt::rules(json),
        Command::Hunt(args) => hunt::run(&args),
        Command::Measure(args) => measure::run(&args),
    };
    done.unwrap_or_else(|why| {
        output::warn("error", &why);
        output::BAD_INPUT.into()
    })
}
