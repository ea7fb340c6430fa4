//! The provider chain: the local model first, then the remote one, each behind a circuit breaker.
//!
//! Invariants: an answer that does not satisfy its schema is a failure of the provider, never shown;
//! whoever spoke is named; when nobody spoke the caller is told so, and the composer writes. When
//! the future is dropped, the generation stops within a token.

use std::{sync::Arc, time::Duration};

use tokio::sync::mpsc;

use super::clock::Clock;
use crate::{
    domain::{
        classification::ModelRef,
        strategy::{Body, Key, Source},
    },
    engine::generator::{Chunk, Error, Finish, Generator, Health, Item, Request, Stop},
};

mod breaker;

use breaker::Breaker;

/// Where a provider computes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WriterKind)]
pub enum Kind {
    Local,
    Remote,
}

impl Kind {
    fn source(self, model: ModelRef) -> Source {
        match self {
            Self::Local => Source::Model(model),
            Self::Remote => Source::Remote(model),
        }
    }
}

/// What a provider may take for a section, unless it was set.
const DEADLINE: Duration = Duration::from_mins(1);

/// Providers in the order in which they are asked.
pub struct Chain {
    providers: Vec<Provider>,
    clock: Arc<dyn Clock>,
    deadline: Duration,
}

struct Provider {
    kind: Kind,
    generator: Arc<dyn Generator>,
    breaker: Breaker,
}

/// What a listener hears while a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress<'a> {
    /// A provider begins; whatever text came before is void.
    Asking(Kind),
    Text(&'a str),
}

/// How the attempt to have something written ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome<T> {
    /// The whole answer, valid under its schema.
    Whole {
        text: String,
        value: T,
        source: Source,
        finish: Finish,
        failures: Vec<Failure>,
    },
    /// Time ran out in mid-text, and a part that stands alone had come: it is kept, and nobody else
    /// is asked.
    Partial {
        value: T,
        source: Source,
        failures: Vec<Failure>,
    },
    /// Nobody wrote; the composer does.
    None { failures: Vec<Failure> },
}

/// A provider that did not deliver.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub kind: Kind,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error("it failed too often and rests")]
    Resting,
    #[error(transparent)]
    Failed(#[from] Error),
}

/// What one provider made of a request.
enum Attempt<T> {
    Whole {
        text: String,
        value: T,
        finish: Finish,
    },
    Partial {
        value: T,
        model: Option<ModelRef>,
    },
    Failed(Error),
    /// It did not begin. That costs no time, so it says nothing to the breaker.
    Refused(Error),
}

/// How an answer is read: the whole of it, or what had come when time ran out.
struct Reading<W, P> {
    whole: W,
    part: P,
}

impl Chain {
    pub fn new(
        providers: impl IntoIterator<Item = (Kind, Arc<dyn Generator>)>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let provider = |(kind, generator)| Provider {
            kind,
            generator,
            breaker: Breaker::default(),
        };
        Self {
            providers: providers.into_iter().map(provider).collect(),
            clock,
            deadline: DEADLINE,
        }
    }

    /// Sets how long a provider may take for a section before the next one is asked.
    #[must_use]
    pub fn with_deadline(self, deadline: Duration) -> Self {
        Self { deadline, ..self }
    }

    /// The state of each provider, for the status page and `doctor`.
    pub fn health(&self) -> Vec<(Kind, Health)> {
        let health = |p: &Provider| (p.kind, p.generator.health().borrow().clone());
        self.providers.iter().map(health).collect()
    }

