use jiff::civil::date;
use proptest::prelude::*;

use super::{
    super::{
        knowledge::seeded,
        profile::tests::{after, said},
    },
    *,
};

const TODAY: Date = date(2026, 11, 24);

fn dec(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn consumption(low: &str, high: &str) -> Amount {
    Amount::entered(dec(low), dec(high), Unit::KwhPer100Km)
}

fn fact(id: &str, today: Date) -> Amount {
    Amount::fact(&seeded().facts[id], today).unwrap()
}

#[test]
fn charging_is_consumption_times_tariff_rounded_outwards() {
    let spring = date(2026, 3, 1);
    let cases = [
        ("16", "19", "orlen_dc", "51", "61"),
        ("16", "19", "supercharger_tesla_day", "27", "33"),
        ("15", "15", "g12_night", "8", "9"),
    ];
    for (low, high, tariff, cheap, dear) in cases {
        let cost = charging_cost_100km(&consumption(low, high), &fact(tariff, spring)).unwrap();
        assert_eq!((cost.low, cost.high), (dec(cheap), dec(dear)), "{tariff}");
        assert_eq!(cost.unit, Unit::Pln);
        assert!(cost.is_example(), "an entered consumption is unverified");
    }
}

#[test]
fn a_year_takes_the_mileage_that_the_client_stated() {
    let profile = after([said(1).number(SlotKey::YearlyKm, 20_000)]);
    let km = Amount::slot(SlotKey::YearlyKm, &profile.slots[&SlotKey::YearlyKm]).unwrap();
    let tariff = fact("supercharger_tesla_day", date(2026, 3, 1));
    let year = charging_cost_year(&consumption("16", "19"), &tariff, &km).unwrap();
    assert_eq!((year.low, year.high), (dec("5440"), dec("6460")));
    assert_eq!(year.unit, Unit::PlnPerYear);
    assert_eq!(year.assumptions.len(), 3);
}

#[test]
fn energy_without_delivery_is_said_to_be_so() {
    let day = date(2026, 2, 1);
    let notes = |id| {
        charging_cost_100km(&consumption("16", "19"), &fact(id, day))
            .unwrap()
            .notes
    };
    assert!(notes("g11_energy_pge").contains(&Note::EnergyOnly));
    assert!(!notes("g11_all_in").contains(&Note::EnergyOnly));
}

#[test]
fn hard_frost_leaves_between_the_rule_and_the_test() {
    let facts = &seeded().facts;
    let winter = winter_range(&facts["range_model_y_standard"], facts, TODAY).unwrap();
    // 534 × 0.60 × 0.75 − 50 = 190.3 and 534 × 0.54 = 288.36.
    assert_eq!((winter.low, winter.high), (dec("190"), dec("290")));
    assert_eq!(winter.confidence, Confidence::Medium);
    assert_eq!(winter.about, facts["range_model_y_standard"].about);
    let fact = winter.as_fact(TODAY);
    assert_eq!(fact.id, "calc.winter_range");
    assert_eq!(fact.quotable(TODAY), Ok(()));
    assert!(fact.quotable(TODAY.tomorrow().unwrap()).is_err());
}

#[test]
fn the_lowest_confidence_is_inherited() {
    let facts = &seeded().facts;
    let weak = winter_range(&facts["range_model_3_lr_rwd"], facts, TODAY).unwrap();
    assert!(weak.is_example(), "a rated range of confidence L");
    assert!(weak.as_fact(TODAY).quotable(TODAY).is_err());
    let stale = winter_range(&facts["range_model_y_standard"], facts, date(2027, 6, 1)).unwrap();
    assert!(stale.is_example(), "facts that are due for review");
}

#[test]
fn the_cap_is_compared_with_what_vat_leaves() {
    let facts = &seeded().facts;
    let spring = date(2026, 3, 1);
    let offer = |net: &str, gross: &str| Offer {
        net: dec(net),
        gross: dec(gross),
    };
    let cases = [
        (
            "below the cap all of it",
            offer("150000", "184500"),
            Some(Use::Mixed),
            "100",
            "100",
        ),
        (
            "net",
            offer("250000", "307500"),
            Some(Use::Exclusive),
            "90",
            "90",
        ),
        // 250,000 + 28,750: 80.7 %.
        (
            "half the VAT",
            offer("250000", "307500"),
            Some(Use::Mixed),
            "80",
            "81",
        ),
        // 225,000 of 307,500: 73.2 %.
        (
            "gross",
            offer("250000", "307500"),
            Some(Use::NoVat),
            "73",
            "74",
        ),
        ("not stated", offer("250000", "307500"), None, "80", "90"),
    ];
    for (name, offer, usage, low, high) in cases {
        let share = cost_cap_share(offer, usage, facts, spring).unwrap();
        assert_eq!((share.low, share.high), (dec(low), dec(high)), "{name}");
        assert_eq!(share.unit, Unit::Percent);
        assert!(share.notes.contains(&Note::AskAccountant));
        assert_eq!(share.notes.contains(&Note::UseNotStated), usage.is_none());
        assert_eq!(share.confidence, Confidence::High);
    }
    let due = cost_cap_share(offer("250000", "307500"), None, facts, TODAY).unwrap();
    assert!(due.is_example(), "the VAT rule is due for review");
}

#[test]
fn what_cannot_be_is_refused() {
    let tariff = fact("orlen_dc", TODAY);
    let facts = &seeded().facts;
    let wrong = [
        charging_cost_100km(&consumption("0.5", "1"), &tariff),
        charging_cost_100km(&consumption("20", "16"), &tariff),
        charging_cost_100km(&consumption("160", "190"), &tariff),
        charging_cost_100km(&fact("range_model_y_rwd", TODAY), &tariff),
        charging_cost_100km(&consumption("16", "19"), &fact("vat_mixed", TODAY)),
        winter_range(&facts["winter_wltp_model_y"], facts, TODAY),
        winter_range(&facts["price_model_y_standard"], facts, TODAY),
        winter_range(&facts["bus_lane_until"], facts, TODAY),
        winter_range(&facts["range_model_y_standard"], &BTreeMap::new(), TODAY),
        cost_cap_share(
            Offer {
                net: dec("200000"),
                gross: dec("150000"),
            },
            None,
            facts,
            TODAY,
        ),
    ];
    for (i, result) in wrong.iter().enumerate() {
        assert!(result.is_err(), "case {i}: {result:?}");
    }
}

proptest! {
    #[test]
    fn a_range_is_a_range_and_more_consumption_never_costs_less(
        low in 8i64..40, width in 0i64..10, more in 0i64..5, km in 1i64..200_000,
    ) {
        let amount = |low: i64, high: i64| {
            Amount::entered(Decimal::from(low), Decimal::from(high), Unit::KwhPer100Km)
        };
        let tariff = fact("orlen_dc", TODAY);
        let km = Amount::entered(Decimal::from(km), Decimal::from(km), Unit::KmPerYear);
        let less = charging_cost_year(&amount(low, low + width), &tariff, &km);
        let then = charging_cost_year(&amount(low, (low + width + more).min(50)), &tariff, &km);
        if let (Ok(less), Ok(then)) = (less, then) {
            prop_assert!(less.low <= less.high);
            prop_assert!(then.high >= less.high || low + width + more > 50);
            prop_assert_eq!(then.low, less.low);
        }
    }
}

#[test]
fn fuel_is_consumption_times_price_times_distance() {
    let km = Amount::entered(dec("18000"), dec("18000"), Unit::KmPerYear);
    let fuel = |litres, price| Fuel {
        litres_per_100km: dec(litres),
        pln_per_litre: dec(price),
    };
    let year = fuel_cost_year(&fuel("7.5", "6.20"), &km).unwrap();
    // 7.5 × 6.20 × 180 = 8,370.
    assert_eq!((year.low, year.high), (dec("8370"), dec("8370")));
    assert!(year.is_example(), "what a client states is not verified");
    let tariff = Amount::entered(dec("1"), dec("1"), Unit::PlnPerKwh);
    let power = charging_cost_year(&consumption("17", "21"), &tariff, &km).unwrap();
    // 8,370 less 3,780 and 3,060.
    let less = saving(&year, &power);
    assert_eq!((less.low, less.high), (dec("4590"), dec("5310")));
    for (litres, price) in [("0.5", "6"), ("41", "6"), ("7", "0.9"), ("7", "31")] {
        assert!(fuel_cost_year(&fuel(litres, price), &km).is_err());
    }
}

#[test]
fn a_route_is_broken_as_often_as_the_range_demands() {
    let facts = &seeded().facts;
    // 190–290 km.
    let winter = winter_range(&facts["range_model_y_standard"], facts, TODAY).unwrap();
    let stops = |km: &str| {
        let km = Amount::entered(dec(km), dec(km), Unit::Km);
        let route = route(&km, &winter).unwrap();
        (route.fewest, route.most)
    };
    for (km, wanted) in [
        ("1", (0, 0)),
        ("190", (0, 0)),
        ("191", (0, 1)),
        ("280", (0, 1)),
        ("290", (0, 1)),
        ("380", (1, 1)),
        ("600", (2, 3)),
    ] {
        assert_eq!(stops(km), wanted, "{km} km");
    }
    let too_far = Amount::entered(dec("3001"), dec("3001"), Unit::Km);
    assert!(route(&too_far, &winter).is_err());
    let nothing = Estimate {
        low: dec("0"),
        ..winter.clone()
    };
    let km = Amount::entered(dec("100"), dec("100"), Unit::Km);
    assert!(route(&km, &nothing).is_err());
}
