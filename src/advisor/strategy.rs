//! The path of a strategy: a stored job whose sections are written, guarded, stored and only then
//! shown, by the local model, else the remote one, else the playbook composer.
//!
//! Invariant: no sentence is stored or shown that the guard did not pass, and each section names
//! who wrote it.

use std::{
    collections::{BTreeMap, HashSet},
    sync::{MutexGuard, PoisonError},
};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    cards::Suggestion,
    composer::{self, Input},
    error::{Error, Refusal, Result},
    export::section_row,
    feedback::FeedbackInput,
    generate::Outcome,
    live::Live,
    prompt,
    sessions::{Message, Opened, speaker},
    view::{CarView, SectionView, StrategyView},
};
use crate::{
    domain::{
        fact::{Confidence, Fact, FactId, FactValue, Localised},
        guard::{self, Verdict},
        id::{GenerationId, SessionId, StrategyId, UtteranceId},
        indicators::Cta,
        knowledge::Knowledge,
        labels::Lang,
        mark,
        profile::Profile,
        scope::Scope,
        sealed::Subject,
        slots::{SlotValue, Slots},
        strategy::{Body, JobState, Key, Source},
        visit::{FeedbackKind, MessageType, Purpose},
    },
    engine::generator::{Class, Finish, Request},
    privacy::vault,
    store::{consents, conversations, generations, strategies, writing},
};

const MAX_TOKENS: u16 = 700;
/// Numbers offered to a model.
const NUMBERS: usize = 24;

/// One section as it was written, before it is stored.
struct Written {
    body: Body,
    source: Source,
    removed: Vec<Verdict>,
    finish: Option<Finish>,
    partial: bool,
}

/// A strategy that somebody writes, until this is dropped.
struct Writing(Advisor, StrategyId);

impl Writing {
    fn begin(advisor: &Advisor, id: StrategyId) -> Self {
        advisor.writing().insert(id);
        Self(advisor.clone(), id)
    }
}

impl Drop for Writing {
    fn drop(&mut self) {
        self.0.writing().remove(&self.1);
    }
}

/// Everything a job needs, gathered once.
struct Job {
    _writing: Writing,
    caller: Caller,
    scope: Scope,
    id: StrategyId,
    opened: Opened,
    messages: Vec<Message>,
    knowledge: std::sync::Arc<Knowledge>,
    may_contact: bool,
    seed: u64,
}

/// Fills the marks of a text with what may be quoted today.
pub(super) fn renderer<'r>(
    knowledge: &'r Knowledge,
    lang: Lang,
    today: Date,
    slots: &'r Slots,
) -> impl Fn(&str) -> Option<(String, Vec<FactId>)> + 'r {
    move |text: &str| {
        let rendered = mark::render(text, lang, today, &knowledge.facts, |_| None, slots).ok()?;
        Some((rendered.text, rendered.facts))
    }
}

impl Advisor {
    /// Starts the strategy of a session. The stored answer returns while nothing it follows from
    /// has changed.
    pub async fn start_strategy(&self, caller: &Caller, session: SessionId) -> Result<StrategyId> {
        let opened = self.opened(caller, session).await?;
        if !opened.row.profiling {
            return Err(Error::invalid("session", Refusal::WrongState));
        }
        let knowledge = self.knowledge();
        let fingerprint = self.fingerprint(&opened.profile, &knowledge, opened.row.lang)?;
        let scope = caller.scope();
        let stored = self
            .store()
            .read(move |db| strategies::by_fingerprint(db, &scope, session, &fingerprint))
            .await?;
        if let Some(row) = stored
            && matches!(
                self.state_of(&row),
                JobState::Complete | JobState::Queued | JobState::Running
            )
        {
            return Ok(row.id);
        }
        let id = StrategyId(self.new_id());
        let begun = Writing::begin(self, id);
        let now = self.now_ms();
        let row = strategies::NewStrategy {
            id,
            session,
            strategy_type: "panel".to_owned(),
            fingerprint,
            template: prompt::TEMPLATE,
            knowledge_rev: knowledge.rev,
            profile_rev: opened.profile.rev,
            confidence: opened.profile.top.map(|_| opened.profile.confidence()),
            at_ms: now,
        };
        let message_id = UtteranceId(id.0);
        let message = conversations::NewMessage {
            id: message_id,
            session,
            message_type: MessageType::AiSuggestion,
            content: opened.key.seal_json(
                "conversations",
                "content",
                &message_id.to_string(),
                &Suggestion::Strategy(id),
            )?,
            metadata: json!({"kind": "strategy"}),
            at_ms: now,
        };
        let client = opened.row.client;
        let entry = Entry::new("strategy.start", "strategy", id)
            .caller(caller)
            .about(Subject::Client(client));
        let entry = self.audited(&scope, entry).await?;
        let may_contact = self
            .store()
            .write(move |tx| {
                let write = writing(&scope)?;
                strategies::insert(tx, write, &row)?;
                conversations::append(tx, write, &message)?;
                entry.append(tx, write)?;
                Ok(consents::current(tx, &scope, client, Purpose::Contact)?.is_some())
            })
            .await?;
        let messages = self.messages(caller, &opened, session).await?;
        let job = Job {
            _writing: begun,
            caller: caller.clone(),
            scope,
            id,
            opened,
            messages,
            knowledge,
            may_contact,
            seed: u64::from_le_bytes(
                fingerprint[..8]
                    .try_into()
                    .expect("eight bytes of thirty-two"),
            ),
        };
        let advisor = self.clone();
        tokio::spawn(async move { advisor.run(job).await });
        Ok(id)
    }

