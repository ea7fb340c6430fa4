//! The loops over numbers between the matrix products: written plainly, in lanes that the compiler
//! turns into vector instructions.
//!
//! Invariant: the result of a row depends on that row alone, whatever rows stand beside it.

/// Partial sums kept side by side: the compiler keeps them in vector registers.
const LANES: usize = 16;

/// The dot products of one row of weights with every row of `inputs`.
pub(super) fn dots(weights: &[f32], inputs: &[f32], outputs: &mut [f32]) {
    for (input, output) in inputs.chunks_exact(weights.len()).zip(outputs) {
        *output = dot(weights, input);
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    let mut sums = [0.0; LANES];
    for (a, b) in a.iter().zip(b) {
        // An index, since builds without optimisation run it fastest.
        let mut lane = 0;
        while lane < LANES {
            sums[lane] += a[lane] * b[lane];
            lane += 1;
        }
    }
    let rest: f32 = a_rest.iter().zip(b_rest).map(|(a, b)| a * b).sum();
    sums.iter().sum::<f32>() + rest
}

/// Divides each row by its root mean square and multiplies it by `weights` (Zhang and Sennrich
/// 2019): x · w / √(mean(x²) + ε).
pub(super) fn rms_norm(values: &mut [f32], weights: &[f32], epsilon: f32) {
    for row in values.chunks_exact_mut(weights.len()) {
        let mean = dot(row, row) / row.len() as f32;
        let scale = 1.0 / (mean + epsilon).sqrt();
        for (x, weight) in row.iter_mut().zip(weights) {
            *x = *x * scale * weight;
        }
    }
}

/// Replaces each gate by SiLU(gate) · up, where SiLU(x) = x / (1 + e⁻ˣ).
pub(super) fn silu_times(gates: &mut [f32], ups: &[f32]) {
    for (gate, up) in gates.iter_mut().zip(ups) {
        *gate = *gate / (1.0 + exp(-*gate)) * up;
    }
}

/// e to the power of each number less `top`; returns their sum.
pub(super) fn exp_minus(values: &mut [f32], top: f32) -> f32 {
    let mut sum = 0.0;
    for x in values.iter_mut() {
        *x = exp(*x - top);
    }
    for x in values {
        sum += *x;
    }
    sum
}

/// e to the power of `x`, within 2 units in the last place from −87 to 88; clamped beyond.
///
/// 2ⁿ · eʳ with n = round(x / ln 2) and |r| ≤ ln 2 / 2, and Cephes' polynomial for eʳ (Moshier,
/// `expf`). There is no branch and no table, so that it runs in vector lanes.
pub(super) fn exp(x: f32) -> f32 {
    /// 1.5 · 2²³: adding it leaves the nearest integer in the low bits.
    const ROUND: f32 = 12_582_912.0;
    /// ln 2 in two parts, the first with few bits, so that n times it is exact.
    const LN_2_HIGH: f32 = 0.693_359_4;
    const LN_2_LOW: f32 = -2.121_944_4e-4;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * LN_2_HIGH - n * LN_2_LOW;
    let mut p = 1.987_569_2e-4;
    p = p * r + 1.398_199_9e-3;
    p = p * r + 8.333_452e-3;
    p = p * r + 4.166_579_6e-2;
    p = p * r + 1.666_666_5e-1;
    p = p * r + 5e-1;
    let power = p * r * r + r + 1.0;
    let scale = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    power * scale
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_exponential_is_near(x in -87.0f32..88.0) {
            let exact = f64::from(x).exp();
            let error = (f64::from(exp(x)) - exact).abs() / exact;
            prop_assert!(error < 2.4e-7, "{x}: {error}");
        }

        #[test]
        fn a_dot_product_is_the_sum(pairs in prop::collection::vec((-2.0f32..2.0, -2.0f32..2.0), 0..100)) {
            let (a, b): (Vec<_>, Vec<_>) = pairs.into_iter().unzip();
            let exact: f64 = a.iter().zip(&b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            prop_assert!((f64::from(dot(&a, &b)) - exact).abs() < 1e-4);
        }
    }

    #[test]
    fn the_exponential_is_clamped_and_exact_at_zero() {
        assert_eq!(exp(0.0).to_bits(), 1.0f32.to_bits());
        assert!(exp(f32::NEG_INFINITY) < 1.7e-38);
        assert!(exp(f32::INFINITY).is_finite());
    }

    #[test]
    fn norms_and_gates_are_their_formulas() {
        let mut row = [3.0, -4.0];
        rms_norm(&mut row, &[1.0, 2.0], 0.5);
        let root = 13.0f32.sqrt();
        assert!((row[0] - 3.0 / root).abs() < 1e-6 && (row[1] + 8.0 / root).abs() < 1e-6);
        let mut gates = [0.0, 1.0, -30.0];
        silu_times(&mut gates, &[5.0, 2.0, 1.0]);
        assert!(gates[0].abs() < f32::MIN_POSITIVE);
        assert!((gates[1] - 2.0 / (1.0 + (-1.0f32).exp())).abs() < 1e-6);
        assert!(gates[2].abs() < 1e-10);
    }
}
