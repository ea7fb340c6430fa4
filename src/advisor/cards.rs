//! The card of a session: which one is on screen, what the seller did with it, what comes next.
//!
//! Every card that was shown is a stored message with its id, so that feedback and audit can name it.

use std::collections::BTreeSet;

use serde_json::json;

use super::{
    Advisor,
    access::Caller,
    audit::Entry,
    error::{Error, Refusal, Result},
    live::Live,
    sessions::{Message, Opened, Texts},
    view::{CardView, Chip, FactNote},
};
use crate::{
    domain::{
        card::{self, Card, Chosen, History, Moment, Topic, Trigger},
        fact::{Fact, FactId},
        id::{CardId, FeedbackId, SessionId, StrategyId, UtteranceId},
        knowledge::Knowledge,
        labels::Lang,
        mark,
        profile::{Event, Profile},
        visit::{Effectiveness, FeedbackKind, MessageType},
    },
    store::{conversations, feedback},
};

/// What the appliance suggested, as it is stored in the conversation.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    clippy::large_enum_variant,
    reason = "one lives at a time, on its way to or from its sealed form"
)]
pub(super) enum Suggestion {
    Card(Card),
    Strategy(StrategyId),
}

/// What the seller does with a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CardAct {
    Used,
    NotHelped,
    /// Shows the card that waits.
    Next,
    OtherQuestion,
}

/// A new card with the event that puts it on screen.
pub(super) struct Shown {
    pub(super) event: Event,
    card: Card,
}

impl Shown {
    /// The message that stores it.
    pub(super) fn message(&self, opened: &Opened, at_ms: i64) -> Result<conversations::NewMessage> {
        let id = UtteranceId(self.card.id.0);
        let suggestion = Suggestion::Card(self.card.clone());
        Ok(conversations::NewMessage {
            id,
            session: opened.row.id,
            message_type: MessageType::AiSuggestion,
            content: opened.key.seal_json(
                "conversations",
                "content",
                &id.to_string(),
                &suggestion,
            )?,
            metadata: json!({"kind": "card"}),
            at_ms,
        })
    }
}

/// The cards shown so far, oldest first, with their times.
fn cards(messages: &[Message]) -> Vec<(Card, i64)> {
    messages
        .iter()
        .filter(|message| message.kind == MessageType::AiSuggestion)
        .filter_map(|message| match serde_json::from_str(&message.text) {
            Ok(Suggestion::Card(card)) => Some((card, message.at_ms)),
            _ => None,
        })
        .collect()
}

fn history(cards: &[(Card, i64)]) -> History {
    let mut history = History::default();
    for (card, _) in cards {
        history.show(card);
    }
    history
}

impl Advisor {
    /// Folds a new card into the profile if one is due now.
    pub(super) fn next_card(
        &self,
        opened: &mut Opened,
        messages: &[Message],
        knowledge: &Knowledge,
        now_ms: i64,
    ) -> Option<Shown> {
        let shown = cards(messages);
        let chosen = self.choose(
            &opened.profile,
            knowledge,
            opened.row.lang,
            &shown,
            Trigger::Heard,
            now_ms,
        );
        let current = shown.last().map(|(card, _)| card.id);
        if chosen.held || current == Some(chosen.card.id) {
            return None;
        }
        Some(self.show(opened, chosen.card, now_ms))
    }

    fn show(&self, opened: &mut Opened, card: Card, at_ms: i64) -> Shown {
        let event = Event::CardShown {
            card: card.id,
            at_ms,
        };
        opened.profile.apply(&event, &self.0.pool);
        Shown { event, card }
    }

    fn choose(
        &self,
        profile: &Profile,
        knowledge: &Knowledge,
        lang: Lang,
        shown: &[(Card, i64)],
        trigger: Trigger,
        now_ms: i64,
    ) -> Chosen {
        let moment = Moment {
            profile,
            knowledge,
            lang,
            today: self.today(),
            now_ms,
            last: shown.last().map(|(card, at_ms)| (card, *at_ms)),
            history: &history(shown),
            trigger,
        };
        card::choose(CardId(self.new_id()), &moment)
    }

