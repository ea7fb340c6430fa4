//! A decoder as the papers write it, in plain candle operations on f32: no cache, no blocks, no
//! quantised products. It reads the file with candle's own reader and takes Llama's weights back to
//! the order that they had before they were written as GGUF, so it shares nothing with ours.

use std::{collections::HashMap, io::Cursor};

use candle_core::{D, Device, Result, Tensor, quantized::gguf_file::Content};
use candle_nn::ops::softmax_last_dim;

use crate::engine::language::{family::Rotation, shape::Shape};

pub(super) struct Reference {
    shape: Shape,
    tensors: HashMap<String, Tensor>,
}

impl Reference {
    pub(super) fn new(shape: &Shape, file: &[u8]) -> Self {
        let mut reader = Cursor::new(file);
        let content = Content::read(&mut reader).unwrap();
        let names = content.tensor_infos.keys();
        let mut tensor = |name: &String| {
            let tensor = content.tensor(&mut reader, name, &Device::Cpu).unwrap();
            (name.clone(), tensor.dequantize(&Device::Cpu).unwrap())
        };
        Self {
            shape: shape.clone(),
            tensors: names.map(&mut tensor).collect(),
        }
    }

    /// The logits after every token.
    pub(super) fn logits(&self, tokens: &[u32]) -> Vec<Vec<f32>> {
        self.forward(tokens).unwrap().to_vec2().unwrap()
    }

    fn forward(&self, tokens: &[u32]) -> Result<Tensor> {
        let embedding = &self.tensors["token_embd.weight"];
        let mut x = embedding.index_select(&Tensor::new(tokens, &Device::Cpu)?, 0)?;
        for layer in 0..self.shape.layers {
            let name = |part: &str| format!("blk.{layer}.{part}");
            let h = self.norm(&x, &name("attn_norm.weight"))?;
            x = (x + self.attention(&h, &name)?)?;
            let h = self.norm(&x, &name("ffn_norm.weight"))?;
            let gate = self.linear(&h, &name("ffn_gate"))?.silu()?;
            let wide = (gate * self.linear(&h, &name("ffn_up"))?)?;
            x = (x + self.linear(&wide, &name("ffn_down"))?)?;
        }
        let x = self.norm(&x, "output_norm.weight")?;
        x.matmul(&self.tensors.get("output.weight").unwrap_or(embedding).t()?)
    }

    fn attention(&self, hidden: &Tensor, name: &dyn Fn(&str) -> String) -> Result<Tensor> {
        let Shape {
            heads,
            kv_heads,
            head_width,
            ..
        } = self.shape;
        let n = hidden.dim(0)?;
        let query = self.heads(hidden, heads, &name("attn_q"))?;
        let key = self.heads(hidden, kv_heads, &name("attn_k"))?;
        let value = self.linear(hidden, &name("attn_v"))?;
        let value = value.reshape((n, kv_heads, head_width))?.transpose(0, 1)?;
        let repeat = |x: &Tensor| {
            let x = x.unsqueeze(1)?;
            x.expand((kv_heads, heads / kv_heads, n, head_width))?
                .reshape((heads, n, head_width))
        };
        let (key, value) = (repeat(&key)?, repeat(&value)?);
        let scores = (query.contiguous()?.matmul(&key.t()?)? / (head_width as f64).sqrt())?;
        let later = |i: usize| (0..n).map(move |j| if j > i { f32::NEG_INFINITY } else { 0.0 });
        let mask: Vec<f32> = (0..n).flat_map(later).collect();
        let mask = Tensor::from_vec(mask, (n, n), &Device::Cpu)?;
        let weights = softmax_last_dim(&scores.broadcast_add(&mask)?)?;
        let mixed = weights.matmul(&value)?.transpose(0, 1)?;
        self.linear(&mixed.reshape((n, ()))?, &name("attn_output"))
    }

    /// Queries or keys: heads × tokens × width, normed and rotated.
    fn heads(&self, hidden: &Tensor, heads: usize, name: &str) -> Result<Tensor> {
        let (n, width) = (hidden.dim(0)?, self.shape.head_width);
        let mut x = self.linear(hidden, name)?;
        if self.shape.family.rotation == Rotation::Pairs {
            // convert_hf_to_gguf.py: reshape(heads, 2, width / 2, …).swapaxes(1, 2), undone.
            x = x
                .reshape((n, heads, width / 2, 2))?
                .transpose(2, 3)?
                .contiguous()?;
        }
        let mut x = x.reshape((n, heads, width))?;
        let norm = format!("{name}_norm.weight");
        if self.tensors.contains_key(&norm) {
            x = self.norm(&x, &norm)?;
        }
        let x = x.transpose(0, 1)?;
        let (cos, sin) = self.turns(n)?;
        let (first, second) = (
            x.narrow(2, 0, width / 2)?,
            x.narrow(2, width / 2, width / 2)?,
        );
        let half_turned = Tensor::cat(&[second.neg()?, first], D::Minus1)?;
        x.broadcast_mul(&cos)? + half_turned.broadcast_mul(&sin)?
    }

    fn turns(&self, n: usize) -> Result<(Tensor, Tensor)> {
        let (rope, pairs) = (self.shape.rope, self.shape.rope.width / 2);
        assert_eq!(rope.width, self.shape.head_width);
        let factors = match self.tensors.get("rope_freqs.weight") {
            Some(factors) => factors.to_vec1::<f32>()?,
            None => vec![1.0; pairs],
        };
        let mut angles = Vec::new();
        for position in 0..n {
            let pair = |pair: usize| {
                let frequency = rope.base.powf(-2.0 * pair as f32 / rope.width as f32);
                position as f32 / rope.stretch * (frequency / factors[pair])
            };
            angles.extend((0..pairs).map(pair));
            angles.extend((0..pairs).map(pair));
        }
        let angles = Tensor::from_vec(angles, (n, rope.width), &Device::Cpu)?;
        Ok((angles.cos()?, angles.sin()?))
    }

    fn linear(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let product = x.matmul(&self.tensors[&format!("{name}.weight")].t()?)?;
        match self.tensors.get(&format!("{name}.bias")) {
            Some(bias) => product.broadcast_add(bias),
            None => Ok(product),
        }
    }

    fn norm(&self, x: &Tensor, name: &str) -> Result<Tensor> {
        let mean = x.sqr()?.mean_keepdim(D::Minus1)?;
        let root = (mean + f64::from(self.shape.norm_epsilon))?.sqrt()?;
        x.broadcast_div(&root)?.broadcast_mul(&self.tensors[name])
    }
}
