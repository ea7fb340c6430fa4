//! Features of each metric, read from the profile: known with the words that show it, or unknown.
//!
//! That something was *not* said is an observation only once the client has said enough
//! ([`HEARD_ENOUGH`]). A sign that can only be known when it is there stands at its extreme:
//! otherwise bad news could dilute worse news in the weighted mean and improve the score.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{
    super::{
        knowledge::Knowledge,
        labels::{Archetype, Need, Objection, ObjectionGroup, Signal, SlotKey, Stage, Tag, Tone},
        profile::{Profile, Quote, Seen},
        question::CRITICAL,
        slots::{Slot, SlotValue},
    },
    Circumstances, Feature, FeatureKey, NeedKey,
};

/// Client utterances from which silence about something is an observation.
const HEARD_ENOUGH: usize = 3;
/// Client utterances whose tone counts as the present one.
const RECENT: usize = 3;
/// Days without contact after which a lead is as cold as it gets.
const COLD_AFTER_DAYS: f32 = 30.0;
/// One-way commute in km that a socket at home covers without a thought.
const EASY_COMMUTE_KM: i64 = 100;

type Features = BTreeMap<FeatureKey, Feature>;

fn known(x: f32, evidence: Vec<Quote>) -> Feature {
    Feature::Known { x, evidence }
}

const fn unknown(need: NeedKey) -> Feature {
    Feature::Unknown { need }
}

/// Features of purchase likelihood.
pub(super) fn purchase(profile: &Profile) -> Features {
    let tone = tone_level(profile).map_or(unknown(NeedKey::MoreSpeech), |x| known(x, Vec::new()));
    let objections = objection_load(profile).map_or(unknown(NeedKey::Reservations), |x| {
        known(x, objection_quotes(profile))
    });
    let stage = profile
        .suggested_stage
        .map_or(unknown(NeedKey::MoreSpeech), |stage| {
            let x = match stage {
                Stage::Discovery => 0.4,
                Stage::Analysis => 0.55,
                Stage::Decision => 0.9,
            };
            known(x, Vec::new())
        });
    Features::from([
        (FeatureKey::Tone, tone),
        (FeatureKey::Intent, intent(profile)),
        (FeatureKey::OpenObjections, objections),
        (FeatureKey::Fit, fit(profile)),
        (FeatureKey::Openness, openness(profile)),
        (FeatureKey::Stage, stage),
        (
            FeatureKey::Timeline,
            timeline(profile).map_or(unknown(NeedKey::Timeline), |(x, quote)| {
                known(x, vec![quote])
            }),
        ),
    ])
}

/// Features of losing this lead.
pub(super) fn churn(profile: &Profile, circumstances: Circumstances) -> Features {
    let unanswered = if profile.raised.is_empty() {
        absent(profile, 0.1, NeedKey::Reservations)
    } else {
        let open = profile.open_objections();
        let x = if open.is_empty() { 0.2 } else { 1.0 };
        known(x, objection_quotes(profile))
    };
    let rival = rival_ahead(profile).map_or_else(
        || absent(profile, 0.2, NeedKey::Rival),
        |x| known(x, rival_quotes(profile)),
    );
    let next_step = circumstances
        .next_step_agreed
        .map_or(unknown(NeedKey::NextStep), |agreed| {
            known(if agreed { 0.0 } else { 0.8 }, Vec::new())
        });
    let days = circumstances
        .days_since_contact
        .map_or(unknown(NeedKey::LastContact), |days| {
            known((f32::from(days) / COLD_AFTER_DAYS).min(1.0), Vec::new())
        });
    Features::from([
        (FeatureKey::DelayWords, delay_words(profile)),
        (FeatureKey::UnansweredObjection, unanswered),
        (FeatureKey::RivalAhead, rival),
        (FeatureKey::NoNextStep, next_step),
        (FeatureKey::DaysSinceContact, days),
    ])
}

