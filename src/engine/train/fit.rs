//! The fit of the linear part: stochastic gradient descent with momentum.
//!
//! Plain gradient descent, not an adaptive method: those give every rare n-gram the step
//! of a common one, and a prototype with Adam was a little worse on objections and tags.

use candle_core::{DType, Device, Tensor, Var};

use super::examples::Example;
use crate::engine::classifier::features::ROWS;
use crate::engine::classifier::heads::{Head, OUTPUTS};
use crate::engine::random::SplitMix64;

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) epochs: usize,
    seed: u64,
    batch: usize,
    learning_rate: f64,
    /// The learning rate's factor from one epoch to the next.
    decay: f64,
    momentum: f64,
    l2: f64,
    /// How much a label that holds weighs against one that does not.
    positive: f64,
    /// Where the bias of a label among several begins, as log-odds.
    rare: f32,
}

impl Settings {
    pub(super) fn new(epochs: usize, seed: u64) -> Self {
        Self {
            epochs,
            seed,
            batch: 192,
            learning_rate: 30.0,
            decay: 0.9,
            momentum: 0.9,
            l2: 2.5e-5,
            positive: 3.0,
            rare: -3.0,
        }
    }
}

#[derive(Debug, Clone)]
pub(super) struct Fitted {
    /// Row-major, [`ROWS`] × [`OUTPUTS`].
    pub(super) table: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

impl Fitted {
    pub(super) fn logits(&self, example: &Example) -> Vec<f32> {
        let mut logits = self.bias.clone();
        for &(row, value) in &example.features {
            let weights = &self.table[row as usize * OUTPUTS..][..OUTPUTS];
            for (logit, weight) in logits.iter_mut().zip(weights) {
                *logit += value * weight;
            }
        }
        logits
    }
}

/// Fits from zero; `after_epoch` sees the model after each epoch, counted from 0.
pub(super) fn fit(
    examples: &[&Example],
    settings: &Settings,
    mut after_epoch: impl FnMut(usize, &Fitted),
) -> Result<Fitted, candle_core::Error> {
    let mut model = Model::new(settings)?;
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = SplitMix64::new(settings.seed);
    let mut learning_rate = settings.learning_rate;
    for epoch in 0..settings.epochs {
        random.shuffle(&mut order);
        for batch in order.chunks(settings.batch) {
            let batch: Vec<&Example> = batch.iter().map(|&i| examples[i]).collect();
            model.step(&batch, learning_rate, settings)?;
        }
        learning_rate *= settings.decay;
        after_epoch(epoch, &model.fitted()?);
    }
    model.fitted()
}

struct Model {
    table: Var,
    bias: Var,
    /// Running gradients of table and bias.
    velocity: [Tensor; 2],
}

impl Model {
    fn new(settings: &Settings) -> Result<Self, candle_core::Error> {
        let cpu = &Device::Cpu;
        let mut bias = vec![0.0f32; OUTPUTS];
        for head in Head::SEVERAL {
            bias[head.range()].fill(settings.rare);
        }
        Ok(Self {
            table: Var::zeros((ROWS, OUTPUTS), DType::F32, cpu)?,
            bias: Var::from_vec(bias, OUTPUTS, cpu)?,
            velocity: [
                Tensor::zeros((ROWS, OUTPUTS), DType::F32, cpu)?,
                Tensor::zeros(OUTPUTS, DType::F32, cpu)?,
            ],
        })
    }

    fn step(
        &mut self,
        batch: &[&Example],
        learning_rate: f64,
        settings: &Settings,
    ) -> Result<(), candle_core::Error> {
        let loss = self.loss(batch, settings)?;
        let gradients = loss.backward()?;
        let shrink = [1.0 - learning_rate * settings.l2, 1.0];
        for (i, var) in [&self.table, &self.bias].into_iter().enumerate() {
            let gradient = gradients.get(var).expect("the loss depends on both");
            let kept = self.velocity[i].affine(settings.momentum, 0.0)?;
            let velocity = (kept + gradient.affine(1.0 - settings.momentum, 0.0)?)?.detach();
            let moved = var.as_tensor().affine(shrink[i], 0.0)?;
            var.set(&(moved - velocity.affine(learning_rate, 0.0)?)?.detach())?;
            self.velocity[i] = velocity;
        }
        Ok(())
    }

    fn loss(&self, batch: &[&Example], settings: &Settings) -> Result<Tensor, candle_core::Error> {
        let cpu = &Device::Cpu;
        let n = batch.len();
        let mut dense = vec![0.0f32; n * ROWS];
        for (row, example) in dense.chunks_exact_mut(ROWS).zip(batch) {
            for &(feature, value) in &example.features {
                row[feature as usize] = value;
            }
        }
        let logits = Tensor::from_vec(dense, (n, ROWS), cpu)?
            .matmul(&self.table)?
            .broadcast_add(&self.bias)?;
        super::loss::loss(&logits, batch, settings.positive)
    }

    fn fitted(&self) -> Result<Fitted, candle_core::Error> {
        Ok(Fitted {
            table: self.table.flatten_all()?.to_vec1()?,
            bias: self.bias.to_vec1()?,
        })
    }
}
