//! Calibration on the part of the corpus that is kept for it, and its figures.
//!
//! Must not see held-out rows. The figures are a little kind to the thresholds, which are chosen
//! on the same predictions; that is why the held-out part exists.

use crate::domain::labels::{Need, Objection, Signal, Speaker, Stage, Tag, Tone};
use crate::engine::classifier::corpus::Utterance;
use crate::engine::classifier::evaluate::metrics::{Confusion, ece};
use crate::engine::classifier::heads::{Head, NOTHING, argmax, sigmoid, softmax};
use crate::engine::classifier::weights::{Budget, Calibration, Scaling};

/// Figures of predictions for batches that the model did not see.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct OutOfFold {
    /// Of all items that have an archetype, as if every one were answered.
    pub archetype_accuracy: f64,
    /// Of answered items that have an archetype.
    pub archetype_top1: f64,
    pub coverage: f64,
    pub abstain_recall: f64,
    pub ece: f64,
    /// Tags, needs, objections, signals.
    pub micro_f1: [f64; 4],
    pub macro_f1: [f64; 4],
    pub tone: f64,
    pub stage: f64,
}

impl OutOfFold {
    /// What each head is judged by, in the order of the outputs; the language is left alone.
    fn by_head(&self) -> [f64; Head::ALL.len()] {
        let [tags, needs, objections, signals] = self.micro_f1;
        [
            self.archetype_accuracy,
            tags,
            needs,
            objections,
            signals,
            self.tone,
            self.stage,
            0.0,
        ]
    }
}

impl std::fmt::Display for OutOfFold {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [tags, needs, objections, signals] = self.micro_f1;
        write!(
            f,
            "archetype {:.3} (top-1 {:.3} at coverage {:.3}, abstain recall {:.3}, ECE {:.3}), \
             tags {tags:.3}, needs {needs:.3}, objections {objections:.3}, signals {signals:.3}, \
             tone {:.3}, stage {:.3}",
            self.archetype_accuracy,
            self.archetype_top1,
            self.coverage,
            self.abstain_recall,
            self.ece,
            self.tone,
            self.stage,
        )
    }
}

/// One client's or observer's utterance and its logits.
type Row<'a> = (&'a Utterance, &'a [f32]);

/// Fits temperatures, scalings and thresholds; `logits` are in the order of `utterances`.
pub(super) fn calibrate(
    utterances: &[&Utterance],
    logits: &[Vec<f32>],
    budget: Budget,
) -> (Calibration, OutOfFold) {
    let rows: Vec<Row> = utterances
        .iter()
        .zip(logits)
        .filter(|(u, _)| u.role != Speaker::Seller)
        .map(|(u, logits)| (*u, logits.as_slice()))
        .collect();
    let mut calibration = Calibration {
        decision_temperature: temperature(&labelled(&rows, true)),
        archetype_temperature: 1.0,
        nothing_offset: 0.0,
        archetype_threshold: 1.0,
        budget,
        encoder: [0.0; Head::ALL.len()],
        several: Head::SEVERAL.map(|head| scaling(&rows, head)),
    };
    decide_answers(&rows, &mut calibration);
    let answered: Vec<Row> = rows
        .iter()
        .copied()
        .filter(|(_, logits)| top(&calibration, logits).1 >= calibration.archetype_threshold)
        .collect();
    calibration.archetype_temperature = temperature(&labelled(&answered, false));
    let figures = figures(&rows, &answered, &calibration);
    (calibration, figures)
}

/// Weighs the encoder's logits beside the linear part's, head by head, by what each head is judged
/// by, then calibrates their sum.
pub(super) fn weigh(
    utterances: &[&Utterance],
    linear: &[Vec<f32>],
    encoder: &[Vec<f32>],
    budget: Budget,
) -> (Calibration, OutOfFold) {
    /// Tried weights; the first of equals is taken.
    const FACTORS: [f32; 8] = [0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.4];
    let sum = |factors: &[f32; Head::ALL.len()]| -> Vec<Vec<f32>> {
        let row = |(linear, encoder): (&Vec<f32>, &Vec<f32>)| {
            let mut logits = linear.clone();
            for (head, factor) in Head::ALL.iter().zip(factors) {
                for i in head.range() {
                    logits[i] += factor * encoder[i];
                }
            }
            logits
        };
        linear.iter().zip(encoder).map(row).collect()
    };
    let mut best = [(f64::NEG_INFINITY, 0.0); Head::ALL.len()];
    for factor in FACTORS {
        let (_, figures) = calibrate(utterances, &sum(&[factor; Head::ALL.len()]), budget);
        for (best, figure) in best.iter_mut().zip(figures.by_head()) {
            if figure > best.0 + 1e-9 {
                *best = (figure, factor);
            }
        }
    }
    let factors = best.map(|(_, factor)| factor);
    let (mut calibration, figures) = calibrate(utterances, &sum(&factors), budget);
    calibration.encoder = factors;
    (calibration, figures)
}

