//! Evidence: which words moved a label, read off the additive model.
//!
//! A word's part in a label of a sigmoid head is what it adds to the logit; in a softmax head, what
//! it adds to the logit less the mean of the alternatives weighted by their probability, which is
//! the log-odds of the label to first order.

use crate::domain::classification::Span;

use super::features::Features;
use super::heads::{Head, OUTPUTS, softmax};
use super::words::Word;

/// Spans shown for a label at most.
const SPANS: usize = 4;
/// Words are taken, strongest first, until they hold this share of what speaks for the label.
const COVER: f32 = 0.6;
/// A word below this share of the strongest one is not shown.
const FAINT: f32 = 0.15;

/// What every word adds to every output.
#[derive(Debug)]
pub(crate) struct Attribution {
    bias: Vec<f32>,
    by_word: Vec<Vec<f32>>,
    words: Vec<Word>,
}

impl Attribution {
    pub(crate) fn new(bias: Vec<f32>, by_word: Vec<Vec<f32>>) -> Self {
        Self {
            bias,
            by_word,
            words: Vec::new(),
        }
    }

    pub(crate) fn empty(bias: Vec<f32>) -> Self {
        Self::new(bias, Vec::new())
    }

    /// With the places of the words in the text.
    pub(crate) fn placed(self, features: Features) -> Self {
        Self {
            words: features.words,
            ..self
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.by_word.is_empty()
    }

    pub(crate) fn logits(&self) -> Vec<f32> {
        let mut logits = self.bias.clone();
        for word in &self.by_word {
            for (logit, part) in logits.iter_mut().zip(word) {
                *logit += part;
            }
        }
        debug_assert_eq!(logits.len(), OUTPUTS);
        logits
    }

    /// The spans that speak for label `i` of a head, strongest first; weights are shares of all
    /// that speaks for it.
    pub(crate) fn spans(&self, head: Head, i: usize) -> Vec<Span> {
        let parts = self.parts(head, i);
        let total: f32 = parts.iter().filter(|p| **p > 0.0).sum();
        if total <= 0.0 {
            return Vec::new();
        }
        let mut spans = self.merged(&chosen(&parts, total), &parts, total);
        spans.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.start.cmp(&b.start)));
        spans.truncate(SPANS);
        spans
    }

    fn parts(&self, head: Head, i: usize) -> Vec<f32> {
        let range = head.range();
        let label = range.start + i;
        if !head.one_of() {
            return self.by_word.iter().map(|word| word[label]).collect();
        }
        let mut rivals = softmax(&self.logits()[range.clone()], 1.0);
        rivals[i] = 0.0;
        let sum: f32 = rivals.iter().sum::<f32>().max(f32::MIN_POSITIVE);
        let word_part = |word: &Vec<f32>| {
            let against: f32 = rivals
                .iter()
                .zip(&word[range.clone()])
                .map(|(p, c)| p * c)
                .sum();
            word[label] - against / sum
        };
        self.by_word.iter().map(word_part).collect()
    }

    /// Neighbouring chosen words become one span.
    fn merged(&self, chosen: &[bool], parts: &[f32], total: f32) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut last_chosen = None;
        for (i, place) in self.words.iter().map(|w| &w.place).enumerate() {
            if !chosen[i] {
                continue;
            }
            let weight = parts[i] / total;
            match spans.last_mut() {
                Some(span) if last_chosen == i.checked_sub(1) => {
                    span.end = place.end;
                    span.weight += weight;
                }
                _ => spans.push(Span {
                    start: place.start,
                    end: place.end,
                    weight,
                }),
            }
            last_chosen = Some(i);
        }
        for span in &mut spans {
            span.weight = span.weight.min(1.0);
        }
        spans
    }
}

/// The words that are shown.
fn chosen(parts: &[f32], total: f32) -> Vec<bool> {
    let mut order: Vec<usize> = (0..parts.len()).filter(|&i| parts[i] > 0.0).collect();
    order.sort_by(|&a, &b| parts[b].total_cmp(&parts[a]).then(a.cmp(&b)));
    let strongest = order.first().map_or(0.0, |&i| parts[i]);
    let mut chosen = vec![false; parts.len()];
    let mut covered = 0.0;
    for i in order {
        if covered >= COVER * total || parts[i] < FAINT * strongest {
            break;
        }
        chosen[i] = true;
        covered += parts[i];
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;

    /// Words of "a b c d" with the given parts of the first tag.
    fn spans(parts: [f32; 4]) -> Vec<(u32, u32, f32)> {
        let label = Head::Tag.range().start;
        let row = |part: f32| {
            let mut row = vec![0.0; OUTPUTS];
            row[label] = part;
            row
        };
        let attribution = Attribution {
            bias: vec![0.0; OUTPUTS],
            by_word: parts.map(row).to_vec(),
            words: words("a b c d"),
        };
        let spans = attribution.spans(Head::Tag, 0).into_iter();
        spans.map(|s| (s.start, s.end, s.weight)).collect()
    }

    #[test]
    fn neighbours_merge_and_the_strongest_comes_first() {
        assert_eq!(spans([0.25, 0.0, 0.375, 0.375]), [(4, 7, 0.75)]);
        assert_eq!(spans([0.4, -1.0, 0.0, 0.6]), [(6, 7, 0.6)]);
        assert_eq!(spans([0.5, -1.0, 0.5, -2.0]), [(0, 1, 0.5), (4, 5, 0.5)]);
    }

    #[test]
    fn what_speaks_against_is_no_evidence() {
        assert_eq!(spans([-0.1, 0.0, -3.0, 0.0]), []);
    }

    #[test]
    fn in_a_softmax_head_a_word_counts_against_its_rivals() {
        let mut both = vec![0.0; OUTPUTS];
        both[0] = 1.0;
        both[1] = 1.0;
        let mut one = vec![0.0; OUTPUTS];
        one[0] = 1.0;
        let attribution = Attribution {
            bias: vec![0.0; OUTPUTS],
            by_word: vec![both, one],
            words: words("both one"),
        };
        let parts = attribution.parts(Head::Archetype, 0);
        assert!(parts[1] > parts[0] && parts[1] > 0.8, "{parts:?}");
    }
}
