//! The server's side: starts the worker, passes requests on, and starts it again when it dies.
//!
//! Invariant: every request that was accepted gets a last item, also when the worker dies, hangs
//! or is quarantined.

use std::{
    collections::HashMap,
    path::PathBuf,
    process::Stdio,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::{
    process::{Child, ChildStdin, ChildStdout, Command},
    runtime::Handle,
    sync::{mpsc, watch},
    task::JoinHandle,
    time::sleep,
};

use super::{
    Error as FrameError, FromWorker, Policy, ToWorker, encode, read,
    restarts::{Next, Restarts},
    write,
};
use crate::engine::generator::{
    Chunk, Error, Generator, Health, Item, MAX_WAITING, Request, in_process::channel,
};

/// How long a worker has to end by itself when its standard input closes.
const GOODBYE: Duration = Duration::from_secs(2);
/// Frames that wait for the pipe. The last quarter is kept for cancellations.
const OUTBOX: usize = 64;

/// What to start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The appliance's own binary.
    pub program: PathBuf,
    pub model: PathBuf,
    pub policy: Policy,
}

/// The generator that the server uses: a worker process that is kept alive.
///
/// Dropping it ends the worker.
pub struct WorkerGenerator {
    shared: Arc<Shared>,
    health: watch::Receiver<Health>,
    runtime: Handle,
    grace: Duration,
    supervisor: JoinHandle<()>,
}

type Answer = mpsc::Sender<Item>;

struct Shared {
    next_id: AtomicU64,
    /// Process id of the living worker; 0 without one.
    pid: AtomicU32,
    state: Mutex<State>,
    /// A request that outlived its deadline and the grace: the worker hangs.
    hung: tokio::sync::Notify,
}

#[derive(Default)]
struct State {
    /// Where frames go while a worker lives.
    outbox: Option<mpsc::Sender<Vec<u8>>>,
    in_flight: HashMap<u64, Answer>,
}

impl WorkerGenerator {
    /// Starts the worker and its supervisor on the current tokio runtime.
    pub fn spawn(settings: Settings) -> Self {
        let (teller, health) = watch::channel(Health::Loading { percent: 0 });
        let shared = Arc::new(Shared {
            next_id: AtomicU64::new(1),
            pid: AtomicU32::new(0),
            state: Mutex::default(),
            hung: tokio::sync::Notify::new(),
        });
        let grace = settings.policy.grace;
        let supervisor = Supervisor {
            shared: Arc::clone(&shared),
            health: teller,
            settings,
        };
        let runtime = Handle::current();
        Self {
            supervisor: runtime.spawn(supervisor.run()),
            shared,
            health,
            runtime,
            grace,
        }
    }

    /// The process id of the living worker.
    pub fn pid(&self) -> Option<u32> {
        match self.shared.pid.load(Ordering::Relaxed) {
            0 => None,
            pid => Some(pid),
        }
    }
}

impl Generator for WorkerGenerator {
    fn health(&self) -> watch::Receiver<Health> {
        self.health.clone()
    }

    fn start(&self, request: Request) -> Result<mpsc::Receiver<Item>, Error> {
        match *self.health.borrow() {
            Health::Loading { percent } => return Err(Error::Loading { percent }),
            Health::Down { .. } => return Err(Error::Stopped),
            Health::Ready { .. } => {}
        }
        let id = self.shared.next_id.fetch_add(1, Ordering::Relaxed);
        let (answer, receiver) = channel(&request);
        let patience = Duration::from_millis(request.deadline_ms.into()) + self.grace;
        let frame = encode(&ToWorker::Start { id, request })
            .map_err(|error| Error::Refused(format!("the prompt is too long: {error}")))?;
        self.shared.send(id, answer.clone(), frame)?;
        self.runtime
            .spawn(Arc::clone(&self.shared).watch_over(id, answer, patience));
        Ok(receiver)
    }
}

impl Drop for WorkerGenerator {
    fn drop(&mut self) {
        // The task owns the child, which is killed when it is dropped.
        self.supervisor.abort();
        self.shared.fail_all();
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, id: u64, answer: Answer, frame: Vec<u8>) -> Result<(), Error> {
        let mut state = self.lock();
        // One more than may wait runs; the worker itself orders them by class.
        let outbox = state.outbox.as_ref().ok_or(Error::Stopped)?;
        if state.in_flight.len() > MAX_WAITING || outbox.capacity() < OUTBOX / 4 {
            return Err(Error::Busy {
                retry_after_ms: 3_000,
            });
        }
        outbox.try_send(frame).map_err(|_| Error::Stopped)?;
        state.in_flight.insert(id, answer);
        Ok(())
    }

    /// Cancels a request whose reader went away, and gives up one that the worker does not answer.
    async fn watch_over(self: Arc<Self>, id: u64, answer: Answer, patience: Duration) {
        tokio::select! {
            () = answer.closed() => self.cancel(id).await,
            () = sleep(patience) => {
                if let Some(answer) = self.lock().in_flight.remove(&id) {
                    finish(&answer, Err(Error::Timeout));
                    self.hung.notify_waiters();
                }
            }
        }
    }

