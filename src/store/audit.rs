//! The audit chain: append-only entries, each hashed with the one before.
//!
//! Invariant: what names a person stays outside the chain. An entry holds pseudonyms and a keyed
//! commitment; the sealed details may be emptied when their subject is erased, and the chain still
//! verifies. `hash = SHA-256("bd1" | previous hash | canonical entry)`, 32 zero bytes first.

use std::{collections::BTreeMap, fs, io};

use rusqlite::{OptionalExtension, Row, params};
use sha2::{Digest, Sha256};

use super::{Db, Error, Tx, files, value::sealed};
use crate::domain::{
    hex::hex,
    labels::Role,
    scope::{Rows, Scope, Write},
    sealed::{Sealed, Subject},
};

/// An entry before it has its place in the chain.
#[derive(Debug, Clone)]
pub struct AuditDraft {
    pub at_ms: i64,
    /// Pseudonym of who acted: a person, or a job by its name.
    pub actor: [u8; 16],
    /// `None` for the appliance itself.
    pub role: Option<Role>,
    pub action: &'static str,
    /// Pseudonym of what was acted on.
    pub object: [u8; 16],
    pub outcome: &'static str,
    pub commitment: [u8; 32],
    /// Details and the commitment's salt, under the key of `subject`.
    pub details: Sealed,
    pub subject: Subject,
}

/// An entry as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    pub seq: u64,
    pub at_ms: i64,
    pub actor: [u8; 16],
    pub role: Option<Role>,
    pub action: String,
    pub object: [u8; 16],
    pub outcome: String,
    pub commitment: [u8; 32],
    pub hash: [u8; 32],
    /// `None` after erasure.
    pub subject: Option<Subject>,
    /// `None` after erasure, or where the scope hides text.
    pub details: Option<Sealed>,
}

/// The newest entry of a chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub seq: u64,
    pub hash: [u8; 32],
}

/// A head that was marked; `tag` is keyed by what the database does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    pub head: Head,
    pub at_ms: i64,
    pub tag: Vec<u8>,
}

/// What [`verify`] found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditReport {
    pub entries: u64,
    pub intact: bool,
    /// The first place that is edited, missing or out of order.
    pub first_bad: Option<u64>,
    pub head: Option<Head>,
    /// The newest mark, whose tag the caller checks.
    pub checkpoint: Option<Checkpoint>,
    /// Whether the head kept outside the database was there to compare with.
    pub compared_outside: bool,
}

/// Which entries to list; `Default` is all.
#[derive(Debug, Clone, Copy, Default)]
pub struct AuditFilter {
    /// Only entries before this place.
    pub before: Option<u64>,
    pub actor: Option<[u8; 16]>,
    pub object: Option<[u8; 16]>,
}

/// Appends an entry in the transaction of the change it tells of; returns its place.
pub fn append(tx: &Tx<'_>, _: Write<'_>, draft: AuditDraft) -> Result<u64, Error> {
    let last = head(tx)?;
    let seq = last.map_or(1, |head| head.seq + 1);
    let previous = last.map_or([0; 32], |head| head.hash);
    let row = AuditRow {
        seq,
        at_ms: draft.at_ms,
        actor: draft.actor,
        role: draft.role,
        action: draft.action.to_owned(),
        object: draft.object,
        outcome: draft.outcome.to_owned(),
        commitment: draft.commitment,
        hash: [0; 32],
        subject: Some(draft.subject),
        details: Some(draft.details),
    };
    tx.main
        .prepare_cached(
            "insert into audit (seq, at_ms, actor, role, action, object, outcome, commitment, hash,
                 subject, details)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
        )?
        .execute(params![
            row.seq.cast_signed(),
            row.at_ms,
            row.actor,
            row.role,
            row.action,
            row.object,
            row.outcome,
            row.commitment,
            chained(&previous, &row),
            row.subject,
            row.details
        ])?;
    Ok(seq)
}

