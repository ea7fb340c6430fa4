//! The state of a session: a fold over what was heard and what people corrected.
//!
//! Must not know the text of an utterance: it holds labels, slots and spans that point into it.
//! Invariant: replaying the same events gives the same bytes, also through a store that writes the
//! state as JSON between two events (hence the rounding of [`Profile::log_odds`]).

mod fold;
mod pool;

use std::collections::{BTreeMap, BTreeSet};

pub use pool::Pool;

use super::{
    classification::{Classification, Span},
    id::{CardId, UserId, UtteranceId},
    labels::{
        Archetype, Lang, Need, Objection, Signal, SlotKey, Speaker, Stage, Tag, Tone, labels,
    },
    slots::{SlotValue, Slots, Stated},
};

labels! {
    /// The three words on screen. "Not enough data" is the absence of a top archetype.
    Certainty { NotEnough = "not_enough", Rather = "rather", Sure = "sure" }
}

labels! {
    /// What the appliance does at this certainty (`product.md` 2.2, bands).
    Band { Collect = "collect", Deepen = "deepen", Strategy = "strategy" }
}

/// Words of the client that led to something shown: a span of the text of that utterance.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Quote {
    pub utterance: UtteranceId,
    pub span: Span,
}

/// An objection the client raised.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Raised {
    /// 1 mild, 2 clear, 3 blocking: the worst since it was last answered.
    pub severity: u8,
    pub times: u16,
    pub first: UtteranceId,
    pub last: UtteranceId,
    pub at_ms: i64,
    pub answered: bool,
    /// The words, newest first, at most [`Profile::QUOTES`].
    pub quotes: Vec<Quote>,
}

/// Something counted over the visit: how sure at best, how often, where last.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Seen {
    pub p: f32,
    pub times: u16,
    pub last: UtteranceId,
    pub at_ms: i64,
    /// The words, newest first, at most [`Profile::QUOTES`].
    pub quotes: Vec<Quote>,
}

/// A change of the leading archetype, for the ribbon and `archetype_evolution`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Change {
    pub at_ms: i64,
    /// `None` is "not enough data".
    pub archetype: Option<Archetype>,
    /// The utterance that tipped it; `None` before the first one.
    pub utterance: Option<UtteranceId>,
    /// Whether a person changed it.
    pub corrected: bool,
}

/// How the archetypes stood after something was heard or corrected: a point of the ribbon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Point {
    pub at_ms: i64,
    /// Whole per cent of each archetype, in the order of the set, softened for the eye: they rank
    /// as the posterior does and are no probabilities.
    pub shares: [u8; Archetype::COUNT],
    /// Whether one of them might be shown.
    pub enough: bool,
}

/// One utterance as the fold takes it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Heard {
    pub utterance: UtteranceId,
    pub at_ms: i64,
    pub speaker: Speaker,
    pub words: u16,
    pub labels: Classification,
    pub slots: Vec<Stated>,
}

/// What changes a profile.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    Heard(Box<Heard>),
    /// "This is rather a …", by a person; takes effect at once and wins until `None` clears it.
    Corrected {
        archetype: Option<Archetype>,
        by: UserId,
        at_ms: i64,
        utterance: Option<UtteranceId>,
    },
    /// A slot set by a person, which later speech does not overwrite; `None` empties it and lets
    /// later speech fill it again.
    SlotSet {
        key: SlotKey,
        value: Option<SlotValue>,
        at_ms: i64,
        from: UtteranceId,
    },
    Answered {
        objection: Objection,
        at_ms: i64,
    },
    StageSet {
        stage: Stage,
        at_ms: i64,
    },
    CardShown {
        card: CardId,
        at_ms: i64,
    },
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Profile {
    /// Counts events; an optimistic lock and the version of every view.
    pub rev: u32,
    /// Natural logarithms up to a constant, in whole millionths: such numbers survive JSON exactly.
    pub log_odds: [f64; Archetype::COUNT],
    /// Softmax of `log_odds`.
    pub posterior: [f32; Archetype::COUNT],
    /// Independent pieces of evidence so far.
    pub spans: u16,
    /// `None` is "not enough data yet".
    pub top: Option<(Archetype, Certainty)>,
    pub human: Option<(Archetype, UserId, i64)>,
    pub evolution: Vec<Change>,
    /// The shares over the visit, at most [`Profile::TRAIL`] points, thinned evenly beyond that.
    #[serde(default)]
    pub trail: Vec<Point>,
    /// The words that spoke for each archetype, newest first.
    pub quotes: BTreeMap<Archetype, Vec<Quote>>,
    pub slots: Slots,
    /// Slots that a person set: what is heard later does not overwrite them.
    pub slots_set: BTreeSet<SlotKey>,
    pub raised: BTreeMap<Objection, Raised>,
    pub tags: BTreeMap<Tag, Seen>,
    pub needs: BTreeMap<Need, Seen>,
    pub signals: BTreeMap<Signal, Seen>,
    /// Tone of each client utterance, oldest first.
    pub tones: Vec<(UtteranceId, Tone)>,
    /// The newest utterance, whoever spoke.
    pub heard_last: Option<UtteranceId>,
    pub card: Option<(CardId, i64)>,
    pub stage: Stage,
    pub suggested_stage: Option<Stage>,
    pub lang: Lang,
}

