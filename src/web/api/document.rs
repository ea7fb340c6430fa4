//! The OpenAPI document: what the routes say of themselves, and what holds for all of them.
//!
//! Roles come from the table of rules and errors from the table of problems, so that neither can
//! say something else than what is done.

use std::sync::LazyLock;

use axum::{
    http::{HeaderValue, Method, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};
use utoipa::openapi::{ComponentsBuilder, Info, OpenApi, OpenApiBuilder};

use super::{
    super::{
        error::{self, Known, ProblemDocument},
        i18n::Tr,
        rules::{self, Allow},
    },
    data::Table,
    events::StrategyProgress,
};
use crate::domain::labels::Lang;

/// The document as it is served, and committed in `docs/openapi.json`.
pub(crate) fn text() -> &'static str {
    static TEXT: LazyLock<String> = LazyLock::new(|| {
        let document = whole();
        let text = serde_json::to_string_pretty(&document);
        text.expect("a JSON value can be written") + "\n"
    });
    &TEXT
}

/// This document
#[utoipa::path(get, path = "/api/openapi.json", operation_id = "read_description", tag = "appliance",
    responses((status = 200, description = "OpenAPI 3.1", body = Object)))]
pub(crate) async fn serve() -> Response {
    let kind = HeaderValue::from_static("application/json");
    ([(header::CONTENT_TYPE, kind)], text()).into_response()
}

const ABOUT: &str = "\
The appliance for machines: what people do in the browser, as JSON.\n\n\
**Sign-in.** A bearer token of the account page, in `Authorization: Bearer …`. A request with that \
header is judged by it alone. Each route names the roles that may use it; rows outside what the \
account may see answer 404.\n\n\
**Language.** Problems are worded in Polish or English by `Accept-Language` (Polish unless asked); \
what is said of a visit is worded in the language of that visit.\n\n\
**Units.** Times ending in `_ms` are milliseconds since the Unix epoch, UTC. Probabilities are \
calibrated and lie in 0–1. Indicators are 0–100 and no probabilities. Places in a text count \
Unicode scalars, the end exclusive.\n\n\
**Fields.** Unknown fields and query parameters of a request are refused. Answers may grow fields: \
ignore those you do not know.\n\n\
**Doing it once.** A request that changes something may carry `Idempotency-Key`, up to 200 visible \
ASCII characters. For 24 hours the same request with the same key of the same account is answered \
as the first was, with `Idempotent-Replayed: true`, and nothing is done again; another request with \
that key is refused with 422. Where the first is still under way, or its answer could not be kept \
(nothing is kept of a visit without profiling), the answer is 409 `pending`: read what it changed.\n\n\
**Pages.** Lists have `limit` and `cursor`; `next` is the cursor of the next page.\n\n\
**Tags.** Reads carry an `ETag`; with `If-None-Match` an unchanged answer is 304.\n\n\
**Limits.** 100 requests a minute for each token, then 429 with `Retry-After`. Bodies up to 64 KiB.";

/// What stands before the routes.
pub(super) fn head() -> OpenApi {
    let mut info = Info::new("BigDecoder", env!("CARGO_PKG_VERSION"));
    info.description = Some(ABOUT.to_owned());
    // What no route names by itself.
    let components = ComponentsBuilder::new()
        .schema_from::<ProblemDocument>()
        .schema_from::<StrategyProgress>()
        .schema_from::<Table>()
        .build();
    OpenApiBuilder::new()
        .info(info)
        .components(Some(components))
        .build()
}

fn whole() -> Value {
    let (_, api) = super::routes();
    let mut document = serde_json::to_value(api).expect("the description is JSON");
    document["servers"] = json!([{"url": "/", "description": "This appliance"}]);
    document["tags"] = json!([
        {"name": "analysis", "description": "What a client's words say"},
        {"name": "sessions", "description": "Visits of clients"},
        {"name": "strategies", "description": "The panel of five tabs"},
        {"name": "advice", "description": "Objections, playbooks, feedback"},
        {"name": "knowledge", "description": "Facts, cars, and everything else that is known"},
        {"name": "appliance", "description": "The appliance itself"},
    ]);
    if let Some(paths) = document["paths"].as_object_mut() {
        for (path, item) in paths {
            for (method, operation) in item.as_object_mut().into_iter().flatten() {
                complete(path, method, operation);
            }
        }
    }
    let closed = asked_for(&document);
    let components = &mut document["components"];
    components["securitySchemes"] = json!({"token": {
        "type": "http", "scheme": "bearer",
        "description": "A token of the account page: opaque, good for 90 days, revocable.",
    }});
    components["responses"] = problems();
    open(&mut components["schemas"], &closed);
    document
}

