//! `/api/sessions`: visits are listed, opened, read and moved on.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        AppState,
        auth::Signed,
        error::Result,
        extract::{Path, Query},
    },
    answer::{self, Change},
    sent::Sent,
};
use crate::{
    advisor::{
        change::SessionChange,
        sessions::{ListFilter, OpenSession},
        view::{SessionList, SessionView},
    },
    domain::{
        id::SessionId,
        labels::{Lang, Stage},
        visit::Status,
    },
};

const fn polish() -> Lang {
    Lang::Pl
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct SessionsQuery {
    /// Only visits of this status.
    status: Option<Status>,
    /// Words of the alias, whatever their case and accents. Aliases are sealed, so the text is
    /// looked for within each page: a page may hold fewer rows than its limit.
    q: Option<String>,
    /// `next` of the page before.
    cursor: Option<String>,
    /// Rows of a page; 50 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<u16>,
}

/// List visits
///
/// Newest first; a seller sees their own, a manager the showroom's.
#[utoipa::path(get, path = "/api/sessions", operation_id = "list_sessions", tag = "sessions", params(SessionsQuery),
    responses((status = 200, description = "A page of visits", body = SessionList)))]
pub(crate) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Query(query): Query<SessionsQuery>,
) -> Result<Response> {
    let filter = ListFilter {
        status: query.status,
        text: query.q.filter(|text| !text.trim().is_empty()),
        limit: query.limit,
    };
    let list = state
        .advisor
        .sessions(&signed.caller, filter, query.cursor)
        .await?;
    answer::tagged(&signed.headers, &list)
}

/// A new visit.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"alias": "pan z Kii", "profiling": true, "lang": "pl"})))]
pub(crate) struct OpenVisit {
    /// What the seller calls the client, 1–80 characters; no name is needed.
    #[schema(min_length = 1, max_length = 80)]
    alias: String,
    /// The client agreed to be profiled. Without it nothing about the client is stored.
    #[serde(default)]
    profiling: bool,
    /// The client agreed to be written or called to.
    #[serde(default)]
    contact: bool,
    /// The language of the talk.
    #[serde(default = "polish")]
    #[schema(default = "pl")]
    lang: Lang,
}

/// A visit that was opened.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct OpenedVisit {
    id: SessionId,
}

/// Open a visit
#[utoipa::path(post, path = "/api/sessions", operation_id = "open_session", tag = "sessions", request_body = OpenVisit,
    responses((status = 201, description = "Opened; `Location` says where it is", body = OpenedVisit)))]
pub(crate) async fn open(
    State(state): State<AppState>,
    signed: Signed,
    Sent { body, once }: Sent<OpenVisit>,
) -> Result<Response> {
    let change = Change {
        status: StatusCode::CREATED,
        once,
        about: None,
        named: None,
        found_at: Some("/api/sessions/"),
    };
    let new = OpenSession {
        alias: body.alias,
        profiling: body.profiling,
        contact: body.contact,
        lang: body.lang,
    };
    let caller = signed.caller.clone();
    answer::make(&state, &signed, change, |advisor| async move {
        let id = advisor.open_session(&caller, new).await?;
        Ok(OpenedVisit { id })
    })
    .await
}

/// Read a visit
#[utoipa::path(get, path = "/api/sessions/{id}", operation_id = "read_session", tag = "sessions",
    params(("id" = SessionId, Path, description = "The visit")),
    responses((status = 200, description = "The visit as it stands", body = SessionView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Result<Response> {
    let view = state.advisor.session(&signed.caller, id).await?;
    answer::tagged(&signed.headers, &view)
}

/// What changes of a visit; what is left out stays.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"stage": "decision"}), json!({"status": "completed", "outcome": "ordered"})))]
pub(crate) struct ChangeVisit {
    /// Where the talk stands; the model only suggests it.
    stage: Option<Stage>,
    /// A completed or abandoned visit cannot be opened again.
    status: Option<Status>,
    /// How the visit ended, with `status: completed` and only then: `ordered`, `test_drive`,
    /// `follow_up` or `not_interested`.
    outcome: Option<String>,
    /// The language of the talk.
    lang: Option<Lang>,
}

/// Change a visit
///
/// All of it or nothing: one field that is refused leaves the others as they were.
#[utoipa::path(patch, path = "/api/sessions/{id}", operation_id = "change_session", tag = "sessions",
    params(("id" = SessionId, Path, description = "The visit")), request_body = ChangeVisit,
    responses((status = 200, description = "The visit as it stands", body = SessionView)))]
pub(crate) async fn change(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Sent { body, once }: Sent<ChangeVisit>,
) -> Result<Response> {
    let change = SessionChange {
        stage: body.stage,
        status: body.status,
        outcome: body.outcome,
        lang: body.lang,
    };
    let caller = signed.caller.clone();
    answer::change(&state, &signed, id, once, |advisor| async move {
        advisor.change_session(&caller, id, change).await
    })
    .await
}
