use std::{collections::HashSet, path::Path};

use candle_core::quantized::gguf_file::Value;
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::engine::language::{
    family::{FAMILIES, Family},
    tiny::{self, Recipe},
};

fn load(file: &[u8]) -> Result<(Model, String), Error> {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), file).unwrap();
    Model::load(&ModelFile::open(path.path())?, |_| {})
}

fn recipe(family: Family) -> Recipe {
    let mut recipe = Recipe::of(family);
    recipe.shape.context = 512;
    recipe
}

fn model(family: Family) -> Model {
    load(&tiny::bytes(&recipe(family), 3).unwrap()).unwrap().0
}

/// Reads a prompt and feeds an answer; the logits after each, and how many tokens were known.
fn run(model: &mut Model, prompt: &Prompt, answer: &[u32]) -> (usize, Vec<Vec<f32>>) {
    let known = model.start(prompt.clone());
    let mut all = Vec::new();
    while all.is_empty() {
        all.extend(model.read().unwrap());
    }
    assert_eq!(model.position(), prompt.tokens.len());
    for token in answer {
        let (n, logits) = model.feed(&[*token]).unwrap();
        assert_eq!(n, 1);
        all.extend(logits);
    }
    (known, all)
}

fn prompt(fixed: u32, user: &[u32]) -> Prompt {
    let system = (0..fixed).map(|i| i * 7 % 256);
    Prompt {
        tokens: system.chain(user.iter().copied()).collect(),
        fixed: fixed as usize,
    }
}

#[test]
fn a_known_prefix_changes_nothing() {
    for family in FAMILIES {
        let mut warm = model(family);
        let answer = [1, 2, 3, 4, 5];
        let long: Vec<u32> = (0..150).map(|i| i * 11 % 256).collect();
        let mut changed = long.clone();
        changed[100] = 0;
        let prompts = [
            (prompt(90, &long), 0),
            (prompt(90, &[9, 8, 7]), 90),
            (prompt(90, &long), 90),
            (prompt(90, &changed), 90),
            (prompt(200, &[4]), 64),
            (prompt(200, &[5]), 200),
        ];
        for (prompt, expected) in prompts {
            let (known, logits) = run(&mut warm, &prompt, &answer);
            assert_eq!(known, expected, "{}", family.name);
            let (_, alone) = run(&mut model(family), &prompt, &answer);
            assert_eq!(logits, alone, "{} {known}", family.name);
        }
    }
}

/// Whatever was asked, and given up or not: what is kept is the fixed part of one of the prompts,
/// whose tokens are all below 100, and no token of a user, which are all from 100.
#[test]
fn what_is_kept_is_never_more_than_the_fixed_part() {
    let mut model = model(FAMILIES[1]);
    let fixed = |n: u32| (0..n).map(|i| i * 7 % 100);
    let asked = [(90, 150), (90, 1), (64, 64), (30, 100), (128, 200), (0, 70)];
    for (n, user) in asked {
        let tokens = fixed(n).chain((0..user).map(|i| 100 + i % 150)).collect();
        let prompt = Prompt {
            tokens,
            fixed: n as usize,
        };
        model.start(prompt.clone());
        model.read().unwrap();
        run(&mut model, &prompt, &[101, 102]);
        model.forget();
        assert_eq!((model.position(), model.prompt.capacity()), (0, 0));
        for held in model.prefixes.held() {
            assert!(held.iter().all(|token| *token < 100), "{n} {user}");
        }
    }
    let held: HashSet<Vec<u32>> = model.prefixes.held().map(<[u32]>::to_vec).collect();
    // 64 tokens of the same start were known from the 90, so they are no entry of their own.
    let expected = [90, 30, 128].map(|n| fixed(n).collect());
    assert_eq!(held, HashSet::from(expected));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Prompts in any order, alike or not: bit for bit what a fresh model computes.
    #[test]
    fn answers_do_not_depend_on_what_came_before(
        asked in prop::collection::vec((0u32..130, 1u32..90, 0u32..3), 2..5)
    ) {
        let mut warm = model(FAMILIES[1]);
        for (fixed, length, kind) in asked {
            let user: Vec<u32> = (0..length).map(|i| i / 40 * kind + i % 256).collect();
            let prompt = prompt(fixed, &user);
            let (_, logits) = run(&mut warm, &prompt, &[7]);
            let (_, alone) = run(&mut model(FAMILIES[1]), &prompt, &[7]);
            prop_assert_eq!(logits, alone);
        }
    }
}

#[test]
fn a_prompt_that_was_given_up_leaves_no_trace() {
    let mut warm = model(FAMILIES[0]);
    let (long, other) = (prompt(200, &[1; 100]), prompt(200, &[2; 100]));
    warm.start(long);
    assert!(warm.read().unwrap().is_none());
    let (known, logits) = run(&mut warm, &other, &[]);
    assert_eq!(known, 0);
    assert_eq!(logits, run(&mut model(FAMILIES[0]), &other, &[]).1);
}

#[test]
fn the_context_is_not_overrun() {
    let mut model = model(FAMILIES[1]);
    run(&mut model, &prompt(0, &[5; 510]), &[1, 1]);
    assert_eq!(model.position(), model.context());
    assert!(model.feed(&[1]).is_err());
    assert!(model.feed(&[]).is_err());
}

