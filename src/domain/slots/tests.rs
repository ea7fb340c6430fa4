//! What texts and whole sessions state.

use super::*;
use crate::domain::labels::Speaker;

mod statements;

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
        include_str!("../../../models/corpus/sessions/a.jsonl"),
        include_str!("../../../models/corpus/sessions/b.jsonl"),
        include_str!("../../../models/corpus/sessions/c.jsonl"),
        include_str!("../../../models/corpus/sessions/d.jsonl"),
        include_str!("../../../models/corpus/sessions/e.jsonl"),
        include_str!("../../../models/corpus/sessions/f.jsonl"),
    );
    let (precision, recall) = measure(lines);
    println!("precision {precision:.3}, recall {recall:.3}");
    assert!(precision >= 0.98 && recall >= 0.98, "{precision} {recall}");
}

/// The longest text a session takes, of nothing but numbers and cues.
#[test]
fn a_hostile_text_is_read_to_its_end() {
    for filler in ["1 a ", "mam 1 ", "1. ", "kolega 1, ", "golf mam "] {
        let end = ". Budżet 150 tysięcy złotych";
        let n = (5_000 - end.chars().count()) / filler.len();
        let text = filler.repeat(n) + end;
        let read = extract(&text, Lang::Pl);
        let budget = read.iter().find(|s| s.key == SlotKey::BudgetPln).unwrap();
        assert_eq!(budget.value, SlotValue::Number(Decimal::from(150_000)));
        assert_eq!(
            budget.quote.of(&text),
            Some("150 tysięcy złotych"),
            "{filler}"
        );
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
fn a_flat_gives_way_to_a_socket() {
    let from = UtteranceId(uuid::Uuid::nil());
    for texts in [
        ["Mieszkam w bloku.", "Gniazdko mam w garażu."],
        ["Gniazdko mam w garażu.", "Mieszkam w bloku."],
    ] {
        let mut slots = Slots::new();
        for text in texts {
            merge(&mut slots, extract(text, Lang::Pl), from);
        }
        let value = &slots[&SlotKey::HomeCharging].value;
        assert_eq!(value, &SlotValue::YesNo(true), "{texts:?}");
    }
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
