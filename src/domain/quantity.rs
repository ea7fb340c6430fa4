//! Quantities: numbers with their units, dates and clock times, read out of Polish and English text.
//!
//! Must not know facts, slots or what may be said. Invariant: a quantity never takes its digits from
//! the name of a car, a telephone number, a version or a code.

use std::ops::Range;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    fact::Unit,
    labels::Lang,
    text::{Folded, Kind},
    vehicle::{self, Casing, Mention},
};
use unit::Measure;

mod date;
mod digits;
mod numeral;
mod unit;
mod words;

/// A date of which only a part may be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When {
    pub year: Option<i16>,
    pub month: Option<i8>,
    pub day: Option<i8>,
}

impl When {
    /// A whole date, if the calendar has it.
    fn full(year: i16, month: i16, day: i16) -> Option<Self> {
        let (month, day) = (i8::try_from(month).ok()?, i8::try_from(day).ok()?);
        Date::new(year, month, day).ok()?;
        Some(Self {
            year: Some(year),
            month: Some(month),
            day: Some(day),
        })
    }

    /// Whether every part that is said agrees with the date.
    pub fn agrees(&self, date: Date) -> bool {
        self.year.is_none_or(|y| y == date.year())
            && self.month.is_none_or(|m| m == date.month())
            && self.day.is_none_or(|d| d == date.day())
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    Number(Decimal),
    /// Both ends, in the order said.
    Range(Decimal, Decimal),
    Date(When),
    /// Hour and minute.
    Clock(u8, u8),
    /// An amount nobody can check ("kilka tysięcy").
    Vague,
}

/// What a speaker did to the number by a word before or after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Approx {
    /// "około", "roughly"
    About,
    /// "prawie", "just under"
    Below,
    /// "ponad", "at least"
    Over,
    /// "do", "up to"
    AtMost,
}

/// The period an amount is spread over, where the unit does not hold it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Per {
    Hour,
    Day,
    Week,
    Month,
    Year,
}

/// How the number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    Digits,
    Words,
    /// Part of an adjective: "osiemnastolitrowy".
    Adjective,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quantity {
    /// Tokens of the folded text, unit included.
    pub tokens: Range<usize>,
    /// Unicode scalars of the original text, unit included.
    pub span: Range<u32>,
    /// In the unit below: hours come as minutes, tonnes as kilograms, groszy as złoty, days as weeks.
    pub value: Value,
    /// The other reading of a lone separator ("1,600").
    pub other: Option<Decimal>,
    pub unit: Option<Unit>,
    /// The unit is named and lies outside the closed list, such as horsepower.
    pub foreign: bool,
    pub per: Option<Per>,
    pub approx: Option<Approx>,
    pub form: Form,
    /// A word or letter for thousands or more stands in it.
    pub multiplied: bool,
}

impl Quantity {
    /// The numbers said: one, or both ends of a range.
    pub fn numbers(&self) -> impl Iterator<Item = Decimal> {
        let (first, second) = match self.value {
            Value::Number(n) => (Some(n), None),
            Value::Range(low, high) => (Some(low), Some(high)),
            _ => (None, None),
        };
        first.into_iter().chain(second)
    }

    /// The single number said.
    pub fn number(&self) -> Option<Decimal> {
        match self.value {
            Value::Number(n) => Some(n),
            _ => None,
        }
    }
}

/// Every quantity of a text, in order, without overlaps.
pub fn find(text: &str, lang: Lang) -> Vec<Quantity> {
    let folded = Folded::new(text);
    let cars = vehicle::scan(&folded, Casing::Prose);
    find_in(&folded, &cars, lang)
}

/// As [`find`], over a text already folded and searched for cars.
pub fn find_in(folded: &Folded, cars: &[Mention], lang: Lang) -> Vec<Quantity> {
    let mut found = Vec::new();
    let mut cars = cars.iter().peekable();
    let mut at = 0;
    while at < folded.len() {
        while cars.next_if(|car| car.tokens.end <= at).is_some() {}
        if let Some(car) = cars.peek().filter(|car| car.tokens.contains(&at)) {
            at = trim_of_name(folded, car);
            continue;
        }
        if !may_begin(folded, at) {
            at += 1;
            continue;
        }
        at = match quantity(folded, at, lang) {
            Ok(quantity) => {
                let end = quantity.tokens.end;
                found.push(quantity);
                end
            }
            Err(end) => end.max(at + 1),
        };
    }
    found
}

