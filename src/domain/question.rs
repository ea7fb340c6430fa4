//! The next best question: the one with the largest expected drop in entropy, then the one that
//! fills a slot the advice waits for.

use std::collections::BTreeSet;

use super::{
    fact::Localised,
    knowledge::Knowledge,
    labels::{Archetype, SlotKey, Stage, Tag},
    profile::{Band, Profile},
};

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Question {
    pub id: String,
    pub text: Localised,
    pub reason: Localised,
    pub fills: Option<SlotKey>,
    pub stages: Vec<Stage>,
    pub tags: Vec<Tag>,
    /// Two to five typical answers.
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[schema(as = QuestionAnswer)]
pub struct Answer {
    pub label: Localised,
    /// P(answer | archetype), in the order of [`Archetype::ALL`].
    pub p: [f32; Archetype::COUNT],
}

/// Slots without which a proposal is a guess, most important first.
pub const CRITICAL: &[SlotKey] = &[
    SlotKey::HomeCharging,
    SlotKey::YearlyKm,
    SlotKey::Timeline,
    SlotKey::BudgetPln,
    SlotKey::CurrentCar,
    SlotKey::Financing,
];

/// What a question that does not fit the stage is worth.
const OFF_STAGE: f32 = 0.5;
/// A smaller expected drop, in bits, is no reason to ask.
const MIN_GAIN_BITS: f32 = 0.05;

/// Why this question now.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum Why {
    /// It tells the two likeliest archetypes apart; `bits` is the expected drop in entropy.
    Separates {
        first: Archetype,
        second: Archetype,
        bits: f32,
    },
    /// It fills a slot the advice waits for.
    Fills { slot: SlotKey },
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Next<'k> {
    pub question: &'k Question,
    pub why: Why,
}

/// The next one to three questions, best first, none of them `asked` before.
///
/// One below a posterior of one half, two up to 0.8, three from there (`product.md` 2.2, bands).
/// While the archetype is open, entropy comes first; once it is certain, the missing slots do.
pub fn next<'k>(
    profile: &Profile,
    knowledge: &'k Knowledge,
    asked: &BTreeSet<String>,
) -> Vec<Next<'k>> {
    let count = match profile.band() {
        Band::Collect => 1,
        Band::Deepen => 2,
        Band::Strategy => 3,
    };
    let open = open(profile, knowledge, asked);
    let telling = telling(profile, &open);
    let missing = missing(&open);
    let mut chosen: Vec<Next<'k>> = Vec::new();
    let mut take = |from: &[Next<'k>], n: usize| {
        for next in from {
            let known = |other: &Next| other.question.id == next.question.id;
            if chosen.len() < n && !chosen.iter().any(known) {
                chosen.push(*next);
            }
        }
    };
    match profile.band() {
        Band::Collect | Band::Deepen => take(&telling, 1),
        Band::Strategy => take(&missing, 2),
    }
    take(&missing, count);
    take(&telling, count);
    chosen
}

/// Questions that may still be asked of this client.
fn open<'k>(
    profile: &Profile,
    knowledge: &'k Knowledge,
    asked: &BTreeSet<String>,
) -> Vec<&'k Question> {
    let tags = profile.circumstances();
    knowledge
        .questions
        .iter()
        .filter(|question| !asked.contains(&question.id))
        .filter(|question| {
            question
                .fills
                .is_none_or(|slot| !profile.slots.contains_key(&slot))
        })
        .filter(|question| {
            question.tags.is_empty() || question.tags.iter().any(|tag| tags.contains(tag))
        })
        .collect()
}

/// By falling expected drop in entropy, halved off the stage.
///
/// To a stranger who has not spoken yet only circumstances are a fair question.
fn telling<'k>(profile: &Profile, open: &[&'k Question]) -> Vec<Next<'k>> {
    if profile.human.is_some() {
        return Vec::new();
    }
    let ranked = profile.ranked();
    let (first, second) = (ranked[0].0, ranked[1].0);
    let stranger = profile.client_utterances() == 0;
    let mut scored: Vec<_> = open
        .iter()
        .filter(|question| !stranger || question.fills.is_some())
        .map(|&question| (question, gain(&profile.posterior, question)))
        .filter(|(_, bits)| *bits >= MIN_GAIN_BITS)
        .map(|(question, bits)| {
            let fits = question.stages.is_empty() || question.stages.contains(&profile.stage);
            let why = Why::Separates {
                first,
                second,
                bits,
            };
            let worth = bits * if fits { 1.0 } else { OFF_STAGE };
            (worth, Next { question, why })
        })
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().map(|(_, next)| next).collect()
}

