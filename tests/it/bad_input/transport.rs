//! The rows of how a request is sent, and by whom: tokens, methods, kinds, sizes, origins.

use serde_json::json;

use super::{By, Row};
use crate::appliance::http::{FORM, JSON, form};

pub(super) fn rows() -> Vec<Row> {
    [people(), of_the_api(), of_pages()].concat()
}

fn people() -> Vec<Row> {
    let ask = |name| {
        let body = r#"{"alias": "Ala", "profiling": true}"#;
        Row::api(name, "POST /api/sessions", body, 401, "authorization")
    };
    vec![
        ask("no token").by(By::Nobody),
        ask("a forged token").by(By::Forged),
        ask("a revoked token").by(By::Revoked),
        ask("an expired token").by(By::Expired),
        ask("a token of a disabled account").by(By::Disabled),
    ]
}

/// How a request is sent.
fn of_the_api() -> Vec<Row> {
    let body = r#"{"text": "abc", "session_id": "{session}"}"#;
    let row = |name, target, status, part| Row::api(name, target, body, status, part);
    let post = |name, status, part| row(name, "POST /api/analyze", status, part);
    vec![
        Row {
            allow: Some("POST"),
            ..row(
                "a method that is not taken",
                "PUT /api/analyze",
                405,
                "method",
            )
        },
        Row {
            allow: Some("GET"),
            ..row(
                "a method that only others take",
                "DELETE /api/data/facts",
                405,
                "method",
            )
        },
        post("plain text", 415, "content-type").kind("text/plain"),
        post("a form", 415, "content-type").kind(FORM),
        post("no content type", 415, "content-type").kind(""),
        post("a body of 65 KiB", 413, "body")
            .bytes(json!({"text": "x".repeat(65 << 10)}).to_string()),
        Row {
            site: "cross-site",
            ..post("another site's request", 403, "origin").by(By::Nobody)
        },
        Row {
            site: "",
            ..post("a request of nowhere", 403, "origin").by(By::Nobody)
        },
        Row {
            host: Some("salon.example"),
            ..post("another host", 421, "host")
        },
    ]
}

fn of_pages() -> Vec<Row> {
    let say = |name, status, sentence| {
        Row::page(
            name,
            "POST /sessions/{session}/utterances",
            "text=abc",
            status,
            sentence,
        )
    };
    vec![
        say("nobody", 401, "Zaloguj się").by(By::Nobody),
        say("JSON", 415, "Nie ten rodzaj").kind(JSON),
        say("no content type", 415, "Nie ten rodzaj").kind(""),
        say("65 KiB", 413, "Za dużo naraz").bytes(form(&[("text", &"x".repeat(65 << 10))])),
        Row {
            site: "cross-site",
            ..say("another site's form", 403, "Żądanie spoza")
        },
        Row {
            site: "same-site",
            ..say("a neighbour's form", 403, "Żądanie spoza")
        },
        Row {
            site: "",
            ..say("a form of nowhere", 403, "Żądanie spoza")
        },
        Row {
            host: Some("salon.example"),
            ..say("another host", 421, "Nie ten adres")
        },
        Row {
            allow: Some("GET"),
            ..Row::page(
                "a method that is not taken",
                "DELETE /sessions/{session}",
                "",
                405,
                "Tego adresu",
            )
        },
        Row {
            allow: Some("GET, POST"),
            ..Row::page(
                "a method of nobody",
                "BREW /sessions",
                "",
                405,
                "Tego adresu",
            )
        },
    ]
}
