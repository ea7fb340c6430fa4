//! `/api/analyze`: one thing said, labelled; stored where a visit is named.

use axum::{extract::State, http::StatusCode, response::Response};
use serde::Deserialize;

use super::{
    super::{
        AppState,
        auth::Signed,
        error::{Error, Result},
    },
    answer::{Change, make},
    sent::Sent,
};
use crate::{
    advisor::{error::Refusal, view::Analysis},
    domain::{
        id::SessionId,
        labels::{Mode, Speaker},
    },
};

const fn client() -> Speaker {
    Speaker::Client
}

const fn analyzer() -> Mode {
    Mode::Analyzer
}

/// What was said, by whom, and in which visit.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"role": "client", "text": "Zimą robię trzysta kilometrów dziennie."})))]
pub(crate) struct Analyze {
    /// 1–5,000 characters after trimming, Polish or English. Health, faith and other special
    /// categories are taken out before anything else sees the text.
    #[schema(min_length = 1, max_length = 5000)]
    text: String,
    /// Whose words these are. The seller's own speech never counts as evidence of the client.
    #[serde(default = "client", alias = "speaker")]
    #[schema(default = "client")]
    role: Speaker,
    /// The visit in which the text is stored. Without one nothing is stored.
    session_id: Option<SessionId>,
    /// `analyzer` stores what was said in the visit; `continuous` looks at words that are still
    /// being typed, in the light of the visit, and stores nothing. The other modes are refused:
    /// they come with sparring.
    #[serde(default = "analyzer")]
    #[schema(default = "analyzer")]
    mode: Mode,
}

/// Label what was said
///
/// Archetype (or why there is none), needs, objections, signals, tone and stage, each with the
/// words that moved it; slots, questions, and what to say. Always labelled by the local model.
#[utoipa::path(post, path = "/api/analyze", operation_id = "analyze", tag = "analysis", request_body = Analyze,
    responses((status = 200, description = "What the words say of the client", body = Analysis)))]
pub(crate) async fn analyze(
    State(state): State<AppState>,
    signed: Signed,
    Sent { body, once }: Sent<Analyze>,
) -> Result<Response> {
    let Analyze {
        text,
        role,
        session_id,
        mode,
    } = body;
    if !matches!(mode, Mode::Analyzer | Mode::Continuous) {
        return Err(Error::invalid("mode", Refusal::NotAChoice));
    }
    let stores = session_id.is_some() && mode == Mode::Analyzer;
    let change = Change {
        status: StatusCode::OK,
        // Where nothing is stored a repeated request repeats nothing.
        once: once.filter(|_| stores),
        about: session_id,
        named: Some("session_id"),
        found_at: None,
    };
    let caller = signed.caller.clone();
    make(&state, &signed, change, |advisor| async move {
        match (session_id, mode) {
            (Some(id), Mode::Continuous) => advisor.preview(&caller, id, role, &text).await,
            _ => advisor.analyze(&caller, session_id, role, &text).await,
        }
    })
    .await
}
