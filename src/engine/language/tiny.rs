//! A tiny model of random weights, so that the whole local path runs without a download.
//!
//! It writes nonsense, and says so in its name. Invariant: the same recipe and seed give the same
//! bytes.

mod vocabulary;

use std::{fs, io::Cursor, path::Path};

use candle_core::{
    Device, Tensor,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Value},
    },
};

use super::{
    Error,
    family::{Family, Presence},
    sampler::unit,
    shape::{Rope, Shape},
};

/// What the file calls itself.
pub const NAME: &str = "random weights, for tests only";

/// Metadata keys and values.
pub type Metadata = Vec<(String, Value)>;

/// What a tiny model looks like.
#[derive(Debug, Clone)]
pub struct Recipe {
    pub shape: Shape,
    /// How matrices are stored; vectors are f32.
    pub dtype: GgmlDType,
    /// Whether the logits have a matrix of their own, beside the embedding.
    pub own_head: bool,
    /// Whether tensors that are optional in the family are there.
    pub optional: bool,
}

impl Recipe {
    /// A model of some hundred kilobytes in Q8_0.
    pub fn of(family: Family) -> Self {
        let (tokens, _) = vocabulary::vocabulary(controls(family.name));
        Self {
            shape: Shape {
                family,
                layers: 2,
                hidden: 64,
                feed_forward: 128,
                heads: 2,
                kv_heads: 1,
                head_width: 16,
                context: 4_096,
                vocabulary: tokens.len(),
                rope: Rope {
                    base: 10_000.0,
                    width: 16,
                    stretch: 1.0,
                },
                norm_epsilon: 1e-6,
            },
            dtype: GgmlDType::Q8_0,
            own_head: false,
            optional: false,
        }
    }
}

/// Control tokens after the bytes and the merges; the last ends a turn.
fn controls(family: &str) -> &'static [&'static str] {
    match family {
        "llama" => &[
            "<|begin_of_text|>",
            "<|end_of_text|>",
            "<|start_header_id|>",
            "<|end_header_id|>",
            "<|eot_id|>",
        ],
        "qwen3" => &[
            "<|endoftext|>",
            "<think>",
            "</think>",
            "<|im_start|>",
            "<|im_end|>",
        ],
        _ => &["<|endoftext|>", "<|im_start|>", "<|im_end|>"],
    }
}

/// Writes a Qwen2-shaped model to `path`: about a hundred kilobytes.
pub fn write(path: &Path, seed: u64) -> Result<(), Error> {
    let family = Family::named("qwen2").expect("it is in the list");
    write_family(path, family, seed)
}

/// Writes a model of a family to `path`: about a hundred kilobytes.
pub fn write_family(path: &Path, family: Family, seed: u64) -> Result<(), Error> {
    Ok(fs::write(path, bytes(&Recipe::of(family), seed)?)?)
}

/// The bytes of a model file.
pub fn bytes(recipe: &Recipe, seed: u64) -> Result<Vec<u8>, Error> {
    bytes_changed(recipe, seed, |_| {})
}

/// The bytes after `change` to the metadata, to make a file that must be refused.
pub fn bytes_changed(
    recipe: &Recipe,
    seed: u64,
    change: impl FnOnce(&mut Metadata),
) -> Result<Vec<u8>, Error> {
    let tensors = tensors(recipe, seed)?;
    let mut metadata = metadata(recipe);
    change(&mut metadata);
    let metadata: Vec<_> = metadata
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    let tensors: Vec<_> = tensors
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor))
        .collect();
    let mut file = Cursor::new(Vec::new());
    gguf_file::write(&mut file, &metadata, &tensors)?;
    Ok(file.into_inner())
}

