//! A tiny model of random weights, so that the whole local path runs without a download.
//!
//! It writes nonsense, and says so in its name. Invariant: the same seed gives the same bytes.

use std::{collections::HashSet, fs::File, io::BufWriter, path::Path};

use candle_core::{
    Device, Tensor,
    quantized::{
        GgmlDType, QTensor,
        gguf_file::{self, Value},
    },
};

use super::{Error, sampler::unit, tokenizer::to_char};

/// What the file calls itself.
pub const NAME: &str = "random weights, for tests only";

const LAYERS: usize = 2;
const HIDDEN: usize = 64;
const FEED_FORWARD: usize = 128;
const HEADS: usize = 4;
const KV_HEADS: usize = 2;
const CONTEXT: u32 = 4_096;
/// Control tokens after the 256 bytes and the merges; the last ends a turn.
const CONTROLS: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
/// Frequent pairs of Polish and English, in the order of merging.
const MERGES: &[(&str, &str)] = &[
    ("n", "i"),
    ("i", "e"),
    ("ni", "e"),
    ("r", "z"),
    ("c", "z"),
    ("s", "z"),
    ("o", "w"),
    ("\u{142}", ""),
    ("t", "h"),
    ("th", "e"),
    ("i", "n"),
    ("in", "g"),
    ("e", "r"),
    ("a", "n"),
    ("o", "n"),
    ("s", "t"),
    (" ", "w"),
    (" ", "p"),
    (" ", "n"),
    (" ", "z"),
    (" ", "s"),
    (" ", "the"),
    (" n", "ie"),
    (" p", "o"),
    ("\"", ":"),
    ("\":", " "),
    ("\"", ","),
    ("\",", " "),
];

type Metadata = Vec<(String, Value)>;

/// Writes the model to `path`: about a hundred kilobytes.
pub fn write(path: &Path, seed: u64) -> Result<(), Error> {
    write_changed(path, seed, |_| {})
}

/// Writes the model after `change` to its metadata, to make a file that must be refused.
pub(super) fn write_changed(
    path: &Path,
    seed: u64,
    change: impl FnOnce(&mut Metadata),
) -> Result<(), Error> {
    let (tokens, merges) = vocabulary();
    let tensors = tensors(tokens.len(), seed)?;
    let mut metadata = metadata(&tokens, &merges);
    change(&mut metadata);
    let metadata: Vec<_> = metadata
        .iter()
        .map(|(key, value)| (key.as_str(), value))
        .collect();
    let tensors: Vec<_> = tensors
        .iter()
        .map(|(name, tensor)| (name.as_str(), tensor))
        .collect();
    let mut file = BufWriter::new(File::create(path)?);
    gguf_file::write(&mut file, &metadata, &tensors)?;
    std::io::Write::flush(&mut file)?;
    Ok(())
}

/// The tokens and the merges, in the alphabet of byte-level BPE.
fn vocabulary() -> (Vec<String>, Vec<String>) {
    let spell = |text: &str| text.bytes().map(to_char).collect::<String>();
    let mut tokens: Vec<String> = (0..=255).map(|byte| to_char(byte).to_string()).collect();
    let mut merges = Vec::new();
    for (left, right) in MERGES {
        let (left, right) = (spell(left), spell(right));
        // A pair with nothing on the right joins the two bytes of one letter.
        let (left, right) = match (left.char_indices().nth(1), right.is_empty()) {
            (Some((middle, _)), true) => (left[..middle].to_owned(), left[middle..].to_owned()),
            _ => (left, right),
        };
        tokens.push(format!("{left}{right}"));
        merges.push(format!("{left} {right}"));
    }
    tokens.extend(CONTROLS.map(str::to_owned));
    debug_assert_eq!(tokens.iter().collect::<HashSet<_>>().len(), tokens.len());
    (tokens, merges)
}

