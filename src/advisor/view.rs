//! What callers get: scoped, unsealed, in words. Nothing here is stored.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{
    classification::{Abstain, ModelRef, Span},
    fact::{Confidence, FactId},
    id::{CardId, SessionId, StrategyId, UserId, UtteranceId},
    indicators::Metric,
    labels::{Archetype, Lang, Objection, SlotKey, Speaker, Stage},
    profile::Certainty,
    strategy::{Body, JobState, Key, Source},
    visit::Status,
};

/// Words of the client with the telling part marked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuoteView {
    pub before: String,
    pub marked: String,
    pub after: String,
    pub at_ms: i64,
}

/// A number with its unit, what it is, and the date of the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chip {
    pub fact: FactId,
    pub value: String,
    pub label: String,
    /// "MM.YYYY".
    pub as_of: String,
}

/// A fact as it stands beside an argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FactNote {
    pub fact: FactId,
    pub value: String,
    pub label: String,
    pub as_of: String,
    pub source: String,
    pub confidence: Confidence,
}

/// What the seller reads now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CardView {
    pub id: CardId,
    pub topic: String,
    pub headline: String,
    pub say: String,
    pub ask: Option<String>,
    pub ask_id: Option<String>,
    pub chips: Vec<Chip>,
    pub why: Vec<QuoteView>,
    pub source: Source,
    /// Headline of the card that comes next.
    pub next: Option<String>,
    /// A newer card waits because this one is being read.
    pub held: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// Raised and not answered.
    Open,
    /// Likely for this archetype.
    Likely,
    Possible,
    Answered,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ObjectionView {
    pub objection: Objection,
    pub name: String,
    pub state: ObjectionState,
    /// 1–3: severity of a raised one, likelihood of another.
    pub level: u8,
    pub at_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SlotView {
    pub key: SlotKey,
    /// The value as the API carries it: a number, `yes`, `no`, the id of a choice, or a text.
    pub value: String,
    /// The value in words, in the language of the visit.
    #[serde(skip)]
    pub said: String,
    pub quote: Option<String>,
    pub by_person: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct QuestionView {
    pub id: String,
    pub text: String,
    pub reason: String,
    pub answers: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UtteranceView {
    pub id: UtteranceId,
    pub speaker: Speaker,
    pub text: String,
    pub at_ms: i64,
}

/// A change of the leading archetype.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeView {
    pub at_ms: i64,
    pub archetype: Option<Archetype>,
    pub name: Option<String>,
    pub corrected: bool,
}

/// How the shares of the archetypes changed over the visit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RibbonView {
    /// Oldest first, at least one.
    pub points: Vec<RibbonPoint>,
    pub leader: Archetype,
    /// The second, where it has a share worth naming.
    pub second: Option<Archetype>,
    /// Whether the second has gained since the point before.
    pub second_grows: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RibbonPoint {
    pub at_ms: i64,
    /// Whether an archetype could be shown then.
    pub enough: bool,
    /// Per cent of the leader and of the second, 0–100.
    pub leader: u8,
    pub second: u8,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContributionView {
    pub feature: String,
    pub value: f32,
    /// Points added to (or taken from) the neutral start.
    pub points: f32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorView {
    pub metric: Metric,
    /// 0–100, or `None` while too little is known.
    pub value: Option<u8>,
    pub need: Vec<String>,
    pub contributions: Vec<ContributionView>,
    pub weight_set: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArchetypeView {
    pub archetype: Archetype,
    pub name: String,
    pub p: f32,
    pub certainty: Certainty,
}

/// A row of the list of sessions.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionLine {
    pub id: SessionId,
    pub alias: String,
    pub status: Status,
    pub stage: Stage,
    pub lang: Lang,
    pub profiling: bool,
    pub top: Option<ArchetypeView>,
    pub outcome: Option<String>,
    pub created_ms: i64,
    pub updated_ms: i64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionList {
    pub lines: Vec<SessionLine>,
    /// Opaque place of the next page.
    pub next: Option<String>,
}

/// Everything the session screen shows.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SessionView {
    pub id: SessionId,
    pub alias: String,
    pub owner: UserId,
    pub status: Status,
    pub stage: Stage,
    pub suggested_stage: Option<Stage>,
    pub lang: Lang,
    pub profiling: bool,
    pub created_ms: i64,
    pub rev: u32,
    pub card: CardView,
    pub top: Option<ArchetypeView>,
    /// Whether a person set the archetype.
    pub human: bool,
    /// The three leading ones.
    pub ranked: Vec<ArchetypeView>,
    pub quotes: Vec<QuoteView>,
    pub evolution: Vec<ChangeView>,
    /// For the eye; the API has `evolution`.
    #[serde(skip)]
    pub ribbon: Option<RibbonView>,
    pub objections: Vec<ObjectionView>,
    pub slots: Vec<SlotView>,
    pub questions: Vec<QuestionView>,
    /// Newest first.
    pub utterances: Vec<UtteranceView>,
    pub indicators: Vec<IndicatorView>,
    /// The calming panel stands instead of a call to action.
    pub calming: bool,
    pub strategy: Option<StrategyId>,
    pub outcome: Option<String>,
}

/// A label with its evidence in the analysed text.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Labelled {
    pub id: String,
    pub name: String,
    pub p: f32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    pub evidence: Vec<Span>,
}

/// What the appliance says about one utterance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Analysis {
    /// Set when it was stored.
    pub utterance: Option<UtteranceId>,
    pub stored: bool,
    /// The text the spans point into: special categories are taken out.
    pub text: String,
    pub lang: Lang,
    pub top: Option<ArchetypeView>,
    pub abstained: Option<Abstain>,
    pub top_three: Vec<ArchetypeView>,
    pub evidence: Vec<Span>,
    pub tags: Vec<Labelled>,
    pub needs: Vec<Labelled>,
    pub objections: Vec<Labelled>,
    pub signals: Vec<Labelled>,
    pub tone: Labelled,
    pub stage: Labelled,
    pub slots: Vec<SlotView>,
    pub questions: Vec<QuestionView>,
    /// May be spoken aloud.
    pub say_to_client: Option<String>,
    /// A whisper to the seller.
    pub for_seller: Option<String>,
    pub indicators: Vec<IndicatorView>,
    /// Ids of the knowledge rows that were used.
    pub knowledge: Vec<String>,
    /// Who labelled: always the local model.
    pub source: &'static str,
    pub model: ModelRef,
    pub knowledge_rev: u64,
    /// Microseconds of the labelling alone.
    pub took_us: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CarView {
    pub id: String,
    pub name: String,
    pub pitch: String,
    pub range: Option<FactNote>,
    pub price: Option<FactNote>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionView {
    pub key: Key,
    pub body: Body,
    pub source: Source,
    /// Sentences the guard took out.
    pub removed: usize,
    pub facts: BTreeMap<FactId, FactNote>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StrategyView {
    pub id: StrategyId,
    pub session: SessionId,
    pub state: JobState,
    pub sections: Vec<SectionView>,
    pub created_ms: i64,
    pub template: u32,
    pub knowledge_rev: u64,
    pub objection_names: BTreeMap<Objection, String>,
    pub car: Option<CarView>,
}
