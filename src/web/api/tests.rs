//! The API over a whole appliance: every route is asked as a machine would ask it.

mod advice;
mod changes;
mod described;
mod events;
mod once;
mod pages;
mod shape;

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use tower::ServiceExt;

use super::super::{router, state};
use crate::{advisor::fixture::Fixture, domain::labels::Role};

/// A family talks of safety, and doubts the range in winter.
pub(super) const FAMILY: &str =
    "Mamy trójkę dzieci, najważniejsze jest dla nas bezpieczeństwo i miejsce na foteliki.";
pub(super) const WINTER: &str =
    "Boję się, że zimą zasięg spadnie o połowę i nie dojedziemy w góry.";

pub(super) struct Api {
    pub(super) fixture: Fixture,
    app: Router,
    token: String,
}

/// What was answered.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: axum::http::HeaderMap,
    pub(super) body: Value,
}

impl Answer {
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The body, of an answer of this status.
    #[track_caller]
    pub(super) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// Checks that this is a problem of that status and code, about that field.
    #[track_caller]
    pub(super) fn refused(self, status: u16, code: &str, field: Option<&str>) {
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let body = self.expect(status);
        assert_eq!(body["type"], format!("urn:bigdecoder:problem:{code}"));
        assert_eq!(body["field"].as_str(), field, "{body}");
        assert!(
            body["detail"]
                .as_str()
                .is_some_and(|text| text.contains(' '))
        );
    }
}

impl Api {
    /// Asked with a seller's token.
    pub(super) async fn new() -> Self {
        Self::over(Fixture::new().await).await
    }

    pub(super) async fn over(fixture: Fixture) -> Self {
        let state = state(fixture.advisor.clone(), [], false, true, None);
        let token = fixture
            .advisor
            .issue_token(&fixture.seller(), "till")
            .await
            .unwrap();
        Self {
            app: router(state),
            token: token.0,
            fixture,
        }
    }

    /// The same appliance, asked by somebody else.
    pub(super) async fn of(&self, name: &str, role: Role) -> Other<'_> {
        let caller = self.fixture.another(name, role).await;
        let token = self.fixture.advisor.issue_token(&caller, "till").await;
        Other {
            api: self,
            token: token.unwrap().0,
        }
    }

    pub(super) async fn send(&self, request: Request<Body>) -> axum::response::Response {
        self.app.clone().oneshot(request).await.unwrap()
    }

    /// A request with headers besides those that every one has.
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let request = request(method, path, &self.token, headers, body);
        answer(self.send(request).await).await
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], None).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Answer {
        self.ask("POST", path, &[], Some(&body)).await
    }

    /// The id of a new visit.
    pub(super) async fn visit(&self, profiling: bool) -> String {
        let new = json!({"alias": "pan z Kii", "profiling": profiling});
        let made = self.post("/api/sessions", new).await.expect(201);
        made["id"].as_str().unwrap().to_owned()
    }

    /// Records what a client says in a visit.
    pub(super) async fn say(&self, visit: &str, text: &str) -> Value {
        let said = json!({"session_id": visit, "role": "client", "text": text});
        self.post("/api/analyze", said).await.expect(200)
    }

    pub(super) async fn read(&self, visit: &str) -> Value {
        self.get(&format!("/api/sessions/{visit}"))
            .await
            .expect(200)
    }

    pub(super) fn token(&self) -> &str {
        &self.token
    }
}

pub(super) struct Other<'a> {
    api: &'a Api,
    token: String,
}

impl Other<'_> {
    pub(super) async fn ask(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<&Value>,
    ) -> Answer {
        let request = request(method, path, &self.token, headers, body);
        answer(self.api.send(request).await).await
    }
}

pub(super) fn request(
    method: &str,
    path: &str,
    token: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> Request<Body> {
    let mut request = Request::builder()
        .method(Method::from_bytes(method.as_bytes()).unwrap())
        .uri(path)
        .header(header::HOST, "localhost")
        .header(header::ACCEPT_LANGUAGE, "en")
        .header(header::AUTHORIZATION, format!("Bearer {token}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    match body {
        Some(body) => request
            .header(header::CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_string())),
        None => request.body(Body::empty()),
    }
    .unwrap()
}

pub(super) async fn answer(response: axum::response::Response) -> Answer {
    let (parts, body) = response.into_parts();
    let bytes = to_bytes(body, 1 << 22).await.unwrap();
    Answer {
        status: parts.status,
        headers: parts.headers,
        body: if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap()
        },
    }
}