/// Features of being here only for the ride.
pub(super) fn fun_drive(profile: &Profile) -> Features {
    let plans = [
        Signal::DeliveryDate,
        Signal::Financing,
        Signal::TradeIn,
        Signal::OwnershipLanguage,
        Signal::Configuration,
    ];
    let quotes = signal_quotes(profile, &plans);
    let stated = [
        SlotKey::BudgetPln,
        SlotKey::MonthlyBudgetPln,
        SlotKey::Financing,
    ]
    .into_iter()
    .any(|key| profile.slots.contains_key(&key));
    let no_plan = if stated || has_any(profile, &plans) {
        known(0.0, quotes)
    } else {
        absent(profile, 0.8, NeedKey::Financing)
    };
    let thrill = profile.archetype().map_or_else(
        || match profile.needs.get(&Need::Performance) {
            Some(seen) => known(0.8, seen.quotes.clone()),
            None => unknown(NeedKey::Archetype),
        },
        |_| {
            let p = |archetype: Archetype| profile.posterior[archetype.index()];
            let share = p(Archetype::PerformanceEnthusiast) + 0.5 * p(Archetype::TechPioneer);
            known(
                share.min(1.0),
                quotes_of(profile.needs.get(&Need::Performance)),
            )
        },
    );
    let far = timeline(profile).map_or(unknown(NeedKey::Timeline), |(x, quote)| {
        known(1.0 - x, vec![quote])
    });
    Features::from([
        (
            FeatureKey::WantsRide,
            presence(profile, &[Signal::TestDrive], 0.2, NeedKey::MoreSpeech),
        ),
        (FeatureKey::NoPlan, no_plan),
        (
            FeatureKey::OnlyLooking,
            presence(profile, &[Signal::JustLooking], 0.2, NeedKey::MoreSpeech),
        ),
        (FeatureKey::Thrill, thrill),
        (FeatureKey::FarTimeline, far),
    ])
}

/// Features of the usefulness of a long drive; `fun` is the Fun-Drive score if there is one.
pub(super) fn ovn(profile: &Profile, knowledge: &Knowledge, fun: Option<u8>) -> Features {
    let gain = profile
        .archetype()
        .map_or(unknown(NeedKey::Archetype), |top| {
            known(
                archetype_gain(profile, knowledge, top),
                quotes_for(profile, top),
            )
        });
    let doubts = [
        ObjectionGroup::RangeAndCharging,
        ObjectionGroup::TechnologyAndTrust,
    ];
    let raised = profile
        .raised
        .iter()
        .filter(|(objection, _)| doubts.contains(&objection.group()))
        .flat_map(|(_, raised)| raised.quotes.iter().copied())
        .collect::<Vec<_>>();
    let doubted = profile
        .raised
        .keys()
        .any(|objection| doubts.contains(&objection.group()));
    let doubt = if doubted {
        known(1.0, raised)
    } else {
        absent(profile, 0.35, NeedKey::Reservations)
    };
    let socket = match home_charging(profile) {
        Some((true, quote)) => known(0.8, quote.into_iter().collect()),
        Some((false, quote)) => known(0.3, quote.into_iter().collect()),
        None => unknown(NeedKey::HomeCharging),
    };
    let spouse = profile.raised.get(&Objection::SpouseDisagrees);
    let others = match spouse {
        Some(raised) => known(1.0, raised.quotes.clone()),
        None => presence(profile, &[Signal::FamilyDecision], 0.4, NeedKey::MoreSpeech),
    };
    let serious = fun.map_or(unknown(NeedKey::Financing), |fun| {
        known(1.0 - f32::from(fun) / 100.0, Vec::new())
    });
    Features::from([
        (FeatureKey::ArchetypeGain, gain),
        (FeatureKey::RangeDoubt, doubt),
        (FeatureKey::HomeSocket, socket),
        (FeatureKey::OthersDecide, others),
        (FeatureKey::SeriousDrive, serious),
    ])
}

/// Mean of the last few tones of the client, 0–1.
pub(super) fn tone_level(profile: &Profile) -> Option<f32> {
    let recent: Vec<_> = profile.tones.iter().rev().take(RECENT).collect();
    let sum: f32 = recent.iter().map(|(_, tone)| level(*tone)).sum();
    (!recent.is_empty()).then(|| sum / recent.len() as f32)
}

/// Where the tone is going: ½ is level, from at least three client utterances.
pub(super) fn momentum(profile: &Profile) -> Option<f32> {
    let recent: Vec<_> = profile.tones.iter().rev().take(RECENT).collect();
    let (last, first) = (recent.first()?, recent.last()?);
    (recent.len() >= RECENT).then(|| 0.5 + (level(last.1) - level(first.1)) / 2.0)
}

