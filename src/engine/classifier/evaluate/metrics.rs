//! Measures, over plain numbers: F1, Wilson interval, calibration error, quantiles.

use crate::engine::random::SplitMix64;

#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct F1 {
    pub micro_f1: f64,
    /// Mean over the labels that occur in the gold rows.
    pub macro_f1: f64,
}

/// Counts of one closed set of labels.
#[derive(Debug, Clone)]
pub struct Confusion {
    true_positive: Vec<usize>,
    false_positive: Vec<usize>,
    false_negative: Vec<usize>,
}

impl Confusion {
    pub fn new(n_labels: usize) -> Self {
        Self {
            true_positive: vec![0; n_labels],
            false_positive: vec![0; n_labels],
            false_negative: vec![0; n_labels],
        }
    }

    /// Adds one row: indices of the right labels and of the reported ones, without repeats.
    pub fn add(&mut self, gold: &[usize], said: &[usize]) {
        for &label in said {
            if gold.contains(&label) {
                self.true_positive[label] += 1;
            } else {
                self.false_positive[label] += 1;
            }
        }
        for &label in gold.iter().filter(|label| !said.contains(label)) {
            self.false_negative[label] += 1;
        }
    }

    /// `None` when no row has a label and none was reported.
    pub fn f1(&self) -> Option<F1> {
        let sum = |counts: &[usize]| counts.iter().sum::<usize>();
        let f1 = |tp: usize, fp: usize, fn_: usize| 2.0 * tp as f64 / (2 * tp + fp + fn_) as f64;
        let (tp, fp, fn_) = (
            sum(&self.true_positive),
            sum(&self.false_positive),
            sum(&self.false_negative),
        );
        if tp + fp + fn_ == 0 {
            return None;
        }
        let by_label: Vec<f64> = (0..self.true_positive.len())
            .map(|i| {
                (
                    self.true_positive[i],
                    self.false_positive[i],
                    self.false_negative[i],
                )
            })
            .filter(|(tp, _, fn_)| tp + fn_ > 0)
            .map(|(tp, fp, fn_)| f1(tp, fp, fn_))
            .collect();
        Some(F1 {
            micro_f1: f1(tp, fp, fn_),
            macro_f1: by_label.iter().sum::<f64>() / by_label.len().max(1) as f64,
        })
    }
}

/// Wilson score interval, 95 %, of `hits` in `n` > 0 (Wilson 1927, eq. 10 without correction).
pub fn wilson(hits: usize, n: usize) -> [f64; 2] {
    const Z: f64 = 1.959_963_984_540_054;
    let n = n as f64;
    let p = hits as f64 / n;
    let centre = p + Z * Z / (2.0 * n);
    let spread = Z * (p * (1.0 - p) / n + Z * Z / (4.0 * n * n)).sqrt();
    let scale = 1.0 + Z * Z / n;
    [(centre - spread) / scale, (centre + spread) / scale]
}

/// Expected calibration error over bins of equal mass: the mean gap between confidence and
/// accuracy, weighted by the size of the bin. `None` without items.
pub fn ece(items: &[(f64, bool)], n_bins: usize) -> Option<f64> {
    if items.is_empty() {
        return None;
    }
    let mut sorted = items.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let n = sorted.len();
    let gap = |bin: usize| {
        let items = &sorted[bin * n / n_bins..(bin + 1) * n / n_bins];
        let confidence: f64 = items.iter().map(|(p, _)| p).sum();
        let hits = items.iter().filter(|(_, hit)| *hit).count() as f64;
        (confidence - hits).abs()
    };
    Some((0..n_bins).map(gap).sum::<f64>() / n as f64)
}

/// [`ece`] less the mean error of as many items drawn with their own confidence as chance of a
/// hit: what a perfectly calibrated classifier shows on a set of this size. May be below zero.
pub fn ece_debiased(
    items: &[(f64, bool)],
    n_bins: usize,
    resamples: usize,
    seed: u64,
) -> Option<f64> {
    let raw = ece(items, n_bins)?;
    let mut random = SplitMix64::new(seed);
    let total: f64 = (0..resamples)
        .filter_map(|_| {
            let drawn: Vec<_> = items.iter().map(|&(p, _)| (p, random.unit() < p)).collect();
            ece(&drawn, n_bins)
        })
        .sum();
    Some(raw - total / resamples as f64)
}

/// The smallest value that at least share `q` of the sorted values do not exceed; 0 without any.
pub fn quantile(sorted: &[f64], q: f64) -> f64 {
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.saturating_sub(1)).copied().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() < 1e-9, "{a} is not {b}");
    }

    #[test]
    fn f1_by_hand() {
        let mut confusion = Confusion::new(4);
        confusion.add(&[0, 1], &[0]); // 0 found, 1 missed
        confusion.add(&[0], &[0, 2]); // 0 found, 2 false
        confusion.add(&[1], &[1]); // 1 found
        let f1 = confusion.f1().unwrap();
        // 3 found, 1 false, 1 missed; label 0: 1, label 1: 2/3; label 2 has no gold, 3 never occurs.
        close(f1.micro_f1, 6.0 / 8.0);
        close(f1.macro_f1, f64::midpoint(1.0, 2.0 / 3.0));
        assert_eq!(Confusion::new(2).f1(), None);
    }

    #[test]
    fn wilson_by_hand() {
        // 8 of 10: Wilson's interval is 0.4902–0.9433.
        let [low, high] = wilson(8, 10);
        assert!((low - 0.4902).abs() < 1e-4 && (high - 0.9433).abs() < 1e-4);
        assert!(wilson(10, 10)[1] <= 1.0 && wilson(0, 10)[0] >= 0.0);
    }

    #[test]
    fn ece_by_hand() {
        let items = [(0.9, true), (0.9, true), (0.6, false), (0.6, true)];
        // Two bins of two: |1.2 − 1| and |1.8 − 2|, over four items.
        close(ece(&items, 2).unwrap(), 0.1);
        // More bins than items: empty bins weigh nothing.
        close(ece(&[(0.7, true)], 15).unwrap(), 0.3);
        assert_eq!(ece(&[], 15), None);
    }

    #[test]
    fn a_calibrated_classifier_has_no_debiased_error() {
        let mut random = SplitMix64::new(5);
        let items: Vec<_> = (0..300)
            .map(|_| {
                let p = 0.5 + 0.5 * random.unit();
                (p, random.unit() < p)
            })
            .collect();
        let raw = ece(&items, 15).unwrap();
        let debiased = ece_debiased(&items, 15, 200, 1).unwrap();
        assert!(raw > 0.03 && debiased.abs() < 0.025, "{raw} {debiased}");
    }

    #[test]
    fn quantiles_by_hand() {
        let values = [1.0, 2.0, 3.0, 4.0];
        close(quantile(&values, 0.5), 2.0);
        close(quantile(&values, 0.99), 4.0);
        close(quantile(&[], 0.5), 0.0);
    }
}
