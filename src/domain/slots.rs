//! Slots: what the client stated, read from the words with a quote.

use std::{collections::BTreeMap, ops::Range};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{
    classification::Span,
    fact::{Confidence, Fact, FactValue, Localised},
    id::UtteranceId,
    labels::{Lang, SlotKey},
    quantity::{self, Quantity},
    text::{self, Folded},
    vehicle::{self, Casing, Mention},
};

mod amount;
mod car;
mod choice;

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

/// The weight of a quote that another statement should win over: "on the firm" may be any form.
pub const WEAK: f32 = 0.5;

/// Reads every slot that the text states, at most one value a slot, the last one said.
///
/// Vague amounts fill none. A quote with the weight [`WEAK`] is a reading that [`merge`] keeps only
/// where nothing surer is known.
pub fn extract(text: &str, lang: Lang) -> Vec<Stated> {
    let folded = Folded::new(text);
    let cars = vehicle::scan(&folded, Casing::Prose);
    let quantities = quantity::find_in(&folded, &cars, lang);
    let sentences = text::sentences(text)
        .iter()
        .map(|span| folded.within(span))
        .collect();
    let mut reading = Reading {
        folded: &folded,
        cars: &cars,
        quantities,
        sentences,
        stated: Vec::new(),
    };
    car::read(&mut reading);
    amount::read(&mut reading);
    choice::read(&mut reading);
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

/// One text as the readers of slots see it.
struct Reading<'t> {
    folded: &'t Folded,
    cars: &'t [Mention],
    quantities: Vec<Quantity>,
    /// Tokens of each sentence.
    sentences: Vec<Range<usize>>,
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

    /// Whether the sentence of a token ends in a question mark.
    fn asks(&self, token: usize) -> bool {
        self.sentences
            .iter()
            .find(|s| s.contains(&token))
            .is_some_and(|s| self.folded.get(s.end - 1) == "?")
    }

    /// The token before, folded.
    fn before(&self, token: usize) -> &str {
        token.checked_sub(1).map_or("", |i| self.folded.get(i))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::Speaker;

    #[derive(serde::Deserialize)]
    struct Line {
        id: String,
        lang: Lang,
        utterances: Vec<Said>,
        slots: serde_json::Map<String, serde_json::Value>,
    }

    #[derive(serde::Deserialize)]
    struct Said {
        role: Speaker,
        text: String,
    }

    /// Whether a value read is the value expected (`labels.md`, "How to label").
    fn agrees(value: &SlotValue, expected: &serde_json::Value) -> bool {
        match value {
            SlotValue::Number(n) => expected.to_string().parse() == Ok(*n),
            SlotValue::YesNo(yes) => expected == if *yes { "yes" } else { "no" },
            SlotValue::Choice(id) => expected == id.as_str(),
            SlotValue::Text(text) => {
                let (text, expected) = (
                    text.to_lowercase(),
                    expected.as_str().unwrap_or_default().to_lowercase(),
                );
                text.contains(&expected) || expected.contains(&text)
            }
        }
    }

    /// Precision and recall over the sessions, micro over (session, key); prints what differs.
    fn measure(lines: &str) -> (f64, f64) {
        let (mut right, mut read, mut expected) = (0, 0, 0);
        for line in lines.lines().filter(|l| !l.trim().is_empty()) {
            let line: Line = serde_json::from_str(line).unwrap();
            let mut slots = Slots::new();
            for said in line.utterances.iter().filter(|u| u.role != Speaker::Seller) {
                merge(
                    &mut slots,
                    extract(&said.text, line.lang),
                    UtteranceId(uuid::Uuid::nil()),
                );
            }
            read += slots.len();
            expected += line.slots.len();
            for (key, slot) in &slots {
                match line.slots.get(key.id()) {
                    Some(value) if agrees(&slot.value, value) => right += 1,
                    other => println!(
                        "{} {key}: read {:?}, expected {other:?}",
                        line.id, slot.value
                    ),
                }
            }
            for (key, value) in &line.slots {
                if !slots.keys().any(|k| k.id() == key) {
                    println!("{} {key}: missed {value}", line.id);
                }
            }
        }
        (
            f64::from(right) / read.max(1) as f64,
            f64::from(right) / f64::from(expected.max(1) as u32),
        )
    }

    #[test]
    fn slots_of_the_training_sessions_are_read() {
        let lines = concat!(
            include_str!("../../models/corpus/sessions/b.jsonl"),
            include_str!("../../models/corpus/sessions/d.jsonl")
        );
        let (precision, recall) = measure(lines);
        println!("precision {precision:.3}, recall {recall:.3}");
        assert!(precision >= 0.95 && recall >= 0.95, "{precision} {recall}");
    }

    /// What a text states, as "key=value" in the order of the keys.
    fn said(text: &str, lang: Lang) -> String {
        let show = |s: &Stated| {
            let value = match &s.value {
                SlotValue::Text(text) => text.clone(),
                SlotValue::Number(n) => n.to_string(),
                SlotValue::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
                SlotValue::Choice(id) => id.clone(),
            };
            format!("{}={value}", s.key)
        };
        extract(text, lang)
            .iter()
            .map(show)
            .collect::<Vec<_>>()
            .join(" ")
    }

    #[test]
    fn polish_statements() {
        let cases = [
            (
                "Do pracy i z powrotem robię 36 kilometrów dziennie",
                "commute_km=18",
            ),
            ("Do roboty mam 64 kilometry w jedną stronę", "commute_km=64"),
            (
                "Robię trzydzieści tysięcy kilometrów rocznie",
                "yearly_km=30000",
            ),
            ("Odłożone mam dwadzieścia parę tysięcy", ""),
            (
                "Mam 190 tysięcy, gotówka, na osobę prywatną",
                "budget_pln=190000 financing=cash company_form=private",
            ),
            (
                "Rata do 2100 miesięcznie, leasing",
                "monthly_budget_pln=2100 financing=leasing",
            ),
            ("U konkurencji mam podobny za 189 tysięcy", ""),
            ("Leasing czy gotówka, co się bardziej opłaca?", ""),
            ("Kredytu nie chcę", ""),
            ("Imprezę sprzedałam w zeszłym miesiącu", ""),
            ("Sąsiad ma Octavię", ""),
            ("Jeżdżę Octavią, kolega ma Passata", "current_car=Octavia"),
            ("Porównuję z Passatem", ""),
            ("Jest nas pięcioro", "household_size=5"),
            ("Troje dzieci i pies", ""),
            ("Mam dwoje dzieci", ""),
            (
                "W bloku ładowarki nie mamy, spółdzielnia odmówiła",
                "home_charging=no",
            ),
            ("Gniazdko mamy w garażu, siłę też", "home_charging=yes"),
            ("Czy gniazdko w garażu wystarczy?", ""),
            ("Na dachu 9,8 kWp", "pv_kwp=9.8"),
            ("Prowadzę spółkę jachtową", ""),
            ("Bierzemy na spółkę", "company_form=company"),
            ("Biorę w tym tygodniu, jak cena się zgadza", "timeline=now"),
            ("najwcześniej za cztery miesiące", "timeline=3-6m"),
            ("Nie śpieszy mi się, może za rok", "timeline=6m+"),
            ("Ile będzie wart za cztery lata?", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text, Lang::Pl), expected, "{text}");
        }
    }

    #[test]
    fn english_statements() {
        let cases = [
            ("I do about 9,000 a year", "yearly_km=9000"),
            ("Twelve kilometres each way to the office", "commute_km=12"),
            ("we are five in total", "household_size=5"),
            ("There's three of us", "household_size=3"),
            ("My wife drives, I don't", ""),
            ("I drive an old Land Cruiser", "current_car=Land Cruiser"),
            ("No socket at home, street parking", "home_charging=no"),
            ("I've a garage with a socket", "home_charging=yes"),
            (
                "up to 240 thousand zloty, on credit",
                "budget_pln=240000 financing=credit",
            ),
            (
                "1,700 zloty a month is my ceiling",
                "monthly_budget_pln=1700",
            ),
            (
                "I have an offer from another dealer, 180 thousand zloty",
                "",
            ),
            ("Lease rate or cash, what's the smarter one?", ""),
            ("Through my one-person company", "company_form=sole_trader"),
            ("I need it inside two months", "timeline=1-3m"),
            ("Is there a cash machine on the way?", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(said(text, Lang::En), expected, "{text}");
        }
    }

    #[test]
    fn the_quote_is_in_the_words() {
        let text = "Źle trafiłem? Jest nas czworo, jeżdżę Tiguanem.";
        let stated = extract(text, Lang::Pl);
        let quotes: Vec<_> = stated.iter().map(|s| s.quote.of(text).unwrap()).collect();
        assert_eq!(quotes, ["Tiguanem", "nas czworo"]);
    }

    #[test]
    fn a_firm_of_unknown_form_does_not_replace_a_known_one() {
        let from = UtteranceId(uuid::Uuid::nil());
        let mut slots = Slots::new();
        merge(
            &mut slots,
            extract("Jednoosobowa działalność.", Lang::Pl),
            from,
        );
        merge(&mut slots, extract("Leasing na firmę.", Lang::Pl), from);
        assert_eq!(
            slots[&SlotKey::CompanyForm].value,
            SlotValue::Choice("sole_trader".to_owned())
        );
        assert_eq!(
            slots[&SlotKey::Financing].value,
            SlotValue::Choice("leasing".to_owned())
        );
    }

    #[test]
    fn numbers_stated_become_facts_of_the_guard() {
        let mut slots = Slots::new();
        merge(
            &mut slots,
            extract("Mam 190 tysięcy, gotówka.", Lang::Pl),
            UtteranceId(uuid::Uuid::nil()),
        );
        let facts = as_facts(&slots);
        assert_eq!(facts.len(), 1);
        let today = Date::constant(2026, 11, 23);
        assert_eq!(facts[0].id, "slot.budget_pln");
        let check = |text| super::super::guard::check(text, Lang::Pl, today, &facts);
        assert!(check("Mówił Pan o budżecie 190 tys. zł.").is_empty());
        assert_eq!(check("Mówił Pan o budżecie 195 tys. zł.").len(), 1);
    }
}
