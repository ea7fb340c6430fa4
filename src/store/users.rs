//! Accounts. They are rows of the appliance, not of a client: a scope of own rows sees its own
//! account, every other scope sees all, and who may manage them is decided above.

use rusqlite::{Row, params};

use super::{Db, Error, Tx, changed};
use crate::domain::{
    id::UserId,
    labels::{Lang, Role},
    scope::{Rows, Scope, Write},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserRow {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub lang: Lang,
    pub created_ms: i64,
    pub updated_ms: i64,
    pub disabled_ms: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct NewUser {
    pub id: UserId,
    pub name: String,
    pub role: Role,
    pub lang: Lang,
    /// PHC string.
    pub password: String,
    pub at_ms: i64,
}

/// [`Error::Conflict`] if the name is taken, in any case of its letters.
pub fn create(tx: &Tx<'_>, w: Write<'_>, new: &NewUser) -> Result<(), Error> {
    if let Rows::Own(_) = w.rows() {
        return Err(Error::Denied);
    }
    tx.main
        .prepare_cached(
            "insert into users (id, name, name_key, role, lang, password, created_ms, updated_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)",
        )?
        .execute(params![
            new.id,
            new.name.trim(),
            key(&new.name),
            new.role,
            new.lang,
            new.password,
            new.at_ms
        ])?;
    Ok(())
}

/// The account of that name and its PHC string, also when it is disabled.
pub fn by_name(db: &Db<'_>, scope: &Scope, name: &str) -> Result<(UserRow, String), Error> {
    let (all, me) = visible(scope);
    let found = db
        .main
        .prepare_cached("select * from users where name_key = ?1 and (?2 or id = ?3)")?
        .query_row(params![key(name), all, me], |row| {
            Ok((read(row)?, row.get("password")?))
        })?;
    Ok(found)
}

pub fn get(db: &Db<'_>, scope: &Scope, id: UserId) -> Result<UserRow, Error> {
    let (all, me) = visible(scope);
    let row = db
        .main
        .prepare_cached("select * from users where id = ?1 and (?2 or id = ?3)")?
        .query_row(params![id, all, me], read)?;
    Ok(row)
}

/// The PHC string, for asking a signed-in person again.
pub fn password(db: &Db<'_>, scope: &Scope, id: UserId) -> Result<String, Error> {
    let (all, me) = visible(scope);
    let hash = db
        .main
        .prepare_cached("select password from users where id = ?1 and (?2 or id = ?3)")?
        .query_row(params![id, all, me], |row| row.get(0))?;
    Ok(hash)
}

/// The PHC string of the PIN, if the person chose one.
pub fn pin(db: &Db<'_>, scope: &Scope, id: UserId) -> Result<Option<String>, Error> {
    let (all, me) = visible(scope);
    let hash = db
        .main
        .prepare_cached("select pin from users where id = ?1 and (?2 or id = ?3)")?
        .query_row(params![id, all, me], |row| row.get(0))?;
    Ok(hash)
}

/// All accounts by name, disabled ones too.
pub fn list(db: &Db<'_>, scope: &Scope) -> Result<Vec<UserRow>, Error> {
    let (all, me) = visible(scope);
    let mut statement = db
        .main
        .prepare_cached("select * from users where (?1 or id = ?2) order by name_key")?;
    let rows = statement.query_map(params![all, me], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many accounts there are, disabled ones too: none means that the appliance is not set up.
pub fn count(db: &Db<'_>, scope: &Scope) -> Result<u64, Error> {
    let (all, me) = visible(scope);
    let count: u32 = db
        .main
        .prepare_cached("select count(*) from users where (?1 or id = ?2)")?
        .query_row(params![all, me], |row| row.get(0))?;
    Ok(count.into())
}

/// Stores a new PHC string. The PIN goes with the old password: whoever knew that one may have
/// chosen it.
pub fn set_password(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: UserId,
    password: &str,
    at_ms: i64,
) -> Result<(), Error> {
    let (all, me) = visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "update users set password = ?2, pin = null, updated_ms = ?3
             where id = ?1 and (?4 or id = ?5)",
        )?
        .execute(params![id, password, at_ms, all, me])?;
    changed(rows)
}

/// Stores the PHC string of a new PIN.
pub fn set_pin(tx: &Tx<'_>, w: Write<'_>, id: UserId, pin: &str, at_ms: i64) -> Result<(), Error> {
    let (all, me) = visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "update users set pin = ?2, updated_ms = ?3 where id = ?1 and (?4 or id = ?5)",
        )?
        .execute(params![id, pin, at_ms, all, me])?;
    changed(rows)
}

pub fn set_lang(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: UserId,
    lang: Lang,
    at_ms: i64,
) -> Result<(), Error> {
    let (all, me) = visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "update users set lang = ?2, updated_ms = ?3 where id = ?1 and (?4 or id = ?5)",
        )?
        .execute(params![id, lang, at_ms, all, me])?;
    changed(rows)
}

/// Disables an account and ends its logins; its tokens stop with it.
pub fn disable(tx: &Tx<'_>, w: Write<'_>, id: UserId, at_ms: i64) -> Result<(), Error> {
    if let Rows::Own(_) = w.rows() {
        return Err(Error::Denied);
    }
    let rows = tx
        .main
        .prepare_cached(
            "update users set disabled_ms = coalesce(disabled_ms, ?2), updated_ms = ?2
             where id = ?1",
        )?
        .execute(params![id, at_ms])?;
    changed(rows)?;
    tx.main
        .prepare_cached("delete from logins where user_id = ?1")?
        .execute([id])?;
    Ok(())
}

/// Takes [`disable`] back; the person signs in again.
pub fn enable(tx: &Tx<'_>, w: Write<'_>, id: UserId, at_ms: i64) -> Result<(), Error> {
    if let Rows::Own(_) = w.rows() {
        return Err(Error::Denied);
    }
    let rows = tx
        .main
        .prepare_cached("update users set disabled_ms = null, updated_ms = ?2 where id = ?1")?
        .execute(params![id, at_ms])?;
    changed(rows)
}

/// `(all, me)` for `where (:all or id = :me)`.
pub(super) fn visible(scope: &Scope) -> (bool, Option<UserId>) {
    match scope.rows() {
        Rows::Own(me) => (false, Some(me)),
        Rows::Showroom | Rows::None => (true, None),
    }
}

/// Names that differ in case only are one name.
fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

pub(super) fn read(row: &Row<'_>) -> rusqlite::Result<UserRow> {
    Ok(UserRow {
        id: row.get("id")?,
        name: row.get("name")?,
        role: row.get("role")?,
        lang: row.get("lang")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
        disabled_ms: row.get("disabled_ms")?,
    })
}