    /// The card for a profile on its own.
    pub(super) fn chosen(&self, profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Card {
        self.choose(profile, knowledge, lang, &[], Trigger::Heard, self.now_ms())
            .card
    }

    pub(super) fn asked(&self, messages: &[Message]) -> BTreeSet<String> {
        history(&cards(messages)).asked
    }

    /// The card on screen: the last one shown, or the first one of a session.
    pub(super) fn card_view(
        &self,
        opened: &Opened,
        messages: &[Message],
        knowledge: &Knowledge,
    ) -> CardView {
        let shown = cards(messages);
        let lang = opened.row.lang;
        let chosen = self.choose(
            &opened.profile,
            knowledge,
            lang,
            &shown,
            Trigger::Heard,
            self.now_ms(),
        );
        let held = !shown.is_empty()
            && shown
                .last()
                .is_some_and(|(card, _)| card.id != chosen.card.id);
        let card = match shown.last() {
            Some((card, _)) => card.clone(),
            None => chosen.card.clone(),
        };
        let next = if held {
            Some(chosen.card.headline.clone())
        } else {
            chosen.next.map(|peek| peek.headline)
        };
        CardView {
            id: card.id,
            topic: topic(card.topic, knowledge, lang),
            chips: card
                .chips
                .iter()
                .filter_map(|id| knowledge.facts.get(id))
                .filter(|fact| fact.quotable(self.today()).is_ok())
                .map(|fact| chip(fact, lang))
                .collect(),
            why: Texts::of(messages).quotes(&card.why),
            headline: card.headline,
            say: card.say,
            ask_id: card.ask.as_ref().and_then(|ask| ask.question.clone()),
            ask: card.ask.map(|ask| ask.text),
            source: card.source,
            next,
            held: held || chosen.held,
        }
    }

    /// Notes what the seller did with the card on screen, and shows the next one.
    pub async fn card(&self, caller: &Caller, id: SessionId, act: CardAct) -> Result<()> {
        let opened = self.opened(caller, id).await?;
        if !opened.row.profiling {
            return Err(Error::invalid("session", Refusal::WrongState));
        }
        let messages = self.messages(caller, &opened, id).await?;
        let shown = cards(&messages);
        if let (
            CardAct::Used,
            Some((
                Card {
                    topic: Topic::Objection(objection),
                    ..
                },
                _,
            )),
        ) = (act, shown.last())
        {
            self.answered(caller, id, *objection).await?;
        }
        let effectiveness = match act {
            CardAct::Used => Some(Effectiveness::Helped),
            CardAct::NotHelped => Some(Effectiveness::Hurt),
            CardAct::Next | CardAct::OtherQuestion => None,
        };
        let now = self.now_ms();
        let mut opened = self.opened(caller, id).await?;
        let knowledge = self.knowledge();
        let chosen = self.choose(
            &opened.profile,
            &knowledge,
            opened.row.lang,
            &shown,
            Trigger::AskedFor,
            now,
        );
        let next = self.show(&mut opened, chosen.card, now);
        let message = next.message(&opened, now)?;
        let card = next.card.id;
        let rated = shown.last().map(|(card, _)| card.id);
        let row = effectiveness
            .zip(rated)
            .map(|(effectiveness, _)| feedback::FeedbackRow {
                id: FeedbackId(self.new_id()),
                owner: caller.user,
                session: Some(id),
                strategy: None,
                kind: FeedbackKind::Comment,
                rating: None,
                effectiveness: Some(effectiveness),
                comments: None,
                created_ms: now,
            });
        let entry = Entry::new("card.act", "session", id).with(json!({"card": rated, "act": act}));
        let change = move |tx: &crate::store::Tx<'_>, write: crate::domain::scope::Write<'_>| {
            conversations::append(tx, write, &message)?;
            match &row {
                Some(row) => feedback::insert(tx, write, row),
                None => Ok(()),
            }
        };
        self.apply(caller, id, next.event, entry, change).await?;
        self.live()
            .publish(id, now, Live::Card { card, held: false });
        Ok(())
    }

    /// Facts as they stand beside an argument; those that may not be quoted today are left out.
    pub(super) fn notes<'f>(
        &self,
        ids: impl IntoIterator<Item = &'f FactId>,
        knowledge: &Knowledge,
        lang: Lang,
    ) -> Vec<FactNote> {
        ids.into_iter()
            .filter_map(|id| knowledge.facts.get(id))
            .filter(|fact| fact.quotable(self.today()).is_ok())
            .map(|fact| note(fact, lang))
            .collect()
    }
}

fn topic(topic: Topic, knowledge: &Knowledge, lang: Lang) -> String {
    let name = match topic {
        Topic::Objection(id) => knowledge.objection(id).map(|row| &row.name),
        Topic::Signal(id) => knowledge
            .signals
            .iter()
            .find(|row| row.id == id)
            .map(|row| &row.name),
        Topic::Archetype(id) => knowledge.archetype(id).map(|row| &row.approach.name),
        Topic::Need(_) => None,
        Topic::Undecided => Some(&knowledge.undecided.name),
    };
    match (name, topic) {
        (Some(name), _) => name.get(lang).to_owned(),
        (None, Topic::Need(need)) => need.to_string(),
        (None, _) => String::new(),
    }
}

fn chip(fact: &Fact, lang: Lang) -> Chip {
    let (value, as_of) = mark::fact_chip(fact, lang);
    Chip {
        fact: fact.id.clone(),
        value,
        label: fact.label.get(lang).to_owned(),
        as_of,
    }
}

pub(super) fn note(fact: &Fact, lang: Lang) -> FactNote {
    let Chip {
        fact: id,
        value,
        label,
        as_of,
    } = chip(fact, lang);
    FactNote {
        fact: id,
        value,
        label,
        as_of,
        source: fact.source.clone(),
        confidence: fact.confidence,
    }
}
