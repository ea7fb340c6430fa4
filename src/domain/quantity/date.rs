//! Dates, parts of dates and clock times in Polish and English.

use super::{
    When,
    digits::is_number_start,
    numeral::{self, Class},
    unit,
};
use crate::domain::text::{Folded, Kind};

/// Months by name, the Polish ones in the cases that stand beside a day or a year.
fn month(folded: &Folded, at: usize) -> Option<i8> {
    let word = folded.get(at);
    Some(match word {
        "stycznia" | "styczen" | "styczniu" | "january" | "jan" => 1,
        "luty" | "lutego" | "lutym" | "february" | "feb" => 2,
        "marzec" | "marca" | "marcu" => 3,
        "march" | "mar" if folded.capital(at) => 3,
        "kwiecien" | "kwietnia" | "kwietniu" | "april" | "apr" => 4,
        "maj" | "maja" | "maju" => 5,
        "may" if folded.capital(at) => 5,
        "czerwiec" | "czerwca" | "czerwcu" | "june" | "jun" => 6,
        "lipiec" | "lipca" | "lipcu" | "july" | "jul" => 7,
        "sierpien" | "sierpnia" | "sierpniu" | "august" | "aug" => 8,
        "wrzesien" | "wrzesnia" | "wrzesniu" | "september" | "sept" | "sep" => 9,
        "pazdziernik" | "pazdziernika" | "pazdzierniku" | "october" | "oct" => 10,
        "listopad" | "listopada" | "listopadzie" | "november" | "nov" => 11,
        "grudzien" | "grudnia" | "grudniu" | "december" | "dec" => 12,
        _ => return None,
    })
}

/// Whether a word that is no number may begin a date or a time of day.
pub(super) fn opens(folded: &Folded, at: usize) -> bool {
    matches!(
        folded.get(at),
        "end" | "koniec" | "konca" | "koncem" | "koncu" | "wpol"
    ) || month(folded, at).is_some()
}

/// A date that begins at `at`, with the token after it.
pub(super) fn date(folded: &Folded, at: usize) -> Option<(When, usize)> {
    numeric(folded, at)
        .or_else(|| day_month(folded, at))
        .or_else(|| month_day(folded, at))
        .or_else(|| edge(folded, at))
        .or_else(|| month_year(folded, at))
        .or_else(|| year_alone(folded, at))
}

fn digits(folded: &Folded, at: usize, lengths: std::ops::RangeInclusive<usize>) -> Option<i16> {
    let word = folded.get(at);
    (folded.kind(at) == Some(Kind::Digits) && lengths.contains(&word.len()))
        .then(|| word.parse().ok())
        .flatten()
}

/// "2027-12-31", "31.12.2027", "31/12/2027", "do 31.12".
fn numeric(folded: &Folded, at: usize) -> Option<(When, usize)> {
    let sign = folded.get(at + 1);
    let glued = |n: usize| (1..=n).all(|i| folded.glued(at + i));
    if !matches!(sign, "." | "-" | "/") || !glued(2) {
        return None;
    }
    if sign == "-"
        && folded.get(at + 3) == "-"
        && glued(4)
        && let Some(year) = digits(folded, at, 4..=4)
    {
        let when = When::full(
            year,
            digits(folded, at + 2, 1..=2)?,
            digits(folded, at + 4, 1..=2)?,
        )?;
        return Some((when, at + 5));
    }
    let day = digits(folded, at, 1..=2)?;
    let month = digits(folded, at + 2, 1..=2)?;
    if folded.get(at + 3) == sign
        && glued(4)
        && let Some(year) = digits(folded, at + 4, 4..=4)
    {
        return Some((When::full(year, month, day)?, at + 5));
    }
    let before = at.checked_sub(1).map_or("", |i| folded.get(i));
    let announced = matches!(
        before,
        "do" | "od" | "dnia" | "dniu" | "until" | "till" | "by" | "from" | "since" | "on"
    );
    let two = folded.get(at + 2).len() == 2
        && !unit::is_unit(folded.get(at + 3))
        && !folded.glued(at + 3);
    (sign == "." && announced && two)
        .then(|| When::full(2000, month, day))
        .flatten()
        .map(|when| (When { year: None, ..when }, at + 3))
}

/// The day of a month, in digits or ordinal words, with the token after it.
fn day(folded: &Folded, at: usize) -> Option<(i16, usize)> {
    if let Some(day) = digits(folded, at, 1..=2) {
        let mut end = at + 1;
        if folded.glued(end) && matches!(folded.get(end), "st" | "nd" | "rd" | "th" | ".") {
            end += 1;
        }
        return Some((day, end)).filter(|_| is_number_start(folded, at));
    }
    let first = numeral::numeral(folded.get(at)).filter(|n| n.ordinal || n.class == Class::Ten)?;
    let next = if folded.get(at + 1) == "-" {
        at + 2
    } else {
        at + 1
    };
    match numeral::numeral(folded.get(next)).filter(|n| n.ordinal && n.class == Class::Unit) {
        Some(second) if first.class == Class::Ten => {
            Some(((first.value + second.value) as i16, next + 1))
        }
        _ if first.ordinal => Some((first.value as i16, at + 1)),
        _ => None,
    }
}

