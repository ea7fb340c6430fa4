//! The card of a session: which one is on screen, what the seller did with it, what comes next.
//!
//! Every card that was shown is a stored message with its id, so that feedback and audit can name it.

mod act;

use std::collections::BTreeSet;

use serde_json::json;

pub use act::CardAct;

use super::{
    Advisor,
    error::Result,
    sessions::{Message, Opened, Texts},
    spoken::Gate,
    view::{CardView, Chip, FactNote},
};
use crate::{
    domain::{
        card::{self, Card, Chosen, History, Moment, Topic, Trigger},
        fact::{Fact, FactId},
        id::{CardId, StrategyId, UtteranceId},
        knowledge::Knowledge,
        labels::Lang,
        mark,
        profile::{Event, Profile},
        visit::MessageType,
    },
    store::conversations,
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
    /// The question with this id was asked, or waved away.
    Asked(String),
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
        Suggestion::Card(self.card.clone()).message(opened, id, at_ms)
    }
}

impl Suggestion {
    /// The message that stores it.
    pub(super) fn message(
        &self,
        opened: &Opened,
        id: UtteranceId,
        at_ms: i64,
    ) -> Result<conversations::NewMessage> {
        let kind = match self {
            Self::Card(_) => "card",
            Self::Strategy(_) => "strategy",
            Self::Asked(_) => "asked",
        };
        Ok(conversations::NewMessage {
            id,
            session: opened.row.id,
            message_type: MessageType::AiSuggestion,
            content: opened
                .key
                .seal_json("conversations", "content", &id.to_string(), self)?,
            metadata: json!({"kind": kind}),
            at_ms,
        })
    }
}

/// The cards shown so far, and what became of their questions.
#[derive(Default)]
struct Deck {
    /// Oldest first, with their times.
    cards: Vec<(Card, i64)>,
    history: History,
}

impl Deck {
    fn of(messages: &[Message]) -> Self {
        let mut deck = Self::default();
        let suggested = messages
            .iter()
            .filter(|message| message.kind == MessageType::AiSuggestion);
        for message in suggested {
            match serde_json::from_str(&message.text) {
                Ok(Suggestion::Card(card)) => {
                    deck.history.show(&card);
                    deck.cards.push((card, message.at_ms));
                }
                Ok(Suggestion::Asked(question)) => {
                    deck.history.asked.insert(question);
                }
                Ok(Suggestion::Strategy(_)) | Err(_) => {}
            }
        }
        deck
    }

    /// The card on screen.
    fn top(&self) -> Option<&Card> {
        self.cards.last().map(|(card, _)| card)
    }
}

impl Advisor {
    /// Folds a new card into the profile if one is due now.
    pub(super) fn next_card(
        &self,
        opened: &mut Opened,
        suggestions: &[Message],
        knowledge: &Knowledge,
        now_ms: i64,
    ) -> Option<Shown> {
        let deck = Deck::of(suggestions);
        let chosen = self.choose(
            &opened.profile,
            knowledge,
            opened.row.lang,
            &deck,
            Trigger::Heard,
            now_ms,
        );
        let current = deck.top().map(|card| card.id);
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
        deck: &Deck,
        trigger: Trigger,
        now_ms: i64,
    ) -> Chosen {
        let moment = Moment {
            profile,
            knowledge,
            lang,
            today: self.today(),
            now_ms,
            last: deck.cards.last().map(|(card, at_ms)| (card, *at_ms)),
            history: &deck.history,
            trigger,
        };
        let mut chosen = card::choose(CardId(self.new_id()), &moment);
        self.guard(&mut chosen.card, profile, knowledge, lang);
        chosen
    }

    /// Takes out of a card what may not be said.
    fn guard(&self, card: &mut Card, profile: &Profile, knowledge: &Knowledge, lang: Lang) {
        let mut gate = Gate::new(knowledge, &profile.slots, lang, self.today());
        card.headline = gate.pass(&card.headline);
        card.say = gate.pass(&card.say);
        card.ask = card.ask.take().and_then(|ask| {
            let text = gate.pass(&ask.text);
            (!text.is_empty()).then_some(card::Ask { text, ..ask })
        });
    }

    /// The card for a profile on its own.
    pub(super) fn chosen(&self, profile: &Profile, knowledge: &Knowledge, lang: Lang) -> Card {
        let deck = Deck::default();
        let now_ms = self.now_ms();
        self.choose(profile, knowledge, lang, &deck, Trigger::Heard, now_ms)
            .card
    }

    pub(super) fn asked(&self, messages: &[Message]) -> BTreeSet<String> {
        Deck::of(messages).history.asked
    }

    /// The card on screen: the last one shown, or the first one of a session.
    pub(super) fn card_view(
        &self,
        opened: &Opened,
        messages: &[Message],
        knowledge: &Knowledge,
    ) -> CardView {
        let deck = Deck::of(messages);
        let lang = opened.row.lang;
        let chosen = self.choose(
            &opened.profile,
            knowledge,
            lang,
            &deck,
            Trigger::Heard,
            self.now_ms(),
        );
        let held = deck.top().is_some_and(|card| card.id != chosen.card.id);
        let card = deck.top().unwrap_or(&chosen.card).clone();
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
