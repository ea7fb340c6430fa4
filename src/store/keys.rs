//! `keys.db`: wrapped data keys by subject.
//!
//! A wrapped key opens nothing without the master key, so reading one asks for no scope. Each
//! change is committed here at once, before the main database commits: a key without rows is
//! harmless, rows without a key are lost, and an erasure must reach backups of the main database.

use rusqlite::{Row, params};

use super::{Db, Error, Tx, writer};
use crate::domain::{scope::Write, sealed::Subject};

/// A data key as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    pub subject: Subject,
    pub version: u16,
    /// Names the key that wrapped it.
    pub kek_id: String,
    pub wrapped: Vec<u8>,
    pub nonce: [u8; 24],
    pub created_ms: i64,
}

/// A subject whose key is gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tombstone {
    pub subject: Subject,
    pub destroyed_ms: i64,
}

/// Stores a new key. [`Error::Conflict`] if the subject has this version, destroyed or not.
pub fn put(tx: &Tx<'_>, _: Write<'_>, row: &KeyRow) -> Result<(), Error> {
    tx.keys
        .prepare_cached(
            "insert into keys (subject_id, version, kek_id, wrapped, nonce, created_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            row.subject,
            row.version,
            row.kek_id,
            row.wrapped,
            row.nonce,
            row.created_ms
        ])?;
    Ok(())
}

/// The newest key of a subject; [`Error::NotFound`] if it has none or it was destroyed.
pub fn get(db: &Db<'_>, subject: Subject) -> Result<KeyRow, Error> {
    let row = db
        .keys
        .prepare_cached(
            "select * from keys where subject_id = ?1 and destroyed_ms is null
             order by version desc limit 1",
        )?
        .query_row([subject], read)?;
    Ok(row)
}

/// The key of a subject that a sealed value names by its version.
pub fn get_version(db: &Db<'_>, subject: Subject, version: u16) -> Result<KeyRow, Error> {
    let row = db
        .keys
        .prepare_cached(
            "select * from keys
             where subject_id = ?1 and version = ?2 and destroyed_ms is null",
        )?
        .query_row(params![subject, version], read)?;
    Ok(row)
}

/// Destroys every key of a subject for good, also in the write-ahead log. Returns how many there
/// were; repeating it is harmless, and is the answer to [`Error::Busy`].
pub fn destroy(
    tx: &Tx<'_>,
    _: Write<'_>,
    subject: Subject,
    destroyed_ms: i64,
) -> Result<usize, Error> {
    let destroyed = tx
        .keys
        .prepare_cached(
            "update keys set wrapped = null, nonce = null, destroyed_ms = ?2
             where subject_id = ?1 and destroyed_ms is null",
        )?
        .execute(params![subject, destroyed_ms])?;
    writer::truncate_log(tx.keys)?;
    Ok(destroyed)
}

/// Whose keys were destroyed: a restored backup forgets these subjects before it serves.
pub fn tombstones(db: &Db<'_>) -> Result<Vec<Tombstone>, Error> {
    let mut statement = db.keys.prepare_cached(
        "select subject_id, max(destroyed_ms) as destroyed_ms from keys
         where destroyed_ms is not null group by subject_id order by subject_id",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Tombstone {
            subject: row.get("subject_id")?,
            destroyed_ms: row.get("destroyed_ms")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The keys that wrapped what is stored: none but the present one, unless the master key is
/// another than it was.
pub fn kek_ids(db: &Db<'_>) -> Result<Vec<String>, Error> {
    let mut statement = db.keys.prepare_cached(
        "select distinct kek_id from keys where destroyed_ms is null order by kek_id",
    )?;
    let rows = statement.query_map([], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<KeyRow> {
    Ok(KeyRow {
        subject: row.get("subject_id")?,
        version: row.get("version")?,
        kek_id: row.get("kek_id")?,
        wrapped: row.get("wrapped")?,
        nonce: row.get("nonce")?,
        created_ms: row.get("created_ms")?,
    })
}
