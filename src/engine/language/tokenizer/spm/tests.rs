use candle_core::quantized::gguf_file::Value;
use proptest::prelude::*;

use super::*;
use crate::engine::language::{
    family::Family,
    tiny::{self, Metadata, Recipe},
    tokenizer::Tokenizer,
};

/// Text tokens behind `<unk>`, `<s>`, `</s>` and the 256 bytes, each with its score.
const TEXTS: [(&str, f32); 9] = [
    ("\u{2581}", -9.0),
    ("a", -9.0),
    ("b", -9.0),
    ("aa", -2.0),
    ("ab", -1.0),
    ("\u{2581}a", -3.0),
    ("ł", -9.0),
    ("<", -9.0),
    ("s>", -4.0),
];

fn header(change: impl Fn(&mut Metadata)) -> Header {
    let mut tokens: Vec<String> = ["<unk>", "<s>", "</s>"].map(str::to_owned).into();
    let mut kinds = vec![2, 3, 3];
    tokens.extend((0..=255).map(byte_token));
    kinds.resize(259, 6);
    tokens.extend(TEXTS.iter().map(|(text, _)| (*text).to_owned()));
    kinds.resize(tokens.len(), 1);
    let mut scores = vec![0.0; 259];
    scores.extend(TEXTS.iter().map(|(_, score)| score));
    let array = |values: Vec<Value>| Value::Array(values);
    let keys = [
        ("model", Value::String("llama".to_owned())),
        (
            "tokens",
            array(tokens.into_iter().map(Value::String).collect()),
        ),
        (
            "token_type",
            array(kinds.into_iter().map(Value::I32).collect()),
        ),
        (
            "scores",
            array(scores.into_iter().map(Value::F32).collect()),
        ),
        ("bos_token_id", Value::U32(1)),
        ("eos_token_id", Value::U32(2)),
    ];
    let keys = keys.map(|(name, value)| (format!("tokenizer.ggml.{name}"), value));
    let recipe = Recipe::of(Family::named("llama").unwrap());
    let file = tiny::bytes_changed(&recipe, 0, |metadata| {
        metadata.retain(|(key, _)| keys.iter().all(|(k, _)| k != key));
        metadata.extend(keys);
        change(metadata);
    });
    let file = file.unwrap();
    Header::read(file.as_slice(), file.len() as u64).unwrap()
}

fn tokenizer() -> Tokenizer {
    Tokenizer::from_header(&header(|_| {})).unwrap()
}

fn spelled(tokenizer: &Tokenizer, ids: &[u32]) -> Vec<String> {
    let text = |id: &u32| String::from_utf8_lossy(tokenizer.bytes(*id)).into_owned();
    ids.iter().map(text).collect()
}

#[test]
fn the_best_pair_is_joined_first_and_the_leftmost_among_equals() {
    let tokenizer = tokenizer();
    let cases: [(&str, &[&str]); 6] = [
        ("ab", &[" ", "ab"]),
        ("aab", &[" a", "ab"]),
        ("aaa", &[" ", "aa", "a"]),
        ("a b", &[" a", " ", "b"]),
        ("ł", &[" ", "ł"]),
        ("", &[]),
    ];
    for (text, expected) in cases {
        let ids = tokenizer.encode(text).unwrap();
        assert_eq!(spelled(&tokenizer, &ids), expected, "{text}");
    }
    let more = tokenizer.encode_more("aaa").unwrap();
    assert_eq!(spelled(&tokenizer, &more), ["aa", "a"]);
}

#[test]
fn what_has_no_token_is_spelled_in_bytes_and_never_as_a_control() {
    let tokenizer = tokenizer();
    let ids = tokenizer.encode_more("ż").unwrap();
    let bytes: Vec<u32> = "ż".bytes().map(|b| 3 + u32::from(b)).collect();
    assert_eq!(ids, bytes);
    let control = tokenizer.encode("<s></s><unk>").unwrap();
    assert!(control.iter().all(|id| *id > 2), "{control:?}");
    assert_eq!(tokenizer.encode_with_controls("<s>").unwrap(), [1]);
    assert_eq!((tokenizer.begin(), tokenizer.ends()), (Some(1), &[2][..]));
}

#[test]
fn a_file_may_say_that_no_space_comes_first() {
    let header = header(|metadata| {
        let key = "tokenizer.ggml.add_space_prefix".to_owned();
        metadata.push((key, Value::Bool(false)));
    });
    let tokenizer = Tokenizer::from_header(&header).unwrap();
    let ids = tokenizer.encode("a b").unwrap();
    assert_eq!(spelled(&tokenizer, &ids), ["a", " ", "b"]);
    assert_eq!(tokenizer.decode(&tokenizer.encode(" a").unwrap()), " a");
}

#[test]
fn broken_vocabularies_are_refused() {
    let set = |key: &'static str, value: Value| {
        header(move |metadata| {
            metadata.retain(|(k, _)| k != key);
            metadata.push((key.to_owned(), value.clone()));
        })
    };
    let floats = Value::Array(vec![Value::F32(0.0)]);
    let mut kinds = vec![Value::I32(1); 259 + TEXTS.len()];
    kinds[0] = Value::I32(3);
    let cases = [
        (set("tokenizer.ggml.scores", floats), "one score for each"),
        (
            set("tokenizer.ggml.scores", Value::U32(1)),
            "list of floating-point",
        ),
        (
            set("tokenizer.ggml.token_type", Value::Array(kinds)),
            "the byte 0",
        ),
    ];
    for (header, words) in cases {
        let refusal = Tokenizer::from_header(&header).err().unwrap().to_string();
        assert!(refusal.contains(words), "{refusal}");
    }
}

proptest! {
    #[test]
    fn text_survives_the_round_trip(text in "[ab łż<s>▁\\n]{0,30}") {
        let tokenizer = tokenizer();
        // The mark for a space is read as one.
        let expected = text.replace(SPACE, " ");
        prop_assert_eq!(tokenizer.decode(&tokenizer.encode(&text).unwrap()), expected);
    }
}
