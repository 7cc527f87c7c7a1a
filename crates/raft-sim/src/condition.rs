//! Conditions on a world, and the script that waits for them.

use crate::checkers::Property;
use crate::command::{Command, named, parse_client};
use crate::membership::parse_servers;
use crate::text::{parse_server, parse_time};
use crate::told::{ClientTold, Told};
use crate::world::World;
use alloc::collections::VecDeque;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::sync::Arc;
use alloc::vec::Vec;
use raft_core::{Happening, Index, Membership, Micros, Node, Role, ServerId, ServerSet, Term, Time};

/// One server, or every one that is up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// This one.
    One(ServerId),
    /// Every server that is up.
    All,
}

/// Something that holds in a world or does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Some server leads.
    Leader,
    /// None does.
    NoLeader,
    /// This one leads, in this term if one is named.
    Leads(ServerId, Option<Term>),
    /// Some server leads this term.
    LeaderOfTerm(Term),
    /// This one is a follower, a candidate, a leader, down or paused.
    Is(ServerId, String),
    /// Two servers are candidates of one term.
    TwoCandidates,
    /// Some server is in this term or a later one.
    TermReached(Term),
    /// It has committed up to here.
    Commits(Who, Index),
    /// Its log reaches at least up to here.
    Stores(Who, Index),
    /// Its log has just these terms; of a log that a snapshot has shortened, what is left of it.
    Log(Who, Vec<Term>),
    /// Its newest snapshot includes just what goes up to here.
    Snapshot(Who, Index),
    /// Its log begins at this index.
    BeginsAt(Who, Index),
    /// It has just installed a snapshot of its leader.
    Installs(ServerId),
    /// All logs of servers that are up are the same, as far as each still has them.
    LogsEqual,
    /// Its store holds this value.
    State(Who, String, String),
    /// It has just refused its vote to the other.
    Refuses(ServerId, ServerId),
    /// The voters by its configuration are these, and that is not joint.
    Members(Who, ServerSet),
    /// A server that is up uses a joint configuration.
    Joint,
    /// The leader's configuration is committed and not joint, and no change is under way.
    Settled,
    /// It has just refused to change the membership.
    RefusesChange(ServerId),
    /// It has just given up a change of the membership.
    GivesUpChange(ServerId),
    /// It has just removed entries.
    Removes(ServerId),
    /// It has just stepped down.
    StepsDown(ServerId),
    /// This client has just learned that a read found this value.
    Reads(u32, String),
    /// A leader has just declined to commit an entry of an older term.
    Withholds,
    /// A promise was broken.
    Violation,
}

impl Condition {
    /// One of each. Where a server commits, stores, has a log or a state, `all` may stand instead of its name.
    pub const FORMS: &[&str] = &[
        "a leader",
        "no leader",
        "two candidates",
        "term 3",
        "leader of term 3",
        "S1 leads",
        "S1 leads term 3",
        "S1 is follower",
        "S1 is candidate",
        "S1 is leader",
        "S1 is down",
        "S1 is paused",
        "S4 is voter",
        "S4 is learner",
        "S4 is outgoing",
        "S4 is outside",
        "S1 members S1 S2 S3",
        "all members S1 S2 S3",
        "joint configuration",
        "configuration committed",
        "S1 refuses a change",
        "S1 gives up a change",
        "S1 commits 3",
        "all commit 3",
        "S1 stores 3",
        "all store 3",
        "S1 log 1 1 2",
        "all log 1 1 2",
        "logs equal",
        "S1 snapshot 3",
        "all snapshot 3",
        "S1 begins at 4",
        "all begin at 4",
        "S1 installs a snapshot",
        "S1 state x=4",
        "all state x=4",
        "S1 refuses S2",
        "S1 removes entries",
        "S1 steps down",
        "C1 reads 4",
        "commit withheld",
        "violation",
    ];

