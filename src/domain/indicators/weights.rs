//! Weight sets: data, versioned, one active; the shipped one is version 1.
//!
//! Where version 1 departs from the original product (`domain.md` 1.3 and 1.4):
//! - a feature that was never measured is gone (reply latency, trend of message length);
//! - tone counts once, in `purchase`; churn has features of its own and is not 100 − purchase;
//! - the start is neutral (bias 0 is 50), and nothing known is no number at all;
//! - a rival counts in churn only, a business or family tag counts nowhere (it is no merit);
//! - Fun-Drive no longer takes an unheard intent for a missing one;
//! - OVN keeps the first meaning, the usefulness of a long drive, and falls as Fun-Drive rises.

use std::collections::BTreeMap;

use super::{FeatureKey, Metric};

/// Weights of one metric.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WeightSet {
    pub metric: Metric,
    pub version: u32,
    /// Shift of the neutral point, in units of the weighted mean.
    pub bias: f32,
    /// Steepness: the weighted mean lies in −½..½, so 5 spans 8–92.
    pub slope: f32,
    /// Known features below which there is no number.
    pub min_known: u8,
    pub w: BTreeMap<FeatureKey, f32>,
}

/// The rows that turn numbers into behaviour.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Thresholds {
    /// Churn from which the calming panel stands instead of a call to action.
    pub calm_churn: u8,
    /// Share of critical slots below which to ask first.
    pub ask_below_slots: f32,
    /// Purchase likelihood that a call to action needs.
    pub cta_purchase: u8,
    /// Probability of the archetype that a call to action needs.
    pub cta_certainty: f32,
    pub calm_tone: f32,
    pub calm_load: f32,
    pub calm_momentum: f32,
    pub calm_rival: f32,
}

/// All sets that are active together.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    pub sets: BTreeMap<Metric, WeightSet>,
    pub thresholds: Thresholds,
}

impl Weights {
    /// The shipped weights.
    pub fn v1() -> Self {
        use FeatureKey as F;
        let sets = [
            set(
                Metric::Purchase,
                &[
                    (F::Tone, 0.15),
                    (F::Intent, 0.25),
                    (F::OpenObjections, -0.20),
                    (F::Fit, 0.20),
                    (F::Openness, 0.10),
                    (F::Stage, 0.10),
                    (F::Timeline, 0.15),
                ],
            ),
            set(
                Metric::Churn,
                &[
                    (F::DelayWords, 0.30),
                    (F::UnansweredObjection, 0.25),
                    (F::RivalAhead, 0.15),
                    (F::NoNextStep, 0.20),
                    (F::DaysSinceContact, 0.20),
                ],
            ),
            set(
                Metric::FunDrive,
                &[
                    (F::WantsRide, 0.25),
                    (F::NoPlan, 0.25),
                    (F::OnlyLooking, 0.20),
                    (F::Thrill, 0.15),
                    (F::FarTimeline, 0.20),
                ],
            ),
            set(
                Metric::Ovn,
                &[
                    (F::ArchetypeGain, 0.35),
                    (F::RangeDoubt, 0.25),
                    (F::HomeSocket, 0.10),
                    (F::OthersDecide, 0.15),
                    (F::SeriousDrive, 0.25),
                ],
            ),
        ];
        Self {
            sets: sets.into_iter().map(|set| (set.metric, set)).collect(),
            thresholds: Thresholds {
                calm_churn: 70,
                ask_below_slots: 0.5,
                cta_purchase: 65,
                cta_certainty: 0.7,
                calm_tone: 0.3,
                calm_load: 0.7,
                calm_momentum: 0.2,
                calm_rival: 0.5,
            },
        }
    }
}

fn set(metric: Metric, w: &[(FeatureKey, f32)]) -> WeightSet {
    WeightSet {
        metric,
        version: 1,
        bias: 0.0,
        slope: 5.0,
        min_known: 3,
        w: w.iter().copied().collect(),
    }
}
