//! The path of an utterance: redact, label, fold into the profile, store, tell the watchers.
//!
//! Invariant: what a person may not be profiled by is taken out before anything else sees the
//! text, and what is acknowledged is stored, in one transaction with its audit entry.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Instant,
};

use serde_json::json;

use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
    live::Live,
    sessions::{self as views, Opened},
    view::{Analysis, Labelled, SlotView},
};
use crate::{
    domain::{
        classification::{Classification, Found},
        id::{SessionId, UtteranceId},
        knowledge::Knowledge,
        labels::{Archetype, Lang, Objection, SlotKey, Speaker},
        profile::{Event, Heard, Profile},
        scope::Write,
        sealed::Subject,
        sensitive,
        slots::{self, SlotValue, Stated},
        visit::{MessageType, Status},
    },
    store::{self, Tx, conversations, profiles, sessions, writing},
};

/// Scalars of an utterance, after trimming.
pub const TEXT_LENGTH: std::ops::RangeInclusive<usize> = 1..=5_000;
/// Something outside the turns may change a session meanwhile; the loser folds again this often.
const TRIES: usize = 4;
/// Sessions whose changes may be folded at the same time.
const TURNS: usize = 64;
/// Visits without a profile that are kept in memory; the longest untouched go first.
const UNPROFILED: usize = 500;

/// Who may fold a change into a session: one at a time, so that of several screens none is refused
/// because another was faster.
pub(super) struct Turns(Box<[tokio::sync::Mutex<()>]>);

impl Default for Turns {
    fn default() -> Self {
        Self(
            std::iter::repeat_with(Default::default)
                .take(TURNS)
                .collect(),
        )
    }
}

impl Turns {
    async fn of(&self, id: SessionId) -> tokio::sync::MutexGuard<'_, ()> {
        self.0[(id.0.as_u128() % TURNS as u128) as usize]
            .lock()
            .await
    }
}

/// What is known of visits that nothing may be stored of.
#[derive(Default)]
pub(super) struct Unprofiled(Mutex<HashMap<SessionId, (i64, Profile)>>);

impl Unprofiled {
    pub(super) fn profile(&self, id: SessionId) -> Profile {
        self.lock()
            .get(&id)
            .map(|(_, profile)| profile.clone())
            .unwrap_or_default()
    }

    fn keep(&self, id: SessionId, at_ms: i64, profile: Profile) {
        let mut kept = self.lock();
        if kept.len() >= UNPROFILED
            && let Some(oldest) = kept
                .iter()
                .min_by_key(|(_, (at, _))| *at)
                .map(|(id, _)| *id)
        {
            kept.remove(&oldest);
        }
        kept.insert(id, (at_ms, profile));
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<SessionId, (i64, Profile)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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
            let messages = self.messages(caller, &opened, id).await?;
            let card = self.next_card(&mut opened, &messages, &knowledge, now)?;
            self.store_heard(caller, &opened, before, utterance, labelling, &event, card)
                .await?;
        } else {
            self.0.unprofiled.keep(id, now, opened.profile.clone());
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
        let entry = self.audited(&scope, entry).await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
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
                sessions::touch(tx, write, id, now)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(())
    }

    /// "This is rather a …": wins at once; `None` takes it back.
    pub async fn correct(
        &self,
        caller: &Caller,
        id: SessionId,
        archetype: Option<Archetype>,
    ) -> Result<()> {
        let opened = self.opened(caller, id).await?;
        if !opened.row.profiling {
            return Err(Error::invalid("session", Refusal::WrongState));
        }
        let event = Event::Corrected {
            archetype,
            by: caller.user,
            at_ms: self.now_ms(),
            utterance: opened.profile.heard_last,
        };
        let entry =
            Entry::new("profile.correct", "session", id).with(json!({"archetype": archetype}));
        let rev = self.apply(caller, id, event, entry, |_, _| Ok(())).await?;
        self.live()
            .publish(id, self.now_ms(), Live::Corrected { rev });
        Ok(())
    }

    /// The client's objection was answered.
    pub async fn answered(
        &self,
        caller: &Caller,
        id: SessionId,
        objection: Objection,
    ) -> Result<()> {
        let event = Event::Answered {
            objection,
            at_ms: self.now_ms(),
        };
        let entry =
            Entry::new("objection.answered", "session", id).with(json!({"objection": objection}));
        let rev = self.apply(caller, id, event, entry, |_, _| Ok(())).await?;
        self.live()
            .publish(id, self.now_ms(), Live::Corrected { rev });
        Ok(())
    }