/// The questions that fill a critical slot, in the order of the slots.
fn missing<'k>(open: &[&'k Question]) -> Vec<Next<'k>> {
    let fill = |slot: SlotKey| {
        let question = *open.iter().find(|question| question.fills == Some(slot))?;
        let why = Why::Fills { slot };
        Some(Next { question, why })
    };
    CRITICAL.iter().filter_map(|&slot| fill(slot)).collect()
}

/// Expected drop in entropy of the posterior, in bits, when this question is answered.
pub fn gain(posterior: &[f32; Archetype::COUNT], question: &Question) -> f32 {
    let after: f32 = question
        .answers
        .iter()
        .map(|answer| {
            let (p, updated) = update(posterior, answer);
            p * entropy(&updated)
        })
        .sum();
    (entropy(posterior) - after).max(0.0)
}

/// Probability of the answer, and the posterior once it is given (Bayes).
fn update(posterior: &[f32; Archetype::COUNT], answer: &Answer) -> (f32, [f32; Archetype::COUNT]) {
    let joint: [f32; Archetype::COUNT] = std::array::from_fn(|i| posterior[i] * answer.p[i]);
    let p: f32 = joint.iter().sum();
    if p <= f32::EPSILON {
        return (0.0, *posterior);
    }
    (p, joint.map(|x| x / p))
}

fn entropy(distribution: &[f32; Archetype::COUNT]) -> f32 {
    -distribution
        .iter()
        .filter(|p| **p > 0.0)
        .map(|p| p * p.log2())
        .sum::<f32>()
}

/// An answer that would change who leads.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Counterfactual<'k> {
    pub question: &'k Question,
    pub answer: &'k Answer,
    /// Who would lead then.
    pub archetype: Archetype,
    /// How likely this answer is now, 0–1.
    pub p: f32,
}

/// The likeliest answer that would change the leading archetype; `None` where no single answer
/// would, or where a person has decided.
pub fn counterfactual<'k>(
    profile: &Profile,
    knowledge: &'k Knowledge,
    asked: &BTreeSet<String>,
) -> Option<Counterfactual<'k>> {
    if profile.human.is_some() {
        return None;
    }
    let leader = profile.ranked()[0].0;
    let open = open(profile, knowledge, asked);
    let changes = open.iter().flat_map(|&question| {
        question.answers.iter().filter_map(move |answer| {
            let (p, updated) = update(&profile.posterior, answer);
            let archetype = lead(&updated);
            (archetype != leader && p > 0.0).then_some(Counterfactual {
                question,
                answer,
                archetype,
                p,
            })
        })
    });
    // The first of equal ones: `max_by` would take the last.
    changes.fold(None, |best, change| match best {
        Some(best) if best.p >= change.p => Some(best),
        _ => Some(change),
    })
}

