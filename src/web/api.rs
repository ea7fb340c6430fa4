//! The JSON API: the same use cases for machines, with bearer tokens.
//!
//! Invariant: what it accepts is checked by the advisor, and an error is a problem document.

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    AppState,
    auth::Signed,
    error::{Error, Result},
    extract::{Json as Body, Path, Query},
    knowledge::TABLES,
};
use crate::{
    advisor::{
        composer::Filter,
        feedback::FeedbackInput,
        sessions::{ListFilter, OpenSession},
        view::{Analysis, SessionList, SessionView, StrategyView},
    },
    domain::{
        id::{SessionId, StrategyId},
        labels::{Archetype, Lang, Objection, Speaker, Stage, Tag},
        visit::{Effectiveness, FeedbackKind, Status},
    },
};

const fn client() -> Speaker {
    Speaker::Client
}

const fn polish() -> Lang {
    Lang::Pl
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Analyze {
    text: String,
    #[serde(default = "client")]
    speaker: Speaker,
    /// Without a session nothing is stored.
    session_id: Option<SessionId>,
}

/// `POST /api/analyze`
pub(crate) async fn analyze(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<Analyze>,
) -> Result<Json<Analysis>> {
    let advisor = &state.advisor;
    Ok(Json(
        advisor
            .analyze(&signed.caller, body.session_id, body.speaker, &body.text)
            .await
            .map_err(|error| Error::about("session_id", error))?,
    ))
}

#[derive(Deserialize)]
pub(crate) struct SessionsQuery {
    status: Option<Status>,
    q: Option<String>,
    cursor: Option<String>,
}

/// `GET /api/sessions`
pub(crate) async fn sessions(
    State(state): State<AppState>,
    signed: Signed,
    Query(query): Query<SessionsQuery>,
) -> Result<Json<SessionList>> {
    let filter = ListFilter {
        status: query.status,
        text: query.q,
    };
    Ok(Json(
        state
            .advisor
            .sessions(&signed.caller, filter, query.cursor)
            .await?,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Open {
    alias: String,
    #[serde(default)]
    profiling: bool,
    #[serde(default)]
    contact: bool,
    #[serde(default = "polish")]
    lang: Lang,
}

/// `POST /api/sessions`
pub(crate) async fn open(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<Open>,
) -> Result<Response> {
    let Open {
        alias,
        profiling,
        contact,
        lang,
    } = body;
    let new = OpenSession {
        alias,
        profiling,
        contact,
        lang,
    };
    let id = state.advisor.open_session(&signed.caller, new).await?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

/// `GET /api/sessions/{id}`
pub(crate) async fn session(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Result<Json<SessionView>> {
    Ok(Json(state.advisor.session(&signed.caller, id).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Start {
    session_id: SessionId,
}

/// `POST /api/strategies`: 202, because the sections are written afterwards.
pub(crate) async fn start_strategy(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<Start>,
) -> Result<Response> {
    let id = state
        .advisor
        .start_strategy(&signed.caller, body.session_id)
        .await
        .map_err(|error| Error::about("session_id", error))?;
    Ok((StatusCode::ACCEPTED, Json(json!({ "id": id }))).into_response())
}

/// `GET /api/strategies/{id}`
pub(crate) async fn strategy(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<StrategyId>,
) -> Result<Json<StrategyView>> {
    Ok(Json(state.advisor.strategy(&signed.caller, id).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handle {
    objection: Objection,
    archetype: Option<Archetype>,
    #[serde(default = "polish")]
    lang: Lang,
}

/// `POST /api/objections/handle`
pub(crate) async fn objection(
    State(state): State<AppState>,
    Body(body): Body<Handle>,
) -> Result<Response> {
    let answer = state
        .advisor
        .handle_objection(body.objection, body.archetype, body.lang)?;
    Ok(Json(answer).into_response())
}

#[derive(Deserialize)]
pub(crate) struct PlaybooksQuery {
    archetype: Option<Archetype>,
    tag: Option<Tag>,
    stage: Option<Stage>,
    objection: Option<Objection>,
    #[serde(default = "polish")]
    lang: Lang,
}

/// `GET /api/playbooks`
pub(crate) async fn playbooks(
    State(state): State<AppState>,
    Query(query): Query<PlaybooksQuery>,
) -> Result<Response> {
    let PlaybooksQuery {
        archetype,
        tag,
        stage,
        objection,
        lang,
    } = query;
    let filter = Filter {
        archetype,
        tags: tag.into_iter().collect(),
        stage,
        objections: objection.into_iter().collect(),
        calming: false,
    };
    Ok(Json(state.advisor.playbooks(&filter, lang)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Feedback {
    session_id: Option<SessionId>,
    strategy_id: Option<StrategyId>,
    kind: FeedbackKind,
    rating: Option<u8>,
    effectiveness: Option<Effectiveness>,
    comment: Option<String>,
}

/// `POST /api/feedback`
pub(crate) async fn feedback(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<Feedback>,
) -> Result<Response> {
    let input = FeedbackInput {
        session: body.session_id,
        strategy: body.strategy_id,
        kind: body.kind,
        rating: body.rating,
        effectiveness: body.effectiveness,
        comment: body.comment,
    };
    let about = match input.strategy {
        Some(_) => "strategy_id",
        None => "session_id",
    };
    let id = state
        .advisor
        .feedback(&signed.caller, input)
        .await
        .map_err(|error| Error::about(about, error))?;
    Ok((StatusCode::CREATED, Json(json!({ "id": id }))).into_response())
}

/// `GET /api/data/{table}`: the knowledge at its present revision.
pub(crate) async fn data(
    State(state): State<AppState>,
    Path(table): Path<String>,
) -> Result<Json<Value>> {
    let k = state.advisor.knowledge();
    let rows = match table.as_str() {
        "facts" => json!(k.facts),
        "archetypes" => json!(k.archetypes),
        "objections" => json!(k.objections),
        "playbooks" => json!(k.playbooks),
        "arguments" => json!(k.arguments),
        "questions" => json!(k.questions),
        "signals" => json!(k.signals),
        "cars" => json!(k.cars),
        "competitors" => json!(k.competitors),
        "promotions" => json!(k.promotions),
        _ => return Err(Error::NOT_FOUND),
    };
    debug_assert!(table == "facts" || TABLES.contains(&table.as_str()));
    Ok(Json(json!({ "rev": k.rev, "rows": rows })))
}
