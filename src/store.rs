//! SQLite: one writer thread, query-only readers, migrations, audit chain.
//!
//! Must not know roles' rights, HTTP, prompts, or how to open a sealed column. Every repository
//! function takes the [`Scope`] of who asks, or the [`Write`] it gives: rows outside it do not
//! exist, and under [`Text::Hidden`](crate::domain::scope::Text) sealed columns read as `None`.
//!
//! Invariant: a write is reported as done only after COMMIT, with `synchronous = full`.

pub mod audit;
pub mod keys;

pub mod logins;
pub mod settings;
pub mod tokens;
pub mod users;

pub mod clients;
pub mod consents;
pub mod conversations;
pub mod profiles;
pub mod sessions;

pub mod feedback;
pub mod generations;
pub mod strategies;

pub mod idempotency;
pub mod knowledge;

mod files;
mod migrate;
mod reader;
mod value;
mod writer;

#[cfg(test)]
mod tests;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use rusqlite::Connection;

use crate::domain::{
    id::UserId,
    scope::{Rows, Scope, Write},
};

pub use value::{Cursor, Page};

/// Named by what the caller can do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No such row, or none that the scope may see.
    #[error("there is no such row")]
    NotFound,
    /// The row changed or exists already; the word says which.
    #[error("the change conflicts with what is stored: {0}")]
    Conflict(&'static str),
    #[error("the database is busy; try again in {retry_after_ms} ms")]
    Busy { retry_after_ms: u32 },
    /// The file cannot be opened, read or written, or is damaged.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    #[error(
        "the database has schema version {found}, and this program knows up to {known}; \
         start the newer program, or restore a backup made by this one"
    )]
    Newer { found: u32, known: u32 },
    #[error("another process uses this data folder")]
    InUse,
    /// The scope may not write, or not this.
    #[error("the scope does not allow this")]
    Denied,
    /// A value is outside what its column holds.
    #[error("the value cannot be stored: {0}")]
    Invalid(String),
}

/// The database of an appliance; clones share it.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    dir: PathBuf,
    /// Held while the head of the audit chain is written outside the database.
    head: Mutex<()>,
    readers: reader::Readers,
    writer: writer::Writer,
}

/// A view of both databases within one transaction of the main one.
pub struct Db<'c> {
    main: &'c Connection,
    keys: &'c Connection,
    dir: &'c Path,
}

/// A [`Db`] that may change.
pub struct Tx<'c>(Db<'c>);

impl<'c> std::ops::Deref for Tx<'c> {
    type Target = Db<'c>;
    fn deref(&self) -> &Db<'c> {
        &self.0
    }
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.0.dir).finish()
    }
}

impl Store {
    /// Opens or makes the databases in `dir`, migrating them. Blocks; call it before serving.
    pub fn open(dir: &Path, now_ms: i64) -> Result<Self, Error> {
        let lock = files::prepare(dir)?;
        let main = files::Database::create(dir.join("bigdecoder.db"))?;
        let keys = files::Database::create(dir.join("keys.db"))?;
        let connections = migrate::open(dir, &main, &keys, now_ms)?;
        let readers = reader::Readers::start(dir, &main, &keys)?;
        let writer = writer::Writer::start(dir.to_owned(), main, keys, connections, lock)?;
        Ok(Self(Arc::new(Inner {
            dir: dir.to_owned(),
            head: Mutex::new(()),
            readers,
            writer,
        })))
    }

    /// Runs `f` on the writer thread and answers after COMMIT. An error of `f` undoes its changes
    /// and no one else's.
    pub async fn write<T, F>(&self, f: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.0.writer.run(f).await
    }

    /// Runs `f` on a reader, within one snapshot, with nothing kept from an earlier read.
    pub async fn read<T, F>(&self, f: F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: FnOnce(&Db<'_>) -> Result<T, Error> + Send + 'static,
    {
        self.0.readers.run(f).await
    }

    /// SQLite's own quick check of both databases, and of the references between rows.
    pub async fn integrity(&self) -> Result<(), Error> {
        self.read(|db| {
            check(db.main)?;
            check(db.keys)
        })
        .await
    }

    /// Marks the head of the audit chain with `tag(seq, hash)`, and writes it outside the
    /// database. `None` if nothing was appended since the last mark.
    pub async fn checkpoint_audit(
        &self,
        scope: Scope,
        at_ms: i64,
        tag: impl FnOnce(u64, &[u8; 32]) -> Vec<u8> + Send + 'static,
    ) -> Result<Option<audit::Head>, Error> {
        let head = self
            .write(move |tx| audit::checkpoint(tx, writing(&scope)?, at_ms, tag))
            .await?;
        let inner = Arc::clone(&self.0);
        self.read(move |db| {
            // First the lock, then the snapshot, so that the file never goes back.
            let _turn = inner.head.lock().unwrap_or_else(PoisonError::into_inner);
            audit::write_head(db)
        })
        .await?;
        Ok(head)
    }

    /// The folder that holds the databases.
    pub fn dir(&self) -> &Path {
        &self.0.dir
    }

    /// Finishes what is queued, writes the head of the audit chain and empties the write-ahead
    /// logs. Later calls are refused as [`Error::Unavailable`].
    pub async fn close(&self) -> Result<(), Error> {
        self.0.readers.close();
        self.0.writer.close().await
    }
}

fn check(connection: &Connection) -> Result<(), Error> {
    let first: String = connection.query_row("pragma quick_check(1)", [], |row| row.get(0))?;
    if first != "ok" {
        return Err(Error::Unavailable(first));
    }
    let dangling: i64 =
        connection.query_row("select count(*) from pragma_foreign_key_check", [], |row| {
            row.get(0)
        })?;
    if dangling > 0 {
        return Err(Error::Unavailable(format!(
            "{dangling} rows refer to rows that are gone"
        )));
    }
    Ok(())
}

/// The right to write of a scope, or [`Error::Denied`].
pub fn writing(scope: &Scope) -> Result<Write<'_>, Error> {
    scope.write().ok_or(Error::Denied)
}

/// Whether the scope may make a row that `owner` owns.
fn may_own(scope: &Scope, owner: UserId) -> Result<(), Error> {
    match scope.rows() {
        Rows::Showroom => Ok(()),
        Rows::Own(me) if me == owner => Ok(()),
        Rows::Own(_) | Rows::None => Err(Error::Denied),
    }
}

/// Turns "no row was changed" into [`Error::NotFound`].
fn changed(rows: usize) -> Result<(), Error> {
    if rows == 0 {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        match &error {
            rusqlite::Error::QueryReturnedNoRows => Self::NotFound,
            rusqlite::Error::SqliteFailure(failure, message) => match failure.code {
                ErrorCode::ConstraintViolation => match failure.extended_code {
                    ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY => {
                        Self::Conflict("exists")
                    }
                    ffi::SQLITE_CONSTRAINT_FOREIGNKEY => Self::Conflict("reference"),
                    ffi::SQLITE_CONSTRAINT_TRIGGER => Self::Denied,
                    _ => Self::Invalid(message.clone().unwrap_or_else(|| error.to_string())),
                },
                ErrorCode::TooBig => Self::Invalid("too long".to_owned()),
                ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Self::Busy {
                    retry_after_ms: 1_000,
                },
                _ => Self::Unavailable(error.to_string()),
            },
            _ => Self::Unavailable(error.to_string()),
        }
    }
}
