//! The encoder: every token votes for every label in the light of the others.
//!
//! One pre-norm transformer layer over the tokens, then for each output a vote of each token and how
//! much it is heeded; the logit is the bias plus the votes weighted by a softmax over the tokens,
//! so that one telling word is enough in a long sentence. Invariant: the weighted votes are what
//! each token adds to the logit; evidence needs no second pass. Training and use run this one
//! forward pass.

use candle_core::{D, DType, Device, Result, Tensor};
use candle_nn::ops::{layer_norm_slow, softmax};

use super::heads::OUTPUTS;
use super::tokens::{MAX_TOKENS, TABLE_ROWS, Tokens};

/// Width of a token.
pub(crate) const WIDTH: usize = 128;
const HEADS: usize = 4;
const HIDDEN: usize = 2 * WIDTH;
const EPSILON: f32 = 1e-5;
/// Stands for minus infinity where a text is shorter than its batch.
const CLOSED: f32 = -1e4;

/// Names and shapes of the weights, in the order of the file. `table` is stored by byte.
pub(crate) const PARAMETERS: [(&str, &[usize]); 17] = [
    ("encoder.position", &[MAX_TOKENS, WIDTH]),
    ("encoder.norm.scale", &[WIDTH]),
    ("encoder.norm.shift", &[WIDTH]),
    ("encoder.attention.norm.scale", &[WIDTH]),
    ("encoder.attention.norm.shift", &[WIDTH]),
    ("encoder.attention.in", &[WIDTH, 3 * WIDTH]),
    ("encoder.attention.out", &[WIDTH, WIDTH]),
    ("encoder.attention.bias", &[WIDTH]),
    ("encoder.hidden.norm.scale", &[WIDTH]),
    ("encoder.hidden.norm.shift", &[WIDTH]),
    ("encoder.hidden.in", &[WIDTH, HIDDEN]),
    ("encoder.hidden.bias", &[HIDDEN]),
    ("encoder.hidden.out", &[HIDDEN, WIDTH]),
    ("encoder.hidden.out.bias", &[WIDTH]),
    ("encoder.heed", &[WIDTH, OUTPUTS]),
    ("encoder.votes", &[WIDTH, OUTPUTS]),
    ("encoder.votes.bias", &[OUTPUTS]),
];

#[derive(Debug, Clone)]
pub(crate) struct Encoder {
    /// [`TABLE_ROWS`] × [`WIDTH`].
    table: Tensor,
    /// In the order of [`PARAMETERS`].
    weights: Vec<Tensor>,
}

/// Texts of one pass, padded to the longest.
#[derive(Debug)]
pub(crate) struct Batch {
    n: usize,
    length: usize,
    rows: Tensor,
    values: Tensor,
    tokens: Tensor,
    /// n × length × 1: zero where there is a token.
    closed: Tensor,
}

/// What the tokens of a batch say.
#[derive(Debug)]
pub(crate) struct Votes {
    /// n × [`OUTPUTS`].
    pub(crate) logits: Tensor,
    /// n × length × [`OUTPUTS`]: heed × vote; they sum to logit − bias.
    pub(crate) parts: Tensor,
}

impl Batch {
    /// # Panics
    /// When a text has no tokens.
    pub(crate) fn new(texts: &[&Tokens]) -> Result<Self> {
        let length = texts.iter().map(|t| t.len()).max().unwrap_or(0);
        let (mut rows, mut values, mut tokens) = (Vec::new(), Vec::new(), Vec::new());
        let mut closed = vec![CLOSED; texts.len() * length];
        for (i, text) in texts.iter().enumerate() {
            assert!(text.len() > 0, "a text without words has no votes");
            for (j, parts) in text.parts.iter().enumerate() {
                closed[i * length + j] = 0.0;
                for &(row, value) in parts {
                    rows.push(row);
                    values.push(value);
                    tokens.push((i * length + j) as u32);
                }
            }
        }
        let cpu = &Device::Cpu;
        let n = rows.len();
        Ok(Self {
            n: texts.len(),
            length,
            rows: Tensor::from_vec(rows, n, cpu)?,
            values: Tensor::from_vec(values, (n, 1), cpu)?,
            tokens: Tensor::from_vec(tokens, n, cpu)?,
            closed: Tensor::from_vec(closed, (texts.len(), length, 1), cpu)?,
        })
    }
}

