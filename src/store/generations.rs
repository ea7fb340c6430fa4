//! Provenance: of each text a model wrote, by what, from what and how fast.

use rusqlite::{Row, params};
use serde_json::Value;

use super::{
    Db, Error, Tx, sessions, strategies,
    value::{json, sealed, text_of},
};
use crate::domain::{
    classification::ModelRef,
    id::{GenerationId, SessionId, StrategyId},
    scope::{Scope, Write},
    sealed::Sealed,
    strategy::Key,
};

#[derive(Debug, Clone, PartialEq)]
pub struct GenerationRow {
    pub id: GenerationId,
    pub session: SessionId,
    pub strategy: Option<StrategyId>,
    pub section: Option<Key>,
    pub provider: String,
    pub model: ModelRef,
    pub template: u32,
    pub seed: u64,
    pub temperature: f32,
    pub max_tokens: u16,
    pub prompt: Option<Sealed>,
    /// Sealed little-endian u32s.
    pub token_ids: Option<Sealed>,
    pub queue_ms: u32,
    pub prefill_ms: u32,
    pub decode_ms: u32,
    /// `end`, `length`, `deadline`, or the id of an error.
    pub finish: String,
    /// What else a replay needs: binary, tokenizer, device, threads, fact ids. No client text.
    pub details: Value,
    pub at_ms: i64,
}

/// Stores a provenance row; [`GenerationRow`] is also what is read back.
pub fn insert(tx: &Tx<'_>, w: Write<'_>, new: &GenerationRow) -> Result<(), Error> {
    match new.strategy {
        Some(strategy) if strategies::get(tx, &w, strategy)?.session != new.session => {
            return Err(Error::Conflict("reference"));
        }
        _ => sessions::visible(tx, &w, new.session)?,
    }
    tx.main
        .prepare_cached(
            "insert into generations (id, session_id, strategy_id, section, provider, model,
                 template, seed, temperature, max_tokens, prompt, token_ids, queue_ms, prefill_ms,
                 decode_ms, finish, details, at_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)",
        )?
        .execute(params![
            new.id,
            new.session,
            new.strategy,
            new.section,
            new.provider,
            text_of(&new.model)?,
            new.template,
            new.seed.cast_signed(),
            new.temperature,
            new.max_tokens,
            new.prompt,
            new.token_ids,
            new.queue_ms,
            new.prefill_ms,
            new.decode_ms,
            new.finish,
            text_of(&new.details)?,
            new.at_ms
        ])?;
    Ok(())
}

pub fn get(db: &Db<'_>, scope: &Scope, id: GenerationId) -> Result<GenerationRow, Error> {
    let (showroom, me) = scope.filter();
    let row = db
        .main
        .prepare_cached(
            "select g.* from generations g join sessions s on s.id = g.session_id
             where g.id = ?1 and (?2 or s.owner_id = ?3)",
        )?
        .query_row(params![id, showroom, me], |row| read(scope, row))?;
    Ok(row)
}

/// All attempts for a strategy, oldest first.
pub fn of_strategy(
    db: &Db<'_>,
    scope: &Scope,
    strategy: StrategyId,
) -> Result<Vec<GenerationRow>, Error> {
    strategies::get(db, scope, strategy)?;
    let mut statement = db
        .main
        .prepare_cached("select * from generations where strategy_id = ?1 order by at_ms, id")?;
    let rows = statement.query_map([strategy], |row| read(scope, row))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn read(scope: &Scope, row: &Row<'_>) -> rusqlite::Result<GenerationRow> {
    Ok(GenerationRow {
        id: row.get("id")?,
        session: row.get("session_id")?,
        strategy: row.get("strategy_id")?,
        section: row.get("section")?,
        provider: row.get("provider")?,
        model: json(row, "model")?,
        template: row.get("template")?,
        seed: row.get::<_, i64>("seed")?.cast_unsigned(),
        temperature: row.get("temperature")?,
        max_tokens: row.get("max_tokens")?,
        prompt: sealed(scope, row, "prompt")?,
        token_ids: sealed(scope, row, "token_ids")?,
        queue_ms: row.get("queue_ms")?,
        prefill_ms: row.get("prefill_ms")?,
        decode_ms: row.get("decode_ms")?,
        finish: row.get("finish")?,
        details: json(row, "details")?,
        at_ms: row.get("at_ms")?,
    })
}
