//! Units as they are written and spoken, mapped to the closed list.

use rust_decimal::Decimal;

use super::{Per, numeral};
use crate::domain::{
    fact::Unit,
    text::{Folded, Kind},
};

/// A unit read after (or, for a currency, before) a number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Measure {
    /// `None` for a unit outside the closed list, such as horsepower.
    pub(super) unit: Option<Unit>,
    /// The number is multiplied by this …
    pub(super) times: Decimal,
    /// … and divided by this.
    pub(super) over: u32,
    pub(super) per: Option<Per>,
    /// The first token after the unit.
    pub(super) end: usize,
}

/// What a single word measures, before any "per".
#[derive(Debug, Clone, Copy, PartialEq)]
enum Base {
    Known(Unit),
    Grosz,
    Hour,
    Day,
    Tonne,
    MegawattHour,
    Foreign,
}

fn base(word: &str) -> Option<Base> {
    use Base::{Day, Foreign, Grosz, Hour, Known, MegawattHour, Tonne};
    Some(match word {
        "zl" | "pln" | "zlotego" | "zlotemu" | "zlotym" | "zlote" => Known(Unit::Pln),
        "€" | "eur" | "euro" | "euros" => Known(Unit::Eur),
        "gr" | "grosz" => Grosz,
        "km" | "kms" => Known(Unit::Km),
        "mi" | "mil" | "mila" | "mile" | "miles" => Known(Unit::Mi),
        "s" | "sek" | "sec" | "secs" => Known(Unit::Second),
        "min" | "mins" => Known(Unit::Minute),
        "h" | "hr" | "hrs" | "godz" => Hour,
        "dzien" | "dnia" | "dni" | "dniach" | "dniami" | "dniom" | "day" | "days" | "doba"
        | "doby" | "dobe" | "dob" => Day,
        "tydzien" | "week" | "weeks" => Known(Unit::Week),
        "mies" | "msc" | "mc" | "month" | "months" => Known(Unit::Month),
        "rok" | "roku" | "rokiem" | "lat" | "lata" | "latach" | "latami" | "latom" | "year"
        | "years" | "yr" | "yrs" => Known(Unit::Year),
        "kw" => Known(Unit::Kw),
        "kwh" => Known(Unit::Kwh),
        "kwp" => Known(Unit::Kwp),
        "mwh" => MegawattHour,
        "l" => Known(Unit::Litre),
        "kg" | "kilo" | "kilos" | "kilogramow" => Known(Unit::Kilogram),
        "t" | "ton" | "tona" | "tony" | "tone" | "tonie" | "tonami" | "tonnes" | "tonne"
        | "tons" => Tonne,
        "\"" | "″" | "cal" | "cali" | "cale" | "calami" | "inch" | "inches" => Known(Unit::Inch),
        "szt" | "pcs" | "pieces" => Known(Unit::Piece),
        "os" | "osob" | "osoba" | "osoby" | "person" | "persons" | "people" => Known(Unit::Person),
        "%" | "proc" | "percent" | "pct" => Known(Unit::Percent),
        "kmh" | "kph" => Known(Unit::KmPerHour),
        "hp" | "bhp" | "nm" | "mph" | "usd" | "$" | "£" | "gbp" | "chf" | "koni" | "konia"
        | "konmi" | "cm" | "mm" | "m" | "m2" | "gb" | "tb" | "mb" | "v" | "db" | "°" | "w"
        | "dolarow" | "dolary" | "funtow" | "horses" | "horsepower" => Foreign,
        _ => return stem(word),
    })
}

