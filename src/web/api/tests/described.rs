//! The document says what is served: every route with its roles, and answers of the shape it gives.

use std::collections::BTreeSet;

use super::{super::document::text, shape::departures, *};
use crate::web::rules::{Allow, RULES};

fn document() -> Value {
    serde_json::from_str(text()).unwrap()
}

#[test]
fn the_committed_document_is_the_one_that_is_served() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/openapi.json");
    if std::env::var_os("BIGDECODER_WRITE_DOCS").is_some() {
        std::fs::write(path, text()).unwrap();
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == text(),
        "docs/openapi.json is not what is served; write it anew with \
         `bigdecoder openapi > docs/openapi.json`, or this test and BIGDECODER_WRITE_DOCS=1"
    );
}

#[test]
fn every_route_of_the_api_is_described_with_its_roles() {
    let document = document();
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.insert((method.to_uppercase(), path.clone()));
            let rule = RULES
                .iter()
                .find(|(m, p, _)| m.as_str().eq_ignore_ascii_case(method) && p == path);
            let (_, _, allow) = rule.unwrap();
            let said = operation["description"].as_str().unwrap();
            match allow {
                Allow::Public => {
                    assert!(said.contains("everyone"), "{path}");
                    assert_eq!(operation["security"], json!([]));
                }
                Allow::Roles(roles) => {
                    let ids: Vec<_> = roles.iter().map(|role| role.id()).collect();
                    assert!(
                        said.contains(&format!("Roles: {}.", ids.join(", "))),
                        "{path}"
                    );
                    assert_eq!(operation["security"], json!([{"token": []}]));
                }
            }
            assert!(
                operation["summary"]
                    .as_str()
                    .is_some_and(|text| !text.is_empty()),
                "{path}"
            );
            assert!(
                operation["responses"].as_object().unwrap().len() > 2,
                "{path}"
            );
        }
    }
    let ruled: BTreeSet<_> = RULES
        .iter()
        .filter(|(_, path, _)| path.starts_with("/api/") || *path == "/health")
        .map(|(method, path, _)| (method.to_string(), (*path).to_owned()))
        .collect();
    assert_eq!(described, ruled);
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    fn walk(value: &Value, document: &Value, seen: &mut usize) {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(at)) = fields.get("$ref") {
                    *seen += 1;
                    assert!(
                        document.pointer(at.trim_start_matches('#')).is_some(),
                        "{at}"
                    );
                }
                fields
                    .values()
                    .for_each(|value| walk(value, document, seen));
            }
            Value::Array(items) => items.iter().for_each(|value| walk(value, document, seen)),
            _ => {}
        }
    }
    let document = document();
    let mut seen = 0;
    walk(&document, &document, &mut seen);
    assert!(seen > 100, "{seen}");
    let mut ids = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(ids.insert(id.to_owned()), "{id} is there twice");
        }
    }
    assert_eq!(document["openapi"], "3.1.0");
}

#[test]
fn every_problem_is_described_in_both_languages() {
    let document = document();
    for known in crate::web::error::KNOWN {
        let at = &document["components"]["responses"][known.status.to_string()];
        let said = at["description"].as_str().unwrap();
        assert!(
            said.contains(&format!("`{}`", known.code)),
            "{}",
            known.code
        );
        let content = &at["content"]["application/problem+json"];
        let example = &content["examples"][known.code]["value"];
        assert_eq!(
            departures(&document, &content["schema"], example),
            Vec::<String>::new()
        );
    }
}

#[test]
fn every_example_has_the_shape_of_its_schema() {
    fn walk(schema: &Value, document: &Value, seen: &mut usize) {
        match schema {
            Value::Object(fields) => {
                if let Some(Value::Array(examples)) = fields.get("examples") {
                    for example in examples {
                        *seen += 1;
                        let found = departures(document, schema, example);
                        assert_eq!(found, Vec::<String>::new(), "{schema}");
                    }
                }
                fields
                    .values()
                    .for_each(|inner| walk(inner, document, seen));
            }
            Value::Array(items) => items.iter().for_each(|inner| walk(inner, document, seen)),
            _ => {}
        }
    }
    let document = document();
    let mut seen = 0;
    walk(&document["components"]["schemas"], &document, &mut seen);
    assert!(seen > 10, "{seen}");
}

/// Checks an answer against what the document says of that operation.
#[track_caller]
fn fits(document: &Value, method: &str, path: &str, answer: &Answer) {
    let status = answer.status.as_u16().to_string();
    let mut response = &document["paths"][path][method]["responses"][&status];
    if let Some(at) = response["$ref"].as_str() {
        response = document.pointer(at.trim_start_matches('#')).unwrap();
    }
    let kind = answer
        .header("content-type")
        .unwrap()
        .split(';')
        .next()
        .unwrap();
    let schema = &response["content"][kind]["schema"];
    assert!(
        schema.is_object(),
        "{method} {path} {status} {kind} is not described"
    );
    let found = departures(document, schema, &answer.body);
    assert_eq!(
        found,
        Vec::<String>::new(),
        "{method} {path}: {}",
        answer.body
    );
}

