//! What the seller does with the card on screen: noted as feedback on that card, and the next one
//! is shown.

use serde_json::json;

use super::{
    super::{
        Advisor,
        access::Caller,
        audit::Entry,
        error::{Error, Refusal, Result},
        live::Live,
        sessions::Opened,
    },
    Deck, Suggestion,
};
use crate::{
    domain::{
        card::{Card, Topic, Trigger},
        id::{CardId, FeedbackId, SessionId, UtteranceId},
        profile::Event,
        scope::Write,
        visit::{Effectiveness, FeedbackKind},
    },
    store::{Tx, conversations, feedback},
};

/// What the seller does with a card.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CardAct {
    Used,
    NotHelped,
    /// Shows the card that waits.
    Next,
    OtherQuestion,
}

impl CardAct {
    /// What it says of the card; asking for another one says nothing.
    const fn effectiveness(self) -> Option<Effectiveness> {
        match self {
            Self::Used => Some(Effectiveness::Helped),
            Self::NotHelped => Some(Effectiveness::Hurt),
            Self::Next | Self::OtherQuestion => None,
        }
    }
}

impl Advisor {
    /// Notes what the seller did with the card on screen, and shows the next one. `on` names the
    /// card that is meant; where another one is on screen by now, nothing is noted of it.
    pub async fn act_on_card(
        &self,
        caller: &Caller,
        id: SessionId,
        act: CardAct,
        on: Option<CardId>,
    ) -> Result<()> {
        let mut opened = self.opened(caller, id).await?;
        if !opened.row.profiling {
            return Err(Error::invalid("session", Refusal::WrongState));
        }
        let mut deck = Deck::of(&self.suggestions(caller, &opened).await?);
        let current = deck.top().cloned();
        let current = current.as_ref();
        if on.is_some() && on != current.map(|card| card.id) {
            return Err(Error::Conflict("card"));
        }
        let now = self.now_ms();
        let mut events = Vec::new();
        if let (CardAct::Used, Some(objection)) = (act, current.and_then(answered)) {
            let answered = Event::Answered {
                objection,
                at_ms: now,
            };
            opened.profile.apply(&answered, &self.0.pool);
            events.push(answered);
        }
        let row = act
            .effectiveness()
            .zip(current)
            .map(|(effectiveness, card)| self.noted(caller, id, card.id, effectiveness, now));
        let entry = Entry::new("card.act", "session", id)
            .with(json!({"card": current.map(|card| card.id), "act": act}));
        let knowledge = self.knowledge();
        let lang = opened.row.lang;
        let asked = match current {
            Some(card) if act != CardAct::Next => {
                deck.history.ask(card);
                self.asked_message(&opened, card, now)?
            }
            _ => None,
        };
        let wanted = Trigger::AskedFor;
        let chosen = self.choose(&opened.profile, &knowledge, lang, &deck, wanted, now);
        let next = self.show(&mut opened, chosen.card, now);
        let message = next.message(&opened, now)?;
        let card = next.card.id;
        events.push(next.event);
        let change = move |tx: &Tx<'_>, write: Write<'_>| {
            if let Some(asked) = &asked {
                conversations::append(tx, write, asked)?;
            }
            conversations::append(tx, write, &message)?;
            match &row {
                Some(row) => feedback::insert(tx, write, row),
                None => Ok(()),
            }
        };
        self.apply(caller, id, events, entry, change).await?;
        self.live()
            .publish(id, now, Live::Card { card, held: false });
        Ok(())
    }

    /// The message that stores what became of a card's question; `None` if it had none.
    fn asked_message(
        &self,
        opened: &Opened,
        card: &Card,
        at_ms: i64,
    ) -> Result<Option<conversations::NewMessage>> {
        let question = card.ask.as_ref().and_then(|ask| ask.question.clone());
        let id = UtteranceId(self.new_id());
        question
            .map(|question| Suggestion::Asked(question).message(opened, id, at_ms))
            .transpose()
    }

    fn noted(
        &self,
        caller: &Caller,
        id: SessionId,
        card: CardId,
        effectiveness: Effectiveness,
        now_ms: i64,
    ) -> feedback::FeedbackRow {
        feedback::FeedbackRow {
            id: FeedbackId(self.new_id()),
            owner: caller.user,
            session: Some(id),
            strategy: None,
            card: Some(card),
            kind: FeedbackKind::Card,
            rating: None,
            effectiveness: Some(effectiveness),
            comments: None,
            created_ms: now_ms,
        }
    }
}

/// The objection that a card answers.
fn answered(card: &Card) -> Option<crate::domain::labels::Objection> {
    match card.topic {
        Topic::Objection(objection) => Some(objection),
        _ => None,
    }
}
