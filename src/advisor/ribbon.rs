//! The ribbon of a visit: the shares of the two leading archetypes at every point of the trail.
//!
//! Must not know how it is drawn. Invariant: without enough data to show an archetype there is no
//! ribbon, since there is no profile.

use super::view::{RibbonPoint, RibbonView};
use crate::domain::profile::Profile;

/// Per cent under which the second archetype is not named.
const WORTH_NAMING: u8 = 10;

pub(super) fn ribbon(profile: &Profile) -> Option<RibbonView> {
    let leader = profile.archetype()?;
    let second = profile
        .ranked()
        .into_iter()
        .map(|(archetype, _)| archetype)
        .find(|archetype| *archetype != leader)?;
    let points: Vec<_> = profile
        .trail
        .iter()
        .map(|point| RibbonPoint {
            at_ms: point.at_ms,
            enough: point.enough,
            leader: point.shares[leader.index()],
            second: point.shares[second.index()],
        })
        .collect();
    let last = points.last()?;
    let named = last.second >= WORTH_NAMING;
    let before = points.iter().rev().nth(1).map(|point| point.second);
    Some(RibbonView {
        leader,
        second: named.then_some(second),
        second_grows: named && before.is_some_and(|before| last.second > before),
        points,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        labels::Archetype,
        profile::tests::{after, said},
    };

    #[test]
    fn there_is_no_ribbon_before_there_is_a_profile() {
        let silent = after([said(1)]);
        assert_eq!(ribbon(&silent), None);
    }

    #[test]
    fn the_second_is_named_once_it_has_a_share() {
        let lean = |n, archetype| said(n).leaning(archetype, 0.7);
        let family = Archetype::FamilyGuardian;
        let steady = after([lean(1, family), lean(2, family), lean(3, family)]);
        let drawn = ribbon(&steady).unwrap();
        assert_eq!(drawn.leader, family);
        assert_eq!(drawn.second, None);
        assert_eq!(drawn.points.len(), 3);
        assert!(!drawn.points[0].enough && drawn.points[2].enough);
        let doubt = after([
            lean(1, family),
            lean(2, family),
            lean(3, Archetype::TechnicalSkeptic),
        ]);
        let drawn = ribbon(&doubt).unwrap();
        assert_eq!(drawn.second, Some(Archetype::TechnicalSkeptic));
        assert!(drawn.second_grows);
    }
}