/// Beginnings of unit words, in the order of looking.
const STEMS: &[(&str, Base)] = &[
    ("zlotow", Base::Known(Unit::Pln)),
    ("zloty", Base::Known(Unit::Pln)),
    ("grosz", Base::Grosz),
    ("kilowatogodzin", Base::Known(Unit::Kwh)),
    ("kilowat", Base::Known(Unit::Kw)),
    ("kilometr", Base::Known(Unit::Km)),
    ("kilometer", Base::Known(Unit::Km)),
    ("sekund", Base::Known(Unit::Second)),
    ("second", Base::Known(Unit::Second)),
    ("minut", Base::Known(Unit::Minute)),
    ("godzin", Base::Hour),
    ("hour", Base::Hour),
    ("dniow", Base::Day),
    ("dobow", Base::Day),
    ("tygodn", Base::Known(Unit::Week)),
    ("tygodniow", Base::Known(Unit::Week)),
    ("miesia", Base::Known(Unit::Month)),
    ("miesie", Base::Known(Unit::Month)),
    ("letni", Base::Known(Unit::Year)),
    ("procent", Base::Known(Unit::Percent)),
    ("litr", Base::Known(Unit::Litre)),
    ("liter", Base::Known(Unit::Litre)),
    ("kilogram", Base::Known(Unit::Kilogram)),
    ("tonow", Base::Tonne),
    ("calow", Base::Known(Unit::Inch)),
    ("sztuk", Base::Known(Unit::Piece)),
    ("egzemplarz", Base::Known(Unit::Piece)),
    ("osobow", Base::Known(Unit::Person)),
    ("osobom", Base::Known(Unit::Person)),
    ("osobami", Base::Known(Unit::Person)),
    ("osobach", Base::Known(Unit::Person)),
    ("konn", Base::Foreign),
    ("niutonomet", Base::Foreign),
    ("stopni", Base::Foreign),
    ("degree", Base::Foreign),
    ("celsius", Base::Foreign),
    ("centymetr", Base::Foreign),
    ("milimetr", Base::Foreign),
    ("metrow", Base::Foreign),
    ("metry", Base::Foreign),
    ("metra", Base::Foreign),
    ("metre", Base::Foreign),
    ("meter", Base::Foreign),
    ("dolar", Base::Foreign),
    ("dollar", Base::Foreign),
    ("wolt", Base::Foreign),
    ("volt", Base::Foreign),
    ("decybel", Base::Foreign),
    ("decibel", Base::Foreign),
];

fn stem(word: &str) -> Option<Base> {
    if matches!(
        word,
        "miesiecznie" | "tygodniowo" | "godzinowo" | "procentowo" | "sekundke" | "minutke"
    ) {
        return None;
    }
    STEMS
        .iter()
        .find(|(stem, _)| word.starts_with(stem))
        .map(|(_, base)| *base)
}

/// Whether a word by itself is a unit.
pub(super) fn is_unit(word: &str) -> bool {
    base(word).is_some()
}

/// The unit that stands at `at`, with its "per".
pub(super) fn measure(folded: &Folded, at: usize) -> Option<Measure> {
    let at = if folded.get(at) == "-" && folded.glued(at) && folded.glued(at + 1) {
        at + 1
    } else {
        at
    };
    let next = matches!(folded.get(at), "pln" | "eur" | "€" | "$");
    if next && folded.kind(at + 1) == Some(Kind::Digits) {
        return None;
    }
    let (found, end) =
        compound(folded, at).or_else(|| base(folded.get(at)).map(|b| (b, at + 1)))?;
    let end = if folded.get(end) == "." && folded.glued(end) && is_abbreviation(folded.get(at)) {
        end + 1
    } else {
        end
    };
    let plain = |unit| Measure {
        unit,
        times: Decimal::ONE,
        over: 1,
        per: None,
        end,
    };
    let known = |unit| plain(Some(unit));
    let measure = match found {
        Base::Foreign | Base::MegawattHour => plain(None),
        // In Polish "KM" is horsepower, "km" a distance.
        Base::Known(Unit::Km)
            if folded.get(at) == "km" && folded.capital(at) && per(folded, end).is_none() =>
        {
            plain(None)
        }
        Base::Grosz => Measure {
            over: 100,
            ..known(Unit::Pln)
        },
        Base::Hour => Measure {
            times: Decimal::from(60),
            ..known(Unit::Minute)
        },
        Base::Day => Measure {
            over: 7,
            ..known(Unit::Week)
        },
        Base::Tonne => Measure {
            times: Decimal::from(1000),
            ..known(Unit::Kilogram)
        },
        Base::Known(unit) => known(unit),
    };
    Some(with_per(folded, measure))
}

fn is_abbreviation(word: &str) -> bool {
    matches!(
        word,
        "szt" | "os" | "proc" | "min" | "sek" | "godz" | "mies" | "msc" | "gr"
    )
}

