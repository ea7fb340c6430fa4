//! What changes a visit: words, corrections, stage, state, details, objections and cards.
//!
//! Each answers the changed zones to htmx and leads everyone else back to the page.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    super::{
        AppState,
        auth::Signed,
        error::{Error, Result},
        extract::{Form, Path},
        i18n::Tr,
        page::Page,
    },
    CHIPS, chosen, done,
};
use crate::{
    advisor::{
        cards::CardAct,
        change::SessionChange,
        error::{Error as Cause, Refusal},
        view::Analysis,
    },
    domain::{
        id::SessionId,
        labels::{Archetype, Objection, SlotKey, Speaker, Stage},
        visit::Status,
    },
};

#[derive(Deserialize)]
pub(crate) struct Words {
    #[serde(default)]
    text: String,
    #[serde(default)]
    speaker: String,
    /// A key of the keypad instead of words.
    chip: Option<String>,
}

impl Words {
    fn speaker(&self) -> Result<Speaker> {
        let speaker = chosen("speaker", &self.speaker, Speaker::from_id)?;
        Ok(speaker.unwrap_or(Speaker::Client))
    }
}

/// `POST /sessions/{id}/utterances`
pub(crate) async fn record(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(words): Form<Words>,
) -> Result<Response> {
    if let Some(chip) = words.chip.as_deref() {
        let known = CHIPS.iter().find(|known| **known == chip);
        let chip = known.ok_or(Error::invalid("chip", Refusal::NotAChoice))?;
        let lang = state.advisor.session(&signed.caller, id).await?.lang;
        let phrase = Tr(lang).t(format!("chip-{chip}-say"));
        state
            .advisor
            .record(&signed.caller, id, Speaker::Client, &phrase)
            .await?;
    } else {
        let speaker = words.speaker()?;
        state
            .advisor
            .record(&signed.caller, id, speaker, &words.text)
            .await?;
    }
    done(&state, &signed, id).await
}

#[derive(Template)]
#[template(path = "_preview.html")]
struct Preview {
    tr: Tr,
    a: Analysis,
}

/// `POST /sessions/{id}/preview`: what the words so far would be read as; nothing is stored.
pub(crate) async fn preview(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(words): Form<Words>,
) -> Result<Response> {
    if words.text.trim().is_empty() {
        return Ok(Html("").into_response());
    }
    let speaker = words.speaker()?;
    let a = state
        .advisor
        .preview(&signed.caller, id, speaker, &words.text)
        .await?;
    Ok(Page(Preview { tr: signed.tr(), a }).into_response())
}

#[derive(Deserialize)]
pub(crate) struct Correction {
    /// Empty takes the correction back.
    #[serde(default)]
    archetype: String,
}

/// `POST /sessions/{id}/correction`
pub(crate) async fn correct(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<Correction>,
) -> Result<Response> {
    let archetype = match form.archetype.as_str() {
        "" => None,
        id => Some(Archetype::from_id(id).ok_or(Error::invalid("archetype", Refusal::NotAChoice))?),
    };
    state.advisor.correct(&signed.caller, id, archetype).await?;
    done(&state, &signed, id).await
}

#[derive(Deserialize)]
pub(crate) struct StageForm {
    stage: String,
}

/// `POST /sessions/{id}/stage`
pub(crate) async fn stage(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<StageForm>,
) -> Result<Response> {
    let stage = Stage::from_id(&form.stage).ok_or(Error::invalid("stage", Refusal::NotAChoice))?;
    let change = SessionChange {
        stage: Some(stage),
        ..SessionChange::default()
    };
    state
        .advisor
        .change_session(&signed.caller, id, change)
        .await?;
    done(&state, &signed, id).await
}

#[derive(Deserialize)]
pub(crate) struct StatusForm {
    status: String,
    outcome: Option<String>,
}

/// `POST /sessions/{id}/status`
pub(crate) async fn status(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<StatusForm>,
) -> Result<Redirect> {
    let status =
        Status::from_id(&form.status).ok_or(Error::invalid("status", Refusal::NotAChoice))?;
    let outcome = form
        .outcome
        .filter(|outcome| !outcome.is_empty() && status == Status::Completed);
    let change = SessionChange {
        status: Some(status),
        outcome,
        ..SessionChange::default()
    };
    state
        .advisor
        .change_session(&signed.caller, id, change)
        .await?;
    Ok(Redirect::to(&format!("/sessions/{id}")))
}

/// `POST /sessions/{id}/slots`: one slot as `key` and `value`, or the whole form with a field for
/// each, of which those that differ from what is known are set. An empty value empties its slot.
pub(crate) async fn slot(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<HashMap<String, String>>,
) -> Result<Response> {
    if let Some(key) = form.get("key") {
        let key = SlotKey::from_id(key).ok_or(Error::invalid("key", Refusal::NotAChoice))?;
        let value = form.get("value").map(|value| value.trim().to_owned());
        let value = value.filter(|value| !value.is_empty());
        state
            .advisor
            .set_slot(&signed.caller, id, key, value)
            .await?;
        return done(&state, &signed, id).await;
    }
    let known = state.advisor.session(&signed.caller, id).await?.slots;
    for key in SlotKey::ALL {
        let Some(given) = form.get(key.id()).map(|value| value.trim()) else {
            continue;
        };
        let was = known.iter().find(|slot| slot.key == *key);
        if given == was.map_or("", |slot| slot.value.as_str()) {
            continue;
        }
        let value = Some(given.to_owned()).filter(|value| !value.is_empty());
        let set = state.advisor.set_slot(&signed.caller, id, *key, value);
        set.await.map_err(|cause| match cause {
            Cause::Invalid { why, .. } => Error::invalid(key.id(), why),
            cause => cause.into(),
        })?;
    }
    done(&state, &signed, id).await
}

#[derive(Deserialize)]
pub(crate) struct ObjectionForm {
    objection: String,
}

/// `POST /sessions/{id}/objections`: this one has been answered.
pub(crate) async fn objection(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<ObjectionForm>,
) -> Result<Response> {
    let refused = Error::invalid("objection", Refusal::NotAChoice);
    let objection = Objection::from_id(&form.objection).ok_or(refused)?;
    state
        .advisor
        .answered(&signed.caller, id, objection)
        .await?;
    done(&state, &signed, id).await
}

#[derive(Deserialize)]
pub(crate) struct CardForm {
    act: String,
}

/// `POST /sessions/{id}/card`
pub(crate) async fn card(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<CardForm>,
) -> Result<Response> {
    let act = match form.act.as_str() {
        "used" => CardAct::Used,
        "not_helped" => CardAct::NotHelped,
        "next" => CardAct::Next,
        "other_question" => CardAct::OtherQuestion,
        _ => return Err(Error::invalid("act", Refusal::NotAChoice)),
    };
    state
        .advisor
        .act_on_card(&signed.caller, id, act, None)
        .await?;
    done(&state, &signed, id).await
}