    async fn cancel(&self, id: u64) {
        let outbox = {
            let mut state = self.lock();
            state
                .in_flight
                .remove(&id)
                .and_then(|_| state.outbox.clone())
        };
        if let (Some(outbox), Ok(frame)) = (outbox, encode(&ToWorker::Cancel { id })) {
            // A worker that died meanwhile has nothing to cancel.
            let _ = outbox.send(frame).await;
        }
    }

    /// Passes an item of the worker on. An id that is unknown was cancelled a moment ago.
    fn deliver(&self, id: u64, item: Item) {
        let mut state = self.lock();
        if let Ok(Chunk::Text(_)) = item {
            if let Some(answer) = state.in_flight.get(&id)
                && let Err(mpsc::error::TrySendError::Full(_)) = answer.try_send(item)
            {
                // More pieces than tokens were asked for: the worker breaks its word.
                state.in_flight.remove(&id);
            }
        } else if let Some(answer) = state.in_flight.remove(&id) {
            finish(&answer, item);
        }
    }

    /// Ends every request in flight, and takes no more until a worker lives.
    fn fail_all(&self) {
        let mut state = self.lock();
        state.outbox = None;
        for (_, answer) in state.in_flight.drain() {
            finish(&answer, Err(Error::Stopped));
        }
    }
}

/// Sends the last item; a reader that is gone needs none.
fn finish(answer: &Answer, item: Item) {
    let _ = answer.try_send(item);
}

struct Supervisor {
    shared: Arc<Shared>,
    health: watch::Sender<Health>,
    settings: Settings,
}

impl Supervisor {
    async fn run(self) {
        let started = Instant::now();
        let mut restarts = Restarts::new(self.settings.policy);
        loop {
            self.health.send_replace(Health::Loading { percent: 0 });
            let reason = self.one_life().await;
            self.shared.pid.store(0, Ordering::Relaxed);
            self.shared.fail_all();
            match restarts.crashed(started.elapsed()) {
                Next::Restart(pause) => {
                    tracing::warn!(
                        reason,
                        pause_ms = pause.as_millis() as u64,
                        "the model worker died"
                    );
                    self.down(format!("the model worker died ({reason}) and starts again"));
                    sleep(pause).await;
                }
                Next::Quarantine => {
                    tracing::error!(
                        reason,
                        "the model worker died too often; the model is quarantined"
                    );
                    let Policy {
                        crashes, within, ..
                    } = self.settings.policy;
                    return self.down(format!(
                        "quarantined: the model worker died {crashes} times within {} s, at last with: {reason}",
                        within.as_secs()
                    ));
                }
            }
        }
    }

    fn down(&self, reason: String) {
        self.health.send_replace(Health::Down { reason });
    }

    /// Runs one worker until it dies, and says of what.
    async fn one_life(&self) -> String {
        let (mut child, input, output) = match self.spawn() {
            Ok(spawned) => spawned,
            Err(error) => return format!("it cannot be started: {error}"),
        };
        self.shared
            .pid
            .store(child.id().unwrap_or_default(), Ordering::Relaxed);
        let (outbox, outgoing) = mpsc::channel(OUTBOX);
        self.shared.lock().outbox = Some(outbox);
        let broken = tokio::select! {
            broken = speak(input, outgoing) => broken,
            broken = self.listen(output) => broken,
            () = self.shared.hung.notified() => "it did not answer".to_owned(),
        };
        // Both pipes are closed by now: a worker that lives ends by itself, or is killed.
        match tokio::time::timeout(GOODBYE, child.wait()).await {
            Ok(Ok(status)) if !status.success() => format!("{broken}, {status}"),
            Ok(_) => broken,
            Err(_) => {
                // An error means that it is dead already.
                let _ = child.kill().await;
                broken
            }
        }
    }

    fn spawn(&self) -> std::io::Result<(Child, ChildStdin, ChildStdout)> {
        let mut command = Command::new(&self.settings.program);
        command
            .arg("worker")
            .arg("--model")
            .arg(&self.settings.model)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .kill_on_drop(true);
        // A signal from the terminal goes to the server, which then closes the pipe.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn()?;
        let pipes = child.stdin.take().zip(child.stdout.take());
        let (input, output) = pipes.expect("both were asked to be piped");
        Ok((child, input, output))
    }

    async fn listen(&self, output: ChildStdout) -> String {
        let mut output = tokio::io::BufReader::new(output);
        loop {
            match read(&mut output).await {
                Ok(Some(FromWorker::Health { health })) => {
                    self.health.send_replace(health);
                }
                Ok(Some(FromWorker::Chunk { id, text })) => {
                    self.shared.deliver(id, Ok(Chunk::Text(text)));
                }
                Ok(Some(FromWorker::Done { id, finish })) => {
                    self.shared.deliver(id, Ok(Chunk::Done(finish)));
                }
                Ok(Some(FromWorker::Error { id, error })) => {
                    self.shared.deliver(id, Err(error));
                }
                Ok(None) => return "it ended".to_owned(),
                Err(error) => return error.to_string(),
            }
        }
    }
}

async fn speak(mut input: ChildStdin, mut outgoing: mpsc::Receiver<Vec<u8>>) -> String {
    while let Some(frame) = outgoing.recv().await {
        if let Err(error) = write(&mut input, &frame).await {
            return match error {
                FrameError::Pipe(_) => "it does not listen".to_owned(),
                other => other.to_string(),
            };
        }
    }
    "it is not needed".to_owned()
}
