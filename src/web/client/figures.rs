//! What the client's screen computes: a winter route and a year's energy, from facts, calculators
//! and the numbers that the client names.
//!
//! Invariant: nothing typed here is stored, and no number comes from anywhere else.

use rust_decimal::Decimal;
use serde::Deserialize;

use crate::{
    advisor::error::Refusal,
    domain::{
        calculator::{
            self, Amount, Estimate, Fuel, Route, charging_cost_year, fuel_cost_year, saving,
        },
        fact::{FactValue, Unit},
        labels::Lang,
        mark,
    },
};

/// The client's own numbers, as typed; empty ones are not asked for yet.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Assumptions {
    pub(super) car: String,
    pub(super) km: String,
    pub(super) yearly_km: String,
    pub(super) consumption: String,
    pub(super) kwh_price: String,
    pub(super) litres: String,
    pub(super) litre_price: String,
}

/// A number that cannot be used: the field and why.
pub(super) type Unfit = (&'static str, Refusal);

#[derive(Debug, PartialEq)]
pub(super) struct RouteShown {
    pub(super) km: String,
    pub(super) most: u32,
    pub(super) fewest: u32,
    pub(super) reach: String,
    /// For a tablet …
    pub(super) broad: Line,
    /// … and for a phone.
    pub(super) narrow: Line,
}

impl RouteShown {
    pub(super) const fn lines(&self) -> [&Line; 2] {
        [&self.broad, &self.narrow]
    }
}

/// A route as a line in a drawing.
#[derive(Debug, PartialEq)]
pub(super) struct Line {
    pub(super) width: f32,
    pub(super) end: f32,
    /// Where the battery would be empty without charging, if before the end.
    pub(super) reach_x: Option<f32>,
    pub(super) stops: Vec<StopShown>,
}

#[derive(Debug, PartialEq)]
pub(super) struct StopShown {
    pub(super) x: f32,
    pub(super) km: String,
}

/// A year's energy.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct CostShown {
    pub(super) yearly_km: String,
    pub(super) power: String,
    pub(super) fuel: Option<String>,
    /// How much less power costs than fuel; a negative end means that it may cost more.
    pub(super) saving: Option<String>,
}

const BROAD: f32 = 900.0;
const NARROW: f32 = 360.0;
/// Left and right of the line.
const MARGIN: f32 = 10.0;
/// More stops than this are counted, not drawn.
const STOPS_DRAWN: u32 = 9;

/// The route, once its length is given.
pub(super) fn route(
    given: &Assumptions,
    winter: Option<&Estimate>,
    lang: Lang,
) -> Result<Option<RouteShown>, Unfit> {
    let Some(km) = number("km", &given.km)? else {
        return Ok(None);
    };
    let Some(winter) = winter else {
        return Ok(None);
    };
    let km = Amount::entered(km, km, Unit::Km);
    let route = calculator::route(&km, winter).map_err(|_| ("km", Refusal::OutOfRange))?;
    Ok(Some(drawn(&route, lang)))
}

fn drawn(route: &Route, lang: Lang) -> RouteShown {
    RouteShown {
        km: value(route.km, Unit::Km, lang),
        most: route.most,
        fewest: route.fewest,
        reach: value(route.reach_km, Unit::Km, lang),
        broad: line(route, BROAD, lang),
        narrow: line(route, NARROW, lang),
    }
}

fn line(route: &Route, width: f32, lang: Lang) -> Line {
    let at = |km: Decimal| {
        let share: f32 = (km / route.km).try_into().unwrap_or(1.0);
        MARGIN + (width - 2.0 * MARGIN) * share
    };
    let legs = Decimal::from(route.most) + Decimal::ONE;
    let stop = |n: u32| {
        let km = (route.km * Decimal::from(n) / legs).round();
        StopShown {
            x: at(km),
            km: value(km, Unit::Km, lang),
        }
    };
    let drawn = if route.most <= STOPS_DRAWN {
        route.most
    } else {
        0
    };
    Line {
        width,
        end: width - MARGIN,
        reach_x: (route.reach_km < route.km).then(|| at(route.reach_km)),
        stops: (1..=drawn).map(stop).collect(),
    }
}

/// A year's power, and beside it the fuel of the present car once that is given too.
pub(super) fn cost(given: &Assumptions, lang: Lang) -> Result<Option<CostShown>, Unfit> {
    let (Some(km), Some(consumption), Some(price)) = (
        number("yearly_km", &given.yearly_km)?,
        number("consumption", &given.consumption)?,
        number("kwh_price", &given.kwh_price)?,
    ) else {
        return Ok(None);
    };
    let yearly = Amount::entered(km, km, Unit::KmPerYear);
    let consumption = Amount::entered(consumption, consumption, Unit::KwhPer100Km);
    let tariff = Amount::entered(price, price, Unit::PlnPerKwh);
    let power = charging_cost_year(&consumption, &tariff, &yearly).map_err(|e| unfit(&e))?;
    let fuel = match (
        number("litres", &given.litres)?,
        number("litre_price", &given.litre_price)?,
    ) {
        (Some(litres_per_100km), Some(pln_per_litre)) => {
            let fuel = Fuel {
                litres_per_100km,
                pln_per_litre,
            };
            Some(fuel_cost_year(&fuel, &yearly).map_err(|e| unfit(&e))?)
        }
        _ => None,
    };
    Ok(Some(CostShown {
        yearly_km: value(km, Unit::Km, lang),
        power: range(&power, lang),
        saving: fuel.as_ref().map(|fuel| range(&saving(fuel, &power), lang)),
        fuel: fuel.as_ref().map(|fuel| range(fuel, lang)),
    }))
}

