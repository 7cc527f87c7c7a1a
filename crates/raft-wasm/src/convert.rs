//! From the simulation's types to those that cross the door.

use crate::views::*;
use raft_core::{
    Change, Index, Message, Mistake, Node, ProtocolOption, Role, Rule, RuleKind, ServerId, ServerSet, Standing, Time,
};
use raft_eval::stories;
use raft_sim::checkers::Violation;
use raft_sim::command::Command;
use raft_sim::key::Kind;
use raft_sim::machine::entry_text;
use raft_sim::membership::votes_needed;
use raft_sim::network::{Fate, Flight, Outcome, Payload};
use raft_sim::record::{Mark, MarkKind, TermSpan};
use raft_sim::run::{By, EventRecord, Run};
use raft_sim::scenario;
use raft_sim::sentences;
use raft_sim::story;
use raft_sim::told::{EventKind, Told};
use raft_sim::world::World;

pub(crate) fn scenario_infos() -> Vec<ScenarioInfo> {
    let parse = |(name, source): &(&str, &str)| scenario::Scenario::parse(name, source).ok();
    let info = |found: scenario::Scenario| ScenarioInfo {
        name: found.name,
        title: found.title,
        about: found.about,
        section: found.section,
    };
    scenario::BUILT_IN.iter().filter_map(parse).map(info).collect()
}

pub(crate) fn settings(run: &Run) -> Settings {
    let world = run.world();
    let config = world.config();
    let rule = |rule: &Rule| SwitchInfo {
        id: rule.id(),
        title: rule.title(),
        section: rule.section(),
        kind: match rule.kind() {
            RuleKind::Safety => "safety",
            RuleKind::Liveness => "liveness",
        },
        statement: rule.statement(),
        instead: rule.instead(),
        harm: rule.harm(),
        on: config.rules.holds(*rule),
        story: stories::name(*rule),
    };
    let option = |option: &ProtocolOption| SwitchInfo {
        id: option.id(),
        title: option.title(),
        section: option.section(),
        kind: "option",
        statement: option.statement(),
        instead: option.effect(),
        harm: "",
        on: config.options.has(*option),
        story: String::new(),
    };
    let mistake = |mistake: &Mistake| SwitchInfo {
        id: mistake.id(),
        title: mistake.title(),
        section: mistake.section(),
        kind: "mistake",
        statement: mistake.statement(),
        instead: mistake.right(),
        harm: mistake.harm(),
        on: config.mistakes.makes(*mistake),
        story: stories::name_of_mistake(*mistake),
    };
    let title = scenario::BUILT_IN.iter().find(|(name, _)| *name == run.scenario);
    let title = title.and_then(|(name, source)| scenario::Scenario::parse(name, source).ok()).map(|found| found.title);
    Settings {
        servers: config.servers,
        seed: run.seed().to_string(),
        scenario: run.scenario.clone(),
        scenario_title: title.unwrap_or_else(|| run.scenario.clone()),
        election_min_us: config.election_timeout.0 as f64,
        election_max_us: config.election_timeout.1 as f64,
        heartbeat_us: config.heartbeat as f64,
        latency: config.latency.to_string(),
        disk: config.disk.to_string(),
        loss_ppm: config.loss_ppm,
        duplicate_ppm: config.duplicate_ppm,
        reorder_ppm: config.reorder_ppm,
        requests_per_second: config.requests_per_second,
        chaos: config.chaos.map_or(String::new(), |chaos| chaos.to_string()),
        rules: Rule::ALL.iter().map(rule).collect(),
        options: ProtocolOption::ALL.iter().map(option).collect(),
        mistakes: Mistake::ALL.iter().map(mistake).collect(),
        partition: world
            .network()
            .groups()
            .into_iter()
            .map(|group| group.into_iter().map(|id| id.0).collect())
            .collect(),
        cuts: world.network().cuts().map(|(from, to)| (from.0, to.0)).collect(),
    }
}

