//! `/api/strategies`: the work of writing one is begun, and read as far as it has come.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::{Deserialize, Serialize};

use super::{
    super::{AppState, auth::Signed, error::Result, extract::Path},
    answer::{self, Change},
    sent::Sent,
};
use crate::{
    advisor::view::StrategyView,
    domain::id::{SessionId, StrategyId},
};

/// For whom a strategy is to be written.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StartStrategy {
    /// A visit with profiling.
    session_id: SessionId,
}

/// A strategy whose sections are being written.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct StartedStrategy {
    id: StrategyId,
    /// Where its sections stream from.
    #[schema(examples("/api/strategies/0198c2f4-6d00-7000-8000-000000000001/events"))]
    events: String,
}

/// Begin a strategy
///
/// The sections are written afterwards: read them as they come from `events`. While nothing that
/// a strategy follows from has changed, the id of the stored one is answered.
#[utoipa::path(post, path = "/api/strategies", operation_id = "start_strategy", tag = "strategies", request_body = StartStrategy,
    responses((status = 202, description = "Being written, or written already", body = StartedStrategy)))]
pub(crate) async fn start(
    State(state): State<AppState>,
    signed: Signed,
    Sent { body, once }: Sent<StartStrategy>,
) -> Result<Response> {
    let session = body.session_id;
    let change = Change {
        status: StatusCode::ACCEPTED,
        once,
        about: Some(session),
        named: Some("session_id"),
        found_at: Some("/api/strategies/"),
    };
    let caller = signed.caller.clone();
    answer::make(&state, &signed, change, |advisor| async move {
        let id = advisor.start_strategy(&caller, session).await?;
        let events = format!("/api/strategies/{id}/events");
        Ok(StartedStrategy { id, events })
    })
    .await
}

/// Read a strategy
///
/// With the sections that are ready, each with who wrote it and what the guard took out.
#[utoipa::path(get, path = "/api/strategies/{id}", operation_id = "read_strategy", tag = "strategies",
    params(("id" = StrategyId, Path, description = "The strategy")),
    responses((status = 200, description = "The strategy as far as it has come", body = StrategyView)))]
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<StrategyId>,
) -> Result<Response> {
    let view = state.advisor.strategy(&signed.caller, id).await?;
    answer::tagged(&signed.headers, &view)
}
