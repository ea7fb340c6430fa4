//! Settings that people change while the appliance runs. No client text belongs here.

use rusqlite::{OptionalExtension, params};

use super::{Db, Error, Tx};
use crate::domain::scope::{Rows, Scope, Write};

/// The value, or `None` if it was never set. Every scope may read settings.
pub fn get(db: &Db<'_>, _: &Scope, key: &str) -> Result<Option<String>, Error> {
    let value = db
        .main
        .prepare_cached("select value from settings where key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    Ok(value)
}

pub fn set(tx: &Tx<'_>, w: Write<'_>, key: &str, value: &str, at_ms: i64) -> Result<(), Error> {
    if let Rows::Own(_) = w.rows() {
        return Err(Error::Denied);
    }
    tx.main
        .prepare_cached(
            "insert into settings (key, value, updated_ms) values (?1, ?2, ?3)
             on conflict (key) do update set value = ?2, updated_ms = ?3",
        )?
        .execute(params![key, value, at_ms])?;
    Ok(())
}
