//! Texts of about forty words, made of what clients say in the held-out part.
//!
//! The batch's utterances are shorter, so utterances of one language are joined until the text is
//! as near to forty words as it gets. [`once`] uses every utterance in one text only.
//! [`Endless`] goes on with the utterances in ever new orders, for a timer that asks for thousands
//! of texts: utterances come again there, whole texts do not.

use std::collections::{BTreeSet, HashSet};

use bigdecoder::{
    domain::labels::{Lang, Speaker},
    engine::classifier::corpus::{self, Utterance},
};

const HELD_OUT: &str = include_str!("../../models/corpus/utterances/q.jsonl");
const WORDS: usize = 40;
/// A text this far from forty words is what is left at the end of an order, and is dropped.
const NEAR: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Text {
    pub(crate) words: String,
    pub(crate) lang: Lang,
}

/// Texts in which no utterance comes twice.
pub(crate) fn once() -> Vec<Text> {
    round(&said(), 0)
}

/// Texts without an end, none of them twice.
pub(crate) struct Endless {
    said: Vec<Utterance>,
    rounds: u64,
    ready: Vec<Text>,
    given: HashSet<Text>,
}

impl Endless {
    pub(crate) fn new() -> Self {
        Self {
            said: said(),
            rounds: 0,
            ready: Vec::new(),
            given: HashSet::new(),
        }
    }

    pub(crate) fn next(&mut self) -> Text {
        loop {
            let Some(text) = self.ready.pop() else {
                self.rounds += 1;
                self.ready = round(&self.said, self.rounds);
                continue;
            };
            if self.given.insert(text.clone()) {
                return text;
            }
        }
    }
}

fn said() -> Vec<Utterance> {
    let mut said = corpus::utterances(HELD_OUT).expect("the corpus is tested");
    said.retain(|utterance| utterance.role == Speaker::Client);
    said
}

/// Every utterance in at most one text, in the order that belongs to `seed`.
fn round(said: &[Utterance], seed: u64) -> Vec<Text> {
    let mut texts = Vec::new();
    for &lang in Lang::ALL {
        let mut order: Vec<&str> = said
            .iter()
            .filter(|utterance| utterance.lang == lang)
            .map(|utterance| utterance.text.as_str())
            .collect();
        shuffle(&mut order, seed);
        texts.extend(joined(&order).into_iter().map(|words| Text { words, lang }));
    }
    shuffle(&mut texts, seed);
    texts
}

/// Joins neighbours; another one is taken while that brings the text nearer to forty words.
fn joined(order: &[&str]) -> Vec<String> {
    let mut texts = Vec::new();
    let mut text = Vec::new();
    for next in order {
        let now = count(&text);
        if now > 0 && now.abs_diff(WORDS) <= (now + count(&[next])).abs_diff(WORDS) {
            texts.push(std::mem::take(&mut text));
        }
        text.push(*next);
    }
    texts.push(text);
    texts.retain(|text| count(text).abs_diff(WORDS) <= NEAR);
    texts.iter().map(|text| text.join(" ")).collect()
}

fn count(texts: &[&str]) -> usize {
    texts
        .iter()
        .map(|text| text.split_whitespace().count())
        .sum()
}

/// Fewest and most words of the texts.
pub(crate) fn words(texts: &[Text]) -> (usize, usize) {
    let counts: BTreeSet<usize> = texts
        .iter()
        .map(|text| text.words.split_whitespace().count())
        .collect();
    let end = |count: Option<&usize>| count.copied().unwrap_or_default();
    (end(counts.first()), end(counts.last()))
}

/// Fisher–Yates over `SplitMix64`, so that every run measures the same texts.
fn shuffle<T>(items: &mut [T], seed: u64) {
    let mut state = seed;
    for i in (1..items.len()).rev() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let below = (z ^ (z >> 31)) % (i as u64 + 1);
        items.swap(i, below as usize);
    }
}
