//! `/api/objections`, `/api/playbooks`, `/api/feedback`: what the knowledge advises, and whether it
//! helped.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        AppState,
        auth::Signed,
        error::Result,
        extract::{Json, Query},
    },
    answer::{self, Change},
    sent::Sent,
};
use crate::{
    advisor::{
        composer::Filter,
        feedback::FeedbackInput,
        objection::{ObjectionHelpView, PlaybookView},
    },
    domain::{
        id::{CardId, FeedbackId, SessionId, StrategyId},
        labels::{Archetype, Lang, Objection, Stage, Tag},
        visit::{Effectiveness, FeedbackKind},
    },
};

const fn polish() -> Lang {
    Lang::Pl
}

/// An objection, and who raised it.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"objection": "winter_range", "archetype": "technical_skeptic"})))]
pub(crate) struct HandleObjection {
    objection: Objection,
    /// Adapts the reply.
    archetype: Option<Archetype>,
    /// The language of the answer.
    #[serde(default = "polish")]
    #[schema(default = "pl")]
    lang: Lang,
}

/// Answer an objection
///
/// First the sentence to say, then the reply, the steps and the reason, then the facts behind
/// them. From the playbooks; numbers are facts in force today, or are not said.
#[utoipa::path(post, path = "/api/objections/handle", operation_id = "handle_objection", tag = "advice", request_body = HandleObjection,
    responses((status = 200, description = "What to say", body = ObjectionHelpView)))]
pub(crate) async fn objection(
    State(state): State<AppState>,
    Json(body): Json<HandleObjection>,
) -> Result<Response> {
    let help = state
        .advisor
        .handle_objection(body.objection, body.archetype, body.lang)?;
    Ok(axum::Json(help).into_response())
}

#[derive(Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlaybooksQuery {
    archetype: Option<Archetype>,
    /// A circumstance of the client.
    tag: Option<Tag>,
    stage: Option<Stage>,
    /// An objection that was raised.
    objection: Option<Objection>,
    /// The language of the answer; Polish unless given.
    #[serde(default = "polish")]
    #[param(required = false)]
    lang: Lang,
}

/// Find playbooks
///
/// Ranked by match and learned win rate, each with the reason.
#[utoipa::path(get, path = "/api/playbooks", operation_id = "find_playbooks", tag = "advice", params(PlaybooksQuery),
    responses((status = 200, description = "Playbooks, best first", body = Vec<PlaybookView>)))]
pub(crate) async fn playbooks(
    State(state): State<AppState>,
    signed: Signed,
    Query(query): Query<PlaybooksQuery>,
) -> Result<Response> {
    let filter = Filter {
        archetype: query.archetype,
        tags: query.tag.into_iter().collect(),
        stage: query.stage,
        objections: query.objection.into_iter().collect(),
        calming: false,
    };
    let playbooks = state.advisor.playbooks(&filter, query.lang);
    answer::tagged(&signed.headers, &playbooks)
}

/// What a person thinks of the appliance's advice.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"kind": "comment", "comment": "The card came too late."})))]
pub(crate) struct GiveFeedback {
    kind: FeedbackKind,
    /// The visit it is about; a rating of a strategy, and a card's, need it.
    session_id: Option<SessionId>,
    /// A strategy of that visit.
    strategy_id: Option<StrategyId>,
    /// A card of that visit, with `kind: card` and only then.
    card_id: Option<CardId>,
    /// 1–5; a rating needs it.
    #[schema(minimum = 1, maximum = 5)]
    rating: Option<u8>,
    /// What the advice did for the talk; a card's feedback needs it.
    effectiveness: Option<Effectiveness>,
    /// Up to 2,000 characters; a comment and a bug report need it. It is sealed.
    #[schema(max_length = 2000)]
    comment: Option<String>,
}

/// Feedback that was stored.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct GivenFeedback {
    id: FeedbackId,
}

/// Give feedback
#[utoipa::path(post, path = "/api/feedback", operation_id = "give_feedback", tag = "advice", request_body = GiveFeedback,
    responses((status = 201, description = "Stored", body = GivenFeedback)))]
pub(crate) async fn feedback(
    State(state): State<AppState>,
    signed: Signed,
    Sent { body, once }: Sent<GiveFeedback>,
) -> Result<Response> {
    let change = Change {
        status: StatusCode::CREATED,
        once,
        about: body.session_id,
        named: Some(match body.strategy_id {
            Some(_) => "strategy_id",
            None => "session_id",
        }),
        found_at: None,
    };
    let input = FeedbackInput {
        session: body.session_id,
        strategy: body.strategy_id,
        card: body.card_id,
        kind: body.kind,
        rating: body.rating,
        effectiveness: body.effectiveness,
        comment: body.comment,
    };
    let caller = signed.caller.clone();
    answer::make(&state, &signed, change, |advisor| async move {
        let id = advisor.feedback(&caller, input).await?;
        Ok(GivenFeedback { id })
    })
    .await
}
