//! The fit of the encoder: AdamW with warm-up and linear decay, dropout, words left out at random.
//!
//! Every random number comes from one seeded generator on this thread, so the same examples and
//! seed give the same weights.

use candle_core::{DType, Device, Result, Tensor, Var, backprop::GradStore};
use candle_nn::{AdamW, Optimizer, ParamsAdamW};

use super::examples::Example;
use super::loss::loss;
use crate::engine::classifier::encoder::{Batch, Encoder, PARAMETERS, WIDTH};
use crate::engine::classifier::heads::Head;
use crate::engine::classifier::tokens::{TABLE_ROWS, Tokens};
use crate::engine::classifier::weights::Encoded;
use crate::engine::random::SplitMix64;

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) epochs: usize,
    pub(super) seed: u64,
    batch: usize,
    learning_rate: f64,
    weight_decay: f64,
    /// Share of units silenced.
    dropout: f64,
    /// Share of words left out of a text.
    word_dropout: f64,
    /// Share of the remaining words whose spelling, or whose concepts, are hidden.
    part_dropout: f64,
    /// How much a label that holds weighs against one that does not.
    positive: f64,
    /// Largest length of the gradient of a step.
    clip: f64,
    /// Where the bias of a label among several begins, as log-odds.
    rare: f32,
}

impl Settings {
    pub(super) fn new(epochs: usize, seed: u64) -> Self {
        Self {
            epochs,
            seed,
            batch: 32,
            learning_rate: 2e-3,
            weight_decay: 0.05,
            dropout: 0.2,
            word_dropout: 0.1,
            part_dropout: 0.1,
            positive: 1.5,
            clip: 1.0,
            rare: -3.0,
        }
    }
}

/// The encoder that the weights make.
pub(super) fn encoder(encoded: &Encoded) -> Result<Encoder> {
    let cpu = &Device::Cpu;
    let weights = encoded.weights.iter().zip(PARAMETERS);
    Ok(Encoder::new(
        Tensor::from_slice(&encoded.table, (TABLE_ROWS, WIDTH), cpu)?,
        weights
            .map(|(values, (_, shape))| Tensor::from_slice(values, shape, cpu))
            .collect::<Result<_>>()?,
    ))
}

/// Logits of every example; the bias where a text has no words.
pub(super) fn logits(encoder: &Encoder, examples: &[&Example]) -> Result<Vec<Vec<f32>>> {
    let of = |example: &&Example| {
        if example.tokens.len() == 0 {
            return encoder.bias().to_vec1();
        }
        let batch = Batch::new(&[&example.tokens])?;
        encoder.votes(&batch, Ok)?.logits.get(0)?.to_vec1()
    };
    examples.iter().map(of).collect()
}

/// Fits from a random start; `progress` hears of every epoch and its mean loss.
pub(super) fn fit(
    examples: &[&Example],
    settings: &Settings,
    mut progress: impl FnMut(usize, f64),
) -> Result<Encoded> {
    let examples: Vec<&Example> = examples
        .iter()
        .copied()
        .filter(|e| e.tokens.len() > 0)
        .collect();
    let mut fitting = Fitting::new(settings)?;
    let steps = examples.len().div_ceil(settings.batch) * settings.epochs;
    let mut step = 0;
    for epoch in 0..settings.epochs {
        let mut sum = 0.0;
        for batch in fitting.batches(&examples) {
            fitting.set_rate(step, steps);
            sum += fitting.step(&batch)? * batch.len() as f64;
            step += 1;
        }
        progress(epoch, sum / examples.len() as f64);
    }
    fitting.encoded()
}

struct Fitting<'s> {
    settings: &'s Settings,
    random: SplitMix64,
    table: Var,
    weights: Vec<Var>,
    optimizer: AdamW,
}

impl<'s> Fitting<'s> {
    fn new(settings: &'s Settings) -> Result<Self> {
        let mut random = SplitMix64::new(settings.seed);
        let cpu = &Device::Cpu;
        let table = normal(TABLE_ROWS * WIDTH, 0.3, &mut random);
        let table = Var::from_vec(table, (TABLE_ROWS, WIDTH), cpu)?;
        let mut weights = Vec::new();
        for (name, shape) in PARAMETERS {
            let values = start(name, shape, settings.rare, &mut random);
            weights.push(Var::from_vec(values, shape, cpu)?);
        }
        let mut vars = vec![table.clone()];
        vars.extend(weights.iter().cloned());
        let parameters = ParamsAdamW {
            lr: settings.learning_rate,
            weight_decay: settings.weight_decay,
            ..ParamsAdamW::default()
        };
        Ok(Self {
            settings,
            random,
            table,
            weights,
            optimizer: AdamW::new(vars, parameters)?,
        })
    }

