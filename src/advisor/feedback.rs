//! Feedback: ratings, corrections, comments and bug reports, stored and counted.

use serde_json::json;

use super::{
    Advisor,
    access::Caller,
    analysis::is_text,
    audit::Entry,
    error::{Error, Refusal, Result},
};
use crate::{
    domain::{
        id::{CardId, FeedbackId, SessionId, StrategyId, UtteranceId},
        sealed::Subject,
        sensitive,
        visit::{Effectiveness, FeedbackKind},
    },
    store::{self, conversations, feedback, strategies},
};

pub use crate::store::feedback::FeedbackCount;

const COMMENT_LENGTH: u32 = 2_000;

#[derive(Debug, Clone)]
pub struct FeedbackInput {
    pub session: Option<SessionId>,
    pub strategy: Option<StrategyId>,
    /// The card that feedback of that kind is about.
    pub card: Option<CardId>,
    pub kind: FeedbackKind,
    /// 1–5; a rating needs it.
    pub rating: Option<u8>,
    pub effectiveness: Option<Effectiveness>,
    pub comment: Option<String>,
}

impl Advisor {
    pub async fn feedback(&self, caller: &Caller, input: FeedbackInput) -> Result<FeedbackId> {
        if input
            .rating
            .is_some_and(|rating| !(1..=5).contains(&rating))
        {
            return Err(Error::invalid("rating", Refusal::OutOfRange));
        }
        if input.kind == FeedbackKind::Rating && input.rating.is_none() {
            return Err(Error::invalid("rating", Refusal::Missing));
        }
        let comment = input
            .comment
            .as_deref()
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty());
        if comment
            .as_ref()
            .is_some_and(|text| text.chars().count() > COMMENT_LENGTH as usize)
        {
            return Err(Error::invalid(
                "comment",
                Refusal::TooLong {
                    max: COMMENT_LENGTH,
                },
            ));
        }
        if comment.as_deref().is_some_and(|text| !is_text(text)) {
            return Err(Error::invalid("comment", Refusal::NotText));
        }
        if comment.is_none()
            && matches!(input.kind, FeedbackKind::Comment | FeedbackKind::BugReport)
        {
            return Err(Error::invalid("comment", Refusal::Missing));
        }
        if input.kind == FeedbackKind::Card {
            self.of_card(caller, &input).await?;
        } else if input.card.is_some() {
            return Err(Error::invalid("kind", Refusal::WrongState));
        }
        let session = self
            .session_of(caller, input.session, input.strategy)
            .await?;
        let subject = match session {
            Some(session) => Subject::Client(self.opened(caller, session).await?.row.client),
            None => Subject::User(caller.user),
        };
        let id = FeedbackId(self.new_id());
        let key = self.key_of(subject).await?;
        let comments = comment
            .map(|text| sensitive::redact(&text).text)
            .map(|text| key.seal("feedback", "comments", &id.to_string(), text.as_bytes()))
            .transpose()?;
        let row = feedback::FeedbackRow {
            id,
            owner: caller.user,
            session,
            strategy: input.strategy,
            card: input.card,
            kind: input.kind,
            rating: input.rating,
            effectiveness: input.effectiveness,
            comments,
            created_ms: self.now_ms(),
        };
        let scope = caller.scope();
        let entry = Entry::new("feedback", "feedback", id)
            .caller(caller)
            .about(subject)
            .with(json!({"kind": input.kind, "rating": input.rating, "card": input.card}));
        self.commit(scope, entry, move |tx, write| {
            feedback::insert(tx, write, &row)
        })
        .await?;
        Ok(id)
    }

    /// The session that it is about: the given one, or that of the strategy.
    async fn session_of(
        &self,
        caller: &Caller,
        session: Option<SessionId>,
        strategy: Option<StrategyId>,
    ) -> Result<Option<SessionId>> {
        let Some(strategy) = strategy else {
            return Ok(session);
        };
        let scope = caller.scope();
        let row = self
            .store()
            .read(move |db| strategies::get(db, &scope, strategy))
            .await?;
        match session {
            Some(session) if session != row.session => {
                Err(Error::invalid("strategy_id", Refusal::OutOfRange))
            }
            _ => Ok(Some(row.session)),
        }
    }

    /// What a card did names the visit, a card of it, and whether it helped.
    async fn of_card(&self, caller: &Caller, input: &FeedbackInput) -> Result<()> {
        let missing = |field| Error::invalid(field, Refusal::Missing);
        let session = input.session.ok_or(missing("session_id"))?;
        let card = input.card.ok_or(missing("card_id"))?;
        input.effectiveness.ok_or(missing("effectiveness"))?;
        let scope = caller.scope();
        let found = self
            .store()
            .read(move |db| conversations::get(db, &scope, UtteranceId(card.0)))
            .await;
        match found {
            Ok(message) if message.session == session => Ok(()),
            Ok(_) | Err(store::Error::NotFound) => {
                Err(Error::invalid("card_id", Refusal::OutOfRange))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// How much feedback the caller may see.
    pub async fn feedback_count(&self, caller: &Caller) -> Result<FeedbackCount> {
        let scope = caller.scope();
        Ok(self
            .store()
            .read(move |db| feedback::count(db, &scope))
            .await?)
    }
}
