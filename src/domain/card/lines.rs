//! The lines that fit a moment, best first: an open objection, a fresh signal, what the archetype
//! needs, or the way to speak while nothing is certain.

use std::borrow::Cow;

use super::{
    super::{
        fact::FactId,
        fit,
        id::CardId,
        knowledge::{Opening, SignalRow, Timing},
        labels::{Archetype, Need, Objection, Signal, Tag},
        profile::{Quote, Raised, Seen},
        question,
        strategy::Source,
    },
    Ask, Card, MAX_CHIPS, MAX_WORDS, Moment, Peek, Topic, Trigger, chip_words,
};

/// A signal older than this has passed.
const SIGNAL_FRESH_MS: i64 = 180_000;
/// Quotes on a card: it shows two lines.
const MAX_WHY: usize = 2;

/// A card that is not made yet.
pub(super) struct Line {
    pub key: String,
    headline: String,
    say: String,
    ask: Option<Ask>,
    /// Facts in the order of their use, quotable or not.
    facts: Vec<FactId>,
    why: Vec<Quote>,
    topic: Topic,
}

impl Line {
    pub(super) fn peek(&self) -> Peek {
        Peek {
            headline: self.headline.clone(),
            topic: self.topic,
        }
    }

    pub(super) fn card(&self, id: CardId, moment: &Moment) -> Card {
        let mut card = Card {
            id,
            line: self.key.clone(),
            headline: self.headline.clone(),
            say: self.say.clone(),
            ask: self.ask.clone(),
            chips: Vec::new(),
            why: self.why.iter().take(MAX_WHY).copied().collect(),
            topic: self.topic,
            archetype: moment.profile.archetype(),
            certainty: moment.profile.certainty(),
            source: Source::Playbook,
        };
        for fact in self
            .facts
            .iter()
            .filter_map(|id| moment.knowledge.facts.get(id))
        {
            let room = MAX_WORDS - card.words(moment.knowledge, moment.lang).min(MAX_WORDS);
            let fits = card.chips.len() < MAX_CHIPS && chip_words(fact, moment.lang) <= room;
            let quotable = fact.quotable(moment.today).is_ok();
            if fits && quotable && !card.chips.contains(&fact.id) {
                card.chips.push(fact.id.clone());
            }
        }
        card
    }
}

/// Never empty: the way to speak without an archetype always has an opening.
pub(super) fn fitting(moment: &Moment) -> Vec<Line> {
    let profile = moment.profile;
    let mut lines = Vec::new();
    for (objection, raised) in profile.open_objections() {
        lines.extend(objection_line(moment, objection, raised));
    }
    let mut signals: Vec<_> = profile
        .signals
        .iter()
        .filter(|(_, seen)| moment.now_ms - seen.at_ms <= SIGNAL_FRESH_MS)
        .filter_map(|(&signal, seen)| Some((moment.knowledge.signal(signal)?, signal, seen)))
        .collect();
    signals.sort_by_key(|(row, _, seen)| (std::cmp::Reverse(seen.at_ms), row.timing));
    for (row, signal, seen) in signals {
        lines.push(signal_line(moment, row, signal, seen));
    }
    approach_lines(moment, &mut lines);
    lines
}

fn objection_line(moment: &Moment, objection: Objection, raised: &Raised) -> Option<Line> {
    let row = moment.knowledge.objection(objection)?;
    let text = row.ask.get(moment.lang).to_owned();
    Some(Line {
        key: format!("objection:{objection}"),
        headline: row.headline.get(moment.lang).to_owned(),
        say: row.say.get(moment.lang).to_owned(),
        ask: Some(Ask {
            question: None,
            text,
        }),
        facts: row.facts.clone(),
        why: raised.quotes.clone(),
        topic: Topic::Objection(objection),
    })
}

fn signal_line(moment: &Moment, row: &SignalRow, signal: Signal, seen: &Seen) -> Line {
    // Who wants room or time is not questioned.
    let ask = (row.timing != Timing::Later).then(|| next_question(moment));
    Line {
        key: format!("signal:{signal}"),
        headline: row.headline.get(moment.lang).to_owned(),
        say: row.say.get(moment.lang).to_owned(),
        ask: ask.flatten(),
        facts: Vec::new(),
        why: seen.quotes.clone(),
        topic: Topic::Signal(signal),
    }
}