    /// Reads the text form, in a cluster of `servers`.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse(text: &str, servers: u32) -> Result<Self, String> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let server = |word: &str| parse_server(word, servers);
        let who = |word: &str| if word == "all" { Ok(Who::All) } else { server(word).map(Who::One) };
        let number = |word: &str| word.parse::<u32>().map_err(|_| format!("\"{word}\" is not a number"));
        Ok(match words[..] {
            ["a", "leader"] => Self::Leader,
            ["no", "leader"] => Self::NoLeader,
            ["two", "candidates"] => Self::TwoCandidates,
            ["logs", "equal"] => Self::LogsEqual,
            ["violation"] => Self::Violation,
            ["commit", "withheld"] => Self::Withholds,
            ["term", term] => Self::TermReached(Term(number(term)?)),
            ["leader", "of", "term", term] => Self::LeaderOfTerm(Term(number(term)?)),
            [id, "leads"] => Self::Leads(server(id)?, None),
            [id, "leads", "term", term] => Self::Leads(server(id)?, Some(Term(number(term)?))),
            [
                id,
                "is",
                role @ ("follower" | "candidate" | "leader" | "down" | "paused" | "voter" | "learner" | "outgoing"
                | "outside"),
            ] => Self::Is(server(id)?, role.to_string()),
            [id, "commits" | "commit", index] => Self::Commits(who(id)?, Index(number(index)?)),
            [id, "stores" | "store", index] => Self::Stores(who(id)?, Index(number(index)?)),
            ["joint", "configuration"] => Self::Joint,
            ["configuration", "committed"] => Self::Settled,
            [id, "refuses", "a", "change"] => Self::RefusesChange(server(id)?),
            [id, "gives", "up", "a", "change"] => Self::GivesUpChange(server(id)?),
            [id, "members", ref ids @ ..] => Self::Members(who(id)?, parse_servers(&ids.join(" "), servers)?),
            [id, "snapshot", index] => Self::Snapshot(who(id)?, Index(number(index)?)),
            [id, "begins" | "begin", "at", index] => Self::BeginsAt(who(id)?, Index(number(index)?)),
            [id, "installs", "a", "snapshot"] => Self::Installs(server(id)?),
            [id, "refuses", candidate] => Self::Refuses(server(id)?, server(candidate)?),
            [id, "removes", "entries"] => Self::Removes(server(id)?),
            [client, "reads", value] => Self::Reads(parse_client(client)?, value.into()),
            [id, "steps", "down"] => Self::StepsDown(server(id)?),
            [id, "state", pair] => {
                let (key, value) =
                    pair.split_once('=').ok_or_else(|| format!("\"{pair}\" is not a key and a value like x=4"))?;
                Self::State(who(id)?, key.into(), value.into())
            }
            [id, "log", ref terms @ ..] => {
                let terms: Result<Vec<Term>, String> = terms.iter().map(|term| number(term).map(Term)).collect();
                Self::Log(who(id)?, terms?)
            }
            _ => {
                return Err(format!("\"{text}\" is not a condition; conditions are: {}", Self::FORMS.join(", ")));
            }
        })
    }

    /// Whether it holds now.
    pub fn holds(&self, world: &World) -> bool {
        let up = || world.servers().iter().filter_map(|server| server.node.as_ref());
        let node = |id: ServerId| world.server(id).node.as_ref();
        let of = |who: Who, test: &dyn Fn(&Node) -> bool| match who {
            Who::One(id) => node(id).is_some_and(test),
            Who::All => up().all(test),
        };
        match self {
            Self::Leader => up().any(Node::is_leader),
            Self::NoLeader => !up().any(Node::is_leader),
            Self::Leads(id, term) => {
                node(*id).is_some_and(|node| node.is_leader() && term.is_none_or(|term| node.current_term() == term))
            }
            Self::LeaderOfTerm(term) => up().any(|node| node.is_leader() && node.current_term() == *term),
            Self::Is(id, role) => is_role(world, *id, role),
            Self::TwoCandidates => {
                let candidate = |node: &&Node| matches!(node.role(), Role::Candidate { .. });
                up().filter(candidate).any(|one| {
                    up().filter(candidate).any(|two| one.id() < two.id() && one.current_term() == two.current_term())
                })
            }
            Self::TermReached(term) => up().any(|node| node.current_term() >= *term),
            Self::Members(who, voters) => of(*who, &|node| {
                *node.membership() == {
                    Membership { voters: *voters, learners: node.membership().learners, ..Membership::default() }
                }
            }),
            Self::Joint => up().any(|node| node.membership().is_joint()),
            Self::Settled => world.leader().and_then(node).is_some_and(is_settled),
            Self::Commits(who, index) => of(*who, &|node| node.commit_index() >= *index),
            Self::Stores(who, index) => of(*who, &|node| node.log().last_index() >= *index),
            Self::Log(who, terms) => of(*who, &|node| {
                node.log().last_index().0 as usize == node.log().base().index.0 as usize + terms.len()
                    && node.log().iter_from(Index(1)).zip(terms).all(|((_, entry), term)| entry.term == *term)
            }),
            Self::LogsEqual => {
                let end = |node: &Node| (node.log().last_index(), node.log().digest());
                up().zip(up().skip(1)).all(|(one, next)| end(one) == end(next))
            }
            Self::Snapshot(who, index) => of(*who, &|node| node.snapshot_index() == *index),
            Self::BeginsAt(who, index) => of(*who, &|node| node.log().first_index() == *index),
            Self::Installs(id) => {
                told(world, |who, happening| who == *id && matches!(happening, Happening::SnapshotInstalled { .. }))
            }
            Self::State(who, key, value) => match who {
                Who::One(id) => world.server(*id).machine.get(key) == Some(value),
                Who::All => world
                    .servers()
                    .iter()
                    .filter(|server| server.node.is_some())
                    .all(|server| server.machine.get(key) == Some(value)),
            },
            Self::Refuses(id, by) => told(world, |who, happening| {
                who == *id && matches!(happening, Happening::VoteDenied { candidate, .. } if candidate == by)
            }),
            Self::RefusesChange(id) => {
                told(world, |who, happening| who == *id && matches!(happening, Happening::ChangeRefused { .. }))
            }
            Self::GivesUpChange(id) => {
                told(world, |who, happening| who == *id && matches!(happening, Happening::ChangeGivenUp { .. }))
            }
            Self::Removes(id) => {
                let removes = |it: &Happening| {
                    matches!(
                        it,
                        Happening::EntriesRemoved { .. }
                            | Happening::EntriesDropped { .. }
                            | Happening::EntriesCut { .. }
                    )
                };
                told(world, |who, happening| who == *id && removes(happening))
            }
            Self::StepsDown(id) => {
                told(world, |who, happening| who == *id && matches!(happening, Happening::SteppedDown { .. }))
            }
            Self::Reads(client, value) => world.told().iter().any(|told| match told {
                Told::Client { client: who, what: ClientTold::Answered { text, result, .. }, .. } => {
                    who == client && text.starts_with("read ") && result.as_ref() == Some(value)
                }
                _ => false,
            }),
            Self::Withholds => told(world, |_, happening| matches!(happening, Happening::CommitWithheld { .. })),
            Self::Violation => !world.violations().is_empty(),
        }
    }
}

