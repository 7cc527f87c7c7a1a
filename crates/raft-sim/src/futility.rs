//! Whether a command would come to anything, for whoever offers it.

use crate::command::Command;
use crate::membership;
use crate::sentences;
use crate::world::World;
use alloc::string::String;

impl World {
    /// Why a command would come to nothing now: it has no object, or the leader would refuse it.
    pub fn futility(&self, command: &Command) -> Option<String> {
        if let Some(why) = self.refusal(command) {
            return Some(why);
        }
        let leader = self.leader().and_then(|id| self.server(id).node.as_ref())?;
        match command {
            Command::Change(change) => leader.change_refusal(*change).map(membership::refusal),
            Command::Transfer(target) => leader.transfer_refusal(*target).map(sentences::transfer_refusal),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::command::Command;
    use crate::scenario::built_in;
    use alloc::vec::Vec;
    use raft_core::Time;

    #[test]
    fn a_command_that_nobody_would_follow_says_why() {
        let mut run = built_in("learner").expect("it is built in").run();
        let mut why = |time: u64, text: &str| {
            run.seek(Time(time), u64::MAX);
            run.world().futility(&Command::parse(text, run.world().config().servers).expect("the test writes commands"))
        };
        assert_eq!(why(0, "transfer S1").as_deref(), Some("no server leads"));
        assert_eq!(why(0, "compact S1").as_deref(), Some("S1 has applied nothing since its last snapshot"));
        let leader = 600_000;
        let refused: Vec<_> = (1..=3).map(|id| why(leader, &alloc::format!("transfer S{id}"))).collect();
        assert_eq!(refused.iter().flatten().collect::<Vec<_>>(), ["it leads already"]);
        assert_eq!(why(leader, "promote S1").as_deref(), Some("that server is no learner"));
        assert_eq!(why(leader, "remove S1"), None);
    }
}
