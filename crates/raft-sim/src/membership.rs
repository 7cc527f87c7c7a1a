//! The membership of the cluster as readers see it: the text forms of changes, and how a server stands to the cluster.

use crate::text::parse_server;
use crate::world::World;
use alloc::format;
use alloc::string::{String, ToString};
use raft_core::{
    Change, ChangeRefusal, ConfigCause, GiveUpCause, Index, Membership, Node, Own, Payload, Role, ServerId, ServerSet,
    Standing, count, quorum,
};

impl World {
    /// The configuration in force at the leader; while none leads, the latest that is committed.
    pub fn membership(&self) -> Membership {
        let leader = self.leader().and_then(|id| self.server(id).node.as_ref());
        leader.map_or(self.checkers().membership(), |node| *node.membership())
    }

    /// What a server is to the cluster.
    pub fn standing(&self, id: ServerId) -> Standing {
        self.membership().standing(id)
    }

    /// The leader that a change of the membership is given to, or why there is none.
    pub(crate) fn administered(&self) -> Result<ServerId, String> {
        match self.leader() {
            None => Err("no server leads, and only a leader changes the membership".into()),
            Some(id) if self.server(id).paused => Err(format!("{id} leads and is paused; resume it first")),
            Some(id) => Ok(id),
        }
    }
}

/// Reads the text form of a change, if the verb is one of a change: "add S4", "change S1 S2 S5".
pub(crate) fn parse_change(verb: &str, rest: &str, servers: u32) -> Option<Result<Change, String>> {
    let one = |make: fn(ServerId) -> Change| parse_server(rest, servers).map(make);
    Some(match verb {
        "add" => one(Change::Add),
        "remove" => one(Change::Remove),
        "learner" => one(Change::AddLearner),
        "promote" => one(Change::Promote),
        "change" => parse_servers(rest, servers).map(Change::Replace),
        _ => return None,
    })
}

/// Reads a set of servers: "S1 S2 S5".
pub(crate) fn parse_servers(text: &str, servers: u32) -> Result<ServerSet, String> {
    let mut set = ServerSet::default();
    for id in text.split([' ', ',']).filter(|word| !word.is_empty()) {
        let id = parse_server(id, servers)?;
        if !set.insert(id) {
            return Err(format!("{id} is named twice"));
        }
    }
    if set.is_empty() { Err("here belong the servers that vote, like S1 S2 S3".into()) } else { Ok(set) }
}

/// The text form of a change.
pub(crate) fn change_text(change: Change) -> String {
    match change {
        Change::Add(id) => format!("add {id}"),
        Change::Remove(id) => format!("remove {id}"),
        Change::AddLearner(id) => format!("learner {id}"),
        Change::Promote(id) => format!("promote {id}"),
        Change::Replace(servers) => format!("change {}", names(servers, " ")),
    }
}

/// A change as a part of a sentence.
pub(crate) fn change_phrase(change: Change) -> String {
    match change {
        Change::Add(id) => format!("add {id}"),
        Change::Remove(id) => format!("remove {id}"),
        Change::AddLearner(id) => format!("add {id} without a vote"),
        Change::Promote(id) => format!("give {id} a vote"),
        Change::Replace(servers) => format!("hand over to {}", names(servers, ", ")),
    }
}

/// The names of a set of servers.
pub(crate) fn names(servers: ServerSet, between: &str) -> String {
    let mut text = String::new();
    for id in servers.iter() {
        if !text.is_empty() {
            text.push_str(between);
        }
        text.push_str(&id.to_string());
    }
    text
}

/// What an entry that is Raft's own holds: "no-op", "config S1 S2 S3", "config S1 S2 -> S1 S4, learners S5".
pub(crate) fn own_text(own: &Own) -> String {
    let Own::Config(membership) = own else { return "no-op".into() };
    let mut text = String::from("config ");
    if membership.is_joint() {
        text.push_str(&names(membership.outgoing, " "));
        text.push_str(" -> ");
    }
    text.push_str(&names(membership.voters, " "));
    if !membership.learners.is_empty() {
        text.push_str(", learners ");
        text.push_str(&names(membership.learners, " "));
    }
    text
}

