//! The card: what the seller reads now, one at a time (`ui.md`).
//!
//! Must not know the text of an utterance; the words that led to a card are spans.
//! Invariant: a card that is being read stays, and no sentence comes twice while another fits.

mod lines;

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    fact::{Fact, FactId},
    id::CardId,
    knowledge::Knowledge,
    labels::{Archetype, Lang, Need, Objection, Signal, labels},
    profile::{Certainty, Profile, Quote},
    strategy::Source,
};
use lines::Line;

/// A card younger than this is being read.
pub const READ_MS: i64 = 20_000;
/// Words on a whole card, chips included.
pub const MAX_WORDS: usize = 40;
/// Fact chips on a card.
pub const MAX_CHIPS: usize = 3;

/// What the card is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "topic", content = "id", rename_all = "snake_case")]
pub enum Topic {
    Objection(Objection),
    Signal(Signal),
    Need(Need),
    Archetype(Archetype),
    /// Not enough data yet: listen and ask.
    Undecided,
}

/// The one open question on a card.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Ask {
    /// The question of the knowledge base; `None` for an objection's own.
    pub question: Option<String>,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Card {
    pub id: CardId,
    /// Names the sentence to say, whatever its language; the history of a session is made of these.
    pub line: String,
    /// What to do, ≤ 5 words.
    pub headline: String,
    /// What to say, first person, ≤ 14 words.
    pub say: String,
    /// ≤ 12 words.
    pub ask: Option<Ask>,
    /// Facts that may be quoted today, at most [`MAX_CHIPS`].
    pub chips: Vec<FactId>,
    pub why: Vec<Quote>,
    pub topic: Topic,
    pub archetype: Option<Archetype>,
    pub certainty: Certainty,
    pub source: Source,
}

impl Card {
    /// Words on the card; a chip is its number, its date and its label.
    pub fn words(&self, knowledge: &Knowledge, lang: Lang) -> usize {
        let ask = self.ask.as_ref().map_or(0, |ask| words(&ask.text));
        let chips = self
            .chips
            .iter()
            .filter_map(|id| knowledge.facts.get(id))
            .map(|fact| chip_words(fact, lang));
        words(&self.headline) + words(&self.say) + ask + chips.sum::<usize>()
    }
}

/// The card that peeks from below.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Peek {
    pub headline: String,
    #[serde(flatten)]
    pub topic: Topic,
}

labels! {
    /// Why a card is chosen: because something was heard, or because the seller asked for another.
    Trigger { Heard = "heard", AskedFor = "asked_for" }
}

/// What this session has already been through.
#[derive(Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize)]
pub struct History {
    /// Lines of the cards shown, oldest first.
    pub lines: Vec<String>,
    /// Ids of the questions asked.
    pub asked: BTreeSet<String>,
}

impl History {
    /// Notes a card that came on screen.
    pub fn show(&mut self, card: &Card) {
        self.lines.push(card.line.clone());
    }

    /// Notes that the question of a card was asked, or waved away.
    pub fn ask(&mut self, card: &Card) {
        let question = card.ask.as_ref().and_then(|ask| ask.question.clone());
        self.asked.extend(question);
    }

    fn last_at(&self, line: &str) -> Option<usize> {
        self.lines.iter().rposition(|shown| shown == line)
    }
}

/// Everything a choice depends on.
#[derive(Debug, Clone, Copy)]
pub struct Moment<'a> {
    pub profile: &'a Profile,
    pub knowledge: &'a Knowledge,
    pub lang: Lang,
    pub today: Date,
    pub now_ms: i64,
    /// The card on screen and when it came there.
    pub last: Option<(&'a Card, i64)>,
    pub history: &'a History,
    pub trigger: Trigger,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    pub card: Card,
    /// What would come next.
    pub next: Option<Peek>,
    /// A better card waits behind the one that is being read.
    pub held: bool,
}

/// Chooses the card for this moment; a new one gets the id `id`.
pub fn choose(id: CardId, moment: &Moment) -> Chosen {
    let lines = lines::fitting(moment);
    let on_screen = moment.last.map(|(card, _)| card);
    let shown = |line: &Line| moment.history.last_at(&line.key).is_some();
    let stays = |line: &Line| {
        moment.trigger == Trigger::Heard && on_screen.is_some_and(|card| card.line == line.key)
    };
    let first = lines
        .iter()
        .position(|line| stays(line) || !shown(line))
        .unwrap_or_else(|| stalest(&lines, moment.history));
    let best = &lines[first];
    let after = |line: &Line| {
        let mut rest = lines.iter().filter(|other| other.key != line.key);
        let next = rest.clone().find(|other| !shown(other));
        next.or_else(|| rest.next()).map(Line::peek)
    };
    if let Some((card, since_ms)) = moment.last {
        if stays(best) {
            return Chosen {
                card: card.clone(),
                next: after(best),
                held: false,
            };
        }
        let young = moment.now_ms - since_ms < READ_MS;
        if young && moment.trigger == Trigger::Heard {
            return Chosen {
                card: card.clone(),
                next: Some(best.peek()),
                held: true,
            };
        }
    }
    Chosen {
        card: best.card(id, moment),
        next: after(best),
        held: false,
    }
}

/// Where every line has been said, the one that was said longest ago.
fn stalest(lines: &[Line], history: &History) -> usize {
    let at = |(_, line): &(usize, &Line)| history.last_at(&line.key);
    let oldest = lines.iter().enumerate().min_by_key(at);
    oldest.map_or(0, |(i, _)| i)
}

fn words(text: &str) -> usize {
    text.split_whitespace().count()
}

fn chip_words(fact: &Fact, lang: Lang) -> usize {
    2 + words(fact.label.get(lang))
}

#[cfg(test)]
mod tests;
