//! Marks `{{fact:ID}}`, `{{calc:ID}}`, `{{slot:KEY}}`: the places of numbers in an authored or
//! generated text, filled in by the backend.
//!
//! Must not know where texts come from. Invariant: a text comes back only with every mark filled by a
//! value that may be said today; otherwise the first mark that cannot be is named.

use std::{collections::BTreeMap, ops::Range};

use jiff::civil::Date;

use super::{
    fact::{Fact, FactId, Unquotable},
    labels::{Lang, SlotKey},
    slots::Slots,
};

mod format;

pub use format::{date, number, slot, value};

/// What a mark stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    Fact(FactId),
    /// The id of a calculator's result, without the `calc.` of its fact.
    Calc(String),
    Slot(SlotKey),
}

/// A mark and the bytes of the text that it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub mark: Mark,
    pub bytes: Range<usize>,
}

/// A text with every mark filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    pub text: String,
    /// The facts quoted, calculator results (`calc.…`) included, in the order of the text.
    pub facts: Vec<FactId>,
}

/// Why a mark cannot be filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("is not a mark")]
    Malformed,
    #[error("names nothing that is known")]
    Unknown,
    #[error("may not be quoted today ({0:?})")]
    Unquotable(Unquotable),
    #[error("was not stated by the client")]
    NotStated,
}

/// The first mark that cannot be filled; the caller drops its sentence.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{mark} {why}")]
pub struct Missing {
    /// As it stands in the text, braces included.
    pub mark: String,
    pub why: Why,
    /// Bytes of the text.
    pub bytes: Range<usize>,
}

/// Every mark of a text, in order.
///
/// # Errors
///
/// [`Why::Malformed`] for braces that hold no mark or are not closed.
pub fn parse(text: &str) -> Result<Vec<Placed>, Missing> {
    let mut placed = Vec::new();
    let mut from = 0;
    while let Some(open) = text[from..].find("{{").map(|i| from + i) {
        let end = text[open..].find("}}").map_or(text.len(), |i| open + i + 2);
        let bytes = open..end;
        let inside = text[bytes.clone()]
            .strip_prefix("{{")
            .and_then(|m| m.strip_suffix("}}"));
        let Some(mark) = inside.and_then(read) else {
            return Err(Missing {
                mark: text[bytes.clone()].to_owned(),
                why: Why::Malformed,
                bytes,
            });
        };
        placed.push(Placed { mark, bytes });
        from = end;
    }
    Ok(placed)
}

fn read(inside: &str) -> Option<Mark> {
    let (kind, id) = inside.split_once(':')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if id.is_empty() || !id.chars().all(plain) {
        return None;
    }
    match kind {
        "fact" => Some(Mark::Fact(id.to_owned())),
        "calc" => Some(Mark::Calc(id.to_owned())),
        "slot" => SlotKey::from_id(id).map(Mark::Slot),
        _ => None,
    }
}

/// Fills every mark of a text.
///
/// `calc` looks up a calculator's result by the id of its mark; the result is a fact, so that an
/// example with unverified inputs (confidence L) is refused like any other weak number.
///
/// # Errors
///
/// The first mark that cannot be filled today.
pub fn render(
    text: &str,
    lang: Lang,
    today: Date,
    facts: &BTreeMap<FactId, Fact>,
    calc: impl Fn(&str) -> Option<Fact>,
    slots: &Slots,
) -> Result<Rendered, Missing> {
    let mut rendered = Rendered {
        text: String::with_capacity(text.len()),
        facts: Vec::new(),
    };
    let mut from = 0;
    for Placed { mark, bytes } in parse(text)? {
        let missing = |why| Missing {
            mark: text[bytes.clone()].to_owned(),
            why,
            bytes: bytes.clone(),
        };
        rendered.text.push_str(&text[from..bytes.start]);
        let computed;
        let fact = match &mark {
            Mark::Slot(key) => {
                let slot = slots.get(key).ok_or_else(|| missing(Why::NotStated))?;
                rendered
                    .text
                    .push_str(&format::slot(*key, &slot.value, lang));
                None
            }
            Mark::Fact(id) => Some(facts.get(id).ok_or_else(|| missing(Why::Unknown))?),
            Mark::Calc(id) => {
                computed = calc(id).ok_or_else(|| missing(Why::Unknown))?;
                Some(&computed)
            }
        };
        if let Some(fact) = fact {
            fact.quotable(today)
                .map_err(|why| missing(Why::Unquotable(why)))?;
            let said = value(&fact.value, fact.unit, lang);
            let said = said.ok_or_else(|| missing(Why::Unquotable(Unquotable::Unverified)))?;
            rendered.text.push_str(&said);
            rendered.facts.push(fact.id.clone());
        }
        from = bytes.end;
    }
    rendered.text.push_str(&text[from..]);
    Ok(rendered)
}

