//! Two classifiers on the same rows: risk–coverage curves and the gap at equal coverage.
//!
//! Works on predictions, not on classifiers, so that a model that runs elsewhere (a sentence
//! encoder from Python) is measured by the same code.

use std::collections::HashMap;

use super::Classifier;
use super::corpus::{self, Utterance};
use crate::domain::labels::Archetype;
use crate::engine::random::SplitMix64;

/// What a classifier says of one row: JSON Lines in `models/classifier/predictions/`.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Prediction {
    pub id: String,
    /// How willing it is to answer: rows are answered from the highest score down.
    pub score: f64,
    pub top: Archetype,
}

/// One point of a risk–coverage curve.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Point {
    /// Share of the rows that are answered.
    pub coverage: f64,
    /// Share of those answers that are right.
    pub top1: f64,
}

/// Our accuracy less theirs at one coverage, with the bootstrap's 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Gap {
    pub coverage: f64,
    pub ours: f64,
    pub theirs: f64,
    pub difference: f64,
    pub interval: [f64; 2],
}

/// The figures of `eval compare` for one rival.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Comparison {
    /// Rows with an archetype that both have predictions for.
    pub n: usize,
    pub gap: Gap,
    pub ours: Vec<Point>,
    pub theirs: Vec<Point>,
}

/// Coverages at which the curves are read.
const STEPS: [f64; 10] = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0];
const RESAMPLES: usize = 2000;
const SEED: u64 = 1;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("predictions, line {line}: {source}")]
    Prediction {
        line: usize,
        source: serde_json::Error,
    },
    #[error(transparent)]
    Corpus(#[from] corpus::Error),
    #[error("no row with an archetype has a prediction in both files")]
    Nothing,
}

/// The predictions of a classifier in this program for every row that has an archetype key.
///
/// A row that it would answer ranks before every row that it would not.
pub fn predict(classifier: &dyn Classifier, utterances: &[Utterance]) -> Vec<Prediction> {
    let scored = utterances.iter().filter(|u| u.archetype.is_some());
    scored
        .map(|utterance| {
            let said = classifier.classify(utterance.role, &utterance.text);
            let (top, p) = said.ranked()[0];
            let answered = f64::from(u8::from(said.top.is_ok()));
            Prediction {
                id: utterance.id.clone(),
                score: answered + f64::from(p),
                top,
            }
        })
        .collect()
}

/// Reads predictions; blank lines are skipped.
///
/// # Errors
/// Names the line that is no prediction.
pub fn parse(jsonl: &str) -> Result<Vec<Prediction>, Error> {
    let lines = (1..).zip(jsonl.lines());
    lines
        .filter(|(_, text)| !text.trim().is_empty())
        .map(|(line, text)| {
            serde_json::from_str(text).map_err(|source| Error::Prediction { line, source })
        })
        .collect()
}

/// Compares on the rows of `utterances` that have an archetype, at `coverage` of them.
///
/// The interval resamples rows with replacement, both classifiers on the same rows, and lets each
/// answer its own most willing share again.
///
/// # Errors
/// When no row can be compared.
pub fn compare(
    utterances: &[Utterance],
    ours: &[Prediction],
    theirs: &[Prediction],
    coverage: f64,
) -> Result<Comparison, Error> {
    let pairs = pairs(utterances, ours, theirs);
    if pairs.is_empty() {
        return Err(Error::Nothing);
    }
    let side = |pick: fn(&(Answer, Answer)) -> Answer| pairs.iter().map(pick).collect::<Vec<_>>();
    let (ours, theirs) = (side(|p| p.0), side(|p| p.1));
    let at = |answers: &[Answer]| accuracy(answers, coverage);
    Ok(Comparison {
        n: pairs.len(),
        gap: Gap {
            coverage,
            ours: at(&ours),
            theirs: at(&theirs),
            difference: at(&ours) - at(&theirs),
            interval: bootstrap(&pairs, coverage),
        },
        ours: curve(&ours),
        theirs: curve(&theirs),
    })
}

/// How willing, and whether the answer would be right.
type Answer = (f64, bool);

fn pairs(
    utterances: &[Utterance],
    ours: &[Prediction],
    theirs: &[Prediction],
) -> Vec<(Answer, Answer)> {
    let by_id = |predictions: &[Prediction]| -> HashMap<String, (f64, Archetype)> {
        let keyed = predictions.iter().map(|p| (p.id.clone(), (p.score, p.top)));
        keyed.collect()
    };
    let (ours, theirs) = (by_id(ours), by_id(theirs));
    let scored = utterances.iter().filter_map(|u| {
        let gold = u.archetype.as_ref().filter(|gold| !gold.is_empty())?;
        let answer = |(score, top): &(f64, Archetype)| (*score, gold.contains(top));
        Some((answer(ours.get(&u.id)?), answer(theirs.get(&u.id)?)))
    });
    scored.collect()
}