#[tokio::test]
async fn answers_have_the_shape_that_is_described() {
    let api = Api::new().await;
    let document = document();
    let new = api
        .post(
            "/api/sessions",
            json!({"alias": "pan z Kii", "profiling": true}),
        )
        .await;
    fits(&document, "post", "/api/sessions", &new);
    let visit = new.body["id"].as_str().unwrap().to_owned();
    let empty = api.get(&format!("/api/sessions/{visit}")).await;
    fits(&document, "get", "/api/sessions/{id}", &empty);
    for text in [
        FAMILY,
        WINTER,
        "Robię 25 tysięcy kilometrów rocznie i chcę leasing na firmę.",
    ] {
        let said = json!({"session_id": visit, "text": text});
        fits(
            &document,
            "post",
            "/api/analyze",
            &api.post("/api/analyze", said).await,
        );
    }
    let made = api
        .post("/api/strategies", json!({"session_id": visit}))
        .await;
    fits(&document, "post", "/api/strategies", &made);
    let events = made.body["events"].as_str().unwrap();
    let stream = api
        .send(request("GET", events, api.token(), &[], None))
        .await;
    to_bytes(stream.into_body(), 1 << 22).await.unwrap();

    let path = |rest: &str| format!("/api/sessions/{visit}{rest}");
    let corrections = path("/corrections");
    let corrected = api
        .post(&corrections, json!({"archetype": "eco_enthusiast"}))
        .await;
    fits(
        &document,
        "post",
        "/api/sessions/{id}/corrections",
        &corrected,
    );
    let full = api.get(&path("")).await;
    assert!(full.body["strategy"].is_string() && !full.body["quotes"].is_null());
    fits(&document, "get", "/api/sessions/{id}", &full);
    let strategy = api.get(events.trim_end_matches("/events")).await;
    assert_eq!(strategy.body["sections"].as_array().unwrap().len(), 6);
    fits(&document, "get", "/api/strategies/{id}", &strategy);
    fits(
        &document,
        "get",
        "/api/sessions",
        &api.get("/api/sessions").await,
    );
    fits(&document, "get", "/health", &api.get("/health").await);
    fits(
        &document,
        "get",
        "/api/playbooks",
        &api.get("/api/playbooks?tag=family").await,
    );
    let help = api
        .post(
            "/api/objections/handle",
            json!({"objection": "winter_range"}),
        )
        .await;
    fits(&document, "post", "/api/objections/handle", &help);
    let comment = json!({"kind": "comment", "comment": "ok"});
    fits(
        &document,
        "post",
        "/api/feedback",
        &api.post("/api/feedback", comment).await,
    );
    fits(
        &document,
        "post",
        "/api/sessions",
        &api.post("/api/sessions", json!({})).await,
    );
    fits(
        &document,
        "get",
        "/api/sessions",
        &api.get("/api/sessions?limit=0").await,
    );
}

#[tokio::test]
async fn every_table_has_the_shape_that_is_described() {
    let api = Api::new().await;
    let document = document();
    let tables = document["components"]["schemas"]["KnowledgeTable"]["enum"].clone();
    assert_eq!(tables.as_array().unwrap().len(), 10);
    for table in tables.as_array().unwrap() {
        let table = table.as_str().unwrap();
        let page = api.get(&format!("/api/data/{table}?limit=500")).await;
        let rows = page.body["rows"].as_array().unwrap().len();
        assert!(rows > 0 || table == "promotions", "{table}");
        fits(&document, "get", "/api/data/{table}", &page);
    }
}

#[tokio::test]
async fn the_document_is_served_to_everyone() {
    let api = Api::new().await;
    let open = Request::builder()
        .uri("/api/openapi.json")
        .header(header::HOST, "localhost")
        .body(Body::empty())
        .unwrap();
    let served = answer(api.send(open).await).await;
    assert_eq!(served.expect(200), document());
}

#[test]
fn the_page_for_people_has_every_problem() {
    let page = include_str!("../../../../docs/api.md");
    let listed: Vec<_> = page
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split_once(" | `"))
        .filter_map(|(status, rest)| Some((status.parse().ok()?, rest.split('`').next()?)))
        .collect();
    let known: Vec<(u16, &str)> = crate::web::error::KNOWN
        .iter()
        .map(|known| (known.status, known.code))
        .collect();
    assert_eq!(listed, known);
}