pub(crate) fn server(world: &World, id: ServerId) -> ServerView {
    let shell = world.server(id);
    let node = shell.node.as_ref();
    let log = node.map_or(&shell.stable.log, Node::log);
    let (votes, progress) = match node.map(Node::role) {
        Some(Role::PreCandidate { tally, .. } | Role::Candidate { tally, .. }) => {
            (tally.granted.iter().map(|id| id.0).collect(), vec![])
        }
        Some(Role::Leader { progress, catch_up, .. }) => {
            let receives = |other: &ServerId| {
                let catches_up = catch_up.is_some_and(|catch_up| catch_up.servers.contains(*other));
                *other != id
                    && (catches_up || node.map(|node| node.membership().standing(*other)) != Some(Standing::Outside))
            };
            let row = |other: ServerId| {
                let row = progress.get(other.row())?;
                Some(ProgressRow { server: other.0, next_index: row.next_index.0, match_index: row.match_index.0 })
            };
            (vec![], world.ids().filter(receives).filter_map(row).collect())
        }
        Some(Role::Follower { .. }) | None => (vec![], vec![]),
    };
    ServerView {
        id: id.0,
        up: node.is_some(),
        paused: shell.paused,
        role: node.map(role_name),
        current_term: node.map_or(shell.stable.current_term, Node::current_term).0,
        voted_for: node.map_or(shell.stable.voted_for, Node::voted_for).map_or(0, |id| id.0),
        leader: node.and_then(Node::leader).map_or(0, |id| id.0),
        commit_index: node.map_or(0, |node| node.commit_index().0),
        last_applied: node.map_or(0, |node| node.last_applied().0),
        first_index: log.first_index().0,
        snapshot: shell.snapshot().map(|snapshot| SnapshotView {
            last_included_index: snapshot.last_included_index.0,
            last_included_term: snapshot.last_included_term.0,
        }),
        last_index: log.last_index().0,
        last_term: log.last_term().0,
        votes,
        votes_needed: node.map_or(0, votes_needed),
        standing: world.standing(id).name(),
        membership: node.map(membership),
        lease_until_us: lease_until(world, id),
        futile: futile(world, id),
        deadline_us: shell.deadline().map(|due| due.0 as f64),
        timeout_us: node.and_then(Node::timer).map_or(0.0, |timer| timer.timeout as f64),
        progress,
        state: shell.machine.values().map(|(key, value)| KeyValue { key: key.into(), value: value.into() }).collect(),
        stable: StableView {
            current_term: shell.stable.current_term.0,
            voted_for: shell.stable.voted_for.map_or(0, |id| id.0),
            last_index: shell.stable.log.last_index().0,
            pending_writes: shell.writes.len() as u32,
            lies_us: shell.lies().map(|lag| lag as f64),
            backup: shell.has_backup(),
        },
        clock_percent: f64::from(shell.clock.rate_ppm()) / 10_000.0,
    }
}

/// Until when a leader's lease lasts, by the world's clock.
fn lease_until(world: &World, id: ServerId) -> Option<f64> {
    let shell = world.server(id);
    let until = shell.node.as_ref()?.lease_until(shell.clock.local(world.now()))?;
    Some(shell.clock.world(until).0 as f64)
}

/// Why a command to the server would come to nothing; empty if it would not.
fn futile(world: &World, id: ServerId) -> Futile {
    let why = |command: Command| world.futility(&command).unwrap_or_default();
    let change = |change: fn(ServerId) -> Change| why(Command::Change(change(id)));
    Futile {
        transfer: why(Command::Transfer(id)),
        compact: why(Command::Compact(id)),
        add: change(Change::Add),
        remove: change(Change::Remove),
        learner: change(Change::AddLearner),
        promote: change(Change::Promote),
    }
}

/// The configuration in force at a server.
fn membership(node: &Node) -> MembershipView {
    let it = node.membership();
    let ids = |servers: ServerSet| servers.iter().map(|id| id.0).collect();
    MembershipView {
        voters: ids(it.voters),
        outgoing: ids(it.outgoing),
        learners: ids(it.learners),
        index: node.config_index().0,
    }
}

fn role_name(node: &Node) -> &'static str {
    match node.role() {
        Role::Follower { .. } => "follower",
        Role::PreCandidate { .. } => "pre-candidate",
        Role::Candidate { .. } => "candidate",
        Role::Leader { .. } => "leader",
    }
}

