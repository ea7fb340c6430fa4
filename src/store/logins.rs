//! Signed-in browsers: the SHA-256 of the cookie's secret, never the secret.

use rusqlite::params;

use super::{Db, Error, Tx, changed, sessions, users, users::UserRow};
use crate::domain::{
    id::{LoginId, SessionId, UserId},
    scope::{Scope, Write},
};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginRow {
    pub id: LoginId,
    pub user: UserId,
    pub created_ms: i64,
    /// Last use, for the idle limit.
    pub used_ms: i64,
    /// The absolute end.
    pub expires_ms: i64,
    /// The visit whose client screen this sign-in is held to.
    pub shows: Option<SessionId>,
}

#[derive(Debug, Clone, Copy)]
pub struct NewLogin {
    pub id: LoginId,
    pub user: UserId,
    pub token_hash: [u8; 32],
    pub at_ms: i64,
    pub expires_ms: i64,
}

pub fn create(tx: &Tx<'_>, w: Write<'_>, new: &NewLogin) -> Result<(), Error> {
    users::get(tx, &w, new.user)?;
    tx.main
        .prepare_cached(
            "insert into logins (id, user_id, token_hash, created_ms, used_ms, expires_ms)
             values (?1, ?2, ?3, ?4, ?4, ?5)",
        )?
        .execute(params![
            new.id,
            new.user,
            new.token_hash,
            new.at_ms,
            new.expires_ms
        ])?;
    Ok(())
}

/// The login and its account; [`Error::NotFound`] when it has expired or the account is disabled.
pub fn find_by_hash(
    db: &Db<'_>,
    scope: &Scope,
    token_hash: &[u8; 32],
    now_ms: i64,
) -> Result<(LoginRow, UserRow), Error> {
    let (all, me) = users::visible(scope);
    let found = db
        .main
        .prepare_cached(
            "select u.*, l.id as login_id, l.created_ms as login_created_ms,
                 l.used_ms as login_used_ms, l.expires_ms as login_expires_ms,
                 l.shows as login_shows
             from logins l join users u on u.id = l.user_id
             where l.token_hash = ?1 and l.expires_ms > ?2 and u.disabled_ms is null
                 and (?3 or u.id = ?4)",
        )?
        .query_row(params![token_hash, now_ms, all, me], |row| {
            let user = users::read(row)?;
            let login = LoginRow {
                id: row.get("login_id")?,
                user: user.id,
                created_ms: row.get("login_created_ms")?,
                used_ms: row.get("login_used_ms")?,
                expires_ms: row.get("login_expires_ms")?,
                shows: row.get("login_shows")?,
            };
            Ok((login, user))
        })?;
    Ok(found)
}

/// Notes a use.
pub fn touch(tx: &Tx<'_>, w: Write<'_>, id: LoginId, now_ms: i64) -> Result<(), Error> {
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "update logins set used_ms = max(used_ms, ?2)
             where id = ?1 and (?3 or user_id = ?4)",
        )?
        .execute(params![id, now_ms, all, me])?;
    changed(rows)
}

/// Holds a login to the client screen of a visit that the scope sees, or lets it go with `None`.
pub fn show(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: LoginId,
    session: Option<SessionId>,
) -> Result<(), Error> {
    if let Some(session) = session {
        sessions::visible(tx, &w, session)?;
    }
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached("update logins set shows = ?2 where id = ?1 and (?3 or user_id = ?4)")?
        .execute(params![id, session, all, me])?;
    changed(rows)
}

/// Signs a browser out.
pub fn delete(tx: &Tx<'_>, w: Write<'_>, id: LoginId) -> Result<(), Error> {
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached("delete from logins where id = ?1 and (?2 or user_id = ?3)")?
        .execute(params![id, all, me])?;
    changed(rows)
}

/// Signs a person out everywhere but in `except`; how many logins that ended.
pub fn delete_of_user(
    tx: &Tx<'_>,
    w: Write<'_>,
    user: UserId,
    except: Option<LoginId>,
) -> Result<usize, Error> {
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "delete from logins where user_id = ?1 and id is not ?2 and (?3 or user_id = ?4)",
        )?
        .execute(params![user, except, all, me])?;
    Ok(rows)
}

/// Deletes what has expired, or was not used since `idle_since_ms`.
pub fn delete_expired(
    tx: &Tx<'_>,
    w: Write<'_>,
    now_ms: i64,
    idle_since_ms: i64,
) -> Result<usize, Error> {
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "delete from logins
             where (expires_ms <= ?1 or used_ms < ?2) and (?3 or user_id = ?4)",
        )?
        .execute(params![now_ms, idle_since_ms, all, me])?;
    Ok(rows)
}
