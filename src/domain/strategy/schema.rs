//! The JSON schema of each section, and whether an answer satisfies it.
//!
//! One source of the caps on lengths: the schema constrains decoding, and the same schema checks
//! what a provider that cannot be constrained has sent.

use serde_json::{Value, json};

use super::{Body, Key};
use crate::domain::labels::Objection;

/// Ids that may be named; the knowledge base keeps to this form.
const ID: &str = "^[a-z0-9][a-z0-9_.-]{0,47}$";
/// Facts that one argument or reply may lean on.
const MAX_FACTS: usize = 4;

impl Body {
    /// The schema of a section's JSON: one object, its properties in the order of writing.
    pub fn schema(key: Key) -> Value {
        match key {
            Key::Opening => object(&[("goal", text(80)), ("say_to_client", text(110))]),
            Key::Arguments => object(&[
                (
                    "items",
                    list(object(&[("text", text(200)), ("facts", facts())]), 3, 3),
                ),
                ("car", optional(id())),
                ("reason", text(160)),
            ]),
            Key::Next => object(&[
                ("steps", list(text(120), 1, 4)),
                ("red_flags", list(text(120), 0, 3)),
            ]),
            Key::Language => object(&[
                ("use_words", list(text(24), 0, 8)),
                ("avoid", list(text(24), 0, 8)),
                ("voice", text(120)),
                ("draft", optional(text(480))),
            ]),
            Key::Plan => {
                let days = json!({"type": "integer", "minimum": 0, "maximum": 365});
                let follow_up = object(&[("days", days), ("text", text(120))]);
                object(&[
                    ("steps", list(text(160), 1, 8)),
                    ("questions", list(text(90), 0, 6)),
                    ("follow_up", list(follow_up, 0, 4)),
                ])
            }
            Key::Objections => {
                let ids: Vec<_> = Objection::ALL
                    .iter()
                    .map(|objection| objection.id())
                    .collect();
                let item = object(&[
                    ("objection", json!({"enum": ids})),
                    ("say_to_client", text(110)),
                    ("why", text(200)),
                    ("facts", facts()),
                ]);
                object(&[("items", list(item, 0, 4))])
            }
        }
    }

    /// Reads a section from JSON that satisfies its schema.
    ///
    /// The error names the place and the rule, never the text.
    pub fn parse(key: Key, text: &str) -> Result<Self, String> {
        Self::read(key, &Self::schema(key), json(text)?)
    }

    /// Reads what there is of a section that was cut short and closed: members that are missing
    /// are empty, and lists may be short.
    pub(super) fn parse_begun(key: Key, text: &str) -> Result<Self, String> {
        let mut schema = Self::schema(key);
        let mut value = json(text)?;
        if let (Some(properties), Some(members)) =
            (schema["properties"].as_object_mut(), value.as_object_mut())
        {
            for (name, schema) in properties {
                let empty = if schema.get("anyOf").is_some() {
                    Value::Null
                } else if schema["type"] == "array" {
                    schema["minItems"] = 0.into();
                    Value::Array(Vec::new())
                } else {
                    schema["minLength"] = 0.into();
                    Value::String(String::new())
                };
                members.entry(name).or_insert(empty);
            }
        }
        Self::read(key, &schema, value)
    }

    fn read(key: Key, schema: &Value, mut value: Value) -> Result<Self, String> {
        satisfies(schema, &value)?;
        if let Some(object) = value.as_object_mut() {
            object.insert("key".to_owned(), key.id().into());
        }
        serde_json::from_value(value).map_err(|_| format!("no section `{key}`"))
    }
}

fn json(text: &str) -> Result<Value, String> {
    serde_json::from_str(text).map_err(|error| format!("no JSON: {:?}", error.classify()))
}

/// A text of 1 to `max` characters.
fn text(max: usize) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": max})
}

fn id() -> Value {
    json!({"type": "string", "pattern": ID})
}

fn facts() -> Value {
    list(id(), 0, MAX_FACTS)
}

