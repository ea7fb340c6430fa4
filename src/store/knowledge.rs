//! The knowledge tables: each row is stored whole in `body`, as the rules read it.
//!
//! Invariant: every change has a row in `knowledge_log`, whose highest number is the revision of
//! the whole.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row, params};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{
    Db, Error, Tx, changed,
    value::{self, json, text_of},
};
use crate::domain::{
    fact::Fact,
    id::UserId,
    knowledge::{Approach, Knowledge},
    scope::{Rows, Scope, Write},
};

/// One change of the knowledge.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The revision that it made.
    pub rev: u64,
    pub at_ms: i64,
    pub actor: Option<UserId>,
    pub table: String,
    pub row: String,
    /// The row before; `None` where it was new.
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// The revision that this change takes back.
    pub undoes: Option<u64>,
}

/// Stores the whole knowledge if there is none yet; whether it did. Its revision is then 1.
pub fn seed_if_empty(
    tx: &Tx<'_>,
    w: Write<'_>,
    knowledge: &Knowledge,
    at_ms: i64,
) -> Result<bool, Error> {
    may_edit(&w)?;
    if rev(tx)? > 0 {
        return Ok(false);
    }
    for fact in knowledge.facts.values() {
        write_fact(tx, fact, at_ms)?;
    }
    let approach = text_of(&knowledge.undecided)?;
    tx.main.execute(
        "insert into undecided_approach (id, body, created_ms, updated_ms) values (1, ?1, ?2, ?2)",
        params![approach, at_ms],
    )?;
    seed(tx, ARCHETYPES, &knowledge.archetypes, at_ms)?;
    seed(tx, OBJECTIONS, &knowledge.objections, at_ms)?;
    seed(tx, PLAYBOOKS, &knowledge.playbooks, at_ms)?;
    seed(tx, ARGUMENTS, &knowledge.arguments, at_ms)?;
    seed(tx, QUESTIONS, &knowledge.questions, at_ms)?;
    seed(tx, SIGNALS, &knowledge.signals, at_ms)?;
    seed(tx, TESLA_MODELS, &knowledge.cars, at_ms)?;
    seed(tx, COMPETITORS, &knowledge.competitors, at_ms)?;
    seed(tx, PROMOTIONS, &knowledge.promotions, at_ms)?;
    log(
        tx,
        w,
        at_ms,
        Entry {
            table: "all",
            row: "all",
            before: None,
            after: None,
            undoes: None,
        },
    )?;
    Ok(true)
}

/// Everything at its revision. [`Error::NotFound`] before it is seeded.
pub fn load(db: &Db<'_>) -> Result<Knowledge, Error> {
    let undecided: Approach =
        db.main
            .query_row("select body from undecided_approach", [], |row| {
                json(row, "body")
            })?;
    let facts: Vec<Fact> = bodies(db, "select body from facts order by id")?;
    Ok(Knowledge {
        rev: rev(db)?,
        undecided,
        facts: facts
            .into_iter()
            .map(|fact| (fact.id.clone(), fact))
            .collect::<BTreeMap<_, _>>(),
        archetypes: bodies(db, "select body from archetypes order by position")?,
        objections: bodies(db, "select body from objections order by position")?,
        playbooks: bodies(db, "select body from playbooks order by position")?,
        arguments: bodies(db, "select body from arguments order by position")?,
        questions: bodies(db, "select body from questions order by position")?,
        signals: bodies(db, "select body from signals order by position")?,
        cars: bodies(db, "select body from tesla_models order by position")?,
        competitors: bodies(db, "select body from competitors order by position")?,
        promotions: bodies(db, "select body from promotions order by position")?,
    })
}

/// The revision; 0 before the knowledge is seeded.
pub fn rev(db: &Db<'_>) -> Result<u64, Error> {
    let rev: i64 = db
        .main
        .prepare_cached("select coalesce(max(rev), 0) from knowledge_log")?
        .query_row([], |row| row.get(0))?;
    Ok(rev.cast_unsigned())
}