/// "31 grudnia 2027 roku", "31st of December, 2027", "trzydziesty pierwszy grudnia".
fn day_month(folded: &Folded, at: usize) -> Option<(When, usize)> {
    let (day, next) = day(folded, at)?;
    let next = if folded.get(next) == "of" {
        next + 1
    } else {
        next
    };
    let month = month(folded, next)?;
    finish(folded, i16::from(month), day, next + 1)
}

/// "December 31st, 2027".
fn month_day(folded: &Folded, at: usize) -> Option<(When, usize)> {
    let month = month(folded, at)?;
    let next = if folded.get(at + 1) == "the" {
        at + 2
    } else {
        at + 1
    };
    let (day, end) = day(folded, next)?;
    if folded.glued(end) && folded.get(end) == "." || unit::is_unit(folded.get(end)) {
        return None;
    }
    finish(folded, i16::from(month), day, end)
}

fn finish(folded: &Folded, month: i16, day: i16, end: usize) -> Option<(When, usize)> {
    let comma = if folded.get(end) == "," { end + 1 } else { end };
    match year(folded, comma) {
        Some((year, end)) => Some((When::full(year, month, day)?, end)),
        None => Some((
            When {
                year: None,
                ..When::full(2000, month, day)?
            },
            end,
        )),
    }
}

/// "koniec kwietnia 2026", "end of 2027": the last day.
fn edge(folded: &Folded, at: usize) -> Option<(When, usize)> {
    let next = match (folded.get(at), folded.get(at + 1)) {
        ("end", "of") => at + 2,
        ("koniec" | "konca" | "koncem" | "koncu", _) => at + 1,
        _ => return None,
    };
    if let Some(month) = month(folded, next) {
        let named = year(folded, next + 1);
        let (year, end) = named.map_or((None, next + 1), |(y, end)| (Some(y), end));
        let day = jiff::civil::date(year.unwrap_or(2001), month, 1).days_in_month();
        return Some((
            When {
                year,
                month: Some(month),
                day: Some(day),
            },
            end,
        ));
    }
    let (year, end) = year(folded, next)?;
    Some((When::full(year, 12, 31)?, end))
}

fn month_year(folded: &Folded, at: usize) -> Option<(When, usize)> {
    let month = month(folded, at)?;
    let (year, end) = year(folded, at + 1)?;
    Some((
        When {
            year: Some(year),
            month: Some(month),
            day: None,
        },
        end,
    ))
}

fn year_alone(folded: &Folded, at: usize) -> Option<(When, usize)> {
    if !is_number_start(folded, at) && folded.kind(at) == Some(Kind::Digits) {
        return None;
    }
    let (year, end) = year(folded, at)?;
    let said = matches!(folded.get(end - 1), "roku" | "rok" | "r" | "rokiem" | ".");
    let before = at.checked_sub(1).map_or("", |i| folded.get(i));
    let measured = unit::is_unit(folded.get(end)) || numeral::multiplier(folded.get(end)).is_some();
    let plausible = said
        || (2010..=2059).contains(&year)
            && !measured
            && unit::currency_before(folded, at).is_none()
        || matches!(before, "rocznik" | "rocznika" | "since");
    let part = folded.get(end) == "-" && folded.glued(end)
        || matches!(folded.get(end), "," | "." | "'") && folded.glued(end + 1);
    (plausible && (said || !part)).then_some((
        When {
            year: Some(year),
            month: None,
            day: None,
        },
        end,
    ))
}

/// A year in digits or words, with "roku" where it is said.
fn year(folded: &Folded, at: usize) -> Option<(i16, usize)> {
    let (year, end) = match digits(folded, at, 4..=4) {
        Some(year) => (year, at + 1),
        None => spoken_year(folded, at)?,
    };
    if !(1990..=2099).contains(&year) || folded.glued(end) && folded.kind(end) != Some(Kind::Mark) {
        return None;
    }
    Some(match folded.get(end) {
        "r" if folded.get(end + 1) == "." => (year, end + 2),
        "roku" | "rok" | "rokiem" | "r" => (year, end + 1),
        _ => (year, end),
    })
}

