//! Figures of the guard over rows of the evaluation format (`labels.md`, "Guard").

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{Reason, Verdict, check};
use crate::domain::{
    fact::{Confidence, Fact, FactValue, Localised, Unit},
    labels::Lang,
};

/// A fact as a row of the evaluation file gives it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RowFact {
    pub id: String,
    pub value: RowValue,
    pub unit: Unit,
    pub valid_to: Option<Date>,
    pub confidence: Confidence,
}

/// A number, or a date where the unit is `date`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(untagged)]
pub enum RowValue {
    Number(serde_json::Number),
    Date(Date),
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Row {
    pub id: String,
    /// Polish where a row does not say.
    #[serde(default = "polish")]
    pub lang: Lang,
    #[serde(default)]
    pub facts: Vec<RowFact>,
    pub today: Date,
    pub text: String,
    pub blocked: bool,
    #[serde(default)]
    pub reason: Option<Reason>,
}

const fn polish() -> Lang {
    Lang::Pl
}

/// A line that is no row.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {source}")]
pub struct Error {
    pub line: usize,
    pub source: serde_json::Error,
}

/// Reads JSON Lines; empty lines are passed over.
///
/// # Errors
///
/// The first line that is no row.
pub fn parse(lines: &str) -> Result<Vec<Row>, Error> {
    let read = |(i, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|source| Error {
            line: i + 1,
            source,
        })
    };
    lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(read)
        .collect()
}

impl RowFact {
    /// A fact that is in force but for what the row says.
    fn fact(&self) -> Fact {
        let value = match &self.value {
            RowValue::Number(n) => n
                .to_string()
                .parse()
                .map_or(FactValue::Unverified, |n: Decimal| FactValue::Number(n)),
            RowValue::Date(day) => FactValue::Date(*day),
        };
        Fact {
            id: self.id.clone(),
            about: String::new(),
            label: Localised::default(),
            value,
            unit: self.unit,
            source: String::new(),
            as_of: Date::MIN,
            valid_from: Date::MIN,
            valid_to: self.valid_to,
            review_by: Date::MAX,
            confidence: self.confidence,
        }
    }
}

impl Row {
    /// What the guard says of the row.
    pub fn verdicts(&self) -> Vec<Verdict> {
        let facts: Vec<_> = self.facts.iter().map(RowFact::fact).collect();
        check(&self.text, self.lang, self.today, &facts)
    }
}

/// Counts and shares over some of the rows.
#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Part {
    pub n: usize,
    /// Rows that should be blocked.
    pub blocked: usize,
    /// Share of those that were; 1 where there are none.
    pub caught: f64,
    /// Share of those whose first verdict has the row's reason.
    pub right_reason: f64,
    /// Share of clean rows that were blocked; 0 where there are none.
    pub false_alarms: f64,
}

#[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Figures {
    #[serde(flatten)]
    pub all: Part,
    pub by_reason: BTreeMap<Reason, Part>,
    pub by_lang: BTreeMap<Lang, Part>,
    /// Ids of the blocked rows that passed and the clean rows that did not.
    pub failures: Vec<String>,
}

/// Runs the guard over every row.
pub fn evaluate(rows: &[Row]) -> Figures {
    let outcomes: Vec<_> = rows
        .iter()
        .map(|row| (row, row.verdicts().first().map(|v| v.reason)))
        .collect();
    let by_reason = Reason::ALL.iter().map(|&reason| {
        (
            reason,
            part(
                outcomes
                    .iter()
                    .filter(|(row, _)| row.reason == Some(reason)),
            ),
        )
    });
    let by_lang = Lang::ALL.iter().map(|&lang| {
        (
            lang,
            part(outcomes.iter().filter(|(row, _)| row.lang == lang)),
        )
    });
    Figures {
        all: part(outcomes.iter()),
        by_reason: by_reason.collect(),
        by_lang: by_lang.collect(),
        failures: outcomes
            .iter()
            .filter(|(row, found)| row.blocked != found.is_some())
            .map(|(row, _)| row.id.clone())
            .collect(),
    }
}

type Outcome<'r> = (&'r Row, Option<Reason>);

fn part<'o, 'r: 'o>(outcomes: impl Iterator<Item = &'o Outcome<'r>>) -> Part {
    let mut part = Part::default();
    let (mut caught, mut right, mut alarms) = (0, 0, 0);
    for (row, found) in outcomes {
        part.n += 1;
        if row.blocked {
            part.blocked += 1;
            caught += usize::from(found.is_some());
            right += usize::from(found.is_some() && *found == row.reason);
        } else {
            alarms += usize::from(found.is_some());
        }
    }
    let share = |count: usize, of: usize, empty: f64| {
        if of == 0 {
            empty
        } else {
            count as f64 / of as f64
        }
    };
    part.caught = share(caught, part.blocked, 1.0);
    part.right_reason = share(right, part.blocked, 1.0);
    part.false_alarms = share(alarms, part.n - part.blocked, 0.0);
    part
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(lines: &str) -> Figures {
        let rows = parse(lines).unwrap();
        let figures = evaluate(&rows);
        for row in rows {
            let verdicts = row.verdicts();
            let first = verdicts.first().map(|v| v.reason);
            if row.blocked != first.is_some() {
                println!(
                    "{} {} {:?} {:?}",
                    if row.blocked { "MISSED" } else { "ALARM" },
                    row.id,
                    row.text,
                    verdicts
                );
            } else if first != row.reason {
                println!("reason {} {:?} {:?}", row.id, row.text, verdicts);
            }
        }
        println!("{}", serde_json::to_string(&figures).unwrap());
        figures
    }

    #[test]
    fn the_fixture_is_caught() {
        let figures = figures(include_str!("../../../tests/fixtures/guard.jsonl"));
        assert_eq!(figures.all.n, 120);
        assert!(
            figures.all.caught >= 0.97 && figures.all.right_reason >= 0.97,
            "{figures:?}"
        );
        assert!(figures.all.false_alarms <= 0.03, "{figures:?}");
    }

    #[test]
    fn cases_written_beside_the_lexicon_stay_caught() {
        let figures = figures(include_str!("../../../tests/fixtures/guard_tuning.jsonl"));
        assert!(
            figures.all.caught >= 0.95 && figures.all.false_alarms <= 0.01,
            "{figures:?}"
        );
    }

    #[test]
    fn cases_set_aside_are_caught() {
        let figures = figures(include_str!("../../../tests/fixtures/guard_second.jsonl"));
        assert_eq!(figures.all.n, 140);
        assert!(
            figures.all.caught >= 0.97 && figures.all.false_alarms <= 0.06,
            "{figures:?}"
        );
    }

    #[test]
    fn rows_are_read_strictly() {
        assert!(
            parse("\n{\"id\":\"a\",\"today\":\"2026-01-01\",\"text\":\"x\",\"blocked\":false}\n")
                .unwrap()[0]
                .facts
                .is_empty()
        );
        assert_eq!(parse("{}").unwrap_err().line, 1);
    }
}
