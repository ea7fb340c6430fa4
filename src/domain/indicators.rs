//! Indicators: computed here from known features only (`domain.md` 1.5); never a probability.
//!
//! Must not know who asks: a score gates no price, credit, test drive or place in a queue, and a
//! client who asks for a test drive is offered one whatever the score.
//! Invariant: silence has no number, and a number names the features it was made of.

mod features;
mod weights;

use std::collections::BTreeMap;

pub use weights::{Thresholds, WeightSet, Weights};

use super::{
    knowledge::Knowledge,
    labels::{Signal, labels},
    profile::{Profile, Quote},
    question::CRITICAL,
};

labels! {
    /// What is measured (`domain.md` 1.1), each with features of its own: purchase likelihood, losing
    /// this lead (not the rest of purchase), being here only for the ride, and the usefulness of an
    /// overnight or weekend drive for reaching a decision.
    Metric { Purchase = "purchase", Churn = "churn", FunDrive = "fun_drive", Ovn = "ovn" }
}

labels! {
    /// What a metric is made of.
    FeatureKey {
        Tone = "tone",
        Intent = "intent",
        OpenObjections = "open_objections",
        Fit = "fit",
        Openness = "openness",
        Stage = "stage",
        Timeline = "timeline",
        DelayWords = "delay_words",
        UnansweredObjection = "unanswered_objection",
        RivalAhead = "rival_ahead",
        NoNextStep = "no_next_step",
        DaysSinceContact = "days_since_contact",
        WantsRide = "wants_ride",
        NoPlan = "no_plan",
        OnlyLooking = "only_looking",
        Thrill = "thrill",
        FarTimeline = "far_timeline",
        ArchetypeGain = "archetype_gain",
        RangeDoubt = "range_doubt",
        HomeSocket = "home_socket",
        OthersDecide = "others_decide",
        SeriousDrive = "serious_drive",
    }
}

labels! {
    /// What would have to be learned for a feature to be known.
    NeedKey {
        MoreSpeech = "more_speech",
        Reservations = "reservations",
        HomeCharging = "home_charging",
        Slots = "slots",
        Timeline = "timeline",
        Financing = "financing",
        NextStep = "next_step",
        LastContact = "last_contact",
        Archetype = "archetype",
        Rival = "rival",
    }
}

/// A feature is known with its evidence, or it is not; there is no default.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Feature {
    /// `x` in 0–1, ½ is neutral.
    Known {
        x: f32,
        evidence: Vec<Quote>,
    },
    Unknown {
        need: NeedKey,
    },
}

/// What the session itself does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Circumstances {
    /// Whether a next step (drive, call, visit) is agreed; `None` while nobody said.
    pub next_step_agreed: Option<bool>,
    /// Whole days since the client was last in touch; `None` on a first visit.
    pub days_since_contact: Option<u16>,
}

/// One feature's part in a score, as stored and shown.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Contribution {
    pub feature: FeatureKey,
    pub x: f32,
    pub weight: f32,
    /// Points of the score; with `start` they add up to the score before rounding.
    pub points: f32,
    pub evidence: Vec<Quote>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Score {
    pub metric: Metric,
    /// 0–100, `None` under the set's `min_known` known features.
    pub value: Option<u8>,
    /// The score with no feature for or against.
    pub start: f32,
    pub weight_set: u32,
    pub contributions: Vec<Contribution>,
    /// What to learn for a (better) number, each once.
    pub needs: Vec<NeedKey>,
}

impl Score {
    /// How many features are known, of how many.
    pub fn known(&self, set: &WeightSet) -> (usize, usize) {
        (self.contributions.len(), set.w.len())
    }
}

labels! {
    /// Signs that the talk should slow down.
    Flag {
        Risk = "risk",
        Tone = "tone",
        ObjectionLoad = "objection_load",
        Cooling = "cooling",
        Rival = "rival",
    }
}

labels! {
    /// The step that the talk is ready for. At `Calm` a calming panel stands instead of a call to action.
    Cta {
        Calm = "calm",
        AskFirst = "ask_first",
        BuildTrust = "build_trust",
        TestDrive = "test_drive",
        Configure = "configure",
        Offer = "offer",
    }
}

/// Everything of the tab "Wskaźniki" that is computed.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Indicators {
    /// In the order of [`Metric::ALL`].
    pub scores: Vec<Score>,
    pub flags: Vec<Flag>,
    pub cta: Cta,
}

impl Indicators {
    pub fn value(&self, metric: Metric) -> Option<u8> {
        self.scores
            .iter()
            .find(|score| score.metric == metric)
            .and_then(|score| score.value)
    }
}

