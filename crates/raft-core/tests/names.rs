//! Small things that everything else is told with: names, and sets of ids and of switches.

use raft_core::*;

#[test]
fn messages_are_called_as_in_the_paper_and_answers_replies() {
    use MessageKind as K;
    let kinds = [K::Append, K::Vote, K::PreVote, K::Install, K::TimeoutNow];
    let titles = kinds.map(K::title);
    assert_eq!(titles, ["AppendEntries", "RequestVote", "PreVote", "InstallSnapshot", "TimeoutNow"]);
    let replies = [(K::AppendReply, K::Append), (K::VoteReply, K::Vote), (K::PreVoteReply, K::PreVote)];
    for (reply, to) in replies.into_iter().chain([(K::InstallReply, K::Install)]) {
        assert_eq!(reply.title(), format!("{} reply", to.title()));
        assert!(reply.is_reply() && !to.is_reply());
    }
    assert!(!K::TimeoutNow.is_reply());
    assert_eq!(ServerId(12).to_string(), "S12");
}

#[test]
fn a_set_says_whether_it_has_changed() {
    let mut set = ServerSet::default();
    assert_eq!([set.insert(ServerId(3)), set.insert(ServerId(3)), set.insert(ServerId(200))], [true, false, false]);
    assert_eq!([set.remove(ServerId(4)), set.remove(ServerId(3)), set.remove(ServerId(3))], [false, true, false]);
}

#[test]
fn a_switch_that_is_on_already_stays_on() {
    let twice = |mistake| Mistakes::NONE.with(mistake, true).with(mistake, true);
    assert!(Mistake::ALL.iter().all(|mistake| twice(*mistake).makes(*mistake)));
    assert!(Rule::ALL.iter().all(|rule| Rules::ALL.with(*rule, true) == Rules::ALL));
    let twice = |option| Options::NONE.with(option, true).with(option, true);
    assert!(ProtocolOption::ALL.iter().all(|option| twice(*option).has(*option)));
}
