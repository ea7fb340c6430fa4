//! Which rows of the knowledge fit this client: arguments, a car, a playbook.
//!
//! Must not know sentences or numbers: it ranks rows, others speak them.
//! Invariant: the same profile and knowledge give the same order; equal rows keep the order of the
//! knowledge.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::{Decimal, prelude::ToPrimitive};

use super::{
    fact::FactValue,
    knowledge::{ArgumentRow, Availability, Car, Knowledge, Playbook},
    labels::{Archetype, Need, Objection, SlotKey, Stage, Tag},
    profile::Profile,
    slots::SlotValue,
};

/// Whether a row with this tag is wrong for a client without it; other tags only make a row more
/// fitting. A family is presumed of a family guardian.
fn presumes(tag: Tag, archetype: Option<Archetype>) -> bool {
    match tag {
        Tag::CityProfessional | Tag::BusyExecutive => false,
        Tag::Family => archetype != Some(Archetype::FamilyGuardian),
        _ => true,
    }
}

/// Every argument that may be said to this client, best first, with its score.
pub fn arguments<'k>(profile: &Profile, knowledge: &'k Knowledge) -> Vec<(&'k ArgumentRow, f32)> {
    let tags = profile.circumstances();
    let needs = need_weights(profile);
    let score = |row: &'k ArgumentRow| {
        let named = match profile.archetype() {
            _ if row.archetypes.is_empty() => 0.6,
            Some(top) if row.archetypes.contains(&top) => 3.0 * share(profile, &[top]),
            Some(_) => return None,
            // Who is not known yet is spoken to as anyone.
            None => 1.5 * share(profile, &row.archetypes),
        };
        let met = row.tags.iter().filter(|tag| tags.contains(tag)).count();
        let mut presumed = row
            .tags
            .iter()
            .filter(|tag| presumes(**tag, profile.archetype()));
        if met == 0 && presumed.next().is_some() {
            return None;
        }
        let mut wanted: Vec<_> = row
            .needs
            .iter()
            .filter_map(|need| needs.get(need))
            .collect();
        wanted.sort_by(|a, b| b.total_cmp(a));
        let best = wanted.first().copied().copied().unwrap_or(0.0);
        let rest: f32 = wanted.iter().skip(1).copied().sum();
        Some((
            row,
            named + 1.5 * best + 0.5 * rest + 0.8 * (met.min(2) as f32),
        ))
    };
    let mut ranked: Vec<_> = knowledge.arguments.iter().filter_map(score).collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranked
}

/// The car that fits best, or none while nothing speaks for one.
///
/// A car whose price is known today and above the stated budget is left out; an unknown price
/// neither helps nor harms.
pub fn car<'k>(profile: &Profile, knowledge: &'k Knowledge, today: Date) -> Option<&'k Car> {
    /// Below this a suggestion would be a guess.
    const ENOUGH: f32 = 1.0;
    let budget = number(profile, SlotKey::BudgetPln);
    let affordable = |car: &&Car| {
        let price = price(car, knowledge, today);
        budget.is_none_or(|budget| price.is_none_or(|price| price <= budget))
    };
    let mut best: Option<(&Car, f32)> = None;
    for car in knowledge.cars.iter().filter(affordable) {
        let score = car_score(profile, knowledge, car);
        if score >= ENOUGH && best.is_none_or(|(_, other)| score > other) {
            best = Some((car, score));
        }
    }
    best.map(|(car, _)| car)
}

fn car_score(profile: &Profile, knowledge: &Knowledge, car: &Car) -> f32 {
    let tags = profile.circumstances();
    let met = car
        .fits_tags
        .iter()
        .filter(|tag| tags.contains(tag))
        .count();
    let large = number(profile, SlotKey::HouseholdSize).is_some_and(|n| n >= Decimal::from(4));
    let mut score = 2.0 * share(profile, &car.fits_archetypes) + 0.7 * met as f32;
    if large && car.fits_tags.contains(&Tag::Family) {
        score += 0.7;
    }
    for (need, weight) in need_weights(profile) {
        score += 0.8 * weight * serves(knowledge, car, need);
    }
    score
        - match car.availability {
            Availability::Order => 0.0,
            Availability::Unknown => 0.3,
            Availability::StockOnly => 1.0,
        }
}

/// How far the car serves a need, −1..1: by whom it was authored to fit, and by its range.
fn serves(knowledge: &Knowledge, car: &Car, need: Need) -> f32 {
    /// A middling rated range in km, and the distance from it that is clearly more or less.
    const MIDDLING_KM: f32 = 550.0;
    const CLEARLY_KM: f32 = 80.0;
    let kind = match need {
        Need::Performance => Archetype::PerformanceEnthusiast,
        Need::PurchasePrice => Archetype::DealHunter,
        Need::Status => Archetype::StatusAchiever,
        Need::Comfort => Archetype::PremiumLoyalist,
        Need::Ecology => Archetype::EcoEnthusiast,
        Need::Technology => Archetype::TechPioneer,
        Need::CostOfOwnership | Need::Resale => Archetype::PragmaticAnalyst,
        Need::Safety => Archetype::FamilyGuardian,
        Need::Space => {
            return if car.fits_tags.contains(&Tag::Family) {
                1.0
            } else {
                0.0
            };
        }
        Need::Range => {
            let fact = car
                .range_fact
                .as_ref()
                .and_then(|id| knowledge.facts.get(id));
            return match fact.map(|fact| fact.value) {
                Some(FactValue::Number(km)) => {
                    let km = km.to_f32().unwrap_or(MIDDLING_KM);
                    ((km - MIDDLING_KM) / CLEARLY_KM).clamp(-1.0, 1.0)
                }
                _ => 0.0,
            };
        }
        Need::Charging | Need::Service | Need::DeliveryTime => return 0.0,
    };
    f32::from(u8::from(car.fits_archetypes.contains(&kind)))
}

