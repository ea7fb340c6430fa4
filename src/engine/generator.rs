//! The interface of everything that writes text: local worker, in-process model, remote, scripted.
//!
//! Invariant: the receiver is the cancellation token. When it is dropped, generation stops within
//! a token or a prefill chunk.

use std::sync::Arc;

use serde_json::Value;
use tokio::sync::{mpsc, watch};

use crate::domain::classification::ModelRef;

pub mod in_process;
pub mod scripted;

mod queue;

/// Requests that may wait for a model beside the one that runs.
pub const MAX_WAITING: usize = queue::WAITING;

/// Who waits: live coaching goes before panels, panels before background work.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Live,
    Panel,
    Background,
}

/// One text to write.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
pub struct Request {
    pub class: Class,
    /// The fixed part of the prompt: the same for all requests of a template and knowledge revision.
    pub prefix: Arc<str>,
    pub user: String,
    /// JSON Schema that the text must satisfy; decoding is constrained by it.
    pub schema: Option<Arc<Value>>,
    pub max_tokens: u16,
    pub seed: u64,
    /// 0 is greedy.
    pub temperature: f32,
    pub deadline_ms: u32,
}

#[derive(Debug, Clone, PartialEq)]
pub enum Chunk {
    Text(String),
    Done(Finish),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    End,
    Length,
    Deadline,
}

/// How a generation ended, and where its time went.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Finish {
    pub stop: Stop,
    pub model: ModelRef,
    /// For replay; `None` where the provider does not tell.
    pub token_ids: Option<Vec<u32>>,
    pub queue_ms: u32,
    pub prefill_ms: u32,
    pub decode_ms: u32,
}

/// Named by what the caller can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Error {
    #[error("the model is busy; try again in {retry_after_ms} ms")]
    Busy { retry_after_ms: u32 },
    #[error("the model is loading ({percent} %)")]
    Loading { percent: u8 },
    #[error("the model stopped")]
    Stopped,
    #[error("the model did not answer in time")]
    Timeout,
    #[error("the model refused the request: {0}")]
    Refused(String),
    #[error("the model's answer was malformed: {0}")]
    Malformed(String),
}

/// The state of a provider, as of its last change.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
#[schema(as = WriterState)]
pub enum Health {
    Loading { percent: u8 },
    Ready { model: ModelRef },
    Down { reason: String },
}

/// An item of an answer.
pub type Item = Result<Chunk, Error>;

pub trait Generator: Send + Sync {
    fn health(&self) -> watch::Receiver<Health>;

    /// Starts a generation; dropping the receiver cancels it. The last item is `Done` or an error.
    fn start(&self, request: Request) -> Result<mpsc::Receiver<Item>, Error>;
}
