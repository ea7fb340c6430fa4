//! What charging and fuel cost: consumption times price.
//!
//! No fact says how much a car consumes on this client's roads, so consumption is entered, or comes
//! from a fact once somebody has one.

use rust_decimal::Decimal;

use super::{
    super::fact::{SubjectId, Unit},
    Amount, Error, Estimate, Note, Origin, ceil_to, floor_to, localised, lowest,
};

/// Tariff facts that hold the energy alone, without delivery.
const ENERGY_ONLY: &str = "g11_energy_";
const ABOUT: &str = "charging_cost";
const ABOUT_FUEL: &str = "fuel_cost";

/// Cost of 100 km in PLN, rounded outwards to whole zlotys.
///
/// # Errors
/// [`Error::Unit`] and [`Error::Implausible`] for inputs that cannot be a consumption or a tariff.
pub fn charging_cost_100km(consumption: &Amount, tariff: &Amount) -> Result<Estimate, Error> {
    let (low, high) = per_100km(consumption, tariff)?;
    Ok(Estimate {
        id: "charging_100km".to_owned(),
        about: SubjectId::from(ABOUT),
        label: localised("Ładowanie na 100 km", "Charging per hundred km"),
        low: floor_to(low, Decimal::ONE),
        high: ceil_to(high, Decimal::ONE),
        unit: Unit::Pln,
        notes: notes(tariff),
        confidence: lowest(&[consumption.clone(), tariff.clone()]),
        assumptions: vec![consumption.clone(), tariff.clone()],
    })
}

/// Cost of a year in PLN, rounded outwards to whole tens.
///
/// # Errors
/// As [`charging_cost_100km`], and for a mileage that cannot be.
pub fn charging_cost_year(
    consumption: &Amount,
    tariff: &Amount,
    yearly_km: &Amount,
) -> Result<Estimate, Error> {
    yearly_km.within("yearly_km", Unit::KmPerYear, 1, 200_000)?;
    let (low, high) = per_100km(consumption, tariff)?;
    let assumptions = vec![consumption.clone(), tariff.clone(), yearly_km.clone()];
    Ok(Estimate {
        id: "charging_year".to_owned(),
        about: SubjectId::from(ABOUT),
        label: localised("Ładowanie w roku", "Charging in a year"),
        low: floor_to(low * yearly_km.low / Decimal::ONE_HUNDRED, Decimal::TEN),
        high: ceil_to(high * yearly_km.high / Decimal::ONE_HUNDRED, Decimal::TEN),
        unit: Unit::PlnPerYear,
        notes: notes(tariff),
        confidence: lowest(&assumptions),
        assumptions,
    })
}

/// What the client's present car burns and what a litre costs, both as the client states them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fuel {
    pub litres_per_100km: Decimal,
    pub pln_per_litre: Decimal,
}

/// Cost of a year's fuel in PLN, rounded outwards to whole tens; always an example, since nobody
/// has verified what this car burns.
///
/// # Errors
/// [`Error::Implausible`] for a consumption outside 1–40 litres, a price outside 1–30 PLN, and a
/// mileage that cannot be.
pub fn fuel_cost_year(fuel: &Fuel, yearly_km: &Amount) -> Result<Estimate, Error> {
    yearly_km.within("yearly_km", Unit::KmPerYear, 1, 200_000)?;
    let litres = Amount::entered(fuel.litres_per_100km, fuel.litres_per_100km, Unit::Litre);
    litres.within("fuel consumption", Unit::Litre, 1, 40)?;
    let price = Amount::entered(fuel.pln_per_litre, fuel.pln_per_litre, Unit::Pln);
    price.within("price of a litre", Unit::Pln, 1, 30)?;
    let per_100km = fuel.litres_per_100km * fuel.pln_per_litre;
    let assumptions = vec![litres, price, yearly_km.clone()];
    Ok(Estimate {
        id: "fuel_year".to_owned(),
        about: SubjectId::from(ABOUT_FUEL),
        label: localised("Paliwo w roku", "Fuel in a year"),
        low: floor_to(
            per_100km * yearly_km.low / Decimal::ONE_HUNDRED,
            Decimal::TEN,
        ),
        high: ceil_to(
            per_100km * yearly_km.high / Decimal::ONE_HUNDRED,
            Decimal::TEN,
        ),
        unit: Unit::PlnPerYear,
        notes: Vec::new(),
        confidence: lowest(&assumptions),
        assumptions,
    })
}

/// How much less a year's power costs than the fuel; negative where it costs more.
pub fn saving(fuel: &Estimate, power: &Estimate) -> Estimate {
    let assumptions = [fuel.assumptions.clone(), power.assumptions.clone()].concat();
    Estimate {
        id: "energy_saving".to_owned(),
        about: SubjectId::from(ABOUT),
        label: localised("Różnica w roku", "Difference in a year"),
        low: fuel.low - power.high,
        high: fuel.high - power.low,
        unit: Unit::PlnPerYear,
        notes: power.notes.clone(),
        confidence: lowest(&assumptions),
        assumptions,
    }
}

fn per_100km(consumption: &Amount, tariff: &Amount) -> Result<(Decimal, Decimal), Error> {
    consumption.within("consumption", Unit::KwhPer100Km, 8, 50)?;
    tariff.within("tariff", Unit::PlnPerKwh, 0, 10)?;
    Ok((consumption.low * tariff.low, consumption.high * tariff.high))
}

fn notes(tariff: &Amount) -> Vec<Note> {
    let mut notes = vec![Note::Consumption];
    if matches!(&tariff.origin, Origin::Fact(id) if id.starts_with(ENERGY_ONLY)) {
        notes.push(Note::EnergyOnly);
    }
    notes
}
