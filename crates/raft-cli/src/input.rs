//! Opens what is named: a built-in scenario, a scenario's file, or the file of a saved run.

use raft_core::{Micros, Rules, Time};
use raft_eval::stories::with_all_rules;
use raft_sim::command::Command;
use raft_sim::condition::{Expectation, Expected, Script};
use raft_sim::run::Run;
use raft_sim::saved;
use raft_sim::scenario::{BUILT_IN, SOURCE_MAX, Scenario, built_in, parse_seed};
use raft_sim::text::parse_time;
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Longest simulated time: a day.
pub(crate) const UNTIL_MAX: Micros = 86_400_000_000;

/// Where a run ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum End {
    /// When everything up to this moment has happened.
    At(Time),
    /// Right after an event, somewhat later: where the reader of a saved run looked.
    After { event: u64, time: Time },
}

/// Something to be played.
#[derive(Debug)]
pub(crate) struct Subject {
    /// The scenario's name; none for a saved run that came from no scenario.
    pub(crate) name: Option<String>,
    pub(crate) title: String,
    pub(crate) run: Run,
    pub(crate) end: End,
    pub(crate) expectations: Vec<Expectation>,
}

impl Subject {
    /// Opens a file or a built-in scenario.
    pub(crate) fn open(what: &Path, seed: Option<&str>, until: Option<&str>, all_rules: bool) -> Result<Self, String> {
        let seed = seed.map(parse_seed).transpose()?;
        let until = until.map(parse_until).transpose()?;
        let name = what.to_str().filter(|name| is_name(name, what));
        if let Some(name) = name {
            return Self::of_scenario(&ruled(built_in(name)?, all_rules), seed, until);
        }
        let text = read(what)?;
        let shown = what.display();
        if text.trim_start().starts_with("raft-lab run ") {
            if seed.is_some() {
                return Err(format!("{shown} is a saved run and has its own seed; --seed is for scenarios"));
            }
            return Self::of_saved_run(&text, until, all_rules).map_err(|why| format!("{shown}: {why}"));
        }
        let stem = what.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let scenario = Scenario::parse(&stem, &text).map_err(|problem| format!("{shown}: {problem}"))?;
        Self::of_scenario(&ruled(scenario, all_rules), seed, until)
    }

    fn of_scenario(scenario: &Scenario, seed: Option<u64>, until: Option<Micros>) -> Result<Self, String> {
        let until = until.unwrap_or(scenario.until);
        if until > UNTIL_MAX {
            return Err("the scenario lasts longer than a day; give it an earlier end with --until".into());
        }
        Ok(Self {
            name: Some(scenario.name.clone()),
            title: scenario.title.clone(),
            run: scenario.run_with_seed(seed.unwrap_or(scenario.seed)).forward_only(),
            end: End::At(Time(until)),
            expectations: scenario.expectations.clone(),
        })
    }

    fn of_saved_run(text: &str, until: Option<Micros>, all_rules: bool) -> Result<Self, String> {
        let opened = saved::from_text(text.trim_start())?;
        let looked = End::After { event: opened.world().events(), time: opened.time() };
        // It is played once more from its start, so that everything that happens can be told.
        let (mut config, mut commands) = (opened.config().clone(), opened.commands().to_vec());
        let mut looked = looked;
        if all_rules {
            config.rules = Rules::ALL;
            commands.retain(|stamped| !matches!(stamped.command, Command::SetRule(_, false)));
            // Other events happen then.
            looked = End::At(opened.time());
        }
        let run = Run::new(config, opened.seed(), commands, Script::default());
        let name = Some(opened.scenario).filter(|name| !name.is_empty());
        Ok(Self {
            title: format!("Saved run of {}", name.as_deref().unwrap_or("no scenario")),
            name,
            run: run.forward_only(),
            end: until.map_or(looked, |until| End::At(Time(until))),
            expectations: Vec::new(),
        })
    }

    /// Whether the scenario says that this violation will happen.
    pub(crate) fn expects(&self, property: raft_sim::checkers::Property) -> bool {
        self.expectations.iter().any(|expectation| expectation.expected == Expected::Violates(property))
    }
}

fn ruled(scenario: Scenario, all_rules: bool) -> Scenario {
    if all_rules { with_all_rules(&scenario) } else { scenario }
}

/// Opens a saved run where its reader looked.
pub(crate) fn saved_run(path: &Path) -> Result<Run, String> {
    saved::from_text(read(path)?.trim_start()).map_err(|why| format!("{}: {why}", path.display()))
}

/// Whether the argument is meant as a name: it is that of a built-in scenario, or neither a file nor like a path.
fn is_name(name: &str, path: &Path) -> bool {
    let known = BUILT_IN.iter().any(|(known, _)| *known == name);
    known || !name.contains(['/', '\\', '.']) && !path.exists()
}

fn parse_until(text: &str) -> Result<Micros, String> {
    match parse_time(text)? {
        until if until > UNTIL_MAX => {
            Err(format!("\"{text}\" is too long; a run lasts at most a day, which is 1440min"))
        }
        until => Ok(until),
    }
}

fn read(path: &Path) -> Result<String, String> {
    let shown = path.display();
    let mut bytes = Vec::new();
    let limit = SOURCE_MAX as u64 + 1;
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    read.map_err(|why| {
        let why = why.to_string();
        format!("{shown} cannot be read: {}", why.split(" (os error").next().unwrap_or_default())
    })?;
    if bytes.len() > SOURCE_MAX {
        return Err(format!("{shown} is longer than {SOURCE_MAX} bytes, which no scenario and no saved run is"));
    }
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.to_string()),
        Err(why) => {
            let before = String::from_utf8_lossy(&bytes[..why.valid_up_to()]);
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            Err(format!("{shown}: line {line}, column {column}: this is not text; a scenario is written in UTF-8"))
        }
    }
}