/// The field of an input that the calculator refused.
fn unfit(error: &calculator::Error) -> Unfit {
    let field = match error {
        calculator::Error::Implausible("consumption") => "consumption",
        calculator::Error::Implausible("tariff") => "kwh_price",
        calculator::Error::Implausible("fuel consumption") => "litres",
        calculator::Error::Implausible("price of a litre") => "litre_price",
        _ => "yearly_km",
    };
    (field, Refusal::OutOfRange)
}

/// A number as people type it: "1,05" or "18 000"; `None` while the field is empty.
fn number(field: &'static str, text: &str) -> Result<Option<Decimal>, Unfit> {
    let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    if plain.is_empty() {
        return Ok(None);
    }
    let number: Decimal = plain
        .replace(',', ".")
        .parse()
        .map_err(|_| (field, Refusal::NotANumber))?;
    Ok(Some(number))
}

fn value(number: Decimal, unit: Unit, lang: Lang) -> String {
    mark::value(&FactValue::Number(number), unit, lang).unwrap_or_default()
}

/// An estimate in words: "3 060–3 780 zł rocznie".
pub(super) fn range(estimate: &Estimate, lang: Lang) -> String {
    let both = if estimate.low == estimate.high {
        FactValue::Number(estimate.low)
    } else {
        FactValue::Range(estimate.low, estimate.high)
    };
    mark::value(&both, estimate.unit, lang).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::knowledge::seeded;

    fn winter() -> Estimate {
        let facts = &seeded().facts;
        let rated = &facts["range_model_y_standard"];
        calculator::winter_range(rated, facts, date(2026, 11, 24)).unwrap()
    }

    fn given(pairs: &[(&str, &str)]) -> Assumptions {
        let pairs = pairs.iter().map(|(k, v)| (*k, serde_json::json!(v)));
        let object: serde_json::Map<_, _> = pairs.map(|(k, v)| (k.to_owned(), v)).collect();
        serde_json::from_value(object.into()).unwrap()
    }

    #[test]
    fn a_route_beyond_the_reach_has_its_stops_at_equal_distances() {
        let route = route(&given(&[("km", "280")]), Some(&winter()), Lang::Pl);
        let route = route.unwrap().unwrap();
        assert_eq!((route.fewest, route.most), (0, 1));
        assert_eq!(route.reach, "190\u{a0}km");
        assert_eq!(route.broad.stops.len(), 1);
        assert_eq!(route.broad.stops[0].km, "140\u{a0}km");
        assert!((route.broad.stops[0].x - 450.0).abs() < 0.5);
        assert!(route.broad.reach_x.is_some_and(|x| (x - 607.0).abs() < 1.0));
        assert!((route.narrow.stops[0].x - 180.0).abs() < 0.5);
    }

    #[test]
    fn nothing_is_computed_without_its_inputs() {
        assert_eq!(route(&given(&[]), Some(&winter()), Lang::Pl), Ok(None));
        assert_eq!(route(&given(&[("km", "280")]), None, Lang::Pl), Ok(None));
        let half = given(&[("yearly_km", "18 000"), ("consumption", "17,5")]);
        assert_eq!(cost(&half, Lang::Pl), Ok(None));
    }

    #[test]
    fn a_year_of_power_stands_beside_the_fuel_of_today() {
        let mut all = given(&[
            ("yearly_km", "18 000"),
            ("consumption", "17"),
            ("kwh_price", "1,00"),
        ]);
        let power = cost(&all, Lang::Pl).unwrap().unwrap();
        assert_eq!(power.power, "3\u{a0}060\u{a0}zł rocznie");
        assert_eq!((power.fuel, power.saving), (None, None));
        all.litres = "7,5".to_owned();
        all.litre_price = "6.20".to_owned();
        let both = cost(&all, Lang::Pl).unwrap().unwrap();
        assert_eq!(both.fuel.as_deref(), Some("8\u{a0}370\u{a0}zł rocznie"));
        assert_eq!(both.saving.as_deref(), Some("5\u{a0}310\u{a0}zł rocznie"));
    }

    #[test]
    fn a_number_that_cannot_be_names_its_field() {
        let full = [
            ("yearly_km", "18000"),
            ("consumption", "17"),
            ("kwh_price", "1"),
            ("litres", "7"),
            ("litre_price", "6"),
        ];
        for (i, (field, _)) in full.iter().enumerate() {
            for (wrong, why) in [("x", Refusal::NotANumber), ("999999", Refusal::OutOfRange)] {
                let mut pairs = full;
                pairs[i].1 = wrong;
                assert_eq!(
                    cost(&given(&pairs), Lang::Pl),
                    Err((*field, why)),
                    "{wrong}"
                );
            }
        }
        for (wrong, why) in [("x", Refusal::NotANumber), ("0", Refusal::OutOfRange)] {
            let refused = route(&given(&[("km", wrong)]), Some(&winter()), Lang::Pl);
            assert_eq!(refused, Err(("km", why)));
        }
    }
}
