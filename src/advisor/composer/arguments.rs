//! Three arguments and a car: the ones that fit best without saying the same thing three times.

use std::collections::BTreeSet;

use super::{Input, Render, fitting};
use crate::domain::{
    fit,
    knowledge::ArgumentRow,
    labels::Need,
    strategy::{Argument, Body},
};

/// Arguments in a section.
const COUNT: usize = 3;
/// What an argument loses when every need that it serves has been served already.
const REPEATED: f32 = 0.6;
/// Arguments for anyone, once the archetype is known: the others speak to this client.
const MAX_FOR_ANYONE: usize = 1;

pub(super) fn compose(input: &Input, render: &Render) -> Body {
    let car = fit::car(input.profile, input.knowledge, input.today);
    let pitch = car.and_then(|car| fitting(render, car.pitch.get(input.lang), 160));
    // A car without a reason is not suggested.
    let (car, reason) = match (car, pitch) {
        (Some(car), Some((reason, _))) => (Some(car.id.clone()), reason),
        _ => (None, String::new()),
    };
    Body::Arguments {
        items: items(input, render),
        car,
        reason,
    }
}

fn items(input: &Input, render: &Render) -> Vec<Argument> {
    let mut candidates: Vec<(&ArgumentRow, f32, Argument)> =
        fit::arguments(input.profile, input.knowledge)
            .into_iter()
            .filter_map(|(row, score)| {
                let (text, facts) = fitting(render, row.text.get(input.lang), 200)?;
                Some((row, score, Argument { text, facts }))
            })
            .collect();
    let known = input.profile.archetype().is_some();
    let mut served: BTreeSet<Need> = BTreeSet::new();
    let mut for_anyone = 0;
    let mut items: Vec<Argument> = Vec::new();
    while items.len() < COUNT {
        let allowed =
            |row: &ArgumentRow| !known || !row.archetypes.is_empty() || for_anyone < MAX_FOR_ANYONE;
        let worth = |row: &ArgumentRow, score: f32| {
            let again = row
                .needs
                .iter()
                .filter(|need| served.contains(need))
                .count();
            score - REPEATED * again as f32 / row.needs.len().max(1) as f32
        };
        let mut best: Option<(usize, f32)> = None;
        for (i, (row, score, _)) in candidates.iter().enumerate() {
            let worth = worth(row, *score);
            if allowed(row) && best.is_none_or(|(_, other)| worth > other) {
                best = Some((i, worth));
            }
        }
        let Some((i, _)) = best else {
            break;
        };
        let (row, _, argument) = candidates.remove(i);
        served.extend(&row.needs);
        for_anyone += usize::from(row.archetypes.is_empty());
        items.push(argument);
    }
    items
}
