//! A generator that says what a test wrote down. Never part of a running appliance.

use std::{
    collections::VecDeque,
    sync::{Mutex, MutexGuard, PoisonError},
};

use tokio::sync::{mpsc, watch};

use super::{Chunk, Error, Finish, Generator, Health, Item, Request, Stop};
use crate::domain::classification::ModelRef;

/// What happens when a request comes.
#[derive(Debug, Clone)]
pub enum Script {
    /// `start` itself fails.
    Refuse(Error),
    /// The pieces of text, then the end.
    Write(Vec<String>, Stop),
    /// The pieces of text, then an error.
    Break(Vec<String>, Error),
    /// The pieces of text, then silence for as long as anyone listens.
    Hang(Vec<String>),
    /// The pieces of text, then a channel that closes without a last item, against the contract.
    Vanish(Vec<String>),
}

/// Answers each request by the next script; with none left it has stopped.
pub struct Scripted {
    state: Mutex<State>,
    health: watch::Sender<Health>,
    model: ModelRef,
}

#[derive(Default)]
struct State {
    scripts: VecDeque<Script>,
    requests: Vec<Request>,
    /// Kept open for those that hang.
    hanging: Vec<mpsc::Sender<Item>>,
}

impl Scripted {
    pub fn new(id: &str, scripts: impl IntoIterator<Item = Script>) -> Self {
        let model = ModelRef {
            id: id.to_owned(),
            sha256: String::new(),
            head: 0,
        };
        Self {
            state: Mutex::new(State {
                scripts: scripts.into_iter().collect(),
                ..State::default()
            }),
            health: watch::Sender::new(Health::Ready {
                model: model.clone(),
            }),
            model,
        }
    }

    /// What was asked so far.
    pub fn requests(&self) -> Vec<Request> {
        self.lock().requests.clone()
    }

    /// How many requests still hang with someone listening.
    pub fn hanging(&self) -> usize {
        self.lock()
            .hanging
            .iter()
            .filter(|answer| !answer.is_closed())
            .count()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn finish(&self, stop: Stop) -> Finish {
        Finish {
            stop,
            model: self.model.clone(),
            token_ids: None,
            queue_ms: 0,
            prefill_ms: 0,
            decode_ms: 0,
        }
    }
}

impl Generator for Scripted {
    fn health(&self) -> watch::Receiver<Health> {
        self.health.subscribe()
    }

    fn start(&self, request: Request) -> Result<mpsc::Receiver<Item>, Error> {
        let mut state = self.lock();
        state.requests.push(request);
        let script = state
            .scripts
            .pop_front()
            .unwrap_or(Script::Refuse(Error::Stopped));
        let (pieces, last) = match script {
            Script::Refuse(error) => return Err(error),
            Script::Write(pieces, stop) => (pieces, Some(Ok(Chunk::Done(self.finish(stop))))),
            Script::Break(pieces, error) => (pieces, Some(Err(error))),
            Script::Vanish(pieces) => (pieces, None),
            Script::Hang(pieces) => {
                let (answer, receiver) = mpsc::channel(pieces.len() + 1);
                send(&answer, pieces, None);
                state.hanging.push(answer);
                return Ok(receiver);
            }
        };
        let (answer, receiver) = mpsc::channel(pieces.len() + 1);
        send(&answer, pieces, last);
        Ok(receiver)
    }
}

fn send(answer: &mpsc::Sender<Item>, pieces: Vec<String>, last: Option<Item>) {
    let pieces = pieces.into_iter().map(|piece| Ok(Chunk::Text(piece)));
    for item in pieces.chain(last) {
        answer
            .try_send(item)
            .expect("the channel was made with room for every item");
    }
}
