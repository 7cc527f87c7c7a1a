//! Partial partitions: sets of cuts that have a name, because real networks failed in these ways.

use crate::text::parse_server;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;
use raft_core::ServerId;

/// Many links that are cut at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// Two halves that meet in one server only.
    Bridge(ServerId),
    /// Everybody meets one server only.
    Star(ServerId),
    /// Each server meets its nearest neighbours, as few as make a majority with it: no two have the same one.
    Ring,
    /// A server sends and receives nothing.
    Deaf(ServerId),
    /// A server receives and sends nothing.
    Mute(ServerId),
}

impl Shape {
    /// Reads a shape; nothing if the text is of something else, such as a partition into groups.
    pub(crate) fn parse(verb: &str, rest: &str, servers: u32) -> Option<Result<Self, String>> {
        let (word, of) = if verb == "partition" { rest.split_once(' ').unwrap_or((rest, "")) } else { (verb, rest) };
        let centre = |make: fn(ServerId) -> Self| parse_server(of.trim(), servers).map(make);
        let shape = match word {
            "bridge" => centre(Self::Bridge),
            "star" => centre(Self::Star),
            "ring" if of.trim().is_empty() => Ok(Self::Ring),
            "ring" => Err("the command is just: partition ring".into()),
            "deaf" => centre(Self::Deaf),
            "mute" => centre(Self::Mute),
            _ => return None,
        };
        Some(shape.and_then(|shape| match servers < shape.fewest() {
            true => Err(format!("\"{shape}\" needs {} servers or more, to cut some of them apart", shape.fewest())),
            false => Ok(shape),
        }))
    }

    /// Fewest servers among which it cuts a link.
    pub(crate) const fn fewest(self) -> u32 {
        match self {
            Self::Bridge(_) | Self::Star(_) => 3,
            Self::Ring => 4,
            Self::Deaf(_) | Self::Mute(_) => 2,
        }
    }

    /// The links that it cuts among so many servers, in order.
    pub fn cuts(self, servers: u32) -> Vec<(ServerId, ServerId)> {
        let ids = || (1..=servers).map(ServerId);
        let links = ids().flat_map(|from| ids().map(move |to| (from, to)));
        links.filter(|(from, to)| from != to && !self.passes(*from, *to, servers)).collect()
    }

    fn passes(self, from: ServerId, to: ServerId, servers: u32) -> bool {
        match self {
            Self::Bridge(centre) => {
                let place = |id: ServerId| id.0 - u32::from(id > centre);
                let is_low = |id| place(id) <= servers / 2;
                from == centre || to == centre || is_low(from) == is_low(to)
            }
            Self::Star(centre) => from == centre || to == centre,
            Self::Ring => {
                let apart = from.0.abs_diff(to.0);
                // Half of the others, rounded up, make a majority with it; half of those stand on each side.
                apart.min(servers - apart) <= (servers / 2).div_ceil(2)
            }
            Self::Deaf(one) => to != one,
            Self::Mute(one) => from != one,
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bridge(id) => write!(f, "partition bridge {id}"),
            Self::Star(id) => write!(f, "partition star {id}"),
            Self::Ring => f.write_str("partition ring"),
            Self::Deaf(id) => write!(f, "deaf {id}"),
            Self::Mute(id) => write!(f, "mute {id}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    fn meets(shape: Shape, id: u32, servers: u32) -> BTreeSet<u32> {
        let cuts = shape.cuts(servers);
        let both = |other: &u32| {
            let ends = [(id, *other), (*other, id)].map(|(from, to)| (ServerId(from), ServerId(to)));
            ends.iter().all(|link| !cuts.contains(link))
        };
        (1..=servers).filter(both).collect()
    }

    #[test]
    fn a_bridge_joins_two_halves() {
        let bridge = Shape::Bridge(ServerId(3));
        assert_eq!(meets(bridge, 1, 5), [1, 2, 3].into());
        assert_eq!(meets(bridge, 5, 5), [3, 4, 5].into());
        assert_eq!(meets(bridge, 3, 5), [1, 2, 3, 4, 5].into());
        assert_eq!(meets(Shape::Bridge(ServerId(1)), 2, 3), [1, 2].into());
        assert_eq!(meets(Shape::Bridge(ServerId(6)), 3, 6), [1, 2, 3, 6].into());
    }

    #[test]
    fn in_a_ring_each_has_a_majority_and_no_two_the_same() {
        for servers in 4..=25 {
            let rings: Vec<_> = (1..=servers).map(|id| meets(Shape::Ring, id, servers)).collect();
            for ring in &rings {
                assert!(ring.len() as u32 > servers / 2 && (ring.len() as u32) < servers, "{servers}: {ring:?}");
            }
            assert_eq!(rings.iter().collect::<BTreeSet<_>>().len(), rings.len(), "{servers}");
        }
    }

    #[test]
    fn the_deaf_can_still_send_and_the_mute_receive() {
        let links = |cuts: Vec<(ServerId, ServerId)>| cuts.iter().map(|(a, b)| format!("{a}{b}")).collect::<Vec<_>>();
        assert_eq!(links(Shape::Deaf(ServerId(2)).cuts(3)), ["S1S2", "S3S2"]);
        assert_eq!(links(Shape::Mute(ServerId(2)).cuts(3)), ["S2S1", "S2S3"]);
        assert_eq!(links(Shape::Star(ServerId(1)).cuts(3)), ["S2S3", "S3S2"]);
    }

    #[test]
    fn a_shape_that_cuts_nothing_is_refused() {
        let said = Shape::parse("partition", "ring", 3).unwrap().unwrap_err();
        assert_eq!(said, "\"partition ring\" needs 4 servers or more, to cut some of them apart");
        assert!(Shape::parse("partition", "S1 | S2", 3).is_none());
    }
}
