//! The outputs of the model: one row of logits, cut into heads.

use std::ops::Range;

use crate::domain::labels::{Archetype, Lang, Need, Objection, Signal, Stage, Tag, Tone};

/// "Says nothing about the person": the answer beside the ten archetypes.
pub(crate) const NOTHING: usize = Archetype::COUNT;

/// Width of the row of logits.
pub(crate) const OUTPUTS: usize = Head::Language.range().end;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Head {
    /// The archetypes, then [`NOTHING`].
    Archetype,
    Tag,
    Need,
    Objection,
    Signal,
    Tone,
    Stage,
    Language,
}

impl Head {
    pub(crate) const ALL: [Self; 8] = [
        Self::Archetype,
        Self::Tag,
        Self::Need,
        Self::Objection,
        Self::Signal,
        Self::Tone,
        Self::Stage,
        Self::Language,
    ];

    /// Heads with any number of labels, in the order of the calibration tables.
    pub(crate) const SEVERAL: [Self; 4] = [Self::Tag, Self::Need, Self::Objection, Self::Signal];

    pub(crate) const fn range(self) -> Range<usize> {
        let start = match self {
            Self::Archetype => 0,
            Self::Tag => Self::Archetype.range().end,
            Self::Need => Self::Tag.range().end,
            Self::Objection => Self::Need.range().end,
            Self::Signal => Self::Objection.range().end,
            Self::Tone => Self::Signal.range().end,
            Self::Stage => Self::Tone.range().end,
            Self::Language => Self::Stage.range().end,
        };
        let width = match self {
            Self::Archetype => Archetype::COUNT + 1,
            Self::Tag => Tag::COUNT,
            Self::Need => Need::COUNT,
            Self::Objection => Objection::COUNT,
            Self::Signal => Signal::COUNT,
            Self::Tone => Tone::COUNT,
            Self::Stage => Stage::COUNT,
            Self::Language => Lang::COUNT,
        };
        start..start + width
    }

    /// Exactly one label holds (softmax), or each holds by itself (sigmoid).
    pub(crate) const fn one_of(self) -> bool {
        matches!(
            self,
            Self::Archetype | Self::Tone | Self::Stage | Self::Language
        )
    }
}

/// Softmax of logits divided by a temperature.
pub(crate) fn softmax(logits: &[f32], temperature: f32) -> Vec<f32> {
    let top = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits
        .iter()
        .map(|z| ((z - top) / temperature).exp())
        .collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|p| p / sum).collect()
}

pub(crate) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Position of the largest value; the first of equals.
pub(crate) fn argmax(values: &[f32]) -> usize {
    let mut best = 0;
    for (i, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn heads_tile_the_row() {
        let mut end = 0;
        for head in Head::ALL {
            assert_eq!(head.range().start, end);
            end = head.range().end;
        }
        assert_eq!((end, OUTPUTS), (92, 92));
    }

    proptest! {
        #[test]
        fn softmax_sums_to_one_and_keeps_order(
            logits in prop::collection::vec(-80f32..80.0, 2..20), temperature in 0.3f32..5.0,
        ) {
            let p = softmax(&logits, temperature);
            prop_assert!((p.iter().sum::<f32>() - 1.0).abs() < 1e-5);
            for (i, a) in logits.iter().enumerate() {
                for (j, b) in logits.iter().enumerate() {
                    prop_assert!(a <= b || p[i] >= p[j]);
                }
            }
        }
    }
}
