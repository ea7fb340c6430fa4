//! What was said in a session, in order: by the client, about the client, by the seller, and by
//! the appliance.

use rusqlite::{Row, params};
use serde_json::Value;

use super::{
    Db, Error, Tx, sessions,
    value::{json, sealed, text_of},
};
use crate::domain::{
    id::{SessionId, UtteranceId},
    scope::{Scope, Write},
    sealed::Sealed,
    visit::MessageType,
};

#[derive(Debug, Clone, PartialEq)]
pub struct MessageRow {
    pub id: UtteranceId,
    pub session: SessionId,
    /// Place in the conversation, from 1.
    pub seq: u32,
    pub message_type: MessageType,
    pub content: Option<Sealed>,
    pub at_ms: i64,
    /// Must hold no client text.
    pub metadata: Value,
}

#[derive(Debug, Clone)]
pub struct NewMessage {
    pub id: UtteranceId,
    pub session: SessionId,
    pub message_type: MessageType,
    pub content: Sealed,
    pub metadata: Value,
    pub at_ms: i64,
}

/// Adds a message at the end and returns its place. [`Error::Conflict`] in a session without a
/// basis for profiling, where nothing about the client is stored.
pub fn append(tx: &Tx<'_>, w: Write<'_>, new: &NewMessage) -> Result<u32, Error> {
    sessions::profiled(tx, &w, new.session)?;
    let seq = tx
        .main
        .prepare_cached(
            "insert into conversations (id, session_id, seq, message_type, content, at_ms, metadata)
             values (?1, ?2,
                 (select coalesce(max(seq), 0) + 1 from conversations where session_id = ?2),
                 ?3, ?4, ?5, ?6)
             returning seq",
        )?
        .query_row(
            params![
                new.id,
                new.session,
                new.message_type,
                new.content,
                new.at_ms,
                text_of(&new.metadata)?
            ],
            |row| row.get(0),
        )?;
    Ok(seq)
}

/// At most `limit` messages after the place `after` (0 is the beginning), in order.
pub fn list(
    db: &Db<'_>,
    scope: &Scope,
    session: SessionId,
    after: u32,
    limit: u16,
) -> Result<Vec<MessageRow>, Error> {
    sessions::visible(db, scope, session)?;
    let mut statement = db.main.prepare_cached(
        "select * from conversations where session_id = ?1 and seq > ?2 order by seq limit ?3",
    )?;
    let rows = statement.query_map(params![session, after, limit], |row| read(scope, row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The newest `limit` messages, or the newest of one kind, in order.
pub fn newest(
    db: &Db<'_>,
    scope: &Scope,
    session: SessionId,
    kind: Option<MessageType>,
    limit: u16,
) -> Result<Vec<MessageRow>, Error> {
    sessions::visible(db, scope, session)?;
    let mut statement = db.main.prepare_cached(
        "select * from (
             select * from conversations
             where session_id = ?1 and (?2 is null or message_type = ?2)
             order by seq desc limit ?3)
         order by seq",
    )?;
    let rows = statement.query_map(params![session, kind, limit], |row| read(scope, row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn get(db: &Db<'_>, scope: &Scope, id: UtteranceId) -> Result<MessageRow, Error> {
    let row = db
        .main
        .prepare_cached("select * from conversations where id = ?1")?
        .query_row([id], |row| read(scope, row))?;
    sessions::visible(db, scope, row.session)?;
    Ok(row)
}

fn read(scope: &Scope, row: &Row<'_>) -> rusqlite::Result<MessageRow> {
    Ok(MessageRow {
        id: row.get("id")?,
        session: row.get("session_id")?,
        seq: row.get("seq")?,
        message_type: row.get("message_type")?,
        content: sealed(scope, row, "content")?,
        at_ms: row.get("at_ms")?,
        metadata: json(row, "metadata")?,
    })
}