    /// A slot as a person states it; an empty one is cleared.
    pub async fn set_slot(
        &self,
        caller: &Caller,
        id: SessionId,
        key: SlotKey,
        value: Option<String>,
    ) -> Result<()> {
        let value = match value.filter(|value| !value.trim().is_empty()) {
            Some(text) => Some(slot_value(key, text.trim())?),
            None => None,
        };
        let opened = self.opened(caller, id).await?;
        let event = Event::SlotSet {
            key,
            value,
            at_ms: self.now_ms(),
            from: opened
                .profile
                .heard_last
                .unwrap_or(UtteranceId(uuid::Uuid::nil())),
        };
        let entry = Entry::new("slot.set", "session", id).with(json!({"slot": key}));
        let rev = self.apply(caller, id, event, entry, |_, _| Ok(())).await?;
        self.live()
            .publish(id, self.now_ms(), Live::Corrected { rev });
        Ok(())
    }

    /// Folds one event of a person into the profile and stores it with whatever else `change`
    /// does, in one transaction. Answers the new revision.
    pub(super) async fn apply(
        &self,
        caller: &Caller,
        id: SessionId,
        event: Event,
        entry: Entry,
        change: impl Fn(&Tx<'_>, Write<'_>) -> std::result::Result<(), store::Error>
        + Clone
        + Send
        + 'static,
    ) -> Result<u32> {
        let _turn = self.0.turns.of(id).await;
        let mut left = TRIES;
        loop {
            left -= 1;
            let done = self
                .try_apply(caller, id, &event, entry.clone(), change.clone())
                .await;
            match done {
                Err(Error::Conflict("revision")) if left > 0 => {}
                done => return done,
            }
        }
    }

    async fn try_apply(
        &self,
        caller: &Caller,
        id: SessionId,
        event: &Event,
        entry: Entry,
        change: impl Fn(&Tx<'_>, Write<'_>) -> std::result::Result<(), store::Error> + Send + 'static,
    ) -> Result<u32> {
        let mut opened = self.opened(caller, id).await?;
        let before = opened.profile.rev;
        opened.profile.apply(event, &self.0.pool);
        let rev = opened.profile.rev;
        let scope = caller.scope();
        let now = self.now_ms();
        let entry = entry
            .caller(caller)
            .about(Subject::Client(opened.row.client));
        let entry = self.audited(&scope, entry).await?;
        if !opened.row.profiling {
            self.store()
                .write(move |tx| {
                    let write = writing(&scope)?;
                    change(tx, write)?;
                    entry.append(tx, write)
                })
                .await?;
            self.0.unprofiled.keep(id, now, opened.profile);
            return Ok(rev);
        }
        let sealed_event = seal_event(&opened, before, event)?;
        let sealed = seal_profile(&opened)?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                change(tx, write)?;
                profiles::append_event(tx, write, id, before, &sealed_event, now)?;
                profiles::put(tx, write, id, rev, &sealed, None, now)?;
                sessions::touch(tx, write, id, now)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(rev)
    }

