//! One decoder for every family: token ids in, logits out.
//!
//! It owns the weights and no state; what was fed lives in a [`Sequence`]. Several sequences go
//! through the weights in one pass. Invariant: a file is decoded by what its [`Family`] and
//! [`Shape`] say; no code here asks for a family's name.
//!
//! [`Family`]: super::family::Family

mod arithmetic;
mod attention;
mod half_rows;
mod linear;
mod matrix;
mod parallel;
mod rotary;
mod sequence;
mod weights;

use attention::Span;
use linear::Linear;
use rotary::{Rotary, Turns};
use weights::{Projection, Weights};

use super::{Error, file::ModelFile, shape::Shape};

pub use matrix::Matrix;
pub use sequence::{BLOCK, Geometry, Sequence};

/// Weights that are ready to compute.
pub struct Decoder {
    shape: Shape,
    rotary: Rotary,
    weights: Weights,
}

/// Tokens to feed to one sequence.
pub struct Step<'a> {
    pub sequence: &'a mut Sequence,
    /// At least one, as many as the context has room for.
    pub tokens: &'a [u32],
    /// Indices of the tokens after which logits are wanted.
    pub wanted: &'a [usize],
}

/// What every layer needs to know of the rows it computes.
struct Batch {
    /// Positions of the rows of each step.
    positions: Vec<Vec<usize>>,
    turns: Turns,
    /// Rows whose logits are wanted, and their positions step by step.
    wanted: Vec<usize>,
    wanted_positions: Vec<Vec<usize>>,
}

impl Decoder {
    /// Reads the weights, and returns the file's SHA-256 (hex) beside them; `progress` is told per
    /// cent of the file.
    pub fn read(file: &ModelFile, progress: impl FnMut(u8)) -> Result<(Self, String), Error> {
        let (weights, sha256) = Weights::read(file, progress)?;
        let shape = file.shape.clone();
        let factors = weights.rope_factors.as_deref();
        let rotary = Rotary::new(&shape.rope, shape.family.rotation, factors);
        let decoder = Self {
            shape,
            rotary,
            weights,
        };
        Ok((decoder, sha256))
    }

    pub const fn shape(&self) -> &Shape {
        &self.shape
    }

    /// A sequence to which nothing was fed yet.
    pub const fn sequence(&self) -> Sequence {
        Sequence::new(Geometry {
            layers: self.shape.layers,
            kv_heads: self.shape.kv_heads,
            head_width: self.shape.head_width,
        })
    }

    /// Feeds every step's tokens and returns a row of logits (one number per token of the
    /// vocabulary) for each wanted token, step after step. On an error no sequence has grown.
    pub fn forward(&self, steps: &mut [Step]) -> Result<Matrix, Error> {
        let batch = self.batch(steps)?;
        let tokens: Vec<u32> = steps.iter().flat_map(|step| step.tokens).copied().collect();
        let mut hidden = self.weights.embedding.lookup(&tokens)?;
        for step in steps.iter_mut() {
            step.sequence.reserve(step.tokens.len());
        }
        for index in 0..self.weights.layers.len() {
            hidden = self.layer(index, hidden, steps, &batch)?;
        }
        for step in steps.iter_mut() {
            step.sequence.advance(step.tokens.len());
        }
        let normed = self.normed(hidden, &self.weights.norm);
        self.weights.head.forward(&normed)
    }

    fn batch(&self, steps: &[Step]) -> Result<Batch, Error> {
        let mut positions = Vec::new();
        let (mut wanted, mut wanted_positions) = (Vec::new(), Vec::new());
        let mut row = 0;
        for step in steps {
            let (start, n) = (step.sequence.len(), step.tokens.len());
            let fits = n > 0 && start + n <= self.shape.context;
            if !fits || step.wanted.iter().any(|index| *index >= n) {
                let error = candle_core::Error::msg("the sequence does not fit the context");
                return Err(error.into());
            }
            positions.push((start..start + n).collect::<Vec<_>>());
            wanted.extend(step.wanted.iter().map(|index| row + index));
            wanted_positions.push(step.wanted.iter().map(|index| start + index).collect());
            row += n;
        }
        Ok(Batch {
            turns: self.rotary.turns(positions.iter().flatten().copied()),
            positions,
            wanted,
            wanted_positions,
        })
    }

