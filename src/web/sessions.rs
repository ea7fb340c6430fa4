//! The session screen; the list of visits is below it.
//!
//! Every form works without a script (POST, then 303 to the page); with htmx the answer holds the
//! zones that changed.

mod changes;
mod list;

pub(crate) use self::{
    changes::{card, correct, objection, preview, record, slot, stage, status},
    list::list,
};

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
    extract::{Form, Path},
    i18n::Tr,
    page::{Layout, Page},
};
use crate::{
    advisor::{
        error::Refusal,
        sessions::OpenSession,
        view::{ObjectionState, QuoteView, SessionView},
    },
    domain::{
        id::SessionId,
        labels::{Archetype, Lang, Need, SlotKey, Stage},
        mark,
        profile::Certainty,
        slots::SlotValue,
        visit::Status,
    },
};

/// Quotes under the profile: what can be read at a glance.
const QUOTES: usize = 2;

/// The fixed keypad: each key is a phrase (`chip-…-say`) that is recorded as the client's.
pub(crate) const CHIPS: &[&str] = &[
    "price", "range", "winter", "home", "family", "company", "vat", "leasing", "waiting", "rival",
    "drive", "trade", "partner", "pv", "looking", "think",
];

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
    /// What the card is about; a need has its name in the reader's language only.
    fn topic(&self, tr: &Tr) -> String {
        let topic = &self.view().card.topic;
        Need::from_id(topic).map_or_else(|| topic.clone(), |need| tr.label("need", need.id()))
    }
    /// Whether nothing can be noted any more.
    fn closed(&self) -> bool {
        matches!(self.view().status, Status::Completed | Status::Abandoned)
    }
    /// The words to show under the profile: one quote for each time, the newest.
    fn evidence(&self) -> Vec<&QuoteView> {
        let mut quotes: Vec<&QuoteView> = Vec::new();
        for quote in &self.view().quotes {
            if quotes.iter().all(|shown| shown.at_ms != quote.at_ms) {
                quotes.push(quote);
            }
        }
        quotes.truncate(QUOTES);
        quotes
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
    /// What is known of a slot, as its field holds it.
    fn slot(&self, key: &SlotKey) -> &str {
        let slots = &self.view().slots;
        let known = slots.iter().find(|slot| slot.key == *key);
        known.map_or("", |slot| slot.value.as_str())
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
    /// How long ago the visit began, while that is the same day; then its date.
    fn since(&self) -> String {
        let minutes = (self.now_ms - self.v.created_ms) / 60_000;
        let tr = self.l.tr;
        match minutes {
            ..90 => tr.n("minutes", minutes.max(0)),
            90..720 => tr.n("hours", minutes / 60),
            _ => tr.date(self.v.created_ms),
        }
    }

    fn how_it_ended(&self) -> String {
        match &self.v.outcome {
            Some(outcome) => self.l.tr.label("outcome", outcome),
            None => self.l.tr.label("status", self.v.status.id()),
        }
    }

    /// A stage that the model suggests is a word beside the switch, never a changed switch.
    fn suggests(&self, stage: &Stage) -> bool {
        self.v.suggested_stage == Some(*stage) && self.v.stage != *stage
    }
}

/// A visit as the caller reads it: the words said to the client stay in the client's language, the
/// names of objections come in the reader's.
pub(crate) async fn view(state: &AppState, signed: &Signed, id: SessionId) -> Result<SessionView> {
    let mut v = state.advisor.session(&signed.caller, id).await?;
    let (knowledge, lang) = (state.advisor.knowledge(), signed.tr().0);
    for line in &mut v.objections {
        if let Some(row) = knowledge.objection(line.objection) {
            row.name.get(lang).clone_into(&mut line.name);
        }
    }
    Ok(v)
}

/// `GET /sessions/{id}`
pub(crate) async fn show(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<SessionId>,
) -> Result<Response> {
    let v = view(&state, &signed, id).await?;
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
    let v = view(state, signed, id).await?;
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

/// What a slot's number counts, in words.
fn unit(tr: &Tr, key: &SlotKey) -> Option<String> {
    let unit = key.unit()?;
    Some(super::knowledge::unit_words(*tr, unit))
}

/// A choice of a slot in words.
fn choice(tr: &Tr, key: &SlotKey, id: &str) -> String {
    let value = match id {
        "yes" => SlotValue::YesNo(true),
        "no" => SlotValue::YesNo(false),
        other => SlotValue::Choice(other.to_owned()),
    };
    mark::slot(*key, &value, tr.0)
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
