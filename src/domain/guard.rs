//! The check that no invented number and no dishonest sentence reaches a client (`product.md` 4.4).
//!
//! Must not know who wrote a text. Invariant: a sentence that passes holds no price, range, share,
//! date or duration other than a quotable fact's, said of the thing the fact is about.

use jiff::civil::Date;

use super::{
    fact::{Fact, FactId},
    labels::{Lang, labels},
    quantity,
    text::{self, Folded, slice},
    vehicle::{self, Casing},
};
use subject::Clauses;

mod concept;
pub mod eval;
mod harmless;
mod honesty;
mod lexicon;
mod numbers;
mod subject;

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
///
/// `allowed` holds facts of the knowledge base beside what the client stated (`slot.…`) and what a
/// calculator returned (`calc.…`). A sentence has a verdict for every reason against it, the gravest
/// first; a text without verdicts may be said.
pub fn check(text: &str, lang: Lang, today: Date, allowed: &[Fact]) -> Vec<Verdict> {
    let folded = Folded::new(text);
    let cars = vehicle::scan(&folded, Casing::Prose);
    let quantities = quantity::find_in(&folded, &cars, lang);
    let taken: Vec<_> = quantities.iter().map(|q| q.tokens.clone()).collect();
    let mut verdicts = Vec::new();
    let mut before = honesty::Before::default();
    let mut earlier = None;
    for span in text::sentences(text) {
        let tokens = folded.within(&span);
        let inside = |t: &std::ops::Range<usize>| tokens.contains(&t.start);
        let mine = quantities.partition_point(|q| q.tokens.start < tokens.start)
            ..quantities.partition_point(|q| inside(&q.tokens) || q.tokens.start < tokens.end);
        let mine = &quantities[mine];
        let clauses = Clauses::new(&folded, tokens.clone(), &cars, &taken, lang, earlier.take());
        let sentence = harmless::Sentence::new(&folded, tokens.clone(), today);
        let judged = numbers::judge(&sentence, &clauses, mine, today, allowed);
        let mut problems = honesty::judge(&folded, tokens, mine, &judged, &mut before);
        for problem in judged.problems {
            if !problems.iter().any(|p| p.reason == problem.reason) {
                problems.push(problem);
            }
        }
        earlier = if clauses.names_a_car() {
            clauses.only_car()
        } else {
            None
        };
        verdicts.extend(problems.into_iter().map(|problem| Verdict {
            sentence: span.clone(),
            reason: problem.reason,
            seen: slice(text, &folded.span(&problem.tokens)).to_owned(),
            nearest: problem.nearest,
        }));
    }
    verdicts
}

/// The text without the sentences that failed; what is left keeps its own spaces.
pub fn clean(text: &str, verdicts: &[Verdict]) -> String {
    let mut failed: Vec<_> = verdicts.iter().map(|v| v.sentence.clone()).collect();
    failed.sort_by_key(|s| s.start);
    failed.dedup();
    let mut kept = String::with_capacity(text.len());
    let mut from = 0;
    for sentence in failed {
        kept.push_str(slice(text, &(from..sentence.start)));
        from = sentence.end;
        // The space after a removed sentence goes with it.
        from += slice(text, &(from..u32::MAX))
            .chars()
            .take_while(|c| *c == ' ')
            .count() as u32;
    }
    kept.push_str(slice(text, &(from..u32::MAX)));
    kept.trim().to_owned()
}