/// The seven steps of `domain.md` 1.3, evenly readable from worst to best.
const fn level(tone: Tone) -> f32 {
    match tone {
        Tone::VeryNegative => 0.0,
        Tone::Negative => 0.25,
        Tone::Skeptical => 0.35,
        Tone::Neutral => 0.5,
        Tone::Interested => 0.65,
        Tone::Positive => 0.75,
        Tone::Enthusiastic => 1.0,
    }
}

/// How heavy the open objections weigh; low once every raised one is answered.
pub(super) fn objection_load(profile: &Profile) -> Option<f32> {
    if profile.raised.is_empty() {
        return None;
    }
    let severity: u16 = profile
        .open_objections()
        .iter()
        .map(|(_, raised)| u16::from(raised.severity))
        .sum();
    Some(if severity == 0 {
        0.2
    } else {
        (0.35 + 0.15 * f32::from(severity)).min(1.0)
    })
}

/// One once a rival was named as the benchmark.
pub(super) fn rival_ahead(profile: &Profile) -> Option<f32> {
    let named = profile.signals.contains_key(&Signal::CompetitorComparison)
        || profile
            .open_objections()
            .iter()
            .any(|(objection, _)| objection.group() == ObjectionGroup::Comparison);
    named.then_some(1.0)
}

/// What the client does towards buying; each kind of sign counts once.
fn intent(profile: &Profile) -> Feature {
    const SIGNS: &[(Signal, f32)] = &[
        (Signal::DeliveryDate, 0.40),
        (Signal::OwnershipLanguage, 0.40),
        (Signal::TestDrive, 0.35),
        (Signal::Configuration, 0.30),
        (Signal::Financing, 0.25),
        (Signal::TradeIn, 0.20),
        (Signal::Colour, 0.20),
        (Signal::FamilyDecision, 0.15),
        (Signal::DiscountRequest, 0.10),
        (Signal::JustLooking, -0.30),
    ];
    let signals: Vec<_> = SIGNS.iter().map(|(signal, _)| *signal).collect();
    if !has_any(profile, &signals) {
        return absent(profile, 0.35, NeedKey::MoreSpeech);
    }
    let sum: f32 = SIGNS
        .iter()
        .filter(|(signal, _)| profile.signals.contains_key(signal))
        .map(|(_, worth)| worth)
        .sum();
    known(
        (0.5 + sum / 2.0).clamp(0.0, 1.0),
        signal_quotes(profile, &signals),
    )
}

/// Whether an electric car suits the circumstances, from those that were stated.
fn fit(profile: &Profile) -> Feature {
    let mut parts: Vec<(f32, f32)> = Vec::new();
    let mut quotes = Vec::new();
    if let Some((yes, quote)) = home_charging(profile) {
        parts.push((0.35, if yes { 1.0 } else { 0.2 }));
        quotes.extend(quote);
    }
    if profile.circumstances().contains(&Tag::HasPv) {
        parts.push((0.30, 1.0));
        quotes.extend(quotes_of(profile.tags.get(&Tag::HasPv)));
    }
    if let Some(slot) = profile.slots.get(&SlotKey::CommuteKm)
        && let SlotValue::Number(km) = slot.value
    {
        let easy = km < Decimal::from(EASY_COMMUTE_KM);
        parts.push((0.20, if easy { 0.9 } else { 0.3 }));
        quotes.push(quote(slot));
    }
    let total: f32 = parts.iter().map(|(weight, _)| weight).sum();
    if parts.is_empty() {
        return unknown(NeedKey::HomeCharging);
    }
    let sum: f32 = parts.iter().map(|(weight, x)| weight * x).sum();
    known(sum / total, quotes)
}

/// How much of what matters the client has told; telling never counts against.
fn openness(profile: &Profile) -> Feature {
    let filled: Vec<_> = CRITICAL
        .iter()
        .filter_map(|key| profile.slots.get(key))
        .collect();
    if filled.is_empty() {
        return unknown(NeedKey::Slots);
    }
    let share = filled.len() as f32 / CRITICAL.len() as f32;
    known(0.5 + share / 2.0, filled.into_iter().map(quote).collect())
}

