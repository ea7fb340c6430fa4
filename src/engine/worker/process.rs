//! The worker's side: reads requests, answers with text, ends when its standard input does.

use std::{collections::HashMap, path::Path};

use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::{mpsc, oneshot},
};

use super::{Error, FromWorker, ToWorker, encode, read, write};
use crate::engine::generator::{Chunk, Generator, Health, Request, in_process::InProcess};

/// Messages that wait for the pipe: a reader that is slow slows the writers down.
const OUTBOX: usize = 64;

/// Serves one model over a pair of pipes. Returns when the input ends, and fails on an input that
/// is oversized or malformed, or on an output that is gone.
pub async fn run(
    input: impl AsyncRead + Unpin,
    output: impl AsyncWrite + Unpin,
    model: &Path,
) -> Result<(), Error> {
    let model = InProcess::load(model.to_owned())?;
    let (outbox, outgoing) = mpsc::channel(OUTBOX);
    tokio::select! {
        ended = listen(input, &model, &outbox) => ended,
        broken = speak(output, outgoing) => broken,
        () = tell_health(&model, &outbox) => Ok(()),
    }
}

async fn listen(
    mut input: impl AsyncRead + Unpin,
    model: &InProcess,
    outbox: &mpsc::Sender<FromWorker>,
) -> Result<(), Error> {
    // Dropping an entry ends its answer, and with it the generation.
    let mut running: HashMap<u64, oneshot::Sender<()>> = HashMap::new();
    while let Some(message) = read::<ToWorker>(&mut input).await? {
        running.retain(|_, cancel| !cancel.is_closed());
        match message {
            ToWorker::Start { id, .. } if running.contains_key(&id) => {
                return Err(Error::Malformed);
            }
            ToWorker::Start { id, request } => {
                let (cancel, cancelled) = oneshot::channel();
                running.insert(id, cancel);
                start(model, id, request, outbox.clone(), cancelled);
            }
            ToWorker::Cancel { id } => drop(running.remove(&id)),
        }
    }
    Ok(())
}

/// Starts a request and passes its answer on until it ends or is cancelled.
fn start(
    model: &InProcess,
    id: u64,
    request: Request,
    outbox: mpsc::Sender<FromWorker>,
    cancelled: oneshot::Receiver<()>,
) {
    let started = model.start(request);
    let pass_on = async move {
        let mut answer = match started {
            Ok(answer) => answer,
            Err(error) => return drop(outbox.send(FromWorker::Error { id, error }).await),
        };
        while let Some(item) = answer.recv().await {
            let message = match item {
                Ok(Chunk::Text(text)) => FromWorker::Chunk { id, text },
                Ok(Chunk::Done(finish)) => FromWorker::Done { id, finish },
                Err(error) => FromWorker::Error { id, error },
            };
            if outbox.send(message).await.is_err() {
                return;
            }
        }
    };
    tokio::spawn(async move {
        tokio::select! {
            () = pass_on => {}
            _ = cancelled => {}
        }
    });
}

async fn speak(
    mut output: impl AsyncWrite + Unpin,
    mut outgoing: mpsc::Receiver<FromWorker>,
) -> Result<(), Error> {
    while let Some(message) = outgoing.recv().await {
        write(&mut output, &encode(&message)?).await?;
    }
    Ok(())
}

