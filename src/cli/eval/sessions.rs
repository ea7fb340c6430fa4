//! A session as the appliance would follow it: every utterance labelled, read for slots, folded.

use rust_decimal::prelude::ToPrimitive;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    domain::{
        id::UtteranceId,
        labels::Speaker,
        profile::{Certainty, Event, Heard, Pool, Profile},
        slots::{self, SlotValue},
    },
    engine::classifier::{Classifier, evaluate::sessions::SessionAnswer},
};

/// Milliseconds between two utterances, as the fold sees them.
const TURN_MS: i64 = 10_000;

pub(super) fn answer(classifier: &dyn Classifier, turns: &[(Speaker, &str)]) -> SessionAnswer {
    let pool = Pool::shipped();
    let mut profile = Profile::new();
    for (i, &(speaker, text)) in (0_u32..).zip(turns) {
        let labels = classifier.classify(speaker, text);
        let heard = Heard {
            utterance: UtteranceId(Uuid::from_u128(u128::from(i) + 1)),
            at_ms: i64::from(i) * TURN_MS,
            speaker,
            words: u16::try_from(text.split_whitespace().count()).unwrap_or(u16::MAX),
            slots: slots::extract(text, labels.lang),
            labels,
        };
        profile.apply(&Event::Heard(Box::new(heard)), &pool);
    }
    let known = profile.certainty() != Certainty::NotEnough;
    let ranked = || profile.ranked().into_iter().map(|(archetype, _)| archetype);
    SessionAnswer {
        archetypes: known.then(|| ranked().collect()),
        tags: profile.circumstances().into_iter().collect(),
        slots: profile
            .slots
            .iter()
            .map(|(key, slot)| (*key, value(&slot.value)))
            .collect(),
    }
}

fn value(value: &SlotValue) -> Value {
    match value {
        SlotValue::Number(number) => number
            .to_i64()
            .filter(|_| number.is_integer())
            .map_or_else(|| number.to_f64().into(), Value::from),
        SlotValue::YesNo(yes) => if *yes { "yes" } else { "no" }.into(),
        SlotValue::Text(text) | SlotValue::Choice(text) => text.clone().into(),
    }
}
