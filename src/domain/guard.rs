//! The check that no invented number and no dishonest sentence reaches a client (`product.md` 4.4).

use jiff::civil::Date;

use super::{
    fact::{Fact, FactId},
    labels::{Lang, labels},
};

labels! {
    /// Why a sentence was removed (`labels.md`).
    Reason {
        InventedNumber = "invented_number",
        ExpiredFact = "expired_fact",
        LowConfidenceFact = "low_confidence_fact",
        FalseScarcity = "false_scarcity",
        InventedSocialProof = "invented_social_proof",
        PressureAfterNo = "pressure_after_no",
        Vulnerability = "vulnerability",
        SpecialCategory = "special_category",
    }
}

/// One sentence that must not be said.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Verdict {
    /// Unicode scalars of the checked text, end exclusive.
    pub sentence: std::ops::Range<u32>,
    pub reason: Reason,
    /// The words that gave the reason.
    pub seen: String,
    pub nearest: Option<FactId>,
}

/// Checks a final text against the facts that may be quoted in it.
pub fn check(_text: &str, _lang: Lang, _today: Date, _allowed: &[Fact]) -> Vec<Verdict> {
    Vec::new()
}
