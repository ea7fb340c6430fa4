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
        Mutex, PoisonError,
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
    messages: Mutex<Option<SyncSender<Message>>>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

enum Message {
    Run(Box<dyn Command>),
    Close(oneshot::Sender<Result<(), Error>>),
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
        let (messages, queue) = sync_channel(QUEUE);
        let worker = Worker {
            dir: dir.clone(),
            main,
            keys,
            connections,
            lock,
        };
        let thread = thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || worker.serve(&queue))
            .map_err(|error| files::unavailable(&dir, &error))?;
        Ok(Self {
            messages: Mutex::new(Some(messages)),
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
        {
            let messages = self.messages.lock().unwrap_or_else(PoisonError::into_inner);
            let messages = messages.as_ref().ok_or_else(stopped)?;
            match messages.try_send(Message::Run(Box::new(call))) {
                Ok(()) => {}
                Err(TrySendError::Full(_)) => {
                    return Err(Error::Busy {
                        retry_after_ms: RETRY_AFTER_MS,
                    });
                }
                Err(TrySendError::Disconnected(_)) => return Err(stopped()),
            }
        }
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    /// Lets the queue finish, then ends the thread.
    pub(super) async fn close(&self) -> Result<(), Error> {
        let messages = self
            .messages
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(messages) = messages else {
            return Ok(());
        };
        let (reply, answer) = oneshot::channel();
        let mut message = Message::Close(reply);
        loop {
            match messages.try_send(message) {
                Ok(()) => break,
                Err(TrySendError::Full(back)) => {
                    message = back;
                    tokio::task::yield_now().await;
                }
                Err(TrySendError::Disconnected(_)) => return Err(stopped()),
            }
        }
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(
            self.messages
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let thread = self
            .thread
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread
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
    fn serve(self, queue: &Receiver<Message>) {
        loop {
            match queue.recv() {
                Err(_) => return,
                Ok(Message::Close(reply)) => return self.close(reply),
                Ok(Message::Run(first)) => {
                    if let Some(reply) = self.group(first, queue) {
                        return self.close(reply);
                    }
                }
            }
        }
    }

    /// Runs `first` and what waits behind it in one COMMIT, then answers them all. Returns the
    /// closing message if it came upon one.
    fn group(
        &self,
        first: Box<dyn Command>,
        queue: &Receiver<Message>,
    ) -> Option<oneshot::Sender<Result<(), Error>>> {
        let mut commands = vec![first];
        let mut closing = None;
        while commands.len() < GROUP {
            match queue.try_recv() {
                Ok(Message::Run(command)) => commands.push(command),
                Ok(Message::Close(reply)) => {
                    closing = Some(reply);
                    break;
                }
                Err(_) => break,
            }
        }
        if let Err(error) = self.commit(&mut commands) {
            for command in &mut commands {
                command.fail(error.clone());
            }
        }
        for command in commands {
            command.reply();
        }
        closing
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
        main.prepare_cached("commit")?.execute([])?;
        drop(rollback);
        Ok(())
    }

    fn close(self, reply: oneshot::Sender<Result<(), Error>>) {
        let result = self.finish();
        drop(self.connections);
        drop(self.lock);
        // An error only means that the caller went away.
        let _ = reply.send(result);
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
