//! The object that `--json` prints; its schema is `docs/raftlab.schema.json`.
//!
//! Ids are "S1", nothing is null, seeds and digests are strings, times are microseconds, maps are sorted.

use crate::run::{Outcome, time};
use raft_core::{Index, Log, Role, Rule, ServerId, ServerSet};
use raft_eval::hunt::{Harm, Outcome as HuntOutcome, Quarry};
use raft_eval::measure::{EXPERIMENTS, Experiment, Measure};
use raft_eval::stories;
use raft_sim::machine::entry_text;
use raft_sim::scenario::Scenario;
use raft_sim::sentences;
use raft_sim::world::World;
use serde::Serialize;
use std::collections::BTreeMap;

#[derive(Serialize)]
struct Object<'a> {
    scenario: Option<&'a str>,
    seed: String,
    time_us: u64,
    digest: String,
    servers: Vec<ServerObject<'a>>,
    violations: Vec<ViolationObject>,
    expectations: Vec<ExpectationObject<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    trace: Option<&'a [String]>,
}

#[derive(Serialize)]
struct ServerObject<'a> {
    id: String,
    up: bool,
    role: Option<&'static str>,
    current_term: u32,
    voted_for: Option<String>,
    commit_index: u32,
    last_applied: u32,
    first_index: u32,
    snapshot: Option<SnapshotObject>,
    log: Vec<EntryObject>,
    membership: MembershipObject,
    state: BTreeMap<&'a str, &'a str>,
}

/// The configuration in force at a server; of a crashed one the latest on its disk.
#[derive(Serialize)]
struct MembershipObject {
    voters: Vec<String>,
    outgoing: Vec<String>,
    learners: Vec<String>,
    index: u32,
    standing: &'static str,
}

#[derive(Serialize)]
struct SnapshotObject {
    last_included_index: u32,
    last_included_term: u32,
}

#[derive(Serialize)]
struct EntryObject {
    index: u32,
    term: u32,
    command: String,
}

#[derive(Serialize)]
struct ViolationObject {
    property: &'static str,
    time_us: u64,
    witness: String,
}

#[derive(Serialize)]
struct ExpectationObject<'a> {
    line: u32,
    text: &'a str,
    held: bool,
}

#[derive(Serialize)]
struct ScenarioObject {
    name: String,
    title: String,
    about: String,
    section: Option<String>,
}

#[derive(Serialize)]
struct RuleObject {
    id: &'static str,
    kind: &'static str,
    section: &'static str,
    statement: &'static str,
    harms: &'static str,
    story: String,
    steps: u32,
}

#[derive(Serialize)]
struct HuntObject<'a> {
    without: Vec<&'a str>,
    making: Vec<&'a str>,
    seeds: u64,
    found: Option<FoundObject<'a>>,
}

#[derive(Serialize)]
struct FoundObject<'a> {
    seed: String,
    property: Option<&'static str>,
    term: Option<u32>,
    no_leader_us: Option<u64>,
    no_commit_us: Option<u64>,
    servers: u32,
    steps: u32,
    account: &'a [String],
    scenario: Option<&'a str>,
    run: &'a str,
}

/// What came of a run.
pub(crate) fn of(outcome: &Outcome) -> Result<String, String> {
    let run = &outcome.subject.run;
    let world = run.world();
    let violations = world.violations().iter().map(|found| ViolationObject {
        property: found.witness.property().id(),
        time_us: found.time.0,
        witness: sentences::violation(found),
    });
    let expectations = outcome.verdicts.iter().map(|(expectation, held)| ExpectationObject {
        line: expectation.line,
        text: &expectation.text,
        held: *held,
    });
    print(&Object {
        scenario: outcome.subject.name.as_deref(),
        seed: run.seed().to_string(),
        time_us: time(&outcome.subject).0,
        digest: format!("{:016x}", world.digest()),
        servers: world.ids().map(|id| server(id, world)).collect(),
        violations: violations.collect(),
        expectations: expectations.collect(),
        trace: outcome.trace.as_deref(),
    })
}

/// The list of the built-in scenarios.
pub(crate) fn list(scenarios: &[Scenario]) -> Result<String, String> {
    let object = |scenario: &Scenario| ScenarioObject {
        name: scenario.name.clone(),
        title: scenario.title.clone(),
        about: scenario.about.clone(),
        section: Some(scenario.section.clone()).filter(|section| !section.is_empty()),
    };
    print(&scenarios.iter().map(object).collect::<Vec<_>>())
}

