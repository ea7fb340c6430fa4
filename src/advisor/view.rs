//! What callers get: scoped, unsealed, in words. Nothing here is stored.
//!
//! The comments of the fields are the words of the API's document.

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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QuoteView {
    /// Up to 60 characters before the telling part.
    pub before: String,
    pub marked: String,
    /// Up to 60 characters after it.
    pub after: String,
    /// Milliseconds since the Unix epoch, UTC.
    pub at_ms: i64,
}

/// A number with its unit, what it is, and the date of the fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct Chip {
    #[schema(value_type = String)]
    pub fact: FactId,
    /// The number with its unit, in the language of the visit.
    pub value: String,
    /// What the number is.
    pub label: String,
    /// "MM.YYYY".
    pub as_of: String,
}

/// A fact as it stands beside an argument.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct FactNote {
    #[schema(value_type = String)]
    pub fact: FactId,
    /// The number with its unit, in the language of the visit.
    pub value: String,
    /// What the number is.
    pub label: String,
    /// "MM.YYYY".
    pub as_of: String,
    /// Where the number is from.
    pub source: String,
    pub confidence: Confidence,
}

/// What the seller reads now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct CardView {
    pub id: CardId,
    /// What the card is about, in words.
    pub topic: String,
    /// What to do, at most five words: for the seller.
    pub headline: String,
    /// What to say, at most fourteen words: may be spoken aloud.
    pub say: String,
    /// The one open question, if there is one.
    pub ask: Option<String>,
    /// Its id in the knowledge; null for an objection's own question.
    pub ask_id: Option<String>,
    /// At most three numbers, each a fact in force today.
    pub chips: Vec<Chip>,
    /// The client's words that led to the card.
    pub why: Vec<QuoteView>,
    pub source: Source,
    /// Headline of the card that comes next.
    pub next: Option<String>,
    /// A newer card waits because this one is being read.
    pub held: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectionState {
    /// Raised and not answered.
    Open,
    /// Likely for this archetype.
    Likely,
    Possible,
    Answered,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ObjectionView {
    pub objection: Objection,
    pub name: String,
    pub state: ObjectionState,
    /// 1–3: severity of a raised one, likelihood of another.
    pub level: u8,
    /// When it was last raised, in milliseconds since the Unix epoch.
    pub at_ms: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct SlotView {
    pub key: SlotKey,
    /// The value as the API carries it: a number, `yes`, `no`, the id of a choice, or a text.
    pub value: String,
    /// The value in words, in the language of the visit.
    #[serde(skip)]
    pub said: String,
    /// The words that stated it.
    pub quote: Option<String>,
    /// Whether a person set it; then later speech does not overwrite it.
    pub by_person: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct QuestionView {
    pub id: String,
    pub text: String,
    /// Why this question now.
    pub reason: String,
    /// Two to five typical answers.
    pub answers: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct UtteranceView {
    pub id: UtteranceId,
    pub speaker: Speaker,
    /// As it is stored: special categories are taken out.
    pub text: String,
    /// Milliseconds since the Unix epoch, UTC.
    pub at_ms: i64,
}

/// A change of the leading archetype.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub struct ChangeView {
    /// Milliseconds since the Unix epoch, UTC.
    pub at_ms: i64,
    /// Null is "not enough data".
    pub archetype: Option<Archetype>,
    pub name: Option<String>,
    /// Whether a person changed it.
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

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ContributionView {
    pub feature: String,
    /// The feature, 0–1; one half is neutral.
    pub value: f32,
    /// Points added to (or taken from) the neutral start.
    pub points: f32,
}

/// An indicator: 0–100, and no probability.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct IndicatorView {
    pub metric: Metric,
    /// 0–100, or null while too little is known.
    pub value: Option<u8>,
    /// What would have to be learned for a better value.
    pub need: Vec<String>,
    pub contributions: Vec<ContributionView>,
    pub weight_set: u32,
}

/// An archetype with its calibrated probability.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct ArchetypeView {
    pub archetype: Archetype,
    /// In the language of the visit.
    pub name: String,
    /// Calibrated probability, 0–1.
    pub p: f32,
    pub certainty: Certainty,
}

/// A row of the list of sessions.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SessionLine {
    pub id: SessionId,
    pub alias: String,
    pub status: Status,
    pub stage: Stage,
    pub lang: Lang,
    /// Whether the client agreed to be profiled.
    pub profiling: bool,
    /// Null is "not enough data".
    pub top: Option<ArchetypeView>,
    /// How a completed visit ended.
    pub outcome: Option<String>,
    /// Milliseconds since the Unix epoch, UTC.
    pub created_ms: i64,
    /// Milliseconds since the Unix epoch, UTC.
    pub updated_ms: i64,
}

/// A page of visits, newest first.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SessionList {
    /// With a text filter a page may hold fewer rows than its limit, and still not be the last.
    pub lines: Vec<SessionLine>,
    /// Opaque place of the next page, for `cursor`; null on the last one.
    pub next: Option<String>,
}

