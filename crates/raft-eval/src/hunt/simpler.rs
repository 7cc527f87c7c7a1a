//! What is simpler than what: settings, commands, clusters.

use super::course::Course;
use raft_core::{Change, Happening, Options, ServerId, ServerSet, Time};
use raft_sim::command::{Command, Handling, Request};
use raft_sim::config::WorldConfig;
use raft_sim::run::Stamped;
use raft_sim::spread::Spread;
use raft_sim::told::{EventKind, Told};
use raft_sim::world::World;

/// Election timeouts of a world in which no timer runs out by itself.
const CALM_ELECTIONS: (u64, u64) = (10_000_000, 20_000_000);
/// Patience of a client that never asks twice.
const CALM_CLIENTS: u64 = 60_000_000;

/// A calmer world in which the same may happen; nothing if it is to stay as it is. Timeouts become commands; what
/// clients ask again when their patience ends becomes new requests, or is left out.
pub(super) fn calm(course: &Course, attempt: usize) -> Option<Course> {
    let (clients, again) = [(true, false), (true, true), (false, false)].get(attempt).copied()?;
    if course.is_from_here() {
        return None;
    }
    let campaigns = |world: &World| {
        let begins = |told: &Told| {
            let Told::Raft(_, happening) = told else { return false };
            matches!(happening, Happening::BecameCandidate { .. } | Happening::BecamePreCandidate { .. })
        };
        world.told().iter().any(begins)
    };
    let mut calmed = course.rewritten(|world, kind| match kind {
        EventKind::Timer(_) => campaigns(world),
        _ => again,
    });
    calmed.config.election_timeout = CALM_ELECTIONS;
    if clients {
        calmed.config.client_timeout = CALM_CLIENTS;
    }
    Some(calmed)
}

/// Whether no timer of a world runs out by itself.
pub(super) fn is_calm(config: &WorldConfig) -> bool {
    config.election_timeout == CALM_ELECTIONS
}

type Set = fn(&mut WorldConfig);

/// Settings that are tried, each alone.
const SETTINGS: &[Set] = &[
    |config| config.options = Options::NONE,
    |config| config.latency = Spread::Range(5_000, 5_000),
    |config| config.client_timeout = CALM_CLIENTS,
    |config| config.disk = WorldConfig::default().disk,
    |config| config.loss_ppm = 0,
    |config| config.duplicate_ppm = 0,
    |config| config.reorder_ppm = 0,
    |config| config.heartbeat = WorldConfig::default().heartbeat,
    |config| config.initial.clear(),
];

/// How many settings there are to be tried.
pub(super) fn settings() -> usize {
    SETTINGS.len() + raft_core::ProtocolOption::ALL.len()
}

/// The course in a world with a plainer setting; nothing if it has it already.
pub(super) fn other_setting(course: &Course, at: usize) -> Option<Course> {
    let mut other = course.clone();
    match SETTINGS.get(at) {
        Some(set) => set(&mut other.config),
        None => {
            let option = raft_core::ProtocolOption::ALL.get(at - SETTINGS.len())?;
            other.config.options = other.config.options.with(*option, false);
        }
    }
    // Messages may take a little longer then.
    other.until = Time(course.until.0 + 50_000);
    (other.config != course.config).then_some(other)
}

/// The `form`-th simpler form of a command.
pub(super) fn simpler(command: &Command, servers: u32, number: u32, form: usize) -> Option<Command> {
    let mut forms: Vec<Command> = Vec::new();
    match command {
        Command::Partition(groups) => {
            let members = groups.iter().flatten();
            if groups.len() > 1 || groups.iter().any(|group| group.len() > 1) {
                forms.extend(members.map(|id| Command::Partition(vec![vec![*id]])));
            }
        }
        Command::Shape(shape) => {
            forms.extend(shape.cuts(servers).into_iter().map(|(from, to)| Command::Cut(from, to)));
        }
        Command::Message(key, handling @ (Handling::Delay(_) | Handling::Hold)) => {
            forms.push(Command::Message(*key, Handling::Drop));
            // A link does not care which of its messages it is.
            if let Handling::Delay(slow) = handling
                && key.term > 0
            {
                let link = (ServerId(key.from), ServerId(key.to));
                forms.push(Command::Latency(Some(link), Spread::Range(*slow, *slow)));
            }
        }
        Command::Message(key, Handling::Drop) if key.term > 0 => {
            forms.push(Command::Cut(ServerId(key.from), ServerId(key.to)));
        }
        Command::Loss(Some((from, to)), _) | Command::Latency(Some((from, to)), _) => {
            forms.push(Command::Cut(*from, *to));
        }
        Command::Disk(Some(id), _) => {
            forms.extend([20_000, 50_000, 100_000].map(|slow| Command::Disk(Some(*id), Spread::Range(slow, slow))));
        }
        Command::Clock(id, rate) if *rate > 1_000_000 => forms.push(Command::Clock(*id, 2_000_000)),
        Command::Clock(id, rate) if *rate < 1_000_000 => forms.push(Command::Clock(*id, 500_000)),
        Command::Change(Change::Replace(voters)) => {
            // One server leaves, or fewer are handed over to.
            let gone = ServerSet::first(servers).without(*voters);
            forms.extend(gone.iter().map(|id| Command::Change(Change::Remove(id))));
            let fewer = |id| voters.without(ServerSet::from_iter([id]));
            let fewer = voters.iter().map(fewer).filter(|left| !left.is_empty());
            forms.extend(fewer.map(|left| Command::Change(Change::Replace(left))));
        }
        Command::Change(Change::AddLearner(id) | Change::Promote(id)) => {
            forms.push(Command::Change(Change::Add(*id)));
        }
        Command::Burst(_) => forms.push(Command::Request(write(None, number))),
        Command::Request(request) => {
            let plain = write(request.server, number);
            let is_plain = request.client == 1 && request.key == "x" && request.value.is_some();
            let other = Request { value: request.value.clone(), ..plain.clone() };
            forms.push(Command::Request(plain));
            forms.extend((!is_plain).then_some(Command::Request(other)));
        }
        _ => (),
    }
    // A form that equals the command would be taken for ever.
    forms.retain(|form| form != command);
    forms.into_iter().nth(form)
}

