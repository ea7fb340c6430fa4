//! The public knowledge as the client's screen shows it: only facts that may be quoted today, each
//! with the number of its source in the list at the end.

use jiff::civil::Date;

use super::figures;
use crate::domain::{
    calculator::{self, Estimate},
    fact::{Fact, Unit},
    knowledge::{Availability, Car, Knowledge},
    labels::Lang,
    mark::fact_chip,
};

/// A fact that may be said today.
pub(super) struct Shown {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) as_of: String,
    /// Its place in the list of sources, from 1.
    pub(super) source: usize,
}

pub(super) struct CarShown {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) features: Vec<String>,
    pub(super) range: Option<Shown>,
    /// Range in hard frost in words; `None` while one of its inputs may not be quoted.
    pub(super) winter: Option<String>,
    pub(super) estimate: Option<Estimate>,
    pub(super) price: Option<Shown>,
}

/// What the winter range is computed from besides the rated range.
const RULE: [&str; 4] = [
    "winter_rule_first",
    "winter_rule_second",
    "winter_rule_reserve",
    "winter_loss_severe",
];
/// Whether a fact belongs under "charging": points, and prices of power.
fn of_charging(fact: &Fact) -> bool {
    fact.about == "charging" || (fact.about == "tariff" && fact.unit == Unit::PlnPerKwh)
}

pub(super) struct Shelf<'k> {
    knowledge: &'k Knowledge,
    today: Date,
    lang: Lang,
    sources: Vec<String>,
}

impl<'k> Shelf<'k> {
    pub(super) const fn new(knowledge: &'k Knowledge, today: Date, lang: Lang) -> Self {
        Self {
            knowledge,
            today,
            lang,
            sources: Vec::new(),
        }
    }

    /// The cars that can be had, as id, name and whether chosen, and the chosen one: the first
    /// where none of that id is there.
    pub(super) fn cars(&mut self, chosen: &str) -> (Vec<(String, String, bool)>, Option<CarShown>) {
        let there: Vec<&Car> = self
            .knowledge
            .cars
            .iter()
            .filter(|car| car.availability != Availability::Unknown)
            .collect();
        let car = there
            .iter()
            .find(|car| car.id == chosen)
            .or(there.first())
            .copied();
        let named = there
            .iter()
            .map(|other| {
                let is_it = car.is_some_and(|car| car.id == other.id);
                (other.id.clone(), name(other), is_it)
            })
            .collect();
        (named, car.map(|car| self.car(car)))
    }

    fn car(&mut self, car: &Car) -> CarShown {
        let range = car.range_fact.as_deref().and_then(|id| self.show(id));
        // Only what rests on quotable facts alone is shown; an example needs its assumptions.
        let estimate = car
            .range_fact
            .as_deref()
            .filter(|_| range.is_some())
            .and_then(|id| self.knowledge.facts.get(id))
            .and_then(|rated| {
                calculator::winter_range(rated, &self.knowledge.facts, self.today).ok()
            })
            .filter(|estimate| !estimate.is_example());
        CarShown {
            id: car.id.clone(),
            name: name(car),
            features: car.features.get(self.lang).to_vec(),
            range,
            winter: estimate
                .as_ref()
                .map(|estimate| figures::range(estimate, self.lang)),
            estimate,
            price: car.price_fact.as_deref().and_then(|id| self.show(id)),
        }
    }

    /// The parts of the winter rule, all of them or none.
    pub(super) fn rule(&mut self) -> Option<Vec<Shown>> {
        RULE.iter().map(|id| self.show(id)).collect()
    }

    pub(super) fn charging(&mut self) -> Vec<Shown> {
        let ids: Vec<&'k str> = self
            .knowledge
            .facts
            .values()
            .filter(|fact| of_charging(fact))
            .map(|fact| fact.id.as_str())
            .collect();
        ids.into_iter().filter_map(|id| self.show(id)).collect()
    }

    pub(super) fn into_sources(self) -> Vec<String> {
        self.sources
    }

    /// The fact if it may be quoted today.
    fn show(&mut self, id: &str) -> Option<Shown> {
        let fact: &Fact = self.knowledge.facts.get(id)?;
        fact.quotable(self.today).ok()?;
        let (value, as_of) = fact_chip(fact, self.lang);
        let known = self.sources.iter().position(|known| *known == fact.source);
        let at = known.unwrap_or_else(|| {
            self.sources.push(fact.source.clone());
            self.sources.len() - 1
        });
        Some(Shown {
            label: fact.label.get(self.lang).to_owned(),
            value,
            as_of,
            source: at + 1,
        })
    }
}

/// "Model Y Standard".
fn name(car: &Car) -> String {
    format!("{} {}", car.model_name, car.variant)
        .trim()
        .to_owned()
}
