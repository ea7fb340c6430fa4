//! The state of a session: a fold over what was heard and what people corrected.
//!
//! Invariant: replaying the same events gives the same bytes.

use std::collections::BTreeMap;

use super::{
    classification::Classification,
    id::{CardId, UserId, UtteranceId},
    labels::{Archetype, Lang, Need, Objection, Signal, Speaker, Stage, Tag, Tone, labels},
    slots::{Slots, Stated},
};

labels! {
    /// The three words on screen. "Not enough data" is the absence of a top archetype.
    Certainty { NotEnough = "not_enough", Rather = "rather", Sure = "sure" }
}

labels! {
    /// What the appliance does at this certainty (`product.md` 2.2, bands).
    Band { Collect = "collect", Deepen = "deepen", Strategy = "strategy" }
}

/// An objection the client raised.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Raised {
    pub severity: u8,
    pub times: u16,
    pub first: UtteranceId,
    pub last: UtteranceId,
    pub answered: bool,
}

/// Something counted over the visit: how sure, how often, where last.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Seen {
    pub p: f32,
    pub times: u16,
    pub last: UtteranceId,
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
    /// "This is rather a …", by a person; takes effect at once and wins.
    Corrected {
        archetype: Option<Archetype>,
        by: UserId,
        at_ms: i64,
        utterance: Option<UtteranceId>,
    },
    SlotSet {
        key: super::labels::SlotKey,
        value: Option<super::slots::SlotValue>,
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
    pub log_odds: [f64; Archetype::COUNT],
    pub posterior: [f32; Archetype::COUNT],
    /// Independent pieces of evidence so far.
    pub spans: u16,
    /// `None` is "not enough data yet".
    pub top: Option<(Archetype, Certainty)>,
    pub human: Option<(Archetype, UserId, i64)>,
    pub evolution: Vec<(i64, Option<Archetype>, UtteranceId)>,
    pub slots: Slots,
    pub raised: BTreeMap<Objection, Raised>,
    pub tags: BTreeMap<Tag, Seen>,
    pub needs: BTreeMap<Need, Seen>,
    pub signals: BTreeMap<Signal, Seen>,
    /// Tone of each client utterance, oldest first.
    pub tones: Vec<(UtteranceId, Tone)>,
    pub card: Option<(CardId, i64)>,
    pub stage: Stage,
    pub suggested_stage: Option<Stage>,
    pub lang: Lang,
}
