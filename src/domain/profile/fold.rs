//! How one event changes a profile.

use std::collections::BTreeMap;

use super::{
    super::{
        classification::{Abstain, Found, Span},
        id::UtteranceId,
        labels::{Archetype, Need, Objection, SlotKey, Speaker},
        slots::{self, Slot, SlotValue, Stated},
    },
    Certainty, Change, Event, Heard, Point, Pool, Profile, Quote, Raised, Seen,
};

/// Smallest probability that an utterance is believed on: it bounds how far one sentence can push.
const FLOOR: f32 = 1e-3;
/// Log odds are whole fractions of this, so that their decimal form has few digits.
const GRAINS_PER_NAT: f64 = 1e6;
/// Evidence spans that one utterance can bring: one sentence is not many witnesses.
const SPANS_PER_UTTERANCE: usize = 2;
/// Scalars between two spans that still belong to one piece of evidence.
const SAME_EVIDENCE_GAP: u32 = 1;
/// What a person's earlier correction is worth when the client comes back, as a probability.
const CORRECTED_BEFORE: f64 = 0.8;
/// A few clear sentences bring the posterior so near to one that a drawing of it would be a bar;
/// the trail takes this part of the log odds, so that the eye sees who is second.
const SOFTENED: f64 = 1.0 / 3.0;
/// Probability of a stage from which it is suggested.
const SUGGEST_STAGE_AT: f32 = 0.5;

impl Profile {
    /// Takes one event; every event counts as a revision, whether or not it changed anything else.
    pub fn apply(&mut self, event: &Event, pool: &Pool) {
        self.rev += 1;
        match event {
            Event::Heard(heard) => self.hear(heard, pool),
            Event::Corrected {
                archetype,
                by,
                at_ms,
                utterance,
            } => {
                self.human = archetype.map(|archetype| (archetype, *by, *at_ms));
                self.settle(*at_ms, utterance.or(self.heard_last), true, pool);
            }
            Event::SlotSet {
                key, value, from, ..
            } => self.set_slot(*key, value.clone(), *from),
            Event::Answered { objection, .. } => {
                if let Some(raised) = self.raised.get_mut(objection) {
                    raised.answered = true;
                }
            }
            Event::StageSet { stage, .. } => self.stage = *stage,
            Event::CardShown { card, at_ms } => self.card = Some((*card, *at_ms)),
        }
    }

    /// A new visit of a client who was here before: the earlier lean, faded by `decay` (0 forgets,
    /// 1 keeps), and nothing else. It brings no evidence span, so it is not shown by itself.
    #[must_use]
    pub fn returning(earlier: &Self, decay: f64) -> Self {
        let mut profile = Self::new();
        let mut odds = earlier.log_odds;
        if let Some((archetype, ..)) = earlier.human {
            let rest = (1.0 - CORRECTED_BEFORE) / (Archetype::COUNT as f64 - 1.0);
            odds = [0.0; Archetype::COUNT];
            odds[archetype.index()] = (CORRECTED_BEFORE / rest).ln();
        }
        profile.log_odds = odds.map(|x| round(x * decay));
        profile.posterior = softmax(&profile.log_odds);
        profile
    }

    fn hear(&mut self, heard: &Heard, pool: &Pool) {
        self.heard_last = Some(heard.utterance);
        if heard.speaker == Speaker::Seller {
            return;
        }
        self.pool(heard, pool);
        self.count(heard);
        let heard_only = |stated: &&Stated| !self.slots_set.contains(&stated.key);
        let stated = heard.slots.iter().filter(heard_only).cloned().collect();
        slots::merge(&mut self.slots, stated, heard.utterance);
        if heard.speaker == Speaker::Client {
            let labels = &heard.labels;
            self.tones.push((heard.utterance, labels.tone.label));
            self.lang = labels.lang;
            if labels.stage.p >= SUGGEST_STAGE_AT {
                self.suggested_stage = Some(labels.stage.label);
            }
        }
        self.settle(heard.at_ms, Some(heard.utterance), false, pool);
    }

    /// `w(role)·(log p − log prior)` for every archetype beside what is kept of before, and the
    /// evidence of an answer.
    fn pool(&mut self, heard: &Heard, pool: &Pool) {
        let trust = match &heard.labels.top {
            Ok(_) => 1.0,
            Err(Abstain::BelowBudget) => pool.below_budget,
            Err(Abstain::NoEvidence | Abstain::Seller) => return,
        };
        let again = match &heard.labels.top {
            Ok(top) if self.quotes.contains_key(&top.label) => pool.again,
            _ => 1.0,
        };
        let weight = pool.weight(heard.speaker) * trust * again;
        for (i, odds) in self.log_odds.iter_mut().enumerate() {
            let p = heard.labels.archetype[i].max(FLOOR);
            let prior = pool.prior[i].max(FLOOR);
            let new = weight * (f64::from(p).ln() - f64::from(prior).ln());
            *odds = round(*odds * pool.recency + new);
        }
        self.posterior = softmax(&self.log_odds);
        if let Ok(top) = &heard.labels.top {
            let pieces = pieces(&top.evidence).min(SPANS_PER_UTTERANCE);
            self.spans = self.spans.saturating_add(pieces as u16);
            let quotes = self.quotes.entry(top.label).or_default();
            remember(quotes, heard.utterance, &top.evidence);
        }
    }