impl Default for Profile {
    fn default() -> Self {
        Self::new()
    }
}

impl Profile {
    /// Quotes kept per label.
    pub const QUOTES: usize = 4;
    /// Points kept of the shares over the visit.
    pub const TRAIL: usize = 48;

    /// An empty profile: every archetype is as likely, nothing is known.
    pub fn new() -> Self {
        Self {
            rev: 0,
            log_odds: [0.0; Archetype::COUNT],
            posterior: [1.0 / Archetype::COUNT as f32; Archetype::COUNT],
            spans: 0,
            top: None,
            human: None,
            evolution: Vec::new(),
            trail: Vec::new(),
            quotes: BTreeMap::new(),
            slots: Slots::new(),
            slots_set: BTreeSet::new(),
            raised: BTreeMap::new(),
            tags: BTreeMap::new(),
            needs: BTreeMap::new(),
            signals: BTreeMap::new(),
            tones: Vec::new(),
            heard_last: None,
            card: None,
            stage: Stage::Discovery,
            suggested_stage: None,
            lang: Lang::Pl,
        }
    }

    /// The state after all events, oldest first.
    pub fn replay<'e>(events: impl IntoIterator<Item = &'e Event>, pool: &Pool) -> Self {
        let mut profile = Self::new();
        for event in events {
            profile.apply(event, pool);
        }
        profile
    }

    /// Archetypes by falling posterior, equal ones in the order of the set; a person's correction
    /// comes first whatever its posterior.
    pub fn ranked(&self) -> Vec<(Archetype, f32)> {
        let human = self.human.map(|(archetype, ..)| archetype);
        let mut ranked: Vec<_> = Archetype::ALL
            .iter()
            .map(|&a| (a, self.posterior[a.index()]))
            .collect();
        ranked.sort_by(|a, b| {
            let corrected = (Some(b.0) == human).cmp(&(Some(a.0) == human));
            corrected.then(b.1.total_cmp(&a.1))
        });
        ranked
    }

    /// The archetype that may be shown, or `None` while there is not enough data.
    pub fn archetype(&self) -> Option<Archetype> {
        self.top.map(|(archetype, _)| archetype)
    }

    pub fn certainty(&self) -> Certainty {
        self.top.map_or(Certainty::NotEnough, |(_, c)| c)
    }

    /// Probability of the shown archetype, 0–1; one for a person's correction, zero without one.
    pub fn confidence(&self) -> f32 {
        match (self.human, self.top) {
            (Some(_), _) => 1.0,
            (None, Some((archetype, _))) => self.posterior[archetype.index()],
            (None, None) => 0.0,
        }
    }

    /// What the appliance does now: collect, deepen, or offer the whole strategy.
    pub fn band(&self) -> Band {
        match self.certainty() {
            Certainty::NotEnough => Band::Collect,
            Certainty::Rather => Band::Deepen,
            Certainty::Sure => Band::Strategy,
        }
    }

    /// How often the client spoke.
    pub fn client_utterances(&self) -> usize {
        self.tones.len()
    }

    /// Objections that wait for an answer: the most severe first, then the newest.
    pub fn open_objections(&self) -> Vec<(Objection, &Raised)> {
        let mut open: Vec<_> = self
            .raised
            .iter()
            .filter(|(_, raised)| !raised.answered)
            .map(|(&objection, raised)| (objection, raised))
            .collect();
        open.sort_by_key(|(_, raised)| {
            std::cmp::Reverse((raised.severity, raised.at_ms, raised.times))
        });
        open
    }

    /// Needs by how often they came up, then the newest.
    pub fn ranked_needs(&self) -> Vec<(Need, &Seen)> {
        let mut needs: Vec<_> = self
            .needs
            .iter()
            .map(|(&need, seen)| (need, seen))
            .collect();
        needs.sort_by_key(|(_, seen)| std::cmp::Reverse((seen.times, seen.at_ms)));
        needs
    }

    /// Circumstances that were heard or that follow from a slot.
    pub fn circumstances(&self) -> BTreeSet<Tag> {
        let mut tags: BTreeSet<_> = self.tags.keys().copied().collect();
        for (key, slot) in &self.slots {
            match (key, &slot.value) {
                (SlotKey::PvKwp, SlotValue::Number(kwp)) if kwp.is_sign_positive() => {
                    tags.insert(Tag::HasPv);
                }
                (SlotKey::HomeCharging, SlotValue::YesNo(false)) => {
                    tags.insert(Tag::NoHomeCharging);
                }
                (SlotKey::HomeCharging, SlotValue::YesNo(true)) => {
                    tags.remove(&Tag::NoHomeCharging);
                }
                (SlotKey::CompanyForm, SlotValue::Choice(form)) => match form.as_str() {
                    "sole_trader" => tags.extend([Tag::SoleTrader, Tag::Business]),
                    "company" => tags.extend([Tag::Business]),
                    _ => {}
                },
                _ => {}
            }
        }
        tags
    }
}

#[cfg(test)]
pub(crate) mod tests;