impl Encoder {
    /// # Panics
    /// When the weights are not those of [`PARAMETERS`].
    pub(crate) fn new(table: Tensor, weights: Vec<Tensor>) -> Self {
        assert_eq!(table.dims(), [TABLE_ROWS, WIDTH]);
        for (weight, (name, shape)) in weights.iter().zip(PARAMETERS) {
            assert_eq!(weight.dims(), shape, "{name}");
        }
        assert_eq!(weights.len(), PARAMETERS.len());
        Self { table, weights }
    }

    /// The bias of every vote.
    pub(crate) fn bias(&self) -> &Tensor {
        &self.weights[16]
    }

    /// One pass; `drop` is applied where training silences units and is the identity otherwise.
    pub(crate) fn votes(
        &self,
        batch: &Batch,
        mut drop: impl FnMut(Tensor) -> Result<Tensor>,
    ) -> Result<Votes> {
        let w = &self.weights;
        let x = layer_norm_slow(&self.embedded(batch)?, &w[1], &w[2], EPSILON)?;
        let position = w[0].narrow(0, 0, batch.length)?;
        let x = drop(x)?.broadcast_add(&position)?;
        let inner = layer_norm_slow(&x, &w[3], &w[4], EPSILON)?;
        let x = (&x + drop(self.attention(&inner, batch)?)?)?;
        let inner = layer_norm_slow(&x, &w[8], &w[9], EPSILON)?;
        let hidden = linear(&inner, &w[10], Some(&w[11]))?.gelu_erf()?;
        let hidden = linear(&drop(hidden)?, &w[12], Some(&w[13]))?;
        let x = (&x + drop(hidden)?)?;
        let heed = linear(&x, &w[14], None)?.broadcast_add(&batch.closed)?;
        let votes = linear(&drop(x)?, &w[15], None)?;
        let parts = (softmax(&heed, 1)? * votes)?;
        let logits = parts.sum(1)?.broadcast_add(&w[16])?;
        Ok(Votes { logits, parts })
    }

    /// The rows of every token, weighted and summed.
    fn embedded(&self, batch: &Batch) -> Result<Tensor> {
        let gathered = self.table.index_select(&batch.rows, 0)?;
        let weighted = gathered.broadcast_mul(&batch.values)?;
        let zero = Tensor::zeros((batch.n * batch.length, WIDTH), DType::F32, &Device::Cpu)?;
        zero.index_add(&batch.tokens, &weighted, 0)?
            .reshape((batch.n, batch.length, WIDTH))
    }

    fn attention(&self, x: &Tensor, batch: &Batch) -> Result<Tensor> {
        let split = linear(x, &self.weights[5], None)?
            .reshape((batch.n, batch.length, 3, HEADS, WIDTH / HEADS))?
            .permute((2, 0, 3, 1, 4))?;
        let part = |i: usize| split.get(i)?.contiguous();
        let (query, key, value) = (part(0)?, part(1)?, part(2)?);
        let scale = 1.0 / ((WIDTH / HEADS) as f64).sqrt();
        let closed = batch.closed.reshape((batch.n, 1, 1, batch.length))?;
        let scores = query
            .matmul(&key.transpose(2, 3)?.contiguous()?)?
            .affine(scale, 0.0)?
            .broadcast_add(&closed)?;
        let mixed = softmax(&scores, D::Minus1)?
            .matmul(&value)?
            .permute((0, 2, 1, 3))?
            .contiguous()?
            .reshape((batch.n, batch.length, WIDTH))?;
        linear(&mixed, &self.weights[6], Some(&self.weights[7]))
    }
}

/// x·w + bias over the last dimension, as one product.
fn linear(x: &Tensor, w: &Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    let (n, length, width) = x.dims3()?;
    let y = x.reshape((n * length, width))?.matmul(w)?;
    let y = match bias {
        Some(bias) => y.broadcast_add(bias)?,
        None => y,
    };
    y.reshape((n, length, w.dim(1)?))
}