/// Replaces a fact, keeping what it was; returns the new revision. [`Error::NotFound`] if there is
/// no fact of that id.
pub fn update_fact(tx: &Tx<'_>, w: Write<'_>, fact: &Fact, at_ms: i64) -> Result<u64, Error> {
    may_edit(&w)?;
    let before = fact_body(tx, &fact.id)?;
    let after = write_fact(tx, fact, at_ms)?;
    let entry = Entry {
        table: "facts",
        row: &fact.id,
        before: Some(&before),
        after: Some(&after),
        undoes: None,
    };
    log(tx, w, at_ms, entry)
}

/// Takes a change of a fact back; returns the new revision. [`Error::Conflict`] if the fact has
/// changed since.
pub fn undo(tx: &Tx<'_>, w: Write<'_>, rev: u64, at_ms: i64) -> Result<u64, Error> {
    may_edit(&w)?;
    let (row, before, after): (String, Option<String>, Option<String>) = tx
        .main
        .prepare_cached(
            "select row_id, before, after from knowledge_log
             where rev = ?1 and table_name = 'facts'",
        )?
        .query_row([rev.cast_signed()], |row| {
            Ok((row.get(0)?, row.get(1)?, row.get(2)?))
        })?;
    let now = fact_body(tx, &row)?;
    if after.as_ref() != Some(&now) {
        return Err(Error::Conflict("revision"));
    }
    let before = before.ok_or(Error::Conflict("revision"))?;
    write_fact(tx, &value::parse(&before)?, at_ms)?;
    let entry = Entry {
        table: "facts",
        row: &row,
        before: Some(&now),
        after: Some(&before),
        undoes: Some(rev),
    };
    log(tx, w, at_ms, entry)
}

/// Changes, newest first; of one fact if its id is given.
pub fn history(
    db: &Db<'_>,
    _: &Scope,
    fact: Option<&str>,
    limit: u16,
) -> Result<Vec<Change>, Error> {
    let mut statement = db.main.prepare_cached(
        "select * from knowledge_log
         where (?1 is null or (table_name = 'facts' and row_id = ?1))
         order by rev desc limit ?2",
    )?;
    let rows = statement.query_map(params![fact, limit], change)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn change(row: &Row<'_>) -> rusqlite::Result<Change> {
    let optional = |column: &str| match row.get_ref(column)? {
        rusqlite::types::ValueRef::Null => Ok(None),
        _ => json(row, column).map(Some),
    };
    Ok(Change {
        rev: row.get::<_, i64>("rev")?.cast_unsigned(),
        at_ms: row.get("at_ms")?,
        actor: row.get("actor_id")?,
        table: row.get("table_name")?,
        row: row.get("row_id")?,
        before: optional("before")?,
        after: optional("after")?,
        undoes: row.get::<_, Option<i64>>("undoes")?.map(i64::cast_unsigned),
    })
}

/// Knowledge belongs to the showroom: a scope of own rows reads it and does not edit it.
fn may_edit(scope: &Scope) -> Result<(), Error> {
    match scope.rows() {
        Rows::Own(_) => Err(Error::Denied),
        Rows::Showroom | Rows::None => Ok(()),
    }
}

struct Entry<'e> {
    table: &'static str,
    row: &'e str,
    before: Option<&'e str>,
    after: Option<&'e str>,
    undoes: Option<u64>,
}

fn log(tx: &Tx<'_>, w: Write<'_>, at_ms: i64, entry: Entry<'_>) -> Result<u64, Error> {
    let next = rev(tx)? + 1;
    let rows = tx
        .main
        .prepare_cached(
            "insert into knowledge_log
                 (rev, at_ms, actor_id, table_name, row_id, before, after, undoes)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            next.cast_signed(),
            at_ms,
            w.actor(),
            entry.table,
            entry.row,
            entry.before,
            entry.after,
            entry.undoes.map(u64::cast_signed)
        ])?;
    changed(rows)?;
    Ok(next)
}

