//! Slots: what the client stated, read from the words with a quote.

use std::{collections::BTreeMap, ops::Range};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    classification::Span,
    fact::{Confidence, Fact, FactValue, Localised},
    id::UtteranceId,
    labels::{Lang, SlotKey},
    phrase::Words,
    quantity::{self, Quantity},
    text::{self, Folded},
    vehicle::{self, Casing, Mention},
};

mod amount;
mod car;
mod company;
mod cues;
mod distance;
mod financing;
mod home;
mod household;
mod money;
mod panels;
mod timeline;
mod voice;

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlotValue {
    Text(String),
    Number(Decimal),
    YesNo(bool),
    /// One of the closed choices of `labels.md`, by id.
    Choice(String),
}

/// A slot as read from one text.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Stated {
    pub key: SlotKey,
    pub value: SlotValue,
    pub quote: Span,
}

/// A slot of the session, with the utterance that holds its quote.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Slot {
    pub value: SlotValue,
    pub quote: Span,
    pub from: UtteranceId,
}

pub type Slots = BTreeMap<SlotKey, Slot>;

impl SlotKey {
    /// What a slot's number counts; `None` for a text, a choice, a yes or no.
    pub const fn unit(self) -> Option<super::fact::Unit> {
        use super::fact::Unit;
        Some(match self {
            Self::YearlyKm => Unit::KmPerYear,
            Self::CommuteKm => Unit::Km,
            Self::PvKwp => Unit::Kwp,
            Self::BudgetPln => Unit::Pln,
            Self::MonthlyBudgetPln => Unit::PlnPerMonth,
            Self::HouseholdSize => Unit::Person,
            _ => return None,
        })
    }

    /// The closed choices of a slot (`labels.md`), by id; `yes` and `no` for a question. None for a
    /// number or a text.
    pub const fn choices(self) -> &'static [&'static str] {
        match self {
            Self::HomeCharging => &["yes", "no"],
            Self::Timeline => &["now", "1-3m", "3-6m", "6m+"],
            Self::Financing => &["cash", "credit", "leasing", "rental"],
            Self::CompanyForm => &["private", "sole_trader", "company"],
            _ => &[],
        }
    }
}

/// The weight of a quote that another statement should win over: a flat may have a socket yet.
pub const WEAK: f32 = 0.5;

/// Reads every slot that the text states, at most one value a slot, the last one said.
///
/// Vague amounts fill none. A quote with the weight [`WEAK`] is a reading that [`merge`] keeps only
/// where nothing surer is known.
pub fn extract(text: &str, lang: Lang) -> Vec<Stated> {
    let folded = Folded::new(text);
    let cars = vehicle::scan(&folded, Casing::Prose);
    let quantities = quantity::find_in(&folded, &cars, lang);
    let sentences: Vec<_> = text::sentences(text)
        .iter()
        .map(|span| folded.within(span))
        .collect();
    let mut others = vec![false; folded.len()];
    let mut asked = vec![false; folded.len()];
    for tokens in &sentences {
        asked[tokens.clone()].fill(asks(&folded, tokens));
        others[tokens.clone()].copy_from_slice(&voice::of_others(&folded, tokens, &quantities));
    }
    let mut reading = Reading {
        folded: &folded,
        lang,
        cars: &cars,
        quantities,
        sentences,
        others,
        asked,
        stated: Vec::new(),
    };
    amount::slang(&mut reading);
    car::read(&mut reading);
    amount::read(&mut reading);
    for tokens in reading.sentences.clone() {
        let words = Words::new(reading.folded, tokens.clone());
        household::read(&mut reading, &words);
        home::read(&mut reading, &words, &tokens);
        timeline::read(&mut reading, &words, &tokens);
        financing::read(&mut reading, &words, &tokens);
        company::read(&mut reading, &words);
    }
    reading.stated.sort_by_key(|s| s.key);
    reading.stated
}

