//! Sessions: visits of a client.

use rusqlite::{Row, params};
use serde_json::Value;

use super::{
    Cursor, Db, Error, Page, Tx, changed, clients, may_own,
    value::{self, json, sealed, text_of},
};
use crate::domain::{
    id::{ClientId, SessionId, UserId},
    labels::{Lang, Stage},
    scope::{Scope, Write},
    sealed::Sealed,
    visit::Status,
};

#[derive(Debug, Clone, PartialEq)]
pub struct SessionRow {
    pub id: SessionId,
    pub client: ClientId,
    pub owner: UserId,
    /// Whether a basis for profiling exists. Without one nothing about the client is stored.
    pub profiling: bool,
    pub lang: Lang,
    pub stage: Stage,
    pub status: Status,
    pub outcome: Option<String>,
    /// Must hold no client text.
    pub metadata: Value,
    pub client_context: Option<Sealed>,
    pub archetype_evolution: Option<Sealed>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone)]
pub struct NewSession {
    pub id: SessionId,
    pub client: ClientId,
    pub owner: UserId,
    pub profiling: bool,
    pub lang: Lang,
    pub metadata: Value,
    pub at_ms: i64,
}

/// Which sessions to list; `Default` is all.
#[derive(Debug, Clone, Copy, Default)]
pub struct SessionFilter {
    pub status: Option<Status>,
    pub client: Option<ClientId>,
    /// Only those that nothing has changed since.
    pub untouched_since_ms: Option<i64>,
}

/// Starts a session, active and in discovery, of a client whom the scope sees.
pub fn insert(tx: &Tx<'_>, w: Write<'_>, new: &NewSession) -> Result<(), Error> {
    may_own(&w, new.owner)?;
    clients::get(tx, &w, new.client)?;
    tx.main
        .prepare_cached(
            "insert into sessions (id, client_id, owner_id, profiling, lang, stage, status,
                 metadata, created_ms, updated_ms)
             values (?1, ?2, ?3, ?4, ?5, 'discovery', 'active', ?6, ?7, ?7)",
        )?
        .execute(params![
            new.id,
            new.client,
            new.owner,
            new.profiling,
            new.lang,
            text_of(&new.metadata)?,
            new.at_ms
        ])?;
    Ok(())
}

pub fn get(db: &Db<'_>, scope: &Scope, id: SessionId) -> Result<SessionRow, Error> {
    let (showroom, me) = scope.filter();
    let row = db
        .main
        .prepare_cached("select * from sessions where id = ?1 and (?2 or owner_id = ?3)")?
        .query_row(params![id, showroom, me], |row| read(scope, row))?;
    Ok(row)
}

/// Sessions, newest first.
pub fn list(
    db: &Db<'_>,
    scope: &Scope,
    filter: SessionFilter,
    cursor: Option<Cursor>,
    limit: u16,
) -> Result<Page<SessionRow>, Error> {
    let (showroom, me) = scope.filter();
    let (at_ms, id) = value::parts(cursor);
    let mut statement = db.main.prepare_cached(
        "select * from sessions
         where (?1 or owner_id = ?2)
             and (?3 is null or status = ?3)
             and (?4 is null or client_id = ?4)
             and (?5 is null or updated_ms <= ?5)
             and (?6 is null or (created_ms, id) < (?6, ?7))
         order by created_ms desc, id desc limit ?8",
    )?;
    let rows = statement.query_map(
        params![
            showroom,
            me,
            filter.status,
            filter.client,
            filter.untouched_since_ms,
            at_ms,
            id,
            u32::from(limit) + 1
        ],
        |row| read(scope, row),
    )?;
    Ok(Page::of(rows.collect::<Result<_, _>>()?, limit, |row| {
        Cursor {
            at_ms: row.created_ms,
            id: row.id.0,
        }
    }))
}

/// Sets the status. Which status may follow which is the domain's rule.
pub fn set_status(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: SessionId,
    status: Status,
    at_ms: i64,
) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached(
            "update sessions set status = ?2, updated_ms = ?3
             where id = ?1 and (?4 or owner_id = ?5)",
        )?
        .execute(params![id, status, at_ms, showroom, me])?;
    changed(rows)
}

pub fn set_stage(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: SessionId,
    stage: Stage,
    at_ms: i64,
) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached(
            "update sessions set stage = ?2, updated_ms = ?3
             where id = ?1 and (?4 or owner_id = ?5)",
        )?
        .execute(params![id, stage, at_ms, showroom, me])?;
    changed(rows)
}

/// Sets how the visit ended; an id of at most 40 characters.
pub fn set_outcome(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: SessionId,
    outcome: Option<&str>,
    at_ms: i64,
) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached(
            "update sessions set outcome = ?2, updated_ms = ?3
             where id = ?1 and (?4 or owner_id = ?5)",
        )?
        .execute(params![id, outcome, at_ms, showroom, me])?;
    changed(rows)
}

/// Sets the language of the visit.
pub fn set_lang(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: SessionId,
    lang: Lang,
    at_ms: i64,
) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached(
            "update sessions set lang = ?2, updated_ms = ?3
             where id = ?1 and (?4 or owner_id = ?5)",
        )?
        .execute(params![id, lang, at_ms, showroom, me])?;
    changed(rows)
}

/// Stores what is known of the client: confirmed slots, and the changes of the top archetype.
/// [`Error::Conflict`] in a session without a basis for profiling.
pub fn set_context(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: SessionId,
    client_context: Option<&Sealed>,
    archetype_evolution: Option<&Sealed>,
    at_ms: i64,
) -> Result<(), Error> {
    profiled(tx, &w, id)?;
    tx.main
        .prepare_cached(
            "update sessions
             set client_context = ?2, archetype_evolution = ?3, updated_ms = ?4 where id = ?1",
        )?
        .execute(params![id, client_context, archetype_evolution, at_ms])?;
    Ok(())
}

/// Notes that something happened in the session.
pub fn touch(tx: &Tx<'_>, w: Write<'_>, id: SessionId, at_ms: i64) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached(
            "update sessions set updated_ms = max(updated_ms, ?2)
             where id = ?1 and (?3 or owner_id = ?4)",
        )?
        .execute(params![id, at_ms, showroom, me])?;
    changed(rows)
}

/// [`Error::NotFound`] unless the scope sees the session.
pub(super) fn visible(db: &Db<'_>, scope: &Scope, id: SessionId) -> Result<(), Error> {
    get(db, scope, id).map(drop)
}

/// [`Error::Conflict`] unless the session, which the scope sees, may hold words of the client.
pub(super) fn profiled(db: &Db<'_>, scope: &Scope, id: SessionId) -> Result<(), Error> {
    if get(db, scope, id)?.profiling {
        Ok(())
    } else {
        Err(Error::Conflict("no_profile"))
    }
}

fn read(scope: &Scope, row: &Row<'_>) -> rusqlite::Result<SessionRow> {
    Ok(SessionRow {
        id: row.get("id")?,
        client: row.get("client_id")?,
        owner: row.get("owner_id")?,
        profiling: row.get("profiling")?,
        lang: row.get("lang")?,
        stage: row.get("stage")?,
        status: row.get("status")?,
        outcome: row.get("outcome")?,
        metadata: json(row, "metadata")?,
        client_context: sealed(scope, row, "client_context")?,
        archetype_evolution: sealed(scope, row, "archetype_evolution")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}
