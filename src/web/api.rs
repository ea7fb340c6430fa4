//! The JSON API: the same use cases for machines, with bearer tokens, and its own description.
//!
//! Invariant: every route is registered with what describes it, so that [`document()`] cannot leave
//! one out; what a route accepts is checked by the advisor, and an error is a problem document.

use axum::Router;
use utoipa::openapi::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{AppState, people};

mod advice;
mod analysis;
mod answer;
mod data;
mod document;
mod events;
mod profile;
mod sent;
mod sessions;
mod strategies;

#[cfg(test)]
mod tests;

pub(crate) use document::text as document;

/// The routes, and what describes them.
#[rustfmt::skip]
pub(crate) fn routes() -> (Router<AppState>, OpenApi) {
    OpenApiRouter::with_openapi(document::head())
        .routes(routes!(analysis::analyze))
        .routes(routes!(sessions::list, sessions::open))
        .routes(routes!(sessions::show, sessions::change))
        .routes(routes!(profile::correct))
        .routes(routes!(profile::slot))
        .routes(routes!(profile::objection))
        .routes(routes!(profile::card))
        .routes(routes!(strategies::start))
        .routes(routes!(strategies::show))
        .routes(routes!(events::stream))
        .routes(routes!(advice::objection))
        .routes(routes!(advice::playbooks))
        .routes(routes!(advice::feedback))
        .routes(routes!(data::table))
        .routes(routes!(document::serve))
        .routes(routes!(people::health))
        .split_for_parts()
}
