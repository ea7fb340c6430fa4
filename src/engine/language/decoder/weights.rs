//! The weights of a decoder, read from a model file into the places where they are used.
//!
//! Invariant: every tensor of the file is used once, except an embedding that is the head too.

use std::{collections::HashMap, sync::Arc};

use candle_core::{CpuStorage, quantized::GgmlDType};

use super::linear::Linear;
use crate::engine::language::{Error, file::ModelFile, gguf::Tensor};

/// A matrix with what is added to its product.
pub(super) struct Projection {
    pub weight: Linear,
    pub bias: Option<Vec<f32>>,
}

pub(super) struct Layer {
    pub attention_norm: Vec<f32>,
    pub query: Projection,
    pub key: Projection,
    pub value: Projection,
    /// Norms of each head's queries and keys.
    pub head_norms: Option<(Vec<f32>, Vec<f32>)>,
    pub output: Linear,
    pub feed_forward_norm: Vec<f32>,
    pub gate: Linear,
    pub up: Linear,
    pub down: Linear,
}

pub(super) struct Weights {
    /// A row for each token of the vocabulary.
    pub embedding: Arc<Linear>,
    pub rope_factors: Option<Vec<f32>>,
    pub layers: Vec<Layer>,
    pub norm: Vec<f32>,
    /// The embedding itself where the file has no head.
    pub head: Arc<Linear>,
}

impl Weights {
    /// Reads every tensor of a file; returns the file's SHA-256 (hex) beside them.
    pub(super) fn read(
        file: &ModelFile,
        progress: impl FnMut(u8),
    ) -> Result<(Self, String), Error> {
        let mut parts = Parts::default();
        let sha256 = file.read(progress, |tensor, bytes| parts.add(tensor, bytes))?;
        let embedding = Arc::new(parts.matrix("token_embd.weight")?);
        let head = match parts.matrices.remove("output.weight") {
            Some(head) => Arc::new(head),
            None => Arc::clone(&embedding),
        };
        let layers = (0..file.shape.layers).map(|layer| parts.layer(layer));
        let weights = Self {
            layers: layers.collect::<Result<_, _>>()?,
            norm: parts.vector("output_norm.weight")?,
            rope_factors: parts.vectors.remove("rope_freqs.weight"),
            embedding,
            head,
        };
        match &weights.rope_factors {
            Some(factors) if factors.iter().any(|x| !(0.01..=1e6).contains(x)) => Err(
                Error::refused("a factor of the rotary frequencies is out of range"),
            ),
            _ => Ok((weights, sha256)),
        }
    }
}

/// Tensors that wait for their place.
#[derive(Default)]
struct Parts {
    matrices: HashMap<String, Linear>,
    vectors: HashMap<String, Vec<f32>>,
}

impl Parts {
    fn add(&mut self, tensor: &Tensor, bytes: &[u8]) -> Result<(), Error> {
        match tensor.dims[..] {
            [n] => {
                let numbers = numbers(tensor.dtype, n, bytes)?;
                self.vectors.insert(tensor.name.clone(), numbers);
            }
            [width, rows] => {
                let matrix = Linear::new(tensor.dtype, rows, width, bytes)?;
                self.matrices.insert(tensor.name.clone(), matrix);
            }
            _ => return Err(missing(&tensor.name)),
        }
        Ok(())
    }

    fn matrix(&mut self, name: &str) -> Result<Linear, Error> {
        self.matrices.remove(name).ok_or_else(|| missing(name))
    }

    fn vector(&mut self, name: &str) -> Result<Vec<f32>, Error> {
        self.vectors.remove(name).ok_or_else(|| missing(name))
    }

    fn layer(&mut self, layer: usize) -> Result<Layer, Error> {
        let name = |part: &str| format!("blk.{layer}.{part}");
        let mut projection = |part: &str| {
            Ok::<_, Error>(Projection {
                weight: self.matrix(&name(&format!("{part}.weight")))?,
                bias: self.vectors.remove(&name(&format!("{part}.bias"))),
            })
        };
        let (query, key) = (projection("attn_q")?, projection("attn_k")?);
        let value = projection("attn_v")?;
        let query_norm = self.vectors.remove(&name("attn_q_norm.weight"));
        let key_norm = self.vectors.remove(&name("attn_k_norm.weight"));
        Ok(Layer {
            attention_norm: self.vector(&name("attn_norm.weight"))?,
            query,
            key,
            value,
            head_norms: query_norm.zip(key_norm),
            output: self.matrix(&name("attn_output.weight"))?,
            feed_forward_norm: self.vector(&name("ffn_norm.weight"))?,
            gate: self.matrix(&name("ffn_gate.weight"))?,
            up: self.matrix(&name("ffn_up.weight"))?,
            down: self.matrix(&name("ffn_down.weight"))?,
        })
    }
}

/// The numbers of a vector, from whatever type it is stored in.
fn numbers(dtype: GgmlDType, n: usize, bytes: &[u8]) -> Result<Vec<f32>, Error> {
    match dtype.from_data(bytes.into()).dequantize(n)? {
        CpuStorage::F32(numbers) => Ok(numbers),
        _ => Err(candle_core::Error::msg("a vector is not made of f32").into()),
    }
}

/// The header was checked against the shape: only a fault of ours gets here.
fn missing(name: &str) -> Error {
    candle_core::Error::msg(format!("the tensor `{name}` was not read")).into()
}