pub(crate) fn message(flight: &Flight) -> MessageView {
    let (sender, receiver) = (sentences::sender(&flight.key), sentences::receiver(&flight.key));
    MessageView {
        id: flight.id as f64,
        key: flight.key.to_string(),
        kind: flight.key.kind.name(),
        sentence: format!("{} from {sender} to {receiver}.", flight.key.kind.title()),
        sent_us: flight.sent.0 as f64,
        arrive_us: flight.arrive.0 as f64,
        fate: match flight.fate {
            Fate::Travelling => "travelling",
            Fate::Lost { .. } => "lost",
            Fate::Held { .. } => "held",
        },
        fields: fields(flight),
        cause: flight.cause as f64,
    }
}

fn field(name: &'static str, value: impl ToString) -> FieldView {
    FieldView { name, value: value.to_string() }
}

fn fields(flight: &Flight) -> Vec<FieldView> {
    let envelope = match &flight.payload {
        Payload::Raft(envelope) => envelope,
        Payload::Request { operation, attempt } => {
            return vec![field("command", operation), field("serial", operation.serial), field("attempt", attempt)];
        }
        Payload::Reply { serial, outcome, .. } => {
            let answer = match outcome {
                Outcome::Done { result: Some(value), .. } => value.clone(),
                Outcome::Done { result: None, .. } => "nothing".into(),
                Outcome::NotLeader(Some(leader)) => format!("not the leader; {leader} is"),
                Outcome::NotLeader(None) => "not the leader".into(),
            };
            return vec![field("serial", serial), field("answer", answer)];
        }
    };
    let mut list = vec![field("term", envelope.term)];
    match &envelope.message {
        Message::RequestVote { last_log_index, last_log_term, .. }
        | Message::PreVote { last_log_index, last_log_term } => {
            list.extend([
                field("candidateId", envelope.from),
                field("lastLogIndex", last_log_index),
                field("lastLogTerm", last_log_term),
            ]);
        }
        Message::RequestVoteReply { vote_granted } | Message::PreVoteReply { vote_granted } => {
            list.push(field("voteGranted", vote_granted))
        }
        Message::AppendEntries { prev_log_index, prev_log_term, entries, leader_commit } => {
            let texts: Vec<String> =
                entries.iter().take(8).map(|entry| format!("{} (term {})", entry_text(entry), entry.term)).collect();
            let more = if entries.len() > 8 { format!(" and {} more", entries.len() - 8) } else { String::new() };
            let carried = if texts.is_empty() { "none".to_string() } else { texts.join(", ") + &more };
            list.extend([
                field("leaderId", envelope.from),
                field("prevLogIndex", prev_log_index),
                field("prevLogTerm", prev_log_term),
                field("entries", carried),
                field("leaderCommit", leader_commit),
                field("heartbeat round", envelope.rpc.round),
            ]);
        }
        Message::TimeoutNow => list.push(field("leaderId", envelope.from)),
        Message::AppendEntriesReply { success, prev_log_index, match_index, conflict } => {
            list.push(field("success", success));
            list.push(field("answers prevLogIndex", prev_log_index));
            if *success {
                list.push(field("matchIndex", match_index));
            }
            if let Some(conflict) = conflict {
                list.push(field("conflict", format!("term {}, first index {}", conflict.term, conflict.first_index)));
            }
        }
        Message::InstallSnapshot { last_included_index, last_included_term, offset, data, done, .. } => {
            list.extend([
                field("leaderId", envelope.from),
                field("lastIncludedIndex", last_included_index),
                field("lastIncludedTerm", last_included_term),
                field("offset", offset),
                field("data", format!("{} bytes", data.len())),
                field("done", done),
                field("heartbeat round", envelope.rpc.round),
            ]);
        }
        Message::InstallSnapshotReply { last_included_index, next_offset, installed } => {
            list.extend([
                field("answers lastIncludedIndex", last_included_index),
                field("next offset", next_offset),
                field("installed", installed),
            ]);
        }
    }
    list
}

/// Rows in ring order with the entries of a range.
pub(crate) fn logs(world: &World, first: u32, last: u32) -> Vec<LogRow> {
    let leader = world.leader().and_then(|id| world.server(id).node.as_ref());
    world.ids().map(|id| log_row(world, id, leader, first.max(1), last)).collect()
}