    fn analysis(
        &self,
        labelling: &Labelling,
        profile: &Profile,
        knowledge: &Knowledge,
        lang: Lang,
        shown: bool,
        utterance: Option<UtteranceId>,
    ) -> Analysis {
        let labels = &labelling.labels;
        let card = self.chosen(profile, knowledge, lang);
        let certainty = |p: f32| {
            if p >= self.0.pool.sure_at {
                crate::domain::profile::Certainty::Sure
            } else {
                crate::domain::profile::Certainty::Rather
            }
        };
        let view =
            |archetype, p| views::archetype_view(archetype, p, certainty(p), knowledge, lang);
        let top = labels.top.as_ref().ok().filter(|_| shown);
        let mut rows: Vec<String> = labels
            .objections
            .iter()
            .map(|o| format!("objection:{}", o.found.label))
            .collect();
        rows.extend(top.map(|found| format!("archetype:{}", found.label)));
        rows.extend(card.chips.iter().map(|fact| format!("fact:{fact}")));
        let indicators = self.indicators_of(profile, knowledge);
        Analysis {
            utterance,
            stored: utterance.is_some(),
            text: labelling.text.clone(),
            lang: labels.lang,
            top: top.map(|found| view(found.label, found.p)),
            abstained: if shown {
                labels.top.as_ref().err().copied()
            } else {
                None
            },
            top_three: if shown {
                labels
                    .ranked()
                    .into_iter()
                    .take(3)
                    .map(|(a, p)| view(a, p))
                    .collect()
            } else {
                Vec::new()
            },
            evidence: top.map(|found| found.evidence.clone()).unwrap_or_default(),
            tags: labels
                .tags
                .iter()
                .map(|f| labelled(f, None, String::new()))
                .collect(),
            needs: labels
                .needs
                .iter()
                .map(|f| labelled(f, None, String::new()))
                .collect(),
            objections: labels
                .objections
                .iter()
                .map(|o| {
                    let row = knowledge.objection(o.found.label);
                    let name = row
                        .map(|row| row.name.get(lang).to_owned())
                        .unwrap_or_default();
                    labelled(&o.found, Some(o.severity), name)
                })
                .collect(),
            signals: labels
                .signals
                .iter()
                .map(|f| {
                    let row = knowledge.signals.iter().find(|row| row.id == f.label);
                    labelled(
                        f,
                        None,
                        row.map(|row| row.name.get(lang).to_owned())
                            .unwrap_or_default(),
                    )
                })
                .collect(),
            tone: labelled(&labels.tone, None, String::new()),
            stage: labelled(&labels.stage, None, String::new()),
            slots: labelling
                .slots
                .iter()
                .filter_map(|slot| labelling.slot(slot))
                .collect(),
            questions: views::questions(profile, knowledge, lang, &Default::default()),
            say_to_client: Some(card.say),
            for_seller: Some(card.headline),
            indicators: if shown {
                views::indicator_views(&indicators)
            } else {
                Vec::new()
            },
            knowledge: rows,
            source: "model",
            model: labels.model.clone(),
            knowledge_rev: knowledge.rev,
            took_us: labelling.took_us,
        }
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

    fn slot(&self, stated: &Stated) -> Option<SlotView> {
        Some(SlotView {
            key: stated.key,
            value: views::slot_text(&stated.value),
            quote: Some(stated.quote.of(&self.text)?.to_owned()),
            by_person: false,
        })
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

/// A person's words for a slot, as the value they stand for.
fn slot_value(key: SlotKey, text: &str) -> Result<SlotValue> {
    let choice = |allowed: &[&str]| {
        allowed
            .iter()
            .find(|known| **known == text)
            .map(|known| SlotValue::Choice((*known).to_owned()))
            .ok_or(Error::invalid("value", Refusal::NotAChoice))
    };
    match key {
        _ if !is_text(text) => Err(Error::invalid("value", Refusal::NotText)),
        SlotKey::CurrentCar if text.chars().count() <= 80 => Ok(SlotValue::Text(text.to_owned())),
        SlotKey::CurrentCar => Err(Error::invalid("value", Refusal::TooLong { max: 80 })),
        SlotKey::HomeCharging => match text {
            "yes" => Ok(SlotValue::YesNo(true)),
            "no" => Ok(SlotValue::YesNo(false)),
            _ => Err(Error::invalid("value", Refusal::NotAChoice)),
        },
        SlotKey::Timeline => choice(&["now", "1-3m", "3-6m", "6m+"]).map(|value| match value {
            SlotValue::Choice(text) => SlotValue::Text(text),
            other => other,
        }),
        SlotKey::Financing => choice(&["cash", "credit", "leasing", "rental"]),
        SlotKey::CompanyForm => choice(&["private", "sole_trader", "company"]),
        _ => {
            let digits: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            let number: rust_decimal::Decimal = digits
                .replace(',', ".")
                .parse()
                .map_err(|_| Error::invalid("value", Refusal::NotANumber))?;
            if number.is_sign_negative() || number > rust_decimal::Decimal::from(100_000_000) {
                return Err(Error::invalid("value", Refusal::OutOfRange));
            }
            Ok(SlotValue::Number(number))
        }
    }
}

fn labelled<L: std::fmt::Display + Copy>(
    found: &Found<L>,
    severity: Option<u8>,
    name: String,
) -> Labelled {
    Labelled {
        id: found.label.to_string(),
        name,
        p: found.p,
        severity,
        evidence: found.evidence.clone(),
    }
}

/// The row of a sealed event is its session and revision: it opens at no other place of the fold.
pub(super) fn event_row(id: SessionId, rev: u32) -> String {
    format!("{id}:{rev}")
}

fn seal_event(
    opened: &Opened,
    before: u32,
    event: &Event,
) -> Result<crate::domain::sealed::Sealed> {
    let row = event_row(opened.row.id, before + 1);
    opened.key.seal_json("profile_events", "event", &row, event)
}

pub(super) fn seal_profile(opened: &Opened) -> Result<crate::domain::sealed::Sealed> {
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

    #[test]
    fn a_slot_takes_only_what_it_can_hold() {
        assert_eq!(
            slot_value(SlotKey::YearlyKm, "25 000").unwrap(),
            SlotValue::Number(25_000.into())
        );
        assert!(slot_value(SlotKey::YearlyKm, "dużo").is_err());
        assert!(slot_value(SlotKey::YearlyKm, "-1").is_err());
        assert_eq!(
            slot_value(SlotKey::HomeCharging, "no").unwrap(),
            SlotValue::YesNo(false)
        );
        assert!(slot_value(SlotKey::Financing, "barter").is_err());
    }
}
