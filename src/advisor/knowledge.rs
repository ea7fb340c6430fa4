//! Knowledge: read by everyone, facts edited by the manager, each change with its history and undo.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::json;

use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
};
use crate::{
    domain::{
        fact::{Confidence, Fact, FactValue, Unit, Unquotable},
        labels::{Lang, Role},
        mark,
    },
    store::{self, knowledge},
};

pub use crate::store::knowledge::Change;

/// A fact as the knowledge page lists it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactLine {
    pub id: String,
    pub about: String,
    pub label: String,
    /// As people read it; `None` where nobody has verified one.
    pub value: Option<String>,
    pub unit: Unit,
    pub source: String,
    pub as_of: Date,
    pub valid_to: Option<Date>,
    pub review_by: Date,
    pub confidence: Confidence,
    /// Why it may not be quoted today.
    pub unquotable: Option<Unquotable>,
}

/// A fact as the manager's form sends it.
#[derive(Debug, Clone)]
pub struct FactEdit {
    pub id: String,
    /// A number, "from–to", a date for a date, or nothing for "not verified".
    pub value: String,
    pub source: String,
    pub as_of: String,
    pub valid_to: String,
    pub review_by: String,
    pub confidence: String,
}

impl Advisor {
    /// Every fact: those without a value first, then those that may not be quoted, then by subject.
    pub fn facts(&self, lang: Lang) -> Vec<FactLine> {
        let today = self.today();
        let knowledge = self.knowledge();
        let mut lines: Vec<_> = knowledge
            .facts
            .values()
            .map(|fact| fact_line(fact, lang, today))
            .collect();
        lines.sort_by_key(|line| {
            (
                line.value.is_some(),
                line.unquotable.is_none(),
                line.about.clone(),
                line.id.clone(),
            )
        });
        lines
    }

    pub fn fact(&self, id: &str) -> Result<Fact> {
        self.knowledge()
            .facts
            .get(id)
            .cloned()
            .ok_or(Error::NotFound)
    }

    /// Stores a manager's change of a fact.
    pub async fn edit_fact(&self, caller: &Caller, edit: FactEdit) -> Result<()> {
        if caller.role != Role::Manager {
            return Err(Error::Forbidden);
        }
        let fact = edited(self.fact(&edit.id)?, &edit)?;
        let scope = caller.scope();
        let now = self.now_ms();
        let entry = Entry::new("knowledge.edit", "fact", &edit.id)
            .caller(caller)
            .with(json!({"fact": edit.id}));
        let loaded = self
            .commit(scope, entry, move |tx, write| {
                knowledge::update_fact(tx, write, &fact, now)?;

                knowledge::load(tx)
            })
            .await?;
        self.take_over(loaded);
        Ok(())
    }

    /// Takes back the change that made revision `rev`.
    pub async fn undo_knowledge(&self, caller: &Caller, rev: u64) -> Result<()> {
        if caller.role != Role::Manager {
            return Err(Error::Forbidden);
        }
        let scope = caller.scope();
        let now = self.now_ms();
        let entry = Entry::new("knowledge.undo", "revision", rev).caller(caller);
        let loaded = self
            .commit(scope, entry, move |tx, write| {
                knowledge::undo(tx, write, rev, now)?;

                knowledge::load(tx)
            })
            .await?;
        self.take_over(loaded);
        Ok(())
    }

    /// Changes of the knowledge, newest first.
    pub async fn knowledge_history(&self, caller: &Caller) -> Result<Vec<Change>> {
        let scope = caller.scope();
        Ok(self
            .store()
            .read(move |db| store::knowledge::history(db, &scope, None, 50))
            .await?)
    }

    fn take_over(&self, loaded: crate::domain::knowledge::Knowledge) {
        let mut knowledge = self
            .0
            .knowledge
            .write()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        // Two edits at once may arrive here in either order; the newer revision stays.
        if loaded.rev >= knowledge.rev {
            *knowledge = std::sync::Arc::new(loaded);
        }
    }
}