fn fact_body(db: &Db<'_>, id: &str) -> Result<String, Error> {
    let body = db
        .main
        .prepare_cached("select body from facts where id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    body.ok_or(Error::NotFound)
}

/// Stores a fact and returns its body.
fn write_fact(tx: &Tx<'_>, fact: &Fact, at_ms: i64) -> Result<String, Error> {
    let body = text_of(fact)?;
    tx.main
        .prepare_cached(FACTS)?
        .execute(params![body, at_ms])?;
    Ok(body)
}

/// Stores rows in their order, with a statement of `(body, position, at_ms)`.
fn seed<T: Serialize>(tx: &Tx<'_>, sql: &str, rows: &[T], at_ms: i64) -> Result<(), Error> {
    let mut statement = tx.main.prepare(sql)?;
    for (position, row) in (0_u32..).zip(rows) {
        statement.execute(params![text_of(row)?, position, at_ms])?;
    }
    Ok(())
}

fn bodies<T: DeserializeOwned>(db: &Db<'_>, sql: &str) -> Result<Vec<T>, Error> {
    let mut statement = db.main.prepare_cached(sql)?;
    let rows = statement.query_map([], |row| json(row, "body"))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const FACTS: &str = "
    insert into facts (id, about, value, unit, source, as_of, valid_from, valid_to, review_by,
        confidence, body, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.about'), ?1 -> '$.value',
        json_extract(?1, '$.unit'), json_extract(?1, '$.source'), json_extract(?1, '$.as_of'),
        json_extract(?1, '$.valid_from'), json_extract(?1, '$.valid_to'),
        json_extract(?1, '$.review_by'), json_extract(?1, '$.confidence'), ?1, ?2, ?2)
    on conflict (id) do update set about = excluded.about, value = excluded.value,
        unit = excluded.unit, source = excluded.source, as_of = excluded.as_of,
        valid_from = excluded.valid_from, valid_to = excluded.valid_to,
        review_by = excluded.review_by, confidence = excluded.confidence, body = excluded.body,
        updated_ms = excluded.updated_ms";

const ARCHETYPES: &str = "
    insert into archetypes (id, name, traits, strategies, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.name.pl'), json_extract(?1, '$.traits'),
        json_extract(?1, '$.strategies'), ?1, ?2, ?3, ?3)";

const OBJECTIONS: &str = "
    insert into objections (id, category, content, response, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.group'),
        json_extract(?1, '$.name.pl'), json_extract(?1, '$.say.pl'), ?1, ?2, ?3, ?3)";

const PLAYBOOKS: &str = "
    insert into playbooks (id, title, content, archetype, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.title.pl'), json_extract(?1, '$.steps'),
        json_extract(?1, '$.archetypes'), ?1, ?2, ?3, ?3)";

const ARGUMENTS: &str = "
    insert into arguments (id, title, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.title.pl'), ?1, ?2, ?3, ?3)";

const QUESTIONS: &str = "
    insert into questions (id, text, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.text.pl'), ?1, ?2, ?3, ?3)";

const SIGNALS: &str = "
    insert into signals (id, name, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.name.pl'), ?1, ?2, ?3, ?3)";

const TESLA_MODELS: &str = "
    insert into tesla_models (id, model_name, variant, price_fact, range_fact, acceleration_fact,
        features, availability, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.model_name'),
        json_extract(?1, '$.variant'), json_extract(?1, '$.price_fact'),
        json_extract(?1, '$.range_fact'), json_extract(?1, '$.acceleration_fact'),
        json_extract(?1, '$.features'), json_extract(?1, '$.availability'), ?1, ?2, ?3, ?3)";

const COMPETITORS: &str = "
    insert into competitors (id, brand, model, price_fact, range_fact, strengths, weaknesses,
        our_advantages, body, position, created_ms, updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.brand'), json_extract(?1, '$.model'),
        json_extract(?1, '$.price_fact'), json_extract(?1, '$.range_fact'),
        json_extract(?1, '$.strengths'), json_extract(?1, '$.weaknesses'),
        json_extract(?1, '$.our_advantages'), ?1, ?2, ?3, ?3)";

const PROMOTIONS: &str = "
    insert into promotions (id, title, amount_fact, lowest_30d_fact, body, position, created_ms,
        updated_ms)
    values (json_extract(?1, '$.id'), json_extract(?1, '$.title.pl'),
        json_extract(?1, '$.amount_fact'), json_extract(?1, '$.lowest_30d_fact'), ?1, ?2, ?3, ?3)";
