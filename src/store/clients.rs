//! Clients: pseudonymous, each with a key of its own under which their texts are sealed.

use rusqlite::{Row, params};

use super::{
    Cursor, Db, Error, Page, Tx, changed, may_own,
    value::{self, sealed},
};
use crate::domain::{
    id::{ClientId, UserId},
    scope::{Scope, Write},
    sealed::Sealed,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientRow {
    pub id: ClientId,
    pub owner: UserId,
    pub alias: Option<Sealed>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone)]
pub struct NewClient {
    pub id: ClientId,
    pub owner: UserId,
    pub alias: Option<Sealed>,
    pub at_ms: i64,
}

pub fn create(tx: &Tx<'_>, w: Write<'_>, new: &NewClient) -> Result<(), Error> {
    may_own(&w, new.owner)?;
    tx.main
        .prepare_cached(
            "insert into clients (id, owner_id, alias, created_ms, updated_ms)
             values (?1, ?2, ?3, ?4, ?4)",
        )?
        .execute(params![new.id, new.owner, new.alias, new.at_ms])?;
    Ok(())
}

pub fn get(db: &Db<'_>, scope: &Scope, id: ClientId) -> Result<ClientRow, Error> {
    let (showroom, me) = scope.filter();
    let row = db
        .main
        .prepare_cached("select * from clients where id = ?1 and (?2 or owner_id = ?3)")?
        .query_row(params![id, showroom, me], |row| read(scope, row))?;
    Ok(row)
}

/// Clients, newest first.
pub fn list(
    db: &Db<'_>,
    scope: &Scope,
    cursor: Option<Cursor>,
    limit: u16,
) -> Result<Page<ClientRow>, Error> {
    let (showroom, me) = scope.filter();
    let (at_ms, id) = value::parts(cursor);
    let mut statement = db.main.prepare_cached(
        "select * from clients
         where (?1 or owner_id = ?2) and (?3 is null or (created_ms, id) < (?3, ?4))
         order by created_ms desc, id desc limit ?5",
    )?;
    let rows = statement.query_map(
        params![showroom, me, at_ms, id, u32::from(limit) + 1],
        |row| read(scope, row),
    )?;
    Ok(Page::of(rows.collect::<Result<_, _>>()?, limit, |row| {
        Cursor {
            at_ms: row.created_ms,
            id: row.id.0,
        }
    }))
}

pub fn set_alias(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: ClientId,
    alias: Option<&Sealed>,
    at_ms: i64,
) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached(
            "update clients set alias = ?2, updated_ms = ?3
             where id = ?1 and (?4 or owner_id = ?5)",
        )?
        .execute(params![id, alias, at_ms, showroom, me])?;
    changed(rows)
}

/// Deletes the client with every session, message, profile, strategy, feedback and consent. The
/// key is destroyed apart, by [`keys::destroy`](super::keys::destroy), and first.
pub fn delete(tx: &Tx<'_>, w: Write<'_>, id: ClientId) -> Result<(), Error> {
    let (showroom, me) = w.filter();
    let rows = tx
        .main
        .prepare_cached("delete from clients where id = ?1 and (?2 or owner_id = ?3)")?
        .execute(params![id, showroom, me])?;
    changed(rows)
}

fn read(scope: &Scope, row: &Row<'_>) -> rusqlite::Result<ClientRow> {
    Ok(ClientRow {
        id: row.get("id")?,
        owner: row.get("owner_id")?,
        alias: sealed(scope, row, "alias")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}
