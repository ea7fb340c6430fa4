//! Bearer tokens of machines: the SHA-256 of the secret, never the secret.

use rusqlite::{Row, params};

use super::{Db, Error, Tx, changed, users, users::UserRow};
use crate::domain::{
    id::{TokenId, UserId},
    scope::{Scope, Write},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRow {
    pub id: TokenId,
    pub user: UserId,
    pub name: String,
    pub created_ms: i64,
    pub used_ms: Option<i64>,
    pub expires_ms: i64,
    pub revoked_ms: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct NewToken {
    pub id: TokenId,
    pub user: UserId,
    pub name: String,
    pub token_hash: [u8; 32],
    pub at_ms: i64,
    pub expires_ms: i64,
}

pub fn create(tx: &Tx<'_>, w: Write<'_>, new: &NewToken) -> Result<(), Error> {
    users::get(tx, &w, new.user)?;
    tx.main
        .prepare_cached(
            "insert into tokens (id, user_id, name, token_hash, created_ms, expires_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![
            new.id,
            new.user,
            new.name,
            new.token_hash,
            new.at_ms,
            new.expires_ms
        ])?;
    Ok(())
}

/// The token and its account; [`Error::NotFound`] when it has expired, was revoked, or the account
/// is disabled.
pub fn find_by_hash(
    db: &Db<'_>,
    scope: &Scope,
    token_hash: &[u8; 32],
    now_ms: i64,
) -> Result<(TokenRow, UserRow), Error> {
    let (all, me) = users::visible(scope);
    let token = db
        .main
        .prepare_cached(
            "select * from tokens
             where token_hash = ?1 and expires_ms > ?2 and revoked_ms is null
                 and (?3 or user_id = ?4)",
        )?
        .query_row(params![token_hash, now_ms, all, me], read)?;
    let user = users::get(db, scope, token.user)?;
    if user.disabled_ms.is_some() {
        return Err(Error::NotFound);
    }
    Ok((token, user))
}

/// Notes a use.
pub fn touch(tx: &Tx<'_>, w: Write<'_>, id: TokenId, now_ms: i64) -> Result<(), Error> {
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "update tokens set used_ms = max(coalesce(used_ms, ?2), ?2)
             where id = ?1 and (?3 or user_id = ?4)",
        )?
        .execute(params![id, now_ms, all, me])?;
    changed(rows)
}

/// Ends a token for good; the row stays, to be seen.
pub fn revoke(tx: &Tx<'_>, w: Write<'_>, id: TokenId, now_ms: i64) -> Result<(), Error> {
    let (all, me) = users::visible(&w);
    let rows = tx
        .main
        .prepare_cached(
            "update tokens set revoked_ms = coalesce(revoked_ms, ?2)
             where id = ?1 and (?3 or user_id = ?4)",
        )?
        .execute(params![id, now_ms, all, me])?;
    changed(rows)
}

/// Tokens, newest first.
pub fn list(db: &Db<'_>, scope: &Scope) -> Result<Vec<TokenRow>, Error> {
    let (all, me) = users::visible(scope);
    let mut statement = db.main.prepare_cached(
        "select * from tokens where (?1 or user_id = ?2) order by created_ms desc, id desc",
    )?;
    let rows = statement.query_map(params![all, me], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<TokenRow> {
    Ok(TokenRow {
        id: row.get("id")?,
        user: row.get("user_id")?,
        name: row.get("name")?,
        created_ms: row.get("created_ms")?,
        used_ms: row.get("used_ms")?,
        expires_ms: row.get("expires_ms")?,
        revoked_ms: row.get("revoked_ms")?,
    })
}