/// The rules.
pub(crate) fn rules() -> Result<String, String> {
    let object = |rule: &Rule| {
        let story = stories::story(*rule)?;
        Ok(RuleObject {
            id: rule.id(),
            kind: stories::kind(*rule),
            section: rule.section(),
            statement: rule.statement(),
            harms: rule.harm(),
            steps: stories::steps(&story),
            story: story.name,
        })
    };
    print(&Rule::ALL.iter().map(object).collect::<Result<Vec<_>, String>>()?)
}

/// What came of a hunt.
pub(crate) fn of_hunt(quarry: &Quarry, outcome: &HuntOutcome) -> Result<String, String> {
    let without: Vec<&str> = quarry.without.iter().map(|rule| rule.id()).collect();
    let making: Vec<&str> = quarry.making.iter().map(|mistake| mistake.id()).collect();
    let found = outcome.found.as_ref().map(|found| {
        let (property, term, no_leader_us, no_commit_us) = match found.harm {
            Harm::Violates(property) => (Some(property.id()), None, None, None),
            Harm::ReachesTerm(term) => (None, Some(term.0), None, None),
            Harm::NoLeader(long) => (None, None, Some(long), None),
            Harm::NoCommit(long) => (None, None, None, Some(long)),
        };
        FoundObject {
            seed: found.seed.to_string(),
            property,
            term,
            no_leader_us,
            no_commit_us,
            servers: found.servers,
            steps: found.steps,
            account: &found.account,
            scenario: found.scenario.as_deref(),
            run: &found.saved,
        }
    });
    print(&HuntObject { without, making, seeds: outcome.seeds, found })
}

#[derive(Serialize)]
struct ExperimentObject {
    name: &'static str,
    title: &'static str,
    about: &'static str,
    section: &'static str,
    by: &'static [&'static str],
    trials: u32,
    measures: Vec<MeasureObject>,
}

#[derive(Serialize)]
struct MeasureObject {
    id: &'static str,
    title: &'static str,
    unit: &'static str,
}

/// What can be measured.
pub(crate) fn experiments() -> Result<String, String> {
    let measure = |it: &Measure| MeasureObject { id: it.id, title: it.title, unit: it.unit.id() };
    let object = |it: &Experiment| ExperimentObject {
        name: it.name,
        title: it.title,
        about: it.about,
        section: it.section,
        by: it.by,
        trials: it.trials,
        measures: it.measures.iter().map(measure).collect(),
    };
    print(&EXPERIMENTS.iter().map(object).collect::<Vec<_>>())
}

/// A value as JSON.
pub(crate) fn print(value: &impl Serialize) -> Result<String, String> {
    serde_json::to_string_pretty(value).map_err(|why| format!("the output cannot be written: {why}"))
}

/// A server; of a crashed one what its disk holds.
fn server(id: ServerId, world: &World) -> ServerObject<'_> {
    let server = world.server(id);
    let node = server.node.as_ref();
    let stable = &server.stable;
    let voted_for = node.map_or(stable.voted_for, |node| node.voted_for());
    ServerObject {
        id: id.to_string(),
        up: node.is_some(),
        role: node.map(|node| role(node.role())),
        current_term: node.map_or(stable.current_term, |node| node.current_term()).0,
        voted_for: voted_for.map(|id| id.to_string()),
        commit_index: node.map_or(0, |node| node.commit_index().0),
        last_applied: node.map_or(0, |node| node.last_applied().0),
        first_index: server.log().first_index().0,
        snapshot: server.snapshot().map(|snapshot| SnapshotObject {
            last_included_index: snapshot.last_included_index.0,
            last_included_term: snapshot.last_included_term.0,
        }),
        log: entries(server.log()),
        membership: membership(id, world),
        state: server.machine.values().collect(),
    }
}

fn membership(id: ServerId, world: &World) -> MembershipObject {
    let server = world.server(id);
    let (index, membership) = match &server.node {
        Some(node) => (node.config_index(), *node.membership()),
        None => server.stable.membership(world.config().members()),
    };
    let ids = |servers: ServerSet| servers.iter().map(|id| id.to_string()).collect();
    MembershipObject {
        voters: ids(membership.voters),
        outgoing: ids(membership.outgoing),
        learners: ids(membership.learners),
        index: index.0,
        standing: world.standing(id).name(),
    }
}

/// The name of a role.
pub(crate) fn role(role: &Role) -> &'static str {
    match role {
        Role::Follower { .. } => "follower",
        Role::PreCandidate { .. } => "pre-candidate",
        Role::Candidate { .. } => "candidate",
        Role::Leader { .. } => "leader",
    }
}

fn entries(log: &Log) -> Vec<EntryObject> {
    let entry = |(index, entry): (Index, _)| {
        let entry: &raft_core::Entry = entry;
        EntryObject { index: index.0, term: entry.term.0, command: entry_text(entry) }
    };
    log.iter_from(Index(1)).map(entry).collect()
}