fn fact_line(fact: &Fact, lang: Lang, today: Date) -> FactLine {
    let value = (fact.value != FactValue::Unverified).then(|| mark::fact_chip(fact, lang).0);
    FactLine {
        id: fact.id.clone(),
        about: fact.about.clone(),
        label: fact.label.get(lang).to_owned(),
        value,
        unit: fact.unit,
        source: fact.source.clone(),
        as_of: fact.as_of,
        valid_to: fact.valid_to,
        review_by: fact.review_by,
        confidence: fact.confidence,
        unquotable: fact.quotable(today).err(),
    }
}

fn edited(fact: Fact, edit: &FactEdit) -> Result<Fact> {
    let date = |field, text: &str| {
        text.trim()
            .parse::<Date>()
            .map_err(|_| Error::invalid(field, Refusal::NotADate))
    };
    let source = edit.source.trim();
    if source.is_empty() {
        return Err(Error::invalid("source", Refusal::Missing));
    }
    if source.chars().count() > 300 {
        return Err(Error::invalid("source", Refusal::TooLong { max: 300 }));
    }
    let value = value_of(edit.value.trim(), fact.unit)?;
    let as_of = date("as_of", &edit.as_of)?;
    let valid_to = match edit.valid_to.trim() {
        "" => None,
        text => Some(date("valid_to", text)?),
    };
    let review_by = date("review_by", &edit.review_by)?;
    if valid_to.is_some_and(|end| end < as_of) {
        return Err(Error::invalid("valid_to", Refusal::OutOfRange));
    }
    if review_by < as_of {
        return Err(Error::invalid("review_by", Refusal::OutOfRange));
    }
    let confidence = Confidence::from_id(&edit.confidence);
    Ok(Fact {
        value,
        source: source.to_owned(),
        as_of,
        valid_from: fact.valid_from.min(as_of),
        valid_to,
        review_by,
        confidence: confidence.ok_or(Error::invalid("confidence", Refusal::NotAChoice))?,
        ..fact
    })
}

fn value_of(text: &str, unit: Unit) -> Result<FactValue> {
    if text.is_empty() {
        return Ok(FactValue::Unverified);
    }
    if unit == Unit::Date {
        let date = text
            .parse()
            .map_err(|_| Error::invalid("value", Refusal::NotADate))?;
        return Ok(FactValue::Date(date));
    }
    let number = |text: &str| {
        let plain: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let number: Decimal = plain
            .replace(',', ".")
            .replace('\u{2212}', "-")
            .parse()
            .map_err(|_| Error::invalid("value", Refusal::NotANumber))?;
        // Only a share can be below zero: a price, a range or a time cannot.
        let below = number.is_sign_negative() && !number.is_zero() && unit != Unit::Percent;
        if below || number.abs() > Decimal::from(10_000_000_000_i64) {
            return Err(Error::invalid("value", Refusal::OutOfRange));
        }
        Ok(number)
    };
    match text.split_once('–') {
        None => Ok(FactValue::Number(number(text)?)),
        Some((from, to)) => {
            let (from, to) = (number(from)?, number(to)?);
            if from > to {
                return Err(Error::invalid("value", Refusal::OutOfRange));
            }
            Ok(FactValue::Range(from, to))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_a_number_a_range_a_date_or_nothing() {
        let number = |n: i64| Decimal::from(n);
        assert_eq!(
            value_of("204 990", Unit::Pln).unwrap(),
            FactValue::Number(number(204_990))
        );
        assert_eq!(
            value_of("4,8", Unit::Second).unwrap(),
            FactValue::Number("4.8".parse().unwrap())
        );
        assert_eq!(
            value_of("500–620", Unit::Km).unwrap(),
            FactValue::Range(number(500), number(620))
        );
        assert_eq!(value_of("", Unit::Pln).unwrap(), FactValue::Unverified);
        assert!(value_of("620–500", Unit::Km).is_err());
        assert!(value_of("tanio", Unit::Pln).is_err());
        assert!(value_of("-5", Unit::Pln).is_err());
        assert!(value_of("\u{2212}5–5", Unit::Km).is_err());
        assert!(value_of("-5", Unit::Percent).is_ok());
        assert!(value_of("31.12.2027", Unit::Date).is_err());
        assert!(matches!(
            value_of("2027-12-31", Unit::Date).unwrap(),
            FactValue::Date(_)
        ));
    }
}
