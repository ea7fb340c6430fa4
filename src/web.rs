//! Pages, fragments, live events and the JSON API.
//!
//! Must not know SQL, keys or tensors: it reads a request, asks the advisor under the caller's
//! scope and puts the answer into words. Invariant: every route is in [`rules::RULES`].

mod api;
mod assets;
mod audit;
mod auth;
mod cache;
mod client;
mod door;
mod error;
mod extract;
mod guard;
mod handover;
mod i18n;
mod knowledge;
pub mod listen;
mod live;
mod page;
mod people;
mod ribbon;
mod rules;
mod sessions;
mod shell;
mod strategy;
pub mod tls;

pub use rules::access_rules;

use std::{collections::HashSet, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::{DefaultBodyLimit, Request},
    http::StatusCode,
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, compression::CompressionLayer};

use crate::advisor::Advisor;

/// A request that is no live stream is answered within this time.
const TIMEOUT: Duration = Duration::from_secs(30);
const BODY_BYTES: usize = 64 * 1024;

/// What every handler may reach.
#[derive(Clone)]
pub struct AppState {
    advisor: Advisor,
    /// The names by which this appliance may be called, lower case, without a port.
    names: Arc<HashSet<String>>,
    limits: Arc<guard::Limits>,
    cache: Arc<cache::Pages>,
    /// Whether browsers reach us by HTTPS.
    secure: bool,
    ca_pem: Option<Arc<str>>,
}

/// The state of a server; `names` are the host names besides the loopback's.
pub fn state(
    advisor: Advisor,
    names: impl IntoIterator<Item = String>,
    secure: bool,
    lift_limits: bool,
    ca_pem: Option<String>,
) -> AppState {
    let own = ["localhost", "127.0.0.1", "[::1]"].map(str::to_owned);
    let names = names
        .into_iter()
        .map(|name| name.to_ascii_lowercase())
        .chain(own)
        .collect();
    AppState {
        advisor,
        names: Arc::new(names),
        limits: guard::Limits::new(lift_limits),
        cache: Arc::default(),
        secure,
        ca_pem: ca_pem.map(Into::into),
    }
}

/// Every route of the appliance, behind its layers; the last layer sees a request first.
pub fn router(state: AppState) -> Router {
    routes()
        .route_layer(from_fn_with_state(state.clone(), guard::admit))
        .layer(from_fn_with_state(state.clone(), cache::keep))
        .layer(CompressionLayer::new())
        .layer(from_fn_with_state(state.clone(), guard::host))
        .layer(DefaultBodyLimit::max(BODY_BYTES))
        .layer(from_fn(timeout))
        .layer(CatchPanicLayer::new())
        .layer(from_fn(error::render))
        .layer(from_fn(guard::headers))
        .with_state(state)
}

#[rustfmt::skip]
fn routes() -> Router<AppState> {
    Router::new()
        .route("/", get(door::home))
        .route("/assets/{*name}", get(assets::serve))
        .route("/manifest.webmanifest", get(shell::manifest))
        .route("/sw.js", get(shell::worker))
        .route("/offline", get(shell::offline))
        .route("/trust", get(door::trust))
        .route("/trust/ca.crt", get(door::ca))
        .route("/setup", get(door::setup_form).post(door::setup))
        .route("/login", get(door::login_form).post(door::login))
        .route("/preferences", post(door::preferences))
        .route("/logout", post(door::logout))
        .route("/account", get(door::account))
        .route("/account/password", post(door::password))
        .route("/account/pin", get(handover::form).post(handover::choose))
        .route("/account/tokens", post(door::issue_token))
        .route("/account/tokens/{id}/revoke", post(door::revoke_token))
        .route("/users", get(people::users).post(people::create))
        .route("/users/{id}/disable", post(people::disable))
        .route("/system", get(people::system))
        .route("/sessions", get(sessions::list).post(sessions::open))
        .route("/sessions/{id}", get(sessions::show))
        .route("/sessions/{id}/live", get(live::stream))
        .route("/sessions/{id}/client", get(client::show).post(client::compute))
        .route("/sessions/{id}/hand-over", post(handover::hand_over))
        .route("/sessions/{id}/take-back", post(client::take_back))
        .route("/sessions/{id}/utterances", post(sessions::record))
        .route("/sessions/{id}/preview", post(sessions::preview))
        .route("/sessions/{id}/correction", post(sessions::correct))
        .route("/sessions/{id}/stage", post(sessions::stage))
        .route("/sessions/{id}/status", post(sessions::status))
        .route("/sessions/{id}/slots", post(sessions::slot))
        .route("/sessions/{id}/objections", post(sessions::objection))
        .route("/sessions/{id}/card", post(sessions::card))
        .route("/sessions/{id}/strategy", get(strategy::show))
        .route("/sessions/{id}/strategies", post(strategy::start))
        .route("/strategies/{id}/rating", post(strategy::rate))
        .route("/knowledge", get(knowledge::facts))
        .route("/knowledge/{table}", get(knowledge::table))
        .route("/knowledge/facts/{id}", get(knowledge::fact).post(knowledge::edit))
        .route("/knowledge/undo", post(knowledge::undo))
        .route("/audit", get(audit::show))
        .route("/audit/exports", post(audit::export))
        .route("/audit/exports/{name}/{file}", get(audit::download))
        .merge(api::routes().0)
        .fallback(missing)
}

/// The OpenAPI document of the JSON API, as it is served.
pub fn openapi() -> &'static str {
    api::document()
}

async fn missing() -> error::Error {
    error::Error::NOT_FOUND
}

async fn timeout(request: Request, next: Next) -> Response {
    let path = request.uri().path();
    if path.ends_with("/live") || path.ends_with("/events") {
        return next.run(request).await;
    }
    match tokio::time::timeout(TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => error::Error::Status(StatusCode::REQUEST_TIMEOUT).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_has_a_rule_and_every_rule_a_route() {
        let source = include_str!("web.rs");
        let (_, api) = api::routes();
        let mut routed: HashSet<&str> = source
            .split(".route(\"")
            .skip(1)
            .filter_map(|part| part.split('"').next())
            .filter(|path| path.starts_with('/'))
            .collect();
        assert!(routed.len() > 30);
        routed.extend(api.paths.paths.keys().map(String::as_str));
        let ruled: HashSet<&str> = rules::RULES.iter().map(|(_, path, _)| *path).collect();
        assert_eq!(routed, ruled);
        // Building the router panics on two routes that overlap.
        let _ = routes();
    }

    #[test]
    fn no_template_holds_a_script_or_a_style() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let texts = i18n::tests::files(&root, "html");
        assert!(texts.len() > 10);
        for text in texts {
            for tag in text.split('<').skip(1) {
                let tag = tag.split('>').next().unwrap_or_default();
                assert!(!tag.contains(" style="), "{tag}");
                assert!(!tag.contains(" hx-on") && !tag.contains("js:"), "{tag}");
                assert!(!tag.starts_with("style"), "{tag}");
                assert!(!tag.starts_with("script") || tag.contains(" src="), "{tag}");
                for word in tag.split_whitespace() {
                    let handler = word.starts_with("on") && word.contains('=');
                    assert!(!handler, "{tag}");
                }
            }
        }
    }
}
