//! Numbers in digits, with every way to group and to mark decimals.

use rust_decimal::Decimal;

use super::unit;
use crate::domain::{
    labels::Lang,
    text::{Folded, Kind},
};

/// A number as read, before units and multipliers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Raw {
    pub(super) value: Decimal,
    /// The other reading of a lone separator before three digits ("1,600").
    pub(super) other: Option<Decimal>,
    /// The token after the number.
    pub(super) end: usize,
}

/// Longer runs of digits are telephone, account or document numbers.
const MOST_DIGITS: usize = 9;

/// Whether digits at `at` begin a number rather than continue a name or code ("EV6", "VAT-26", "ID.4").
pub(super) fn is_number_start(folded: &Folded, at: usize) -> bool {
    if folded.kind(at) != Some(Kind::Digits) {
        return false;
    }
    if !folded.glued(at) {
        return true;
    }
    let before = folded.get(at - 1);
    match folded.kind(at - 1) {
        Some(Kind::Word) => matches!(before, "pln" | "eur" | "usd" | "zl" | "ok" | "do" | "od"),
        Some(Kind::Mark)
            if matches!(before, "-" | "." | "/" | "_" | "#" | "+") && folded.glued(at - 1) =>
        {
            folded.kind(at.saturating_sub(2)) != Some(Kind::Word)
        }
        _ => before != "+" && before != "#",
    }
}

/// The number that begins at `at`; `Err` holds the end of something that is no number (a telephone,
/// a version), so that it is passed over as a whole.
pub(super) fn number(folded: &Folded, at: usize, lang: Lang) -> Result<Raw, usize> {
    if !is_number_start(folded, at) {
        return Err(skip_code(folded, at));
    }
    let dashed = |i: usize| {
        folded.get(i) == "-"
            && folded.glued(i)
            && folded.get(i + 1).len() == 3
            && is_number_start(folded, i + 1)
    };
    if folded.get(at).len() == 3 && dashed(at + 1) && dashed(at + 3) {
        return Err(at + 5);
    }
    let (groups, separator, mut end) = groups(folded, at);
    let mut text: String = groups.concat();
    if text.len() >= MOST_DIGITS && unit::measure(folded, end).is_none() {
        return Err(skip_code(folded, end));
    }
    if text.len() > 12 {
        return Err(end);
    }
    let mut other = None;
    let sign = folded.get(end);
    let decimals = matches!(sign, "." | ",")
        && separator != Some(sign)
        && folded.glued(end)
        && folded.glued(end + 1)
        && folded.kind(end + 1) == Some(Kind::Digits);
    if decimals {
        if folded.get(end + 2) == sign && folded.glued(end + 2) && folded.glued(end + 3) {
            return Err(skip_code(folded, end));
        }
        text = format!("{text}.{}", folded.get(end + 1));
        end += 2;
    } else if let (Some(mark @ ("." | ",")), [first, rest]) = (separator, groups.as_slice()) {
        let fraction: Option<Decimal> = format!("{first}.{rest}").parse().ok();
        let grouped: Option<Decimal> = text.parse().ok();
        let as_fraction = *first == "0" || reads_as_fraction(lang, mark, first, rest);
        other = if as_fraction { grouped } else { fraction };
        if as_fraction {
            text = format!("{first}.{rest}");
        }
    }
    if folded.glued(end) && folded.kind(end) == Some(Kind::Word) && !may_follow(folded.get(end)) {
        return Err(skip_code(folded, end));
    }
    let value = text.parse().map_err(|_| end)?;
    Ok(Raw { value, other, end })
}

/// A lone comma in Polish and a lone point in English before three digits may be decimal.
fn reads_as_fraction(lang: Lang, mark: &str, first: &str, rest: &str) -> bool {
    match (lang, mark) {
        (Lang::Pl, ",") => first.len() == 1 && !rest.ends_with("00"),
        (Lang::En, ".") => first.len() == 1,
        _ => false,
    }
}

/// Digits of one number and the sign that groups them.
fn groups(folded: &Folded, at: usize) -> (Vec<&str>, Option<&str>, usize) {
    let first = folded.get(at);
    let mut groups = vec![first];
    let mut separator = None;
    let mut end = at + 1;
    if first.len() > 3 || first.starts_with('0') && first != "0" {
        return (groups, None, end);
    }
    loop {
        let three = |i: usize| folded.kind(i) == Some(Kind::Digits) && folded.get(i).len() == 3;
        let sign = folded.get(end);
        let (found, next) = if three(end) && !folded.glued(end) && first != "0" {
            (" ", end)
        } else if matches!(sign, "." | "," | "'")
            && folded.glued(end)
            && folded.glued(end + 1)
            && three(end + 1)
        {
            (sign, end + 1)
        } else {
            break;
        };
        if separator.is_some_and(|s| s != found) {
            break;
        }
        separator = Some(found);
        groups.push(folded.get(next));
        end = next + 1;
    }
    (groups, separator, end)
}

/// Letters that may touch a number.
fn may_follow(word: &str) -> bool {
    unit::is_unit(word)
        || matches!(
            word,
            "tys" | "k" | "mln" | "mld" | "st" | "nd" | "rd" | "th" | "x" | "am" | "pm" | "m"
        )
}

/// The end of a run of digits, letters and joining signs.
fn skip_code(folded: &Folded, at: usize) -> usize {
    let international = at > 0 && folded.get(at - 1) == "+";
    let mut end = at + 1;
    loop {
        let joins = folded.glued(end)
            && (folded.kind(end) != Some(Kind::Mark)
                || matches!(folded.get(end), "." | "-" | "/" | ",")
                    && folded.glued(end + 1)
                    && folded.kind(end + 1) == Some(Kind::Digits));
        let spaced = international
            && folded.kind(end) == Some(Kind::Digits)
            && folded.get(end).len() == 3
            && folded.kind(end - 1) == Some(Kind::Digits);
        if !joins && !spaced {
            return end;
        }
        end += 1;
    }
}
