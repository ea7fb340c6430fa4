//! Whether a value has the shape that a schema of the document gives it: as much of JSON Schema as
//! the document uses. A keyword that it does not know is a failure, so that nothing passes unread.

use serde_json::Value;

/// What is known to be words for people, or a bound that is checked elsewhere.
const WORDS: &[&str] = &[
    "description",
    "examples",
    "example",
    "default",
    "format",
    "title",
    "propertyNames",
];

/// Where the value departs from the schema; empty if it does not.
pub(super) fn departures(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(document, schema, value, "$", &mut found);
    found
}

fn check(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let Some(fields) = schema.as_object() else {
        if schema != &Value::Bool(true) {
            found.push(format!("{at}: {schema} is no schema"));
        }
        return;
    };
    for (keyword, rule) in fields {
        match keyword.as_str() {
            "$ref" => check(document, resolve(document, rule), value, at, found),
            "type" => {
                let allowed: Vec<_> = match rule {
                    Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
                    one => one.as_str().into_iter().collect(),
                };
                if !allowed.iter().any(|kind| is(kind, value)) {
                    found.push(format!("{at}: {value} is not {allowed:?}"));
                }
            }
            "enum" => {
                if !rule.as_array().is_some_and(|all| all.contains(value)) {
                    found.push(format!("{at}: {value} is none of {rule}"));
                }
            }
            "const" if rule != value => found.push(format!("{at}: {value} is not {rule}")),
            "required" => {
                for name in rule
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                {
                    if value.is_object() && value.get(name).is_none() {
                        found.push(format!("{at}: {name} is missing"));
                    }
                }
            }
            "properties" => {
                for (name, schema) in rule.as_object().into_iter().flatten() {
                    if let Some(inner) = value.get(name) {
                        check(document, schema, inner, &format!("{at}.{name}"), found);
                    }
                }
            }
            "additionalProperties" => others(document, fields, rule, value, at, found),
            "items" => {
                for (n, inner) in value.as_array().into_iter().flatten().enumerate() {
                    check(document, rule, inner, &format!("{at}[{n}]"), found);
                }
            }
            "allOf" => {
                for schema in rule.as_array().into_iter().flatten() {
                    check(document, schema, value, at, found);
                }
            }
            "oneOf" | "anyOf" => one_of(document, keyword, rule, value, at, found),
            "minimum" | "maximum" => {
                let (bound, n) = (rule.as_f64(), value.as_f64());
                let low = keyword == "minimum";
                if let (Some(bound), Some(n)) = (bound, n)
                    && (low && n < bound || !low && n > bound)
                {
                    found.push(format!("{at}: {n} is beyond the {keyword} {bound}"));
                }
            }
            "minLength" | "maxLength" | "minItems" | "maxItems" => {
                let bound = rule.as_u64().unwrap_or_default() as usize;
                let length = match value {
                    Value::String(text) => text.chars().count(),
                    Value::Array(items) => items.len(),
                    _ => continue,
                };
                let low = keyword.starts_with("min");
                if low && length < bound || !low && length > bound {
                    found.push(format!(
                        "{at}: a length of {length} is beyond {keyword} {bound}"
                    ));
                }
            }
            other if WORDS.contains(&other) || other == "const" => {}
            other => found.push(format!("{at}: the keyword {other} is not known here")),
        }
    }
}

fn resolve<'d>(document: &'d Value, at: &Value) -> &'d Value {
    let pointer = at.as_str().unwrap_or_default().trim_start_matches('#');
    document.pointer(pointer).unwrap_or(&Value::Null)
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

fn others(
    document: &Value,
    schema: &serde_json::Map<String, Value>,
    rule: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) {
    let known = schema.get("properties").and_then(Value::as_object);
    for (name, inner) in value.as_object().into_iter().flatten() {
        if known.is_some_and(|known| known.contains_key(name)) {
            continue;
        }
        if rule == &Value::Bool(false) {
            found.push(format!("{at}: {name} is not described"));
        } else {
            check(document, rule, inner, &format!("{at}.{name}"), found);
        }
    }
}

fn one_of(
    document: &Value,
    keyword: &str,
    rule: &Value,
    value: &Value,
    at: &str,
    found: &mut Vec<String>,
) {
    let mut fits = 0;
    let mut why = Vec::new();
    for schema in rule.as_array().into_iter().flatten() {
        let departures = departures(document, schema, value);
        fits += usize::from(departures.is_empty());
        why.extend(departures);
    }
    if fits == 0 || (keyword == "oneOf" && fits > 1) {
        found.push(format!("{at}: fits {fits} of the choices: {why:?}"));
    }
}

#[test]
fn the_check_would_notice() {
    let document = serde_json::json!({"components": {"schemas": {"Row": {
        "type": "object", "required": ["id"],
        "properties": {"id": {"type": "string"}, "n": {"type": ["integer", "null"], "minimum": 1}},
        "additionalProperties": false}}}});
    let schema = serde_json::json!({"$ref": "#/components/schemas/Row"});
    for (value, good) in [
        (serde_json::json!({"id": "a", "n": 1}), true),
        (serde_json::json!({"id": "a", "n": null}), true),
        (serde_json::json!({"id": "a"}), true),
        (serde_json::json!({"n": 1}), false),
        (serde_json::json!({"id": 7}), false),
        (serde_json::json!({"id": "a", "n": 0}), false),
        (serde_json::json!({"id": "a", "n": 1.5}), false),
        (serde_json::json!({"id": "a", "m": 1}), false),
        (serde_json::json!([]), false),
    ] {
        assert_eq!(
            departures(&document, &schema, &value).is_empty(),
            good,
            "{value}"
        );
    }
    let unknown = serde_json::json!({"patternProperties": {}});
    assert!(!departures(&document, &unknown, &document).is_empty());
}
