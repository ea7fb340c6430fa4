use proptest::prelude::*;
use rust_decimal::Decimal;

use super::{
    super::{
        knowledge::seeded,
        labels::{Archetype, Need, Objection, SlotKey, Speaker, Tag, Tone},
        profile::tests::{Said, after, said},
        slots::SlotValue,
    },
    *,
};

fn measure(profile: &Profile) -> Indicators {
    with(profile, Circumstances::default())
}

fn with(profile: &Profile, circumstances: Circumstances) -> Indicators {
    indicators(profile, seeded(), circumstances, &Weights::v1())
}

fn choice(text: &str) -> SlotValue {
    SlotValue::Choice(text.to_owned())
}

/// A talk of `n` utterances that say nothing in particular.
fn small_talk(n: u32) -> Vec<Said> {
    (1..=n).map(said).collect()
}

#[test]
fn silence_has_no_number_and_no_alarm() {
    let indicators = measure(&Profile::new());
    for score in &indicators.scores {
        assert_eq!(score.value, None, "{}", score.metric);
        assert!(score.contributions.is_empty());
        assert!(!score.needs.is_empty());
        assert!((score.start - 50.0).abs() < 0.001);
    }
    assert!(indicators.flags.is_empty());
    assert_eq!(indicators.cta, Cta::AskFirst);
}

#[test]
fn a_greeting_has_no_number_either() {
    for score in measure(&after(small_talk(1))).scores {
        assert_eq!(score.value, None, "{}", score.metric);
    }
}

#[test]
fn the_sellers_own_words_measure_nothing() {
    let talk = (1..9).map(|n| {
        said(n)
            .by(Speaker::Seller)
            .tone(Tone::Enthusiastic)
            .signal(Signal::DeliveryDate)
    });
    for score in measure(&after(talk)).scores {
        assert_eq!(score.value, None, "{}", score.metric);
    }
}

#[test]
fn scores_go_the_way_the_words_go() {
    let eager = after([
        said(1).tone(Tone::Positive).signal(Signal::DeliveryDate),
        said(2)
            .tone(Tone::Enthusiastic)
            .signal(Signal::Financing)
            .slot(SlotKey::Timeline, choice("now"))
            .slot(SlotKey::HomeCharging, SlotValue::YesNo(true)),
        said(3)
            .tone(Tone::Enthusiastic)
            .stage(super::super::labels::Stage::Decision),
    ]);
    let leaving = after([
        said(1)
            .tone(Tone::Negative)
            .objection(Objection::PriceTooHigh, 3),
        said(2).tone(Tone::Negative).signal(Signal::Delay),
        said(3)
            .tone(Tone::VeryNegative)
            .signal(Signal::CompetitorComparison)
            .slot(SlotKey::Timeline, choice("6m+")),
    ]);
    let joyride = after([
        said(1)
            .signal(Signal::TestDrive)
            .need(Need::Performance)
            .slot(SlotKey::Timeline, choice("6m+")),
        said(2).signal(Signal::JustLooking),
        said(3),
    ]);
    let weekend = after([
        said(1)
            .leaning(Archetype::PragmaticAnalyst, 0.9)
            .slot(SlotKey::Financing, SlotValue::Choice("leasing".into())),
        said(2)
            .leaning(Archetype::PragmaticAnalyst, 0.9)
            .objection(Objection::WinterRange, 2)
            .slot(SlotKey::Timeline, choice("1-3m")),
        said(3).slot(SlotKey::HomeCharging, SlotValue::YesNo(true)),
    ]);
    let cases = [
        ("eager buys", &eager, Metric::Purchase, 75..=100),
        ("eager stays", &eager, Metric::Churn, 0..=25),
        ("eager means it", &eager, Metric::FunDrive, 0..=30),
        ("leaving does not buy", &leaving, Metric::Purchase, 0..=25),
        ("leaving leaves", &leaving, Metric::Churn, 85..=100),
        ("joyride rides", &joyride, Metric::FunDrive, 80..=100),
        (
            "an analyst gains from a weekend",
            &weekend,
            Metric::Ovn,
            70..=100,
        ),
    ];
    for (name, profile, metric, expected) in cases {
        let value = measure(profile).value(metric);
        assert!(
            value.is_some_and(|v| expected.contains(&v)),
            "{name}: {metric} is {value:?}"
        );
    }
    let ride = measure(&joyride).value(Metric::Ovn);
    let week = measure(&weekend).value(Metric::Ovn);
    assert!(ride.is_none_or(|ride| Some(ride) < week));
}

#[test]
fn churn_is_not_the_rest_of_purchase() {
    let base = || {
        vec![
            said(1).objection(Objection::WinterRange, 2),
            said(2).signal(Signal::Delay),
            said(3),
        ]
    };
    let grim = after(base().into_iter().map(|s| s.tone(Tone::VeryNegative)));
    let bright = after(base().into_iter().map(|s| s.tone(Tone::Enthusiastic)));
    let (grim, bright) = (measure(&grim), measure(&bright));
    assert_ne!(
        grim.value(Metric::Purchase),
        bright.value(Metric::Purchase),
        "tone counts in purchase"
    );
    assert_eq!(
        grim.value(Metric::Churn),
        bright.value(Metric::Churn),
        "and only there"
    );
}

