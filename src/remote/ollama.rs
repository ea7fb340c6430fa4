//! Ollama over HTTP: `POST /api/chat`, answered line by line.
//!
//! Invariant: nothing that the other side sends can hold more than [`MAX_BODY_BYTES`] of memory or
//! a request longer than its deadline; redirects and proxies are not followed, so the text goes to
//! the configured address or nowhere.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::{Client, Response, StatusCode, header::RETRY_AFTER, redirect};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::{
    runtime::Handle,
    sync::{mpsc, watch},
    time::timeout,
};

use crate::{
    domain::classification::ModelRef,
    engine::generator::{Chunk, Error, Finish, Generator, Health, Item, Request, Stop},
};

mod lines;

use lines::Lines;

/// Bytes of a whole answer.
pub const MAX_BODY_BYTES: usize = 1 << 20;
const CONNECT: Duration = Duration::from_secs(3);
/// No answer takes longer, whatever its request allows.
const TOTAL: Duration = Duration::from_mins(2);
/// Requests at the same time.
const CONCURRENT: usize = 2;
const RETRY_MS: u32 = 2_000;

/// Where Ollama is, and how patient to be with it.
#[derive(Debug, Clone)]
pub struct Settings {
    /// For instance `http://192.168.1.20:11434`.
    pub url: String,
    pub model: String,
    pub first_token: Duration,
    /// Longest silence between two pieces of an answer.
    pub idle: Duration,
}

/// A model that a remote Ollama runs.
pub struct Ollama {
    client: Client,
    settings: Arc<Settings>,
    health: watch::Sender<Health>,
    running: Arc<AtomicUsize>,
    runtime: Handle,
}

impl Ollama {
    /// Prepares a client on the current tokio runtime; nothing is sent before the first request.
    pub fn new(settings: Settings) -> Result<Self, Error> {
        let client = Client::builder()
            .connect_timeout(CONNECT)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .user_agent("bigdecoder")
            .build()
            .map_err(|_| Error::Refused("the HTTP client cannot be built".to_owned()))?;
        let model = reference(&settings);
        Ok(Self {
            client,
            settings: Arc::new(settings),
            // Nothing is known against it yet.
            health: watch::Sender::new(Health::Ready { model }),
            running: Arc::default(),
            runtime: Handle::current(),
        })
    }
}

impl Generator for Ollama {
    /// The outcome of the last request.
    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    fn start(&self, request: Request) -> Result<mpsc::Receiver<Item>, Error> {
        let place = Place::take(&self.running).ok_or(Error::Busy {
            retry_after_ms: RETRY_MS,
        })?;
        let (answer, receiver) = mpsc::channel(64);
        let call = Call {
            client: self.client.clone(),
            settings: Arc::clone(&self.settings),
            health: self.health.clone(),
            started: Instant::now(),
        };
        self.runtime.spawn(async move {
            let _place = place;
            call.run(&request, &answer).await;
        });
        Ok(receiver)
    }
}

/// One of the concurrent requests, until it is dropped.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(running: &Arc<AtomicUsize>) -> Option<Self> {
        let more = |n| (n < CONCURRENT).then_some(n + 1);
        running
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, more)
            .ok()?;
        Some(Self(Arc::clone(running)))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

type Answer = mpsc::Sender<Item>;

struct Call {
    client: Client,
    settings: Arc<Settings>,
    health: watch::Sender<Health>,
    started: Instant,
}

impl Call {
    /// Asks and passes on, and drops the connection as soon as nobody listens.
    async fn run(self, request: &Request, answer: &Answer) {
        let deadline = Duration::from_millis(request.deadline_ms.into()).min(TOTAL);
        let asked = tokio::select! {
            () = answer.closed() => return,
            asked = timeout(deadline, self.ask(request, answer)) => asked,
        };
        let last = asked.unwrap_or(Err(Error::Timeout));
        self.health.send_replace(match &last {
            Ok(_) | Err(Error::Busy { .. }) => Health::Ready {
                model: reference(&self.settings),
            },
            Err(error) => Health::Down {
                reason: error.to_string(),
            },
        });
        // A reader that went away needs no last item.
        let _ = answer.send(last.map(Chunk::Done)).await;
    }

    async fn ask(&self, request: &Request, answer: &Answer) -> Result<Finish, Error> {
        let first_token = self.settings.first_token;
        let mut wait = first_token;
        let response = timeout(wait, self.post(request))
            .await
            .map_err(|_| Error::Timeout)??;
        let mut lines = Lines::new(response);
        let mut prefill_ms = None;
        let opened = Instant::now();
        loop {
            // Until the first piece the patience is for all that came before it together.
            let spent = if prefill_ms.is_none() {
                self.started.elapsed()
            } else {
                Duration::ZERO
            };
            let line = timeout(wait.saturating_sub(spent), lines.next());
            let line = line.await.map_err(|_| Error::Timeout)??;
            let line = line.ok_or(Error::Stopped)?;
            let message = Line::parse(&line)?;
            if message.speaks() {
                prefill_ms.get_or_insert_with(|| ms(opened));
                wait = self.settings.idle;
            }
            if !message.text.is_empty() {
                // Nobody listens: `run` notices it in the same moment.
                answer
                    .send(Ok(Chunk::Text(message.text)))
                    .await
                    .map_err(|_| Error::Stopped)?;
            }
            if let Some(stop) = message.stop {
                return Ok(self.finish(stop, prefill_ms.unwrap_or_default()));
            }
        }
    }