/// Adds to an operation what follows from the tables.
fn complete(path: &str, method: &str, operation: &mut Value) {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap_or_default();
    let roles: Vec<&str> = match rules::rule(&method, path) {
        Some(Allow::Roles(roles)) => roles.iter().map(|role| role.id()).collect(),
        Some(Allow::Public) | None => Vec::new(),
    };
    let open = roles.is_empty();
    let who = if open {
        "Open to everyone who reaches the appliance.".to_owned()
    } else {
        format!("Roles: {}.", roles.join(", "))
    };
    let told = operation["description"].as_str().unwrap_or_default();
    operation["description"] = json!(format!("{told}\n\n{who}").trim());
    operation["x-roles"] = json!(roles);
    operation["security"] = if open {
        json!([])
    } else {
        json!([{"token": []}])
    };
    let writes = method != Method::GET && path != "/api/objections/handle";
    if writes {
        take_a_key(operation);
    }
    let has_body = operation.get("requestBody").is_some();
    let kind = Kind {
        open,
        has_body,
        writes,
        takes: has_body || operation.get("parameters").is_some(),
    };
    for known in error::KNOWN {
        if kind.meets(known) {
            let status = known.status.to_string();
            let at = format!("#/components/responses/{status}");
            let responses = &mut operation["responses"];
            if responses.get(&status).is_none() {
                responses[&status] = json!({"$ref": at});
            }
        }
    }
}

/// Adds the header under which a change is made once.
fn take_a_key(operation: &mut Value) {
    let header = json!({
        "name": "idempotency-key", "in": "header", "required": false,
        "description": "The same request with the same key is done once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 200},
    });
    match &mut operation["parameters"] {
        Value::Array(parameters) => parameters.push(header),
        none => *none = json!([header]),
    }
}

/// What an operation is, as far as problems depend on it.
struct Kind {
    /// To everyone.
    open: bool,
    has_body: bool,
    writes: bool,
    /// Has anything that can be refused.
    takes: bool,
}

impl Kind {
    /// Whether it can answer with this problem.
    fn meets(&self, known: &Known) -> bool {
        match known.code {
            "unauthenticated" | "forbidden" | "handed_over" => !self.open,
            "cross_site" => !self.open && self.has_body,
            "malformed" | "invalid" | "not_found" => self.takes,
            "conflict" | "pending" => self.writes,
            "too_large" | "media_type" => self.has_body,
            "method" => false,
            _ => true,
        }
    }
}

/// One answer for each status, with every code that it can have.
fn problems() -> Value {
    let mut by_status: Map<String, Value> = Map::new();
    for known in error::KNOWN {
        let status = known.status.to_string();
        let (en, pl) = (Tr(Lang::En), Tr(Lang::Pl));
        let key = known.code.replace('_', "-");
        let detail = if known.code == "malformed" {
            en.a("problem-malformed-detail", "field", "…")
        } else {
            en.t(format!("problem-{key}-detail"))
        };
        let line = format!(
            "`{}`: {}. {detail} ({})",
            known.code,
            en.t(format!("problem-{key}")),
            pl.t(format!("problem-{key}")),
        );
        let example = json!({
            "type": format!("urn:bigdecoder:problem:{}", known.code),
            "title": en.t(format!("problem-{key}")), "status": known.status, "detail": detail,
        });
        let entry = by_status.entry(status).or_insert_with(|| {
            json!({"description": "", "content": {"application/problem+json": {
                "schema": {"$ref": "#/components/schemas/ProblemDocument"}, "examples": {}}}})
        });
        let told = entry["description"].as_str().unwrap_or_default();
        entry["description"] = json!(format!("{told}\n\n{line}").trim());
        entry["content"]["application/problem+json"]["examples"][known.code] =
            json!({"value": example});
        if known.retries {
            entry["headers"] = json!({"Retry-After": {
                "description": "Seconds to wait", "schema": {"type": "integer"}}});
        }
    }
    Value::Object(by_status)
}

/// The schemas that a request can hold.
fn asked_for(document: &Value) -> Vec<String> {
    let mut names = Vec::new();
    let mut open: Vec<&Value> = Vec::new();
    for item in document["paths"]
        .as_object()
        .into_iter()
        .flat_map(Map::values)
    {
        for operation in item.as_object().into_iter().flat_map(Map::values) {
            open.push(&operation["requestBody"]);
        }
    }
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(name) = fields
                    .get("$ref")
                    .and_then(|at| at.as_str()?.rsplit('/').next())
                    && !names.iter().any(|known| known == name)
                {
                    names.push(name.to_owned());
                    open.push(&document["components"]["schemas"][name]);
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
    names
}

/// Takes "nothing else" out of what is only answered: answers may grow fields.
fn open(schemas: &mut Value, closed: &[String]) {
    fn each(value: &mut Value) {
        match value {
            Value::Object(fields) => {
                if fields.get("additionalProperties") == Some(&Value::Bool(false)) {
                    fields.shift_remove("additionalProperties");
                }
                fields.values_mut().for_each(each);
            }
            Value::Array(items) => items.iter_mut().for_each(each),
            _ => {}
        }
    }
    for (name, schema) in schemas.as_object_mut().into_iter().flatten() {
        if !closed.contains(name) {
            each(schema);
        }
    }
}
