//! Answers kept for a repeated request, by who asked and the key they sent.

use rusqlite::{OptionalExtension, params};

use super::{Db, Error, Tx, changed, value::sealed};
use crate::domain::{
    scope::{Scope, Write},
    sealed::Sealed,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// SHA-256 of the request: another one under the same key is a mistake of the caller.
    pub request: [u8; 32],
    /// Of the answer; what stands for "none yet" is the caller's to choose.
    pub status: u16,
    pub body: Option<Sealed>,
    pub created_ms: i64,
}

/// What the scope's own actor was answered under this key. [`Error::Denied`] without an actor.
pub fn get(db: &Db<'_>, scope: &Scope, key: &str) -> Result<Option<Answer>, Error> {
    let actor = scope.actor().ok_or(Error::Denied)?;
    let answer = db
        .main
        .prepare_cached("select * from idempotency where actor_id = ?1 and key = ?2")?
        .query_row(params![actor, key], |row| {
            Ok(Answer {
                request: row.get("request")?,
                status: row.get("status")?,
                body: sealed(scope, row, "body")?,
                created_ms: row.get("created_ms")?,
            })
        })
        .optional()?;
    Ok(answer)
}

/// Keeps an answer; [`Error::Conflict`] if the key has one. Call it in the transaction of the
/// change, so that of two equal requests one is undone.
pub fn put(tx: &Tx<'_>, w: Write<'_>, key: &str, answer: &Answer) -> Result<(), Error> {
    let actor = w.actor().ok_or(Error::Denied)?;
    tx.main
        .prepare_cached(
            "insert into idempotency (actor_id, key, request, status, body, created_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            actor,
            key,
            answer.request,
            answer.status,
            answer.body,
            answer.created_ms
        ])?;
    Ok(())
}

/// Gives a key that was kept with its change the answer that followed.
pub fn settle(
    tx: &Tx<'_>,
    w: Write<'_>,
    key: &str,
    status: u16,
    body: Option<&Sealed>,
) -> Result<(), Error> {
    let actor = w.actor().ok_or(Error::Denied)?;
    let rows = tx
        .main
        .prepare_cached(
            "update idempotency set status = ?3, body = ?4 where actor_id = ?1 and key = ?2",
        )?
        .execute(params![actor, key, status, body])?;
    changed(rows)
}

/// Forgets answers older than `before_ms`.
pub fn prune(tx: &Tx<'_>, _: Write<'_>, before_ms: i64) -> Result<usize, Error> {
    let rows = tx
        .main
        .prepare_cached("delete from idempotency where created_ms < ?1")?
        .execute([before_ms])?;
    Ok(rows)
}