/// Sentences for the needs that came up, openings of the stage, then the other sentences.
fn approach_lines(moment: &Moment, lines: &mut Vec<Line>) {
    let profile = moment.profile;
    let archetype = profile.archetype();
    let approach = moment.knowledge.approach(archetype);
    let name = archetype.map_or("undecided", Archetype::id);
    let ask = next_question(moment);
    let headline = |i: usize| {
        let headlines = approach.headlines.get(moment.lang);
        headlines[i % headlines.len().max(1)].clone()
    };
    let need_line = |need: Need, why: &[Quote]| {
        let (i, say) = approach
            .say
            .iter()
            .enumerate()
            .find(|(_, say)| say.need == need)?;
        Some(Line {
            key: format!("{name}:need:{need}"),
            headline: headline(i),
            say: say.get(moment.lang).to_owned(),
            ask: ask.clone(),
            facts: need_facts(moment, need),
            why: why.to_vec(),
            topic: Topic::Need(need),
        })
    };
    let heard = profile.ranked_needs();
    lines.extend(
        heard
            .iter()
            .filter_map(|(need, seen)| need_line(*need, &seen.quotes)),
    );
    let why = archetype.and_then(|a| profile.quotes.get(&a)).cloned();
    let opening_line = |(i, opening): (usize, &Opening)| Line {
        key: format!("{name}:opening:{i}"),
        headline: headline(i),
        say: opening.get(moment.lang).to_owned(),
        ask: ask.clone(),
        facts: Vec::new(),
        why: why.clone().unwrap_or_default(),
        topic: archetype.map_or(Topic::Undecided, Topic::Archetype),
    };
    let openings = || approach.openings.iter().enumerate();
    let now = |opening: &Opening| opening.stage == profile.stage;
    lines.extend(openings().filter(|(_, o)| now(o)).map(opening_line));
    let unheard = approach.say.iter().map(|say| say.need);
    lines.extend(
        unheard
            .filter(|need| !profile.needs.contains_key(need))
            .filter_map(|need| need_line(need, &[])),
    );
    lines.extend(openings().filter(|(_, o)| !now(o)).map(opening_line));
}

/// The next best question; another one than on screen when the seller asked for another card.
fn next_question(moment: &Moment) -> Option<Ask> {
    let on_screen = moment
        .last
        .filter(|_| moment.trigger == Trigger::AskedFor)
        .and_then(|(card, _)| card.ask.as_ref()?.question.clone());
    let mut asked = Cow::Borrowed(&moment.history.asked);
    if let Some(question) = on_screen {
        asked.to_mut().insert(question);
    }
    let next = question::next(moment.profile, moment.knowledge, &asked);
    next.first().map(|next| Ask {
        question: Some(next.question.id.clone()),
        text: next.question.text.get(moment.lang).to_owned(),
    })
}

/// Facts that say something by themselves about a need: of the car that fits, then of the country.
fn need_facts(moment: &Moment, need: Need) -> Vec<FactId> {
    let car = fit::car(moment.profile, moment.knowledge, moment.today);
    let of_the_car = car.and_then(|car| match need {
        Need::Range => car.range_fact.clone(),
        Need::Performance => car.acceleration_fact.clone(),
        Need::PurchasePrice => car.price_fact.clone(),
        _ => None,
    });
    let firm = moment.profile.circumstances().contains(&Tag::Business);
    let of_the_country: &[&str] = match need {
        Need::Range => &["winter_loss_model_y"],
        Need::Charging => &["public_points", "dc_points"],
        Need::CostOfOwnership if firm => &["bev_cost_cap", "ice_cost_cap"],
        Need::CostOfOwnership => &["supercharger_tesla_day"],
        Need::Status => &["bus_lane_until"],
        _ => &[],
    };
    let country = of_the_country.iter().map(|id| (*id).to_owned());
    of_the_car.into_iter().chain(country).collect()
}