    /// The examples in a new order, texts of like length together so that little is padded.
    fn batches<'e>(&mut self, examples: &[&'e Example]) -> Vec<Vec<&'e Example>> {
        /// Batches whose texts are sorted among one another.
        const POOL: usize = 8;
        let mut order = examples.to_vec();
        self.random.shuffle(&mut order);
        let mut batches = Vec::new();
        for pool in order.chunks_mut(POOL * self.settings.batch) {
            pool.sort_by_key(|example| example.tokens.len());
            batches.extend(pool.chunks(self.settings.batch).map(<[_]>::to_vec));
        }
        self.random.shuffle(&mut batches);
        batches
    }

    /// Warm-up over the first tenth, then linearly down to a fiftieth.
    fn set_rate(&mut self, step: usize, steps: usize) {
        let done = step as f64 / steps as f64;
        let factor = (done / 0.1).min(1.0) * (1.0 - done).max(0.02);
        self.optimizer
            .set_learning_rate(self.settings.learning_rate * factor.max(1e-3));
    }

    fn step(&mut self, examples: &[&Example]) -> Result<f64> {
        let tokens: Vec<Tokens> = examples
            .iter()
            .map(|e| thinned(&e.tokens, self.settings, &mut self.random))
            .collect();
        let batch = Batch::new(&tokens.iter().collect::<Vec<_>>())?;
        let encoder = Encoder::new(
            self.table.as_tensor().clone(),
            self.weights.iter().map(|v| v.as_tensor().clone()).collect(),
        );
        let (rate, random) = (self.settings.dropout, &mut self.random);
        let votes = encoder.votes(&batch, |x| dropped(&x, rate, random))?;
        let loss = loss(&votes.logits, examples, self.settings.positive)?;
        let mut gradients = loss.backward()?;
        self.clip(&mut gradients)?;
        self.optimizer.step(&gradients)?;
        Ok(f64::from(loss.to_scalar::<f32>()?))
    }

    fn clip(&self, gradients: &mut GradStore) -> Result<()> {
        let vars = || std::iter::once(&self.table).chain(&self.weights);
        let mut squares = 0.0;
        for var in vars() {
            if let Some(gradient) = gradients.get(var) {
                squares += f64::from(gradient.sqr()?.sum_all()?.to_scalar::<f32>()?);
            }
        }
        let scale = self.settings.clip / squares.sqrt();
        if scale < 1.0 {
            for var in vars() {
                if let Some(gradient) = gradients.remove(var) {
                    gradients.insert(var, gradient.affine(scale, 0.0)?);
                }
            }
        }
        Ok(())
    }

    fn encoded(&self) -> Result<Encoded> {
        Ok(Encoded {
            table: self.table.flatten_all()?.to_vec1()?,
            weights: self
                .weights
                .iter()
                .map(|var| var.flatten_all()?.to_vec1())
                .collect::<Result<_>>()?,
        })
    }
}

/// A parameter's start: scales one, shifts and biases zero (labels among several rare), matrices
/// normal with the deviation that keeps the length of what they map.
fn start(name: &str, shape: &[usize], rare: f32, random: &mut SplitMix64) -> Vec<f32> {
    let n = shape.iter().product();
    if name.ends_with("scale") {
        return vec![1.0; n];
    }
    if name == "encoder.votes.bias" {
        let mut bias = vec![0.0; n];
        for head in Head::SEVERAL {
            bias[head.range()].fill(rare);
        }
        return bias;
    }
    match shape {
        [_] => vec![0.0; n],
        _ if name == "encoder.position" => normal(n, 0.02, random),
        [inputs, ..] => normal(n, 1.0 / (*inputs as f64).sqrt(), random),
        [] => unreachable!("every parameter has a shape"),
    }
}

/// Box–Muller.
fn normal(n: usize, deviation: f64, random: &mut SplitMix64) -> Vec<f32> {
    let mut draw = || {
        let radius = (-2.0 * (1.0 - random.unit()).ln()).sqrt();
        (deviation * radius * (std::f64::consts::TAU * random.unit()).cos()) as f32
    };
    (0..n).map(|_| draw()).collect()
}

/// Silences units and scales the others up, so that the sum is expected to stay.
fn dropped(x: &Tensor, rate: f64, random: &mut SplitMix64) -> Result<Tensor> {
    let kept = (1.0 / (1.0 - rate)) as f32;
    let draw = |_| if random.unit() < rate { 0.0 } else { kept };
    let mask: Vec<f32> = (0..x.elem_count()).map(draw).collect();
    x * Tensor::from_vec(mask, x.dims(), x.device())?.to_dtype(DType::F32)?
}

/// The text without some of its words, and without the spelling or concepts of some others; at
/// least one token stays.
fn thinned(tokens: &Tokens, settings: &Settings, random: &mut SplitMix64) -> Tokens {
    let mut thin = Tokens::default();
    for (parts, &word) in tokens.parts.iter().zip(&tokens.words) {
        if random.unit() < settings.word_dropout {
            continue;
        }
        let hide_spelling = random.unit() < settings.part_dropout;
        let hide_concepts = random.unit() < settings.part_dropout;
        let kept = parts.iter().filter(|(row, _)| {
            if Tokens::is_concept(*row) {
                !hide_concepts
            } else {
                !hide_spelling
            }
        });
        thin.parts.push(kept.copied().collect());
        thin.words.push(word);
    }
    if thin.len() == 0 {
        return tokens.clone();
    }
    thin
}