fn told(world: &World, test: impl Fn(ServerId, &Happening) -> bool) -> bool {
    world.told().iter().any(|told| matches!(told, Told::Raft(who, happening) if test(*who, happening)))
}

fn is_settled(node: &Node) -> bool {
    let idle = matches!(node.role(), Role::Leader { catch_up: None, .. });
    idle && !node.membership().is_joint() && node.config_index() <= node.commit_index()
}

fn is_role(world: &World, id: ServerId, role: &str) -> bool {
    if world.standing(id).name() == role {
        return true;
    }
    let server = world.server(id);
    let Some(node) = &server.node else { return role == "down" };
    match role {
        "paused" => server.paused,
        "follower" => matches!(node.role(), Role::Follower { .. }),
        "candidate" => matches!(node.role(), Role::Candidate { .. } | Role::PreCandidate { .. }),
        "leader" => node.is_leader(),
        _ => false,
    }
}

/// What has to be done, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trigger {
    /// At this time.
    At(Time),
    /// This long after the condition first holds, once all earlier waits are over.
    When(Condition, Micros),
}

/// Some commands with their trigger. In a command the word `leader` stands for the server that leads then, and
/// `crashed` for the first one that is down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Line of the scenario.
    pub line: u32,
    /// When.
    pub trigger: Trigger,
    /// What, as text.
    pub actions: Vec<String>,
}

/// What is expected of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// It holds at the end.
    AtEnd(Condition),
    /// It does not hold at the end.
    NotAtEnd(Condition),
    /// It holds after some event.
    Sometime(Condition),
    /// It never holds.
    Never(Condition),
    /// This promise is broken.
    Violates(Property),
}

