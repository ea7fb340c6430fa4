//! Consents of clients: given and withdrawn, never edited.

use rusqlite::{OptionalExtension, Row, params};

use super::{Db, Error, Tx, clients, sessions};
use crate::domain::{
    id::{ClientId, ConsentId, SessionId, UserId},
    labels::Lang,
    scope::{Scope, Write},
    visit::Purpose,
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsentRow {
    pub id: ConsentId,
    pub client: ClientId,
    pub session: Option<SessionId>,
    pub purpose: Purpose,
    pub legal_basis: String,
    /// Which wording the client saw.
    pub text_version: String,
    pub lang: Lang,
    /// How it was given: spoken, on paper, on screen.
    pub channel: String,
    pub given_ms: i64,
    pub given_by: Option<UserId>,
    pub withdrawn_ms: Option<i64>,
    pub withdrawn_by: Option<UserId>,
}

/// Stores a consent as given; a withdrawal in `new` is not taken over.
pub fn insert(tx: &Tx<'_>, w: Write<'_>, new: &ConsentRow) -> Result<(), Error> {
    clients::get(tx, &w, new.client)?;
    if let Some(session) = new.session
        && sessions::get(tx, &w, session)?.client != new.client
    {
        return Err(Error::Conflict("reference"));
    }
    tx.main
        .prepare_cached(
            "insert into consents (id, client_id, session_id, purpose, legal_basis, text_version,
                 lang, channel, given_ms, given_by)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            new.id,
            new.client,
            new.session,
            new.purpose,
            new.legal_basis,
            new.text_version,
            new.lang,
            new.channel,
            new.given_ms,
            new.given_by
        ])?;
    Ok(())
}

/// Withdraws every standing consent of the client for the purpose; [`Error::NotFound`] without one.
pub fn withdraw(
    tx: &Tx<'_>,
    w: Write<'_>,
    client: ClientId,
    purpose: Purpose,
    at_ms: i64,
) -> Result<(), Error> {
    clients::get(tx, &w, client)?;
    let rows = tx
        .main
        .prepare_cached(
            "update consents set withdrawn_ms = max(?3, given_ms), withdrawn_by = ?4
             where client_id = ?1 and purpose = ?2 and withdrawn_ms is null",
        )?
        .execute(params![client, purpose, at_ms, w.actor()])?;
    super::changed(rows)
}

/// The standing consent for the purpose, if there is one.
pub fn current(
    db: &Db<'_>,
    scope: &Scope,
    client: ClientId,
    purpose: Purpose,
) -> Result<Option<ConsentRow>, Error> {
    clients::get(db, scope, client)?;
    let row = db
        .main
        .prepare_cached(
            "select * from consents
             where client_id = ?1 and purpose = ?2 and withdrawn_ms is null
             order by given_ms desc, id desc limit 1",
        )?
        .query_row(params![client, purpose], read)
        .optional()?;
    Ok(row)
}

/// Everything the client consented to, also what was withdrawn, newest first.
pub fn list(db: &Db<'_>, scope: &Scope, client: ClientId) -> Result<Vec<ConsentRow>, Error> {
    clients::get(db, scope, client)?;
    let mut statement = db.main.prepare_cached(
        "select * from consents where client_id = ?1 order by given_ms desc, id desc",
    )?;
    let rows = statement.query_map([client], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(row: &Row<'_>) -> rusqlite::Result<ConsentRow> {
    Ok(ConsentRow {
        id: row.get("id")?,
        client: row.get("client_id")?,
        session: row.get("session_id")?,
        purpose: row.get("purpose")?,
        legal_basis: row.get("legal_basis")?,
        text_version: row.get("text_version")?,
        lang: row.get("lang")?,
        channel: row.get("channel")?,
        given_ms: row.get("given_ms")?,
        given_by: row.get("given_by")?,
        withdrawn_ms: row.get("withdrawn_ms")?,
        withdrawn_by: row.get("withdrawn_by")?,
    })
}
