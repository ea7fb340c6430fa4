//! The rows of changes to a visit over the API, and of pages, limits and keys.

use super::{By, Row};

pub(super) fn rows() -> Vec<Row> {
    [visit(), profile(), addresses(), queries(), keys()].concat()
}

fn visit() -> Vec<Row> {
    let change =
        |name, body: &str, field| Row::api(name, "PATCH /api/sessions/{session}", body, 422, field);
    let both = r#"{"stage": "decision", "status": "lost"}"#;
    vec![
        change("an unknown stage", r#"{"stage": "war"}"#, "stage"),
        change("an unknown status", r#"{"status": "lost"}"#, "status"),
        change(
            "an end without an outcome",
            r#"{"status": "completed"}"#,
            "outcome",
        ),
        change(
            "an unknown outcome",
            r#"{"status": "completed", "outcome": "won"}"#,
            "outcome",
        ),
        change(
            "an outcome without an end",
            r#"{"outcome": "ordered"}"#,
            "status",
        ),
        change("an unknown language", r#"{"lang": "de"}"#, "lang"),
        change("a good field beside a bad one", both, "status"),
        change("an unknown field", r#"{"owner": "Bogdan"}"#, "owner"),
    ]
}

fn profile() -> Vec<Row> {
    let correct = |name, body: &str, field| {
        Row::api(
            name,
            "POST /api/sessions/{session}/corrections",
            body,
            422,
            field,
        )
    };
    let slot = |name, target, body: &str, field| Row::api(name, target, body, 422, field);
    let of_km = "PUT /api/sessions/{session}/slots/yearly_km";
    let of_car = "PUT /api/sessions/{session}/slots/current_car";
    let good = r#"{"archetype": "deal_hunter"}"#;
    vec![
        correct(
            "an unknown archetype",
            r#"{"archetype": "hero"}"#,
            "archetype",
        ),
        correct("no archetype", "{}", "archetype"),
        Row::api(
            "a correction without consent",
            "POST /api/sessions/{unprofiled}/corrections",
            good,
            422,
            "session",
        ),
        slot("a slot without a value", of_km, "{}", "value"),
        slot("a distance in words", of_km, r#"{"value": "far"}"#, "value"),
        slot("a distance below zero", of_km, r#"{"value": -5}"#, "value"),
        slot("a list as a value", of_km, r#"{"value": [5]}"#, "value"),
        slot(
            "a car that is no text",
            of_car,
            r#"{"value": "a\u0000"}"#,
            "value",
        ),
        slot(
            "an objection that is not settled",
            "PATCH /api/sessions/{session}/objections/winter_range",
            r#"{"state": "open"}"#,
            "state",
        ),
        slot(
            "an unknown act",
            "POST /api/sessions/{session}/card",
            r#"{"act": "eat"}"#,
            "act",
        ),
        slot(
            "an unknown mode",
            "POST /api/analyze",
            r#"{"text": "abc", "mode": "guess"}"#,
            "mode",
        ),
        slot(
            "a mode that is not built",
            "POST /api/analyze",
            r#"{"text": "abc", "mode": "hybrid"}"#,
            "mode",
        ),
    ]
}

fn addresses() -> Vec<Row> {
    let lost = |name, target, body: &str, part| Row::api(name, target, body, 404, part);
    vec![
        lost(
            "a change of an unknown visit",
            "PATCH /api/sessions/{unknown}",
            r#"{"stage": "decision"}"#,
            "id",
        ),
        lost(
            "a change of a visit that is no id",
            "PATCH /api/sessions/17",
            r#"{"stage": "decision"}"#,
            "id",
        ),
        lost(
            "a change of a foreign visit",
            "PATCH /api/sessions/{session}",
            r#"{"stage": "decision"}"#,
            "id",
        )
        .by(By::OtherSeller),
        lost(
            "a correction of a foreign visit",
            "POST /api/sessions/{session}/corrections",
            r#"{"archetype": "deal_hunter"}"#,
            "id",
        )
        .by(By::OtherSeller),
        lost(
            "a slot of a foreign visit",
            "PUT /api/sessions/{session}/slots/yearly_km",
            r#"{"value": 5}"#,
            "id",
        )
        .by(By::OtherSeller),
        lost(
            "a card of a foreign visit",
            "POST /api/sessions/{session}/card",
            r#"{"act": "used"}"#,
            "id",
        )
        .by(By::OtherSeller),
        lost(
            "an unknown slot",
            "PUT /api/sessions/{session}/slots/shoe",
            r#"{"value": 5}"#,
            "key",
        ),
        lost(
            "an unknown objection",
            "PATCH /api/sessions/{session}/objections/no",
            r#"{"state": "answered"}"#,
            "objection",
        ),
        lost(
            "the progress of an unknown strategy",
            "GET /api/strategies/{unknown}/events",
            "",
            "id",
        ),
        lost(
            "the progress of a foreign strategy",
            "GET /api/strategies/{strategy}/events",
            "",
            "id",
        )
        .by(By::OtherSeller),
    ]
}

fn queries() -> Vec<Row> {
    let get = |name, target, field| Row::api(name, target, "", 422, field);
    vec![
        get("a page of no rows", "GET /api/sessions?limit=0", "limit"),
        get("a page in words", "GET /api/sessions?limit=all", "limit"),
        get("an unknown parameter", "GET /api/sessions?page=2", "page"),
        get(
            "a page of too many rows",
            "GET /api/data/facts?limit=501",
            "limit",
        ),
        get(
            "a place that is none",
            "GET /api/data/facts?cursor=17",
            "cursor",
        ),
        get(
            "a truth value in words",
            "GET /api/data/facts?quotable=maybe",
            "quotable",
        ),
        get(
            "a filter of another table",
            "GET /api/data/cars?about=ev",
            "about",
        ),
    ]
}

/// Refused input leaves no trace of its key either.
fn keys() -> Vec<Row> {
    const KEY: &str = "idempotency-key";
    const LONG: &str = concat!(
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        "a"
    );
    let open = |name, body: &str, status, field, key| Row {
        once: Some(key),
        ..Row::api(name, "POST /api/sessions", body, status, field)
    };
    let good = r#"{"alias": "Ala", "profiling": true}"#;
    vec![
        open("an empty key", good, 422, KEY, ""),
        open("201 characters of key", good, 422, KEY, LONG),
        open(
            "a good key and no alias",
            r#"{"alias": ""}"#,
            422,
            "alias",
            "key-1",
        ),
        open("a good key and no JSON", "alias=Ala", 400, "body", "key-2"),
        Row {
            once: Some("key-3"),
            ..Row::api(
                "a good key and a foreign visit",
                "POST /api/strategies",
                r#"{"session_id": "{session}"}"#,
                404,
                "session_id",
            )
        }
        .by(By::OtherSeller),
    ]
}
