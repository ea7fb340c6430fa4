//! A text as the encoder reads it: words and marks in order, each a sum of rows of one table.
//!
//! A word is the mean of its hashed parts (the word, its stem, character n-grams of 3–5) plus the
//! concepts of the lexicon that it helps to name; a mark is a part of its own. So a word that was
//! never seen is still near to its other forms and to its concept.

use super::features::{CONCEPT_ROWS, hash, stem, token};
use super::lexicon::Lexicon;
use super::words::words;

/// Rows for hashed parts; rows for concepts follow.
const HASHED_ROWS: usize = 1 << 14;
pub(crate) const TABLE_ROWS: usize = HASHED_ROWS + CONCEPT_ROWS;
/// Tokens that are read of a text; the rest is left to the linear part.
pub(crate) const MAX_TOKENS: usize = 96;

/// One text.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tokens {
    /// Row of the table and its weight, by token.
    pub(crate) parts: Vec<Vec<(u32, f32)>>,
    /// The word that a token is, or for a mark the word before it.
    pub(crate) words: Vec<u32>,
}

impl Tokens {
    pub(crate) fn len(&self) -> usize {
        self.parts.len()
    }

    pub(crate) fn is_concept(row: u32) -> bool {
        row as usize >= HASHED_ROWS
    }
}

/// Reads a text; no words, no tokens.
pub(crate) fn tokens(text: &str, lexicon: &Lexicon) -> Tokens {
    let words = words(text);
    let mut concepts: Vec<Vec<(u32, f32)>> = vec![Vec::new(); words.len()];
    for found in lexicon.matches(&words) {
        let row = (HASHED_ROWS + found.concept as usize) as u32;
        for word in found.words {
            concepts[word].push((row, 1.0));
        }
    }
    let mut marks = marks(text).peekable();
    let mut tokens = Tokens::default();
    for (i, (word, concepts)) in words.iter().zip(concepts).enumerate() {
        let before = i.saturating_sub(1) as u32;
        while let Some((_, mark)) = marks.next_if(|(at, _)| *at < word.place.start) {
            tokens.push(vec![mark_row(mark)], before);
        }
        let mut parts = hashed(&word.folded);
        parts.extend(concepts);
        tokens.push(parts, i as u32);
    }
    if let Some(last) = words.len().checked_sub(1) {
        for (_, mark) in marks {
            tokens.push(vec![mark_row(mark)], last as u32);
        }
    }
    tokens.parts.truncate(MAX_TOKENS);
    tokens.words.truncate(MAX_TOKENS);
    tokens
}

impl Tokens {
    fn push(&mut self, parts: Vec<(u32, f32)>, word: u32) {
        self.parts.push(parts);
        self.words.push(word);
    }
}

fn marks(text: &str) -> impl Iterator<Item = (u32, char)> {
    (0u32..)
        .zip(text.chars())
        .filter(|(_, c)| matches!(c, '?' | '!' | '…' | ',' | '.'))
}

fn row(kind: &str, part: &str) -> u32 {
    (hash(&[kind, part]) % HASHED_ROWS as u64) as u32
}

fn mark_row(mark: char) -> (u32, f32) {
    (row("m", mark.encode_utf8(&mut [0; 4])), 1.0)
}

fn hashed(folded: &str) -> Vec<(u32, f32)> {
    let token = token(folded);
    let framed: Vec<char> = std::iter::once('<')
        .chain(token.chars())
        .chain(std::iter::once('>'))
        .collect();
    let mut rows = vec![row("w", &token), row("s", stem(folded))];
    for n in 3..=5 {
        for gram in framed.windows(n) {
            rows.push(row("c", &gram.iter().collect::<String>()));
        }
    }
    let weight = 1.0 / rows.len() as f32;
    rows.into_iter().map(|row| (row, weight)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::classifier::lexicon::SHIPPED;

    #[test]
    fn words_and_marks_come_in_order_and_know_their_word() {
        let read = tokens("Zimą?! Dzieci, tak.", &Lexicon::parse(SHIPPED));
        assert_eq!(read.words, [0, 0, 0, 1, 1, 2, 2]);
        let concepts = |i: usize| {
            let rows = read.parts[i].iter();
            rows.filter(|(row, _)| *row as usize >= HASHED_ROWS).count()
        };
        assert!(concepts(3) > 0 && concepts(1) == 0);
        let hashed: f32 = read.parts[3]
            .iter()
            .filter(|(row, _)| (*row as usize) < HASHED_ROWS)
            .map(|(_, weight)| weight)
            .sum();
        assert!((hashed - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_long_text_is_cut_and_an_empty_one_is_empty() {
        let lexicon = Lexicon::parse(SHIPPED);
        assert_eq!(tokens(&"tak ".repeat(500), &lexicon).len(), MAX_TOKENS);
        assert_eq!(tokens("?! …", &lexicon).len(), 0);
    }
}
