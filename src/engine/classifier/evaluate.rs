//! Figures of a classifier over labelled files (`labels.md`, "Evaluation files").
//!
//! Must not know how a classifier works. Invariant: a key that is absent from a row is not scored.

pub mod compare;
pub mod metrics;
pub mod robust;
pub mod sessions;

use std::collections::BTreeMap;
use std::time::Instant;

use super::Classifier;
use super::corpus::{self, Utterance};
use crate::domain::classification::Classification;
use crate::domain::labels::{Lang, Need, Objection, Signal, Tag};
use metrics::{Confusion, F1};

/// Bins of the calibration error.
const BINS: usize = 15;
/// Perfectly calibrated resamples whose mean error is the bias of the raw figure.
const RESAMPLES: usize = 200;
const RESAMPLE_SEED: u64 = 1;

/// The figures of `eval classify`. What no row can score is left out.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Figures {
    pub n: usize,
    /// Accuracy over the answered items that have an archetype.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archetype_top1: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub archetype_top3: Option<f64>,
    /// Wilson, 95 %.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub top1_interval: Option<[f64; 2]>,
    /// Share answered among items that have an archetype.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coverage: Option<f64>,
    /// Share abstained among items with an empty list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abstain_recall: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ece_debiased: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tags: Option<F1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<F1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objections: Option<F1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signals: Option<F1>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tone_within_one: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stage: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<f64>,
    pub p50_ms: f64,
    pub p99_ms: f64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub by_lang: BTreeMap<Lang, Figures>,
}

/// Runs the classifier over every utterance of the file.
///
/// # Errors
/// When a line is not a labelled utterance; the error names line and key.
pub fn classify_file(classifier: &dyn Classifier, jsonl: &str) -> Result<Figures, corpus::Error> {
    Ok(classify(classifier, &corpus::utterances(jsonl)?))
}

/// Runs the classifier over utterances, one after the other on this thread.
pub fn classify<'a>(classifier: &dyn Classifier, utterances: &'a [Utterance]) -> Figures {
    let answer = |utterance: &'a Utterance| {
        let start = Instant::now();
        let said = classifier.classify(utterance.role, &utterance.text);
        Answer {
            utterance,
            said,
            ms: start.elapsed().as_secs_f64() * 1e3,
        }
    };
    let answers: Vec<Answer> = utterances.iter().map(answer).collect();
    let mut figures = figures(&answers.iter().collect::<Vec<_>>());
    for &lang in Lang::ALL {
        let of_lang: Vec<&Answer> = answers
            .iter()
            .filter(|a| a.utterance.lang == lang)
            .collect();
        if !of_lang.is_empty() {
            figures.by_lang.insert(lang, self::figures(&of_lang));
        }
    }
    figures
}

struct Answer<'a> {
    utterance: &'a Utterance,
    said: Classification,
    ms: f64,
}

