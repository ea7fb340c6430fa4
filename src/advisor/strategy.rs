//! The path of a strategy: a stored job whose sections are written, guarded, stored and only then
//! shown, by the local model, else the remote one, else the playbook composer.
//!
//! Invariant: no sentence is stored or shown that the guard did not pass, and each section names
//! who wrote it.

mod request;
mod section;
mod show;
mod writing;

use serde_json::json;
use sha2::{Digest, Sha256};

pub(super) use self::section::renderer;
use self::writing::Writing;
use super::{
    Advisor,
    access::{self, Caller},
    audit::Entry,
    cards::Suggestion,
    error::{Error, Refusal, Result},
    generate::Outcome,
    live::Live,
    prompt,
    sessions::{Message, Opened},
};
use crate::{
    domain::{
        guard::Verdict,
        id::{SessionId, StrategyId, UtteranceId},
        knowledge::Knowledge,
        labels::Lang,
        profile::Profile,
        scope::Scope,
        sealed::Subject,
        strategy::{Body, JobState, Key, Source},
        visit::Purpose,
    },
    engine::generator::Finish,
    store::{consents, conversations, strategies, writing},
};

/// One section as it was written, before it is stored.
struct Written {
    body: Body,
    source: Source,
    removed: Vec<Verdict>,
    finish: Option<Finish>,
    partial: bool,
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
        let written = self.written_now();
        let stored = self
            .store()
            .read(move |db| strategies::by_fingerprint(db, &scope, session, &fingerprint))
            .await?;
        if let Some(row) = stored
            && matches!(
                self.state_of(&row, &written),
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
        let message = Suggestion::Strategy(id).message(&opened, UtteranceId(id.0), now)?;
        let client = opened.row.client;
        let entry = Entry::new("strategy.start", "strategy", id)
            .caller(caller)
            .about(Subject::Client(client));
        let may_contact = self
            .commit(scope, entry, move |tx, write| {
                strategies::insert(tx, write, &row)?;
                conversations::append(tx, write, &message)?;

                Ok(consents::current(tx, &scope, client, Purpose::Contact)?.is_some())
            })
            .await?;
        let messages = self.messages(caller, &opened).await?;
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

    /// Marks the jobs that the last stop interrupted, so that a person can finish them.
    pub async fn mark_interrupted(&self) -> Result<usize> {
        let scope = access::job("strategies");
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