/// Archetype logits with the acceptable answers: with "says nothing" among the alternatives, or
/// without it and without the rows it is right for.
fn labelled<'a>(rows: &[Row<'a>], with_nothing: bool) -> Vec<(&'a [f32], Vec<usize>)> {
    let width = if with_nothing { NOTHING + 1 } else { NOTHING };
    rows.iter()
        .filter_map(|(u, logits)| {
            let mut right: Vec<usize> = u.archetype.as_ref()?.iter().map(|a| a.index()).collect();
            if right.is_empty() {
                right.push(NOTHING);
            }
            (right[0] < width).then_some((&logits[..width], right))
        })
        .collect()
}

/// The temperature with the least negative log-likelihood, by golden section over its logarithm.
fn temperature(items: &[(&[f32], Vec<usize>)]) -> f32 {
    const RATIO: f32 = 0.618_034;
    let loss = |log_t: f32| -> f64 {
        let of = |(logits, right): &(&[f32], Vec<usize>)| {
            let p = softmax(logits, log_t.exp());
            let hit: f32 = right.iter().map(|&i| p[i]).sum();
            -f64::from(hit.max(1e-9)).ln()
        };
        items.iter().map(of).sum()
    };
    let (mut low, mut high) = (-2.0f32, 2.0f32);
    while high - low > 1e-3 {
        let (left, right) = (high - RATIO * (high - low), low + RATIO * (high - low));
        if loss(left) < loss(right) {
            high = right;
        } else {
            low = left;
        }
    }
    f32::midpoint(low, high).exp()
}

/// The likeliest archetype and its probability for the decision to answer.
fn top(calibration: &Calibration, logits: &[f32]) -> (usize, f32) {
    let archetypes = &logits[Head::Archetype.range()];
    let top = argmax(&archetypes[..NOTHING]);
    (top, calibration.decision(archetypes)[top])
}

/// Sets the offset of "says nothing" and the threshold so that the most answers are right while
/// both budgets hold; where none holds, nothing is answered.
fn decide_answers(rows: &[Row], calibration: &mut Calibration) {
    let mut most = 0;
    let mut best = (0.0, 1.0);
    for step in 0..=8 {
        calibration.nothing_offset = 0.25 * step as f32;
        let (right, threshold) = answer_threshold(rows, calibration);
        if right > most {
            (most, best) = (right, (calibration.nothing_offset, threshold));
        }
    }
    (calibration.nothing_offset, calibration.archetype_threshold) = best;
}

/// The most right answers within the budgets, and the threshold that gives them.
fn answer_threshold(rows: &[Row], calibration: &Calibration) -> (usize, f32) {
    // Probability, and whether the answer would be right; `None` where there is none to give.
    let mut answers: Vec<(f32, Option<bool>)> = rows
        .iter()
        .filter_map(|(u, logits)| {
            let gold = u.archetype.as_ref()?;
            let (top, p) = top(calibration, logits);
            let right = gold.iter().any(|a| a.index() == top);
            Some((p, (!gold.is_empty()).then_some(right)))
        })
        .collect();
    answers.sort_by(|a, b| b.0.total_cmp(&a.0));
    let silent = answers.iter().filter(|(_, right)| right.is_none()).count();
    let (mut right, mut wrong, mut unasked) = (0, 0, 0);
    let mut best = (0, 1.0);
    for (p, outcome) in answers {
        match outcome {
            Some(true) => right += 1,
            Some(false) => wrong += 1,
            None => unasked += 1,
        }
        let within = wrong as f32 <= calibration.budget.wrong * (right + wrong) as f32
            && unasked as f32 <= calibration.budget.unasked * silent as f32;
        if within && right > best.0 {
            best = (right, p);
        }
    }
    best
}

