//! Numbers in words, alone or after digits ("2,5 tysiąca", "dwa i pół tysiąca", "two hundred and five").

use rust_decimal::Decimal;

use super::{
    Form, Spoken,
    digits::Raw,
    numeral::{self, Class, multiplier, numeral},
    unit,
};
use crate::domain::{
    fact::Unit,
    text::{Folded, Kind},
};

/// Digits followed by a fraction, a multiplier and what the multiplier leaves.
pub(super) fn after_digits(folded: &Folded, raw: Raw) -> Spoken {
    let mut spoken = Spoken {
        value: raw.value,
        other: raw.other,
        vague: false,
        multiplied: false,
        factor: Decimal::ONE,
        form: Form::Digits,
        measure: None,
        per: None,
        end: raw.end,
    };
    if let Some((part, end)) = and_a_half(folded, spoken.end) {
        spoken.value += part;
        spoken.other = None;
        spoken.end = end;
    }
    let at = spoken.end;
    let letter = folded.get(at) == "k";
    let separate = letter && !folded.glued(at) && folded.glued(at + 1);
    if let Some(found) = multiplier(folded.get(at)).filter(|_| !separate) {
        let factor = Decimal::from(found.by);
        spoken.value *= factor;
        spoken.other = spoken.other.map(|n| n * factor);
        spoken.factor = factor;
        spoken.multiplied = true;
        spoken.end = abbreviation_end(folded, at + 1);
        if let Some(rest) = rest_of_thousands(folded, spoken.end, factor) {
            spoken.value += rest.value;
            spoken.end = rest.end;
            spoken.vague = rest.vague;
        } else if numeral::is_vague(folded.get(spoken.end)) {
            spoken.vague = true;
            spoken.end += 1;
        }
    } else if numeral::is_vague(folded.get(at)) && multiplier(folded.get(at + 1)).is_some() {
        spoken.vague = true;
        spoken.end = at + 2;
    }
    spoken
}

/// "2 tysiące trzysta", "2 tys. 300 zł".
fn rest_of_thousands(folded: &Folded, at: usize, factor: Decimal) -> Option<Spoken> {
    if folded.kind(at) == Some(Kind::Digits) {
        let text = folded.get(at);
        let plain = text.len() <= 3
            && !folded.glued(at)
            && !matches!(folded.get(at + 1), "." | "," | ":" | "-")
            && unit::is_unit(folded.get(at + 1));
        let value: Decimal = text.parse().ok()?;
        return (plain && value < factor).then(|| Spoken {
            value,
            other: None,
            vague: false,
            multiplied: false,
            factor: Decimal::ONE,
            form: Form::Digits,
            measure: None,
            per: None,
            end: at + 1,
        });
    }
    numeral(folded.get(at)).filter(|n| !n.ordinal)?;
    spoken(folded, at).filter(|s| s.value < factor && !s.multiplied && s.form == Form::Words)
}

fn abbreviation_end(folded: &Folded, end: usize) -> usize {
    let dotted = folded.get(end) == "."
        && folded.glued(end)
        && matches!(folded.get(end - 1), "tys" | "mln" | "mld");
    // The full stop of an abbreviation, unless a sentence begins after it.
    if dotted && !folded.capital(end + 1) && end + 1 < folded.len() {
        end + 1
    } else {
        end
    }
}

/// "i pół", "and a half", with the token after it.
fn and_a_half(folded: &Folded, at: usize) -> Option<(Decimal, usize)> {
    match (folded.get(at), folded.get(at + 1), folded.get(at + 2)) {
        ("i", "pol", _) => Some((Decimal::new(5, 1), at + 2)),
        ("i", "cwierc", _) => Some((Decimal::new(25, 2), at + 2)),
        ("and", "a", "half") => Some((Decimal::new(5, 1), at + 3)),
        ("and", "a", "quarter") => Some((Decimal::new(25, 2), at + 3)),
        _ => None,
    }
}

/// Whether a word that is no numeral may begin a number.
pub(super) fn opens(word: &str) -> bool {
    matches!(
        word,
        "a" | "an" | "pol" | "cwierc" | "poltora" | "poltorej" | "half" | "quarter"
    ) || word.starts_with("kwadrans")
}