fn log_row(world: &World, id: ServerId, leader: Option<&Node>, first: u32, last: u32) -> LogRow {
    let shell = world.server(id);
    let node = shell.node.as_ref();
    let log = node.map_or(&shell.stable.log, Node::log);
    let commit_index = node.map_or(0, |node| node.commit_index().0);
    let known = leader.filter(|leader| leader.id() != id).and_then(|leader| match leader.role() {
        // Servers that never belonged to the cluster have no row.
        Role::Leader { progress, .. } => progress.get(id.row()).copied(),
        _ => None,
    });
    let cells = (first..=last.min(log.last_index().0)).filter_map(|index| {
        let entry = log.get(Index(index))?;
        Some(EntryCell {
            index,
            term: entry.term.0,
            text: entry_text(entry),
            committed: index <= commit_index,
            stable: shell.stable.log.digest_at(Index(index)) == log.digest_at(Index(index)),
            conflict: leader
                .is_some_and(|leader| leader.log().term_at(Index(index)).is_some_and(|term| term != entry.term)),
        })
    });
    LogRow {
        server: id.0,
        first_index: log.first_index().0,
        last_index: log.last_index().0,
        commit_index,
        next_index: known.map_or(0, |row| row.next_index.0),
        match_index: known.map_or(0, |row| row.match_index.0),
        cells: cells.collect(),
    }
}

/// How many events are searched for lines of the feed.
const FEED_EVENTS: u64 = 1_500;

/// The newest lines, newest first.
pub(crate) fn feed(run: &mut Run, limit: usize, topics: &[String]) -> Vec<FeedLine> {
    let (records, world) = run.recent(FEED_EVENTS);
    let mut lines = Vec::new();
    for record in records.iter().rev() {
        for (told, rule_off) in with_rules_off(record).into_iter().rev() {
            let topic = sentences::topic(told).name();
            if !topics.is_empty() && !topics.iter().any(|wanted| wanted == topic) {
                continue;
            }
            if lines.len() == limit {
                return only_the_readers_are(lines, run);
            }
            let cited = sentences::citation_in(told, world);
            let broken_by = cited.filter(|_| matches!(told, Told::Violation(_))).and_then(|cited| cited.rule);
            lines.push(FeedLine {
                event: record.info.number as f64,
                time_us: record.info.time.0 as f64,
                server: told.server().map_or(0, |id| id.0),
                topic,
                sentence: sentences::sentence(told, world),
                section: cited.map_or("", |cited| cited.section),
                by_reader: matches!(told, Told::Reader(_)) && record.info.kind == EventKind::Command,
                rule_off: broken_by.map_or(rule_off, Rule::id),
            });
        }
    }
    only_the_readers_are(lines, run)
}

/// Takes the reader's mark from what the scenario did.
fn only_the_readers_are(mut lines: Vec<FeedLine>, run: &Run) -> Vec<FeedLine> {
    let commands = run.commands();
    for line in lines.iter_mut().filter(|line| line.by_reader) {
        let time = Time(line.time_us as u64);
        let first = commands.partition_point(|stamped| stamped.time < time);
        let of_then = commands.iter().skip(first).take_while(|stamped| stamped.time == time);
        line.by_reader = of_then.into_iter().any(|stamped| stamped.by == By::Reader);
    }
    lines
}

/// What an event made happen, each with the rule that is off and would have forbidden it.
fn with_rules_off(record: &EventRecord) -> Vec<(&Told, &'static str)> {
    let mut off = "";
    let mut lines = Vec::new();
    for told in &record.told {
        match told {
            Told::Raft(_, raft_core::Happening::RuleWouldForbid { rule }) => off = rule.id(),
            _ => {
                lines.push((told, off));
                off = "";
            }
        }
    }
    lines
}

pub(crate) fn story(run: &mut Run) -> Option<Story> {
    let told = story::story(run)?;
    Some(Story {
        event: told.event as f64,
        time_us: told.time.0 as f64,
        server: told.server.map_or(0, |id| id.0),
        because: told.because,
        headline: told.headline,
        why: told.why,
        lead: told.lead,
        ticks: told.ticks.into_iter().map(|tick| TickView { ok: tick.ok, text: tick.text }).collect(),
        rule: told.rule.map(|rule| RuleView {
            id: rule.id,
            section: rule.section,
            statement: rule.statement,
            off: rule.off,
        }),
        causes: told
            .causes
            .into_iter()
            .map(|cause| CauseView { event: cause.event as f64, time_us: cause.time.0 as f64, text: cause.text })
            .collect(),
        also: told.also,
    })
}