/// Indices of the right labels of a head, if the row is labelled.
fn right(utterance: &Utterance, head: Head) -> Option<Vec<usize>> {
    fn indices<L: Copy>(labels: Option<&Vec<L>>, index: fn(L) -> usize) -> Option<Vec<usize>> {
        labels.map(|labels| labels.iter().map(|&l| index(l)).collect())
    }
    match head {
        Head::Tag => indices(utterance.tags.as_ref(), Tag::index),
        Head::Need => indices(utterance.needs.as_ref(), Need::index),
        Head::Objection => indices(utterance.objections.as_ref(), Objection::index),
        Head::Signal => indices(utterance.signals.as_ref(), Signal::index),
        Head::Archetype | Head::Tone | Head::Stage | Head::Language => None,
    }
}

/// Platt's scaling over all labels of a head, and the threshold with the best micro F1.
fn scaling(rows: &[Row], head: Head) -> Scaling {
    let mut points: Vec<(f32, bool)> = Vec::new();
    for (utterance, logits) in rows {
        if let Some(right) = right(utterance, head) {
            let logits = logits[head.range()].iter().enumerate();
            points.extend(logits.map(|(i, &z)| (z, right.contains(&i))));
        }
    }
    let (slope, offset) = platt(&points);
    points.sort_by(|a, b| b.0.total_cmp(&a.0));
    let total = points.iter().filter(|(_, right)| *right).count();
    let (mut hits, mut best, mut cut) = (0, 0.0, f32::INFINITY);
    for (i, (z, right)) in points.iter().enumerate() {
        hits += usize::from(*right);
        let f1 = 2.0 * hits as f64 / (i + 1 + total) as f64;
        if f1 > best {
            (best, cut) = (f1, *z);
        }
    }
    Scaling {
        slope,
        offset,
        threshold: sigmoid(slope * cut + offset),
    }
}

/// Logistic regression of the outcome on the logit, by Newton's method.
fn platt(points: &[(f32, bool)]) -> (f32, f32) {
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    for _ in 0..25 {
        let (mut gradient, mut hessian) = ([0.0; 2], [1e-6, 0.0, 1e-6]);
        for &(z, right) in points {
            let z = f64::from(z);
            let p = 1.0 / (1.0 + (-(slope * z + offset)).exp());
            let (error, spread) = (p - f64::from(u8::from(right)), p * (1.0 - p));
            gradient = [gradient[0] + error * z, gradient[1] + error];
            hessian = [
                hessian[0] + spread * z * z,
                hessian[1] + spread * z,
                hessian[2] + spread,
            ];
        }
        let ([g0, g1], [h0, h1, h2]) = (gradient, hessian);
        let determinant = h0 * h2 - h1 * h1;
        slope -= (h2 * g0 - h1 * g1) / determinant;
        offset -= (h0 * g1 - h1 * g0) / determinant;
    }
    // Too few points to fit: leave the logits as they are.
    if slope.is_finite() && offset.is_finite() && slope > 0.0 {
        (slope as f32, offset as f32)
    } else {
        (1.0, 0.0)
    }
}

fn figures(rows: &[Row], answered: &[Row], calibration: &Calibration) -> OutOfFold {
    let mean =
        |hits: &[bool]| hits.iter().filter(|hit| **hit).count() as f64 / hits.len().max(1) as f64;
    let has = |u: &Utterance| u.archetype.as_ref().map(|a| !a.is_empty());
    let hits = |rows: &[Row]| -> Vec<(f64, bool)> {
        labelled(rows, false)
            .into_iter()
            .map(|(logits, right)| {
                let p = softmax(logits, calibration.archetype_temperature);
                let top = argmax(&p);
                (f64::from(p[top]), right.contains(&top))
            })
            .collect()
    };
    let outcomes = |hits: &[(f64, bool)]| hits.iter().map(|(_, hit)| *hit).collect::<Vec<_>>();
    let (all, of_answered) = (hits(rows), hits(answered));
    let count = |rows: &[Row], what| rows.iter().filter(|(u, _)| has(u) == Some(what)).count();
    let share = |what| count(answered, what) as f64 / count(rows, what).max(1) as f64;
    let f1 = Head::SEVERAL.map(|head| head_f1(rows, head, calibration));
    let one = |head: Head, gold: fn(&Utterance) -> Option<usize>| {
        let hits: Vec<bool> = rows
            .iter()
            .filter_map(|(u, z)| gold(u).map(|gold| argmax(&z[head.range()]) == gold))
            .collect();
        mean(&hits)
    };
    OutOfFold {
        archetype_accuracy: mean(&outcomes(&all)),
        archetype_top1: mean(&outcomes(&of_answered)),
        coverage: share(true),
        abstain_recall: 1.0 - share(false),
        ece: ece(&of_answered, 15).unwrap_or(0.0),
        micro_f1: f1.map(|(micro, _)| micro),
        macro_f1: f1.map(|(_, macro_)| macro_),
        tone: one(Head::Tone, |u| u.tone.map(Tone::index)),
        stage: one(Head::Stage, |u| u.stage.map(Stage::index)),
    }
}

