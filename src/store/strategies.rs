//! Strategies: stored jobs, and the guarded sections they have made so far.

use rusqlite::{OptionalExtension, Row, params};

use super::{
    Db, Error, Tx, changed, sessions,
    value::{json, sealed, text_of},
};
use crate::domain::{
    classification::ModelRef,
    id::{GenerationId, SessionId, StrategyId},
    scope::{Scope, Write},
    sealed::Sealed,
    strategy::{JobState, Key, Source},
};

#[derive(Debug, Clone, PartialEq)]
pub struct StrategyRow {
    pub id: StrategyId,
    pub session: SessionId,
    /// What was asked for: `panel`, or the focus.
    pub strategy_type: String,
    pub state: JobState,
    /// Of everything the answer follows from: equal fingerprints are answered from the store.
    pub fingerprint: [u8; 32],
    pub template: u32,
    pub knowledge_rev: u64,
    pub profile_rev: u32,
    /// Of the archetype it was written for, 0–1.
    pub confidence: Option<f32>,
    pub effectiveness_score: Option<f32>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone)]
pub struct NewStrategy {
    pub id: StrategyId,
    pub session: SessionId,
    pub strategy_type: String,
    pub fingerprint: [u8; 32],
    pub template: u32,
    pub knowledge_rev: u64,
    pub profile_rev: u32,
    pub confidence: Option<f32>,
    pub at_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SectionRow {
    pub strategy: StrategyId,
    pub key: Key,
    pub source: Source,
    /// Sealed JSON of [`Body`](crate::domain::strategy::Body).
    pub body: Option<Sealed>,
    /// Sealed JSON of the guard's verdicts.
    pub removed: Option<Sealed>,
    pub generation: Option<GenerationId>,
    pub at_ms: i64,
}

#[derive(Debug, Clone)]
pub struct NewSection {
    pub strategy: StrategyId,
    pub key: Key,
    pub source: Source,
    pub body: Sealed,
    pub removed: Option<Sealed>,
    pub generation: Option<GenerationId>,
    pub at_ms: i64,
}

/// Stores a job, queued.
pub fn insert(tx: &Tx<'_>, w: Write<'_>, new: &NewStrategy) -> Result<(), Error> {
    sessions::visible(tx, &w, new.session)?;
    tx.main
        .prepare_cached(
            "insert into strategies (id, session_id, strategy_type, state, fingerprint, template,
                 knowledge_rev, profile_rev, confidence, created_ms, updated_ms)
             values (?1, ?2, ?3, 'queued', ?4, ?5, ?6, ?7, ?8, ?9, ?9)",
        )?
        .execute(params![
            new.id,
            new.session,
            new.strategy_type,
            new.fingerprint,
            new.template,
            new.knowledge_rev.cast_signed(),
            new.profile_rev,
            new.confidence,
            new.at_ms
        ])?;
    Ok(())
}

pub fn set_state(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: StrategyId,
    state: JobState,
    at_ms: i64,
) -> Result<(), Error> {
    get(tx, &w, id)?;
    let rows = tx
        .main
        .prepare_cached("update strategies set state = ?2, updated_ms = ?3 where id = ?1")?
        .execute(params![id, state, at_ms])?;
    changed(rows)
}

/// Stores the smoothed mean of rating and outcome, 0–1.
pub fn set_effectiveness(
    tx: &Tx<'_>,
    w: Write<'_>,
    id: StrategyId,
    score: Option<f32>,
    at_ms: i64,
) -> Result<(), Error> {
    get(tx, &w, id)?;
    let rows = tx
        .main
        .prepare_cached(
            "update strategies set effectiveness_score = ?2, updated_ms = ?3 where id = ?1",
        )?
        .execute(params![id, score, at_ms])?;
    changed(rows)
}

pub fn get(db: &Db<'_>, scope: &Scope, id: StrategyId) -> Result<StrategyRow, Error> {
    let (showroom, me) = scope.filter();
    let row = db
        .main
        .prepare_cached(
            "select t.* from strategies t join sessions s on s.id = t.session_id
             where t.id = ?1 and (?2 or s.owner_id = ?3)",
        )?
        .query_row(params![id, showroom, me], read)?;
    Ok(row)
}

