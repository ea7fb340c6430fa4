//! The list of visits and the session screen.
//!
//! Every form works without a script (POST, then 303 to the page); with htmx the answer holds the
//! zones that changed.

use askama::Template;
use axum::{
    extract::State,
    response::{Html, IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    AppState,
    auth::Signed,
    error::{Error, Result},
    extract::{Form, Path, Query},
    i18n::Tr,
    page::{Layout, Page},
};
use crate::{
    advisor::{
        cards::CardAct,
        change::SessionChange,
        error::Refusal,
        sessions::{ListFilter, OpenSession},
        view::{Analysis, ObjectionState, SessionLine, SessionView},
    },
    domain::{
        id::SessionId,
        labels::{Archetype, Lang, Objection, SlotKey, Speaker, Stage},
        profile::Certainty,
        visit::Status,
    },
};

/// The fixed keypad: each key is a phrase (`chip-…-say`) that is recorded as the client's.
pub(crate) const CHIPS: &[&str] = &[
    "price", "range", "winter", "home", "family", "company", "vat", "leasing", "waiting", "rival",
    "drive", "trade", "partner", "pv", "looking", "think",
];

#[derive(Template)]
#[template(path = "sessions.html")]
struct ListPage {
    l: Layout,
    lines: Vec<SessionLine>,
    next: Option<String>,
    q: String,
    status: Option<Status>,
    langs: &'static [Lang],
    statuses: &'static [Status],
}

impl ListPage {
    fn chosen(&self, status: &Status) -> bool {
        self.status == Some(*status)
    }
}

#[derive(Deserialize)]
pub(crate) struct ListQuery {
    #[serde(default)]
    q: String,
    #[serde(default)]
    status: String,
    after: Option<String>,
}

/// `GET /sessions`
pub(crate) async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Query(query): Query<ListQuery>,
) -> Result<Response> {
    let status = chosen("status", &query.status, Status::from_id)?;
    let text = Some(query.q.trim().to_owned()).filter(|text| !text.is_empty());
    let filter = ListFilter {
        status,
        text,
        limit: None,
    };
    let list = state
        .advisor
        .sessions(&signed.caller, filter, query.after)
        .await?;
    let page = ListPage {
        l: signed.layout("sessions"),
        lines: list.lines,
        next: list.next,
        q: query.q,
        status,
        langs: Lang::ALL,
        statuses: Status::ALL,
    };
    Ok(Page(page).into_response())
}

#[derive(Deserialize)]
pub(crate) struct OpenForm {
    alias: String,
    profiling: Option<String>,
    contact: Option<String>,
    #[serde(default)]
    lang: String,
}

/// `POST /sessions`
pub(crate) async fn open(
    State(state): State<AppState>,
    signed: Signed,
    Form(form): Form<OpenForm>,
) -> Result<Redirect> {
    let new = OpenSession {
        alias: form.alias,
        profiling: form.profiling.is_some(),
        contact: form.contact.is_some(),
        lang: chosen("lang", &form.lang, Lang::from_id)?.unwrap_or(Lang::Pl),
    };
    let id = state.advisor.open_session(&signed.caller, new).await?;
    Ok(Redirect::to(&format!("/sessions/{id}")))
}

#[derive(Template)]
#[template(path = "session.html")]
struct SessionPage {
    l: Layout,
    v: SessionView,
    now_ms: i64,
}

/// The zones that change, for htmx and for the live stream.
#[derive(Template)]
#[template(path = "_zones.html")]
struct Zones {
    l: Layout,
    v: SessionView,
}

/// The choices that the session's templates offer.
trait Choices {
    fn view(&self) -> &SessionView;