/// "dwa tysiące dwudziestego siódmego".
fn spoken_year(folded: &Folded, at: usize) -> Option<(i16, usize)> {
    let two =
        matches!(folded.get(at), "dwa" | "dwoch" | "dwu") && folded.get(at + 1).starts_with("tysi");
    if !two {
        return None;
    }
    let first = numeral::numeral(folded.get(at + 2)).filter(|n| n.ordinal)?;
    let second = numeral::numeral(folded.get(at + 3))
        .filter(|n| n.ordinal && n.class < first.class && first.class == Class::Ten);
    let value = first.value + second.map_or(0, |n| n.value);
    Some((2000 + value as i16, at + 3 + usize::from(second.is_some())))
}

/// A time of day, with the token after it; `at` is its first number or word.
pub(super) fn clock(folded: &Folded, at: usize) -> Option<((u8, u8), usize)> {
    let before = at.checked_sub(1).map_or("", |i| folded.get(i));
    if let Some(hour) = digits(folded, at, 1..=2).filter(|h| *h <= 24) {
        let sign = folded.get(at + 1);
        let minute = digits(folded, at + 2, 2..=2)
            .filter(|m| *m < 60 && folded.glued(at + 1) && folded.glued(at + 2));
        let at_hour = matches!(before, "o" | "godz" | "godzinie" | "godziny" | "at" | ".");
        let free = |end: usize| {
            !unit::is_unit(folded.get(end))
                && numeral::multiplier(folded.get(end)).is_none()
                && !folded.glued(end + 1)
        };
        if let Some(minute) = minute
            && (sign == ":" || sign == "." && at_hour && before != "." && free(at + 3))
        {
            return Some(((hour as u8, minute as u8), skip_half(folded, at + 3)));
        }
        if matches!(folded.get(at + 1), "am" | "pm") {
            return Some(((hour as u8, 0), at + 2));
        }
        let alone =
            free(at + 1) && folded.get(at + 1) != "%" && folded.kind(at + 1) != Some(Kind::Digits);
        let hour_word =
            at_hour && before != "." || before == "." && at >= 2 && folded.get(at - 2) == "godz";
        return (hour_word && alone).then_some(((hour as u8, 0), at + 1));
    }
    spoken_clock(folded, at, before)
}

fn skip_half(folded: &Folded, end: usize) -> usize {
    if matches!(folded.get(end), "am" | "pm") {
        end + 1
    } else {
        end
    }
}

/// "o dziesiątej", "wpół do ósmej", "kwadrans po piątej", "half past ten", "ten o'clock".
fn spoken_clock(folded: &Folded, at: usize, before: &str) -> Option<((u8, u8), usize)> {
    let hour_at = |i: usize| {
        let first = numeral::numeral(folded.get(i)).filter(|n| n.value <= 24)?;
        let second = numeral::numeral(folded.get(i + 1)).filter(|n| {
            first.class == Class::Ten && first.ordinal && n.ordinal && n.class == Class::Unit
        });
        let hour = first.value + second.map_or(0, |n| n.value);
        (hour <= 24).then_some((
            first.ordinal,
            hour as u8,
            i + 1 + usize::from(second.is_some()),
        ))
    };
    match (folded.get(at), folded.get(at + 1)) {
        ("half", "past") => return hour_at(at + 2).map(|(_, h, end)| ((h, 30), end)),
        ("quarter", "past" | "to") => return hour_at(at + 2).map(|(_, h, end)| ((h, 15), end)),
        ("wpol", "do") => return hour_at(at + 2).map(|(_, h, end)| ((h, 30), end)),
        ("kwadrans", "po" | "do" | "przed") => {
            return hour_at(at + 2)
                .filter(|h| h.0)
                .map(|(_, h, end)| ((h, 15), end));
        }
        ("kwadrans", _) if before == "za" => {
            return hour_at(at + 1)
                .filter(|h| h.0)
                .map(|(_, h, end)| ((h, 45), end));
        }
        _ => {}
    }
    let (ordinal, hour, end) = hour_at(at)?;
    let o_clock =
        folded.get(end) == "o" && folded.get(end + 1) == "'" && folded.get(end + 2) == "clock";
    if o_clock {
        return Some(((hour, 0), end + 3));
    }
    if matches!(folded.get(end), "am" | "pm" | "sharp") {
        return Some(((hour, 0), end + 1));
    }
    let feminine = folded.get(end - 1).ends_with("ej");
    let hour_word = matches!(
        before,
        "o" | "do" | "po" | "przed" | "okolo" | "od" | "miedzy" | "godzinie" | "godziny" | "a"
    );
    if ordinal
        && feminine
        && hour_word
        && (hour > 2 || matches!(before, "o" | "godzinie"))
        && folded.kind(end) != Some(Kind::Digits)
    {
        return Some(((hour, 0), end));
    }
    let english = before == "at"
        && !ordinal
        && !unit::is_unit(folded.get(end))
        && numeral::multiplier(folded.get(end)).is_none()
        && folded.kind(end) != Some(Kind::Word);
    english.then_some(((hour, 0), end))
}
