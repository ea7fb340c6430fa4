//! The check that every number equals a fact that may be quoted, said of the thing the fact is about.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    Reason,
    harmless::Sentence,
    subject::{Clauses, Subject},
};
use crate::domain::{
    fact::{Fact, FactId, FactValue, Unit, Unquotable},
    quantity::{Per, Quantity, Value},
};

/// A number that must not be said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) reason: Reason,
    pub(super) tokens: std::ops::Range<usize>,
    pub(super) nearest: Option<FactId>,
}

/// What the facts say about the quantities of a sentence.
#[derive(Debug, Default)]
pub(super) struct Judged {
    pub(super) problems: Vec<Problem>,
    /// Units of the quotable facts that a quantity equals.
    pub(super) borne_out: Vec<Unit>,
}

/// Judges the quantities of one sentence.
pub(super) fn judge(
    sentence: &Sentence<'_>,
    clauses: &Clauses,
    quantities: &[Quantity],
    today: Date,
    allowed: &[Fact],
) -> Judged {
    let mut judged = Judged::default();
    let mut follows = false;
    for quantity in quantities {
        let harmless = sentence.is_harmless(quantity, follows);
        let said = clauses.around(&quantity.tokens);
        let outcome = best(quantity, &said, today, allowed);
        follows |= quantity.unit.is_some() && !harmless;
        match outcome {
            Outcome::Borne(unit) => judged.borne_out.push(unit),
            // A weak or foreign fact of the same value speaks only where a fact is needed.
            _ if harmless => {}
            Outcome::Bad(reason, nearest) => judged.problems.push(Problem {
                reason,
                tokens: quantity.tokens.clone(),
                nearest,
            }),
        }
    }
    if let Some(tokens) = sentence.comparison() {
        judged.problems.push(Problem {
            reason: Reason::InventedNumber,
            tokens: tokens.clone(),
            nearest: None,
        });
    }
    judged
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Outcome {
    Borne(Unit),
    Bad(Reason, Option<FactId>),
}

/// The best that any fact can say for a quantity: every number of it needs a fact.
fn best(quantity: &Quantity, said: &Subject, today: Date, allowed: &[Fact]) -> Outcome {
    if let Value::Date(when) = quantity.value {
        let agrees = |fact: &Fact| matches!(fact.value, FactValue::Date(day) if when.agrees(day));
        return weigh(agrees, said, today, allowed);
    }
    let mut outcome = Outcome::Bad(Reason::InventedNumber, None);
    let mut unit = None;
    for n in quantity.numbers() {
        let equals = |fact: &Fact| equals(quantity, n, fact);
        outcome = weigh(equals, said, today, allowed);
        match &outcome {
            Outcome::Borne(found) => unit = Some(*found),
            Outcome::Bad(reason, None) => {
                return Outcome::Bad(*reason, closest(quantity, n, allowed));
            }
            Outcome::Bad(..) => return outcome,
        }
    }
    unit.map_or(outcome, Outcome::Borne)
}

fn weigh(equals: impl Fn(&Fact) -> bool, said: &Subject, today: Date, allowed: &[Fact]) -> Outcome {
    let mut worst = Outcome::Bad(Reason::InventedNumber, None);
    for fact in allowed.iter().filter(|fact| equals(fact)) {
        if Subject::of(fact).conflicts(said, fact.unit) {
            if matches!(worst, Outcome::Bad(_, None)) {
                worst = Outcome::Bad(Reason::InventedNumber, Some(fact.id.clone()));
            }
            continue;
        }
        let reason = match fact.quotable(today) {
            Ok(()) => return Outcome::Borne(fact.unit),
            Err(Unquotable::LowConfidence) => Reason::LowConfidenceFact,
            Err(Unquotable::Expired | Unquotable::ReviewDue | Unquotable::NotYetValid) => {
                Reason::ExpiredFact
            }
            Err(Unquotable::Unverified) => continue,
        };
        if matches!(worst, Outcome::Bad(Reason::InventedNumber, _)) {
            worst = Outcome::Bad(reason, Some(fact.id.clone()));
        }
    }
    worst
}

/// Whether a number said in a unit is a number of the fact in its unit.
fn equals(quantity: &Quantity, n: Decimal, fact: &Fact) -> bool {
    let Some(factor) = factor(quantity, fact.unit) else {
        return false;
    };
    let same = |value: Decimal| {
        n * factor.0 == value * factor.1
            || quantity
                .other
                .is_some_and(|o| o * factor.0 == value * factor.1)
    };
    match fact.value {
        FactValue::Number(value) => same(value),
        FactValue::Range(low, high) => same(low) || same(high),
        FactValue::Date(_) | FactValue::Unverified => false,
    }
}

/// What to multiply the number said and the fact's number by before comparing; `None` where the units
/// measure different things.
fn factor(quantity: &Quantity, fact: Unit) -> Option<(Decimal, Decimal)> {
    use Unit::{
        Km, KmPerYear, Minute, Month, Pln, PlnPerDay, PlnPerHour, PlnPerKwh, PlnPerMonth,
        PlnPerYear, Second, Year,
    };
    let one = Decimal::ONE;
    let same = Some((one, one));
    if fact == Unit::Date || quantity.foreign {
        return None;
    }
    match (quantity.unit, quantity.per) {
        (None, None) => same,
        (None, Some(Per::Year)) => matches!(fact, KmPerYear | PlnPerYear).then_some((one, one)),
        (None, Some(Per::Month)) => (fact == PlnPerMonth).then_some((one, one)),
        (Some(unit), Some(per)) => match (unit, per, fact) {
            (Pln, Per::Day, PlnPerDay) | (Pln, Per::Hour, PlnPerHour) => same,
            _ => None,
        },
        (Some(unit), None) if unit == fact => same,
        // The period or the kilowatt-hour may have been named before ("rata to 2 349,50 zł").
        (Some(Pln), None) => matches!(
            fact,
            PlnPerMonth | PlnPerYear | PlnPerDay | PlnPerHour | PlnPerKwh
        )
        .then_some((one, one)),
        (Some(Km), None) => (fact == KmPerYear).then_some((one, one)),
        (Some(Year), None) => (fact == Month).then_some((Decimal::from(12), one)),
        (Some(Month), None) => (fact == Year).then_some((one, Decimal::from(12))),
        (Some(Minute), None) => (fact == Second).then_some((Decimal::from(60), one)),
        (Some(Second), None) => (fact == Minute).then_some((one, Decimal::from(60))),
        _ => None,
    }
}

/// The fact of the same kind whose number lies closest, to show beside a removed one.
fn closest(quantity: &Quantity, n: Decimal, allowed: &[Fact]) -> Option<FactId> {
    let distance = |fact: &Fact| {
        let (mine, theirs) = factor(quantity, fact.unit)?;
        match fact.value {
            FactValue::Number(value) | FactValue::Range(value, _) => {
                Some((n * mine - value * theirs).abs())
            }
            FactValue::Date(_) | FactValue::Unverified => None,
        }
    };
    let measured = allowed
        .iter()
        .filter_map(|fact| distance(fact).map(|d| (d, &fact.id)));
    measured.min_by_key(|(d, _)| *d).map(|(_, id)| id.clone())
}