fn figures(answers: &[&Answer]) -> Figures {
    let archetype = Archetypes::of(answers);
    let mut ms: Vec<f64> = answers.iter().map(|a| a.ms).collect();
    ms.sort_by(f64::total_cmp);
    let tone_steps: Vec<usize> = answers
        .iter()
        .filter_map(|a| Some((a.utterance.tone?, a)))
        .map(|(gold, a)| gold.index().abs_diff(a.said.tone.label.index()))
        .collect();
    Figures {
        n: answers.len(),
        archetype_top1: archetype.answered(archetype.top1),
        archetype_top3: archetype.answered(archetype.top3),
        top1_interval: (!archetype.confidence.is_empty())
            .then(|| metrics::wilson(archetype.top1, archetype.confidence.len())),
        coverage: share(archetype.confidence.len(), archetype.with_archetype),
        abstain_recall: share(archetype.rightly_silent, archetype.without),
        ece: metrics::ece(&archetype.confidence, BINS),
        ece_debiased: metrics::ece_debiased(&archetype.confidence, BINS, RESAMPLES, RESAMPLE_SEED),
        tags: f1(answers, Tag::COUNT, |u, c| {
            let gold = u.tags.as_ref()?.iter().map(|l| l.index()).collect();
            Some((gold, c.tags.iter().map(|f| f.label.index()).collect()))
        }),
        needs: f1(answers, Need::COUNT, |u, c| {
            let gold = u.needs.as_ref()?.iter().map(|l| l.index()).collect();
            Some((gold, c.needs.iter().map(|f| f.label.index()).collect()))
        }),
        objections: f1(answers, Objection::COUNT, |u, c| {
            let gold = u.objections.as_ref()?.iter().map(|l| l.index()).collect();
            let said = c.objections.iter().map(|o| o.found.label.index());
            Some((gold, said.collect()))
        }),
        signals: f1(answers, Signal::COUNT, |u, c| {
            let gold = u.signals.as_ref()?.iter().map(|l| l.index()).collect();
            Some((gold, c.signals.iter().map(|f| f.label.index()).collect()))
        }),
        tone: share(
            tone_steps.iter().filter(|&&s| s == 0).count(),
            tone_steps.len(),
        ),
        tone_within_one: share(
            tone_steps.iter().filter(|&&s| s <= 1).count(),
            tone_steps.len(),
        ),
        stage: accuracy(answers, |u| u.stage, |c| c.stage.label),
        language: accuracy(answers, |u| Some(u.lang), |c| c.lang),
        p50_ms: metrics::quantile(&ms, 0.50),
        p99_ms: metrics::quantile(&ms, 0.99),
        by_lang: BTreeMap::new(),
    }
}

/// Counts over the rows whose archetype is scored.
#[derive(Default)]
struct Archetypes {
    with_archetype: usize,
    without: usize,
    rightly_silent: usize,
    top1: usize,
    top3: usize,
    /// Of answered items that have an archetype: probability of the answer, and whether it hit.
    confidence: Vec<(f64, bool)>,
}

impl Archetypes {
    fn of(answers: &[&Answer]) -> Self {
        let mut counts = Self::default();
        for answer in answers {
            let Some(gold) = &answer.utterance.archetype else {
                continue;
            };
            let said = answer.said.top.as_ref();
            if gold.is_empty() {
                counts.without += 1;
                counts.rightly_silent += usize::from(said.is_err());
                continue;
            }
            counts.with_archetype += 1;
            if let Ok(found) = said {
                let hit = gold.contains(&found.label);
                let ranked = answer.said.ranked();
                counts.top1 += usize::from(hit);
                counts.top3 += usize::from(ranked[..3].iter().any(|(a, _)| gold.contains(a)));
                counts.confidence.push((f64::from(found.p), hit));
            }
        }
        counts
    }

    fn answered(&self, hits: usize) -> Option<f64> {
        share(hits, self.confidence.len())
    }
}

/// F1 over the rows whose labels are scored; `None` for a row that is not.
fn f1(
    answers: &[&Answer],
    n_labels: usize,
    pair: impl Fn(&Utterance, &Classification) -> Option<(Vec<usize>, Vec<usize>)>,
) -> Option<F1> {
    let mut confusion = Confusion::new(n_labels);
    for answer in answers {
        if let Some((gold, said)) = pair(answer.utterance, &answer.said) {
            confusion.add(&gold, &said);
        }
    }
    confusion.f1()
}

fn accuracy<L: PartialEq>(
    answers: &[&Answer],
    gold: impl Fn(&Utterance) -> Option<L>,
    said: impl Fn(&Classification) -> L,
) -> Option<f64> {
    let hits: Vec<bool> = answers
        .iter()
        .filter_map(|a| gold(a.utterance).map(|gold| gold == said(&a.said)))
        .collect();
    share(hits.iter().filter(|hit| **hit).count(), hits.len())
}

/// `part` of `whole`, unless there is nothing to score.
pub(super) fn share(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests;