/// Tells every change of health; a model that is down stays so, and its reason stays readable.
async fn tell_health(model: &InProcess, outbox: &mpsc::Sender<FromWorker>) {
    let mut health = model.health();
    loop {
        let now: Health = health.borrow_and_update().clone();
        if outbox
            .send(FromWorker::Health { health: now })
            .await
            .is_err()
        {
            return;
        }
        if health.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use tokio::io::{AsyncWriteExt, DuplexStream, duplex};

    use super::*;
    use crate::engine::{
        generator::{self, Class, Stop},
        language::tiny,
        worker::MAX_FRAME_BYTES,
    };

    struct Worker {
        to: DuplexStream,
        from: DuplexStream,
        ended: tokio::task::JoinHandle<Result<(), Error>>,
        _file: tempfile::NamedTempFile,
    }

    /// A worker over in-memory pipes, its model loaded.
    async fn worker() -> Worker {
        let file = tempfile::NamedTempFile::new().unwrap();
        tiny::write(file.path(), 1).unwrap();
        let (to, input) = duplex(1 << 16);
        let (output, from) = duplex(1 << 16);
        let path = file.path().to_owned();
        let ended = tokio::spawn(async move { run(input, output, &path).await });
        let mut worker = Worker {
            to,
            from,
            ended,
            _file: file,
        };
        while !matches!(
            worker.next().await,
            FromWorker::Health {
                health: Health::Ready { .. }
            }
        ) {}
        worker
    }

    impl Worker {
        async fn say(&mut self, message: ToWorker) {
            self.to.write_all(&encode(&message).unwrap()).await.unwrap();
        }
        async fn next(&mut self) -> FromWorker {
            read(&mut self.from)
                .await
                .unwrap()
                .expect("the worker speaks")
        }
        async fn start(&mut self, id: u64, letters: u32) {
            let schema = json!({"type": "string", "minLength": letters, "maxLength": letters});
            let request = Request {
                class: Class::Panel,
                prefix: "".into(),
                user: String::new(),
                schema: Some(schema.into()),
                max_tokens: 4_000,
                seed: id,
                temperature: 1.0,
                deadline_ms: 60_000,
            };
            self.say(ToWorker::Start { id, request }).await;
        }
    }

    #[tokio::test]
    async fn it_answers_and_ends_with_its_input() {
        let mut worker = worker().await;
        worker.start(7, 30).await;
        let mut text = String::new();
        let finish = loop {
            match worker.next().await {
                FromWorker::Chunk { id: 7, text: piece } => text.push_str(&piece),
                FromWorker::Done { id: 7, finish } => break finish,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(finish.stop, Stop::End);
        assert_eq!(
            serde_json::from_str::<String>(&text)
                .unwrap()
                .chars()
                .count(),
            30
        );
        drop(worker.to);
        assert!(worker.ended.await.unwrap().is_ok());
    }

    #[tokio::test]
    async fn a_cancelled_request_makes_room() {
        let mut worker = worker().await;
        worker.start(1, 3_500).await;
        assert!(matches!(
            worker.next().await,
            FromWorker::Chunk { id: 1, .. }
        ));
        worker.start(2, 2).await;
        worker.say(ToWorker::Cancel { id: 1 }).await;
        loop {
            match worker.next().await {
                FromWorker::Done { id: 2, .. } => break,
                FromWorker::Done { id: 1, .. } => panic!("it was written to its end"),
                _ => {}
            }
        }
    }

    #[tokio::test]
    async fn a_refusal_is_an_answer() {
        let mut worker = worker().await;
        let request = Request {
            class: Class::Live,
            prefix: "".into(),
            user: "x ".repeat(9_000),
            schema: None,
            max_tokens: 10,
            seed: 0,
            temperature: 0.0,
            deadline_ms: 1_000,
        };
        worker.say(ToWorker::Start { id: 1, request }).await;
        let answer = worker.next().await;
        assert!(
            matches!(
                answer,
                FromWorker::Error {
                    id: 1,
                    error: generator::Error::Refused(_)
                }
            ),
            "{answer:?}"
        );
    }

    #[tokio::test]
    async fn a_broken_input_ends_it_with_an_error() {
        for bytes in [
            vec![1, 0, 0, 0, b'x'],
            (MAX_FRAME_BYTES as u32 + 1).to_le_bytes().to_vec(),
        ] {
            let mut worker = worker().await;
            worker.to.write_all(&bytes).await.unwrap();
            assert!(matches!(
                worker.ended.await.unwrap(),
                Err(Error::Malformed | Error::Oversized(_))
            ));
        }
    }

    #[tokio::test]
    async fn an_id_in_use_is_malformed() {
        let mut worker = worker().await;
        worker.start(1, 3_500).await;
        worker.start(1, 3_500).await;
        // The output is read on, so that only the second start can end it.
        let ended = tokio::select! {
            ended = &mut worker.ended => ended.unwrap(),
            () = async { while let Ok(Some(_)) = read::<FromWorker>(&mut worker.from).await {} } => worker.ended.await.unwrap(),
        };
        assert!(matches!(ended, Err(Error::Malformed)));
    }
}
