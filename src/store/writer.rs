//! The one thread that owns the writing connections: commands in a bounded queue, group commit.
//!
//! Invariant: a command is answered only after the COMMIT that holds it, or after its failure. A
//! command that fails or panics undoes its own savepoint and nobody else's work.

use std::{
    any::Any,
    fs::File,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Mutex, MutexGuard, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Db, Error, Tx, audit, files, migrate::Connections};

const QUEUE: usize = 256;
/// Most commands of one COMMIT.
const GROUP: usize = 64;
/// About what a full queue takes to empty: four COMMITs on a slow disk.
const RETRY_AFTER_MS: u32 = 200;

pub(super) struct Writer {
    /// Dropping the sender lets the thread work the queue off and end.
    commands: Mutex<Option<SyncSender<Box<dyn Command>>>>,
    /// How the thread ended.
    ended: Mutex<Option<oneshot::Receiver<Result<(), Error>>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

trait Command: Send {
    /// Does the work; whether its changes are to be kept.
    fn run(&mut self, tx: &Tx<'_>) -> bool;
    /// Something outside the work went wrong, so that none of it is kept.
    fn fail(&mut self, error: Error);
    fn reply(self: Box<Self>);
}

/// A closure on its way to its answer.
struct Call<T, F> {
    work: Option<F>,
    result: Result<T, Error>,
    reply: oneshot::Sender<Result<T, Error>>,
}

impl<T, F> Command for Call<T, F>
where
    T: Send,
    F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send,
{
    fn run(&mut self, tx: &Tx<'_>) -> bool {
        if let Some(work) = self.work.take() {
            self.result = catch_unwind(AssertUnwindSafe(|| work(tx))).unwrap_or_else(panicked);
        }
        self.result.is_ok()
    }

    fn fail(&mut self, error: Error) {
        if self.work.take().is_some() || self.result.is_ok() {
            self.result = Err(error);
        }
    }

    fn reply(self: Box<Self>) {
        // An error only means that the caller went away.
        let _ = self.reply.send(self.result);
    }
}

fn panicked<T>(_: Box<dyn Any + Send>) -> Result<T, Error> {
    tracing::error!("a write panicked and was undone");
    Err(Error::Unavailable("the write failed".to_owned()))
}

impl Writer {
    pub(super) fn start(
        dir: PathBuf,
        main: files::Database,
        keys: files::Database,
        connections: Connections,
        lock: File,
    ) -> Result<Self, Error> {
        let (commands, queue) = sync_channel(QUEUE);
        let (end, ended) = oneshot::channel();
        let worker = Worker {
            dir: dir.clone(),
            main,
            keys,
            connections,
            lock,
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker.serve(&queue, end))
            .map_err(|error| files::unavailable(&dir, &error))?;
        Ok(Self {
            commands: Mutex::new(Some(commands)),
            ended: Mutex::new(Some(ended)),
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        let call = Call {
            work: Some(work),
            result: Err(stopped()),
            reply,
        };
        self.send(Box::new(call))?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn send(&self, command: Box<dyn Command>) -> Result<(), Error> {
        let commands = lock(&self.commands);
        match commands.as_ref().ok_or_else(stopped)?.try_send(command) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(Error::Busy {
                retry_after_ms: RETRY_AFTER_MS,
            }),
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
        }
    }

    /// Lets the queue finish, then ends the thread. A second call returns at once.
    pub(super) async fn close(&self) -> Result<(), Error> {
        drop(lock(&self.commands).take());
        let ended = lock(&self.ended).take();
        match ended {
            Some(ended) => ended.await.unwrap_or_else(|_| Err(stopped())),
            None => Ok(()),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(lock(&self.commands).take());
        if let Some(thread) = lock(&self.thread).take()
            && thread.thread().id() != thread::current().id()
        {
            // The thread ends when the queue does; panics of commands are caught.
            let _ = thread.join();
        }
    }
}

struct Worker {
    dir: PathBuf,
    main: files::Database,
    keys: files::Database,
    connections: Connections,
    /// The instance lock, given up when the thread ends.
    lock: File,
}

impl Worker {
    fn serve(self, queue: &Receiver<Box<dyn Command>>, end: oneshot::Sender<Result<(), Error>>) {
        while let Ok(first) = queue.recv() {
            self.group(first, queue);
        }
        let result = self.finish();
        if let Err(error) = &result {
            tracing::error!(%error, "the database was not closed cleanly");
        }
        drop(self.connections);
        drop(self.lock);
        // An error only means that nobody waits for the end.
        let _ = end.send(result);
    }

    /// Runs `first` and what waits behind it in one COMMIT, then answers them all.
    fn group(&self, first: Box<dyn Command>, queue: &Receiver<Box<dyn Command>>) {
        let mut commands = vec![first];
        commands.extend(queue.try_iter().take(GROUP - 1));
        if let Err(error) = self.commit(&mut commands) {
            for command in &mut commands {
                command.fail(error.clone());
            }
        }
        for command in commands {
            command.reply();
        }
    }

    fn commit(&self, commands: &mut [Box<dyn Command>]) -> Result<(), Error> {
        self.main.writable()?;
        self.keys.writable()?;
        let main = &self.connections.main;
        main.prepare_cached("begin immediate")?.execute([])?;
        let rollback = Rollback(main);
        let tx = Tx(Db {
            main,
            keys: &self.connections.keys,
            dir: &self.dir,
        });
        for command in commands {
            main.prepare_cached("savepoint command")?.execute([])?;
            let keep = command.run(&tx);
            if main.is_autocommit() {
                // A full disk or a failed read makes SQLite undo the whole transaction by itself.
                return Err(Error::Unavailable(
                    "the transaction was undone by a fault of the disk".to_owned(),
                ));
            }
            if !keep {
                main.prepare_cached("rollback to command")?.execute([])?;
            }
            main.prepare_cached("release command")?.execute([])?;
        }
        let committed = main.prepare_cached("commit")?.execute([]);
        drop(rollback);
        committed.map(drop).map_err(|error| match error.into() {
            busy @ Error::Busy { .. } => busy,
            // Whatever it was, it was no fault of the commands that shared the COMMIT.
            other => Error::Unavailable(other.to_string()),
        })
    }

    fn finish(&self) -> Result<(), Error> {
        self.main.writable()?;
        let Connections { main, keys } = &self.connections;
        audit::write_head(&Db {
            main,
            keys,
            dir: &self.dir,
        })?;
        truncate_log(main)?;
        truncate_log(keys)
    }
}

/// Ends a transaction that was neither committed nor undone.
struct Rollback<'c>(&'c Connection);

impl Drop for Rollback<'_> {
    fn drop(&mut self) {
        if !self.0.is_autocommit()
            && let Err(error) = self.0.execute_batch("rollback")
        {
            tracing::error!(%error, "a transaction could not be undone");
        }
    }
}

/// Moves the write-ahead log into the database and empties it.
pub(super) fn truncate_log(connection: &Connection) -> Result<(), Error> {
    let blocked: bool =
        connection.query_row("pragma wal_checkpoint(truncate)", [], |row| row.get(0))?;
    if blocked {
        return Err(Error::Busy {
            retry_after_ms: RETRY_AFTER_MS,
        });
    }
    Ok(())
}

fn stopped() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}