/// The terms of the tape, and how far it has been played.
pub(crate) fn terms(run: &Run) -> (Vec<TermView>, f64) {
    let edge_us = run.edge().0.0 as f64;
    let terms: Vec<_> = run.record().terms.iter().copied().collect();
    let ends = terms.iter().skip(1).map(|span| span.from.0 as f64).chain([edge_us]);
    let view = |(span, to_us): (&TermSpan, f64)| TermView {
        term: span.term.0,
        from_us: span.from.0 as f64,
        to_us,
        leader: span.leader.map_or(0, |(id, _)| id.0),
        leader_from_us: span.leader.map_or(0.0, |(_, since)| since.0 as f64),
    };
    (terms.iter().zip(ends).map(view).collect(), edge_us)
}

pub(crate) fn mark_view(run: &Run, mark: &Mark) -> MarkView {
    let label = match mark.kind {
        MarkKind::Election => format!("S{} becomes the leader of term {}", mark.what, mark.number),
        MarkKind::Crash => format!("S{} crashes", mark.what),
        MarkKind::Restart => format!("S{} restarts", mark.what),
        MarkKind::Request => format!("C{} makes a request", mark.what),
        MarkKind::Commit => format!("S{} commits index {}", mark.what, mark.number),
        MarkKind::Violation => run
            .world()
            .violations()
            .get(mark.what as usize)
            .map_or_else(|| "A promise is broken".into(), |found| found.witness.property().title().to_string()),
        MarkKind::Mark | MarkKind::Fault | MarkKind::Command => run.commands().get(mark.what as usize).map_or_else(
            || "Chaos strikes".into(),
            |stamped| {
                let text = stamped.command.to_string();
                text.strip_prefix("mark ").map_or(text.clone(), ToString::to_string)
            },
        ),
    };
    MarkView { event: mark.event as f64, time_us: mark.time.0 as f64, kind: mark.kind.name(), label }
}

pub(crate) fn violation(found: &Violation) -> ViolationView {
    ViolationView {
        event: found.event as f64,
        time_us: found.time.0 as f64,
        property: found.witness.property().id(),
        title: found.witness.property().title(),
        witness: sentences::violation(found),
        servers: found.witness.servers().iter().map(|id| id.0).collect(),
    }
}

pub(crate) fn branches(run: &Run) -> Vec<BranchView> {
    let view = |branch: raft_sim::run::Branch| BranchView {
        id: branch.id as u32,
        label: branch.label,
        parent: branch.parent as u32,
        fork_us: branch.fork_time.0 as f64,
        edge_us: branch.edge_time.0 as f64,
        current: branch.current,
    };
    run.branches().into_iter().map(view).collect()
}

pub(crate) fn clients(world: &World) -> Vec<OpClient> {
    let mut list = Vec::new();
    for (at, client) in world.clients().iter().enumerate() {
        let number = at as u32 + 1;
        list.extend(client.done.iter().map(|done| OpClient {
            client: number,
            serial: done.operation.serial,
            text: done.operation.to_string(),
            state: "done",
            server: done.server.0,
            result: done.result.clone().unwrap_or_default(),
        }));
        list.extend(client.open.iter().map(|open| OpClient {
            client: number,
            serial: open.operation.serial,
            text: open.operation.to_string(),
            state: "waiting",
            server: open.server.0,
            result: String::new(),
        }));
    }
    list
}

/// The kind of a message in the frame, by its name; the page's list is compared with it.
pub(crate) fn kinds() -> Vec<&'static str> {
    [
        Kind::Append,
        Kind::AppendReply,
        Kind::Vote,
        Kind::VoteReply,
        Kind::PreVote,
        Kind::PreVoteReply,
        Kind::Request,
        Kind::RequestReply,
        Kind::Install,
        Kind::InstallReply,
        Kind::TimeoutNow,
    ]
    .map(Kind::name)
    .to_vec()
}
