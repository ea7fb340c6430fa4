//! Numbers, units and dates as people write and say them in each language.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{
    fact::{FactValue, Unit},
    labels::{Lang, SlotKey},
    slots::SlotValue,
};

/// Keeps a number on one line with its unit.
const NBSP: char = '\u{a0}';

/// A value with its unit; `None` while nobody has verified one.
///
/// Both ends of a range share the unit: "148 200–163 900 zł".
pub fn value(value: &FactValue, unit: Unit, lang: Lang) -> Option<String> {
    match *value {
        FactValue::Number(n) => Some(with_unit(&number_of(n, unit, lang), n, unit, lang)),
        FactValue::Range(low, high) => {
            let both = format!(
                "{}–{}",
                number_of(low, unit, lang),
                number_of(high, unit, lang)
            );
            Some(with_unit(&both, high, unit, lang))
        }
        FactValue::Date(day) => Some(date(day, lang)),
        FactValue::Unverified => None,
    }
}

/// "31.12.2027" or "31 December 2027".
pub fn date(day: Date, lang: Lang) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    match lang {
        Lang::Pl => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
        Lang::En => {
            let month = usize::try_from(day.month()).map_or("", |m| MONTHS[m - 1]);
            format!("{} {month} {}", day.day(), day.year())
        }
    }
}

/// Groups of three and the decimal sign of the language; as many decimals as the number has.
pub fn number(n: Decimal, lang: Lang) -> String {
    let text = n.normalize().abs().to_string();
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let group = match lang {
        Lang::Pl => NBSP,
        Lang::En => ',',
    };
    let mut said = String::new();
    if n.is_sign_negative() && !n.is_zero() {
        said.push('−');
    }
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            said.push(group);
        }
        said.push(digit);
    }
    if !fraction.is_empty() {
        said.push(if lang == Lang::Pl { ',' } else { '.' });
        said.push_str(fraction);
    }
    said
}

/// Money has two decimals or none.
fn number_of(n: Decimal, unit: Unit, lang: Lang) -> String {
    let money = matches!(
        unit,
        Unit::Pln
            | Unit::PlnPerMonth
            | Unit::PlnPerYear
            | Unit::PlnPerDay
            | Unit::PlnPerHour
            | Unit::PlnPerKwh
            | Unit::Eur
    );
    let said = number(n, lang);
    if money && n.normalize().scale() == 1 {
        format!("{said}0")
    } else {
        said
    }
}

fn with_unit(said: &str, n: Decimal, unit: Unit, lang: Lang) -> String {
    match (lang, money(unit, lang), word(n, unit, lang)) {
        (Lang::Pl, Some((sign, per)), _) => format!("{said}{NBSP}{sign}{per}"),
        (Lang::En, Some(("€", per)), _) => format!("€{said}{per}"),
        (Lang::En, Some((sign, per)), _) => format!("{sign}{NBSP}{said}{per}"),
        (_, None, "") => said.to_owned(),
        (_, None, "%") => format!("{said}%"),
        (_, None, word) => format!("{said}{NBSP}{word}"),
    }
}

/// Sign of the currency and the period, for units of money.
const fn money(unit: Unit, lang: Lang) -> Option<(&'static str, &'static str)> {
    let pl = matches!(lang, Lang::Pl);
    let sign = if pl { "zł" } else { "PLN" };
    Some(match unit {
        Unit::Pln => (sign, ""),
        Unit::PlnPerMonth => (sign, if pl { " miesięcznie" } else { " a month" }),
        Unit::PlnPerYear => (sign, if pl { " rocznie" } else { " a year" }),
        Unit::PlnPerDay => (sign, if pl { " dziennie" } else { " a day" }),
        Unit::PlnPerHour => (sign, if pl { " za godzinę" } else { " an hour" }),
        Unit::PlnPerKwh => (sign, if pl { " za kWh" } else { " per kWh" }),
        Unit::Eur if pl => ("euro", ""),
        Unit::Eur => ("€", ""),
        _ => return None,
    })
}