fn price(car: &Car, knowledge: &Knowledge, today: Date) -> Option<Decimal> {
    let fact = knowledge.facts.get(car.price_fact.as_ref()?)?;
    match fact.value {
        FactValue::Number(price) if fact.quotable(today).is_ok() => Some(price),
        _ => None,
    }
}

fn number(profile: &Profile, key: SlotKey) -> Option<Decimal> {
    match profile.slots.get(&key)?.value {
        SlotValue::Number(n) => Some(n),
        _ => None,
    }
}

/// Posterior share of these archetypes; a person's correction is all of it.
fn share(profile: &Profile, archetypes: &[Archetype]) -> f32 {
    match profile.human {
        Some((archetype, ..)) => f32::from(u8::from(archetypes.contains(&archetype))),
        None => archetypes
            .iter()
            .map(|archetype| profile.posterior[archetype.index()])
            .sum(),
    }
}

/// Weight of each need that came up, 0–1: the one that came up most often is 1.
fn need_weights(profile: &Profile) -> BTreeMap<Need, f32> {
    let most = profile.needs.values().map(|seen| seen.times).max();
    let most = f32::from(most.unwrap_or(1).max(1));
    let weight = |times: u16| f32::from(times) / most;
    profile
        .needs
        .iter()
        .map(|(&need, seen)| (need, weight(seen.times)))
        .collect()
}

/// What a playbook is looked for by; empty means "whatever".
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Filter {
    pub archetype: Option<Archetype>,
    pub tags: BTreeSet<Tag>,
    pub stage: Option<Stage>,
    pub objections: BTreeSet<Objection>,
    /// The talk must slow down: only calming playbooks.
    pub calming: bool,
}

impl Filter {
    /// The situation of this client.
    pub fn of(profile: &Profile, calming: bool) -> Self {
        Self {
            archetype: profile.archetype(),
            tags: profile.circumstances(),
            stage: Some(profile.stage),
            objections: profile
                .open_objections()
                .into_iter()
                .map(|(objection, _)| objection)
                .collect(),
            calming,
        }
    }
}

/// Closed sessions in which a playbook was used, and those of them that ended well.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
pub struct WinRate {
    pub won: u32,
    pub of: u32,
}

/// Why a playbook stands where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, utoipa::ToSchema)]
#[schema(as = PlaybookReason)]
pub struct Reason {
    pub archetype: Option<Archetype>,
    pub tags: Vec<Tag>,
    pub stage: Option<Stage>,
    pub objections: Vec<Objection>,
    pub wins: Option<WinRate>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct RankedPlaybook<'k> {
    pub playbook: &'k Playbook,
    pub score: f32,
    pub reason: Reason,
}

/// Playbooks by match and learned win rate, best first; one that speaks of another archetype or of
/// circumstances that the client does not have is left out unless an objection calls for it.
pub fn playbooks<'k>(
    knowledge: &'k Knowledge,
    filter: &Filter,
    wins: &BTreeMap<String, WinRate>,
) -> Vec<RankedPlaybook<'k>> {
    let mut ranked: Vec<_> = knowledge
        .playbooks
        .iter()
        .filter(|playbook| playbook.calming == filter.calming)
        .filter_map(|playbook| rank(playbook, filter, wins.get(&playbook.id).copied()))
        .collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranked
}

fn rank<'k>(
    playbook: &'k Playbook,
    filter: &Filter,
    wins: Option<WinRate>,
) -> Option<RankedPlaybook<'k>> {
    let met = |tag: &&Tag| filter.tags.contains(tag);
    let raised = |objection: &&Objection| filter.objections.contains(objection);
    let reason = Reason {
        archetype: filter.archetype.filter(|a| playbook.archetypes.contains(a)),
        tags: playbook.tags.iter().filter(met).copied().collect(),
        stage: filter.stage.filter(|stage| playbook.stages.contains(stage)),
        objections: playbook.objections.iter().filter(raised).copied().collect(),
        wins,
    };
    let asked = filter.archetype.is_some() || !filter.tags.is_empty();
    let foreign =
        filter.archetype.is_some() && !playbook.archetypes.is_empty() && reason.archetype.is_none();
    let mut presumed = playbook
        .tags
        .iter()
        .filter(|tag| presumes(**tag, filter.archetype));
    let elsewhere = asked && reason.tags.is_empty() && presumed.next().is_some();
    if (foreign || elsewhere) && reason.tags.is_empty() && reason.objections.is_empty() {
        return None;
    }
    let mut score = 0.0;
    if reason.archetype.is_some() {
        // One that is for few archetypes is more theirs.
        score += 2.5 + 1.0 / playbook.archetypes.len() as f32;
    } else if foreign {
        score -= 2.0;
    }
    score += 2.5 * (reason.tags.len().min(2) as f32);
    if elsewhere {
        score -= 2.0;
    } else if asked && reason.tags.is_empty() && !playbook.tags.is_empty() {
        score -= 0.75;
    }
    match filter.stage {
        Some(_) if reason.stage.is_some() => score += 0.75,
        Some(_) if !playbook.stages.is_empty() => score -= 0.5,
        _ => {}
    }
    score += 1.5 * (reason.objections.len().min(2) as f32);
    if let Some(wins) = wins {
        // Two imagined wins in four keep a rare success from leading the list.
        let rate = (wins.won as f32 + 2.0) / (wins.of as f32 + 4.0);
        score += 2.0 * (rate - 0.5);
    }
    Some(RankedPlaybook {
        playbook,
        score,
        reason,
    })
}

#[cfg(test)]
mod tests;
