//! Tokenizers against llama.cpp's own vocabularies and expected ids.
//!
//! The files (`NAME.gguf`, `NAME.gguf.inp`, `NAME.gguf.out`) are looked for in the folder that
//! `BIGDECODER_TOKENIZER_FIXTURES` names.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use bigdecoder::{
    domain::strategy::{Body, Key},
    engine::language::{
        gguf::Header,
        sampler::{Sampler, unit},
        schema::Grammars,
        tokenizer::Tokenizer,
    },
};

const FOLDER: &str = "BIGDECODER_TOKENIZER_FIXTURES";
const BETWEEN_INPUTS: &str = "\n__ggml_vocab_test__\n";

fn header(path: &Path) -> Header {
    let bytes = fs::read(path).expect("the vocabulary is readable");
    Header::read(bytes.as_slice(), bytes.len() as u64).expect("the vocabulary keeps the bounds")
}

/// Each input with the ids that it must give.
fn cases(path: &Path) -> Option<Vec<(String, Vec<u32>)>> {
    let read = |extension| fs::read_to_string(path.with_extension(extension)).ok();
    let (inputs, outputs) = (read("gguf.inp")?, read("gguf.out")?);
    let ids = |line: &str| {
        line.split_whitespace()
            .map(|id| id.parse().unwrap())
            .collect()
    };
    let outputs: Vec<Vec<u32>> = outputs.lines().map(ids).collect();
    let mut inputs: Vec<_> = inputs.split(BETWEEN_INPUTS).map(str::to_owned).collect();
    if inputs.len() == outputs.len() + 1 {
        // What follows the last separator is nothing.
        assert_eq!(inputs.pop().as_deref().map(str::trim), Some(""));
    }
    assert_eq!(inputs.len(), outputs.len(), "{}", path.display());
    Some(inputs.into_iter().zip(outputs).collect())
}

/// The vocabularies, or none with a line that says so.
fn vocabularies() -> Vec<PathBuf> {
    let Some(folder) = std::env::var_os(FOLDER).filter(|folder| !folder.is_empty()) else {
        println!("skipped: {FOLDER} is not set");
        return Vec::new();
    };
    let files = fs::read_dir(&folder).expect("the folder is readable");
    let files = files.map(|entry| entry.unwrap().path());
    let mut files: Vec<_> = files
        .filter(|path| path.extension().is_some_and(|e| e == "gguf"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no vocabulary in the folder");
    files
}

#[test]
fn tokenizer_agrees_with_llama_cpp() {
    let files = vocabularies();
    let mut exact = 0;
    for path in &files {
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        let Some(cases) = cases(path) else {
            println!("{name}: has no inputs and outputs");
            continue;
        };
        let header = header(path);
        let tokenizer = match Tokenizer::from_header(&header) {
            Ok(tokenizer) => tokenizer,
            Err(refusal) => {
                println!("{name}: unsupported: {refusal}");
                let kind = header.text("tokenizer.ggml.model").unwrap_or_default();
                assert!(!["gpt2", "llama"].contains(&kind), "{name}: {refusal}");
                continue;
            }
        };
        for (input, ids) in &cases {
            assert_eq!(&tokenizer.encode(input).unwrap(), ids, "{name}: {input:?}");
            assert_eq!(&tokenizer.decode(ids), input, "{name}: back to text");
        }
        println!("{name}: {} inputs agree", cases.len());
        exact += 1;
    }
    assert!(exact > 0 || files.is_empty(), "no vocabulary was checked");
}

/// A random walk over a real vocabulary, whose tokens cross every boundary of JSON.
#[test]
fn tokenizer_carries_every_section_schema() {
    for path in vocabularies() {
        let Ok(tokenizer) = Tokenizer::from_header(&header(&path)) else {
            continue;
        };
        let tokenizer = Arc::new(tokenizer);
        let grammars = Grammars::new(Arc::clone(&tokenizer)).unwrap();
        for key in Key::ALL {
            for seed in 0..3 {
                let text = walk(&tokenizer, &grammars, *key, seed);
                Body::parse(*key, &text)
                    .unwrap_or_else(|why| panic!("{key} {seed}: {why}: {text}"));
            }
        }
    }
}

/// Writes a section with tokens drawn at random among those that its schema allows.
fn walk(tokenizer: &Tokenizer, grammars: &Grammars, key: Key, seed: u64) -> String {
    let mut constraint = grammars.start(&Body::schema(key)).unwrap();
    let sampler = Sampler::new(1.0, seed).unwrap();
    let logits: Vec<f32> = (0..tokenizer.len() as u64)
        .map(|id| 3.0 * unit(seed, id) as f32)
        .collect();
    let mut ids = Vec::new();
    while !constraint.is_finished() {
        let allowed = constraint.allowed().unwrap();
        let token = sampler.pick(&logits, &allowed, ids.len() as u64).unwrap();
        if tokenizer.ends().contains(&token) {
            break;
        }
        constraint.take(token).unwrap();
        ids.push(token);
        ids.extend(constraint.forced().unwrap());
    }
    tokenizer.decode(&ids)
}
