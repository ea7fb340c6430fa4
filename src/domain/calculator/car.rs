//! What frost leaves of a rated range, and what share of an instalment is a tax cost.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    super::{
        fact::{Confidence, Fact, FactId, SubjectId, Unit},
        labels::labels,
    },
    Amount, Error, Estimate, Note, ceil_to, floor_to, localised, look_up, lowest,
};

/// Range in hard frost in km, from the worst that is known to the mildest (`domain.md` 2.6).
///
/// Low: the journalists' motorway rule, rated × 60 % × 75 % − 50 km. High: rated less the loss of
/// the test in extreme frost, at a calmer speed. Rounded outwards to tens of kilometres.
///
/// # Errors
/// [`Error::Missing`] without the rated range or a rule, [`Error::Implausible`] for a range outside
/// 100–1,200 km.
pub fn winter_range(
    rated: &Fact,
    facts: &BTreeMap<FactId, Fact>,
    today: Date,
) -> Result<Estimate, Error> {
    let range = Amount::fact(rated, today)?;
    range.within("rated range", Unit::Km, 100, 1200)?;
    let first = percent(facts, "winter_rule_first", today)?;
    let second = percent(facts, "winter_rule_second", today)?;
    let reserve = look_up(facts, "winter_rule_reserve", today)?;
    reserve.within("winter_rule_reserve", Unit::Km, 0, 100)?;
    let loss = percent(facts, "winter_loss_severe", today)?;
    let hundred = Decimal::ONE_HUNDRED;
    let worst = range.low * first.low / hundred * second.low / hundred - reserve.high;
    let mild = range.high * (hundred - loss.low) / hundred;
    let assumptions = vec![range, first, second, reserve, loss];
    Ok(Estimate {
        id: "winter_range".to_owned(),
        about: rated.about.clone(),
        label: localised("Zasięg w silnym mrozie", "Range in hard frost"),
        low: floor_to(worst, Decimal::TEN).max(Decimal::ZERO),
        high: ceil_to(mild, Decimal::TEN),
        unit: Unit::Km,
        notes: vec![Note::HardFrostMotorway, Note::JournalistsRule],
        confidence: lowest(&assumptions),
        assumptions,
    })
}

labels! {
    /// How a firm uses the car, which decides how much of the VAT it deducts.
    Use { Exclusive = "exclusive", Mixed = "mixed", NoVat = "no_vat" }
}

/// The price of an offer, as it stands in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Offer {
    pub net: Decimal,
    pub gross: Decimal,
}

/// Share of the instalments (or of the depreciation) below the tax cost cap, in per cent
/// (`domain.md` 2.4: PIT art. 23, CIT art. 16; the cap is compared with net plus the VAT that is not
/// deducted). Without a stated use the range spans exclusive and mixed. Not tax advice.
///
/// # Errors
/// [`Error::Implausible`] for an offer that is no car's, [`Error::Missing`] without the cap.
pub fn cost_cap_share(
    offer: Offer,
    usage: Option<Use>,
    facts: &BTreeMap<FactId, Fact>,
    today: Date,
) -> Result<Estimate, Error> {
    let price = Amount {
        // The offer is in front of both: it is not a guess.
        confidence: Confidence::High,
        ..Amount::entered(offer.net, offer.gross, Unit::Pln)
    };
    price.within("price", Unit::Pln, 10_000, 3_000_000)?;
    let cap = look_up(facts, "bev_cost_cap", today)?;
    cap.within("bev_cost_cap", Unit::Pln, 1, 1_000_000)?;
    let mut assumptions = vec![price, cap.clone()];
    let mut shares = Vec::new();
    let possible = usage.map_or(vec![Use::Exclusive, Use::Mixed], |usage| vec![usage]);
    for usage in possible {
        let kept = match usage {
            Use::NoVat => Decimal::ONE_HUNDRED,
            Use::Mixed => kept_vat("vat_mixed", facts, today, &mut assumptions)?,
            Use::Exclusive => kept_vat("vat_exclusive", facts, today, &mut assumptions)?,
        };
        let base = offer.net + (offer.gross - offer.net) * kept / Decimal::ONE_HUNDRED;
        let share = cap.low / base * Decimal::ONE_HUNDRED;
        shares.push(share.min(Decimal::ONE_HUNDRED));
    }
    let mut notes = vec![Note::AskAccountant];
    if usage.is_none() {
        notes.insert(0, Note::UseNotStated);
    }
    let low = shares.iter().min().copied().unwrap_or_default();
    let high = shares.iter().max().copied().unwrap_or_default();
    Ok(Estimate {
        id: "cost_cap_share".to_owned(),
        about: SubjectId::from("law"),
        label: localised("Część rat w kosztach", "Share of instalments as cost"),
        low: floor_to(low, Decimal::ONE),
        high: ceil_to(high, Decimal::ONE),
        unit: Unit::Percent,
        notes,
        confidence: lowest(&assumptions),
        assumptions,
    })
}

/// Per cent of the VAT that stays in the price when this fact's share is deducted.
fn kept_vat(
    id: &str,
    facts: &BTreeMap<FactId, Fact>,
    today: Date,
    assumptions: &mut Vec<Amount>,
) -> Result<Decimal, Error> {
    let deducted = percent(facts, id, today)?;
    let kept = Decimal::ONE_HUNDRED - deducted.low;
    assumptions.push(deducted);
    Ok(kept)
}

fn percent(facts: &BTreeMap<FactId, Fact>, id: &str, today: Date) -> Result<Amount, Error> {
    let amount = look_up(facts, id, today)?;
    amount.within("a percentage", Unit::Percent, 0, 100)?;
    Ok(amount)
}