/// The number in words at `at`.
pub(super) fn spoken(folded: &Folded, at: usize) -> Option<Spoken> {
    quarter_hours(folded, at)
        .or_else(|| fraction(folded, at))
        .or_else(|| cardinal(folded, at))
        .or_else(|| adjective(folded, at))
}

fn plain(value: Decimal, end: usize, form: Form) -> Spoken {
    Spoken {
        value,
        other: None,
        vague: false,
        multiplied: false,
        factor: Decimal::ONE,
        form,
        measure: None,
        per: None,
        end,
    }
}

/// "kwadrans", "trzy kwadranse": minutes.
fn quarter_hours(folded: &Folded, at: usize) -> Option<Spoken> {
    let (count, end) = match (folded.get(at), folded.get(at + 1)) {
        ("kwadrans" | "kwadransa" | "kwadransie" | "kwadransem", _) => (1, at + 1),
        ("trzy" | "trzech", "kwadranse" | "kwadransow" | "kwadransach") => (3, at + 2),
        ("dwa" | "dwoch", "kwadranse" | "kwadransow" | "kwadransach") => (2, at + 2),
        _ => return None,
    };
    let measure = unit::Measure {
        unit: Some(Unit::Minute),
        times: Decimal::from(15),
        over: 1,
        per: None,
        end,
    };
    Some(Spoken {
        measure: Some(measure),
        ..plain(Decimal::from(count), end, Form::Words)
    })
}

/// "pół miliona", "ćwierć godziny", "półtora tysiąca", "half an hour", "a quarter of a million".
fn fraction(folded: &Folded, at: usize) -> Option<Spoken> {
    let skip = |i: usize, words: &[&str]| {
        if words.contains(&folded.get(i)) {
            i + 1
        } else {
            i
        }
    };
    let article = |i: usize| skip(i, &["a", "an"]);
    let (value, next, needs_more) = match (folded.get(at), folded.get(at + 1)) {
        ("pol", _) => (Decimal::new(5, 1), at + 1, true),
        ("cwierc", _) => (Decimal::new(25, 2), at + 1, true),
        ("trzy", "czwarte") => (Decimal::new(75, 2), at + 2, true),
        ("poltora" | "poltorej", _) => (Decimal::new(15, 1), at + 1, false),
        ("half", _) => (Decimal::new(5, 1), article(at + 1), true),
        ("a", "quarter") => (Decimal::new(25, 2), article(skip(at + 2, &["of"])), true),
        ("quarter", "of") => (Decimal::new(25, 2), article(at + 2), true),
        ("three", "quarters") => (Decimal::new(75, 2), article(skip(at + 2, &["of"])), true),
        _ => return None,
    };
    if let Some(found) = multiplier(folded.get(next)) {
        let factor = Decimal::from(found.by);
        let end = abbreviation_end(folded, next + 1);
        return Some(Spoken {
            multiplied: true,
            factor,
            ..plain(value * factor, end, Form::Words)
        });
    }
    let measured = unit::measure(folded, next).is_some_and(|m| {
        !matches!(folded.get(next), "s" | "l" | "t" | "h" | "m" | "min") && m.end > next
    });
    (measured || !needs_more).then(|| plain(value, next, Form::Words))
}

