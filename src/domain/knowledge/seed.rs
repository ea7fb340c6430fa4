//! The knowledge that the appliance is born with, read from `assets/knowledge`.
//!
//! Invariant: a seed that breaks one rule of [`check()`](super::check()) is not a seed; every broken
//! rule is named at once.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use super::{
    super::{
        fact::{Confidence, Fact, FactId, FactValue, Localised, SubjectId, Unit},
        labels::{Archetype, Objection},
        question::Question,
    },
    Approach, ArchetypeRow, ArgumentRow, Car, Competitor, Knowledge, ObjectionRow, Playbook,
    Promotion, QuestionRow, SignalRow, Violation, check,
};

const ARCHETYPES: &str = include_str!("../../../assets/knowledge/archetypes.toml");
const OBJECTIONS: &str = include_str!("../../../assets/knowledge/objections.toml");
const PLAYBOOKS: &str = include_str!("../../../assets/knowledge/playbooks.toml");
const ARGUMENTS: &str = include_str!("../../../assets/knowledge/arguments.toml");
const QUESTIONS: &str = include_str!("../../../assets/knowledge/questions.toml");
const SIGNALS: &str = include_str!("../../../assets/knowledge/signals.toml");
const FACTS: &str = include_str!("../../../assets/knowledge/facts.toml");
const CARS: &str = include_str!("../../../assets/knowledge/cars.toml");
const PROMOTIONS: &str = include_str!("../../../assets/knowledge/promotions.toml");

/// Revision of the seed; every change by a person makes a higher one.
const SEED_REV: u64 = 1;

#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    #[error("{file}.toml: {reason}")]
    Parse { file: &'static str, reason: String },
    #[error("the knowledge breaks {} rules:\n{}", .0.len(), lines(.0))]
    Rules(Vec<Violation>),
}

fn lines(violations: &[Violation]) -> String {
    let lines: Vec<_> = violations.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

/// A fact as its data file holds it: exactly one of `value`, `low` with `high`, `date`, `unverified`.
#[derive(Debug, Clone, PartialEq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactRow {
    pub id: FactId,
    pub about: SubjectId,
    pub label: Localised,
    pub value: Option<Decimal>,
    pub low: Option<Decimal>,
    pub high: Option<Decimal>,
    pub date: Option<Date>,
    #[serde(default)]
    pub unverified: bool,
    pub unit: Unit,
    pub source: String,
    pub as_of: Date,
    pub valid_from: Date,
    pub valid_to: Option<Date>,
    pub review_by: Date,
    pub confidence: Confidence,
}

impl TryFrom<FactRow> for Fact {
    type Error = String;

    fn try_from(row: FactRow) -> Result<Self, String> {
        let value = match (row.value, row.low, row.high, row.date, row.unverified) {
            (Some(value), None, None, None, false) => FactValue::Number(value),
            (None, Some(low), Some(high), None, false) if low <= high => {
                FactValue::Range(low, high)
            }
            (None, None, None, Some(date), false) => FactValue::Date(date),
            (None, None, None, None, true) => FactValue::Unverified,
            _ => {
                return Err(format!(
                    "{}: needs exactly one of value, low ≤ high, date, unverified",
                    row.id
                ));
            }
        };
        Ok(Self {
            id: row.id,
            about: row.about,
            label: row.label,
            value,
            unit: row.unit,
            source: row.source,
            as_of: row.as_of,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            review_by: row.review_by,
            confidence: row.confidence,
        })
    }
}

/// Reads and checks the embedded data files.
///
/// # Errors
/// [`SeedError::Parse`] for a file that does not have the shape of its rows, [`SeedError::Rules`]
/// with every broken rule otherwise.
pub fn seed() -> Result<Knowledge, SeedError> {
    let archetypes: Archetypes = parse("archetypes", ARCHETYPES)?;
    let cars: Cars = parse("cars", CARS)?;
    let objections: Objections = parse("objections", OBJECTIONS)?;
    let playbooks: Playbooks = parse("playbooks", PLAYBOOKS)?;
    let arguments: Arguments = parse("arguments", ARGUMENTS)?;
    let questions: Questions = parse("questions", QUESTIONS)?;
    let signals: Signals = parse("signals", SIGNALS)?;
    let promotions: Promotions = parse("promotions", PROMOTIONS)?;
    let knowledge = Knowledge {
        rev: SEED_REV,
        archetypes: rows(archetypes.archetype)?,
        undecided: archetypes.undecided,
        objections: objections.objection,
        playbooks: playbooks.playbook,
        arguments: arguments.argument,
        questions: questions.question.into_iter().map(Question::from).collect(),
        signals: signals.signal,
        facts: facts()?,
        cars: cars.car,
        competitors: cars.competitor,
        promotions: promotions.promotion,
    };
    let violations = check(&knowledge);
    if violations.is_empty() {
        Ok(knowledge)
    } else {
        Err(SeedError::Rules(violations))
    }
}

