//! The next best question: the one with the largest expected drop in entropy.

use super::{
    fact::Localised,
    labels::{Archetype, SlotKey, Stage, Tag},
};

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Question {
    pub id: String,
    pub text: Localised,
    pub reason: Localised,
    pub fills: Option<SlotKey>,
    pub stages: Vec<Stage>,
    pub tags: Vec<Tag>,
    /// Two to five typical answers.
    pub answers: Vec<Answer>,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Answer {
    pub label: Localised,
    /// P(answer | archetype), in the order of [`Archetype::ALL`].
    pub p: [f32; Archetype::COUNT],
}