/// Whether a quantity can begin at a token: a cheap look before the careful ones.
fn may_begin(folded: &Folded, at: usize) -> bool {
    let word = folded.get(at);
    match folded.kind(at) {
        Some(Kind::Digits) => true,
        Some(Kind::Word) => {
            words::opens(word)
                || numeral::numeral(word).is_some()
                || numeral::multiplier(word).is_some()
                || numeral::is_vague(word)
                || date::opens(folded, at)
                || numeral::combining(word).is_some()
        }
        _ => false,
    }
}

/// The end of a name with the bare number of its version ("iX3 50", "EQS 450").
fn trim_of_name(folded: &Folded, car: &Mention) -> usize {
    let end = car.tokens.end;
    let german = matches!(car.make, Some("bmw" | "mercedes" | "audi" | "skoda"));
    let version = german
        && folded.kind(end) == Some(Kind::Digits)
        && !folded.glued(end)
        && folded.get(end).len() <= 3
        && unit::measure(folded, end + 1).is_none()
        && numeral::multiplier(folded.get(end + 1)).is_none()
        && folded.kind(end + 1) != Some(Kind::Digits)
        && !(matches!(folded.get(end + 1), "." | ",") && folded.glued(end + 2));
    if version { end + 1 } else { end }
}

/// The quantity at `at`, or where to look next.
fn quantity(folded: &Folded, at: usize, lang: Lang) -> Result<Quantity, usize> {
    let build = |tokens: Range<usize>, value| Quantity {
        span: folded.span(&tokens),
        tokens,
        value,
        other: None,
        unit: None,
        foreign: false,
        per: None,
        approx: None,
        form: Form::Digits,
        multiplied: false,
    };
    if let Some((when, end)) = date::date(folded, at) {
        return Ok(Quantity {
            unit: Some(Unit::Date),
            ..build(at..end, Value::Date(when))
        });
    }
    if let Some(((hour, minute), end)) = date::clock(folded, at) {
        return Ok(build(at..end, Value::Clock(hour, minute)));
    }
    let first = number(folded, at, lang)?;
    let (first, second) = match range_end(folded, at, &first, lang) {
        Some((low, high)) => (low, Some(high)),
        None => (first, None),
    };
    let last = second.as_ref().unwrap_or(&first);
    let before = unit::currency_before(folded, at);
    let measured = last.measure;
    let unit = measured.map_or(before.map(|b| b.0), |m| m.unit);
    let per = last.per.or_else(|| measured.and_then(|m| m.per));
    // "PLN 250 a month": the period follows the number, the currency stands before it.
    let joined = unit
        .zip(per)
        .and_then(|(unit, per)| unit::joined(unit, per));
    let (unit, per) = joined.map_or((unit, per), |unit| (Some(unit), None));
    let (tail, after) = approx_after(folded, last.end);
    let tokens = before.filter(|_| measured.is_none()).map_or(at, |b| b.1)..after;
    let value = match (&second, first.vague || last.vague) {
        (_, true) => Value::Vague,
        (Some(high), _) => Value::Range(scaled(first.value, last), scaled(high.value, last)),
        (None, _) => Value::Number(scaled(first.value, &first)),
    };
    let other = first
        .other
        .filter(|_| second.is_none())
        .map(|n| scaled(n, &first));
    let foreign = measured.is_some_and(|m| m.unit.is_none());
    let approx = tail.or_else(|| approx_before(folded, tokens.start));
    let multiplied = first.multiplied || last.multiplied;
    Ok(Quantity {
        other,
        unit,
        foreign,
        per,
        approx,
        form: last.form,
        multiplied,
        ..build(tokens, value)
    })
}

fn scaled(value: Decimal, spoken: &Spoken) -> Decimal {
    spoken.measure.map_or(value, |m| {
        (value * m.times / Decimal::from(m.over)).normalize()
    })
}

/// A number with its multiplier and unit.
#[derive(Debug, Clone, Copy)]
struct Spoken {
    value: Decimal,
    other: Option<Decimal>,
    vague: bool,
    multiplied: bool,
    /// What the multiplier words multiply by; 1 without any.
    factor: Decimal,
    form: Form,
    measure: Option<Measure>,
    per: Option<Per>,
    end: usize,
}

/// The number at `at` with its unit, or where to look next.
fn number(folded: &Folded, at: usize, lang: Lang) -> Result<Spoken, usize> {
    // Polish pronouns that are English numerals.
    if lang == Lang::Pl && matches!(folded.get(at), "ten" | "one") {
        return Err(at + 1);
    }
    let spoken = if folded.kind(at) == Some(Kind::Digits) {
        let raw = digits::number(folded, at, lang)?;
        words::after_digits(folded, raw)
    } else {
        words::spoken(folded, at).ok_or(at + 1)?
    };
    if spoken.measure.is_some() {
        return Ok(spoken);
    }
    if let Some(measure) = unit::measure(folded, spoken.end) {
        return Ok(Spoken {
            measure: Some(measure),
            end: measure.end,
            ..spoken
        });
    }
    match unit::per(folded, spoken.end) {
        Some((per, end)) => Ok(Spoken {
            per: Some(per),
            end,
            ..spoken
        }),
        None => Ok(spoken),
    }
}