/// Accuracy over the most willing share; ties keep the order of the rows.
fn accuracy(answers: &[Answer], coverage: f64) -> f64 {
    let mut sorted = answers.to_vec();
    sorted.sort_by(|a, b| b.0.total_cmp(&a.0));
    let n = ((coverage * sorted.len() as f64).round() as usize).clamp(1, sorted.len());
    let hits = sorted[..n].iter().filter(|(_, hit)| *hit).count();
    hits as f64 / n as f64
}

fn curve(answers: &[Answer]) -> Vec<Point> {
    let point = |coverage| Point {
        coverage,
        top1: accuracy(answers, coverage),
    };
    STEPS.map(point).to_vec()
}

/// Percentile bootstrap of the difference, 95 %.
fn bootstrap(pairs: &[(Answer, Answer)], coverage: f64) -> [f64; 2] {
    let mut random = SplitMix64::new(SEED);
    let mut differences: Vec<f64> = (0..RESAMPLES)
        .map(|_| {
            let drawn: Vec<_> = (0..pairs.len())
                .map(|_| pairs[random.below(pairs.len())])
                .collect();
            let side =
                |pick: fn(&(Answer, Answer)) -> Answer| drawn.iter().map(pick).collect::<Vec<_>>();
            accuracy(&side(|p| p.0), coverage) - accuracy(&side(|p| p.1), coverage)
        })
        .collect();
    differences.sort_by(f64::total_cmp);
    let at = |q: f64| differences[(q * (RESAMPLES - 1) as f64).round() as usize];
    [at(0.025), at(0.975)]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` rows of deal hunters.
    fn rows(n: usize) -> Vec<Utterance> {
        let line =
            |i| format!(r#"{{"id":"{i}","lang":"pl","text":"x","archetype":["deal_hunter"]}}"#);
        let lines: Vec<String> = (0..n).map(line).collect();
        corpus::utterances(&lines.join("\n")).unwrap()
    }

    /// Right on the rows that `right` names, more willing the lower the row.
    fn predictions(n: usize, right: impl Fn(usize) -> bool) -> Vec<Prediction> {
        (0..n)
            .map(|i| Prediction {
                id: i.to_string(),
                score: 1.0 - i as f64 / n as f64,
                top: if right(i) {
                    Archetype::DealHunter
                } else {
                    Archetype::EcoEnthusiast
                },
            })
            .collect()
    }

    #[test]
    fn curves_fall_where_the_unwilling_answers_are_wrong() {
        let half = predictions(10, |i| i < 5);
        let all = predictions(10, |_| true);
        let found = compare(&rows(10), &all, &half, 0.8).unwrap();
        assert_eq!(found.n, 10);
        assert!((found.gap.difference - 3.0 / 8.0).abs() < 1e-9);
        let top1: Vec<f64> = found.theirs.iter().map(|p| p.top1).collect();
        assert_eq!((top1[4], top1[9]), (1.0, 0.5));
        assert!(found.ours.iter().all(|p| (p.top1 - 1.0).abs() < 1e-9));
    }

    #[test]
    fn the_interval_holds_the_gap_and_equals_hold_zero() {
        let (ours, theirs) = (
            predictions(400, |i| i % 10 != 0),
            predictions(400, |i| i % 3 != 0),
        );
        let gap = compare(&rows(400), &ours, &theirs, 0.7).unwrap().gap;
        assert!(gap.interval[0] > 0.1 && gap.interval[0] < gap.difference);
        assert!(gap.interval[1] > gap.difference);
        let same = compare(&rows(400), &ours, &ours, 0.7).unwrap().gap;
        assert_eq!((same.difference, same.interval), (0.0, [0.0, 0.0]));
    }

    #[test]
    fn rows_without_a_prediction_are_left_out_and_none_is_an_error() {
        let ours = predictions(10, |_| true);
        assert_eq!(compare(&rows(10), &ours, &ours[..4], 1.0).unwrap().n, 4);
        assert!(matches!(
            compare(&rows(10), &ours, &[], 1.0),
            Err(Error::Nothing)
        ));
        assert!(matches!(
            parse("\n{\"id\":1}"),
            Err(Error::Prediction { line: 2, .. })
        ));
    }
}