#[test]
fn a_number_is_the_sum_of_its_stored_parts() {
    let profile = after([
        said(1).tone(Tone::Positive).signal(Signal::TestDrive),
        said(2).objection(Objection::PriceTooHigh, 2),
        said(3).slot(SlotKey::Timeline, choice("3-6m")),
    ]);
    let score = &measure(&profile).scores[0];
    let value = f32::from(score.value.unwrap());
    let points: f32 = score.contributions.iter().map(|c| c.points).sum();
    assert!((score.start + points - value).abs() <= 0.5 + 1e-3);
    assert_eq!(score.weight_set, 1);
    let intent = score
        .contributions
        .iter()
        .find(|c| c.feature == FeatureKey::Intent)
        .unwrap();
    assert!(intent.points > 0.0 && !intent.evidence.is_empty());
}

#[test]
fn what_is_unknown_is_named_once() {
    let score = &measure(&after(small_talk(1))).scores[0];
    assert_eq!(
        score.needs,
        [
            NeedKey::MoreSpeech,
            NeedKey::Reservations,
            NeedKey::HomeCharging,
            NeedKey::Slots,
            NeedKey::Timeline
        ]
    );
}

#[test]
fn flags_and_the_step_follow_the_thresholds() {
    let annoyed = after([
        said(1)
            .tone(Tone::Interested)
            .objection(Objection::PriceTooHigh, 3),
        said(2).tone(Tone::VeryNegative).signal(Signal::Delay),
        said(3)
            .tone(Tone::VeryNegative)
            .signal(Signal::CompetitorComparison),
    ]);
    let calm = measure(&annoyed);
    assert_eq!(calm.cta, Cta::Calm);
    assert_eq!(calm.flags, Flag::ALL);

    let asked = after([
        said(1).objection(Objection::PriceTooHigh, 3),
        said(2)
            .signal(Signal::Delay)
            .signal(Signal::CompetitorComparison),
        said(3).signal(Signal::TestDrive),
    ]);
    assert!(measure(&asked).value(Metric::Churn).unwrap() >= 70);
    assert_eq!(
        measure(&asked).cta,
        Cta::TestDrive,
        "a score never stands before a drive that the client asks for"
    );

    let ready = |signal: Signal| {
        after([
            said(1)
                .leaning(Archetype::DealHunter, 0.9)
                .tone(Tone::Enthusiastic)
                .signal(signal)
                .slot(SlotKey::HomeCharging, SlotValue::YesNo(true)),
            said(2)
                .leaning(Archetype::DealHunter, 0.9)
                .tone(Tone::Enthusiastic)
                .slot(SlotKey::Timeline, choice("now"))
                .number(SlotKey::YearlyKm, 20_000),
        ])
    };
    assert_eq!(measure(&ready(Signal::DeliveryDate)).cta, Cta::Offer);
    assert_eq!(measure(&ready(Signal::Configuration)).cta, Cta::Configure);
    let mut unsure = ready(Signal::DeliveryDate);
    unsure.top = None;
    assert_eq!(
        measure(&unsure).cta,
        Cta::BuildTrust,
        "certainty is asked for"
    );
    let mut silent = ready(Signal::DeliveryDate);
    silent.slots.clear();
    assert_eq!(measure(&silent).cta, Cta::AskFirst, "slots come first");
}

#[test]
fn a_weight_set_is_data() {
    let weights = Weights::v1();
    let json = serde_json::to_string(&weights).unwrap();
    assert_eq!(serde_json::from_str::<Weights>(&json).unwrap(), weights);
    assert_eq!(weights.sets.len(), Metric::COUNT);
    for set in weights.sets.values() {
        assert!(set.w.len() >= usize::from(set.min_known));
        assert!(set.w.values().all(|w| w.abs() <= 1.0 && *w != 0.0));
    }
    let mut used = std::collections::BTreeSet::new();
    for set in weights.sets.values() {
        for feature in set.w.keys() {
            assert!(used.insert(*feature), "{feature} is in two metrics");
        }
    }
}

#[test]
fn a_day_without_contact_and_no_next_step_count_when_they_are_known() {
    let profile = after([said(1).signal(Signal::Delay), said(2), said(3)]);
    let at = |agreed, days| {
        with(
            &profile,
            Circumstances {
                next_step_agreed: Some(agreed),
                days_since_contact: Some(days),
            },
        )
        .value(Metric::Churn)
        .unwrap()
    };
    assert!(at(true, 0) < at(false, 0));
    assert!(at(true, 0) < at(true, 20));
    assert_eq!(at(true, 60), at(true, 30));
}

