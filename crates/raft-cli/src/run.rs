//! Plays what was opened, and judges what came of it.

use crate::args::RunArgs;
use crate::input::{End, Subject};
use crate::output::{self, Output};
use crate::{json, text};
use raft_core::Time;
use raft_sim::condition::Expectation;
use raft_sim::run::{Progress, Run};
use raft_sim::scenario::{BUILT_IN, Scenario};
use raft_sim::trace;
use std::process::ExitCode;

/// Most events of a run: about a day of five servers.
const EVENTS_MAX: u64 = 50_000_000;
/// Most messages and writes that wait at once; each costs some hundred bytes.
const LOAD_MAX: usize = 1_000_000;
/// Events between two looks at how much is under way.
const LOOK: u64 = 2_000;
/// Most lines of a trace that becomes a member of an object, and has to be held in memory.
const TRACE_MAX: usize = 1_000_000;

/// What came of a run.
pub(crate) struct Outcome {
    pub(crate) subject: Subject,
    pub(crate) verdicts: Vec<(Expectation, bool)>,
    /// None if it was not asked for, or is printed already.
    pub(crate) trace: Option<Vec<String>>,
}

impl Outcome {
    /// All expectations held, and nothing was broken but what was expected.
    fn is_good(&self) -> bool {
        let world = self.subject.run.world();
        self.verdicts.iter().all(|(_, held)| *held)
            && world.violations().iter().all(|found| self.subject.expects(found.witness.property()))
    }
}

/// `raftlab run`.
pub(crate) fn run(args: &RunArgs) -> Result<ExitCode, String> {
    let mut subject = Subject::open(&args.what, args.seed.as_deref(), args.until.as_deref(), args.with_all_rules)?;
    let mut out = Output::new();
    let mut kept = Vec::new();
    let end = subject.end;
    play(&mut subject.run, end, EVENTS_MAX, args.trace, |line| {
        if !args.json {
            return out.line(&output::plain(&line));
        }
        if kept.len() == TRACE_MAX {
            return Err(format!(
                "the trace has more than {TRACE_MAX} lines; choose an earlier --until, or a trace without --json"
            ));
        }
        kept.push(line);
        Ok(())
    })?;
    let verdicts = subject.run.script().verdicts(subject.run.world());
    let outcome = Outcome { subject, verdicts, trace: (args.trace && args.json).then_some(kept) };
    if args.json {
        out.line(&json::of(&outcome)?)?;
    } else {
        if args.trace {
            out.line("")?;
        }
        for line in text::of(&outcome) {
            out.line(&output::plain(&line))?;
        }
    }
    out.finish()?;
    note_unfired(&outcome.subject.run);
    Ok(if outcome.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Plays a run to its end, over all violations, and tells each thing that happens if somebody listens.
fn play(
    run: &mut Run,
    end: End,
    events_max: u64,
    listens: bool,
    mut tell: impl FnMut(String) -> Result<(), String>,
) -> Result<(), String> {
    loop {
        let before = run.world().events();
        if before > events_max {
            return Err(format!("the run has more than {events_max} events; choose an earlier end with --until"));
        }
        if run.world().load() > LOAD_MAX {
            return Err(format!(
                "more than {LOAD_MAX} messages and writes wait at once; choose a shorter latency or longer timeouts"
            ));
        }
        let allowance = if listens { 1 } else { LOOK.min(events_max + 1 - before) };
        let progress = match end {
            End::At(time) => run.seek(time, allowance),
            End::After { event, .. } => run.seek_event(event, allowance),
        };
        if listens && run.world().events() > before {
            trace::lines(run.world()).into_iter().try_for_each(&mut tell)?;
        }
        match progress {
            Progress::Reached => return Ok(()),
            Progress::Stopped => run.go_on(),
            Progress::More => (),
        }
    }
}

/// The time at which the run is looked at.
pub(crate) fn time(subject: &Subject) -> Time {
    match subject.end {
        End::At(time) | End::After { time, .. } => time,
    }
}

/// Says which lines of the scenario had no occasion; that is no failure.
fn note_unfired(run: &Run) {
    let mut lines: Vec<u32> = run.script().unfired().collect();
    lines.sort_unstable();
    let named: Vec<String> = lines.iter().take(10).map(u32::to_string).collect();
    let more = if lines.len() > named.len() { " and others" } else { "" };
    match lines.len() {
        0 => (),
        1 => output::warn("note", &format!("line {} never fired before the end of the run", named[0])),
        _ => output::warn("note", &format!("lines {}{more} never fired before the end of the run", named.join(", "))),
    }
}

/// `raftlab scenarios`.
pub(crate) fn list(as_json: bool) -> Result<ExitCode, String> {
    let parse = |(name, source): &(&str, &str)| Scenario::parse(name, source).map_err(|why| format!("{name}: {why}"));
    let scenarios: Vec<Scenario> = BUILT_IN.iter().map(parse).collect::<Result<_, _>>()?;
    let mut out = Output::new();
    if as_json {
        out.line(&json::list(&scenarios)?)?;
    } else {
        for line in text::list(&scenarios) {
            out.line(&line)?;
        }
    }
    out.finish()?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn a_run_of_too_many_events_is_given_up() {
        for listens in [false, true] {
            let mut subject = Subject::open(Path::new("playground"), None, Some("60s"), false).unwrap();
            let why = play(&mut subject.run, subject.end, 1_000, listens, |_| Ok(())).unwrap_err();
            assert_eq!(why, "the run has more than 1000 events; choose an earlier end with --until");
            assert_eq!(subject.run.world().events(), 1_001);
        }
    }

    #[test]
    fn a_run_is_the_same_whether_somebody_listens_or_not() {
        let digest = |listens| {
            let mut subject = Subject::open(Path::new("leader-crash"), None, None, false).unwrap();
            let mut lines = 0;
            play(&mut subject.run, subject.end, EVENTS_MAX, listens, |_| {
                lines += 1;
                Ok(())
            })
            .unwrap();
            assert_eq!(lines > 0, listens);
            subject.run.world().digest()
        };
        assert_eq!(digest(true), digest(false));
    }
}
