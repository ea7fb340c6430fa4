//! Opening connections, and bringing a database to this program's schema, forward only.
//!
//! Invariant: a migration is applied whole or not at all, and an existing database is copied to
//! `backups/` before the first one.

use std::{fs, path::Path};

use rusqlite::{Connection, OpenFlags, config::DbConfig};

use super::{Error, files};

pub(super) const MAIN: &[&str] = &[
    include_str!("../../migrations/0001_first.sql"),
    include_str!("../../migrations/0002_feedback_on_cards.sql"),
    include_str!("../../migrations/0003_handover.sql"),
];
const KEYS: &[&str] = &[include_str!("../../migrations/keys/0001_first.sql")];

/// The connections of the writer.
pub(super) struct Connections {
    pub(super) main: Connection,
    pub(super) keys: Connection,
}

/// Opens both databases for writing, migrated.
pub(super) fn open(
    dir: &Path,
    main: &files::Database,
    keys: &files::Database,
    now_ms: i64,
) -> Result<Connections, Error> {
    let backups = dir.join("backups");
    let mut connections = Connections {
        main: connect(&main.path, Access::Write)?,
        keys: connect(&keys.path, Access::Write)?,
    };
    let copy = backups.join(format!("before-{}.db", MAIN.len()));
    migrate(&mut connections.main, MAIN, &copy, now_ms)?;
    // A copy of the keys must not outlive an erasure, so it goes once it is not needed.
    let copy = backups.join(format!("keys-before-{}.db", KEYS.len()));
    if migrate(&mut connections.keys, KEYS, &copy, now_ms)? {
        fs::remove_file(&copy).map_err(|error| files::unavailable(&copy, &error))?;
    }
    Ok(connections)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// A connection with the settings that both databases share.
pub(super) fn connect(path: &Path, access: Access) -> Result<Connection, Error> {
    let mode = match access {
        Access::Read => OpenFlags::SQLITE_OPEN_READ_ONLY,
        Access::Write => OpenFlags::SQLITE_OPEN_READ_WRITE,
    };
    let connection = Connection::open_with_flags(path, mode | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.execute_batch(
        "pragma foreign_keys = on;
         pragma trusted_schema = off;
         pragma cell_size_check = on;
         pragma secure_delete = on;
         pragma temp_store = memory;
         pragma mmap_size = 0;",
    )?;
    match access {
        Access::Read => connection.execute_batch("pragma query_only = on;")?,
        Access::Write => connection.execute_batch(
            "pragma journal_mode = wal;
             pragma synchronous = full;
             pragma wal_autocheckpoint = 1000;
             pragma journal_size_limit = 67108864;",
        )?,
    }
    Ok(connection)
}

/// Applies what is missing; says whether it made the copy.
pub(super) fn migrate(
    connection: &mut Connection,
    migrations: &[&str],
    copy: &Path,
    now_ms: i64,
) -> Result<bool, Error> {
    let known = migrations.len() as u32;
    let found: u32 = connection.query_row("pragma user_version", [], |row| row.get(0))?;
    if found > known {
        return Err(Error::Newer { found, known });
    }
    let copied = found > 0 && found < known;
    if copied {
        copy_to(connection, copy)?;
    }
    // A migration may rebuild a table that others refer to; the references are checked after it.
    connection.execute_batch("pragma foreign_keys = off")?;
    for (version, sql) in (1..).zip(migrations).skip(found as usize) {
        let tx = connection.transaction()?;
        tx.execute_batch(sql)?;
        tx.execute("insert into schema_log values (?1, ?2)", (version, now_ms))?;
        tx.pragma_update(None, "user_version", version)?;
        let dangling: i64 =
            tx.query_row("select count(*) from pragma_foreign_key_check", [], |row| {
                row.get(0)
            })?;
        if dangling > 0 {
            return Err(Error::Unavailable(format!(
                "migration {version} would leave {dangling} rows that refer to nothing"
            )));
        }
        tx.commit()?;
    }
    connection.execute_batch("pragma foreign_keys = on")?;
    Ok(copied)
}

/// A whole, consistent copy at `path`, there only once it is complete.
fn copy_to(connection: &Connection, path: &Path) -> Result<(), Error> {
    if let Some(dir) = path.parent() {
        files::private_dir(dir)?;
    }
    let fresh = path.with_extension("new");
    match fs::remove_file(&fresh) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(files::unavailable(&fresh, &error));
        }
        _ => {}
    }
    let file = files::private_file(&fresh)?;
    let target = fresh
        .to_str()
        .ok_or_else(|| Error::Unavailable("the data folder's name is not Unicode".to_owned()))?;
    connection.execute("vacuum into ?1", [target])?;
    file.sync_all()
        .and_then(|()| fs::rename(&fresh, path))
        .map_err(|error| files::unavailable(path, &error))
}
