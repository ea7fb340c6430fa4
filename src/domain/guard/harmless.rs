//! Numbers that claim nothing: idioms, counting words, references, appointments, courtesies.
//!
//! Whatever is not recognised here has to equal a fact.

use std::{ops::Range, sync::LazyLock};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::domain::{
    fact::Unit,
    phrase::{Phrases, Words},
    quantity::{Approx, Form, Quantity, Value, When},
    text::{Folded, Kind},
};

mod cues;

/// Words of a sentence that decide whether a number in it is harmless.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cue {
    Idiom,
    /// Numbers that compare without a fact ("dwa razy taniej").
    Comparison,
    /// Someone's time for a talk or a drive.
    Courtesy,
    /// A meeting or a call to come.
    Meeting,
    /// An offer with an end, or a promise with a date.
    Deadline,
    Charging,
    Acceleration,
    Family,
    Stock,
    Tax,
    Saving,
    Phases,
}

static CUE_PHRASES: LazyLock<Phrases<Cue>> = LazyLock::new(|| Phrases::new(&[], cues::CUES));

/// The cues of one sentence.
pub(super) struct Sentence<'t> {
    folded: &'t Folded,
    tokens: Range<usize>,
    cues: Vec<(Range<usize>, Cue)>,
    today: Date,
}

impl<'t> Sentence<'t> {
    pub(super) fn new(folded: &'t Folded, tokens: Range<usize>, today: Date) -> Self {
        let words = Words::new(folded, tokens.clone());
        let cues = CUE_PHRASES
            .find(&words)
            .into_iter()
            .map(|h| (h.tokens, h.value))
            .collect();
        Self {
            folded,
            tokens,
            cues,
            today,
        }
    }

    fn has(&self, cue: Cue) -> bool {
        self.cues.iter().any(|(_, c)| *c == cue)
    }

    fn idiom(&self, tokens: &Range<usize>) -> bool {
        self.cues
            .iter()
            .any(|(t, c)| *c == Cue::Idiom && t.start < tokens.end && tokens.start < t.end)
    }

    /// A comparison by a factor or a share, which is arithmetic of one's own.
    pub(super) fn comparison(&self) -> Option<&Range<usize>> {
        self.cues
            .iter()
            .find(|(_, c)| *c == Cue::Comparison)
            .map(|(tokens, _)| tokens)
    }