fn parse<T: DeserializeOwned>(file: &'static str, text: &str) -> Result<T, SeedError> {
    toml::from_str(text).map_err(|e| SeedError::Parse {
        file,
        reason: e.to_string(),
    })
}

fn facts() -> Result<BTreeMap<FactId, Fact>, SeedError> {
    let file: Facts = parse("facts", FACTS)?;
    let refuse = |reason: String| SeedError::Parse {
        file: "facts",
        reason,
    };
    let mut facts = BTreeMap::new();
    for row in file.fact {
        let fact = Fact::try_from(row).map_err(refuse)?;
        if let Some(double) = facts.insert(fact.id.clone(), fact) {
            return Err(refuse(format!("{} stands there twice", double.id)));
        }
    }
    Ok(facts)
}

/// Splits each row into its own keys and an [`Approach`], which refuses unknown keys.
///
/// `ArchetypeRow` flattens its approach, and a flattened struct would swallow a misspelt key.
fn rows(tables: Vec<toml::Table>) -> Result<Vec<ArchetypeRow>, SeedError> {
    let refuse = |e: toml::de::Error| SeedError::Parse {
        file: "archetypes",
        reason: e.to_string(),
    };
    let row = |mut table: toml::Table| {
        let mut own = toml::Table::new();
        for key in ["id", "disc", "ovn_base", "likely_objections"] {
            if let Some(value) = table.remove(key) {
                own.insert(key.to_owned(), value);
            }
        }
        let own: Own = own.try_into().map_err(refuse)?;
        let approach: Approach = table.try_into().map_err(refuse)?;
        Ok(ArchetypeRow {
            id: own.id,
            disc: own.disc,
            ovn_base: own.ovn_base,
            likely_objections: own.likely_objections,
            approach,
        })
    };
    tables.into_iter().map(row).collect()
}

#[derive(serde::Deserialize)]
struct Own {
    id: Archetype,
    disc: String,
    ovn_base: u8,
    likely_objections: Vec<Objection>,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Archetypes {
    archetype: Vec<toml::Table>,
    undecided: Approach,
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Cars {
    car: Vec<Car>,
    competitor: Vec<Competitor>,
}

macro_rules! files {
    ($($name:ident { $field:ident: $row:ty }),+ $(,)?) => {$(
        #[derive(serde::Deserialize)]
        #[serde(deny_unknown_fields)]
        struct $name { $field: Vec<$row> }
    )+};
}

files! {
    Objections { objection: ObjectionRow },
    Playbooks { playbook: Playbook },
    Arguments { argument: ArgumentRow },
    Questions { question: QuestionRow },
    Signals { signal: SignalRow },
    Facts { fact: FactRow },
    Promotions { promotion: Promotion },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_keeps_every_rule() {
        match seed() {
            Ok(knowledge) => assert_eq!(knowledge.archetypes.len(), Archetype::COUNT),
            Err(error) => panic!("{error}"),
        }
    }

    #[test]
    fn a_fact_row_has_exactly_one_value() {
        let row = |value: &str| {
            let text = format!(
                "id = \"x\"\nabout = \"law\"\nlabel = {{ pl = \"x\", en = \"x\" }}\n{value}\nunit = \"PLN\"\n\
                 source = \"s\"\nas_of = \"2026-01-01\"\nvalid_from = \"2026-01-01\"\n\
                 review_by = \"2027-01-01\"\nconfidence = \"H\""
            );
            let row: FactRow = toml::from_str(&text).unwrap();
            Fact::try_from(row).map(|fact| fact.value)
        };
        let number = |text: &str| text.parse::<Decimal>().unwrap();
        assert_eq!(row("value = 0.497"), Ok(FactValue::Number(number("0.497"))));
        assert_eq!(
            row("low = 4\nhigh = 29"),
            Ok(FactValue::Range(number("4"), number("29")))
        );
        assert_eq!(
            row("date = \"2027-12-31\""),
            Ok(FactValue::Date(jiff::civil::date(2027, 12, 31)))
        );
        assert_eq!(row("unverified = true"), Ok(FactValue::Unverified));
        for wrong in [
            "",
            "low = 4",
            "low = 5\nhigh = 4",
            "value = 1\nunverified = true",
            "value = 1\nlow = 1\nhigh = 2",
        ] {
            assert!(row(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_misspelt_key_of_an_archetype_is_refused() {
        let text = ARCHETYPES.replacen("voice = ", "voce = ", 1);
        let file: Archetypes = toml::from_str(&text).unwrap();
        assert!(matches!(rows(file.archetype), Err(SeedError::Parse { .. })));
    }
}