/// The word or sign after a number that is no money.
fn word(n: Decimal, unit: Unit, lang: Lang) -> &'static str {
    let polish = |forms: [&'static str; 4]| forms[polish_form(n)];
    let english = |one, many| if n == Decimal::ONE { one } else { many };
    match (unit, lang) {
        (Unit::Km, _) => "km",
        (Unit::KmPerHour, _) => "km/h",
        (Unit::KmPerYear, Lang::Pl) => "km rocznie",
        (Unit::KmPerYear, Lang::En) => "km a year",
        (Unit::Mi, Lang::Pl) => polish(["mila", "mile", "mil", "mili"]),
        (Unit::Mi, Lang::En) => english("mile", "miles"),
        (Unit::Second, Lang::Pl) => polish(["sekunda", "sekundy", "sekund", "sekundy"]),
        (Unit::Second, Lang::En) => english("second", "seconds"),
        (Unit::Minute, Lang::Pl) => polish(["minuta", "minuty", "minut", "minuty"]),
        (Unit::Minute, Lang::En) => english("minute", "minutes"),
        (Unit::Week, Lang::Pl) => polish(["tydzień", "tygodnie", "tygodni", "tygodnia"]),
        (Unit::Week, Lang::En) => english("week", "weeks"),
        (Unit::Month, Lang::Pl) => polish(["miesiąc", "miesiące", "miesięcy", "miesiąca"]),
        (Unit::Month, Lang::En) => english("month", "months"),
        (Unit::Year, Lang::Pl) => polish(["rok", "lata", "lat", "roku"]),
        (Unit::Year, Lang::En) => english("year", "years"),
        (Unit::Percent, _) => "%",
        (Unit::Kw, _) => "kW",
        (Unit::Kwh, _) => "kWh",
        (Unit::KwhPer100Km, Lang::Pl) => "kWh na 100\u{a0}km",
        (Unit::KwhPer100Km, Lang::En) => "kWh per 100\u{a0}km",
        (Unit::Kwp, _) => "kWp",
        (Unit::Litre, Lang::Pl) => polish(["litr", "litry", "litrów", "litra"]),
        (Unit::Litre, Lang::En) => english("litre", "litres"),
        (Unit::Kilogram, _) => "kg",
        (Unit::Inch, Lang::Pl) => polish(["cal", "cale", "cali", "cala"]),
        (Unit::Inch, Lang::En) => english("inch", "inches"),
        (Unit::Person, Lang::Pl) => polish(["osoba", "osoby", "osób", "osoby"]),
        (Unit::Person, Lang::En) => english("person", "people"),
        // The sentence names what is counted; a date and money never come here.
        _ => "",
    }
}

/// Which Polish form follows a number: one, few, many, or the genitive after a fraction.
fn polish_form(n: Decimal) -> usize {
    let n = n.abs().normalize();
    if n.scale() > 0 {
        return 3;
    }
    let last_two = (n % Decimal::ONE_HUNDRED)
        .to_string()
        .parse::<u32>()
        .unwrap_or(0);
    match (n == Decimal::ONE, last_two % 10, last_two) {
        (true, ..) => 0,
        (_, 2..=4, tens) if !(12..=14).contains(&tens) => 1,
        _ => 2,
    }
}

/// What the client stated, as it stands in a sentence.
pub fn slot(key: SlotKey, value: &SlotValue, lang: Lang) -> String {
    match value {
        SlotValue::Text(text) => text.clone(),
        SlotValue::Number(n) => match key.unit() {
            Some(unit) => with_unit(&number_of(*n, unit, lang), *n, unit, lang),
            None => number(*n, lang),
        },
        SlotValue::YesNo(yes) => match (yes, lang) {
            (true, Lang::Pl) => "tak",
            (false, Lang::Pl) => "nie",
            (true, Lang::En) => "yes",
            (false, Lang::En) => "no",
        }
        .to_owned(),
        SlotValue::Choice(id) => choice(id, lang).unwrap_or(id).to_owned(),
    }
}