    fn before(&self, at: usize) -> &'t str {
        if at > self.tokens.start {
            self.folded.get(at - 1)
        } else {
            ""
        }
    }

    /// The first word after the quantity, a hyphen passed over.
    fn after(&self, quantity: &Quantity) -> &'t str {
        let end = quantity.tokens.end;
        if self.folded.get(end) == "-" && self.folded.glued(end) {
            self.folded.get(end + 1)
        } else {
            self.folded.get(end)
        }
    }

    /// Whether the quantity claims nothing that a fact would have to bear out.
    ///
    /// `follows` tells that the sentence already gave a quantity with a unit, so that a bare one may be
    /// short for the same.
    pub(super) fn is_harmless(&self, quantity: &Quantity, follows: bool) -> bool {
        if self.idiom(&quantity.tokens)
            && !(quantity.unit == Some(Unit::Percent) && self.has(Cue::Tax))
        {
            return true;
        }
        match quantity.value {
            Value::Clock(..) => true,
            Value::Date(when) => self.date_is_harmless(when, quantity),
            Value::Vague => {
                !(self.has(Cue::Saving)
                    && quantity.unit.is_some_and(|u| {
                        u == Unit::Pln || u == Unit::PlnPerMonth || u == Unit::PlnPerYear
                    }))
            }
            Value::Range(low, high) => {
                self.sprint(quantity, low, high)
                    || quantity
                        .numbers()
                        .all(|n| self.number_is_harmless(n, quantity, follows))
            }
            Value::Number(n) => self.number_is_harmless(n, quantity, follows),
        }
    }

    fn date_is_harmless(&self, when: When, quantity: &Quantity) -> bool {
        let deadline = self.has(Cue::Deadline);
        let limit = matches!(
            self.before(quantity.tokens.start),
            "do" | "until" | "till" | "by" | "od" | "from" | "since" | "before" | "przed"
        );
        let this_year = when.year.is_none_or(|y| y == self.today.year());
        match (when.month, when.day) {
            (None, None) => this_year && !limit && !deadline,
            _ if this_year && when.agrees(self.today) && when.day.is_some() => true,
            _ => {
                let meeting = self.has(Cue::Meeting);
                let polite = meeting || self.has(Cue::Courtesy);
                this_year && !deadline && polite && (meeting || !limit)
            }
        }
    }

    /// "0–100", "od zera do stu".
    fn sprint(&self, quantity: &Quantity, low: Decimal, high: Decimal) -> bool {
        low.is_zero()
            && high == Decimal::ONE_HUNDRED
            && matches!(quantity.unit, None | Some(Unit::KmPerHour | Unit::Km))
    }

    fn number_is_harmless(&self, n: Decimal, quantity: &Quantity, follows: bool) -> bool {
        let start = quantity.tokens.start;
        let before = self.before(start);
        let hundred = n == Decimal::ONE_HUNDRED;
        if hundred
            && matches!(before, "do" | "to" | "a")
            && matches!(quantity.unit, None | Some(Unit::KmPerHour))
            && self.has(Cue::Acceleration)
        {
            return true;
        }
        if quantity.foreign {
            let word = self.folded.get(quantity.tokens.end - 1);
            return word.starts_with("stopni")
                || word.starts_with("degree")
                || word == "°"
                || word == "m"
                || word.starts_with("metr");
        }
        match quantity.unit {
            None if quantity.per.is_some() => false,
            None => self.bare_is_harmless(n, quantity, follows),
            Some(Unit::Km) => {
                hundred && matches!(before, "na" | "per" | "/" | "every" | "kazde" | "za")
            }
            Some(Unit::Minute | Unit::Second) => {
                n <= Decimal::from(120)
                    && self.has(Cue::Courtesy)
                    && !self.has(Cue::Charging)
                    && !self.has(Cue::Acceleration)
                    || n <= Decimal::ONE && quantity.form == Form::Words
            }
            Some(Unit::Week | Unit::Month | Unit::Year) => {
                matches!(self.after(quantity), "temu" | "ago" | "wstecz" | "earlier")
                    || n <= Decimal::from(60)
                        && self.has(Cue::Meeting)
                        && !self.has(Cue::Deadline)
                        && quantity.unit != Some(Unit::Year)
            }
            Some(Unit::Person) => !self.has(Cue::Family) && n <= Decimal::TEN,
            Some(Unit::Piece) => !self.has(Cue::Stock) && n <= Decimal::TEN,
            _ => false,
        }
    }

    fn bare_is_harmless(&self, n: Decimal, quantity: &Quantity, follows: bool) -> bool {
        let start = quantity.tokens.start;
        let end = quantity.tokens.end;
        let mut back = start;
        while back > self.tokens.start && matches!(self.folded.get(back - 1), "." | ":" | "§" | "#")
        {
            back -= 1;
        }
        let reference = self.before(back);
        if cues::REFERENCES.contains(&reference)
            || back < start && self.folded.get(back) == "§"
            || self.folded.get(back) == "#"
        {
            return true;
        }
        let ordinal = self.folded.glued(end)
            && (matches!(self.folded.get(end), "st" | "nd" | "rd" | "th")
                || self.folded.get(end) == "."
                    && end + 1 < self.tokens.end
                    && self.folded.kind(end + 1) == Some(Kind::Word));
        if ordinal {
            return true;
        }
        let whole = n.fract().is_zero();
        let counted = self.after(quantity);
        if counted.starts_with("faz")
            || counted.starts_with("phase")
            || n <= Decimal::from(3) && self.has(Cue::Phases)
        {
            return true;
        }
        let doubtful = quantity.multiplied || !whole || n > Decimal::from(12);
        if doubtful
            || matches!(quantity.approx, Some(Approx::Over | Approx::Below))
                && quantity.form == Form::Digits
        {
            return false;
        }
        let claim = cues::CLAIMS.iter().any(|c| counted.starts_with(c))
            || cues::CLAIMS
                .iter()
                .any(|c| self.folded.get(end + 1).starts_with(c));
        if claim && n > Decimal::TWO {
            return false;
        }
        let noun = self.folded.kind(end) == Some(Kind::Word) && end < self.tokens.end;
        quantity.form == Form::Words || noun || !follows
    }
}
