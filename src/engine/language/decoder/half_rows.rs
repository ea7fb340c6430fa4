//! Weights of two bytes, times activations: each row is widened to f32 where it is used.

use half::slice::HalfFloatSliceExt;

use super::{arithmetic, matrix::Matrix, parallel};

/// A matrix of half-width floats.
pub(super) struct HalfRows<H> {
    width: usize,
    numbers: Vec<H>,
}

/// Rows that one unit of work computes.
const STRIPE: usize = 32;

impl<H: Copy + Sync> HalfRows<H>
where
    [H]: HalfFloatSliceExt,
{
    pub(super) fn new(width: usize, bytes: &[u8], read: impl Fn([u8; 2]) -> H) -> Self {
        let (numbers, _) = bytes.as_chunks::<2>();
        Self {
            width,
            numbers: numbers.iter().map(|bytes| read(*bytes)).collect(),
        }
    }

    fn row(&self, row: usize) -> &[H] {
        &self.numbers[row * self.width..(row + 1) * self.width]
    }

    /// Some rows as f32, one after the other.
    pub(super) fn rows(&self, ids: &[u32]) -> Vec<f32> {
        let mut values = vec![0.0; ids.len() * self.width];
        for (id, out) in ids.iter().zip(values.chunks_exact_mut(self.width)) {
            self.row(*id as usize).convert_to_f32_slice(out);
        }
        values
    }

    /// Each row of `input` times the transposed matrix.
    pub(super) fn forward(&self, input: &Matrix) -> Matrix {
        let (m, n) = (input.rows(), self.numbers.len() / self.width);
        // Output by output, so that each unit of work owns a piece of it.
        let mut by_output = vec![0.0; n * m];
        let cost = self.numbers.len() * m;
        parallel::pieces(&mut by_output, STRIPE * m, cost, |stripe, piece| {
            let mut weights = vec![0.0; self.width];
            for (i, outputs) in piece.chunks_exact_mut(m).enumerate() {
                self.row(stripe * STRIPE + i)
                    .convert_to_f32_slice(&mut weights);
                arithmetic::dots(&weights, input.values(), outputs);
            }
        });
        let mut output = Matrix::zeros(m, n);
        for (row, values) in output.values_mut().chunks_exact_mut(n).enumerate() {
            for (column, value) in values.iter_mut().enumerate() {
                *value = by_output[column * m + row];
            }
        }
        output
    }
}
