//! The knowledge is stored whole, changed with its history, and taken back.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::*;
use crate::domain::{
    fact::{Confidence, Fact, FactValue, Localised, Unit},
    knowledge::{
        Approach, ArchetypeRow, ArgumentRow, Availability, Car, Competitor, FollowUpRow, Framework,
        Knowledge, LocalisedList, ObjectionRow, Opening, Playbook, Promotion, Reply, Say,
        SignalRow, Timing,
    },
    labels::{Archetype, Need, Objection, Signal, SlotKey, Stage, Tag},
    question::{Answer, Question},
};

fn text(word: &str) -> Localised {
    Localised {
        pl: format!("{word} „żółć” 'a\""),
        en: word.to_owned(),
    }
}

fn list(word: &str) -> LocalisedList {
    LocalisedList {
        pl: vec![format!("{word} jeden"), format!("{word} dwa")],
        en: vec![word.to_owned()],
    }
}

fn approach(word: &str) -> Approach {
    Approach {
        name: text(word),
        drive: text("drive"),
        description: text("description"),
        traits: list("trait"),
        worry: text("worry"),
        goal: text("goal"),
        headlines: list("headline"),
        openings: vec![Opening {
            stage: Stage::Discovery,
            pl: "a".to_owned(),
            en: "b".to_owned(),
        }],
        say: vec![Say {
            need: Need::Range,
            pl: "a".to_owned(),
            en: "b".to_owned(),
        }],
        words_use: list("use"),
        words_avoid: list("avoid"),
        voice: text("voice"),
        draft: text("draft {{fact:price}}"),
        next_steps: list("step"),
        red_flags: list("flag"),
        strategies: list("strategy"),
    }
}

pub(super) fn fact(id: &str, value: FactValue) -> Fact {
    Fact {
        id: id.to_owned(),
        about: "car".to_owned(),
        label: text("label"),
        value,
        unit: Unit::Pln,
        source: "price list".to_owned(),
        as_of: jiff::civil::date(2026, 1, 1),
        valid_from: jiff::civil::date(2026, 1, 1),
        valid_to: (id != "law").then(|| jiff::civil::date(2026, 4, 1)),
        review_by: jiff::civil::date(2026, 4, 1),
        confidence: Confidence::High,
    }
}

fn archetype(id: Archetype) -> ArchetypeRow {
    ArchetypeRow {
        id,
        disc: "D/I".to_owned(),
        ovn_base: 6,
        likely_objections: vec![Objection::WinterRange],
        approach: approach(id.id()),
    }
}

fn objection(id: Objection) -> ObjectionRow {
    ObjectionRow {
        id,
        group: id.group(),
        name: text("name"),
        headline: text("headline"),
        framework: Framework::FearFactsFuture,
        say: text("say"),
        steps: list("step"),
        replies: vec![Reply {
            archetypes: vec![],
            pl: "a".to_owned(),
            en: "b".to_owned(),
        }],
        why: text("why"),
        ask: text("ask"),
        facts: vec!["price".to_owned()],
        cues: list("cue"),
    }
}

fn question() -> Question {
    Question {
        id: "socket".to_owned(),
        text: text("text"),
        reason: text("reason"),
        fills: Some(SlotKey::HomeCharging),
        stages: vec![Stage::Discovery],
        tags: vec![Tag::Rural],
        answers: vec![Answer {
            label: text("answer"),
            p: std::array::from_fn(|i| 0.1 + i as f32 / 7.0),
        }],
    }
}

/// One or two rows of each table, in an order that is not the alphabet's.
fn knowledge() -> Knowledge {
    let number = |n| FactValue::Number(Decimal::new(n, 2));
    let facts = [
        fact("price", number(20_499_000)),
        fact(
            "range",
            FactValue::Range(Decimal::new(400, 0), Decimal::new(5005, 1)),
        ),
        fact("law", FactValue::Date(jiff::civil::date(2027, 1, 1))),
        fact("unknown", FactValue::Unverified),
    ];
    Knowledge {
        rev: 1,
        archetypes: vec![
            archetype(Archetype::TechPioneer),
            archetype(Archetype::DealHunter),
        ],
        undecided: approach("undecided"),
        objections: vec![
            objection(Objection::WinterRange),
            objection(Objection::PriceTooHigh),
        ],
        playbooks: vec![Playbook {
            id: "pv".to_owned(),
            title: text("title"),
            calming: false,
            archetypes: vec![Archetype::EcoEnthusiast],
            tags: vec![Tag::HasPv],
            stages: vec![],
            objections: vec![],
            goal: text("goal"),
            steps: list("step"),
            discovery_questions: list("question"),
            follow_up: vec![FollowUpRow {
                days: 2,
                pl: "a".to_owned(),
                en: "b".to_owned(),
            }],
        }],
        arguments: vec![ArgumentRow {
            id: "quiet".to_owned(),
            archetypes: vec![],
            needs: vec![Need::Comfort],
            tags: vec![],
            title: text("title"),
            text: text("text"),
            facts: vec![],
        }],
        questions: vec![question()],
        signals: vec![SignalRow {
            id: Signal::TestDrive,
            name: text("name"),
            headline: text("headline"),
            say: text("say"),
            meaning: text("meaning"),
            next_step: text("step"),
            timing: Timing::Now,
            cues: list("cue"),
        }],
        facts: facts.into_iter().map(|f| (f.id.clone(), f)).collect(),
        cars: vec![Car {
            id: "model_y".to_owned(),
            model_name: "Model Y".to_owned(),
            variant: "Long Range".to_owned(),
            price_fact: Some("price".to_owned()),
            range_fact: Some("range".to_owned()),
            acceleration_fact: None,
            features: list("feature"),
            availability: Availability::Order,
            fits_archetypes: vec![],
            fits_tags: vec![],
            pitch: text("pitch"),
        }],
        competitors: vec![Competitor {
            id: "rival".to_owned(),
            brand: "Rival".to_owned(),
            model: "One".to_owned(),
            price_fact: None,
            range_fact: Some("range".to_owned()),
            strengths: list("strength"),
            weaknesses: list("weakness"),
            our_advantages: list("advantage"),
        }],
        promotions: vec![Promotion {
            id: "spring".to_owned(),
            title: text("title"),
            amount_fact: "price".to_owned(),
            lowest_30d_fact: None,
        }],
    }
}

