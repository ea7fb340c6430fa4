//! A request that is sent twice is done once: its key is stored in the transaction of the change
//! that it asks for, and its answer right after.
//!
//! Must not know HTTP: a status is a number that the caller wants back.
//! Invariants: where a key stands, its change stands. An answer about a visit is sealed under the
//! client's key, so that erasing the client erases it too; where nothing about the client may be
//! stored, no answer is kept. Keys are stored as their hash, since nobody knows what is in them.

use std::sync::atomic::{AtomicBool, Ordering};

use sha2::{Digest, Sha256};

use super::{
    Advisor,
    access::Caller,
    error::{Error, Refusal, Result},
    sealing::SubjectKey,
};
use crate::{
    domain::{hex::hex, id::SessionId, scope::Scope, sealed::Subject},
    store::{self, Db, Store, Tx, idempotency, sessions, writing},
};

/// An answer is given again for a day.
pub const KEPT_MS: i64 = 24 * 60 * 60 * 1_000;
/// The name of the field that a reused key is refused by.
pub const FIELD: &str = "idempotency-key";
/// What [`Error::Conflict`] says of a request whose answer is not there.
pub const PENDING: &str = "the request was accepted, and its answer is not there";
/// Stands where the answer will: 102 is no final status.
const NO_STATUS: u16 = 102;

/// What a caller sends to say that two requests are one.
#[derive(Debug, Clone)]
pub struct OnceKey {
    pub key: String,
    /// SHA-256 of the whole request.
    pub request: [u8; 32],
}

/// What a request was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// How a request with a key begins.
pub enum Begun {
    /// It is the first one: the use case is to be asked of this advisor, and its answer kept.
    First(Advisor),
    /// It was done before.
    Again(Answer),
}

/// A key that is being used for the first time.
pub(super) struct Claim {
    scope: Scope,
    hash: String,
    request: [u8; 32],
    at_ms: i64,
    /// Seals the answer; `None` where none may be kept.
    key: Option<SubjectKey>,
    stored: AtomicBool,
}

impl Claim {
    fn row(&self, status: u16, body: Option<crate::domain::sealed::Sealed>) -> Row {
        Row {
            scope: self.scope,
            hash: self.hash.clone(),
            answer: idempotency::Answer {
                request: self.request,
                status,
                body,
                created_ms: self.at_ms,
            },
        }
    }

    fn is_stored(&self) -> bool {
        self.stored.load(Ordering::Relaxed)
    }

    /// The row that a sealed answer is bound to.
    fn place(&self) -> String {
        place(self.scope, &self.hash)
    }
}

struct Row {
    scope: Scope,
    hash: String,
    answer: idempotency::Answer,
}

impl Row {
    /// Of two equal requests at once, the second finds the key taken, and its change is undone.
    fn put(&self, tx: &Tx<'_>) -> std::result::Result<(), store::Error> {
        let write = writing(&self.scope)?;
        idempotency::prune(tx, write, self.answer.created_ms - KEPT_MS)?;
        idempotency::put(tx, write, &self.hash, &self.answer).map_err(|error| match error {
            store::Error::Conflict(_) => store::Error::Conflict(PENDING),
            other => other,
        })
    }
}

/// The store as one use case sees it: the first change that it makes takes the key of its request
/// along.
pub(super) struct Storage<'a> {
    pub(super) store: &'a Store,
    pub(super) claim: Option<&'a Claim>,
}

impl std::ops::Deref for Storage<'_> {
    type Target = Store;
    fn deref(&self) -> &Store {
        self.store
    }
}