    /// Has one section of a strategy written. The request's schema and deadline are set here.
    pub async fn section(
        &self,
        key: Key,
        mut request: Request,
        on_text: impl FnMut(Progress<'_>),
    ) -> Outcome<Body> {
        request.schema = Some(Arc::new(Body::schema(key)));
        request.deadline_ms = self.deadline.as_millis().try_into().unwrap_or(u32::MAX);
        let reading = Reading {
            whole: |text: &str| Body::parse(key, text),
            part: |text: &str| Body::parse_partial(key, text),
        };
        self.write(&request, &reading, on_text).await
    }

    async fn write<T>(
        &self,
        request: &Request,
        reading: &Reading<impl Fn(&str) -> Result<T, String>, impl Fn(&str) -> Option<T>>,
        mut on_text: impl FnMut(Progress<'_>),
    ) -> Outcome<T> {
        let mut failures = Vec::new();
        for provider in &self.providers {
            let kind = provider.kind;
            let Some(permit) = provider.breaker.permit(self.clock.now_ms()) else {
                failures.push(Failure {
                    kind,
                    reason: Reason::Resting,
                });
                continue;
            };
            on_text(Progress::Asking(kind));
            let attempt = attempt(&*provider.generator, request, reading, &mut on_text).await;
            match attempt {
                Attempt::Whole {
                    text,
                    value,
                    finish,
                } => {
                    permit.succeeded();
                    let source = kind.source(finish.model.clone());
                    return Outcome::Whole {
                        text,
                        value,
                        source,
                        finish,
                        failures,
                    };
                }
                Attempt::Partial { value, model } => {
                    permit.failed(self.clock.now_ms());
                    let model = model.or_else(|| model_of(&*provider.generator));
                    let source = kind.source(model.unwrap_or_else(unknown_model));
                    return Outcome::Partial {
                        value,
                        source,
                        failures,
                    };
                }
                Attempt::Failed(error) => {
                    if breaks(&error) {
                        permit.failed(self.clock.now_ms());
                    }
                    failures.push(failed(kind, error));
                }
                Attempt::Refused(error) => failures.push(failed(kind, error)),
            }
        }
        Outcome::None { failures }
    }
}

fn failed(kind: Kind, error: Error) -> Failure {
    tracing::warn!(?kind, reason = %without_text(&error), "a provider did not deliver");
    Failure {
        kind,
        reason: error.into(),
    }
}

async fn attempt<T>(
    generator: &dyn Generator,
    request: &Request,
    reading: &Reading<impl Fn(&str) -> Result<T, String>, impl Fn(&str) -> Option<T>>,
    on_text: &mut impl FnMut(Progress<'_>),
) -> Attempt<T> {
    let mut answers = match generator.start(request.clone()) {
        Ok(answers) => answers,
        Err(error) => return Attempt::Refused(error),
    };
    let mut text = String::new();
    let ended = listen(&mut answers, &mut text, on_text).await;
    // What came is kept if it stands alone, else the next provider is asked.
    let begun = |model| match (reading.part)(&text) {
        Some(value) => Attempt::Partial { value, model },
        None => Attempt::Failed(Error::Timeout),
    };
    match ended {
        Ok(finish) => match (
            (reading.whole)(&text).map_err(Error::Malformed),
            finish.stop,
        ) {
            (Ok(value), _) => Attempt::Whole {
                text,
                value,
                finish,
            },
            (Err(_), Stop::Deadline) => begun(Some(finish.model)),
            (Err(_), Stop::Length) => {
                Attempt::Failed(Error::Malformed("it is too long".to_owned()))
            }
            (Err(error), Stop::End) => Attempt::Failed(error),
        },
        Err(Error::Timeout) => begun(None),
        Err(error) => Attempt::Failed(error),
    }
}

/// Hears an answer out. A channel that closes without a last item has stopped.
async fn listen(
    answers: &mut mpsc::Receiver<Item>,
    text: &mut String,
    on_text: &mut impl FnMut(Progress<'_>),
) -> Result<Finish, Error> {
    loop {
        match answers.recv().await.unwrap_or(Err(Error::Stopped))? {
            Chunk::Text(piece) => {
                text.push_str(&piece);
                on_text(Progress::Text(&piece));
            }
            Chunk::Done(finish) => return Ok(finish),
        }
    }
}

/// Whether an error says that the provider is broken; one that is busy or loading is not.
const fn breaks(error: &Error) -> bool {
    !matches!(error, Error::Busy { .. } | Error::Loading { .. })
}

/// What may be logged: no sentence that could quote a text.
const fn without_text(error: &Error) -> &'static str {
    match error {
        Error::Busy { .. } => "busy",
        Error::Loading { .. } => "loading",
        Error::Stopped => "stopped",
        Error::Timeout => "timeout",
        Error::Refused(_) => "refused",
        Error::Malformed(_) => "malformed",
    }
}

fn model_of(generator: &dyn Generator) -> Option<ModelRef> {
    match &*generator.health().borrow() {
        Health::Ready { model } => Some(model.clone()),
        Health::Loading { .. } | Health::Down { .. } => None,
    }
}

fn unknown_model() -> ModelRef {
    ModelRef {
        id: "unknown".to_owned(),
        sha256: String::new(),
        head: 0,
    }
}

#[cfg(test)]
mod tests;