fn seeded() -> Fixture {
    let fixture = Fixture::new();
    let seeded =
        fixture.write(|tx| knowledge::seed_if_empty(tx, writing(&JOB)?, &knowledge(), 1_000));
    assert!(seeded);
    fixture
}

const MANAGER: Scope = Scope::new(Some(BOGDAN), Via::Cli, Rows::Showroom, Text::Open, true);

#[test]
fn what_is_loaded_is_what_was_seeded() {
    let mut fixture = seeded();
    let mut other = knowledge();
    other.facts = BTreeMap::new();
    let again =
        fixture.write(move |tx| knowledge::seed_if_empty(tx, writing(&JOB)?, &other, 2_000));
    assert!(!again, "never over what is there");
    fixture.reopen();
    assert_eq!(fixture.read(knowledge::load), knowledge());
}

#[test]
fn there_is_nothing_to_load_before_seeding() {
    let fixture = Fixture::new();
    assert_eq!(fixture.try_read(knowledge::load), Err(Error::NotFound));
    assert_eq!(fixture.read(knowledge::rev), 0);
}

#[test]
fn the_columns_are_those_of_the_body() {
    let fixture = seeded();
    let row = fixture.read(|db| {
        Ok(db.main.query_row(
            "select m.model_name, f.value, f.unit, f.valid_to, o.category, p.archetype, c.brand
             from tesla_models m join facts f on f.id = m.price_fact,
                 objections o, playbooks p, competitors c
             where o.id = 'price_too_high'",
            [],
            |row| {
                (0..7)
                    .map(|i| row.get::<_, String>(i))
                    .collect::<Result<Vec<_>, _>>()
            },
        )?)
    });
    let expected = [
        "Model Y",
        r#"{"number":"204990.00"}"#,
        "PLN",
        "2026-04-01",
        "money",
        r#"["eco_enthusiast"]"#,
        "Rival",
    ];
    assert_eq!(row, expected);
    // A column cannot come to say something else than its body.
    for sql in [
        "update tesla_models set model_name = 'Model X'",
        "update facts set value = '1' where id = 'price'",
        "update archetypes set name = 'x'",
    ] {
        let result = fixture.try_write(move |tx| Ok(tx.main.execute(sql, [])?));
        assert!(
            matches!(result, Err(Error::Invalid(_))),
            "{sql}: {result:?}"
        );
    }
}

#[test]
fn a_car_cannot_refer_to_a_fact_that_is_not_there() {
    let fixture = Fixture::new();
    let mut wrong = knowledge();
    wrong.facts.remove("range");
    let result =
        fixture.try_write(move |tx| knowledge::seed_if_empty(tx, writing(&JOB)?, &wrong, 0));
    assert_eq!(result, Err(Error::Conflict("reference")));
    assert_eq!(fixture.read(knowledge::rev), 0);
}

#[test]
fn a_fact_is_changed_with_its_history_and_taken_back() {
    let fixture = seeded();
    let price = |n| fact("price", FactValue::Number(Decimal::new(n, 0)));
    let update = |fact: Fact, scope: Scope| {
        fixture.try_write(move |tx| knowledge::update_fact(tx, writing(&scope)?, &fact, 2_000))
    };
    let undo =
        |rev| fixture.try_write(move |tx| knowledge::undo(tx, writing(&MANAGER)?, rev, 3_000));
    let stored = || fixture.read(knowledge::load).facts["price"].clone();

    assert_eq!(update(price(199_990), MANAGER), Ok(2));
    assert_eq!(stored(), price(199_990));
    assert_eq!(fixture.read(knowledge::load).rev, 2);
    assert_eq!(update(price(1), seller(ANNA)), Err(Error::Denied));
    let unknown = fact("new", FactValue::Unverified);
    assert_eq!(update(unknown, MANAGER), Err(Error::NotFound));

    assert_eq!(undo(2), Ok(3));
    assert_eq!(stored(), knowledge().facts["price"]);
    assert_eq!(
        undo(2),
        Err(Error::Conflict("revision")),
        "taken back already"
    );
    assert_eq!(undo(1), Err(Error::NotFound), "the seeding");
    assert_eq!(undo(3), Ok(4));
    assert_eq!(stored(), price(199_990));

    let history = fixture.read(|db| knowledge::history(db, &JOB, Some("price"), 9));
    let seen: Vec<_> = history
        .iter()
        .map(|change| (change.rev, change.undoes, change.actor))
        .collect();
    let expected = [
        (4, Some(3), Some(BOGDAN)),
        (3, Some(2), Some(BOGDAN)),
        (2, None, Some(BOGDAN)),
    ];
    assert_eq!(seen, expected);
    let number = |value: &Option<serde_json::Value>| {
        value.as_ref().map(|fact| fact["value"]["number"].clone())
    };
    assert_eq!(number(&history[2].before), Some("204990.00".into()));
    assert_eq!(number(&history[2].after), Some("199990".into()));
    let all = fixture.read(|db| knowledge::history(db, &JOB, None, 9));
    assert_eq!((all.len(), all[3].table.as_str()), (4, "all"));
}