/// Entries, newest first. A scope of own rows must name its own pseudonym as the actor.
pub fn list(
    db: &Db<'_>,
    scope: &Scope,
    filter: AuditFilter,
    limit: u16,
) -> Result<Vec<AuditRow>, Error> {
    if matches!(scope.rows(), Rows::Own(_)) && filter.actor.is_none() {
        return Err(Error::Denied);
    }
    let mut statement = db.main.prepare_cached(
        "select * from audit
         where (?1 is null or seq < ?1) and (?2 is null or actor = ?2)
             and (?3 is null or object = ?3)
         order by seq desc limit ?4",
    )?;
    let before = filter.before.map(u64::cast_signed);
    let rows = statement.query_map(params![before, filter.actor, filter.object, limit], |row| {
        read(scope, row)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Empties the details of a subject, in every entry; how many there were.
pub fn forget(tx: &Tx<'_>, _: Write<'_>, subject: Subject) -> Result<usize, Error> {
    let rows = tx
        .main
        .prepare_cached("update audit set details = null, subject = null where subject = ?1")?
        .execute([subject])?;
    Ok(rows)
}

/// Walks the whole chain, and compares it with the marks and with the head kept outside.
pub fn verify(db: &Db<'_>, scope: &Scope) -> Result<AuditReport, Error> {
    if matches!(scope.rows(), Rows::Own(_)) {
        return Err(Error::Denied);
    }
    let checkpoint = newest_checkpoint(db)?;
    let outside = read_head(db)?;
    let mut marks = marks(db)?;
    if let Some(head) = outside {
        marks.entry(head.seq).or_default().push(head.hash);
    }
    let mut walk = Walk::default();
    let mut statement = db.main.prepare_cached("select * from audit order by seq")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        // A value that cannot be read was not written by `append`.
        match read(scope, row) {
            Ok(row) => walk.step(&row, &mut marks),
            Err(_) => walk.bad(walk.entries + 1),
        }
        walk.entries += 1;
    }
    if let Some(&seq) = marks.keys().next() {
        // A mark that no entry matched: the entry is gone.
        walk.bad(seq.min(walk.entries + 1));
    }
    Ok(AuditReport {
        entries: walk.entries,
        intact: walk.first_bad.is_none(),
        first_bad: walk.first_bad,
        head: walk.head,
        checkpoint,
        compared_outside: outside.is_some(),
    })
}

/// The newest entry, without checking the chain.
pub fn head(db: &Db<'_>) -> Result<Option<Head>, Error> {
    let head = db
        .main
        .prepare_cached("select seq, hash from audit order by seq desc limit 1")?
        .query_row([], |row| {
            Ok(Head {
                seq: row.get::<_, i64>("seq")?.cast_unsigned(),
                hash: row.get("hash")?,
            })
        })
        .optional()?;
    Ok(head)
}

/// Marks the head with `tag(seq, hash)` of 32 to 64 bytes; `None` if it is marked already.
pub(super) fn checkpoint(
    tx: &Tx<'_>,
    _: Write<'_>,
    at_ms: i64,
    tag: impl FnOnce(u64, &[u8; 32]) -> Vec<u8>,
) -> Result<Option<Head>, Error> {
    let marked = newest_checkpoint(tx)?.map_or(0, |mark| mark.head.seq);
    let Some(head) = head(tx)?.filter(|head| head.seq > marked) else {
        return Ok(None);
    };
    tx.main
        .prepare_cached(
            "insert into audit_checkpoints (seq, at_ms, hash, tag) values (?1, ?2, ?3, ?4)",
        )?
        .execute(params![
            head.seq.cast_signed(),
            at_ms,
            head.hash,
            tag(head.seq, &head.hash)
        ])?;
    Ok(Some(head))
}

/// Keeps the head in `audit.head`, outside the database, so that a shorter chain is noticed. The
/// file stays as it is where the chain no longer holds the head it names.
pub(super) fn write_head(db: &Db<'_>) -> Result<(), Error> {
    let Some(newest) = head(db)? else {
        return Ok(());
    };
    if let Some(outside) = read_head(db)? {
        let stored: Option<[u8; 32]> = db
            .main
            .prepare_cached("select hash from audit where seq = ?1")?
            .query_row([outside.seq.cast_signed()], |row| row.get(0))
            .optional()?;
        if stored != Some(outside.hash) {
            tracing::error!("the audit chain does not hold the head kept outside it");
            return Ok(());
        }
    }
    let text = format!("{} {}\n", newest.seq, hex(&newest.hash));
    files::replace(&db.dir.join("audit.head"), text.as_bytes())
}

fn read_head(db: &Db<'_>) -> Result<Option<Head>, Error> {
    let path = db.dir.join("audit.head");
    let text = match fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(files::unavailable(&path, &error)),
    };
    let head = text.trim_end().split_once(' ').and_then(|(seq, hash)| {
        Some(Head {
            seq: seq.parse().ok()?,
            hash: unhex(hash)?,
        })
    });
    head.map(Some)
        .ok_or_else(|| Error::Unavailable(format!("{} is damaged", path.display())))
}

#[derive(Default)]
struct Walk {
    entries: u64,
    head: Option<Head>,
    first_bad: Option<u64>,
}

impl Walk {
    fn step(&mut self, row: &AuditRow, marks: &mut BTreeMap<u64, Vec<[u8; 32]>>) {
        let previous = self.head.map_or([0; 32], |head| head.hash);
        let expected = self.head.map_or(1, |head| head.seq.wrapping_add(1));
        if row.seq != expected || row.hash != chained(&previous, row) {
            self.bad(expected.min(row.seq));
        }
        if let Some(marked) = marks.remove(&row.seq)
            && marked.iter().any(|hash| *hash != row.hash)
        {
            self.bad(row.seq);
        }
        self.head = Some(Head {
            seq: row.seq,
            hash: row.hash,
        });
    }

    fn bad(&mut self, seq: u64) {
        self.first_bad = Some(self.first_bad.map_or(seq, |first| first.min(seq)));
    }
}

fn marks(db: &Db<'_>) -> Result<BTreeMap<u64, Vec<[u8; 32]>>, Error> {
    let mut marks: BTreeMap<u64, Vec<[u8; 32]>> = BTreeMap::new();
    let mut statement = db
        .main
        .prepare_cached("select seq, hash from audit_checkpoints")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let seq = row.get::<_, i64>("seq")?.cast_unsigned();
        marks.entry(seq).or_default().push(row.get("hash")?);
    }
    Ok(marks)
}