/// 1 wants the car now, 0 in more than half a year.
fn timeline(profile: &Profile) -> Option<(f32, Quote)> {
    let slot = profile.slots.get(&SlotKey::Timeline)?;
    let SlotValue::Choice(id) = &slot.value else {
        return None;
    };
    let x = match id.as_str() {
        "now" => 1.0,
        "1-3m" => 0.8,
        "3-6m" => 0.45,
        "6m+" => 0.1,
        _ => return None,
    };
    Some((x, quote(slot)))
}

/// Delay, or an objection that puts the decision off.
fn delay_words(profile: &Profile) -> Feature {
    let signals = [Signal::Delay, Signal::JustLooking];
    let mut quotes = signal_quotes(profile, &signals);
    let put_off = [
        Objection::MustThink,
        Objection::WaitForBetter,
        Objection::NoBudgetNow,
    ];
    let open: Vec<_> = put_off
        .iter()
        .filter_map(|objection| profile.raised.get(objection))
        .filter(|raised| !raised.answered)
        .collect();
    quotes.extend(open.iter().flat_map(|raised| raised.quotes.iter().copied()));
    if has_any(profile, &signals) || !open.is_empty() {
        known(1.0, quotes)
    } else {
        absent(profile, 0.1, NeedKey::MoreSpeech)
    }
}

/// Posterior mean of the archetypes' gain from a long drive, 0–1.
fn archetype_gain(profile: &Profile, knowledge: &Knowledge, top: Archetype) -> f32 {
    let base = |archetype: Archetype| {
        knowledge
            .archetype(archetype)
            .map_or(0.5, |row| f32::from(row.ovn_base) / 10.0)
    };
    if profile.human.is_some() {
        return base(top);
    }
    Archetype::ALL
        .iter()
        .map(|&archetype| profile.posterior[archetype.index()] * base(archetype))
        .sum()
}

fn home_charging(profile: &Profile) -> Option<(bool, Option<Quote>)> {
    if let Some(slot) = profile.slots.get(&SlotKey::HomeCharging)
        && let SlotValue::YesNo(yes) = slot.value
    {
        return Some((yes, Some(quote(slot))));
    }
    let seen = profile.tags.get(&Tag::NoHomeCharging)?;
    Some((false, seen.quotes.first().copied()))
}

/// Known at its extreme where one of the signals was heard, at `without` where none was in enough
/// speech.
fn presence(profile: &Profile, signals: &[Signal], without: f32, need: NeedKey) -> Feature {
    if has_any(profile, signals) {
        known(1.0, signal_quotes(profile, signals))
    } else {
        absent(profile, without, need)
    }
}

fn absent(profile: &Profile, x: f32, need: NeedKey) -> Feature {
    if profile.client_utterances() >= HEARD_ENOUGH {
        known(x, Vec::new())
    } else {
        unknown(need)
    }
}

fn has_any(profile: &Profile, signals: &[Signal]) -> bool {
    signals
        .iter()
        .any(|signal| profile.signals.contains_key(signal))
}

fn signal_quotes(profile: &Profile, signals: &[Signal]) -> Vec<Quote> {
    signals
        .iter()
        .flat_map(|signal| quotes_of(profile.signals.get(signal)))
        .collect()
}

fn objection_quotes(profile: &Profile) -> Vec<Quote> {
    profile
        .open_objections()
        .into_iter()
        .flat_map(|(_, raised)| raised.quotes.iter().copied())
        .collect()
}

fn rival_quotes(profile: &Profile) -> Vec<Quote> {
    let mut quotes = signal_quotes(profile, &[Signal::CompetitorComparison]);
    let raised = profile.raised.iter();
    quotes.extend(
        raised
            .filter(|(objection, _)| objection.group() == ObjectionGroup::Comparison)
            .flat_map(|(_, raised)| raised.quotes.iter().copied()),
    );
    quotes
}

fn quotes_of(seen: Option<&Seen>) -> Vec<Quote> {
    seen.map(|seen| seen.quotes.clone()).unwrap_or_default()
}

fn quotes_for(profile: &Profile, archetype: Archetype) -> Vec<Quote> {
    profile.quotes.get(&archetype).cloned().unwrap_or_default()
}

fn quote(slot: &Slot) -> Quote {
    Quote {
        utterance: slot.from,
        span: slot.quote,
    }
}