impl Storage<'_> {
    pub(super) async fn write<T, F>(&self, f: F) -> std::result::Result<T, store::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Tx<'_>) -> std::result::Result<T, store::Error> + Send + 'static,
    {
        let Some(claim) = self.claim.filter(|claim| !claim.is_stored()) else {
            return self.store.write(f).await;
        };
        let row = claim.row(NO_STATUS, None);
        let made = self
            .store
            .write(move |tx| {
                let made = f(tx)?;
                row.put(tx)?;
                Ok(made)
            })
            .await?;
        claim.stored.store(true, Ordering::Relaxed);
        Ok(made)
    }

    pub(super) async fn read<T, F>(&self, f: F) -> std::result::Result<T, store::Error>
    where
        T: Send + 'static,
        F: FnOnce(&Db<'_>) -> std::result::Result<T, store::Error> + Send + 'static,
    {
        self.store.read(f).await
    }
}

impl Advisor {
    /// Looks a key up; `about` is the visit whose client's words the answer may hold.
    pub async fn begin(
        &self,
        caller: &Caller,
        key: OnceKey,
        about: Option<SessionId>,
    ) -> Result<Begun> {
        let scope = caller.scope();
        let hash = hex(&Sha256::digest(key.key.as_bytes()));
        let wanted = hash.clone();
        let found = self
            .store()
            .read(move |db| idempotency::get(db, &scope, &wanted))
            .await?;
        let sealing = self.sealing_of(caller, about).await?;
        let now = self.now_ms();
        let found = found.filter(|row| row.created_ms >= now - KEPT_MS);
        let Some(row) = found else {
            return Ok(Begun::First(self.claiming(Claim {
                scope,
                hash,
                request: key.request,
                at_ms: now,
                key: sealing,
                stored: AtomicBool::new(false),
            })));
        };
        if row.request != key.request {
            return Err(Error::invalid(FIELD, Refusal::Taken));
        }
        match (sealing, row.body) {
            (Some(sealing), Some(sealed)) => {
                let place = place(scope, &hash);
                let body = sealing.open("idempotency", "body", &place, &sealed)?;
                Ok(Begun::Again(Answer {
                    status: row.status,
                    body,
                }))
            }
            _ => Err(Error::Conflict(PENDING)),
        }
    }

    /// Keeps what the request was answered. A failure is logged and no more: the change is made,
    /// and another request with the key will be told so.
    pub async fn keep(&self, answer: &Answer) {
        if let Err(error) = self.try_keep(answer).await {
            tracing::warn!(%error, "the answer to a request with a key could not be kept");
        }
    }

    async fn try_keep(&self, answer: &Answer) -> Result<()> {
        let Some(claim) = &self.1 else { return Ok(()) };
        let body = match &claim.key {
            Some(key) => {
                let bytes = answer.body.as_bytes();
                Some(key.seal("idempotency", "body", &claim.place(), bytes)?)
            }
            None => None,
        };
        let row = claim.row(answer.status, body);
        let stored = claim.is_stored();
        self.0
            .store
            .write(move |tx| {
                if !stored {
                    return row.put(tx);
                }
                let write = writing(&row.scope)?;
                let body = row.answer.body.as_ref();
                idempotency::settle(tx, write, &row.hash, row.answer.status, body)
            })
            .await?;
        Ok(())
    }

    /// Stores the key before a change that is kept in memory only.
    pub(super) async fn claim(&self) -> Result<()> {
        if self.1.is_some() {
            self.store().write(|_| Ok(())).await?;
        }
        Ok(())
    }

    async fn sealing_of(
        &self,
        caller: &Caller,
        about: Option<SessionId>,
    ) -> Result<Option<SubjectKey>> {
        let Some(session) = about else {
            return Ok(Some(self.key_of(Subject::User(caller.user)).await?));
        };
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| sessions::get(db, &scope, session))
            .await?;
        if !row.profiling {
            return Ok(None);
        }
        Ok(Some(self.key_of(Subject::Client(row.client)).await?))
    }
}

fn place(scope: Scope, hash: &str) -> String {
    let actor = scope.actor().map(|user| user.to_string());
    format!("{}:{hash}", actor.unwrap_or_default())
}