fn newest_checkpoint(db: &Db<'_>) -> Result<Option<Checkpoint>, Error> {
    let checkpoint = db
        .main
        .prepare_cached("select * from audit_checkpoints order by seq desc limit 1")?
        .query_row([], |row| {
            Ok(Checkpoint {
                head: Head {
                    seq: row.get::<_, i64>("seq")?.cast_unsigned(),
                    hash: row.get("hash")?,
                },
                at_ms: row.get("at_ms")?,
                tag: row.get("tag")?,
            })
        })
        .optional()?;
    Ok(checkpoint)
}

fn chained(previous: &[u8; 32], row: &AuditRow) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(b"bd1");
    hash.update(previous);
    hash.update(canonical(row));
    hash.finalize().into()
}

/// The chained columns in a form that only they have: numbers little-endian, texts behind their
/// length.
fn canonical(row: &AuditRow) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(192);
    bytes.extend(row.seq.to_le_bytes());
    bytes.extend(row.at_ms.to_le_bytes());
    bytes.extend(row.actor);
    for text in [row.role.map_or("", Role::id), &row.action, &row.outcome] {
        bytes.extend((text.len() as u32).to_le_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.extend(row.object);
    bytes.extend(row.commitment);
    bytes
}

fn read(scope: &Scope, row: &Row<'_>) -> rusqlite::Result<AuditRow> {
    Ok(AuditRow {
        seq: row.get::<_, i64>("seq")?.cast_unsigned(),
        at_ms: row.get("at_ms")?,
        actor: row.get("actor")?,
        role: row.get("role")?,
        action: row.get("action")?,
        object: row.get("object")?,
        outcome: row.get("outcome")?,
        commitment: row.get("commitment")?,
        hash: row.get("hash")?,
        subject: row.get("subject")?,
        details: sealed(scope, row, "details")?,
    })
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    if text.len() != 64 {
        return None;
    }
    for (i, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * i..2 * i + 2)?, 16).ok()?;
    }
    Some(bytes)
}
