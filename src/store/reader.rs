//! Query-only connections, each on its own thread, fed from one bounded queue.
//!
//! Invariant: a read sees one snapshot, and nothing that an earlier read left in memory, so that
//! a database that cannot be read any more is never answered for.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, TrySendError, sync_channel},
    },
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{Db, Error, files, migrate};

const READERS: usize = 2;
const QUEUE: usize = 256;
/// About what a full queue of reads takes to empty.
const RETRY_AFTER_MS: u32 = 200;

type Job = Box<dyn FnOnce(Result<&Db<'_>, Error>) + Send>;

pub(super) struct Readers {
    jobs: Mutex<Option<SyncSender<Job>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

struct Reader {
    dir: PathBuf,
    main: files::Database,
    keys: files::Database,
    main_connection: Connection,
    keys_connection: Connection,
}

impl Readers {
    pub(super) fn start(
        dir: &Path,
        main: &files::Database,
        keys: &files::Database,
    ) -> Result<Self, Error> {
        let (jobs, queue) = sync_channel::<Job>(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        let mut threads = Vec::with_capacity(READERS);
        for n in 0..READERS {
            let reader = Reader {
                dir: dir.to_owned(),
                main: main.clone(),
                keys: keys.clone(),
                main_connection: migrate::connect(&main.path, migrate::Access::Read)?,
                keys_connection: migrate::connect(&keys.path, migrate::Access::Read)?,
            };
            let queue = Arc::clone(&queue);
            let thread = thread::Builder::new()
                .name(format!("store-reader-{n}"))
                .spawn(move || reader.serve(&queue))
                .map_err(|error| files::unavailable(dir, &error))?;
            threads.push(thread);
        }
        Ok(Self {
            jobs: Mutex::new(Some(jobs)),
            threads: Mutex::new(threads),
        })
    }

    pub(super) async fn run<T, F>(&self, f: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Db<'_>) -> Result<T, Error> + Send + 'static,
    {
        let (reply, answer) = oneshot::channel();
        self.send(Box::new(move |db| {
            // An error only means that the caller went away.
            let _ = reply.send(db.and_then(f));
        }))?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    fn send(&self, job: Job) -> Result<(), Error> {
        let jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match jobs.as_ref().ok_or_else(stopped)?.try_send(job) {
            Ok(()) => Ok(()),
            Err(TrySendError::Full(_)) => Err(Error::Busy {
                retry_after_ms: RETRY_AFTER_MS,
            }),
            Err(TrySendError::Disconnected(_)) => Err(stopped()),
        }
    }

    /// Refuses new reads and waits for those under way.
    pub(super) fn close(&self) {
        drop(
            self.jobs
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .take(),
        );
        let threads =
            std::mem::take(&mut *self.threads.lock().unwrap_or_else(PoisonError::into_inner));
        for thread in threads {
            // The last owner of a store may be a closure that runs on one of these threads.
            if thread.thread().id() != thread::current().id() {
                // A thread ends only when the queue does; panics of jobs are caught.
                let _ = thread.join();
            }
        }
    }
}

impl Drop for Readers {
    fn drop(&mut self) {
        self.close();
    }
}

impl Reader {
    fn serve(self, queue: &Mutex<Receiver<Job>>) {
        loop {
            let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok(job) = job else { return };
            if catch_unwind(AssertUnwindSafe(|| self.answer(job))).is_err() {
                tracing::error!("a read panicked");
            }
        }
    }

    fn answer(&self, job: Job) {
        let snapshot = match self.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return job(Err(error)),
        };
        job(Ok(&Db {
            main: &snapshot,
            keys: &self.keys_connection,
            dir: &self.dir,
        }));
    }

    /// A read transaction, which ends when it is dropped.
    fn snapshot(&self) -> Result<rusqlite::Transaction<'_>, Error> {
        self.main.readable()?;
        self.keys.readable()?;
        self.main_connection.release_memory()?;
        self.keys_connection.release_memory()?;
        Ok(self.main_connection.unchecked_transaction()?)
    }
}

fn stopped() -> Error {
    Error::Unavailable("the database is closed, or the read failed".to_owned())
}
