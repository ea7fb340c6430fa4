//! What a classifier says about one utterance.
//!
//! Invariant: a label that is shown has evidence; a label without evidence is not reported.

use super::labels::{Archetype, Lang, Need, Objection, Signal, Stage, Tag, Tone};

/// A stretch of the stored text, in Unicode scalars, end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
pub struct Span {
    pub start: u32,
    pub end: u32,
    /// Share of the label's evidence in this span, 0–1.
    pub weight: f32,
}

impl Span {
    /// The words of the span, or `None` if it is not a part of `text`.
    pub fn of<'t>(&self, text: &'t str) -> Option<&'t str> {
        let offset = |scalars: u32| {
            text.char_indices()
                .map(|(byte, _)| byte)
                .chain(std::iter::once(text.len()))
                .nth(scalars as usize)
        };
        text.get(offset(self.start)?..offset(self.end)?)
    }
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Found<L> {
    pub label: L,
    /// Calibrated probability, 0–1.
    pub p: f32,
    pub evidence: Vec<Span>,
}

/// Why there is no archetype.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Abstain {
    /// The seller's own words say nothing about the client.
    Seller,
    /// The error budget does not allow an answer.
    BelowBudget,
    NoEvidence,
}

/// Which weights spoke.
#[derive(
    Debug, Clone, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
pub struct ModelRef {
    pub id: String,
    /// SHA-256 of the weights, hex; empty for a remote model, whose weights we cannot see.
    pub sha256: String,
    /// Version of the head fitted here; 0 as shipped.
    pub head: u32,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct FoundObjection {
    #[serde(flatten)]
    pub found: Found<Objection>,
    /// 1 mild, 2 clear, 3 blocking.
    pub severity: u8,
}

#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Classification {
    pub model: ModelRef,
    /// Calibrated, sums to one, in the order of [`Archetype::ALL`].
    pub archetype: [f32; Archetype::COUNT],
    pub top: Result<Found<Archetype>, Abstain>,
    pub tags: Vec<Found<Tag>>,
    pub needs: Vec<Found<Need>>,
    pub objections: Vec<FoundObjection>,
    pub signals: Vec<Found<Signal>>,
    pub tone: Found<Tone>,
    pub stage: Found<Stage>,
    pub lang: Lang,
}

impl Classification {
    /// The archetypes by falling probability; equal ones in the order of the set.
    pub fn ranked(&self) -> Vec<(Archetype, f32)> {
        let mut ranked: Vec<_> = Archetype::ALL
            .iter()
            .map(|&a| (a, self.archetype[a.index()]))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_counts_scalars_not_bytes() {
        assert_eq!(
            Span {
                start: 3,
                end: 7,
                weight: 1.0
            }
            .of("źć żółw 🚗"),
            Some("żółw")
        );
        assert_eq!(
            Span {
                start: 8,
                end: 9,
                weight: 1.0
            }
            .of("źć żółw 🚗"),
            Some("🚗")
        );
        assert_eq!(
            Span {
                start: 8,
                end: 10,
                weight: 1.0
            }
            .of("źć żółw 🚗"),
            None
        );
    }
}