/// "dwieście cztery tysiące dziewięćset", "two hundred and five thousand", "cztery przecinek osiem".
fn cardinal(folded: &Folded, at: usize) -> Option<Spoken> {
    let mut total = Decimal::ZERO;
    let mut group: Option<Decimal> = None;
    let mut last = Class::Open;
    let mut factor = Decimal::ONE;
    let mut highest = u64::MAX;
    let mut vague = false;
    let mut end = at;
    if matches!(folded.get(at), "a" | "an")
        && matches!(folded.get(at + 1), "hundred" | "thousand" | "million")
    {
        group = Some(Decimal::ONE);
        end = at + 1;
    }
    loop {
        let word = folded.get(end);
        let next_numeral = |i: usize| numeral(folded.get(i)).filter(|n| !n.ordinal);
        let hyphen = word == "-"
            && folded.glued(end)
            && last == Class::Ten
            && next_numeral(end + 1).is_some_and(|n| n.class == Class::Unit);
        let and = word == "and"
            && last >= Class::Hundred
            && (group.is_some() || total > Decimal::ZERO)
            && next_numeral(end + 1).is_some();
        if end > at && (hyphen || and) {
            end += 1;
        } else if let Some((part, next)) = and_a_half(folded, end).filter(|_| group.is_some()) {
            group = group.map(|g| g + part);
            end = next;
            last = Class::Unit;
        } else if let Some(found) = next_numeral(end) {
            if found.class >= last
                || last == Class::Teen
                || found.class == Class::Teen && last == Class::Ten
                || last == Class::Unit
            {
                break;
            }
            group = Some(group.unwrap_or_default() + Decimal::from(found.value));
            last = found.class;
            end += 1;
        } else if word == "hundred" && group.is_some_and(|g| g < Decimal::ONE_HUNDRED) {
            group = group.map(|g| g * Decimal::ONE_HUNDRED);
            last = Class::Hundred;
            end += 1;
        } else if numeral::is_vague(word) && (end > at || follows_vague(folded, end + 1)) {
            vague = true;
            end += 1;
            if word == "few" || word == "couple" && folded.get(end) == "of" {
                end += usize::from(word == "couple");
            }
        } else if let Some(found) = multiplier(word).filter(|m| m.by < highest && word != "k") {
            if group.is_none() && !vague && !found.alone {
                if end == at && follows_vague(folded, end + 1) && word.len() > 3 {
                    vague = true;
                } else {
                    break;
                }
            }
            total += group.unwrap_or(Decimal::ONE) * Decimal::from(found.by);
            group = None;
            factor = Decimal::from(found.by);
            highest = found.by;
            last = Class::Open;
            end = abbreviation_end(folded, end + 1);
        } else {
            break;
        }
    }
    if end == at || group.is_none() && total.is_zero() && !vague {
        return None;
    }
    let value = total + group.unwrap_or_default();
    let value = spoken_decimals(folded, end).map_or(value, |(part, next)| {
        end = next;
        value + part
    });
    let multiplied = factor > Decimal::ONE;
    Some(Spoken {
        vague,
        multiplied,
        factor,
        ..plain(value, end, Form::Words)
    })
}

/// Whether something measurable follows a vague word, so that "kilka" counts and is not just "some".
fn follows_vague(folded: &Folded, at: usize) -> bool {
    multiplier(folded.get(at)).is_some()
        || unit::is_unit(folded.get(at))
        || folded.get(at) == "hundred"
        || folded.get(at) == "of"
}

/// "przecinek osiem", "point one four", "i osiem dziesiątych": the fraction, with the token after it.
fn spoken_decimals(folded: &Folded, at: usize) -> Option<(Decimal, usize)> {
    let digit = |i: usize| numeral(folded.get(i)).filter(|n| !n.ordinal);
    match folded.get(at) {
        "point" => {
            let mut text = String::from("0.");
            let mut end = at + 1;
            while let Some(n) = digit(end).filter(|n| n.class <= Class::Teen) {
                text.push_str(&n.value.to_string());
                end += 1;
            }
            (end > at + 1)
                .then(|| text.parse().ok().map(|d| (d, end)))
                .flatten()
        }
        "przecinek" | "koma" => {
            let first = digit(at + 1)?;
            let second =
                digit(at + 2).filter(|n| first.class == Class::Ten && n.class == Class::Unit);
            let value = first.value + second.map_or(0, |n| n.value);
            let scale = if value < 10 { 1 } else { 2 };
            Some((
                Decimal::new(i64::from(value), scale),
                at + 2 + usize::from(second.is_some()),
            ))
        }
        "i" if folded.get(at + 2).starts_with("dziesiat") => {
            let tenths = digit(at + 1).filter(|n| n.value < 10)?;
            Some((Decimal::new(i64::from(tenths.value), 1), at + 3))
        }
        _ => None,
    }
}

/// "osiemnastolitrowy", "pięcioosobowa".
fn adjective(folded: &Folded, at: usize) -> Option<Spoken> {
    let word = folded.get(at);
    let (value, rest) = numeral::combining(word)?;
    let measure = unit::adjective(rest, at + 1)?;
    Some(Spoken {
        measure: Some(measure),
        ..plain(value, at + 1, Form::Adjective)
    })
}