fn write(server: Option<ServerId>, number: u32) -> Request {
    Request { client: 1, server, key: "x".into(), value: Some(number.to_string()) }
}

/// The course without a server: those behind it move up. Nothing if nobody would be left to vote at first.
pub(super) fn without_server(course: &Course, gone: u32) -> Option<Course> {
    let mut smaller = course.clone();
    smaller.config.servers -= 1;
    let servers = smaller.config.servers;
    let left =
        |set: ServerSet| -> ServerSet { set.iter().filter(|id| id.0 != gone).map(|id| moved_up(id, gone)).collect() };
    smaller.config.members = course.config.members.map(left).filter(|members| *members != ServerSet::first(servers));
    smaller.config.initial.retain(|initial| initial.id.0 != gone);
    for initial in &mut smaller.config.initial {
        initial.id = moved_up(initial.id, gone);
        initial.voted_for = initial.voted_for.filter(|id| id.0 != gone).map(|id| moved_up(id, gone));
    }
    let renamed = |stamped: &Stamped| {
        let command = match &stamped.command {
            Command::Partition(groups) => {
                let of = |group: &Vec<ServerId>| {
                    let left = group.iter().filter(|id| id.0 != gone);
                    left.map(|id| moved_up(*id, gone)).collect::<Vec<_>>()
                };
                Command::Partition(groups.iter().map(of).filter(|group| !group.is_empty()).collect())
            }
            Command::Change(Change::Replace(voters)) => Command::Change(Change::Replace(left(*voters))),
            // The text names every server in the same way, whatever commands there are.
            other => Command::parse(&rename(&other.to_string(), gone)?, servers).ok()?,
        };
        let is_empty = match &command {
            Command::Partition(groups) => groups.is_empty(),
            Command::Change(Change::Replace(voters)) => voters.is_empty(),
            _ => false,
        };
        (!is_empty).then(|| Stamped { command, ..stamped.clone() })
    };
    smaller.commands = course.commands.iter().filter_map(renamed).collect();
    (!smaller.config.members().is_empty()).then_some(smaller)
}

fn moved_up(id: ServerId, gone: u32) -> ServerId {
    if id.0 > gone { ServerId(id.0 - 1) } else { id }
}

/// A command's text with every server moved up; nothing if it names the one that is gone.
fn rename(text: &str, gone: u32) -> Option<String> {
    let mut renamed = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('S') {
        let (before, after) = rest.split_at(at);
        let digits = after[1..].bytes().take_while(u8::is_ascii_digit).count();
        let is_name = digits > 0 && !before.ends_with(|c: char| c.is_ascii_alphanumeric());
        renamed.push_str(before);
        match after[1..=digits].parse::<u32>() {
            Ok(id) if is_name && id == gone => return None,
            Ok(id) if is_name => renamed.push_str(&moved_up(ServerId(id), gone).to_string()),
            _ => renamed.push_str(&after[..=digits]),
        }
        rest = &after[digits + 1..];
    }
    renamed.push_str(rest);
    Some(renamed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn commands(course: &Course) -> Vec<String> {
        course.commands.iter().map(|stamped| stamped.command.to_string()).collect()
    }

    #[test]
    fn a_server_that_is_gone_is_in_no_configuration() {
        let config = WorldConfig { servers: 4, members: Some(ServerSet::first(3)), ..WorldConfig::default() };
        let mut course = Course::new(config, 1, Time(0));
        let texts = ["change S1 S2 S4", "change S2", "add S4", "remove S2", "learner S3"];
        course.commands = texts.map(|text| course.at_begin(Command::parse(text, 4).unwrap())).to_vec();
        let smaller = without_server(&course, 2).unwrap();
        assert_eq!(smaller.config.members, Some(ServerSet::first(2)));
        assert_eq!(commands(&smaller), ["change S1 S3", "add S3", "learner S2"]);
        // Where all vote, nothing is said.
        assert_eq!(without_server(&course, 4).unwrap().config.members, None);
        course.config.members = Some(ServerSet::first(1));
        assert!(without_server(&course, 1).is_none(), "nobody would be left");
    }

    #[test]
    fn a_change_of_many_servers_has_simpler_forms() {
        let change = Command::parse("change S1 S2", 3).unwrap();
        let forms: Vec<String> =
            (0..8).map_while(|form| simpler(&change, 3, 1, form)).map(|form| form.to_string()).collect();
        assert_eq!(forms, ["remove S3", "change S2", "change S1"]);
    }

    #[test]
    fn the_servers_behind_the_one_that_is_gone_move_up() {
        assert_eq!(rename("append/S4>S1/t2/r14", 2).as_deref(), Some("append/S3>S1/t2/r14"));
        assert_eq!(rename("cut S1 -> S5", 3).as_deref(), Some("cut S1 -> S4"));
        assert_eq!(rename("cut S1 -> S5", 5), None);
        assert_eq!(rename("heal", 1).as_deref(), Some("heal"));
    }
}
