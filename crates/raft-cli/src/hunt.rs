//! `raftlab hunt` and `raftlab rules`.

use crate::args::HuntArgs;
use crate::input;
use crate::json;
use crate::output::{self, Output};
use crate::progress::Progress;
use raft_core::Rule;
use raft_eval::hunt::{Quarry, hunt};
use raft_eval::stories;
use raft_sim::checkers::Property;
use raft_sim::config::SERVERS_MAX;
use raft_sim::text::parse_time;
use std::process::ExitCode;

/// Longest simulated time of one try.
const HORIZON_MAX: u64 = 60_000_000;

/// `raftlab hunt`.
pub(crate) fn run(args: &HuntArgs) -> Result<ExitCode, String> {
    let quarry = quarry(args)?;
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let progress = Progress::new();
    let outcome = hunt(&quarry, 0, args.seeds, workers, &|seeds, _| {
        progress.tell(|seconds| format!("{seeds} seeds, {:.0} a second", seeds as f64 / seconds));
    });
    progress.clear();
    let mut out = Output::new();
    if args.json {
        out.line(&json::of_hunt(&quarry, &outcome)?)?;
    } else if let Some(found) = &outcome.found {
        let text = found.scenario.as_ref().unwrap_or(&found.saved);
        for line in text.lines() {
            out.line(&output::plain(line))?;
        }
    }
    out.finish()?;
    if outcome.found.is_none() && !args.json {
        output::warn("note", &format!("{} seeds did no harm", outcome.seeds));
    }
    Ok(if outcome.found.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn quarry(args: &HuntArgs) -> Result<Quarry, String> {
    let rules = all(&args.without, raft_sim::command::parse_rule)?;
    let mistakes = all(&args.making, raft_sim::command::parse_mistake)?;
    let mut quarry = match &args.from {
        Some(path) => Quarry::from_here(&rules, &input::saved_run(path)?),
        None if rules.is_empty() && mistakes.is_empty() => {
            let needed =
                "a hunt needs a rule that is off, like --without majority, or a mistake, like --making count-old-votes";
            return Err(needed.into());
        }
        None => Quarry::new(&rules),
    }
    .making(&mistakes);
    if quarry.without.is_empty() && quarry.making.is_empty() {
        return Err("all rules are on in this run, and no mistake is made; --without and --making change that".into());
    }
    if let Some(id) = &args.property {
        quarry.property = Some(raft_sim::command::named(id, "property", Property::ALL, |property| property.id())?);
    }
    match args.servers {
        Some(_) if args.from.is_some() => return Err("a run has its servers; --servers is for new clusters".into()),
        Some(servers) if !(1..=SERVERS_MAX).contains(&servers) => {
            return Err(format!("a cluster has 1 to {SERVERS_MAX} servers, not {servers}"));
        }
        servers => quarry.servers = servers,
    }
    if let Some(horizon) = &args.horizon {
        quarry.horizon = match parse_time(horizon)? {
            horizon @ 1..=HORIZON_MAX => horizon,
            _ => return Err(format!("\"{horizon}\" is no time for a try; it lasts up to a minute")),
        };
    }
    Ok(quarry)
}

/// All that is named, once each.
fn all<T: PartialEq>(named: &[String], parse: fn(&str) -> Result<T, String>) -> Result<Vec<T>, String> {
    let mut all = Vec::new();
    for id in named.iter().flat_map(|ids| ids.split(',')) {
        let parsed = parse(id.trim())?;
        if !all.contains(&parsed) {
            all.push(parsed);
        }
    }
    Ok(all)
}

/// `raftlab rules`.
pub(crate) fn rules(as_json: bool) -> Result<ExitCode, String> {
    let mut out = Output::new();
    if as_json {
        out.line(&json::rules()?)?;
    } else {
        let width = Rule::ALL.iter().map(|rule| rule.id().len()).max().unwrap_or_default();
        for rule in Rule::ALL {
            out.line(&format!("{:width$}  {:8}  {}", rule.id(), stories::kind(*rule), rule.statement()))?;
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}