fn metadata(tokens: &[String], merges: &[String]) -> Metadata {
    let texts = |texts: &[String]| {
        Value::Array(
            texts
                .iter()
                .map(|text| Value::String(text.clone()))
                .collect(),
        )
    };
    let first_control = tokens.len() - CONTROLS.len();
    let kinds = (0..tokens.len()).map(|id| Value::I32(if id < first_control { 1 } else { 3 }));
    let count = |n: usize| Value::U32(n as u32);
    let text = |text: &str| Value::String(text.to_owned());
    let pairs = [
        ("general.architecture", text("qwen2")),
        ("general.name", text(NAME)),
        ("qwen2.block_count", count(LAYERS)),
        ("qwen2.context_length", Value::U32(CONTEXT)),
        ("qwen2.embedding_length", count(HIDDEN)),
        ("qwen2.feed_forward_length", count(FEED_FORWARD)),
        ("qwen2.attention.head_count", count(HEADS)),
        ("qwen2.attention.head_count_kv", count(KV_HEADS)),
        ("qwen2.attention.layer_norm_rms_epsilon", Value::F32(1e-6)),
        ("qwen2.rope.freq_base", Value::F32(10_000.0)),
        ("tokenizer.ggml.model", text("gpt2")),
        ("tokenizer.ggml.pre", text("qwen2")),
        ("tokenizer.ggml.tokens", texts(tokens)),
        ("tokenizer.ggml.token_type", Value::Array(kinds.collect())),
        ("tokenizer.ggml.merges", texts(merges)),
        ("tokenizer.ggml.eos_token_id", count(tokens.len() - 1)),
    ];
    pairs.map(|(key, value)| (key.to_owned(), value)).into()
}

fn tensors(vocabulary: usize, seed: u64) -> Result<Vec<(String, QTensor)>, Error> {
    let kv = HIDDEN / HEADS * KV_HEADS;
    let mut random = Random { seed, drawn: 0 };
    let mut tensors = vec![
        (
            "token_embd.weight".to_owned(),
            random.matrix(vocabulary, HIDDEN, 1.0)?,
        ),
        ("output_norm.weight".to_owned(), constant(HIDDEN, 1.0)?),
    ];
    for layer in 0..LAYERS {
        let parts = [
            ("attn_norm.weight", constant(HIDDEN, 1.0)?),
            ("attn_q.weight", random.matrix(HIDDEN, HIDDEN, 0.3)?),
            ("attn_q.bias", constant(HIDDEN, 0.1)?),
            ("attn_k.weight", random.matrix(kv, HIDDEN, 0.3)?),
            ("attn_k.bias", constant(kv, 0.1)?),
            ("attn_v.weight", random.matrix(kv, HIDDEN, 0.3)?),
            ("attn_v.bias", constant(kv, 0.0)?),
            ("attn_output.weight", random.matrix(HIDDEN, HIDDEN, 0.3)?),
            ("ffn_norm.weight", constant(HIDDEN, 1.0)?),
            ("ffn_gate.weight", random.matrix(FEED_FORWARD, HIDDEN, 0.3)?),
            ("ffn_up.weight", random.matrix(FEED_FORWARD, HIDDEN, 0.3)?),
            ("ffn_down.weight", random.matrix(HIDDEN, FEED_FORWARD, 0.3)?),
        ];
        let named = parts.map(|(part, tensor)| (format!("blk.{layer}.{part}"), tensor));
        tensors.extend(named);
    }
    Ok(tensors)
}

struct Random {
    seed: u64,
    drawn: u64,
}

impl Random {
    /// Rows of uniform numbers from −`scale` to `scale`, stored as Q8_0.
    fn matrix(&mut self, rows: usize, columns: usize, scale: f64) -> Result<QTensor, Error> {
        let mut next = || {
            self.drawn += 1;
            ((unit(self.seed, self.drawn) * 2.0 - 1.0) * scale) as f32
        };
        let numbers: Vec<f32> = (0..rows * columns).map(|_| next()).collect();
        let tensor = Tensor::from_vec(numbers, (rows, columns), &Device::Cpu)?;
        Ok(QTensor::quantize(&tensor, GgmlDType::Q8_0)?)
    }
}

fn constant(n: usize, value: f32) -> Result<QTensor, Error> {
    let tensor = Tensor::full(value, n, &Device::Cpu)?;
    Ok(QTensor::quantize(&tensor, GgmlDType::F32)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seed_decides_the_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = |name: &str, seed| {
            let path = folder.path().join(name);
            write(&path, seed).unwrap();
            std::fs::read(path).unwrap()
        };
        let one = bytes("one", 1);
        assert_eq!(one, bytes("again", 1));
        assert_ne!(one, bytes("two", 2));
        assert!(String::from_utf8_lossy(&one).contains(NAME));
    }
}