    fn layer(
        &self,
        index: usize,
        mut hidden: Matrix,
        steps: &mut [Step],
        batch: &Batch,
    ) -> Result<Matrix, Error> {
        let layer = &self.weights.layers[index];
        let normed = self.normed(hidden.clone(), &layer.attention_norm);
        let mut queries = self.attention_input(index, normed, steps, batch)?;
        // After the last layer only the wanted rows go on; the others were needed for their keys.
        let mut positions = &batch.positions;
        if index + 1 == self.weights.layers.len() {
            queries = queries.pick(&batch.wanted);
            hidden = hidden.pick(&batch.wanted);
            positions = &batch.wanted_positions;
        }
        let spans: Vec<_> = steps
            .iter()
            .zip(positions)
            .map(|(step, positions)| Span {
                sequence: step.sequence,
                positions,
            })
            .collect();
        let attended = attention::attend(&queries, &spans, index);
        hidden.add(&layer.output.forward(&attended)?);
        let normed = self.normed(hidden.clone(), &layer.feed_forward_norm);
        let [mut gates, ups] = Linear::forward_all([&layer.gate, &layer.up], &normed)?;
        gated(&mut gates, &ups);
        hidden.add(&layer.down.forward(&gates)?);
        Ok(hidden)
    }

    /// Computes queries, keys and values; keys and values go into the sequences.
    fn attention_input(
        &self,
        index: usize,
        normed: Matrix,
        steps: &mut [Step],
        batch: &Batch,
    ) -> Result<Matrix, Error> {
        let layer = &self.weights.layers[index];
        let [mut queries, mut keys, values] =
            projected([&layer.query, &layer.key, &layer.value], &normed)?;
        if let Some((of_queries, of_keys)) = &layer.head_norms {
            arithmetic::rms_norm(queries.values_mut(), of_queries, self.shape.norm_epsilon);
            arithmetic::rms_norm(keys.values_mut(), of_keys, self.shape.norm_epsilon);
        }
        let width = self.shape.head_width;
        self.rotary.apply(&batch.turns, &mut queries, width);
        self.rotary.apply(&batch.turns, &mut keys, width);
        let mut row = 0;
        for step in steps {
            let tokens = step.tokens.len();
            step.sequence.write(index, (&keys, &values), row, tokens);
            row += tokens;
        }
        Ok(queries)
    }

    fn normed(&self, mut rows: Matrix, weights: &[f32]) -> Matrix {
        arithmetic::rms_norm(rows.values_mut(), weights, self.shape.norm_epsilon);
        rows
    }
}

fn projected<const N: usize>(
    projections: [&Projection; N],
    input: &Matrix,
) -> Result<[Matrix; N], Error> {
    let mut products = Linear::forward_all(projections.map(|p| &p.weight), input)?;
    for (product, projection) in products.iter_mut().zip(projections) {
        if let Some(bias) = &projection.bias {
            product.add_to_rows(bias);
        }
    }
    Ok(products)
}

fn gated(gates: &mut Matrix, ups: &Matrix) {
    /// Numbers that one unit of work computes.
    const PIECE: usize = 4_096;
    // An exponential is about ten multiplications.
    let cost = 12 * ups.values().len();
    parallel::pieces(gates.values_mut(), PIECE, cost, |index, gates| {
        let ups = &ups.values()[index * PIECE..][..gates.len()];
        arithmetic::silu_times(gates, ups);
    });
}

#[cfg(test)]
mod tests;