    async fn post(&self, request: &Request) -> Result<Response, Error> {
        let url = format!("{}/api/chat", self.settings.url.trim_end_matches('/'));
        let sent = self.client.post(url).json(&self.body(request)).send().await;
        let response = sent.map_err(|error| outward(&error))?;
        match response.status() {
            StatusCode::OK => Ok(response),
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => Err(Error::Busy {
                retry_after_ms: retry_after(&response),
            }),
            status if status.is_redirection() => Err(Error::Refused(format!(
                "Ollama answered with a redirect ({})",
                status.as_u16()
            ))),
            StatusCode::NOT_FOUND => Err(Error::Refused(format!(
                "Ollama does not know the model \"{}\" (404)",
                self.settings.model
            ))),
            status if status.is_client_error() => Err(Error::Refused(format!(
                "Ollama refused the request ({})",
                status.as_u16()
            ))),
            _ => Err(Error::Stopped),
        }
    }

    fn body(&self, request: &Request) -> Value {
        let mut body = json!({
            "model": self.settings.model,
            "messages": [
                {"role": "system", "content": &*request.prefix},
                {"role": "user", "content": request.user},
            ],
            "stream": true,
            "options": {
                // Ollama's seed is a C int.
                "seed": request.seed & 0x7fff_ffff,
                "temperature": request.temperature,
                "num_predict": request.max_tokens,
            },
        });
        if let Some(schema) = &request.schema {
            body["format"] = (**schema).clone();
        }
        body
    }

    fn finish(&self, stop: Stop, prefill_ms: u32) -> Finish {
        let whole = ms(self.started);
        Finish {
            stop,
            model: reference(&self.settings),
            token_ids: None,
            queue_ms: 0,
            prefill_ms,
            decode_ms: whole.saturating_sub(prefill_ms),
        }
    }
}

fn reference(settings: &Settings) -> ModelRef {
    ModelRef {
        id: settings.model.clone(),
        sha256: String::new(),
        head: 0,
    }
}

fn ms(since: Instant) -> u32 {
    since.elapsed().as_millis().try_into().unwrap_or(u32::MAX)
}

/// The kind of a transport error. Its text would hold the address: it is not kept.
fn outward(error: &reqwest::Error) -> Error {
    if error.is_timeout() {
        Error::Timeout
    } else {
        Error::Stopped
    }
}

fn retry_after(response: &Response) -> u32 {
    let header = response.headers().get(RETRY_AFTER);
    let seconds = header.and_then(|value| value.to_str().ok()?.parse::<u32>().ok());
    seconds.map_or(RETRY_MS, |seconds| seconds.min(60) * 1_000)
}

/// What matters of one line of the answer.
struct Line {
    text: String,
    /// Whether the model thinks aloud, which is no text but a sign of life.
    thinks: bool,
    stop: Option<Stop>,
}

#[derive(Deserialize)]
struct Wire {
    message: Option<Message>,
    #[serde(default)]
    done: bool,
    done_reason: Option<String>,
    error: Option<Value>,
}

#[derive(Deserialize)]
struct Message {
    #[serde(default)]
    content: String,
    thinking: Option<String>,
}

impl Line {
    fn parse(line: &[u8]) -> Result<Self, Error> {
        // The parser's message would quote the text: it is not kept.
        let wire: Wire = serde_json::from_slice(line).map_err(|_| {
            Error::Malformed("a line of Ollama's answer is no chat message".to_owned())
        })?;
        if wire.error.is_some() {
            return Err(Error::Stopped);
        }
        let (text, thinks) = match wire.message {
            Some(message) => (
                message.content,
                message.thinking.is_some_and(|t| !t.is_empty()),
            ),
            None if wire.done => (String::new(), false),
            None => {
                return Err(Error::Malformed(
                    "a line of Ollama's answer has no message".to_owned(),
                ));
            }
        };
        let stop = match wire.done_reason.as_deref() {
            _ if !wire.done => None,
            Some("length") => Some(Stop::Length),
            _ => Some(Stop::End),
        };
        Ok(Self { text, thinks, stop })
    }

    fn speaks(&self) -> bool {
        self.thinks || !self.text.is_empty()
    }
}

#[cfg(test)]
mod tests;