/// Units of several words.
fn compound(folded: &Folded, at: usize) -> Option<(Base, usize)> {
    let words = [folded.get(at), folded.get(at + 1), folded.get(at + 2)];
    let hours = |word: &str| matches!(word, "hour" | "hours" | "hrs");
    match words {
        ["per", "cent", _] => Some((Base::Known(Unit::Percent), at + 2)),
        ["kilowatt" | "kilowatts", "-", last] if hours(last) => {
            Some((Base::Known(Unit::Kwh), at + 3))
        }
        ["kilowatt" | "kilowatts", last, _] if hours(last) => {
            Some((Base::Known(Unit::Kwh), at + 2))
        }
        ["kilo", "-", "watt"] => Some((Base::Known(Unit::Kw), at + 3)),
        ["punkt" | "punkty" | "punktow", last, _] if last.starts_with("procentow") => {
            Some((Base::Known(Unit::Percent), at + 2))
        }
        ["of", "us" | "you", _] => Some((Base::Known(Unit::Person), at + 2)),
        ["metr" | "metrow", "kw" | "kwadratowych", _] => Some((Base::Foreign, at + 2)),
        _ => None,
    }
}

/// Joins "zł" and "miesięcznie" to a single unit; keeps the period apart where the list has none.
fn with_per(folded: &Folded, measure: Measure) -> Measure {
    let Some(unit) = measure.unit else {
        return measure;
    };
    if let Some((unit, over, end)) = composite(folded, unit, measure.end) {
        return Measure {
            unit,
            over: measure.over * over,
            end,
            ..measure
        };
    }
    let skip = usize::from(unit == Unit::Pln && is_filler(folded.get(measure.end)));
    let Some((per, end)) = per(folded, measure.end + skip) else {
        return measure;
    };
    match joined(unit, per) {
        Some(unit) => Measure {
            unit: Some(unit),
            end,
            ..measure
        },
        None if matches!(
            unit,
            Unit::Pln | Unit::Km | Unit::Eur | Unit::Mi | Unit::Kwh
        ) =>
        {
            Measure {
                per: Some(per),
                end,
                ..measure
            }
        }
        None => measure,
    }
}

/// The unit of the closed list that holds the period.
pub(super) const fn joined(unit: Unit, per: Per) -> Option<Unit> {
    Some(match (unit, per) {
        (Unit::Pln, Per::Month) => Unit::PlnPerMonth,
        (Unit::Pln, Per::Year) => Unit::PlnPerYear,
        (Unit::Pln, Per::Day) => Unit::PlnPerDay,
        (Unit::Pln, Per::Hour) => Unit::PlnPerHour,
        (Unit::Km, Per::Hour) => Unit::KmPerHour,
        (Unit::Km, Per::Year) => Unit::KmPerYear,
        _ => return None,
    })
}

/// Words that may stand between an amount and its period.
fn is_filler(word: &str) -> bool {
    matches!(
        word,
        "netto" | "brutto" | "raty" | "rata" | "net" | "gross" | "plus"
    )
}

/// "zł/kWh", "zł za MWh", "kWh/100 km", "km/h": a unit over another; the second number divides.
fn composite(folded: &Folded, unit: Unit, at: usize) -> Option<(Option<Unit>, u32, usize)> {
    let over = match folded.get(at) {
        "/" | "za" | "na" | "per" | "a" | "an" => at + 1,
        _ => return None,
    };
    let over = if matches!(
        folded.get(over),
        "jedna" | "jeden" | "one" | "each" | "a" | "an"
    ) {
        over + 1
    } else {
        over
    };
    match unit {
        Unit::Pln => {
            let (below, end) =
                compound(folded, over).or_else(|| base(folded.get(over)).map(|b| (b, over + 1)))?;
            match below {
                Base::Known(Unit::Kwh) => Some((Some(Unit::PlnPerKwh), 1, end)),
                Base::MegawattHour => Some((Some(Unit::PlnPerKwh), 1000, end)),
                Base::Known(Unit::Km | Unit::Kw | Unit::Litre) => Some((None, 1, end)),
                _ => None,
            }
        }
        Unit::Kwh | Unit::Litre => {
            let hundred = match folded.get(over) {
                "100" | "sto" | "hundred" => over + 1,
                "kilometr" | "km" => return Some((None, 1, over + 1)),
                _ => return None,
            };
            let end = if base(folded.get(hundred)) == Some(Base::Known(Unit::Km)) {
                hundred + 1
            } else {
                hundred
            };
            Some(((unit == Unit::Kwh).then_some(Unit::KwhPer100Km), 1, end))
        }
        _ => None,
    }
}