/// An expectation with its place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expectation {
    /// Line of the scenario.
    pub line: u32,
    /// Its text.
    pub text: String,
    /// What.
    pub expected: Expected,
}

impl Expectation {
    /// Reads what follows the word `expect`.
    ///
    /// # Errors
    /// A sentence that says what would have been right.
    pub fn parse(line: u32, text: &str, servers: u32) -> Result<Self, String> {
        let expected = if let Some(id) = text.strip_prefix("violates ") {
            Expected::Violates(named(id.trim(), "property", Property::ALL, |property| property.id())?)
        } else if let Some(rest) = text.strip_prefix("sometime ") {
            Expected::Sometime(Condition::parse(rest, servers)?)
        } else if let Some(rest) = text.strip_prefix("never ") {
            Expected::Never(Condition::parse(rest, servers)?)
        } else if let Some(rest) = text.strip_prefix("not ") {
            Expected::NotAtEnd(Condition::parse(rest, servers)?)
        } else {
            Expected::AtEnd(Condition::parse(text, servers)?)
        };
        Ok(Self { line, text: text.to_string(), expected })
    }
}

/// The fixed part of a script.
#[derive(Debug, Default)]
struct Plan {
    servers: u32,
    timed: Vec<(Time, Vec<String>, u32)>,
    waits: Vec<(Condition, Micros, Vec<String>, u32)>,
    expectations: Vec<Expectation>,
}

/// A scenario as it plays: which triggers have fired, and what was seen so far. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Script {
    plan: Arc<Plan>,
    next_timed: usize,
    next_wait: usize,
    /// Waits that are over and whose delay is not: when, and which.
    pending: Vec<(Time, usize)>,
    /// Commands of the trigger that fired last which the run has not yet carried out, with their time.
    given: VecDeque<(Time, Command)>,
    /// One bit for each expectation: its condition has held after some event.
    seen: u64,
    /// What switches a rule off or has a mistake made is left out.
    with_all_rules: bool,
}

/// Most expectations of a scenario.
pub const EXPECTATIONS_MAX: usize = 64;

impl Script {
    /// A script that waits for its first trigger.
    pub fn new(servers: u32, steps: &[Step], expectations: Vec<Expectation>) -> Self {
        let mut plan = Plan { servers, expectations, ..Plan::default() };
        for step in steps {
            match &step.trigger {
                Trigger::At(time) => {
                    // Steps of one time keep their order.
                    let place = plan.timed.partition_point(|(other, ..)| other <= time);
                    plan.timed.insert(place, (*time, step.actions.clone(), step.line));
                }
                Trigger::When(condition, after) => {
                    plan.waits.push((condition.clone(), *after, step.actions.clone(), step.line))
                }
            }
        }
        Self { plan: Arc::new(plan), ..Self::default() }
    }

    /// From here on nothing that it wants done switches a rule off or has a mistake made.
    pub(crate) fn keep_all_rules(&mut self) {
        self.with_all_rules = true;
    }

    /// Looks at the world after an event.
    pub(crate) fn observe(&mut self, world: &World) {
        for (bit, expectation) in self.plan.expectations.iter().enumerate() {
            if let Expected::Sometime(condition) | Expected::Never(condition) = &expectation.expected
                && self.seen & (1 << bit) == 0
                && condition.holds(world)
            {
                self.seen |= 1 << bit;
            }
        }
        while let Some((condition, after, ..)) = self.plan.waits.get(self.next_wait) {
            if !condition.holds(world) {
                break;
            }
            self.pending.push((world.now().after(*after), self.next_wait));
            self.next_wait += 1;
            if *after == 0 {
                // What it does may make the next condition hold or not: that is seen after the next event.
                break;
            }
        }
    }

    /// When the script wants something done next, as far as it knows.
    pub(crate) fn next_time(&self) -> Option<Time> {
        let given = self.given.front().map(|(time, _)| *time);
        given.or_else(|| self.next_trigger())
    }

    fn next_trigger(&self) -> Option<Time> {
        let timed = self.plan.timed.get(self.next_timed).map(|(time, ..)| *time);
        self.pending.iter().map(|(time, _)| *time).chain(timed).min()
    }