/// Puts what a later text states over what is known.
pub fn merge(slots: &mut Slots, stated: Vec<Stated>, from: UtteranceId) {
    for Stated { key, value, quote } in stated {
        let weak = quote.weight <= WEAK;
        if !(weak
            && slots
                .get(&key)
                .is_some_and(|known| known.quote.weight > WEAK))
        {
            slots.insert(key, Slot { value, quote, from });
        }
    }
}

/// What the client stated, as facts that the guard lets pass (`slot.…`).
pub fn as_facts(slots: &Slots) -> Vec<Fact> {
    let fact = |(key, slot): (&SlotKey, &Slot)| {
        let SlotValue::Number(n) = slot.value else {
            return None;
        };
        Some(Fact {
            id: format!("slot.{key}"),
            about: String::new(),
            label: Localised::default(),
            value: FactValue::Number(n),
            unit: key.unit()?,
            source: String::new(),
            as_of: Date::MIN,
            valid_from: Date::MIN,
            valid_to: None,
            review_by: Date::MAX,
            confidence: Confidence::High,
        })
    };
    slots.iter().filter_map(fact).collect()
}

/// Whether a question mark is among the marks that end a sentence: "Leasing?!".
fn asks(folded: &Folded, sentence: &Range<usize>) -> bool {
    sentence
        .clone()
        .rev()
        .take_while(|&i| folded.kind(i) == Some(text::Kind::Mark))
        .any(|i| folded.get(i) == "?")
}

/// The last one said; of readings that overlap, the one that comes first among them.
fn last_said<T>(readings: Vec<(T, Range<usize>)>) -> Option<(T, Range<usize>)> {
    let mut last: Option<(T, Range<usize>)> = None;
    for (value, at) in readings {
        if last.as_ref().is_none_or(|(_, known)| at.start >= known.end) {
            last = Some((value, at));
        }
    }
    last
}

/// One text as the readers of slots see it.
struct Reading<'t> {
    folded: &'t Folded,
    lang: Lang,
    cars: &'t [Mention],
    quantities: Vec<Quantity>,
    /// Tokens of each sentence.
    sentences: Vec<Range<usize>>,
    /// By token: whether what stands there is said of somebody outside the household.
    others: Vec<bool>,
    /// By token: whether its sentence asks.
    asked: Vec<bool>,
    stated: Vec<Stated>,
}

impl Reading<'_> {
    fn state(&mut self, key: SlotKey, value: SlotValue, tokens: &Range<usize>, weight: f32) {
        let span = self.folded.span(tokens);
        let stated = Stated {
            key,
            value,
            quote: Span {
                start: span.start,
                end: span.end,
                weight,
            },
        };
        match self.stated.iter_mut().find(|s| s.key == key) {
            Some(known) if weight >= known.quote.weight => *known = stated,
            Some(_) => {}
            None => self.stated.push(stated),
        }
    }

    /// Whether the sentence of a token ends in a question mark, whatever marks follow it.
    fn asks(&self, token: usize) -> bool {
        self.asked.get(token).is_some_and(|asked| *asked)
    }

    /// Whether what stands at a token is said of somebody else.
    fn of_others(&self, token: usize) -> bool {
        self.others.get(token).is_some_and(|other| *other)
    }

    /// The quantities that begin within some tokens.
    fn quantities_in(&self, tokens: &Range<usize>) -> &[Quantity] {
        let place = |token| self.quantities.partition_point(|q| q.tokens.start < token);
        &self.quantities[place(tokens.start)..place(tokens.end)]
    }

    /// States one of the closed choices.
    fn choose(&mut self, key: SlotKey, id: &str, tokens: &Range<usize>, weight: f32) {
        self.state(key, SlotValue::Choice(id.to_owned()), tokens, weight);
    }

    /// The Polish "no" that only opens a sentence, where English would deny.
    fn is_filler(&self, token: usize) -> bool {
        self.lang == Lang::Pl && self.folded.get(token) == "no"
    }

    /// The token before, folded.
    fn before(&self, token: usize) -> &str {
        token.checked_sub(1).map_or("", |i| self.folded.get(i))
    }
}

#[cfg(test)]
mod tests;
