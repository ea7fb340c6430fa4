//! The provider chain: the local model first, then the remote one, each behind a circuit breaker.
//!
//! Invariants: an answer that does not satisfy its schema is a failure of the provider, never shown;
//! whoever spoke is named; when nobody spoke the caller is told so, and the composer writes. When
//! the future is dropped, the generation stops within a token.

use std::sync::Arc;

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

/// Providers in the order in which they are asked.
pub struct Chain {
    providers: Vec<Provider>,
    clock: Arc<dyn Clock>,
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
    /// Time ran out in mid-text: what came is kept, and nobody else is asked.
    Partial {
        text: String,
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
        text: String,
        model: Option<ModelRef>,
    },
    Failed(Error),
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
        }
    }

    /// The state of each provider, for the status page and `doctor`.
    pub fn health(&self) -> Vec<(Kind, Health)> {
        let health = |p: &Provider| (p.kind, p.generator.health().borrow().clone());
        self.providers.iter().map(health).collect()
    }

    /// Has one section of a strategy written. The request's schema is set to that of the section.
    pub async fn section(
        &self,
        key: Key,
        mut request: Request,
        on_text: impl FnMut(Progress<'_>),
    ) -> Outcome<Body> {
        request.schema = Some(Arc::new(Body::schema(key)));
        self.write(request, |text| Body::parse(key, text), on_text)
            .await
    }

    /// Has any text written; `accept` reads it, or names the rule that it breaks.
    pub async fn write<T>(
        &self,
        request: Request,
        accept: impl Fn(&str) -> Result<T, String>,
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
            let attempt = attempt(&*provider.generator, &request, &accept, &mut on_text).await;
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
                Attempt::Partial { text, model } => {
                    permit.failed(self.clock.now_ms());
                    let model = model.or_else(|| model_of(&*provider.generator));
                    let source = kind.source(model.unwrap_or_else(unknown_model));
                    return Outcome::Partial {
                        text,
                        source,
                        failures,
                    };
                }
                Attempt::Failed(error) => {
                    if breaks(&error) {
                        permit.failed(self.clock.now_ms());
                    }
                    tracing::warn!(?kind, reason = %without_text(&error), "a provider did not deliver");
                    failures.push(Failure {
                        kind,
                        reason: error.into(),
                    });
                }
            }
        }
        Outcome::None { failures }
    }
}

async fn attempt<T>(
    generator: &dyn Generator,
    request: &Request,
    accept: &impl Fn(&str) -> Result<T, String>,
    on_text: &mut impl FnMut(Progress<'_>),
) -> Attempt<T> {
    let mut answers = match generator.start(request.clone()) {
        Ok(answers) => answers,
        Err(error) => return Attempt::Failed(error),
    };
    let mut text = String::new();
    let ended = listen(&mut answers, &mut text, on_text).await;
    let accepted = || accept(&text).map_err(Error::Malformed);
    match ended {
        Ok(finish) => match (accepted(), finish.stop) {
            (Ok(value), _) => Attempt::Whole {
                text,
                value,
                finish,
            },
            (Err(_), Stop::Deadline) if !text.is_empty() => Attempt::Partial {
                text,
                model: Some(finish.model),
            },
            (Err(_), Stop::Deadline) => Attempt::Failed(Error::Timeout),
            (Err(_), Stop::Length) => {
                Attempt::Failed(Error::Malformed("it is too long".to_owned()))
            }
            (Err(error), Stop::End) => Attempt::Failed(error),
        },
        Err(Error::Timeout) if !text.is_empty() => Attempt::Partial { text, model: None },
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