    /// Everything that is counted over the visit.
    fn count(&mut self, heard: &Heard) {
        let labels = &heard.labels;
        for found in &labels.tags {
            see(&mut self.tags, found, heard);
        }
        for found in &labels.needs {
            see(&mut self.needs, found, heard);
        }
        for found in &labels.signals {
            see(&mut self.signals, found, heard);
        }
        for objection in &labels.objections {
            let found = &objection.found;
            raise(&mut self.raised, found, objection.severity, heard);
            let implied = found.label.implied_need();
            let named = |need: &Need| labels.needs.iter().any(|other| other.label == *need);
            if let Some(need) = implied.filter(|need| !named(need)) {
                let need = Found {
                    label: need,
                    p: found.p,
                    evidence: found.evidence.clone(),
                };
                see(&mut self.needs, &need, heard);
            }
        }
    }

    fn set_slot(&mut self, key: SlotKey, value: Option<SlotValue>, from: UtteranceId) {
        let Some(value) = value else {
            self.slots.remove(&key);
            self.slots_set.remove(&key);
            return;
        };
        let quote = Span {
            start: 0,
            end: 0,
            weight: 0.0,
        };
        self.slots.insert(key, Slot { value, quote, from });
        self.slots_set.insert(key);
    }

    /// Who leads now, and whether that is a change.
    fn settle(&mut self, at_ms: i64, utterance: Option<UtteranceId>, corrected: bool, pool: &Pool) {
        let before = self.archetype();
        self.top = match self.human {
            Some((archetype, ..)) => Some((archetype, Certainty::Sure)),
            None => self.answer(pool),
        };
        let archetype = self.archetype();
        if archetype != before {
            self.evolution.push(Change {
                at_ms,
                archetype,
                utterance,
                corrected,
            });
        }
        self.trace(at_ms);
    }

    /// Adds a point to the trail; a full one loses every second point and keeps its two ends.
    fn trace(&mut self, at_ms: i64) {
        self.trail.push(Point {
            at_ms,
            shares: softmax(&self.log_odds.map(|x| x * SOFTENED))
                .map(|p| (p * 100.0).round() as u8),
            enough: self.top.is_some(),
        });
        if self.trail.len() > Self::TRAIL {
            let mut odd = false;
            self.trail.retain(|_| {
                odd = !odd;
                odd
            });
        }
    }

    fn answer(&self, pool: &Pool) -> Option<(Archetype, Certainty)> {
        let (archetype, p) = self.ranked()[0];
        if self.spans < pool.min_spans || p < pool.answer_at {
            None
        } else if p < pool.sure_at {
            Some((archetype, Certainty::Rather))
        } else {
            Some((archetype, Certainty::Sure))
        }
    }
}

fn round(x: f64) -> f64 {
    (x * GRAINS_PER_NAT).round() / GRAINS_PER_NAT
}

fn softmax(log_odds: &[f64; Archetype::COUNT]) -> [f32; Archetype::COUNT] {
    let top = log_odds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let weights = log_odds.map(|x| (x - top).exp());
    let sum: f64 = weights.iter().sum();
    weights.map(|w| (w / sum) as f32)
}

/// How many stretches of the text the spans make once touching ones are joined.
fn pieces(spans: &[Span]) -> usize {
    let mut spans: Vec<_> = spans.iter().filter(|span| span.start < span.end).collect();
    spans.sort_by_key(|span| (span.start, span.end));
    let mut count = 0;
    let mut end = None;
    for span in spans {
        if end.is_none_or(|end: u32| span.start > end + SAME_EVIDENCE_GAP) {
            count += 1;
        }
        end = Some(end.map_or(span.end, |end: u32| end.max(span.end)));
    }
    count
}

fn remember(quotes: &mut Vec<Quote>, utterance: UtteranceId, spans: &[Span]) {
    let mut new: Vec<_> = spans
        .iter()
        .map(|&span| Quote { utterance, span })
        .collect();
    new.append(quotes);
    new.truncate(Profile::QUOTES);
    *quotes = new;
}

fn see<L: Ord + Copy>(seen: &mut BTreeMap<L, Seen>, found: &Found<L>, heard: &Heard) {
    let entry = seen.entry(found.label).or_insert(Seen {
        p: 0.0,
        times: 0,
        last: heard.utterance,
        at_ms: heard.at_ms,
        quotes: Vec::new(),
    });
    entry.p = entry.p.max(found.p);
    entry.times = entry.times.saturating_add(1);
    entry.last = heard.utterance;
    entry.at_ms = heard.at_ms;
    remember(&mut entry.quotes, heard.utterance, &found.evidence);
}

fn raise(
    raised: &mut BTreeMap<Objection, Raised>,
    found: &Found<Objection>,
    severity: u8,
    heard: &Heard,
) {
    let entry = raised.entry(found.label).or_insert(Raised {
        severity,
        times: 0,
        first: heard.utterance,
        last: heard.utterance,
        at_ms: heard.at_ms,
        answered: false,
        quotes: Vec::new(),
    });
    entry.severity = if entry.answered {
        severity
    } else {
        entry.severity.max(severity)
    };
    entry.times = entry.times.saturating_add(1);
    entry.last = heard.utterance;
    entry.at_ms = heard.at_ms;
    entry.answered = false;
    remember(&mut entry.quotes, heard.utterance, &found.evidence);
}
