//! The knowledge tables as the rules read them: one immutable snapshot with its revision.
//!
//! Texts carry marks instead of numbers ([`super::mark`]); numbers live in [`Fact`]s only.

mod check;
mod seed;

use std::collections::BTreeMap;

pub use check::{Violation, check};
pub use seed::{FactRow, SeedError, seed};

use super::{
    fact::{Fact, FactId, Localised},
    labels::{
        Archetype, Lang, Need, Objection, ObjectionGroup, Signal, SlotKey, Stage, Tag, labels,
    },
    question::{Answer, Question},
};

/// A list of texts in both languages.
#[derive(
    Debug, Clone, PartialEq, Eq, Default, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(deny_unknown_fields)]
pub struct LocalisedList {
    pub pl: Vec<String>,
    pub en: Vec<String>,
}

impl LocalisedList {
    pub fn get(&self, lang: Lang) -> &[String] {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

/// How the seller should treat a client: shared by archetypes and by "not enough data yet".
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Approach {
    pub name: Localised,
    pub drive: Localised,
    pub description: Localised,
    pub traits: LocalisedList,
    pub worry: Localised,
    /// Goal of the conversation, ≤ 80 characters.
    pub goal: Localised,
    /// What to do now, ≤ 5 words each.
    pub headlines: LocalisedList,
    pub openings: Vec<Opening>,
    pub say: Vec<Say>,
    pub words_use: LocalisedList,
    pub words_avoid: LocalisedList,
    pub voice: Localised,
    pub draft: Localised,
    pub next_steps: LocalisedList,
    pub red_flags: LocalisedList,
    pub strategies: LocalisedList,
}

/// A sentence to open a stage with, first person, ≤ 14 words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    pub stage: Stage,
    pub pl: String,
    pub en: String,
}

impl Opening {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

/// A sentence to say for a need, ≤ 14 words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Say {
    pub need: Need,
    pub pl: String,
    pub en: String,
}

impl Say {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct ArchetypeRow {
    pub id: Archetype,
    /// Communication style, for instance "D/I"; a label, never a measurement.
    pub disc: String,
    /// Usefulness of an overnight drive, 0–10 (`domain.md` 1.6).
    pub ovn_base: u8,
    pub likely_objections: Vec<Objection>,
    #[serde(flatten)]
    pub approach: Approach,
}

labels! {
    /// The frameworks of `product.md` 4.3.
    Framework {
        AcknowledgeClarifyRespondConfirm = "acknowledge_clarify_respond_confirm",
        RiskMitigationPeace = "risk_mitigation_peace",
        FearFactsFuture = "fear_facts_future",
    }
}

/// A reply adapted to archetypes; to all where none is named.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    #[serde(default)]
    pub archetypes: Vec<Archetype>,
    pub pl: String,
    pub en: String,
}

impl Reply {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionRow {
    pub id: Objection,
    pub group: ObjectionGroup,
    pub name: Localised,
    pub framework: Framework,
    /// What to do now, ≤ 5 words.
    pub headline: Localised,
    /// First the sentence to say (≤ 110 characters, ≤ 14 words, no marks), …
    pub say: Localised,
    pub steps: LocalisedList,
    pub replies: Vec<Reply>,
    /// … then the reason, for the seller, …
    pub why: Localised,
    pub ask: Localised,
    /// … then the sources.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub facts: Vec<FactId>,
    pub cues: LocalisedList,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUpRow {
    pub days: u16,
    pub pl: String,
    pub en: String,
}

impl FollowUpRow {
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Pl => &self.pl,
            Lang::En => &self.en,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    pub id: String,
    pub title: Localised,
    #[serde(default)]
    pub archetypes: Vec<Archetype>,
    #[serde(default)]
    pub tags: Vec<Tag>,
    #[serde(default)]
    pub stages: Vec<Stage>,
    #[serde(default)]
    pub objections: Vec<Objection>,
    /// For a talk that must slow down; offered then and only then.
    #[serde(default)]
    pub calming: bool,
    pub goal: Localised,
    pub steps: LocalisedList,
    pub discovery_questions: LocalisedList,
    pub follow_up: Vec<FollowUpRow>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArgumentRow {
    pub id: String,
    #[serde(default)]
    pub archetypes: Vec<Archetype>,
    #[serde(default)]
    pub needs: Vec<Need>,
    #[serde(default)]
    pub tags: Vec<Tag>,
    pub title: Localised,
    pub text: Localised,
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub facts: Vec<FactId>,
}

labels! {
    /// How soon to act on a signal: in this conversation, before the client leaves, after the visit.
    Timing { Now = "now", Soon = "soon", Later = "later" }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignalRow {
    pub id: Signal,
    pub name: Localised,
    pub meaning: Localised,
    /// What to do now, ≤ 5 words.
    pub headline: Localised,
    /// A sentence to say, first person, ≤ 14 words.
    pub say: Localised,
    pub next_step: Localised,
    pub timing: Timing,
    pub cues: LocalisedList,
}

labels! {
    Availability { Order = "order", StockOnly = "stock_only", Unknown = "unknown" }
}

/// A car of the showroom's own brand.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Car {
    pub id: String,
    pub model_name: String,
    pub variant: String,
    #[schema(value_type = Option<String>)]
    pub price_fact: Option<FactId>,
    #[schema(value_type = Option<String>)]
    pub range_fact: Option<FactId>,
    #[schema(value_type = Option<String>)]
    pub acceleration_fact: Option<FactId>,
    pub features: LocalisedList,
    pub availability: Availability,
    #[serde(default)]
    pub fits_archetypes: Vec<Archetype>,
    #[serde(default)]
    pub fits_tags: Vec<Tag>,
    pub pitch: Localised,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Competitor {
    pub id: String,
    pub brand: String,
    pub model: String,
    #[schema(value_type = Option<String>)]
    pub price_fact: Option<FactId>,
    #[schema(value_type = Option<String>)]
    pub range_fact: Option<FactId>,
    pub strengths: LocalisedList,
    pub weaknesses: LocalisedList,
    pub our_advantages: LocalisedList,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Promotion {
    pub id: String,
    pub title: Localised,
    /// The amount is a fact like every number.
    #[schema(value_type = String)]
    pub amount_fact: FactId,
    /// Lowest price of the previous 30 days, which the law asks to show beside a reduction.
    #[schema(value_type = Option<String>)]
    pub lowest_30d_fact: Option<FactId>,
}

/// Everything the appliance knows, at one revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Knowledge {
    pub rev: u64,
    pub archetypes: Vec<ArchetypeRow>,
    /// How to speak while there is not enough data.
    pub undecided: Approach,
    pub objections: Vec<ObjectionRow>,
    pub playbooks: Vec<Playbook>,
    pub arguments: Vec<ArgumentRow>,
    pub questions: Vec<Question>,
    pub signals: Vec<SignalRow>,
    pub facts: BTreeMap<FactId, Fact>,
    pub cars: Vec<Car>,
    pub competitors: Vec<Competitor>,
    pub promotions: Vec<Promotion>,
}

impl Knowledge {
    /// The row of an archetype, or the way to speak without one.
    pub fn approach(&self, archetype: Option<Archetype>) -> &Approach {
        archetype
            .and_then(|a| self.archetypes.iter().find(|row| row.id == a))
            .map_or(&self.undecided, |row| &row.approach)
    }

    pub fn archetype(&self, id: Archetype) -> Option<&ArchetypeRow> {
        self.archetypes.iter().find(|row| row.id == id)
    }

    pub fn signal(&self, id: Signal) -> Option<&SignalRow> {
        self.signals.iter().find(|row| row.id == id)
    }

    pub fn objection(&self, id: Objection) -> Option<&ObjectionRow> {
        self.objections.iter().find(|row| row.id == id)
    }

    pub fn question(&self, id: &str) -> Option<&Question> {
        self.questions.iter().find(|row| row.id == id)
    }

    pub fn car(&self, id: &str) -> Option<&Car> {
        self.cars.iter().find(|row| row.id == id)
    }
}

/// A question as its data file holds it: probabilities by archetype id.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionRow {
    pub id: String,
    pub text: Localised,
    pub reason: Localised,
    pub fills: Option<SlotKey>,
    #[serde(default)]
    pub need_tags: Vec<Tag>,
    #[serde(default)]
    pub stages: Vec<Stage>,
    pub answers: Vec<AnswerRow>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswerRow {
    pub pl: String,
    pub en: String,
    /// P(answer | archetype).
    pub p: BTreeMap<Archetype, f32>,
}

impl From<QuestionRow> for Question {
    fn from(row: QuestionRow) -> Self {
        let answer = |answer: AnswerRow| Answer {
            p: std::array::from_fn(|i| answer.p.get(&Archetype::ALL[i]).copied().unwrap_or(0.0)),
            label: Localised {
                pl: answer.pl,
                en: answer.en,
            },
        };
        Self {
            id: row.id,
            text: row.text,
            reason: row.reason,
            fills: row.fills,
            stages: row.stages,
            tags: row.need_tags,
            answers: row.answers.into_iter().map(answer).collect(),
        }
    }
}

/// The seed, read once for all tests.
#[cfg(test)]
pub(crate) fn seeded() -> &'static Knowledge {
    static SEED: std::sync::LazyLock<Knowledge> = std::sync::LazyLock::new(|| seed().unwrap());
    &SEED
}