/// A period that an amount is spread over.
pub(super) fn per(folded: &Folded, at: usize) -> Option<(Per, usize)> {
    let word = folded.get(at);
    let direct = match word {
        "miesiecznie" | "mies" | "monthly" | "msc" => Some(Per::Month),
        "rocznie" | "yearly" | "annually" => Some(Per::Year),
        "dziennie" | "daily" => Some(Per::Day),
        "tygodniowo" | "weekly" => Some(Per::Week),
        _ => None,
    };
    if let Some(per) = direct {
        return Some((per, at + 1));
    }
    let mut next = match word {
        "/" | "na" | "za" | "w" | "co" | "per" | "a" | "an" | "each" | "every" | "in" => at + 1,
        _ => return None,
    };
    if word == "w" {
        next = match (folded.get(next), folded.get(next + 1)) {
            ("ciagu" | "skali", _) => next + 1,
            _ => next,
        };
    }
    if matches!(
        (word, folded.get(next)),
        ("in", "a") | ("w" | "na" | "za" | "co", "jeden" | "kazdy" | "caly")
    ) {
        next += 1;
    }
    let period = match (word, folded.get(next)) {
        ("w" | "in", "roku" | "year") => Per::Year,
        ("w", "miesiacu") => Per::Month,
        ("w" | "in", _) => return None,
        (_, "miesiac" | "miesiaca" | "mies" | "mc" | "msc" | "month" | "m")
            if word != "na" || folded.get(next) != "m" =>
        {
            Per::Month
        }
        (_, "rok" | "year" | "annum" | "yr") => Per::Year,
        (_, "dzien" | "dobe" | "day" | "doba") => Per::Day,
        (_, "godzine" | "godz" | "h" | "hour") => Per::Hour,
        (_, "tydzien" | "week") => Per::Week,
        _ => return None,
    };
    Some((period, next + 1))
}

/// A currency that stands before its number ("PLN 229,990", "€36,990").
pub(super) fn currency_before(folded: &Folded, number: usize) -> Option<(Unit, usize)> {
    let at = number.checked_sub(1)?;
    let unit = match folded.get(at) {
        "pln" | "zl" => Unit::Pln,
        "eur" | "€" => Unit::Eur,
        _ => return None,
    };
    // "… 500 zł 300 km" belongs to the number before it.
    let taken = at.checked_sub(1).is_some_and(|i| {
        folded.kind(i) == Some(Kind::Digits) || numeral::multiplier(folded.get(i)).is_some()
    });
    (!taken).then_some((unit, at))
}

/// The unit inside a compound adjective ("litrowy", "calowych", "letnia").
pub(super) fn adjective(rest: &str, end: usize) -> Option<Measure> {
    const STEMS: &[(&str, Unit, u32, u32)] = &[
        ("litrow", Unit::Litre, 1, 1),
        ("calow", Unit::Inch, 1, 1),
        ("osobow", Unit::Person, 1, 1),
        ("miejscow", Unit::Person, 1, 1),
        ("letni", Unit::Year, 1, 1),
        ("roczn", Unit::Year, 1, 1),
        ("minutow", Unit::Minute, 1, 1),
        ("godzinn", Unit::Minute, 60, 1),
        ("sekundow", Unit::Second, 1, 1),
        ("kilometrow", Unit::Km, 1, 1),
        ("miesieczn", Unit::Month, 1, 1),
        ("tygodniow", Unit::Week, 1, 1),
        ("dniow", Unit::Week, 1, 7),
        ("dnio", Unit::Week, 1, 7),
        ("procentow", Unit::Percent, 1, 1),
        ("kilowatogodzin", Unit::Kwh, 1, 1),
        ("kilowat", Unit::Kw, 1, 1),
        ("kilogramow", Unit::Kilogram, 1, 1),
        ("tonow", Unit::Kilogram, 1000, 1),
        ("zlotow", Unit::Pln, 1, 1),
    ];
    let (_, unit, times, over) = STEMS.iter().find(|(stem, ..)| rest.starts_with(stem))?;
    Some(Measure {
        unit: Some(*unit),
        times: Decimal::from(*times),
        over: *over,
        per: None,
        end,
    })
}
