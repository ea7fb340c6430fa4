//! The path of an utterance: redact, label, fold into the profile, store, tell the watchers.
//!
//! Invariant: what a person may not be profiled by is taken out before anything else sees the
//! text, and what is acknowledged is stored, in one transaction with its audit entry.
mod change;
mod show;
mod slot_value;
mod turns;
mod unprofiled;

use std::time::Instant;

use serde_json::json;

use self::slot_value::slot_value;
pub(super) use self::{turns::Turns, unprofiled::Unprofiled};
use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
    live::Live,
    sessions::Opened,
    view::Analysis,
};
use crate::{
    domain::{
        classification::Classification,
        id::{SessionId, UtteranceId},
        labels::Speaker,
        profile::{Event, Heard, Profile},
        sealed::{Sealed, Subject},
        sensitive,
        slots::{self, Stated},
        visit::{MessageType, Status},
    },
    store::{conversations, profiles, sessions},
};

/// Scalars of an utterance, after trimming.
pub const TEXT_LENGTH: std::ops::RangeInclusive<usize> = 1..=5_000;
/// Something outside the turns may change a session meanwhile; the loser folds again this often.
const TRIES: usize = 4;
/// A text that was checked, redacted and labelled.
struct Labelling {
    speaker: Speaker,
    text: String,
    labels: Classification,
    slots: Vec<Stated>,
    took_us: u64,
}

impl Advisor {
    /// Analyses and stores what was said.
    pub async fn record(
        &self,
        caller: &Caller,
        id: SessionId,
        speaker: Speaker,
        text: &str,
    ) -> Result<Analysis> {
        let labelling = self.label(speaker, text)?;
        let _turn = self.0.turns.of(id).await;
        let mut left = TRIES;
        loop {
            left -= 1;
            match self.try_record(caller, id, &labelling).await {
                Err(Error::Conflict("revision")) if left > 0 => {}
                done => return done,
            }
        }
    }

    async fn try_record(
        &self,
        caller: &Caller,
        id: SessionId,
        labelling: &Labelling,
    ) -> Result<Analysis> {
        let mut opened = self.opened(caller, id).await?;
        if !matches!(opened.row.status, Status::Active | Status::Paused) {
            return Err(Error::invalid("session", Refusal::WrongState));
        }
        let utterance = UtteranceId(self.new_id());
        let now = self.now_ms();
        let event = Event::Heard(Box::new(labelling.heard(utterance, now)));
        let before = opened.profile.rev;
        opened.profile.apply(&event, &self.0.pool);
        let rev = opened.profile.rev;
        let knowledge = self.knowledge();
        if opened.row.profiling {
            let suggestions = self.suggestions(caller, &opened).await?;
            let card = self.next_card(&mut opened, &suggestions, &knowledge, now);
            self.store_heard(caller, &opened, before, utterance, labelling, &event, card)
                .await?;
        } else {
            self.claim().await?;
            self.0.unprofiled.keep(id, now, opened.profile.clone());
            self.goes_on(caller, &opened.row).await?;
        }
        self.live()
            .publish(id, now, Live::Analysis { utterance, rev });
        let stored = opened.row.profiling.then_some(utterance);
        Ok(self.analysis(
            labelling,
            &opened.profile,
            &knowledge,
            opened.row.lang,
            opened.row.profiling,
            stored,
        ))
    }

    /// Analyses what is being typed; nothing is stored, and nothing changes.
    pub async fn preview(
        &self,
        caller: &Caller,
        id: SessionId,
        speaker: Speaker,
        text: &str,
    ) -> Result<Analysis> {
        let labelling = self.label(speaker, text)?;
        let mut opened = self.opened(caller, id).await?;
        let event = Event::Heard(Box::new(
            labelling.heard(UtteranceId(uuid::Uuid::nil()), self.now_ms()),
        ));
        opened.profile.apply(&event, &self.0.pool);
        let (lang, shown) = (opened.row.lang, opened.row.profiling);
        Ok(self.analysis(
            &labelling,
            &opened.profile,
            &self.knowledge(),
            lang,
            shown,
            None,
        ))
    }

    /// The analysis of the API: stored in a session, or on its own.
    pub async fn analyze(
        &self,
        caller: &Caller,
        session: Option<SessionId>,
        speaker: Speaker,
        text: &str,
    ) -> Result<Analysis> {
        if let Some(id) = session {
            return self.record(caller, id, speaker, text).await;
        }
        let labelling = self.label(speaker, text)?;
        let mut profile = Profile::new();
        let event = Event::Heard(Box::new(
            labelling.heard(UtteranceId(uuid::Uuid::nil()), self.now_ms()),
        ));
        profile.apply(&event, &self.0.pool);
        let lang = labelling.labels.lang;
        Ok(self.analysis(&labelling, &profile, &self.knowledge(), lang, true, None))
    }

