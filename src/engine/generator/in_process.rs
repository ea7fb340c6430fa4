//! The model in this process, on a thread of its own: inside the worker, for `eval` and in tests.
//!
//! Invariant: the weights are born on that thread and never leave it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::sync::{mpsc, watch};

use super::{
    Chunk, Error, Finish, Generator, Health, Item, Request, Stop,
    queue::{Job, Queue},
};
use crate::engine::language::{
    self,
    writer::{Interrupt, Writer, Written},
};

/// The grammar compiler recurses deeper than the default stack allows for.
const STACK_BYTES: usize = 16 << 20;

/// A generator whose model lives in this process. Dropping it ends the generation that runs.
pub struct InProcess {
    queue: Arc<Queue>,
    health: watch::Receiver<Health>,
}

impl InProcess {
    /// Starts loading a model; [`Generator::health`] says how far it is, or why it failed.
    pub fn load(path: PathBuf) -> std::io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let (teller, health) = watch::channel(Health::Loading { percent: 0 });
        let thread = Thread {
            queue: Arc::clone(&queue),
            health: teller,
        };
        thread::Builder::new()
            .name("model".to_owned())
            .stack_size(STACK_BYTES)
            .spawn(move || thread.run(&path))?;
        Ok(Self { queue, health })
    }
}

impl Generator for InProcess {
    fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    fn start(&self, request: Request) -> Result<mpsc::Receiver<Item>, Error> {
        match *self.health.borrow() {
            Health::Loading { percent } => return Err(Error::Loading { percent }),
            Health::Down { .. } => return Err(Error::Stopped),
            Health::Ready { .. } => {}
        }
        let (answer, receiver) = channel(&request);
        self.queue.push(Job {
            request,
            answer,
            arrived: Instant::now(),
        })?;
        Ok(receiver)
    }
}

impl Drop for InProcess {
    fn drop(&mut self) {
        self.queue.close();
    }
}

/// A channel with room for every item of an answer, so that no reader can hold the model up.
pub(crate) fn channel(request: &Request) -> (mpsc::Sender<Item>, mpsc::Receiver<Item>) {
    // A piece of text per token, the last half character, and the end.
    mpsc::channel(usize::from(request.max_tokens) + 2)
}

struct Thread {
    queue: Arc<Queue>,
    health: watch::Sender<Health>,
}

impl Thread {
    fn run(self, path: &Path) {
        let load = Writer::load(path, |percent| {
            self.health.send_replace(Health::Loading { percent });
        });
        let mut writer = match load {
            Ok(writer) => writer,
            Err(error) => return self.down(error.to_string()),
        };
        let model = writer.reference().clone();
        self.health.send_replace(Health::Ready { model });
        while let Some(job) = self.queue.pop() {
            let started = Instant::now();
            self.write(&mut writer, job);
            self.queue.took(started.elapsed());
        }
        self.down("the model was unloaded".to_owned());
    }

    fn write(&self, writer: &mut Writer, job: Job) {
        let Job {
            request,
            answer,
            arrived,
        } = job;
        let queue_ms = arrived.elapsed().as_millis() as u32;
        let deadline = Duration::from_millis(request.deadline_ms.into());
        let interrupt = || {
            if answer.is_closed() || self.queue.is_closed() {
                Some(Interrupt::Cancelled)
            } else if arrived.elapsed() >= deadline {
                Some(Interrupt::Deadline)
            } else {
                None
            }
        };
        let mut silent = true;
        let say = |text: String| {
            if !text.is_empty() {
                silent = false;
                // The channel holds a whole answer; it can only be closed, which is asked next.
                let _ = answer.try_send(Ok(Chunk::Text(text)));
            }
        };
        let written = writer.write(&request, interrupt, say);
        let last = match written {
            Ok(Some(written)) if written.stop == Stop::Deadline && silent => Err(Error::Timeout),
            Ok(Some(written)) => Ok(Chunk::Done(finish(written, writer, queue_ms))),
            Ok(None) => Err(Error::Stopped),
            Err(error) => Err(outward(&error)),
        };
        let _ = answer.try_send(last);
    }

    fn down(&self, reason: String) {
        self.health.send_replace(Health::Down { reason });
        self.queue.close();
    }
}

impl Drop for Thread {
    fn drop(&mut self) {
        if thread::panicking() {
            self.down("the model's thread panicked".to_owned());
        }
    }
}

fn finish(written: Written, writer: &Writer, queue_ms: u32) -> Finish {
    Finish {
        stop: written.stop,
        model: writer.reference().clone(),
        token_ids: Some(written.tokens),
        queue_ms,
        prefill_ms: written.prefill_ms,
        decode_ms: written.decode_ms,
    }
}