    /// Whether the certainty stands on this step …
    fn is_now(&self, step: &Certainty) -> bool {
        self.certainty() == *step
    }
    /// … or has passed it.
    fn is_done(&self, step: &Certainty) -> bool {
        *step < self.certainty()
    }
    fn certainty(&self) -> Certainty {
        self.view()
            .top
            .as_ref()
            .map_or(Certainty::NotEnough, |top| top.certainty)
    }
    fn stages(&self) -> &'static [Stage] {
        Stage::ALL
    }
    fn archetypes(&self) -> &'static [Archetype] {
        Archetype::ALL
    }
    fn chips(&self) -> &'static [&'static str] {
        CHIPS
    }
    fn slots(&self) -> &'static [SlotKey] {
        SlotKey::ALL
    }
    fn steps(&self) -> &'static [Certainty] {
        Certainty::ALL
    }
}

impl Choices for SessionPage {
    fn view(&self) -> &SessionView {
        &self.v
    }
}

impl Choices for Zones {
    fn view(&self) -> &SessionView {
        &self.v
    }
}

impl SessionPage {
    /// A stage that the model suggests is a word beside the switch, never a changed switch.
    fn suggests(&self, stage: &Stage) -> bool {
        self.v.suggested_stage == Some(*stage) && self.v.stage != *stage
    }
}

/// `GET /sessions/{id}`
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Result<Response> {
    let v = state.advisor.session(&signed.caller, id).await?;
    let now_ms = state.advisor.now_ms();
    Ok(Page(SessionPage {
        l: signed.layout("sessions"),
        v,
        now_ms,
    })
    .into_response())
}

/// The changed zones as one text, under the caller's own scope and language.
pub(crate) async fn zones(state: &AppState, signed: &Signed, id: SessionId) -> Result<String> {
    let v = state.advisor.session(&signed.caller, id).await?;
    let zones = Zones {
        l: signed.layout("sessions"),
        v,
    };
    zones
        .render()
        .map_err(|e| Error::Advisor(crate::advisor::error::Error::Internal(e.to_string())))
}

/// After a change: the zones for htmx, the page for everyone else.
async fn done(state: &AppState, signed: &Signed, id: SessionId) -> Result<Response> {
    if signed.wants_parts() {
        return Ok(Html(zones(state, signed, id).await?).into_response());
    }
    Ok(Redirect::to(&format!("/sessions/{id}")).into_response())
}

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

/// A choice that may be left out, and must not be anything else.
fn chosen<T>(
    field: &'static str,
    id: &str,
    known: impl Fn(&str) -> Option<T>,
) -> Result<Option<T>> {
    if id.is_empty() {
        return Ok(None);
    }
    known(id)
        .map(Some)
        .ok_or(Error::invalid(field, Refusal::NotAChoice))
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

#[derive(Deserialize)]
pub(crate) struct SlotForm {
    key: String,
    #[serde(default)]
    value: String,
}

/// `POST /sessions/{id}/slots`: an empty value empties the slot.
pub(crate) async fn slot(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
    Form(form): Form<SlotForm>,
) -> Result<Response> {
    let key = SlotKey::from_id(&form.key).ok_or(Error::invalid("key", Refusal::NotAChoice))?;
    let value = Some(form.value.trim().to_owned()).filter(|value| !value.is_empty());
    state
        .advisor
        .set_slot(&signed.caller, id, key, value)
        .await?;
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

/// The key of an objection's state in words.
pub(crate) const fn state_key(state: &ObjectionState) -> &'static str {
    match state {
        ObjectionState::Open => "objection-open",
        ObjectionState::Likely => "objection-likely",
        ObjectionState::Possible => "objection-possible",
        ObjectionState::Answered => "objection-answered",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_of_the_keypad_has_a_phrase_in_both_languages() {
        for chip in CHIPS {
            for lang in [Lang::Pl, Lang::En] {
                let phrase = Tr(lang).t(format!("chip-{chip}-say"));
                assert!(phrase.contains(' ') && !phrase.starts_with('['), "{phrase}");
                assert!(!Tr(lang).t(format!("chip-{chip}")).starts_with('['));
            }
        }
    }
}
