//! Feedback of the people who use the appliance.

use rusqlite::{Row, params};

use super::{
    Cursor, Db, Error, Page, Tx, conversations, may_own, sessions, strategies,
    value::{self, sealed},
};
use crate::domain::{
    id::{CardId, FeedbackId, SessionId, StrategyId, UserId, UtteranceId},
    scope::{Scope, Write},
    sealed::Sealed,
    visit::{Effectiveness, FeedbackKind},
};

/// Also what is given to [`insert`]; `comments` is sealed under the client of the session, or
/// under the owner where there is no session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedbackRow {
    pub id: FeedbackId,
    pub owner: UserId,
    pub session: Option<SessionId>,
    pub strategy: Option<StrategyId>,
    /// The card that feedback of that kind is about.
    pub card: Option<CardId>,
    pub kind: FeedbackKind,
    /// 1–5, always there for a rating.
    pub rating: Option<u8>,
    pub effectiveness: Option<Effectiveness>,
    pub comments: Option<Sealed>,
    pub created_ms: i64,
}

/// How much feedback there is, by kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FeedbackCount {
    pub ratings: u32,
    pub corrections: u32,
    pub comments: u32,
    pub bug_reports: u32,
    pub cards: u32,
}

/// [`Error::Conflict`] where strategy or card belong to another session.
pub fn insert(tx: &Tx<'_>, w: Write<'_>, new: &FeedbackRow) -> Result<(), Error> {
    may_own(&w, new.owner)?;
    if let Some(session) = new.session {
        sessions::visible(tx, &w, session)?;
    }
    if let Some(strategy) = new.strategy
        && Some(strategies::get(tx, &w, strategy)?.session) != new.session
    {
        return Err(Error::Conflict("reference"));
    }
    if let Some(card) = new.card
        && Some(conversations::get(tx, &w, UtteranceId(card.0))?.session) != new.session
    {
        return Err(Error::Conflict("reference"));
    }
    tx.main
        .prepare_cached(
            "insert into feedback (id, owner_id, session_id, strategy_id, card_id, kind, rating,
                 effectiveness, comments, created_ms)
             values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            new.id,
            new.owner,
            new.session,
            new.strategy,
            new.card,
            new.kind,
            new.rating,
            new.effectiveness,
            new.comments,
            new.created_ms
        ])?;
    Ok(())
}

/// Feedback, newest first; of one session if it is given.
pub fn list(
    db: &Db<'_>,
    scope: &Scope,
    session: Option<SessionId>,
    cursor: Option<Cursor>,
    limit: u16,
) -> Result<Page<FeedbackRow>, Error> {
    let (showroom, me) = scope.filter();
    let (at_ms, id) = value::parts(cursor);
    let mut statement = db.main.prepare_cached(
        "select * from feedback
         where (?1 or owner_id = ?2)
             and (?3 is null or session_id = ?3)
             and (?4 is null or (created_ms, id) < (?4, ?5))
         order by created_ms desc, id desc limit ?6",
    )?;
    let rows = statement.query_map(
        params![showroom, me, session, at_ms, id, u32::from(limit) + 1],
        |row| read(scope, row),
    )?;
    Ok(Page::of(rows.collect::<Result<_, _>>()?, limit, |row| {
        Cursor {
            at_ms: row.created_ms,
            id: row.id.0,
        }
    }))
}

/// Counts what the scope sees.
pub fn count(db: &Db<'_>, scope: &Scope) -> Result<FeedbackCount, Error> {
    let (showroom, me) = scope.filter();
    let count = db
        .main
        .prepare_cached(
            "select count(*) filter (where kind = 'rating') as ratings,
                 count(*) filter (where kind = 'correction') as corrections,
                 count(*) filter (where kind = 'comment') as comments,
                 count(*) filter (where kind = 'bug_report') as bug_reports,
                 count(*) filter (where kind = 'card') as cards
             from feedback where (?1 or owner_id = ?2)",
        )?
        .query_row(params![showroom, me], |row| {
            Ok(FeedbackCount {
                ratings: row.get("ratings")?,
                corrections: row.get("corrections")?,
                comments: row.get("comments")?,
                bug_reports: row.get("bug_reports")?,
                cards: row.get("cards")?,
            })
        })?;
    Ok(count)
}

fn read(scope: &Scope, row: &Row<'_>) -> rusqlite::Result<FeedbackRow> {
    Ok(FeedbackRow {
        id: row.get("id")?,
        owner: row.get("owner_id")?,
        session: row.get("session_id")?,
        strategy: row.get("strategy_id")?,
        card: row.get("card_id")?,
        kind: row.get("kind")?,
        rating: row.get("rating")?,
        effectiveness: row.get("effectiveness")?,
        comments: sealed(scope, row, "comments")?,
        created_ms: row.get("created_ms")?,
    })
}