fn lead(distribution: &[f32; Archetype::COUNT]) -> Archetype {
    let mut leader = 0;
    for (i, p) in distribution.iter().enumerate() {
        if *p > distribution[leader] {
            leader = i;
        }
    }
    Archetype::ALL[leader]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{
        super::{
            knowledge::seeded,
            profile::{
                Certainty, Pool,
                tests::{after, client, said},
            },
            slots::SlotValue,
        },
        *,
    };

    fn ids(next: &[Next]) -> Vec<String> {
        next.iter().map(|n| n.question.id.clone()).collect()
    }

    #[test]
    fn the_band_says_how_many() {
        let knowledge = seeded();
        let leaning = after([
            said(1).leaning(Archetype::DealHunter, 0.3),
            said(2).leaning(Archetype::DealHunter, 0.3),
        ]);
        assert_eq!(leaning.certainty(), Certainty::Rather);
        let cases = [
            (Profile::new(), 1),
            (leaning, 2),
            (client(Archetype::DealHunter), 3),
        ];
        for (profile, count) in cases {
            let next = next(&profile, knowledge, &BTreeSet::new());
            assert_eq!(next.len(), count, "{:?}", profile.band());
        }
    }

    #[test]
    fn an_asked_question_and_a_filled_slot_are_not_asked_again() {
        let knowledge = seeded();
        let profile = client(Archetype::FamilyGuardian);
        let first = ids(&next(&profile, knowledge, &BTreeSet::new()));
        let asked: BTreeSet<_> = first.iter().cloned().collect();
        let second = ids(&next(&profile, knowledge, &asked));
        assert!(second.iter().all(|id| !asked.contains(id)), "{second:?}");
        assert!(first.contains(&"home_charging".to_owned()), "{first:?}");
        let stated = after([
            said(1).leaning(Archetype::FamilyGuardian, 0.9),
            said(2)
                .leaning(Archetype::FamilyGuardian, 0.9)
                .slot(SlotKey::HomeCharging, SlotValue::YesNo(true)),
        ]);
        let then = ids(&next(&stated, knowledge, &BTreeSet::new()));
        assert!(!then.contains(&"home_charging".to_owned()), "{then:?}");
    }

    #[test]
    fn a_question_about_panels_is_for_those_who_have_them() {
        let knowledge = seeded();
        let all = |profile: &Profile| -> Vec<String> {
            open(profile, knowledge, &BTreeSet::new())
                .iter()
                .map(|q| q.id.clone())
                .collect()
        };
        let without = all(&Profile::new());
        let with = all(&after([said(1).tag(Tag::HasPv)]));
        assert!(!without.contains(&"why_solar".to_owned()));
        assert!(with.contains(&"why_solar".to_owned()));
    }

    #[test]
    fn when_it_is_open_the_telling_question_comes_first_and_says_what_it_tells() {
        let knowledge = seeded();
        let profile = after([said(1)]);
        let open = next(&profile, knowledge, &BTreeSet::new());
        let Why::Separates { bits, .. } = open[0].why else {
            panic!("{:?}", open[0].why);
        };
        let others = knowledge
            .questions
            .iter()
            .filter(|q| q.tags.is_empty() && q.stages.contains(&Stage::Discovery));
        for question in others {
            assert!(gain(&profile.posterior, question) <= bits);
        }
        let sure = client(Archetype::TechPioneer);
        let fills = Why::Fills {
            slot: SlotKey::HomeCharging,
        };
        assert_eq!(next(&sure, knowledge, &BTreeSet::new())[0].why, fills);
    }

    #[test]
    fn a_stranger_is_asked_about_circumstances_first() {
        let first = next(&Profile::new(), seeded(), &BTreeSet::new())[0];
        assert!(first.question.fills.is_some(), "{}", first.question.id);
    }

    #[test]
    fn two_archetypes_in_balance_get_the_question_that_separates_them() {
        let knowledge = seeded();
        let mut profile = after([said(1)]);
        profile.posterior = [0.001; Archetype::COUNT];
        profile.posterior[Archetype::PragmaticAnalyst.index()] = 0.496;
        profile.posterior[Archetype::DealHunter.index()] = 0.496;
        let next = next(&profile, knowledge, &BTreeSet::new());
        let question = next[0].question;
        let spread =
            |archetype: Archetype| question.answers.iter().map(move |a| a.p[archetype.index()]);
        let distance: f32 = spread(Archetype::PragmaticAnalyst)
            .zip(spread(Archetype::DealHunter))
            .map(|(a, b)| (a - b).abs())
            .sum();
        assert!(distance > 1.0, "{} separates by {distance}", question.id);
    }

    #[test]
    fn the_counterfactual_answer_does_change_the_leader() {
        let knowledge = seeded();
        let pool = Pool::default();
        let asked = BTreeSet::new();
        let leaning = after([
            said(1).leaning(Archetype::PragmaticAnalyst, 0.35),
            said(2).leaning(Archetype::DealHunter, 0.3),
        ]);
        let change = counterfactual(&leaning, knowledge, &asked).unwrap();
        let (_, updated) = update(&leaning.posterior, change.answer);
        assert_eq!(lead(&updated), change.archetype);
        assert_ne!(change.archetype, leaning.ranked()[0].0);
        let mut decided = leaning.clone();
        decided.apply(
            &super::super::profile::Event::Corrected {
                archetype: Some(Archetype::DealHunter),
                by: super::super::id::UserId(uuid::Uuid::nil()),
                at_ms: 0,
                utterance: None,
            },
            &pool,
        );
        assert!(counterfactual(&decided, knowledge, &asked).is_none());
        let settled = after((1..9).map(|n| said(n).leaning(Archetype::EcoEnthusiast, 0.95)));
        assert!(counterfactual(&settled, knowledge, &asked).is_none());
    }

    fn distribution() -> impl Strategy<Value = [f32; Archetype::COUNT]> {
        proptest::array::uniform10(0.001f32..1.0).prop_map(|weights| {
            let sum: f32 = weights.iter().sum();
            weights.map(|w| w / sum)
        })
    }

    proptest! {
        #[test]
        fn an_answer_never_costs_knowledge_on_average(posterior in distribution()) {
            for question in &seeded().questions {
                let before = entropy(&posterior);
                let after: f32 = question.answers.iter().map(|answer| {
                    let (p, updated) = update(&posterior, answer);
                    p * entropy(&updated)
                }).sum();
                // The authored answers sum to one within a hundredth, so does this law.
                prop_assert!(after <= before + 0.05, "{}: {} {}", question.id, before, after);
                prop_assert!(gain(&posterior, question) <= before);
            }
        }
    }
}
