//! A visit as the domain sees it: what a card is chosen from.

use bigdecoder::{
    domain::{
        card::{self, Card, History, Moment, Trigger},
        id::{CardId, UtteranceId},
        knowledge::Knowledge,
        labels::{Lang, Speaker},
        profile::{Event, Heard, Pool, Profile},
        slots,
    },
    engine::classifier::{Classifier, EmbeddedClassifier},
};
use jiff::civil::{Date, date};
use uuid::Uuid;

use crate::texts::Text;

/// A day on which the shipped facts hold.
const TODAY: Date = date(2026, 11, 24);
/// Longer than a card is held on screen, so that every choice is a full one.
const BETWEEN_MS: i64 = 30_000;
const UTTERANCES: i64 = 40;

pub(crate) struct Visit<'a> {
    knowledge: &'a Knowledge,
    classifier: &'a EmbeddedClassifier,
    heard: i64,
    state: State,
}

/// The visit right after an utterance, before the card for it is chosen.
#[derive(Clone, Default)]
pub(crate) struct State {
    profile: Profile,
    history: History,
    last: Option<(Card, i64)>,
    now_ms: i64,
}

impl State {
    pub(crate) fn moment<'a>(&'a self, knowledge: &'a Knowledge, lang: Lang) -> Moment<'a> {
        Moment {
            profile: &self.profile,
            knowledge,
            lang,
            today: TODAY,
            now_ms: self.now_ms,
            last: self.last.as_ref().map(|(card, at_ms)| (card, *at_ms)),
            history: &self.history,
            trigger: Trigger::Heard,
        }
    }
}

impl<'a> Visit<'a> {
    pub(crate) fn new(knowledge: &'a Knowledge, classifier: &'a EmbeddedClassifier) -> Self {
        Self {
            knowledge,
            classifier,
            heard: 0,
            state: State::default(),
        }
    }

    /// The state after this utterance; the visit itself goes on with its card on screen.
    pub(crate) fn hear(&mut self, text: &Text) -> State {
        if self.heard % UTTERANCES == 0 {
            self.state = State::default();
        }
        self.heard += 1;
        let state = &mut self.state;
        state.now_ms += BETWEEN_MS;
        let id = Uuid::from_u128(self.heard as u128);
        let labels = self.classifier.classify(Speaker::Client, &text.words);
        let heard = Heard {
            utterance: UtteranceId(id),
            at_ms: state.now_ms,
            speaker: Speaker::Client,
            words: text.words.split_whitespace().count() as u16,
            slots: slots::extract(&text.words, labels.lang),
            labels,
        };
        let pool = Pool::default();
        state.profile.apply(&Event::Heard(Box::new(heard)), &pool);
        let before = state.clone();
        let chosen = card::choose(CardId(id), &before.moment(self.knowledge, Lang::Pl));
        if before
            .last
            .as_ref()
            .is_none_or(|(card, _)| card.id != chosen.card.id)
        {
            let (card, at_ms) = (chosen.card.id, before.now_ms);
            state
                .profile
                .apply(&Event::CardShown { card, at_ms }, &pool);
            state.history.show(&chosen.card);
            state.last = Some((chosen.card, at_ms));
        }
        before
    }
}