fn list(items: Value, min: usize, max: usize) -> Value {
    json!({"type": "array", "items": items, "minItems": min, "maxItems": max})
}

fn optional(value: Value) -> Value {
    json!({"anyOf": [value, {"type": "null"}]})
}

fn object(properties: &[(&str, Value)]) -> Value {
    let required: Vec<_> = properties.iter().map(|(name, _)| *name).collect();
    let properties: serde_json::Map<_, _> = properties
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

/// Whether a value satisfies a schema made of the parts used above, or where it does not.
pub fn satisfies(schema: &Value, value: &Value) -> Result<(), String> {
    at(schema, value, "answer")
}

fn at(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(choices) = schema["anyOf"].as_array() {
        let fits = |choice| at(choice, value, place).is_ok();
        return if choices.iter().any(fits) {
            Ok(())
        } else {
            Err(format!("{place} fits no alternative"))
        };
    }
    if let Some(ids) = schema["enum"].as_array() {
        return if ids.contains(value) {
            Ok(())
        } else {
            Err(format!("{place} is not in the list"))
        };
    }
    match (schema["type"].as_str().unwrap_or_default(), value) {
        ("null", Value::Null) | ("boolean", Value::Bool(_)) => Ok(()),
        ("integer", Value::Number(number)) => match number.as_i64() {
            Some(n) => bounds(schema, ["minimum", "maximum"], n.into(), place),
            None => Err(format!("{place} is no integer")),
        },
        ("string", Value::String(text)) => {
            bounds(
                schema,
                ["minLength", "maxLength"],
                text.chars().count() as i128,
                place,
            )?;
            let pattern = schema.get("pattern");
            if pattern.is_some_and(|pattern| *pattern == ID) && !is_id(text) {
                return Err(format!("{place} is no id"));
            }
            Ok(())
        }
        ("array", Value::Array(items)) => {
            bounds(schema, ["minItems", "maxItems"], items.len() as i128, place)?;
            let mut items = items.iter().enumerate();
            items.try_for_each(|(i, item)| at(&schema["items"], item, &format!("{place}[{i}]")))
        }
        ("object", Value::Object(members)) => members_at(schema, members, place),
        (expected, _) => Err(format!("{place} is no {expected}")),
    }
}

fn members_at(
    schema: &Value,
    members: &serde_json::Map<String, Value>,
    place: &str,
) -> Result<(), String> {
    let Some(properties) = schema["properties"].as_object() else {
        return Ok(());
    };
    if members.keys().any(|name| !properties.contains_key(name)) {
        return Err(format!("{place} has a member that is unknown"));
    }
    for (name, schema) in properties {
        let member = members
            .get(name)
            .ok_or_else(|| format!("{place}.{name} is missing"))?;
        at(schema, member, &format!("{place}.{name}"))?;
    }
    Ok(())
}

fn bounds(schema: &Value, names: [&str; 2], n: i128, place: &str) -> Result<(), String> {
    let [min, max] = names.map(|name| schema[name].as_i64().map(i128::from));
    if min.is_some_and(|min| n < min) {
        return Err(format!("{place}: {n} is under {}", names[0]));
    }
    if max.is_some_and(|max| n > max) {
        return Err(format!("{place}: {n} is over {}", names[1]));
    }
    Ok(())
}

fn is_id(text: &str) -> bool {
    let inside = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let begins = text.bytes().next().is_some_and(inside);
    begins
        && text.len() <= 48
        && text
            .bytes()
            .all(|byte| inside(byte) || b"_.-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    const OPENING: &str = r#"{"goal": "Umówić jazdę", "say_to_client": "Zapraszam."}"#;
    const ARGUMENTS: &str = r#"{"items": [{"text": "a", "facts": ["ev_range.y-1"]}, {"text": "b", "facts": []}, {"text": "c", "facts": []}], "car": null, "reason": "r"}"#;

    #[rstest]
    #[case(Key::Opening, OPENING)]
    #[case(Key::Arguments, ARGUMENTS)]
    #[case(Key::Next, r#"{"steps": ["a"], "red_flags": []}"#)]
    #[case(
        Key::Language,
        r#"{"use_words": ["a"], "avoid": [], "voice": "v", "draft": "d"}"#
    )]
    #[case(
        Key::Plan,
        r#"{"steps": ["a"], "questions": ["q"], "follow_up": [{"days": 3, "text": "t"}]}"#
    )]
    #[case(Key::Objections, r#"{"items": [{"objection": "winter_range", "say_to_client": "s", "why": "w", "facts": []}]}"#)]
    fn a_section_is_read_and_written_back(#[case] key: Key, #[case] text: &str) {
        let body = Body::parse(key, text).unwrap();
        assert_eq!(body.key(), key);
        let mut written = serde_json::to_value(&body).unwrap();
        written.as_object_mut().unwrap().remove("key");
        assert_eq!(written, serde_json::from_str::<Value>(text).unwrap());
    }

    #[rstest]
    #[case(Key::Opening, "", "no JSON")]
    #[case(Key::Opening, r#"{"goal": "a", "say_"#, "no JSON")]
    #[case(Key::Opening, r#"{"goal": "a"}"#, "answer.say_to_client is missing")]
    #[case(
        Key::Opening,
        r#"{"goal": "", "say_to_client": "x"}"#,
        "answer.goal: 0 is under minLength"
    )]
    #[case(
        Key::Opening,
        r#"{"goal": 7, "say_to_client": "x"}"#,
        "answer.goal is no string"
    )]
    #[case(
        Key::Opening,
        r#"{"goal": "a", "say_to_client": "x", "key": "next"}"#,
        "unknown"
    )]
    #[case(Key::Opening, "[1]", "answer is no object")]
    #[case(
        Key::Arguments,
        r#"{"items": [], "car": null, "reason": "r"}"#,
        "answer.items: 0 is under minItems"
    )]
    #[case(
        Key::Next,
        r#"{"steps": ["a", "b", "c", "d", "e"], "red_flags": []}"#,
        "5 is over maxItems"
    )]
    #[case(
        Key::Plan,
        r#"{"steps": ["a"], "questions": [], "follow_up": [{"days": 366, "text": "t"}]}"#,
        "follow_up[0].days: 366"
    )]
    #[case(
        Key::Plan,
        r#"{"steps": ["a"], "questions": [], "follow_up": [{"days": 1.5, "text": "t"}]}"#,
        "no integer"
    )]
    #[case(
        Key::Objections,
        r#"{"items": [{"objection": "bad", "say_to_client": "s", "why": "w", "facts": []}]}"#,
        "not in the list"
    )]
    #[case(Key::Objections, r#"{"items": [{"objection": "too_new", "say_to_client": "s", "why": "w", "facts": ["A b"]}]}"#, "facts[0] is no id")]
    #[case(
        Key::Language,
        r#"{"use_words": [], "avoid": [], "voice": "v", "draft": 1}"#,
        "draft fits no alternative"
    )]
    fn what_breaks_the_schema_is_named(#[case] key: Key, #[case] text: &str, #[case] words: &str) {
        let refusal = Body::parse(key, text).unwrap_err();
        assert!(refusal.contains(words), "{refusal}");
    }

    #[test]
    fn lengths_count_characters() {
        let opening =
            |n: usize| format!(r#"{{"goal": "{}", "say_to_client": "x"}}"#, "ż".repeat(n));
        assert!(Body::parse(Key::Opening, &opening(80)).is_ok());
        assert!(
            Body::parse(Key::Opening, &opening(81))
                .unwrap_err()
                .contains("81 is over maxLength")
        );
    }

    #[test]
    fn properties_keep_the_order_of_writing() {
        let schema = Body::schema(Key::Arguments);
        let names: Vec<_> = schema["properties"]
            .as_object()
            .unwrap()
            .keys()
            .cloned()
            .collect();
        assert_eq!(names, ["items", "car", "reason"]);
    }
}