fn outward(error: &language::Error) -> Error {
    match error {
        language::Error::Refused(reason) => Error::Refused(reason.clone()),
        language::Error::Read(_) | language::Error::Compute(_) => {
            tracing::error!(%error, "the model failed in mid-text");
            Error::Stopped
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::engine::{generator::Class, language::tiny};

    async fn ready() -> InProcess {
        let file = tempfile::NamedTempFile::new().unwrap();
        tiny::write(file.path(), 1).unwrap();
        let model = InProcess::load(file.path().to_owned()).unwrap();
        let mut health = model.health();
        let up = health
            .wait_for(|health| !matches!(health, Health::Loading { .. }))
            .await
            .unwrap();
        assert!(matches!(*up, Health::Ready { .. }), "{up:?}");
        drop(up);
        // The file must outlive the loading only.
        drop(file);
        model
    }

    /// At least `letters` tokens of text.
    fn request(letters: u32, max_tokens: u16) -> Request {
        Request {
            class: Class::Panel,
            prefix: "p".into(),
            user: "u".to_owned(),
            schema: Some(Arc::new(
                json!({"type": "string", "minLength": letters, "maxLength": letters}),
            )),
            max_tokens,
            seed: 1,
            temperature: 1.0,
            deadline_ms: 60_000,
        }
    }

    async fn all(mut answers: mpsc::Receiver<Item>) -> (String, Result<Finish, Error>) {
        let mut text = String::new();
        while let Some(item) = answers.recv().await {
            match item {
                Ok(Chunk::Text(piece)) => text.push_str(&piece),
                Ok(Chunk::Done(finish)) => return (text, Ok(finish)),
                Err(error) => return (text, Err(error)),
            }
        }
        panic!("the channel closed without a last item");
    }

    #[tokio::test]
    async fn it_writes_and_says_how() {
        let model = ready().await;
        let (text, finish) = all(model.start(request(20, 100)).unwrap()).await;
        let finish = finish.unwrap();
        assert_eq!(
            serde_json::from_str::<String>(&text)
                .unwrap()
                .chars()
                .count(),
            20
        );
        assert_eq!(finish.stop, Stop::End);
        assert_eq!(finish.model.id, tiny::NAME);
        assert!(finish.token_ids.is_some_and(|ids| ids.len() > 5));
    }

    #[tokio::test]
    async fn a_dropped_receiver_frees_the_model() {
        let model = ready().await;
        let mut first = model.start(request(3_000, 4_000)).unwrap();
        assert!(matches!(first.recv().await, Some(Ok(Chunk::Text(_)))));
        let second = model.start(request(2, 20)).unwrap();
        drop(first);
        let (_, finish) = all(second).await;
        // 3,000 letters would take far longer than one token.
        assert!(finish.unwrap().queue_ms < 1_000);
    }

    #[tokio::test]
    async fn a_deadline_keeps_what_was_written() {
        let model = ready().await;
        // How long the first words take depends on the machine: the deadline grows until they fit.
        let mut deadline_ms = 50;
        let (text, stop) = loop {
            let late = Request {
                deadline_ms,
                ..request(3_900, 4_000)
            };
            match all(model.start(late).unwrap()).await {
                (text, Ok(finish)) => break (text, finish.stop),
                (text, Err(error)) => assert_eq!((text.as_str(), error), ("", Error::Timeout)),
            }
            deadline_ms *= 2;
        };
        assert_eq!(stop, Stop::Deadline);
        assert!(!text.is_empty());
        let mut at_once = request(10, 20);
        at_once.deadline_ms = 0;
        assert_eq!(
            all(model.start(at_once).unwrap()).await,
            (String::new(), Err(Error::Timeout))
        );
    }

    #[tokio::test]
    async fn the_ninth_that_waits_is_refused() {
        let model = ready().await;
        let mut running = model.start(request(3_500, 4_000)).unwrap();
        assert!(running.recv().await.is_some());
        let _waiting: Vec<_> = (0..8)
            .map(|_| model.start(request(2, 20)).unwrap())
            .collect();
        assert!(matches!(
            model.start(request(2, 20)),
            Err(Error::Busy {
                retry_after_ms: 500..
            })
        ));
    }

    #[tokio::test]
    async fn a_file_that_is_refused_says_why() {
        let model = InProcess::load("/does/not/exist.gguf".into()).unwrap();
        assert!(matches!(
            model.start(request(1, 9)),
            Err(Error::Loading { .. } | Error::Stopped)
        ));
        let mut health = model.health();
        let down = health
            .wait_for(|health| matches!(health, Health::Down { .. }))
            .await
            .unwrap();
        assert!(matches!(&*down, Health::Down { reason } if reason.contains("cannot read")));
        drop(down);
        assert_eq!(model.start(request(1, 9)).unwrap_err(), Error::Stopped);
    }

    #[tokio::test]
    async fn dropping_the_generator_ends_what_runs() {
        let model = ready().await;
        let mut running = model.start(request(3_500, 4_000)).unwrap();
        assert!(running.recv().await.is_some());
        let waiting = model.start(request(2, 9)).unwrap();
        drop(model);
        assert_eq!(all(running).await.1, Err(Error::Stopped));
        assert_eq!(all(waiting).await.1, Err(Error::Stopped));
    }
}