/// The configuration at an index of a server's log as a part of a sentence; nothing if none stands there any more.
fn at(server: ServerId, index: Index, world: &World) -> String {
    let shell = world.server(server);
    let first = Membership::of(world.config().members());
    let membership = match shell.log().get(index).map(|entry| &entry.payload) {
        _ if index == Index(0) => &first,
        Some(Payload::Own(Own::Config(membership))) => membership,
        _ => return String::new(),
    };
    let mut text = format!(": {}", names(membership.voters, ", "));
    if membership.is_joint() {
        text = format!(": {} together with {}", names(membership.outgoing, ", "), names(membership.voters, ", "));
    }
    if !membership.learners.is_empty() {
        text.push_str("; without a vote ");
        text.push_str(&names(membership.learners, ", "));
    }
    text
}

/// Another configuration is in force.
pub(crate) fn changed(server: ServerId, index: Index, why: ConfigCause, world: &World) -> String {
    let configuration = match index {
        Index(0) => "the first configuration".to_string(),
        _ => format!("the configuration at index {index}"),
    };
    let members = at(server, index, world);
    match why {
        ConfigCause::Appended => format!("{server} uses {configuration} from now on{members}."),
        ConfigCause::FellBack => format!("{server} falls back to {configuration}{members}."),
        ConfigCause::Committed => format!("{server} uses {configuration}, now that it is committed{members}."),
    }
}

/// Why a change is not begun.
pub(crate) fn refusal(why: ChangeRefusal) -> String {
    match why {
        ChangeRefusal::NotLeader { leader: Some(leader) } => format!("it does not lead; {leader} does"),
        ChangeRefusal::NotLeader { leader: None } => "it does not lead".into(),
        ChangeRefusal::UnderWay { index } => format!("the change at index {index} is still under way"),
        ChangeRefusal::CatchingUp => "it is still bringing new servers up to date".into(),
        ChangeRefusal::NothingCommitted => "it has committed no entry of its own term yet".into(),
        ChangeRefusal::AlreadyMember => "that is so already".into(),
        ChangeRefusal::NotMember => "that server does not belong to the cluster".into(),
        ChangeRefusal::NotLearner => "that server is no learner".into(),
        ChangeRefusal::NobodyLeft => "nobody would be left to vote".into(),
    }
}

/// Why a change is given up.
pub(crate) fn given_up(why: GiveUpCause) -> String {
    match why {
        GiveUpCause::TooSlow { rounds } => format!("after {rounds} rounds the new servers still lag behind"),
        GiveUpCause::Silent { server } => format!("nothing was heard from {server} for an election timeout"),
        GiveUpCause::NotLeading => "it no longer leads".into(),
    }
}

/// What a decision takes by the configuration in force at a server: "3 of 5", or "2 of 3 old and 3 of 5 new" while that
/// is joint.
pub(crate) fn needs(node: &Node) -> String {
    let rules = node.config().rules;
    let half = |servers: ServerSet| format!("{} of {}", quorum(servers.len(), rules), servers.len());
    let membership = node.membership();
    match membership.is_joint() {
        true => format!("{} old and {} new", half(membership.outgoing), half(membership.voters)),
        false => half(membership.voters),
    }
}

/// How many votes a server has to have, or would have to have: of two majorities the one that it lacks more of.
pub fn votes_needed(node: &Node) -> u32 {
    let granted = match node.role() {
        Role::PreCandidate { tally, .. } | Role::Candidate { tally, .. } => tally.granted,
        Role::Follower { .. } | Role::Leader { .. } => ServerSet::default(),
    };
    count(node.membership(), granted, node.id(), node.config().rules).needed
}
