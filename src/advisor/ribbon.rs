//! The ribbon of a visit: the shares of the two leading archetypes at every point of the trail.
//!
//! Must not know how it is drawn. Invariant: without enough data to show an archetype there is no
//! ribbon, since there is no profile.

use super::view::{RibbonPoint, RibbonView};
use crate::domain::{
    knowledge::Knowledge,
    labels::{Archetype, Lang},
    profile::Profile,
};

/// Per cent under which the second archetype is not named.
const WORTH_NAMING: u8 = 10;

pub(super) fn ribbon(profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Option<RibbonView> {
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
        leader: name(leader, knowledge, lang),
        second: named.then(|| name(second, knowledge, lang)),
        second_grows: named && before.is_some_and(|before| last.second > before),
        points,
    })
}

fn name(archetype: Archetype, knowledge: &Knowledge, lang: Lang) -> String {
    knowledge.archetype(archetype).map_or_else(
        || archetype.to_string(),
        |row| row.approach.name.get(lang).to_owned(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        knowledge::seeded,
        profile::tests::{after, said},
    };

    #[test]
    fn there_is_no_ribbon_before_there_is_a_profile() {
        let silent = after([said(1)]);
        assert_eq!(ribbon(&silent, seeded(), Lang::Pl), None);
    }

    #[test]
    fn the_second_is_named_once_it_has_a_share() {
        let lean = |n, archetype| said(n).leaning(archetype, 0.7);
        let family = Archetype::FamilyGuardian;
        let steady = after([lean(1, family), lean(2, family), lean(3, family)]);
        let drawn = ribbon(&steady, seeded(), Lang::Pl).unwrap();
        assert_eq!(drawn.leader, "Strażnik Rodziny");
        assert_eq!(drawn.second, None);
        assert_eq!(drawn.points.len(), 3);
        assert!(!drawn.points[0].enough && drawn.points[2].enough);
        let doubt = after([
            lean(1, family),
            lean(2, family),
            lean(3, Archetype::TechnicalSkeptic),
        ]);
        let drawn = ribbon(&doubt, seeded(), Lang::En).unwrap();
        assert_eq!(drawn.second.as_deref(), Some("Technical Skeptic"));
        assert!(drawn.second_grows);
    }
}
