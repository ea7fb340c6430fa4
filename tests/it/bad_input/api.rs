//! The rows of the JSON API: each names the field of the problem document.

use serde_json::json;

use super::{By, Row};

pub(super) fn rows() -> Vec<Row> {
    [bodies(), visits(), advice(), addresses()].concat()
}

/// What is wrong with a body, by the example of an analysis.
fn bodies() -> Vec<Row> {
    let text = |text: &str| json!({"session_id": "{session}", "text": text}).to_string();
    let row =
        |name, body: &str, status, field| Row::api(name, "POST /api/analyze", body, status, field);
    vec![
        row("empty text", &text(""), 422, "text"),
        row("blank text", &text(" \n\t "), 422, "text"),
        row("5,001 characters", &text(&"ż".repeat(5_001)), 422, "text"),
        row("a replacement character", &text("a\u{fffd}b"), 422, "text"),
        row("a zero character", &text("a\0b"), 422, "text"),
        row("invalid UTF-8", "", 400, "text")
            .kind("application/json")
            .bytes(b"{\"text\": \"za\xc5 to\"}"),
        row(
            "half a surrogate pair",
            r#"{"text": "\ud83d"}"#,
            400,
            "text",
        ),
        row("no body", "", 400, "body").kind("application/json"),
        row("no JSON", "text=abc", 400, "body"),
        row("JSON that ends early", r#"{"text": "abc""#, 400, "body"),
        row("JSON with a tail", r#"{"text": "abc"} {}"#, 400, "body"),
        row("a number as text", r#"{"text": 5}"#, 422, "text"),
        row("null as text", r#"{"text": null}"#, 422, "text"),
        row("no text", r#"{"speaker": "client"}"#, 422, "text"),
        row(
            "the same field twice",
            r#"{"text": "a", "text": "b"}"#,
            422,
            "text",
        ),
        row(
            "an unknown field",
            r#"{"text": "abc", "mood": "good"}"#,
            422,
            "mood",
        ),
        row(
            "an unknown speaker",
            r#"{"text": "abc", "speaker": "dog"}"#,
            422,
            "speaker",
        ),
        row("a number as body", "17", 422, "body"),
        row(
            "a session that is no id",
            r#"{"text": "abc", "session_id": "7"}"#,
            422,
            "session_id",
        ),
        row(
            "an unknown session",
            r#"{"text": "abc", "session_id": "{unknown}"}"#,
            404,
            "session_id",
        ),
        row("a foreign session", &text("abc"), 404, "session_id").by(By::OtherSeller),
    ]
}

fn visits() -> Vec<Row> {
    let open = |name, body: &str, field| Row::api(name, "POST /api/sessions", body, 422, field);
    let long = json!({"alias": "x".repeat(81)}).to_string();
    vec![
        open("no alias", r#"{"profiling": true}"#, "alias"),
        open("empty alias", r#"{"alias": "  "}"#, "alias"),
        open("81 characters of alias", &long, "alias"),
        open(
            "a control character in the alias",
            r#"{"alias": "a\u0007"}"#,
            "alias",
        ),
        open(
            "an unknown language",
            r#"{"alias": "Ala", "lang": "de"}"#,
            "lang",
        ),
        open(
            "yes as a truth value",
            r#"{"alias": "Ala", "profiling": "yes"}"#,
            "profiling",
        ),
        Row::api(
            "an unknown status",
            "GET /api/sessions?status=lost",
            "",
            422,
            "status",
        ),
        Row::api(
            "a cursor that is none",
            "GET /api/sessions?cursor=17",
            "",
            422,
            "cursor",
        ),
    ]
}

fn advice() -> Vec<Row> {
    let start = |name, body: &str, status, field| {
        Row::api(name, "POST /api/strategies", body, status, field)
    };
    let handle =
        |name, body: &str, field| Row::api(name, "POST /api/objections/handle", body, 422, field);
    let feedback =
        |name, body: &str, status, field| Row::api(name, "POST /api/feedback", body, status, field);
    let long = json!({"kind": "comment", "comment": "x".repeat(2_001)}).to_string();
    vec![
        start("a strategy of nothing", "{}", 422, "session_id"),
        start(
            "a strategy of an unknown session",
            r#"{"session_id": "{unknown}"}"#,
            404,
            "session_id",
        ),
        start(
            "a strategy of a foreign session",
            r#"{"session_id": "{session}"}"#,
            404,
            "session_id",
        )
        .by(By::OtherSeller),
        start(
            "a strategy without consent",
            r#"{"session_id": "{unprofiled}"}"#,
            422,
            "session_id",
        ),
        handle(
            "an unknown objection",
            r#"{"objection": "no_idea"}"#,
            "objection",
        ),
        handle("no objection", "{}", "objection"),
        handle(
            "an unknown archetype",
            r#"{"objection": "winter_range", "archetype": "hero"}"#,
            "archetype",
        ),
        feedback(
            "a rating of nothing",
            r#"{"kind": "rating"}"#,
            422,
            "rating",
        ),
        feedback(
            "a rating of 0",
            r#"{"kind": "rating", "rating": 0}"#,
            422,
            "rating",
        ),
        feedback(
            "a rating of 6",
            r#"{"kind": "rating", "rating": 6}"#,
            422,
            "rating",
        ),
        feedback(
            "a rating of 300",
            r#"{"kind": "rating", "rating": 300}"#,
            422,
            "rating",
        ),
        feedback("an unknown kind", r#"{"kind": "praise"}"#, 422, "kind"),
        feedback(
            "a comment without words",
            r#"{"kind": "comment", "comment": " "}"#,
            422,
            "comment",
        ),
        feedback("2,001 characters of comment", &long, 422, "comment"),
        feedback(
            "a comment that is no text",
            r#"{"kind": "comment", "comment": "\u0000"}"#,
            422,
            "comment",
        ),
        feedback(
            "feedback on an unknown session",
            r#"{"kind": "rating", "rating": 5, "session_id": "{unknown}"}"#,
            404,
            "session_id",
        ),
        feedback(
            "feedback on a foreign session",
            r#"{"kind": "rating", "rating": 5, "session_id": "{session}"}"#,
            404,
            "session_id",
        )
        .by(By::OtherSeller),
        feedback(
            "feedback on an unknown strategy",
            r#"{"kind": "rating", "rating": 5, "strategy_id": "{unknown}"}"#,
            404,
            "strategy_id",
        ),
        feedback(
            "feedback on a foreign strategy",
            r#"{"kind": "rating", "rating": 5, "strategy_id": "{strategy}"}"#,
            404,
            "strategy_id",
        )
        .by(By::OtherSeller),
        feedback(
            "feedback on a strategy of another session",
            r#"{"kind": "rating", "rating": 5, "strategy_id": "{strategy}", "session_id": "{unprofiled}"}"#,
            422,
            "strategy_id",
        ),
    ]
}

/// Ids and words in the address.
fn addresses() -> Vec<Row> {
    let get = |name, target, status, part| Row::api(name, target, "", status, part);
    vec![
        get("a session that is no id", "GET /api/sessions/17", 404, "id"),
        get(
            "an unknown session",
            "GET /api/sessions/{unknown}",
            404,
            "id",
        ),
        get(
            "a foreign session",
            "GET /api/sessions/{session}",
            404,
            "id",
        )
        .by(By::OtherSeller),
        get(
            "a strategy that is no id",
            "GET /api/strategies/-",
            404,
            "id",
        ),
        get(
            "an unknown strategy",
            "GET /api/strategies/{unknown}",
            404,
            "id",
        ),
        get(
            "a foreign strategy",
            "GET /api/strategies/{strategy}",
            404,
            "id",
        )
        .by(By::OtherSeller),
        get("an unknown table", "GET /api/data/users", 404, "table"),
        get("an id that is no UTF-8", "GET /api/sessions/%ff", 404, "id"),
        get(
            "an unknown archetype",
            "GET /api/playbooks?archetype=hero",
            422,
            "archetype",
        ),
        get(
            "an unknown stage",
            "GET /api/playbooks?stage=7",
            422,
            "stage",
        ),
        get("an address that is none", "GET /api/nothing", 404, ""),
    ]
}