/// Talks as label choices per utterance.
fn talk() -> impl Strategy<Value = Vec<(usize, usize, usize, Option<usize>)>> {
    proptest::collection::vec(
        (
            0..Tone::COUNT,
            0..Signal::COUNT,
            0..Archetype::COUNT,
            proptest::option::of(0..Objection::COUNT),
        ),
        1..8,
    )
}

fn tell(talk: &[(usize, usize, usize, Option<usize>)]) -> Vec<Said> {
    talk.iter()
        .zip(1..)
        .map(|((tone, signal, archetype, objection), n)| {
            let said = said(n)
                .tone(Tone::ALL[*tone])
                .signal(Signal::ALL[*signal])
                .leaning(Archetype::ALL[*archetype], 0.6)
                .tag(Tag::Business)
                .number(SlotKey::CommuteKm, 20);
            match objection {
                Some(o) => said.objection(Objection::ALL[*o], 1 + (*o % 3) as u8),
                None => said,
            }
        })
        .collect()
}

proptest! {
    #[test]
    fn the_same_talk_with_delay_words_is_never_less_at_risk(
        talk in talk(), at in any::<prop::sample::Index>(), agreed in any::<Option<bool>>(),
    ) {
        let circumstances = Circumstances { next_step_agreed: agreed, days_since_contact: None };
        let before = with(&after(tell(&talk)), circumstances).value(Metric::Churn);
        let mut delayed = tell(&talk);
        let i = at.index(delayed.len());
        let said = delayed.remove(i).signal(Signal::Delay);
        delayed.insert(i, said);
        let then = with(&after(delayed), circumstances).value(Metric::Churn);
        if let Some(before) = before {
            prop_assert!(then.is_some_and(|then| then >= before), "{:?} {:?}", before, then);
        }
    }

    #[test]
    fn answering_an_objection_never_hurts(talk in talk()) {
        let mut profile = after(tell(&talk));
        let before = measure(&profile);
        for raised in profile.raised.values_mut() {
            raised.answered = true;
        }
        let then = measure(&profile);
        if let (Some(a), Some(b)) = (before.value(Metric::Churn), then.value(Metric::Churn)) {
            prop_assert!(b <= a, "churn {} {}", a, b);
        }
        if let (Some(a), Some(b)) = (before.value(Metric::Purchase), then.value(Metric::Purchase)) {
            prop_assert!(b >= a, "purchase {} {}", a, b);
        }
    }

    #[test]
    fn a_warmer_tone_never_lowers_purchase(talk in talk()) {
        let value = |talk: &[_]| measure(&after(tell(talk))).value(Metric::Purchase);
        let mut warmer = talk.clone();
        for utterance in &mut warmer {
            utterance.0 = (utterance.0 + 1).min(Tone::COUNT - 1);
        }
        if let (Some(cold), Some(warm)) = (value(&talk), value(&warmer)) {
            prop_assert!(warm >= cold, "{} {}", cold, warm);
        }
    }

    #[test]
    fn a_score_is_between_its_bounds_and_its_parts_add_up(
        xs in proptest::collection::vec(0f32..=1.0, 7), known in proptest::collection::vec(any::<bool>(), 7),
    ) {
        let set = &Weights::v1().sets[&Metric::Purchase];
        let features = set.w.keys().zip(xs.iter().zip(&known)).map(|(key, (x, known))| {
            let feature = if *known {
                Feature::Known { x: *x, evidence: Vec::new() }
            } else {
                Feature::Unknown { need: NeedKey::Slots }
            };
            (*key, feature)
        }).collect();
        let score = score(&features, set);
        let n = known.iter().filter(|k| **k).count();
        prop_assert_eq!(score.value.is_some(), n >= 3);
        prop_assert_eq!(score.known(set), (n, 7));
        if let Some(value) = score.value {
            let points: f32 = score.contributions.iter().map(|c| c.points).sum();
            prop_assert!((score.start + points - f32::from(value)).abs() <= 0.51);
        }
    }
}

#[test]
fn an_easy_commute_and_a_socket_fit() {
    let fit = |said: Said| {
        let features = features::purchase(&after([said]));
        match features[&FeatureKey::Fit] {
            Feature::Known { x, .. } => Some(x),
            Feature::Unknown { .. } => None,
        }
    };
    assert_eq!(fit(said(1)), None);
    let far = fit(said(1).number(SlotKey::CommuteKm, 150)).unwrap();
    let near = fit(said(1).number(SlotKey::CommuteKm, 20)).unwrap();
    let socket = fit(said(1).slot(SlotKey::HomeCharging, SlotValue::YesNo(true))).unwrap();
    let none = fit(said(1).tag(Tag::NoHomeCharging)).unwrap();
    assert!(far < 0.5 && none < 0.5 && near > 0.5 && socket > 0.5);
    let kwp = SlotValue::Number(Decimal::from(9));
    assert!(fit(said(1).slot(SlotKey::PvKwp, kwp)).unwrap() > 0.5);
}