    /// The command that is due before the next item of the queue, until [`Script::carried_out`] is told of it.
    /// One at a time, so that a run that is forked between two of them is given the second one again.
    pub(crate) fn due(&mut self, next: Option<Time>, world: &World) -> Option<&(Time, Command)> {
        while self.given.is_empty() {
            let time = self.next_trigger()?;
            if next.is_some_and(|next| time > next) {
                return None;
            }
            let actions = match self.pending.iter().position(|(at, _)| *at == time) {
                Some(at) => &self.plan.waits[self.pending.remove(at).1].2,
                None => {
                    self.next_timed += 1;
                    &self.plan.timed[self.next_timed - 1].1
                }
            };
            let time = time.max(world.now());
            let commands = actions.iter().flat_map(|text| resolve(text, world, self.plan.servers));
            let allowed = commands.filter(|command| !self.with_all_rules || !command.departs());
            self.given = allowed.map(|command| (time, command)).collect();
        }
        self.given.front()
    }

    /// The command that was due has been carried out.
    pub(crate) fn carried_out(&mut self) {
        self.given.pop_front();
    }

    /// Whether every trigger has fired.
    pub fn is_done(&self) -> bool {
        self.unfired().next().is_none() && self.given.is_empty()
    }

    /// Lines of the scenario whose trigger has not fired, in no particular order.
    pub fn unfired(&self) -> impl Iterator<Item = u32> {
        let pending = self.pending.iter().map(|(_, wait)| *wait);
        let waits = pending.chain(self.next_wait..self.plan.waits.len()).map(|wait| self.plan.waits[wait].3);
        waits.chain(self.plan.timed[self.next_timed..].iter().map(|(.., line)| *line))
    }

    /// Every expectation, and whether it holds if the run ends here.
    pub fn verdicts(&self, world: &World) -> Vec<(Expectation, bool)> {
        let held = |(bit, expectation): (usize, &Expectation)| {
            let seen = self.seen & (1 << bit) != 0;
            let held = match &expectation.expected {
                Expected::AtEnd(condition) => condition.holds(world),
                Expected::NotAtEnd(condition) => !condition.holds(world),
                Expected::Sometime(_) => seen,
                Expected::Never(_) => !seen,
                Expected::Violates(property) => {
                    world.violations().iter().any(|found| found.witness.property() == *property)
                }
            };
            (expectation.clone(), held)
        };
        self.plan.expectations.iter().enumerate().map(held).collect()
    }
}

/// An action as commands, with its placeholders resolved. Nothing if one of them stands for nobody now.
pub(crate) fn resolve(text: &str, world: &World, servers: u32) -> Vec<Command> {
    let crashed = world.ids().find(|id| world.server(*id).node.is_none());
    with_names(text, world.leader(), crashed)
        .and_then(|text| Command::parse_all(&text, servers).ok())
        .unwrap_or_default()
}

/// Whether an action can be understood, whoever leads and whoever is down when its time comes.
pub(crate) fn check_action(text: &str, servers: u32) -> Result<(), String> {
    // The placeholders stand for servers that the action does not name itself, if there are such.
    let named: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let is_free = |id: &ServerId| !named.contains(&id.to_string().as_str());
    let mut free = (1..=servers).map(ServerId).filter(is_free);
    let leader = free.next().unwrap_or(ServerId(1));
    let crashed = free.next().unwrap_or(leader);
    let text = with_names(text, Some(leader), Some(crashed)).unwrap_or_default();
    Command::parse_all(&text, servers).map(|_| ())
}

/// The text with the words `leader` and `crashed` replaced by servers, but for a mark, which is prose.
pub(crate) fn with_names(text: &str, leader: Option<ServerId>, crashed: Option<ServerId>) -> Option<String> {
    if text.starts_with("mark") {
        return Some(text.to_string());
    }
    let name = |word: &str| match word {
        "leader" => leader.map(|id| id.to_string()),
        "crashed" => crashed.map(|id| id.to_string()),
        _ => Some(word.to_string()),
    };
    let words: Option<Vec<String>> = text.split_whitespace().map(name).collect();
    words.map(|words| words.join(" "))
}

/// Reads a delay, as in "after 20ms".
pub(crate) fn parse_after(text: &str) -> Result<Micros, String> {
    let time = text
        .trim()
        .strip_prefix("after ")
        .ok_or_else(|| format!("\"{}\" is not a delay; write it like after 20ms", text.trim()))?;
    parse_time(time)
}
