//! Calculators: every assumption visible, every result a range.
//!
//! Must not know a number of its own beyond bounds of plausibility: values come from facts, from
//! what the client stated, or from what a person entered.
//! Invariant: a result is no more certain than its least certain input; with an unverified one it
//! is an example, which is shown as such and never spoken.

mod car;
mod energy;
mod route;

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

pub use car::{Offer, Use, cost_cap_share, winter_range};
pub use energy::{Fuel, charging_cost_100km, charging_cost_year, fuel_cost_year, saving};
pub use route::{Route, route};

use super::{
    fact::{Confidence, Fact, FactId, FactValue, Localised, SubjectId, Unit},
    labels::{SlotKey, labels},
    slots::{Slot, SlotValue},
};

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// Ask for it, or enter it in the knowledge base.
    #[error("{0} is not known")]
    Missing(String),
    #[error("{0} cannot be so")]
    Implausible(&'static str),
    #[error("{0} is not in the expected unit")]
    Unit(String),
}

/// Where an input comes from.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "from", content = "id", rename_all = "snake_case")]
pub enum Origin {
    Fact(FactId),
    /// What the client stated.
    Slot(SlotKey),
    /// What a person typed into the calculator.
    Entered,
}

/// An input: a range of one unit, with where it is from and how far it is trusted.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Amount {
    pub low: Decimal,
    pub high: Decimal,
    pub unit: Unit,
    pub confidence: Confidence,
    pub origin: Origin,
    pub as_of: Option<Date>,
}

impl Amount {
    /// A fact as an input; one that may not be quoted today counts as unverified.
    ///
    /// # Errors
    /// [`Error::Missing`] where nobody has verified a value.
    pub fn fact(fact: &Fact, today: Date) -> Result<Self, Error> {
        let (low, high) = match fact.value {
            FactValue::Number(value) => (value, value),
            FactValue::Range(low, high) => (low, high),
            FactValue::Date(_) => return Err(Error::Unit(fact.id.clone())),
            FactValue::Unverified => return Err(Error::Missing(fact.id.clone())),
        };
        let confidence = if fact.quotable(today).is_ok() {
            fact.confidence
        } else {
            Confidence::Low
        };
        Ok(Self {
            low,
            high,
            unit: fact.unit,
            confidence,
            origin: Origin::Fact(fact.id.clone()),
            as_of: Some(fact.as_of),
        })
    }

    /// What the client stated, taken at their word.
    ///
    /// # Errors
    /// [`Error::Unit`] for a slot that holds no number.
    pub fn slot(key: SlotKey, slot: &Slot) -> Result<Self, Error> {
        let unit = match key {
            SlotKey::YearlyKm => Unit::KmPerYear,
            SlotKey::CommuteKm => Unit::Km,
            SlotKey::PvKwp => Unit::Kwp,
            SlotKey::BudgetPln => Unit::Pln,
            SlotKey::MonthlyBudgetPln => Unit::PlnPerMonth,
            SlotKey::HouseholdSize => Unit::Person,
            _ => return Err(Error::Unit(key.to_string())),
        };
        let SlotValue::Number(value) = slot.value else {
            return Err(Error::Unit(key.to_string()));
        };
        Ok(Self {
            low: value,
            high: value,
            unit,
            confidence: Confidence::High,
            origin: Origin::Slot(key),
            as_of: None,
        })
    }

    /// What a person typed in: an assumption, so the result is an example.
    pub const fn entered(low: Decimal, high: Decimal, unit: Unit) -> Self {
        Self {
            low,
            high,
            unit,
            confidence: Confidence::Low,
            origin: Origin::Entered,
            as_of: None,
        }
    }

    /// Checks unit and plausibility.
    fn within(&self, what: &'static str, unit: Unit, low: i64, high: i64) -> Result<(), Error> {
        if self.unit != unit {
            return Err(Error::Unit(what.to_owned()));
        }
        let bounds = Decimal::from(low)..=Decimal::from(high);
        let sound = self.low <= self.high;
        if sound && bounds.contains(&self.low) && bounds.contains(&self.high) {
            Ok(())
        } else {
            Err(Error::Implausible(what))
        }
    }
}

labels! {
    /// What has to be said beside a result, worded in the translations.
    Note {
        EnergyOnly = "energy_only",
        Consumption = "consumption",
        HardFrostMotorway = "hard_frost_motorway",
        JournalistsRule = "journalists_rule",
        UseNotStated = "use_not_stated",
        AskAccountant = "ask_accountant",
    }
}

/// A result, with everything it rests on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Estimate {
    /// What a mark `{{calc:ID}}` calls it.
    pub id: String,
    pub about: SubjectId,
    pub label: Localised,
    pub low: Decimal,
    pub high: Decimal,
    pub unit: Unit,
    pub assumptions: Vec<Amount>,
    pub notes: Vec<Note>,
    /// The lowest confidence of the inputs.
    pub confidence: Confidence,
}

impl Estimate {
    /// An example is shown with its assumptions and never spoken.
    pub fn is_example(&self) -> bool {
        self.confidence == Confidence::Low
    }

    /// The result as a fact that holds today, for marks and for the guard.
    pub fn as_fact(&self, today: Date) -> Fact {
        let value = if self.low == self.high {
            FactValue::Number(self.low)
        } else {
            FactValue::Range(self.low, self.high)
        };
        let oldest = self.assumptions.iter().filter_map(|a| a.as_of).min();
        Fact {
            id: format!("calc.{}", self.id),
            about: self.about.clone(),
            label: self.label.clone(),
            value,
            unit: self.unit,
            source: "calculator".to_owned(),
            as_of: oldest.unwrap_or(today),
            valid_from: today,
            valid_to: Some(today),
            review_by: today,
            confidence: self.confidence,
        }
    }
}

fn lowest(assumptions: &[Amount]) -> Confidence {
    let confidences = assumptions.iter().map(|amount| amount.confidence);
    // The set is ordered from high to low.
    confidences.max().unwrap_or(Confidence::Low)
}

/// Rounds down to whole steps.
fn floor_to(x: Decimal, step: Decimal) -> Decimal {
    (x / step).floor() * step
}

/// Rounds up to whole steps.
fn ceil_to(x: Decimal, step: Decimal) -> Decimal {
    (x / step).ceil() * step
}

fn look_up(facts: &BTreeMap<FactId, Fact>, id: &str, today: Date) -> Result<Amount, Error> {
    let fact = facts.get(id).ok_or_else(|| Error::Missing(id.to_owned()))?;
    Amount::fact(fact, today)
}

fn localised(pl: &str, en: &str) -> Localised {
    Localised {
        pl: pl.to_owned(),
        en: en.to_owned(),
    }
}

#[cfg(test)]
mod tests;