    /// Starts again the strategy of the same session, for a job that was cut short.
    pub async fn finish_strategy(&self, caller: &Caller, id: StrategyId) -> Result<StrategyId> {
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| strategies::get(db, &scope, id))
            .await?;
        self.start_strategy(caller, row.session).await
    }

    /// What the answer follows from: the state of the session but for its revision and card, the
    /// knowledge, the day, the template and the models.
    fn fingerprint(
        &self,
        profile: &Profile,
        knowledge: &Knowledge,
        lang: Lang,
    ) -> Result<[u8; 32]> {
        let state = Profile {
            rev: 0,
            card: None,
            ..profile.clone()
        };
        let all = json!({"profile": state, "lang": lang, "knowledge": knowledge.rev, "template": prompt::TEMPLATE,
            "today": self.today().to_string(), "writers": self.0.chain.health().len()});
        let bytes = serde_json::to_vec(&all).map_err(|error| Error::Internal(error.to_string()))?;
        Ok(Sha256::digest(bytes).into())
    }

    async fn run(&self, job: Job) {
        let outcome = self.write_sections(&job).await;
        let state = match outcome {
            Ok(state) => state,
            Err(error) => {
                tracing::error!(%error, "a strategy could not be written");
                JobState::Failed
            }
        };
        if let Err(error) = self.set_state(&job, state).await {
            tracing::error!(%error, "the state of a strategy could not be stored");
        }
    }

    fn writing(&self) -> MutexGuard<'_, HashSet<StrategyId>> {
        let writing = &self.0.writing;
        writing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The state of a job. One that is stored as running and that nobody works on was cut short
    /// when its end could not be stored.
    fn state_of(&self, row: &strategies::StrategyRow) -> JobState {
        match row.state {
            JobState::Queued | JobState::Running if !self.writing().contains(&row.id) => {
                JobState::Partial
            }
            state => state,
        }
    }

    async fn set_state(&self, job: &Job, state: JobState) -> Result<()> {
        let (scope, id, now) = (job.scope, job.id, self.now_ms());
        self.store()
            .write(move |tx| strategies::set_state(tx, writing(&scope)?, id, state, now))
            .await?;
        self.live().publish(
            job.opened.row.id,
            now,
            Live::Job {
                strategy: id,
                state,
            },
        );
        Ok(())
    }

    async fn write_sections(&self, job: &Job) -> Result<JobState> {
        self.set_state(job, JobState::Running).await?;
        let mut partial = false;
        for &key in Key::ALL {
            let written = self.write_section(job, key).await?;
            partial |= written.partial;
            self.store_section(job, key, written).await?;
            self.live().publish(
                job.opened.row.id,
                self.now_ms(),
                Live::Section {
                    strategy: job.id,
                    key,
                },
            );
        }
        Ok(if partial {
            JobState::Partial
        } else {
            JobState::Complete
        })
    }

    /// Has a section written by the first who can; what the guard empties, the composer writes.
    async fn write_section(&self, job: &Job, key: Key) -> Result<Written> {
        if !self.0.chain.health().is_empty() {
            let outcome = self
                .0
                .chain
                .section(key, self.request(job, key)?, |_| {})
                .await;
            let (value, source, finish, partial) = match outcome {
                Outcome::Whole {
                    value,
                    source,
                    finish,
                    ..
                } => (Some(value), source, Some(finish), false),
                Outcome::Partial { value, source, .. } => (Some(value), source, None, true),
                Outcome::None { failures } => {
                    tracing::warn!(?failures, "no model wrote a section; the playbook does");
                    (None, Source::Playbook, None, false)
                }
            };
            if let Some(value) = value {
                let (body, removed) = self.guarded(job, value);
                if body.says_something() {
                    return Ok(Written {
                        body,
                        source,
                        removed,
                        finish,
                        partial,
                    });
                }
            }
        }
        let (body, removed) = self.guarded(job, self.composed(job, key));
        Ok(Written {
            body,
            source: Source::Playbook,
            removed,
            finish: None,
            partial: false,
        })
    }

    fn composed(&self, job: &Job, key: Key) -> Body {
        let profile = &job.opened.profile;
        let lang = job.opened.row.lang;
        let indicators = self.indicators_of(profile, &job.knowledge);
        let input = Input {
            profile,
            knowledge: &job.knowledge,
            lang,
            today: self.today(),
            may_contact: job.may_contact,
            calming: indicators.cta == Cta::Calm,
            asked: &self.asked(&job.messages),
            wins: &BTreeMap::new(),
        };
        let render = renderer(&job.knowledge, lang, self.today(), &profile.slots);
        composer::compose(key, &input, &render)
    }

    fn request(&self, job: &Job, key: Key) -> Result<Request> {
        let profile = &job.opened.profile;
        let lang = job.opened.row.lang;
        let knowledge = &job.knowledge;
        let row = profile
            .archetype()
            .and_then(|archetype| knowledge.archetype(archetype));
        let tags: Vec<_> = profile.tags.keys().copied().collect();
        let needs: Vec<_> = profile.needs.keys().copied().collect();
        let open = profile.open_objections();
        let objections: Vec<_> = open
            .iter()
            .filter_map(|(id, _)| knowledge.objection(*id))
            .map(|row| prompt::ObjectionLine {
                id: row.id,
                name: row.name.get(lang),
            })
            .collect();
        let slots: Vec<_> = profile
            .slots
            .iter()
            .map(|(&key, slot)| (key, super::sessions::slot_text(&slot.value)))
            .collect();
        let marks: Vec<_> = self
            .offered(job)
            .into_iter()
            .map(|fact| (format!("fact:{}", fact.id), fact))
            .collect();
        let numbers: Vec<_> = marks
            .iter()
            .map(|(mark, fact)| prompt::NumberLine {
                mark,
                label: fact.label.get(lang),
            })
            .collect();
        let quotes: Vec<_> = job
            .messages
            .iter()
            .filter_map(|message| {
                Some(prompt::Quote {
                    speaker: speaker(message.kind)?,
                    text: &message.text,
                })
            })
            .collect();
        let marker = prompt::Marker::new(vault::random()?);
        let prompt = prompt::render(&prompt::Input {
            lang,
            section: key,
            archetype: row.map(|row| prompt::ArchetypeLine {
                name: row.approach.name.get(lang),
                drive: row.approach.drive.get(lang),
                worry: row.approach.worry.get(lang),
            }),
            stage: profile.stage,
            tags: &tags,
            needs: &needs,
            objections: &objections,
            slots: &slots,
            numbers: &numbers,
            quotes: &quotes,
            marker: &marker,
        });
        Ok(Request {
            class: Class::Panel,
            prefix: prompt.prefix,
            user: prompt.user,
            schema: None,
            max_tokens: MAX_TOKENS,
            seed: job.seed ^ key.index() as u64,
            temperature: 0.0,
            // The chain sets it.
            deadline_ms: 0,
        })
    }

    /// Facts a model may use: those of the raised objections, then those that fit the arguments.
    fn offered<'j>(&self, job: &'j Job) -> Vec<&'j Fact> {
        let today = self.today();
        let knowledge = &job.knowledge;
        let raised = job.opened.profile.open_objections();
        let of_objections = raised
            .iter()
            .filter_map(|(id, _)| knowledge.objection(*id))
            .flat_map(|row| &row.facts);
        let of_arguments = crate::domain::fit::arguments(&job.opened.profile, knowledge)
            .into_iter()
            .flat_map(|(row, _)| &row.facts);
        let mut offered: Vec<&Fact> = Vec::new();
        for id in of_objections.chain(of_arguments) {
            if let Some(fact) = knowledge.facts.get(id)
                && fact.quotable(today).is_ok()
                && !offered.iter().any(|known| known.id == fact.id)
            {
                offered.push(fact);
            }
        }
        offered.truncate(NUMBERS);
        offered
    }

    /// Fills the marks of every text and takes out the sentences that must not be said.
    fn guarded(&self, job: &Job, body: Body) -> (Body, Vec<Verdict>) {
        let lang = job.opened.row.lang;
        let today = self.today();
        let slots = &job.opened.profile.slots;
        let allowed = allowed(&job.knowledge, slots, today);
        let render = renderer(&job.knowledge, lang, today, slots);
        let mut removed = Vec::new();
        let body = body.map_texts(|text| {
            let Some((text, _)) = render(text) else {
                return String::new();
            };
            let verdicts = guard::check(&text, lang, today, &allowed);
            let clean = guard::clean(&text, &verdicts);
            removed.extend(verdicts);
            clean
        });
        (body, removed)
    }

    async fn store_section(&self, job: &Job, key: Key, written: Written) -> Result<()> {
        let opened = &job.opened;
        let place = section_row(job.id, key);
        let now = self.now_ms();
        let generation = written.finish.as_ref().map(|_| GenerationId(self.new_id()));
        let provenance = match (&written.finish, generation) {
            (Some(finish), Some(id)) => {
                Some(generation_row(job, id, key, &written.source, finish, now))
            }
            _ => None,
        };
        let removed = if written.removed.is_empty() {
            None
        } else {
            Some(
                opened
                    .key
                    .seal_json("strategy_sections", "removed", &place, &written.removed)?,
            )
        };
        let row = strategies::NewSection {
            strategy: job.id,
            key,
            source: written.source,
            body: opened
                .key
                .seal_json("strategy_sections", "body", &place, &written.body)?,
            removed,
            generation,
            at_ms: now,
        };
        let scope = job.scope;
        let entry = Entry::new("strategy.section", "strategy", job.id)
            .caller(&job.caller)
            .about(Subject::Client(opened.row.client))
            .with(json!({"key": key, "source": row.source.id(), "removed": written.removed.len()}));
        let entry = self.audited(&scope, entry).await?;
        self.store()
            .write(move |tx| {
                let write = writing(&scope)?;
                if let Some(provenance) = &provenance {
                    generations::insert(tx, write, provenance)?;
                }
                strategies::put_section(tx, write, &row)?;
                entry.append(tx, write)
            })
            .await?;
        Ok(())
    }

    /// A strategy with the sections that are ready.
    pub async fn strategy(&self, caller: &Caller, id: StrategyId) -> Result<StrategyView> {
        let scope = caller.scope();
        let (row, sections) = self
            .store()
            .read(move |db| {
                Ok((
                    strategies::get(db, &scope, id)?,
                    strategies::sections(db, &scope, id)?,
                ))
            })
            .await?;
        let opened = self.opened(caller, row.session).await?;
        let knowledge = self.knowledge();
        let lang = opened.row.lang;
        let mut views = Vec::new();
        for section in sections {
            let place = section_row(id, section.key);
            let Some(sealed) = &section.body else {
                continue;
            };
            let body: Body = opened
                .key
                .open_json("strategy_sections", "body", &place, sealed)?;
            let removed: Vec<Verdict> = match &section.removed {
                Some(sealed) => {
                    opened
                        .key
                        .open_json("strategy_sections", "removed", &place, sealed)?
                }
                None => Vec::new(),
            };
            let notes = self.notes(&facts_of(&body), &knowledge, lang);
            views.push(SectionView {
                key: section.key,
                facts: notes
                    .into_iter()
                    .map(|note| (note.fact.clone(), note))
                    .collect(),
                body,
                source: section.source,
                removed: removed.len(),
            });
        }
        let car = views.iter().find_map(|view| match &view.body {
            Body::Arguments { car: Some(car), .. } => self.car_view(car, &knowledge, lang),
            _ => None,
        });
        Ok(StrategyView {
            id,
            session: row.session,
            state: self.state_of(&row),
            sections: views,
            created_ms: row.created_ms,
            template: row.template,
            knowledge_rev: row.knowledge_rev,
            objection_names: knowledge
                .objections
                .iter()
                .map(|row| (row.id, row.name.get(lang).to_owned()))
                .collect(),
            car,
        })
    }

    pub async fn latest_strategy(
        &self,
        caller: &Caller,
        session: SessionId,
    ) -> Result<Option<StrategyView>> {
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| strategies::latest(db, &scope, session))
            .await?;
        match row {
            Some(row) => Ok(Some(self.strategy(caller, row.id).await?)),
            None => Ok(None),
        }
    }

    fn car_view(&self, id: &str, knowledge: &Knowledge, lang: Lang) -> Option<CarView> {
        let car = knowledge.car(id)?;
        Some(CarView {
            id: car.id.clone(),
            name: format!("{} {}", car.model_name, car.variant)
                .trim()
                .to_owned(),
            pitch: car.pitch.get(lang).to_owned(),
            range: self.notes(&car.range_fact, knowledge, lang).pop(),
            price: self.notes(&car.price_fact, knowledge, lang).pop(),
        })
    }

    /// A rating of a strategy by the person who used it.
    pub async fn rate(
        &self,
        caller: &Caller,
        id: StrategyId,
        rating: u8,
        comment: Option<String>,
    ) -> Result<()> {
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| strategies::get(db, &scope, id))
            .await?;
        let input = FeedbackInput {
            session: Some(row.session),
            strategy: Some(id),
            kind: FeedbackKind::Rating,
            rating: Some(rating),
            effectiveness: None,
            comment,
        };
        self.feedback(caller, input).await.map(drop)
    }

    /// Marks the jobs that the last stop interrupted, so that a person can finish them.
    pub async fn mark_interrupted(&self) -> Result<usize> {
        let scope = super::access::job("strategies");
        let now = self.now_ms();
        let marked = self
            .store()
            .write(move |tx| {
                let rows = strategies::unfinished(tx, &scope)?;
                for row in &rows {
                    strategies::set_state(tx, writing(&scope)?, row.id, JobState::Partial, now)?;
                }
                Ok(rows.len())
            })
            .await?;
        Ok(marked)
    }
}