    fn label(&self, speaker: Speaker, text: &str) -> Result<Labelling> {
        let text = checked(text)?;
        let text = sensitive::redact(text).text;
        let started = Instant::now();
        let labels = self.0.classifier.classify(speaker, &text);
        let took_us = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX);
        let slots = match speaker {
            Speaker::Client | Speaker::Observation => slots::extract(&text, labels.lang),
            Speaker::Seller => Vec::new(),
        };
        Ok(Labelling {
            speaker,
            text,
            labels,
            slots,
            took_us,
        })
    }

    #[expect(clippy::too_many_arguments, reason = "all of one transaction")]
    async fn store_heard(
        &self,
        caller: &Caller,
        opened: &Opened,
        before: u32,
        utterance: UtteranceId,
        labelling: &Labelling,
        event: &Event,
        card: Option<super::cards::Shown>,
    ) -> Result<()> {
        let scope = caller.scope();
        let id = opened.row.id;
        let now = self.now_ms();
        let key = &opened.key;
        let message = conversations::NewMessage {
            id: utterance,
            session: id,
            message_type: message_type(labelling.speaker),
            content: key.seal(
                "conversations",
                "content",
                &utterance.to_string(),
                labelling.text.as_bytes(),
            )?,
            metadata: json!({}),
            at_ms: now,
        };
        let mut events = vec![seal_event(opened, before, event)?];
        let card = match card {
            Some(card) => {
                events.push(seal_event(opened, before + 1, &card.event)?);
                Some(card.message(opened, now)?)
            }
            None => None,
        };
        let sealed = seal_profile(opened)?;
        let rev = opened.profile.rev;
        let paused = opened.row.status == Status::Paused;
        let entry = Entry::new("utterance.record", "session", id)
            .caller(caller)
            .about(Subject::Client(opened.row.client))
            .with(json!({"utterance": utterance}));
        self.commit(scope, entry, move |tx, write| {
            conversations::append(tx, write, &message)?;
            if let Some(card) = &card {
                conversations::append(tx, write, card)?;
            }
            let mut at = before;
            for event in &events {
                at = profiles::append_event(tx, write, id, at, event, now)?;
            }
            profiles::put(tx, write, id, rev, &sealed, None, now)?;
            if paused {
                sessions::set_status(tx, write, id, Status::Active, now)?;
            }
            sessions::touch(tx, write, id, now)
        })
        .await?;
        Ok(())
    }
}

impl Labelling {
    fn heard(&self, utterance: UtteranceId, at_ms: i64) -> Heard {
        Heard {
            utterance,
            at_ms,
            speaker: self.speaker,
            words: u16::try_from(self.text.split_whitespace().count()).unwrap_or(u16::MAX),
            labels: self.labels.clone(),
            slots: self.slots.clone(),
        }
    }
}

/// The trimmed text, if it is text of the right length.
fn checked(text: &str) -> Result<&str> {
    let text = text.trim();
    let length = text.chars().count();
    let max = *TEXT_LENGTH.end();
    if length < *TEXT_LENGTH.start() {
        Err(Error::invalid("text", Refusal::Missing))
    } else if length > max {
        Err(Error::invalid("text", Refusal::TooLong { max: max as u32 }))
    } else if !is_text(text) {
        Err(Error::invalid("text", Refusal::NotText))
    } else {
        Ok(text)
    }
}

/// Whether it is what a person wrote: bytes that were no UTF-8 come as U+FFFD.
pub(super) fn is_text(text: &str) -> bool {
    !text.contains(['\u{fffd}', '\0'])
}

const fn message_type(speaker: Speaker) -> MessageType {
    match speaker {
        Speaker::Client => MessageType::Client,
        Speaker::Observation => MessageType::Observation,
        Speaker::Seller => MessageType::Salesperson,
    }
}

/// The row of a sealed event is its session and revision: it opens at no other place of the fold.
pub(super) fn event_row(id: SessionId, rev: u32) -> String {
    format!("{id}:{rev}")
}

fn seal_event(opened: &Opened, before: u32, event: &Event) -> Result<Sealed> {
    let row = event_row(opened.row.id, before + 1);
    opened.key.seal_json("profile_events", "event", &row, event)
}

pub(super) fn seal_profile(opened: &Opened) -> Result<Sealed> {
    let row = opened.row.id.to_string();
    opened
        .key
        .seal_json("client_profiles", "profile", &row, &opened.profile)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_text_of_the_right_length_passes() {
        let long = "a".repeat(5_001);
        for (text, refusal) in [
            ("", Some(Refusal::Missing)),
            ("  \n ", Some(Refusal::Missing)),
            (long.as_str(), Some(Refusal::TooLong { max: 5_000 })),
            (&long[1..], None),
            ("źle \u{fffd}", Some(Refusal::NotText)),
            (" dobrze ", None),
        ] {
            let found = checked(text).err().map(|error| match error {
                Error::Invalid { field: "text", why } => why,
                other => panic!("{other}"),
            });
            assert_eq!(found, refusal);
        }
    }
}
