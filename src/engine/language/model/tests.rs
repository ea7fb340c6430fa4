use std::collections::HashSet;

use proptest::prelude::*;

use super::*;
use crate::engine::language::tiny;

fn load(path: &Path) -> Result<Model, Error> {
    Model::load(&Checked::open(path, |_| {})?, |_| {})
}

fn tiny_model() -> Model {
    let file = tempfile::NamedTempFile::new().unwrap();
    tiny::write(file.path(), 3).unwrap();
    load(file.path()).unwrap()
}

/// Logits after feeding everything.
fn feed_all(model: &mut Model, mut tokens: &[u32]) -> Vec<f32> {
    let mut logits = Vec::new();
    while !tokens.is_empty() {
        let (n, last) = model.feed(tokens).unwrap();
        tokens = &tokens[n..];
        logits = last;
    }
    logits
}

fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter()
        .zip(b)
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f32::max)
}

#[test]
fn chunks_and_single_tokens_give_the_same_logits() {
    let mut model = tiny_model();
    let tokens: Vec<u32> = (0..150).map(|i| i * 7 % 256).collect();
    let in_chunks = feed_all(&mut model, &tokens);
    model.reset();
    let mut one_by_one = Vec::new();
    for token in &tokens {
        one_by_one = model.feed(&[*token]).unwrap().1;
    }
    let error = distance(&in_chunks, &one_by_one);
    assert!(error < 1e-3, "{error}");
}

#[test]
fn a_reset_forgets_everything() {
    let mut model = tiny_model();
    let first = feed_all(&mut model, &[1, 2, 3]);
    let other = feed_all(&mut model, &[200, 100]);
    assert!(distance(&first, &other) > 1e-2);
    model.reset();
    assert_eq!(first, feed_all(&mut model, &[1, 2, 3]));
}

#[test]
fn the_context_is_not_overrun() {
    let mut model = tiny_model();
    let tokens = vec![5; model.context()];
    feed_all(&mut model, &tokens);
    assert!(model.feed(&[1]).is_err());
    assert!(model.feed(&[]).is_err());
}

#[test]
fn the_hash_is_the_files() {
    let file = tempfile::NamedTempFile::new().unwrap();
    tiny::write(file.path(), 3).unwrap();
    let mut told = Vec::new();
    let checked = Checked::open(file.path(), |percent| told.push(percent)).unwrap();
    let whole = Sha256::digest(std::fs::read(file.path()).unwrap());
    assert_eq!(checked.sha256.len(), 64);
    assert!(
        checked
            .sha256
            .starts_with(&format!("{:02x}{:02x}", whole[0], whole[1]))
    );
    assert_eq!(told.last(), Some(&100));
    assert!(told.is_sorted());
}

#[test]
fn a_shape_that_disagrees_with_its_tensors_is_refused() {
    use candle_core::quantized::gguf_file::Value;
    let cases = [
        (
            "general.architecture",
            Value::String("llama".into()),
            "\"llama\" are not computed",
        ),
        ("qwen2.block_count", Value::U32(0), "layers: 0"),
        (
            "qwen2.block_count",
            Value::U32(3),
            "`blk.2.attn_norm.weight` is missing",
        ),
        (
            "qwen2.attention.head_count",
            Value::U32(0),
            "attention heads: 0",
        ),
        (
            "qwen2.attention.head_count_kv",
            Value::U32(3),
            "do not divide",
        ),
        ("qwen2.attention.head_count", Value::U32(64), "even width"),
        ("qwen2.embedding_length", Value::U32(128), "instead of"),
        (
            "qwen2.feed_forward_length",
            Value::F32(128.0),
            "must be a number",
        ),
        ("qwen2.rope.freq_base", Value::F32(-1.0), "rotary base"),
        (
            "qwen2.attention.layer_norm_rms_epsilon",
            Value::F32(2.0),
            "epsilon",
        ),
        (
            "qwen2.rope.scaling.type",
            Value::String("yarn".into()),
            "\"yarn\" scaling",
        ),
        ("qwen2.context_length", Value::U32(u32::MAX), "context"),
    ];
    for (key, value, words) in cases {
        let file = tempfile::NamedTempFile::new().unwrap();
        tiny::write_changed(file.path(), 0, |metadata| {
            metadata.retain(|(k, _)| k != key);
            metadata.push((key.to_owned(), value));
        })
        .unwrap();
        let refusal = load(file.path()).err().expect(key).to_string();
        assert!(refusal.contains(words), "{key}: {refusal}");
    }
    assert!(
        load(Path::new("/"))
            .err()
            .unwrap()
            .to_string()
            .contains("no regular file")
    );
}

#[test]
fn every_cut_of_a_model_file_is_refused() {
    let file = tempfile::NamedTempFile::new().unwrap();
    tiny::write(file.path(), 0).unwrap();
    let whole = std::fs::read(file.path()).unwrap();
    for part in [0, 1, 3, 57, whole.len() / 2, whole.len() - 40] {
        std::fs::write(file.path(), &whole[..part]).unwrap();
        assert!(load(file.path()).is_err(), "{part} bytes");
    }
}

#[test]
fn masks_stay_few_for_prompts_of_every_length() {
    let mut pairs = HashSet::new();
    for length in 1..2_000 {
        let mut position = 0;
        while position < length {
            let n = chunk(position, length - position);
            pairs.insert((n, position));
            position += n;
        }
    }
    // Every size has its own multiples only: 2,000/64 + 2,000/32 + … + 2,000 pairs.
    assert!(pairs.len() < 4_000, "{}", pairs.len());
    let bytes: usize = pairs
        .iter()
        .filter(|(n, _)| *n > 1)
        .map(|(n, at)| n * (n + at))
        .sum();
    assert!(bytes < 16 << 20, "{bytes}");
}

proptest! {
    #[test]
    fn chunks_cover_all_and_are_aligned(length in 1usize..1_000, start in 0usize..300) {
        let mut position = start;
        while position < start + length {
            let n = chunk(position, start + length - position);
            prop_assert!((1..=CHUNK).contains(&n) && position % n == 0);
            position += n;
        }
        prop_assert_eq!(position, start + length);
    }
}