/// The closed choices of `labels.md` in words.
fn choice(id: &str, lang: Lang) -> Option<&'static str> {
    let (pl, en) = match id {
        "cash" => ("gotówka", "cash"),
        "credit" => ("kredyt", "credit"),
        "leasing" => ("leasing", "leasing"),
        "rental" => ("najem", "rental"),
        "private" => ("zakup prywatny", "private purchase"),
        "sole_trader" => ("jednoosobowa działalność", "sole trader"),
        "company" => ("spółka", "company"),
        "now" => ("od razu", "right away"),
        "1-3m" => ("w ciągu trzech miesięcy", "within three months"),
        "3-6m" => ("za trzy do sześciu miesięcy", "in three to six months"),
        "6m+" => ("za ponad pół roku", "in more than six months"),
        _ => return None,
    };
    Some(if lang == Lang::Pl { pl } else { en })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, unit: Unit, lang: Lang) -> String {
        value(&FactValue::Number(text.parse().unwrap()), unit, lang)
            .unwrap()
            .replace(NBSP, "_")
    }

    #[test]
    fn every_choice_of_a_slot_has_words() {
        for key in SlotKey::ALL {
            for id in key.choices() {
                let value = match *id {
                    "yes" => SlotValue::YesNo(true),
                    "no" => SlotValue::YesNo(false),
                    other => SlotValue::Choice(other.to_owned()),
                };
                for lang in [Lang::Pl, Lang::En] {
                    let said = slot(*key, &value, lang);
                    assert!(!said.contains(['_', '+']) && !said.is_empty(), "{said}");
                }
                let raw = slot(*key, &value, Lang::Pl) == *id;
                assert!(!raw || *id == "leasing", "{id} is shown as it is stored");
            }
        }
    }

    #[test]
    fn units_are_said_as_people_say_them() {
        let cases = [
            ("204990", Unit::Pln, "204_990_zł", "PLN_204,990"),
            (
                "2349.5",
                Unit::PlnPerMonth,
                "2_349,50_zł miesięcznie",
                "PLN_2,349.50 a month",
            ),
            (
                "2.50",
                Unit::PlnPerHour,
                "2,50_zł za godzinę",
                "PLN_2.50 an hour",
            ),
            ("36990", Unit::Eur, "36_990_euro", "€36,990"),
            ("586", Unit::Km, "586_km", "586_km"),
            ("4.8", Unit::Second, "4,8_sekundy", "4.8_seconds"),
            ("15", Unit::Minute, "15_minut", "15_minutes"),
            ("8", Unit::Year, "8_lat", "8_years"),
            ("2", Unit::Year, "2_lata", "2_years"),
            ("1", Unit::Year, "1_rok", "1_year"),
            ("22", Unit::Month, "22_miesiące", "22_months"),
            ("12", Unit::Week, "12_tygodni", "12_weeks"),
            ("854", Unit::Litre, "854_litry", "854_litres"),
            ("46", Unit::Percent, "46%", "46%"),
            ("11762", Unit::Piece, "11_762", "11,762"),
            (
                "13.9",
                Unit::KwhPer100Km,
                "13,9_kWh na 100_km",
                "13.9_kWh per 100_km",
            ),
            ("-31", Unit::Km, "−31_km", "−31_km"),
        ];
        for (n, unit, pl, en) in cases {
            assert_eq!(said(n, unit, Lang::Pl), pl);
            assert_eq!(said(n, unit, Lang::En), en);
        }
    }

    #[test]
    fn both_ends_of_a_range_share_the_unit() {
        let range = FactValue::Range("0.9".parse().unwrap(), "0.95".parse().unwrap());
        assert_eq!(
            value(&range, Unit::PlnPerKwh, Lang::Pl).unwrap(),
            "0,90–0,95\u{a0}zł za kWh"
        );
        assert_eq!(value(&FactValue::Unverified, Unit::Pln, Lang::Pl), None);
    }

    #[test]
    fn dates_follow_the_language() {
        let day = Date::constant(2026, 1, 7);
        assert_eq!(date(day, Lang::Pl), "07.01.2026");
        assert_eq!(date(day, Lang::En), "7 January 2026");
    }
}