/// What a chip shows: the value with its unit (a dash while nobody has verified one), and the month
/// it was true, "MM.YYYY".
pub fn fact_chip(fact: &Fact, lang: Lang) -> (String, String) {
    let said = value(&fact.value, fact.unit, lang).unwrap_or_else(|| "—".to_owned());
    (
        said,
        format!("{:02}.{}", fact.as_of.month(), fact.as_of.year()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{
        classification::Span,
        fact::{Confidence, FactValue, Localised, Unit},
        id::UtteranceId,
        slots::{Slot, SlotValue},
    };

    const TODAY: Date = Date::constant(2026, 11, 23);

    fn fact(id: &str, value: FactValue, unit: Unit) -> Fact {
        Fact {
            id: id.to_owned(),
            about: "law".to_owned(),
            label: Localised::default(),
            value,
            unit,
            source: String::new(),
            as_of: Date::constant(2026, 2, 1),
            valid_from: Date::constant(2026, 1, 1),
            valid_to: None,
            review_by: Date::constant(2027, 1, 1),
            confidence: Confidence::High,
        }
    }

    fn number(text: &str) -> FactValue {
        FactValue::Number(text.parse().unwrap())
    }

    fn facts() -> BTreeMap<FactId, Fact> {
        [
            fact("cap", number("225000"), Unit::Pln),
            fact("night", number("0.55"), Unit::PlnPerKwh),
            fact(
                "until",
                FactValue::Date(Date::constant(2027, 12, 31)),
                Unit::Date,
            ),
            Fact {
                review_by: Date::constant(2026, 11, 22),
                ..fact("old", number("1"), Unit::Km)
            },
            fact("nobody", FactValue::Unverified, Unit::Pln),
        ]
        .into_iter()
        .map(|f| (f.id.clone(), f))
        .collect()
    }

    fn slots() -> Slots {
        let slot = |value| Slot {
            value,
            quote: Span {
                start: 0,
                end: 1,
                weight: 1.0,
            },
            from: UtteranceId(uuid::Uuid::nil()),
        };
        [
            (
                SlotKey::YearlyKm,
                slot(SlotValue::Number("30000".parse().unwrap())),
            ),
            (
                SlotKey::CurrentCar,
                slot(SlotValue::Text("Passat".to_owned())),
            ),
        ]
        .into()
    }

    fn filled(text: &str, lang: Lang) -> Result<Rendered, Missing> {
        let calc = |id: &str| {
            (id == "rate").then(|| fact("calc.rate", number("2349.5"), Unit::PlnPerMonth))
        };
        render(text, lang, TODAY, &facts(), calc, &slots())
    }

    #[test]
    fn marks_are_filled_in_the_language_of_the_text() {
        let said = filled(
            "Limit {{fact:cap}}, do {{fact:until}}; {{slot:yearly_km}}, {{calc:rate}}.",
            Lang::Pl,
        )
        .unwrap();
        assert_eq!(
            said.text,
            "Limit 225\u{a0}000\u{a0}zł, do 31.12.2027; 30\u{a0}000\u{a0}km rocznie, 2\u{a0}349,50\u{a0}zł miesięcznie."
        );
        assert_eq!(said.facts, ["cap", "until", "calc.rate"]);
        let said = filled(
            "Cap {{fact:cap}} until {{fact:until}}; {{slot:current_car}}, {{fact:night}}.",
            Lang::En,
        )
        .unwrap();
        assert_eq!(
            said.text,
            "Cap PLN\u{a0}225,000 until 31 December 2027; Passat, PLN\u{a0}0.55 per kWh."
        );
    }

    #[test]
    fn a_mark_that_cannot_be_filled_is_named() {
        let cases = [
            (
                "a {{fact:old}} b",
                "{{fact:old}}",
                Why::Unquotable(Unquotable::ReviewDue),
            ),
            (
                "{{fact:nobody}}",
                "{{fact:nobody}}",
                Why::Unquotable(Unquotable::Unverified),
            ),
            ("{{fact:cap}} {{fact:gone}}", "{{fact:gone}}", Why::Unknown),
            ("{{calc:gone}}", "{{calc:gone}}", Why::Unknown),
            ("{{slot:pv_kwp}}", "{{slot:pv_kwp}}", Why::NotStated),
            ("{{slot:shoe_size}}", "{{slot:shoe_size}}", Why::Malformed),
            ("{{fact:cap", "{{fact:cap", Why::Malformed),
            ("{{price}}", "{{price}}", Why::Malformed),
            ("{{fact:a b}}", "{{fact:a b}}", Why::Malformed),
        ];
        for (text, mark, why) in cases {
            let missing = filled(text, Lang::Pl).unwrap_err();
            assert_eq!((missing.mark.as_str(), missing.why), (mark, why), "{text}");
            assert_eq!(&text[missing.bytes.clone()], mark);
        }
    }

    #[test]
    fn a_chip_shows_value_and_month() {
        let cap = fact("cap", number("225000"), Unit::Pln);
        assert_eq!(
            fact_chip(&cap, Lang::Pl),
            ("225\u{a0}000\u{a0}zł".to_owned(), "02.2026".to_owned())
        );
        let none = fact("x", FactValue::Unverified, Unit::Pln);
        assert_eq!(fact_chip(&none, Lang::En).0, "—");
    }

    #[test]
    fn a_text_without_marks_stays_as_it_is() {
        let said = filled("Zwykłe { nawiasy } i 5 }}", Lang::Pl).unwrap();
        assert_eq!(said.text, "Zwykłe { nawiasy } i 5 }}");
        assert!(said.facts.is_empty());
    }
}