/// Every number that may be said: quotable or not (the guard tells why not), and what the client
/// stated.
fn allowed(knowledge: &Knowledge, slots: &Slots, today: Date) -> Vec<Fact> {
    let mut allowed: Vec<_> = knowledge.facts.values().cloned().collect();
    for (&key, slot) in slots {
        if let (SlotValue::Number(number), Some(unit)) = (&slot.value, key.unit()) {
            allowed.push(slot_fact(key.id(), *number, unit, today));
        }
    }
    allowed
}

fn slot_fact(key: &str, number: Decimal, unit: crate::domain::fact::Unit, today: Date) -> Fact {
    Fact {
        id: format!("slot.{key}"),
        about: "client".to_owned(),
        label: Localised::default(),
        value: FactValue::Number(number),
        unit,
        source: "client".to_owned(),
        as_of: today,
        valid_from: today,
        valid_to: None,
        review_by: today,
        confidence: Confidence::High,
    }
}

fn facts_of(body: &Body) -> Vec<FactId> {
    match body {
        Body::Arguments { items, .. } => items.iter().flat_map(|item| item.facts.clone()).collect(),
        Body::Objections { items } => items.iter().flat_map(|item| item.facts.clone()).collect(),
        _ => Vec::new(),
    }
}

fn generation_row(
    job: &Job,
    id: GenerationId,
    key: Key,
    source: &Source,
    finish: &Finish,
    at_ms: i64,
) -> generations::GenerationRow {
    generations::GenerationRow {
        id,
        session: job.opened.row.id,
        strategy: Some(job.id),
        section: Some(key),
        provider: source.id().to_owned(),
        model: finish.model.clone(),
        template: prompt::TEMPLATE,
        seed: job.seed ^ key.index() as u64,
        temperature: 0.0,
        max_tokens: MAX_TOKENS,
        prompt: None,
        token_ids: None,
        queue_ms: finish.queue_ms,
        prefill_ms: finish.prefill_ms,
        decode_ms: finish.decode_ms,
        finish: match finish.stop {
            crate::engine::generator::Stop::End => "end",
            crate::engine::generator::Stop::Length => "length",
            crate::engine::generator::Stop::Deadline => "deadline",
        }
        .to_owned(),
        details: json!({"binary": env!("CARGO_PKG_VERSION"), "knowledge_rev": job.knowledge.rev}),
        at_ms,
    }
}