fn metadata(recipe: &Recipe) -> Metadata {
    let Shape { family, rope, .. } = recipe.shape;
    let shape = &recipe.shape;
    let count = |n: usize| Value::U32(n as u32);
    let numbers = [
        ("block_count", count(shape.layers)),
        ("context_length", count(shape.context)),
        ("embedding_length", count(shape.hidden)),
        ("feed_forward_length", count(shape.feed_forward)),
        ("attention.head_count", count(shape.heads)),
        ("attention.head_count_kv", count(shape.kv_heads)),
        ("attention.key_length", count(shape.head_width)),
        ("attention.value_length", count(shape.head_width)),
        ("rope.dimension_count", count(rope.width)),
        ("rope.freq_base", Value::F32(rope.base)),
        (
            "attention.layer_norm_rms_epsilon",
            Value::F32(shape.norm_epsilon),
        ),
    ];
    let mut metadata = vec![
        pair("general.architecture", text(family.name)),
        pair("general.name", text(NAME)),
    ];
    let key = |name: &str| format!("{}.{name}", family.name);
    metadata.extend(numbers.map(|(name, value)| (key(name), value)));
    metadata.extend(of_tokenizer(family.name));
    metadata
}

fn of_tokenizer(family: &str) -> Metadata {
    let controls = controls(family);
    let (tokens, merges) = vocabulary::vocabulary(controls);
    let texts = |texts: &[String]| Value::Array(texts.iter().map(|t| text(t)).collect());
    let first_control = tokens.len() - controls.len();
    let kinds = (0..tokens.len()).map(|id| Value::I32(if id < first_control { 1 } else { 3 }));
    let cut = match family {
        "llama" => "llama-bpe",
        _ => "qwen2",
    };
    vec![
        pair("tokenizer.ggml.model", text("gpt2")),
        pair("tokenizer.ggml.pre", text(cut)),
        pair("tokenizer.ggml.tokens", texts(&tokens)),
        pair("tokenizer.ggml.token_type", Value::Array(kinds.collect())),
        pair("tokenizer.ggml.merges", texts(&merges)),
        pair(
            "tokenizer.ggml.bos_token_id",
            Value::U32(first_control as u32),
        ),
        pair(
            "tokenizer.ggml.eos_token_id",
            Value::U32(tokens.len() as u32 - 1),
        ),
    ]
}

fn pair(key: &str, value: Value) -> (String, Value) {
    (key.to_owned(), value)
}

fn text(text: &str) -> Value {
    Value::String(text.to_owned())
}

/// Every tensor of the shape, with numbers that keep activations in bounds.
fn tensors(recipe: &Recipe, seed: u64) -> Result<Vec<(String, QTensor)>, Error> {
    let mut random = Random { seed, drawn: 0 };
    let mut tensors = Vec::new();
    for expected in recipe.shape.tensors() {
        let wanted = match expected.name.as_str() {
            "output.weight" => recipe.own_head,
            _ => expected.presence == Presence::Required || recipe.optional,
        };
        if !wanted {
            continue;
        }
        let tensor = if let [width, rows] = expected.dims[..] {
            let scale = match expected.name.as_str() {
                "token_embd.weight" => 1.0,
                _ => 2.4 / (width as f64).sqrt(),
            };
            random.tensor(&[rows, width], (-scale, scale), recipe.dtype)?
        } else {
            // Norms and divisors of frequencies around 1, biases around 0.
            let is_bias = expected.name.ends_with("bias");
            let range = if is_bias { (-0.2, 0.2) } else { (0.5, 1.5) };
            random.tensor(&expected.dims, range, GgmlDType::F32)?
        };
        tensors.push((expected.name, tensor));
    }
    Ok(tensors)
}

struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    /// Uniform numbers of a range, row by row, stored as `dtype`.
    fn tensor(
        &mut self,
        dims: &[usize],
        (low, high): (f64, f64),
        dtype: GgmlDType,
    ) -> Result<QTensor, Error> {
        let mut next = || {
            self.drawn += 1;
            (low + unit(self.seed, self.drawn) * (high - low)) as f32
        };
        let numbers: Vec<f32> = (0..dims.iter().product()).map(|_| next()).collect();
        let tensor = Tensor::from_vec(numbers, dims, &Device::Cpu)?;
        Ok(QTensor::quantize(&tensor, dtype)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::language::family::FAMILIES;

    #[test]
    fn recipe_and_seed_decide_the_bytes() {
        for family in FAMILIES {
            let recipe = Recipe::of(family);
            let one = bytes(&recipe, 1).unwrap();
            assert_eq!(one, bytes(&recipe, 1).unwrap());
            assert_ne!(one, bytes(&recipe, 2).unwrap());
            assert!(String::from_utf8_lossy(&one).contains(NAME));
        }
    }
}