#[test]
fn the_hash_is_the_files() {
    let bytes = tiny::bytes(&recipe(FAMILIES[0]), 3).unwrap();
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), &bytes).unwrap();
    let mut told = Vec::new();
    let file = ModelFile::open(path.path()).unwrap();
    let (_, sha256) = Model::load(&file, |percent| told.push(percent)).unwrap();
    let hex = |byte: &u8| format!("{byte:02x}");
    let whole: String = Sha256::digest(&bytes).iter().map(hex).collect();
    assert_eq!(sha256, whole);
    assert_eq!(told.last(), Some(&100));
    assert!(told.is_sorted());
}

/// Each family's file with one key changed is refused, with a sentence that holds the words.
#[test]
fn a_shape_that_disagrees_with_its_tensors_is_refused() {
    let text = |text: &str| Value::String(text.to_owned());
    let cases = [
        ("block_count", Value::U32(0), "layers: 0"),
        (
            "block_count",
            Value::U32(3),
            "`blk.2.attn_norm.weight` is missing",
        ),
        ("block_count", Value::U32(1), "is none of a"),
        ("attention.head_count", Value::U32(0), "attention heads: 0"),
        ("attention.head_count_kv", Value::U32(3), "do not divide"),
        ("attention.key_length", Value::U32(15), "different widths"),
        ("attention.head_count", Value::U32(8), "instead of"),
        ("embedding_length", Value::U32(128), "instead of"),
        ("feed_forward_length", Value::F32(128.0), "must be a number"),
        ("rope.freq_base", Value::F32(-1.0), "rotary base"),
        ("rope.dimension_count", Value::U32(18), "rotary width"),
        ("rope.dimension_count", Value::U32(7), "rotary width is odd"),
        (
            "attention.layer_norm_rms_epsilon",
            Value::F32(2.0),
            "epsilon",
        ),
        ("rope.scaling.type", text("yarn"), "\"yarn\" scaling"),
        ("rope.scaling.factor", Value::F32(0.5), "rotary scaling"),
        ("rope.scale_linear", Value::F32(5_000.0), "rotary scaling"),
        ("context_length", Value::U32(u32::MAX), "context"),
    ];
    for family in FAMILIES {
        for (name, value, words) in &cases {
            let refusal = refusal(family, &format!("{}.{name}", family.name), value);
            assert!(refusal.contains(words), "{} {name}: {refusal}", family.name);
        }
        let refusal = refusal(family, "general.architecture", &text("phi3"));
        assert!(refusal.contains("\"phi3\" are not computed"), "{refusal}");
    }
    let folder = ModelFile::open(Path::new("/")).err().unwrap().to_string();
    assert!(folder.contains("no regular file"), "{folder}");
}

fn refusal(family: Family, key: &str, value: &Value) -> String {
    let file = tiny::bytes_changed(&recipe(family), 0, |metadata| {
        metadata.retain(|(k, _)| k != key);
        metadata.push((key.to_owned(), value.clone()));
    });
    load(&file.unwrap()).err().expect(key).to_string()
}

#[test]
fn a_file_without_the_epsilon_of_its_norms_is_refused() {
    for family in FAMILIES {
        let key = format!("{}.attention.layer_norm_rms_epsilon", family.name);
        let file = tiny::bytes_changed(&recipe(family), 0, |metadata| {
            metadata.retain(|(k, _)| *k != key);
        });
        let refusal = load(&file.unwrap()).err().expect(&key).to_string();
        assert!(refusal.contains(&format!("`{key}`")), "{refusal}");
    }
}

#[test]
fn a_factor_without_a_kind_scales_positions_too() {
    let (kind, factor, old) = ("scaling.type", "scaling.factor", "scale_linear");
    let text = |text: &str| Value::String(text.to_owned());
    let (two, four) = (Value::F32(2.0), Value::F32(4.0));
    let cases = [
        (vec![], 1.0),
        (vec![(factor, four.clone())], 4.0),
        (vec![(old, four.clone())], 4.0),
        (vec![(old, two.clone()), (factor, four.clone())], 4.0),
        (vec![(kind, text("linear"))], 1.0),
        (vec![(kind, text("linear")), (factor, four.clone())], 4.0),
        (vec![(kind, text("linear")), (old, two)], 2.0),
        (vec![(kind, text("none")), (factor, four)], 1.0),
    ];
    for family in FAMILIES {
        for (pairs, stretch) in &cases {
            let file = tiny::bytes_changed(&recipe(family), 0, |metadata| {
                let name = |name: &str| format!("{}.rope.{name}", family.name);
                metadata.extend(pairs.iter().map(|(k, value)| (name(k), value.clone())));
            });
            let (model, _) = load(&file.unwrap()).unwrap();
            let found = model.decoder.shape().rope.stretch;
            assert_eq!(found.to_bits(), f32::to_bits(*stretch), "{pairs:?}");
        }
    }
}

#[test]
fn a_context_ends_at_the_window_of_attention() {
    let file = tiny::bytes_changed(&recipe(FAMILIES[0]), 0, |metadata| {
        let window = ("llama.attention.sliding_window".to_owned(), Value::U32(100));
        metadata.push(window);
    });
    assert_eq!(load(&file.unwrap()).unwrap().0.context(), 100);
}

#[test]
fn every_cut_of_a_model_file_is_refused() {
    let whole = tiny::bytes(&recipe(FAMILIES[2]), 0).unwrap();
    for part in [0, 1, 3, 57, whole.len() / 2, whole.len() - 40] {
        assert!(load(&whole[..part]).is_err(), "{part} bytes");
    }
}
