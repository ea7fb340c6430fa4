//! How utterances are pooled into one posterior: the numbers of the fold, as data.

use super::super::labels::{Archetype, Speaker};

/// Fitted on training sessions (`bigdecoder train pool`).
const SHIPPED: &str = include_str!("../../../models/classifier/pool.json");

/// The log-linear pool of `contracts.md` 9 and the error budget of an answer.
///
/// The default counts every utterance fully and is where a fit starts.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Pool {
    /// Share of each archetype where the classifier was calibrated, so that it is counted once.
    pub prior: [f32; Archetype::COUNT],
    /// Weight of the client's own words.
    pub client: f64,
    /// Weight of what the seller saw.
    pub observation: f64,
    /// Share of the weight that is left to an utterance whose own answer was below the budget.
    ///
    /// Its distribution is calibrated, so many faint hints may add up to a lean; it brings no
    /// evidence span, so faint hints alone never become an answer.
    pub below_budget: f64,
    /// Share of what was known before that stays when something new is heard.
    pub recency: f64,
    /// Share of the weight that is left to an answer that was already given in this visit.
    pub again: f64,
    /// Evidence spans that an answer needs.
    pub min_spans: u16,
    /// Posterior from which there is an answer.
    pub answer_at: f32,
    /// Posterior from which it is certain.
    pub sure_at: f32,
}

impl Default for Pool {
    fn default() -> Self {
        Self {
            prior: [1.0 / Archetype::COUNT as f32; Archetype::COUNT],
            client: 1.0,
            observation: 0.5,
            below_budget: 0.25,
            recency: 1.0,
            again: 1.0,
            min_spans: 2,
            answer_at: 0.5,
            sure_at: 0.8,
        }
    }
}

impl Pool {
    /// The pool that ships with the classifier.
    pub fn shipped() -> Self {
        serde_json::from_str(SHIPPED).expect("shipped and tested")
    }

    /// The seller's own speech is never evidence of the client.
    pub const fn weight(&self, speaker: Speaker) -> f64 {
        match speaker {
            Speaker::Client => self.client,
            Speaker::Observation => self.observation,
            Speaker::Seller => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_pool_keeps_its_bounds() {
        let pool = Pool::shipped();
        for share in [pool.below_budget, pool.recency, pool.again] {
            assert!((0.0..=1.0).contains(&share));
        }
        // Two independent pieces of evidence before anything is said of a person.
        assert!(pool.min_spans >= 2);
        assert!(pool.answer_at < pool.sure_at && pool.sure_at < 1.0);
    }
}
