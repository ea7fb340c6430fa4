//! A strategy: the sections of the panel, who wrote each, and the state of its job.

use super::{
    classification::ModelRef,
    fact::FactId,
    guard::Verdict,
    labels::{Objection, labels},
};

mod schema;
mod texts;

pub use schema::satisfies;

labels! {
    /// Sections in the order of their generation. Numbers and sparring are not generated.
    #[schema(as = SectionKey)]
    Key {
        Opening = "opening",
        Arguments = "arguments",
        Next = "next",
        Language = "language",
        Plan = "plan",
        Objections = "objections",
    }
}

labels! {
    /// How far a strategy has come. A partial one was cut short; what is there stays.
    JobState {
        Queued = "queued",
        Running = "running",
        Partial = "partial",
        Complete = "complete",
        Failed = "failed",
        Cancelled = "cancelled",
    }
}

/// Who spoke. A playbook answer never poses as a model's.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "source", content = "model", rename_all = "snake_case")]
pub enum Source {
    Model(ModelRef),
    Remote(ModelRef),
    Playbook,
}

impl Source {
    /// `model`, `remote` or `playbook`.
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Model(_) => "model",
            Self::Remote(_) => "remote",
            Self::Playbook => "playbook",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Argument {
    pub text: String,
    #[schema(value_type = Vec<String>)]
    pub facts: Vec<FactId>,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FollowUp {
    pub days: u16,
    pub text: String,
}

#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ObjectionHelp {
    pub objection: Objection,
    pub say_to_client: String,
    pub why: String,
    #[schema(value_type = Vec<String>)]
    pub facts: Vec<FactId>,
}

/// The content of a section. Lengths are capped by [`Body::schema`].
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "key", rename_all = "snake_case")]
#[schema(as = SectionBody)]
pub enum Body {
    /// goal ≤ 80, say_to_client ≤ 110 characters.
    Opening { goal: String, say_to_client: String },
    /// Three arguments of ≤ 200, reason ≤ 160 characters.
    Arguments {
        items: Vec<Argument>,
        car: Option<String>,
        reason: String,
    },
    /// 1–4 steps and 0–3 red flags of ≤ 120 characters.
    Next {
        steps: Vec<String>,
        red_flags: Vec<String>,
    },
    /// Up to 8 words of ≤ 24 each way, voice ≤ 120, draft ≤ 480 characters.
    Language {
        use_words: Vec<String>,
        avoid: Vec<String>,
        voice: String,
        draft: Option<String>,
    },
    /// 1–8 steps of ≤ 160, 0–6 questions of ≤ 90, 0–4 follow-ups of ≤ 120 characters.
    Plan {
        steps: Vec<String>,
        questions: Vec<String>,
        follow_up: Vec<FollowUp>,
    },
    /// Up to 4 replies: say ≤ 110, why ≤ 200 characters.
    Objections { items: Vec<ObjectionHelp> },
}

impl Body {
    pub const fn key(&self) -> Key {
        match self {
            Self::Opening { .. } => Key::Opening,
            Self::Arguments { .. } => Key::Arguments,
            Self::Next { .. } => Key::Next,
            Self::Language { .. } => Key::Language,
            Self::Plan { .. } => Key::Plan,
            Self::Objections { .. } => Key::Objections,
        }
    }
}

/// A guarded section, with what the guard took out.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Section {
    pub body: Body,
    pub source: Source,
    pub removed: Vec<Verdict>,
}