/// The newest strategy of the session with this fingerprint that did not fail and was not
/// cancelled. Strategies are never shared between sessions.
pub fn by_fingerprint(
    db: &Db<'_>,
    scope: &Scope,
    session: SessionId,
    fingerprint: &[u8; 32],
) -> Result<Option<StrategyRow>, Error> {
    sessions::visible(db, scope, session)?;
    let row = db
        .main
        .prepare_cached(
            "select * from strategies
             where session_id = ?1 and fingerprint = ?2 and state not in ('failed', 'cancelled')
             order by created_ms desc, id desc limit 1",
        )?
        .query_row(params![session, fingerprint], read)
        .optional()?;
    Ok(row)
}

/// The newest strategy of the session, in any state.
pub fn latest(
    db: &Db<'_>,
    scope: &Scope,
    session: SessionId,
) -> Result<Option<StrategyRow>, Error> {
    sessions::visible(db, scope, session)?;
    let row = db
        .main
        .prepare_cached(
            "select * from strategies where session_id = ?1
             order by created_ms desc, id desc limit 1",
        )?
        .query_row([session], read)
        .optional()?;
    Ok(row)
}

/// Every strategy of the session, oldest first.
pub fn of_session(
    db: &Db<'_>,
    scope: &Scope,
    session: SessionId,
) -> Result<Vec<StrategyRow>, Error> {
    sessions::visible(db, scope, session)?;
    let mut statement = db
        .main
        .prepare_cached("select * from strategies where session_id = ?1 order by created_ms, id")?;
    let rows = statement.query_map([session], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Jobs that are queued or running: after a start, those that the last stop interrupted.
pub fn unfinished(db: &Db<'_>, scope: &Scope) -> Result<Vec<StrategyRow>, Error> {
    let (showroom, me) = scope.filter();
    let mut statement = db.main.prepare_cached(
        "select t.* from strategies t join sessions s on s.id = t.session_id
         where t.state in ('queued', 'running') and (?1 or s.owner_id = ?2)
         order by t.created_ms, t.id",
    )?;
    let rows = statement.query_map(params![showroom, me], read)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Stores a section, in place of one of the same key.
pub fn put_section(tx: &Tx<'_>, w: Write<'_>, new: &NewSection) -> Result<(), Error> {
    get(tx, &w, new.strategy)?;
    let model = match &new.source {
        Source::Model(model) | Source::Remote(model) => Some(text_of(model)?),
        Source::Playbook => None,
    };
    tx.main
        .prepare_cached(
            "insert or replace into strategy_sections
                 (strategy_id, key, position, source, model, body, removed, generation_id, at_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?
        .execute(params![
            new.strategy,
            new.key,
            new.key.index() as u32,
            new.source.id(),
            model,
            new.body,
            new.removed,
            new.generation,
            new.at_ms
        ])?;
    Ok(())
}

/// The sections so far, in the order of [`Key`].
pub fn sections(
    db: &Db<'_>,
    scope: &Scope,
    strategy: StrategyId,
) -> Result<Vec<SectionRow>, Error> {
    get(db, scope, strategy)?;
    let mut statement = db.main.prepare_cached(
        "select * from strategy_sections where strategy_id = ?1 order by position",
    )?;
    let rows = statement.query_map([strategy], |row| {
        Ok(SectionRow {
            strategy,
            key: row.get("key")?,
            source: source(row)?,
            body: sealed(scope, row, "body")?,
            removed: sealed(scope, row, "removed")?,
            generation: row.get("generation_id")?,
            at_ms: row.get("at_ms")?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn source(row: &Row<'_>) -> rusqlite::Result<Source> {
    let id: String = row.get("source")?;
    Ok(match id.as_str() {
        "model" => Source::Model(json::<ModelRef>(row, "model")?),
        "remote" => Source::Remote(json::<ModelRef>(row, "model")?),
        _ => Source::Playbook,
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<StrategyRow> {
    Ok(StrategyRow {
        id: row.get("id")?,
        session: row.get("session_id")?,
        strategy_type: row.get("strategy_type")?,
        state: row.get("state")?,
        fingerprint: row.get("fingerprint")?,
        template: row.get("template")?,
        knowledge_rev: row.get::<_, i64>("knowledge_rev")?.cast_unsigned(),
        profile_rev: row.get("profile_rev")?,
        confidence: row.get("confidence")?,
        effectiveness_score: row.get("effectiveness_score")?,
        created_ms: row.get("created_ms")?,
        updated_ms: row.get("updated_ms")?,
    })
}