/// Computes every indicator from what the profile holds.
pub fn indicators(
    profile: &Profile,
    knowledge: &Knowledge,
    circumstances: Circumstances,
    weights: &Weights,
) -> Indicators {
    let measure = |metric, features: BTreeMap<FeatureKey, Feature>| match weights.sets.get(&metric)
    {
        Some(set) => score(&features, set),
        None => unmeasured(metric),
    };
    let purchase = measure(Metric::Purchase, features::purchase(profile));
    let churn = measure(Metric::Churn, features::churn(profile, circumstances));
    let fun = measure(Metric::FunDrive, features::fun_drive(profile));
    let ovn = measure(Metric::Ovn, features::ovn(profile, knowledge, fun.value));
    let flags = flags(profile, churn.value, &weights.thresholds);
    let cta = cta(profile, purchase.value, churn.value, &weights.thresholds);
    Indicators {
        scores: vec![purchase, churn, fun, ovn],
        flags,
        cta,
    }
}

/// `100·σ(slope·(Σ w·(x−½) / Σ |w| + bias))` over the known features (`contracts.md`).
pub fn score(features: &BTreeMap<FeatureKey, Feature>, set: &WeightSet) -> Score {
    let mut contributions = Vec::new();
    let mut needs = Vec::new();
    for (&feature, &weight) in &set.w {
        match features.get(&feature) {
            Some(Feature::Known { x, evidence }) => contributions.push(Contribution {
                feature,
                x: x.clamp(0.0, 1.0),
                weight,
                points: 0.0,
                evidence: evidence.clone(),
            }),
            Some(Feature::Unknown { need }) if !needs.contains(need) => needs.push(*need),
            _ => {}
        }
    }
    let total: f32 = contributions.iter().map(|c| c.weight.abs()).sum();
    let start = percent(set.slope * set.bias);
    let enough = contributions.len() >= usize::from(set.min_known) && total > 0.0;
    let mut value = None;
    if enough {
        let pull = |c: &Contribution| set.slope * c.weight * (c.x - 0.5) / total;
        let sum: f32 = contributions.iter().map(pull).sum();
        let end = percent(set.slope * set.bias + sum);
        // Along the straight way from the start each feature earns in proportion to its pull; as
        // the pulls cancel, the proportion tends to the slope of the curve.
        let per_pull = if sum.abs() > 1e-4 {
            (end - start) / sum
        } else {
            start * (100.0 - start) / 100.0
        };
        for contribution in &mut contributions {
            contribution.points = pull(contribution) * per_pull;
        }
        value = Some(end.round().clamp(0.0, 100.0) as u8);
    }
    Score {
        metric: set.metric,
        value,
        start,
        weight_set: set.version,
        contributions,
        needs,
    }
}

fn percent(z: f32) -> f32 {
    100.0 / (1.0 + (-z).exp())
}

fn unmeasured(metric: Metric) -> Score {
    Score {
        metric,
        value: None,
        start: 50.0,
        weight_set: 0,
        contributions: Vec::new(),
        needs: Vec::new(),
    }
}

fn flags(profile: &Profile, churn: Option<u8>, at: &Thresholds) -> Vec<Flag> {
    let lit = |flag: Flag| match flag {
        Flag::Risk => churn.is_some_and(|value| value >= at.calm_churn),
        Flag::Tone => features::tone_level(profile).is_some_and(|x| x < at.calm_tone),
        Flag::ObjectionLoad => features::objection_load(profile).is_some_and(|x| x > at.calm_load),
        Flag::Cooling => features::momentum(profile).is_some_and(|x| x < at.calm_momentum),
        Flag::Rival => features::rival_ahead(profile).is_some_and(|x| x > at.calm_rival),
    };
    Flag::ALL
        .iter()
        .copied()
        .filter(|flag| lit(*flag))
        .collect()
}

/// The step, from what the client asked for, then from the thresholds.
fn cta(profile: &Profile, purchase: Option<u8>, churn: Option<u8>, at: &Thresholds) -> Cta {
    let heard = |signal: Signal| profile.signals.contains_key(&signal);
    let now = profile.tones.last().map(|(utterance, _)| *utterance);
    let asks_now = profile
        .signals
        .get(&Signal::TestDrive)
        .is_some_and(|seen| Some(seen.last) == now);
    if asks_now {
        return Cta::TestDrive;
    }
    if churn.is_some_and(|value| value >= at.calm_churn) {
        return Cta::Calm;
    }
    if heard(Signal::TestDrive) {
        return Cta::TestDrive;
    }
    let filled = CRITICAL
        .iter()
        .filter(|slot| profile.slots.contains_key(slot))
        .count();
    if (filled as f32) < at.ask_below_slots * CRITICAL.len() as f32 {
        return Cta::AskFirst;
    }
    let ready = purchase.is_some_and(|value| value >= at.cta_purchase)
        && profile.confidence() >= at.cta_certainty;
    if !ready {
        return Cta::BuildTrust;
    }
    let wants_offer = [
        Signal::DeliveryDate,
        Signal::Financing,
        Signal::OwnershipLanguage,
    ];
    if wants_offer.into_iter().any(heard) {
        Cta::Offer
    } else if heard(Signal::Configuration) || heard(Signal::Colour) {
        Cta::Configure
    } else {
        Cta::TestDrive
    }
}

#[cfg(test)]
mod tests;
