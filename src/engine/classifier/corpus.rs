//! Labelled utterances and sessions as JSON Lines (`labels.md`, "Evaluation files").
//!
//! What the corpus is written in and what `eval` reads are one format, read by one parser.
//! A key that is absent is `None` and is neither trained on nor scored.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde_json::{Map, Value};

use crate::domain::labels::{
    Archetype, Lang, Need, Objection, Signal, SlotKey, Speaker, Stage, Tag, Tone,
};

/// Where a file is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("line {line}: {reason}")]
    NoObject { line: usize, reason: String },
    #[error("line {line}, key \"{key}\": {reason}")]
    Key {
        line: usize,
        key: String,
        reason: String,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct Utterance {
    pub id: String,
    pub lang: Lang,
    pub role: Speaker,
    pub text: String,
    /// The acceptable answers; empty means that the right answer is to abstain.
    pub archetype: Option<Vec<Archetype>>,
    pub tags: Option<Vec<Tag>>,
    pub needs: Option<Vec<Need>>,
    pub objections: Option<Vec<Objection>>,
    pub signals: Option<Vec<Signal>>,
    pub tone: Option<Tone>,
    pub stage: Option<Stage>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Session {
    pub id: String,
    pub lang: Lang,
    pub utterances: Vec<(Speaker, String)>,
    pub archetype: Option<Vec<Archetype>>,
    pub tags: Option<Vec<Tag>>,
    pub slots: Option<BTreeMap<SlotKey, Value>>,
}

/// Reads utterances; blank lines are skipped.
pub fn utterances(jsonl: &str) -> Result<Vec<Utterance>, Error> {
    rows(jsonl, |mut row| {
        let utterance = Utterance {
            id: row.need("id", text)?,
            lang: row.need("lang", label)?,
            role: row.take("role", label)?.unwrap_or(Speaker::Client),
            text: row.need("text", text)?,
            archetype: row.take("archetype", set)?,
            tags: row.take("tags", set)?,
            needs: row.take("needs", set)?,
            objections: row.take("objections", set)?,
            signals: row.take("signals", set)?,
            tone: row.take("tone", label)?,
            stage: row.take("stage", label)?,
        };
        row.end().map(|()| utterance)
    })
}

/// Reads sessions; blank lines are skipped.
pub fn sessions(jsonl: &str) -> Result<Vec<Session>, Error> {
    rows(jsonl, |mut row| {
        let session = Session {
            id: row.need("id", text)?,
            lang: row.need("lang", label)?,
            utterances: row.need("utterances", turns)?,
            archetype: row.take("archetype", set)?,
            tags: row.take("tags", set)?,
            slots: row.take("slots", slots)?,
        };
        row.end().map(|()| session)
    })
}

fn rows<T>(jsonl: &str, read: impl Fn(Row) -> Result<T, Error>) -> Result<Vec<T>, Error> {
    let lines = (1..).zip(jsonl.lines());
    lines
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(line, text)| {
            let no_object = |reason| Error::NoObject { line, reason };
            match serde_json::from_str(text) {
                Ok(Value::Object(keys)) => read(Row { line, keys }),
                Ok(_) => Err(no_object("not a JSON object".to_owned())),
                Err(error) => Err(no_object(error.to_string())),
            }
        })
        .collect()
}

/// A line whose keys are taken one by one, so that an unknown key is found at the end.
struct Row {
    line: usize,
    keys: Map<String, Value>,
}

type Read<T> = fn(&Value) -> Result<T, String>;

impl Row {
    fn take<T>(&mut self, key: &str, read: Read<T>) -> Result<Option<T>, Error> {
        let value = self.keys.remove(key);
        let read = value.map(|value| read(&value)).transpose();
        read.map_err(|reason| self.error(key, reason))
    }

    fn need<T>(&mut self, key: &str, read: Read<T>) -> Result<T, Error> {
        let value = self.take(key, read)?;
        value.ok_or_else(|| self.error(key, "is missing".to_owned()))
    }

    fn end(&self) -> Result<(), Error> {
        match self.keys.keys().next() {
            None => Ok(()),
            Some(key) => Err(self.error(key, "is not a known key".to_owned())),
        }
    }

    fn error(&self, key: &str, reason: String) -> Error {
        Error::Key {
            line: self.line,
            key: key.to_owned(),
            reason,
        }
    }
}

fn text(value: &Value) -> Result<String, String> {
    match value.as_str() {
        Some(text) if !text.trim().is_empty() => Ok(text.to_owned()),
        _ => Err("is not a text".to_owned()),
    }
}

fn label<L: FromStr<Err: std::fmt::Display>>(value: &Value) -> Result<L, String> {
    let id = value.as_str().ok_or("is not a text")?;
    id.parse().map_err(|error: L::Err| error.to_string())
}

fn set<L: FromStr<Err: std::fmt::Display>>(value: &Value) -> Result<Vec<L>, String> {
    let ids = value.as_array().ok_or("is not a list")?;
    ids.iter().map(label).collect()
}

fn turns(value: &Value) -> Result<Vec<(Speaker, String)>, String> {
    let turns = value.as_array().ok_or("is not a list")?;
    let turn = |turn: &Value| {
        let key = |key| turn.get(key).ok_or(format!("a turn has no \"{key}\""));
        Ok((label(key("role")?)?, text(key("text")?)?))
    };
    turns.iter().map(turn).collect()
}

fn slots(value: &Value) -> Result<BTreeMap<SlotKey, Value>, String> {
    let slots = value.as_object().ok_or("is not an object")?;
    let slot = |(key, value): (&String, &Value)| {
        let key = key.parse().map_err(|error| format!("{error}"))?;
        Ok((key, value.clone()))
    };
    slots.iter().map(slot).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keys_are_not_empty_ones() {
        let row = r#"{"id":"a","lang":"pl","text":"Ile?","tags":[],"tone":"neutral"}"#;
        let read = &utterances(&format!("\n{row}\n")).unwrap()[0];
        assert_eq!((read.role, read.lang), (Speaker::Client, Lang::Pl));
        assert_eq!(
            (read.tags.as_deref(), read.needs.as_deref()),
            (Some(&[][..]), None)
        );
        assert_eq!((read.tone, read.stage), (Some(Tone::Neutral), None));
    }

    #[test]
    fn an_error_names_line_and_key() {
        let good = r#"{"id":"a","lang":"pl","text":"x"}"#;
        for (bad, message) in [
            (
                r#"{"id":"b","text":"x"}"#,
                "line 2, key \"lang\": is missing",
            ),
            (
                r#"{"id":"b","lang":"pl","text":"x","tags":["famly"]}"#,
                "line 2, key \"tags\": \"famly\" is not a known Tag",
            ),
            (
                r#"{"id":"b","lang":"pl","text":"x","mood":"good"}"#,
                "line 2, key \"mood\": is not a known key",
            ),
            (
                r#"{"id":"b","lang":"pl","text":" "}"#,
                "line 2, key \"text\": is not a text",
            ),
            ("[]", "line 2: not a JSON object"),
        ] {
            let error = utterances(&format!("{good}\n{bad}\n")).unwrap_err();
            assert_eq!(error.to_string(), message);
        }
        assert!(
            utterances("{")
                .unwrap_err()
                .to_string()
                .starts_with("line 1: ")
        );
    }

    #[test]
    fn sessions_have_turns_and_slots() {
        let row = r#"{"id":"s","lang":"en","utterances":[{"role":"seller","text":"Hello"}],"archetype":[],"slots":{"yearly_km":30000}}"#;
        let read = &sessions(row).unwrap()[0];
        assert_eq!(read.utterances, [(Speaker::Seller, "Hello".to_owned())]);
        assert_eq!(read.slots.as_ref().unwrap()[&SlotKey::YearlyKm], 30000);
        let wrong = row.replace("yearly_km", "km");
        let error = sessions(&wrong).unwrap_err().to_string();
        assert_eq!(
            error,
            "line 1, key \"slots\": \"km\" is not a known SlotKey"
        );
    }
}