/// Everything the session screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SessionView {
    pub id: SessionId,
    /// What the seller calls the client.
    pub alias: String,
    pub owner: UserId,
    pub status: Status,
    /// As the seller set it.
    pub stage: Stage,
    /// What the model suggests, where it is another.
    pub suggested_stage: Option<Stage>,
    pub lang: Lang,
    /// Whether the client agreed to be profiled. Without it nothing about the client is stored,
    /// and there is no archetype and no indicator.
    pub profiling: bool,
    /// Milliseconds since the Unix epoch, UTC.
    pub created_ms: i64,
    /// Counts the changes of the profile.
    pub rev: u32,
    pub card: CardView,
    /// The leading archetype; null is "not enough data".
    pub top: Option<ArchetypeView>,
    /// Whether a person set the archetype.
    pub human: bool,
    /// The three leading ones.
    pub ranked: Vec<ArchetypeView>,
    /// The words that speak for the leading archetype.
    pub quotes: Vec<QuoteView>,
    /// Every change of the leading archetype, oldest first.
    pub evolution: Vec<ChangeView>,
    /// For the eye; the API has `evolution`.
    #[serde(skip)]
    pub ribbon: Option<RibbonView>,
    /// The raised ones, then the likely ones, then the answered.
    pub objections: Vec<ObjectionView>,
    /// What the client stated.
    pub slots: Vec<SlotView>,
    /// One to three, best first.
    pub questions: Vec<QuestionView>,
    /// Newest first.
    pub utterances: Vec<UtteranceView>,
    pub indicators: Vec<IndicatorView>,
    /// The calming panel stands instead of a call to action.
    pub calming: bool,
    /// The newest strategy.
    pub strategy: Option<StrategyId>,
    /// How a completed visit ended.
    pub outcome: Option<String>,
}

/// A label with its evidence in the analysed text.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Labelled {
    /// An id of the label's closed set.
    pub id: String,
    /// Its name; empty where the id says it all.
    pub name: String,
    /// Calibrated probability, 0–1.
    pub p: f32,
    /// Of an objection: 1 mild, 2 clear, 3 blocking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<u8>,
    /// The words that moved it, as places in `text`.
    pub evidence: Vec<Span>,
}

/// What the appliance says about one utterance.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct Analysis {
    /// Set when it was stored.
    pub utterance: Option<UtteranceId>,
    pub stored: bool,
    /// The text the spans point into: special categories are taken out.
    pub text: String,
    /// The language of the text.
    pub lang: Lang,
    /// The archetype of this one utterance; null with a reason in `abstained`, and in a visit
    /// without profiling.
    pub top: Option<ArchetypeView>,
    /// Why there is no archetype.
    pub abstained: Option<Abstain>,
    pub top_three: Vec<ArchetypeView>,
    /// The words that moved the archetype, as places in `text`.
    pub evidence: Vec<Span>,
    pub tags: Vec<Labelled>,
    pub needs: Vec<Labelled>,
    pub objections: Vec<Labelled>,
    pub signals: Vec<Labelled>,
    pub tone: Labelled,
    pub stage: Labelled,
    /// What the client stated in this text.
    pub slots: Vec<SlotView>,
    /// One to three, best first, for the visit as it now stands.
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
    /// Revision of the knowledge that was used.
    pub knowledge_rev: u64,
    /// Microseconds of the labelling alone.
    pub took_us: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct CarView {
    pub id: String,
    pub name: String,
    pub pitch: String,
    pub range: Option<FactNote>,
    pub price: Option<FactNote>,
}

/// A section of a strategy: guarded, stored, and named by who wrote it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct SectionView {
    pub key: Key,
    pub body: Body,
    pub source: Source,
    /// Sentences the guard took out.
    pub removed: usize,
    /// The facts that its arguments and replies name, by id.
    #[schema(value_type = BTreeMap<String, FactNote>)]
    pub facts: BTreeMap<FactId, FactNote>,
}

/// A strategy with the sections that are ready.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StrategyView {
    pub id: StrategyId,
    pub session: SessionId,
    pub state: JobState,
    /// In the order of their writing.
    pub sections: Vec<SectionView>,
    /// Milliseconds since the Unix epoch, UTC.
    pub created_ms: i64,
    /// Version of the prompt.
    pub template: u32,
    /// Revision of the knowledge that was used.
    pub knowledge_rev: u64,
    /// The name of each objection in the language of the visit, by id.
    #[schema(value_type = BTreeMap<String, String>)]
    pub objection_names: BTreeMap<Objection, String>,
    /// The car that it suggests.
    pub car: Option<CarView>,
}