fn head_f1(rows: &[Row], head: Head, calibration: &Calibration) -> (f64, f64) {
    let at = Head::SEVERAL.iter().position(|h| *h == head);
    let scaling = calibration.several[at.expect("only heads of several labels come here")];
    let mut confusion = Confusion::new(head.range().len());
    for (utterance, logits) in rows {
        if let Some(right) = right(utterance, head) {
            let reported =
                |z: f32| sigmoid(scaling.slope * z + scaling.offset) >= scaling.threshold;
            let logits = logits[head.range()].iter().enumerate();
            let said: Vec<usize> = logits
                .filter(|(_, z)| reported(**z))
                .map(|(i, _)| i)
                .collect();
            confusion.add(&right, &said);
        }
    }
    confusion
        .f1()
        .map_or((0.0, 0.0), |f1| (f1.micro_f1, f1.macro_f1))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::labels::{Archetype, Lang};
    use crate::engine::classifier::heads::OUTPUTS;

    fn utterance(archetype: &[Archetype]) -> Utterance {
        Utterance {
            id: String::new(),
            lang: Lang::Pl,
            role: Speaker::Client,
            text: "x".to_owned(),
            archetype: Some(archetype.to_vec()),
            tags: None,
            needs: None,
            objections: None,
            signals: None,
            tone: None,
            stage: None,
        }
    }

    /// The first archetype against "says nothing".
    fn logits(first: f32) -> Vec<f32> {
        let mut logits = vec![-20.0; OUTPUTS];
        logits[0] = first;
        logits[NOTHING] = 0.0;
        logits
    }

    #[test]
    fn the_budgets_decide_how_many_are_answered() {
        let right = utterance(&[Archetype::StatusAchiever]);
        let wrong = utterance(&[Archetype::DealHunter]);
        let empty = utterance(&[]);
        let z: Vec<Vec<f32>> = [4.0, 3.0, 2.0, 1.0].map(logits).to_vec();
        for (gold, wrong_budget, unasked_budget, answered, least) in [
            ([&right, &right, &right, &wrong], 0.0, 0.0, 3, 2.0),
            ([&right, &wrong, &right, &right], 0.25, 0.0, 3, 1.0),
            ([&right, &right, &empty, &right], 0.0, 0.0, 2, 3.0),
            ([&right, &right, &empty, &right], 0.0, 1.0, 3, 1.0),
            ([&wrong, &right, &right, &right], 0.1, 0.0, 0, f32::INFINITY),
        ] {
            let rows: Vec<Row> = gold.into_iter().zip(z.iter().map(Vec::as_slice)).collect();
            let calibration = Calibration {
                decision_temperature: 1.0,
                archetype_temperature: 1.0,
                nothing_offset: 0.0,
                archetype_threshold: 1.0,
                budget: Budget {
                    wrong: wrong_budget,
                    unasked: unasked_budget,
                },
                encoder: [0.0; Head::ALL.len()],
                several: Head::SEVERAL.map(|head| scaling(&[], head)),
            };
            let (n, threshold) = answer_threshold(&rows, &calibration);
            assert_eq!(n, answered);
            assert!((threshold - sigmoid(least)).abs() < 1e-4, "{threshold}");
        }
    }

    #[test]
    fn a_temperature_cools_what_is_too_sure() {
        // Logits of ±4 that are right three times in four: log-odds should be ln 3.
        let z = [4.0f32, 0.0];
        let items: Vec<(&[f32], Vec<usize>)> = (0..400)
            .map(|i| (z.as_slice(), vec![usize::from(i % 4 == 0)]))
            .collect();
        let t = temperature(&items);
        assert!((4.0 / t - 3f32.ln()).abs() < 0.01, "{t}");
    }

    #[test]
    fn platt_recovers_a_known_scaling() {
        // At logit z, of a hundred points σ(2z − 1) are right.
        let points: Vec<(f32, bool)> = (-20..=20)
            .flat_map(|z| {
                let z = z as f32 / 10.0;
                let right = (sigmoid(2.0 * z - 1.0) * 100.0).round() as usize;
                (0..100).map(move |i| (z, i < right))
            })
            .collect();
        let (slope, offset) = platt(&points);
        assert!((slope - 2.0).abs() < 0.05 && (offset + 1.0).abs() < 0.05);
    }
}