/// The range that the first number opens: it inherits the unit and the multiplier of the second.
fn range_end(folded: &Folded, at: usize, first: &Spoken, lang: Lang) -> Option<(Spoken, Spoken)> {
    let before = at.checked_sub(1).map_or("", |i| folded.get(i));
    let before = if unit::currency_before(folded, at).is_some() {
        at.checked_sub(2).map_or("", |i| folded.get(i))
    } else {
        before
    };
    let joined = match folded.get(first.end) {
        "-" => first.measure.is_none() || first.form == Form::Digits,
        "do" | "to" => true,
        "a" | "and" | "i" => matches!(before, "miedzy" | "pomiedzy" | "between"),
        "lub" | "or" | "czy" => {
            first.measure.is_none() && first.form == Form::Words && !first.multiplied
        }
        _ => false,
    };
    if !joined || first.form == Form::Adjective {
        return None;
    }
    let start = first.end + 1;
    let start = if unit::currency_before(folded, start + 1).is_some_and(|b| b.1 == start) {
        start + 1
    } else {
        start
    };
    if date::date(folded, start).is_some() || date::clock(folded, start).is_some() {
        return None;
    }
    let second = number(folded, start, lang).ok()?;
    let same = match (first.measure, second.measure) {
        (Some(a), Some(b)) => a.unit == b.unit && a.times == b.times,
        (Some(_), None) => false,
        _ => true,
    };
    let spaced_dash =
        folded.get(first.end) == "-" && !folded.glued(first.end) && first.measure.is_some();
    if !same || second.form == Form::Adjective || spaced_dash || second.vague {
        return None;
    }
    let mut low = *first;
    if second.factor > Decimal::ONE
        && first.factor == Decimal::ONE
        && first.value < Decimal::ONE_THOUSAND
        && first.value < second.value
    {
        low.value *= second.factor;
        low.multiplied = true;
    }
    let rises = low.value <= second.value;
    rises.then_some((low, second))
}

/// The word before a number that makes it inexact.
fn approx_before(folded: &Folded, at: usize) -> Option<Approx> {
    let word = |back: usize| at.checked_sub(back).map_or("", |i| folded.get(i));
    let one = match word(1) {
        "okolo" | "ok" | "circa" | "ca" | "jakies" | "jakis" | "gdzies" | "mniej" | "wiecej"
        | "about" | "around" | "roughly" | "approximately" | "some" | "say" | "srednio"
        | "moze" | "perhaps" | "maybe" | "przecietnie" => Some(Approx::About),
        "prawie" | "niemal" | "blisko" | "niecale" | "niespelna" | "nearly" | "almost" => {
            Some(Approx::Below)
        }
        "ponad" | "przeszlo" | "powyzej" | "over" | "above" | "minimum" | "przynajmniej" => {
            Some(Approx::Over)
        }
        "do" | "max" | "maks" | "maksymalnie" | "ponizej" | "under" | "below" | "maximum"
        | "najwyzej" => Some(Approx::AtMost),
        "." if word(2) == "ok" || word(2) == "ca" => Some(Approx::About),
        _ => None,
    };
    one.or(match (word(2), word(1)) {
        ("wiecej", "niz") | ("more", "than") if matches!(word(3), "nie" | "no" | "not") => {
            Some(Approx::AtMost)
        }
        ("mniej" | "wyzej", "niz") | ("less" | "fewer", "than") | ("up", "to") | ("at", "most") => {
            Some(Approx::AtMost)
        }
        ("wiecej", "niz") | ("more", "than") | ("co", "najmniej") | ("at", "least") => {
            Some(Approx::Over)
        }
        ("just", "under") | ("close", "to") => Some(Approx::Below),
        _ => None,
    })
}

/// "z hakiem", "-odd": with the token after it.
fn approx_after(folded: &Folded, at: usize) -> (Option<Approx>, usize) {
    match (folded.get(at), folded.get(at + 1)) {
        ("z", "hakiem" | "groszami" | "okladem" | "ogonem" | "kawalkiem" | "plusem") => {
            (Some(Approx::Over), at + 2)
        }
        ("-", "odd") => (Some(Approx::Over), at + 2),
        ("+", _) if folded.glued(at) => (Some(Approx::Over), at + 1),
        _ => (None, at),
    }
}

#[cfg(test)]
mod tests;
