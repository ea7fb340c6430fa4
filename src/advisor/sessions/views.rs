//! Parts of a profile in the words of the session's language.

use super::Texts;
use crate::{
    advisor::view::{
        ArchetypeView, ChangeView, ContributionView, IndicatorView, ObjectionState, ObjectionView,
        QuestionView, SlotView,
    },
    domain::{
        indicators::{Indicators, Metric},
        knowledge::Knowledge,
        labels::{Archetype, Lang, Objection, Speaker},
        mark,
        profile::{Certainty, Profile, Quote},
        question,
        slots::SlotValue,
        visit::MessageType,
    },
};

pub(in crate::advisor) const fn speaker(kind: MessageType) -> Option<Speaker> {
    match kind {
        MessageType::Client => Some(Speaker::Client),
        MessageType::Observation => Some(Speaker::Observation),
        MessageType::Salesperson => Some(Speaker::Seller),
        MessageType::AiSuggestion => None,
    }
}

pub(in crate::advisor) fn archetype_view(
    archetype: Archetype,
    p: f32,
    certainty: Certainty,
    knowledge: &Knowledge,
    lang: Lang,
) -> ArchetypeView {
    ArchetypeView {
        archetype,
        name: knowledge.archetype(archetype).map_or_else(
            || archetype.to_string(),
            |row| row.approach.name.get(lang).to_owned(),
        ),
        p,
        certainty,
    }
}

pub(in crate::advisor) fn top(
    profile: &Profile,
    knowledge: &Knowledge,
    lang: Lang,
) -> Option<ArchetypeView> {
    profile.top.map(|(archetype, certainty)| {
        archetype_view(archetype, profile.confidence(), certainty, knowledge, lang)
    })
}

pub(in crate::advisor) fn ranked(
    profile: &Profile,
    knowledge: &Knowledge,
    lang: Lang,
) -> Vec<ArchetypeView> {
    profile
        .ranked()
        .into_iter()
        .take(3)
        .map(|(archetype, p)| archetype_view(archetype, p, profile.certainty(), knowledge, lang))
        .collect()
}

pub(super) fn evolution(profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Vec<ChangeView> {
    profile
        .evolution
        .iter()
        .map(|change| ChangeView {
            at_ms: change.at_ms,
            archetype: change.archetype,
            name: change
                .archetype
                .and_then(|a| knowledge.archetype(a))
                .map(|row| row.approach.name.get(lang).to_owned()),
            corrected: change.corrected,
        })
        .collect()
}

/// Raised objections first, the open ones before the answered, then the likely ones.
pub(super) fn objections(
    profile: &Profile,
    knowledge: &Knowledge,
    lang: Lang,
) -> Vec<ObjectionView> {
    let view = |objection: Objection, state, level, at_ms| ObjectionView {
        objection,
        name: knowledge.objection(objection).map_or_else(
            || objection.to_string(),
            |row| row.name.get(lang).to_owned(),
        ),
        state,
        level,
        at_ms,
    };
    let mut views: Vec<_> = profile
        .open_objections()
        .into_iter()
        .map(|(objection, raised)| {
            view(
                objection,
                ObjectionState::Open,
                raised.severity,
                Some(raised.at_ms),
            )
        })
        .collect();
    let likely = profile
        .archetype()
        .and_then(|archetype| knowledge.archetype(archetype))
        .map(|row| row.likely_objections.as_slice())
        .unwrap_or_default();
    for (place, &objection) in likely.iter().enumerate() {
        if !profile.raised.contains_key(&objection) {
            let (state, level) = if place < 2 {
                (ObjectionState::Likely, 2)
            } else {
                (ObjectionState::Possible, 1)
            };
            views.push(view(objection, state, level, None));
        }
    }
    let answered = profile.raised.iter().filter(|(_, raised)| raised.answered);
    views.extend(answered.map(|(&objection, raised)| {
        view(
            objection,
            ObjectionState::Answered,
            raised.severity,
            Some(raised.at_ms),
        )
    }));
    views
}

pub(in crate::advisor) fn slot_text(value: &SlotValue) -> String {
    match value {
        SlotValue::Text(text) | SlotValue::Choice(text) => text.clone(),
        SlotValue::Number(number) => number.normalize().to_string(),
        SlotValue::YesNo(true) => "yes".to_owned(),
        SlotValue::YesNo(false) => "no".to_owned(),
    }
}

pub(super) fn slots(profile: &Profile, texts: &Texts<'_>, lang: Lang) -> Vec<SlotView> {
    profile
        .slots
        .iter()
        .map(|(&key, slot)| SlotView {
            key,
            value: slot_text(&slot.value),
            said: mark::slot(key, &slot.value, lang),
            quote: texts
                .quotes(&[Quote {
                    utterance: slot.from,
                    span: slot.quote,
                }])
                .pop()
                .map(|quote| quote.marked),
            by_person: profile.slots_set.contains(&key),
        })
        .collect()
}

pub(in crate::advisor) fn questions(
    profile: &Profile,
    knowledge: &Knowledge,
    lang: Lang,
    asked: &std::collections::BTreeSet<String>,
) -> Vec<QuestionView> {
    question::next(profile, knowledge, asked)
        .into_iter()
        .map(|next| QuestionView {
            id: next.question.id.clone(),
            text: next.question.text.get(lang).to_owned(),
            reason: next.question.reason.get(lang).to_owned(),
            answers: next
                .question
                .answers
                .iter()
                .map(|answer| answer.label.get(lang).to_owned())
                .collect(),
        })
        .collect()
}

pub(in crate::advisor) fn indicator_views(indicators: &Indicators) -> Vec<IndicatorView> {
    Metric::ALL
        .iter()
        .filter_map(|metric| {
            indicators
                .scores
                .iter()
                .find(|score| score.metric == *metric)
        })
        .map(|score| IndicatorView {
            metric: score.metric,
            value: score.value,
            need: score.needs.iter().map(ToString::to_string).collect(),
            contributions: score
                .contributions
                .iter()
                .map(|part| ContributionView {
                    feature: part.feature.to_string(),
                    value: part.x,
                    points: part.points,
                })
                .collect(),
            weight_set: score.weight_set,
        })
        .collect()
}
