//! The profile of a session: its events, which are the truth, and the snapshot folded from them.

use rusqlite::{OptionalExtension, params};

use super::{Db, Error, Tx, sessions, value::sealed};
use crate::domain::{
    id::SessionId,
    scope::{Scope, Write},
    sealed::Sealed,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The revision that the event makes, from 1.
    pub rev: u32,
    pub at_ms: i64,
    /// Sealed JSON of [`Event`](crate::domain::profile::Event).
    pub event: Option<Sealed>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileRow {
    pub rev: u32,
    /// Sealed JSON of [`Profile`](crate::domain::profile::Profile).
    pub profile: Option<Sealed>,
    pub psychometric_data: Option<Sealed>,
    pub updated_ms: i64,
}

/// Adds the event after `rev` (0 for the first) and returns the new revision. [`Error::Conflict`]
/// if the profile is at another revision, or the session has no basis for profiling.
pub fn append_event(
    tx: &Tx<'_>,
    w: Write<'_>,
    session: SessionId,
    rev: u32,
    event: &Sealed,
    at_ms: i64,
) -> Result<u32, Error> {
    sessions::profiled(tx, &w, session)?;
    if last_rev(tx, session)? != rev {
        return Err(Error::Conflict("revision"));
    }
    tx.main
        .prepare_cached(
            "insert into profile_events (session_id, rev, at_ms, event) values (?1, ?2, ?3, ?4)",
        )?
        .execute(params![session, rev + 1, at_ms, event])?;
    Ok(rev + 1)
}

/// The events after `rev` (0 for all), in order.
pub fn events(
    db: &Db<'_>,
    scope: &Scope,
    session: SessionId,
    rev: u32,
) -> Result<Vec<EventRow>, Error> {
    sessions::visible(db, scope, session)?;
    let mut statement = db.main.prepare_cached(
        "select * from profile_events where session_id = ?1 and rev > ?2 order by rev",
    )?;
    let rows = statement.query_map(params![session, rev], |row| {
        Ok(EventRow {
            rev: row.get("rev")?,
            at_ms: row.get("at_ms")?,
            event: sealed(scope, row, "event")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The revision of the last event; 0 without one.
pub fn rev(db: &Db<'_>, scope: &Scope, session: SessionId) -> Result<u32, Error> {
    sessions::visible(db, scope, session)?;
    last_rev(db, session)
}

/// Stores the snapshot at `rev`. [`Error::Conflict`] if a newer one is stored, or the session has
/// no basis for profiling. `psychometric_data` of `None` leaves what is there.
pub fn put(
    tx: &Tx<'_>,
    w: Write<'_>,
    session: SessionId,
    rev: u32,
    profile: &Sealed,
    psychometric_data: Option<&Sealed>,
    at_ms: i64,
) -> Result<(), Error> {
    sessions::profiled(tx, &w, session)?;
    let rows = tx
        .main
        .prepare_cached(
            "insert into client_profiles
                 (session_id, rev, profile, psychometric_data, created_ms, updated_ms)
             values (?1, ?2, ?3, ?4, ?5, ?5)
             on conflict (session_id) do update set rev = ?2, profile = ?3,
                 psychometric_data = coalesce(?4, psychometric_data), updated_ms = ?5
             where rev <= ?2",
        )?
        .execute(params![session, rev, profile, psychometric_data, at_ms])?;
    if rows == 0 {
        return Err(Error::Conflict("revision"));
    }
    Ok(())
}

/// The snapshot, or `None` before the first.
pub fn get(db: &Db<'_>, scope: &Scope, session: SessionId) -> Result<Option<ProfileRow>, Error> {
    sessions::visible(db, scope, session)?;
    let row = db
        .main
        .prepare_cached("select * from client_profiles where session_id = ?1")?
        .query_row([session], |row| {
            Ok(ProfileRow {
                rev: row.get("rev")?,
                profile: sealed(scope, row, "profile")?,
                psychometric_data: sealed(scope, row, "psychometric_data")?,
                updated_ms: row.get("updated_ms")?,
            })
        })
        .optional()?;
    Ok(row)
}

fn last_rev(db: &Db<'_>, session: SessionId) -> Result<u32, Error> {
    let rev = db
        .main
        .prepare_cached("select coalesce(max(rev), 0) from profile_events where session_id = ?1")?
        .query_row([session], |row| row.get(0))?;
    Ok(rev)
}
