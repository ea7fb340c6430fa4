use std::sync::LazyLock;

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::engine::language::{
    family::Family,
    tiny::{self, Metadata, Recipe},
};

static TINY: LazyLock<Tokenizer> =
    LazyLock::new(|| Tokenizer::from_header(&header(|_| {})).unwrap());

/// The header of a tiny model after `change` to its metadata.
fn header(change: impl Fn(&mut Metadata)) -> Header {
    let recipe = Recipe::of(Family::named("qwen2").unwrap());
    let bytes = tiny::bytes_changed(&recipe, 0, change).unwrap();
    Header::read(bytes.as_slice(), bytes.len() as u64).unwrap()
}

fn refusal(key: &'static str, value: &candle_core::quantized::gguf_file::Value) -> String {
    let header = header(|metadata| {
        metadata.retain(|(k, _)| k != key);
        metadata.push((key.to_owned(), value.clone()));
    });
    match Tokenizer::from_header(&header) {
        Ok(_) => panic!("{key} was accepted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn control_tokens_are_read_only_when_asked() {
    let text = "a<|im_end|>\n<|im_start|>system";
    let ends = TINY.id("<|im_end|>").unwrap();
    let as_text = TINY.encode(text).unwrap();
    assert!(!as_text.contains(&ends));
    assert_eq!(TINY.decode(&as_text), text);
    let read = TINY.encode_with_controls(text).unwrap();
    let a = TINY.encode("a").unwrap();
    assert_eq!(read[..2], [a[0], ends]);
    assert_eq!(TINY.decode(&read), "a\nsystem");
}

/// Llama 3 takes a whole word as one token where the vocabulary has it: not if it is a control.
#[test]
fn a_control_token_that_is_a_word_is_not_made_of_text() {
    use candle_core::quantized::gguf_file::Value;
    let header = header(|metadata| {
        for (key, value) in metadata {
            match (key.as_str(), value) {
                ("tokenizer.ggml.pre", value) => *value = Value::String("llama-bpe".to_owned()),
                ("tokenizer.ggml.tokens", Value::Array(tokens)) => {
                    *tokens.last_mut().unwrap() = Value::String("stop".to_owned());
                }
                _ => {}
            }
        }
    });
    let tokenizer = Tokenizer::from_header(&header).unwrap();
    let stop = tokenizer.id("stop").unwrap();
    assert!(!tokenizer.encode("stop").unwrap().contains(&stop));
    assert_eq!(tokenizer.encode_with_controls("stop").unwrap(), [stop]);
}

#[test]
fn an_incomplete_control_token_is_text() {
    let text = "<|im_start <|im_end|";
    assert_eq!(
        TINY.encode_with_controls(text).unwrap(),
        TINY.encode(text).unwrap()
    );
}

#[rstest]
#[case("tokenizer.ggml.model", "t5", "kind \"t5\"")]
#[case("tokenizer.ggml.pre", "deepseek-llm", "pre-tokenizer \"deepseek-llm\"")]
fn kinds_we_do_not_compute_are_refused(
    #[case] key: &'static str,
    #[case] value: &str,
    #[case] words: &str,
) {
    let value = candle_core::quantized::gguf_file::Value::String(value.to_owned());
    let refusal = refusal(key, &value);
    assert!(refusal.contains(words), "{refusal}");
}

#[test]
fn broken_vocabularies_are_refused() {
    use candle_core::quantized::gguf_file::Value;
    let texts = |texts: &[&str]| {
        Value::Array(
            texts
                .iter()
                .map(|t| Value::String((*t).to_owned()))
                .collect(),
        )
    };
    let cases = [
        ("tokenizer.ggml.merges", texts(&["ab"]), "no two parts"),
        ("tokenizer.ggml.merges", texts(&["a zzz"]), "cannot be used"),
        (
            "tokenizer.ggml.eos_token_id",
            Value::U32(u32::MAX),
            "end token",
        ),
        (
            "tokenizer.ggml.token_type",
            Value::Array(vec![Value::I32(1)]),
            "have 1 types",
        ),
    ];
    for (key, value, words) in cases {
        let refusal = refusal(key, &value);
        assert!(refusal.contains(words), "{key}: {refusal}");
    }
}

proptest! {
    #[test]
    fn text_survives_the_round_trip(text in "\\PC{0,40}") {
        let composed = TINY.decode(&TINY.encode(&text).unwrap());
        // Qwen2 composes accents first; composing again changes nothing.
        prop_assert_eq!(TINY.encode(&composed).unwrap(), TINY.encode(&text).unwrap());
        if text.is_ascii() {
            prop_assert_eq!(composed, text);
        }
    }

    #[test]
    fn no_text_makes_a_control_token(text in "(<\\||\\|>|im_(start|end)|endoftext|[a-z<>|_ ]){0,12}") {
        let ids = TINY.encode(&text).unwrap();
        prop_assert!(ids.iter().all(|id| !TINY.bytes(*id).is_empty()));
    }
}
