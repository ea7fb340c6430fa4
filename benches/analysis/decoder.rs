//! What the decoder costs per token: reading a prompt and writing an answer, with little and with
//! much context, on a model of the embedded writer's shape (22 million random weights in Q8_0).
//!
//! Invariant: every run of a row computes the same tokens at the same positions.

use std::fs;

use bigdecoder::engine::language::{
    decoder::{Decoder, Sequence, Step},
    family::Family,
    file::ModelFile,
    tiny::{self, Recipe},
};
use criterion::{Criterion, Throughput};

/// Tokens that are in the context before a measurement; none ends a block, so that going back to
/// them frees nothing.
const CONTEXTS: [usize; 2] = [4, 500];
/// Tokens of a pass over a prompt.
const CHUNK: usize = 64;

pub(crate) fn groups(criterion: &mut Criterion) {
    let decoder = decoder();
    for context in CONTEXTS {
        let mut sequence = decoder.sequence();
        feed(&decoder, &mut sequence, context);
        for (name, tokens) in [("decode", 1), ("prefill", CHUNK)] {
            let mut group = criterion.benchmark_group(format!("decoder, {name}"));
            group.throughput(Throughput::Elements(tokens as u64));
            group.bench_function(format!("after {context} tokens"), |bencher| {
                bencher.iter(|| {
                    feed(&decoder, &mut sequence, tokens);
                    sequence.truncate(context);
                });
            });
            group.finish();
        }
    }
}

/// Feeds tokens and computes the logits after the last.
fn feed(decoder: &Decoder, sequence: &mut Sequence, tokens: usize) {
    let ids: Vec<u32> = (0..tokens as u32).map(|i| i * 7 % 256).collect();
    let logits = decoder.forward(&mut [Step {
        sequence,
        tokens: &ids,
        wanted: &[tokens - 1],
    }]);
    std::hint::black_box(logits.expect("the context has room"));
}

fn decoder() -> Decoder {
    let mut recipe = Recipe::of(Family::named("qwen3").expect("it is in the list"));
    let shape = &mut recipe.shape;
    (shape.layers, shape.hidden, shape.feed_forward) = (8, 512, 1_280);
    (shape.heads, shape.kv_heads, shape.head_width) = (8, 4, 64);
    shape.rope.width = shape.head_width;
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("model.gguf");
    let bytes = tiny::bytes(&recipe, 1).expect("the shape keeps every bound");
    fs::write(&path, bytes).expect("the folder can be written to");
    let file = ModelFile::open(&path).expect("it was written for this");
    Decoder::read(&file, |_| {})
        .expect("it was written for this")
        .0
}
